// Tune: goes on training a network that -load reads, on other data.
package main

import (
	"backprop/internal/data/dataset"
	"slices"
)

// tunes says that the model of -load is to go on training: a flag of the group Training is given,
// or -save. The seed alone, which draws the parts, does not say so.
func (cfg *config) tunes() bool {
	if cfg.load == "" {
		return false
	}
	names := []string{"save"}
	for _, f := range cfg.flagGroups()[2].flags {
		if f.name != "seed" {
			names = append(names, f.name)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return cfg.given[name] })
}

// checkTuning reports flags that do not suit the model that goes on training, whose sizes are
// known now.
func (m *model) checkTuning(cfg *config) error {
	switch {
	case cfg.pictures != nil:
		return wrongUsage("-predict asks the network as it is: the flags of training and -save do not go with it")
	case cfg.recipeName != "":
		return wrongUsage("-recipe %s trains a network of its own: -load does not go with it", cfg.recipeName)
	case cfg.given["init"]:
		return wrongUsage("-init draws the first weights, and %s has them: leave it out", m.path)
	case m.own && cfg.given["scale"]:
		return wrongUsage("-scale %s: %s brings its own scaling; leave the flag out", cfg.scale, m.path)
	}
	return cfg.check()
}

// completeClasses names the outputs for which the data have no samples.
func (m *model) completeClasses(data *dataset.Dataset) {
	if data.Classes != nil && len(data.Classes) < m.outputs() {
		data.Classes = append(slices.Clone(data.Classes), m.classes[len(data.Classes):]...)
	}
}
