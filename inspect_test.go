package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/filetest"
	"backprop/internal/judge/bugs"
	"backprop/internal/judge/check"
	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/explain"
	"backprop/internal/judge/gradcheck"
	"backprop/internal/run/workbook/grade"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// tryRun runs the program and returns what it prints to stdout.
func tryRun(args ...string) (string, error) {
	var out bytes.Buffer
	err := run(context.Background(), args, &out, io.Discard)
	return out.String(), err
}

// experimentOn returns a training on data before its first epoch, a printer, and what is printed with it.
func experimentOn(t *testing.T, data *dataset.Dataset, args ...string) (*training, *console.Printer, *bytes.Buffer) {
	t.Helper()
	cfg, err := parse(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	d := *data
	if err := cfg.SetDefaults(&d); err != nil {
		t.Fatal(err)
	}
	if err := d.Split(cfg.Test, cfg.Valid, exact.Stream(cfg.Seed, exact.ForSplit, 0)); err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, &d)
	if err != nil {
		t.Fatal(err)
	}
	log := new(bytes.Buffer)
	return x, &console.Printer{W: bufio.NewWriter(log)}, log
}

// TestExplainMazur: the numbers of Mazur's example are those that he published, to the last digit. His cost after the
// step is not: he computed W₁'s step with the new W₂, which gives his number here too.
func TestExplainMazur(t *testing.T) {
	example := explain.Find("mazur")
	after, s := course(example), capture(given(example, false))
	for _, c := range []struct { // the others are in the printed table
		name      string
		got       float64
		published float64
		digits    int
	}{
		{"z of h1", s.Layers[0].Z[0][0], 0.3775, 4}, {"h1", s.Layers[0].A[0][0], 0.593269992, 9},
		{"h2", s.Layers[0].A[0][1], 0.596884378, 9},
		{"z of o1", s.Layers[1].Z[0][0], 1.105905967, 9},
		{"δ of o1", s.Layers[1].Delta[0][0], 0.138498562, 9}, {"∂E/∂w5", s.Layers[1].GradW[0][0], 0.082167041, 9},
		{"∂E/∂w1", s.Layers[0].GradW[0][0], 0.000438568, 9},
		{"b1", s.Layers[0].NewB[0], 0.35, 15}, {"b2", s.Layers[1].NewB[1], 0.60, 15},
		{"error after the step", s.CostAfter, 0.291027774, 9},
	} {
		if !(math.Abs(c.got-c.published) <= 0.51*math.Pow(10, -float64(c.digits))) {
			t.Errorf("%s: %.12f, published %v", c.name, c.got, c.published)
		}
	}
	wrong, _ := after(1, true)
	_, outputs := after(10000, true)
	_, right := after(10000, false)
	for i, c := range [][2]float64{{wrong, 0.291027924}, {outputs[0], 0.015912196}, {outputs[1], 0.984065734}} {
		if !(math.Abs(c[0]-c[1]) < 0.51e-9) {
			t.Errorf("with W₂ changed first, number %d: %.12f, published %v", i+1, c[0], c[1])
		}
	}
	text, err := tryRun("-explain", "mazur")
	if err != nil {
		t.Fatal(err)
	}
	mustContain(t, text, `
                     published         here
output 1            0.75136507  0.751365070
output 2           0.772928465  0.772928465
total error        0.298371109  0.298371109
w₁ after the step  0.149780716  0.149780716
w₂                  0.19956143  0.199561432
w₃                  0.24975114  0.249751144
w₄                  0.29950229  0.299502287
w₅                  0.35891648  0.358916480
w₆                 0.408666186  0.408666186
w₇                 0.511301270  0.511301270
w₈                 0.561370121  0.561370121
`, "\ntotal error after 1 step     0.291027924   0.291027774  0.291027924\n"+
		"output 1 after 10,000 steps  0.015912196   0.015913620  0.015912196\n")
	if math.Abs(right[0]-0.015912196) < 1e-7 {
		t.Errorf("after 10,000 right steps output 1 is %v, which is the published one", right[0])
	}
}

// TestExplainNames: a table's inputs and classes have their names.
func TestExplainNames(t *testing.T) {
	text := command(t, "-explain", "-data", sidesTable(t), "-label", "kind", "-hidden", "2", "-batch", "3")
	for _, want := range []string{`X = .*\n +x +y\n`, `W₁ = .*\n +unit 1 +unit 2\n  x +\S+ +\S+\n  y `,
		`Y = .*\n +common +rare\n`} {
		if !regexp.MustCompile(want).MatchString(text) || strings.Contains(text, "input 1") ||
			strings.Contains(text, "output 1") {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestExplainIsTheTrainersStep: the step that -explain captures leaves the weights and the cost of a training's step.
func TestExplainIsTheTrainersStep(t *testing.T) {
	for _, options := range []func(t *Trainer){func(*Trainer) {}, func(t *Trainer) { t.Adam = true },
		func(t *Trainer) { t.Momentum, t.Dropout, t.L2 = 0.9, []float64{0.2, 0.4, 0.4}, 3 }} {
		captured := newTrainer([]int{7, 6, 5, 4}, "relu", "linear", "ce", 9, 9)
		trained := newTrainer([]int{7, 6, 5, 4}, "relu", "linear", "ce", 9, 9)
		options(captured)
		options(trained)
		s := capture(captured, noise(3))
		r, err := trained.Epoch(noise(3), nil)
		if err != nil || hash(captured.Net) != hash(trained.Net) || math.Abs(r.Cost-s.CostBefore) > 1e-15 {
			t.Errorf("weights %s, cost %v; want %s and %v as in training (error %v)", hash(captured.Net), s.CostBefore,
				hash(trained.Net), r.Cost, err)
		}
	}
}

// TestExplainPrints: every example, and data, are explained with whatever flags, in lines of at most 90 characters.
func TestExplainPrints(t *testing.T) {
	digits := " -data " + smallMNIST(t, 100, 20)
	for _, flags := range []string{"-explain mazur", "-explain xor", "-explain 3-2", "-explain chain", "-explain chain2",
		"-explain" + digits} {
		text := command(t, strings.Fields(flags)...)
		mustContain(t, text, "δ₁ = (δ₂·W₂ᵀ) ⊙", "C of the same ")
		for line := range strings.Lines(text) {
			if n := len([]rune(line)); n > 91 {
				t.Errorf("%s: %d characters in %q", flags, n-1, line)
			}
		}
	}
	for _, flags := range []string{"-explain=xor", "-hidden none -explain" + digits, "-explain -recipe linear",
		"-explain -optimizer adam -l2 1 -hidden 9" + digits} {
		mustContain(t, command(t, strings.Fields(flags)...), "The step: ")
	}
}

// TestExplainRefused: -explain refuses unknown examples and flags that do not go with it, and says which.
func TestExplainRefused(t *testing.T) {
	const iris = " -data docs/iris.csv"
	for flags, want := range map[string]string{
		"-explain mazurr":               `no example "mazurr"; the examples are mazur, xor, 3-2, chain `,
		"-explain=mazurr":               "the examples are mazur, xor, 3-2, chain and chain2",
		"-explain -seed 1 stray":        "unexpected argument",
		"-explain xor -activation relu": "leave out -activation", "-data x -explain=mazur": "leave out -data",
		"-explain -gradcheck": "does not train", "-explain xor -blank": "-explain -json", "-blank": "-explain -json",
		"-blank -json": "-explain -json", "-explain -sweep l2=1,2": "does not train", "-explain -save m": "does not train",
		"-explain -report r.html": "does not train", "-explain -load m -predict p": "does not train",
		"-explain xor -load m": "-explain xor has weights of its own", "-explain -load m -export m.json": "does not train",
		"-explain -json -dropout 0.1,0.1" + iris: "-dropout 0", "-explain -json -optimizer adam" + iris: "-optimizer sgd",
		"-explain -json -nesterov -momentum 0.5" + iris: "-nesterov", "-explain -json -maxnorm 1" + iris: "-maxnorm 0",
		"-explain -json -classweight balanced" + iris: "-classweight", "-explain -json -lr 0.1,0.2" + iris: "one for all"} {
		if _, err := tryRun(strings.Fields(flags)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", flags, err, want)
		}
	}
}

// stepJudged returns the verdict of -check, which has its own equations, on each quantity of the step that a command
// writes as JSON.
func stepJudged(t *testing.T, flags string) map[string]check.Verdict {
	t.Helper()
	text, err := tryRun(strings.Fields(flags)...)
	if err != nil {
		t.Fatal(flags, err)
	}
	h, err := homework.Parse(flags, []byte(text), homework.Settings{})
	if err != nil {
		t.Fatal(flags, err)
	}
	verdicts := map[string]check.Verdict{}
	for _, v := range check.Judge(h).Verdicts {
		verdicts[v.Quantity] = v
	}
	if len(h.Ignored) > 0 || len(verdicts) != len(h.Sizes.Quantities()) {
		t.Errorf("%s: %d verdicts, want %d; ignored: %q", flags, len(verdicts), len(h.Sizes.Quantities()), h.Ignored)
	}
	return verdicts
}

// TestExplainJSON: every number that -explain -json writes is right by the equations of -check, and none is missing,
// for every activation, output, cost and depth. Some examples do not train their biases.
func TestExplainJSON(t *testing.T) {
	table := " -batch 5 -data " + sidesTable(t)
	more, next := []string{"", " -l2 0", " -momentum 0.9 -l2 7", " -batch 1"}, 0 // in turn
	var all []string
	for _, g := range activations {
		if !slices.Contains(homework.Choices("activation"), g.Name) {
			continue // -check does not know it, so -explain -json refuses it
		}
		for _, cost := range []string{"linear -cost ce", "sigmoid -cost ce", "tanh -cost ce", "sigmoid -cost bce",
			"linear -cost mse", "sigmoid -cost mse", "tanh -cost mse"} {
			for _, hidden := range []string{"none", "4", "4,3", "3,3,2"} {
				all = append(all, "-hidden "+hidden+" -activation "+g.Name+" -output "+cost+table+more[next%4])
				next++
			}
			next++
		}
	}
	for _, name := range explain.Names() {
		all = append(all, name)
	}
	for _, flags := range append(all, "-recipe unit", "-regress -data "+numbers(t)) {
		for name, v := range stepJudged(t, "-json -explain "+flags) {
			untrained := (flags == "mazur" || strings.HasPrefix(flags, "chain")) && strings.HasPrefix(name, "newb") &&
				v.Verdict == check.Missing
			if v.Verdict != check.Right && !untrained {
				t.Errorf("%s: %s is %s: %s", flags, name, v.Verdict, v.Text)
			}
		}
	}
}

// TestExplainBlank: -blank writes only the question: settings, inputs, targets and weights.
func TestExplainBlank(t *testing.T) {
	text, err := tryRun("-explain", "mazur", "-json", "-blank")
	var got, want map[string]any
	if err = errors.Join(err, json.Unmarshal([]byte(text), &got)); err != nil {
		t.Fatal(err)
	}
	json.Unmarshal([]byte(`{"activation": "sigmoid", "output": "sigmoid", "cost": "mse", "rate": 0.5, "l2": 0, "N": 1,
		"X": [[0.05, 0.1]], "Y": [[0.01, 0.99]], "W1": [[0.15, 0.25], [0.2, 0.3]], "b1": [0.35, 0.35],
		"W2": [[0.4, 0.5], [0.45, 0.55]], "b2": [0.6, 0.6]}`), &want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestExplainBug: in a step with a bug, the first wrong quantity is the one that the bug is in, and -check names the
// mistake.
func TestExplainBug(t *testing.T) {
	for bug, want := range map[string]string{"transpose": "delta2 transpose", "sign": "delta3 sign",
		"prime": "delta2 no-derivative", "mean": "newW3 no-mean", "early": "delta2 updated-first", "bias": "db3 all-zero",
		"decay": "newW3 l2-sign", "layer": "delta1 all-zero"} {
		flags := "-json -explain -batch 4 -l2 20 -hidden 4,3 -activation tanh -data " + sidesTable(t) + " -bug " + bug
		text, err := tryRun(strings.Fields(flags)...)
		if err != nil {
			t.Fatal(err)
		}
		h, err := homework.Parse(bug, []byte(text), homework.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		v := check.Judge(h).FirstMistake()
		if v == nil || v.Quantity+" "+v.Mistake != want {
			t.Errorf("-bug %s: first mistake %v, want %s", bug, v, want)
		}
	}
}

// TestExplainLoaded: -explain -load takes a step from the weights in the file, on inputs scaled as the model scales
// them.
func TestExplainLoaded(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"own.csv": []byte("a,b,t\n0.05,0.10,0.9\n0.2,0.3,0.1\n"),
		"own.json": []byte(`{"sizes": [2, 2, 1], "weights": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]],
			"biases": [[[0.1], [0.2]], [[0.3]]], "cost": "QuadraticCost"}`)})
	own := " -load " + filepath.Join(dir, "own.json") + " -data " + filepath.Join(dir, "own.csv") +
		" -test 0 -batch 2 -l2 0 -lr 0.5"
	h1, h2 := sigma(0.1*0.2+0.2*0.3+0.1), sigma(0.3*0.2+0.4*0.3+0.2)
	a := sigma(0.5*h1 + 0.6*h2 + 0.3)
	text, err := tryRun(strings.Fields("-explain" + own)...)
	if err != nil {
		t.Fatal(err)
	}
	mustContain(t, text, "from the weights of "+filepath.Join(dir, "own.json"),
		"sample 2   0.200000000   0.300000000\n",
		fmt.Sprintf("  sample 2   %.9f   %.9f\n", h1, h2), fmt.Sprintf("  sample 2   %.9f\n", a))
	iris := " -data docs/iris.csv"
	model := filepath.Join(dir, "m.safetensors")
	command(t, strings.Fields("-hidden 4 -epochs 2 -save "+model+iris)...)
	for _, flags := range []string{own, " -load " + model + iris, " -batch 1 -activation relu -load " + model + iris} {
		for name, v := range stepJudged(t, "-json -explain"+flags) {
			if v.Verdict != check.Right {
				t.Errorf("%s: %s is %s: %s", flags, name, v.Verdict, v.Text)
			}
		}
	}
}

// TestExplainLoadedContinues: the step after a training has the inputs of that training and the weights that it ended
// with.
func TestExplainLoadedContinues(t *testing.T) {
	model := filepath.Join(t.TempDir(), "m.safetensors")
	iris := " -data docs/iris.csv"
	command(t, strings.Fields("-hidden 4 -epochs 2 -save "+model+iris)...)
	args := strings.Fields("-hidden 4 -epochs 2 -lr 0.2 -l2 2 -schedule cosine")
	x, _, _ := experimentOn(t, loadedIris(t), args...)
	trained, _, _ := experimentOn(t, x.data, args...)
	if err := trained.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	copyLayers(x.trainer.Net.Layers, trained.trainer.Net.Layers)
	s := capture(x.trainer, x.source(&x.data.Train, ascending(x.data.Train.N)))
	text := command(t, strings.Fields("-json -explain -load "+model+iris)...)
	h, err := homework.Parse("", []byte(text), homework.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]explain.Rows{"X": s.X, "W1": s.Layers[0].W, "A2": s.Layers[1].A} {
		if !slices.Equal(h.Arrays[name].Values, slices.Concat(want...)) {
			t.Errorf("%s is %v, want %v", name, h.Arrays[name].Values, want)
		}
	}
}

// TestMysteryIsNotTold: a training with -bug mystery:N is that with one of the bugs, and nothing that it prints or
// writes names the bug.
func TestMysteryIsNotTold(t *testing.T) {
	dir, data := t.TempDir(), sidesTable(t)
	names := regexp.MustCompile(`transpose\b|\bsign\b|\bprime\b|\bearly\b|\bdecay\b|reshape|stays`)
	page, model := filepath.Join(dir, "r.html"), filepath.Join(dir, "m")
	for number, bug := range []string{"decay", "early", "transpose", "bias"} {
		mystery := fmt.Sprintf("mystery:%d", number+1)
		flags := strings.Fields("-data " + data + " -hidden 4,3 -activation tanh -batch 4 -epochs 2 -bug " + mystery)
		named := slices.Concat(flags[:len(flags)-1], []string{bug})
		for _, more := range []string{"-json", "-report " + page, "-save " + model, "-gradcheck", "-explain",
			"-explain -json"} {
			text, err := tryRun(append(flags, strings.Fields(more)...)...)
			if err != nil && more != "-gradcheck" {
				t.Fatal(more, err)
			}
			if found := names.FindString(text + fmt.Sprint(err)); found != "" {
				t.Errorf("%s %s tells %q", mystery, more, found)
			}
			if more == "-json" || more == "-explain -json" {
				same, err := tryRun(append(named, strings.Fields(more)...)...)
				hashes := regexp.MustCompile(`"weights_sha256":"[^"]*"|"newW1": .*`)
				if one := hashes.FindString(text); err != nil || one == "" || one != hashes.FindString(same) {
					t.Errorf("%s %s: %s, want %s as with -bug %s (%v)", mystery, more, one, hashes.FindString(same), bug, err)
				}
			}
		}
		for _, path := range []string{model, page} {
			b := readFile(t, path)
			if path == page {
				b = []byte(section(string(b), "<body", "<script"))
			}
			if found := names.Find(b); found != nil || !bytes.Contains(b, []byte("mystery:")) {
				t.Errorf("%s: %s tells %q", mystery, path, found)
			}
		}
	}
}

// TestMysteryGuessed: -is says whether the guess is right, with status 1 if not, and refuses what is no guess.
func TestMysteryGuessed(t *testing.T) {
	for guess, want := range map[string]struct {
		status int
		answer string
	}{"sign": {0, "right\n"}, "mean -hidden 3": {1, "wrong\n"}} {
		status, answer, stderr := ends(strings.Fields("-bug mystery:5 -is " + guess)...)
		if status != want.status || answer != want.answer || stderr != "" {
			t.Errorf("-is %s: status %d, %q, stderr %q; want %v", guess, status, answer, stderr, want)
		}
	}
	for flags, want := range map[string]string{"-is sign": "-bug mystery:N", "-bug sign -is sign": "-bug mystery:N",
		"-bug mystery:5 -is list": "is not one of", "-bug mystery:0": "whole number",
		"-bug mystery:5 -l2 0 -data docs/iris.csv": "without -l2",
		"-bug mystery:5 -is=":                      "empty"} {
		if status, _, stderr := ends(strings.Fields(flags)...); status != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %s; want 2 and %q", flags, status, stderr, want)
		}
	}
}

// loadedIris returns docs/iris.csv as -data reads it.
func loadedIris(t *testing.T) *dataset.Dataset {
	t.Helper()
	cfg, err := parse([]string{"-data", "docs/iris.csv"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// printedMatrices returns the matrices that -explain has printed, by name; a matrix may be printed several times.
func printedMatrices(t *testing.T, text string) map[string][]Matrix {
	t.Helper()
	all := map[string][]Matrix{}
	row := regexp.MustCompile(`^ +(?:(?:sample|input|unit|output) \d+ +)?(-?\d[^ ]*(?: +-?\d[^ ]*)*)$`)
	head := regexp.MustCompile(`^(\S+) = .*$`)
	for _, part := range strings.Split(text, "\n\n") {
		lines := strings.Split(part, "\n")
		m := head.FindStringSubmatch(lines[0])
		if m == nil {
			continue
		}
		var rows [][]float64
		for _, line := range lines[1:] {
			if cells := row.FindStringSubmatch(line); cells != nil && !strings.ContainsAny(line, "×=·") {
				var r []float64
				for _, cell := range strings.Fields(cells[1]) {
					r = append(r, mustParse(t, cell))
				}
				rows = append(rows, r)
			}
		}
		if rows != nil {
			all[m[1]] = append(all[m[1]], rowsMatrix(rows))
		}
	}
	return all
}

// rowsMatrix returns the matrix with the given rows.
func rowsMatrix(rows [][]float64) Matrix {
	m := NewMatrix(len(rows), len(rows[0]))
	for i, r := range rows {
		copy(m.Row(i), r)
	}
	return m
}

// A printedStep is a step that -explain has printed, which is checked against the equations.
type printedStep struct {
	t    *testing.T
	name string // of the example
	text string
	all  map[string][]Matrix
	bce  bool // else the cost is squared error
}

// near checks a number up to the digits that are printed.
func (p *printedStep) near(what string, got, want float64) {
	p.t.Helper()
	if !(math.Abs(got-want) < 1e-8) {
		p.t.Errorf("%s: %s is %.9f, want %.9f by the equations", p.name, what, got, want)
	}
}

// check compares each element of a matrix, as it was printed for the k-th time, with what an equation gives.
func (p *printedStep) check(matrix string, k int, want func(i, j int) float64) {
	p.t.Helper()
	if len(p.all[matrix]) <= k {
		p.t.Fatalf("%s: %s is printed %d times, want at least %d", p.name, matrix, len(p.all[matrix]), k+1)
	}
	m := p.all[matrix][k]
	for i := range m.Rows {
		for j := range m.Cols {
			p.near(fmt.Sprintf("%s[%d,%d]", matrix, i+1, j+1), m.Row(i)[j], want(i, j))
		}
	}
}

// first returns a matrix as it was first printed.
func (p *printedStep) first(matrix string) Matrix { return p.all[matrix][0] }

// sumOf adds up n terms.
func sumOf(n int, term func(k int) float64) (sum float64) {
	for k := range n {
		sum += term(k)
	}
	return sum
}

// checkLayer checks equations (1) to (4) in layer l, "₁" or "₂", whose inputs are in.
func (p *printedStep) checkLayer(l string, in Matrix, rate float64) {
	y, n := p.first("Y"), p.first("X").Rows
	prime := func(a float64) float64 { return a * (1 - a) }
	w, b, z, a, delta := p.first("W"+l), p.first("b"+l), p.first("Z"+l), p.first("A"+l), p.first("δ"+l)
	p.check("Z"+l, 0, func(i, j int) float64 {
		return b.Row(0)[j] + sumOf(w.Rows, func(k int) float64 { return in.Row(i)[k] * w.Row(k)[j] })
	})
	p.check("A"+l, 0, func(i, j int) float64 { return sigma(z.Row(i)[j]) })
	p.check("δ"+l, 0, func(i, j int) float64 {
		switch {
		case l == "₁":
			w, next := p.first("W₂"), p.first("δ₂")
			return prime(a.Row(i)[j]) * sumOf(w.Cols, func(k int) float64 { return next.Row(i)[k] * w.Row(j)[k] })
		case p.bce:
			return a.Row(i)[j] - y.Row(i)[j]
		}
		return (a.Row(i)[j] - y.Row(i)[j]) * prime(a.Row(i)[j])
	})
	p.check("∂C/∂W"+l, 0, func(i, j int) float64 {
		return sumOf(n, func(k int) float64 { return in.Row(k)[i] * delta.Row(k)[j] }) / float64(n)
	})
	p.check("∂C/∂b"+l, 0, func(_, j int) float64 {
		return sumOf(n, func(k int) float64 { return delta.Row(k)[j] }) / float64(n)
	})
	p.check("W"+l, 1, func(i, j int) float64 { return w.Row(i)[j] - rate*p.first("∂C/∂W" + l).Row(i)[j] })
	if p.name != "mazur" { // whose biases are not trained
		p.check("b"+l, 1, func(i, j int) float64 { return b.Row(i)[j] - rate*p.first("∂C/∂b" + l).Row(i)[j] })
	}
}

// cost returns C with the weights as they were printed for the k-th time: before the step, or after it.
func (p *printedStep) cost(k int) float64 {
	x, y := p.first("X"), p.first("Y")
	return sumOf(x.Rows, func(i int) (sum float64) {
		a := x.Row(i)
		for _, l := range []string{"₁", "₂"} {
			w, b := p.all["W"+l][k], p.all["b"+l][min(k, len(p.all["b"+l])-1)]
			next := make([]float64, w.Cols)
			for j := range next {
				next[j] = sigma(b.Row(0)[j] + sumOf(w.Rows, func(k int) float64 { return a[k] * w.Row(k)[j] }))
			}
			a = next
		}
		for j, a := range a {
			y := y.Row(i)[j]
			if p.bce {
				sum -= y*math.Log(a) + (1-y)*math.Log(1-a)
			} else {
				sum += (a - y) * (a - y) / 2
			}
		}
		return sum
	}) / float64(x.Rows)
}

// checkSums checks the sums that are written out, on up to three lines: NAME[i,j] = … = 1·0.5 + 2·(-0.5) =
// -0.500000000. They come to the number at their end, which is that of the matrix.
func (p *printedStep) checkSums() {
	n, sums := p.first("X").Rows, 0
	joined := strings.ReplaceAll(p.text, "\n    ", " ")
	line := regexp.MustCompile(`(?m)^  (\S+)\[(\d+),(\d+)\] = (.+) = (\S+)$`)
	for _, m := range line.FindAllStringSubmatch(joined, -1) {
		i, j, value := int(mustParse(p.t, m[2]))-1, int(mustParse(p.t, m[3]))-1, mustParse(p.t, m[5])
		if m[1] != "b₁" && m[1] != "b₂" {
			printed := p.all[m[1]]
			p.near("the sum of "+m[1], value, printed[len(printed)-1].Row(i)[j])
		}
		parts := strings.Split(m[4], " = ")
		sum := strings.NewReplacer("−", "-", "·", "*").Replace(parts[len(parts)-1])
		v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, sum)
		if err != nil {
			p.t.Fatalf("%s: %q: %v", p.name, sum, err)
		}
		got, _ := constant.Float64Val(constant.ToFloat(v.Value))
		if len(parts) > 1 && strings.HasPrefix(parts[0], "(1/") {
			got /= float64(n)
		}
		sums++
		if math.Abs(got-value) > 1e-5 {
			p.t.Errorf("%s: %s comes to %v", p.name, m[0], got)
		}
	}
	if sums < 8 {
		p.t.Errorf("%s: %d sums, want at least 8", p.name, sums)
	}
}

func sigma(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// TestExplainEquations: the printed matrices of the examples follow from each other by the equations, and the printed
// sums come to the numbers of the matrices; both are worked out from the printed digits alone. The cost of Mazur's
// example is the published one, those of the others follow from the weights that they begin with.
func TestExplainEquations(t *testing.T) {
	for _, c := range []struct {
		name string
		rate float64
		bce  bool
		cost float64
		head string
	}{
		{"mazur", 0.5, false, 0.298371109,
			"Mazur's example: 2-2-2, sigmoid, squared error; the biases are not trained\n\nn = 1 sample, N = 1, η = 0.5\n"},
		{"xor", 1, true, 0.692411051,
			"XOR: 2-2-1, sigmoid, binary cross-entropy, all four samples in one step\n\nn = 4 samples, N = 4, η = 1\n"},
		{"3-2", 0.5, false, 0.286144942, "From three units to two, the layer of -recipe matrix, and one in front: " +
			"2-3-2\nsigmoid, squared error\n\nn = 1 sample, N = 1, η = 0.5\n"},
	} {
		text := command(t, "-explain", c.name)
		p := &printedStep{t, c.name, text, printedMatrices(t, text), c.bce}
		if !strings.HasPrefix(text, c.head) {
			t.Errorf("%s begins with %.300q, want %q", c.name, text, c.head)
		}
		p.checkLayer("₁", p.first("X"), c.rate)
		p.checkLayer("₂", p.first("A₁"), c.rate)
		n := p.first("X").Rows
		before := regexp.MustCompile(`\nC = (\S+), the mean of (\d+) sample`).FindStringSubmatch(text)
		step := regexp.MustCompile(`\nC of the same \d+ samples?: (\S+) before, (\S+) after`).FindStringSubmatch(text)
		if before == nil || step == nil || before[2] != fmt.Sprint(n) {
			t.Fatalf("%s: costs %q and %q", c.name, before, step)
		}
		p.near("the first cost", p.cost(0), c.cost)
		p.near("C", mustParse(t, before[1]), p.cost(0))
		p.near("C before", mustParse(t, step[1]), p.cost(0))
		p.near("C after", mustParse(t, step[2]), p.cost(1))
		p.checkSums()
		if c.name != "xor" {
			continue
		}
		got := fmt.Sprint([][]float64(rowsOf(p.first("X"))), [][]float64(rowsOf(p.first("Y"))))
		if want := "[[0 0] [0 1] [1 0] [1 1]] [[0] [1] [1] [0]]"; got != want {
			t.Errorf("XOR's samples are %s, want %s", got, want)
		}
	}
}

// mustParse returns the number that a text is.
func mustParse(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestExplainSeesAllInputs: where training reads lists of nonzero pixels, -explain and the diagnosis still see all
// pixels.
func TestExplainSeesAllInputs(t *testing.T) {
	x, _, _ := experimentOn(t, someDigits(), "-hidden", "40")
	x.data.AddLists(true)
	if x.data.Train.Lists == nil {
		t.Fatal("these images do not come as lists")
	}
	const n = 32
	want := NewMatrix(n, 784)
	for i := range n {
		gather(&x.data.Train, want.Row(i), []int32{int32(i)}, x.in)
	}
	s := capture(x.trainer, x.source(&x.data.Train, ascending(x.data.Train.N)))
	if got := rootMeanSquare(rowsMatrix(s.X)); got != rootMeanSquare(want) {
		t.Errorf("the inputs of -explain have the root mean square %v, want %v", got, rootMeanSquare(want))
	}
	if size := newProbe(x).look().Inputs; !(size > 0.1 && size < 1) {
		t.Errorf("the inputs of the diagnosis have the root mean square %v, want 0.1 to 1", size)
	}
}

// TestExplainWords: -explain prints the equations in the form that the flags ask for, with shapes, and shows only a
// part of large matrices.
func TestExplainWords(t *testing.T) {
	data := " -data " + sidesTable(t) + " -label kind -batch 9"
	for flags, want := range map[string][]string{
		"-hidden 3": {"One step of 2-3-2 relu, softmax cross-entropy", "n = 9 samples, N = 96, η = 0.2, λ = 2\n",
			"\nX = the inputs, a row for each sample   9×2, 4×2 of it shown\n",
			"\nδ₂ = softmax(A₂) − Y   9×2, 4×2 of it shown   [(1) crossEntropy, backprop.go:",
			"\nδ₁ = (δ₂·W₂ᵀ) ⊙ (1 where a > 0, else 0) = 9×2 · (3×2)ᵀ ⊙ …",
			"The step: (4) W ← W − η (∂C/∂W + (λ/N) W)\n", "   [Layer.descend, backprop.go:", "\nC of the same 9 samples: "},
		"-hidden 7 -l2 0": {"\nW₁ = weights, a column for each neuron   2×7, 2×4 of it shown\n",
			"\nb₁ = biases   7, 1×4 of it shown\n", "The step: (4) W ← W − η ∂C/∂W\n", "η = 0.2\n"},
		"-hidden 6": {"\nW₁ = weights, a column for each neuron   2×6\n",
			"\nb₁ = biases   6\n"},
		"-l2 0 -hidden 3 -momentum 0.9": {"The step: (4) with V ← μV − η ∂C/∂W, W ← W + V\n",
			"   [Layer.momentum, optimise.go:", " before, ", " after, ∂C/∂w "},
		"-l2 3 -hidden 3 -momentum 0.9 -nesterov": {"The step: (4) with V ← μV − η (∂C/∂W + (λ/N) W), W ← W + μV − η " +
			"(∂C/∂W + (λ/N) W)\n", "λ = 3\n"},
		"-hidden 3 -optimizer adam": {"The step: Adam in place of (4)\n", "   [Layer.adam, optimise.go:",
			" before, "},
		"-hidden 3 -bug sign": {"\nwith a bug: δ = y − a in place of δ = a − y\n",
			" before, "},
		"-hidden 3 -cost mse -output sigmoid":                  {"\nδ₂ = (A₂ − Y) ⊙ a(1−a)\n   9×2"},
		"-hidden 3 -cost mse":                                  {"\nδ₂ = A₂ − Y   9×2"},
		"-hidden 3 -cost bce -output sigmoid -activation tanh": {"\nδ₂ = A₂ − Y   9×2", " ⊙ (1−a²) = 9×2 · (3×2)ᵀ ⊙ …"},
		"-hidden 3 -dropout 0.2,0.5": {"\nA₁ = after dropout   9×3, 4×3 of it shown   " +
			"[Trainer.drop, trainer.go:", ", and what dropout leaves of it, = "},
		"-hidden none": {"One step of 2-2, softmax cross-entropy",
			"\nδ₁ = softmax(A₁) − Y   9×2"},
	} {
		text := joinShapes(command(t, strings.Fields("-explain "+flags+data)...))
		for _, part := range want {
			if !strings.Contains(text, joinShapes(part)) {
				t.Errorf("%s: %q is not in\n%s", flags, part, text)
			}
		}
	}
}

// joinShapes puts each shape behind its equation. Whether both fit into one line depends on how many digits the line
// number of the function has.
func joinShapes(text string) string {
	return regexp.MustCompile(`\n {3}(\d)`).ReplaceAllString(text, "   $1")
}

// madeTable returns n samples of k numbers from a normal distribution, with the classes that answer gives, or with
// targets if classes is 0.
func madeTable(n, k, classes int, answer func(x []float64, rng *rand.Rand) float64) *dataset.Dataset {
	rng := rand.New(rand.NewPCG(1, 2))
	d := &dataset.Dataset{Name: "table"}
	s := dataset.Set{N: n, Dim: k, Values: make([]float64, n*k)}
	exact.Normal(s.Values, 1, rng)
	for i := range n {
		y := answer(s.Values[i*k:][:k], rng)
		if classes > 0 {
			s.Labels = append(s.Labels, int32(y))
		} else {
			s.Targets = append(s.Targets, y)
		}
	}
	d.Train = s
	if classes > 0 {
		d.Classes = strings.Fields("a b c d")[:classes]
	}
	return d
}

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// The data of TestDiagnosis.
var (
	sameClass = func() *dataset.Dataset {
		return madeTable(300, 4, 2, func([]float64, *rand.Rand) float64 { return 1 })
	}
	shuffledTable = func() *dataset.Dataset {
		return madeTable(600, 12, 3, func(_ []float64, rng *rand.Rand) float64 { return float64(rng.IntN(3)) })
	}
	noiseTable = func() *dataset.Dataset {
		return madeTable(300, 5, 0, func(_ []float64, rng *rand.Rand) float64 { return rng.NormFloat64() })
	}
	wideTable = func() *dataset.Dataset { // more inputs than samples
		return madeTable(200, 120, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0]+x[1]+x[2] > 0) })
	}
	goodTable = func() *dataset.Dataset {
		return madeTable(400, 4, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0]+x[1]*x[1]-x[2] > 0.4) })
	}
	rareTable = func() *dataset.Dataset {
		return madeTable(400, 4, 2, func(x []float64, rng *rand.Rand) float64 {
			return boolean(x[0] > 1.6 && rng.Float64() > 0.1)
		})
	}
	goodNumbers = func() *dataset.Dataset {
		return madeTable(300, 5, 0, func(x []float64, rng *rand.Rand) float64 {
			return 2*x[0] - x[1] + x[2]*x[3] + 0.3*rng.NormFloat64()
		})
	}
	someDigits = sync.OnceValue(func() *dataset.Dataset { return load.Digits(1, 2000, 500) })
)

// TestDiagnosis: a training that goes wrong in each of these ways gets the warning that says so, and one that goes well
// gets none.
func TestDiagnosis(t *testing.T) {
	for _, c := range []struct {
		data   func() *dataset.Dataset
		flags  string
		causes string
		says   string // part of the first warning
	}{
		{someDigits, "-epochs 5 -lr 3", "dead, guessing", " of 256 relu units of layer 1 give 0 for every sample"},
		{someDigits, "-epochs 5 -hidden none -lr 30", "rate", "the steps are too large: the training cost is"},
		{someDigits, "-epochs 5 -activation tanh -hidden 30 -lr 5", "saturated",
			"of the outputs of the tanh units in layer 1 are saturated"},
		{someDigits, "-epochs 5 -activation sigmoid -hidden 30,30,30,30,30", "vanishing, guessing", "δ of layer 1 is 0.0"},
		{someDigits, "-epochs 3 -scale none -hidden 30", "inputs, guessing", "their typical size is"},
		{someDigits, "-epochs 5 -l2 3000 -hidden 30", "decay, guessing",
			"weight decay is too strong: it has pulled the weights of layer 1 down"},
		{someDigits, "-epochs 5 -lr 1e-7", "still, guessing", "try a larger -lr (it is 1e-07)"},
		{someDigits, "-epochs 5 -hidden 9 -init uniform:0.0001 -lr 0.0001", "one class, guessing",
			"all answers are the same class"},
		{sameClass, "-epochs 3", "labels", "all 240 training samples are of class b"},
		{shuffledTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine", "shuffled", "as by chance"},
		{noiseTable, "-epochs 50 -l2 0", "guessing", "test RMSE"},
		{wideTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine -test 0.4", "overfitting",
			"training is far ahead of test: 100.00 % right, and"},

		{someDigits, "-epochs 4", "", ""},
		{someDigits, "-epochs 4 -hidden 30,20 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3",
			"", ""},
		{someDigits, "-epochs 4 -hidden 60 -dropout 0.1,0.4 -momentum 0.9", "", ""},
		{someDigits, "-epochs 4 -hidden none -optimizer adam", "", ""},
		{goodTable, "", "", ""}, {rareTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine", "", ""},
		{goodNumbers, "", "", ""}, {goodTable, "-hidden 8,8 -activation sigmoid -lr 1", "", ""},
	} {
		x, out, _ := experimentOn(t, c.data(), strings.Fields(c.flags)...)
		stderr := new(bytes.Buffer)
		if err := x.train(t.Context(), out, &console.Progress{Text: stderr}); err != nil {
			t.Errorf("%s: %v", c.flags, err)
			continue
		}
		text := stderr.String()
		if got := strings.Join(x.monitor.Causes(), ", "); got != c.causes {
			t.Errorf("%s %s: %q, want %q\n%s", x.data.Name, c.flags, got, c.causes, text)
		}
		text = strings.TrimPrefix(strings.ReplaceAll(text, "\n          ", " "), "\n") // lines are broken at 80
		if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, c.says) ||
			strings.Count(text, "backprop: warning: ") != len(x.monitor.Causes()) {
			t.Errorf("%s: it says %q, want %q", c.flags, text, c.says)
		}
	}
}

// TestDiagnosisChangesNothing: a diagnosed training has the weights of one without a diagnosis; with -json the warnings
// are printed as JSON and not to stderr; the diagnosis looks at the samples only once in a while.
func TestDiagnosisChangesNothing(t *testing.T) {
	flags := strings.Fields("-epochs 6 -lr 3 -hidden 20 -dropout 0.1,0.2 -workers 2")
	x, out, log := experimentOn(t, someDigits(), flags...)
	out.JSON = true
	stderr := new(bytes.Buffer)
	if err := x.train(t.Context(), out, &console.Progress{Text: stderr}); err != nil {
		t.Fatal(err)
	}
	y, _, _ := experimentOn(t, someDigits(), flags...)
	order := ascending(y.data.Train.N)
	for epoch := range 6 {
		y.shuffle(order, epoch+1)
		if _, err := y.trainer.Epoch(y.source(&y.data.Train, order), nil); err != nil {
			t.Fatal(err)
		}
	}
	if hash(x.trainer.Net) != hash(y.trainer.Net) {
		t.Errorf("weights %s, want %s as without a diagnosis", hash(x.trainer.Net), hash(y.trainer.Net))
	}
	var warnings []event.Warning
	for from := json.NewDecoder(log); ; {
		var e event.Warning
		if err := from.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if e.Event == "warning" {
			warnings = append(warnings, e)
		}
	}
	if len(warnings) != len(x.monitor.Causes()) || len(warnings) == 0 || warnings[0].Text == "" ||
		warnings[0].Epoch == 0 || stderr.Len() > 0 {
		t.Errorf("%+v of %q, and %q", warnings, x.monitor.Causes(), stderr)
	}
	if looks := x.monitor.Figures()[0].Lines[0].X; !slices.Equal(looks, []float64{looks[0], 6}) {
		t.Errorf("it looked after epochs %v, want once before the end, and at the end", looks)
	}
}

// TestOneClass: with two classes too, the diagnosis sees whether all answers are the same.
func TestOneClass(t *testing.T) {
	x, _, _ := experimentOn(t, goodTable(), "-hidden", "none")
	x.startMonitor()
	l := x.trainer.Net.Layers[0]
	l.W.Clear()
	copy(l.B, []float64{0.1, 0})
	if !x.look().OneClass {
		t.Error("all answers are the first class, and the diagnosis does not see it")
	}
	l.W.Row(0)[0] = 5 // now the first input, which has both signs, decides
	if x.look().OneClass {
		t.Error("both classes are answered, and the diagnosis sees one")
	}
}

// TestRowsReplaceTheBar: on a terminal each row of the table replaces the progress bar, and an empty line separates the
// table from warnings.
func TestRowsReplaceTheBar(t *testing.T) {
	for _, c := range []struct {
		rate     string
		warnings bool
	}{{"0.2", false}, {"1e-7", true}} {
		x, _, screen := experimentOn(t, goodTable(), "-epochs", "40", "-hidden", "4", "-lr", c.rate)
		bar := &console.Progress{W: screen, Text: screen, Start: time.Now()}
		if err := x.train(t.Context(), &console.Printer{W: bufio.NewWriter(screen)}, bar); err != nil {
			t.Fatal(err)
		}
		rows := regexp.MustCompile(`(?m)(\r\x1b\[K)? *\d+ +\d\.\d{5} .*\n(\n?)`).FindAllStringSubmatch(screen.String(), -1)
		if len(rows) != 40 || slices.ContainsFunc(rows, func(row []string) bool { return row[1] == "" }) {
			t.Errorf("rate %s: %d rows, want 40, each in the bar's place: %q", c.rate, len(rows), screen)
		}
		blank := strings.Contains(screen.String(), "\n\nbackprop: warning")
		if warned := strings.Contains(screen.String(), "warning"); warned != c.warnings || blank != c.warnings {
			t.Errorf("rate %s: warnings %v, an empty line above them %v, want both %v: %q", c.rate, warned, blank, c.warnings,
				screen)
		}
	}
}

// TestDiagnosisKnowsTheTraining: the diagnosis has the figures of the training, such as the steps in an epoch, of which
// the last may be smaller.
func TestDiagnosisKnowsTheTraining(t *testing.T) {
	x, _, _ := experimentOn(t, goodTable(), strings.Fields("-hidden 8,10 -batch 33 -epochs 40 -lr 0.5,0.4,0.3 "+
		"-l2 3 -classweight balanced")...)
	a := x.about()
	if a.Epochs != 40 || a.StepsAnEpoch != 10 || a.Train != 320 || a.Test != 80 || a.N != 320 || a.Outputs != 2 ||
		a.Samples != 64 || a.L2 != 3 || a.Adam || !a.Weighted || a.Squares || a.Rates != "0.5,0.4,0.3" ||
		len(a.Classes) != 2 {
		t.Errorf("%+v", a)
	}
	if l := a.Layers[1]; len(a.Layers) != 3 || l.Activation != "relu" || l.Units != 10 || l.Rate != 0.4 ||
		!(l.Weights > 0.1 && l.Weights < 1) {
		t.Errorf("%+v", a.Layers)
	}
	if math.Abs(a.Baseline.Cost[0]-math.Ln2) > 1e-15 { // balanced, each of the two classes has a share of ½
		t.Errorf("the baseline's cost is %v, want ln 2", a.Baseline.Cost[0])
	}
	y, _, _ := experimentOn(t, goodNumbers(), "-hidden", "5")
	if a := y.about(); a.Factor != y.out.Factor[0] || a.Outputs != 1 || a.Classes != nil || !(a.Baseline.RMSE[0] > 1) {
		t.Errorf("with numbers to predict: %+v", a)
	}
}

// TestStepCheck: the step check passes right steps of every optimiser and option, finds each of the bugs in all of
// them, and leaves the weights as they were.
func TestStepCheck(t *testing.T) {
	options := map[string]func(t *Trainer){
		"plain":    func(*Trainer) {},
		"momentum": func(t *Trainer) { t.Momentum = 0.9 },
		"nesterov": func(t *Trainer) { t.Momentum, t.Nesterov = 0.9, true },
		"adam":     func(t *Trainer) { t.Adam = true; t.Rate = []float64{0.001, 0.001, 0.001} },
		"max-norm": func(t *Trainer) { t.MaxNorm = 0.9 },
		"dropout":  func(t *Trainer) { t.Dropout = []float64{0.2, 0.4, 0.4} },
		"all":      func(t *Trainer) { t.Momentum, t.MaxNorm, t.Dropout = 0.9, 0.9, []float64{0.2, 0.4, 0.4} },
	}
	worstError := func(what string, setUp func(t *Trainer), bug *bug) float64 {
		trainer := newTrainer([]int{7, 6, 5, 4}, "tanh", "linear", "ce", 9, 50)
		trainer.L2 = 5
		if bug != nil {
			bug.corrupt(trainer)
		}
		trainer.Schedule = cosineSchedule(60)
		setUp(trainer)
		before, worst := hash(trainer.Net), 0.0
		for _, c := range gradcheck.Steps(trainer.checkable(noise(3)), 100, 1, 60, gradcheck.Schedule("cosine", 60, 0, 0)) {
			worst = max(worst, c.Error)
			if c.Checked == 0 || c.Error != c.Error {
				t.Errorf("%s: layer %d: %+v", what, c.Layer, c)
			}
		}
		if hash(trainer.Net) != before {
			t.Errorf("%s: the weights are not what they were", what)
		}
		return worst
	}
	for option, setUp := range options {
		if e := worstError(option, setUp, nil); !(e <= gradcheck.StepLimit/10) {
			t.Errorf("%s: right steps have an error of %.2g, want at most %.2g", option, e, gradcheck.StepLimit/10)
		}
		for name, b := range bugsByName {
			if e := worstError(option+" "+name, setUp, &b); !(e > 10*gradcheck.StepLimit) {
				t.Errorf("%s: -bug %s has an error of %.2g, want above %.2g", option, name, e, 10*gradcheck.StepLimit)
			}
		}
	}
}

// TestStepCheckFindsMore: the step check also finds a rate that does not follow its schedule, a velocity that is reset
// in every step, and a gradient of twice its length under Adam, whose steps hide it.
func TestStepCheckFindsMore(t *testing.T) {
	check := func(change func(t *Trainer), want func(s int) float64) (worst float64) {
		trainer := newTrainer([]int{7, 6, 4}, "relu", "sigmoid", "bce", 9, 50)
		change(trainer)
		for _, c := range gradcheck.Steps(trainer.checkable(noise(3)), 100, 1, 60, want) {
			worst = max(worst, c.Error)
		}
		return worst
	}
	step, constant := gradcheck.Schedule("step", 60, 18, 0.5), gradcheck.Schedule("constant", 60, 0, 0)
	if e := check(func(t *Trainer) { t.Schedule = stepSchedule(18, 0.5) }, step); !(e < gradcheck.StepLimit) {
		t.Errorf("the right schedule: error %.2g, want below %.2g", e, gradcheck.StepLimit)
	}
	if e := check(func(t *Trainer) { t.Schedule = stepSchedule(17, 0.5) }, constant); !(e > 0.1) {
		t.Errorf("another schedule: error %.2g, want above 0.1", e)
	}
	forgets := &bug{update: func(t *Trainer, w *worker, l, s int) {
		for i := range t.velocity[l].W.Rows {
			clear(t.velocity[l].W.Row(i))
		}
		t.update(w, l, s)
	}}
	if e := check(func(t *Trainer) { t.Momentum = 0.5; forgets.corrupt(t) }, constant); !(e > 0.01) {
		t.Errorf("a velocity that is reset: error %.2g, want above 0.01", e)
	}
	doubled := &bug{update: func(t *Trainer, w *worker, l, s int) {
		w.batch.delta[l].EachRow(func(row []float64) { ScaleBy(row, 2) })
		t.update(w, l, s)
	}}
	if e := check(func(t *Trainer) { t.Adam = true; doubled.corrupt(t) }, constant); !(e > 0.1) {
		t.Errorf("twice the gradient under Adam: error %.2g, want above 0.1", e)
	}
}

// tryBug runs the training of -bug list with a bug, or without one for "", and returns its accuracy and what finds the
// bug.
func tryBug(t *testing.T, data *dataset.Dataset, name string) (found bugs.Findings) {
	t.Helper()
	args := strings.Fields(bugs.TrainingFlags)
	if name != "" {
		args = append(args, "-bug", name)
	}
	x, out, _ := experimentOn(t, data, args...)
	if err := x.train(t.Context(), out, &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	found.Accuracy, found.Diagnosis = fmt.Sprintf("%.1f %%", 100**x.final.TestAccuracy), "silent"
	if len(x.monitor.Causes()) > 0 {
		found.Diagnosis = strings.Join(x.monitor.Causes(), ", ")
	}
	y, out, log := experimentOn(t, data, args...)
	_ = y.checkGradient(out)
	out.Flush()
	found.GradientCheck, found.StepCheck = "passes", "passes"
	if regexp.MustCompile(`(weights|biases).*WRONG`).MatchString(log.String()) {
		found.GradientCheck = "finds it"
	}
	if regexp.MustCompile(`steps .*WRONG`).MatchString(log.String()) {
		found.StepCheck = "finds it"
	}
	return found
}

// TestBugTable: the accuracy with each bug, and what finds it, are as the table of -bug list says.
func TestBugTable(t *testing.T) {
	data := someDigits()
	none := bugs.Findings{Accuracy: bugs.WithoutBug, GradientCheck: "passes", StepCheck: "passes", Diagnosis: "silent"}
	if got, want := tryBug(t, data, ""), none; got != want {
		t.Errorf("without a bug: got %q, want %q", got, want)
	}
	for _, p := range bugs.All {
		if got := tryBug(t, data, p.Name); got != p.Findings {
			t.Errorf("-bug %s: got %q, want %q", p.Name, got, p.Findings)
		}
	}
}

// TestBugsKeepDropout: a bug in equation (2) leaves dropout as it is. Here the units are linear, all weights of the
// second layer are the same, and it does not learn, so that bugs in g′, Wᵀ or the order change nothing.
func TestBugsKeepDropout(t *testing.T) {
	trained := func(bug string) string {
		trainer := newTrainer([]int{5, 4, 4}, "linear", "linear", "mse", 30, 30)
		trainer.Dropout, trainer.Rate = []float64{0.2, 0.5}, []float64{0.5, 0}
		trainer.Net.Layers[1].W.EachRow(func(w []float64) { copy(w, []float64{0.1, 0.1, 0.1, 0.1}) })
		if bug != "" {
			b := bugsByName[bug]
			b.corrupt(trainer)
		}
		if _, err := trainer.Epoch(noise(5), nil); err != nil {
			t.Fatal(err)
		}
		return hash(trainer.Net)
	}
	want := trained("")
	for _, bug := range []string{"prime", "transpose", "early"} {
		if trained(bug) != want {
			t.Errorf("-bug %s: weights %s, want %s as without a bug", bug, trained(bug), want)
		}
	}
	if trained("sign") == want {
		t.Error("-bug sign: the same weights as without a bug")
	}
}

// TestBugRefused: -bug refuses unknown bugs, and a bug that makes no difference with the other settings.
func TestBugRefused(t *testing.T) {
	for args, want := range map[string]string{
		"-bug sing": "did you mean sign?", "-bug decay": "needs", "-bug early -hidden none": "a hidden layer",
		"-bug prime -activation linear": "not linear", "-bug transpose -hidden none": "more than one row",
		"-bug transpose -hidden 1": "more than one row", "-bug mean -batch 1": "more than one sample",
	} {
		cfg, err := parse(strings.Fields(args), io.Discard)
		if err == nil {
			_, err = newTraining(cfg, someDigits())
		}
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "makes no difference without", "needs"), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	one, _, _ := experimentOn(t, goodNumbers(), "-hidden", "5") // its second layer has one column
	one.cfg.Bug = "transpose"
	if !filetest.Says(one.applyBug(), "more than one row") {
		t.Errorf("-bug transpose with one output: %v", one.applyBug())
	}
}

// TestBugList: -bug list describes each bug that can be put into a step, in lines of at most 82 characters, or as JSON.
func TestBugList(t *testing.T) {
	list, all := command(t, "-bug", "list"), mustRun(t, "-bug", "list")
	if len(bugsByName) != len(bugs.All) || len(all) != len(bugs.All) {
		t.Fatalf("%d bugs are described, %d as JSON, and %d can be made", len(bugs.All), len(all), len(bugsByName))
	}
	for i, e := range all {
		if _, ok := bugsByName[bugs.All[i].Name]; !ok || !strings.Contains(list, bugs.All[i].Name) {
			t.Errorf("-bug %s cannot be made, or is not in the list", bugs.All[i].Name)
		}
		want := map[string]any{"event": "bug", "bug": bugs.All[i].Name, "meant": bugs.All[i].Meant,
			"wrong": bugs.All[i].Wrong, "accuracy": bugs.All[i].Accuracy, "gradient_check": bugs.All[i].GradientCheck,
			"step_check": bugs.All[i].StepCheck, "diagnosis": bugs.All[i].Diagnosis, "how": bugs.All[i].How}
		if !reflect.DeepEqual(e, want) {
			t.Errorf("-bug list -json: %v, want %v", e, want)
		}
	}
	mustContain(t, list, "\n-bug       accuracy  gradients  steps     diagnosis\n",
		"\nmean         10.0 %  passes     finds it  saturated, guessing\n",
		"without a bug\n           "+bugs.WithoutBug+"\n", "\nearly      all δ, then W    W_next, then δ\n")
	for i, line := range strings.Split(list, "\n") {
		if n := len([]rune(line)); n > 82 {
			t.Errorf("line %d of -bug list has %d characters, want at most 82", i+1, n)
		}
	}
}

// mazurHomework returns Mazur's example as a file for -check, with the given δ₂.
func mazurHomework(delta2 string) []byte {
	return []byte(`{"activation":"sigmoid","output":"sigmoid","cost":"mse","rate":0.5,"X":[[0.05,0.10]],"Y":[[0.01,0.99]],
		"W1":[[0.15,0.25],[0.20,0.30]],"b1":[0.35,0.35],"W2":[[0.40,0.50],[0.45,0.55]],"b2":[0.60,0.60],
		"A2":[[0.7514,0.7729]],"C":0.2984,"delta2":` + delta2 + `}`)
}

// TestCheckCommand: -check judges one file or several, and ends with status 1 if something is wrong.
func TestCheckCommand(t *testing.T) {
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right.json"), filepath.Join(dir, "wrong.json")
	filetest.Write(t, dir, map[string][]byte{"right.json": mazurHomework("[[0.1385,-0.0381]]"),
		"wrong.json": mazurHomework("[[0.7414,-0.2171]]")})
	status, out, stderr := ends("-check", right)
	if status != 0 || !strings.Contains(out, "delta2  right") || stderr != "" {
		t.Errorf("right: status %d, %s, %s", status, out, stderr)
	}
	status, out, stderr = ends("-check", wrong)
	if status != 1 || !strings.Contains(out, "delta2  wrong, other-cost") ||
		stderr != "backprop: "+wrong+": 1 answer wrong\n" {
		t.Errorf("wrong: status %d, %s, %s", status, out, stderr)
	}
	status, out, _ = ends("-check", right, wrong, "-json")
	if status != 1 || strings.Count(out, `"verdict":"right"`) != 5 || !strings.Contains(out, `"mistake":"other-cost"`) {
		t.Errorf("both: status %d, %s", status, out)
	}
	for _, args := range [][]string{{"-check", right, "-epochs", "3"}, {"-solutions"}, {"-workbook", dir, "-lr", "1"}} {
		if status, _, stderr := ends(args...); status != 2 {
			t.Errorf("%q: status %d, want 2: %s", args, status, stderr)
		}
	}
}

// TestCheckNumPy: all of the step that docs/step.py computes with NumPy is right.
func TestCheckNumPy(t *testing.T) {
	pythons := []string{"python3", "/usr/bin/python3", "python"} // not each of them may have NumPy
	with := slices.IndexFunc(pythons, func(python string) bool {
		return exec.Command(python, "-c", "import numpy").Run() == nil
	})
	if with < 0 {
		t.Skip("there is no NumPy here")
	}
	script, err := filepath.Abs("docs/step.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := exec.Command(pythons[with], script)
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	status, out, stderr := ends("-check", filepath.Join(dir, "step.npz"))
	if status != 0 || strings.Count(out, " right") < 15 {
		t.Errorf("status %d, %s, %s", status, out, stderr)
	}
}

// TestWorkbookCommand: -workbook writes a folder, and writes it again.
func TestWorkbookCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "exercises")
	for range 2 {
		if status, out, stderr := ends("-workbook", dir); status != 0 || !strings.Contains(out, "written") {
			t.Fatalf("status %d, %s, %s", status, out, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "12_decay.go")); err != nil {
		t.Error(err)
	}
}

// TestWorkbookData: a workbook has the digits of -data; data without digits are refused.
func TestWorkbookData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "exercises")
	if status, _, stderr := ends("-workbook", dir, "-data", squares(t, 1)); status != 2 ||
		!strings.Contains(stderr, "28×28 pixels and ten classes, and ") {
		t.Errorf("images of 12×12 pixels: status %d, want 2: %s", status, stderr)
	}
	if status, _, stderr := ends("-workbook", dir, "-data", dir+".none"); status != 1 {
		t.Errorf("no such file: status %d, want 1: %s", status, stderr)
	}
	digits := someDigits()
	data := t.TempDir()
	writeMNIST(t, data, digits.Train, digits.Test)
	if status, _, stderr := ends("-workbook", dir, "-data", data); status != 0 {
		t.Fatalf("status %d, %s", status, stderr)
	}
	z, err := gzip.NewReader(bytes.NewReader(readFile(t, filepath.Join(dir, filepath.FromSlash(grade.Digits)))))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if n := 785 * digits.Train.N; err != nil || len(got) != n ||
		got[n-785] != byte(digits.Train.Labels[digits.Train.N-1]) ||
		!bytes.Equal(got[n-784:], digits.Train.Pixels[784*(digits.Train.N-1):]) {
		t.Errorf("%d bytes of digits, want %d, with the last digit as it is in the data (%v)", len(got), n, err)
	}
}
