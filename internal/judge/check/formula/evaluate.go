package formula

import (
	"math"

	"backprop/internal/judge/check/approx"
)

// An evaluator computes quantities by their formulas, changed by mistakes if it is to make any. It remembers what it
// has computed.
type evaluator struct {
	*Submission
	useAnswers bool // use what the learner has written, instead of computing it
	variant    variant
	mistakes   []Mistake
	target     quantity   // compute this one even if the learner has written it
	inputs     *evaluator // computes all other quantities; nil if a mistake may be in one of them
	known      map[quantity]*matrix
}

// A variant is one of several right ways to compute the same.
type variant struct {
	fromA           bool // compute g′ from A, and the cost from Z
	skipWrongShapes bool // compute answers of a wrong shape anew
}

// variants returns the variants that can make a difference for this homework.
func (s *Submission) variants() []variant {
	all := []variant{{}, {fromA: true}}
	if len(s.WrongShape) > 0 {
		all = append(all, variant{skipWrongShapes: true}, variant{fromA: true, skipWrongShapes: true})
	}
	return all
}

// Correct computes q from the question alone.
func (s *Submission) Correct(q quantity) *matrix { return s.correct.value(q) }

// Compute computes q with mistakes from the learner's other numbers, in each of the right variants. A result is nil
// where shapes do not fit.
func (s *Submission) Compute(q quantity, mistakes ...Mistake) (results []*matrix) {
	for _, v := range s.variants() {
		results = append(results, s.computeVariant(q, v, mistakes...))
	}
	return results
}

func (s *Submission) computeVariant(q quantity, v variant, mistakes ...Mistake) *matrix {
	e := &evaluator{Submission: s, useAnswers: true, variant: v, mistakes: mistakes, target: q,
		known: map[quantity]*matrix{}}
	for _, m := range mistakes {
		if m.At != q {
			return e.value(q)
		}
	}
	e.inputs = s.withoutMistakes(v)
	return e.value(q)
}

// withoutMistakes returns the evaluator for a variant that makes no mistake.
func (s *Submission) withoutMistakes(v variant) *evaluator {
	if s.evaluators[v] == nil {
		s.evaluators[v] = &evaluator{Submission: s, useAnswers: true, variant: v, known: map[quantity]*matrix{}}
	}
	return s.evaluators[v]
}

// value is a quantity, as the learner has written it or computed. It is nil if shapes do not fit, if q is empty, or if
// a mistaken formula would need its own result.
func (e *evaluator) value(q quantity) *matrix {
	if q.Kind == "" {
		return nil
	}
	if m := e.Given[q]; m != nil && q != e.target {
		skipped := e.WrongShape[q] && e.variant.skipWrongShapes
		if q.IsQuestion() || e.useAnswers && !skipped {
			return m
		}
	}
	if e.inputs != nil && q != e.target {
		return e.inputs.value(q)
	}
	if m, ok := e.known[q]; ok {
		return m
	}
	e.known[q] = nil
	f := e.changedFormula(q)
	e.known[q] = e.apply(f, q).TransposedIf(f.resultT)
	return e.known[q]
}

// changedFormula is the formula for q in this variant, with the mistakes that are made in q.
func (e *evaluator) changedFormula(q quantity) formula {
	f := e.formula(q)
	for _, m := range e.mistakes {
		if m.At == q {
			m.change(&f)
		}
	}
	if e.variant.fromA {
		f.costFromZ = true
		for _, s := range []*slope{&f.slope, &f.leftSlope} {
			if s.form == ofZ && s.activation == e.activation(s.layer) {
				s.form = ofA
			}
		}
	}
	return f
}

// apply computes q by a formula, before it is transposed.
func (e *evaluator) apply(f formula, q quantity) *matrix {
	left, right := e.operands(f)
	var m *matrix
	switch {
	case q.Kind == "Z":
		m = product(left, right, f.elementwise)
		if f.biasFactor != 0 {
			m = m.Plus(e.value(f.bias).Scaled(f.biasFactor))
		}
	case q.Kind == "A":
		m = activate(left, f.activation, f.axis)
	case q.Kind == "C":
		return e.cost(left, right, f)
	case q.Kind == "delta" && q.Layer == e.Layers():
		m = e.timesSlope(activate(left, f.activation, f.axis).Plus(right.Scaled(-1)), f.slope)
	case q.Kind == "delta":
		m = e.timesSlope(product(e.timesSlope(left, f.leftSlope), right, f.elementwise), f.slope)
	case q.Kind == "dW":
		m = product(left, right, f.elementwise)
	case q.Kind == "db":
		m = left.Sum(f.axis)
	default: // newW, newb
		step := right.Scaled(f.factor).Plus(e.value(f.decayed).Scaled(f.l2))
		return left.Scaled(f.keepWeights).Plus(step.Scaled(-f.rate))
	}
	m = m.Scaled(f.factor)
	if f.l2 != 0 {
		m = m.Plus(e.value(f.decayed).Scaled(f.l2))
	}
	return m
}

// operands are the two operands of a formula.
func (e *evaluator) operands(f formula) (left, right *matrix) {
	left, right = e.value(f.left), e.value(f.right)
	if f.outputGap {
		gap := e.changedFormula(f.left)
		gap.slope = slope{}
		left = e.apply(gap, f.left)
	}
	if f.lastSample {
		left, right = left.LastRow(), right.LastRow()
	}
	left = left.TransposedIf(f.leftT)
	if f.reshaped { // the numbers keep the order that they have in the file
		m := right.TransposedIf(e.OutIn)
		return left, approx.Of(m.Cols, m.Rows, m.At).TransposedIf(e.OutIn)
	}
	return left, right.TransposedIf(f.rightT)
}

// product is a·b, or element by element a ⊙ b.
func product(a, b *matrix, elementwise bool) *matrix {
	if elementwise {
		return approx.Combine(a, b, number.Times)
	}
	return approx.Product(a, b)
}

// activations are g, g′(z), and g′ as it is usually computed from a = g(z).
var activations = map[string]struct {
	g, prime, primeFromA func(float64) float64
	text                 string // of primeFromA
}{
	"sigmoid": {sigmoid, func(z float64) float64 { return sigmoid(z) * (1 - sigmoid(z)) }, sigmoidSlope, "a(1−a)"},
	"tanh": {math.Tanh, func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
		func(a float64) float64 { return 1 - a*a }, "1−a²"},
	"relu":    {func(z float64) float64 { return max(z, 0) }, step, step, "(1 where a > 0, else 0)"},
	"linear":  {func(z float64) float64 { return z }, one, one, "1"},
	"softmax": {nil, one, sigmoidSlope, "a(1−a)"},
}

func sigmoid(z float64) float64      { return 1 / (1 + math.Exp(-z)) }
func sigmoidSlope(a float64) float64 { return a * (1 - a) }
func one(float64) float64            { return 1 }

// step is relu′.
func step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

// activate is g(m). Softmax runs along the axis. It is nil if the homework does not say what g is.
func activate(m *matrix, g string, axis approx.Axis) *matrix {
	switch g {
	case "softmax":
		return m.Softmax(axis)
	case "":
		return nil
	}
	return m.Map(func(x number) number { return x.Apply(activations[g].g) })
}

// sameShape reports whether two matrices exist, and have the same shape.
func sameShape(a, b *matrix) bool {
	return a != nil && b != nil && a.Rows == b.Rows && a.Cols == b.Cols
}

// timesSlope is m ⊙ g′.
func (e *evaluator) timesSlope(m *matrix, s slope) *matrix {
	if s.form == noSlope {
		return m
	}
	g := activations[s.activation]
	kind, f := "A", g.primeFromA
	switch s.form {
	case ofZ:
		kind, f = "Z", g.prime
	case primeAtA:
		f = g.prime
	case formulaAtZ:
		kind = "Z"
	case onlyA:
		f = func(a float64) float64 { return a }
	case onlyRest:
		f = func(a float64) float64 { return 1 - a }
	case perOutputOfBCE:
		f = func(a float64) float64 { return 1 / sigmoidSlope(a) }
	}
	at := e.value(of(kind, s.layer))
	if !sameShape(m, at) {
		return nil
	}
	return approx.Combine(m, at, func(x, y number) number {
		if s.activation == "relu" && kind == "Z" {
			y.Error = max(y.Error, approx.Exactness) // at z = 0, a slope of 0 or 1 is right
		} else if s.activation == "relu" {
			y.Error = 0
		}
		return x.Times(y.Apply(f))
	})
}

// cost is C, with the L2 term if the formula has one. y has the targets of a.
func (e *evaluator) cost(a, y *matrix, f formula) *matrix {
	if !sameShape(a, y) {
		return nil
	}
	var terms *matrix
	switch {
	case f.cost == "mse":
		terms = approx.Combine(activate(a, f.activation, f.axis), y, func(a, y number) number {
			d := a.Plus(y.Scaled(-1))
			return d.Times(d).Scaled(0.5)
		})
	case f.costFromZ:
		terms = e.costFromLogits(y, f)
	default:
		terms = approx.Combine(activate(a, f.activation, f.axis), y, func(p, y number) number {
			term := minusYLogP(y, p)
			if f.cost == "bce" {
				term = term.Plus(minusYLogP(complement(y), complement(p)))
			}
			return term
		})
	}
	c := terms.Sum(approx.Whole).Scaled(f.factor)
	for l := 1; l <= e.Layers() && f.l2 != 0; l++ {
		square := func(x number) number { return x.Times(x) }
		c = c.Plus(e.value(of("W", l)).Map(square).Sum(approx.Whole).Scaled(f.l2))
	}
	return c
}

// complement is 1 − p.
func complement(p number) number { return number{Value: 1 - p.Value, Error: p.Error} }

// minusYLogP is −y ln p. It is 0 for y = 0, even for p = 0.
func minusYLogP(y, p number) number {
	if math.Abs(y.Value) <= approx.Exactness {
		return number{}
	}
	return y.Times(p.Apply(math.Log)).Scaled(-1)
}

// costFromLogits returns the terms of ce and bce, computed from Z and not from the probabilities, so that they are
// exact even if a probability is 0 or 1.
func (e *evaluator) costFromLogits(y *matrix, f formula) *matrix {
	z := e.value(of("Z", e.Layers()))
	if f.activation == "softmax" {
		z = e.value(f.left)
	}
	if !sameShape(z, y) {
		return nil
	}
	if f.cost == "bce" {
		return approx.Combine(z, y, func(z, y number) number {
			c := z.Apply(func(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) })
			return c.Plus(z.Times(y).Scaled(-1))
		})
	}
	lse := approx.New(z.Rows, 1)
	for i := range lse.At {
		lse.At[i] = logSumExp(z.At[i*z.Cols : (i+1)*z.Cols])
	}
	minusLogP := lse.Plus(z.Scaled(-1))
	return approx.Combine(y, minusLogP, number.Times)
}

// logSumExp is ln Σ eᶻ.
func logSumExp(z []number) number {
	top, largestError, sum := math.Inf(-1), 0.0, 0.0
	for _, x := range z {
		top, largestError = max(top, x.Value), max(largestError, x.Error)
	}
	for _, x := range z {
		sum += math.Exp(x.Value - top)
	}
	return number{Value: top + math.Log(sum), Error: largestError}
}

// Multiplications estimates how many multiplications it takes to compute all quantities.
func (s *Submission) Multiplications() float64 {
	weights := 0
	for l := range s.Layers() {
		weights += s.Units[l] * s.Units[l+1]
	}
	return float64(s.N * weights)
}
