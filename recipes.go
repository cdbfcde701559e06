// Recipes: this room holds the tutorials' experiments. Each is a set of flag values, the
// result that its tutorial published, and what to look at; some print more than an
// ordinary training, or make their own data. The sweep over a flag's values is here too.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// A recipe is an experiment that somebody published.
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
	loss            bool           // print the loss as the tutorial counts it
	make            func(seed uint64) *Dataset
	play            func(ctx context.Context, x *experiment, out *printer, bar *progress) error // nil: train
}

const (
	needsMNIST  = "MNIST: -data ./mnist -download fetches it"
	needsDigits = "scikit-learn's 8×8 digits: give the path of digits.csv.gz with -data; it is in sklearn/datasets/data of an installed\nscikit-learn, and of its sources at https://github.com/scikit-learn/scikit-learn"
)

var recipes = []*recipe{
	{
		name: "nielsen", shows: "the network of Nielsen's book, chapter 1", data: "MNIST", network: "784-30-10 sigmoid",
		published: "9454 / 10000", takes: "15 s",
		look:  "the test accuracy beside the published one: most is learned in the first epoch",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 -valid 10000 -scale 256",
		from:  needsMNIST, samples: 70000, inputs: 784,
		curve: map[int]string{1: "9067 / 10000", 2: "9202 / 10000", 3: "9283 / 10000", 4: "9318 / 10000", 5: "9376 / 10000",
			6: "9393 / 10000", 7: "9399 / 10000", 8: "9426 / 10000", 9: "9443 / 10000", 10: "9454 / 10000"},
	},
	{
		name: "derivation", shows: "the equations, derived and then trained", data: "MNIST", network: "784-50-10 sigmoid",
		published: "0.9545, loss 0.0082", takes: "80 s",
		look:  "the loss, which is the mean of (a − y)² over samples and outputs, and that it goes on falling",
		flags: "-hidden 50 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 1.5 -epochs 30",
		from:  needsMNIST, samples: 70000, inputs: 784, loss: true,
		curve: map[int]string{1: "0.8966, loss 0.0170", 4: "0.9385", 30: "0.9545, loss 0.0082"},
	},
	{
		name: "digits", shows: "weight decay, chosen by validation", data: "8×8 digits", network: "64-48-32-10 sigmoid",
		published: "test 0.9596 at λ 0.599, validation 0.9647", takes: "10 s",
		look: "λ up to 1 makes little difference, beyond that nothing is learned; the test part has no say in the choice",
		flags: "-hidden 48,32 -activation sigmoid -output sigmoid -cost ce -init glorot -batch 0 -momentum 0.9 -lr 0.2 -epochs 1000 " +
			"-test 0.33 -valid 0.4 -scale none -sweep l2=0.01:100:10",
		from: needsDigits, samples: 1797, inputs: 64, sparse: true,
	},
	{
		name: "matrix", shows: "which shape each matrix has, what is transposed", data: "MNIST", network: "784-30-10 sigmoid",
		published: "cross-entropy learns faster", takes: "15 s",
		look:  "the shapes: the columns of the first operand meet the rows of the second",
		flags: "-hidden 30 -activation sigmoid -output sigmoid -cost bce -init uniform:1 -batch 10 -lr 0.5 -epochs 5",
		from:  needsMNIST, samples: 70000, inputs: 784, play: playMatrix,
	},
	{
		name: "sine", shows: "a curve fitted through noise", data: "none", network: "1-20-1 tanh",
		published: "training RMSE below 0.2", takes: "2 s",
		look: "the training RMSE falls below the noise of 0.2, and the test RMSE does not follow it",
		flags: "-hidden 20 -activation tanh -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.1,0.01 -epochs 100000 " +
			"-scale standard -test 0",
		sparse: true, make: sineData,
	},
	{
		name: "unit", shows: "what one sigmoid unit can fit", data: "none", network: "1-1 and 1-2-1 sigmoid",
		published: "one unit fits both lines, not x²; two units do", takes: "1 s",
		look:   "one unit rises or falls, and cannot do both; the sum of a rising and a falling one can",
		flags:  "-hidden none -activation sigmoid -output sigmoid -cost mse -init uniform:1 -batch 1 -lr 0.1 -epochs 10000 -scale none -test 0",
		sparse: true, make: func(uint64) *Dataset { return unitData(unitRuns[0].f) }, play: playUnit,
	},
	{
		name: "linear", shows: "gradient descent against least squares", data: "none", network: "3-1 linear",
		published: "equal to 6 digits", takes: "1 s",
		look:   "the two columns of numbers: one solved, one found by going downhill",
		flags:  "-hidden none -output linear -cost mse -init uniform:0.1 -batch 0 -lr 0.5 -epochs 1000 -scale none -test 0",
		sparse: true, make: linearData, play: playLinear,
	},
	{
		name: "perceptron", shows: "AND, OR, NAND learned, XOR not", data: "none", network: "2-1 threshold, 2-2-1",
		published: "AND, OR, NAND learned, XOR not; 2-2-1 can", takes: "1 s",
		look:   "XOR: no straight line divides 01 and 10 from 00 and 11, but two lines do",
		flags:  "-hidden 2 -activation sigmoid -output sigmoid -cost bce -init uniform:0.2 -batch 0 -lr 1 -momentum 0.9 -epochs 5000 -scale none -test 0",
		sparse: true, make: func(uint64) *Dataset { return gateData(gates[3].truth) }, play: playPerceptron,
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
	return cfg.with("")
}

// with is cfg with further flags of the recipe's, which the command line overrides, and
// a last flag that overrides all.
func (cfg *config) with(flagsBefore string, last ...string) (*config, error) {
	c := &config{given: cfg.given, args: cfg.args, recipe: cfg.recipe}
	f := flags(c)
	was := map[string]string{}
	if cfg.recipe != nil {
		if err := f.Parse(strings.Fields(cfg.recipe.flags + " " + flagsBefore)); err != nil {
			return nil, fmt.Errorf("recipe %s: %w", cfg.recipe.name, err)
		}
		f.VisitAll(func(g *flag.Flag) { was[g.Name] = g.Value.String() })
	}
	if err := f.Parse(cfg.args); err != nil {
		return nil, usageError{err}
	}
	for _, group := range flagGroups {
		for _, name := range group.names {
			is := f.Lookup(name).Value.String()
			if cfg.recipe != nil && is != was[name] && !slices.Contains([]string{"data", "download", "recipe", "workers", "kernel", "gradcheck", "json", "save", "report"}, name) {
				c.changed = append(c.changed, fmt.Sprintf("-%s %s (%s)", name, is, was[name]))
			}
		}
	}
	for i := 0; i+1 < len(last); i += 2 {
		if err := f.Set(last[i], last[i+1]); err != nil {
			return nil, usageError{fmt.Errorf("-%s %s: %w", last[i], last[i+1], err)}
		}
	}
	return c, nil
}

// beside is cfg for a training beside others: as with, but it leaves the files alone
// that the command line names for its result.
func (cfg *config) beside(flagsBefore string, last ...string) (*config, error) {
	f := flags(&config{})
	for _, name := range []string{"save", "resume", "report"} {
		if g := f.Lookup(name); g != nil {
			last = append(last, name, g.DefValue)
		}
	}
	c, err := cfg.with(flagsBefore, last...)
	if err != nil {
		return nil, err
	}
	return c, c.check()
}

// ownData is what the recipe makes to learn from.
func (r *recipe) ownData(seed uint64) (*Dataset, error) {
	if r.make == nil {
		return nil, usageError{fmt.Errorf("-recipe %s needs %s", r.name, strings.ReplaceAll(r.from, "\n", " "))}
	}
	return r.make(seed), nil
}

// missing adds to err, where the data could not be had, where they come from.
func (r *recipe) missing(err error) error {
	if r == nil || r.from == "" {
		return err
	}
	return fmt.Errorf("%w; -recipe %s needs %s", err, r.name, strings.ReplaceAll(r.from, "\n", " "))
}

// shownEpochs is which epochs to evaluate and print: nil for all.
func (r *recipe) shownEpochs() func(int) bool {
	if r == nil || !r.sparse {
		return nil
	}
	return milestone
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
		if p.json {
			p.line(map[string]string{"event": "recipe", "recipe": r.name, "shows": r.shows, "data": r.data, "network": r.network,
				"published": r.published, "takes": r.takes, "flags": r.flags})
		}
		rows = append(rows, []string{r.name, r.shows, r.data, r.network, r.published, r.takes})
	}
	if p.json {
		return
	}
	p.table(rows)
	fmt.Fprintf(p.w, `
MNIST:       -recipe nielsen -data ./mnist -download
8×8 digits:  -recipe digits -data digits.csv.gz, the file in sklearn/datasets/data of scikit-learn
Any other flag on the line overrides the recipe's: -recipe nielsen -data ./mnist -seed 2 -epochs 30
`)
}

// table prints rows with their columns aligned, numbers (by the second row) to the right.
func (p *printer) table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, cell := range row {
			width[j] = max(width[j], len([]rune(cell)))
		}
	}
	for _, row := range rows {
		line := ""
		for j, cell := range row {
			pad := strings.Repeat(" ", width[j]-len([]rune(cell)))
			if _, err := strconv.ParseFloat(rows[min(1, len(rows)-1)][j], 64); err == nil {
				cell = pad + cell
			} else {
				cell += pad
			}
			line += "  " + cell
		}
		fmt.Fprintln(p.w, strings.TrimRight(line[2:], " "))
	}
}

// recipe is the first lines of a recipe's run.
func (p *printer) recipe(cfg *config, data *Dataset) {
	r := cfg.recipe
	if r == nil {
		return
	}
	if n := data.Train.N + data.Valid.N + data.Test.N; r.samples != 0 && (n != r.samples || data.Train.Dim != r.inputs) {
		cfg.changed = append(cfg.changed, fmt.Sprintf("other data: %s samples of %d inputs (%s of %d)", count(n), data.Train.Dim, count(r.samples), r.inputs))
	}
	if p.json {
		return
	}
	fmt.Fprintf(p.w, "recipe    %s: %s\n", r.name, r.shows)
	if len(cfg.changed) > 0 {
		fmt.Fprintf(p.w, "changed   %s\n", strings.Join(cfg.changed, ", "))
	}
	fmt.Fprintf(p.w, "look at   %s\n", r.look)
}

// at is the published result after an epoch, head and row are the columns that a recipe
// adds to the table of epochs.
func (r *recipe) at(epoch int) string {
	if r == nil {
		return ""
	}
	return r.curve[epoch]
}

func (r *recipe) head() string {
	switch {
	case r == nil || r.curve == nil:
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
	return strings.TrimRight(loss+"  "+e.Published, " ")
}

// compare ends a recipe's run: the published result beside this one's.
func (p *printer) compare(x *experiment) {
	r := x.cfg.recipe
	if r == nil || p.json {
		return
	}
	ours, published := x.ours, r.published
	if s := r.curve[x.cfg.epochs]; s != "" {
		published = s
	}
	switch e := x.last; {
	case ours != "":
	case r.loss && e.TestLoss != nil:
		ours = fmt.Sprintf("%.4f, loss %.4f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && x.cfg.sweep.name != "":
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, x.cfg.l2, *e.ValidAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.testRight, x.data.Test.N)
	case x.done.TrainRMSE != nil:
		ours = fmt.Sprintf("training RMSE %.4f", *x.done.TrainRMSE)
		if x.done.TestRMSE != nil {
			ours += fmt.Sprintf(", test %.4f", *x.done.TestRMSE)
		}
	}
	note := ""
	if len(x.cfg.changed) > 0 {
		note = ", with the changes above"
	}
	fmt.Fprintf(p.w, "\npublished %s · this run %s%s\n", published, ours, note)
}

// Sweeps.

// A sweep is the -sweep flag: a flag and the values to try.
type sweep struct {
	name, values string
}

func (s *sweep) String() string {
	if s.name == "" {
		return ""
	}
	return s.name + "=" + s.values
}

func (s *sweep) Set(text string) error {
	name, values, ok := strings.Cut(text, "=")
	if text == "" || text == "none" {
		*s = sweep{}
		return nil
	}
	if *s = (sweep{strings.TrimLeft(name, "-"), values}); !ok || s.name == "" || values == "" {
		return errors.New("it takes the form P=VALUES, as in l2=0.01:100:10 or lr=0.1,0.5,1")
	}
	return nil
}

// list is the values to try. Log-spaced ones are rounded to four digits: what is printed
// is what is used, and can be given to the flag itself.
func (s *sweep) list(whole bool) ([]string, error) {
	if !strings.Contains(s.values, ":") {
		return strings.Split(s.values, ","), nil
	}
	part := strings.Split(s.values, ":")
	if len(part) != 3 {
		return nil, fmt.Errorf("%q: a range is from:to:n, as in 0.01:100:10", s.values)
	}
	from, err1 := strconv.ParseFloat(part[0], 64)
	to, err2 := strconv.ParseFloat(part[1], 64)
	n, err3 := strconv.Atoi(part[2])
	if err := errors.Join(err1, err2, err3); err != nil || !(from > 0 && to > 0) || math.IsInf(from+to, 0) || n < 2 || n > 1000 {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values (2 to 1000) to space between them, in equal ratios; else list the values, as in 0,0.1,1", s.values)
	}
	var list []string
	for i := range n {
		at := float64(i) / float64(n-1)
		v := exp(float64(log(from)*(1-at)) + float64(log(to)*at)) // not math.Pow: its bits differ between machines
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

// checkSweep reports a flag that cannot be swept, or a value that it does not take.
func (cfg *config) checkSweep() error {
	_, _, err := cfg.sweepConfigs()
	return err
}

// sweepConfigs is the values of the sweep and a configuration for each, with one worker.
func (cfg *config) sweepConfigs() (values []string, all []*config, err error) {
	s := &cfg.sweep
	if s.name == "" {
		return nil, nil, nil
	}
	var numeric []string
	whole := false
	flags(&config{}).VisitAll(func(g *flag.Flag) {
		var value any = g.Value
		if std, ok := value.(flag.Getter); ok {
			value = std.Get()
		}
		switch value.(type) {
		case int, uint64, *sizes, float64, *rates:
			if g.Name == "workers" {
				return // each training has one
			}
			numeric = append(numeric, g.Name)
		}
		switch value.(type) {
		case int, uint64, *sizes:
			whole = whole || g.Name == s.name
		}
	})
	if !slices.Contains(numeric, s.name) {
		return nil, nil, usageError{fmt.Errorf("-sweep %v: %q is not a flag that takes a number: it is one of %s", s, s.name, strings.Join(numeric, ", "))}
	}
	if cfg.recipe != nil && cfg.recipe.play != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep does not go with -recipe %s, which is more than one training", cfg.recipe.name)}
	}
	if values, err = s.list(whole); err != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep %w", err)}
	}
	for _, v := range values {
		c, err := cfg.beside("", s.name, v, "workers", "1", "sweep", "")
		if err != nil {
			return nil, nil, err
		}
		all = append(all, c)
	}
	return values, all, nil
}

// sweepEvent is what training with one value came to.
type sweepEvent struct {
	Event         string   `json:"event"`
	Flag          string   `json:"flag"`
	Value         string   `json:"value"`
	ValidCost     *float64 `json:"valid_cost,omitempty"`
	ValidAccuracy *float64 `json:"valid_accuracy,omitempty"`
	ValidRMSE     *float64 `json:"valid_rmse,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestRMSE      *float64 `json:"test_rmse,omitempty"`
	Failed        string   `json:"failed,omitempty"`
	Hash          string   `json:"weights_sha256,omitempty"`
}

// better says whether e did better than b by the validation part, with the cost to
// decide between equals. The test part has no say.
func (e *sweepEvent) better(b *sweepEvent) bool {
	switch {
	case e.Failed != "" || b == nil:
		return e.Failed == ""
	case e.ValidRMSE != nil:
		return *e.ValidRMSE < *b.ValidRMSE
	case *e.ValidAccuracy != *b.ValidAccuracy:
		return *e.ValidAccuracy > *b.ValidAccuracy
	}
	return *e.ValidCost < *b.ValidCost
}

// runSweep trains once for each value, as many at a time as there are workers, prints
// what each came to, and returns the configuration that did best, and its data.
func runSweep(ctx context.Context, cfg *config, data *Dataset, out *printer, bar *progress, stderr io.Writer) (*config, *Dataset, error) {
	values, all, err := cfg.sweepConfigs()
	if err != nil {
		return nil, nil, err
	}
	if data.Valid.N == 0 {
		return nil, nil, usageError{fmt.Errorf("-sweep chooses by a validation part, and there is none: add -valid 0.2")}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results, errs, ready := make([]*experiment, len(all)), make([]error, len(all)), make([]chan bool, len(all))
	epochs := 0
	for i, c := range all {
		ready[i] = make(chan bool)
		epochs += c.epochs
	}
	var next, finished, passed atomic.Int64
	train := func(c *config) (*experiment, error) {
		d, err := data, error(nil)
		if c.seed != cfg.seed { // the parts are drawn by it
			if d, err = load(ctx, c, io.Discard); err != nil {
				return nil, err
			}
		}
		x, err := newExperiment(c, d)
		if err != nil {
			return nil, err
		}
		x.shown = func(int) bool { passed.Add(1); return false }
		return x, x.train(ctx, nil, nil)
	}
	var workers sync.WaitGroup
	for range min(cfg.workers, len(all)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				results[i], errs[i] = train(all[i])
				finished.Add(1)
				close(ready[i])
			}
		}()
	}
	defer workers.Wait()
	defer cancel() // where one fails, the others need not go on
	out.sweepHead(cfg, data, len(all))
	var best *sweepEvent
	winner := -1
	for i := range all {
		bar.watch(func() (string, float64) {
			return fmt.Sprintf("%d of %d trainings", finished.Load(), len(all)), float64(passed.Load()) / float64(epochs)
		})
		<-ready[i]
		bar.clear()
		e := &sweepEvent{Event: "sweep", Flag: cfg.sweep.name, Value: values[i]}
		var diverged ErrDiverged
		switch {
		case errors.As(errs[i], &diverged):
			e.Failed = diverged.Error()
		case errs[i] != nil:
			return nil, nil, errs[i]
		default:
			last := results[i].last
			e.ValidCost, e.ValidAccuracy, e.ValidRMSE = last.ValidCost, last.ValidAccuracy, last.ValidRMSE
			e.TestAccuracy, e.TestRMSE, e.Hash = last.TestAccuracy, last.TestRMSE, results[i].done.Hash
		}
		if e.better(best) {
			best, winner = e, i
		}
		out.sweepRow(e, results[i])
	}
	if winner < 0 {
		return nil, nil, fmt.Errorf("-sweep %v: every training diverged; try a smaller -lr", &cfg.sweep)
	}
	if !out.json {
		fmt.Fprintf(out.w, "\nbest by validation: %s %s, trained once more:\n\n", cfg.sweep.name, best.Value)
	}
	c, err := cfg.with("", cfg.sweep.name, best.Value)
	if err != nil {
		return nil, nil, err
	}
	c.changed = cfg.changed
	return c, results[winner].data, nil
}

// sweepHead and sweepRow print the table of a sweep.
func (p *printer) sweepHead(cfg *config, d *Dataset, n int) {
	if p.json {
		return
	}
	fmt.Fprintf(p.w, "sweep     %d values of %s, %s at a time, each on one core\n\n", n, cfg.sweep.name, plural(min(cfg.workers, n), "training"))
	fmt.Fprintf(p.w, "%8s  valid cost  %*s", cfg.sweep.name, scoreWidth(d, d.Valid.N), "valid "+scoreName(d))
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "  %*s", scoreWidth(d, d.Test.N), "test "+scoreName(d))
	}
	fmt.Fprintln(p.w)
}

func (p *printer) sweepRow(e *sweepEvent, x *experiment) {
	if p.json {
		p.line(e)
		return
	}
	if e.Failed != "" {
		fmt.Fprintf(p.w, "%8s  %s\n", e.Value, e.Failed)
		return
	}
	d := x.data
	fmt.Fprintf(p.w, "%8s  %10.5f  %*s", e.Value, *e.ValidCost, scoreWidth(d, d.Valid.N), score(d.Valid.N, x.last.validRight, e.ValidRMSE))
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "  %*s", scoreWidth(d, d.Test.N), score(d.Test.N, x.last.testRight, e.TestRMSE))
	}
	fmt.Fprintln(p.w)
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
	if x.cfg.data != "" {
		return usageError{errors.New("-recipe unit makes its own data: leave out -data")}
	}
	rows := [][]string{{"training", "network", "RMSE", "what it learned"}}
	curves := [][]string{{"x"}}
	for i := range 9 {
		curves = append(curves, []string{fmt.Sprintf("%.2f", float64(i-4)/4)})
	}
	lines := out
	if !out.json {
		lines = nil
		out.header(x)
	}
	for _, r := range unitRuns {
		c, err := x.cfg.beside(r.flags)
		if err != nil {
			return err
		}
		run, err := newExperiment(c, unitData(r.f))
		if err != nil {
			return err
		}
		run.title = r.title
		lines.start(run)
		if err := run.train(ctx, lines, bar); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
		x.ours += fmt.Sprintf(" %.3f,", *run.done.TrainRMSE)
		rows = append(rows, []string{r.title, strings.Trim(strings.ReplaceAll(fmt.Sprint(run.layers()), " ", "-"), "[]"), fmt.Sprintf("%.4f", *run.done.TrainRMSE), formula(run.trainer.Net)})
		curves[0] = append(curves[0], r.title, "learned")
		for i := range 9 {
			v := float64(i-4) / 4
			curves[i+1] = append(curves[i+1], fmt.Sprintf("%.3f", r.f(v)), fmt.Sprintf("%.3f", run.answer(v)[0]))
		}
	}
	x.ours = "RMSE" + strings.TrimSuffix(x.ours, ",")
	if !out.json {
		out.table(rows)
		fmt.Fprintln(out.w)
		out.table(curves)
	}
	return nil
}

// answer is what the network says to one sample, whose inputs are scaled already.
func (x *experiment) answer(in ...float64) []float64 {
	net := x.trainer.Net
	a := []Matrix{{1, len(in), in}}
	for _, l := range net.Layers {
		a = append(a, NewMatrix(1, l.W.Cols))
	}
	net.forward(a, 0, 1)
	out := a[len(a)-1].Data
	net.Layers[len(net.Layers)-1].G.F(out)
	return out
}

// formula writes out a small network of one input: σ(1.70x + 0.02).
func formula(net *Network) string {
	unit := func(w, b float64) string { return fmt.Sprintf("σ(%.2fx %+.2f)", w, b) }
	first := net.Layers[0]
	if len(net.Layers) == 1 && len(first.B) == 1 {
		return unit(first.W.Data[0], first.B[0])
	}
	if len(net.Layers) != 2 || len(first.B) > 3 {
		return ""
	}
	sum := ""
	for j, b := range first.B {
		sum += fmt.Sprintf("%+.2f ", net.Layers[1].W.Data[j]) + unit(first.W.Data[j], b) + " "
	}
	return strings.TrimPrefix(sum, "+") + fmt.Sprintf("%+.2f", net.Layers[1].B[0])
}

// playLinear trains and then solves for the same weights.
func playLinear(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	out.start(x)
	if err := x.train(ctx, out, bar); err != nil {
		return err
	}
	// X̃ is the inputs with a column of ones for the bias, T the targets.
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
	layer := x.trainer.Net.Layers[len(x.trainer.Net.Layers)-1]
	if layer.W.Rows != d {
		return usageError{errors.New("-recipe linear compares with a network that has no hidden layer: leave out -hidden")}
	}
	rows := [][]string{{"output", "weight of", "least squares", "gradient descent"}}
	most, off := 0.0, 0.0
	for j := range k {
		for i := range d + 1 {
			name, ours := "bias", layer.B[j]
			if i > 0 {
				name, ours = fmt.Sprintf("input %d", i), layer.W.Row(i - 1)[j]
			}
			most, off = max(most, math.Abs(w.Row(i)[j])), max(off, math.Abs(w.Row(i)[j]-ours))
			rows = append(rows, []string{fmt.Sprint(j + 1), name, fmt.Sprintf("%.9f", w.Row(i)[j]), fmt.Sprintf("%.9f", ours)})
			if out.json {
				out.line(map[string]any{"event": "weight", "output": j + 1, "weight": name, "least_squares": w.Row(i)[j], "gradient_descent": ours})
			}
		}
	}
	x.ours = fmt.Sprintf("equal to %d digits", int(min(16, math.Floor(-math.Log10(off/most)))))
	if !out.json {
		fmt.Fprintln(out.w)
		out.table(rows)
	}
	return nil
}

// leastSquares is (XᵀX)⁻¹XᵀT, by elimination with pivots.
func leastSquares(x, t Matrix) (Matrix, error) {
	a, w := NewMatrix(x.Cols, x.Cols), NewMatrix(x.Cols, t.Cols)
	AddMulAT(a, x, x, 0, a.Rows)
	AddMulAT(w, x, t, 0, w.Rows)
	for c := range a.Rows {
		p := c
		for i := c; i < a.Rows; i++ {
			if math.Abs(a.Row(i)[c]) > math.Abs(a.Row(p)[c]) {
				p = i
			}
		}
		if pivot := math.Abs(a.Row(p)[c]); !(pivot > 1e-9*float64(x.Rows)) {
			return w, fmt.Errorf("least squares: input %d is a sum of multiples of the others (or constant), so there is no one solution; leave such columns out", c)
		}
		for _, m := range []Matrix{a, w} {
			for j := range m.Cols {
				m.Row(c)[j], m.Row(p)[j] = m.Row(p)[j], m.Row(c)[j]
			}
		}
		for i := range a.Rows {
			if i == c {
				continue
			}
			f := a.Row(i)[c] / a.Row(c)[c]
			for _, m := range []Matrix{a, w} {
				for j := range m.Cols {
					m.Row(i)[j] = math.FMA(-f, m.Row(c)[j], m.Row(i)[j])
				}
			}
		}
	}
	for i := range w.Rows {
		ScaleBy(w.Row(i), 1/a.Row(i)[i])
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
// over all four brings no mistake. It returns that pass, or 0 if there was none.
func (u *threshold) learn(truth [4]float64, passes int) int {
	for pass := 1; pass <= passes; pass++ {
		mistakes := 0
		for i, t := range truth {
			x1, x2 := float64(i/2), float64(i%2)
			if e := t - u.answer(x1, x2); e != 0 {
				u.w1 += e * x1
				u.w2 += e * x2
				u.b += e
				mistakes++
			}
		}
		if mistakes == 0 {
			return pass
		}
	}
	return 0
}

// playPerceptron lets a threshold unit learn the gates, and then a network learn XOR.
func playPerceptron(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	const passes = 1000
	if x.cfg.data != "" {
		return usageError{errors.New("-recipe perceptron makes its own data: leave out -data")}
	}
	learned := [][]string{{"unit", "learned", "y = 1 where"}}
	truth := [][]string{{"x1 x2"}, {"0  0"}, {"0  1"}, {"1  0"}, {"1  1"}}
	var can, cannot []string
	for _, g := range gates {
		var u threshold
		pass := u.learn(g.truth, passes)
		verdict := "after " + plural(pass-1, "pass")
		if pass == 0 {
			verdict = fmt.Sprintf("not in %d passes", passes)
			cannot = append(cannot, g.name)
		} else {
			can = append(can, g.name)
		}
		if out.json {
			out.line(map[string]any{"event": "perceptron", "gate": g.name, "learned": pass > 0, "passes": max(pass, 1), "weights": []float64{u.w1, u.w2}, "bias": u.b})
		}
		learned = append(learned, []string{g.name, verdict, fmt.Sprintf("%.0f·x1 %+.0f·x2 %+.0f > 0", u.w1, u.w2, u.b)})
		truth[0] = append(truth[0], g.name, "unit")
		for i, t := range g.truth {
			y := u.answer(float64(i/2), float64(i%2))
			mark := ""
			if y != t {
				mark = " wrong"
			}
			truth[i+1] = append(truth[i+1], fmt.Sprint(t), fmt.Sprint(y, mark))
		}
	}
	if !out.json {
		fmt.Fprintf(out.w, "\na threshold unit, taught by the perceptron rule w ← w + (t − y)·x:\n\n")
		out.table(learned)
		fmt.Fprintln(out.w)
		out.table(truth)
		fmt.Fprintf(out.w, "\na network with two hidden units, taught XOR by backpropagation:\n\n")
	}
	out.start(x)
	if err := x.train(ctx, out, bar); err != nil {
		return err
	}
	rows := [][]string{{"x1 x2", "XOR", "network"}}
	right := 0
	for i, t := range x.data.Train.Targets {
		y := x.answer(float64(i/2), float64(i%2))[0]
		if (y > 0.5) == (t > 0.5) {
			right++
		}
		rows = append(rows, []string{fmt.Sprintf("%d  %d", i/2, i%2), fmt.Sprint(t), fmt.Sprintf("%.4f", y)})
	}
	if !out.json {
		fmt.Fprintln(out.w)
		out.table(rows)
	}
	x.ours = fmt.Sprintf("%s learned, %s not; 2-2-1 answers %d of 4", strings.Join(can, ", "), strings.Join(cannot, ", "), right)
	if right < 4 && !out.json {
		fmt.Fprintf(out.w, "\nThis one is stuck where every small step makes it worse, as a few in a hundred first draws are: try another -seed.\n")
	}
	return nil
}

// playMatrix prints the matrices of one mini-batch, and trains with both costs.
func playMatrix(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	if x.cfg.given["cost"] {
		return usageError{errors.New("-recipe matrix trains with both costs: leave out -cost")}
	}
	c, err := x.cfg.beside("-cost mse", "workers", "1")
	if err != nil {
		return err
	}
	squared, err := newExperiment(c, x.data)
	if err != nil {
		return err
	}
	x.trainer.Workers = 1
	squared.title, x.title = "squared error", "cross-entropy"
	if !out.json {
		out.header(x)
	}
	out.matrices(x)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs := []*experiment{squared, x}
	var feeds [2]chan epochEvent
	var errs [2]error
	for i, run := range runs {
		feeds[i] = make(chan epochEvent)
		if out.json {
			out.start(run)
		}
		go func() {
			defer close(feeds[i])
			errs[i] = run.train(ctx, &printer{feed: feeds[i]}, nil)
		}()
	}
	score := func(e epochEvent) string {
		if x.data.Test.N == 0 {
			return fmt.Sprintf("cost %.5f", e.TrainCost)
		}
		return score(x.data.Test.N, e.testRight, e.TestRMSE)
	}
	if !out.json {
		fmt.Fprintf(out.w, "\nthe same network, the same samples, two costs; on the test part:\n\nepoch   squared error   cross-entropy\n")
	}
	ahead, epoch := 0, 1
	for ; ; epoch++ {
		bar.epochs(x.cfg.epochs, x.trainer)
		a, ok := <-feeds[0]
		b, ok2 := <-feeds[1]
		bar.clear()
		if !ok || !ok2 {
			break
		}
		if b.testRight > a.testRight {
			ahead++
		}
		if out.json {
			out.line(a)
			out.line(b)
			continue
		}
		fmt.Fprintf(out.w, "%5d  %14s  %14s\n", epoch, score(a), score(b))
	}
	cancel() // where one failed, the other need not go on
	for i, run := range runs {
		for range feeds[i] {
		}
		if errs[i] == nil && out.json {
			out.done(run, run.done)
		}
	}
	for i, err := range errs {
		if err != nil && !errors.Is(err, errInterrupted) {
			return fmt.Errorf("%s: %w", runs[i].title, err)
		}
	}
	x.ours = fmt.Sprintf("cross-entropy ahead after %d of %d epochs", ahead, epoch-1)
	return errors.Join(errs[:]...)
}

// matrices prints the matrices of one mini-batch, forward and backward: all shapes are
// those of the matrices themselves.
func (p *printer) matrices(x *experiment) {
	t := x.trainer
	n, layers := t.Batch, t.Net.Layers
	t.prepare()
	x.source(&x.data.Train, ascending(n))(t.a[0], t.y, 0, 0, n)
	rows := [][]string{{"", "matrix", "shape", "equation", "operands", "transposed", "in the middle"}}
	show := func(name string, m Matrix, equation, operands, transposed string) {
		middle := ""
		for _, v := range m.Row(m.Rows / 2)[m.Cols/2:][:min(3, m.Cols-m.Cols/2)] {
			middle += fmt.Sprintf(" %8.4f", v)
		}
		pass := ""
		if p.json {
			p.line(map[string]any{"event": "matrix", "matrix": name, "shape": []int{m.Rows, m.Cols}, "equation": equation, "operands": operands, "transposed": transposed})
		}
		rows = append(rows, []string{pass, name, m.String(), equation, operands, transposed, middle[1:]})
	}
	sign := func(g Activation) string {
		return map[string]string{"sigmoid": "σ", "linear": "", "tanh": "tanh", "relu": "relu"}[g.Name]
	}
	vector := func(b []float64) Matrix { return Matrix{1, len(b), b} }
	begin := func(pass string, at int) { rows[at][0] = pass }

	show("A0", t.a[0], "X", "", "")
	begin("forward", len(rows)-1)
	for l, layer := range layers {
		w := fmt.Sprintf("W%d", l+1)
		z := NewMatrix(n, layer.W.Cols)
		layer.forward(z, t.a[l], 0, n)
		show(w, layer.W, "", "", "")
		show(fmt.Sprintf("b%d", l+1), vector(layer.B), "", "", "")
		show(fmt.Sprintf("Z%d", l+1), z, fmt.Sprintf("A%d·W%d + b%d", l, l+1, l+1), fmt.Sprintf("%v · %v", t.a[l], layer.W), "nothing")
		copy(t.a[l+1].Data, z.Data)
		layer.G.F(t.a[l+1].Data)
		show(fmt.Sprintf("A%d", l+1), t.a[l+1], fmt.Sprintf("%s(Z%d)", sign(layer.G), l+1), "", "")
		if l < len(layers)-1 {
			continue
		}
		show("Y", t.y, "", "", "")
	}
	t.Net.forward(t.a, 0, n)
	t.backward(0, n)
	for l := len(layers); l >= 1; l-- {
		if l == len(layers) {
			show(fmt.Sprintf("δ%d", l), t.delta[l], map[string]string{
				"ce":  fmt.Sprintf("(softmax(A%d) − Y) ⊙ %s′(Z%d)", l, sign(layers[l-1].G), l),
				"bce": fmt.Sprintf("A%d − Y", l),
				"mse": fmt.Sprintf("(A%d − Y) ⊙ %s′(Z%d)", l, sign(layers[l-1].G), l)}[x.cfg.cost], "", "")
			begin("backward", len(rows)-1)
			continue
		}
		show(fmt.Sprintf("δ%d", l), t.delta[l], fmt.Sprintf("(δ%d·W%dᵀ) ⊙ %s′(Z%d)", l+1, l+1, sign(layers[l-1].G), l),
			fmt.Sprintf("%v · (%v)ᵀ", t.delta[l+1], layers[l].W), fmt.Sprintf("W%d", l+1))
	}
	for l, layer := range layers {
		g := Layer{W: NewMatrix(layer.W.Rows, layer.W.Cols), B: make([]float64, len(layer.B))}
		ScaleBy(t.delta[l+1].Data, 1/float64(n))
		gradient(g.W, g.B, t.a[l], t.delta[l+1], 0, layer.W.Rows, 0, len(layer.B))
		show(fmt.Sprintf("∂C/∂W%d", l+1), g.W, fmt.Sprintf("(1/n) A%dᵀ·δ%d", l, l+1), fmt.Sprintf("(%v)ᵀ · %v", t.a[l], t.delta[l+1]), fmt.Sprintf("A%d", l))
		show(fmt.Sprintf("∂C/∂b%d", l+1), vector(g.B), fmt.Sprintf("(1/n) Σ rows of δ%d", l+1), "", "")
	}
	if p.json {
		return
	}
	fmt.Fprintf(p.w, "one mini-batch of n = %d samples, one in each row:\n\n", n)
	p.table(rows)
	fmt.Fprintf(p.w, `
Then each W ← W − η ∂C/∂W, and each b likewise. With squared error, δ%d would be
(A%[1]d − Y) ⊙ %s′(Z%[1]d): the factor is close to 0 where a unit is sure, be it right or wrong,
and cross-entropy is free of it. Who writes a sample as a column finds W as out×in and all
products the other way round: Zᵀ = Wᵀ·Aᵀ.
`, len(layers), sign(layers[len(layers)-1].G))
}
