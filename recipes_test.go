package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
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

// only is the events of that name.
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

var loadOnce = sync.OnceValues(func() (*Dataset, error) { return loadMNIST(os.Getenv("MNIST_DIR")) })

// smallMNIST is a folder with the first samples of MNIST in its own format: of the real
// one where MNIST_DIR says where it is, else of the generated digits.
func smallMNIST(t *testing.T, train, test int) string {
	t.Helper()
	var d *Dataset
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		var err error
		if d, err = loadOnce(); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Log("MNIST_DIR is not set: generated digits stand in for MNIST")
		d = generateDigits(1, train, test)
	}
	dir := t.TempDir()
	writeMNIST(t, dir, d.Train.Slice(0, train), d.Test.Slice(0, test))
	return dir
}

// TestRecipeTable: every recipe is complete, and its settings are legal.
func TestRecipeTable(t *testing.T) {
	list := command(t, "-recipe", "list")
	for _, name := range strings.Fields("nielsen derivation digits matrix sine unit linear perceptron") {
		i := slices.IndexFunc(recipes, func(r recipe) bool { return r.name == name })
		if i < 0 {
			t.Errorf("there is no recipe %s", name)
			continue
		}
		r := recipes[i]
		mustContain(t, list, "\n"+name, r.shows, r.data, r.network, r.published, r.takes)
		if r.look == "" || (r.make == nil) != (r.from != "") {
			t.Errorf("%s: it says not what to look at, or where the data come from", name)
		}
		if cfg, err := parse([]string{"-recipe", name}, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(cfg.changed) > 0 {
			t.Errorf("%s: changed by nobody: %v", name, cfg.changed)
		}
	}
	for line := range strings.Lines(command(t, "-recipe", "list", "-json")) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

// TestRecipeErrors: what is wrong is named, with what to do, and the exit status is right.
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
		{"-recipe unit -sweep lr=1,2", 2, "more than one training"},
		{"-recipe linear -hidden 3", 2, "leave out -hidden"},
		{"-recipe unit -data " + nowhere, 2, "leave out -data"},
		{"-recipe perceptron -data " + nowhere, 2, "leave out -data"},
		{"-sweep l2", 2, "P=VALUES"},
		{"-sweep cost=1,2", 2, "-cost is none"},
		{"-sweep nothing=1,2", 2, "-nothing is none"},
		{"-sweep workers=1,2", 2, "-workers is none"},
		{"-sweep l2=1:2", 2, "from:to:n"},
		{"-sweep l2=0:1:5", 2, "above 0"},
		{"-sweep l2=1:2:3:4", 2, "from:to:n"},
		{"-sweep l2=1:2:1", 2, "2 to 1000"},
		{"-sweep lr=0.1,x", 2, `"x" is not a learning rate`},
		{"-sweep epochs=0,1", 2, "-epochs 0"},
		{"-recipe sine -sweep lr=0.1,0.2", 2, "-valid 0.2"},
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

// TestRecipeNielsen: the settings are the published ones, others override them, and the
// published result stands beside ours.
func TestRecipeNielsen(t *testing.T) {
	cfg, err := parse([]string{"-recipe", "nielsen", "-data", "mnist"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintln(cfg.hidden, cfg.hiddenActivation, cfg.outputActivation, cfg.cost, cfg.init, cfg.batch, cfg.rates, cfg.epochs, cfg.valid.Count, cfg.scale)
	if want := "[30] sigmoid sigmoid mse normal 10 [3] 10 10000 256\n"; got != want {
		t.Errorf("settings are %swant %s", got, want)
	}
	dir := smallMNIST(t, 3500, 500)
	text := command(t, "-epochs", "2", "-recipe", "nielsen", "-data", dir, "-valid", "500", "-workers", "1")
	mustContain(t, text, "-epochs 2 (10)", "-valid 500 (10000)", "4,000 samples of 784 inputs (70,000 of 784)", "3,000 to train on, 500 to validate", "9067 / 10000\n", "9202 / 10000\n")
	last := regexp.MustCompile(`\npublished 9202 / 10000 · this run (\d+) / 500, with the changes above\n$`).FindStringSubmatch(text)
	if last == nil {
		t.Fatalf("no comparison at the end of\n%s", text)
	}
	if right, _ := strconv.Atoi(last[1]); right < 275 {
		t.Errorf("%d of 500 right, want 275 or more", right)
	}
}

// TestRecipeDerivation: the loss is the tutorial's, mean of (a − y)² over samples and outputs.
func TestRecipeDerivation(t *testing.T) {
	all := events(t, "-recipe", "derivation", "-data", smallMNIST(t, 3000, 500), "-epochs", "2", "-lr", "3", "-workers", "1")
	for i, e := range only(all, "epoch") {
		cost, loss := e["test_cost"].(float64), e["test_loss"].(float64)
		if math.Abs(loss-cost*2/10) > 1e-12 {
			t.Errorf("loss %v for a cost of %v, want 2/10 of it", loss, cost)
		}
		if want := []any{"0.8966, loss 0.0170", nil}[i]; e["published"] != want {
			t.Errorf("epoch %d: published %v, want %v", i+1, e["published"], want)
		}
		if accuracy := e["test_accuracy"].(float64); i == 1 && accuracy < 0.5 {
			t.Errorf("test accuracy %v, want 0.5 or more", accuracy)
		}
	}
}

// TestRecipeMatrix: shapes, which operand is transposed, and cross-entropy ahead.
func TestRecipeMatrix(t *testing.T) {
	dir := smallMNIST(t, 1000, 300)
	all := events(t, "-recipe", "matrix", "-data", dir, "-hidden", "20,15", "-epochs", "2", "-batch", "8")
	var got []string
	for _, e := range only(all, "matrix") {
		if shape := e["shape"].([]any); e["transposed"] != "" {
			got = append(got, fmt.Sprintf("%v %vx%v = %v: %v", e["matrix"], shape[0], shape[1], e["product"], e["transposed"]))
		}
	}
	want := []string{
		"Z1 8x20 = 8×784 · 784×20: none", "Z2 8x15 = 8×20 · 20×15: none", "Z3 8x10 = 8×15 · 15×10: none",
		"δ2 8x15 = 8×10 · (15×10)ᵀ: W3", "δ1 8x20 = 8×15 · (20×15)ᵀ: W2",
		"∂C/∂W1 784x20 = (8×784)ᵀ · 8×20: A0", "∂C/∂W2 20x15 = (8×20)ᵀ · 8×15: A1", "∂C/∂W3 15x10 = (8×15)ᵀ · 8×10: A2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("products are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	done := only(all, "done")
	alone := events(t, "-recipe", "nielsen", "-data", dir, "-hidden", "20,15", "-epochs", "2", "-batch", "8", "-cost", "bce", "-init", "uniform:1",
		"-lr", "0.5", "-scale", "unit", "-valid", "0", "-workers", "1")
	if a, b := done[1]["weights_sha256"], alone[len(alone)-1]["weights_sha256"]; a != b {
		t.Errorf("weights are %v side by side and %v alone", a, b)
	}
	text := command(t, "-recipe", "matrix", "-data", dir, "-epochs", "2")
	mustContain(t, text, "(δ2·W2ᵀ) ⊙ σ′(Z1)", "cross-entropy ahead after 2 of 2 epochs")
}

// TestRecipeDigits: the procedure in short, on the tutorial's data.
func TestRecipeDigits(t *testing.T) {
	file := os.Getenv("DIGITS_CSV")
	if file == "" {
		t.Skip("DIGITS_CSV does not say where scikit-learn's digits.csv.gz is")
	}
	all := events(t, "-recipe", "digits", "-data", file, "-lr", "1", "-epochs", "40", "-sweep", "l2=0.1:10:3")
	start := only(all, "start")[0]
	if got := fmt.Sprint(start["layers"], start["train"], start["valid"], start["test"]); got != "[64 48 32 10] 721 482 594" {
		t.Errorf("network and parts are %s", got)
	}
	checkSweep(t, all, "0.1 1 10")
	if accuracy := all[len(all)-1]["test_accuracy"].(float64); accuracy < 0.86 {
		t.Errorf("test accuracy %v, want 0.86 or more", accuracy)
	}
	text := command(t, "-recipe", "digits", "-data", file, "-epochs", "5", "-sweep", "l2=0.1,1")
	mustContain(t, text, "best by validation: l2 ", "published test 0.9596 at λ 0.599, validation 0.9647 · this run test ")
}

// checkSweep: the values were tried in their order, before the start of the training that
// is reported, which is the best by validation, to the bit.
func checkSweep(t *testing.T, all []map[string]any, values string) {
	t.Helper()
	tried, best := []string{}, map[string]any(nil)
	for i, e := range only(all, "sweep") {
		if all[i]["event"] != "sweep" {
			t.Error("sweep lines do not come first")
		}
		tried = append(tried, fmt.Sprint(e["value"]))
		if e["failed"] != nil {
			continue
		}
		a, c := e["valid_accuracy"].(float64), e["valid_cost"].(float64)
		if best == nil || a > best["valid_accuracy"].(float64) || a == best["valid_accuracy"].(float64) && c < best["valid_cost"].(float64) {
			best = e
		}
	}
	if got := strings.Join(tried, " "); got != values {
		t.Errorf("tried %s, want %s", got, values)
	}
	if got := all[len(all)-1]["weights_sha256"]; got != best["weights_sha256"] {
		t.Errorf("trained once more the weights are %v; the best by validation had %v", got, best["weights_sha256"])
	}
}

// TestSweep: each value gives the same bits as alone, whichever flag it is for.
func TestSweep(t *testing.T) {
	dir := smallMNIST(t, 600, 200)
	args := []string{"-data", dir, "-hidden", "12", "-epochs", "2", "-valid", "200", "-workers", "2"}
	for _, c := range []struct{ flag, sweep, values string }{
		{"lr", "0.01:1:3", "0.01 0.1 1"},
		{"lr", "1e300,0.1", "1e+300 0.1"},
		{"batch", "10:40:3", "10 20 40"},
		{"hidden", "5,none", "5 none"},
		{"seed", "3,4", "3 4"},
		{"momentum", "0,0.9", "0 0.9"},
	} {
		all := events(t, append(args, "-sweep", c.flag+"="+c.sweep)...)
		checkSweep(t, all, c.values)
		for _, e := range only(all, "sweep") {
			value := fmt.Sprint(e["value"])
			if e["failed"] != nil {
				if value != "1e+300" {
					t.Errorf("%s %s: %v", c.flag, value, e["failed"])
				}
				continue
			}
			alone := events(t, append(args, "-"+c.flag, value)...)
			if a, b := e["weights_sha256"], alone[len(alone)-1]["weights_sha256"]; a != b {
				t.Errorf("%s %s: weights are %v in the sweep and %v alone", c.flag, value, a, b)
			}
		}
	}
}

// TestSweepOfRecipeData: the seed of the sweep draws the data too.
func TestSweepOfRecipeData(t *testing.T) {
	args := []string{"-recipe", "sine", "-valid", "5", "-epochs", "100"}
	all := events(t, append(args, "-sweep", "seed=1,2")...)
	for _, e := range only(all, "sweep") {
		alone := events(t, append(args, "-seed", fmt.Sprint(e["value"]))...)
		if a, b := e["weights_sha256"], alone[len(alone)-1]["weights_sha256"]; a != b {
			t.Errorf("seed %v: weights are %v in the sweep and %v alone", e["value"], a, b)
		}
	}
}

// TestSweepOfTable: what suits a table suits it in a sweep too.
func TestSweepOfTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "line.csv")
	text := "x,y\n"
	for i := range 40 {
		text += fmt.Sprintf("%d.5,%d\n", i, 3*i+i%3)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"-data", file, "-regress", "-valid", "8"}
	for _, sweep := range []string{"l2=0,1", "lr=0.01,0.02", "epochs=3,4"} {
		all := events(t, append(args, "-sweep", sweep)...)
		flag, _, _ := strings.Cut(sweep, "=")
		best := math.Inf(1)
		var chosen any
		for _, e := range only(all, "sweep") {
			alone := events(t, append(args, "-"+flag, fmt.Sprint(e["value"]))...)
			if a, b := e["weights_sha256"], alone[len(alone)-1]["weights_sha256"]; a != b {
				t.Errorf("%s %v: weights are %v in the sweep and %v alone", flag, e["value"], a, b)
			}
			if rmse := e["valid_rmse"].(float64); rmse < best {
				best, chosen = rmse, e["weights_sha256"]
			}
		}
		if got := all[len(all)-1]["weights_sha256"]; got != chosen {
			t.Errorf("%s: the weights are not those of the best", sweep)
		}
	}
}

// TestSweepChoosesByValidation: the test part has no say, the cost decides between equals.
func TestSweepChoosesByValidation(t *testing.T) {
	entry := func(valid, cost, test float64) epochEvent {
		return epochEvent{ValidAccuracy: &valid, ValidCost: &cost, TestAccuracy: &test}
	}
	for _, c := range []struct {
		a, b epochEvent
		want bool
	}{
		{entry(0.9, 1, 0.1), entry(0.8, 0.5, 0.9), true},
		{entry(0.8, 0.5, 0.9), entry(0.9, 1, 0.1), false},
		{entry(0.9, 0.4, 0.1), entry(0.9, 0.5, 0.9), true},
		{entry(0.9, 0.5, 0.9), entry(0.9, 0.5, 0.1), false},
	} {
		if c.a.better(c.b) != c.want {
			t.Errorf("better(%v %v, %v %v) is %v", *c.a.ValidAccuracy, *c.a.ValidCost, *c.b.ValidAccuracy, *c.b.ValidCost, !c.want)
		}
	}
}

// TestSweepInterrupted: a sweep ends soon after Ctrl-C.
func TestSweepInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out strings.Builder
	err := run(ctx, strings.Fields("-recipe sine -valid 5 -epochs 1000000000 -sweep momentum=0,0.1,0.2"), &out, &out)
	if !errors.Is(err, errInterrupted) {
		t.Errorf("error is %v", err)
	}
}

// TestRecipeSine: RMSE below the noise in a seventh of the epochs, with the same bits everywhere.
func TestRecipeSine(t *testing.T) {
	all := events(t, "-recipe", "sine", "-seed", "7", "-epochs", "15000")
	if n := len(only(all, "epoch")); n != 14 {
		t.Errorf("%d epochs printed, want the 14 from 1, 2, 5, 10 to 15000", n)
	}
	done := all[len(all)-1]
	if rmse := done["train_rmse"].(float64); !(rmse < 0.2) {
		t.Errorf("training RMSE %v, want below 0.2", rmse)
	}
	if rmse := done["test_rmse"].(float64); !(rmse > done["train_rmse"].(float64) && rmse < 0.6) {
		t.Errorf("test RMSE %v", rmse)
	}
	const want = "00ec8c1eded7cf248b2477a37ecfb036da719329a26aae53d5bfb9d3152dbbf8"
	if got := done["weights_sha256"]; got != want {
		t.Errorf("weights are %v, on other machines %s", got, want)
	}
	d := sineData(1)
	if s, err := fitTargetScale("standard", d.Train); err != nil || d.Train.N != 30 || d.Test.N != 30 || !(s.Factor[0] > 1 && s.Factor[0] < 4) {
		t.Errorf("%d and %d samples, scale %v, %v", d.Train.N, d.Test.N, s, err)
	}
}

func TestSine(t *testing.T) {
	for x := -30.0; x < 30; x += 0.00137 {
		if got, want := sine(x), math.Sin(x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("sine(%v) is %v, want %v", x, got, want)
		}
	}
}

// TestRecipeUnit: lines fitted, x² not; two units can.
func TestRecipeUnit(t *testing.T) {
	for i, e := range only(events(t, "-recipe", "unit", "-seed", "3", "-lr", "1", "-epochs", "400"), "done") {
		limits := [][2]float64{{0, 0.02}, {0, 0.02}, {0.3, 0.4}, {0, 0.03}}[i]
		if rmse := e["train_rmse"].(float64); rmse < limits[0] || rmse > limits[1] {
			t.Errorf("%v: RMSE %v, want %v", e["run"], rmse, limits)
		}
	}
	mustContain(t, command(t, "-recipe", "unit", "-epochs", "50"), "rising line", "σ(", "0.062", "this run RMSE ")
}

// TestRecipeLinear: gradient descent arrives at least squares.
func TestRecipeLinear(t *testing.T) {
	weights := only(events(t, "-recipe", "linear"), "weight")
	for i, e := range weights {
		solved, learned := e["least_squares"].(float64), e["gradient_descent"].(float64)
		if truth := []float64{0.5, 2, -3, 1}[i]; math.Abs(solved-truth) > 0.1 || math.Abs(learned-solved) > 1e-7 {
			t.Errorf("%v: least squares %v, gradient descent %v, drawn from %v", e["weight_of"], solved, learned, truth)
		}
	}
	if len(weights) != 4 {
		t.Errorf("%d weights, want 4", len(weights))
	}
	mustContain(t, command(t, "-recipe", "linear", "-epochs", "3"), "equal to 0 digits")
	x, y := view(3, 2, 2, []float64{1, 2, 1, 2, 1, 2}), view(3, 1, 1, []float64{1, 2, 3})
	if w, err := leastSquares(x, y); err == nil {
		t.Errorf("two columns that say the same have a solution: %v", w)
	}
	x, y = view(3, 2, 2, []float64{0, 1, 1, 0, 2, 1}), view(3, 1, 1, []float64{3, 5, 13})
	if w, err := leastSquares(x, y); err != nil || math.Abs(w.Row(0)[0]-5) > 1e-12 || math.Abs(w.Row(1)[0]-3) > 1e-12 {
		t.Errorf("least squares of 5x₁ + 3x₂ gives %v, %v", w, err)
	}
}

// TestRecipePerceptron: three gates learned by the rule, XOR by the network only.
func TestRecipePerceptron(t *testing.T) {
	for _, e := range only(events(t, "-recipe", "perceptron"), "perceptron") {
		w := e["weights"].([]any)
		u := threshold{w[0].(float64), w[1].(float64), e["bias"].(float64)}
		right := 0
		for _, g := range gates {
			for i, truth := range g.truth {
				if g.name == e["gate"] && u.answer(float64(i/2), float64(i%2)) == truth {
					right++
				}
			}
		}
		if e["learned"] != (e["gate"] != "XOR") || (right == 4) != (e["gate"] != "XOR") {
			t.Errorf("%v: learned %v, %d of 4 right", e["gate"], e["learned"], right)
		}
	}
	mustContain(t, command(t, "-recipe", "perceptron"), "AND, OR, NAND learned, XOR not; 2-2-1 answers 4 of 4")
}

// TestPublished trains in full and compares with what was published: minutes, so only
// where FIGURES is set, with MNIST_DIR and DIGITS_CSV.
func TestPublished(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip("FIGURES is not set: 1 asks for the tutorials' figures, which takes minutes; all for the others too, which takes hours")
	}
	for _, c := range []struct {
		recipe, data string
		seeds        int
		value        string
		least, most  float64
	}{
		{"nielsen", "MNIST_DIR", 5, "test_accuracy", 0.940, 0.950},
		{"derivation", "MNIST_DIR", 3, "test_accuracy", 0.952, 0.962},
		{"derivation", "MNIST_DIR", 3, "test_loss", 0, 0.0088},
		{"digits", "DIGITS_CSV", 5, "test_accuracy", 0.955, 0.975},
		{"sine", "", 5, "train_rmse", 0, 0.2},
		{"plain", "MNIST_DIR", 3, "test_accuracy", 0.984, 1},
		{"dropout", "MNIST_DIR", 3, "test_accuracy", 0.989, 1},
		{"simard", "MNIST_DIR", 3, "test_accuracy", 0.993, 1},
		{"best", "MNIST_DIR", 3, "test_accuracy", 0.995, 1},
	} {
		if slices.Contains([]string{"plain", "dropout", "simard", "best"}, c.recipe) && os.Getenv("FIGURES") != "all" {
			continue
		}
		mean := 0.0
		for seed := range c.seeds {
			args := []string{"-recipe", c.recipe, "-seed", fmt.Sprint(seed + 1)}
			if c.data != "" {
				args = append(args, "-data", os.Getenv(c.data))
			}
			all := events(t, args...)
			e := all[len(all)-1]
			if e[c.value] == nil {
				e = all[len(all)-2]
			}
			t.Logf("%s, seed %d: %s %.4f", c.recipe, seed+1, c.value, e[c.value])
			mean += e[c.value].(float64) / float64(c.seeds)
		}
		t.Logf("%s: mean %s %.4f", c.recipe, c.value, mean)
		if mean < c.least || mean > c.most {
			t.Errorf("%s: mean %s is %.4f, want %v to %v", c.recipe, c.value, mean, c.least, c.most)
		}
	}
}
