package report

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"backprop/internal/model/layers"
)

// twoLayers is the report of a network of two pixels, three neurons and one output.
func twoLayers() *Report {
	r := neuronsOf(3)
	r.Box, r.Cost, r.Shift, r.Factor = 1.5, ce, []float64{1, 2}, []float64{3, 4}
	r.Layers = append(r.Layers, layerOf("linear", [][]float64{{1}, {2}, {3}}, math.Pi))
	return r
}

func TestEmbeddedNetworkDescribesItself(t *testing.T) {
	r := twoLayers()
	want := map[string]any{"width": 2, "height": 1, "answer": "softmax", "gradient": "", "cancels": false,
		"classes": []string{"a"}, "sizes": []int{2, 3, 1}, "activations": []string{"relu", "linear"}, "precise": false,
		"depth": 1, "box": 1.5}
	const g, slope = "{\n  \"linear\": z => z,\n  \"relu\": z => Math.max(0, z),\n}",
		"{\n  \"linear\": () => 1,\n  \"relu\": a => +(a > 0),\n}"
	got := r.embeddedNetwork()
	if fmt.Sprint(got.Net) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got.Net, want)
	}
	if got.Activation != g || got.Slope != slope || got.Cost != "null" {
		t.Errorf("got the scripts %s, %s and %s; want %s, %s and null", got.Activation, got.Slope, got.Cost, g, slope)
	}
	r.Step, r.Width = &StepSamples{X: [][]float64{{0, 0}}}, 0 // for steps, without images
	want["precise"], want["width"] = true, 0
	delete(want, "depth")
	delete(want, "box")
	if got := r.embeddedNetwork(); fmt.Sprint(got.Net) != fmt.Sprint(want) || got.Cost != "c" {
		t.Errorf("for steps: got %v and the cost %s, want %v and c", got.Net, got.Cost, want)
	}
}

// Scale, weights and biases follow one another, row by row: as float64 for steps, and else as float32.
func TestEmbeddedNumbers(t *testing.T) {
	want := []float64{1, 2, 3, 4, 1, 1, 1, -1, -1, -1, 0, 0, 0, 1, 2, 3, math.Pi}
	r := twoLayers()
	got := make([]float32, len(want))
	b, err := base64.StdEncoding.DecodeString(string(r.embeddedNetwork().Numbers))
	binary.Decode(b, binary.LittleEndian, got)
	for i, v := range want {
		if len(b) != 4*len(want) || got[i] != float32(v) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	}
	r.Step = &StepSamples{X: [][]float64{{0, 0}}}
	precise := make([]float64, len(want))
	b, err = base64.StdEncoding.DecodeString(string(r.embeddedNetwork().Numbers))
	binary.Decode(b, binary.LittleEndian, precise)
	if len(b) != 8*len(want) || !slices.Equal(precise, want) {
		t.Errorf("for steps: got %v, %v; want %v", precise, err, want)
	}
}

// Outputs need g, and steps also g′ and the cost.
func TestMissingScript(t *testing.T) {
	for _, c := range []struct {
		g, slope, cost    string
		outputs, forSteps string
	}{
		{"g", "s", "c", "", ""},
		{"", "s", "c", "the activation relu", "the activation relu"},
		{"g", "", "c", "", "the activation relu"},
		{"g", "s", "", "", "the cost mine"},
	} {
		r := &Report{Layers: neuronsOf(1).Layers, Scripts: map[string][2]string{"relu": {c.g, c.slope}},
			Cost: Cost{Name: "mine", Script: c.cost}}
		if outputs, steps := r.missingScript(false), r.missingScript(true); outputs != c.outputs || steps != c.forSteps {
			t.Errorf("%+v: got %q and %q, want %q and %q", c, outputs, steps, c.outputs, c.forSteps)
		}
	}
}

// The bound is 5·2²⁰ numbers, among them two for each input. The rows of these layers are the same numbers, to save
// memory.
func TestEmbeddedNetworkIsLeftOutIfNothingNeedsItOrItIsTooLarge(t *testing.T) {
	atBound := func(more int) *Report {
		r := neuronsOf(1)
		biases := make([]float64, 5<<20-1024-4+more-1024*(5<<10-2))
		r.Layers = []layers.Layer{{Rows: 2, Cols: 512, W: make([]float64, 512), Activation: "relu"},
			{Rows: 1024, Cols: 5<<10 - 2, W: make([]float64, 5<<10), B: biases, Activation: "relu"}}
		return r
	}
	table, empty := twoLayers(), neuronsOf(1)
	table.Width, empty.Layers = 0, nil
	for _, c := range []struct {
		name string
		r    *Report
		want bool
	}{
		{"small", neuronsOf(1), true}, {"the largest", atBound(0), true}, {"too large", atBound(1), false},
		{"a table without steps", table, false}, {"no layers", empty, false},
	} {
		if got := c.r.embeddedNetwork() != nil; got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTakesStepsWithUpTo700000Parameters(t *testing.T) {
	sample := &StepSamples{X: [][]float64{{1}}}
	for _, c := range []struct {
		name    string
		step    *StepSamples
		weights int
		want    bool
	}{
		{"the most", sample, 699_999, true}, {"too many", sample, 700_000, false},
		{"no sample", &StepSamples{}, 1, false}, {"no steps", nil, 1, false},
	} {
		r := &Report{Step: c.step, Cost: ce, Scripts: scripts, Layers: []layers.Layer{
			{Rows: c.weights, Cols: 1, B: make([]float64, 1), Activation: "relu"}}} // and a bias
		if got := r.takesSteps(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if r := (&Report{Step: sample, Cost: ce}); r.takesSteps() {
		t.Error("no layers: got true, want false")
	}
}
