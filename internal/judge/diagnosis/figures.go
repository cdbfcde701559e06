package diagnosis

import (
	"fmt"
	"slices"

	"backprop/internal/show/chart"
)

// Figures returns charts of the layers' statistics over the epochs, with a line for each layer; none if there are fewer
// than two snapshots.
func (m *Monitor) Figures() (figures []chart.Figure) {
	if m == nil || len(m.history) < 2 {
		return nil
	}
	logarithmic := func(label string) chart.Axis { return chart.Axis{Label: label + " (log scale)", Log: true} }
	for _, f := range []struct {
		kind  chart.Kind
		title string
		y     chart.Axis
		value func(s LayerStats) float64
	}{
		{chart.Gradients, "Gradient", logarithmic("typical ∂C/∂w"), func(s LayerStats) float64 { return s.Gradient }},
		{chart.Activations, "Activations", logarithmic("typical a"), func(s LayerStats) float64 { return s.Activation }},
		{chart.Idle, "Dead or saturated", chart.Axis{Label: "part", Percent: true, To: 0.1},
			func(s LayerStats) float64 { return s.Idle }},
	} {
		figure := chart.Figure{Kind: f.kind, Title: f.title + ", layer by layer", X: chart.Axis{Label: "epoch"}, Y: f.y}
		for l, layer := range m.training.Layers {
			neverIdle := !layer.Dies && !layer.Saturates
			if f.kind == chart.Idle && neverIdle {
				continue
			}
			line := chart.Line{Name: fmt.Sprintf("layer %d", l+1)}
			for _, h := range m.history {
				line.X, line.Y = append(line.X, float64(h.epoch)), append(line.Y, f.value(h.layers[l]))
			}
			if !f.y.Log || slices.Max(line.Y) > 0 { // a log scale has no 0
				figure.Lines = append(figure.Lines, line)
			}
		}
		if figure.Lines != nil {
			figures = append(figures, figure)
		}
	}
	return figures
}
