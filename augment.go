// Augment: the training images, which internal/data/distort distorts anew in each epoch.
package main

import (
	"errors"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
)

// A distorter distorts the images of a training set.
type distorter struct {
	images *distort.Distorter
	data   *dataset.Dataset
	in     dataset.Scale
	seed   uint64
	epoch  int // from 1: each has distortions of its own
}

func newDistorter(s distort.Strengths, data *dataset.Dataset, in dataset.Scale, seed uint64) (*distorter, error) {
	if data.Train.Pixels == nil || data.Width*data.Height != data.Train.Dim {
		return nil, errors.New("it distorts grey images, and " + data.Name + " has none")
	}
	images, err := distort.New(s, data.Width, data.Height, distort.Arithmetic{Exp: exact.Exp, SinCosPi: exact.SinCosPi,
		AddMul: func(c, a, b []float64, stride, m, n, k int) {
			AddMul(view(m, n, stride, c), view(m, k, stride, a), view(k, n, stride, b))
		}})
	return &distorter{images: images, data: data, in: in, seed: seed}, err
}

// gather writes the training images of the given numbers, distorted and scaled, into x from
// row lo.
func (d *distorter) gather(x Matrix, lo int, numbers []int32) {
	for i, r := range numbers {
		to, pixels := x.Row(lo+i), d.data.Train.Pixels[int(r)*x.Cols:][:x.Cols]
		d.images.Distort(to, pixels, mix(d.seed)+uint64(d.epoch), purposeAugment<<32|uint64(r))
		for j, v := range to {
			to[j] = (v - d.in.Shift[j]) * d.in.Factor[j]
		}
	}
}
