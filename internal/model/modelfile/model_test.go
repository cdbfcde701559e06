package modelfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
)

func sameBits(t *testing.T, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("number %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// TestModelBits: every kind of number goes through a file unchanged.
func TestModelBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	m := &Model{Meta: map[string]string{}, Layers: []layers.Layer{layers.New(19, 9), layers.New(9, 17), layers.New(17, 2)}}
	for _, l := range m.Layers {
		for _, list := range [][]float64{l.W, l.B} {
			for i := range list {
				for list[i] = math.Inf(1); math.IsInf(list[i], 0) || math.IsNaN(list[i]); {
					list[i] = math.Float64frombits(rng.Uint64())
				}
			}
		}
	}
	m.Layers[0].W[0], m.Layers[0].B[8], m.Layers[1].B[0] = math.Copysign(0,
		-1), math.SmallestNonzeroFloat64, math.MaxFloat64
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, tensors, _, err := safetensors.Read(&b, int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := layersOf(tensors)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range got {
		sameBits(t, l.W, m.Layers[i].W)
		sameBits(t, l.B, m.Layers[i].B)
	}
	meta := map[string]string{}
	scale := dataset.Scale{Shift: []float64{0.1, -1e-300, 3}, Factor: []float64{1. / 3, 1. / 255, 5e-324}}
	encodeScale(meta, "input", scale)
	decoded, err := decodeScale(meta, "input", 3)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, decoded.Shift, scale.Shift)
	sameBits(t, decoded.Factor, scale.Factor)
}

// TestLayersOf: layers in the natural order of their names, and what is said of tensors that are not layers.
func TestLayersOf(t *testing.T) {
	tensor := func(name string, shape ...int) safetensors.Tensor {
		n := 1
		for _, d := range shape {
			n *= d
		}
		return safetensors.Tensor{Name: name, Dtype: "F64", Shape: shape, Data: make([]float64, n)}
	}
	text := safetensors.Tensor{Name: "a.bias", Dtype: "U8", Shape: []int{1}, Text: []byte("x")}
	const layer = ": a layer here has a weight [out, in], a bias [out], and nothing else"
	for _, c := range []struct {
		tensors []safetensors.Tensor
		want    string
	}{
		{[]safetensors.Tensor{tensor("fc10.weight", 1, 3), tensor("fc2.bias", 3), tensor("fc2.weight", 3, 4)}, ""},
		{[]safetensors.Tensor{tensor("fc2.weight", 3, 4), tensor("fc10.weight", 1, 2)},
			`tensor "fc10.weight" of shape [1 2] takes 2 inputs, and layer "fc2." before it has 3 outputs`},
		{[]safetensors.Tensor{tensor("a.weight", 3, 4), tensor("a.bias", 4)},
			`tensor "a.weight" has shape [3 4], and "a.bias" [4]: the bias has one number for each row of weights`},
		{[]safetensors.Tensor{tensor("a.weight", 3, 4), tensor("b.bias", 3)}, `tensor "b.bias" has no "b.weight" beside it`},
		{[]safetensors.Tensor{tensor("a.weight", 3)}, `tensor "a.weight", F64 of shape [3]` + layer},
		{[]safetensors.Tensor{tensor("a.bias", 3, 1)}, `tensor "a.bias", F64 of shape [3 1]` + layer},
		{[]safetensors.Tensor{tensor("a.scale", 3, 1)}, `tensor "a.scale", F64 of shape [3 1]` + layer},
		{[]safetensors.Tensor{text}, `tensor "a.bias", U8 of shape [1]` + layer},
		{nil, "there is no layer in it: no tensor has a name like layers.0.weight"},
	} {
		network, err := layersOf(c.tensors)
		check(t, c.want, err, c.want)
		if c.want == "" && !slices.Equal(layers.Sizes(network), []int{4, 3, 1}) {
			t.Errorf("sizes %v", layers.Sizes(network))
		}
	}
}

// TestNielsenRefused: what is wrong with a file is said.
func TestNielsenRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.json")
	const good = `{"sizes":[2,1],"weights":[[[1,2]]],"biases":[[[3]]],"cost":"QuadraticCost"}`
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{`}`, ``, "cut off"},
		{`}`, `} {}`, "there is more text after"},
		{`[1,2]`, `[1,NaN]`, "invalid character"},
		{`[1,2]`, `[1]`, "weights of layer 1: row 1 has 1 number, and the sizes ask for 2"},
		{`[[3]]`, `[[3],[4]]`, "biases of layer 1: 2 rows"},
		{`[2,1]`, `[2,1,1]`, "3 sizes, 1 layers of weights"},
		{`[[3]]]`, `[[3]],[[3]]]`, "2 sizes, 1 layers of weights and 2 of biases"},
		{`[[1,2]]]`, `[[1,2]],[[1]]]`, "2 sizes, 2 layers of weights and 1 of biases"},
		{`[2,1]`, `[2]`, "1 sizes"},
		{`[2,1],"weights":[[[1,2]]],"biases":[[[3]]]`, `[2]`, "1 sizes, 0 layers of weights and 0 of biases"},
		{`[2,1]`, `[2,-1]`, "the sizes ask for -1"},
		{`[2,1],"weights":[[[1,2]]],"biases":[[[3]]]`, `[2,0],"weights":[[]],"biases":[[]]`, "the sizes ask for 0"},
		{"Quadratic", "Cubic", "expected QuadraticCost or CrossEntropyCost"},
		{`"cost"`, `"metadata":{"backprop":"9"},"cost"`, `version "9"`},
		{`"cost"`, `"metadata":{"backprop":"1"},"cost"`, `"sizes" is ""`},
	} {
		if err := os.WriteFile(path, []byte(strings.Replace(good, c.old, c.new, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), path) ||
			!strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s for %s: %v; want %q", c.new, c.old, err, c.want)
		}
	}
}

// TestContract: what an exported network takes and gives, in words, with its scaling inside and without.
func TestContract(t *testing.T) {
	named2 := func(list ...string) []string { return list }
	half := dataset.Scale{Shift: []float64{0, 0}, Factor: []float64{0.5, 0.5}}
	for _, c := range []struct {
		m                   Model
		answer              layers.Answer
		whole, takes, gives string // takes and gives without the scaling inside
	}{
		{Model{In: dataset.EvenScale(2, 1), Classes: named2("no", "yes")}, layers.Softmax, "2 numbers, not scaled",
			"2 numbers",
			`the probability of each of 2 classes, "no" to "yes"`},
		{Model{In: half, Classes: named2("a", "b", "c")}, layers.Probability, "2 numbers, not scaled",
			"2 numbers, divided by 2",
			`the output of each of 3 classes, "a" to "c"`},
		{Model{In: dataset.EvenScale(2, 1./255), Width: 1, Height: 2, Depth: 255, Classes: named2("0", "1")}, layers.Softmax,
			"2 pixels, row by row (1×2), 0 for background, 255 for full ink, not scaled",
			"2 pixels, row by row (1×2), 0 for background, 255 for full ink, divided by 255",
			`the probability of each of 2 classes, "0" to "1"`},
		{Model{In: dataset.Scale{Shift: []float64{0, 1}, Factor: []float64{1, 1}}, Names: named2("u", "v\xff")},
			layers.Number, "2 numbers (u, v?), not scaled",
			"2 numbers (u, v?), scaled as metadata.input_shift and input_factor say: (x − shift)·factor",
			"1 number, scaled as metadata.target_shift and target_factor say"},
		{Model{In: dataset.Scale{Shift: []float64{0, 0}, Factor: []float64{1, 2}},
			Names: named2(strings.Repeat("n", 100), strings.Repeat("m", 97))}, layers.Number,
			"2 numbers (" + strings.Repeat("n", 100) + ", " + strings.Repeat("m", 97) + "), not scaled",
			"2 numbers (" + strings.Repeat("n", 100) + ", " + strings.Repeat("m", 97) +
				"), scaled as metadata.input_shift and input_factor say: (x − shift)·factor",
			"1 number, scaled as metadata.target_shift and target_factor say"},
		{Model{In: dataset.Scale{Shift: []float64{-1, -1}, Factor: []float64{1, 1}},
			Names: named2(strings.Repeat("n", 100), strings.Repeat("m", 98))}, layers.Number,
			"2 numbers, not scaled", "2 numbers, scaled as metadata.input_shift and input_factor say: (x − shift)·factor",
			"1 number, scaled as metadata.target_shift and target_factor say"},
	} {
		c.m.Layers, c.m.Answer = []layers.Layer{layers.New(2, max(1, len(c.m.Classes)))}, c.answer
		takes, gives := c.m.contract(true)
		if want := strings.Replace(c.gives, ", scaled as metadata.target_shift and target_factor say",
			", in the unit of the data", 1); takes != c.whole || gives != want {
			t.Errorf("%q, %q; want %q, %q", takes, gives, c.whole, want)
		}
		if takes, gives = c.m.contract(false); takes != c.takes || gives != c.gives {
			t.Errorf("without scaling %q, %q; want %q, %q", takes, gives, c.takes, c.gives)
		}
	}
}

// TestCheckFinite: of a model whose answers are not finite, the layer that is said to be why is the first with the
// largest weight or bias.
func TestCheckFinite(t *testing.T) {
	m := &Model{Path: "m", Layers: []layers.Layer{layers.New(2, 2), layers.New(2, 1)}}
	m.Layers[0].B[1], m.Layers[1].W[0] = -1e300, 1e300
	for r, want := range map[event.Result]string{{Cost: 1, MSE: 2}: "<nil>", {Cost: math.Inf(1)}: "m: its answers",
		{MSE: math.NaN()}: "layer 1 has weights up to 1e+300; "} {
		if err := fmt.Sprint(m.CheckFinite(r)); !strings.Contains(err, want) {
			t.Errorf("%+v: %s; want %s", r, err, want)
		}
	}
}

// TestReadNone: where there is no model, but the checkpoint of its training, the error names that.
func TestReadNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	_, err := Read(path)
	if err == nil || !strings.Contains(err.Error(), "-save writes one") {
		t.Error(err)
	}
	if err := os.WriteFile(path+".checkpoint", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Read(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(),
		"m.safetensors.checkpoint does: load that") {
		t.Error(err)
	}
}
