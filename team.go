// Team: the goroutines that take a training step side by side, which are called workers.
//
// The neurons of each layer are shared out among them, in eights. Each worker computes the columns of
// Z, δ and W that belong to its neurons, over the whole mini-batch, and waits for the others after each
// layer. So there is no gradient buffer per goroutine, no reduction and no lock, and every number is
// summed in the same order whoever sums it. (If the mini-batch were split instead, each processor would
// have to fetch the weights that the other has written: for 784-30-10 a third of a step's time.)

package main

import (
	"backprop/internal/compute/team"
)

// state is what they keep from step to step, shaped as the layers.
type state struct {
	velocity []Layer     // V of momentum, M of Adam
	square   []Layer     // V of Adam
	grad     []Layer     // the gradient, where it is wanted by itself
	norm     [][]float64 // of each layer's neurons
}

// A worker is one goroutine of a team. While it trains, the weights of its neurons, and what the
// optimiser keeps of them, are in matrices of its own. If two workers had parts of the same rows, each
// processor would prefetch cache lines that the other is about to write (false sharing). Of the last
// layer, which is small, a worker has rows of W: those that its neurons of the layer before go into.
type worker struct {
	id, of  int
	barrier *team.Barrier
	batch   *batch  // the mini-batch as it sees it: X and Y may be its own
	layers  []Layer // its weights of each layer
	state           // of them
	lo, hi  int     // the rows that it has of the last layer's W
	delta   Matrix  // its copy of the last layer's δ
	next    []part  // of equation (2): the next layer's neurons, worker by worker
}

// share is the worker's range lo ≤ i < hi of n, in whole units.
func (w *worker) share(n, unit int) (lo, hi int) {
	units := (n + unit - 1) / unit
	return min(n, unit*(units*w.id/w.of)), min(n, unit*(units*(w.id+1)/w.of))
}

// columns is the worker's share of a matrix with a column for each neuron; rows is its share of one
// with a row for each sample; inputs is the rows of the next layer's W that its neurons go into.
func (w *worker) columns(m Matrix) Matrix { return m.Columns(w.share(m.Cols, 8)) }

func (w *worker) rows(m Matrix) Matrix { return m.Slice(w.share(m.Rows, 1)) }

func (w *worker) inputs(wNext Matrix) Matrix { return wNext.Slice(w.share(wNext.Rows, 8)) }

// wait waits until all workers have come here.
func (w *worker) wait() {
	w.barrier.Wait()
	if testDelay != nil {
		testDelay(w)
	}
}

// testDelay, in tests, delays a worker after a barrier, so that a missing barrier shows.
var testDelay func(w *worker)

// partition makes matrices for the worker's share of the weights; a worker that is alone has the layers
// themselves.
func (w *worker) partition(layers []Layer) (own []Layer) {
	if w.of == 1 || layers == nil {
		return layers
	}
	last := len(layers) - 1
	for _, l := range layers[:last] {
		lo, hi := w.share(l.W.Cols, 8)
		own = append(own, newLayer(l.W.Rows, hi-lo, l.G))
	}
	rows := Layer{layers[last].W.Slice(w.lo, w.hi), layers[last].B, layers[last].G}
	if w.lo > 0 { // one is enough for the biases
		rows.B = make([]float64, len(rows.B))
	}
	return append(own, rows)
}

// copyWeights copies the worker's neurons from layers to its own, or back.
func (w *worker) copyWeights(own, layers []Layer, back bool) {
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

// A crew is what takes a step.
type crew struct {
	workers     []*worker
	distributed bool // the weights are with the workers
	barrier     team.Barrier
	pacer       team.Pacer
}

// roundSteps is how many steps are taken before the number of goroutines is thought about.
const roundSteps = 100
