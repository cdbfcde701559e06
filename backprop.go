// Backprop: this room holds the network and how it learns. It knows matrices, and
// nothing of files, flags or terminals.
//
// Samples are rows. For layer l with weights W and biases b:
//
//	Z = A_prev·W + b        A = g(Z)                            forward
//	δ_L = ∇_A C ⊙ g′(Z_L)                                       (1)
//	δ_{l−1} = (δ_l·W_lᵀ) ⊙ g′(Z_{l−1})                          (2)
//	∂C/∂W_l = (1/n) A_{l−1}ᵀ·δ_l   ∂C/∂b_l = (1/n) Σ rows δ_l   (3)
//	W ← W − η (∂C/∂W + (λ/N) W)                                 (4)
//
//	symbol   variable      shape       meaning
//	A_0 = X  t.x[w]        n×d         the inputs of a mini-batch of n samples, for goroutine w
//	W_l      layer.W       in×out      weights, a column for each neuron
//	b_l      layer.B       out         biases
//	Z_l, A_l t.a[l]        n×out       Z until g turns it into A, in place
//	δ_l      t.delta[l]    n×out       ∂C/∂Z_l, sample by sample
//	Y        t.y[w]        n×K         what the network should answer
//	η, λ, N  Rate, L2, N               learning rate, weight decay, training samples
//
// That is plain stochastic gradient descent. What practice adds to it, momentum, Adam,
// schedules, dropout and max-norm, is in training.go.
//
// The equations are those of Nielsen, "Neural Networks and Deep Learning", chapter 2
// (BP1–BP4), with a sample in each row in place of each column. W is stored in×out,
// so that the forward product and the gradient read every matrix as it lies.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
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
	{"relu", relu, reluPrime},
	{"sigmoid", Sigmoid, sigmoidPrime},
	{"tanh", Tanh, tanhPrime},
	{"linear", func([]float64) {}, func(_, _ []float64) {}},
}

// relu is max(0, z). Comparing bits needs no branch that half of all z mispredict:
// as integers, the negative numbers (not NaN) lie from −0 to −Inf.
func relu(z []float64) {
	const minusZero, minusInf = 1 << 63, 0xfff << 52
	for i, v := range z {
		b := math.Float64bits(v)
		if b-minusZero <= minusInf-minusZero {
			b = 0
		}
		z[i] = math.Float64frombits(b)
	}
}

// reluPrime: g′ = 1 where a > 0, else 0.
func reluPrime(delta, a []float64) {
	a = a[:len(delta)]
	for i, d := range delta {
		b := math.Float64bits(d)
		if math.Float64bits(a[i]) == 0 {
			b = 0
		}
		delta[i] = math.Float64frombits(b)
	}
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
// ∂C/∂z, equation (1), and the sample's cost is returned. y is what a should be.
type Cost struct {
	Name string
	row  func(g Activation, z, y, delta []float64) float64
}

var costs = []Cost{{"ce", crossEntropy}, {"bce", binaryCrossEntropy}, {"mse", squaredError}}

// crossEntropy is softmax cross-entropy on the outputs a, with p = softmax(a):
// C = −Σ y·ln p and ∂C/∂a = p − y, from the logits by log-sum-exp.
func crossEntropy(g Activation, z, y, delta []float64) float64 {
	g.F(z)
	top := z[0]
	for _, a := range z {
		top = max(top, a)
	}
	for j, a := range z {
		delta[j] = a - top
	}
	Exp(delta)
	sum := 0.0
	for _, e := range delta {
		sum += e
	}
	lse := top + log(sum)
	cost := 0.0
	for j, a := range z {
		if y[j] != 0 {
			cost += float64(y[j] * (lse - a))
		}
		delta[j] = delta[j]/sum - y[j]
	}
	g.Prime(delta, z)
	return cost
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
		g := hidden
		if l == len(sizes)-2 {
			g = output
		}
		net.Layers = append(net.Layers, Layer{NewMatrix(sizes[l], out), make([]float64, out), g})
	}
	return net
}

// Parameters is the number of weights and biases.
func (net *Network) Parameters() int {
	n := 0
	for _, l := range net.Layers {
		n += l.W.Rows*l.W.Cols + len(l.B)
	}
	return n
}

// An Init draws the weights of a layer from rng.
type Init func(l *Layer, rng *rand.Rand)

// heInit: N(0, 2/in), biases 0 (He et al. 2015, "Delving deep into rectifiers").
func heInit(l *Layer, rng *rand.Rand) {
	sd := math.Sqrt(2 / float64(l.W.Rows))
	l.W.EachRow(func(w []float64) { normal(w, sd, rng) })
}

// glorotInit: U(±√(6/(in+out))), biases 0 (Glorot and Bengio 2010, equation 16).
func glorotInit(l *Layer, rng *rand.Rand) {
	r := math.Sqrt(6 / float64(l.W.Rows+l.W.Cols))
	l.W.EachRow(func(w []float64) { uniform(w, r, rng) })
}

// normalInit: N(0, 1), biases too (Nielsen, chapter 1).
func normalInit(l *Layer, rng *rand.Rand) {
	l.W.EachRow(func(w []float64) { normal(w, 1, rng) })
	normal(l.B, 1, rng)
}

// uniformInit: U(±r), biases too.
func uniformInit(r float64) Init {
	return func(l *Layer, rng *rand.Rand) {
		l.W.EachRow(func(w []float64) { uniform(w, r, rng) })
		uniform(l.B, r, rng)
	}
}

// normal draws from N(0, sd²) by Marsaglia's polar method. rand.NormFloat64 calls
// math.Log, whose last bit differs between architectures; ours does not.
func normal(x []float64, sd float64, rng *rand.Rand) {
	for i := 0; i < len(x); i += 2 {
		u, v, s := 0.0, 0.0, 0.0
		for s == 0 || s >= 1 {
			u, v = 2*rng.Float64()-1, 2*rng.Float64()-1
			s = math.FMA(u, u, float64(v*v))
		}
		f := sd * math.Sqrt(-2*log(s)/s)
		x[i] = f * u
		if i+1 < len(x) {
			x[i+1] = f * v
		}
	}
}

func uniform(x []float64, r float64, rng *rand.Rand) {
	for i := range x {
		x[i] = r * math.FMA(2, rng.Float64(), -1)
	}
}

// Initialise draws every layer's weights, each layer from its own stream of the seed.
func (net *Network) Initialise(init Init, seed uint64) {
	for l := range net.Layers {
		init(&net.Layers[l], stream(seed, purposeInit, l))
	}
}

// Every random number belongs to a stream of (seed, purpose, part), never to a shared
// source: so that no draw depends on what else was drawn before it.
const (
	purposeInit = iota + 1
	purposeShuffle
	purposeSplit
	purposeCheck
	purposeRecipe
	purposeDropout
	purposeAugment
)

func stream(seed uint64, purpose, part int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<32|uint64(part)))
}

// Forward.

// neurons is the layer of neurons lo ≤ j < hi alone, sharing memory with l.
func (l Layer) neurons(lo, hi int) Layer { return Layer{l.W.Columns(lo, hi), l.B[lo:hi], l.G} }

// sum is Z = X·W + b.
func (l Layer) sum(z, x Matrix) {
	for i := range z.Rows {
		copy(z.Row(i), l.B)
	}
	AddMul(z, x, l.W)
}

// forward is A = g(X·W + b).
func (l Layer) forward(a, x Matrix) {
	l.sum(a, x)
	for i := range a.Rows {
		l.G.F(a.Padded(i))
	}
}

// Backward.

// A Trainer teaches one network by mini-batch gradient descent.
type Trainer struct {
	Net     *Network
	Rate    []float64 // η, for each layer
	L2      float64   // λ
	N       int       // samples in the training set
	Batch   int       // samples in a mini-batch
	Workers int       // goroutines
	Met     Result    // of an epoch that was stopped: what its samples came to so far
	Costly  bool      // the inputs cost much to make, so that goroutines share in it
	Extras

	a, delta []Matrix // A_l and δ_l for l ≥ 1, Batch×size
	x, y     []Matrix // each goroutine's own inputs A_0, Batch×d, and answers, Batch×K
	cost     []float64
	right    []bool // whether the sample's answer was right
	team     team
	done     atomic.Int64 // steps taken, for those who watch
}

// A Source fills the inputs x and the answers y of rows lo ≤ i < hi of a mini-batch,
// which begins at sample number at of the epoch's order.
type Source func(x, y Matrix, at, lo, hi int)

// prepare allocates what a step needs, once.
func (t *Trainer) prepare() {
	if t.a != nil {
		return
	}
	in, out := t.Net.Layers[0].W.Rows, len(t.Net.Layers[len(t.Net.Layers)-1].B)
	for w := range t.workers() {
		if w == 0 || !t.sharesInputs() {
			t.x = append(t.x, NewMatrix(t.Batch, in))
		} else {
			t.x = append(t.x, t.x[0])
		}
		t.y = append(t.y, NewMatrix(t.Batch, out))
	}
	t.a, t.delta = []Matrix{{}}, []Matrix{{}}
	for _, l := range t.Net.Layers {
		t.a = append(t.a, NewMatrix(t.Batch, l.W.Cols))
		t.delta = append(t.delta, NewMatrix(t.Batch, l.W.Cols))
	}
	t.prepareExtras()
	t.team.size = t.workers()
	t.cost = make([]float64, t.Batch)
	t.right = make([]bool, t.Batch)
}

// sharesInputs says whether the goroutines share one copy of the inputs. It is faster
// that each converts all of a mini-batch for itself than that it fetches half of them
// from another processor's cache; but not if they do not fit into a cache at all.
func (t *Trainer) sharesInputs() bool { return t.Costly || t.Batch*t.Net.Layers[0].W.Rows > 1<<20 }

// output computes equation (1), and the costs, for rows lo ≤ i < hi of the mini-batch.
func (t *Trainer) output(y Matrix, lo, hi int) {
	last := len(t.Net.Layers)
	for i := lo; i < hi; i++ {
		t.cost[i] = t.Net.Cost.row(t.Net.Layers[last-1].G, t.a[last].Row(i), y.Row(i), t.delta[last].Row(i))
		t.right[i] = right(t.a[last].Row(i), y.Row(i))
	}
}

// backward is equation (2), δ_prev = (δ·Wᵀ) ⊙ g′(Z_prev), for a layer whose outputs
// A_prev = g(Z_prev) go into W.
func (prev Layer) backward(deltaPrev, delta, w, aPrev Matrix) {
	for i := range deltaPrev.Rows {
		clear(deltaPrev.Padded(i))
	}
	AddMulBT(deltaPrev, delta, w)
	for i := range deltaPrev.Rows {
		prev.G.Prime(deltaPrev.Padded(i), aPrev.Padded(i))
	}
}

// gradient adds A_prevᵀ·δ to W, and Σ rows δ to b: equation (3), where delta holds δ/n.
func (l Layer) gradient(aPrev, delta Matrix) {
	AddMulAT(l.W, aPrev, delta)
	for i := range delta.Rows {
		Add(l.B, delta.Row(i))
	}
}

// descend is equation (4), W ← W − η (∂C/∂W + (λ/N) W). It multiplies δ by −η/n, so that
// adding A_prevᵀ·δ to W is the descent itself.
func (l Layer) descend(rate, decay float64, aPrev, delta Matrix) {
	for i := range delta.Rows {
		ScaleBy(delta.Padded(i), -rate/float64(delta.Rows))
	}
	for i := 0; i < l.W.Rows && decay != 0; i++ {
		ScaleBy(l.W.Padded(i), 1-decay)
	}
	l.gradient(aPrev, delta)
}

// The step.

// ErrDiverged says at which step a cost became infinite or not a number.
type ErrDiverged struct{ Step, Steps int }

func (e ErrDiverged) Error() string {
	return fmt.Sprintf("the cost became infinite or not a number at step %d of %d", e.Step, e.Steps)
}

// A Result is what a pass over samples came to.
type Result struct {
	Samples int
	Cost    float64 // mean over the samples, without the L2 term
	Right   int     // samples whose class was the network's answer
	Square  float64 // mean of (a − y)² over samples and outputs; from Evaluate only
}

// Epoch trains once on all N samples, in mini-batches; the result is of the samples as
// they were met. stop, if not nil, ends it early, between two steps, and leaves in t.Met
// where it was; Epoch goes on from there.
func (t *Trainer) Epoch(source Source, stop *atomic.Bool) (Result, error) {
	t.prepare()
	steps := (t.N + t.Batch - 1) / t.Batch
	sum := t.Met
	next := (sum.Samples + t.Batch - 1) / t.Batch
	before := int(t.done.Load()) - next // steps, in earlier epochs
	diverged := 0
	size := func(step int) int { return min(t.Batch, t.N-step*t.Batch) }
	t.team.each(next, steps, func(w worker, step int) {
		t.step(w, before+step, step*t.Batch, size(step), source)
	}, func(step int) (stopped bool) {
		for i, c := range t.cost[:size(step)] {
			sum.Cost += c
			if t.right[i] {
				sum.Right++
			}
		}
		sum.Samples += size(step)
		if math.IsNaN(sum.Cost) || math.IsInf(sum.Cost, 0) {
			diverged = step + 1
		}
		t.done.Add(1)
		return diverged > 0 || stop != nil && stop.Load()
	})
	if diverged > 0 {
		return sum, ErrDiverged{diverged, steps}
	}
	t.Met = Result{}
	if sum.Samples < t.N {
		t.Met = sum
	}
	sum.Cost /= float64(sum.Samples)
	return sum, nil
}

// step is worker w's part of step number s: n samples, from number at of the epoch's
// order, go forward, their errors go back, and the weights go down.
func (t *Trainer) step(w worker, s, at, n int, source Source) {
	t.input(w, s, at, n, source)
	t.forward(w, s, n)
	t.backward(w, s, n)
	for l, layer := range t.Net.Layers { // (3) and (4)
		if lo, hi := w.columns(layer.W.Cols); lo < hi {
			t.update(l, s, t.inputs(w, l, n), t.delta[l+1].Top(n), lo, hi)
		}
	}
}

// input fetches the mini-batch, X and Y.
func (t *Trainer) input(w worker, s, at, n int, source Source) {
	lo, hi := 0, n
	if t.sharesInputs() {
		lo, hi = w.rows(n)
		defer w.wait()
	}
	source(t.x[w.id].Top(n), t.y[w.id].Top(n), at, lo, hi)
	if t.Dropout != nil {
		t.dropInputs(w.id, s, lo, hi)
	}
}

// inputs is what the layer after layer l sees: A_l, of which dropout leaves out some.
func (t *Trainer) inputs(w worker, l, n int) Matrix {
	switch {
	case l == 0:
		return t.x[w.id].Top(n)
	case t.Dropout != nil:
		return t.dropped[l].Top(n)
	}
	return t.a[l].Top(n)
}

// forward takes n samples through all layers, and ends with (1). Of the last layer, which
// is small, a worker takes some rows and not some columns: so that (1) can follow at once.
func (t *Trainer) forward(w worker, s, n int) {
	last := len(t.Net.Layers) - 1
	for l, layer := range t.Net.Layers[:last] {
		if lo, hi := w.columns(layer.W.Cols); lo < hi {
			layer.neurons(lo, hi).forward(t.a[l+1].Top(n).Columns(lo, hi), t.inputs(w, l, n))
			if t.Dropout != nil {
				t.drop(t.dropped[l+1], t.a[l+1], l+1, s, n, lo, hi)
			}
		}
		w.wait()
	}
	lo, hi := w.rows(n)
	t.Net.Layers[last].sum(t.a[last+1].Slice(lo, hi), t.inputs(w, last, n).Slice(lo, hi))
	t.output(t.y[w.id], lo, hi)
	w.wait()
}

// backward is (2), from the last layer to the first.
func (t *Trainer) backward(w worker, s, n int) {
	for l := len(t.Net.Layers) - 1; l >= 1; l-- {
		layer, delta := &t.Net.Layers[l], t.delta[l].Top(n)
		if lo, hi := w.columns(layer.W.Rows); lo < hi {
			t.Net.Layers[l-1].backward(delta.Columns(lo, hi), t.delta[l+1].Top(n), layer.W.Slice(lo, hi), t.a[l].Top(n).Columns(lo, hi))
			if t.Dropout != nil {
				t.drop(delta, delta, l, s, n, lo, hi)
			}
		}
		w.wait()
	}
}

// alone is the worker of a team of one.
func (t *Trainer) alone() worker {
	t.team.gate.init(1)
	return worker{0, 1, &t.team.gate}
}

// workers is how many goroutines a step is worth: a barrier costs about as much time
// as some 20 000 multiply–adds.
func (t *Trainer) workers() int {
	work := t.Batch * t.Net.Parameters()
	return max(1, min(t.Workers, work/20000))
}

// forward takes the inputs a[0] through all layers; the last is left as Z, since the
// cost turns it into A.
func (net *Network) forward(a []Matrix) {
	last := len(net.Layers) - 1
	for l, layer := range net.Layers[:last] {
		layer.forward(a[l+1], a[l])
	}
	net.Layers[last].sum(a[last+1], a[last])
}

// Evaluate takes n samples through the network, forward only.
func (net *Network) Evaluate(source Source, n, workers int) Result {
	return net.EvaluateEach(source, n, workers, nil)
}

// EvaluateEach is Evaluate that hands each sample's outputs a to each, if that is not
// nil: in no order, and from several goroutines at once.
func (net *Network) EvaluateEach(source Source, n, workers int, each func(i int, a []float64)) Result {
	const rows = 120 // at a time: a whole number of tiles
	cost, square, correct := make([]float64, n), make([]float64, n), make([]bool, n)
	var next atomic.Int64
	work := func() {
		last := len(net.Layers)
		whole := []Matrix{NewMatrix(rows, net.Layers[0].W.Rows)}
		for _, l := range net.Layers {
			whole = append(whole, NewMatrix(rows, l.W.Cols))
		}
		a := make([]Matrix, len(whole))
		y, delta := NewMatrix(rows, whole[last].Cols), make([]float64, whole[last].Cols)
		for at := int(next.Add(rows)) - rows; at < n; at = int(next.Add(rows)) - rows {
			m := min(rows, n-at)
			for l := range a {
				a[l] = whole[l].Top(m)
			}
			source(a[0], y, at, 0, m)
			net.forward(a)
			for i := range m {
				cost[at+i] = net.Cost.row(net.Layers[last-1].G, a[last].Row(i), y.Row(i), delta)
				correct[at+i] = right(a[last].Row(i), y.Row(i))
				if each != nil {
					each(at+i, a[last].Row(i))
				}
				for j, v := range a[last].Row(i) {
					square[at+i] = math.FMA(v-y.Row(i)[j], v-y.Row(i)[j], square[at+i])
				}
			}
		}
	}
	var others sync.WaitGroup
	for range min(workers, (n+rows-1)/rows) - 1 {
		others.Add(1)
		go func() { defer others.Done(); work() }()
	}
	work()
	others.Wait()
	sum := Result{Samples: n}
	for i := range n { // in the samples' order, whoever computed them
		sum.Cost += cost[i]
		sum.Square += square[i]
		if correct[i] {
			sum.Right++
		}
	}
	sum.Cost /= float64(n)
	sum.Square /= float64(n * net.Layers[len(net.Layers)-1].W.Cols)
	return sum
}

// right says whether the answer a means the same class as y: the largest output, or
// for a single output the side of ½.
func right(a, y []float64) bool {
	if len(a) == 1 {
		return (a[0] > 0.5) == (y[0] > 0.5)
	}
	return argmax(a) == argmax(y)
}

func argmax(x []float64) int {
	best := 0
	for j, v := range x {
		if v > x[best] {
			best = j
		}
	}
	return best
}

// The gradient check.

// A Check compares one layer's gradient with central differences.
type Check struct {
	Layer   int    // from 1
	What    string // "weights" or "biases"
	Shape   string
	Checked int     // how many were compared
	Skipped int     // left out because a relu switched on or off in between
	Error   float64 // ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖)
}

// CheckGradient compares ∂C/∂W and ∂C/∂b of a mini-batch, equations (1) to (3) and the
// L2 term, with ĝ = (C(w+h) − C(w−h)) / 2h, for every parameter or, of a large layer,
// for as many as most, drawn by the seed; dropout leaves out the same units all the while.
// The network stays as it was; Workers becomes 1.
func (t *Trainer) CheckGradient(source Source, most int, seed uint64) []Check {
	const h = 1e-5
	t.Workers = 1
	t.prepare()
	alone := t.alone()
	layers, n := t.Net.Layers, t.Batch
	decay := t.L2 / float64(t.N)
	source(t.x[0], t.y[0], 0, 0, n)
	if t.Dropout != nil {
		t.dropInputs(0, 0, 0, n)
	}
	// cost is C, with the L2 term; on is set to which relu units are on.
	cost := func(on *[]bool) float64 {
		*on = (*on)[:0]
		t.forward(alone, 0, n)
		c := 0.0
		for _, v := range t.cost {
			c += v / float64(n)
		}
		for l, layer := range layers {
			layer.W.EachRow(func(w []float64) {
				for _, v := range w {
					c += decay / 2 * v * v
				}
			})
			if layer.G.Name == "relu" {
				t.a[l+1].EachRow(func(a []float64) {
					for _, v := range a {
						*on = append(*on, v > 0)
					}
				})
			}
		}
		return c
	}
	var plus, minus []bool
	cost(&plus)
	t.backward(alone, 0, n)
	var table []Check
	var grads []Layer
	for l, layer := range layers {
		g := Layer{W: NewMatrix(layer.W.Rows, layer.W.Cols), B: make([]float64, len(layer.B))}
		ScaleBy(t.delta[l+1].Data, 1/float64(n))
		g.gradient(t.inputs(alone, l, n), t.delta[l+1])
		for i := range g.W.Rows {
			for j, w := range layer.W.Row(i) {
				g.W.Row(i)[j] += decay * w
			}
		}
		grads = append(grads, g)
	}
	for l, layer := range layers {
		for _, p := range []struct {
			what, shape string
			rows        int
			w, g        func(i int) *float64
		}{
			{"weights", layer.W.String(), layer.W.Rows * layer.W.Cols,
				func(i int) *float64 { return &layer.W.Row(i / layer.W.Cols)[i%layer.W.Cols] },
				func(i int) *float64 { return &grads[l].W.Row(i / layer.W.Cols)[i%layer.W.Cols] }},
			{"biases", fmt.Sprint(len(layer.B)), len(layer.B),
				func(i int) *float64 { return &layer.B[i] }, func(i int) *float64 { return &grads[l].B[i] }},
		} {
			row := Check{Layer: l + 1, What: p.what, Shape: p.shape}
			var dif, norm, numeric float64
			for _, i := range stream(seed, purposeCheck, l).Perm(p.rows)[:min(most, p.rows)] {
				w, g := p.w(i), *p.g(i)
				old := *w
				*w = old + h
				up := cost(&plus)
				*w = old - h
				down := cost(&minus)
				*w = old
				if !slices.Equal(plus, minus) {
					row.Skipped++
					continue
				}
				estimate := (up - down) / (2 * h)
				dif += (g - estimate) * (g - estimate)
				norm += g * g
				numeric += estimate * estimate
				row.Checked++
			}
			if norm+numeric > 0 {
				row.Error = math.Sqrt(dif) / (math.Sqrt(norm) + math.Sqrt(numeric))
			}
			table = append(table, row)
		}
	}
	return table
}
