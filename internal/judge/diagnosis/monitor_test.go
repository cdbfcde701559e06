package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/judge/scores"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// aMonitor is one at the end of a training in which nothing is wrong but that nothing was learned:
// two hidden layers and an output, ten steps an epoch, 320 training samples and 80 to test, all
// figures 1, and a baseline that costs 1.
func aMonitor(change func(a *Training)) (*Monitor, *event.Epoch) {
	about := Training{Epochs: 40, StepsAnEpoch: 10, Train: 320, Test: 80, Outputs: 2, Classes: []string{"a", "b"},
		Shares: []float64{0.5, 0.5},
		Rates:  "0.5", N: 320, Factor: 1, Samples: 64,
		Layers: []Layer{{Activation: "relu", Dies: true, Units: 8, Rate: 0.5, Weights: 1},
			{Activation: "relu", Dies: true, Units: 10, Rate: 0.5, Weights: 1},
			{Activation: "linear", Units: 2, Rate: 0.5, Weights: 1}},
		Baseline: scores.Baseline{Cost: [2]float64{1, 0}, Share: [2]float64{0.5, 0.5}, RMSE: [2]float64{1, 1}}}
	if change != nil {
		change(&about)
	}
	m := New(about)
	well := LayerStats{Activation: 1, Delta: 1, Gradient: 1, Weights: 1}
	m.inputs, m.history = 1, []epochStats{{1, []LayerStats{well, well, well}}}
	m.lowest = event.Epoch{Epoch: 7, TrainCost: 1}
	half := 0.5
	return m, &event.Epoch{Epoch: 40, TrainCost: 1, TrainAccuracy: &half, TestAccuracy: &half}
}

// numbers makes it a training that predicts one.
func numbers(a *Training) { a.Classes, a.Outputs, a.Squares = nil, 1, true }

// tested gives it so many samples to test.
func tested(n int) func(a *Training) { return func(a *Training) { a.Test = n } }

// TestChecks: from which figure on something is wrong, and what is said of it; a hair below it nothing is.
func TestChecks(t *testing.T) {
	type change = func(m *Monitor, e *event.Epoch)
	both := func(changes ...change) change {
		return func(m *Monitor, e *event.Epoch) {
			for _, c := range changes {
				c(m, e)
			}
		}
	}
	cost := func(v float64) change { return func(_ *Monitor, e *event.Epoch) { e.TrainCost = v } }
	inputs := func(v float64) change { return func(m *Monitor, _ *event.Epoch) { m.inputs = v } }
	lowest := func(v float64) change { return func(m *Monitor, _ *event.Epoch) { m.lowest.TrainCost = v } }
	epoch := func(n int) change { return func(_ *Monitor, e *event.Epoch) { e.Epoch = n } }
	delta := func(v float64) change {
		return func(m *Monitor, _ *event.Epoch) { m.history[0].layers[0].Delta = v }
	}
	idle := func(l int, v float64) change {
		return func(m *Monitor, _ *event.Epoch) { m.history[0].layers[l].Idle = v }
	}
	accuracies := func(train, test float64) change {
		return func(_ *Monitor, e *event.Epoch) { e.TrainAccuracy, e.TestAccuracy = &train, &test }
	}
	pulled := func(weights, gradient float64) change {
		return func(m *Monitor, _ *event.Epoch) {
			m.history[0].layers[1].Weights, m.history[0].layers[1].Gradient = weights, gradient
		}
	}
	classes := func(m *Monitor, _ *event.Epoch) { m.oneClass = true }
	decays, weighted := func(a *Training) { a.L2 = 64 }, func(a *Training) { a.Weighted = true }
	tanh := func(a *Training) {
		for l := range a.Layers[:2] {
			a.Layers[l].Activation, a.Layers[l].Dies, a.Layers[l].Saturates = "tanh", false, true
		}
	}
	unknown := func(a *Training) { a.Baseline.Cost[0] = math.NaN() }
	adam := func(rate float64) func(a *Training) {
		return func(a *Training) {
			a.Adam = true
			for l := range a.Layers {
				a.Layers[l].Rate = rate
			}
		}
	}
	single := func(epochs int) func(a *Training) { // samples, each a step
		return func(a *Training) { a.Epochs, a.StepsAnEpoch = epochs, 320 }
	}
	for _, c := range []struct {
		what   string
		find   func(m *Monitor, e event.Epoch) string
		about  func(a *Training)
		change change
		want   string // a part of it; "" for nothing
	}{
		{"all labels the same", (*Monitor).sameLabels, nil, func(m *Monitor, _ *event.Epoch) {
			m.training.Baseline.Share[0], m.training.Baseline.Class = 1, 1
		}, "all 320 training samples are of class b: "},
		{"all but one", (*Monitor).sameLabels, nil, func(m *Monitor, _ *event.Epoch) {
			m.training.Baseline.Share[0], m.training.Baseline.RMSE[0] = 1-1e-8, 0
		}, ""},
		{"inputs of 20", (*Monitor).unscaledInputs, nil, inputs(20),
			"their typical size is 20, but the first weights are made for 1"},
		{"inputs of 19.9", (*Monitor).unscaledInputs, nil, inputs(19.9), ""},
		{"inputs of 20, half learned", (*Monitor).unscaledInputs, nil, both(inputs(20), cost(0.5)), "-scale standard"},
		{"inputs of 20, more than half", (*Monitor).unscaledInputs, nil, both(inputs(20), cost(0.49)), ""},

		// λ/N = 64/320 = 0.2 times weights of 0.09: 0.018, beside a tenth of the gradient.
		{"decay", (*Monitor).strongDecay, decays, pulled(0.09, 0.17),
			"weights of layer 2 down from a typical size of 1 to 0.09; try -l2 0.64 (it is 64)"},
		{"decay beside a larger gradient", (*Monitor).strongDecay, decays, pulled(0.09, 0.19), ""},
		{"weights a tenth of what they were", (*Monitor).strongDecay, decays, pulled(0.1, 0.01), ""},
		{"decay of a line", (*Monitor).strongDecay, func(a *Training) { decays(a); numbers(a); line(a) }, pulled(0.09, 0.17),
			"weights of layer 2"},
		{"decay of noise", (*Monitor).strongDecay, func(a *Training) { decays(a); numbers(a); zigzag(a) },
			pulled(0.09, 0.17), ""},
		{"no decay", (*Monitor).strongDecay, nil, pulled(0.01, 0), ""},
		{"decay, and it learns", (*Monitor).strongDecay, decays, both(pulled(0.09, 0.17), cost(0.95)), ""},

		{"dead", (*Monitor).deadUnits, nil, idle(1, 0.6), "6 of 10 relu units of layer 2 give 0 for every sample"},
		{"fewer dead", (*Monitor).deadUnits, nil, idle(1, 0.59), ""},
		{"dead, and it learns", (*Monitor).deadUnits, nil, both(idle(1, 0.9), cost(0.95)), ""},
		{"nearly all dead, and it learns", (*Monitor).deadUnits, nil, both(idle(1, 0.91), cost(0.1)), "9 of 10 relu"},
		{"dead, and decay has left a tenth", (*Monitor).deadUnits, decays, both(idle(1, 1), pulled(0.1, 0)), "10 of 10"},
		{"dead by decay", (*Monitor).deadUnits, decays, both(idle(1, 1), pulled(0.09, 0)), ""},
		{"small without decay", (*Monitor).deadUnits, nil, both(idle(1, 1), pulled(0.09, 0)), "10 of 10"},
		{"tanh is never dead", (*Monitor).deadUnits, tanh, idle(1, 1), ""},
		{"saturated", (*Monitor).saturatedUnits, tanh, idle(0, 0.9),
			"90 % of the outputs of the tanh units in layer 1 are saturated"},
		{"less saturated", (*Monitor).saturatedUnits, tanh, idle(0, 0.89), ""},
		{"the output saturated", (*Monitor).saturatedUnits, tanh, idle(2, 1), ""},
		{"saturated, and it learns", (*Monitor).saturatedUnits, tanh, both(idle(0, 1), cost(0.95)), ""},
		{"relu is never saturated", (*Monitor).saturatedUnits, nil, idle(0, 1), ""},

		{"vanishing", (*Monitor).vanishingGradient, nil, delta(0.02), "δ of layer 1 is 0.02 times δ of layer 3"},
		{"not yet vanishing", (*Monitor).vanishingGradient, nil, delta(0.021), ""},
		{"vanishing in two layers", (*Monitor).vanishingGradient, nil, func(m *Monitor, _ *event.Epoch) {
			m.history[0].layers = m.history[0].layers[:2]
			m.history[0].layers[0].Delta = 0
		}, ""},

		{"steps too large", (*Monitor).risingCost, nil, cost(1.51),
			"the steps are too large: the training cost is 1.51, but only 1 if the answer ignores"},
		{"no larger than half again", (*Monitor).risingCost, nil, cost(1.5),
			"the training cost rises: it is 1.5, after 1 in epoch 7"},
		{"risen by a quarter", (*Monitor).risingCost, nil, both(cost(0.65), lowest(0.4)), "it is 0.65, after 0.4"},
		{"risen by less", (*Monitor).risingCost, nil, both(cost(0.64), lowest(0.4)), ""},
		{"too high, but the steps are tiny", (*Monitor).risingCost, nil,
			both(cost(1.6), func(m *Monitor, _ *event.Epoch) {
				for l := range m.history[0].layers {
					m.history[0].layers[l].Gradient = 2e-5 // 0.5 · 2e-5 of the weights
				}
			}), "the training cost rises"},
		{"a step just large enough", (*Monitor).risingCost, nil, both(cost(1.6), func(m *Monitor, _ *event.Epoch) {
			for l := range m.history[0].layers {
				m.history[0].layers[l].Gradient = []float64{0, 0, 2.1e-5}[l]
			}
		}), "the steps are too large"},
		{"Adam's steps are as large as its rate", (*Monitor).stillCost, adam(2e-5), both(), "try another -lr"},
		{"Adam's tiny rate", (*Monitor).stillCost, adam(1e-5), both(), "try a larger -lr"},

		{"inputs of 20, and no baseline", (*Monitor).unscaledInputs, unknown, both(inputs(20), cost(9)), ""},
		{"dead, and no baseline", (*Monitor).deadUnits, unknown, idle(1, 0.9), ""},
		{"nearly all dead, and no baseline", (*Monitor).deadUnits, unknown, idle(1, 0.91), "9 of 10 relu"},
		{"risen, and no baseline", (*Monitor).risingCost, unknown, cost(9), ""},
		{"still, and no baseline", (*Monitor).stillCost, unknown, cost(9), ""},

		{"one class", (*Monitor).sameAnswer, nil, classes,
			"and no better than always answering a (50.00 %); try another -lr (it is 0.5) or -init"},
		{"one class, 80 % of all", (*Monitor).sameAnswer, nil, both(classes,
			func(m *Monitor, _ *event.Epoch) { m.training.Baseline.Share = [2]float64{0.8, 0.7} }),
			"always answering a (70.00 %)"},
		{"one class, nearly all", (*Monitor).sameAnswer, nil, both(classes,
			func(m *Monitor, _ *event.Epoch) { m.training.Baseline.Share[0] = 0.81 }), ""},
		{"one class, and it learns", (*Monitor).sameAnswer, nil, both(classes, cost(0.95)), ""},
		{"several classes", (*Monitor).sameAnswer, nil, both(), ""},

		{"still", (*Monitor).stillCost, nil, cost(0.951),
			"does not move: it is 0.951, and 1 if the answer ignores the inputs; try another -lr"},
		{"it learns", (*Monitor).stillCost, nil, cost(0.95), ""},
		{"at a tenth", (*Monitor).stillCost, single(40), epoch(4), ""},
		{"after a tenth", (*Monitor).stillCost, single(40), epoch(5), "does not move"},
		{"after the first of many", (*Monitor).stillCost, single(9), epoch(1), ""},
		{"after the second", (*Monitor).stillCost, single(9), epoch(2), "does not move"},
		{"after the only one", (*Monitor).stillCost, single(1), epoch(1), "does not move"},
		{"300 steps", (*Monitor).stillCost, nil, epoch(30), "does not move"},
		{"290 steps", (*Monitor).stillCost, nil, epoch(29), ""},

		// Of 80 test samples half are right by chance, with a standard deviation of 5.59 %. From 50 to 90 % it
		// is half the way at 70 %: 53 % and three deviations are 69.7 %, 54 % and three are 70.7 %.
		{"shuffled", (*Monitor).shuffledLabels, nil, accuracies(0.9, 0.53),
			"90.00 % of the training samples are right but only 53.00 %"},
		{"shuffled, but too few to say so", (*Monitor).shuffledLabels, nil, accuracies(0.9, 0.54), ""},
		{"a deviation above", (*Monitor).shuffledLabels, nil, accuracies(1, 0.55), "only 55.00 %"},
		{"better than chance", (*Monitor).shuffledLabels, nil, accuracies(1, 0.56), ""},
		{"training is no better either", (*Monitor).shuffledLabels, nil, accuracies(0.69, 0.5), ""},
		{"hardly better than the commonest class in training", (*Monitor).shuffledLabels, nil, both(accuracies(0.99, 0.5),
			func(m *Monitor, _ *event.Epoch) { m.training.Baseline.Share = [2]float64{0.8, 0.5} }), ""},
		{"shuffled, with weights", (*Monitor).shuffledLabels, weighted, accuracies(0.9, 0.5), ""},
		{"one class is nearly all", (*Monitor).shuffledLabels, nil, both(accuracies(1, 0.5),
			func(m *Monitor, _ *event.Epoch) { m.training.Baseline.Share[1] = 0.91 }), ""},
		{"50 to test", (*Monitor).shuffledLabels, tested(50), accuracies(1, 0.5), "only 50.00 %"},
		{"49 to test", (*Monitor).shuffledLabels, tested(49), accuracies(1, 0.5), ""},

		{"far ahead", (*Monitor).generalisationGap, nil, accuracies(0.9, 0.59), "90.00 % right, and 59.00 %"},
		{"less far", (*Monitor).generalisationGap, nil, accuracies(0.9, 0.61), ""},
		{"far ahead by 49", (*Monitor).generalisationGap, tested(49), accuracies(0.9, 0.1), ""},
		{"no test set", (*Monitor).generalisationGap, tested(0),
			func(_ *Monitor, e *event.Epoch) { e.TestAccuracy = nil }, ""},
	} {
		m, e := aMonitor(c.about)
		c.change(m, e)
		if got := c.find(m, *e); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	for rmse, want := range map[float64]bool{0: true, 1e-9: false} {
		m, e := aMonitor(numbers)
		m.training.Baseline.RMSE[0], m.training.Baseline.Share[0] = rmse, 1
		got := m.sameLabels(*e)
		if (got != "") != want || want && !strings.Contains(got, "all numbers to predict are the same") {
			t.Errorf("numbers that lie %v from their mean: %q", rmse, got)
		}
	}
	// Of numbers: a cost of ½ Σ (a − y)², so that 0.08 is a mean square of 0.16 and a root of 0.4 standard deviations.
	for _, c := range []struct {
		rmse, guess float64
		want        bool
	}{{2.1, 6.9, true}, {1.9, 6, false}, {2.1, 7.1, false}} { // five times 0.4 is 2, and 0.3 of 7 is 2.1
		m, e := aMonitor(numbers)
		e.TrainCost, e.TestRMSE, e.TestAccuracy, m.training.Baseline.RMSE[1] = 0.08, &c.rmse, nil, c.guess
		got := m.generalisationGap(*e)
		if (got != "") != c.want || c.want && !strings.Contains(got, "RMSE 0.4, and 2.1") {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestSnapshots: of 320 training samples, each epoch allows 1.6 for snapshots, so that there is one of 64 after the
// first epoch, after every fortieth from there, if it is shown, and after the last; of more than a thousand, every
// second one is kept.
func TestSnapshots(t *testing.T) {
	m, e := aMonitor(func(a *Training) { a.Epochs = 100 })
	m.history = nil
	for e.Epoch = 1; e.Epoch <= 100; e.Epoch++ {
		m.Epoch(*e, e.Epoch != 41, func() Snapshot { return Snapshot{Layers: make([]LayerStats, 3)} })
	}
	epochs := func() (list []int) {
		for _, l := range m.history {
			list = append(list, l.epoch)
		}
		return list
	}
	if got := epochs(); !slices.Equal(got, []int{1, 42, 82, 100}) {
		t.Errorf("snapshots after epochs %v, want 1, 42, 82 and the last", got)
	}
	for m.history = nil; len(m.history) < 1000; {
		m.history = append(m.history, epochStats{epoch: len(m.history)})
	}
	m.add(1000, Snapshot{})
	if got := epochs(); len(got) != 1001 || got[1000] != 1000 {
		t.Errorf("of 1001 snapshots %d are kept", len(got))
	}
	m.add(1001, Snapshot{})
	if got := epochs(); len(got) != 501 || got[0] != 0 || got[1] != 2 || got[499] != 998 || got[500] != 1001 {
		t.Errorf("of 1002 snapshots %d are kept: %v", len(got), got)
	}
}

// TestSince: a sentence says since which epoch it is so, if that is not the first, or not since anything was learned;
// and it is said once.
func TestSince(t *testing.T) {
	for _, c := range []struct {
		cost   float64 // of all epochs
		begins int     // to be so
		want   string
	}{
		{0.9, 1, "8 of 8 relu units of layer 1"}, {0.9, 2, "since epoch 2, 8 of 8 relu units of layer 1"},
		{0.96, 2, "8 of 8 relu units of layer 1"},
	} {
		m, _ := aMonitor(func(a *Training) { a.Samples, a.Run = 1, "one" })
		var said []event.Warning
		for epoch := range 4 {
			snapshot := Snapshot{Layers: slices.Clone(m.newest())}
			if epoch+1 >= c.begins {
				snapshot.Layers[0].Idle = 1
			}
			e := event.Epoch{Epoch: epoch + 1, TrainCost: c.cost}
			said = append(said, m.Epoch(e, true, func() Snapshot { return snapshot })...)
		}
		if len(said) != 1 || !strings.HasPrefix(said[0].Text, c.want) || said[0].Epoch != c.begins ||
			said[0].Cause != "dead" ||
			said[0].Run != "one" || !slices.Equal(m.Causes(), []string{"dead"}) {
			t.Errorf("%+v: %+v, and causes %q", c, said, m.Causes())
		}
	}
	if m := (*Monitor)(nil); m.Epoch(event.Epoch{}, true, nil) != nil || m.End(event.Epoch{}, event.Done{}) != nil {
		t.Error("nobody says something")
	}
}

// TestAgain: what is found, lost and found again begins anew; so a cost that has risen is told of after the second
// epoch in a row.
func TestAgain(t *testing.T) {
	m, _ := aMonitor(func(a *Training) { a.Samples = 1 })
	m.lowest = event.Epoch{}
	snapshot := Snapshot{Layers: m.newest()}
	for i, cost := range []float64{0.2, 0.2, 0.2, 0.2, 0.5, 0.2, 0.5, 0.5} { // a tenth of 40 epochs is 4
		said := m.Epoch(event.Epoch{Epoch: i + 1, TrainCost: cost}, true, func() Snapshot { return snapshot })
		if (len(said) > 0) != (i == 7) || i == 7 && !strings.HasPrefix(said[0].Text,
			"since epoch 7, the training cost rises") {
			t.Errorf("after epoch %d: %v", i+1, said)
		}
	}
}

// TestOrder: at the end, causes stand before what they lead to.
func TestOrder(t *testing.T) {
	m, e := aMonitor(nil)
	train, test := 0.9, 0.5
	e.TrainCost, e.TrainAccuracy, e.TestAccuracy = 0.1, &train, &test
	said := m.End(*e, event.Done{})
	if len(said) != 2 || said[0].Cause != "shuffled" || said[1].Cause != "guessing" ||
		!strings.Contains(said[1].Text, "does not hold for the test samples; try -hidden none") {
		t.Errorf("%+v", said)
	}
}

// TestEnd: a run that ended no better than the baseline is told so; not if it had no test set to speak of and learned,
// nor if its labels are all the same.
func TestEnd(t *testing.T) {
	const equal = "50.00 % of the test samples are right, and always answering a gives 50.00 %"
	for _, c := range []struct {
		what   string
		about  func(a *Training)
		change func(m *Monitor, e *event.Epoch)
		want   string
	}{
		{"80 to test", nil, func(*Monitor, *event.Epoch) {}, equal},
		{"few steps", nil, func(_ *Monitor, e *event.Epoch) { e.Epoch = 29 }, "after 290 steps: train longer"},
		{"enough steps", nil, func(_ *Monitor, e *event.Epoch) { e.Epoch = 30 }, "better than guessing"},
		{"49 to test, and nothing learned", tested(49), func(*Monitor, *event.Epoch) {}, equal},
		{"49 to test, and learned", tested(49), func(_ *Monitor, e *event.Epoch) { e.TrainCost = 0.94 }, ""},
		{"50 to test, and learned", tested(50), func(_ *Monitor, e *event.Epoch) { e.TrainCost = 0.94 }, equal},
		{"none to test", tested(0), func(*Monitor, *event.Epoch) {}, "50.00 % of the training samples"},
		{"labels all the same", nil, func(m *Monitor, _ *event.Epoch) { m.training.Baseline.Share[0] = 1 }, ""},
	} {
		m, e := aMonitor(c.about)
		c.change(m, e)
		got := fmt.Sprint(m.End(*e, event.Done{}))
		if (c.want == "") != (got == "[]") || !strings.Contains(got, c.want) || c.what == "enough steps" &&
			strings.Contains(got, "longer") {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	m, e := aMonitor(numbers) // without a test set: ½ Σ (a − y)² of 0.5 is a root of 1
	m.training.Test, m.training.Baseline.Cost[0] = 0, 0.5
	e.TrainCost, e.TrainAccuracy, e.TestAccuracy = 0.5, nil, nil
	if got := fmt.Sprint(m.End(*e, event.Done{})); !strings.Contains(got,
		"training RMSE 1, and always answering the mean gives 1") {
		t.Errorf("of numbers: %q", got)
	}
	m, e = aMonitor(func(a *Training) { a.Weighted = true })
	for recall, want := range map[float64]string{0.5: "the mean recall of the classes is 0.5000", 0.9: "[]"} {
		if got := fmt.Sprint(m.End(*e,
			event.Done{Quality: &event.Quality{Macro: &event.ClassScores{Recall: recall}}})); !strings.Contains(got,
			want) {
			t.Errorf("a mean recall of %v: %q, want %q", recall, got, want)
		}
		m.warnings = nil
	}
}

// TestAdvice: where the numbers have become too large, it may be that the inputs are.
func TestAdvice(t *testing.T) {
	const rate = "try a smaller -lr (it is 9,2), or check -init and -scale"
	if got := Advice("9,2", 20, false); got != rate {
		t.Errorf("%q", got)
	}
	if got := Advice("9,2", 20.1, false); got != "the inputs are not scaled: their typical size is 20.1, but the first "+
		"weights are made for 1 or less: leave out -scale, or "+rate {
		t.Errorf("%q", got)
	}
}

// TestAdviceWithBug: with a bug in the step, the learning rate is not to blame.
func TestAdviceWithBug(t *testing.T) {
	if got := Advice("0.4", 1, true); !strings.HasPrefix(got, "the bug in the step can do that") ||
		strings.Contains(got, "-init") {
		t.Errorf("%q", got)
	}
}

// TestLayerFigures: of each figure one line a layer, over the epochs that were looked at; what is 0
// throughout has none on a log scale, and linear outputs are neither dead nor saturated.
func TestLayerFigures(t *testing.T) {
	m, _ := aMonitor(nil)
	if m.Figures() != nil || (*Monitor)(nil).Figures() != nil {
		t.Error("figures of one snapshot, or of none")
	}
	m.history = []epochStats{
		{0, []LayerStats{{0.5, 0, 4, 0, 0.1}, {2, 0, 0, 0, 0.2}, {3, 0, 6, 0, 0.3}}},
		{8, []LayerStats{{0.25, 0, 1, 0, 0}, {8, 0, 0, 0, 0.5}, {9, 0, 3, 0, 0}}},
	}
	want := map[chart.Kind][][3]float64{ // layer, and both values
		chart.Gradients:   {{1, 4, 1}, {3, 6, 3}},
		chart.Activations: {{1, 0.5, 0.25}, {2, 2, 8}, {3, 3, 9}},
		chart.Idle:        {{1, 0.1, 0}, {2, 0.2, 0.5}},
	}
	figures := m.Figures()
	for _, f := range figures {
		lines := want[f.Kind]
		if len(f.Lines) != len(lines) {
			t.Fatalf("%s: %d lines, want %d", f.Title, len(f.Lines), len(lines))
		}
		for i, l := range f.Lines {
			if l.Name != "layer "+string('0'+byte(lines[i][0])) || l.X[0] != 0 || l.X[1] != 8 ||
				l.Y[0] != lines[i][1] || l.Y[1] != lines[i][2] {
				t.Errorf("%s: %+v, want %v", f.Title, l, lines[i])
			}
		}
	}
	if len(figures) != 3 || figures[2].Y.To != 0.1 {
		t.Errorf("%d figures, the last up to %v; want 3, up to a tenth at least", len(figures), figures[2].Y.To)
	}
}

// TestOverfitting: training is far ahead of test where it is so in most of the last five epochs, and in this one;
// in shorter runs, at their end.
func TestOverfitting(t *testing.T) {
	for gaps, want := range map[string]string{
		"0 0 0 4 5 0 0 0 0": "", "4 5 0 4 0 4 0 0 0": "6", "0 0 4 4 4 4 4 4 4": "5", "0 0 0 0 0 0 0 4 4": "",
		"0 0 0 0 0 0 4 4 4": "9",
		"4 4 4 4 4 4 4 4 4": "5", "0 4 0 4 0 4 0 4 0": "6",
	} {
		said := ""
		m, _ := aMonitor(func(a *Training) { a.Epochs, a.Baseline.Share, a.Shares = 9, [2]float64{0.1, 0.1}, nil })
		for i, gap := range strings.Fields(gaps) {
			tenths, _ := strconv.ParseFloat(gap, 64)
			train, test := 0.9, 0.9-tenths/10
			if text := m.overfitting(event.Epoch{Epoch: i + 1, TrainAccuracy: &train,
				TestAccuracy: &test}); text != "" && said == "" {
				said = fmt.Sprint(i + 1)
			}
		}
		if said != want {
			t.Errorf("ahead by %s tenths: said after epoch %q, want %q", gaps, said, want)
		}
	}
	m, _ := aMonitor(func(a *Training) { a.Epochs, a.Baseline.Share, a.Shares = 2, [2]float64{0.1, 0.1}, nil })
	train, test := 0.9, 0.5
	if text := m.overfitting(event.Epoch{Epoch: 2, TrainAccuracy: &train, TestAccuracy: &test}); !strings.Contains(text,
		"90.00 % right, and 50.00 %") {
		t.Errorf("at the end of a short run: %q", text)
	}
}

// TestIdle: what counts as dead and as saturated.
func TestIdle(t *testing.T) {
	each := func(f func(row []float64)) {
		f([]float64{0, 0, 1, 0.999})
		f([]float64{0, 1, 0, 0.999})
	}
	zero := func(a float64) bool { return a == 0 }
	for _, c := range []struct {
		idle func(a float64) bool
		dies bool
		want float64
	}{{zero, true, 0.25}, {zero, false, 0.5}, {func(a float64) bool { return a > 0.9 }, true, 0.25}, {nil, false, 0}} {
		if got := Idle(c.idle, c.dies, 4, each); got != c.want {
			t.Errorf("a unit that dies: %v: %v, want %v", c.dies, got, c.want)
		}
	}
}

// TestUnanswered: a class that no test sample is taken for is told with the epoch since which it is so, with what helps
// sigmoid outputs, and is taken back when it is answered after all; few samples say nothing, and a rare class is told
// at the end, if five test samples must be of it.
func TestUnanswered(t *testing.T) {
	about := Training{Epochs: 20, StepsAnEpoch: 100, Train: 1000, Test: 100, Outputs: 3, Classes: []string{"a", "b", "c"},
		Shares: []float64{0.4, 0.4, 0.2}, Squares: true, Rates: "3", N: 1000, Samples: 10,
		Layers: []Layer{{Activation: "sigmoid", Units: 3}}, Baseline: scores.Baseline{Cost: [2]float64{0.3, 0},
			Share: [2]float64{0.4, 0.4}}}
	run := func(about Training, answers func(epoch int) []int) (said []string) {
		m := New(about)
		m.Begin(Snapshot{Layers: []LayerStats{{}}})
		var e event.Epoch
		for epoch := 1; epoch <= about.Epochs; epoch++ {
			train, test := 0.7, 0.6
			e = event.Epoch{Epoch: epoch, TrainCost: 0.1, TrainAccuracy: &train, TestAccuracy: &test, Answers: answers(epoch)}
			for _, w := range m.Epoch(e, true, func() Snapshot { return Snapshot{Layers: []LayerStats{{}}} }) {
				said = append(said, fmt.Sprint(epoch, " ", w.Text))
			}
		}
		for _, w := range m.End(e, event.Done{}) {
			said = append(said, "end "+w.Text)
		}
		return said
	}
	silent := func(from, to int) func(epoch int) []int {
		return func(epoch int) []int {
			if epoch >= from && epoch <= to {
				return []int{60, 0, 40}
			}
			return []int{40, 40, 20}
		}
	}
	few, rare, soft, rarer, heavy := about, about, about, about, about
	few.Test, rare.Shares, soft.Squares, rarer.Shares = 59, []float64{0.6, 0.1, 0.3}, false, []float64{0.6, 0.04, 0.36}
	heavy.Shares, heavy.Weighted = rare.Shares, true
	even, five := about, about // half of what each of four classes has is not rare, nor are five samples too few
	even.Classes, even.Shares = []string{"a", "b", "c", "d"}, []float64{0.5, 0.125, 0.25, 0.125}
	five.Shares = []float64{0.6, 0.05, 0.35}
	short := about
	short.Epochs = 10
	for _, c := range []struct {
		about    Training
		from, to int
		want     []string
	}{
		{about, 1, 20, []string{"4 from the first epoch on, no test sample is classified as b", "σ′"}},
		{about, 2, 12, []string{"4 since epoch 2", "end what"}},
		{about, 7, 20, []string{"8 since epoch 7, no test sample is classified as b",
			"-lr (it is 3), or -cost bce, whose δ"}},
		{about, 7, 12, []string{"8 since epoch 7", "end what was said after epoch 8 no longer holds at the end: since " +
			"epoch 7"}},
		{short, 1, 3, []string{"10 before epoch 4, no test sample was classified as b"}}, {short, 1, 2, nil},
		{about, 2, 3, nil}, {few, 1, 20, nil}, {rare, 1, 19, nil}, {rarer, 1, 20, nil}, {heavy, 1, 20, nil},
		{rare, 1, 20, []string{"end no test sample is classified as b, though 10 % of the training samples are: " +
			"the class is rare", "-classweight balanced"}},
		{soft, 1, 20, []string{"another output is larger for every sample; try another -seed, or a smaller " +
			"-lr (it is 3)"}},
		{even, 7, 20, []string{"8 since epoch 7"}}, {five, 1, 20,
			[]string{"end no test sample is classified as b, though 5 %"}},
	} {
		got := strings.Join(run(c.about, silent(c.from, c.to)), "\n")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("silent from %d to %d: %q; want %q", c.from, c.to, got, want)
			}
		}
		if strings.Contains(got, "end what was said after epoch 10 ") {
			t.Errorf("silent from %d to %d: said after the last epoch and taken back: %q", c.from, c.to, got)
		}
		if c.want == nil && got != "" {
			t.Errorf("silent from %d to %d: %q; want nothing", c.from, c.to, got)
		}
	}
}
