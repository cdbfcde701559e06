// Figures: what the report shows of a sweep.

package trials

import (
	"cmp"
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

// figure shows the scores of a sweep's combinations: over the values where one flag is swept, else over the numbers
// of their first trainings.
func figure(cfg *settings.Settings, groups []*group, best int) chart.Figure {
	at, name := -1, "task"
	if others := cfg.Sweep.WithoutSeed(cfg.Sweep.Names()); len(others) == 1 {
		at, name = slices.Index(cfg.Sweep.Names(), others[0]), others[0]
	}
	if at >= 0 && slices.ContainsFunc(groups, func(g *group) bool { return math.IsNaN(number(g.runs[0].values[at])) }) {
		at, name = -1, "task"
	}
	f := chart.Figure{Kind: chart.Sweep, Title: "The sweep of " + strings.Join(cfg.Sweep.Names(), ", "),
		X: chart.Axis{Label: name, Log: at >= 0}, Table: true}
	y := chart.Axis{Label: "RMSE"}
	if groups[best].mean.ValidAccuracy != nil {
		y = chart.Axis{Label: "right answers", Percent: true}
	}
	valid, test := chart.Line{Name: "validation", Points: at < 0}, chart.Line{Name: "test", Points: at < 0}
	for i, g := range groups {
		v := float64(g.runs[0].task)
		if at >= 0 {
			v = number(g.runs[0].values[at])
		}
		if g.bad {
			continue
		}
		f.X.Log, f.Y = f.X.Log && v > 0, y
		e := g.mean
		valid.X, valid.Y = append(valid.X, v), append(valid.Y, orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)))
		test.X, test.Y = append(test.X, v), append(test.Y, orNaN(cmp.Or(e.TestAccuracy, e.TestRMSE)))
		if i == best {
			f.Best = &v
		}
	}
	f.Lines = append(f.Lines, valid)
	if e := groups[best].mean; e.TestAccuracy != nil || e.TestRMSE != nil {
		f.Lines = append(f.Lines, test)
	}
	f.More = equals(groups, best)
	if at < 0 {
		f.More += " A point is a task by its number, which says nothing: its values are in the table below."
	}
	return f
}

// number is a value of a flag, NaN where it is none.
func number(value string) float64 {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// equals says how many have the score of the best, and what decided between them; nothing where no other has.
func equals(groups []*group, best int) string {
	n, top := 0, groups[best].mean
	for _, g := range groups {
		e := g.mean
		if !g.bad && orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)) == orNaN(cmp.Or(top.ValidAccuracy, top.ValidRMSE)) {
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

// validCurve is the validation part's score, epoch by epoch.
func validCurve(history []event.Epoch) (line chart.Line) {
	for _, e := range history {
		line.X = append(line.X, float64(e.Epoch))
		line.Y = append(line.Y, orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)))
	}
	return line
}

// curves shows how the trainings of a sweep went that were trained here, the first of each combination:
// the chosen one, and of many the best others.
func curves(groups []*group, best int) []chart.Figure {
	const most = 4 // that a legend names
	var done []*group
	for _, g := range groups {
		if !g.bad && len(g.runs[0].curve.X) > 1 {
			done = append(done, g)
		}
	}
	if len(done) < 2 {
		return nil
	}
	f := chart.Figure{Kind: chart.Plain, Title: "The trainings, epoch by epoch",
		Caption: "Which comes further, which is faster, and which still gets better at the end.",
		X:       chart.Axis{Label: "epoch"}, Y: chart.Axis{Label: "validation RMSE"}}
	if groups[best].mean.ValidAccuracy != nil {
		f.Y = chart.Axis{Label: "validation accuracy", Percent: true}
	}
	if n := len(done); n > most {
		f.Title = fmt.Sprintf("The best %d of %d combinations, epoch by epoch", most, n)
		slices.SortStableFunc(done, func(a, b *group) int {
			switch {
			case a.mean.Better(b.mean):
				return -1
			case b.mean.Better(a.mean):
				return 1
			}
			return 0
		})
		done = done[:most]
	}
	if len(groups[best].runs) > 1 {
		f.Caption += " Of each combination the training with the first seed is drawn."
	}
	for _, g := range done {
		line := g.runs[0].curve
		line.Name = fmt.Sprint("task ", g.runs[0].task)
		if g == groups[best] {
			line.Name += ", chosen"
		}
		f.Lines = append(f.Lines, line)
	}
	return []chart.Figure{f}
}

// tables are what each training of a sweep came to, and, where several count together, their means.
func tables(cfg *settings.Settings, runs []*run, groups []*group, best int) (tables []report.Table) {
	end := []string{"valid cost", "valid", "test"}
	rows := [][]string{slices.Concat([]string{"task"}, cfg.Sweep.Names(), end, []string{"weights sha256", ""})}
	means := [][]string{slices.Concat([]string{"tasks"}, cfg.Sweep.WithoutSeed(cfg.Sweep.Names()), end, []string{""})}
	of := func(e event.Epoch, sd float64, failed bool) []string {
		if failed {
			return []string{"diverged", "", ""}
		}
		cells := []string{fmt.Sprintf("%.5f", *e.ValidCost), scores.Text(e.ValidAccuracy, e.ValidRMSE, sd), ""}
		if e.TestAccuracy != nil || e.TestRMSE != nil {
			cells[2] = scores.Text(e.TestAccuracy, e.TestRMSE, -1)
		}
		return cells
	}
	there := 0
	for _, r := range runs {
		hash, mark := "", ""
		if r.result.Failed == "" {
			hash = r.result.Hash[:12] + "…"
		}
		if best >= 0 && r == groups[best].runs[0] {
			mark = "chosen"
		}
		if len(r.curve.X) == 0 && r.result.Failed == "" {
			there++
		}
		rows = append(rows, slices.Concat([]string{strconv.Itoa(r.task)}, r.values,
			of(r.result.event(), -1, r.result.Failed != ""), []string{hash, mark}))
	}
	for i, g := range groups {
		mark := ""
		if i == best {
			mark = "chosen"
		}
		means = append(means, slices.Concat([]string{g.tasks()}, cfg.Sweep.WithoutSeed(g.runs[0].values),
			of(g.mean, g.sd, g.bad), []string{mark}))
	}
	look := "The same settings give the same hash on every machine."
	if there > 0 {
		look += fmt.Sprintf(" Of %s, trained before and found in -sweep-dir, there is no curve.",
			text.Plural(there, "training"))
	}
	if len(groups) < len(runs) {
		tables = append(tables, report.Table{Title: "The combinations", Head: means[0], Rows: means[1:],
			Caption: fmt.Sprintf("Mean of %d seeds, and its standard deviation. The best mean by the validation part is "+
				"chosen, and trained once more with the first seed.", len(groups[0].runs))})
	}
	return append(tables, report.Table{Title: "The trainings of the sweep", Head: rows[0], Rows: rows[1:], Caption: look})
}

// orNaN is what does not apply as charts have it.
func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
