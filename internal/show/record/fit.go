// Fit: figures about a network that predicts a number.

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

// maxPoints is the largest number of samples of a set that a figure shows.
const maxPoints = 500

// A Fit is a network that predicts numbers, and the data that it learned from.
type Fit struct {
	Title   string // the title of the training, if there are several; else ""
	Data    *dataset.Dataset
	In, Out dataset.Scale

	Outputs  func(rows [][]float64) [][][]float64    // the outputs of each layer for scaled inputs
	Evaluate func(set *dataset.Set, n int) []float64 // outputs for the first n samples of a set
}

// Figures returns figures of a network that predicts one number. If it has one input, they show its curve among the
// samples, and the outputs of its hidden units; if it has several, predicted over true values.
func (f Fit) Figures() []chart.Figure {
	d := f.Data
	if d.Classes != nil || d.Outputs() != 1 {
		return nil
	}
	if d.Train.Dim > 1 || d.Train.Values == nil {
		return []chart.Figure{f.predictionFigure()}
	}
	const places = 81
	lo, hi := slices.Min(d.Train.Values), slices.Max(d.Train.Values)
	x, in := make([]float64, places), make([][]float64, places)
	for i := range x {
		x[i] = lo + (hi-lo)*float64(i)/(places-1)
		in[i] = []float64{(x[i] - f.In.Shift[0]) * f.In.Factor[0]}
	}
	outputs := f.Outputs(in)
	last := len(outputs) - 1
	figures := []chart.Figure{f.curveFigure(x, outputs[last])}
	for l, a := range outputs[:last] {
		figures = append(figures, f.unitsFigure(l+1, x, a))
	}
	return figures
}

// predicted converts an output of the network to the unit of the target.
func (f Fit) predicted(a float64) float64 { return a/f.Out.Factor[0] + f.Out.Shift[0] }

// titled puts the title of the training before that of a figure.
func (f Fit) titled(title string) string { return strings.TrimPrefix(f.Title+": "+title, ": ") }

// predictionFigure shows predicted over true values.
func (f Fit) predictionFigure() chart.Figure {
	name, set := "test", &f.Data.Test
	if set.N == 0 {
		name, set = "training", &f.Data.Train
	}
	n := min(set.N, maxPoints)
	points := chart.Line{Name: name + " samples", X: set.Targets[:n], Points: true}
	for _, a := range f.Evaluate(set, n) {
		points.Y = append(points.Y, f.predicted(a))
	}
	ends := []float64{slices.Min(points.X), slices.Max(points.X)}
	return chart.Figure{Kind: chart.Prediction, Title: "Predicted and true",
		X: chart.Axis{Label: "true value"}, Y: chart.Axis{Label: "predicted value"},
		Lines: []chart.Line{points, {Name: "exact", X: ends, Y: ends, Ideal: true}}}
}

// curveFigure shows the curve of the outputs a over x among the samples.
func (f Fit) curveFigure(x []float64, a [][]float64) chart.Figure {
	curve := chart.Line{Name: "network", X: x}
	for _, row := range a {
		curve.Y = append(curve.Y, f.predicted(row[0]))
	}
	figure := chart.Figure{Kind: chart.Fit, Title: f.titled("Data and fit"),
		X: chart.Axis{Label: "x"}, Y: chart.Axis{Label: "y"}, Lines: []chart.Line{curve}}
	add := func(name string, s *dataset.Set) {
		n := min(s.N, maxPoints)
		figure.Lines = append(figure.Lines, chart.Line{Name: name, X: s.Values[:n], Y: s.Targets[:n], Points: true})
		if rmse := f.rmse(s); !math.IsNaN(rmse) {
			figure.More += fmt.Sprintf(" The %s points lie %s from it (root mean square).", name, text.Significant(rmse, 4))
		}
	}
	add("training", &f.Data.Train)
	if f.Data.Test.N > 0 {
		add("test", &f.Data.Test)
	}
	return figure
}

// rmse returns the root mean square error of the predictions for s.
func (f Fit) rmse(s *dataset.Set) float64 {
	sum := 0.0
	for i, a := range f.Evaluate(s, s.N) {
		d := f.predicted(a) - s.Targets[i]
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(s.N))
}

// unitsFigure shows the outputs a of a hidden layer's first 30 units over x.
func (f Fit) unitsFigure(layer int, x []float64, a [][]float64) chart.Figure {
	figure := chart.Figure{Kind: chart.Units,
		Title: f.titled(fmt.Sprintf("Outputs of the hidden units, layer %d", layer)),
		X:     chart.Axis{Label: "x"}, Y: chart.Axis{Label: "output of the unit"}}
	for j := range min(len(a[0]), 30) {
		unit := chart.Line{Name: fmt.Sprintf("unit %d", j+1), X: x}
		for _, row := range a {
			unit.Y = append(unit.Y, row[j])
		}
		figure.Lines = append(figure.Lines, unit)
	}
	return figure
}
