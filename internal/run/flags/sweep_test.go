package flags

import (
	"testing"

	"backprop/internal/filetest"
)

// TestSweepDrawsOfMany: of up to 2⁵³ combinations, which is as far as they are counted exactly, some can be drawn.
func TestSweepDrawsOfMany(t *testing.T) {
	for _, c := range []struct {
		last int // values of the last axis; four others have 2¹³ each
		want string
	}{{1, ""}, {2, ""}, {3, "more than 10000"}, {4, "more than 10000"}} {
		var s Sweep
		s.Set("lr=1,2 l2=1,2 momentum=0,0.5 maxnorm=1,2 epochs=1,2")
		many := make([]string, 1<<13)
		lists := [][]string{many, many, many, many, many[:c.last]}
		tasks, err := s.Combinations(lists, 3, 1)
		if c.want == "" && (err != nil || len(tasks) != 3) || c.want != "" && !filetest.Says(err, c.want) {
			t.Errorf("the last with %d values: %d tasks, %v; want %q", c.last, len(tasks), err, c.want)
		}
		for _, which := range tasks {
			for i, v := range which {
				if v >= len(lists[i]) {
					t.Errorf("value %d of %d", v, len(lists[i]))
				}
			}
		}
	}
}
