package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
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
		set  func(x *training)
		want bool
	}{
		{"numbers", func(*training) {}, true},
		{"bytes of a table", func(x *training) { x.data.Columns, x.data.Train.Values = make([]table.Column, 1), nil }, true},
		{"images", func(x *training) { x.data.Train.Values = nil }, false},
		{"images, with -json", func(x *training) { x.data.Train.Values, x.cfg.Json = nil, true }, true},
		{"images, with -report", func(x *training) { x.data.Train.Values, x.cfg.Report = nil, "r" }, true},
		{"images, with weights", func(x *training) { x.data.Train.Values, x.cfg.ClassWeight = nil, "balanced" }, true},
		{"images in folds", func(x *training) { x.data.Train.Values, x.cfg.Folds = nil, 3 }, true},
		{"a tutorial", func(x *training) { x.cfg.Recipe.Name = "sine" }, false},
		{"one of several", func(x *training) { x.cfg.Nested = true }, false},
		{"one of several folds", func(x *training) { x.cfg.Nested, x.cfg.Folds = true, 3 }, true},
		{"no test part", func(x *training) { x.data.Test.N = 0 }, false},
	} {
		x, _, _ := experimentOn(t, goodTable(), "-hidden", "2")
		c.set(x)
		if got := x.quality() != nil; got != c.want {
			t.Errorf("%s: judged %v, want %v", c.what, got, c.want)
		}
	}
}

// TestWeightedScores: where classes have weights, it is the mean of their recalls that falls when an input is exchanged:
// accuracy is not what such a training aims at.
func TestWeightedScores(t *testing.T) {
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
func judged(t *testing.T, d *dataset.Dataset, test dataset.Set, w []float64, args ...string) (*training, *event.Quality) {
	t.Helper()
	x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-json", "-hidden", "none", "-scale", "none", "-test", "0"}, args...)...)
	x.data.Test = test
	l := x.trainer.Net.Layers[0]
	for i := range l.W.Rows {
		copy(l.W.Row(i), w[i*l.W.Cols:(i+1)*l.W.Cols])
	}
	return x, x.quality()
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
				for i, from := range exact.Stream(x.cfg.Seed, exact.ForImportance, j*5+draw).Perm(n) {
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
