// A sweep does the trainings that have no result yet, and chooses the best.

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

// A Winner is the best combination of a sweep, with its data, and the figures and tables of the sweep.
type Winner struct {
	Settings *settings.Settings
	Data     *dataset.Dataset
	Figures  []chart.Figure
	Tables   []report.Table
	hash     string // the hash of its weights; "" if the final training will give other weights
}

// A sweep is a sweep in progress.
type sweep struct {
	cfg    *settings.Settings
	data   *dataset.Dataset // the data, split with the seed of cfg
	hooks  Hooks
	stderr io.Writer

	all      []*run
	selected []*run // the runs selected by -sweep-task
	pending  []*run // the selected ones that have no result yet
	epochs   int    // the epochs of all pending runs together
	pool     *pool  // trains the pending ones

	mutex         sync.Mutex
	fingerprints  map[uint64]string // the checksum of the data for each seed
	epochsDone    atomic.Int64
	trainingsDone atomic.Int64
}

// Sweep does the trainings that have no result yet, several at a time, prints the results, and returns the training
// that is best on the validation set. With -sweep-task it chooses none, and returns nil.
func Sweep(ctx context.Context, cfg *settings.Settings, data *dataset.Dataset, hooks Hooks, out *console.Printer,
	bar *console.Progress, stderr io.Writer) (*Winner, error) {
	if data.Valid.N == 0 {
		return nil, flags.Wrong("-sweep chooses by a validation set, and there is none: add -valid 0.2")
	}
	s := &sweep{cfg: cfg, data: data, hooks: hooks, stderr: &lockedWriter{w: stderr}, fingerprints: map[uint64]string{}}
	var err error
	if s.all, err = runsOf(cfg); err != nil {
		return nil, err
	}
	for _, r := range s.all {
		if err := r.cfg.SetDefaults(data); err != nil {
			return nil, err
		}
	}
	if s.selected, err = selectRuns(&cfg.SweepTask, s.all); err != nil {
		return nil, err
	}
	if err := s.readResults(ctx); err != nil {
		return nil, err
	}
	s.start(ctx)
	defer s.pool.stop() // if one training fails, the others are interrupted
	groups := groupsOf(cfg, s.selected)
	if err := s.printResults(groups, out, bar); err != nil || cfg.SweepTask.Given {
		return nil, err
	}
	best := bestOf(groups)
	if best < 0 {
		return nil, cmp.Or(s.writeFailedPage(groups), s.allDiverged())
	}
	return s.winner(ctx, groups, best, out)
}

// writeFailedPage writes the page of -report for a sweep without a best training.
func (s *sweep) writeFailedPage(groups []*group) error {
	if s.cfg.Report == "" {
		return nil
	}
	page := report.Report{Title: "A sweep without a best training", Failed: true, NoTraining: true,
		State: s.allDiverged().Error(), Command: "go run . " + text.Quote(s.cfg.Args),
		Tables: tables(s.cfg, s.all, groups, -1)}
	page.Begin()
	return record.Write(s.cfg.Report, page.WriteHTML)
}

// allDiverged is the error of a sweep without a best training.
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

// start begins the trainings that have no result yet.
func (s *sweep) start(ctx context.Context) {
	for _, r := range s.selected {
		if r.result == nil {
			s.pending = append(s.pending, r)
			s.epochs += r.cfg.Epochs
			r.job = len(s.pending)
		}
	}
	if len(s.pending) == 1 { // the only training may use all processors
		s.pending[0].cfg.Workers = s.cfg.Workers
	}
	s.pool = startPool(ctx, s.cfg.Workers, len(s.pending), func(ctx context.Context, i int) error {
		defer s.trainingsDone.Add(1)
		return s.train(ctx, s.pending[i])
	})
}

// wait waits until a training has a result, while the bar shows how far all of them are.
func (s *sweep) wait(r *run, bar *console.Progress) error {
	if r.job == 0 {
		return nil
	}
	bar.Watch(func() (string, float64) {
		return fmt.Sprintf("%d of %d trainings", s.trainingsDone.Load(), len(s.pending)),
			float64(s.epochsDone.Load()) / float64(s.epochs)
	})
	defer bar.Clear()
	return s.pool.wait(r.job - 1)
}

// train does a pending training, unless another process has done it in the meantime.
func (s *sweep) train(ctx context.Context, r *run) (err error) {
	trial := Trial{Settings: r.cfg, Data: s.data, Stderr: s.stderr, Shown: func(int) bool {
		s.epochsDone.Add(1)
		return s.cfg.Report != ""
	}}
	if r.cfg.Seed != s.cfg.Seed { // another seed splits or generates the data differently
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

// printResults waits for each group of trainings, and prints its results.
func (s *sweep) printResults(groups []*group, out *console.Printer, bar *console.Progress) error {
	bar.Start = time.Now()
	s.printHead(groups, out)
	for _, g := range groups {
		for _, r := range g.runs {
			err := s.wait(r, bar)
			if errors.Is(err, event.ErrInterrupted) {
				return s.interrupted(r, err)
			}
			if err != nil {
				return err
			}
			if !s.single() {
				s.printRunEvent(r, out)
			}
		}
		g.average()
		s.printGroup(g, out)
	}
	return nil
}

// bestOf returns the index of the best group by the validation set, the first if several are equal; −1 if all diverged.
func bestOf(groups []*group) int {
	best := -1
	for i, g := range groups {
		if !g.diverged && (best < 0 || g.mean.Better(groups[best].mean)) {
			best = i
		}
	}
	return best
}

// interrupted is the error of a sweep that was interrupted during training r, whose error is err.
func (s *sweep) interrupted(r *run, err error) error {
	switch {
	case s.cfg.SweepDir != "" && len(s.selected) == 1:
		return err
	case s.cfg.SweepDir != "":
		return fmt.Errorf("%w; the finished part of the sweep is in %s, and the same command does the rest",
			event.ErrInterrupted, s.cfg.SweepDir)
	}
	return fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time "+
		"(with -sweep-dir DIR it can be resumed)", event.ErrInterrupted, r.task, len(s.all))
}

// winner announces the best group, and returns the settings and the data of its first training.
func (s *sweep) winner(ctx context.Context, groups []*group, best int, out *console.Printer) (*Winner, error) {
	first := groups[best].runs[0]
	out.Text("\n%s\n\n", console.Lines(text.Wrap(s.announcement(groups[best]), 0, "\n  ")))
	var pairs []string
	for i, axis := range s.cfg.Sweep {
		pairs = append(pairs, axis.Name, first.values[i])
	}
	own, err := s.cfg.Override("", pairs...)
	if err != nil {
		return nil, err
	}
	own.Changed = s.cfg.Changed
	w := &Winner{Settings: own, Data: s.data, hash: first.result.Hash, Tables: tables(s.cfg, s.all, groups, best),
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

// announcement says which group is the best, and that it is trained again.
func (s *sweep) announcement(g *group) string {
	var words, seeds []string
	for i, axis := range s.cfg.Sweep {
		if axis.Name != "seed" || len(g.runs) == 1 {
			words = append(words, axis.Name+" "+g.runs[0].values[i])
			continue
		}
		for _, r := range g.runs {
			seeds = append(seeds, r.values[i])
		}
	}
	again := ", trained once more"
	if s.cfg.Recipe.NewWeightsEach {
		again = ", trained afresh, from new random weights"
	}
	if len(seeds) > 0 {
		words = append(words, "mean of the seeds "+strings.Join(seeds, ", "))
		again += " with seed " + seeds[0]
	}
	return "best by validation: " + strings.Join(words, ", ") + again
}

// Confirm returns an error if the winner, trained again, has other weights than in the sweep. hash is the hash of the
// new weights.
func (w *Winner) Confirm(hash string) error {
	if w == nil || w.hash == "" || w.hash == hash {
		return nil
	}
	return fmt.Errorf("trained once more, the best of the sweep has the weights %.12s…, "+
		"and in the sweep it had %.12s…: %s is of another version of this program; take another -sweep-dir", hash, w.hash,
		w.Settings.SweepDir)
}
