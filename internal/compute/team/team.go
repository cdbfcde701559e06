// Package team lets goroutines train side by side: a barrier, and a measurement of whether one of them alone would be
// faster. It knows nothing of what they compute.
package team

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Pacer decides whether one goroutine or all take the next round of steps. Now and then,
// where steps are short, or other programs crowd the processors, it tries the other way for
// a round, and goes on with the faster; the less often, the more often it did so in vain.
// The weights do not depend on it.
type Pacer struct {
	serial, probing  bool
	before           time.Duration // a step took, the other way
	rounds, interval int           // since it was tried; after so many it is tried again
}

func (p *Pacer) Workers(all int) int {
	if p.serial {
		return 1
	}
	return all
}

// Took notes how long a step took in the round that has ended.
func (p *Pacer) Took(step time.Duration, oversubscribed bool) {
	p.rounds, p.interval = p.rounds+1, max(p.interval, 30)
	switch {
	case p.probing:
		p.probing, p.rounds = false, 0
		if step > p.before {
			p.serial, p.interval = !p.serial, min(2*p.interval, 1000)
		} else {
			p.interval = 30
		}
	case p.rounds >= p.interval && (step < 100*time.Microsecond || p.serial), p.rounds >= p.interval/10 && oversubscribed:
		p.probing, p.serial, p.before = true, !p.serial, step
	}
}

// A Barrier lets each of its parties wait until all have come. It spins for some tenth
// of a millisecond, since the others are about as far and waking a sleeper costs tens of
// microseconds; then, or where there are more parties than processors, it sleeps.
type Barrier struct {
	waiting  atomic.Int32
	_        [60]byte // those who spin on round do not disturb those who arrive
	round    atomic.Uint32
	_        [60]byte
	sleeping atomic.Int32
	slept    atomic.Int64 // nanoseconds, of all parties, since init
	parties  int32
	spins    int
	mu       sync.Mutex
	next     sync.Cond
}

func (b *Barrier) Init(parties int) {
	b.parties, b.spins, b.next.L = int32(parties), 0, &b.mu
	b.slept.Store(0)
	if parties <= runtime.GOMAXPROCS(0) {
		b.spins = 300_000
	}
}

func (b *Barrier) Wait() {
	round := b.round.Load()
	if b.waiting.Add(1) == b.parties {
		b.waiting.Store(0)
		b.round.Add(1)
		if b.sleeping.Load() > 0 {
			b.mu.Lock() // whoever sees the old round is asleep by now
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

// Oversubscribed says that other programs use the processors: for more than a quarter of the time
// since init somebody slept, since the operating system did not let the others run. Then many
// goroutines in step are far slower than one.
func (b *Barrier) Oversubscribed(since time.Duration) bool {
	return b.spins > 0 && time.Duration(b.slept.Load()) > since/4
}
