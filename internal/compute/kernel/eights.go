//go:build (amd64 || arm64) && !purego

package kernel

// Assembly works on whole eights of elements and on the addresses of first elements. These functions call it with
// slices, and leave the rest of the elements to plain Go.

// eights makes a function of a slice from one of n elements, a multiple of 8 and at least 8.
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

// convertEights is eights for set.convert.
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

// lists makes a ListFunc from one that takes addresses and needs at least one row, element and column.
func lists(
	f func(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int),
) ListFunc {
	return func(near []float64, ldn int, from, to, col []int32, val, far []float64, ldf, n int) {
		if len(from) > 0 && len(col) > 0 && n > 0 {
			f(&near[0], ldn, &from[0], &to[0], len(from), &col[0], &val[0], &far[0], ldf, n)
		}
	}
}

func prefetchRow(row []byte) {
	if len(row) > 0 {
		prefetch(&row[0], len(row))
	}
}
