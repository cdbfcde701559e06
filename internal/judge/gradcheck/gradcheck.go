// Package gradcheck compares a network's gradient with central differences of its cost, ĝ = (C(w+h) − C(w−h)) / 2h, and
// whole training steps with steps along ĝ. The gradient may be right and the step still wrong: without 1/n, with the
// wrong sign of the weight decay, with weights that change too early. The package sees a network only through slices
// that share memory with it, and functions to call.
package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"backprop/internal/compute/exact"
)

// A Net is a network and how it learns. Its layers share memory with the network: to change a number in them is to
// change the network.
type Net struct {
	Layers   []Layer
	L2       float64   // λ
	N        int       // training samples
	Batch    int       // samples in a mini-batch
	Rates    []float64 // η, for each layer, without a schedule
	Rule     string    // "adam", "nesterov", "momentum", or "" for plain descent
	Momentum float64   // μ
	MaxNorm  float64   // c: ‖w_j‖ ≤ c for each neuron j; 0 for no limit

	// Fill loads n samples, beginning with number at, as step s would load them. Dropout depends on s.
	Fill func(s, at, n int)
	// Cost returns the mean cost of these samples, without the L2 term, and which relu units are active.
	Cost func(s int) (cost float64, on []bool)
	// Gradient returns ∂C/∂W and ∂C/∂b of every layer for these samples, without the L2 term.
	Gradient func(s int) []Parameters
	// Step takes training step s with n samples, beginning with number at.
	Step func(s, at, n int)
}

// A Layer has the parameters of a layer and what the optimiser keeps for each of them, if anything.
type Layer struct {
	Parameters
	Velocity Parameters // or M of Adam
	Square   Parameters // V of Adam
}

// Parameters are a layer's weights, in×out, and biases.
type Parameters struct {
	W [][]float64
	B []float64
}

// at points to the weight from input i to neuron j or, in the row below the weights, to the bias of j. It is nil if
// there are no parameters.
func (p Parameters) at(i, j int) *float64 {
	switch {
	case p.B == nil:
		return nil
	case i < len(p.W):
		return &p.W[i][j]
	}
	return &p.B[j]
}

// shape returns in×out as text.
func (p Parameters) shape() string { return fmt.Sprintf("%d×%d", len(p.W), len(p.B)) }

// A Check is the result of comparing a layer's gradient, or what steps do to the layer, with central differences.
type Check struct {
	Layer    int    // from 1
	What     string // "weights", "biases" or "steps"
	Shape    string
	Checked  int     // parameters compared; left out: if C has a kink between w−h and w+h, or ĝ is too small
	Error    float64 // ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖)
	Rounding float64 // the error that the rounding of ĝ alone may make
	Excess   float64 // by how much Error is more than that
	Zero     bool    // all numbers compared, if any, are 0, so that a bug would not show
}

// Gradients compares ∂C/∂W and ∂C/∂b of the first mini-batch, with the L2 term, with central differences. In a large
// layer it compares most weights and most biases, drawn by the seed. Dropout leaves out the same units each time. The
// network is not changed.
func Gradients(net Net, most int, seed uint64) (checks []Check) {
	net.Fill(0, 0, net.Batch)
	gradients := net.Gradient(0)
	for l, layer := range net.Layers {
		g, in, out := gradients[l], len(layer.W), len(layer.B)
		draw := func(n int) []int { return exact.Stream(seed, exact.ForCheck, l).Perm(n)[:min(most, n)] }
		weights := Check{Layer: l + 1, What: "weights", Shape: layer.shape()}
		net.compare(&weights, draw(in*out), func(k int) (*float64, float64) {
			w := layer.at(k/out, k%out)
			return w, *g.at(k/out, k%out) + net.L2/float64(net.N)**w
		})
		biases := Check{Layer: l + 1, What: "biases", Shape: fmt.Sprint(out)}
		net.compare(&biases, draw(out), func(j int) (*float64, float64) { return layer.at(in, j), g.B[j] })
		checks = append(checks, weights, biases)
	}
	return checks
}

// compare checks the parameters with the given numbers. parameter(k) points to number k and returns its gradient.
func (net Net) compare(c *Check, numbers []int, parameter func(k int) (w *float64, g float64)) {
	var sum norms
	for _, k := range numbers {
		w, g := parameter(k)
		if estimate, rounding, smooth := net.centralDifference(w, 0); smooth {
			sum.add(g, estimate, 0, rounding)
			c.Checked++
		}
	}
	c.include(sum)
	c.Zero = sum.below(leastGradient)
}

// centralDifference returns ĝ of the loaded samples in step s for parameter w, and by how much rounding may have
// changed ĝ: each of the two costs may be off by a few units in its last place or, if it is below 1, in that of the
// outputs. smooth is false if there is a kink between the two costs: then ĝ means nothing.
func (net Net) centralDifference(w *float64, s int) (g, rounding float64, smooth bool) {
	const h = 1e-5
	old := *w
	*w = old + h
	up, on := net.cost(s)
	*w = old - h
	down, onBelow := net.cost(s)
	*w = old
	return (up - down) / (2 * h), 0x1p-51 * (1 + math.Abs(up)) / h, slices.Equal(on, onBelow)
}

// cost is Net.Cost with the L2 term.
func (net Net) cost(s int) (cost float64, on []bool) {
	cost, on = net.Cost(s)
	if net.L2 == 0 {
		return cost, on
	}
	for _, layer := range net.Layers {
		for _, row := range layer.W {
			for _, w := range row {
				cost += net.L2 / float64(net.N) / 2 * w * w
			}
		}
	}
	return cost, on
}

// norms compares numbers x with estimates x̂ by ‖x − x̂‖², ‖x‖² and ‖x̂‖². rounding is ‖x − x̂‖² if nothing but the
// rounding of x̂ makes a difference.
type norms struct{ difference, x, estimate, rounding float64 }

// add adds a number, and its estimate, which rounding may have changed by so much. A difference of at most ulps, the
// rounding of x itself, counts as 0.
func (n *norms) add(x, estimate, ulps, rounding float64) {
	d := max(0, math.Abs(x-estimate)-ulps)
	n.difference += d * d
	n.x += x * x
	n.estimate += estimate * estimate
	n.rounding += rounding * rounding
}

// below reports whether ‖x‖ and ‖x̂‖ are so small, at most least, that they may be rounding errors.
func (n *norms) below(least float64) bool { return n.x+n.estimate <= least*least }

// errors returns ‖x − x̂‖ / (‖x‖ + ‖x̂‖), and what rounding alone may make of it.
func (n *norms) errors() (all, rounding float64) {
	if n.x+n.estimate == 0 {
		return 0, 0
	}
	size := math.Sqrt(n.x) + math.Sqrt(n.estimate)
	return math.Sqrt(n.difference) / size, math.Sqrt(n.rounding) / size
}

// include makes the check as bad as the numbers that n has compared.
func (c *Check) include(n norms) {
	all, rounding := n.errors()
	c.Error, c.Rounding, c.Excess = max(c.Error, all), max(c.Rounding, rounding), max(c.Excess, all-rounding)
}

// What counts as 0. A central difference has an error of about 1e-16·C/h, so it says nothing about smaller gradients.
// A step is a gradient times a learning rate.
const (
	leastGradient = 1e-9
	leastStep     = 1e-12
)

// Relative errors above these are called wrong. Steps add up the errors of three gradients.
const (
	gradientLimit = 1e-6
	StepLimit     = 1e-5
)

// Print prints the checks of a gradient, which was computed from the given number of samples, and of steps with
// mini-batches of the given size. It returns an error if something is wrong.
func Print(out interface {
	Printf(format string, args ...any)
}, checks []Check, samples, batch int) error {
	out.Printf("layer  parameters  %11s  checked  relative error\n", "shape")
	bad, empty := 0, 0
	for _, c := range checks {
		limit, verdict := gradientLimit, "ok"
		if c.What == "steps" {
			limit = StepLimit
		}
		switch {
		case c.Checked == 0:
			verdict = "not checked: the cost has a kink at each of them"
			c.Error = 0
		case c.Zero:
			verdict = "all 0, nothing checked"
			c.Error = 0
			empty++
		case !(c.Excess <= limit): // or NaN
			verdict = "WRONG"
			bad++
		case c.Error > limit && c.Rounding > 0.1: // even a factor of 1.2 may not show
			verdict = "too small to check"
			empty++
		case c.Error > limit:
			verdict = "rounding explains this"
		}
		out.Printf("%5d  %-10s  %11s  %7d  %14.2g  %s\n", c.Layer, c.What, c.Shape, c.Checked, c.Error, verdict)
	}
	out.Printf("\nweights and biases: ∂C/∂W and ∂C/∂b of %d samples, against central\n"+
		"differences; ok up to %g\nsteps: three real steps with %d, %d and %d samples, against steps along central\n"+
		"differences; ok up to %g\n", samples, gradientLimit, batch, batch, batch-batch/3, StepLimit)
	if bad > 0 {
		return fmt.Errorf("%d of %d lines differ from central differences by more than %g (steps: %g)",
			bad, len(checks), gradientLimit, StepLimit)
	}
	if empty > 0 {
		return fmt.Errorf("%d of %d lines had only zeros, or numbers near 0, to compare, so that no bug would show; "+
			"try other first weights with -init or -seed", empty, len(checks))
	}
	return nil
}
