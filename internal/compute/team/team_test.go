package team

import (
	"testing"
	"time"
)

// TestPacer: one goroutine takes the steps where that is faster, all where they are, and the other way is tried less
// and less often where it never is.
func TestPacer(t *testing.T) {
	for _, c := range []struct {
		alone, all     time.Duration // a step takes
		oversubscribed bool
		want           int
		tries          int // in 3000 rounds
	}{
		{50 * time.Microsecond, 30 * time.Microsecond, false, 4, 6},
		{30 * time.Microsecond, 50 * time.Microsecond, false, 1, 7},
		{900 * time.Microsecond, 500 * time.Microsecond, false, 4, 0},
		{400 * time.Microsecond, 900 * time.Microsecond, true, 1, 1},
	} {
		p, tries, last := Pacer{}, 0, 4
		for range 3000 {
			n := p.Workers(4)
			if n != last {
				tries, last = tries+1, n
			}
			if n == 1 {
				p.Took(c.alone, false)
			} else {
				p.Took(c.all, c.oversubscribed)
			}
		}
		if n := p.Workers(4); n != c.want || tries < c.tries || tries > 3*c.tries+14 {
			t.Errorf("alone %v, all %v: %d goroutines after %d changes; want %d", c.alone, c.all, n, tries, c.want)
		}
	}
}
