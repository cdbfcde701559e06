// Package lessons has what recipes do beside or in place of a plain training: the data that they make, and
// sentences with numbers of the run that say what there is to see, and where the tutorial's own text or code would
// lead a reader astray. It works on plain numbers: the program trains, and a lesson only says what.
package lessons

import (
	"context"
	"fmt"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/synthetic"
	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/run/gates"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// A Lesson is what a recipe does that its settings do not say. What is nil it does not do.
type Lesson struct {
	Data    func(seed uint64) *dataset.Dataset        // the data that it makes to learn from
	Draw    func(lab *Lab) *report.Report             // it trains nothing, and this is its page
	Instead func(ctx context.Context, lab *Lab) error // in place of one training
	Before  func(lab *Lab) error                      // what comes before the training
	After   func(ctx context.Context, lab *Lab)       // what follows it, before the result is printed
}

// For is the lesson of a recipe; an ordinary run has none.
func For(recipe string) Lesson {
	switch recipe {
	case "derivation":
		return Lesson{After: derivation}
	case "digits":
		return Lesson{After: digits}
	case "nielsen":
		return Lesson{After: nielsen}
	case "theano":
		return Lesson{After: theano}
	case "matrix":
		return Lesson{Instead: matrix,
			Data: func(seed uint64) *dataset.Dataset { return load.Digits(seed, 10000, 2000) }}
	case "unit":
		return Lesson{Data: unitRuns[0].data, Instead: unit}
	case "linear":
		solved := new(linear)
		return Lesson{Data: synthetic.Linear, Before: solved.solve, After: solved.compare}
	case "sine":
		return Lesson{Data: synthetic.Sine, After: sine}
	case "activations":
		return Lesson{Draw: activations}
	case "perceptron":
		taught := new(perceptron)
		return Lesson{Data: func(uint64) *dataset.Dataset { return gates.XOR.Data() },
			Before: taught.teach, After: taught.compare}
	}
	return Lesson{}
}

// A Training is one training in plain numbers, as far as it has come.
type Training struct {
	Title    string
	Settings *settings.Settings
	Data     *dataset.Dataset
	In, Out  dataset.Scale
	Batch    int            // samples in a mini-batch
	Layers   []layers.Layer // sharing memory with the network
	First    *event.Epoch   // before training, where the recipe asks
	History  []event.Epoch  // the epochs that were shown
	Final    event.Epoch
	Done     event.Done
	Costs    []float64 // of every epoch as it trained, where the recipe draws samples for it
}

// A Program trains. Each is one training, and a lesson may ask for others beside it.
type Program interface {
	Run() Training
	Name(title string, workers int) // one of several trainings, with so many workers
	Train(ctx context.Context) error

	// Beside is another training, on the same data where it is given none: before are flags of the recipe's, which
	// the command line overrides; those of last, names and values by turns, override all.
	Beside(data *dataset.Dataset, before string, last ...string) (Program, error)
	// SideBySide trains several, without printing.
	SideBySide(ctx context.Context, atATime int, trainings ...Program) error

	// Rows is the training part as the network sees it, Trace its first n samples forward and backward, Example a
	// step of a network that is given in numbers. None of them changes anything.
	Rows() (x, y [][]float64)
	Trace(n int) *explain.Step
	Example(network *explain.Example) *explain.Step
	// Answer is what the network says to one input, Evaluate to all samples of a part, with their mean cost, and Fit
	// what it makes of its data where it predicts a number.
	Answer(x []float64) []float64
	Evaluate(part *dataset.Set) (outputs [][]float64, cost float64)
	Fit() []chart.Figure

	// Facts prints what a run begins with, where there is no -json, and Replay the lines of trainings, where there is.
	Facts()
	Replay(trainings ...Program)
}

// A Printer prints lines of text where there is no -json, and events where there is.
type Printer interface {
	Text(format string, args ...any)
	Table(rows [][]string)
	Wrapped(label, words string)
	Event(name string, pairs ...any)
}

// A Page is that of -report. Without -report it does nothing.
type Page interface {
	Note(sentence string)
	Table(title, look string, rows [][]string)
	Show(figures ...chart.Figure) error
}

// A Lab is all that a lesson has at hand, and what it leaves behind.
type Lab struct {
	Program
	Out     Printer
	Page    Page
	Notes   []string // what the run has shown, in sentences
	Summary string   // of the result, beside the published one
}

// note says a sentence that the run has shown.
func (lab *Lab) note(format string, args ...any) {
	sentence := fmt.Sprintf(format, args...)
	lab.Notes = append(lab.Notes, sentence)
	lab.Page.Note(sentence)
	lab.Out.Event("note", "text", sentence)
	if len(lab.Notes) == 1 {
		lab.Out.Text("\n")
	}
	lab.Out.Wrapped("note", sentence)
}

// table shows a table, here and on the page.
func (lab *Lab) table(title, look string, rows [][]string) {
	lab.Out.Text("\n")
	lab.Out.Table(rows)
	lab.Page.Table(title, look, rows)
}
