// Record: keeps the record of a run for -report.
package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"backprop/internal/handwriting"
)

// The report.

// A recorder keeps the record of a run for -report and has it written. A nil one, of a
// run without -report, does nothing.
type recorder struct {
	*Report
	x     *experiment
	next  int           // the next epoch to note, of those that are not shown
	spent time.Duration // on writing
}

// record begins the record, and writes it once, so that a path that cannot be written
// to is found before the training and not after it.
func (x *experiment) record() error {
	if x.cfg.report == "" {
		return nil
	}
	if f, err := os.Open(x.cfg.report); err == nil {
		head := make([]byte, 15)
		n, err := io.ReadFull(f, head)
		f.Close()
		if n > 0 && err != nil && err != io.ErrUnexpectedEOF || n > 0 && !strings.EqualFold(string(head[:n]), "<!doctype html>") {
			return fmt.Errorf("-report %s: it is there and not a report; give another name, or remove it", x.cfg.report)
		}
	}
	d, net := x.data, x.trainer.Net
	r := &recorder{x: x, Report: &Report{
		Title:   fmt.Sprintf("%s on %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(x.layers()), " ", "-"), "[]"), d.Name),
		Command: "go run . " + quoted(x.cfg.args),
		State:   fmt.Sprintf("epoch 0 of %d", x.cfg.epochs),
		Cost:    x.cfg.cost,
		Update:  "plain",
		Data:    d,
		In:      x.in,
	}}
	if d.Width > 0 && d.Train.Pixels != nil {
		r.Box = handwriting.FrameOf(d.Train.Pixels, d.Width, d.Height).Box
	}
	if x.trainer.L2 != 0 {
		r.Update = "l2"
	}
	switch {
	case x.distorter != nil && x.trainer.Dropout != nil:
		r.Harder = "with distorted images, and with units left out"
	case x.distorter != nil:
		r.Harder = "with distorted images"
	case x.trainer.Dropout != nil:
		r.Harder = "with units left out"
	}
	switch {
	case x.trainer.Adam:
		r.Update = "adam"
	case x.trainer.Nesterov:
		r.Update = "nesterov"
	case x.trainer.Momentum != 0:
		r.Update = "momentum"
	}
	for _, l := range net.Layers {
		r.Layers = append(r.Layers, LayerRecord{l.W, l.B, l.G.Name})
	}
	for _, e := range x.history {
		r.Past = append(r.Past, r.point(e))
	}
	r.Begin()
	x.recorder = r
	return r.write()
}

// answer notes the network's answers to the test samples.
func (r *recorder) answer() func(i int, a []float64) {
	if r == nil {
		return nil
	}
	k := r.x.data.Outputs()
	if r.Outputs == nil {
		r.Outputs = make([]float64, r.x.data.Test.N*k)
	}
	return func(i int, a []float64) { copy(r.Outputs[i*k:(i+1)*k], a) }
}

// epoch notes an epoch, and writes the report unless writing has taken more than a
// thirtieth of the time so far. Training goes on where it cannot be written: whether it
// can in the end is what counts.
func (r *recorder) epoch(e epochEvent) {
	if r == nil {
		return
	}
	r.Add(r.point(e))
	r.State = fmt.Sprintf("epoch %d of %d", e.Epoch, r.x.cfg.epochs)
	r.Result = r.result(e) + fmt.Sprintf(" after %s.", plural(e.Epoch, "epoch"))
	if r.spent*30 <= time.Since(r.x.start) {
		r.write()
	}
}

// between notes an epoch that is not shown, if it lies a tenth beyond the one before.
func (r *recorder) between(epoch int, met Result) {
	if r == nil || epoch < r.next {
		return
	}
	r.next = epoch + epoch/10 + 1
	e := epochEvent{Epoch: epoch}
	e.train(r.x, met)
	evaluate := func(s *Set) Result {
		return r.x.trainer.Net.Evaluate(r.x.source(s, ascending(s.N)), s.N, r.x.cfg.workers)
	}
	if d := r.Data; d.Valid.N > 0 {
		e.valid(r.x, evaluate(&d.Valid))
	}
	if d := r.Data; d.Test.N > 0 {
		e.test(r.x, evaluate(&d.Test))
	}
	r.Add(r.point(e))
}

// show adds what came of other trainings to x's report.
func (x *experiment) show(figures ...Figure) error {
	if x.recorder == nil {
		return nil
	}
	x.cfg.figures = append(x.cfg.figures, figures...)
	return x.recorder.write()
}

// point is an epoch as the record has it.
func (r *recorder) point(e epochEvent) EpochRecord {
	value := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	p := EpochRecord{Epoch: e.Epoch, Cost: [3]float64{e.TrainCost, value(e.ValidCost), value(e.TestCost)}}
	if r.Data.Classes != nil {
		p.Score = [3]float64{value(e.TrainAccuracy), value(e.ValidAccuracy), value(e.TestAccuracy)}
		return p
	}
	p.Score = [3]float64{math.NaN(), value(e.ValidRMSE), value(e.TestRMSE)}
	if r.Cost == "mse" { // C = ½ Σ (a − y)²
		p.Score[0] = *r.x.rmse(Result{Square: 2 * e.TrainCost / float64(r.Data.Outputs())})
	}
	return p
}

// result is what the network can do, in words.
func (r *recorder) result(e epochEvent) string {
	switch {
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%.2f %% of %s test samples right", 100**e.TestAccuracy, count(r.Data.Test.N))
	case e.TestRMSE != nil:
		return fmt.Sprintf("Test RMSE %.5g", *e.TestRMSE)
	}
	return fmt.Sprintf("Training cost %.5g", e.TrainCost)
}

// done writes the report of the whole run, or of a network that was trained before.
func (r *recorder) done(e doneEvent) error {
	if r == nil {
		return nil
	}
	r.State = ""
	r.facts(&e)
	if r.Result == "" {
		r.Result = r.result(epochEvent{TestAccuracy: e.TestAccuracy, TestRMSE: e.TestRMSE}) + "."
	}
	if n := r.Data.Test.N; r.Outputs == nil && n > 0 {
		r.x.trainer.Net.EvaluateEach(r.x.source(&r.Data.Test, ascending(n)), n, r.x.cfg.workers, r.answer())
	}
	return r.write()
}

// chose says that the network is that of an earlier epoch.
func (r *recorder) chose(e epochEvent) {
	if r == nil {
		return
	}
	r.Outputs = nil // done asks the network again
	best := float64(e.Epoch)
	r.Chosen = &best
	r.Result = r.result(e) + fmt.Sprintf(" with the weights of epoch %d, the best by the validation part.", e.Epoch)
}

// failed writes the report of a run that ended early, and why.
func (r *recorder) failed(err error) {
	if r != nil && err != nil {
		r.Failed = true
		r.State = strings.TrimPrefix(r.State+": ", ": ") + err.Error()
		r.write() // what went wrong first is what the user is told
	}
}

func (r *recorder) write() error {
	begin := time.Now()
	if r.State != "" {
		r.facts(nil)
	}
	r.Figures = slices.Concat(r.x.figures(), r.x.cfg.figures)
	err := r.Save(r.x.cfg.report)
	r.spent += time.Since(begin)
	return err
}

// facts says which run it is; e is nil while it goes on.
func (r *recorder) facts(e *doneEvent) {
	x := r.x
	trained := [2]string{"training", x.how()}
	if x.cfg.load != "" {
		trained = [2]string{"model", x.cfg.load + ", trained before"}
	}
	data := x.data.Name + ": " + x.parts()
	if x.data.Note != "" {
		data += "; " + x.data.Note
	}
	r.Facts = [][2]string{
		{"network", fmt.Sprintf("%s, %s parameters", x.describe(), count(x.trainer.Net.Parameters()))},
		{"data", data},
		trained,
		{"machine", fmt.Sprintf("%s kernel, %s, %s/%s, %s", kernel.name, plural(x.cfg.workers, "worker"), runtime.GOOS, runtime.GOARCH, runtime.Version())},
	}
	if recipe := x.cfg.recipe; recipe.name != "" {
		r.Facts = slices.Insert(r.Facts, 0, [2]string{"recipe", recipe.name + ": " + recipe.shows}, [2]string{"published", recipe.published})
	}
	if e != nil {
		r.Facts = append(r.Facts, [2]string{"total time", fmt.Sprintf("%.2f s", e.Seconds)}, [2]string{"weights sha256", e.Hash})
	}
}

// accuracyFigure shows how several trainings learn, on the test part.
func accuracyFigure(runs ...*experiment) Figure {
	f := Figure{Words: accuracyWords, X: Axis{Label: "epoch"}, Y: Axis{Label: "right answers", Percent: true}, Table: true}
	f.Title += " on the test part"
	f.Look = "The steeper line learns faster."
	for _, run := range runs {
		l := Line{Name: run.title}
		for _, e := range run.history {
			if e.TestAccuracy != nil {
				l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, *e.TestAccuracy)
			}
		}
		f.Lines = append(f.Lines, l)
	}
	return f
}

// figures shows what a network that predicts one number makes of its data: of one
// input, the curve and the outputs of the hidden layers; of several, what it predicts
// against what is true.
func (x *experiment) figures() []Figure {
	const most = 500 // samples
	d := x.data
	if d.Classes != nil || d.Outputs() != 1 {
		return nil
	}
	back := func(a float64) float64 { return a/x.out.Factor[0] + x.out.Shift[0] }
	if d.Train.Dim > 1 || d.Train.Values == nil {
		part, set := "test", &d.Test
		if set.N == 0 {
			part, set = "training", &d.Train
		}
		n := min(set.N, most)
		points := Line{Name: part + " samples", X: set.Targets[:n], Y: make([]float64, n), Points: true}
		x.trainer.Net.EvaluateEach(x.source(set, ascending(n)), n, 1, func(i int, a []float64) { points.Y[i] = back(a[0]) })
		lo, hi := slices.Min(points.X), slices.Max(points.X)
		exact := Line{Name: "exact", X: []float64{lo, hi}, Y: []float64{lo, hi}}
		return []Figure{{Words: predictionWords, X: Axis{Label: "true value"}, Y: Axis{Label: "predicted value"}, Lines: []Line{points, exact}}}
	}
	line := func(name string, s Set) Line {
		n := min(s.N, most)
		return Line{Name: name, X: s.Values[:n], Y: s.Targets[:n], Points: true}
	}
	lo, hi := slices.Min(d.Train.Values), slices.Max(d.Train.Values)
	const grid = 81
	a := []Matrix{NewMatrix(grid, 1)}
	at := make([]float64, grid)
	for i := range at {
		at[i] = lo + (hi-lo)*float64(i)/(grid-1)
		a[0].Row(i)[0] = (at[i] - x.in.Shift[0]) * x.in.Factor[0]
	}
	layers := x.trainer.Net.Layers
	for _, l := range layers {
		a = append(a, NewMatrix(grid, l.W.Cols))
	}
	x.trainer.Net.forward(a)
	fit := Line{Name: "network", X: at}
	a[len(layers)].EachRow(func(last []float64) {
		layers[len(layers)-1].G.F(last)
		fit.Y = append(fit.Y, back(last[0]))
	})
	lines := []Line{fit, line("training", d.Train)}
	if d.Test.N > 0 {
		lines = append(lines, line("test", d.Test))
	}
	titled := func(words Words, title string) Words {
		words.Title = strings.TrimPrefix(x.title+": "+title, ": ")
		return words
	}
	all := []Figure{{Words: titled(fitWords, fitWords.Title), X: Axis{Label: "x"}, Y: Axis{Label: "y"}, Lines: lines}}
	for l := range len(layers) - 1 {
		var units []Line
		for j := range min(a[l+1].Cols, 30) {
			unit := Line{Name: fmt.Sprintf("unit %d", j+1), X: at}
			for i := range grid {
				unit.Y = append(unit.Y, a[l+1].Row(i)[j])
			}
			units = append(units, unit)
		}
		words := titled(unitsWords, fmt.Sprintf("%s, layer %d", unitsWords.Title, l+1))
		all = append(all, Figure{Words: words, X: Axis{Label: "x"}, Y: Axis{Label: "output of the unit"}, Lines: units})
	}
	return all
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
