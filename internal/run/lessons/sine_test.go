package lessons

import (
	"testing"

	"backprop/internal/model/layers"
)

// TestUnitsTold: the largest weight, and how far two units are from each other, with their biases.
func TestUnitsTold(t *testing.T) {
	x := Training{Layers: []layers.Layer{{Rows: 2, Cols: 2, Stride: 2, W: []float64{1, -3, 2, -2.5}, B: make([]float64, 2)}}}
	if x.largest() != 3 || Unlike(x) != 4.5 {
		t.Errorf("largest %v, unlike by %v; want 3 and 4.5", x.largest(), Unlike(x))
	}
	if copy(x.Layers[0].B, []float64{9, 1}); Unlike(x) != 8 {
		t.Errorf("unlike by %v, want the biases' 8", Unlike(x))
	}
}
