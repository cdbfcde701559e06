// Package lockstep lets goroutines work in step. It has a barrier, and measures whether one goroutine alone would be
// faster. It does not know what they compute.
package lockstep

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Pacer decides whether one goroutine or all take the next round of steps. If steps are short, or other programs keep
// the processors busy, it now and then tries the other way for a round, and keeps to the faster of the two. Each try
// that gains nothing doubles the wait before the next. The result of the steps does not depend on the choice.
type Pacer struct {
	serial   bool          // one goroutine takes the steps
	trying   bool          // this round tries the other way
	before   time.Duration // how long a step took before the trial
	rounds   int           // since the last trial
	interval int           // rounds until the next trial
}

// Workers returns how many goroutines are to take the next round of steps: all, or one.
func (p *Pacer) Workers(all int) int {
	if p.serial {
		return 1
	}
	return all
}

// Took decides who takes the next round of steps, by how long a step took in the round that has ended, and by whether
// the barrier was oversubscribed.
func (p *Pacer) Took(step time.Duration, oversubscribed bool) {
	p.rounds, p.interval = p.rounds+1, max(p.interval, 30)
	if p.trying {
		p.trying, p.rounds = false, 0
		if step > p.before {
			p.serial, p.interval = !p.serial, min(2*p.interval, 1000)
		} else {
			p.interval = 30
		}
		return
	}
	worthTrying := step < 100*time.Microsecond || p.serial
	if p.rounds >= p.interval && worthTrying || p.rounds >= p.interval/10 && oversubscribed {
		p.trying, p.serial, p.before = true, !p.serial, step
	}
}

// A Barrier makes each goroutine that arrives, a party, wait until all parties have arrived. A party first spins for
// some tenths of a millisecond, because the others usually arrive soon and waking a sleeping goroutine costs tens of
// microseconds; then it sleeps. If there are more parties than processors, it sleeps at once.
type Barrier struct {
	waiting  atomic.Int32
	_        [60]byte // separate cache lines: spinning on round does not slow down a party that arrives
	round    atomic.Uint32
	_        [60]byte
	sleeping atomic.Int32
	slept    atomic.Int64 // nanoseconds since Init, of all parties together
	parties  int32
	spins    int
	mu       sync.Mutex
	next     sync.Cond
}

// Init prepares the barrier for the given number of parties. No party may be waiting.
func (b *Barrier) Init(parties int) {
	b.parties, b.spins, b.next.L = int32(parties), 0, &b.mu
	b.slept.Store(0)
	if parties <= runtime.GOMAXPROCS(0) {
		b.spins = 300_000
	}
}

// Wait returns when all parties have called it.
func (b *Barrier) Wait() {
	round := b.round.Load()
	if b.waiting.Add(1) == b.parties {
		b.waiting.Store(0)
		b.round.Add(1)
		if b.sleeping.Load() > 0 {
			b.mu.Lock() // any party that saw the old round is asleep by now
			b.next.Broadcast()
			b.mu.Unlock()
		}
		return
	}
	for range b.spins {
		if b.round.Load() != round {
			return
		}
	}
	begin := time.Now()
	b.mu.Lock()
	b.sleeping.Add(1)
	for b.round.Load() == round {
		b.next.Wait()
	}
	b.sleeping.Add(-1)
	b.mu.Unlock()
	b.slept.Add(int64(time.Since(begin)))
}

// Oversubscribed reports whether other programs use the processors, so that many goroutines in step are far slower than
// one. It looks at how long parties have slept, because the operating system did not run those that they waited for:
// too long is more than a quarter of sinceInit, the time since Init.
func (b *Barrier) Oversubscribed(sinceInit time.Duration) bool {
	return b.spins > 0 && time.Duration(b.slept.Load()) > sinceInit/4
}
