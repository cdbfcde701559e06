package lessons

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/synthetic"
	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// A fake is a program whose training is given: it has these results without being trained.
type fake struct {
	run     Training
	outputs [][]float64 // of Evaluate
	cost    float64     // of Evaluate
	answers []float64   // of Answer, one after the other
	x, y    [][]float64 // of Rows
	trace   func(n int) *explain.Step
	example func(*explain.Example) *explain.Step
	others  []*fake // the trainings that NewTraining starts, one after the other
	failure error   // of Train, of SideBySide, and of the NewTraining that starts this one

	*transcript
	started int      // how many of others have been started
	flags   []string // before and last of the NewTraining that has started this one
}

func (f *fake) Training() Training                           { return f.run }
func (f *fake) Rows() (x, y [][]float64)                     { return f.x, f.y }
func (f *fake) Trace(n int) *explain.Step                    { return f.trace(n) }
func (f *fake) Example(e *explain.Example) *explain.Step     { return f.example(e) }
func (f *fake) Evaluate(*dataset.Set) ([][]float64, float64) { return f.outputs, f.cost }
func (f *fake) FitFigures() []chart.Figure                   { return []chart.Figure{{Title: "fit of " + f.run.Title}} }
func (f *fake) PrintFacts()                                  { f.record("facts") }

func (f *fake) SetTitle(title string, workers int) {
	f.run.Title = title
	f.record(fmt.Sprintf("title %s, workers %d", title, workers))
}

func (f *fake) Train(context.Context) error {
	f.record("train " + f.run.Title)
	return f.failure
}

func (f *fake) Answer([]float64) (answer []float64) {
	answer, f.answers = f.answers[:1], f.answers[1:]
	return answer
}

func (f *fake) NewTraining(data *dataset.Dataset, before string, last ...string) (Program, error) {
	other := f.others[f.started]
	f.started++
	other.transcript = f.transcript
	other.flags = append([]string{before}, last...)
	if data != nil {
		other.run.Data = data
	}
	return other, other.failure
}

func (f *fake) SideBySide(_ context.Context, atATime int, trainings ...Program) error {
	f.record(fmt.Sprintf("%d trainings, %d at a time", len(trainings), atATime))
	return f.failure
}

func (f *fake) Replay(trainings ...Program) { f.record(fmt.Sprintf("replay %d", len(trainings))) }

// A transcript is what a lesson prints, sends as events, puts on the page and has the program do.
type transcript struct {
	strings.Builder
	figures []chart.Figure
}

func (l *transcript) record(line string) { l.WriteString(line + "\n") }

type recordingPrinter struct{ *transcript }
type recordingPage struct{ *transcript }

func (p recordingPrinter) Text(format string, args ...any) { fmt.Fprintf(p, format, args...) }
func (p recordingPrinter) Wrapped(label, words string)     { p.record(label + ": " + words) }

func (p recordingPrinter) Table(rows [][]string) {
	for _, row := range rows {
		p.record(strings.Join(row, " | "))
	}
}

func (p recordingPrinter) Event(name string, pairs ...any) {
	for i, v := range pairs {
		if number, ok := v.(*float64); ok && number != nil {
			pairs[i] = *number
		}
	}
	p.record(fmt.Sprint("event ", name, " ", pairs))
}

func (p recordingPage) Note(sentence string) { p.record("page: " + sentence) }

func (p recordingPage) Table(title, look string, rows [][]string) {
	p.record(fmt.Sprintf("page: table %q, %q, %d rows", title, look, len(rows)))
}

func (p recordingPage) Show(figures ...chart.Figure) error {
	for _, f := range figures {
		p.record("page: figure " + f.Title)
		p.figures = append(p.figures, f)
	}
	return nil
}

// labOf returns a lab for a lesson about f. Its program, printer and page write one transcript.
func labOf(f *fake) *Lab {
	f.transcript = &transcript{}
	return &Lab{Program: f, Out: recordingPrinter{f.transcript}, Page: recordingPage{f.transcript}}
}

// expectText looks for texts in a transcript.
func expectText(t *testing.T, l *transcript, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains(l.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", l, want)
		}
	}
}

// expectNotes compares the notes of a lab.
func expectNotes(t *testing.T, lab *Lab, want ...string) {
	t.Helper()
	if !slices.Equal(lab.Notes, want) {
		t.Errorf("got the notes\n%s\nwant\n%s", strings.Join(lab.Notes, "\n"), strings.Join(want, "\n"))
	}
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func pointer(v float64) *float64 { return &v }

// layerOf is a layer with weights row by row, and the biases as last row.
func layerOf(activation string, rows ...[]float64) layers.Layer {
	last := len(rows) - 1
	return layers.Layer{Rows: last, Cols: len(rows[0]), Stride: len(rows[0]), W: slices.Concat(rows[:last]...),
		B: rows[last], Activation: activation}
}

// classification returns a fake that has learned the given number of classes, named a, b and so on.
func classification(classes int) *fake {
	return &fake{run: Training{Settings: &settings.Settings{},
		Data: &dataset.Dataset{Classes: strings.Split("abcdefghij", "")[:classes]}}}
}

// Each note goes to the screen, into the events and onto the page; the first has an empty line before it.
func TestNote(t *testing.T) {
	f := &fake{}
	lab := labOf(f)
	lab.note("%d of %d", 3, 4)
	lab.note("and more")
	expectNotes(t, lab, "3 of 4", "and more")
	expectText(t, f.transcript, "page: 3 of 4\nevent note [text 3 of 4]\n\nnote: 3 of 4\n"+
		"page: and more\nevent note [text and more]\nnote: and more\n")
}

func TestTable(t *testing.T) {
	f := &fake{}
	labOf(f).table("the title", "what to look at", [][]string{{"a", "b"}, {"1", "2"}})
	expectText(t, f.transcript, "\na | b\n1 | 2\npage: table \"the title\", \"what to look at\", 2 rows\n")
}

// Each recipe has its own lesson, and the data that it generates.
func TestLessonOfEachRecipe(t *testing.T) {
	for recipe, want := range map[string]string{
		"derivation": "after", "digits": "after", "nielsen": "after", "theano": "after", "activations": "draw",
		"matrix":     "instead, data: 10000 and 2000 samples of 784",
		"unit":       "instead, data: 20 and 0 samples of 1",
		"linear":     "before, after, data: 60 and 0 samples of 3",
		"sine":       "after, data: 30 and 30 samples of 1",
		"perceptron": "before, after, data: 4 and 0 samples of 2",
		"plain":      "", "": "",
	} {
		l := For(recipe)
		var has []string
		for _, field := range []struct {
			name string
			set  bool
		}{{"draw", l.Draw != nil}, {"instead", l.Instead != nil}, {"before", l.Before != nil}, {"after", l.After != nil}} {
			if field.set {
				has = append(has, field.name)
			}
		}
		if l.Data != nil {
			d := l.Data(1)
			has = append(has, fmt.Sprintf("data: %d and %d samples of %d", d.Train.N, d.Test.N, d.Train.Dim))
		}
		if got := strings.Join(has, ", "); got != want {
			t.Errorf("recipe %q: got %s, want %s", recipe, got, want)
		}
	}
	if got := For("unit").Data(1); !slices.Equal(got.Train.Targets, synthetic.Rising(1).Train.Targets) {
		t.Errorf("unit begins with %v, want the rising line", got.Train.Targets)
	}
}

// epochs returns the history of a training with these numbers of right answers.
func epochs(right ...int) (history []event.Epoch) {
	for i, n := range right {
		history = append(history, event.Epoch{Epoch: i + 1, TestAccuracy: pointer(0), TestCorrect: n})
	}
	return history
}
