//go:build !purego

// The arm64 kernel: how Go calls NEON, which every arm64 processor has.

package kernel

import "backprop/internal/compute/exact"

// A TileFunc in assembly: c, a and b point to first elements. The rows of c are ldc elements apart, those of a arow,
// its columns acol, and the rows of b ldb. m and k are at least 1, and n is from 1 to the columns of a tile. Elements
// of b and c beyond column n are neither read nor written.

//go:noescape
func tilesNEON(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

// sparseRowsNEON is gather in assembly; see ListFunc. c is near and b is far. All pointers are to first elements, and
// from and to have at least one row.
//
//go:noescape
func sparseRowsNEON(c *float64, ldc int, from, to *int32, rows int, col *int32, val, b *float64, ldb, n int)

// Functions of n elements, where n is a multiple of 8 and at least 8.

//go:noescape
func expNEON(x *float64, n int)

//go:noescape
func sigmoidNEON(z *float64, n int)

//go:noescape
func tanhNEON(z *float64, n int)

//go:noescape
func convertNEON(x *float64, row *byte, shift, factor *float64, n int)

// prefetch loads n ≥ 1 bytes from p into the cache.
//
//go:noescape
func prefetch(p *byte, n int)

func machineSets() []set {
	return []set{{name: "neon", cols: 8, gather: lists(sparseRowsNEON), list: listGo, expand: expandGo,
		tiles: func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
			tilesNEON(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
		},
		exp: eights(expNEON, exact.Exp), sigmoid: eights(sigmoidNEON, exact.Sigmoid), tanh: eights(tanhNEON, exact.Tanh),
		relu: each(exact.Relu), reluPrime: reluPrimeGo,
		convert: convertEights(convertNEON), prefetch: prefetchRow}}
}
