// Matrix: numbers in rows, and their products. It knows nothing of networks. The three
// products come in the order in which a training step uses them, then what is done to each
// element, then how the work is cut to fit the caches, and last the plain Go kernels, which
// read like the sums that they are.
//
// The contract on order, which every kernel keeps, in Go and in assembly: an element of a
// product starts from what it holds and takes its terms in ascending order, one fused
// multiply–add a term. Where A is given as lists of what is not 0 (package sparse), the terms whose
// factor from A is 0 are left out. Whoever computes it, with any width of vector and on any
// machine, gets the same bits. Elsewhere no a*b + c is left for a compiler to fuse or not: it
// is math.FMA, or float64(a*b) + c.
package main

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"backprop/internal/compute/kernel"
	"backprop/internal/compute/sparse"
)

// A Matrix is row-major: element (i, j) is Data[i*Stride+j]. Stride is Cols rounded up
// to a multiple of 8, so that no two goroutines with columns of their own, shared out in
// eights, ever write into one cache line; of wide matrices to an odd multiple, so that
// the rows of a block of columns do not all fall into the same few sets of a cache.
type Matrix struct {
	Rows, Cols, Stride int
	Data               []float64
	lists              *sparse.Lists // of what is not 0; while it lists anything, products do not look at Data
	first              int           // the row of lists that is row 0
	mostlyZero         bool          // it is a matrix most of which is 0, or columns of one: see markSparse
}

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) Matrix {
	stride := strideOf(cols)
	return view(rows, cols, stride, make([]float64, rows*stride))
}

// strideOf is the Stride of a matrix of so many columns.
func strideOf(cols int) int {
	stride := (cols + 7) &^ 7
	if stride >= 128 {
		stride |= 8
	}
	return stride
}

// view is the matrix that numbers are when they are looked at as rows.
func view(rows, cols, stride int, data []float64) Matrix {
	return Matrix{Rows: rows, Cols: cols, Stride: stride, Data: data}
}

// Row is row i, sharing memory with m.
func (m Matrix) Row(i int) []float64 { return m.Data[i*m.Stride:][:m.Cols] }

// Padded is row i, on to a multiple of 8 columns, so that vectors need no tail; what is
// there does not matter.
func (m Matrix) Padded(i int) []float64 { return m.Data[i*m.Stride:][:(m.Cols+7)&^7] }

// EachRow calls f with every row in turn.
func (m Matrix) EachRow(f func(row []float64)) {
	for i := range m.Rows {
		f(m.Row(i))
	}
}

// Each calls f with all elements, row by row, or all at once where rows follow each other
// without a gap. What pads the rows is among them.
func (m Matrix) Each(f func(x []float64)) {
	if m.Stride == (m.Cols+7)&^7 {
		f(m.Data[:m.Rows*m.Stride])
		return
	}
	for i := range m.Rows {
		f(m.Padded(i))
	}
}

// EachPair is Each for two matrices of one shape.
func (m Matrix) EachPair(n Matrix, f func(x, y []float64)) {
	if m.Stride == (m.Cols+7)&^7 && n.Stride == m.Stride {
		f(m.Data[:m.Rows*m.Stride], n.Data[:m.Rows*m.Stride])
		return
	}
	for i := range m.Rows {
		f(m.Padded(i), n.Padded(i))
	}
}

// Clear makes all elements 0.
func (m Matrix) Clear() { m.Each(func(x []float64) { clear(x) }) }

// Scale replaces each x by s·x.
func (m Matrix) Scale(s float64) { m.Each(func(x []float64) { ScaleBy(x, s) }) }

// Slice is rows lo ≤ i < hi, sharing memory with m, Top the first n, and Columns columns
// lo ≤ j < hi, without the lists.
func (m Matrix) Slice(lo, hi int) Matrix {
	return Matrix{hi - lo, m.Cols, m.Stride, m.Data[lo*m.Stride:], m.lists, m.first + lo, m.mostlyZero}
}
func (m Matrix) Top(n int) Matrix { return m.Slice(0, n) }
func (m Matrix) Columns(lo, hi int) Matrix {
	c := view(m.Rows, hi-lo, m.Stride, m.Data[min(lo, len(m.Data)):])
	c.mostlyZero = m.mostlyZero
	return c
}

func (m Matrix) String() string { return fmt.Sprintf("%d×%d", m.Rows, m.Cols) }

// The products. Goroutines that each compute some columns of C, C.Columns(lo, hi), need
// neither lock nor reduction.

// AddMul is the forward product, C += A·B:  c_ij += Σ_k a_ik·b_kj.
// C is m×n, A is m×k, B is k×n. Cost: 2·m·n·k flops, as for the others.
func AddMul(c, a, b Matrix) {
	if a.Rows != c.Rows || a.Cols != b.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("matrix: %v += %v · %v", c, a, b))
	}
	if a.sparse() {
		a.lists.AddMul(c.Data, c.Stride, c.Rows, c.Cols, b.Data, b.Stride, a.first)
		return
	}
	multiply(c, a.plain(), b.plain(), a.Cols)
}

// AddMulBT is the backward product, C += A·Bᵀ:  c_ij += Σ_k a_ik·b_jk.
// C is m×n, A is m×k, B is n×k.
func AddMulBT(c, a, b Matrix) {
	if a.Rows != c.Rows || a.Cols != b.Cols || b.Rows != c.Cols {
		panic(fmt.Sprintf("matrix: %v += %v · (%v)ᵀ", c, a, b))
	}
	if a.mostlyZero {
		addMulBT(c, a, b)
		return
	}
	multiply(c, a.plain(), b.transposed(), a.Cols)
}

// AddMulAT is the gradient's product, C += Aᵀ·B:  c_ij += Σ_k a_ki·b_kj.
// C is m×n, A is k×m, B is k×n.
func AddMulAT(c, a, b Matrix) {
	if a.Cols != c.Rows || a.Rows != b.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("matrix: %v += (%v)ᵀ · %v", c, a, b))
	}
	if a.sparse() {
		if a.first != 0 || b.Rows != a.lists.Rows {
			panic("matrix: (lists)ᵀ · B takes all rows of the lists, not a slice of them")
		}
		a.lists.AddMulAT(c.Data, c.Stride, c.Cols, b.Data, b.Stride)
		return
	}
	multiply(c, a.transposed(), b.plain(), a.Rows)
}

// Element-wise operations, each on a slice of whole rows.

// Exp replaces each x by eˣ.
func Exp(x []float64) { kernel.Exp(x) }

// Sigmoid replaces each z by σ(z) = 1/(1+e⁻ᶻ).
func Sigmoid(z []float64) { kernel.Sigmoid(z) }

// Tanh replaces each z by tanh z.
func Tanh(z []float64) { kernel.Tanh(z) }

// Relu replaces each z by max(0, z).
func Relu(z []float64) { kernel.Relu(z) }

// ReluPrime replaces each δ by δ·g′(z), where g′ = 1 for a = g(z) > 0, else 0.
func ReluPrime(delta, a []float64) { kernel.ReluPrime(delta, a) }

// ScaleBy replaces each x by s·x.
func ScaleBy(x []float64, s float64) {
	for i := range x {
		x[i] *= s
	}
}

// Add adds y to x.
func Add(x, y []float64) {
	y = y[:len(x)]
	for i := range x {
		x[i] += y[i]
	}
}

// AddScaled adds s·y to x. (Without math.FMA, which asks for each element whether the
// processor has it.)
func AddScaled(x []float64, s float64, y []float64) {
	y = y[:len(x)]
	for i := range x {
		x[i] += float64(s * y[i])
	}
}

// Blocking.

// A product works with blocks of A, B and C. Of kBlock terms, a panel of B, cols columns
// (8 of them: 13 KB), stays in the first-level cache or else the second, where mBlock rows of
// A stay too (211 KB). Each block is copied, so that it lies together, if it will be used for
// so many rows or columns of C that the copy pays, or if the kernel could not read it as it is.
const (
	kBlock, mBlock     = 200, 132
	packRows, packCols = 129, 192
)

// A scratch is where a product puts blocks of A and B; rooms lends them.
type scratch struct {
	a, b  []float64
	lists sparse.Lists
}

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

// plain is m as a product reads it, and transposed is mᵀ, the same numbers with row and column exchanged.
func (m Matrix) plain() kernel.Operand { return kernel.Operand{Data: m.Data, Row: m.Stride, Col: 1} }
func (m Matrix) transposed() kernel.Operand {
	return kernel.Operand{Data: m.Data, Row: 1, Col: m.Stride}
}

// multiply computes C += A·B, block by block.
func multiply(c Matrix, a, b kernel.Operand, terms int) {
	if c.Rows == 0 || c.Cols == 0 {
		return
	}
	room := scratchPool.Get().(*scratch)
	tiles, _, cols := kernel.Tiles()
	if tiles == nil {
		tiles = loops
	}
	blocks := (terms + kBlock - 1) / kBlock // all of about the same depth
	for block := range blocks {
		k := terms * block / blocks
		depth := terms*(block+1)/blocks - k
		room.b = slices.Grow(room.b[:0], depth*c.Cols)[:depth*c.Cols]
		for i := 0; i < c.Rows; i += mBlock {
			rows := min(mBlock, c.Rows-i)
			part := kernel.Operand{Data: a.Data[i*a.Row+k*a.Col:], Row: a.Row, Col: a.Col}
			if a.Row == 1 && c.Cols >= packCols {
				room.a = slices.Grow(room.a[:0], depth*rows)[:depth*rows]
				// of the transposed of A, rows
				pack(room.a, rows, kernel.Operand{Data: a.Data, Row: a.Col, Col: 1}, k, i, depth, rows)
				part = kernel.Operand{Data: room.a, Row: 1, Col: rows}
			}
			for j := 0; j < c.Cols; j += cols {
				width := min(cols, c.Cols-j)
				panel, ldb := b.Data[k*b.Row+j*b.Col:], b.Row
				if b.Col != 1 || c.Rows >= packRows {
					at := 0 // in the room; without a next block of rows, one panel's is enough
					if c.Rows > mBlock {
						at = j * depth
					}
					panel, ldb = room.b[at:], width
					if i == 0 {
						pack(panel, width, b, k, j, depth, width)
					}
				}
				tiles(c.Data[i*c.Stride+j:], c.Stride, part, panel, ldb, rows, width, depth)
			}
		}
	}
	scratchPool.Put(room)
}

// pack copies depth×width elements of b, from (k, j), so that they lie row by row, stride apart.
// It takes eight columns at a time, so that whole cache lines are written.
func pack(dst []float64, stride int, b kernel.Operand, k, j, depth, width int) {
	if b.Col == 1 {
		for p := range depth {
			copy(dst[p*stride:][:width], b.Data[(k+p)*b.Row+j:])
		}
		return
	}
	q := 0
	for ; q+8 <= width; q += 8 {
		var col [8][]float64
		for i := range col {
			col[i] = b.Data[k*b.Row+(j+q+i)*b.Col:][:depth] // b.Row is 1 here
		}
		c0, c1, c2, c3, c4, c5, c6, c7 := col[0], col[1], col[2], col[3], col[4], col[5], col[6], col[7]
		for p, x := range c0 {
			d := (*[8]float64)(dst[p*stride+q:])
			d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7] = x, c1[p], c2[p], c3[p], c4[p], c5[p], c6[p], c7[p]
		}
	}
	for ; q < width; q++ {
		for p := range depth {
			dst[p*stride+q] = b.At(k+p, j+q)
		}
	}
}

// Sparse and dense. A matrix may have both forms: sparse says which one counts.

// sparse says that m's numbers are in its lists.
func (m Matrix) sparse() bool { return m.lists != nil && m.lists.Rows > 0 }

// maxDensity is the part of a matrix that may be not 0 where lists are faster. Measured: behind
// relu and dropout, a quarter, an epoch takes two thirds of the time; behind relu alone, half,
// it is the same.
const maxDensity = 0.4

// list lists what is not 0 in m, if it has lists and enough of it is 0. That depends on
// the numbers alone, so the bits of what is computed do not depend on who computes it.
func (m Matrix) list() {
	if m.lists == nil {
		return
	}
	m.lists.Reset(m.Rows, m.Cols)
	for i := range m.Rows {
		m.lists.SetRow(i, m.Row(i))
		if float64(len(m.lists.Col)) > maxDensity*float64((i+4)*m.Cols) {
			m.lists.Rows = 0
			return
		}
	}
}

// markSparse notes whether so much of m is 0 that AddMulBT leaves it out. It depends on the numbers
// of the whole matrix alone, as compress does.
func (m *Matrix) markSparse() {
	terms := uint64(0)
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			bits := math.Float64bits(v) << 1 // without the sign
			terms += (bits | -bits) >> 63    // 1 if any is set: no branch to guess wrongly
		}
	}
	m.mostlyZero = float64(terms) <= maxDensity*float64(m.Rows*m.Cols)
}

// addMulBT is AddMulBT, c_ij += Σ_k a_ik·b_jk, where most of A is 0: a panel at a time, B's columns
// are copied as rows, and A's numbers are listed. It works on whole eights of columns, too.
func addMulBT(c, a, b Matrix) {
	if c.Cols == 0 {
		return
	}
	room := scratchPool.Get().(*scratch)
	stride := strideOf(c.Cols)
	for k := 0; k < a.Cols; k += sparse.Panel {
		depth := min(sparse.Panel, a.Cols-k)
		room.b = slices.Grow(room.b[:0], depth*stride)[:depth*stride]
		pack(room.b, stride, b.transposed(), k, 0, depth, c.Cols)
		room.lists.Reset(a.Rows, depth)
		for i := range a.Rows {
			room.lists.SetRow(i, a.Row(i)[k:k+depth])
		}
		room.lists.AddMul(c.Data, c.Stride, c.Rows, c.Cols, room.b, stride, 0)
	}
	scratchPool.Put(room)
}

// The loops, where no kernel is in assembly.

// loops takes four terms at a time to a row of c, so that each element is loaded and
// stored once for four multiply–adds. It is as fast as plain Go gets on amd64, where
// each math.FMA first asks whether the processor has one.
func loops(c []float64, ldc int, a kernel.Operand, b []float64, ldb, m, n, k int) {
	for i := range m {
		row := c[i*ldc:][:n]
		p := 0
		for ; p+4 <= k; p += 4 {
			a0, a1, a2, a3 := a.At(i, p), a.At(i, p+1), a.At(i, p+2), a.At(i, p+3)
			b0, b1, b2, b3 := b[p*ldb:][:n], b[(p+1)*ldb:][:n], b[(p+2)*ldb:][:n], b[(p+3)*ldb:][:n]
			for j, sum := range row {
				sum = math.FMA(a0, b0[j], sum)
				sum = math.FMA(a1, b1[j], sum)
				sum = math.FMA(a2, b2[j], sum)
				row[j] = math.FMA(a3, b3[j], sum)
			}
		}
		for ; p < k; p++ {
			a0, b0 := a.At(i, p), b[p*ldb:][:n]
			for j, sum := range row {
				row[j] = math.FMA(a0, b0[j], sum)
			}
		}
	}
}
