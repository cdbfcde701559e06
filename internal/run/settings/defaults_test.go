package settings

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
	"backprop/internal/run/flags"
)

// tableOf returns a table of one column and so many rows to train on; without classes, it has numbers to predict.
func tableOf(rows int, classes ...string) *dataset.Dataset {
	return &dataset.Dataset{Name: "t", Classes: classes,
		Train: dataset.Set{N: rows, Dim: 1, Values: make([]float64, rows), Labels: make([]int32, rows)}}
}

// bytesOf returns images of one pixel, of two classes.
func bytesOf(n int) *dataset.Dataset {
	return &dataset.Dataset{Classes: []string{"a", "b"},
		Train: dataset.Set{N: n, Dim: 1, Pixels: make([]byte, n), Labels: make([]int32, n)}}
}

// TestSetDefaults: the values are those that -h promises.
func TestSetDefaults(t *testing.T) {
	classes := []string{"a", "b"}
	images, numbers := bytesOf(10), tableOf(50)
	small, large := bytesOf(5000), bytesOf(5001) // tables of small whole numbers
	small.Columns, large.Columns = []table.Column{{}}, []table.Column{{}}
	for _, c := range []struct {
		args string
		data *dataset.Dataset
		want string // cost, epochs, rate, schedule, decay, and how often an epoch is printed
	}{
		{"", images, "ce 10 0.4 cosine 0 0"}, {"-lr 0.3", images, "ce 10 0.3 constant 0 0"},
		{"-lr 0.3 -schedule cosine", images, "ce 10 0.3 cosine 0 0"},
		{"-momentum 0.9", images, "ce 10 0.04 cosine 0 0"},
		{"-momentum 0.123", images, "ce 10 0.351 cosine 0 0"}, // 0.4·0.877 = 0.3508
		{"-optimizer adam", images, "ce 10 0.001 cosine 0 0"},
		{"-bug mystery:1", images, "ce 10 0.4 cosine 3 0"}, {"-bug mystery:1 -l2 0", images, "ce 10 0.4 cosine 0 0"},

		{"", tableOf(40, classes...), "ce 400 0.2 cosine 0.8 20"}, {"", tableOf(4000, classes...), "ce 250 0.2 cosine 2 12"},
		{"", tableOf(400000, classes...), "ce 10 0.2 cosine 2 1"},
		{"-epochs 7 -l2 1", tableOf(40, classes...), "ce 7 0.2 cosine 1 0"},
		{"", small, "ce 200 0.2 cosine 2 10"}, {"", large, "ce 10 0.4 cosine 0 0"},

		{"", numbers, "mse 800 0.003 cosine 1.5 40"}, {"", tableOf(77), "mse 800 0.003 cosine 2.3 40"},
		{"-cost mae", numbers, "mae 800 0.003 cosine 1.5 40"},
		{"-optimizer sgd", numbers, "mse 800 0.01 cosine 1.5 40"}, {"-hidden none", numbers, "mse 800 0.01 cosine 1.5 40"},
		{"-momentum 0.9", numbers, "mse 800 0.001 cosine 1.5 40"}, {"-lr 0.1", numbers, "mse 800 0.1 constant 1.5 40"},
		{"-explain", numbers, "mse 800 0.01 cosine 1.5 40"}, {"-bug sign", numbers, "mse 800 0.01 cosine 1.5 40"},

		{"-recipe sine", numbers, "mse 100000 0.1,0.01 constant 0 0"},
		{"-recipe sine -optimizer adam", numbers, "mse 100000 0.001 constant 0 0"},
		{"-recipe sine -optimizer sgd", numbers, "mse 100000 0.1,0.01 constant 0 0"},
		{"-recipe digits -optimizer adam", images, "ce 2000 0.001 constant 0 0"},
		{"-recipe sine -lr 1", numbers, "mse 100000 1 constant 0 0"},
	} {
		cfg := parse(t, c.args)
		if err := cfg.SetDefaults(c.data); err != nil {
			t.Fatalf("%s: %v", c.args, err)
		}
		got := fmt.Sprint(cfg.Cost, " ", cfg.Epochs, " ", cfg.Rate.String(), " ", cfg.Schedule.String(), " ", cfg.L2, " ",
			cfg.PrintEvery)
		if got != c.want {
			t.Errorf("%s of %d samples: got %s, want %s", c.args, c.data.Train.N, got, c.want)
		}
		if cfg.Optimizer == "adam" && cfg.Momentum != 0 {
			t.Errorf("%s: got a momentum of %v besides Adam's own", c.args, cfg.Momentum)
		}
	}
	if err := parse(t, "-cost ce").SetDefaults(numbers); !filetest.Says(err, "-cost ce is for classes") {
		t.Errorf("a cost of classes for numbers: got %v", err)
	}
}

// TestDecayOfNoisyTables: where neighbours are as often of another class as not, the weight decay is ten times as
// large, if 100 to 5000 rows, at least 50 of them for training, show that.
func TestDecayOfNoisyTables(t *testing.T) {
	for _, c := range []struct {
		rows, held, alike int // so many rows of one class follow each other
		want              float64
	}{
		{100, 0, 2, 20}, {100, 0, 1, 2}, {100, 0, 50, 2}, {99, 0, 2, 1.98}, {5000, 0, 4, 20}, {5001, 0, 4, 2},
		{100, 50, 2, 20}, {100, 51, 2, 2},
	} {
		cfg, data := parse(t, ""), tableOf(c.rows, "a", "b")
		data.Ordered = true
		for i := range c.rows {
			data.Train.Values[i], data.Train.Labels[i] = float64(i), int32(i/c.alike%2)
		}
		if err := data.Split(dataset.HoldOut{Count: c.held}, dataset.HoldOut{}, nil); err != nil {
			t.Fatal(err)
		}
		if err := cfg.SetDefaults(data); err != nil || cfg.L2 != c.want {
			t.Errorf("%d rows, %d held out, %d alike: got a decay of %v, error %v; want %v", c.rows, c.held, c.alike, cfg.L2,
				err, c.want)
		}
	}
}

// TestHeldOut: a fifth is for testing, unless there are fewer than ten samples, or -folds tests in its own way.
func TestHeldOut(t *testing.T) {
	for _, c := range []struct {
		args        string
		train, test int
		want, note  string
	}{
		{"", 10, 0, "0.2 0", ""}, {"", 9, 0, "0 0", "too few to hold some out for testing: all 9 samples are"},
		{"", 9, 1, "0.2 0", ""}, {"-test 3", 9, 0, "3 0", ""},
		{"-test 3 -valid 2", 10, 5, "3 2", "-test changes nothing"}, {"-valid 2", 9, 0, "0 2", "too few"},
		{"-folds 3 -valid 2", 20, 0, "0 0", ""}, {"-folds 3 -test 4", 20, 0, "4 0", ""}, {"-recipe sine", 5, 0, "0 0", ""},
	} {
		data := &dataset.Dataset{Train: dataset.Set{N: c.train}, Test: dataset.Set{N: c.test}}
		test, valid := parse(t, c.args).HeldOut(data)
		got := test.String() + " " + valid.String()
		if got != c.want || !strings.Contains(data.Note, c.note) || (data.Note == "") != (c.note == "") {
			t.Errorf("%s of %d: got %s, note %q; want %s, %q", c.args, c.train, got, data.Note, c.want, c.note)
		}
	}
}

// TestLinearModelBesides: a small table's network is compared with a linear model, unless that would say nothing.
func TestLinearModelBesides(t *testing.T) {
	none := func(*Settings, *dataset.Dataset) {}
	for _, c := range []struct {
		args   string
		rows   int
		change func(cfg *Settings, data *dataset.Dataset)
		want   bool
	}{
		{"", 100, none, true}, {"", 4970, none, true}, {"", 4971, none, false}, {"-hidden none", 100, none, false},
		{"-lr 0.1", 100, none, true}, {"-lr 0.1,0.2", 100, none, false}, {"-recipe plain", 100, none, false},
		{"-bug sign", 100, none, false}, {"-load m", 100, none, false},
		{"", 100, func(_ *Settings, data *dataset.Dataset) { data.Train.Values = nil }, false},
		{"", 100, func(_ *Settings, data *dataset.Dataset) { data.Test.N = 0 }, false},
		{"", 100, func(cfg *Settings, _ *dataset.Dataset) { cfg.Nested = true }, false}, // of a sweep
		{"-folds 5", 100, func(cfg *Settings, _ *dataset.Dataset) { cfg.Nested = true }, true},
	} {
		cfg, data := parse(t, c.args), tableOf(c.rows, "a", "b")
		data.Valid.N, data.Test.N = 10, 20
		c.change(cfg, data)
		if got := cfg.Linear(data); (got != nil) != c.want {
			t.Errorf("%s of %d rows: got a linear model %v, want %v", c.args, c.rows, got != nil, c.want)
		}
	}
}

// TestLinearSettings: the linear model learns as the network does, but writes nothing, and its default rate is its own.
func TestLinearSettings(t *testing.T) {
	const args = "-hidden 4,3 -dropout 0.1,0.5 -patience 3 -epochs 7 -workers 3 -json -save m -resume -report r " +
		"-export m.onnx"
	for _, c := range []struct {
		rate    string
		classes []string
		want    float64
	}{{"", nil, 0.01}, {" -lr 0.3", nil, 0.3}, {"", []string{"a", "b"}, 0.2}} {
		data := tableOf(100, c.classes...)
		data.Test.N = 20
		cfg := parse(t, args+c.rate)
		if err := cfg.SetDefaults(data); err != nil {
			t.Fatal(err)
		}
		got := cfg.Linear(data)
		if len(got.Hidden) != 0 || !slices.Equal(got.Dropout, flags.Dropout{0.1}) || got.Epochs != 7 || got.Patience != 3 ||
			got.Optimizer != "sgd" || !slices.Equal(got.Rate, flags.Rates{c.want}) || got.Workers != 1 || !got.Nested {
			t.Errorf("got %+v", got)
		}
		if len(got.outputs()) > 0 || got.Resume || got.Json || got.Recipe.ShowEpoch(1) {
			t.Errorf("got files %v, resume %v, JSON %v or shown epochs", got.outputs(), got.Resume, got.Json)
		}
		if len(cfg.Hidden) != 2 || len(cfg.Dropout) != 2 || cfg.Save != "m" {
			t.Errorf("the network's settings: got %+v", cfg)
		}
	}
}
