// .npy: one array, after a header that describes it.

package numpy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"backprop/internal/file"
)

// ReadNPY reads an array of numbers in 1 to 4 dimensions; r can hold no more than limit bytes. Column-major order, in
// which pandas keeps its tables, becomes row-major.
func ReadNPY(r io.Reader, limit int64) (*Array, error) {
	h, err := readHeader(r, limit)
	if err != nil {
		return nil, err
	}
	a, err := newArray(h.dtype)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", h.start, err)
	}
	if len(h.shape) < 1 || len(h.shape) > 4 {
		return nil, fmt.Errorf("byte %d: expected 1 to 4 dimensions, found %.100q", h.start, h.text)
	}
	return a, h.readData(r, limit, a)
}

// A header is what a .npy file says of its array: a Python dictionary in text.
type header struct {
	text        []byte
	start       int // the byte at which the text begins
	dtype       string
	shape       []int
	columnMajor bool
}

var (
	npyDescr = regexp.MustCompile(`'descr': *'([^']*)'`)
	npyOrder = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape = regexp.MustCompile(`'shape': *\(([0-9, L]*)\)`)
)

func readHeader(r io.Reader, limit int64) (h header, err error) {
	if err := h.readText(r, limit); err != nil {
		return h, err
	}
	descr, order, shape := npyDescr.FindSubmatch(h.text), npyOrder.FindSubmatch(h.text), npyShape.FindSubmatch(h.text)
	if descr == nil || order == nil || shape == nil {
		return h, fmt.Errorf("byte %d: the header %.100q does not describe an array of numbers", h.start, h.text)
	}
	h.dtype, h.columnMajor = string(descr[1]), string(order[1]) == "True"
	for _, s := range strings.Split(string(shape[1]), ",") {
		if s = strings.Trim(s, " L"); s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			return h, fmt.Errorf("byte %d: shape (%s) is impossible", h.start, shape[1])
		}
		h.shape = append(h.shape, n)
	}
	return h, nil
}

// readText reads what stands before the data: a magic number, the version, the length of the text, and the text.
func (h *header) readText(r io.Reader, limit int64) error {
	var b [12]byte
	if _, err := io.ReadFull(r, b[:10]); err != nil {
		return fmt.Errorf("byte 0: the header is incomplete: %w", file.ErrCut)
	}
	version := b[6]
	if !bytes.HasPrefix(b[:], []byte("\x93NUMPY")) || version < 1 || version > 3 {
		return fmt.Errorf("byte 0: begins with %q; NumPy's \"\\x93NUMPY\" of version 1 to 3 was expected", b[:8])
	}
	var length int64
	if version == 1 {
		h.start, length = 10, int64(binary.LittleEndian.Uint16(b[8:]))
	} else {
		if _, err := io.ReadFull(r, b[10:]); err != nil {
			return fmt.Errorf("byte 10: the header is incomplete: %w", file.ErrCut)
		}
		h.start, length = 12, int64(binary.LittleEndian.Uint32(b[8:]))
	}
	if length > min(limit, 1<<16) {
		return fmt.Errorf("byte 8: a header of %d bytes is impossible", length)
	}
	var err error
	if h.text, err = file.ReadN(r, int(length)); err != nil {
		return fmt.Errorf("byte %d: header: %w", h.start, err)
	}
	return nil
}

// readData reads the shape and the data of an array whose type is known. The file must end after them.
func (h *header) readData(r io.Reader, limit int64, a *Array) error {
	begin := int64(h.start + len(h.text))
	n, err := file.Count(h.shape, min(limit-begin, math.MaxInt)/int64(a.width))
	if err != nil {
		return fmt.Errorf("byte %d: %w", h.start, err)
	}
	if a.data, err = file.ReadExactly(r, n*a.width); err != nil {
		return fmt.Errorf("byte %d: %w", begin, err)
	}
	a.Shape = h.shape
	if h.columnMajor {
		a.toRowMajor()
	}
	return nil
}
