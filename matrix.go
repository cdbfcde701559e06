// Matrix: numbers in rows, and their products. It knows nothing of networks. The three
// products come in the order in which a training step uses them, then what is done to each
// element, then how the work is cut to fit the caches, and last the plain Go kernels, which
// read like the sums that they are.
//
// The contract on order, which every kernel keeps, in Go and in assembly: an element of a
// product starts from what it holds and takes its terms in ascending order, one fused
// multiply–add a term. Where A is given as lists of what is not 0 (sparse.go), the terms whose
// factor from A is 0 are left out. Whoever computes it, with any width of vector and on any
// machine, gets the same bits. Elsewhere no a*b + c is left for a compiler to fuse or not: it
// is math.FMA, or float64(a*b) + c.
package main

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// A Matrix is row-major: element (i, j) is Data[i*Stride+j]. Stride is Cols rounded up
// to a multiple of 8, so that no two goroutines with columns of their own, shared out in
// eights, ever write into one cache line; of wide matrices to an odd multiple, so that
// the rows of a block of columns do not all fall into the same few sets of a cache.
type Matrix struct {
	Rows, Cols, Stride int
	Data               []float64
	lists              *Sparse // of what is not 0; while it lists anything, products do not look at Data
	first              int     // the row of lists that is row 0
	few                bool    // it is a matrix most of which is 0, or columns of one: see noteZeros
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
	return Matrix{hi - lo, m.Cols, m.Stride, m.Data[lo*m.Stride:], m.lists, m.first + lo, m.few}
}
func (m Matrix) Top(n int) Matrix { return m.Slice(0, n) }
func (m Matrix) Columns(lo, hi int) Matrix {
	c := view(m.Rows, hi-lo, m.Stride, m.Data[min(lo, len(m.Data)):])
	c.few = m.few
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
		a.lists.addMul(c, b, a.first)
		return
	}
	multiply(c, operand{a.Data, a.Stride, 1}, operand{b.Data, b.Stride, 1}, a.Cols)
}

// AddMulBT is the backward product, C += A·Bᵀ:  c_ij += Σ_k a_ik·b_jk.
// C is m×n, A is m×k, B is n×k.
func AddMulBT(c, a, b Matrix) {
	if a.Rows != c.Rows || a.Cols != b.Cols || b.Rows != c.Cols {
		panic(fmt.Sprintf("matrix: %v += %v · (%v)ᵀ", c, a, b))
	}
	if a.few {
		addMulBT(c, a, b)
		return
	}
	multiply(c, operand{a.Data, a.Stride, 1}, operand{b.Data, 1, b.Stride}, a.Cols)
}

// AddMulAT is the gradient's product, C += Aᵀ·B:  c_ij += Σ_k a_ki·b_kj.
// C is m×n, A is k×m, B is k×n.
func AddMulAT(c, a, b Matrix) {
	if a.Cols != c.Rows || a.Rows != b.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("matrix: %v += (%v)ᵀ · %v", c, a, b))
	}
	if a.sparse() {
		a.lists.addMulAT(c, b, a.first)
		return
	}
	multiply(c, operand{a.Data, 1, a.Stride}, operand{b.Data, b.Stride, 1}, a.Rows)
}

// Element-wise operations, each on a slice of whole rows.

// Exp replaces each x by eˣ.
func Exp(x []float64) { kernel.exp(x) }

// Sigmoid replaces each z by σ(z) = 1/(1+e⁻ᶻ).
func Sigmoid(z []float64) { kernel.sigmoid(z) }

// Tanh replaces each z by tanh z.
func Tanh(z []float64) { kernel.tanh(z) }

// Relu replaces each z by max(0, z).
func Relu(z []float64) { kernel.relu(z) }

// ReluPrime replaces each δ by δ·g′(z), where g′ = 1 for a = g(z) > 0, else 0.
func ReluPrime(delta, a []float64) { kernel.reluPrime(delta, a[:len(delta)]) }

// Convert turns a row of bytes into numbers, x_j = (byte_j − shift_j)·factor_j.
func Convert(x []float64, row []byte, shift, factor []float64) { kernel.convert(x, row, shift, factor) }

// Prefetch asks for a row of bytes that Convert will soon be given, so that it need not
// wait for memory. Where a kernel cannot ask, nothing happens.
func Prefetch(row []byte) { kernel.prefetch(row) }

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

// An operand is a matrix as a product sees it: element (i, j) is data[i*row+j*col],
// so that a transposed matrix is the same numbers with row and col exchanged.
type operand struct {
	data     []float64
	row, col int
}

func (o operand) at(i, j int) float64 { return o.data[i*o.row+j*o.col] }

// A kernelSet is what differs between machines; all give the same bits.
type kernelSet struct {
	name string
	// tiles computes a column of tiles, c_ij += Σ_p a_ip·b_pj for i < m, j < n ≤ cols
	// and p < k, with b's columns next to each other.
	tiles func(c []float64, ldc int, a operand, b []float64, ldb, m, n, k int)
	// rows×cols is the size of a tile: as many sums as there are registers to hold.
	rows, cols int
	// gather and scatter are the sparse products, scatter only where it is fast; list makes the
	// lists. See sparse.go.
	gather, scatter listKernel
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

// kernels holds those that this machine can run, the fastest first; kernel is in use.
var (
	kernels = append(machineKernels(), goKernel)
	kernel  = kernels[0]
)

// UseKernel selects a kernel by its name.
func UseKernel(name string) error {
	for _, k := range kernels {
		if k.name == name {
			kernel = k
			return nil
		}
	}
	names := make([]string, len(kernels))
	for i, k := range kernels {
		names[i] = k.name
	}
	return fmt.Errorf("this machine has no kernel %q; it can run %q", name, names)
}

// A product works with blocks of A, B and C. Of kBlock terms, a panel of B, kernel.cols columns
// (8 of them: 13 KB), stays in the first-level cache or else the second, where mBlock rows of
// A stay too (211 KB). Each block is copied, so that it lies together, if it will be used for
// so many rows or columns of C that the copy pays, or if the kernel could not read it as it is.
const (
	kBlock, mBlock     = 200, 132
	packRows, packCols = 129, 192
)

// A room is where a product puts blocks of A and B; rooms lends them.
type room struct {
	a, b  []float64
	lists Sparse
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// multiply computes C += A·B, block by block.
func multiply(c Matrix, a, b operand, terms int) {
	if c.Rows == 0 || c.Cols == 0 {
		return
	}
	room := rooms.Get().(*room)
	blocks := (terms + kBlock - 1) / kBlock // all of about the same depth
	for block := range blocks {
		k := terms * block / blocks
		depth := terms*(block+1)/blocks - k
		room.b = slices.Grow(room.b[:0], depth*c.Cols)[:depth*c.Cols]
		for i := 0; i < c.Rows; i += mBlock {
			rows := min(mBlock, c.Rows-i)
			part := operand{a.data[i*a.row+k*a.col:], a.row, a.col}
			if a.row == 1 && c.Cols >= packCols {
				room.a = slices.Grow(room.a[:0], depth*rows)[:depth*rows]
				pack(room.a, rows, operand{a.data, a.col, 1}, k, i, depth, rows) // of the transposed of A, rows
				part = operand{room.a, 1, rows}
			}
			for j := 0; j < c.Cols; j += kernel.cols {
				width := min(kernel.cols, c.Cols-j)
				panel, ldb := b.data[k*b.row+j*b.col:], b.row
				if b.col != 1 || c.Rows >= packRows {
					at := 0 // in the room; without a next block of rows, one panel's is enough
					if c.Rows > mBlock {
						at = j * depth
					}
					panel, ldb = room.b[at:], width
					if i == 0 {
						pack(panel, width, b, k, j, depth, width)
					}
				}
				kernel.tiles(c.Data[i*c.Stride+j:], c.Stride, part, panel, ldb, rows, width, depth)
			}
		}
	}
	rooms.Put(room)
}

// pack copies depth×width elements of b, from (k, j), so that they lie row by row, stride apart.
// It takes eight columns at a time, so that whole cache lines are written.
func pack(dst []float64, stride int, b operand, k, j, depth, width int) {
	if b.col == 1 {
		for p := range depth {
			copy(dst[p*stride:][:width], b.data[(k+p)*b.row+j:])
		}
		return
	}
	q := 0
	for ; q+8 <= width; q += 8 {
		var col [8][]float64
		for i := range col {
			col[i] = b.data[k*b.row+(j+q+i)*b.col:][:depth] // b.row is 1 here
		}
		c0, c1, c2, c3, c4, c5, c6, c7 := col[0], col[1], col[2], col[3], col[4], col[5], col[6], col[7]
		for p, x := range c0 {
			d := (*[8]float64)(dst[p*stride+q:])
			d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7] = x, c1[p], c2[p], c3[p], c4[p], c5[p], c6[p], c7[p]
		}
	}
	for ; q < width; q++ {
		for p := range depth {
			dst[p*stride+q] = b.at(k+p, j+q)
		}
	}
}

// The plain Go kernels.

var goKernel = kernelSet{name: "go", tiles: tilesGo, rows: 1, cols: 64, gather: gatherGo, list: listGo, expand: expandGo,
	exp: each(exp), sigmoid: each(sigmoid), tanh: each(tanh), relu: each(relu), reluPrime: reluPrimeGo, convert: convertGo, prefetch: func([]byte) {}}

// tilesGo takes four terms at a time to a row of c, so that each element is loaded and
// stored once for four multiply–adds. It is as fast as plain Go gets on amd64, where
// each math.FMA first asks whether the processor has one.
func tilesGo(c []float64, ldc int, a operand, b []float64, ldb, m, n, k int) {
	for i := range m {
		row := c[i*ldc:][:n]
		p := 0
		for ; p+4 <= k; p += 4 {
			a0, a1, a2, a3 := a.at(i, p), a.at(i, p+1), a.at(i, p+2), a.at(i, p+3)
			b0, b1, b2, b3 := b[p*ldb:][:n], b[(p+1)*ldb:][:n], b[(p+2)*ldb:][:n], b[(p+3)*ldb:][:n]
			for j, sum := range row {
				sum = math.FMA(a0, b0[j], sum)
				sum = math.FMA(a1, b1[j], sum)
				sum = math.FMA(a2, b2[j], sum)
				row[j] = math.FMA(a3, b3[j], sum)
			}
		}
		for ; p < k; p++ {
			a0, b0 := a.at(i, p), b[p*ldb:][:n]
			for j, sum := range row {
				row[j] = math.FMA(a0, b0[j], sum)
			}
		}
	}
}

func each(f func(float64) float64) func([]float64) {
	return func(x []float64) {
		for i, v := range x {
			x[i] = f(v)
		}
	}
}

func convertGo(x []float64, row []byte, shift, factor []float64) {
	row, shift, factor = row[:len(x)], shift[:len(x)], factor[:len(x)]
	for j := range x {
		x[j] = (float64(row[j]) - shift[j]) * factor[j]
	}
}
