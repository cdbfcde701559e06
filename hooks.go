// Hooks: what packages under internal call in the program. Lessons look into a training, and the report asks
// for what it shows. What trains a network on their behalf is in main.go.

package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/check"
	"backprop/internal/judge/checkfile"
	"backprop/internal/judge/explain"
	"backprop/internal/run/flags"
	"backprop/internal/run/lessons"
	"backprop/internal/run/settings"
	"backprop/internal/run/workbook"
	"backprop/internal/show/chart"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// draw runs a recipe that trains nothing.
func draw(cfg *settings.Settings, out *console.Printer) error {
	cfg.Recipe.PrintHead(out, cfg.Changed, cfg.Report != "")
	page := lessons.For(cfg.Recipe.Name).Draw(&lessons.Lab{Out: out, Page: (*record.Recorder)(nil)})
	cfg.Recipe.PrintPage(out)
	out.Event("done", "recipe", cfg.Recipe.Name)
	if cfg.Report == "" {
		return nil
	}
	if err := record.Check(cfg.Report); err != nil {
		return err
	}
	page.Command, page.Facts = "go run . "+text.Quote(cfg.Args), cfg.Recipe.Facts(cfg.Epochs, cfg.Changed)
	page.Begin()
	return record.Write(cfg.Report, page.WriteHTML)
}

// A lessonTraining is a training as a lesson sees it (lessons.Program).
type lessonTraining struct {
	x   *training
	out *console.Printer
	bar *console.Progress
}

func (p lessonTraining) Training() lessons.Training {
	x := p.x
	return lessons.Training{Title: x.title, Settings: x.cfg, Data: x.data, In: x.in, Out: x.out, Batch: x.trainer.Batch,
		Layers: plainLayers(x.trainer.Net.Layers), First: x.first, History: x.history, Final: x.final, Done: x.done,
		Costs: x.costs}
}

func (p lessonTraining) SetTitle(title string, workers int) {
	p.x.title, p.x.cfg.Workers, p.x.trainer.Workers = title, workers, min(p.x.trainer.Workers, workers)
}

func (p lessonTraining) NewTraining(data *dataset.Dataset, before string, last ...string) (lessons.Program, error) {
	data = cmp.Or(data, p.x.data)
	c, err := p.x.cfg.Variant(before, last...)
	if err != nil {
		return nil, err
	}
	if err := c.SetDefaults(data); err != nil {
		return nil, err
	}
	x, err := newTraining(c, data)
	return lessonTraining{x, p.out, p.bar}, err
}

func trainingsOf(trainings []lessons.Program) (all []*training) {
	for _, p := range trainings {
		all = append(all, p.(lessonTraining).x)
	}
	return all
}

func (p lessonTraining) Rows() (x, y [][]float64) {
	return p.x.trainingRows(ascending(p.x.data.Train.N))
}

func (p lessonTraining) Trace(n int) *explain.Step { return p.x.lookAt(n) }

func (p lessonTraining) Example(e *explain.Example) *explain.Step { return capture(given(e, false)) }

func (p lessonTraining) Answer(x []float64) []float64 { return p.x.trainer.Net.answer(x) }

func (p lessonTraining) Evaluate(set *dataset.Set) (outputs [][]float64, cost float64) {
	outputs = make([][]float64, set.N)
	r := p.x.evaluateSet(set, func(i int, a []float64) { outputs[i] = slices.Clone(a) })
	return outputs, r.Cost
}

func (p lessonTraining) FitFigures() []chart.Figure { return p.x.fitFigures() }

func (p lessonTraining) PrintFacts() {
	if !p.out.JSON {
		p.out.Facts(p.x.facts())
	}
}

func (p lessonTraining) Replay(trainings ...lessons.Program) {
	replay(p.out, trainingsOf(trainings)...)
}

// newRecorder is nil without -report.
func newRecorder(x *training) *record.Recorder {
	if x.cfg.Report == "" {
		return nil
	}
	recipe := &x.cfg.Recipe
	page := report.Report{Command: "go run . " + text.Quote(x.cfg.Args), Cost: x.pageCost(), Update: x.updateRule(),
		Scripts: map[string][2]string{}, Handicap: x.regularisation(), Layers: plainLayers(x.trainer.Net.Layers),
		Loss: recipe.Loss, Axes: recipe.Axes, AllWeights: recipe.AllWeights, Examples: recipe.Examples,
		WithBug: x.cfg.Bug != ""}
	run := record.Run{Path: x.cfg.Report, Page: page, Epochs: x.cfg.Epochs, Start: x.start,
		Squares: x.trainer.Net.Cost.Squares, Rate: slices.Max(x.cfg.Rate), Data: x.data, In: x.in, Out: x.out,
		Facts: x.pageFacts, Rows: x.trainingRows, Evaluate: x.outputsOf, Complete: x.addUnseenResults,
		Figures: func() (ofNetwork, ofLayers []chart.Figure) { return x.fitFigures(), x.monitor.Figures() }}
	for _, p := range recipe.Curve {
		run.Published = append(run.Published, [2]float64{p.Loss, p.Accuracy})
	}
	for _, g := range activations {
		page.Scripts[g.Name] = g.Script
	}
	return record.New(run)
}

// pageCost describes the cost for the report.
func (x *training) pageCost() report.Cost {
	c := x.trainer.Net.Cost
	return report.Cost{Name: c.Name, Formula: c.Formula, Gradient: c.Gradient, Cancels: c.Cancels, Answer: c.Answer,
		Script: c.Script}
}

// pageFacts are the facts at the top of the report.
func (x *training) pageFacts() (facts [][2]string) {
	if x.cfg.Recipe.Name != "" {
		facts = x.cfg.Recipe.Facts(x.cfg.Epochs, x.cfg.Changed)
	}
	return append(facts, x.facts()...)
}

// fitFigures plot what the network predicts for its data, if it predicts one number.
func (x *training) fitFigures() []chart.Figure {
	outputs := func(in [][]float64) (layers [][][]float64) {
		rows := NewMatrix(len(in), x.data.Train.Dim)
		for i, row := range in {
			copy(rows.Row(i), row)
		}
		for _, a := range x.trainer.Net.Outputs(rows) {
			layers = append(layers, rowsOf(a))
		}
		return layers
	}
	fit := record.Fit{Title: x.title, Data: x.data, In: x.in, Out: x.out, Outputs: outputs, Evaluate: x.outputsOf}
	return fit.Figures()
}

// addUnseenResults adds the results of the validation set and the test set to an epoch.
func (x *training) addUnseenResults(e *event.Epoch) {
	if x.data.Valid.N > 0 {
		x.addValidationResult(e, x.evaluateSet(&x.data.Valid, nil))
	}
	if x.data.Test.N > 0 {
		x.addTestResult(e, x.evaluateSet(&x.data.Test, nil))
	}
}

// checkHomework is -check.
func checkHomework(cfg *settings.Settings, out *console.Printer) error {
	err := check.Run(cfg.Homework, checkfile.Opener(os.Stdin, cfg.HomeworkSettings()), cfg.Json, out.W)
	return cmp.Or(out.Flush(), err)
}

// writeWorkbook is -workbook.
func writeWorkbook(ctx context.Context, cfg *settings.Settings, out *console.Printer, stderr io.Writer) error {
	o := workbook.Options{Solutions: cfg.Solutions}
	if cfg.Data != "" {
		data, err := loadData(ctx, cfg, stderr)
		if err != nil {
			return err
		}
		if !data.AreDigits() {
			return flags.Wrong("-workbook: its digits have 28×28 pixels and ten classes, and %s has none; leave out -data",
				data.Name)
		}
		o.Pixels, o.Labels = data.Train.Pixels, data.Train.Labels
	}
	written, err := workbook.Write(cfg.Workbook, o)
	if err != nil {
		return err
	}
	out.Printf("%s: %s written, %d of yours kept. Begin with  cd %s  and  go test\n", cfg.Workbook,
		text.Plural(len(written.New), "file"), len(written.Kept), cfg.Workbook)
	return nil
}
