package workbook

// Back is exercise 4: δ one layer back.
//
// You know δ of the last layer, delta2. A hidden neuron i acts on the z2 of every output j, through its
// weight W2[i][j]. So the δ of all outputs come back to it through the same weights, and then through the
// slope of its own σ:
//
//	δ1 = (δ2·W2ᵀ) ⊙ σ′(z1)      that is, δ1[i] = (Σⱼ δ2[j]·W2[i][j])·σ′(z1[i])
//
// (W2ᵀ is W2 with rows and columns exchanged; ⊙ multiplies two lists number by number.)
//
// Shapes for 3 hidden neurons and 2 outputs: δ2 2, W2 3×2, z1 3; δ1 3.
//
// Worked, with 2 hidden neurons and 2 outputs:
//
//	δ2 = (0.1, −0.2)   W2 = ( 0.5  1 )   z1 = (0, 2), where σ′ is 0.25 and 0.1050
//	                        ( 2    0 )
//	δ1[0] = (0.1·0.5 + (−0.2)·1)·0.25 = −0.0375
//	δ1[1] = (0.1·2 + (−0.2)·0)·0.1050 = 0.0210
//
// Call sigmoid, in small letters, for the slope. The test calls δ1 delta1 and δ2 delta2.
func Back(delta2 []float64, w2 [][]float64, z1 []float64) (delta1 []float64) {
	// solution:
	delta1 = make([]float64, len(z1))
	for i := range z1 {
		for j := range delta2 {
			delta1[i] += delta2[j] * w2[i][j]
		}
		_, slope := sigmoid(z1[i])
		delta1[i] *= slope
	}
	return delta1
	// not done yet:
	// return nil
}
