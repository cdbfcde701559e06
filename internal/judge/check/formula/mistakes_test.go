package formula

import (
	"os"
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/convention"
)

// The mistakes that are looked for in each quantity, in words, are those of testdata/mistakes.txt: the likelier
// ones first, a line for each text.
func TestEachQuantityHasItsMistakes(t *testing.T) {
	const mse, ce, bce = `"output": "sigmoid", "cost": "mse"`, `"output": "softmax", "cost": "ce"`, `"cost": "bce"`
	const decayed = mse + `, "l2": 0.1, "N": 9`
	const withDelta3 = mse + `, "delta3": [[1, 2], [3, 4], [5, 6]]`
	own := func(*convention.Convention) {}
	var got []string
	for _, c := range []struct {
		name, quantity, rest string
		change               func(*convention.Convention)
	}{
		{"", "Z2", mse, own},
		{"", "A2", mse, own},
		{"softmax", "A3", ce, own},
		{"with an L2 term", "C", decayed, func(c *convention.Convention) { c.L2InCost = true }},
		{"of ce", "C", ce, own},
		{"over n", "delta3", mse, func(c *convention.Convention) { c.DeltaOverN = true }},
		{"of bce", "delta3", bce, own},
		{"with delta3 in the file", "delta2", withDelta3, own},
		{"without delta3 in the file", "delta2", mse, own},
		{"before a hidden layer", "delta1", withDelta3, own},
		{"with an L2 term", "dW2", decayed, func(c *convention.Convention) { c.L2InGradients = true }},
		{"", "db2", decayed, own},
		{"", "newW2", decayed, own},
		{"by sums with an L2 term", "newW2", decayed, func(c *convention.Convention) {
			c.L2InGradients, c.GradientsAreSums = true, true
		}},
		{"", "newb2", decayed, own},
	} {
		got = append(got, strings.TrimSpace("# "+c.quantity+" "+c.name))
		for _, m := range submissionOf(t, question+c.rest, c.change).Mistakes(quantityOf(t, c.quantity)) {
			got = append(got, m.Code+": "+m.What)
		}
	}
	got = slices.Compact(got)
	file, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	checkLines(t, "testdata/mistakes.txt", got, strings.Split(strings.TrimSpace(string(file)), "\n"))
}

// checkLines compares lines with those of a file, and shows the first that differs.
func checkLines(t *testing.T, name string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("line %d of %s: got %q, want %q", i+1, name, got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
		}
	}
}

// Of a single sample, no mean can be taken wrongly, and it is the last one too.
func TestASingleSampleHasNoMean(t *testing.T) {
	const one, two = `"X": [[1]], "Y": [[0]]`, `"X": [[1], [2]], "Y": [[0], [1]]`
	const rest = `, "W1": [[1]], "b1": [0], "W2": [[1]], "b2": [0], "activation": "tanh", "output": "tanh", "cost": "mse"`
	ofSeveral := []string{"no-mean", "mean-twice", "last-sample"}
	for _, c := range []struct {
		quantity string
		want     []string // of two samples
	}{
		{"C", []string{"no-mean", "mean-twice"}},
		{"delta1", []string{"mean-twice"}},
		{"dW1", []string{"no-mean", "mean-twice", "last-sample", "last-sample"}},
		{"db1", []string{"no-mean", "mean-twice", "last-sample", "last-sample"}},
		{"newW1", []string{"no-mean", "mean-twice"}},
	} {
		for question, want := range map[string][]string{one: nil, two: c.want} {
			var got []string
			for _, m := range submissionOf(t, question+rest+`, "rate": 0.5`).Mistakes(quantityOf(t, c.quantity)) {
				if slices.Contains(ofSeveral, m.Code) {
					got = append(got, m.Code)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s of %s: got %q, want %q", c.quantity, question, got, want)
			}
		}
	}
}

// Two mistakes can be made at once in two quantities, or in two fields of a formula; the factor may be wrong twice.
func TestCombinesMistakesInDifferentFields(t *testing.T) {
	at := of("Z", 1)
	for _, c := range []struct {
		a, b Mistake
		want bool
	}{
		{Mistake{Code: "x", At: at, field: "left"}, Mistake{Code: "x", At: of("Z", 2), field: "left"}, true},
		{Mistake{Code: "x", At: at, field: "left"}, Mistake{Code: "x", At: at, field: "right"}, false},
		{Mistake{Code: "x", At: at, field: "left"}, Mistake{Code: "y", At: at, field: "left"}, false},
		{Mistake{Code: "x", At: at, field: "left"}, Mistake{Code: "y", At: at, field: "right"}, true},
		{Mistake{Code: "x", At: at, field: "factor"}, Mistake{Code: "y", At: at, field: "factor"}, true},
		{Mistake{Code: "x", At: at, field: "factor"}, Mistake{Code: "x", At: at, field: "factor"}, false},
	} {
		if c.a.Combines(c.b) != c.want || c.b.Combines(c.a) != c.want {
			t.Errorf("%+v and %+v combine: got %v and %v, want %v", c.a, c.b, c.a.Combines(c.b), c.b.Combines(c.a), c.want)
		}
	}
}
