package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/show/event"
)

// table returns a function that returns rows of a table.
func table(in, answers [][]float64) func(which []int32) (x, y [][]float64) {
	return func(which []int32) (x, y [][]float64) {
		for _, i := range which {
			x, y = append(x, slices.Clone(in[i])), append(y, answers[i])
		}
		return x, y
	}
}

// line gives the training a table of 40 rows whose answers lie on a line, give or take one; their variance is
// 133.25 + 1.
func line(a *Training) {
	var in, answers [][]float64
	for i := range 40 {
		in, answers = append(in, []float64{float64(i)}), append(answers, []float64{float64(i) + float64(i%2*2) - 1})
	}
	a.Train, a.Rows, a.Baseline.RMSE = 40, table(in, answers), [2]float64{11.6, 1}
}

// zigzag gives the training a table of 40 rows of which each has another answer than its neighbours.
func zigzag(a *Training) {
	var in, answers [][]float64
	for i := range 40 {
		in, answers = append(in, []float64{float64(i * i)}), append(answers, []float64{float64(i%2*2) - 1})
	}
	a.Train, a.Rows = 40, table(in, answers)
}

// A network underfits if its squared error is more than twice the noise, and R² below 0.9. The answers of neighbours on
// the line differ by 3 and by 1, so the noise is about half the mean of 9 and 1.
func TestUnderfittingIsMeasuredByTheNoise(t *testing.T) {
	for _, c := range []struct {
		what  string
		about func(a *Training)
		rmse  float64
		want  string
	}{
		{"far from the line", nil, 6, "underfitting: R² is 0.73 in training, but rows with similar inputs have " +
			"answers similar enough for about 0.98; try"},
		{"near it", nil, 3, ""},
		// as the network sees it, the squared error is 36·0.37² = 4.9 or 36·0.43² = 6.7
		{"less than twice the noise", func(a *Training) { a.Factor = 0.37 }, 6, ""},
		{"more than twice the noise", func(a *Training) { a.Factor = 0.43 }, 6, "underfitting"},
		{"another unit", func(a *Training) { a.Factor = 0.1 }, 6, ""}, // in which the noise is a hundred times as much
		{"no more than noise", func(a *Training) {
			rows := a.Rows
			a.Rows = func(which []int32) (in, answers [][]float64) {
				in, answers = rows(which)
				for i := range answers {
					answers[i] = []float64{float64(i * 17 % 40)}
				}
				return in, answers
			}
		}, 11, ""},
		{"few rows", func(a *Training) { a.Train = 29 }, 6, ""},
		{"enough rows", func(a *Training) { a.Train = 30 }, 6, "R² is 0.73"},
		{"the advice that is left", func(a *Training) { a.L2, a.Adam, a.Layers = 0, true, a.Layers[:2] }, 6,
			"try -hidden 64,64, or more -epochs (it is 40)"},
		{"the advice", func(a *Training) { a.L2 = 0.5 }, 6, "try -l2 0 -optimizer adam, or more -epochs (it is 40)"},
	} {
		m, e := monitorAtEnd(func(a *Training) {
			numbers(a)
			line(a)
			if c.about != nil {
				c.about(a)
			}
		})
		e.TrainAccuracy, e.TestAccuracy = nil, nil
		got := m.underfitting(event.Done{TrainRMSE: &c.rmse})
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

// A cost above that of the classes' shares is told, and a linear model that is better; neither after a warning that
// explains it, if that was not taken back.
func TestCompareAfterOtherWarnings(t *testing.T) {
	lead := make([]float64, 80)
	for i := range 20 {
		lead[i] = 1
	}
	low, high := 0.7, 0.95
	for _, c := range []struct {
		what   string
		change func(m *Monitor, e *event.Epoch, done *event.Done)
		want   string // causes
	}{
		{"worse than the linear model", nil, "[linear]"},
		{"one class counts more", func(m *Monitor, _ *event.Epoch, _ *event.Done) { m.training.Weighted = true }, "[]"},
		{"no linear model", func(_ *Monitor, _ *event.Epoch, done *event.Done) { done.Quality.LinearLead = nil }, "[]"},
		{"no quality", func(_ *Monitor, _ *event.Epoch, done *event.Done) { done.Quality = nil }, "[]"},
		{"1.06 times the cost", func(_ *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost = 2.12 }, "[too sure linear]"},
		{"1.05 times the cost", func(_ *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost = 2.1 }, "[linear]"},
		{"of 50", func(m *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost, m.training.Test = 2.12, 50 },
			"[too sure linear]"},
		{"of 49", func(m *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost, m.training.Test = 2.12, 49 }, "[linear]"},
		{"nobody knows", func(m *Monitor, e *event.Epoch, _ *event.Done) {
			*e.TestCost, m.training.Baseline.Cost[1] = 2.12, math.NaN()
		}, "[linear]"},
		{"learned by heart", func(m *Monitor, e *event.Epoch, _ *event.Done) {
			*e.TestCost = 2.12
			m.warn("overfitting", "said")
		}, "[linear]"},
		{"no better than guessing", func(m *Monitor, _ *event.Epoch, _ *event.Done) { m.warn("guessing", "said") },
			"[linear]"},
		{"dead", func(m *Monitor, _ *event.Epoch, _ *event.Done) { m.warn("dead", "said") }, "[]"},
		{"no longer still", func(m *Monitor, _ *event.Epoch, _ *event.Done) {
			m.warn("still", "said")
			m.withdrawn = []string{"still"}
		}, "[linear]"},
	} {
		m, e := monitorAtEnd(func(a *Training) { a.Baseline.Cost[1] = 2 })
		cost := 1.8
		e.TestCost = &cost
		done := event.Done{TestAccuracy: &low, Quality: &event.Quality{Linear: &high, LinearLead: lead}}
		if c.change != nil {
			c.change(m, e, &done)
		}
		causes := []string{}
		for _, w := range m.compare(*e, done) {
			causes = append(causes, w.Cause)
			if !strings.Contains(w.Text, "try -hidden none, a larger -l2 (it is 0)") {
				t.Errorf("%s: got %q, want advice to try a simpler network", c.what, w.Text)
			}
			if w.Cause == "too sure" && !strings.HasPrefix(w.Text, "the test cost is 2.12 at the end, but only 2 if ") {
				t.Errorf("%s: got %q, want a test cost of 2.12 and one of 2", c.what, w.Text)
			}
		}
		if fmt.Sprint(causes) != c.want {
			t.Errorf("%s: got causes %v, want %s", c.what, causes, c.want)
		}
	}
}

// The advice to leave out hidden layers is for networks that have one.
func TestSimplerWithoutHiddenLayers(t *testing.T) {
	for layers, want := range map[int]string{1: "a larger -l2", 2: "-hidden none, a larger -l2"} {
		m, _ := monitorAtEnd(func(a *Training) { a.Layers = a.Layers[:layers] })
		if got := m.simpler(); !strings.HasPrefix(got, want) {
			t.Errorf("%d layers: got %q, want %s first", layers, got, want)
		}
	}
}

// A run that ends no better than its baseline is told; not if it has few test samples and learned, or if all its labels
// are the same.
func TestEndTellsOfGuessing(t *testing.T) {
	const equal = "50.00 % of the test samples are right, and always answering a gives 50.00 %"
	// Without a test set: ½ Σ (a − y)² of 1 is a root of 1 for each of two numbers.
	onlyTraining := func(t *Training) { numbers(t); t.Test, t.Outputs = 0, 2 }
	noAccuracy := func(_ *Monitor, e *event.Epoch) { e.TrainAccuracy, e.TestAccuracy = nil, nil }
	checkFindings(t, func(m *Monitor, e event.Epoch) string {
		var texts []string
		for _, w := range m.End(e, event.Done{}) {
			texts = append(texts, w.Text)
		}
		return strings.Join(texts, "\n")
	}, []finding{
		{"80 test samples", nil, nil, equal},
		{"290 steps", nil, epoch(29), equal + ", after 290 steps: train longer, with more -epochs"},
		{"49 test samples, and nothing is learned", testSamples(49), cost(0.95), equal},
		{"49 test samples, and it learns", testSamples(49), cost(0.94), ""},
		{"50 test samples, and it learns", testSamples(50), cost(0.94), equal},
		{"no test samples", testSamples(0), nil, "50.00 % of the training samples"},
		{"labels that are all the same", shares(1, 0.5), nil, ""},
		{"numbers, without a test set", onlyTraining, noAccuracy,
			"training RMSE 1, and always answering the mean gives 1"},
		{"with another cost", func(t *Training) { onlyTraining(t); t.Squares = false }, noAccuracy, ""},
	})
	m, e := monitorAtEnd()
	e.Epoch = 30
	if got := fmt.Sprint(m.End(*e, event.Done{})); strings.Contains(got, "longer") {
		t.Errorf("300 steps: got %q, want no advice to train longer", got)
	}
	// "rate" is taken back, because at the end the cost has not risen.
	for cause, want := range map[string]bool{"rate": true, "dead": false, "decay": false, "inputs": false, "rare": true} {
		m, e := monitorAtEnd()
		e.Epoch, m.warnings = 3, []event.Warning{{Cause: cause}}
		if got := fmt.Sprint(m.End(*e, event.Done{})); strings.Contains(got, "train longer") != want {
			t.Errorf("30 steps, after a warning of %q: got %q, want advice to train longer: %v", cause, got, want)
		}
	}
}

// If classes have weights, the mean recall is compared with guessing.
func TestEndComparesTheRecallOfWeightedClasses(t *testing.T) {
	for recall, want := range map[float64]string{0.5: "the mean recall of the classes is 0.5000", 0.9: "[]"} {
		m, e := monitorAtEnd(func(t *Training) { t.Weighted = true })
		done := event.Done{Quality: &event.Quality{Macro: &event.ClassScores{Recall: recall}}}
		if got := fmt.Sprint(m.End(*e, done)); !strings.Contains(got, want) {
			t.Errorf("a mean recall of %v: got %q, want %q", recall, got, want)
		}
	}
}
