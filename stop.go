// Stop: what ends a training before its last epoch: patience at its end, or weights without bounds.
package main

import (
	"errors"
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// errTooLarge is what the last step of an epoch may end in.
var errTooLarge = errors.New("its last step made the weights too large")

func (x *experiment) diverged(epoch int, err error) error {
	return fmt.Errorf("epoch %d: %w; %s", epoch, err, x.advice())
}

// broken reports what the last step of an epoch did and no training cost has seen: weights
// that are not finite, or so large that an evaluation is not.
func (x *experiment) broken(e event.Epoch) error {
	sum := 0.0 // NaN, if anything is infinite or not a number
	for _, cost := range []*float64{e.ValidCost, e.TestCost} {
		if cost != nil {
			sum += 0 * *cost
		}
	}
	for _, l := range x.trainer.Net.Layers {
		for _, list := range [][]float64{l.W.Data, l.B} {
			for _, v := range list {
				sum += 0 * v
			}
		}
	}
	if sum != 0 {
		return errTooLarge
	}
	return nil
}

// mostInput is how large a scaled number may be, so that products and squares of it stay finite.
const mostInput = 1e100

// checkRange reports a number of the data, of whatever part, that is too large to compute with. The
// training part is in range if it was scaled; those that are scaled as it is need not be.
func (x *experiment) checkRange() error {
	for _, part := range []struct {
		name string
		set  *dataset.Set
	}{{"training", &x.data.Train}, {"validation", &x.data.Valid}, {"test", &x.data.Test}} {
		s := part.set
		for _, c := range []struct {
			what    string
			numbers []float64
			scale   dataset.Scale
		}{{"input", s.Values, x.in}, {"number to predict,", s.Targets, x.out}} {
			width := len(c.scale.Factor)
			for i, v := range c.numbers {
				j := i % width
				if scaled := (v - c.scale.Shift[j]) * c.scale.Factor[j]; scaled > mostInput || scaled < -mostInput {
					name := fmt.Sprintf("%s %d", c.what, j+1)
					if c.what == "input" && x.data.Inputs != nil {
						name += fmt.Sprintf(" (%.60q)", x.data.Inputs[j])
					}
					return fmt.Errorf("%s: sample %d of the %s part has %g as %s: too large to compute with; "+
						"mend it, or leave the sample out", x.data.Name, i/width+1, part.name, v, name)
				}
			}
		}
	}
	return nil
}

// checkFinite reports answers of a model that was read which are not finite, and which layer is why.
func (m *Model) checkFinite(r Result) error {
	if sum := r.Cost + r.MSE; sum-sum == 0 {
		return nil
	}
	most, layer := 0.0, 0
	for l := range m.Net.Layers {
		for _, list := range [][]float64{m.Net.Layers[l].W.Data, m.Net.Layers[l].B} {
			for _, v := range list {
				if v = math.Abs(v); v > most {
					most, layer = v, l+1
				}
			}
		}
	}
	return fmt.Errorf("%s: its answers are infinite or not numbers: layer %d has weights up to %.3g; "+
		"the file is damaged, or the training had diverged", m.Path, layer, most)
}
