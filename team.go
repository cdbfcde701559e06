// Team: the goroutines, called workers, that take a training step together.
//
// Each worker owns some neurons of every layer but the last (see worker), in groups of eight. Over the whole mini-batch
// it computes the columns of Z, δ and W that belong to its neurons, and after each layer it waits for the others. So
// there is no gradient buffer per goroutine, no reduction and no lock, and any number of workers adds up every sum in
// the same order. (If the mini-batch were split instead, each processor would have to fetch the weights that the
// others have written: for 784-30-10, with two, that is a third of a step's time.)

package main

import (
	"backprop/internal/compute/lockstep"
)

// state is what the optimiser keeps from step to step, in the shapes of the layers.
type state struct {
	velocity []Layer     // V of momentum, M of Adam
	square   []Layer     // V of Adam
	grad     []Layer     // the gradient, which Adam needs by itself
	norm     [][]float64 // of each neuron's weights, for max-norm
}

// A worker is one goroutine of a team. While it trains, it keeps the weights of its neurons, and the
// optimiser's state for them, in separate matrices. If two workers shared rows, each processor would
// prefetch cache lines that the other is about to write (false sharing). The last layer is small: a
// worker has the rows of W that take the outputs of its neurons in the layer before.
type worker struct {
	id, of  int
	barrier *lockstep.Barrier
	batch   *batch  // the mini-batch; X and Y may be a private copy
	layers  []Layer // its share of each layer
	state           // its share of the optimiser's state
	lo, hi  int     // its rows of the last layer's W
	delta   Matrix  // its copy of the last layer's δ
	next    []part  // for equation (2): the next layer's neurons, worker by worker
}

// share returns the worker's range lo ≤ i < hi of n, in whole units.
func (w *worker) share(n, unit int) (lo, hi int) {
	units := (n + unit - 1) / unit
	return min(n, unit*(units*w.id/w.of)), min(n, unit*(units*(w.id+1)/w.of))
}

// columns is the worker's share of the columns of m, one for each neuron; rows, its share of the rows, one for each
// sample; inputs, its share of the rows of the next layer's W: those that multiply its own neurons' outputs.
func (w *worker) columns(m Matrix) Matrix { return m.Columns(w.share(m.Cols, 8)) }

func (w *worker) rows(m Matrix) Matrix { return m.Slice(w.share(m.Rows, 1)) }

func (w *worker) inputs(wNext Matrix) Matrix { return wNext.Slice(w.share(wNext.Rows, 8)) }

// wait returns when all workers have called it.
func (w *worker) wait() {
	w.barrier.Wait()
	if testDelay != nil {
		testDelay(w)
	}
}

// testDelay, in tests, delays a worker after a barrier, so that a missing barrier shows.
var testDelay func(w *worker)

// partition makes matrices for the worker's share of the weights. A single worker uses the layers themselves.
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
	if w.lo > 0 { // only one worker changes the biases
		rows.B = make([]float64, len(rows.B))
	}
	return append(own, rows)
}

// copyWeights copies the weights of the worker's neurons from layers to own, or back.
func (w *worker) copyWeights(own, layers []Layer, back bool) {
	if w.of == 1 {
		return
	}
	for l := range len(own) - 1 { // the last layer's rows share memory with the network
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

// neurons is the part of a layer with neurons lo ≤ j < hi, sharing memory with l.
func (l Layer) neurons(lo, hi int) Layer { return Layer{l.W.Columns(lo, hi), l.B[lo:hi], l.G} }

// A crew is a team and what it needs to work together.
type crew struct {
	workers     []*worker
	distributed bool // the workers hold the latest weights
	barrier     lockstep.Barrier
	pacer       lockstep.Pacer
}

// roundSteps is how many steps are taken before the number of goroutines is reconsidered.
const roundSteps = 100
