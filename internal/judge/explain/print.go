package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
	"backprop/internal/show/text"
)

func (r Rows) String() string { return fmt.Sprintf("%d×%d", len(r), len(r[0])) }

// lines is text of ours on several lines, which a Printer leaves as it is.
type lines string

// An index is the rows or columns of a matrix that are shown.
type index struct {
	what  string   // "sample", "input", "unit", "output"
	which []int    // nil for the one row of a vector
	names []string // of all; nil where they have none
}

// name is at most as wide as a column.
func (i index) name(k int) string {
	at := i.which[k]
	text := fmt.Sprintf("%s %d", i.what, at+1)
	if at >= len(i.names) || i.names[at] == "" {
		return text
	}
	name := file.Clean(i.names[at])
	if _, err := strconv.ParseFloat(name, 64); err == nil && i.what == "output" {
		name = "class " + name // 4 is not the fourth
	}
	if r := []rune(name); len(r) > i.width() {
		name = string(r[:i.width()-1]) + "…"
	}
	return name
}

// width is that of a column: nine digits where they fit into the line.
func (i index) width() int {
	if len(i.which) <= 4 {
		return 12
	}
	return 9
}

// mostShown is how many rows or columns of a matrix are printed whole.
const mostShown = 6

// pick shows all of a few, or of many the first and those that weigh most.
func pick(what string, n int, weight func(i int) float64) index {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if n > mostShown {
		rest := all[1:]
		slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(weight(b), weight(a)) })
		all = all[:4]
		slices.Sort(all)
	}
	return index{what: what, which: all}
}

// indices are the samples, and the units from the inputs to the outputs, that are shown:
// those whose weights change most.
func (s *Step) indices() (samples index, units []index) {
	samples = pick("sample", len(s.X), func(i int) float64 { return s.Costs[i] })
	size := func(l, i, j int) float64 { return math.Abs(s.Layers[l].GradW[i][j]) }
	last := len(s.Layers) - 1
	for l := range s.Layers {
		what := "unit"
		if l == 0 {
			what = "input"
		}
		units = append(units, pick(what, len(s.Layers[l].GradW), func(i int) (sum float64) {
			for j := range s.Layers[l].GradB {
				sum += size(l, i, j)
			}
			return sum
		}))
	}
	return samples, append(units, pick("output", len(s.Layers[last].GradB), func(j int) (sum float64) {
		for i := range s.Layers[last].GradW {
			sum += size(last, i, j)
		}
		return sum
	}))
}

// Print prints the step.
func Print(out Printer, s *Step) {
	e := &explainer{Printer: out, s: s}
	e.samples, e.units = s.indices()
	e.units[0].names, e.units[len(e.units)-1].names = s.Inputs, s.OutputNames
	n, layers := len(s.X), len(s.Layers)
	e.Printf("\nn = %s, N = %d, η = %s", text.Plural(n, "sample"), s.N,
		text.Join(slices.Compact(slices.Clone(s.Rate)), ","))
	if s.L2 != 0 {
		e.Printf(", λ = %v", s.L2)
	}
	e.Printf("\n")
	if s.Bug != "" {
		e.Printf("with a bug: %s\n", s.Bug)
	}
	if s.File != "" {
		e.Printf("the samples in %s:\n", s.File)
		e.Printf("  %s\n", s.places(e.samples.which))
	}
	e.title("Forward: Z = X·W + b, A = g(Z)")
	e.matrix("X", "the inputs, a row for each sample", s.X, e.samples, e.units[0], "")
	for l := range layers {
		e.forward(l)
	}
	e.title("The cost")
	e.matrix("Y", "what the outputs should be", s.Y, e.samples, e.units[layers], "")
	e.Printf("\nC = %s, the mean of %s\n", decimal(s.Mean, 9), text.Plural(n, "sample"))
	e.title("Backward: δ = ∂C/∂Z, from the last layer to the first")
	for l := layers - 1; l >= 0; l-- {
		e.backward(l)
	}
	e.title("The gradient: ∂C/∂W = (1/n) Xᵀ·δ, ∂C/∂b = (1/n) Σ rows δ")
	for l := range layers {
		e.gradient(l)
	}
	e.title("The step: " + e.rule())
	for l := range layers {
		e.step(l)
	}
	e.Printf("\nC of the same %s: %s before, %s after\n", text.Plural(n, "sample"), decimal(s.Mean, 9), decimal(s.Then, 9))
}

// places says where the samples that are shown stand in their file.
func (s *Step) places(which []int) string {
	var list []string
	for _, i := range which {
		list = append(list, fmt.Sprintf("%d is %s", i+1, s.Number(i)))
	}
	return strings.Join(list, ", ")
}

// An explainer prints a step.
type explainer struct {
	Printer
	s       *Step
	samples index
	units   []index // that go into each layer, and the outputs
}

func (e *explainer) title(text string) {
	e.Printf("\n%s\n%s\n", text, strings.Repeat("-", utf8.RuneCountInString(text)))
}

// x is the name of what goes into layer l.
func (e *explainer) x(l int) string {
	if l == 0 {
		return "X"
	}
	return "A" + subscript(l)
}

// subscript is a number, small and low.
func subscript(n int) string {
	text := []rune(fmt.Sprint(n))
	for i, r := range text {
		text[i] = r - '0' + '₀'
	}
	return string(text)
}

func (e *explainer) forward(l int) {
	n, layer := subscript(l+1), e.s.Layers[l]
	e.matrix("W"+n, "weights, a column for each neuron", layer.W, e.units[l], e.units[l+1], "")
	e.matrix("b"+n, "biases", Rows{layer.B}, index{}, e.units[l+1], "")
	e.matrix("Z"+n, fmt.Sprintf("%s·W%s + b%[2]s = %v · %v + %d", e.x(l), n, layer.In, layer.W, len(layer.B)),
		layer.Z, e.samples, e.units[l+1], e.s.AffineAt)
	i, j := e.largest(layer.Z, e.samples, e.units[l+1])
	terms := []term{{value: layer.B[j], text: short(layer.B[j])}}
	for k, x := range layer.In[i] {
		terms = append(terms, product(x, layer.W[k][j]))
	}
	e.sum(fmt.Sprintf("Z%s[%d,%d] = b%[1]s[%[3]d] + Σ %s[%[2]d,·]·W%[1]s[·,%[3]d]",
		n, i+1, j+1, e.x(l)), terms, layer.Z[i][j])
	equation := layer.Activation + "(Z" + n + ")"
	if layer.Prime == "1" {
		equation = "Z" + n
	}
	e.matrix("A"+n, equation, layer.A, e.samples, e.units[l+1], layer.ActivationAt)
	if l+1 < len(e.s.Layers) && e.s.Dropout {
		e.matrix("A"+n, "after dropout", e.s.Layers[l+1].In, e.samples, e.units[l+1], e.s.DropoutAt)
	}
}

// prime is g′ of the layer as a formula.
func (l *Layer) prime() string { return cmp.Or(l.Prime, "g′") }

// factor is a formula as a factor: in brackets where it is a sum.
func factor(formula string) string {
	depth := 0
	for _, r := range formula {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0 && (r == '−' || r == '+'):
			return "(" + formula + ")"
		}
	}
	return formula
}

// outputs is (1), δ of the last layer.
func (e *explainer) outputs() {
	s, last := e.s, len(e.s.Layers)-1
	n, layer := subscript(last+1), &s.Layers[last]
	i, j := e.largest(layer.Delta, e.samples, e.units[last+1])
	equation, slope := strings.ReplaceAll(cmp.Or(s.Gradient, "∂C/∂A"), "A", "A"+n), layer.Slope[i][j]
	if s.Cancels {
		slope = 1
	} else if layer.Prime != "1" {
		equation = factor(equation) + " ⊙ " + layer.prime()
	}
	e.matrix("δ"+n, equation, layer.Delta, e.samples, e.units[last+1], "(1) "+s.CostAt)
	delta := decimal(layer.Delta[i][j], 9)
	if s.Gradient == "" {
		e.Printf("  δ%s[%d,%d] = %s\n", n, i+1, j+1, delta)
		return
	}
	values := []string{"A", short(layer.A[i][j]), "Y", short(s.Y[i][j])}
	if s.P != nil {
		values = append([]string{"softmax(A)", short(s.P[i][j])}, values...)
	}
	numbers := strings.NewReplacer(values...).Replace(factor(s.Gradient))
	e.Printf("  δ%s[%d,%d] = %s · %s = %s\n", n, i+1, j+1, numbers, short(slope), delta)
}

func (e *explainer) backward(l int) {
	s, n, layer := e.s, subscript(l+1), &e.s.Layers[l]
	if l == len(s.Layers)-1 {
		e.outputs()
		return
	}
	i, j := e.largest(layer.Delta, e.samples, e.units[l+1])
	delta, slope := layer.Delta[i][j], layer.Slope[i][j]
	next, after := subscript(l+2), s.Layers[l+1]
	e.matrix("δ"+n, fmt.Sprintf("(δ%s·W%[1]sᵀ) ⊙ %s = %v · (%v)ᵀ ⊙ …", next, layer.prime(), after.Delta, after.W),
		layer.Delta, e.samples, e.units[l+1], "(2) "+s.BackwardAt)
	var terms []term
	for k, d := range after.Delta[i] {
		terms = append(terms, product(d, after.W[j][k]))
	}
	back := 0.0
	for _, t := range terms {
		back += t.value
	}
	e.sum(fmt.Sprintf("Σ δ%s[%d,·]·W%[1]s[%[3]d,·]", next, i+1, j+1), terms, back)
	mask := ""
	if s.Dropout {
		mask = ", and what dropout leaves of it,"
	}
	e.Printf("  δ%s[%d,%d] = %s · %s%s = %s\n", n, i+1, j+1, short(back), short(slope), mask, decimal(delta, 9))
}

func (e *explainer) gradient(l int) {
	s, n, layer := e.s, subscript(l+1), e.s.Layers[l]
	e.matrix("∂C/∂W"+n, fmt.Sprintf("(1/n) %sᵀ·δ%s = (%v)ᵀ · %v", e.x(l), n, layer.In, layer.Delta), layer.GradW,
		e.units[l], e.units[l+1], "(3) "+s.GradientAt)
	i, j := e.largest(layer.GradW, e.units[l], e.units[l+1])
	var terms []term
	for k := range s.X {
		t := product(layer.In[k][i], layer.Delta[k][j])
		t.value /= float64(len(s.X))
		terms = append(terms, t)
	}
	what := fmt.Sprintf("Σ %s[·,%d]·δ%s[·,%d]", e.x(l), i+1, n, j+1)
	if len(s.X) > 1 {
		what = fmt.Sprintf("(1/%d) ", len(s.X)) + what
	}
	e.sum(fmt.Sprintf("∂C/∂W%s[%d,%d] = %s", n, i+1, j+1, what), terms, layer.GradW[i][j])
	e.matrix("∂C/∂b"+n, "(1/n) Σ rows δ"+n, Rows{layer.GradB}, index{}, e.units[l+1], "")
}

// rule is equation (4) as the optimiser has it.
func (e *explainer) rule() string {
	g := "∂C/∂W"
	if e.s.L2 != 0 {
		g = "(∂C/∂W + (λ/N) W)"
	}
	switch e.s.Rule {
	case "adam":
		return "Adam in place of (4)"
	case "nesterov":
		return "(4) with V ← μV − η " + g + ", W ← W + μV − η " + g
	case "momentum":
		return "(4) with V ← μV − η " + g + ", W ← W + V"
	}
	return "(4) W ← W − η " + g
}

func (e *explainer) step(l int) {
	s, n, layer := e.s, subscript(l+1), e.s.Layers[l]
	e.matrix("W"+n, "after the step", layer.NewW, e.units[l], e.units[l+1], s.UpdateAt)
	i, j := e.largest(layer.GradW, e.units[l], e.units[l+1])
	was, is, gradient := layer.W[i][j], layer.NewW[i][j], layer.GradW[i][j]
	if s.Rule != "" || s.L2 != 0 || s.MaxNorm || s.Bug != "" {
		e.Printf("  W%s[%d,%d]: %s before, %s after, ∂C/∂w %s\n", n, i+1, j+1,
			decimal(was, 9), decimal(is, 9), short(gradient))
	} else {
		e.Printf("  W%s[%d,%d] = %s − %s · %s = %s\n", n, i+1, j+1,
			short(was), short(layer.Eta), bracketed(gradient), decimal(is, 9))
	}
	e.matrix("b"+n, "after the step", Rows{layer.NewB}, index{}, e.units[l+1], "")
}

// largest is the element of those shown that is the furthest from 0.
func (e *explainer) largest(m Rows, rows, cols index) (i, j int) {
	i, j = rows.which[0], cols.which[0]
	for _, r := range rows.which {
		for _, c := range cols.which {
			if math.Abs(m[r][c]) > math.Abs(m[i][j]) {
				i, j = r, c
			}
		}
	}
	return i, j
}

// matrix prints the rows and columns of m that are shown.
func (e *explainer) matrix(name, what string, m Rows, rows, cols index, where string) {
	head := fmt.Sprintf("%s = %s", name, what)
	shape := m.String()
	if rows.which == nil {
		rows, shape = index{which: []int{0}}, fmt.Sprint(len(m[0]))
	}
	if len(rows.which) < len(m) || len(cols.which) < len(m[0]) {
		shape += fmt.Sprintf(", %d×%d of it shown", len(rows.which), len(cols.which))
	}
	if where != "" {
		where = "   [" + where + "]"
	}
	line := "   " + shape + where
	if utf8.RuneCountInString(head+line) > 80 {
		line = "\n" + line
	}
	e.Printf("\n%s%s\n", head, lines(line))
	width := 0
	for k := range rows.which {
		width = max(width, utf8.RuneCountInString(rows.name(k)))
	}
	e.Printf("  %*s", width, "")
	for k := range cols.which {
		e.Printf("  %*s", cols.width(), cols.name(k))
	}
	e.Printf("\n")
	for k, r := range rows.which {
		label := rows.name(k)
		if rows.what == "" {
			label = ""
		}
		e.Printf("  %-*s", width, label)
		for _, c := range cols.which {
			e.Printf("  %*s", cols.width(), decimal(m[r][c], cols.width()-3))
		}
		e.Printf("\n")
	}
}

// decimal is v with so many digits after the point, or in powers of ten where that says more.
func decimal(v float64, n int) string {
	switch a := math.Abs(v); {
	case v == math.Trunc(v) && a < 1e6:
		return fmt.Sprintf("%.0f", v)
	case a < 1e-3 || a >= 1e5:
		return strings.Replace(fmt.Sprintf("%.*e", max(1, n-5), v), "e-0", "e-", 1)
	}
	return fmt.Sprintf("%.*f", n, v)
}

// A term is one of a sum.
type term struct {
	value float64
	text  string
}

func product(a, b float64) term { return term{a * b, bracketed(a) + "·" + bracketed(b)} }

// short is a number within a line, and bracketed one behind a sign.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
func bracketed(v float64) string {
	if v < 0 {
		return "(" + short(v) + ")"
	}
	return short(v)
}

// sum prints how a number comes about, term by term; of many, those that weigh most.
func (e *explainer) sum(formula string, terms []term, result float64) {
	const most = 4
	rest := 0.0
	if len(terms) > most {
		slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(math.Abs(b.value), math.Abs(a.value)) })
		for _, t := range terms[most-1:] {
			rest += t.value
		}
	}
	line := "  " + formula
	add := func(text string) {
		if last := line[strings.LastIndex(line, "\n")+1:]; utf8.RuneCountInString(last+text) > 80 {
			line += "\n   "
		}
		line += text
	}
	for i, t := range terms {
		sign := []string{" + ", " = "}[min(1, max(0, 1-i))]
		if len(terms) > most && i == most-1 {
			add(fmt.Sprintf("%s%s from %d more", sign, bracketed(rest), len(terms)-i))
			break
		}
		add(sign + t.text)
	}
	add(" = " + decimal(result, 9))
	e.Printf("%s\n", lines(line))
}
