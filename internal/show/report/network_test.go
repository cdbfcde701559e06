package report

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"html/template"
	"math"
	"strings"
	"testing"

	"backprop/internal/model/layers"
)

// TestEmbeddedNetwork: what of the network goes into the page, and which is too large.
func TestEmbeddedNetwork(t *testing.T) {
	r := sheetOf(3)
	r.Box, r.Cost, r.Shift, r.Factor = 1.5, ce, []float64{1, 2}, []float64{3, 4}
	r.Layers = append(r.Layers, layers.Layer{Rows: 3, Cols: 1, Stride: 2, W: []float64{1, 0, 2, 0, 3, 0},
		B: []float64{math.Pi}, Activation: "linear"})
	for _, precise := range []bool{false, true} {
		want := map[string]any{"width": 2, "height": 1, "answer": "softmax", "gradient": "", "cancels": false,
			"classes": []string{"a"}, "sizes": []int{2, 3, 1},
			"activations": []string{"relu", "linear"}, "precise": precise, "depth": 1, "box": 1.5}
		if precise {
			r.Step = &StepSamples{X: [][]float64{{0, 0}}}
		}
		got := r.embeddedNetwork()
		if fmt.Sprint(got.Net) != fmt.Sprint(want) {
			t.Errorf("%v; want %v", got.Net, want)
		}
		if cost := map[bool]template.JS{false: "null", true: "c"}[precise]; got.Cost != cost ||
			got.Slope != "{\n  \"linear\": () => 1,\n  \"relu\": a => +(a > 0),\n}" ||
			!strings.Contains(string(got.Activation), "max") {
			t.Errorf("scripts are %s, %s and %s", got.Activation, got.Slope, got.Cost)
		}
		b, err := base64.StdEncoding.DecodeString(string(got.Numbers))
		numbers := []float64{1, 2, 3, 4, 1, 1, 1, -1, -1, -1, 0, 0, 0, 1, 2, 3, math.Pi}
		for i, v := range numbers {
			switch size := len(b) / len(numbers); {
			case err == nil && size == 8 && precise && math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])) == v:
			case err == nil && size == 4 && !precise && math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])) == float32(v):
			default:
				t.Fatalf("precise %v: number %d of %d bytes is not %v: %v", precise, i, len(b), v, err)
			}
		}
	}
	// Scripts of three layers, each once, by their names.
	three := sheetOf(3)
	three.Layers = append(three.Layers, layers.Layer{Activation: "linear"}, layers.Layer{Activation: "relu"})
	want := template.JS("{\n  \"linear\": z => z,\n  \"relu\": z => Math.max(0, z),\n}")
	if got := three.scriptObject(0); got != want {
		t.Errorf("scripts are %s, want %s", got, want)
	}
	// What has no script is named: g for outputs, g′ and the cost for steps, too.
	for _, c := range []struct {
		g, slope, cost    string
		outputs, forSteps string
	}{
		{"g", "s", "c", "", ""}, {"", "s", "c", "the activation relu", "the activation relu"},
		{"g", "", "c", "", "the activation relu"}, {"g", "s", "", "", "the cost mine"},
	} {
		r := &Report{Layers: sheetOf(1).Layers, Scripts: map[string][2]string{"relu": {c.g, c.slope}},
			Cost: Cost{Name: "mine", Script: c.cost}}
		if outputs, steps := r.missingScript(false), r.missingScript(true); outputs != c.outputs || steps != c.forSteps {
			t.Errorf("%+v: %q and %q are missing", c, outputs, steps)
		}
	}
	// For steps alone, without images; and for nothing.
	r.Width = 0
	if net := r.embeddedNetwork().Net; net["depth"] != nil || net["box"] != nil || net["precise"] != true {
		t.Errorf("without images: %v", net)
	}
	if r.Step = nil; r.embeddedNetwork() != nil {
		t.Error("a network is carried that nothing asks for")
	}
	if r = sheetOf(1); r.embeddedNetwork() == nil {
		t.Error("the smallest network is not carried")
	}
	if r.Layers = nil; r.embeddedNetwork() != nil {
		t.Error("something is carried without a network")
	}
	// 5 Mi numbers, among them 2 for each input: rows of the same weights are 1 MB and not 20.
	for more, want := range map[int]bool{0: true, 1: false} {
		r = sheetOf(1)
		bias := make([]float64, 5<<20-1024-4+more-1024*(5<<10-2))
		r.Layers = []layers.Layer{{Rows: 2, Cols: 512, Stride: 0, W: make([]float64, 512), B: nil, Activation: "relu"},
			{Rows: 1024, Cols: 5<<10 - 2, Stride: 0, W: make([]float64, 5<<10),
				B: bias, Activation: "relu"}}
		if got := r.embeddedNetwork() != nil; got != want {
			t.Errorf("5 Mi + %d numbers are carried: %v", more, got)
		}
	}
}

// TestStepsBound: 700,000 parameters are as many as the page takes steps with.
func TestStepsBound(t *testing.T) {
	for _, c := range []struct {
		step  *StepSamples
		rows  int
		steps bool
	}{
		{&StepSamples{X: [][]float64{{1}}}, 699_999, true}, {&StepSamples{X: [][]float64{{1}}}, 700_000, false},
		{&StepSamples{}, 1, false}, {nil, 1, false},
	} {
		r := &Report{Step: c.step, Cost: ce, Scripts: scripts,
			Layers: []layers.Layer{{Rows: c.rows / 3, Cols: 3, B: make([]float64, 1), Activation: "relu"}}}
		r.Layers = append(r.Layers, layers.Layer{Rows: c.rows % 3, Cols: 1, Activation: "linear"})
		if n := layers.Parameters(r.Layers); n != c.rows+1 || r.takesSteps() != c.steps {
			t.Errorf("%d parameters, want %d; steps %v, want %v", n, c.rows+1, r.takesSteps(), c.steps)
		}
		if r.Layers = nil; r.takesSteps() || layers.Parameters(r.Layers) != 0 {
			t.Error("steps without a network")
		}
	}
}

// TestNetwork: the numbers in the page are scale, weights and biases, row by row, and a neuron's picture is its
// column of W.
func TestNetwork(t *testing.T) {
	r := images(3, 10)
	for i := range r.Shift {
		r.Shift[i], r.Factor[i] = float64(i), -float64(i)
	}
	numbers, err := base64.StdEncoding.DecodeString(string(r.embeddedNetwork().Numbers))
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]float64{}, r.Shift...), r.Factor...)
	for _, l := range r.Layers {
		for i := range l.Rows {
			for j := range l.Cols {
				want = append(want, l.W[i*l.Stride+j])
			}
		}
		want = append(want, l.B...)
	}
	if len(numbers) != 4*len(want) {
		t.Fatalf("%d bytes for %d numbers", len(numbers), len(want))
	}
	for i, v := range want {
		if got := math.Float32frombits(binary.LittleEndian.Uint32(numbers[4*i:])); got != float32(v) {
			t.Fatalf("number %d is %v, want %v", i, got, v)
		}
	}
	if l := r.Layers[0]; r.neurons()[2][5] != float32(l.W[5*l.Stride+2]) {
		t.Error("neuron 2 does not show its weight of input 5")
	}
}
