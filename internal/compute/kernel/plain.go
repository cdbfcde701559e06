package kernel

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
)

// plain is the kernel in plain Go. It has no tiles: the caller's own loops run.
var plain = set{name: "go", cols: 64, gather: gatherGo, list: listGo, expand: expandGo,
	exp: each(exact.Exp), sigmoid: each(exact.Sigmoid), tanh: each(exact.Tanh), relu: each(exact.Relu),
	reluPrime: reluPrimeGo, convert: convertGo, prefetch: func([]byte) {}}

// expTable holds the constants of exp, sigmoid and tanh, for assembly: those of the reduction, then those that package
// exact has in its functions (4 to 12), and the polynomial (13 to 24).
var expTable = [25]float64(slices.Concat(exact.Terms[:4],
	[]float64{0.5, exact.Terms[1] + 1023, 1, 2, -2, 710, -746, -80, math.Copysign(0, -1)}, exact.Terms[4:]))

func each(f func(float64) float64) func([]float64) {
	return func(x []float64) {
		for i, v := range x {
			x[i] = f(v)
		}
	}
}

// reluPrimeGo is ReluPrime. It compares bits, because a branch on the number would be mispredicted half of the time.
func reluPrimeGo(delta, a []float64) {
	a = a[:len(delta)]
	for i, d := range delta {
		b := math.Float64bits(d)
		if math.Float64bits(a[i]) == 0 {
			b = 0
		}
		delta[i] = math.Float64frombits(b)
	}
}

func convertGo(x []float64, row []byte, shift, factor []float64) {
	row, shift, factor = row[:len(x)], shift[:len(x)], factor[:len(x)]
	for j := range x {
		x[j] = (float64(row[j]) - shift[j]) * factor[j]
	}
}

// gatherGo takes four elements of a list at a time, so that each number of a row is loaded and stored once for all
// four.
func gatherGo(c []float64, ldc int, from, to, col []int32, val, b []float64, ldb, n int) {
	for i, p := range from {
		row := c[i*ldc:][:n]
		for ; p+4 <= to[i]; p += 4 {
			a, k := (*[4]float64)(val[p:]), (*[4]int32)(col[p:])
			b0, b1 := b[int(k[0])*ldb:][:n], b[int(k[1])*ldb:][:n]
			b2, b3 := b[int(k[2])*ldb:][:n], b[int(k[3])*ldb:][:n]
			for j, sum := range row {
				sum = math.FMA(a[0], b0[j], sum)
				sum = math.FMA(a[1], b1[j], sum)
				sum = math.FMA(a[2], b2[j], sum)
				row[j] = math.FMA(a[3], b3[j], sum)
			}
		}
		for ; p < to[i]; p++ {
			a0, b0 := val[p], b[int(col[p])*ldb:][:n]
			for j, sum := range row {
				row[j] = math.FMA(a0, b0[j], sum)
			}
		}
	}
}

// listGo is List.
func listGo(col []int32, val, x []float64, first int) int {
	n := 0
	for j, v := range x {
		if v != 0 {
			col[n], val[n] = int32(first+j), v
			n++
		}
	}
	return n
}

// expandGo is Expand.
func expandGo(col []int32, val []float64, pixels []byte, factor float64) {
	n := len(pixels) / 3
	for p, v := range pixels[2*n:] {
		col[p], val[p] = int32(pixels[2*p])|int32(pixels[2*p+1])<<8, float64(v)*factor
	}
}
