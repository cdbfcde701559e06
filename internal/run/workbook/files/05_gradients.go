package workbook

// Gradients is exercise 5: ∂C/∂W and ∂C/∂b of a layer.
//
// δ[j] says how C changes with z[j]. And z[j] = Σᵢ a[i]·W[i][j] + b[j], where a is what came into the
// layer: so a change of W[i][j] is felt in z[j] as strongly as a[i] is large, and one of b[j] as it is.
//
//	∂C/∂W = aᵀ·δ     that is, ∂C/∂W[i][j] = a[i]·δ[j]
//	∂C/∂b = δ        that is, ∂C/∂b[j] = δ[j]
//
// Shapes, of a layer with 3 inputs and 2 neurons: a 3, δ 2; ∂C/∂W 3×2 as W itself, ∂C/∂b 2 as b.
//
// Worked:
//
//	a = (1, 2, 3)   δ = (0.1, −0.2)   ∂C/∂W = ( 0.1  −0.2 )   ∂C/∂b = (0.1, −0.2)
//	                                          ( 0.2  −0.4 )
//	                                          ( 0.3  −0.6 )
//
// zeros(rows, columns), in network.go, makes a matrix. The test calls the two dW1 and db1, and a X, since the
// first layer's inputs are those of the network.
func Gradients(a, delta []float64) (dW [][]float64, db []float64) {
	// solution:
	dW, db = zeros(len(a), len(delta)), make([]float64, len(delta))
	for j := range delta {
		for i := range a {
			dW[i][j] = a[i] * delta[j]
		}
		db[j] = delta[j]
	}
	return dW, db
	// not done yet:
	// return nil, nil
}
