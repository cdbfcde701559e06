package event

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// TestAppendEpoch: a history stays short however long the run is, keeps its first, last and best epoch, and its epochs
// stay in order.
func TestAppendEpoch(t *testing.T) {
	var history []Epoch
	const bestAt, n = 777, 50_000
	for epoch := 1; epoch <= n; epoch++ {
		rmse := 1 + float64((epoch-bestAt)*(epoch-bestAt))
		history = AppendEpoch(history, Epoch{Epoch: epoch, ValidRMSE: &rmse})
		if len(history) > maxHistory || history[0].Epoch != 1 || history[len(history)-1].Epoch != epoch {
			t.Fatalf("after epoch %d: %d kept, %d to %d", epoch, len(history), history[0].Epoch, history[len(history)-1].Epoch)
		}
		if len(history) < min(epoch, maxHistory/2) {
			t.Fatalf("after epoch %d: only %d kept", epoch, len(history))
		}
	}
	if !slices.ContainsFunc(history, func(e Epoch) bool { return e.Epoch == bestAt }) {
		t.Error("the best epoch was left out")
	}
	for i, e := range history[1:] {
		if e.Epoch <= history[i].Epoch {
			t.Fatalf("epoch %d comes after %d", e.Epoch, history[i].Epoch)
		}
	}
	history = history[:0]
	for epoch := 1; epoch <= maxHistory+1; epoch++ { // 1, 3, 5 … are left, and the best, which is 2, and the last
		rmse := math.Abs(float64(epoch) - 2)
		history = AppendEpoch(history, Epoch{Epoch: epoch, ValidRMSE: &rmse})
	}
	if n := len(history); n != maxHistory/2+2 || history[1].Epoch != 2 || history[2].Epoch != 3 || history[3].Epoch != 5 {
		t.Errorf("%d epochs are left, among them %d, %d and %d", n, history[1].Epoch, history[2].Epoch, history[3].Epoch)
	}
}

// TestBetter: by the validation set an epoch with a smaller RMSE is better, or one with a higher accuracy, or among
// equals one with a smaller cost; nothing is said where a figure is missing.
func TestBetter(t *testing.T) {
	v := func(x float64) *float64 { return &x }
	class := func(accuracy, cost float64) Epoch { return Epoch{ValidAccuracy: v(accuracy), ValidCost: v(cost)} }
	for i, c := range []struct {
		e, than Epoch
		want    bool
	}{
		{Epoch{ValidRMSE: v(1)}, Epoch{ValidRMSE: v(2)}, true}, {Epoch{ValidRMSE: v(2)}, Epoch{ValidRMSE: v(1)}, false},
		{Epoch{ValidRMSE: v(1)}, Epoch{ValidRMSE: v(1)}, false}, {Epoch{ValidRMSE: v(1)}, Epoch{}, false},
		{class(0.9, 5), class(0.8, 1), true}, {class(0.8, 1), class(0.9, 5), false},
		{class(0.9, 1), class(0.9, 2), true}, {class(0.9, 2), class(0.9, 1), false}, {class(0.9, 1), class(0.9, 1), false},
		{Epoch{ValidAccuracy: v(0.9)}, class(0.8, 1), false}, {class(0.9, 1), Epoch{ValidAccuracy: v(0.8)}, false},
		{Epoch{ValidCost: v(1)}, class(0.8, 2), false}, {class(0.9, 1), Epoch{ValidCost: v(2)}, false},
	} {
		if got := c.e.Better(c.than); got != c.want {
			t.Errorf("case %d: better is %v, want %v", i, got, c.want)
		}
	}
}

// TestEarlyStopping: where training stops on made-up curves of the validation set.
func TestEarlyStopping(t *testing.T) {
	for _, c := range []struct {
		curve       []float64
		patience    int
		best, stops int // epochs, from 1
	}{
		{[]float64{.5, .6, .7, .69, .68, .9}, 2, 3, 5},
		{[]float64{.5, .6, .7, .69, .71, .70, .70, .9}, 2, 5, 7},
		{[]float64{.5, .6, .7, .69, .68, .9}, 3, 6, 0},
		{[]float64{.9, .8, .7}, 1, 1, 2},
		{[]float64{.5, .6, .7, .1, .1, .1}, 0, 3, 0},
	} {
		early, stops := EarlyStopping{Patience: c.patience}, 0
		for i, accuracy := range c.curve {
			cost := 1 - accuracy
			early.Observe(Epoch{Epoch: i + 1, ValidAccuracy: &accuracy, ValidCost: &cost})
			if early.Exhausted() {
				stops = i + 1
				break
			}
		}
		if early.Best.Epoch != c.best || stops != c.stops {
			t.Errorf("%v, patience %d: best epoch %d, stopped after %d; want %d, %d", c.curve, c.patience, early.Best.Epoch,
				stops, c.best, c.stops)
		}
	}
}

// TestFailed: what a failed run is told of, and that there is a mean recall only where there are classes.
func TestFailed(t *testing.T) {
	cause := errors.New("it grew")
	f := &Failed{Epoch: 3, Err: cause, Remedy: "try less"}
	if f.Error() != "epoch 3: it grew; try less" || !errors.Is(f, cause) {
		t.Error(f)
	}
	if q := (&Quality{Macro: &ClassScores{Recall: 0.25}}); *q.Recall() != 0.25 || (&Quality{}).Recall() != nil ||
		(*Quality)(nil).Recall() != nil {
		t.Error("the mean recall")
	}
}
