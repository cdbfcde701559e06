// Settle: what follows from the data where the command line does not say.

package settings

import (
	"strconv"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/bugs"
	"backprop/internal/run/flags"
)

// Settle sets what depends on other settings and on the kind of data, and is not on
// the command line: a table is small, a number to predict wants squared error and smaller
// steps, momentum makes of each step 1/(1−μ) of them, Adam's steps have their own size,
// and who gives a rate means that one.
func (cfg *Settings) Settle(data *dataset.Dataset) error {
	if data.Classes == nil && cfg.Given["cost"] && cfg.Cost != cfg.words.costOfNumbers(cfg.Cost) {
		return flags.Wrong("-cost %s is for classes, and %s has numbers to predict: leave it out, or name a column of "+
			"classes with -label", cfg.Cost, data.Name)
	}
	if cfg.Optimizer == "adam" {
		cfg.Momentum = 0 // a recipe's
	}
	noRecipe := cfg.Recipe.Name == ""
	table := data.Train.Pixels == nil || data.Columns != nil && data.Train.N <= 5000 // of small whole numbers
	if noRecipe && table {
		cfg.tableDefaults(data)
	}
	if bugs.IsDrawn(cfg.Bug) && cfg.L2 == 0 && !cfg.Given["l2"] {
		cfg.L2 = 3 // so that each of the bugs makes a difference
	}
	if noRecipe && cfg.Given["lr"] && !cfg.Given["schedule"] { // a rate that is given stays
		cfg.Schedule = flags.Schedule{Kind: "constant"}
	}
	rate := 0.4
	switch {
	case cfg.Given["lr"] || !noRecipe && !cfg.Given["optimizer"]:
		return nil
	case cfg.Optimizer == "adam":
		cfg.Rate = flags.Rates{0.001}
		return nil
	case data.Classes == nil:
		rate = 0.01
	case table:
		rate = 0.2
	}
	if noRecipe {
		rate, _ = strconv.ParseFloat(strconv.FormatFloat(rate*(1-cfg.Momentum), 'g', 3, 64), 64)
		cfg.Rate = flags.Rates{rate}
	}
	return nil
}

// tableDefaults: a table is small, so that it takes many epochs to come to as many steps (about a
// million samples in all, but no more than 400 epochs, or 800 where steps are smaller), of which not all
// are printed; and without weight decay, those would learn it by heart. Ours, chosen by parts of the
// training parts of 13 tables.
func (cfg *Settings) tableDefaults(data *dataset.Dataset) {
	most, decay := 400, 2.0
	if data.Classes == nil {
		most, decay, cfg.Cost = 800, 10, cfg.words.costOfNumbers(cfg.Cost)
	}
	if !cfg.Given["epochs"] {
		cfg.Epochs = min(max(1_000_000/max(data.Train.N, 1), 10), most)
		cfg.PrintEvery = max(1, cfg.Epochs/20)
	}
	if !cfg.Given["l2"] {
		cfg.L2 = decay
	}
}

// Parts are the test and the validation part to hold out. With -folds all samples are in the
// folds, but for a test part that is asked for, and each training has a validation part of its own.
func (cfg *Settings) Parts() (test, valid dataset.Part) {
	switch {
	case cfg.Folds == 0:
		return cfg.Test, cfg.Valid
	case cfg.Given["test"]:
		return cfg.Test, dataset.Part{}
	}
	return dataset.Part{}, dataset.Part{}
}
