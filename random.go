// Random: the streams that all random numbers come from, and the first weights of a network.
package main

import (
	"math"
	"math/rand/v2"

	"backprop/internal/compute/exact"
)

// Every random number belongs to a stream of (seed, purpose, part), never to a shared
// source: so that no draw depends on what else was drawn before it.
const (
	purposeInit = iota + 1
	purposeShuffle
	purposeSplit
	purposeCheck
	purposeRecipe
	purposeDropout
	purposeAugment
	purposeSweep
	purposeImportance
	purposeFolds
)

func stream(seed uint64, purpose, part int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<32|uint64(part)))
}

// Initialise draws every layer's weights, each layer from its own stream of the seed.
func (net *Network) Initialise(init Init, seed uint64) {
	for l := range net.Layers {
		init(&net.Layers[l], stream(seed, purposeInit, l))
	}
}

// An Init draws the weights of a layer from rng.
type Init func(l *Layer, rng *rand.Rand)

// initialiser is the draw that -init asks for.
func initialiser(cfg *Settings) (Init, error) {
	kind, r, err := cfg.FirstWeights()
	switch kind {
	case "he":
		return heInit, nil
	case "glorot":
		return glorotInit, nil
	case "normal":
		return normalInit, nil
	case "normal:1":
		return onesInit, nil
	case "uniform":
		return uniformInit(r), nil
	}
	return zeroInit, err
}

// heInit: N(0, 2/in), biases 0 (He et al. 2015, "Delving deep into rectifiers").
func heInit(l *Layer, rng *rand.Rand) {
	sd := math.Sqrt(2 / float64(l.W.Rows))
	l.W.EachRow(func(w []float64) { normal(w, sd, rng) })
}

// glorotInit: U(±√(6/(in+out))), biases 0 (Glorot and Bengio 2010, equation 16).
func glorotInit(l *Layer, rng *rand.Rand) {
	r := math.Sqrt(6 / float64(l.W.Rows+l.W.Cols))
	l.W.EachRow(func(w []float64) { uniform(w, r, rng) })
}

// normalInit: N(0, 1), biases too (Nielsen, chapter 1).
func normalInit(l *Layer, rng *rand.Rand) {
	l.W.EachRow(func(w []float64) { normal(w, 1, rng) })
	normal(l.B, 1, rng)
}

// onesInit: N(0, 1), biases 1.
func onesInit(l *Layer, rng *rand.Rand) {
	l.W.EachRow(func(w []float64) { normal(w, 1, rng) })
	for j := range l.B {
		l.B[j] = 1
	}
}

// zeroInit: all 0. Then the units of a layer all learn the same: see -recipe sine.
func zeroInit(*Layer, *rand.Rand) {}

// uniformInit: U(±r), biases too.
func uniformInit(r float64) Init {
	return func(l *Layer, rng *rand.Rand) {
		l.W.EachRow(func(w []float64) { uniform(w, r, rng) })
		uniform(l.B, r, rng)
	}
}

// normal draws from N(0, sd²) by Marsaglia's polar method. rand.NormFloat64 calls
// math.Log, whose last bit differs between architectures; ours does not.
func normal(x []float64, sd float64, rng *rand.Rand) {
	for i := 0; i < len(x); i += 2 {
		u, v, s := 0.0, 0.0, 0.0
		for s == 0 || s >= 1 {
			u, v = 2*rng.Float64()-1, 2*rng.Float64()-1
			s = math.FMA(u, u, float64(v*v))
		}
		f := sd * math.Sqrt(-2*exact.Log(s)/s)
		x[i] = f * u
		if i+1 < len(x) {
			x[i+1] = f * v
		}
	}
}

// uniform draws from U(−r, r).
func uniform(x []float64, r float64, rng *rand.Rand) {
	for i := range x {
		x[i] = r * math.FMA(2, rng.Float64(), -1)
	}
}
