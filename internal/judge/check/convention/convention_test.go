package convention

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/homework"
)

// parsed reads a homework of one layer and three samples of two numbers each. Its shapes allow one layout if it has
// three outputs.
func parsed(t *testing.T, outputs int, rest string) *homework.Homework {
	t.Helper()
	row := "[" + strings.TrimSuffix(strings.Repeat("1,", outputs), ",") + "]"
	text := fmt.Sprintf(`{"X": [[1, 2], [3, 4], [5, 6]], "W1": [%s, %[1]s], "b1": %[1]s, "Y": [%[1]s, %[1]s, %[1]s], %s}`,
		row, rest)
	h, err := homework.Parse("a", []byte(text), homework.Settings{Rate: 1})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A convention is listed only if the numbers depend on it, those that differ least from this program's first. How many
// there are is counted by hand: the factors are those of softmax, sums and means, L2 terms, and means over the outputs.
func TestAllListsWhatTheNumbersDependOn(t *testing.T) {
	const mse, ce, softmax = `"output": "linear", "cost": "mse", `, `"output": "linear", "cost": "ce", `,
		`"output": "softmax", `
	delta := `"delta1": [[1, 2, 3], [1, 2, 3], [1, 2, 3]]`
	for _, c := range []struct {
		rest    string
		outputs int
		want    int
	}{
		{mse + `"Z1": 1`, 3, 1},
		{mse + `"A1": 1`, 3, 1},
		{ce + `"A1": 1`, 3, 2}, // softmax or not
		{ce + `"C": 1`, 3, 1},
		{softmax + `"A1": 1`, 3, 1},
		{mse + `"C": 1`, 3, 3}, // a sum over the outputs, their mean, and the mean without ½
		{mse + `"C": 1`, 2, 2}, // of two outputs, the mean without ½ is the sum with ½
		{mse + `"C": 1`, 1, 1},
		{ce + `"C": 1, "l2": 1`, 3, 2}, // with the L2 term or without
		{ce + `"Z1": 1, "l2": 1`, 3, 1},
		{mse + delta, 3, 2 * 3}, // over n or not
		{ce + delta, 3, 2},
		{ce + `"dW1": 1`, 3, 2}, // sums or means
		{ce + `"db1": 1`, 3, 2},
		{ce + `"db1": 1, "l2": 1`, 3, 2},
		{ce + `"dW1": 1, "l2": 1`, 3, 2 * 2},
		{ce + `"dW1": 1, "C": 1`, 3, 3},   // means, sums, and sums of C too
		{ce + `"dW1": 1, ` + delta, 3, 3}, // not both sums and δ over n
		{mse + `"dW1": 1, "C": 1`, 3, 3 * 3},
	} {
		h := parsed(t, c.outputs, c.rest)
		all := All(h)
		for i, a := range all {
			if slices.Contains(all[:i], a) {
				t.Errorf("%s: got %+v twice", c.rest, a)
			}
			if i > 0 && a.Differences() < all[i-1].Differences() {
				t.Errorf("%s: got %+v after %+v, want the fewer differences first", c.rest, a, all[i-1])
			}
		}
		if own := Own(h); len(all) != c.want*len(own) || all[0] != own[0] {
			t.Errorf("%s: got %d conventions in %d layouts, want %d in each", c.rest, len(all), len(own), c.want)
		}
	}
}

// Numbers of few digits may be cut off, or come from a rounded question; among numbers with all their digits some may
// be rounded.
func TestOtherRoundingsFollowFromTheDigits(t *testing.T) {
	for number, want := range map[string]string{
		"0.5":             "[true false false] [false true false] [true true false] ",
		"0.123456789012":  "[true false false] [false true false] [true true false] ",
		"0.1234567890123": "[false false true] ",
	} {
		got := ""
		for _, list := range OtherRoundings(parsed(t, 3, `"Z1": `+number)) {
			c := list[0]
			got += fmt.Sprint([]bool{c.Truncated, c.QuestionIsRounded, c.SomeAreRounded}) + " "
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", number, got, want)
		}
	}
}

// Each difference in meaning counts once; the layout counts as a difference, not as one in meaning.
func TestEachDifferenceCounts(t *testing.T) {
	own := Convention{CostFactor: 1}
	for _, c := range []struct {
		change func(c *Convention)
		scales bool // C is not the mean over the samples of this program's cost
	}{
		{func(c *Convention) { c.DeltaOverN = true }, false},
		{func(c *Convention) { c.GradientsAreSums = true }, false},
		{func(c *Convention) { c.CostIsSum = true }, true},
		{func(c *Convention) { c.L2InGradients = true }, false},
		{func(c *Convention) { c.L2InCost = true }, false},
		{func(c *Convention) { c.CostFactor = 0.5 }, true},
		{func(c *Convention) { c.SoftmaxInA = true }, false},
		{func(c *Convention) { c.Truncated = true }, false},
		{func(c *Convention) { c.QuestionIsRounded = true }, false},
		{func(c *Convention) { c.SomeAreRounded = true }, false},
	} {
		other := own
		other.Columns = true
		c.change(&other)
		inMeaning, all, scales := other.DifferencesInMeaning(), other.Differences(), other.ScalesCost()
		if inMeaning != 1 || all != 2 || scales != c.scales {
			t.Errorf("%+v: got %d differences in meaning, %d in all, scaled cost %v; want 1, 2, %v", other, inMeaning, all,
				scales, c.scales)
		}
	}
	own.OutIn = true
	if own.Differences() != 1 || own.DifferencesInMeaning() != 0 || own.ScalesCost() {
		t.Errorf("%+v: want one difference, of the layout alone", own)
	}
}

// C and δ of a mean over K outputs have the factor 1/K, or 2/K without ½.
func TestCostFactors(t *testing.T) {
	for outputs, want := range map[int][]float64{1: {1}, 2: {1, 0.5}, 3: {1, 1. / 3, 2. / 3}, 4: {1, 0.25, 0.5}} {
		var got []float64
		for _, c := range All(parsed(t, outputs, `"output": "linear", "cost": "mse", "C": 1`)) {
			if !slices.Contains(got, c.CostFactor) {
				got = append(got, c.CostFactor)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d outputs: got the factors %v, want %v", outputs, got, want)
		}
	}
}

// A convention is described as far as it matters for the numbers that are there.
func TestDescribe(t *testing.T) {
	const mse, delta = `"output": "linear", "cost": "mse", `, `"delta1": [[1, 2, 3], [1, 2, 3], [1, 2, 3]]`
	for _, c := range []struct {
		rest   string
		change func(c *Convention)
		want   string
	}{
		{mse + `"Z1": 1, "l2": 1`, func(c *Convention) {}, ""},
		{mse + delta, func(c *Convention) {}, ", δ of each sample"},
		{mse + delta, func(c *Convention) { c.DeltaOverN = true }, ", δ divided by n"},
		{mse + `"dW1": 1`, func(c *Convention) {}, ", gradients as means"},
		{mse + `"db1": 1, "l2": 1`, func(c *Convention) { c.GradientsAreSums = true }, ", gradients as sums"},
		{mse + `"dW1": 1, "l2": 1`, func(c *Convention) {}, ", gradients as means, dW without (λ/N)·W"},
		{mse + `"dW1": 1, "l2": 1`, func(c *Convention) { c.L2InGradients = true },
			", gradients as means, dW with (λ/N)·W"},
		{mse + `"C": 1, "l2": 1`, func(c *Convention) { c.CostIsSum, c.L2InCost = true, true },
			", C as a sum over the samples, C with the L2 term"},
		{mse + `"C": 1`, func(c *Convention) { c.CostFactor = 1. / 3 }, ", C as a mean over the outputs too"},
		{mse + `"C": 1`, func(c *Convention) { c.CostFactor = 2. / 3 }, ", C as a mean over the outputs too, without ½"},
		{mse + `"A1": 1`, func(c *Convention) { c.SoftmaxInA, c.Truncated = true, true },
			", A after the softmax, digits cut off"},
		{mse + `"Z1": 1`, func(c *Convention) { c.QuestionIsRounded, c.SomeAreRounded = true, true },
			", the question rounded too, some arrays rounded"},
	} {
		h := parsed(t, 3, c.rest)
		convention := Own(h)[0]
		c.change(&convention)
		if got, want := convention.Describe(h), "3 samples; read as: samples as rows, W in×out"+c.want; got != want {
			t.Errorf("%s: got %q, want %q", c.rest, got, want)
		}
	}
}

// A single sample has no mean. The mean of two can be taken in three ways: in δ, in the gradients, or in the step.
func TestOneSampleHasNoMean(t *testing.T) {
	for x, want := range map[string]string{
		`{"X": [[1, 2]], "Y": [[1]]`: "1: 1 sample; read as: samples as columns, W out×in",
		`{"X": [[1, 2], [3, 4]], "Y": [[1], [2]]`: "3: 2 samples; read as: samples as columns, W out×in, δ of each sample, " +
			"gradients as means",
	} {
		text := x + `, "W1": [[1], [2]], "b1": [0], "output": "tanh", "cost": "mse", "delta1": [1], "dW1": [[1], [2]]}`
		h, err := homework.Parse("a", []byte(text), homework.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		outIn := Convention{CostFactor: 1, Layout: homework.Layout{Columns: true, OutIn: true}}
		if got := fmt.Sprintf("%d: %s", len(All(h))/len(Own(h)), outIn.Describe(h)); got != want {
			t.Errorf("%s: got %s, want %s", x, got, want)
		}
	}
}
