// Package numpy reads NumPy's files (npy, npz, and pickles, of which nothing is ever run), and draws the
// permutations of its older random generator.
package numpy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/file"
)

// An Array is numbers in 1 to 4 dimensions.
type Array struct {
	Shape []int
	Type  string // byte order, kind and width as NumPy writes them: |u1, <f4, >i8
	width int    // of an element in bytes
	data  []byte // row-major
}

// newArray is an array without data of a type as NumPy writes it.
func newArray(dtype string) (*Array, error) {
	if !regexp.MustCompile(`^[<>=|]([ui][1248]|f[248]|b1)$`).MatchString(dtype) {
		return nil, fmt.Errorf("array of type %q: expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)", dtype)
	}
	return &Array{Type: dtype, width: int(dtype[2] - '0')}, nil
}

// Bytes is an array of bytes.
func Bytes(shape []int, data []byte) *Array { return &Array{shape, "|u1", 1, data} }

// Len is the number of elements.
func (a *Array) Len() int { return len(a.data) / a.width }

// At is element i in row-major order.
func (a *Array) At(i int) float64 {
	u := uint64(0)
	for k, b := range a.data[i*a.width : (i+1)*a.width] {
		if a.Type[0] == '>' {
			u = u<<8 | uint64(b)
		} else {
			u |= uint64(b) << (8 * k)
		}
	}
	switch {
	case a.Type[1:] == "f2":
		return half(uint16(u))
	case a.Type[1:] == "f4":
		return float64(math.Float32frombits(uint32(u)))
	case a.Type[1:] == "f8":
		return math.Float64frombits(u)
	case a.Type[1] == 'i':
		return float64(int64(u<<(64-8*a.width)) >> (64 - 8*a.width))
	}
	return float64(u)
}

// half is a number of 16 bits: a sign, five bits of exponent and ten of the fraction.
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)/1024
	x := math.Ldexp(1+fraction, exponent-15)
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -14)
	case 31:
		x = math.Inf(1)
		if fraction > 0 {
			x = math.NaN()
		}
	}
	if bits>>15 == 1 {
		x = -x
	}
	return x
}

// Values are all elements in row-major order.
func (a *Array) Values() []float64 {
	v := make([]float64, a.Len())
	for i := range v {
		v[i] = a.At(i)
	}
	return v
}

// bytes are the array's numbers times factor, if they are all bytes then; else nil.
func (a *Array) bytes(factor float64) []byte {
	if a.Type[1:] == "u1" && factor == 1 {
		return a.data
	}
	p, rounded := make([]byte, 0, a.Len()), 1e-4 // k/255 was rounded to a float32
	if a.Type[1:] == "f2" {
		rounded = 255.0 / (1 << 12)
	}
	for i := range a.Len() {
		x := a.At(i) * factor
		k := math.Round(x)
		if !(k >= 0 && k <= 255) || x != k && (factor != 255 || math.Abs(x-k) > rounded) {
			return nil
		}
		p = append(p, byte(k))
	}
	return p
}

// Parts are inputs and labels for training, validation and test, in this order; nil where there
// are none. Shapes begin with the number of samples, which is that of the labels, and go on as
// those of the training part.
type Parts [3][2]*Array

// PartNames are what the parts are called in errors.
var PartNames = [3]string{"training part", "validation part", "test part"}

// check reports parts that do not belong together.
func (p Parts) check() error {
	x0, y0 := p[0][0], p[0][1]
	if x0 == nil || len(x0.Shape) < 2 {
		return errors.New("no array of images or samples to train on, n×h×w or n×d")
	}
	for k, name := range PartNames {
		x, y := p[k][0], p[k][1]
		switch {
		case x == nil:
		case y == nil || y.Shape[0] != x.Shape[0]:
			return fmt.Errorf("%s: %d samples need as many labels%s", name, x.Shape[0], labelsThere(x, y))
		case !slices.Equal(x.Shape[1:], x0.Shape[1:]) || !slices.Equal(y.Shape[1:], y0.Shape[1:]):
			return fmt.Errorf("%s: arrays %s and %s differ in shape from the training arrays, %s and %s",
				name, file.ShapeText(x.Shape), file.ShapeText(y.Shape), file.ShapeText(x0.Shape), file.ShapeText(y0.Shape))
		}
	}
	return nil
}

// labelsThere says how many labels there are, and where the arrays may lie the wrong way round.
func labelsThere(x, y *Array) string {
	if y == nil {
		return ""
	}
	there := fmt.Sprintf("; there are %d", y.Shape[0])
	switch last := len(x.Shape) - 1; {
	case x.Shape[last] == y.Shape[0]:
		return there + fmt.Sprintf(", and the array of samples is %s: turn it around, so that samples come first",
			file.ShapeText(x.Shape))
	case len(y.Shape) == 2 && y.Shape[1] == x.Shape[0]:
		return there + fmt.Sprintf(", and the array of labels is %s: turn it around (y.T)", file.ShapeText(y.Shape))
	}
	return there
}

// Bytes are the inputs of each part as bytes: as they are, or if they were divided by 256 or 255.
// All are nil if they are no such numbers.
func (p Parts) Bytes() (inputs [3][]byte, dividedBy float64) {
	for _, by := range []float64{1, 256, 255} {
		ok := true
		for k := range p {
			if x := p[k][0]; x != nil && ok {
				inputs[k] = x.bytes(by)
				ok = inputs[k] != nil
			}
		}
		if ok {
			return inputs, by
		}
	}
	return [3][]byte{}, 0
}

// npzNames are what people call the arrays of training, validation and test, inputs and labels.
var npzNames = [...][][2]string{
	{{"x_train", "y_train"}, {"train_images", "train_labels"}, {"x", "y"}, {"data", "target"},
		{"data", "labels"}, {"images", "labels"}},
	{{"x_val", "y_val"}, {"x_valid", "y_valid"}, {"val_images", "val_labels"}},
	{{"x_test", "y_test"}, {"test_images", "test_labels"}},
}

// ReadNPZ reads a zip archive of arrays, of size bytes: those that are named like x_train and
// y_train, x_test and y_test. The members' names are compared and never opened as paths.
func ReadNPZ(r io.ReaderAt, size int64) (parts Parts, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return parts, fmt.Errorf("%w: the zip archive is damaged, or %w", err, file.ErrCut)
	}
	if what := otherArchive(z.File); what != "" {
		return parts, fmt.Errorf("is %s", what)
	}
	members, names := map[string]*zip.File{}, []string{}
	for _, f := range z.File {
		name, isArray := strings.CutSuffix(strings.ToLower(f.Name), ".npy")
		if !isArray {
			continue
		}
		if members[name] != nil {
			return parts, fmt.Errorf("member %q appears twice", f.Name)
		}
		members[name] = f
		names = append(names, name)
	}
	for k, pairs := range npzNames {
		for _, pair := range pairs {
			if x, y := members[pair[0]], members[pair[1]]; x == nil && y == nil || parts[k][0] != nil {
				continue
			} else if pair[0] == "data" && y == nil && members["labels"] != nil || pair[1] == "labels" && x == nil {
				continue // another pair has them
			} else if x == nil || y == nil {
				return parts, fmt.Errorf("%s.npy and %s.npy belong together, and only one of them is there", pair[0], pair[1])
			}
			for i, name := range pair {
				if parts[k][i], err = readMember(members[name], size); err != nil {
					return parts, fmt.Errorf("%s.npy: %w", name, err)
				}
			}
		}
	}
	if parts[0][0] == nil {
		more := ""
		if len(names) > 8 {
			more = fmt.Sprintf(" and %d more", len(names)-8)
		}
		return parts, fmt.Errorf("is a zip archive with the arrays %.40q%s: expected x_train and y_train, "+
			"x_test and y_test; if it is no .npz, unpack it or save it as CSV", names[:min(len(names), 8)], more)
	}
	return parts, parts.check()
}

// otherArchive is what a zip archive without arrays is, and what to do with it; "" if it has one, or nothing.
func otherArchive(list []*zip.File) string {
	isArray := func(f *zip.File) bool { return strings.HasSuffix(strings.ToLower(f.Name), ".npy") }
	if slices.ContainsFunc(list, isArray) {
		return ""
	}
	what := ""
	for _, f := range list {
		switch {
		case strings.HasPrefix(f.Name, "xl/"):
			return "an Excel workbook, which this program does not read; save the sheet as CSV"
		case f.Name == "content.xml":
			return "a document of LibreOffice, which this program does not read; save the sheet as CSV"
		case what == "":
			what = fmt.Sprintf("a zip archive, in which there is %.40q; unpack it", f.Name)
		}
	}
	return what
}

// readMember reads one array of an archive of size bytes.
func readMember(f *zip.File, size int64) (*Array, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	packed := int64(min(f.CompressedSize64, uint64(size)))
	return ReadNPY(r, int64(min(f.UncompressedSize64, uint64(file.MaxUnpacked(packed)))))
}

var (
	npyDescr = regexp.MustCompile(`'descr': *'([^']*)'`)
	npyOrder = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape = regexp.MustCompile(`'shape': *\(([0-9, L]*)\)`)
)

// ReadNPY reads one array; limit is the most bytes that r can hold. One in column-major order, as pandas keeps its
// tables, is brought into row-major order.
func ReadNPY(r io.Reader, limit int64) (*Array, error) {
	h, err := describe(r, limit)
	if err != nil {
		return nil, err
	}
	a, err := newArray(h.dtype)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", h.start, err)
	}
	a.Shape = h.shape
	if len(a.Shape) < 1 || len(a.Shape) > 4 {
		return nil, fmt.Errorf("byte %d: expected 1 to 4 dimensions, found %.100q", h.start, h.text)
	}
	err = h.read(r, limit, a)
	if err == nil && h.columns {
		a.toRows()
	}
	return a, err
}

// A header is what a .npy file says of its array.
type header struct {
	text    []byte
	start   int // where it begins
	dtype   string
	shape   []int
	columns bool // the numbers are there column by column
}

// describe reads a header and what it says.
func describe(r io.Reader, limit int64) (*header, error) {
	head, start, err := readHeader(r, limit)
	if err != nil {
		return nil, err
	}
	descr, order, shape := npyDescr.FindSubmatch(head), npyOrder.FindSubmatch(head), npyShape.FindSubmatch(head)
	if descr == nil || order == nil || shape == nil {
		return nil, fmt.Errorf("byte %d: the header %.100q does not describe an array of numbers", start, head)
	}
	h := &header{text: head, start: start, dtype: string(descr[1]), columns: string(order[1]) == "True"}
	for _, s := range strings.Split(string(shape[1]), ",") {
		if s = strings.Trim(s, " L"); s != "" {
			v, err := strconv.Atoi(s)
			if err != nil {
				return nil, fmt.Errorf("byte %d: shape (%s) is impossible", start, shape[1])
			}
			h.shape = append(h.shape, v)
		}
	}
	return h, nil
}

// read reads the array's numbers, which follow the header and end the file.
func (h *header) read(r io.Reader, limit int64, a *Array) error {
	begin := int64(h.start + len(h.text))
	count, err := file.Count(h.shape, min(limit-begin, math.MaxInt)/int64(a.width))
	if err != nil {
		return fmt.Errorf("byte %d: %w", h.start, err)
	}
	if a.data, err = file.ReadExactly(r, count*a.width); err != nil {
		return fmt.Errorf("byte %d: %w", begin, err)
	}
	return nil
}

// toRows brings data in column-major order, whose first index runs fastest, into row-major order, whose last does.
func (a *Array) toRows() {
	if len(a.Shape) < 2 {
		return
	}
	rows, at := make([]byte, len(a.data)), make([]int, len(a.Shape))
	for from := 0; from < len(rows); from += a.width {
		to := 0
		for d, i := range at {
			to = to*a.Shape[d] + i
		}
		copy(rows[to*a.width:], a.data[from:from+a.width])
		for d := range at {
			if at[d]++; at[d] < a.Shape[d] {
				break
			}
			at[d] = 0
		}
	}
	a.data = rows
}

// Signed says whether an array of signed bytes has some below 0.
func (a *Array) Signed() bool {
	return a.Type[1:] == "i1" && slices.ContainsFunc(a.data, func(b byte) bool { return b > 127 })
}

// readHeader reads the header, which starts at byte start: a Python dictionary in text.
func readHeader(r io.Reader, limit int64) (head []byte, start int, err error) {
	var b [12]byte
	if _, err := io.ReadFull(r, b[:10]); err != nil {
		return nil, start, fmt.Errorf("byte 0: the header is incomplete: %w", file.ErrCut)
	}
	n, start := int64(binary.LittleEndian.Uint16(b[8:])), 10
	if !bytes.HasPrefix(b[:], []byte("\x93NUMPY")) || b[6] < 1 || b[6] > 3 {
		return nil, start, fmt.Errorf("byte 0: begins with %q; NumPy's \"\\x93NUMPY\" of version 1 to 3 was expected", b[:8])
	}
	if b[6] > 1 {
		if _, err := io.ReadFull(r, b[10:]); err != nil {
			return nil, start, fmt.Errorf("byte 10: the header is incomplete: %w", file.ErrCut)
		}
		n, start = int64(binary.LittleEndian.Uint32(b[8:])), 12
	}
	if n > min(limit, 1<<16) {
		return nil, start, fmt.Errorf("byte 8: a header of %d bytes is impossible", n)
	}
	if head, err = file.ReadN(r, int(n)); err != nil {
		return nil, start, fmt.Errorf("byte %d: header: %w", start, err)
	}
	return head, start, nil
}
