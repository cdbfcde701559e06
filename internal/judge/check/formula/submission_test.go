package formula

import (
	"math"
	"slices"
	"testing"

	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/homework"
)

// question is a step of three layers on three samples.
const question = `"X": [[1, 2], [3, 4], [5, 6]], "W1": [[1, 2], [3, 4]], "b1": [1, 2],
	"W2": [[1, 2, 3], [4, 5, 6]], "b2": [1, 2, 3], "W3": [[1, 2], [3, 4], [5, 6]], "b3": [1, 2],
	"Y": [[1, 0], [0, 1], [1, 0]], "rate": 0.5, "activation": "tanh", `

// submissionOf reads a homework in JSON, without its braces, by this program's own convention with some changes.
func submissionOf(t *testing.T, text string, changes ...func(*convention.Convention)) *Submission {
	t.Helper()
	h, err := homework.Parse("a", []byte("{"+text+"}"), homework.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	c := convention.Own(h)[0]
	for _, change := range changes {
		change(&c)
	}
	return NewSubmission(h, c)
}

// quantityOf reads the name of a quantity.
func quantityOf(t *testing.T, name string) quantity {
	t.Helper()
	q, ok := homework.ParseQuantity(name)
	if !ok {
		t.Fatalf("%s is not the name of a quantity", name)
	}
	return q
}

// A number that was rounded may be off by half a unit of its last digit; one with all its digits is exact. The errors
// are by hand.
func TestErrorsFollowFromTheDigitsThatAreWritten(t *testing.T) {
	cutOff := func(c *convention.Convention) { c.Truncated = true }
	roundedQuestion := func(c *convention.Convention) { c.QuestionIsRounded = true }
	someRounded := func(c *convention.Convention) { c.SomeAreRounded = true }
	const layer = `"b1": 0.5, "activation": "tanh", "output": "tanh", "W1": 1, `
	const whole = `"X": 1, ` + layer + `"Z1": `
	for _, c := range []struct {
		name, text, quantity string
		change               func(*convention.Convention)
		want                 number
	}{
		{"two decimals", whole + "-0.25", "Z1", nil, number{Value: -0.25, Error: 0.005}},
		{"two decimals, cut off", whole + "-0.25", "Z1", cutOff, number{Value: -0.255, Error: 0.005}},
		{"a 1 beside four digits", whole + `1, "A1": 0.7616`, "Z1", nil, number{Value: 1, Error: 5e-4}},
		{"a 12 beside four digits", whole + `12, "A1": 0.7616`, "Z1", nil, number{Value: 12, Error: 5e-3}},
		{"three digits without a point", whole + `123, "A1": 0.7616`, "Z1", nil, number{Value: 123, Error: 0.5}},
		{"whole numbers only", whole + "1", "Z1", nil, number{Value: 1, Error: 1 / float64(1<<22)}},
		{"thirteen digits", whole + "0.1234567890123", "Z1", nil, number{Value: 0.1234567890123, Error: 1.2e-13}},
		{"two decimals beside thirteen digits", whole + `0.1234567890123, "A1": 0.25`, "A1", nil,
			number{Value: 0.25, Error: 2.5e-13}},
		{"two decimals beside thirteen digits, as if rounded", whole + `0.1234567890123, "A1": 0.25`, "A1", someRounded,
			number{Value: 0.25, Error: 0.005}},
		{"a question of four decimals", `"X": 0.1234, ` + layer + `"Z1": 0.1234567891`, "X", nil,
			number{Value: 0.1234, Error: 1.234e-13}},
		{"a question of four decimals, rounded", `"X": 0.1234, ` + layer + `"Z1": 0.1234567891`, "X", roundedQuestion,
			number{Value: 0.1234, Error: 5e-5}},
		{"a question of three decimals is never rounded", `"X": 0.123, ` + layer + `"Z1": 0.1234567891`, "X",
			roundedQuestion, number{Value: 0.123, Error: 1.23e-13}},
		{"a 1 in a rounded question", `"X": 1, ` + layer + `"Z1": 0.1234567891`, "X", roundedQuestion,
			number{Value: 1, Error: 1e-12}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []func(*convention.Convention)
			if c.change != nil {
				changes = append(changes, c.change)
			}
			got := submissionOf(t, c.text, changes...).Given[quantityOf(t, c.quantity)].At[0]
			if math.Abs(got.Value-c.want.Value) > 1e-9 || math.Abs(got.Error/c.want.Error-1) > 0.05 {
				t.Errorf("%s is %v, want %v", c.quantity, got, c.want)
			}
		})
	}
}

// Numbers that may have 32 bits have larger errors: half a unit in the last place of a float32 is 2⁻²⁴ of it, and 2⁻²²
// leaves room for what was computed before.
func TestSinglePrecisionHasALargerError(t *testing.T) {
	const text = `"b1": 0, "activation": "tanh", "output": "tanh", "W1": 1, "X": 1, "Z1": `
	for answer, want := range map[string]float64{
		"0.3333333432674408": 1. / 3 / (1 << 22),
		"0.3333333333333333": 1. / 3 * 1e-12,
	} {
		if got := submissionOf(t, text+answer).Given[of("Z", 1)].At[0].Error; math.Abs(got/want-1) > 1e-6 {
			t.Errorf("the error of %s is %v, want %v", answer, got, want)
		}
	}
}

// The shape of each quantity in the file follows from the layout: n = 3 samples, layers of 2, 2, 3 and 2 units.
func TestFileShapeFollowsTheLayout(t *testing.T) {
	for _, c := range []struct {
		columns, outIn bool
		want           map[string][]int
	}{
		{false, false, map[string][]int{"X": {3, 2}, "Y": {3, 2}, "W2": {2, 3}, "dW2": {2, 3}, "newW2": {2, 3},
			"b2": {1, 3}, "db2": {1, 3}, "newb2": {1, 3}, "Z2": {3, 3}, "A1": {3, 2}, "delta3": {3, 2}, "C": {1, 1}}},
		{true, true, map[string][]int{"X": {2, 3}, "Y": {2, 3}, "W2": {3, 2}, "dW2": {3, 2}, "newW2": {3, 2},
			"b2": {1, 3}, "db2": {1, 3}, "newb2": {1, 3}, "Z2": {3, 3}, "A1": {2, 3}, "delta3": {2, 3}, "C": {1, 1}}},
	} {
		s := submissionOf(t, question+`"cost": "bce"`, func(l *convention.Convention) {
			l.Columns, l.OutIn = c.columns, c.outIn
		})
		for name, want := range c.want {
			if got := s.FileShape(quantityOf(t, name)); !slices.Equal(got, want) {
				t.Errorf("columns %v, out×in %v: %s is %v, want %v", c.columns, c.outIn, name, got, want)
			}
		}
	}
}

// Whatever way an array lies in the file, its matrix has a row for each sample, and W is in×out. An array of a wrong
// shape keeps its shape.
func TestMatricesLieAsInThisProgram(t *testing.T) {
	const samples = `"X": [[1, 2], [3, 4], [5, 6]], "Y": `
	const rows = samples + `[[1, 0, 0], [0, 0, 1], [0, 1, 0]], "W1": [[1, 2, 3], [4, 5, 6]], "b1": [7, 8, 9], ` +
		`"output": "sigmoid", "cost": "mse"`
	const columns = `"X": [[1, 3, 5], [2, 4, 6]], "W1": [[1, 4], [2, 5], [3, 6]], "b1": [[7], [8], [9]]`
	for _, c := range []struct {
		name, text, quantity string
		rows, cols           int
		values               []float64
		wrong                bool
	}{
		{"rows", rows, "X", 3, 2, []float64{1, 2, 3, 4, 5, 6}, false},
		{"columns", columns, "X", 3, 2, []float64{1, 2, 3, 4, 5, 6}, false},
		{"the first A", columns, "A0", 3, 2, []float64{1, 2, 3, 4, 5, 6}, false},
		{"in×out", rows, "W1", 2, 3, []float64{1, 2, 3, 4, 5, 6}, false},
		{"out×in", columns, "W1", 2, 3, []float64{1, 2, 3, 4, 5, 6}, false},
		{"biases in a list", rows, "b1", 1, 3, []float64{7, 8, 9}, false},
		{"biases in a column", columns, "b1", 1, 3, []float64{7, 8, 9}, false},
		{"one bias for all", samples + `[0, 0, 0], "W1": [[1], [2]], "b1": 7`, "b1", 1, 1, []float64{7}, false},
		{"one bias for three neurons", samples + `[[1, 0, 0], [0, 0, 1], [0, 1, 0]], "b1": 7, ` +
			`"W1": [[1, 2, 3], [4, 5, 6]]`, "b1", 1, 1, []float64{7}, false},
		{"classes", samples + `[0, 2, 1], "W1": [[1, 2, 3], [4, 5, 6]], "b1": 7`, "Y", 3, 3,
			[]float64{1, 0, 0, 0, 0, 1, 0, 1, 0}, false},
		{"too few numbers", rows + `, "Z1": [1, 2]`, "Z1", 1, 2, []float64{1, 2}, true},
		{"nine numbers in a list", rows + `, "Z1": [1, 2, 3, 4, 5, 6, 7, 8, 9]`, "Z1", 1, 9,
			[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, true},
		{"a transposed answer", rows + `, "dW1": [[1, 2], [3, 4], [5, 6]]`, "dW1", 3, 2,
			[]float64{1, 2, 3, 4, 5, 6}, true},
		{"a transposed answer among columns", columns + `, "Y": [[1, 0, 0], [0, 0, 1], [0, 1, 0]], "output": "sigmoid", ` +
			`"cost": "mse", "dW1": [[1, 2, 3], [4, 5, 6]]`, "dW1", 3, 2, []float64{1, 4, 2, 5, 3, 6}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := submissionOf(t, c.text)
			q := of("A", 0)
			if c.quantity != "A0" {
				q = quantityOf(t, c.quantity)
			}
			m := s.Given[q]
			var values []float64
			for _, x := range m.At {
				values = append(values, x.Value)
			}
			if m.Rows != c.rows || m.Cols != c.cols || !slices.Equal(values, c.values) || s.WrongShape[q] != c.wrong {
				t.Errorf("%s is %d×%d, %v, a wrong shape: %v; want %d×%d, %v, %v", c.quantity, m.Rows, m.Cols, values,
					s.WrongShape[q], c.rows, c.cols, c.values, c.wrong)
			}
		})
	}
}
