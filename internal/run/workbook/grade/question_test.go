package grade

import (
	"math"
	"slices"
	"testing"
)

// The numbers of a question have three decimal places, of which the last is 5, so none is 0. Their deviation is 1. In
// each y one number is 1, and not always the same. Another seed draws others.
func TestNewQuestion(t *testing.T) {
	q := newQuestion(false, 30, 40, 50, 6)
	all, square := flat(append(q.xs, q.Rows()...)), 0.0
	for _, v := range all {
		if off := math.Remainder(v-0.005, 0.01); math.Abs(off) > 1e-9 {
			t.Errorf("%v does not end with a 5 in its third decimal place", v)
		}
		square += v * v / float64(len(all))
	}
	if want := 30*40 + 41*50 + 51*6; len(all) != want || math.Abs(square-1) > 0.1 {
		t.Errorf("got %d numbers, whose squares have the mean %v; want %d and 1", len(all), square, want)
	}
	places := map[int]bool{}
	for _, y := range q.ys {
		places[slices.Index(y, 1)] = true
		slices.Sort(y)
		if !slices.Equal(y, []float64{0, 0, 0, 0, 0, 1}) {
			t.Errorf("got the y %v, want a single 1", y)
		}
	}
	if len(places) != 6 {
		t.Errorf("the 1 is in the places %v only, or another seed draws the same", places)
	}
}

// Numbers are near those wanted if they differ by a billionth of them at most, or by 10⁻¹².
func TestNear(t *testing.T) {
	for _, c := range []struct {
		have, want float64
		near       bool
	}{{2, 2 + 1.9e-9, true}, {2, 2 + 2.1e-9, false}, {-2, -2 - 1.9e-9, true}, {1, -1, false}, {0.9e-12, 0, true},
		{1.1e-12, 0, false}, {math.Inf(1), 1, false}, {math.NaN(), 1, false}} {
		if near([]float64{c.have}, []float64{c.want}) != c.near {
			t.Errorf("%v for %v: want %v", c.have, c.want, c.near)
		}
	}
	if near([]float64{1}, []float64{1, 1}) {
		t.Error("lists of different lengths are near")
	}
}
