package workbook

// Momentum is exercise 11: momentum.
//
// A ball that rolls downhill does not start from rest at each place: it keeps most of its speed. So each weight
// gets a velocity v of its own. In each step v keeps the fraction µ (mu) of what it was, and the gradient g
// pushes it. The velocity then moves the weight:
//
//	v ← µ·v − η·g
//	w ← w + v
//
// If the gradients of many steps agree, v grows, up to 1/(1 − µ) times a plain step. If they point to and fro,
// they cancel.
//
// Shapes: w, v and g m×n. g is ∂C/∂w, and rate is η. Change the numbers in w and v themselves.
//
// Worked: w = 1, v = 0, g = 2 and again 2, η = 0.1, µ = 0.9:
//
//	first step:   v = 0.9·0 − 0.1·2 = −0.2         w = 1 − 0.2 = 0.8
//	second step:  v = 0.9·(−0.2) − 0.1·2 = −0.38   w = 0.8 − 0.38 = 0.42
func Momentum(w, v, g [][]float64, rate, mu float64) {
	// solution:
	for i := range w {
		for j := range w[i] {
			v[i][j] = mu*v[i][j] - rate*g[i][j]
			w[i][j] += v[i][j]
		}
	}
	// not done yet:
}
