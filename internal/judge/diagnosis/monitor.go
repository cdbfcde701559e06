// Package diagnosis watches a training and says what is wrong with it, and what to try:
//
//	since epoch 4, 30 of 30 relu units of layer 1 give 0 for every sample: they are dead and no longer
//	learn; try a smaller -lr (it is 3), or -activation tanh
//
// It reads the results of each epoch, which are computed anyway, and now and then asks for a snapshot: a forward and a
// backward pass of a few samples. It knows nothing else about networks, and changes nothing.
package diagnosis

import (
	"fmt"
	"strings"

	"backprop/internal/judge/baseline"
	"backprop/internal/show/event"
)

// snapshotShare is how many samples the snapshots may take, as a share of the samples trained on.
const snapshotShare = 0.005

// A Training is what is known about a training before it begins.
type Training struct {
	Run                  string // the name of the run, if there are several
	Epochs, StepsAnEpoch int
	Train, Test          int       // samples in the training set and in the test set
	Outputs              int       // of the network
	Classes              []string  // nil for numbers to predict
	Shares               []float64 // of each class in the training set
	Weighted             bool      // the classes have weights
	Squares              bool      // the cost is half the squared error
	Rates                string    // the learning rates, as on the command line
	L2                   float64   // λ
	N                    int       // the number by which λ is divided
	Adam                 bool
	Layers               []Layer
	Factor               float64 // by which numbers to predict are multiplied for the network
	Samples              int     // in a snapshot
	Baseline             baseline.Scores
	Rows                 func(which []int32) (in, answers [][]float64) // rows of the training set, scaled
}

// A Layer is what is known about a layer before the training begins.
type Layer struct {
	Activation    string
	Dies          bool // a unit that is idle for every sample is dead
	Saturates     bool // an output that is idle is saturated
	Units         int
	Rate, Weights float64 // η, √(mean w²)
}

// A Snapshot has what a forward and a backward pass of a few training samples shows.
type Snapshot struct {
	Inputs   float64 // √(mean x²)
	OneClass bool    // the network gives all samples the same class; false for numbers to predict
	Layers   []LayerStats
}

// LayerStats are the figures of one layer in a snapshot.
type LayerStats struct {
	Activation float64 // √(mean a²)
	Delta      float64 // √(mean δ²)
	Gradient   float64 // √(mean (∂C/∂w)²)
	Weights    float64 // √(mean w²)
	Idle       float64 // the share of idle outputs; see Idle
}

// A Monitor watches one training. A nil Monitor says nothing.
type Monitor struct {
	training    Training
	first, last event.Epoch
	lowest      event.Epoch     // the epoch with the lowest training cost
	warnings    []event.Warning // all so far
	withdrawn   []string        // the causes of warnings that were taken back
	since       map[string]int  // for each cause, the epoch since which its check has found something

	gaps            []bool // whether training was far ahead of test, in the last five epochs shown
	unansweredSince []int  // for each class, the epoch since which no test sample is classified as it; 0 for none
	answeredAgain   []int  // for each class, the epoch in which that last ended; 0 for none

	history  []epochStats // of all snapshots; the last is the newest
	inputs   float64      // Inputs of the newest snapshot
	oneClass bool         // OneClass of the newest snapshot
	budget   float64      // how many samples the next snapshot may take
}

// epochStats are the figures of all layers in the snapshot after an epoch.
type epochStats struct {
	epoch  int
	layers []LayerStats
}

// New returns a monitor for a training that is about to begin.
func New(t Training) *Monitor {
	classes := len(t.Classes)
	return &Monitor{training: t, since: map[string]int{}, budget: float64(t.Samples),
		unansweredSince: make([]int, classes), answeredAgain: make([]int, classes)}
}

// Begin adds a snapshot taken before the first epoch, so that the figures begin there.
func (m *Monitor) Begin(s Snapshot) { m.add(0, s) }

// Epoch returns the warnings after epoch e, at most one for each cause in a training. If the epoch is not shown
// it returns none and does next to nothing, because there may be thousands of epochs a second. It calls snapshot
// as often as snapshotShare allows, and after the last epoch.
func (m *Monitor) Epoch(e event.Epoch, shown bool, snapshot func() Snapshot) (warnings []event.Warning) {
	if m == nil {
		return nil
	}
	m.budget += snapshotShare * float64(m.training.Train)
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
	if m.budget >= float64(m.training.Samples) || e.Epoch == m.training.Epochs {
		m.budget = 0
		m.add(e.Epoch, snapshot())
	}
	m.noteAnswers(e)
	for _, c := range checks {
		if !c.atEnd {
			warnings = append(warnings, m.warn(c.cause, m.run(c, e))...)
		}
	}
	return warnings
}

// run returns what a check finds after epoch e, and since when; "" if it finds nothing, or nothing that is worth a
// warning yet.
func (m *Monitor) run(c check, e event.Epoch) string {
	sentence := c.find(m, e)
	if sentence == "" {
		delete(m.since, c.cause)
		return ""
	}
	if m.since[c.cause] == 0 {
		m.since[c.cause] = e.Epoch
	}
	since := m.since[c.cause]
	mayPass := c.persistent && since == e.Epoch && e.Epoch < m.training.Epochs
	if mayPass || m.explained(c) {
		return ""
	}
	if m.learnedNothing(m.lowest.TrainCost) {
		since = m.first.Epoch
	}
	if c.dated || since <= 1 || since == m.training.Epochs {
		return sentence
	}
	return fmt.Sprintf("since epoch %d, %s", since, sentence)
}

// explained reports whether what a check finds may be a consequence of something that the user has already been warned
// of.
func (m *Monitor) explained(c check) bool { return c.secondary && len(m.warnings) > 0 }

// warn returns a new warning, or nothing if the sentence is empty or there has been a warning with this cause.
func (m *Monitor) warn(cause, sentence string) []event.Warning {
	if sentence == "" || m.warning(cause) != nil {
		return nil
	}
	w := event.Warning{Event: "warning", Run: m.training.Run, Epoch: m.last.Epoch, Cause: cause, Text: sentence}
	m.warnings = append(m.warnings, w)
	return []event.Warning{w}
}

// warning returns the warning with this cause; nil if there was none.
func (m *Monitor) warning(cause string) *event.Warning {
	for i := range m.warnings {
		if m.warnings[i].Cause == cause {
			return &m.warnings[i]
		}
	}
	return nil
}

// Causes returns the causes of all warnings so far.
func (m *Monitor) Causes() (causes []string) {
	for _, w := range m.warnings {
		causes = append(causes, w.Cause)
	}
	return causes
}

// add keeps the snapshot after an epoch. In a long training it keeps only every second one of the older snapshots.
func (m *Monitor) add(epoch int, s Snapshot) {
	m.inputs, m.oneClass = s.Inputs, s.OneClass
	if len(m.history) > 1000 {
		half := len(m.history) / 2
		for i := range half {
			m.history[i] = m.history[2*i]
		}
		m.history = m.history[:half]
	}
	m.history = append(m.history, epochStats{epoch, s.Layers})
}

// newest returns the figures of the newest snapshot.
func (m *Monitor) newest() []LayerStats { return m.history[len(m.history)-1].layers }

// End returns the warnings that only the end of a training can give, and takes back those that no longer hold. final is
// the epoch whose weights are kept, done the result of the training.
func (m *Monitor) End(final event.Epoch, done event.Done) (warnings []event.Warning) {
	if m == nil {
		return nil
	}
	for _, c := range checks {
		w := m.warning(c.cause)
		switch {
		case c.atEnd && !m.explained(c):
			warnings = append(warnings, m.warn(c.cause, c.find(m, final))...)
		case c.temporary && w != nil && c.find(m, final) == "":
			warnings = append(warnings, m.takeBack(*w))
		}
	}
	warnings = append(warnings, m.warn("guessing", m.guessing(final, done.Quality))...)
	return append(warnings, m.compare(final, done)...)
}

// takeBack returns the message that warning w no longer holds. It repeats what was wrong, without the advice after it.
func (m *Monitor) takeBack(w event.Warning) event.Warning {
	m.withdrawn = append(m.withdrawn, w.Cause)
	what, _, _ := strings.Cut(w.Text, ";")
	w.Text = fmt.Sprintf("what was said after epoch %d no longer holds at the end: %s", w.Epoch, what)
	w.Epoch = m.last.Epoch
	return w
}

// Advice says what to try after the numbers have become too large: rates are the learning rates, inputs is
// √(mean x²), and bug says whether the step has a deliberate bug.
func Advice(rates string, inputs float64, bug bool) string {
	if bug {
		return fmt.Sprintf("the bug in the step can do that; the numbers may stay finite with -activation tanh and a "+
			"smaller -lr (it is %s)", rates)
	}
	advice := fmt.Sprintf("try a smaller -lr (it is %s), or check -init and -scale", rates)
	if inputs > unscaled {
		advice = notScaled(inputs) + ": leave out -scale, or " + advice
	}
	return advice
}
