// Page: what the page of -report is told of an experiment.
package main

import (
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/text"
)

// What other files still call by these names.
var (
	checkReport = record.Check
	writeReport = record.Write
	quoted      = text.Quote
)

// newRecorder is nil without -report.
func newRecorder(x *experiment) *record.Recorder {
	if x.cfg.Report == "" {
		return nil
	}
	recipe := &x.cfg.Recipe
	run := record.Run{Path: x.cfg.Report, Command: "go run . " + text.Quote(x.cfg.Args), Epochs: x.cfg.Epochs,
		Start: x.start, Cost: x.cfg.Cost, Update: x.updateRule(), Harder: x.regularisation(),
		Rate: slices.Max(x.cfg.Rate), Data: x.data, In: x.in, Out: x.out, Layers: x.pageLayers(),
		Loss: recipe.Loss, Axes: recipe.Axes, AllWeights: recipe.AllWeights, Examples: recipe.Examples,
		Facts: x.pageFacts, Rows: x.trainingRows, Evaluate: x.outputsOf, Complete: x.unseenParts,
		Figures: func() (ofNetwork, ofLayers []chart.Figure) { return x.fitFigures(), x.monitor.Figures() }}
	for _, p := range recipe.Curve {
		run.Published = append(run.Published, [2]float64{p.Loss, p.Accuracy})
	}
	return record.New(run)
}

// pageLayers are the network's layers, sharing memory.
func (x *experiment) pageLayers() (all []layers.Layer) {
	for _, l := range x.trainer.Net.Layers {
		all = append(all, layers.Layer{Rows: l.W.Rows, Cols: l.W.Cols, Stride: l.W.Stride, W: l.W.Data, B: l.B,
			Activation: l.G.Name})
	}
	return all
}

// pageFacts say which run it is.
func (x *experiment) pageFacts() (facts [][2]string) {
	if x.cfg.Recipe.Name != "" {
		facts = x.cfg.Recipe.Facts(x.cfg.Epochs, x.cfg.Changed)
	}
	return append(facts, x.facts()...)
}

// fitFigures show what the network makes of its data, where it predicts one number.
func (x *experiment) fitFigures() []chart.Figure {
	outputs := func(in [][]float64) (layers [][][]float64) {
		rows := NewMatrix(len(in), x.data.Train.Dim)
		for i, row := range in {
			copy(rows.Row(i), row)
		}
		for _, a := range x.trainer.Net.Outputs(rows) {
			layers = append(layers, rowsOf(a))
		}
		return layers
	}
	fit := record.Fit{Title: x.title, Data: x.data, In: x.in, Out: x.out, Outputs: outputs, Evaluate: x.outputsOf}
	return fit.Figures()
}

// trainingRows are samples of the training part as the network sees them, and what it should answer.
func (x *experiment) trainingRows(which []int32) (in, answers [][]float64) {
	a, y := NewMatrix(len(which), x.data.Train.Dim), NewMatrix(len(which), x.data.Outputs())
	x.source(&x.data.Train, which)(a, y, 0, 0, len(which))
	return rowsOf(a), rowsOf(y)
}

// outputsOf is what the network puts out for the first n samples of s, one after another.
func (x *experiment) outputsOf(s *dataset.Set, n int) []float64 {
	k := x.data.Outputs()
	all := make([]float64, n*k)
	x.trainer.Net.EvaluateEach(x.source(s, ascending(n)), n, x.cfg.Workers, func(i int, a []float64) {
		copy(all[i*k:(i+1)*k], a)
	})
	return all
}

// unseenParts adds to an epoch what the network can do with the validation and the test part.
func (x *experiment) unseenParts(e *event.Epoch) {
	if x.data.Valid.N > 0 {
		x.validPart(e, x.evaluateSet(&x.data.Valid, nil))
	}
	if x.data.Test.N > 0 {
		x.testPart(e, x.evaluateSet(&x.data.Test, nil))
	}
}
