package trials

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A barWriter keeps what is written, and signals when there is a bar.
type barWriter struct {
	bytes.Buffer
	drawn chan struct{}
}

func (b *barWriter) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("%")) {
		b.drawn <- struct{}{}
	}
	return b.Buffer.Write(text)
}

// crossValidate trains three folds of the samples, whose test RMSEs are 1, 2 and 3, their costs 4, 5 and 6, and the
// RMSEs of their baselines 1.5, 2 and 2.5. Fold failing, from 0, fails with failure, and fold 1 goes on until there is
// a bar. The folds must be those of the seed, so that they are the same each time. crossValidate returns what is
// printed, and what is told on the terminal.
func crossValidate(t *testing.T, cfg *settings.Settings, samples, failing int, failure error) (printed,
	told string, err error) {
	t.Helper()
	cfg.Folds, cfg.Workers = 3, 1
	cfg.Valid.Set("0.25")
	values := []float64{1, 2, 3, 4, 5, 6}[:samples]
	data := &dataset.Dataset{Name: "d", Note: "a note",
		Train: dataset.Set{N: samples, Dim: 1, Values: values, Targets: values}}
	of := data.Train.Folds(3, exact.Stream(cfg.Seed, exact.ForFolds, 0))
	prepared, bar := 0, &barWriter{drawn: make(chan struct{}, 100)}
	hooks := Hooks{Prepare: func(trial Trial) (Training, error) {
		fold := prepared
		prepared++
		want := data.Fold(fold, of)
		want.Split(dataset.HoldOut{}, cfg.Valid, exact.Stream(cfg.Seed, exact.ForSplit, fold+1))
		got := trial.Data
		if !slices.Equal(got.Train.Values, want.Train.Values) || !slices.Equal(got.Test.Values, want.Test.Values) {
			t.Errorf("fold %d: got %v and %v to test, want %v and %v", fold, got.Train.Values, got.Test.Values,
				want.Train.Values, want.Test.Values)
		}
		if trial.Settings.Workers != 1 || trial.Shown(1) {
			t.Errorf("fold %d: got %d workers, or epochs to show; want 1, none", fold, trial.Settings.Workers)
		}
		run := func(context.Context) (Outcome, error) {
			if fold == failing {
				return Outcome{}, failure
			}
			if fold == 1 {
				select {
				case <-bar.drawn:
				case <-time.After(20 * time.Second):
					t.Error("there is no bar")
				}
			}
			rmse, cost, base := float64(fold+1), float64(fold+4), 1.5+0.5*float64(fold)
			return Outcome{Final: event.Epoch{TrainCost: 0.5, TestCost: &cost, TestRMSE: &rmse},
				Done: event.Done{Hash: "h", Quality: &event.Quality{BaselineRMSE: &base}}}, nil
		}
		return Training{Facts: [][2]string{{"data", "x"}, {"training", "x"}, {"machine", "y"}, {"other", "z"}}, Run: run,
			Start: event.Start{Kernel: "go"}}, nil
	}}
	var out bytes.Buffer
	p := &console.Printer{W: bufio.NewWriter(&out), JSON: cfg.Json}
	err = Folds(t.Context(), cfg, data, hooks, p, &console.Progress{W: bar, Text: bar})
	return out.String(), bar.String(), err
}

// TestFolds: a line for each fold, then the means over the folds and their standard deviations, which are 1 and 0.5,
// and on the terminal an empty line before a warning.
func TestFolds(t *testing.T) {
	const ownDecay = "          l2 is that of the first fold, the others have their own\n"
	const table = `data      d: 6 samples in 3 folds, 1 at a time
          each fold: 3 to train on, 1 to validate, 2 to test
          a note
training  x
` + ownDecay + `machine   go kernel, 1 worker
other     z

fold  train cost   test cost         test RMSE
   1     0.50000     4.00000            1.0000
   2     0.50000     5.00000            2.0000
   3     0.50000     6.00000            3.0000

test RMSE       2 ± 1 (mean ± standard deviation of 3 folds)
baseline RMSE   2 ± 0.5 by always answering the mean
`
	const guessing = "the folds end no better than guessing: test RMSE 2, and always answering the mean gives 2"
	const lines = `{"event":"fold","fold":1,"train":3,"test":2,"train_cost":0.5,"test_cost":4,"test_rmse":1,"baseline_rmse":1.5,"weights_sha256":"h"}
{"event":"fold","fold":2,"train":3,"test":2,"train_cost":0.5,"test_cost":5,"test_rmse":2,"baseline_rmse":2,"weights_sha256":"h"}
{"event":"fold","fold":3,"train":3,"test":2,"train_cost":0.5,"test_cost":6,"test_rmse":3,"baseline_rmse":2.5,"weights_sha256":"h"}
{"event":"warning","epoch":7,"cause":"guessing","text":"` + guessing + `"}
{"event":"folds","folds":3,"mean_test_cost":5,"mean_test_rmse":2,"deviation":1,"mean_baseline_rmse":2,"baseline_rmse_deviation":0.5}
`
	bar := "1 of 3 folds [" + strings.Repeat("=", 20) + strings.Repeat(" ", 10) + "]  67 %" // two of three are begun
	warning := "\nbackprop: " + text.Wrap("warning: "+guessing, 10, "\n          ") + "\n"
	for _, c := range []struct{ flags, want, told string }{
		{"", table, warning}, {"-l2 1", strings.Replace(table, ownDecay, "", 1), warning}, {"-json -epochs 7", lines, ""},
	} {
		cfg, err := settings.Parse(strings.Fields(c.flags), io.Discard, choices)
		if err != nil {
			t.Fatal(err)
		}
		got, told, err := crossValidate(t, cfg, 6, -1, nil)
		if cfg.Json {
			_, got, _ = strings.Cut(got, "\n") // the first line is that of any training
		}
		if err != nil || got != c.want {
			t.Errorf("%s: got %v,\n%s\nwant\n%s", c.flags, err, got, c.want)
		}
		cleared := strings.LastIndex(told, "\r\x1b[K") + len("\r\x1b[K")
		if !strings.Contains(told[:cleared], bar) || told[cleared:] != c.told {
			t.Errorf("%s: got %q, want %q and then %q", c.flags, told, bar, c.told)
		}
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
		{6, fmt.Errorf("%w in epoch 3 of 4", event.ErrInterrupted), "interrupted after 1 of 3 folds"},
		{5, nil, "-folds 3 of 5 samples: there have to be twice as many"},
	} {
		if _, _, err := crossValidate(t, settings.New(choices), c.samples, 1, c.failure); fmt.Sprint(err) != c.want {
			t.Errorf("%d samples: got %v, want %s", c.samples, err, c.want)
		}
	}
}

// TestPrintFold: of classes, the right answers are counted.
func TestPrintFold(t *testing.T) {
	var out bytes.Buffer
	cost, accuracy := 4.0, 0.75
	f := &fold{data: &dataset.Dataset{Test: dataset.Set{N: 8}}, outcome: Outcome{Final: event.Epoch{TrainCost: 0.5,
		TestCost: &cost, TestAccuracy: &accuracy, TestCorrect: 6}, Done: event.Done{Quality: &event.Quality{}}}}
	printFold(&console.Printer{W: bufio.NewWriter(&out)}, 1, f)
	if want := "   2     0.50000     4.00000             6 / 8\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
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
	guess := map[string]*float64{"test_accuracy": &share, "baseline_accuracy": &share}
	want = "the folds end no better than guessing: 50.00 % of the test samples are right, and always answering a " +
		"gives 50.00 %"
	if got := foldWarnings(&settings.Settings{}, data, []*fold{f, f}, guess); len(got) != 1 || got[0].Text != want {
		t.Errorf("got %v, want %q", got, want)
	}
	weighted := &settings.Settings{ClassWeight: "balanced"}
	if got := foldWarnings(weighted, data, []*fold{f, f}, means); got != nil {
		t.Errorf("weighted classes: got %v, want no warning", got)
	}
}
