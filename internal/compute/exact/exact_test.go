package exact

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSin: the sine is that of the standard library, but for the last bits.
func TestSin(t *testing.T) {
	for x := -30.0; x < 30; x += 0.00137 {
		if got, want := Sin(x), math.Sin(x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("Sin(%v): got %v, want %v", x, got, want)
		}
	}
}

// TestTerms: the terms of the polynomial are 1/13! to 1/2!, rounded once.
func TestTerms(t *testing.T) {
	factorial := 1.0
	for n := 2; n <= 13; n++ {
		factorial *= float64(n)
		if got := Terms[17-n]; got != 1/factorial {
			t.Errorf("1/%d!: got %v, want %v", n, got, 1/factorial)
		}
	}
}

// TestFunctionsAtTheirEnds: where eˣ overflows or becomes 0, and at infinities, NaN and −0. Python's math.exp gives the
// numbers; math.Exp overflows too early on amd64.
func TestFunctionsAtTheirEnds(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp 709.78", Exp(709.78), 1.7928227943945155e308}, {"exp 709.79", Exp(709.79), math.Inf(1)},
		{"exp 1500", Exp(1500), math.Inf(1)}, {"exp 1e300", Exp(1e300), math.Inf(1)}, {"exp 0", Exp(0), 1},
		{"exp −744", Exp(-744), 1e-323}, {"exp −746.5", Exp(-746.5), 0}, {"exp −1500", Exp(-1500), 0},
		{"exp −1e300", Exp(-1e300), 0},
		{"sigmoid 1000", Sigmoid(1000), 1}, {"sigmoid −1000", Sigmoid(-1000), 0},
		{"tanh 355", Tanh(355), 1}, {"tanh 1000", Tanh(1000), 1}, {"tanh −1000", Tanh(-1000), -1},
		{"log 0", Log(0), math.Inf(-1)}, {"log ∞", Log(math.Inf(1)), math.Inf(1)}, {"log 1", Log(1), 0},
		{"relu −∞", Relu(math.Inf(-1)), 0}, {"relu ∞", Relu(math.Inf(1)), math.Inf(1)}, {"relu −5e-324", Relu(-5e-324), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	for _, f := range []func(float64) float64{Exp, Sigmoid, Tanh, Log, Relu} {
		for _, sign := range []float64{1, -1} { // that of ∞ − ∞ is negative on amd64
			if v := f(math.Copysign(math.NaN(), sign)); !math.IsNaN(v) {
				t.Errorf("%v·NaN: got %v", sign, v)
			}
		}
	}
	negative := math.Copysign(0, -1)
	if relu, tanh := Relu(negative), Tanh(negative); math.Signbit(relu) || !math.Signbit(tanh) {
		t.Errorf("−0: got relu %v, tanh %v; want 0, −0", relu, tanh)
	}
}

// TestSinCosPi: sine and cosine of πx are those of the standard library, but for the last bits.
func TestSinCosPi(t *testing.T) {
	for x := -1.0; x <= 1; x += 1.0 / 512 {
		sin, cos := SinCosPi(x)
		wantSin, wantCos := math.Sincos(math.Pi * x)
		if math.Abs(sin-wantSin) > 1e-15 || math.Abs(cos-wantCos) > 1e-15 {
			t.Fatalf("%vπ: got %v and %v, want %v and %v", x, sin, cos, wantSin, wantCos)
		}
	}
}

// TestStream: a stream is that of PCG for the seed, with the purpose in the upper 32 bits.
func TestStream(t *testing.T) {
	got, want := Stream(7, ForShuffle, 5), rand.New(rand.NewPCG(7, 2<<32+5))
	for range 3 {
		if g, w := got.Uint64(), want.Uint64(); g != w {
			t.Errorf("got %d, want %d", g, w)
		}
	}
}

// TestFunctions compares with the standard library, whose last bits may differ.
func TestFunctions(t *testing.T) {
	for _, c := range []struct {
		name          string
		ours, library func(float64) float64
		from, to      float64
	}{
		{"exp", Exp, math.Exp, -700, 700}, {"exp", Exp, math.Exp, -1, 1}, {"tanh", Tanh, math.Tanh, -30, 30},
		{"tanh", Tanh, math.Tanh, -0.1, 0.1}, {"log", Log, math.Log, 1e-300, 1}, {"log", Log, math.Log, 0.5, 3},
		{"sigmoid", Sigmoid, func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }, -50, 50},
		{"relu", Relu, func(z float64) float64 { return max(0, z) }, -3, 3},
	} {
		for i := range 2001 {
			x := c.from + (c.to-c.from)*float64(i)/2000
			if got, want := c.ours(x), c.library(x); math.Abs(got-want) > 1e-15*math.Abs(want) {
				t.Fatalf("%s %v: got %v, want %v", c.name, x, got, want)
			}
		}
	}
}

func TestPower(t *testing.T) {
	for n, want := range map[int]float64{0: 1, 1: 3, 2: 9, 5: 243, 10: 59049} {
		if got := Power(3, n); got != want {
			t.Errorf("3 to the %d: got %v, want %v", n, got, want)
		}
	}
}

// TestMix: from the state 0, SplitMix64 draws these two numbers first (Steele, Lea and Flood 2014; Vigna's
// splitmix64.c).
func TestMix(t *testing.T) {
	const gamma = 0x9e3779b97f4a7c15
	second := uint64(gamma)
	second += gamma
	if Mix(gamma) != 0xe220a8397b1dcdaf || Mix(second) != 0x6e789e6aa1b965f4 {
		t.Errorf("got %x, %x; want e220a8397b1dcdaf, 6e789e6aa1b965f4", Mix(gamma), Mix(second))
	}
}

// TestNormalAndUniform: every number is drawn, they have the mean and the deviation asked for, and neighbours have
// nothing to do with each other.
func TestNormalAndUniform(t *testing.T) {
	even := make([]float64, 2)
	Normal(even, 3, Stream(1, ForInit, 2))
	if even[1] == 0 {
		t.Errorf("got %v for two numbers, want the second drawn too", even)
	}
	x := make([]float64, 20001)
	for _, c := range []struct {
		name      string
		draw      func()
		deviation float64
		most      float64
	}{
		{"normal", func() { Normal(x, 3, Stream(1, ForInit, 2)) }, 3, 18},
		{"uniform", func() { Uniform(x, 3, Stream(1, ForInit, 2)) }, math.Sqrt(3), 3},
	} {
		clear(x)
		c.draw()
		sum, squares, twice := 0.0, 0.0, 0.0
		for i, v := range x {
			sum, squares = sum+v, squares+v*v
			if i > 0 {
				twice += v * x[i-1]
			}
			if v == 0 || !(math.Abs(v) <= c.most) {
				t.Fatalf("%s: got %v for number %d, want at most %v", c.name, v, i, c.most)
			}
		}
		n := float64(len(x))
		mean, deviation, together := sum/n, math.Sqrt(squares/n), twice/n/(c.deviation*c.deviation)
		if math.Abs(mean) > 0.1 || math.Abs(deviation/c.deviation-1) > 0.02 || math.Abs(together) > 0.03 {
			t.Errorf("%s: got mean %v, deviation %v, neighbours %v; want 0, %v, 0", c.name, mean, deviation, together,
				c.deviation)
		}
	}
}
