package workbook

// Decay is exercise 12: weight decay.
//
// With large weights a network fits the training samples closely, and is often wrong about others. So large
// weights are made to cost something: (λ/2N) Σw² is added to the cost, where the sum is over all weights and
// N is the number of training samples. The derivative of this by w is (λ/N)·w, so every step pulls each weight
// a little towards 0:
//
//	W ← W − η·(∂C/∂W + (λ/N)·W)
//	b ← b − η·∂C/∂b                 biases do not decay
//
// Shapes: W and dW m×n, b and db n. dW and db are ∂C/∂W and ∂C/∂b without the new term; rate is η, lambda is λ
// and n is N. Change the numbers in w and b themselves.
//
// Worked: W = 2, ∂C/∂W = 0.1, η = 0.5, λ = 5, N = 100:
//
//	W = 2 − 0.5·(0.1 + (5/100)·2) = 2 − 0.5·0.2 = 1.9
//
// The test calls the new weights and biases newW1 and newb1.
func Decay(w [][]float64, b []float64, dW [][]float64, db []float64, rate, lambda float64, n int) {
	// solution:
	for i := range w {
		for j := range w[i] {
			w[i][j] -= rate * (dW[i][j] + lambda/float64(n)*w[i][j])
		}
	}
	for j := range b {
		b[j] -= rate * db[j]
	}
	// not done yet:
}
