package diagnosis

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/judge/baseline"
	"backprop/internal/show/event"
)

// That all answers are one class is told if that is no better than the commonest class, unless it is nearly all.
func TestSameAnswer(t *testing.T) {
	oneClass := func(m *Monitor, _ *event.Epoch) { m.oneClass = true }
	checkFindings(t, (*Monitor).sameAnswer, []finding{
		{"one class", nil, oneClass,
			"and no better than always answering a (50.00 %); try another -lr (it is 0.5) or -init"},
		{"one class, 80 % of the training samples", shares(0.8, 0.7), oneClass, "always answering a (70.00 %)"},
		{"one class, 81 % of the training samples", shares(0.81, 0.5), oneClass, ""},
		{"one class, and it learns", nil, all(oneClass, cost(0.95)), ""},
		{"several classes", nil, nil, ""},
	})
}

// threeClasses is a training of 20 epochs on 1000 samples of classes a, b and c.
func threeClasses(change func(t *Training)) Training {
	t := Training{Epochs: 20, StepsAnEpoch: 100, Train: 1000, Test: 100, Outputs: 3, Classes: []string{"a", "b", "c"},
		Shares: []float64{0.4, 0.4, 0.2}, Squares: true, Rates: "3", N: 1000, Samples: 10,
		Layers:   []Layer{{Activation: "sigmoid", Units: 3}},
		Baseline: baseline.Scores{Cost: [2]float64{0.3, 0}, Share: [2]float64{0.4, 0.4}}}
	if change != nil {
		change(&t)
	}
	return t
}

// warningsWithout watches a training in which no test sample is classified as b in the epochs from ≤ epoch ≤ to. Each
// warning begins with its epoch, or with "end".
func warningsWithout(about Training, from, to int) (said []string) {
	m := New(about)
	snapshot := Snapshot{Layers: []LayerStats{{}}}
	m.Begin(snapshot)
	train, test := 0.7, 0.6
	e := event.Epoch{TrainCost: 0.1, TrainAccuracy: &train, TestAccuracy: &test}
	for e.Epoch = 1; e.Epoch <= about.Epochs; e.Epoch++ {
		e.Answers = []int{79, 1, 20}
		if e.Epoch >= from && e.Epoch <= to {
			e.Answers = []int{60, 0, 40}
		}
		for _, w := range m.Epoch(e, true, func() Snapshot { return snapshot }) {
			said = append(said, fmt.Sprint(e.Epoch, " ", w.Text))
		}
	}
	e.Epoch = about.Epochs
	for _, w := range m.End(e, event.Done{}) {
		said = append(said, "end "+w.Text)
	}
	return said
}

// A class as which no test sample is classified is told, with the epoch since which it is so and what helps sigmoid
// outputs; it is taken back if the class is answered after all. A rare class is told at the end, if at least five
// test samples must be of it.
func TestUnansweredClass(t *testing.T) {
	shares := func(shares ...float64) func(t *Training) { return func(t *Training) { t.Shares = shares } }
	rare := shares(0.6, 0.1, 0.3)
	for _, c := range []struct {
		name     string
		change   func(t *Training)
		from, to int
		want     []string // nil: no warning
	}{
		{"from the first epoch", nil, 1, 20,
			[]string{"4 from the first epoch on, no test sample is classified as b", "σ′"}},
		{"from the second, for a while", nil, 2, 12, []string{"4 since epoch 2", "end what"}},
		{"from the seventh", nil, 7, 20, []string{"8 since epoch 7, no test sample is classified as b",
			"-lr (it is 3), or -cost bce, whose δ"}},
		{"from the seventh, for a while", nil, 7, 12, []string{"8 since epoch 7",
			"end what was said after epoch 8 no longer holds at the end: since epoch 7"}},
		{"the first three of ten epochs", func(t *Training) { t.Epochs = 10 }, 1, 3,
			[]string{"10 before epoch 4, no test sample was classified as b"}},
		{"the first two of ten epochs", func(t *Training) { t.Epochs = 10 }, 1, 2, nil},
		{"the first three of 19 epochs", func(t *Training) { t.Epochs = 19 }, 1, 3,
			[]string{"19 before epoch 4, no test sample was classified as b"}},
		{"the first three of 20 epochs", nil, 1, 3, nil},
		{"two epochs", nil, 2, 3, nil},
		{"with weights", func(t *Training) { t.Weighted = true }, 1, 20, nil},
		{"20 test samples a class", func(t *Training) { t.Test = 60 }, 1, 20, []string{"4 from the first epoch on"}},
		{"fewer than 20 test samples a class", func(t *Training) { t.Test = 59 }, 1, 20, nil},
		{"a rare class, answered in the end", rare, 1, 19, nil},
		{"a rare class of four test samples", shares(0.6, 0.04, 0.36), 1, 20, nil},
		{"a rare class, with weights", func(t *Training) { rare(t); t.Weighted = true }, 1, 20, nil},
		{"a rare class", rare, 1, 20, []string{"end no test sample is classified as b, though 10 % of the training " +
			"samples are: the class is rare", "-classweight balanced"}},
		{"a rare class of five test samples", shares(0.6, 0.05, 0.35), 1, 20,
			[]string{"end no test sample is classified as b, though 5 %"}},
		{"no squared error", func(t *Training) { t.Squares = false }, 1, 20,
			[]string{"another output is larger for every sample; try another -seed, or a smaller -lr (it is 3)"}},
		{"half of its share of four classes", func(t *Training) {
			t.Classes, t.Shares = []string{"a", "b", "c", "d"}, []float64{0.5, 0.125, 0.25, 0.125}
		}, 7, 20, []string{"8 since epoch 7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(warningsWithout(threeClasses(c.change), c.from, c.to), "\n")
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			if c.want == nil && got != "" {
				t.Errorf("got %q, want nothing", got)
			}
			if strings.Contains(got, "end what was said after epoch 10 ") {
				t.Errorf("got %q: told after the last epoch, and taken back", got)
			}
		})
	}
}
