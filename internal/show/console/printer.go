// Package console prints what a run tells, as a table or as lines of JSON, and shows on a terminal how far it is.
package console

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Printer writes the run's results to stdout: a table, or JSON lines. It keeps the first
// error, so that a full disk behind a pipe is not taken for success.
type Printer struct {
	W        *bufio.Writer
	Terminal bool // behind w
	JSON     bool
	Err      error
	held     bool
}

// Quiet is a printer for trainings that nobody looks on at.
func Quiet() *Printer { return &Printer{W: bufio.NewWriter(io.Discard)} }

// Hold lets lines wait until Flush, or until there are many: nobody looks on at each.
func (p *Printer) Hold() { p.held = true }

// wrote has a line seen at once, unless lines are held.
func (p *Printer) wrote() {
	if !p.held {
		p.Flush()
	}
}

func (p *Printer) Flush() error {
	if err := p.W.Flush(); err != nil && p.Err == nil {
		p.Err = fmt.Errorf("the results could not be written: %w", err)
	}
	return p.Err
}

// Say tells on standard error of something beside the results.
func Say(stderr io.Writer, format string, args ...any) {
	fmt.Fprintln(stderr, "backprop:", file.Message(fmt.Sprintf(format, args...)))
}

// Printf prints at once: somebody may be looking on. Words may have come from outside, and must not
// look like lines of ours: those that have several lines are given as the format.
func (p *Printer) Printf(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = file.Clean(s)
		}
	}
	fmt.Fprintf(p.W, format, args...)
	p.wrote()
}

// Lines is text of ours on several lines, which printf leaves as it is.
type Lines string

// Text prints where there is no -json.
func (p *Printer) Text(format string, args ...any) {
	if !p.JSON {
		p.Printf(format, args...)
	}
}

// controls are characters that a terminal obeys, and that mislead the eye.
var controls = regexp.MustCompile(`[\x7f-\x{9f}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]`)

// controlsOf are those in a text.
func controlsOf(b []byte) [][]byte {
	if !bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x7f }) { // as most are, and this is quick
		return nil
	}
	return controls.FindAll(b, -1)
}

// Line prints an event as a line of JSON.
func (p *Printer) Line(event any) {
	b, err := json.Marshal(event)
	if err == nil {
		for _, c := range controlsOf(b) { // JSON itself writes only those below 0x20 so
			r, _ := utf8.DecodeRune(c)
			b = bytes.ReplaceAll(b, c, fmt.Appendf(nil, "\\u%04x", r))
		}
		p.W.Write(append(b, '\n'))
		p.wrote()
	} else if p.Err == nil { // a number that JSON does not have
		p.Err = fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err)
	}
}

// Event prints, where there is -json, a line of keys and values by turns. What is nil is
// left out.
func (p *Printer) Event(name string, pairs ...any) {
	if !p.JSON {
		return
	}
	line := fmt.Appendf(nil, `{"event":%q`, name)
	for i := 0; i < len(pairs); i += 2 {
		b, err := json.Marshal(pairs[i+1])
		if err != nil {
			p.Line(pairs[i+1]) // says what is wrong
			return
		}
		if string(b) != "null" {
			line = fmt.Appendf(line, `,%q:%s`, pairs[i], b)
		}
	}
	p.Line(json.RawMessage(append(line, '}')))
}

// Facts prints what a run begins with.
func (p *Printer) Facts(facts [][2]string) {
	for _, fact := range facts {
		for i, line := range strings.Split(fact[1], "; ") {
			name := fact[0]
			if i > 0 {
				name = ""
			}
			p.Printf("%-9s %s\n", name, Lines(text.Wrap(file.Clean(line), 10, "\n            ")))
		}
	}
}

// Table prints rows with their columns aligned: to the right where the first row below
// the head is a number.
func (p *Printer) Table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, cell := range row {
			width[j] = max(width[j], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for j, cell := range row {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(cell))
			if numeric.MatchString(rows[1][j]) {
				line += "  " + pad + cell
			} else {
				line += "  " + cell + pad
			}
		}
		p.Text("%s\n", strings.TrimRight(line[2:], " "))
	}
}

// numeric is a cell of numbers, which stand with their ends below each other: 286 / 2000.
var numeric = regexp.MustCompile(`^[-0-9][-0-9., /]*(e[-+][0-9]+)?( %)?$`)

// Score prints a line of the end of a run.
func (p *Printer) Score(name, words string) {
	p.Text("%-15s %s\n", name, Lines(text.Wrap(file.Clean(words), 16, "\n"+strings.Repeat(" ", 16))))
}

// Wrapped prints a label and then words, in lines of at most 80.
func (p *Printer) Wrapped(label, words string) {
	if label == "" && strings.HasSuffix(words, ":") {
		p.Text("%s\n", words)
		return
	}
	p.Text("%-12s %s\n", label, Lines(text.Wrap(file.Clean(words), 13, "\n             ")))
}

// Row prints a line of the table of epochs: its head where e is nil.
func (p *Printer) Row(columns []Column, e *event.Epoch) {
	line := ""
	for _, c := range columns {
		cell := c.Head
		if e != nil {
			cell = c.Cell(e)
		}
		line += fmt.Sprintf("  %*s", c.Width, cell)
	}
	p.Printf("%s\n", strings.TrimRight(line[2:], " "))
}

// Warn prints a sentence of the diagnosis.
func (p *Printer) Warn(e event.Warning, bar *Progress) {
	if p.JSON {
		p.Line(e)
		return
	}
	bar.say("%s", text.Wrap(file.Clean("warning: "+e.Text), len("backprop: "), "\n          "))
}
