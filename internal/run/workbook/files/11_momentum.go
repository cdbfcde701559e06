package workbook

// Momentum is exercise 11: momentum.
//
// A ball that rolls downhill does not begin anew at each place: it keeps most of its speed. So let each
// weight have a velocity v of its own. In each step it keeps the part µ (mu) of it, and the gradient
// pushes it on; and it is the velocity that moves the weight:
//
//	v ← µ·v − η·g
//	w ← w + v
//
// Where the gradients of many steps agree, v grows, up to 1/(1 − µ) times the plain step; where they
// turn to and fro they cancel.
//
// Shapes: w, v and g m×n. g is ∂C/∂w, rate is η. Both w and v are to be changed in place.
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
