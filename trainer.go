// Trainer: mini-batch gradient descent, by one goroutine or several. The equations are in backprop.go;
// team.go decides which goroutine owns which neurons.

package main

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/sparse"
)

// A Trainer trains a network by mini-batch gradient descent.
type Trainer struct {
	Net     *Network
	Rate    []float64 // η, for each layer
	L2      float64   // λ
	N       int       // samples in the training set
	Batch   int       // samples in a mini-batch
	Workers int       // goroutines
	Options           // momentum, dropout and so on

	Partial Result       // of an epoch that was stopped early
	done    atomic.Int64 // steps taken: gives each step its number s, and drives the progress bar
	batches []batch      // the mini-batch as each goroutine sees it: X and Y may be private copies
	team    crew
	state   // of the optimiser
}

// A FillBatch writes the inputs and targets of rows lo ≤ i < hi of the mini-batch that begins at
// position at in the order of the epoch.
type FillBatch func(x, y Matrix, at, lo, hi int)

// Options are additions to plain gradient descent. Their zero values add nothing.
type Options struct {
	Momentum        float64             // μ
	Nesterov        bool                // Nesterov's form of momentum
	Adam            bool                // instead of (4)
	Schedule        func(s int) float64 // the factor of η in step s; nil for 1
	Dropout         []float64           // the share of the inputs, and of each hidden layer, to drop
	MaxNorm         float64             // c: ‖w_j‖ ≤ c for each neuron j; 0 for no limit
	Seed            uint64              // for dropout
	ExpensiveInputs bool                // the goroutines share the work of making them
	Bug             *corruption         // a deliberate bug in every step; nil for none
}

// A corruption replaces parts of a training step to put a deliberate bug into it (bug.go).
type corruption struct {
	step     func(w *worker, s, at int, fill FillBatch) // replaces Trainer.step
	backward func(w *worker, s int)                     // replaces Trainer.backward
	gradient func(g Layer)                              // changes a gradient that is shown or checked
	late     bool                                       // its δ are known only after the step
}

// prepareOptions allocates what the options need, partly in b.
func (t *Trainer) prepareOptions(b *batch) {
	for l, layer := range t.Net.Layers {
		in, out := layer.W.Rows, layer.W.Cols
		if t.Momentum != 0 || t.Adam {
			t.velocity = append(t.velocity, newLayer(in, out, layer.G))
		}
		if t.Adam {
			t.square = append(t.square, newLayer(in, out, layer.G))
			t.grad = append(t.grad, newLayer(in, out, layer.G))
		}
		if t.Dropout != nil && l > 0 {
			b.in[l] = NewMatrix(t.Batch, in)
		}
		if t.MaxNorm > 0 {
			t.norm = append(t.norm, make([]float64, out))
		}
	}
}

// prepare allocates what a step needs, once.
func (t *Trainer) prepare() {
	if t.batches != nil {
		return
	}
	in, out := t.Net.Layers[0].W.Rows, len(t.Net.Layers[len(t.Net.Layers)-1].B)
	shared := newBatch(t.Net, NewMatrix(t.Batch, in), NewMatrix(t.Batch, out))
	t.prepareOptions(&shared)
	for w := range t.workers() {
		b := shared
		b.in, b.a, b.delta = slices.Clone(b.in), slices.Clone(b.a), slices.Clone(b.delta)
		if w > 0 && !t.sharesInputs() {
			b.in[0], b.y = NewMatrix(t.Batch, in), NewMatrix(t.Batch, out)
		}
		b.addLists(t.Net)
		t.batches = append(t.batches, b)
	}
}

// A Result sums up a pass over samples.
type Result struct {
	Samples int
	Cost    float64 // mean over the samples, without the L2 term
	Correct int     // samples that the network classified correctly
	MSE     float64 // mean of (a − y)² over samples and outputs; only Evaluate sets it
}

// ErrDiverged gives the step at which a cost became infinite or not a number.
type ErrDiverged struct{ Step, Steps int }

func (e ErrDiverged) Error() string {
	return fmt.Sprintf("the cost became infinite or not a number at step %d of %d", e.Step, e.Steps)
}

// Epoch trains once on all N samples, in mini-batches. Each is scored just before its own step. stop, if not nil, ends
// the epoch early, between two steps; t.Partial then holds the result so far, and the next call continues from there.
func (t *Trainer) Epoch(fill FillBatch, stop *atomic.Bool) (Result, error) {
	t.prepare()
	steps := t.stepsAnEpoch()
	sum := t.Partial
	next := (sum.Samples + t.Batch - 1) / t.Batch
	before := int(t.done.Load()) - next // steps of earlier epochs
	diverged := 0
	t.each(next, steps, func(w *worker, step int) {
		w.batch.resize(min(t.Batch, t.N-step*t.Batch))
		t.takeStep(w, before+step, step*t.Batch, fill)
	}, func(step int) (stopped bool) {
		b := &t.batches[0]
		for i, c := range b.cost {
			sum.Cost += c
			if b.correct[i] {
				sum.Correct++
			}
		}
		sum.Samples += len(b.cost)
		if math.IsNaN(sum.Cost) || math.IsInf(sum.Cost, 0) {
			diverged = step + 1
		}
		t.done.Add(1)
		return diverged > 0 || stop != nil && stop.Load()
	})
	if diverged > 0 {
		return sum, ErrDiverged{diverged, steps}
	}
	t.Partial = Result{}
	if sum.Samples < t.N {
		t.Partial = sum
	}
	sum.Cost /= float64(sum.Samples)
	return sum, nil
}

// stepsAnEpoch is the number of mini-batches in an epoch; the last may be smaller.
func (t *Trainer) stepsAnEpoch() int { return (t.N + t.Batch - 1) / t.Batch }

// takeStep is step, or its replacement with a bug.
func (t *Trainer) takeStep(w *worker, s, at int, fill FillBatch) {
	if t.Bug != nil {
		t.Bug.step(w, s, at, fill)
		return
	}
	t.step(w, s, at, fill)
}

// takeBackward calls backward, or its replacement with a bug.
func (t *Trainer) takeBackward(w *worker, s int) {
	if t.Bug != nil {
		t.Bug.backward(w, s)
		return
	}
	t.backward(w, s)
}

// step takes training step number s, on the mini-batch that begins at position at in the order of the
// epoch: forward, backward, and the update of each layer. Worker w computes its neurons of every layer
// (a single worker, all of them), and waits when it needs what the others compute.
func (t *Trainer) step(w *worker, s, at int, fill FillBatch) {
	t.fill(w, s, at, fill)
	t.forward(w, s)
	t.backward(w, s)
	for l := range t.Net.Layers { // (3) and (4)
		t.update(w, l, s)
	}
}

// forward takes X through all layers and ends with (1). In the last layer, which is small, the workers
// split the samples and not the neurons, so that (1) can follow at once.
func (t *Trainer) forward(w *worker, s int) {
	b, last := w.batch, len(t.Net.Layers)-1
	for l, layer := range w.layers[:last] {
		layer.forward(w.columns(b.a[l]), b.in[l])
		t.dropOutputs(w, s, l)
		w.wait()
		b.in[l+1].list()
	}
	t.Net.Layers[last].affine(w.rows(b.a[last]), w.rows(b.in[last]))
	lo, hi := w.share(len(b.cost), 1)
	t.Net.output(w.rows(b.a[last]), w.rows(b.y), w.rows(b.delta[last]), b.cost[lo:hi], b.correct[lo:hi])
	w.wait()
}

// backward is (2). Each worker holds some columns of the next layer's W, so δ_next·W_nextᵀ is a sum
// over the workers, in order. Net holds the whole W of the last layer.
func (t *Trainer) backward(w *worker, s int) {
	b, last := w.batch, len(t.Net.Layers)-1
	for l := last - 1; l >= 0; l-- {
		w.next = w.next[:0]
		if l+1 == last {
			w.next = append(w.next, part{b.delta[last], w.inputs(t.Net.Layers[last].W)})
		} else {
			for _, other := range t.team.workers {
				w.next = append(w.next, part{other.columns(b.delta[l+1]), w.inputs(other.layers[l+1].W)})
			}
		}
		t.Net.Layers[l].backward(w.columns(b.delta[l]), w.columns(b.a[l]), w.next...)
		t.dropErrors(w, s, l)
		w.wait()
		if l > 0 { // it will be multiplied by Wᵀ
			b.delta[l].markSparse()
		}
	}
}

// update changes worker w's neurons of layer l in step s, by (3) and (4). Momentum, Adam and max-norm
// read the weights several times, so they take few enough neurons at a time for these weights to stay
// in the second-level cache.
func (t *Trainer) update(w *worker, l, s int) {
	x, all, delta := w.batch.in[l], w.layers[l], w.columns(w.batch.delta[l])
	first, _ := w.share(t.Net.Layers[l].W.Cols, 8)
	if last := len(t.Net.Layers) - 1; l == last && w.of > 1 {
		x, delta, first = x.Columns(w.lo, w.hi), w.delta.Top(x.Rows), 0
		copy(delta.Data, w.batch.delta[l].Data[:x.Rows*delta.Stride])
	}
	if all.W.Rows == 0 {
		return
	}
	block := delta.Cols
	if t.Momentum != 0 || t.Adam || t.MaxNorm > 0 {
		block = max(32, 1<<15/x.Cols&^31)
	}
	if x.sparse() && block < delta.Cols { // every block uses the transpose: make it once
		x.lists.Transposed()
	}
	rate := t.rate(l, s)
	decay := rate * t.L2 / float64(t.N)
	for lo := 0; lo < delta.Cols; lo += block {
		hi := min(lo+block, delta.Cols)
		layer, delta := all.neurons(lo, hi), delta.Columns(lo, hi)
		switch {
		case t.Adam:
			m, v, g := w.velocity[l].neurons(lo, hi), w.square[l].neurons(lo, hi), w.grad[l].neurons(lo, hi)
			layer.adam(m, v, g, rate, t.L2/float64(t.N), s, x, delta)
		case t.Momentum != 0:
			layer.momentum(w.velocity[l].neurons(lo, hi), t.Momentum, t.Nesterov, rate, decay, x, delta)
		default:
			layer.descend(rate, decay, x, delta)
		}
		if t.MaxNorm > 0 {
			maxNorm(layer.W, t.MaxNorm, t.norm[l][first+lo:first+hi])
		}
	}
}

// rate is η of layer l in step s.
func (t *Trainer) rate(l, s int) float64 {
	if t.Schedule == nil {
		return t.Rate[l]
	}
	return t.Rate[l] * t.Schedule(s)
}

// drop is dropout: Y = M ⊙ X for worker w's columns of layer l's outputs (for the inputs, see dropInputs), where
// m_ij is 0 with probability p, and else 1/(1−p), which keeps the expected value (Srivastava et al. 2014,
// section 10; their p is the probability to keep a unit). The forward and the backward pass draw the same M.
func (t *Trainer) drop(w *worker, s, l int, y, x Matrix) {
	first, _ := w.share(x.Cols, 8)
	y, x = w.columns(y), w.columns(x)
	for i := range x.Rows {
		dropRow(y.Padded(i), x.Padded(i), t.Dropout[l+1], t.dropKey(s, l, i), first)
	}
}

// dropOutputs applies dropout to layer l's outputs; dropErrors applies the same to its δ.
func (t *Trainer) dropOutputs(w *worker, s, l int) {
	if t.Dropout != nil {
		t.drop(w, s, l, w.batch.in[l+1], w.batch.a[l])
	}
}
func (t *Trainer) dropErrors(w *worker, s, l int) {
	if t.Dropout != nil {
		t.drop(w, s, l, w.batch.delta[l], w.batch.delta[l])
	}
}

// dropInputs applies dropout to the inputs in rows lo ≤ i < hi.
func (t *Trainer) dropInputs(x Matrix, s, lo, hi int) {
	if t.Dropout == nil || t.Dropout[0] == 0 {
		return
	}
	if x.sparse() {
		least, keep := uint64(t.Dropout[0]*(1<<32)), 1/(1-t.Dropout[0])
		key, row := uint64(0), -1
		x.lists.Filter(func(i, j int, v float64) float64 {
			if i != row {
				key, row = t.dropKey(s, -1, i), i
			}
			if dropBits(key, j) < least {
				return 0
			}
			return keep * v
		})
		return
	}
	for i := lo; i < hi; i++ {
		dropRow(x.Padded(i), x.Padded(i), t.Dropout[0], t.dropKey(s, -1, i), 0)
	}
}

// dropKey is the seed of the random numbers for one row.
func (t *Trainer) dropKey(s, l, i int) uint64 {
	return exact.Mix(exact.Mix(exact.Mix(t.Seed+exact.ForDropout<<32)+uint64(s)) + uint64(l+1)<<32 + uint64(i))
}

// distribute makes a team of n workers and gives each the weights of its neurons; collect copies the
// weights back into the network.
func (t *Trainer) distribute(n int) []*worker {
	if len(t.team.workers) == n && t.team.distributed {
		return t.team.workers
	}
	t.collect()
	if len(t.team.workers) != n {
		t.team.workers = nil
		for id := range n {
			w := &worker{id: id, of: n, barrier: &t.team.barrier, batch: &t.batches[id]}
			rows := t.Net.Layers[len(t.Net.Layers)-1].W.Rows
			w.lo, w.hi = w.share(rows, 8)
			if t.MaxNorm > 0 { // a neuron's norm needs all rows
				w.lo, w.hi = 0, rows*max(0, 1-id)
			}
			w.layers = w.partition(t.Net.Layers)
			w.velocity, w.square, w.grad = w.partition(t.velocity), w.partition(t.square), w.partition(t.grad)
			w.delta = NewMatrix(t.Batch, w.batch.y.Cols)
			w.next = make([]part, 0, n)
			t.team.workers = append(t.team.workers, w)
		}
	}
	t.copyWeights(false)
	return t.team.workers
}

func (t *Trainer) collect() {
	if t.team.distributed {
		t.copyWeights(true)
	}
}

func (t *Trainer) copyWeights(back bool) {
	for _, w := range t.team.workers {
		w.copyWeights(w.layers, t.Net.Layers, back)
		w.copyWeights(w.velocity, t.velocity, back)
		w.copyWeights(w.square, t.square, back)
	}
	t.team.distributed = !back
}

// addLists makes room to store inputs as lists of their nonzero elements: those of the first layer
// always, those of later layers if they have 32 neurons or more. The last of several has none, because its
// inputs are split by columns.
func (b *batch) addLists(net *Network) {
	for l, layer := range net.Layers {
		b.in[l].lists = nil
		if l == 0 || l < len(net.Layers)-1 && layer.W.Cols >= 32 {
			b.in[l].lists = new(sparse.Lists)
		}
	}
}

// fill writes the mini-batch, X and Y.
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
	if t.ExpensiveInputs { // other inputs are listed by fill, if that pays
		b.in[0].list()
	}
}

// sharesInputs reports whether the workers share one copy of the inputs. Usually it is faster for each
// worker to convert the whole mini-batch itself than to fetch parts of it from other processors' caches;
// but not if the inputs are slow to make or too large for a cache.
func (t *Trainer) sharesInputs() bool {
	return t.ExpensiveInputs || t.Batch*t.Net.Layers[0].W.Rows > 1<<20
}

// workers is the number of goroutines that pay off in a step: a barrier takes about as long as 20,000
// multiply–adds. Without hidden layers there is too little work to divide.
func (t *Trainer) workers() int {
	if len(t.Net.Layers) == 1 {
		return 1
	}
	return max(1, min(t.Workers, t.Batch*t.Net.Parameters()/20000))
}

// each calls step(w, s) for first ≤ s < last on all workers. After each step the first worker calls after(s), before
// any worker begins the next step; if after returns true, all workers stop. step must call wait at least once.
func (t *Trainer) each(first, last int, step func(w *worker, s int), after func(s int) (stop bool)) {
	crew := &t.team
	stopped := false // written by worker 0, read by all after the barrier
	for begin := first; begin < last && !stopped; begin += roundSteps {
		end := min(begin+roundSteps, last)
		workers := t.distribute(crew.pacer.Workers(len(t.batches)))
		crew.barrier.Init(len(workers))
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
			crew.pacer.Took(took/time.Duration(end-begin), crew.barrier.Oversubscribed(took))
		}
	}
	t.collect()
}

// alone makes a team of one worker and returns the worker.
func (t *Trainer) alone() *worker {
	t.team.barrier.Init(1)
	return t.distribute(1)[0]
}
