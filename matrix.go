// Matrix: numbers in rows and columns, and the three products that a network needs. This file knows nothing about
// networks. The products come first, in the order in which a training step uses them; then element-wise operations,
// blocking for the caches, sparse matrices, and last the loops that multiply on machines without assembly.
//
// Every kernel, in Go or in assembly, keeps one rule of order: an element of a product starts from the
// value it already holds and adds its terms in ascending order, with one fused multiply–add per term.
// If A is stored as lists of its nonzero elements (package sparse), terms with a 0 from A are skipped.
// So all kernels, on all machines, give the same bits. Outside the kernels, no a*b + c is left for a
// compiler to fuse or not: it is written math.FMA, or float64(a*b) + c.

package main

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"backprop/internal/compute/kernel"
	"backprop/internal/compute/sparse"
)

// A Matrix is row-major: element (i, j) is Data[i*Stride+j]. Stride is Cols rounded up to a multiple of 8, so that
// goroutines that each own whole groups of 8 columns never write to the same cache line. In wide matrices it is an
// odd multiple of 8, so that the rows of a block of columns do not all fall into the same few sets of the cache.
type Matrix struct {
	Rows, Cols, Stride int
	Data               []float64
	lists              *sparse.Lists // the nonzero elements; while lists.Rows > 0, products read them instead of Data
	first              int           // row 0 is this row of lists
	mostlyZero         bool          // most elements are 0, here or in the matrix that this was cut from: see markSparse
}

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) Matrix {
	stride := strideOf(cols)
	return view(rows, cols, stride, make([]float64, rows*stride))
}

// strideOf is the Stride of a matrix with the given number of columns.
func strideOf(cols int) int {
	stride := (cols + 7) &^ 7
	if stride >= 128 {
		stride |= 8
	}
	return stride
}

// view makes a matrix of data, sharing its memory.
func view(rows, cols, stride int, data []float64) Matrix {
	return Matrix{Rows: rows, Cols: cols, Stride: stride, Data: data}
}

// Row is row i, sharing memory with m.
func (m Matrix) Row(i int) []float64 { return m.Data[i*m.Stride:][:m.Cols] }

// Padded is row i with its length rounded up to a multiple of 8, so that vector code needs no tail. The
// values in the padding do not matter.
func (m Matrix) Padded(i int) []float64 { return m.Data[i*m.Stride:][:(m.Cols+7)&^7] }

// EachRow calls f with every row in turn.
func (m Matrix) EachRow(f func(row []float64)) {
	for i := range m.Rows {
		f(m.Row(i))
	}
}

// Each calls f with all elements, padding included: row by row, or all at once if the rows follow each
// other without a gap.
func (m Matrix) Each(f func(x []float64)) {
	if m.Stride == (m.Cols+7)&^7 {
		f(m.Data[:m.Rows*m.Stride])
		return
	}
	for i := range m.Rows {
		f(m.Padded(i))
	}
}

// EachPair is Each for two matrices of the same shape.
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

// Slice returns rows lo ≤ i < hi; Top, the first n rows; Columns, columns lo ≤ j < hi, but without the lists.
// All share memory with m.
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

// The products. Goroutines can each compute some columns of C, C.Columns(lo, hi), at the same time:
// they need neither a lock nor a reduction.

// AddMul is the forward product, C += A·B:  c_ij += Σ_k a_ik·b_kj.
// C is m×n, A is m×k, B is k×n. Each product costs 2·m·n·k floating-point operations.
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
		addMulBTSparse(c, a, b)
		return
	}
	multiply(c, a.plain(), b.transposed(), a.Cols)
}

// AddMulAT is the product for the gradient, C += Aᵀ·B:  c_ij += Σ_k a_ki·b_kj.
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

// AddScaled adds s·y to x. It avoids math.FMA, which checks for each element whether the processor has
// the instruction.
func AddScaled(x []float64, s float64, y []float64) {
	y = y[:len(x)]
	for i := range x {
		x[i] += float64(s * y[i])
	}
}

// Blocking.

// A product is computed in blocks of kBlock terms. A panel of B, kBlock × cols (13 KB if cols is 8),
// stays in the first-level cache, or else in the second; there mBlock rows of A stay too (211 KB). A
// block is copied into one piece of memory if it is used for enough rows or columns of C to pay for the
// copy, or if the kernel could not read it in place.
const (
	kBlock, mBlock     = 200, 132
	packRows, packCols = 129, 192
)

// A scratch holds the copied blocks of A and B. scratchPool lends them out.
type scratch struct {
	a, b  []float64
	lists sparse.Lists
}

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

// plain is m as an operand of a product; transposed is mᵀ, with rows and columns exchanged.
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
	tiles, cols := kernel.Tiles()
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
				// copy rows of Aᵀ
				pack(room.a, rows, kernel.Operand{Data: a.Data, Row: a.Col, Col: 1}, k, i, depth, rows)
				part = kernel.Operand{Data: room.a, Row: 1, Col: rows}
			}
			for j := 0; j < c.Cols; j += cols {
				width := min(cols, c.Cols-j)
				panel, ldb := b.Data[k*b.Row+j*b.Col:], b.Row
				if b.Col != 1 || c.Rows >= packRows {
					at := 0 // in room.b; with a single block of rows, all panels can use the same place
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

// pack copies depth×width elements of b, starting at (k, j), into rows that are stride apart. It copies
// eight columns at a time, so that it writes whole cache lines.
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

// Sparse and dense. A matrix may have both forms: sparse tells which one products read.

// sparse reports whether products read m from its lists.
func (m Matrix) sparse() bool { return m.lists != nil && m.lists.Rows > 0 }

// maxDensity is the largest share of nonzero elements at which lists are used. Measured: after relu and dropout (a
// quarter nonzero) an epoch takes two thirds of the time; after relu alone (half nonzero), the same time.
const maxDensity = 0.4

// list fills the lists of m with its nonzero elements, if m has lists and enough of it is 0. The
// decision depends on the numbers alone, so the result has the same bits on every machine.
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

// markSparse notes whether enough of m is 0 for AddMulBT to skip the zeros. Like list, it decides by
// the numbers of the whole matrix alone.
func (m *Matrix) markSparse() {
	terms := uint64(0)
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			bits := math.Float64bits(v) << 1 // without the sign
			terms += (bits | -bits) >> 63    // 1 if any bit is set, without a branch to mispredict
		}
	}
	m.mostlyZero = float64(terms) <= maxDensity*float64(m.Rows*m.Cols)
}

// addMulBTSparse is AddMulBT for an A that is mostly 0. One panel at a time, it copies columns of B as rows and lists
// the nonzero elements of A. Like all of package sparse, it computes whole groups of 8 columns.
func addMulBTSparse(c, a, b Matrix) {
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

// The loops, for machines without a kernel in assembly.

// loops adds four terms at a time to a row of c, so that each element is loaded and stored once per
// four multiply–adds. Plain Go gets no faster on amd64, where each math.FMA first checks whether the
// processor has the instruction.
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
