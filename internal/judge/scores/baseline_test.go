package scores

import (
	"math"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
)

// of is where v is.
func of(v float64) *float64 { return &v }

// most stands for a cost: it is the largest share.
func most(_, p []float64) float64 { return slices.Max(p) }

// TestBaseline: what can be had without looking at the inputs, by hand: of classes, one of which is 3 of 4.
func TestBaseline(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 4, Labels: []int32{1, 1, 0, 1}},
		Test: dataset.Set{N: 2, Labels: []int32{0, 1}}}
	if b := BaselineOf(d, dataset.Scale{}, most, false, nil); b.Class != 1 || b.Share != [2]float64{0.75, 0.5} ||
		b.Cost[0] != 0.75 {
		t.Errorf("%+v, want class 1, 0.75, 0.5, and a cost of 0.75", b)
	}
	// With weights the classes have their weighted shares: 2/3 · 3/4 and 2 · 1/4 are halves.
	if b := BaselineOf(d, dataset.Scale{}, most, true, []float64{2, 2.0 / 3}); math.Abs(b.Cost[0]-0.5) > 1e-15 ||
		b.Class != 1 || b.Share[0] != 0.75 {
		t.Errorf("with balanced classes: %+v, want a cost of ½", b)
	}
	// (2·1 + 4·3)/4 = 3.5 times the cost of the shares 1/7 and 6/7.
	if b := BaselineOf(d, dataset.Scale{}, most, false, []float64{2, 4}); math.Abs(b.Cost[0]-3.5*6/7) > 1e-15 {
		t.Errorf("%+v, want a cost of 3.5·6/7", b)
	}
	if b := BaselineOf(d, dataset.Scale{}, nil, true, nil); !math.IsNaN(b.Cost[0]) || b.Class != 1 {
		t.Errorf("of a cost of which nobody knows it: %+v", b)
	}
	d.Test = dataset.Set{}
	d.Train.Labels[1] = 0
	if b := BaselineOf(d, dataset.Scale{}, most, false, nil); b.Class != 0 || b.Share != [2]float64{0.5, 0} {
		t.Errorf("of halves, and nothing to test: %+v", b)
	}
}

// TestBaselineNumbers: of two numbers to predict, the error of the baseline is that of both, in the
// unit of the data: of 1, 3 and 10, 50 the means are 2 and 30, the squares 1 and 400, and the root
// of their mean 14.16.
func TestBaselineNumbers(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Targets: []float64{1, 10, 3, 50}},
		Test: dataset.Set{N: 1, Targets: []float64{2, 33}}}
	for _, factor := range []float64{1, 0.5} { // by which they are scaled
		b := BaselineOf(d, dataset.EvenScale(2, factor), nil, true, nil)
		if math.Abs(b.RMSE[0]-math.Sqrt(200.5)) > 1e-12 || math.Abs(b.RMSE[1]-math.Sqrt(4.5)) > 1e-12 ||
			math.Abs(b.Cost[0]-200.5*factor*factor) > 1e-12 {
			t.Errorf("%+v, want errors of √200.5 and √4.5, and a cost of 200.5·%v²", b, factor)
		}
	}
	d.Train.Targets = []float64{7, 1, 7, 1}
	if b := BaselineOf(d, dataset.Scale{Factor: []float64{1, 1}, Shift: []float64{7, 1}}, nil, true,
		nil); b.RMSE[0] != 0 ||
		b.Cost[0] != 0 {
		t.Errorf("all the same: %+v", b)
	}
	d.Train = dataset.Set{N: 4, Targets: []float64{0, 1, 1, 1}} // as if they were probabilities
	if b := BaselineOf(d, dataset.EvenScale(1, 1), most, false, nil); b.Cost[0] != 0.75 {
		t.Errorf("of probabilities: %+v", b)
	}
	if b := BaselineOf(d, dataset.EvenScale(1, 1), nil, false, nil); !math.IsNaN(b.Cost[0]) || b.RMSE[0] == 0 {
		t.Errorf("of a cost of which nobody knows it: %+v", b)
	}
}

// TestWorse: what is said of scores that are no better than the baseline's; where classes have weights, it is the mean
// of their recalls that is compared: accuracy is not what such a training aims at.
func TestWorse(t *testing.T) {
	names := []string{"left", "stayed"}
	for _, c := range []struct {
		Comparison
		want string
	}{
		{Comparison{Split: "test", N: 120, Classes: names, Accuracy: of(0.68), Recall: of(0.74), Share: 0.96,
			Commonest: 1, Weighted: true}, ""},
		{Comparison{Split: "test", N: 120, Classes: names, Accuracy: of(0.96), Recall: of(0.4375), Share: 0.96,
			Commonest: 1, Weighted: true},
			"the mean recall of the classes is 0.4375, and always giving the same answer has 0.5000"},
		{Comparison{Split: "test", N: 120, Classes: names, Accuracy: of(0.68), Share: 0.96, Commonest: 1,
			Weighted: true}, ""}, // of recall nothing is known
		{Comparison{Split: "test", N: 120, Classes: names, Accuracy: of(0.68), Recall: of(0.74), Share: 0.96,
			Commonest: 1},
			"68.00 % of the test samples are right, and always answering stayed gives 96.00 %"},
		{Comparison{Split: "training", N: 9, RMSE: of(123456), BaseRMSE: 123457},
			"training RMSE 123500, and always answering the mean gives 123500"},
		{Comparison{Split: "test", N: 9, RMSE: of(12), BaseRMSE: 100}, ""},
		{Comparison{Split: "test", N: 9, RMSE: of(0.98 * 4), BaseRMSE: 4}, ""},
		{Comparison{Split: "test", N: 9, RMSE: of(3.9201), BaseRMSE: 4},
			"test RMSE 3.92, and always answering the mean gives 4"},
		{Comparison{Split: "test", N: 9}, ""},
	} {
		if got := c.Worse(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.Comparison, got, c.want)
		}
	}
}
