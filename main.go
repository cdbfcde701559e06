// Backprop trains a feed-forward neural network by backpropagation, in Go's standard
// library alone.
//
//	go run .                                    generated digits, a few seconds
//	go run . -data ./mnist -download            MNIST, fetched if it is missing
//	go run . -h                                 every flag, with examples
//
// This room is the command: its flags, the one training loop, and what is printed.
// backprop.go has the equations, matrix.go the arithmetic, data.go the files.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	os.Exit(exitCode(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// catchSignals lets Ctrl-C and SIGTERM end what must be put away first: a training, a
// download. Before, and at a second one, they end the program at once.
func catchSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, cancel)
	return ctx, cancel
}

// results is where results go. It keeps the first thing that went wrong, so that a full
// disk behind a pipe is not taken for success.
type results struct {
	w   io.Writer
	err error
}

func (r *results) Write(b []byte) (int, error) {
	n, err := r.w.Write(b)
	if err != nil {
		r.fail(fmt.Errorf("the results could not be written: %w", err))
	}
	return n, err
}

func (r *results) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// usageError is a mistake on the command line: exit status 2.
type usageError struct{ error }

// errInterrupted is what a run ends with after Ctrl-C.
var errInterrupted = errors.New("interrupted")

// exitCode prints err on one line and returns the exit status.
func exitCode(err error, stderr io.Writer) int {
	var usage usageError
	if err != nil { // a path or the name of a column may have any character in it
		err = oneLine{err}
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(stderr, "backprop:", err)
		return 130
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "backprop: %v (-h lists the flags)\n", err)
		return 2
	}
	fmt.Fprintln(stderr, "backprop:", err)
	return 1
}

// oneLine is an error whose text is on one line.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e oneLine) Unwrap() error { return e.error }

// run is the whole program but for the exit.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	out := &results{w: stdout}
	if err := runTo(ctx, args, out, stderr); err != nil {
		return err
	}
	return out.err
}

func runTo(ctx context.Context, args []string, stdout *results, stderr io.Writer) error {
	cfg, err := parse(args, stdout)
	if err != nil {
		return err
	}
	out, bar := &printer{w: stdout, json: cfg.json}, newProgress(stderr)
	if cfg.recipeName == "list" {
		out.recipes()
		return nil
	}
	if cfg.load != "" {
		return useModel(ctx, cfg, stdout, stderr)
	}
	data, err := load(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if !cfg.gradcheck {
		out.recipe(cfg, data)
	}
	if cfg.gradcheck {
		x, err := newExperiment(cfg, data)
		if err != nil {
			return err
		}
		return x.checkGradient(stdout)
	}
	ctx, cancel := catchSignals(ctx)
	defer cancel()
	if cfg.sweep.name != "" {
		if cfg, data, err = runSweep(ctx, cfg, data, out, bar); err != nil {
			return err
		}
	}
	x, err := newExperiment(cfg, data)
	if err != nil {
		return err
	}
	if x.saver, err = newSaver(x, stderr); err != nil {
		return err
	}
	if cfg.recipe.play != nil {
		err = cfg.recipe.play(ctx, x, out, bar)
	} else {
		out.start(x)
		err = x.train(ctx, out, bar)
	}
	if err == nil {
		out.compare(x)
	}
	return err
}

// Flags.

// config is the command line.
type config struct {
	data      string
	download  bool
	label     string
	regress   bool
	test      Part
	valid     Part
	scale     string
	hidden    sizes
	hiddenG   string
	outputG   string
	cost      string
	init      string
	epochs    int
	batch     int
	rates     rates
	optimizer string
	momentum  float64
	nesterov  bool
	schedule  schedule
	l2        float64
	dropout   dropout
	maxNorm   float64
	patience  int
	augment   distortions
	seed      uint64
	workers   int
	kernel    string
	gradcheck bool
	json      bool
	save      string
	load      string
	resume    bool
	pictures  []string      // of -predict
	flags     *flag.FlagSet // which these are the values of
	report    string
	figures   []Figure        // for the report: what was found before the run that it shows
	args      []string        // the command line
	given     map[string]bool // the flags on the command line

	recipeName string
	sweep      sweep
	recipe     recipe   // the empty one where there is none
	changed    []string // what the command line changes of the recipe
}

// sizes is the -hidden flag: comma-separated sizes, or none.
type sizes []int

func (s *sizes) String() string {
	if len(*s) == 0 {
		return "none"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*s)), " ", ","), "[]")
}

func (s *sizes) Set(text string) error {
	*s = nil
	if text == "none" {
		return nil
	}
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a layer's size; it takes whole numbers from 1, as in 128,64, or none", part)
		}
		*s = append(*s, n)
	}
	return nil
}

// rates is the -lr flag: one learning rate, or one per layer.
type rates []float64

func (r *rates) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]float64(*r)), " ", ","), "[]")
}

func (r *rates) Set(text string) error {
	*r = nil
	for _, part := range strings.Split(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("%q is not a learning rate; it takes numbers from 0, as in 0.1 or, one per layer, 0.1,0.01", part)
		}
		*r = append(*r, v)
	}
	return nil
}

// maxEpochs keeps the number of a step within what an int holds.
const maxEpochs = 1_000_000_000

// schedule is the -schedule flag.
type schedule struct {
	kind   string
	epochs int     // of step
	factor float64 // of step
}

func (s *schedule) String() string {
	if s.kind == "step" {
		return fmt.Sprintf("step:%d:%v", s.epochs, s.factor)
	}
	return s.kind
}

func (s *schedule) Set(text string) error {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case text == "constant" || text == "cosine":
		*s = schedule{kind: text}
		return nil
	case kind == "step":
		epochs, factor, _ := strings.Cut(rest, ":")
		n, errN := strconv.Atoi(epochs)
		f, errF := strconv.ParseFloat(factor, 64)
		if errN == nil && n >= 1 && n <= maxEpochs && errF == nil && f > 0 && f <= 1 {
			*s = schedule{"step", n, f}
			return nil
		}
	}
	return fmt.Errorf("%q is no schedule; there are constant, cosine, and step:EPOCHS:FACTOR with EPOCHS from 1 and FACTOR above 0 and up to 1, as in step:3:0.5", text)
}

// of is the schedule in steps, for a training of so many epochs.
func (s *schedule) of(epochs, stepsAnEpoch int) func(s int) float64 {
	switch s.kind {
	case "cosine":
		return cosineSchedule(epochs * stepsAnEpoch)
	case "step":
		return stepSchedule(s.epochs*stepsAnEpoch, s.factor)
	}
	return nil
}

// dropout is the -dropout flag: a rate for the inputs, then one for all hidden layers or
// one for each.
type dropout []float64

func (d *dropout) String() string { return (*rates)(d).String() }

func (d *dropout) Set(text string) error {
	*d = nil
	for _, part := range strings.Split(text, ",") {
		p, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(p >= 0 && p < 1) {
			return fmt.Errorf("%q is not a part to leave out; it takes numbers from 0 to below 1, for the inputs and the hidden layers, as in 0.2,0.5", part)
		}
		*d = append(*d, p)
	}
	if slices.Max(*d) == 0 {
		*d = nil
	}
	return nil
}

// of is the rates for the inputs and each of so many hidden layers; nil for none.
func (d dropout) of(hidden int) []float64 {
	if len(d) == 0 {
		return nil
	}
	list := slices.Clone(d)
	for len(list) < hidden+1 {
		list = append(list, d[len(d)-1])
	}
	return list
}

// flagGroups is the order in which -h shows the flags.
var flagGroups = []struct {
	title string
	names []string
}{
	{"Data", []string{"data", "download", "label", "regress", "test", "valid", "scale"}},
	{"Network", []string{"hidden", "activation", "output", "cost", "init"}},
	{"Training", []string{"epochs", "batch", "lr", "schedule", "optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "augment", "patience", "seed"}},
	{"Experiments", []string{"recipe", "sweep"}},
	{"Models", []string{"save", "resume", "load", "predict"}},
	{"Running", []string{"report", "workers", "kernel", "gradcheck", "json"}},
}

// flags binds the flags to cfg, with their defaults.
func flags(cfg *config) *flag.FlagSet {
	f := flag.NewFlagSet("backprop", flag.ContinueOnError)
	cfg.flags = f
	f.SetOutput(io.Discard)
	f.StringVar(&cfg.data, "data", "", "a folder or file to learn from: the four MNIST files, or others in their format;\n`PATH` is found out by its content (default: generated digits)")
	f.BoolVar(&cfg.download, "download", false, "fetch the four MNIST files into the -data folder first if they are missing")
	f.StringVar(&cfg.label, "label", "", "tables: the `COLUMN` that holds the label: a name, a number from 1, first or last\n(default: found from the header, else last)")
	f.BoolVar(&cfg.regress, "regress", false, "tables: the label is a number to predict, not a class")
	cfg.test = Part{Fraction: 0.2}
	f.Var(&cfg.test, "test", "`PART` to hold out as test set, where the data bring none: a count or a fraction")
	f.Var(&cfg.valid, "valid", "`PART` of the training set to hold out for validation: a count or a fraction")
	f.StringVar(&cfg.scale, "scale", "", "`KIND` of scaling of the inputs: none, unit (to 0…1), standard (mean 0, variance 1),\nor a number to divide by (default: unit for images, standard for tables)")
	cfg.hidden = sizes{256}
	f.Var(&cfg.hidden, "hidden", "`SIZES` of the hidden layers, comma-separated, or none")
	f.StringVar(&cfg.hiddenG, "activation", "relu", "`FUNCTION` of the hidden layers: relu, sigmoid, tanh, linear")
	f.StringVar(&cfg.outputG, "output", "linear", "`FUNCTION` of the last layer: linear, sigmoid, tanh")
	f.StringVar(&cfg.cost, "cost", "ce", "`COST`: ce (softmax cross-entropy), bce (binary cross-entropy, with -output sigmoid),\nmse (½‖a − y‖² a sample)")
	f.StringVar(&cfg.init, "init", "he", "`DRAW` of the first weights: he, glorot, normal (N(0,1), biases too), uniform:R (±R)")
	f.IntVar(&cfg.epochs, "epochs", 10, "`N` passes over the training set; for tables 50 if it is not said")
	f.IntVar(&cfg.batch, "batch", 32, "`N` samples in a mini-batch; 0 is the whole set")
	cfg.rates = rates{0.4} // suit has the same
	f.Var(&cfg.rates, "lr", "learning `RATE`, or one per layer separated by commas; if it is not said, 0.1\nfor tables, 0.01 for numbers to predict, times 1−MU with momentum, and 0.001 for adam")
	cfg.schedule = schedule{kind: "cosine"}
	f.Var(&cfg.schedule, "schedule", "`HOW` the rate goes on: constant, cosine (down to 0), or step:EPOCHS:FACTOR; if it is\nnot said, constant where -lr is")
	f.StringVar(&cfg.optimizer, "optimizer", "sgd", "`RULE` of the update: sgd or adam")
	f.BoolVar(&cfg.nesterov, "nesterov", false, "momentum in Nesterov's form")
	f.Var(&cfg.dropout, "dropout", "leave out in training: `P,P`, a part of the inputs, and one of every hidden layer\n(or P,P,P…: one for each of them)")
	f.Float64Var(&cfg.maxNorm, "maxnorm", 0, "keep the weights of each neuron at a length of at most `C`; 0 for no limit")
	f.Var(&cfg.augment, "augment", "distort the images, each epoch anew, in these `WAYS`: shift, affine, elastic; more than\none with commas, each with its strength if that is not 1, as in affine:0.5,elastic\n(elastic:1.2,smooth:1.5 with a field half as smooth again)")
	f.IntVar(&cfg.patience, "patience", 0, "stop after `N` epochs without a better accuracy (or RMSE) of the validation part, and go\nback to the best weights; 0 for never")
	f.Float64Var(&cfg.momentum, "momentum", 0, "`MU` of the velocity that is kept from step to step, 0 to below 1")
	f.Float64Var(&cfg.l2, "l2", 0, "weight decay `LAMBDA`: adds λ/(2N)·Σw² to the cost, N samples, biases excluded")
	f.Uint64Var(&cfg.seed, "seed", 1, "`N` that all random numbers come from")
	f.StringVar(&cfg.recipeName, "recipe", "", "start from the settings of the experiment `NAME`; other flags override them;\nlist prints all of them")
	f.Var(&cfg.sweep, "sweep", "train once for each value of a numeric flag, `P=VALUES`, choose by the validation part\nand train once more: l2=0.01:100:10 is ten values, log-spaced; lr=0.1,0.5,1 is a list")
	f.StringVar(&cfg.save, "save", "", "write the model to `FILE` (safetensors), and after each epoch FILE.checkpoint")
	f.BoolVar(&cfg.resume, "resume", false, "with -save, go on from FILE.checkpoint where there is one")
	f.StringVar(&cfg.load, "load", "", "evaluate the model in `FILE` on the data instead of training")
	f.Func("predict", "with -load, tell what digit is on each picture: `FILE …`, PNG or JPEG", cfg.addPicture)
	f.StringVar(&cfg.report, "report", "", "write `F.html`, a page to look at, and again after each epoch: curves, weights, errors,\nand for images a network to try with your own hand")
	f.IntVar(&cfg.workers, "workers", runtime.GOMAXPROCS(0), "`N` goroutines; the weights do not depend on it")
	f.StringVar(&cfg.kernel, "kernel", kernels[0].name, "`NAME` of the arithmetic: go, avx2, avx512; the weights do not depend on it")
	f.BoolVar(&cfg.gradcheck, "gradcheck", false, "compare every layer's gradient with central differences instead of training")
	f.BoolVar(&cfg.json, "json", false, "print a JSON object a line in place of the table")
	return f
}

func printUsage(w io.Writer, f *flag.FlagSet) {
	fmt.Fprint(w, `Backprop trains a feed-forward neural network by backpropagation.

Usage: go run . [flags]

Examples:
  go run .                                       generated digits, no file needed
  go run . -data ./mnist -download               MNIST, fetched if it is missing
  go run . -data ./mnist -hidden 30 -activation sigmoid -output sigmoid \
           -cost mse -init normal -batch 10 -lr 3
  go run . -data ./mnist -valid 10000 -json      one JSON object per epoch
  go run . -recipe list                          the tutorials' experiments
  go run . -recipe nielsen -data ./mnist         one of them, beside its published result
  go run . -save m.safetensors -resume           keep the network, and what is done of it
  go run . -load m.safetensors -predict *.png    what digits are these?
  go run . -gradcheck -hidden 20,20              are the gradients right?
`)
	for _, group := range flagGroups {
		fmt.Fprintf(w, "\n%s:\n", group.title)
		for _, name := range group.names {
			g := f.Lookup(name)
			arg, usage := flag.UnquoteUsage(g)
			if g.DefValue != "" && g.DefValue != "false" {
				usage += " (default " + g.DefValue + ")"
			}
			fmt.Fprintf(w, "  %-20s %s\n", strings.TrimSpace("-"+name+" "+arg), strings.ReplaceAll(usage, "\n", "\n"+strings.Repeat(" ", 23)))
		}
	}
}

// parse reads the command line and finds what is wrong with each flag by itself.
func parse(args []string, stdout io.Writer) (*config, error) {
	cfg := &config{given: map[string]bool{}}
	f := flags(cfg)
	if err := cfg.set(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			printUsage(stdout, f)
			return nil, err
		}
		if text, cut := strings.CutSuffix(err.Error(), ": parse error"); cut && strings.HasPrefix(text, "invalid boolean") {
			err = errors.New(text + ": true or false is expected, or nothing for true")
		} else if cut {
			err = errors.New(text + ": a number is expected, of passes, samples and the like a whole one")
		}
		return nil, usageError{err}
	}
	cfg.args = args
	f.Visit(func(g *flag.Flag) { cfg.given[g.Name] = true })
	for _, name := range []string{"data", "save", "load", "report"} {
		if cfg.given[name] && f.Lookup(name).Value.String() == "" {
			return nil, usageError{fmt.Errorf("-%s is empty, perhaps from a variable that is not set: give it a name", name)}
		}
	}
	if cfg, err := cfg.applyRecipe(); err != nil {
		return nil, err
	} else {
		return cfg, cfg.check()
	}
}

// set sets the flags as args say.
func (cfg *config) set(args []string) error {
	f := cfg.flags
	for rest := args; ; rest = f.Args()[1:] {
		if err := f.Parse(rest); err != nil {
			return err
		}
		if f.NArg() == 0 {
			return nil
		}
		if cfg.pictures == nil { // -predict takes any number
			return fmt.Errorf("unexpected argument %q: everything is said with flags", f.Arg(0))
		}
		cfg.pictures = append(cfg.pictures, f.Arg(0))
	}
}

// check reports the first flag whose value makes no sense.
func (cfg *config) check() error {
	wrong := func(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
	switch {
	case cfg.epochs < 1 || cfg.epochs > maxEpochs:
		return wrong("-epochs %d: it goes from 1 to %d", cfg.epochs, maxEpochs)
	case cfg.batch < 0:
		return wrong("-batch %d: it is a number of samples, or 0 for the whole set", cfg.batch)
	case !(cfg.momentum >= 0 && cfg.momentum < 1):
		return wrong("-momentum %v: it goes from 0 to below 1", cfg.momentum)
	case cfg.nesterov && cfg.optimizer == "adam":
		return wrong("-nesterov is a form of momentum, and -optimizer adam has its own: leave -nesterov out")
	case cfg.nesterov && cfg.momentum == 0:
		return wrong("-nesterov is a form of momentum: give -momentum too, as in -momentum 0.9")
	case cfg.optimizer == "adam" && cfg.momentum != 0 && cfg.given["momentum"]:
		return wrong("-optimizer adam has a momentum of its own, 0.9: leave -momentum out")
	case len(cfg.dropout) > 1 && len(cfg.hidden) == 0:
		return wrong("-dropout %s: there is no hidden layer; give a rate for the inputs alone", cfg.dropout.String())
	case len(cfg.dropout) == 1 && len(cfg.hidden) > 0 && cfg.load == "":
		return wrong("-dropout %s is for the inputs alone; give the hidden layers' too, as in 0,%[1]s or %[1]s,0", cfg.dropout.String())
	case len(cfg.dropout) > 2 && len(cfg.dropout) != len(cfg.hidden)+1 && cfg.load == "":
		return wrong("-dropout has %d rates for the inputs and %s: give one for the inputs, and one for all hidden layers or one for each", len(cfg.dropout), plural(len(cfg.hidden), "hidden layer"))
	case !(cfg.maxNorm >= 0) || math.IsInf(cfg.maxNorm, 0):
		return wrong("-maxnorm %v: it is a length from 0, which is no limit", cfg.maxNorm)
	case cfg.patience < 0:
		return wrong("-patience %d: it is a number of epochs, or 0 to train through", cfg.patience)
	case cfg.patience > 0 && cfg.recipe.play != nil:
		return wrong("-patience does not go with -recipe %s, which is more than one training", cfg.recipe.name)
	case cfg.recipe.closed && (cfg.given["valid"] || cfg.given["test"]):
		return wrong("-valid and -test do not go with -recipe %s, which is about the few samples that it makes", cfg.recipe.name)
	case !(cfg.l2 >= 0) || math.IsInf(cfg.l2, 0):
		return wrong("-l2 %v: it is a number from 0", cfg.l2)
	case cfg.workers < 1 || cfg.workers > 1024:
		return wrong("-workers %d: it goes from 1 to 1024", cfg.workers)
	case cfg.resume && cfg.save == "":
		return wrong("-resume needs -save FILE: it goes on from FILE.checkpoint")
	case cfg.pictures != nil && cfg.load == "":
		return wrong("-predict needs -load MODEL, which -save has written")
	case cfg.load != "" && (cfg.save != "" || cfg.gradcheck || cfg.sweep.name != ""):
		return wrong("-load evaluates a model without training: -save, -resume, -sweep and -gradcheck do not go with it")
	case cfg.save != "" && cfg.gradcheck:
		return wrong("-gradcheck does not train: there is nothing to -save")
	case cfg.report != "" && (cfg.gradcheck || cfg.pictures != nil):
		return wrong("-gradcheck and -predict neither train nor test: there is nothing to -report")
	case cfg.gradcheck && (cfg.json || cfg.sweep.name != ""):
		return wrong("-gradcheck prints a table and does not train: -json and -sweep do not go with it")
	case cfg.data == "" && cfg.recipe.name == "" && cfg.load == "" && (cfg.label != "" || cfg.regress):
		return wrong("-label and -regress are for tables: give one with -data FILE")
	case cfg.download && cfg.data == "":
		return wrong("-download needs -data FOLDER to put the files in")
	case len(cfg.rates) > 1 && len(cfg.rates) != len(cfg.hidden)+1 && cfg.load == "":
		return wrong("-lr has %d rates for %d layers: give one for all or one for each", len(cfg.rates), len(cfg.hidden)+1)
	case cfg.cost == "bce" && cfg.outputG != "sigmoid":
		return wrong("-cost bce is for -output sigmoid, not %s", cfg.outputG)
	}
	for _, c := range []struct {
		flag, value string
		names       []string
	}{
		{"activation", cfg.hiddenG, []string{"relu", "sigmoid", "tanh", "linear"}},
		{"output", cfg.outputG, []string{"linear", "sigmoid", "tanh"}},
		{"cost", cfg.cost, []string{"ce", "bce", "mse"}},
		{"optimizer", cfg.optimizer, []string{"sgd", "adam"}},
	} {
		if err := oneOf(c.flag, c.value, c.names); err != nil {
			return err
		}
	}
	if _, err := cfg.initialiser(); err != nil {
		return err
	}
	if _, _, err := cfg.sweepConfigs(); err != nil {
		return err
	}
	if cfg.scale != "" {
		if _, err := fitScale(cfg.scale, Set{N: 1, Dim: 1, Pixels: []byte{1}}); err != nil {
			return wrong("-scale: %v", err)
		}
	}
	if err := UseKernel(cfg.kernel); err != nil {
		return wrong("-kernel: %v", err)
	}
	return nil
}

// oneOf reports a value that is not among the names, and the name that is nearest.
func oneOf(flag, value string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	near := slices.MinFunc(names, func(a, b string) int { return edits(a, value) - edits(b, value) })
	hint := ""
	if edits(near, value) <= max(len(value)/2, 1) {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return usageError{fmt.Errorf("-%s %q is not known: it is one of %s%s", flag, value, strings.Join(names, ", "), hint)}
}

// edits is the number of letters to insert, delete or replace to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func (cfg *config) initialiser() (Init, error) {
	switch name, r, _ := strings.Cut(cfg.init, ":"); name {
	case "he":
		return heInit, nil
	case "glorot":
		return glorotInit, nil
	case "normal":
		return normalInit, nil
	case "uniform":
		if v, err := strconv.ParseFloat(r, 64); err == nil && v > 0 && !math.IsInf(v, 0) {
			return uniformInit(v), nil
		}
		return nil, usageError{fmt.Errorf("-init %q: it takes the form uniform:R with R above 0, as in uniform:0.5", cfg.init)}
	}
	return nil, oneOf("init", cfg.init, []string{"he", "glorot", "normal", "uniform:R"})
}

// An experiment: a network, the data it learns from, and how.

type experiment struct {
	cfg       *config
	data      *Dataset
	in, out   Scale // of inputs, and of the numbers to predict
	trainer   *Trainer
	start     time.Time
	title     string               // which training it is, where a recipe has several
	shown     func(epoch int) bool // the epochs to evaluate and print; nil for all
	after     func()               // what a recipe prints between the epochs and the end
	done      doneEvent            // what train came to
	ours      string               // what a recipe has to say of its result
	saver     *saver               // nil where nothing is saved
	recorder  *recorder            // nil without -report
	history   []epochEvent         // the epochs so far
	final     epochEvent           // the epoch whose weights the network has in the end
	early     stopper              // with -patience
	best      []Layer              // the weights of its best epoch
	distorter *distorter           // nil without -augment
	spent     float64              // seconds on an epoch before the run was interrupted in it
}

// load finds the data, splits them and returns them.
func load(ctx context.Context, cfg *config, stderr io.Writer) (*Dataset, error) {
	var data *Dataset
	var err error
	if cfg.download {
		ctx, cancel := catchSignals(ctx)
		defer cancel()
		if err := download(ctx, cfg.data, mnistMirrors, newProgress(stderr).download); err != nil {
			if ctx.Err() != nil {
				return nil, errInterrupted
			}
			return nil, err
		}
	}
	switch {
	case cfg.data != "":
		if data, err = Load(cfg.data, LoadOptions{Label: cfg.label, Regress: cfg.regress}); err != nil {
			return nil, cfg.recipe.missing(cfg.data, err)
		}
	case cfg.recipe.name != "":
		if data, err = cfg.recipe.ownData(cfg.seed); err != nil {
			return nil, err
		}
	default:
		data = generateDigits(cfg.seed, 10000, 2000)
	}
	if err := cfg.suit(data); err != nil {
		return nil, err
	}
	return data, split(cfg, data)
}

// suit sets what depends on other settings and on the kind of data, and was not said on
// the command line: a table is small, a number to predict wants squared error and smaller
// steps, momentum makes of each step 1/(1−μ) of them, Adam's steps have their own size,
// and who says a rate means that one.
func (cfg *config) suit(data *Dataset) error {
	if data.Classes == nil && cfg.given["cost"] && cfg.cost != "mse" {
		return usageError{fmt.Errorf("-cost %s is for classes, and %s has numbers to predict: leave it out, or name a column of classes with -label", cfg.cost, data.Name)}
	}
	if cfg.optimizer == "adam" {
		cfg.momentum = 0 // a recipe's
	}
	ours, table := cfg.recipe.name == "", data.Train.Pixels == nil
	if ours && table && !cfg.given["epochs"] {
		cfg.epochs = 50
	}
	if ours && data.Classes == nil {
		cfg.cost = "mse"
	}
	if ours && cfg.given["lr"] && !cfg.given["schedule"] { // a rate that is said stays
		cfg.schedule = schedule{kind: "constant"}
	}
	rate := 0.4
	switch {
	case cfg.given["lr"] || !ours && !cfg.given["optimizer"]:
		return nil
	case cfg.optimizer == "adam":
		cfg.rates = rates{0.001}
		return nil
	case data.Classes == nil:
		rate = 0.01
	case table:
		rate = 0.1
	}
	if ours {
		rate, _ = strconv.ParseFloat(strconv.FormatFloat(rate*(1-cfg.momentum), 'g', 3, 64), 64)
		cfg.rates = rates{rate}
	}
	return nil
}

func split(cfg *config, data *Dataset) error {
	return data.Split(cfg.test, cfg.valid, stream(cfg.seed, purposeSplit, 0))
}

// newExperiment fits the scaling on the training part and makes the network.
func newExperiment(cfg *config, data *Dataset) (*experiment, error) {
	x := &experiment{cfg: cfg, data: data, start: time.Now()}
	if cfg.recipe.sparse {
		x.shown = milestone
	}
	scale := cfg.scale
	if scale == "" {
		scale = "standard"
		if data.Train.Pixels != nil {
			scale = "unit"
		}
	}
	var err error
	if x.in, err = fitScale(scale, data.Train); err == nil && data.Classes == nil {
		x.out, err = fitTargetScale(scale, data.Train)
	}
	if err != nil {
		return nil, fmt.Errorf("-scale %s: %w", scale, err)
	}
	sizes := append(append([]int{data.Train.Dim}, cfg.hidden...), data.Outputs())
	numbers := 0.0
	for l, out := range sizes[1:] {
		numbers += float64(sizes[l]+1) * float64(out)
	}
	for _, out := range sizes { // A and δ of a mini-batch, and the inputs
		n := cfg.batch
		if n == 0 || n > data.Train.N {
			n = data.Train.N
		}
		if rows := 2 * float64(n) * float64(out); rows > 1<<29 {
			return nil, usageError{fmt.Errorf("-batch %d: %.3g numbers for a layer of %d are too many to hold in memory; make it or -hidden smaller", cfg.batch, rows, out)}
		}
	}
	if data.Classes == nil && cfg.cost == "ce" {
		return nil, usageError{fmt.Errorf("-cost ce is for classes, and %s has numbers to predict: use -cost mse", data.Name)}
	}
	if most := float64(1 << 29); numbers > most {
		return nil, usageError{fmt.Errorf("-hidden %v: the network would have %.3g weights; more than %.3g are too many to hold in memory", cfg.hidden.String(), numbers, most)}
	}
	net := NewNetwork(sizes, named(activations, cfg.hiddenG), named(activations, cfg.outputG), named(costs, cfg.cost))
	init, err := cfg.initialiser()
	if err != nil {
		return nil, err
	}
	net.Initialise(init, cfg.seed)
	batch := cfg.batch
	if batch == 0 || batch > data.Train.N {
		batch = data.Train.N
	}
	rate := cfg.rates
	for len(rate) < len(net.Layers) {
		rate = append(rate, rate[0])
	}
	x.trainer = &Trainer{Net: net, Rate: rate, L2: cfg.l2, N: data.Train.N, Batch: batch, Workers: cfg.workers,
		Extras: Extras{Momentum: cfg.momentum, Nesterov: cfg.nesterov, Adam: cfg.optimizer == "adam",
			Schedule: cfg.schedule.of(cfg.epochs, (data.Train.N+batch-1)/batch),
			Dropout:  cfg.dropout.of(len(cfg.hidden)), MaxNorm: cfg.maxNorm, Seed: cfg.seed}}
	if cfg.augment != (distortions{}) {
		if x.distorter, err = newDistorter(cfg.augment, data, x.in, cfg.seed, cfg.workers); err != nil {
			return nil, usageError{fmt.Errorf("-augment %s: %w", cfg.augment.String(), err)}
		}
		x.trainer.Costly = true
	}
	if x.early.patience = cfg.patience; cfg.patience > 0 {
		if data.Valid.N == 0 {
			return nil, usageError{errors.New("-patience looks at a validation part, and there is none: hold one out with -valid, as in -valid 0.1")}
		}
		x.best = NewNetwork(sizes, Activation{}, Activation{}, Cost{}).Layers
	}
	return x, nil
}

// named is the activation or cost of that name; check has seen that there is one.
func named[T interface{ name() string }](all []T, name string) T {
	return all[slices.IndexFunc(all, func(t T) bool { return t.name() == name })]
}

func (a Activation) name() string { return a.Name }
func (c Cost) name() string       { return c.Name }

// source hands the samples of s to the network in the given order.
func (x *experiment) source(s *Set, order []int32) Source {
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		for i := range rows {
			s.gather(in.Row(lo+i), rows[i:i+1], x.in)
			if next := at + lo + i + 8; next < len(order) {
				s.prefetch(order[next])
			}
		}
		x.answers(s, y, lo, rows)
	}
}

// distorted is source for the training part, each image of which it distorts.
func (x *experiment) distorted(order []int32) Source {
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.distorter.gather(in, lo, rows)
		x.answers(&x.data.Train, y, lo, rows)
	}
}

// answers writes what the network should answer to the samples of the given rows.
func (x *experiment) answers(s *Set, y Matrix, lo int, rows []int32) {
	for i, r := range rows {
		answer := y.Row(lo + i)
		if s.Labels != nil {
			clear(answer)
			answer[s.Labels[r]] = 1
			continue
		}
		for k, v := range s.Targets[int(r)*y.Cols:][:y.Cols] {
			answer[k] = (v - x.out.Shift[k]) * x.out.Factor[k]
		}
	}
}

// ascending is 0, 1 … n−1.
func ascending(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// train is the training loop.
func (x *experiment) train(ctx context.Context, out *printer, bar *progress) (err error) {
	var stop atomic.Bool
	stop.Store(ctx.Err() != nil)
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()
	t, order := x.trainer, ascending(x.data.Train.N)
	source := x.source(&x.data.Train, order)
	if x.distorter != nil {
		source = x.distorted(order)
	}
	valid := x.source(&x.data.Valid, ascending(x.data.Valid.N))
	test := x.source(&x.data.Test, ascending(x.data.Test.N))
	done, err := x.saver.resume(x)
	if err != nil {
		return err
	}
	if err := x.record(); err != nil {
		return err
	}
	defer func() { x.recorder.failed(err) }()
	defer bar.clear()
	for epoch := done + 1; epoch <= x.cfg.epochs && !x.early.spent(); epoch++ {
		bar.epochs(x.cfg.epochs, t)
		begin := time.Now()
		if t.Batch < t.N {
			for i := range order {
				order[i] = int32(i)
			}
			stream(x.cfg.seed, purposeShuffle, epoch).Shuffle(t.N, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		if x.distorter != nil {
			x.distorter.epoch = epoch
		}
		met, err := t.Epoch(source, &stop)
		x.spent += time.Since(begin).Seconds()
		var diverged ErrDiverged
		if errors.As(err, &diverged) {
			return fmt.Errorf("epoch %d: %w; try a smaller -lr (it is %s), or check -init and -scale", epoch, err, x.cfg.rates.String())
		}
		if t.Met.Samples > 0 {
			return x.saver.interrupted(x, epoch-1)
		}
		last := epochEvent{Event: "epoch", Run: x.title, Epoch: epoch, Seconds: x.spent}
		shown := x.shown == nil || x.shown(epoch) || epoch == x.cfg.epochs
		if x.data.Valid.N > 0 && (shown || x.cfg.patience > 0) {
			last.valid(x, t.Net.Evaluate(valid, x.data.Valid.N, t.Workers))
		}
		if x.cfg.patience > 0 {
			if x.early.better(last) {
				copyLayers(x.best, t.Net.Layers)
				shown = true
			}
			shown = shown || x.early.spent()
		}
		if shown {
			bar.clear()
			x.spent = 0
			last.train(x, met)
			if x.data.Test.N > 0 {
				last.test(x, t.Net.EvaluateEach(test, x.data.Test.N, t.Workers, x.recorder.answer()))
			}
			if x.broken(last) {
				return fmt.Errorf("epoch %d: %w; try a smaller -lr (it is %s), or check -init and -scale", epoch, errTooLarge, x.cfg.rates.String())
			}
			out.epoch(x, last)
			x.history = append(x.history, last)
		}
		x.saver.epochDone(x, epoch)
		if !shown {
			x.recorder.between(epoch, met)
		} else {
			x.recorder.epoch(last)
		}
		if stop.Load() && epoch < x.cfg.epochs && !x.early.spent() {
			return x.saver.interrupted(x, epoch)
		}
	}
	x.final = x.history[len(x.history)-1]
	switch {
	case x.cfg.patience > 0:
		x.final = x.history[slices.IndexFunc(x.history, func(e epochEvent) bool { return e.Epoch == x.early.best.Epoch })]
		copyLayers(t.Net.Layers, x.best)
		x.recorder.chose(x.final)
	case x.final.Epoch < x.cfg.epochs && x.data.Test.N > 0: // of a resumed run that shows few epochs
		x.final.test(x, t.Net.Evaluate(test, x.data.Test.N, t.Workers))
	}
	x.done = doneEvent{Event: "done", Run: x.title, TestAccuracy: x.final.TestAccuracy, TestRMSE: x.final.TestRMSE, Hash: hash(t.Net)}
	if x.cfg.patience > 0 {
		x.done.Best = x.final.Epoch
	}
	if x.data.Classes == nil {
		clear := t.Net.Evaluate(x.source(&x.data.Train, ascending(x.data.Train.N)), x.data.Train.N, t.Workers)
		x.done.TrainRMSE = x.rmse(clear)
	}
	x.done.Seconds = time.Since(x.start).Seconds()
	if x.after != nil {
		x.after()
	}
	out.done(x, x.done)
	if err := x.saver.finish(x); err != nil {
		return err
	}
	return x.recorder.done(x.done)
}

// A stopper is early stopping (Prechelt 1998, "Early stopping — but when?"): it keeps the
// epoch that did best by the validation part.
type stopper struct {
	patience int // epochs without a better one; 0 never stops
	best     epochEvent
	epoch    int // the last one
}

// better meets the next epoch and says whether it is the best so far.
func (s *stopper) better(e epochEvent) bool {
	s.epoch = e.Epoch
	if s.best.Epoch > 0 && !e.better(s.best) {
		return false
	}
	s.best = e
	return true
}

// spent says that patience is at its end.
func (s *stopper) spent() bool { return s.patience > 0 && s.epoch-s.best.Epoch >= s.patience }

// copyLayers copies the weights and biases of from, which has the same shapes, to to.
func copyLayers(to, from []Layer) {
	for l := range to {
		copy(to[l].W.Data, from[l].W.Data)
		copy(to[l].B, from[l].B)
	}
}

// errTooLarge is what the last step of an epoch may end in.
var errTooLarge = errors.New("its last step made the weights too large")

// broken reports what the last step of an epoch did and no training cost has seen: weights
// that are not finite, or so large that an evaluation is not.
func (x *experiment) broken(e epochEvent) bool {
	sum := 0.0
	for _, cost := range []*float64{e.ValidCost, e.TestCost} {
		if cost != nil {
			sum += 0 * *cost // NaN, if it is infinite
		}
	}
	for _, l := range x.trainer.Net.Layers {
		for _, list := range [][]float64{l.W.Data, l.B} {
			for _, v := range list {
				sum += 0 * v
			}
		}
	}
	return sum != 0
}

// rmse is √(mean (a − y)²), in the target's own unit.
func (x *experiment) rmse(r Result) *float64 {
	v := math.Sqrt(r.Square) / x.out.Factor[0]
	return &v
}

// checkGradient is -gradcheck.
func (x *experiment) checkGradient(w io.Writer) error {
	const samples, most, limit = 10, 300, 1e-6
	t := x.trainer
	t.Batch = min(samples, t.N)
	table := t.CheckGradient(x.source(&x.data.Train, ascending(t.N)), most, x.cfg.seed)
	fmt.Fprintf(w, "%s, %d samples, central differences\n\n", x.describe(), t.Batch)
	fmt.Fprintf(w, "layer  parameters  %11s  checked  relative error\n", "shape")
	bad := 0
	for _, c := range table {
		verdict := "ok"
		switch {
		case c.Checked == 0:
			verdict = "not checked: relu units switch at every one"
		case !(c.Error <= limit):
			verdict, bad = "WRONG", bad+1
		}
		fmt.Fprintf(w, "%5d  %-10s  %11s  %7d  %14.2g  %s\n", c.Layer, c.What, c.Shape, c.Checked, c.Error, verdict)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d gradients differ from central differences by more than %g", bad, len(table), limit)
	}
	return nil
}

// What is printed.

type startEvent struct {
	Event      string   `json:"event"`
	Run        string   `json:"run,omitempty"`
	Data       string   `json:"data"`
	Layers     []int    `json:"layers"`
	Parameters int      `json:"parameters"`
	Train      int      `json:"train"`
	Valid      int      `json:"valid"`
	Test       int      `json:"test"`
	Kernel     string   `json:"kernel"`
	Workers    int      `json:"workers"`
	Seed       uint64   `json:"seed"`
	Recipe     string   `json:"recipe,omitempty"`
	Changed    []string `json:"changed,omitempty"` // of the recipe's settings
}

// epochEvent is one epoch's line. What does not apply is nil and left out.
type epochEvent struct {
	Event         string   `json:"event"`
	Run           string   `json:"run,omitempty"`
	Epoch         int      `json:"epoch"`
	Seconds       float64  `json:"train_seconds"`
	TrainCost     float64  `json:"train_cost"`
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	ValidCost     *float64 `json:"valid_cost,omitempty"`
	ValidAccuracy *float64 `json:"valid_accuracy,omitempty"`
	ValidRMSE     *float64 `json:"valid_rmse,omitempty"`
	TestCost      *float64 `json:"test_cost,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestRMSE      *float64 `json:"test_rmse,omitempty"`
	TestLoss      *float64 `json:"test_loss,omitempty"` // mean of (a − y)² over samples and outputs
	Published     string   `json:"published,omitempty"`
	testRight     int
	validRight    int
}

type doneEvent struct {
	Event        string   `json:"event"`
	Run          string   `json:"run,omitempty"`
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	TestRMSE     *float64 `json:"test_rmse,omitempty"`
	TrainRMSE    *float64 `json:"train_rmse,omitempty"`
	Best         int      `json:"best_epoch,omitempty"` // whose weights these are, with -patience
	Seconds      float64  `json:"total_seconds"`
	Hash         string   `json:"weights_sha256"`
	Recipe       string   `json:"recipe,omitempty"`
	Published    string   `json:"published,omitempty"`
}

func (e *epochEvent) train(x *experiment, r Result) {
	e.TrainCost = r.Cost
	e.TrainAccuracy, _ = x.judge(r)
}

func (e *epochEvent) valid(x *experiment, r Result) {
	e.ValidCost, e.validRight = &r.Cost, r.Right
	e.ValidAccuracy, e.ValidRMSE = x.judge(r)
}

func (e *epochEvent) test(x *experiment, r Result) {
	e.TestCost, e.testRight = &r.Cost, r.Right
	e.TestAccuracy, e.TestRMSE = x.judge(r)
	if x.cfg.recipe.loss {
		e.TestLoss = &r.Square
	}
}

// judge is the accuracy, for classes, or the RMSE, for numbers to predict.
func (x *experiment) judge(r Result) (accuracy, rmse *float64) {
	if x.data.Classes == nil {
		return nil, x.rmse(r)
	}
	v := float64(r.Right) / float64(r.Samples)
	return &v, nil
}

// describe is the network in words: "784-128-10 relu, softmax cross-entropy".
func (x *experiment) describe() string {
	net := x.trainer.Net
	layers := strings.Trim(strings.ReplaceAll(fmt.Sprint(x.layers()), " ", "-"), "[]")
	if len(net.Layers) > 1 {
		layers += " " + x.cfg.hiddenG
	}
	cost := map[string]string{"ce": "softmax cross-entropy", "bce": "binary cross-entropy", "mse": "squared error"}[x.cfg.cost]
	if x.cfg.outputG != "linear" {
		layers += ", " + x.cfg.outputG + " outputs"
	}
	return layers + ", " + cost
}

// parts is how many samples there are for what: "60,000 to train on, 10,000 to test".
func (x *experiment) parts() string {
	parts := count(x.data.Train.N) + " to train on"
	if n := x.data.Valid.N; n > 0 {
		parts += ", " + count(n) + " to validate"
	}
	if n := x.data.Test.N; n > 0 {
		parts += ", " + count(n) + " to test"
	}
	return parts
}

// how is the training in words: "10 epochs, batch 32, rate 0.1, he init, seed 1".
func (x *experiment) how() string {
	t := x.trainer
	how := fmt.Sprintf("%s, batch %d, rate %s %s", plural(x.cfg.epochs, "epoch"), t.Batch, x.cfg.rates.String(), x.cfg.schedule.String())
	for _, name := range []string{"optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "augment", "patience"} {
		switch f := x.cfg.flags.Lookup(name); {
		case f.Value.String() == f.DefValue:
		case name == "nesterov":
			how += ", nesterov"
		default:
			how += fmt.Sprintf(", %s %s", name, f.Value)
		}
	}
	return how + fmt.Sprintf(", %s init, seed %d", x.cfg.init, x.cfg.seed)
}

func (x *experiment) layers() []int {
	sizes := []int{x.data.Train.Dim}
	for _, l := range x.trainer.Net.Layers {
		sizes = append(sizes, l.W.Cols)
	}
	return sizes
}

// A printer writes the run's results to stdout: a table, or JSON lines.
type printer struct {
	w    *results
	json bool
}

func (p *printer) line(event any) {
	b, err := json.Marshal(event)
	if err != nil { // a number that JSON does not have
		p.w.fail(fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err))
		return
	}
	fmt.Fprintf(p.w, "%s\n", b)
}

func (p *printer) start(x *experiment) {
	if p == nil {
		return
	}
	d, t := x.data, x.trainer
	if p.json {
		p.line(startEvent{"start", x.title, d.Name, x.layers(), t.Net.Parameters(), d.Train.N, d.Valid.N, d.Test.N,
			kernel.name, x.cfg.workers, x.cfg.seed, x.cfg.recipe.name, x.cfg.changed})
		return
	}
	p.header(x)
	if x.cfg.load != "" {
		return
	}
	fmt.Fprintf(p.w, "\n%*s  train cost", epochWidth(x.cfg), "epoch")
	if d.Valid.N > 0 {
		fmt.Fprintf(p.w, "  valid cost  %*s", scoreWidth(d, d.Valid.N), "valid "+scoreName(d))
	}
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "   test cost  %*s", scoreWidth(d, d.Test.N), "test "+scoreName(d))
	}
	fmt.Fprintf(p.w, "  samples/s      time%s\n", x.cfg.recipe.head())
}

// epochWidth is the width of the column of epochs.
func epochWidth(cfg *config) int { return max(5, len(strconv.Itoa(cfg.epochs))) }

func (p *printer) header(x *experiment) {
	fmt.Fprintf(p.w, "network   %s, %s parameters\n", x.describe(), count(x.trainer.Net.Parameters()))
	fmt.Fprintf(p.w, "data      %s: %s\n", x.data.Name, x.parts())
	if x.data.Note != "" {
		fmt.Fprintf(p.w, "          %s\n", strings.ReplaceAll(x.data.Note, "; ", "\n          "))
	}
	if x.cfg.load == "" {
		fmt.Fprintf(p.w, "training  %s\n", x.how())
	} else {
		fmt.Fprintf(p.w, "model     %s, trained before\n", x.cfg.load)
	}
	fmt.Fprintf(p.w, "machine   %s kernel, %s\n", kernel.name, plural(x.cfg.workers, "worker"))
}

func scoreName(d *Dataset) string {
	if d.Classes == nil {
		return "RMSE"
	}
	return "accuracy"
}

// score is what stands in such a column: the RMSE, or how many of n were right.
func score(n, right int, rmse *float64) string {
	if rmse != nil {
		return fmt.Sprintf("%.5g", *rmse)
	}
	return fmt.Sprintf("%d / %d", right, n)
}

// costText is a cost, ten characters wide.
func costText(cost float64) string {
	if cost >= 1e4 {
		return fmt.Sprintf("%10.4g", cost)
	}
	return fmt.Sprintf("%10.5f", cost)
}

// scoreWidth is the width of a column such as "9585 / 10000".
func scoreWidth(d *Dataset, n int) int {
	if d.Classes == nil {
		return 10
	}
	return max(14, 2*len(strconv.Itoa(n))+3)
}

func (p *printer) epoch(x *experiment, e epochEvent) {
	if p == nil {
		return
	}
	e.Published = x.cfg.recipe.curve[e.Epoch]
	if p.json {
		p.line(e)
		return
	}
	d := x.data
	fmt.Fprintf(p.w, "%*d  %s", epochWidth(x.cfg), e.Epoch, costText(e.TrainCost))
	if d.Valid.N > 0 {
		fmt.Fprintf(p.w, "  %s  %*s", costText(*e.ValidCost), scoreWidth(d, d.Valid.N), score(d.Valid.N, e.validRight, e.ValidRMSE))
	}
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "  %s  %*s", costText(*e.TestCost), scoreWidth(d, d.Test.N), score(d.Test.N, e.testRight, e.TestRMSE))
	}
	passes := e.Epoch // over the training set, since the line before
	if n := len(x.history); n > 0 {
		passes -= x.history[n-1].Epoch
	}
	fmt.Fprintf(p.w, "  %9s  %6.2f s%s\n", count(int(float64(d.Train.N*passes)/e.Seconds)), e.Seconds, x.cfg.recipe.row(e))
}

func (p *printer) done(x *experiment, e doneEvent) {
	if p == nil {
		return
	}
	e.Recipe, e.Published = x.cfg.recipe.name, x.cfg.recipe.published
	if p.json {
		p.line(e)
		return
	}
	fmt.Fprintln(p.w)
	if e.Best > 0 {
		fmt.Fprintf(p.w, "best epoch      %d, by the validation part; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		fmt.Fprintf(p.w, "test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		fmt.Fprintf(p.w, "training RMSE   %.6g\n", *e.TrainRMSE)
	}
	if e.TestRMSE != nil {
		fmt.Fprintf(p.w, "test RMSE       %.6g\n", *e.TestRMSE)
	}
	fmt.Fprintf(p.w, "weights sha256  %s\n", e.Hash)
	fmt.Fprintf(p.w, "total time      %.2f s\n", e.Seconds)
}

// count writes n with thin groups of three: 60,000.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// A progress bar goes to stderr, and only where that is a terminal.
type progress struct {
	w    io.Writer // nil where there is no terminal
	stop chan struct{}
	gone chan struct{}
	from time.Time
}

func newProgress(stderr io.Writer) *progress {
	if f, ok := stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" {
			return &progress{w: stderr, from: time.Now()}
		}
	}
	return &progress{}
}

// epochs shows how far a training is until clear is called.
func (p *progress) epochs(epochs int, t *Trainer) {
	if p == nil || p.w == nil || p.stop != nil {
		return
	}
	steps := (t.N + t.Batch - 1) / t.Batch
	if t.done.Load() == 0 {
		p.from = time.Now()
	}
	p.watch(func() (string, float64) {
		done := int(t.done.Load())
		return fmt.Sprintf("epoch %d of %d", min(done/steps+1, epochs), epochs), float64(done) / float64(steps*epochs)
	})
}

// watch shows the bar that what describes, afresh from time to time, until clear is called.
func (p *progress) watch(what func() (string, float64)) {
	if p.w == nil {
		return
	}
	p.stop, p.gone = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.gone)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.bar(what())
			}
		}
	}()
}

func (p *progress) clear() {
	if p != nil && p.stop != nil {
		close(p.stop)
		<-p.gone
		p.stop = nil
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// download shows how much of a file has arrived.
func (p *progress) download(file string, done, total int64) {
	if p.w == nil {
		return
	}
	if done == total {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %s bytes\n", file, count(int(done)))
		return
	}
	p.bar(file, float64(done)/float64(max(total, 1)))
}

func (p *progress) bar(what string, part float64) {
	const width = 30
	part = min(max(part, 0), 1)
	full := int(part * width)
	left := ""
	if spent := time.Since(p.from); part > 0.01 {
		left = fmt.Sprintf(" %v left", time.Duration(float64(spent)*(1-part)/part).Round(time.Second))
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %3.0f %%%s", what, strings.Repeat("=", full), strings.Repeat(" ", width-full), 100*part, left)
}

// The report.

// A recorder keeps the record of a run for -report and has it written. A nil one, of a
// run without -report, does nothing.
type recorder struct {
	*Report
	x     *experiment
	next  int           // the next epoch to note, of those that are not shown
	spent time.Duration // on writing
}

// record begins the record, and writes it once, so that a path that cannot be written
// to is found before the training and not after it.
func (x *experiment) record() error {
	if x.cfg.report == "" {
		return nil
	}
	if f, err := os.Open(x.cfg.report); err == nil {
		head := make([]byte, 15)
		n, err := io.ReadFull(f, head)
		f.Close()
		if n > 0 && err != nil && err != io.ErrUnexpectedEOF || n > 0 && !strings.EqualFold(string(head[:n]), "<!doctype html>") {
			return fmt.Errorf("-report %s: it is there and not a report; give another name, or remove it", x.cfg.report)
		}
	}
	d, net := x.data, x.trainer.Net
	r := &recorder{x: x, Report: &Report{
		Title:   fmt.Sprintf("%s on %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(x.layers()), " ", "-"), "[]"), d.Name),
		Command: "go run . " + quoted(x.cfg.args),
		State:   fmt.Sprintf("epoch 0 of %d", x.cfg.epochs),
		Cost:    x.cfg.cost,
		Update:  "plain",
		Data:    d,
		In:      x.in,
	}}
	if d.Width > 0 && d.Train.Pixels != nil {
		r.Box = frameOf(d).Box
	}
	if x.trainer.L2 != 0 {
		r.Update = "l2"
	}
	switch {
	case x.distorter != nil && x.trainer.Dropout != nil:
		r.Harder = "with distorted images, and with units left out"
	case x.distorter != nil:
		r.Harder = "with distorted images"
	case x.trainer.Dropout != nil:
		r.Harder = "with units left out"
	}
	switch {
	case x.trainer.Adam:
		r.Update = "adam"
	case x.trainer.Nesterov:
		r.Update = "nesterov"
	case x.trainer.Momentum != 0:
		r.Update = "momentum"
	}
	for _, l := range net.Layers {
		r.Layers = append(r.Layers, LayerRecord{l.W, l.B, l.G.Name})
	}
	for _, e := range x.history {
		r.Past = append(r.Past, r.point(e))
	}
	r.Begin()
	x.recorder = r
	return r.write()
}

// answer notes the network's answers to the test samples.
func (r *recorder) answer() func(i int, a []float64) {
	if r == nil {
		return nil
	}
	k := r.x.data.Outputs()
	if r.Outputs == nil {
		r.Outputs = make([]float64, r.x.data.Test.N*k)
	}
	return func(i int, a []float64) { copy(r.Outputs[i*k:(i+1)*k], a) }
}

// epoch notes an epoch, and writes the report unless writing has taken more than a
// thirtieth of the time so far. Training goes on where it cannot be written: whether it
// can in the end is what counts.
func (r *recorder) epoch(e epochEvent) {
	if r == nil {
		return
	}
	r.Add(r.point(e))
	r.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.x.cfg.epochs)
	r.Result = r.result(e) + fmt.Sprintf(" after %s.", plural(e.Epoch, "epoch"))
	if r.spent*30 <= time.Since(r.x.start) {
		r.write()
	}
}

// between notes an epoch that is not shown, if it lies a tenth beyond the one before.
func (r *recorder) between(epoch int, met Result) {
	if r == nil || epoch < r.next {
		return
	}
	r.next = epoch + epoch/10 + 1
	e := epochEvent{Epoch: epoch}
	e.train(r.x, met)
	evaluate := func(s *Set) Result {
		return r.x.trainer.Net.Evaluate(r.x.source(s, ascending(s.N)), s.N, r.x.cfg.workers)
	}
	if d := r.Data; d.Valid.N > 0 {
		e.valid(r.x, evaluate(&d.Valid))
	}
	if d := r.Data; d.Test.N > 0 {
		e.test(r.x, evaluate(&d.Test))
	}
	r.Add(r.point(e))
}

// show adds what came of other trainings to x's report.
func (x *experiment) show(figures ...Figure) error {
	if x.recorder == nil {
		return nil
	}
	x.cfg.figures = append(x.cfg.figures, figures...)
	return x.recorder.write()
}

// point is an epoch as the record has it.
func (r *recorder) point(e epochEvent) EpochRecord {
	value := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	p := EpochRecord{Epoch: e.Epoch, Cost: [3]float64{e.TrainCost, value(e.ValidCost), value(e.TestCost)}}
	if r.Data.Classes != nil {
		p.Score = [3]float64{value(e.TrainAccuracy), value(e.ValidAccuracy), value(e.TestAccuracy)}
		return p
	}
	p.Score = [3]float64{math.NaN(), value(e.ValidRMSE), value(e.TestRMSE)}
	if r.Cost == "mse" { // C = ½ Σ (a − y)²
		p.Score[0] = *r.x.rmse(Result{Square: 2 * e.TrainCost / float64(r.Data.Outputs())})
	}
	return p
}

// result is what the network can do, in words.
func (r *recorder) result(e epochEvent) string {
	switch {
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%.2f %% of %s test samples right", 100**e.TestAccuracy, count(r.Data.Test.N))
	case e.TestRMSE != nil:
		return fmt.Sprintf("Test RMSE %.5g", *e.TestRMSE)
	}
	return fmt.Sprintf("Training cost %.5g", e.TrainCost)
}

// done writes the report of the whole run, or of a network that was trained before.
func (r *recorder) done(e doneEvent) error {
	if r == nil {
		return nil
	}
	r.State = ""
	r.facts(&e)
	if r.Result == "" {
		r.Result = r.result(epochEvent{TestAccuracy: e.TestAccuracy, TestRMSE: e.TestRMSE}) + "."
	}
	if n := r.Data.Test.N; r.Outputs == nil && n > 0 {
		r.x.trainer.Net.EvaluateEach(r.x.source(&r.Data.Test, ascending(n)), n, r.x.cfg.workers, r.answer())
	}
	return r.write()
}

// chose says that the network is that of an earlier epoch.
func (r *recorder) chose(e epochEvent) {
	if r == nil {
		return
	}
	r.Outputs = nil // done asks the network again
	best := float64(e.Epoch)
	r.Chosen = &best
	r.Result = r.result(e) + fmt.Sprintf(" with the weights of epoch %d, the best by the validation part.", e.Epoch)
}

// failed writes the report of a run that ended early, and why.
func (r *recorder) failed(err error) {
	if r != nil && err != nil {
		r.Failed = true
		r.State = strings.TrimPrefix(r.State+": ", ": ") + err.Error()
		r.write() // what went wrong first is what the user is told
	}
}

func (r *recorder) write() error {
	begin := time.Now()
	if r.State != "" {
		r.facts(nil)
	}
	r.Figures = slices.Concat(r.x.figures(), r.x.cfg.figures)
	err := r.Save(r.x.cfg.report)
	r.spent += time.Since(begin)
	return err
}

// facts says which run it is; e is nil while it goes on.
func (r *recorder) facts(e *doneEvent) {
	x := r.x
	trained := [2]string{"training", x.how()}
	if x.cfg.load != "" {
		trained = [2]string{"model", x.cfg.load + ", trained before"}
	}
	data := x.data.Name + ": " + x.parts()
	if x.data.Note != "" {
		data += "; " + x.data.Note
	}
	r.Facts = [][2]string{
		{"network", fmt.Sprintf("%s, %s parameters", x.describe(), count(x.trainer.Net.Parameters()))},
		{"data", data},
		trained,
		{"machine", fmt.Sprintf("%s kernel, %s, %s/%s, %s", kernel.name, plural(x.cfg.workers, "worker"), runtime.GOOS, runtime.GOARCH, runtime.Version())},
	}
	if recipe := x.cfg.recipe; recipe.name != "" {
		r.Facts = slices.Insert(r.Facts, 0, [2]string{"recipe", recipe.name + ": " + recipe.shows}, [2]string{"published", recipe.published})
	}
	if e != nil {
		r.Facts = append(r.Facts, [2]string{"total time", fmt.Sprintf("%.2f s", e.Seconds)}, [2]string{"weights sha256", e.Hash})
	}
}

// accuracyFigure shows how several trainings learn, on the test part.
func accuracyFigure(runs ...*experiment) Figure {
	f := Figure{Words: accuracyWords, X: Axis{Label: "epoch"}, Y: Axis{Label: "right answers", Percent: true}, Table: true}
	f.Title += " on the test part"
	f.Look = "The steeper line learns faster."
	for _, run := range runs {
		l := Line{Name: run.title}
		for _, e := range run.history {
			if e.TestAccuracy != nil {
				l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, *e.TestAccuracy)
			}
		}
		f.Lines = append(f.Lines, l)
	}
	return f
}

// figures shows what a network that predicts one number makes of its data: of one
// input, the curve and the outputs of the hidden layers; of several, what it predicts
// against what is true.
func (x *experiment) figures() []Figure {
	const most = 500 // samples
	d := x.data
	if d.Classes != nil || d.Outputs() != 1 {
		return nil
	}
	back := func(a float64) float64 { return a/x.out.Factor[0] + x.out.Shift[0] }
	if d.Train.Dim > 1 || d.Train.Values == nil {
		part, set := "test", &d.Test
		if set.N == 0 {
			part, set = "training", &d.Train
		}
		n := min(set.N, most)
		points := Line{Name: part + " samples", X: set.Targets[:n], Y: make([]float64, n), Points: true}
		x.trainer.Net.EvaluateEach(x.source(set, ascending(n)), n, 1, func(i int, a []float64) { points.Y[i] = back(a[0]) })
		lo, hi := slices.Min(points.X), slices.Max(points.X)
		exact := Line{Name: "exact", X: []float64{lo, hi}, Y: []float64{lo, hi}}
		return []Figure{{Words: predictionWords, X: Axis{Label: "true value"}, Y: Axis{Label: "predicted value"}, Lines: []Line{points, exact}}}
	}
	line := func(name string, s Set) Line {
		n := min(s.N, most)
		return Line{Name: name, X: s.Values[:n], Y: s.Targets[:n], Points: true}
	}
	lo, hi := slices.Min(d.Train.Values), slices.Max(d.Train.Values)
	const grid = 81
	a := []Matrix{NewMatrix(grid, 1)}
	at := make([]float64, grid)
	for i := range at {
		at[i] = lo + (hi-lo)*float64(i)/(grid-1)
		a[0].Row(i)[0] = (at[i] - x.in.Shift[0]) * x.in.Factor[0]
	}
	layers := x.trainer.Net.Layers
	for _, l := range layers {
		a = append(a, NewMatrix(grid, l.W.Cols))
	}
	x.trainer.Net.forward(a)
	fit := Line{Name: "network", X: at}
	a[len(layers)].EachRow(func(last []float64) {
		layers[len(layers)-1].G.F(last)
		fit.Y = append(fit.Y, back(last[0]))
	})
	lines := []Line{fit, line("training", d.Train)}
	if d.Test.N > 0 {
		lines = append(lines, line("test", d.Test))
	}
	titled := func(words Words, title string) Words {
		words.Title = strings.TrimPrefix(x.title+": "+title, ": ")
		return words
	}
	all := []Figure{{Words: titled(fitWords, fitWords.Title), X: Axis{Label: "x"}, Y: Axis{Label: "y"}, Lines: lines}}
	for l := range len(layers) - 1 {
		var units []Line
		for j := range min(a[l+1].Cols, 30) {
			unit := Line{Name: fmt.Sprintf("unit %d", j+1), X: at}
			for i := range grid {
				unit.Y = append(unit.Y, a[l+1].Row(i)[j])
			}
			units = append(units, unit)
		}
		words := titled(unitsWords, fmt.Sprintf("%s, layer %d", unitsWords.Title, l+1))
		all = append(all, Figure{Words: words, X: Axis{Label: "x"}, Y: Axis{Label: "output of the unit"}, Lines: units})
	}
	return all
}

// quoted is a command line's words, those with something special in them in quotes.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'`$&|;<>()*?[]#~\\!{}") {
			words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
