// Package lessons has what follows a recipe's training, in sentences with numbers of the run: what there is
// to see, and where the tutorial's own text or code would lead a reader astray. A lesson that needs other
// trainings beside the recipe's own says which, and the program trains them: no lesson knows how.
package lessons

import (
	"context"

	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// A Training is one training, as a lesson sees it.
type Training struct {
	Title     string
	Rates     string // -lr
	Cost      string
	Seed      uint64
	Samples   int // to train on
	Outputs   int
	Classes   bool
	Hidden    int            // hidden layers
	Layers    []layers.Layer // sharing memory with the network
	History   []event.Epoch  // the epochs that were shown
	Final     event.Epoch
	TrainRMSE *float64
}

// Another is a training to have beside the recipe's own: the flags, names and values by turns, override.
type Another struct {
	Title string
	Flags []string
}

// A Lab is the program, as far as a lesson needs it.
type Lab interface {
	Run() Training                                                    // the recipe's own
	Train(ctx context.Context, others ...Another) ([]Training, error) // on the same data, side by side, in silence
	Note(format string, args ...any)                                  // a sentence that the run has shown
	Printf(format string, args ...any)
	Event(name string, pairs ...any)          // where there is -json
	Show(title, look string, rows [][]string) // a table, here and in the report
}
