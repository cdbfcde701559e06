package numpy

import (
	"slices"
	"testing"
)

// TestPermutation: the orders are those that scikit-learn 1.2 draws from NumPy; the generator's words those of
// Matsumoto and Nishimura's mt19937ar for the seed 5489, of which the 10,000th is in the C++ standard.
func TestPermutation(t *testing.T) {
	for seed, want := range map[uint32][]int{111: {7, 0, 5, 2, 1, 3, 6, 8, 9, 4}, 123: {4, 0, 7, 5, 8, 3, 1, 6, 9, 2}} {
		if got := Permutation(seed)(10); !slices.Equal(got, want) {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
	}
	digits := Permutation(111)(1797)
	sum := 0
	for _, i := range digits[:594] {
		sum += i
	}
	if !slices.Equal(digits[:8], []int{543, 303, 310, 1360, 1738, 1511, 1773, 1351}) || sum != 539621 {
		t.Errorf("the test set of the 8×8 digits begins with %v, and adds up to %d", digits[:8], sum)
	}
	if Permutation(1)(0) == nil || len(Permutation(1)(1)) != 1 {
		t.Error("none and one have an order too")
	}
	g := newTwister(5489)
	for range 9999 {
		g.next()
	}
	if v := g.next(); v != 4123659995 {
		t.Errorf("word 10,000 is %d", v)
	}
}
