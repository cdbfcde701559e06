// Model: networks in files. It reads model files and checkpoints, and evaluates a model without
// training; checkpoint.go writes them.
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
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/table"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// ---- Models ----

// A Model is a network with what it takes to use it again.
type Model struct {
	Path          string
	Meta          map[string]string
	Native        bool   // written by this program, not elsewhere
	Assumed       string // the -scale that is assumed where it was written elsewhere
	Cost          string // in Nielsen's form, where layers are sigmoid: the cost; else ""
	Net           *Network
	In, Out       dataset.Scale
	Classes       []string           // nil for numbers to predict
	Names         []string           // of the inputs; nil where they have none
	Columns       []table.Column     // of tables: what was made of each; nil of older models
	Width, Height int                // of images; 0 for tables
	Depth         float64            // of images: the value of full ink
	Frame         handwriting.Frame  // of images
	State         map[string][]Layer // of a checkpoint, as what follows: what is kept beside the weights
	Partial       Result
	Epoch         int
	History       []event.Epoch
}

// readModel reads a model file or a checkpoint, and checks all of it but the flags.
func readModel(path string) (*Model, error) {
	st, err := os.Stat(path) // before it is opened, which a pipe might never be
	if errors.Is(err, fs.ErrNotExist) {
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
	var m *Model
	if isNielsen(f) {
		m, err = decodeNielsen(f)
	} else {
		m, err = decodeModel(f, st.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.Path = path
	return m, nil
}

func decodeModel(r io.Reader, size int64) (*Model, error) {
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
	if v := meta["backprop"]; v != modelVersion {
		return nil, fmt.Errorf("__metadata__: it is of version %q, and this program reads %s", v, modelVersion)
	}
	if want := safetensors.Checksum(meta, sum); meta["checksum"] != want {
		return nil, fmt.Errorf("__metadata__: the checksum is %.12q…, and that of the content %.12q…: the file is damaged; "+
			"take another copy (without __metadata__, a file changed on purpose loads)", meta["checksum"], want)
	}
	return m, m.takeMeta()
}

// takeTensors makes layers of the tensors, and of a checkpoint's what it keeps beside them.
func (m *Model) takeTensors(tensors []safetensors.Tensor) (err error) {
	var layers []safetensors.Tensor
	state := map[string][]safetensors.Tensor{}
	for _, t := range tensors {
		switch {
		case m.Native && t.Name == "history" && t.Text != nil:
			for line := range bytes.Lines(t.Text) {
				var e event.Epoch
				if err := json.Unmarshal(line, &e); err != nil {
					return fmt.Errorf("tensor %q, line %d: %w", t.Name, len(m.History)+1, err)
				}
				m.History = append(m.History, e)
			}
		default:
			kind, _, _ := strings.Cut(t.Name, ".")
			if m.Native && slices.Contains(stateNames, kind) {
				state[kind] = append(state[kind], t)
			} else {
				layers = append(layers, t)
			}
		}
	}
	m.Net = &Network{}
	if m.Net.Layers, err = layersOf(layers); err != nil {
		return err
	}
	m.State = map[string][]Layer{}
	for kind, tensors := range state {
		if m.State[kind], err = layersOf(tensors); err != nil {
			return err
		}
	}
	return nil
}

// outputs is the number of outputs.
func (m *Model) outputs() int { return len(m.Net.Layers[len(m.Net.Layers)-1].B) }

// assume is for files that were written elsewhere; -load tells of it.
func (m *Model) assume() {
	m.Depth, m.Assumed = 255, "unit"
	if side := int(math.Sqrt(float64(m.inputs()))); side*side == m.inputs() {
		m.Width, m.Height = side, side
		m.Frame = handwriting.MNISTFrame(side)
	}
	m.In = dataset.EvenScale(m.inputs(), 1/m.Depth)
	for c := range m.outputs() {
		m.Classes = append(m.Classes, strconv.Itoa(c))
	}
}

// takeMeta reads the metadata, and checks that they belong to the network.
func (m *Model) takeMeta() (err error) {
	meta := m.Meta
	// entry reads an entry as JSON and says whether ok finds it right.
	entry := func(key string, v any, ok func() bool) {
		if err == nil {
			if err = json.Unmarshal([]byte(meta[key]), v); err == nil && !ok() {
				err = errors.New("it does not belong to this network")
			}
			if err != nil {
				err = fmt.Errorf("__metadata__: %q is %.40q: %w", key, meta[key], err)
			}
		}
	}
	var sizes []int
	entry("sizes", &sizes, func() bool { return slices.Equal(sizes, m.Net.sizes()) })
	if err != nil {
		return err
	}
	if m.In, err = decodeScale(meta, "input", m.inputs()); err != nil {
		return err
	}
	if meta["width"] != "" && slices.Contains(m.In.Factor, 0) { // of tables, it is that of a column that says nothing
		return errors.New(`__metadata__: "input_factor" is 0 somewhere`)
	}
	if meta["inputs"] != "" {
		entry("inputs", &m.Names, func() bool { return len(m.Names) == m.inputs() })
	}
	if meta["columns"] != "" {
		entry("columns", &m.Columns, func() bool { return table.Inputs(m.Columns) == m.inputs() })
	}
	if meta["classes"] != "" {
		entry("classes", &m.Classes, func() bool { return len(m.Classes) == m.outputs() })
	} else if m.Out, err = decodeScale(meta, "target", m.outputs()); err != nil {
		return err
	} else if slices.Contains(m.Out.Factor, 0) {
		return errors.New(`__metadata__: "target_factor" is 0 somewhere`)
	}
	if meta["width"] != "" {
		entry("width", &m.Width, func() bool { return m.Width > 0 && m.inputs()%m.Width == 0 })
		entry("height", &m.Height, func() bool { return m.Width*m.Height == m.inputs() })
		entry("depth", &m.Depth, func() bool { return m.Depth > 0 && m.Depth <= 255 })
		entry("frame", &m.Frame, func() bool { return m.Frame.Box >= 1 && m.Frame.Box <= float64(max(m.Width, m.Height)) })
	}
	if meta["epoch"] != "" {
		entry("epoch", &m.Epoch, func() bool { return m.Epoch >= len(m.History) })
		entry("met", &m.Partial, func() bool {
			return m.Partial.Samples >= 0 && m.Partial.Correct >= 0 && m.Partial.Correct <= m.Partial.Samples
		})
	}
	return err
}

const modelVersion = "1"

// stateNames are what the tensors of a checkpoint begin with that are not the network's.
var stateNames = []string{"velocity", "square", "best"}

// state is what the tensors of these names stand for in a training.
func (x *experiment) state() map[string][]Layer {
	return map[string][]Layer{"velocity": x.trainer.velocity, "square": x.trainer.square, "best": x.best}
}

// layerTensors is the layers as tensors, in the order in which they are written.
func layerTensors(prefix string, list []Layer) (tensors []safetensors.Tensor) {
	for i, l := range plainLayers(list) {
		name := prefix + strconv.Itoa(i)
		tensors = append(tensors,
			safetensors.Tensor{Name: name + ".weight", Dtype: "F64", Shape: []int{l.Cols, l.Rows}, Write: l.WriteTransposed},
			safetensors.Tensor{Name: name + ".bias", Dtype: "F64", Shape: []int{len(l.B)}, Write: l.WriteBiases})
	}
	return tensors
}

// plainLayers is the network as the packages see it, sharing memory with it.
func plainLayers(list []Layer) (plain []layers.Layer) {
	for _, l := range list {
		plain = append(plain, layers.Layer{Rows: l.W.Rows, Cols: l.W.Cols, Stride: l.W.Stride, W: l.W.Data, B: l.B,
			Activation: l.G.Name})
	}
	return plain
}

// hash is the SHA-256 of all parameters.
func hash(net *Network) string { return layers.Hash(plainLayers(net.Layers)) }

// layersOf makes layers of tensors named N.weight and N.bias, in the order of the
// names: fc2 before fc10.
func layersOf(tensors []safetensors.Tensor) ([]Layer, error) {
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
	var layers []Layer
	names := slices.SortedFunc(maps.Keys(weights), func(a, b string) int { return strings.Compare(padded(a), padded(b)) })
	for i, name := range names {
		w, b := weights[name], biases[name]
		delete(biases, name)
		l := Layer{W: NewMatrix(w.Shape[1], w.Shape[0]), B: b.Data}
		if l.B == nil {
			l.B = make([]float64, l.W.Cols)
		}
		if len(l.B) != l.W.Cols {
			return nil, fmt.Errorf("tensor %q has shape %v, and %q %v: the bias has one number for each row of weights",
				w.Name, w.Shape, b.Name, b.Shape)
		}
		if i > 0 && l.W.Rows != layers[i-1].W.Cols {
			return nil, fmt.Errorf("tensor %q of shape %v takes %d inputs, and layer %q before it has %d outputs",
				w.Name, w.Shape, l.W.Rows, names[i-1], layers[i-1].W.Cols)
		}
		for j := range l.W.Cols {
			for k, v := range w.Data[j*l.W.Rows : (j+1)*l.W.Rows] {
				l.W.Row(k)[j] = v
			}
		}
		layers = append(layers, l)
	}
	for name := range biases {
		return nil, fmt.Errorf("tensor %q has no %q beside it", name+"bias", name+"weight")
	}
	if layers == nil {
		return nil, errors.New("there is no layer in it: no tensor has a name like layers.0.weight")
	}
	return layers, nil
}

var numerals = regexp.MustCompile(`[0-9]+`)

// padded is a name that sorts by its numbers.
func padded(name string) string {
	return numerals.ReplaceAllStringFunc(name, func(n string) string { return strings.Repeat("0", max(0, 20-len(n))) + n })
}

func (m *Model) inputs() int { return m.Net.Layers[0].W.Rows }

// encodeScale puts a scale into meta, as one number where all are equal.
func encodeScale(meta map[string]string, name string, s dataset.Scale) {
	for key, list := range map[string][]float64{name + "_shift": s.Shift, name + "_factor": s.Factor} {
		b, _ := json.Marshal(list) // the shortest that is read back to the bit
		if slices.Min(list) == slices.Max(list) {
			b, _ = json.Marshal(list[0])
		}
		meta[key] = string(b)
	}
}

// decodeScale gets a scale of n numbers out of meta.
func decodeScale(meta map[string]string, name string, n int) (dataset.Scale, error) {
	var lists [2][]float64
	for i, key := range []string{name + "_shift", name + "_factor"} {
		var one float64
		if json.Unmarshal([]byte(meta[key]), &one) == nil {
			lists[i] = slices.Repeat([]float64{one}, n)
		} else if err := json.Unmarshal([]byte(meta[key]), &lists[i]); err != nil || len(lists[i]) != n {
			return dataset.Scale{}, fmt.Errorf("__metadata__: %q is %.40q: a number, or %d in brackets were expected", key, meta[key], n)
		}
	}
	return dataset.Scale{Shift: lists[0], Factor: lists[1]}, nil
}

// configure sets the flags as they were when the model was trained. Those of the network
// must not say otherwise on the command line; those of the data may.
func (m *Model) configure(cfg *Settings) error {
	inside := func(err error) error {
		var usage Usage
		if errors.As(err, &usage) {
			err = errors.Unwrap(usage)
		}
		return fmt.Errorf("%s: __metadata__: %w", m.Path, err)
	}
	hidden := settings.Sizes(m.Net.sizes()[1:len(m.Net.Layers)])
	values := map[string]string{"hidden": hidden.String()}
	if m.Cost != "" {
		values["activation"], values["output"], values["cost"] = "sigmoid", "sigmoid", m.Cost
	}
	if m.Native {
		for _, name := range []string{"activation", "output", "cost", "test", "valid", "label", "regress", "ignore", "seed"} {
			value, ok := m.Meta["-"+name]
			if !ok && name == "ignore" { // an older model
				continue
			}
			if !ok {
				return inside(fmt.Errorf("%q is missing", "-"+name))
			}
			values[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		ofData := slices.Contains([]string{"test", "valid", "label", "regress", "ignore", "seed"}, name)
		if !cfg.Given[name] {
			if err := cfg.SetFlag(name, values[name]); err != nil {
				return inside(fmt.Errorf("%q is %q: %w", "-"+name, values[name], err))
			}
		} else if cfg.Text(name) != values[name] && !ofData {
			return wrongUsage("-%s %s: %s has %s; leave the flag out", name, cfg.Text(name), m.Path, values[name])
		}
	}
	if err := cfg.Check(); err != nil {
		return inside(err)
	}
	cfg.Sized = true
	if cfg.ContinuesTraining() {
		if err := m.checkTuning(cfg); err != nil {
			return err
		}
	}
	m.Net.Cost = named(costs, cfg.Cost)
	for i := range m.Net.Layers {
		m.Net.Layers[i].G = named(activations, cfg.Activation)
	}
	m.Net.Layers[len(m.Net.Layers)-1].G = named(activations, cfg.Output)
	if !m.Native && cfg.Scale != "" && cfg.Scale != "standard" {
		var err error
		m.In, err = dataset.FitScale(cfg.Scale, dataset.Set{N: 1, Dim: m.inputs(),
			Pixels: bytes.Repeat([]byte{255}, m.inputs())})
		return err
	}
	return nil
}

// adapt checks that the data are of the model's kind and numbers their classes as it does.
func (m *Model) adapt(data *dataset.Dataset) error {
	outputs := m.outputs()
	switch {
	case data.Train.Dim != m.inputs():
		return fmt.Errorf("%s: its samples have %d inputs, and %s takes %d: they do not belong together",
			data.Name, data.Train.Dim, m.Path, m.inputs())
	case m.Names != nil && data.Inputs != nil && !slices.Equal(m.Names, data.Inputs):
		return fmt.Errorf("%s: its inputs are %.100q, and those of %s %.100q: they do not belong together",
			data.Name, data.Inputs, m.Path, m.Names)
	case m.Native && (data.Classes == nil) != (m.Classes == nil):
		return fmt.Errorf("%s: of classes and numbers to predict, it has one, and %s knows the other: "+
			"add or leave out -regress", data.Name, m.Path)
	case data.Outputs() > outputs || data.Classes == nil && data.Outputs() < outputs:
		return fmt.Errorf("%s: it asks for %d outputs, and %s has %d: they do not belong together",
			data.Name, data.Outputs(), m.Path, outputs)
	case data.Classes == nil || !m.Native:
		return nil
	}
	number := make([]int32, len(data.Classes))
	for i, name := range data.Classes {
		n := slices.Index(m.Classes, strings.ToValidUTF8(name, "\uFFFD"))
		if n < 0 {
			return fmt.Errorf("%s: class %q is none of the %d that %s knows", data.Name, name, outputs, m.Path)
		}
		number[i] = int32(n)
	}
	for _, s := range []dataset.Set{data.Train, data.Valid, data.Test} {
		for i, c := range s.Labels {
			s.Labels[i] = number[c]
		}
	}
	data.Classes = m.Classes
	return nil
}

// useModel is -load: it evaluates, answers about pictures, goes on training, or writes another format.
func useModel(ctx context.Context, cfg *Settings, out *Printer, stderr io.Writer) error {
	m, err := readModel(cfg.Load)
	if err != nil {
		return err
	}
	if err := m.configure(cfg); err != nil {
		return err
	}
	if !m.Native {
		say(stderr, "%s says nothing of its use; assumed: -activation %s -output %s -cost %s -scale %s",
			m.Path, cfg.Activation, cfg.Output, cfg.Cost, cmp.Or(cfg.Scale, m.Assumed))
	}
	if err := checkExport(cfg); err != nil {
		return err
	}
	switch {
	case cfg.Predict != nil:
		return m.predict(ctx, cfg, out, stderr)
	case cfg.ExportOnly():
		return m.export(cfg, out)
	}
	if cfg.Data == "" && cfg.Recipe.Name == "" && m.Width == 0 {
		return wrongUsage("-load %s: it has learned from a table, and not from pictures: give one with -data FILE "+
			"to evaluate it, or with -predict FILE for answers", m.Path)
	}
	start := time.Now()
	data, err := loadDataFor(ctx, cfg, m, stderr)
	if err != nil {
		return err
	}
	if err := m.adapt(data); err != nil {
		return err
	}
	if !m.Native && cfg.Scale == "standard" {
		if m.In, err = dataset.FitScale(cfg.Scale, data.Train); err != nil {
			return err
		}
	}
	if data.Classes == nil && m.Out.Factor == nil {
		m.Out = dataset.EvenScale(data.Outputs(), 1)
	}
	if cfg.ContinuesTraining() {
		m.completeClasses(data)
		return learn(ctx, cfg, data, m, out, stderr)
	}
	if data.Test.N == 0 { // -test 0: all that there is, since nothing is trained
		data.Test = data.Train
	}
	return m.evaluate(cfg, data, out, start)
}

// evaluate tells how good the model is.
func (m *Model) evaluate(cfg *Settings, data *dataset.Dataset, out *Printer, start time.Time) error {
	x := &experiment{cfg: cfg, data: data, in: m.In, out: m.Out, start: start,
		trainer: &Trainer{Net: m.Net, N: data.Train.N, Workers: cfg.Workers}}
	if err := x.checkRange(); err != nil {
		return err
	}
	x.recorder = newRecorder(x)
	printStart(out, x)
	if err := x.recorder.Begin(nil, nil); err != nil {
		return err
	}
	var last event.Epoch
	result := x.evaluateSet(&data.Test, nil)
	if err := m.checkFinite(result); err != nil {
		return err
	}
	x.testPart(&last, result)
	done := event.Done{Event: "done", TestAccuracy: last.TestAccuracy, TestRMSE: last.TestRMSE, Hash: hash(m.Net)}
	if data.Classes == nil {
		done.TrainRMSE = x.rmse(x.evaluateSet(&data.Train, nil))
	}
	done.Quality = x.quality()
	done.Seconds = time.Since(start).Seconds()
	printDone(out, x, done)
	if err := x.recorder.Done(done, scores.Facts(done.Quality)); err != nil {
		return err
	}
	return m.export(cfg, out)
}
