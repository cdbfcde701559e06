package diagnosis

import (
	"fmt"
	"math"

	"backprop/internal/data/noise"
	"backprop/internal/judge/baseline"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// The limits beyond which something counts as wrong. In trainings that go well, the figures stay far from them.
const (
	deadShare      = 0.6  // of a layer's relu units: those that are 0 for every sample, where little is learned
	deadAnyway     = 0.9  // the same, whatever is learned
	saturatedShare = 0.9  // of a layer's outputs
	allNoise       = 0.9  // of the variance of the numbers to predict: nothing is left to learn
	vanished       = 0.02 // times δ of the last layer: δ of the first
	unscaled       = 20   // √(mean x²) of the inputs
	risen          = 0.25 // of the baseline's cost, above the lowest training cost
	learnedCost    = 0.95 // times the baseline's cost: with a higher training cost, next to nothing is learned
	enoughSteps    = 300  // to have learned something
	accuracyGap    = 0.3  // of training accuracy above test accuracy
	rmseRatio      = 5    // of test RMSE to training RMSE
	fewSamples     = 50   // test samples: with fewer, little can be said
)

// A check looks for one cause of trouble.
type check struct {
	cause      string
	find       func(m *Monitor, e event.Epoch) string // what is wrong after epoch e and what to try; "" if nothing is
	secondary  bool                                   // may be a consequence: no warning after another
	persistent bool                                   // counts only if it is found twice in a row, or in the last epoch
	atEnd      bool                                   // only the end of the training can tell
	temporary  bool                                   // taken back if it no longer holds at the end
	dated      bool                                   // its sentence says since when, so the warning need not
}

// checks lists causes before their consequences.
var checks = []check{
	{cause: "labels", find: (*Monitor).sameLabels},
	{cause: "inputs", find: (*Monitor).unscaledInputs},
	{cause: "decay", find: (*Monitor).strongDecay},
	{cause: "dead", find: (*Monitor).deadUnits, secondary: true},
	{cause: "saturated", find: (*Monitor).saturatedUnits, secondary: true, temporary: true},
	{cause: "vanishing", find: (*Monitor).vanishingGradient, secondary: true, temporary: true},
	{cause: "rate", find: (*Monitor).risingCost, secondary: true, persistent: true, temporary: true},
	{cause: "one class", find: (*Monitor).sameAnswer, secondary: true, temporary: true},
	{cause: "still", find: (*Monitor).stillCost, secondary: true, persistent: true, temporary: true},
	{cause: "unanswered", find: (*Monitor).unanswered, secondary: true, persistent: true, temporary: true, dated: true},
	{cause: "shuffled", find: (*Monitor).shuffledLabels, secondary: true, atEnd: true},
	{cause: "overfitting", find: (*Monitor).overfitting, secondary: true},
	{cause: "rare", find: (*Monitor).rareClass, secondary: true, atEnd: true},
}

// How far the training has come.

// notLearning reports whether next to nothing has been learned, though there was time enough.
func (m *Monitor) notLearning(e event.Epoch) bool {
	return m.hadTime(e) && m.learnedNothing(e.TrainCost)
}

// learnedNothing reports whether a training cost is hardly better than the baseline's; false if the baseline is not
// known.
func (m *Monitor) learnedNothing(cost float64) bool {
	return cost > learnedCost*m.training.Baseline.Cost[0]
}

// hadTime reports whether a network could have learned something by now.
func (m *Monitor) hadTime(e event.Epoch) bool {
	return m.started(e) && e.Epoch*m.training.StepsAnEpoch >= enoughSteps
}

// started reports whether more than a tenth of the epochs is done. What looks wrong before then may pass.
func (m *Monitor) started(e event.Epoch) bool {
	return e.Epoch == m.training.Epochs || e.Epoch >= 2 && 10*e.Epoch > m.training.Epochs
}

// Labels and inputs.

func (m *Monitor) sameLabels(event.Epoch) string {
	t := &m.training
	if t.Classes == nil && t.Baseline.RMSE[0] == 0 {
		return "all numbers to predict are the same: there is nothing to learn; check -label"
	}
	if t.Classes != nil && t.Baseline.Share[0] > 1-1e-9 {
		return fmt.Sprintf("all %s training samples are of class %s: there is nothing to tell apart; "+
			"check the labels, or -label", text.Count(t.Train), t.Classes[t.Baseline.Class])
	}
	return ""
}

func (m *Monitor) unscaledInputs(e event.Epoch) string {
	if m.inputs < unscaled || !(e.TrainCost >= 0.5*m.training.Baseline.Cost[0]) {
		return ""
	}
	return notScaled(m.inputs) + "; leave out -scale, or take -scale standard"
}

// notScaled says that inputs of this typical size are not scaled.
func notScaled(size float64) string {
	return fmt.Sprintf("the inputs are not scaled: their typical size is %.3g, "+
		"but the first weights are made for 1 or less", size)
}

// Weights, units and gradients.

func (m *Monitor) strongDecay(e event.Epoch) string {
	t := &m.training
	if t.L2 == 0 || !m.notLearning(e) {
		return ""
	}
	for l, s := range m.newest() {
		atFirst, pull := t.Layers[l].Weights, t.L2/float64(t.N)*s.Weights
		if m.shrunk(l, s) && pull > s.Gradient/10 && !m.isNoise() {
			return fmt.Sprintf("weight decay is too strong: it has pulled the weights of layer %d down from a typical "+
				"size of %.2g to %.2g; try -l2 %v (it is %v)", l+1, atFirst, s.Weights, t.L2/100, t.L2)
		}
	}
	return ""
}

// isNoise reports whether the numbers to predict are next to all noise, so that no weights are needed.
func (m *Monitor) isNoise() bool {
	if m.training.Classes != nil {
		return false
	}
	_, share := noise.Unexplained(m.training.Rows, m.training.Train)
	return share > allNoise
}

// shrunk reports whether weight decay has pulled the weights of layer l below a tenth of what they were at first.
func (m *Monitor) shrunk(l int, s LayerStats) bool {
	return m.training.L2 > 0 && s.Weights < 0.1*m.training.Layers[l].Weights
}

func (m *Monitor) deadUnits(e event.Epoch) string {
	for l, s := range m.newest() {
		layer := m.training.Layers[l]
		if m.shrunk(l, s) {
			continue // weight decay has switched off units that had nothing to learn, which does no harm
		}
		if layer.Dies && s.Idle >= deadShare && (m.notLearning(e) || s.Idle > deadAnyway) {
			return fmt.Sprintf("%.0f of %d %s units of layer %d give 0 for every sample: they are dead and no longer "+
				"learn; try a smaller -lr (it is %s), or -activation tanh",
				math.Round(s.Idle*float64(layer.Units)), layer.Units, layer.Activation, l+1, m.training.Rates)
		}
	}
	return ""
}

func (m *Monitor) saturatedUnits(e event.Epoch) string {
	layers := m.newest()
	for l, s := range layers[:len(layers)-1] {
		if layer := m.training.Layers[l]; layer.Saturates && s.Idle >= saturatedShare && m.notLearning(e) {
			return fmt.Sprintf("%.0f %% of the outputs of the %s units in layer %d are saturated: g′ is nearly 0 there; "+
				"try -init glorot, scaled inputs, or a smaller -lr (it is %s)",
				100*s.Idle, layer.Activation, l+1, m.training.Rates)
		}
	}
	return ""
}

func (m *Monitor) vanishingGradient(e event.Epoch) string {
	layers := m.newest()
	first, last := layers[0].Delta, layers[len(layers)-1].Delta
	if len(layers) < 3 || !m.notLearning(e) || first > vanished*last {
		return ""
	}
	return fmt.Sprintf("the gradient vanishes on its way back: δ of layer 1 is %.2g times δ of layer %d; "+
		"try -activation relu or tanh, -init glorot, or fewer layers", first/last, len(layers))
}

// Idle returns the share of a layer's outputs that are idle: those where g′ is 0 or nearly 0. idle reports this for an
// output; it is nil if it never happens. If dies is set, Idle returns the share of units that are idle for all samples.
// each calls a function with each sample's row of outputs.
func Idle(idle func(a float64) bool, dies bool, units int, each func(func(row []float64))) float64 {
	if idle == nil {
		return 0
	}
	times, samples := make([]int, units), 0
	each(func(row []float64) {
		samples++
		for j, a := range row {
			if idle(a) {
				times[j]++
			}
		}
	})
	sum := 0.0
	for _, n := range times {
		if !dies {
			sum += float64(n) / float64(samples)
		} else if n == samples {
			sum++
		}
	}
	return sum / float64(units)
}

// The cost.

func (m *Monitor) risingCost(e event.Epoch) string {
	base, rates := m.training.Baseline.Cost[0], m.training.Rates
	if e.TrainCost > 1.5*base && m.notLearning(e) && m.moves() {
		return fmt.Sprintf("the steps are too large: the training cost is %.4g, but only %.4g if the answer ignores the "+
			"inputs; try a smaller -lr (it is %s)", e.TrainCost, base, rates)
	}
	hasRisen := e.TrainCost >= m.lowest.TrainCost+risen*base // false if the baseline is not known: NaN
	if !m.started(e) || !hasRisen {
		return ""
	}
	return fmt.Sprintf("the training cost rises: it is %.4g, after %.4g in epoch %d; try a smaller -lr (it is %s)",
		e.TrainCost, m.lowest.TrainCost, m.lowest.Epoch, rates)
}

func (m *Monitor) stillCost(e event.Epoch) string {
	if !m.notLearning(e) {
		return ""
	}
	return fmt.Sprintf("the training cost does not move: it is %.4g, and %.4g if the answer ignores the inputs; try %s",
		e.TrainCost, m.training.Baseline.Cost[0], m.otherRate())
}

// otherRate says what to try if little is learned.
func (m *Monitor) otherRate() string {
	if m.moves() {
		return fmt.Sprintf("another -lr (it is %s) or -init", m.training.Rates)
	}
	return fmt.Sprintf("a larger -lr (it is %s)", m.training.Rates)
}

// moves reports whether the steps of some layer are more than tiny beside its weights.
func (m *Monitor) moves() bool {
	for l, s := range m.newest() {
		rate := m.training.Layers[l].Rate
		step, tiny := rate*s.Gradient, 1e-5*s.Weights
		if m.training.Adam { // its steps are about as large as the rate, whatever the gradient
			step, tiny = rate, 1e-5
		}
		if step > tiny {
			return true
		}
	}
	return false
}

// Training ahead of test.

// overfitting finds that training is far ahead of test, now and in most of the last five epochs; a single epoch may be
// far off if steps are large.
func (m *Monitor) overfitting(e event.Epoch) string {
	gap := m.generalisationGap(e)
	m.gaps = append(m.gaps, gap != "")
	m.gaps = m.gaps[max(0, len(m.gaps)-5):]
	times := 0
	for _, far := range m.gaps {
		if far {
			times++
		}
	}
	tooEarly := len(m.gaps) < 5 && e.Epoch < m.training.Epochs
	if gap == "" || tooEarly || 2*times <= len(m.gaps) || m.maybeChance(e) {
		return ""
	}
	return gap + ": the samples are learned by heart; try -l2, -dropout, or -valid 0.1 with -patience 5"
}

// generalisationGap says how far training is ahead of test, if it is far.
func (m *Monitor) generalisationGap(e event.Epoch) string {
	t := &m.training
	if t.Test < fewSamples {
		return ""
	}
	if e.TestAccuracy != nil && *e.TrainAccuracy > *e.TestAccuracy+accuracyGap {
		return fmt.Sprintf("training is far ahead of test: %.2f %% right, and %.2f %%",
			100**e.TrainAccuracy, 100**e.TestAccuracy)
	}
	if e.TestRMSE != nil && t.Squares {
		train := t.trainRMSE(e)
		if *e.TestRMSE > rmseRatio*train && *e.TestRMSE > 0.3*t.Baseline.RMSE[1] {
			return fmt.Sprintf("training is far ahead of test: RMSE %s, and %s",
				text.Significant(train, 3), text.Significant(*e.TestRMSE, 3))
		}
	}
	return ""
}

// maybeChance reports whether the test accuracy may be due to chance, which the end of the training will show.
func (m *Monitor) maybeChance(e event.Epoch) bool {
	if m.byChance(e) {
		return true
	}
	return e.Epoch < m.training.Epochs && e.TestAccuracy != nil &&
		!baseline.SignificantlyAbove(*e.TestAccuracy, m.training.Baseline.Share[1], m.training.Test, 3)
}

func (m *Monitor) shuffledLabels(e event.Epoch) string {
	if !m.byChance(e) {
		return ""
	}
	return fmt.Sprintf("%.2f %% of the training samples are right but only %.2f %% of the test samples, "+
		"as by chance: the network learns its samples by heart, and nothing that holds for others. Either the inputs "+
		"say little about the labels, or the labels are shuffled; try -hidden none, which may find what little there is",
		100**e.TrainAccuracy, 100**e.TestAccuracy)
}

// byChance reports whether nothing learned in training carries over to the test set: the test accuracy is at most one
// standard deviation above chance, and at least three standard deviations below the point half-way from chance to the
// training accuracy.
func (m *Monitor) byChance(e event.Epoch) bool {
	t := &m.training
	if e.TestAccuracy == nil || t.Weighted || t.Test < fewSamples {
		return false
	}
	chance := 0.0 // Σ p²: after learning shuffled labels, each class is answered as often as it occurs
	for _, p := range t.Shares {
		chance += p * p
	}
	train, test := *e.TrainAccuracy, *e.TestAccuracy
	oneClassIsNearlyAll := t.Baseline.Share[1] > 0.9
	learnsLittle := train < t.Baseline.Share[0]+0.2
	if oneClassIsNearlyAll || learnsLittle || baseline.SignificantlyAbove(test, chance, t.Test, 1) {
		return false
	}
	return baseline.SignificantlyAbove((chance+train)/2, test, t.Test, 3)
}
