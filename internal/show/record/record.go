// Package record turns what a run tells into the page of -report, which it updates during the run.
package record

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A Run is what the page has to know of a run, and whom to ask about its network.
type Run struct {
	Path    string // where the page goes
	Command string // what to type to run it again
	Epochs  int
	Start   time.Time
	Cost    report.Cost
	Squares bool                 // the cost is half the squared error
	Scripts map[string][2]string // of activations, for the page
	Update  string               // which form equation (4) takes, as the page knows them
	Harder  string               // what makes training harder than the test, in words
	Rate    float64              // that the page's own steps begin with
	Data    *dataset.Dataset
	In, Out dataset.Scale
	Layers  []layers.Layer // sharing memory with the network

	// Of recipes: what their pages have of their own.
	Axes       report.Axes
	AllWeights bool
	Examples   int
	Loss       string       // which loss the tutorial counts; empty for the cost
	Published  [][2]float64 // loss and accuracy after each epoch, 0 where there are none

	Facts    func() [][2]string                          // network, data, training, and last the machine
	Rows     func(which []int32) (x, y [][]float64)      // training samples as the network sees them, and their answers
	Evaluate func(part *dataset.Set, n int) []float64    // the network's outputs for the first n samples of a part
	Complete func(e *event.Epoch)                        // adds validation and test part to an epoch that is not shown
	Figures  func() (ofNetwork, ofLayers []chart.Figure) // as they are now; those of other trainings stand between
}

// A Recorder keeps the record of a run, and writes its page. A nil one, of a run without -report, does nothing.
type Recorder struct {
	run     Run
	page    report.Report  // nobody else writes to it
	others  []chart.Figure // of what came before the run, or of other trainings
	begun   bool           // there is something to write
	next    int            // the next epoch to note, of those that are not shown
	writing time.Duration  // the time spent on it
}

// New is the recorder of a run that has not begun.
func New(run Run) *Recorder {
	d := run.Data
	r := &Recorder{run: run, page: report.Report{
		Command: run.Command,
		State:   fmt.Sprintf("epoch 0 of %d", run.Epochs),
		Cost:    run.Cost,
		Update:  run.Update,
		Harder:  run.Harder,
		Classes: d.Classes, Width: d.Width, Height: d.Height,
		Train: d.Train, Test: d.Test,
		Shift: run.In.Shift, Factor: run.In.Factor,
		Layers: run.Layers, Scripts: run.Scripts,
		Step: run.steps(),
		Axes: run.Axes, AllWeights: run.AllWeights, Examples: run.Examples,
		Loss: run.Loss, Whole: run.Loss != "",
	}}
	sizes := []int{d.Train.Dim}
	for _, l := range run.Layers {
		sizes = append(sizes, l.Cols)
	}
	r.page.Title = text.Join(sizes, "-") + " on " + d.Name
	if d.Width > 0 && d.Train.Pixels != nil {
		r.page.Box = handwriting.FrameOf(d.Train.Pixels, d.Width, d.Height).Box
	}
	for i, published := range run.Published[:min(len(run.Published), run.Epochs)] {
		for k, v := range published {
			if line := &r.page.Published[k]; v > 0 {
				line.X, line.Y = append(line.X, float64(i+1)), append(line.Y, v)
			}
		}
	}
	return r
}

// Begin notes what the network is before it learns, and writes the page, so that a path that cannot be written to is
// found before the training and not after it. A run that goes on has a past; first is what the network can do before
// it learns, or nil.
func (r *Recorder) Begin(past []event.Epoch, first *event.Epoch) error {
	if r == nil {
		return nil
	}
	if err := Check(r.run.Path); err != nil {
		return err
	}
	var points []report.Epoch
	for _, e := range past {
		points = append(points, r.point(e))
	}
	if first != nil {
		before := r.point(*first)
		r.page.Before = &before
	}
	r.page.Begin(points...)
	r.begun = true
	return r.write()
}

// RecordOutputs is who takes note of the network's outputs for the test samples, from several goroutines at once; nil
// where nobody does.
func (r *Recorder) RecordOutputs() func(i int, a []float64) {
	if r == nil {
		return nil
	}
	k := r.run.Data.Outputs()
	if r.page.Outputs == nil {
		r.page.Outputs = make([]float64, r.run.Data.Test.N*k)
	}
	return func(i int, a []float64) { copy(r.page.Outputs[i*k:(i+1)*k], a) }
}

// Epoch notes an epoch, and writes the page if the epoch was shown, unless writing has taken more than a thirtieth of
// the time so far. Training goes on where it cannot be written: whether it can in the end is what counts.
func (r *Recorder) Epoch(e event.Epoch, shown bool) {
	if r == nil {
		return
	}
	if !shown {
		r.unshownEpoch(e)
		return
	}
	r.page.Add(r.point(e))
	r.page.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.run.Epochs)
	r.page.Result = r.result(e) + fmt.Sprintf(" after %s.", text.Plural(e.Epoch, "epoch"))
	if r.hasTime() {
		r.write()
	}
}

// unshownEpoch notes an epoch that is not shown, if it lies a tenth beyond the one before, or the recipe wants it:
// then the page is written again, too.
func (r *Recorder) unshownEpoch(e event.Epoch) {
	wanted := r.page.Axes.Every > 0 && e.Epoch%r.page.Axes.Every == 0
	if e.Epoch < r.next && !wanted {
		return
	}
	if e.Epoch >= r.next {
		r.next = e.Epoch + e.Epoch/10 + 1
	}
	r.run.Complete(&e)
	r.page.Add(r.point(e))
	if wanted && r.hasTime() {
		r.page.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.run.Epochs)
		r.write()
	}
}

// hasTime says that writing has taken at most a thirtieth of the time so far.
func (r *Recorder) hasTime() bool { return r.writing*30 <= time.Since(r.run.Start) }

// Show adds figures of other trainings.
func (r *Recorder) Show(figures ...chart.Figure) error {
	if r == nil {
		return nil
	}
	r.others = append(r.others, figures...)
	if !r.begun {
		return nil
	}
	return r.write()
}

// Table adds a table, whose first row has the columns' names.
func (r *Recorder) Table(title, look string, rows [][]string) {
	r.Tables(report.Table{Title: title, Caption: look, Head: rows[0], Rows: rows[1:]})
}

// Tables adds tables.
func (r *Recorder) Tables(list ...report.Table) {
	if r != nil {
		r.page.Tables = append(r.page.Tables, list...)
	}
}

// Note adds a sentence that the run has shown.
func (r *Recorder) Note(sentence string) {
	if r != nil {
		r.page.Notes = append(r.page.Notes, sentence)
	}
}

// Warn adds a sentence of the diagnosis.
func (r *Recorder) Warn(sentence string) {
	if r != nil {
		r.page.Warnings = append(r.page.Warnings, sentence)
	}
}

// RestoredBest says that the network is that of an earlier epoch again.
func (r *Recorder) RestoredBest(e event.Epoch) {
	if r == nil {
		return
	}
	r.page.Outputs = nil // Done asks the network again
	best := float64(e.Epoch)
	r.page.Chosen = &best
	r.page.Result = r.result(e) + fmt.Sprintf(" with the weights of epoch %d, the best by the validation part.",
		e.Epoch)
}

// Done writes the page of the whole run, or of a network that was trained before. What is said of its quality
// stands among the facts.
func (r *Recorder) Done(e event.Done) error {
	if r == nil {
		return nil
	}
	r.page.State = ""
	r.page.Facts = slices.Concat(r.facts(), scores.Facts(e.Quality),
		[][2]string{{"total time", fmt.Sprintf("%.2f s", e.Seconds)}, {"weights sha256", e.Hash}})
	r.quality(e.Quality)
	if r.page.Result == "" {
		r.page.Result = r.result(event.Epoch{TestAccuracy: e.TestAccuracy, TestRMSE: e.TestRMSE}) + "."
	}
	if test := &r.run.Data.Test; r.page.Outputs == nil && test.N > 0 {
		r.page.Outputs = r.run.Evaluate(test, test.N)
	}
	return r.write()
}

// quality shows how good the network is at each class, and what each input counts.
func (r *Recorder) quality(q *event.Quality) {
	if q == nil {
		return
	}
	if len(q.Classes) > 0 {
		rows := scores.ClassRows(q, 50)
		r.page.ByClass = &report.Table{Title: "Class by class", Head: rows[0], Rows: rows[1:],
			Caption: "Precision: of the samples said to be of the class, the part that is. Recall: of those that are, the part " +
				"that is said to be. F1 lies between them, nearer to the lower one."}
	}
	r.page.Importance, r.page.ImportanceOf = nil, q.ImportanceOf
	for _, i := range q.Importance {
		r.page.Importance = append(r.page.Importance, report.Importance(i))
	}
}

// Failed writes the page of a run that ended early, and why.
func (r *Recorder) Failed(err error) {
	if r != nil && r.begun && err != nil {
		r.page.Failed = true
		if errors.As(err, new(*event.Failed)) { // which says when
			r.page.State = ""
		}
		r.page.State = strings.TrimPrefix(r.page.State+": ", ": ") + err.Error()
		r.write() // what went wrong first is what the user is told
	}
}

// point is an epoch as the page has it.
func (r *Recorder) point(e event.Epoch) report.Epoch {
	if e.TrainLoss != nil {
		return report.Epoch{Number: e.Epoch, Cost: [3]float64{*e.TrainLoss, orNaN(e.ValidLoss), orNaN(e.TestLoss)},
			Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(e.ValidAccuracy), orNaN(e.TestAccuracy)}}
	}
	p := report.Epoch{Number: e.Epoch, Cost: [3]float64{e.TrainCost, orNaN(e.ValidCost), orNaN(e.TestCost)},
		Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)),
			orNaN(cmp.Or(e.TestAccuracy, e.TestRMSE))}}
	if d := r.run.Data; d.Classes == nil && r.run.Squares { // C = ½ Σ (a − y)²
		p.Score[0] = math.Sqrt(2*e.TrainCost/float64(d.Outputs())) / r.run.Out.Factor[0]
	}
	return p
}

// orNaN is what does not apply as charts have it.
func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// result is what the network can do, in words.
func (r *Recorder) result(e event.Epoch) string {
	switch {
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%.2f %% of %s test samples right", 100**e.TestAccuracy, text.Count(r.run.Data.Test.N))
	case e.TestRMSE != nil:
		return "Test RMSE " + text.Significant(*e.TestRMSE, 5)
	}
	return "Training cost " + text.Significant(e.TrainCost, 5)
}

// facts says which run it is, and on what machine and with which Go.
func (r *Recorder) facts() [][2]string {
	facts := r.run.Facts()
	facts[len(facts)-1][1] += fmt.Sprintf(", %s/%s, %s", runtime.GOOS, runtime.GOARCH, runtime.Version())
	return facts
}

func (r *Recorder) write() error {
	begin := time.Now()
	if r.page.State != "" {
		r.page.Facts = r.facts()
	}
	ofNetwork, ofLayers := r.run.Figures()
	r.page.Figures = slices.Concat(ofNetwork, r.others, ofLayers)
	err := Write(r.run.Path, r.page.WriteHTML)
	r.writing += time.Since(begin)
	return err
}

// Check is an error where a page could not be written, or something else is there.
func Check(path string) error {
	err := file.CheckReplaceable(path, "a report", func(r io.Reader) bool {
		head, _ := io.ReadAll(io.LimitReader(r, 1024))
		return report.Begins(head)
	})
	if err != nil {
		err = fmt.Errorf("-report %s: %w", path, err)
	}
	return err
}

// Write writes a page so that whoever reloads it sees a whole one.
func Write(path string, write func(io.Writer) error) error {
	if err := file.Write(path, write); err != nil {
		return fmt.Errorf("-report %s: cannot be written: %w; "+
			"give a name in a folder that is there and that you may write to", path, err)
	}
	return nil
}
