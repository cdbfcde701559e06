package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// TestFitFigure: the curve goes in 81 equal steps from the least to the greatest input, and is there what the network
// says; the samples beside it are the first 500 of each part.
func TestFitFigure(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 600, Dim: 1}}
	for i := range 600 {
		d.Train.Values, d.Train.Targets = append(d.Train.Values, float64(i%101)*0.4-10), append(d.Train.Targets, float64(i))
	}
	x, _, _ := experimentOn(t, d, "-hidden", "2", "-activation", "linear", "-cost", "mse", "-test", "0")
	x.data.Test = d.Train.Slice(0, 3)
	in, out := x.trainer.Net.Layers[0], x.trainer.Net.Layers[1]
	figures := x.fitFigures()
	if len(figures) != 2 || len(figures[0].Lines) != 3 || len(figures[1].Lines) != 2 {
		t.Fatalf("%+v, want a curve with two parts, and a layer of two units", figures)
	}
	curve, train, test := figures[0].Lines[0], figures[0].Lines[1], figures[0].Lines[2]
	if len(curve.X) != 81 || len(train.X) != 500 || len(test.X) != 3 || train.Y[499] != 499 || train.X[1] != d.Train.Values[1] || test.Y[2] != 2 {
		t.Errorf("%d places, %d and %d samples", len(curve.X), len(train.X), len(test.X))
	}
	for i, at := range curve.X {
		a := out.B[0]
		for j := range 2 {
			h := (at-x.in.Shift[0])*x.in.Factor[0]*in.W.Row(0)[j] + in.B[j]
			a += h * out.W.Row(j)[0]
			if unit := figures[1].Lines[j]; unit.X[i] != at || math.Abs(unit.Y[i]-h) > 1e-9 || unit.Name != fmt.Sprint("unit ", j+1) {
				t.Fatalf("unit %d at %v: %v, want %v", j+1, at, unit.Y[i], h)
			}
		}
		if want := float64(i)*0.5 - 10; math.Abs(at-want) > 1e-9 || math.Abs(curve.Y[i]-a/x.out.Factor[0]-x.out.Shift[0]) > 1e-6 {
			t.Fatalf("place %d is %v, want %v; the curve is there at %v", i, at, want, curve.Y[i])
		}
	}
}

// TestSweepFigures: the sweep's tables have a row for each training, with its values in the order of the flags, and
// for each combination; one that diverged says so and has no point. The axis is logarithmic where all values are above 0.
func TestSweepFigures(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	for _, c := range []struct{ sweep, rows, means, axis, points string }{
		{"lr=0.1,10,5", "0 0.1 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 10 diverged     | 2 5 1.50000 90.00 % 70.00 % aaaaaaaaaaaa… chosen", "",
			"lr true", "[0.1 5] [0.8 0.9] [0.7 0.7] 5"},
		{"l2=0,1,2", "0 0 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 diverged     | 2 2 1.50000 90.00 % 70.00 % aaaaaaaaaaaa… chosen", "",
			"l2 false", "[0 2] [0.8 0.9] [0.7 0.7] 2"},
		{"l2=1,2 lr=3,4", "0 1 3 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 4 diverged     | 2 2 3 1.50000 90.00 % 70.00 % aaaaaaaaaaaa… chosen",
			"", "task false", "[0 2] [0.8 0.9] [0.7 0.7] 2"},
		{"seed=1,2 lr=3,4", "0 1 3 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 4 diverged     | 2 2 3 1.50000 90.00 % 70.00 % aaaaaaaaaaaa… ",
			"0,… 3 1.50000 85.00 ± 7.07 % 70.00 % chosen | 1 4 diverged   ", "lr true", "[3] [0.85] [0.7] 3"},
	} {
		cfg := newSettings(words())
		if err := cfg.Sweep.Set(c.sweep); err != nil {
			t.Fatal(err)
		}
		runs, err := sweepRunsOf(cfg)
		if err != nil {
			t.Fatal(err)
		}
		runs = runs[:3]
		best := len(runs) - 1
		for i, r := range runs {
			r.result = &sweepResult{ValidCost: of(1.5), ValidAccuracy: of(0.8 + 0.05*float64(i)), TestAccuracy: of(0.7), Hash: strings.Repeat("a", 64)}
			if i == 1 {
				r.result = &sweepResult{Failed: "the cost is infinite"}
			}
		}
		groups := groupsOf(cfg, runs, cfg.Sweep.Averages())
		for _, g := range groups {
			g.sum()
		}
		if cfg.Sweep.Averages() {
			best, groups[0].runs[0].result.Hash = 0, strings.Repeat("a", 64)
			c.rows = strings.Replace(c.rows, "aaaaaaaaaaaa…  |", "aaaaaaaaaaaa… chosen |", 1)
		}
		tables := sweepTables(cfg, runs, groups, best)
		joined := func(rows [][]string) string {
			var list []string
			for _, row := range rows {
				list = append(list, strings.Join(row, " "))
			}
			return strings.Join(list, " | ")
		}
		one := tables[len(tables)-1]
		if got := joined(one.Rows); got != c.rows {
			t.Errorf("%s: the trainings are\n%s, want\n%s", c.sweep, got, c.rows)
		}
		if got, want := strings.Join(one.Head, " "), "task "+strings.Join(cfg.Sweep.Names(), " ")+" valid cost valid test weights sha256 "; got != want {
			t.Errorf("%s: the head is %q, want %q", c.sweep, got, want)
		}
		mustContain(t, one.Look, " Of 2 trainings, trained before and found in -sweep-dir, there is no curve.")
		if len(tables) == 2 {
			mustContain(t, strings.Join(tables[0].Head, " ")+" / "+joined(tables[0].Rows)+" / "+tables[0].Look, "tasks lr valid cost valid test  / "+c.means+" / ",
				"Mean of 2 seeds")
		} else if c.means != "" {
			t.Errorf("%s: no means", c.sweep)
		}
		f := sweepFigure(cfg, groups, best)
		if got := fmt.Sprint(f.X.Label, " ", f.X.Log); got != c.axis || !f.Y.Percent || f.Y.Label != "right answers" {
			t.Errorf("%s: the axis is %s, want %s; %v", c.sweep, got, c.axis, f.Y)
		}
		if got := fmt.Sprintf("%.3g %.3g %.3g %v", f.Lines[0].X, f.Lines[0].Y, f.Lines[1].Y, *f.Best); got != c.points {
			t.Errorf("%s: %s, want %s", c.sweep, got, c.points)
		}
	}
}

// TestSweepCurves: the curves of what was trained here and did not diverge, of more than four the best, by the
// validation part.
func TestSweepCurves(t *testing.T) {
	for _, c := range []struct {
		accuracies []float64 // of trainings, 0 where one diverged
		best       int
		want       string
	}{
		{[]float64{0.5, 0}, 0, ""}, {[]float64{0.5, 0, 0.6}, 2, "The trainings, epoch by epoch: task 0; task 2, chosen"},
		{[]float64{0.5, 0.9, 0.7, 0.6}, 1, "The trainings, epoch by epoch: task 0; task 1, chosen; task 2; task 3"},
		{[]float64{0.5, 0.9, 0.7, 0.6, 0.8}, 1, "The best 4 of 5 combinations, epoch by epoch: task 1, chosen; task 4; task 2; task 3"},
	} {
		var groups []*sweepGroup
		for i, a := range c.accuracies {
			cost, r := 1.0, &sweepRun{task: i, curve: report.Line{X: []float64{1, 2}, Y: []float64{0, a}}}
			groups = append(groups, &sweepGroup{runs: []*sweepRun{r}, bad: a == 0, mean: event.Epoch{ValidAccuracy: &a, ValidCost: &cost}})
		}
		got := ""
		for _, f := range sweepCurves(groups, c.best) {
			var names []string
			for _, l := range f.Lines {
				names = append(names, l.Name)
			}
			got = f.Title + ": " + strings.Join(names, "; ")
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.accuracies, got, c.want)
		}
	}
}

// TestReportPace: writing the page takes at most a thirtieth of the time; epochs that are not shown are noted a tenth
// apart, or where a recipe wants them.
func TestReportPace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	d := madeTable(40, 2, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0] > 0) })
	for _, c := range []struct {
		writing      time.Duration // of a minute
		shown        bool
		every, epoch int
		written      bool
	}{
		{1900 * time.Millisecond, true, 0, 1, true}, {2100 * time.Millisecond, true, 0, 1, false}, {0, false, 0, 1, false},
		{1900 * time.Millisecond, false, 5, 10, true}, {2100 * time.Millisecond, false, 5, 10, false}, {0, false, 5, 11, false},
	} {
		x, _, _ := experimentOn(t, d, "-data", "x", "-hidden", "2", "-epochs", "50", "-report", path)
		r := x.recorder
		if err := r.begin(nil); err != nil {
			t.Fatal(err)
		}
		os.Remove(path)
		r.writing, x.start, r.page.Axes.Every = c.writing, time.Now().Add(-time.Minute), c.every
		accuracy := 0.5
		r.epoch(event.Epoch{Epoch: c.epoch, TrainAccuracy: &accuracy, TestAccuracy: &accuracy}, c.shown)
		if _, err := os.Stat(path); (err == nil) != c.written {
			t.Errorf("%+v: written is %v", c, err == nil)
		} else if c.written && (r.writing <= c.writing || r.page.State != fmt.Sprintf("epoch %d of 50", c.epoch)) {
			t.Errorf("%+v: %v of writing, state %q", c, r.writing, r.page.State)
		}
	}
	x, _, _ := experimentOn(t, d, "-data", "x", "-hidden", "2", "-epochs", "50", "-report", path)
	r, noted := x.recorder, []int{}
	if err := r.begin(nil); err != nil {
		t.Fatal(err)
	}
	for epoch := 1; epoch <= 23; epoch++ {
		before := r.next
		if r.between(event.Epoch{Epoch: epoch}); r.next != before {
			noted = append(noted, epoch)
		}
	}
	if got := fmt.Sprint(noted); got != "[1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 23]" {
		t.Errorf("noted are the epochs %s", got)
	}
}

// TestPageWords: the form of equation (4), what makes training harder, and what a network can do, in words.
func TestPageWords(t *testing.T) {
	d := madeTable(40, 2, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0] > 0) })
	for flags, want := range map[string]string{
		"-l2 0": "plain", "-l2 1": "l2", "-l2 1 -momentum 0.5": "momentum", "-l2 0 -momentum 0.5 -nesterov": "nesterov",
		"-l2 1 -optimizer adam": "adam", "-l2 0 -dropout 0.1,0.1": "plain with units left out",
	} {
		x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-hidden", "2"}, strings.Fields(flags)...)...)
		if got := strings.TrimSpace(x.updateRule() + " " + x.handicap()); got != want {
			t.Errorf("%s: %q, want %q", flags, got, want)
		}
	}
	r, half, rmse := &recorder{x: &experiment{data: &dataset.Dataset{Test: dataset.Set{N: 1500}}}}, 0.5, 1234567.0
	for want, e := range map[string]event.Epoch{"50.00 % of 1,500 test samples right": {TestAccuracy: &half, TrainCost: 2},
		"Test RMSE 1234600": {TestRMSE: &rmse, TrainCost: 2}, "Training cost 2.125": {TrainCost: 2.125}} {
		if got := r.result(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestQuoted: a shell reads the words of the command line on the page as they were given; plain words stay plain.
func TestQuoted(t *testing.T) {
	args := []string{"-data", "", "a b", "it's", `"`, "`id`", "$HOME", "a;b", "a|b", "<x>", "(a)", "*.go", "?", "[a]", "#x", "~", `\`, "a!b", "{a,b}", "a\nb", "é", "-lr=0.1"}
	if got := quoted(args[:3]) + quoted(args[len(args)-2:]); got != "-data '' 'a b'é -lr=0.1" {
		t.Errorf("%s", got)
	}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+quoted(args)).Output()
	if err != nil {
		t.Skip(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", args) {
		t.Errorf("%q, want %q", got, args)
	}
}
