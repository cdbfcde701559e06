package gradcheck

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// unit is two linear units with squared error on four samples, and a step of plain gradient descent, all
// by hand. scale multiplies its gradient, and stepScale what its steps make of it.
func unit(scale, stepScale float64) Net {
	x := [][]float64{{0.5, -1, 0.2}, {0.1, 0.4, -0.7}, {-0.3, 0.8, 0.9}, {1, 0.6, -0.5}}
	y := [][]float64{{1, 0}, {-0.5, 0.3}, {0.2, 0.7}, {0, -1}}
	w, b := [][]float64{{0.3, -0.2}, {0.7, 0.4}, {-0.6, 0.1}}, []float64{0.1, -0.3}
	net := Net{Layers: []Layer{{Parameters: Parameters{W: w, B: b}}}, L2: 2, N: 4, Batch: 3, Rates: []float64{0.1}}
	first, samples := 0, 0
	errors := func(k int) (e [2]float64) {
		for j := range e {
			e[j] = b[j] - y[k][j]
			for i := range w {
				e[j] += x[k][i] * w[i][j]
			}
		}
		return e
	}
	net.Fill = func(_, at, n int) { first, samples = at, n }
	net.Cost = func(int) (cost float64, on []bool) {
		for k := first; k < first+samples; k++ {
			e := errors(k)
			cost += (e[0]*e[0] + e[1]*e[1]) / 2 / float64(samples)
		}
		return cost, nil
	}
	net.Gradient = func(int) []Parameters {
		g := Parameters{W: [][]float64{{0, 0}, {0, 0}, {0, 0}}, B: []float64{0, 0}}
		for k := first; k < first+samples; k++ {
			for j, e := range errors(k) {
				for i := range w {
					g.W[i][j] += scale * e * x[k][i] / float64(samples)
				}
				g.B[j] += scale * e / float64(samples)
			}
		}
		return []Parameters{g}
	}
	net.Step = func(s, at, n int) {
		net.Fill(s, at, n)
		g := net.Gradient(s)[0]
		for j := range b {
			for i := range w {
				w[i][j] -= stepScale * 0.1 * (g.W[i][j] + net.L2/float64(net.N)*w[i][j])
			}
			b[j] -= stepScale * 0.1 * g.B[j]
		}
	}
	return net
}

func constant(int) float64 { return 1 }

// TestGradients: a right gradient passes, and one of twice its size is 1/3 off.
func TestGradients(t *testing.T) {
	for scale, want := range map[float64]float64{1: 0, 2: 1. / 3} {
		checks := Gradients(unit(scale, 1), 100, 1)
		if len(checks) != 2 || checks[0].Checked != 6 || checks[1].Checked != 2 || checks[0].Shape != "3×2" {
			t.Errorf("checked: %+v", checks)
		}
		if e := checks[1].Error; math.Abs(e-want) > 1e-8 {
			t.Errorf("times %v: the biases' error is %v, want %v", scale, e, want)
		}
		if e := checks[0].Error; (e > 1e-8) != (want > 0) {
			t.Errorf("times %v: the weights' error is %v", scale, e)
		}
	}
	if drawn := Gradients(unit(1, 1), 4, 1); drawn[0].Checked != 4 {
		t.Errorf("of at most 4 weights: %+v", drawn)
	}
}

// TestGradientsKinks: where a relu switches between the two costs, a parameter is left out.
func TestGradientsKinks(t *testing.T) {
	net := unit(1, 1)
	cost, b := net.Cost, net.Layers[0].B
	edge := b[1]
	net.Cost = func(s int) (float64, []bool) {
		c, _ := cost(s)
		return c, []bool{b[1] > edge}
	}
	if checks := Gradients(net, 100, 1); checks[0].Checked != 6 || checks[1].Checked != 1 {
		t.Errorf("the bias that switches a relu is not left out: %+v", checks)
	}
}

// TestSteps: right steps pass, and the weights are put back; steps that are too long are found, and so is
// a limit of the weights that they do not keep.
func TestSteps(t *testing.T) {
	net := unit(1, 1)
	before := fmt.Sprint(net.Layers)
	checks := Steps(net, 100, 1, 30, constant)
	if len(checks) != 1 || checks[0].Checked != 8 || !(checks[0].Error < 1e-8) {
		t.Errorf("right steps: %+v", checks)
	}
	if after := fmt.Sprint(net.Layers); after != before {
		t.Errorf("the weights were %s, and are %s", before, after)
	}
	checks = Steps(unit(1, 3), 100, 1, 30, constant)
	if math.Abs(checks[0].Error-0.5) > 1e-6 { // (3 − 1) / (3 + 1)
		t.Errorf("steps of three times the length: %+v", checks)
	}
	long := unit(1, 1)
	long.MaxNorm = 0.5
	if checks = Steps(long, 100, 1, 30, constant); !(checks[0].Error > 0.1) {
		t.Errorf("neurons that are too long: %+v", checks)
	}
}

// TestSchedule: the learning rate by math's own functions.
func TestSchedule(t *testing.T) {
	for _, c := range []struct {
		schedule func(s int) float64
		s        int
		want     float64
	}{
		{Schedule("cosine", 60, 0, 0), 0, 1},
		{Schedule("cosine", 60, 0, 0), 20, 0.75},
		{Schedule("cosine", 60, 0, 0), 60, 0},
		{Schedule("step", 60, 18, 0.5), 17, 1},
		{Schedule("step", 60, 18, 0.5), 36, 0.25},
		{Schedule("constant", 60, 0, 0), 59, 1},
	} {
		if got := c.schedule(c.s); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("step %d: %v, want %v", c.s, got, c.want)
		}
	}
}

type paper struct{ strings.Builder }

func (p *paper) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// TestPrint: each verdict, and the error that counts what is wrong; what is not a number is wrong.
func TestPrint(t *testing.T) {
	var out paper
	err := Print(&out, []Check{
		{Layer: 1, What: "weights", Shape: "3×2", Checked: 6, Error: 2e-6},
		{Layer: 1, What: "biases", Shape: "2", Checked: 2, Error: 1e-9},
		{Layer: 2, What: "steps", Shape: "2×2", Checked: 6, Error: 2e-6},
		{Layer: 2, What: "steps", Shape: "2×2", Checked: 6, Error: math.NaN()},
		{Layer: 2, What: "biases", Shape: "2"},
	}, 10, 32)
	for _, want := range []string{
		"layer  parameters        shape  checked  relative error\n",
		"    1  weights             3×2        6           2e-06  WRONG\n",
		"    1  biases                2        2           1e-09  ok\n",
		"    2  steps               2×2        6           2e-06  ok\n",
		"NaN  WRONG\n",
		"        0               0  not checked: relu units switch at every one\n",
		" of 10 samples, ",
		" with 32, 32 and 22 samples, ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	want := "2 of 5 lines differ from central differences by more than 1e-06 (steps: 1e-05)"
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
	out = paper{}
	zero := Check{Layer: 1, What: "weights", Shape: "3×2", Checked: 6, Error: 1, Zero: true}
	if err := Print(&out, []Check{zero, {What: "steps", Checked: 1}}, 10, 32); err == nil ||
		!strings.HasPrefix(err.Error(), "1 of 2 lines had nothing but zeros") ||
		!strings.Contains(out.String(), "all 0, nothing checked\n") {
		t.Errorf("%v:\n%s", err, out.String())
	}
	if err := Print(&out, []Check{{What: "biases"}, {What: "steps", Checked: 1}}, 10, 32); err != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
}
