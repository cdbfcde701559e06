// Package layers describes a network as plain numbers, for everything that draws it, explains it or writes it to a file
// and need not know how it is trained.
package layers

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// A Layer is g(in·W + b).
type Layer struct {
	Rows, Cols, Stride int       // of W: inputs, outputs, and how far one row is from the next
	W, B               []float64 // weights, input by input, and biases
	Activation         string    // g, by its name
}

// An Answer is what a network's outputs mean.
type Answer string

const (
	Number      Answer = ""            // what they say: a number to predict, or of classes 1 for the right one
	Probability Answer = "probability" // each is the probability of its class
	Softmax     Answer = "softmax"     // softmax makes probabilities of them
)

// New makes a layer of so many inputs and outputs, all of whose numbers are 0.
func New(in, out int) Layer {
	return Layer{Rows: in, Cols: out, Stride: out, W: make([]float64, in*out), B: make([]float64, out)}
}

// Row is the weights of input i.
func (l Layer) Row(i int) []float64 { return l.W[i*l.Stride:][:l.Cols] }

// WriteTransposed writes W column by column: a neuron's weights one after another, little-endian.
func (l Layer) WriteTransposed(w io.Writer) {
	const group = 8 // columns at a time, since a cache line holds so many
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
func (l Layer) WriteBiases(w io.Writer) {
	buf := make([]byte, 0, 8*len(l.B))
	for _, v := range l.B {
		buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
	}
	w.Write(buf)
}

// Sizes is the number of inputs and then each layer's number of outputs.
func Sizes(network []Layer) []int {
	sizes := []int{network[0].Rows}
	for _, l := range network {
		sizes = append(sizes, l.Cols)
	}
	return sizes
}

// Parameters is the number of weights and biases.
func Parameters(network []Layer) int {
	n := 0
	for _, l := range network {
		n += l.Rows*l.Cols + len(l.B)
	}
	return n
}

// Hash is the SHA-256 of all parameters, as little-endian float64: layer by layer the weights, out×in, then the
// biases. It is the hash of a model file's data.
func Hash(network []Layer) string {
	h := sha256.New()
	for _, l := range network {
		l.WriteTransposed(h)
		l.WriteBiases(h)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Finite says that no weight or bias is infinite or not a number.
func Finite(network []Layer) bool {
	sum := 0.0
	for _, l := range network {
		for i := range l.Rows {
			for _, v := range l.Row(i) {
				sum += 0 * v // NaN, if v is not finite
			}
		}
		for _, v := range l.B {
			sum += 0 * v
		}
	}
	return sum == 0
}

// Copy copies weights and biases from one network to another of the same shape.
func Copy(to, from []Layer) {
	for l := range to {
		for i := range to[l].Rows {
			copy(to[l].Row(i), from[l].Row(i))
		}
		copy(to[l].B, from[l].B)
	}
}
