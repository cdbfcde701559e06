// Tune: goes on training a network that -load reads, on other data.
package main

import (
	"slices"

	"backprop/internal/data/dataset"
)

// checkTuning reports flags that do not suit the model that goes on training, whose sizes are
// known now.
func (m *Model) checkTuning(cfg *Settings) error {
	switch {
	case cfg.Predict != nil:
		return wrongUsage("-predict asks the network as it is: the flags of training and -save do not go with it")
	case cfg.RecipeName != "":
		return wrongUsage("-recipe %s trains a network of its own: -load does not go with it", cfg.RecipeName)
	case cfg.Given["init"]:
		return wrongUsage("-init draws the first weights, and %s has them: leave it out", m.Path)
	case m.Native && cfg.Given["scale"]:
		return wrongUsage("-scale %s: %s brings its own scaling; leave the flag out", cfg.Scale, m.Path)
	}
	return cfg.Check()
}

// completeClasses names the outputs for which the data have no samples.
func (m *Model) completeClasses(data *dataset.Dataset) {
	if data.Classes != nil && len(data.Classes) < m.outputs() {
		data.Classes = append(slices.Clone(data.Classes), m.Classes[len(data.Classes):]...)
	}
}
