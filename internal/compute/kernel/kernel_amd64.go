//go:build !purego

// The amd64 kernels: which of them this machine can run, and how they are called.

package kernel

import "backprop/internal/compute/exact"

// A TileFunc in assembly: c, a and b point to first elements. The rows of c are ldc elements apart, those of a arow,
// its columns acol, and the rows of b ldb. m and k are at least 1, and n is from 1 to the columns of a tile. Elements
// of b and c beyond column n are neither read nor written.

//go:noescape
func tilesAVX512(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

//go:noescape
func tilesAVX2(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

// maskTable holds the masks of the AVX2 tiles: 8 elements that are loaded and stored, then 8 that are not.
var maskTable = [16]int64{-1, -1, -1, -1, -1, -1, -1, -1}

// A ListFunc in assembly: all pointers are to first elements, and from and to have at least one row.

//go:noescape
func gatherAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func scatterAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func gatherAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

//go:noescape
func scatterAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)

// listAVX2 is List for n numbers, a multiple of 4. It may write up to 3 elements beyond the last, whose values do not
// matter.
//
//go:noescape
func listAVX2(col *int32, val, x *float64, n, first int) int

// expandAVX2 is Expand for n ≥ 1 pixels. It reads and writes up to 7 elements beyond n.
//
//go:noescape
func expandAVX2(col *int32, val *float64, cols, bytes *byte, factor float64, n int)

// Functions of n elements, where n is a multiple of 8 and at least 8.

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

// prefetch loads n ≥ 1 bytes from p into the cache.
//
//go:noescape
func prefetch(p *byte, n int)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)
func xgetbv() uint32

// machineSets returns the kernels in assembly that this machine can run. It asks the processor (CPUID) what it can do,
// and the operating system (XGETBV) which registers it saves when it switches between threads.
func machineSets() []set {
	if top, _, _, _ := cpuid(0, 0); top < 7 {
		return nil
	}
	_, _, ecx, _ := cpuid(1, 0)
	_, ebx, _, _ := cpuid(7, 0)
	hasAVX2, hasAVX512 := levels(ecx, ebx, xgetbv)
	if !hasAVX2 {
		return nil
	}
	second := set{name: "avx2", cols: 8,
		tiles: func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
			tilesAVX2(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
		},
		gather: lists(gatherAVX2), scatter: lists(scatterAVX2), list: list, expand: expand,
		exp: eights(expAVX2, exact.Exp), sigmoid: eights(sigmoidAVX2, exact.Sigmoid), tanh: eights(tanhAVX2, exact.Tanh),
		relu: eights(reluAVX2, exact.Relu), reluPrime: reluPrime,
		convert: convertEights(convertAVX2), prefetch: prefetchRow}
	if !hasAVX512 {
		return []set{second}
	}
	first := second
	first.name, first.cols = "avx512", 32
	first.tiles = func(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
		tilesAVX512(&c[0], ldc, &a.Data[0], a.Row, a.Col, &b[0], ldb, m, n, k)
	}
	first.gather, first.scatter = lists(gatherAVX512), lists(scatterAVX512)
	first.exp, first.sigmoid = eights(expAVX512, exact.Exp), eights(sigmoidAVX512, exact.Sigmoid)
	first.tanh, first.convert = eights(tanhAVX512, exact.Tanh), convertEights(convertAVX512)
	return []set{first, second}
}

// levels reports whether the AVX2 and the AVX-512 kernels can run, given ecx of CPUID's leaf 1 and ebx of leaf 7. xcr0
// says which registers the system saves; only a system that uses XSAVE allows to ask.
func levels(ecx, ebx uint32, xcr0 func() uint32) (hasAVX2, hasAVX512 bool) {
	const (
		fma, osxsave, avx       = 1 << 12, 1 << 27, 1 << 28       // ecx
		avx2, avx512f, avx512dq = 1 << 5, 1 << 16, 1 << 17        // ebx
		ymm, zmm                = 1<<1 | 1<<2, 1<<5 | 1<<6 | 1<<7 // xcr0: xmm and ymm; masks, zmm
	)
	has := func(register, bits uint32) bool { return register&bits == bits }
	if !has(ecx, fma|osxsave|avx) || !has(ebx, avx2) || !has(xcr0(), ymm) {
		return false, false
	}
	return true, has(ebx, avx512f|avx512dq) && has(xcr0(), zmm)
}

// list calls listAVX2 for as many elements as a multiple of 4 allows, and listGo for the rest.
func list(col []int32, val, x []float64, first int) int {
	n, fours := 0, len(x)&^3
	if fours > 0 {
		n = listAVX2(&col[0], &val[0], &x[0], fours, first)
	}
	return n + listGo(col[n:], val[n:], x[fours:], first+fours)
}

// expand calls expandAVX2 if the slices have room for a multiple of 8 elements.
func expand(col []int32, val []float64, pixels []byte, factor float64) {
	n := len(pixels) / 3
	if room := (n + 7) &^ 7; n == 0 || cap(col) < room || cap(val) < room || cap(pixels) < max(2*n, room)+room {
		expandGo(col, val, pixels, factor)
		return
	}
	expandAVX2(&col[0], &val[0], &pixels[0], &pixels[2*n], factor, n)
}

// packing says how to move the nonzero ones of four numbers to the front. Bit i of the index is set if number i is not
// 0. An entry lists the nonzero numbers, and lists them again as halves of 32 bits.
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

func reluPrime(delta, a []float64) {
	n := len(delta) &^ 7
	if n > 0 {
		reluPrimeAVX2(&delta[0], &a[0], n)
	}
	reluPrimeGo(delta[n:], a[n:])
}
