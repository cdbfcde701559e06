// Print: what a sweep prints.

package trials

import (
	"encoding/json"
	"fmt"
	"math"

	"backprop/internal/judge/scores"
	"backprop/internal/show/console"
	"backprop/internal/show/text"
)

const sweepRow = "%10s  %12s  %16s  %16s\n"

// single says that the sweep is of one flag, and printed by its values.
func (s *sweep) single() bool { return len(s.cfg.Sweep) == 1 && !s.cfg.SweepTask.Given }

// head begins the table.
func (s *sweep) head(groups []*group, out *console.Printer) {
	name, names := console.ScoreName(s.data.Classes != nil), ""
	for _, a := range s.cfg.Sweep {
		if len(groups[0].runs) == 1 || a.Name != "seed" {
			names += fmt.Sprintf("%*s", width(a.Name), a.Name)
		}
	}
	atATime := fmt.Sprintf("%d at a time, each on one core", min(s.cfg.Workers, len(s.all)))
	switch n := len(groups[0].runs); {
	case s.single():
		out.Text("sweep     %s of %s, %s\n\n", text.Plural(len(s.all), "value"), s.cfg.Sweep[0].Name, atATime)
		out.Text(sweepRow, s.cfg.Sweep[0].Name, "valid cost", "valid "+name, "test "+name)
		return
	case s.cfg.SweepTask.Given:
		out.Text("sweep     task %v: %s of %d\n\n", &s.cfg.SweepTask, text.Plural(len(s.mine), "training"), len(s.all))
	case n > 1:
		out.Text("sweep     %s, mean ± standard deviation of %d seeds of each,\n          %s\n\n",
			text.Plural(len(groups), "combination"), n, atATime)
	default:
		out.Text("sweep     %s, %s\n\n", text.Plural(len(groups), "combination"), atATime)
	}
	out.Text("%7s%s  %10s  %16s  %16s\n", "task", names, "valid cost", "valid "+name, "test "+name)
}

// width is that of a column of values of a flag.
func width(name string) int { return max(len(name), 6) + 2 }

// row prints what a group of trainings came to.
func (s *sweep) row(g *group, out *console.Printer) {
	first, values, tested := g.runs[0], "", "none"
	for i, a := range s.cfg.Sweep {
		if len(g.runs) == 1 || a.Name != "seed" {
			values += fmt.Sprintf("%*s", width(a.Name), first.values[i])
		}
	}
	if s.single() {
		s.runEvent(first, out)
	} else if len(g.runs) > 1 {
		s.meanEvent(g, out)
	}
	tasks := g.tasks()
	switch {
	case g.bad && s.single():
		out.Text("%10s  diverged\n", first.values[0])
		return
	case g.bad:
		out.Text("%7s%s  diverged\n", tasks, values)
		return
	}
	e, d := g.mean, s.data
	valid := console.ScoreText(d.Valid.N, correctCount(e.ValidAccuracy, d.Valid.N), e.ValidRMSE)
	if d.Test.N > 0 {
		tested = console.ScoreText(d.Test.N, correctCount(e.TestAccuracy, d.Test.N), e.TestRMSE)
	}
	if len(g.runs) > 1 {
		valid, tested = scores.Text(e.ValidAccuracy, e.ValidRMSE, g.sd), "none"
		if d.Test.N > 0 {
			tested = scores.Text(e.TestAccuracy, e.TestRMSE, -1)
		}
	}
	if s.single() {
		out.Text(sweepRow, first.values[0], fmt.Sprintf("%.5f", *e.ValidCost), valid, tested)
		return
	}
	out.Text("%7s%s  %10.5f  %16s  %16s\n", tasks, values, *e.ValidCost, valid, tested)
}

// runEvent prints a training as a line of JSON.
func (s *sweep) runEvent(r *run, out *console.Printer) {
	pairs := []any{"flag", s.cfg.Sweep[0].Name, "value", jsonValue(r.values[0])}
	if !s.single() {
		pairs = []any{"task", r.task, "settings", s.values(r.values)}
	}
	f := r.result
	if f.Failed != "" {
		out.Event("sweep", append(pairs, "failed", f.Failed)...)
		return
	}
	out.Event("sweep", append(pairs,
		"valid_cost", f.ValidCost, "valid_accuracy", f.ValidAccuracy, "valid_rmse", f.ValidRMSE,
		"test_accuracy", f.TestAccuracy, "test_rmse", f.TestRMSE, "weights_sha256", f.Hash)...)
}

// meanEvent prints the mean of a group as a line of JSON.
func (s *sweep) meanEvent(g *group, out *console.Printer) {
	var tasks []int
	for _, r := range g.runs {
		tasks = append(tasks, r.task)
	}
	values := s.values(g.runs[0].values)
	delete(values, "seed")
	pairs := []any{"tasks", tasks, "settings", values}
	if g.bad {
		out.Event("sweep_mean", append(pairs, "failed", "a training diverged")...)
		return
	}
	e := g.mean
	out.Event("sweep_mean", append(pairs,
		"valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
		"valid_deviation", g.sd, "test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE)...)
}

// values are those of a training by their flags.
func (s *sweep) values(values []string) map[string]any {
	m := map[string]any{}
	for i, a := range s.cfg.Sweep {
		m[a.Name] = jsonValue(values[i])
	}
	return m
}

// jsonValue is a value as JSON has it: a number, but for -hidden none.
func jsonValue(text string) any {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}

// correctCount is how many of n an accuracy stands for.
func correctCount(accuracy *float64, n int) int {
	if accuracy == nil {
		return 0
	}
	return int(math.Round(*accuracy * float64(n)))
}
