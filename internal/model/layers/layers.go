// Package layers describes a network as plain numbers, for code that draws it, explains it or writes it to a file and
// need not know how it is trained.
package layers

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// A Layer computes g(x·W + b).
type Layer struct {
	Rows, Cols int       // of W: inputs and outputs
	Stride     int       // how far apart the rows of W begin in the slice
	W          []float64 // weights, row by row: those of the first input, then those of the second
	B          []float64 // biases, one for each output
	Activation string    // the name of g
}

// An Answer says what the outputs of a network mean.
type Answer string

const (
	Number      Answer = ""            // a number to predict; for classes, the target is 1 for the right class
	Probability Answer = "probability" // each output is the probability of its class
	Softmax     Answer = "softmax"     // softmax turns the outputs into probabilities
)

// New returns a layer with the given numbers of inputs and outputs, all of whose weights and biases are 0.
func New(in, out int) Layer {
	return Layer{Rows: in, Cols: out, Stride: out, W: make([]float64, in*out), B: make([]float64, out)}
}

// Row returns the weights of input i.
func (l Layer) Row(i int) []float64 { return l.W[i*l.Stride:][:l.Cols] }

// WriteTransposed writes W column by column, so that each neuron's weights are together, little-endian.
func (l Layer) WriteTransposed(w io.Writer) {
	const group = 8 // columns at a time: the number of float64s in a cache line
	buf := make([]byte, 8*group*l.Rows)
	for j := 0; j < l.Cols; j += group {
		n := min(group, l.Cols-j)
		for i := range l.Rows {
			for k, v := range l.Row(i)[j : j+n] {
				binary.LittleEndian.PutUint64(buf[8*(k*l.Rows+i):], math.Float64bits(v))
			}
		}
		w.Write(buf[:8*n*l.Rows])
	}
}

// WriteBiases writes b, little-endian.
func (l Layer) WriteBiases(w io.Writer) { binary.Write(w, binary.LittleEndian, l.B) }

// Sizes returns the number of inputs, then the number of outputs of each layer.
func Sizes(network []Layer) []int {
	sizes := []int{network[0].Rows}
	for _, l := range network {
		sizes = append(sizes, l.Cols)
	}
	return sizes
}

// Parameters returns the number of weights and biases.
func Parameters(network []Layer) int {
	n := 0
	for _, l := range network {
		n += l.Rows*l.Cols + len(l.B)
	}
	return n
}

// Hash returns the SHA-256 of all parameters as little-endian float64: for each layer the weights, out×in, then the
// biases. It equals the hash of the tensor data in a model file.
func Hash(network []Layer) string {
	h := sha256.New()
	for _, l := range network {
		l.WriteTransposed(h)
		l.WriteBiases(h)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Finite reports whether all weights and biases are finite numbers.
func Finite(network []Layer) bool {
	return !Contains(network, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// Contains reports whether is holds for any weight or bias.
func Contains(network []Layer, is func(v float64) bool) bool {
	for _, l := range network {
		for i := range l.Rows {
			if slices.ContainsFunc(l.Row(i), is) {
				return true
			}
		}
		if slices.ContainsFunc(l.B, is) {
			return true
		}
	}
	return false
}

// Copy copies the weights and biases of one network to another of the same shape.
func Copy(to, from []Layer) {
	for l := range to {
		for i := range to[l].Rows {
			copy(to[l].Row(i), from[l].Row(i))
		}
		copy(to[l].B, from[l].B)
	}
}
