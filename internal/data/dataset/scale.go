// Scales: inputs and targets are brought to a size that suits training.

package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"backprop/internal/data/table"
)

// A Scale turns x into (x − shift)·factor, with a shift and a factor for each feature.
type Scale struct {
	Shift, Factor []float64
}

// EvenScale multiplies all d features by the same factor.
func EvenScale(d int, factor float64) Scale {
	return Scale{make([]float64, d), slices.Repeat([]float64{factor}, d)}
}

// Even reports whether the scale multiplies all features by the same factor, so that 0 stays 0.
func (c Scale) Even() bool {
	return slices.Max(c.Factor) == slices.Min(c.Factor) && slices.Max(c.Shift) == 0 && slices.Min(c.Shift) == 0
}

// ScaleOf returns the kind of scale that the flag -scale names or, if it is "", the kind that suits the data.
func (d *Dataset) ScaleOf(flag string) string {
	switch {
	case flag != "":
		return flag
	case d.Train.Pixels != nil:
		return "unit"
	}
	return "standard"
}

// FitScales fits the scales of the inputs and of the numbers to predict to the training set.
func (d *Dataset) FitScales(kind string) (in, out Scale, err error) {
	kind = d.ScaleOf(kind)
	in, err = FitScale(kind, d.Train)
	err = d.nameColumn(err, false)
	if err == nil && d.Classes == nil {
		out, err = fitTargets(kind, d.Train)
		err = d.nameColumn(err, true)
	}
	if err != nil {
		err = fmt.Errorf("-scale %s: %s: %w", kind, d.Name, err)
	}
	return in, out, err
}

// FitScale fits the scale of the inputs to s, the training set. The kinds are
//
//	none      no change
//	unit      to 0…1: pixels by their depth (255, or 16 or 1 if no pixel is brighter),
//	          columns of a table by their smallest and largest number
//	standard  mean 0, variance 1
//	256       division by this number
func FitScale(kind string, s Set) (Scale, error) {
	if kind == "unit" && s.Pixels != nil {
		depth := 255.0
		if most := slices.Max(s.Pixels); most <= 1 {
			depth = 1
		} else if most <= 16 {
			depth = 16
		}
		return EvenScale(s.Dim, 1/depth), nil
	}
	if s.Pixels != nil {
		return fitColumns(kind, s.N, s.Dim, 1, func(i int) float64 { return float64(s.Pixels[i]) })
	}
	return fitColumns(kind, s.N, s.Dim, 0, func(i int) float64 { return s.Values[i] })
}

// fitTargets fits the scale of the numbers to predict.
func fitTargets(kind string, s Set) (Scale, error) {
	return fitColumns(kind, s.N, len(s.Targets)/max(s.N, 1), 1, func(i int) float64 { return s.Targets[i] })
}

// fitColumns fits the scale of n×d numbers; at(i·d+j) is row i, column j.
//
// A column whose numbers are all the same is shifted to 0. The argument constant is its factor, which matters only if
// later data have other numbers there. If it is 0, the column never has any influence: nothing was learned from it, and
// its weights are still as they were drawn.
func fitColumns(kind string, n, d int, constant float64, at func(i int) float64) (Scale, error) {
	scale := EvenScale(d, 1)
	if kind == "none" {
		return scale, nil
	}
	if kind != "unit" && kind != "standard" {
		by, err := strconv.ParseFloat(kind, 64)
		if err != nil || !(by > 0) || math.IsInf(1/by, 0) || math.IsInf(by, 0) {
			return scale, fmt.Errorf("unknown scale %q: expected none, unit, standard or a number to divide by", kind)
		}
		return EvenScale(d, 1/by), nil
	}
	for j, c := range summarise(n, d, kind == "standard", at) {
		shift, factor := &scale.Shift[j], &scale.Factor[j]
		switch {
		case c.n == 0:
			*factor = constant
		case c.least == c.most:
			*shift, *factor = c.least, constant
		case kind == "unit":
			*shift, *factor = c.least, 1/(c.most-c.least)
		default:
			*shift, *factor = c.mean, 1/math.Sqrt(c.variance)
		}
		sum := *shift + *factor
		vanishes := *factor == 0 && c.least < c.most
		if math.IsNaN(sum) || math.IsInf(sum, 0) || vanishes {
			return scale, scaleError{j, fmt.Sprintf("(from %g to %g) cannot be scaled: its numbers are too large or too small",
				c.least, c.most)}
		}
	}
	return scale, nil
}

// A summary describes the n numbers of a column that are not missing.
type summary struct{ n, least, most, mean, variance float64 }

// summarise returns the summary of each column, with the variance only if asked for. It adds the rows in their order,
// and rounds each product before adding it, so that no compiler fuses the two and the bits are the same everywhere.
func summarise(n, d int, variance bool, at func(i int) float64) []summary {
	columns := slices.Repeat([]summary{{least: math.Inf(1), most: math.Inf(-1)}}, d)
	for i := range n {
		for j := range columns {
			if x, c := at(i*d+j), &columns[j]; !math.IsNaN(x) {
				c.n, c.least, c.most, c.mean = c.n+1, min(c.least, x), max(c.most, x), c.mean+x
			}
		}
	}
	for j := range columns {
		columns[j].mean /= columns[j].n
	}
	if !variance {
		return columns
	}
	for i := range n {
		for j := range columns {
			if e := at(i*d+j) - columns[j].mean; !math.IsNaN(e) {
				columns[j].variance += float64(e * e)
			}
		}
	}
	for j := range columns {
		columns[j].variance /= columns[j].n
	}
	return columns
}

// A scaleError says why a column, counted from 0, cannot be scaled.
type scaleError struct {
	column int
	reason string
}

func (e scaleError) Error() string { return fmt.Sprintf("column %d %s", e.column+1, e.reason) }

// nameColumn makes a scaleError name the column of the table. The number in the error is that of an input or, if target
// is true, that of a number to predict.
func (d *Dataset) nameColumn(err error, target bool) error {
	e, ok := err.(scaleError)
	if !ok || d.Columns == nil {
		return err
	}
	for k, c := range d.Columns {
		inputs := table.Inputs(d.Columns[k : k+1])
		isTarget := target && c.Kind == table.Label
		isInput := !target && e.column >= 0 && e.column < inputs
		if isTarget || isInput {
			return fmt.Errorf("column %d %q %s", k+1, c.Name, e.reason)
		}
		e.column -= inputs
	}
	return err
}
