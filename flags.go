// Flags: the command line: what each flag is, what it may be, and what follows from others.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/show/text"
)

// Settings is the command line. It is made once, by parse, and settled by load, when the
// data are known.
type Settings struct {
	dataFlags
	networkFlags
	trainingFlags
	fileFlags

	sweepFlags

	Workers   int
	Kernel    string
	Gradcheck bool
	Explain   explainFlag
	Json      bool

	Recipe     Recipe          // the empty one where there is none
	Model      *Model          // of -load
	Restart    int             // of several trainings from new weights each, which; 0 for a single one
	Changed    []string        // what the command line changes of the recipe
	Args       []string        // the command line
	Given      map[string]bool // the flags on it
	PrintEvery int             // print every n-th epoch only; 0 for all
	flags      *flag.FlagSet   // which all these are the values of
}

type dataFlags struct {
	Data     string
	Download bool
	Label    string
	Regress  bool
	Ignore   string
	Test     dataset.Part
	Valid    dataset.Part
	Scale    string
}

type networkFlags struct {
	Hidden     Sizes
	Activation string
	Output     string
	Cost       string
	Init       string
}

type trainingFlags struct {
	Epochs      int
	Batch       int
	Rate        Rates
	Schedule    Schedule
	Optimizer   string
	Momentum    float64
	Nesterov    bool
	L2          float64
	Dropout     Dropout
	MaxNorm     float64
	ClassWeight string // -classweight
	Augment     distort.Strengths
	Patience    int
	Seed        uint64
	Bug         string
}

type sweepFlags struct {
	Sweep      Sweep
	SweepDraws int
	SweepDir   string
	SweepTask  Task
	Folds      int
	Nested     bool // it is one training of several side by side
}

type fileFlags struct {
	RecipeName string
	Save       string
	Resume     bool
	Load       string
	Export     string
	Predict    []string // of -predict
	Report     string
}

// defaults are the flags' values where the command line says nothing. Some depend on the
// data: see applyDefaults.
func defaults() *Settings {
	return &Settings{
		Given:         map[string]bool{},
		dataFlags:     dataFlags{Test: dataset.Part{Fraction: 0.2}},
		networkFlags:  networkFlags{Sizes{256}, "relu", "linear", "ce", "he"},
		trainingFlags: trainingFlags{Epochs: 10, Batch: 32, Rate: Rates{0.4}, Schedule: Schedule{Kind: "cosine"}, Optimizer: "sgd", Seed: 1},
		Workers:       runtime.GOMAXPROCS(0),
		Kernel:        kernel.Names()[0],
	}
}

// A flagInfo is one flag, bound to its value.
type flagInfo struct {
	name  string
	arg   string // what stands for its value in -h; "" for a switch
	value any
	usage string
}

// A flagGroup is flags that -h shows together.
type flagGroup struct {
	title string
	flags []flagInfo
}

// flagGroups are all flags, in the order in which -h shows them.
func (cfg *Settings) flagGroups() []flagGroup {
	return append(cfg.learnedGroups(), cfg.otherGroups()...)
}

// learnedGroups are the flags that what a network learns depends on, and where its data are.
func (cfg *Settings) learnedGroups() []flagGroup {
	return []flagGroup{
		{"Data", []flagInfo{
			{"data", "PATH", &cfg.Data, "a folder or file to learn from: MNIST's four files or others in their format, " +
				"a table, an npz …: what it is, its content says (default: generated digits)"},
			{"download", "", &cfg.Download, "fetch MNIST's four files into the -data folder if they are missing"},
			{"label", "COLUMN", &cfg.Label, "tables: what is to be learned: a name, a number from 1, first or last " +
				"(default: found from the header, else last)"},
			{"regress", "", &cfg.Regress, "tables: the label is a number to predict, not a class"},
			{"ignore", "COLUMNS", &cfg.Ignore, "tables: leave these out: names or numbers, with commas between"},
			{"test", "PART", &cfg.Test, "hold out as test set, where the data bring none: a count or a fraction"},
			{"valid", "PART", &cfg.Valid, "hold out of the training set for validation: a count or a fraction"},
			{"scale", "KIND", &cfg.Scale, "scaling of the inputs: none, unit (to 0…1), standard (mean 0, variance 1), " +
				"or a number to divide by (default: unit for images, standard for tables)"},
		}},
		{"Network", []flagInfo{
			{"hidden", "SIZES", &cfg.Hidden, "hidden layers, with commas between, or none"},
			{"activation", "NAME", &cfg.Activation, "of the hidden layers: relu, sigmoid, tanh, linear"},
			{"output", "NAME", &cfg.Output, "activation of the last layer: linear, sigmoid, tanh"},
			{"cost", "NAME", &cfg.Cost, "ce (softmax cross-entropy), bce (binary cross-entropy, with -output sigmoid), " +
				"mse (½‖a − y‖² a sample)"},
			{"init", "DRAW", &cfg.Init, "first weights: he, glorot, normal (N(0,1), biases too; normal:1: with biases " +
				"of 1), uniform:R (±R), zero (then all units of a layer stay alike)"},
		}},
		{"Training", append(cfg.updateInfos(), cfg.guardInfos()...)},
	}
}

// updateInfos are the flags of steps, and guardInfos those against learning by heart.
func (cfg *Settings) updateInfos() []flagInfo {
	return []flagInfo{
		{"epochs", "N", &cfg.Epochs, "passes over the training set; for tables up to 800 if it is not said"},
		{"batch", "N", &cfg.Batch, "samples in a mini-batch; 0 is the whole set"},
		{"lr", "RATE", &cfg.Rate, "learning rate, or one for each layer, with commas between; if it is not said, 0.2 " +
			"for tables, 0.01 for numbers to predict, times 1 − MU with momentum, and 0.001 for adam"},
		{"schedule", "HOW", &cfg.Schedule, "how the rate goes on: constant, cosine (down to 0), or step:EPOCHS:FACTOR; " +
			"if it is not said, constant where -lr is"},
		{"optimizer", "RULE", &cfg.Optimizer, "sgd or adam"},
		{"momentum", "MU", &cfg.Momentum, "what is kept of the velocity from step to step, 0 to below 1"},
		{"nesterov", "", &cfg.Nesterov, "momentum in Nesterov's form"},
	}
}

func (cfg *Settings) guardInfos() []flagInfo {
	return []flagInfo{
		{"l2", "LAMBDA", &cfg.L2, "weight decay: adds λ/(2N)·Σw² to the cost, N samples, biases excluded; if it is not said, 2 for " +
			"tables, and 10 for numbers to predict"},
		{"dropout", "P,P", &cfg.Dropout, "leave out in training: a part of the inputs, and one of every hidden layer " +
			"(or P,P,P…: one for each of them)"},
		{"maxnorm", "C", &cfg.MaxNorm, "keep the weights of each neuron at a length of at most C; 0 for no limit"},
		{"classweight", "HOW", &cfg.ClassWeight, "how much samples count, by their class: balanced, so that all classes " +
			"count alike, or CLASS=WEIGHT, as in a=2,b=0.5"},
		{"augment", "WAYS", &cfg.Augment, "distort the images, each epoch anew: shift, affine, elastic; more than one " +
			"with commas, each with its strength if that is not 1, as in affine:0.5,elastic (elastic:1.2,smooth:1.5 " +
			"with a field half as smooth again)"},
		{"patience", "N", &cfg.Patience, "stop after so many epochs without a better accuracy (or RMSE) of the " +
			"validation part, and go back to the best weights; 0 for never"},
		{"seed", "N", &cfg.Seed, "all random numbers come from it"},
		{"bug", "NAME", &cfg.Bug, "put a slip into every step, to see what finds it; list prints them"},
	}
}

// otherGroups are the flags that do not change what one training comes to.
func (cfg *Settings) otherGroups() []flagGroup {
	return []flagGroup{
		{"Experiments", slices.Concat([]flagInfo{
			{"recipe", "NAME", &cfg.RecipeName, "start from the settings of an experiment; other flags override them; list " +
				"prints all of them"},
			{"folds", "N", &cfg.Folds, "cross-validation: train N times, each without another Nth part, and test on that"},
		}, cfg.sweepInfos())},
		{"Models", []flagInfo{
			{"save", "FILE", &cfg.Save, "write the model (safetensors), and after each epoch FILE.checkpoint"},
			{"resume", "", &cfg.Resume, "with -save, go on from FILE.checkpoint where there is one"},
			{"load", "FILE", &cfg.Load, "evaluate this model on the data; with -save, -epochs, -lr or another flag of " +
				"training, go on training it"},
			{"export", "FILE", &cfg.Export, "write the network, trained or of -load: .onnx, which takes the numbers as they " +
				"are in the data, or .json, the form of Nielsen's network2.py, which -load reads too"},
			{"predict", "FILE …", cfg.addPicture, "with -load, answer: what digit is on each picture (PNG, JPEG), or each " +
				"row of tables (CSV, - for standard input); also folders, and names like *.png"},
		}},
		{"Running", []flagInfo{
			{"report", "F.html", &cfg.Report, "write a page to look at, and again after each epoch: curves, weights, errors, " +
				"and for images a network to try with your own hand; with -predict, " +
				"pictures as the network sees them"},
			{"workers", "N", &cfg.Workers, "goroutines; the weights do not depend on it"},
			{"kernel", "NAME", &cfg.Kernel, "arithmetic: go, avx2, avx512, neon; the weights do not depend on it"},
			{"gradcheck", "", &cfg.Gradcheck, "compare every layer's gradient with central differences, and three whole " +
				"steps with steps along them, instead of training"},
			{"explain", "[NAME]", &cfg.Explain, "print every number of one step, with its equation, instead of training; or " +
				"of an example: mazur, xor or 3-2"},
			{"json", "", &cfg.Json, "print a JSON object a line in place of the table"},
		}},
	}
}

// sweepInfos are the flags of sweeps.
func (cfg *Settings) sweepInfos() []flagInfo {
	return []flagInfo{
		{"sweep", "P=VALUES", &cfg.Sweep, "train once for each value of a numeric flag, choose by the validation part and " +
			"train once more: l2=0.01:100:10 is ten values, log-spaced; lr=0.1,0.5,1 is a list. Several, as in " +
			"\"l2=0.1,1 lr=0.1,0.4 seed=1,2,3\": all combinations, by the mean of the seeds"},
		{"sweep-draws", "N", &cfg.SweepDraws, "of the combinations try N only, drawn by -seed"},
		{"sweep-dir", "DIR", &cfg.SweepDir, "keep what each training comes to in DIR/K.json, from K = 0, and go on from " +
			"what is there"},
		{"sweep-task", "K", &cfg.SweepTask, "with -sweep-dir, train only number K, or K/N: every Nth from K"},
	}
}

// newConfig is a command line that says nothing.
func newConfig() *Settings {
	cfg := defaults()
	cfg.flags = flag.NewFlagSet("backprop", flag.ContinueOnError)
	cfg.flags.SetOutput(io.Discard)
	for _, group := range cfg.flagGroups() {
		for _, f := range group.flags {
			switch v := f.value.(type) {
			case *string:
				cfg.flags.StringVar(v, f.name, *v, "")
			case *bool:
				cfg.flags.BoolVar(v, f.name, *v, "")
			case *int:
				cfg.flags.IntVar(v, f.name, *v, "")
			case *uint64:
				cfg.flags.Uint64Var(v, f.name, *v, "")
			case *float64:
				cfg.flags.Float64Var(v, f.name, *v, "")
			case flag.Value:
				cfg.flags.Var(v, f.name, "")
			case func(string) error:
				cfg.flags.Func(f.name, "", v)
			}
		}
	}
	return cfg
}

// learnedFlags are those that what a network learns depends on.
func (cfg *Settings) learnedFlags() (names []string) {
	for _, group := range cfg.learnedGroups() {
		for _, f := range group.flags {
			if f.name != "data" && f.name != "download" {
				names = append(names, f.name)
			}
		}
	}
	return names
}

// text is a flag's value, as on the command line.
func (cfg *Settings) text(name string) string { return cfg.flags.Lookup(name).Value.String() }

// parse reads the command line and finds what is wrong with each flag by itself.
func parse(args []string, stdout io.Writer) (*Settings, error) {
	cfg := newConfig()
	if err := cfg.set(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			printUsage(stdout, cfg)
			return nil, err
		}
		text, cut := strings.CutSuffix(err.Error(), ": parse error")
		if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
			err = cfg.unknownFlag(name)
		}
		if cut && strings.HasPrefix(text, "invalid boolean") {
			err = errors.New(text + ": true or false is expected, or nothing for true")
		} else if cut {
			err = errors.New(text + ": a number is expected, of passes, samples and the like a whole one")
		}
		return nil, Usage{err}
	}
	cfg.Args = args
	cfg.flags.Visit(func(f *flag.Flag) { cfg.Given[f.Name] = true })
	for _, name := range []string{"data", "label", "recipe", "save", "load", "export", "report", "sweep-dir",
		"classweight"} {
		if cfg.Given[name] && cfg.text(name) == "" {
			return nil, wrongUsage("-%s is empty, perhaps from a variable that is not set: give it a value", name)
		}
	}
	cfg, err := cfg.applyRecipe()
	if err == nil {
		err = cfg.check()
	}
	if err == nil {
		err = cfg.checkPaths()
	}
	return cfg, err
}

// unknownFlag says which flag may have been meant.
func (cfg *Settings) unknownFlag(name string) error {
	var names []string
	cfg.flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	name = strings.TrimLeft(name, "-")
	near := slices.MinFunc(names, func(a, b string) int { return edits(a, name) - edits(b, name) })
	for _, n := range names {
		if strings.EqualFold(n, name) || len(name) > 2 && strings.HasPrefix(n, name) && edits(near, name) > 1 {
			near = n
		}
	}
	hint := ""
	if edits(near, name) <= max(len(name)/3, 1) || strings.HasPrefix(near, name) || strings.EqualFold(near, name) {
		hint = fmt.Sprintf("; did you mean -%s?", near)
	}
	return fmt.Errorf("there is no flag -%s%s", name, hint)
}

// lower makes small letters of names, which are the same in both: ReLU is relu.
func (cfg *Settings) lower() {
	for _, name := range []*string{&cfg.Activation, &cfg.Output, &cfg.Cost, &cfg.Init, &cfg.Optimizer,
		&cfg.Scale, &cfg.Kernel, &cfg.RecipeName} {
		*name = strings.ToLower(*name)
	}
}

// set sets the flags as args say.
func (cfg *Settings) set(args []string) error {
	f := cfg.flags
	for rest := args; ; rest = f.Args()[1:] {
		if err := f.Parse(rest); err != nil {
			return err
		}
		if f.NArg() == 0 {
			cfg.lower()
			return nil
		}
		if cfg.Explain.takes(f.Arg(0)) { // -explain mazur, in two words
			continue
		}
		if at := len(args) - f.NArg(); at > 0 && strings.TrimLeft(args[at-1], "-") == "explain" {
			return noExample(f.Arg(0))
		}
		if cfg.Predict == nil { // -predict takes any number
			return cfg.unexpected(f.Arg(0))
		}
		cfg.Predict = append(cfg.Predict, f.Arg(0))
	}
}

// check reports the first flag whose value makes no sense.
func (cfg *Settings) check() error {
	for _, check := range []func() error{cfg.checkNumbers, cfg.checkFolds, cfg.checkModes, cfg.checkSweep, cfg.checkNames} {
		if err := check(); err != nil {
			return err
		}
	}
	if _, err := cfg.initialiser(); err != nil {
		return err
	}
	if _, err := cfg.sweepRuns(); err != nil {
		return err
	}
	if cfg.Scale != "" {
		if _, err := dataset.FitScale(cfg.Scale, dataset.Set{N: 1, Dim: 1, Pixels: []byte{1}}); err != nil {
			return wrongUsage("-scale: %v", err)
		}
	}
	if err := kernel.Use(cfg.Kernel); err != nil {
		return wrongUsage("-kernel: %v", err)
	}
	return nil
}

func wrongUsage(format string, args ...any) error { return Usage{fmt.Errorf(format, args...)} }

// checkNumbers reports numbers that are out of range, or of which there are too many or too few.
func (cfg *Settings) checkNumbers() error {
	drop, hidden := len(cfg.Dropout), len(cfg.Hidden)
	sized := cfg.Load == "" || cfg.Model != nil // else the layers are not known yet
	switch {
	case cfg.Epochs < 1 || cfg.Epochs > maxEpochs:
		return wrongUsage("-epochs %d: it goes from 1 to %d", cfg.Epochs, maxEpochs)
	case cfg.Batch < 0:
		return wrongUsage("-batch %d: it is a number of samples, or 0 for the whole set", cfg.Batch)
	case !(cfg.Momentum >= 0 && cfg.Momentum < 1):
		return wrongUsage("-momentum %v: it goes from 0 to below 1", cfg.Momentum)
	case cfg.Nesterov && cfg.Optimizer == "adam":
		return wrongUsage("-nesterov is a form of momentum, and -optimizer adam has its own: leave -nesterov out")
	case cfg.Nesterov && cfg.Momentum == 0:
		return wrongUsage("-nesterov is a form of momentum: give -momentum too, as in -momentum 0.9")
	case cfg.Optimizer == "adam" && cfg.Momentum != 0 && cfg.Given["momentum"]:
		return wrongUsage("-optimizer adam has a momentum of its own, 0.9: leave -momentum out")
	case drop > 1 && hidden == 0 && sized:
		return wrongUsage("-dropout %s: there is no hidden layer; give a rate for the inputs alone", cfg.Dropout.String())
	case drop == 1 && hidden > 0 && sized:
		return wrongUsage("-dropout %s is for the inputs alone; give the hidden layers' too, as in 0,%[1]s or %[1]s,0", cfg.Dropout.String())
	case drop > 2 && drop != hidden+1 && sized:
		return wrongUsage("-dropout has %d rates for the inputs and %s: give one for the inputs, and one for all hidden layers or one for each", drop, text.Plural(hidden, "hidden layer"))
	case !(cfg.MaxNorm >= 0) || math.IsInf(cfg.MaxNorm, 0):
		return wrongUsage("-maxnorm %v: it is a length from 0, which is no limit", cfg.MaxNorm)
	case cfg.Patience < 0:
		return wrongUsage("-patience %d: it is a number of epochs, or 0 to train through", cfg.Patience)
	case cfg.Patience > 0 && cfg.Recipe.Run != nil:
		return wrongUsage("-patience does not go with -recipe %s, which is more than one training", cfg.Recipe.Name)
	case cfg.Recipe.TooFewToSplit && cfg.Data == "" && (cfg.Given["valid"] || cfg.Given["test"]):
		return wrongUsage("-valid and -test do not go with -recipe %s, which is about the few samples that it makes", cfg.Recipe.Name)
	case !(cfg.L2 >= 0) || math.IsInf(cfg.L2, 0):
		return wrongUsage("-l2 %v: it is a number from 0", cfg.L2)
	case cfg.Workers < 1 || cfg.Workers > 1024:
		return wrongUsage("-workers %d: it goes from 1 to 1024", cfg.Workers)
	}
	return nil
}

// checkModes reports flags that do not go together.
func (cfg *Settings) checkModes() error {
	switch {
	case cfg.Resume && cfg.Save == "":
		return wrongUsage("-resume needs -save FILE: it goes on from FILE.checkpoint")
	case cfg.Predict != nil && cfg.Load == "":
		return wrongUsage("-predict needs -load MODEL, which -save has written")
	case cfg.Load != "" && (cfg.Gradcheck || len(cfg.Sweep) > 0):
		return wrongUsage("-load evaluates one model, or goes on training it: -sweep and -gradcheck do not go with it")
	case (cfg.Save != "" || cfg.Export != "") && cfg.Gradcheck:
		return wrongUsage("-gradcheck does not train: there is nothing to -save or -export")
	case cfg.Export != "" && exportKind(cfg.Export) == "":
		return cfg.checkExport(nil)
	case cfg.Export != "" && cfg.Predict != nil:
		return wrongUsage("-predict and -export are two things: ask for one at a time")
	case cfg.Report != "" && cfg.Gradcheck:
		return wrongUsage("-gradcheck neither trains nor tests: there is nothing to -report")
	case (cfg.Gradcheck || cfg.Explain != "") && (cfg.Json || len(cfg.Sweep) > 0):
		return wrongUsage("-gradcheck and -explain print for people and do not train: -json and -sweep do not go with them")
	case cfg.Explain != "" && (cfg.Gradcheck || cfg.Load != "" || cfg.Save != "" || cfg.Export != "" || cfg.Report != ""):
		return wrongUsage("-explain prints one step and does not train: -gradcheck, -load, -save and -report do not go with it")
	case cfg.Data == "" && cfg.Recipe.Name == "" && cfg.Load == "" && (cfg.Label != "" || cfg.Regress || cfg.Ignore != ""):
		return wrongUsage("-label, -regress and -ignore are for tables: give one with -data FILE")
	case cfg.Download && cfg.Data == "":
		return wrongUsage("-download needs -data FOLDER to put the files in")
	case len(cfg.Rate) > 1 && len(cfg.Rate) != len(cfg.Hidden)+1 && (cfg.Load == "" || cfg.Model != nil):
		return wrongUsage("-lr has %d rates for %d layers: give one for all or one for each", len(cfg.Rate), len(cfg.Hidden)+1)
	case cfg.Cost == "bce" && cfg.Output != "sigmoid":
		return wrongUsage("-cost bce is for -output sigmoid, not %s", cfg.Output)
	}
	return nil
}

// checkNames reports a word that names nothing.
func (cfg *Settings) checkNames() error {
	for _, c := range []struct {
		flag, value string
		names       []string
	}{
		{"activation", cfg.Activation, namesOf(activations)},
		{"output", cfg.Output, []string{"linear", "sigmoid", "tanh"}},
		{"cost", cfg.Cost, namesOf(costs)},
		{"optimizer", cfg.Optimizer, []string{"sgd", "adam"}},
		{"bug", cmp.Or(cfg.Bug, "list"), slipNames()},
	} {
		if err := oneOf(c.flag, c.value, c.names); err != nil {
			return err
		}
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
	return wrongUsage("-%s %q is not known: it is one of %s%s", flag, value, strings.Join(names, ", "), hint)
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

func (cfg *Settings) initialiser() (Init, error) {
	switch name, r, _ := strings.Cut(cfg.Init, ":"); name {
	case "he":
		return heInit, nil
	case "glorot":
		return glorotInit, nil
	case "normal":
		if r == "1" {
			return onesInit, nil
		}
		if r == "" {
			return normalInit, nil
		}
		return nil, wrongUsage("-init %q: it is normal, or normal:1 for biases of 1", cfg.Init)
	case "zero":
		return zeroInit, nil
	case "uniform":
		if v, err := strconv.ParseFloat(r, 64); err == nil && v > 0 && !math.IsInf(v, 0) {
			return uniformInit(v), nil
		}
		return nil, wrongUsage("-init %q: it takes the form uniform:R with R above 0, as in uniform:0.5", cfg.Init)
	}
	return nil, oneOf("init", cfg.Init, []string{"he", "glorot", "normal", "normal:1", "uniform:R", "zero"})
}

// applyDefaults sets what depends on other settings and on the kind of data, and is not on
// the command line: a table is small, a number to predict wants squared error and smaller
// steps, momentum makes of each step 1/(1−μ) of them, Adam's steps have their own size,
// and who gives a rate means that one.
func (cfg *Settings) applyDefaults(data *dataset.Dataset) error {
	if data.Classes == nil && cfg.Given["cost"] && cfg.Cost != "mse" {
		return wrongUsage("-cost %s is for classes, and %s has numbers to predict: leave it out, or name a column of classes with -label", cfg.Cost, data.Name)
	}
	if cfg.Optimizer == "adam" {
		cfg.Momentum = 0 // a recipe's
	}
	noRecipe := cfg.Recipe.Name == ""
	table := data.Train.Pixels == nil || data.Columns != nil && data.Train.N <= 5000 // of small whole numbers
	if noRecipe && table {
		cfg.tableDefaults(data)
	}
	if noRecipe && cfg.Given["lr"] && !cfg.Given["schedule"] { // a rate that is given stays
		cfg.Schedule = Schedule{Kind: "constant"}
	}
	rate := 0.4
	switch {
	case cfg.Given["lr"] || !noRecipe && !cfg.Given["optimizer"]:
		return nil
	case cfg.Optimizer == "adam":
		cfg.Rate = Rates{0.001}
		return nil
	case data.Classes == nil:
		rate = 0.01
	case table:
		rate = 0.2
	}
	if noRecipe {
		rate, _ = strconv.ParseFloat(strconv.FormatFloat(rate*(1-cfg.Momentum), 'g', 3, 64), 64)
		cfg.Rate = Rates{rate}
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
		most, decay, cfg.Cost = 800, 10, "mse"
	}
	if !cfg.Given["epochs"] {
		cfg.Epochs = min(max(1_000_000/max(data.Train.N, 1), 10), most)
		cfg.PrintEvery = max(1, cfg.Epochs/20)
	}
	if !cfg.Given["l2"] {
		cfg.L2 = decay
	}
}
