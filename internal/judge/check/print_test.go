package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/judge/check/homework"
)

// opener reads homeworks from a map, by their names.
func opener(texts map[string]string) func(string) (*homework.Homework, error) {
	return func(name string) (*homework.Homework, error) {
		if texts[name] == "" {
			return nil, errors.New(name + ": there is no such file")
		}
		return homework.Parse(name, []byte(texts[name]), homework.Settings{})
	}
}

// homeworks are a right one, one with a mistake, one without answers, one that is no JSON, and one with names that mean
// nothing here.
var homeworks = map[string]string{
	"anna.json": mazur,
	"bea.json":  strings.Replace(mazur, "0.298371109", "0.596742218", 1),
	"cy.json":   mazur[:strings.Index(mazur, `"Z1"`)-2] + "}",
	"dan.json":  "{",
	"flo.json":  `{"X": 1, "W1": 2, "b1": 3, "Z1": 5, "a": "two names that mean", "b": "nothing here"}`,
}

// Several files have a row each, also those that cannot be read.
func TestRunPrintsARowForEachFile(t *testing.T) {
	var out bytes.Buffer
	files := []string{"anna.json", "bea.json", "cy.json", "dan.json", "eve\n.json"}
	err := Run(files, opener(homeworks), false, &out)
	const want = `file       right  from yours  wrong  first mistake
anna.json      9           0      0  none
bea.json       8           0      1  C: no-half
cy.json        0           0      0  no answers yet
dan.json                             cannot be read: line 1: the file ends, before its brackets are closed
eve?.json                            cannot be read: there is no such file
`
	if fmt.Sprint(err) != "4 of 5 files are not right" || out.String() != want {
		t.Errorf("got %v and\n%s; want 4 of 5 files not right, and\n%s", err, out.String(), want)
	}
}

// A single file is told in full, and if it cannot be read, that is an error.
func TestRunPrintsASingleFileInFull(t *testing.T) {
	var out bytes.Buffer
	err := Run([]string{"anna.json"}, opener(homeworks), false, &out)
	if err != nil || !strings.Contains(out.String(), "9 right, 0 wrong, 6 not in the file.") {
		t.Errorf("got %v and\n%s; want all right", err, out.String())
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("a line has more than 80 characters: %s", line)
		}
	}
	for file, want := range map[string]string{"bea.json": "bea.json: 1 answer wrong", "cy.json": "cy.json: no answers yet",
		"dan.json": "dan.json: line 1: the file ends, before its brackets are closed"} {
		if err := Run([]string{file}, opener(homeworks), false, &out); fmt.Sprint(err) != want {
			t.Errorf("got the error %v, want %s", err, want)
		}
	}
}

// With -json each quantity of the step has a line, and each file that cannot be read.
func TestRunPrintsJSON(t *testing.T) {
	var out bytes.Buffer
	files := []string{"anna.json", "bea.json", "dan.json", "flo.json"}
	if err := Run(files, opener(homeworks), true, &out); fmt.Sprint(err) != "2 of 4 files are not right" {
		t.Errorf("got %v; want 2 of 4 files not right", err)
	}
	got := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var e struct{ Event, File, Verdict, Mistake string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got[strings.TrimSpace(strings.Join([]string{e.Event, e.File, e.Verdict, e.Mistake}, " "))]++
	}
	want := map[string]int{"check anna.json right": 9, "check anna.json missing": 6, "check bea.json right": 8,
		"check bea.json missing": 6, "check bea.json wrong no-half": 1, "check dan.json unreadable": 1,
		"note anna.json": 1, "note bea.json": 1, "check flo.json right": 1, "check flo.json missing": 7, "note flo.json": 3}
	if !maps.Equal(got, want) {
		t.Errorf("got lines %v, want %v", got, want)
	}
}

// A report for a terminal has lines of at most 80 characters, and leaves out what is not in the file.
func TestPrintWrapsLines(t *testing.T) {
	r := &Report{File: "a\nb.json", Conventions: "1 sample; read as: samples as rows", Verdicts: []Verdict{
		{Quantity: "Z1", Verdict: Right, Text: "right"}, {Quantity: "A1", Verdict: Right, Text: "right"},
		{Quantity: "delta2", Verdict: Wrong, Mistake: "sign", Text: strings.Repeat("δδδδδδδδδ ", 7) + "end."},
		{Quantity: "dW2", Verdict: FromYours, Text: "right, from your delta2"},
		{Quantity: "db2", Verdict: Missing, Text: "not in the file"}}, Notes: []string{"One.", "Two."}}
	const want = `a?b.json: 1 sample; read as: samples as rows

  Z1      right
  A1      right
  delta2  wrong, sign: δδδδδδδδδ δδδδδδδδδ δδδδδδδδδ δδδδδδδδδ δδδδδδδδδ
          δδδδδδδδδ δδδδδδδδδ end.
  dW2     right, from your delta2

One.

Two.

2 right, 1 right from your own numbers, 1 wrong, 1 not in the file.
`
	if got := printed(t, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r = &Report{File: "a", Conventions: "b", Verdicts: []Verdict{{Quantity: "Z1", Verdict: Right, Text: "right"}}}
	if got := printed(t, r); got != "a: b\n\n  Z1  right\n\n1 right, 0 wrong.\n" {
		t.Errorf("a short report: got %q", got)
	}
}

// A line may have 80 characters, the column included, and not 81.
func TestWrapBreaksAfter80Characters(t *testing.T) {
	word := strings.Repeat("δ", 73)
	for _, c := range []struct {
		column int
		want   string
	}{{0, word + " ends."}, {1, word + " ends."}, {2, word + "\n  ends."}} {
		if got := wrap(word+"  ends.", c.column); got != c.want {
			t.Errorf("from column %d: got %q, want %q", c.column, got, c.want)
		}
	}
}
