package diagnosis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"backprop/internal/show/event"
)

// table is what rows hands out of a table.
func table(in, answers [][]float64) func(which []int32) (x, y [][]float64) {
	return func(which []int32) (x, y [][]float64) {
		for _, i := range which {
			x, y = append(x, append([]float64(nil), in[i]...)), append(y, answers[i])
		}
		return x, y
	}
}

// line is a table of 40 rows whose answers lie on a line, give or take one; their variance is 133.25 + 1.
func line(a *Training) {
	var in, answers [][]float64
	for i := range 40 {
		in, answers = append(in, []float64{float64(i)}), append(answers, []float64{float64(i) + float64(i%2*2) - 1})
	}
	a.Train, a.Rows, a.Baseline.RMSE = 40, table(in, answers), [2]float64{11.6, 11.6}
}

// zigzag is a table of 40 rows whose answers a line says nothing of, and their neighbours the contrary.
func zigzag(a *Training) {
	var in, answers [][]float64
	for i := range 40 {
		in, answers = append(in, []float64{float64(i * i)}), append(answers, []float64{float64(i%2*2) - 1})
	}
	a.Train, a.Rows = 40, table(in, answers)
}

// TestUnderfitting: the answers of neighbours in that table differ by 3 and by 1, so that the noise is half of 9 and 1,
// 2.5; an error of more than twice that is said, if R² is below 0.9.
func TestUnderfitting(t *testing.T) {
	for _, c := range []struct {
		what  string
		about func(a *Training)
		rmse  float64
		want  string
	}{
		{"far from the line", nil, 6, "underfitting: R² is 0.73 in training, but rows with similar inputs have " +
			"answers similar enough for about 0.98; try"},
		{"near it", nil, 3, ""},
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
		{"classes", func(a *Training) { a.Classes = []string{"a"} }, 6, ""},
		{"the advice that is left", func(a *Training) { a.L2, a.Adam, a.Layers = 0, true, a.Layers[:2] }, 6,
			"try -hidden 64,64, or more -epochs (it is 40)"},
		{"the advice", func(a *Training) { a.L2 = 10 }, 6, "try -l2 0 -optimizer adam, or more -epochs (it is 40)"},
	} {
		m, e := aMonitor(func(a *Training) {
			numbers(a)
			line(a)
			if c.about != nil {
				c.about(a)
			}
		})
		e.TrainAccuracy, e.TestAccuracy = nil, nil
		got := m.underfitting(event.Done{TrainRMSE: &c.rmse})
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// TestComparisons: a cost above that of the classes' shares is said, and a linear model that is better; neither where
// something else stands, though what was taken back does not.
func TestComparisons(t *testing.T) {
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
		{"a cost of 1.06", func(_ *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost = 1.06 }, "[too sure linear]"},
		{"a cost of 1.05", func(_ *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost = 1.05 }, "[linear]"},
		{"of 49", func(m *Monitor, e *event.Epoch, _ *event.Done) { *e.TestCost, m.training.Test = 1.06, 49 }, "[linear]"},
		{"nobody knows", func(m *Monitor, e *event.Epoch, _ *event.Done) {
			*e.TestCost, m.training.Baseline.Cost[1] = 1.06, math.NaN()
		}, "[linear]"},
		{"learned by heart", func(m *Monitor, e *event.Epoch, _ *event.Done) {
			*e.TestCost = 1.06
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
		m, e := aMonitor(func(a *Training) { a.Baseline.Cost[1] = 1 })
		cost := 0.9
		e.TestCost = &cost
		done := event.Done{TestAccuracy: &low, Quality: &event.Quality{Linear: &high, LinearLead: lead}}
		if c.change != nil {
			c.change(m, e, &done)
		}
		causes := []string{}
		for _, w := range m.compare(*e, done) {
			causes = append(causes, w.Cause)
			if !strings.Contains(w.Text, "try -hidden none, a larger -l2 (it is 0)") {
				t.Errorf("%s: %q", c.what, w.Text)
			}
		}
		if fmt.Sprint(causes) != c.want {
			t.Errorf("%s: %v, want %s", c.what, causes, c.want)
		}
	}
}

// TestSimpler: a network without a hidden layer is not told to leave it out.
func TestSimpler(t *testing.T) {
	m, _ := aMonitor(func(a *Training) { a.Layers = a.Layers[:1] })
	if got := m.simpler(); !strings.HasPrefix(got, "a larger -l2") {
		t.Errorf("without a hidden layer: %q", got)
	}
}
