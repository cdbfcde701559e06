// Package gates has logic gates, and a threshold unit, which learns those whose answers one straight line parts.
package gates

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// A Gate has an answer each to 00, 01, 10 and 11.
type Gate struct {
	Name  string
	Truth [4]float64
}

// All are the gates, and XOR the last of them, which no threshold unit learns.
var (
	All = []Gate{{"AND", [4]float64{0, 0, 0, 1}}, {"OR", [4]float64{0, 1, 1, 1}}, {"NAND", [4]float64{1, 1, 1, 0}}, XOR}
	XOR = Gate{"XOR", [4]float64{0, 1, 1, 0}}
)

// Data is the gate's truth table to learn from.
func (g Gate) Data() *dataset.Dataset {
	return &dataset.Dataset{Name: "the truth table of " + g.Name, Train: dataset.Set{N: 4, Dim: 2,
		Values: []float64{0, 0, 0, 1, 1, 0, 1, 1}, Targets: g.Truth[:]}}
}

// A Unit is a threshold unit: it answers 1 where w₁x₁ + w₂x₂ + b > 0, else 0.
type Unit struct{ W1, W2, B float64 }

// Inequality writes it out: 2·x1 + 1·x2 − 2 > 0.
func (u *Unit) Inequality() string {
	return text.Signed(u.W1, 0) + "·x1" + text.Term(u.W2, 0) + "·x2" + text.Term(u.B, 0) + " > 0"
}

func (u *Unit) Answer(x1, x2 float64) float64 {
	if float64(u.W1*x1)+float64(u.W2*x2)+u.B > 0 {
		return 1
	}
	return 0
}

// Learn is the perceptron rule: w ← w + (t − y)·x, sample by sample, from 0, until a pass
// over all four brings no mistake. It returns how many passes that took.
func (u *Unit) Learn(truth [4]float64, most int) (passes int, learned bool) {
	for passes < most && !learned {
		passes++
		learned = true
		for i, t := range truth {
			x1, x2 := float64(i/2), float64(i%2)
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

// Reversed answers 1 where w₁x₁ + w₂x₂ + b ≤ 0, as the notes have it by mistake.
func (u *Unit) Reversed(x1, x2 float64) float64 { return 1 - u.Answer(x1, x2) }

// Figure shows a truth table as points, and the lines w₁x₁ + w₂x₂ + b = 0.
func Figure(title string, truth [4]float64, units []Unit) chart.Figure {
	ones, zeros := chart.Line{Name: "1", Points: true}, chart.Line{Name: "0", Points: true}
	for i, t := range truth {
		to := &zeros
		if t == 1 {
			to = &ones
		}
		to.X, to.Y = append(to.X, float64(i/2)), append(to.Y, float64(i%2))
	}
	f := chart.Figure{Kind: chart.Plain, Title: title, Lines: []chart.Line{ones, zeros},
		X: chart.Axis{Label: "x1", From: -0.5, To: 1.5}, Y: chart.Axis{Label: "x2", From: -0.5, To: 1.5},
		Equation: "w₁x₁ + w₂x₂ + b = 0"}
	alone := false // a line has all ones on one side, and all zeros on the other
	on := ""
	for i, u := range units {
		f.Lines = append(f.Lines, u.line(fmt.Sprintf("line %d", i+1)))
		alone = alone || u.separates(truth)
		on += u.on()
	}
	f.Caption = "No line that is drawn has all 1 on one side and all 0 on the other"
	switch {
	case alone:
		f.Caption = "A line has all 1 on one side and all 0 on the other"
	case len(units) > 1 && separateTogether(units, truth):
		f.Caption += ", but between them they part 1 from 0: no area has both"
	}
	f.Caption += "." + on
	return f
}

// on names the places of a truth table that lie on the unit's line, and what it answers there.
func (u Unit) on() (text string) {
	for i := range 4 {
		x1, x2 := float64(i/2), float64(i%2)
		if float64(u.W1*x1)+float64(u.W2*x2)+u.B == 0 {
			text += fmt.Sprintf(" (%v, %v) lies on the line itself, where the sum is 0: a threshold unit answers 0 there.",
				x1, x2)
		}
	}
	return text
}

// above says on which side of the unit's line the i-th place of a truth table lies.
func (u Unit) above(i int) bool { return u.Answer(float64(i/2), float64(i%2)) == 1 }

// separateTogether says whether no area between the lines has ones and zeros.
func separateTogether(units []Unit, truth [4]float64) bool {
	for i := range truth {
		for k := range i {
			same := true
			for _, u := range units {
				same = same && u.above(i) == u.above(k)
			}
			if same && truth[i] != truth[k] {
				return false
			}
		}
	}
	return true
}

// separates says whether the line has all ones on one side and all zeros on the other.
func (u Unit) separates(truth [4]float64) bool {
	same, other := true, true
	for i, t := range truth {
		same = same && u.above(i) == (t == 1)
		other = other && u.above(i) == (t == 0)
	}
	return same || other
}

// line is the part of w₁x₁ + w₂x₂ + b = 0 within −½ to 1½, both ways.
func (u Unit) line(name string) chart.Line {
	l := chart.Line{Name: name}
	const lo, hi = -0.5, 1.5
	for i := range 201 {
		at := lo + (hi-lo)*float64(i)/200
		x, y := at, -(u.B+u.W1*at)/u.W2
		if math.Abs(u.W1) > math.Abs(u.W2) {
			x, y = -(u.B+u.W2*at)/u.W1, at
		}
		if x >= lo && x <= hi && y >= lo && y <= hi {
			l.X, l.Y = append(l.X, x), append(l.Y, y)
		}
	}
	return l
}
