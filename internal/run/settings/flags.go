// The flags: their names, what -h says about them, and the fields that they set.

package settings

import (
	"fmt"
	"strings"
)

// A flagInfo describes one flag.
type flagInfo struct {
	name  string
	arg   string // the name of the value in -h; "" for a switch
	value any    // what the flag sets: see flags.Define
	usage string
}

// A flagGroup is a group of flags under one title in -h.
type flagGroup struct {
	title string
	flags []flagInfo
}

// flagGroups returns all flags, in the order of -h.
func (cfg *Settings) flagGroups() []flagGroup {
	return append(cfg.learningGroups(), cfg.otherGroups()...)
}

// learningGroups returns the flags that change what a network learns, and those that say where the data are.
func (cfg *Settings) learningGroups() []flagGroup {
	return []flagGroup{
		{"Data", []flagInfo{
			{"data", "PATH", &cfg.Data, "a folder or file to learn from: MNIST's four files or others in their format, " +
				"a table, an npz …; the format is detected from the content (default: generated digits)"},
			{"download", "", &cfg.Download, "fetch MNIST's four files into the -data folder if they are missing"},
			{"label", "COLUMN", &cfg.Label, "tables: the column to predict: a name, a number from 1, first or last " +
				"(default: a usual name, else the only column of words, else last)"},
			{"regress", "", &cfg.Regress, "tables: the label is a number to predict, not a class"},
			{"ignore", "COLUMNS", &cfg.Ignore, "tables: columns to leave out: names or numbers, separated by commas"},
			{"test", "PART", &cfg.Test, "samples to hold out for testing, if the data have no test set: a count or a " +
				"fraction; 0 for tables of fewer than 10 rows"},
			{"valid", "PART", &cfg.Valid, "training samples to hold out for validation: a count or a fraction"},
			{"split", "HOW", &cfg.Split, "how -test and -valid choose samples: seed, at random by -seed; or " +
				"sklearn:TEST,VALID, as scikit-learn's train_test_split does with these two values of random_state"},
			{"scale", "KIND", &cfg.Scale, "scaling of the inputs: none, unit (to 0…1), standard (mean 0, variance 1), " +
				"or a number to divide by (default: unit for images, standard for tables)"},
		}},
		{"Network", []flagInfo{
			{"hidden", "SIZES", &cfg.Hidden, "sizes of the hidden layers, separated by commas, or none"},
			{"activation", "NAME", &cfg.Activation, "activation of the hidden layers: " +
				strings.Join(cfg.choices.Activations, ", ")},
			{"output", "NAME", &cfg.Output, "activation of the last layer: " + strings.Join(cfg.choices.Outputs, ", ")},
			{"cost", "NAME", &cfg.Cost, cfg.costHelp()},
			{"init", "DRAW", &cfg.Init, "first weights: he, glorot, normal (N(0,1), biases too; normal:1 sets the " +
				"biases to 1), uniform:R (from −R to R), zero (then all units of a layer stay alike)"},
		}},
		{"Training", cfg.trainingFlags()},
	}
}

func (cfg *Settings) trainingFlags() []flagInfo {
	return append(cfg.stepFlags(), cfg.generalisationFlags()...)
}

// stepFlags returns the flags for the steps of gradient descent.
func (cfg *Settings) stepFlags() []flagInfo {
	return []flagInfo{
		{"epochs", "N", &cfg.Epochs, "passes over the training set; up to 800 for tables"},
		{"batch", "N", &cfg.Batch, "samples in a mini-batch; 0 is the whole set"},
		{"lr", "RATE", &cfg.Rate, "learning rate, or one for each layer, separated by commas; 0.2 for tables, 0.01 " +
			"for numbers to predict; 0.001 for adam, 0.003 for numbers in tables; momentum multiplies the default by 1 − MU"},
		{"schedule", "HOW", &cfg.Schedule, "how the rate changes: constant, cosine (down to 0), or step:EPOCHS:FACTOR; " +
			"constant if -lr is given"},
		{"optimizer", "RULE", &cfg.Optimizer, "sgd or adam; adam for numbers to predict in tables"},
		{"momentum", "MU", &cfg.Momentum, "share of the velocity to keep from step to step, from 0 to below 1"},
		{"nesterov", "", &cfg.Nesterov, "momentum in Nesterov's form"},
	}
}

// generalisationFlags returns the training flags that do not change the rule of a step; most are against overfitting.
func (cfg *Settings) generalisationFlags() []flagInfo {
	return []flagInfo{
		{"l2", "LAMBDA", &cfg.L2, "weight decay: adds λ/(2N)·Σw² to the cost, for N training samples, without biases; " +
			"for tables 2, or 20 if they are noisy, less for fewer than 100 rows; for numbers to predict by their noise; 0 " +
			"for images"},
		{"dropout", "P,P", &cfg.Dropout, "shares to drop in training: of the inputs, then of each hidden layer " +
			"(P,P,P…: one for each layer)"},
		{"maxnorm", "C", &cfg.MaxNorm, "limit the length of each neuron's weights to C; 0 for no limit"},
		{"classweight", "HOW", &cfg.ClassWeight, "weight of each class in the cost: balanced, so that all classes " +
			"count alike, or CLASS=WEIGHT, as in a=2,b=0.5"},
		{"augment", "WAYS", &cfg.Augment, "distort the images, differently in each epoch: shift, affine, elastic; several " +
			"separated by commas, each with a strength if it is not 1, as in affine:0.5,elastic; smooth:1.5 after " +
			"elastic makes its field 1.5 times as smooth"},
		{"patience", "N", &cfg.Patience, "stop after N epochs without a better accuracy (or RMSE) on the " +
			"validation set, and restore the best weights; 0 for never"},
		{"seed", "N", &cfg.Seed, "seed of all random numbers"},
		{"bug", "NAME", &cfg.Bug, "put a classic bug into every step, to see what finds it; list prints the bugs; " +
			"mystery:N chooses one by the number N and does not tell which"},
	}
}

// otherGroups returns the flags that do not change what a network learns.
func (cfg *Settings) otherGroups() []flagGroup {
	return []flagGroup{
		{"Experiments", append([]flagInfo{
			{"recipe", "NAME", &cfg.RecipeName, "start from the settings of an experiment; other flags override them; list " +
				"prints all of them"},
			{"folds", "N", &cfg.Folds, "cross-validation: train N times, each time without another Nth of the data, and " +
				"test on that"},
		}, cfg.sweepFlags()...)},
		{"Models", []flagInfo{
			{"save", "FILE", &cfg.Save, "write the model (safetensors), and after each epoch FILE.checkpoint"},
			{"resume", "", &cfg.Resume, "with -save, resume from FILE.checkpoint if there is one"},
			{"load", "FILE", &cfg.Load, "evaluate this model on the data; with -save, -epochs, -lr or another training " +
				"flag, train it further"},
			{"export", "FILE", &cfg.Export, "write the network (trained, or from -load): .onnx, which takes the numbers as " +
				"they are in the data, or .json, the form of Nielsen's network2.py, which -load reads too"},
			{"predict", "FILE …", appendTo(&cfg.Predict, "pictures or tables were expected after it"),
				"with -load, print the network's answers: the digit on each picture (PNG, " +
					"JPEG), or the label of each row of a table (CSV, - for standard input); FILE can be a folder or a " +
					"pattern like *.png"},
		}},
		{"Running", []flagInfo{
			{"report", "F.html", &cfg.Report, "write a web page, and update it after each epoch: curves, weights, errors, " +
				"and for images a canvas to draw on; with -predict, " +
				"pictures as the network sees them"},
			{"workers", "N", &cfg.Workers, "number of goroutines; the weights do not depend on it"},
			{"kernel", "NAME", &cfg.Kernel, "arithmetic: go, avx2, avx512, neon; the weights do not depend on it"},
			{"gradcheck", "", &cfg.Gradcheck, "instead of training, compare every layer's gradient with central " +
				"differences, and three whole steps with steps computed from these"},
			{"is", "NAME", &cfg.Is, "with -bug mystery:N, tell whether it is the bug NAME, and nothing else"},
			{"explain", "[NAME]", &cfg.Explain, "instead of training, print every number of one step, with its equation; NAME " +
				"is an example: " + strings.Join(cfg.choices.Examples, ", ") +
				"; with -load, a step of that model; with -json, in " +
				"the form that -check reads"},
			{"blank", "", &cfg.Blank, "with -explain -json, print only the question, for somebody else to answer"},
			{"check", "FILE …", appendTo(&cfg.Homework, "a file was expected after it, or - for standard input"),
				"find the first mistake in a training step that you have computed: " +
					"JSON, npz, or - for standard input; see docs/check.md"},
			{"workbook", "DIR", &cfg.Workbook, "write a folder of exercises in which you write backpropagation yourself"},
			{"solutions", "", &cfg.Solutions, "with -workbook, write the solutions too"},
			{"json", "", &cfg.Json, "print JSON instead of tables, one object per line"},
		}},
	}
}

func (cfg *Settings) sweepFlags() []flagInfo {
	return []flagInfo{
		{"sweep", "P=VALUES", &cfg.Sweep, "train once for each value of a numeric flag, choose the best by validation and " +
			"train it once more: l2=0.01:100:10 is ten values, log-spaced; lr=0.1,0.5,1 is a list. Several flags, as in " +
			"\"l2=0.1,1 lr=0.1,0.4 seed=1,2,3\", give all combinations, judged by the mean over the seeds"},
		{"sweep-draws", "N", &cfg.SweepDraws, "try only N of the combinations, chosen at random by -seed"},
		{"sweep-dir", "DIR", &cfg.SweepDir, "keep the result of each training in DIR/K.json, from K = 0, and train only " +
			"what is missing"},
		{"sweep-task", "K", &cfg.SweepTask, "with -sweep-dir, train only number K, or K/N: every Nth from K"},
	}
}

// appendTo returns a function that sets a flag which takes several files: it appends one to the list. If the name looks
// like a flag, the error names what was expected.
func appendTo(files *[]string, expected string) func(name string) error {
	return func(name string) error {
		if name == "" || strings.HasPrefix(name, "-") && name != "-" {
			return fmt.Errorf("%s, not %q", expected, name)
		}
		*files = append(*files, name)
		return nil
	}
}

// costHelp lists the costs for -h.
func (cfg *Settings) costHelp() string {
	var list []string
	for _, c := range cfg.choices.Costs {
		list = append(list, c.Name+" ("+c.Help+")")
	}
	return strings.Join(list, ", ")
}

// LearningFlags returns the names of the flags that change what a network learns.
func (cfg *Settings) LearningFlags() (names []string) {
	for _, group := range cfg.learningGroups() {
		for _, f := range group.flags {
			if f.name != "data" && f.name != "download" {
				names = append(names, f.name)
			}
		}
	}
	return names
}

// LearningValues returns the values of the flags that change what a network learns, by name.
func (cfg *Settings) LearningValues() map[string]string {
	values := map[string]string{}
	for _, name := range cfg.LearningFlags() {
		values[name] = cfg.Text(name)
	}
	return values
}
