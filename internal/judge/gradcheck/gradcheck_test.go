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

// TestSameStep: dropout draws by the step, so costs and gradient are those of the step whose samples are loaded.
func TestSameStep(t *testing.T) {
	net := unit(1, 1)
	loaded, fill, cost, gradient := -1, net.Fill, net.Cost, net.Gradient
	check := func(what string, s int) {
		if s != loaded {
			t.Errorf("%s of step %d, and the samples are those of step %d", what, s, loaded)
		}
	}
	net.Fill = func(s, at, n int) { loaded = s; fill(s, at, n) }
	net.Cost = func(s int) (float64, []bool) { check("cost", s); return cost(s) }
	net.Gradient = func(s int) []Parameters { check("gradient", s); return gradient(s) }
	Gradients(net, 100, 1)
	Steps(net, 100, 1, 30, constant)
	if loaded != 20 {
		t.Errorf("the last step is %d, want two thirds of 30", loaded)
	}
}

// TestStepSamples: which samples the three steps take, and the rate of each, which a schedule changes.
func TestStepSamples(t *testing.T) {
	net := unit(1, 1)
	net.Batch = 3
	var taken []string
	step := net.Step
	rate := 1.0
	net.Step = func(s, at, n int) {
		taken = append(taken, fmt.Sprint(s, at, n))
		rate = 1 / float64(1+s)
		net.Layers[0].scaled(rate, func() { step(s, at, n) })
	}
	checks := Steps(net, 100, 1, 30, func(s int) float64 { return 1 / float64(1+s) })
	if got, want := fmt.Sprint(taken), "[0 0 3 10 1 3 20 1 2]"; got != want { // of four samples, three from 1 are the last
		t.Errorf("steps, first samples and sizes %s, want %s", got, want)
	}
	if !(checks[0].Error < 1e-8) {
		t.Errorf("steps that a schedule makes shorter: %+v", checks)
	}
}

// scaled takes a step of so many times the length of one.
func (l Layer) scaled(times float64, step func()) {
	net := Net{Layers: []Layer{l}}
	before := net.copyParameters()
	step()
	for j := range l.B {
		for i := range l.W {
			l.W[i][j] = before[0].W[i][j] + times*(l.W[i][j]-before[0].W[i][j])
		}
		l.B[j] = before[0].B[j] + times*(l.B[j]-before[0].B[j])
	}
}

// optimised is unit with an optimiser, by hand: of Adam, the form with a corrected rate (Kingma and Ba, end of
// section 2), and of Nesterov's, the step from the point ahead.
func optimised(rule string, wrong float64) *Net {
	net := new(Net)
	*net = unit(1, 1)
	l := &net.Layers[0]
	kept := func() Parameters { return Parameters{W: [][]float64{{0, 0}, {0, 0}, {0, 0}}, B: []float64{0, 0}} }
	net.Rule, net.Momentum, l.Velocity, l.Square = rule, 0.5, kept(), kept()
	if rule != "adam" {
		l.Square = Parameters{}
	}
	net.Step = func(s, at, n int) {
		net.Fill(s, at, n)
		g := net.Gradient(s)[0]
		for i := range len(l.W) + 1 {
			for j := range l.B {
				w, v, d := l.at(i, j), l.Velocity.at(i, j), *g.at(i, j)
				if i < len(l.W) {
					d += net.L2 / float64(net.N) * *w
				}
				switch rule {
				case "adam":
					q := l.Square.at(i, j)
					*v += 0.1 * (d - *v)
					*q += 0.001 * (d*d - *q)
					root := math.Sqrt(1 - math.Pow(0.999, float64(s+1)))
					*w -= wrong * 0.1 * root / (1 - math.Pow(0.9, float64(s+1))) * *v / (math.Sqrt(*q) + 1e-8*root)
				case "nesterov":
					ahead := *w - 0.5**v // of where the velocity before has brought it
					*v = 0.5**v - 0.1*d
					*w = wrong*(ahead+(1+0.5)**v-*w) + *w
				default:
					*v = 0.5**v - 0.1*d
					*w += wrong * *v
				}
			}
		}
	}
	return net
}

// TestOptimisers: steps of each rule pass, with what is kept for them, and steps of twice the length do not.
func TestOptimisers(t *testing.T) {
	for _, rule := range []string{"momentum", "nesterov", "adam"} {
		if c := Steps(*optimised(rule, 1), 100, 1, 3, constant)[0]; !(c.Error < 1e-7) || c.Checked != 8 || c.Zero {
			t.Errorf("%s: %+v", rule, c)
		}
		if c := Steps(*optimised(rule, 2), 100, 1, 3, constant)[0]; !(c.Error > 0.1) {
			t.Errorf("%s with steps of twice the length: %+v", rule, c)
		}
		for _, square := range []bool{false, true} {
			net := optimised(rule, 1)
			step := net.Step
			net.Step = func(s, at, n int) {
				step(s, at, n)
				if l := net.Layers[0]; !square {
					l.Velocity.B[1] *= 2
				} else if l.Square.B != nil {
					l.Square.B[1] *= 2
				}
			}
			if c := Steps(*net, 100, 1, 3, constant)[0]; c.Error < 1e-3 && (!square || rule == "adam") {
				t.Errorf("%s: what is kept is wrong, and not found: %+v", rule, c)
			}
		}
	}
}

// TestAdamSmall: where ĝ is below 1e-6, Adam's step, which is as long whatever the gradient, is not compared.
func TestAdamSmall(t *testing.T) {
	net := optimised("adam", 1)
	cost, gradient, l := net.Cost, net.Gradient, net.Layers[0]
	net.L2 = 0
	net.Cost = func(s int) (float64, []bool) { // w_00 counts for nearly nothing, and b_1 for nothing
		w, b := l.W[0][0], l.B[1]
		l.W[0][0], l.B[1] = 0, 0
		c, on := cost(s)
		l.W[0][0], l.B[1] = w, b
		return c + 1e-7*w, on
	}
	net.Gradient = func(s int) []Parameters {
		w, b := l.W[0][0], l.B[1]
		l.W[0][0], l.B[1] = 0, 0
		g := gradient(s)
		l.W[0][0], l.B[1] = w, b
		g[0].W[0][0], g[0].B[1] = 1e-7, 0
		return g
	}
	if c := Steps(*net, 100, 1, 3, constant)[0]; c.Checked != 7 || !(c.Error < 1e-6) {
		t.Errorf("%+v, want 7 checked, all but one weight", c)
	}
}

// TestMaxNormSteps: neurons that are kept at a length of 0.5 pass, and as many are drawn as have the number of weights
// that is asked for.
func TestMaxNormSteps(t *testing.T) {
	for most, want := range map[int]int{100: 8, 3: 8, 2: 4, 0: 4} { // of three weights and a bias each
		net := unit(1, 1)
		net.MaxNorm = 0.5
		step, l := net.Step, net.Layers[0]
		net.Step = func(s, at, n int) {
			step(s, at, n)
			for j := range l.B {
				norm := math.Sqrt(l.W[0][j]*l.W[0][j] + l.W[1][j]*l.W[1][j] + l.W[2][j]*l.W[2][j])
				for i := range l.W {
					l.W[i][j] *= min(1, 0.5/norm)
				}
			}
		}
		if c := Steps(net, most, 1, 30, constant)[0]; !(c.Error < 1e-8) || c.Checked != want {
			t.Errorf("at most %d: %+v, want %d checked", most, c, want)
		}
	}
}

// TestZero: where all that is compared is 0, or as good as that, a bug would not show.
func TestZero(t *testing.T) {
	for _, c := range []struct {
		gradient float64
		want     bool
	}{{0, true}, {5e-10, true}, {2e-8, false}} {
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
			if check.Zero != c.want || check.Checked == 0 {
				t.Errorf("gradients of %v: %+v", c.gradient, check)
			}
		}
	}
	if c := Gradients(unit(1, 1), 100, 1); c[0].Zero || c[1].Zero {
		t.Errorf("a gradient that is not 0: %+v", c)
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
		!strings.Contains(out.String(), "        6               0  all 0, nothing checked\n") {
		t.Errorf("%v:\n%s", err, out.String())
	}
	if err := Print(&out, []Check{{What: "biases"}, {What: "steps", Checked: 1}}, 10, 32); err != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
}
