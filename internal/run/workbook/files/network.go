// Package workbook is yours: write backpropagation in twelve exercises, and have it read digits.
package workbook

import (
	"math"
	"math/rand/v2"
)

// A Network has two layers. A sample x goes in; what the hidden layer makes of it is a1, and what the
// last layer makes of that is a2:
//
//	z1 = x·W1 + b1     a1 = σ(z1)
//	z2 = a1·W2 + b2    a2 = σ(z2), or, if Softmax says so, softmax(z2)
//
// A W has a row for each input and a column for each neuron: W[i][j] leads from input i to neuron j.
type Network struct {
	W1      [][]float64 // inputs × hidden neurons
	B1      []float64   // one for each hidden neuron
	W2      [][]float64 // hidden neurons × outputs
	B2      []float64   // one for each output
	Softmax bool        // softmax and cross-entropy, in place of σ and the squared error
}

// By these small letters one exercise calls another: forward is your Forward, and so on. As long as yours
// is not right, the test lends you one that is. So you can begin anywhere.
var (
	sigmoid   = Sigmoid
	forward   = Forward
	output    = Output
	back      = Back
	gradients = Gradients
	batchStep = BatchStep
	train     = Train
)

// zeros is a matrix full of zeros.
func zeros(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

// addTimes adds factor times m to the matrix to, number by number. Both have the same shape.
func addTimes(to, m [][]float64, factor float64) {
	for i := range to {
		addTimesList(to[i], m[i], factor)
	}
}

// addTimesList does the same with lists.
func addTimesList(to, m []float64, factor float64) {
	for j := range to {
		to[j] += factor * m[j]
	}
}

// newNetwork is a network with small random weights, and biases of 0.
func newNetwork(inputs, hidden, outputs int, softmax bool) *Network {
	random := rand.New(rand.NewPCG(1, 2))
	net := &Network{W1: zeros(inputs, hidden), B1: make([]float64, hidden), Softmax: softmax}
	net.W2, net.B2 = zeros(hidden, outputs), make([]float64, outputs)
	for _, w := range [][][]float64{net.W1, net.W2} {
		for i := range w {
			for j := range w[i] {
				w[i][j] = random.NormFloat64() / math.Sqrt(float64(len(w)))
			}
		}
	}
	return net
}

// order is where shuffled takes its numbers from.
var order = rand.New(rand.NewPCG(3, 4))

// shuffled is the numbers 0, 1, …, n − 1 in an order that is another one each time.
func shuffled(n int) []int { return order.Perm(n) }
