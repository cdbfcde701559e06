// Recipes: the tutorials' experiments. Each is a set of flag values, the result that its
// tutorial published, and what to look at; those that are more than one training, or make
// their own data, are in lessons.go.
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
)

// A recipe is an experiment that somebody published. The empty one is an ordinary run.
type recipe struct {
	name      string
	shows     string // in a few words
	data      string // what it learns from, in a word
	network   string
	published string // the result to compare with
	takes     string // on two cores
	look      string // what to look at
	flags     string // its settings, as on a command line

	from            string         // how to come by the data; "" where it makes them
	samples, inputs int            // of these data, all parts together
	curve           map[int]string // published along the way: by epoch
	milestonesOnly  bool           // print some epochs only
	ownDataOnly     bool           // it is about the data that it makes, and no others
	loss            bool           // print the loss as the tutorial counts it
	make            func(seed uint64) *Dataset
	run             func(ctx context.Context, x *experiment, out *printer, bar *progress) error // nil: train
}

const (
	needsMNIST  = "MNIST: -data ./mnist -download fetches it"
	needsDigits = "the 8×8 digits of scikit-learn: -data with the path of digits.csv.gz, which is in sklearn/datasets/data of an installed scikit-learn and of its sources (https://github.com/scikit-learn/scikit-learn)"
)

var recipes = []recipe{
	{
		name: "nielsen", shows: "the network of Nielsen's book, chapter 1", data: "MNIST", network: "784-30-10 sigmoid",
		published: "9454 / 10000", takes: "3 s",
		look:  "the test accuracy beside the published one: most is learned in the first epoch",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 -valid 10000 -scale 256",
		from:  needsMNIST, samples: 70000, inputs: 784,
		curve: map[int]string{1: "9067 / 10000", 2: "9202 / 10000", 3: "9283 / 10000", 4: "9318 / 10000", 5: "9376 / 10000",
			6: "9393 / 10000", 7: "9399 / 10000", 8: "9426 / 10000", 9: "9443 / 10000", 10: "9454 / 10000"},
	},
	{
		name: "derivation", shows: "the equations, derived and then trained", data: "MNIST", network: "784-50-10 sigmoid",
		published: "0.9545, loss 0.0082", takes: "25 s",
		look:  "the loss, which is the mean of (a − y)² over samples and outputs, and that it goes on falling",
		flags: "-hidden 50 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 1.5 -epochs 30",
		from:  needsMNIST, samples: 70000, inputs: 784, loss: true,
		curve: map[int]string{1: "0.8966, loss 0.0170", 4: "0.9385", 30: "0.9545, loss 0.0082"},
	},
	{
		name: "digits", shows: "weight decay, chosen by validation", data: "8×8 digits", network: "64-48-32-10 sigmoid",
		published: "test 0.9596 at λ 0.599, validation 0.9647", takes: "5 s",
		look: "λ up to 1 makes little difference, beyond that nothing is learned; the test part has no say in the choice",
		flags: "-hidden 48,32 -activation sigmoid -output sigmoid -cost ce -init glorot -batch 0 -momentum 0.9 -lr 0.2 -epochs 1000 " +
			"-test 0.33 -valid 0.4 -scale none -sweep l2=0.01:100:10",
		from: needsDigits, samples: 1797, inputs: 64, milestonesOnly: true,
	},
	{
		name: "matrix", shows: "which shape each matrix has, what is transposed", data: "MNIST", network: "784-30-10 sigmoid",
		published: "cross-entropy learns faster", takes: "5 s",
		look:  "the shapes: the columns of the first operand meet the rows of the second",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost bce -init uniform:1 -batch 10 -lr 0.5 -epochs 5",
		from:  needsMNIST, samples: 70000, inputs: 784, run: runMatrix,
	},
	{
		name: "plain", shows: "one hidden layer, images as they are", data: "MNIST", network: "784-800-10 relu",
		published: "98.4 %", takes: "1 min",
		look:  "the training accuracy, of a network with units left out, and the test accuracy go up together",
		flags: "-hidden 800 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -dropout 0.1,0.3 -epochs 18",
		from:  needsMNIST, samples: 70000, inputs: 784, milestonesOnly: true,
	},
	{
		name: "dropout", shows: "units left out at random, and short weights", data: "MNIST", network: "784-1024-10 relu",
		published: "98.94 %", takes: "15 min",
		look:  "the training accuracy, of a network with half of itself missing; the published one has three hidden layers",
		flags: "-hidden 1024 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -dropout 0.2,0.5 -maxnorm 2 -epochs 120",
		from:  needsMNIST, samples: 70000, inputs: 784, milestonesOnly: true,
	},
	{
		name: "simard", shows: "elastic distortions: no image twice", data: "MNIST", network: "784-800-10 relu",
		published: "99.3 %", takes: "8 min",
		look:  "the same network as in plain, and half the errors",
		flags: "-hidden 800 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -augment affine:0.6,elastic:0.8 -epochs 60",
		from:  needsMNIST, samples: 70000, inputs: 784, milestonesOnly: true,
	},
	{
		name: "best", shows: "the best of a plain network", data: "MNIST", network: "784-1000-500-10 relu",
		published: "99.65 %", takes: "30 min",
		look:  "the published network has 12 million weights, and learned on a GPU; this one has a tenth",
		flags: "-hidden 1000,500 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -augment affine:1.2,elastic:1.2,smooth:1.5 -epochs 150",
		from:  needsMNIST, samples: 70000, inputs: 784, milestonesOnly: true,
	},
	{
		name: "sine", shows: "a curve fitted through noise", data: "none", network: "1-20-1 tanh",
		published: "training RMSE below 0.2", takes: "1 s",
		look: "the training RMSE falls below the noise of 0.2, and the test RMSE does not follow it",
		flags: "-hidden 20 -activation tanh -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.1,0.01 -epochs 100000 " +
			"-scale standard -test 0",
		milestonesOnly: true, make: sineData,
	},
	{
		name: "unit", shows: "what one sigmoid unit can fit", data: "none", network: "1-1 and 1-2-1 sigmoid",
		published: "one unit fits both lines, not x²; two units do", takes: "below 1 s",
		look:           "one unit rises or falls, and cannot do both; the sum of a rising and a falling one can",
		flags:          "-hidden none -activation sigmoid -output sigmoid -cost mse -init uniform:1 -batch 1 -lr 0.1 -epochs 10000 -scale none -test 0",
		milestonesOnly: true, ownDataOnly: true, make: func(uint64) *Dataset { return unitData(unitRuns[0].f) }, run: runUnit,
	},
	{
		name: "linear", shows: "gradient descent against least squares", data: "none", network: "3-1 linear",
		published: "equal to 6 digits", takes: "below 1 s",
		look:           "the two columns of numbers: one solved, one found by going downhill",
		flags:          "-hidden none -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.5 -epochs 1000 -scale standard -test 0",
		milestonesOnly: true, make: linearData, run: runLinear,
	},
	{
		name: "perceptron", shows: "AND, OR, NAND learned, XOR not", data: "none", network: "2-1 threshold, 2-2-1",
		published: "AND, OR, NAND learned, XOR not; 2-2-1 can", takes: "below 1 s",
		look:           "XOR: no straight line divides 01 and 10 from 00 and 11, but two lines do",
		flags:          "-hidden 2 -activation sigmoid -output sigmoid -cost bce -init uniform:0.2 -batch 0 -lr 1 -momentum 0.9 -epochs 5000 -scale none -test 0",
		milestonesOnly: true, ownDataOnly: true, make: func(uint64) *Dataset { return gateData(gates[3].truth) }, run: runPerceptron,
	},
}

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
	return cfg.override("")
}

// override is cfg with more flags of the recipe's, which the command line overrides, and
// with flags that override all: names and values by turns.
func (cfg *config) override(before string, last ...string) (*config, error) {
	c := newConfig()
	c.given, c.args, c.recipe = maps.Clone(cfg.given), cfg.args, cfg.recipe
	if cfg.recipe.name != "" { // no tutorial has a schedule
		before = "-schedule constant " + cfg.recipe.flags + " " + before
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
	last = append(last, "workers", "1", "sweep", "", "save", "", "resume", "false", "report", "", "export", "",
		"sweep-draws", "0", "sweep-dir", "", "sweep-task", "")
	c, err := cfg.override(before, last...)
	if err != nil {
		return nil, err
	}
	c.side = true
	return c, c.check()
}

// ownData is what the recipe makes to learn from.
func (r *recipe) ownData(seed uint64) (*Dataset, error) {
	if r.make == nil {
		return nil, wrongUsage("-recipe %s needs %s", r.name, r.from)
	}
	return r.make(seed), nil
}

// missing adds to err, where the data at path could not be had, where they come from.
func (r *recipe) missing(path string, err error) error {
	if r.from == "" {
		return err
	}
	if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such folder or file", path)
	}
	return fmt.Errorf("%w; -recipe %s needs %s", err, r.name, r.from)
}

// suits is an error where the data are not of the kind that the recipe is about: a table, where it
// needs images.
func (r *recipe) suits(path string, d *Dataset) error {
	if r.from == "" || d.Train.Pixels != nil {
		return nil
	}
	return r.missing(path, fmt.Errorf("%s: it is a table of %s of %s, and no images", path,
		plural(d.Train.N, "sample"), plural(d.Train.Dim, "input")))
}

// milestone is true of 1, 2, 5, 10, 20, 50 …
func milestone(epoch int) bool {
	for epoch%10 == 0 {
		epoch /= 10
	}
	return epoch == 1 || epoch == 2 || epoch == 5
}

// What is printed.

// recipes is -recipe list.
func (p *printer) recipes() {
	rows := [][]string{{"recipe", "what it shows", "data", "network", "published result", "takes"}}
	for _, r := range recipes {
		p.event("recipe", "recipe", r.name, "shows", r.shows, "data", r.data, "network", r.network, "published", r.published, "flags", r.flags)
		rows = append(rows, []string{r.name, r.shows, r.data, r.network, r.published, r.takes})
	}
	p.table(rows)
	p.text(`
MNIST:       -recipe nielsen -data ./mnist -download
8×8 digits:  -recipe digits -data digits.csv.gz, the file in sklearn/datasets/data of scikit-learn
Any other flag on the line overrides the recipe's: -recipe nielsen -data ./mnist -seed 2 -epochs 30
`)
}

// recipe is the first lines of a recipe's run.
func (p *printer) recipe(cfg *config, data *Dataset) {
	r := &cfg.recipe
	if r.name == "" {
		return
	}
	if n := data.Train.N + data.Valid.N + data.Test.N; cfg.data != "" && (n != r.samples || data.Train.Dim != r.inputs) {
		was := "its own"
		if r.samples > 0 {
			was = fmt.Sprintf("%s of %d", count(r.samples), r.inputs)
		}
		cfg.changed = append(cfg.changed, fmt.Sprintf("other data: %s samples of %d inputs (%s)", count(n), data.Train.Dim, was))
	}
	p.text("recipe    %s: %s\n", r.name, r.shows)
	if len(cfg.changed) > 0 {
		p.text("changed   %s\n", strings.Join(cfg.changed, ", "))
	}
	p.text("look at   %s\n", r.look)
}

// head and row are the columns that a recipe adds to the table of epochs.
func (r *recipe) head() string {
	switch {
	case r.curve == nil:
		return ""
	case r.loss:
		return "  mean (a−y)²  published"
	}
	return "  published"
}

func (r *recipe) row(e epochEvent) string {
	loss := ""
	if e.TestLoss != nil {
		loss = fmt.Sprintf("  %11.4f", *e.TestLoss)
	}
	return strings.TrimRight(loss+"  "+r.curve[e.Epoch], " ")
}

// compare ends a recipe's run: the published result beside this one's.
func (p *printer) compare(x *experiment) {
	r, e, ours := x.cfg.recipe, x.final, x.summary
	published := r.published
	if s := r.curve[x.cfg.epochs]; s != "" {
		published = s
	}
	switch {
	case r.name == "":
		return
	case ours != "":
	case e.TestLoss != nil:
		ours = fmt.Sprintf("%.4f, loss %.4f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && strings.HasPrefix(x.cfg.sweep.String(), "l2="):
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, x.cfg.l2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(published, "%"):
		ours = fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.testCorrect, x.data.Test.N)
	case x.done.TrainRMSE != nil:
		ours = fmt.Sprintf("training RMSE %.4f", *x.done.TrainRMSE)
		if e.TestRMSE != nil {
			ours += fmt.Sprintf(", test %.4f", *e.TestRMSE)
		}
	}
	if len(x.cfg.changed) > 0 {
		ours += ", with the changes above"
	}
	p.text("\npublished %s · this run %s\n", published, ours)
}
