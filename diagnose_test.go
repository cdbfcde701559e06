package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// madeTable is n samples of k numbers, with the classes or numbers that answer gives.
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
	d.Train, d.Classes = s, strings.Fields("a b c d")[:classes]
	if classes == 0 {
		d.Classes = nil
	}
	return d
}

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// The data of the table below.
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
		return madeTable(400, 4, 2, func(x []float64, rng *rand.Rand) float64 { return boolean(x[0] > 1.6 && rng.Float64() > 0.1) })
	}
	goodNumbers = func() *dataset.Dataset {
		return madeTable(300, 5, 0, func(x []float64, rng *rand.Rand) float64 { return 2*x[0] - x[1] + x[2]*x[3] + 0.3*rng.NormFloat64() })
	}
	someDigits = sync.OnceValue(func() *dataset.Dataset { return load.Digits(1, 2000, 500) })
)

// TestDiagnosis: each kind of broken training is told what is wrong with it, and none that
// is well is told anything.
func TestDiagnosis(t *testing.T) {
	for _, c := range []struct {
		data   func() *dataset.Dataset
		flags  string
		causes string
		says   string // of the first sentence
	}{
		{someDigits, "-epochs 5 -lr 3", "dead, guessing", " of 256 relu units of layer 1 give 0 for every sample"},
		{someDigits, "-epochs 5 -hidden none -lr 30", "rate", "the steps are too large: the training cost is"},
		{someDigits, "-epochs 5 -activation tanh -hidden 30 -lr 5", "saturated", "of what the tanh units of layer 1 give is saturated"},
		{someDigits, "-epochs 5 -activation sigmoid -hidden 30,30,30,30,30", "vanishing, guessing", "δ of layer 1 is 0.0"},
		{someDigits, "-epochs 3 -scale none -hidden 30", "inputs, guessing", "their typical size is"},
		{someDigits, "-epochs 5 -l2 3000 -hidden 30", "decay, guessing", "weight decay is too strong: it has pulled the weights of layer 1 down"},
		{someDigits, "-epochs 5 -lr 1e-7", "still, guessing", "try a larger -lr (it is 1e-07)"},
		{someDigits, "-epochs 5 -hidden 9 -init uniform:0.0001 -lr 0.0001", "one class, guessing", "all answers are the same class"},
		{sameClass, "-epochs 3", "labels", "all 240 training samples are of class b"},
		{shuffledTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine", "shuffled", "as by chance"},
		{noiseTable, "-epochs 50 -l2 0", "guessing", "test RMSE"},
		{wideTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine -test 0.4", "overfitting", "training is far ahead of test: 100.00 % right, and"},

		{someDigits, "-epochs 4", "", ""},
		{someDigits, "-epochs 4 -hidden 30,20 -activation sigmoid -output sigmoid -cost mse -init normal -batch 10 -lr 3", "", ""},
		{someDigits, "-epochs 4 -hidden 60 -dropout 0.1,0.4 -momentum 0.9", "", ""},
		{someDigits, "-epochs 4 -hidden none -optimizer adam", "", ""},
		{goodTable, "", "", ""}, {rareTable, "-epochs 50 -l2 0 -lr 0.1 -schedule cosine", "", ""}, {goodNumbers, "", "", ""}, {goodTable, "-hidden 8,8 -activation sigmoid -lr 1", "", ""},
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
		if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, c.says) || strings.Count(text, "backprop: warning: ") != len(x.monitor.Causes()) {
			t.Errorf("%s: it says %q, want %q", c.flags, text, c.says)
		}
	}
}

// TestDiagnosisChangesNothing: the weights are those of a training without it; the lines of
// JSON have the sentence, and standard error has not; and it looks at few of the samples.
func TestDiagnosisChangesNothing(t *testing.T) {
	x, out, log := experimentOn(t, someDigits(), strings.Fields("-epochs 6 -lr 3 -hidden 20 -dropout 0.1,0.2 -workers 2")...)
	out.JSON = true
	stderr := new(bytes.Buffer)
	if err := x.train(t.Context(), out, &console.Progress{Text: stderr}); err != nil {
		t.Fatal(err)
	}
	y, _, _ := experimentOn(t, someDigits(), strings.Fields("-epochs 6 -lr 3 -hidden 20 -dropout 0.1,0.2 -workers 2")...)
	order := ascending(y.data.Train.N)
	for epoch := range 6 {
		y.shuffle(order, epoch+1)
		if _, err := y.trainer.Epoch(y.source(&y.data.Train, order), nil); err != nil {
			t.Fatal(err)
		}
	}
	if hash(x.trainer.Net) != hash(y.trainer.Net) {
		t.Error("the weights are not those of a training that nobody watches")
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
	if len(warnings) != len(x.monitor.Causes()) || len(warnings) == 0 || warnings[0].Text == "" || warnings[0].Epoch == 0 || stderr.Len() > 0 {
		t.Errorf("%+v of %q, and %q", warnings, x.monitor.Causes(), stderr)
	}
	if x.monitor.Figures() != nil { // which begin with the second look
		t.Error("of 2000 samples it looked at 64 more than once in six epochs")
	}
}

// TestAbout: what the diagnosis is told of a training; the last step of an epoch may have few samples.
func TestAbout(t *testing.T) {
	x, _, _ := experimentOn(t, goodTable(), strings.Fields("-hidden 8,10 -batch 33 -epochs 40 -lr 0.5,0.4,0.3 -l2 3 -classweight balanced")...)
	a := x.about()
	if a.Epochs != 40 || a.StepsAnEpoch != 10 || a.Train != 320 || a.Test != 80 || a.N != 320 || a.Outputs != 2 || a.Samples != 64 ||
		a.L2 != 3 || a.Adam || !a.Weighted || a.Squares || a.Rates != "0.5,0.4,0.3" || len(a.Classes) != 2 {
		t.Errorf("%+v", a)
	}
	if l := a.Layers[1]; len(a.Layers) != 3 || l.Activation != "relu" || l.Units != 10 || l.Rate != 0.4 || !(l.Weights > 0.1 && l.Weights < 1) {
		t.Errorf("%+v", a.Layers)
	}
	if math.Abs(a.Baseline.Cost-math.Ln2) > 1e-15 { // of halves, as which balanced classes count
		t.Errorf("the baseline costs %v", a.Baseline.Cost)
	}
	y, _, _ := experimentOn(t, goodNumbers(), "-hidden", "5")
	if a := y.about(); a.Factor != y.out.Factor[0] || a.Outputs != 1 || a.Classes != nil || !(a.Baseline.RMSE[0] > 1) {
		t.Errorf("of numbers: %+v", a)
	}
}
