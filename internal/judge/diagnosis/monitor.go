// Package diagnosis watches a training, and says in a sentence what is wrong with it: since when, with
// the number, and what to do. It sees what each epoch came to, which is there anyway, and from time to
// time asks for a look at a few samples. It knows no network, and changes nothing of the training.
package diagnosis

import (
	"fmt"
	"math"
	"strings"

	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// lookedAt is how many samples may be looked at, as a part of those that are trained on.
const lookedAt = 0.005

// About is what a monitor knows of a training before it begins.
type About struct {
	Run                  string // its name, where there are several
	Epochs, StepsAnEpoch int
	Train, Test, Outputs int       // samples to train on and to test, and a network's outputs
	Classes              []string  // nil for numbers to predict
	Shares               []float64 // of the classes in training
	Weighted             bool      // the classes have weights
	Squares              bool      // the cost is half the squared error
	Rates                string    // as on the command line
	L2                   float64
	N                    int // by which λ is divided
	Adam                 bool
	Layers               []Layer
	Factor               float64 // of the scale of a number to predict
	Samples              int     // that a look takes
	Baseline             scores.Baseline
	Rows                 func(which []int32) (in, answers [][]float64) // of the training part, scaled
}

// A Layer is what is known of one before the training begins.
type Layer struct {
	Activation    string
	Dies          bool // a unit that is idle for every sample is dead
	Saturates     bool // an output that is idle is saturated
	Units         int
	Rate, Weights float64 // η, √(mean w²)
}

// A Look is what a few training samples show on their way through the network and back.
type Look struct {
	Inputs   float64 // √(mean x²)
	OneClass bool    // all answers are the same class; of numbers to predict, false
	Layers   []LayerStats
}

// LayerStats are one layer's figures, over the samples that were looked at.
type LayerStats struct {
	Activation, Delta, Gradient, Weights float64 // √(mean a²), √(mean δ²), √(mean (∂C/∂w)²), √(mean w²)
	Idle                                 float64 // see Idle
}

// A Monitor watches one training. A nil one does nothing.
type Monitor struct {
	about    About
	first    event.Epoch
	last     event.Epoch
	lowest   event.Epoch     // by training cost
	since    map[string]int  // the epoch from which on a check has found something
	far      []bool          // of the last epochs that were shown, whether training was far ahead of test
	said     []event.Warning // so far
	back     []string        // causes of those that are taken back
	silent   []int           // of each class, since which epoch no test sample is taken for it; 0 if some are
	woken    []int           // and in which epoch it was taken for some again
	inputs   float64         // as the last look has it
	oneClass bool            // too
	history  []looked        // the last one is what is known now
	budget   float64         // how many samples may be looked at
}

// looked is what was found after an epoch, layer by layer.
type looked struct {
	epoch  int
	layers []LayerStats
}

// New is a monitor of a training that is about to begin.
func New(about About) *Monitor {
	return &Monitor{about: about, since: map[string]int{},
		silent: make([]int, len(about.Classes)), woken: make([]int, len(about.Classes)), budget: float64(about.Samples)}
}

// Begin takes a look before the first epoch, so that the figures begin there.
func (m *Monitor) Begin(l Look) { m.add(0, l) }

// Epoch says what is wrong after an epoch, each cause once. An epoch that is not shown is only
// counted: there may be many thousands of them a second. It looks if it may, with look.
func (m *Monitor) Epoch(e event.Epoch, shown bool, look func() Look) (said []event.Warning) {
	if m == nil {
		return nil
	}
	m.budget += lookedAt * float64(m.about.Train)
	m.last = e
	if m.first.Epoch == 0 {
		m.first, m.lowest = e, e
	}
	if e.TrainCost < m.lowest.TrainCost {
		m.lowest = e
	}
	if !shown {
		return nil
	}
	if m.budget >= float64(m.about.Samples) || e.Epoch == m.about.Epochs {
		m.budget = 0
		m.add(e.Epoch, look())
	}
	m.count(e)
	for _, c := range checks {
		if sentence := m.check(c, e); sentence != "" && !c.final {
			said = m.say(said, c.cause, sentence)
		}
	}
	return said
}

// check is what one of the checks finds wrong, and since when; "" if that is nothing, or not to be said.
func (m *Monitor) check(c check, e event.Epoch) string {
	sentence := c.seen(m, e)
	if sentence == "" {
		delete(m.since, c.cause)
		return ""
	}
	if m.since[c.cause] == 0 {
		m.since[c.cause] = e.Epoch
	}
	since := m.since[c.cause]
	if c.follows && len(m.said) > 0 || c.lasting && since == e.Epoch && e.Epoch < m.about.Epochs {
		return ""
	}
	if c.dated {
		return sentence
	}
	if m.lowest.TrainCost > learned*m.about.Baseline.Cost { // it never learned anything
		since = m.first.Epoch
	}
	if since == m.about.Epochs { // as much as to say now
		return sentence
	}
	return dated(since, sentence)
}

// dated is a sentence with the epoch since which it is so, if that is not the first.
func dated(since int, sentence string) string {
	if since > 1 {
		return fmt.Sprintf("since epoch %d, %s", since, sentence)
	}
	return sentence
}

// say adds a sentence to those that are said, if it is the first of its cause.
func (m *Monitor) say(said []event.Warning, cause, sentence string) []event.Warning {
	if m.warning(cause) != nil {
		return said
	}
	m.said = append(m.said, event.Warning{Event: "warning", Run: m.about.Run, Epoch: m.last.Epoch, Cause: cause,
		Text: sentence})
	return append(said, m.said[len(m.said)-1])
}

// warning is what has been said of a cause; nil for nothing.
func (m *Monitor) warning(cause string) *event.Warning {
	for i := range m.said {
		if m.said[i].Cause == cause {
			return &m.said[i]
		}
	}
	return nil
}

// Causes are those of all that has been said.
func (m *Monitor) Causes() (causes []string) {
	for _, w := range m.said {
		causes = append(causes, w.Cause)
	}
	return causes
}

// add keeps what a look after an epoch has found.
func (m *Monitor) add(epoch int, l Look) {
	m.inputs, m.oneClass = l.Inputs, l.OneClass
	if len(m.history) > 1000 { // of a long training, every second one
		for i := range m.history[:len(m.history)/2] {
			m.history[i] = m.history[2*i]
		}
		m.history = m.history[:len(m.history)/2]
	}
	m.history = append(m.history, looked{epoch, l.Layers})
}

// now is what was found last.
func (m *Monitor) now() []LayerStats { return m.history[len(m.history)-1].layers }

// End says what is judged at the end alone, takes back what no longer holds, and says of a run that ends no better
// than its baseline that it does, or worse than the linear model. done is what the run came to.
func (m *Monitor) End(final event.Epoch, done event.Done) (said []event.Warning) {
	if m == nil {
		return nil
	}
	for _, c := range checks {
		w := m.warning(c.cause)
		switch {
		case c.final && !(c.follows && len(m.said) > 0):
			if sentence := c.seen(m, final); sentence != "" {
				said = m.say(said, c.cause, sentence)
			}
		case c.passing && w != nil && c.seen(m, final) == "":
			said = append(said, m.takenBack(*w))
			m.back = append(m.back, c.cause)
		}
	}
	said = append(said, m.guessing(final, done.Quality)...)
	return append(said, m.comparisons(final, done)...)
}

// takenBack says that a warning no longer holds.
func (m *Monitor) takenBack(w event.Warning) event.Warning {
	what, _, _ := strings.Cut(w.Text, ";") // without what to do
	w.Text = fmt.Sprintf("what was said after epoch %d no longer holds at the end: %s", w.Epoch, what)
	w.Epoch = m.last.Epoch
	return w
}

// guessing says of a run that ends no better than its baseline that it does.
func (m *Monitor) guessing(final event.Epoch, q *event.Quality) []event.Warning {
	a, part := &m.about, m.part()
	if a.Test < fewSamples && final.TrainCost < learned*a.Baseline.Cost || m.sameLabels(final) != "" {
		return nil
	}
	c := scores.Comparison{Part: "test", N: a.Test, Classes: a.Classes, Weighted: a.Weighted,
		Accuracy: final.TestAccuracy, RMSE: final.TestRMSE, Recall: q.Recall(),
		Commonest: a.Baseline.Class, Share: a.Baseline.Share[part], BaseRMSE: a.Baseline.RMSE[part]}
	if part == 0 {
		c.Part, c.N, c.Accuracy = "training", a.Train, final.TrainAccuracy
		if a.Classes == nil && a.Squares {
			rmse := a.trainRMSE(final)
			c.RMSE = &rmse
		}
	}
	sentence := c.Worse()
	if sentence == "" {
		return nil
	}
	if steps := final.Epoch * a.StepsAnEpoch; steps < enoughSteps {
		sentence += fmt.Sprintf(", after %s: train longer, with more -epochs", text.Plural(steps, "step"))
	}
	if part == 1 && final.TrainCost < learned*a.Baseline.Cost {
		sentence += "; what is learned of the training part does not hold for the test part; try " + m.simpler()
	}
	return m.say(nil, "guessing", "the run ends no better than guessing: "+sentence)
}

// part is the part that accuracies are of: 1 for the test part, where there is one.
func (m *Monitor) part() int { return min(m.about.Test, 1) }

// trainRMSE is that of the training part, in the unit of the number to predict, where the cost is its square.
func (a *About) trainRMSE(e event.Epoch) float64 {
	return math.Sqrt(2*e.TrainCost/float64(a.Outputs)) / a.Factor
}

// Advice is what to try where the numbers have become too large: with these rates, and inputs of this
// typical size, and with a bug in the step or without one.
func Advice(rates string, inputs float64, bug bool) string {
	if bug {
		return fmt.Sprintf("the bug in the step can do that; training may last longer with -activation tanh and a "+
			"smaller -lr (it is %s)", rates)
	}
	advice := fmt.Sprintf("try a smaller -lr (it is %s), or check -init and -scale", rates)
	if inputs > unscaled {
		advice = sizeOfInputs(inputs) + ": leave out -scale, or " + advice
	}
	return advice
}
