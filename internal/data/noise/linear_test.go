package noise

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestUnexplained compares both shares with NumPy's. The inputs are a number and three words; as the columns of the
// words add up to 1, one of them says nothing new:
//
//	B = np.c_[np.ones(12), X]; r = y - B @ np.linalg.lstsq(B, y, rcond=None)[0]
//	f = 12 / (12 - np.linalg.matrix_rank(B))
//	linear = (r @ r) / 12 / y.var() * f
//
// and noise is half the mean of (r_i − r_nearest)², / y.var() · f.
func TestUnexplained(t *testing.T) {
	y := []float64{1, 3, 2, 5, 4, 9, 7, 8, 12, 10, 14, 11}
	in, answers := make([][]float64, len(y)), make([][]float64, len(y))
	for i := range y {
		in[i], answers[i] = make([]float64, 4), []float64{y[i]}
		in[i][0], in[i][1+i%3] = float64(i*i), 1
	}
	linear, noise := Unexplained(table(in, answers), len(y))
	if !near(linear, 0.3279072917826609, 1e-12) || !near(noise, 0.4445339202201464, 1e-12) {
		t.Errorf("got linear %v, noise %v; want 0.3279072917826609, 0.4445339202201464", linear, noise)
	}
	// With less than three rows for each input, both are unknown.
	if linear, noise = Unexplained(table(in[1:], answers[1:]), len(y)-1); !math.IsNaN(linear) || !math.IsNaN(noise) {
		t.Errorf("11 rows of 4 inputs: got linear %v, noise %v, want NaN", linear, noise)
	}
	if linear, noise = Unexplained(nil, 0); !math.IsNaN(linear) || !math.IsNaN(noise) {
		t.Errorf("no rows: got linear %v, noise %v, want NaN", linear, noise)
	}
}

// TestUnexplainedShares: of a straight line, linear regression leaves nothing; of a parabola around its vertex, all,
// and none of it is noise; of two targets, a line and noise, it leaves half, and half is noise.
func TestUnexplainedShares(t *testing.T) {
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
		if !near(linear, c.linear, 0.01) || !near(noise, c.noise, 0.05) {
			t.Errorf("%s: got linear %v, noise %v, want %v, %v", c.name, linear, noise, c.linear, c.noise)
		}
	}
}

// TestWeightDecay, by hand. Of 300 rows the margin is 2·√(3/300) = 0.2. If noise is 0.4, and a line leaves 0.5, noise
// is less by 20 %, which is one margin and so halfway: the geometric mean of λ for a line, 0.1·√0.4·300, and λ for more
// than a line, 0.03·0.4²·300.
func TestWeightDecay(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name          string
		linear, noise float64
		rows          int
		want          float64
	}{
		{"halfway", 0.5, 0.4, 300, math.Sqrt(0.1 * math.Sqrt(0.4) * 300 * 0.03 * 0.16 * 300)},
		{"less by 8 %, within half a margin", 0.5, 0.46, 300, 0.1 * math.Sqrt(0.46) * 300},
		{"less by 50 %, above a margin and a half", 1, 0.5, 300, 0.03 * 0.25 * 300},
		{"little noise", 1, 0.1, 300, 0.9},
		{"little noise, many rows", 1, 0.1, 9000, 15},
		{"a line without noise", 0, 0, 400, 1.2},
		{"a line with hardly any noise", 1e-6, 1e-6, 400, 1.2},
		{"noise alone", 1, 1, 400, 30},
		{"more noise than there can be", 2, 2, 100, 10},
		{"too few rows to tell", nan, nan, 50, 1.5},
	} {
		if got := WeightDecay(c.linear, c.noise, c.rows); !near(got, c.want, 1e-9) {
			t.Errorf("%s, %d rows: got λ %v, want %v", c.name, c.rows, got, c.want)
		}
	}
}
