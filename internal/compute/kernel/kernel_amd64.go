//go:build !purego

// The amd64 kernels: which of them this machine can run, and how they are called.
package kernel

import "backprop/internal/compute/exact"

// The contract between Go and assembly: c is the tile's first element and ldc the number
// of elements from one of its rows to the next; a is an operand's first element, with
// the distances arow and acol between its rows and columns; b is the panel's first
// element and ldb the distance between its rows. m and k are at least
// 1, n is 1 to cols. No element beyond column n is read or written, of b or of c.

//go:noescape
func tilesAVX512(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

//go:noescape
func tilesAVX2(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

// maskTable holds the masks of the AVX2 tiles: 8 vectors' elements that count, 8 that do not.
var maskTable = [16]int64{-1, -1, -1, -1, -1, -1, -1, -1}

// The lists of a sparse product: of rows rows, the i-th has the terms from[i] ≤ p < to[i] of col
// and val, and stands beside row i of near; col[p] is a row of far. ldn and ldf are the distances
// between their rows, and n a multiple of 8. gather adds to near, scatter to far.

//go:noescape
func gatherAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func scatterAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func gatherAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func scatterAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

// listAVX2 writes the columns, from first, and the values of those of n numbers, a multiple of 4,
// that are not 0, and up to 3 after them that do not matter. It returns how many there are.
//
//go:noescape
func listAVX2(col *int32, val, x *float64, n, first int) int

// expandAVX2 makes terms of n pixels, at least 1 and counted in whole eights: up to 7 elements
// beyond n of all four are read or written.
//
//go:noescape
func expandAVX2(col *int32, val *float64, cols, bytes *byte, factor float64, n int)

// The vector functions work in place on n elements, a multiple of 8, n ≥ 8.

//go:noescape
func expAVX512(x *float64, n int)

//go:noescape
func sigmoidAVX512(z *float64, n int)

//go:noescape
func tanhAVX512(z *float64, n int)

//go:noescape
func convertAVX512(x *float64, row *byte, shift, factor *float64, n int)

//go:noescape
func expAVX2(x *float64, n int)

//go:noescape
func sigmoidAVX2(z *float64, n int)

//go:noescape
func tanhAVX2(z *float64, n int)

//go:noescape
func convertAVX2(x *float64, row *byte, shift, factor *float64, n int)

//go:noescape
func reluAVX2(z *float64, n int)

//go:noescape
func reluPrimeAVX2(delta, a *float64, n int)

// prefetch touches the n bytes from p, at least 1, a cache line at a time.
//
//go:noescape
func prefetch(p *byte, n int)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)
func xgetbv() uint32

// machineSets asks the processor (CPUID) what it can do, and the operating system
// (XGETBV) which registers it saves when it switches between threads.
func machineSets() []set {
	const (
		fma, osxsave, avx       = 1 << 12, 1 << 27, 1 << 28       // leaf 1, ecx
		avx2, avx512f, avx512dq = 1 << 5, 1 << 16, 1 << 17        // leaf 7, ebx
		ymm, zmm                = 1<<1 | 1<<2, 1<<5 | 1<<6 | 1<<7 // xcr0: xmm and ymm; masks, zmm
	)
	if top, _, _, _ := cpuid(0, 0); top < 7 {
		return nil
	}
	_, _, c, _ := cpuid(1, 0)
	if c&(fma|osxsave|avx) != fma|osxsave|avx {
		return nil
	}
	_, b, _, _ := cpuid(7, 0)
	state := xgetbv()
	if b&avx2 == 0 || state&ymm != ymm {
		return nil
	}
	machine := []set{{name: "avx2", rows: 6, cols: 8,
		tiles: func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
			tilesAVX2(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
		},
		gather: lists(gatherAVX2), scatter: lists(scatterAVX2), list: list, expand: expand,
		exp: eights(expAVX2, exact.Exp), sigmoid: eights(sigmoidAVX2, exact.Sigmoid), tanh: eights(tanhAVX2, exact.Tanh),
		relu: eights(reluAVX2, exact.Relu), reluPrime: reluPrime,
		convert: convertEights(convertAVX2), prefetch: prefetchRow}}
	if b&(avx512f|avx512dq) == avx512f|avx512dq && state&(ymm|zmm) == ymm|zmm {
		machine = append([]set{{name: "avx512", rows: 6, cols: 32,
			tiles: func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
				tilesAVX512(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
			},
			gather: lists(gatherAVX512), scatter: lists(scatterAVX512), list: list, expand: expand,
			exp: eights(expAVX512, exact.Exp), sigmoid: eights(sigmoidAVX512, exact.Sigmoid),
			tanh: eights(tanhAVX512, exact.Tanh),
			relu: eights(reluAVX2, exact.Relu), reluPrime: reluPrime,
			convert: convertEights(convertAVX512), prefetch: prefetchRow}}, machine...)
	}
	return machine
}

// lists gives a kernel the addresses of what there is, if there is anything.
func lists(
	f func(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int),
) ListFunc {
	return func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int) {
		if len(from) > 0 && len(col) > 0 && n > 0 {
			f(&near[0], ldn, &from[0], &to[0], len(from), &col[0], &val[0], &far[0], ldf, n)
		}
	}
}

// list gives whole fours of elements to listAVX2, the rest to its twin.
func list(col []int32, val, x []float64, first int) int {
	n, fours := 0, len(x)&^3
	if fours > 0 {
		n = listAVX2(&col[0], &val[0], &x[0], fours, first)
	}
	return n + listGo(col[n:], val[n:], x[fours:], first+fours)
}

func expand(col []int32, val []float64, pixels []byte, factor float64) {
	n := len(pixels) / 3
	if room := (n + 7) &^ 7; n == 0 || cap(col) < room || cap(val) < room || cap(pixels) < max(2*n, room)+room {
		expandGo(col, val, pixels, factor)
		return
	}
	expandAVX2(&col[0], &val[0], &pixels[0], &pixels[2*n], factor, n)
}

// packing says, for each set of 4 numbers that are not 0, a bit for each, how to move them to
// the front, as halves of numbers, and which they are.
var packing = func() (table [16]struct{ halves, which [8]int32 }) {
	for bits := range table {
		n := 0
		for i := range int32(4) {
			if bits>>i&1 != 0 {
				table[bits].halves[2*n], table[bits].halves[2*n+1], table[bits].which[n] = 2*i, 2*i+1, i
				n++
			}
		}
	}
	return
}()

func convertEights(
	vector func(x *float64, row *byte, shift, factor *float64, n int),
) func([]float64, []byte, []float64, []float64) {
	return func(x []float64, row []byte, shift, factor []float64) {
		n := len(x) &^ 7
		_, _, _ = row[:len(x)], shift[:len(x)], factor[:len(x)]
		if n > 0 {
			vector(&x[0], &row[0], &shift[0], &factor[0], n)
		}
		convertGo(x[n:], row[n:], shift[n:], factor[n:])
	}
}

func reluPrime(delta, a []float64) {
	n := len(delta) &^ 7
	if n > 0 {
		reluPrimeAVX2(&delta[0], &a[0], n)
	}
	reluPrimeGo(delta[n:], a[n:])
}

func prefetchRow(row []byte) {
	if len(row) > 0 {
		prefetch(&row[0], len(row))
	}
}
