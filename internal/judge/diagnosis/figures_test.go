package diagnosis

import (
	"fmt"
	"slices"
	"testing"

	"backprop/internal/show/chart"
)

// Of each figure a layer has a line over the epochs of the snapshots; a log scale has no line that is 0 throughout, and
// linear outputs are neither dead nor saturated.
func TestFiguresHaveALineForEachLayer(t *testing.T) {
	m, _ := monitorAtEnd()
	if got := m.Figures(); got != nil {
		t.Errorf("of one snapshot: got %v, want nothing", got)
	}
	m.history = []epochStats{
		{0, []LayerStats{{0.5, 0, 4, 0, 0.1}, {2, 0, 0, 0, 0.2}, {3, 0, 6, 0, 0.3}}},
		{8, []LayerStats{{0.25, 0, 1, 0, 0}, {8, 0, 0, 0, 0.5}, {9, 0, 3, 0, 0}}},
	}
	want := map[chart.Kind][][3]float64{ // layer, and both values
		chart.Gradients:   {{1, 4, 1}, {3, 6, 3}},
		chart.Activations: {{1, 0.5, 0.25}, {2, 2, 8}, {3, 3, 9}},
		chart.Idle:        {{1, 0.1, 0}, {2, 0.2, 0.5}},
	}
	figures := m.Figures()
	if len(figures) != 3 || figures[2].Y.To != 0.1 {
		t.Fatalf("got %+v, want 3 figures, the last up to a tenth at least", figures)
	}
	for _, f := range figures {
		var got [][3]float64
		for _, l := range f.Lines {
			var number float64
			if _, err := fmt.Sscanf(l.Name, "layer %v", &number); err != nil || !slices.Equal(l.X, []float64{0, 8}) {
				t.Errorf("%s: got a line %q over epochs %v, want 0 and 8", f.Title, l.Name, l.X)
			}
			got = append(got, [3]float64{number, l.Y[0], l.Y[1]})
		}
		if !slices.Equal(got, want[f.Kind]) {
			t.Errorf("%s: got lines %v, want %v", f.Title, got, want[f.Kind])
		}
	}
}
