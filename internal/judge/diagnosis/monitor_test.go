package diagnosis

import (
	"slices"
	"strings"
	"testing"

	"backprop/internal/show/event"
)

// Of 324 training samples each epoch allows 1.62 for snapshots, so there is one of 64 after the first epoch, then after
// every fortieth, or the next that is shown, and after the last.
func TestSnapshotsTakeFewSamples(t *testing.T) {
	m, e := monitorAtEnd(func(t *Training) { t.Epochs, t.Train = 100, 324 })
	m.history = nil
	m.Begin(Snapshot{Inputs: 3, OneClass: true})
	if m.inputs != 3 || !m.oneClass {
		t.Errorf("got inputs of %v, one class %v; want those of the snapshot", m.inputs, m.oneClass)
	}
	for e.Epoch = 1; e.Epoch <= 100; e.Epoch++ {
		m.Epoch(*e, e.Epoch != 41, func() Snapshot { return Snapshot{Layers: make([]LayerStats, 3)} })
	}
	if got, want := epochsOf(m), []int{0, 1, 42, 82, 100}; !slices.Equal(got, want) {
		t.Errorf("got snapshots after epochs %v, want %v", got, want)
	}
}

// epochsOf are the epochs of the snapshots that a monitor keeps.
func epochsOf(m *Monitor) (epochs []int) {
	for _, s := range m.history {
		epochs = append(epochs, s.epoch)
	}
	return epochs
}

// Of more than a thousand snapshots every second one is kept, and the newest.
func TestOldSnapshotsAreThinnedOut(t *testing.T) {
	m, _ := monitorAtEnd()
	m.history = nil
	for epoch := range 1001 {
		m.add(epoch, Snapshot{})
	}
	if got := epochsOf(m); len(got) != 1001 || got[1000] != 1000 {
		t.Errorf("got %d of 1001 snapshots, want all", len(got))
	}
	m.add(1001, Snapshot{})
	if got := epochsOf(m); len(got) != 501 || got[0] != 0 || got[1] != 2 || got[499] != 998 || got[500] != 1001 {
		t.Errorf("of 1002 snapshots got those after %v, want 0, 2, 4 … 998, 1001", got)
	}
}

// A warning is given once, and says since which epoch it is so: not if that is the first, or if nothing was learned
// before.
func TestWarningSaysSinceWhen(t *testing.T) {
	for _, c := range []struct {
		name  string
		cost  float64 // of all epochs
		since int     // the epoch from which on all units are dead
		want  string
	}{
		{"from the first epoch", 0.9, 1, "8 of 8 relu units of layer 1"},
		{"from the second", 0.9, 2, "since epoch 2, 8 of 8 relu units of layer 1"},
		{"nothing learned before", 0.96, 2, "8 of 8 relu units of layer 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, e := monitorAtEnd(func(t *Training) { t.Samples, t.Run = 1, "one" })
			e.TrainCost = c.cost
			var said []event.Warning
			for e.Epoch = 1; e.Epoch <= 4; e.Epoch++ {
				snapshot := Snapshot{Layers: slices.Clone(m.newest())}
				if e.Epoch >= c.since {
					snapshot.Layers[0].Idle = 1
				}
				said = append(said, m.Epoch(*e, true, func() Snapshot { return snapshot })...)
			}
			if len(said) != 1 || !slices.Equal(m.Causes(), []string{"dead"}) {
				t.Fatalf("got warnings %+v of causes %q, want one of dead units", said, m.Causes())
			}
			w := said[0]
			if !strings.HasPrefix(w.Text, c.want) || w.Epoch != c.since || w.Cause != "dead" || w.Run != "one" {
				t.Errorf("got %+v, want %q after epoch %d", w, c.want, c.since)
			}
		})
	}
}

// What is found, lost and found again begins anew: that the cost has risen is told after two epochs in a row.
func TestRisingCostMustLastTwoEpochs(t *testing.T) {
	m, _ := monitorAtEnd(func(t *Training) { t.Samples = 1 })
	snapshot := Snapshot{Layers: m.newest()}
	for i, cost := range []float64{0.3, 0.3, 0.2, 0.2, 0.5, 0.2, 0.5, 0.5} { // a tenth of 40 epochs is 4
		said := m.Epoch(event.Epoch{Epoch: i + 1, TrainCost: cost}, true, func() Snapshot { return snapshot })
		if (len(said) > 0) != (i == 7) {
			t.Errorf("after epoch %d: got %+v, want a warning after epoch 8", i+1, said)
		}
		const want = "since epoch 7, the training cost rises: it is 0.5, after 0.2 in epoch 3"
		if i == 7 && len(said) > 0 && !strings.HasPrefix(said[0].Text, want) {
			t.Errorf("got %q, want %q", said[0].Text, want)
		}
	}
}

// What is taken back was said earlier, is told after the last epoch, and explains nothing any more.
func TestTakeBack(t *testing.T) {
	m, _ := monitorAtEnd()
	m.last.Epoch = 9
	got := m.takeBack(event.Warning{Epoch: 3, Cause: "still", Text: "it is still; try more"})
	want := event.Warning{Epoch: 9, Cause: "still",
		Text: "what was said after epoch 3 no longer holds at the end: it is still"}
	if got != want || !slices.Equal(m.withdrawn, []string{"still"}) {
		t.Errorf("got %+v, and withdrawn %q; want %+v", got, m.withdrawn, want)
	}
}

// At the end, a cause comes before what it leads to.
func TestEndTellsCausesFirst(t *testing.T) {
	m, e := monitorAtEnd()
	all(cost(0.1), accuracies(0.9, 0.5))(m, e)
	said := m.End(*e, event.Done{})
	if len(said) != 2 || said[0].Cause != "shuffled" || said[1].Cause != "guessing" ||
		!strings.Contains(said[1].Text, "does not hold for the test samples; try -hidden none") {
		t.Errorf("got %+v, want shuffled, then guessing", said)
	}
}

// A nil monitor says nothing.
func TestNilMonitor(t *testing.T) {
	var m *Monitor
	epoch, end, figures := m.Epoch(event.Epoch{}, true, nil), m.End(event.Epoch{}, event.Done{}), m.Figures()
	if epoch != nil || end != nil || figures != nil {
		t.Errorf("got %v, %v and %v, want nothing", epoch, end, figures)
	}
}

// Where the numbers have become too large, the inputs may be too large, or a bug in the step is to blame.
func TestAdvice(t *testing.T) {
	const rate = "try a smaller -lr (it is 9,2), or check -init and -scale"
	for _, c := range []struct {
		inputs float64
		bug    bool
		want   string
	}{
		{20, false, rate},
		{20.1, false, "the inputs are not scaled: their typical size is 20.1, but the first weights are made for 1 or " +
			"less: leave out -scale, or " + rate},
		{20.1, true, "the bug in the step can do that; the numbers may stay finite with -activation tanh and a smaller -lr " +
			"(it is 9,2)"},
	} {
		if got := Advice("9,2", c.inputs, c.bug); got != c.want {
			t.Errorf("inputs of %v, a bug: %v: got %q, want %q", c.inputs, c.bug, got, c.want)
		}
	}
}
