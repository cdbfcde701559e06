// Progress: the bar on standard error that shows how far a training or a download is.
package main

import (
	"backprop/internal/show/text"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A progress bar goes to stderr, and only where that is a terminal.
type progress struct {
	w    io.Writer // nil where there is no terminal
	text io.Writer // for sentences; nil where nobody reads
	stop chan struct{}
	gone chan struct{}
	from time.Time
}

func newProgress(stderr io.Writer) *progress {
	if isTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		return &progress{w: stderr, text: stderr, from: time.Now()}
	}
	return &progress{text: stderr}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// epochs shows how far a training is until clear is called.
func (p *progress) epochs(epochs int, t *Trainer) {
	if p.w == nil || p.stop != nil {
		return
	}
	steps := (t.N + t.Batch - 1) / t.Batch
	if t.done.Load() == 0 {
		p.from = time.Now()
	}
	p.watch(func() (string, float64) {
		done := int(t.done.Load())
		return fmt.Sprintf("epoch %d of %d", min(done/steps+1, epochs), epochs), float64(done) / float64(steps*epochs)
	})
}

// watch shows the bar that what describes, afresh from time to time, until clear is called.
func (p *progress) watch(what func() (string, float64)) {
	if p.w == nil {
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

func (p *progress) clear() {
	if p.stop != nil {
		close(p.stop)
		<-p.gone
		p.stop = nil
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// say prints a line in the bar's place.
func (p *progress) say(format string, args ...any) {
	p.clear()
	if p.text != nil {
		fmt.Fprintf(p.text, "backprop: "+format+"\n", args...)
	}
}

// blank is an empty line below a table that is on the same terminal.
func (p *progress) blank() {
	if p.w != nil {
		fmt.Fprintln(p.w)
	}
}

// download shows how much of a file has arrived.
func (p *progress) download(file string, done, total int64) {
	if p.w == nil {
		return
	}
	if done == total {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %s bytes\n", file, text.Count(int(done)))
		return
	}
	p.bar(file, float64(done)/float64(max(total, 1)))
}

func (p *progress) bar(what string, part float64) {
	const width = 30
	part = min(max(part, 0), 1)
	full := int(part * width)
	left := ""
	if spent := time.Since(p.from); part > 0.01 {
		left = fmt.Sprintf(" %v left", time.Duration(float64(spent)*(1-part)/part).Round(time.Second))
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %3.0f %%%s", what, strings.Repeat("=", full), strings.Repeat(" ", width-full), 100*part, left)
}
