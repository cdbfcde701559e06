package chart

import (
	"math"
	"testing"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// ticks returns the labels along an axis that shows the values.
func ticks(values []float64, log, whole bool) (labels string) {
	for _, v := range newAxisScale(values, log).roundValues(whole) {
		labels += " " + (Axis{}).tickLabel(v)
	}
	return labels
}

// The steps are 1, 2 or 5 times a power of ten: the largest power with at least four steps, and 5 or 2 of it if that
// leaves three and a half.
func TestTicksOfALinearAxis(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{0, 1}, " 0 0.2 0.4 0.6 0.8 1"},
		{[]float64{0, 4}, " 0 1 2 3 4"},
		{[]float64{0, 3.9}, " 0 0.5 1 1.5 2 2.5 3 3.5"},
		{[]float64{0, 3.4}, " 0 0.5 1 1.5 2 2.5 3"},
		{[]float64{0, 6.9}, " 0 1 2 3 4 5 6"},
		{[]float64{0, 7}, " 0 2 4 6"},
		{[]float64{0, 17}, " 0 2 4 6 8 10 12 14 16"},
		{[]float64{0, 17.5}, " 0 5 10 15"},
		{[]float64{0, 39}, " 0 5 10 15 20 25 30 35"},
		{[]float64{-3, 2.5}, " −3 −2 −1 0 1 2"},
		{[]float64{1.1, 1.5}, " 1.1 1.2 1.3 1.4 1.5"}, // 1.1/0.1 is a little more than 11
		{[]float64{0, 0.6}, " 0 0.1 0.2 0.3 0.4 0.5 0.6"},
		// A single value lies in the middle of a tenth of it to both sides, and of 0.1 at the least.
		{[]float64{5}, " 4.6 4.8 5 5.2 5.4"},
		{[]float64{-20, -20}, " −22 −21 −20 −19 −18"},
		{[]float64{0.5}, " 0.4 0.45 0.5 0.55 0.6"},
		{[]float64{0}, " −0.1 −0.05 0 0.05 0.1"},
		// What has no place counts for nothing.
		{[]float64{nan, 1, inf, -inf, 2}, " 1 1.2 1.4 1.6 1.8 2"},
		{[]float64{nan}, " 0 0.2 0.4 0.6 0.8 1"},
		{nil, " 0 0.2 0.4 0.6 0.8 1"},
	} {
		if got := ticks(c.values, false, false); got != c.want {
			t.Errorf("%v: got%s, want%s", c.values, got, c.want)
		}
	}
}

func TestTicksOfWholeNumbers(t *testing.T) {
	for _, c := range []struct {
		hi   float64
		want string
	}{{2, " 0 1 2"}, {3, " 0 1 2 3"}, {8, " 0 2 4 6 8"}, {30, " 0 5 10 15 20 25 30"}} {
		if got := ticks([]float64{0, c.hi}, false, true); got != c.want {
			t.Errorf("0 to %v: got%s, want%s", c.hi, got, c.want)
		}
	}
}

// Powers of ten, and 3, or 2 and 5, or more of their multiples: as few as give four ticks.
func TestTicksOfALogarithmicAxis(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{1, 1000}, " 1 10 100 1000"},
		{[]float64{1, 999}, " 1 3 10 30 100 300"},
		{[]float64{1, 100}, " 1 3 10 30 100"},
		{[]float64{1, 10}, " 1 2 5 10"},
		{[]float64{1, 4}, " 1 1.5 2 3 4"},
		{[]float64{5, 10}, " 5 6 8 10"},
		{[]float64{2, 3}, " 2 3"},
		{[]float64{3.9, 4.1}, " 3.9 3.95 4 4.05 4.1"}, // 4 alone would be too few
		{[]float64{1.2, 1.4}, " 1.2 1.25 1.3 1.35 1.4"},
		{[]float64{1, 1e9}, " 1 10 100 1000 10k 100k 1e6 1e7 1e8 1e9"},
		{[]float64{1, 1e10}, " 1 100 10k 1e6 1e8 1e10"},
		{[]float64{1e3, 1e14}, " 10k 1e6 1e8 1e10 1e12 1e14"},
		{[]float64{0.1, 1e10}, " 1 100 10k 1e6 1e8 1e10"},
		{[]float64{1e-4, 1}, " 1e−4 0.001 0.01 0.1 1"},  // the logarithm of 1e-4 is a little more than −4
		{[]float64{1e12, 1e15}, " 1e12 1e13 1e14 1e15"}, // and that of 1e15 a little less than 15
		{[]float64{0, -1, 1, 100}, " 1 3 10 30 100"},    // what has no logarithm counts for nothing
		{[]float64{100}, " 80 100 150"},
		{[]float64{0}, " 1 2 5 10"},
	} {
		if got := ticks(c.values, true, false); got != c.want {
			t.Errorf("%v: got%s, want%s", c.values, got, c.want)
		}
	}
}

func TestTicksOfHugeRangesLieWithinThem(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		log    bool
	}{{-1e308, 1e308, false}, {1e-300, 1e300, false}, {1e-300, 1e300, true}} {
		s := newAxisScale([]float64{c.lo, c.hi}, c.log)
		ticks := s.roundValues(false)
		if n := len(ticks); n < 2 || n > 13 {
			t.Errorf("%+v: got %d ticks, want 2 to 13", c, n)
		}
		for _, v := range ticks {
			if at := s.place(v, 0, 1); !(at >= -1e-6 && at <= 1+1e-6) {
				t.Errorf("%+v: the tick %v lies at %v, want 0 to 1", c, v, at)
			}
		}
	}
}
