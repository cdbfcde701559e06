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

// TestUnexplained compares both shares with NumPy's. The inputs are a number and a word of three, as three columns that
// add up to 1, so that one of them says nothing new:
//
//	B = np.c_[np.ones(12), X]; r = y - B @ np.linalg.lstsq(B, y, rcond=None)[0]
//	f = 12 / (12 - np.linalg.matrix_rank(B))
//	linear = (r @ r) / 12 / y.var() * f
//
// and noise is half the mean of (r_i − r_nearest)², / y.var() · f. A table with fewer than three rows for each input is
// left alone.
func TestUnexplained(t *testing.T) {
	y := []float64{1, 3, 2, 5, 4, 9, 7, 8, 12, 10, 14, 11}
	in, answers := make([][]float64, len(y)), make([][]float64, len(y))
	for i := range y {
		in[i], answers[i] = make([]float64, 4), []float64{y[i]}
		in[i][0], in[i][1+i%3] = float64(i*i), 1
	}
	linear, noise := Unexplained(table(in, answers), len(y))
	if math.Abs(linear-0.3279072917826609) > 1e-12 || math.Abs(noise-0.4445339202201464) > 1e-12 {
		t.Errorf("linear %v, noise %v", linear, noise)
	}
	if linear, noise = Unexplained(table(in[1:], answers[1:]), len(y)-1); linear == linear || noise == noise {
		t.Errorf("11 rows: linear %v, noise %v", linear, noise)
	}
	if linear, noise = Unexplained(nil, 0); linear == linear || noise == noise {
		t.Errorf("no rows: linear %v, noise %v", linear, noise)
	}
}

// TestUnexplainedKinds: a straight line leaves nothing; a parabola around its vertex is all left by a line, and none
// of it is noise; and of two things to predict, a line and noise alone, half is left and half is noise.
func TestUnexplainedKinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 401
	for _, c := range []struct {
		name          string
		answer        func(x float64) []float64
		linear, noise float64
	}{
		{"line", func(x float64) []float64 { return []float64{3 - 2*x} }, 0, 0},
		{"parabola", func(x float64) []float64 { return []float64{x * x} }, 1, 0},
		{"line and noise", func(x float64) []float64 { return []float64{x, rng.NormFloat64()} }, 0.5, 0.5},
	} {
		in, answers := make([][]float64, n), make([][]float64, n)
		for i := range in {
			x := float64(i-n/2) / n
			in[i], answers[i] = []float64{x}, c.answer(x)
		}
		linear, noise := Unexplained(table(in, answers), n)
		if math.Abs(linear-c.linear) > 0.01 || math.Abs(noise-c.noise) > 0.05 {
			t.Errorf("%s: linear %v, noise %v, want %v and %v", c.name, linear, noise, c.linear, c.noise)
		}
	}
}

// TestWeightDecayBetween: by hand. Of 300 rows the margin is 2·√(3/300) = 0.2. Noise of 0.4 where a line leaves 0.5 is
// less by 20 %, one margin, which is halfway: the geometric mean of 0.1·√0.4·300 for the line and 0.03·0.4²·300.
func TestWeightDecayBetween(t *testing.T) {
	for _, c := range []struct {
		linear, noise float64
		n             int
		want          float64
	}{
		{0.5, 0.4, 300, math.Sqrt(0.1 * math.Sqrt(0.4) * 300 * 0.03 * 0.16 * 300)},
		{0.5, 0.46, 300, 0.1 * math.Sqrt(0.46) * 300}, // less by 8 %, within half a margin
		{1, 0.5, 300, 0.03 * 0.25 * 300},              // far more than a margin and a half
		{1, 0.1, 300, 0.9}, {2, 2, 100, 10}, {math.NaN(), math.NaN(), 50, 1.5}, {1, 0.1, 9000, 15},
	} {
		if got := WeightDecay(c.linear, c.noise, c.n); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestWeightDecay: λ is 0.3 % of the rows where there is something bent to learn or no noise, 10 % times the noise's
// standard deviation where there is only a line (1 for noise alone, √½ for as much noise as line), and 3 % where there
// are too few rows for so many inputs. From 5,000 rows on it stays.
func TestWeightDecay(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name     string
		n, dim   int
		answer   func(x float64) float64
		from, to float64
	}{
		{"parabola", 400, 1, func(x float64) float64 { return x * x }, 1.2, 1.2},
		{"parabola", 6000, 1, func(x float64) float64 { return x * x }, 15, 15},
		{"line", 400, 1, func(x float64) float64 { return 3 * x }, 1.2, 1.2},
		{"noise", 400, 1, func(x float64) float64 { return rng.NormFloat64() }, 28, 30},
		{"line and noise", 1000, 1, func(x float64) float64 { return math.Sqrt(12)*x + rng.NormFloat64() }, 20, 22.5},
		{"few rows", 50, 20, func(x float64) float64 { return x }, 1.5, 1.5},
	} {
		in, targets := make([][]float64, c.n), make([][]float64, c.n)
		for i := range in {
			x := rng.Float64()
			in[i], targets[i] = append([]float64{x}, make([]float64, c.dim-1)...), []float64{c.answer(x)}
		}
		linear, noise := Unexplained(table(in, targets), c.n)
		if got := WeightDecay(linear, noise, c.n); got < c.from-1e-9 || got > c.to+1e-9 {
			t.Errorf("%s, %d rows: λ is %v, want %v to %v", c.name, c.n, got, c.from, c.to)
		}
	}
}
