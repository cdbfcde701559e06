package homework

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const question = `"X": [[0.5, 1], [2, 3]], "Y": [[1], [0]],
"W1": [[0.5, 1, 2], [2, 3, 4]], "b1": [1, 2, 3],
"W2": [[1], [2], [3]], "b2": 0.5`

const settings = `"activation": "tanh", "output": "sigmoid", "cost": "mse", "rate": 0.5`

// TestErrors: what cannot be judged is told with the file, the line, and the row and column.
func TestErrors(t *testing.T) {
	whole := "{" + question + ",\n" + settings
	for text, want := range map[string]string{
		"":    "line 1: the file ends, before its brackets are closed",
		"[1]": `line 1: the file begins with [; expected an object, {"X": [[…]], "W1": …}`,
		whole + ",\n\"Z1\": [[1, 2, 3], [4, NaN, 6]]}": "line 5: Z1, row 2, column 2, is NaN, which cannot be " +
			"checked: look for a division by 0, the ln " +
			"of 0, or an e to a large power before it",
		whole + ",\n\n\"Z1\": [[1, 2, 3],\n [4, \"five\", 6]]}": `line 7: Z1, row 2, column 2, is the word "five"; a ` +
			`number was expected`,
		whole + ", \"Z1\": [[1, \"2\"]]}": `line 4: Z1, row 1, column 2, is "2"; write the number ` +
			`without quotes`,
		whole + ", \"Z1\": [[1, 2], [3]]}": "line 4: Z1, row 2, has 1 number, and the rows " +
			"before it have 2: write all rows of one length",
		whole + ", \"Z1\": [[1, null]]}": "line 4: Z1, row 1, column 2, is null; a number " +
			"was expected: give the whole of Z1, or leave it out",
		whole + ", \"Z1\": [[[1]]]}": "line 4: Z1, row 1, column 1, is a list; expected " +
			"rows of numbers, no more than two brackets deep",
		whole + ", \"Z1\": [1, [2]]}": "line 4: Z1, number 2, is […; numbers are before " +
			"it, so a number was expected",
		whole + ", \"Z1\": [[1], 2]}": "line 4: Z1, row 2, is the number 2; the rows " +
			"before it are lists",
		whole + ", \"Z1\": {\"a\": 1}}": "line 4: Z1 is an object; a number or a list was " +
			"expected",
		whole + ", \"Z1\": true}": "line 4: Z1 is true; a number was expected",
		whole + ", \"Z1\": " +
			"\"many\"}": `line 4: Z1 is the word "many"; a number was expected`,
		whole + ", \"Z1\": []}": "line 4: Z1 is empty; write its numbers, or leave " +
			"it out",
		whole + ", \"Z1\": [1e400]}": "line 4: Z1, number 1, is 1e400, which is too " +
			"large for a number",
		whole + ", \"Z3\": [1]}": "line 4: Z3 is there, but no W3",
		whole + ", \"rate\": 1}": `line 4: "rate" appears twice, first in line 4: remove one of them`,
		whole + "} {": "line 4: the file continues after its last bracket: " +
			"one object is one step; put others into files of their own",
		whole + ", \"l2\": -1}": "line 4: l2 is -1; expected 0 or more, the weight " +
			"decay λ",
		whole + ", \"N\": 2.5}": "line 4: N is 2.5; expected a whole number, how " +
			"many training samples there are",
		whole + ", \"N\": \"two\"}": `line 4: N is the word "two"; a number was expected`,
		"{" + question + `, "rate": 0}`: "line 3: rate is 0; expected a number above 0, " +
			"the learning rate",
		"{" + question + `, "cost": 2}`: "line 3: cost is a number; a name was expected, " +
			"like mse",
		"{" + question + `, "rate": [1,2]}`: "line 3: rate is a list of 2; a single number was " +
			"expected",
		"{" + question + `, "activation": "sigmoyd"}`: `line 3: activation is "sigmoyd"; expected one of sigmoid, tanh, ` +
			`relu, linear`,
		"{" + question + `, "output": "softmax", "cost": "mse"}`: "output softmax goes with the cost ce, and cost " +
			"is mse",
		"{" + question + `, "output": "tanh", "cost": "bce"}`: "the cost bce takes outputs between 0 and 1, of " +
			"sigmoid; output is tanh",
		"{" + question + `, "Z2": [1, 2]}`: `activation is missing, and Z2 cannot be judged without it: write ` +
			`"activation": and one ` +
			"of sigmoid, tanh, relu, linear",
		"{" + question + `, "activation": "relu", "A2": [1, 2]}`: `output is missing, and A2 cannot be judged without it: ` +
			`write ` +
			`"output": and one of sigmoid, tanh, relu, linear, softmax`,
		"{" + question + `, "activation": "relu", "output": "tanh", "C": 1}`: `cost is missing, and C cannot be judged ` +
			`without it: ` +
			`write "cost": and one of mse, ce, bce`,
		"{" + question + `, "activation": "relu", "output": "tanh", "cost": "mse", "newb1": [1, 2, ` +
			`3]}`: "rate is missing, and newb1 " +
			`cannot be judged without it: write "rate": 0.5, or whatever it was`,
		`{"W1": [[1]], "b1": [1]}`: `X is missing: write the inputs as "X": [[…], …], a row for each sample`,
		`{"X": [[1]], "b1": [1]}`:  `W1 is missing: write the weights as "W1": [[…], …], a column for each neuron`,
		`{"X": [[1]], "W1": [[1]]}`: "b1 is missing: write the biases of layer 1, zeros if " +
			"there are none",
		`{"X": [[1]], "W1": [[1]], "b1": [1], "W3": [[1]]}`: "line 1: W3 is there, but no W2",
		`{"X": [[1]], "W1": [[1]], "b1": [1], "C": 1, "cost": "mse", "output": "tanh"}`: "Y is missing, and C cannot be " +
			"judged without it: write Y, what the outputs should be",
		`{"X": [[1, 2, 3]], "W1": [[1, 2], [3, 4]], "b1": [1, 2]}`: "line 1: W1 is 2×2, b1 is a list of 2 and X is " +
			"1×3, which do " +
			"not fit together: with samples as rows, layer 1 has 3 numbers going in, so W1 must be 3×m or m×3, and " +
			"b1 a list of m",
		`{"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2], "Y": [[1, 2, 3]]}`: "line 1: Y is 1×3, and X and the W " +
			"make 1×2 outputs of it: Y must be of their shape",
		`{"X": [[1, 2]], "W1": [[1, 2, 3], [3, 4, 5]], "b1": [1, 2, 3], "W2": [[1, 2, 3], [4, 5, 6]], "b2": [1, ` +
			`2]}`: "line 1: W2 " +
			"has a row for each neuron, and W1 a column: write all W the same way",
	} {
		_, err := Parse("m\n.json", []byte(text), Settings{})
		if got := fmt.Sprint(err); got != "m?.json: "+want {
			t.Errorf("%s:\n%s; want\nm?.json: %s", text, got, want)
		}
	}
}

// TestFromArrays: arrays are looked through like files, and NaN in them has its place.
func TestFromArrays(t *testing.T) {
	arrays := func() map[string]Array {
		return map[string]Array{"X": {Shape: []int{1, 2}, Values: []float64{1, 2}}, "b1": {Values: []float64{1}},
			"W1": {Shape: []int{2}, Values: []float64{1, 2}}, "cost": {Word: "mse"}, "rate": {Shape: []int{1},
				Values: []float64{0.5}}}
	}
	h, err := FromArrays("a", arrays(), Settings{Rate: 9, Output: "tanh"})
	if err != nil || h.Settings != (Settings{Rate: 0.5, Output: "tanh", Cost: "mse"}) {
		t.Errorf("%+v %v", h, err)
	}
	for want, a := range map[string]Array{
		"a: Z1, row 1, column 2, is NaN, which cannot": {Shape: []int{1, 2}, Values: []float64{1, math.NaN()}},
		"a: Z1, number 1, is +Inf, which":              {Shape: []int{1}, Values: []float64{math.Inf(1)}},
		"a: Z1 is -Inf, which":                         {Values: []float64{math.Inf(-1)}},
		`a: Z1 is the word "x"; numbers`:               {Word: "x"},
		"a: Z1 has 3 dimensions, 1×1×1; expected":      {Shape: []int{1, 1, 1}, Values: []float64{1}},
	} {
		with := arrays()
		with["Z1"] = a
		if _, err := FromArrays("a", with, Settings{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// TestWrite: what is written is read again as it was, and the question alone has no answers.
func TestWrite(t *testing.T) {
	h, err := Parse("a", []byte("{"+question+","+settings+`, "l2": 0.1, "N": 9, "Z1": [[1, 2.5, 3], [4, 5, 1e-9]],
"C": 0.25, "Z2": null, "mine": {"a": [1, "x"]}}`), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(h.Ignored) != "[mine]" {
		t.Error(h.Ignored)
	}
	var text bytes.Buffer
	if err := Write(&text, h); err != nil {
		t.Fatal(err)
	}
	again, err := Parse("a", text.Bytes(), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for key, a := range h.Arrays {
		b := again.Arrays[key]
		if fmt.Sprint(a.Shape) != fmt.Sprint(b.Shape) || !reflect.DeepEqual(a.Values, b.Values) {
			t.Errorf("%s: %v; want %v", key, b, a)
		}
	}
	if again.Settings != h.Settings || len(again.Arrays) != len(h.Arrays) {
		t.Errorf("%+v %d", again.Settings, len(again.Arrays))
	}
	text.Reset()
	if err := Write(&text, h.Question()); err != nil {
		t.Fatal(err)
	}
	const want = `{
"activation": "tanh",
"output": "sigmoid",
"cost": "mse",
"rate": 0.5,
"l2": 0.1,
"N": 9,
"X": [[0.5, 1],
  [2, 3]],
"Y": [[1],
  [0]],
"W1": [[0.5, 1, 2],
  [2, 3, 4]],
"b1": [1, 2, 3],
"W2": [[1],
  [2],
  [3]],
"b2": 0.5
}
`
	if text.String() != want {
		t.Error(text.String())
	}
}

// TestWriteSingle: numbers of 32 bits are written with their digits, a single number and a list as such, and N is the
// number of samples where it has not been said.
func TestWriteSingle(t *testing.T) {
	third := float64(float32(1) / 3)
	for _, c := range []struct {
		settings Settings
		single   bool
		want     string
	}{
		{Settings{}, true, "{\n\"l2\": 0,\n\"N\": 2,\n\"X\": [0.33333334, 2],\n\"W1\": 3,\n\"b1\": [0.5]\n}\n"},
		{Settings{N: 1, Rate: 2}, false, "{\n\"rate\": 2,\n\"l2\": 0,\n\"N\": 1,\n\"X\": [0.3333333432674408, 2],\n" +
			"\"W1\": 3,\n\"b1\": [0.5]\n}\n"},
	} {
		h, err := FromArrays("a", map[string]Array{"X": {Shape: []int{2}, Values: []float64{third, 2}, Single: c.single},
			"W1": {Values: []float64{3}}, "b1": {Shape: []int{1}, Values: []float64{0.5}}}, c.settings)
		if err != nil {
			t.Fatal(err)
		}
		h.Sizes.N = 2
		var text bytes.Buffer
		if err := Write(&text, h); err != nil || text.String() != c.want {
			t.Errorf("%v %s; want %s", err, text.String(), c.want)
		}
	}
}

// TestSyntax: what is not JSON is told with the array that it is in.
func TestSyntax(t *testing.T) {
	for text, want := range map[string]string{
		`{"X": [[1, 2]], "W1": [1 2]}`: "a: line 1: this is not JSON in W1: invalid character '2' after array element; " +
			"write names",
		"{\"X\": [[1, 2]],\n\"W1\": [1, 2": "a: line 2: the file ends in W1, before its brackets are closed",
		`{"mine": {1}}`:                    `a: line 1: this is not JSON in "mine": invalid character '1'`,
	} {
		if _, err := Parse("a", []byte(text), Settings{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestPrecision: the finest precision of the answers counts, not that of the question, and numbers may have 32 bits if
// they have few digits or are exact in 32 bits.
func TestPrecision(t *testing.T) {
	const text = `{"X": [0.123456789], "W1": 2, "b1": 1, "activation": "tanh", "output": "tanh", "cost": "mse", "Y": 1, `
	for answers, want := range map[string]string{
		`"Z1": 0.25, "A1": 0.125`:                "3 3 true",
		`"Z1": 12.5, "A1": 0.05`:                 "2 3 true",
		`"Z1": 0.123456789, "A1": 0.25`:          "9 9 true",
		`"Z1": 0.1234567891, "A1": 0.25`:         "10 10 false",
		`"Z1": 0.25, "A1": 0.1234567891`:         "10 10 false",
		`"Z1": 0.3333333432674408, "A1": 0.5`:    "16 16 true",
		`"Z1": [0.3333333432674408], "C": 1e-20`: "20 16 true",
	} {
		h, err := Parse("a", []byte(text+answers+"}"), Settings{})
		if err != nil {
			t.Fatal(err)
		}
		p, single := h.Precision()
		if h.Has("A") != strings.Contains(answers, "A1") || !h.Has("Z") || h.Has("dW") {
			t.Errorf("%s: it has A: %v", answers, h.Has("A"))
		}
		if got := fmt.Sprint(p.Decimals, p.Digits, single); got != want {
			t.Errorf("%s: %s, want %s", answers, got, want)
		}
	}
}

// TestNotes: names that mean nothing are told, with a guess what they were meant for.
func TestNotes(t *testing.T) {
	h, err := Parse("a", []byte(`{"X": [1], "W1": 2, "b1": 1, "new_w1": 3, "dz1": 4, "δ2": 5, "my\nnotes": "six"}`),
		Settings{})
	if err != nil {
		t.Fatal(err)
	}
	const ignored = " is no quantity's name, and was not looked at"
	want := []string{`"dz1"` + ignored + "; did you mean delta1?", `"my?notes"` + ignored,
		`"new_w1"` + ignored + "; did you mean newW1?", `"δ2"` + ignored + "; did you mean delta2?"}
	if got := h.Notes(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// FuzzParse: whatever is in a file, it is read or refused in one short line.
func FuzzParse(f *testing.F) {
	f.Add("{" + question + "," + settings + `, "Z1": [[1, 2.5, 3], [4, 5, 1e-9]]}`)
	f.Add(`{"X": [1], "W1": 2, "b1": [[3]], "Z1": NaN}`)
	f.Add(`{"X": [[1,2],[3]]`)
	f.Add("\"\\n\"")
	f.Add(`{"X": [[1], [` + strings.Repeat("9", 9000) + `]]}`)
	f.Add(`{"` + strings.Repeat("W", 5000) + `": {"a": 1}}`)
	f.Add(`{"cost": "` + strings.Repeat("ce", 4000) + `", "X": 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		h, err := Parse("a", []byte(text), Settings{})
		if err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 2000) || (err == nil) != (h != nil) {
			t.Errorf("%v %v", h, err)
		}
	})
}

// TestSizes: how many samples and units there are is found out however X, W and b lie.
func TestSizes(t *testing.T) {
	for text, want := range map[string]string{
		`"X": [1, 2, 3], "W1": [[1, 2]], "b1": [1, 2]`:                           "3 [1 2] [{true false} {true true}]",
		`"X": [1, 2, 3], "W1": [[1, 2], [3, 4], [5, 6]], "b1": [1, 2]`:           "1 [3 2] [{false false}]",
		`"X": [[1], [2], [3]], "W1": [[1, 2], [3, 4], [5, 6]], "b1": [[1], [2]]`: "1 [3 2] [{true false}]",
		`"X": [[1, 2, 3]], "W1": [[1, 2, 3], [3, 4, 5]], "b1": 1`:                "1 [3 2] [{false true}]",
		`"X": [[1, 2], [3, 4]], "W1": [1, 2], "b1": 1, "Y": [1, 0]`: "2 [2 1] [{false false} {false " +
			"true} {true false} {true true}]",
		`"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2], "Y": 1`: "1 [2 2] [{false false} {false " +
			"true}]",
		`"X": 2, "W1": 3, "b1": 4, "W2": [[1, 2]], "b2": [[1, 2]], "Y": [[1, 0]]`: "1 [1 1 2] [{false false} {false true} " +
			"{true false} {true true}]",
	} {
		h, err := Parse("a", []byte("{"+text+"}"), Settings{})
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprint(h.Sizes.N, h.Sizes.Units, h.Sizes.Layouts); got != want {
			t.Errorf("%s: %s; want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		`"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2], "Y": 2`: "a: line 1: Y is a single number, and X " +
			"and the W make 1×2 outputs",
		`"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2], "Y": 0.5`: "a: line 1: Y is a single number, and X " +
			"and the W make 1×2 outputs",
		`"X": [[1, 2]], "W1": [1, 2, 3, 4], "b1": [1, 2]`: "a: line 1: W1 is a list of 4, b1 is a " +
			"list of 2 and X is 1×2",
		`"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": [1, 2, 3]`: "a: line 1: W1 is 2×2, b1 is a list of 3 " +
			"and X is 1×2",
	} {
		if _, err := Parse("a", []byte("{"+text+"}"),
			Settings{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}
