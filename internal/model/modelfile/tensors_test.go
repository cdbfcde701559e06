package modelfile

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
)

// The weights are random bits, so that numbers of every size are among them.
func TestWriteKeepsTheBits(t *testing.T) {
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
	m.Layers[0].W[0] = math.Copysign(0, -1)
	m.Layers[0].B[8] = math.SmallestNonzeroFloat64
	m.Layers[1].B[0] = math.MaxFloat64
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	_, tensors, sum, err := safetensors.Read(&file, int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := layersOf(tensors)
	if err != nil {
		t.Fatal(err)
	}
	want := layers.Hash(m.Layers) // it covers every bit, and is the hash of the file's data
	if got, sum := layers.Hash(got), fmt.Sprintf("%x", sum); got != want || sum != want {
		t.Errorf("got the hash %s, and %s of the data; want %s", got, sum, want)
	}
}

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
		name    string
		tensors []safetensors.Tensor
		want    string
	}{
		{"layers that do not fit", []safetensors.Tensor{tensor("fc2.weight", 3, 4), tensor("fc10.weight", 1, 2)},
			`tensor "fc10.weight" of shape [1 2] takes 2 inputs, and layer "fc2." before it has 3 outputs`},
		{"a bias that does not fit", []safetensors.Tensor{tensor("a.weight", 3, 4), tensor("a.bias", 4)},
			`tensor "a.weight" has shape [3 4], and "a.bias" [4]: the bias has one number for each row of weights`},
		{"a bias alone", []safetensors.Tensor{tensor("a.weight", 3, 4), tensor("b.bias", 3)},
			`tensor "b.bias" has no "b.weight" beside it`},
		{"a weight of one dimension", []safetensors.Tensor{tensor("a.weight", 3)},
			`tensor "a.weight", F64 of shape [3]` + layer},
		{"a bias of two dimensions", []safetensors.Tensor{tensor("a.bias", 3, 1)},
			`tensor "a.bias", F64 of shape [3 1]` + layer},
		{"another name", []safetensors.Tensor{tensor("a.scale", 3, 1)}, `tensor "a.scale", F64 of shape [3 1]` + layer},
		{"a text", []safetensors.Tensor{text}, `tensor "a.bias", U8 of shape [1]` + layer},
		{"nothing", nil, "there is no layer in it: no tensor has a name like layers.0.weight"},
	} {
		_, err := layersOf(c.tensors)
		wantError(t, c.name, err, c.want)
	}
	// The number in a name counts, not its digits: fc2 comes before fc10. The latter has no bias.
	network, err := layersOf([]safetensors.Tensor{tensor("fc10.weight", 1, 3), tensor("fc2.bias", 3),
		tensor("fc2.weight", 3, 4)})
	if want := []int{4, 3, 1}; err != nil || !slices.Equal(layers.Sizes(network), want) {
		t.Errorf("got %+v, %v; want layers of the sizes %v", network, err, want)
	}
}
