//go:build arm64 && !purego && unix

// What the tests of all kernels leave open about the arm64 one: sparse rows, bytes, and
// that nothing around what it is given is even read.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// A pen is memory between two pages that nobody may touch.
type pen []byte

func newPen(t *testing.T, bytes int) pen {
	page := syscall.Getpagesize()
	size := (bytes + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(all) })
	for _, fence := range [][]byte{all[:page], all[page+size:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return all[page:][:size:size]
}

// penned returns a copy of x, at the end of the pen or at its beginning.
func penned[T any](p pen, x []T, end bool) []T {
	room := unsafe.Slice((*T)(unsafe.Pointer(&p[0])), len(p)/int(unsafe.Sizeof(*new(T))))
	if end {
		room = room[len(room)-len(x):]
	}
	copy(room, x)
	return room[:len(x):len(x)]
}

func drawn(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	uniform(x, 2, rng)
	return x
}

func TestNeonTouchesNothingElse(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	pc, pa, pb := newPen(t, 4096), newPen(t, 4096), newPen(t, 4096)
	neon := kernels[0]
	for m := 1; m <= 2*neon.rows+1; m++ {
		for n := 1; n <= neon.cols; n++ {
			for k := 1; k <= 5; k++ {
				for _, end := range []bool{false, true} {
					ldc, ldb := n+rng.IntN(3), n+rng.IntN(3)
					c, b := drawn((m-1)*ldc+n, rng), drawn((k-1)*ldb+n, rng)
					a := operand{drawn(m*k, rng), k, 1}
					if rng.IntN(2) == 0 {
						a.row, a.col = 1, m
					}
					got := penned(pc, c, end)
					held := operand{penned(pa, a.data, end), a.row, a.col}
					neon.tiles(got, ldc, held, penned(pb, b, end), ldb, m, n, k)
					tilesGo(c, ldc, a, b, ldb, m, n, k)
					sameBits(t, got, c, fmt.Sprintf("tiles %d×%d×%d", m, n, k))
				}
			}
		}
	}
	for n := range 34 {
		for _, end := range []bool{false, true} {
			for _, f := range []func([]float64){neon.exp, neon.sigmoid, neon.tanh} {
				f(penned(pc, drawn(n, rng), end))
			}
		}
	}
}

func TestNeonConvert(t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 1))
	px, pr, ps, pf := newPen(t, 4096), newPen(t, 4096), newPen(t, 4096), newPen(t, 4096)
	for n := range 300 {
		for _, end := range []bool{false, true} {
			row, shift, factor, want := make([]byte, n), drawn(n, rng), drawn(n, rng), make([]float64, n)
			for i := range row {
				row[i] = byte(rng.Uint32())
			}
			got, bytes := penned(px, want, end), penned(pr, row, end)
			kernels[0].prefetch(bytes)
			kernels[0].convert(got, bytes, penned(ps, shift, end), penned(pf, factor, end))
			convertGo(want, row, shift, factor)
			sameBits(t, got, want, "convert")
		}
	}
}

// TestNeonSparse: every number of columns around the edges of the blocks, with lists that
// are empty, long, out of order, and not one after the other.
func TestNeonSparse(t *testing.T) {
	const most = 1 << 15 // bytes of the largest slice
	rng := rand.New(rand.NewPCG(23, 1))
	pc, pl, pv, pb := newPen(t, most), newPen(t, most), newPen(t, most), newPen(t, most)
	pfrom, pto := newPen(t, most), newPen(t, most)
	for n := 0; n <= 120; n += 8 {
		for try := range 20 {
			rows, inner, end := rng.IntN(12), 1+rng.IntN(20), try%2 == 0
			ldc, ldb := n+rng.IntN(9), n+rng.IntN(9)
			c, b := drawn(max(0, (rows-1)*ldc+n), rng), drawn((inner-1)*ldb+n, rng)
			if try%5 == 0 && n > 0 {
				b[rng.IntN(len(b))], b[rng.IntN(len(b))] = math.NaN(), math.Inf(1)
			}
			from, to := make([]int32, rows), make([]int32, rows)
			var col []int32
			for _, i := range rng.Perm(rows) { // lists lie in any order
				from[i] = int32(len(col))
				for range rng.IntN(3) * rng.IntN(10) {
					col = append(col, int32(rng.IntN(inner)))
				}
				to[i] = int32(len(col))
			}
			val := drawn(len(col), rng)

			got := penned(pc, c, end)
			sparseNEON(got, ldc, penned(pfrom, from, end), penned(pto, to, end),
				penned(pl, col, end), penned(pv, val, end), penned(pb, b, end), ldb, n)
			for i := range rows {
				for p := from[i]; p < to[i]; p++ {
					for j := range n {
						c[i*ldc+j] = math.FMA(val[p], b[int(col[p])*ldb+j], c[i*ldc+j])
					}
				}
			}
			sameBits(t, got, c, fmt.Sprintf("%d sparse rows, %d columns", rows, n))
		}
	}
}
