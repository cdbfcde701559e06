// Package synthetic makes the data of the recipes that need no file. The data are the same on every machine to the last
// bit: exact.Sin replaces math.Sin, and no a*b + c is written that a compiler may or may not fuse.
package synthetic

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
)

// samples makes a set of n samples from inputs and targets, both row by row.
func samples(n int, inputs, targets []float64) dataset.Set {
	return dataset.Set{N: n, Dim: len(inputs) / n, Values: inputs, Targets: targets}
}

// Evenly returns n numbers from lo to hi at equal distances.
func Evenly(lo, hi float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo + float64((hi-lo)*float64(i))/float64(n-1)
	}
	return x
}

// linearWeights are the weights that Linear uses: for each of its two outputs the constant, then the weights of the
// three inputs.
var linearWeights = [2][4]float64{{0.5, 2, -3, 1}, {-1, 0.5, 0.25, 2}}

// Linear makes 60 samples of two weighted sums of three inputs.
func Linear(seed uint64) *dataset.Dataset {
	const n = 60
	rng := exact.Stream(seed, exact.ForRecipe, 0)
	x, t := make([]float64, 3*n), make([]float64, 2*n)
	exact.Uniform(x, 1, rng)
	exact.Normal(t, 0.1, rng)
	for i := range t {
		w, in := linearWeights[i%2], x[i/2*3:]
		t[i] += w[0] + math.FMA(w[1], in[0], math.FMA(w[2], in[1], float64(w[3]*in[2])))
	}
	return &dataset.Dataset{Name: "60 samples of two weighted sums of 3 inputs, noise 0.1", Train: samples(n, x, t)}
}

// Curved makes 200 samples of t = 0.5 + u − 2v + 3u³v², with u and v between −1 and 1, to train on and as many to test.
func Curved(seed uint64) *dataset.Dataset {
	const n = 200
	rng := exact.Stream(seed, exact.ForRecipe, 1)
	x, t := make([]float64, 4*n), make([]float64, 2*n)
	exact.Uniform(x, 1, rng)
	exact.Normal(t, 0.1, rng)
	for i := range t {
		u, v := x[2*i], x[2*i+1]
		t[i] += math.FMA(3*u*u*u, v*v, math.FMA(-2, v, 0.5+u))
	}
	all := samples(2*n, x, t)
	return &dataset.Dataset{Name: "200 samples of 0.5 + u − 2v + 3u³v², noise 0.1", Train: all.Slice(0, n),
		Test: all.Slice(n, 2*n)}
}

// sineCurve is f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10).
func sineCurve(x float64) float64 {
	return math.FMA(0.4, exact.Sin(x+10), math.FMA(0.05, x+10, 0.2))
}

// Sine makes 30 samples of sineCurve, evenly from −10 to 10 and with noise of 0.2. Each test sample is about 0.1 away
// from a training sample and has noise of its own.
func Sine(seed uint64) *dataset.Dataset {
	const n = 30
	rng := exact.Stream(seed, exact.ForRecipe, 0)
	y, testY, shift := make([]float64, n), make([]float64, n), make([]float64, n)
	exact.Normal(y, 0.2, rng)
	exact.Normal(shift, 0.1, rng)
	exact.Normal(testY, 0.2, rng)
	x := Evenly(-10, 10, n)
	testX := slices.Clone(x)
	for i := range x {
		testX[i] += shift[i]
		y[i] += sineCurve(x[i])
		testY[i] += sineCurve(testX[i])
	}
	return &dataset.Dataset{Name: "a noisy sine", Train: samples(n, x, y), Test: samples(n, testX, testY)}
}

// Rising and Falling make 20 noisy points on a line, Parabola 20 on x².
func Rising(seed uint64) *dataset.Dataset {
	return noisy(seed, 0, 0, 0.4, func(x float64) float64 { return float64(0.1 * x) })
}
func Falling(seed uint64) *dataset.Dataset {
	return noisy(seed, 1, 0, 0.2, func(x float64) float64 { return 1 - float64(0.1*x) })
}
func Parabola(seed uint64) *dataset.Dataset {
	return noisy(seed, 2, -10, 0.2, func(x float64) float64 { return float64(0.01 * x * x) })
}

// noisy makes 20 points of f, evenly from lo to 10, with noise between −r and r. Each stream has different noise.
func noisy(seed uint64, stream int, lo, r float64, f func(x float64) float64) *dataset.Dataset {
	const n = 20
	x, t := Evenly(lo, 10, n), make([]float64, n)
	exact.Uniform(t, r, exact.Stream(seed, exact.ForRecipe, stream))
	for i := range t {
		t[i] += f(x[i])
	}
	return &dataset.Dataset{Name: "20 points of a curve, with noise", Train: samples(n, x, t)}
}
