//go:build (amd64 || arm64) && !purego

package kernel

// Assembly functions take the address of a first element and a number of elements that is a multiple of 8. The
// functions below call them with slices, and compute the up to seven elements that are left over in plain Go.

// eights makes a function that takes a slice from one that takes n elements, where n is a multiple of 8 and at least 8.
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

// convertEights does for set.convert what eights does for functions of one slice.
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

// lists makes a ListFunc from an assembly function that takes addresses and needs at least one row, one element and one
// column.
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
