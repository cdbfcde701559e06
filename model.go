// Model: this room keeps networks in files. It writes and reads model files and
// checkpoints, goes on from a checkpoint, and evaluates a model without training.
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
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ---- Safetensors ----

// A tensor is an entry of the header, and what it stands for.
type tensor struct {
	Dtype   string  `json:"dtype"`
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // from the end of the header

	name  string
	data  []float64         // of F64 and F32
	text  []byte            // of U8
	write func(w io.Writer) // writes the data; errors are w's to keep
}

var dtypes = map[string]int64{"F64": 8, "F32": 4, "U8": 1}

// maxHeader is what other readers of the format allow.
const maxHeader = 100_000_000

// layerTensors is the layers as tensors, in the order in which they are written.
func layerTensors(prefix string, layers []Layer) []tensor {
	var list []tensor
	for i, l := range layers {
		name := prefix + strconv.Itoa(i)
		list = append(list,
			tensor{name: name + ".weight", Dtype: "F64", Shape: []int{l.W.Cols, l.W.Rows}, write: func(w io.Writer) { writeTransposed(w, l.W) }},
			tensor{name: name + ".bias", Dtype: "F64", Shape: []int{len(l.B)}, write: func(w io.Writer) { writeTransposed(w, Matrix{len(l.B), 1, 1, l.B}) }})
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
		t.write(h)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// checksum covers the data, by their hash, and the metadata.
func checksum(meta map[string]string, data []byte) string {
	h := sha256.New()
	h.Write(data)
	for _, k := range slices.Sorted(maps.Keys(meta)) {
		if k != "checksum" {
			fmt.Fprintf(h, "%s\x00%s\x00", k, meta[k])
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// writeTensors writes a whole file, with its checksum among the metadata.
func writeTensors(w io.Writer, meta map[string]string, tensors []tensor) error {
	header, sum, at := map[string]any{"__metadata__": meta}, sha256.New(), int64(0)
	for i := range tensors {
		t := &tensors[i]
		size := dtypes[t.Dtype]
		for _, d := range t.Shape {
			size *= int64(d)
		}
		t.Offsets = []int64{at, at + size}
		at += size
		header[t.name] = t
		t.write(sum)
	}
	for k, v := range meta {
		meta[k] = strings.ToValidUTF8(v, "\uFFFD") // as JSON would
	}
	meta["checksum"] = checksum(meta, sum.Sum(nil))
	b, err := json.Marshal(header)
	if err != nil {
		return err
	}
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b) > maxHeader {
		return fmt.Errorf("its header would have %d bytes; the format allows %d", len(b), maxHeader)
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	buf.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b))))
	buf.Write(b)
	for _, t := range tensors {
		t.write(buf)
	}
	return buf.Flush()
}

// readTensors reads a file of size bytes: its metadata, its tensors in the order of
// their data, and the SHA-256 of these.
func readTensors(r io.Reader, size int64) (meta map[string]string, tensors []tensor, sum []byte, err error) {
	fail := func(format string, args ...any) (map[string]string, []tensor, []byte, error) {
		return nil, nil, nil, fmt.Errorf(format, args...)
	}
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return fail("byte 0: %d bytes are too few for a model file (safetensors)", size)
	}
	n := binary.LittleEndian.Uint64(head[:])
	if n > maxHeader || int64(n) > size-8 {
		return fail("byte 0: a header of %d bytes is promised, and %d follow: the file was cut off, or it is not a model file (safetensors)", n, size-8)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return fail("byte 8: the header of %d bytes is incomplete: %w", n, errCut)
	}
	if meta, tensors, err = parseHeader(header); err != nil {
		return nil, nil, nil, err
	}
	slices.SortStableFunc(tensors, func(a, b tensor) int { return cmp.Compare(a.Offsets[0], b.Offsets[0]) })
	room, at := size-8-int64(n), int64(0)
	for _, t := range tensors {
		want := dtypes[t.Dtype]
		for _, d := range t.Shape {
			if d < 1 || int64(d) > room/want { // dividing cannot overflow
				return fail("tensor %q: its shape %v does not fit into the file's %d bytes of data", t.name, t.Shape, room)
			}
			want *= int64(d)
		}
		if t.Offsets[0] != at {
			return fail("tensor %q: its data begin at %d; %d was expected, where the tensor before it ends", t.name, t.Offsets[0], at)
		}
		if at += want; t.Offsets[1] != at {
			return fail("tensor %q: its data end at %d; %s of shape %v end at %d", t.name, t.Offsets[1], t.Dtype, t.Shape, at)
		}
	}
	if at != room {
		return fail("the header promises %d bytes of data, and the file has %d: it was cut off, or something was added", at, room)
	}
	h := sha256.New()
	r = bufio.NewReaderSize(io.TeeReader(r, h), 1<<16)
	for i := range tensors {
		if err := tensors[i].read(r); err != nil {
			return fail("tensor %q: %w", tensors[i].name, err)
		}
	}
	return meta, tensors, h.Sum(nil), nil
}

// parseHeader reads the JSON by hand, since encoding/json takes duplicate names.
func parseHeader(header []byte) (meta map[string]string, tensors []tensor, err error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	fail := func(format string, args ...any) (map[string]string, []tensor, error) {
		return nil, nil, fmt.Errorf("byte %d: %w", 8+dec.InputOffset(), fmt.Errorf(format, args...))
	}
	if !bytes.HasPrefix(header, []byte("{")) || !utf8.Valid(header) {
		return fail("the header is not a JSON object in UTF-8: it is not a model file (safetensors), or damaged")
	}
	// object calls entry for each name of an object, to read the value that follows.
	object := func(entry func(name string) error) error {
		if t, err := dec.Token(); err != nil || t != json.Delim('{') {
			return errors.New("the header's JSON is damaged: { was expected")
		}
		seen := map[string]bool{}
		for dec.More() {
			t, err := dec.Token()
			name, _ := t.(string)
			if err != nil {
				return fmt.Errorf("the header's JSON is damaged: %w", err)
			}
			if seen[name] {
				return fmt.Errorf("the name %q is there twice", name)
			}
			seen[name] = true
			if err := entry(name); err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
		}
		_, err := dec.Token()
		return err
	}
	err = object(func(name string) error {
		if name == "__metadata__" {
			meta = map[string]string{}
			return object(func(key string) error {
				t, err := dec.Token()
				value, ok := t.(string)
				if err != nil || !ok {
					return fmt.Errorf("%q: a text was expected", key)
				}
				meta[key] = value
				return nil
			})
		}
		t := tensor{name: name}
		if err := dec.Decode(&t); err != nil {
			return err
		}
		if len(t.Offsets) != 2 || len(t.Shape) < 1 || len(t.Shape) > 2 {
			return fmt.Errorf("shape %v, data_offsets %v: one or two dimensions and two offsets were expected", t.Shape, t.Offsets)
		}
		if dtypes[t.Dtype] == 0 {
			return fmt.Errorf("its numbers are %q; F64 or F32 were expected: convert it (in PyTorch, .double())", t.Dtype)
		}
		tensors = append(tensors, t)
		return nil
	})
	if err != nil {
		return fail("%w", err)
	}
	if rest := bytes.TrimLeft(header[dec.InputOffset():], " "); len(rest) > 0 {
		return fail("%.20q follows the header's JSON", rest)
	}
	return meta, tensors, nil
}

// read takes the tensor's numbers from r, all of which must be finite.
func (t *tensor) read(r io.Reader) error {
	cut := fmt.Errorf("its data are incomplete: %w", errCut)
	size := dtypes[t.Dtype]
	if size == 1 {
		t.text = make([]byte, t.Offsets[1]-t.Offsets[0])
		if _, err := io.ReadFull(r, t.text); err != nil {
			return cut
		}
		return nil
	}
	t.data = make([]float64, (t.Offsets[1]-t.Offsets[0])/size)
	var b [8]byte
	for i := range t.data {
		if _, err := io.ReadFull(r, b[:size]); err != nil {
			return cut
		}
		v := math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
		if size == 4 {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[:])))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("number %d of %d is %v: the file is damaged, or the training had diverged", i, len(t.data), v)
		}
		t.data[i] = v
	}
	return nil
}

// writeFile writes a file so that its name stands for the old content or the new, whatever
// happens in between.
func writeFile(path string, write func(w io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: cannot be written: %w", path, cause(err))
		}
	}()
	f, path, err := createFile(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails, as it should, once the file has its name
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		d.Sync() // so that the name survives a power cut; not every system can
		d.Close()
	}
	return nil
}

// createFile makes a temporary file beside path, which is not a link when it returns.
func createFile(path string) (f *os.File, target string, err error) {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p // a link stays a link
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if mode = info.Mode().Perm(); !info.Mode().IsRegular() {
			return nil, path, fmt.Errorf("it is there and not a file (%v); give another name", info.Mode().Type())
		}
		if mode&0o200 == 0 {
			return nil, path, fmt.Errorf("it is there and read-only (%v); make it writable, or give another name", mode)
		}
	}
	if f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp"); err == nil {
		f.Chmod(mode) // where the file system can
	}
	return f, path, err
}

// removeTemporary removes what runs that were killed have left of createFile.
func removeTemporary(path string) {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	}
	list, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range list {
		number, ok := strings.CutPrefix(e.Name(), "."+filepath.Base(path)+".")
		if number, ok2 := strings.CutSuffix(number, ".tmp"); ok && ok2 && strings.Trim(number, "0123456789") == "" {
			os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// cause is a file error without the name, which would be that of a temporary file.
func cause(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

// ---- Models ----

// A model is a network with what it takes to use it again.
type model struct {
	path          string
	meta          map[string]string
	own           bool // written by this program, not elsewhere
	net           *Network
	in, out       Scale
	classes       []string           // nil for numbers to predict
	names         []string           // of the inputs; nil where they have none
	width, height int                // of images; 0 for tables
	depth         float64            // of images: the value of full ink
	frame         frame              // of images
	state         map[string][]Layer // of a checkpoint, as what follows: what is kept beside the weights
	met           Result
	epoch         int
	history       []epochEvent
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
		return nil, fileError(path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	m, err := decodeModel(f, st.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.path = path
	return m, nil
}

func decodeModel(r io.Reader, size int64) (*model, error) {
	meta, tensors, sum, err := readTensors(r, size)
	if err != nil {
		return nil, err
	}
	m := &model{meta: meta}
	for _, k := range []string{"backprop", "sizes", "checksum"} {
		m.own = m.own || meta[k] != "" // no single mistake hides whose file it is
	}
	var layers []tensor
	state := map[string][]tensor{}
	for _, t := range tensors {
		switch {
		case m.own && t.name == "history" && t.text != nil:
			for line := range bytes.Lines(t.text) {
				var e epochEvent
				if err := json.Unmarshal(line, &e); err != nil {
					return nil, fmt.Errorf("tensor %q, line %d: %w", t.name, len(m.history)+1, err)
				}
				m.history = append(m.history, e)
			}
		default:
			kind, _, _ := strings.Cut(t.name, ".")
			if m.own && slices.Contains(stateNames, kind) {
				state[kind] = append(state[kind], t)
			} else {
				layers = append(layers, t)
			}
		}
	}
	m.net = &Network{}
	if m.net.Layers, err = layersOf(layers); err != nil {
		return nil, err
	}
	m.state = map[string][]Layer{}
	for kind, tensors := range state {
		if m.state[kind], err = layersOf(tensors); err != nil {
			return nil, err
		}
	}
	last := m.net.Layers[len(m.net.Layers)-1].W.Cols
	if !m.own { // assumptions that -load tells of
		m.depth = 255
		if side := int(math.Sqrt(float64(m.inputs()))); side*side == m.inputs() {
			m.width, m.height = side, side
			m.frame = frame{max(math.Round(float64(side)*digitBox/digitSide), 1), float64(side+1) / 2, float64(side+1) / 2}
		}
		m.in = evenScale(m.inputs(), 1/m.depth)
		for c := range last {
			m.classes = append(m.classes, strconv.Itoa(c))
		}
		return m, nil
	}
	if v := meta["backprop"]; v != modelVersion {
		return nil, fmt.Errorf("__metadata__: it is of version %q, and this program reads %s", v, modelVersion)
	}
	if want := checksum(meta, sum); meta["checksum"] != want {
		return nil, fmt.Errorf("__metadata__: the checksum is %.12q…, and that of the content %.12q…: the file is damaged; take another copy (without __metadata__, a file changed on purpose loads)", meta["checksum"], want)
	}
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
		return nil, err
	}
	if m.in, err = decodeScale(meta, "input", m.inputs()); err != nil {
		return nil, err
	}
	if meta["inputs"] != "" {
		entry("inputs", &m.names, func() bool { return len(m.names) == m.inputs() })
	}
	if meta["classes"] != "" {
		entry("classes", &m.classes, func() bool { return len(m.classes) == last })
	} else if m.out, err = decodeScale(meta, "target", last); err != nil {
		return nil, err
	}
	if meta["width"] != "" {
		entry("width", &m.width, func() bool { return m.width > 0 && m.inputs()%m.width == 0 })
		entry("height", &m.height, func() bool { return m.width*m.height == m.inputs() })
		entry("depth", &m.depth, func() bool { return m.depth > 0 && m.depth <= 255 })
		entry("frame", &m.frame, func() bool { return m.frame.Box >= 1 && m.frame.Box <= float64(max(m.width, m.height)) })
	}
	if meta["epoch"] != "" {
		entry("epoch", &m.epoch, func() bool { return m.epoch >= len(m.history) && (m.epoch == 0 || len(m.history) > 0) })
		entry("met", &m.met, func() bool { return m.met.Samples >= 0 && m.met.Right >= 0 && m.met.Right <= m.met.Samples })
	}
	return m, err
}

const modelVersion = "1"

// stateNames are what the tensors of a checkpoint begin with that are not the network's.
var stateNames = []string{"velocity", "square", "best"}

// state is what the tensors of these names stand for in a training.
func (x *experiment) state() map[string][]Layer {
	return map[string][]Layer{"velocity": x.trainer.velocity, "square": x.trainer.square, "best": x.best}
}

// layersOf makes layers of tensors named N.weight and N.bias, in the order of the
// names: fc2 before fc10.
func layersOf(tensors []tensor) ([]Layer, error) {
	weights, biases := map[string]tensor{}, map[string]tensor{}
	for _, t := range tensors {
		name := t.name[:strings.LastIndexByte(t.name, '.')+1]
		switch {
		case t.name == name+"weight" && len(t.Shape) == 2 && t.data != nil:
			weights[name] = t
		case t.name == name+"bias" && len(t.Shape) == 1 && t.data != nil:
			biases[name] = t
		default:
			return nil, fmt.Errorf("tensor %q, %s of shape %v: a layer here has a weight [out, in], a bias [out], and nothing else", t.name, t.Dtype, t.Shape)
		}
	}
	var layers []Layer
	names := slices.SortedFunc(maps.Keys(weights), func(a, b string) int { return strings.Compare(padded(a), padded(b)) })
	for i, name := range names {
		w, b := weights[name], biases[name]
		delete(biases, name)
		l := Layer{W: NewMatrix(w.Shape[1], w.Shape[0]), B: b.data}
		if l.B == nil {
			l.B = make([]float64, l.W.Cols)
		}
		if len(l.B) != l.W.Cols {
			return nil, fmt.Errorf("tensor %q has shape %v, and %q %v: the bias has one number for each row of weights", w.name, w.Shape, b.name, b.Shape)
		}
		if i > 0 && l.W.Rows != layers[i-1].W.Cols {
			return nil, fmt.Errorf("tensor %q of shape %v takes %d inputs, and layer %q before it has %d outputs", w.name, w.Shape, l.W.Rows, names[i-1], layers[i-1].W.Cols)
		}
		for j := range l.W.Cols {
			for k, v := range w.data[j*l.W.Rows : (j+1)*l.W.Rows] {
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

// padded is a name that sorts by its numbers.
func padded(name string) string {
	var out, digits []byte
	for _, c := range []byte(name + "\x00") {
		if '0' <= c && c <= '9' {
			digits = append(digits, c)
			continue
		}
		if digits != nil {
			out = append(append(out, strings.Repeat("0", max(0, 20-len(digits)))...), digits...)
		}
		out, digits = append(out, c), nil
	}
	return string(out)
}

// sizes is the number of inputs and then each layer's number of outputs.
func (net *Network) sizes() []int {
	s := []int{net.Layers[0].W.Rows}
	for _, l := range net.Layers {
		s = append(s, l.W.Cols)
	}
	return s
}

func (m *model) inputs() int { return m.net.Layers[0].W.Rows }

// encodeScale puts a scale into meta, as one number where all are equal.
func encodeScale(meta map[string]string, name string, s Scale) {
	for key, list := range map[string][]float64{name + "_shift": s.Shift, name + "_factor": s.Factor} {
		b, _ := json.Marshal(list) // the shortest that is read back to the bit
		if slices.Min(list) == slices.Max(list) {
			b, _ = json.Marshal(list[0])
		}
		meta[key] = string(b)
	}
}

// decodeScale gets a scale of n numbers out of meta.
func decodeScale(meta map[string]string, name string, n int) (Scale, error) {
	var lists [2][]float64
	for i, key := range []string{name + "_shift", name + "_factor"} {
		var one float64
		if json.Unmarshal([]byte(meta[key]), &one) == nil {
			lists[i] = slices.Repeat([]float64{one}, n)
		} else if err := json.Unmarshal([]byte(meta[key]), &lists[i]); err != nil || len(lists[i]) != n {
			return Scale{}, fmt.Errorf("__metadata__: %q is %.40q: a number, or %d in brackets were expected", key, meta[key], n)
		}
	}
	if slices.Contains(lists[1], 0) {
		return Scale{}, fmt.Errorf("__metadata__: %q is 0 somewhere", name+"_factor")
	}
	return Scale{lists[0], lists[1]}, nil
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
	if m.own {
		for _, name := range []string{"activation", "output", "cost", "test", "valid", "label", "regress", "seed"} {
			value, ok := m.meta["-"+name]
			if !ok {
				return inside(fmt.Errorf("%q is missing", "-"+name))
			}
			values[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, ofData := cfg.flags.Lookup(name), slices.Contains([]string{"test", "valid", "label", "regress", "seed"}, name)
		if !cfg.given[name] {
			if err := f.Value.Set(values[name]); err != nil {
				return inside(fmt.Errorf("%q is %q: %w", "-"+name, values[name], err))
			}
		} else if f.Value.String() != values[name] && !ofData {
			return usageError{fmt.Errorf("-%s %s: %s has %s; leave the flag out", name, f.Value, m.path, values[name])}
		}
	}
	if err := cfg.check(); err != nil {
		return inside(err)
	}
	m.net.Cost = named(costs, cfg.cost)
	for i := range m.net.Layers {
		m.net.Layers[i].G = named(activations, cfg.hiddenG)
	}
	m.net.Layers[len(m.net.Layers)-1].G = named(activations, cfg.outputG)
	if !m.own && cfg.scale != "" && cfg.scale != "standard" {
		var err error
		m.in, err = fitScale(cfg.scale, Set{N: 1, Dim: m.inputs(), Pixels: bytes.Repeat([]byte{255}, m.inputs())})
		return err
	}
	return nil
}

// adapt checks that the data are of the model's kind and numbers their classes as it does.
func (m *model) adapt(data *Dataset) error {
	outputs := len(m.net.Layers[len(m.net.Layers)-1].B)
	switch {
	case data.Train.Dim != m.inputs():
		return fmt.Errorf("%s: its samples have %d inputs, and %s takes %d: they do not belong together", data.Name, data.Train.Dim, m.path, m.inputs())
	case m.names != nil && data.Inputs != nil && !slices.Equal(m.names, data.Inputs):
		return fmt.Errorf("%s: its inputs are %.100q, and those of %s %.100q: they do not belong together", data.Name, data.Inputs, m.path, m.names)
	case m.own && (data.Classes == nil) != (m.classes == nil):
		return fmt.Errorf("%s: of classes and numbers to predict, it has one, and %s knows the other: add or leave out -regress", data.Name, m.path)
	case data.Outputs() > outputs || data.Classes == nil && data.Outputs() < outputs:
		return fmt.Errorf("%s: it asks for %d outputs, and %s has %d: they do not belong together", data.Name, data.Outputs(), m.path, outputs)
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
	for _, s := range []Set{data.Train, data.Valid, data.Test} {
		for i, c := range s.Labels {
			s.Labels[i] = number[c]
		}
	}
	data.Classes = m.classes
	return nil
}

// useModel is -load: it evaluates, or answers about pictures.
func useModel(ctx context.Context, cfg *config, stdout *results, stderr io.Writer) error {
	m, err := readModel(cfg.load)
	if err != nil {
		return err
	}
	if err := m.configure(cfg); err != nil {
		return err
	}
	if !m.own {
		fmt.Fprintf(stderr, "backprop: %s says nothing of its use; assumed: -activation %s -output %s -cost %s -scale %s\n",
			m.path, cfg.hiddenG, cfg.outputG, cfg.cost, cmp.Or(cfg.scale, "unit"))
	}
	if cfg.pictures != nil {
		return m.predict(ctx, cfg, stdout, stderr)
	}
	start := time.Now()
	data, err := load(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if err := m.adapt(data); err != nil {
		return err
	}
	if !m.own && cfg.scale == "standard" {
		if m.in, err = fitScale(cfg.scale, data.Train); err != nil {
			return err
		}
	}
	if data.Classes == nil && m.out.Factor == nil {
		m.out = evenScale(data.Outputs(), 1)
	}
	if data.Test.N == 0 { // -test 0: all that there is, since nothing is trained
		data.Test = data.Train
	}
	x := &experiment{cfg: cfg, data: data, in: m.in, out: m.out, start: start, trainer: &Trainer{Net: m.net, N: data.Train.N, Workers: cfg.workers}}
	out := &printer{w: stdout, json: cfg.json}
	out.start(x)
	if err := x.record(); err != nil {
		return err
	}
	evaluate := func(s *Set) Result { return m.net.Evaluate(x.source(s, ascending(s.N)), s.N, cfg.workers) }
	var last epochEvent
	last.test(x, evaluate(&data.Test))
	done := doneEvent{Event: "done", TestAccuracy: last.TestAccuracy, TestRMSE: last.TestRMSE, Hash: hash(m.net)}
	if data.Classes == nil {
		done.TrainRMSE = x.rmse(evaluate(&data.Train))
	}
	done.Seconds = time.Since(start).Seconds()
	out.done(x, done)
	return x.recorder.done(done)
}

// ---- Saving ----

// A saver writes the model and the checkpoints of one training. A nil saver does nothing.
type saver struct {
	path    string // of the model
	meta    map[string]string
	history []byte // the epochs' lines
	lines   int
	wrote   time.Time
	took    time.Duration
	failed  string // what went wrong with the last checkpoint
	older   bool   // there is a checkpoint of another run that was not finished
	stderr  io.Writer
}

// unsaved are the flags that do not change what a network learns. All others have to be
// the same when a run goes on.
var unsaved = []string{"data", "download", "workers", "kernel", "gradcheck", "json", "save", "load", "resume", "predict", "recipe", "sweep", "report"}

// newSaver sees whether the model can be written, before anything is trained.
func newSaver(x *experiment, stderr io.Writer) (*saver, error) {
	cfg, data := x.cfg, x.data
	if cfg.save == "" {
		return nil, nil
	}
	s := &saver{path: cfg.save, stderr: stderr, meta: map[string]string{"format": "pt", "backprop": modelVersion, "data": data.Name}}
	for _, path := range []string{s.path, s.checkpoint()} {
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && st.Size() > 0 {
			var head [9]byte
			if f, err := os.Open(path); err == nil {
				io.ReadFull(f, head[:])
				f.Close()
			}
			if binary.LittleEndian.Uint64(head[:]) > maxHeader || head[8] != '{' {
				return nil, fmt.Errorf("-save %s: %s is there and not a model file; give another name, or remove it", s.path, path)
			}
		}
	}
	f, _, err := createFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("-save %s: it could not be written: %w", s.path, cause(err))
	}
	f.Close()
	os.Remove(f.Name())
	removeTemporary(s.path)
	removeTemporary(s.checkpoint())
	cfg.flags.VisitAll(func(f *flag.Flag) {
		if !slices.Contains(unsaved, f.Name) {
			s.meta["-"+f.Name] = f.Value.String()
		}
	})
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	s.meta["sizes"] = text(x.trainer.Net.sizes())
	encodeScale(s.meta, "input", x.in)
	if data.Inputs != nil {
		s.meta["inputs"] = text(data.Inputs)
	}
	if data.Classes != nil {
		s.meta["classes"] = text(data.Classes)
	} else {
		encodeScale(s.meta, "target", x.out)
	}
	if data.Train.Pixels != nil && data.Width > 0 && data.Width*data.Height == data.Train.Dim {
		unit, _ := fitScale("unit", data.Train)
		s.meta["width"], s.meta["height"] = text(data.Width), text(data.Height)
		s.meta["depth"], s.meta["frame"] = text(math.Round(1/unit.Factor[0])), text(frameOf(data))
	}
	s.meta["data_crc32c"] = fingerprint(data)
	return s, nil
}

func (s *saver) checkpoint() string { return s.path + ".checkpoint" }

// fingerprint tells data apart.
func fingerprint(d *Dataset) string {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	fmt.Fprintf(h, "%q", d.Classes)
	for _, s := range []Set{d.Train, d.Valid, d.Test} {
		fmt.Fprintf(h, "%d×%d", s.N, s.Dim)
		h.Write(s.Pixels)
		binary.Write(h, binary.LittleEndian, s.Labels)
		for _, list := range [][]float64{s.Values, s.Targets} {
			for part := range slices.Chunk(list, 1<<13) {
				binary.Write(h, binary.LittleEndian, part)
			}
		}
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

// write writes the network to path; with the trainer's state it is a checkpoint.
func (s *saver) write(path string, x *experiment, epoch int, state bool) error {
	if x.broken(epochEvent{}) {
		return errTooLarge // it diverges, and must not replace what is good
	}
	t, meta := x.trainer, maps.Clone(s.meta)
	list := layerTensors("layers.", t.Net.Layers)
	if state {
		for _, name := range stateNames {
			list = append(list, layerTensors(name+".", x.state()[name])...)
		}
		for ; s.lines < len(x.history); s.lines++ {
			b, err := json.Marshal(x.history[s.lines])
			if err != nil {
				return err
			}
			s.history = append(append(s.history, b...), '\n')
		}
		if s.lines > 0 {
			list = append(list, tensor{name: "history", Dtype: "U8", Shape: []int{len(s.history)}, write: func(w io.Writer) { w.Write(s.history) }})
		}
		met, err := json.Marshal(t.Met)
		if err != nil {
			return err
		}
		meta["epoch"], meta["met"], meta["seconds"] = strconv.Itoa(epoch), string(met), fmt.Sprint(x.spent)
	}
	meta["weights_sha256"] = hash(t.Net)
	return writeFile(path, func(w io.Writer) error { return writeTensors(w, meta, list) })
}

// epochDone writes a checkpoint after an epoch; not where epochs are so short that it
// would take more than a tenth of the time, but always after the first and the last.
func (s *saver) epochDone(x *experiment, epoch int) {
	if s == nil || time.Since(s.wrote) < 9*s.took && epoch < x.cfg.epochs && !x.early.spent() {
		return
	}
	begin := time.Now()
	err := s.write(s.checkpoint(), x, epoch, true)
	s.wrote, s.took, s.older = time.Now(), time.Since(begin), false
	switch {
	case err == nil:
		s.failed = ""
	case err.Error() != s.failed: // once, not after every epoch
		s.failed = err.Error()
		fmt.Fprintf(s.stderr, "backprop: no checkpoint after epoch %d: %v; training goes on\n", epoch, err)
	}
}

// finish writes the model.
func (s *saver) finish(x *experiment) error {
	if s == nil {
		return nil
	}
	err := s.write(s.path, x, x.cfg.epochs, false)
	if err != nil && s.failed == "" {
		err = fmt.Errorf("%w; %s has the trained weights: once it can be written, the same command with -resume writes it", err, s.checkpoint())
	}
	return err
}

// interrupted writes a checkpoint in the middle of a run, when so many epochs are done,
// and is the error that the run ends with.
func (s *saver) interrupted(x *experiment, epoch int) error {
	where := fmt.Sprintf("after epoch %d of %d", epoch, x.cfg.epochs)
	if x.trainer.Met.Samples > 0 {
		where = fmt.Sprintf("in epoch %d of %d", epoch+1, x.cfg.epochs)
	}
	switch {
	case s == nil:
		return fmt.Errorf("%w %s; with -save FILE -resume, a run can be gone on with", errInterrupted, where)
	case s.older:
		return fmt.Errorf("%w %s; %s is still that of the earlier run", errInterrupted, where, s.checkpoint())
	}
	if err := s.write(s.checkpoint(), x, epoch, true); err != nil {
		return fmt.Errorf("%w %s, and the checkpoint is of an earlier epoch: %w", errInterrupted, where, err)
	}
	again := " with -resume"
	if x.cfg.resume {
		again = " again"
	}
	return fmt.Errorf("%w %s; the checkpoint is written: run the same command%s to go on", errInterrupted, where, again)
}

// stoppedEarly says that the checkpoint is that of a run which -patience has ended.
func (m *model) stoppedEarly() bool {
	s := stopper{epoch: m.epoch}
	if s.patience, _ = strconv.Atoi(m.meta["-patience"]); s.patience <= 0 {
		return false
	}
	for _, e := range m.history {
		s.better(e)
	}
	s.epoch = m.epoch
	return s.spent()
}

// resume takes the training to where its checkpoint is, and returns how many epochs are
// done: 0 where there is none, or none is asked for.
func (s *saver) resume(x *experiment) (epoch int, err error) {
	if s == nil {
		return 0, nil
	}
	m, err := readModel(s.checkpoint())
	switch {
	case !x.cfg.resume:
		if s.older = err == nil && m.meta["-epochs"] != strconv.Itoa(m.epoch) && !m.stoppedEarly(); s.older {
			fmt.Fprintf(s.stderr, "backprop: %s, after %s of a run, will be replaced; with -resume that run would go on\n", s.checkpoint(), plural(m.epoch, "epoch"))
		}
		return 0, nil
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("-resume: %w; remove it to start afresh", err)
	}
	wrong := func(format string, args ...any) (int, error) {
		return 0, fmt.Errorf("-resume: %s: %w", m.path, fmt.Errorf(format, args...))
	}
	t := x.trainer
	all := maps.Clone(s.meta)
	maps.Copy(all, m.meta)
	same := m.meta["data_crc32c"] == s.meta["data_crc32c"]
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if _, known := m.meta[k]; !known && k[0] == '-' { // a flag younger than the checkpoint
			m.meta[k] = x.cfg.flags.Lookup(k[1:]).DefValue
			if k == "-schedule" {
				m.meta[k] = "constant" // as it was before there was a choice
			}
		}
		if k[0] == '-' && k != "-epochs" && m.meta[k] != s.meta[k] && !(same && slices.Contains([]string{"-test", "-valid", "-label", "-regress"}, k)) {
			return wrong("it was trained with %s %s, not %s; set it so, or remove the checkpoint to start afresh", k, cmp.Or(m.meta[k], "(default)"), cmp.Or(s.meta[k], "(default)"))
		}
	}
	switch {
	case !same:
		return wrong("it was trained on other data (%s); -data has to give the same, or remove the checkpoint to start afresh", m.meta["data"])
	case m.meta["sizes"] != s.meta["sizes"] || m.met.Samples > t.N || m.met.Samples%t.Batch != 0 && m.met.Samples != t.N:
		return wrong("it does not belong to this network; remove it to start afresh")
	case x.cfg.schedule.kind == "cosine" && m.meta["-epochs"] != s.meta["-epochs"]:
		return wrong("by its -schedule cosine the rate is 0 after %s epochs, not %s; set -epochs so, or remove the checkpoint to start afresh (with -schedule constant, a run can be made longer)", m.meta["-epochs"], s.meta["-epochs"])
	case m.epoch > x.cfg.epochs || m.epoch == x.cfg.epochs && m.met.Samples > 0:
		return wrong("it has gone past epoch %d already; raise -epochs (it is %d), or remove the checkpoint to start afresh", m.epoch, x.cfg.epochs)
	}
	t.prepare()
	copyLayers(t.Net.Layers, m.net.Layers)
	for name, want := range x.state() {
		is := m.state[name]
		if !slices.EqualFunc(is, want, func(a, b Layer) bool { return a.W.Rows == b.W.Rows && a.W.Cols == b.W.Cols }) {
			return wrong("the tensors %s.… do not belong to this network and these settings; remove it to start afresh", name)
		}
		copyLayers(want, is)
	}
	t.Met = m.met
	t.done.Store(int64(m.epoch*((t.N+t.Batch-1)/t.Batch) + t.Met.Samples/t.Batch))
	if x.spent, err = strconv.ParseFloat(m.meta["seconds"], 64); err != nil || !(x.spent >= 0 && x.spent < 1e12) {
		return wrong("seconds %q is no time; remove it to start afresh", m.meta["seconds"])
	}
	for _, e := range m.history {
		if e.TestAccuracy != nil {
			e.testRight = int(math.Round(*e.TestAccuracy * float64(x.data.Test.N)))
		}
		if e.ValidAccuracy != nil {
			e.validRight = int(math.Round(*e.ValidAccuracy * float64(x.data.Valid.N)))
		}
		x.history = append(x.history, e)
	}
	for _, e := range x.history {
		if x.cfg.patience > 0 {
			x.early.better(e)
		}
	}
	x.early.epoch = m.epoch
	if x.early.spent() {
		fmt.Fprintf(s.stderr, "backprop: %s: stopped early after %s, nothing is left to do\n", m.path, plural(m.epoch, "epoch"))
	} else if m.epoch < x.cfg.epochs {
		fmt.Fprintf(s.stderr, "backprop: %s: going on after %s of %d\n", m.path, plural(m.epoch, "epoch"), x.cfg.epochs)
	} else {
		fmt.Fprintf(s.stderr, "backprop: %s: all %s are done\n", m.path, plural(m.epoch, "epoch"))
	}
	return m.epoch, nil
}
