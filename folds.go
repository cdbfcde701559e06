// Folds: cross-validation, and samples that count more than others.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A foldRun is one of the trainings.
type foldRun struct {
	x     *experiment
	err   error
	ready chan struct{}
}

// runFolds trains once for each fold, as many at a time as there are workers, and prints what they
// came to, with the mean and the standard deviation.
func runFolds(ctx context.Context, cfg *Settings, data *dataset.Dataset, out *Printer, bar *progress) error {
	n := cfg.Folds
	if data.Train.N < 2*n {
		return wrongUsage("-folds %d of %s: there have to be twice as many", n, text.Plural(data.Train.N, "sample"))
	}
	of := data.Train.Folds(n, stream(cfg.Seed, purposeFolds, 0))
	runs := make([]*foldRun, n)
	for k := range runs {
		runs[k] = &foldRun{ready: make(chan struct{})}
	}
	first, err := newFold(cfg, data.Fold(0, of), 0)
	if err != nil {
		return err
	}
	printFoldsHead(out, cfg, data, first)
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	var next atomic.Int64
	for range min(cfg.Workers, n) {
		workers.Go(func() {
			for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
				r := runs[k]
				if r.x = first; k > 0 {
					r.x, r.err = newFold(cfg, data.Fold(k, of), k)
				}
				if r.err == nil {
					r.err = r.x.train(ctx, quiet(), &progress{})
				}
				close(r.ready)
			}
		})
	}
	for k, r := range runs {
		bar.Watch(func() (string, float64) {
			done := min(int(next.Load()), n)
			return fmt.Sprintf("%d of %d folds", k, n), float64(done) / float64(n)
		})
		<-r.ready
		bar.Clear()
		if errors.Is(r.err, errInterrupted) {
			return fmt.Errorf("%w after %d of %d folds", errInterrupted, k, n)
		}
		if r.err != nil {
			return fmt.Errorf("fold %d: %w", k+1, r.err)
		}
		printFold(out, k, r.x)
	}
	printFolds(out, cfg, data, runs, bar)
	return nil
}

// newFold is the training on all folds but one, on one core.
func newFold(cfg *Settings, data *dataset.Dataset, k int) (*experiment, error) {
	c := *cfg
	c.Workers, c.Nested = max(1, cfg.Workers/cfg.Folds), true
	if err := data.Split(dataset.Part{}, cfg.Valid, stream(cfg.Seed, purposeSplit, k+1)); err != nil {
		return nil, err
	}
	data.AddLists(true)
	x, err := newExperiment(&c, data)
	if err != nil {
		return nil, err
	}
	x.shown = func(int) bool { return false }
	return x, nil
}

// printFoldsHead is what a run begins with, from the first of the trainings.
func printFoldsHead(p *Printer, cfg *Settings, data *dataset.Dataset, first *experiment) {
	if p.JSON {
		printStart(p, first)
		return
	}
	facts := first.facts()
	facts[1][1] = fmt.Sprintf("%s: %s in %d folds, %d at a time; each fold: %s", data.Name,
		text.Plural(data.Train.N, "sample"), cfg.Folds, min(cfg.Workers, cfg.Folds), first.parts())
	if data.Note != "" {
		facts[1][1] += "; " + data.Note
	}
	facts[3][1] = machine(cfg.Workers)
	p.Facts(facts)
	p.Text("\nfold  train cost   test cost  %16s\n", "test "+console.ScoreName(data.Classes != nil))
}

// printFold prints what one of the trainings came to.
func printFold(p *Printer, k int, x *experiment) {
	e, test := x.final, x.data.Test.N
	pairs := []any{"fold", k + 1, "train", x.data.Train.N, "test", test, "train_cost", e.TrainCost}
	for _, s := range scores.All {
		pairs = append(pairs, s.Key, s.Of(x.final, x.done.Quality))
	}
	p.Event("fold", append(pairs, "weights_sha256", x.done.Hash)...)
	p.Text("%4d  %s  %s  %16s\n", k+1, costText(e.TrainCost), costText(*e.TestCost),
		score(test, e.TestCorrect, e.TestRMSE))
}

// printFolds prints the mean of each score that all folds have, and its deviation from fold to fold; and
// says where that is no better than guessing.
func printFolds(p *Printer, cfg *Settings, data *dataset.Dataset, runs []*foldRun, bar *progress) {
	pairs := []any{"folds", len(runs)}
	means := map[string]*float64{}
	p.Text("\n")
	for _, s := range scores.All {
		var all []float64
		for _, r := range runs {
			if v := s.Of(r.x.final, r.x.done.Quality); v != nil {
				all = append(all, *v)
			}
		}
		if len(all) < len(runs) {
			continue
		}
		mean, sd := scores.Mean(all), scores.Deviation(all)
		means[s.Key] = &mean
		switch how := s.How(runs[0].x.done.Quality); s.Key {
		case "test_cost":
			pairs = append(pairs, "mean_test_cost", mean)
		case "test_accuracy", "test_rmse":
			pairs = append(pairs, "mean_"+s.Key, mean, "deviation", sd)
			p.Text("%-15s %s (mean ± standard deviation of %d folds)\n", s.Name, s.Text(mean, sd), len(runs))
		default:
			pairs = append(pairs, "mean_"+s.Key, mean, s.Key+"_deviation", sd)
			p.Score(s.Name, s.Text(mean, sd)+how)
		}
	}
	c := scores.Comparison{Part: "test", N: data.Train.N, Classes: data.Classes, Weighted: cfg.ClassWeight != "",
		Accuracy: means["test_accuracy"], Recall: means["recall"], Commonest: runs[0].x.done.Quality.Commonest}
	if base := means["baseline_accuracy"]; base != nil {
		c.Share = *base
	}
	if base := means["baseline_rmse"]; base != nil {
		c.RMSE, c.BaseRMSE = means["test_rmse"], *base
	}
	if text := c.Worse(); text != "" {
		if !p.JSON {
			bar.Blank()
		}
		text = "the folds end no better than guessing: " + text
		p.Warn(event.Warning{Event: "warning", Run: "", Epoch: cfg.Epochs, Cause: "guessing", Text: text}, bar)
	}
	p.Event("folds", pairs...)
}

// weighted is a cost in which samples count as -classweight says: both the cost and its δ, so that
// all that follows from δ is weighted too.
func weighted(cfg *Settings, cost Cost, data *dataset.Dataset) (Cost, error) {
	if cfg.ClassWeight == "" {
		return cost, nil
	}
	if data.Classes == nil {
		return cost, wrongUsage("-classweight is for classes, and %s has numbers to predict", data.Name)
	}
	weights, err := classWeights(cfg.ClassWeight, data)
	if err != nil {
		return cost, err
	}
	plain := cost.Eval
	cost.Eval = func(g Activation, z, y, delta []float64) float64 {
		w := weights[argmax(y)]
		c := plain(g, z, y, delta)
		for j := range delta {
			delta[j] *= w
		}
		return c * w
	}
	return cost, nil
}

// classWeights is a weight for each class; those that are not named have 1.
func classWeights(text string, data *dataset.Dataset) ([]float64, error) {
	if strings.EqualFold(text, "balanced") {
		return scores.Balanced(data.Train.Labels, len(data.Classes)), nil
	}
	weights, seen := slices.Repeat([]float64{1}, len(data.Classes)), map[int]bool{}
	for _, part := range strings.Split(text, ",") {
		at := strings.LastIndexByte(part, '=')
		if at < 0 {
			return nil, wrongUsage("-classweight %q: it is balanced, or takes the form CLASS=WEIGHT, as in a=2,b=0.5", part)
		}
		name := strings.TrimSpace(part[:at])
		k := slices.Index(data.Classes, name)
		if k < 0 {
			return nil, wrongUsage("-classweight %s: there is no class %q; there are %.300s", part, name, strings.Join(data.Classes, ", "))
		}
		w, err := strconv.ParseFloat(part[at+1:], 64)
		switch {
		case err != nil || !(w >= 0 && w <= 1e6):
			return nil, wrongUsage("-classweight %s: a weight is a number from 0 to a million", part)
		case seen[k]:
			return nil, wrongUsage("-classweight %.300s: %s is there twice: give each class one weight", text, name)
		}
		weights[k], seen[k] = w, true
	}
	if slices.Max(weights) == 0 {
		return nil, wrongUsage("-classweight %.300s: all classes have the weight 0, and nothing would be learned: "+
			"give one of them another", text)
	}
	return weights, nil
}
