package modelfile

import (
	"bufio"
	"bytes"
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

var nielsenCosts = map[string]string{"mse": "QuadraticCost", "bce": "CrossEntropyCost"}

// nielsen is what network2.py saves: weights out × in, biases as columns. What it has no place
// for, our metadata, it does not look at.
type nielsen struct {
	Sizes    []int             `json:"sizes"`
	Weights  [][][]float64     `json:"weights"`
	Biases   [][][]float64     `json:"biases"`
	Cost     string            `json:"cost"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// isONNX says whether a file begins as ONNX does: with the version of its form, and then a text or the graph.
func isONNX(f io.ReaderAt) bool {
	var b [3]byte
	_, err := f.ReadAt(b[:], 0)
	return err == nil && b[0] == 0x08 && b[1] < 0x20 && slices.Contains([]byte{0x12, 0x1a, 0x22, 0x3a, 0x42}, b[2])
}

// isJSON says whether a file is JSON: a safetensors file, which may begin with the same byte,
// has zeros in the fifth to eighth.
func isJSON(f io.ReadSeeker) bool {
	head := make([]byte, 9)
	n, _ := io.ReadFull(f, head)
	f.Seek(0, io.SeekStart)
	head = bytes.TrimLeft(head[:n], " \t\r\n")
	return len(head) > 0 && head[0] == '{' && !bytes.Contains(head, []byte{0})
}

// IsNielsen says whether r holds a network in the form of network2.py.
func IsNielsen(r io.Reader) bool {
	_, err := decodeNielsen(r)
	return err == nil
}

func (m *Model) writeNielsen(w io.Writer) error {
	n := nielsen{Sizes: layers.Sizes(m.Layers), Cost: nielsenCosts[m.Cost], Metadata: maps.Clone(m.Meta)}
	for _, key := range []string{"checksum", "epoch", "met", "seconds"} { // of the file that it comes from
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
	buf := bufio.NewWriterSize(w, 1<<16)
	if err := json.NewEncoder(buf).Encode(n); err != nil {
		return err
	}
	return buf.Flush()
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
	if err := m.takeTensors(tensors); err != nil {
		return nil, err
	}
	m.nielsen, m.Cost = true, n.cost()
	if !m.Native {
		m.assume()
		if m.Inputs() == 784 { // as in his data
			m.Assumed, m.In = "256", dataset.EvenScale(784, 1.0/256)
		}
		return m, nil
	}
	if v := m.Meta["backprop"]; v != version {
		return nil, fmt.Errorf("metadata: it is of version %q, and this program reads %s", v, version)
	}
	m.Meta["-activation"], m.Meta["-output"], m.Meta["-cost"] = "sigmoid", "sigmoid", m.Cost
	return m, m.takeMeta()
}

// cost is the cost as this program calls it; "" for another.
func (n *nielsen) cost() string {
	for ours, theirs := range nielsenCosts {
		if n.Cost == theirs {
			return ours
		}
	}
	return ""
}

// tensors is the network as it would be in a safetensors file.
func (n *nielsen) tensors() (tensors []safetensors.Tensor, err error) {
	count := len(n.Sizes) - 1
	switch {
	case count < 1 || len(n.Weights) != count || len(n.Biases) != count:
		return nil, fmt.Errorf("%d sizes, %d layers of weights and %d of biases: a network has one layer of each for "+
			"each size but the first", len(n.Sizes), len(n.Weights), len(n.Biases))
	case n.cost() == "":
		return nil, fmt.Errorf("cost %.40q: expected QuadraticCost or CrossEntropyCost", n.Cost)
	}
	for l, out := range n.Sizes[1:] {
		name := fmt.Sprintf("layers.%d", l)
		weights, err := endToEnd(n.Weights[l], out, n.Sizes[l])
		if err != nil {
			return nil, fmt.Errorf("weights of layer %d: %w", l+1, err)
		}
		biases, err := endToEnd(n.Biases[l], out, 1)
		if err != nil {
			return nil, fmt.Errorf("biases of layer %d: %w", l+1, err)
		}
		tensors = append(tensors,
			safetensors.Tensor{Name: name + ".weight", Shape: []int{out, n.Sizes[l]}, Data: weights},
			safetensors.Tensor{Name: name + ".bias", Shape: []int{out}, Data: biases})
	}
	return tensors, nil
}

// endToEnd is a matrix's rows one after another.
func endToEnd(rows [][]float64, r, c int) (all []float64, err error) {
	if len(rows) != r || r < 1 || c < 1 {
		return nil, fmt.Errorf("%d rows, and the sizes ask for %d", len(rows), r)
	}
	for i, row := range rows {
		if len(row) != c {
			return nil, fmt.Errorf("row %d has %s, and the sizes ask for %d", i+1, text.Plural(len(row), "number"), c)
		}
		all = append(all, row...)
	}
	return all, nil
}
