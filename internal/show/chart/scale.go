// Scales turn values into places along an axis, and choose the round values that label it.

package chart

import "math"

// An axisScale turns values into places along an axis.
type axisScale struct {
	lo, hi float64 // range of the values, or of their logarithms
	log    bool
}

// newAxisScale returns a scale for the values, leaving out those without a place.
func newAxisScale(values []float64, log bool) axisScale {
	s := axisScale{lo: math.Inf(1), hi: math.Inf(-1), log: log}
	for _, v := range values {
		if !s.has(v) {
			continue
		}
		if log {
			v = math.Log10(v)
		}
		s.lo, s.hi = min(s.lo, v), max(s.hi, v)
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

// has reports whether v has a place on the scale.
func (s axisScale) has(v float64) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && !(s.log && v <= 0)
}

// place returns where v lies, if the range of the scale lies between from and to.
func (s axisScale) place(v, from, to float64) float64 {
	if s.log {
		v = math.Log10(v)
	}
	return from + (v-s.lo)/(s.hi-s.lo)*(to-from)
}

// RoundValues returns about four to seven different round whole numbers from lo to hi. If log is true, lo must be
// positive; the numbers are then powers of ten, with multiples of them in between if there are few.
func RoundValues(lo, hi int, log bool) []float64 {
	return newAxisScale([]float64{float64(lo), float64(hi)}, log).roundValues(true)
}

// roundValues returns about four to seven round values in the range of the scale. whole leaves out fractions, unless
// the scale is logarithmic.
func (s axisScale) roundValues(whole bool) []float64 {
	if s.log {
		if values := s.roundOnLog(); len(values) >= 2 {
			return values
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
	var values []float64
	first := math.Ceil(s.lo/step - 1e-9)
	for i := range 12 { // counted, because adding a small step to a large number may change nothing
		if v := (first + float64(i)) * step; v <= s.hi+step*1e-9 {
			values = append(values, v)
		}
	}
	return values
}

// roundOnLog returns powers of ten: if there are many, only every second, third and so on; if there are few, also
// multiples of them, until there are four values.
func (s axisScale) roundOnLog() (values []float64) {
	skip := max(1, math.Floor((s.hi-s.lo)/5))
	for _, multiples := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 8}} {
		values = values[:0]
		for k := math.Floor(s.lo/skip) * skip; k <= s.hi+1e-9; k += skip { // |k| < 324
			for _, m := range multiples {
				if e := k + math.Log10(m); e >= s.lo-1e-9 && e <= s.hi+1e-9 {
					values = append(values, m*math.Pow(10, k))
				}
			}
		}
		if len(values) >= 4 {
			break
		}
	}
	return values
}
