package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
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
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.96), recall: of(0.5), share: 0.96, always: 1, weighted: true},
			"the mean recall of the classes is 0.5000, and always giving the same answer has 0.5000"},
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.68), share: 0.96, always: 1, weighted: true}, ""}, // unknown
		{comparison{part: "test", n: 120, classes: names, accuracy: of(0.68), recall: of(0.74), share: 0.96, always: 1},
			"68.00 % of the test samples are right, and always answering stayed gives 96.00 %"},
		{comparison{part: "training", n: 9, rmse: of(123456), base: 123457}, "training RMSE 123500, and always answering the mean gives 123500"},
		{comparison{part: "test", n: 9, rmse: of(12), base: 100}, ""},
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
	d := &Dataset{Classes: []string{"a", "b=c"}, Train: Set{N: 5, Labels: []int32{0, 0, 0, 0, 1}}}
	for text, want := range map[string][2]float64{"b=c=3": {1, 3}, "a=0.5,b=c=2": {0.5, 2}, "balanced": {0.625, 2.5}, "Balanced": {0.625, 2.5}} {
		cfg := defaults()
		cfg.weights = text
		for _, plain := range costs {
			cost, err := cfg.weighted(plain, d)
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
