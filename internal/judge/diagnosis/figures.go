package diagnosis

import (
	"fmt"
	"slices"

	"backprop/internal/show/report"
)

// Figures are the layers' figures over the epochs.
func (m *Monitor) Figures() (all []report.Figure) {
	if m == nil || len(m.history) < 2 {
		return nil
	}
	log := func(label string) report.Axis { return report.Axis{Label: label + " (log scale)", Log: true} }
	for _, f := range []struct {
		kind  report.Kind
		title string
		y     report.Axis
		value func(s LayerStats) float64
	}{
		{report.Gradients, "Gradient", log("typical ∂C/∂w"), func(s LayerStats) float64 { return s.Gradient }},
		{report.Activations, "Activations", log("typical a"), func(s LayerStats) float64 { return s.Activation }},
		{report.Idle, "Dead or saturated", report.Axis{Label: "part", Percent: true, To: 0.1},
			func(s LayerStats) float64 { return s.Idle }},
	} {
		figure := report.Figure{Kind: f.kind, Title: f.title + ", layer by layer",
			X: report.Axis{Label: "epoch"}, Y: f.y}
		for l, layer := range m.about.Layers {
			if f.kind == report.Idle && !layer.Dies && !layer.Saturates {
				continue
			}
			line := report.Line{Name: fmt.Sprintf("layer %d", l+1)}
			for _, h := range m.history {
				line.X, line.Y = append(line.X, float64(h.epoch)), append(line.Y, f.value(h.layers[l]))
			}
			if !f.y.Log || slices.Max(line.Y) > 0 {
				figure.Lines = append(figure.Lines, line)
			}
		}
		if figure.Lines != nil {
			all = append(all, figure)
		}
	}
	return all
}
