// Recipes: this room holds the tutorials' experiments. Each is a set of flag values, the
// result that its tutorial published, and what to look at; some print more than an
// ordinary training, or make their own data. The sweep over a flag's values is here too.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
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
	sparse          bool           // print some epochs only
	closed          bool           // it is about the data that it makes, and no others
	loss            bool           // print the loss as the tutorial counts it
	make            func(seed uint64) *Dataset
	play            func(ctx context.Context, x *experiment, out *printer, bar *progress) error // nil: train
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
		from: needsDigits, samples: 1797, inputs: 64, sparse: true,
	},
	{
		name: "matrix", shows: "which shape each matrix has, what is transposed", data: "MNIST", network: "784-30-10 sigmoid",
		published: "cross-entropy learns faster", takes: "5 s",
		look:  "the shapes: the columns of the first operand meet the rows of the second",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost bce -init uniform:1 -batch 10 -lr 0.5 -epochs 5",
		from:  needsMNIST, samples: 70000, inputs: 784, play: playMatrix,
	},
	{
		name: "plain", shows: "one hidden layer, images as they are", data: "MNIST", network: "784-800-10 relu",
		published: "98.4 %", takes: "1 min",
		look:  "the training accuracy, of a network with units left out, and the test accuracy go up together",
		flags: "-hidden 800 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -dropout 0.1,0.3 -epochs 18",
		from:  needsMNIST, samples: 70000, inputs: 784, sparse: true,
	},
	{
		name: "dropout", shows: "units left out at random, and short weights", data: "MNIST", network: "784-1024-10 relu",
		published: "98.94 %", takes: "15 min",
		look:  "the training accuracy, of a network with half of itself missing; the published one has three hidden layers",
		flags: "-hidden 1024 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -dropout 0.2,0.5 -maxnorm 2 -epochs 120",
		from:  needsMNIST, samples: 70000, inputs: 784, sparse: true,
	},
	{
		name: "simard", shows: "elastic distortions: no image twice", data: "MNIST", network: "784-800-10 relu",
		published: "99.3 %", takes: "8 min",
		look:  "the same network as in plain, and half the errors",
		flags: "-hidden 800 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -augment affine:0.6,elastic:0.8 -epochs 60",
		from:  needsMNIST, samples: 70000, inputs: 784, sparse: true,
	},
	{
		name: "best", shows: "the best of a plain network", data: "MNIST", network: "784-1000-500-10 relu",
		published: "99.65 %", takes: "30 min",
		look:  "the published network has 12 million weights, and learned on a GPU; this one has a tenth",
		flags: "-hidden 1000,500 -batch 128 -lr 0.1 -momentum 0.9 -schedule cosine -augment affine:1.2,elastic:1.2,smooth:1.5 -epochs 150",
		from:  needsMNIST, samples: 70000, inputs: 784, sparse: true,
	},
	{
		name: "sine", shows: "a curve fitted through noise", data: "none", network: "1-20-1 tanh",
		published: "training RMSE below 0.2", takes: "1 s",
		look: "the training RMSE falls below the noise of 0.2, and the test RMSE does not follow it",
		flags: "-hidden 20 -activation tanh -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.1,0.01 -epochs 100000 " +
			"-scale standard -test 0",
		sparse: true, make: sineData,
	},
	{
		name: "unit", shows: "what one sigmoid unit can fit", data: "none", network: "1-1 and 1-2-1 sigmoid",
		published: "one unit fits both lines, not x²; two units do", takes: "below 1 s",
		look:   "one unit rises or falls, and cannot do both; the sum of a rising and a falling one can",
		flags:  "-hidden none -activation sigmoid -output sigmoid -cost mse -init uniform:1 -batch 1 -lr 0.1 -epochs 10000 -scale none -test 0",
		sparse: true, closed: true, make: func(uint64) *Dataset { return unitData(unitRuns[0].f) }, play: playUnit,
	},
	{
		name: "linear", shows: "gradient descent against least squares", data: "none", network: "3-1 linear",
		published: "equal to 6 digits", takes: "below 1 s",
		look:   "the two columns of numbers: one solved, one found by going downhill",
		flags:  "-hidden none -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.5 -epochs 1000 -scale standard -test 0",
		sparse: true, make: linearData, play: playLinear,
	},
	{
		name: "perceptron", shows: "AND, OR, NAND learned, XOR not", data: "none", network: "2-1 threshold, 2-2-1",
		published: "AND, OR, NAND learned, XOR not; 2-2-1 can", takes: "below 1 s",
		look:   "XOR: no straight line divides 01 and 10 from 00 and 11, but two lines do",
		flags:  "-hidden 2 -activation sigmoid -output sigmoid -cost bce -init uniform:0.2 -batch 0 -lr 1 -momentum 0.9 -epochs 5000 -scale none -test 0",
		sparse: true, closed: true, make: func(uint64) *Dataset { return gateData(gates[3].truth) }, play: playPerceptron,
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
	if cfg.recipe.closed && cfg.data != "" {
		return nil, usageError{fmt.Errorf("-recipe %s makes its own data: leave out -data", cfg.recipe.name)}
	}
	return cfg.with("")
}

// with is cfg with more flags of the recipe's, which the command line overrides, and
// with flags that override all: names and values by turns.
func (cfg *config) with(before string, last ...string) (*config, error) {
	c := &config{given: maps.Clone(cfg.given), args: cfg.args, recipe: cfg.recipe}
	f := flags(c)
	if cfg.recipe.name != "" { // what no tutorial does
		before = "-schedule constant " + cfg.recipe.flags + " " + before
	}
	if err := c.set(strings.Fields(before)); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", cfg.recipe.name, err)
	}
	was := map[string]string{}
	f.VisitAll(func(g *flag.Flag) { was[g.Name] = g.Value.String() })
	if err := c.set(cfg.args); err != nil {
		return nil, usageError{err}
	}
	for _, group := range flagGroups {
		for _, name := range group.names {
			is := f.Lookup(name).Value.String()
			if is != was[name] && (group.title == "Network" || group.title == "Training" || slices.Contains(strings.Fields("test valid scale label regress sweep"), name)) {
				c.changed = append(c.changed, fmt.Sprintf("-%s %s (%s)", name, is, was[name]))
			}
		}
	}
	for i := 0; i < len(last); i += 2 {
		c.given[last[i]] = true
		if err := f.Set(last[i], last[i+1]); err != nil {
			return nil, usageError{fmt.Errorf("-%s %s: %w", last[i], last[i+1], err)}
		}
	}
	return c, nil
}

// beside is cfg for one of several trainings side by side: as with, but with one worker,
// and without the files that the command line wants to have of its result.
func (cfg *config) beside(before string, last ...string) (*config, error) {
	last = append(last, "workers", "1", "sweep", "")
	f := flags(&config{})
	for _, name := range []string{"save", "resume", "report"} {
		if g := f.Lookup(name); g != nil {
			last = append(last, name, g.DefValue)
		}
	}
	c, err := cfg.with(before, last...)
	if err != nil {
		return nil, err
	}
	return c, c.check()
}

// ownData is what the recipe makes to learn from.
func (r *recipe) ownData(seed uint64) (*Dataset, error) {
	if r.make == nil {
		return nil, usageError{fmt.Errorf("-recipe %s needs %s", r.name, r.from)}
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

// milestone is true of 1, 2, 5, 10, 20, 50 …
func milestone(epoch int) bool {
	for epoch%10 == 0 {
		epoch /= 10
	}
	return epoch == 1 || epoch == 2 || epoch == 5
}

// What is printed.

// text prints where there is no -json, and event only where there is: a line of keys and
// values by turns. What is nil is left out.
func (p *printer) text(format string, args ...any) {
	if !p.json {
		fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) event(name string, pairs ...any) {
	if !p.json {
		return
	}
	line := fmt.Sprintf(`{"event":%q`, name)
	for i := 0; i < len(pairs); i += 2 {
		b, err := json.Marshal(pairs[i+1])
		if err != nil { // a number that JSON does not have
			p.w.fail(fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err))
			return
		}
		if string(b) != "null" {
			line += fmt.Sprintf(`,%q:%s`, pairs[i], b)
		}
	}
	fmt.Fprintln(p.w, line+"}")
}

// table prints rows with their columns aligned: to the right where the first row below
// the head is a number.
func (p *printer) table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, cell := range row {
			width[j] = max(width[j], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for j, cell := range row {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(cell))
			if _, err := strconv.ParseFloat(rows[1][j], 64); err == nil {
				line += "  " + pad + cell
			} else {
				line += "  " + cell + pad
			}
		}
		p.text("%s\n", strings.TrimRight(line[2:], " "))
	}
}

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
	r, e, ours := x.cfg.recipe, x.final, x.ours
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
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && x.cfg.sweep.name == "l2":
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, x.cfg.l2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(published, "%"):
		ours = fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.testRight, x.data.Test.N)
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

// Sweeps.

// A sweep is the -sweep flag: a flag, and the values to try.
type sweep struct{ name, values string }

func (s *sweep) String() string { return strings.Trim(s.name+"="+s.values, "=") }

func (s *sweep) Set(text string) error {
	*s = sweep{}
	if text == "" || text == "none" {
		return nil
	}
	name, values, _ := strings.Cut(text, "=")
	if name == "" || values == "" {
		return errors.New("it takes the form P=VALUES, as in l2=0.01:100:10 or lr=0.1,0.5,1")
	}
	*s = sweep{strings.TrimLeft(name, "-"), values}
	return nil
}

// list is the values to try. Log-spaced ones are rounded to four digits: what is printed
// is what is used, and can be given to the flag itself.
func (s *sweep) list(whole bool) (list []string, err error) {
	part := strings.Split(s.values, ":")
	if len(part) == 1 {
		return strings.Split(s.values, ","), nil
	}
	part = append(part, "", "")
	from, err1 := strconv.ParseFloat(part[0], 64)
	to, err2 := strconv.ParseFloat(part[1], 64)
	n, err3 := strconv.Atoi(part[2])
	if errors.Join(err1, err2, err3) != nil || len(part) != 5 || !(from > 0 && to > 0) || math.IsInf(from+to, 0) || n < 2 || n > 1000 {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values, 2 to 1000, to space between them in equal ratios; any others can be listed, as in 0,0.1,1", s.values)
	}
	for i := range n {
		at := float64(i) / float64(n-1)
		v := exp(float64(log(from)*(1-at)) + float64(log(to)*at)) // the bits of math.Pow differ between machines
		text := strconv.FormatFloat(v, 'g', 4, 64)
		if whole {
			text = strconv.FormatFloat(math.Round(v), 'f', 0, 64)
		}
		if i == 0 || text != list[len(list)-1] {
			list = append(list, text)
		}
	}
	return list, nil
}

// sweepConfigs is the values of the sweep and a configuration for each.
func (cfg *config) sweepConfigs() (values []string, all []*config, err error) {
	s := &cfg.sweep
	if s.name == "" {
		return nil, nil, nil
	}
	numeric, whole := false, false
	if g := flags(&config{}).Lookup(s.name); g != nil && s.name != "workers" {
		var v any = g.Value
		if std, ok := v.(flag.Getter); ok {
			v = std.Get()
		}
		switch v.(type) {
		case int, uint64, *sizes:
			numeric, whole = true, true
		case float64, *rates:
			numeric = true
		}
	}
	if !numeric {
		return nil, nil, usageError{fmt.Errorf("-sweep %v: it is for flags that take a number, like l2, lr, hidden or seed, and -%s is none", s, s.name)}
	}
	if cfg.recipe.play != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep does not go with -recipe %s, which is more than one training", cfg.recipe.name)}
	}
	if values, err = s.list(whole); err != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep %w", err)}
	}
	for _, v := range values {
		c, err := cfg.beside("", s.name, v)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, c)
	}
	return values, all, nil
}

// better says whether e did better than b by the validation part, with the cost to
// decide between equals. The test part has no say.
func (e epochEvent) better(b epochEvent) bool {
	switch {
	case e.ValidRMSE != nil && b.ValidRMSE != nil:
		return *e.ValidRMSE < *b.ValidRMSE
	case e.ValidAccuracy == nil || b.ValidAccuracy == nil || e.ValidCost == nil || b.ValidCost == nil:
		return false // of a file that somebody has changed
	case *e.ValidAccuracy != *b.ValidAccuracy:
		return *e.ValidAccuracy > *b.ValidAccuracy
	}
	return *e.ValidCost < *b.ValidCost
}

// runSweep trains once for each value, as many at a time as there are workers, prints
// what each came to, and returns the configuration that did best, and its data.
func runSweep(ctx context.Context, cfg *config, data *Dataset, out *printer, bar *progress) (*config, *Dataset, error) {
	values, all, err := cfg.sweepConfigs()
	if err != nil {
		return nil, nil, err
	}
	if data.Valid.N == 0 {
		return nil, nil, usageError{errors.New("-sweep chooses by a validation part, and there is none: add -valid 0.2")}
	}
	var next, finished, passed atomic.Int64
	train := func(c *config) (*experiment, error) {
		d, err := data, error(nil)
		if c.seed != cfg.seed { // it draws the parts, and the data where they are made
			d, err = load(ctx, c, io.Discard)
		}
		if err != nil {
			return nil, err
		}
		x, err := newExperiment(c, d)
		if err != nil {
			return nil, err
		}
		x.shown = func(int) bool { passed.Add(1); return false }
		return x, x.train(ctx, nil, nil)
	}
	done, errs, ready, epochs := make([]*experiment, len(all)), make([]error, len(all)), make([]chan bool, len(all)), 0
	for i, c := range all {
		if err := c.suit(data); err != nil {
			return nil, nil, err
		}
		ready[i] = make(chan bool)
		epochs += c.epochs
	}
	atATime := min(cfg.workers, len(all))
	var workers sync.WaitGroup
	defer workers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // where one fails, the others need not go on
	for range atATime {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				done[i], errs[i] = train(all[i])
				finished.Add(1)
				close(ready[i])
			}
		}()
	}
	const row = "%10s  %12s  %16s  %16s\n"
	bar.from = time.Now()
	out.text("sweep     %d values of %s, %d at a time, each on one core\n\n", len(all), cfg.sweep.name, atATime)
	out.text(row, cfg.sweep.name, "valid cost", "valid "+scoreName(data), "test "+scoreName(data))
	best := -1
	for i := range all {
		bar.watch(func() (string, float64) {
			return fmt.Sprintf("%d of %d trainings", finished.Load(), len(all)), float64(passed.Load()) / float64(epochs)
		})
		<-ready[i]
		bar.clear()
		var value any = values[i] // in JSON a number, but for -hidden none
		if json.Valid([]byte(values[i])) {
			value = json.RawMessage(values[i])
		}
		var diverged ErrDiverged
		if errors.As(errs[i], &diverged) || errors.Is(errs[i], errTooLarge) {
			out.text("%10s  diverged\n", values[i])
			out.event("sweep", "flag", cfg.sweep.name, "value", value, "failed", errs[i].Error())
			continue
		}
		if errors.Is(errs[i], errInterrupted) {
			return nil, nil, fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time", errInterrupted, i, len(all))
		}
		if errs[i] != nil {
			return nil, nil, errs[i]
		}
		d, e := done[i].data, done[i].final
		tested := "none"
		if d.Test.N > 0 {
			tested = score(d.Test.N, e.testRight, e.TestRMSE)
		}
		out.text(row, values[i], fmt.Sprintf("%.5f", *e.ValidCost), score(d.Valid.N, e.validRight, e.ValidRMSE), tested)
		out.event("sweep", "flag", cfg.sweep.name, "value", value, "valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
			"test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE, "weights_sha256", done[i].done.Hash)
		if best < 0 || e.better(done[best].final) {
			best = i
		}
	}
	if best < 0 {
		return nil, nil, fmt.Errorf("-sweep %v: every training diverged; try a smaller -lr (it is %s)", &cfg.sweep, cfg.rates.String())
	}
	out.text("\nbest by validation: %s %s, trained once more\n\n", cfg.sweep.name, values[best])
	c, err := cfg.with("", cfg.sweep.name, values[best])
	if err != nil {
		return nil, nil, err
	}
	c.changed = cfg.changed
	c.figures = []Figure{sweepFigure(cfg.sweep.name, values, done, best)}
	return c, done[best].data, c.suit(data)
}

// sweepFigure shows the values of a sweep and what training with them came to.
func sweepFigure(name string, values []string, runs []*experiment, best int) Figure {
	f := Figure{Words: sweepWords, X: Axis{Label: name, Log: true}, Table: true}
	valid, test := Line{Name: "validation"}, Line{Name: "test"}
	for i, run := range runs {
		v, err := strconv.ParseFloat(values[i], 64)
		if err != nil || run == nil || len(run.history) == 0 {
			continue // no number, or diverged
		}
		f.X.Log = f.X.Log && v > 0
		e := run.final
		pick := func(accuracy, rmse *float64) float64 {
			switch {
			case accuracy != nil:
				f.Y = Axis{Label: "right answers, %", Percent: true}
				return *accuracy
			case rmse != nil:
				f.Y = Axis{Label: "RMSE"}
				return *rmse
			}
			return math.NaN()
		}
		valid.X, valid.Y = append(valid.X, v), append(valid.Y, pick(e.ValidAccuracy, e.ValidRMSE))
		test.X, test.Y = append(test.X, v), append(test.Y, pick(e.TestAccuracy, e.TestRMSE))
		if i == best {
			f.Best = &v
		}
	}
	f.Title += " of " + name
	f.Lines = append(f.Lines, valid)
	if runs[best].data.Test.N > 0 {
		f.Lines = append(f.Lines, test)
	}
	return f
}

// The data that recipes make. No bit of them depends on the machine: no math.Sin, and no
// a*b + c that a compiler may fuse or not.

// madeSet is a data set of n samples, x and y row by row.
func madeSet(name string, n int, x, y []float64) *Dataset {
	return &Dataset{Name: name, Train: Set{N: n, Dim: len(x) / n, Values: x, Targets: y}}
}

// sineData is 30 samples of f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10) for x in ±10, with
// noise of 0.2, and as many to test.
func sineData(seed uint64) *Dataset {
	const n = 30
	rng := stream(seed, purposeRecipe, 0)
	x, y := make([]float64, 2*n), make([]float64, 2*n)
	uniform(x, 10, rng)
	normal(y, 0.2, rng)
	for i, v := range x {
		y[i] += math.FMA(0.4, sine(v+10), math.FMA(0.05, v+10, 0.2))
	}
	all := madeSet("sine", 2*n, x, y)
	return &Dataset{Name: "30 samples of a noisy sine", Train: all.Train.Slice(0, n), Test: all.Train.Slice(n, 2*n)}
}

// sine is sin x to 15 digits for |x| < 1000: x = kπ + r with |r| ≤ π/2, then a Taylor
// polynomial.
func sine(x float64) float64 {
	const piHi, piLo = 0x1.921fb54400000p+1, 0x1.0b4611a626331p-33
	k := math.FMA(x, 1/math.Pi, toInt) - toInt
	r := math.FMA(-k, piLo, math.FMA(-k, piHi, x))
	sum := 0.0
	for n := 21.0; n > 1; n -= 2 { // r − r³/3! + r⁵/5! − …, from the small end
		sum = (1 - sum) * (r * r) / float64(n*(n-1))
	}
	if math.Mod(k, 2) != 0 {
		r = -r
	}
	return math.FMA(-r, sum, r)
}

// linearData is 60 samples of t = 0.5 + 2x₁ − 3x₂ + x₃ with noise of 0.1.
func linearData(seed uint64) *Dataset {
	const n = 60
	rng := stream(seed, purposeRecipe, 0)
	x, t := make([]float64, 3*n), make([]float64, n)
	uniform(x, 1, rng)
	normal(t, 0.1, rng)
	for i := range t {
		t[i] += 0.5 + math.FMA(2, x[3*i], math.FMA(-3, x[3*i+1], x[3*i+2]))
	}
	return madeSet("60 samples of 0.5 + 2x₁ − 3x₂ + x₃, noise 0.1", n, x, t)
}

// unitData is y = f(x) at 21 places from −1 to 1.
func unitData(f func(x float64) float64) *Dataset {
	x, y := make([]float64, 21), make([]float64, 21)
	for i := range x {
		x[i] = float64(i-10) / 10
		y[i] = f(x[i])
	}
	return madeSet("21 points of a curve", 21, x, y)
}

// gateData is a truth table: the answers to 00, 01, 10 and 11.
func gateData(truth [4]float64) *Dataset {
	return madeSet("the truth table of XOR", 4, []float64{0, 0, 0, 1, 1, 0, 1, 1}, truth[:])
}

// The recipes that are more than one training.

// unitRuns are the trainings of the recipe unit.
var unitRuns = []struct {
	title, flags string
	f            func(x float64) float64
}{
	{"rising line", "", func(x float64) float64 { return math.FMA(0.4, x, 0.5) }},
	{"falling line", "", func(x float64) float64 { return math.FMA(-0.4, x, 0.5) }},
	{"x², one unit", "", func(x float64) float64 { return x * x }},
	{"x², two units", "-hidden 2 -output linear", func(x float64) float64 { return x * x }},
}

func playUnit(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	rows := [][]string{{"training", "network", "RMSE", "what it learned"}}
	curves := [][]string{{"x"}}
	for i := range 9 {
		curves = append(curves, []string{fmt.Sprintf("%.2f", float64(i-4)/4)})
	}
	lines := out
	if !out.json {
		out.header(x)
		out.text("\n")
		lines = nil
	}
	for i, r := range unitRuns {
		c, err := x.cfg.beside(r.flags)
		if err != nil {
			return err
		}
		data := unitData(r.f)
		if err := c.suit(data); err != nil {
			return err
		}
		run, err := newExperiment(c, data)
		if err != nil {
			return err
		}
		if i == 0 {
			run = x
		}
		run.title = r.title
		lines.start(run)
		if err := run.train(ctx, lines, bar); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
		rmse := fmt.Sprintf("%.4f", *run.done.TrainRMSE)
		rows = append(rows, []string{r.title, strings.Trim(strings.ReplaceAll(fmt.Sprint(run.layers()), " ", "-"), "[]"), rmse, formula(run.trainer.Net)})
		x.ours += ", " + rmse
		curves[0] = append(curves[0], r.title, "learned")
		for i := range 9 {
			v := float64(i-4) / 4
			curves[i+1] = append(curves[i+1], fmt.Sprintf("%.3f", r.f(v)), fmt.Sprintf("%.3f", run.trainer.Net.answer([]float64{v})[0]))
		}
		if run != x {
			if err := x.show(run.figures()...); err != nil {
				return err
			}
		}
	}
	x.ours = "RMSE " + x.ours[2:]
	out.table(rows)
	out.text("\n")
	out.table(curves)
	return nil
}

// formula writes out a network of one input and one or a few units: σ(1.70x +0.02).
func formula(net *Network) string {
	first, last := net.Layers[0], net.Layers[len(net.Layers)-1]
	sum := ""
	for j, b := range first.B {
		if len(net.Layers) == 2 {
			sum += fmt.Sprintf("%+.2f ", last.W.Row(j)[0])
		}
		sum += fmt.Sprintf("%s(%.2fx %+.2f) ", symbol(first.G), first.W.Row(0)[j], b)
	}
	if len(net.Layers) == 2 {
		sum += fmt.Sprintf("%+.2f", last.B[0])
	}
	if len(net.Layers) > 2 || len(first.B) > 3 {
		return "too much to write out"
	}
	return strings.Trim(sum, "+ ")
}

// symbol is what stands for g in an equation.
func symbol(g Activation) string {
	return map[string]string{"sigmoid": "σ", "linear": "", "tanh": "tanh", "relu": "relu"}[g.Name]
}

// playLinear trains, and then solves for the same weights.
func playLinear(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	if len(x.cfg.hidden) > 0 {
		return usageError{errors.New("-recipe linear solves for the weights of one layer: leave out -hidden")}
	}
	// X̃ is the inputs after a column of ones for the bias, T the targets.
	n, d, k := x.data.Train.N, x.data.Train.Dim, x.data.Outputs()
	in, t, ones := NewMatrix(n, d), NewMatrix(n, k), NewMatrix(n, d+1)
	x.source(&x.data.Train, ascending(n))(in, t, 0, 0, n)
	for i := range n {
		ones.Row(i)[0] = 1
		copy(ones.Row(i)[1:], in.Row(i))
	}
	w, err := leastSquares(ones, t)
	if err != nil {
		return err
	}
	x.after = func() {
		learned := NewMatrix(d+1, k)
		for i := range d + 1 {
			copy(learned.Row(i), x.trainer.Net.Layers[0].B)
			if i > 0 {
				copy(learned.Row(i), x.trainer.Net.Layers[0].W.Row(i-1))
			}
		}
		x.unscale(w)
		x.unscale(learned)
		rows := [][]string{{"output", "weight of", "least squares", "gradient descent"}}
		largest, off := 0.0, 0.0
		for j := range k {
			for i := range d + 1 {
				name, a, b := "1 (bias)", w.Row(i)[j], learned.Row(i)[j]
				if i > 0 {
					name = fmt.Sprintf("x%d", i)
				}
				largest, off = max(largest, math.Abs(a)), max(off, math.Abs(a-b))
				rows = append(rows, []string{fmt.Sprint(j + 1), name, fmt.Sprintf("%.9f", a), fmt.Sprintf("%.9f", b)})
				out.event("weight", "output", j+1, "weight_of", name, "least_squares", a, "gradient_descent", b)
			}
		}
		out.text("\n")
		out.table(rows)
		x.ours = fmt.Sprintf("equal to %.0f digits", max(0, min(15, math.Floor(-math.Log10(off/largest)))))
	}
	out.start(x)
	return x.train(ctx, out, bar)
}

// unscale turns weights for scaled inputs and targets, the biases in row 0, into weights
// for the numbers as they were.
func (x *experiment) unscale(w Matrix) {
	for j := range w.Cols {
		shift, factor := 0.0, 1.0
		if x.out.Factor != nil {
			shift, factor = x.out.Shift[j], x.out.Factor[j]
		}
		w.Row(0)[j] = w.Row(0)[j]/factor + shift
		for i := 1; i < w.Rows; i++ {
			w.Row(i)[j] *= x.in.Factor[i-1] / factor
			w.Row(0)[j] -= float64(w.Row(i)[j] * x.in.Shift[i-1])
		}
	}
}

// leastSquares is (XᵀX)⁻¹XᵀT: Gauss–Jordan elimination of the normal equations.
func leastSquares(x, t Matrix) (Matrix, error) {
	both := NewMatrix(x.Rows, x.Cols+t.Cols) // X and T side by side
	for i := range x.Rows {
		copy(both.Row(i)[copy(both.Row(i), x.Row(i)):], t.Row(i))
	}
	a, w := NewMatrix(x.Cols, both.Cols), NewMatrix(x.Cols, t.Cols)
	AddMulAT(a, x, both, 0, a.Cols)
	for c := range a.Rows {
		p := c
		for i := c; i < a.Rows; i++ {
			if math.Abs(a.Row(i)[c]) > math.Abs(a.Row(p)[c]) {
				p = i
			}
		}
		pivot := a.Row(p)[c]
		if !(math.Abs(pivot) > 1e-9*float64(x.Rows)) {
			return w, fmt.Errorf("least squares has no one solution: input %d is constant, or a sum of multiples of those before; leave such columns out", c)
		}
		for j := range a.Cols {
			a.Row(p)[j], a.Row(c)[j] = a.Row(c)[j], a.Row(p)[j]/pivot
		}
		for i := range a.Rows {
			for j, f := 0, a.Row(i)[c]; i != c && j < a.Cols; j++ {
				a.Row(i)[j] -= float64(f * a.Row(c)[j])
			}
		}
	}
	for i := range w.Rows {
		copy(w.Row(i), a.Row(i)[x.Cols:])
	}
	return w, nil
}

// gates are the truth tables, for 00, 01, 10 and 11.
var gates = []struct {
	name  string
	truth [4]float64
}{{"AND", [4]float64{0, 0, 0, 1}}, {"OR", [4]float64{0, 1, 1, 1}}, {"NAND", [4]float64{1, 1, 1, 0}}, {"XOR", [4]float64{0, 1, 1, 0}}}

// A threshold unit answers 1 where w₁x₁ + w₂x₂ + b > 0, else 0.
type threshold struct{ w1, w2, b float64 }

func (u *threshold) answer(x1, x2 float64) float64 {
	if float64(u.w1*x1)+float64(u.w2*x2)+u.b > 0 {
		return 1
	}
	return 0
}

// learn is the perceptron rule: w ← w + (t − y)·x, sample by sample, from 0, until a pass
// over all four brings no mistake. It returns how many passes that took.
func (u *threshold) learn(truth [4]float64, most int) (passes int, learned bool) {
	for passes < most && !learned {
		passes++
		learned = true
		for i, t := range truth {
			x1, x2 := float64(i/2), float64(i%2)
			if e := t - u.answer(x1, x2); e != 0 {
				u.w1 += float64(e * x1)
				u.w2 += float64(e * x2)
				u.b += e
				learned = false
			}
		}
	}
	return passes, learned
}

// playPerceptron lets a threshold unit learn the gates, and then a network learn XOR.
func playPerceptron(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	units := [][]string{{"unit", "learned", "y = 1 where"}}
	truth := [][]string{{"x1 x2"}, {"0  0"}, {"0  1"}, {"1  0"}, {"1  1"}}
	can, cannot := []string{}, []string{}
	for _, g := range gates {
		var u threshold
		passes, learned := u.learn(g.truth, 1000)
		verdict := fmt.Sprintf("in %d passes", passes)
		if learned {
			can = append(can, g.name)
		} else {
			verdict, cannot = "not "+verdict, append(cannot, g.name)
		}
		out.event("perceptron", "gate", g.name, "learned", learned, "passes", passes, "weights", []float64{u.w1, u.w2}, "bias", u.b)
		units = append(units, []string{g.name, verdict, fmt.Sprintf("%.0f·x1 %+.0f·x2 %+.0f > 0", u.w1, u.w2, u.b)})
		truth[0] = append(truth[0], g.name, "unit")
		for i, t := range g.truth {
			y := fmt.Sprint(u.answer(float64(i/2), float64(i%2)))
			if y != fmt.Sprint(t) {
				y += " wrong"
			}
			truth[i+1] = append(truth[i+1], fmt.Sprint(t), y)
		}
	}
	out.text("\na threshold unit, taught by the perceptron rule w ← w + (t − y)·x:\n\n")
	out.table(units)
	out.text("\n")
	out.table(truth)
	out.text("\na network with hidden units, taught XOR by backpropagation:\n\n")
	x.after = func() {
		rows, right := [][]string{{"x1 x2", "XOR", "network"}}, 0
		for i, t := range x.data.Train.Targets {
			y := x.trainer.Net.answer([]float64{float64(i / 2), float64(i % 2)})[0]
			if (y > 0.5) == (t > 0.5) {
				right++
			}
			rows = append(rows, []string{truth[i+1][0], fmt.Sprint(t), fmt.Sprintf("%.4f", y)})
		}
		out.text("\n")
		out.table(rows)
		if right < 4 {
			out.text("\nThis one is stuck where every small step makes it worse, as 3 in 100 are: try another -seed.\n")
		}
		x.ours = fmt.Sprintf("%s learned, %s not; 2-2-1 answers %d of 4", strings.Join(can, ", "), strings.Join(cannot, ", "), right)
	}
	out.start(x)
	return x.train(ctx, out, bar)
}

// playMatrix prints the matrices of one mini-batch, and trains with both costs.
func playMatrix(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	if x.cfg.given["cost"] {
		return usageError{errors.New("-recipe matrix trains with both costs: leave out -cost")}
	}
	c, err := x.cfg.beside("-cost mse")
	if err == nil {
		err = c.suit(x.data)
	}
	if err != nil {
		return err
	}
	squared, err := newExperiment(c, x.data)
	if err != nil {
		return err
	}
	squared.title, x.title = "squared error", "cross-entropy"
	x.cfg.workers, x.trainer.Workers = 1, 1
	if !out.json {
		out.header(x)
	}
	out.text("\n")
	out.matrices(x)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs, errs := [2]*experiment{squared, x}, [2]error{}
	var both sync.WaitGroup
	bar.epochs(x.cfg.epochs, x.trainer)
	for i, run := range runs {
		both.Add(1)
		go func() {
			defer both.Done()
			if errs[i] = run.train(ctx, nil, nil); errs[i] != nil {
				cancel() // the other need not go on
			}
		}()
	}
	both.Wait()
	bar.clear()
	for i, err := range errs {
		if err != nil && !errors.Is(err, errInterrupted) {
			return fmt.Errorf("%s: %w", runs[i].title, err)
		}
	}
	if err := cmp.Or(errs[1], errs[0]); err != nil {
		return err
	}
	rows, ahead, n := [][]string{{"epoch", squared.title, x.title}}, 0, x.data.Test.N
	for i, b := range x.history {
		a := squared.history[i]
		if b.testRight > a.testRight {
			ahead++
		}
		rows = append(rows, []string{fmt.Sprint(b.Epoch), score(n, a.testRight, a.TestRMSE), score(n, b.testRight, b.TestRMSE)})
	}
	out.text("\nThe same network and the same samples, with two costs; right on the test part:\n\n")
	out.table(rows)
	for _, run := range runs {
		if !out.json {
			break
		}
		out.start(run)
		for _, e := range run.history {
			out.line(e)
		}
		out.done(run, run.done)
	}
	x.ours = fmt.Sprintf("cross-entropy ahead after %d of %d epochs", ahead, len(x.history))
	return x.show(accuracyFigure(squared, x))
}

// matrices prints the matrices of one mini-batch, forward and backward. All shapes are
// those of the matrices themselves.
func (p *printer) matrices(x *experiment) {
	layers, n := x.trainer.Net.Layers, x.trainer.Batch
	in, y := NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs())
	x.source(&x.data.Train, ascending(n))(in, y, 0, 0, n)
	rows := [][]string{{"pass", "matrix", "shape", "equation", "product", "transposed", "values from … to"}}
	pass := "forward"
	// show prints matrix name_l; the equation is for l, with ← for l−1 and → for l+1.
	show := func(name string, l int, m Matrix, equation, product, transposed string) {
		index := strings.NewReplacer("←", fmt.Sprint(l-1), "→", fmt.Sprint(l+1), "ₗ", fmt.Sprint(l))
		name, equation, transposed = index.Replace(name), index.Replace(equation), index.Replace(transposed)
		least, most := math.Inf(1), math.Inf(-1)
		m.EachRow(func(row []float64) { least, most = min(least, slices.Min(row)), max(most, slices.Max(row)) })
		values := fmt.Sprintf("%8.4f to %8.4f", least, most)
		rows = append(rows, []string{pass, name, m.String(), equation, product, transposed, values})
		p.event("matrix", "pass", pass, "matrix", name, "shape", [2]int{m.Rows, m.Cols}, "equation", equation, "product", product, "transposed", transposed)
	}
	vector := func(b []float64) Matrix { return Matrix{1, len(b), len(b), b} }
	a, delta := []Matrix{in}, make([]Matrix, len(layers)+1) // A_l and δ_l
	show("A0", 0, in, "X, a sample a row", "", "")
	for i, layer := range layers {
		l, z := i+1, NewMatrix(n, layer.W.Cols)
		layer.forward(z, a[i], 0, z.Cols, true)
		show("Wₗ", l, layer.W, "", "", "")
		show("bₗ", l, vector(layer.B), "", "", "")
		show("Zₗ", l, z, "A←·Wₗ + bₗ", fmt.Sprintf("%v · %v", a[i], layer.W), "none")
		if delta[l] = NewMatrix(n, z.Cols); l < len(layers) {
			z.EachRow(layer.G.F)
		} else {
			for r := range n {
				x.trainer.Net.Cost.row(layer.G, z.Row(r), y.Row(r), delta[l].Row(r))
			}
		}
		show("Aₗ", l, z, symbol(layer.G)+"(Zₗ)", "", "")
		a = append(a, z)
	}
	show("Y", 0, y, "the answers", "", "")
	pass = "backward"
	for l := len(layers); l >= 1; l-- {
		prime := " ⊙ " + symbol(layers[l-1].G) + "′(Zₗ)"
		if l == len(layers) {
			first := map[string]string{"ce": "(softmax(Aₗ) − Y)" + prime, "bce": "Aₗ − Y", "mse": "(Aₗ − Y)" + prime}[x.cfg.cost]
			show("δₗ", l, delta[l], first, "", "")
			continue
		}
		layers[l].backward(layers[l-1], delta[l], delta[l+1], a[l], 0, delta[l].Cols)
		show("δₗ", l, delta[l], "(δ→·W→ᵀ)"+prime, fmt.Sprintf("%v · (%v)ᵀ", delta[l+1], layers[l].W), "W→")
	}
	for i, layer := range layers {
		l, g := i+1, Layer{W: NewMatrix(layer.W.Rows, layer.W.Cols), B: make([]float64, len(layer.B))}
		ScaleBy(delta[l].Data, 1/float64(n))
		gradient(g.W, g.B, a[i], delta[l], 0, len(g.B))
		show("∂C/∂Wₗ", l, g.W, "(1/n) A←ᵀ·δₗ", fmt.Sprintf("(%v)ᵀ · %v", a[i], delta[l]), "A←")
		show("∂C/∂bₗ", l, vector(g.B), "(1/n) Σ rows of δₗ", "", "")
	}
	p.text("One mini-batch of n = %d samples:\n\n", n)
	p.table(rows)
	p.text(`
Then W ← W − η ∂C/∂W and b ← b − η ∂C/∂b. With squared error, δ%d would be (A%[1]d − Y) ⊙ %s′(Z%[1]d):
the factor is near 0 where a unit is sure of itself, right or wrong, and then little is learned.
Where samples are columns, everything is turned round: W is out×in, and Z = W·A + b.
`, len(layers), symbol(layers[len(layers)-1].G))
}
