package console

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"backprop/internal/show/event"
)

// printed is what a printer prints when f uses it.
func printed(json bool, f func(p *Printer)) string {
	var out bytes.Buffer
	p := &Printer{W: bufio.NewWriter(&out), JSON: json}
	f(p)
	p.Flush()
	return out.String()
}

// TestText: text is printed without -json, and JSON only with it; what comes from outside cannot begin a line.
func TestText(t *testing.T) {
	say := func(p *Printer) {
		p.Text("%s %d %s\n", "a\nb\x1b[2J", 7, Lines("two\nlines"))
		p.Event("e", "n", 1, "none", nil, "s", "a\nb")
		p.Score("accuracy", strings.Repeat("word ", 12)+"long!")
		p.Score("", strings.Repeat("word ", 12)+"four")           // up to column 80
		p.Wrapped("note", strings.Repeat("word ", 12)+"longword") // 68 characters from column 13 on: too many by one
		p.Wrapped("note", strings.Repeat("word ", 12)+"allword")
		p.Wrapped("", "a title:")
		p.Wrapped("", "no title")
	}
	want := "a b?[2J 7 two\nlines\naccuracy        " + strings.Repeat("word ", 11) + "word\n                long!\n" +
		strings.Repeat(" ", 16) + strings.Repeat("word ", 12) + "four\n" +
		"note         " + strings.Repeat("word ", 11) + "word\n             longword\n" +
		"note         " + strings.Repeat("word ", 12) + "allword\n" +
		"a title:\n             no title\n"
	if got := printed(false, say); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := printed(true, say), `{"event":"e","n":1,"s":"a\nb"}`+"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLine: no line of JSON has a character that controls a terminal or hides text, and all can be read again.
func TestLine(t *testing.T) {
	for s, want := range map[string]string{"plain": "plain", "é ü – 字": "é ü – 字", "\x1b[2J": `\u001b[2J`,
		"a\x7fb":             `a\u007fb`,
		"\u0080\u009f\u00a0": `\u0080\u009f` + "\u00a0", "\u200d\u200e\u200f\u2010": "\u200d" + `\u200e\u200f` + "\u2010",
		"\u2027\u202a\u202e\u202f": "\u2027" + `\u202a\u202e` + "\u202f",
		"\u2065\u2066\u2069\u206a": "\u2065" + `\u2066\u2069` + "\u206a"} {
		if got := printed(true, func(p *Printer) { p.Line(s) }); got != `"`+want+`"`+"\n" {
			t.Errorf("%q is printed as %s", s, got)
		}
	}
}

// TestErrors: the first error is kept: of a number that JSON does not have, or of a full disk.
func TestErrors(t *testing.T) {
	for name, f := range map[string]func(p *Printer){
		"line":  func(p *Printer) { p.Line(math.Inf(1)) },
		"event": func(p *Printer) { p.Event("e", "v", math.NaN()) },
	} {
		p := Quiet()
		p.JSON = true
		f(p)
		if p.Err == nil || !strings.Contains(p.Err.Error(), "infinite or not a number") || p.Flush() != p.Err {
			t.Errorf("%s: %v", name, p.Err)
		}
		first := p.Err
		p.Line(math.NaN())
		if p.Err != first {
			t.Errorf("%s: a second error replaced the first: %v", name, p.Err)
		}
	}
	full := errors.New("full")
	p := &Printer{W: bufio.NewWriter(failing{full})}
	p.Printf("x\n")
	if err := p.Flush(); !errors.Is(err, full) || p.Err != err {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestHold: a line can be seen at once, unless lines are held until Flush.
func TestHold(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{W: bufio.NewWriter(&out), JSON: true}
	p.Line(1)
	p.Printf("two\n")
	if out.String() != "1\ntwo\n" {
		t.Errorf("at once: %q", out.String())
	}
	p.Hold()
	p.Line(3)
	if out.String() != "1\ntwo\n" {
		t.Errorf("a held line is there: %q", out.String())
	}
	if err := p.Flush(); err != nil || out.String() != "1\ntwo\n3\n" {
		t.Errorf("after Flush: %q, %v", out.String(), err)
	}
}

// TestSay: messages are one line on standard error.
func TestSay(t *testing.T) {
	var out bytes.Buffer
	if Say(&out, "%s:\n%d", "a", 1); out.String() != "backprop: a: 1\n" {
		t.Errorf("%q", out.String())
	}
}

// TestFacts: a name stands before the first line of its fact; a semicolon begins a new line, and a long line goes on
// below.
func TestFacts(t *testing.T) {
	got := printed(false, func(p *Printer) {
		p.Facts([][2]string{{"data", "one; two"}, {"network", strings.Repeat("letters ", 9) + "end"}})
	})
	want := "data      one\n          two\nnetwork   letters letters letters letters letters letters letters letters\n" +
		"            letters end\n"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTable: columns of numbers are aligned to the right, of words to the left, by the first row below the header.
func TestTable(t *testing.T) {
	got := printed(false, func(p *Printer) {
		p.Table([][]string{{"name", "n", "share", "of", "é"}, {"ä", "1", "5 %", "9 / 10", "x"},
			{"long name", "-200", "100 %", "10 / 10", "1"}, {"", "1e-05", "", "", ""}})
	})
	want := "name           n  share       of  é\nä              1    5 %   9 / 10  x\n" +
		"long name   -200  100 %  10 / 10  1\n           1e-05\n"
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	for cell, want := range map[string]bool{"1e-05": true, "-0.5": true, "12 %": true, "1,234 / 2": true, "x": false,
		"1 x": false, "": false, ".5": false, "%": false} {
		if numeric.MatchString(cell) != want {
			t.Errorf("%q is taken for a number: %v", cell, !want)
		}
	}
}

// TestWarn: a warning is a line of JSON, or text in place of the bar.
func TestWarn(t *testing.T) {
	w := event.Warning{Event: "warning", Epoch: 2, Cause: "dead", Text: strings.Repeat("units ", 12) + "are\ndead"}
	var text bytes.Buffer
	bar := &Progress{Text: &text}
	if got := printed(false, func(p *Printer) { p.Warn(w, bar) }); got != "" || text.String() != "backprop: warning: "+
		strings.TrimSpace(strings.Repeat("units ", 10))+"\n          units units are dead\n" {
		t.Errorf("%q and %q", got, text.String())
	}
	text.Reset()
	got := printed(true, func(p *Printer) { p.Warn(w, bar) })
	if !strings.HasPrefix(got, `{"event":"warning","epoch":2,"cause":"dead","text":"units`) || text.Len() > 0 {
		t.Errorf("%q and %q", got, text.String())
	}
}
