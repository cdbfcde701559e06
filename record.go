// Record: keeps the record of a run for -report, and has the page written.

package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"backprop/internal/data/handwriting"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A recorder hands to the report what it shows of an experiment. A nil one, of a run without -report, does
// nothing.
type recorder struct {
	x       *experiment
	page    report.Report   // nobody else writes to it
	others  []report.Figure // of what came before the run, or of other trainings
	begun   bool            // there is something to write
	next    int             // the next epoch to note, of those that are not shown
	writing time.Duration   // the time spent on it
}

// checkReport is an error where a report could not be written, or something else is there.
func checkReport(path string) error {
	err := file.Replaceable(path, "a report", func(r io.Reader) bool {
		head, _ := io.ReadAll(io.LimitReader(r, 1024))
		return report.Begins(head)
	})
	if err != nil {
		err = fmt.Errorf("-report %s: %w", path, err)
	}
	return err
}

// newRecorder is nil without -report.
func newRecorder(x *experiment) *recorder {
	if x.cfg.Report == "" {
		return nil
	}
	d := x.data
	r := &recorder{x: x, page: report.Report{
		Title:   text.Join(x.trainer.Net.sizes(), "-") + " on " + d.Name,
		Command: "go run . " + quoted(x.cfg.Args),
		State:   fmt.Sprintf("epoch 0 of %d", x.cfg.Epochs),
		Cost:    x.cfg.Cost,
		Update:  x.updateRule(),
		Harder:  x.handicap(),
		Classes: d.Classes, Width: d.Width, Height: d.Height,
		Train: report.Samples{Pixels: d.Train.Pixels, Labels: d.Train.Labels},
		Test:  report.Samples{Pixels: d.Test.Pixels, Labels: d.Test.Labels},
		Shift: x.in.Shift, Factor: x.in.Factor,
	}}
	r.page.Step = x.pageSteps()
	if d.Width > 0 && d.Train.Pixels != nil {
		r.page.Box = handwriting.FrameOf(d.Train.Pixels, d.Width, d.Height).Box
	}
	r.recipe(&x.cfg.Recipe)
	for _, l := range x.trainer.Net.Layers {
		r.page.Layers = append(r.page.Layers, report.Layer{Rows: l.W.Rows, Cols: l.W.Cols, Stride: l.W.Stride,
			W: l.W.Data, B: l.B, Activation: l.G.Name})
	}
	return r
}

// recipe sets what the page of a recipe has of its own.
func (r *recorder) recipe(recipe *Recipe) {
	r.page.Axes, r.page.AllWeights, r.page.Examples = recipe.Axes, recipe.AllWeights, recipe.Examples
	if recipe.Loss != nil {
		r.page.Loss, r.page.Whole = recipe.Loss.Name, true
	}
	for i, p := range recipe.Curve {
		for k, v := range []float64{p.Loss, p.Accuracy} {
			if line := &r.page.Published[k]; v > 0 && i < r.x.cfg.Epochs {
				line.X, line.Y = append(line.X, float64(i+1)), append(line.Y, v)
			}
		}
	}
}

// begin notes what the network is before it learns, and writes the report, so that a path
// that cannot be written to is found before the training and not after it. first is what
// the network can do then, or nil.
func (r *recorder) begin(first *event.Epoch) error {
	if r == nil {
		return nil
	}
	if err := checkReport(r.x.cfg.Report); err != nil {
		return err
	}
	var past []report.Epoch
	for _, e := range r.x.history {
		past = append(past, r.point(e))
	}
	if first != nil {
		before := r.point(*first)
		r.page.Before = &before
	}
	r.page.Begin(past...)
	r.begun = true
	return r.write()
}

// updateRule is the form that equation (4) takes.
func (x *experiment) updateRule() string {
	switch t := x.trainer; {
	case t.Adam:
		return "adam"
	case t.Nesterov:
		return "nesterov"
	case t.Momentum != 0:
		return "momentum"
	case t.L2 != 0:
		return "l2"
	}
	return "plain"
}

// handicap is what makes training harder than the test, in words.
func (x *experiment) handicap() string {
	var ways []string
	if x.distorter != nil {
		ways = append(ways, "with distorted images")
	}
	if x.trainer.Dropout != nil {
		ways = append(ways, "with units left out")
	}
	return strings.Join(ways, ", and ")
}

// answer notes the network's answers to the test samples.
func (r *recorder) answer() func(i int, a []float64) {
	if r == nil {
		return nil
	}
	k := r.x.data.Outputs()
	if r.page.Outputs == nil {
		r.page.Outputs = make([]float64, r.x.data.Test.N*k)
	}
	return func(i int, a []float64) { copy(r.page.Outputs[i*k:(i+1)*k], a) }
}

// epoch notes an epoch, and writes the report if the epoch was shown, unless writing has
// taken more than a thirtieth of the time so far. Training goes on where it cannot be
// written: whether it can in the end is what counts.
func (r *recorder) epoch(e event.Epoch, shown bool) {
	if r == nil {
		return
	}
	if !shown {
		r.between(e)
		return
	}
	r.page.Add(r.point(e))
	r.page.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.x.cfg.Epochs)
	r.page.Result = r.result(e) + fmt.Sprintf(" after %s.", text.Plural(e.Epoch, "epoch"))
	if r.writing*30 <= time.Since(r.x.start) {
		r.write()
	}
}

// between notes an epoch that is not shown, if it lies a tenth beyond the one before, or the
// recipe wants it: then the page is written again, too.
func (r *recorder) between(e event.Epoch) {
	wanted := r.page.Axes.Every > 0 && e.Epoch%r.page.Axes.Every == 0
	if e.Epoch < r.next && !wanted {
		return
	}
	if e.Epoch >= r.next {
		r.next = e.Epoch + e.Epoch/10 + 1
	}
	if d := r.x.data; d.Valid.N > 0 {
		r.x.validPart(&e, r.x.evaluateSet(&d.Valid, nil))
	}
	if d := r.x.data; d.Test.N > 0 {
		r.x.testPart(&e, r.x.evaluateSet(&d.Test, nil))
	}
	r.page.Add(r.point(e))
	if wanted && r.writing*30 <= time.Since(r.x.start) {
		r.page.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.x.cfg.Epochs)
		r.write()
	}
}

// show adds figures of other trainings.
func (r *recorder) show(figures ...report.Figure) error {
	if r == nil {
		return nil
	}
	r.others = append(r.others, figures...)
	if !r.begun {
		return nil
	}
	return r.write()
}

// point is an epoch as the record has it.
func (r *recorder) point(e event.Epoch) report.Epoch {
	if e.TrainLoss != nil {
		return report.Epoch{Number: e.Epoch, Cost: [3]float64{*e.TrainLoss, orNaN(e.ValidLoss), orNaN(e.TestLoss)},
			Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(e.ValidAccuracy), orNaN(e.TestAccuracy)}}
	}
	p := report.Epoch{Number: e.Epoch, Cost: [3]float64{e.TrainCost, orNaN(e.ValidCost), orNaN(e.TestCost)},
		Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)),
			orNaN(cmp.Or(e.TestAccuracy, e.TestRMSE))}}
	if r.x.data.Classes == nil && r.page.Cost == "mse" { // C = ½ Σ (a − y)²
		p.Score[0] = *r.x.rmse(Result{MSE: 2 * e.TrainCost / float64(r.x.data.Outputs())})
	}
	return p
}

// result is what the network can do, in words.
func (r *recorder) result(e event.Epoch) string {
	switch {
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%.2f %% of %s test samples right", 100**e.TestAccuracy, text.Count(r.x.data.Test.N))
	case e.TestRMSE != nil:
		return "Test RMSE " + text.Significant(*e.TestRMSE, 5)
	}
	return "Training cost " + text.Significant(e.TrainCost, 5)
}

// done writes the report of the whole run, or of a network that was trained before.
func (r *recorder) done(e event.Done) error {
	if r == nil {
		return nil
	}
	r.page.State = ""
	r.facts(&e)
	if r.page.Result == "" {
		r.page.Result = r.result(event.Epoch{TestAccuracy: e.TestAccuracy, TestRMSE: e.TestRMSE}) + "."
	}
	if r.page.Outputs == nil && r.x.data.Test.N > 0 {
		r.x.evaluateSet(&r.x.data.Test, r.answer())
	}
	return r.write()
}

// chose says that the network is that of an earlier epoch.
func (r *recorder) chose(e event.Epoch) {
	if r == nil {
		return
	}
	r.page.Outputs = nil // done asks the network again
	best := float64(e.Epoch)
	r.page.Chosen = &best
	r.page.Result = r.result(e) + fmt.Sprintf(" with the weights of epoch %d, the best by the validation part.",
		e.Epoch)
}

// warn adds a sentence of the diagnosis.
func (r *recorder) warn(text string) {
	if r != nil {
		r.page.Warnings = append(r.page.Warnings, text)
	}
}

// failed writes the report of a run that ended early, and why.
func (r *recorder) failed(err error) {
	if r != nil && r.begun && err != nil {
		r.page.Failed = true
		r.page.State = strings.TrimPrefix(r.page.State+": ", ": ") + err.Error()
		r.write() // what went wrong first is what the user is told
	}
}

func (r *recorder) write() error {
	begin := time.Now()
	if r.page.State != "" {
		r.facts(nil)
	}
	r.page.Figures, r.page.Notes = slices.Concat(r.x.fitFigures(), r.others, r.x.monitor.Figures()), r.x.notes
	err := writeReport(r.x.cfg.Report, r.page.WriteHTML)
	r.writing += time.Since(begin)
	return err
}

// writeReport writes a page so that whoever reloads it sees a whole one.
func writeReport(path string, write func(io.Writer) error) error {
	if err := file.Write(path, write); err != nil {
		return fmt.Errorf("-report %s: cannot be written: %w; "+
			"give a name in a folder that is there and that you may write to", path, err)
	}
	return nil
}

// facts says which run it is; e is nil while it goes on.
func (r *recorder) facts(e *event.Done) {
	var facts [][2]string
	if r.x.cfg.Recipe.Name != "" {
		facts = r.x.cfg.recipeFacts()
	}
	facts = append(facts, r.x.facts()...)
	facts[len(facts)-1][1] += fmt.Sprintf(", %s/%s, %s", runtime.GOOS, runtime.GOARCH, runtime.Version())
	if e != nil {
		facts = append(facts, scores.Facts(e.Quality)...)
		facts = append(facts, [2]string{"total time", fmt.Sprintf("%.2f s", e.Seconds)}, [2]string{"weights sha256", e.Hash})
	}
	r.page.Facts = facts
}

// recipeFacts are what a page says of a recipe.
func (cfg *Settings) recipeFacts() [][2]string {
	r := &cfg.Recipe
	facts := [][2]string{{"recipe", r.Name + ": " + r.Shows}, {"source", r.Source}, {"published",
		r.text(r.last(cfg.Epochs))}, {"look at", r.Look}}
	if len(cfg.Changed) > 0 {
		facts = append(facts, [2]string{"changed", strings.Join(cfg.Changed, ", ")})
	}
	if r.Ours != "" {
		facts = append(facts, [2]string{"ours", r.Ours})
	}
	return facts
}

// quoted is a command line's words, those with something special in them in quotes.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'`$&|;<>()*?[]#~\\!{}") {
			words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
