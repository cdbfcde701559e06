// Answers: which classes the network answers, and which it never does.

package diagnosis

import (
	"fmt"

	"backprop/internal/show/event"
)

func (m *Monitor) sameAnswer(e event.Epoch) string {
	base := &m.training.Baseline
	if !m.oneClass || !m.notLearning(e) || base.Share[0] > 0.8 {
		return ""
	}
	return fmt.Sprintf("all answers are the same class, whatever the inputs, and no better than always answering %s "+
		"(%.2f %%); try %s", m.training.Classes[base.Class], 100*base.Share[m.split()], m.otherRate())
}

// noteAnswers notes, for each class, since which epoch no test sample has been classified as it.
func (m *Monitor) noteAnswers(e event.Epoch) {
	for c, n := range e.Answers {
		if n == 0 && m.unansweredSince[c] == 0 {
			m.unansweredSince[c] = e.Epoch
		}
		if n > 0 && m.unansweredSince[c] > 0 {
			m.unansweredSince[c], m.answeredAgain[c] = 0, e.Epoch
		}
	}
}

// unanswered finds a class, not a rare one, that the network has never answered for a test sample, or not for a long
// time.
func (m *Monitor) unanswered(e event.Epoch) string {
	t := &m.training
	fewTestSamples := t.Test < 20*len(t.Classes)
	if e.Answers == nil || t.Weighted || fewTestSamples || !m.hadTime(e) || m.learnedNothing(e.TrainCost) {
		return ""
	}
	for c, name := range t.Classes {
		if m.isRare(c) {
			continue
		}
		if since := m.unansweredSince[c]; since > 0 {
			when := fmt.Sprintf("since epoch %d", since)
			if since == m.first.Epoch {
				when = "from the first epoch on"
			}
			return fmt.Sprintf("%s, no test sample is classified as %s, a dead output: %s", when, name, m.whyUnanswered())
		}
		again, earlier := m.answeredAgain[c], m.warning("unanswered")
		tookLong := again > 3 && 5*again > t.Epochs
		isKnown := earlier != nil && earlier.Epoch < e.Epoch // then that warning is taken back at the end
		if tookLong && e.Epoch == t.Epochs && !isKnown {
			return fmt.Sprintf("before epoch %d, no test sample was classified as %s: %s", again, name, m.whyUnanswered())
		}
	}
	return ""
}

// isRare reports whether class c has less than half as many samples as it would have if all classes had equally many.
func (m *Monitor) isRare(c int) bool {
	return m.training.Shares[c] < 0.5/float64(len(m.training.Classes))
}

// whyUnanswered says why an output is never the largest, and what to try.
func (m *Monitor) whyUnanswered() string {
	t := &m.training
	if t.Squares && t.Layers[len(t.Layers)-1].Activation == "sigmoid" {
		return fmt.Sprintf("its output was pushed to 0 for every sample, where σ′ and with it δ = (a − y) σ′ are nearly 0; "+
			"try another -seed, a smaller -lr (it is %s), or -cost bce, whose δ has no σ′", t.Rates)
	}
	return fmt.Sprintf("another output is larger for every sample; try another -seed, or a smaller -lr (it is %s)",
		t.Rates)
}

// rareClass finds a rare class that the network never answers, though it is the class of some test samples.
func (m *Monitor) rareClass(e event.Epoch) string {
	t := &m.training
	if e.Answers == nil || t.Weighted || m.learnedNothing(e.TrainCost) {
		return ""
	}
	for c, name := range t.Classes {
		inTest := t.Shares[c] * float64(t.Test)
		if e.Answers[c] == 0 && m.isRare(c) && inTest >= 5 {
			return fmt.Sprintf("no test sample is classified as %s, though %.2g %% of the training samples are: the class is "+
				"rare; -classweight balanced makes it count as much as the others", name, 100*t.Shares[c])
		}
	}
	return ""
}
