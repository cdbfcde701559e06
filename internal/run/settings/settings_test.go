package settings

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
	"backprop/internal/run/flags"
)

// full has what the flags below name.
var full = &Choices{Activations: []string{"relu", "sigmoid"}, Outputs: []string{"linear", "sigmoid"},
	Costs: []CostChoice{{Name: "ce"}, {Name: "bce", Output: "sigmoid"}, {Name: "mse", Numbers: true}},
	Bugs:  []string{"list", "sign"}, Examples: []string{"mazur", "xor"}}

// TestWrong: command lines that make no sense, and the words in which that is said.
func TestWrong(t *testing.T) {
	for args, want := range map[string]string{
		"-epochs 0": "-epochs 0: expected 1", "-batch -1": "-batch -1", "-momentum 1": "-momentum 1", "-l2 -1": "-l2 -1",
		"-l2 NaN": "-l2 NaN", "-l2 Inf": "-l2 +Inf", "-maxnorm -1": "-maxnorm -1", "-workers 0": "-workers 0",
		"-workers 1025": "-workers 1025", "-patience -1": "-patience -1", "-nesterov": "give -momentum too",
		"-optimizer adam -momentum 0.5": "leave -momentum out", "-optimizer adam -nesterov": "leave -nesterov out",
		"-hidden none -dropout 0.1,0.2": "there is no hidden layer", "-dropout 0.1": "is for the inputs alone",
		"-dropout 0,0.1,0.2": "-dropout has 3 rates", "-lr 1,2,3": "-lr has 3 rates for 2 layers",
		"-resume":        "-resume needs -save",
		"-predict a.png": "-predict needs -load", "-load m -gradcheck": "-load evaluates",
		"-save m -gradcheck": "nothing to -save",
		"-export m.pt":       "has to end in .onnx", "-load m -export m.onnx -predict a": "ask for one at a time",
		"-report r -gradcheck": "nothing to -report", "-gradcheck -json": "-gradcheck prints for people",
		"-blank":           "-blank goes with",
		"-explain -save m": "-explain prints one step", "-explain mazur -lr 1": "leave out -lr",
		"-label a":  "are for tables",
		"-download": "-download needs -data", "-cost bce": "-cost bce is for -output sigmoid", "-cost foo": `-cost "foo"`,
		"-is sign": "there is no bug to guess", "-bug foo": `-bug "foo"`, "-bug mystery:3 -is list": `-is "list"`,
		"-folds 1": "-folds 1", "-folds 0": "-folds 0", "-folds 5 -split seed": "leave out -split",
		"-folds 5 -save m": "-save does not",
		"-sweep-draws 3":   "-sweep-draws is for a sweep", "-sweep lr=1,2 -lr 1": "leave one of the two out",
		"-sweep lr=1,2 -sweep-draws -1": "-sweep-draws -1", "-sweep lr=1,2 -sweep-task 1": "needs -sweep-dir",
		"-sweep lr=1,1.0": "1 appears twice", "-sweep cost=a,b": "a sweep tries values of", "-solutions": "name its folder",
		"-workbook d -lr 1":  "-workbook trains nothing: leave out -lr",
		"-check f -epochs 1": "-check trains nothing: leave out -epochs",
		"-scale 0":           "-scale", "-kernel foo": "-kernel", "-save=": "-save is empty", "-recipe foo": `-recipe "foo"`,
		"-recipe activations -lr 1": "leave out -lr", "-recipe perceptron -data d": "leave out -data",
		"word":                 "takes flags only",
		"-sweep l2=1,2 lr=1,2": "whole sweep into quotation", "-explain foo": `no example "foo"`,
		"-lr":       "needs an argument",
		"-epochs x": "expected a number", "-json=x": "expected true or false", "-epoch 3": "did you mean -epochs?",
		"-save m -report m": "are the same file", "-save m -report m.lock": "are the same file",
		"-predict -x": "pictures or tables",
		"-sweep l2=1,2 -sweep-dir d -report d/3.json": "give another", "-load m -report m": "-report m and -load m",
	} {
		if _, err := Parse(strings.Fields(args), io.Discard, full); !filetest.Says(err, want) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
	for _, args := range []string{"", "-epochs 1000000000 -momentum 0.9 -nesterov -workers 1024 -l2 0",
		"-dropout 0.1,0.2",
		"-hidden none -dropout 0.1", "-lr 1,2", "-explain mazur -json -blank", "-explain -json -blank", "-load m -lr 1,2,3",
		"-cost bce -output Sigmoid", "-bug mystery:3 -is sign", "-folds 2", "-sweep seed=1,2 -seed 3",
		"-predict a b -load m c",
		"-check a b", "-workbook d -solutions", "-recipe activations -json", "-recipe perceptron",
		"-load m -export m.JSON"} {
		if _, err := Parse(strings.Fields(args), io.Discard, full); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// TestSetDefaults: what follows from the data, by the table in the flags' help: rates, epochs and decay.
func TestSetDefaults(t *testing.T) {
	classes := []string{"a", "b"}
	table := func(n int, classes []string) *dataset.Dataset {
		return &dataset.Dataset{Name: "t", Train: dataset.Set{N: n, Dim: 1, Values: make([]float64, n),
			Labels: make([]int32, n)},
			Classes: classes}
	}
	images := &dataset.Dataset{Train: dataset.Set{N: 10, Dim: 1, Pixels: make([]byte, 10)}, Classes: classes}
	for _, c := range []struct {
		args string
		d    *dataset.Dataset
		want string
	}{
		{"", images, "ce 10 0.4 cosine 0 0"},
		{"-lr 0.3", images, "ce 10 0.3 constant 0 0"}, {"-lr 0.3 -schedule cosine", images, "ce 10 0.3 cosine 0 0"},
		{"-momentum 0.9", images, "ce 10 0.04 cosine 0 0"}, {"-optimizer adam", images, "ce 10 0.001 cosine 0 0"},
		{"", table(40, classes), "ce 400 0.2 cosine 0.8 20"}, {"", table(4000, classes), "ce 250 0.2 cosine 2 12"},
		{"", table(400000, classes), "ce 10 0.2 cosine 2 1"}, {"-epochs 7 -l2 1", table(40, classes),
			"ce 7 0.2 cosine 1 0"},
		{"", table(50, nil), "mse 800 0.003 cosine 1.5 40"}, {"-cost mse", table(50, nil), "mse 800 0.003 cosine 1.5 40"},
		{"-optimizer sgd", table(50, nil), "mse 800 0.01 cosine 1.5 40"},
		{"-momentum 0.9", table(50, nil), "mse 800 0.001 cosine 1.5 40"}, {"-lr 0.1", table(50, nil),
			"mse 800 0.1 constant 1.5 40"},
		{"-bug mystery:1", images, "ce 10 0.4 cosine 3 0"}, {"-bug mystery:1 -l2 0", images, "ce 10 0.4 cosine 0 0"},
		{"-recipe sine", table(50, nil), "mse 100000 0.1,0.01 constant 0 0"},
		{"-recipe sine -optimizer adam", table(50, nil), "mse 100000 0.001 constant 0 0"},
		{"-recipe sine -lr 1", table(50, nil), "mse 100000 1 constant 0 0"},
	} {
		choices := *full
		choices.Activations = []string{"relu", "sigmoid", "tanh"}
		cfg, err := Parse(strings.Fields(c.args), io.Discard, &choices)
		if err == nil {
			err = cfg.SetDefaults(c.d)
		}
		if err != nil {
			t.Fatal(c.args, err)
		}
		got := fmt.Sprint(cfg.Cost, " ", cfg.Epochs, " ", cfg.Rate.String(), " ", cfg.Schedule.String(), " ", cfg.L2,
			" ", cfg.PrintEvery)
		if got != c.want {
			t.Errorf("%s of %d samples: %s, want %s", c.args, c.d.Train.N, got, c.want)
		}
	}
	cfg, _ := Parse([]string{"-cost", "ce"}, io.Discard, full)
	if err := cfg.SetDefaults(table(50, nil)); !filetest.Says(err, "-cost ce is for classes") {
		t.Error(err)
	}
}

// TestHeldOut: a fifth is held out for testing, unless there are fewer than ten samples, or -folds does it.
func TestHeldOut(t *testing.T) {
	for _, c := range []struct {
		args        string
		train, test int
		want, note  string
	}{
		{"", 10, 0, "0.2 0", ""}, {"", 9, 0, "0 0", "too few"}, {"", 9, 1, "0.2 0", ""}, {"-test 3", 9, 0, "3 0", ""},
		{"-test 3 -valid 2", 10, 5, "3 2", "-test changes nothing"}, {"-folds 3 -valid 2", 20, 0, "0 0", ""},
		{"-folds 3 -test 4", 20, 0, "4 0", ""}, {"-valid 2", 9, 0, "0 2", "too few"}, {"-recipe sine", 5, 0, "0 0", ""},
	} {
		choices := *full
		choices.Activations = []string{"relu", "tanh"}
		cfg, err := Parse(strings.Fields(c.args), io.Discard, &choices)
		if err != nil {
			t.Fatal(err)
		}
		d := &dataset.Dataset{Train: dataset.Set{N: c.train}, Test: dataset.Set{N: c.test}}
		test, valid := cfg.HeldOut(d)
		if got := test.String() + " " + valid.String(); got != c.want || !strings.Contains(d.Note, c.note) ||
			d.Note != "" && c.note == "" {
			t.Errorf("%s of %d: %s, %q; want %s, %q", c.args, c.train, got, d.Note, c.want, c.note)
		}
	}
}

// TestRestore: flags of a model are set unless the command line has them; those of the network may not differ then.
func TestRestore(t *testing.T) {
	values := map[string]string{"lr": "0.5", "seed": "7", "hidden": "3"}
	for args, want := range map[string]string{"": "0.5 7 3", "-seed 9": "0.5 9 3", "-hidden 3": "0.5 7 3",
		"-lr 1": "-lr 1: m has 0.5; leave the flag out"} {
		cfg, _ := Parse(strings.Fields(args), io.Discard, full)
		err := cfg.Restore("m", values)
		if got := fmt.Sprint(cfg.Rate.String(), " ", cfg.Seed, " ", cfg.Hidden.String()); err == nil && got != want ||
			err != nil && !filetest.Says(err, want) {
			t.Errorf("%s: %s, %v; want %s", args, got, err, want)
		}
	}
	for name, value := range map[string]string{"epochs": "x", "batch": "-1"} {
		err := New(full).Restore("m", map[string]string{name: value})
		if _, usage := err.(flags.UsageError); usage || !filetest.Says(err, "m: __metadata__: ", "-"+name) {
			t.Errorf("-%s %s in a file: %v", name, value, err)
		}
	}
	for args, want := range map[string]string{"-load m -predict a": "-predict does not train",
		"-init zero":   "-init draws",
		"-recipe sine": "-recipe sine trains", "-scale unit": "brings its own scaling", "": "<nil>"} {
		choices := *full
		choices.Activations = []string{"relu", "tanh"}
		cfg, err := Parse(strings.Fields(args), io.Discard, &choices)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(cfg.CheckFineTuning("m", true)); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
}

// TestCheckExport: which networks have Nielsen's form, and that another file is not replaced.
func TestCheckExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	for args, want := range map[string]string{"-activation sigmoid -output sigmoid -cost mse": "<nil>",
		"-hidden none -output sigmoid -cost bce": "<nil>", "-output sigmoid -cost mse": "sigmoid throughout",
		"-activation sigmoid -cost mse":       "sigmoid throughout",
		"-activation sigmoid -output sigmoid": "and this one by ce"} {
		cfg, err := Parse(strings.Fields(args+" -export "+path+".json"), io.Discard, full)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(cfg.CheckExport(nil)); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
	if err := os.WriteFile(path+".onnx", []byte("a letter"), 0o666); err != nil {
		t.Fatal(err)
	}
	cfg := New(full)
	if err := cfg.CheckExport(nil); err != nil {
		t.Errorf("without -export: %v", err)
	}
	cfg.Export = path + ".onnx"
	if err := cfg.CheckExport(nil); !filetest.Says(err, "-export "+cfg.Export, "an ONNX file") {
		t.Error(err)
	}
}

// TestUses: what the command line says of memory, of a homework, of a model and in a line of words.
func TestUses(t *testing.T) {
	cfg := New(full)
	for _, c := range []struct {
		sizes []int
		batch int
		want  string
	}{{[]int{1 << 14, 1<<15 - 1}, 1, "are too many"}, {[]int{1<<14 - 1, 1 << 15}, 1, "<nil>"},
		{[]int{1 << 14, 1 << 15}, 1, "weights; more than"}, {[]int{2, 2}, 1 << 26, "<nil>"}, {[]int{2, 2}, 1<<26 + 1,
			"-batch 32: 5.37e+08"}} {
		if got := fmt.Sprint(cfg.CheckSizes(c.sizes, c.batch)); !strings.Contains(got, c.want) {
			t.Errorf("%v with %d: %s, want %s", c.sizes, c.batch, got, c.want)
		}
	}
	cfg, _ = Parse(strings.Fields("-check f -cost mse -lr 2 -l2 3"), io.Discard, full)
	if s := cfg.HomeworkSettings(); s.Cost != "mse" || s.Rate != 2 || s.L2 != 3 || s.Activation != "" || s.Output != "" {
		t.Errorf("%+v", s)
	}
	cfg, _ = Parse(strings.Fields("-momentum 0.9 -nesterov -l2 3 -batch 7"), io.Discard, full)
	want := "10 epochs, batch 5, rate 0.4 cosine, momentum 0.9, nesterov, l2 3, zeros, seed 1"
	if got := cfg.Describe(5, "zeros"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	cfg, _ = Parse(strings.Fields("-recipe sine -lr 1 -seed 3"), io.Discard, &Choices{Activations: []string{"tanh"},
		Outputs: full.Outputs, Costs: full.Costs, Bugs: full.Bugs})
	if got := strings.Join(cfg.Changed, ", "); got != "-lr 1 (0.1,0.01), -seed 3 (1)" {
		t.Errorf("changed is %s", got)
	}
	for args, want := range map[string][3]bool{"": {}, "-load m -save m2": {true}, "-load m -seed 3": {},
		"-load m -lr 1":          {true},
		"-load m -export m.onnx": {false, true}, "-load m -export m.onnx -data d": {}, "-bug list": {2: true},
		"-explain xor": {2: true},
		"-explain":     {}, "-recipe list": {2: true}} {
		cfg, err := Parse(strings.Fields(args), io.Discard, full)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]bool{cfg.ContinuesTraining(), cfg.OnlyExports(), cfg.OnlyPrints()}; got != want {
			t.Errorf("%s: %v, want %v", args, got, want)
		}
	}
}
