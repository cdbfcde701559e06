package dataset

import (
	"slices"
	"testing"

	"backprop/internal/data/numpy"
)

// TestScaleErrorNamed: a column that cannot be scaled is told by its number, from 1, or by its place in the table.
func TestScaleErrorNamed(t *testing.T) {
	err := scaleError{1, "is too large"}
	if got := (&Dataset{}).nameColumn(err, false); got.Error() != "column 2 is too large" {
		t.Errorf("%v", got)
	}
}

// TestArrange: the parts of the 8×8 digits that scikit-learn 1.2 draws with test_size 0.33 and random_state 111, and
// of the rest with 0.40 and 123: their first samples, and the sums of their numbers in the file.
func TestArrange(t *testing.T) {
	numbers := func(n int) Set {
		s := Set{N: n, Dim: 1, Values: make([]float64, n)}
		for i := range n {
			s.Values[i] = float64(i)
		}
		return s
	}
	d := &Dataset{Train: numbers(1797)}
	test, valid := HoldOut{Fraction: 0.33}, HoldOut{Fraction: 0.4}
	d.Arrange(test, valid, numpy.Permutation(111), numpy.Permutation(123))
	if err := d.Split(test, valid, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		part  Set
		n     int
		first []float64
		sum   float64
	}{
		{d.Test, 594, []float64{543, 303, 310, 1360, 1738, 1511, 1773, 1351}, 539621},
		{d.Valid, 482, []float64{1121, 1581, 1347, 1525, 406, 836}, 438720},
		{d.Train, 721, []float64{1304, 256, 427, 1084}, 635365},
	} {
		sum := 0.0
		for _, v := range c.part.Values {
			sum += v
		}
		if c.part.N != c.n || !slices.Equal(c.part.Values[:len(c.first)], c.first) || sum != c.sum {
			t.Errorf("%d samples from %v on, sum %v; want %+v", c.part.N, c.part.Values[:8], sum, c)
		}
	}
	own := &Dataset{Train: numbers(10), Test: numbers(5), Valid: numbers(2)} // a test set of its own stays
	own.Arrange(HoldOut{Count: 3}, HoldOut{Count: 6}, nil, numpy.Permutation(1))
	if err := own.Split(HoldOut{Count: 3}, HoldOut{Count: 6}, nil); err != nil || own.Test.N != 5 || own.Valid.N != 6 ||
		own.Train.N != 6 {
		t.Errorf("%v: %s", err, own.Sizes())
	}
	left := &Dataset{Train: numbers(4)} // nothing would be left after validation
	left.Arrange(HoldOut{Count: 1}, HoldOut{Count: 3}, numpy.Permutation(1), numpy.Permutation(1))
	if left.Ordered || !slices.Equal(left.Train.Values, []float64{0, 1, 2, 3}) {
		t.Errorf("%+v, want all as it was", left.Train)
	}
	few := &Dataset{Train: numbers(4)}
	few.Arrange(HoldOut{Count: 4}, HoldOut{}, numpy.Permutation(1), numpy.Permutation(1))
	if err := few.Split(HoldOut{Count: 4}, HoldOut{}, nil); err == nil {
		t.Error("all held out, and nothing said")
	}
}
