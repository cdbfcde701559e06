// Settle: what follows from the data where the command line does not say.

package settings

import (
	"fmt"
	"strconv"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/bugs"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
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
	table := data.Train.Pixels == nil || data.Columns != nil && data.Unsplit() <= 5000 // of small whole numbers
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
// training parts of 13 tables. Of fewer than a hundred rows the decay is as many hundredths of that: with all of it,
// λ/N would be so large that four rows teach nothing. A noisy table is learned better with more decay: 20,
// chosen by made tables of three kinds.
func (cfg *Settings) tableDefaults(data *dataset.Dataset) {
	most, decay := 400, 2.0
	if data.Classes == nil {
		most, decay, cfg.Cost = 800, 10, cfg.words.costOfNumbers(cfg.Cost)
	}
	if !cfg.Given["epochs"] {
		cfg.Epochs = min(max(1_000_000/max(data.Unsplit(), 1), 10), most)
		cfg.PrintEvery = max(1, cfg.Epochs/20)
	}
	if !cfg.Given["l2"] {
		if data.Classes != nil && isNoisy(data) {
			decay = 20
		}
		cfg.L2 = decay * float64(min(data.Unsplit(), 100)) / 100
	}
}

// fewRows is from how many samples on a part is held out for testing though nobody asks for it: of fewer,
// it would be one or two, which say nothing, and those that are left may not show what there is to learn.
const fewRows = 10

// Parts are the test and the validation part to hold out. With -folds all samples are in the
// folds, but for a test part that is asked for, and each training has a validation part of its own.
// Where there are too few to hold some out, the data's note says that none are.
func (cfg *Settings) Parts(data *dataset.Dataset) (test, valid dataset.Part) {
	switch {
	case cfg.Folds > 0 && cfg.Given["test"]:
		return cfg.Test, dataset.Part{}
	case cfg.Folds > 0:
		return dataset.Part{}, dataset.Part{}
	case cfg.Given["test"] && data.Test.N > 0:
		data.AddNote("the data have a test set, so that -test changes nothing")
		return cfg.Test, cfg.Valid
	case cfg.Given["test"] || cfg.Recipe.Name != "" || data.Test.N > 0 || data.Train.N >= fewRows:
		return cfg.Test, cfg.Valid
	}
	data.AddNote(fmt.Sprintf("too few to hold some out for testing: all %s are for training, as with -test 0",
		text.Plural(data.Train.N, "sample")))
	return dataset.Part{}, cfg.Valid
}

// isNoisy says that classes lie among each other in a table, and not by rule, so that much of it cannot be learned.
// Fewer than 100 rows do not show it, and with thousands λ/N is small anyway.
func isNoisy(data *dataset.Dataset) bool {
	if data.Unsplit() < 100 || data.Unsplit() > mostRows || data.Train.N < 50 {
		return false
	}
	mixed := data.Mixed()
	return mixed > 0.65 && mixed < 1.15
}
