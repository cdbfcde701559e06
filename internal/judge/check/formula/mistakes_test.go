package formula

import (
	"os"
	"strings"
	"testing"

	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/homework"
)

// submission is a step of three layers on three samples, understood by a convention in which one thing is other than in
// the program's own.
func submission(t *testing.T, settings, answers string, change func(*convention.Convention)) *Submission {
	t.Helper()
	h, err := homework.Parse("a", []byte(`{"X": [[1, 2], [3, 4], [5, 6]], "W1": [[1, 2], [3, 4]], "b1": [1, 2],
		"W2": [[1, 2, 3], [4, 5, 6]], "b2": [1, 2, 3], "W3": [[1, 2], [3, 4], [5, 6]], "b3": [1, 2],
		"Y": [[1, 0], [0, 1], [1, 0]], "rate": 0.5, "activation": "tanh", `+settings+answers+"}"), homework.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	c := convention.Own(h)[0]
	change(&c)
	return NewSubmission(h, c)
}

// TestWhat: the mistakes that are looked for in each quantity, in words, are those of testdata/mistakes.txt, the
// likelier ones first.
func TestWhat(t *testing.T) {
	const mse, ce, bce = `"output": "sigmoid", "cost": "mse"`, `"output": "softmax", "cost": "ce"`, `"cost": "bce"`
	const decayed = mse + `, "l2": 0.1, "N": 9`
	const delta3 = `, "delta3": [[1, 2], [3, 4], [5, 6]]`
	own := func(*convention.Convention) {}
	got := ""
	for _, c := range []struct {
		name, quantity, settings, answers string
		change                            func(*convention.Convention)
	}{
		{"", "Z2", mse, "", own},
		{"", "A2", mse, "", own},
		{"softmax", "A3", ce, "", own},
		{"with an L2 term", "C", decayed, "", func(c *convention.Convention) { c.L2InCost = true }},
		{"of ce", "C", ce, "", own},
		{"over n", "delta3", mse, "", func(c *convention.Convention) { c.DeltaOverN = true }},
		{"of bce", "delta3", bce, "", own},
		{"with delta3 in the file", "delta2", mse, delta3, own},
		{"without delta3 in the file", "delta2", mse, "", own},
		{"before a hidden layer", "delta1", mse, delta3, own},
		{"with an L2 term", "dW2", decayed, "", func(c *convention.Convention) { c.L2InGradients = true }},
		{"", "db2", decayed, "", own},
		{"", "newW2", decayed, "", own},
		{"by sums with an L2 term", "newW2", decayed, "", func(c *convention.Convention) {
			c.L2InGradients, c.GradientsAreSums = true, true
		}},
		{"", "newb2", decayed, "", own},
	} {
		q, _ := homework.ParseQuantity(c.quantity)
		got += strings.TrimSpace("# "+c.quantity+" "+c.name) + "\n"
		line := ""
		for _, m := range submission(t, c.settings, c.answers, c.change).Mistakes(q) {
			if next := m.Code + ": " + m.What + "\n"; next != line {
				got, line = got+next, next
			}
		}
	}
	want, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wanted) || line != wanted[i] {
			t.Fatalf("line %d: %s", i+1, line)
		}
	}
	if got != string(want) {
		t.Errorf("%d lines are missing", strings.Count(string(want), "\n")-strings.Count(got, "\n"))
	}
}

// TestCombines: two mistakes can be made in two quantities, or in two fields of a formula; the factor may be wrong
// twice.
func TestCombines(t *testing.T) {
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
			t.Errorf("%+v and %+v: want %v", c.a, c.b, c.want)
		}
	}
}
