package console

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"backprop/internal/filetest"
	"backprop/internal/show/event"
)

// printed returns what a printer prints when f uses it.
func printed(json bool, f func(p *Printer)) string {
	var out bytes.Buffer
	p := &Printer{W: bufio.NewWriter(&out), JSON: json}
	f(p)
	p.Flush()
	return out.String()
}

// Text that comes from the user's data cannot begin a line or control the terminal; long lines are broken before
// column 81.
func TestTextIsPrintedWithoutJSON(t *testing.T) {
	twelve := strings.TrimSpace(strings.Repeat("word ", 12)) // 59 characters
	for name, c := range map[string]struct {
		print func(p *Printer)
		want  string
	}{
		"user's data": {func(p *Printer) { p.Text("%s %d %s\n", "a\nb\x1b[2J", 7, Lines("two\nlines")) },
			"a b?[2J 7 two\nlines\n"},
		"a score of 80 characters": {func(p *Printer) { p.Score("", twelve+" four") },
			strings.Repeat(" ", 16) + twelve + " four\n"},
		"a score of 81": {func(p *Printer) { p.Score("accuracy", twelve+" fives") },
			"accuracy        " + twelve + "\n" + strings.Repeat(" ", 16) + "fives\n"},
		"a note of 80 characters": {func(p *Printer) { p.Wrapped("note", twelve+" seventh") },
			"note         " + twelve + " seventh\n"},
		"a note of 81": {func(p *Printer) { p.Wrapped("note", twelve+" sevenths") },
			"note         " + twelve + "\n             sevenths\n"},
		"a title":  {func(p *Printer) { p.Wrapped("", "a title:") }, "a title:\n"},
		"no title": {func(p *Printer) { p.Wrapped("", "no title") }, "             no title\n"},
		"no event": {func(p *Printer) { p.Event("e", "n", 1) }, ""},
	} {
		if got := printed(false, c.print); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", name, got, c.want)
		}
	}
}

func TestEventIsPrintedWithJSON(t *testing.T) {
	got := printed(true, func(p *Printer) {
		p.Text("text\n")
		p.Event("e", "n", 1, "none", nil, "s", "a\nb")
	})
	if want := `{"event":"e","n":1,"s":"a\nb"}` + "\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The characters on both sides of each range stay as they are.
func TestLineEscapesCharactersThatControlATerminalOrHideText(t *testing.T) {
	for s, want := range map[string]string{
		"plain é ü – 字":            "plain é ü – 字",
		"\x1b[2J":                  `\u001b[2J`,
		"~\x7f":                    `~\u007f`,
		"\u0080\u009f\u00a0":       `\u0080\u009f` + "\u00a0",
		"\u200d\u200e\u200f\u2010": "\u200d" + `\u200e\u200f` + "\u2010",
		"\u2027\u202a\u202e\u202f": "\u2027" + `\u202a\u202e` + "\u202f",
		"\u2065\u2066\u2069\u206a": "\u2065" + `\u2066\u2069` + "\u206a",
	} {
		if got := printed(true, func(p *Printer) { p.JSONLine(s) }); got != `"`+want+`"`+"\n" {
			t.Errorf("%q: got %s, want %q", s, got, want)
		}
	}
}

func TestAPrinterKeepsItsFirstError(t *testing.T) {
	for name, print := range map[string]func(p *Printer){
		"line":  func(p *Printer) { p.JSONLine(math.Inf(1)) },
		"event": func(p *Printer) { p.Event("e", "v", math.NaN()) },
	} {
		p := Quiet()
		p.JSON = true
		print(p)
		first := p.Err
		if !filetest.Says(first, "infinite or not a number") {
			t.Errorf("%s: got %v, want that a number is infinite or not a number", name, first)
		}
		p.JSONLine(math.NaN())
		if got := p.Flush(); got != first {
			t.Errorf("%s: a second error replaced the first: %v", name, got)
		}
	}
	full := errors.New("full")
	p := &Printer{W: bufio.NewWriter(filetest.FailingWriter{Err: full})}
	p.Printf("x\n")
	if err := p.Flush(); !errors.Is(err, full) || p.Err != err {
		t.Errorf("a full disk: got %v, want %v", err, full)
	}
}

func TestLinesAreWrittenAtOnceUnlessHeld(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{W: bufio.NewWriter(&out), JSON: true}
	p.JSONLine(1)
	p.Printf("two\n")
	if out.String() != "1\ntwo\n" {
		t.Errorf("at once: got %q, want two lines", out.String())
	}
	p.Hold()
	p.JSONLine(3)
	if out.String() != "1\ntwo\n" {
		t.Errorf("held: got %q, want two lines", out.String())
	}
	if err := p.Flush(); err != nil || out.String() != "1\ntwo\n3\n" {
		t.Errorf("after Flush: got %q, %v; want three lines", out.String(), err)
	}
}

func TestSayPrintsOneLine(t *testing.T) {
	var out bytes.Buffer
	Say(&out, "%s:\n%d", "a", 1)
	if out.String() != "backprop: a: 1\n" {
		t.Errorf("got %q, want one line", out.String())
	}
}

func TestFactsBeginANewLineAtASemicolon(t *testing.T) {
	got := printed(false, func(p *Printer) {
		p.Facts([][2]string{{"data", "one; two"}, {"network", strings.Repeat("letters ", 9) + "end"}})
	})
	want := "data      one\n" +
		"          two\n" +
		"network   letters letters letters letters letters letters letters letters\n" +
		"            letters end\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The first row below the header decides whether a column is aligned to the right, as numbers are.
func TestTableAlignsItsColumns(t *testing.T) {
	got := printed(false, func(p *Printer) {
		p.Table([][]string{
			{"name", "n", "share", "of", "é"},
			{"ä", "1", "5 %", "9 / 10", "x"},
			{"long name", "-200", "100 %", "10 / 10", "1"},
			{"", "1e-05", "", "", ""},
		})
	})
	want := "name           n  share       of  é\n" +
		"ä              1    5 %   9 / 10  x\n" +
		"long name   -200  100 %  10 / 10  1\n" +
		"           1e-05\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	filetest.Holds(t, "is a number", numeric.MatchString, []string{"1e-05", "-0.5", "12 %", "1,234 / 2"},
		[]string{"x", "1 x", "", ".5", "%"})
}

func TestWarnPrintsJSONOrATextInPlaceOfTheBar(t *testing.T) {
	w := event.Warning{Event: "warning", Epoch: 2, Cause: "dead", Text: strings.Repeat("units ", 12) + "are\ndead"}
	var stderr bytes.Buffer
	bar := &Progress{Text: &stderr}
	out := printed(false, func(p *Printer) { p.Warn(w, bar) })
	want := "backprop: warning:" + strings.Repeat(" units", 10) + "\n          units units are dead\n"
	if out != "" || stderr.String() != want {
		t.Errorf("text: got %q and %q, want %q on standard error", out, stderr.String(), want)
	}
	stderr.Reset()
	out = printed(true, func(p *Printer) { p.Warn(w, bar) })
	if !strings.HasPrefix(out, `{"event":"warning","epoch":2,"cause":"dead","text":"units`) || stderr.Len() > 0 {
		t.Errorf("JSON: got %q and %q, want a line of JSON", out, stderr.String())
	}
}
