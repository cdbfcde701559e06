package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"backprop/internal/show/text"
)

// An explainer prints a step.
type explainer struct {
	Printer
	*Step
	samples selection
	units   []selection // the inputs of each layer, and the outputs of the last
}

// Print prints the step.
func Print(out Printer, s *Step) {
	e := &explainer{Printer: out, Step: s}
	e.selectUnits()
	samples, layers := text.Plural(len(s.X), "sample"), len(s.Layers)
	e.settings()
	e.title("Forward: Z = X·W + b, A = g(Z)")
	e.matrix("X", "the inputs, a row for each sample", s.X, e.samples, e.units[0], "")
	for l := range layers {
		e.forward(l)
	}
	e.title("The cost")
	e.matrix("Y", "what the outputs should be", s.Y, e.samples, e.units[layers], "")
	e.Printf("\nC = %s, the mean of %s\n", decimal(s.CostBefore, 9), samples)
	e.title("Backward: δ = ∂C/∂Z, from the last layer to the first")
	e.output()
	for l := layers - 2; l >= 0; l-- {
		e.backward(l)
	}
	e.title("The gradient: ∂C/∂W = (1/n) Xᵀ·δ, ∂C/∂b = (1/n) Σ rows δ")
	for l := range layers {
		e.gradient(l)
	}
	e.title("The step: " + e.rule())
	for l := range layers {
		e.update(l)
	}
	e.Printf("\nC of the same %s: %s before, %s after\n", samples, decimal(s.CostBefore, 9), decimal(s.CostAfter, 9))
}

func (e *explainer) title(text string) {
	e.Printf("\n%s\n%s\n", text, strings.Repeat("-", utf8.RuneCountInString(text)))
}

// settings prints what the step depends on besides its numbers.
func (e *explainer) settings() {
	rates := slices.Compact(slices.Clone(e.Rate))
	e.Printf("\nn = %s, N = %d, η = %s", text.Plural(len(e.X), "sample"), e.N, text.Join(rates, ","))
	if e.L2 != 0 {
		e.Printf(", λ = %v", e.L2)
	}
	e.Printf("\n")
	if e.Bug != "" {
		e.Printf("with a bug: %s\n", e.Bug)
	}
	if e.File != "" {
		var places []string
		for _, i := range e.samples.indices {
			places = append(places, fmt.Sprintf("%d is %s", i+1, e.Number(i)))
		}
		e.Printf("the samples in %s:\n", e.File)
		e.Printf("  %s\n", strings.Join(places, ", "))
	}
}

// input is the name of the inputs of layer l: X, or the A of the layer before.
func input(l int) string {
	if l == 0 {
		return "X"
	}
	return "A" + subscript(l)
}

// prime is g′ of the layer as a formula.
func (l *Layer) prime() string { return cmp.Or(l.Prime, "g′") }

// forward prints Z = X·W + b and A = g(Z) of layer l.
func (e *explainer) forward(l int) {
	n, layer, units := subscript(l+1), e.Layers[l], e.units[l+1]
	e.matrix("W"+n, "weights, a column for each neuron", layer.W, e.units[l], units, "")
	e.matrix("b"+n, "biases", Rows{layer.B}, selection{}, units, "")
	e.matrix("Z"+n, fmt.Sprintf("%s·W%s + b%[2]s = %v · %v + %d", input(l), n, layer.In, layer.W, len(layer.B)),
		layer.Z, e.samples, units, e.AffineAt)
	i, j := largest(layer.Z, e.samples, units)
	terms := []term{{value: layer.B[j], text: short(layer.B[j])}}
	for k, x := range layer.In[i] {
		terms = append(terms, product(x, layer.W[k][j]))
	}
	e.Printf("%s\n", sum(fmt.Sprintf("Z%s[%d,%d] = b%[1]s[%[3]d] + Σ %s[%[2]d,·]·W%[1]s[·,%[3]d]",
		n, i+1, j+1, input(l)), terms, layer.Z[i][j]))
	equation := layer.Activation + "(Z" + n + ")"
	if layer.Prime == "1" {
		equation = "Z" + n
	}
	e.matrix("A"+n, equation, layer.A, e.samples, units, layer.ActivationAt)
	if l+1 < len(e.Layers) && e.Dropout {
		e.matrix("A"+n, "after dropout", e.Layers[l+1].In, e.samples, units, e.DropoutAt)
	}
}

// output prints equation (1), δ of the last layer.
func (e *explainer) output() {
	last := len(e.Layers) - 1
	n, layer, units := subscript(last+1), &e.Layers[last], e.units[last+1]
	i, j := largest(layer.Delta, e.samples, units)
	equation, slope := strings.ReplaceAll(cmp.Or(e.Gradient, "∂C/∂A"), "A", "A"+n), layer.Slope[i][j]
	if e.Cancels {
		slope = 1
	} else if layer.Prime != "1" {
		equation = factor(equation) + " ⊙ " + layer.prime()
	}
	e.matrix("δ"+n, equation, layer.Delta, e.samples, units, "(1) "+e.CostAt)
	delta := layer.Delta[i][j]
	if e.Gradient == "" {
		e.Printf("  δ%s[%d,%d] = %s\n", n, i+1, j+1, decimal(delta, 9))
		return
	}
	computed, weighted := delta, ""
	switch {
	case e.Weighted:
		weighted = ", times the weight of its class,"
	case e.Gradient == "A − Y":
		computed = (layer.A[i][j] - e.Y[i][j]) * slope
	case e.Gradient == "softmax(A) − Y":
		computed = (e.P[i][j] - e.Y[i][j]) * slope
	}
	numbers := []string{"A", short(layer.A[i][j]), "Y", bracketed(e.Y[i][j])}
	if e.P != nil {
		numbers = append([]string{"softmax(A)", short(e.P[i][j])}, numbers...)
	}
	gradient := strings.NewReplacer(numbers...).Replace(factor(e.Gradient))
	e.Printf("  δ%s[%d,%d] = %s · %s%s = %s\n", n, i+1, j+1, gradient, bracketed(slope), weighted,
		outcome(computed, delta, 1))
}

// backward prints equation (2), δ of layer l.
func (e *explainer) backward(l int) {
	n, layer, units := subscript(l+1), &e.Layers[l], e.units[l+1]
	nextN, next := subscript(l+2), e.Layers[l+1]
	e.matrix("δ"+n, fmt.Sprintf("(δ%s·W%[1]sᵀ) ⊙ %s = %v · (%v)ᵀ ⊙ …", nextN, layer.prime(), next.Delta, next.W),
		layer.Delta, e.samples, units, "(2) "+e.BackwardAt)
	i, j := largest(layer.Delta, e.samples, units)
	var terms []term
	back := 0.0
	for k, d := range next.Delta[i] {
		t := product(d, next.W[j][k])
		terms = append(terms, t)
		back += t.value
	}
	e.Printf("%s\n", sum(fmt.Sprintf("Σ δ%s[%d,·]·W%[1]s[%[3]d,·]", nextN, i+1, j+1), terms, back))
	dropped, computed := "", back*layer.Slope[i][j]
	if e.Dropout {
		dropped, computed = ", and what dropout leaves of it,", layer.Delta[i][j]
	}
	e.Printf("  δ%s[%d,%d] = %s · %s%s = %s\n", n, i+1, j+1, short(back), bracketed(layer.Slope[i][j]), dropped,
		outcome(computed, layer.Delta[i][j], math.Abs(back)))
}

// gradient prints equation (3) of layer l.
func (e *explainer) gradient(l int) {
	n, layer := subscript(l+1), e.Layers[l]
	e.matrix("∂C/∂W"+n, fmt.Sprintf("(1/n) %sᵀ·δ%s = (%v)ᵀ · %v", input(l), n, layer.In, layer.Delta), layer.GradW,
		e.units[l], e.units[l+1], "(3) "+e.GradientAt)
	i, j := largest(layer.GradW, e.units[l], e.units[l+1])
	var terms []term
	for k := range e.X {
		t := product(layer.In[k][i], layer.Delta[k][j])
		t.value /= float64(len(e.X))
		terms = append(terms, t)
	}
	mean := ""
	if len(e.X) > 1 {
		mean = fmt.Sprintf("(1/%d) ", len(e.X))
	}
	e.Printf("%s\n", sum(fmt.Sprintf("∂C/∂W%s[%d,%d] = %sΣ %s[·,%[2]d]·δ%[1]s[·,%[3]d]", n, i+1, j+1, mean, input(l)),
		terms, layer.GradW[i][j]))
	e.matrix("∂C/∂b"+n, "(1/n) Σ rows δ"+n, Rows{layer.GradB}, selection{}, e.units[l+1], "")
}

// rule returns equation (4), with weight decay and as the optimizer applies it.
func (e *explainer) rule() string {
	gradient := "∂C/∂W"
	if e.L2 != 0 {
		gradient = "(∂C/∂W + (λ/N) W)"
	}
	switch e.Rule {
	case "adam":
		return "Adam in place of (4)"
	case "nesterov":
		return "(4) with V ← μV − η " + gradient + ", W ← W + μV − η " + gradient
	case "momentum":
		return "(4) with V ← μV − η " + gradient + ", W ← W + V"
	}
	return "(4) W ← W − η " + gradient
}

// update prints the weights of layer l after the step.
func (e *explainer) update(l int) {
	n, layer := subscript(l+1), e.Layers[l]
	e.matrix("W"+n, "after the step", layer.NewW, e.units[l], e.units[l+1], e.UpdateAt)
	i, j := largest(layer.GradW, e.units[l], e.units[l+1])
	before, after, gradient := layer.W[i][j], layer.NewW[i][j], layer.GradW[i][j]
	isPlain := e.Rule == "" && e.L2 == 0 && !e.MaxNorm && e.Bug == ""
	if isPlain {
		e.Printf("  W%s[%d,%d] = %s − %s · %s = %s\n", n, i+1, j+1, short(before), short(layer.Eta), bracketed(gradient),
			outcome(before-layer.Eta*gradient, after, math.Abs(before)))
	} else {
		e.Printf("  W%s[%d,%d]: %s before, %s after, ∂C/∂w %s\n", n, i+1, j+1, decimal(before, 9), decimal(after, 9),
			short(gradient))
	}
	e.matrix("b"+n, "after the step", Rows{layer.NewB}, selection{}, e.units[l+1], "")
}

// largest returns the indices of the selected element of m that is furthest from 0.
func largest(m Rows, rows, cols selection) (i, j int) {
	i, j = rows.indices[0], cols.indices[0]
	for _, r := range rows.indices {
		for _, c := range cols.indices {
			if math.Abs(m[r][c]) > math.Abs(m[i][j]) {
				i, j = r, c
			}
		}
	}
	return i, j
}
