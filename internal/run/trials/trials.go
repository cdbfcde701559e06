// Package trials trains many networks to compare them: a sweep trains one for each combination of settings and chooses
// the best; a cross-validation trains one for each fold. The program itself does the trainings, which this package
// starts through Hooks, since it knows nothing about networks.
package trials

import (
	"context"
	"io"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// A Trial says what to train, and on which data.
type Trial struct {
	Settings   *settings.Settings
	Data       *dataset.Dataset
	Checkpoint string               // the model file whose checkpoint to resume from and to write; "" for none
	Stderr     io.Writer            // for messages about the checkpoint
	Shown      func(epoch int) bool // whether to evaluate an epoch and keep the result
}

// A Training is a trial that is ready to run.
type Training struct {
	Start event.Start
	Facts [][2]string // facts that a run prints at its start: names and values
	Run   func(context.Context) (Outcome, error)
}

// An Outcome is the result of a training.
type Outcome struct {
	History  []event.Epoch // the shown epochs
	Final    event.Epoch   // the epoch whose weights were kept
	Done     event.Done
	Diverged error // why no weights were kept; nil if weights were kept
}

// Hooks are the functions of the program that this package calls.
type Hooks struct {
	Prepare func(Trial) (Training, error)
	Load    func(context.Context, *settings.Settings) (*dataset.Dataset, error) // loads and splits the data
}
