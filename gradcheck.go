// Gradcheck: compares the gradient with central differences of the cost, ĝ = (C(w+h) − C(w−h)) / 2h.
package main

import (
	"fmt"
	"math"
	"slices"
)

// A Check compares one layer's gradient with central differences.
type Check struct {
	Layer   int    // from 1
	What    string // "weights" or "biases"
	Shape   string
	Checked int     // how many were compared
	Skipped int     // left out because a relu switched on or off in between
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
	t.backward(w, 0)
	var gradients []Layer
	for l, layer := range t.Net.Layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		ScaleBy(b.delta[l].Data, 1/float64(t.Batch))
		g.gradient(b.in[l], b.delta[l])
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
	const h = 1e-5
	var difference, norm, numeric float64
	for _, i := range order[:min(most, len(order))] {
		w, g := at(i)
		old := *w
		*w = old + h
		up, on := t.checkedCost()
		*w = old - h
		down, onBelow := t.checkedCost()
		*w = old
		if !slices.Equal(on, onBelow) {
			row.Skipped++
			continue
		}
		estimate := (up - down) / (2 * h)
		difference += (g - estimate) * (g - estimate)
		norm += g * g
		numeric += estimate * estimate
		row.Checked++
	}
	if norm+numeric > 0 {
		row.Error = math.Sqrt(difference) / (math.Sqrt(norm) + math.Sqrt(numeric))
	}
}

// checkedCost is C of the mini-batch, with the L2 term, and which relu units are on.
func (t *Trainer) checkedCost() (cost float64, on []bool) {
	b := &t.batches[0]
	t.forward(t.alone(), 0)
	for _, c := range b.cost {
		cost += c / float64(t.Batch)
	}
	for l, layer := range t.Net.Layers {
		layer.W.EachRow(func(row []float64) {
			for _, w := range row {
				cost += t.L2 / float64(t.N) / 2 * w * w
			}
		})
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

// checkGradient is -gradcheck.
func (x *experiment) checkGradient(out *printer) error {
	const samples, most, limit = 10, 300, 1e-6
	t := x.trainer
	t.Batch = min(samples, t.N)
	table := t.CheckGradient(x.source(&x.data.Train, ascending(t.N)), most, x.cfg.seed)
	out.printf("%s, %d samples, central differences\n\n", x.describe(), t.Batch)
	out.printf("layer  parameters  %11s  checked  relative error\n", "shape")
	bad := 0
	for _, c := range table {
		verdict := "ok"
		switch {
		case c.Checked == 0:
			verdict = "not checked: relu units switch at every one"
		case !(c.Error <= limit):
			verdict, bad = "WRONG", bad+1
		}
		out.printf("%5d  %-10s  %11s  %7d  %14.2g  %s\n", c.Layer, c.What, c.Shape, c.Checked, c.Error, verdict)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d gradients differ from central differences by more than %g", bad, len(table), limit)
	}
	return nil
}
