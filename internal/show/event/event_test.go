package event

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

// However long a run is, its history keeps the first, the best and the last epoch, in order.
func TestAppendEpochKeepsAHistoryShort(t *testing.T) {
	var history []Epoch
	const best = 777
	for epoch := 1; epoch <= 50_000; epoch++ {
		rmse := math.Abs(float64(epoch - best))
		history = AppendEpoch(history, Epoch{Epoch: epoch, ValidRMSE: &rmse})
		n := len(history)
		if n > maxHistory || n < min(epoch, maxHistory/2) || history[0].Epoch != 1 || history[n-1].Epoch != epoch {
			t.Fatalf("after epoch %d: %d epochs from %d to %d are kept", epoch, n, history[0].Epoch, history[n-1].Epoch)
		}
	}
	isBest := func(e Epoch) bool { return e.Epoch == best }
	byNumber := func(a, b Epoch) int { return a.Epoch - b.Epoch }
	if !slices.ContainsFunc(history, isBest) || !slices.IsSortedFunc(history, byNumber) {
		t.Errorf("got %v, want epoch %d among them, in order", history, best)
	}
}

func TestAppendEpochRemovesEverySecondEpoch(t *testing.T) {
	for best, want := range map[int]string{0: "2049 epochs: 1 3 5", 1: "2049 epochs: 1 3 5", 2: "2050 epochs: 1 2 3"} {
		var history []Epoch
		for epoch := 1; epoch <= maxHistory+1; epoch++ {
			e := Epoch{Epoch: epoch}
			if best > 0 { // else there is no validation set
				rmse := math.Abs(float64(epoch - best))
				e.ValidRMSE = &rmse
			}
			history = AppendEpoch(history, e)
		}
		got := fmt.Sprintf("%d epochs: %d %d %d", len(history), history[0].Epoch, history[1].Epoch, history[2].Epoch)
		if got != want {
			t.Errorf("the best is epoch %d: got %s, want %s", best, got, want)
		}
	}
}

func TestBetter(t *testing.T) {
	number := func(rmse float64) Epoch { return Epoch{ValidRMSE: &rmse} }
	class := func(accuracy, cost float64) Epoch { return Epoch{ValidAccuracy: &accuracy, ValidCost: &cost} }
	accuracyOnly, costOnly := class(0.9, 1), class(0.9, 1)
	accuracyOnly.ValidCost, costOnly.ValidAccuracy = nil, nil
	for _, c := range []struct {
		name    string
		e, than Epoch
		want    bool
	}{
		{"smaller RMSE", number(1), number(2), true},
		{"larger RMSE", number(2), number(1), false},
		{"equal RMSE", number(1), number(1), false},
		{"RMSE and nothing", number(1), Epoch{}, false},
		{"higher accuracy at a higher cost", class(0.9, 5), class(0.8, 1), true},
		{"lower accuracy at a lower cost", class(0.8, 1), class(0.9, 5), false},
		{"equal accuracy at a lower cost", class(0.9, 1), class(0.9, 2), true},
		{"equal accuracy at a higher cost", class(0.9, 2), class(0.9, 1), false},
		{"equal", class(0.9, 1), class(0.9, 1), false},
		{"without cost", accuracyOnly, class(0.8, 1), false},
		{"without accuracy", costOnly, class(0.8, 2), false},
		{"than one without cost", class(1, 1), accuracyOnly, false},
		{"than one without accuracy", class(1, 0.5), costOnly, false},
	} {
		if got := c.e.Better(c.than); got != c.want {
			t.Errorf("%s: better is %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEarlyStopping(t *testing.T) {
	for _, c := range []struct {
		accuracies  []float64
		patience    int
		best, stops int // epochs, from 1; 0 for never
	}{
		{[]float64{.5, .6, .7, .69, .68, .9}, 2, 3, 5},
		{[]float64{.5, .6, .7, .69, .71, .70, .70, .9}, 2, 5, 7},
		{[]float64{.5, .6, .7, .69, .68, .9}, 3, 6, 0},
		{[]float64{.9, .8, .7}, 1, 1, 2},
		{[]float64{.5, .6, .7, .1, .1, .1}, 0, 3, 0},
	} {
		early, stops := EarlyStopping{Patience: c.patience}, 0
		for i := 0; i < len(c.accuracies) && stops == 0; i++ {
			cost := 1 - c.accuracies[i]
			early.Observe(Epoch{Epoch: i + 1, ValidAccuracy: &c.accuracies[i], ValidCost: &cost})
			if early.Exhausted() {
				stops = i + 1
			}
		}
		if early.Best.Epoch != c.best || stops != c.stops {
			t.Errorf("%v, patience %d: got the best epoch %d, stopped after %d; want %d, %d", c.accuracies, c.patience,
				early.Best.Epoch, stops, c.best, c.stops)
		}
	}
}

func TestFailedNamesTheEpochTheCauseAndTheRemedy(t *testing.T) {
	cause := errors.New("it grew")
	f := &Failed{Epoch: 3, Err: cause, Remedy: "try less"}
	if want := "epoch 3: it grew; try less"; f.Error() != want || !errors.Is(f, cause) {
		t.Errorf("got %v, want %s", f, want)
	}
}

func TestRecallIsNilWithoutClasses(t *testing.T) {
	if got := (&Quality{Macro: &ClassScores{Recall: 0.25}}).Recall(); got == nil || *got != 0.25 {
		t.Errorf("got %v, want 0.25", got)
	}
	for _, q := range []*Quality{nil, {}} {
		if got := q.Recall(); got != nil {
			t.Errorf("%+v: got %v, want nil", q, *got)
		}
	}
}
