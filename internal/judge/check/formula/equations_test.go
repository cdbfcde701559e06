package formula

import (
	"math"
	"testing"
)

// TestMinusLog: −d·ln p is 0 for d = 0, whatever p is.
func TestMinusLog(t *testing.T) {
	for _, c := range []struct{ d, p, want float64 }{
		{0, 0, 0}, {0, 0.5, 0}, {1, 1, 0}, {1, 0.5, 0.6931471805599453}, {0.25, 0.5, 0.17328679513998632},
		{1, 0, math.Inf(1)},
	} {
		if got := minusLog(c.d, c.p); got != c.want {
			t.Errorf("minusLog(%v, %v) = %v; want %v", c.d, c.p, got, c.want)
		}
	}
}
