package explain

import (
	"strings"
	"testing"

	"backprop/internal/show/console"
)

// Each layer of an example takes what the one before gives, and its samples go in and come out.
func TestExamplesFitTogether(t *testing.T) {
	for _, e := range examples {
		complete := e.title != "" && e.moral != "" && (e.published != nil) == (e.later[2] != "")
		if Find(e.name) == nil || len(e.X) != len(e.Y) || !complete {
			t.Errorf("%q lacks a title, a moral, a published number or a sample", e.name)
		}
		for k, x := range e.X {
			width := len(x)
			for l, rows := range e.Layers {
				if len(rows) != width+1 {
					t.Errorf("%s: layer %d has %d rows for %d inputs and the biases", e.name, l+1, len(rows), width)
				}
				width = len(rows[0])
			}
			if len(e.Y[k]) != width {
				t.Errorf("%s: sample %d wants %d outputs of %d", e.name, k+1, len(e.Y[k]), width)
			}
		}
	}
	if Find("") != nil || Find("network") != nil {
		t.Errorf("got examples %v and %v, want none with these names", Find(""), Find("network"))
	}
}

// The published numbers stand beside those of the step, and of the trainings after it.
func TestExamplePrintComparesWithPublishedNumbers(t *testing.T) {
	e := &Example{title: "A title", moral: "A moral.\n", later: [3]string{"p1", "p2", "p3"},
		published: []figure{{"error", "p0", func(s *Step) float64 { return s.CostBefore }}}}
	text := printed(func(out *console.Printer) {
		e.Print(out, byHand(), func(steps int, early bool) (float64, []float64) {
			if early {
				return float64(steps) + 0.5, []float64{5, 6}
			}
			return float64(steps), []float64{3, 4}
		})
	})
	got := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"A title n = 2 samples", "published here error p0 1.250000000",
		"published W₂ as it was W₂ changed total error after 1 step p1 1.000000000 1.500000000 output 1 after 10,000 steps " +
			"p2 3.000000000 5.000000000 output 2 after 10,000 steps p3 4.000000000 6.000000000 A moral."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
}
