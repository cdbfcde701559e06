// Sparse: matrices most of which is 0, like pictures, and behind dropout the outputs of relu and
// the errors δ: lists of what is not 0, and products with them. A term with a factor of 0 adds
// nothing, so it is not computed. matrix.go has the contract on order.
package main

import (
	"math"
	"slices"
)

// A Sparse is a matrix kept as lists of what is not 0: row i has the numbers Val[p] in columns
// Col[p], ascending, for Cut[0][i] ≤ p < Cut[last][i]. The cuts between them are where the
// list comes to columns panel, 2·panel, ...
type Sparse struct {
	Rows, Cols int
	Cut        [][]int32 // 1 + ⌈Cols/panel⌉ of them, Rows each
	Col        []int32
	Val        []float64
	transposed *Sparse // made when it is asked for
}

// panel is how many rows of B a product works with at a time, so that those 64 of their columns
// that a kernel takes at once, 32 KB, stay in the first-level cache.
const panel = 64

// Reset makes room for rows×cols elements, to be filled by SetRow, if a was never as large.
func (a *Sparse) Reset(rows, cols int) {
	a.Rows, a.Cols, a.Col, a.Val = rows, cols, a.Col[:0], a.Val[:0]
	a.forget()
	cuts := 1 + (cols+panel-1)/panel
	a.Cut = slices.Grow(a.Cut[:0], cuts)[:cuts]
	for k, cut := range a.Cut {
		a.Cut[k] = slices.Grow(cut[:0], rows)[:rows]
	}
}

// forget forgets the transposed, which is of earlier numbers.
func (a *Sparse) forget() {
	if a.transposed != nil {
		a.transposed.Rows = 0
	}
}

// extend appends n terms, whatever they are, and returns them. There is room for 8 more, so
// that vectors need no tail.
func (a *Sparse) extend(n int) (col []int32, val []float64) {
	at := len(a.Col)
	a.Col, a.Val = slices.Grow(a.Col, n+8)[:at+n], slices.Grow(a.Val, n+8)[:at+n]
	return a.Col[at:], a.Val[at:]
}

// SetRow lists what is not 0 in row i, after the rows before it.
func (a *Sparse) SetRow(i int, row []float64) {
	a.Col, a.Val = slices.Grow(a.Col, a.Cols+3), slices.Grow(a.Val, a.Cols+3)
	col, val, n := a.Col[:cap(a.Col)], a.Val[:cap(a.Val)], len(a.Col)
	for k := 0; k < a.Cols; k += panel {
		a.Cut[k/panel][i] = int32(n)
		n += kernel.list(col[n:], val[n:], row[k:min(k+panel, a.Cols)], k)
	}
	a.Cut[len(a.Cut)-1][i] = int32(n)
	a.Col, a.Val = col[:n], val[:n]
}

// Sparse and dense. A matrix may have both forms: sparse says which one counts.

// sparse says that m's numbers are in its lists.
func (m Matrix) sparse() bool { return m.lists != nil && m.lists.Rows > 0 }

// mostFilled is the part of a matrix that may be not 0 where lists are faster. Measured: behind
// relu and dropout, a quarter, an epoch takes two thirds of the time; behind relu alone, half,
// it is the same.
const mostFilled = 0.4

// compress lists what is not 0 in m, if it has lists and enough of it is 0. That depends on
// the numbers alone, so the bits of what is computed do not depend on who computes it.
func (m Matrix) compress() {
	if m.lists == nil {
		return
	}
	m.lists.Reset(m.Rows, m.Cols)
	for i := range m.Rows {
		m.lists.SetRow(i, m.Row(i))
		if float64(len(m.lists.Col)) > mostFilled*float64((i+4)*m.Cols) {
			m.lists.Rows = 0
			return
		}
	}
}

// noteZeros notes whether so much of m is 0 that AddMulBT leaves it out. It depends on the numbers
// of the whole matrix alone, as compress does.
func (m *Matrix) noteZeros() {
	terms := uint64(0)
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			bits := math.Float64bits(v) << 1 // without the sign
			terms += (bits | -bits) >> 63    // 1 if any is set: no branch to guess wrongly
		}
	}
	m.few = float64(terms) <= mostFilled*float64(m.Rows*m.Cols)
}

// filter replaces each number in row i, column j by f(i, j, v), and leaves it out where that is 0;
// before the transposed is asked for.
func (a *Sparse) filter(f func(i, j int, v float64) float64) {
	n, last := int32(0), len(a.Cut)-1
	for i := range a.Rows {
		p := a.Cut[0][i]
		for k := range last {
			end := a.Cut[k+1][i]
			a.Cut[k][i] = n
			for ; p < end; p++ {
				if v := f(i, int(a.Col[p]), a.Val[p]); v != 0 {
					a.Col[n], a.Val[n] = a.Col[p], v
					n++
				}
			}
		}
		a.Cut[last][i] = n
	}
	a.Col, a.Val = a.Col[:n], a.Val[:n]
}

// Transpose makes t the transposed of a. Taking a's rows in ascending order, it appends each
// term to the list of its column; so it counts first how long they will be.
func (a *Sparse) Transpose(t *Sparse) {
	t.Reset(a.Cols, a.Rows)
	t.extend(len(a.Col))
	next := t.Cut[len(t.Cut)-1] // where the next term of each list goes
	clear(next)
	for _, j := range a.Col {
		next[j]++
	}
	sum := int32(0)
	for j, n := range next {
		next[j] = sum
		sum += n
	}
	from, to := a.Cut[0], a.Cut[len(a.Cut)-1]
	for i := range a.Rows {
		if i%panel == 0 {
			copy(t.Cut[i/panel], next)
		}
		for p := from[i]; p < to[i]; p++ {
			q := &next[a.Col[p]]
			t.Col[*q], t.Val[*q] = int32(i), a.Val[p]
			*q++
		}
	}
}

// addMul is AddMul where A is rows first, first+1 … of a: c_ij += Σ_k a_ik·b_kj over the a_ik
// that are listed. Cost: 2·n flops a term. It works on whole eights of columns, as Padded does.
func (a *Sparse) addMul(c, b Matrix, first int) { a.each(kernel.gather, c, b, first) }

// addMulAT is AddMulAT, c_ij += Σ_k a_ki·b_kj. The transposed of A is worth making where each
// of its terms is used for many columns.
func (a *Sparse) addMulAT(c, b Matrix, first int) {
	if first != 0 || b.Rows != a.Rows {
		panic("matrix: (lists)ᵀ · B takes all rows of the lists, not a slice of them")
	}
	if kernel.scatter != nil && c.Cols < 128 && !a.hasTransposed() {
		a.each(kernel.scatter, b, c, first)
		return
	}
	a.prepareTransposed()
	a.transposed.each(kernel.gather, c, b, 0)
}

func (a *Sparse) hasTransposed() bool { return a.transposed != nil && a.transposed.Rows > 0 }

// prepareTransposed makes the transposed, if it is not there.
func (a *Sparse) prepareTransposed() {
	if a.transposed == nil {
		a.transposed = new(Sparse)
	}
	if !a.hasTransposed() {
		a.Transpose(a.transposed)
	}
}

// addMulBT is AddMulBT, c_ij += Σ_k a_ik·b_jk, where most of A is 0: a panel at a time, B's columns
// are copied as rows, and A's numbers are listed. It works on whole eights of columns, too.
func addMulBT(c, a, b Matrix) {
	if c.Cols == 0 {
		return
	}
	room := rooms.Get().(*room)
	stride := strideOf(c.Cols)
	for k := 0; k < a.Cols; k += panel {
		depth := min(panel, a.Cols-k)
		room.b = slices.Grow(room.b[:0], depth*stride)[:depth*stride]
		pack(room.b, stride, operand{b.Data, 1, b.Stride}, k, 0, depth, c.Cols)
		room.lists.Reset(a.Rows, depth)
		for i := range a.Rows {
			room.lists.SetRow(i, a.Row(i)[k:k+depth])
		}
		room.lists.addMul(c, view(depth, c.Cols, stride, room.b), 0)
	}
	rooms.Put(room)
}

// A listKernel goes through the lists of a sparse A, of which row i has from[i] ≤ p < to[i].
// Row i of near is beside them, col[p] is a row of far, and n columns of both, a multiple of 8,
// meet. To gather is near_i += Σ_p val_p·far_col[p]; to scatter, far_col[p] += val_p·near_i.
// Where a list is empty, nothing is read or written.
type listKernel func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int)

// each gives the lists of rows first, first+1 … to a kernel, panel by panel, or where there are
// few columns as many panels at once as stay in the first-level cache.
func (a *Sparse) each(kernel listKernel, near, far Matrix, first int) {
	n, end, last := (near.Cols+7)&^7, first+near.Rows, len(a.Cut)-1
	for k := 0; k < last; {
		from := a.Cut[k][first:end]
		k = min(k+max(1, 64/max(n, 1)), last)
		kernel(near.Data, near.Stride, from, a.Cut[k][first:end], a.Col, a.Val, far.Data, far.Stride, n)
	}
}

// The plain Go kernels.

// gatherGo takes four terms at a time, as tilesGo does.
func gatherGo(c []float64, ldc int, from, to, col []int32, val, b []float64, ldb, n int) {
	for i, p := range from {
		row := c[i*ldc:][:n]
		for ; p+4 <= to[i]; p += 4 {
			a, k := (*[4]float64)(val[p:]), (*[4]int32)(col[p:])
			b0, b1 := b[int(k[0])*ldb:][:n], b[int(k[1])*ldb:][:n]
			b2, b3 := b[int(k[2])*ldb:][:n], b[int(k[3])*ldb:][:n]
			for j, sum := range row {
				sum = math.FMA(a[0], b0[j], sum)
				sum = math.FMA(a[1], b1[j], sum)
				sum = math.FMA(a[2], b2[j], sum)
				row[j] = math.FMA(a[3], b3[j], sum)
			}
		}
		for ; p < to[i]; p++ {
			a0, b0 := val[p], b[int(col[p])*ldb:][:n]
			for j, sum := range row {
				row[j] = math.FMA(a0, b0[j], sum)
			}
		}
	}
}

// listGo lists what is not 0 in x, whose first element is in column first, and says how much it is.
func listGo(col []int32, val, x []float64, first int) int {
	n := 0
	for j, v := range x {
		if v != 0 {
			col[n], val[n] = int32(first+j), v
			n++
		}
	}
	return n
}

// expandGo makes terms of an image's n pixels: of their columns, two bytes each with the low one
// first, and of their values, which follow, times factor.
func expandGo(col []int32, val []float64, pixels []byte, factor float64) {
	n := len(pixels) / 3
	for p, v := range pixels[2*n:] {
		col[p], val[p] = int32(pixels[2*p])|int32(pixels[2*p+1])<<8, float64(v)*factor
	}
}
