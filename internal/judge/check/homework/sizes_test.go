package homework

import (
	"fmt"
	"testing"
)

// Samples, the units of each layer, and the layouts {columns, out×in}, follow from the shapes of X, W and b.
func TestSizesFollowFromTheShapes(t *testing.T) {
	const rows, columns, square = "[{false false} {false true}]", "[{true false} {true true}]",
		"[{false false} {false true} {true false} {true true}]"
	const square2 = `"X": [[1, 2], [3, 4]], "W1": [[1, 2, 3], [4, 5, 6]], "b1": 1` // only Y says where samples lie
	for text, want := range map[string]string{
		`"X": [1, 2, 3], "W1": [[1, 2]], "b1": [1, 2]`:                            "3 [1 2] " + columns,
		`"X": [1, 2, 3], "W1": [[1, 2], [3, 4], [5, 6]], "b1": [1, 2]`:            "1 [3 2] [{false false}]",
		`"X": [[1], [2], [3]], "W1": [[1, 2], [3, 4], [5, 6]], "b1": [[1], [2]]`:  "1 [3 2] [{true false}]",
		`"X": [[1, 2, 3]], "W1": [[1, 2, 3], [3, 4, 5]], "b1": 1`:                 "1 [3 2] [{false true}]",
		`"X": [[1, 2], [3, 4]], "W1": [1, 2], "b1": 1, "Y": [1, 0]`:               "2 [2 1] " + square,
		`"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2], "Y": 1`:             "1 [2 2] " + rows,
		square2 + `, "Y": [[1, 2, 3], [4, 5, 6]]`:                                 "2 [2 3] [{false false}]",
		square2 + `, "Y": [[1, 2], [3, 4], [5, 6]]`:                               "2 [2 3] [{true false}]",
		`"X": 2, "W1": 3, "b1": 4, "W2": [[1, 2]], "b2": [[1, 2]], "Y": [[1, 0]]`: "1 [1 1 2] " + square,
	} {
		s := parsed(t, "{"+text+"}").Sizes
		if got := fmt.Sprint(s.N, s.Units, s.Layouts); got != want {
			t.Errorf("%s: got samples, units and layouts %s, want %s", text, got, want)
		}
	}
}

// A question that is not complete, or whose shapes do not fit together, is refused.
func TestParseRefusesAQuestion(t *testing.T) {
	const noFit = ", which do not fit together: with samples as rows, layer "
	const layer1 = noFit + "1 has 2 numbers going in, so W1 must be 2×m or m×2, and b1 a list of m"
	const of1x2 = ", and X and the W make 1×2 outputs of it: Y must be of their shape"
	const inputs, square = `"X": [[1, 2]], `, `"W1": [[1, 2], [3, 4]], "b1": `
	for text, want := range map[string]string{
		`"W1": [[1]], "b1": [1]`:  `X is missing: write the inputs as "X": [[…], …], a row for each sample`,
		`"X": [[1]], "b1": [1]`:   `W1 is missing: write the weights as "W1": [[…], …], a column for each neuron`,
		`"X": [[1]], "W1": [[1]]`: "b1 is missing: write the biases of layer 1, zeros if there are none",

		`"X": [[1]], "W1": [[1]], "b1": [1], "W3": [[1]]`: "line 1: W3 is there, but no W2",

		inputs + `"W1": [1, 2, 3, 4], "b1": [1, 2]`: "line 1: W1 is a list of 4, b1 is a list of 2 and X is 1×2" + layer1,
		inputs + square + `[1, 2, 3]`:               "line 1: W1 is 2×2, b1 is a list of 3 and X is 1×2" + layer1,
		`"X": [[1, 2, 3]], ` + square + `[1, 2]`: "line 1: W1 is 2×2, b1 is a list of 2 and X is 1×3" + noFit +
			"1 has 3 numbers going in, so W1 must be 3×m or m×3, and b1 a list of m",
		`"X": [[1]], "W1": [[1, 2]], "b1": 1, "W2": [1, 2, 3], "b2": 1`: "line 1: W2 is a list of 3, b2 is a single " +
			"number and W1 is 1×2" + noFit + "2 has 2 numbers going in, so W2 must be 2×m or m×2, and b2 a list of m",

		inputs + square + `[1, 2], "Y": [[1, 2, 3]]`: "line 1: Y is 1×3" + of1x2,
		`"X": [[1, 2], [3, 4], [5, 6]], ` + square + `1, "Y": [[1, 0, 1], [0, 1, 0]]`: "line 1: Y is 2×3, and X and the W " +
			"make 3×2 outputs of it: Y must be of their shape",
		inputs + square + `[1, 2], "Y": 2`:   "line 1: Y is a single number" + of1x2,
		inputs + square + `[1, 2], "Y": 0.5`: "line 1: Y is a single number" + of1x2,

		inputs + `"W1": [[1, 2, 3], [3, 4, 5]], "b1": [1, 2, 3], "W2": [[1, 2, 3], [4, 5, 6]], "b2": [1, 2]`: "line 1: " +
			"W2 has a row for each neuron, and W1 a column: write all W the same way",
	} {
		checkRefused(t, "{"+text+"}", want)
	}
}

// The quantities of a step are listed as it computes them: forwards through the layers, and backwards.
func TestQuantitiesAreInTheOrderOfAStep(t *testing.T) {
	const want = "[Z1 A1 Z2 A2 C delta2 delta1 dW2 db2 dW1 db1 newW2 newb2 newW1 newb1]"
	if got := fmt.Sprint(Sizes{Units: []int{2, 3, 1}}.Quantities()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
