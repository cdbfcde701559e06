// Gradcheck: compares the gradient with central differences of the cost, ĝ = (C(w+h) − C(w−h)) / 2h,
// and whole steps with steps along ĝ. The gradient may be right and the step still wrong: without
// 1/n, with the wrong sign of the weight decay, with weights that change too early.
package main

import (
	"fmt"
	"math"
	"slices"
)

// A Check compares one layer's gradient, or what steps do to it, with central differences.
type Check struct {
	Layer   int    // from 1
	What    string // "weights", "biases" or "steps"
	Shape   string
	Checked int     // how many were compared
	Skipped int     // left out because a relu switched on or off in between, or g is too small
	Error   float64 // ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖)
}

// CheckGradient compares ∂C/∂W and ∂C/∂b of a mini-batch, equations (1) to (3) and the
// L2 term, with central differences, for every parameter or, of a large layer, for as many
// as most, drawn by the seed; dropout leaves out the same units all the while.
// The network stays as it was; Workers becomes 1.
func (t *Trainer) CheckGradient(fill FillBatch, most int, seed uint64) []Check {
	t.Workers = 1
	t.prepare()
	w, b := t.alone(), &t.batches[0]
	t.fill(w, 0, 0, fill)
	t.forward(w, 0)
	t.Bug.errors(t, w, 0)
	var gradients []Layer
	for l, layer := range t.Net.Layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		ScaleBy(b.delta[l].Data, 1/float64(t.Batch))
		g.gradient(b.in[l], b.delta[l])
		t.Bug.spoil(g)
		gradients = append(gradients, g)
	}
	var table []Check
	for l, layer := range t.Net.Layers {
		g, in, out := gradients[l], layer.W.Rows, layer.W.Cols
		weights := Check{Layer: l + 1, What: "weights", Shape: layer.W.String()}
		t.compare(&weights, stream(seed, purposeCheck, l).Perm(in*out), most, func(i int) (*float64, float64) {
			w := &layer.W.Row(i / out)[i%out]
			return w, g.W.Row(i / out)[i%out] + t.L2/float64(t.N)**w
		})
		biases := Check{Layer: l + 1, What: "biases", Shape: fmt.Sprint(out)}
		t.compare(&biases, stream(seed, purposeCheck, l).Perm(out), most, func(i int) (*float64, float64) {
			return &layer.B[i], g.B[i]
		})
		table = append(table, weights, biases)
	}
	return table
}

// compare checks the first most of the parameters in order. at returns parameter i and the
// cost's derivative by it.
func (t *Trainer) compare(row *Check, order []int, most int, at func(i int) (*float64, float64)) {
	var sum norms
	for _, i := range order[:min(most, len(order))] {
		w, g := at(i)
		estimate, smooth := t.centralDifference(w, 0)
		if !smooth {
			row.Skipped++
			continue
		}
		sum.add(g, estimate, 0)
		row.Checked++
	}
	row.Error = sum.error()
}

// centralDifference is ĝ of the mini-batch at hand in step s, by parameter w; smooth is false
// where a relu switched on or off in between.
func (t *Trainer) centralDifference(w *float64, s int) (g float64, smooth bool) {
	const h = 1e-5
	old := *w
	*w = old + h
	up, on := t.checkedCost(s)
	*w = old - h
	down, onBelow := t.checkedCost(s)
	*w = old
	return (up - down) / (2 * h), slices.Equal(on, onBelow)
}

// checkedCost is C of the mini-batch in step s, with the L2 term, and which relu units are on.
func (t *Trainer) checkedCost(s int) (cost float64, on []bool) {
	b := &t.batches[0]
	t.forward(t.alone(), s)
	for _, c := range b.cost {
		cost += c / float64(len(b.cost))
	}
	for l, layer := range t.Net.Layers {
		for i := 0; i < layer.W.Rows && t.L2 != 0; i++ {
			for _, w := range layer.W.Row(i) {
				cost += t.L2 / float64(t.N) / 2 * w * w
			}
		}
		if layer.G.Name == "relu" {
			b.a[l].EachRow(func(row []float64) {
				for _, a := range row {
					on = append(on, a > 0)
				}
			})
		}
	}
	return cost, on
}

// The check of whole steps.

// A followed parameter is a weight or bias that takes steps of its own, along ĝ and in
// scalars, beside those that the trainer takes with it.
type followed struct {
	w      *float64
	j      int  // its neuron
	decays bool // it is a weight
	v, m   float64
	before float64
	want   float64
	kept   [2]*float64 // what the trainer keeps for it: the velocity or M of Adam, and V of Adam; or nil
	faint  bool        // ĝ is too small, beside its own error, to tell what Adam makes of it
	rough  bool        // a relu switched
}

// CheckSteps takes three real steps, at the start of the training, after a third and after
// two thirds of total steps, the last with a smaller mini-batch. Of each layer, it compares
// what they did to the parameters, and to what the optimiser keeps for them, with steps by
// central differences: of as many parameters as most, or of whole neurons for max-norm.
// schedule is what multiplies η. The network's weights stay as they were.
func (t *Trainer) CheckSteps(fill FillBatch, most int, seed uint64, total int, schedule func(s int) float64) []Check {
	t.Workers = 1
	t.prepare()
	var saved []Layer
	var parameters [][]*followed
	var table []Check
	for l, layer := range t.Net.Layers {
		saved = append(saved, newLayer(layer.W.Rows, layer.W.Cols, layer.G))
		parameters = append(parameters, t.follow(l, most, seed))
		table = append(table, Check{Layer: l + 1, What: "steps", Shape: layer.W.String()})
	}
	copyLayers(saved, t.Net.Layers)
	defer copyLayers(t.Net.Layers, saved)
	w, b := t.alone(), &t.batches[0]
	for k, size := range []int{t.Batch, t.Batch, t.Batch - t.Batch/3} {
		s, at := k*total/3, min(k*t.Batch, t.N-t.Batch)
		b.resize(size)
		t.fill(w, s, at, fill)
		for l, list := range parameters {
			for _, f := range list {
				g, smooth := t.centralDifference(f.w, s)
				f.rough = f.rough || !smooth
				f.step(t, t.Rate[l]*schedule(s), g, s)
			}
			if t.MaxNorm > 0 {
				shorten(list, t.MaxNorm)
			}
		}
		t.take(w, s, at, fill)
		for l, list := range parameters {
			table[l].Error = max(table[l].Error, stepError(list))
		}
	}
	for l, list := range parameters {
		for _, f := range list {
			if f.rough || f.faint {
				table[l].Skipped++
			} else {
				table[l].Checked++
			}
		}
	}
	return table
}

// follow draws parameters of layer l.
func (t *Trainer) follow(l, most int, seed uint64) (list []*followed) {
	layer, rng := t.Net.Layers[l], stream(seed, purposeCheck, l)
	in, out := layer.W.Rows, layer.W.Cols
	add := func(i, j int) {
		at := func(l Layer) *float64 {
			if i < in {
				return &l.W.Row(i)[j]
			}
			return &l.B[j]
		}
		f := &followed{w: at(layer), j: j, decays: i < in}
		if t.velocity != nil {
			f.kept[0] = at(t.velocity[l])
		}
		if t.Adam {
			f.kept[1] = at(t.square[l])
		}
		list = append(list, f)
	}
	if t.MaxNorm > 0 {
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

// step puts into want what step s, with the gradient g and the rate η, should make of it.
func (f *followed) step(t *Trainer, eta, g float64, s int) {
	f.before = *f.w
	switch {
	case t.Adam: // Kingma and Ba, algorithm 1, line by line
		f.m = 0.9*f.m + 0.1*g
		f.v = 0.999*f.v + 0.001*g*g
		mHat, vHat := f.m/(1-math.Pow(0.9, float64(s+1))), f.v/(1-math.Pow(0.999, float64(s+1)))
		f.want = f.before - eta*mHat/(math.Sqrt(vHat)+1e-8)
		f.faint = f.faint || math.Sqrt(vHat) < 1e-6 && vHat > 0
	case t.Nesterov:
		f.m = t.Momentum*f.m - eta*g
		f.want = f.before + t.Momentum*f.m - eta*g
	default:
		f.m = t.Momentum*f.m - eta*g
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

// stepError is how far the changes of the parameters, and what is kept for them, are from
// what they should be, ‖x − x̂‖ / (‖x‖ + ‖x̂‖), whichever is furthest; a difference that
// rounding may have made is none.
func stepError(list []*followed) (worst float64) {
	var change, kept, square norms
	for _, f := range list {
		if f.rough {
			continue
		}
		if !f.faint {
			change.add(*f.w-f.before, f.want-f.before, 1e-15*math.Abs(f.before))
		}
		for k, sum := range []*norms{&kept, &square} {
			if f.kept[k] != nil {
				sum.add(*f.kept[k], []float64{f.m, f.v}[k], 0)
			}
		}
	}
	return max(change.error(), kept.error(), square.error())
}

// norms are ‖x − x̂‖², ‖x‖² and ‖x̂‖².
type norms struct{ difference, x, estimate float64 }

func (n *norms) add(x, estimate, rounding float64) {
	d := max(0, math.Abs(x-estimate)-rounding)
	n.difference += d * d
	n.x += x * x
	n.estimate += estimate * estimate
}

func (n *norms) error() float64 {
	if n.x+n.estimate == 0 {
		return 0
	}
	return math.Sqrt(n.difference) / (math.Sqrt(n.x) + math.Sqrt(n.estimate))
}

// plainSchedule is what multiplies the learning rate, with math's own functions.
func plainSchedule(c Schedule, epochs, stepsAnEpoch int) func(s int) float64 {
	return func(s int) float64 {
		switch c.Kind {
		case "cosine":
			return (1 + math.Cos(math.Pi*float64(s)/float64(epochs*stepsAnEpoch))) / 2
		case "step":
			return math.Pow(c.Factor, float64(s/stepsAnEpoch/c.Epochs))
		}
		return 1
	}
}

// What -gradcheck calls wrong. A step adds up three gradients and their errors.
const (
	gradientLimit = 1e-6
	stepLimit     = 1e-5
)

// checkGradient is -gradcheck.
func (x *experiment) checkGradient(out *Printer) error {
	const samples, most, inSteps = 10, 300, 60
	t, train := x.trainer, x.source(&x.data.Train, ascending(x.data.Train.N))
	how, steps := x.how(), min(t.Batch, 100)
	t.Batch = min(samples, t.N)
	table := t.CheckGradient(train, most, x.cfg.Seed)
	y, err := newExperiment(x.cfg, x.data)
	if err != nil {
		return err
	}
	each := (t.N + y.trainer.Batch - 1) / y.trainer.Batch
	y.trainer.Batch = steps
	rates := plainSchedule(x.cfg.Schedule, x.cfg.Epochs, each)
	table = append(table, y.trainer.CheckSteps(train, inSteps, x.cfg.Seed, x.cfg.Epochs*each, rates)...)
	out.Printf("%s\n%s\n\n", x.describe(), how)
	out.Printf("layer  parameters  %11s  checked  relative error\n", "shape")
	bad := 0
	for _, c := range table {
		limit, verdict := gradientLimit, "ok"
		if c.What == "steps" {
			limit = stepLimit
		}
		switch {
		case c.Checked == 0:
			verdict = "not checked: relu units switch at every one"
		case !(c.Error <= limit):
			verdict, bad = "WRONG", bad+1
		}
		out.Printf("%5d  %-10s  %11s  %7d  %14.2g  %s\n", c.Layer, c.What, c.Shape, c.Checked, c.Error, verdict)
	}
	out.Printf("\nweights and biases: ∂C/∂W and ∂C/∂b of %d samples, against central\n"+
		"differences; ok up to %g\nsteps: three real steps with %d, %d and %d samples, against steps along central\n"+
		"differences; ok up to %g\n", t.Batch, gradientLimit, steps, steps, steps-steps/3, stepLimit)
	if bad > 0 {
		return fmt.Errorf("%d of %d lines differ from central differences by more than %g (steps: %g)",
			bad, len(table), gradientLimit, stepLimit)
	}
	return nil
}
