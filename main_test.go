package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
)

// kinds makes a small data set of each kind, as far as settings depend on it.
var kinds = map[string]func() *dataset.Dataset{
	"images": func() *dataset.Dataset {
		return &dataset.Dataset{Name: "i", Train: dataset.Set{N: 4, Dim: 1, Pixels: []byte{1, 2, 3, 255},
			Labels: []int32{0, 1, 0, 1}}, Classes: []string{"0", "1"}}
	},
	"table": func() *dataset.Dataset {
		return &dataset.Dataset{Name: "t", Train: dataset.Set{N: 2, Dim: 1, Values: []float64{1, 2}, Labels: []int32{0, 1}},
			Classes: []string{"0", "1"}}
	},
	"numbers": func() *dataset.Dataset {
		return &dataset.Dataset{Name: "n", Train: dataset.Set{N: 2, Dim: 1, Values: []float64{1, 2},
			Targets: []float64{0, 1}}}
	},
}

// TestDefaults: which rate, schedule, momentum, epochs, cost and scale follow from the flags and the kind of data.
func TestDefaults(t *testing.T) {
	for _, c := range []struct{ args, data, want string }{
		{"", "images", "lr 0.4 cosine, momentum 0, 10 epochs, ce, unit"},
		{"", "table", "lr 0.2 cosine, momentum 0, 400 epochs, ce, standard"},
		{"", "numbers", "lr 0.003 cosine, momentum 0, 800 epochs, mse, standard"},
		// Momentum μ makes a step 1/(1−μ) times as long, so the rate is divided by that.
		{"-momentum 0.9", "table", "lr 0.02 cosine, momentum 0.9, 400 epochs, ce, standard"},
		{"-momentum 0.5", "numbers", "lr 0.005 cosine, momentum 0.5, 800 epochs, mse, standard"},
		{"-momentum 0.9 -nesterov", "images", "lr 0.04 cosine, momentum 0.9, 10 epochs, ce, unit"},
		// A given rate stays, and is constant unless a schedule is given too.
		{"-lr 0.3 -momentum 0.9", "table", "lr 0.3 constant, momentum 0.9, 400 epochs, ce, standard"},
		{"-lr 0.3 -schedule step:2:0.5", "numbers", "lr 0.3 step:2:0.5, momentum 0, 800 epochs, mse, standard"},
		{"-schedule constant", "images", "lr 0.4 constant, momentum 0, 10 epochs, ce, unit"},
		{"-lr 0.3,0.1", "images", "lr 0.3,0.1 constant, momentum 0, 10 epochs, ce, unit"},
		// Adam's steps have their own length.
		{"-optimizer adam", "table", "lr 0.001 cosine, momentum 0, 400 epochs, ce, standard"},
		{"-optimizer adam", "numbers", "lr 0.003 cosine, momentum 0, 800 epochs, mse, standard"},
		{"-optimizer adam -lr 0.01", "images", "lr 0.01 constant, momentum 0, 10 epochs, ce, unit"},
		{"-cost mse", "images", "lr 0.4 cosine, momentum 0, 10 epochs, mse, unit"},
		{"-cost bce -output sigmoid", "table", "lr 0.2 cosine, momentum 0, 400 epochs, bce, standard"},
		{"-scale none", "images", "lr 0.4 cosine, momentum 0, 10 epochs, ce, none"},
		{"-scale unit", "table", "lr 0.2 cosine, momentum 0, 400 epochs, ce, unit"},
		// A recipe's settings stay, but those that are given replace them, and Adam has its own momentum.
		{"-recipe nielsen", "images", "lr 3 constant, momentum 0, 10 epochs, mse, 256"},
		{"-recipe nielsen -lr 1", "images", "lr 1 constant, momentum 0, 10 epochs, mse, 256"},
		{"-recipe nielsen -epochs 2 -momentum 0.5", "images", "lr 3 constant, momentum 0.5, 2 epochs, mse, 256"},
		{"-recipe simard -optimizer adam", "images", "lr 0.001 cosine, momentum 0, 120 epochs, ce, unit"},
		{"-recipe simard -optimizer adam -lr 0.002", "images", "lr 0.002 cosine, momentum 0, 120 epochs, ce, unit"},
		{"-recipe simard", "images", "lr 0.4 cosine, momentum 0, 120 epochs, ce, unit"},
	} {
		cfg, err := parse(strings.Fields(c.args), io.Discard)
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
			continue
		}
		data := kinds[c.data]()
		if err := cfg.SetDefaults(data); err != nil {
			t.Errorf("%s: %v", c.args, err)
		}
		got := fmt.Sprintf("lr %s %s, momentum %v, %d epochs, %s, %s",
			cfg.Rate.String(), cfg.Schedule.String(), cfg.Momentum, cfg.Epochs, cfg.Cost, data.ScaleOf(cfg.Scale))
		if got != c.want {
			t.Errorf("%q for %s: got %s, want %s", c.args, c.data, got, c.want)
		}
	}
}

// varies matches what differs from run to run, or from machine to machine, in what is printed: kernel, times and hash.
var varies = regexp.MustCompile(`(?m)(machine +).*|( [0-9,]+ +)?\d+\.\d\d s$|[0-9a-f]{64}`)

// TestWholeRuns: all that a training of each kind prints, except what varies. The figures were printed by the program
// itself; other tests check its arithmetic.
func TestWholeRuns(t *testing.T) {
	images, table := squares(t, 1), numbers(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-data", images, "-epochs", "2", "-hidden", "5"}, `
network   144-5-4 relu, softmax cross-entropy, 749 parameters
data      001: 90 to train on, 30 to test
training  2 epochs, batch 32, rate 0.4 cosine, he init, seed 1
machine   …

epoch  train cost   test cost   test accuracy   samples/s      time
    1     1.16693     0.64697         30 / 30    …
    2     0.60664     0.57128         30 / 30  …

test accuracy   100.00 %
weights sha256  …
total time      …
`},
		{[]string{"-data", images, "-epochs", "12345", "-patience", "1", "-valid", "20", "-hidden", "5,4", "-output",
			"sigmoid", "-cost", "bce", "-momentum", "0.5",
			"-nesterov", "-l2", "0.1", "-dropout", "0.1,0", "-maxnorm", "3", "-lr", "0.5,0.1,0.2"}, `
network   144-5-4-4 relu, sigmoid outputs, binary cross-entropy, 769 parameters
data      001: 70 to train on, 20 to validate, 30 to test
training  12,345 epochs, batch 32, rate 0.5,0.1,0.2 constant, momentum 0.5,
            nesterov, l2 0.1, dropout 0.1,0, maxnorm 3, patience 1, he init,
            seed 1
machine   …

epoch  train cost  valid cost  valid acc   test cost  test acc      time
    1     2.54025     1.77535    55.00 %     1.71453   53.33 %    …
    2     2.12664     2.03411    60.00 %     2.07179   43.33 %    …
    3     1.84742     1.19937    85.00 %     1.33581   80.00 %    …
    4     1.19044     0.92585    85.00 %     0.99104   80.00 %    …
    5     0.97746     0.82379    85.00 %     0.88533   80.00 %    …
    6     0.88043     0.75864    85.00 %     0.82315   80.00 %    …
    7     0.81258     0.69600    85.00 %     0.77022   80.00 %    …
    8     0.74872     0.66039    85.00 %     0.74484   80.00 %    …
    9     0.71566     0.67678    85.00 %     0.75898   76.67 %    …

best epoch      8, by the validation set; its weights are kept
test accuracy   80.00 %
weights sha256  …
total time      …
`},
		{[]string{"-data", images, "-epochs", "1", "-hidden", "none", "-cost", "mse", "-augment", "shift",
			"-optimizer", "adam"}, `
network   144-4, squared error, 580 parameters
data      001: 90 to train on, 30 to test
training  1 epoch, batch 32, rate 0.001 cosine, optimizer adam, augment shift,
            he init, seed 1
machine   …

epoch  train cost   test cost   test accuracy   samples/s      time
    1     1.54564     1.65863         11 / 30    …

test accuracy   36.67 %
weights sha256  …
total time      …
`},
		{[]string{"-data", table, "-epochs", "2", "-regress", "-valid", "3", "-l2", "0", "-hidden", "4", "-activation",
			"tanh",
			"-optimizer", "sgd"}, `
network   2-4-1 tanh, squared error, 17 parameters
data      table.csv: 29 to train on, 3 to validate, 8 to test
          label: column 3 "y", a number to predict (by its name, -label names
            another)
          inputs: a (number), b (number)
          nearly as many values as rows: column 1 "a" (40)
          -ignore a leaves out what only numbers the rows
training  2 epochs, batch 29, rate 0.01 cosine, he init, seed 1
machine   …

epoch  train cost  valid cost  valid RMSE   test cost   test RMSE      time
    1     2.18996     2.23228      5.7974     3.15708      6.8945    …
    2     2.13175     2.20178      5.7576     3.11814      6.8518  …

training RMSE   5.62759
test RMSE       6.85181
test MAE        5.97558
test R²         -3.6225
baseline RMSE   3.29919 by always answering the mean
linear RMSE     6.61249 by the same command with -hidden none
weights sha256  …
total time      …
`},
		{[]string{"-data", table, "-epochs", "2", "-regress", "-test", "0", "-l2", "0", "-hidden", "4",
			"-optimizer", "sgd"}, `
network   2-4-1 relu, squared error, 17 parameters
data      table.csv: 40 to train on
          label: column 3 "y", a number to predict (by its name, -label names
            another)
          inputs: a (number), b (number)
          nearly as many values as rows: column 1 "a" (40)
          -ignore a leaves out what only numbers the rows
training  2 epochs, batch 32, rate 0.01 cosine, he init, seed 1
machine   …

epoch  train cost   samples/s      time
    1     4.50524  …
    2     3.72814  …

training RMSE   7.69592
weights sha256  …
total time      …
`},
	} {
		status, got, stderr := ends(c.args...)
		got = varies.ReplaceAllString(got, "${1}…")
		for _, text := range []*string{&got, &c.want} {
			*text = strings.TrimSpace(regexp.MustCompile(` +…`).ReplaceAllString(*text, " …"))
		}
		if status != 0 || stderr != "" && !strings.HasPrefix(stderr, "backprop: warning: ") || got != c.want {
			t.Errorf("%q: status %d, stderr %s, got\n%s\nwant\n%s", c.args, status, stderr, got, c.want)
		}
	}
}

// TestPatienceKeepsTheBest: -patience ends with the weights and the accuracy of the best epoch, which are those of a
// run that ends there, and saves them.
func TestPatienceKeepsTheBest(t *testing.T) {
	data, save := squares(t, 1), filepath.Join(t.TempDir(), "m")
	args := []string{"-data", data, "-valid", "20", "-hidden", "5,4", "-output", "sigmoid", "-cost", "bce", "-lr", "0.4",
		"-momentum", "0.5"}
	lines := mustRun(t, append(args, "-epochs", "500", "-patience", "1", "-save", save)...)
	last := lines[len(lines)-1]
	best := int(last["best_epoch"].(float64))
	epochs := lines[1 : len(lines)-1]
	if best != len(epochs)-1 {
		t.Fatalf("the best of %d epochs is %d, want the one before the last", len(epochs), best)
	}
	alone := mustRun(t, append(args, "-epochs", fmt.Sprint(best))...)
	if want := alone[len(alone)-1]; last["weights_sha256"] != want["weights_sha256"] ||
		last["test_accuracy"] != want["test_accuracy"] {
		t.Errorf("got %v, want %v as after %d epochs", last, want, best)
	}
	loaded := mustRun(t, "-load", save, "-data", data)
	if loaded[1]["weights_sha256"] != last["weights_sha256"] ||
		loaded[1]["test_accuracy"] != epochs[best-1]["test_accuracy"] {
		t.Errorf("loaded %v, want %v as saved", loaded[1], last)
	}
	if epochs[best]["valid_cost"] == epochs[best-1]["valid_cost"] {
		t.Error("the last epoch is as good as the best: the test says nothing")
	}
}

// TestShuffle: each epoch has its own order of all samples, which does not depend on the order before.
func TestShuffle(t *testing.T) {
	x := &training{cfg: settings.New(choices()), trainer: &Trainer{Batch: 10}}
	of := func(epoch int, order []int32) string {
		x.shuffle(order, epoch)
		if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, ascending(len(order))) {
			t.Errorf("epoch %d: order %v has not every sample once", epoch, order)
		}
		return fmt.Sprint(order)
	}
	order := ascending(50)
	one := of(1, order)
	if two := of(2, order); one == two || one == fmt.Sprint(ascending(50)) || one != of(1, order) ||
		two != of(2, ascending(50)) {
		t.Errorf("epochs 1 and 2 have the orders %s and %s, want two that only depend on the epoch", one, two)
	}
	if whole := of(1, ascending(10)); whole != fmt.Sprint(ascending(10)) {
		t.Errorf("order %s, want it unchanged where all samples are in one mini-batch", whole)
	}
}

// TestGradcheckFails: -gradcheck finds a derivative that is wrong by a thousandth, and ends with status 1.
func TestGradcheckFails(t *testing.T) {
	args := []string{"-data", numbers(t), "-regress", "-gradcheck", "-hidden", "4", "-activation", "tanh"}
	if status, stdout, stderr := ends(args...); status != 0 || stderr != "" || strings.Count(stdout, " ok\n") != 6 {
		t.Errorf("status %d, want 0 and six lines that are ok:\n%s%s", status, stdout, stderr)
	}
	for i := range activations {
		right := activations[i].Prime
		if activations[i].Name == "tanh" {
			defer func() { activations[i].Prime = right }()
			activations[i].Prime = func(delta, a []float64) {
				right(delta, a)
				ScaleBy(delta, 1.001)
			}
		}
	}
	if status, stdout, stderr := ends(args...); status != 1 || strings.Count(stdout, "WRONG\n") != 3 ||
		!strings.Contains(stderr, "3 of 6 lines differ") {
		t.Errorf("status %d, want 1 and three lines that are wrong:\n%s%s", status, stdout, stderr)
	}
}

// TestGradcheckTable: -gradcheck prints how many parameters of each layer it has compared, and with what.
func TestGradcheckTable(t *testing.T) {
	text := regexp.MustCompile(`[0-9.]+e-\d+  ok`).ReplaceAllString(command(t, "-data", numbers(t), "-regress",
		"-hidden", "3", "-batch", "8", "-gradcheck"), "E  ok")
	want := regexp.MustCompile(`
layer  parameters        shape  checked  relative error
    1  weights             2×3        6         +E  ok
    1  biases                3        3         +E  ok
    2  weights             3×1        3         +E  ok
    2  biases                1        1         +E  ok
    1  steps               2×3        9         +E  ok
    2  steps               3×1        4         +E  ok

weights and biases: ∂C/∂W and ∂C/∂b of 10 samples, against central
differences; ok up to 1e-06
steps: three real steps with 8, 8 and 6 samples, against steps along central
differences; ok up to 1e-05
$`)
	if !want.MatchString(text) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// TestNetworkTooLarge: a network that memory does not hold is refused before it is made.
func TestNetworkTooLarge(t *testing.T) {
	if math.MaxInt <= 1<<40 {
		t.Skip("numbers of this size do not fit into an int")
	}
	if status, _, stderr := ends("-data", numbers(t), "-regress", "-hidden", "1000000000,1000000000"); status != 2 ||
		!strings.Contains(stderr, "too many") {
		t.Errorf("status %d, %s; want 2 and too many", status, stderr)
	}
}

// experimentOf returns the training that a command line asks for, before its first epoch.
func experimentOf(t *testing.T, args ...string) *training {
	t.Helper()
	cfg, err := parse(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestTrainingIsSetUp: a trainer has the settings of the flags; a schedule is spread over all its steps, with the
// smaller last mini-batch of each epoch; each layer has its rate.
func TestTrainingIsSetUp(t *testing.T) {
	data := squares(t, 1)                                 // 90 samples to train on
	for _, c := range []struct{ flag, batch, steps int }{ // in two epochs
		{30, 30, 6}, {29, 29, 8}, {89, 89, 4}, {90, 90, 2}, {0, 90, 2}, {1000, 90, 2},
	} {
		x := experimentOf(t, "-data", data, "-epochs", "2", "-batch", fmt.Sprint(c.flag))
		if x.trainer.Batch != c.batch || x.trainer.N != 90 {
			t.Errorf("-batch %d: %d of %d samples, want %d of 90", c.flag, x.trainer.Batch, x.trainer.N, c.batch)
		}
		s := x.trainer.Schedule
		if s(0) != 1 || math.Abs(s(c.steps/2)-0.5) > 1e-12 || !(s(c.steps-1) > 0) || s(c.steps) != 0 {
			t.Errorf("-batch %d: factors %v, %v, %v and %v at steps 0, %d, %d and %d; want 1, 0.5, above 0 and 0", c.flag,
				s(0), s(c.steps/2), s(c.steps-1), s(c.steps), c.steps/2, c.steps-1, c.steps)
		}
	}
	for flags, want := range map[string]string{"-lr 0.2 -hidden 5,4": "[0.2 0.2 0.2]",
		"-lr 0.3,0.2,0.1 -hidden 5,4": "[0.3 0.2 0.1]", "-lr 0.2 -hidden none": "[0.2]"} {
		x := experimentOf(t, append(strings.Fields(flags), "-data", data)...)
		if got := fmt.Sprint(x.trainer.Rate); got != want {
			t.Errorf("%s: rates %s, want %s", flags, got, want)
		}
	}
	x := experimentOf(t, append(strings.Fields("-momentum 0.5 -nesterov -l2 3 -maxnorm 2 -dropout 0.1,0.2 -hidden 5,4 "+
		"-seed 9 -workers 3 -valid 10 -patience 4"), "-data", data)...)
	tr := x.trainer
	if tr.Momentum != 0.5 || !tr.Nesterov || tr.Adam || tr.L2 != 3 || tr.MaxNorm != 2 ||
		fmt.Sprint(tr.Dropout) != "[0.1 0.2 0.2]" || tr.Seed != 9 || tr.Workers != 3 || tr.N != 80 ||
		x.early.Patience != 4 || x.distorter != nil || tr.ExpensiveInputs {
		t.Errorf("options %+v, L2 %v, N %d, %d workers, patience %d", tr.Options, tr.L2, tr.N, tr.Workers, x.early.Patience)
	}
}

// TestReportOfTheBest: with -patience, the report is about the weights that are kept.
func TestReportOfTheBest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	lines := mustRun(t, "-data", squares(t, 1), "-valid", "20", "-hidden", "5,4", "-output", "sigmoid", "-cost", "bce",
		"-lr", "0.4",
		"-momentum", "0.5", "-epochs", "500", "-patience", "1", "-report", path)
	done := lines[len(lines)-1]
	want := fmt.Sprintf("%.2f %% of 30 test samples right with the weights of epoch %v, the best by the validation set",
		100*done["test_accuracy"].(float64), done["best_epoch"])
	if !strings.Contains(string(readFile(t, path)), want) {
		t.Errorf("the report does not say %q", want)
	}
}

// TestHelp: -h says what the program is, gives examples, and lists every flag. The text of each flag begins in the same
// column, in lines of at most 80 characters, and ends with the default where there is one.
func TestHelp(t *testing.T) {
	_, text, _ := ends("-h")
	const head = "Backprop trains a feed-forward neural network by backpropagation.\n\nUsage: go run . " +
		"[flags]\n\nExamples:\n  go run .   "
	if !strings.HasPrefix(text, head) {
		t.Errorf("-h begins with %.200q, want %q", text, head)
	}
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d characters, want at most 80: %s", n, line)
		}
	}
	_, flagTexts, _ := strings.Cut(text, "\nData:\n")
	entries, last := map[string]string{}, ""
	first, next := regexp.MustCompile(`^  -(\w[\w-]*)`), regexp.MustCompile(`^ {19}\S`)
	for line := range strings.Lines(flagTexts) {
		if m := first.FindStringSubmatch(line); m != nil {
			wide := []rune(line)
			last = m[1]
			if len(wide) < 20 || wide[18] != ' ' || wide[19] == ' ' {
				t.Errorf("the text does not begin in column 19: %s", line)
			}
			entries[last] = string(wide[min(19, len(wide)):])
		} else if next.MatchString(line) {
			entries[last] += line[18:]
		} else if strings.HasPrefix(line, " ") {
			t.Errorf("neither a flag nor its text: %q", line)
		}
	}
	settings.New(choices()).Flags.VisitAll(func(f *flag.Flag) {
		entry, listed := entries[f.Name]
		entry = strings.Join(strings.Fields(entry), " ")
		hasDefault := !slices.Contains([]string{"", "false", "0", "none"}, f.DefValue)
		if want := " (default " + f.DefValue + ")"; !listed || strings.HasSuffix(entry, want) != hasDefault {
			t.Errorf("-%s, whose default is %q, is listed: %v, %q", f.Name, f.DefValue, listed, entry)
		}
	})
	if !strings.Contains(entries["epochs"], "up to 800 for tables (default") ||
		!strings.HasSuffix(entries["test"], "(default 0.2)\n") || entries["nesterov"] != "momentum in Nesterov's form\n" {
		t.Errorf("-epochs %q, -test %q, -nesterov %q", entries["epochs"], entries["test"], entries["nesterov"])
	}
}

// TestHeader: a run begins with the network and its size, how many samples each split has, all settings of the
// training, and the kernel and the workers.
func TestHeader(t *testing.T) {
	path := sidesTable(t) // 120 samples of 2 inputs
	for _, c := range []struct {
		flags string
		want  []string
	}{
		{"-hidden 5,4 -epochs 2 -workers 3", []string{"network   2-5-4-2 relu, softmax cross-entropy, 49 parameters\n",
			"data      sides.csv: 96 to train on, 24 to test\n", "training  2 epochs, batch 32, rate 0.2 ",
			", l2 2, he init, seed 1\n",
			"machine   " + kernel.Name() + " kernel, 3 workers\n"}},
		{"-hidden none -epochs 1 -workers 1 -test 20 -valid 10 -seed 7 -l2 0 -batch 8", []string{
			"network   2-2, softmax cross-entropy, 6 parameters\n",
			"data      sides.csv: 90 to train on, 10 to validate, 20 to test\n",
			"training  1 epoch, batch 8, rate 0.2 ", ", he init, seed 7\n", "machine   " + kernel.Name() +
				" kernel, 1 worker\n"}},
		{"-hidden none -epochs 1 -test 0.2 -valid 0.25", []string{"data      sides.csv: 72 to train on, 24 to " +
			"validate, 24 to test\n"}},
		{"-hidden none -epochs 1 -test 1 -valid 1", []string{"data      sides.csv: 118 to train on, 1 to validate, 1 " +
			"to test\n"}},
		{"-hidden 3 -activation tanh -output sigmoid -cost bce -epochs 1 -momentum 0.5 -nesterov -init glorot -test 0",
			[]string{"network   2-3-2 tanh, sigmoid outputs, binary cross-entropy, 17 parameters\n",
				"data      sides.csv: 120 to train on\n",
				", momentum 0.5, nesterov, l2 2, glorot init, seed 1\n"}},
		{"-hidden 3 -cost mse -epochs 1 -optimizer adam -dropout 0.1,0.2 -classweight balanced", []string{
			"network   2-3-2 relu, squared error, 17 parameters\n",
			"optimizer adam, l2 2, dropout 0.1,0.2, classweight balanced,"}},
	} {
		text := command(t, append([]string{"-data", path, "-label", "kind"}, strings.Fields(c.flags)...)...)
		mustContain(t, strings.ReplaceAll(text, "\n            ", " "), c.want...)
	}
}
