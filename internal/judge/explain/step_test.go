package explain

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/show/console"
)

// byHand is a step of a network 2-2-1 with relu and squared error, computed by hand. Its samples are in X and Y.
func byHand() *Step {
	return &Step{
		X: Rows{{1, 2}, {3, -1}}, Y: Rows{{2}, {8}},
		Costs: []float64{2, 0.5}, CostBefore: 1.25, CostAfter: 102.40625, // ½·2², ½·1²; then ½·6.25², ½·19.25²
		Cost: "mse", Gradient: "A − Y", N: 10, Rate: []float64{0.5, 0.5},
		CostAt: "cost", AffineAt: "affine", BackwardAt: "backward", GradientAt: "gradient", UpdateAt: "update",
		DropoutAt: "dropout",
		Layers: []Layer{{
			Activation: "relu", Prime: "g'", ActivationAt: "relu", Eta: 0.5,
			In: Rows{{1, 2}, {3, -1}}, W: Rows{{1, 0}, {-1, 2}}, B: []float64{0, 1},
			Z: Rows{{-1, 5}, {4, -1}}, A: Rows{{0, 5}, {4, 0}}, Slope: Rows{{0, 1}, {1, 0}},
			Delta: Rows{{0, 2}, {-2, 0}}, GradW: Rows{{-3, 1}, {1, 2}}, GradB: []float64{-1, 1},
			NewW: Rows{{2.5, -0.5}, {-1.5, 1}}, NewB: []float64{0.5, 0.5},
		}, {
			Activation: "linear", Prime: "1", ActivationAt: "linear", Eta: 0.5,
			In: Rows{{0, 5}, {4, 0}}, W: Rows{{2}, {1}}, B: []float64{-1},
			Z: Rows{{4}, {7}}, A: Rows{{4}, {7}}, Slope: Rows{{1}, {1}},
			Delta: Rows{{2}, {-1}}, GradW: Rows{{-2}, {5}}, GradB: []float64{0.5},
			NewW: Rows{{3}, {-1.5}}, NewB: []float64{-1.25},
		}},
	}
}

func printed(s *Step) string {
	var b bytes.Buffer
	out := &console.Printer{W: bufio.NewWriter(&b)}
	Print(out, s)
	out.Flush()
	return b.String()
}

// TestPrint: the whole step, whose numbers are those of byHand.
func TestPrint(t *testing.T) {
	want := `
n = 2 samples, N = 10, η = 0.5

Forward: Z = X·W + b, A = g(Z)
------------------------------

X = the inputs, a row for each sample   2×2
                 input 1       input 2
  sample 1             1             2
  sample 2             3            -1

W₁ = weights, a column for each neuron   2×2
                 unit 1        unit 2
  input 1             1             0
  input 2            -1             2

b₁ = biases   2
            unit 1        unit 2
                 0             1

Z₁ = X·W₁ + b₁ = 2×2 · 2×2 + 2   2×2   [affine]
                  unit 1        unit 2
  sample 1            -1             5
  sample 2             4            -1
  Z₁[1,2] = b₁[2] + Σ X[1,·]·W₁[·,2] = 1 + 1·0 + 2·2 = 5

A₁ = relu(Z₁)   2×2   [relu]
                  unit 1        unit 2
  sample 1             0             5
  sample 2             4             0

W₂ = weights, a column for each neuron   2×1
              output 1
  unit 1             2
  unit 2             1

b₂ = biases   1
          output 1
                -1

Z₂ = A₁·W₂ + b₂ = 2×2 · 2×1 + 1   2×1   [affine]
                output 1
  sample 1             4
  sample 2             7
  Z₂[2,1] = b₂[1] + Σ A₁[2,·]·W₂[·,1] = -1 + 4·2 + 0·1 = 7

A₂ = Z₂   2×1   [linear]
                output 1
  sample 1             4
  sample 2             7

The cost
--------

Y = what the outputs should be   2×1
                output 1
  sample 1             2
  sample 2             8

C = 1.250000000, the mean of 2 samples

Backward: δ = ∂C/∂Z, from the last layer to the first
-----------------------------------------------------

δ₂ = A₂ − Y   2×1   [(1) cost]
                output 1
  sample 1             2
  sample 2            -1
  δ₂[1,1] = (4 − 2) · 1 = 2

δ₁ = (δ₂·W₂ᵀ) ⊙ g' = 2×1 · (2×1)ᵀ ⊙ …   2×2   [(2) backward]
                  unit 1        unit 2
  sample 1             0             2
  sample 2            -2             0
  Σ δ₂[1,·]·W₂[2,·] = 2·1 = 2
  δ₁[1,2] = 2 · 1 = 2

The gradient: ∂C/∂W = (1/n) Xᵀ·δ, ∂C/∂b = (1/n) Σ rows δ
--------------------------------------------------------

∂C/∂W₁ = (1/n) Xᵀ·δ₁ = (2×2)ᵀ · 2×2   2×2   [(3) gradient]
                 unit 1        unit 2
  input 1            -3             1
  input 2             1             2
  ∂C/∂W₁[1,1] = (1/2) Σ X[·,1]·δ₁[·,1] = 1·0 + 3·(-2) = -3

∂C/∂b₁ = (1/n) Σ rows δ₁   2
            unit 1        unit 2
                -1             1

∂C/∂W₂ = (1/n) A₁ᵀ·δ₂ = (2×2)ᵀ · 2×1   2×1   [(3) gradient]
              output 1
  unit 1            -2
  unit 2             5
  ∂C/∂W₂[2,1] = (1/2) Σ A₁[·,2]·δ₂[·,1] = 5·2 + 0·(-1) = 5

∂C/∂b₂ = (1/n) Σ rows δ₂   1
          output 1
       0.500000000

The step: (4) W ← W − η ∂C/∂W
-----------------------------

W₁ = after the step   2×2   [update]
                 unit 1        unit 2
  input 1   2.500000000  -0.500000000
  input 2  -1.500000000             1
  W₁[1,1] = 1 − 0.5 · (-3) = 2.500000000

b₁ = after the step   2
            unit 1        unit 2
       0.500000000   0.500000000

W₂ = after the step   2×1   [update]
              output 1
  unit 1             3
  unit 2  -1.500000000
  W₂[2,1] = 1 − 0.5 · 5 = -1.500000000

b₂ = after the step   1
          output 1
      -1.250000000

C of the same 2 samples: 1.250000000 before, 102.406250000 after
`
	if got := printed(byHand()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPrintOptions: what the settings of a step add to it or change.
func TestPrintOptions(t *testing.T) {
	for _, c := range []struct {
		change func(s *Step)
		want   string // one line, or several with | between them
	}{
		{func(s *Step) { s.L2, s.Rate = 2, []float64{1, 0.5} }, "n = 2 samples, N = 10, η = 1,0.5, λ = 2"},
		{func(s *Step) { s.L2 = 2 }, "The step: (4) W ← W − η (∂C/∂W + (λ/N) W)"},
		{func(s *Step) { s.L2 = 2 }, "  W₁[1,1]: 1 before, 2.500000000 after, ∂C/∂w -3"},
		{func(s *Step) { s.MaxNorm = true }, "  W₂[2,1]: 1 before, -1.500000000 after, ∂C/∂w 5"},
		{func(s *Step) { s.Rule = "adam" }, "The step: Adam in place of (4)"},
		{func(s *Step) { s.Rule = "momentum" }, "The step: (4) with V ← μV − η ∂C/∂W, W ← W + V"},
		{func(s *Step) { s.Rule = "nesterov" }, "The step: (4) with V ← μV − η ∂C/∂W, W ← W + μV − η ∂C/∂W"},
		{func(s *Step) { s.Bug = "W for Wᵀ" }, "with a bug: W for Wᵀ"},
		{func(s *Step) { s.Bug = "W for Wᵀ" }, "  W₁[1,1]: 1 before, 2.500000000 after, ∂C/∂w -3"},
		{func(s *Step) { s.File, s.Number = "t.csv", func(i int) string { return fmt.Sprint("line ", i+5) } },
			"the samples in t.csv:|  1 is line 5, 2 is line 6"},
		{func(s *Step) { s.Dropout = true }, "A₁ = after dropout   2×2   [dropout]"},
		{func(s *Step) { s.Dropout = true }, "  δ₁[1,2] = 2 · 1, and what dropout leaves of it, = 2"},
		{func(s *Step) { s.Gradient = "" }, "δ₂ = ∂C/∂A₂   2×1   [(1) cost]|                output 1|  sample 1 " +
			"            2|  sample 2            -1|  δ₂[1,1] = 2"},
		{func(s *Step) { s.Layers[1].Prime = "a(1−a)" }, "δ₂ = (A₂ − Y) ⊙ a(1−a)   2×1   [(1) cost]"},
		{func(s *Step) { s.Layers[1].Prime = "" }, "δ₂ = (A₂ − Y) ⊙ g′   2×1   [(1) cost]"},
		{func(s *Step) { s.Layers[1].Prime, s.Cancels, s.Layers[1].Slope = "s", true, Rows{{0.25}, {0.25}} },
			"δ₂ = A₂ − Y   2×1   [(1) cost]|                output 1|  sample 1             2|  sample 2            -1|" +
				"  δ₂[1,1] = (4 − 2) · 1 = 2"},
		{func(s *Step) { s.Gradient, s.P = "softmax(A) − Y", Rows{{1}, {1}} }, "  δ₂[1,1] = (1 − 2) · 1 = 2"},
		{func(s *Step) { s.InputNames, s.OutputNames = []string{"age", ""}, []string{"7"} },
			"                     age       input 2|  sample 1             1             2"},
		{func(s *Step) { s.OutputNames = []string{"7"} }, "b₂ = biases   1|           class 7|                -1"},
	} {
		s := byHand()
		c.change(s)
		if got := printed(s); !strings.Contains(got, "\n"+strings.ReplaceAll(c.want, "|", "\n")+"\n") {
			t.Errorf("%q is missing in\n%s", c.want, got)
		}
	}
}

// TestChoose: up to six are all shown, of more the first and the three largest, in their order.
func TestChoose(t *testing.T) {
	sizes := []float64{0, 5, 1, 7, 7, 2, 3}
	for n, want := range map[int]string{2: "[0 1]", 6: "[0 1 2 3 4 5]", 7: "[0 1 3 4]"} {
		if got := choose("unit", n, func(i int) float64 { return sizes[i] }); fmt.Sprint(got.indices) != want {
			t.Errorf("of %d units %v are shown, want %s", n, got.indices, want)
		}
	}
	wide, narrow := selection{indices: make([]int, 4)}, selection{indices: make([]int, 5)}
	if wide.columnWidth() != 12 || narrow.columnWidth() != 9 {
		t.Errorf("columns are %d and %d wide", wide.columnWidth(), narrow.columnWidth())
	}
}

// TestPrintLarge: of 7 inputs, the first and the three whose weights change most; and of a sum the three largest terms.
func TestPrintLarge(t *testing.T) {
	x, g := Rows{{1, 2, 3, 4, 5, 6, 7}}, Rows{{1}, {0}, {9}, {0}, {8}, {0}, {7}}
	w := Rows{{1}, {1}, {1}, {1}, {1}, {1}, {-1}}
	got := printed(&Step{X: x, Y: Rows{{0}}, Costs: []float64{0}, Layers: []Layer{{In: x, W: w, NewW: w, GradW: g,
		B: []float64{0}, GradB: []float64{0}, NewB: []float64{0}, Z: Rows{{14}}, A: Rows{{14}}, Slope: Rows{{1}},
		Delta: Rows{{0}}, Prime: "1"}}})
	for _, want := range []string{
		"X = the inputs, a row for each sample   1×7, 1×4 of it shown\n" +
			"                 input 1       input 3       input 5       input 7\n" +
			"  sample 1             1             3             5             7\n",
		// 0 + 1·1 + … + 6·1 + 7·(−1) = 14: what is left of 14 is 14 − (−7) − 6 − 5
		"  Z₁[1,1] = b₁[1] + Σ X[1,·]·W₁[·,1] = 7·(-1) + 6·1 + 5·1 + 10 from 5 more = 14\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

// TestSum: a line has at most 80 characters, and the next one begins with three spaces.
func TestSum(t *testing.T) {
	four := strings.Repeat("x", 80-2-6-4) // with two spaces before it, and " = 1·2" and " = 2" behind
	for formula, want := range map[string]lines{
		"c":        "  c = 1·2 = 2",
		four:       lines("  " + four + " = 1·2 = 2"),
		four + "x": lines("  " + four + "x = 1·2\n    = 2"),
	} {
		if got := sum(formula, []term{product(1, 2)}, 2); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := subscript(120); got != "₁₂₀" {
		t.Error(got)
	}
	for formula, want := range map[string]string{"A": "A", "A − Y": "(A − Y)", "f(a − b)": "f(a − b)",
		"(a + b)c": "(a + b)c", "f(a) + b": "(f(a) + b)"} {
		if got := factor(formula); got != want {
			t.Errorf("%q as a factor is %q, want %q", formula, got, want)
		}
	}
}

// TestJSON: the step as a homework, in whole and as a question; and what a homework cannot express.
func TestJSON(t *testing.T) {
	const given = `"activation":"relu","output":"linear","cost":"mse","rate":0.5,"l2":0,"N":10,` +
		`"X":[[1,2],[3,-1]],"Y":[[2],[8]],"W1":[[1,0],[-1,2]],"b1":[0,1],"W2":[[2],[1]],"b2":[-1]`
	const whole = given + `,"Z1":[[-1,5],[4,-1]],"A1":[[0,5],[4,0]],"Z2":[[4],[7]],"A2":[[4],[7]],"C":1.25,` +
		`"delta2":[[2],[-1]],"delta1":[[0,2],[-2,0]],"dW2":[[-2],[5]],"db2":[0.5],"dW1":[[-3,1],[1,2]],"db1":[-1,1],` +
		`"newW2":[[3],[-1.5]],"newb2":[-1.25],"newW1":[[2.5,-0.5],[-1.5,1]],"newb1":[0.5,0.5]`
	fixed := strings.NewReplacer(`,"newb1":[0.5,0.5]`, "", `,"newb2":[-1.25]`, "").Replace(whole)
	for k, want := range []string{whole, given, fixed} {
		var b bytes.Buffer
		err := byHand().JSON(&b, k == 1)
		if k == 2 {
			b.Reset()
			err = (&Example{FixedBiases: true}).JSON(&b, byHand(), false)
		}
		if got := strings.Join(strings.Fields(b.String()), ""); err != nil || got != "{"+want+"}" {
			t.Errorf("%d: %v, %s; want %s", k, err, got, want)
		}
	}
	for want, change := range map[string]func(s *Step){
		"-activation swish: it can have sigmoid":    func(s *Step) { s.Layers[0].Activation = "swish" },
		"-output swish: it can have":                func(s *Step) { s.Layers[1].Activation = "swish" },
		"-cost hinge: it can have":                  func(s *Step) { s.Cost = "hinge" },
		"-dropout: leave it out":                    func(s *Step) { s.Dropout = true },
		"-optimizer adam: say -optimizer sgd":       func(s *Step) { s.Rule = "adam" },
		"-nesterov: leave it out":                   func(s *Step) { s.Rule = "nesterov" },
		"-maxnorm: leave it out":                    func(s *Step) { s.MaxNorm = true },
		"-classweight: leave it out":                func(s *Step) { s.Weighted = true },
		"-lr with a rate for each layer: give one":  func(s *Step) { s.Layers[1].Eta = 1 },
		"it cannot have layers of different activa": func(s *Step) { s.Layers = append(s.Layers, s.Layers[1]) },
	} {
		s := byHand()
		change(s)
		var b bytes.Buffer
		if err := s.JSON(&b, false); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// TestExamplePrint: the published numbers stand beside those of the step and of the trainings after it.
func TestExamplePrint(t *testing.T) {
	e := &Example{title: "A title", moral: "A moral.\n", later: [3]string{"p1", "p2", "p3"},
		published: []figure{{"error", "p0", func(s *Step) float64 { return s.CostBefore }}}}
	var b bytes.Buffer
	out := &console.Printer{W: bufio.NewWriter(&b)}
	e.Print(out, byHand(), func(steps int, early bool) (float64, []float64) {
		if early {
			return float64(steps) + 0.5, []float64{5, 6}
		}
		return float64(steps), []float64{3, 4}
	})
	out.Flush()
	got := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{"A title n = 2 samples", "published here error p0 1.250000000",
		"published W₂ as it was W₂ changed total error after 1 step p1 1.000000000 1.500000000 output 1 after 10,000 steps " +
			"p2 3.000000000 5.000000000 output 2 after 10,000 steps p3 4.000000000 6.000000000 A moral."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
}
