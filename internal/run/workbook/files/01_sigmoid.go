package workbook

import "math"

// Sigmoid is exercise 1: σ, and the slope of σ.
//
// A neuron adds up its inputs; the sum is z. Its output is a = σ(z), a number between 0 and 1. The slope
// σ′(z) says how much a changes when z changes a little:
//
//	a = σ(z) = 1 / (1 + e⁻ᶻ)
//	slope = σ′(z) = σ(z)·(1 − σ(z))
//
// Shapes: z, a and slope are single numbers.
//
// Worked:
//
//	z = 0:  a = 1/(1 + 1) = 0.5         slope = 0.5·0.5 = 0.25
//	z = 2:  a = 1/(1 + 0.1353) = 0.8808  slope = 0.8808·0.1192 = 0.1050
//
// In Go, eˣ is math.Exp(x). Wherever you see NaN ("not a number") or nil in this folder, it stands for
// something that you have not written yet.
//
// The test uses the names that these numbers have in a network: Z1 for z, A1 for a, and sigmoid′(Z1) for the
// slope.
func Sigmoid(z float64) (a, slope float64) {
	// solution:
	a = 1 / (1 + math.Exp(-z))
	return a, a * (1 - a)
	// not done yet:
	// return math.NaN(), math.NaN()
}
