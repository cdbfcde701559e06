package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/judge/check/homework"
)

// opener opens homeworks of a map.
func opener(texts map[string]string) func(string) (*homework.Homework, error) {
	return func(name string) (*homework.Homework, error) {
		if texts[name] == "" {
			return nil, errors.New(name + ": there is no such file")
		}
		return homework.Parse(name, []byte(texts[name]), homework.Settings{})
	}
}

// TestRun: one file is told in full, several have a row each, and -json has a line for each quantity.
func TestRun(t *testing.T) {
	wrong := strings.Replace(mazur, "0.298371109", "0.596742218", 1)
	blank := mazur[:strings.Index(mazur, `"Z1"`)-2] + "}"
	open := opener(map[string]string{"anna.json": mazur, "bea.json": wrong, "cy.json": blank, "dan.json": "{"})
	var out bytes.Buffer
	ok, err := Run([]string{"anna.json", "bea.json", "cy.json", "dan.json", "eve\n.json"}, open, false, &out)
	want := strings.Join([]string{
		"file       right  from yours  wrong  first mistake",
		"anna.json      9           0      0  none",
		"bea.json       8           0      1  C: no-half",
		"cy.json        0           0      0  no answers yet",
		"dan.json                             cannot be read: line 1: the file ends, before its brackets are closed",
		"eve?.json                            cannot be read: there is no such file", ""}, "\n")
	if ok || err != nil || out.String() != want {
		t.Errorf("%v %v\n%s", ok, err, out.String())
	}
	out.Reset()
	if ok, err := Run([]string{"anna.json"}, open, false,
		&out); !ok || err != nil || !strings.Contains(out.String(), "9 right, 0 wrong, 6 not in the file.") {
		t.Errorf("%v %v\n%s", ok, err, out.String())
	}
	if ok, err := Run([]string{"dan.json"}, open, false, &out); ok || err == nil {
		t.Error(ok, err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("long line: %s", line)
		}
	}
	testJSON(t, open)
}

// testJSON: each line is an event, and each quantity of the step has one.
func testJSON(t *testing.T, open func(string) (*homework.Homework, error)) {
	var out bytes.Buffer
	if ok, err := Run([]string{"anna.json", "bea.json", "dan.json"}, open, true, &out); ok || err != nil {
		t.Error(ok, err)
	}
	verdicts := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(line, err)
		}
		if e["event"] == "check" {
			verdicts[fmt.Sprint(e["file"], " ", e["verdict"], " ", e["mistake"])]++
		}
	}
	want := map[string]int{"anna.json right <nil>": 9, "anna.json missing <nil>": 6, "bea.json right <nil>": 8,
		"bea.json missing <nil>": 6, "bea.json wrong no-half": 1, "dan.json unreadable <nil>": 1}
	if fmt.Sprint(verdicts) != fmt.Sprint(want) {
		t.Errorf("%v; want %v", verdicts, want)
	}
}

// TestPrint: a report for a terminal is in lines of 80 characters at most, and says nothing of what is not in the file.
func TestPrint(t *testing.T) {
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
		t.Errorf("%s", got)
	}
	r = &Report{File: "a", Conventions: "b", Verdicts: []Verdict{{Quantity: "Z1", Verdict: Right, Text: "right"}}}
	if got := printed(t, r); got != "a: b\n\n  Z1  right\n\n1 right, 0 wrong.\n" {
		t.Error(got)
	}
}

// TestWrap: a line may have 80 characters, the column included, and not 81.
func TestWrap(t *testing.T) {
	word := strings.Repeat("δ", 73)
	for _, c := range []struct {
		column int
		want   string
	}{{0, word + " ends."}, {1, word + " ends."}, {2, word + "\n  ends."}} {
		if got := wrap(word+"  ends.", c.column); got != c.want {
			t.Errorf("from column %d: %q", c.column, got)
		}
	}
}

// TestWords: sentences in full, on one mistake, on what cannot be computed, and lists of quantities.
func TestWords(t *testing.T) {
	r := Judge(parsed(t, strings.Replace(mazur, "0.298371109", "0.596742218", 1)))
	const want = "C = Σ ½(A2 − Y)²: the ½ of the squared error is missing: your C is twice what it should be. C: you " +
		"have 0.596742218, and it should be 0.298371."
	if v := verdictOn(r, "C"); v.Text != want {
		t.Error(v.Text)
	}
	r = Judge(parsed(t, "{"+question+`, "Z1": [[1, 2], [3, 4], [5, 6]], "A1": [[9, 8], [7, 6]]}`))
	if v := verdictOn(r, "A1"); v.Text != "A1 = tanh(Z1): this cannot be computed from Z1; look there first." {
		t.Error(v.Text)
	}
	z1, a1, c := homework.Quantity{Kind: "Z", Layer: 1}, homework.Quantity{Kind: "A", Layer: 1},
		homework.Quantity{Kind: "C"}
	for want, quantities := range map[string][]homework.Quantity{"": nil, "C": {c}, "Z1 and C": {z1, c},
		"Z1, A1 and C": {z1, a1, c}} {
		if got := list(quantities); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestVerdicts: a report is right if something is judged, and nothing wrong.
func TestVerdicts(t *testing.T) {
	for want, lists := range map[bool][][]string{
		true:  {{Right}, {FromYours}, {Missing, Right}},
		false: {{}, {Missing}, {Wrong}, {Right, Wrong}, {unreadable}},
	} {
		for _, verdicts := range lists {
			r := &Report{}
			for _, v := range verdicts {
				r.Verdicts = append(r.Verdicts, Verdict{Verdict: v})
			}
			if r.Right() != want {
				t.Errorf("%v: right is %v", verdicts, !want)
			}
		}
	}
}
