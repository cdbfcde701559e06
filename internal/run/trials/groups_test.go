package trials

import (
	"math"
	"testing"
)

// TestHugeScores: the mean and the deviation of numbers whose sum, or whose squares, are infinite.
func TestHugeScores(t *testing.T) {
	huge := 1.5e308
	r := &run{result: &result{ValidCost: &huge}}
	g := &group{runs: []*run{r, r}}
	if got := *g.meanOf(func(r *result) *float64 { return r.ValidCost }); got != huge {
		t.Errorf("the mean of 1.5e308 and 1.5e308 is %v", got)
	}
	for _, d := range []float64{1, 2e200} {
		if got := deviation([]float64{d, -d}); math.Abs(got-math.Sqrt2*d) > 1e-12*d {
			t.Errorf("the deviation of %v and %v is %v", d, -d, got)
		}
	}
}
