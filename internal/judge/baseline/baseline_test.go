package baseline

import (
	"math"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
)

// of returns a pointer to v.
func of(v float64) *float64 { return &v }

// near reports whether two numbers are the same but for rounding; NaN is the same as NaN.
func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(1, math.Abs(b))
}

// largestShare stands for a cost.
func largestShare(_, p []float64) float64 { return slices.Max(p) }

// The baseline of classes is the commonest in training; its scores in both splits are counted by hand.
func TestBaselineOfClasses(t *testing.T) {
	train := []int32{1, 1, 0, 1}
	ln := -0.5 * (math.Log(0.75) + math.Log(0.25)) // always answering ¾ and ¼, where halves are right
	for _, c := range []struct {
		name        string
		train, test []int32
		always      func(q, p []float64) float64
		weights     []float64
		want        Scores
	}{
		{"3 of 4", train, []int32{0, 1}, largestShare, nil,
			Scores{Class: 1, Share: [2]float64{0.75, 0.5}, Cost: [2]float64{0.75, 0.75}}},
		{"cross-entropy", train, []int32{0, 1}, CrossEntropy, nil,
			Scores{Class: 1, Share: [2]float64{0.75, 0.5}, Cost: [2]float64{0.75*math.Log(4.0/3) + 0.25*math.Log(4), ln}}},
		{"a tie, and no test samples", []int32{1, 0, 0, 1}, nil, largestShare, nil,
			Scores{Class: 0, Share: [2]float64{0.5, 0}, Cost: [2]float64{0.5, 0.5}}},
		// With weights of 2 and ⅔ the shares are 2·¼ and ⅔·¾, which are halves; in the test set the mean weight is 4/3.
		{"balanced weights", train, []int32{0, 1}, largestShare, []float64{2, 2.0 / 3},
			Scores{Class: 1, Share: [2]float64{0.75, 0.5}, Cost: [2]float64{0.5, 4.0 / 3 * 0.5}}},
		// (2·1 + 4·3)/4 = 3.5 times the cost of the shares 1/7 and 6/7; in the test set the mean weight is 3.
		{"other weights", train, []int32{0, 1}, largestShare, []float64{2, 4},
			Scores{Class: 1, Share: [2]float64{0.75, 0.5}, Cost: [2]float64{3.5 * 6 / 7, 3.0 * 6 / 7}}},
		{"a cost without a formula", train, []int32{0, 1}, nil, nil,
			Scores{Class: 1, Share: [2]float64{0.75, 0.5}, Cost: [2]float64{math.NaN(), math.NaN()}}},
	} {
		d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: len(c.train), Labels: c.train},
			Test: dataset.Set{N: len(c.test), Labels: c.test}}
		checkBaseline(t, c.name, Of(d, dataset.Scale{}, c.always, false, c.weights), c.want)
	}
}

func checkBaseline(t *testing.T, name string, got, want Scores) {
	t.Helper()
	ok := got.Class == want.Class
	for k := range 2 { // the splits
		ok = ok && near(got.Cost[k], want.Cost[k]) && near(got.Share[k], want.Share[k]) && near(got.RMSE[k], want.RMSE[k])
	}
	if !ok {
		t.Errorf("%s: got %+v, want %+v", name, got, want)
	}
}

// The baseline of numbers is their mean in training, and its RMSE is in the unit of the data, over all numbers to
// predict.
func TestBaselineOfNumbers(t *testing.T) {
	one := dataset.EvenScale(1, 1)
	ln := -0.5 * (math.Log(0.75) + math.Log(0.25))
	for _, c := range []struct {
		name        string
		train, test []float64
		scale       dataset.Scale
		always      func(q, p []float64) float64
		want        Scores
	}{
		// Of 1, 3 and 10, 50 the means are 2 and 30, the squares 1 and 400; from 2 and 33 they are 0 and 9 away.
		{"two numbers", []float64{1, 10, 3, 50}, []float64{2, 33}, dataset.EvenScale(2, 1), nil,
			Scores{RMSE: [2]float64{math.Sqrt(200.5), math.Sqrt(4.5)}, Cost: [2]float64{200.5, 4.5}}},
		{"two numbers, halved", []float64{1, 10, 3, 50}, []float64{2, 33}, dataset.EvenScale(2, 0.5), nil,
			Scores{RMSE: [2]float64{math.Sqrt(200.5), math.Sqrt(4.5)}, Cost: [2]float64{200.5 / 4, 4.5 / 4}}},
		{"one number", []float64{1, 3}, []float64{5}, one, nil,
			Scores{RMSE: [2]float64{1, 3}, Cost: [2]float64{0.5, 4.5}}},
		{"all the same", []float64{7, 1, 7, 1}, []float64{7, 1},
			dataset.Scale{Factor: []float64{1, 1}, Shift: []float64{7, 1}}, nil, Scores{}},
		// As if they were probabilities: ¾ in training and ½ in the test set, each √(¼·¾) or ½ from ¾.
		{"probabilities", []float64{1, 1, 0, 1}, []float64{0, 1}, one, BinaryCrossEntropy,
			Scores{RMSE: [2]float64{math.Sqrt(3) / 4, math.Sqrt(5) / 4},
				Cost: [2]float64{0.75*math.Log(4.0/3) + 0.25*math.Log(4), ln}}},
	} {
		k := len(c.scale.Factor)
		d := &dataset.Dataset{Train: dataset.Set{N: len(c.train) / k, Targets: c.train},
			Test: dataset.Set{N: len(c.test) / k, Targets: c.test}}
		checkBaseline(t, c.name, Of(d, c.scale, c.always, c.always == nil, nil), c.want)
	}
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Targets: []float64{1, 3}}}
	if got := Of(d, one, nil, false, nil); !math.IsNaN(got.Cost[0]) || got.RMSE[0] != 1 {
		t.Errorf("a cost without a formula: got %+v, want a cost of NaN and an RMSE of 1", got)
	}
}

// Always answering p where the classes' shares are q costs what it comes to by hand.
func TestCostOfAlwaysTheSameAnswer(t *testing.T) {
	halves, quarters, four := []float64{0.5, 0.5}, []float64{0.75, 0.25}, []float64{0.5, 0.25, 0.25, 0}
	ln := -0.5 * (math.Log(0.75) + math.Log(0.25))
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"−Σ q ln p", CrossEntropy(halves, quarters), ln},
		{"−Σ p ln p", CrossEntropy(four, four), 1.5 * math.Ln2},
		{"−Σ q ln p with p = 0", CrossEntropy(halves, []float64{1, 0}), math.Inf(1)},
		{"with 1−p too, of two classes", BinaryCrossEntropy(halves, quarters), 2 * ln},
		{"with 1−p too", BinaryCrossEntropy([]float64{0.5, 0.25}, []float64{0.5, 0.25}), 3*math.Ln2 - 0.75*math.Log(3)},
		{"½ Σ q(1−p)² + (1−q)p²", HalfSquare(halves, quarters), (0.0625 + 0.5625) / 2},
		{"½ Σ p(1−p)", HalfSquare(four, four), (0.25 + 0.1875 + 0.1875) / 2},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

// Of 100 samples half are right by chance, with a standard deviation of 0.05: a fifth of that is 0.01.
func TestSignificantlyAboveIsAFifthOfADeviation(t *testing.T) {
	for accuracy, want := range map[float64]bool{0.509: false, 0.511: true} {
		if got := SignificantlyAbove(accuracy, 0.5, 100, 0.2); got != want {
			t.Errorf("%v on 100 samples is significantly above ½: got %v, want %v", accuracy, got, want)
		}
		weighted := Comparison{Weighted: true, Classes: []string{"a", "b"}, N: 100, Recall: &accuracy}
		if got := weighted.Worse(); (got == "") != want {
			t.Errorf("mean recall %v: got %q, want a sentence: %v", accuracy, got, !want)
		}
	}
}

// Scores that are no better than the baseline's are told. If classes have weights, their mean recall is compared,
// because such a training does not aim at accuracy.
func TestWorseComparesWithTheBaseline(t *testing.T) {
	names := []string{"left", "stayed"}
	for _, c := range []struct {
		Comparison
		want string
	}{
		{Comparison{Split: "test", N: 120, Classes: names, Accuracy: of(0.68), Recall: of(0.74), Share: 0.96, Commonest: 1,
			Weighted: true}, ""},
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
			t.Errorf("%+v: got %q, want %q", c.Comparison, got, c.want)
		}
	}
}
