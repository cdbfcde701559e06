package formula

import (
	"fmt"
	"math"
	"slices"
	"strings"
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

// An equation has 1/n if there are several samples.
func TestEquationHasTheMeanOfSeveralSamples(t *testing.T) {
	const rest = `, "W1": [[1]], "b1": [0], "output": "linear", "cost": "mse", `
	for text, want := range map[string][]string{
		`"X": [[1]]` + rest + `"Y": [[0]]`:           {"C = Σ ½(A1 − Y)²", "dW1 = Xᵀ·delta1"},
		`"X": [[1], [2]]` + rest + `"Y": [[0], [1]]`: {"C = (1/n) Σ ½(A1 − Y)²", "dW1 = (1/n) Xᵀ·delta1"},
	} {
		s := submissionOf(t, text)
		if got := []string{s.Equation(of("C", 0)), s.Equation(of("dW", 1))}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// In an equation, an operand is transposed as the arrays lie in the file.
func TestEquationFollowsTheLayout(t *testing.T) {
	for _, c := range []struct {
		columns, outIn bool
		want           []string
	}{
		{false, false, []string{"Z2 = A1·W2 + b2", "delta2 = (delta3·W3ᵀ) ⊙ tanh′(Z2)", "dW1 = (1/n) Xᵀ·delta1"}},
		{true, true, []string{"Z2 = W2·A1 + b2", "delta2 = (W3ᵀ·delta3) ⊙ tanh′(Z2)", "dW1 = (1/n) delta1·Xᵀ"}},
		{false, true, []string{"Z2 = A1·W2ᵀ + b2", "delta2 = (delta3·W3) ⊙ tanh′(Z2)", "dW1 = (1/n) delta1ᵀ·X"}},
		{true, false, []string{"Z2 = W2ᵀ·A1 + b2", "delta2 = (W3·delta3) ⊙ tanh′(Z2)", "dW1 = (1/n) X·delta1ᵀ"}},
	} {
		s := submissionOf(t, question+`"cost": "bce"`, func(l *convention.Convention) {
			l.Columns, l.OutIn = c.columns, c.outIn
		})
		for _, want := range c.want {
			name, _, _ := strings.Cut(want, " ")
			if got := s.Equation(quantityOf(t, name)); got != want {
				t.Errorf("columns %v, out×in %v: got %s, want %s", c.columns, c.outIn, got, want)
			}
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

// Each kind of quantity is shown as the sum or product that it is. The first is easily done by hand: 0.5·(−0.25) +
// 0.1·0.3 + 0.4 is 0.305; the others are computed from it.
func TestCalculationOfEachKind(t *testing.T) {
	const step = `"activation": "tanh", "output": "sigmoid", "cost": "mse", "rate": 0.5, "l2": 0.3, "N": 5,
		"X": [[0.5, 0.1], [0.7, -0.3]], "Y": [[0.01, 0.99, 0.5], [0.5, 0.2, 0.1]], "W1": [[0.15, -0.25], [0.2, 0.3]],
		"b1": [0.35, 0.4], "W2": [[0.4, 0.5, -0.3], [0.45, -0.55, 0.2]], "b2": [0.6, 0.7, -0.8]`
	own := func(*convention.Convention) {}
	for _, c := range []struct {
		quantity string
		j        int
		change   func(*convention.Convention)
		want     string
	}{
		{"Z1", 1, own, "0.5·(−0.25) + 0.1·0.3 + 0.4"},
		{"A1", 1, own, "tanh(0.305)"},
		{"C", 0, own, "0.5·(½·(0.711003 − 0.01)² + ½·(0.67834 − 0.99)² + ½·(0.296054 − 0.5)² + ½·(0.692248 − 0.5)² + " +
			"0.139934 from 2 more)"},
		{"delta2", 2, own, "(0.296054 − 0.5)·0.208406"},
		{"delta1", 1, own, "(0.144041·0.45 + (−0.0680025)·(−0.55) + (−0.0425035)·0.2)·0.912454"},
		{"dW1", 1, own, "0.5·(0.5·0.0855142 + 0.7·(−0.030756))"},
		{"dW1", 1, func(c *convention.Convention) { c.L2InGradients = true },
			"0.5·(0.5·0.0855142 + 0.7·(−0.030756)) + 0.06·(−0.25)"},
		{"db1", 1, own, "0.5·(0.0855142 + (−0.030756))"},
		{"newW1", 1, own, "-0.25 − 0.5·(0.010614 + 0.06·(−0.25))"},
		{"newb1", 1, own, "0.4 − 0.5·0.0273791"},
	} {
		if got := submissionOf(t, step, c.change).Calculation(quantityOf(t, c.quantity), 0, c.j); got != c.want {
			t.Errorf("%s[0,%d]: got %s, want %s", c.quantity, c.j, got, c.want)
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

// Of a wrong shape, what was probably transposed is told, if it can be. As in NumPy, a column minus a row is a matrix.
func TestWhatIsTransposed(t *testing.T) {
	const bce, two = oneOutput + `"cost": "bce"`, "[[1, 2], [3, 4]]"
	const threeLayers = question + `"cost": "bce"`
	for _, c := range []struct{ quantity, text, numbers, want string }{
		{"delta2", bce, two, "probably Y is transposed, and should not be"},
		{"newW2", bce, two, "probably dW2 is transposed, and should not be"},
		{"dW2", threeLayers, "[[1, 2], [3, 4], [5, 6]]", "probably A1 and delta2 are multiplied in the other order, or " +
			"the result is transposed"},
		{"dW2", threeLayers, two, "A1 is 3×2 and delta2 is 3×3"},
		{"dW2", threeLayers, "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]", "A1 is 3×2 and delta2 is 3×3"},
		{"Z2", threeLayers + `, "A1": [1, 2]`, two, "A1 is a list of 2 and W2 is 2×3"},
		{"db2", threeLayers, "[1, 2]", ""},
		{"C", threeLayers, "[1, 2]", ""},
	} {
		s := submissionOf(t, fmt.Sprintf("%s, %q: %s", c.text, c.quantity, c.numbers))
		if got := s.WhatIsTransposed(quantityOf(t, c.quantity)); got != c.want {
			t.Errorf("%s of %s: got %q, want %q", c.quantity, c.numbers, got, c.want)
		}
	}
}
