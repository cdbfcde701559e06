package trials

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// finishedGroups returns a sweep that is done, and its groups with their means.
func finishedGroups(t *testing.T, data *dataset.Dataset, sweepFlag, trainings string) (*sweep, []*group) {
	t.Helper()
	s := finishedSweep(t, data, "", sweepFlag, trainings)
	groups := groupsOf(s.cfg, s.all)
	for _, g := range groups {
		g.average()
	}
	return s, groups
}

// TestSweepTables: a row for each training, with its values in the order of the flags, and before them, if seeds are
// averaged, one for each combination.
func TestSweepTables(t *testing.T) {
	data := &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 20}, Test: dataset.Set{N: 10}}
	const first, third = "1.50000,80.00 %,70.00 %,000000000000…", "1.50000,90.00 %,70.00 %,000000000002…"
	const diverged = "diverged,,,,"
	for _, c := range []struct {
		sweep, trainings string
		best             int
		want             []string // the head and the rows of each table
	}{
		{"lr=0.1,10,5", "0.1 1.5 0.8 0.7; 10 diverged; 5 1.5 0.9 0.7", 2, []string{
			"task,lr,valid cost,valid,test,weights sha256,", "0,0.1," + first + ",", "1,10," + diverged,
			"2,5," + third + ",chosen"}},
		{"l2=1,2 lr=3,4", "1 3 1.5 0.8 0.7; 1 4 diverged; 2 3 1.5 0.9 0.7; 2 4 diverged", 2, []string{
			"task,l2,lr,valid cost,valid,test,weights sha256,", "0,1,3," + first + ",", "1,1,4," + diverged,
			"2,2,3," + third + ",chosen", "3,2,4," + diverged}},
		{"seed=1,2 lr=3,4", "1 3 1.5 0.8 0.7; 1 4 diverged; 2 3 1.5 0.9 0.7; 2 4 diverged", 0, []string{
			"tasks,lr,valid cost,valid,test,", "0,…,3,1.50000,85.00 ± 7.07 %,70.00 %,chosen", "1,…,4,diverged,,,",
			"task,seed,lr,valid cost,valid,test,weights sha256,", "0,1,3," + first + ",chosen", "1,1,4," + diverged,
			"2,2,3," + third + ",", "3,2,4," + diverged}},
		{"lr=1,2", "1 diverged; 2 diverged", -1, []string{
			"task,lr,valid cost,valid,test,weights sha256,", "0,1," + diverged, "1,2," + diverged}},
	} {
		s, groups := finishedGroups(t, data, c.sweep, c.trainings)
		var got []string
		for _, table := range tables(s.cfg, s.all, groups, c.best) {
			got = append(got, strings.Join(table.Head, ","))
			for _, row := range table.Rows {
				got = append(got, strings.Join(row, ","))
			}
			const noCurve = " Of 2 trainings, trained before and found in -sweep-dir, there is no curve."
			without := strings.Contains(table.Caption, noCurve)
			if means := table.Head[0] == "tasks"; means != strings.HasPrefix(table.Caption, "Mean of 2 seeds") ||
				without != (!means && c.best >= 0) {
				t.Errorf("-sweep %s: got the caption %s", c.sweep, table.Caption)
			}
		}
		if got, want := strings.Join(got, "\n"), strings.Join(c.want, "\n"); got != want {
			t.Errorf("-sweep %s: got\n%s\nwant\n%s", c.sweep, got, want)
		}
	}
}

// TestSweepFigure: the scores stand above the values of the flag, on a logarithmic axis if all are above 0. If the
// values are of several flags or no numbers, points stand above the numbers of the trainings.
func TestSweepFigure(t *testing.T) {
	classes := &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 20}, Test: dataset.Set{N: 10}}
	numbers := &dataset.Dataset{Valid: dataset.Set{N: 20}}
	const tasks = " A point is a task by its number, which says nothing: its values are in the table below."
	for _, c := range []struct {
		data             *dataset.Dataset
		sweep, trainings string
		best             int
		want, more       string // the axes, whether there are points, what they are, and the best
	}{
		{classes, "lr=0.1,10,5", "0.1 1.5 0.8 0.7; 10 diverged; 5 1.5 0.9 0.7", 2,
			"lr, log true; right answers, percent true; points false [0.1 5] [0.8 0.9]; points false [0.1 5] [0.7 0.7]; 5", ""},
		{classes, "l2=0,1,2", "0 1.5 0.8 0.7; 1 diverged; 2 1.5 0.9 0.7", 2,
			"l2, log false; right answers, percent true; points false [0 2] [0.8 0.9]; points false [0 2] [0.7 0.7]; 2", ""},
		{classes, "l2=1,2 lr=3,4", "1 3 1.5 0.8 0.7; 1 4 diverged; 2 3 1.5 0.9 0.7; 2 4 1.6 0.9 0.7", 2,
			"task, log false; right answers, percent true; points true [0 2 3] [0.8 0.9 0.9]; points true [0 2 3] " +
				"[0.7 0.7 0.7]; 2",
			" 2 of 4 share the best score: the lowest validation cost has decided between them." + tasks},
		{classes, "seed=1,2 lr=3,4", "1 3 1.5 0.8 0.7; 1 4 diverged; 2 3 1.5 0.9 0.7; 2 4 diverged", 0,
			"lr, log true; right answers, percent true; points false [3] [0.85]; points false [3] [0.7]; 3", ""},
		{numbers, "hidden=none,4", "none 1 2; 4 1 2", 0, "task, log false; RMSE, percent false; points true [0 1] [2 2]; 0",
			" 2 of 2 share the best score: the first of them is chosen." + tasks},
	} {
		s, groups := finishedGroups(t, c.data, c.sweep, c.trainings)
		f := figure(s.cfg, groups, c.best)
		got := fmt.Sprintf("%s, log %v; %s, percent %v; ", f.X.Label, f.X.Log, f.Y.Label, f.Y.Percent)
		for _, line := range f.Lines {
			got += fmt.Sprintf("points %v %.3g %.3g; ", line.Points, line.X, line.Y)
		}
		if got += fmt.Sprint(*f.Best); got != c.want || f.More != c.more {
			t.Errorf("-sweep %s: got\n%s%s\nwant\n%s%s", c.sweep, got, f.More, c.want, c.more)
		}
	}
}

// TestSweepCurves: of trainings that did not diverge, at most four are drawn, the best by the validation set.
func TestSweepCurves(t *testing.T) {
	for _, c := range []struct {
		accuracies []float64 // of trainings; 0 for one that diverged
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
			if f.Y.Label != "validation accuracy" || !f.Y.Percent {
				t.Errorf("accuracies of %v: got the axis %+v", c.accuracies, f.Y)
			}
		}
		if got != c.want {
			t.Errorf("accuracies of %v: got %q, want %q", c.accuracies, got, c.want)
		}
	}
}
