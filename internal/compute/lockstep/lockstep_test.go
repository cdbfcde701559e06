package lockstep

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestPacer: one goroutine works where that is faster, all where they are; the other way is tried now and then, but
// less and less often as long as it is slower.
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
			t.Errorf("alone %v, all %v: got %d goroutines after %d changes, want %d", c.alone, c.all, n, tries, c.want)
		}
	}
}

// TestPacerTriesTheOtherWay: with short steps after 30 rounds, after twice as many each time that it was in vain, at
// most 1000, and after 30 again once it was faster; where other programs are in the way, after a tenth of that; with
// long steps never.
func TestPacerTriesTheOtherWay(t *testing.T) {
	for _, c := range []struct {
		step           time.Duration // of all goroutines
		oversubscribed bool
		alone          func(try int) time.Duration
		want           []int // rounds before each try
	}{
		{50 * time.Microsecond, false, func(int) time.Duration { return time.Millisecond },
			[]int{30, 60, 120, 240, 480, 960, 1000, 1000}},
		{50 * time.Microsecond, true, func(int) time.Duration { return time.Millisecond }, []int{3, 6, 12, 24}},
		{100 * time.Microsecond, true, func(int) time.Duration { return time.Millisecond }, []int{3, 6}},
		{99 * time.Microsecond, false, func(int) time.Duration { return time.Millisecond }, []int{30, 60}},
		{100 * time.Microsecond, false, func(int) time.Duration { return 0 }, nil},
	} {
		var p Pacer
		rounds, tries := 0, []int(nil)
		for range 5000 {
			if p.Workers(4) == 4 {
				rounds++
				p.Took(c.step, c.oversubscribed)
				continue
			}
			tries = append(tries, rounds)
			rounds = 0
			p.Took(c.alone(len(tries)), false)
		}
		if len(tries) < len(c.want) || len(c.want) == 0 && tries != nil || !slices.Equal(tries[:len(c.want)], c.want) {
			t.Errorf("steps of %v: got tries after %v rounds, want %v", c.step, tries, c.want)
		}
	}
	var p Pacer // alone is faster from the second try on; then all are tried after 30 rounds again
	took := func(rounds, workers int, step time.Duration) {
		t.Helper()
		for i := range rounds {
			if n := p.Workers(4); n != workers {
				t.Fatalf("got %d workers in round %d of %d, want %d", n, i, rounds, workers)
			}
			p.Took(step, false)
		}
	}
	took(30, 4, 50*time.Microsecond)
	took(1, 1, 60*time.Microsecond)
	took(60, 4, 50*time.Microsecond)
	took(1+30, 1, 50*time.Microsecond) // equally fast is enough
	took(1, 4, 60*time.Microsecond)
	took(60, 1, 200*time.Microsecond) // however long it takes
	took(1, 4, time.Microsecond)
}

// TestBarrierWaitsForAll: nobody goes on before all have come, whether they spin or sleep, as they do where there are
// more of them than processors.
func TestBarrierWaitsForAll(t *testing.T) {
	for _, parties := range []int{1, 2, 2*runtime.GOMAXPROCS(0) + 1} {
		const rounds = 200
		var b Barrier
		b.Init(parties)
		var came, early atomic.Int64
		var all sync.WaitGroup
		for range parties {
			all.Go(func() {
				for round := range rounds {
					came.Add(1)
					b.Wait()
					if came.Load() < int64((round+1)*parties) {
						early.Add(1)
					}
				}
			})
		}
		ended := make(chan bool)
		go func() { all.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d parties: got them still waiting after 10 s", parties)
		}
		if early.Load() > 0 {
			t.Errorf("%d parties: got %d times one that went on before all had come", parties, early.Load())
		}
		if n := b.sleeping.Load(); n != 0 {
			t.Errorf("%d parties: got %d still counted as asleep", parties, n)
		}
		if parties > runtime.GOMAXPROCS(0) && b.Oversubscribed(time.Nanosecond) {
			t.Errorf("%d parties, which sleep at once: got other programs blamed", parties)
		}
	}
}

// TestOversubscribed: one of two comes 60 ms late, so that the other sleeps nearly as long. That is more than a quarter
// of a time that is a little shorter than four times as long.
func TestOversubscribed(t *testing.T) {
	var b Barrier
	b.Init(2)
	var late sync.WaitGroup
	late.Go(func() {
		time.Sleep(60 * time.Millisecond)
		b.Wait()
	})
	b.Wait()
	late.Wait()
	slept, spins := time.Duration(b.slept.Load()), runtime.GOMAXPROCS(0) >= 2
	if b.Oversubscribed(4*slept-4) != spins || b.Oversubscribed(4*slept) || slept < time.Millisecond {
		t.Errorf("slept %v: got %v of a nanosecond less than four times that, %v of four times that", slept,
			b.Oversubscribed(4*slept-4), b.Oversubscribed(4*slept))
	}
	b.Init(2)
	if b.Oversubscribed(time.Nanosecond) {
		t.Error("got what was slept before Init counted again")
	}
}
