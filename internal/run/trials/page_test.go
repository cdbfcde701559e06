package trials

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// TestSweepFigures: the sweep's tables have a row for each training, with its values in the order of the flags, and
// for each combination; one that diverged says so and has no point. The axis is logarithmic where all values are
// above 0.
func TestSweepFigures(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	for _, c := range []struct{ sweep, rows, means, axis, points string }{
		{"lr=0.1,10,5", "0 0.1 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 10 diverged     | 2 5 1.50000 90.00 % 70.00 " +
			"% aaaaaaaaaaaa… chosen", "",
			"lr true", "[0.1 5] [0.8 0.9] [0.7 0.7] 5"},
		{"l2=0,1,2", "0 0 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 diverged     | 2 2 1.50000 90.00 % 70.00 % " +
			"aaaaaaaaaaaa… chosen", "",
			"l2 false", "[0 2] [0.8 0.9] [0.7 0.7] 2"},
		{"l2=1,2 lr=3,4", "0 1 3 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 4 diverged     | 2 2 3 1.50000 90.00 % " +
			"70.00 % aaaaaaaaaaaa… chosen",
			"", "task false", "[0 2] [0.8 0.9] [0.7 0.7] 2"},
		{"seed=1,2 lr=3,4", "0 1 3 1.50000 80.00 % 70.00 % aaaaaaaaaaaa…  | 1 1 4 diverged     | 2 2 3 1.50000 90.00 " +
			"% 70.00 % aaaaaaaaaaaa… ",
			"0,… 3 1.50000 85.00 ± 7.07 % 70.00 % chosen | 1 4 diverged   ", "lr true", "[3] [0.85] [0.7] 3"},
	} {
		cfg, runs := sweepOf(t, c.sweep)
		runs = runs[:3]
		best := len(runs) - 1
		for i, r := range runs {
			r.result = &result{ValidCost: of(1.5), ValidAccuracy: of(0.8 + 0.05*float64(i)), TestAccuracy: of(0.7),
				Hash: strings.Repeat("a", 64)}
			if i == 1 {
				r.result = &result{Failed: "the cost is infinite"}
			}
		}
		groups := groupsOf(cfg, runs, cfg.Sweep.Averages())
		for _, g := range groups {
			g.average()
		}
		if cfg.Sweep.Averages() {
			best, groups[0].runs[0].result.Hash = 0, strings.Repeat("a", 64)
			c.rows = strings.Replace(c.rows, "aaaaaaaaaaaa…  |", "aaaaaaaaaaaa… chosen |", 1)
		}
		tables := tables(cfg, runs, groups, best)
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
		if got, want := strings.Join(one.Head, " "), "task "+strings.Join(cfg.Sweep.Names(),
			" ")+" valid cost valid test weights sha256 "; got != want {
			t.Errorf("%s: the head is %q, want %q", c.sweep, got, want)
		}
		if !strings.Contains(one.Caption, " Of 2 trainings, trained before and found in -sweep-dir, there is no curve.") {
			t.Error(one.Caption)
		}
		if len(tables) == 2 {
			got := strings.Join(tables[0].Head, " ") + " / " + joined(tables[0].Rows) + " / " + tables[0].Caption
			if want := "tasks lr valid cost valid test  / " + c.means + " / Mean of 2 seeds"; !strings.HasPrefix(got, want) {
				t.Errorf("%s: the means are %s, want %s", c.sweep, got, want)
			}
		} else if c.means != "" {
			t.Errorf("%s: no means", c.sweep)
		}
		f := figure(cfg, groups, best)
		if got := fmt.Sprint(f.X.Label, " ", f.X.Log); got != c.axis || !f.Y.Percent || f.Y.Label != "right answers" {
			t.Errorf("%s: the axis is %s, want %s; %v", c.sweep, got, c.axis, f.Y)
		}
		if got := fmt.Sprintf("%.3g %.3g %.3g %v", f.Lines[0].X, f.Lines[0].Y, f.Lines[1].Y, *f.Best); got != c.points {
			t.Errorf("%s: %s, want %s", c.sweep, got, c.points)
		}
	}
}

// TestEquals: combinations that share the best score, and by what one of them was chosen; where the values are no
// numbers, or of several flags, there are points by their tasks, which no line joins.
func TestEquals(t *testing.T) {
	for _, c := range []struct {
		sweep  string
		scores []float64 // 0 for one that diverged
		rmse   bool
		points bool
		more   string
	}{
		{"lr=1,2,3", []float64{0.5, 0.7, 0.6}, false, false, ""},
		{"lr=1,2,3", []float64{0.7, 0.7, 0}, false, false,
			" 2 of 3 share the best score: the lowest validation cost has decided between them."},
		{"lr=1,2,3", []float64{0.7, 0.7, 0.7}, true, false, " 3 of 3 share the best score: the first of them is chosen."},
		{"l2=1,2 lr=3,4", []float64{0.5, 0.7, 0.6, 0.7}, false, true, " 2 of 4 share the best score: the lowest validation " +
			"cost has decided between them. A point is a task by its number, which says nothing: its values are in the " +
			"table below."},
	} {
		cfg, runs := sweepOf(t, c.sweep)
		var groups []*group
		for i, r := range runs {
			e, cost := event.Epoch{ValidAccuracy: &c.scores[i]}, 1.0
			if c.rmse {
				e = event.Epoch{ValidRMSE: &c.scores[i]}
			}
			e.ValidCost = &cost
			groups = append(groups, &group{runs: []*run{r}, diverged: c.scores[i] == 0, mean: e})
		}
		f := figure(cfg, groups, 1)
		if f.More != c.more || f.Lines[0].Points != c.points {
			t.Errorf("%s: %q, points %v; want %q", c.sweep, f.More, f.Lines[0].Points, c.more)
		}
		for _, r := range runs {
			r.values[0] = "30,10"
		}
		if f = figure(cfg, groups, 1); f.X.Label != "task" || !f.Lines[0].Points || len(f.Lines[0].X) == 0 {
			t.Errorf("%s, of values that are no numbers: %+v", c.sweep, f)
		}
	}
}

// TestSweepCurves: the curves of what was trained here and did not diverge, of more than four the best, by the
// validation set.
func TestSweepCurves(t *testing.T) {
	for _, c := range []struct {
		accuracies []float64 // of trainings, 0 where one diverged
		best       int
		want       string
	}{
		{[]float64{0.5, 0}, 0, ""}, {[]float64{0.5, 0, 0.6}, 2, "The trainings, epoch by epoch: task 0; task 2, chosen"},
		{[]float64{0.5, 0.9, 0.7, 0.6}, 1, "The trainings, epoch by epoch: task 0; task 1, chosen; task 2; task 3"},
		{[]float64{0.5, 0.9, 0.7, 0.6, 0.8}, 1,
			"The best 4 of 5 combinations, epoch by epoch: task 1, chosen; task 4; task 2; task 3"},
	} {
		var groups []*group
		for i, a := range c.accuracies {
			cost, r := 1.0, &run{task: i, curve: chart.Line{X: []float64{1, 2}, Y: []float64{0, a}}}
			groups = append(groups, &group{runs: []*run{r}, diverged: a == 0,
				mean: event.Epoch{ValidAccuracy: &a, ValidCost: &cost}})
		}
		got := ""
		for _, f := range curves(groups, c.best) {
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

// sweepOf is a command line with a sweep, and its trainings.
func sweepOf(t *testing.T, sweep string) (*settings.Settings, []*run) {
	t.Helper()
	cfg := settings.New(words)
	if err := cfg.Sweep.Set(sweep); err != nil {
		t.Fatal(err)
	}
	runs, err := runsOf(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return cfg, runs
}
