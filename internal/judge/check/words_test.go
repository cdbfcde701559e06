package check

import (
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/homework"
)

// Of mistakes that give the same numbers, the first is named by its code, and the others in words.
func TestOtherMistakesWithTheSameNumbersAreNamed(t *testing.T) {
	q, _ := twoSamples().solve(mistake{})
	q.scale("C", 2) // a sum over two samples is twice their mean
	v := verdictOn(judged(t, q.text(twoSamples(), style{})), "C")
	want := "Another mistake gives the same numbers: your C is a sum over the samples, and should be the mean: it is 2 " +
		"times too large."
	if v.Mistake != "no-half" || !slices.Equal(v.Also, []string{"no-mean"}) || !strings.HasSuffix(v.Text, want) {
		t.Errorf("got %+v, want no-half and at its end %q", v, want)
	}
	// At z = 0, σ′ is ¼. So δ₂ is ¼(a − y) = ¼, and W₂·δ₂ without its g′ is as large as W₂·(a − y) with it.
	v = verdictOn(judged(t, `{"activation": "sigmoid", "output": "sigmoid", "cost": "mse", "X": [[0, 0]], "Y": [[-0.5]],
		"W1": [[0, 0], [0, 0]], "b1": [0, 0], "W2": [[0.5], [0.25]], "b2": [-0.375], "delta2": [[0.25]],
		"delta1": [[0.125, 0.0625]]}`), "delta1")
	want = ". Other mistakes give the same numbers: you sent A2 − Y back into this layer; it should be delta2; or: "
	if v.Mistake != "no-derivative" || !slices.Contains(v.Also, "output-gap") || !strings.Contains(v.Text, want) {
		t.Errorf("got %+v, want no-derivative, output-gap too, and %q", v, want)
	}
}

// A wrong shape is told with the right one, and with what was probably transposed.
func TestWrongShapeIsToldWithTheRightOne(t *testing.T) {
	for answer, want := range map[string]string{
		`"Z1": [1, 2, 3, 4]`: "Z1 = X·W1 + b1: your Z1 is a list of 4, and should be 2×2; X is 2×2 and " +
			"W1 is 2×2.",
		`"Z1": [[1, 2], [3, 4], [5, 6]]`: "Z1 = X·W1 + b1: your Z1 is 3×2, and should be 2×2; X is 2×2 and W1 is 2×2.",
		`"dW2": [[1, 2], [3, 4], [5, 6]]`: "dW2 = (1/n) A1ᵀ·delta2: your dW2 is 3×2, and should be 2×3; probably A1 " +
			"and delta2 are multiplied in the other order, or the result is transposed.",
		`"db2": [1, 2]`:   "db2 = (1/n) Σ delta2 over the samples: your db2 is a list of 2, and should be a list of 3.",
		`"db2": [[1, 2]]`: "db2 = (1/n) Σ delta2 over the samples: your db2 is 1×2, and should be a list of 3.",
		`"C": [1, 2]`:     "C = (1/n) Σ ½(A2 − Y)²: your C is a list of 2, and should be a single number.",
		`"delta1": [[1, 2, 3], [4, 5, 6]]`: "delta1 = (delta2·W2ᵀ) ⊙ tanh′(Z1): your delta1 is 2×3, and should be " +
			"2×2; delta2 is 2×3 and W2 is 2×3.",
	} {
		r := judged(t, "{"+question+", "+answer+"}")
		if v := r.FirstMistake(); v == nil || v.Mistake != "shape" || v.Text != want {
			t.Errorf("%s: got %+v, want %s", answer, v, want)
		}
	}
}

// Where no mistake fits, the first number that is off is computed, number by number.
func TestUnknownMistakeIsToldWithTheCalculation(t *testing.T) {
	for answer, want := range map[string]string{
		`"Z1": [[0.445, 0.305], [0.9, 0.135]]`: "Z1 = X·W1 + b1: 1 of 4 numbers is off. Row 2, column 1: you have " +
			"0.9, and it should be 0.395 = 0.7·0.15 + (−0.3)·0.2 + 0.35.",
		`"Z1": [[0.445, 0.305], [0.395, 0.135]], "A1": [[0.417809, 0.295883], [0.375657, 0.1]]`: "A1 = tanh(Z1): 1 of 4 " +
			"numbers is off. Row 2, column 2: you have 0.1, and it should be 0.134186 = tanh(0.135).",
		`"Z1": [[0.445, -0.305], [0.395, 0.135]]`: "Z1 = X·W1 + b1: 1 of 4 numbers is off. Row 1, column 2: you have " +
			"-0.305, and it should be 0.305 = 0.5·(−0.25) + 0.1·0.3 + 0.4. Only the sign is off.",
		`"delta2": [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]], "db2": [1, 2, 3]`: "db2 = (1/n) Σ delta2 over the samples: 3 of 3 " +
			"numbers are off. Number 1: you have 1, and it should be 2 = 0.5·(0.5 + 3.5), given your delta2.",
		`"A2": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], "C": 1.234`: "C = (1/n) Σ ½(A2 − Y)²: you have 1.234, and it should " +
			"be 0.25555 = 0.5·(½·(0.1 − 0.01)² + ½·(0.2 − 0.99)² + ½·(0.3 − 0.5)² + ½·(0.4 − 0.5)² + 0.17 from 2 more), " +
			"given your A2.",
	} {
		r := JudgePlainly(parsed(t, "{"+question+", "+answer+"}"))
		isWanted := func(v Verdict) bool { return v.Mistake == "unknown" && v.Text == want }
		if !slices.ContainsFunc(r.Verdicts, isWanted) {
			t.Errorf("%s: got %+v, want %s", answer, r.Verdicts, want)
		}
	}
}

// The first number that is off is found where it lies in the file, also if samples are columns.
func TestUnknownMistakeAmongColumns(t *testing.T) {
	r := judged(t, `{"X": [[1, 2, 3], [4, 5, 6]], "W1": [[1, 0], [0, 1], [1, 1], [1, -1]],
		"b1": [0, 0, 0, 0], "Z1": [[1, 2, 3], [4, 5, 6], [5, 8, 9], [-3, -3, -3]]}`)
	const want = "Z1 = W1·X + b1: 1 of 12 numbers is off. " +
		"Row 3, column 2: you have 8, and it should be 7 = 2·1 + 5·1 + 0."
	if v := verdictOn(r, "Z1"); v.Text != want {
		t.Errorf("got %q, want %q", v.Text, want)
	}
}

// What cannot be computed because of a wrong shape before it is told so.
func TestAQuantityThatCannotBeComputed(t *testing.T) {
	r := judged(t, "{"+question+`, "Z1": [[1, 2], [3, 4], [5, 6]], "A1": [[9, 8], [7, 6]]}`)
	const want = "A1 = tanh(Z1): this cannot be computed from Z1; look there first."
	if v := verdictOn(r, "A1"); v.Text != want {
		t.Errorf("got %q, want %q", v.Text, want)
	}
}

// A known mistake is told in a whole sentence, with the first number that it changed.
func TestKnownMistakeIsToldWithANumber(t *testing.T) {
	r := judged(t, strings.Replace(mazur, "0.298371109", "0.596742218", 1))
	const want = "C = Σ ½(A2 − Y)²: the ½ of the squared error is missing: your C is twice what it should be. You " +
		"have 0.596742218, and it should be 0.298371."
	if v := verdictOn(r, "C"); v.Text != want {
		t.Errorf("got %q, want %q", v.Text, want)
	}
}

// δ of the last layer without the 2 of a square is told as half of what it should be.
func TestHalfOfTheLastDelta(t *testing.T) {
	text, _, _ := strings.Cut(mazur, ",\n\"dW2")
	text = strings.Replace(text, "[0.138498562, -0.0380982366]", "[0.069249281, -0.0190491183]", 1)
	const want = "it is half of what it should be: the slope"
	if v := verdictOn(judged(t, text+"}"), "delta2"); v.Mistake != "no-half" || !strings.Contains(v.Text, want) {
		t.Errorf("got %+v, want %q", v, want)
	}
}

// Lists of quantities are joined as in a sentence.
func TestListJoinsQuantities(t *testing.T) {
	z1, a1 := homework.Quantity{Kind: "Z", Layer: 1}, homework.Quantity{Kind: "A", Layer: 1}
	c := homework.Quantity{Kind: "C"}
	for want, quantities := range map[string][]homework.Quantity{"": nil, "C": {c}, "Z1 and C": {z1, c},
		"Z1, A1 and C": {z1, a1, c}} {
		if got := list(quantities); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The first hint asks a question, and the second says more.
func TestHints(t *testing.T) {
	first, second := Hint("unknown", 1), Hint("unknown", 2)
	if first != "Compute the first number that is off by hand, term by term." ||
		!strings.HasPrefix(second, "Take its row and its column") || Hint("unknown", 3) != second {
		t.Errorf("got hints %q and %q", first, second)
	}
	for _, code := range Codes() {
		if Hint(code, 1) == "" || Hint(code, 2) == "" {
			t.Errorf("%s: got hints %q and %q, want two", code, Hint(code, 1), Hint(code, 2))
		}
	}
}
