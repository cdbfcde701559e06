package event

// ClassScores say how well the network tells one class from the others; or they are a mean over several classes.
type ClassScores struct {
	Precision float64 `json:"precision"` // of the samples classified as this class, the share that belongs to it
	Recall    float64 `json:"recall"`    // of the samples of this class, the share that was classified as it
	F1        float64 `json:"f1"`        // 2·precision·recall / (precision + recall)
	Support   int     `json:"support"`   // samples of this class
}

// NamedClassScores are the scores of a class, with its name.
type NamedClassScores struct {
	Name string `json:"class"`
	ClassScores
}

// A Quality holds the scores on the test set at the end of a run, besides accuracy or RMSE. A score that does not apply
// is nil, and left out of the JSON.
type Quality struct {
	Baseline     *float64           `json:"baseline_accuracy,omitempty"` // of always answering the most frequent class
	BaselineRMSE *float64           `json:"baseline_rmse,omitempty"`     // RMSE of always answering the mean
	Linear       *float64           `json:"linear_accuracy,omitempty"`   // accuracy of a linear model on the same data
	LinearRMSE   *float64           `json:"linear_rmse,omitempty"`
	R2           *float64           `json:"test_r2,omitempty"`
	MAE          *float64           `json:"test_mae,omitempty"`
	AUC          *float64           `json:"roc_auc,omitempty"` // of two classes: how well the second is told
	Classes      []NamedClassScores `json:"classes,omitempty"`
	Macro        *ClassScores       `json:"macro_mean,omitempty"`
	Weighted     *ClassScores       `json:"weighted_mean,omitempty"`
	Importance   []Importance       `json:"importance,omitempty"`
	ImportanceOf string             `json:"importance_of,omitempty"` // the score that falls: "the accuracy"

	Commonest  int       `json:"-"` // index of the most frequent class in the training set
	Names      []string  `json:"-"` // names of all classes
	LinearLead []float64 `json:"-"` // for each test sample, by how much the linear model is better; or nil
}

// An Importance says how much the test score falls when the values of one input are shuffled among the samples: the
// mean over several shuffles, and the standard deviation.
type Importance struct {
	Input     string  `json:"input"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

// Recall returns the mean recall of the classes, or nil if there are no classes.
func (q *Quality) Recall() *float64 {
	if q == nil || q.Macro == nil {
		return nil
	}
	return &q.Macro.Recall
}
