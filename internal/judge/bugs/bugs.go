// Package bugs lists the classic bugs of backpropagation that can be put into a training, and what finds each.
// How a step is taken with one of them is the trainer's own affair.
package bugs

import (
	"fmt"
	"slices"
	"strings"

	"backprop/internal/show/text"
)

// A Bug is one mistake in a training step.
type Bug struct {
	Name  string
	Meant string    // the line as it should be
	Wrong string    // and as it is
	Found [4]string // in the training of Run: the accuracy; what gradient check, step check and diagnosis say
	How   string    // to find it, in a network of several layers
}

// All are the bugs that -bug knows.
var All = []Bug{
	{"transpose", "δ_next·Wᵀ", "δ_next·reshape(W)", [4]string{"66.8 %", "finds it", "finds it", "silent"},
		"the gradients of the last layer are ok, those before it WRONG. In -explain, a hidden δ is not the " +
			"sum that stands below it; do the sum yourself with W as it is, and then with its numbers taken in " +
			"another order."},
	{"sign", "δ = a − y", "δ = y − a", [4]string{"10.0 %", "finds it", "finds it", "saturated, guessing"},
		"every line is WRONG, with a relative error of 1: the gradient is as large as it should be, and " +
			"points the other way. The cost grows. In -explain, δ of the last layer is above 0 where the output " +
			"is too small."},
	{"prime", "(…) ⊙ g′(Z)", "(…)", [4]string{"67.4 %", "finds it", "finds it", "silent"},
		"the gradients of the last layer are ok, those before it WRONG. In -explain, a hidden δ is the sum " +
			"below it without the last factor, g′. With -activation linear, whose g′ is 1, nothing would be " +
			"wrong."},
	{"mean", "(1/n) Xᵀ·δ", "Xᵀ·δ", [4]string{"10.0 %", "passes", "finds it", "saturated, guessing"},
		"all gradients are ok, all steps WRONG, and by much. In -explain, a weight moves n times as far as " +
			"η ∂C/∂w, n being -batch; the smaller -batch is, the nearer 1 that factor."},
	{"early", "δ, then W", "W_next, then δ", [4]string{"76.2 %", "passes", "finds it", "silent"},
		"all gradients are ok, and the steps of all layers but the last are WRONG. In -explain, a hidden δ " +
			"is not the sum below it: take the W after the step for that sum, and it is."},
	{"bias", "b ← b − η ∂C/∂b", "b stays", [4]string{"76.0 %", "finds it", "finds it", "silent"},
		"the biases are WRONG with a relative error of 1, the weights ok. In -explain, ∂C/∂b is 0 and b is " +
			"the same after the step, while δ is not 0."},
	{"decay", "∂C/∂W + (λ/N)W", "∂C/∂W − (λ/N)W", [4]string{"75.8 %", "passes", "finds it", "silent"},
		"all gradients are ok, all steps WRONG, but by little, and by more the larger -l2 is. In -explain, " +
			"the step makes weights with a small ∂C/∂w a little longer, where decay should make them shorter."},
	{"layer", "for l ≥ 0", "for l > 0", [4]string{"48.6 %", "finds it", "finds it", "silent"},
		"only the first layer is WRONG, with a relative error of 1. In -explain, its δ is 0, and its W " +
			"moves by the decay alone, or not at all."},
}

// Run is the training in which Found was found, and None what it finds without a bug.
const (
	Run  = "-hidden 20,20 -activation tanh -l2 3 -batch 10 -lr 0.2 -epochs 4"
	None = "76.0 %"
)

// Names are the words that -bug takes.
func Names() []string {
	names := []string{"list"}
	for _, b := range All {
		names = append(names, b.Name)
	}
	return names
}

// Find is the bug of that name; nil if there is none.
func Find(name string) *Bug {
	if i := slices.IndexFunc(All, func(b Bug) bool { return b.Name == name }); i >= 0 {
		return &All[i]
	}
	return nil
}

// A Printer prints text where there is no -json, and events where there is.
type Printer interface {
	Text(format string, args ...any)
	Table(rows [][]string)
	Event(name string, pairs ...any)
}

// Print is -bug list.
func Print(p Printer) {
	rows := [][]string{{"-bug", "meant", "put in its place"}}
	found := [][]string{{"-bug", "accuracy", "gradients", "steps", "diagnosis"}}
	for _, b := range All {
		p.Event("bug", "bug", b.Name, "meant", b.Meant, "wrong", b.Wrong, "accuracy", b.Found[0],
			"gradient_check", b.Found[1], "step_check", b.Found[2], "diagnosis", b.Found[3], "how", b.How)
		rows = append(rows, []string{b.Name, b.Meant, b.Wrong})
		found = append(found, append([]string{b.Name}, b.Found[:]...))
	}
	p.Table(rows)
	p.Text("\nWhat finds it:\n\n")
	p.Table(found)
	p.Text(`
accuracy   of 500 generated digits, after learning from 2,000; without a bug
           %s
gradients  the first part of -gradcheck: ∂C/∂W and ∂C/∂b against central
           differences
steps      its second part: three whole steps against steps along these
diagnosis  what is said during the training

Where the accuracy stays and the gradients pass, a bug can stay in a program
for years.

How to tell one from another, with -gradcheck and then -explain:

`+ways()+`
Try  go run . -gradcheck -bug early  and  go run . -bug mean -report r.html
To search for one that you do not know:  go run . -gradcheck -bug mystery:7
The training was  %s
`, None, Run)
}

// ways are how to find each.
func ways() string {
	const left = 11
	var b strings.Builder
	for _, bug := range All {
		fmt.Fprintf(&b, "%-*s%s\n", left, bug.Name, text.Wrap(bug.How, left, "\n"+strings.Repeat(" ", left)))
	}
	return b.String()
}
