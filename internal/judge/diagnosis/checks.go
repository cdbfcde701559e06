package diagnosis

import (
	"fmt"
	"math"

	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// What counts as wrong. Healthy trainings stay well away from each.
const (
	deadPart    = 0.6  // of a layer's relu units, 0 for every sample
	fullPart    = 0.9  // of a layer's outputs, saturated
	vanished    = 0.02 // the first layer's δ beside the last one's
	unscaled    = 20   // √(mean x²) of the inputs
	risen       = 0.25 // of the baseline's cost, above the lowest
	learned     = 0.95 // of the baseline's cost: who is above has learned next to nothing
	enoughSteps = 300  // to have learned something
	ahead       = 0.3  // of training accuracy before test accuracy
	aheadRMSE   = 5    // of test RMSE, in training RMSEs
	fewSamples  = 50   // to test on: too few to say much
)

// A check is what a cause shows itself by.
type check struct {
	cause   string
	seen    func(m *Monitor, e event.Epoch) string // what is wrong, and what to do; empty if nothing is
	follows bool                                   // from others: not said after these
	lasting bool                                   // it must show twice, or at the end
	final   bool                                   // it is judged at the end alone
	passing bool                                   // taken back where it no longer holds at the end
	dated   bool                                   // its sentence says since when
}

// checks come in the order in which one leads to the other.
var checks = []check{
	{cause: "labels", seen: (*Monitor).sameLabels},
	{cause: "inputs", seen: (*Monitor).unscaledInputs},
	{cause: "decay", seen: (*Monitor).strongDecay},
	{cause: "dead", seen: (*Monitor).deadUnits, follows: true},
	{cause: "saturated", seen: (*Monitor).saturatedUnits, follows: true, passing: true},
	{cause: "vanishing", seen: (*Monitor).vanishingGradient, follows: true, passing: true},
	{cause: "rate", seen: (*Monitor).risingCost, follows: true, lasting: true, passing: true},
	{cause: "one class", seen: (*Monitor).sameAnswer, follows: true, passing: true},
	{cause: "still", seen: (*Monitor).stillCost, follows: true, lasting: true, passing: true},
	{cause: "unanswered", seen: (*Monitor).unanswered, follows: true, lasting: true, passing: true, dated: true},
	{cause: "shuffled", seen: (*Monitor).shuffledLabels, follows: true, final: true},
	{cause: "overfitting", seen: (*Monitor).overfitting, follows: true},
	{cause: "rare", seen: (*Monitor).rareClass, follows: true, final: true},
}

// notLearning says that next to nothing is learned, though there was time for it.
func (m *Monitor) notLearning(e event.Epoch) bool {
	a := &m.about
	return m.late(e) && e.Epoch*a.StepsAnEpoch >= enoughSteps && e.TrainCost > learned*a.Baseline.Cost
}

// late says that a tenth of the epochs is behind us: what is wrong before may pass.
func (m *Monitor) late(e event.Epoch) bool {
	return e.Epoch == m.about.Epochs || e.Epoch >= 2 && 10*e.Epoch > m.about.Epochs
}

// count notes since when a class is not answered.
func (m *Monitor) count(e event.Epoch) {
	for c, n := range e.Answers {
		switch {
		case n > 0 && m.silent[c] > 0:
			m.silent[c], m.woken[c] = 0, e.Epoch
		case n == 0 && m.silent[c] == 0:
			m.silent[c] = e.Epoch
		}
	}
}

// unanswered says that no test sample is taken for a class, of which there are not few in training, or that none was
// for a long time.
func (m *Monitor) unanswered(e event.Epoch) string {
	a := &m.about
	if e.Answers == nil || a.Weighted || a.Test < 20*len(a.Classes) || !m.late(e) ||
		e.Epoch*a.StepsAnEpoch < enoughSteps || e.TrainCost > learned*a.Baseline.Cost {
		return ""
	}
	for c, name := range a.Classes {
		if a.Shares[c] < 0.5/float64(len(a.Classes)) {
			continue
		}
		if since := m.silent[c]; since > 0 {
			when := fmt.Sprintf("since epoch %d, ", since)
			if since == m.first.Epoch {
				when = "from the first epoch on, "
			}
			return when + fmt.Sprintf("no test sample is taken for class %s, a dead output: %s", name, m.whyUnanswered())
		}
		if woken := m.woken[c]; m.warning("unanswered") == nil && e.Epoch == a.Epochs && woken > 3 && 5*woken > a.Epochs {
			return fmt.Sprintf("before epoch %d, no test sample was taken for class %s: %s", woken, name, m.whyUnanswered())
		}
	}
	return ""
}

// rareClass says at the end that no test sample is taken for a class of which some must be there, but which is too rare
// for unanswered.
func (m *Monitor) rareClass(e event.Epoch) string {
	const some = 5
	a := &m.about
	if e.Answers == nil || a.Weighted || e.TrainCost > learned*a.Baseline.Cost {
		return ""
	}
	for c, name := range a.Classes {
		share := a.Shares[c]
		if e.Answers[c] == 0 && share*float64(a.Test) >= some && share < 0.5/float64(len(a.Classes)) {
			return fmt.Sprintf("no test sample is taken for class %s, of which %.2g %% of the training samples are: it is rare "+
				"beside the others; -classweight balanced counts it as much as them", name, 100*share)
		}
	}
	return ""
}

// whyUnanswered is why an output gives nothing, and what helps.
func (m *Monitor) whyUnanswered() string {
	last := m.about.Layers[len(m.about.Layers)-1].Activation
	if last == "sigmoid" && m.about.Squares {
		return fmt.Sprintf("its output was pushed to 0 for every sample, where σ′ is nearly 0, and δ = (a − y) σ′ with it; "+
			"try another -seed, a smaller -lr (it is %s), or -cost bce, whose δ has no σ′", m.about.Rates)
	}
	return fmt.Sprintf("another output is larger for every sample; try another -seed, or a smaller -lr (it is %s)",
		m.about.Rates)
}

func (m *Monitor) sameLabels(event.Epoch) string {
	switch a := &m.about; {
	case a.Classes == nil && a.Baseline.RMSE[0] == 0:
		return "all numbers to predict are the same: there is nothing to learn; check -label"
	case a.Classes != nil && a.Baseline.Share[0] > 1-1e-9:
		return fmt.Sprintf("all %s training samples are of class %s: there is nothing to tell apart; "+
			"check the labels, or -label",
			text.Count(a.Train), a.Classes[a.Baseline.Class])
	}
	return ""
}

func (m *Monitor) unscaledInputs(e event.Epoch) string {
	if m.inputs < unscaled || !(e.TrainCost >= 0.5*m.about.Baseline.Cost) {
		return ""
	}
	return sizeOfInputs(m.inputs) + "; leave out -scale, or take -scale standard"
}

// sizeOfInputs is said of inputs that are not scaled.
func sizeOfInputs(size float64) string {
	return fmt.Sprintf("the inputs are not scaled: their typical size is %.3g, "+
		"where 1 or less is what the first weights are made for", size)
}

func (m *Monitor) strongDecay(e event.Epoch) string {
	a := &m.about
	if a.L2 == 0 || !m.notLearning(e) {
		return ""
	}
	for l, s := range m.now() {
		began := a.Layers[l].Weights
		if pull := a.L2 / float64(a.N) * s.Weights; s.Weights < 0.1*began && pull > s.Gradient/10 {
			return fmt.Sprintf("weight decay is too strong: it has pulled the weights of layer %d down from a typical "+
				"size of %.2g to %.2g; try -l2 %v (it is %v)",
				l+1, began, s.Weights, a.L2/100, a.L2)
		}
	}
	return ""
}

func (m *Monitor) deadUnits(e event.Epoch) string {
	for l, s := range m.now() {
		layer := m.about.Layers[l]
		if layer.Dies && s.Idle >= deadPart && (m.notLearning(e) || s.Idle > 0.9) {
			return fmt.Sprintf("%.0f of %d %s units of layer %d give 0 for every sample: they are dead, "+
				"and learn no more; try a smaller -lr (it is %s), or -activation tanh",
				math.Round(s.Idle*float64(layer.Units)), layer.Units, layer.Activation, l+1, m.about.Rates)
		}
	}
	return ""
}

func (m *Monitor) saturatedUnits(e event.Epoch) string {
	layers := m.now()
	for l, s := range layers[:len(layers)-1] {
		if layer := m.about.Layers[l]; layer.Saturates && s.Idle >= fullPart && m.notLearning(e) {
			return fmt.Sprintf("%.0f %% of what the %s units of layer %d give is saturated, where g′ is nearly 0; "+
				"try -init glorot, scaled inputs, or a smaller -lr (it is %s)",
				100*s.Idle, layer.Activation, l+1, m.about.Rates)
		}
	}
	return ""
}

func (m *Monitor) vanishingGradient(e event.Epoch) string {
	layers := m.now()
	first, last := layers[0].Delta, layers[len(layers)-1].Delta
	if len(layers) < 3 || !m.notLearning(e) || first > vanished*last {
		return ""
	}
	return fmt.Sprintf("the gradient vanishes on its way back: δ of layer 1 is %.2g of that of layer %d; "+
		"try -activation relu or tanh, -init glorot, or fewer layers",
		first/last, len(layers))
}

func (m *Monitor) risingCost(e event.Epoch) string {
	base, rates := m.about.Baseline.Cost, m.about.Rates
	if e.TrainCost > 1.5*base && m.notLearning(e) && m.moves() {
		return fmt.Sprintf("the steps are too large: the training cost is %.4g, "+
			"above the %.4g of an answer that does not look at the inputs; "+
			"try a smaller -lr (it is %s)",
			e.TrainCost, base, rates)
	}
	if !m.late(e) || !(e.TrainCost >= m.lowest.TrainCost+risen*base) { // as also where the baseline is not known
		return ""
	}
	return fmt.Sprintf("the training cost rises: it is %.4g, after %.4g in epoch %d; try a smaller -lr (it is %s)",
		e.TrainCost, m.lowest.TrainCost, m.lowest.Epoch, rates)
}

func (m *Monitor) sameAnswer(e event.Epoch) string {
	a := &m.about
	if !m.oneClass || !m.notLearning(e) || a.Baseline.Share[0] > 0.8 {
		return ""
	}
	return fmt.Sprintf("all answers are the same class, as if the inputs did not count: "+
		"no better than always answering %s: %.2f %%; try %s",
		a.Classes[a.Baseline.Class], 100*a.Baseline.Share[m.part()], m.otherRate())
}

// moves says that a step is not small beside the weights.
func (m *Monitor) moves() bool {
	for l, s := range m.now() {
		rate := m.about.Layers[l].Rate
		if m.about.Adam && rate > 1e-5 || !m.about.Adam && rate*s.Gradient > 1e-5*s.Weights {
			return true
		}
	}
	return false
}

// otherRate is what to try where little is learned.
func (m *Monitor) otherRate() string {
	if m.moves() {
		return fmt.Sprintf("another -lr (it is %s) or -init", m.about.Rates)
	}
	return fmt.Sprintf("a larger -lr (it is %s)", m.about.Rates)
}

func (m *Monitor) stillCost(e event.Epoch) string {
	if !m.notLearning(e) {
		return ""
	}
	return fmt.Sprintf("the training cost does not move: it is %.4g, "+
		"and an answer that does not look at the inputs costs %.4g; try %s",
		e.TrainCost, m.about.Baseline.Cost, m.otherRate())
}

func (m *Monitor) shuffledLabels(e event.Epoch) string {
	if !m.byChance(e) {
		return ""
	}
	return fmt.Sprintf("%.2f %% of the training samples are right and only %.2f %% of the test samples, "+
		"as by chance: they are learned by heart, and nothing that holds for others: the inputs say little about the "+
		"labels, or these are shuffled; try -hidden none, which may find what little there is",
		100**e.TrainAccuracy, 100**e.TestAccuracy)
}

// byChance says that of what is learned in training nothing holds for the test part: its accuracy is no more than
// a standard deviation above chance, and by three of them less than half the way from there to training.
func (m *Monitor) byChance(e event.Epoch) bool {
	n, share := m.about.Test, m.about.Baseline.Share
	base := 0.0 // who learns shuffled labels by heart answers each class as often as it comes: Σ p² are right
	for _, p := range m.about.Shares {
		base += p * p
	}
	if e.TestAccuracy == nil || m.about.Weighted || n < fewSamples || share[1] > 0.9 ||
		*e.TrainAccuracy < share[0]+0.2 || scores.SignificantlyAbove(*e.TestAccuracy, base, n, 1) {
		return false
	}
	return scores.SignificantlyAbove((base+*e.TrainAccuracy)/2, *e.TestAccuracy, n, 3)
}

// unclear says that it may be chance, which the end will tell.
func (m *Monitor) unclear(e event.Epoch) bool {
	early := e.Epoch < m.about.Epochs && e.TestAccuracy != nil
	return m.byChance(e) ||
		early && !scores.SignificantlyAbove(*e.TestAccuracy, m.about.Baseline.Share[1], m.about.Test, 3)
}

// overfitting looks at five epochs: single ones are far off where steps are large.
func (m *Monitor) overfitting(e event.Epoch) string {
	gap := m.generalisationGap(e)
	m.far = append(m.far, gap != "")
	m.far = m.far[max(0, len(m.far)-5):]
	times := 0
	for _, far := range m.far {
		if far {
			times++
		}
	}
	if len(m.far) < 5 && e.Epoch < m.about.Epochs || 2*times <= len(m.far) || gap == "" || m.unclear(e) {
		return ""
	}
	return gap + ": the samples are learned by heart; try -l2, -dropout, or -valid 0.1 with -patience 5"
}

// generalisationGap says how far training is ahead of test, if it is far.
func (m *Monitor) generalisationGap(e event.Epoch) string {
	a := &m.about
	switch {
	case a.Test < fewSamples:
	case e.TestAccuracy != nil && *e.TrainAccuracy > *e.TestAccuracy+ahead:
		return fmt.Sprintf("training is far ahead of test: %.2f %% right, and %.2f %%",
			100**e.TrainAccuracy, 100**e.TestAccuracy)
	case e.TestRMSE != nil && a.Squares:
		train := a.trainRMSE(e)
		if *e.TestRMSE > aheadRMSE*train && *e.TestRMSE > 0.3*a.Baseline.RMSE[1] {
			return fmt.Sprintf("training is far ahead of test: RMSE %s, and %s",
				text.Significant(train, 3), text.Significant(*e.TestRMSE, 3))
		}
	}
	return ""
}

// Idle is the part of a layer's outputs that are idle: where g′ is 0, or nearly. Of units that die so,
// it is the part that is idle for all samples. A nil idle is of outputs that never are. There is a row
// of outputs for each sample, and each hands them out one after another.
func Idle(idle func(a float64) bool, dies bool, units int, each func(func(row []float64))) float64 {
	if idle == nil {
		return 0
	}
	still, samples := make([]float64, units), 0
	each(func(row []float64) {
		samples++
		for j, v := range row {
			if idle(v) {
				still[j]++
			}
		}
	})
	sum := 0.0
	for _, n := range still {
		if !dies {
			sum += n / float64(samples)
		} else if int(n) == samples {
			sum++
		}
	}
	return sum / float64(units)
}
