// Package sparse stores matrices that are mostly 0, such as pictures, or the outputs of relu after dropout, as lists of
// their nonzero elements, and multiplies them: a term with a factor of 0 adds nothing, so it is not computed. It works
// on slices, and knows neither matrices nor networks.
package sparse

import (
	"slices"

	"backprop/internal/compute/kernel"
)

// Lists is a matrix stored as lists of its nonzero elements, a list for each row. The list of row i has the elements
// Val[p] in columns Col[p], for Cut[0][i] ≤ p < Cut[last][i]; the columns ascend. Cut[k][i] is where the list reaches
// column k·Panel.
type Lists struct {
	Rows, Cols int
	Cut        [][]int32 // 1 + ⌈Cols/Panel⌉ cuts, each with one number for every row
	Col        []int32
	Val        []float64
	transposed *Lists // the result of Transposed; out of date if it has no rows
}

// Panel is how many rows of B a product uses at a time. A kernel takes 64 columns of these rows at once: 32 KB, which
// stay in the first-level cache.
const Panel = 64

// Reset empties a and makes it a matrix of rows×cols elements, to be filled by SetRow. It allocates memory only if a
// has never been so large before.
func (a *Lists) Reset(rows, cols int) {
	a.Rows, a.Cols, a.Col, a.Val = rows, cols, a.Col[:0], a.Val[:0]
	a.DropTransposed()
	cuts := 1 + (cols+Panel-1)/Panel
	a.Cut = slices.Grow(a.Cut[:0], cuts)[:cuts]
	for k, cut := range a.Cut {
		a.Cut[k] = slices.Grow(cut[:0], rows)[:rows]
	}
}

// DropTransposed marks the transposed matrix as out of date.
func (a *Lists) DropTransposed() {
	if a.transposed != nil {
		a.transposed.Rows = 0
	}
}

// extend appends n elements, whose values do not matter, and returns them to be set. Vector code may read and write up
// to 8 elements beyond them.
func (a *Lists) extend(n int) (col []int32, val []float64) {
	at := len(a.Col)
	a.Col, a.Val = slices.Grow(a.Col, n+8)[:at+n], slices.Grow(a.Val, n+8)[:at+n]
	return a.Col[at:], a.Val[at:]
}

// SetRow sets row i. Rows have to be set in ascending order.
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

// Filter replaces each nonzero element v by f(i, j, v), where i is its row and j its column, and drops the element if
// the result is 0. Call Filter before Transposed.
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

// Transposed returns Aᵀ. It computes Aᵀ once and keeps it until Reset.
func (a *Lists) Transposed() *Lists {
	if a.transposed == nil {
		a.transposed = new(Lists)
	}
	if !a.hasTransposed() {
		a.transpose(a.transposed)
	}
	return a.transposed
}

func (a *Lists) hasTransposed() bool { return a.transposed != nil && a.transposed.Rows > 0 }

// transpose sets t to aᵀ. It takes the rows of a in ascending order and appends each element to the list of its column.
// To know where each list begins, it first counts how long the lists will be.
func (a *Lists) transpose(t *Lists) {
	t.Reset(a.Cols, a.Rows)
	t.extend(len(a.Col))
	next := t.Cut[len(t.Cut)-1] // where the next element of each list goes
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

// AddMul is C += A·B: c_ij += Σ_k a_ik·b_kj over the nonzero a_ik, in ascending order of k. C is rows×cols, and A is as
// many rows of a, starting at row first. The rows of C and B are ldc and ldb elements apart. cols is rounded up to a
// multiple of 8, and the extra columns are computed too.
func (a *Lists) AddMul(c []float64, ldc, rows, cols int, b []float64, ldb, first int) {
	a.eachPanel(kernel.Gather(), c, ldc, rows, cols, b, ldb, first)
}

// AddMulAT is C += Aᵀ·B: c_ij += Σ_k a_ki·b_kj, in the same way. Computing Aᵀ first pays off if there are many columns;
// if there are few, the kernel scatters to C instead.
func (a *Lists) AddMulAT(c []float64, ldc, cols int, b []float64, ldb int) {
	if f := kernel.Scatter(); f != nil && cols < 128 && !a.hasTransposed() {
		a.eachPanel(f, b, ldb, a.Rows, cols, c, ldc, 0)
		return
	}
	a.Transposed().eachPanel(kernel.Gather(), c, ldc, a.Cols, cols, b, ldb, 0)
}

// eachPanel calls a kernel with the lists of the given number of rows, starting at row first: panel by panel or, if
// there are few columns, with as many panels at once as fit into the first-level cache.
func (a *Lists) eachPanel(f kernel.ListFunc, near []float64, ldn, rows, cols int, far []float64, ldf, first int) {
	n, end, last := (cols+7)&^7, first+rows, len(a.Cut)-1
	for k := 0; k < last; {
		from := a.Cut[k][first:end]
		k = min(k+max(1, 64/max(n, 1)), last)
		f(near, ldn, from, a.Cut[k][first:end], a.Col, a.Val, far, ldf, n)
	}
}
