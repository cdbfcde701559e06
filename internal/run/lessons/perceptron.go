// The recipe perceptron: threshold units learn the gates, and a network learns XOR.

package lessons

import (
	"context"
	"fmt"
	"strings"

	"backprop/internal/run/gates"
)

// A perceptron holds the results of the threshold units.
type perceptron struct {
	learned           []string // gates
	notLearned        []string
	correct, reversed int        // right answers of the units that learned, by either inequality
	truth             [][]string // the truth tables: for each gate, a column of its answers and one of its unit's
}

// teach trains a threshold unit on each gate.
func (p *perceptron) teach(lab *Lab) error {
	units := [][]string{{"unit", "learned", "y = 1 where"}}
	p.truth = [][]string{{"x1 x2"}, {"0  0"}, {"0  1"}, {"1  0"}, {"1  1"}}
	for _, g := range gates.All {
		var u gates.Unit
		passes, learned := u.Learn(g.Truth, 1000)
		verdict := fmt.Sprintf("in %d passes", passes)
		if learned {
			p.learned = append(p.learned, g.Name)
		} else {
			verdict, p.notLearned = "not "+verdict, append(p.notLearned, g.Name)
		}
		lab.Out.Event("perceptron", "gate", g.Name, "learned", learned, "passes", passes,
			"weights", []float64{u.W1, u.W2}, "bias", u.B)
		units = append(units, []string{g.Name, verdict, u.Inequality()})
		p.addAnswers(g, u, learned)
		lab.Page.Show(gates.Figure(g.Name+": one threshold unit", g.Truth, []gates.Unit{u}))
	}
	lab.Out.Text("\na threshold unit, taught by the perceptron rule w ← w + (t − y)·x:\n")
	lab.table("Threshold units, taught by the perceptron rule", "", units)
	lab.table("Their truth tables", "A unit's answers beside those of the gate.", p.truth)
	lab.Out.Text("\na network with hidden units, taught XOR by backpropagation:\n\n")
	return nil
}

// addAnswers adds two columns to the truth tables, the answers of a gate and those of its unit, and counts the unit's
// right answers.
func (p *perceptron) addAnswers(g gates.Gate, u gates.Unit, learned bool) {
	p.truth[0] = append(p.truth[0], g.Name, "unit")
	for i, t := range g.Truth {
		x1, x2 := float64(i/2), float64(i%2)
		y := fmt.Sprint(u.Answer(x1, x2))
		if learned && u.Answer(x1, x2) == t {
			p.correct++
		}
		if learned && u.Reversed(x1, x2) == t {
			p.reversed++
		}
		if y != fmt.Sprint(t) {
			y += " wrong"
		}
		p.truth[i+1] = append(p.truth[i+1], fmt.Sprint(t), y)
	}
}

// compare lists the network's answers to XOR, which no single unit can learn.
func (p *perceptron) compare(_ context.Context, lab *Lab) {
	x, right := lab.Training(), 0
	rows := [][]string{{"x1 x2", "XOR", "network"}}
	for i, t := range x.Data.Train.Targets {
		y := lab.Answer([]float64{float64(i / 2), float64(i % 2)})[0]
		if (y > 0.5) == (t > 0.5) {
			right++
		}
		rows = append(rows, []string{p.truth[i+1][0], fmt.Sprint(t), fmt.Sprintf("%.4f", y)})
	}
	lab.table("The network’s answers", "", rows)
	if right < 4 {
		lab.note("This one is stuck where every small step makes it worse, as 3 in 100 are: try another -seed.")
	}
	l := x.Layers[0]
	var lines []gates.Unit
	for j := range min(l.Cols, 4) {
		lines = append(lines, gates.Unit{W1: l.Row(0)[j], W2: l.Row(1)[j], B: l.B[j]})
	}
	lab.Page.Show(gates.Figure("XOR: the lines of the network’s hidden units", gates.XOR.Truth, lines))
	lab.note("The notes have the inequality the wrong way round, 1 where Wx + b ≤ 0: of the %d answers of "+
		"the units that learned their gate, %d are right with > 0, and %d with ≤ 0.", 4*len(p.learned), p.correct,
		p.reversed)
	lab.Summary = fmt.Sprintf("%s learned, %s not; 2-2-1 answers %d of 4", strings.Join(p.learned, ", "),
		strings.Join(p.notLearned, ", "), right)
}
