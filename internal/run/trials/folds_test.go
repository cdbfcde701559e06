package trials

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// foldsOf cross-validates three folds of six samples, whose test RMSEs are 1, 2 and 3, and their costs 4, 5 and 6. Fold
// failing, from 0, fails with err.
func foldsOf(t *testing.T, asJSON bool, samples, failing int, err error) (printed string, failed error) {
	t.Helper()
	cfg := settings.New(words)
	cfg.Folds, cfg.Workers, cfg.Valid = 3, 1, dataset.HoldOut{}
	values := []float64{1, 2, 3, 4, 5, 6}[:samples]
	data := &dataset.Dataset{Name: "d", Note: "a note",
		Train: dataset.Set{N: samples, Dim: 1, Values: values, Targets: values}}
	k := 0
	hooks := Hooks{Prepare: func(trial Trial) (Training, error) {
		number := k
		k++
		if trial.Data.Train.N != 4 || trial.Data.Test.N != 2 || trial.Settings.Workers != 1 || trial.Shown(1) {
			t.Errorf("fold %d: %d to train, %d to test", number, trial.Data.Train.N, trial.Data.Test.N)
		}
		run := func(context.Context) (Outcome, error) {
			if number == failing {
				return Outcome{}, err
			}
			rmse, cost := float64(number+1), float64(number+4)
			return Outcome{Final: event.Epoch{TrainCost: 0.5, TestCost: &cost, TestRMSE: &rmse},
				Done: event.Done{Hash: "h", Quality: &event.Quality{}}}, nil
		}
		return Training{Facts: [][2]string{{"data", "x"}, {"machine", "y"}, {"other", "z"}}, Run: run,
			Start: event.Start{Kernel: "go"}}, nil
	}}
	var out bytes.Buffer
	p := &console.Printer{W: bufio.NewWriter(&out), JSON: asJSON}
	failed = Folds(t.Context(), cfg, data, hooks, p, &console.Progress{})
	return out.String(), failed
}

// TestFolds: each fold, and the mean and the standard deviation of 1, 2 and 3.
func TestFolds(t *testing.T) {
	printed, err := foldsOf(t, false, 6, -1, nil)
	for _, want := range []string{"data      d: 6 samples in 3 folds, 1 at a time\n",
		"each fold: 4 to train on, 2 to test\n", "a note\n", "machine   go kernel, 1 worker\n",
		"other     z\n",
		"fold  train cost   test cost         test RMSE\n", "   1     0.50000     4.00000            1.0000\n",
		"   3     0.50000     6.00000            3.0000\n", "2 ± 1 (mean ± standard deviation of 3 folds)\n"} {
		if err != nil || !strings.Contains(printed, want) {
			t.Errorf("%v: no %q in\n%s", err, want, printed)
		}
	}
	printed, err = foldsOf(t, true, 6, -1, nil)
	for _, want := range []string{`{"event":"fold","fold":1,"train":4,"test":2,"train_cost":0.5,`, `"test_rmse":3,`,
		`{"event":"folds","folds":3,"mean_test_cost":5,"mean_test_rmse":2,"deviation":1}`, `"weights_sha256":"h"`} {
		if err != nil || !strings.Contains(printed, want) {
			t.Errorf("%v: no %s in\n%s", err, want, printed)
		}
	}
}

// TestFoldsFail: the fold that fails is named, and an interrupted one is not a failure.
func TestFoldsFail(t *testing.T) {
	for _, c := range []struct {
		samples int
		err     error
		want    string
	}{
		{6, errors.New("too far"), "fold 2: too far"},
		{6, event.ErrInterrupted, "interrupted after 1 of 3 folds"},
		{5, nil, "-folds 3 of 5 samples: there have to be twice as many"},
	} {
		if _, err := foldsOf(t, false, c.samples, 1, c.err); fmt.Sprint(err) != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
