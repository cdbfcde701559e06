// Backprop: the network and how it learns. It knows matrices, and nothing of files, flags
// or terminals.
//
// Samples are rows. For each layer, with weights W and biases b, X what goes in and A what
// comes out, which is the next layer's X:
//
//	Z = X·W + b      A = g(Z)                       forward
//	δ = ∇_A C ⊙ g′(Z)                               (1) of the last layer
//	δ = (δ_next·W_nextᵀ) ⊙ g′(Z)                    (2) of each layer before it
//	∂C/∂W = (1/n) Xᵀ·δ    ∂C/∂b = (1/n) Σ rows δ    (3)
//	W ← W − η (∂C/∂W + (λ/N) W)                     (4)
//
//	symbol   variable      shape     meaning, of layer l, from 0
//	X        in[l]         n×in      the inputs of n samples, or what layer l−1 made of them
//	W        layer.W       in×out    weights, a column for each neuron
//	b        layer.B       out       biases
//	Z, A     a[l]          n×out     Z until g turns it into A, in place
//	δ        delta[l]      n×out     ∂C/∂Z, sample by sample
//	Y        y             n×K       what the network should answer
//	η, λ, N  Rate, L2, N             learning rate, weight decay, training samples
//
// Network.Step takes a step by these equations, and nothing else. Trainer.step takes the
// same step side by side on many goroutines: team.go says who does what. What practice
// adds, momentum, Adam, schedules, dropout and max-norm, is in training.go.
//
// The equations are those of Nielsen, "Neural Networks and Deep Learning", chapter 2
// (BP1–BP4), with a sample in each row in place of each column. W is stored in×out,
// so that the forward product and the gradient read every matrix as it lies.
package main

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// Activations: g and g′ side by side.

// An Activation is g, applied to z in place, and g′, written in terms of a = g(z) and
// multiplied into δ.
type Activation struct {
	Name  string
	F     func(z []float64)        // z ← g(z)
	Prime func(delta, a []float64) // δ ← δ ⊙ g′(z)
}

var activations = []Activation{
	{"relu", Relu, ReluPrime},
	{"sigmoid", Sigmoid, sigmoidPrime},
	{"tanh", Tanh, tanhPrime},
	{"linear", func([]float64) {}, func(_, _ []float64) {}},
}

// sigmoidPrime: σ′(z) = a(1−a).
func sigmoidPrime(delta, a []float64) {
	a = a[:len(delta)]
	for i := range delta {
		delta[i] *= a[i] * (1 - a[i])
	}
}

// tanhPrime: tanh′(z) = 1−a².
func tanhPrime(delta, a []float64) {
	a = a[:len(delta)]
	for i := range delta {
		delta[i] *= math.FMA(-a[i], a[i], 1)
	}
}

// Costs. A cost and its δ are one function, so that they cannot be paired wrongly.

// A Cost takes one sample's row of the last layer: z becomes a = g(z), delta becomes
// ∂C/∂z, equation (1), and the sample's cost is returned. y is what a should
// be, or for ce softmax(a).
type Cost struct {
	Name string
	Eval func(g Activation, z, y, delta []float64) float64
}

var costs = []Cost{{"ce", crossEntropy}, {"bce", binaryCrossEntropy}, {"mse", squaredError}}

// crossEntropy is softmax cross-entropy on the outputs a, with p = softmax(a):
// C = −Σ y·ln p and ∂C/∂a = p − y, from the logits by log-sum-exp.
func crossEntropy(g Activation, z, y, delta []float64) float64 {
	g.F(z)
	lse := softmax(delta, z)
	cost := 0.0
	for j, a := range z {
		if y[j] != 0 {
			cost += float64(y[j] * (lse - a))
		}
		delta[j] -= y[j]
	}
	g.Prime(delta, z)
	return cost
}

// softmax makes p_j = eᶻʲ / Σ eᶻ of z, and returns ln Σ eᶻ. p may be z itself.
func softmax(p, z []float64) (lse float64) {
	top, sum := slices.Max(z), 0.0
	for j, v := range z {
		p[j] = v - top
	}
	Exp(p)
	for _, e := range p {
		sum += e
	}
	for j := range p {
		p[j] /= sum
	}
	return top + log(sum)
}

// binaryCrossEntropy is for sigmoid outputs: C = −Σ y·ln a + (1−y)·ln(1−a), which is
// Σ max(z, 0) − z·y + ln(1+e^−|z|), and ∂C/∂z = a − y: the σ′ cancels.
func binaryCrossEntropy(g Activation, z, y, delta []float64) float64 {
	cost := 0.0
	for j, v := range z {
		cost += math.FMA(-v, y[j], max(v, 0)) + log(1+exp(-math.Abs(v)))
	}
	g.F(z)
	for j, a := range z {
		delta[j] = a - y[j]
	}
	return cost
}

// squaredError: C = ½ Σ (a − y)² and ∂C/∂a = a − y.
func squaredError(g Activation, z, y, delta []float64) float64 {
	g.F(z)
	sum := 0.0
	for j, a := range z {
		delta[j] = a - y[j]
		sum = math.FMA(delta[j], delta[j], sum)
	}
	g.Prime(delta, z)
	return sum / 2
}

// The network.

// A Layer computes a = g(x·W + b).
type Layer struct {
	W Matrix    // in×out
	B []float64 // out
	G Activation
}

// A Network is layers and the cost that they learn by.
type Network struct {
	Layers []Layer
	Cost   Cost
}

// NewNetwork makes a network of the given sizes, inputs first, with weights of zero.
func NewNetwork(sizes []int, hidden, output Activation, cost Cost) *Network {
	net := &Network{Cost: cost}
	for l, out := range sizes[1:] {
		net.Layers = append(net.Layers, newLayer(sizes[l], out, hidden))
	}
	net.Layers[len(net.Layers)-1].G = output
	return net
}

func newLayer(in, out int, g Activation) Layer {
	return Layer{NewMatrix(in, out), make([]float64, out), g}
}

// Parameters is the number of weights and biases.
func (net *Network) Parameters() int {
	n := 0
	for _, l := range net.Layers {
		n += l.W.Rows*l.W.Cols + len(l.B)
	}
	return n
}

// sizes is the number of inputs and then each layer's number of outputs.
func (net *Network) sizes() []int {
	s := []int{net.Layers[0].W.Rows}
	for _, l := range net.Layers {
		s = append(s, l.W.Cols)
	}
	return s
}

// affine is Z = X·W + b.
func (l Layer) affine(z, x Matrix) {
	for i := range z.Rows {
		copy(z.Row(i), l.B)
	}
	AddMul(z, x, l.W)
}

// forward is A = g(X·W + b).
func (l Layer) forward(a, x Matrix) {
	l.affine(a, x)
	a.Each(l.G.F)
}

// output is A = g(Z) of the last layer, whose Z is in a, and equation (1). It notes what
// each sample costs, and whether the answer is correct.
func (net *Network) output(a, y, delta Matrix, cost []float64, correct []bool) {
	g := net.Layers[len(net.Layers)-1].G
	for i := range a.Rows {
		cost[i] = net.Cost.Eval(g, a.Row(i), y.Row(i), delta.Row(i))
		correct[i] = isCorrect(a.Row(i), y.Row(i))
	}
}

// backward is equation (2), δ = (δ_next·W_nextᵀ) ⊙ g′(Z), where A = g(Z).
func (l Layer) backward(delta, deltaNext, wNext, a Matrix) {
	delta.Clear()
	AddMulBT(delta, deltaNext, wNext)
	l.prime(delta, a)
}

// prime is δ ← δ ⊙ g′(Z).
func (l Layer) prime(delta, a Matrix) { delta.EachPair(a, l.G.Prime) }

// gradient adds Xᵀ·δ to W, and Σ rows δ to b: equation (3), where delta holds δ/n.
func (l Layer) gradient(x, delta Matrix) {
	AddMulAT(l.W, x, delta)
	for i := range delta.Rows {
		Add(l.B, delta.Row(i))
	}
}

// descend is equation (4), W ← W − η (∂C/∂W + (λ/N) W), with decay = ηλ/N. It multiplies δ
// by −η/n, so that adding Xᵀ·δ to W is the descent itself.
func (l Layer) descend(rate, decay float64, x, delta Matrix) {
	delta.Scale(-rate / float64(delta.Rows))
	if decay != 0 {
		l.W.Scale(1 - decay)
	}
	l.gradient(x, delta)
}

// Step is one step of gradient descent on the mini-batch X, Y, with decay = ηλ/N. It
// returns the mean cost before the step, without the L2 term.
func (net *Network) Step(x, y Matrix, rate, decay float64) float64 {
	b, last := newBatch(net, x, y), len(net.Layers)-1
	net.forward(b)
	net.output(b.a[last], y, b.delta[last], b.cost, b.correct) // (1)
	for l := last - 1; l >= 0; l-- {                           // (2)
		net.Layers[l].backward(b.delta[l], b.delta[l+1], net.Layers[l+1].W, b.a[l])
	}
	for l, layer := range net.Layers { // (3) and (4)
		layer.descend(rate, decay, b.in[l], b.delta[l])
	}
	sum := 0.0
	for _, c := range b.cost {
		sum += c
	}
	return sum / float64(x.Rows)
}

// forward takes X through all layers. The last is left as Z: output turns it into A.
func (net *Network) forward(b batch) {
	last := len(net.Layers) - 1
	for l, layer := range net.Layers[:last] {
		layer.forward(b.a[l], b.in[l])
	}
	net.Layers[last].affine(b.a[last], b.in[last])
}

// A batch is a mini-batch on its way through the network: for each layer what goes in, what
// comes out, and δ. in[0] is X, and each other in[l] is a[l−1], or what dropout leaves of it.
type batch struct {
	in, a, delta []Matrix
	y            Matrix
	cost         []float64 // of each sample
	correct      []bool
}

// newBatch makes room for as many samples as X has.
func newBatch(net *Network, x, y Matrix) batch {
	b := batch{in: []Matrix{x}, y: y, cost: make([]float64, x.Rows), correct: make([]bool, x.Rows)}
	for _, l := range net.Layers {
		b.a = append(b.a, NewMatrix(x.Rows, l.W.Cols))
		b.delta = append(b.delta, NewMatrix(x.Rows, l.W.Cols))
	}
	b.in = append(b.in, b.a[:len(b.a)-1]...)
	return b
}

// resize makes it one of n samples, of those that there is room for.
func (b *batch) resize(n int) {
	for l := range b.a {
		b.in[l], b.a[l], b.delta[l] = b.in[l].Top(n), b.a[l].Top(n), b.delta[l].Top(n)
	}
	b.y, b.cost, b.correct = b.y.Top(n), b.cost[:n], b.correct[:n]
}

// Training.

// A Trainer teaches a network by mini-batch gradient descent, on many goroutines.
type Trainer struct {
	Net     *Network
	Rate    []float64 // η, for each layer
	L2      float64   // λ
	N       int       // samples in the training set
	Batch   int       // samples in a mini-batch
	Workers int       // goroutines
	Options           // what practice adds

	Partial Result       // of an epoch that was stopped: its samples so far
	done    atomic.Int64 // steps taken, for those who watch
	batches []batch      // the mini-batch as each goroutine sees it: X and Y may be its own
	team    team
	state   // what the options keep from step to step
}

// A FillBatch writes the inputs and targets of rows lo ≤ i < hi of a mini-batch, which
// begins at sample number at of the epoch's order.
type FillBatch func(x, y Matrix, at, lo, hi int)

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

// A Result is what a pass over samples came to. Checkpoints keep it under their old names.
type Result struct {
	Samples int
	Cost    float64 // mean over the samples, without the L2 term
	Correct int     `json:"Right"`  // samples whose class was the network's answer
	MSE     float64 `json:"Square"` // mean of (a − y)² over samples and outputs; from Evaluate only
}

// ErrDiverged says at which step a cost became infinite or not a number.
type ErrDiverged struct{ Step, Steps int }

func (e ErrDiverged) Error() string {
	return fmt.Sprintf("the cost became infinite or not a number at step %d of %d", e.Step, e.Steps)
}

// Epoch trains once on all N samples, in mini-batches; the result is of the samples during
// training. stop, if not nil, ends it early, between two steps, and leaves in t.Partial
// where it was; Epoch goes on from there.
func (t *Trainer) Epoch(fill FillBatch, stop *atomic.Bool) (Result, error) {
	t.prepare()
	steps := (t.N + t.Batch - 1) / t.Batch
	sum := t.Partial
	next := (sum.Samples + t.Batch - 1) / t.Batch
	before := int(t.done.Load()) - next // steps, in earlier epochs
	diverged := 0
	t.each(next, steps, func(w *worker, step int) {
		w.batch.resize(min(t.Batch, t.N-step*t.Batch))
		t.take(w, before+step, step*t.Batch, fill)
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

// step is worker w's part of step number s; at is where its mini-batch begins in the epoch's
// order. It is Network.Step, done by several: each has some neurons of every layer, and waits
// where it needs what the others have computed.
func (t *Trainer) step(w *worker, s, at int, fill FillBatch) {
	t.fill(w, s, at, fill)
	t.forward(w, s)
	t.backward(w, s)
	for l := range t.Net.Layers { // (3) and (4)
		t.update(w, l, s)
	}
}

// forward ends with (1). Of the last layer, which is small, the workers share out the samples
// and not the neurons, so that (1) can follow at once.
func (t *Trainer) forward(w *worker, s int) {
	b, last := w.batch, len(t.Net.Layers)-1
	for l, layer := range w.layers[:last] {
		layer.forward(w.columns(b.a[l]), b.in[l])
		t.dropOutputs(w, s, l)
		w.wait()
		b.in[l+1].compress()
	}
	t.Net.Layers[last].affine(w.rows(b.a[last]), w.rows(b.in[last]))
	lo, hi := w.share(len(b.cost), 1)
	t.Net.output(w.rows(b.a[last]), w.rows(b.y), w.rows(b.delta[last]), b.cost[lo:hi], b.correct[lo:hi])
	w.wait()
}

// backward is (2). The next layer's W lies with the workers, some columns with each: so
// δ_next·W_nextᵀ is a sum over them, in order. The last layer's W lies whole in Net.
func (t *Trainer) backward(w *worker, s int) {
	b, last := w.batch, len(t.Net.Layers)-1
	for l := last - 1; l >= 0; l-- {
		delta := w.columns(b.delta[l])
		delta.Clear()
		if l+1 == last {
			AddMulBT(delta, b.delta[last], w.inputs(t.Net.Layers[last].W))
		} else {
			for _, other := range t.team.workers {
				AddMulBT(delta, other.columns(b.delta[l+1]), w.inputs(other.layers[l+1].W))
			}
		}
		t.Net.Layers[l].prime(delta, w.columns(b.a[l]))
		t.dropErrors(w, s, l)
		w.wait()
		if l > 0 { // it will be multiplied by Wᵀ
			b.delta[l].noteZeros()
		}
	}
}
