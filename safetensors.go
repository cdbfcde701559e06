// Safetensors: the file format of models, and files that are written whole.
package main

import (
	"bufio"
	"bytes"
	"cmp"
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
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
