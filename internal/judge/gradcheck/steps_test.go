package gradcheck

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func constant(int) float64 { return 1 }

// stepsOf checks the steps of a net of one layer, with all its parameters.
func stepsOf(net Net) Check { return Steps(net, 100, 1, 30, constant)[0] }

// Right steps pass, and the weights are put back.
func TestStepsRestoreTheWeights(t *testing.T) {
	net := linearNet(1, 1)
	before := fmt.Sprint(net.Layers)
	checks := Steps(net, 100, 1, 30, constant)
	if len(checks) != 1 || checks[0].Checked != 8 || !(checks[0].Error < 1e-8) {
		t.Errorf("got %+v, want 8 checked and no error", checks)
	}
	if after := fmt.Sprint(net.Layers); after != before {
		t.Errorf("got weights %s, want %s as before", after, before)
	}
}

// Steps of three times the length have an error of (3 − 1)/(3 + 1); weights that are longer than max-norm allows have
// one too.
func TestStepsFindWrongSteps(t *testing.T) {
	if c := stepsOf(linearNet(1, 3)); math.Abs(c.Error-0.5) > 1e-6 {
		t.Errorf("steps of three times the length: got %+v, want an error of ½", c)
	}
	net := linearNet(1, 1)
	net.MaxNorm = 0.5
	if c := stepsOf(net); !(c.Error > 0.1) {
		t.Errorf("without max-norm: got %+v, want an error", c)
	}
}

// Dropout draws by the step, so costs and gradient are those of the step whose samples are loaded.
func TestChecksComputeTheLoadedStep(t *testing.T) {
	net := linearNet(1, 1)
	loaded, first, fill, cost, gradient := -1, -1, net.Fill, net.Cost, net.Gradient
	check := func(what string, s int) {
		if s != loaded {
			t.Errorf("got the %s of step %d, want that of step %d, whose samples are loaded", what, s, loaded)
		}
	}
	net.Fill = func(s, at, n int) { loaded, first = s, at; fill(s, at, n) }
	net.Cost = func(s int) (float64, []bool) { check("cost", s); return cost(s) }
	net.Gradient = func(s int) []Parameters { check("gradient", s); return gradient(s) }
	Gradients(net, 100, 1)
	if first != 0 {
		t.Errorf("got a gradient of the samples from %d on, want the first mini-batch", first)
	}
	Steps(net, 100, 1, 30, constant)
	if loaded != 20 {
		t.Errorf("got %d as the last step, want 20, two thirds of 30", loaded)
	}
}

// The three steps take batches of 3, 3 and 2 of four samples, with the rate that a schedule gives each.
func TestStepsFollowTheSchedule(t *testing.T) {
	schedule := func(s int) float64 { return 1 / float64(1+s) }
	net := linearNet(1, 1)
	var taken [][3]int // step, first sample, samples
	step, parameters := net.Step, net.Layers[0]
	net.Step = func(s, at, n int) {
		taken = append(taken, [3]int{s, at, n})
		before := net.copyParameters()[0]
		step(s, at, n)
		for j := range parameters.B {
			for i := range len(parameters.W) + 1 {
				w, old := parameters.at(i, j), *before.at(i, j)
				*w = old + schedule(s)*(*w-old)
			}
		}
	}
	c := Steps(net, 100, 1, 30, schedule)[0]
	if want := [][3]int{{0, 0, 3}, {10, 1, 3}, {20, 1, 2}}; !slices.Equal(taken, want) {
		t.Errorf("got steps, first samples and sizes %v, want %v", taken, want)
	}
	if !(c.Error < 1e-8) {
		t.Errorf("got %+v, want no error", c)
	}
}

// netWithRule is linearNet with an optimiser: Adam in the form with a corrected rate (Kingma and Ba, end of section 2),
// Nesterov's momentum as the step from the point ahead. A bug may multiply the length of the steps.
func netWithRule(rule string, stepFactor float64) *Net {
	net := new(Net)
	*net = linearNet(1, 1)
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
					*w -= stepFactor * 0.1 * root / (1 - math.Pow(0.9, float64(s+1))) * *v / (math.Sqrt(*q) + 1e-8*root)
				case "nesterov":
					ahead := *w - 0.5**v // of where the velocity before has brought it
					*v = 0.5**v - 0.1*d
					*w = stepFactor*(ahead+(1+0.5)**v-*w) + *w
				default:
					*v = 0.5**v - 0.1*d
					*w += stepFactor * *v
				}
			}
		}
	}
	return net
}

// Steps of each rule pass; steps of twice the length do not, nor a wrong velocity or square that the optimiser keeps.
func TestStepsOfEachRule(t *testing.T) {
	for _, rule := range []string{"momentum", "nesterov", "adam"} {
		t.Run(rule, func(t *testing.T) {
			if c := Steps(*netWithRule(rule, 1), 100, 1, 3, constant)[0]; !(c.Error < 1e-7) || c.Checked != 8 || c.Zero {
				t.Errorf("got %+v, want 8 checked and no error", c)
			}
			if c := Steps(*netWithRule(rule, 2), 100, 1, 3, constant)[0]; !(c.Error > 0.1) {
				t.Errorf("steps of twice the length: got %+v, want an error", c)
			}
			for name, kept := range map[string]func(l Layer) Parameters{
				"velocity": func(l Layer) Parameters { return l.Velocity },
				"square":   func(l Layer) Parameters { return l.Square },
			} {
				net := netWithRule(rule, 1)
				step, numbers := net.Step, kept(net.Layers[0])
				if numbers.B == nil {
					continue
				}
				net.Step = func(s, at, n int) {
					step(s, at, n)
					if s == 2 { // the last, so that no weights are wrong
						numbers.B[1] *= 2
					}
				}
				if c := Steps(*net, 100, 1, 3, constant)[0]; c.Error < 1e-3 {
					t.Errorf("a wrong %s: got %+v, want an error", name, c)
				}
			}
		})
	}
}

// Adam's step is as long for the smallest gradient, so a step is left out if ĝ is below 1e-6, which may be rounding.
func TestStepsLeaveOutTinyGradientsOfAdam(t *testing.T) {
	net := netWithRule("adam", 1)
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
		t.Errorf("got %+v, want 7 checked, all but one weight", c)
	}
}

// Neurons that are kept at a length of 0.5 pass, and whole neurons are drawn until they have the number of weights that
// is asked for.
func TestStepsWithMaxNorm(t *testing.T) {
	for most, want := range map[int]int{100: 8, 3: 8, 2: 4, 0: 4} { // of three weights and a bias each
		net := linearNet(1, 1)
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
			t.Errorf("at most %d: got %+v, want %d checked", most, c, want)
		}
	}
}

// The factors of the learning rate, by hand.
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
			t.Errorf("step %d: got %v, want %v", c.s, got, c.want)
		}
	}
}
