// Package event has what a run tells: what it is, what each epoch came to, what came of it in the end.
// Whoever prints, draws, keeps or compares trainings is told of them in these words, and knows no
// network. The names in JSON are those of -json, and of the checkpoints.
package event

import "fmt"

// An Epoch is one epoch's line. What does not apply is nil and left out.
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

	// Of recipes: the loss as the tutorial counts it, and what it printed.
	TrainLoss         *float64 `json:"train_loss,omitempty"`
	ValidLoss         *float64 `json:"valid_loss,omitempty"`
	TestLoss          *float64 `json:"test_loss,omitempty"`
	PublishedAccuracy *float64 `json:"published_accuracy,omitempty"`
	PublishedLoss     *float64 `json:"published_loss,omitempty"`

	// What a line of the table needs beside them.
	TestN        int    `json:"-"` // samples of the test part
	ValidN       int    `json:"-"`
	TestCorrect  int    `json:"-"`
	ValidCorrect int    `json:"-"`
	Samples      int    `json:"-"` // gone through since the line before
	Answers      []int  `json:"-"` // of the test part, how often each class was answered; nil where nobody counts
	Published    string `json:"-"` // what the tutorial printed after this epoch
}

// Better says whether e did better than b by the validation part, with the cost to
// decide between equals. The test part has no say.
func (e Epoch) Better(b Epoch) bool {
	switch {
	case e.ValidRMSE != nil && b.ValidRMSE != nil:
		return *e.ValidRMSE < *b.ValidRMSE
	case e.ValidAccuracy == nil || b.ValidAccuracy == nil || e.ValidCost == nil || b.ValidCost == nil:
		return false // of a file that somebody has changed
	case *e.ValidAccuracy != *b.ValidAccuracy:
		return *e.ValidAccuracy > *b.ValidAccuracy
	}
	return *e.ValidCost < *b.ValidCost
}

// A Result is what a network came to on some samples. The names in JSON are those of the checkpoints.
type Result struct {
	Samples int
	Cost    float64 // mean over the samples, without the L2 term
	Correct int     `json:"Right"`  // samples whose class was the network's answer
	MSE     float64 `json:"Square"` // mean of (a − y)² over samples and outputs; of an evaluation only
}

// A Warning is a sentence of the diagnosis.
type Warning struct {
	Event string `json:"event"`
	Run   string `json:"run,omitempty"`
	Epoch int    `json:"epoch"`
	Cause string `json:"cause"`
	Text  string `json:"text"`
}

// Failed is the end of a run whose numbers grew without bounds: the error, and its line with -json.
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
	Changed    []string `json:"changed,omitempty"` // of the recipe's settings
}

type Done struct {
	Event        string   `json:"event"`
	Run          string   `json:"run,omitempty"`
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	TestRMSE     *float64 `json:"test_rmse,omitempty"`
	TrainRMSE    *float64 `json:"train_rmse,omitempty"`
	*Quality
	Best    int     `json:"best_epoch,omitempty"` // whose weights these are, with -patience
	Seconds float64 `json:"total_seconds"`
	Hash    string  `json:"weights_sha256"`
	Recipe  string  `json:"recipe,omitempty"`

	PublishedAccuracy *float64 `json:"published_accuracy,omitempty"` // of the test part
	PublishedLoss     *float64 `json:"published_loss,omitempty"`
	PublishedValid    *float64 `json:"published_valid_accuracy,omitempty"`
	PublishedL2       *float64 `json:"published_l2,omitempty"`
}
