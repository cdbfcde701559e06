package settings

import (
	"backprop/internal/data/dataset"
	"backprop/internal/run/flags"
)

// Linear returns the settings of the linear model that is trained besides a network, for comparison: the same training
// with -hidden none. It returns nil if no linear model is to be trained, or if the comparison would say nothing.
func (cfg *Settings) Linear(d *dataset.Dataset) *Settings {
	isTable := d.Columns != nil || d.Train.Values != nil
	isSmall := d.Train.N+d.Valid.N+d.Test.N <= smallTable
	isLinear := len(cfg.Hidden) == 0
	ratesForLayers := len(cfg.Rate) > 1
	ofSweep := cfg.Nested && cfg.Folds == 0
	switch {
	case !isTable || !isSmall || d.Test.N == 0:
		return nil
	case isLinear || ratesForLayers || cfg.Load != "" || cfg.Bug != "":
		return nil
	case ofSweep || cfg.Recipe.Name != "":
		return nil
	}
	c := *cfg
	c.Hidden, c.Nested, c.Workers, c.Json = nil, true, 1, false
	c.Dropout = c.Dropout[:min(len(c.Dropout), 1)]       // the rate for the inputs
	c.Recipe.ShowEpoch = func(int) bool { return false } // evaluate only the last epoch
	c.Save, c.Resume, c.Report, c.Export = "", false, "", ""
	if d.Classes == nil && !c.Given["optimizer"] { // as chooseOptimizer does without a hidden layer
		c.Optimizer = "sgd"
		if !c.Given["lr"] {
			c.Rate = flags.Rates{c.defaultRate(true, true)}
		}
	}
	return &c
}
