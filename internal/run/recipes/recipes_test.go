package recipes

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// TestCompare: a recipe's run ends with the published result beside its own, in the tutorial's own terms.
func TestCompare(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name string // the recipe
		o    Outcome
		want string
	}{
		{"derivation", Outcome{Final: event.Epoch{TestAccuracy: of(0.9), TestLoss: of(0.0125)}},
			"published    0.8966, loss 0.016992\nthis run     0.9000, loss 0.012500\n"},
		{"derivation", Outcome{Final: event.Epoch{TestAccuracy: of(0.9), TestCorrect: 45}},
			"published    0.8966, loss 0.016992\nthis run     45 / 50\n"},
		{"digits", Outcome{Final: event.Epoch{TestAccuracy: of(0.95), ValidAccuracy: of(0.875)}},
			"published    test 0.9596 at λ 0.5995, validation 0.9647\nthis run     test 0.9500 at λ 0.25, validation 0.8750\n"},
		{"digits", Outcome{Final: event.Epoch{TestAccuracy: of(0.95), TestCorrect: 47}},
			"published    test 0.9596 at λ 0.5995, validation 0.9647\nthis run     47 / 50\n"},
		{"nielsen", Outcome{Final: event.Epoch{TestAccuracy: of(0.9), TestCorrect: 45}},
			"published    9067 / 10000\nthis run     45 / 50\n"},
		{"plain", Outcome{Final: event.Epoch{TestAccuracy: of(0.9876)}}, "published    98.4 %\nthis run     98.76 %\n"},
		{"sine", Outcome{TrainRMSE: of(0.12345)},
			"published    no numbers, only pictures\nthis run     training RMSE 0.1235\n"},
		{"sine", Outcome{TrainRMSE: of(0.12345), Final: event.Epoch{TestRMSE: of(0.5)}},
			"published    no numbers, only pictures\nthis run     training RMSE 0.1235, test 0.5000\n"},
		{"unit", Outcome{Summary: "RMSE 1, 2", TrainRMSE: of(0.1)},
			"published    no numbers, only pictures\nthis run     RMSE 1, 2\n"},
	} {
		r := Find(c.name)
		var log bytes.Buffer
		out := &console.Printer{W: bufio.NewWriter(&log)}
		c.o.L2, c.o.Epochs, c.o.Final.TestN = 0.25, 1, 50
		r.PrintComparison(out, c.o)
		out.Flush()
		c.want += "page         " + r.Page() + "\n"
		if got := strings.TrimPrefix(log.String(), "\n"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		log.Reset()
		c.o.Changed = true
		r.PrintComparison(out, c.o)
		out.Flush()
		if !strings.Contains(log.String(), ", with the changes above\n") {
			t.Errorf("%s: %q", c.name, log.String())
		}
	}
}
