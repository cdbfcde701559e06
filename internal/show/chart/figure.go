// Figure: what there is to draw, and how its values are written.

package chart

import (
	"math"
	"strconv"
	"strings"
)

// A Figure is a chart of lines and points over x.
type Figure struct {
	Kind
	Title string
	X, Y  Axis
	Lines []Line
	Best  *float64 // the x to single out; nil for none
	Table bool     // list the numbers too

	Look     string // what to look at; empty for what the kind says
	More     string // a sentence behind what the kind says, with a space before it
	Equation string // what lies behind it; empty for the kind's own
	Formula  string // the same with its letters in italics: C = (1⁄n) Σ z_y; empty too for the kind's own
}

// A Kind is what a figure shows. The page says for each what to look for, and which equation lies behind it; of a
// Plain one the program says both.
type Kind string

const (
	Fit        Kind = "fit"        // samples, and the network's curve
	Units      Kind = "units"      // the outputs of a hidden layer's units over the input
	Prediction Kind = "prediction" // predicted values over true ones
	Learning   Kind = "learning"   // the accuracy of several trainings over the epochs
	Sweep      Kind = "sweep"      // what came of each value that was tried
	Plain      Kind = "plain"      // anything else

	Gradients   Kind = "gradients"   // of each layer, over the epochs: the typical size of the gradient
	Activations Kind = "activations" // of what the layer puts out
	Idle        Kind = "idle"        // and the part of it that is dead or saturated
)

// An Axis is what a chart's axis shows.
type Axis struct {
	Label   string
	Log     bool
	Percent bool // values are shares

	From, To float64 // what it shows at least; 0, 0 for what the values need
}

// A Line is a line through points, or only its points. Its name may come from data.
type Line struct {
	Name   string
	X, Y   []float64
	Points bool
	Ideal  bool // it is no result, but what there should be: it has no marks
}

// Empty says that no value of the results has a place in the figure.
func (f Figure) Empty() bool {
	x, y := axisScale{log: f.X.Log}, axisScale{log: f.Y.Log}
	for _, l := range f.Lines {
		for k := range l.Y {
			if !l.Ideal && x.has(l.X[k]) && y.has(l.Y[k]) {
				return false
			}
		}
	}
	return len(f.Lines) > 0
}

// name is the label without what stands in brackets or after a comma.
func (a Axis) name() string {
	name, _, _ := strings.Cut(a.Label, " (")
	name, _, _ = strings.Cut(name, ",")
	return name
}

// text is v without its unit, to so many digits.
func (a Axis) text(v float64, digits int) string {
	if a.Percent {
		v *= 100
	}
	return Numeral(v, digits)
}

// Written is a value as sentences have it, with its unit.
func (a Axis) Written(v float64) string { return a.value(v, 4) }

// value is text and unit.
func (a Axis) value(v float64, digits int) string {
	if a.Percent {
		return a.text(v, digits) + " %"
	}
	return a.text(v, digits)
}

// ticks are the values along the axis, to so many digits that none is rounded.
func (a Axis) ticks(values []float64) (all []string) {
	digits := 4
	for _, v := range values {
		for digits < 9 && Round(v, digits) != Round(v, 9) {
			digits++
		}
	}
	for _, v := range values {
		all = append(all, a.tick(v, digits))
	}
	return all
}

// tick is text where there is little room: 80k for 80000, 1e6 for a million, 3e−4 for 0.0003.
func (a Axis) tick(v float64, digits int) string {
	if a.Percent {
		v *= 100
	}
	switch size := math.Abs(v); {
	case size >= 1e4 && size < 1e6:
		return Numeral(v/1000, digits) + "k"
	case size >= 1e6, size > 0 && size < 1e-3: // rounded, since 3·0.0001 is not quite 0.0003
		text := strconv.FormatFloat(Round(v, 6), 'e', -1, 64)
		return strings.NewReplacer("e-0", "e−", "e+0", "e", "e+", "e", "-", "−").Replace(text)
	}
	return Numeral(v, digits)
}

// Round is v to so many significant digits.
func Round(v float64, digits int) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return v
}

// Numeral is v to so many significant digits, without an exponent where it reads better.
func Numeral(v float64, digits int) string {
	v = Round(v, digits)
	form := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e7) {
		form = 'g'
	}
	return strings.ReplaceAll(strconv.FormatFloat(v+0, form, -1, 64), "-", "−") // +0 makes 0 of −0
}
