package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"backprop/internal/data/noise"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
)

// What counts as wrong at the end.
const (
	tooSure    = 1.05 // of what always answering with the classes' shares costs on the test part
	wellFitted = 0.9  // of the spread of the numbers to predict, explained in training
	aboveNoise = 2    // of the noise, the squared error in training
	enoughRows = 30   // in training, to tell noise from what can be learned
)

// comparisons are what is said of a run beside others: beside the baseline's cost, the linear model and the noise.
func (m *Monitor) comparisons(final event.Epoch, done event.Done) (said []event.Warning) {
	for _, c := range []struct {
		cause    string
		sentence func() string
		after    []string // what may stand before it
	}{
		{"too sure", func() string { return m.tooSure(final) }, nil},
		{"linear", func() string { return m.behindLinear(done) }, []string{"overfitting", "guessing", "too sure"}},
		{"underfitting", func() string { return m.underfitting(done) }, []string{"guessing"}},
	} {
		other := func(cause string) bool { return !slices.Contains(slices.Concat(c.after, m.back), cause) }
		if slices.ContainsFunc(m.Causes(), other) {
			continue
		}
		if sentence := c.sentence(); sentence != "" {
			said = m.say(said, c.cause, sentence)
		}
	}
	return said
}

// simpler is what helps a network that learns too much of the training part.
func (m *Monitor) simpler() string {
	ways := fmt.Sprintf("a larger -l2 (it is %v), fewer -epochs, or -valid 0.1 with -patience 5", m.about.L2)
	if len(m.about.Layers) > 1 {
		ways = "-hidden none, " + ways
	}
	return ways
}

// tooSure says that the test part costs more than if the inputs were not looked at.
func (m *Monitor) tooSure(final event.Epoch) string {
	a := &m.about
	base := a.Baseline.TestCost
	if a.Test < fewSamples || final.TestCost == nil || !(*final.TestCost > tooSure*base) {
		return ""
	}
	return fmt.Sprintf("the test cost ends at %.4g, and always answering with the classes' shares in training costs "+
		"%.4g: the network is too sure where it is wrong; try %s", *final.TestCost, base, m.simpler())
}

// behindLinear says that the network is worse than the linear model beside it.
func (m *Monitor) behindLinear(done event.Done) string {
	q := done.Quality
	if q == nil || m.about.Weighted {
		return ""
	}
	sentence := scores.BehindLinear(done.TestAccuracy, done.TestRMSE, q.Linear, q.LinearRMSE, q.LinearLead)
	if sentence == "" {
		return ""
	}
	return sentence + "; try " + m.simpler()
}

// underfitting says of numbers to predict that the network leaves out what could be learned: its error in training is
// clearly above the noise.
func (m *Monitor) underfitting(done event.Done) string {
	a := &m.about
	if a.Classes != nil || done.TrainRMSE == nil || a.Rows == nil || a.Train < enoughRows {
		return ""
	}
	error2, all2 := square(*done.TrainRMSE), square(a.Baseline.RMSE[0])
	explained := 1 - error2/all2
	if !(explained < wellFitted) {
		return ""
	}
	least := noise.Variance(a.Rows, a.Train) / square(a.Factor)
	if !(error2 > aboveNoise*least) {
		return ""
	}
	return fmt.Sprintf("underfitting: R² is %.2f in training, and rows that lie next to each other are alike enough for "+
		"about %.2f; try %s", explained, max(0, 1-least/all2), m.stronger())
}

// stronger is what helps a network that learns too little. A larger -lr does not: with numbers to predict it soon
// diverges.
func (m *Monitor) stronger() string {
	a := &m.about
	ways := ""
	if len(a.Layers) < 3 {
		ways += " -hidden 64,64"
	}
	if a.L2 > 0 {
		ways += " -l2 0"
	}
	if !a.Adam {
		ways += " -optimizer adam"
	}
	if ways != "" {
		ways = strings.TrimSpace(ways) + ", or "
	}
	return ways + fmt.Sprintf("more -epochs (it is %d)", a.Epochs)
}

// square is a product that no compiler may fuse with a sum.
func square(x float64) float64 { return float64(x * x) }
