package sparse

import (
	"bytes"
	"encoding/binary"
	"math"

	"backprop/internal/compute/kernel"
)

// Images are images of which only what is not 0 is kept, three bytes a pixel.
type Images struct {
	dim, cuts int
	bytes     []byte   // image r is from[r] ≤ p < from[r+1]: its cuts, and then its pixels as kernel.Expand reads them
	from      []uint32 // n+1
}

// A cut says, in two bytes, how many of an image's pixels come before a column k·Panel. The cuts lie with the
// pixels, so that one prefetch asks for both.
const cutBytes = 2

// NewImages is nil, for images of dim pixels each, where lists would not be shorter than the images themselves.
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
	l := &Images{dim: dim, cuts: cuts, from: make([]uint32, 1, n+1)}
	l.bytes = make([]byte, 0, all+16) // 16 more, so that vectors need no tail
	columns, values := make([]byte, 0, 2*dim), make([]byte, 0, dim)
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

// image is what is kept of image r: its cuts, and from the last of them on its pixels.
func (l *Images) image(r int32) []byte { return l.bytes[l.from[r]:l.from[r+1]] }

// Fill makes x of the first n images of order, each value times factor. It asks for those
// after them, so that the next mini-batch need not wait for memory.
func (l *Images) Fill(x *Lists, order []int32, n int, factor float64) {
	x.Reset(n, l.dim)
	for i, r := range order[:n] {
		if next := i + n; next < len(order) {
			kernel.Prefetch(l.image(order[next]))
		}
		cuts, before := l.image(r), int32(len(x.Col))
		pixels := cuts[cutBytes*l.cuts:]
		col, val := x.Extend(len(pixels) / 3)
		kernel.Expand(col, val, pixels, factor)
		for k := range l.cuts {
			x.Cut[k][i] = before + int32(binary.LittleEndian.Uint16(cuts[cutBytes*k:]))
		}
		x.Cut[l.cuts][i] = int32(len(x.Col))
	}
}

// FillRow writes image r, scaled, into a row of a dense matrix.
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
