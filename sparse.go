// Sparse: this file has matrices most of which is 0, like pictures and the outputs of relu,
// and their products, which leave out the terms whose factor is 0.
//
// The contract on order is that of matrix.go, but terms that A does not list are left out.
package main

import (
	"fmt"
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
}

// panel is how many rows of B a product works with at a time, so that those 64 of their columns
// that a kernel takes at once, 32 KB, stay in the first-level cache.
const panel = 64

// Reset makes room for rows×cols elements, to be filled by SetRow, if a was never as large.
func (a *Sparse) Reset(rows, cols int) {
	a.Rows, a.Cols, a.Col, a.Val = rows, cols, a.Col[:0], a.Val[:0]
	cuts := 1 + (cols+panel-1)/panel
	a.Cut = slices.Grow(a.Cut[:0], cuts)[:cuts]
	for k, cut := range a.Cut {
		a.Cut[k] = slices.Grow(cut[:0], rows)[:rows]
	}
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

// Transpose makes t the transposed of a. Taking a's rows in ascending order, it appends each
// term to the list of its column; so it counts first how long they will be.
func (a *Sparse) Transpose(t *Sparse) {
	t.Reset(a.Cols, a.Rows)
	t.Col, t.Val = slices.Grow(t.Col, len(a.Col))[:len(a.Col)], slices.Grow(t.Val, len(a.Col))[:len(a.Col)]
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

// AddMulSparse is AddMul with a sparse A, C += A·B:  c_ij += Σ_k a_ik·b_kj over the a_ik that
// are listed. C is m×n, A is m×k, B is k×n. Cost: 2·n flops a term. It works on whole eights of
// columns, as Padded does.
func AddMulSparse(c Matrix, a *Sparse, b Matrix) {
	if a.Rows != c.Rows || a.Cols != b.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("matrix: %v += sparse %d×%d · %v", c, a.Rows, a.Cols, b))
	}
	a.each(kernel.gather, c, b)
}

// AddMulSparseAT is AddMulAT with a sparse A, C += Aᵀ·B:  c_ij += Σ_k a_ki·b_kj. It may use t
// for the transposed of A, which is worth making where each of its terms is used for many columns.
func AddMulSparseAT(c Matrix, a *Sparse, b Matrix, t *Sparse) {
	if a.Cols != c.Rows || a.Rows != b.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("matrix: %v += (sparse %d×%d)ᵀ · %v", c, a.Rows, a.Cols, b))
	}
	if kernel.scatter != nil && c.Cols < 128 {
		a.each(kernel.scatter, b, c)
		return
	}
	a.Transpose(t)
	t.each(kernel.gather, c, b)
}

// A listKernel goes through the lists of a sparse A, of which row i has from[i] ≤ p < to[i].
// Row i of near is beside them, col[p] is a row of far, and n columns of both, a multiple of 8,
// meet. To gather is near_i += Σ_p val_p·far_col[p]; to scatter, far_col[p] += val_p·near_i.
// Where a list is empty, nothing is read or written.
type listKernel func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int)

// each gives a's lists to a kernel, panel by panel.
func (a *Sparse) each(kernel listKernel, near, far Matrix) {
	for k := range len(a.Cut) - 1 {
		kernel(near.Data, near.Stride, a.Cut[k], a.Cut[k+1], a.Col, a.Val, far.Data, far.Stride, (near.Cols+7)&^7)
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
