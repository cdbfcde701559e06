package scores

import (
	"math"
	"testing"

	"backprop/internal/show/event"
)

// near says whether two numbers are the same to 1e-12.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(b)) }

// The numbers in these tests are what scikit-learn 1.2.1 prints for them.

// TestJudge: precision_recall_fscore_support, with a class that is answered and never is (3); of
// six classes one that is in neither (5), which the means leave out.
func TestJudge(t *testing.T) {
	truth := []int32{1, 1, 1, 1, 0, 1, 0, 2, 4, 0, 1, 1, 1, 2, 0, 0, 0, 2, 1, 2, 4, 1, 0, 1, 0, 1, 0, 2, 1, 0}
	answers := []int32{1, 1, 1, 1, 0, 1, 1, 0, 1, 3, 1, 1, 3, 2, 3, 0, 0, 2, 1, 2, 4, 1, 1, 1, 0, 1, 3, 2, 1, 0}
	each, macro, weighted := classScores(truth, answers, 6)
	want := []event.ClassScores{{Precision: 0.8333333333333334, Recall: 0.5, F1: 0.625, Support: 10},
		{Precision: 0.8, Recall: 0.9230769230769231, F1: 0.8571428571428571, Support: 13},
		{Precision: 1, Recall: 0.8, F1: 0.888888888888889, Support: 5}, {Precision: 0, Recall: 0, F1: 0, Support: 0},
		{Precision: 1, Recall: 0.5, F1: 0.6666666666666666, Support: 2}, {},
		{Precision: 0.7266666666666667, Recall: 0.5446153846153846, F1: 0.6075396825396825, Support: 30},
		{Precision: 0.8577777777777779, Recall: 0.7333333333333333, F1: 0.7723544973544973, Support: 30}}
	for i, got := range append(each, macro, weighted) {
		w := want[i]
		if !near(got.Precision, w.Precision) || !near(got.Recall, w.Recall) || !near(got.F1, w.F1) ||
			got.Support != w.Support {
			t.Errorf("%d: %+v; scikit-learn says %+v", i, got, w)
		}
	}
	balanced := []float64{0.75, 0.5769230769230769, 1.5, 1, 3.75, 1} // of 3 and 5 there are none
	for c, w := range Balanced(truth, 6) {
		if !near(w, balanced[c]) {
			t.Errorf("balanced weight of class %d: %v; scikit-learn says %v", c, w, balanced[c])
		}
	}
}

// TestAUC: roc_auc_score, with many equal scores; and 1, 0, ½ where it can be seen.
func TestAUC(t *testing.T) {
	scores := []float64{0.9, 0.9, 0.2, 0.6, 0.9, 0.5, 0.9, 0.9, 0.1, 0.3, 0.0, 0.8, 0.6, 0.8, 0.3, 0.4, 0.6, 0.2, 0.4,
		0.1, 0.6, 0.7, 0.3, 0.4, 0.8, 0.4, 0.9, 0.6, 0.9, 0.7}
	var positive []bool
	for _, c := range "101010110001110010100011101011" {
		positive = append(positive, c == '1')
	}
	for _, c := range []struct {
		scores   []float64
		positive []bool
		want     float64
	}{
		{scores, positive, 0.7857142857142857},
		{[]float64{1, 2, 3}, []bool{false, false, true}, 1},
		{[]float64{1, 2, 3}, []bool{true, false, false}, 0},
		{[]float64{1, 1}, []bool{true, false}, 0.5},
	} {
		if got := auc(c.scores, c.positive); !near(got, c.want) {
			t.Errorf("AUC %v; want %v", got, c.want)
		}
	}
	if got := auc([]float64{1, 2}, []bool{true, true}); !math.IsNaN(got) {
		t.Errorf("of one class: %v", got)
	}
}

// TestNumbers: r2_score, mean_absolute_error, and the root of mean_squared_error.
func TestNumbers(t *testing.T) {
	y := []float64{2.99, 14.99, 9.17, 7.76, 13.68, 9.67, 6.18, 10.1, 11.39, 11.06, 6.81, 9.22}
	z := []float64{1.82, 13.13, 9.03, 7.28, 12.9, 10.88, 4.06, 9.96, 10.97, 10.65, 7.87, 9.12}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"R²", r2(y, z), 0.8884102838696932}, {"MAE", mae(y, z), 0.8241666666666667},
		{"RMSE", rmse(y, z), 1.0465459059846984},
		{"R² of the mean", r2([]float64{1, 2, 6}, []float64{3, 3, 3}), 0},
		{"R² of what does not vary", r2([]float64{2, 2}, []float64{2, 2}), 1},
		{"deviation", Deviation([]float64{2, 4, 6}), 2}, {"deviation of one", Deviation([]float64{3}), 0},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: %v; want %v", c.name, c.got, c.want)
		}
	}
}

// TestByHand: figures that a head can work out.
func TestByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"MAE", mae([]float64{1, 2, 3, 4}, []float64{2, 0, 3, 8}), 1.75},
		{"RMSE", rmse([]float64{1, 2}, []float64{4, 6}), math.Sqrt(12.5)},
		{"R²", r2([]float64{1, 2, 3}, []float64{1, 2, 4}), 0.5},
		{"R² of what varies little", r2([]float64{0, 0.5}, []float64{0, 0}), -1},
		{"R² that is worse than the mean", r2([]float64{1, 3}, []float64{3, 1}), -3},
		{"R² of what does not vary, and is missed", r2([]float64{2, 2}, []float64{2, 3}), 0},
		{"mean", Mean([]float64{1, 2, 6}), 3},
		{"deviation", Deviation([]float64{1, 3}), math.Sqrt2},
		{"deviation of three", Deviation([]float64{1, 2, 6}), math.Sqrt(7)},
		{"AUC", auc([]float64{1, 2, 3, 4}, []bool{false, true, false, true}), 0.75},
		{"AUC with a half", auc([]float64{1, 2, 2}, []bool{false, false, true}), 0.75},
		{"AUC of what is no number, which counts for nothing",
			auc([]float64{nan, 1, nan, 2}, []bool{true, false, false, true}), 1},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: %v; want %v", c.name, c.got, c.want)
		}
	}
	for _, none := range []float64{auc(nil, nil), auc([]float64{1}, []bool{false}), mae(nil, nil), rmse(nil, nil),
		Mean(nil)} {
		if !math.IsNaN(none) {
			t.Errorf("of nothing: %v", none)
		}
	}
	if _, macro, _ := classScores([]int32{0, 1}, []int32{0, 0}, 3); !near(macro.Recall, 0.5) || !near(macro.F1, 1.0/3) {
		t.Errorf("one of a class, which nobody named: %+v", macro)
	}
	each, macro, weighted := classScores([]int32{0, 0, 0, 1}, []int32{0, 0, 1, 1}, 2)
	want := []event.ClassScores{{Precision: 1, Recall: 2.0 / 3, F1: 0.8, Support: 3},
		{Precision: 0.5, Recall: 1, F1: 2.0 / 3, Support: 1}, {Precision: 0.75, Recall: 5.0 / 6, F1: 11.0 / 15,
			Support: 4}, {Precision: 0.875, Recall: 0.75, F1: 23.0 / 30, Support: 4}}
	for i, got := range append(each, macro, weighted) {
		if w := want[i]; !near(got.Precision, w.Precision) || !near(got.Recall, w.Recall) || !near(got.F1, w.F1) ||
			got.Support != w.Support {
			t.Errorf("%d: %+v; want %+v", i, got, w)
		}
	}
}
