package check

import (
	"bytes"
	"strings"
	"testing"

	"backprop/internal/judge/check/homework"
)

// mazur is the first step of Mazur's "A Step by Step Backpropagation Example" (2015), with his numbers
// as he printed them, W in×out. The biases are not trained.
const mazur = `{"activation": "sigmoid", "output": "sigmoid", "cost": "mse", "rate": 0.5,
"X": [0.05, 0.10], "Y": [0.01, 0.99],
"W1": [[0.15, 0.25], [0.20, 0.30]], "b1": 0.35,
"W2": [[0.40, 0.50], [0.45, 0.55]], "b2": [0.60, 0.60],
"Z1": [0.3775, 0.3925], "A1": [0.593269992, 0.596884378],
"Z2": [1.105905967, 1.224921404], "A2": [0.75136507, 0.772928465],
"C": 0.298371109,
"delta2": [0.138498562, -0.0380982366],
"dW2": [[0.082167041, -0.02260254], [0.08266763, -0.02274024]],
"newW2": [[0.35891648, 0.511301270], [0.408666186, 0.561370121]],
"newW1": [[0.149780716, 0.24975114], [0.19956143, 0.29950229]]}`

// parsed is a homework that has to be one.
func parsed(t testing.TB, text string) *homework.Homework {
	t.Helper()
	h, err := homework.Parse("mine.json", []byte(text), homework.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// printed is a report as a terminal shows it.
func printed(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMazur: published numbers are right, and each of them is wrong where one digit is another.
func TestMazur(t *testing.T) {
	r := Judge(parsed(t, mazur))
	if !r.Right() {
		t.Error(printed(t, r))
	}
	for _, number := range []string{"0.593269992", "0.75136507", "0.772928465", "0.298371109", "0.149780716",
		"0.511301270"} {
		other := strings.Replace(mazur, number, number[:4]+"9"+number[5:], 1)
		if strings.Contains(number[4:5], "9") {
			other = strings.Replace(mazur, number, number[:4]+"3"+number[5:], 1)
		}
		r := Judge(parsed(t, other))
		if r.Right() {
			t.Errorf("%s with another digit is not noticed:\n%s", number, printed(t, r))
		}
	}
}
