// What a recipe does beside or in place of a plain training.
package main

import (
	"context"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/run/lessons"
)

// A lesson is what a recipe does that its settings do not say.
type lesson struct {
	data    func(seed uint64) *dataset.Dataset                                          // what it makes to learn from
	run     func(ctx context.Context, x *experiment, out *Printer, bar *progress) error // in place of one training
	instead func(cfg *Settings, out *Printer) error                                     // it trains nothing
	after   func(ctx context.Context, x *experiment, out *Printer)                      // follows the training
}

// lessonOf is the lesson of a recipe; an ordinary run has none.
func lessonOf(recipe string) lesson {
	switch recipe {
	case "derivation":
		return lesson{after: afterDerivation}
	case "digits":
		return lesson{after: afterDigits}
	case "nielsen":
		return lesson{after: afterNielsen}
	case "theano":
		return lesson{after: afterTheano}
	case "matrix":
		return lesson{data: func(seed uint64) *dataset.Dataset { return load.Digits(seed, 10000, 2000) }, run: runMatrix}
	case "unit":
		return lesson{data: unitRuns[0].data, run: runUnit}
	case "linear":
		return lesson{data: linearData, run: runLinear}
	case "sine":
		return lesson{data: sineData, after: after(lessons.Sine)}
	case "activations":
		return lesson{instead: runActivations}
	case "perceptron":
		return lesson{data: func(uint64) *dataset.Dataset { return gateData(gates[3].truth) }, run: runPerceptron}
	}
	return lesson{}
}

// another is a training beside x, on the same data or others, with other settings.
func (x *experiment) another(data *dataset.Dataset, before string, last ...string) (*experiment, error) {
	c, err := x.cfg.Variant(before, last...)
	if err != nil {
		return nil, err
	}
	if err := c.Settle(data); err != nil {
		return nil, err
	}
	return newExperiment(c, data)
}
