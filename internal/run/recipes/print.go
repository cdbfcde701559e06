package recipes

import (
	"cmp"
	"fmt"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Printer prints text without -json, and events with it.
type Printer interface {
	Text(format string, args ...any)
	Wrapped(label, words string)
	Event(name string, pairs ...any)
}

// PrintAll prints the list of -recipe list.
func PrintAll(p Printer) {
	for _, r := range All {
		p.Event("recipe", "recipe", r.Name, "source", r.Source, "shows", r.Shows, "data", r.Data, "network", r.Network,
			"published", r.Published, "published_accuracy", OrNil(r.Printed.Accuracy),
			"published_loss", OrNil(r.Printed.Loss), "look", r.LookAt, "ours", r.Ours, "flags", r.Flags, "page", r.Page())
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

// printList prints the recipes from papers, or those from tutorials.
func printList(p Printer, fromPapers bool) {
	source := ""
	for _, r := range All {
		if r.OfPaper() != fromPapers {
			continue
		}
		if r.Source != source {
			source = r.Source
			p.Text("\n%s:\n", source)
			if !fromPapers {
				p.Text("%s\n", r.Page())
			}
		}
		p.Wrapped(r.Name, r.Shows)
		p.Wrapped("", fmt.Sprintf("%s; data: %s; %s", r.Network, r.Data, r.Duration))
		p.Wrapped("", "published: "+r.Published)
		p.Wrapped("", "ours: "+cmp.Or(r.Ours, "nothing"))
	}
}

// PrintHead prints the first lines of a run: what the recipe is, what was changed, and where to look.
func (r *Recipe) PrintHead(p Printer, changed []string, withReport bool) {
	p.Wrapped("recipe", r.Name+": "+r.Shows)
	p.Wrapped("source", r.Source)
	if len(changed) > 0 {
		p.Wrapped("changed", strings.Join(changed, ", "))
	}
	if r.Ours != "" {
		p.Wrapped("ours", r.Ours)
	}
	p.Wrapped("look at", r.LookAt)
	if !withReport {
		p.Wrapped("figures", "with -report out.html")
	}
	if r.Curve != nil {
		p.Wrapped("epochs", "count from 1, the tutorial's from 0; epoch 0 is before training")
	}
}

// OtherData says how the data differ from the recipe's, in a list of one text; nil if they do not differ. path is the
// path of -data.
func (r *Recipe) OtherData(path string, d *dataset.Dataset) []string {
	n := d.Train.N + d.Valid.N + d.Test.N
	switch {
	case path == "" && r.FlagsWithoutData != "":
		return []string{"generated digits stand in for MNIST, which -data ./mnist has"}
	case path == "" || n == r.Samples && d.Train.Dim == r.Inputs:
		return nil
	}
	usual := "its own"
	if r.Samples > 0 {
		usual = fmt.Sprintf("%s of %d", text.Count(r.Samples), r.Inputs)
	}
	return []string{fmt.Sprintf("other data: %s samples of %d inputs (%s)", text.Count(n), d.Train.Dim, usual)}
}

// An Outcome is the result of a recipe's run.
type Outcome struct {
	Final     event.Epoch
	TrainRMSE *float64
	L2        float64
	Summary   string // what the lesson says about the result; "" for the usual figures
	Epochs    int
	Changed   bool // some settings differ from the recipe's
}

// PrintComparison prints the last lines of a run: the published result beside this one.
func (r *Recipe) PrintComparison(p Printer, o Outcome) {
	result := cmp.Or(o.Summary, r.describeOutcome(o))
	if o.Changed {
		result += ", with the changes above"
	}
	p.Text("\n")
	p.Wrapped("published", r.Describe(r.PrintedAtEnd(o.Epochs)))
	p.Wrapped("this run", result)
	r.PrintPage(p)
}

// PrintPage prints the page to read about the recipe.
func (r *Recipe) PrintPage(p Printer) { p.Wrapped("page", r.Page()) }

// describeOutcome gives the result in the figures that the source printed.
func (r *Recipe) describeOutcome(o Outcome) string {
	e := o.Final
	switch {
	case e.TestAccuracy != nil && e.TestLoss != nil && r.Printed.Loss > 0:
		return fmt.Sprintf("%.4f, loss %.6f", *e.TestAccuracy, *e.TestLoss)
	case e.TestAccuracy != nil && e.ValidAccuracy != nil && r.Printed.L2 > 0:
		return fmt.Sprintf("test %.4f at λ %v, validation %.4f", *e.TestAccuracy, o.L2, *e.ValidAccuracy)
	case e.TestAccuracy != nil && strings.HasSuffix(r.Published, "%"):
		return fmt.Sprintf("%.2f %%", 100**e.TestAccuracy)
	case e.TestAccuracy != nil:
		return fmt.Sprintf("%d / %d", e.TestCorrect, e.TestN)
	case o.TrainRMSE != nil && e.TestRMSE != nil:
		return fmt.Sprintf("training RMSE %.4f, test %.4f", *o.TrainRMSE, *e.TestRMSE)
	case o.TrainRMSE != nil:
		return fmt.Sprintf("training RMSE %.4f", *o.TrainRMSE)
	}
	return ""
}

// Describe returns a printed result as text.
func (r *Recipe) Describe(p Printed) string {
	switch {
	case r.PrintsCounts:
		return fmt.Sprintf("%.0f / 10000", 10000*p.Accuracy)
	case p.L2 > 0:
		return fmt.Sprintf("test %.4f at λ %.4g, validation %.4f", p.Accuracy, p.L2, p.Valid)
	case p.Loss > 0:
		return fmt.Sprintf("%.4f, loss %.6f", p.Accuracy, p.Loss)
	}
	return r.Published
}
