// Folds: cross-validation.

package trials

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/judge/baseline"
	"backprop/internal/judge/scores"
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A fold is a training on all folds but one, which is the test set.
type fold struct {
	data     *dataset.Dataset
	training Training
	outcome  Outcome
}

// Folds does a cross-validation: it trains once for each fold, several at a time, and prints the results, with their
// mean and standard deviation.
func Folds(ctx context.Context, cfg *settings.Settings, data *dataset.Dataset, hooks Hooks, out *console.Printer,
	bar *console.Progress) error {
	n := cfg.Folds
	if data.Train.N < 2*n {
		return flags.Wrong("-folds %d of %s: there have to be twice as many", n, text.Plural(data.Train.N, "sample"))
	}
	of := data.Train.Folds(n, exact.Stream(cfg.Seed, exact.ForFolds, 0))
	folds := make([]*fold, n)
	var err error
	if folds[0], err = newFold(cfg, data.Fold(0, of), 0, hooks); err != nil {
		return err
	}
	printFoldsHead(out, cfg, data, folds[0])
	p := startPool(ctx, cfg.Workers, n, func(ctx context.Context, k int) (err error) {
		if k > 0 { // the first one exists already
			if folds[k], err = newFold(cfg, data.Fold(k, of), k, hooks); err != nil {
				return err
			}
		}
		return folds[k].train(ctx)
	})
	defer p.stop()
	for k := range n {
		bar.Watch(func() (string, float64) {
			return fmt.Sprintf("%d of %d folds", k, n), float64(min(int(p.begun.Load()), n)) / float64(n)
		})
		err := p.wait(k)
		bar.Clear()
		if errors.Is(err, event.ErrInterrupted) {
			return fmt.Errorf("%w after %d of %d folds", event.ErrInterrupted, k, n)
		}
		if err != nil {
			return fmt.Errorf("fold %d: %w", k+1, err)
		}
		printFold(out, k, folds[k])
	}
	printFolds(out, cfg, data, folds, bar)
	return nil
}

// newFold prepares the training of fold k, with its share of the workers. data has fold k as its test set.
func newFold(cfg *settings.Settings, data *dataset.Dataset, k int, hooks Hooks) (*fold, error) {
	c := *cfg
	c.Workers, c.Nested = max(1, cfg.Workers/cfg.Folds), true
	if err := data.Split(dataset.HoldOut{}, cfg.Valid, exact.Stream(cfg.Seed, exact.ForSplit, k+1)); err != nil {
		return nil, err
	}
	data.AddLists(true)
	if err := c.SetDefaults(data); err != nil {
		return nil, err
	}
	training, err := hooks.Prepare(Trial{Settings: &c, Data: data, Shown: func(int) bool { return false }})
	return &fold{data: data, training: training}, err
}

// train does the training, and then frees the network.
func (f *fold) train(ctx context.Context) (err error) {
	f.outcome, err = f.training.Run(ctx)
	f.training.Run = nil
	return cmp.Or(err, f.outcome.Diverged)
}

// printFoldsHead prints the facts of the run, which it takes from the first training and adapts, and the head of the
// table.
func printFoldsHead(out *console.Printer, cfg *settings.Settings, data *dataset.Dataset, first *fold) {
	start := first.training.Start
	if out.JSON {
		out.JSONLine(start)
		return
	}
	facts := first.training.Facts
	for i := range facts {
		switch facts[i][0] {
		case "data":
			facts[i][1] = fmt.Sprintf("%s: %s in %d folds, %d at a time; each fold: %s", data.Name,
				text.Plural(data.Train.N, "sample"), cfg.Folds, min(cfg.Workers, cfg.Folds), first.data.Sizes())
			if data.Note != "" {
				facts[i][1] += "; " + data.Note
			}
		case "training":
			if data.Classes == nil && !cfg.Given["l2"] {
				facts[i][1] += "; l2 is that of the first fold, the others have their own"
			}
		case "machine":
			facts[i][1] = fmt.Sprintf("%s kernel, %s", start.Kernel, text.Plural(cfg.Workers, "worker"))
		}
	}
	out.Facts(facts)
	out.Text("\nfold  train cost   test cost  %16s\n", "test "+console.ScoreName(data.Classes != nil))
}

// printFold prints the result of fold k, counted from 0.
func printFold(out *console.Printer, k int, f *fold) {
	e, done := f.outcome.Final, f.outcome.Done
	pairs := []any{"fold", k + 1, "train", f.data.Train.N, "test", f.data.Test.N, "train_cost", e.TrainCost}
	for _, s := range scores.All {
		pairs = append(pairs, s.Key, s.Of(e, done.Quality))
	}
	out.Event("fold", append(pairs, "weights_sha256", done.Hash)...)
	out.Text("%4d  %s  %s  %16s\n", k+1, console.CostText(e.TrainCost), console.CostText(*e.TestCost),
		console.ScoreText(f.data.Test.N, e.TestCorrect, e.TestRMSE))
}

// printFolds prints the mean and the standard deviation of each score that all folds have, and a warning if the mean is
// no better than guessing or than a linear model.
func printFolds(out *console.Printer, cfg *settings.Settings, data *dataset.Dataset, folds []*fold,
	bar *console.Progress) {
	pairs := []any{"folds", len(folds)}
	means := map[string]*float64{}
	quality := folds[0].outcome.Done.Quality
	out.Text("\n")
	for _, s := range scores.All {
		all := foldValues(folds, s)
		if len(all) < len(folds) {
			continue
		}
		mean, sd := scores.Mean(all), scores.Deviation(all)
		means[s.Key] = &mean
		switch s.Key {
		case "test_cost":
			pairs = append(pairs, "mean_test_cost", mean)
		case "test_accuracy", "test_rmse":
			pairs = append(pairs, "mean_"+s.Key, mean, "deviation", sd)
			out.Text("%-15s %s (mean ± standard deviation of %d folds)\n", s.Name, s.Text(mean, sd), len(folds))
		default:
			pairs = append(pairs, "mean_"+s.Key, mean, s.Key+"_deviation", sd)
			out.Score(s.Name, s.Text(mean, sd)+s.How(quality))
		}
	}
	warnings := foldWarnings(cfg, data, folds, means)
	if len(warnings) > 0 && !out.JSON {
		bar.Blank()
	}
	for _, w := range warnings {
		w.Event, w.Epoch = "warning", cfg.Epochs
		out.Warn(w, bar)
	}
	out.Event("folds", pairs...)
}

// foldWarnings returns a warning if the mean scores are no better than guessing, and one if the networks are worse than
// the linear models beside them.
func foldWarnings(cfg *settings.Settings, data *dataset.Dataset, folds []*fold,
	means map[string]*float64) (warnings []event.Warning) {
	c := baseline.Comparison{Split: "test", N: data.Train.N, Classes: data.Classes, Weighted: cfg.ClassWeight != "",
		Accuracy: means["test_accuracy"], Recall: means["recall"],
		Commonest: folds[0].outcome.Done.Quality.Commonest}
	if base := means["baseline_accuracy"]; base != nil {
		c.Share = *base
	}
	if base := means["baseline_rmse"]; base != nil {
		c.RMSE, c.BaseRMSE = means["test_rmse"], *base
	}
	if worse := c.Worse(); worse != "" {
		warnings = append(warnings, event.Warning{Cause: "guessing",
			Text: "the folds end no better than guessing: " + worse})
	}
	if c.Weighted {
		return warnings
	}
	var lead []float64
	for _, f := range folds {
		lead = append(lead, f.outcome.Done.Quality.LinearLead...)
	}
	worse := baseline.BehindLinear(means["test_accuracy"], means["test_rmse"], means["linear_accuracy"],
		means["linear_rmse"], lead)
	if worse != "" {
		warnings = append(warnings, event.Warning{Cause: "linear",
			Text: worse + "; try -hidden none, or a larger -l2"})
	}
	return warnings
}

// foldValues returns a score of each fold that has it.
func foldValues(folds []*fold, s scores.Score) (all []float64) {
	for _, f := range folds {
		if v := s.Of(f.outcome.Final, f.outcome.Done.Quality); v != nil {
			all = append(all, *v)
		}
	}
	return all
}
