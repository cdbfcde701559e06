// Package safetensors reads and writes the file format of models: the length of a header, the
// header (JSON: metadata, and of each tensor its type, shape and place), the tensors' numbers.
// Nothing that a header says is believed before it is checked against the file's size.
package safetensors

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
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
)

// A Tensor is an entry of the header, and what it stands for.
type Tensor struct {
	Name    string  `json:"-"`
	Dtype   string  `json:"dtype"` // F64, F32 (which is only read) or U8
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // begin and end, from the end of the header; Write sets them

	Data  []float64         `json:"-"` // what was read of F64 and F32, row-major
	Text  []byte            `json:"-"` // what was read of U8
	Write func(w io.Writer) `json:"-"` // writes the data, little-endian; errors are w's to keep
}

var widths = map[string]int64{"F64": 8, "F32": 4, "U8": 1}

// maxHeader is what other readers of the format allow.
const maxHeader = 100_000_000

// mostNames is how many names an object of the header may have: more cost memory, and no network has them.
const mostNames = 100_000

// Begins says whether what r holds begins as a file of this format does.
func Begins(r io.Reader) bool {
	var head [9]byte
	io.ReadFull(r, head[:])
	return binary.LittleEndian.Uint64(head[:]) <= maxHeader && head[8] == '{'
}

// Checksum covers the tensors' data, by the SHA-256 that Read gives, and the metadata but for
// "checksum" itself. Files that were written elsewhere have none.
func Checksum(meta map[string]string, data []byte) string {
	h := sha256.New()
	h.Write(data)
	for _, k := range slices.Sorted(maps.Keys(meta)) {
		if k != "checksum" {
			fmt.Fprintf(h, "%s\x00%s\x00", k, meta[k])
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Write writes a whole file, with its Checksum among the metadata.
func Write(w io.Writer, meta map[string]string, tensors []Tensor) error {
	header, sum, at := map[string]any{"__metadata__": meta}, sha256.New(), int64(0)
	for i := range tensors {
		t := &tensors[i]
		size := widths[t.Dtype]
		for _, d := range t.Shape {
			size *= int64(d)
		}
		t.Offsets = []int64{at, at + size}
		at += size
		header[t.Name] = t
		t.Write(sum)
	}
	for k, v := range meta {
		meta[k] = strings.ToValidUTF8(v, "\uFFFD") // as JSON would
	}
	meta["checksum"] = Checksum(meta, sum.Sum(nil))
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
		t.Write(buf)
	}
	return buf.Flush()
}

// Read reads a file of size bytes: its metadata, its tensors in the order of their data, and the
// SHA-256 of these. Names are there once, the data lie end to end, and all numbers are finite.
func Read(r io.Reader, size int64) (meta map[string]string, tensors []Tensor, sum []byte, err error) {
	header, err := readHeader(r, size)
	if err == nil {
		meta, tensors, err = parseHeader(header)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	slices.SortStableFunc(tensors, func(a, b Tensor) int { return cmp.Compare(a.Offsets[0], b.Offsets[0]) })
	if err := checkOffsets(tensors, size-8-int64(len(header))); err != nil {
		return nil, nil, nil, err
	}
	h := sha256.New()
	r = bufio.NewReaderSize(io.TeeReader(r, h), 1<<16)
	for i := range tensors {
		if err := tensors[i].read(r); err != nil {
			return nil, nil, nil, fmt.Errorf("tensor %q: %w", tensors[i].Name, err)
		}
	}
	return meta, tensors, h.Sum(nil), nil
}

func readHeader(r io.Reader, size int64) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, fmt.Errorf("byte 0: %d bytes are too few for a model file (safetensors)", size)
	}
	n := binary.LittleEndian.Uint64(head[:])
	if n > maxHeader || int64(n) > size-8 {
		return nil, fmt.Errorf("byte 0: a header of %d bytes is promised, and %d follow: the file was cut off, "+
			"or it is not a model file (safetensors)", n, size-8)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("byte 8: the header of %d bytes is incomplete: %w", n, file.ErrCut)
	}
	return header, nil
}

// checkOffsets: the tensors' data follow one another, and fill the room that there is for them.
func checkOffsets(tensors []Tensor, room int64) error {
	at := int64(0)
	for _, t := range tensors {
		want := widths[t.Dtype]
		for _, d := range t.Shape {
			if d < 1 || int64(d) > room/want { // dividing cannot overflow
				return fmt.Errorf("tensor %q: its shape %v does not fit into the file's %d bytes of data",
					t.Name, t.Shape, room)
			}
			want *= int64(d)
		}
		if t.Offsets[0] != at {
			return fmt.Errorf("tensor %q: its data begin at %d; %d was expected, where the tensor before it ends",
				t.Name, t.Offsets[0], at)
		}
		if at += want; t.Offsets[1] != at {
			return fmt.Errorf("tensor %q: its data end at %d; %s of shape %v end at %d",
				t.Name, t.Offsets[1], t.Dtype, t.Shape, at)
		}
	}
	if at != room {
		return fmt.Errorf("the header promises %d bytes of data, and the file has %d: it was cut off, or something was added",
			at, room)
	}
	return nil
}

// parseHeader reads the JSON by hand, since encoding/json takes duplicate names.
func parseHeader(header []byte) (meta map[string]string, tensors []Tensor, err error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	fail := func(format string, args ...any) (map[string]string, []Tensor, error) {
		return nil, nil, fmt.Errorf("byte %d: %w", 8+dec.InputOffset(), fmt.Errorf(format, args...))
	}
	if !bytes.HasPrefix(header, []byte("{")) || !utf8.Valid(header) {
		return fail("the header is not a JSON object in UTF-8: it is not a model file (safetensors), or damaged")
	}
	err = object(dec, func(name string) error {
		if name == "__metadata__" {
			meta = map[string]string{}
			return object(dec, func(key string) error {
				t, err := dec.Token()
				value, ok := t.(string)
				if err != nil || !ok {
					return fmt.Errorf("%q: a text was expected", key)
				}
				meta[key] = value
				return nil
			})
		}
		t := Tensor{Name: name}
		if err := dec.Decode(&t); err != nil {
			return err
		}
		if len(t.Offsets) != 2 || len(t.Shape) < 1 || len(t.Shape) > 2 {
			return fmt.Errorf("shape %v, data_offsets %v: one or two dimensions and two offsets were expected",
				t.Shape, t.Offsets)
		}
		if widths[t.Dtype] == 0 {
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

// object calls entry for each name of a JSON object, to read the value that follows.
func object(dec *json.Decoder, entry func(name string) error) error {
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
		if len(seen) >= mostNames {
			return fmt.Errorf("there are more than %d names: it is not a model file", mostNames)
		}
		if seen[name] {
			return fmt.Errorf("the name %q appears twice", name)
		}
		seen[name] = true
		if err := entry(name); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	_, err := dec.Token()
	return err
}

// read takes the tensor's numbers from r, all of which must be finite.
func (t *Tensor) read(r io.Reader) error {
	cut := fmt.Errorf("its data are incomplete: %w", file.ErrCut)
	width := widths[t.Dtype]
	if width == 1 {
		t.Text = make([]byte, t.Offsets[1]-t.Offsets[0])
		if _, err := io.ReadFull(r, t.Text); err != nil {
			return cut
		}
		return nil
	}
	t.Data = make([]float64, (t.Offsets[1]-t.Offsets[0])/width)
	var b [8]byte
	for i := range t.Data {
		if _, err := io.ReadFull(r, b[:width]); err != nil {
			return cut
		}
		v := math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
		if width == 4 {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[:])))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("number %d of %d is %v: the file is damaged, or the training had diverged", i, len(t.Data), v)
		}
		t.Data[i] = v
	}
	return nil
}
