// Stop: what ends a training before its last epoch: patience at its end, or weights without bounds.
package main

import (
	"errors"
	"fmt"
)

// A stopper is early stopping (Prechelt 1998, "Early stopping — but when?"): it keeps the
// epoch that did best by the validation part.
type stopper struct {
	patience int // epochs without a better one; 0 never stops
	best     epochEvent
	layers   []Layer // the weights of the best
	epoch    int     // the last one
}

// better takes note of the next epoch and says whether it is the best so far.
func (s *stopper) better(e epochEvent) bool {
	s.epoch = e.Epoch
	if s.best.Epoch > 0 && !e.better(s.best) {
		return false
	}
	s.best = e
	return true
}

// exhausted says that patience is at its end.
func (s *stopper) exhausted() bool { return s.patience > 0 && s.epoch-s.best.Epoch >= s.patience }

// errTooLarge is what the last step of an epoch may end in.
var errTooLarge = errors.New("its last step made the weights too large")

func (x *experiment) diverged(epoch int, err error) error {
	return fmt.Errorf("epoch %d: %w; %s", epoch, err, x.remedy())
}

// broken reports what the last step of an epoch did and no training cost has seen: weights
// that are not finite, or so large that an evaluation is not.
func (x *experiment) broken(e epochEvent) bool {
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
	return sum != 0
}
