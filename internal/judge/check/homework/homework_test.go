package homework

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// A setting that is unknown, of the wrong kind, or that does not go with another is refused.
func TestParseRefusesSettings(t *testing.T) {
	for setting, want := range map[string]string{
		`"rate": 0`:      "line 3: rate is 0; expected a number above 0, the learning rate",
		`"rate": [1, 2]`: "line 3: rate is a list of 2; a single number was expected",
		`"cost": 2`:      "line 3: cost is a number; a name was expected, like mse",
		`"activation": "sigmoyd"`: `line 3: activation is "sigmoyd"; expected one of sigmoid, tanh, relu, ` +
			`linear`,
		`"output": "softmax", "cost": "mse"`: "output softmax goes with the cost ce, and cost is mse",
		`"output": "tanh", "cost": "bce"`:    "the cost bce takes outputs between 0 and 1, of sigmoid; output is tanh",
	} {
		checkRefused(t, "{"+question+", "+setting+"}", want)
	}
}

// An answer is refused if what it depends on is missing.
func TestParseRefusesAnAnswerWithoutItsSettings(t *testing.T) {
	for text, want := range map[string]string{
		question + `, "Z2": [1, 2]`: `activation is missing, and Z2 cannot be judged without it: write "activation": and ` +
			"one of sigmoid, tanh, relu, linear",
		question + `, "activation": "relu", "A2": [1, 2]`: `output is missing, and A2 cannot be judged without it: write ` +
			`"output": and one of sigmoid, tanh, relu, linear, softmax`,
		question + `, "activation": "relu", "output": "tanh", "C": 1`: `cost is missing, and C cannot be judged without ` +
			`it: write "cost": and one of mse, ce, bce`,
		question + `, "activation": "relu", "output": "tanh", "cost": "mse", "newb1": [1, 2, 3]`: "rate is missing, and " +
			`newb1 cannot be judged without it: write "rate": 0.5, or whatever it was`,
		`"X": [[1]], "W1": [[1]], "b1": [1], "C": 1, "cost": "mse", "output": "tanh"`: "Y is missing, and C cannot be " +
			"judged without it: write Y, what the outputs should be",
	} {
		checkRefused(t, "{"+text+"}", want)
	}
}

// Settings that follow from others need not be in the file.
func TestSettingsThatFollowFromOthers(t *testing.T) {
	for setting, want := range map[string]Settings{
		`"cost": "bce"`:                  {Output: "sigmoid", Cost: "bce"},
		`"output": "softmax"`:            {Output: "softmax", Cost: "ce"},
		`"cost": "ce"`:                   {Output: "linear", Cost: "ce"},
		`"cost": "ce", "output": "tanh"`: {Output: "tanh", Cost: "ce"},
		`"cost": "mse"`:                  {Cost: "mse"},
	} {
		if got := parsed(t, "{"+question+", "+setting+"}").Settings; got != want {
			t.Errorf("%s: got %+v, want %+v", setting, got, want)
		}
	}
}

// Arrays are checked like files, and a setting among them counts more than one from elsewhere.
func TestFromArraysChecksItsArrays(t *testing.T) {
	arrays := func() map[string]Array {
		return map[string]Array{"X": {Shape: []int{1, 2}, Values: []float64{1, 2}}, "b1": {Values: []float64{1}},
			"W1": {Shape: []int{2}, Values: []float64{1, 2}}, "cost": {Word: "mse"},
			"rate": {Shape: []int{1}, Values: []float64{0.5}}, "N": {Values: []float64{1}}}
	}
	h, err := FromArrays("a", arrays(), Settings{Rate: 9, Output: "tanh"})
	if want := (Settings{Rate: 0.5, Output: "tanh", Cost: "mse", N: 1}); err != nil || h.Settings != want {
		t.Errorf("got %+v and the error %v, want %+v", h, err, want)
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
			t.Errorf("got the error %v, want %s", err, want)
		}
	}
}

// Numbers that are not known as text are known to as many digits as distinguish them from the next float.
func TestFromArraysFindsThePrecision(t *testing.T) {
	third := float64(float32(1) / 3)
	for single, want := range map[bool]string{true: "8 8 true", false: "16 16 true"} {
		h, err := FromArrays("a", map[string]Array{"X": {Values: []float64{1}}, "W1": {Values: []float64{1}},
			"b1": {Values: []float64{1}}, "Z1": {Values: []float64{third}, Single: single}}, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		p, isSingle := h.Precision()
		if got := fmt.Sprint(p.Decimals, p.Digits, isSingle); got != want {
			t.Errorf("a third of 32 bits: %v: got decimals, digits, single %s, want %s", single, got, want)
		}
	}
}

// The finest precision of the answers counts, not that of the question; numbers may have 32 bits if they have few
// digits or are exact in 32 bits.
func TestPrecisionIsThatOfTheFinestAnswer(t *testing.T) {
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
		p, single := parsed(t, text+answers+"}").Precision()
		if got := fmt.Sprint(p.Decimals, p.Digits, single); got != want {
			t.Errorf("%s: got decimals, digits, single %s, want %s", answers, got, want)
		}
	}
}

// A homework has the kinds of its arrays.
func TestHasFindsAnyLayer(t *testing.T) {
	h := parsed(t, "{"+question+", "+settings+`, "A2": [1, 2]}`)
	for kind, want := range map[string]bool{"A": true, "W": true, "Z": false, "dW": false} {
		if got := h.Has(kind); got != want {
			t.Errorf("Has(%q) = %v, want %v", kind, got, want)
		}
	}
}

// Names that mean nothing are told, with a guess what they were meant for.
func TestNotesGuessWhatNamesWereMeantFor(t *testing.T) {
	h := parsed(t, `{"X": [1], "W1": 2, "b1": 1, "new_w1": 3, "dz1": 4, "δ2": 5, "my\nnotes": "six"}`)
	const ignored = " is not the name of a quantity, and was ignored"
	want := []string{`"dz1"` + ignored + "; did you mean delta1?", `"my?notes"` + ignored,
		`"new_w1"` + ignored + "; did you mean newW1?", `"δ2"` + ignored + "; did you mean delta2?"}
	if got := h.Notes(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
