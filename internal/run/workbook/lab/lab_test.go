package lab

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// programs are such as the workbook has.
var programs = []Program{
	{Number: 1, Hidden: 4, Batch: 5, Rate: 1, Epochs: 10, Seed: 3},
	{Number: 2, Hidden: 8, Batch: 10, Rate: 2, Epochs: 10, Seed: 2},
	{Number: 3, Hidden: 4, Batch: 5, Rate: 1, Epochs: 10, Seed: 4},
	{Number: 4, Hidden: 8, Batch: 5, Rate: 4, Epochs: 10, Seed: 2},
	{Number: 5, Hidden: 8, Batch: 10, Rate: 0.5, Lambda: 2, Epochs: 10, Seed: 1},
}

// verdicts are what the two checks say: of W1, b1, W2 and b2, twice.
var verdicts = regexp.MustCompile(`(?m)^   [Wb][12] (ok|WRONG)`)

// TestChecks: without a mistake all is ok; of the eight, each shows where it should.
func TestChecks(t *testing.T) {
	want := map[string]string{
		"":          "ok ok ok ok  ok ok ok ok",
		"bias":      "ok WRONG ok WRONG  ok WRONG ok WRONG",
		"decay":     "ok ok ok ok  WRONG ok WRONG ok",
		"early":     "ok ok ok ok  WRONG WRONG ok ok",
		"layer":     "WRONG WRONG ok ok  WRONG WRONG ok ok",
		"mean":      "ok ok ok ok  WRONG WRONG WRONG WRONG",
		"prime":     "WRONG WRONG ok ok  WRONG WRONG ok ok",
		"sign":      "WRONG WRONG WRONG WRONG  WRONG WRONG WRONG WRONG",
		"transpose": "WRONG WRONG ok ok  WRONG WRONG ok ok",
	}
	for bug, said := range want {
		var out bytes.Buffer
		p := programs[4]
		p.start(bug).printChecks(&out)
		var found []string
		for _, m := range verdicts.FindAllStringSubmatch(out.String(), -1) {
			found = append(found, m[1])
		}
		if strings.Join(found, " ") != strings.ReplaceAll(said, "  ", " ") {
			t.Errorf("%s: %v, want %s\n%s", bug, found, said, out.String())
		}
	}
}

// TestPrograms: each has a mistake, another one, that it does not name, and is worse for it.
func TestPrograms(t *testing.T) {
	var all []string
	for _, p := range programs {
		var out bytes.Buffer
		p.print(&out)
		bug := p.bug()
		said := strings.Contains(out.String(), bug) && bug != "mean" && bug != "decay" // which are words of the tables
		if bug == "" || slices.Contains(all, bug) || said {
			t.Errorf("program %d has %q\n%s", p.Number, bug, out.String())
		}
		all = append(all, bug)
		with, without := p.start(bug), p.start("")
		for range 45 {
			with.epoch()
			without.epoch()
		}
		_, a := with.test()
		if _, b := without.test(); !(a > 1.5*b) {
			t.Errorf("program %d: cost %v, and %v of one that is right", p.Number, a, b)
		}
	}
	var out bytes.Buffer
	Program{Number: 9}.print(&out)
	Program{Number: 9, Hidden: 2, Batch: 100, Rate: 1, Epochs: 1}.print(&out)
	if !strings.Contains(out.String(), "1 or more") || strings.Contains(out.String(), "WRONG") {
		t.Error(out.String())
	}
}

// TestJudge: answers that are right, wrong, none, and no name; the hint never has the name.
func TestJudge(t *testing.T) {
	right := []string{}
	for _, p := range programs {
		right = append(right, p.bug())
	}
	for _, c := range []struct {
		answers []string
		one     string
		asked   bool
		all     bool
		said    string
	}{
		{right, "", false, true, "5 of 5 bugs named"},
		{right, "", true, true, "Program 3: yes"},
		{make([]string, 5), "", false, true, "0 of 5 bugs named"},
		{make([]string, 5), "", true, false, "Program 1: no answer yet"},
		{[]string{"sign", "", "", "", ""}, "", false, false, "Program 1: sign it is not"},
		{right, "2=gremlin", true, false, `no "gremlin" among the names: bias, decay`},
		{right, "2= " + strings.ToUpper(right[1]), true, true, "Program 2: yes"},
		{right, "sign", true, false, "as in -answer 1=sign"},
		{right, "6=sign", true, false, "as in -answer 1=sign"},
	} {
		var out bytes.Buffer
		if all := Judge(&out, c.answers, c.one, c.asked); all != c.all || !strings.Contains(out.String(), c.said) {
			t.Errorf("%+v: %v %s", c, all, out.String())
		}
	}
	for i, name := range right {
		var out bytes.Buffer
		Judge(&out, nil, fmt.Sprintf("%d=sign", i+1), true)
		hint := regexp.MustCompile(`(?s)Hint: .*`).FindString(out.String())
		if !strings.Contains(hint, "check") || regexp.MustCompile(`(?i)\b`+name+`\b`).MatchString(hint) {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
