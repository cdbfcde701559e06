//go:build arm64 && !purego && (linux || darwin)

// What the tests of all kernels leave open about the arm64 one: sparse rows and bytes.

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

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
			sets[0].prefetch(bytes)
			sets[0].convert(got, bytes, penned(ps, shift, end), penned(pf, factor, end))
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
			sets[0].gather(got, ldc, penned(pfrom, from, end), penned(pto, to, end),
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
