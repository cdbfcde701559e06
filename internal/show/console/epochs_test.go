package console

import (
	"math"
	"testing"

	"backprop/internal/show/event"
)

// tableOf prints a table of epochs with one row.
func tableOf(columns []Column, e event.Epoch) string {
	return printed(false, func(p *Printer) {
		p.Row(columns, nil)
		p.Row(columns, &e)
	})
}

func pointer(v float64) *float64 { return &v }

// A table of epochs fits into 80 characters: with a validation set or the training accuracy, accuracies are in percent.
func TestColumnsShowWhatThereIs(t *testing.T) {
	classes := event.Epoch{Epoch: 3, Seconds: 2, Samples: 5000, TrainCost: 0.5, TrainAccuracy: pointer(0.75),
		ValidN: 20, ValidCorrect: 11, ValidCost: pointer(0.25), ValidAccuracy: pointer(0.55),
		TestN: 10000, TestCorrect: 9585, TestCost: pointer(12346), TestAccuracy: pointer(0.9585)}
	numbers := event.Epoch{Epoch: 12, Seconds: -1, Samples: 10, TrainCost: 1,
		ValidN: 5, ValidCost: pointer(2), ValidRMSE: pointer(3), TestN: 5, TestCost: pointer(4), TestRMSE: pointer(12345.6)}
	for _, c := range []struct {
		layout      Layout
		e           event.Epoch
		header, row string
	}{
		{Layout{Epochs: 5, Classes: true, Test: 10000}, classes,
			"epoch  train cost   test cost   test accuracy   samples/s      time",
			"    3     0.50000       12350    9585 / 10000       2,500    2.00 s"},
		{Layout{Epochs: 1234567, Classes: true, Valid: 20, Test: 10000}, classes,
			"  epoch  train cost  valid cost  valid acc   test cost  test acc      time",
			"      3     0.50000     0.25000    55.00 %       12350   95.85 %    2.00 s"},
		{Layout{Epochs: 5, Classes: true, TrainAccuracy: true, Test: 10000}, classes,
			"epoch  train cost  train acc   test cost  test acc      time",
			"    3     0.50000    75.00 %       12350   95.85 %    2.00 s"},
		{Layout{Epochs: 5, Classes: true}, classes,
			"epoch  train cost   samples/s      time",
			"    3     0.50000       2,500    2.00 s"},
		{Layout{Epochs: 5, Valid: 1, Test: 1, TrainAccuracy: true}, numbers,
			"epoch  train cost  valid cost  valid RMSE   test cost   test RMSE      time",
			"   12     1.00000     2.00000      3.0000     4.00000       12346    0.00 s"},
		{Layout{Epochs: 5, Test: 5}, numbers, // whose clock was set back
			"epoch  train cost   test cost   test RMSE   samples/s      time",
			"   12     1.00000     4.00000       12346                0.00 s"},
	} {
		if got, want := tableOf(c.layout.Columns(), c.e), c.header+"\n"+c.row+"\n"; got != want {
			t.Errorf("%+v: got\n%swant\n%s", c.layout, got, want)
		}
	}
}

// A clock that stands still or runs backwards gives no speed.
func TestSpeedColumn(t *testing.T) {
	for _, c := range []struct {
		samples int
		seconds float64
		want    string
	}{
		{1001, 2, "500"}, {999_999_999_999, 1, "999,999,999,999"}, {1e12, 1, ""},
		{1, 1, "1"}, {1001, 0, ""}, {1001, -1, ""}, {1001, math.Inf(1), ""},
	} {
		if got := speedColumn.Cell(&event.Epoch{Samples: c.samples, Seconds: c.seconds}); got != c.want {
			t.Errorf("%d samples in %v s: got %q, want %q", c.samples, c.seconds, got, c.want)
		}
	}
}

// An epoch before training has only its number: its other cells stay empty.
func TestNamedColumnsAreThoseOfTheRecipes(t *testing.T) {
	e := event.Epoch{Epoch: 7, Seconds: 1.5,
		TrainLoss: pointer(0.1234567), ValidLoss: pointer(0.2), TestLoss: pointer(0.3),
		ValidN: 10, ValidCorrect: 8, TestN: 20, TestCorrect: 19,
		TrainAccuracy: pointer(0.91), TestAccuracy: pointer(0.95),
		Published: "18 / 20", PublishedLoss: pointer(0.25), PublishedAccuracy: pointer(0.9)}
	for name, c := range map[string]struct{ header, row string }{
		"counts": {"epoch  train loss  test loss   test accuracy     published     time",
			"    7    0.123457   0.300000         19 / 20       18 / 20   1.50 s"},
		"decay": {"epoch  train loss  valid loss  valid accuracy   test accuracy     time",
			"    7    0.123457    0.200000          8 / 10         19 / 20   1.50 s"},
		"losses": {"epoch  train loss  test loss  published  train acc  test acc  published     time",
			"    7    0.123457   0.300000   0.250000     0.9100    0.9500     0.9000   1.50 s"},
	} {
		if got, want := tableOf(NamedColumns[name], e), c.header+"\n"+c.row+"\n"; got != want {
			t.Errorf("%s: got\n%swant\n%s", name, got, want)
		}
		if got, want := tableOf(NamedColumns[name], event.Epoch{}), c.header+"\n    0\n"; got != want {
			t.Errorf("%s, before training: got\n%swant\n%s", name, got, want)
		}
	}
}

func TestScoresAndCostsInACell(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{ScoreText(10, 7, nil), "7 / 10"},
		{ScoreText(10, 7, pointer(2.5)), "2.5000"},
		{ScoreText(1, 1, pointer(12345)), "12345"},
		{ScoreText(1, 1, pointer(574373.4)), "574370"},
		{ScoreText(1, 1, pointer(1e-7)), "1.0000e-07"},
		{CostText(9999.5), "9999.50000"},
		{CostText(10000), "     10000"},
		{CostText(123456), "    123500"},
		{ScoreName(true), "accuracy"},
		{ScoreName(false), "RMSE"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for n, want := range map[int]int{5: 14, 99_999: 14, 100_000: 15} { // 100000 / 100000
		if got := ScoreWidth(true, n); got != want {
			t.Errorf("%d samples: got a width of %d, want %d", n, got, want)
		}
	}
	if got := ScoreWidth(false, 100_000); got != 10 {
		t.Errorf("numbers: got a width of %d, want 10", got)
	}
}
