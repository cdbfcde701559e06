// Sweeprun: runs the trainings of a sweep, prints what they came to, and finds the best.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/console"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A sweepWinner is the configuration that did best, its data, and figures and a table of all.
type sweepWinner struct {
	cfg     *Settings
	data    *dataset.Dataset
	figures []report.Figure
	tables  []report.Table
	hash    string // of the weights that it came to
}

// sweeping is a sweep that runs.
type sweeping struct {
	cfg    *Settings
	data   *dataset.Dataset // as -seed splits them
	all    []*sweepRun
	mine   []*sweepRun // without -sweep-task all
	stderr io.Writer

	missing, epochs int // of the trainings to be done

	mutex   sync.Mutex
	prints  map[uint64]string // fingerprints of the data by seed
	passed  atomic.Int64      // epochs of all trainings
	trained atomic.Int64      // trainings
}

// runSweep trains what is not there yet, as many at a time as there are workers, prints what
// came of it, and chooses the best by the validation part. With -sweep-task there is no best.
func runSweep(ctx context.Context, cfg *Settings, data *dataset.Dataset, out *Printer, bar *progress, stderr io.Writer) (
	*sweepWinner, error) {
	if data.Valid.N == 0 {
		return nil, wrongUsage("-sweep chooses by a validation part, and there is none: add -valid 0.2")
	}
	s := &sweeping{cfg: cfg, data: data, stderr: &lockedWriter{w: stderr}, prints: map[uint64]string{}}
	var err error
	if s.all, err = sweepRunsOf(cfg); err != nil {
		return nil, err
	}
	for _, r := range s.all {
		if err := r.cfg.Settle(data); err != nil {
			return nil, err
		}
	}
	if s.mine, err = mineOf(&cfg.SweepTask, s.all); err != nil {
		return nil, err
	}
	if err := s.look(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel() // where one fails, the others need not go on
	s.start(ctx, &workers)
	groups := groupsOf(cfg, s.mine, cfg.Sweep.Averages() && !cfg.SweepTask.Given)
	best, err := s.report(groups, out, bar)
	if err != nil || cfg.SweepTask.Given {
		return nil, err
	}
	if best < 0 {
		return nil, s.allDiverged()
	}
	return s.winner(ctx, groups, best, out)
}

// allDiverged is the error of a sweep that has no best.
func (s *sweeping) allDiverged() error {
	var rates []string
	for _, r := range s.all {
		if rate := r.cfg.Rate.String(); !slices.Contains(rates, rate) {
			rates = append(rates, rate)
		}
	}
	if n := len(rates); n > 4 {
		rates = []string{rates[0], "…", rates[n-1]}
	}
	return fmt.Errorf("-sweep %v: every training diverged; try a smaller -lr (it was %s)",
		&s.cfg.Sweep, strings.Join(rates, ", "))
}

// start begins with the trainings that are missing.
func (s *sweeping) start(ctx context.Context, workers *sync.WaitGroup) {
	var missing []*sweepRun
	for _, r := range s.mine {
		if r.result == nil {
			missing = append(missing, r)
			s.epochs += r.cfg.Epochs
		} else {
			close(r.ready)
		}
	}
	s.missing = len(missing)
	if len(missing) == 1 { // it need not share the machine
		missing[0].cfg.Workers = s.cfg.Workers
	}
	var next atomic.Int64
	for range min(s.cfg.Workers, len(missing)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(missing); i = int(next.Add(1)) - 1 {
				r := missing[i]
				r.err = s.train(ctx, r)
				s.trained.Add(1)
				close(r.ready)
			}
		})
	}
}

// report prints what each group of trainings came to, and returns the best; -1 if all diverged.
func (s *sweeping) report(groups []*sweepGroup, out *Printer, bar *progress) (best int, err error) {
	bar.From = time.Now()
	s.head(groups, out)
	best = -1
	for i, g := range groups {
		for _, r := range g.runs {
			bar.Watch(func() (string, float64) {
				return fmt.Sprintf("%d of %d trainings", s.trained.Load(), s.missing),
					float64(s.passed.Load()) / float64(max(s.epochs, 1))
			})
			<-r.ready
			bar.Clear()
			if errors.Is(r.err, errInterrupted) {
				return 0, s.interrupted(r)
			}
			if r.err != nil {
				return 0, r.err
			}
			if len(s.cfg.Sweep) > 1 || s.cfg.SweepTask.Given {
				s.event(r, out)
			}
		}
		g.sum()
		s.row(g, out)
		if !g.bad && (best < 0 || g.mean.Better(groups[best].mean)) {
			best = i
		}
	}
	return best, nil
}

// interrupted says how far the sweep is, of which r was interrupted.
func (s *sweeping) interrupted(r *sweepRun) error {
	switch {
	case s.cfg.SweepDir != "" && len(s.mine) == 1:
		return r.err
	case s.cfg.SweepDir != "":
		return fmt.Errorf("%w; what is done of the sweep is in %s, and the same command goes on with the rest",
			errInterrupted, s.cfg.SweepDir)
	}
	return fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time "+
		"(with -sweep-dir DIR it goes on)", errInterrupted, r.task, len(s.all))
}

// train trains what is not there yet.
func (s *sweeping) train(ctx context.Context, r *sweepRun) (err error) {
	data := s.data
	if r.cfg.Seed != s.cfg.Seed { // it draws the parts, and the data where they are made
		if data, err = loadData(ctx, r.cfg, io.Discard); err != nil {
			return err
		}
	}
	if s.cfg.SweepDir != "" {
		if err := s.read(ctx, r); err != nil || r.result != nil { // it was trained elsewhere meanwhile
			return err
		}
	}
	x, err := newExperiment(r.cfg, data)
	if err != nil {
		return err
	}
	x.shown = func(int) bool { s.passed.Add(1); return s.cfg.Report != "" }
	if s.cfg.SweepDir != "" {
		x.saver, err = x.openCheckpoint(s.path(r), modelfile.Options{Flag: "-sweep-dir", Resume: true, Bare: true}, s.stderr)
		if errors.As(err, new(modelfile.OtherRun)) {
			err = wrongUsage("%w", err)
		}
		if err != nil {
			return err
		}
	}
	err = x.train(ctx, quiet(), &progress{})
	var diverged ErrDiverged
	if err != nil && !errors.As(err, &diverged) && !errors.Is(err, modelfile.ErrTooLarge) {
		return err
	}
	result := s.resultOf(r, x, err)
	if s.cfg.SweepDir != "" {
		if err := s.write(r, result); err != nil {
			return err
		}
		os.Remove(x.saver.Path())
	}
	r.result, r.curve = result, x.validCurve()
	return nil
}

// winner is the best combination, with the data of its first training.
func (s *sweeping) winner(ctx context.Context, groups []*sweepGroup, best int, out *Printer) (*sweepWinner, error) {
	g := groups[best]
	r := g.runs[0]
	var pairs, words, seeds []string
	for i, a := range s.cfg.Sweep {
		pairs = append(pairs, a.Name, r.values[i])
		if a.Name == "seed" && len(g.runs) > 1 {
			for _, r := range g.runs {
				seeds = append(seeds, r.values[i])
			}
		} else {
			words = append(words, a.Name+" "+r.values[i])
		}
	}
	with := ""
	if len(seeds) > 0 {
		words = append(words, "mean of the seeds "+strings.Join(seeds, ", "))
		with = " with seed " + seeds[0]
	}
	again := "trained once more"
	if s.cfg.Recipe.NewWeightsEach {
		again = "trained afresh, from new random weights"
	}
	out.Text("\n%s\n\n", console.Lines(text.Wrap("best by validation: "+strings.Join(words, ", ")+", "+again+with, 0, "\n  ")))
	w, err := &sweepWinner{data: s.data, hash: r.result.Hash, tables: sweepTables(s.cfg, s.all, groups, best),
		figures: append(sweepCurves(groups, best), sweepFigure(s.cfg, groups, best))}, error(nil)
	if w.cfg, err = s.cfg.Override("", pairs...); err != nil {
		return nil, err
	}
	w.cfg.Changed = s.cfg.Changed
	if s.cfg.Recipe.NewWeightsEach {
		w.cfg.Restart, w.hash = len(s.all)+1, ""
	}
	if w.cfg.Seed != s.cfg.Seed {
		w.data, err = loadData(ctx, w.cfg, io.Discard)
		return w, err
	}
	return w, w.cfg.Settle(s.data)
}

// confirm reports weights that are not those of the same training within the sweep.
func (w *sweepWinner) confirm(x *experiment) error {
	if w == nil || w.hash == "" || w.hash == x.done.Hash {
		return nil
	}
	return fmt.Errorf("trained once more, the best of the sweep has the weights %.12s…, and in the sweep it had %.12s…: "+
		"%s is of another version of this program; take another -sweep-dir", x.done.Hash, w.hash, x.cfg.SweepDir)
}

// ---- What is printed ----

const sweepRow = "%10s  %12s  %16s  %16s\n"

// alone says that the sweep is of one flag, and printed by its values.
func (s *sweeping) alone() bool { return len(s.cfg.Sweep) == 1 && !s.cfg.SweepTask.Given }

// head begins the table.
func (s *sweeping) head(groups []*sweepGroup, out *Printer) {
	name, names := console.ScoreName(s.data.Classes != nil), ""
	for _, a := range s.cfg.Sweep {
		if len(groups[0].runs) == 1 || a.Name != "seed" {
			names += fmt.Sprintf("%*s", width(a.Name), a.Name)
		}
	}
	atATime := fmt.Sprintf("%d at a time, each on one core", min(s.cfg.Workers, len(s.all)))
	switch n := len(groups[0].runs); {
	case s.alone():
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
func (s *sweeping) row(g *sweepGroup, out *Printer) {
	first, values, tested := g.runs[0], "", "none"
	for i, a := range s.cfg.Sweep {
		if len(g.runs) == 1 || a.Name != "seed" {
			values += fmt.Sprintf("%*s", width(a.Name), first.values[i])
		}
	}
	if s.alone() {
		s.event(first, out)
	} else if len(g.runs) > 1 {
		s.meanEvent(g, out)
	}
	tasks := g.tasks()
	switch {
	case g.bad && s.alone():
		out.Text("%10s  diverged\n", first.values[0])
		return
	case g.bad:
		out.Text("%7s%s  diverged\n", tasks, values)
		return
	}
	e, d := g.mean, s.data
	valid := score(d.Valid.N, rights(e.ValidAccuracy, d.Valid.N), e.ValidRMSE)
	if d.Test.N > 0 {
		tested = score(d.Test.N, rights(e.TestAccuracy, d.Test.N), e.TestRMSE)
	}
	if len(g.runs) > 1 {
		valid, tested = meanText(e.ValidAccuracy, e.ValidRMSE, g.sd), "none"
		if d.Test.N > 0 {
			tested = meanText(e.TestAccuracy, e.TestRMSE, -1)
		}
	}
	if s.alone() {
		out.Text(sweepRow, first.values[0], fmt.Sprintf("%.5f", *e.ValidCost), valid, tested)
		return
	}
	out.Text("%7s%s  %10.5f  %16s  %16s\n", tasks, values, *e.ValidCost, valid, tested)
}

// meanText is a mean, and its standard deviation if that is not negative.
func meanText(accuracy, rmse *float64, sd float64) string {
	return scores.Text(accuracy, rmse, sd)
}

// event prints a training as a line of JSON.
func (s *sweeping) event(r *sweepRun, out *Printer) {
	pairs := []any{"flag", s.cfg.Sweep[0].Name, "value", jsonValue(r.values[0])}
	if !s.alone() {
		pairs = []any{"task", r.task, "settings", s.settings(r.values)}
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
func (s *sweeping) meanEvent(g *sweepGroup, out *Printer) {
	var tasks []int
	for _, r := range g.runs {
		tasks = append(tasks, r.task)
	}
	settings := s.settings(g.runs[0].values)
	delete(settings, "seed")
	pairs := []any{"tasks", tasks, "settings", settings}
	if g.bad {
		out.Event("sweep_mean", append(pairs, "failed", "a training diverged")...)
		return
	}
	e := g.mean
	out.Event("sweep_mean", append(pairs,
		"valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
		"valid_deviation", g.sd, "test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE)...)
}

// settings are the values of a training by their flags.
func (s *sweeping) settings(values []string) map[string]any {
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
