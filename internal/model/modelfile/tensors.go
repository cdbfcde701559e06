package modelfile

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/text"
)

// stateNames are the prefixes of tensors in a checkpoint that do not belong to the network.
var stateNames = []string{"velocity", "square", "best"}

// Write writes the model as a safetensors file, with the state of a checkpoint if there is one, but without its
// history.
func (m *Model) Write(w io.Writer) error {
	return safetensors.Write(w, m.Meta, m.tensors())
}

// tensors returns the layers and the state as tensors, in the order in which they are written.
func (m *Model) tensors() []safetensors.Tensor {
	list := layerTensors("layers.", m.Layers)
	for _, name := range stateNames {
		list = append(list, layerTensors(name+".", m.State[name])...)
	}
	return list
}

func layerTensors(prefix string, network []layers.Layer) (list []safetensors.Tensor) {
	for i, l := range network {
		name := prefix + strconv.Itoa(i)
		list = append(list,
			safetensors.Tensor{Name: name + ".weight", Dtype: "F64", Shape: []int{l.Cols, l.Rows},
				Write: l.WriteTransposed},
			safetensors.Tensor{Name: name + ".bias", Dtype: "F64", Shape: []int{len(l.B)},
				Write: l.WriteBiases})
	}
	return list
}

// layersOf makes layers from tensors named NAME.weight and NAME.bias, in the natural order of the names: fc2 before
// fc10. A layer may have no bias.
func layersOf(tensors []safetensors.Tensor) (network []layers.Layer, err error) {
	weights, biases := map[string]safetensors.Tensor{}, map[string]safetensors.Tensor{}
	for _, t := range tensors {
		name := t.Name[:strings.LastIndexByte(t.Name, '.')+1]
		switch {
		case t.Name == name+"weight" && len(t.Shape) == 2 && t.Data != nil:
			weights[name] = t
		case t.Name == name+"bias" && len(t.Shape) == 1 && t.Data != nil:
			biases[name] = t
		default:
			return nil, fmt.Errorf("tensor %q, %s of shape %v: a layer here has a weight [out, in], "+
				"a bias [out], and nothing else", t.Name, t.Dtype, t.Shape)
		}
	}
	names := slices.SortedFunc(maps.Keys(weights), text.CompareNatural)
	for i, name := range names {
		w, b := weights[name], biases[name]
		delete(biases, name)
		if b.Data != nil && len(b.Data) != w.Shape[0] {
			return nil, fmt.Errorf("tensor %q has shape %v, and %q %v: the bias has one number for each row of weights",
				w.Name, w.Shape, b.Name, b.Shape)
		}
		l := layerOf(w, b)
		if i > 0 && l.Rows != network[i-1].Cols {
			return nil, fmt.Errorf("tensor %q of shape %v takes %d inputs, and layer %q before it has %d outputs",
				w.Name, w.Shape, l.Rows, names[i-1], network[i-1].Cols)
		}
		network = append(network, l)
	}
	for name := range biases {
		return nil, fmt.Errorf("tensor %q has no %q beside it", name+"bias", name+"weight")
	}
	if network == nil {
		return nil, errors.New("there is no layer in it: no tensor has a name like layers.0.weight")
	}
	return network, nil
}

// layerOf makes a layer from a weight, out×in, and a bias, which may be empty.
func layerOf(weight, bias safetensors.Tensor) layers.Layer {
	l := layers.New(weight.Shape[1], weight.Shape[0])
	copy(l.B, bias.Data)
	for j := range l.Cols {
		for i, v := range weight.Data[j*l.Rows : (j+1)*l.Rows] {
			l.Row(i)[j] = v
		}
	}
	return l
}
