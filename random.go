// Random: the first weights of a network.

package main

import (
	"math"
	"math/rand/v2"
)

// Initialise draws every layer's weights, each layer from its own stream of the seed.
func (net *Network) Initialise(init Init, seed uint64) {
	for l := range net.Layers {
		init(&net.Layers[l], stream(seed, purposeInit, l))
	}
}

// An Init draws the weights of a layer from rng.
type Init func(l *Layer, rng *rand.Rand)

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
