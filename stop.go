// Stop: what ends a training before its last epoch but patience: weights without bounds.
package main

import (
	"fmt"

	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/event"
)

func (x *experiment) diverged(epoch int, err error) error {
	return fmt.Errorf("epoch %d: %w; %s", epoch, err, x.advice())
}

// broken reports what the last step of an epoch did and no training cost has seen: weights
// that are not finite, or so large that an evaluation is not.
func (x *experiment) broken(e event.Epoch) error {
	sum := 0.0 // NaN, if a cost is infinite or not a number
	for _, cost := range []*float64{e.ValidCost, e.TestCost} {
		if cost != nil {
			sum += 0 * *cost
		}
	}
	if sum != 0 || !layers.Finite(plainLayers(x.trainer.Net.Layers)) {
		return modelfile.ErrTooLarge
	}
	return nil
}
