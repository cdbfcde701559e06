// Print: what goes to standard output, as a table or as JSON lines.
package main

import (
	"fmt"
	"math"

	"backprop/internal/compute/kernel"
	"backprop/internal/judge/scores"
	"backprop/internal/run/recipes"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

func (x *experiment) trainPart(e *event.Epoch, r Result) {
	e.TrainCost = r.Cost
	e.TrainAccuracy, _ = x.judge(r)
	e.TrainLoss = x.loss(r)
}

func (x *experiment) validPart(e *event.Epoch, r Result) {
	e.ValidCost, e.ValidCorrect = &r.Cost, r.Correct
	e.ValidAccuracy, e.ValidRMSE = x.judge(r)
	e.ValidLoss = x.loss(r)
}

func (x *experiment) testPart(e *event.Epoch, r Result) {
	e.TestCost, e.TestCorrect = &r.Cost, r.Correct
	e.TestAccuracy, e.TestRMSE = x.judge(r)
	e.TestLoss = x.loss(r)
}

// loss is the loss as a recipe's tutorial counts it, if it has one of its own.
func (x *experiment) loss(r Result) *float64 {
	if x.cfg.Recipe.Loss == "" {
		return nil
	}
	v := losses[x.cfg.Recipe.Loss](x, r)
	return &v
}

// rmse is √(mean (a − y)²), in the target's own unit.
func (x *experiment) rmse(r Result) *float64 {
	v := math.Sqrt(r.MSE) / x.out.Factor[0]
	return &v
}

// judge is the accuracy, for classes, or the RMSE, for numbers to predict.
func (x *experiment) judge(r Result) (accuracy, rmse *float64) {
	if x.data.Classes == nil {
		return nil, x.rmse(r)
	}
	v := float64(r.Correct) / float64(r.Samples)
	return &v, nil
}

// describe is the network in words: "784-128-10 relu, softmax cross-entropy".
func (x *experiment) describe() string {
	net := x.trainer.Net
	layers := text.Join(x.trainer.Net.sizes(), "-")
	if len(net.Layers) > 1 {
		layers += " " + x.cfg.Activation
	}
	if x.cfg.Output != "linear" {
		layers += ", " + x.cfg.Output + " outputs"
	}
	return layers + ", " + net.Cost.Title
}

// parts is how many samples there are for what: "60,000 to train on, 10,000 to test".
func (x *experiment) parts() string {
	parts := text.Count(x.data.Train.N) + " to train on"
	if n := x.data.Valid.N; n > 0 {
		parts += ", " + text.Count(n) + " to validate"
	}
	if n := x.data.Test.N; n > 0 {
		parts += ", " + text.Count(n) + " to test"
	}
	return parts
}

// how is the training in words: "10 epochs, batch 32, rate 0.1, he init, seed 1".
func (x *experiment) how() string {
	from := x.cfg.Init + " init"
	if x.from != nil {
		from = "from the weights of " + x.cfg.Load
	}
	return x.cfg.How(x.trainer.Batch, from)
}

// facts is what a run begins with, name and value.
func (x *experiment) facts() [][2]string {
	data := x.data.Name + ": " + x.parts()
	if x.data.Note != "" {
		data += "; " + x.data.Note
	}
	trained := [2]string{"training", x.how()}
	if x.cfg.Load != "" && !x.cfg.ContinuesTraining() {
		trained = [2]string{"model", x.cfg.Load + ", trained before"}
	}
	return [][2]string{
		{"network", fmt.Sprintf("%s, %s parameters", x.describe(), text.Count(x.trainer.Net.Parameters()))},
		{"data", data},
		trained,
		{"machine", machine(x.cfg.Workers)},
	}
}

func machine(workers int) string {
	return fmt.Sprintf("%s kernel, %s", kernel.Name(), text.Plural(workers, "worker"))
}

func printStart(p *Printer, x *experiment) {
	d, t := x.data, x.trainer
	if p.JSON {
		p.Line(event.Start{Event: "start", Run: x.title, Data: d.Name, Layers: t.Net.sizes(), Parameters: t.Net.Parameters(), Train: d.Train.N, Valid: d.Valid.N, Test: d.Test.N,
			Kernel: kernel.Name(), Workers: x.cfg.Workers, Seed: x.cfg.Seed, Recipe: x.cfg.Recipe.Name, Changed: x.cfg.Changed})
		return
	}
	p.Facts(x.facts())
	if x.cfg.Load != "" && !x.cfg.ContinuesTraining() || x.saver.Complete() {
		return
	}
	p.Printf("\n")
	p.Row(x.columns(), nil)
}

// columns are those of the table of epochs: a recipe's own, or what there is.
func (x *experiment) columns() []console.Column {
	if own := console.NamedColumns[x.cfg.Recipe.Columns]; own != nil {
		return own
	}
	d := x.data
	return console.Layout{Epochs: x.cfg.Epochs, Classes: d.Classes != nil, TrainAccuracy: x.cfg.Recipe.OfPaper(),
		Valid: d.Valid.N, Test: d.Test.N}.Columns()
}

func printEpoch(p *Printer, x *experiment, e event.Epoch) {
	published := x.cfg.Recipe.At(e.Epoch)
	e.PublishedAccuracy, e.PublishedLoss = recipes.OrNil(published.Accuracy), recipes.OrNil(published.Loss)
	if p.JSON {
		p.Line(e)
	} else if n := x.cfg.PrintEvery; n == 0 || e.Epoch%n == 0 || e.Epoch == 1 || e.Epoch == x.cfg.Epochs || x.early.Exhausted() {
		p.Row(x.columns(), &e)
	}
}

func printDone(p *Printer, x *experiment, e event.Done) {
	published := x.cfg.Recipe.Last(x.cfg.Epochs)
	e.Recipe, e.PublishedAccuracy, e.PublishedLoss = x.cfg.Recipe.Name, recipes.OrNil(published.Accuracy), recipes.OrNil(published.Loss)
	e.PublishedValid, e.PublishedL2 = recipes.OrNil(published.Valid), recipes.OrNil(published.L2)
	if p.JSON {
		p.Line(e)
		return
	}
	p.Printf("\n")
	if e.Best > 0 {
		p.Printf("best epoch      %d, by the validation part; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		p.Printf("test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		p.Printf("training RMSE   %s\n", text.Significant(*e.TrainRMSE, 6))
	}
	if e.TestRMSE != nil {
		p.Printf("test RMSE       %s\n", text.Significant(*e.TestRMSE, 6))
	}
	scores.Print(p, e.Quality)
	p.Printf("weights sha256  %s\n", e.Hash)
	p.Printf("total time      %.2f s\n", e.Seconds)
}

// printBefore prints what the network can do before it learns.
func printBefore(p *Printer, x *experiment, e *event.Epoch) {
	switch {
	case e == nil:
	case p.JSON:
		p.Line(e)
	case x.cfg.Recipe.Columns != "":
		p.Row(x.columns(), e)
	}
}

// replay prints the JSON lines of trainings that were quiet.
func replay(p *Printer, runs ...*experiment) {
	for _, run := range runs {
		if !p.JSON {
			return
		}
		printStart(p, run)
		for _, e := range run.history {
			p.Line(e)
		}
		printDone(p, run, run.done)
	}
}

// note says a sentence that the run has shown.
func (x *experiment) note(out *Printer, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	x.notes = append(x.notes, text)
	x.recorder.Note(text)
	out.Event("note", "text", text)
	if len(x.notes) == 1 {
		out.Text("\n")
	}
	out.Wrapped("note", text)
}
