// Flags: each flag, what it is called in -h, and what it sets.

package settings

import (
	"slices"
	"strings"
)

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
				"a table, an npz …; the format is detected from the content (default: generated digits)"},
			{"download", "", &cfg.Download, "fetch MNIST's four files into the -data folder if they are missing"},
			{"label", "COLUMN", &cfg.Label, "tables: the column to predict: a name, a number from 1, first or last " +
				"(default: found from the header, else last)"},
			{"regress", "", &cfg.Regress, "tables: the label is a number to predict, not a class"},
			{"ignore", "COLUMNS", &cfg.Ignore, "tables: columns to leave out: names or numbers, separated by commas"},
			{"test", "PART", &cfg.Test, "samples to hold out for the test, if the data have no test set: a count or a " +
				"fraction (default 0.2; 0 for tables of fewer than 10 rows)"},
			{"valid", "PART", &cfg.Valid, "training samples to hold out for validation: a count or a fraction"},
			{"split", "HOW", &cfg.Split, "which samples -test and -valid hold out: seed, drawn by -seed; or " +
				"sklearn:TEST,VALID, as scikit-learn's train_test_split draws them with these two random_states"},
			{"scale", "KIND", &cfg.Scale, "scaling of the inputs: none, unit (to 0…1), standard (mean 0, variance 1), " +
				"or a number to divide by (default: unit for images, standard for tables)"},
		}},
		{"Network", []flagInfo{
			{"hidden", "SIZES", &cfg.Hidden, "sizes of the hidden layers, separated by commas, or none"},
			{"activation", "NAME", &cfg.Activation, "activation of the hidden layers: " +
				strings.Join(cfg.words.Activations, ", ")},
			{"output", "NAME", &cfg.Output, "activation of the last layer: " + strings.Join(cfg.words.Outputs, ", ")},
			{"cost", "NAME", &cfg.Cost, cfg.words.costHelp()},
			{"init", "DRAW", &cfg.Init, "first weights: he, glorot, normal (N(0,1), biases too; normal:1: with biases " +
				"of 1), uniform:R (±R), zero (then all units of a layer stay alike)"},
		}},
		{"Training", append(cfg.updateInfos(), cfg.guardInfos()...)},
	}
}

// updateInfos are the flags of steps, and guardInfos those against learning by heart.
func (cfg *Settings) updateInfos() []flagInfo {
	return []flagInfo{
		{"epochs", "N", &cfg.Epochs, "passes over the training set; up to 800 for tables"},
		{"batch", "N", &cfg.Batch, "samples in a mini-batch; 0 is the whole set"},
		{"lr", "RATE", &cfg.Rate, "learning rate, or one for each layer, separated by commas; for tables 0.2, " +
			"for numbers to predict 0.01, both times 1 − MU with momentum; 0.001 for adam"},
		{"schedule", "HOW", &cfg.Schedule, "how the rate changes: constant, cosine (down to 0), or step:EPOCHS:FACTOR; " +
			"constant if -lr is given"},
		{"optimizer", "RULE", &cfg.Optimizer, "sgd or adam"},
		{"momentum", "MU", &cfg.Momentum, "share of the velocity that is kept from step to step, 0 to below 1"},
		{"nesterov", "", &cfg.Nesterov, "momentum in Nesterov's form"},
	}
}

func (cfg *Settings) guardInfos() []flagInfo {
	return []flagInfo{
		{"l2", "LAMBDA", &cfg.L2, "weight decay: adds λ/(2N)·Σw² to the cost, N samples, biases excluded; default 2 for " +
			"tables, 10 for numbers to predict, less for fewer than 100 rows; 0 for images"},
		{"dropout", "P,P", &cfg.Dropout, "share of the inputs to leave out in training, and of each hidden layer " +
			"(or P,P,P…: one for each layer)"},
		{"maxnorm", "C", &cfg.MaxNorm, "keep the weights of each neuron at a length of at most C; 0 for no limit"},
		{"classweight", "HOW", &cfg.ClassWeight, "weight of the samples, by class: balanced, so that all classes " +
			"count alike, or CLASS=WEIGHT, as in a=2,b=0.5"},
		{"augment", "WAYS", &cfg.Augment, "distort the images, differently in each epoch: shift, affine, elastic; several " +
			"separated by commas, each with a strength if not 1, as in affine:0.5,elastic (elastic:1.2,smooth:1.5 " +
			"with a field half as smooth again)"},
		{"patience", "N", &cfg.Patience, "stop after N epochs without a better accuracy (or RMSE) on the " +
			"validation set, and go back to the best weights; 0 for never"},
		{"seed", "N", &cfg.Seed, "all random numbers come from it"},
		{"bug", "NAME", &cfg.Bug, "put a classic bug into every step, to see what finds it; list prints them; mystery:N " +
			"puts in one of them, drawn by the number N, and does not say which"},
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
			{"resume", "", &cfg.Resume, "with -save, resume from FILE.checkpoint if there is one"},
			{"load", "FILE", &cfg.Load, "evaluate this model on the data; with -save, -epochs, -lr or another flag of " +
				"training, train it further"},
			{"export", "FILE", &cfg.Export, "write the network, trained or of -load: .onnx, which takes the numbers as they " +
				"are in the data, or .json, the form of Nielsen's network2.py, which -load reads too"},
			{"predict", "FILE …", cfg.addPicture, "with -load, answer: the digit on each picture (PNG, JPEG), or the label of " +
				"each row of tables (CSV, - for standard input); also folders, and patterns like *.png"},
		}},
		{"Running", []flagInfo{
			{"report", "F.html", &cfg.Report, "write a web page, and update it after each epoch: curves, weights, errors, " +
				"and for images a canvas to draw on; with -predict, " +
				"pictures as the network sees them"},
			{"workers", "N", &cfg.Workers, "goroutines; the weights do not depend on it"},
			{"kernel", "NAME", &cfg.Kernel, "arithmetic: go, avx2, avx512, neon; the weights do not depend on it"},
			{"gradcheck", "", &cfg.Gradcheck, "compare every layer's gradient with central differences, and three whole " +
				"steps with steps along them, instead of training"},
			{"is", "NAME", &cfg.Is, "with -bug mystery:N, say whether it is the bug of that name, and nothing else"},
			{"explain", "[NAME]", &cfg.Explain, "print every number of one step, with its equation, instead of training; or " +
				"of an example: " + strings.Join(cfg.words.Examples, ", ") + "; with -json as -check reads it; with -load, of " +
				"that model"},
			{"blank", "", &cfg.Blank, "with -explain -json, the question alone, for somebody else to answer"},
			{"check", "FILE …", cfg.addHomework, "judge the numbers of a training step that you have computed: JSON, " +
				"npz, or - for " +
				"standard input; see docs/check.md"},
			{"workbook", "DIR", &cfg.Workbook, "write a folder of exercises in which you write backpropagation yourself"},
			{"solutions", "", &cfg.Solutions, "with -workbook, the solutions too"},
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
		{"sweep-draws", "N", &cfg.SweepDraws, "try only N of the combinations, drawn by -seed"},
		{"sweep-dir", "DIR", &cfg.SweepDir, "keep the result of each training in DIR/K.json, from K = 0, and train only " +
			"what is missing"},
		{"sweep-task", "K", &cfg.SweepTask, "with -sweep-dir, train only number K, or K/N: every Nth from K"},
	}
}

// LearnedFlags are those that what a network learns depends on.
func (cfg *Settings) LearnedFlags() (names []string) {
	for _, group := range cfg.learnedGroups() {
		for _, f := range group.flags {
			if f.name != "data" && f.name != "download" {
				names = append(names, f.name)
			}
		}
	}
	return names
}
