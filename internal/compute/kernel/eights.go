//go:build (amd64 || arm64) && !purego

package kernel

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
