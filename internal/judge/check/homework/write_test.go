package homework

import (
	"bytes"
	"slices"
	"testing"
)

// written is a homework as Write writes it.
func written(t *testing.T, h *Homework) string {
	t.Helper()
	var text bytes.Buffer
	if err := Write(&text, h); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// What is written is read again as it was; names that mean nothing, and null, are left out.
func TestWriteWritesWhatParseReads(t *testing.T) {
	h := parsed(t, "{"+question+","+settings+`, "l2": 0.1, "N": 9, "Z1": [[1, 2.5, 3], [4, 5, 1e-9]],
"C": 0.25, "Z2": null, "mine": {"a": [1, "x"]}}`)
	if !slices.Equal(h.Ignored, []string{"mine"}) {
		t.Errorf("ignored names: got %q, want mine", h.Ignored)
	}
	again := parsed(t, written(t, h))
	for key, want := range h.Arrays {
		got := again.Arrays[key]
		if !slices.Equal(got.Shape, want.Shape) || !slices.Equal(got.Values, want.Values) {
			t.Errorf("%s: got %v, want %v", key, got, want)
		}
	}
	if again.Settings != h.Settings || len(again.Arrays) != len(h.Arrays) {
		t.Errorf("got %+v and %d arrays, want %+v and %d", again.Settings, len(again.Arrays), h.Settings, len(h.Arrays))
	}
}

// The question comes first, then the answers in the order of a step.
func TestWriteFollowsTheOrderOfAStep(t *testing.T) {
	const text = `{
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
"b2": 0.5`
	h := parsed(t, text+`, "newb1": [1, 2, 3], "C": 1, "delta2": [[1], [2]], "A1": [[1, 2, 3], [4, 5, 6]]}`)
	const answers = `,
"A1": [[1, 2, 3],
  [4, 5, 6]],
"C": 1,
"delta2": [[1],
  [2]],
"newb1": [1, 2, 3]`
	if got, want := written(t, h), text+answers+"\n}\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := written(t, h.Question()), text+"\n}\n"; got != want {
		t.Errorf("the question alone: got\n%s\nwant\n%s", got, want)
	}
}

// Numbers of 32 bits are written with their digits, and N is the number of samples if the file does not have it.
func TestWriteKeepsThePrecision(t *testing.T) {
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
		if got := written(t, h); got != c.want {
			t.Errorf("single %v: got %s, want %s", c.single, got, c.want)
		}
	}
}
