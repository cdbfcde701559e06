// Team: the goroutines that go through a training step side by side. backprop.go says what
// a step is; this file says which part of it is whose, and when they wait for each other.
//
// They share out the neurons of each layer, in eights: each computes the columns of Z, δ
// and W that belong to its neurons, over the whole mini-batch, and waits for the others
// after each layer. So there is no gradient buffer per goroutine, no reduction and no lock;
// every number is summed in the same order whoever sums it; and a weight stays in one
// processor's cache. (Were the mini-batch split instead, each processor would fetch the
// weights that the other wrote, for 784-30-10 a third of a step's time.)
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A worker is one goroutine of a team.
type worker struct {
	id, of  int
	barrier *barrier
}

// share is the worker's part lo ≤ i < hi of n, in units of so many.
func (w worker) share(n, unit int) (lo, hi int) {
	units := (n + unit - 1) / unit
	return min(n, unit*(units*w.id/w.of)), min(n, unit*(units*(w.id+1)/w.of))
}

// columns is the worker's share of a matrix with a column for each neuron, in eights; rows
// is its share of one with a row for each sample.
func (w worker) columns(m Matrix) Matrix { return m.Columns(w.share(m.Cols, 8)) }
func (w worker) rows(m Matrix) Matrix    { return m.Slice(w.share(m.Rows, 1)) }

// neurons is the worker's share of a layer, and inputs those rows of the next layer's W
// that its neurons go into.
func (w worker) neurons(l Layer) Layer      { return l.neurons(w.share(l.W.Cols, 8)) }
func (w worker) inputs(wNext Matrix) Matrix { return wNext.Slice(w.share(wNext.Rows, 8)) }

// wait waits until all workers have come here.
func (w worker) wait() { w.barrier.wait() }

// neurons is the layer of neurons lo ≤ j < hi alone, sharing memory with l.
func (l Layer) neurons(lo, hi int) Layer { return Layer{l.W.Columns(lo, hi), l.B[lo:hi], l.G} }

// fill fetches the mini-batch, X and Y.
func (t *Trainer) fill(w worker, s, at int, b *batch, fill FillBatch) {
	lo, hi := 0, len(b.cost)
	if t.sharesInputs() {
		lo, hi = w.share(len(b.cost), 1)
	}
	b.in[0].lists.Rows = 0
	fill(b.in[0], b.y, at, lo, hi)
	t.dropInputs(b.in[0], s, lo, hi)
	if t.sharesInputs() {
		w.wait()
	}
	if !b.in[0].sparse() {
		b.in[0].compress()
	}
}

// sharesInputs says whether the goroutines share one copy of the inputs. It is faster
// that each converts all of a mini-batch for itself than that it fetches half of them
// from another processor's cache; but not if they do not fit into a cache at all.
func (t *Trainer) sharesInputs() bool {
	return t.ExpensiveInputs || t.Batch*t.Net.Layers[0].W.Rows > 1<<20
}

// workers is how many goroutines a step is worth: a barrier costs about as much time
// as some 20 000 multiply–adds.
func (t *Trainer) workers() int {
	return max(1, min(t.Workers, t.Batch*t.Net.Parameters()/20000))
}

// A team takes steps with up to size goroutines.
type team struct {
	size    int
	barrier barrier
	pacer   pacer
}

// each calls step(w, s) for first ≤ s < last on all workers, and after(s) on one of them
// while the others wait, until it says stop.
func (t *team) each(first, last int, step func(w worker, s int), after func(s int) (stop bool)) {
	stopped := false // written by worker 0, read by all after the barrier
	for begin := first; begin < last && !stopped; begin += roundSteps {
		end, n := min(begin+roundSteps, last), t.pacer.workers(t.size)
		t.barrier.init(n)
		start := time.Now()
		work := func(w worker) {
			for s := begin; s < end && !stopped; s++ {
				step(w, s)
				if w.id == 0 {
					stopped = after(s)
				}
				w.wait()
			}
		}
		var others sync.WaitGroup
		for id := 1; id < n; id++ {
			others.Go(func() { work(worker{id, n, &t.barrier}) })
		}
		work(worker{0, n, &t.barrier})
		others.Wait()
		if t.size > 1 {
			t.pacer.took(time.Since(start)/time.Duration(end-begin), t.barrier.crowded(end-begin))
		}
	}
}

// alone is the worker of a team of one.
func (t *team) alone() worker {
	t.barrier.init(1)
	return worker{0, 1, &t.barrier}
}

// roundSteps is how many steps are taken before the number of goroutines is thought about.
const roundSteps = 100

// A pacer decides whether one goroutine or all take the next round of steps. Now and then,
// where steps are short, or other programs crowd the processors, it tries the other way for
// a round, and goes on with the faster; the less often, the more often it did so in vain.
// The weights do not depend on it.
type pacer struct {
	serial, probing  bool
	before           time.Duration // a step took, the other way
	rounds, interval int           // since it was tried; after so many it is tried again
}

func (p *pacer) workers(all int) int {
	if p.serial {
		return 1
	}
	return all
}

// took notes how long a step took in the round that has ended.
func (p *pacer) took(step time.Duration, crowded bool) {
	p.rounds, p.interval = p.rounds+1, max(p.interval, 30)
	switch {
	case p.probing:
		p.probing, p.rounds = false, 0
		if step > p.before {
			p.serial, p.interval = !p.serial, min(2*p.interval, 1000)
		} else {
			p.interval = 30
		}
	case p.rounds >= p.interval && (step < 100*time.Microsecond || p.serial), p.rounds >= p.interval/10 && crowded:
		p.probing, p.serial, p.before = true, !p.serial, step
	}
}

// A barrier lets each of its parties wait until all have come. It spins for some tenth
// of a millisecond, since the others are about as far and waking a sleeper costs tens of
// microseconds; then, or where there are more parties than processors, it sleeps.
type barrier struct {
	waiting  atomic.Int32
	_        [60]byte // those who spin on round do not disturb those who arrive
	round    atomic.Uint32
	_        [60]byte
	sleeping atomic.Int32
	slept    atomic.Int32 // how often, since init
	parties  int32
	spins    int
	mu       sync.Mutex
	next     sync.Cond
}

func (b *barrier) init(parties int) {
	b.parties, b.spins, b.next.L = int32(parties), 0, &b.mu
	b.slept.Store(0)
	if parties <= runtime.GOMAXPROCS(0) {
		b.spins = 300_000
	}
}

func (b *barrier) wait() {
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
	b.slept.Add(1)
	b.mu.Lock()
	b.sleeping.Add(1)
	for b.round.Load() == round {
		b.next.Wait()
	}
	b.sleeping.Add(-1)
	b.mu.Unlock()
}

// crowded says that other programs use the processors: more than once a step somebody
// spun in vain, since the operating system had not let the others run. Then many
// goroutines in step are far slower than one.
func (b *barrier) crowded(steps int) bool { return b.spins > 0 && int(b.slept.Load()) > steps }
