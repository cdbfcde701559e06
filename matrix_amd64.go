//go:build !purego

// The amd64 kernels: which of them this machine can run, and how they are called.
package main

// The contract between Go and assembly: c is the tile's first element and ldc the number
// of elements from one of its rows to the next; a is an operand's first element, with
// the distances arow and acol between its rows and columns; b is the panel's first
// element and ldb the distance between its rows. m and k are at least
// 1, n is 1 to cols. No element beyond column n is read or written, of b or of c.

//go:noescape
func tilesAVX512(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

//go:noescape
func tilesAVX2(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)

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

// prefetch touches the n bytes from p, at least 1, a cache line at a time.
//
//go:noescape
func prefetch(p *byte, n int)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)
func xgetbv() uint32

// machineKernels asks the processor (CPUID) what it can do, and the operating system
// (XGETBV) which registers it saves when it switches between threads.
func machineKernels() []kernelSet {
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
	set := []kernelSet{{name: "avx2", rows: 6, cols: 8,
		tiles: func(c []float64, ldc int, a operand, b []float64, ldb, m, n, k int) {
			tilesAVX2(&c[0], ldc, &a.data[0], a.row, a.col, &b[0], ldb, m, n, k)
		},
		exp: eights(expAVX2, exp), sigmoid: eights(sigmoidAVX2, sigmoid), tanh: eights(tanhAVX2, tanh),
		convert: convertEights(convertAVX2), prefetch: prefetchRow}}
	if b&(avx512f|avx512dq) == avx512f|avx512dq && state&(ymm|zmm) == ymm|zmm {
		set = append([]kernelSet{{name: "avx512", rows: 6, cols: 32,
			tiles: func(c []float64, ldc int, a operand, b []float64, ldb, m, n, k int) {
				tilesAVX512(&c[0], ldc, &a.data[0], a.row, a.col, &b[0], ldb, m, n, k)
			},
			exp: eights(expAVX512, exp), sigmoid: eights(sigmoidAVX512, sigmoid), tanh: eights(tanhAVX512, tanh),
			convert: convertEights(convertAVX512), prefetch: prefetchRow}}, set...)
	}
	return set
}

// eights gives whole eights of elements to the vector function, the rest to its twin.
func eights(vector func(x *float64, n int), plain func(float64) float64) func([]float64) {
	return func(x []float64) {
		n := len(x) &^ 7
		if n > 0 {
			vector(&x[0], n)
		}
		for i, v := range x[n:] {
			x[n+i] = plain(v)
		}
	}
}

func convertEights(vector func(x *float64, row *byte, shift, factor *float64, n int)) func([]float64, []byte, []float64, []float64) {
	return func(x []float64, row []byte, shift, factor []float64) {
		n := len(x) &^ 7
		_, _, _ = row[:len(x)], shift[:len(x)], factor[:len(x)]
		if n > 0 {
			vector(&x[0], &row[0], &shift[0], &factor[0], n)
		}
		convertGo(x[n:], row[n:], shift[n:], factor[n:])
	}
}

func prefetchRow(row []byte) {
	if len(row) > 0 {
		prefetch(&row[0], len(row))
	}
}
