package sparse

import (
	"bytes"

	"backprop/internal/compute/kernel"
)

// Images are images of which only what is not 0 is kept, three bytes a pixel.
type Images struct {
	dim, cuts int
	pixels    []byte   // of image r, from[r] ≤ p < from[r+1]: see kernel.Expand
	from      []int    // n+1
	cut       []uint16 // n×cuts: how many of an image's pixels come before column k·Panel
}

// NewImages is nil, for images of dim pixels each, where lists would not be shorter than the images themselves.
func NewImages(x []byte, dim int) *Images {
	if x == nil || dim > 1<<16 {
		return nil
	}
	n := len(x) / dim
	size := 3 * (len(x) - bytes.Count(x, []byte{0}))
	if size > len(x) {
		return nil
	}
	l := &Images{dim: dim, cuts: (dim + Panel - 1) / Panel, from: make([]int, 1, n+1)}
	l.pixels = make([]byte, 0, size+16) // 16 more, so that vectors need no tail
	l.cut = make([]uint16, 0, n*l.cuts)
	values := make([]byte, 0, dim)
	for r := range n {
		values = values[:0]
		for j, v := range x[r*dim:][:dim] {
			if j%Panel == 0 {
				l.cut = append(l.cut, uint16(len(values)))
			}
			if v != 0 {
				l.pixels, values = append(l.pixels, byte(j), byte(j>>8)), append(values, v)
			}
		}
		l.pixels = append(l.pixels, values...)
		l.from = append(l.from, len(l.pixels))
	}
	return l
}

// image is the terms of image r: see kernel.Expand.
func (l *Images) image(r int32) []byte { return l.pixels[l.from[r]:l.from[r+1]] }

// Fill makes x of the first n images of order, each value times factor. It asks for those
// after them, so that the next mini-batch need not wait for memory.
func (l *Images) Fill(x *Lists, order []int32, n int, factor float64) {
	x.Reset(n, l.dim)
	for i, r := range order[:n] {
		if next := i + n; next < len(order) {
			kernel.Prefetch(l.image(order[next]))
		}
		pixels, before := l.image(r), int32(len(x.Col))
		col, val := x.Extend(len(pixels) / 3)
		kernel.Expand(col, val, pixels, factor)
		for k, c := range l.cut[int(r)*l.cuts:][:l.cuts] {
			x.Cut[k][i] = before + int32(c)
		}
		x.Cut[l.cuts][i] = int32(len(x.Col))
	}
}

// FillRow writes image r, scaled, into a row of a dense matrix.
func (l *Images) FillRow(row []float64, r int32, shift, factor []float64) {
	for j := range row {
		row[j] = (0 - shift[j]) * factor[j]
	}
	pixels := l.image(r)
	n := len(pixels) / 3
	for p, v := range pixels[2*n:] {
		j := int(pixels[2*p]) | int(pixels[2*p+1])<<8
		row[j] = (float64(v) - shift[j]) * factor[j]
	}
}
