// Package settings reads the command line: it defines the flags, adds the settings of a recipe, checks that all
// settings go together, and fills in defaults that follow from the data. It knows activations and costs only by their
// names.
package settings

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/run/flags"
	"backprop/internal/run/recipes"
	"backprop/internal/show/text"
)

// Settings holds the values of all flags, and what is derived from them. Parse makes it from the command line;
// SetDefaults completes it when the data are known.
type Settings struct {
	// Data
	Data     string
	Download bool
	Label    string
	Regress  bool
	Ignore   string
	Test     dataset.HoldOut
	Valid    dataset.HoldOut
	Split    flags.Split
	Scale    string

	// Network
	Hidden     flags.Sizes
	Activation string
	Output     string
	Cost       string
	Init       string

	// Training
	Epochs      int
	Batch       int
	Rate        flags.Rates // -lr
	Schedule    flags.Schedule
	Optimizer   string
	Momentum    float64
	Nesterov    bool
	L2          float64
	Dropout     flags.Dropout
	MaxNorm     float64
	ClassWeight string
	Augment     distort.Strengths
	Patience    int
	Seed        uint64
	Bug         string

	// Experiments
	RecipeName string // -recipe
	Folds      int
	Sweep      flags.Sweep
	SweepDraws int
	SweepDir   string
	SweepTask  flags.Task

	// Models
	Save    string
	Resume  bool
	Load    string
	Export  string
	Predict []string

	// Running
	Report    string
	Workers   int
	Kernel    string
	Gradcheck bool
	Explain   flags.Explain
	Blank     bool
	Is        string
	Homework  []string // -check
	Workbook  string
	Solutions bool
	Json      bool

	Args    []string        // the command line
	Given   map[string]bool // the flags on it
	Flags   *flag.FlagSet   // all flags, whose values are the fields above
	choices *Choices

	Recipe      recipes.Recipe // the recipe that RecipeName names; else empty
	Changed     []string       // the recipe's settings that the command line changes: "-lr 1 (3)"
	Nested      bool           // this training belongs to a sweep or to -folds, or is the linear model for comparison
	Restart     int            // which training of a sweep, from 1, if each has new weights; else 0
	LayersKnown bool           // Hidden has the layers of -load's model, which has been read
	PrintEvery  int            // print only every nth epoch; 0 for all
}

// Choices lists the names that some flags take.
type Choices struct {
	Activations []string
	Outputs     []string // activations of the last layer
	Costs       []CostChoice
	Bugs        []string
	Examples    []string // for -explain
}

// A CostChoice is a cost that -cost can name.
type CostChoice struct {
	Name, Help string
	Output     string // the activation of the last layer that it needs; "" for any
	Numbers    bool   // it can be used for numbers to predict, and not only for classes
}

// costNames returns the names of all costs.
func (c *Choices) costNames() (names []string) {
	for _, cost := range c.Costs {
		names = append(names, cost.Name)
	}
	return names
}

// costForNumbers returns cost if it can be used for numbers to predict, else the first cost that can.
func (c *Choices) costForNumbers(cost string) (name string) {
	for _, choice := range c.Costs {
		if choice.Numbers && (choice.Name == cost || name == "") {
			name = choice.Name
		}
	}
	return name
}

// New returns the settings of an empty command line. Some values are final only after SetDefaults.
func New(choices *Choices) *Settings {
	cfg := &Settings{
		Test:       dataset.HoldOut{Fraction: 0.2},
		Hidden:     flags.Sizes{256},
		Activation: "relu",
		Output:     "linear",
		Cost:       "ce",
		Init:       "he",
		Epochs:     10,
		Batch:      32,
		Rate:       flags.Rates{0.4},
		Schedule:   flags.Schedule{Kind: "cosine"},
		Optimizer:  "sgd",
		Seed:       1,
		Workers:    runtime.GOMAXPROCS(0),
		Kernel:     kernel.Names()[0],
		Explain:    flags.Explain{Examples: choices.Examples},

		Flags:   flag.NewFlagSet("backprop", flag.ContinueOnError),
		Given:   map[string]bool{},
		choices: choices,
	}
	cfg.Flags.SetOutput(io.Discard)
	for _, group := range cfg.flagGroups() {
		for _, f := range group.flags {
			flags.Define(cfg.Flags, f.name, f.value)
		}
	}
	return cfg
}

// Parse reads the command line and checks it as far as that is possible without the data. -h prints the help to stdout
// and returns flag.ErrHelp.
func Parse(args []string, stdout io.Writer, choices *Choices) (*Settings, error) {
	cfg := New(choices)
	if err := cfg.set(args); errors.Is(err, flag.ErrHelp) {
		PrintUsage(stdout, cfg)
		return nil, err
	} else if err != nil {
		return nil, flags.UsageError{Err: cfg.clearer(err)}
	}
	cfg.Args = args
	cfg.Flags.Visit(func(f *flag.Flag) { cfg.Given[f.Name] = true })
	if err := cfg.checkEmpty(); err != nil {
		return nil, err
	}
	cfg, err := cfg.applyRecipe()
	if err == nil {
		err = cfg.Check()
	}
	if err == nil {
		err = cfg.CheckPaths()
	}
	return cfg, err
}

// set sets flags from args. A word that is not a flag belongs to the flag before it: to -explain the name of an
// example, to -predict and -check one more file.
func (cfg *Settings) set(args []string) error {
	f := cfg.Flags
	if err := f.Parse(args); err != nil {
		return err
	}
	for f.NArg() > 0 {
		word, before := f.Arg(0), ""
		if at := len(args) - f.NArg(); at > 0 {
			before = strings.TrimLeft(args[at-1], "-")
		}
		switch {
		case cfg.Explain.TakeName(word):
		case before == "explain":
			return cfg.Explain.UnknownExample(word)
		case cfg.Predict != nil:
			cfg.Predict = append(cfg.Predict, word)
		case cfg.Homework != nil:
			cfg.Homework = append(cfg.Homework, word)
		default:
			return cfg.unexpected(word)
		}
		if err := f.Parse(f.Args()[1:]); err != nil {
			return err
		}
	}
	for _, name := range []*string{&cfg.Activation, &cfg.Output, &cfg.Cost, &cfg.Init, &cfg.Optimizer, &cfg.Scale,
		&cfg.Kernel, &cfg.RecipeName} {
		*name = strings.ToLower(*name) // ReLU is relu
	}
	return nil
}

// unexpected returns the error for a word that belongs to no flag. The shell may have split a sweep into words.
func (cfg *Settings) unexpected(word string) error {
	if name, _, ok := strings.Cut(word, "="); ok && len(cfg.Sweep) > 0 && cfg.Flags.Lookup(name) != nil {
		return fmt.Errorf("unexpected argument %q: put the whole sweep into quotation marks, as in -sweep \"%s %s\"",
			word, cfg.Sweep.String(), word)
	}
	return fmt.Errorf("unexpected argument %q: this program takes flags only", word)
}

// clearer explains errors of package flag that say too little.
func (cfg *Settings) clearer(err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return flags.UnknownFlag(cfg.Flags, name)
	}
	message, ok := strings.CutSuffix(err.Error(), ": parse error")
	switch {
	case !ok:
		return err
	case strings.HasPrefix(message, "invalid boolean"):
		return errors.New(message + ": expected true or false, or nothing for true")
	}
	return errors.New(message + ": expected a number, and a whole number for counts")
}

// Text returns the value of a flag as the command line would give it.
func (cfg *Settings) Text(name string) string { return cfg.Flags.Lookup(name).Value.String() }

// Default returns a flag's value on an empty command line; "" if there is no such flag.
func (cfg *Settings) Default(name string) string {
	if f := cfg.Flags.Lookup(name); f != nil {
		return f.DefValue
	}
	return ""
}

// OnlyPrints reports whether the program is only to print a text that needs no data and no model.
func (cfg *Settings) OnlyPrints() bool {
	return cfg.RecipeName == "list" || cfg.Bug == "list" || cfg.Is != "" || cfg.Explain.IsExample()
}

// OnlyExports reports whether the program is only to write the model of -load in another format.
func (cfg *Settings) OnlyExports() bool {
	return cfg.Load != "" && cfg.Export != "" && cfg.Data == "" && cfg.Report == "" && !cfg.ContinuesTraining()
}

// ContinuesTraining reports whether the model of -load is to be trained further: -save or one of the training flags is
// given. -seed does not count, because it also draws which samples are held out.
func (cfg *Settings) ContinuesTraining() bool {
	if cfg.Load == "" {
		return false
	}
	return cfg.Given["save"] || slices.ContainsFunc(cfg.trainingFlags(), func(f flagInfo) bool {
		return f.name != "seed" && cfg.Given[f.name]
	})
}

// KeepsImages reports whether the images themselves are needed. To train once, lists of their nonzero pixels are
// enough.
func (cfg *Settings) KeepsImages() bool {
	return cfg.Save != "" || cfg.Report != "" || cfg.Scale == "standard" || cfg.Augment != (distort.Strengths{}) ||
		cfg.Recipe.SeveralTrainings || len(cfg.Sweep) > 0 || cfg.Folds > 0
}

// Describe describes the training in a line: "10 epochs, batch 32, rate 0.4 cosine, he init, seed 1". weights says
// where the first weights are from.
func (cfg *Settings) Describe(batch int, weights string) string {
	line := fmt.Sprintf("%s, batch %d, rate %s %s", text.Plural(cfg.Epochs, "epoch"), batch, cfg.Rate.String(),
		cfg.Schedule.String())
	for _, name := range []string{"optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "classweight",
		"augment", "patience", "bug"} {
		switch value := cfg.Text(name); {
		case value == cfg.Default(name):
		case name == "nesterov":
			line += ", nesterov"
		default:
			line += fmt.Sprintf(", %s %s", name, value)
		}
	}
	return line + fmt.Sprintf(", %s, seed %d", weights, cfg.Seed)
}
