package workbook

import "math"

// Output is exercise 3: the cost, and δ of the last layer.
//
// z is that of the last layer, and y is what the network should answer. The cost C says how wrong the answer
// is; δ is ∂C/∂z, which says how C changes with each z. There are two costs, and softmax says which to use.
//
// If softmax is false, the squared error with σ:
//
//	a = σ(z)    C = Σⱼ ½(a[j] − y[j])²    δ[j] = (a[j] − y[j])·σ′(z[j])
//
// If softmax is true, the cross-entropy with softmax, where the a are probabilities and add up to 1:
//
//	a[j] = e^z[j] / Σₖ e^z[k]    C = −Σⱼ y[j]·ln a[j]    δ[j] = a[j] − y[j]
//
// Shapes for 2 outputs: z 2, y 2; C is a single number, δ 2.
//
// Worked, with z = (1, −0.5) and y = (1, 0):
//
//	squared error:  a = (0.7311, 0.3775)  C = ½·0.0723 + ½·0.1425 = 0.1074
//	                δ = ((0.7311 − 1)·0.1966, (0.3775 − 0)·0.2350) = (−0.0529, 0.0887)
//	cross-entropy:  a = (2.7183, 0.6065)/3.3248 = (0.8176, 0.1824)  C = −ln 0.8176 = 0.2014
//	                δ = (−0.1824, 0.1824)
//
// In Go, ln x is math.Log(x). Since there is only this one layer here, the test calls its numbers Z1, A1 and
// delta1.
func Output(z, y []float64, softmax bool) (cost float64, delta []float64) {
	// solution:
	delta = make([]float64, len(z))
	sum := 0.0
	for j := range z {
		sum += math.Exp(z[j])
	}
	for j := range z {
		if softmax {
			a := math.Exp(z[j]) / sum
			cost -= y[j] * math.Log(a)
			delta[j] = a - y[j]
			continue
		}
		a, slope := sigmoid(z[j])
		cost += (a - y[j]) * (a - y[j]) / 2
		delta[j] = (a - y[j]) * slope
	}
	return cost, delta
	// not done yet:
	// return math.NaN(), nil
}
