// Linear: the linear model that is trained beside a network.

package settings

import (
	"backprop/internal/data/dataset"
)

// mostRows is how large a table may be for a linear model beside the network, which takes a second or two then, and
// for its noise to be looked for.
const mostRows = 5000

// Linear is cfg for the linear model beside the network: the same training, with -hidden none. It is nil where there
// is none: the data are no table, or a large one, or have nothing to test it on; the network is linear itself, begins
// with weights of a file, has a bug, or rates that are layer by layer; or it is one of a recipe or a sweep.
func (cfg *Settings) Linear(d *dataset.Dataset) *Settings {
	isTable := d.Columns != nil || d.Train.Values != nil
	rows := d.Train.N + d.Valid.N + d.Test.N
	ofSweep := cfg.Nested && cfg.Folds == 0
	switch {
	case !isTable || rows > mostRows || d.Test.N == 0:
		return nil
	case len(cfg.Hidden) == 0 || cfg.Load != "" || cfg.Bug != "" || len(cfg.Rate) > 1:
		return nil
	case cfg.Recipe.Name != "" || ofSweep:
		return nil
	}
	c := *cfg
	c.Hidden, c.Nested, c.Workers, c.Json = nil, true, 1, false
	c.Dropout = c.Dropout[:min(len(c.Dropout), 1)]   // that of the inputs
	c.Recipe.Shown = func(int) bool { return false } // its epochs are not evaluated, but the last
	c.Save, c.Resume, c.Report, c.Export = "", false, "", ""
	return &c
}
