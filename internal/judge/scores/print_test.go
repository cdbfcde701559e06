package scores

import (
	"bufio"
	"fmt"
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

// The end of a training of classes, of numbers, and without a test set.
func TestPrintDoneOfEachKind(t *testing.T) {
	for want, e := range map[string]event.Done{
		"\ntest accuracy   98.77 %\nweights sha256  ab\ntotal time      1.50 s\n": {TestAccuracy: of(0.98765), Hash: "ab",
			Seconds: 1.5},
		"\nbest epoch      1, by the validation set; its weights are kept\ntraining RMSE   1.23457\n" +
			"test RMSE       0.125\nweights sha256  ab\ntotal time      0.00 s\n": {Best: 1, TrainRMSE: of(1.2345678),
			TestRMSE: of(0.125), Hash: "ab"},
		"\nweights sha256  ab\ntotal time      0.00 s\n": {Hash: "ab"},
	} {
		if text := printed(func(p *console.Printer) { PrintDone(p, e) }); text != want {
			t.Errorf("got %q, want %q", text, want)
		}
	}
}

// Each form has its digits, with and without a deviation.
func TestTextOfEachForm(t *testing.T) {
	for _, c := range []struct {
		form
		v, sd float64
		want  string
	}{
		{percent, 0.12345, -1, "12.35 %"}, {percent, 0.5, 0.0123, "50.00 ± 1.23 %"}, {decimals, 0.98765, -1, "0.9877"},
		{decimals, 0.5, 0, "0.5000 ± 0.0000"}, {inUnit, 1234567, -1, "1234570"}, {inUnit, 1234567, 0, "1234600 ± 0"},
		{inUnit, 2.5, 0.123, "2.5 ± 0.12"},
	} {
		if got := c.form.text(c.v, c.sd); got != c.want {
			t.Errorf("%v ± %v: got %q, want %q", c.v, c.sd, got, c.want)
		}
	}
	if got, want := Text(of(0.5), nil, -1)+", "+Text(nil, of(2.5), 0.123), "50.00 %, 2.5 ± 0.12"; got != want {
		t.Errorf("accuracy, RMSE: got %q, want %q", got, want)
	}
}

// The baseline is told with the class that it answers, without control characters.
func TestFactsNameTheCommonestClass(t *testing.T) {
	got := Facts(&event.Quality{Baseline: of(0.5), Names: []string{"a", "b\x1b"}, Commonest: 1})
	if want := "50.00 % by always answering b?, the commonest in training"; len(got) != 1 || got[0][1] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of more than 20 classes only the means are printed, and long names are cut.
func TestPrintQualityOfManyClasses(t *testing.T) {
	for _, c := range []struct{ classes, printed, rows int }{{2, 2, 2}, {20, 20, 20}, {21, 0, 21}, {50, 0, 50},
		{51, 0, 0}} {
		mean := event.ClassScores{Precision: 0.25, Recall: 0.5, F1: 0.75, Support: 9}
		q := &event.Quality{Macro: &mean, Weighted: &mean, ImportanceOf: "R²",
			Importance: []event.Importance{{Input: "a", Mean: 0.5, Deviation: 0.125},
				{Input: "b", Mean: -1, Deviation: 0}}}
		for i := range c.classes {
			q.Classes = append(q.Classes, event.NamedClassScores{Name: fmt.Sprint("class", i, strings.Repeat("é", 36)),
				ClassScores: mean})
		}
		text := printed(func(p *console.Printer) { printQuality(p, q) })
		if n := strings.Count(text, "é…  "); n != c.printed || c.printed > 0 && !strings.Contains(text,
			"class0"+strings.Repeat("é", 29)+"…     0.2500     0.5000     0.7500          9\n") {
			t.Errorf("%d classes: got %d lines, want %d:\n%s", c.classes, n, c.printed, text)
		}
		if !strings.Contains(text, "mean ") || !strings.Contains(text, "weighted mean ") {
			t.Errorf("%d classes: got no means in\n%s", c.classes, text)
		}
		rows := ClassRows(q, 50)
		if n := len(rows) - 3; n != c.rows || fmt.Sprint(rows[n+1]) != "[mean 0.2500 0.5000 0.7500 9]" {
			t.Errorf("%d classes: got %d rows, want %d: %q", c.classes, n, c.rows, rows)
		}
	}
	if text := printed(func(p *console.Printer) { printQuality(p, nil) }); text != "" || Facts(nil) != nil {
		t.Errorf("of no quality: got %q and %q, want nothing", text, Facts(nil))
	}
}
