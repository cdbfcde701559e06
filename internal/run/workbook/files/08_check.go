package workbook

// Estimate is exercise 8: a gradient check of your own.
//
// Are the gradients right? There is another way to get them, slow but so simple that it can hardly be
// wrong: make one weight larger by a little h, look at the cost; make it smaller by h, look again. What the
// cost rises by, over the 2h between, is the slope:
//
//	∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h
//
// Do this for every number of w, one at a time, and put each back to exactly what it was.
// If the gradients of exercise 5 come to the same, to 6 digits or so, they are right.
//
// Shapes: w m×n; what comes back m×n. cost() is the cost with the weights as they are at that moment.
// h = 0.00001 (1e-5) is good: with a large h the slope is not that of this place, and with one that is much
// smaller C(w + h) and C(w − h) are the same in nearly all of their digits.
//
// Worked: C(w) = w² at w = 3, with h = 0.1: (3.1² − 2.9²)/0.2 = (9.61 − 8.41)/0.2 = 6. It is 2w.
func Estimate(w [][]float64, cost func() float64) (slopes [][]float64) {
	// solution:
	const h = 1e-5
	slopes = zeros(len(w), len(w[0]))
	for i := range w {
		for j := range w[i] {
			old := w[i][j]
			w[i][j] = old + h
			above := cost()
			w[i][j] = old - h
			below := cost()
			w[i][j] = old
			slopes[i][j] = (above - below) / (2 * h)
		}
	}
	return slopes
	// not done yet:
	// return nil
}
