// Package exact computes functions of a number, and random numbers, with the same bits on every machine. The functions
// of package math may differ in the last bit from one architecture to another.
package exact

import "math"

// Relu is max(0, z). It compares bits, because a branch on z < 0 would be mispredicted half of the time. Read as
// unsigned integers, the bits of every negative number lie between those of −0 and those of −Inf; those of a NaN do
// not.
func Relu(z float64) float64 {
	const minusZero, minusInf = 1 << 63, 0xfff << 52
	b := math.Float64bits(z)
	if b-minusZero <= minusInf-minusZero {
		b = 0
	}
	return math.Float64frombits(b)
}

// Terms holds the constants of Exp, Sigmoid and Tanh. The functions write x = k·ln 2 + r, where k is whole and
// |r| ≤ ½ ln 2. Then eˣ = 2ᵏ(1+p), where p = eʳ − 1 is a Taylor polynomial of degree 13 (its first missing term is
// below 10⁻¹⁷).
var Terms = [...]float64{
	1 / math.Ln2, toInt, ln2Hi, ln2Lo, // 0 to 3: the reduction
	1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, // 4 to 15:
	1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, // 1/13! to 1/2!, for (p − r)/r²
}

const (
	ln2Hi = 0x1.62e42fee00000p-1 // the leading bits of ln 2: k·ln2Hi is exact
	ln2Lo = 0x1.a39ef35793c76p-33
	// Adding toInt rounds |x| < 2⁵¹ to a whole number and leaves it in the low bits.
	toInt = 0x1.8p52
)

// reduce returns k and p of x, for −746 ≤ x ≤ 710.
func reduce(x float64) (k, p float64) {
	k = math.FMA(x, Terms[0], toInt) - toInt
	r := math.FMA(-k, ln2Hi, x)
	r = math.FMA(-k, ln2Lo, r)
	q := Terms[4]
	for _, term := range Terms[5:] {
		q = math.FMA(q, r, term)
	}
	return k, math.FMA(r*r, q, r)
}

// pow2 returns 2ᵏ for whole −1022 ≤ k ≤ 1023: it puts k, plus the bias, into the bits of the exponent.
func pow2(k float64) float64 {
	return math.Float64frombits(math.Float64bits(k+(toInt+1023)) << 52)
}

// Exp is eˣ, to within 2 units in the last place. It multiplies by 2ᵏ in two halves, because 2ᵏ may be out of range
// where eˣ is not.
func Exp(x float64) float64 {
	if x > 710 {
		x = 710
	}
	if x < -746 {
		x = -746
	}
	k, p := reduce(x)
	half := math.FMA(k, 0.5, toInt) - toInt
	s := pow2(half)
	return math.FMA(s, p, s) * pow2(k-half)
}

// Sigmoid is 1/(1+e⁻ᶻ).
func Sigmoid(z float64) float64 { return 1 / (1 + Exp(-z)) }

// Tanh is −t/(2+t) with t = e⁻²ᶻ − 1 for z ≥ 0, which loses no digits near 0, and −tanh(−z) for z < 0.
func Tanh(z float64) float64 {
	x := -2 * math.Abs(z)
	if x < -80 {
		x = -80
	}
	k, p := reduce(x)
	s := pow2(k)
	t := math.FMA(s, p, s-1)
	return math.Copysign(-t/(2+t), z)
}

// Log is the natural logarithm. It writes x = m·2ᵏ with √½ ≤ m < √2; then ln m = 2·atanh s with s = (m−1)/(m+1), and
// atanh s is s times a power series in s².
func Log(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x) // −Inf, +Inf and NaN, which are the same everywhere
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	k := float64(e)
	s := (m - 1) / (m + 1)
	s2 := s * s
	q := 0.0
	for i := 25; i >= 3; i -= 2 {
		q = math.FMA(q, s2, 2/float64(i))
	}
	// 2s = s(q·s²) + 2s, then the small part of k·ln 2, then the large one.
	return math.FMA(k, ln2Hi, math.FMA(k, ln2Lo, math.FMA(s*s2, q, 2*s)))
}

// Power is xⁿ, for n ≥ 0.
func Power(x float64, n int) float64 {
	p := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= x
		}
		x *= x
	}
	return p
}

// SinCosPi is sin πx and cos πx for |x| ≤ 1, by their Taylor series where |x| ≤ ½.
func SinCosPi(x float64) (sin, cos float64) {
	if math.Abs(x) > 0.5 {
		sin, cos = SinCosPi(math.Copysign(1, x) - x)
		return sin, -cos
	}
	z := math.Pi * x
	y := -z * z
	sin, cos = 1, 1
	for n := 22.0; n > 0; n -= 2 {
		sin = math.FMA(sin, y/(n*(n+1)), 1)
		cos = math.FMA(cos, y/(n*(n-1)), 1)
	}
	return z * sin, cos
}

// Sin is sin x to 15 digits for |x| < 1000. It writes x = kπ + r with |r| ≤ π/2, and evaluates a Taylor polynomial in
// r.
func Sin(x float64) float64 {
	const piHi, piLo = 0x1.921fb54400000p+1, 0x1.0b4611a626331p-33
	k := math.FMA(x, 1/math.Pi, toInt) - toInt
	r := math.FMA(-k, piLo, math.FMA(-k, piHi, x))
	sum := 0.0
	for n := 21.0; n > 1; n -= 2 { // r − r³/3! + r⁵/5! − …, from the small end
		sum = (1 - sum) * (r * r) / float64(n*(n-1))
	}
	if math.Mod(k, 2) != 0 {
		r = -r
	}
	return math.FMA(-r, sum, r)
}
