// Package kernel contains the loops in which training spends its time: with the processor's vector instructions
// (AVX-512, AVX2, NEON), and in plain Go for other machines. It works on slices, and knows neither matrices nor
// networks. All kernels give the same bits, because they all add in the order that matrix.go prescribes.
package kernel

import (
	"fmt"
	"slices"
)

// An Operand is a matrix in a product: element (i, j) is Data[i*Row+j*Col]. To transpose a matrix, exchange Row and
// Col; Data stays the same.
type Operand struct {
	Data     []float64
	Row, Col int
}

// At returns element (i, j).
func (o Operand) At(i, j int) float64 { return o.Data[i*o.Row+j*o.Col] }

// A TileFunc computes c_ij += Σ_p a_ip·b_pj for i < m, j < n and p < k: a column of tiles, where n is at most the width
// of the kernel's tile. The rows of c are ldc elements apart, those of b ldb.
type TileFunc func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int)

// A ListFunc is a product with a matrix A whose nonzero elements are in lists: row i has the elements val[p] in columns
// col[p], for from[i] ≤ p < to[i]. It takes n columns, a multiple of 8, of two other matrices: near, which has a row
// for each row of A, and far, which has a row for each column of A. Their rows are ldn and ldf elements apart.
//
//	gather    near_i += Σ_p val_p·far_col[p]
//	scatter   far_col[p] += val_p·near_i, for each p
//
// For an empty list it neither reads nor writes a row.
type ListFunc func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int)

// A set holds the functions of one kernel.
type set struct {
	name            string
	tiles           TileFunc // nil if the caller's own loops are to run
	cols            int      // of a tile, which has as many sums as the registers hold
	gather, scatter ListFunc // scatter is nil if it would be slow
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

var (
	sets   = append(machineSets(), plain) // the kernels that this machine can run, the fastest first
	active = sets[0]
)

// Names returns the names of the kernels that this machine can run, the fastest first.
func Names() (names []string) {
	for _, s := range sets {
		names = append(names, s.name)
	}
	return names
}

// Name returns the name of the active kernel.
func Name() string { return active.name }

// Use makes the kernel with this name the active one. It returns an error if this machine cannot run it.
func Use(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	active = sets[slices.Index(Names(), name)]
	return nil
}

// Check returns an error if this machine cannot run the kernel with this name.
func Check(name string) error {
	if slices.Contains(Names(), name) {
		return nil
	}
	return fmt.Errorf("this machine has no kernel %q; it can run %q", name, Names())
}

// Tiles returns the function that multiplies by tiles, and the columns of a tile. f is nil if the caller is to use its
// own loops.
func Tiles() (f TileFunc, cols int) { return active.tiles, active.cols }

// Gather and Scatter return the functions that multiply by lists. Scatter returns nil if it would be slow.
func Gather() ListFunc  { return active.gather }
func Scatter() ListFunc { return active.scatter }

// List writes the columns and values of the nonzero elements of x, whose first element is in column first, and returns
// how many there are.
func List(col []int32, val, x []float64, first int) int { return active.list(col, val, x, first) }

// Expand writes the columns of n pixels to col, and their values times factor to val. In pixels, all columns come
// first, two bytes each, the low byte first; then all values, one byte each.
func Expand(col []int32, val []float64, pixels []byte, factor float64) {
	active.expand(col, val, pixels, factor)
}

// Exp replaces each x by eˣ. Sigmoid replaces each z by 1/(1+e⁻ᶻ), Tanh by tanh z, and Relu by max(0, z).
func Exp(x []float64)     { active.exp(x) }
func Sigmoid(z []float64) { active.sigmoid(z) }
func Tanh(z []float64)    { active.tanh(z) }
func Relu(z []float64)    { active.relu(z) }

// ReluPrime replaces each δ by δ·g′(z), where g′ = 1 for a = g(z) > 0, else 0.
func ReluPrime(delta, a []float64) { active.reluPrime(delta, a[:len(delta)]) }

// Convert converts a row of bytes to numbers, x_j = (byte_j − shift_j)·factor_j.
func Convert(x []float64, row []byte, shift, factor []float64) { active.convert(x, row, shift, factor) }

// Prefetch loads a row of bytes into the cache, so that Convert or Expand will not wait for memory. The plain Go kernel
// does nothing.
func Prefetch(row []byte) { active.prefetch(row) }
