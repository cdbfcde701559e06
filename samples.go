// Samples: how the samples of a data set become the rows of a mini-batch.
package main

import (
	"runtime"

	"backprop/internal/data/dataset"
)

// source hands the samples of s to the network in the given order.
func (x *experiment) source(s *dataset.Set, order []int32) FillBatch {
	lists := s.Lists
	if !x.in.Even() {
		lists = nil
	}
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.targets(s, y, lo, rows)
		if lists != nil && lo == 0 && hi == in.Rows && in.lists != nil {
			lists.Fill(in.lists, order[at:], hi, x.in.Factor[0])
			return
		}
		for i, r := range rows {
			if s.Pixels == nil && s.Lists != nil {
				s.Lists.FillRow(in.Row(lo+i), r, x.in.Shift, x.in.Factor)
				continue
			}
			gather(s, in.Row(lo+i), rows[i:i+1], x.in)
			if next := at + lo + i + 8; next < len(order) {
				prefetch(s, order[next])
			}
		}
	}
}

// trainingSource hands the training samples to the network in the given order, each image distorted
// where -augment asks for it.
func (x *experiment) trainingSource(order []int32) FillBatch {
	if x.distorter != nil {
		return x.distorted(order)
	}
	return x.source(&x.data.Train, order)
}

// dropPixels lets go of the training images, too, once their scale is known.
func (x *experiment) dropPixels() {
	if s := &x.data.Train; s.Lists != nil && x.in.Even() && !x.cfg.KeepsImages() {
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
func (x *experiment) targets(s *dataset.Set, y Matrix, lo int, rows []int32) {
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
