package settings

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"backprop/internal/filetest"
	"backprop/internal/run/flags"
)

// TestParseRefuses: command lines that make no sense, and the words that say why.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		// Numbers out of their bounds
		{"-l2 NaN", "-l2 NaN"}, {"-folds 1", "-folds 1"}, {"-folds 0", "-folds 0"},
		{"-hidden none -lr 1,2", "-lr has 2 rates for 1 layer:"},

		// Names that do not exist, and values that are missing or of another kind
		{"-cost foo", `-cost "foo"`}, {"-bug foo", `-bug "foo"`},
		{"-recipe foo", `-recipe "foo" is not one of list, derivation,`},
		{"-bug mystery:3 -is list", `-is "list"`}, {"-scale 0", "-scale"}, {"-kernel foo", "-kernel"},
		{"-explain foo", `no example "foo"`}, {"-epoch 3", "did you mean -epochs?"}, {"-epochs x", "expected a number"},
		{"-lr", "needs an argument"}, {"-save=", "-save is empty"},
		{"-sweep lr=1,2 -sweep-task=", "-sweep-task is empty"},
		{"-predict -x", `pictures or tables were expected after it, not "-x"`},
		{"l2=1,2", "takes flags only"},

		// Flags that do not go together
		{"-is sign", "there is no bug to guess"}, {"-blank -json", "-blank goes with"},
		{"-blank -explain", "-blank goes with"}, {"-explain -save m", "-explain prints one step"},
		{"-explain -gradcheck", "-explain prints one step"}, {"-explain -sweep lr=1,2", "-explain prints one step"},
		{"-explain -export m.onnx", "-explain prints one step"}, {"-explain -report r", "-explain prints one step"},
		{"-explain -load m -predict a", "-explain prints one step"}, {"-explain mazur -lr 1", "leave out -lr"},
		{"-load m -explain mazur", "-explain mazur has weights of its own: for a step of the model in m leave the name out"},
		{"-ignore a", "are for tables"}, {"-folds 5 -split seed", "leave out -split"},
		{"-folds 5 -save m", "-save does not"}, {"-solutions", "name its folder"},
		{"-workbook d -lr 1", "-workbook trains nothing: leave out -lr"},
		{"-check f -epochs 1", "-check trains nothing: leave out -epochs"},

		// Sweeps
		{"-sweep-draws 3", "-sweep-draws is for a sweep"},
		{"-sweep lr=1,2 -lr 3", "-lr 3 and -sweep lr=1,2: the sweep gives -lr its values; leave one of the two out"},
		{"-sweep lr=-1,2", `"-1" is not a learning rate`},
		{"-sweep lr=1,2 -sweep-dir d -sweep-task 1 -report r", "-report are for the best"},
		{"-sweep lr=1,2 -sweep-dir d -sweep-task 1 -export m.onnx", "-report are for the best"},
		{"-sweep epochs=0,2", "-epochs 0: expected 1"}, {"-sweep lr=.1,0.1", "-sweep lr=.1,0.1: 0.1 appears twice"},
		{"-sweep cost=a,b", "-sweep cost=a,b: a sweep tries values of hidden, epochs, batch, lr, momentum, l2, maxnorm, " +
			"patience, seed, and -cost is none of these"},

		// Recipes
		{"-recipe activations -lr 1", "leave out -lr"}, {"-recipe perceptron -data d", "leave out -data"},
		{"-recipe perceptron -valid 1", "-valid and -test do not go"}, {"-recipe matrix -folds 3", "-folds does not go"},
		{"-recipe matrix -patience 1", "-patience does not go"}, {"-recipe matrix -sweep lr=1,2", "-sweep does not go"},
	} {
		if _, err := Parse(strings.Fields(c.args), io.Discard, choices); !filetest.Says(err, c.want) {
			t.Errorf("%s: got %v, want %s", c.args, err, c.want)
		}
	}
}

// TestParseSays: what is said about other command lines that make no sense, in full.
func TestParseSays(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-epochs 0", "-epochs 0: expected 1 to 1000000000"},
		{"-epochs 1000000001", "-epochs 1000000001: expected 1 to 1000000000"},
		{"-folds 3 -recipe unit", "-folds does not go with -recipe unit, which has several trainings"},
		{"-folds 1001", "-folds 1001: expected 2 to 1000"},
		{"-batch -1", "-batch -1: expected a number of samples, or 0 for the whole set"},
		{"-momentum 1", "-momentum 1: expected 0 to below 1"},
		{"-momentum -0.1", "-momentum -0.1: expected 0 to below 1"},
		{"-momentum NaN", "-momentum NaN: expected 0 to below 1"},
		{"-nesterov", "-nesterov is a form of momentum: give -momentum too, as in -momentum 0.9"},
		{"-maxnorm -1", "-maxnorm -1: expected a length, or 0 for no limit"},
		{"-maxnorm Inf", "-maxnorm +Inf: expected a length, or 0 for no limit"},
		{"-patience -1", "-patience -1: expected a number of epochs, or 0 for never"},
		{"-l2 -1", "-l2 -1: expected 0 or more"},
		{"-l2 Inf", "-l2 +Inf: expected 0 or more"},
		{"-workers 0", "-workers 0: expected 1 to 1024"},
		{"-workers 1025", "-workers 1025: expected 1 to 1024"},
		{"-resume", "-resume needs -save FILE: it resumes from FILE.checkpoint"},
		{"-predict x.png", "-predict needs -load MODEL, which -save has written"},
		{"-save m -gradcheck", "-gradcheck does not train: there is nothing to -save or -export"},
		{"-export m.onnx -gradcheck", "-gradcheck does not train: there is nothing to -save or -export"},
		{"-load m -predict p -export m.onnx", "-predict and -export are two things: ask for one at a time"},
		{"-gradcheck -report r.html", "-gradcheck neither trains nor tests: there is nothing to -report"},
		{"-label y", "-label, -regress and -ignore are for tables: give one with -data FILE"},
		{"-regress", "-label, -regress and -ignore are for tables: give one with -data FILE"},
		{"-download", "-download needs -data FOLDER to put the files in"},
		{"-lr 1,2,3", "-lr has 3 rates for 2 layers: give one for all or one for each"},
		{"-cost bce", "-cost bce is for -output sigmoid, not linear"},
		{"-optimizer adm", `-optimizer "adm" is not one of sgd, adam; did you mean adam?`},
		{"-optimizer x", `-optimizer "x" is not one of sgd, adam`},
		{"-init uniform:0", `-init "uniform:0": expected the form uniform:R with R above 0, as in uniform:0.5`},
		{"-scale half", `-scale: unknown scale "half": expected none, unit, standard or a number to divide by`},
		{"-recipe unit -patience 1", "-patience does not go with -recipe unit, which has several trainings"},
		{"digits.csv", `unexpected argument "digits.csv": this program takes flags only`},
		{"-sweep lr=1,2 other=3,4", `unexpected argument "other=3,4": this program takes flags only`},
		{"-sweep l2=1,2 -sweep-draws -1", "-sweep-draws -1: expected a number of combinations, or 0 for all"},
		{"-sweep l2=1,2 -sweep-task 0", "-sweep-task 0 needs -sweep-dir DIR: its result is written there"},
		{"-schedule step:1000000001:0.5",
			`invalid value "step:1000000001:0.5" for flag -schedule: "step:1000000001:0.5" is not a schedule; expected ` +
				"constant, cosine, or step:EPOCHS:FACTOR with EPOCHS from 1 and FACTOR above 0 and up to 1, as in step:3:0.5"},
		{"-schedule step:0:0.5",
			`invalid value "step:0:0.5" for flag -schedule: "step:0:0.5" is not a schedule; expected constant, cosine, ` +
				"or step:EPOCHS:FACTOR with EPOCHS from 1 and FACTOR above 0 and up to 1, as in step:3:0.5"},
		{"-sweep l2=1:2:1001",
			`-sweep "1:2:1001": from:to:n takes two numbers above 0 and how many values, 2 to 1000, to space between ` +
				"them in equal ratios; any others can be listed, as in 0,0.1,1"},
		{"-nesterov -momentum 0.9 -optimizer adam",
			"-nesterov is a form of momentum, and -optimizer adam has its own: leave -nesterov out"},
		{"-optimizer adam -momentum 0.9",
			"-optimizer adam has a momentum of its own, 0.9: leave -momentum out"},
		{"-dropout 0.1,0.2 -hidden none",
			"-dropout 0.1,0.2: there is no hidden layer; give a rate for the inputs alone"},
		{"-dropout 0.1",
			"-dropout 0.1 is for the inputs alone; give the hidden layers' too, as in 0,0.1 or 0.1,0"},
		{"-dropout 0.1,0.2,0.3",
			"-dropout has 3 rates for the inputs and 1 hidden layer: give one for the inputs, and one for all hidden " +
				"layers or one for each"},
		{"-load m -gradcheck",
			"-load evaluates one model, or trains it further: -sweep and -gradcheck do not go with it"},
		{"-load m -sweep l2=1,2",
			"-load evaluates one model, or trains it further: -sweep and -gradcheck do not go with it"},
		{"-gradcheck -json",
			"-gradcheck prints for people and does not train: -json and -sweep do not go with it"},
		{"-gradcheck -sweep l2=1,2",
			"-gradcheck prints for people and does not train: -json and -sweep do not go with it"},
		{"-init uniform:Inf",
			`-init "uniform:inf": expected the form uniform:R with R above 0, as in uniform:0.5`},
		{"-init hi",
			`-init "hi" is not one of he, glorot, normal, normal:1, uniform:R, zero; did you mean he?`},
		{"-recipe unit -valid 1",
			"-valid and -test do not go with -recipe unit, which is about the few samples that it makes"},
		{"-sweep lr=1,2 hidden=3,4",
			`unexpected argument "hidden=3,4": put the whole sweep into quotation marks, as in -sweep "lr=1,2 hidden=3,4"`},
		{"-json=perhaps",
			`invalid boolean value "perhaps" for -json: expected true or false, or nothing for true`},
		{"-sweep-dir d",
			`-sweep-dir is for a sweep: say what to try with -sweep, as in -sweep "l2=0.01:100:10 lr=0.1,0.4"`},
		{"-export m.txt",
			"-export m.txt: the name has to end in .onnx, or in .json for the form of Nielsen's network2.py"},
		{"-hidden 4,5 -dropout 0.1,0.2,0.3,0.4",
			"-dropout has 4 rates for the inputs and 2 hidden layers: give one for the inputs, and one for all hidden " +
				"layers or one for each"},
		{"-sweep l2=1,2 -sweep-task 0 -sweep-dir d -save m",
			"-sweep-task 0 trains a part of the sweep: -save, -export and -report are for the best, which the same " +
				"command without -sweep-task finds"},
	} {
		_, err := Parse(strings.Fields(c.args), io.Discard, choices)
		if fmt.Sprint(err) != c.want || !errors.As(err, new(flags.UsageError)) {
			t.Errorf("%s: got %v, want %s", c.args, err, c.want)
		}
	}
}

// TestParseAccepts: command lines at the bounds of what makes sense.
func TestParseAccepts(t *testing.T) {
	for _, args := range []string{
		"", "-epochs 1000000000 -momentum 0.9 -nesterov -workers 1024 -l2 0", "-epochs 1 -batch 0 -workers 1 -maxnorm 0",
		"-momentum 0", "-momentum 0.999", "-patience 0", "-load m -dropout 0.1", "-lr 1 -hidden none", "-recipe unit",
		"-lr 1,2,3 -hidden 4,5", "-sweep l2=1,2 -sweep-draws 0", "-gradcheck", "-data x -label y -regress",
		"-init uniform:0.5", "-scale none", "-scale unit", "-scale standard", "-scale 256", "-optimizer adam -momentum 0",
		"-recipe digits -optimizer adam", "-hidden 4,3 -dropout 0,0.1,0.2",
		"-dropout 0.1,0.2", "-hidden none -dropout 0.1", "-lr 1,2", "-load m -lr 1,2,3", "-load m -dropout 0,0.1,0.2",
		"-cost bce -output Sigmoid", "-explain mazur -json -blank", "-explain -json -blank", "-bug mystery:3 -is sign",
		"-folds 2", "-folds 1000", "-sweep seed=1,2 -seed 3", "-predict a b -load m c", "-check a b",
		"-workbook d -solutions", "-recipe activations -json", "-recipe perceptron", "-load m -export m.JSON",
	} {
		if _, err := Parse(strings.Fields(args), io.Discard, choices); err != nil {
			t.Errorf("%s: got %v", args, err)
		}
	}
}
