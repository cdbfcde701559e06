package scores

import (
	"bufio"
	"math"
	"strings"
	"testing"

	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// printed returns what print prints.
func printed(print func(p *console.Printer)) string {
	var text strings.Builder
	print(&console.Printer{W: bufio.NewWriter(&text)})
	return text.String()
}

// TestPrintDone: the lines at the end of a run of each kind.
func TestPrintDone(t *testing.T) {
	for want, e := range map[string]event.Done{
		"\ntest accuracy   98.77 %\nweights sha256  ab\ntotal time      1.50 s\n": {TestAccuracy: of(0.98765), Hash: "ab",
			Seconds: 1.5},
		"\nbest epoch      1, by the validation set; its weights are kept\ntraining RMSE   1.23457\n" +
			"test RMSE       0.125\nweights sha256  ab\ntotal time      0.00 s\n": {Best: 1, TrainRMSE: of(1.2345678),
			TestRMSE: of(0.125), Hash: "ab"},
		"\nweights sha256  ab\ntotal time      0.00 s\n": {Hash: "ab"},
	} {
		if text := printed(func(p *console.Printer) { PrintDone(p, e) }); text != want {
			t.Errorf("%q, want %q", text, want)
		}
	}
}

// TestShares: what the classes' shares alone come to, by each cost, by hand.
func TestShares(t *testing.T) {
	p := []float64{0.5, 0.25, 0.25, 0}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"−Σ p ln p", CrossEntropy(p, p), 1.5 * math.Ln2},
		{"with 1−p too", BinaryCrossEntropy([]float64{0.5, 0.25}, []float64{0.5, 0.25}), math.Ln2 +
			2*math.Ln2 - 0.75*math.Log(3)},
		{"½ Σ p(1−p)", HalfSquare(p, p), (0.25 + 0.1875 + 0.1875) / 2},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	// 100 samples, of which always the same answer has half right: a deviation is 0.05.
	for accuracy, want := range map[float64]bool{0.509: false, 0.511: true} {
		if SignificantlyAbove(accuracy, 0.5, 100, 0.2) != want {
			t.Errorf("%v on 100 samples is above ½: %v", accuracy, !want)
		}
		worse := Comparison{Weighted: true, Classes: []string{"a", "b"}, N: 100, Recall: &accuracy}.Worse()
		if (worse == "") != want {
			t.Errorf("mean recall %v: %q", accuracy, worse)
		}
	}
}
