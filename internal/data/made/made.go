// Package made makes the data of the recipes that need no file. No bit of them depends on the machine: there is no
// math.Sin, and no a*b + c that a compiler may fuse or not.
package made

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
)

// samples is a data set of n samples, x and y row by row.
func samples(name string, n int, x, y []float64) *dataset.Dataset {
	return &dataset.Dataset{Name: name, Train: dataset.Set{N: n, Dim: len(x) / n, Values: x, Targets: y}}
}

// Evenly is n numbers from lo to hi at equal distances.
func Evenly(lo, hi float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo + float64((hi-lo)*float64(i))/float64(n-1)
	}
	return x
}

// linearWeights are what Linear is made with: for each of two outputs, the constant and
// the weights of three inputs.
var linearWeights = [2][4]float64{{0.5, 2, -3, 1}, {-1, 0.5, 0.25, 2}}

// Linear is 60 samples of two sums of three inputs, with noise of 0.1.
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
	return samples("60 samples of two weighted sums of 3 inputs, noise 0.1", n, x, t)
}

// Curved is n samples of t = 0.5 + u − 2v + 3u³v², with u and v in ±1 and noise of 0.1, and
// as many to test.
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
	all := samples("", 2*n, x, t).Train
	return &dataset.Dataset{Name: "200 samples of 0.5 + u − 2v + 3u³v², noise 0.1", Train: all.Slice(0, n),
		Test: all.Slice(n, 2*n)}
}

// sineCurve is f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10).
func sineCurve(x float64) float64 {
	return math.FMA(0.4, exact.Sin(x+10), math.FMA(0.05, x+10, 0.2))
}

// Sine is 30 samples of the curve, evenly from −10 to 10, with noise of 0.2; and to test,
// as many at places beside them, off by 0.1 or so, with noise of their own.
func Sine(seed uint64) *dataset.Dataset {
	const n = 30
	rng := exact.Stream(seed, exact.ForRecipe, 0)
	y, test, shift := make([]float64, n), make([]float64, n), make([]float64, n)
	exact.Normal(y, 0.2, rng)
	exact.Normal(shift, 0.1, rng)
	exact.Normal(test, 0.2, rng)
	x := Evenly(-10, 10, n)
	beside := slices.Clone(x)
	for i := range x {
		beside[i] += shift[i]
		y[i] += sineCurve(x[i])
		test[i] += sineCurve(beside[i])
	}
	d := samples("a noisy sine", n, x, y)
	d.Test = samples("", n, beside, test).Train
	return d
}

// Rising and Falling are 20 points of a line, and Parabola of x², with noise. Each draws its noise from a stream of
// its own.
func Rising(seed uint64) *dataset.Dataset {
	return noisy(seed, 0, 0, 0.4, func(x float64) float64 { return float64(0.1 * x) })
}
func Falling(seed uint64) *dataset.Dataset {
	return noisy(seed, 1, 0, 0.2, func(x float64) float64 { return 1 - float64(0.1*x) })
}
func Parabola(seed uint64) *dataset.Dataset {
	return noisy(seed, 2, -10, 0.2, func(x float64) float64 { return float64(0.01 * x * x) })
}

// noisy is f at 20 places, evenly from lo to 10, with noise of ±r.
func noisy(seed uint64, part int, lo, r float64, f func(x float64) float64) *dataset.Dataset {
	const n = 20
	x, t := Evenly(lo, 10, n), make([]float64, n)
	exact.Uniform(t, r, exact.Stream(seed, exact.ForRecipe, part))
	for i := range t {
		t[i] += f(x[i])
	}
	return samples("20 points of a curve, with noise", n, x, t)
}
