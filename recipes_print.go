// Recipes, printed: the list of them, what a recipe's run begins and ends with, and its table
// of epochs.
package main

import (
	"fmt"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// printRecipes is -recipe list.
func printRecipes(p *Printer) {
	for i := range recipes {
		r := &recipes[i]
		p.Event("recipe", "recipe", r.Name, "source", r.Source, "shows", r.Shows, "data", r.Data, "network", r.Network,
			"published", r.Published, "published_accuracy", orNil(r.Printed.Accuracy), "published_loss",
			orNil(r.Printed.Loss),
			"look", r.Look, "ours", r.Ours, "flags", r.Flags)
	}
	p.Text("The tutorials' experiments. Published is only what a tutorial or a paper\n" +
		"printed; what it only drew is a picture, and what we chose is called ours.\n")
	printRecipeList(p, false)
	p.Text("\nFrom papers, not from the tutorials:\n")
	printRecipeList(p, true)
	p.Text(`
MNIST:       -recipe nielsen -data ./mnist -download
8×8 digits:  -recipe digits -data digits.csv.gz, the file in
             sklearn/datasets/data of scikit-learn
Figures:     -report out.html
Any other flag on the line overrides the recipe's:
             -recipe nielsen -data ./mnist -seed 2 -epochs 30
`)
}

// printRecipeList prints the recipes of papers, or the others, some lines for each.
func printRecipeList(p *Printer, papers bool) {
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

// printRecipe is the first lines of a recipe's run.
func printRecipe(p *Printer, cfg *Settings, data *dataset.Dataset) {
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
	printRecipeHead(p, cfg)
}

func printRecipeHead(p *Printer, cfg *Settings) {
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

// printComparison ends a recipe's run: the published result beside this one's.
func printComparison(p *Printer, x *experiment) {
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
