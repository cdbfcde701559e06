package formula

import (
	"math"
	"testing"

	"backprop/internal/judge/check/convention"
)

// An equation is written as the convention means it: with 1/n where the mean is taken, and with its L2 term.
func TestEquationFollowsTheConvention(t *testing.T) {
	const mse, linear, bce = `"output": "sigmoid", "cost": "mse"`, `"output": "linear", "cost": "ce"`, `"cost": "bce"`
	const softmax, decayed = `"output": "softmax", "cost": "ce"`, mse + `, "l2": 0.1`
	own := func(*convention.Convention) {}
	overN := func(c *convention.Convention) { c.DeltaOverN = true }
	halved := func(c *convention.Convention) { c.CostFactor = 0.5 }
	sums := func(c *convention.Convention) { c.GradientsAreSums = true }
	sumOfAll := func(c *convention.Convention) { c.GradientsAreSums, c.CostIsSum = true, true }
	l2InDW := func(c *convention.Convention) { c.L2InGradients, c.L2InCost = true, true }
	for _, c := range []struct {
		quantity, settings string
		change             func(*convention.Convention)
		want               string
	}{
		{"C", mse, own, "(1/n) Σ ½(A3 − Y)²"},
		{"C", mse, halved, "(1/n) 0.5·Σ ½(A3 − Y)²"},
		{"C", mse, sumOfAll, "Σ ½(A3 − Y)²"},
		{"C", decayed, l2InDW, "(1/n) Σ ½(A3 − Y)² + λ/(2N) Σ W²"},
		{"C", softmax, own, "−(1/n) Σ Y ⊙ ln A3"},
		{"C", linear, own, "−(1/n) Σ Y ⊙ ln softmax(A3)"},
		{"C", bce, own, "−(1/n) Σ (Y ⊙ ln A3 + (1 − Y) ⊙ ln(1 − A3))"},
		{"A3", softmax, own, "softmax(Z3)"},
		{"A3", linear, own, "Z3"},
		{"delta3", mse, own, "(A3 − Y) ⊙ sigmoid′(Z3)"},
		{"delta3", mse, overN, "(1/n) (A3 − Y) ⊙ sigmoid′(Z3)"},
		{"delta3", mse, halved, "0.5·(A3 − Y) ⊙ sigmoid′(Z3)"},
		{"delta3", linear, own, "softmax(A3) − Y"},
		{"delta3", linear, overN, "(1/n) (softmax(A3) − Y)"},
		{"delta3", bce, own, "A3 − Y"},
		{"delta3", bce, halved, "0.5·(A3 − Y)"},
		{"delta2", mse, overN, "(delta3·W3ᵀ) ⊙ tanh′(Z2)"},
		{"dW2", mse, own, "(1/n) A1ᵀ·delta2"},
		{"dW2", mse, overN, "A1ᵀ·delta2"},
		{"dW2", mse, sums, "A1ᵀ·delta2"},
		{"dW2", decayed, l2InDW, "(1/n) A1ᵀ·delta2 + (λ/N) W2"},
		{"db2", mse, sums, "Σ delta2 over the samples"},
		{"newW2", mse, sums, "W2 − η (1/n) dW2"},
		{"newW2", mse, sumOfAll, "W2 − η dW2"},
		{"newW2", decayed, own, "W2 − η (dW2 + (λ/N) W2)"},
		{"newW2", decayed, l2InDW, "W2 − η dW2"},
		{"newb2", decayed, own, "b2 − η db2"},
	} {
		got := submissionOf(t, question+c.settings, c.change).Equation(quantityOf(t, c.quantity))
		if got != c.quantity+" = "+c.want {
			t.Errorf("got %s, want %s = %s", got, c.quantity, c.want)
		}
	}
}

// A calculation shows the learner's own numbers term by term; −ln 0.1 is 2.302585.
func TestCalculationShowsTheTerms(t *testing.T) {
	const numbers = `, "Z3": [[0, 1.5], [-1, 2], [1, 1]], "A3": [[0.25, 0.75], [0.5, 0.5], [0.1, 0.9]]`
	const softmax, bce, mse = `"output": "softmax", "cost": "ce"`, `"cost": "bce"`, `"output": "linear", "cost": "mse"`
	for _, c := range []struct {
		quantity, settings string
		i, j               int
		want               string
	}{
		{"A3", softmax, 0, 1, "e^1.5 / (e^0 + e^1.5)"},
		{"A3", softmax, 1, 0, "e^(−1) / (e^(−1) + e^2)"},
		{"C", softmax, 0, 0, "0.333333·(1·(−ln 0.25) + 1·(−ln 0.5) + 1·(−ln 0.1))"},
		{"C", bce, 0, 0, "0.333333·(1·(−ln 0.25) + 0·(−ln 0.75) + 0·(−ln 0.75) + 1·(−ln 0.25) + 0·(−ln 0.5) " +
			"+ 1·(−ln 0.5) + 1·(−ln 0.5) + 0·(−ln 0.5) + 4.60517 from 2 more)"},
		{"delta3", mse, 2, 0, "(0.1 − 1)"},
		{"delta3", softmax, 1, 1, "(0.5 − 1)"},
	} {
		s := submissionOf(t, question+c.settings+numbers)
		if got := s.Calculation(quantityOf(t, c.quantity), c.i, c.j); got != c.want {
			t.Errorf("%s[%d,%d]: got %s, want %s", c.quantity, c.i, c.j, got, c.want)
		}
	}
}

// −y·ln p is 0 for y = 0, whatever p is; −ln ½ is 0.6931471805599453.
func TestMinusLogIsZeroWithoutATarget(t *testing.T) {
	for _, c := range []struct{ y, p, want float64 }{
		{0, 0, 0}, {0, 0.5, 0}, {1, 1, 0}, {1, 0.5, 0.6931471805599453}, {0.25, 0.5, 0.17328679513998632},
		{1, 0, math.Inf(1)},
	} {
		if got := minusLog(c.y, c.p); got != c.want {
			t.Errorf("minusLog(%v, %v) = %v, want %v", c.y, c.p, got, c.want)
		}
	}
}
