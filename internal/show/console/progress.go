// Progress: the bar on standard error.

package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"backprop/internal/show/text"
)

// A Progress shows how far a training or a download has come, if standard error is a terminal. The zero value shows
// nothing.
type Progress struct {
	W     io.Writer // for the bar; nil if there is no terminal
	Text  io.Writer // for messages; nil to discard them
	Start time.Time // the time left is estimated from here

	stop    chan struct{} // ends the goroutine that draws; nil if there is none
	stopped chan struct{}
}

// NewProgress returns a bar on stderr. A terminal that cannot draw one only gets messages.
func NewProgress(stderr io.Writer) *Progress {
	if IsTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		return &Progress{W: stderr, Text: stderr, Start: time.Now()}
	}
	return &Progress{Text: stderr}
}

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Epochs shows the progress of a training until Clear is called. An epoch has the given number of steps; stepsDone
// returns how many steps have been taken in all.
func (p *Progress) Epochs(epochs, steps int, stepsDone func() int64) {
	if p.W == nil || p.stop != nil {
		return
	}
	if stepsDone() == 0 {
		p.Start = time.Now()
	}
	p.Watch(func() (string, float64) {
		done := int(stepsDone())
		return fmt.Sprintf("epoch %d of %d", min(done/steps+1, epochs), epochs), float64(done) / float64(steps*epochs)
	})
}

// Watch draws the bar five times a second until Clear is called. state returns a label that says what is going on, and
// the share of it that is done.
func (p *Progress) Watch(state func() (label string, share float64)) {
	if p.W == nil {
		return
	}
	p.stop, p.stopped = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.stopped)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.draw(state())
			}
		}
	}()
}

// Clear removes the bar of Epochs or Watch.
func (p *Progress) Clear() {
	if p.stop != nil {
		close(p.stop)
		<-p.stopped
		p.stop = nil
		fmt.Fprint(p.W, "\r\x1b[K")
	}
}

// say prints a message in place of the bar.
func (p *Progress) say(format string, args ...any) {
	p.Clear()
	if p.Text != nil {
		fmt.Fprintf(p.Text, "backprop: "+format+"\n", args...)
	}
}

// Blank prints an empty line, if the table of epochs is printed on the same terminal.
func (p *Progress) Blank() {
	if p.W != nil {
		fmt.Fprintln(p.W)
	}
}

// Download shows how much of a file has arrived.
func (p *Progress) Download(file string, done, total int64) {
	switch {
	case p.W == nil:
	case done == total:
		fmt.Fprintf(p.W, "\r\x1b[K%s: %s bytes\n", file, text.Count(int(done)))
	default:
		p.draw(file, float64(done)/float64(max(total, 1)))
	}
}

func (p *Progress) draw(label string, share float64) {
	const width = 30
	share = min(max(share, 0), 1)
	full := int(share * width)
	left := ""
	if share > 0.01 {
		rest := float64(time.Since(p.Start)) * (1 - share) / share
		left = fmt.Sprintf(" %v left", time.Duration(rest).Round(time.Second))
	}
	fmt.Fprintf(p.W, "\r\x1b[K%s [%s%s] %3.0f %%%s", label, strings.Repeat("=", full), strings.Repeat(" ", width-full),
		100*share, left)
}
