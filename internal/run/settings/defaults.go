// Defaults that depend on the data or on other flags.

package settings

import (
	"fmt"
	"strconv"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/bugs"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
)

const (
	// smallTable is the number of rows up to which a table is small: estimating its noise, or training a linear model
	// besides the network, takes no more than a second or two.
	smallTable = 5000

	// fewSamples is the number of samples below which none are held out for testing unless the user asks for it: one or
	// two test samples would say nothing, and the remaining ones might not be enough to learn from.
	fewSamples = 10
)

// SetDefaults sets the values that the command line leaves open and that follow from the data or from other flags. It
// is an error if -cost does not suit the data.
func (cfg *Settings) SetDefaults(data *dataset.Dataset) error {
	if data.Classes == nil && cfg.Given["cost"] && cfg.Cost != cfg.choices.costForNumbers(cfg.Cost) {
		return flags.Wrong("-cost %s is for classes, and %s has numbers to predict: leave it out, or name a column of "+
			"classes with -label", cfg.Cost, data.Name)
	}
	if cfg.Optimizer == "adam" {
		cfg.Momentum = 0 // a recipe may have set it
	}
	hasRecipe := cfg.Recipe.Name != ""
	ofBytes := data.Train.Pixels != nil // an image, or a table of small whole numbers
	isTable := !ofBytes || data.Columns != nil && data.Unsplit() <= smallTable
	if isTable && !hasRecipe {
		cfg.setTableDefaults(data)
	}
	if bugs.IsMystery(cfg.Bug) && cfg.L2 == 0 && !cfg.Given["l2"] {
		cfg.L2 = 3 // so that every bug makes a difference
	}
	if cfg.Given["lr"] {
		if !hasRecipe && !cfg.Given["schedule"] {
			cfg.Schedule = flags.Schedule{Kind: "constant"} // the given rate is the rate of all steps
		}
		return nil
	}
	if !hasRecipe {
		cfg.Rate = flags.Rates{cfg.defaultRate(data.Classes == nil, isTable)}
	} else if cfg.Given["optimizer"] && cfg.Optimizer == "adam" { // the recipe's rate is for its own optimizer
		cfg.Rate = flags.Rates{0.001}
	}
	return nil
}

// defaultRate returns the default learning rate. Momentum makes the steps of gradient descent 1/(1−μ) times as long, so
// the rate is smaller by that factor.
func (cfg *Settings) defaultRate(toNumbers, isTable bool) float64 {
	rate := 0.4
	switch {
	case cfg.Optimizer == "adam" && toNumbers && isTable:
		return 0.003
	case cfg.Optimizer == "adam":
		return 0.001
	case toNumbers:
		rate = 0.01
	case isTable:
		rate = 0.2
	}
	return roundTo(3, rate*(1-cfg.Momentum))
}

// roundTo rounds x to the given number of significant digits.
func roundTo(digits int, x float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	return rounded
}

// setTableDefaults sets the defaults for a table. Since tables are small, training takes many epochs: enough for about
// a million samples in all, but at most 400 epochs, or 800 for numbers to predict, where steps are smaller. Not all
// epochs are printed.
func (cfg *Settings) setTableDefaults(data *dataset.Dataset) {
	maxEpochs := 400
	if data.Classes == nil {
		maxEpochs = 800
		cfg.Cost = cfg.choices.costForNumbers(cfg.Cost)
		cfg.Optimizer = cfg.optimizerForNumbers()
	}
	if !cfg.Given["epochs"] {
		cfg.Epochs = min(max(1_000_000/max(data.Unsplit(), 1), 10), maxEpochs)
		cfg.PrintEvery = max(1, cfg.Epochs/20)
	}
	if !cfg.Given["l2"] {
		cfg.L2 = defaultDecay(data)
	}
}

// defaultDecay returns the default weight decay for a table, without which the network would learn it by heart. We
// chose 2 by the validation sets of 13 tables, and 20 for noisy ones by generated tables of three kinds. With fewer
// than 100 rows it is smaller in proportion: otherwise λ/N would be so large that nothing is learned from four rows.
func defaultDecay(data *dataset.Dataset) float64 {
	switch {
	case data.Classes == nil:
		return roundTo(2, data.DecayForNumbers())
	case isNoisy(data):
		return 20
	}
	return 2 * float64(min(data.Unsplit(), 100)) / 100
}

// optimizerForNumbers returns the default optimizer for a table with numbers to predict. With a hidden layer it is
// Adam, because with one rate for all weights a network needs many more epochs. It is gradient descent for a straight
// line, with momentum, and where a single step is looked at.
func (cfg *Settings) optimizerForNumbers() string {
	looksAtStep := cfg.Bug != "" || cfg.Explain.Name != ""
	switch {
	case cfg.Given["optimizer"]:
		return cfg.Optimizer
	case len(cfg.Hidden) == 0 || cfg.Given["momentum"] || looksAtStep:
		return "sgd"
	}
	return "adam"
}

// isNoisy reports whether the classes of a table overlap, but not in a regular pattern, so that much of it cannot be
// learned. Fewer than 100 rows do not show this, and for thousands of rows λ/N is small anyway.
func isNoisy(data *dataset.Dataset) bool {
	if data.Unsplit() < 100 || data.Unsplit() > smallTable || data.Train.N < 50 {
		return false
	}
	mixed := data.Mixed()
	return mixed > 0.65 && mixed < 1.15
}

// HeldOut returns how many samples to hold out for testing and for validation. With -folds it holds out only a test
// set, and only if the user asks for one, because each fold is tested on its own samples. If the result differs from
// what the flags say, the data's note says so.
func (cfg *Settings) HeldOut(data *dataset.Dataset) (test, valid dataset.HoldOut) {
	hasTestSet, asksForTest := data.Test.N > 0, cfg.Given["test"]
	if cfg.Folds > 0 {
		if asksForTest {
			test = cfg.Test
		}
		return test, dataset.HoldOut{}
	}
	if asksForTest && hasTestSet {
		data.AddNote("the data have a test set, so that -test changes nothing")
	}
	if data.Train.N < fewSamples && !asksForTest && !hasTestSet && cfg.Recipe.Name == "" {
		data.AddNote(fmt.Sprintf("too few to hold some out for testing: all %s are for training, as with -test 0",
			text.Plural(data.Train.N, "sample")))
		return dataset.HoldOut{}, cfg.Valid
	}
	return cfg.Test, cfg.Valid
}

// Linear returns the settings of the linear model that is trained besides a network, for comparison: the same command
// with -hidden none. It returns nil if no linear model is to be trained, or if the comparison would say nothing.
func (cfg *Settings) Linear(d *dataset.Dataset) *Settings {
	isTable := d.Columns != nil || d.Train.Values != nil
	isSmall := d.Train.N+d.Valid.N+d.Test.N <= smallTable
	ratesForLayers := len(cfg.Rate) > 1
	ofSweep := cfg.Nested && cfg.Folds == 0
	if !isTable || !isSmall || d.Test.N == 0 || len(cfg.Hidden) == 0 || ratesForLayers || ofSweep ||
		cfg.Load != "" || cfg.Bug != "" || cfg.Recipe.Name != "" {
		return nil
	}
	c := *cfg
	c.Hidden, c.Nested, c.Workers, c.Json = nil, true, 1, false
	c.Dropout = c.Dropout[:min(len(c.Dropout), 1)]       // the rate for the inputs
	c.Recipe.ShowEpoch = func(int) bool { return false } // evaluate only the last epoch
	c.Save, c.Resume, c.Report, c.Export = "", false, "", ""
	if d.Classes == nil {
		c.Optimizer = c.optimizerForNumbers()
	}
	if !c.Given["lr"] {
		c.Rate = flags.Rates{c.defaultRate(d.Classes == nil, true)}
	}
	return &c
}
