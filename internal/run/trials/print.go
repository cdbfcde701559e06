// Print: what a sweep prints, as a table or as lines of JSON.

package trials

import (
	"encoding/json"
	"fmt"
	"math"

	"backprop/internal/judge/scores"
	"backprop/internal/show/console"
	"backprop/internal/show/text"
)

// single reports whether a single flag is swept; then its value is printed where other sweeps have the task.
func (s *sweep) single() bool { return len(s.cfg.Sweep) == 1 && !s.cfg.SweepTask.Given }

// printHead says what is swept, and prints the head of the table.
func (s *sweep) printHead(groups []*group, out *console.Printer) {
	score := console.ScoreName(s.data.Classes != nil)
	atATime := fmt.Sprintf("%d at a time, each on one core", min(s.cfg.Workers, len(s.all)))
	switch n := len(groups[0].runs); {
	case s.single():
		out.Text("sweep     %s of %s, %s\n\n", text.Plural(len(s.all), "value"), s.cfg.Sweep[0].Name, atATime)
	case s.cfg.SweepTask.Given:
		out.Text("sweep     task %v: %s of %d\n\n", &s.cfg.SweepTask, text.Plural(len(s.selected), "training"), len(s.all))
	case n > 1:
		out.Text("sweep     %s, mean ± standard deviation of %d seeds of each,\n          %s\n\n",
			text.Plural(len(groups), "combination"), n, atATime)
	default:
		out.Text("sweep     %s, %s\n\n", text.Plural(len(groups), "combination"), atATime)
	}
	s.printRow(out, s.firstCells(groups[0], "task", s.cfg.Sweep.Names()), "valid cost", "valid "+score, "test "+score)
}

// firstCells aligns the cells of a row before its scores: the number of the task and, for each swept flag, its cell,
// but not the seed's if the group is a mean over seeds. If a single flag is swept, its cell is all.
func (s *sweep) firstCells(g *group, task string, cells []string) string {
	if s.single() {
		return fmt.Sprintf("%10s", cells[0])
	}
	row := fmt.Sprintf("%7s", task)
	for i, axis := range s.cfg.Sweep {
		if axis.Name != "seed" || len(g.runs) == 1 {
			row += fmt.Sprintf("%*s", max(len(axis.Name), 6)+2, cells[i])
		}
	}
	return row
}

// printRow prints a row, whose first cells are aligned already.
func (s *sweep) printRow(out *console.Printer, first, cost, valid, test string) {
	width := 10
	if s.single() {
		width = 12
	}
	out.Text("%s  %*s  %16s  %16s\n", first, width, cost, valid, test)
}

// printGroup prints the row of a group and its line of JSON, unless the lines of its trainings already say everything.
func (s *sweep) printGroup(g *group, out *console.Printer) {
	if s.single() {
		s.printRunEvent(g.runs[0], out)
	} else if len(g.runs) > 1 {
		s.printMeanEvent(g, out)
	}
	first := s.firstCells(g, g.tasks(), g.runs[0].values)
	if g.diverged {
		out.Text("%s  diverged\n", first)
		return
	}
	s.printRow(out, first, fmt.Sprintf("%.5f", *g.mean.ValidCost), s.validText(g), s.testText(g))
}

// validText formats the validation score: of one training as 45 / 50, of several as 90.00 ± 1.00 %.
func (s *sweep) validText(g *group) string {
	if len(g.runs) > 1 {
		return scores.Text(g.mean.ValidAccuracy, g.mean.ValidRMSE, g.sd)
	}
	n := s.data.Valid.N
	return console.ScoreText(n, correctCount(g.mean.ValidAccuracy, n), g.mean.ValidRMSE)
}

// testText formats the test score in the same way, but without a deviation.
func (s *sweep) testText(g *group) string {
	n := s.data.Test.N
	switch {
	case n == 0:
		return "none"
	case len(g.runs) > 1:
		return scores.Text(g.mean.TestAccuracy, g.mean.TestRMSE, -1)
	}
	return console.ScoreText(n, correctCount(g.mean.TestAccuracy, n), g.mean.TestRMSE)
}

// correctCount returns how many of n answers are right at this accuracy.
func correctCount(accuracy *float64, n int) int {
	if accuracy == nil {
		return 0
	}
	return int(math.Round(*accuracy * float64(n)))
}

// printRunEvent prints the result of a training as a line of JSON.
func (s *sweep) printRunEvent(r *run, out *console.Printer) {
	pairs := []any{"task", r.task, "settings", s.settings(r)}
	if s.single() {
		pairs = []any{"flag", s.cfg.Sweep[0].Name, "value", jsonValue(r.values[0])}
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

// printMeanEvent prints the mean of a group as a line of JSON.
func (s *sweep) printMeanEvent(g *group, out *console.Printer) {
	var tasks []int
	for _, r := range g.runs {
		tasks = append(tasks, r.task)
	}
	settings := s.settings(g.runs[0])
	delete(settings, "seed")
	pairs := []any{"tasks", tasks, "settings", settings}
	if g.diverged {
		out.Event("sweep_mean", append(pairs, "failed", "a training diverged")...)
		return
	}
	e := g.mean
	out.Event("sweep_mean", append(pairs,
		"valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
		"valid_deviation", g.sd, "test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE)...)
}

// settings returns the values of a training for the swept flags, for JSON.
func (s *sweep) settings(r *run) map[string]any {
	m := map[string]any{}
	for i, axis := range s.cfg.Sweep {
		m[axis.Name] = jsonValue(r.values[i])
	}
	return m
}

// jsonValue returns the value of a flag for JSON: a number, or a string such as "none" for -hidden.
func jsonValue(text string) any {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}
