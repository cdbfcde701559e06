package numpy

// Permutation is numpy.random.RandomState(seed).permutation: 0 to n−1 in the order that NumPy's older generator
// draws, which is the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998). scikit-learn's random_state draws so.
func Permutation(seed uint32) func(n int) []int {
	return func(n int) []int { return newTwister(seed).permutation(n) }
}

// permutation draws an order of 0 to n−1, as Fisher and Yates do, from the end.
func (g *twister) permutation(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := g.upTo(uint32(i))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// A twister is the state of the generator.
type twister struct {
	state [624]uint32
	used  int // of these words
}

func newTwister(seed uint32) *twister {
	g := &twister{used: 624}
	g.state[0] = seed
	for i := 1; i < len(g.state); i++ {
		before := g.state[i-1]
		g.state[i] = 1812433253*(before^before>>30) + uint32(i)
	}
	return g
}

// twist makes the next 624 words.
func (g *twister) twist() {
	for i := range g.state {
		y := g.state[i]&0x80000000 | g.state[(i+1)%624]&0x7fffffff
		next := g.state[(i+397)%624] ^ y>>1
		if y&1 == 1 {
			next ^= 0x9908b0df
		}
		g.state[i] = next
	}
	g.used = 0
}

// next is the next 32 random bits.
func (g *twister) next() uint32 {
	if g.used == len(g.state) {
		g.twist()
	}
	y := g.state[g.used]
	g.used++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// upTo draws from 0 to most: words cut to as many bits as most has, until one is not above it.
func (g *twister) upTo(most uint32) uint32 {
	mask := most
	for shift := 1; shift < 32; shift *= 2 {
		mask |= mask >> shift
	}
	for {
		if v := g.next() & mask; v <= most {
			return v
		}
	}
}
