// Figures: the names of package chart, for who still knows them as names of this package.

package report

import (
	"backprop/internal/show/chart"
)

type (
	Figure = chart.Figure
	Kind   = chart.Kind
	Axis   = chart.Axis
	Line   = chart.Line
)

const (
	Learning    = chart.Learning
	Sweep       = chart.Sweep
	Plain       = chart.Plain
	Gradients   = chart.Gradients
	Activations = chart.Activations
	Idle        = chart.Idle
)
