// Explain: one training step, number by number, in the order of the equations. It computes
// nothing of its own: what it prints is what the parts of a step hand to each other.
package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// explainFlag is the -explain flag: empty, "network" for that of the command line, or the
// name of an example.
type explainFlag string

const explainNetwork = "network"

func (e *explainFlag) String() string   { return string(*e) }
func (e *explainFlag) IsBoolFlag() bool { return true }

func (e *explainFlag) Set(text string) error {
	switch {
	case text == "true":
		*e = explainNetwork
	case text == "false":
		*e = ""
	case examples[text] != nil:
		*e = explainFlag(text)
	default:
		return noExample(text)
	}
	return nil
}

func noExample(name string) error {
	return fmt.Errorf("there is no example %q; there are mazur, xor and 3-2, or nothing for the network of the "+
		"command line", name)
}

// takes says that a word is the name of an example after a bare -explain, and takes it.
func (e *explainFlag) takes(word string) bool {
	return *e == explainNetwork && examples[word] != nil && e.Set(word) == nil
}

// asksForText says that there is something to print and nothing to load; answer prints it.
func (cfg *config) asksForText() bool {
	return cfg.recipeName == "list" || cfg.bug == "list" || examples[string(cfg.explain)] != nil
}

func (p *printer) answer(cfg *config) error {
	switch {
	case cfg.recipeName == "list":
		p.recipes()
	case cfg.bug == "list":
		p.printSlips()
	default:
		examples[string(cfg.explain)](p)
	}
	return nil
}

// inspect is -gradcheck and -explain, which look at steps and do not train.
func inspect(cfg *config, data *Dataset, out *printer) error {
	x, err := newExperiment(cfg, data)
	switch {
	case err != nil:
		return err
	case cfg.gradcheck:
		return x.checkGradient(out)
	}
	t := x.trainer
	out.printf("One step of %s\n%s\n", x.describe(), x.how())
	s := takeApart(t, x.source(&data.Train, ascending(t.N)))
	s.inputs, s.outputs = data.Inputs, data.Classes
	explain(out, s)
	return nil
}

// An anatomy is all that a step computes.
type anatomy struct {
	t             *Trainer
	x, y          Matrix    // n×d, n×K
	in, z, a      []Matrix  // of each layer: n×in, n×out
	delta         []Matrix  // n×out
	grad          []Layer   // ∂C/∂W and ∂C/∂b
	before, after []Layer   // W and b
	cost          []float64 // of each sample, before the step
	mean, then    float64   // the cost, before and after, without the L2 term

	inputs, outputs []string // their names; nil where they have none
}

// takeApart takes the first step of a training, and keeps everything. The step itself is
// the trainer's own; the network ends as it leaves it.
func takeApart(t *Trainer, fill FillBatch) *anatomy {
	t.Workers = 1
	t.prepare()
	w, b, layers := t.alone(), &t.batches[0], t.Net.Layers
	plain := func(x, y Matrix, at, lo, hi int) { // numbers, and not lists of those that are not 0
		x.lists = nil
		fill(x, y, at, lo, hi)
	}
	t.fill(w, 0, 0, plain)
	s := &anatomy{t: t, x: clone(b.in[0]), y: clone(b.y)}
	t.forward(w, 0)
	t.Bug.errors(t, w, 0)
	s.cost, s.mean = slices.Clone(b.cost), meanOf(b.cost)
	for l, layer := range layers {
		n, in, out := t.Batch, layer.W.Rows, layer.W.Cols
		z, g := NewMatrix(n, out), newLayer(in, out, layer.G)
		layer.affine(z, b.in[l])
		s.in, s.z, s.a = append(s.in, clone(b.in[l])), append(s.z, z), append(s.a, clone(b.a[l]))
		s.delta = append(s.delta, clone(b.delta[l]))
		delta := clone(b.delta[l])
		ScaleBy(delta.Data, 1/float64(n))
		g.gradient(b.in[l], delta)
		t.Bug.spoil(g)
		s.grad = append(s.grad, g)
		s.before, s.after = append(s.before, newLayer(in, out, layer.G)), append(s.after, newLayer(in, out, layer.G))
	}
	copyLayers(s.before, layers)
	t.take(w, 0, 0, fill)
	copyLayers(s.after, layers)
	t.fill(w, 0, 0, fill)
	t.forward(w, 0)
	s.then = meanOf(b.cost)
	return s
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// place is where a function stands: "Layer.affine, backprop.go:219". The program looks it up
// in itself, so that it is true of the program that runs.
func place(f any) string {
	at := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	path, line := at.FileLine(at.Entry())
	name := at.Name()
	name = strings.NewReplacer("(*", "", ")", "").Replace(name[strings.Index(name, ".")+1:])
	if strings.Contains(name, "func") { // without a name
		return ""
	}
	return fmt.Sprintf("%s, %s:%d", name, filepath.Base(path), line)
}

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
	name := printable(i.names[at])
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
func (s *anatomy) indices() (samples index, units []index) {
	samples = pick("sample", s.x.Rows, func(i int) float64 { return s.cost[i] })
	size := func(l, i, j int) float64 { return math.Abs(s.grad[l].W.Row(i)[j]) }
	last := len(s.grad) - 1
	for l := range s.grad {
		what := "unit"
		if l == 0 {
			what = "input"
		}
		units = append(units, pick(what, s.grad[l].W.Rows, func(i int) (sum float64) {
			for j := range s.grad[l].W.Cols {
				sum += size(l, i, j)
			}
			return sum
		}))
	}
	return samples, append(units, pick("output", s.grad[last].W.Cols, func(j int) (sum float64) {
		for i := range s.grad[last].W.Rows {
			sum += size(last, i, j)
		}
		return sum
	}))
}

// explain prints the step.
func explain(out *printer, s *anatomy) {
	e := &explainer{printer: out, s: s}
	e.samples, e.units = s.indices()
	e.units[0].names, e.units[len(e.units)-1].names = s.inputs, s.outputs
	n, layers := s.x.Rows, len(s.grad)
	e.printf("\nn = %s, N = %d, η = %s", plural(n, "sample"), s.t.N, joined(slices.Compact(slices.Clone(s.t.Rate)), ","))
	if s.t.L2 != 0 {
		e.printf(", λ = %v", s.t.L2)
	}
	e.printf("\n")
	if s.t.Bug != nil && s.t.Bug.name != "" {
		e.printf("with a slip: %s in place of %s\n", s.t.Bug.wrong, s.t.Bug.meant)
	}
	e.title("Forward: Z = X·W + b, A = g(Z)")
	e.matrix("X", "the inputs, a row for each sample", s.x, e.samples, e.units[0], "")
	for l := range layers {
		e.forward(l)
	}
	e.title("The cost")
	e.matrix("Y", "what the outputs should be", s.y, e.samples, e.units[layers], "")
	e.printf("\nC = %s, the mean of %s\n", decimal(s.mean, 9), plural(n, "sample"))
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
	e.printf("\nC of the same %s: %s before, %s after\n", plural(n, "sample"), decimal(s.mean, 9), decimal(s.then, 9))
}

// An explainer prints an anatomy.
type explainer struct {
	*printer
	s       *anatomy
	samples index
	units   []index // that go into each layer, and the outputs
}

func (e *explainer) title(text string) {
	e.printf("\n%s\n%s\n", text, strings.Repeat("-", utf8.RuneCountInString(text)))
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
	s, n, layer := e.s, subscript(l+1), e.s.before[l]
	e.matrix("W"+n, "weights, a column for each neuron", layer.W, e.units[l], e.units[l+1], "")
	e.matrix("b"+n, "biases", vectorOf(layer.B), index{}, e.units[l+1], "")
	e.matrix("Z"+n, fmt.Sprintf("%s·W%s + b%[2]s = %v · %v + %d", e.x(l), n, s.in[l], layer.W, len(layer.B)),
		s.z[l], e.samples, e.units[l+1], place(Layer.affine))
	i, j := e.largest(s.z[l], e.samples, e.units[l+1])
	terms := []term{{value: layer.B[j], text: short(layer.B[j])}}
	for k, x := range s.in[l].Row(i) {
		terms = append(terms, product(x, layer.W.Row(k)[j]))
	}
	e.sum(fmt.Sprintf("Z%s[%d,%d] = b%[1]s[%[3]d] + Σ %s[%[2]d,·]·W%[1]s[·,%[3]d]",
		n, i+1, j+1, e.x(l)), terms, s.z[l].Row(i)[j])
	g := place(layer.G.F)
	equation := layer.G.Name + "(Z" + n + ")"
	if layer.G.Name == "linear" {
		equation = "Z" + n
	}
	e.matrix("A"+n, equation, s.a[l], e.samples, e.units[l+1], g)
	if l+1 < len(s.in) && s.t.Dropout != nil {
		e.matrix("A"+n, "after dropout", s.in[l+1], e.samples, e.units[l+1], place((*Trainer).drop))
	}
}

// primes are g′, written with a = g(z).
var primes = map[string]string{"relu": "(1 where a > 0, else 0)", "sigmoid": "a(1−a)", "tanh": "(1−a²)", "linear": "1"}

func (e *explainer) backward(l int) {
	s, n, net := e.s, subscript(l+1), e.s.t.Net
	g := s.before[l].G.Name
	i, j := e.largest(s.delta[l], e.samples, e.units[l+1])
	a, delta := s.a[l].Row(i)[j], s.delta[l].Row(i)[j]
	slope := []float64{1}
	s.before[l].G.Prime(slope, []float64{a})
	if l == len(s.delta)-1 {
		p, y := a, s.y.Row(i)[j]
		equation := "A" + n + " − Y"
		if net.Cost.Name == "ce" {
			soft := slices.Clone(s.a[l].Row(i))
			softmax(soft, soft)
			p, equation = soft[j], "softmax(A"+n+") − Y"
		}
		if net.Cost.Name == "bce" {
			slope[0] = 1 // the g′ cancels
		} else if g != "linear" {
			equation = "(" + equation + ") ⊙ " + primes[g]
		}
		e.matrix("δ"+n, equation, s.delta[l], e.samples, e.units[l+1], "(1) "+place(net.Cost.Eval))
		e.printf("  δ%s[%d,%d] = (%s − %s) · %s = %s\n", n, i+1, j+1, short(p), short(y), short(slope[0]), decimal(delta, 9))
		return
	}
	next, w := subscript(l+2), s.before[l+1].W
	e.matrix("δ"+n, fmt.Sprintf("(δ%s·W%[1]sᵀ) ⊙ %s = %v · (%v)ᵀ ⊙ …", next, primes[g], s.delta[l+1], w),
		s.delta[l], e.samples, e.units[l+1], "(2) "+place(Layer.backward))
	var terms []term
	for k, d := range s.delta[l+1].Row(i) {
		terms = append(terms, product(d, w.Row(j)[k]))
	}
	back := 0.0
	for _, t := range terms {
		back += t.value
	}
	e.sum(fmt.Sprintf("Σ δ%s[%d,·]·W%[1]s[%[3]d,·]", next, i+1, j+1), terms, back)
	mask := ""
	if s.t.Dropout != nil {
		mask = ", and what dropout leaves of it,"
	}
	e.printf("  δ%s[%d,%d] = %s · %s%s = %s\n", n, i+1, j+1, short(back), short(slope[0]), mask, decimal(delta, 9))
}

func (e *explainer) gradient(l int) {
	s, n, g := e.s, subscript(l+1), e.s.grad[l]
	e.matrix("∂C/∂W"+n, fmt.Sprintf("(1/n) %sᵀ·δ%s = (%v)ᵀ · %v", e.x(l), n, s.in[l], s.delta[l]), g.W,
		e.units[l], e.units[l+1], "(3) "+place(Layer.gradient))
	i, j := e.largest(g.W, e.units[l], e.units[l+1])
	var terms []term
	for k := range s.x.Rows {
		t := product(s.in[l].Row(k)[i], s.delta[l].Row(k)[j])
		t.value /= float64(s.x.Rows)
		terms = append(terms, t)
	}
	what := fmt.Sprintf("Σ %s[·,%d]·δ%s[·,%d]", e.x(l), i+1, n, j+1)
	if s.x.Rows > 1 {
		what = fmt.Sprintf("(1/%d) ", s.x.Rows) + what
	}
	e.sum(fmt.Sprintf("∂C/∂W%s[%d,%d] = %s", n, i+1, j+1, what), terms, g.W.Row(i)[j])
	e.matrix("∂C/∂b"+n, "(1/n) Σ rows δ"+n, vectorOf(g.B), index{}, e.units[l+1], "")
}

// rule is equation (4) as the optimiser has it.
func (e *explainer) rule() string {
	t, g := e.s.t, "∂C/∂W"
	if t.L2 != 0 {
		g = "(∂C/∂W + (λ/N) W)"
	}
	switch {
	case t.Adam:
		return "Adam in place of (4)"
	case t.Nesterov:
		return "(4) with V ← μV − η " + g + ", W ← W + μV − η " + g
	case t.Momentum != 0:
		return "(4) with V ← μV − η " + g + ", W ← W + V"
	}
	return "(4) W ← W − η " + g
}

func (e *explainer) step(l int) {
	s, n, t := e.s, subscript(l+1), e.s.t
	f := place(Layer.descend)
	switch {
	case t.Adam:
		f = place(Layer.adam)
	case t.Momentum != 0:
		f = place(Layer.momentum)
	}
	e.matrix("W"+n, "after the step", s.after[l].W, e.units[l], e.units[l+1], f)
	i, j := e.largest(s.grad[l].W, e.units[l], e.units[l+1])
	was, is := s.before[l].W.Row(i)[j], s.after[l].W.Row(i)[j]
	rate, gradient := t.rate(l, 0), s.grad[l].W.Row(i)[j]
	if t.Adam || t.Momentum != 0 || t.L2 != 0 || t.MaxNorm != 0 || t.Bug != nil && t.Bug.name != "" {
		e.printf("  W%s[%d,%d]: %s before, %s after, ∂C/∂w %s\n", n, i+1, j+1,
			decimal(was, 9), decimal(is, 9), short(gradient))
	} else {
		e.printf("  W%s[%d,%d] = %s − %s · %s = %s\n", n, i+1, j+1,
			short(was), short(rate), bracketed(gradient), decimal(is, 9))
	}
	e.matrix("b"+n, "after the step", vectorOf(s.after[l].B), index{}, e.units[l+1], "")
}

func vectorOf(x []float64) Matrix { return Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x} }

// largest is the element of those shown that is the furthest from 0.
func (e *explainer) largest(m Matrix, rows, cols index) (i, j int) {
	i, j = rows.which[0], cols.which[0]
	for _, r := range rows.which {
		for _, c := range cols.which {
			if math.Abs(m.Row(r)[c]) > math.Abs(m.Row(i)[j]) {
				i, j = r, c
			}
		}
	}
	return i, j
}

// matrix prints the rows and columns of m that are shown.
func (e *explainer) matrix(name, what string, m Matrix, rows, cols index, where string) {
	head := fmt.Sprintf("%s = %s", name, what)
	shape := m.String()
	if rows.which == nil {
		rows, shape = index{which: []int{0}}, fmt.Sprint(m.Cols)
	}
	if len(rows.which) < m.Rows || len(cols.which) < m.Cols {
		shape += fmt.Sprintf(", %d×%d of it shown", len(rows.which), len(cols.which))
	}
	if where != "" {
		where = "   [" + where + "]"
	}
	line := "   " + shape + where
	if utf8.RuneCountInString(head+line) > 80 {
		line = "\n" + line
	}
	e.printf("\n%s%s\n", head, lines(line))
	width := 0
	for k := range rows.which {
		width = max(width, utf8.RuneCountInString(rows.name(k)))
	}
	e.printf("  %*s", width, "")
	for k := range cols.which {
		e.printf("  %*s", cols.width(), cols.name(k))
	}
	e.printf("\n")
	for k, r := range rows.which {
		label := rows.name(k)
		if rows.what == "" {
			label = ""
		}
		e.printf("  %-*s", width, label)
		for _, c := range cols.which {
			e.printf("  %*s", cols.width(), decimal(m.Row(r)[c], cols.width()-3))
		}
		e.printf("\n")
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
	e.printf("%s\n", lines(line))
}
