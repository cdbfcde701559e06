package sparse

import (
	"bytes"
	"encoding/binary"
	"math"

	"backprop/internal/compute/kernel"
)

// Images stores only the nonzero pixels of images, in three bytes each.
type Images struct {
	dim, cuts int      // of an image: its pixels, and its cuts
	bytes     []byte   // image r is bytes from[r] ≤ p < from[r+1]: its cuts, then its pixels as kernel.Expand reads them
	from      []uint32 // n+1
}

// A cut says in two bytes how many nonzero pixels of an image come before column k·Panel. The cuts are stored beside
// the pixels, so that one prefetch loads both.
const cutBytes = 2

// NewImages makes lists of the images in x, which have dim pixels each. It returns nil if the lists would take more
// memory than x, or if x is too large for them.
func NewImages(x []byte, dim int) *Images {
	if x == nil || dim > 1<<16 {
		return nil
	}
	n, cuts := len(x)/dim, (dim+Panel-1)/Panel
	size := 3 * (len(x) - bytes.Count(x, []byte{0}))
	all := n*cutBytes*cuts + size
	if size > len(x) || all > math.MaxUint32 {
		return nil
	}
	l := &Images{dim: dim, cuts: cuts, from: []uint32{0}}
	l.bytes = make([]byte, 0, all+16) // room for vector code to read 16 bytes beyond the end
	var columns, values []byte
	for r := range n {
		columns, values = columns[:0], values[:0]
		for j, v := range x[r*dim:][:dim] {
			if j%Panel == 0 {
				l.bytes = binary.LittleEndian.AppendUint16(l.bytes, uint16(len(values)))
			}
			if v != 0 {
				columns, values = binary.LittleEndian.AppendUint16(columns, uint16(j)), append(values, v)
			}
		}
		l.bytes = append(append(l.bytes, columns...), values...)
		l.from = append(l.from, uint32(len(l.bytes)))
	}
	return l
}

// image returns the bytes of image r: its cuts, and then its pixels.
func (l *Images) image(r int32) []byte { return l.bytes[l.from[r]:l.from[r+1]] }

// Fill fills x with the first n images of order, multiplied by factor. It prefetches the n images after them, so that
// the next mini-batch does not have to wait for memory.
func (l *Images) Fill(x *Lists, order []int32, n int, factor float64) {
	x.Reset(n, l.dim)
	for i, r := range order[:n] {
		if next := i + n; next < len(order) {
			kernel.Prefetch(l.image(order[next]))
		}
		cuts, before := l.image(r), int32(len(x.Col))
		pixels := cuts[cutBytes*l.cuts:]
		col, val := x.extend(len(pixels) / 3)
		kernel.Expand(col, val, pixels, factor)
		for k := range l.cuts {
			x.Cut[k][i] = before + int32(binary.LittleEndian.Uint16(cuts[cutBytes*k:]))
		}
		x.Cut[l.cuts][i] = int32(len(x.Col))
	}
}

// FillRow writes image r into a row of a dense matrix, as (x − shift)·factor.
func (l *Images) FillRow(row []float64, r int32, shift, factor []float64) {
	for j := range row {
		row[j] = (0 - shift[j]) * factor[j]
	}
	pixels := l.image(r)[cutBytes*l.cuts:]
	n := len(pixels) / 3
	for p, v := range pixels[2*n:] {
		j := int(binary.LittleEndian.Uint16(pixels[2*p:]))
		row[j] = (float64(v) - shift[j]) * factor[j]
	}
}
