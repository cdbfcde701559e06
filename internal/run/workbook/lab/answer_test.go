package lab

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// All answers are judged, or a single one. A missing answer is wrong only if the learner has asked about the bugs.
func TestJudge(t *testing.T) {
	var right []string
	for _, p := range programs {
		right = append(right, p.bug())
	}
	const usage = "write a program's number and a name, as in -answer 1=sign\n"
	for _, c := range []struct {
		name     string
		answers  []string
		single   string
		asked    bool
		allRight bool
		want     string
	}{
		{"all right", right, "", false, true, "[████████████████████████]  5 of 5 bugs named  (go run ./bugs/1, answers in "},
		{"all right, asked", right, "", true, true, "Program 3: yes, " + right[2] + ".\n"},
		{"none", make([]string, 5), "", false, true, "]  0 of 5 bugs named"},
		{"none, asked", make([]string, 5), "", true, false, "Program 1: no answer yet. Begin with  go run ./bugs/1\n"},
		{"one wrong", []string{"sign", "", "", "", ""}, "", false, false, "Program 1: it is not sign.\n    Hint: "},
		{"wrong, then right", append([]string{"sign"}, right[1:]...), "", false, false, "]  4 of 5 bugs named"},
		{"single, no such bug", right, "2=gremlin", true, false,
			`Program 2: there is no "gremlin" among the names: bias, decay, early,`},
		{"single, in capitals", right, "2= " + strings.ToUpper(right[1]), true, true, "Program 2: yes"},
		{"single, no number", right, "sign", true, false, "-answer sign: " + usage},
		{"single, no such program", right, "6=sign", true, false, "-answer 6=sign: " + usage},
		{"single, program 0", right, "0=sign", true, false, "-answer 0=sign: " + usage},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			allRight := Judge(&out, c.answers, c.single, c.asked)
			if allRight != c.allRight || !strings.Contains(out.String(), c.want) {
				t.Errorf("got %v:\n%swant %v: %s", allRight, out.String(), c.allRight, c.want)
			}
		})
	}
	var out bytes.Buffer
	Judge(&out, right, "", false)
	if strings.Contains(out.String(), "yes") {
		t.Errorf("without being asked, it says which answers are right:\n%s", out.String())
	}
}

// The hint to a wrong answer names the check that shows the bug, and never the bug.
func TestHintDoesNotNameTheBug(t *testing.T) {
	for _, p := range programs {
		var out bytes.Buffer
		Judge(&out, nil, fmt.Sprintf("%d=sign", p.Number), true)
		_, hint, _ := strings.Cut(out.String(), "Hint: ")
		if !strings.Contains(hint, "check") || regexp.MustCompile(`(?i)\b`+p.bug()+`\b`).MatchString(hint) {
			t.Errorf("program %d, whose bug is %s: %s", p.Number, p.bug(), out.String())
		}
	}
	if len(hints) != len(bugs) {
		t.Errorf("%d hints for %d bugs", len(hints), len(bugs))
	}
}
