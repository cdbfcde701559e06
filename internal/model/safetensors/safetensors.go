// Package safetensors reads and writes the safetensors file format: the length of a header, the header itself (JSON,
// with metadata and the type, shape and position of each tensor), then the tensors' numbers.
// Everything a header claims is checked against the size of the file before memory is allocated for it.
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

// A Tensor is an entry of the header, with the data that belong to it.
type Tensor struct {
	Name    string  `json:"-"`
	Dtype   string  `json:"dtype"` // F64, U8, or F32, which is read but never written
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // begin and end, from the end of the header; Write sets them

	Data  []float64         `json:"-"` // the numbers read from F64 or F32, row by row
	Text  []byte            `json:"-"` // the bytes read from U8
	Write func(w io.Writer) `json:"-"` // writes the data, little-endian; w remembers an error, as a bufio.Writer does
}

// widths says how many bytes an element of each type takes.
var widths = map[string]int64{"F64": 8, "F32": 4, "U8": 1}

// maxHeader is the longest header that other readers of the format accept.
const maxHeader = 100_000_000

// maxNames limits the names in one JSON object of the header. No network needs so many, and they would take memory.
const maxNames = 100_000

// Begins reports whether r begins like a safetensors file.
func Begins(r io.Reader) bool {
	var head [9]byte
	io.ReadFull(r, head[:])
	return binary.LittleEndian.Uint64(head[:]) <= maxHeader && head[8] == '{'
}

// Checksum returns the value of "checksum" in the metadata of a file that this program writes. It covers dataSum,
// the SHA-256 of the tensors' data that Read returns, and all other metadata.
func Checksum(meta map[string]string, dataSum []byte) string {
	h := sha256.New()
	h.Write(dataSum)
	for _, k := range slices.Sorted(maps.Keys(meta)) {
		if k != "checksum" {
			fmt.Fprintf(h, "%s\x00%s\x00", k, meta[k])
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Write writes a whole file. It sets the offsets of the tensors, and adds the checksum to meta.
func Write(w io.Writer, meta map[string]string, tensors []Tensor) error {
	header := map[string]any{"__metadata__": meta}
	sum := sha256.New()
	end := int64(0)
	for i := range tensors {
		t := &tensors[i]
		begin, size := end, widths[t.Dtype]
		for _, d := range t.Shape {
			size *= int64(d)
		}
		end += size
		t.Offsets = []int64{begin, end}
		header[t.Name] = t
		t.Write(sum)
	}
	for k, v := range meta {
		meta[k] = strings.ToValidUTF8(v, "\uFFFD") // json.Marshal would do so too, but after the checksum
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
	buf := bufio.NewWriter(w)
	buf.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b))))
	buf.Write(b)
	for _, t := range tensors {
		t.Write(buf)
	}
	return buf.Flush()
}

// Read reads a file of size bytes. It returns the metadata, the tensors in the order of their data, and the SHA-256 of
// the data. It is an error if a name appears twice, if there are gaps or overlaps in the data, or if a number is not
// finite.
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
	r = bufio.NewReader(io.TeeReader(r, h))
	for i := range tensors {
		if err := tensors[i].readData(r); err != nil {
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

// checkOffsets checks that the data of the tensors follow one another without gaps, and take dataSize bytes in all.
func checkOffsets(tensors []Tensor, dataSize int64) error {
	at := int64(0)
	for _, t := range tensors {
		size := widths[t.Dtype]
		for _, d := range t.Shape {
			if d < 1 || int64(d) > dataSize/size { // divided, since a product might overflow
				return fmt.Errorf("tensor %q: its shape %v does not fit into the file's %d bytes of data",
					t.Name, t.Shape, dataSize)
			}
			size *= int64(d)
		}
		if t.Offsets[0] != at {
			return fmt.Errorf("tensor %q: its data begin at %d; %d was expected, where the tensor before it ends",
				t.Name, t.Offsets[0], at)
		}
		at += size
		if t.Offsets[1] != at {
			return fmt.Errorf("tensor %q: its data end at %d; %s of shape %v end at %d",
				t.Name, t.Offsets[1], t.Dtype, t.Shape, at)
		}
	}
	if at != dataSize {
		return fmt.Errorf("the header promises %d bytes of data, and the file has %d: it was cut off, or something was added",
			at, dataSize)
	}
	return nil
}

// parseHeader goes through the JSON token by token, because json.Unmarshal would accept duplicate names.
func parseHeader(header []byte) (meta map[string]string, tensors []Tensor, err error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	fail := func(format string, args ...any) (map[string]string, []Tensor, error) {
		return nil, nil, fmt.Errorf("byte %d: %w", 8+dec.InputOffset(), fmt.Errorf(format, args...))
	}
	if !bytes.HasPrefix(header, []byte("{")) || !utf8.Valid(header) {
		return fail("the header is not a JSON object in UTF-8: it is not a model file (safetensors), or damaged")
	}
	err = readObject(dec, func(name string) error {
		if name == "__metadata__" {
			meta = map[string]string{}
			return readMetadata(dec, meta)
		}
		t, err := readEntry(dec, name)
		tensors = append(tensors, t)
		return err
	})
	if err != nil {
		return fail("%w", err)
	}
	if rest := bytes.TrimLeft(header[dec.InputOffset():], " "); len(rest) > 0 {
		return fail("%.20q follows the header's JSON", rest)
	}
	return meta, tensors, nil
}

// readMetadata reads an object of texts.
func readMetadata(dec *json.Decoder, meta map[string]string) error {
	return readObject(dec, func(key string) error {
		t, err := dec.Token()
		value, ok := t.(string)
		if err != nil || !ok {
			return errors.New("a text was expected")
		}
		meta[key] = value
		return nil
	})
}

// readEntry reads what the header says about one tensor.
func readEntry(dec *json.Decoder, name string) (Tensor, error) {
	t := Tensor{Name: name}
	if err := dec.Decode(&t); err != nil {
		return t, err
	}
	if len(t.Offsets) != 2 || len(t.Shape) < 1 || len(t.Shape) > 2 {
		return t, fmt.Errorf("shape %v, data_offsets %v: one or two dimensions and two offsets were expected",
			t.Shape, t.Offsets)
	}
	if widths[t.Dtype] == 0 {
		return t, fmt.Errorf("its numbers are %q; F64 or F32 were expected: convert it (in PyTorch, .double())", t.Dtype)
	}
	return t, nil
}

// readObject reads a JSON object, and calls readValue after each name.
func readObject(dec *json.Decoder, readValue func(name string) error) error {
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
		if len(seen) >= maxNames {
			return fmt.Errorf("there are more than %d names: it is not a model file", maxNames)
		}
		if seen[name] {
			return fmt.Errorf("the name %q appears twice", name)
		}
		seen[name] = true
		if err := readValue(name); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	_, err := dec.Token()
	return err
}

// readData reads the tensor's text, or its numbers, which must be finite.
func (t *Tensor) readData(r io.Reader) error {
	incomplete := fmt.Errorf("its data are incomplete: %w", file.ErrCut)
	size, width := t.Offsets[1]-t.Offsets[0], widths[t.Dtype]
	if t.Dtype == "U8" {
		t.Text = make([]byte, size)
		if _, err := io.ReadFull(r, t.Text); err != nil {
			return incomplete
		}
		return nil
	}
	t.Data = make([]float64, size/width)
	var b [8]byte
	for i := range t.Data {
		if _, err := io.ReadFull(r, b[:width]); err != nil {
			return incomplete
		}
		v := math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
		if t.Dtype == "F32" {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[:])))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("number %d of %d is %v: the file is damaged, or the training had diverged", i, len(t.Data), v)
		}
		t.Data[i] = v
	}
	return nil
}
