// Package lessons has what the recipes do besides a plain training, or in its place. A lesson may generate the data,
// and it ends with notes: sentences with numbers from the run that say what the run shows, and where the tutorial's own
// text or code is wrong. The training itself is done by the program: a lesson only asks for it, and works on plain
// numbers.
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

// A Lesson is what a recipe does in addition to its settings. Any field may be nil.
type Lesson struct {
	Data    func(seed uint64) *dataset.Dataset        // generates the data
	Draw    func(lab *Lab) *report.Report             // for a recipe that trains nothing: returns its page
	Instead func(ctx context.Context, lab *Lab) error // replaces the training
	Before  func(lab *Lab) error                      // is called before the training
	After   func(ctx context.Context, lab *Lab)       // is called after it, before the result is printed
}

// For returns the lesson of a recipe; an empty lesson if the recipe has none.
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
		line := new(linear)
		return Lesson{Data: synthetic.Linear, Before: line.solve, After: line.compare}
	case "sine":
		return Lesson{Data: synthetic.Sine, After: sine}
	case "activations":
		return Lesson{Draw: activations}
	case "perceptron":
		threshold := new(perceptron)
		return Lesson{Data: func(uint64) *dataset.Dataset { return gates.XOR.Data() },
			Before: threshold.teach, After: threshold.compare}
	}
	return Lesson{}
}

// A Training is the state of a training, in plain numbers.
type Training struct {
	Title    string
	Settings *settings.Settings
	Data     *dataset.Dataset
	In, Out  dataset.Scale
	Batch    int            // samples in a mini-batch
	Layers   []layers.Layer // they share their memory with the network
	First    *event.Epoch   // the results before the training, if the recipe asks for them
	History  []event.Epoch  // the shown epochs
	Final    event.Epoch
	Done     event.Done
	Costs    []float64 // the cost of each epoch, if the recipe draws new samples for each
}

// A Program is the program as a lesson sees it: one training, and functions to start others.
type Program interface {
	Training() Training
	SetTitle(title string, workers int) // for one of several trainings, which gets a share of the workers
	Train(ctx context.Context) error

	// NewTraining returns another training, on the same data if data is nil. before has further flags of the recipe,
	// which the command line overrides; last has names and values of flags that override all others.
	NewTraining(data *dataset.Dataset, before string, last ...string) (Program, error)
	// SideBySide runs several trainings, atATime of them at once, without printing.
	SideBySide(ctx context.Context, atATime int, trainings ...Program) error

	// Rows returns the training set as the network sees it. Trace returns a step on its first n samples, and Example a
	// step of a network whose numbers are given. None of the three changes the network.
	Rows() (x, y [][]float64)
	Trace(n int) *explain.Step
	Example(network *explain.Example) *explain.Step
	// Answer returns the network's answer to one input, Evaluate the outputs for all samples of a set and their mean
	// cost. FitFigures plots what the network predicts for its data, if it predicts one number.
	Answer(x []float64) []float64
	Evaluate(set *dataset.Set) (outputs [][]float64, cost float64)
	FitFigures() []chart.Figure

	// PrintFacts prints the facts at the start of a run, unless there is -json. Replay prints the events of trainings, if
	// there is -json.
	PrintFacts()
	Replay(trainings ...Program)
}

// A Printer prints lines of text or, with -json, events.
type Printer interface {
	Text(format string, args ...any)
	Table(rows [][]string)
	Wrapped(label, words string)
	Event(name string, pairs ...any)
}

// A Page is the page of -report. Without -report it does nothing.
type Page interface {
	Note(sentence string)
	Table(title, look string, rows [][]string)
	Show(figures ...chart.Figure) error
}

// A Lab has what a lesson works with, and the notes and the summary that it produces.
type Lab struct {
	Program
	Out     Printer
	Page    Page
	Notes   []string // what the run has shown
	Summary string   // the result in words, to be printed beside the published one
}

// note prints a sentence about the run, and puts it on the page.
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

// table prints a table, and puts it on the page.
func (lab *Lab) table(title, look string, rows [][]string) {
	lab.Out.Text("\n")
	lab.Out.Table(rows)
	lab.Page.Table(title, look, rows)
}
