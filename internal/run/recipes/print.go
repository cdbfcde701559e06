// Print: the list of recipes, the first and last lines of a recipe's run, and its table of epochs.

package recipes

import (
	"fmt"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Printer prints lines of text without -json, and events with it.
type Printer interface {
	Text(format string, args ...any)
	Wrapped(label, words string)
	Event(name string, pairs ...any)
}

// PrintAll is -recipe list.
func PrintAll(p Printer) {
	for i := range All {
		r := &All[i]
		p.Event("recipe", "recipe", r.Name, "source", r.Source, "shows", r.Shows, "data", r.Data, "network", r.Network,
			"published", r.Published, "published_accuracy", OrNil(r.Printed.Accuracy), "published_loss",
			OrNil(r.Printed.Loss),
			"look", r.Look, "ours", r.Ours, "flags", r.Flags, "page", r.Page())
	}
	p.Text("The tutorials' experiments. Each value is marked published (printed by the\n" +
		"source), picture (only plotted there) or ours (our choice).\n")
	printList(p, false)
	p.Text("\nFrom papers, not from the tutorials:\n")
	printList(p, true)
	p.Text(`
MNIST:       -recipe nielsen -data ./mnist -download
8×8 digits:  -recipe digits -data digits.csv.gz, the file in
             sklearn/datasets/data of scikit-learn
Figures:     -report out.html
Any other flag on the line overrides the recipe's:
             -recipe nielsen -data ./mnist -seed 2 -epochs 30
`)
}

// printList prints the recipes from papers, or the others.
func printList(p Printer, papers bool) {
	source := ""
	for i := range All {
		r := &All[i]
		if r.OfPaper() != papers {
			continue
		}
		if r.Source != source {
			source = r.Source
			p.Text("\n%s:\n", source)
			if !papers {
				p.Text("%s\n", r.Page())
			}
		}
		p.Wrapped(r.Name, r.Shows)
		p.Wrapped("", fmt.Sprintf("%s; data: %s; %s", r.Network, r.Data, r.Takes))
		p.Wrapped("", "published: "+r.Published)
		p.Wrapped("", "ours: "+OrNothing(r.Ours))
	}
}

func OrNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// OtherData tells how the data differ from those of the recipe; data is the path of -data, or "".
func (r *Recipe) OtherData(data string, d *dataset.Dataset) []string {
	n := d.Train.N + d.Valid.N + d.Test.N
	switch {
	case data == "" && r.Alone != "":
		return []string{"generated digits stand in for MNIST, which -data ./mnist has"}
	case data == "" || n == r.Samples && d.Train.Dim == r.Inputs:
		return nil
	}
	was := "its own"
	if r.Samples > 0 {
		was = fmt.Sprintf("%s of %d", text.Count(r.Samples), r.Inputs)
	}
	return []string{fmt.Sprintf("other data: %s samples of %d inputs (%s)", text.Count(n), d.Train.Dim, was)}
}

// PrintHead prints the first lines of a recipe's run: what it is, what was changed, and where to look.
func (r *Recipe) PrintHead(p Printer, changed []string, withReport bool) {
	p.Wrapped("recipe", r.Name+": "+r.Shows)
	p.Wrapped("source", r.Source)
	if len(changed) > 0 {
		p.Wrapped("changed", strings.Join(changed, ", "))
	}
	if r.Ours != "" {
		p.Wrapped("ours", r.Ours)
	}
	p.Wrapped("look at", r.Look)
	if !withReport {
		p.Wrapped("figures", "with -report out.html")
	}
	if r.Curve != nil {
		p.Wrapped("epochs", "count from 1, the tutorial's from 0; epoch 0 is before training")
	}
}

// Words is a printed result in words.
func (r *Recipe) Words(p Printed) string {
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

// An Outcome is the result of a recipe's run.
type Outcome struct {
	Final     event.Epoch
	TrainRMSE *float64
	L2        float64
	Summary   string // the summary of the lesson; "" for the usual figures
	Epochs    int
	Changed   bool // some of its settings were changed
}

// PrintComparison ends a recipe's run: the published result beside this one's.
func (r *Recipe) PrintComparison(p Printer, o Outcome) {
	e, ours := o.Final, o.Summary
	switch {
	case ours != "":
	case e.TestAccuracy != nil && e.TestLoss != nil && r.Printed.Loss > 0:
		ours = fmt.Sprintf("%.4f, loss %.6f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && r.Printed.L2 > 0:
		ours = fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, o.L2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(r.Published, "%"):
		ours = fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		ours = fmt.Sprintf("%d / %d", e.TestCorrect, e.TestN)
	case o.TrainRMSE != nil:
		ours = fmt.Sprintf("training RMSE %.4f", *o.TrainRMSE)
		if e.TestRMSE != nil {
			ours += fmt.Sprintf(", test %.4f", *e.TestRMSE)
		}
	}
	if o.Changed {
		ours += ", with the changes above"
	}
	p.Text("\n")
	p.Wrapped("published", r.Words(r.Last(o.Epochs)))
	p.Wrapped("this run", ours)
	r.PrintPage(p)
}

// PrintPage is the last line of a recipe's run: the document to read beside it.
func (r *Recipe) PrintPage(p Printer) { p.Wrapped("page", r.Page()) }

// Facts are what the report tells about a recipe and its changes.
func (r *Recipe) Facts(epochs int, changed []string) [][2]string {
	facts := [][2]string{{"recipe", r.Name + ": " + r.Shows}, {"source", r.Source},
		{"published", r.Words(r.Last(epochs))}, {"look at", r.Look}}
	if len(changed) > 0 {
		facts = append(facts, [2]string{"changed", strings.Join(changed, ", ")})
	}
	if r.Ours != "" {
		facts = append(facts, [2]string{"ours", r.Ours})
	}
	return facts
}
