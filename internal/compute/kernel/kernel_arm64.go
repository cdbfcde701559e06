//go:build !purego

// The arm64 kernel, NEON, which every such processor has: how Go calls it.
package kernel

import "backprop/internal/compute/exact"

// The contract between Go and assembly: c is the tile's first element and ldc the number
// of elements from one of its rows to the next; a is an operand's first element, with
// the distances arow and acol between its rows and columns; b is the panel's first
// element and ldb the distance between its rows. m and k are at least
// 1, n is 1 to cols. No element beyond column n is read or written, of b or of c.

//go:noescape
func tilesNEON(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

// sparseRowsNEON is sparseNEON on at least one row; n is a multiple of 8, n ≥ 8.
//
//go:noescape
func sparseRowsNEON(c *float64, ldc int, from, to *int32, rows int, col *int32, val, b *float64, ldb, n int)

// The vector functions work in place on n elements, a multiple of 8, n ≥ 8.

//go:noescape
func expNEON(x *float64, n int)

//go:noescape
func sigmoidNEON(z *float64, n int)

//go:noescape
func tanhNEON(z *float64, n int)

//go:noescape
func convertNEON(x *float64, row *byte, shift, factor *float64, n int)

// prefetch touches the n bytes from p, at least 1, a cache line at a time.
//
//go:noescape
func prefetch(p *byte, n int)

func machineSets() []set {
	return []set{{name: "neon", rows: 6, cols: 8, gather: sparseNEON, list: listGo, expand: expandGo,
		tiles: func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
			tilesNEON(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
		},
		exp: eights(expNEON, exact.Exp), sigmoid: eights(sigmoidNEON, exact.Sigmoid), tanh: eights(tanhNEON, exact.Tanh),
		relu: each(exact.Relu), reluPrime: reluPrimeGo,
		convert: convertEights, prefetch: prefetchRow}}
}

// sparseNEON adds to each row i of c the rows of b in its list, for 0 ≤ j < n:
// c_ij += Σ_p val[p]·b[col[p]]_j over from[i] ≤ p < to[i]. A row with an empty list is
// not touched; n is a multiple of 8.
func sparseNEON(c []float64, ldc int, from, to []int32, col []int32, val []float64, b []float64, ldb, n int) {
	if len(from) == 0 || len(col) == 0 || n == 0 {
		return
	}
	sparseRowsNEON(&c[0], ldc, &from[0], &to[:len(from)][0], len(from), &col[0], &val[:len(col)][0], &b[0], ldb, n)
}

func convertEights(x []float64, row []byte, shift, factor []float64) {
	n := len(x) &^ 7
	_, _, _ = row[:len(x)], shift[:len(x)], factor[:len(x)]
	if n > 0 {
		convertNEON(&x[0], &row[0], &shift[0], &factor[0], n)
	}
	convertGo(x[n:], row[n:], shift[n:], factor[n:])
}

func prefetchRow(row []byte) {
	if len(row) > 0 {
		prefetch(&row[0], len(row))
	}
}
