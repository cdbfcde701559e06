package homework

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"backprop/internal/judge/check/approx"
)

// Sizes has the number of samples, and the number of units in each layer, the inputs first.
type Sizes struct {
	N       int
	Units   []int
	Layouts []Layout // the layouts in which the question's shapes fit together
}

// A Layout says how matrices are laid out in a file: samples as columns or as rows, W out×in or in×out.
type Layout struct{ Columns, OutIn bool }

// Layers is the number of layers that have weights.
func (s Sizes) Layers() int { return len(s.Units) - 1 }

// Outputs is the number of units in the last layer.
func (s Sizes) Outputs() int { return s.Units[len(s.Units)-1] }

// Quantities returns all quantities that a step computes, in the order in which it computes them.
func (s Sizes) Quantities() (all []Quantity) {
	for l := 1; l <= s.Layers(); l++ {
		all = append(all, Quantity{"Z", l}, Quantity{"A", l})
	}
	all = append(all, Quantity{"C", 0})
	for _, kinds := range [][]string{{"delta"}, {"dW", "db"}, {"newW", "newb"}} {
		for l := s.Layers(); l > 0; l-- {
			for _, kind := range kinds {
				all = append(all, Quantity{kind, l})
			}
		}
	}
	return all
}

// array returns the array of a kind in a layer, and its name.
func (h *Homework) array(kind string, layer int) (a Array, name string) {
	name = Quantity{kind, layer}.String()
	return h.Arrays[name], name
}

// count is how many numbers the named array has; 0 if there is none.
func (h *Homework) count(name string) int { return len(h.Arrays[name].Values) }

// checkQuestion finds the sizes and the possible layouts. It refuses a question that is not complete, or whose shapes
// do not fit together in any layout.
func (h *Homework) checkQuestion() error {
	layers, err := h.checkComplete()
	if err != nil {
		return err
	}
	var firstError error
	for _, columns := range []bool{false, true} {
		var outIn []bool
		s, err := h.sizesIf(columns, layers)
		if err == nil {
			outIn, err = h.weightLayouts(s.Units)
		}
		switch {
		case err != nil && firstError == nil:
			firstError = err
		case err == nil && h.Sizes.Layouts == nil:
			h.Sizes = s
		}
		for _, o := range outIn {
			if s.N == h.Sizes.N {
				h.Sizes.Layouts = append(h.Sizes.Layouts, Layout{columns, o})
			}
		}
	}
	if h.Sizes.Layouts == nil {
		return firstError
	}
	return nil
}

// checkComplete counts the layers. It refuses a question in which an array is missing.
func (h *Homework) checkComplete() (layers int, err error) {
	if h.count("X") == 0 {
		return 0, errors.New("X is missing: write the inputs as \"X\": [[…], …], a row for each sample")
	}
	for h.count(fmt.Sprint("W", layers+1)) > 0 {
		layers++
	}
	if layers == 0 {
		return 0, errors.New("W1 is missing: write the weights as \"W1\": [[…], …], a column for each neuron")
	}
	for _, key := range slices.Sorted(maps.Keys(h.Arrays)) {
		if q, _ := ParseQuantity(key); q.Layer > layers {
			return 0, h.errorAbout(key, " is there, but no W%d", min(q.Layer, layers+1))
		}
	}
	for l := 1; l <= layers; l++ {
		if h.count(fmt.Sprint("b", l)) == 0 {
			return 0, fmt.Errorf("b%d is missing: write the biases of layer %[1]d, zeros if there are none", l)
		}
	}
	return layers, nil
}

// sizesIf returns the sizes if samples are columns, or rows.
func (h *Homework) sizesIf(columns bool, layers int) (s Sizes, err error) {
	inputs := 1
	switch shape := h.Arrays["X"].Shape; {
	case len(shape) == 2 && columns:
		inputs = shape[0]
	case len(shape) == 2:
		inputs = shape[1]
	case len(shape) == 1 && !columns: // a list is one sample or, if samples are columns, one input of several
		inputs = shape[0]
	}
	s = Sizes{N: h.count("X") / inputs, Units: []int{inputs}}
	for l := 1; l <= layers; l++ {
		w, name := h.array("W", l)
		b, _ := h.array("b", l)
		in, count := s.Units[l-1], len(w.Values)
		out := count / in
		biasesFit := len(b.Values) == out || len(b.Values) == 1
		if out*in != count || !w.is(in, out) && !w.is(out, in) || !biasesFit {
			return s, h.doesNotFit(name, l, in)
		}
		s.Units = append(s.Units, out)
	}
	y, rows, cols := h.Arrays["Y"], s.N, s.Outputs()
	if columns {
		rows, cols = cols, rows
	}
	if len(y.Values) > 0 && !y.is(rows, cols) && !y.areClasses(s.N, s.Outputs()) {
		return s, h.errorAbout("Y", " is %s, and X and the W make %d×%d outputs of it: Y must be of their shape",
			ShapeText(y.Shape), rows, cols)
	}
	return s, nil
}

// is reports whether an array is rows×cols. A vector may have any shape.
func (a Array) is(rows, cols int) bool {
	isVector := (rows == 1 || cols == 1) && len(a.Values) == rows*cols && approx.IsVector(a.Shape...)
	return isVector || slices.Equal(a.Shape, []int{rows, cols})
}

// doesNotFit is the error for a W whose shape does not fit the layers before it if samples are rows. (If it does not
// fit with samples as columns, nobody is told: then rows have been tried before.)
func (h *Homework) doesNotFit(name string, l, in int) error {
	w, _ := h.array("W", l)
	b, _ := h.array("b", l)
	before, beforeName := h.array("W", l-1)
	if l == 1 {
		before, beforeName = h.array("X", 0)
	}
	return h.errorAbout(name, " is %s, b%d is %s and %s is %s, which do not fit together: with samples as rows, layer "+
		"%[2]d has %[6]s going in, so W%[2]d must be %[7]d×m or m×%[7]d, and b%[2]d a list of m",
		ShapeText(w.Shape), l, ShapeText(b.Shape), beforeName, ShapeText(before.Shape), Plural(in, "number"), in)
}

// areClasses reports whether Y has the number of a class for each of n samples, from 0 to k − 1.
func (y Array) areClasses(n, k int) bool {
	isClass := func(v float64) bool { return v == math.Trunc(v) && v >= 0 && v < float64(k) }
	if k == 1 || len(y.Values) != n || !approx.IsVector(y.Shape...) {
		return false
	}
	return !slices.ContainsFunc(y.Values, func(v float64) bool { return !isClass(v) })
}

// weightLayouts returns how the matrices W can be laid out: in×out (false), out×in (true), or both if all are square.
func (h *Homework) weightLayouts(units []int) (outIn []bool, err error) {
	inOutName, outInName := "", "" // a W that can be laid out in only this way
	for l := 1; l < len(units); l++ {
		w, name := h.array("W", l)
		in, out := units[l-1], units[l]
		switch {
		case approx.IsVector(w.Shape...) || in == out:
		case w.Shape[0] == in:
			inOutName = name
		default:
			outInName = name
		}
	}
	switch {
	case inOutName != "" && outInName != "":
		return nil, h.errorAbout(outInName, " has a row for each neuron, and %s a column: write all W the same way",
			inOutName)
	case inOutName != "":
		return []bool{false}, nil
	case outInName != "":
		return []bool{true}, nil
	}
	return []bool{false, true}, nil
}
