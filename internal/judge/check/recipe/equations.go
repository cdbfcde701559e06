package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"backprop/internal/judge/check/homework"
)

// ---- Equations ----

// Equation is how a quantity is rightly made, as the arrays lie in the file.
func (s *Student) Equation(q name) string {
	r := s.recipe(q)
	right := ""
	switch q.Kind {
	case "Z":
		right = fmt.Sprintf("%s + %v", s.product(q, r), r.bias)
	case "A":
		right = fmt.Sprint(r.left)
		if r.act != "linear" {
			right = fmt.Sprintf("%s(%v)", r.act, r.left)
		}
	case "C":
		right = s.costEquation(r)
	case "delta":
		right = "(" + s.product(q, r) + ")"
		if q.Layer == s.Layers() {
			right = fmt.Sprintf("(%s − Y)", probabilities(r))
		}
		right = s.share(q, r) + right
		if r.slope.form != noSlope && r.slope.act != "linear" {
			right += fmt.Sprintf(" ⊙ %s′(Z%d)", r.slope.act, r.slope.layer)
		} else {
			right = strings.Trim(right, "()")
		}
	case "dW":
		right = s.share(q, r) + s.product(q, r)
		if r.l2 != 0 {
			right += fmt.Sprintf(" + (λ/N) %v", r.decayed)
		}
	case "db":
		right = fmt.Sprintf("%sΣ %v over the samples", s.share(q, r), r.left)
	default:
		right = fmt.Sprintf("%v − η %s%v", r.left, s.share(q, r), r.right)
		if r.l2 != 0 {
			right = fmt.Sprintf("%v − η (%s%v + (λ/N) %v)", r.left, s.share(q, r), r.right, r.decayed)
		}
	}
	return fmt.Sprintf("%v = %s", q, right)
}

// product is a recipe's product of matrices as the arrays lie in the file.
func (s *Student) product(q name, r recipe) string {
	c := &slipper{Student: s, q: q}
	show := func(of name, transposed bool) string {
		if c.shownTransposed(of, transposed) {
			return of.String() + "ᵀ"
		}
		return of.String()
	}
	left, right := show(r.left, r.leftT), show(r.right, r.rightT)
	if s.Stored(q) {
		left, right = right, left
	}
	return left + "·" + right
}

// share is what a recipe's result is multiplied by, in words.
func (s *Student) share(q name, r recipe) string {
	part := r.times
	text := ""
	if math.Abs(part*float64(s.N)-s.part) < 1e-9 && s.N > 1 && (q.Kind != "delta" || s.overN) {
		text, part = "(1/n) ", part*float64(s.N)
	}
	if q.Kind == "delta" && math.Abs(part-1) > 1e-9 {
		text += short(part) + "·"
	}
	return text
}

// probabilities are what Y is compared with.
func probabilities(r recipe) string {
	if r.act == "softmax" {
		return fmt.Sprintf("softmax(%v)", r.left)
	}
	return r.left.String()
}

// costEquation is the right side of C.
func (s *Student) costEquation(r recipe) string {
	p, mean := probabilities(r), ""
	if s.N > 1 && !s.sumCost {
		mean = "(1/n) "
	}
	if s.part != 1 {
		mean += short(s.part) + "·"
	}
	text := mean + fmt.Sprintf("Σ ½(%s − Y)²", p)
	switch r.cost {
	case "ce":
		text = fmt.Sprintf("−%sΣ Y ⊙ ln %s", mean, p)
	case "bce":
		text = fmt.Sprintf("−%sΣ (Y ⊙ ln %s + (1 − Y) ⊙ ln(1 − %[2]s))", mean, p)
	}
	if r.l2 != 0 {
		text += " + λ/(2N) Σ W²"
	}
	return text
}

// Turned says what was probably transposed in making a quantity whose shape is not what it should be.
func (s *Student) Turned(q name) string {
	c, is, should := &slipper{Student: s, q: q, r: s.recipe(q)}, s.Given[q], s.Truth(q)
	if c.r.right.Kind == "" || q.Kind == "C" {
		return ""
	}
	c.transposes()
	for _, slip := range c.slips {
		if m := s.byWay(q, way{without: true}, slip); m != nil && m.Rows == is.Rows && m.Cols == is.Cols {
			return "probably " + slip.What
		}
	}
	if is.Rows == should.Cols && is.Cols == should.Rows {
		return fmt.Sprintf("probably %v and %v are multiplied in the other order, or the result is transposed",
			c.r.left,
			c.r.right)
	}
	shape := func(q name) string {
		if a, ok := s.h.Arrays[q.String()]; ok {
			return homework.Times(a.Shape)
		}
		rows, cols, transposed := s.Form(q)
		if transposed {
			rows, cols = cols, rows
		}
		return homework.Times([]int{rows, cols})
	}
	return fmt.Sprintf("%v is %s and %v is %s", c.r.left, shape(c.r.left), c.r.right, shape(c.r.right))
}

// ---- Numbers ----

// short is a number within a line.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// bracketed is a number behind a sign.
func bracketed(v float64) string {
	if v < 0 {
		return "(" + strings.Replace(short(v), "-", "−", 1) + ")"
	}
	return short(v)
}

// added joins terms with plus signs; of many, the first few and what the others come to.
func added(terms []string, values []float64) string {
	const most = 5
	if len(terms) <= most {
		return strings.Join(terms, " + ")
	}
	rest := 0.0
	for _, v := range values[most-1:] {
		rest += v
	}
	return fmt.Sprintf("%s + %s from %d more", strings.Join(terms[:most-1], " + "), bracketed(rest), len(terms)-most+1)
}

// Sum shows, number by number, how element i, j of a quantity comes about from the student's own numbers.
func (s *Student) Sum(q name, i, j int) string {
	r, e := s.recipe(q), s.base(way{without: len(s.Odd) > 0})
	at := func(of name, i, j int) float64 {
		m := e.value(of)
		return m.Get(min(i, m.Rows-1), min(j, m.Cols-1)).V
	}
	switch q.Kind {
	case "Z":
		return e.products(r, i, j, bracketed(at(r.bias, 0, j)))
	case "A":
		if r.act == "softmax" {
			return fmt.Sprintf("e^%s / %s", bracketed(at(r.left, i, j)), e.exponentials(r.left, i))
		}
		return fmt.Sprintf("%s(%s)", r.act, short(at(r.left, i, j)))
	case "C":
		return e.costSum(r)
	case "delta":
		text := ""
		if q.Layer == s.Layers() {
			p := activate(e.value(r.left), r.act, r.axis).Get(i, j).V
			text = fmt.Sprintf("(%s − %s)", short(p), bracketed(at(r.right, i, j)))
		} else {
			text = "(" + e.products(r, i, j) + ")"
		}
		if r.slope.form != noSlope && r.slope.act != "linear" {
			z := named("Z", r.slope.layer)
			text += "·" + bracketed(activations[r.slope.act].prime(at(z, i, j)))
		}
		return factor(r.times) + text
	case "dW":
		text := factor(r.times) + "(" + e.products(r, i, j) + ")"
		if r.l2 != 0 {
			text += fmt.Sprintf(" + %s·%s", short(r.l2), bracketed(at(r.decayed, i, j)))
		}
		return text
	case "db":
		var terms []string
		var values []float64
		for k := range s.N {
			values = append(values, at(r.left, k, j))
			terms = append(terms, bracketed(values[k]))
		}
		return factor(r.times) + "(" + added(terms, values) + ")"
	}
	text := factor(r.times) + bracketed(at(r.right, i, j))
	if r.l2 != 0 {
		text = fmt.Sprintf("(%s + %s·%s)", text, short(r.l2), bracketed(at(r.decayed, i, j)))
	}
	return fmt.Sprintf("%s − %s·%s", short(at(r.left, i, j)), short(r.rate), text)
}

// factor is a number before a product; none if it is 1.
func factor(v float64) string {
	if v == 1 {
		return ""
	}
	return short(v) + "·"
}

// products are the terms of element i, j of a product of matrices, and what is added to them.
func (e *evaluator) products(r recipe, i, j int, more ...string) string {
	a, b := e.value(r.left).TransposedIf(r.leftT), e.value(r.right).TransposedIf(r.rightT)
	if a == nil || b == nil {
		return "…"
	}
	var terms []string
	var values []float64
	for k := range a.Cols {
		x, y := a.Get(i, k).V, b.Get(k, j).V
		terms, values = append(terms, bracketed(x)+"·"+bracketed(y)), append(values, x*y)
	}
	return strings.Join(append([]string{added(terms, values)}, more...), " + ")
}

// exponentials are what a softmax divides by.
func (e *evaluator) exponentials(of name, i int) string {
	m := e.value(of)
	var terms []string
	var values []float64
	for j := range m.Cols {
		v := m.Get(i, j).V
		terms, values = append(terms, "e^"+bracketed(v)), append(values, math.Exp(v))
	}
	return "(" + added(terms, values) + ")"
}

// costSum is C, term by term.
func (e *evaluator) costSum(r recipe) string {
	p, y := activate(e.value(r.left), r.act, r.axis), e.value(r.right)
	var terms []string
	var values []float64
	for i, x := range p.At {
		d := y.At[i].V
		one := fmt.Sprintf("½·(%s − %s)²", short(x.V), bracketed(d))
		value := (x.V - d) * (x.V - d) / 2
		if r.cost != "mse" {
			one, value = fmt.Sprintf("%s·(−ln %s)", bracketed(d), short(x.V)), minusLog(d, x.V)
		}
		if r.cost == "bce" {
			one += fmt.Sprintf(" + %s·(−ln %s)", bracketed(1-d), bracketed(1-x.V))
			value += minusLog(1-d, 1-x.V)
		}
		if r.cost != "ce" || d != 0 {
			terms, values = append(terms, one), append(values, value)
		}
	}
	text := factor(r.times) + "(" + added(terms, values) + ")"
	if r.l2 != 0 {
		text += " + the L2 term"
	}
	return text
}

// minusLog is −d·ln p, which is 0 where d is, even of p = 0.
func minusLog(d, p float64) float64 {
	if d == 0 {
		return 0
	}
	return -d * math.Log(p)
}
