// Data: how the samples of a data set become the rows of a mini-batch.
package main

import (
	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
)

// prefetch asks for the pixels of a sample that gather will soon be given.
func prefetch(s *dataset.Set, row int32) {
	if s.Pixels != nil {
		kernel.Prefetch(s.Pixels[int(row)*s.Dim:][:s.Dim])
	}
}

// gather writes the scaled inputs of the samples in rows, one after another: dst is len(rows)×d.
// A missing number becomes 0, which on the scale "standard" is the mean of the training part.
// It allocates nothing.
func gather(s *dataset.Set, dst []float64, rows []int32, sc dataset.Scale) {
	d := s.Dim
	if len(dst) != len(rows)*d || len(sc.Shift) != d || len(sc.Factor) != d {
		panic("gather: lengths differ")
	}
	for i, r := range rows {
		out := dst[i*d:][:d]
		shift, factor := sc.Shift[:len(out)], sc.Factor[:len(out)]
		if s.Pixels != nil {
			kernel.Convert(out, s.Pixels[int(r)*d:][:d], shift, factor)
		} else {
			in := s.Values[int(r)*d:][:len(out)]
			for j := range out {
				x := (in[j] - shift[j]) * factor[j]
				if x != x {
					x = 0
				}
				out[j] = x
			}
		}
	}
}
