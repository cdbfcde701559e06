// Package record collects what a run reports and writes the page of -report, again and again while the run goes on.
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
	"backprop/internal/file/output"
	"backprop/internal/judge/scores"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A Run has what the page needs to know about a run, and functions that evaluate its network.
type Run struct {
	Path      string        // the path of the page
	Page      report.Report // all that does not follow from the fields below; its Layers share memory with the network
	Epochs    int
	Start     time.Time
	Squares   bool    // the cost is half the squared error
	Rate      float64 // learning rate to begin with for the page's own steps
	Data      *dataset.Dataset
	In, Out   dataset.Scale
	Published [][2]float64 // loss and accuracy after each epoch in the tutorial; 0 if it has none

	Facts    func() [][2]string                          // network, data, training; the machine is last
	Rows     func(which []int32) (x, y [][]float64)      // training samples as the network sees them, and their targets
	Evaluate func(set *dataset.Set, n int) []float64     // outputs for the first n samples of a set
	Complete func(e *event.Epoch)                        // adds validation and test results to an epoch
	Figures  func() (ofNetwork, ofLayers []chart.Figure) // figures as they are now
}

// A Recorder collects what a run reports, and writes its page. A nil Recorder, for a run without -report, does nothing.
type Recorder struct {
	run           Run
	page          report.Report
	otherFigures  []chart.Figure // figures from other trainings
	begun         bool           // the page may be written
	nextUnprinted int            // the next epoch to record of those that the console does not show
	writing       time.Duration  // time spent on writing the page
}

// New returns a recorder for a run that has not begun.
func New(run Run) *Recorder {
	d, page := run.Data, run.Page
	sizes := []int{d.Train.Dim}
	for _, l := range page.Layers {
		sizes = append(sizes, l.Cols)
	}
	page.Title = text.Join(sizes, "-") + " on " + d.Name
	page.State = fmt.Sprintf("epoch 0 of %d", run.Epochs)
	page.WholeSet = page.Loss != ""
	page.Classes, page.Width, page.Height, page.Train, page.Test = d.Classes, d.Width, d.Height, d.Train, d.Test
	page.Shift, page.Factor = run.In.Shift, run.In.Factor
	page.Step = run.stepSamples()
	if d.Width > 0 && d.Train.Pixels != nil {
		page.Box = handwriting.FrameOf(d.Train.Pixels, d.Width, d.Height).Box
	}
	for i, published := range run.Published[:min(len(run.Published), run.Epochs)] {
		for k, v := range published {
			if v > 0 {
				line := &page.Published[k]
				line.X, line.Y = append(line.X, float64(i+1)), append(line.Y, v)
			}
		}
	}
	return &Recorder{run: run, page: page}
}

// Begin records the network before it learns, and writes the page for the first time, so that a path that cannot be
// written is noticed before the training and not after it. past are the earlier epochs of a run that is resumed; before
// has the network's results before training, or is nil.
func (r *Recorder) Begin(past []event.Epoch, before *event.Epoch) error {
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
	if before != nil {
		point := r.point(*before)
		r.page.Before = &point
	}
	r.page.Begin(points...)
	r.begun = true
	return r.write()
}

// RecordOutputs returns a function that records the network's outputs a for test sample i, and may be called by several
// goroutines at once. It returns nil if nothing is recorded.
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

// Epoch records an epoch, and may write the page. The training goes on if writing fails, since only the last page
// counts.
func (r *Recorder) Epoch(e event.Epoch, shown bool) {
	if r == nil {
		return
	}
	if !shown {
		r.unprintedEpoch(e)
		return
	}
	r.page.Add(r.point(e))
	r.page.Result = r.result(e) + fmt.Sprintf(" after %s.", text.Plural(e.Epoch, "epoch"))
	r.page.State = r.state(e)
	if r.isCheap() {
		r.write()
	}
}

// unprintedEpoch records some of the epochs that the console does not show: those that the recipe's axes ask for, and
// others at growing distances, each a tenth later than the one before.
func (r *Recorder) unprintedEpoch(e event.Epoch) {
	wanted := r.page.Axes.Every > 0 && e.Epoch%r.page.Axes.Every == 0
	if e.Epoch < r.nextUnprinted && !wanted {
		return
	}
	if e.Epoch >= r.nextUnprinted {
		r.nextUnprinted = e.Epoch + e.Epoch/10 + 1
	}
	r.run.Complete(&e)
	r.page.Add(r.point(e))
	if wanted && r.isCheap() {
		r.page.State = r.state(e)
		r.write()
	}
}

// isCheap reports whether writing has taken at most a thirtieth of the time so far.
func (r *Recorder) isCheap() bool { return r.writing*30 <= time.Since(r.run.Start) }

// Show adds figures from other trainings.
func (r *Recorder) Show(figures ...chart.Figure) error {
	if r == nil {
		return nil
	}
	r.otherFigures = append(r.otherFigures, figures...)
	if !r.begun {
		return nil
	}
	return r.write()
}

// Table adds a table, whose first row is its header.
func (r *Recorder) Table(title, caption string, rows [][]string) {
	r.Tables(report.Table{Title: title, Caption: caption, Head: rows[0], Rows: rows[1:]})
}

// Tables adds tables.
func (r *Recorder) Tables(tables ...report.Table) {
	if r != nil {
		r.page.Tables = append(r.page.Tables, tables...)
	}
}

// Note adds a sentence about what the run has shown.
func (r *Recorder) Note(sentence string) {
	if r != nil {
		r.page.Notes = append(r.page.Notes, sentence)
	}
}

// Warn adds a warning.
func (r *Recorder) Warn(sentence string) {
	if r != nil {
		r.page.Warnings = append(r.page.Warnings, sentence)
	}
}

// RestoredBest records that the network has the weights of the earlier epoch e again.
func (r *Recorder) RestoredBest(e event.Epoch) {
	if r == nil {
		return
	}
	r.page.Outputs = nil // they were computed with other weights; Done evaluates the network again
	best := float64(e.Epoch)
	r.page.Chosen = &best
	r.page.Result = r.result(e) + fmt.Sprintf(" with the weights of epoch %d, the best by the validation set.",
		e.Epoch)
}

// Done writes the page at the end of a run, or of a network that was trained before.
func (r *Recorder) Done(e event.Done) error {
	if r == nil {
		return nil
	}
	r.page.State = ""
	r.page.Facts = slices.Concat(r.facts(), scores.Facts(e.Quality),
		[][2]string{{"total time", fmt.Sprintf("%.2f s", e.Seconds)}, {"weights sha256", e.Hash}})
	r.addQuality(e.Quality)
	if r.page.Result == "" {
		r.page.Result = r.result(event.Epoch{TestAccuracy: e.TestAccuracy, TestRMSE: e.TestRMSE}) + "."
	}
	if test := &r.run.Data.Test; r.page.Outputs == nil && test.N > 0 {
		r.page.Outputs = r.run.Evaluate(test, test.N)
	}
	return r.write()
}

// addQuality adds the scores of each class and the importance of each input.
func (r *Recorder) addQuality(q *event.Quality) {
	if q == nil {
		return
	}
	if len(q.Classes) > 0 {
		rows := scores.ClassRows(q, 50)
		r.page.ByClass = &report.Table{Title: "Class by class", Head: rows[0], Rows: rows[1:],
			Caption: "Precision: of the samples said to be of the class, the part that is. Recall: of those that are, " +
				"the part that is said to be. F1 lies between them, nearer to the lower one."}
	}
	r.page.Importance, r.page.ImportanceOf = q.Importance, q.ImportanceOf
}

// Failed writes the page of a run that ended early, with the reason.
func (r *Recorder) Failed(err error) {
	if r == nil || !r.begun || err == nil {
		return
	}
	r.page.Failed = true
	if errors.As(err, new(*event.Failed)) { // the text of the error says in which epoch
		r.page.State = ""
	}
	r.page.State = strings.TrimPrefix(r.page.State+": ", ": ") + err.Error()
	r.write() // the user is told of err, and so not of an error in writing
}

// point returns an epoch in the form that the page needs.
func (r *Recorder) point(e event.Epoch) report.Epoch {
	if e.TrainLoss != nil {
		return report.Epoch{Number: e.Epoch, Cost: [3]float64{*e.TrainLoss, orNaN(e.ValidLoss), orNaN(e.TestLoss)},
			Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(e.ValidAccuracy), orNaN(e.TestAccuracy)}}
	}
	p := report.Epoch{Number: e.Epoch, Cost: [3]float64{e.TrainCost, orNaN(e.ValidCost), orNaN(e.TestCost)},
		Score: [3]float64{orNaN(e.TrainAccuracy), orNaN(cmp.Or(e.ValidAccuracy, e.ValidRMSE)),
			orNaN(cmp.Or(e.TestAccuracy, e.TestRMSE))}}
	if d := r.run.Data; d.Classes == nil && r.run.Squares { // the RMSE follows from C = ½ Σ (a − y)²
		p.Score[0] = math.Sqrt(2*e.TrainCost/float64(d.Outputs())) / r.run.Out.Factor[0]
	}
	return p
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// state says how far the run has come.
func (r *Recorder) state(e event.Epoch) string {
	return fmt.Sprintf("epoch %d of %d", e.Epoch, r.run.Epochs)
}

// result says what the network can do.
func (r *Recorder) result(e event.Epoch) string {
	switch {
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%.2f %% of %s test samples right", 100**e.TestAccuracy, text.Count(r.run.Data.Test.N))
	case e.TestRMSE != nil:
		return "Test RMSE " + text.Significant(*e.TestRMSE, 5)
	}
	return "Training cost " + text.Significant(e.TrainCost, 5)
}

// facts adds the operating system and the version of Go to the run's facts.
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
	r.page.Figures = slices.Concat(ofNetwork, r.otherFigures, ofLayers)
	err := Write(r.run.Path, r.page.WriteHTML)
	r.writing += time.Since(begin)
	return err
}

// Check returns an error if a page cannot be written to path, or if path is something other than a page.
func Check(path string) error {
	err := output.CheckReplaceable(path, "a report", func(r io.Reader) bool {
		head, _ := io.ReadAll(io.LimitReader(r, 1024))
		return report.IsPage(head)
	})
	if err != nil {
		err = fmt.Errorf("-report %s: %w", path, err)
	}
	return err
}

// Write replaces the page at path all at once, so that nobody loads half a page.
func Write(path string, write func(io.Writer) error) error {
	if err := output.Write(path, write); err != nil {
		return fmt.Errorf("-report %s: cannot be written: %w; "+
			"give a name in a folder that is there and that you may write to", path, err)
	}
	return nil
}
