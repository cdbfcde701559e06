package lessons

import (
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/run/gates"
)

// A unit that answers 1 where w·x + b > 0 has all answers of AND right, and one with the reversed inequality none.
// Those of a unit that has not learned its gate do not count.
func TestAnswersOfAUnit(t *testing.T) {
	and := gates.All[slices.IndexFunc(gates.All, func(g gates.Gate) bool { return g.Name == "AND" })]
	for unit, want := range map[gates.Unit][2]int{{W1: 1, W2: 1, B: -1.5}: {4, 0}, {W1: -1, W2: -1, B: 1.5}: {0, 4}} {
		p := &perceptron{truth: make([][]string, 5)}
		p.addAnswers(and, unit, true)
		p.addAnswers(and, unit, false)
		if got := [2]int{p.correct, p.reversed}; got != want {
			t.Errorf("%+v: got %v right and %v with the reversed inequality, want %v", unit, got[0], got[1], want)
		}
	}
}

// The units learn all gates but XOR, which the network gets right, here all but 1 and 1.
func TestPerceptron(t *testing.T) {
	hidden := layerOf("sigmoid", []float64{1, 2}, []float64{3, 4}, []float64{5, 6})
	f := &fake{answers: []float64{0.25, 0.75, 0.625, 0.5625},
		run: Training{Data: &dataset.Dataset{Train: dataset.Set{Targets: []float64{0, 1, 1, 0}}}}}
	f.run.Layers = append(f.run.Layers, hidden)
	lab, p := labOf(f), &perceptron{}
	if err := p.teach(lab); err != nil {
		t.Fatal(err)
	}
	p.compare(t.Context(), lab)
	expectText(t, f.transcript, `event perceptron [gate AND learned true passes 6 weights [2 1] bias -2]
page: figure AND: one threshold unit
`, `
page: figure XOR: one threshold unit

a threshold unit, taught by the perceptron rule w ← w + (t − y)·x:

unit | learned | y = 1 where
AND | in 6 passes | 2·x1 + 1·x2 − 2 > 0
OR | in 4 passes | 1·x1 + 1·x2 + 0 > 0
NAND | in 6 passes | −2·x1 − 1·x2 + 3 > 0
XOR | not in 1000 passes | −1·x1 + 0·x2 + 1 > 0
page: table "Threshold units, taught by the perceptron rule", "", 5 rows

x1 x2 | AND | unit | OR | unit | NAND | unit | XOR | unit
0  0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 1 wrong
0  1 | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 1
1  0 | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 0 wrong
1  1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0
page: table "Their truth tables", "A unit's answers beside those of the gate.", 5 rows

a network with hidden units, taught XOR by backpropagation:


x1 x2 | XOR | network
0  0 | 0 | 0.2500
0  1 | 1 | 0.7500
1  0 | 1 | 0.6250
1  1 | 0 | 0.5625
page: table "The network’s answers", "", 5 rows
`, `
page: figure XOR: the lines of the network’s hidden units
`)
	expectNotes(t, lab, "This one is stuck where every small step makes it worse, as 3 in 100 are: try another -seed.",
		"The notes have the inequality the wrong way round, 1 where Wx + b ≤ 0: of the 12 answers of the units that "+
			"learned their gate, 12 are right with > 0, and 0 with ≤ 0.")
	if want := "AND, OR, NAND learned, XOR not; 2-2-1 answers 3 of 4"; lab.Summary != want {
		t.Errorf("got %q, want %q", lab.Summary, want)
	}
}
