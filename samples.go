// Samples: how the samples of a data set become the rows of a mini-batch.
package main

import "bytes"

// source hands the samples of s to the network in the given order.
func (x *experiment) source(s *Set, order []int32) FillBatch {
	lists := s.lists
	if !x.in.keepsZeros() {
		lists = nil
	}
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.targets(s, y, lo, rows)
		if lists != nil && lo == 0 && hi == in.Rows && in.lists != nil {
			lists.fill(in.lists, order[at:], hi, x.in.Factor)
			return
		}
		for i := range rows {
			s.gather(in.Row(lo+i), rows[i:i+1], x.in)
			if next := at + lo + i + 8; next < len(order) {
				s.prefetch(order[next])
			}
		}
	}
}

// A byteLists is images of which only what is not 0 is kept, three bytes a pixel: its column,
// the low byte first, and its value. Image r has the pixels from[r] ≤ p < from[r+1].
type byteLists struct {
	dim    int
	pixels []byte
	from   []int
}

// newByteLists is nil where lists would not be shorter than the images themselves.
func newByteLists(s *Set) *byteLists {
	if s.Pixels == nil || s.Dim > 1<<16 {
		return nil
	}
	n := len(s.Pixels) - bytes.Count(s.Pixels, []byte{0})
	if 3*n > len(s.Pixels) {
		return nil
	}
	l := &byteLists{dim: s.Dim, pixels: make([]byte, 0, 3*n), from: make([]int, 1, s.N+1)}
	for r := range s.N {
		for j, v := range s.Pixels[r*s.Dim:][:s.Dim] {
			if v != 0 {
				l.pixels = append(l.pixels, byte(j), byte(j>>8), v)
			}
		}
		l.from = append(l.from, len(l.pixels)/3)
	}
	return l
}

// addLists makes the lists of all parts, where they are worth it.
func (d *Dataset) addLists() {
	for _, s := range []*Set{&d.Train, &d.Valid, &d.Test} {
		s.lists = newByteLists(s)
	}
}

// row is image r.
func (l *byteLists) row(r int32) []byte { return l.pixels[3*l.from[r] : 3*l.from[r+1]] }

// fill makes x of the first n images of order, each pixel times its factor. It asks for those
// after them, so that the next mini-batch need not wait for memory.
func (l *byteLists) fill(x *Sparse, order []int32, n int, factor []float64) {
	x.Reset(n, l.dim)
	for i, r := range order[:n] {
		if next := i + n; next < len(order) {
			Prefetch(l.row(order[next]))
		}
		pixels := l.row(r)
		before := int32(len(x.Col))
		col, val := x.extend(len(pixels) / 3)
		k := 0 // the panel that column j is in begins at k·panel
		for p := range col {
			b := (*[3]byte)(pixels[3*p:])
			j := int(b[0]) | int(b[1])<<8
			for ; j >= k*panel; k++ {
				x.Cut[k][i] = before + int32(p)
			}
			col[p], val[p] = int32(j), float64(b[2])*factor[j]
		}
		for ; k < len(x.Cut); k++ {
			x.Cut[k][i] = int32(len(x.Col))
		}
	}
}

// distorted is source for the training part, each image of which it distorts.
func (x *experiment) distorted(order []int32) FillBatch {
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.distorter.gather(in, lo, rows)
		x.targets(&x.data.Train, y, lo, rows)
	}
}

// targets writes what the network should answer to the samples of the given rows.
func (x *experiment) targets(s *Set, y Matrix, lo int, rows []int32) {
	for i, r := range rows {
		target := y.Row(lo + i)
		if s.Labels != nil {
			clear(target)
			target[s.Labels[r]] = 1
			continue
		}
		for k, v := range s.Targets[int(r)*y.Cols:][:y.Cols] {
			target[k] = (v - x.out.Shift[k]) * x.out.Factor[k]
		}
	}
}

// ascending is 0, 1 … n−1.
func ascending(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}
