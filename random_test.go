package main

import (
	"math"
	"slices"
	"testing"

	"backprop/internal/compute/exact"
)

// TestInits: the distributions that the first weights and biases come from, each with its own formula: mean, mean square,
// and for normal ones the share within one standard deviation, for even ones the bound.
func TestInits(t *testing.T) {
	const in, out = 300, 200
	even := func(r float64) [4]float64 { return [4]float64{r * r / 3, r, 1 / math.Sqrt(3), 0} }
	gauss := func(variance float64) [4]float64 { return [4]float64{variance, math.Inf(1), 0.6827, 0} }
	for _, c := range []struct {
		name    string
		init    Init
		weights [4]float64 // mean square, bound, share within one deviation
		biases  [4]float64 // the same, and the mean
	}{
		{"he", heInit, gauss(2. / in), [4]float64{}},
		{"glorot", glorotInit, even(math.Sqrt(6. / (in + out))), [4]float64{}},
		{"normal", normalInit, gauss(1), gauss(1)},
		{"normal:1", onesInit, gauss(1), [4]float64{1, 1, 0, 1}},
		{"uniform:0.3", uniformInit(0.3), even(0.3), even(0.3)},
		{"zero", zeroInit, [4]float64{}, [4]float64{}},
	} {
		l := newLayer(in, out, Activation{})
		c.init(&l, exact.Stream(3, exact.ForInit, 0))
		var w []float64
		l.W.EachRow(func(row []float64) { w = append(w, row...) })
		for what, part := range map[string]struct {
			x    []float64
			want [4]float64
		}{"weights": {w, c.weights}, "biases": {l.B, c.biases}} {
			mean, square, within, n := 0.0, 0.0, 0.0, float64(len(part.x))
			for _, v := range part.x {
				mean, square = mean+v/n, square+v*v/n
				if v*v < part.want[0] {
					within += 1 / n
				}
			}
			// Six standard errors, each with its own formula; of biases there are 200.
			few := 6 / math.Sqrt(n)
			if math.Abs(mean-part.want[3]) > few*math.Sqrt(part.want[0]) || math.Abs(square-part.want[0]) > 1.5*few*part.want[0] {
				t.Errorf("%s, %s: mean %v, mean square %v, want %v and %v", c.name, what, mean, square, part.want[3], part.want[0])
			}
			if math.Abs(within-part.want[2]) > few/2 {
				t.Errorf("%s, %s: %.3f of them within a standard deviation, want %.3f", c.name, what, within, part.want[2])
			}
			most, bound := max(slices.Max(part.x), -slices.Min(part.x)), part.want[1]
			if most > bound || !math.IsInf(bound, 0) && most < bound*(1-20/n) {
				t.Errorf("%s, %s: the largest is %v, want nearly %v", c.name, what, most, bound)
			}
		}
	}
}
