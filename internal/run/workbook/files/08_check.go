package workbook

// Estimate is exercise 8: a gradient check of your own.
//
// Are the gradients right? There is another way to compute them, which is slow but so simple that it can
// hardly be wrong. Make one weight larger by a small h, and look at the cost; make it smaller by h, and look
// again. The difference of the two costs, divided by the distance 2h, is the slope:
//
//	∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h
//
// Do this for every number of w, one at a time, and then set it back to exactly what it was. If the gradients
// of exercise 5 agree with these in about 6 digits, they are right.
//
// Shapes: w m×n, slopes m×n. cost() returns the cost with the weights as they are at that moment.
// h = 0.00001 (1e-5) is good. If h is large, you get the slope between two places that are far away; if it is
// much smaller, C(w + h) and C(w − h) agree in nearly all of their digits, and their difference is inexact.
//
// Worked: C(w) = w² at w = 3, with h = 0.1: (3.1² − 2.9²)/0.2 = (9.61 − 8.41)/0.2 = 6. Indeed it is 2w.
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
