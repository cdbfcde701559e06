// Explain: one training step, number by number, in the order of the equations. It computes
// nothing of its own: what it prints is what the parts of a step hand to each other.
package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/explain"
	"backprop/internal/run/recipes"
)

// printText prints a list, or a worked example.
func printText(p *Printer, cfg *Settings) error {
	switch {
	case cfg.RecipeName == "list":
		recipes.PrintAll(p)
	case cfg.Bug == "list":
		printSlips(p)
	default:
		examples[cfg.Explain.Name](p)
	}
	return nil
}

// inspect is -gradcheck and -explain, which look at steps and do not train.
func inspect(cfg *Settings, data *dataset.Dataset, out *Printer) error {
	x, err := newExperiment(cfg, data)
	switch {
	case err != nil:
		return err
	case cfg.Gradcheck:
		return x.checkGradient(out)
	}
	t := x.trainer
	out.Printf("One step of %s\n%s\n", x.describe(), x.how())
	s := trace(t, x.source(&data.Train, ascending(t.N)))
	s.Inputs, s.OutputNames = data.Inputs, data.Classes
	explain.Print(out, s)
	return nil
}

// trace takes the first step of a training, and keeps everything. The step itself is the
// trainer's own; the network ends as it leaves it.
func trace(t *Trainer, fill FillBatch) *explain.Step {
	t.Workers = 1
	t.prepare()
	w, b, layers := t.alone(), &t.batches[0], t.Net.Layers
	plain := func(x, y Matrix, at, lo, hi int) { // numbers, and not lists of those that are not 0
		x.lists = nil
		fill(x, y, at, lo, hi)
	}
	t.fill(w, 0, 0, plain)
	s := &explain.Step{X: rowsOf(b.in[0]), Y: rowsOf(b.y), N: t.N, Rate: t.Rate, L2: t.L2, Rule: t.rule(),
		MaxNorm: t.MaxNorm != 0, Dropout: t.Dropout != nil, Cost: t.Net.Cost.Name, CostAt: place(t.Net.Cost.Eval),
		AffineAt: place(Layer.affine), DropoutAt: place((*Trainer).drop), BackwardAt: place(Layer.backward),
		GradientAt: place(Layer.gradient), UpdateAt: place(t.updater())}
	if t.Bug != nil {
		s.Slip = [2]string{t.Bug.wrong, t.Bug.meant}
	}
	t.forward(w, 0)
	t.Bug.errors(t, w, 0)
	s.Costs, s.Mean = slices.Clone(b.cost), meanOf(b.cost)
	for l, layer := range layers {
		z, g := NewMatrix(t.Batch, layer.W.Cols), newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		layer.affine(z, b.in[l])
		delta, slope := clone(b.delta[l]), NewMatrix(t.Batch, layer.W.Cols)
		ScaleBy(delta.Data, 1/float64(t.Batch))
		g.gradient(b.in[l], delta)
		t.Bug.spoil(g)
		slope.Each(func(x []float64) { fill1(x) })
		layer.prime(slope, b.a[l])
		s.Layers = append(s.Layers, explain.Layer{Activation: layer.G.Name, ActivationAt: place(layer.G.F),
			In: rowsOf(b.in[l]), Z: rowsOf(z), A: rowsOf(b.a[l]), Delta: rowsOf(b.delta[l]), Slope: rowsOf(slope),
			W: rowsOf(layer.W), B: slices.Clone(layer.B), GradW: rowsOf(g.W), GradB: g.B, Eta: t.rate(l, 0)})
	}
	if last := s.Layers[len(layers)-1]; s.Cost == "ce" {
		for _, row := range last.A {
			p := slices.Clone(row)
			softmax(p, p)
			s.P = append(s.P, p)
		}
	}
	t.take(w, 0, 0, fill)
	for l, layer := range layers {
		s.Layers[l].NewW, s.Layers[l].NewB = rowsOf(layer.W), slices.Clone(layer.B)
	}
	t.fill(w, 0, 0, fill)
	t.forward(w, 0)
	s.Then = meanOf(b.cost)
	return s
}

// rowsOf is a copy of m, row by row.
func rowsOf(m Matrix) (rows explain.Rows) {
	m.EachRow(func(row []float64) { rows = append(rows, slices.Clone(row)) })
	return rows
}

func fill1(x []float64) {
	for i := range x {
		x[i] = 1
	}
}

// rule is what stands in place of equation (4), and updater where it is.
func (t *Trainer) rule() string {
	switch {
	case t.Adam:
		return "adam"
	case t.Nesterov:
		return "nesterov"
	case t.Momentum != 0:
		return "momentum"
	}
	return ""
}

func (t *Trainer) updater() any {
	return map[string]any{"adam": Layer.adam, "nesterov": Layer.momentum, "momentum": Layer.momentum, "": Layer.descend}[t.rule()]
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// place is where a function stands: "Layer.affine, backprop.go:219". The program looks it up
// in itself, so that it is true of the program that runs.
func place(f any) string {
	at := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	path, line := at.FileLine(at.Entry())
	name := at.Name()
	name = strings.NewReplacer("(*", "", ")", "").Replace(name[strings.Index(name, ".")+1:])
	if strings.Contains(name, "func") { // without a name
		return ""
	}
	return fmt.Sprintf("%s, %s:%d", name, filepath.Base(path), line)
}
