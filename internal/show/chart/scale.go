// Scale: from values to places along an axis, and the round values to name there.

package chart

import "math"

// An axisScale turns values into places along an axis.
type axisScale struct {
	lo, hi float64 // of the values, or of their logarithms
	log    bool
}

func newAxisScale(values []float64, log bool) axisScale {
	s := axisScale{lo: math.Inf(1), hi: math.Inf(-1), log: log}
	for _, v := range values {
		if log {
			v = math.Log10(v) // −Inf or NaN where there is none
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.lo, s.hi = min(s.lo, v), max(s.hi, v)
		}
	}
	if s.lo > s.hi {
		s.lo, s.hi = 0, 1
	}
	if s.lo == s.hi {
		d := max(math.Abs(s.lo)*0.1, 0.1)
		s.lo, s.hi = s.lo-d, s.hi+d
	}
	s.lo, s.hi = max(s.lo, -math.MaxFloat64/4), min(s.hi, math.MaxFloat64/4)
	return s
}

// has says whether v has a place.
func (s axisScale) has(v float64) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && !(s.log && v <= 0)
}

func (s axisScale) place(v, from, to float64) float64 {
	if s.log {
		v = math.Log10(v)
	}
	return from + (v-s.lo)/(s.hi-s.lo)*(to-from)
}

// ticks are round values within the scale, four to seven or so of them.
func (s axisScale) ticks(whole bool) []float64 {
	if s.log {
		if at := s.logTicks(); len(at) >= 2 {
			return at
		}
		s = axisScale{lo: math.Pow(10, s.lo), hi: math.Pow(10, s.hi)}
	}
	step := math.Pow(10, math.Floor(math.Log10((s.hi-s.lo)/4)))
	for _, m := range []float64{5, 2} {
		if step*m <= (s.hi-s.lo)/3.5 {
			step *= m
			break
		}
	}
	if whole {
		step = max(1, math.Round(step))
	}
	var at []float64
	first := math.Ceil(s.lo/step - 1e-9)
	for i := range 12 { // counted: beside a large number, a step may be nothing
		if v := (first + float64(i)) * step; v <= s.hi+step*1e-9 {
			at = append(at, v)
		}
	}
	return at
}

// logTicks are powers of ten, and as many of their multiples as it takes.
func (s axisScale) logTicks() (at []float64) {
	skip := max(1, math.Floor((s.hi-s.lo)/5))
	for _, steps := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 8}} {
		at = at[:0]
		for k := math.Floor(s.lo/skip) * skip; k <= s.hi+1e-9; k += skip { // |k| < 324
			for _, m := range steps {
				if e := k + math.Log10(m); e >= s.lo-1e-9 && e <= s.hi+1e-9 {
					at = append(at, m*math.Pow(10, k))
				}
			}
		}
		if len(at) >= 4 {
			break
		}
	}
	return at
}
