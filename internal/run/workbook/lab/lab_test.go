package lab

import (
	"bytes"
	"fmt"
	"math"
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

// TestStart: 50 samples of each class to learn from, and 50 that are not, on three arms around (1, 1); weights of a
// spread of 1.5/√inputs; and others with another seed.
func TestStart(t *testing.T) {
	p := Program{Number: 1, Hidden: 4000, Batch: 5, Rate: 1, Epochs: 1, Seed: 3}
	r := p.start("")
	for _, s := range []samples{r.training, r.unseen} {
		count := [3]int{}
		for i, x := range s.xs {
			count[slices.Index(s.ys[i], 1)]++
			radius := math.Hypot(x[0]-1, x[1]-1) / 2
			if radius < 0.2-1e-9 || radius > 1+1e-9 {
				t.Errorf("sample %v is %v from the middle", x, radius)
			}
		}
		if count != [3]int{50, 50, 50} {
			t.Error(count)
		}
	}
	for inputs, w := range map[int][][]float64{2: r.net.W1, 4000: r.net.W2} {
		sum, n := 0.0, 0.0
		for _, v := range slices.Concat(w...) {
			sum, n = sum+v*v, n+1
		}
		if spread := math.Sqrt(sum / n); math.Abs(spread*math.Sqrt(float64(inputs))/1.5-1) > 0.03 {
			t.Errorf("%d inputs: the weights' spread is %v", inputs, spread)
		}
	}
	p.Seed++
	if slices.Equal(p.start("").training.xs[0], r.training.xs[0]) {
		t.Error("another seed makes the same samples")
	}
}

// TestOutput: the curve has a line for each tenth of the epochs, with bars of ten characters for a cost of 1, and each
// check a head and its numbers.
func TestOutput(t *testing.T) {
	for epochs, lines := range map[int]int{1: 2, 5: 6, 20: 11, 25: 13} {
		var out bytes.Buffer
		p := Program{Number: 1, Hidden: 2, Batch: 150, Epochs: epochs, Seed: 3}
		p.print(&out)
		text := out.String()
		if n := len(regexp.MustCompile(`(?m)^ +\d+ +\d\.\d{4} +\d+ %`).FindAllString(text, -1)); n != lines {
			t.Errorf("%d epochs have %d lines, want %d\n%s", epochs, n, lines, text)
		}
		for _, head := range []string{"              error      backprop     central  quotient\n   W1 ok      ",
			"              error      the step   should be  quotient\n   W1 ok      ",
			"Program 1: 150 samples of 3 classes, 2 hidden"} {
			if !strings.Contains(text, head) {
				t.Errorf("%q is not in\n%s", head, text)
			}
		}
	}
	for cost, n := range map[float64]int{0: 0, 0.09: 0, 1: 10, 1.99: 19, 2: 20, 3: 20, math.Inf(1): 20, math.NaN(): 20} {
		if got := strings.Count(bar(cost), "█"); got != n {
			t.Errorf("a cost of %v is %d long, want %d", cost, got, n)
		}
	}
	if e := relativeError([]float64{3, 4}, []float64{3, 0}); e != 0.5 { // 4 / (5 + 3)
		t.Error(e)
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
		{right, "sign", true, false, "-answer sign: write a program's number and a name, as in -answer 1=sign"},
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
