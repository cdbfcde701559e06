// Run: trains what a sweep has no results of yet, and finds the best.

package trials

import (
	"cmp"
	"context"
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
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A Winner is the combination that did best, its data, and figures and tables of all.
type Winner struct {
	Settings *settings.Settings
	Data     *dataset.Dataset
	Figures  []chart.Figure
	Tables   []report.Table
	hash     string // of the weights that it came to; empty where it is to come to others
}

// sweep is a sweep that runs.
type sweep struct {
	cfg    *settings.Settings
	data   *dataset.Dataset // as -seed splits them
	hooks  Hooks
	stderr io.Writer

	all     []*run
	mine    []*run // without -sweep-task all
	missing []*run // of mine, what is to be trained
	epochs  int    // of what is missing
	pool    *pool  // that trains it

	mutex   sync.Mutex
	prints  map[uint64]string // fingerprints of the data by seed
	passed  atomic.Int64      // epochs of all trainings
	trained atomic.Int64      // trainings
}

// Sweep trains what has no result yet, as many at a time as there are workers, prints what came of it, and chooses
// the best by the validation part. With -sweep-task there is no best, and the winner is nil.
func Sweep(ctx context.Context, cfg *settings.Settings, data *dataset.Dataset, hooks Hooks, out *console.Printer,
	bar *console.Progress, stderr io.Writer) (*Winner, error) {
	if data.Valid.N == 0 {
		return nil, flags.Wrong("-sweep chooses by a validation set, and there is none: add -valid 0.2")
	}
	s := &sweep{cfg: cfg, data: data, hooks: hooks, stderr: &lockedWriter{w: stderr}, prints: map[uint64]string{}}
	var err error
	if s.all, err = runsOf(cfg); err != nil {
		return nil, err
	}
	for _, r := range s.all {
		if err := r.cfg.SetDefaults(data); err != nil {
			return nil, err
		}
	}
	if s.mine, err = mineOf(&cfg.SweepTask, s.all); err != nil {
		return nil, err
	}
	if err := s.findDone(ctx); err != nil {
		return nil, err
	}
	s.start(ctx)
	defer s.pool.stop() // where one fails, the others need not go on
	groups := groupsOf(cfg, s.mine, cfg.Sweep.Averages() && !cfg.SweepTask.Given)
	best, err := s.report(groups, out, bar)
	if err != nil || cfg.SweepTask.Given {
		return nil, err
	}
	if best < 0 {
		return nil, cmp.Or(s.failedPage(groups), s.allDiverged())
	}
	return s.winner(ctx, groups, best, out)
}

// failedPage writes the page of a sweep that has no best, where one is asked for: what each training came to.
func (s *sweep) failedPage(groups []*group) error {
	if s.cfg.Report == "" {
		return nil
	}
	page := report.Report{Title: "A sweep without a best training", Failed: true, NoTraining: true,
		State: s.allDiverged().Error(), Command: "go run . " + text.Quote(s.cfg.Args),
		Tables: tables(s.cfg, s.all, groups, -1)}
	page.Begin()
	return record.Write(s.cfg.Report, page.WriteHTML)
}

// allDiverged is the error of a sweep that has no best.
func (s *sweep) allDiverged() error {
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
func (s *sweep) start(ctx context.Context) {
	for _, r := range s.mine {
		if r.result == nil {
			s.missing = append(s.missing, r)
			s.epochs += r.cfg.Epochs
			r.place = len(s.missing)
		}
	}
	if len(s.missing) == 1 { // it need not share the machine
		s.missing[0].cfg.Workers = s.cfg.Workers
	}
	s.pool = begin(ctx, s.cfg.Workers, len(s.missing), func(ctx context.Context, i int) error {
		defer s.trained.Add(1)
		return s.train(ctx, s.missing[i])
	})
}

// wait waits until a training is done.
func (s *sweep) wait(r *run) error {
	if r.place == 0 {
		return nil
	}
	return s.pool.wait(r.place - 1)
}

// report prints what each group of trainings came to, and returns the best; -1 if all diverged.
func (s *sweep) report(groups []*group, out *console.Printer, bar *console.Progress) (best int, err error) {
	bar.Start = time.Now()
	s.head(groups, out)
	best = -1
	for i, g := range groups {
		for _, r := range g.runs {
			bar.Watch(func() (string, float64) {
				return fmt.Sprintf("%d of %d trainings", s.trained.Load(), len(s.missing)),
					float64(s.passed.Load()) / float64(max(s.epochs, 1))
			})
			err := s.wait(r)
			bar.Clear()
			if errors.Is(err, event.ErrInterrupted) {
				return 0, s.interrupted(r, err)
			}
			if err != nil {
				return 0, err
			}
			if len(s.cfg.Sweep) > 1 || s.cfg.SweepTask.Given {
				s.runEvent(r, out)
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

// interrupted says how far the sweep is, of which r was interrupted with err.
func (s *sweep) interrupted(r *run, err error) error {
	switch {
	case s.cfg.SweepDir != "" && len(s.mine) == 1:
		return err
	case s.cfg.SweepDir != "":
		return fmt.Errorf("%w; the finished part of the sweep is in %s, and the same command does the rest",
			event.ErrInterrupted, s.cfg.SweepDir)
	}
	return fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time "+
		"(with -sweep-dir DIR it can be resumed)", event.ErrInterrupted, r.task, len(s.all))
}

// train trains one of those that are missing, unless somebody else has meanwhile.
func (s *sweep) train(ctx context.Context, r *run) (err error) {
	trial := Trial{Settings: r.cfg, Data: s.data, Stderr: s.stderr,
		Shown: func(int) bool { s.passed.Add(1); return s.cfg.Report != "" }}
	if r.cfg.Seed != s.cfg.Seed { // it draws the parts, and the data where they are made
		if trial.Data, err = s.hooks.Load(ctx, r.cfg); err != nil {
			return err
		}
	}
	if s.cfg.SweepDir != "" {
		if err := s.read(ctx, r); err != nil || r.result != nil {
			return err
		}
		trial.Checkpoint = s.path(r)
	}
	training, err := s.hooks.Prepare(trial)
	if err != nil {
		return err
	}
	outcome, err := training.Run(ctx)
	if err != nil {
		return err
	}
	result := s.resultOf(r, trial.Data, outcome)
	if s.cfg.SweepDir != "" {
		if err := s.write(r, result); err != nil {
			return err
		}
		os.Remove(s.path(r) + ".checkpoint")
	}
	r.result, r.curve = result, validCurve(outcome.History)
	return nil
}

// winner is the best combination, with the data of its first training, and says so.
func (s *sweep) winner(ctx context.Context, groups []*group, best int, out *console.Printer) (*Winner, error) {
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
	line := "best by validation: " + strings.Join(words, ", ") + ", " + again + with
	out.Text("\n%s\n\n", console.Lines(text.Wrap(line, 0, "\n  ")))
	own, err := s.cfg.Override("", pairs...)
	if err != nil {
		return nil, err
	}
	own.Changed = s.cfg.Changed
	w := &Winner{Settings: own, Data: s.data, hash: r.result.Hash, Tables: tables(s.cfg, s.all, groups, best),
		Figures: append(curves(groups, best), figure(s.cfg, groups, best))}
	if s.cfg.Recipe.NewWeightsEach {
		own.Restart, w.hash = len(s.all)+1, ""
	}
	if own.Seed != s.cfg.Seed {
		w.Data, err = s.hooks.Load(ctx, own)
		return w, err
	}
	return w, own.SetDefaults(s.data)
}

// Confirm reports weights, by their hash, that are not those of the same training within the sweep.
func (w *Winner) Confirm(hash string) error {
	if w == nil || w.hash == "" || w.hash == hash {
		return nil
	}
	return fmt.Errorf("trained once more, the best of the sweep has the weights %.12s…, "+
		"and in the sweep it had %.12s…: %s is of another version of this program; take another -sweep-dir", hash, w.hash,
		w.Settings.SweepDir)
}
