package noise

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// table returns a function that returns rows of a table, as Variance and Unexplained take it.
func table(inputs, targets [][]float64) func(which []int32) (x, y [][]float64) {
	return func(which []int32) (x, y [][]float64) {
		for _, i := range which {
			x, y = append(x, slices.Clone(inputs[i])), append(y, slices.Clone(targets[i]))
		}
		return x, y
	}
}

// near reports whether a number is as wanted, up to a tolerance; NaN is not.
func near(got, want, tolerance float64) bool { return got == want || math.Abs(got-want) <= tolerance }

// TestVariance: half the mean squared difference between the targets of neighbours, by hand. The neighbours of 0, 1, 5
// and 7 are 1, 0, 7 and 5.
func TestVariance(t *testing.T) {
	for _, c := range []struct {
		name            string
		inputs, targets [][]float64
		want            float64
	}{
		{"one input", [][]float64{{0}, {1}, {5}, {7}}, [][]float64{{1}, {3}, {0}, {4}}, (4 + 4 + 16 + 16) / 8.0},
		// As each input counts by its own spread, 0.5 and 158, the second does not make the first and third row neighbours.
		{"two inputs", [][]float64{{0, 0}, {0.1, 300}, {1, 100}, {1.1, 400}}, [][]float64{{1}, {3}, {0}, {4}},
			(4 + 4 + 16 + 16) / 8.0},
		{"equally near: the mean over them", [][]float64{{0}, {0}, {0}}, [][]float64{{1}, {2}, {4}},
			((1+9)/2.0 + (1+4)/2.0 + (9+4)/2.0) / 6},
		{"copies do not count", [][]float64{{0}, {0}, {3}}, [][]float64{{1}, {1}, {4}}, 4.5},
		{"two targets: the mean over them", [][]float64{{0}, {1}}, [][]float64{{1, 5}, {3, 5}}, 1},
		{"copies alone", [][]float64{{0}, {0}}, [][]float64{{1}, {1}}, math.Inf(1)},
	} {
		if got := Variance(table(c.inputs, c.targets), len(c.inputs)); !near(got, c.want, 1e-12) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestVarianceOfNoisySine: of sin 6πx with noise of variance 0.04 it finds about that, also if there are more rows than
// are compared; with nine inputs more, where neighbours are far apart, about the whole variance.
func TestVarianceOfNoisySine(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		n, dim   int
		from, to float64
	}{{500, 1, 0.03, 0.06}, {3000, 1, 0.03, 0.05}, {500, 10, 0.3, 0.9}} {
		in, answers := make([][]float64, c.n), make([][]float64, c.n)
		for i := range in {
			in[i] = make([]float64, c.dim)
			for j := range in[i] {
				in[i][j] = rng.Float64()
			}
			answers[i] = []float64{math.Sin(6*math.Pi*in[i][0]) + 0.2*rng.NormFloat64()}
		}
		if got := Variance(table(in, answers), c.n); !(got >= c.from && got <= c.to) {
			t.Errorf("%d rows of %d inputs: got %v, want %v to %v", c.n, c.dim, got, c.from, c.to)
		}
	}
}

// TestClassMixing: the share of rows whose neighbour is of another class, over the share by chance, by hand.
func TestClassMixing(t *testing.T) {
	gap := math.NaN()
	for _, c := range []struct {
		name   string
		dim    int
		inputs []float64
		labels []int32
		want   float64
	}{
		{"by turns: all of them, over a half", 1, []float64{0, 1, 5, 7}, []int32{0, 1, 0, 1}, 2},
		{"side by side: none", 1, []float64{0, 1, 5, 7}, []int32{0, 0, 1, 1}, 0},
		{"three of five, over 1 − 0.8² − 0.2²", 1, []float64{0, 1, 5, 6, 9}, []int32{0, 0, 0, 1, 0}, 0.6 / 0.32},
		{"XOR, where copies do not count", 2, []float64{0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1}, []int32{0, 1, 1, 0, 0, 0},
			36 / 16.0},
		{"a missing number is the mean, 7", 1, []float64{1, gap, 10, 10}, []int32{0, 1, 1, 0}, 0.875 / 0.5},
	} {
		row := func(i int) []float64 { return slices.Clone(c.inputs[i*c.dim:][:c.dim]) }
		if got := ClassMixing(row, c.dim, c.labels, 2); !near(got, c.want, 1e-12) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
