// The recipe sine: a curve through noise, with two rates or one, and from other starts.
package main

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
)

// sineCurve is f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10).
func sineCurve(x float64) float64 {
	return math.FMA(0.4, exact.Sin(x+10), math.FMA(0.05, x+10, 0.2))
}

// sineData is 30 samples of the curve, evenly from −10 to 10, with noise of 0.2; and to test,
// as many at places beside them, off by 0.1 or so, with noise of their own.
func sineData(seed uint64) *dataset.Dataset {
	const n = 30
	rng := stream(seed, purposeRecipe, 0)
	y, test, shift := make([]float64, n), make([]float64, n), make([]float64, n)
	normal(y, 0.2, rng)
	normal(shift, 0.1, rng)
	normal(test, 0.2, rng)
	x := evenly(-10, 10, n)
	beside := slices.Clone(x)
	for i := range x {
		beside[i] += shift[i]
		y[i] += sineCurve(x[i])
		test[i] += sineCurve(beside[i])
	}
	d := madeSet("30 samples of a noisy sine", n, x, y)
	d.Test = madeSet("", n, beside, test).Train
	return d
}
