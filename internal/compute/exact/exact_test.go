package exact

import (
	"math"
	"testing"
)

// TestSine: the sine is the library's to the last bits.
func TestSine(t *testing.T) {
	for x := -30.0; x < 30; x += 0.00137 {
		if got, want := Sin(x), math.Sin(x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("sine(%v) is %v, want %v", x, got, want)
		}
	}
}

// TestFunctions compares with the library, whose last bits may be other ones.
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
				t.Fatalf("%s %v is %v, want %v", c.name, x, got, want)
			}
		}
	}
	for n, want := range map[int]float64{0: 1, 1: 3, 2: 9, 5: 243, 10: 59049} {
		if got := Power(3, n); got != want {
			t.Errorf("3 to the %d is %v", n, got)
		}
	}
}

// TestDraws: what is drawn has the mean and the deviation that it should have, each number is drawn, and the hash is
// that of the paper: of a state of 0, SplitMix64's first two numbers are known.
func TestDraws(t *testing.T) {
	const gamma = 0x9e3779b97f4a7c15
	second := uint64(gamma)
	second += gamma
	if Mix(gamma) != 0xe220a8397b1dcdaf || Mix(second) != 0x6e789e6aa1b965f4 {
		t.Errorf("%x %x", Mix(gamma), Mix(second))
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
			if v == 0 || math.Abs(v) > c.most {
				t.Fatalf("%s: number %d is %v", c.name, i, v)
			}
		}
		n := float64(len(x))
		mean, deviation, together := sum/n, math.Sqrt(squares/n), twice/n/(c.deviation*c.deviation)
		if math.Abs(mean) > 0.1 || math.Abs(deviation/c.deviation-1) > 0.02 || math.Abs(together) > 0.03 {
			t.Errorf("%s: mean %v, deviation %v, neighbours %v; want 0, %v, 0", c.name, mean, deviation, together, c.deviation)
		}
	}
}
