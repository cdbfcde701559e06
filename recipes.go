// Recipes: the tutorials' experiments, and some from papers. Each is a set of flag values,
// what its source printed, and what to look at. What is more than one training, or makes its
// own data, is in the lesson files; the printed numbers are in published.go.
//
// "Published" is only what a tutorial or a paper printed. What its author only drew is called
// a picture, and what we chose is called ours.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/run/lessons"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A recipe is an experiment with a name. The empty one is an ordinary run.
type recipe struct {
	name      string
	source    string // whose experiment it is
	shows     string // in a few words
	data      string // what it learns from, in a word
	network   string
	published string // the result to compare with, as it was printed; or that there is none
	takes     string // on two cores
	look      string // what to look at
	ours      string // what we chose, where the source does not say; "" where it says all
	flags     string // its settings, as on a command line
	alone     string // more settings, without -data

	needs           string    // what data it cannot do without; "" where it makes them
	samples, inputs int       // of these data, all parts together
	printed         printed   // in the end
	curve           []printed // after each epoch
	count           bool      // they were printed as numbers of right answers
	loss            *lossKind // the loss as the tutorial counts it; nil for none
	columns         []column  // of the table of epochs; nil for the usual ones

	shown       func(epoch int) bool // the epochs to print; nil for all
	ownDataOnly bool                 // it is about the data that it makes, and no others
	few         bool                 // the data that it makes are too few to hold out some
	inOrder     bool                 // the samples are not shuffled
	drawn       int                  // samples in an epoch, drawn at random; 0 for all
	fresh       bool                 // each training of a sweep, and the one after it, begins with new random weights
	axes        report.Axes          // of the curves in the report
	allWeights  bool                 // the report's maps show every parameter
	examples    int                  // training images to show

	make   func(seed uint64) *dataset.Dataset
	run    func(ctx context.Context, x *experiment, out *Printer, bar *progress) error // nil: train
	lesson func(cfg *config, out *Printer) error                                       // it trains nothing
	after  func(ctx context.Context, x *experiment, out *Printer)                      // follows the training
}

const (
	blog      = "a derivation of backpropagation (blog)"
	sklearn   = "an introduction with scikit-learn's digits (notebook)"
	book      = "notes on Nielsen's book, chapter 1 (notebook)"
	matrices  = "matrices between layers of different size (question and answer)"
	lecture   = "a lecture on neural networks (Colorado State University)"
	oursAlone = "ours"
)

const (
	needsMNIST  = "MNIST: -data ./mnist -download fetches it"
	needsDigits = "the 8×8 digits of scikit-learn: -data with the path of digits.csv.gz, which is in " +
		"sklearn/datasets/data of an installed scikit-learn and of its sources " +
		"(https://github.com/scikit-learn/scikit-learn)"
)

var recipes = []recipe{
	{
		name: "derivation", source: blog, shows: "the equations, derived and then trained",
		data: "MNIST", network: "784-50-10 sigmoid", published: "0.9545, loss 0.008204", takes: "20 s",
		look: "most is learned in the first epochs, of loss and of accuracy; the published loss falls until epoch " +
			"12 and then hardly any more",
		ours: "batch 10 and rate 1.5, whose lines are missing: of those we tried, a rate of 0.15 a sample follows " +
			"the published curve best",
		flags: "-hidden 50 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 1.5 -epochs 30",
		needs: needsMNIST, samples: 70000, inputs: 784, loss: &meanSquare, columns: lossColumns,
		curve: derivationCurve, printed: derivationCurve[29], allWeights: true, after: afterDerivation,
	},
	{
		name: "digits", source: sklearn, shows: "weight decay, chosen by validation",
		data: "8×8 digits", network: "64-48-32-10 sigmoid", published: "test 0.9596, λ 0.5995", takes: "10 s",
		look: "for λ up to 1 the validation accuracy hardly changes, so chance decides which wins; with λ above 10 " +
			"next to nothing is learned. The loss begins near 2.3, which is guessing, and cannot fall below 1.461",
		ours: "2,000 epochs, whose number is missing, and which samples are in which part",
		flags: "-hidden 48,32 -activation sigmoid -output sigmoid -cost ce -init glorot -batch 0 -momentum 0.9 -lr " +
			"0.2 -epochs 2000 -test 0.33 -valid 0.4 -scale none -sweep l2=0.01:100:10",
		needs: needsDigits, samples: 1797, inputs: 64, shown: milestone, loss: &withDecay, columns: decayColumns,
		printed: printed{accuracy: 0.959596, valid: 0.964730, l2: 0.599484}, fresh: true,
		axes:  report.Axes{Linear: true},
		after: afterDigits,
	},
	{
		name: "nielsen", source: book, shows: "the network of Nielsen's book, chapter 1",
		data: "MNIST", network: "784-30-10 sigmoid", published: "9454 of 10,000", takes: "4 s",
		look: "the right answers beside the published ones: most is learned in the first epoch",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 " +
			"-valid 10000 -scale 256",
		needs: needsMNIST, samples: 70000, inputs: 784, loss: &halfSquares, columns: countColumns,
		curve: nielsenCurve, printed: nielsenCurve[9], count: true, examples: 9, after: afterNielsen,
	},
	{
		name: "theano", source: book, shows: "the same without ½, in file order",
		data: "MNIST", network: "784-30-10 sigmoid", published: "9411 of 10,000", takes: "4 s",
		look: "twice the effective rate, biases of 1, samples in the same order each time: about as good as " +
			"nielsen, unless an output dies in the first steps, as with seed 1",
		ours: "seed 2: with 4 of the seeds 1 to 30 an output dies, and 85 or 86 % is left",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal:1 -seed 2 -batch 10 -lr 6 " +
			"-epochs 10 -valid 10000 -scale 256",
		needs: needsMNIST, samples: 70000, inputs: 784, loss: &sumSquares, columns: countColumns, inOrder: true,
		curve: theanoCurve, printed: theanoCurve[9], count: true, examples: 9, after: afterTheano,
	},
	{
		name: "matrix", source: matrices, shows: "which shape each matrix has, what is transposed",
		data: "MNIST or own", network: "784-30-10 sigmoid", published: "nothing: a figure of the cost", takes: "2 s",
		look: "the shapes: the columns of the first operand meet the rows of the second. The cost jumps from batch " +
			"to batch, and falls all the same",
		ours: "rate 0.1, batches of 100, 500 epochs, whose lines are missing; the numbers of the 3→2 layer; the " +
			"training with cross-entropy, which the answer only recommends",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init uniform:1 -batch 1 -lr 0.1 -epochs " +
			"500 -valid 10000 -scale 256",
		alone: "-valid 0", samples: 70000, inputs: 784, shown: milestone, drawn: 100,
		make: func(seed uint64) *dataset.Dataset { return load.Digits(seed, 10000, 2000) }, run: runMatrix,
	},
	{
		name: "unit", source: lecture, shows: "what one sigmoid unit can fit",
		data: "own", network: "1-1 and 1-2-1 sigmoid", published: "nothing: pictures only", takes: "below 1 s",
		look: "one unit rises or falls, and cannot do both: of x² it makes a flat line or one branch. The sum of a " +
			"rising and a falling unit can",
		ours: "the noise that is drawn; the training of the two units: start, rate, 20,000 passes",
		flags: "-hidden none -activation sigmoid -output sigmoid -cost mse -init zero -batch 1 -lr 0.1 -epochs 100 " +
			"-scale none -test 0",
		shown: milestone, few: true, inOrder: true,
		make: func(seed uint64) *dataset.Dataset { return unitRuns[0].data(seed) }, run: runUnit,
	},
	{
		name: "linear", source: lecture, shows: "least squares, and what stands in Φ",
		data: "own", network: "3-2 linear", published: "nothing: equations only", takes: "below 1 s",
		look: "the two columns of numbers: one solved, one found by going downhill; then what powers and products " +
			"of the inputs do for a curved function, and that hidden units do it without being told which",
		ours: "all data and settings: the lecture has the equations, and x⁵ and x³y² as examples",
		flags: "-hidden none -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.5 -epochs 1000 -scale " +
			"standard -test 0",
		shown: milestone, make: linearData, run: runLinear,
	},
	{
		name: "sine", source: lecture, shows: "a curve fitted through noise",
		data: "own", network: "1-20-1 tanh", published: "nothing: pictures only", takes: "5 s",
		look: "the training RMSE falls below the noise of 0.2, which the network learns with the curve; the test " +
			"RMSE does not get as low",
		ours: "the noise that is drawn; comparing with one rate for both layers, with other starts, and with a " +
			"start from 0",
		flags: "-hidden 20 -activation tanh -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.1,0.01 " +
			"-epochs 100000 -scale standard -test 0",
		shown: milestone, make: sineData, axes: report.Axes{Linear: true, ScoreFrom: 0, ScoreTo: 0.7, Every: 2000},
		after: after(lessons.Sine),
	},
	{
		name: "activations", source: lecture, shows: "how the sigmoid is built; its slope",
		data: "none", network: "none", published: "nothing: pictures only", takes: "below 1 s",
		look: "y(1−y) is a hill of height ¼, and the sigmoid is the area below it; the polynomial's slope grows " +
			"without limit, those of sigmoid and tanh fall to 0",
		ours: "the table of values", lesson: runActivations,
	},
	{
		name: "perceptron", source: oursAlone, shows: "AND, OR, NAND learned, XOR not",
		data: "own", network: "2-1 threshold, 2-2-1", published: "nothing", takes: "below 1 s",
		look: "XOR: no straight line divides 01 and 10 from 00 and 11, but two lines do",
		ours: "all: the notes on Nielsen's chapter 1 define the perceptron, and do not train it",
		flags: "-hidden 2 -activation sigmoid -output sigmoid -cost bce -init uniform:0.2 -batch 0 -lr 1 -momentum " +
			"0.9 -epochs 5000 -scale none -test 0",
		shown: milestone, few: true, ownDataOnly: true,
		make: func(uint64) *dataset.Dataset { return gateData(gates[3].truth) }, run: runPerceptron,
	},
	{
		name: "plain", source: "Simard et al. 2003", shows: "one hidden layer, images as they are, dropout",
		data: "MNIST", network: "784-800-10 relu", published: "98.4 %", takes: "30 s",
		look: "the training accuracy, of a network with units left out, and the test accuracy go up together",
		ours: "all settings but the size; the published network had no dropout", printed: printed{accuracy: 0.984},
		flags: "-hidden 800 -lr 0.4 -schedule cosine -dropout 0.1,0.3 -epochs 24",
		needs: needsMNIST, samples: 70000, inputs: 784, shown: milestone,
	},
	{
		name: "dropout", source: "Srivastava et al. 2014", shows: "units left out at random, short weights",
		data: "MNIST", network: "784-1024-1024-1024-10 relu", published: "98.94 %", takes: "11 min",
		look: "the training accuracy is of a network with nearly half of itself missing; the published run was " +
			"many times as long",
		ours: "all settings but the size, and that a fifth of the inputs is left out", printed: printed{accuracy: 0.9894},
		flags: "-hidden 1024,1024,1024 -batch 64 -lr 0.3 -schedule cosine -dropout 0.2,0.4 -maxnorm 3 -epochs 70",
		needs: needsMNIST, samples: 70000, inputs: 784, shown: milestone,
	},
	{
		name: "simard", source: "Simard et al. 2003", shows: "elastic distortions: no image twice",
		data: "MNIST", network: "784-800-10 relu", published: "99.3 %", takes: "4 min",
		look: "the same network as in plain, and about half the errors",
		ours: "all settings but the size", printed: printed{accuracy: 0.993},
		flags: "-hidden 800 -lr 0.4 -schedule cosine -augment affine:0.6,elastic:0.8 -epochs 120",
		needs: needsMNIST, samples: 70000, inputs: 784, shown: milestone,
	},
	{
		name: "best", source: "Cireşan et al. 2010", shows: "the best of a plain network",
		data: "MNIST", network: "784-1500-1000-500-10 relu", published: "99.65 %", takes: "21 min",
		look: "the published network has 12 million weights, and learned on a GPU; this one has a quarter",
		ours: "all settings, and the size", printed: printed{accuracy: 0.9965},
		flags: "-hidden 1500,1000,500 -batch 64 -lr 0.5 -schedule cosine -augment affine:1.6,elastic:1.3,smooth:1.5 " +
			"-epochs 120",
		needs: needsMNIST, samples: 70000, inputs: 784, shown: milestone,
	},
}

// ofPaper says that a paper has the experiment, and no tutorial.
func (r *recipe) ofPaper() bool { return strings.Contains(r.source, " et al. ") }

// The settings.

// applyRecipe is the configuration of the command line with the recipe that it names,
// if it names one: the recipe's flags are set first, and the others override them.
func (cfg *config) applyRecipe() (*config, error) {
	if !cfg.given["recipe"] || cfg.recipeName == "list" {
		return cfg, nil
	}
	names := []string{"list"}
	for _, r := range recipes {
		if names = append(names, r.name); r.name == cfg.recipeName {
			cfg.recipe = r
		}
	}
	if err := oneOf("recipe", cfg.recipeName, names); err != nil {
		return nil, err
	}
	if cfg.recipe.ownDataOnly && cfg.data != "" {
		return nil, wrongUsage("-recipe %s makes its own data: leave out -data", cfg.recipe.name)
	}
	for name := range cfg.given {
		if cfg.recipe.lesson != nil && !strings.Contains(" recipe report json workers kernel ", " "+name+" ") {
			return nil, wrongUsage("-recipe %s draws curves and trains nothing: leave out -%s", cfg.recipe.name, name)
		}
	}
	return cfg.override("")
}

// override is cfg with more flags of the recipe's, which the command line overrides, and
// with flags that override all: names and values by turns.
func (cfg *config) override(before string, last ...string) (*config, error) {
	c := newConfig()
	c.given, c.args, c.recipe = maps.Clone(cfg.given), cfg.args, cfg.recipe
	if r := cfg.recipe; r.name != "" { // no tutorial has a schedule
		if cfg.data == "" {
			before = r.alone + " " + before
		}
		before = "-schedule constant " + r.flags + " " + before
	}
	if err := c.set(strings.Fields(before)); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", cfg.recipe.name, err)
	}
	was := map[string]string{}
	c.flags.VisitAll(func(f *flag.Flag) { was[f.Name] = f.Value.String() })
	if err := c.set(cfg.args); err != nil {
		return nil, usageError{err}
	}
	for _, name := range append(c.learnedFlags(), "sweep") {
		if is := c.text(name); is != was[name] {
			c.changed = append(c.changed, fmt.Sprintf("-%s %s (%s)", name, is, was[name]))
		}
	}
	for i := 0; i < len(last); i += 2 {
		c.given[last[i]] = true
		if err := c.flags.Set(last[i], last[i+1]); err != nil {
			return nil, wrongUsage("-%s %s: %w", last[i], last[i+1], err)
		}
	}
	return c, nil
}

// variant is cfg for one of several trainings side by side: as override, but with one
// worker, and without the files that the command line wants to have of its result.
func (cfg *config) variant(before string, last ...string) (*config, error) {
	last = append(last, "workers", "1", "sweep", "none", "save", "", "resume", "false", "report", "", "export", "",
		"sweep-draws", "0", "sweep-dir", "", "sweep-task", "")
	c, err := cfg.override(before, last...)
	if err != nil {
		return nil, err
	}
	c.side = true
	return c, c.check()
}

// another is a training beside x, on the same data or others, with other settings.
func (x *experiment) another(data *dataset.Dataset, before string, last ...string) (*experiment, error) {
	c, err := x.cfg.variant(before, last...)
	if err != nil {
		return nil, err
	}
	if err := c.applyDefaults(data); err != nil {
		return nil, err
	}
	return newExperiment(c, data)
}

// startSeed is what the first weights are drawn from: of the trainings of a sweep that begin
// afresh, each has its own.
func (cfg *config) startSeed() uint64 {
	if cfg.start == 0 {
		return cfg.seed
	}
	return mix(cfg.seed<<16 + uint64(cfg.start))
}

// ownData is what the recipe makes to learn from.
func (r *recipe) ownData(seed uint64) (*dataset.Dataset, error) {
	if r.make == nil {
		return nil, wrongUsage("-recipe %s needs %s", r.name, r.needs)
	}
	return r.make(seed), nil
}

// epochSamples is how many of n training samples an epoch has.
func (r *recipe) epochSamples(n int) int {
	if r.drawn > 0 {
		return min(r.drawn, n)
	}
	return n
}

// missing adds to err, where the data at path could not be had, where they come from.
func (r *recipe) missing(path string, err error) error {
	if r.needs == "" {
		return err
	}
	if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such folder or file", path)
	}
	return fmt.Errorf("%w; -recipe %s needs %s", err, r.name, r.needs)
}

// suits is an error where the data are not of the kind that the recipe is about: a table, where it
// needs images.
func (r *recipe) suits(path string, d *dataset.Dataset) error {
	if r.needs == "" || d.Train.Pixels != nil {
		return nil
	}
	return r.missing(path, fmt.Errorf("%s: it is a table of %s of %s, and no images", path,
		text.Plural(d.Train.N, "sample"), text.Plural(d.Train.Dim, "input")))
}

// milestone is true of 0, 1, 2, 5, 10, 20, 50 …
func milestone(epoch int) bool {
	for epoch > 0 && epoch%10 == 0 {
		epoch /= 10
	}
	return epoch <= 2 || epoch == 5
}
