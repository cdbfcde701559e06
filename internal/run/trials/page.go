// The page: the figures and tables of a sweep in the report.

package trials

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/judge/scores"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// figure plots the scores of the groups: against the values if a single flag is swept and they are numbers, else
// against the numbers of the trainings.
func figure(cfg *settings.Settings, groups []*group, best int) chart.Figure {
	axis, byTask := axisOf(cfg, groups)
	f := chart.Figure{Kind: chart.Sweep, Title: "The sweep of " + strings.Join(cfg.Sweep.Names(), ", "),
		X: chart.Axis{Label: "task"}, Y: chart.Axis{Label: "RMSE"}, Table: true, More: tied(groups, best)}
	if groups[best].mean.ValidAccuracy != nil {
		f.Y = chart.Axis{Label: "right answers", Percent: true}
	}
	if byTask {
		f.More += " A point is a task by its number, which says nothing: its values are in the table below."
	} else {
		f.X = chart.Axis{Label: cfg.Sweep[axis].Name, Log: true}
	}
	valid, test := chart.Line{Name: "validation", Points: byTask}, chart.Line{Name: "test", Points: byTask}
	for i, g := range groups {
		if g.diverged {
			continue
		}
		x := float64(g.runs[0].task)
		if !byTask {
			x = number(g.runs[0].values[axis])
		}
		f.X.Log = f.X.Log && x > 0
		valid.X, valid.Y = append(valid.X, x), append(valid.Y, orNaN(validScore(g.mean)))
		test.X, test.Y = append(test.X, x), append(test.Y, orNaN(testScore(g.mean)))
		if i == best {
			f.Best = &x
		}
	}
	f.Lines = []chart.Line{valid}
	if testScore(groups[best].mean) != nil {
		f.Lines = append(f.Lines, test)
	}
	return f
}

// axisOf returns the index of the swept flag, if there is only one, apart from an averaged seed, and its values are
// numbers. Otherwise byTask is true, and the trainings are plotted by their number.
func axisOf(cfg *settings.Settings, groups []*group) (axis int, byTask bool) {
	names := cfg.Sweep.WithoutSeed(cfg.Sweep.Names())
	if len(names) > 1 {
		return 0, true
	}
	axis = slices.Index(cfg.Sweep.Names(), names[0])
	return axis, slices.ContainsFunc(groups, func(g *group) bool { return math.IsNaN(number(g.runs[0].values[axis])) })
}

// number returns the value of a flag as a number, or NaN.
func number(value string) float64 {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// tied says how many groups share the best score, and what decided between them; "" if there is only one.
func tied(groups []*group, best int) string {
	n, top := 0, groups[best].mean
	for _, g := range groups {
		if !g.diverged && orNaN(validScore(g.mean)) == orNaN(validScore(top)) {
			n++
		}
	}
	switch {
	case n < 2:
		return ""
	case top.ValidAccuracy == nil:
		return fmt.Sprintf(" %d of %d share the best score: the first of them is chosen.", n, len(groups))
	}
	return fmt.Sprintf(" %d of %d share the best score: the lowest validation cost has decided between them.", n,
		len(groups))
}

// validCurve returns the validation score, epoch by epoch.
func validCurve(history []event.Epoch) (line chart.Line) {
	for _, e := range history {
		line.X = append(line.X, float64(e.Epoch))
		line.Y = append(line.Y, orNaN(validScore(e)))
	}
	return line
}

// maxCurves is the largest number of curves in a figure: with more, one could not tell their colours apart.
const maxCurves = 4

// curves plots the validation scores of the first training of each group; if there are many groups, only of the best.
// Trainings whose results existed already have no curve.
func curves(groups []*group, best int) []chart.Figure {
	var drawn []*group
	for _, g := range groups {
		if !g.diverged && len(g.runs[0].curve.X) > 1 {
			drawn = append(drawn, g)
		}
	}
	if len(drawn) < 2 {
		return nil
	}
	f := chart.Figure{Kind: chart.Plain, Title: "The trainings, epoch by epoch",
		Caption: "Which comes further, which is faster, and which still gets better at the end.",
		X:       chart.Axis{Label: "epoch"}, Y: chart.Axis{Label: "validation RMSE"}}
	if groups[best].mean.ValidAccuracy != nil {
		f.Y = chart.Axis{Label: "validation accuracy", Percent: true}
	}
	if n := len(drawn); n > maxCurves {
		f.Title = fmt.Sprintf("The best %d of %d combinations, epoch by epoch", maxCurves, n)
		slices.SortStableFunc(drawn, betterFirst)
		drawn = drawn[:maxCurves]
	}
	if len(groups[best].runs) > 1 {
		f.Caption += " Of each combination the training with the first seed is drawn."
	}
	for _, g := range drawn {
		line := g.runs[0].curve
		line.Name = fmt.Sprint("task ", g.runs[0].task)
		if g == groups[best] {
			line.Name += ", chosen"
		}
		f.Lines = append(f.Lines, line)
	}
	return []chart.Figure{f}
}

// betterFirst compares groups for sorting: the better one comes first.
func betterFirst(a, b *group) int {
	switch {
	case a.mean.Better(b.mean):
		return -1
	case b.mean.Better(a.mean):
		return 1
	}
	return 0
}

// tables returns a table of the trainings and, if trainings are averaged, a table of the groups before it. best is −1
// if there is no best group.
func tables(cfg *settings.Settings, runs []*run, groups []*group, best int) (tables []report.Table) {
	if len(groups) < len(runs) {
		tables = append(tables, groupTable(cfg, groups, best))
	}
	var chosen *run
	if best >= 0 {
		chosen = groups[best].runs[0]
	}
	return append(tables, runTable(cfg, runs, chosen))
}

// groupTable lists the means of the groups.
func groupTable(cfg *settings.Settings, groups []*group, best int) report.Table {
	t := report.Table{Title: "The combinations", Head: slices.Concat([]string{"tasks"},
		cfg.Sweep.WithoutSeed(cfg.Sweep.Names()), []string{"valid cost", "valid", "test", ""}),
		Caption: fmt.Sprintf("Mean of %d seeds, and its standard deviation. The best mean by the validation set is "+
			"chosen, and trained once more with the first seed.", len(groups[0].runs))}
	for i, g := range groups {
		mark := ""
		if i == best {
			mark = "chosen"
		}
		t.Rows = append(t.Rows, slices.Concat([]string{g.tasks()}, cfg.Sweep.WithoutSeed(g.runs[0].values),
			scoreCells(g.mean, g.sd, g.diverged), []string{mark}))
	}
	return t
}

// runTable lists the results of the trainings.
func runTable(cfg *settings.Settings, runs []*run, chosen *run) report.Table {
	t := report.Table{Title: "The trainings of the sweep", Head: slices.Concat([]string{"task"}, cfg.Sweep.Names(),
		[]string{"valid cost", "valid", "test", "weights sha256", ""}),
		Caption: "The same settings give the same hash on every machine."}
	withoutCurve := 0
	for _, r := range runs {
		diverged, hash, mark := r.result.Failed != "", "", ""
		if !diverged {
			hash = r.result.Hash[:12] + "…"
		}
		if r == chosen {
			mark = "chosen"
		}
		if !diverged && len(r.curve.X) == 0 {
			withoutCurve++
		}
		t.Rows = append(t.Rows, slices.Concat([]string{strconv.Itoa(r.task)}, r.values,
			scoreCells(r.result.epoch(), -1, diverged), []string{hash, mark}))
	}
	if withoutCurve > 0 {
		t.Caption += fmt.Sprintf(" Of %s, trained before and found in -sweep-dir, there is no curve.",
			text.Plural(withoutCurve, "training"))
	}
	return t
}

// scoreCells returns the cells of the validation cost, the validation score, with its deviation unless that is
// negative, and the test score.
func scoreCells(e event.Epoch, sd float64, diverged bool) []string {
	if diverged {
		return []string{"diverged", "", ""}
	}
	test := ""
	if testScore(e) != nil {
		test = scores.Text(e.TestAccuracy, e.TestRMSE, -1)
	}
	return []string{fmt.Sprintf("%.5f", *e.ValidCost), scores.Text(e.ValidAccuracy, e.ValidRMSE, sd), test}
}

// orNaN returns NaN, which charts leave out, if there is no number.
func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
