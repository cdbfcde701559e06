package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/data/noise"
	"backprop/internal/judge/baseline"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// The limits beyond which something counts as wrong at the end.
const (
	tooSureCost   = 1.05 // times the cost of always answering with the classes' shares
	wellExplained = 0.9  // R² in training: if it is higher, there is no underfitting
	aboveNoise    = 2    // times the noise: a smaller squared error in training is no underfitting
	enoughRows    = 30   // training rows: with fewer, noise cannot be told from what can be learned
)

// guessing finds a run that ends no better than its baseline.
func (m *Monitor) guessing(final event.Epoch, q *event.Quality) string {
	t, split := &m.training, m.split()
	learned := final.TrainCost < learnedCost*t.Baseline.Cost[0]
	if t.Test < fewSamples && learned || m.sameLabels(final) != "" {
		return ""
	}
	c := baseline.Comparison{Split: "test", N: t.Test, Classes: t.Classes, Weighted: t.Weighted,
		Accuracy: final.TestAccuracy, RMSE: final.TestRMSE, Recall: q.Recall(),
		Commonest: t.Baseline.Class, Share: t.Baseline.Share[split], BaseRMSE: t.Baseline.RMSE[split]}
	if split == 0 {
		c.Split, c.N, c.Accuracy = "training", t.Train, final.TrainAccuracy
		if t.Classes == nil && t.Squares {
			rmse := t.trainRMSE(final)
			c.RMSE = &rmse
		}
	}
	worse := c.Worse()
	if worse == "" {
		return ""
	}
	sentence := "the run ends no better than guessing: " + worse
	if steps := final.Epoch * t.StepsAnEpoch; steps < enoughSteps && !m.moreIsNoUse() {
		sentence += fmt.Sprintf(", after %s: train longer, with more -epochs", text.Plural(steps, "step"))
	}
	if learned { // then there are enough test samples to say so
		sentence += "; what the network learns from the training samples does not hold for the test samples; try " +
			m.simpler()
	}
	return sentence
}

// moreIsNoUse reports whether the user has been warned of something that more epochs do not mend.
func (m *Monitor) moreIsNoUse() bool {
	return slices.ContainsFunc([]string{"inputs", "decay", "dead", "rate"}, func(cause string) bool {
		return m.warning(cause) != nil && !slices.Contains(m.withdrawn, cause)
	})
}

// split says by which samples the network is judged: 1 for the test set, if there is one, and else 0 for the training
// set.
func (m *Monitor) split() int { return min(m.training.Test, 1) }

// trainRMSE is the RMSE of the training set in the unit of the numbers to predict, if the cost is half the squared
// error.
func (t *Training) trainRMSE(e event.Epoch) float64 {
	return math.Sqrt(2*e.TrainCost/float64(t.Outputs)) / t.Factor
}

// compare compares a run with three things: answers that ignore the inputs, the linear model, and the best that the
// noise in the data allows.
func (m *Monitor) compare(final event.Epoch, done event.Done) (warnings []event.Warning) {
	for _, c := range []struct {
		cause string
		find  func() string
		after []string // warnings after which this one is still given
	}{
		{"too sure", func() string { return m.tooSure(final) }, nil},
		{"linear", func() string { return m.behindLinear(done) }, []string{"overfitting", "guessing", "too sure"}},
		{"underfitting", func() string { return m.underfitting(done) }, []string{"guessing"}},
	} {
		explains := func(cause string) bool {
			return !slices.Contains(c.after, cause) && !slices.Contains(m.withdrawn, cause)
		}
		if !slices.ContainsFunc(m.Causes(), explains) {
			warnings = append(warnings, m.warn(c.cause, c.find())...)
		}
	}
	return warnings
}

// tooSure finds a test cost above the cost of always answering with the classes' shares.
func (m *Monitor) tooSure(final event.Epoch) string {
	t, base := &m.training, m.training.Baseline.Cost[1]
	if t.Test < fewSamples || final.TestCost == nil || !(*final.TestCost > tooSureCost*base) {
		return ""
	}
	return fmt.Sprintf("the test cost is %.4g at the end, but only %.4g if the answer is always the classes' shares in "+
		"training: where the network is wrong, it is too sure of itself; try %s", *final.TestCost, base, m.simpler())
}

// behindLinear finds a network that is worse than the linear model.
func (m *Monitor) behindLinear(done event.Done) string {
	q := done.Quality
	if q == nil || m.training.Weighted {
		return ""
	}
	sentence := baseline.BehindLinear(done.TestAccuracy, done.TestRMSE, q.Linear, q.LinearRMSE, q.LinearLead)
	if sentence == "" {
		return ""
	}
	return sentence + "; try " + m.simpler()
}

// simpler says what to try if the network learns too much by heart.
func (m *Monitor) simpler() string {
	ways := fmt.Sprintf("a larger -l2 (it is %v), fewer -epochs, or -valid 0.1 with -patience 5", m.training.L2)
	if len(m.training.Layers) > 1 {
		ways = "-hidden none, " + ways
	}
	return ways
}

// underfitting finds a network that leaves much of what could be learned: its error in training is clearly above the
// noise. It applies to numbers to predict only.
func (m *Monitor) underfitting(done event.Done) string {
	t := &m.training
	if done.TrainRMSE == nil || t.Train < enoughRows {
		return ""
	}
	mse, variance := square(*done.TrainRMSE), square(t.Baseline.RMSE[0])
	explained := 1 - mse/variance
	if !(explained < wellExplained) {
		return ""
	}
	least := noise.Variance(t.Rows, t.Train) / square(t.Factor)
	if !(mse > aboveNoise*least) {
		return ""
	}
	return fmt.Sprintf("underfitting: R² is %.2f in training, but rows with similar inputs have answers similar enough "+
		"for about %.2f; try %s", explained, max(0, 1-least/variance), m.stronger())
}

// stronger says what to try if the network learns too little. It does not suggest a larger -lr, with which trainings
// that predict numbers soon diverge.
func (m *Monitor) stronger() string {
	t := &m.training
	ways := ""
	if len(t.Layers) < 3 {
		ways += " -hidden 64,64"
	}
	if t.L2 > 0 {
		ways += " -l2 0"
	}
	if !t.Adam {
		ways += " -optimizer adam"
	}
	if ways != "" {
		ways = strings.TrimSpace(ways) + ", or "
	}
	return ways + fmt.Sprintf("more -epochs (it is %d)", t.Epochs)
}

// square is a product that no compiler may fuse with a sum.
func square(x float64) float64 { return float64(x * x) }
