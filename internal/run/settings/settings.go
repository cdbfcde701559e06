// Package settings is the command line: what each flag is and may be, what a recipe sets before it, and what
// follows from the data. It names activations, costs and the like, and knows no networks.
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

// AsksForText says that there is something to print and nothing to load.
func (cfg *Settings) AsksForText() bool {
	return cfg.RecipeName == "list" || cfg.Bug == "list" || cfg.Is != "" || cfg.Explain.Example()
}

// ExportOnly says that nothing is asked for but to write a model in another format.
func (cfg *Settings) ExportOnly() bool {
	return cfg.Load != "" && cfg.Export != "" && cfg.Data == "" && cfg.Report == "" && !cfg.ContinuesTraining()
}

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
	Explain   flags.Explained
	Blank     bool
	Is        string // which bug a drawn one is taken for
	Json      bool

	Recipe     recipes.Recipe  // the empty one where there is none
	Sized      bool            // the layers are those of -load's model, which has been read
	Restart    int             // of several trainings from new weights each, which; 0 for a single one
	Changed    []string        // what the command line changes of the recipe
	Args       []string        // the command line
	Given      map[string]bool // the flags on it
	PrintEvery int             // print every n-th epoch only; 0 for all
	Flags      *flag.FlagSet   // which all these are the values of
	words      *Words
}

type dataFlags struct {
	Data     string
	Download bool
	Label    string
	Regress  bool
	Ignore   string
	Test     dataset.Part
	Valid    dataset.Part
	Split    flags.Split
	Scale    string
}

type networkFlags struct {
	Hidden     flags.Sizes
	Activation string
	Output     string
	Cost       string
	Init       string
}

type trainingFlags struct {
	Epochs      int
	Batch       int
	Rate        flags.Rates
	Schedule    flags.Schedule
	Optimizer   string
	Momentum    float64
	Nesterov    bool
	L2          float64
	Dropout     flags.Dropout
	MaxNorm     float64
	ClassWeight string // -classweight
	Augment     distort.Strengths
	Patience    int
	Seed        uint64
	Bug         string
}

type sweepFlags struct {
	Sweep      flags.Sweep
	SweepDraws int
	SweepDir   string
	SweepTask  flags.Task
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
	Homework   []string // of -check
	Workbook   string
	Solutions  bool
	Report     string
}

// Words are the names that the program knows and the command line may use.
type Words struct {
	Activations []string
	Outputs     []string // activations of the last layer
	Costs       []CostWord
	Bugs        []string
	Examples    []string // of -explain
}

// A CostWord is a cost as the command line names it.
type CostWord struct {
	Name, Help string
	Output     string // the activation that the outputs must have; "" for any
	Numbers    bool   // the outputs may be numbers to predict
}

// costNames are the words that -cost takes.
func (w *Words) costNames() (names []string) {
	for _, c := range w.Costs {
		names = append(names, c.Name)
	}
	return names
}

// costOfNumbers is the cost for numbers to predict: this one if it is for them, else the first that is.
func (w *Words) costOfNumbers(cost string) string {
	suits := func(c CostWord) bool { return c.Numbers && (c.Name == cost || cost == "") }
	if i := slices.IndexFunc(w.Costs, suits); i >= 0 {
		return w.Costs[i].Name
	}
	return w.costOfNumbers("")
}

// costHelp lists the costs for -h.
func (w *Words) costHelp() string {
	var list []string
	for _, c := range w.Costs {
		list = append(list, c.Name+" ("+c.Help+")")
	}
	return strings.Join(list, ", ")
}

// Defaults are the flags' values where the command line says nothing. Some depend on the
// data: see applyDefaults.
func Defaults(words *Words) *Settings {
	return &Settings{
		words:        words,
		Explain:      flags.Explained{Examples: words.Examples},
		Given:        map[string]bool{},
		dataFlags:    dataFlags{Test: dataset.Part{Fraction: 0.2}},
		networkFlags: networkFlags{flags.Sizes{256}, "relu", "linear", "ce", "he"},
		trainingFlags: trainingFlags{Epochs: 10, Batch: 32, Rate: flags.Rates{0.4},
			Schedule: flags.Schedule{Kind: "cosine"}, Optimizer: "sgd", Seed: 1},
		Workers: runtime.GOMAXPROCS(0),
		Kernel:  kernel.Names()[0],
	}
}

// New is a command line that says nothing.
func New(words *Words) *Settings {
	cfg := Defaults(words)
	cfg.Flags = flag.NewFlagSet("backprop", flag.ContinueOnError)
	cfg.Flags.SetOutput(io.Discard)
	flags.Define(cfg.Flags, cfg.flagGroups())
	return cfg
}

// Text is a flag's value, as on the command line.
func (cfg *Settings) Text(name string) string { return cfg.Flags.Lookup(name).Value.String() }

// Default is a flag's value where nothing is said; "" for a flag that there is not.
func (cfg *Settings) Default(name string) string {
	if f := cfg.Flags.Lookup(name); f != nil {
		return f.DefValue
	}
	return ""
}

// Parse reads the command line and finds what is wrong with each flag by itself.
func Parse(args []string, stdout io.Writer, words *Words) (*Settings, error) {
	cfg := New(words)
	if err := cfg.set(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			PrintUsage(stdout, cfg)
			return nil, err
		}
		text, cut := strings.CutSuffix(err.Error(), ": parse error")
		if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
			err = flags.Unknown(cfg.Flags, name)
		}
		if cut && strings.HasPrefix(text, "invalid boolean") {
			err = errors.New(text + ": expected true or false, or nothing for true")
		} else if cut {
			err = errors.New(text + ": expected a number, and a whole number for counts")
		}
		return nil, flags.UsageError{Err: err}
	}
	cfg.Args = args
	cfg.Flags.Visit(func(f *flag.Flag) { cfg.Given[f.Name] = true })
	for _, name := range []string{"data", "label", "recipe", "save", "load", "export", "report", "sweep-dir",
		"classweight", "is"} {
		if cfg.Given[name] && cfg.Text(name) == "" {
			return nil, flags.Wrong("-%s is empty, perhaps from a variable that is not set: give it a value", name)
		}
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

// lower makes small letters of names, which are the same in both: ReLU is relu.
func (cfg *Settings) lower() {
	for _, name := range []*string{&cfg.Activation, &cfg.Output, &cfg.Cost, &cfg.Init, &cfg.Optimizer,
		&cfg.Scale, &cfg.Kernel, &cfg.RecipeName} {
		*name = strings.ToLower(*name)
	}
}

// set sets the flags as args say.
func (cfg *Settings) set(args []string) error {
	f := cfg.Flags
	for rest := args; ; rest = f.Args()[1:] {
		if err := f.Parse(rest); err != nil {
			return err
		}
		if f.NArg() == 0 {
			cfg.lower()
			return nil
		}
		if cfg.Explain.Takes(f.Arg(0)) { // -explain mazur, in two words
			continue
		}
		if at := len(args) - f.NArg(); at > 0 && strings.TrimLeft(args[at-1], "-") == "explain" {
			return cfg.Explain.None(f.Arg(0))
		}
		switch { // two flags take any number of files
		case cfg.Predict != nil:
			cfg.Predict = append(cfg.Predict, f.Arg(0))
		case cfg.Homework != nil:
			cfg.Homework = append(cfg.Homework, f.Arg(0))
		default:
			return cfg.unexpected(f.Arg(0))
		}
	}
}

// addPicture is the flag -predict.
func (cfg *Settings) addPicture(name string) error {
	if strings.HasPrefix(name, "-") && name != "-" || name == "" {
		return fmt.Errorf("pictures or tables were expected after it, not %q", name)
	}
	cfg.Predict = append(cfg.Predict, name)
	return nil
}

// How is the training in words, with its mini-batch and where its first weights are from.
func (cfg *Settings) How(batch int, from string) string {
	how := fmt.Sprintf("%s, batch %d, rate %s %s", text.Plural(cfg.Epochs, "epoch"), batch, cfg.Rate.String(),
		cfg.Schedule.String())
	for _, name := range []string{"optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "classweight",
		"augment", "patience", "bug"} {
		switch value := cfg.Text(name); {
		case value == cfg.Default(name):
		case name == "nesterov":
			how += ", nesterov"
		default:
			how += fmt.Sprintf(", %s %s", name, value)
		}
	}
	return how + fmt.Sprintf(", %s, seed %d", from, cfg.Seed)
}

// KeepsImages says whether more is done with images than to learn from what is not 0 in them.
func (cfg *Settings) KeepsImages() bool {
	return cfg.Save != "" || cfg.Report != "" || cfg.Scale == "standard" || cfg.Augment != (distort.Strengths{}) ||
		cfg.Recipe.SeveralTrainings || len(cfg.Sweep) > 0 || cfg.Folds > 0
}

// ContinuesTraining says that the model of -load is to go on training: a flag of the group Training is given,
// or -save. The seed alone, which draws the parts, does not say so.
func (cfg *Settings) ContinuesTraining() bool {
	if cfg.Load == "" {
		return false
	}
	names := []string{"save"}
	for _, f := range append(cfg.updateInfos(), cfg.guardInfos()...) {
		if f.Name != "seed" {
			names = append(names, f.Name)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return cfg.Given[name] })
}

// addHomework is the flag -check.
func (cfg *Settings) addHomework(name string) error {
	if strings.HasPrefix(name, "-") && name != "-" || name == "" {
		return fmt.Errorf("a file was expected after it, or - for standard input, not %q", name)
	}
	cfg.Homework = append(cfg.Homework, name)
	return nil
}
