// Package console prints the results of a run, as text or as lines of JSON, and shows a progress bar on a terminal.
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

// A Printer prints results to standard output. It keeps the first error, so that a full disk does not go unnoticed.
type Printer struct {
	W        *bufio.Writer
	Terminal bool // W is a terminal
	JSON     bool // print lines of JSON, and no text
	Err      error
	held     bool
}

// Quiet returns a printer that discards everything.
func Quiet() *Printer { return &Printer{W: bufio.NewWriter(io.Discard)} }

// Hold makes lines wait until the buffer is full or Flush is called, which is faster. Otherwise each line is written at
// once.
func (p *Printer) Hold() { p.held = true }

// Flush writes the lines that are waiting, and returns the first error of this printer.
func (p *Printer) Flush() error {
	if err := p.W.Flush(); err != nil && p.Err == nil {
		p.Err = fmt.Errorf("the results could not be written: %w", err)
	}
	return p.Err
}

func (p *Printer) flushUnlessHeld() {
	if !p.held {
		p.Flush()
	}
}

// Say prints a message to standard error, on one line that begins with the program's name.
func Say(stderr io.Writer, format string, args ...any) {
	fmt.Fprintln(stderr, "backprop:", file.Message(fmt.Sprintf(format, args...)))
}

// Lines is text on several lines. Printf leaves its line breaks as they are.
type Lines string

// Printf prints text. Arguments of type string may come from the user's data, so Printf removes characters from them
// that would break a line or control a terminal.
func (p *Printer) Printf(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = file.Clean(s)
		}
	}
	fmt.Fprintf(p.W, format, args...)
	p.flushUnlessHeld()
}

// Text is Printf, unless JSON is asked for.
func (p *Printer) Text(format string, args ...any) {
	if !p.JSON {
		p.Printf(format, args...)
	}
}

// JSONLine prints an event as a line of JSON.
func (p *Printer) JSONLine(event any) {
	b, err := json.Marshal(event)
	if err != nil { // a number that JSON does not have
		if p.Err == nil {
			p.Err = fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err)
		}
		return
	}
	p.W.Write(append(escapeControls(b), '\n'))
	p.flushUnlessHeld()
}

// controls matches DEL and the characters beyond ASCII that control a terminal or hide text.
var controls = regexp.MustCompile(`[\x7f-\x{9f}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]`)

// escapeControls writes these characters in JSON as \u…; the JSON encoder does so only for those below the space.
func escapeControls(b []byte) []byte {
	if !bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x7f }) { // usual, and fast
		return b
	}
	return controls.ReplaceAllFunc(b, func(c []byte) []byte {
		r, _ := utf8.DecodeRune(c)
		return fmt.Appendf(nil, "\\u%04x", r)
	})
}

// Event prints a line of JSON, if JSON is asked for, with the given keys and values, in pairs. It leaves out values
// that are nil.
func (p *Printer) Event(name string, pairs ...any) {
	if !p.JSON {
		return
	}
	line := fmt.Appendf(nil, `{"event":%q`, name)
	for i := 0; i < len(pairs); i += 2 {
		b, err := json.Marshal(pairs[i+1])
		if err != nil {
			p.JSONLine(pairs[i+1]) // only to keep the error
			return
		}
		if string(b) != "null" {
			line = fmt.Appendf(line, `,%q:%s`, pairs[i], b)
		}
	}
	p.JSONLine(json.RawMessage(append(line, '}')))
}

// Facts prints facts that are known before a run, each a name and a value. A semicolon in a value begins a new line.
func (p *Printer) Facts(facts [][2]string) {
	for _, fact := range facts {
		name := fact[0]
		for line := range strings.SplitSeq(fact[1], "; ") {
			p.Printf("%-9s %s\n", name, Lines(text.Wrap(file.Clean(line), 10, "\n            ")))
			name = ""
		}
	}
}

// Score prints a line of the scores at the end of a run.
func (p *Printer) Score(name, words string) {
	p.Text("%-15s %s\n", name, Lines(text.Wrap(file.Clean(words), 16, "\n"+strings.Repeat(" ", 16))))
}

// Wrapped prints words after a label, in lines of at most 80 characters.
func (p *Printer) Wrapped(label, words string) {
	if label == "" && strings.HasSuffix(words, ":") {
		p.Text("%s\n", words)
		return
	}
	p.Text("%-12s %s\n", label, Lines(text.Wrap(file.Clean(words), 13, "\n             ")))
}

// Warn prints a warning: as JSON, or as text in place of the progress bar.
func (p *Printer) Warn(e event.Warning, bar *Progress) {
	if p.JSON {
		p.JSONLine(e)
		return
	}
	bar.say("%s", text.Wrap(file.Clean("warning: "+e.Text), len("backprop: "), "\n          "))
}

// Row prints a row of the table of epochs, or its header if e is nil.
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

// numeric matches a cell whose column is aligned to the right: 286 / 2000.
var numeric = regexp.MustCompile(`^[-0-9][-0-9., /]*(e[-+][0-9]+)?( %)?$`)

// Table prints rows, of which the first is the header. It aligns a column to the right if its cell below the header is
// a number.
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
			if numeric.MatchString(rows[1][j]) {
				line += fmt.Sprintf("  %*s", width[j], cell)
			} else {
				line += fmt.Sprintf("  %-*s", width[j], cell)
			}
		}
		p.Text("%s\n", strings.TrimRight(line[2:], " "))
	}
}
