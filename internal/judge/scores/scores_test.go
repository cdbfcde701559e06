package scores

import (
	"math"
	"testing"

	"backprop/internal/show/event"
)

// of returns the address of v.
func of(v float64) *float64 { return &v }

// near reports whether two numbers are the same but for rounding; NaN is the same as NaN.
func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(1, math.Abs(b))
}

// checkClassScores compares the scores of each class, then macro and weighted, with what is wanted.
func checkClassScores(t *testing.T, truth, answers []int32, classes int, want []event.ClassScores) {
	t.Helper()
	each, macro, weighted := classScores(truth, answers, classes)
	for i, got := range append(each, macro, weighted) {
		w := want[i]
		if !near(got.Precision, w.Precision) || !near(got.Recall, w.Recall) || !near(got.F1, w.F1) ||
			got.Support != w.Support {
			t.Errorf("row %d of the scores: got %+v, want %+v", i, got, w)
		}
	}
}

// These thirty labels and answers are also those of the weights below.
var (
	truth   = []int32{1, 1, 1, 1, 0, 1, 0, 2, 4, 0, 1, 1, 1, 2, 0, 0, 0, 2, 1, 2, 4, 1, 0, 1, 0, 1, 0, 2, 1, 0}
	answers = []int32{1, 1, 1, 1, 0, 1, 1, 0, 1, 3, 1, 1, 3, 2, 3, 0, 0, 2, 1, 2, 4, 1, 1, 1, 0, 1, 3, 2, 1, 0}
)

// Class scores are what scikit-learn 1.2.1's precision_recall_fscore_support prints. Class 3 is answered and never
// right; class 5 occurs neither in truth nor in answers, and the means leave it out.
func TestClassScoresAreThoseOfScikitLearn(t *testing.T) {
	checkClassScores(t, truth, answers, 6, []event.ClassScores{
		{Precision: 0.8333333333333334, Recall: 0.5, F1: 0.625, Support: 10},
		{Precision: 0.8, Recall: 0.9230769230769231, F1: 0.8571428571428571, Support: 13},
		{Precision: 1, Recall: 0.8, F1: 0.888888888888889, Support: 5}, {Precision: 0, Recall: 0, F1: 0, Support: 0},
		{Precision: 1, Recall: 0.5, F1: 0.6666666666666666, Support: 2}, {},
		{Precision: 0.7266666666666667, Recall: 0.5446153846153846, F1: 0.6075396825396825, Support: 30},
		{Precision: 0.8577777777777779, Recall: 0.7333333333333333, F1: 0.7723544973544973, Support: 30}})
}

// Of class a, 2 of 3 are found and nothing else is taken for it; of b, the one sample is found, and one that is not b.
func TestClassScoresByHand(t *testing.T) {
	checkClassScores(t, []int32{0, 0, 0, 1}, []int32{0, 0, 1, 1}, 2, []event.ClassScores{
		{Precision: 1, Recall: 2.0 / 3, F1: 0.8, Support: 3}, {Precision: 0.5, Recall: 1, F1: 2.0 / 3, Support: 1},
		{Precision: 0.75, Recall: 5.0 / 6, F1: 11.0 / 15, Support: 4},
		{Precision: 0.875, Recall: 0.75, F1: 23.0 / 30, Support: 4}})
}

// Balanced weights are those of scikit-learn's compute_class_weight; classes 3 and 5 have no samples, and weight 1.
func TestBalancedWeightsAreThoseOfScikitLearn(t *testing.T) {
	want := []float64{0.75, 0.5769230769230769, 1.5, 1, 3.75, 1}
	for c, got := range Balanced(truth, 6) {
		if !near(got, want[c]) {
			t.Errorf("class %d: got weight %v, want %v", c, got, want[c])
		}
	}
}

// The area under the ROC curve is what scikit-learn's roc_auc_score prints, with many equal scores; or by hand.
func TestAUC(t *testing.T) {
	scores := []float64{0.9, 0.9, 0.2, 0.6, 0.9, 0.5, 0.9, 0.9, 0.1, 0.3, 0.0, 0.8, 0.6, 0.8, 0.3, 0.4, 0.6, 0.2, 0.4,
		0.1, 0.6, 0.7, 0.3, 0.4, 0.8, 0.4, 0.9, 0.6, 0.9, 0.7}
	var positive []bool
	for _, c := range "101010110001110010100011101011" {
		positive = append(positive, c == '1')
	}
	nan := math.NaN()
	for _, c := range []struct {
		name     string
		scores   []float64
		positive []bool
		want     float64
	}{
		{"by scikit-learn", scores, positive, 0.7857142857142857},
		{"all in order", []float64{1, 2, 3}, []bool{false, false, true}, 1},
		{"the other way round", []float64{1, 2, 3}, []bool{true, false, false}, 0},
		{"three of four pairs", []float64{1, 2, 3, 4}, []bool{false, true, false, true}, 0.75},
		{"one tie in two pairs", []float64{1, 2, 2}, []bool{false, false, true}, 0.75},
		{"NaN does not count", []float64{nan, 1, nan, 2}, []bool{true, false, false, true}, 1},
		{"no negatives", []float64{1, 2}, []bool{true, true}, nan},
		{"no positives", []float64{1}, []bool{false}, nan},
	} {
		if got := auc(c.scores, c.positive); !near(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// Scores of numbers are what scikit-learn's r2_score, mean_absolute_error and mean_squared_error print, or by hand.
func TestScoresOfNumbers(t *testing.T) {
	y := []float64{2.99, 14.99, 9.17, 7.76, 13.68, 9.67, 6.18, 10.1, 11.39, 11.06, 6.81, 9.22}
	z := []float64{1.82, 13.13, 9.03, 7.28, 12.9, 10.88, 4.06, 9.96, 10.97, 10.65, 7.87, 9.12}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"R² by scikit-learn", r2(y, z), 0.8884102838696932},
		{"MAE by scikit-learn", mae(y, z), 0.8241666666666667},
		{"RMSE by scikit-learn", rmse(y, z), 1.0465459059846984},
		{"MAE", mae([]float64{1, 2, 3, 4}, []float64{2, 0, 3, 8}), 1.75},
		{"RMSE", rmse([]float64{1, 2}, []float64{4, 6}), math.Sqrt(12.5)},
		{"R²", r2([]float64{1, 2, 3}, []float64{1, 2, 4}), 0.5},
		{"R² of numbers below 1", r2([]float64{0, 0.5}, []float64{0, 0}), -1},
		{"R² of the mean", r2([]float64{1, 2, 6}, []float64{3, 3, 3}), 0},
		{"R² worse than the mean", r2([]float64{1, 3}, []float64{3, 1}), -3},
		{"R² without variation", r2([]float64{2, 2}, []float64{2, 2}), 1},
		{"R² without variation, missed", r2([]float64{2, 2}, []float64{2, 3}), 0},
		{"mean", Mean([]float64{1, 2, 6}), 3},
		{"deviation", Deviation([]float64{1, 2, 6}), math.Sqrt(7)},
		{"deviation of one number", Deviation([]float64{3}), 0},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	for name, got := range map[string]float64{"MAE": mae(nil, nil), "RMSE": rmse(nil, nil), "mean": Mean(nil)} {
		if !math.IsNaN(got) {
			t.Errorf("%s of no numbers: got %v, want NaN", name, got)
		}
	}
}
