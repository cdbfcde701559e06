package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/run/recipes"
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

var loadOnce = sync.OnceValues(func() (*dataset.Dataset, error) { return load.Path(os.Getenv("MNIST_DIR"), table.Options{}) })

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

// TestRecipeTable: every recipe is complete, and its settings are legal.
func TestRecipeTable(t *testing.T) {
	list := command(t, "-recipe", "list")
	words := strings.Join(strings.Fields(list), " ")
	for _, name := range strings.Fields("derivation digits nielsen theano matrix unit linear sine activations perceptron") {
		i := slices.IndexFunc(recipes.All, func(r recipes.Recipe) bool { return r.Name == name })
		if i < 0 {
			t.Errorf("there is no recipe %s", name)
			continue
		}
		r := recipes.All[i]
		mustContain(t, list, "\n"+name+" ")
		mustContain(t, words, r.Source, r.Shows, r.Data, r.Network, "published: "+r.Published, "ours: "+recipes.OrNothing(r.Ours), r.Takes)
		if r.Look == "" || (!r.Makes && !r.DrawsOnly) != (r.Needs != "") {
			t.Errorf("%s: it says not what to look at, or where the data come from", name)
		}
		if cfg, err := parse([]string{"-recipe", name}, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(cfg.Changed) > 0 {
			t.Errorf("%s: changed by nobody: %v", name, cfg.Changed)
		}
	}
	for name, want := range map[string]string{"digits": "the 8×8 digits of scikit-learn: -data with the path of digits.csv.gz, ",
		"nielsen": "MNIST: -data ./mnist -download fetches it"} {
		if _, err := tryRun("-recipe", name); !contains(err, "-recipe "+name+" needs "+want) {
			t.Errorf("%s without data: %v", name, err)
		}
	}
	for _, r := range recipes.All { // 60,000 images and 10,000, of 28×28 pixels, are what they ask for, and no other data
		if strings.Contains(r.Data, "MNIST") && (r.Samples != 60000+10000 || r.Inputs != 28*28) {
			t.Errorf("%s: MNIST has not %d samples of %d inputs", r.Name, r.Samples, r.Inputs)
		}
		if strings.Contains(r.Data, "8×8") && (r.Samples != 1797 || r.Inputs != 8*8) {
			t.Errorf("%s: scikit-learn's digits have not %d samples of %d inputs", r.Name, r.Samples, r.Inputs)
		}
	}
	mustContain(t, list, "\n\nnotes on Nielsen's book, chapter 1 (notebook):\nnielsen      the network of Nielsen's book, chapter 1\n"+
		"             784-30-10 sigmoid; data: MNIST; 4 s\n             published: 9454 of 10,000\n             ours: nothing\ntheano ",
		"             ours: batch 10 and rate 1.5, whose lines are missing: of those we\n             tried, ")
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
	if all := command(t, "-recipe", "list", "-json"); !strings.Contains(all, `{"event":"recipe","recipe":"nielsen","source":"notes on Nielsen's book, chapter 1 (notebook)",`+
		`"shows":"the network of Nielsen's book, chapter 1","data":"MNIST","network":"784-30-10 sigmoid","published":"9454 of 10,000","published_accuracy":0.9454,`+
		`"look":"the right answers beside the published ones: most is learned in the first epoch","ours":"",`+
		`"flags":"-hidden 30 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3 -epochs 10 -valid 10000 -scale 256"}`) {
		t.Errorf("nielsen is not as it should be in\n%.3000s", all)
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
		{"-recipe unit -data " + nowhere, 1, "no such folder or file"},
		{"-recipe activations -epochs 3", 2, "leave out -epochs"},
		{"-recipe activations -data " + nowhere, 2, "leave out -data"},
		{"-recipe matrix -cost ce", 2, "leave out -cost"},
		{"-init normal:2", 2, "normal:1 for biases of 1"},
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
	entry := func(valid, cost, test float64) event.Epoch {
		return event.Epoch{ValidAccuracy: &valid, ValidCost: &cost, TestAccuracy: &test}
	}
	for _, c := range []struct {
		a, b event.Epoch
		want bool
	}{
		{entry(0.9, 1, 0.1), entry(0.8, 0.5, 0.9), true},
		{entry(0.8, 0.5, 0.9), entry(0.9, 1, 0.1), false},
		{entry(0.9, 0.4, 0.1), entry(0.9, 0.5, 0.9), true},
		{entry(0.9, 0.5, 0.9), entry(0.9, 0.5, 0.1), false},
	} {
		if c.a.Better(c.b) != c.want {
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

// TestColumns: the table of epochs of the tutorials that count right answers, and of those that print losses; before
// training there is no time.
func TestColumns(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	e := &event.Epoch{Epoch: 2, Seconds: 1.5, TrainLoss: of(0.25), ValidLoss: of(0.5), TestLoss: of(0.125), TrainAccuracy: of(0.75), TestAccuracy: of(0.875),
		PublishedLoss: of(0.013716), PublishedAccuracy: of(0.9196), TestCorrect: 43, ValidCorrect: 21}
	for name, want := range map[string][3]string{
		"nielsen": {"epoch  train loss  test loss   test accuracy     published     time", "    2    0.250000   0.125000         43 / 50  9202 / 10000   1.50 s",
			"    0    0.250000   0.125000         43 / 50"},
		"derivation": {"epoch  train loss  test loss  published  train acc  test acc  published     time", "    2    0.250000   0.125000   0.013716     0.7500    0.8750     0.9196   1.50 s",
			"    0    0.250000   0.125000   0.013716     0.7500    0.8750     0.9196"},
		"digits": {"epoch  train loss  valid loss  valid accuracy   test accuracy     time", "    2    0.250000    0.500000         21 / 25         43 / 50   1.50 s",
			"    0    0.250000    0.500000         21 / 25         43 / 50"},
	} {
		x, out, log := experimentOn(t, goodTable(), "-epochs", "1")
		x.cfg.Recipe = *recipes.Find(name)
		x.data.Test.N, x.data.Valid.N = 50, 25
		e.ValidN, e.TestN, e.Published = 25, 50, ""
		if p := x.cfg.Recipe.At(2); p.Accuracy > 0 {
			e.Published = x.cfg.Recipe.Words(p)
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
