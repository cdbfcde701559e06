package event

import (
	"slices"
	"testing"
)

// TestKeep: a history stays short however long the run is, keeps its first, last and best epoch, and its epochs stay
// in order.
func TestKeep(t *testing.T) {
	var history []Epoch
	const bestAt, n = 777, 50_000
	for epoch := 1; epoch <= n; epoch++ {
		rmse := 1 + float64((epoch-bestAt)*(epoch-bestAt))
		history = Keep(history, Epoch{Epoch: epoch, ValidRMSE: &rmse})
		if len(history) > most || history[0].Epoch != 1 || history[len(history)-1].Epoch != epoch {
			t.Fatalf("after epoch %d: %d kept, %d to %d", epoch, len(history), history[0].Epoch, history[len(history)-1].Epoch)
		}
	}
	if len(history) < most/2 {
		t.Errorf("only %d of %d kept", len(history), n)
	}
	if !slices.ContainsFunc(history, func(e Epoch) bool { return e.Epoch == bestAt }) {
		t.Error("the best epoch was left out")
	}
	if !slices.IsSortedFunc(history, func(a, b Epoch) int { return a.Epoch - b.Epoch }) {
		t.Error("out of order")
	}
}
