// Fit: what a network that predicts a number makes of its data.

package record

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

const mostPoints = 500 // samples in a figure

// A Fit is a network that predicts numbers, and the data that it has learned from.
type Fit struct {
	Title   string // which training it is, where there are several; else empty
	Data    *dataset.Dataset
	In, Out dataset.Scale

	Outputs  func(rows [][]float64) [][][]float64     // of each layer, for inputs as the network sees them
	Evaluate func(part *dataset.Set, n int) []float64 // the network's outputs for the first n samples of a part
}

// Figures show what a network that predicts one number makes of its data: of one input, the curve and the outputs of
// the hidden layers; of several, what it predicts against what is true. Of other networks there are none.
func (f Fit) Figures() []chart.Figure {
	d := f.Data
	if d.Classes != nil || d.Outputs() != 1 {
		return nil
	}
	if d.Train.Dim > 1 || d.Train.Values == nil {
		return []chart.Figure{f.predictionFigure()}
	}
	const grid = 81
	lo, hi := slices.Min(d.Train.Values), slices.Max(d.Train.Values)
	at, in := make([]float64, grid), make([][]float64, grid)
	for i := range at {
		at[i] = lo + (hi-lo)*float64(i)/(grid-1)
		in[i] = []float64{(at[i] - f.In.Shift[0]) * f.In.Factor[0]}
	}
	a := f.Outputs(in)
	last := len(a) - 1
	all := []chart.Figure{f.curveFigure(at, a[last])}
	for l, units := range a[:last] {
		all = append(all, f.unitsFigure(l+1, at, units))
	}
	return all
}

// predicted is an output of the network, in the unit of the number that it stands for.
func (f Fit) predicted(a float64) float64 { return a/f.Out.Factor[0] + f.Out.Shift[0] }

// titled is a figure's title, behind that of the training where that has one.
func (f Fit) titled(title string) string { return strings.TrimPrefix(f.Title+": "+title, ": ") }

// predictionFigure shows predicted values against true ones.
func (f Fit) predictionFigure() chart.Figure {
	part, set := "test", &f.Data.Test
	if set.N == 0 {
		part, set = "training", &f.Data.Train
	}
	n := min(set.N, mostPoints)
	points := chart.Line{Name: part + " samples", X: set.Targets[:n], Points: true}
	for _, a := range f.Evaluate(set, n) {
		points.Y = append(points.Y, f.predicted(a))
	}
	ends := []float64{slices.Min(points.X), slices.Max(points.X)}
	return chart.Figure{Kind: chart.Prediction, Title: "Predicted and true",
		X: chart.Axis{Label: "true value"}, Y: chart.Axis{Label: "predicted value"},
		Lines: []chart.Line{points, {Name: "exact", X: ends, Y: ends, Ideal: true}}}
}

// curveFigure shows the network's curve, from its outputs a at some places, among the samples.
func (f Fit) curveFigure(at []float64, a [][]float64) chart.Figure {
	curve := chart.Line{Name: "network", X: at}
	for _, row := range a {
		curve.Y = append(curve.Y, f.predicted(row[0]))
	}
	figure := chart.Figure{Kind: chart.Fit, Title: f.titled("Data and fit"),
		X: chart.Axis{Label: "x"}, Y: chart.Axis{Label: "y"}, Lines: []chart.Line{curve}}
	samples := func(name string, s dataset.Set) {
		n := min(s.N, mostPoints)
		figure.Lines = append(figure.Lines, chart.Line{Name: name, X: s.Values[:n], Y: s.Targets[:n], Points: true})
		if off := f.rmse(&s); off >= 0 {
			figure.More += fmt.Sprintf(" The %s points lie %s from it (root mean square).", name, text.Significant(off, 4))
		}
	}
	samples("training", f.Data.Train)
	if f.Data.Test.N > 0 {
		samples("test", f.Data.Test)
	}
	return figure
}

// rmse is how far the samples of a part lie from what the network says of them.
func (f Fit) rmse(s *dataset.Set) float64 {
	sum := 0.0
	for i, a := range f.Evaluate(s, s.N) {
		d := f.predicted(a) - s.Targets[i]
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(s.N))
}

// unitsFigure shows the outputs a of a hidden layer's units at some places.
func (f Fit) unitsFigure(layer int, at []float64, a [][]float64) chart.Figure {
	figure := chart.Figure{Kind: chart.Units,
		Title: f.titled(fmt.Sprintf("Outputs of the hidden units, layer %d", layer)),
		X:     chart.Axis{Label: "x"}, Y: chart.Axis{Label: "output of the unit"}}
	for j := range min(len(a[0]), 30) {
		unit := chart.Line{Name: fmt.Sprintf("unit %d", j+1), X: at}
		for _, row := range a {
			unit.Y = append(unit.Y, row[j])
		}
		figure.Lines = append(figure.Lines, unit)
	}
	return figure
}
