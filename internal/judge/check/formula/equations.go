package formula

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"backprop/internal/judge/check/homework"
)

// Equation returns the right formula for a quantity as text, for the layout of the file.
func (s *Submission) Equation(q quantity) string {
	f := s.formula(q)
	text := ""
	switch q.Kind {
	case "Z":
		text = fmt.Sprintf("%s + %v", s.productText(q, f), f.bias)
	case "A":
		text = f.left.String()
		if f.activation != "linear" {
			text = fmt.Sprintf("%s(%v)", f.activation, f.left)
		}
	case "C":
		text = s.costText(f)
	case "delta":
		text = s.deltaText(q, f)
	case "dW":
		text = s.factorText(q, f) + s.productText(q, f)
		if f.l2 != 0 {
			text += fmt.Sprintf(" + (λ/N) %v", f.decayed)
		}
	case "db":
		text = fmt.Sprintf("%sΣ %v over the samples", s.factorText(q, f), f.left)
	default: // newW, newb
		gradient := s.factorText(q, f) + f.right.String()
		if f.l2 != 0 {
			gradient = fmt.Sprintf("(%s + (λ/N) %v)", gradient, f.decayed)
		}
		text = fmt.Sprintf("%v − η %s", f.left, gradient)
	}
	return fmt.Sprintf("%v = %s", q, text)
}

// deltaText is the right side of the equation for δ, (1) or (2).
func (s *Submission) deltaText(q quantity, f formula) string {
	text := s.productText(q, f)
	if q.Layer == s.Layers() {
		text = probabilitiesText(f) + " − Y"
	}
	factor := s.factorText(q, f)
	if !f.slope.isTrivial() {
		return fmt.Sprintf("%s(%s) ⊙ %s′(Z%d)", factor, text, f.slope.activation, f.slope.layer)
	}
	if factor != "" {
		return factor + "(" + text + ")"
	}
	return text
}

// costText is the right side of the equation for C.
func (s *Submission) costText(f formula) string {
	p, mean := probabilitiesText(f), ""
	if s.N > 1 && !s.CostIsSum {
		mean = "(1/n) "
	}
	if s.CostFactor != 1 {
		mean += short(s.CostFactor) + "·"
	}
	text := ""
	switch f.cost {
	case "mse":
		text = fmt.Sprintf("%sΣ ½(%s − Y)²", mean, p)
	case "ce":
		text = fmt.Sprintf("−%sΣ Y ⊙ ln %s", mean, p)
	case "bce":
		text = fmt.Sprintf("−%sΣ (Y ⊙ ln %s + (1 − Y) ⊙ ln(1 − %[2]s))", mean, p)
	}
	if f.l2 != 0 {
		text += " + λ/(2N) Σ W²"
	}
	return text
}

// productText is the product of matrices in a formula.
func (s *Submission) productText(q quantity, f formula) string {
	operand := func(of quantity, transposed bool) string {
		if s.showsTransposed(q, of, transposed) {
			return of.String() + "ᵀ"
		}
		return of.String()
	}
	left, right := operand(f.left, f.leftT), operand(f.right, f.rightT)
	if s.IsTransposed(q) { // (A·B)ᵀ = Bᵀ·Aᵀ
		left, right = right, left
	}
	return left + "·" + right
}

// showsTransposed reports whether an operand is transposed in the equation for q when it is written for the layout of
// the file. inFormula says whether it is transposed in the formula, where samples are rows.
func (s *Submission) showsTransposed(q, operand quantity, inFormula bool) bool {
	return inFormula != (s.IsTransposed(q) != s.IsTransposed(operand))
}

// factorText is the factor before the product or sum in a formula.
func (s *Submission) factorText(q quantity, f formula) string {
	text, factor := "", f.factor
	hasMean := math.Abs(factor*float64(s.N)-s.CostFactor) < 1e-9
	if hasMean && s.N > 1 && (q.Kind != "delta" || s.DeltaOverN) {
		text, factor = "(1/n) ", factor*float64(s.N)
	}
	if q.Kind == "delta" && math.Abs(factor-1) > 1e-9 {
		text += short(factor) + "·"
	}
	return text
}

// probabilitiesText is the text of the probabilities that Y is compared with.
func probabilitiesText(f formula) string {
	if f.activation == "softmax" {
		return fmt.Sprintf("softmax(%v)", f.left)
	}
	return f.left.String()
}

// WhatIsTransposed says what was probably transposed in computing a quantity of a wrong shape.
func (s *Submission) WhatIsTransposed(q quantity) string {
	f, given, correct := s.formula(q), s.Given[q], s.Correct(q)
	if f.right.Kind == "" || q.Kind == "C" {
		return ""
	}
	c := &catalogue{Submission: s, q: q, f: f}
	c.transposes()
	for _, m := range c.mistakes {
		made := s.computeVariant(q, variant{skipWrongShapes: true}, m)
		if made != nil && made.Rows == given.Rows && made.Cols == given.Cols {
			return "probably " + m.What
		}
	}
	if given.Rows == correct.Cols && given.Cols == correct.Rows {
		return fmt.Sprintf("probably %v and %v are multiplied in the other order, or the result is transposed",
			f.left, f.right)
	}
	return fmt.Sprintf("%v is %s and %v is %s", f.left, s.shapeText(f.left), f.right, s.shapeText(f.right))
}

// shapeText is the shape that a quantity has in the file, or would have.
func (s *Submission) shapeText(q quantity) string {
	if a, ok := s.homework.Arrays[q.String()]; ok {
		return homework.ShapeText(a.Shape)
	}
	return homework.ShapeText(s.FileShape(q))
}

// Calculation shows with numbers how element i, j of a quantity follows from the learner's own numbers.
func (s *Submission) Calculation(q quantity, i, j int) string {
	f, e := s.formula(q), s.withoutMistakes(variant{skipWrongShapes: true})
	switch q.Kind {
	case "Z":
		return e.productTerms(f, i, j, signed(e.at(f.bias, 0, j)))
	case "A":
		if f.activation == "softmax" {
			return fmt.Sprintf("e^%s / %s", signed(e.at(f.left, i, j)), e.exponentials(f.left, i))
		}
		return fmt.Sprintf("%s(%s)", f.activation, short(e.at(f.left, i, j)))
	case "C":
		return e.costTerms(f)
	case "delta":
		text := ""
		if q.Layer == s.Layers() {
			p := activate(e.value(f.left), f.activation, f.axis).Get(i, j).Value
			text = fmt.Sprintf("(%s − %s)", short(p), signed(e.at(f.right, i, j)))
		} else {
			text = "(" + e.productTerms(f, i, j) + ")"
		}
		if !f.slope.isTrivial() {
			z := e.at(of("Z", f.slope.layer), i, j)
			text += "·" + signed(activations[f.slope.activation].prime(z))
		}
		return factorNumber(f) + text
	case "dW":
		text := factorNumber(f) + "(" + e.productTerms(f, i, j) + ")"
		if f.l2 != 0 {
			text += fmt.Sprintf(" + %s·%s", short(f.l2), signed(e.at(f.decayed, i, j)))
		}
		return text
	case "db":
		var sum terms
		for k := range s.N {
			v := e.at(f.left, k, j)
			sum.add(v, "%s", signed(v))
		}
		return factorNumber(f) + "(" + sum.String() + ")"
	}
	gradient := factorNumber(f) + signed(e.at(f.right, i, j))
	if f.l2 != 0 {
		gradient = fmt.Sprintf("(%s + %s·%s)", gradient, short(f.l2), signed(e.at(f.decayed, i, j)))
	}
	return fmt.Sprintf("%s − %s·%s", short(e.at(f.left, i, j)), short(f.rate), gradient)
}

// at is element i, j of a quantity. A single row, or a single number, is repeated as needed.
func (e *evaluator) at(q quantity, i, j int) float64 {
	m := e.value(q)
	return m.Get(min(i, m.Rows-1), min(j, m.Cols-1)).Value
}

// productTerms are the terms of element i, j of a product of matrices, and what is added to them.
func (e *evaluator) productTerms(f formula, i, j int, more ...string) string {
	left, right := e.operands(f)
	if left == nil || right == nil {
		return "…"
	}
	var sum terms
	for k := range left.Cols {
		x, y := left.Get(i, k).Value, right.Get(k, j).Value
		sum.add(x*y, "%s·%s", signed(x), signed(y))
	}
	return strings.Join(append([]string{sum.String()}, more...), " + ")
}

// exponentials are the terms that a softmax divides by.
func (e *evaluator) exponentials(q quantity, i int) string {
	var sum terms
	for j := range e.value(q).Cols {
		z := e.at(q, i, j)
		sum.add(math.Exp(z), "e^%s", signed(z))
	}
	return "(" + sum.String() + ")"
}

// costTerms is C, term by term.
func (e *evaluator) costTerms(f formula) string {
	p, y := activate(e.value(f.left), f.activation, f.axis), e.value(f.right)
	var sum terms
	for i := range p.At {
		p, y := p.At[i].Value, y.At[i].Value
		switch {
		case f.cost == "mse":
			sum.add((p-y)*(p-y)/2, "½·(%s − %s)²", short(p), signed(y))
		case f.cost == "bce":
			sum.add(minusLog(y, p)+minusLog(1-y, 1-p), "%s·(−ln %s) + %s·(−ln %s)", signed(y), short(p),
				signed(1-y), signed(1-p))
		case y != 0:
			sum.add(minusLog(y, p), "%s·(−ln %s)", signed(y), short(p))
		}
	}
	text := factorNumber(f) + "(" + sum.String() + ")"
	if f.l2 != 0 {
		text += " + the L2 term"
	}
	return text
}

// minusLog is −y·ln p. It is 0 for y = 0, even for p = 0.
func minusLog(y, p float64) float64 {
	if y == 0 {
		return 0
	}
	return -y * math.Log(p)
}

// terms are the terms of a sum, as text and as numbers.
type terms struct {
	texts  []string
	values []float64
}

func (t *terms) add(value float64, format string, args ...any) {
	t.texts, t.values = append(t.texts, fmt.Sprintf(format, args...)), append(t.values, value)
}

// String joins the terms by plus signs. If there are many, it shows the first few, and the sum of the others.
func (t *terms) String() string {
	const most = 5
	if len(t.texts) <= most {
		return strings.Join(t.texts, " + ")
	}
	rest := 0.0
	for _, v := range t.values[most-1:] {
		rest += v
	}
	return fmt.Sprintf("%s + %s from %d more", strings.Join(t.texts[:most-1], " + "), signed(rest),
		len(t.texts)-most+1)
}

// factorNumber is the factor of a formula before a product or sum; nothing for 1.
func factorNumber(f formula) string {
	if f.factor == 1 {
		return ""
	}
	return short(f.factor) + "·"
}

// short is a number in six digits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// signed is short, with brackets around a negative number, so that it can follow an operator.
func signed(v float64) string {
	if v < 0 {
		return "(" + strings.Replace(short(v), "-", "−", 1) + ")"
	}
	return short(v)
}
