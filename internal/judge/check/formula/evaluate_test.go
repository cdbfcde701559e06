package formula

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"backprop/internal/judge/check/convention"
)

// Steps of networks that are small enough to be computed by hand, with two samples.
const (
	samples = `"rate": 0.5, "X": [[1, 2], [3, -1]], `

	whole = samples + `"activation": "relu", "output": "linear", "cost": "mse", "l2": 0.6, "N": 6, "W1": [[1, -1], [2, 1]],
		"b1": [1, 0], "W2": [[2], [-1]], "b2": [1], "Y": [[10], [8]]` // everything in it is easy to compute by hand
	smooth = samples + `"activation": "sigmoid", "W1": [[0.5, -1], [0.25, 0.5]], "b1": [0, 0.5], `

	oneOutput  = smooth + `"W2": [[1], [-2]], "b2": [0.5], "Y": [[1], [0]], `
	twoOutputs = smooth + `"W2": [[1, 0.5], [-2, 1]], "b2": [0.5, 0], "Y": [[1, 0], [0, 1]], `
)

// numbersOf are the numbers of a matrix in six digits; "-" if there is none.
func numbersOf(m *matrix) string {
	if m == nil {
		return "-"
	}
	var texts []string
	for _, x := range m.At {
		texts = append(texts, fmt.Sprintf("%.6g", x.Value+0)) // + 0 makes 0 of −0
	}
	return strings.Join(texts, " ")
}

// Each quantity of the step in whole, by hand, as each convention means it.

func TestCorrectQuantities(t *testing.T) {
	own := map[string]string{"Z1": "6 1 2 -4", "A1": "6 1 2 0", "Z2": "12 5", "A2": "12 5", "C": "3.25", "delta2": "2 -3",
		"delta1": "4 -2 -6 0", "dW2": "3 1", "db2": "-0.5", "dW1": "-7 -1 7 -2", "db1": "-1 -1", "newW2": "0.4 -1.45",
		"newb2": "1.25", "newW1": "4.45 -0.45 -1.6 1.95", "newb1": "1.5 0.5"}
	for _, c := range []struct {
		name   string
		change func(*convention.Convention)
		others map[string]string // the quantities that are not as in own
	}{
		{"own", func(c *convention.Convention) {}, nil},
		{"δ over n", func(c *convention.Convention) { c.DeltaOverN = true },
			map[string]string{"delta2": "1 -1.5", "delta1": "2 -1 -3 0"}},
		{"sums", func(c *convention.Convention) { c.GradientsAreSums = true },
			map[string]string{"dW2": "6 2", "db2": "-1", "dW1": "-14 -2 14 -4", "db1": "-2 -2"}},
		{"sums throughout", func(c *convention.Convention) { c.GradientsAreSums, c.CostIsSum = true, true },
			map[string]string{"C": "6.5", "dW2": "6 2", "db2": "-1", "dW1": "-14 -2 14 -4", "db1": "-2 -2",
				"newW2": "-1.1 -1.95", "newb2": "1.5", "newW1": "7.95 0.05 -5.1 2.95", "newb1": "2 1"}},
		{"L2 in C", func(c *convention.Convention) { c.L2InCost = true }, map[string]string{"C": "3.85"}},
		{"L2 in dW", func(c *convention.Convention) { c.L2InGradients = true },
			map[string]string{"dW2": "3.2 0.9", "dW1": "-6.9 -1.1 7.2 -1.9"}},
		{"half of C", func(c *convention.Convention) { c.CostFactor = 0.5 },
			map[string]string{"C": "1.625", "delta2": "1 -1.5", "delta1": "2 -1 -3 0", "dW2": "1.5 0.5", "db2": "-0.25",
				"dW1": "-3.5 -0.5 3.5 -1", "db1": "-0.5 -0.5", "newW2": "1.15 -1.2", "newb2": "1.125",
				"newW1": "2.7 -0.7 0.15 1.45", "newb1": "1.25 0.25"}},
	} {
		s := submissionOf(t, whole, c.change)
		for name, want := range own {
			if other := c.others[name]; other != "" {
				want = other
			}
			if got := numbersOf(s.Correct(quantityOf(t, name))); got != want {
				t.Errorf("%s: %s is %s, want %s", c.name, name, got, want)
			}
		}
	}
}

// What each mistake makes of a quantity is in testdata/results.txt: a line for each code, with the numbers of each of
// its mistakes, as a few lines of Python compute them.
func TestMistakesChangeTheNumbers(t *testing.T) {
	const mse, bce = `"output": "sigmoid", "cost": "mse"`, `"cost": "bce"`
	const ce, softmax = `"output": "linear", "cost": "ce"`, `"output": "softmax"`
	own := func(*convention.Convention) {}
	l2InDW := func(c *convention.Convention) { c.L2InGradients = true }
	var got []string
	for _, c := range []struct {
		quantity, name, text string
		change               func(*convention.Convention)
	}{
		{"Z1", "", whole, own},
		{"Z2", "", whole, own},
		{"A1", "", whole, own},
		{"A2", "softmax", twoOutputs + softmax, own},
		{"C", "with an L2 term", whole, func(c *convention.Convention) { c.L2InCost = true }},
		{"C", "bce", oneOutput + bce, own},
		{"C", "softmax of ce", twoOutputs + ce, own},
		{"delta2", "mse", oneOutput + mse, own},
		{"delta2", "over n", whole, func(c *convention.Convention) { c.DeltaOverN = true }},
		{"delta2", "bce", oneOutput + bce, own},
		{"delta2", "softmax of ce", twoOutputs + ce, own},
		{"delta2", "of softmax", twoOutputs + softmax, own},
		{"delta1", "", oneOutput + mse + `, "delta2": [[1], [2]]`, own},
		{"delta1", "two outputs", twoOutputs + softmax + `, "delta2": [[1, 3], [3, -1]]`, own},
		{"delta1", "without delta2", oneOutput + mse, own},
		{"dW2", "", whole, own},
		{"dW2", "with an L2 term", whole, l2InDW},
		{"db1", "", whole, own},
		{"newW2", "", whole, own},
		{"newW2", "with an L2 term in dW", whole, l2InDW},
		{"newb1", "", whole, own},
		{"newb1", "sums", whole, func(c *convention.Convention) { c.GradientsAreSums = true }},
	} {
		s, q := submissionOf(t, c.text, c.change), quantityOf(t, c.quantity)
		got = append(got, strings.TrimSpace("# "+c.quantity+" "+c.name))
		results, codes := map[string][]string{}, []string{}
		for _, m := range s.Mistakes(q) {
			if results[m.Code] == nil {
				codes = append(codes, m.Code)
			}
			results[m.Code] = append(results[m.Code], numbersOf(s.Compute(q, m)[0]))
		}
		for _, code := range codes {
			got = append(got, code+": "+strings.Join(results[code], " | "))
		}
	}
	file, err := os.ReadFile("testdata/results.txt")
	if err != nil {
		t.Fatal(err)
	}
	checkLines(t, "testdata/results.txt", got, strings.Split(strings.TrimSpace(string(file)), "\n"))
}

// What follows is computed from the learner's numbers. If they do not fit together, g′ is taken from Z and then from A,
// and the cost from A and then from Z. Each layer has one neuron; tanh′(0) = 1, 1 − 0.5² = 0.75 and −ln 0.25 = 1.38629.
func TestComputeUsesTheLearnersNumbers(t *testing.T) {
	const question = `"rate": 1, "X": [[1]], "W1": [[1]], "b1": [0], "W2": [[2]], "b2": [0], "activation": "tanh", `
	const mse = question + `"Y": [[0]], "cost": "mse", "output": "linear", "Z1": [[0]], "A1": [[0.5]], "delta2": [[3]]`
	const bce = question + `"Y": [[1]], "cost": "bce", "Z2": [[0]], "A2": [[0.25]]`
	const softmax = `"rate": 1, "X": [[1]], "W1": [[1, 2]], "b1": [0, 0], "output": "softmax", "Y": [[1, 0]], `
	const ce = `"rate": 1, "X": [[1]], "W1": [[1, 2]], "b1": [0, 0], "output": "linear", "cost": "ce", "Y": [[1, 0]], `
	for _, c := range []struct{ quantity, text, code, want string }{
		{"A1", mse, "", "0, 0"}, // not what is written
		{"Z2", mse, "", "1, 1"},
		{"delta1", mse, "", "6, 4.5"},
		{"delta1", mse, "no-derivative", "6, 6"},
		{"dW1", mse + `, "delta1": [[-1]]`, "", "-1, -1"},
		{"A1", strings.Replace(mse, `"Z1": [[0]]`, `"Z1": [[0, 1]]`, 1), "", "0 0.761594, 0 0.761594, 0.761594, 0.761594"},
		{"C", bce, "", "1.38629, 0.693147"},
		{"delta2", bce, "", "-0.75, -0.75"},
		{"C", softmax + `"Z1": [[0, 0]], "A1": [[0.25, 0.75]]`, "", "1.38629, 0.693147"},
		{"C", softmax + `"Z1": [[2, 2]], "A1": [[1, 0]]`, "", "0, 0.693147"},
		{"C", softmax + `"A1": [[0.25, 0.25, 0.5]], "Z1": [[0, 0]]`, "", "-, -, 0.693147, 0.693147"},
		{"delta1", mse + `, "Z2": [[1, 2]]`, "", "6, 4.5, 6, 4.5"},
		{"C", twoOutputs + `"output": "softmax"`, "", "1.22451, 1.22451"},
		{"C", oneOutput + `"cost": "bce"`, "", "1.07496, 1.07496"},
		{"C", ce + `"Z1": [[5, 1]], "A1": [[0, 0]]`, "", "0.693147, 0.693147"},
	} {
		s, q := submissionOf(t, c.text), quantityOf(t, c.quantity)
		var made []Mistake
		for _, m := range s.Mistakes(q) {
			if m.Code == c.code {
				made = append(made, m)
			}
		}
		var got []string
		for _, m := range s.Compute(q, made...) {
			got = append(got, numbersOf(m))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s of %s: got %q, want %s", c.quantity, c.text, got, c.want)
		}
	}
}

// A mistaken formula that would need its own result gives none: A2·W2 + b2 as Z2, from which A2 is computed.
func TestAFormulaThatNeedsItsOwnResult(t *testing.T) {
	s := submissionOf(t, oneOutput+`"output": "sigmoid", "cost": "mse"`)
	for _, m := range s.Mistakes(of("Z", 2)) {
		got := numbersOf(s.Compute(of("A", 2), m)[0])
		if needsItself := m.What == "you used A2 instead of A1"; needsItself && got != "-" {
			t.Errorf("%s: got %s, want nothing", m.What, got)
		}
	}
}

// At z = 0, a slope of relu of 0 or of 1 is right, so that δ is 0 or 6; at a = 0, only 0 is, also if a is rounded.
func TestSlopeOfReluAtZero(t *testing.T) {
	s := submissionOf(t, `"rate": 1, "X": [[1]], "Y": [[0]], "W1": [[1]], "b1": [-1], "W2": [[2]], "b2": [0],
		"activation": "relu", "output": "linear", "cost": "mse", "Z1": [[0]], "A1": [[0.00]], "delta2": [[3.00]]`)
	for i, want := range []number{{Value: 0, Error: 6}, {}} {
		if got := s.Compute(of("delta", 1))[i].At[0]; math.Abs(got.Error-want.Error) > 0.1 || got.Value != want.Value {
			t.Errorf("variant %d: got %+v, want %+v", i, got, want)
		}
	}
}

// ln(e⁰ + e⁰ + e⁰ + e⁰) is 2 ln 2; it is off by no more than the largest z is, and large z are no trouble.
func TestLogSumExp(t *testing.T) {
	for _, z := range []float64{0, 1000, -1000} {
		got := logSumExp([]number{{Value: z, Error: 0.1}, {Value: z, Error: 0.3}, {Value: z}, {Value: z, Error: 0.2}})
		if math.Abs(got.Value-z-2*math.Ln2) > 1e-9 || got.Error != 0.3 {
			t.Errorf("of 4 × %v: got %+v, want %v ± 0.3", z, got, z+2*math.Ln2)
		}
	}
}

// What a quantity is computed from is in the file, or is missing and must be computed too. The question is neither.
func TestInputsAreWrittenOrMissing(t *testing.T) {
	const mse = oneOutput + `"output": "sigmoid", "cost": "mse"`
	for _, c := range []struct{ quantity, answers, want string }{
		{"Z1", "", "[] []"},
		{"Z2", "", "[] [A1 Z1]"},
		{"Z2", `, "Z1": 1`, "[Z1] [A1]"},
		{"A2", `, "Z2": [[1], [2]], "Z1": 1`, "[Z2] []"},
		{"delta2", `, "A2": [[1], [2]]`, "[A2] [Z2 A1 Z1]"},
		{"delta1", `, "delta2": [[1], [2]]`, "[delta2] [Z1 A1]"},
		{"delta1", `, "delta2": [[1], [2]], "Z1": 1, "A1": 2`, "[delta2 Z1 A1] []"},
		{"newW1", "", "[] [dW1 delta1 delta2 A2 Z2 A1 Z1]"},
		{"newb2", `, "db2": 1`, "[db2] []"},
	} {
		written, missing := submissionOf(t, mse+c.answers).Inputs(quantityOf(t, c.quantity))
		if got := fmt.Sprint(written, missing); got != c.want {
			t.Errorf("%s with the answers %q: got %s, want %s", c.quantity, c.answers, got, c.want)
		}
	}
}

// The product of matrices takes a multiplication for each weight and sample.
func TestMultiplications(t *testing.T) {
	if got := submissionOf(t, question+`"cost": "bce"`).Multiplications(); got != 3*(2*2+2*3+3*2) {
		t.Errorf("got %v, want 3 samples times 16 weights", got)
	}
}
