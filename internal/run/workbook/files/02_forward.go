package workbook

// Forward is exercise 2: a layer forward.
//
// A layer takes a list of numbers, x. Each of its neurons j multiplies them by its weights and adds them up
// with its bias; the sum is z[j]. The output of the neuron is a[j] = σ(z[j]):
//
//	z = x·W + b      that is, z[j] = Σᵢ x[i]·W[i][j] + b[j]
//	a = σ(z)         that is, a[j] = σ(z[j])
//
// Shapes for a layer with 3 inputs and 2 neurons: x 3, W 3×2, b 2; z 2, a 2.
//
// Worked, with 2 inputs and 2 neurons:
//
//	x = (1, 2)   W = ( 0.1   0.3 )   b = (0.5, 0)
//	                 ( 0.2  −0.4 )
//	z[0] = 1·0.1 + 2·0.2 + 0.5 = 1        a[0] = 0.7311
//	z[1] = 1·0.3 + 2·(−0.4) + 0 = −0.5    a[1] = 0.3775
//
// In Go, make([]float64, n) makes a list of n zeros, and len(b) is the number of neurons. Call sigmoid, in
// small letters: it is your Sigmoid, or one that is lent to you. It returns two numbers; if you do not need
// the slope, write a[j], _ = sigmoid(z[j]).
//
// The test calls the inputs X, and z and a of the first layer Z1 and A1.
func Forward(x []float64, w [][]float64, b []float64) (z, a []float64) {
	// solution:
	z, a = make([]float64, len(b)), make([]float64, len(b))
	for j := range b {
		z[j] = b[j]
		for i := range x {
			z[j] += x[i] * w[i][j]
		}
		a[j], _ = sigmoid(z[j])
	}
	return z, a
	// not done yet:
	// return nil, nil
}
