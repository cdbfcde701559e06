//go:build linux || darwin

// That nothing around what a kernel is given is even read: its operands lie between pages that
// nobody may touch.

package kernel

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
	for i := range x {
		x[i] = 4*rng.Float64() - 2
	}
	return x
}

func sameBits(t *testing.T, got, want []float64, what string) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s: element %d is %v, the plain loop gives %v", what, i, got[i], want[i])
		}
	}
}

// product is what tiles are, in plain loops.
func product(c []float64, ldc int, a Operand, b []float64, ldb, m, n, k int) {
	for i := range m {
		for j := range n {
			for p := range k {
				c[i*ldc+j] = math.FMA(a.At(i, p), b[p*ldb+j], c[i*ldc+j])
			}
		}
	}
}

// TestKernelsTouchNothingElse: tiles of every size around the edges, and vectors of every length.
func TestKernelsTouchNothingElse(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	pc, pa, pb, pd := newPen(t, 1<<15), newPen(t, 1<<15), newPen(t, 1<<15), newPen(t, 1<<15)
	for _, k := range sets {
		for m := 1; m <= 2*k.rows+1; m++ {
			for n := 1; k.tiles != nil && n <= k.cols; n++ {
				depth, end := 1+rng.IntN(5), rng.IntN(3) > 0
				ldc, ldb := n+rng.IntN(3), n+rng.IntN(3)
				c, b := drawn((m-1)*ldc+n, rng), drawn((depth-1)*ldb+n, rng)
				a := Operand{drawn(m*depth, rng), depth, 1}
				if rng.IntN(2) == 0 {
					a.Row, a.Col = 1, m
				}
				got := penned(pc, c, end)
				held := Operand{penned(pa, a.Data, end), a.Row, a.Col}
				k.tiles(got, ldc, held, penned(pb, b, end), ldb, m, n, depth)
				product(c, ldc, a, b, ldb, m, n, depth)
				sameBits(t, got, c, fmt.Sprintf("%s: tiles %d×%d×%d", k.name, m, n, depth))
			}
		}
		for n := range 70 {
			for _, end := range []bool{false, true} {
				for _, f := range []func([]float64){k.exp, k.sigmoid, k.tanh, k.relu} {
					f(penned(pc, drawn(n, rng), end))
				}
				k.reluPrime(penned(pc, drawn(n, rng), end), penned(pa, drawn(n, rng), end))
				row := make([]byte, n)
				for i := range row {
					row[i] = byte(rng.Uint32())
				}
				bytes := penned(pb, row, end)
				k.prefetch(bytes)
				shift, factor, want := drawn(n, rng), drawn(n, rng), make([]float64, n)
				got := penned(pc, want, end)
				k.convert(got, bytes, penned(pa, shift, end), penned(pd, factor, end))
				convertGo(want, row, shift, factor)
				sameBits(t, got, want, k.name+": convert")
			}
		}
	}
}

// TestSparseKernelsTouchNothingElse: lists that are empty, long, in any order and not one after the other,
// beside every number of columns around the edges of the blocks; and the making of lists.
func TestSparseKernelsTouchNothingElse(t *testing.T) {
	const most = 1 << 16 // bytes of the largest slice
	rng := rand.New(rand.NewPCG(23, 1))
	pn, pl, pv, pf := newPen(t, most), newPen(t, most), newPen(t, most), newPen(t, most)
	pfrom, pto := newPen(t, most), newPen(t, most)
	for _, k := range sets {
		for _, scatter := range []bool{false, true} {
			f := k.gather
			if scatter {
				f = k.scatter
			}
			for n := 8; f != nil && n <= 136; n += 8 {
				for try := range 12 {
					rows, inner, end := 1+rng.IntN(12), 1+rng.IntN(20), try%3 > 0
					ldn, ldf := n+rng.IntN(9), n+rng.IntN(9)
					near, far := drawn((rows-1)*ldn+n, rng), drawn((inner-1)*ldf+n, rng)
					from, to, col := make([]int32, rows), make([]int32, rows), []int32{0}
					for _, i := range rng.Perm(rows) {
						from[i] = int32(len(col))
						for range rng.IntN(3) * rng.IntN(10) {
							col = append(col, int32(rng.IntN(inner)))
						}
						to[i] = int32(len(col))
					}
					val := drawn(len(col), rng)
					gotNear, gotFar := penned(pn, near, end), penned(pf, far, end)
					f(gotNear, ldn, penned(pfrom, from, end), penned(pto, to, end), penned(pl, col, end), penned(pv, val, end),
						gotFar, ldf, n)
					for i := range rows {
						for p := from[i]; p < to[i]; p++ {
							a, b := near[i*ldn:][:n], far[int(col[p])*ldf:][:n]
							for j := range n {
								if scatter {
									b[j] = math.FMA(val[p], a[j], b[j])
								} else {
									a[j] = math.FMA(val[p], b[j], a[j])
								}
							}
						}
					}
					what := fmt.Sprintf("%s, scatter %v: %d rows, %d columns", k.name, scatter, rows, n)
					sameBits(t, gotNear, near, what)
					sameBits(t, gotFar, far, what)
				}
			}
		}
		for n := range 80 {
			x, pixels := drawn(n, rng), make([]byte, 3*n)
			for i := range x {
				x[i] *= float64(rng.IntN(2))
				pixels[2*i], pixels[2*n+i] = byte(i), byte(rng.Uint32())
			}
			col, val := make([]int32, n+8), make([]float64, n+8)
			count := listGo(col, val, x, 5)
			c, v := penned(pl, make([]int32, n+3), true), penned(pv, make([]float64, n+3), true)
			if got := k.list(c, v, penned(pn, x, true), 5); got != count || fmt.Sprint(c[:count]) != fmt.Sprint(col[:count]) {
				t.Fatalf("%s: %d of %d listed, want %d: %v, want %v", k.name, got, n, count, c[:got], col[:count])
			}
			sameBits(t, v[:count], val[:count], k.name+": list")
			expandGo(col[:n], val[:n], pixels, 0.5)
			for room := range 17 { // as many bytes beyond the pixels as are free
				bytes := penned(pf, make([]byte, 3*n+room), true)[:3*n]
				copy(bytes, pixels)
				c, v := penned(pl, make([]int32, n+8), true), penned(pv, make([]float64, n+8), true)
				k.expand(c[:n], v[:n], bytes, 0.5)
				if sameBits(t, v[:n], val[:n], k.name+": expand"); fmt.Sprint(c[:n]) != fmt.Sprint(col[:n]) {
					t.Fatalf("%s: %d pixels expand to columns %v, want %v", k.name, n, c[:n], col[:n])
				}
			}
		}
	}
}
