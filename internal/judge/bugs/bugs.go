// Package bugs lists the classic bugs of backpropagation, which checks find each of them, and how to recognise it. The
// code that puts a bug into a training step is in the trainer, not here.
package bugs

import (
	"fmt"
	"slices"
	"strings"

	"backprop/internal/show/text"
)

// A Bug is a bug in a training step.
type Bug struct {
	Name     string
	Meant    string // the correct line
	Wrong    string // the line with the bug
	Findings        // in a training with TrainingFlags
	How      string // how to recognise the bug in a network of several layers
}

// Findings say what a training with a bug shows.
type Findings struct{ Accuracy, GradientCheck, StepCheck, Diagnosis string }

// TrainingFlags are the flags of the training behind all Findings, and WithoutBug is its accuracy without a bug.
const (
	TrainingFlags = "-hidden 20,20 -activation tanh -l2 3 -batch 10 -lr 0.2 -epochs 4"
	WithoutBug    = "76.0 %"
)

// All lists the bugs that -bug knows.
var All = []Bug{
	{"transpose", "δ_next·Wᵀ", "δ_next·reshape(W)", Findings{"66.8 %", "finds it", "finds it", "silent"},
		"the gradients of the last layer are ok, those before it WRONG. In -explain, a hidden δ is not the " +
			"sum printed below it. Compute that sum with W as it is, and then with the numbers of W in another " +
			"order."},
	{"sign", "δ = a − y", "δ = y − a", Findings{"10.0 %", "finds it", "finds it", "saturated, guessing"},
		"every line is WRONG, with a relative error of 1: the gradient has the right size and the " +
			"wrong sign. The cost grows. In -explain, δ of the last layer is above 0 if the output is too small."},
	{"prime", "(…) ⊙ g′(Z)", "(…)", Findings{"67.4 %", "finds it", "finds it", "silent"},
		"the gradients of the last layer are ok, those before it WRONG. In -explain, a hidden δ is the sum " +
			"below it without the last factor, g′. With -activation linear nothing is wrong, since its g′ is 1."},
	{"mean", "(1/n) Xᵀ·δ", "Xᵀ·δ", Findings{"10.0 %", "passes", "finds it", "saturated, guessing"},
		"all gradients are ok, all steps WRONG by a lot. In -explain, a weight moves by n·η·∂C/∂w, where n is " +
			"-batch; with a smaller -batch the error is smaller."},
	{"early", "all δ, then W", "W_next, then δ", Findings{"76.2 %", "passes", "finds it", "silent"},
		"all gradients are ok, and the steps of all layers but the last are WRONG. In -explain, a hidden δ " +
			"is not the sum below it, but it is if you take W after the step for that sum."},
	{"bias", "b ← b − η ∂C/∂b", "b stays", Findings{"76.0 %", "finds it", "finds it", "silent"},
		"the biases are WRONG with a relative error of 1, the weights ok. In -explain, ∂C/∂b is 0 and b " +
			"stays the same in the step, although δ is not 0."},
	{"decay", "∂C/∂W + (λ/N)W", "∂C/∂W − (λ/N)W", Findings{"75.8 %", "passes", "finds it", "silent"},
		"all gradients are ok, all steps WRONG by a little, and by more with a larger -l2. In -explain, the " +
			"step makes weights with a small ∂C/∂w a little larger, but decay should make them smaller."},
	{"layer", "for l ≥ 0", "for l > 0", Findings{"48.6 %", "finds it", "finds it", "silent"},
		"only the first layer is WRONG, with a relative error of 1. In -explain, its δ is 0, and its W " +
			"changes by weight decay alone, or not at all."},
}

// Names returns the values that -bug accepts besides mystery:N.
func Names() []string {
	names := []string{"list"}
	for _, b := range All {
		names = append(names, b.Name)
	}
	return names
}

// find returns the bug with this name; nil if there is none.
func find(name string) *Bug {
	if i := slices.IndexFunc(All, func(b Bug) bool { return b.Name == name }); i >= 0 {
		return &All[i]
	}
	return nil
}

// A Printer prints text and tables without -json, and events with it.
type Printer interface {
	Text(format string, args ...any)
	Table(rows [][]string)
	Event(name string, pairs ...any)
}

// Print prints the answer to -bug list.
func Print(p Printer) {
	rows := [][]string{{"-bug", "correct", "with the bug"}}
	found := [][]string{{"-bug", "accuracy", "gradients", "steps", "diagnosis"}}
	for _, b := range All {
		p.Event("bug", "bug", b.Name, "meant", b.Meant, "wrong", b.Wrong, "accuracy", b.Accuracy,
			"gradient_check", b.GradientCheck, "step_check", b.StepCheck, "diagnosis", b.Diagnosis, "how", b.How)
		rows = append(rows, []string{b.Name, b.Meant, b.Wrong})
		found = append(found, []string{b.Name, b.Accuracy, b.GradientCheck, b.StepCheck, b.Diagnosis})
	}
	p.Table(rows)
	p.Text("\nWhat finds it:\n\n")
	p.Table(found)
	p.Text(`
accuracy   on 500 generated digits, after training on 2,000; without a bug
           %s
gradients  the first part of -gradcheck: ∂C/∂W and ∂C/∂b against central
           differences
steps      its second part: three whole steps against steps from these
diagnosis  the warnings during the training

If the accuracy stays the same and the gradients pass, a bug can stay in a
program for years.

How to tell the bugs apart, with -gradcheck and then -explain:

`+howToTell()+`
Try  go run . -gradcheck -bug early  and  go run . -bug mean -report r.html
To find one without knowing which it is:  go run . -gradcheck -bug mystery:7
The training was  %s
`, WithoutBug, TrainingFlags)
}

// howToTell says how to recognise each bug, with the names in a column of their own.
func howToTell() string {
	const indent = 11
	var b strings.Builder
	for _, bug := range All {
		fmt.Fprintf(&b, "%-*s%s\n", indent, bug.Name, text.Wrap(bug.How, indent, "\n"+strings.Repeat(" ", indent)))
	}
	return b.String()
}
