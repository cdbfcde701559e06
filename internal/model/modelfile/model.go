// Package modelfile reads and writes networks: models, with everything needed to use the network again, and
// checkpoints, from which a training resumes. For other programs it writes ONNX and the JSON of Nielsen's network2.py.
//
// A model file has the safetensors format:
//
//	layers.0.weight   F64 [out, in], as in PyTorch: W of equation (3), transposed
//	layers.0.bias     F64 [out]
//	layers.1.weight   …
//	__metadata__      how to use the network: sizes, scaling of the inputs, classes; and the flags of the
//	                  training, under "-seed" and so on
//
// The SHA-256 of everything after the header is the weights_sha256 that a training prints. A checkpoint has more
// tensors: velocity.N.weight and velocity.N.bias for momentum, square.… for Adam, best.… for early stopping, and
// history, which holds the epochs so far as lines of JSON.
//
// Everything that a file claims is checked against its size. Files are not written in place: a new file replaces the
// old one once it is complete.
package modelfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/table"
	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
)

// A Model is a network, with everything needed to use it again.
type Model struct {
	Path         string
	Meta         map[string]string
	Native       bool   // written by this program
	AssumedScale string // the -scale assumed for a file of another program
	Layers       []layers.Layer
	Cost         string        // set by SetFunctions, or read from a file in Nielsen's form
	Answer       layers.Answer // set by SetFunctions
	In, Out      dataset.Scale
	Classes      []string       // nil for numbers to predict
	Names        []string       // of the inputs; nil if they have none
	Columns      []table.Column // for tables: how each column is encoded; nil for older models

	// For images; 0 for tables:
	Width, Height int
	Depth         float64 // the value of full ink
	Frame         handwriting.Frame

	// For checkpoints:
	State   map[string][]layers.Layer // velocity, square and best, as in a Snapshot
	Partial event.Result              // of an epoch that was interrupted
	Epoch   int                       // the number of complete epochs
	History []event.Epoch

	nielsen bool // the file has Nielsen's form: all layers are sigmoid, and the cost is known
}

// Inputs returns the number of inputs.
func (m *Model) Inputs() int { return m.Layers[0].Rows }

// Outputs returns the number of outputs.
func (m *Model) Outputs() int { return len(m.Layers[len(m.Layers)-1].B) }

// SetFunctions sets the activations, the cost and the meaning of the outputs, which the tensors do not tell.
func (m *Model) SetFunctions(hidden, output, cost string, answer layers.Answer) {
	for l := range m.Layers {
		m.Layers[l].Activation = hidden
	}
	m.Layers[len(m.Layers)-1].Activation, m.Cost, m.Answer = output, cost, answer
}

// New returns the model of a network that was just trained. meta comes from Meta.
func New(meta map[string]string, network []layers.Layer, answer layers.Answer) (*Model, error) {
	m := &Model{Meta: meta, Native: true, Layers: network, Cost: meta["-cost"], Answer: answer}
	m.Meta["weights_sha256"] = layers.Hash(network)
	return m, m.readMeta()
}

// Read reads a model file or a checkpoint, and checks everything in it except the flags.
func Read(path string) (*Model, error) {
	st, err := os.Stat(path) // before opening it, since opening a pipe may wait for ever
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(path)
	}
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("a model file was expected, and this is not a file (%v)", st.Mode().Type())
	}
	if err != nil {
		return nil, file.Error(path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, file.Error(path, err)
	}
	defer f.Close()
	if isONNX(f) {
		return nil, fmt.Errorf("%s: is ONNX, which is written for other programs and not read; load the model that -save "+
			"wrote", path)
	}
	var m *Model
	if isJSON(f) {
		m, err = decodeNielsen(f)
	} else {
		m, err = decode(f, st.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.Path = path
	return m, nil
}

// isONNX reports whether a file begins like ONNX: with the version of the format, then a text or the graph.
func isONNX(f io.ReaderAt) bool {
	var b [3]byte
	_, err := f.ReadAt(b[:], 0)
	return err == nil && b[0] == 0x08 && b[1] < 0x20 && slices.Contains([]byte{0x12, 0x1a, 0x22, 0x3a, 0x42}, b[2])
}

// isJSON reports whether a file is JSON. A safetensors file may also begin with {, but has zeros in bytes 5 to 8.
func isJSON(f io.ReadSeeker) bool {
	head := make([]byte, 9)
	n, _ := io.ReadFull(f, head)
	f.Seek(0, io.SeekStart)
	head = bytes.TrimLeft(head[:n], " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && !bytes.Contains(head, []byte{0})
}

// missing returns the error for a model file that does not exist.
func missing(path string) error {
	if _, err := os.Stat(path + ".checkpoint"); err == nil {
		return fmt.Errorf("%s: %w, but %[1]s.checkpoint does: load that, or run the training's command again "+
			"with -resume to finish it", path, fs.ErrNotExist)
	}
	return fmt.Errorf("%s: %w; -save writes one", path, fs.ErrNotExist)
}

// decode reads a safetensors file.
func decode(r io.Reader, size int64) (*Model, error) {
	meta, tensors, sum, err := safetensors.Read(r, size)
	if err != nil {
		return nil, err
	}
	m := &Model{Meta: meta}
	for _, k := range []string{"backprop", "sizes", "checksum"} {
		m.Native = m.Native || meta[k] != "" // one damaged entry does not mean that another program wrote the file
	}
	if err := m.readTensors(tensors); err != nil {
		return nil, err
	}
	if !m.Native {
		m.assumeMeta()
		return m, nil
	}
	if v := meta["backprop"]; v != version {
		return nil, fmt.Errorf("__metadata__: it is of version %q, and this program reads %s", v, version)
	}
	if want := safetensors.Checksum(meta, sum); meta["checksum"] != want {
		return nil, fmt.Errorf("__metadata__: the checksum is %.12q…, and that of the content %.12q…: "+
			"the file is damaged; take another copy (without __metadata__, a file changed on purpose loads)",
			meta["checksum"], want)
	}
	return m, m.readMeta()
}

// readTensors sets the layers and, for a checkpoint, the state and the history.
func (m *Model) readTensors(tensors []safetensors.Tensor) (err error) {
	var network []safetensors.Tensor
	state := map[string][]safetensors.Tensor{}
	for _, t := range tensors {
		kind, _, _ := strings.Cut(t.Name, ".")
		switch {
		case m.Native && t.Name == "history" && t.Text != nil:
			if err := m.readHistory(t); err != nil {
				return err
			}
		case m.Native && slices.Contains(stateNames, kind):
			state[kind] = append(state[kind], t)
		default:
			network = append(network, t)
		}
	}
	if m.Layers, err = layersOf(network); err != nil {
		return err
	}
	m.State = map[string][]layers.Layer{}
	for kind, tensors := range state {
		if m.State[kind], err = layersOf(tensors); err != nil {
			return err
		}
	}
	return nil
}

// readHistory reads the epochs, which are lines of JSON.
func (m *Model) readHistory(t safetensors.Tensor) error {
	for line := range bytes.Lines(t.Text) {
		var e event.Epoch
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("tensor %q, line %d: %w", t.Name, len(m.History)+1, err)
		}
		m.History = append(m.History, e)
	}
	return nil
}

// assumeMeta guesses what a file of another program does not say; -load prints the guess. If the number of inputs is a
// square, the inputs are taken for the pixels of a square image, from 0 to 255, unless the image would be too small for
// a picture.
func (m *Model) assumeMeta() {
	const minWidth = 8 // pixels
	m.Depth = 255
	side := int(math.Sqrt(float64(m.Inputs())))
	if side*side == m.Inputs() {
		m.Width, m.Height = side, side
		m.Frame = handwriting.MNISTFrame(side)
	}
	m.AssumedScale, m.In = "unit", dataset.EvenScale(m.Inputs(), 1/m.Depth)
	if m.Width < minWidth {
		m.AssumedScale, m.In = "none", dataset.EvenScale(m.Inputs(), 1)
	}
	for c := range m.Outputs() {
		m.Classes = append(m.Classes, strconv.Itoa(c))
	}
}

// CheckFinite returns an error if r, which was computed with a model from a file, is not finite. The error names the
// layer with the largest weight or bias.
func (m *Model) CheckFinite(r event.Result) error {
	if sum := r.Cost + r.MSE; !math.IsNaN(sum) && !math.IsInf(sum, 0) {
		return nil
	}
	most, layer := 0.0, 0
	for i, l := range m.Layers {
		for _, v := range slices.Concat(l.W, l.B) {
			if math.Abs(v) > most {
				most, layer = math.Abs(v), i+1
			}
		}
	}
	return fmt.Errorf("%s: its answers are infinite or not numbers: layer %d has weights up to %.3g; "+
		"the file is damaged, or the training had diverged", m.Path, layer, most)
}
