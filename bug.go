// Bug: classic mistakes, put into a training step on purpose, so that one can see what the curves, the
// gradient check, the step check and the diagnosis make of each. What each is, and what finds it, is in
// internal/judge/bugs; the trainer itself knows none of them.
package main

// A bug is one mistake in a step. The part of the step that it is in stands here; what is nil is done right.
type bug struct {
	backward func(t *Trainer, w *worker, s int)    // (1) and (2)
	gradient func(g Layer)                         // what becomes of (3)
	update   func(t *Trainer, w *worker, l, s int) // (3) and (4)
	early    bool                                  // (4) of a layer before (2) of the one below
}

// corruptions are the bugs of internal/judge/bugs, as they are made.
var corruptions = map[string]bug{
	"transpose": {backward: reshapedBackward},
	"sign":      {backward: negatedBackward},
	"prime":     {backward: straightBackward},
	"mean":      {update: summedUpdate},
	"early":     {early: true},
	"bias":      {gradient: func(g Layer) { clear(g.B) }, update: biaslessUpdate},
	"decay":     {update: growingUpdate},
	"layer":     {backward: shortBackward},
}

// corrupt puts the mistake into the trainer's steps, which one worker takes alone.
func (p *bug) corrupt(t *Trainer) {
	t.Workers = 1
	t.Bug = &corruption{step: func(w *worker, s, at int, fill FillBatch) {
		t.fill(w, s, at, fill)
		t.forward(w, s)
		if p.early {
			p.updateBeforeBackward(t, w, s)
			return
		}
		t.errors(w, s)
		for l := range t.Net.Layers {
			p.change(t, w, l, s)
		}
	}, backward: t.backward, gradient: p.gradient, late: p.early}
	if p.backward != nil {
		t.Bug.backward = func(w *worker, s int) { p.backward(t, w, s) }
	}
}

// change is (3) and (4) of a layer, with the mistake where it is there.
func (p *bug) change(t *Trainer, w *worker, l, s int) {
	if p.update == nil {
		t.update(w, l, s)
		return
	}
	p.update(t, w, l, s)
}

// Bugs in (1) and (2).

// reshapedBackward reads the numbers of W in the order in which they lie as a matrix of
// Wᵀ's shape, so that the product's shapes fit: reshape where a transpose was meant.
func reshapedBackward(t *Trainer, w *worker, s int) {
	b := w.batch
	for l := len(t.Net.Layers) - 2; l >= 0; l-- {
		next := t.Net.Layers[l+1].W
		read := NewMatrix(next.Rows, next.Cols)
		for k := range next.Rows * next.Cols { // number k lies in row k/Cols; it is taken for one of row k/Rows
			read.Row(k % next.Rows)[k/next.Rows] = next.Row(k / next.Cols)[k%next.Cols]
		}
		t.Net.Layers[l].backward(b.delta[l], b.a[l], part{b.delta[l+1], read})
		t.dropErrors(w, s, l)
	}
}

func negatedBackward(t *Trainer, w *worker, s int) {
	t.backward(w, s)
	for l := range w.batch.delta {
		w.batch.delta[l].EachRow(func(row []float64) { ScaleBy(row, -1) })
	}
}

// straightBackward leaves out g′: it takes every hidden layer for a linear one.
func straightBackward(t *Trainer, w *worker, s int) {
	b := w.batch
	for l := len(t.Net.Layers) - 2; l >= 0; l-- {
		straight := Layer{t.Net.Layers[l].W, t.Net.Layers[l].B, named(activations, "linear")}
		straight.backward(b.delta[l], b.a[l], part{b.delta[l+1], t.Net.Layers[l+1].W})
		t.dropErrors(w, s, l)
	}
}

// shortBackward ends one layer too soon: the first layer's δ stays 0.
func shortBackward(t *Trainer, w *worker, s int) {
	t.backward(w, s)
	w.batch.delta[0].EachRow(func(row []float64) { clear(row) })
}

// Bugs in (3) and (4).

func summedUpdate(t *Trainer, w *worker, l, s int) {
	delta := w.batch.delta[l]
	delta.EachRow(func(row []float64) { ScaleBy(row, float64(delta.Rows)) })
	t.update(w, l, s)
}

func biaslessUpdate(t *Trainer, w *worker, l, s int) {
	biases := append([]float64{}, t.Net.Layers[l].B...)
	t.update(w, l, s)
	copy(t.Net.Layers[l].B, biases)
}

func growingUpdate(t *Trainer, w *worker, l, s int) {
	t.L2 = -t.L2
	t.update(w, l, s)
	t.L2 = -t.L2
}

// updateBeforeBackward is (2) to (4) in a wrong order: each layer's weights change before the δ of the
// layer below is taken from them.
func (p *bug) updateBeforeBackward(t *Trainer, w *worker, s int) {
	b := w.batch
	for l := len(t.Net.Layers) - 1; l >= 0; l-- {
		delta := b.delta[l]
		b.delta[l] = clone(delta) // since change scales it
		p.change(t, w, l, s)
		b.delta[l] = delta
		if l > 0 {
			t.Net.Layers[l-1].backward(b.delta[l-1], b.a[l-1], part{delta, t.Net.Layers[l].W})
			t.dropErrors(w, s, l-1)
		}
	}
}

// clone is a copy of m.
func clone(m Matrix) Matrix {
	c := NewMatrix(m.Rows, m.Cols)
	for i := range m.Rows {
		copy(c.Row(i), m.Row(i))
	}
	return c
}
