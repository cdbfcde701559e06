package console

import (
	"math"
	"strings"
	"testing"

	"backprop/internal/show/event"
)

// rows is a table of epochs: its header, and a row.
func rows(columns []Column, e event.Epoch) string {
	return printed(false, func(p *Printer) {
		p.Row(columns, nil)
		p.Row(columns, &e)
	})
}

func of(v float64) *float64 { return &v }

// TestColumns: which columns a table of epochs has, and that it fits into 80 characters.
func TestColumns(t *testing.T) {
	e := event.Epoch{Epoch: 3, Seconds: 2, Samples: 5000, TrainCost: 0.5, TrainAccuracy: of(0.75),
		ValidN: 20, ValidCorrect: 11, ValidCost: of(0.25), ValidAccuracy: of(0.55),
		TestN: 10000, TestCorrect: 9585, TestCost: of(12346), TestAccuracy: of(0.9585)}
	number := event.Epoch{Epoch: 12, Seconds: -1, Samples: 10, TrainCost: 1, ValidN: 5, ValidCost: of(2), ValidRMSE: of(3),
		TestN: 5, TestCost: of(4), TestRMSE: of(12345.6)}
	for _, c := range []struct {
		layout Layout
		e      event.Epoch
		want   string
	}{
		{Layout{Epochs: 5, Classes: true, Test: 10000}, e,
			"epoch  train cost   test cost   test accuracy   samples/s      time\n" +
				"    3     0.50000       12350    9585 / 10000       2,500    2.00 s\n"},
		{Layout{Epochs: 1234567, Classes: true, Valid: 20, Test: 10000}, e,
			"  epoch  train cost  valid cost  valid acc   test cost  test acc      time\n" +
				"      3     0.50000     0.25000    55.00 %       12350   95.85 %    2.00 s\n"},
		{Layout{Epochs: 5, Classes: true, TrainAccuracy: true, Test: 10000}, e,
			"epoch  train cost  train acc   test cost  test acc      time\n" +
				"    3     0.50000    75.00 %       12350   95.85 %    2.00 s\n"},
		{Layout{Epochs: 5, Classes: true}, e,
			"epoch  train cost   samples/s      time\n    3     0.50000       2,500    2.00 s\n"},
		{Layout{Epochs: 5, Valid: 5, Test: 5, TrainAccuracy: true}, number,
			"epoch  train cost  valid cost  valid RMSE   test cost   test RMSE      time\n" +
				"   12     1.00000     2.00000      3.0000     4.00000       12346    0.00 s\n"},
		{Layout{Epochs: 5, Test: 5}, number,
			"epoch  train cost   test cost   test RMSE   samples/s      time\n" +
				"   12     1.00000     4.00000       12346                0.00 s\n"}, // the clock was set back
	} {
		got := rows(c.layout.Columns(), c.e)
		if got != c.want {
			t.Errorf("%+v:\n%swant\n%s", c.layout, got, c.want)
		}
		for line := range strings.Lines(got) {
			if len(line) > 81 {
				t.Errorf("%+v: a line of %d characters", c.layout, len(line)-1)
			}
		}
	}
	if got := speedColumn.Cell(&event.Epoch{Samples: 1e12, Seconds: 1}); got != "" {
		t.Errorf("a clock that stands still: %q", got)
	}
	for seconds, want := range map[float64]string{1e-9: "", 5e-9: "999,999,999,999", 0: "", math.Inf(1): ""} {
		e := event.Epoch{Samples: 1001, Seconds: seconds}
		if seconds == 5e-9 {
			e.Samples, e.Seconds = 999_999_999_999, 1
		}
		if got := speedColumn.Cell(&e); got != want {
			t.Errorf("%d samples in %v s: %q, want %q", e.Samples, e.Seconds, got, want)
		}
	}
}

// TestNamedColumns: the tables of the recipes; what an epoch does not have stays empty.
func TestNamedColumns(t *testing.T) {
	e := event.Epoch{Epoch: 7, Seconds: 1.5, TrainLoss: of(0.1234567), ValidLoss: of(0.2), TestLoss: of(0.3),
		ValidN: 10, ValidCorrect: 8, TestN: 20, TestCorrect: 19, TrainAccuracy: of(0.91), TestAccuracy: of(0.95),
		Published: "18 / 20", PublishedLoss: of(0.25), PublishedAccuracy: of(0.9)}
	for name, want := range map[string]string{
		"counts": "epoch  train loss  test loss   test accuracy     published     time\n" +
			"    7    0.123457   0.300000         19 / 20       18 / 20   1.50 s\n" +
			"epoch  train loss  test loss   test accuracy     published     time\n    0\n",
		"decay": "epoch  train loss  valid loss  valid accuracy   test accuracy     time\n" +
			"    7    0.123457    0.200000          8 / 10         19 / 20   1.50 s\n" +
			"epoch  train loss  valid loss  valid accuracy   test accuracy     time\n    0\n",
		"losses": "epoch  train loss  test loss  published  train acc  test acc  published     time\n" +
			"    7    0.123457   0.300000   0.250000     0.9100    0.9500     0.9000   1.50 s\n" +
			"epoch  train loss  test loss  published  train acc  test acc  published     time\n    0\n",
	} {
		if got := rows(NamedColumns[name], e) + rows(NamedColumns[name], event.Epoch{}); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// TestScores: how scores and costs are written, and how wide.
func TestScores(t *testing.T) {
	for got, want := range map[string]string{ScoreText(10, 7, nil): "7 / 10", ScoreText(10, 7, of(2.5)): "2.5000",
		ScoreText(1, 1, of(12345)): "12345", ScoreText(1, 1, of(574373.4)): "574370", ScoreText(1, 1, of(1e-7)): "1.0000e-07",
		CostText(9999.5): "9999.50000", CostText(10000): "     10000", CostText(123456): "    123500",
		ScoreName(true): "accuracy", ScoreName(false): "RMSE"} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for n, want := range map[int]int{5: 14, 99999: 14, 100000: 15} {
		if ScoreWidth(true, n) != want || ScoreWidth(false, n) != 10 {
			t.Errorf("the column for %d samples is %d wide, want %d", n, ScoreWidth(true, n), want)
		}
	}
}
