package explain

import (
	"fmt"
	"math"
	"slices"
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

// outputs returns what each of two layers with the weights w makes of x: g(z), with a 1 behind it for the biases.
func outputs(e *Example, w [][][]float64, x []float64) (a [3][]float64) {
	a[0] = append(slices.Clone(x), 1)
	for l, rows := range w {
		for j := range rows[0] {
			z := 0.0
			for i, row := range rows {
				z += a[l][i] * row[j]
			}
			g := map[string]float64{"": 1 / (1 + math.Exp(-z)), "tanh": math.Tanh(z), "linear": z}
			a[l+1] = append(a[l+1], g[e.Activations[l]])
		}
		a[l+1] = append(a[l+1], 1)
	}
	return a
}

// costOf returns the mean cost of an example's samples.
func costOf(e *Example, w [][][]float64) (sum float64) {
	for k, x := range e.X {
		a := outputs(e, w, x)[2]
		for j, y := range e.Y[k] {
			if e.Cost == "bce" {
				sum -= y*math.Log(a[j]) + (1-y)*math.Log(1-a[j])
			} else {
				sum += (a[j] - y) * (a[j] - y) / 2
			}
		}
	}
	return sum / float64(len(e.X))
}

// step changes w by a step of gradient descent. If early is set, W₂ changes before δ₁ is computed from it.
func step(e *Example, w [][][]float64, early bool) {
	slope := func(l int, a float64) float64 {
		return map[string]float64{"": a * (1 - a), "tanh": 1 - a*a, "linear": 1}[e.Activations[l]]
	}
	a, delta := make([][3][]float64, len(e.X)), make([][2][]float64, len(e.X))
	for k, x := range e.X {
		a[k] = outputs(e, w, x)
		for j, y := range e.Y[k] {
			d := a[k][2][j] - y
			if e.Cost == "mse" { // in that of bce, g′ cancels
				d *= slope(1, a[k][2][j])
			}
			delta[k][1] = append(delta[k][1], d)
		}
	}
	back := func() {
		for k := range e.X {
			for i, row := range w[1][:len(w[1])-1] {
				sum := 0.0
				for j, d := range delta[k][1] {
					sum += d * row[j]
				}
				delta[k][0] = append(delta[k][0], sum*slope(0, a[k][1][i]))
			}
		}
	}
	update := func(l int) {
		for k := range e.X {
			for i, v := range a[k][l] {
				for j, d := range delta[k][l] {
					if i < len(a[k][l])-1 || !e.FixedBiases {
						w[l][i][j] -= e.Rate * v * d / float64(len(e.X))
					}
				}
			}
		}
	}
	if early {
		update(1)
		back()
	} else {
		back()
		update(1)
	}
	update(0)
}

// Plain sums from the numbers of an example give what Mazur published, to the last digit; his later numbers if W₂
// changes too early. The costs of the others were computed outside of Go: those of the chains are ½ (2 tanh 1 − 1)²
// and, with the second output, ½ tanh² 1 more.
func TestExamplesGiveThePublishedNumbers(t *testing.T) {
	for name, want := range map[string][2]string{ // the cost before and after the step
		"mazur": {"0.298371109", "0.291027774"}, "xor": {"0.692411051", "0.692004333"},
		"3-2": {"0.286144942", "0.258446549"}, "chain": {"0.136863005", "0.053703455"},
		"chain2": {"0.426875834", "0.176994368"},
	} {
		e := Find(name)
		w := weightsOf(e)
		s := &Step{CostBefore: costOf(e, w), Layers: []Layer{{}, {A: Rows{outputs(e, w, e.X[0])[2]}}}}
		step(e, w, false)
		s.Layers[0].NewW, s.Layers[1].NewW = w[0], w[1]
		if got := [2]string{fmt.Sprintf("%.9f", s.CostBefore), fmt.Sprintf("%.9f", costOf(e, w))}; got != want {
			t.Errorf("%s: got costs of %q before and after the step, want %q", name, got, want)
		}
		for _, f := range e.published {
			_, digits, _ := strings.Cut(f.published, ".")
			if got := fmt.Sprintf("%.*f", len(digits), f.of(s)); got != f.published {
				t.Errorf("%s: got %s for %s, want %s", name, got, f.name, f.published)
			}
		}
	}
	e := Find("mazur")
	w := weightsOf(e)
	step(e, w, true)
	after := costOf(e, w)
	for range 9999 {
		step(e, w, true)
	}
	a := outputs(e, w, e.X[0])[2]
	got := fmt.Sprintf("%.9f %.9f %.9f", after, a[0], a[1])
	if want := strings.Join(e.later[:], " "); got != want {
		t.Errorf("with W₂ changed first: got %s, want %s", got, want)
	}
}

// weightsOf returns a copy of an example's weights and biases.
func weightsOf(e *Example) (w [][][]float64) {
	for _, rows := range e.Layers {
		var layer [][]float64
		for _, row := range rows {
			layer = append(layer, slices.Clone(row))
		}
		w = append(w, layer)
	}
	return w
}

// The published numbers stand beside those of the step, and of the trainings after it.
func TestExamplePrintComparesWithPublishedNumbers(t *testing.T) {
	e := &Example{title: "A title", moral: "A moral.\n", later: [3]string{"p1", "p2", "p3"},
		published: []figure{{"error", "p0", func(s *Step) float64 { return s.CostBefore }}}}
	text := printed(func(out *console.Printer) {
		e.Print(out, byHand(), func(steps int, early bool) (float64, []float64) {
			if early {
				return float64(steps) + 0.5, []float64{float64(steps), 6}
			}
			return float64(steps), []float64{float64(steps), 4}
		})
	})
	got := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"A title n = 2 samples",
		"beside these ---------------------------------- published here error p0 1.25",
		"W₂ already changed published W₂ as it was W₂ changed total error after 1 step p1 1.000000000 1.500000000 " +
			"output 1 after 10,000 steps p2 10000.000000000 10000.000000000 " +
			"output 2 after 10,000 steps p3 4.000000000 6.000000000 A moral."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
}
