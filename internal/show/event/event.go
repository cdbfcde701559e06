// Package event has what a run tells: what it is, what each epoch came to, what came of it in the end.
// Whoever prints, draws, keeps or compares trainings is told of them in these words, and knows no
// network. The names in JSON are those of -json, and of the checkpoints.
package event

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

	TestCorrect  int `json:"-"`
	ValidCorrect int `json:"-"`
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
