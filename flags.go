// Flags: the command line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/report"
)

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
	figures   []report.Figure // for the report: what was found before the run that it shows
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
