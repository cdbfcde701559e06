// Figures: what is to be drawn, and how its values are written.

package chart

import (
	"math"
	"strconv"
	"strings"
)

// A Figure has lines and points over x.
type Figure struct {
	Kind
	Title string
	X, Y  Axis
	Lines []Line
	Best  *float64 // an x that was chosen, to be marked; nil for none
	Table bool     // list the numbers, too

	Caption  string // what the figure shows; "" for the caption of its kind, followed by More
	More     string // a further sentence, which begins with a space
	Equation string // the equation behind the figure; "" for Formula
	Formula  string // the same, with letters that become italic: C = (1⁄n) Σ z_y; "" for the equation of the kind
}

// A Kind says what a figure shows. Most kinds have a caption and an equation. Further kinds, of the report's own
// curves, are "accuracy", "rmse", and "cost" followed by the name of a cost.
type Kind string

const (
	Fit         Kind = "fit"         // samples, and the network's curve
	Units       Kind = "units"       // outputs of hidden units over the input
	Prediction  Kind = "prediction"  // predicted values over true ones
	Learning    Kind = "learning"    // accuracy of several trainings over the epochs
	Sweep       Kind = "sweep"       // scores over the values of a setting
	Gradients   Kind = "gradients"   // typical size of each layer's gradient over the epochs
	Activations Kind = "activations" // typical size of each layer's outputs
	Idle        Kind = "idle"        // share of each layer's units that are dead or saturated
	Plain       Kind = "plain"       // anything else; it has no equation
)

// An Axis describes one axis of a figure.
type Axis struct {
	Label    string
	Log      bool
	Percent  bool    // the values are shares
	From, To float64 // a range to show in any case; 0, 0 for none
}

// A Line is a line through points, or only the points. Its name may come from the user's data.
type Line struct {
	Name   string
	X, Y   []float64
	Points bool
	Ideal  bool // shows where the points should lie: not a result, and drawn without marks
}

// Empty reports whether the figure has lines, but not a single result that can be drawn.
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

// ends are the values From and To, if they are set.
func (a Axis) ends() []float64 {
	if a.From == a.To {
		return nil
	}
	return []float64{a.From, a.To}
}

// name is the label up to a bracket or comma.
func (a Axis) name() string {
	name, _, _ := strings.Cut(a.Label, " (")
	name, _, _ = strings.Cut(name, ",")
	return name
}

// Written formats a value for a sentence, with its unit.
func (a Axis) Written(v float64) string { return a.value(v, 4) }

// value formats v to the given number of significant digits, with its unit.
func (a Axis) value(v float64, digits int) string {
	if a.Percent {
		return a.number(v, digits) + " %"
	}
	return a.number(v, digits)
}

// number is value without the unit.
func (a Axis) number(v float64, digits int) string {
	if a.Percent {
		v *= 100
	}
	return Numeral(v, digits)
}

// tickLabel formats a value along the axis. It is short: 80k for 80000, 1e6 for a million, 3e−4 for 0.0003.
func (a Axis) tickLabel(v float64) string {
	const digits = 9 // enough to tell values apart, and too few to show that 3·0.1 is not quite 0.3
	if a.Percent {
		v *= 100
	}
	switch size := math.Abs(v); {
	case size >= 1e4 && size < 1e6:
		return Numeral(v/1000, digits) + "k"
	case size >= 1e6, size > 0 && size < 1e-3:
		s := strconv.FormatFloat(Round(v, 6), 'e', -1, 64) // rounded, because 3·0.0001 is not quite 0.0003
		return strings.NewReplacer("e-0", "e−", "e+0", "e", "e+", "e", "-", "−").Replace(s)
	}
	return Numeral(v, digits)
}

// Round rounds v to the given number of significant digits.
func Round(v float64, digits int) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return v
}

// Numeral formats v to the given number of significant digits, with a typographic minus. It writes an exponent only
// below 1e-4 and from 1e7 on.
func Numeral(v float64, digits int) string {
	v = Round(v, digits)
	format := byte('g') // writes an exponent below 1e-4, and from 1e6 on
	if size := math.Abs(v); size >= 1 && size < 1e7 {
		format = 'f'
	}
	return strings.ReplaceAll(strconv.FormatFloat(v+0, format, -1, 64), "-", "−") // +0 makes 0 of −0
}
