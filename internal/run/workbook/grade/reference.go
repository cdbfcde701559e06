// The network of the workbook, and exercises done right.

package grade

import (
	"math"
	"slices"
)

// A Network is the workbook's own Network.
type Network struct {
	W1      [][]float64
	B1      []float64
	W2      [][]float64
	B2      []float64
	Softmax bool
}

// Functions has a function for each exercise: the learner's, or one that is lent in its place.
type Functions struct {
	Sigmoid     func(z float64) (a, slope float64)
	Forward     func(x []float64, w [][]float64, b []float64) (z, a []float64)
	Output      func(z, y []float64, softmax bool) (cost float64, delta []float64)
	Back        func(delta2 []float64, w2 [][]float64, z1 []float64) (delta1 []float64)
	Gradients   func(a, delta []float64) (dW [][]float64, db []float64)
	Step        func(net *Network, x, y []float64, rate float64)
	BatchStep   func(net *Network, xs, ys [][]float64, rate float64) (cost float64)
	Estimate    func(w [][]float64, cost func() float64) [][]float64
	Train       func(net *Network, xs, ys [][]float64, epochs, batch int, rate float64)
	LearnDigits func(images [][]byte, labels []int) (read func(image []byte) int)
	Momentum    func(w, v, g [][]float64, rate, mu float64)
	Decay       func(w [][]float64, b []float64, dW [][]float64, db []float64, rate, lambda float64, n int)
}

// lentFunctions returns the functions that exercises call, to be used until the learner's own are right.
func lentFunctions() Functions {
	return Functions{Sigmoid: sigmoid, Forward: forward, Output: output, Back: Back, Gradients: gradients,
		BatchStep: batchStep, Train: func(*Network, [][]float64, [][]float64, int, int, float64) {}}
}

func sigmoid(z float64) (a, slope float64) {
	a = 1 / (1 + math.Exp(-z))
	return a, a * (1 - a)
}

// apply returns f of each number and its index.
func apply(list []float64, f func(i int, v float64) float64) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = f(i, v)
	}
	return out
}

// sigmoids returns σ of each number.
func sigmoids(z []float64) []float64 {
	return apply(z, func(_ int, v float64) float64 { a, _ := sigmoid(v); return a })
}

// slopes returns σ′ of each number.
func slopes(z []float64) []float64 {
	return apply(z, func(_ int, v float64) float64 { _, slope := sigmoid(v); return slope })
}

func softmax(z []float64) []float64 {
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v)
	}
	return apply(z, func(_ int, v float64) float64 { return math.Exp(v) / sum })
}

// times returns row·m.
func times(row []float64, m [][]float64) []float64 {
	out := make([]float64, len(m[0]))
	for i := range m {
		for j, w := range m[i] {
			out[j] += row[i] * w
		}
	}
	return out
}

// TimesTransposed returns row·mᵀ.
func TimesTransposed(row []float64, m [][]float64) []float64 {
	out := make([]float64, len(m))
	for i := range m {
		for j, w := range m[i] {
			out[i] += row[j] * w
		}
	}
	return out
}

// forward computes z and a of a layer.
func forward(x []float64, w [][]float64, b []float64) (z, a []float64) {
	z = apply(times(x, w), func(j int, v float64) float64 { return v + b[j] })
	return z, sigmoids(z)
}

// output computes the cost, and δ of the last layer.
func output(z, y []float64, useSoftmax bool) (cost float64, delta []float64) {
	if useSoftmax {
		delta = apply(softmax(z), func(j int, p float64) float64 {
			if y[j] != 0 {
				cost -= y[j] * math.Log(p)
			}
			return p - y[j]
		})
		return cost, delta
	}
	slope := slopes(z)
	delta = apply(sigmoids(z), func(j int, a float64) float64 {
		cost += (a - y[j]) * (a - y[j]) / 2
		return (a - y[j]) * slope[j]
	})
	return cost, delta
}

// Back computes δ one layer back.
func Back(delta2 []float64, w2 [][]float64, z1 []float64) []float64 {
	slope := slopes(z1)
	return apply(TimesTransposed(delta2, w2), func(i int, v float64) float64 { return v * slope[i] })
}

// gradients computes ∂C/∂W and ∂C/∂b of a layer.
func gradients(a, delta []float64) (dW [][]float64, db []float64) {
	for _, v := range a {
		dW = append(dW, apply(delta, func(_ int, d float64) float64 { return v * d }))
	}
	return dW, slices.Clone(delta)
}

// batchStep takes a step with a mini-batch, and returns the cost before it.
func batchStep(n *Network, xs, ys [][]float64, rate float64) (cost float64) {
	cost, g := n.Gradient(xs, ys, Back)
	n.AddTimes(g, -rate)
	return cost
}

// Gradient returns the mean cost of samples, and its gradient. back computes δ one layer back: Back, or a wrong way.
func (n *Network) Gradient(xs, ys [][]float64,
	back func(delta2 []float64, w2 [][]float64, z1 []float64) []float64) (cost float64, mean *Network) {
	mean = &Network{W1: zerosLike(n.W1), W2: zerosLike(n.W2)}
	mean.B1, mean.B2 = make([]float64, len(n.B1)), make([]float64, len(n.B2))
	part := 1 / float64(len(xs))
	for s, x := range xs {
		z1, a1 := forward(x, n.W1, n.B1)
		c, delta2 := output(n.Outputs(x), ys[s], n.Softmax)
		g := &Network{}
		g.W1, g.B1 = gradients(x, back(delta2, n.W2, z1))
		g.W2, g.B2 = gradients(a1, delta2)
		mean.AddTimes(g, part)
		cost += c * part
	}
	return cost, mean
}

// Outputs returns z2 for a sample.
func (n *Network) Outputs(x []float64) []float64 {
	_, a1 := forward(x, n.W1, n.B1)
	z2, _ := forward(a1, n.W2, n.B2)
	return z2
}

// Copy returns a network with the same numbers.
func (n *Network) Copy() *Network {
	return &Network{copyOf(n.W1), slices.Clone(n.B1), copyOf(n.W2), slices.Clone(n.B2), n.Softmax}
}

// Rows returns the rows of W1, b1, W2 and b2. They share memory with the network.
func (n *Network) Rows() [][]float64 {
	return slices.Concat(n.W1, [][]float64{n.B1}, n.W2, [][]float64{n.B2})
}

// AddTimes adds factor·g to the network.
func (n *Network) AddTimes(g *Network, factor float64) { addTimes(n.Rows(), g.Rows(), factor) }

// addTimes adds factor·m to the matrix to.
func addTimes(to, m [][]float64, factor float64) {
	for i := range to {
		for j := range to[i] {
			to[i][j] += factor * m[i][j]
		}
	}
}

// copyOf returns a copy of a matrix.
func copyOf(m [][]float64) (rows [][]float64) {
	for _, row := range m {
		rows = append(rows, slices.Clone(row))
	}
	return rows
}

// zerosLike returns a matrix of zeros in the shape of m.
func zerosLike(m [][]float64) (rows [][]float64) {
	for _, row := range m {
		rows = append(rows, make([]float64, len(row)))
	}
	return rows
}

// flat returns the numbers of a matrix in one list.
func flat(m [][]float64) []float64 { return slices.Concat(m...) }
