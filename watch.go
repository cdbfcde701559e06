// Watch: what follows a training epoch by epoch (the console with its warnings, the checkpoint, and the report).
// None of them changes the training.

package main

import (
	"errors"

	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/recipes"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// A watcher is told how a training proceeds.
type watcher interface {
	begin() error                    // before the first epoch
	epoch(e event.Epoch, shown bool) // after each; without test figures if it is not shown
	end() error                      // after the last
	failed(err error)                // instead of end: it was interrupted, or it diverged
}

// watchers lists them in the order in which they are told.
func (x *training) watchers(out *console.Printer, bar *console.Progress) []watcher {
	return []watcher{&resultPrinter{x, out, bar}, &checkpointSaver{x}, &pageKeeper{x}}
}

// fail tells all watchers that a training has failed, unless err is nil.
func fail(watchers []watcher, err error) {
	for _, w := range watchers {
		if err != nil {
			w.failed(err)
		}
	}
}

// A resultPrinter prints the epochs, and the warnings of the diagnosis.
type resultPrinter struct {
	x   *training
	out *console.Printer
	bar *console.Progress
}

func (p *resultPrinter) begin() error {
	printBefore(p.out, p.x, p.x.first)
	p.x.startMonitor()
	return nil
}

func (p *resultPrinter) epoch(e event.Epoch, shown bool) {
	if shown {
		p.bar.Clear()
		printEpoch(p.out, p.x, e)
	}
	p.warn(p.x.monitor.Epoch(e, shown, p.x.look))
}

// end prints the last warnings, and then the result of the whole training.
func (p *resultPrinter) end() error {
	warnings := p.x.monitor.End(p.x.final, p.x.done)
	if len(warnings) > 0 && !p.out.JSON {
		p.bar.Blank()
	}
	p.warn(warnings)
	printDone(p.out, p.x, p.x.done)
	return nil
}

// failed prints an event for -json; for people, the caller prints the error.
func (p *resultPrinter) failed(err error) {
	if f := new(event.Failed); p.out.JSON && errors.As(err, &f) {
		p.out.JSONLine(f)
	}
}

// warn prints the warnings and adds them to the report.
func (p *resultPrinter) warn(warnings []event.Warning) {
	for _, w := range warnings {
		p.out.Warn(w, p.bar)
		p.x.recorder.Warn(w.Text)
	}
}

// A checkpointSaver writes a checkpoint after each epoch, and the model at the end.
type checkpointSaver struct{ x *training }

func (s *checkpointSaver) begin() error { return nil }

func (s *checkpointSaver) epoch(e event.Epoch, _ bool) {
	last := e.Epoch == s.x.cfg.Epochs || s.x.early.Exhausted()
	s.x.saver.AfterEpoch(last, func() modelfile.Snapshot { return s.x.snapshot(e.Epoch) })
}

func (s *checkpointSaver) end() error { return s.x.saver.Finish(s.x.snapshot(s.x.cfg.Epochs)) }

func (s *checkpointSaver) failed(error) {} // interrupted has already written one, if there is anything to keep

// A pageKeeper keeps the report up to date.
type pageKeeper struct{ x *training }

func (k *pageKeeper) begin() error { return k.x.recorder.Begin(k.x.history, k.x.first) }

func (k *pageKeeper) epoch(e event.Epoch, shown bool) { k.x.recorder.Epoch(e, shown) }

func (k *pageKeeper) end() error { return k.x.recorder.Done(k.x.done) }

func (k *pageKeeper) failed(err error) { k.x.recorder.Failed(err) }

// printStart prints the facts of a run and the header of its table.
func printStart(p *console.Printer, x *training) {
	if p.JSON {
		p.JSONLine(x.startEvent())
		return
	}
	p.Facts(x.facts())
	if x.cfg.Load != "" && !x.cfg.ContinuesTraining() || x.saver.Complete() {
		return
	}
	p.Printf("\n")
	p.Row(x.columns(), nil)
}

// columns are the columns of the table of epochs: the recipe's, or those that fit the data.
func (x *training) columns() []console.Column {
	if own := console.NamedColumns[x.cfg.Recipe.Columns]; own != nil {
		return own
	}
	d := x.data
	return console.Layout{Epochs: x.cfg.Epochs, Classes: d.Classes != nil, TrainAccuracy: x.cfg.Recipe.OfPaper(),
		Valid: d.Valid.N, Test: d.Test.N}.Columns()
}

func printEpoch(p *console.Printer, x *training, e event.Epoch) {
	published := x.cfg.Recipe.PrintedAfter(e.Epoch)
	e.PublishedAccuracy, e.PublishedLoss = recipes.OrNil(published.Accuracy), recipes.OrNil(published.Loss)
	if p.JSON {
		p.JSONLine(e)
	} else if n := x.cfg.PrintEvery; n == 0 || e.Epoch%n == 0 || e.Epoch == 1 || e.Epoch == x.cfg.Epochs ||
		x.early.Exhausted() {
		p.Row(x.columns(), &e)
	}
}

func printDone(p *console.Printer, x *training, e event.Done) {
	published := x.cfg.Recipe.PrintedAtEnd(x.cfg.Epochs)
	e.Recipe, e.PublishedAccuracy, e.PublishedLoss = x.cfg.Recipe.Name, recipes.OrNil(published.Accuracy),
		recipes.OrNil(published.Loss)
	e.PublishedValid, e.PublishedL2 = recipes.OrNil(published.Valid), recipes.OrNil(published.L2)
	if p.JSON {
		p.JSONLine(e)
		return
	}
	scores.PrintDone(p, e)
}

// printBefore prints what the network can do before it has learned anything.
func printBefore(p *console.Printer, x *training, e *event.Epoch) {
	switch {
	case e == nil:
	case p.JSON:
		p.JSONLine(e)
	case x.cfg.Recipe.Columns != "":
		p.Row(x.columns(), e)
	}
}

// replay prints the JSON lines of trainings that ran silently.
func replay(p *console.Printer, runs ...*training) {
	for _, run := range runs {
		if !p.JSON {
			return
		}
		printStart(p, run)
		for _, e := range run.history {
			p.JSONLine(e)
		}
		printDone(p, run, run.done)
	}
}
