// Progress: the bar on standard error that shows how far a training or a download is.

package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"backprop/internal/show/text"
)

// A Progress bar goes to stderr, and only where that is a terminal.
type Progress struct {
	W    io.Writer // nil where there is no terminal
	Text io.Writer // for sentences; nil where nobody reads
	stop chan struct{}
	gone chan struct{}
	From time.Time
}

func NewProgress(stderr io.Writer) *Progress {
	if IsTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		return &Progress{W: stderr, Text: stderr, From: time.Now()}
	}
	return &Progress{Text: stderr}
}

func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Epochs shows how far a training of so many epochs is until clear is called: stepsDone is asked for the
// steps taken so far, of which an epoch has so many.
func (p *Progress) Epochs(epochs, steps int, stepsDone func() int64) {
	if p.W == nil || p.stop != nil {
		return
	}
	if stepsDone() == 0 {
		p.From = time.Now()
	}
	p.Watch(func() (string, float64) {
		done := int(stepsDone())
		return fmt.Sprintf("epoch %d of %d", min(done/steps+1, epochs), epochs), float64(done) / float64(steps*epochs)
	})
}

// Watch shows the bar that what describes, afresh from time to time, until clear is called.
func (p *Progress) Watch(what func() (string, float64)) {
	if p.W == nil {
		return
	}
	p.stop, p.gone = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.gone)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.bar(what())
			}
		}
	}()
}

func (p *Progress) Clear() {
	if p.stop != nil {
		close(p.stop)
		<-p.gone
		p.stop = nil
		fmt.Fprint(p.W, "\r\x1b[K")
	}
}

// say prints a line in the bar's place.
func (p *Progress) say(format string, args ...any) {
	p.Clear()
	if p.Text != nil {
		fmt.Fprintf(p.Text, "backprop: "+format+"\n", args...)
	}
}

// Blank is an empty line below a table that is on the same terminal.
func (p *Progress) Blank() {
	if p.W != nil {
		fmt.Fprintln(p.W)
	}
}

// Download shows how much of a file has arrived.
func (p *Progress) Download(file string, done, total int64) {
	if p.W == nil {
		return
	}
	if done == total {
		fmt.Fprintf(p.W, "\r\x1b[K%s: %s bytes\n", file, text.Count(int(done)))
		return
	}
	p.bar(file, float64(done)/float64(max(total, 1)))
}

func (p *Progress) bar(what string, part float64) {
	const width = 30
	part = min(max(part, 0), 1)
	full := int(part * width)
	left := ""
	if spent := time.Since(p.From); part > 0.01 {
		left = fmt.Sprintf(" %v left", time.Duration(float64(spent)*(1-part)/part).Round(time.Second))
	}
	fmt.Fprintf(p.W, "\r\x1b[K%s [%s%s] %3.0f %%%s", what, strings.Repeat("=", full), strings.Repeat(" ", width-full),
		100*part, left)
}
