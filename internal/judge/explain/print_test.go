package explain

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/show/console"
)

// byHand is a step of a network 2-2-1 with relu and squared error, computed by hand.
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

// printed returns what print prints.
func printed(print func(out *console.Printer)) string {
	var b bytes.Buffer
	out := &console.Printer{W: bufio.NewWriter(&b)}
	print(out)
	out.Flush()
	return b.String()
}

// printedStep is a step as Print prints it.
func printedStep(s *Step) string { return printed(func(out *console.Printer) { Print(out, s) }) }

// A step is printed in the order of the equations, with the numbers of byHand.
func TestPrintFollowsTheEquations(t *testing.T) {
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
	if got := printedStep(byHand()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPrintPutsBracketsAroundNegativeNumbers that stand after a sign.
func TestPrintPutsBracketsAroundNegativeNumbers(t *testing.T) {
	step := byHand()
	step.Y[0][0], step.Layers[1].Slope[0][0], step.Layers[0].Slope[0][1] = -2, -0.5, -1
	got := printedStep(step)
	for _, want := range []string{"δ₂[1,1] = (4 − (-2)) · (-0.5) = ", "δ₁[1,2] = 2 · (-1) = "} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout %q", got, want)
		}
	}
}

// The settings of a step add lines to it, or change some.
func TestPrintShowsTheSettings(t *testing.T) {
	for _, c := range []struct {
		change func(s *Step)
		want   string // one line, or several with | between them
	}{
		{func(s *Step) { s.L2, s.Rate = 2, []float64{1, 0.5} }, "n = 2 samples, N = 10, η = 1,0.5, λ = 2"},
		{func(s *Step) { s.L2 = 2 }, "The step: (4) W ← W − η (∂C/∂W + (λ/N) W)"},
		{func(s *Step) { s.L2 = 2 }, "  W₁[1,1]: 1 before, 2.500000000 after, ∂C/∂w -3"},
		{func(s *Step) { s.MaxNorm, s.Layers[1].W[1][0] = true, 0.5 },
			"  W₂[2,1]: 0.500000000 before, -1.500000000 after, ∂C/∂w 5"},
		{func(s *Step) { s.Rule = "adam" }, "The step: Adam in place of (4)"},
		{func(s *Step) { s.Rule = "momentum" }, "The step: (4) with V ← μV − η ∂C/∂W, W ← W + V"},
		{func(s *Step) { s.Rule = "nesterov" }, "The step: (4) with V ← μV − η ∂C/∂W, W ← W + μV − η ∂C/∂W"},
		{func(s *Step) { s.Bug = "W for Wᵀ" }, "with a bug: W for Wᵀ"},
		{func(s *Step) { s.Bug = "W for Wᵀ" }, "  W₁[1,1]: 1 before, 2.500000000 after, ∂C/∂w -3"},
		{func(s *Step) { s.File, s.Number = "t.csv", func(i int) string { return fmt.Sprint("line ", i+5) } },
			"the samples in t.csv:|  1 is line 5, 2 is line 6"},
		{func(s *Step) { s.Dropout = true }, "A₁ = after dropout   2×2   [dropout]"},
		{func(s *Step) { s.Dropout = true }, "  δ₁[1,2] = 2 · 1, and what dropout leaves of it, = 2"},
		{func(s *Step) { s.Weighted = true }, "  δ₂[1,1] = (4 − 2) · 1, times the weight of its class, = 2"},
		{func(s *Step) { s.Gradient = "" }, "δ₂ = ∂C/∂A₂   2×1   [(1) cost]|                output 1|  sample 1 " +
			"            2|  sample 2            -1|  δ₂[1,1] = 2"},
		{func(s *Step) { s.Layers[1].Prime = "a(1−a)" }, "δ₂ = (A₂ − Y) ⊙ a(1−a)   2×1   [(1) cost]"},
		{func(s *Step) { s.Layers[1].Prime = "" }, "δ₂ = (A₂ − Y) ⊙ g′   2×1   [(1) cost]"},
		{func(s *Step) { s.Layers[1].Prime, s.Cancels, s.Layers[1].Slope = "s", true, Rows{{0.25}, {0.25}} },
			"δ₂ = A₂ − Y   2×1   [(1) cost]|                output 1|  sample 1             2|  sample 2            -1|" +
				"  δ₂[1,1] = (4 − 2) · 1 = 2"},
		{func(s *Step) { s.Gradient, s.P = "softmax(A) − Y", Rows{{1}, {1}} },
			"  δ₂[1,1] = (1 − 2) · 1 = -1; the program has 2"},
		{func(s *Step) { s.InputNames, s.OutputNames = []string{"age", ""}, []string{"7"} },
			"                     age       input 2|  sample 1             1             2"},
		{func(s *Step) { s.OutputNames = []string{"7"} }, "b₂ = biases   1|           class 7|                -1"},
	} {
		s := byHand()
		c.change(s)
		if got := printedStep(s); !strings.Contains(got, "\n"+strings.ReplaceAll(c.want, "|", "\n")+"\n") {
			t.Errorf("%q is missing in\n%s", c.want, got)
		}
	}
}

// Of seven inputs, the first is printed and the three whose weights change most; of a sum, the three largest terms.
func TestPrintChoosesOfALargeStep(t *testing.T) {
	x, g := Rows{{1, 2, 3, 4, 5, 6, 7}}, Rows{{1}, {0}, {9}, {0}, {8}, {0}, {7}}
	w := Rows{{1}, {1}, {1}, {1}, {1}, {1}, {-1}}
	got := printedStep(&Step{X: x, Y: Rows{{0}}, Costs: []float64{0}, Layers: []Layer{{In: x, W: w, NewW: w, GradW: g,
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
