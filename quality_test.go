package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// sides is a table in which x alone decides the class, and y is noise; of "rare" there are few.
func sidesTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("x,y,kind\n")
	for i := range 120 {
		x, kind := float64(i%30)/10-1.5, "common"
		if i%30 >= 24 {
			kind = "rare"
		}
		fmt.Fprintf(&b, "%g,%d,%s\n", x, i*i*7%11, kind)
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{"sides.csv": []byte(b.String())})
	return filepath.Join(dir, "sides.csv")
}

// TestQualityNumbers: R², MAE and the baseline of a number to predict, by hand from the answers.
func TestQualityNumbers(t *testing.T) {
	path := numbers(t)
	dir := filepath.Dir(path)
	lines := mustRun(t, "-data", path, "-regress", "-hidden", "8", "-epochs", "40", "-test", "0", "-save", filepath.Join(dir, "m"))
	lines = append(lines, mustRun(t, "-load", filepath.Join(dir, "m"), "-data", path, "-test", "0")...)
	rows, _, _ := predicted(t, "-load", filepath.Join(dir, "m"), "-predict", path)
	mae, square, spread := 0.0, 0.0, 0.0
	for i, row := range rows[1:] {
		var a float64
		fmt.Sscan(row[3], &a)
		y := float64(i)*0.25 - 1
		mae += math.Abs(a-y) / 40
		square += (a - y) * (a - y)
		spread += (y - 3.875) * (y - 3.875)
	}
	done := lines[len(lines)-1]
	for name, want := range map[string]float64{"test_mae": mae, "test_r2": 1 - square/spread, "baseline_rmse": math.Sqrt(spread / 40)} {
		if got, _ := done[name].(float64); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v; by hand %v", name, got, want)
		}
	}
	page := filepath.Join(dir, "out.html")
	mustRun(t, "-load", filepath.Join(dir, "m"), "-data", path, "-test", "0", "-report", page)
	mustContain(t, string(readFile(t, page)), "importance of the inputs", "baseline RMSE", "test MAE")
}

// TestQualityAsked: a table's test part is judged, of pixels too; that of images where it is asked for; a tutorial's or a
// sweep's is not, and folds always are.
func TestQualityAsked(t *testing.T) {
	for _, c := range []struct {
		what string
		set  func(x *experiment)
		want bool
	}{
		{"numbers", func(*experiment) {}, true},
		{"bytes of a table", func(x *experiment) { x.data.Columns, x.data.Train.Values = make([]table.Column, 1), nil }, true},
		{"images", func(x *experiment) { x.data.Train.Values = nil }, false},
		{"images, with -json", func(x *experiment) { x.data.Train.Values, x.cfg.Json = nil, true }, true},
		{"images, with -report", func(x *experiment) { x.data.Train.Values, x.cfg.Report = nil, "r" }, true},
		{"images, with weights", func(x *experiment) { x.data.Train.Values, x.cfg.ClassWeight = nil, "balanced" }, true},
		{"images in folds", func(x *experiment) { x.data.Train.Values, x.cfg.Folds = nil, 3 }, true},
		{"a tutorial", func(x *experiment) { x.cfg.Recipe.Name = "sine" }, false},
		{"one of several", func(x *experiment) { x.cfg.Nested = true }, false},
		{"one of several folds", func(x *experiment) { x.cfg.Nested, x.cfg.Folds = true, 3 }, true},
		{"no test part", func(x *experiment) { x.data.Test.N = 0 }, false},
	} {
		x, _, _ := experimentOn(t, goodTable(), "-hidden", "2")
		c.set(x)
		if got := x.quality() != nil; got != c.want {
			t.Errorf("%s: judged %v, want %v", c.what, got, c.want)
		}
	}
}

// TestWeightedScores: where classes have weights, a network is compared with a guess by the mean of the classes'
// recalls, and so is what falls when an input is exchanged: accuracy is not what such a training aims at.
func TestWeightedScores(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	names := []string{"left", "stayed"}
	for _, c := range []struct {
		comparison
		want string
	}{
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.68), recall: of(0.74), share: 0.96, always: 1, weighted: true}, ""},
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.96), recall: of(0.4375), share: 0.96, always: 1, weighted: true},
			"the mean recall of the classes is 0.4375, and always giving the same answer has 0.5000"},
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.68), share: 0.96, always: 1, weighted: true}, ""}, // unknown
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.68), recall: of(0.74), share: 0.96, always: 1},
			"68.00 % of the test samples are right, and always answering stayed gives 96.00 %"},
		{comparison{part: "training", n: 9, rmse: of(123456), base: 123457}, "training RMSE 123500, and always answering the mean gives 123500"},
		{comparison{part: "test", n: 9, rmse: of(12), base: 100}, ""}, {comparison{part: "test", n: 9, rmse: of(0.98 * 4), base: 4}, ""},
		{comparison{part: "test", n: 9, rmse: of(3.9201), base: 4}, "test RMSE 3.92, and always answering the mean gives 4"},
		{comparison{part: "test", n: 9}, ""},
	} {
		if got := c.lost(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.comparison, got, c.want)
		}
	}
	// x alone tells the classes apart: without it, half of each is right.
	path := sidesTable(t)
	args := []string{"-data", path, "-label", "kind", "-hidden", "8", "-epochs", "100", "-test", "0.5", "-classweight", "balanced"}
	done := only(events(t, args...), "done")[0]
	first := done["importance"].([]any)[0].(map[string]any)
	if done["importance_of"] != "the mean recall of the classes" || first["input"] != "x" || math.Abs(first["mean"].(float64)-0.5) > 0.15 {
		t.Errorf("%v of %v; want x, 0.5 of the mean recall", first, done["importance_of"])
	}
}

// TestClassWeight: a weight multiplies what a sample costs and its δ, which is what as many copies
// of it would do; balanced finds the rare class more often.
func TestClassWeight(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b=c"}, Train: dataset.Set{N: 5, Labels: []int32{0, 0, 0, 0, 1}}}
	for text, want := range map[string][2]float64{"b=c=3": {1, 3}, "a=0.5,b=c=2": {0.5, 2}, "balanced": {0.625, 2.5}, "Balanced": {0.625, 2.5}} {
		cfg := settings.Defaults(words())
		cfg.ClassWeight = text
		for _, plain := range costs {
			cost, err := weighted(cfg, plain, d)
			if err != nil {
				t.Fatal(err)
			}
			for class, w := range want {
				var z, delta [2][2]float64
				z[0], z[1] = [2]float64{0.3, -0.7}, [2]float64{0.3, -0.7}
				y := make([]float64, 2)
				y[class] = 1
				g := named(activations, "sigmoid")
				a, b := plain.Eval(g, z[0][:], y, delta[0][:]), cost.Eval(g, z[1][:], y, delta[1][:])
				if b != a*w || delta[1][0] != delta[0][0]*w || delta[1][1] != delta[0][1]*w || cost.Name != plain.Name {
					t.Errorf("%s, %s, class %d: cost %v and δ %v; without weights %v and %v", text, plain.Name, class, b, delta[1], a, delta[0])
				}
			}
		}
	}
}

// judged is what is said of a network without hidden layers and scaling, which answers in·w, on test.
func judged(t *testing.T, d *dataset.Dataset, test dataset.Set, w []float64, args ...string) (*experiment, *event.Quality) {
	t.Helper()
	x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-json", "-hidden", "none", "-scale", "none", "-test", "0"}, args...)...)
	x.data.Test = test
	l := x.trainer.Net.Layers[0]
	for i := range l.W.Rows {
		copy(l.W.Row(i), w[i*l.W.Cols:(i+1)*l.W.Cols])
	}
	return x, x.quality()
}

// TestAUC: the area under the ROC curve is how often a sample of the second class has the higher output of it, ties
// by halves; of probabilities, the higher lead of it. Without samples of both classes there is none.
func TestAUC(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 3, Dim: 1, Values: []float64{1, 2, 3}, Labels: []int32{0, 1, 1}}}
	test := dataset.Set{N: 4, Dim: 1, Values: []float64{1, 2, 2, 3}, Labels: []int32{0, 1, 0, 1}}
	for _, c := range []struct {
		cost string
		w    []float64 // of the outputs for a and b
		want float64
	}{
		{"ce", []float64{-1, 1}, 0.875}, {"ce", []float64{2, 1}, 0.125}, {"mse", []float64{2, 1}, 0.875}, // 3 of 4 pairs, and half of one
		{"ce", []float64{1, 1}, 0.5}, {"mse", []float64{0, -3}, 0.125}, {"ce", []float64{0, 1000}, 0.875}, // where p is 1
	} {
		_, q := judged(t, d, test, c.w, "-cost", c.cost)
		if q.AUC == nil || *q.AUC != c.want || *q.Baseline != 0.5 || q.Names[q.Commonest] != "b" {
			t.Errorf("%s, weights %v: %+v, want %v", c.cost, c.w, q, c.want)
		}
	}
	for _, labels := range [][]int32{{0, 0, 0, 0}, {1, 1, 1, 1}} {
		test.Labels = labels
		if _, q := judged(t, d, test, []float64{0, 1}); q.AUC != nil || *q.Baseline != float64(labels[0]) {
			t.Errorf("of the classes %v: %+v", labels, q)
		}
	}
}

// TestQualityOfNumbers: R² and MAE by hand, and the baseline is the mean of the training part, not of the test part.
func TestQualityOfNumbers(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 1, Values: []float64{0, 1}, Targets: []float64{8, 12}}}
	test := dataset.Set{N: 3, Dim: 1, Values: []float64{1, 2, 3}, Targets: []float64{1, 3, 8}} // the answers are 2, 4, 6
	_, q := judged(t, d, test, []float64{2}, "-cost", "mse", "-regress")
	// Errors 1, 1, −2; of the mean 4, spread 9 + 1 + 16; from 10, 81 + 49 + 4.
	if !within2(*q.MAE, 4.0/3) || !within2(*q.R2, 1-6.0/26) || !within2(*q.BaselineRMSE, math.Sqrt(134.0/3)) || q.AUC != nil || q.Classes != nil {
		t.Errorf("MAE %v, R² %v, baseline %v", *q.MAE, *q.R2, *q.BaselineRMSE)
	}
}

// TestImportance: what an input is worth is the fall of the score when its values are exchanged, over five draws, by
// plain loops; the worthiest is first, and one that has no say is worth nothing.
func TestImportance(t *testing.T) {
	for _, c := range []struct {
		args, of string
		classes  int
		w        []float64
	}{
		{"-regress -cost mse", "R²", 0, []float64{0, 0.5, 2}},
		{"", "the accuracy", 2, []float64{0, 0, 0, 0.8, 0, 2}},
		{"-classweight balanced", "the mean recall of the classes", 2, []float64{0, 0, 0, 0.8, 0, 2}},
	} {
		d := madeTable(60, 3, c.classes, func(x []float64, _ *rand.Rand) float64 {
			if y := 0.8*x[1] + 2*x[2]; c.classes == 0 {
				return y
			} else {
				return boolean(y > 0)
			}
		})
		x, q := judged(t, d, d.Train, c.w, strings.Fields(c.args)...)
		k, n := max(c.classes, 1), 60
		score := func(in []float64) float64 {
			square, spread, mean, right, there := 0.0, 0.0, 0.0, [2]float64{}, [2]float64{}
			for i := range n {
				a := make([]float64, k)
				for j := range 3 {
					for o := range a {
						a[o] += in[3*i+j] * c.w[j*k+o]
					}
				}
				if c.classes == 0 {
					square += (a[0] - d.Train.Targets[i]) * (a[0] - d.Train.Targets[i])
					mean += d.Train.Targets[i] / float64(n)
					continue
				}
				y := d.Train.Labels[i]
				there[y]++
				right[y] += boolean((a[1] > a[0]) == (y == 1))
			}
			for _, y := range d.Train.Targets {
				spread += (y - mean) * (y - mean)
			}
			switch c.of {
			case "R²":
				return 1 - square/spread
			case "the accuracy":
				return (right[0] + right[1]) / float64(n)
			}
			return (right[0]/there[0] + right[1]/there[1]) / 2
		}
		for at, name := range []string{"input 3", "input 2", "input 1"} {
			j, falls, mean, square := 2-at, [5]float64{}, 0.0, 0.0
			for draw := range falls {
				in := slices.Clone(d.Train.Values)
				for i, from := range stream(x.cfg.Seed, purposeImportance, j*5+draw).Perm(n) {
					in[3*i+j] = d.Train.Values[3*from+j]
				}
				falls[draw] = score(d.Train.Values) - score(in)
				mean += falls[draw] / 5
			}
			for _, f := range falls {
				square += (f - mean) * (f - mean)
			}
			got := q.Importance[at]
			if len(q.Importance) != 3 || got.Input != name || math.Abs(got.Mean-mean) > 1e-9 || math.Abs(got.Deviation-math.Sqrt(square/4)) > 1e-9 ||
				q.ImportanceOf != c.of || j == 0 && got.Mean != 0 {
				t.Errorf("%s: %v of %s; by hand %s %v ± %v", c.args, q.Importance, q.ImportanceOf, name, mean, math.Sqrt(square/4))
			}
		}
	}
	d := &dataset.Dataset{Train: dataset.Set{Dim: 2}, Columns: []table.Column{{Name: "a", Kind: table.Number}, {Name: "id", Kind: "left out"},
		{Kind: table.Words, Words: []string{"x", "y", "z"}}, {Kind: table.Number}}}
	if got := fmt.Sprint(d.InputGroups()); got != "[{a [0]} {column 3 [1 2 3]} {column 4 [4]}]" {
		t.Errorf("the inputs are %s", got)
	}
	if d.Columns = nil; fmt.Sprint(d.InputGroups()) != "[{input 1 [0]} {input 2 [1]}]" {
		t.Errorf("the inputs are %v", d.InputGroups())
	}
}

// TestScoreTexts: how scores are written, with and without a deviation; of many classes only the means are printed,
// and long names are cut.
func TestScoreTexts(t *testing.T) {
	for _, c := range []struct {
		form
		v, sd float64
		want  string
	}{
		{percent, 0.12345, -1, "12.35 %"}, {percent, 0.5, 0.0123, "50.00 ± 1.23 %"}, {places, 0.98765, -1, "0.9877"},
		{places, 0.5, 0, "0.5000 ± 0.0000"}, {inUnit, 1234567, -1, "1234570"}, {inUnit, 1234567, 0, "1234600 ± 0"}, {inUnit, 2.5, 0.123, "2.5 ± 0.12"},
	} {
		if got := c.form.text(c.v, c.sd); got != c.want {
			t.Errorf("%v ± %v: %q, want %q", c.v, c.sd, got, c.want)
		}
	}
	for _, c := range []struct{ classes, printed, facts int }{{2, 2, 2}, {20, 20, 20}, {21, 0, 21}, {50, 0, 50}, {51, 0, 0}} {
		mean := event.Class{Precision: 0.25, Recall: 0.5, F1: 0.75, Support: 9}
		q := &event.Quality{Macro: &mean, Weighted: &mean, ImportanceOf: "R²", Importance: []event.Importance{{Input: "a", Mean: 0.5, Deviation: 0.125}, {Input: "b", Mean: -1, Deviation: 0}}}
		for i := range c.classes {
			q.Classes = append(q.Classes, event.ClassQuality{Name: fmt.Sprint("class", i, strings.Repeat("é", 36)), Class: mean})
		}
		var b bytes.Buffer
		printQuality(q, &Printer{W: bufio.NewWriter(&b)})
		if n := strings.Count(b.String(), "é…  "); n != c.printed || c.printed > 0 && !strings.Contains(b.String(),
			"class0"+strings.Repeat("é", 29)+"…     0.2500     0.5000     0.7500          9\n") {
			t.Errorf("%d classes: %d are printed, want %d:\n%s", c.classes, n, c.printed, &b)
		}
		mustContain(t, b.String(), "mean ", "weighted mean ")
		facts := qualityFacts(q)
		if n := len(facts) - 3; n != c.facts || facts[n][1] != "precision 0.2500, recall 0.5000, F1 0.7500" ||
			facts[n+2][1] != "by how much R² falls when an input is exchanged between the samples: a 0.500 ± 0.125, b -1.000 ± 0.000" {
			t.Errorf("%d classes: %d facts, want %d: %q", c.classes, n, c.facts, facts)
		}
	}
}
