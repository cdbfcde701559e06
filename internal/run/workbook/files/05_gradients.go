package workbook

// Gradients is exercise 5: ∂C/∂W and ∂C/∂b of a layer.
//
// δ[j] says how C changes with z[j]. And z[j] = Σᵢ a[i]·W[i][j] + b[j], where a are the inputs of the layer.
// So if W[i][j] changes a little, z[j] changes a[i] times as much; and if b[j] changes, z[j] changes as much.
//
//	∂C/∂W = aᵀ·δ     that is, ∂C/∂W[i][j] = a[i]·δ[j]
//	∂C/∂b = δ        that is, ∂C/∂b[j] = δ[j]
//
// Shapes for a layer with 3 inputs and 2 neurons: a 3, δ 2; ∂C/∂W 3×2 like W itself, ∂C/∂b 2 like b.
//
// Worked:
//
//	a = (1, 2, 3)   δ = (0.1, −0.2)   ∂C/∂W = ( 0.1  −0.2 )   ∂C/∂b = (0.1, −0.2)
//	                                          ( 0.2  −0.4 )
//	                                          ( 0.3  −0.6 )
//
// zeros(rows, columns), in network.go, makes a matrix. The test calls the gradients dW1 and db1. It calls the
// inputs X, as those of the first layer are the inputs of the network.
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
