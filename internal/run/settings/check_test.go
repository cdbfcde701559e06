package settings

import (
	"io"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestParseRefuses: command lines that make no sense, and the words that say why.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		// Numbers out of their bounds
		{"-epochs 0", "-epochs 0: expected 1"}, {"-epochs 1000000001", "-epochs 1000000001"}, {"-batch -1", "-batch -1"},
		{"-momentum 1", "-momentum 1"}, {"-momentum -0.1", "-momentum -0.1"}, {"-l2 -1", "-l2 -1"}, {"-l2 NaN", "-l2 NaN"},
		{"-l2 Inf", "-l2 +Inf"}, {"-maxnorm -1", "-maxnorm -1"}, {"-workers 0", "-workers 0"},
		{"-workers 1025", "-workers 1025"}, {"-patience -1", "-patience -1"}, {"-folds 1", "-folds 1"},
		{"-folds 0", "-folds 0"}, {"-folds 1001", "-folds 1001"}, {"-sweep lr=1,2 -sweep-draws -1", "-sweep-draws -1"},

		// Lists that do not have a number for each layer
		{"-hidden none -dropout 0.1,0.2", "there is no hidden layer"}, {"-dropout 0.1", "is for the inputs alone"},
		{"-dropout 0,0.1,0.2", "-dropout has 3 rates"}, {"-lr 1,2,3", "-lr has 3 rates for 2 layers"},
		{"-hidden none -lr 1,2", "-lr has 2 rates for 1 layer:"},

		// Names that do not exist, and values that are missing or of another kind
		{"-cost foo", `-cost "foo"`}, {"-bug foo", `-bug "foo"`}, {"-recipe foo",
			`-recipe "foo" is not one of list, derivation,`},
		{"-bug mystery:3 -is list", `-is "list"`}, {"-scale 0", "-scale"}, {"-kernel foo", "-kernel"},
		{"-explain foo", `no example "foo"`}, {"-epoch 3", "did you mean -epochs?"}, {"-epochs x", "expected a number"},
		{"-json=x", "expected true or false"}, {"-lr", "needs an argument"}, {"-save=", "-save is empty"},
		{"-sweep lr=1,2 -sweep-task=", "-sweep-task is empty"},
		{"-predict -x", `pictures or tables were expected after it, not "-x"`},
		{"word", "takes flags only"},
		{"-sweep l2=1,2 word=1", "takes flags only"}, {"l2=1,2", "takes flags only"},
		{"-sweep l2=1,2 lr=3,4", `"lr=3,4": put the whole sweep into quotation marks, as in -sweep "l2=1,2 lr=3,4"`},

		// Flags that do not go together
		{"-nesterov", "give -momentum too"}, {"-optimizer adam -momentum 0.5", "leave -momentum out"},
		{"-optimizer adam -nesterov", "leave -nesterov out"}, {"-cost bce", "-cost bce is for -output sigmoid"},
		{"-is sign", "there is no bug to guess"}, {"-resume", "-resume needs -save"},
		{"-predict a.png", "-predict needs -load"}, {"-load m -gradcheck", "-load evaluates"},
		{"-load m -sweep lr=1,2", "-load evaluates"}, {"-gradcheck -sweep lr=1,2", "-gradcheck prints for people"},
		{"-save m -gradcheck", "nothing to -save"}, {"-export m.pt", "has to end in .onnx"},
		{"-load m -export m.onnx -predict a", "ask for one at a time"}, {"-report r -gradcheck", "nothing to -report"},
		{"-gradcheck -json", "-gradcheck prints for people"}, {"-blank -json", "-blank goes with"},
		{"-blank -explain", "-blank goes with"}, {"-explain -save m", "-explain prints one step"},
		{"-explain -gradcheck", "-explain prints one step"}, {"-explain -sweep lr=1,2", "-explain prints one step"},
		{"-explain -export m.onnx", "-explain prints one step"}, {"-explain -report r", "-explain prints one step"},
		{"-explain -load m -predict a", "-explain prints one step"}, {"-explain mazur -lr 1", "leave out -lr"},
		{"-load m -explain mazur", "-explain mazur has weights of its own: for a step of the model in m leave the name out"},
		{"-label a", "are for tables"}, {"-regress", "are for tables"}, {"-ignore a", "are for tables"},
		{"-download", "-download needs -data"}, {"-folds 5 -split seed", "leave out -split"},
		{"-folds 5 -save m", "-save does not"}, {"-solutions", "name its folder"},
		{"-workbook d -lr 1", "-workbook trains nothing: leave out -lr"},
		{"-check f -epochs 1", "-check trains nothing: leave out -epochs"},

		// Sweeps
		{"-sweep-draws 3", "-sweep-draws is for a sweep"}, {"-sweep lr=1,2 -lr 3",
			"-lr 3 and -sweep lr=1,2: the sweep gives -lr its values; leave one of the two out"},
		{"-sweep lr=1,2 -sweep-task 1", "needs -sweep-dir"}, {"-sweep lr=-1,2", `"-1" is not a learning rate`},
		{"-sweep lr=1,2 -sweep-dir d -sweep-task 1 -report r", "-report are for the best"},
		{"-sweep lr=1,2 -sweep-dir d -sweep-task 1 -save m", "-report are for the best"},
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

// TestParseAccepts: command lines at the bounds of what makes sense.
func TestParseAccepts(t *testing.T) {
	for _, args := range []string{
		"", "-epochs 1000000000 -momentum 0.9 -nesterov -workers 1024 -l2 0", "-epochs 1 -batch 0 -workers 1 -maxnorm 0",
		"-scale none", "-scale unit", "-scale standard", "-scale 256", "-optimizer adam -momentum 0",
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
