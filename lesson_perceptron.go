// The recipe perceptron: a threshold unit learns the gates, and a network XOR.
package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/report"
)

// gateData is a truth table: the answers to 00, 01, 10 and 11.
func gateData(truth [4]float64) *dataset.Dataset {
	return madeSet("the truth table of XOR", 4, []float64{0, 0, 0, 1, 1, 0, 1, 1}, truth[:])
}

// gates are the truth tables, for 00, 01, 10 and 11.
var gates = []struct {
	name  string
	truth [4]float64
}{{"AND", [4]float64{0, 0, 0, 1}}, {"OR", [4]float64{0, 1, 1, 1}}, {"NAND", [4]float64{1, 1, 1, 0}}, {"XOR",
	[4]float64{0, 1, 1, 0}}}

// A threshold unit answers 1 where w₁x₁ + w₂x₂ + b > 0, else 0.
type threshold struct{ w1, w2, b float64 }

// inequality writes it out: 2·x1 + 1·x2 − 2 > 0.
func (u *threshold) inequality() string {
	return signed(u.w1, 0) + "·x1" + added(u.w2, 0) + "·x2" + added(u.b, 0) + " > 0"
}

func (u *threshold) answer(x1, x2 float64) float64 {
	if float64(u.w1*x1)+float64(u.w2*x2)+u.b > 0 {
		return 1
	}
	return 0
}

// learn is the perceptron rule: w ← w + (t − y)·x, sample by sample, from 0, until a pass
// over all four brings no mistake. It returns how many passes that took.
func (u *threshold) learn(truth [4]float64, most int) (passes int, learned bool) {
	for passes < most && !learned {
		passes++
		learned = true
		for i, t := range truth {
			x1, x2 := float64(i/2), float64(i%2)
			if e := t - u.answer(x1, x2); e != 0 {
				u.w1 += float64(e * x1)
				u.w2 += float64(e * x2)
				u.b += e
				learned = false
			}
		}
	}
	return passes, learned
}

// reversed answers 1 where w₁x₁ + w₂x₂ + b ≤ 0, as the notes have it by mistake.
func (u *threshold) reversed(x1, x2 float64) float64 { return 1 - u.answer(x1, x2) }

// runPerceptron lets a threshold unit learn the gates, and then a network learn XOR.
func runPerceptron(ctx context.Context, x *experiment, out *Printer, bar *progress) error {
	units := [][]string{{"unit", "learned", "y = 1 where"}}
	truth := [][]string{{"x1 x2"}, {"0  0"}, {"0  1"}, {"1  0"}, {"1  1"}}
	can, cannot, right, reversed := []string{}, []string{}, 0, 0
	for _, g := range gates {
		var u threshold
		passes, learned := u.learn(g.truth, 1000)
		verdict := fmt.Sprintf("in %d passes", passes)
		if learned {
			can = append(can, g.name)
		} else {
			verdict, cannot = "not "+verdict, append(cannot, g.name)
		}
		out.Event("perceptron", "gate", g.name, "learned", learned, "passes", passes, "weights", []float64{u.w1,
			u.w2}, "bias", u.b)
		units = append(units, []string{g.name, verdict, u.inequality()})
		truth[0] = append(truth[0], g.name, "unit")
		for i, t := range g.truth {
			x1, x2 := float64(i/2), float64(i%2)
			y := fmt.Sprint(u.answer(x1, x2))
			if learned && u.answer(x1, x2) == t {
				right++
			}
			if learned && u.reversed(x1, x2) == t {
				reversed++
			}
			if y != fmt.Sprint(t) {
				y += " wrong"
			}
			truth[i+1] = append(truth[i+1], fmt.Sprint(t), y)
		}
		x.recorder.Show(gateFigure(g.name+": one threshold unit", g.truth, [][3]float64{{u.w1, u.w2, u.b}}))
	}
	out.Text("\na threshold unit, taught by the perceptron rule w ← w + (t − y)·x:\n\n")
	out.Table(units)
	out.Text("\n")
	out.Table(truth)
	out.Text("\na network with hidden units, taught XOR by backpropagation:\n\n")
	x.recorder.Table("Threshold units, taught by the perceptron rule", "", units)
	x.recorder.Table("Their truth tables", "A unit's answers beside those of the gate.", truth)
	x.after = func() {
		n := x.answerXOR(out, truth)
		x.note(out, "The notes have the inequality the wrong way round, 1 where Wx + b ≤ 0: of the %d answers of "+
			"the units that learned their gate, %d are right with > 0, and %d with ≤ 0.", 4*len(can), right, reversed)
		x.summary = fmt.Sprintf("%s learned, %s not; 2-2-1 answers %d of 4", strings.Join(can, ", "),
			strings.Join(cannot, ", "), n)
	}
	printStart(out, x)
	return x.train(ctx, out, bar)
}

// answerXOR lists what the network answers, and returns how many are right.
func (x *experiment) answerXOR(out *Printer, truth [][]string) (right int) {
	rows := [][]string{{"x1 x2", "XOR", "network"}}
	for i, t := range x.data.Train.Targets {
		y := x.trainer.Net.answer([]float64{float64(i / 2), float64(i % 2)})[0]
		if (y > 0.5) == (t > 0.5) {
			right++
		}
		rows = append(rows, []string{truth[i+1][0], fmt.Sprint(t), fmt.Sprintf("%.4f", y)})
	}
	out.Text("\n")
	out.Table(rows)
	if right < 4 {
		x.note(out, "This one is stuck where every small step makes it worse, as 3 in 100 are: try another -seed.")
	}
	x.recorder.Table("The network’s answers", "", rows)
	l := x.trainer.Net.Layers[0]
	var lines [][3]float64
	for j := range min(l.W.Cols, 4) {
		lines = append(lines, [3]float64{l.W.Row(0)[j], l.W.Row(1)[j], l.B[j]})
	}
	x.recorder.Show(gateFigure("XOR: the lines of the network’s hidden units", gates[3].truth, lines))
	return right
}

// gateFigure shows a truth table as points, and the lines w₁x₁ + w₂x₂ + b = 0.
func gateFigure(title string, truth [4]float64, units [][3]float64) report.Figure {
	ones, zeros := report.Line{Name: "1", Points: true}, report.Line{Name: "0", Points: true}
	for i, t := range truth {
		to := &zeros
		if t == 1 {
			to = &ones
		}
		to.X, to.Y = append(to.X, float64(i/2)), append(to.Y, float64(i%2))
	}
	f := report.Figure{Kind: report.Plain, Title: title, Lines: []report.Line{ones, zeros},
		X: report.Axis{Label: "x1", From: -0.5, To: 1.5}, Y: report.Axis{Label: "x2", From: -0.5, To: 1.5},
		Equation: "w₁x₁ + w₂x₂ + b = 0"}
	alone := false // a line has all ones on one side, and all zeros on the other
	for i, w := range units {
		f.Lines = append(f.Lines, lineOf(fmt.Sprintf("line %d", i+1), w))
		alone = alone || parts(w, truth)
	}
	f.Look = "No line that is drawn has all 1 on one side and all 0 on the other"
	switch {
	case alone:
		f.Look = "A line has all 1 on one side and all 0 on the other"
	case len(units) > 1 && together(units, truth):
		f.Look += ", but between them they part 1 from 0: no area has both"
	}
	f.Look += "."
	return f
}

// sideOf says on which side of a line the i-th place of a truth table lies.
func sideOf(w [3]float64, i int) bool {
	return float64(w[0]*float64(i/2))+float64(w[1]*float64(i%2))+w[2] > 0
}

// together says whether no area between the lines has ones and zeros.
func together(units [][3]float64, truth [4]float64) bool {
	for i := range truth {
		for k := range i {
			same := true
			for _, w := range units {
				same = same && sideOf(w, i) == sideOf(w, k)
			}
			if same && truth[i] != truth[k] {
				return false
			}
		}
	}
	return true
}

// parts says whether the line has all ones on one side and all zeros on the other.
func parts(w [3]float64, truth [4]float64) bool {
	same, other := true, true
	for i, t := range truth {
		same = same && sideOf(w, i) == (t == 1)
		other = other && sideOf(w, i) == (t == 0)
	}
	return same || other
}

// lineOf is the part of w₁x₁ + w₂x₂ + b = 0 within −½ to 1½, both ways.
func lineOf(name string, w [3]float64) report.Line {
	l := report.Line{Name: name}
	const lo, hi = -0.5, 1.5
	for i := range 201 {
		at := lo + (hi-lo)*float64(i)/200
		x, y := at, -(w[2]+w[0]*at)/w[1]
		if math.Abs(w[0]) > math.Abs(w[1]) {
			x, y = -(w[2]+w[1]*at)/w[0], at
		}
		if x >= lo && x <= hi && y >= lo && y <= hi {
			l.X, l.Y = append(l.X, x), append(l.Y, y)
		}
	}
	return l
}
