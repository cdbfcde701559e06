package scores

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/show/event"
)

// twoClasses has three training samples, two of them of class b, and test samples with these labels.
func twoClasses(labels ...int32) *dataset.Dataset {
	return &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 3, Labels: []int32{0, 1, 1}},
		Test: dataset.Set{N: len(labels), Labels: labels}}
}

// The area under the ROC curve is how often a sample of the second class has the higher output for it, or after softmax
// the higher lead; ties count half. It needs samples of both classes.
func TestJudgeClassesFindsTheAUC(t *testing.T) {
	for _, c := range []struct {
		name    string
		labels  []int32
		softmax bool
		a, b    float64 // the outputs are these times the inputs 1, 2, 2 and 3
		want    float64 // −1 for none
	}{
		{"3 of 4 pairs, and a tie", []int32{0, 1, 0, 1}, true, -1, 1, 0.875},
		{"the other way round", []int32{0, 1, 0, 1}, true, 2, 1, 0.125},
		{"without softmax only b counts", []int32{0, 1, 0, 1}, false, 2, 1, 0.875},
		{"all ties", []int32{0, 1, 0, 1}, true, 1, 1, 0.5},
		{"negative outputs", []int32{0, 1, 0, 1}, false, 0, -3, 0.125},
		{"probabilities of 1", []int32{0, 1, 0, 1}, true, 0, 1000, 0.875},
		{"one sample of a, equal, below and above", []int32{1, 1, 0, 1}, true, 0, 1, 0.5},
		{"one sample of b, the largest", []int32{0, 0, 0, 1}, true, 0, 1, 1},
		{"no sample of b", []int32{0, 0, 0, 0}, true, 0, 1, -1},
		{"no sample of a", []int32{1, 1, 1, 1}, true, 0, 1, -1},
	} {
		var outputs []float64
		for _, input := range []float64{1, 2, 2, 3} {
			outputs = append(outputs, c.a*input, c.b*input)
		}
		q := JudgeClasses(twoClasses(c.labels...), outputs, c.softmax)
		got := -1.0
		if q.AUC != nil {
			got = *q.AUC
		}
		if got != c.want {
			t.Errorf("%s: got an AUC of %v, want %v", c.name, got, c.want)
		}
	}
}

// The scores of each class, their means and the baseline come from the largest outputs: three answers a and one b.
func TestJudgeClassesScoresTheLargestOutput(t *testing.T) {
	d, outputs := twoClasses(0, 1, 0, 1), []float64{1, 0, 1, 0, 1, 0, 0, 1}
	q := JudgeClasses(d, outputs, false)
	if b := q.Classes[1]; b.Name != "b" || b.Precision != 1 || b.Recall != 0.5 || *q.Recall() != 0.75 ||
		q.Weighted.Support != 4 || *q.Baseline != 0.5 || q.Names[q.Commonest] != "b" {
		t.Errorf("got %+v, want precision 1 and recall ½ for b, a mean recall of ¾, and a baseline of ½ by b", q)
	}
	if got := MeanRecall(d.Test.Labels, outputs, 2); got != 0.75 {
		t.Errorf("got a mean recall of %v, want 0.75", got)
	}
	if q := JudgeClasses(twoClasses(1, 1, 1, 1), outputs, false); *q.Baseline != 1 {
		t.Errorf("only samples of b: got a baseline of %v, want 1", *q.Baseline)
	}
}

// R² and MAE are by hand, and the baseline is the mean of the training set, not of the test set. The errors are 1, 1
// and −2; from the mean of 4 the numbers are 3, 1 and 4 away, and from 10 they are 9, 7 and 2 away.
func TestJudgeNumbersByHand(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Targets: []float64{8, 12}},
		Test: dataset.Set{N: 3, Targets: []float64{1, 3, 8}}}
	for _, c := range []struct{ factor, shift float64 }{{1, 0}, {0.5, 2}} {
		var outputs []float64
		for _, answer := range []float64{2, 4, 6} {
			outputs = append(outputs, (answer-c.shift)*c.factor)
		}
		q := JudgeNumbers(d, outputs, dataset.Scale{Factor: []float64{c.factor}, Shift: []float64{c.shift}})
		if !near(*q.MAE, 4.0/3) || !near(*q.R2, 1-6.0/26) || !near(*q.BaselineRMSE, math.Sqrt(134.0/3)) ||
			q.AUC != nil || q.Classes != nil || q.Recall() != nil {
			t.Errorf("scale %+v: got MAE %v, R² %v, baseline %v, want 4/3, 1−6/26, √(134/3)", c, *q.MAE, *q.R2,
				*q.BaselineRMSE)
		}
	}
	if got := R2FromRMSE(d.Test.Targets, math.Sqrt(2)); !near(got, 1-6.0/26) {
		t.Errorf("R² from the RMSE: got %v, want 1−6/26", got)
	}
	if got := R2FromRMSE([]float64{4, 4}, 1); got != 0 {
		t.Errorf("R² without variation: got %v, want 0", got)
	}
}

// Of two columns the first does not count, and the second is the score: how many samples have their own number in it,
// which are those that stay in place when it is shuffled.
func TestImportancesShuffleEachColumn(t *testing.T) {
	d := &dataset.Dataset{Columns: []table.Column{{Name: "u", Kind: table.Number}, {Name: "v", Kind: table.Number}},
		Classes: []string{"a", "b", "c"}, Test: dataset.Set{N: 10, Dim: 2, Values: make([]float64, 20)}}
	for i := range 10 {
		d.Test.Values[2*i+1] = float64(i)
	}
	random := func(shuffle int) *rand.Rand { return rand.New(rand.NewPCG(uint64(shuffle), 1)) }
	inPlace := func(s *dataset.Set) (share float64) {
		for i := range s.N {
			if s.Values[2*i+1] == float64(i) {
				share += 0.1
			}
		}
		return share
	}
	var falls []float64
	for shuffle := 5; shuffle < 10; shuffle++ { // the first five are for u
		moved := 0
		for i, from := range random(shuffle).Perm(10) {
			if i != from {
				moved++
			}
		}
		falls = append(falls, float64(moved)/10)
	}
	// 5 shuffles of 10 samples and 2 columns with 5e7 parameters are work of 5e9, which is just allowed.
	got := Importances(d, 5e7, inPlace, random, func() bool { return false })
	if len(got) != 2 || got[0].Input != "v" || got[1] != (event.Importance{Input: "u"}) ||
		!near(got[0].Mean, Mean(falls)) || !near(got[0].Deviation, Deviation(falls)) || got[0].Deviation == 0 {
		t.Errorf("got %+v, want v with falls of %v, and u with 0", got, falls)
	}
	if Importances(d, 5e7+1, inPlace, random, nil) != nil {
		t.Error("got importances for work of more than 5e9, want none")
	}
	if calls := 0; Importances(d, 1, inPlace, random, func() bool { calls++; return calls == 3 }) != nil {
		t.Error("got importances after it was stopped, want none")
	}
	for columns, want := range map[int]int{200: 200, 201: 0} {
		wide := &dataset.Dataset{Train: dataset.Set{Dim: columns}, Classes: d.Classes,
			Test: dataset.Set{N: 1, Dim: columns, Values: make([]float64, columns)}}
		if got := Importances(wide, 1, func(*dataset.Set) float64 { return 0 }, random, nil); len(got) != want {
			t.Errorf("%d columns: got %d importances, want %d", columns, len(got), want)
		}
	}
	for outputs, want := range map[int]int{1: 2, 2: 0} { // numbers to predict
		numbers := *d
		numbers.Classes, numbers.Train = nil, dataset.Set{N: 1, Targets: make([]float64, outputs)}
		if got := Importances(&numbers, 1, inPlace, random, nil); len(got) != want {
			t.Errorf("%d numbers to predict: got %v, want %d importances", outputs, got, want)
		}
	}
}

// Each class is counted as often as its output is the largest, and the outputs are handed on.
func TestCountAnswersCountsTheLargestOutput(t *testing.T) {
	handed := 0
	for _, then := range []func(i int, a []float64){nil, func(i int, a []float64) { handed += i + len(a) }} {
		each, count := CountAnswers(then, 4, 3)
		for i, a := range [][]float64{{0, 0, 1}, {3, 2, 1}, {0, 2, 3}, {0, 0, 5}} {
			each(i, a)
		}
		if got := count(); !slices.Equal(got, []int{1, 0, 3}) {
			t.Errorf("got answers %v, want 1, 0 and 3", got)
		}
	}
	if handed != 0+1+2+3+4*3 {
		t.Errorf("indices and outputs handed on add up to %d, want 18", handed)
	}
	if each, count := CountAnswers(nil, 4, 0); each != nil || count() != nil {
		t.Errorf("without classes: got counts %v, want none", count())
	}
}
