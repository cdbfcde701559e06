package approx

import "testing"

// TestHalfUnit: half of the last digit that counts, by hand: of decimals, and of as many digits in all, the coarser.
func TestHalfUnit(t *testing.T) {
	for _, c := range []struct {
		p    Precision
		v    float64
		want float64
	}{
		{Precision{Decimals: 2, Digits: 9, DecimalsOf: []int{2}}, 0.25, 0.005},
		{Precision{Decimals: 4, Digits: 9, DecimalsOf: []int{1}}, 0.5, 0.005}, // two zeros at its end may be missing, not three
		{Precision{Decimals: 4, Digits: 9, DecimalsOf: []int{0}}, 1, 0.00005}, // or all of them
		{Precision{Decimals: 0, Digits: 3, DecimalsOf: []int{0}}, 12345, 50},  // 12300
		{Precision{Decimals: 6, Digits: 3, DecimalsOf: []int{6}}, 0.0123, 0.00005},
		{Precision{Decimals: 6, Digits: 3, DecimalsOf: []int{6}}, 0, 0.0000005},
	} {
		if got := c.p.HalfUnit(0, c.v); got < 0.999999*c.want || got > 1.000001*c.want {
			t.Errorf("%+v of %v: %v, want %v", c.p, c.v, got, c.want)
		}
	}
}
