// Package workbook is yours: in twelve exercises you write backpropagation, and teach it to read digits.
package workbook

import (
	"math"
	"math/rand/v2"
)

// A Network has two layers. From a sample x the hidden layer computes a1, and from that the last layer
// computes a2:
//
//	z1 = x·W1 + b1     a1 = σ(z1)
//	z2 = a1·W2 + b2    a2 = σ(z2), or softmax(z2) if Softmax is true
//
// W1 and W2 have a row for each input and a column for each neuron: W[i][j] leads from input i to neuron j.
type Network struct {
	W1      [][]float64 // inputs × hidden neurons
	B1      []float64   // one for each hidden neuron
	W2      [][]float64 // hidden neurons × outputs
	B2      []float64   // one for each output
	Softmax bool        // use softmax and cross-entropy in place of σ and the squared error
}

// Exercises call each other by these names in small letters: forward is your Forward, and so on. Until
// yours is right, the test lends you one that works. So you can start anywhere.
var (
	sigmoid   = Sigmoid
	forward   = Forward
	output    = Output
	back      = Back
	gradients = Gradients
	batchStep = BatchStep
	train     = Train
)

// zeros returns a matrix of zeros.
func zeros(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

// addTimes adds factor·m to the matrix to. Both have the same shape.
func addTimes(to, m [][]float64, factor float64) {
	for i := range to {
		addTimesList(to[i], m[i], factor)
	}
}

// addTimesList does the same for lists.
func addTimesList(to, m []float64, factor float64) {
	for j := range to {
		to[j] += factor * m[j]
	}
}

// newNetwork makes a network with small random weights. Its biases are 0.
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

// shuffled returns the numbers 0, 1, …, n − 1 in a random order, a new one each time.
func shuffled(n int) []int { return order.Perm(n) }

var order = rand.New(rand.NewPCG(3, 4))
