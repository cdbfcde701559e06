// Bug: classic bugs, put into a training step on purpose, to see what the curves, the gradient check,
// the step check and the warnings make of them. internal/judge/bugs describes each bug and tells what
// finds it. The trainer itself knows none of them.

package main

// A bug replaces the part of a training step that it is in. The parts that are nil stay correct.
type bug struct {
	backward func(t *Trainer, w *worker, s int)    // (1) and (2)
	gradient func(g Layer)                         // changes the result of (3)
	update   func(t *Trainer, w *worker, l, s int) // (3) and (4)
	early    bool                                  // (4) of a layer comes before (2) of the layer below
}

// bugsByName are the bugs that internal/judge/bugs describes, by name.
var bugsByName = map[string]bug{
	"transpose": {backward: reshapedBackward},
	"sign":      {backward: negatedBackward},
	"prime":     {backward: straightBackward},
	"mean":      {update: summedUpdate},
	"early":     {early: true},
	"bias":      {gradient: func(g Layer) { clear(g.B) }, update: biaslessUpdate},
	"decay":     {update: growingUpdate},
	"layer":     {backward: shortBackward},
}

// corrupt puts the bug into the steps of the trainer, which then has one worker.
func (p *bug) corrupt(t *Trainer) {
	t.Workers = 1
	t.Bug = &corruption{step: func(w *worker, s, at int, fill FillBatch) {
		t.fill(w, s, at, fill)
		t.forward(w, s)
		if p.early {
			p.updateBeforeBackward(t, w, s)
			return
		}
		t.takeBackward(w, s)
		for l := range t.Net.Layers {
			p.change(t, w, l, s)
		}
	}, backward: t.backward, gradient: p.gradient, late: p.early}
	if p.backward != nil {
		t.Bug.backward = func(w *worker, s int) { p.backward(t, w, s) }
	}
}

// change is (3) and (4) of a layer, with the bug if it is there.
func (p *bug) change(t *Trainer, w *worker, l, s int) {
	if p.update == nil {
		t.update(w, l, s)
		return
	}
	p.update(t, w, l, s)
}

// Bugs in (1) and (2).

// reshapedBackward reshapes W where it should transpose it: the shapes fit the product, but the numbers
// are in the wrong order.
func reshapedBackward(t *Trainer, w *worker, s int) {
	b := w.batch
	for l := len(t.Net.Layers) - 2; l >= 0; l-- {
		next := t.Net.Layers[l+1].W
		read := NewMatrix(next.Rows, next.Cols)
		for k := range next.Rows * next.Cols { // number k is in row k/Cols of W, and in row k/Rows of readᵀ
			read.Row(k % next.Rows)[k/next.Rows] = next.Row(k / next.Cols)[k%next.Cols]
		}
		t.Net.Layers[l].backward(b.delta[l], b.a[l], part{b.delta[l+1], read})
		t.dropErrors(w, s, l)
	}
}

// negatedBackward has the wrong sign in every δ.
func negatedBackward(t *Trainer, w *worker, s int) {
	t.backward(w, s)
	for l := range w.batch.delta {
		w.batch.delta[l].EachRow(func(row []float64) { ScaleBy(row, -1) })
	}
}

// straightBackward leaves out g′, as if every hidden layer were linear.
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

// summedUpdate uses the sum of the gradients instead of their mean.
func summedUpdate(t *Trainer, w *worker, l, s int) {
	delta := w.batch.delta[l]
	delta.EachRow(func(row []float64) { ScaleBy(row, float64(delta.Rows)) })
	t.update(w, l, s)
}

// biaslessUpdate leaves the biases as they are.
func biaslessUpdate(t *Trainer, w *worker, l, s int) {
	biases := append([]float64{}, t.Net.Layers[l].B...)
	t.update(w, l, s)
	copy(t.Net.Layers[l].B, biases)
}

// growingUpdate decays with the wrong sign: the weights grow.
func growingUpdate(t *Trainer, w *worker, l, s int) {
	t.L2 = -t.L2
	t.update(w, l, s)
	t.L2 = -t.L2
}

// updateBeforeBackward does (2) to (4) in the wrong order: each layer's weights change before the δ of
// the layer below is computed from them.
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
