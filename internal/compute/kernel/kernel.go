// Package kernel has the loops in which a training spends its time, in the processor's own vector
// instructions where this machine has them (AVX-512, AVX2, NEON) and in plain Go elsewhere. It takes
// slices, and knows neither matrices nor networks. All kernels give the same bits: see matrix.go's
// contract on order.
package kernel

import (
	"fmt"
	"slices"
)

// An Operand is a matrix as a product sees it: element (i, j) is Data[i*Row+j*Col], so that a
// transposed matrix is the same numbers with Row and Col exchanged.
type Operand struct {
	Data     []float64
	Row, Col int
}

// At is element (i, j).
func (o Operand) At(i, j int) float64 { return o.Data[i*o.Row+j*o.Col] }

// A TileFunc computes a column of tiles, c_ij += Σ_p a_ip·b_pj for i < m, j < n ≤ the kernel's
// columns and p < k, with b's columns next to each other.
type TileFunc func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int)

// A ListFunc goes through lists of what is not 0 in a matrix A, of which row i has from[i] ≤ p < to[i].
// Row i of near is beside them, col[p] is a row of far, and n columns of both, a multiple of 8,
// meet. To gather is near_i += Σ_p val_p·far_col[p]; to scatter, far_col[p] += val_p·near_i.
// Where a list is empty, nothing is read or written.
type ListFunc func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int)

// A set is what differs between machines.
type set struct {
	name            string
	tiles           TileFunc // nil for the caller's own loops
	rows, cols      int      // the size of a tile: as many sums as there are registers to hold
	gather, scatter ListFunc // scatter only where it is fast
	list            func(col []int32, val, x []float64, first int) int
	expand          func(col []int32, val []float64, pixels []byte, factor float64)
	exp             func(x []float64)
	sigmoid         func(z []float64)
	tanh            func(z []float64)
	relu            func(z []float64)
	reluPrime       func(delta, a []float64)
	convert         func(x []float64, row []byte, shift, factor []float64)
	prefetch        func(row []byte)
}

// sets holds those that this machine can run, the fastest first; now is in use.
var (
	sets = append(machineSets(), plain)
	now  = sets[0]
)

// Names are the kernels that this machine can run, the fastest first.
func Names() (names []string) {
	for _, s := range sets {
		names = append(names, s.name)
	}
	return names
}

// Name is the kernel in use.
func Name() string { return now.name }

// Use selects a kernel by its name, which must be one of Names.
func Use(name string) error {
	for _, s := range sets {
		if s.name == name {
			now = s
			return nil
		}
	}
	return Check(name)
}

// Check reports a kernel that this machine does not have.
func Check(name string) error {
	if slices.Contains(Names(), name) {
		return nil
	}
	return fmt.Errorf("this machine has no kernel %q; it can run %q", name, Names())
}

// Tiles is the product of tiles, rows×cols each; it is nil where the caller's own loops are to run.
func Tiles() (f TileFunc, rows, cols int) { return now.tiles, now.rows, now.cols }

// Gather and Scatter are the products with lists; Scatter is nil where it is slow.
func Gather() ListFunc  { return now.gather }
func Scatter() ListFunc { return now.scatter }

// List writes the columns, from first, and the values of what is not 0 in x, and says how many.
func List(col []int32, val, x []float64, first int) int { return now.list(col, val, x, first) }

// Expand makes terms of an image's n pixels: of their columns, two bytes each with the low one
// first, and of their values, which follow, times factor.
func Expand(col []int32, val []float64, pixels []byte, factor float64) {
	now.expand(col, val, pixels, factor)
}

// Exp replaces each x by eˣ, Sigmoid each z by 1/(1+e⁻ᶻ), Tanh by tanh z, and Relu by max(0, z).
func Exp(x []float64)     { now.exp(x) }
func Sigmoid(z []float64) { now.sigmoid(z) }
func Tanh(z []float64)    { now.tanh(z) }
func Relu(z []float64)    { now.relu(z) }

// ReluPrime replaces each δ by δ·g′(z), where g′ = 1 for a = g(z) > 0, else 0.
func ReluPrime(delta, a []float64) { now.reluPrime(delta, a[:len(delta)]) }

// Convert turns a row of bytes into numbers, x_j = (byte_j − shift_j)·factor_j.
func Convert(x []float64, row []byte, shift, factor []float64) { now.convert(x, row, shift, factor) }

// Prefetch asks for a row of bytes that Convert will soon be given, so that it need not
// wait for memory. Where a kernel cannot ask, nothing happens.
func Prefetch(row []byte) { now.prefetch(row) }
