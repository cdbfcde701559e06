// Steps: the check of whole steps.

package gradcheck

import (
	"math"
	"math/rand/v2"
	"slices"

	"backprop/internal/compute/exact"
)

// A tracked parameter is a weight or bias of the network with which the check takes its own steps along ĝ, for
// comparison.
type tracked struct {
	w        *float64 // the parameter itself
	neuron   int
	isWeight bool
	before   float64     // w before a step
	want     float64     // w after the step, as the check computes it
	m, v     float64     // the velocity, or m and v of Adam, as the check computes them
	kept     [2]*float64 // what the optimiser keeps as m and v; nil if it keeps nothing
	rounding rounding    // by how much the rounding of ĝ may have changed want, m and v
	tooSmall bool        // ĝ is so small that its error decides the step of Adam
	kink     bool        // there was a kink between the two costs
}

type rounding struct{ want, m, v float64 }

// Steps takes three real training steps: the first of total steps, one after a third of them, and one, with a smaller
// mini-batch, after two thirds. For each layer it compares the parameters, and what the optimiser keeps for them, with
// steps computed from central differences. In a large layer it tracks most weights and most biases, drawn by the seed;
// with max-norm, whole neurons. schedule(s) is the factor of η in step s. The network's parameters are restored
// afterwards.
func Steps(net Net, most int, seed uint64, total int, schedule func(s int) float64) (checks []Check) {
	defer net.restore(net.copyParameters())
	var lists [][]*tracked
	for l, layer := range net.Layers {
		lists = append(lists, net.track(layer, most, exact.Stream(seed, exact.ForCheck, l)))
		checks = append(checks, Check{Layer: l + 1, What: "steps", Shape: layer.shape(), Zero: true})
	}
	for k, n := range []int{net.Batch, net.Batch, net.Batch - net.Batch/3} {
		s, at := k*total/3, min(k*net.Batch, net.N-net.Batch)
		net.Fill(s, at, n)
		for l, list := range lists {
			net.expect(list, net.Rates[l]*schedule(s), s)
		}
		net.Step(s, at, n)
		for l, list := range lists {
			checks[l].compareStep(list)
		}
	}
	for l, list := range lists {
		for _, p := range list {
			if !p.kink && !p.tooSmall {
				checks[l].Checked++
			}
		}
	}
	return checks
}

// copyParameters copies all parameters, and restore puts them back.
func (net Net) copyParameters() (saved []Parameters) {
	for _, layer := range net.Layers {
		p := Parameters{B: slices.Clone(layer.B)}
		for _, row := range layer.W {
			p.W = append(p.W, slices.Clone(row))
		}
		saved = append(saved, p)
	}
	return saved
}

func (net Net) restore(saved []Parameters) {
	for l, layer := range net.Layers {
		for i, row := range layer.W {
			copy(row, saved[l].W[i])
		}
		copy(layer.B, saved[l].B)
	}
}

// track draws the parameters of a layer that are to be tracked.
func (net Net) track(layer Layer, most int, rng *rand.Rand) (list []*tracked) {
	in, out := len(layer.W), len(layer.B)
	add := func(i, j int) {
		list = append(list, &tracked{w: layer.at(i, j), neuron: j, isWeight: i < in,
			kept: [2]*float64{layer.Velocity.at(i, j), layer.Square.at(i, j)}})
	}
	if net.MaxNorm > 0 {
		for _, j := range rng.Perm(out)[:min(out, 1+most/in)] {
			for i := range in + 1 {
				add(i, j)
			}
		}
		return list
	}
	for _, k := range rng.Perm(in * out)[:min(most, in*out)] {
		add(k/out, k%out)
	}
	for _, j := range rng.Perm(out)[:min(most, out)] {
		add(in, j)
	}
	return list
}

// expect computes what the parameters should be after step s with rate η.
func (net Net) expect(list []*tracked, eta float64, s int) {
	for _, p := range list {
		g, rounding, smooth := net.centralDifference(p.w, s)
		p.kink = p.kink || !smooth
		p.step(net, eta, g, rounding, s)
	}
	if net.MaxNorm > 0 {
		limitNorms(list, net.MaxNorm)
	}
}

// step computes what the parameter should be after step s with rate η and gradient g, which rounding may have changed
// by r.
func (p *tracked) step(net Net, eta, g, r float64, s int) {
	p.before = *p.w
	switch net.Rule {
	case "adam": // Kingma and Ba, algorithm 1, line by line
		p.m = 0.9*p.m + 0.1*g
		p.v = 0.999*p.v + 0.001*g*g
		mHat, vHat := p.m/(1-math.Pow(0.9, float64(s+1))), p.v/(1-math.Pow(0.999, float64(s+1)))
		p.want = p.before - eta*mHat/(math.Sqrt(vHat)+1e-8)
		p.tooSmall = p.tooSmall || math.Sqrt(vHat) < 1e-6 && vHat > 0
		p.rounding.m = 0.9*p.rounding.m + 0.1*r
		p.rounding.v = 0.999*p.rounding.v + 0.002*math.Abs(g)*r
	case "nesterov":
		p.m = net.Momentum*p.m - eta*g
		p.want = p.before + net.Momentum*p.m - eta*g
		p.rounding.m = net.Momentum*p.rounding.m + eta*r
		p.rounding.want = net.Momentum*p.rounding.m + eta*r
	default:
		p.m = net.Momentum*p.m - eta*g
		p.want = p.before + p.m
		p.rounding.m = net.Momentum*p.rounding.m + eta*r
		p.rounding.want = p.rounding.m
	}
}

// limitNorms is max-norm: it shortens the weights of each neuron to the length most. The list must have all weights of
// each neuron in it.
func limitNorms(list []*tracked, most float64) {
	norm := map[int]float64{}
	for _, p := range list {
		if p.isWeight {
			norm[p.neuron] = math.Hypot(norm[p.neuron], p.want)
		}
	}
	for _, p := range list {
		if p.isWeight && norm[p.neuron] > most {
			p.want *= most / norm[p.neuron]
		}
	}
}

// compareStep compares the changes of the parameters, and what the optimiser keeps for them, with what they should be.
// c stays Zero if nothing changed, and nothing should have changed.
func (c *Check) compareStep(list []*tracked) {
	var change, m, v norms
	for _, p := range list {
		if p.kink {
			continue
		}
		if !p.tooSmall {
			change.add(*p.w-p.before, p.want-p.before, 1e-15*math.Abs(p.before), p.rounding.want)
		}
		if p.kept[0] != nil {
			m.add(*p.kept[0], p.m, 0, p.rounding.m)
		}
		if p.kept[1] != nil {
			v.add(*p.kept[1], p.v, 0, p.rounding.v)
		}
	}
	for _, n := range []norms{change, m, v} {
		c.include(n)
		c.Zero = c.Zero && n.below(leastStep)
	}
}

// Schedule returns the factor of the learning rate in step s of total, computed with math's functions, independently
// of the trainer's. kind is "cosine", "step" (times factor after every so many steps) or anything else for 1.
func Schedule(kind string, total, every int, factor float64) func(s int) float64 {
	switch kind {
	case "cosine":
		return func(s int) float64 { return (1 + math.Cos(math.Pi*float64(s)/float64(total))) / 2 }
	case "step":
		return func(s int) float64 { return math.Pow(factor, float64(s/every)) }
	}
	return func(int) float64 { return 1 }
}
