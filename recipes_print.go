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
		p.Event("recipe", "recipe", r.name, "source", r.source, "shows", r.shows, "data", r.data, "network", r.network,
			"published", r.published, "published_accuracy", orNil(r.printed.accuracy), "published_loss",
			orNil(r.printed.loss),
			"look", r.look, "ours", r.ours, "flags", r.flags)
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
		if r.source != source {
			source = r.source
			p.Text("\n")
			p.Wrapped("", source+":")
		}
		p.Wrapped(r.name, r.shows)
		p.Wrapped("", fmt.Sprintf("%s; data: %s; %s", r.network, r.data, r.takes))
		p.Wrapped("", "published: "+r.published)
		p.Wrapped("", "ours: "+orNothing(r.ours))
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
func (p *Printer) recipe(cfg *config, data *dataset.Dataset) {
	r := &cfg.recipe
	if r.name == "" {
		return
	}
	if n := data.Train.N + data.Valid.N + data.Test.N; cfg.data != "" && (n != r.samples ||
		data.Train.Dim != r.inputs) {
		was := "its own"
		if r.samples > 0 {
			was = fmt.Sprintf("%s of %d", text.Count(r.samples), r.inputs)
		}
		cfg.changed = append(cfg.changed, fmt.Sprintf("other data: %s samples of %d inputs (%s)", text.Count(n),
			data.Train.Dim, was))
	}
	if cfg.data == "" && r.alone != "" {
		cfg.changed = append(cfg.changed, "generated digits stand in for MNIST, which -data ./mnist has")
	}
	p.recipeHead(cfg)
}

func (p *Printer) recipeHead(cfg *config) {
	r := &cfg.recipe
	p.Wrapped("recipe", r.name+": "+r.shows)
	p.Wrapped("source", r.source)
	if len(cfg.changed) > 0 {
		p.Wrapped("changed", strings.Join(cfg.changed, ", "))
	}
	if r.ours != "" {
		p.Wrapped("ours", r.ours)
	}
	p.Wrapped("look at", r.look)
	if cfg.report == "" {
		p.Wrapped("figures", "with -report out.html")
	}
	if r.curve != nil {
		p.Wrapped("epochs", "count from 1, the tutorial's from 0; epoch 0 is before training")
	}
}

// A column is one of a recipe's table of epochs.
type column struct {
	head  string
	width int
	cell  func(x *experiment, e *event.Epoch) string
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
	epochColumn = column{"epoch", 5, func(_ *experiment, e *event.Epoch) string { return fmt.Sprint(e.Epoch) }}
	timeColumn  = column{"time", 7, func(_ *experiment, e *event.Epoch) string {
		if e.Epoch == 0 {
			return ""
		}
		return fmt.Sprintf("%.2f s", e.Seconds)
	}}
	trainLoss = column{"train loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.TrainLoss })}
	validLoss = column{"valid loss", 10, lossCell(func(e *event.Epoch) *float64 { return e.ValidLoss })}
	testLoss  = column{"test loss", 9, lossCell(func(e *event.Epoch) *float64 { return e.TestLoss })}

	validAccuracy = column{"valid accuracy", 14, func(x *experiment, e *event.Epoch) string {
		return partScore(x.data.Valid.N, e.ValidCorrect, e.ValidRMSE)
	}}
	testAccuracy = column{"test accuracy", 14, func(x *experiment, e *event.Epoch) string {
		return partScore(x.data.Test.N, e.TestCorrect, e.TestRMSE)
	}}
	publishedCount = column{"published", 12, func(x *experiment, e *event.Epoch) string {
		if p := x.cfg.recipe.at(e.Epoch); p.accuracy > 0 {
			return x.cfg.recipe.text(p)
		}
		return ""
	}}

	countColumns = []column{epochColumn, trainLoss, testLoss, testAccuracy, publishedCount, timeColumn}
	decayColumns = []column{epochColumn, trainLoss, validLoss, validAccuracy, testAccuracy, timeColumn}
	lossColumns  = []column{epochColumn, trainLoss, testLoss,
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
		cell := c.head
		if e != nil {
			cell = c.cell(x, e)
		}
		line += fmt.Sprintf("  %*s", c.width, cell)
	}
	p.Printf("%s\n", strings.TrimRight(line[2:], " "))
}

// before prints what the network can do before it learns.
func (p *Printer) before(x *experiment, e *event.Epoch) {
	switch {
	case e == nil:
	case p.JSON:
		p.Line(e)
	case x.cfg.recipe.columns != nil:
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
	out.Event("note", "text", text)
	if len(x.notes) == 1 {
		out.Text("\n")
	}
	out.Wrapped("note", text)
}

// text is a printed result in words.
func (r *recipe) text(p printed) string {
	switch {
	case p.accuracy == 0:
		return r.published
	case r.count:
		return fmt.Sprintf("%.0f / 10000", 10000*p.accuracy)
	case p.l2 > 0:
		return fmt.Sprintf("test %.4f at λ %.4g, validation %.4f", p.accuracy, p.l2, p.valid)
	case p.loss > 0:
		return fmt.Sprintf("%.4f, loss %.6f", p.accuracy, p.loss)
	}
	return r.published
}

// compare ends a recipe's run: the published result beside this one's.
func (p *Printer) compare(x *experiment) {
	r, e, ours := x.cfg.recipe, x.final, x.summary
	if r.name == "" {
		return
	}
	switch {
	case ours != "":
	case e.TestAccuracy != nil && e.TestLoss != nil && r.printed.loss > 0:
		ours = fmt.Sprintf("%.4f, loss %.6f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && r.printed.l2 > 0:
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, x.cfg.l2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(r.published, "%"):
		ours = fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.TestCorrect, x.data.Test.N)
	case x.done.TrainRMSE != nil:
		ours = fmt.Sprintf("training RMSE %.4f", *x.done.TrainRMSE)
		if e.TestRMSE != nil {
			ours += fmt.Sprintf(", test %.4f", *e.TestRMSE)
		}
	}
	if len(x.cfg.changed) > 0 {
		ours += ", with the changes above"
	}
	p.Text("\n")
	p.Wrapped("published", r.text(r.last(x.cfg.epochs)))
	p.Wrapped("this run", ours)
}
