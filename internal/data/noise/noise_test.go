package noise

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// table is what rows hands out of a table.
func table(in, answers [][]float64) func(which []int32) (x, y [][]float64) {
	return func(which []int32) (x, y [][]float64) {
		for _, i := range which {
			x, y = append(x, append([]float64(nil), in[i]...)), append(y, answers[i])
		}
		return x, y
	}
}

// TestVariance: half the mean squared difference to the nearest row, by hand: of 0, 1, 5 and 7 the neighbours are 1, 0,
// 7 and 5; with a second input, which is wider, too, since each is measured by its own spread (0.5 and 158): as they
// are, the first and third row would be neighbours. Rows that are equally near count by their mean, and copies not at
// all.
func TestVariance(t *testing.T) {
	for _, c := range []struct {
		in, answers [][]float64
		want        float64
	}{
		{[][]float64{{0}, {1}, {5}, {7}}, [][]float64{{1}, {3}, {0}, {4}}, (4 + 4 + 16 + 16) / 8.0},
		{[][]float64{{0, 0}, {0.1, 300}, {1, 100}, {1.1, 400}}, [][]float64{{1}, {3}, {0}, {4}}, (4 + 4 + 16 + 16) / 8.0},
		{[][]float64{{0}, {0}, {0}}, [][]float64{{1}, {2}, {4}}, ((1+9)/2.0 + (1+4)/2.0 + (9+4)/2.0) / 6},
		{[][]float64{{0}, {0}, {3}}, [][]float64{{1}, {1}, {4}}, 4.5},
		{[][]float64{{0}, {1}}, [][]float64{{1, 5}, {3, 5}}, 1},
		{[][]float64{{0}, {0}}, [][]float64{{1}, {1}}, math.Inf(1)},
	} {
		if got := Variance(table(c.in, c.answers), len(c.in)); got != c.want && math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

// TestVarianceOf: of y = sin 6πx with noise of a variance of 0.04 it finds about that, also of more rows than are
// looked at; and in ten dimensions, where neighbours are far apart, about all there is.
func TestVarianceOf(t *testing.T) {
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
		if got := Variance(table(in, answers), c.n); got < c.from || got > c.to {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestClassMixing: of 0, 1, 5 and 7 in two classes one after the other, all neighbours are of the other class, where a
// half would be by chance; in two classes side by side none is. In XOR all are, and copies do not count; a gap is the
// mean.
func TestClassMixing(t *testing.T) {
	gap := math.NaN()
	for _, c := range []struct {
		dim    int
		in     []float64
		labels []int32
		want   float64
	}{
		{1, []float64{0, 1, 5, 7}, []int32{0, 1, 0, 1}, 2},
		{1, []float64{0, 1, 5, 7}, []int32{0, 0, 1, 1}, 0},
		{1, []float64{0, 1, 5, 6, 9}, []int32{0, 0, 0, 1, 0}, 0.6 / 0.32},
		{2, []float64{0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1}, []int32{0, 1, 1, 0, 0, 0}, 36 / 16.0},
		{1, []float64{0, gap, 4, 2.5}, []int32{0, 1, 0, 1}, 0.5 / 0.5},
	} {
		row := func(i int) []float64 { return slices.Clone(c.in[i*c.dim:][:c.dim]) }
		if got := ClassMixing(row, c.dim, c.labels, 2); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}
