// Watch: who is told of a training as it goes on: the console with the diagnosis, the checkpoint, and
// the page of -report. None of them changes anything of it.
package main

import (
	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/event"
)

// A watcher is told what a training comes to.
type watcher interface {
	begin() error                    // before the first epoch
	epoch(e event.Epoch, shown bool) // after each; those that are not shown have no figures of the test part
	end() error                      // after the last
	failed(err error)                // in place of end: it is interrupted, or has diverged
}

// watchers are those of a training, in the order in which they are told.
func (x *experiment) watchers(out *Printer, bar *progress) []watcher {
	return []watcher{&resultPrinter{x, out, bar}, &checkpointSaver{x}, &pageKeeper{x}}
}

// fail tells all of them that a training has failed; a nil err is none.
func fail(watchers []watcher, err error) {
	for _, w := range watchers {
		if err != nil {
			w.failed(err)
		}
	}
}

// A resultPrinter prints the epochs, and what the diagnosis finds wrong with them.
type resultPrinter struct {
	x   *experiment
	out *Printer
	bar *progress
}

func (p *resultPrinter) begin() error {
	printBefore(p.out, p.x, p.x.first)
	p.x.watched()
	return nil
}

func (p *resultPrinter) epoch(e event.Epoch, shown bool) {
	if shown {
		p.bar.Clear()
		printEpoch(p.out, p.x, e)
	}
	p.warn(p.x.monitor.Epoch(e, shown, p.x.probe.look))
}

// end prints what the whole training came to, below what is wrong with it.
func (p *resultPrinter) end() error {
	warnings := p.x.monitor.End(p.x.final, p.x.done.Quality)
	if len(warnings) > 0 && !p.out.JSON {
		p.bar.Blank()
	}
	p.warn(warnings)
	printDone(p.out, p.x, p.x.done)
	return nil
}

func (p *resultPrinter) failed(error) {} // whoever called prints the error

// warn prints what the diagnosis says, and gives it to the page.
func (p *resultPrinter) warn(warnings []event.Warning) {
	for _, w := range warnings {
		p.out.Warn(w, p.bar)
		p.x.recorder.Warn(w.Text)
	}
}

// A checkpointSaver writes a checkpoint after each epoch, and in the end the model.
type checkpointSaver struct{ x *experiment }

func (s *checkpointSaver) begin() error { return nil }

func (s *checkpointSaver) epoch(e event.Epoch, _ bool) {
	last := e.Epoch == s.x.cfg.Epochs || s.x.early.Exhausted()
	s.x.saver.Epoch(last, func() modelfile.Snapshot { return s.x.snapshot(e.Epoch) })
}

func (s *checkpointSaver) end() error { return s.x.saver.Finish(s.x.snapshot(s.x.cfg.Epochs)) }

func (s *checkpointSaver) failed(error) {} // interrupted has written one, where there is anything to keep

// A pageKeeper has the page of -report written.
type pageKeeper struct{ x *experiment }

func (k *pageKeeper) begin() error { return k.x.recorder.Begin(k.x.history, k.x.first) }

func (k *pageKeeper) epoch(e event.Epoch, shown bool) { k.x.recorder.Epoch(e, shown) }

func (k *pageKeeper) end() error { return k.x.recorder.Done(k.x.done, scores.Facts(k.x.done.Quality)) }

func (k *pageKeeper) failed(err error) { k.x.recorder.Failed(err) }
