// Package modelfile reads and writes networks: models, with all that it takes to use a network again, and checkpoints,
// from which a training resumes. It writes them for others too, as ONNX and as the JSON of Nielsen's network2.py.
//
// The format is safetensors: the length of a header, the header (JSON), numbers.
//
//	layers.0.weight   F64 [out, in], as PyTorch keeps it: W of equation (3), transposed
//	layers.0.bias     F64 [out]
//	layers.1.weight   …
//	__metadata__      what it takes to use the network again: sizes, scaling of the
//	                  inputs, classes, and under "-seed" and the like the flags
//
// The SHA-256 of all that follows the header is the weights_sha256 that a run prints.
// A checkpoint is a model file with more behind: velocity.N.weight and velocity.N.bias
// where there is momentum, and history, the epochs so far as lines of JSON.
//
// Nothing in a file is believed before it is checked against the file's size, and
// nothing is written in place: a file has its name only when it is whole.
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

// A Model is a network with what it takes to use it again.
type Model struct {
	Path          string
	Meta          map[string]string
	Native        bool   // written by this program, not elsewhere
	Assumed       string // the -scale that is assumed where it was written elsewhere
	Layers        []layers.Layer
	Cost          string        // of files in Nielsen's form; of others Uses says it
	Answer        layers.Answer // what its outputs mean, which Uses says
	In, Out       dataset.Scale
	Classes       []string          // nil for numbers to predict
	Names         []string          // of the inputs; nil where they have none
	Columns       []table.Column    // of tables: what was made of each; nil of older models
	Width, Height int               // of images; 0 for tables
	Depth         float64           // of images: the value of full ink
	Frame         handwriting.Frame // of images

	// Of a checkpoint:
	State   map[string][]layers.Layer // what is kept beside the weights
	Partial event.Result              // of an epoch that was stopped
	Epoch   int                       // so many are done
	History []event.Epoch

	nielsen bool // it was read in Nielsen's form: all layers are sigmoid, and the cost is known
}

// Inputs is the number of inputs, and Outputs that of outputs.
func (m *Model) Inputs() int  { return m.Layers[0].Rows }
func (m *Model) Outputs() int { return len(m.Layers[len(m.Layers)-1].B) }

// Uses says by which activations and which cost the network works, and what its outputs mean, which the file
// alone does not.
func (m *Model) Uses(hidden, output, cost string, answer layers.Answer) {
	for l := range m.Layers {
		m.Layers[l].Activation = hidden
	}
	m.Layers[len(m.Layers)-1].Activation, m.Cost, m.Answer = output, cost, answer
}

// New is the model of a network that was just trained, with the metadata of its training.
func New(meta map[string]string, network []layers.Layer, answer layers.Answer) (*Model, error) {
	m := &Model{Meta: meta, Native: true, Layers: network, Cost: meta["-cost"], Answer: answer}
	m.Meta["weights_sha256"] = layers.Hash(network)
	return m, m.takeMeta()
}

// Read reads a model file or a checkpoint, and checks all of it but the flags.
func Read(path string) (*Model, error) {
	st, err := os.Stat(path) // before it is opened, which a pipe might never be
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(path + ".checkpoint"); err == nil {
			return nil, fmt.Errorf("%s: %w, but %[1]s.checkpoint does: load that, or run the training's command again "+
				"with -resume to finish it", path, fs.ErrNotExist)
		}
		return nil, fmt.Errorf("%s: %w; -save writes one", path, fs.ErrNotExist)
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

// decode reads a safetensors file.
func decode(r io.Reader, size int64) (*Model, error) {
	meta, tensors, sum, err := safetensors.Read(r, size)
	if err != nil {
		return nil, err
	}
	m := &Model{Meta: meta}
	for _, k := range []string{"backprop", "sizes", "checksum"} {
		m.Native = m.Native || meta[k] != "" // no single mistake hides whose file it is
	}
	if err := m.takeTensors(tensors); err != nil {
		return nil, err
	}
	if !m.Native {
		m.assume()
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
	return m, m.takeMeta()
}

// takeTensors makes layers of the tensors, and of a checkpoint's what it keeps beside them.
func (m *Model) takeTensors(tensors []safetensors.Tensor) (err error) {
	var own []safetensors.Tensor
	state := map[string][]safetensors.Tensor{}
	for _, t := range tensors {
		kind, _, _ := strings.Cut(t.Name, ".")
		switch {
		case m.Native && t.Name == "history" && t.Text != nil:
			if err := m.takeHistory(t); err != nil {
				return err
			}
		case m.Native && slices.Contains(stateNames, kind):
			state[kind] = append(state[kind], t)
		default:
			own = append(own, t)
		}
	}
	if m.Layers, err = layersOf(own); err != nil {
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

// takeHistory reads the epochs, which are lines of JSON.
func (m *Model) takeHistory(t safetensors.Tensor) error {
	for line := range bytes.Lines(t.Text) {
		var e event.Epoch
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("tensor %q, line %d: %w", t.Name, len(m.History)+1, err)
		}
		m.History = append(m.History, e)
	}
	return nil
}

// assume is for files that were written elsewhere; -load tells of it.
func (m *Model) assume() {
	const leastPicture = 8 // pixels wide; what has fewer inputs, or no square of them, takes numbers as they are
	m.Depth, m.Assumed = 255, "unit"
	side := int(math.Sqrt(float64(m.Inputs())))
	if side*side == m.Inputs() {
		m.Width, m.Height = side, side
		m.Frame = handwriting.MNISTFrame(side)
	}
	m.In = dataset.EvenScale(m.Inputs(), 1/m.Depth)
	if m.Width < leastPicture {
		m.Assumed, m.In = "none", dataset.EvenScale(m.Inputs(), 1)
	}
	for c := range m.Outputs() {
		m.Classes = append(m.Classes, strconv.Itoa(c))
	}
}

// CheckFinite reports answers of a model that was read which are not finite, and which layer is why.
func (m *Model) CheckFinite(r event.Result) error {
	if sum := r.Cost + r.MSE; sum-sum == 0 {
		return nil
	}
	most, layer := 0.0, 0
	for l := range m.Layers {
		for _, list := range [][]float64{m.Layers[l].W, m.Layers[l].B} {
			for _, v := range list {
				if v = math.Abs(v); v > most {
					most, layer = v, l+1
				}
			}
		}
	}
	return fmt.Errorf("%s: its answers are infinite or not numbers: layer %d has weights up to %.3g; "+
		"the file is damaged, or the training had diverged", m.Path, layer, most)
}
