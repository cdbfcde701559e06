package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/synthetic"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
	"backprop/internal/run/gates"
	"backprop/internal/run/recipes"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// command runs the program and returns what it prints on stdout.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if err := run(context.Background(), args, &stdout, &stderr); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if text := stderr.String(); text != "" && !strings.HasPrefix(text, "backprop: warning: ") {
		t.Errorf("%q: stderr is no terminal, and there is %q on it", args, stderr.String())
	}
	return stdout.String()
}

// events runs the program with -json and returns its lines, each of which must be an
// object with an event, the last one "done".
func events(t *testing.T, args ...string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(command(t, append(args, "-json")...)) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil || e["event"] == nil {
			t.Fatalf("%q: %v in line %q", args, err, line)
		}
		all = append(all, e)
	}
	if len(all) == 0 || all[len(all)-1]["event"] != "done" {
		t.Fatalf("%q: the last line is not \"done\"", args)
	}
	return all
}

// only returns the events of that name.
func only(all []map[string]any, name string) []map[string]any {
	return slices.DeleteFunc(slices.Clone(all), func(e map[string]any) bool { return e["event"] != name })
}

// mustContain reports which of the parts are not in text.
func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

var loadOnce = sync.OnceValues(func() (*dataset.Dataset, error) {
	return load.Path(os.Getenv("MNIST_DIR"), table.Options{})
})

// smallMNIST is a folder with the first samples of MNIST in its own format: of the real
// one where MNIST_DIR says where it is, else of the generated digits.
func smallMNIST(t *testing.T, train, test int) string {
	t.Helper()
	var d *dataset.Dataset
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		var err error
		if d, err = loadOnce(); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Log("MNIST_DIR is not set: generated digits stand in for MNIST")
		d = load.Digits(1, train, test)
	}
	dir := t.TempDir()
	writeMNIST(t, dir, d.Train.Slice(0, train), d.Test.Slice(0, test))
	return dir
}

// TestRecipeList: -recipe list has every recipe with its source, data, result and what is ours, within 80 columns; each
// recipe is complete, its page exists, and its settings are legal.
func TestRecipeList(t *testing.T) {
	list := command(t, "-recipe", "list")
	words := strings.Join(strings.Fields(list), " ")
	for _, name := range strings.Fields("derivation digits nielsen theano matrix unit linear sine activations " +
		"perceptron") {
		i := slices.IndexFunc(recipes.All, func(r recipes.Recipe) bool { return r.Name == name })
		if i < 0 {
			t.Errorf("there is no recipe %s", name)
			continue
		}
		r := recipes.All[i]
		mustContain(t, list, "\n"+name+" ")
		mustContain(t, words, r.Source, r.Shows, r.Data, r.Network, "published: "+r.Published,
			"ours: "+cmp.Or(r.Ours, "nothing"), r.Duration)
		if cfg, err := parse([]string{"-recipe", name}, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(cfg.Changed) > 0 {
			t.Errorf("%s: changed by nobody: %v", name, cfg.Changed)
		}
	}
	for name, want := range map[string]string{"digits": "the 8×8 digits of scikit-learn: -data with the path of " +
		"digits.csv.gz, ",
		"nielsen": "MNIST: -data ./mnist -download fetches it"} {
		if _, err := tryRun("-recipe", name); !filetest.Says(err, "-recipe "+name+" needs "+want) {
			t.Errorf("%s without data: %v", name, err)
		}
	}
	mustContain(t, list, "\n\n\"Notes on Neural Networks and Deep Learning, chapter 1\" (notebook):\n"+
		"docs/tutorials/nielsen.md\nnielsen      the network of Nielsen's book, chapter 1\n"+
		"             784-30-10 sigmoid; data: MNIST; 4 s\n             published: 9454 of 10,000\n             ours: "+
		"that the samples are shuffled, as in the book's program: the\n             source does not show that line\ntheano ",
		"             ours: batch 10 and rate 1.5: the source does not show them. Of\n             batches of 1, ")
	for _, r := range recipes.All {
		if _, err := os.Stat(r.Page()); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
	_, papers, found := strings.Cut(list, "From papers")
	for _, name := range strings.Fields("plain dropout simard best") {
		if !found || !strings.Contains(papers, "\n"+name+" ") {
			t.Errorf("%s is not listed as a paper's", name)
		}
	}
	for line := range strings.Lines(list) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if all := command(t, "-recipe", "list", "-json"); !strings.Contains(all,
		`{"event":"recipe","recipe":"nielsen","source":"\"Notes on Neural Networks and Deep Learning, chapter 1\" `+
			`(notebook)",`+
			`"shows":"the network of Nielsen's book, chapter 1","data":"MNIST","network":"784-30-10 `+
			`sigmoid","published":"9454 of 10,000","published_accuracy":0.9454,`+
			`"look":"the right answers beside the published ones: most is learned in the first epoch","ours":"that the `+
			`samples are shuffled, as in the book's program: the source does not show that line",`+
			`"flags":"-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 `+
			`-valid 10000 -scale 256","page":"docs/tutorials/nielsen.md"}`) {
		t.Errorf("nielsen is not as it should be in\n%.3000s", all)
	}
	for line := range strings.Lines(command(t, "-recipe", "list", "-json")) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

// TestRecipeErrors: what a recipe refuses is named in one line, with what to do, and the exit status is right.
func TestRecipeErrors(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"-recipe nielson", 2, "did you mean nielsen"},
		{"-recipe nielsen", 2, "-data ./mnist -download"},
		{"-recipe digits", 2, "digits.csv.gz"},
		{"-recipe digits -data " + nowhere, 1, "no such folder or file; -recipe digits needs"},
		{"-recipe sine -hidden 5,5", 2, "2 rates for 3 layers"},
		{"-recipe unit -sweep lr=1,2", 2, "several trainings"},
		{"-recipe linear -hidden 3", 2, "leave out -hidden"},
		{"-recipe unit -data " + nowhere, 1, "no such folder or file"},
		{"-recipe activations -epochs 3", 2, "leave out -epochs"},
		{"-recipe activations -data " + nowhere, 2, "leave out -data"},
		{"-recipe matrix -cost ce", 2, "leave out -cost"},
		{"-init normal:2", 2, "normal:1 for biases of 1"},
		{"-recipe perceptron -data " + nowhere, 2, "leave out -data"},
	} {
		var stdout, stderr strings.Builder
		err := run(context.Background(), strings.Fields(c.args), &stdout, &stderr)
		if status := exitCode(err, &stderr); status != c.status || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%s: status %d, %q; want %d and %q", c.args, status, stderr.String(), c.status, c.says)
		}
		if strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%s: not one line: %q", c.args, stderr.String())
		}
	}
}

// TestRecipeColumns: a tutorial's run prints the columns of its source: right answers, or losses, beside the published
// numbers; before training there is no time.
func TestRecipeColumns(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	e := &event.Epoch{Epoch: 2, Seconds: 1.5, TrainLoss: of(0.25), ValidLoss: of(0.5), TestLoss: of(0.125),
		TrainAccuracy: of(0.75), TestAccuracy: of(0.875),
		PublishedLoss: of(0.013716), PublishedAccuracy: of(0.9196), TestCorrect: 43, ValidCorrect: 21}
	for name, want := range map[string][3]string{
		"nielsen": {"epoch  train loss  test loss   test accuracy     published     time",
			"    2    0.250000   0.125000         43 / 50  9202 / 10000   1.50 s",
			"    0    0.250000   0.125000         43 / 50"},
		"derivation": {"epoch  train loss  test loss  published  train acc  test acc  published     time",
			"    2    0.250000   0.125000   0.013716     0.7500    0.8750     0.9196   1.50 s",
			"    0    0.250000   0.125000   0.013716     0.7500    0.8750     0.9196"},
		"digits": {"epoch  train loss  valid loss  valid accuracy   test accuracy     time",
			"    2    0.250000    0.500000         21 / 25         43 / 50   1.50 s",
			"    0    0.250000    0.500000         21 / 25         43 / 50"},
	} {
		x, out, log := experimentOn(t, goodTable(), "-epochs", "1")
		x.cfg.Recipe = *recipes.Find(name)
		x.data.Test.N, x.data.Valid.N = 50, 25
		e.ValidN, e.TestN, e.Published = 25, 50, ""
		if p := x.cfg.Recipe.PrintedAfter(2); p.Accuracy > 0 {
			e.Published = x.cfg.Recipe.Describe(p)
		}
		out.Row(x.columns(), nil)
		out.Row(x.columns(), e)
		begin := *e
		begin.Epoch, begin.Published = 0, ""
		printBefore(out, x, &begin)
		out.Flush()
		if got := log.String(); got != strings.Join(want[:], "\n")+"\n" {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, strings.Join(want[:], "\n"))
		}
	}
}

// TestRecipeSettings: each recipe has its tutorial's settings; what a tutorial leaves open, the recipe names as ours.
func TestRecipeSettings(t *testing.T) {
	for _, c := range []struct {
		recipe, settings string
		inOrder, fresh   bool
		drawn            int
		open             string // what the recipe says of the settings that are ours
	}{
		{"derivation", "784→[50] sigmoid sigmoid mse normal batch 10 lr 1.5 epochs 30 l2 0 momentum 0 valid 0 " +
			"scale ", false, false, 0, "batch 10 and rate 1.5"},
		{"digits", "64→[48 32] sigmoid sigmoid ce glorot batch 0 lr 0.2 epochs 2000 l2 0 momentum 0.9 valid 0.4 " +
			"scale none", false, true, 0, "2,000 epochs"},
		{"nielsen", "784→[30] sigmoid sigmoid mse normal batch 10 lr 3 epochs 10 l2 0 momentum 0 valid 10000 scale " +
			"256", false, false, 0, "shuffled"},
		{"theano", "784→[30] sigmoid sigmoid mse normal:1 batch 10 lr 6 epochs 10 l2 0 momentum 0 valid 10000 " +
			"scale 256", true, false, 0, "file order"},
		{"matrix", "784→[30] sigmoid sigmoid mse uniform:1 batch 1 lr 0.1 epochs 500 l2 0 momentum 0 valid 10000 " +
			"scale 256", false, false, 100, "rate 0.1, batches of 100 and 500 epochs"},
		{"unit", "0→[] sigmoid sigmoid mse zero batch 1 lr 0.1 epochs 100 l2 0 momentum 0 valid 0 scale none", true,
			false, 0, "20,000 passes for the two units"},
		{"sine", "0→[20] tanh linear mse uniform:0.1 batch 0 lr 0.1,0.01 epochs 100000 l2 0 momentum 0 valid 0 " +
			"scale standard", false, false, 0, "the random noise"},
		{"linear", "0→[] relu linear mse uniform:0.1 batch 0 lr 0.5 epochs 1000 l2 0 momentum 0 valid 0 scale " +
			"standard", false, false, 0, "all data and settings"},
		{"perceptron", "0→[2] sigmoid sigmoid bce uniform:0.2 batch 0 lr 1 epochs 5000 l2 0 momentum 0.9 valid 0 " +
			"scale none", false, false, 0, "everything"},
	} {
		cfg, err := parse([]string{"-recipe", c.recipe, "-data", "somewhere"}, nil)
		if c.recipe == "perceptron" {
			cfg, err = parse([]string{"-recipe", c.recipe}, nil)
		}
		if err != nil {
			t.Errorf("%s: %v", c.recipe, err)
			continue
		}
		r := cfg.Recipe
		got := fmt.Sprintf("%d→%v %s %s %s %s batch %d lr %s epochs %d l2 %v momentum %v valid %s scale %s",
			r.Inputs, cfg.Hidden,
			cfg.Activation, cfg.Output, cfg.Cost, cfg.Init, cfg.Batch, cfg.Rate.String(),
			cfg.Epochs, cfg.L2, cfg.Momentum, &cfg.Valid, cfg.Scale)
		if got != c.settings || r.InOrder != c.inOrder || r.NewWeightsEach != c.fresh || r.SamplesPerEpoch != c.drawn {
			t.Errorf("%s is\n%s (in order %v, fresh %v, drawn %d), want\n%s", c.recipe, got, r.InOrder, r.NewWeightsEach,
				r.SamplesPerEpoch, c.settings)
		}
		if c.open != "" && !strings.Contains(r.Ours, c.open) || c.open == "" && r.Ours != "" {
			t.Errorf("%s: %q does not name %q as ours", c.recipe, r.Ours, c.open)
		}
		if cfg.Schedule.Kind != "constant" {
			t.Errorf("%s has the schedule %s", c.recipe, cfg.Schedule.Kind)
		}
	}
}

// everything reports whether what only computes for long is tested too.
func everything() bool { return os.Getenv("BACKPROP_FULL") != "" }

// notesOf returns the notes of a run, joined, and all of its events.
func notesOf(t *testing.T, args ...string) (string, []map[string]any) {
	t.Helper()
	all := events(t, args...)
	var text []string
	for _, e := range only(all, "note") {
		text = append(text, e["text"].(string))
	}
	return strings.Join(text, "\n"), all
}

// numbersIn returns the numbers that the groups of a pattern find in text.
func numbersIn(t *testing.T, text, pattern string) (v []float64) {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%q is not in\n%s", pattern, text)
	}
	for _, s := range m[1:] {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		v = append(v, f)
	}
	return v
}

func within(a, b, relative float64) bool { return math.Abs(a-b) <= relative*math.Abs(b) }

// TestRecipeNielsen: flags override the recipe's settings, published numbers stand beside ours, and what is said of the
// first epoch is true.
func TestRecipeNielsen(t *testing.T) {
	dir := smallMNIST(t, 8500, 500)
	text := command(t, "-epochs", "2", "-recipe", "nielsen", "-data", dir, "-valid", "500", "-workers", "1")
	mustContain(t, strings.Join(strings.Fields(text), " "), "-epochs 2 (10)", "-valid 500 (10000)", "9,000 samples "+
		"of 784 inputs (70,000 of 784)",
		"8,000 to train on, 500 to validate", "9067 / 10000 ", "9202 / 10000 ", "count from 1, the tutorial's from "+
			"0", "-report out.html")
	last := regexp.MustCompile(`\npublished    9202 / 10000\nthis run     (\d+) / 500, with the changes above\npage ` +
		`+docs/tutorials/nielsen\.md\n$`).FindStringSubmatch(text)
	if last == nil {
		t.Fatalf("no comparison at the end of\n%s", text)
	}
	if right, _ := strconv.Atoi(last[1]); right < 275 {
		t.Errorf("%d of 500 right, want 275 or more", right)
	}
	notes, all := notesOf(t, "-recipe", "nielsen", "-data", dir, "-valid", "500", "-workers", "1", "-epochs", "5")
	before, epochs := only(all, "before"), only(all, "epoch")
	if len(before) != 1 || before[0]["epoch"] != 0.0 || len(epochs) != 5 || all[1]["event"] != "before" {
		t.Fatalf("%d lines before training and %d epochs", len(before), len(epochs))
	}
	for i, e := range epochs {
		if e["published_accuracy"] != recipes.NielsenCurve[i].Accuracy || e["published_loss"] != nil {
			t.Errorf("epoch %d: published %v", i+1, e["published_accuracy"])
		}
		if e["test_loss"] != e["test_cost"] || e["train_loss"] != e["train_cost"] {
			t.Errorf("epoch %d: the loss is not ½Σ(a−y)²", i+1)
		}
	}
	first, end := epochs[0]["test_accuracy"].(float64)*500, epochs[4]["test_accuracy"].(float64)*500
	mustContain(t, notes, "Where the notes write aᵐ = σ(hᵐ), h is what they have just called z, the weighted sum Wa + b.")
	v := numbersIn(t, notes, `first epoch (\d+) test samples are right, (\d+) % of the (\d+) in the end`)
	if v[0] != math.Round(first) || v[2] != math.Round(end) || math.Abs(v[1]-100*first/end) > 0.5 || !(v[1] > 50) {
		t.Errorf("%v for %v and %v: most is not learned in the first epoch", v, first, end)
	}
}

// TestRecipeDerivation: the loss is the tutorial's: the mean of (a − y)² over samples and outputs, of whole sets,
// before training and after each epoch.
func TestRecipeDerivation(t *testing.T) {
	dir := smallMNIST(t, 3000, 500)
	notes, all := notesOf(t, "-recipe", "derivation", "-data", dir, "-epochs", "3", "-lr", "3", "-seed", "10",
		"-workers", "1")
	for i, e := range append(only(all, "before"), only(all, "epoch")...) {
		for _, part := range []string{"train", "test"} {
			cost, loss := e[part+"_cost"].(float64), e[part+"_loss"].(float64)
			if math.Abs(loss-cost*2/10) > 1e-12 {
				t.Errorf("%s loss %v for a cost of %v, want 2/10 of it", part, loss, cost)
			}
		}
		want := []any{nil, 0.8966, 0.9196, 0.9269}[i]
		if e["published_accuracy"] != want || i > 0 && e["published_loss"] != []any{nil, 0.016992, 0.013716,
			0.012229}[i] {
			t.Errorf("epoch %d: published %v, %v; want %v", i, e["published_accuracy"], e["published_loss"], want)
		}
		if accuracy := e["test_accuracy"].(float64); i == 2 && accuracy < 0.5 {
			t.Errorf("test accuracy %v, want 0.5 or more", accuracy)
		}
	}
	// The slip: a factor of 2/10. And most is learned in the first epochs.
	epochs := only(all, "epoch")
	last := epochs[2]
	v := numbersIn(t, notes, `(\d\.\d+) and (\d\.\d+) here, a factor of 2/10 = (\d\.\d+)`)
	if !within(v[0], last["test_loss"].(float64), 1e-3) || !within(v[1], last["test_cost"].(float64), 1e-3) ||
		v[2] != 0.2 {
		t.Errorf("the loss, the cost and their factor are told as %v; want %v, %v and 0.2", v, last["test_loss"],
			last["test_cost"])
	}
	v = numbersIn(t, notes, `fell, from (\S+) to (\S+), the first epoch brought (\d+) %`)
	begin, first, end := only(all, "before")[0]["test_loss"].(float64), epochs[0]["test_loss"].(float64),
		last["test_loss"].(float64)
	if share := 100 * (begin - first) / (begin - end); !within(v[0], begin, 1e-3) || !within(v[1], end, 1e-2) ||
		math.Abs(v[2]-share) > 0.6 || share < 60 {
		t.Errorf("the loss is told as from %v to %v, of which the first epoch %v %%; want %v, %v and %v %%, 60 or more", v[0],
			v[1], v[2], begin, end, share)
	}
	mustContain(t, notes, "b is column 0 of W (Wb, whose input o₀ is 1)")
	// Rewritten with the mean of the plain definition, on the network's own answers.
	table := command(t, "-recipe", "derivation", "-data", dir, "-epochs", "1")
	mustContain(t, table, "train loss  test loss  published  train acc  test acc  published", "0.016992", "0.8966",
		"published    0.8966, loss 0.016992")
	for line := range strings.Lines(table) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// TestRecipeTheano: biases start at 1, samples come in file order, and the rate is that of the tutorial's own rule, by
// hand.
func TestRecipeTheano(t *testing.T) {
	dir := smallMNIST(t, 600, 100)
	cfg, err := parse([]string{"-recipe", "theano", "-data", dir, "-valid", "100", "-epochs", "2", "-workers", "1"},
		nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	plain := NewNetwork([]int{784, 30, 10}, named(activations, "sigmoid"), named(activations, "sigmoid"),
		named(costs, "mse"))
	copyLayers(plain.Layers, x.trainer.Net.Layers)
	sum, n := 0.0, 0
	for _, l := range plain.Layers {
		for _, b := range l.B {
			if b != 1 {
				t.Fatalf("a bias of %v", b)
			}
		}
		l.W.EachRow(func(w []float64) {
			for _, v := range w {
				sum, n = sum+v*v, n+1
			}
		})
	}
	if variance := sum / float64(n); math.Abs(variance-1) > 0.05 {
		t.Errorf("the weights have a variance of %v", variance)
	}
	if err := x.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	// The tutorial's own rule, by hand: rate 3/10 on the sum of Σ(a − y)², whose gradient is
	// twice that of ½Σ; mini-batches of 10 in file order.
	for range 2 {
		for at := 0; at < 500; at += 10 {
			in, y := NewMatrix(10, 784), NewMatrix(10, 10)
			x.source(&data.Train, ascending(500))(in, y, at, 0, 10)
			stepOn(plain, in, y, 2*(3./10)*10)
		}
	}
	for l := range plain.Layers {
		for i := range plain.Layers[l].W.Rows {
			for j, w := range plain.Layers[l].W.Row(i) {
				if got := x.trainer.Net.Layers[l].W.Row(i)[j]; math.Abs(got-w) > 1e-9 {
					t.Fatalf("layer %d, weight %d,%d is %v, by hand %v", l+1, i, j, got, w)
				}
			}
		}
	}
}

// TestTheanoLossWithoutHalf: without the ½, the gradient and the printed loss are twice as large.
func TestTheanoLossWithoutHalf(t *testing.T) {
	dir := smallMNIST(t, 600, 100)
	notes, all := notesOf(t, "-recipe", "theano", "-data", dir, "-valid", "100", "-epochs", "2")
	if v := numbersIn(t, notes, `, (\S+) in place of (\S+), a factor of (\S+)\. So`); !within(v[0], 2*v[1], 0.01) ||
		math.Abs(v[2]-2) > 1e-3 {
		t.Errorf("%v in place of %v, a factor of %v; want 2", v[0], v[1], v[2])
	}
	for i, e := range only(all, "epoch") {
		if cost, loss := e["test_cost"].(float64), e["test_loss"].(float64); !within(loss, 2*cost, 1e-12) ||
			e["published_accuracy"] != recipes.TheanoCurve[i].Accuracy {
			t.Errorf("loss %v for a cost of %v without ½", loss, cost)
		}
	}
}

// TestRecipeDigits: the tutorial's procedure, shortened, on its own data: the split, the sweep of λ, the training
// afresh, and the bound of the cost.
func TestRecipeDigits(t *testing.T) {
	file := os.Getenv("DIGITS_CSV")
	if file == "" {
		t.Skip("DIGITS_CSV does not say where scikit-learn's digits.csv.gz is")
	}
	args := []string{"-recipe", "digits", "-data", file, "-lr", "1", "-epochs", "60", "-sweep", "l2=0.1,1,30"}
	notes, all := notesOf(t, args...)
	start := only(all, "start")[0]
	if got := fmt.Sprint(start["layers"], start["train"], start["valid"], start["test"]); got != "[64 48 32 10] "+
		"721 482 594" {
		t.Errorf("network and parts are %s", got)
	}
	cfg, err := parse([]string{"-recipe", "digits", "-data", file}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	// Of the file's samples, from 0, scikit-learn takes 543, 303 and 310 first for the test set.
	if got := data.Test.Labels[:3]; !slices.Equal(got, []int32{7, 1, 2}) {
		t.Errorf("the test set begins with the digits %v", got)
	}
	var tried []map[string]any
	for _, e := range only(all, "sweep") {
		tried = append(tried, e)
	}
	best := slices.MaxFunc(tried, func(a, b map[string]any) int {
		return cmp.Compare(a["valid_accuracy"].(float64), b["valid_accuracy"].(float64))
	})
	epochs := only(all, "epoch")
	last := epochs[len(epochs)-1]
	done := all[len(all)-1]
	if len(tried) != 3 || done["weights_sha256"] == best["weights_sha256"] {
		t.Errorf("%d values tried; the last training is not afresh: %v", len(tried), done["weights_sha256"])
	}
	if a, b := last["valid_accuracy"].(float64), best["valid_accuracy"].(float64); math.Abs(a-b) > 0.06 {
		t.Errorf("afresh, validation accuracy %v; the best of the sweep had %v", a, b)
	}
	if accuracy := done["test_accuracy"].(float64); accuracy < 0.86 {
		t.Errorf("test accuracy %v, want 0.86 or more", accuracy)
	}
	if a, b := tried[0]["valid_accuracy"].(float64), tried[1]["valid_accuracy"].(float64); math.Abs(a-b) > 0.05 {
		t.Errorf("with λ 0.1 and 1 the validation accuracy is %v and %v: it is said to hardly change", a, b)
	}
	if tried[2]["valid_accuracy"].(float64) > 0.2 {
		t.Errorf("with λ 30 something is learned: %v", tried[2]["valid_accuracy"])
	}
	if done["published_accuracy"] != 0.959596 || done["published_valid_accuracy"] != 0.96473 ||
		done["published_l2"] != 0.599484 {
		t.Errorf("published %v", done)
	}
	if begin := only(all, "before")[0]; math.Abs(begin["train_cost"].(float64)-math.Log(10)) > 0.1 ||
		!(begin["train_loss"].(float64) > begin["train_cost"].(float64)) {
		t.Errorf("before training the cost is %v, the loss %v; guessing costs ln 10", begin["train_cost"],
			begin["train_loss"])
	}
	// The bound: softmax of numbers within 0…1.
	v := numbersIn(t, notes,
		`cannot exceed e/\(e\+9\) = (\S+), so the cost cannot fall below (\d\.\d+)\. Here the highest probability is `+
			`(\S+), and the training cost, without λ, is (\d\.\d+)\.`)
	if math.Abs(v[0]-0.232) > 1e-4 || math.Abs(v[1]-1.4612) > 1e-4 || v[2] > v[0] || v[2] < 0.12 || v[3] < v[1] ||
		!within(v[3],
			last["train_cost"].(float64), 1e-3) {
		t.Errorf("bounds %v", v)
	}
	mustContain(t, notes, "48, 32, 10 here, where n_in is 64, 48, 32", "from 1.000000 to 1.000000")
	text := command(t, "-recipe", "digits", "-data", file, "-epochs", "5", "-sweep", "l2=0.1,1")
	mustContain(t, text, "best by validation: l2 ", "afresh",
		"published    test 0.9596 at λ 0.5995, validation 0.9647", "this run     test 0.")
}

// TestDecayedLoss: the L2 term of the loss is λ/2N times the squares of the weights, for the N of each set, without the
// biases.
func TestDecayedLoss(t *testing.T) {
	net := NewNetwork([]int{2, 1}, Activation{}, activations[3], costs[2])
	copy(net.Layers[0].W.Row(0), []float64{3})
	copy(net.Layers[0].W.Row(1), []float64{-4})
	net.Layers[0].B[0] = 100
	x := &training{trainer: &Trainer{Net: net, L2: 0.6}}
	if got := decayed(x, Result{Samples: 10, Cost: 2}); math.Abs(got-2.75) > 1e-12 { // 2 + 0.6/20·25
		t.Errorf("2 + 0.6/(2·10)·(9 + 16) is %v", got)
	}
}

// TestOnTable: recipes that make their own data take a table in their place.
func TestOnTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "line.csv")
	text := "x,y\n"
	for i := range 20 {
		text += fmt.Sprintf("%d,%.2f\n", i-10, 0.3+0.02*float64(i))
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, e := range only(events(t, "-recipe", "unit", "-data", file, "-regress", "-epochs", "50"), "done") {
		titles = append(titles, fmt.Sprint(e["run"]))
	}
	if got := strings.Join(titles, "; "); got != "one unit; two units; two from zero" {
		t.Errorf("unit trains %s", got)
	}
	for _, args := range [][]string{{"sine", "-epochs", "50"}, {"linear", "-epochs", "50"}} {
		out := command(t, append([]string{"-recipe", args[0], "-data", file, "-regress"}, args[1:]...)...)
		mustContain(t, strings.Join(strings.Fields(out), " "), "other data: 20 samples of 1 inputs")
	}
}

// TestRestartsDiffer: a training afresh begins with other weights each time, and the first has those of the seed.
func TestRestartsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for start := range 4 {
		cfg, err := parse([]string{"-recipe", "perceptron"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Restart = start
		x, err := newTraining(cfg, gates.All[0].Data())
		if err != nil {
			t.Fatal(err)
		}
		net := x.trainer.Net
		seen[hash(net)] = true
		net.Initialise(uniformInit(0.2), cfg.Seed)
		if start == 0 && !seen[hash(net)] {
			t.Error("the first start has other weights than those of the seed")
		}
	}
	if len(seen) != 4 {
		t.Errorf("4 starts have %d different weights", len(seen))
	}
}

// floats is a JSON list of numbers.
func floats(v any) (list []float64) {
	for _, x := range v.([]any) {
		list = append(list, x.(float64))
	}
	return list
}

func allNear(a, b []float64, within float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= within })
}

// TestLayerExample: the layer of 3 → 2 that -recipe matrix works out has the numbers of the element-wise equations,
// written out here, and of -explain 3-2.
func TestLayerExample(t *testing.T) {
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	w, target := [7]float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, [2]float64{1, 0}
	h := [4]float64{0, sigma(1*0.1 + 0.5*0.4), sigma(-1*0.2 + 0.5*0.5), sigma(1*0.3 - 0.5*0.6)} // of the layer in front
	z := []float64{h[1]*w[1] + h[2]*w[3] + h[3]*w[5], h[1]*w[2] + h[2]*w[4] + h[3]*w[6]}
	layers := only(events(t, "-recipe", "matrix", "-epochs", "1", "-data", smallMNIST(t, 100, 20), "-valid", "10"),
		"layer")
	if len(layers) != 2 {
		t.Fatalf("%d layers", len(layers))
	}
	for i, e := range layers {
		var o, delta []float64
		for j := range z {
			o = append(o, sigma(z[j]))
			d := o[j] - target[j]
			if i == 0 { // squared error
				d *= o[j] * (1 - o[j])
			}
			delta = append(delta, d)
		}
		dh := []float64{delta[0]*w[1] + delta[1]*w[2], delta[0]*w[3] + delta[1]*w[4], delta[0]*w[5] + delta[1]*w[6]}
		var dw, updated, front []float64
		for k, back := range dh { // EQ1
			front = append(front, back*h[k+1]*(1-h[k+1]))
		}
		for j := range 2 {
			for k := 1; k <= 3; k++ {
				dw = append(dw, delta[j]*h[k])
				updated = append(updated, w[2*k-1+j]-0.5*delta[j]*h[k])
			}
		}
		for name, want := range map[string][]float64{"z": z, "o": o, "delta": delta, "dh": dh, "dw": dw,
			"updated": updated, "delta_in_front": front} {
			if got := floats(e[name]); !allNear(got, want, 1e-12) {
				t.Errorf("%v, %s is %v, by hand %v", e["cost"], name, got, want)
			}
		}
	}
	step := printedMatrices(t, command(t, "-explain", "3-2"))
	for key, name := range map[string]string{"h": "A₁", "z": "Z₂", "o": "A₂", "delta": "δ₂", "delta_in_front": "δ₁"} {
		for i, v := range floats(layers[0][key]) {
			if got := step[name][0].Row(0)[i]; math.Abs(got-v) > 1e-8 {
				t.Errorf("%s is %v in -explain 3-2 and %v in -recipe matrix", name, got, v)
			}
		}
	}
}

// TestRecipeMatrix: the products have the right shapes and transposed operands, in both notations, and what is said of
// the slips is true.
func TestRecipeMatrix(t *testing.T) {
	dir := smallMNIST(t, 1000, 300)
	args := []string{"-recipe", "matrix", "-data", dir, "-hidden", "20,15", "-epochs", "20", "-batch", "8",
		"-valid", "100"}
	var got []string
	for _, e := range only(events(t, args...), "matrix") {
		shape := e["shape"].([]any)
		if e["transposed"] != "" {
			got = append(got, fmt.Sprintf("%v %vx%v = %v: %v; %v", e["matrix"], shape[0], shape[1], e["product"],
				e["transposed"], e["as_columns"]))
		}
	}
	want := []string{
		"Z1 8x20 = 8×784 · 784×20: none; W1·A0 + b1", "Z2 8x15 = 8×20 · 20×15: none; W2·A1 + b2", "Z3 8x10 = 8×15 " +
			"· 15×10: none; W3·A2 + b3",
		"δ2 8x15 = 8×10 · (15×10)ᵀ: W3; (W3ᵀ·δ3) ⊙ σ′(Z2)", "δ1 8x20 = 8×15 · (20×15)ᵀ: W2; (W2ᵀ·δ2) ⊙ σ′(Z1)",
		"∂C/∂W1 784x20 = (8×784)ᵀ · 8×20: A0; (1/n) δ1·A0ᵀ", "∂C/∂W2 20x15 = (8×20)ᵀ · 8×15: A1; (1/n) δ2·A1ᵀ",
		"∂C/∂W3 15x10 = (8×15)ᵀ · 8×10: A2; (1/n) δ3·A2ᵀ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("products are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	notes, all := notesOf(t, "-recipe", "matrix", "-data", dir, "-valid", "100", "-epochs", "100")
	checkDrawn(t, dir, all)
	done := only(all, "epoch")
	a, b := done[len(done)/2-1], done[len(done)-1] // of squared error, and of cross-entropy
	if a["run"] != "squared error" || b["run"] != "cross-entropy" ||
		!(b["test_accuracy"].(float64) > a["test_accuracy"].(float64)) {
		t.Errorf("squared error has %v, cross-entropy %v", a, b)
	}
	if first := done[0]; !(a["train_cost"].(float64) < 0.7*first["train_cost"].(float64)) {
		t.Errorf("the cost does not fall: %v, %v", first["train_cost"], a["train_cost"])
	}
	mustContain(t, notes, "30x724", "they are 30×784")
	if v := numbersIn(t, notes,
		`the dot product is one number, (\S+), and δ is the vector \((\S+), (\S+)\)`); math.Abs(v[0]-v[1]-v[2]) > 2e-4 {
		t.Errorf("the dot product of EQ4 is the sum of δ: %v", v)
	}
	if v := numbersIn(t, notes, `puts δ1 off by (\S+) %`); !(v[0] > 0.1 && v[0] < 50) {
		t.Errorf("δ is off by %v %%", v[0])
	}
	if v := numbersIn(t, notes, `it is (\S+) on average, against (\S+) with`); !(v[0] > 2*v[1]) {
		t.Errorf("δ with cross-entropy %v, with squared error %v", v[0], v[1])
	}
	mustContain(t, command(t, "-recipe", "matrix", "-epochs", "2"), "(δ2·W2ᵀ) ⊙ σ′(Z1)", "(W2ᵀ·δ2) ⊙ σ′(Z1)",
		"generated digits stand in for", "EQ3", "EQ5", "EQ6",
		"cross-entropy ahead after 2 of 2 epochs")
}

// checkDrawn checks that an epoch is 100 samples drawn at random, with an update after each: the weights of the run are
// those of a plain loop.
func checkDrawn(t *testing.T, dir string, all []map[string]any) {
	t.Helper()
	cfg, err := parse([]string{"-recipe", "matrix", "-data", dir, "-valid", "100", "-epochs", "100"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[int32]bool{}
	for epoch := 1; epoch <= 100; epoch++ {
		order := ascending(data.Train.N)
		x.shuffle(order, epoch)
		for _, i := range order[:100] {
			in, y := NewMatrix(1, 784), NewMatrix(1, 10)
			x.source(&data.Train, order)(in, y, slices.Index(order, i), 0, 1)
			stepOn(x.trainer.Net, in, y, 0.1)
			drawn[i] = true
		}
	}
	if got := only(all, "done")[0]["weights_sha256"]; got != hash(x.trainer.Net) {
		t.Errorf("weights are %v, of a plain loop %s", got, hash(x.trainer.Net))
	}
	if len(drawn) < data.Train.N*9/10 {
		t.Errorf("%d of %d samples were drawn", len(drawn), data.Train.N)
	}
}

// spreadOf is the standard deviation of all numbers.
func spreadOf(list []float64) float64 {
	mean, square := 0.0, 0.0
	for _, v := range list {
		mean += v / float64(len(list))
	}
	for _, v := range list {
		square += (v - mean) * (v - mean) / float64(len(list))
	}
	return math.Sqrt(square)
}

// TestLookAt: what a lesson sees of a step is what the equations give by hand; the network stays as it was.
func TestLookAt(t *testing.T) {
	net := NewNetwork([]int{2, 2, 1}, named(activations, "sigmoid"), named(activations, "sigmoid"), named(costs, "mse"))
	copy(net.Layers[0].W.Row(0), []float64{0.5, -0.3})
	copy(net.Layers[0].W.Row(1), []float64{0.2, 0.8})
	net.Layers[1].W.Row(0)[0], net.Layers[1].W.Row(1)[0] = 0.7, -0.4
	data := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 2, Values: []float64{1, 2, 0, 0}, Targets: []float64{1, 0}}}
	x := &training{data: data, trainer: &Trainer{Net: net, Rate: []float64{0.25, 0.5}}, in: dataset.EvenScale(2, 1),
		out: dataset.EvenScale(1, 1)}
	was := hash(net)
	step := x.lookAt(1)
	hidden, last := step.Layers[0], step.Layers[1]
	s := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h := []float64{s(0.5 + 0.4), s(-0.3 + 1.6)}
	o := s(0.7*h[0] - 0.4*h[1])
	d := (o - 1) * o * (1 - o)
	slope := []float64{h[0] * (1 - h[0]), h[1] * (1 - h[1])}
	for _, c := range []struct {
		name      string
		got, want []float64
	}{{"X", step.X[0], []float64{1, 2}}, {"Y", step.Y[0], []float64{1}}, {"Z", hidden.Z[0], []float64{0.9, 1.3}},
		{"A", hidden.A[0], h}, {"the last A", last.A[0], []float64{o}}, {"the last δ", last.Delta[0], []float64{d}},
		{"g′", hidden.Slope[0], slope}, {"δ", hidden.Delta[0], []float64{d * 0.7 * slope[0], d * -0.4 * slope[1]}},
		{"∂C/∂W of the second input", hidden.GradW[1], []float64{2 * d * 0.7 * slope[0], 2 * d * -0.4 * slope[1]}},
		{"the last ∂C/∂b", last.GradB, []float64{d}}, {"η", []float64{hidden.Eta, last.Eta}, []float64{0.25, 0.5}},
	} {
		if !allNear(c.got, c.want, 1e-12) {
			t.Errorf("%s is %v, by hand %v", c.name, c.got, c.want)
		}
	}
	if hash(net) != was || len(step.Layers) != 2 || len(x.lookAt(2).X) != 2 {
		t.Errorf("the network has changed, or %d layers", len(step.Layers))
	}
}

// TestRecipeUnit: a unit that starts from zero and learns sample by sample comes to what a plain loop comes to; of the
// five trainings, two units fit x², and one unit cannot.
func TestRecipeUnit(t *testing.T) {
	notes, all := notesOf(t, "-recipe", "unit")
	done := only(all, "done")
	rmse := func(i int) float64 { return done[i]["train_rmse"].(float64) }
	d := synthetic.Rising(1).Train
	w, b := 0.0, 0.0
	for range 100 {
		for k, x := range d.Values {
			y := 1 / (1 + math.Exp(-w*x-b))
			step := 0.1 * (d.Targets[k] - y) * y * (1 - y)
			w, b = w+step*x, b+step
		}
	}
	sum := 0.0
	for k, x := range d.Values {
		off := 1/(1+math.Exp(-w*x-b)) - d.Targets[k]
		sum += off * off / 20
	}
	if !within(rmse(0), math.Sqrt(sum), 1e-9) || !(w > 0.1) {
		t.Errorf("RMSE %v, by a plain loop %v with w = %v", rmse(0), math.Sqrt(sum), w)
	}
	spread := spreadOf(synthetic.Parabola(1).Train.Targets)
	if !(rmse(0) < 0.4 && rmse(1) < 0.2 && rmse(2) > 0.8*spread && rmse(3) < 0.4*spread && rmse(4) > 1.5*rmse(3)) {
		t.Errorf("RMSE of the five trainings %v %v %v %v %v, spread of x² %v", rmse(0), rmse(1), rmse(2), rmse(3),
			rmse(4), spread)
	}
	v := numbersIn(t, notes,
		`leaves an RMSE of (\S+) of x², whose values lie (\S+) from their mean \(root mean square\); two units, added, `+
			`leave (\S+)\.\n`)
	if !within(v[0], rmse(2), 2e-3) || !within(v[1], spread, 2e-3) || !within(v[2], rmse(3), 1e-2) {
		t.Errorf("RMSE of one unit, spread and RMSE of two are told as %v; want %v, %v, %v", v, rmse(2), spread, rmse(3))
	}
	mustContain(t, notes, "the largest difference between their parameters is 0 after 20000 passes", "rjp")
	mustContain(t, command(t, "-recipe", "unit"), "rising line", "σ(0.", "σ(−0.",
		fmt.Sprintf("this run     RMSE %.4f, %.4f, ", rmse(0), rmse(1)))
}

// TestRecipeSine: the weights have the same bits everywhere; with all epochs the RMSE is below the noise; and what is
// said of rates and starts is true.
func TestRecipeSine(t *testing.T) {
	d := synthetic.Sine(1)
	epochs, milestones, want := "6000", 13, "db9a50a7d82ced6e20cab372dee2ba5e3c844070e07289730a2eb856c9274884"
	apart := 1.0001   // how far four starts are from each other
	if everything() { // until it has learned the noise
		epochs, milestones, want = "60000", 16, "0608f2defba040fb382fe6fdf15f94722717b0002e02bee36ff057fcb3c2b66f"
		apart = 1.01
	}
	notes, all := notesOf(t, "-recipe", "sine", "-epochs", epochs)
	if n := len(only(all, "epoch")); n != milestones {
		t.Errorf("%d epochs printed, want the %d from 1, 2, 5, 10 to %s", n, milestones, epochs)
	}
	done := all[len(all)-1]
	train, test := done["train_rmse"].(float64), done["test_rmse"].(float64)
	if everything() && !(train < 0.2 && test > train && test < 0.6) {
		t.Errorf("training RMSE %v, test RMSE %v", train, test)
	}
	if got := done["weights_sha256"]; got != want {
		t.Errorf("weights are %v, on other machines %s", got, want)
	}
	rmse := []float64{}
	for _, e := range only(all, "comparison") {
		rmse = append(rmse, e["train_rmse"].(float64))
	}
	if len(rmse) != 7 || rmse[0] != train {
		t.Fatalf("trainings compared: %v", rmse)
	}
	if starts := []float64{rmse[0], rmse[3], rmse[4], rmse[5]}; slices.Max(starts) < apart*slices.Min(starts) {
		t.Errorf("four starts end in the same minimum: %v", starts)
	}
	if sd := spreadOf(d.Train.Targets); !within(rmse[6], sd, 1e-6) {
		t.Errorf("from zero the RMSE is %v, that of a flat line %v", rmse[6], sd)
	}
	if v := numbersIn(t, notes,
		`the training RMSE is (\S+) with 0.1,0.01 for the two layers, (\S+) with 0.1 for both, and (\S+) with 0.01 for `+
			`both`); !within(v[0], rmse[0], 1e-2) ||
		!within(v[1], rmse[1], 1e-2) || !within(v[2], rmse[2], 1e-2) {
		t.Errorf("%v, compared %v", v, rmse)
	}
	least, at := math.Inf(1), 0.0
	for _, e := range only(all, "epoch") {
		if v := e["test_rmse"].(float64); v < least {
			least, at = v, e["epoch"].(float64)
		}
	}
	starts := []float64{rmse[0], rmse[3], rmse[4], rmse[5]}
	mustContain(t, notes, fmt.Sprintf("The training RMSE is %.3f in the end, the test RMSE %.3f; of the epochs "+
		"printed, the test RMSE was lowest, "+
		"%.3f, at epoch %.0f.", train, test, least, at),
		fmt.Sprintf("Four starts end at %.4f, %.4f, %.4f and %.4f, the worst %.1f %% above the best.", starts[0], starts[1],
			starts[2], starts[3],
			100*(slices.Max(starts)/slices.Min(starts)-1)))
	mustContain(t, notes, "is 0), and since", "the curve is flat", "(here 30·1) is commented out")
}

// TestInitZero: with all weights 0 at first, the units of a layer stay alike, whatever they learn.
func TestInitZero(t *testing.T) {
	x := experimentOf(t, "-init", "zero", "-hidden", "4", "-activation", "sigmoid", "-data", squares(t, 1), "-epochs", "2")
	if err := x.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	first := x.trainer.Net.Layers[0]
	for i := range first.W.Rows {
		for j, w := range first.W.Row(i) {
			if w != first.W.Row(i)[0] {
				t.Fatalf("weight %d of unit %d is %v, and of unit 1 %v", i+1, j+1, w, first.W.Row(i)[0])
			}
		}
	}
	if first.W.Row(70)[0] == 0 {
		t.Error("the units have learned nothing")
	}
}

// TestRecipeLinear: gradient descent arrives at least squares, for both outputs, and the right Φ brings the error down
// to the noise.
func TestRecipeLinear(t *testing.T) {
	page := filepath.Join(t.TempDir(), "r.html")
	notes, all := notesOf(t, "-recipe", "linear", "-report", page)
	weights := only(all, "weight")
	drawn := [2][4]float64{{0.5, 2, -3, 1}, {-1, 0.5, 0.25, 2}} // the constant, and the weights of three inputs
	for i, e := range weights {
		solved, learned := e["least_squares"].(float64), e["gradient_descent"].(float64)
		if truth := drawn[i/4][i%4]; math.Abs(solved-truth) > 0.1 || math.Abs(learned-solved) > 1e-7 {
			t.Errorf("output %v, %v: least squares %v, gradient descent %v, drawn from %v", e["output"],
				e["weight_of"], solved, learned, truth)
		}
	}
	if len(weights) != 8 {
		t.Errorf("%d weights, want 4 for each of 2 outputs", len(weights))
	}
	var test []float64
	for _, e := range only(all, "phi") {
		test = append(test, e["test_rmse"].(float64))
	}
	if len(test) != 4 || !(test[0] > 0.3 && test[1] > 0.3 && test[2] < 0.12 && test[3] < 0.5*test[0]) {
		t.Fatalf("test RMSE by Φ: %v; want two above 0.3, one below 0.12, and one below half of the first", test)
	}
	mustContain(t, string(readFile(t, page)),
		fmt.Sprintf("The right Φ brings it from %.3f to %.3f; hidden units reach %.3f.", test[0], test[2], test[3]),
		fmt.Sprintf("test RMSE goes from %.4g at Φ: 1 inputs 1 to %.4g at 4.", test[0], test[3]))
	if v := numbersIn(t, notes,
		`test RMSE of (\S+), with v⁵ (\S+), and with u³v², which the function has, (\S+): about the noise\..* leave `+
			`(\S+)\.$`); !allNear(v, test, 6e-4) {
		t.Errorf("%v, want %v", v, test)
	}
	mustContain(t, command(t, "-recipe", "linear", "-epochs", "3"), "equal to 0 digits")
}

// TestRecipePerceptron: the rule learns three gates and not XOR, which the network learns; with the inequality the
// wrong way round, every answer is wrong.
func TestRecipePerceptron(t *testing.T) {
	page := filepath.Join(t.TempDir(), "p.html")
	notes, all := notesOf(t, "-recipe", "perceptron", "-report", page)
	for _, e := range only(all, "perceptron") {
		w, right := floats(e["weights"]), 0
		u := gates.Unit{W1: w[0], W2: w[1], B: e["bias"].(float64)}
		for _, g := range gates.All {
			for i, truth := range g.Truth {
				if g.Name == e["gate"] && u.Answer(float64(i/2), float64(i%2)) == truth {
					right++
				}
			}
		}
		if e["learned"] != (e["gate"] != "XOR") || (right == 4) != (e["gate"] != "XOR") {
			t.Errorf("%v: learned %v, %d of 4 right", e["gate"], e["learned"], right)
		}
	}
	mustContain(t, string(readFile(t, page)), `<tr><th scope="col">x1 x2</th><th scope="col">AND</th>`)
	mustContain(t, notes, "of the 12 answers of the units that learned their gate, 12 are right with > 0, and 0 "+
		"with ≤ 0")
	// The rule by hand, from weights of 0: OR has (0, 1) wrong and then (0, 0), and in its fourth pass none.
	mustContain(t, command(t, "-recipe", "perceptron"), "AND, OR, NAND learned, XOR not; 2-2-1 answers 4 of 4",
		"\nAND   in 6 passes         2·x1 + 1·x2 − 2 > 0\nOR    in 4 passes         1·x1 + 1·x2 + 0 > 0\n",
		"\nXOR   not in 1000 passes",
		"\n 0  1    0     0   1     1     1     1    1  1\n", "\n 1  1    1     1   1     1     0     0    0  0\n",
		" 1 wrong\n")
}

// TestRecipeActivations: the values are those of the standard library's functions, each slope is a derivative, and what
// the sentences say is true.
func TestRecipeActivations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	notes, all := notesOf(t, "-recipe", "activations", "-report", path)
	rows := only(all, "values")
	if len(rows) != 11 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, e := range rows {
		s := e["s"].(float64)
		y := 1 / (1 + math.Exp(-s))
		for name, want := range map[string]float64{"exp": math.Exp(-s), "sigmoid": y, "one_minus_sigmoid": 1 - y,
			"sigmoid_slope": y * (1 - y),
			"tanh":          math.Tanh(s), "tanh_slope": 1 - math.Tanh(s)*math.Tanh(s),
			"polynomial":       3 + 2*s + s*s + 3*math.Pow(s, 5),
			"polynomial_slope": 2 + 2*s + 15*math.Pow(s, 4)} {
			if got := e[name].(float64); math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
				t.Errorf("%s(%v) is %v, want %v", name, s, got, want)
			}
		}
	}
	v := numbersIn(t, notes, `is (\S+), and σ\(3\) − σ\(−10\) is (\S+): `)
	if want := 1/(1+math.Exp(-3)) - 1/(1+math.Exp(10)); !within(v[0], want, 1e-5) || !within(v[1], want, 1e-5) {
		t.Errorf("area %v and difference %v, want %v", v[0], v[1], want)
	}
	mustContain(t, notes, "at most 0.25, that of tanh 1.00", "is 9387 at 5, so a step there is 4694 times as long "+
		"as at 0")
	html, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"1. To go down", "2. With a limit", "3. The other way", "4. Both", "5. The same",
		"f and its derivative", "A polynomial", "Sigmoid and tanh"} {
		mustContain(t, string(html), title)
	}
	if done := only(all, "done"); len(done) != 1 || done[0]["recipe"] != "activations" {
		t.Errorf("the last line: %v", done)
	}
	text := command(t, "-recipe", "activations")
	mustContain(t, text, "recipe       activations: how the sigmoid is built; its slope\nsource       \"Introduction to "+
		"Neural Networks\" (lecture)\n"+
		// and by hand: 3 + 2 + 1 + 3 = 9, and 2 + 2 + 15 = 19
		"ours         the table of values\nlook at      y(1−y) is a hill", "\nfigures      with -report out.html\n")
	mustContain(t, text, "\n 1    0.3679  0.7311  0.2689       0.1966   0.7616  0.4200      9    19\n",
		"at 5 they are 0.006648 and 0.000182")
}

// TestLayerExampleText: the lines of the example, worked out by hand from h = σ(0.3), σ(0.05), σ(0): 0.0574 + 0.1537 +
// 0.25 is 0.4612, σ of that 0.6133, and −0.3867 · 0.6133 · 0.3867 is −0.0917.
func TestLayerExampleText(t *testing.T) {
	text := command(t, "-recipe", "matrix", "-epochs", "1", "-data", smallMNIST(t, 100, 20), "-valid", "10")
	mustContain(t, text, "\nchanged      -valid 10 (10000), -epochs 1 (500), ")
	mustContain(t, text, `
     z₁ = h₁w₁ + h₂w₃ + h₃w₅ = 0.5744·0.1 + 0.5125·0.3 + 0.5000·0.5 = 0.4612
     z₂ = h₁w₂ + h₂w₄ + h₃w₆ = 0.5744·0.2 + 0.5125·0.4 + 0.5000·0.6 = 0.6199
     o = σ(z) = (0.6133, 0.6502)
`, `
  [-0.3867] ⊙ [ 0.2372] = [-0.0917]
  [ 0.6502]   [ 0.2274]   [ 0.1479]
`, `
  [ 0.1000  0.2000] · [-0.0917] = [ 0.0204]
  [ 0.3000  0.4000]   [ 0.1479]   [ 0.0316]
  [ 0.5000  0.6000]               [ 0.0429]
`, `
  [ 0.0204] ⊙ [ 0.2445] = [ 0.0050]
  [ 0.0316]   [ 0.2498]   [ 0.0079]
  [ 0.0429]   [ 0.2500]   [ 0.0107]
`, `
     W − α ∂E/∂w       with α = 0.5
  [ 0.1263  0.3235  0.5229]
  [ 0.1575  0.3621  0.5630]
`, `
  [ 0.6133] − [ 1.0000] = [-0.3867]
  [ 0.6502]   [ 0.0000]   [ 0.6502]
`, `
  [ 0.2111  0.3991  0.5967]
  [ 0.0133  0.2334  0.4375]
`)
	mustContain(t, text, "\nThen W ← W − η ∂C/∂W and b ← b − η ∂C/∂b.\n",
		"\nOne step of the network, n = 1: samples as rows, as this program has them\n\n")
}

// TestRecipeSweepLeavesAStepToLookAt: a recipe's own sweep does not go against -gradcheck and -explain; one on the
// command line does.
func TestRecipeSweepLeavesAStepToLookAt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "digits.csv.gz")
	filetest.Write(t, filepath.Dir(file), map[string][]byte{"digits.csv.gz": smallDigits()})
	mustContain(t, command(t, "-recipe", "digits", "-data", file, "-gradcheck"), "3  weights           32×10", "  ok\n")
	mustContain(t, command(t, "-recipe", "digits", "-data", file, "-explain"), "The step: ")
	if _, err := tryRun("-recipe", "digits", "-data", file, "-gradcheck", "-sweep", "l2=1,2"); err == nil {
		t.Error("-gradcheck goes with -sweep")
	}
}

// TestSideBySideNamesWhatFailed: of several trainings at once, the one that fails is named, and the others end.
func TestSideBySideNamesWhatFailed(t *testing.T) {
	var runs []*training
	for i, rate := range []string{"0.1", "1e300", "0.1"} {
		x, _, _ := experimentOn(t, goodNumbers(), "-hidden", "3", "-epochs", "20000", "-lr", rate)
		x.title = fmt.Sprint("training ", i)
		runs = append(runs, x)
	}
	if err := sideBySide(t.Context(), 3, runs...); !filetest.Says(err, "training 1: ",
		"try a smaller -lr (it is 1e+300)") {
		t.Errorf("%v; want that training 1 needs a smaller -lr", err)
	}
}

// TestRecipePages: every figure of a tutorial is on its recipe's page.
func TestRecipePages(t *testing.T) {
	dir := smallMNIST(t, 600, 100)
	for _, c := range []struct {
		args string
		want []string
	}{
		{"derivation -epochs 2 -data " + dir, []string{"Before training it is ", " for test, which is not drawn",
			"epoch 1: published 0.016992<", "epoch 2: published 91.96 %",
			"All 39,250 parameters", "All 510 parameters", "loss (log scale)", "mean of (", "All values are of " +
				"whole sets"}},
		{"nielsen -epochs 2 -valid 100 -data " + dir, []string{"The first 9 training images", "epoch 1: published " +
			"90.67 %", "What this run shows"}},
		{"theano -epochs 2 -valid 100 -data " + dir, []string{"The first 9 training images", "epoch 1: published " +
			"90.95 %", "without ½"}},
		{"matrix -epochs 20", []string{"cost_over_epoch", "One step: samples as rows", "samples as columns",
			"Accuracy on the test set"}},
		{"perceptron -epochs 1000", []string{"AND: one threshold unit", "XOR: one threshold unit", "hidden units",
			"Their truth tables"}},
		{"linear -epochs 300", []string{"Solved, and learned", "What should stand in Φ?",
			"epoch (log scale)"}}, // because the epochs in the curve become ever more seldom
		{"sine -epochs 300", []string{"Data and fit", "epoch 1: training", "epoch 13: training", "epoch 50: test",
			"epoch 300: test", "Outputs of the hidden units", "unit 20", "Other rates and other starts", ">0.7<"}},
		{"unit -epochs 50", []string{"rising line: Data and fit", "falling line: Data and fit", "x², one unit: Data and fit",
			"x², two units: Data and fit", "x², two units: Outputs of the hidden units", "x², two from zero",
			"What the units learned", `<dt>changed</dt><dd><span class="flag">-epochs</span> 50 (100)</dd>`}},
	} {
		path := filepath.Join(t.TempDir(), "r.html")
		command(t, append([]string{"-report", path, "-recipe"}, strings.Fields(c.args)...)...)
		html := string(readFile(t, path))
		for _, part := range c.want {
			if !strings.Contains(html, part) {
				t.Errorf("%s: the page lacks %q", c.args, part)
			}
		}
		if strings.HasPrefix(c.args, "sine") && strings.Contains(html, "RMSE (log scale)") {
			t.Error("the axes of sine are not linear, as the lecture has them")
		}
	}
}

// TestPublished trains in full and compares with what was published: minutes, so only
// where FIGURES is set, with MNIST_DIR and DIGITS_CSV.
func TestPublished(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip("FIGURES is not set: 1 asks for the tutorials' figures, which takes a quarter of an hour; all for the " +
			"papers' too, which takes hours")
	}
	for _, c := range []struct {
		recipe, data string
		seeds        int
		value        string
		least, most  float64 // of the median
	}{
		{"nielsen", "MNIST_DIR", 20, "test_accuracy", 0.9424, 0.9484},
		{"theano", "MNIST_DIR", 20, "test_accuracy", 0.9371, 0.9451},
		{"derivation", "MNIST_DIR", 20, "test_accuracy", 0.9515, 0.9575},
		{"derivation", "MNIST_DIR", 20, "test_loss", 0, 0.0088},
		{"digits", "DIGITS_CSV", 20, "test_accuracy", 0.955, 0.97},
		{"sine", "", 20, "train_rmse", 0, 0.2},
		{"plain", "MNIST_DIR", 3, "test_accuracy", 0.984, 1},
		{"dropout", "MNIST_DIR", 3, "test_accuracy", 0.988, 1},
		{"simard", "MNIST_DIR", 3, "test_accuracy", 0.993, 1},
		{"best", "MNIST_DIR", 3, "test_accuracy", 0.994, 1},
	} {
		r := *recipes.Find(c.recipe)
		if r.OfPaper() && os.Getenv("FIGURES") != "all" {
			continue
		}
		var ends []float64
		curve := make([][]float64, len(r.Curve))
		for seed := 1; seed <= c.seeds; seed++ {
			args := []string{"-recipe", c.recipe, "-seed", fmt.Sprint(seed)}
			if c.data != "" {
				args = append(args, "-data", os.Getenv(c.data))
			}
			all := events(t, args...)
			epochs := only(all, "epoch")
			e := all[len(all)-1]
			if e[c.value] == nil {
				e = epochs[len(epochs)-1]
			}
			for i := range curve {
				curve[i] = append(curve[i], epochs[i]["test_accuracy"].(float64))
			}
			t.Logf("%s, seed %d: %s %.4f", c.recipe, seed, c.value, e[c.value])
			ends = append(ends, e[c.value].(float64))
		}
		if v := median(ends); v < c.least || v > c.most {
			t.Errorf("%s: the median of %s is %.4f, want %v to %v", c.recipe, c.value, v, c.least, c.most)
		}
		t.Logf("%s: %s median %.4f, %.4f to %.4f", c.recipe, c.value, median(ends), ends[0], ends[len(ends)-1])
		for i, v := range curve {
			compareCurve(t, &r, i, v)
		}
	}
}

// compareCurve compares the accuracies of several seeds after an epoch with the published one, which lies within their
// range, and from the third epoch on near their median.
func compareCurve(t *testing.T, r *recipes.Recipe, i int, seeds []float64) {
	t.Helper()
	printed, off := r.Curve[i].Accuracy, 10000*(median(seeds)-r.Curve[i].Accuracy)
	t.Logf("%s, epoch %d: median %.4f, %.4f to %.4f, published %.4f, off by %+.0f of 10,000", r.Name, i+1, median(seeds),
		seeds[0], seeds[len(seeds)-1], printed, off)
	near := map[string]float64{"nielsen": 30, "theano": 60, "derivation": 50}[r.Name]
	if i >= 2 && !(math.Abs(off) <= near) {
		t.Errorf("%s, epoch %d: off by %+.0f of 10,000", r.Name, i+1, off)
	}
	if printed < seeds[0] || printed > seeds[len(seeds)-1] {
		t.Errorf("%s, epoch %d: %v is not within the range of %d seeds", r.Name, i+1, printed, len(seeds))
	}
}

// median sorts the values, and is their middle.
func median(v []float64) float64 {
	slices.Sort(v)
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}
