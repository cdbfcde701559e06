package homework

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"backprop/internal/judge/check/near"
)

// A Layout is how X and the W lie in a file: samples as columns or as rows, W out×in or in×out.
type Layout struct{ Columns, OutIn bool }

// Sizes are how many samples there are, and how many units in each layer, the inputs first.
type Sizes struct {
	N     int
	Units []int
	Ways  []Layout // in which X and the W can be meant to lie, so that they fit together
}

// Layers is the number of layers that have weights.
func (s Sizes) Layers() int { return len(s.Units) - 1 }

// Quantities are all that a step computes, in its order.
func (s Sizes) Quantities() (all []Name) {
	for l := 1; l <= s.Layers(); l++ {
		all = append(all, Name{"Z", l}, Name{"A", l})
	}
	all = append(all, Name{"C", 0})
	for _, pair := range [][]string{{"delta"}, {"dW", "db"}, {"newW", "newb"}} {
		for l := s.Layers(); l > 0; l-- {
			for _, kind := range pair {
				all = append(all, Name{kind, l})
			}
		}
	}
	return all
}

// count is how many numbers the named array has.
func (h *Homework) count(name string) int { return len(h.Arrays[name].Values) }

// checkQuestion finds out the sizes, and refuses a question that is not whole.
func (h *Homework) checkQuestion() error {
	if h.count("X") == 0 {
		return errors.New("X is missing: write the inputs as \"X\": [[…], …], a row for each sample")
	}
	layers := 0
	for h.count(Name{"W", layers + 1}.String()) > 0 {
		layers++
	}
	if layers == 0 {
		return errors.New("W1 is missing: write the weights as \"W1\": [[…], …], a column for each neuron")
	}
	for _, key := range slices.Sorted(maps.Keys(h.Arrays)) {
		if q, _ := ParseName(key); q.Layer > layers {
			return h.errorPlain(key, fmt.Sprintf(" is there, but no W%d", min(q.Layer, layers+1)))
		}
	}
	for l := 1; l <= layers; l++ {
		if h.count(Name{"b", l}.String()) == 0 {
			return fmt.Errorf("b%d is missing: write the biases of layer %[1]d, zeros if there are none", l)
		}
	}
	var first error
	for _, columns := range []bool{false, true} {
		var outIn []bool
		s, err := h.sizesIf(columns, layers)
		if err == nil {
			outIn, err = h.waysOfW(s.Units)
		}
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if h.Sizes.Ways == nil {
			h.Sizes = s
		}
		for _, out := range outIn {
			if s.N == h.Sizes.N {
				h.Sizes.Ways = append(h.Sizes.Ways, Layout{columns, out})
			}
		}
	}
	if h.Sizes.Ways == nil {
		return first
	}
	return nil
}

// errorPlain is an error about the named array, for a caller that puts the file before it.
func (h *Homework) errorPlain(key, text string) error {
	if line := h.lines[key]; line > 0 {
		return fmt.Errorf("line %d: %s%s", line, key, text)
	}
	return errors.New(key + text)
}

// sizesIf are the sizes if samples are rows, or columns.
func (h *Homework) sizesIf(columns bool, layers int) (s Sizes, err error) {
	shape := h.Arrays["X"].Shape
	d := 1
	switch {
	case len(shape) == 2 && columns:
		d = shape[0]
	case len(shape) == 2:
		d = shape[1]
	case len(shape) == 1 && !columns:
		d = shape[0] // one sample; as columns they are samples of one input each
	}
	s = Sizes{N: h.count("X") / d, Units: []int{d}}
	for l := 1; l <= layers; l++ {
		w, b, in := Name{"W", l}.String(), Name{"b", l}.String(), s.Units[l-1]
		out := h.count(w) / in
		if out*in != h.count(w) || !h.fits(w, in, out) || h.count(b) != out && h.count(b) != 1 {
			return s, h.misfit(l, in, columns)
		}
		s.Units = append(s.Units, out)
	}
	if k := s.Units[layers]; h.count("Y") > 0 && h.count("Y") != s.N*k && !h.areLabels(s.N, k) {
		return s, h.errorPlain("Y", fmt.Sprintf(" is %s, and X and the W make %d×%d outputs of it: Y must be of "+
			"their shape",
			Times(h.Arrays["Y"].Shape), s.N, k))
	}
	return s, nil
}

// fits says that an array can be of a shape, as it is or transposed. Of a vector any shape will do.
func (h *Homework) fits(key string, rows, cols int) bool {
	shape := h.Arrays[key].Shape
	return len(shape) == 2 && (slices.Equal(shape, []int{rows, cols}) || slices.Equal(shape, []int{cols, rows})) ||
		(rows == 1 || cols == 1) && h.count(key) == rows*cols && near.IsVector(shape...)
}

// misfit says what in a layer does not fit what goes into it.
func (h *Homework) misfit(l, in int, columns bool) error {
	before, lie := "X", "rows"
	if columns {
		lie = "columns"
	}
	w, b := h.Arrays[Name{"W", l}.String()].Shape, h.Arrays[Name{"b", l}.String()].Shape
	if l > 1 {
		before = fmt.Sprintf("W%d", l-1)
	}
	return h.errorPlain(Name{"W", l}.String(), fmt.Sprintf(" is %s, b%d is %s and %s is %s, which do not fit "+
		"together: with "+
		"samples as %s, layer %[2]d has %[7]s going in, so W%[2]d must be %[8]d×m or m×%[8]d, and b%[2]d a list of m",
		Times(w), l, Times(b), before, Times(h.Arrays[before].Shape), lie, Number(in, "number"), in))
}

// Number is n and the word, with an s unless n is 1.
func Number(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprint(n, " ", word)
}

// areLabels says that Y has a class in place of a row for each sample, from 0.
func (h *Homework) areLabels(n, k int) bool {
	y := h.Arrays["Y"].Values
	return k > 1 && len(y) == n && near.IsVector(h.Arrays["Y"].Shape...) && !slices.ContainsFunc(y,
		func(v float64) bool {
			return v != math.Trunc(v) || v < 0 || v >= float64(k)
		})
}

// waysOfW are in which the W of layers of so many units can lie, in×out (false) or out×in (true).
func (h *Homework) waysOfW(units []int) ([]bool, error) {
	var sure [2]string // a W that lies in×out, and one that lies out×in
	for l := 1; l < len(units); l++ {
		key := Name{"W", l}.String()
		shape, in, out := h.Arrays[key].Shape, units[l-1], units[l]
		switch {
		case near.IsVector(shape...) || in == out:
		case shape[0] == in:
			sure[0] = key
		default:
			sure[1] = key
		}
	}
	switch {
	case sure[0] != "" && sure[1] != "":
		return nil, h.errorPlain(sure[1], fmt.Sprintf(" has a row for each neuron, and %s a column: write all W the "+
			"same way",
			sure[0]))
	case sure[0] != "":
		return []bool{false}, nil
	case sure[1] != "":
		return []bool{true}, nil
	}
	return []bool{false, true}, nil
}

// Has says that there is an answer of a kind.
func (h *Homework) Has(kind string) bool {
	for key := range h.Arrays {
		if q, _ := ParseName(key); q.Kind == kind {
			return true
		}
	}
	return false
}
