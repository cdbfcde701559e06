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

// A worker is one goroutine of a team. While it trains, it has the weights of its neurons,
// and what the optimiser keeps of them, in matrices of its own: processors fetch the memory
// behind what they read before they are asked to, and where that is another's part of a row
// of W, the two take it from each other all the time. Of the last layer it has rows of W:
// those of its own neurons of the layer before.
type worker struct {
	id, of  int
	barrier *barrier
	batch   *batch  // the mini-batch as it sees it: X and Y may be its own
	layers  []Layer // its weights of each layer
	state           // of them
	lo, hi  int     // the rows that it has of the last layer's W
	delta   Matrix  // its copy of the last layer's δ
}

// share is the worker's part lo ≤ i < hi of n, in units of so many.
func (w *worker) share(n, unit int) (lo, hi int) {
	units := (n + unit - 1) / unit
	return min(n, unit*(units*w.id/w.of)), min(n, unit*(units*(w.id+1)/w.of))
}

// columns is the worker's share of a matrix with a column for each neuron, in eights; rows
// is its share of one with a row for each sample; and inputs is those rows of the next
// layer's W that its neurons go into.
func (w *worker) columns(m Matrix) Matrix    { return m.Columns(w.share(m.Cols, 8)) }
func (w *worker) rows(m Matrix) Matrix       { return m.Slice(w.share(m.Rows, 1)) }
func (w *worker) inputs(wNext Matrix) Matrix { return wNext.Slice(w.share(wNext.Rows, 8)) }

// wait waits until all workers have come here.
func (w *worker) wait() {
	w.barrier.wait()
	if stall != nil {
		stall(w)
	}
}

// stall, in tests, holds a worker up after a barrier, so that the others come to the next one long
// before it: what one is missing does shows.
var stall func(w *worker)

// own makes matrices for the worker's weights; alone, it has the layers themselves.
func (w *worker) own(layers []Layer) (own []Layer) {
	if w.of == 1 || layers == nil {
		return layers
	}
	last := len(layers) - 1
	for _, l := range layers[:last] {
		lo, hi := w.share(l.W.Cols, 8)
		own = append(own, newLayer(l.W.Rows, hi-lo, l.G))
	}
	rows := Layer{layers[last].W.Slice(w.lo, w.hi), layers[last].B, layers[last].G}
	if w.lo > 0 || w.hi == 0 { // one is enough for the biases
		rows.B = make([]float64, len(rows.B))
	}
	return append(own, rows)
}

// exchange copies the worker's neurons from layers to its own, or back.
func (w *worker) exchange(own, layers []Layer, back bool) {
	if w.of == 1 {
		return
	}
	for l := range len(own) - 1 { // the last has its own weights in their place
		lo, hi := w.share(layers[l].W.Cols, 8)
		to, from := own[l], layers[l].neurons(lo, hi)
		if back {
			to, from = from, to
		}
		for i := range to.W.Rows {
			copy(to.W.Row(i), from.W.Row(i))
		}
		copy(to.B, from.B)
	}
}

// neurons is the layer of neurons lo ≤ j < hi alone, sharing memory with l.
func (l Layer) neurons(lo, hi int) Layer { return Layer{l.W.Columns(lo, hi), l.B[lo:hi], l.G} }

// handOut makes a team of n workers and gives them the weights of their neurons; takeBack
// puts these back where everybody else finds them.
func (t *Trainer) handOut(n int) []*worker {
	if len(t.team.workers) == n && t.team.has {
		return t.team.workers
	}
	t.takeBack()
	if len(t.team.workers) != n {
		t.team.workers = nil
		for id := range n {
			w := &worker{id: id, of: n, barrier: &t.team.barrier, batch: &t.batches[id]}
			rows := t.Net.Layers[len(t.Net.Layers)-1].W.Rows
			if w.lo, w.hi = w.share(rows, 8); t.MaxNorm > 0 { // a neuron's norm is over all rows
				w.lo, w.hi = 0, rows*max(0, 1-id)
			}
			w.layers = w.own(t.Net.Layers)
			w.velocity, w.square, w.grad = w.own(t.velocity), w.own(t.square), w.own(t.grad)
			w.delta = NewMatrix(t.Batch, w.batch.y.Cols)
			t.team.workers = append(t.team.workers, w)
		}
	}
	t.exchange(false)
	return t.team.workers
}

func (t *Trainer) takeBack() {
	if t.team.has {
		t.exchange(true)
	}
}

func (t *Trainer) exchange(back bool) {
	for _, w := range t.team.workers {
		w.exchange(w.layers, t.Net.Layers, back)
		w.exchange(w.velocity, t.velocity, back)
		w.exchange(w.square, t.square, back)
	}
	t.team.has = !back
}

// addLists lets what goes into a layer be listed where most of it is 0 (sparse.go): the inputs
// always, and what goes into other layers of 32 neurons or more, but not into the last, of
// whose inputs each goroutine takes some columns.
func (b *batch) addLists(net *Network) {
	for l, layer := range net.Layers {
		b.in[l].lists = nil
		if l == 0 || l < len(net.Layers)-1 && layer.W.Cols >= 32 {
			b.in[l].lists = new(Sparse)
		}
	}
}

// fill fetches the mini-batch, X and Y.
func (t *Trainer) fill(w *worker, s, at int, fill FillBatch) {
	b := w.batch
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
	if t.ExpensiveInputs { // others were listed by fill already, where that pays
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
// as some 20 000 multiply–adds. Without hidden layers there is too little to share out.
func (t *Trainer) workers() int {
	if len(t.Net.Layers) == 1 {
		return 1
	}
	return max(1, min(t.Workers, t.Batch*t.Net.Parameters()/20000))
}

// A team is what takes a step.
type team struct {
	workers []*worker
	has     bool // the weights are with the workers
	barrier barrier
	pacer   pacer
}

// each calls step(w, s) for first ≤ s < last on all workers, and after(s) on the first once its
// own part is done, before anybody begins the next step, until it says stop. The others may
// still be at their weights then; step has at least one wait.
func (t *Trainer) each(first, last int, step func(w *worker, s int), after func(s int) (stop bool)) {
	team := &t.team
	stopped := false // written by worker 0, read by all after the barrier
	for begin := first; begin < last && !stopped; begin += roundSteps {
		end := min(begin+roundSteps, last)
		workers := t.handOut(team.pacer.workers(len(t.batches)))
		team.barrier.init(len(workers))
		start := time.Now()
		work := func(w *worker) {
			for s := begin; s < end && !stopped; s++ {
				step(w, s)
				if w.id == 0 {
					stopped = after(s)
				}
				w.wait()
			}
		}
		var others sync.WaitGroup
		for _, w := range workers[1:] {
			others.Go(func() { work(w) })
		}
		work(workers[0])
		others.Wait()
		if len(t.batches) > 1 {
			took := time.Since(start)
			team.pacer.took(took/time.Duration(end-begin), team.barrier.crowded(took))
		}
	}
	t.takeBack()
}

// alone is the worker of a team of one.
func (t *Trainer) alone() *worker {
	t.team.barrier.init(1)
	return t.handOut(1)[0]
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
	slept    atomic.Int64 // nanoseconds, of all parties, since init
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

// crowded says that other programs use the processors: for more than a quarter of the time
// since init somebody slept, since the operating system did not let the others run. Then many
// goroutines in step are far slower than one.
func (b *barrier) crowded(since time.Duration) bool {
	return b.spins > 0 && time.Duration(b.slept.Load()) > since/4
}
