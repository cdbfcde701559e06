// Package trials trains many networks to compare them: those of a sweep, of which it chooses the best, and those
// of a cross-validation. What a training is, the program says with Hooks; this package knows no network.
package trials

import (
	"context"
	"io"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// A Trial is what to train, and on what.
type Trial struct {
	Settings   *settings.Settings
	Data       *dataset.Dataset
	Checkpoint string               // the model file whose checkpoint to go on from and to write; empty for none
	Stderr     io.Writer            // for what there is to say of the checkpoint
	Shown      func(epoch int) bool // which epochs to evaluate and to keep
}

// A Training is a trial whose network is made.
type Training struct {
	Start event.Start
	Facts [][2]string // what a run begins with, by name
	Run   func(context.Context) (Outcome, error)
}

// An Outcome is what a training came to.
type Outcome struct {
	History  []event.Epoch // the epochs that were shown
	Final    event.Epoch   // the one whose weights were kept
	Done     event.Done
	Diverged error // why there are no such weights; nil where there are
}

// Hooks are what the program does for this package.
type Hooks struct {
	Prepare func(Trial) (Training, error)
	Load    func(context.Context, *settings.Settings) (*dataset.Dataset, error) // and splits, as the settings say
}
