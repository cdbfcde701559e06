package event

// A Class is how well one class is told from the others, or the mean of several.
type Class struct {
	Precision float64 `json:"precision"` // of those that were answered so, the part that is
	Recall    float64 `json:"recall"`    // of those that are, the part that was answered so
	F1        float64 `json:"f1"`        // 2·precision·recall / (precision + recall)
	Support   int     `json:"support"`   // how many there are
}

// A Quality is what the end of a run says of the test part beside accuracy or RMSE. What does not
// apply is nil and left out.
type Quality struct {
	Baseline     *float64       `json:"baseline_accuracy,omitempty"` // of always answering the commonest class
	BaselineRMSE *float64       `json:"baseline_rmse,omitempty"`     // of always answering the mean
	Linear       *float64       `json:"linear_accuracy,omitempty"`   // of the linear model beside the network
	LinearRMSE   *float64       `json:"linear_rmse,omitempty"`
	R2           *float64       `json:"test_r2,omitempty"`
	MAE          *float64       `json:"test_mae,omitempty"`
	AUC          *float64       `json:"roc_auc,omitempty"` // of two classes: how well the second is told from the first
	Classes      []ClassQuality `json:"classes,omitempty"`
	Macro        *Class         `json:"macro_mean,omitempty"`
	Weighted     *Class         `json:"weighted_mean,omitempty"`
	Importance   []Importance   `json:"importance,omitempty"`

	ImportanceOf string `json:"importance_of,omitempty"` // the score that falls

	Commonest int      `json:"-"` // class of the training part
	Names     []string `json:"-"` // and all of them

	LinearLead []float64 `json:"-"` // of each test sample, by how much the linear model does better; or nil
}

type ClassQuality struct {
	Name string `json:"class"`
	Class
}

// An Importance is by how much the score of the test part falls when the values of an input are
// exchanged between the samples: the mean of several draws, and their deviation.
type Importance struct {
	Input     string  `json:"input"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

// Recall is the mean of the classes' recalls, nil where there are no classes.
func (q *Quality) Recall() *float64 {
	if q == nil || q.Macro == nil {
		return nil
	}
	return &q.Macro.Recall
}
