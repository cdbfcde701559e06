// Package gates has logic gates, and the threshold unit (perceptron), which learns a gate if a straight line separates
// the inputs for which the gate answers 1 from those for which it answers 0.
package gates

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// A Gate has two inputs. Truth holds its answers to 00, 01, 10 and 11.
type Gate struct {
	Name  string
	Truth [4]float64
}

// All lists the gates. The last one is XOR, which no threshold unit can learn.
var (
	All = []Gate{{"AND", [4]float64{0, 0, 0, 1}}, {"OR", [4]float64{0, 1, 1, 1}}, {"NAND", [4]float64{1, 1, 1, 0}}, XOR}
	XOR = Gate{"XOR", [4]float64{0, 1, 1, 0}}
)

// inputs returns the inputs of line i of a truth table.
func inputs(i int) (x1, x2 float64) { return float64(i / 2), float64(i % 2) }

// Data returns the gate's truth table as a training set.
func (g Gate) Data() *dataset.Dataset {
	return &dataset.Dataset{Name: "the truth table of " + g.Name, Train: dataset.Set{N: 4, Dim: 2,
		Values: []float64{0, 0, 0, 1, 1, 0, 1, 1}, Targets: g.Truth[:]}}
}

// A Unit is a threshold unit: it answers 1 if w₁x₁ + w₂x₂ + b > 0, else 0.
type Unit struct{ W1, W2, B float64 }

// Inequality returns the condition for the answer 1, as in "2·x1 + 1·x2 − 2 > 0".
func (u *Unit) Inequality() string {
	return text.Signed(u.W1, 0) + "·x1" + text.Term(u.W2, 0) + "·x2" + text.Term(u.B, 0) + " > 0"
}

// sum is w₁x₁ + w₂x₂ + b.
func (u *Unit) sum(x1, x2 float64) float64 { return float64(u.W1*x1) + float64(u.W2*x2) + u.B }

func (u *Unit) Answer(x1, x2 float64) float64 {
	if u.sum(x1, x2) > 0 {
		return 1
	}
	return 0
}

// Reversed is Answer with ≤ in place of >, a mistake in the notes on Nielsen's book.
func (u *Unit) Reversed(x1, x2 float64) float64 { return 1 - u.Answer(x1, x2) }

// Learn trains the unit with the perceptron rule, w ← w + (t − y)·x, line by line of the truth table, until it makes no
// mistake in a pass over all four lines, or has made the given number of passes.
func (u *Unit) Learn(truth [4]float64, maxPasses int) (passes int, learned bool) {
	for passes < maxPasses && !learned {
		passes++
		learned = true
		for i, t := range truth {
			x1, x2 := inputs(i)
			if e := t - u.Answer(x1, x2); e != 0 {
				u.W1 += float64(e * x1)
				u.W2 += float64(e * x2)
				u.B += e
				learned = false
			}
		}
	}
	return passes, learned
}

// Figure draws a truth table as points, and the line w₁x₁ + w₂x₂ + b = 0 of each unit.
func Figure(title string, truth [4]float64, units []Unit) chart.Figure {
	ones, zeros := chart.Line{Name: "1", Points: true}, chart.Line{Name: "0", Points: true}
	for i, t := range truth {
		points := &zeros
		if t == 1 {
			points = &ones
		}
		x1, x2 := inputs(i)
		points.X, points.Y = append(points.X, x1), append(points.Y, x2)
	}
	f := chart.Figure{Kind: chart.Plain, Title: title, Lines: []chart.Line{ones, zeros},
		X: chart.Axis{Label: "x1", From: from, To: to}, Y: chart.Axis{Label: "x2", From: from, To: to},
		Equation: "w₁x₁ + w₂x₂ + b = 0"}
	oneSeparates, onLines := false, ""
	for i, u := range units {
		f.Lines = append(f.Lines, u.line(fmt.Sprintf("line %d", i+1)))
		oneSeparates = oneSeparates || separate([]Unit{u}, truth)
		onLines += u.pointsOnLine()
	}
	f.Caption = "No line that is drawn has all 1 on one side and all 0 on the other"
	switch {
	case oneSeparates:
		f.Caption = "A line has all 1 on one side and all 0 on the other"
	case separate(units, truth):
		f.Caption += ", but between them they part 1 from 0: no area has both"
	}
	f.Caption += "." + onLines
	return f
}

// separate reports whether the units' lines separate the ones from the zeros: whether no area between the lines has
// both.
func separate(units []Unit, truth [4]float64) bool {
	ofArea := map[string]float64{} // for each area, named by the units' answers there, the answer in truth
	for i, t := range truth {
		area := ""
		for _, u := range units {
			area += fmt.Sprint(u.Answer(inputs(i)))
		}
		if other, ok := ofArea[area]; ok && other != t {
			return false
		}
		ofArea[area] = t
	}
	return true
}

// pointsOnLine names the points of a truth table that lie on the unit's line, and what it answers there.
func (u *Unit) pointsOnLine() (text string) {
	for i := range 4 {
		if x1, x2 := inputs(i); u.sum(x1, x2) == 0 {
			text += fmt.Sprintf(" (%v, %v) lies on the line itself, where the sum is 0: a threshold unit answers 0 there.",
				x1, x2)
		}
	}
	return text
}

// from and to are the ends of both axes of the figure.
const from, to = -0.5, 1.5

// line returns the segment of w₁x₁ + w₂x₂ + b = 0 that lies in the figure, as points close to each other.
func (u *Unit) line(name string) chart.Line {
	l := chart.Line{Name: name}
	for i := range 201 {
		at := from + (to-from)*float64(i)/200
		x, y := at, -(u.B+u.W1*at)/u.W2
		if steep := math.Abs(u.W1) > math.Abs(u.W2); steep {
			x, y = -(u.B+u.W2*at)/u.W1, at
		}
		if x >= from && x <= to && y >= from && y <= to {
			l.X, l.Y = append(l.X, x), append(l.Y, y)
		}
	}
	return l
}
