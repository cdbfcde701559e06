// Permutation: NumPy's older random generator, the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998).

package numpy

// Permutation returns numpy.random.RandomState(seed).permutation, with which scikit-learn draws for random_state=seed:
// it puts the numbers 0 to n−1 in random order (Fisher and Yates, from the end).
func Permutation(seed uint32) func(n int) []int {
	return func(n int) []int {
		g, order := newTwister(seed), make([]int, n)
		for i := range order {
			order[i] = i
		}
		for i := n - 1; i > 0; i-- {
			j := g.upTo(uint32(i))
			order[i], order[j] = order[j], order[i]
		}
		return order
	}
}

// A twister is the state of the generator.
type twister struct {
	state [624]uint32
	used  int // how many of these words have been drawn
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

// twist computes the next 624 words.
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

// next returns 32 random bits.
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

// upTo returns a random number from 0 to most: as many bits as most has, drawn until they are no more than most.
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
