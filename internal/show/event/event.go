// Package event defines what a run reports: its start, each epoch, warnings, and its end. Code that prints, draws,
// saves or compares trainings works with these types and knows nothing about networks. Their JSON names are used by
// -json and in the checkpoints.
package event

import (
	"errors"
	"fmt"
)

// ErrInterrupted ends a run after Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// An Epoch is the result of one epoch. A value that does not apply is nil, and left out of the JSON.
type Epoch struct {
	Event         string   `json:"event"`
	Run           string   `json:"run,omitempty"`
	Epoch         int      `json:"epoch"`
	Seconds       float64  `json:"train_seconds"`
	TrainCost     float64  `json:"train_cost"`
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	ValidCost     *float64 `json:"valid_cost,omitempty"`
	ValidAccuracy *float64 `json:"valid_accuracy,omitempty"`
	ValidRMSE     *float64 `json:"valid_rmse,omitempty"`
	TestCost      *float64 `json:"test_cost,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestRMSE      *float64 `json:"test_rmse,omitempty"`

	// For a recipe: the loss as the tutorial computes it, and the results that the tutorial printed.
	TrainLoss         *float64 `json:"train_loss,omitempty"`
	ValidLoss         *float64 `json:"valid_loss,omitempty"`
	TestLoss          *float64 `json:"test_loss,omitempty"`
	PublishedAccuracy *float64 `json:"published_accuracy,omitempty"`
	PublishedLoss     *float64 `json:"published_loss,omitempty"`

	// For the table of epochs.
	TestN        int    `json:"-"` // samples in the test set
	ValidN       int    `json:"-"`
	TestCorrect  int    `json:"-"`
	ValidCorrect int    `json:"-"`
	Samples      int    `json:"-"` // samples trained on since the previous line
	Answers      []int  `json:"-"` // how often each class was the answer on the test set; or nil
	Published    string `json:"-"` // what the tutorial printed, as text
}

// Better reports whether e did better than b on the validation set. If the accuracies are equal, the cost decides. The
// test set plays no part in this.
func (e Epoch) Better(b Epoch) bool {
	switch {
	case e.ValidRMSE != nil && b.ValidRMSE != nil:
		return *e.ValidRMSE < *b.ValidRMSE
	case e.ValidAccuracy == nil || b.ValidAccuracy == nil || e.ValidCost == nil || b.ValidCost == nil:
		return false // only in a checkpoint that was edited
	case *e.ValidAccuracy != *b.ValidAccuracy:
		return *e.ValidAccuracy > *b.ValidAccuracy
	}
	return *e.ValidCost < *b.ValidCost
}

// A Result sums up a pass over samples. Its JSON names are those of the checkpoints.
type Result struct {
	Samples int
	Cost    float64 // mean over the samples, without the L2 term
	Correct int     `json:"Right"`  // samples that the network classified correctly
	MSE     float64 `json:"Square"` // mean of (a − y)² over samples and outputs; only evaluation sets it
}

// A Warning says in a sentence what is going wrong in a training.
type Warning struct {
	Event string `json:"event"`
	Run   string `json:"run,omitempty"`
	Epoch int    `json:"epoch"`
	Cause string `json:"cause"`
	Text  string `json:"text"`
}

// Failed is the error of a run whose numbers grew without bounds, and its line in -json.
type Failed struct {
	Event  string `json:"event"`
	Run    string `json:"run,omitempty"`
	Epoch  int    `json:"epoch"`
	Cause  string `json:"cause"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
	Err    error  `json:"-"`
}

func (f *Failed) Error() string { return fmt.Sprintf("epoch %d: %v; %s", f.Epoch, f.Err, f.Remedy) }

func (f *Failed) Unwrap() error { return f.Err }

// Start says what is known before the first epoch.
type Start struct {
	Event      string   `json:"event"`
	Run        string   `json:"run,omitempty"`
	Data       string   `json:"data"`
	Layers     []int    `json:"layers"`
	Parameters int      `json:"parameters"`
	Train      int      `json:"train"`
	Valid      int      `json:"valid"`
	Test       int      `json:"test"`
	Kernel     string   `json:"kernel"`
	Workers    int      `json:"workers"`
	Seed       uint64   `json:"seed"`
	Recipe     string   `json:"recipe,omitempty"`
	Changed    []string `json:"changed,omitempty"` // settings that differ from those of the recipe
}

// Done is the result of a whole run.
type Done struct {
	Event        string   `json:"event"`
	Run          string   `json:"run,omitempty"`
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	TestRMSE     *float64 `json:"test_rmse,omitempty"`
	TrainRMSE    *float64 `json:"train_rmse,omitempty"`
	*Quality
	Best    int     `json:"best_epoch,omitempty"` // with -patience: the epoch whose weights were kept
	Seconds float64 `json:"total_seconds"`
	Hash    string  `json:"weights_sha256"`
	Recipe  string  `json:"recipe,omitempty"`

	PublishedAccuracy *float64 `json:"published_accuracy,omitempty"` // on the test set
	PublishedLoss     *float64 `json:"published_loss,omitempty"`
	PublishedValid    *float64 `json:"published_valid_accuracy,omitempty"`
	PublishedL2       *float64 `json:"published_l2,omitempty"`
}
