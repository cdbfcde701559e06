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
	"crypto/sha256"
	"encoding/binary"
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
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
)

// ---- Models ----

// A model is a network with what it takes to use it again.
type model struct {
	path          string
	meta          map[string]string
	own           bool   // written by this program, not elsewhere
	assumed       string // the -scale that is assumed where it was written elsewhere
	cost          string // in Nielsen's form, where layers are sigmoid: the cost; else ""
	net           *Network
	in, out       dataset.Scale
	classes       []string           // nil for numbers to predict
	names         []string           // of the inputs; nil where they have none
	columns       []table.Column     // of tables: what was made of each; nil of older models
	width, height int                // of images; 0 for tables
	depth         float64            // of images: the value of full ink
	frame         handwriting.Frame  // of images
	state         map[string][]Layer // of a checkpoint, as what follows: what is kept beside the weights
	met           Result
	epoch         int
	history       []event.Epoch
}

// readModel reads a model file or a checkpoint, and checks all of it but the flags.
func readModel(path string) (*model, error) {
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
	var m *model
	if isNielsen(f) {
		m, err = decodeNielsen(f)
	} else {
		m, err = decodeModel(f, st.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.path = path
	return m, nil
}

func decodeModel(r io.Reader, size int64) (*model, error) {
	meta, tensors, sum, err := safetensors.Read(r, size)
	if err != nil {
		return nil, err
	}
	m := &model{meta: meta}
	for _, k := range []string{"backprop", "sizes", "checksum"} {
		m.own = m.own || meta[k] != "" // no single mistake hides whose file it is
	}
	if err := m.takeTensors(tensors); err != nil {
		return nil, err
	}
	if !m.own {
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
func (m *model) takeTensors(tensors []safetensors.Tensor) (err error) {
	var layers []safetensors.Tensor
	state := map[string][]safetensors.Tensor{}
	for _, t := range tensors {
		switch {
		case m.own && t.Name == "history" && t.Text != nil:
			for line := range bytes.Lines(t.Text) {
				var e event.Epoch
				if err := json.Unmarshal(line, &e); err != nil {
					return fmt.Errorf("tensor %q, line %d: %w", t.Name, len(m.history)+1, err)
				}
				m.history = append(m.history, e)
			}
		default:
			kind, _, _ := strings.Cut(t.Name, ".")
			if m.own && slices.Contains(stateNames, kind) {
				state[kind] = append(state[kind], t)
			} else {
				layers = append(layers, t)
			}
		}
	}
	m.net = &Network{}
	if m.net.Layers, err = layersOf(layers); err != nil {
		return err
	}
	m.state = map[string][]Layer{}
	for kind, tensors := range state {
		if m.state[kind], err = layersOf(tensors); err != nil {
			return err
		}
	}
	return nil
}

// outputs is the number of outputs.
func (m *model) outputs() int { return len(m.net.Layers[len(m.net.Layers)-1].B) }

// assume is for files that were written elsewhere; -load tells of it.
func (m *model) assume() {
	m.depth, m.assumed = 255, "unit"
	if side := int(math.Sqrt(float64(m.inputs()))); side*side == m.inputs() {
		m.width, m.height = side, side
		m.frame = handwriting.MNISTFrame(side)
	}
	m.in = dataset.EvenScale(m.inputs(), 1/m.depth)
	for c := range m.outputs() {
		m.classes = append(m.classes, strconv.Itoa(c))
	}
}

// takeMeta reads the metadata, and checks that they belong to the network.
func (m *model) takeMeta() (err error) {
	meta := m.meta
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
	entry("sizes", &sizes, func() bool { return slices.Equal(sizes, m.net.sizes()) })
	if err != nil {
		return err
	}
	if m.in, err = decodeScale(meta, "input", m.inputs()); err != nil {
		return err
	}
	if meta["width"] != "" && slices.Contains(m.in.Factor, 0) { // of tables, it is that of a column that says nothing
		return errors.New(`__metadata__: "input_factor" is 0 somewhere`)
	}
	if meta["inputs"] != "" {
		entry("inputs", &m.names, func() bool { return len(m.names) == m.inputs() })
	}
	if meta["columns"] != "" {
		entry("columns", &m.columns, func() bool { return table.Inputs(m.columns) == m.inputs() })
	}
	if meta["classes"] != "" {
		entry("classes", &m.classes, func() bool { return len(m.classes) == m.outputs() })
	} else if m.out, err = decodeScale(meta, "target", m.outputs()); err != nil {
		return err
	} else if slices.Contains(m.out.Factor, 0) {
		return errors.New(`__metadata__: "target_factor" is 0 somewhere`)
	}
	if meta["width"] != "" {
		entry("width", &m.width, func() bool { return m.width > 0 && m.inputs()%m.width == 0 })
		entry("height", &m.height, func() bool { return m.width*m.height == m.inputs() })
		entry("depth", &m.depth, func() bool { return m.depth > 0 && m.depth <= 255 })
		entry("frame", &m.frame, func() bool { return m.frame.Box >= 1 && m.frame.Box <= float64(max(m.width, m.height)) })
	}
	if meta["epoch"] != "" {
		entry("epoch", &m.epoch, func() bool { return m.epoch >= len(m.history) })
		entry("met", &m.met, func() bool { return m.met.Samples >= 0 && m.met.Correct >= 0 && m.met.Correct <= m.met.Samples })
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
func layerTensors(prefix string, layers []Layer) []safetensors.Tensor {
	var list []safetensors.Tensor
	for i, l := range layers {
		name := prefix + strconv.Itoa(i)
		list = append(list,
			safetensors.Tensor{Name: name + ".weight", Dtype: "F64", Shape: []int{l.W.Cols, l.W.Rows},
				Write: func(w io.Writer) { writeTransposed(w, l.W) }},
			safetensors.Tensor{Name: name + ".bias", Dtype: "F64", Shape: []int{len(l.B)},
				Write: func(w io.Writer) { writeTransposed(w, view(len(l.B), 1, 1, l.B)) }})
	}
	return list
}

// writeTransposed writes W column by column: a neuron's weights one after another.
func writeTransposed(w io.Writer, m Matrix) {
	const group = 8 // columns at a time, since a cache line holds so many
	buf := make([]byte, 8*group*m.Rows)
	for j := 0; j < m.Cols; j += group {
		n := min(group, m.Cols-j)
		for i := range m.Rows {
			for k, v := range m.Row(i)[j : j+n] {
				binary.LittleEndian.PutUint64(buf[8*(k*m.Rows+i):], math.Float64bits(v))
			}
		}
		w.Write(buf[:8*n*m.Rows])
	}
}

// hash is the SHA-256 of all parameters, as little-endian float64: layer by layer the
// weights, out×in, then the biases. It is the hash of a model file's data.
func hash(net *Network) string {
	h := sha256.New()
	for _, t := range layerTensors("", net.Layers) {
		t.Write(h)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

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

func (m *model) inputs() int { return m.net.Layers[0].W.Rows }

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
func (m *model) configure(cfg *config) error {
	inside := func(err error) error {
		var usage usageError
		if errors.As(err, &usage) {
			err = usage.error
		}
		return fmt.Errorf("%s: __metadata__: %w", m.path, err)
	}
	hidden := sizes(m.net.sizes()[1:len(m.net.Layers)])
	values := map[string]string{"hidden": hidden.String()}
	if m.cost != "" {
		values["activation"], values["output"], values["cost"] = "sigmoid", "sigmoid", m.cost
	}
	if m.own {
		for _, name := range []string{"activation", "output", "cost", "test", "valid", "label", "regress", "ignore", "seed"} {
			value, ok := m.meta["-"+name]
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
		f, ofData := cfg.flags.Lookup(name), slices.Contains([]string{"test", "valid", "label", "regress", "ignore", "seed"}, name)
		if !cfg.given[name] {
			if err := f.Value.Set(values[name]); err != nil {
				return inside(fmt.Errorf("%q is %q: %w", "-"+name, values[name], err))
			}
		} else if f.Value.String() != values[name] && !ofData {
			return wrongUsage("-%s %s: %s has %s; leave the flag out", name, f.Value, m.path, values[name])
		}
	}
	if err := cfg.check(); err != nil {
		return inside(err)
	}
	if cfg.model = m; cfg.tunes() {
		if err := m.checkTuning(cfg); err != nil {
			return err
		}
	}
	m.net.Cost = named(costs, cfg.cost)
	for i := range m.net.Layers {
		m.net.Layers[i].G = named(activations, cfg.hiddenActivation)
	}
	m.net.Layers[len(m.net.Layers)-1].G = named(activations, cfg.outputActivation)
	if !m.own && cfg.scale != "" && cfg.scale != "standard" {
		var err error
		m.in, err = dataset.FitScale(cfg.scale, dataset.Set{N: 1, Dim: m.inputs(),
			Pixels: bytes.Repeat([]byte{255}, m.inputs())})
		return err
	}
	return nil
}

// adapt checks that the data are of the model's kind and numbers their classes as it does.
func (m *model) adapt(data *dataset.Dataset) error {
	outputs := m.outputs()
	switch {
	case data.Train.Dim != m.inputs():
		return fmt.Errorf("%s: its samples have %d inputs, and %s takes %d: they do not belong together",
			data.Name, data.Train.Dim, m.path, m.inputs())
	case m.names != nil && data.Inputs != nil && !slices.Equal(m.names, data.Inputs):
		return fmt.Errorf("%s: its inputs are %.100q, and those of %s %.100q: they do not belong together",
			data.Name, data.Inputs, m.path, m.names)
	case m.own && (data.Classes == nil) != (m.classes == nil):
		return fmt.Errorf("%s: of classes and numbers to predict, it has one, and %s knows the other: "+
			"add or leave out -regress", data.Name, m.path)
	case data.Outputs() > outputs || data.Classes == nil && data.Outputs() < outputs:
		return fmt.Errorf("%s: it asks for %d outputs, and %s has %d: they do not belong together",
			data.Name, data.Outputs(), m.path, outputs)
	case data.Classes == nil || !m.own:
		return nil
	}
	number := make([]int32, len(data.Classes))
	for i, name := range data.Classes {
		n := slices.Index(m.classes, strings.ToValidUTF8(name, "\uFFFD"))
		if n < 0 {
			return fmt.Errorf("%s: class %q is none of the %d that %s knows", data.Name, name, outputs, m.path)
		}
		number[i] = int32(n)
	}
	for _, s := range []dataset.Set{data.Train, data.Valid, data.Test} {
		for i, c := range s.Labels {
			s.Labels[i] = number[c]
		}
	}
	data.Classes = m.classes
	return nil
}

// useModel is -load: it evaluates, answers about pictures, goes on training, or writes another format.
func useModel(ctx context.Context, cfg *config, out *Printer, stderr io.Writer) error {
	m, err := readModel(cfg.load)
	if err != nil {
		return err
	}
	if err := m.configure(cfg); err != nil {
		return err
	}
	if !m.own {
		say(stderr, "%s says nothing of its use; assumed: -activation %s -output %s -cost %s -scale %s",
			m.path, cfg.hiddenActivation, cfg.outputActivation, cfg.cost, cmp.Or(cfg.scale, m.assumed))
	}
	if err := cfg.checkExport(); err != nil {
		return err
	}
	switch {
	case cfg.pictures != nil:
		return m.predict(ctx, cfg, out, stderr)
	case cfg.converts():
		return m.export(cfg, out)
	}
	if cfg.data == "" && cfg.recipe.name == "" && m.width == 0 {
		return wrongUsage("-load %s: it has learned from a table, and not from pictures: give one with -data FILE "+
			"to evaluate it, or with -predict FILE for answers", m.path)
	}
	start := time.Now()
	data, err := loadData(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if err := m.adapt(data); err != nil {
		return err
	}
	if !m.own && cfg.scale == "standard" {
		if m.in, err = dataset.FitScale(cfg.scale, data.Train); err != nil {
			return err
		}
	}
	if data.Classes == nil && m.out.Factor == nil {
		m.out = dataset.EvenScale(data.Outputs(), 1)
	}
	if cfg.tunes() {
		m.completeClasses(data)
		return learn(ctx, cfg, data, out, stderr)
	}
	if data.Test.N == 0 { // -test 0: all that there is, since nothing is trained
		data.Test = data.Train
	}
	return m.evaluate(cfg, data, out, start)
}

// evaluate tells how good the model is.
func (m *model) evaluate(cfg *config, data *dataset.Dataset, out *Printer, start time.Time) error {
	x := &experiment{cfg: cfg, data: data, in: m.in, out: m.out, start: start,
		trainer: &Trainer{Net: m.net, N: data.Train.N, Workers: cfg.workers}}
	if err := x.checkRange(); err != nil {
		return err
	}
	x.recorder = newRecorder(x)
	out.start(x)
	if err := x.recorder.begin(nil); err != nil {
		return err
	}
	var last event.Epoch
	result := x.evaluateSet(&data.Test, nil)
	if err := m.checkFinite(result); err != nil {
		return err
	}
	x.testPart(&last, result)
	done := event.Done{Event: "done", TestAccuracy: last.TestAccuracy, TestRMSE: last.TestRMSE, Hash: hash(m.net)}
	if data.Classes == nil {
		done.TrainRMSE = x.rmse(x.evaluateSet(&data.Train, nil))
	}
	done.Quality = x.quality()
	done.Seconds = time.Since(start).Seconds()
	out.done(x, done)
	if err := x.recorder.done(done); err != nil {
		return err
	}
	return m.export(cfg, out)
}
