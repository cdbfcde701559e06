package trials

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// crossValidate trains three folds of the samples, whose test RMSEs are 1, 2 and 3, and their costs 4, 5 and 6. Fold
// failing, from 0, fails with failure.
func crossValidate(t *testing.T, asJSON bool, samples, failing int, failure error) (printed string, err error) {
	t.Helper()
	cfg := settings.New(choices)
	cfg.Folds, cfg.Workers, cfg.Valid = 3, 1, dataset.HoldOut{}
	values := []float64{1, 2, 3, 4, 5, 6}[:samples]
	data := &dataset.Dataset{Name: "d", Note: "a note",
		Train: dataset.Set{N: samples, Dim: 1, Values: values, Targets: values}}
	prepared := 0
	hooks := Hooks{Prepare: func(trial Trial) (Training, error) {
		fold := prepared
		prepared++
		if trial.Data.Train.N != 4 || trial.Data.Test.N != 2 || trial.Settings.Workers != 1 || trial.Shown(1) {
			t.Errorf("fold %d: got %d samples to train on and %d to test, %d workers, or epochs to show; want 4, 2, 1, none",
				fold, trial.Data.Train.N, trial.Data.Test.N, trial.Settings.Workers)
		}
		run := func(context.Context) (Outcome, error) {
			if fold == failing {
				return Outcome{}, failure
			}
			rmse, cost := float64(fold+1), float64(fold+4)
			return Outcome{Final: event.Epoch{TrainCost: 0.5, TestCost: &cost, TestRMSE: &rmse},
				Done: event.Done{Hash: "h", Quality: &event.Quality{}}}, nil
		}
		return Training{Facts: [][2]string{{"data", "x"}, {"training", "x"}, {"machine", "y"}, {"other", "z"}}, Run: run,
			Start: event.Start{Kernel: "go"}}, nil
	}}
	var out bytes.Buffer
	p := &console.Printer{W: bufio.NewWriter(&out), JSON: asJSON}
	err = Folds(t.Context(), cfg, data, hooks, p, &console.Progress{})
	return out.String(), err
}

// TestFolds: a line for each fold, then the mean of 1, 2 and 3, and their standard deviation, which is 1.
func TestFolds(t *testing.T) {
	const text = `data      d: 6 samples in 3 folds, 1 at a time
          each fold: 4 to train on, 2 to test
          a note
training  x
          l2 is that of the first fold, the others have their own
machine   go kernel, 1 worker
other     z

fold  train cost   test cost         test RMSE
   1     0.50000     4.00000            1.0000
   2     0.50000     5.00000            2.0000
   3     0.50000     6.00000            3.0000

test RMSE       2 ± 1 (mean ± standard deviation of 3 folds)
`
	const lines = `{"event":"fold","fold":1,"train":4,"test":2,"train_cost":0.5,"test_cost":4,"test_rmse":1,"weights_sha256":"h"}
{"event":"fold","fold":2,"train":4,"test":2,"train_cost":0.5,"test_cost":5,"test_rmse":2,"weights_sha256":"h"}
{"event":"fold","fold":3,"train":4,"test":2,"train_cost":0.5,"test_cost":6,"test_rmse":3,"weights_sha256":"h"}
{"event":"folds","folds":3,"mean_test_cost":5,"mean_test_rmse":2,"deviation":1}
`
	if got, err := crossValidate(t, false, 6, -1, nil); err != nil || got != text {
		t.Errorf("got %v,\n%s\nwant\n%s", err, got, text)
	}
	got, err := crossValidate(t, true, 6, -1, nil)
	if _, got, _ := strings.Cut(got, "\n"); err != nil || got != lines { // the first line is that of any training
		t.Errorf("-json: got %v,\n%s\nwant\n%s", err, got, lines)
	}
}

// TestFoldsFail: the fold that fails is named, and an interruption is not the fold's failure.
func TestFoldsFail(t *testing.T) {
	for _, c := range []struct {
		samples int
		failure error
		want    string
	}{
		{6, errors.New("too far"), "fold 2: too far"},
		{6, event.ErrInterrupted, "interrupted after 1 of 3 folds"},
		{5, nil, "-folds 3 of 5 samples: there have to be twice as many"},
	} {
		if _, err := crossValidate(t, false, c.samples, 1, c.failure); fmt.Sprint(err) != c.want {
			t.Errorf("%d samples: got %v, want %s", c.samples, err, c.want)
		}
	}
}

// Over all folds the linear model alone has 12 samples of 40 right, and the network alone 2: the mean lead of 10/40 is
// almost three times its standard error of 0.54/√40. With weighted classes, nothing is said of accuracy.
func TestFoldWarningsCompareWithTheLinearModel(t *testing.T) {
	lead := slices.Concat(slices.Repeat([]float64{1}, 6), []float64{-1}, make([]float64, 13))
	network, linear, share := 0.6, 0.85, 0.5
	means := map[string]*float64{"test_accuracy": &network, "linear_accuracy": &linear, "baseline_accuracy": &share,
		"recall": &network}
	f := &fold{outcome: Outcome{Done: event.Done{Quality: &event.Quality{LinearLead: lead}}}}
	data := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 40}}
	got := foldWarnings(&settings.Settings{}, data, []*fold{f, f}, means)
	want := "the linear model is better: 85.00 % of the test samples are right with -hidden none, and 60.00 % with this " +
		"network; try -hidden none, or a larger -l2"
	if len(got) != 1 || got[0].Cause != "linear" || got[0].Text != want {
		t.Errorf("got %v, want %q", got, want)
	}
	weighted := &settings.Settings{ClassWeight: "balanced"}
	if got := foldWarnings(weighted, data, []*fold{f, f}, means); got != nil {
		t.Errorf("weighted classes: got %v, want no warning", got)
	}
}
