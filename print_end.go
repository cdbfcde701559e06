// What the printer says at the end of a run, and of the diagnosis.
package main

import (
	"strings"

	"backprop/internal/file"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// Score prints a line of the end of a run.
func (p *Printer) Score(name, words string) {
	p.Text("%-15s %s\n", name, lines(text.Wrap(file.Clean(words), 16, "\n"+strings.Repeat(" ", 16))))
}

// Warn prints a sentence of the diagnosis.
func (p *Printer) Warn(e event.Warning, bar *progress) {
	if p.JSON {
		p.Line(e)
		return
	}
	bar.say("%s", text.Wrap(file.Clean("warning: "+e.Text), len("backprop: "), "\n          "))
}
