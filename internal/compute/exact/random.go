package exact

import (
	"math"
	"math/rand/v2"
)

// What random numbers are drawn for: the purposes of Stream.
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

// Stream returns a random generator for one seed, one purpose and one part, such as the number of an epoch or a layer.
// Each combination has its own generator, so no draw depends on what was drawn for another purpose.
func Stream(seed uint64, purpose, part int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<32|uint64(part)))
}

// Normal fills x with draws from N(0, sd²), by Marsaglia's polar method. rand.NormFloat64 calls math.Log, whose last
// bit differs between architectures.
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

// Uniform fills x with draws from U(−r, r).
func Uniform(x []float64, r float64, rng *rand.Rand) {
	for i := range x {
		x[i] = r * math.FMA(2, rng.Float64(), -1)
	}
}

// Mix returns a hash of x: the last step of SplitMix64 (Steele, Lea and Flood 2014).
func Mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
