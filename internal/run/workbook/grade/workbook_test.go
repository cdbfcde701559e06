package grade

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	book "backprop/internal/run/workbook/files"
)

// TestWorkbook: what is printed about a folder in which all but the digits is right, then with a mistake twice, a file
// that nobody has changed, and a call of an exercise that is not right.
func TestWorkbook(t *testing.T) {
	t.Chdir(t.TempDir())
	os.Mkdir("internal", 0o777)
	var lent Functions
	lend := func(f Functions) { lent = f }
	mine := solved(&lent)
	print := func() (string, bool) {
		var out bytes.Buffer
		done := Workbook(&out, mine, lend)
		return out.String(), done
	}
	os.WriteFile(Record, []byte("{}"), 0o666)
	text, done := print()
	want := "10_digits.go: the digits cannot be read (open internal/digits.gz: no such file or directory):\n" +
		"have the workbook written again, into the same folder.\n\n" +
		"09_train.go has learned XOR: 0,0 → 0.0"
	if end := "[██████████████████████··]  11 of 12 done, next: 10_digits.go\n"; done || !strings.HasPrefix(text, want) ||
		!strings.HasSuffix(text, end) {
		t.Errorf("%v\n%s", done, text)
	}
	mine.Back = func(d []float64, w [][]float64, z []float64) []float64 { return make([]float64, len(z)) }
	mine.Sigmoid = func(z float64) (float64, float64) { a, s := book.Sigmoid(-z); return a, s }
	os.WriteFile("04_back.go", []byte("package workbook\n\n// Sigmoid(z)\nvar _ = 2 * Sigmoid(z)\n"), 0o666)
	for _, hint := range []string{"Hint: What should σ come to when z is very large, and what does yours?",
		"Hint: In e⁻ᶻ there is a minus.", "Hint: In e⁻ᶻ there is a minus."} {
		text, _ := print()
		for _, part := range []string{"01_sigmoid.go is not right yet (minus-lost):\n    a = 1", "\n    " + hint + "\n\n",
			"04_back.go is not right yet (capital):\n    It calls Sigmoid, which is not right yet.\n    Hint: ",
			"10_digits.go: your own code is to do this, and it waits for 01_sigmoid.go, 04_back.go.\n\n",
			"[██████████████████······]  9 of 12 done, next: 01_sigmoid.go\n"} {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in\n%s", part, text)
			}
		}
	}
	os.WriteFile("01_sigmoid.go", []byte("as it was\r\n"), 0o666)
	os.WriteFile(Record, fmt.Appendf(nil, `{"01_sigmoid.go": [%q]}`, Sum([]byte("as it was\n"))), 0o666)
	if text, _ := print(); strings.Contains(text, "01_sigmoid.go is not") || !strings.Contains(text,
		"next: 01_sigmoid.go") {
		t.Error(text)
	}
	mine = solved(&lent)
	g := grader{done: map[string]bool{"04_back.go": true}}
	if name := g.unfinishedCall("04_back.go"); name != "Sigmoid" {
		t.Error(name)
	}
	g.done["01_sigmoid.go"] = true
	if name := g.unfinishedCall("04_back.go"); name != "" {
		t.Error(name)
	}
}

// TestLent: what is lent gives what the solutions give.
func TestLent(t *testing.T) {
	lent, own := lentFunctions(), solved(nil)
	for _, softmax := range []bool{false, true} {
		q := newQuestion(7, softmax, 3, 2, 3, 2)
		x, y := q.xs[0], q.ys[0]
		z, a := lent.Forward(x, q.W1, q.B1)
		z2, a2 := own.Forward(x, q.W1, q.B1)
		cost, delta := lent.Output(z[:2], y, softmax)
		cost2, delta2 := own.Output(z[:2], y, softmax)
		dW, db := lent.Gradients(x, delta)
		dW2, db2 := own.Gradients(x, delta)
		mine, its := q.Copy(), q.Copy()
		c, c2 := lent.BatchStep(mine, q.xs, q.ys, 0.3), own.BatchStep(its, q.xs, q.ys, 0.3)
		s, slope := lent.Sigmoid(2)
		s2, slope2 := own.Sigmoid(2)
		for i, pair := range [][2][]float64{{z, z2}, {a, a2}, {{cost, c, s, slope}, {cost2, c2, s2, slope2}}, {delta,
			delta2},
			{flat(dW), flat(dW2)}, {db, db2}, {flat(mine.Rows()), flat(its.Rows())},
			{lent.Back(delta, q.W2, z), own.Back(delta, q.W2, z)}} {
			if !near(pair[0], pair[1]) {
				t.Errorf("softmax %v, number %d: %v, want %v", softmax, i, pair[0], pair[1])
			}
		}
	}
	if Sum([]byte("a\r\nb")) != Sum([]byte("a\nb")) || Sum([]byte("a")) == Sum([]byte("b")) {
		t.Error("sums")
	}
}

// TestShared: a function that is right is the one that later exercises call.
func TestShared(t *testing.T) {
	t.Chdir(t.TempDir())
	var lent Functions
	mine, calls := solved(&lent), 0
	own := mine
	mine.Sigmoid = func(z float64) (float64, float64) { calls |= 1; return own.Sigmoid(z) }
	mine.Forward = func(x []float64, w [][]float64, b []float64) (z, a []float64) {
		calls |= 2
		return own.Forward(x, w, b)
	}
	mine.Output = func(z, y []float64, s bool) (float64, []float64) { calls |= 4; return own.Output(z, y, s) }
	mine.Back = func(d []float64, w [][]float64, z []float64) []float64 { calls |= 8; return own.Back(d, w, z) }
	mine.Gradients = func(a, d []float64) ([][]float64, []float64) { calls |= 16; return own.Gradients(a, d) }
	mine.BatchStep = func(n *Network, x, y [][]float64, r float64) float64 {
		calls |= 32
		return own.BatchStep(n, x, y,
			r)
	}
	mine.Train = func(n *Network, x, y [][]float64, e, b int, r float64) { calls |= 64; own.Train(n, x, y, e, b, r) }
	Workbook(io.Discard, mine, func(f Functions) { lent = f })
	calls = 0
	q := newQuestion(7, false, 1, 2, 2, 2)
	lent.Sigmoid(1)
	lent.Forward(q.xs[0], q.W1, q.B1)
	lent.Output(q.xs[0], q.ys[0], false)
	lent.Back(q.ys[0], q.W2, q.xs[0])
	lent.Gradients(q.xs[0], q.ys[0])
	lent.BatchStep(q.Network, q.xs, q.ys, 1)
	if lent.Train(q.Network, q.xs, q.ys, 1, 1, 1); calls != 127 {
		t.Errorf("called are %b", calls)
	}
}

// TestWrap: lines of at most 96 characters, each with its indent.
func TestWrap(t *testing.T) {
	word := strings.Repeat("é", 47)
	for text, want := range map[string]string{"": "  ", " a  b\nc ": "  a b c",
		word + " " + word[:92]: "  " + word + " " + word[:92],
		word + " " + word:      "  " + word + "\n  " + word, strings.Repeat("x", 99) + " y": "  " + strings.Repeat("x",
			99) + "\n  y"} {
		if got := Wrap(text, "  "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if a, b := Bar(0, 5), Bar(5, 5); a != "["+strings.Repeat("·", 24)+"]  0 of 5" || b != "["+strings.Repeat("█",
		24)+"]  5 of 5" {
		t.Error(a, b)
	}
}
