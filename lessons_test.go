package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/run/gates"
	"backprop/internal/run/recipes"
	"backprop/internal/show/console"
)

// TestRecipeSettings: each recipe has its tutorial's settings. What a tutorial leaves open is
// marked, and the recipe names it as ours.
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
			"256", false, false, 0, ""},
		{"theano", "784→[30] sigmoid sigmoid mse normal:1 batch 10 lr 6 epochs 10 l2 0 momentum 0 valid 10000 " +
			"scale 256", true, false, 0, "seed 2"},
		{"matrix", "784→[30] sigmoid sigmoid mse uniform:1 batch 1 lr 0.1 epochs 500 l2 0 momentum 0 valid 10000 " +
			"scale 256", false, false, 100, "rate 0.1, batches of 100, 500 epochs"},
		{"unit", "0→[] sigmoid sigmoid mse zero batch 1 lr 0.1 epochs 100 l2 0 momentum 0 valid 0 scale none", true,
			false, 0, "the training of the two units"},
		{"sine", "0→[20] tanh linear mse uniform:0.1 batch 0 lr 0.1,0.01 epochs 100000 l2 0 momentum 0 valid 0 " +
			"scale standard", false, false, 0, "the noise"},
		{"linear", "0→[] relu linear mse uniform:0.1 batch 0 lr 0.5 epochs 1000 l2 0 momentum 0 valid 0 scale " +
			"standard", false, false, 0, "all data and settings"},
		{"perceptron", "0→[2] sigmoid sigmoid bce uniform:0.2 batch 0 lr 1 epochs 5000 l2 0 momentum 0.9 valid 0 " +
			"scale none", false, false, 0, "all"},
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

// TestPublishedNumbers: what the recipes say of the numbers that the tutorials printed.
func TestPublishedNumbers(t *testing.T) {
	// The published loss falls until epoch 12, and then hardly any more.
	least := 1.0
	for _, p := range recipes.DerivationCurve {
		least = min(least, p.Loss)
	}
	if first, twelfth := recipes.DerivationCurve[0].Loss, recipes.DerivationCurve[11].Loss; (first-twelfth)/(first-least) < 0.95 {
		t.Errorf("until epoch 12 the loss falls from %v to %v, of %v in all", first, twelfth, least)
	}
	for i := 12; i < 30; i++ {
		if l := recipes.DerivationCurve[i].Loss; l < recipes.DerivationCurve[11].Loss*0.97 {
			t.Errorf("epoch %d: %v", i+1, l)
		}
	}
}

// notesOf are a run's notes, joined, and the run's other events.
func notesOf(t *testing.T, args ...string) (string, []map[string]any) {
	t.Helper()
	all := events(t, args...)
	var text []string
	for _, e := range only(all, "note") {
		text = append(text, e["text"].(string))
	}
	return strings.Join(text, "\n"), all
}

// numbersIn are the numbers that the groups of a pattern find in text.
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

// TestPrintedLines: the tutorials' own lines: "Epoch 0: 9067 / 10000", and "Epoch 0: loss: 0.016991653848590874 acc: 0.8966".
func TestPrintedLines(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		loss        bool
	}{
		{"nielsen", "9067 9202 9283 9318 9376 9393 9399 9426 9443 9454", false},
		{"theano", "9095 9270 9317 9313 9355 9403 9413 9397 9360 9411", false},
		{"derivation", "0.016992 0.8966 0.013716 0.9196 0.012229 0.9269 0.010847 0.9385 0.010387 0.939 0.009599 0.9442 0.009858 0.9443 0.009360 0.9457 " +
			"0.009088 0.95 0.008746 0.9492 0.008551 0.9521 0.008340 0.9513 0.008346 0.9515 0.008456 0.9532 0.008366 0.9525 0.008198 0.9549 " +
			"0.008247 0.9536 0.008466 0.9525 0.008125 0.9541 0.008890 0.9508 0.008222 0.9528 0.008115 0.9549 0.008308 0.9539 0.008410 0.9531 " +
			"0.008138 0.9532 0.008175 0.9527 0.008318 0.9531 0.008137 0.9556 0.008302 0.9554 0.008204 0.9545", true},
	} {
		i := slices.IndexFunc(recipes.All, func(r recipes.Recipe) bool { return r.Name == c.name })
		r, words := &recipes.All[i], strings.Fields(c.lines)
		for epoch := 1; len(words) > 0; epoch++ {
			var want recipes.Printed
			if c.loss {
				want.Loss, words = mustParse(t, words[0]), words[1:]
				want.Accuracy = mustParse(t, words[0])
			} else {
				want.Accuracy = mustParse(t, words[0]) / 10000
			}
			if words = words[1:]; r.At(epoch) != want {
				t.Errorf("%s, epoch %d: %v, want %v", c.name, epoch, r.At(epoch), want)
			}
			if len(words) == 0 && (r.At(epoch+1) != (recipes.Printed{}) || r.Last(epoch+1) != want || r.Last(1) != r.At(1)) {
				t.Errorf("%s: after its last epoch %v, and in the end %v, want %v", c.name, r.At(epoch+1), r.Last(epoch+1), want)
			}
		}
		if r.At(0) != (recipes.Printed{}) || r.At(-1) != (recipes.Printed{}) {
			t.Errorf("%s: something was printed before its first epoch", c.name)
		}
	}
}

// TestRecipeNielsen: others override the settings, published numbers stand beside ours, and
// what is said of the first epoch is so.
func TestRecipeNielsen(t *testing.T) {
	dir := smallMNIST(t, 8500, 500)
	text := command(t, "-epochs", "2", "-recipe", "nielsen", "-data", dir, "-valid", "500", "-workers", "1")
	mustContain(t, strings.Join(strings.Fields(text), " "), "-epochs 2 (10)", "-valid 500 (10000)", "9,000 samples "+
		"of 784 inputs (70,000 of 784)",
		"8,000 to train on, 500 to validate", "9067 / 10000 ", "9202 / 10000 ", "count from 1, the tutorial's from "+
			"0", "-report out.html")
	last := regexp.MustCompile(`\npublished    9202 / 10000\nthis run     (\d+) / 500, with the changes above\n$`).FindStringSubmatch(text)
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

// TestRecipeDerivation: the loss is the tutorial's, mean of (a − y)² over samples and outputs,
// of whole sets, before training and after each epoch.
func TestRecipeDerivation(t *testing.T) {
	dir := smallMNIST(t, 3000, 500)
	notes, all := notesOf(t, "-recipe", "derivation", "-data", dir, "-epochs", "3", "-lr", "3", "-workers", "1")
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
	if !within(v[0], last["test_loss"].(float64), 1e-3) || !within(v[1], last["test_cost"].(float64), 1e-3) || v[2] != 0.2 {
		t.Errorf("%v", v)
	}
	v = numbersIn(t, notes, `fell, from (\S+) to (\S+), the first epoch brought (\d+) %`)
	begin, first, end := only(all, "before")[0]["test_loss"].(float64), epochs[0]["test_loss"].(float64),
		last["test_loss"].(float64)
	if share := 100 * (begin - first) / (begin - end); !within(v[0], begin, 1e-3) || !within(v[1], end, 1e-2) ||
		math.Abs(v[2]-share) > 0.6 || share < 60 {
		t.Errorf("%v; the first epoch brought %v %%", v, share)
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

// TestRecipeTheano: biases of 1, samples in file order, and the missing ½ doubles the gradient.
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

// TestTheanoNotes: the missing ½ doubles the gradient, and the printed loss.
func TestTheanoNotes(t *testing.T) {
	dir := smallMNIST(t, 600, 100)
	notes, all := notesOf(t, "-recipe", "theano", "-data", dir, "-valid", "100", "-epochs", "2")
	if v := numbersIn(t, notes, `, (\S+) in place of (\S+), a factor of (\S+)\. So`); !within(v[0], 2*v[1], 0.01) || math.Abs(v[2]-2) > 1e-3 {
		t.Errorf("%v, want a factor of 2", v)
	}
	for i, e := range only(all, "epoch") {
		if cost, loss := e["test_cost"].(float64), e["test_loss"].(float64); !within(loss, 2*cost, 1e-12) ||
			e["published_accuracy"] != recipes.TheanoCurve[i].Accuracy {
			t.Errorf("loss %v for a cost of %v without ½", loss, cost)
		}
	}
}

// TestRecipeDigits: the procedure in short, on the tutorial's data.
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
	v := numbersIn(t, notes, `cannot exceed e/\(e\+9\) = (\S+), so the cost cannot fall below (\d\.\d+)\. Here the highest probability is (\S+), and the training cost, without λ, is (\d\.\d+)\.`)
	if math.Abs(v[0]-0.232) > 1e-4 || math.Abs(v[1]-1.4612) > 1e-4 || v[2] > v[0] || v[2] < 0.12 || v[3] < v[1] || !within(v[3],
		last["train_cost"].(float64), 1e-3) {
		t.Errorf("bounds %v", v)
	}
	mustContain(t, notes, "48, 32, 10 here, where n_in is 64, 48, 32", "from 1.000000 to 1.000000")
	text := command(t, "-recipe", "digits", "-data", file, "-epochs", "5", "-sweep", "l2=0.1,1")
	mustContain(t, text, "best by validation: l2 ", "afresh",
		"published    test 0.9596 at λ 0.5995, validation 0.9647", "this run     test 0.")
}

// TestDecayedLoss: the L2 term of the loss is λ/2N times the squares of the weights, for the N
// of each part, without the biases.
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

// TestOnTable: recipes that can mean something on other data take them.
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
	for _, args := range [][]string{{"unit"}, {"sine", "-epochs", "50"}, {"linear", "-epochs", "50"}} {
		out := command(t, append([]string{"-recipe", args[0], "-data", file, "-regress"}, args[1:]...)...)
		mustContain(t, strings.Join(strings.Fields(out), " "), "other data: 20 samples of 1 inputs")
	}
}

// TestFreshStart: a training afresh begins with other weights, and each with its own; without
// a sweep, the seed's.
func TestFreshStart(t *testing.T) {
	seen := map[string]int{}
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
		seen[hash(x.trainer.Net)]++
		x.trainer.Net.Initialise(uniformInit(0.2), cfg.Seed)
		if same := seen[hash(x.trainer.Net)] > 0; same != true {
			t.Error("the first start is not the seed's")
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d of 4 starts differ", len(seen))
	}
}
