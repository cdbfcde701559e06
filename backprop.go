// Backprop: the network and how it learns. This file uses matrices; it knows nothing about files, flags or
// the terminal.
//
// Each sample is a row. A layer has weights W and biases b. It takes inputs X and computes outputs A, which
// are the next layer's X:
//
//	Z = X·W + b      A = g(Z)                       forward
//	δ = ∇_A C ⊙ g′(Z)                               (1) the last layer
//	δ = (δ_next·W_nextᵀ) ⊙ g′(Z)                    (2) each layer before it
//	∂C/∂W = (1/n) Xᵀ·δ    ∂C/∂b = (1/n) Σ rows δ    (3)
//	W ← W − η (∂C/∂W + (λ/N) W)                     (4)
//
//	symbol   variable      shape     meaning, for layer l, counted from 0
//	X        in[l]         n×in      inputs: n samples, or the outputs of layer l−1
//	W        layer.W       in×out    weights, a column for each neuron
//	b        layer.B       out       biases
//	Z, A     a[l]          n×out     first Z; then g turns it into A, in place
//	δ        delta[l]      n×out     ∂C/∂Z, a row for each sample; here C is the cost of that sample alone
//	Y        y             n×K       targets: what the network should answer
//	η, λ, N  Rate, L2, N             learning rate, weight decay, training samples
//
// Trainer.step (trainer.go) takes one training step: it calls the functions of this file in this order. With
// several goroutines, each calls them for its share of the work. Momentum, Adam, learning-rate schedules, dropout
// and max-norm are in optimise.go.
//
// The equations are those of Nielsen, "Neural Networks and Deep Learning", chapter 2 (BP1–BP4), with samples as rows,
// not columns. W is stored in×out, so that the forward product and the gradient read every matrix row by row.

package main

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
	"backprop/internal/judge/baseline"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
)

// Activations: each g with its g′, in the order of the table below them.

// Relu and ReluPrime (matrix.go): g = max(0, z), and g′ = 1 where a > 0, else 0.

// sigmoidPrime multiplies each δ by σ′(z) = a(1−a).
func sigmoidPrime(delta, a []float64) {
	a = a[:len(delta)]
	for i := range delta {
		delta[i] *= a[i] * (1 - a[i])
	}
}

// tanhPrime multiplies each δ by tanh′(z) = 1−a².
func tanhPrime(delta, a []float64) {
	a = a[:len(delta)]
	for i := range delta {
		delta[i] *= math.FMA(-a[i], a[i], 1)
	}
}

// An Activation is g, applied to z in place, and g′, written in terms of a = g(z) and multiplied into δ. Training
// needs only these. The other fields are for -explain, -gradcheck, the warnings, ONNX and the report.
type Activation struct {
	Name  string                   // for -activation
	F     func(z []float64)        // z ← g(z)
	Prime func(delta, a []float64) // δ ← δ ⊙ g′(z)

	Slope  string               // g′ as text, written with a; "1" if g is linear
	Output bool                 // -output accepts it too
	Kink   bool                 // g′ jumps at a = 0, where central differences are meaningless
	Idle   func(a float64) bool // whether g′ is 0 at a, or nearly 0; nil: never
	Dies   bool                 // a unit that is idle for every sample stops learning
	ONNX   string               // the ONNX operator; "" if there is none
	Script [2]string            // g(z) and g′(a) in JavaScript, for the report
}

var activations = []Activation{{
	Name: "relu", F: Relu, Prime: ReluPrime, Slope: "(1 where a > 0, else 0)", Kink: true,
	Idle: func(a float64) bool { return a == 0 }, Dies: true,
	ONNX: "Relu", Script: [2]string{"z => Math.max(0, z)", "a => a > 0 ? 1 : 0"},
}, {
	Name: "sigmoid", F: Sigmoid, Prime: sigmoidPrime, Slope: "a(1−a)", Output: true,
	Idle: func(a float64) bool { return math.Abs(a-0.5) > 0.495 }, // g′ is below 2 % of its maximum, ¼
	ONNX: "Sigmoid", Script: [2]string{"z => 1 / (1 + Math.exp(-z))", "a => a * (1 - a)"},
}, {
	Name: "tanh", F: Tanh, Prime: tanhPrime, Slope: "(1−a²)", Output: true,
	Idle: func(a float64) bool { return math.Abs(a) > 0.99 }, // g′ is below 2 %
	ONNX: "Tanh", Script: [2]string{"Math.tanh", "a => 1 - a * a"},
}, {
	Name: "linear", F: func([]float64) {}, Prime: func(_, _ []float64) {}, Slope: "1", Output: true,
	ONNX: "Identity", Script: [2]string{"z => z", "() => 1"},
}}

// straight reports whether g is linear: a = z.
func (g Activation) straight() bool { return g.Slope == "1" }

// Costs. A cost and its δ are one function, so that they cannot be paired wrongly.

// crossEntropy is softmax cross-entropy. With p = softmax(a), C = −Σ y·ln p, computed from a by
// log-sum-exp; ∂C/∂a = p − y; δ is equation (1).
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

// softmax sets p_j = eᶻʲ / Σ eᶻ and returns ln Σ eᶻ. p may be z itself.
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
	return top + exact.Log(sum)
}

// binaryCrossEntropy is for sigmoid outputs: C = −Σ (y·ln a + (1−y)·ln(1−a)), computed as Σ max(z, 0) −
// z·y + ln(1+e^−|z|). δ, equation (1), is a − y, because σ′ cancels.
func binaryCrossEntropy(g Activation, z, y, delta []float64) float64 {
	cost := 0.0
	for j, v := range z {
		cost += math.FMA(-v, y[j], max(v, 0)) + exact.Log(1+exact.Exp(-math.Abs(v)))
	}
	g.F(z)
	for j, a := range z {
		delta[j] = a - y[j]
	}
	return cost
}

// squaredError is C = ½ Σ (a − y)². ∂C/∂a = a − y; δ is equation (1).
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

// A Cost computes C of one sample, and its δ in the last layer, equation (1). The fields below Eval, as
// in an Activation, are for other parts of the program.
type Cost struct {
	Name   string // for -cost
	Title  string // in full; "" if it is the Name
	Help   string // for -h; "" if it is the Title
	Output string // the activation that it needs in the last layer; "" for any

	// Eval takes one sample's row of the last layer. It turns z into a = g(z), sets delta to ∂C/∂z, and
	// returns the sample's cost. y is the target of a; with ce, of softmax(a).
	Eval func(g Activation, z, y, delta []float64) float64

	Formula  string                       // C as text, the mean over n samples
	Gradient string                       // ∂C/∂a as text, with A for a and Y for y; δ if Cancels
	Cancels  bool                         // δ is Gradient itself, because g′ cancels
	Kink     bool                         // ∂C/∂a jumps at a = y
	Squares  bool                         // C is half the squared error, so the RMSE follows from it
	Answer   layers.Answer                // what the outputs mean
	Baseline func(q, p []float64) float64 // C if the answer is always p and the class shares are q; or nil
	Script   string                       // Eval in JavaScript, for the report; prime is g′(a)
}

var costs = []Cost{{
	Name: "ce", Title: "softmax cross-entropy", Eval: crossEntropy,
	Answer: layers.Softmax, Baseline: baseline.CrossEntropy,
	Formula: "C = −(1⁄n) Σ ln p_y, with p = softmax(a)", Gradient: "softmax(A) − Y",
	Script: `({ a }, y, prime) => {
  const { p, lse } = softmax(a);
  return { cost: a.reduce((s, v, j) => s + y[j] * (lse - v), 0), delta: p.map((v, j) => (v - y[j]) * prime(a[j])) };
}`,
}, {
	Name: "bce", Title: "binary cross-entropy", Output: "sigmoid", Eval: binaryCrossEntropy,
	Answer: layers.Probability, Baseline: baseline.BinaryCrossEntropy,
	Formula: "C = −(1⁄n) Σ ( y ln a + (1 − y) ln(1 − a) )", Gradient: "A − Y", Cancels: true,
	Script: `({ z, a }, y) => ({
  cost: z.reduce((s, v, j) => s + Math.max(v, 0) - v * y[j] + Math.log1p(Math.exp(-Math.abs(v))), 0),
  delta: a.map((v, j) => v - y[j]),
})`,
}, {
	Name: "mse", Title: "squared error", Help: "½‖a − y‖² a sample", Eval: squaredError, Squares: true,
	Baseline: baseline.HalfSquare, Formula: "C = (1⁄n) Σ ½‖a − y‖²", Gradient: "A − Y",
	Script: `({ a }, y, prime) => ({
  cost: a.reduce((s, v, j) => s + (v - y[j]) ** 2, 0) / 2,
  delta: a.map((v, j) => (v - y[j]) * prime(v)),
})`,
}}

// named finds the activation or cost with the given name, which must exist.
func named[T interface{ name() string }](all []T, name string) T {
	return all[slices.Index(namesOf(all), name)]
}

func namesOf[T interface{ name() string }](all []T) (names []string) {
	for _, t := range all {
		names = append(names, t.name())
	}
	return names
}

func (a Activation) name() string { return a.Name }
func (c Cost) name() string       { return c.Name }

// The network.

// A Layer computes a = g(x·W + b).
type Layer struct {
	W Matrix    // in×out
	B []float64 // out
	G Activation
}

// A Network is a list of layers, and the cost that training minimises.
type Network struct {
	Layers []Layer
	Cost   Cost
}

// NewNetwork makes a network of the given sizes, inputs first, with all weights 0.
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

// sizes returns the number of inputs, then the number of neurons in each layer.
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

// output computes A = g(Z) of the last layer, whose Z is in a, and equation (1). It also stores the
// cost of each sample, and whether its answer is correct.
func (net *Network) output(a, y, delta Matrix, cost []float64, correct []bool) {
	g := net.Layers[len(net.Layers)-1].G
	for i := range a.Rows {
		cost[i] = net.Cost.Eval(g, a.Row(i), y.Row(i), delta.Row(i))
		correct[i] = isCorrect(a.Row(i), y.Row(i))
	}
}

// backward is equation (2), δ = (δ_next·W_nextᵀ) ⊙ g′(Z), with A = g(Z). The next layer may come in
// several parts, whose products are added up.
func (l Layer) backward(delta, a Matrix, next ...part) {
	delta.Clear()
	for _, p := range next {
		AddMulBT(delta, p.delta, p.w)
	}
	l.prime(delta, a)
}

// A part is some or all of a layer's neurons: their columns of δ and of W.
type part struct{ delta, w Matrix }

// prime is δ ← δ ⊙ g′(Z).
func (l Layer) prime(delta, a Matrix) { delta.EachPair(a, l.G.Prime) }

// gradient adds Xᵀ·δ to l.W and Σ rows δ to l.B: equation (3) without its factor. The caller applies 1/n, or −η/n.
func (l Layer) gradient(x, delta Matrix) {
	AddMulAT(l.W, x, delta)
	for i := range delta.Rows {
		Add(l.B, delta.Row(i))
	}
}

// descend is equation (4), W ← W − η (∂C/∂W + (λ/N) W), with decay = ηλ/N. It first scales δ by −η/n;
// then adding Xᵀ·δ to W takes the step.
func (l Layer) descend(rate, decay float64, x, delta Matrix) {
	delta.Scale(-rate / float64(delta.Rows))
	if decay != 0 {
		l.W.Scale(1 - decay)
	}
	l.gradient(x, delta)
}

// forward takes X through all layers. It leaves Z in the last layer: output turns it into A.
func (net *Network) forward(b batch) {
	last := len(net.Layers) - 1
	for l, layer := range net.Layers[:last] {
		layer.forward(b.a[l], b.in[l])
	}
	net.Layers[last].affine(b.a[last], b.in[last])
}

// backward is (1) and (2) for all layers, after forward.
func (net *Network) backward(b batch) {
	last := len(net.Layers) - 1
	net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
	for l := last - 1; l >= 0; l-- {
		net.Layers[l].backward(b.delta[l], b.a[l], part{b.delta[l+1], net.Layers[l+1].W})
	}
}

// A batch is a mini-batch inside the network: the inputs, outputs and δ of each layer. in[0] is X;
// every other in[l] is a[l−1], or what dropout keeps of it.
type batch struct {
	in, a, delta []Matrix
	y            Matrix
	cost         []float64 // of each sample
	correct      []bool
}

// newBatch allocates a batch for as many samples as X has.
func newBatch(net *Network, x, y Matrix) batch {
	b := batch{in: []Matrix{x}, y: y, cost: make([]float64, x.Rows), correct: make([]bool, x.Rows)}
	for _, l := range net.Layers {
		b.a = append(b.a, NewMatrix(x.Rows, l.W.Cols))
		b.delta = append(b.delta, NewMatrix(x.Rows, l.W.Cols))
	}
	b.in = append(b.in, b.a[:len(b.a)-1]...)
	return b
}

// resize makes it a batch of n samples, at most as many as were allocated.
func (b *batch) resize(n int) {
	for l := range b.a {
		b.in[l], b.a[l], b.delta[l] = b.in[l].Top(n), b.a[l].Top(n), b.delta[l].Top(n)
	}
	b.y, b.cost, b.correct = b.y.Top(n), b.cost[:n], b.correct[:n]
}

// isCorrect reports whether a means the same class as y: the one with the largest output. A single
// output means yes above ½.
func isCorrect(a, y []float64) bool {
	if len(a) == 1 {
		return (a[0] > 0.5) == (y[0] > 0.5)
	}
	k := scores.Argmax(y)
	for j, v := range a {
		if v > a[k] || v == a[k] && j < k {
			return false
		}
	}
	return true
}
