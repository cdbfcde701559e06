// Package sparse stores matrices that are mostly 0, like pictures, or the outputs of relu behind dropout, as lists of
// what is not 0, and multiplies them. A term with a factor of 0 adds nothing, so it is not computed. It takes slices,
// and knows neither matrices nor networks.
package sparse

import (
	"slices"

	"backprop/internal/compute/kernel"
)

// Lists is a matrix kept as lists of what is not 0: row i has the numbers Val[p] in columns
// Col[p], ascending, for Cut[0][i] ≤ p < Cut[last][i]. The cuts between them are where the
// list comes to columns Panel, 2·Panel, ...
type Lists struct {
	Rows, Cols int
	Cut        [][]int32 // 1 + ⌈Cols/Panel⌉ of them, Rows each
	Col        []int32
	Val        []float64
	transposed *Lists // made when it is asked for
}

// Panel is how many rows of B a product works with at a time, so that those 64 of their columns
// that a kernel takes at once, 32 KB, stay in the first-level cache.
const Panel = 64

// Reset makes room for rows×cols elements, to be filled by SetRow, if a was never as large.
func (a *Lists) Reset(rows, cols int) {
	a.Rows, a.Cols, a.Col, a.Val = rows, cols, a.Col[:0], a.Val[:0]
	a.Forget()
	cuts := 1 + (cols+Panel-1)/Panel
	a.Cut = slices.Grow(a.Cut[:0], cuts)[:cuts]
	for k, cut := range a.Cut {
		a.Cut[k] = slices.Grow(cut[:0], rows)[:rows]
	}
}

// Forget forgets the transposed, which is of earlier numbers.
func (a *Lists) Forget() {
	if a.transposed != nil {
		a.transposed.Rows = 0
	}
}

// Extend appends n terms, whatever they are, and returns them. There is room for 8 more, so
// that vectors need no tail.
func (a *Lists) Extend(n int) (col []int32, val []float64) {
	at := len(a.Col)
	a.Col, a.Val = slices.Grow(a.Col, n+8)[:at+n], slices.Grow(a.Val, n+8)[:at+n]
	return a.Col[at:], a.Val[at:]
}

// SetRow lists what is not 0 in row i, after the rows before it.
func (a *Lists) SetRow(i int, row []float64) {
	a.Col, a.Val = slices.Grow(a.Col, a.Cols+3), slices.Grow(a.Val, a.Cols+3)
	col, val, n := a.Col[:cap(a.Col)], a.Val[:cap(a.Val)], len(a.Col)
	for k := 0; k < a.Cols; k += Panel {
		a.Cut[k/Panel][i] = int32(n)
		n += kernel.List(col[n:], val[n:], row[k:min(k+Panel, a.Cols)], k)
	}
	a.Cut[len(a.Cut)-1][i] = int32(n)
	a.Col, a.Val = col[:n], val[:n]
}

// Filter replaces each number in row i, column j by f(i, j, v), and leaves it out where that is 0;
// before the transposed is asked for.
func (a *Lists) Filter(f func(i, j int, v float64) float64) {
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
func (a *Lists) Transpose(t *Lists) {
	t.Reset(a.Cols, a.Rows)
	t.Extend(len(a.Col))
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
		if i%Panel == 0 {
			copy(t.Cut[i/Panel], next)
		}
		for p := from[i]; p < to[i]; p++ {
			q := &next[a.Col[p]]
			t.Col[*q], t.Val[*q] = int32(i), a.Val[p]
			*q++
		}
	}
}

// AddMul is c_ij += Σ_k a_ik·b_kj over the a_ik that are listed, where A is rows first, first+1 … of a,
// as many as c has, and c and b have their rows ldc and ldb apart. Cost: 2·n flops a term. It works on
// whole eights of columns.
func (a *Lists) AddMul(c []float64, ldc, rows, cols int, b []float64, ldb, first int) {
	a.each(kernel.Gather(), c, ldc, rows, cols, b, ldb, first)
}

// AddMulAT is c_ij += Σ_k a_ki·b_kj. The transposed of A is worth making where each of its terms is used
// for many columns.
func (a *Lists) AddMulAT(c []float64, ldc, cols int, b []float64, ldb int) {
	if f := kernel.Scatter(); f != nil && cols < 128 && !a.hasTransposed() {
		a.each(f, b, ldb, a.Rows, cols, c, ldc, 0)
		return
	}
	a.Transposed()
	a.transposed.each(kernel.Gather(), c, ldc, a.Cols, cols, b, ldb, 0)
}

func (a *Lists) hasTransposed() bool { return a.transposed != nil && a.transposed.Rows > 0 }

// Transposed makes the transposed, if it is not there.
func (a *Lists) Transposed() {
	if a.transposed == nil {
		a.transposed = new(Lists)
	}
	if !a.hasTransposed() {
		a.Transpose(a.transposed)
	}
}

// each gives the lists of rows first, first+1 … to a kernel, panel by panel, or where there are
// few columns as many panels at once as stay in the first-level cache.
func (a *Lists) each(f kernel.ListFunc, near []float64, ldn, rows, cols int, far []float64, ldf, first int) {
	n, end, last := (cols+7)&^7, first+rows, len(a.Cut)-1
	for k := 0; k < last; {
		from := a.Cut[k][first:end]
		k = min(k+max(1, 64/max(n, 1)), last)
		f(near, ldn, from, a.Cut[k][first:end], a.Col, a.Val, far, ldf, n)
	}
}
