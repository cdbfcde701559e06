// Inspect: looks into training steps. -explain prints one with all its numbers; -gradcheck compares some with
// central differences. Both use the steps of the trainer itself. For the warnings, a probe looks at a few samples.

package main

import (
	"cmp"
	"math"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/baseline"
	"backprop/internal/judge/bugs"
	"backprop/internal/judge/diagnosis"
	"backprop/internal/judge/explain"
	"backprop/internal/judge/gradcheck"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
)

// printText prints what needs no data: a list, an answer or a worked example.
func printText(p *console.Printer, cfg *settings.Settings) error {
	e := explain.Find(cfg.Explain.Name)
	switch {
	case cfg.RecipeName == "list":
		recipes.PrintAll(p)
	case cfg.Bug == "list":
		bugs.Print(p)
	case cfg.Is != "":
		return bugs.Answer(p, cfg.Bug, cfg.Is)
	case cfg.Json:
		return e.JSON(p.W, capture(given(e, false)), cfg.Blank)
	default:
		e.Print(p, capture(given(e, false)), course(e))
	}
	return nil
}

// inspect is -gradcheck and -explain; m is the model to look into, or nil.
func inspect(cfg *settings.Settings, data *dataset.Dataset, m *modelfile.Model, out *console.Printer) error {
	x, err := newTrainingFrom(cfg, data, m)
	switch {
	case err != nil:
		return err
	case cfg.Gradcheck:
		return x.checkGradient(out)
	}
	t := x.trainer
	s := capture(t, x.source(&data.Train, ascending(t.N)))
	s.Weighted = cfg.ClassWeight != ""
	if cfg.Json {
		if err := s.JSON(out.W, cfg.Blank); err != nil {
			return flags.Wrong("%w", err)
		}
		return nil
	}
	out.Printf("One step of %s\n%s\n", x.describe(), x.how())
	s.InputNames, s.OutputNames, s.Bug = data.Inputs, data.Classes, bugs.Change(cfg.Bug)
	s.File, s.Number = data.Train.Origin.File, data.Train.Origin.Number
	explain.Print(out, s)
	return nil
}

// capture takes the first step of a training and keeps all its numbers. The trainer itself takes the step, so
// the weights change.
func capture(t *Trainer, fill FillBatch) *explain.Step {
	t.prepare()
	w, b, network := t.alone(), &t.batches[0], t.Net.Layers
	plain := func(x, y Matrix, at, lo, hi int) { // all numbers, not lists of the nonzero ones
		x.lists = nil
		fill(x, y, at, lo, hi)
	}
	t.fill(w, 0, 0, plain)
	s := &explain.Step{X: rowsOf(b.in[0]), Y: rowsOf(b.y), N: t.N, Rate: t.Rate, L2: t.L2, Rule: t.rule(),
		Cost: t.Net.Cost.Name, MaxNorm: t.MaxNorm != 0, Dropout: t.Dropout != nil, Gradient: t.Net.Cost.Gradient,
		Cancels: t.Net.Cost.Cancels, CostAt: explain.Place(t.Net.Cost.Eval),
		AffineAt: explain.Place(Layer.affine), DropoutAt: explain.Place((*Trainer).drop),
		BackwardAt: explain.Place(Layer.backward),
		GradientAt: explain.Place(Layer.gradient), UpdateAt: explain.Place(t.updater())}
	t.forward(w, 0)
	t.takeBackward(w, 0)
	s.Costs, s.CostBefore = slices.Clone(b.cost), meanOf(b.cost)
	for l := range network {
		s.Layers = append(s.Layers, t.captureLayer(b, l))
	}
	if t.Net.Cost.Answer == layers.Softmax {
		for _, row := range s.Layers[len(network)-1].A {
			p := slices.Clone(row)
			softmax(p, p)
			s.P = append(s.P, p)
		}
	}
	t.takeStep(w, 0, 0, fill)
	for l, layer := range network {
		s.Layers[l].NewW, s.Layers[l].NewB = rowsOf(layer.W), slices.Clone(layer.B)
		if t.Bug != nil && t.Bug.late {
			g := t.gradientOf(b, l)
			s.Layers[l].Delta, s.Layers[l].GradW, s.Layers[l].GradB = rowsOf(b.delta[l]), rowsOf(g.W), g.B
		}
	}
	t.fill(w, 0, 0, fill)
	t.forward(w, 0)
	s.CostAfter = meanOf(b.cost)
	return s
}

// lookAt takes the first n training samples forward and backward, and changes nothing.
func (x *training) lookAt(n int) *explain.Step {
	net, last := x.trainer.Net, len(x.trainer.Net.Layers)-1
	b := newBatch(net, NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs()))
	x.source(&x.data.Train, ascending(n))(b.in[0], b.y, 0, 0, n)
	net.forward(b)
	net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
	for l := last - 1; l >= 0; l-- {
		net.Layers[l].backward(b.delta[l], b.a[l], part{b.delta[l+1], net.Layers[l+1].W})
	}
	s := &explain.Step{X: rowsOf(b.in[0]), Y: rowsOf(b.y)}
	plain := &Trainer{Net: net, Rate: x.trainer.Rate} // the equations alone, without -bug or -schedule
	for l := range net.Layers {
		s.Layers = append(s.Layers, plain.captureLayer(&b, l))
	}
	return s
}

// captureLayer returns the numbers of layer l in the step, up to its gradient.
func (t *Trainer) captureLayer(b *batch, l int) explain.Layer {
	layer, g := t.Net.Layers[l], t.gradientOf(b, l)
	z, slope := NewMatrix(b.in[l].Rows, layer.W.Cols), NewMatrix(b.in[l].Rows, layer.W.Cols)
	layer.affine(z, b.in[l])
	slope.Each(func(x []float64) {
		for i := range x {
			x[i] = 1
		}
	})
	layer.prime(slope, b.a[l])
	return explain.Layer{Activation: layer.G.Name, Prime: layer.G.Slope, ActivationAt: explain.Place(layer.G.F),
		In: rowsOf(b.in[l]), Z: rowsOf(z), A: rowsOf(b.a[l]), Delta: rowsOf(b.delta[l]), Slope: rowsOf(slope),
		W: rowsOf(layer.W), B: slices.Clone(layer.B), GradW: rowsOf(g.W), GradB: g.B, Eta: t.rate(l, 0)}
}

// gradientOf computes equation (3) of layer l for the current mini-batch by itself, with the bug of -bug.
func (t *Trainer) gradientOf(b *batch, l int) Layer {
	layer, delta := t.Net.Layers[l], clone(b.delta[l])
	delta.Scale(1 / float64(delta.Rows))
	g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
	g.gradient(b.in[l], delta)
	if t.Bug != nil && t.Bug.gradient != nil {
		t.Bug.gradient(g)
	}
	return g
}

// rowsOf is a copy of m, row by row.
func rowsOf(m Matrix) (rows explain.Rows) {
	m.EachRow(func(row []float64) { rows = append(rows, slices.Clone(row)) })
	return rows
}

// updater returns the method that does equation (4), or what replaces it.
func (t *Trainer) updater() any {
	return map[string]any{"adam": Layer.adam, "nesterov": Layer.momentum, "momentum": Layer.momentum,
		"": Layer.descend}[t.rule()]
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// The worked examples.

// given makes a trainer for the network of a worked example, and its samples. If the biases are fixed, early
// adds the bug of -bug early.
func given(e *explain.Example, early bool) (*Trainer, FillBatch) {
	sizes := []int{len(e.X[0])}
	for _, rows := range e.Layers {
		sizes = append(sizes, len(rows[0]))
	}
	hidden, last := cmp.Or(e.Activations[0], "sigmoid"), cmp.Or(e.Activations[1], "sigmoid")
	net := NewNetwork(sizes, named(activations, hidden), named(activations, last), named(costs, e.Cost))
	t := &Trainer{Net: net, N: len(e.X), Batch: len(e.X), Workers: 1}
	for l, rows := range e.Layers {
		layer := net.Layers[l]
		for i := range layer.W.Rows {
			copy(layer.W.Row(i), rows[i])
		}
		copy(layer.B, rows[layer.W.Rows])
		t.Rate = append(t.Rate, e.Rate)
	}
	if e.FixedBiases {
		p := bug{update: biaslessUpdate, early: early}
		p.corrupt(t)
	}
	return t, samplesOf(e.X, e.Y)
}

// samplesOf makes a FillBatch of the given samples.
func samplesOf(x, y [][]float64) FillBatch {
	return func(in, out Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(in.Row(i), x[at+i])
			copy(out.Row(i), y[at+i])
		}
	}
}

// course returns a function that trains an example and gives its cost and outputs.
func course(e *explain.Example) explain.Course {
	return func(steps int, early bool) (cost float64, outputs []float64) {
		t, fill := given(e, early)
		for range steps {
			t.Epoch(fill, nil) // no error: these numbers do not diverge
		}
		r := t.Net.Evaluate(fill, t.N, 1, func(_ int, a []float64) { outputs = append(outputs, a...) })
		return r.Cost, outputs
	}
}

// checkGradient is -gradcheck.
func (x *training) checkGradient(out *console.Printer) error {
	const samples, most, inSteps = 10, 300, 60
	t, train := x.trainer, x.source(&x.data.Train, ascending(x.data.Train.N))
	how, steps := x.how(), min(t.Batch, 100)
	t.Batch = min(samples, t.N)
	checks := gradcheck.Gradients(t.checkable(train), most, x.cfg.Seed)
	y, err := newTraining(x.cfg, x.data)
	if err != nil {
		return err
	}
	each := y.trainer.stepsAnEpoch()
	y.trainer.Batch = steps
	c, total := x.cfg.Schedule, x.cfg.Epochs*each
	schedule := gradcheck.Schedule(c.Kind, total, c.Epochs*each, c.Factor)
	checks = append(checks, gradcheck.Steps(y.trainer.checkable(train), inSteps, x.cfg.Seed, total, schedule)...)
	out.Printf("%s\n%s\n\n", x.describe(), how)
	return gradcheck.Print(out, checks, t.Batch, steps)
}

// checkable presents the trainer to gradcheck.
func (t *Trainer) checkable(fill FillBatch) gradcheck.Net {
	t.prepare()
	w, b := t.alone(), &t.batches[0]
	net := gradcheck.Net{L2: t.L2, N: t.N, Batch: t.Batch, Rates: t.Rate, Rule: t.rule(), Momentum: t.Momentum,
		MaxNorm: t.MaxNorm,
		Fill: func(s, at, n int) {
			b.resize(n)
			t.fill(w, s, at, fill)
		},
		Cost: func(s int) (float64, []bool) {
			t.forward(w, s)
			return t.costAndKinks(b)
		},
		Gradient: func(s int) (g []gradcheck.Parameters) {
			t.forward(w, s)
			t.takeBackward(w, s)
			for l := range t.Net.Layers {
				g = append(g, shared(t.gradientOf(b, l)))
			}
			return g
		},
		Step: func(s, at, n int) {
			b.resize(n)
			t.takeStep(w, s, at, fill)
		},
	}
	for l, layer := range t.Net.Layers {
		checked := gradcheck.Layer{Parameters: shared(layer)}
		if t.velocity != nil {
			checked.Velocity = shared(t.velocity[l])
		}
		if t.square != nil {
			checked.Square = shared(t.square[l])
		}
		net.Layers = append(net.Layers, checked)
	}
	return net
}

// shared is a layer's parameters as rows, sharing memory with it.
func shared(l Layer) gradcheck.Parameters {
	p := gradcheck.Parameters{B: l.B}
	l.W.EachRow(func(row []float64) { p.W = append(p.W, row) })
	return p
}

// costAndKinks is the mean cost of the mini-batch and, for each output of a function with a kink, the side it is on.
func (t *Trainer) costAndKinks(b *batch) (cost float64, on []bool) {
	for _, c := range b.cost {
		cost += c / float64(len(b.cost))
	}
	for l, layer := range t.Net.Layers {
		if layer.G.Kink {
			b.a[l].EachRow(func(row []float64) {
				for _, a := range row {
					on = append(on, a > 0)
				}
			})
		}
	}
	if t.Net.Cost.Kink {
		b.a[len(b.a)-1].EachPair(b.y, func(row, y []float64) {
			for j, a := range row {
				on = append(on, a > y[j])
			}
		})
	}
	return cost, on
}

// watched is how many samples to look at, at most.
const watched = 64

// A probe takes a few training samples forward and backward, without training on them.
type probe struct {
	net     *Network
	batch   batch
	fill    FillBatch
	classes bool
}

// startMonitor starts to look for problems, unless the recipe has several trainings: some of these fail on purpose,
// and the recipe itself explains why.
func (x *training) startMonitor() {
	if x.cfg.Recipe.SeveralTrainings {
		return
	}
	p := newProbe(x)
	x.look, x.inputs = p.look, p.read
	x.monitor = diagnosis.New(x.about())
	if x.recorder != nil && len(x.history) == 0 {
		x.monitor.Begin(p.look())
	}
}

// newProbe makes a probe of samples spread over the whole training set.
func newProbe(x *training) *probe {
	s, n := &x.data.Train, min(watched, x.data.Train.N)
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i * s.N / n)
	}
	b := newBatch(x.trainer.Net, NewMatrix(n, s.Dim), NewMatrix(n, x.data.Outputs()))
	return &probe{net: x.trainer.Net, batch: b, fill: x.source(s, order), classes: x.data.Classes != nil}
}

// about is what the diagnosis has to know about the training.
func (x *training) about() diagnosis.Training {
	t, d, c := x.trainer, x.data, x.cfg
	a := diagnosis.Training{Run: x.title, Epochs: c.Epochs, StepsAnEpoch: t.stepsAnEpoch(),
		Train: d.Train.N, Test: d.Test.N, Outputs: d.Outputs(), Classes: d.Classes, Weighted: c.ClassWeight != "",
		Squares: t.Net.Cost.Squares, Rates: c.Rate.String(), L2: t.L2, N: t.N, Adam: t.Adam,
		Samples: min(watched, d.Train.N), Baseline: x.baseline(), Rows: x.trainingRows}
	for l, layer := range t.Net.Layers {
		a.Layers = append(a.Layers, diagnosis.Layer{Activation: layer.G.Name, Dies: layer.G.Dies,
			Saturates: layer.G.Idle != nil && !layer.G.Dies, Units: len(layer.B), Rate: t.Rate[l],
			Weights: rootMeanSquare(layer.W)})
	}
	if d.Classes == nil {
		a.Factor = x.out.Factor[0]
	}
	a.Shares = scores.Shares(d.Train.Labels, len(d.Classes))
	return a
}

// trainingRows returns training samples as the network sees them, and their targets.
func (x *training) trainingRows(which []int32) (in, answers [][]float64) {
	a, y := NewMatrix(len(which), x.data.Train.Dim), NewMatrix(len(which), x.data.Outputs())
	x.source(&x.data.Train, which)(a, y, 0, 0, len(which))
	return rowsOf(a), rowsOf(y)
}

// baseline is the score of an answer that ignores the inputs.
func (x *training) baseline() baseline.Scores {
	var weights []float64
	if x.cfg.ClassWeight != "" {
		weights, _ = flags.ClassWeights(x.cfg.ClassWeight, x.data) // newTraining has checked it
	}
	cost := x.trainer.Net.Cost
	always := cost.Baseline
	if x.data.Classes == nil && cost.Answer == layers.Number {
		always = nil // numbers have no class shares
	}
	return baseline.Of(x.data, x.out, always, cost.Squares, weights)
}

// read loads the samples and returns the root mean square of their inputs.
func (p *probe) read() float64 {
	p.fill(p.batch.in[0], p.batch.y, 0, 0, len(p.batch.cost))
	return rootMeanSquare(p.batch.in[0])
}

// look measures what the diagnosis looks at.
func (p *probe) look() diagnosis.Snapshot {
	net, b := p.net, p.batch
	last := len(net.Layers) - 1
	now := diagnosis.Snapshot{Inputs: p.read(), OneClass: p.classes && b.y.Cols > 1}
	net.forward(b)
	net.backward(b)
	for l, layer := range net.Layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		g.gradient(b.in[l], b.delta[l])
		now.Layers = append(now.Layers, diagnosis.LayerStats{Activation: rootMeanSquare(b.a[l]),
			Delta: rootMeanSquare(b.delta[l]), Gradient: rootMeanSquare(g.W) / float64(len(b.cost)),
			Weights: rootMeanSquare(layer.W), Idle: diagnosis.Idle(layer.G.Idle, layer.G.Dies, b.a[l].Cols, b.a[l].EachRow)})
	}
	for i := range b.a[last].Rows {
		now.OneClass = now.OneClass && scores.Argmax(b.a[last].Row(i)) == scores.Argmax(b.a[last].Row(0))
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

// advice is what to try when the numbers have become too large.
func (x *training) advice() string {
	inputs := 0.0
	if x.inputs != nil {
		inputs = x.inputs()
	}
	return diagnosis.Advice(x.cfg.Rate.String(), inputs, x.cfg.Bug != "")
}
