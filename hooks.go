// Hooks: what sweeps, folds and lessons ask of the program: to train a network beside others, in silence.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"backprop/internal/data/dataset"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/settings"
	"backprop/internal/run/trials"
	"backprop/internal/show/console"
)

// trialHooks are what sweeps and folds ask.
func trialHooks() trials.Hooks {
	return trials.Hooks{
		Prepare: prepareTrial,
		Load: func(ctx context.Context, cfg *settings.Settings) (*dataset.Dataset, error) {
			return loadData(ctx, cfg, io.Discard)
		},
	}
}

// prepareTrial makes the network of a trial.
func prepareTrial(t trials.Trial) (trials.Training, error) {
	x, err := newExperiment(t.Settings, t.Data)
	if err != nil {
		return trials.Training{}, err
	}
	x.shown = t.Shown
	training := trials.Training{Start: x.startEvent(), Facts: x.facts(), Run: x.runTrial}
	if t.Checkpoint == "" {
		return training, nil
	}
	o := modelfile.Options{Flag: "-sweep-dir", Resume: true, Bare: true}
	x.saver, err = x.openCheckpoint(t.Checkpoint, o, t.Stderr)
	if errors.As(err, new(modelfile.OtherRun)) {
		err = settings.Wrong("%w", err)
	}
	return training, err
}

// runTrial trains it. Weights without bounds are an outcome, and no error.
func (x *experiment) runTrial(ctx context.Context) (trials.Outcome, error) {
	err := x.train(ctx, console.Quiet(), &console.Progress{})
	outcome := trials.Outcome{History: x.history, Final: x.final, Done: x.done}
	if errors.As(err, new(ErrDiverged)) || errors.Is(err, modelfile.ErrTooLarge) {
		outcome.Diverged, err = err, nil
	}
	return outcome, err
}

// sideBySide trains several experiments, so many at a time. Where one fails, the others do not go on.
func sideBySide(ctx context.Context, atATime int, runs ...*experiment) error {
	which, err := trials.SideBySide(ctx, atATime, len(runs), func(ctx context.Context, i int) error {
		return runs[i].train(ctx, console.Quiet(), &console.Progress{})
	})
	if err != nil && !errors.Is(err, errInterrupted) {
		err = fmt.Errorf("%s: %w", runs[which].title, err)
	}
	return err
}
