// Steps: the check of whole steps.

package gradcheck

import (
	"math"
	"math/rand/v2"
	"slices"

	"backprop/internal/compute/exact"
)

// A followed parameter is a weight or bias that takes steps of its own, along ĝ and in scalars, beside
// those that the network takes with it.
type followed struct {
	w      *float64
	j      int  // its neuron
	decays bool // it is a weight
	v, m   float64
	before float64
	want   float64
	kept   [2]*float64 // what the optimiser keeps for it: the velocity or M of Adam, and V of Adam; or nil
	faint  bool        // ĝ is too small, beside its own error, to tell what Adam makes of it
	rough  bool        // a relu switched
}

// Steps takes three real steps, at the start of the training, after a third and after two thirds of
// total steps, the last with a smaller mini-batch. Of each layer, it compares what they did to the
// parameters, and to what the optimiser keeps for them, with steps by central differences: of as many
// parameters as most, or of whole neurons for max-norm. schedule is what multiplies η. The network's
// weights stay as they were.
func Steps(net Net, most int, seed uint64, total int, schedule func(s int) float64) (checks []Check) {
	defer net.restore(net.weights())
	var lists [][]*followed
	for l, layer := range net.Layers {
		lists = append(lists, net.follow(layer, most, exact.Stream(seed, exact.ForCheck, l)))
		checks = append(checks, Check{Layer: l + 1, What: "steps", Shape: layer.shape()})
	}
	for k, n := range []int{net.Batch, net.Batch, net.Batch - net.Batch/3} {
		s, at := k*total/3, min(k*net.Batch, net.N-net.Batch)
		net.Fill(s, at, n)
		for l, list := range lists {
			net.expect(list, net.Rates[l]*schedule(s), s)
		}
		net.Step(s, at, n)
		for l, list := range lists {
			err, zero := stepError(list)
			checks[l].Error = max(checks[l].Error, err)
			checks[l].Zero = zero && (k == 0 || checks[l].Zero)
		}
	}
	for l, list := range lists {
		for _, f := range list {
			if !f.rough && !f.faint {
				checks[l].Checked++
			}
		}
	}
	return checks
}

// weights is a copy of all parameters, and restore puts them back.
func (net Net) weights() (saved []Parameters) {
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

// follow draws parameters of a layer.
func (net Net) follow(layer Layer, most int, rng *rand.Rand) (list []*followed) {
	in, out := len(layer.W), len(layer.B)
	add := func(i, j int) {
		list = append(list, &followed{w: layer.at(i, j), j: j, decays: i < in,
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

// expect works out what step s, with the rate η, should make of a layer's parameters.
func (net Net) expect(list []*followed, eta float64, s int) {
	for _, f := range list {
		g, smooth := net.centralDifference(f.w, s)
		f.rough = f.rough || !smooth
		f.step(net, eta, g, s)
	}
	if net.MaxNorm > 0 {
		shorten(list, net.MaxNorm)
	}
}

// step puts into want what step s, with the gradient g and the rate η, should make of it.
func (f *followed) step(net Net, eta, g float64, s int) {
	f.before = *f.w
	switch net.Rule {
	case "adam": // Kingma and Ba, algorithm 1, line by line
		f.m = 0.9*f.m + 0.1*g
		f.v = 0.999*f.v + 0.001*g*g
		mHat, vHat := f.m/(1-math.Pow(0.9, float64(s+1))), f.v/(1-math.Pow(0.999, float64(s+1)))
		f.want = f.before - eta*mHat/(math.Sqrt(vHat)+1e-8)
		f.faint = f.faint || math.Sqrt(vHat) < 1e-6 && vHat > 0
	case "nesterov":
		f.m = net.Momentum*f.m - eta*g
		f.want = f.before + net.Momentum*f.m - eta*g
	default:
		f.m = net.Momentum*f.m - eta*g
		f.want = f.before + f.m
	}
}

// shorten is max-norm on whole neurons, weight by weight.
func shorten(list []*followed, most float64) {
	length := map[int]float64{}
	for _, f := range list {
		if f.decays {
			length[f.j] = math.Hypot(length[f.j], f.want)
		}
	}
	for _, f := range list {
		if f.decays && length[f.j] > most {
			f.want *= most / length[f.j]
		}
	}
}

// stepError is how far the changes of the parameters, and what is kept for them, are from what they
// should be, whichever is furthest; and whether nothing has changed, and nothing should have.
func stepError(list []*followed) (err float64, zero bool) {
	var change, kept, square norms
	zero = true
	for _, f := range list {
		if f.rough {
			continue
		}
		if !f.faint {
			change.add(*f.w-f.before, f.want-f.before, 1e-15*math.Abs(f.before))
		}
		if f.kept[0] != nil {
			kept.add(*f.kept[0], f.m, 0)
		}
		if f.kept[1] != nil {
			square.add(*f.kept[1], f.v, 0)
		}
	}
	for _, n := range []norms{change, kept, square} {
		err, zero = max(err, n.error()), zero && n.below(leastStep)
	}
	return err, zero
}

// Schedule is what multiplies the learning rate in step s of total, with math's own functions: of the
// kind "step", a factor after every so many steps.
func Schedule(kind string, total, every int, factor float64) func(s int) float64 {
	return func(s int) float64 {
		switch kind {
		case "cosine":
			return (1 + math.Cos(math.Pi*float64(s)/float64(total))) / 2
		case "step":
			return math.Pow(factor, float64(s/every))
		}
		return 1
	}
}
