// Recipes, printed: the list of them, what a recipe's run begins and ends with, and its table
// of epochs.
package main

import (
	"fmt"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// recipes is -recipe list.
func (p *Printer) recipes() {
	for i := range recipes {
		r := &recipes[i]
		p.Event("recipe", "recipe", r.Name, "source", r.Source, "shows", r.Shows, "data", r.Data, "network", r.Network,
			"published", r.Published, "published_accuracy", orNil(r.Printed.Accuracy), "published_loss",
			orNil(r.Printed.Loss),
			"look", r.Look, "ours", r.Ours, "flags", r.Flags)
	}
	p.Text("The tutorials' experiments. Published is only what a tutorial or a paper\n" +
		"printed; what it only drew is a picture, and what we chose is called ours.\n")
	p.recipeList(false)
	p.Text("\nFrom papers, not from the tutorials:\n")
	p.recipeList(true)
	p.Text(`
MNIST:       -recipe nielsen -data ./mnist -download
8×8 digits:  -recipe digits -data digits.csv.gz, the file in
             sklearn/datasets/data of scikit-learn
Figures:     -report out.html
Any other flag on the line overrides the recipe's:
             -recipe nielsen -data ./mnist -seed 2 -epochs 30
`)
}

// recipeList prints the recipes of papers, or the others, some lines for each.
func (p *Printer) recipeList(papers bool) {
	source := ""
	for i := range recipes {
		r := &recipes[i]
		if r.ofPaper() != papers {
			continue
		}
		if r.Source != source {
			source = r.Source
			p.Text("\n")
			p.Wrapped("", source+":")
		}
		p.Wrapped(r.Name, r.Shows)
		p.Wrapped("", fmt.Sprintf("%s; data: %s; %s", r.Network, r.Data, r.Takes))
		p.Wrapped("", "published: "+r.Published)
		p.Wrapped("", "ours: "+orNothing(r.Ours))
	}
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// Wrapped prints a label and then words, in lines of at most 80.
func (p *Printer) Wrapped(label, words string) {
	if label == "" && strings.HasSuffix(words, ":") {
		p.Text("%s\n", words)
		return
	}
	p.Text("%-12s %s\n", label, lines(text.Wrap(file.Clean(words), 13, "\n             ")))
}

// recipe is the first lines of a recipe's run.
func (p *Printer) recipe(cfg *Settings, data *dataset.Dataset) {
	r := &cfg.Recipe
	if r.Name == "" {
		return
	}
	if n := data.Train.N + data.Valid.N + data.Test.N; cfg.Data != "" && (n != r.Samples ||
		data.Train.Dim != r.Inputs) {
		was := "its own"
		if r.Samples > 0 {
			was = fmt.Sprintf("%s of %d", text.Count(r.Samples), r.Inputs)
		}
		cfg.Changed = append(cfg.Changed, fmt.Sprintf("other data: %s samples of %d inputs (%s)", text.Count(n),
			data.Train.Dim, was))
	}
	if cfg.Data == "" && r.Alone != "" {
		cfg.Changed = append(cfg.Changed, "generated digits stand in for MNIST, which -data ./mnist has")
	}
	p.recipeHead(cfg)
}

func (p *Printer) recipeHead(cfg *Settings) {
	r := &cfg.Recipe
	p.Wrapped("recipe", r.Name+": "+r.Shows)
	p.Wrapped("source", r.Source)
	if len(cfg.Changed) > 0 {
		p.Wrapped("changed", strings.Join(cfg.Changed, ", "))
	}
	if r.Ours != "" {
		p.Wrapped("ours", r.Ours)
	}
	p.Wrapped("look at", r.Look)
	if cfg.Report == "" {
		p.Wrapped("figures", "with -report out.html")
	}
	if r.Curve != nil {
		p.Wrapped("epochs", "count from 1, the tutorial's from 0; epoch 0 is before training")
	}
}

// A Column is one of a recipe's table of epochs.
type Column struct {
	Head  string
	Width int
	Cell  func(x *experiment, e *event.Epoch) string
}

func lossCell(loss func(e *event.Epoch) *float64) func(x *experiment, e *event.Epoch) string {
	return func(_ *experiment, e *event.Epoch) string { return number(loss(e), "%.6f") }
}

// number is *v in that format, or nothing where there is no v.
func number(v *float64, format string) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf(format, *v)
}

var (
	epochColumn = Column{"epoch", 5, func(_ *experiment, e *event.Epoch) string { return fmt.Sprint(e.Epoch) }}
	timeColumn  = Column{"time", 7, func(_ *experiment, e *event.Epoch) string {
		if e.Epoch == 0 {
			return ""
		}
		return fmt.Sprintf("%.2f s", e.Seconds)
	}}
	trainLoss = Column{"train loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.TrainLoss })}
	validLoss = Column{"valid loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.ValidLoss })}
	testLoss  = Column{"test loss", 9, lossCell(func(e *event.Epoch) *float64 { return e.TestLoss })}

	validAccuracy = Column{"valid accuracy", 14, func(x *experiment, e *event.Epoch) string {
		return partScore(x.data.Valid.N, e.ValidCorrect, e.ValidRMSE)
	}}
	testAccuracy = Column{"test accuracy", 14, func(x *experiment, e *event.Epoch) string {
		return partScore(x.data.Test.N, e.TestCorrect, e.TestRMSE)
	}}
	publishedCount = Column{"published", 12, func(x *experiment, e *event.Epoch) string {
		if p := x.cfg.Recipe.at(e.Epoch); p.Accuracy > 0 {
			return x.cfg.Recipe.text(p)
		}
		return ""
	}}

	countColumns = []Column{epochColumn, trainLoss, testLoss, testAccuracy, publishedCount, timeColumn}
	decayColumns = []Column{epochColumn, trainLoss, validLoss, validAccuracy, testAccuracy, timeColumn}
	lossColumns  = []Column{epochColumn, trainLoss, testLoss,
		{"published", 9, lossCell(func(e *event.Epoch) *float64 { return e.PublishedLoss })},
		{"train acc", 9, func(_ *experiment, e *event.Epoch) string { return number(e.TrainAccuracy, "%.4f") }},
		{"test acc", 8, func(_ *experiment, e *event.Epoch) string { return number(e.TestAccuracy, "%.4f") }},
		{"published", 9, func(_ *experiment, e *event.Epoch) string { return number(e.PublishedAccuracy, "%.4f") }},
		timeColumn,
	}
)

// partScore is a part's score, or nothing where there is no such part.
func partScore(n, correct int, rmse *float64) string {
	if n == 0 {
		return ""
	}
	return score(n, correct, rmse)
}

// row prints a line of the table of epochs: its head where e is nil.
func (p *Printer) row(x *experiment, e *event.Epoch) {
	line := ""
	for _, c := range x.columns() {
		cell := c.Head
		if e != nil {
			cell = c.Cell(x, e)
		}
		line += fmt.Sprintf("  %*s", c.Width, cell)
	}
	p.Printf("%s\n", strings.TrimRight(line[2:], " "))
}

// before prints what the network can do before it learns.
func (p *Printer) before(x *experiment, e *event.Epoch) {
	switch {
	case e == nil:
	case p.JSON:
		p.Line(e)
	case x.cfg.Recipe.Columns != nil:
		p.row(x, e)
	}
}

// replay prints the JSON lines of trainings that were quiet.
func (p *Printer) replay(runs ...*experiment) {
	for _, run := range runs {
		if !p.JSON {
			return
		}
		p.start(run)
		for _, e := range run.history {
			p.Line(e)
		}
		p.done(run, run.done)
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

// text is a printed result in words.
func (r *Recipe) text(p Printed) string {
	switch {
	case p.Accuracy == 0:
		return r.Published
	case r.Count:
		return fmt.Sprintf("%.0f / 10000", 10000*p.Accuracy)
	case p.L2 > 0:
		return fmt.Sprintf("test %.4f at λ %.4g, validation %.4f", p.Accuracy, p.L2, p.Valid)
	case p.Loss > 0:
		return fmt.Sprintf("%.4f, loss %.6f", p.Accuracy, p.Loss)
	}
	return r.Published
}

// compare ends a recipe's run: the published result beside this one's.
func (p *Printer) compare(x *experiment) {
	r, e, ours := x.cfg.Recipe, x.final, x.summary
	if r.Name == "" {
		return
	}
	switch {
	case ours != "":
	case e.TestAccuracy != nil && e.TestLoss != nil && r.Printed.Loss > 0:
		ours = fmt.Sprintf("%.4f, loss %.6f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && r.Printed.L2 > 0:
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, x.cfg.L2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(r.Published, "%"):
		ours = fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.TestCorrect, x.data.Test.N)
	case x.done.TrainRMSE != nil:
		ours = fmt.Sprintf("training RMSE %.4f", *x.done.TrainRMSE)
		if e.TestRMSE != nil {
			ours += fmt.Sprintf(", test %.4f", *e.TestRMSE)
		}
	}
	if len(x.cfg.Changed) > 0 {
		ours += ", with the changes above"
	}
	p.Text("\n")
	p.Wrapped("published", r.text(r.last(x.cfg.Epochs)))
	p.Wrapped("this run", ours)
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
