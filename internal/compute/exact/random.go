package exact

import (
	"math"
	"math/rand/v2"
)

// What random numbers are for.
const (
	ForInit = iota + 1
	ForShuffle
	ForSplit
	ForCheck
	ForRecipe
	ForDropout
	ForAugment
	ForSweep
	ForImportance
	ForFolds
)

// Stream is where random numbers come from. Each belongs to a stream of its own seed, purpose and part,
// never to a shared source: so no draw depends on what else was drawn before it.
func Stream(seed uint64, purpose, part int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<32|uint64(part)))
}

// Normal draws from N(0, sd²) by Marsaglia's polar method. rand.NormFloat64 calls
// math.Log, whose last bit differs between architectures; ours does not.
func Normal(x []float64, sd float64, rng *rand.Rand) {
	for i := 0; i < len(x); i += 2 {
		u, v, s := 0.0, 0.0, 0.0
		for s == 0 || s >= 1 {
			u, v = 2*rng.Float64()-1, 2*rng.Float64()-1
			s = math.FMA(u, u, float64(v*v))
		}
		f := sd * math.Sqrt(-2*Log(s)/s)
		x[i] = f * u
		if i+1 < len(x) {
			x[i+1] = f * v
		}
	}
}

// Uniform draws from U(−r, r).
func Uniform(x []float64, r float64, rng *rand.Rand) {
	for i := range x {
		x[i] = r * math.FMA(2, rng.Float64(), -1)
	}
}
