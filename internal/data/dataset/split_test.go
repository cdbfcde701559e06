package dataset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/data/numpy"
)

// numbers returns a set of n samples, each a number, from first on.
func numbers(n, first int) Set {
	s := Set{N: n, Dim: 1}
	for i := range n {
		s.Values = append(s.Values, float64(first+i))
	}
	return s
}

// TestHoldOut: -test and -valid take a count or a fraction below 1; a fraction is rounded up as in scikit-learn.
func TestHoldOut(t *testing.T) {
	for text, want := range map[string]HoldOut{"0": {}, "7": {Count: 7}, "0.2": {Fraction: 0.2}, "1e-1": {Fraction: 0.1}} {
		var h HoldOut
		if err := h.Set(text); err != nil || h != want {
			t.Errorf("%s: got %+v, error %v; want %+v", text, h, err, want)
		}
		if got := h.String(); got != text && text != "1e-1" {
			t.Errorf("%s is written as %s", text, got)
		}
	}
	for _, text := range []string{"-1", "1.5", "1.0", "-0.1", "x", "", "NaN"} {
		if new(HoldOut).Set(text) == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	for n, want := range map[int]int{1797: 594, 100: 33} { // 0.33·100 is 33.000…004 in float64
		if got := (HoldOut{Fraction: 0.33}).Of(n); got != want {
			t.Errorf("0.33 of %d: got %d, want %d", n, got, want)
		}
	}
}

// TestSplit: the samples that are held out are drawn or, of ordered data, the last ones. A test set of the data's own
// stays; a validation set of their own goes back to training if another is asked for.
func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name                           string
		test, valid                    string
		ownTest, ownValid              int // samples in sets of the data's own
		wantTrain, wantValid, wantTest int
	}{
		{"a test set", "3", "0", 0, 0, 17, 0, 3},
		{"a validation set", "0", "4", 0, 0, 16, 4, 0},
		{"both", "1", "1", 0, 0, 18, 1, 1},
		{"fractions, the second of what is left", "0.2", "0.25", 0, 0, 12, 4, 4},
		{"none", "0", "0", 0, 0, 20, 0, 0},
		{"an own test set", "3", "2", 5, 0, 18, 2, 5},
		{"an own validation set", "0", "0", 0, 3, 20, 3, 0},
		{"an own validation set, and another", "0", "5", 0, 3, 18, 5, 0},
		{"an own validation set of one, and another", "0", "5", 0, 1, 16, 5, 0},
		{"a test set that leaves one sample", "19", "0", 0, 0, 1, 0, 19},
		{"a validation set that leaves one sample", "0.01", "18", 0, 0, 1, 18, 1},
	} {
		for _, ordered := range []bool{false, true} {
			d := &Dataset{Train: numbers(20, 0), Valid: numbers(c.ownValid, 20), Test: numbers(c.ownTest, 100), Ordered: ordered}
			var test, valid HoldOut
			if test.Set(c.test) != nil || valid.Set(c.valid) != nil {
				t.Fatalf("%s: -test %s or -valid %s is not accepted", c.name, c.test, c.valid)
			}
			if err := d.Split(test, valid, rand.New(rand.NewPCG(1, 1))); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if d.Train.N != c.wantTrain || d.Valid.N != c.wantValid || d.Test.N != c.wantTest {
				t.Errorf("%s: got %s; want %d, %d and %d", c.name, d.Sizes(), c.wantTrain, c.wantValid, c.wantTest)
			}
			got := slices.Concat(d.Train.Values, d.Valid.Values, d.Test.Values)
			isSplit := c.test != "0" || c.valid != "0"
			if inOrder := slices.IsSorted(got); inOrder != (ordered || !isSplit) {
				t.Errorf("%s, ordered %v: got samples %v", c.name, ordered, got)
			}
			slices.Sort(got)
			if want := append(numbers(20+c.ownValid, 0).Values, numbers(c.ownTest, 100).Values...); !slices.Equal(got, want) {
				t.Errorf("%s, ordered %v: got samples %v, want each once", c.name, ordered, got)
			}
		}
	}
	for _, c := range []struct {
		test, valid HoldOut
		want        string
	}{
		{HoldOut{Count: 20}, HoldOut{}, "-test 20 of 20 samples leaves nothing to train on; hold out fewer"},
		{HoldOut{Count: 5}, HoldOut{Count: 15},
			"-valid 15 of the 15 samples for training leaves nothing to train on; hold out fewer"},
	} {
		d := &Dataset{Train: numbers(20, 0)}
		if err := d.Split(c.test, c.valid, nil); fmt.Sprint(err) != c.want {
			t.Errorf("-test %v -valid %v: got error %v, want %s", &c.test, &c.valid, err, c.want)
		}
	}
}

// TestArrange: scikit-learn 1.2 draws the same splits of its 8×8 digits, with test_size 0.33 and random_state 111,
// then 0.40 and 123. Compared are the first samples of each, and the sums of their indexes.
func TestArrange(t *testing.T) {
	d := &Dataset{Train: numbers(1797, 0)}
	test, valid := HoldOut{Fraction: 0.33}, HoldOut{Fraction: 0.4}
	d.Arrange(test, valid, numpy.Permutation(111), numpy.Permutation(123))
	if err := d.Split(test, valid, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		set   Set
		n     int
		first []float64
		sum   float64
	}{
		{"test", d.Test, 594, []float64{543, 303, 310, 1360, 1738, 1511, 1773, 1351}, 539621},
		{"validation", d.Valid, 482, []float64{1121, 1581, 1347, 1525, 406, 836}, 438720},
		{"training", d.Train, 721, []float64{1304, 256, 427, 1084}, 635365},
	} {
		sum := 0.0
		for _, v := range c.set.Values {
			sum += v
		}
		if first := c.set.Values[:len(c.first)]; c.set.N != c.n || !slices.Equal(first, c.first) || sum != c.sum {
			t.Errorf("%s set: got %d samples, the first %v, sum %v; want %d, %v, %v", c.name, c.set.N, first, sum, c.n,
				c.first, c.sum)
		}
	}
}

// TestArrangeWithOwnSets: a test set of the data's own stays, and a validation set of their own is drawn from, too.
func TestArrangeWithOwnSets(t *testing.T) {
	reversed := func(n int) (order []int) {
		for i := range n {
			order = append(order, n-1-i)
		}
		return order
	}
	d := &Dataset{Train: numbers(4, 0), Valid: numbers(2, 4), Test: numbers(5, 100)}
	test, valid := HoldOut{Count: 3}, HoldOut{Count: 2}
	d.Arrange(test, valid, nil, reversed)
	if err := d.Split(test, valid, nil); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(d.Train.Values, d.Valid.Values, d.Test.Values)
	if want := "[3 2 1 0] [5 4] [100 101 102 103 104]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestArrangeTooFewSamples: if nothing would be left to train on, all stays as it was, and Split returns the error.
func TestArrangeTooFewSamples(t *testing.T) {
	for _, c := range []struct{ test, valid HoldOut }{
		{HoldOut{Count: 4}, HoldOut{}}, {HoldOut{Count: 1}, HoldOut{Count: 3}},
	} {
		d := &Dataset{Train: numbers(4, 0)}
		d.Arrange(c.test, c.valid, numpy.Permutation(1), numpy.Permutation(1))
		if d.Ordered || !slices.Equal(d.Train.Values, []float64{0, 1, 2, 3}) {
			t.Errorf("%+v: got %+v, want it unchanged", c, d.Train)
		}
		if d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 1))) == nil {
			t.Errorf("%+v: Split holds out all samples", c)
		}
	}
}

// TestFolds: each sample is tested in one fold, and each fold has as many samples of each class, give or take one.
func TestFolds(t *testing.T) {
	d := &Dataset{Train: numbers(23, 0), Valid: Set{N: 1}, Classes: []string{"a", "b"}}
	for i := range 23 {
		d.Train.Labels = append(d.Train.Labels, int32(i%3/2)) // 16 and 7
	}
	folds := d.Train.Folds(4, rand.New(rand.NewPCG(1, 1)))
	var tested []float64
	for k := range 4 {
		fold := d.Fold(k, folds)
		tested = append(tested, fold.Test.Values...)
		both := slices.Concat(fold.Train.Values, fold.Test.Values)
		slices.Sort(both)
		if !slices.Equal(both, d.Train.Values) || fold.Valid.N != 0 {
			t.Errorf("fold %d: got %v and %v, and %d to validate; want each sample once", k, fold.Train.Values,
				fold.Test.Values, fold.Valid.N)
		}
		classes := [2]int{}
		for _, label := range fold.Test.Labels {
			classes[label]++
		}
		if classes[0] != 4 || classes[1] < 1 || classes[1] > 2 {
			t.Errorf("fold %d: got %d of class a and %d of b, want 4, and 1 or 2", k, classes[0], classes[1])
		}
	}
	slices.Sort(tested)
	if !slices.Equal(tested, d.Train.Values) {
		t.Errorf("got %v in the test sets, want each sample once", tested)
	}
}
