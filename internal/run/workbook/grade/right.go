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

// Functions are the exercises, or what is lent for them.
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

// lent are functions that one exercise calls of another, for where the learner's are not right yet.
func lent() Functions {
	return Functions{Sigmoid: logistic, Forward: forward, Output: output, Back: Back, Gradients: outer,
		BatchStep: descend, Train: func(*Network, [][]float64, [][]float64, int, int, float64) {}}
}

// logistic is σ and its slope.
func logistic(z float64) (a, slope float64) {
	a = 1 / (1 + math.Exp(-z))
	return a, a * (1 - a)
}

// Dot is a row times a matrix, or, turned, times the matrix with rows and columns exchanged.
func Dot(row []float64, m [][]float64, turned bool) []float64 {
	out := make([]float64, len(m[0]))
	if turned {
		out = make([]float64, len(m))
	}
	for i := range m {
		for j, w := range m[i] {
			from, to := i, j
			if turned {
				from, to = j, i
			}
			out[to] += row[from] * w
		}
	}
	return out
}

// each is f of every number.
func each(list []float64, f func(i int, v float64) float64) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = f(i, v)
	}
	return out
}

// forward is a layer forward.
func forward(x []float64, w [][]float64, b []float64) (z, a []float64) {
	z = each(Dot(x, w, false), func(j int, v float64) float64 { return v + b[j] })
	return z, squash(z)
}

// squash is σ of each number.
func squash(z []float64) []float64 {
	return each(z, func(_ int, v float64) float64 { a, _ := logistic(v); return a })
}

// slopes is σ′ of each number.
func slopes(z []float64) []float64 {
	return each(z, func(_ int, v float64) float64 { _, slope := logistic(v); return slope })
}

// shares is the softmax of a list.
func shares(z []float64) []float64 {
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v)
	}
	return each(z, func(_ int, v float64) float64 { return math.Exp(v) / sum })
}

// output is the cost, and δ of the last layer.
func output(z, y []float64, softmax bool) (cost float64, delta []float64) {
	if softmax {
		delta = each(shares(z), func(j int, p float64) float64 {
			if y[j] != 0 {
				cost -= y[j] * math.Log(p)
			}
			return p - y[j]
		})
		return cost, delta
	}
	s := slopes(z)
	delta = each(squash(z), func(j int, a float64) float64 {
		cost += (a - y[j]) * (a - y[j]) / 2
		return (a - y[j]) * s[j]
	})
	return cost, delta
}

// Back is δ one layer back.
func Back(delta2 []float64, w2 [][]float64, z1 []float64) []float64 {
	s := slopes(z1)
	return each(Dot(delta2, w2, true), func(i int, v float64) float64 { return v * s[i] })
}

// outer is the gradients of a layer.
func outer(a, delta []float64) (dW [][]float64, db []float64) {
	for _, v := range a {
		dW = append(dW, each(delta, func(_ int, d float64) float64 { return v * d }))
	}
	return dW, slices.Clone(delta)
}

// rows is a copy of a matrix.
func rows(m [][]float64) (out [][]float64) {
	for _, row := range m {
		out = append(out, slices.Clone(row))
	}
	return out
}

// Copy is a network with the same numbers.
func (n *Network) Copy() *Network {
	return &Network{rows(n.W1), slices.Clone(n.B1), rows(n.W2), slices.Clone(n.B2), n.Softmax}
}

// Rows are all weights and biases: those of W1, b1, W2 and b2. They share memory with the network.
func (n *Network) Rows() [][]float64 {
	return slices.Concat(n.W1, [][]float64{n.B1}, n.W2, [][]float64{n.B2})
}

// Shift adds factor times the numbers of g to those of n.
func (n *Network) Shift(g *Network, factor float64) { shift(n.Rows(), g.Rows(), factor) }

// shift adds factor times b to a.
func shift(a, b [][]float64, factor float64) {
	for i := range a {
		for j := range a[i] {
			a[i][j] += factor * b[i][j]
		}
	}
}

// Outputs are z2 of a sample.
func (n *Network) Outputs(x []float64) []float64 {
	_, a1 := forward(x, n.W1, n.B1)
	z2, _ := forward(a1, n.W2, n.B2)
	return z2
}

// Slope is the cost of samples and its gradient, both as means. through is how δ goes back: Back, or wrongly.
func (n *Network) Slope(xs, ys [][]float64, through func(delta2 []float64, w2 [][]float64, z1 []float64) []float64) (
	cost float64, g *Network) {
	g = n.Copy()
	g.Shift(n, -1)
	part := 1 / float64(len(xs))
	for s, x := range xs {
		z1, a1 := forward(x, n.W1, n.B1)
		c, delta2 := output(n.Outputs(x), ys[s], n.Softmax)
		one := &Network{}
		one.W1, one.B1 = outer(x, through(delta2, n.W2, z1))
		one.W2, one.B2 = outer(a1, delta2)
		g.Shift(one, part)
		cost += c * part
	}
	return cost, g
}

// descend is a step with a mini-batch; it gives the cost before it.
func descend(n *Network, xs, ys [][]float64, rate float64) (cost float64) {
	cost, g := n.Slope(xs, ys, Back)
	n.Shift(g, -rate)
	return cost
}
