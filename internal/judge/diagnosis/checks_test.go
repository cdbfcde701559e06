package diagnosis

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/judge/baseline"
	"backprop/internal/show/event"
)

// monitorAtEnd returns a monitor at the end of a training in which nothing is wrong but that nothing was learned: two
// hidden layers and an output, ten steps an epoch, 320 training and 80 test samples, all figures 1, and a baseline that
// costs 1. about changes what is known before the training.
func monitorAtEnd(about ...func(t *Training)) (*Monitor, *event.Epoch) {
	training := Training{Epochs: 40, StepsAnEpoch: 10, Train: 320, Test: 80, Outputs: 2, Classes: []string{"a", "b"},
		Shares: []float64{0.5, 0.5}, Rates: "0.5", N: 320, Factor: 1, Samples: 64,
		Layers: []Layer{{Activation: "relu", Dies: true, Units: 8, Rate: 0.5, Weights: 1},
			{Activation: "relu", Dies: true, Units: 10, Rate: 0.5, Weights: 1},
			{Activation: "linear", Units: 2, Rate: 0.5, Weights: 1}},
		Baseline: baseline.Scores{Cost: [2]float64{1, 0}, Share: [2]float64{0.5, 0.5}, RMSE: [2]float64{1, 1}}}
	for _, change := range about {
		change(&training)
	}
	m := New(training)
	well := LayerStats{Activation: 1, Delta: 1, Gradient: 1, Weights: 1}
	m.inputs, m.history = 1, []epochStats{{1, []LayerStats{well, well, well}}}
	m.lowest = event.Epoch{Epoch: 7, TrainCost: 1}
	half := 0.5
	return m, &event.Epoch{Epoch: 40, TrainCost: 1, TrainAccuracy: &half, TestAccuracy: &half}
}

// Changes of what is known before the training.

// numbers makes it a training that predicts one number.
func numbers(t *Training) { t.Classes, t.Outputs, t.Squares = nil, 1, true }

func testSamples(n int) func(t *Training) { return func(t *Training) { t.Test = n } }
func withDecay(t *Training)               { t.L2 = 64 }
func noBaseline(t *Training)              { t.Baseline.Cost[0] = math.NaN() }
func costsTwo(t *Training)                { t.Baseline.Cost[0] = 2 }

func withTanh(t *Training) {
	for l := range t.Layers[:2] {
		t.Layers[l].Activation, t.Layers[l].Dies, t.Layers[l].Saturates = "tanh", false, true
	}
}

func shares(train, test float64) func(t *Training) {
	return func(t *Training) { t.Baseline.Share = [2]float64{train, test} }
}

// A change changes what the training has led to.
type change = func(m *Monitor, e *event.Epoch)

func all(changes ...change) change {
	return func(m *Monitor, e *event.Epoch) {
		for _, c := range changes {
			c(m, e)
		}
	}
}

func epoch(n int) change           { return func(_ *Monitor, e *event.Epoch) { e.Epoch = n } }
func cost(v float64) change        { return func(_ *Monitor, e *event.Epoch) { e.TrainCost = v } }
func lowestCost(v float64) change  { return func(m *Monitor, _ *event.Epoch) { m.lowest.TrainCost = v } }
func inputs(v float64) change      { return func(m *Monitor, _ *event.Epoch) { m.inputs = v } }
func delta(v float64) change       { return layer(1, func(s *LayerStats) { s.Delta = v }) }
func idle(l int, v float64) change { return layer(l, func(s *LayerStats) { s.Idle = v }) }
func weights(w, gradient float64) change {
	return layer(2, func(s *LayerStats) { s.Weights, s.Gradient = w, gradient })
}

// layer changes the figures of layer l, counted from 1.
func layer(l int, f func(s *LayerStats)) change {
	return func(m *Monitor, _ *event.Epoch) { f(&m.history[0].layers[l-1]) }
}

func accuracies(train, test float64) change {
	return func(_ *Monitor, e *event.Epoch) { e.TrainAccuracy, e.TestAccuracy = &train, &test }
}

// A finding is what a check finds in a training.
type finding struct {
	name   string
	about  func(t *Training) // nil: as monitorAtEnd has it
	change change            // nil: as monitorAtEnd has it
	want   string            // a part of it; "" for nothing
}

// checkFindings compares what a check finds in several trainings.
func checkFindings(t *testing.T, find func(m *Monitor, e event.Epoch) string, findings []finding) {
	t.Helper()
	for _, f := range findings {
		var about []func(t *Training)
		if f.about != nil {
			about = append(about, f.about)
		}
		m, e := monitorAtEnd(about...)
		if f.change != nil {
			f.change(m, e)
		}
		if got := find(m, *e); f.want == "" && got != "" || !strings.Contains(got, f.want) {
			t.Errorf("%s: got %q, want %q", f.name, got, f.want)
		}
	}
}

// There is nothing to learn if all labels or all numbers to predict are the same.
func TestSameLabels(t *testing.T) {
	rmse := func(v float64) func(t *Training) {
		return func(t *Training) { numbers(t); t.Baseline.RMSE[0], t.Baseline.Share[0] = v, 1 }
	}
	checkFindings(t, (*Monitor).sameLabels, []finding{
		{"all labels the same", func(t *Training) { t.Baseline.Share[0], t.Baseline.Class = 1, 1 }, nil,
			"all 320 training samples are of class b: "},
		{"all labels but one", func(t *Training) { t.Baseline.Share[0], t.Baseline.RMSE[0] = 1-5e-9, 0 }, nil, ""},
		{"all numbers the same", rmse(0), nil, "all numbers to predict are the same"},
		{"numbers that hardly differ", rmse(1e-9), nil, ""},
	})
}

// Inputs of a typical size of 20 are not scaled, unless most has been learned all the same.
func TestUnscaledInputs(t *testing.T) {
	checkFindings(t, (*Monitor).unscaledInputs, []finding{
		{"20", nil, inputs(20), "their typical size is 20, but the first weights are made for 1"},
		{"19.9", nil, inputs(19.9), ""},
		{"20, and half is learned", nil, all(inputs(20), cost(0.5)), "-scale standard"},
		{"20, and more than half is learned", nil, all(inputs(20), cost(0.49)), ""},
		{"20, and more than half of 2 is learned", costsTwo, all(inputs(20), cost(0.99)), ""},
		{"20, and no baseline", noBaseline, all(inputs(20), cost(9)), ""},
	})
}

// Weight decay is too strong if it has shrunk the weights to less than a tenth, and pulls more than a tenth of the
// gradient: λ/N = 64/320 = 0.2 times weights of 0.09 is 0.018.
func TestStrongDecay(t *testing.T) {
	onLine := func(t *Training) { withDecay(t); numbers(t); line(t) }
	onNoise := func(t *Training) { withDecay(t); numbers(t); zigzag(t) }
	checkFindings(t, (*Monitor).strongDecay, []finding{
		{"a small gradient", withDecay, weights(0.09, 0.17),
			"weights of layer 2 down from a typical size of 1 to 0.09; try -l2 0.64 (it is 64)"},
		{"a larger gradient", withDecay, weights(0.09, 0.19), ""},
		{"a tenth of the weights is left", withDecay, weights(0.1, 0.01), ""},
		{"numbers on a line", onLine, weights(0.09, 0.17), "weights of layer 2"},
		{"numbers that are noise", onNoise, weights(0.09, 0.17), ""},
		{"no decay", nil, weights(0.01, 0), ""},
		{"it learns", withDecay, all(weights(0.09, 0.17), cost(0.95)), ""},
	})
}

// Relu units are dead if they give 0 for every sample: 60 % of a layer if nothing is learned, or nearly all of it.
func TestDeadUnits(t *testing.T) {
	checkFindings(t, (*Monitor).deadUnits, []finding{
		{"60 %", nil, idle(2, 0.6), "6 of 10 relu units of layer 2 give 0 for every sample"},
		{"59 %", nil, idle(2, 0.59), ""},
		{"90 %, and it learns", nil, all(idle(2, 0.9), cost(0.95)), ""},
		{"91 %, and it learns", nil, all(idle(2, 0.91), cost(0.1)), "9 of 10 relu"},
		{"decay has left a tenth of the weights", withDecay, all(idle(2, 1), weights(0.1, 0)), "10 of 10"},
		{"dead by decay", withDecay, all(idle(2, 1), weights(0.09, 0)), ""},
		{"dead by a small decay", func(t *Training) { t.L2, t.Layers[1].Weights = 0.5, 2 },
			all(idle(2, 1), weights(0.15, 0)), ""},
		{"small weights without decay", nil, all(idle(2, 1), weights(0.09, 0)), "10 of 10"},
		{"tanh units never die", withTanh, idle(2, 1), ""},
		{"90 %, and no baseline", noBaseline, idle(2, 0.9), ""},
		{"91 %, and no baseline", noBaseline, idle(2, 0.91), "9 of 10 relu"},
	})
}

// Hidden units that saturate are told if 90 % of a layer's outputs are saturated and nothing is learned.
func TestSaturatedUnits(t *testing.T) {
	checkFindings(t, (*Monitor).saturatedUnits, []finding{
		{"90 %", withTanh, idle(1, 0.9), "90 % of the outputs of the tanh units in layer 1 are saturated"},
		{"89 %", withTanh, idle(1, 0.89), ""},
		{"the output layer", func(t *Training) { withTanh(t); t.Layers[2].Saturates = true }, idle(3, 1), ""},
		{"it learns", withTanh, all(idle(1, 1), cost(0.95)), ""},
		{"relu units never saturate", nil, idle(1, 1), ""},
	})
}

// The gradient vanishes if δ of the first of at least three layers is 2 % of δ of the last, or less.
func TestVanishingGradient(t *testing.T) {
	twoLayers := func(m *Monitor, _ *event.Epoch) { m.history[0].layers = m.history[0].layers[:2] }
	checkFindings(t, (*Monitor).vanishingGradient, []finding{
		{"2 %", nil, delta(0.02), "δ of layer 1 is 0.02 times δ of layer 3"},
		{"2.1 %", nil, delta(0.021), ""},
		{"2 % of 2", nil, all(delta(0.04), layer(3, func(s *LayerStats) { s.Delta = 2 })), "δ of layer 1 is 0.02 times δ"},
		{"two layers", nil, all(twoLayers, delta(0)), ""},
	})
}

// The cost rises if it is a quarter of the baseline's cost above the lowest; above 1.5 times the baseline's cost the
// steps are too large, unless they are tiny.
func TestRisingCost(t *testing.T) {
	gradients := func(ofLayer3, ofOthers float64) change {
		return all(layer(1, func(s *LayerStats) { s.Gradient = ofOthers }),
			layer(2, func(s *LayerStats) { s.Gradient = ofOthers }), layer(3, func(s *LayerStats) { s.Gradient = ofLayer3 }))
	}
	checkFindings(t, (*Monitor).risingCost, []finding{
		{"1.51", nil, cost(1.51), "the steps are too large: the training cost is 1.51, but only 1 if the answer ignores"},
		{"1.5", nil, cost(1.5), "the training cost rises: it is 1.5, after 1 in epoch 7"},
		{"from 0.4 to 0.65", nil, all(cost(0.65), lowestCost(0.4)), "it is 0.65, after 0.4"},
		{"from 0.4 to 0.64", nil, all(cost(0.64), lowestCost(0.4)), ""},
		{"steps of 1e-5 of the weights", nil, all(cost(1.6), gradients(2e-5, 2e-5)), "the training cost rises"},
		{"7.5e-6 of the weights", nil, all(cost(1.6), gradients(6e-5, 0), layer(3, func(s *LayerStats) { s.Weights = 4 })),
			"the training cost rises"},
		{"larger steps in one layer", nil, all(cost(1.6), gradients(2.1e-5, 0)), "the steps are too large"},
		{"3 where 2 ignores the inputs", costsTwo, cost(3), "the training cost rises"},
		{"from 0.4 to 0.89 of 2", costsTwo, all(cost(0.89), lowestCost(0.4)), ""},
		{"no baseline", noBaseline, cost(9), ""},
	})
}

// A cost above 95 % of the baseline's does not move, once there have been 300 steps and a tenth of the epochs, at least
// two. Adam's steps are as large as its rate.
func TestStillCost(t *testing.T) {
	adam := func(rate float64) func(t *Training) {
		return func(t *Training) {
			t.Adam = true
			for l := range t.Layers {
				t.Layers[l].Rate = rate
			}
		}
	}
	batchesOfOne := func(epochs int) func(t *Training) {
		return func(t *Training) { t.Epochs, t.StepsAnEpoch = epochs, 320 }
	}
	checkFindings(t, (*Monitor).stillCost, []finding{
		{"0.951", nil, cost(0.951),
			"does not move: it is 0.951, and 1 if the answer ignores the inputs; try another -lr"},
		{"0.95", nil, cost(0.95), ""},
		{"0.95 of 2", costsTwo, cost(1.9), ""},
		{"a tenth of the epochs", batchesOfOne(40), epoch(4), ""},
		{"more than a tenth", batchesOfOne(49), epoch(5), "does not move"},
		{"the first of nine epochs", batchesOfOne(9), epoch(1), ""},
		{"the second of nine epochs", batchesOfOne(9), epoch(2), "does not move"},
		{"the only epoch", batchesOfOne(1), epoch(1), "does not move"},
		{"300 steps", nil, epoch(30), "does not move"},
		{"299 steps", func(t *Training) { t.Epochs, t.StepsAnEpoch = 1, 299 }, epoch(1), ""},
		{"Adam with a rate of 2e-5", adam(2e-5), func(m *Monitor, _ *event.Epoch) { clear(m.history[0].layers) }, "try another -lr"},
		{"Adam with a rate of 1e-5", adam(1e-5), nil, "try a larger -lr"},
		{"no baseline", noBaseline, cost(9), ""},
	})
}

// Labels may be shuffled if test is as good as chance and training much better. Of 80 test samples half are right by
// chance, with a standard deviation of 5.59 %. Half the way from 50 to 90 % is 70 %: 53 % and three deviations are
// 69.7 %, 54 % and three are 70.7 %.
func TestShuffledLabels(t *testing.T) {
	checkFindings(t, (*Monitor).shuffledLabels, []finding{
		{"53 % in test", nil, accuracies(0.9, 0.53), "90.00 % of the training samples are right but only 53.00 %"},
		{"54 % in test", nil, accuracies(0.9, 0.54), ""},
		{"less than a deviation above chance", nil, accuracies(1, 0.55), "only 55.00 %"},
		{"more than a deviation above chance", nil, accuracies(1, 0.56), ""},
		{"training is hardly better", nil, accuracies(0.69, 0.5), ""},
		{"training is hardly better than the commonest class", shares(0.8, 0.5), accuracies(0.99, 0.5), ""},
		{"classes have weights", func(t *Training) { t.Weighted = true }, accuracies(0.9, 0.5), ""},
		{"one class is nearly all of the test set", shares(0.5, 0.91), accuracies(1, 0.5), ""},
		{"50 test samples", testSamples(50), accuracies(1, 0.5), "only 50.00 %"},
		{"49 test samples", testSamples(49), accuracies(1, 0.5), ""},
	})
}

// Training is far ahead of test with 30 points of accuracy more, or with a fifth of the RMSE if the test RMSE matters.
func TestGeneralisationGap(t *testing.T) {
	// ½ Σ (a − y)² of 0.08 is a mean square of 0.16 and a root of 0.4; five times 0.4 is 2, and 0.3 of 7 is 2.1.
	rmse := func(v float64) change {
		return func(_ *Monitor, e *event.Epoch) { e.TrainCost, e.TestRMSE, e.TestAccuracy = 0.08, &v, nil }
	}
	baseline := func(rmse float64) func(t *Training) {
		return func(t *Training) { numbers(t); t.Baseline.RMSE[1] = rmse }
	}
	checkFindings(t, (*Monitor).generalisationGap, []finding{
		{"31 points", nil, accuracies(0.9, 0.59), "90.00 % right, and 59.00 %"},
		{"29 points", nil, accuracies(0.9, 0.61), ""},
		{"49 test samples", testSamples(49), accuracies(0.9, 0.1), ""},
		{"50 test samples", testSamples(50), accuracies(0.9, 0.1), "10.00 %"},
		{"no test set", testSamples(0), func(_ *Monitor, e *event.Epoch) { e.TestAccuracy = nil }, ""},
		{"an RMSE of 2.1", baseline(6.9), rmse(2.1), "RMSE 0.4, and 2.1"},
		{"an RMSE of 6.789, of smaller numbers", func(t *Training) { baseline(6.9)(t); t.Factor = 0.3 }, rmse(6.789),
			"RMSE 1.33, and 6.79"},
		{"an RMSE of 1.9", baseline(6), rmse(1.9), ""},
		{"an RMSE of 2.1 that is small for these numbers", baseline(7.1), rmse(2.1), ""},
	})
}

// Overfitting is told if training is far ahead of test in this epoch and in most of the last five; in a short training
// at its end.
func TestOverfittingNeedsMostOfFiveEpochs(t *testing.T) {
	about := func(epochs int) func(t *Training) {
		return func(t *Training) { t.Epochs, t.Baseline.Share, t.Shares = epochs, [2]float64{0.1, 0.1}, nil }
	}
	for gaps, want := range map[string]string{ // by how many tenths training is ahead; after which epoch it is told
		"0 0 0 4 5 0 0 0 0": "", "4 5 0 4 0 4 0 0 0": "6", "0 0 4 4 4 4 4 4 4": "5", "0 0 0 0 0 0 0 4 4": "",
		"0 0 0 0 0 0 4 4 4": "9", "4 4 4 4 4 4 4 4 4": "5", "0 4 0 4 0 4 0 4 0": "6",
	} {
		m, e := monitorAtEnd(about(9))
		got := ""
		for i, gap := range strings.Fields(gaps) {
			tenths, _ := strconv.ParseFloat(gap, 64)
			all(epoch(i+1), accuracies(0.9, 0.9-tenths/10))(m, e)
			if m.overfitting(*e) != "" && got == "" {
				got = fmt.Sprint(i + 1)
			}
		}
		if got != want {
			t.Errorf("ahead by %s tenths: told after epoch %q, want %q", gaps, got, want)
		}
	}
	m, e := monitorAtEnd(about(2))
	all(epoch(2), accuracies(0.9, 0.5))(m, e)
	if got, want := m.overfitting(*e), "90.00 % right, and 50.00 %"; !strings.Contains(got, want) {
		t.Errorf("at the end of two epochs: got %q, want %q", got, want)
	}
}

// Idle counts outputs, or units that are idle for every sample if those are dead.
func TestIdleCountsOutputsOrUnits(t *testing.T) {
	each := func(f func(row []float64)) {
		f([]float64{0, 0, 1, 0.999})
		f([]float64{0, 1, 1, 0.999})
	}
	isZero := func(a float64) bool { return a == 0 }
	isHigh := func(a float64) bool { return a > 0.9 }
	for _, c := range []struct {
		name string
		idle func(a float64) bool
		dies bool
		want float64
	}{
		{"units that are 0", isZero, true, 0.25}, {"outputs that are 0", isZero, false, 0.375},
		{"units above 0.9", isHigh, true, 0.5}, {"never idle", nil, false, 0},
	} {
		if got := Idle(c.idle, c.dies, 4, each); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
