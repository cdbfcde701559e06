package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/text"
)

// nielsenCosts maps our name of a cost to that of network2.py, for the two costs that network2.py has.
var nielsenCosts = map[string]string{"mse": "QuadraticCost", "bce": "CrossEntropyCost"}

// A nielsen is what network2.py saves.
type nielsen struct {
	Sizes    []int             `json:"sizes"`
	Weights  [][][]float64     `json:"weights"` // of each layer out×in
	Biases   [][][]float64     `json:"biases"`  // of each layer out×1
	Cost     string            `json:"cost"`
	Metadata map[string]string `json:"metadata,omitempty"` // written by this program; network2.py ignores it
}

// IsNielsen reports whether r holds a network in the form of network2.py.
func IsNielsen(r io.Reader) bool {
	_, err := decodeNielsen(r)
	return err == nil
}

func (m *Model) writeNielsen(w io.Writer) error {
	n := nielsen{Sizes: layers.Sizes(m.Layers), Cost: nielsenCosts[m.Cost], Metadata: maps.Clone(m.Meta)}
	for _, key := range []string{"checksum", "epoch", "met", "seconds"} { // they describe the file that was read
		delete(n.Metadata, key)
	}
	for _, l := range m.Layers {
		weights, biases := make([][]float64, l.Cols), make([][]float64, l.Cols)
		for j := range weights {
			weights[j], biases[j] = make([]float64, l.Rows), l.B[j:j+1]
			for i := range l.Rows {
				weights[j][i] = l.Row(i)[j]
			}
		}
		n.Weights, n.Biases = append(n.Weights, weights), append(n.Biases, biases)
	}
	return json.NewEncoder(w).Encode(n)
}

// decodeNielsen reads what writeNielsen or network2.py has written.
func decodeNielsen(r io.Reader) (*Model, error) {
	var n nielsen
	d := json.NewDecoder(r)
	if err := d.Decode(&n); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = file.ErrCut
		}
		return nil, fmt.Errorf("JSON as of Nielsen's network2.py was expected: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is more text after the network")
	}
	tensors, err := n.tensors()
	if err != nil {
		return nil, err
	}
	m := &Model{Meta: maps.Clone(n.Metadata), Native: n.Metadata["backprop"] != ""}
	if err := m.readTensors(tensors); err != nil {
		return nil, err
	}
	m.nielsen, m.Cost = true, n.cost()
	if !m.Native {
		m.assumeMeta()
		if m.Inputs() == 784 { // his MNIST images are divided by 256
			m.AssumedScale, m.In = "256", dataset.EvenScale(784, 1.0/256)
		}
		return m, nil
	}
	if v := m.Meta["backprop"]; v != version {
		return nil, fmt.Errorf("metadata: it is of version %q, and this program reads %s", v, version)
	}
	m.Meta["-activation"], m.Meta["-output"], m.Meta["-cost"] = "sigmoid", "sigmoid", m.Cost
	return m, m.readMeta()
}

// cost returns this program's name for the cost, or "" if it does not know it.
func (n *nielsen) cost() string {
	for ours, theirs := range nielsenCosts {
		if n.Cost == theirs {
			return ours
		}
	}
	return ""
}

// tensors returns the network as it would be in a safetensors file.
func (n *nielsen) tensors() (tensors []safetensors.Tensor, err error) {
	count := len(n.Sizes) - 1
	switch {
	case count < 1 || len(n.Weights) != count || len(n.Biases) != count:
		return nil, fmt.Errorf("%d sizes, %d layers of weights and %d of biases: a network has one layer of each for "+
			"each size but the first", len(n.Sizes), len(n.Weights), len(n.Biases))
	case slices.Min(n.Sizes) < 1:
		return nil, fmt.Errorf("sizes %v: each has to be at least 1", n.Sizes)
	case n.cost() == "":
		return nil, fmt.Errorf("cost %.40q: expected QuadraticCost or CrossEntropyCost", n.Cost)
	}
	for l, out := range n.Sizes[1:] {
		name := fmt.Sprintf("layers.%d", l)
		weights, err := flatten(n.Weights[l], out, n.Sizes[l])
		if err != nil {
			return nil, fmt.Errorf("weights of layer %d: %w", l+1, err)
		}
		biases, err := flatten(n.Biases[l], out, 1)
		if err != nil {
			return nil, fmt.Errorf("biases of layer %d: %w", l+1, err)
		}
		tensors = append(tensors,
			safetensors.Tensor{Name: name + ".weight", Shape: []int{out, n.Sizes[l]}, Data: weights},
			safetensors.Tensor{Name: name + ".bias", Shape: []int{out}, Data: biases})
	}
	return tensors, nil
}

// flatten returns the rows of a matrix one after another. The matrix must have the given size.
func flatten(matrix [][]float64, rows, cols int) (all []float64, err error) {
	if len(matrix) != rows {
		return nil, fmt.Errorf("%d rows, and the sizes ask for %d", len(matrix), rows)
	}
	for i, row := range matrix {
		if len(row) != cols {
			return nil, fmt.Errorf("row %d has %s, and the sizes ask for %d", i+1, text.Plural(len(row), "number"), cols)
		}
		all = append(all, row...)
	}
	return all, nil
}
