// Samples: how the samples of a data set become the rows of a mini-batch.
package main

import (
	"bytes"
	"runtime"

	"backprop/internal/distort"
)

// source hands the samples of s to the network in the given order.
func (x *experiment) source(s *Set, order []int32) FillBatch {
	lists := s.lists
	if !x.in.even() {
		lists = nil
	}
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.targets(s, y, lo, rows)
		if lists != nil && lo == 0 && hi == in.Rows && in.lists != nil {
			lists.fill(in.lists, order[at:], hi, x.in.Factor[0])
			return
		}
		for i, r := range rows {
			if s.Pixels == nil && s.lists != nil {
				s.lists.fillRow(in.Row(lo+i), r, x.in)
				continue
			}
			s.gather(in.Row(lo+i), rows[i:i+1], x.in)
			if next := at + lo + i + 8; next < len(order) {
				s.prefetch(order[next])
			}
		}
	}
}

// A byteLists is images of which only what is not 0 is kept, three bytes a pixel.
type byteLists struct {
	dim, cuts int
	pixels    []byte   // of image r, from[r] ≤ p < from[r+1]: see expandGo
	from      []int    // n+1
	cut       []uint16 // n×cuts: how many of an image's pixels come before column k·panel
}

// newByteLists is nil where lists would not be shorter than the images themselves.
func newByteLists(s *Set) *byteLists {
	if s.Pixels == nil || s.Dim > 1<<16 {
		return nil
	}
	size := 3 * (len(s.Pixels) - bytes.Count(s.Pixels, []byte{0}))
	if size > len(s.Pixels) {
		return nil
	}
	l := &byteLists{dim: s.Dim, cuts: (s.Dim + panel - 1) / panel, from: make([]int, 1, s.N+1)}
	l.pixels = make([]byte, 0, size+16) // 16 more, so that vectors need no tail
	l.cut = make([]uint16, 0, s.N*l.cuts)
	values := make([]byte, 0, s.Dim)
	for r := range s.N {
		values = values[:0]
		for j, v := range s.Pixels[r*s.Dim:][:s.Dim] {
			if j%panel == 0 {
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

// addLists makes the lists of all parts, where they are worth it. Unless somebody will look at
// the images themselves, those of the smaller parts go at once, which makes room for the rest.
func (d *Dataset) addLists(keep bool) {
	for _, s := range []*Set{&d.Test, &d.Valid, &d.Train} {
		if s.lists = newByteLists(s); s.lists != nil && s != &d.Train && !keep {
			s.Pixels = nil
			runtime.GC() // or the memory would stay in use until as much again is garbage
		}
	}
}

// image is the terms of image r: see expandGo.
func (l *byteLists) image(r int32) []byte { return l.pixels[l.from[r]:l.from[r+1]] }

// fill makes x of the first n images of order, each value times factor. It asks for those
// after them, so that the next mini-batch need not wait for memory.
func (l *byteLists) fill(x *Sparse, order []int32, n int, factor float64) {
	x.Reset(n, l.dim)
	for i, r := range order[:n] {
		if next := i + n; next < len(order) {
			Prefetch(l.image(order[next]))
		}
		pixels, before := l.image(r), int32(len(x.Col))
		col, val := x.extend(len(pixels) / 3)
		kernel.expand(col, val, pixels, factor)
		for k, c := range l.cut[int(r)*l.cuts:][:l.cuts] {
			x.Cut[k][i] = before + int32(c)
		}
		x.Cut[l.cuts][i] = int32(len(x.Col))
	}
}

// fillRow writes image r, scaled, into a row of a dense matrix.
func (l *byteLists) fillRow(row []float64, r int32, c Scale) {
	for j := range row {
		row[j] = (0 - c.Shift[j]) * c.Factor[j]
	}
	pixels := l.image(r)
	n := len(pixels) / 3
	for p, v := range pixels[2*n:] {
		j := int(pixels[2*p]) | int(pixels[2*p+1])<<8
		row[j] = (float64(v) - c.Shift[j]) * c.Factor[j]
	}
}

// looksAtImages says whether more is done with images than to learn from what is not 0 in them.
func (cfg *config) looksAtImages() bool {
	return cfg.save != "" || cfg.report != "" || cfg.scale == "standard" || cfg.augment != (distort.Strengths{}) ||
		cfg.recipe.run != nil || len(cfg.sweep) > 0 || cfg.folds > 0
}

// dropPixels lets go of the training images, too, once their scale is known.
func (x *experiment) dropPixels() {
	if s := &x.data.Train; s.lists != nil && x.in.even() && !x.cfg.looksAtImages() {
		s.Pixels = nil
		runtime.GC()
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
