// Probe: what the diagnosis is told of a training, and takes a look with.
package main

import (
	"math"

	"backprop/internal/judge/diagnosis"
	"backprop/internal/judge/scores"
)

// watched is how many samples to look at, at most.
const watched = 64

// A probe takes a few training samples forward and backward, beside the training.
type probe struct {
	net     *Network
	batch   batch
	fill    FillBatch
	classes bool
}

// watched has the training watched, unless its recipe is more than one: those show failures on purpose,
// and say what came of them.
func (x *experiment) watched() {
	if x.cfg.Recipe.SeveralTrainings {
		return
	}
	x.probe = newProbe(x)
	x.monitor = diagnosis.New(x.about())
	if x.recorder != nil && len(x.history) == 0 {
		x.monitor.Begin(x.probe.look())
	}
}

// newProbe is one that takes samples from the whole of the training part.
func newProbe(x *experiment) *probe {
	s, n := &x.data.Train, min(watched, x.data.Train.N)
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i * s.N / n)
	}
	b := newBatch(x.trainer.Net, NewMatrix(n, s.Dim), NewMatrix(n, x.data.Outputs()))
	return &probe{net: x.trainer.Net, batch: b, fill: x.source(s, order), classes: x.data.Classes != nil}
}

// about is what the diagnosis knows of the training.
func (x *experiment) about() diagnosis.About {
	t, d, c := x.trainer, x.data, x.cfg
	a := diagnosis.About{Run: x.title, Epochs: c.Epochs, StepsAnEpoch: (t.N + t.Batch - 1) / t.Batch,
		Train: d.Train.N, Test: d.Test.N, Outputs: d.Outputs(), Classes: d.Classes, Weighted: c.ClassWeight != "",
		Cost: c.Cost, Rates: c.Rate.String(), L2: t.L2, N: t.N, Adam: t.Adam,
		Samples: min(watched, d.Train.N), Baseline: x.baseline()}
	for l, layer := range t.Net.Layers {
		a.Layers = append(a.Layers, diagnosis.Layer{Activation: layer.G.Name, Units: len(layer.B),
			Rate: t.Rate[l], Weights: rootMeanSquare(layer.W)})
	}
	if d.Classes == nil {
		a.Factor = x.out.Factor[0]
	}
	return a
}

// baseline is what can be had without looking at the inputs.
func (x *experiment) baseline() scores.Baseline {
	var weights []float64
	if x.cfg.ClassWeight != "" {
		weights, _ = classWeights(x.cfg.ClassWeight, x.data) // newExperiment has read it before
	}
	return scores.BaselineOf(x.data, x.out, x.cfg.Cost, weights)
}

// read takes the samples in, and returns how large their inputs are.
func (p *probe) read() float64 {
	p.fill(p.batch.in[0], p.batch.y, 0, 0, len(p.batch.cost))
	return rootMeanSquare(p.batch.in[0])
}

// look is what the diagnosis looks at.
func (p *probe) look() diagnosis.Look {
	net, b := p.net, p.batch
	last := len(net.Layers) - 1
	now := diagnosis.Look{Inputs: p.read(), OneClass: p.classes && b.y.Cols > 1}
	net.forward(b)
	net.backward(b)
	for l, layer := range net.Layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		g.gradient(b.in[l], b.delta[l])
		now.Layers = append(now.Layers, diagnosis.LayerStats{Activation: rootMeanSquare(b.a[l]),
			Delta: rootMeanSquare(b.delta[l]), Gradient: rootMeanSquare(g.W) / float64(len(b.cost)),
			Weights: rootMeanSquare(layer.W), Idle: diagnosis.Idle(layer.G.Name, b.a[l].Cols, b.a[l].EachRow)})
	}
	for i := range b.a[last].Rows {
		now.OneClass = now.OneClass && argmax(b.a[last].Row(i)) == argmax(b.a[last].Row(0))
	}
	return now
}

func rootMeanSquare(m Matrix) float64 {
	sum := 0.0
	m.EachRow(func(row []float64) {
		for _, v := range row {
			sum += v * v
		}
	})
	return math.Sqrt(sum / float64(m.Rows*m.Cols))
}

// advice is what to try where the numbers have become too large.
func (x *experiment) advice() string {
	inputs := 0.0
	if x.probe != nil {
		inputs = x.probe.read()
	}
	return diagnosis.Advice(x.cfg.Rate.String(), inputs)
}
