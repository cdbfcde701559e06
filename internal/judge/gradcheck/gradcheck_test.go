package gradcheck

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// linearNet has two linear units with squared error on four samples, and a step of plain gradient descent. A bug may
// multiply its gradient, or the length of its steps.
func linearNet(gradientFactor, stepFactor float64) Net {
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
					g.W[i][j] += gradientFactor * e * x[k][i] / float64(samples)
				}
				g.B[j] += gradientFactor * e / float64(samples)
			}
		}
		return []Parameters{g}
	}
	net.Step = func(s, at, n int) {
		net.Fill(s, at, n)
		g := net.Gradient(s)[0]
		for j := range b {
			for i := range w {
				w[i][j] -= stepFactor * 0.1 * (g.W[i][j] + net.L2/float64(net.N)*w[i][j])
			}
			b[j] -= stepFactor * 0.1 * g.B[j]
		}
	}
	return net
}

// A right gradient passes; one of twice its size has an error of (2 − 1)/(2 + 1).
func TestGradientsFindAWrongFactor(t *testing.T) {
	for factor, want := range map[float64]float64{1: 0, 2: 1. / 3} {
		checks := Gradients(linearNet(factor, 1), 100, 1)
		if len(checks) != 2 || checks[0].Checked != 6 || checks[1].Checked != 2 || checks[0].Shape != "3×2" ||
			checks[0].Layer != 1 || checks[1].Layer != 1 {
			t.Errorf("got %+v, want 6 weights of 3×2 and 2 biases checked", checks)
		}
		if e := checks[1].Error; math.Abs(e-want) > 1e-8 {
			t.Errorf("gradient times %v: got an error of %v in the biases, want %v", factor, e, want)
		}
		if e := checks[0].Error; (e > 1e-8) != (want > 0) {
			t.Errorf("gradient times %v: got an error of %v in the weights, want one: %v", factor, e, want > 0)
		}
	}
	if drawn := Gradients(linearNet(1, 1), 4, 1); drawn[0].Checked != 4 {
		t.Errorf("at most 4 weights: got %+v", drawn)
	}
}

// A parameter is left out if a relu switches between the two costs.
func TestGradientsLeaveOutKinks(t *testing.T) {
	net := linearNet(1, 1)
	cost, b := net.Cost, net.Layers[0].B
	edge := b[1]
	net.Cost = func(s int) (float64, []bool) {
		c, _ := cost(s)
		return c, []bool{b[1] > edge}
	}
	if checks := Gradients(net, 100, 1); checks[0].Checked != 6 || checks[1].Checked != 1 {
		t.Errorf("got %+v, want 6 weights and 1 bias checked", checks)
	}
}

// The gradient 1e-7 of a cost of ½ disappears in the rounding of a central difference, about 1e-16·½/1e-5, from the
// fifth digit on. That is no mistake; a factor of 1.01 is.
func TestRoundingIsNoMistake(t *testing.T) {
	for factor, want := range map[float64]bool{1: true, 1.01: false, 0.99: false} {
		w, b := [][]float64{{0.5}}, []float64{0.7}
		net := Net{Layers: []Layer{{Parameters: Parameters{W: w, B: b}}}, N: 9, Batch: 3, Rates: []float64{0.1}}
		net.Fill = func(int, int, int) {}
		net.Cost = func(int) (float64, []bool) { return 0.5 + 1e-7*(math.Sin(w[0][0])+b[0]), nil }
		net.Gradient = func(int) []Parameters {
			return []Parameters{{W: [][]float64{{factor * 1e-7 * math.Cos(w[0][0])}}, B: []float64{factor * 1e-7}}}
		}
		net.Step = func(int, int, int) {
			w[0][0] -= 0.1 * factor * 1e-7 * math.Cos(w[0][0])
			b[0] -= 0.1 * factor * 1e-7
		}
		for _, c := range append(Gradients(net, 9, 1), Steps(net, 9, 1, 9, constant)...) {
			var out page
			if err := Print(&out, []Check{c}, 10, 32); (err == nil) != want {
				t.Errorf("gradient times %v: got %+v and the error %v, want none: %v", factor, c, err, want)
			}
		}
	}
}

// A check says if all numbers that it compares are 0, or nearly: then no bug would show.
func TestChecksOfZeros(t *testing.T) {
	for _, c := range []struct {
		gradient float64
		want     bool
	}{{0, true}, {5e-10, true}, {2e-9, false}} {
		w, b := [][]float64{{0.5}}, []float64{0.5}
		net := Net{Layers: []Layer{{Parameters: Parameters{W: w, B: b}}}, N: 9, Batch: 3, Rates: []float64{1e-3}}
		net.Fill = func(int, int, int) {}
		net.Cost = func(int) (float64, []bool) { return c.gradient * (w[0][0] + b[0]), nil }
		net.Gradient = func(int) []Parameters {
			return []Parameters{{W: [][]float64{{c.gradient}}, B: []float64{c.gradient}}}
		}
		net.Step = func(int, int, int) {
			w[0][0] -= 1e-3 * c.gradient
			b[0] -= 1e-3 * c.gradient
		}
		for _, check := range append(Gradients(net, 9, 1), Steps(net, 9, 1, 9, constant)...) {
			if check.Zero != c.want || check.Checked == 0 || check.Layer != 1 {
				t.Errorf("gradients of %v: got %+v, want layer 1, and zero: %v", c.gradient, check, c.want)
			}
		}
	}
	if c := Gradients(linearNet(1, 1), 100, 1); c[0].Zero || c[1].Zero {
		t.Errorf("a gradient that is not 0: got %+v", c)
	}
}

// Norms are sums of squares; their error is relative, and so is what rounding may make of it.
func TestNorms(t *testing.T) {
	for _, c := range []struct {
		x, estimate, ulps, rounding, want, wantRounding float64
	}{{3, -3, 0, 0, 1, 0}, {3, 1, 0, 0, 0.5, 0}, {3, 1, 1, 0, 0.25, 0}, {3, 1, 2, 0, 0, 0}, {3, 1, 0, 1, 0.5, 0.25},
		{3, 1, 0, 2, 0.5, 0.5}, {0, 0, 0, 0, 0, 0}} {
		var n norms
		n.add(c.x, c.estimate, c.ulps, c.rounding)
		if all, rounding := n.errors(); all != c.want || rounding != c.wantRounding {
			t.Errorf("%+v: got errors of %v, and by rounding %v", c, all, rounding)
		}
		length := math.Hypot(c.x, c.estimate)
		if !n.below(length+0.01) || n.below(length-0.01) && length > 0 {
			t.Errorf("%+v: got a length that is not %v", c, length)
		}
	}
}

// A page keeps what is printed.
type page struct{ strings.Builder }

func (p *page) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// Each check has a verdict, and the error counts those that are wrong; NaN is wrong.
func TestPrintCountsWhatIsWrong(t *testing.T) {
	var out page
	err := Print(&out, []Check{
		{Layer: 1, What: "weights", Shape: "3×2", Checked: 6, Error: 2e-6, Excess: 2e-6},
		{Layer: 1, What: "biases", Shape: "2", Checked: 2, Error: 1e-9, Excess: 1e-9},
		{Layer: 2, What: "steps", Shape: "2×2", Checked: 6, Error: 2e-6, Excess: 2e-6},
		{Layer: 2, What: "steps", Shape: "2×2", Checked: 6, Error: math.NaN(), Excess: math.NaN()},
		{Layer: 2, What: "biases", Shape: "2", Error: 1e-9},
		{Layer: 3, What: "weights", Shape: "2×2", Checked: 4, Error: 3e-6, Rounding: 3e-6, Excess: 9e-7},
		{Layer: 3, What: "weights", Shape: "2×2", Checked: 4, Error: 4e-6, Rounding: 2e-6, Excess: 2e-6},
	}, 10, 32)
	for _, want := range []string{
		"layer  parameters        shape  checked  relative error\n",
		"    1  weights             3×2        6           2e-06  WRONG\n",
		"    1  biases                2        2           1e-09  ok\n",
		"    2  steps               2×2        6           2e-06  ok\n",
		"NaN  WRONG\n",
		"        0               0  not checked: the cost has a kink at each of them\n",
		"3e-06  rounding explains this\n",
		"4e-06  WRONG\n",
		" of 10 samples, ",
		" with 32, 32 and 22 samples, ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	want := "3 of 7 lines differ from central differences by more than 1e-06 (steps: 1e-05)"
	if err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
	if err := Print(&out, []Check{{What: "steps", Checked: 1, Error: 2e-5, Excess: 2e-5}}, 10, 32); err == nil {
		t.Error("one wrong line: got no error")
	}
}

// Checks in which all numbers are 0 are an error too; those without a smooth parameter are not.
func TestPrintRefusesNothingButZeros(t *testing.T) {
	var out page
	zero := Check{Layer: 1, What: "weights", Shape: "3×2", Checked: 6, Error: 1, Zero: true}
	if err := Print(&out, []Check{zero, {What: "steps", Checked: 1}}, 10, 32); err == nil ||
		!strings.HasPrefix(err.Error(), "1 of 2 lines had only zeros") ||
		!strings.Contains(out.String(), "        6               0  all 0, nothing checked\n") {
		t.Errorf("got the error %v and\n%s\nwant 1 of 2 lines with only zeros", err, out.String())
	}
	small := Check{What: "weights", Checked: 6, Error: 0.05, Rounding: 0.2}
	if err := Print(&out, []Check{small}, 10, 32); err == nil ||
		!strings.Contains(out.String(), "  too small to check\n") {
		t.Errorf("got the error %v and\n%s\nwant 1 of 1 lines too small to check", err, out.String())
	}
	if err := Print(&out, []Check{{What: "biases"}, {What: "steps", Checked: 1}}, 10, 32); err != nil {
		t.Errorf("got the error %v, want none", err)
	}
}
