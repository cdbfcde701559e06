// Package recipe knows how each quantity of a training step is made of others: rightly, however a learner
// writes it down, and with the mistakes that people make.
package recipe

import (
	"math"

	"backprop/internal/judge/check/near"
)

// A slopeOf is a g′ that a δ is multiplied by.
type slopeOf struct {
	form  slopeForm
	layer int
	act   string // g
}

type slopeForm int

const (
	noSlope  slopeForm = iota
	ofZ                // g′(Z)
	ofA                // the same, from A = g(Z): a(1−a) for sigmoid
	atA                // g′(A), which is wrong
	formOfZ            // z(1−z), which is wrong
	overProb           // divided by a(1−a): ∂C/∂a of bce
)

// A recipe is how a quantity is made of others. One that is right becomes a wrong one by changing
// some of its parts; what a kind of quantity has no use for stays empty.
type recipe struct {
	left, right   name // what is multiplied, compared or subtracted
	leftT, rightT bool // transposed before it
	reshaped      bool // the right one not transposed, but its numbers laid anew in the shape of its transpose
	byElement     bool // and multiplied element by element
	outT          bool // the result transposed
	bias          name
	biasTimes     float64
	act           string    // what makes A of Z, and p of the outputs
	axis          near.Axis // of a softmax, or of the sum of a db
	cost          string
	logits        bool // the cost from Z, and not from A
	before, slope slopeOf
	times         float64 // the result, but for the terms that follow
	rate          float64
	l2            float64 // times decayed
	decayed       name
	kept          float64 // how much of W is there before the step: 1
}

// recipe is how a quantity is rightly made, as the reading has it.
func (s *Student) recipe(q name) recipe {
	l, last := q.Layer, s.Layers()
	r := recipe{times: 1}
	z := func(layer int) slopeOf { return slopeOf{ofZ, layer, s.activation(layer)} }
	switch q.Kind {
	case "Z":
		r.left, r.right, r.bias, r.biasTimes = named("A", l-1), named("W", l), named("b", l), 1
	case "A":
		r.left, r.act = named("Z", l), s.activation(l)
	case "C":
		r.left, r.right, r.cost, r.times = named("A", last), named("Y", 0), s.h.Settings.Cost, s.part/float64(s.N)
		r.act = s.outputToP()
		if s.sumCost {
			r.times = s.part
		}
		if s.l2InCost {
			r.l2 = s.decay() / 2
		}
	case "delta":
		if l < last {
			r.left, r.right, r.rightT, r.slope = named("delta", l+1), named("W", l+1), true, z(l)
			break
		}
		r.left, r.right, r.act, r.times = named("A", last), named("Y", 0), s.outputToP(), s.part
		if s.h.Settings.Cost != "bce" && s.activation(last) != "softmax" {
			r.slope = z(last)
		}
		if s.overN {
			r.times /= float64(s.N)
		}
	case "dW":
		r.left, r.leftT, r.right, r.times = named("A", l-1), true, named("delta", l), s.mean()
		r.decayed = named("W", l)
		if s.l2InGrad {
			r.l2 = s.decay()
		}
	case "db":
		r.left, r.axis, r.times, r.decayed = named("delta", l), near.AlongColumns, s.mean(), named("b", l)
	default:
		s.update(&r, q)
	}
	return r
}

// update is equation (4), W ← W − η (∂C/∂W + (λ/N) W), and the same of b without the decay.
func (s *Student) update(r *recipe, q name) {
	kind := q.Kind[len("new"):]
	r.left, r.decayed, r.right = named(kind, q.Layer), named(kind, q.Layer), named("d"+kind, q.Layer)
	r.rate, r.kept = s.h.Settings.Rate, 1
	if s.sums && !s.sumCost {
		r.times = 1 / float64(s.N)
	}
	if kind == "W" && !s.l2InGrad {
		r.l2 = s.decay()
	}
}

// activation is the name of g in a layer.
func (s *Student) activation(layer int) string {
	switch {
	case layer < s.Layers():
		return s.h.Settings.Activation
	case s.softmax:
		return "softmax"
	}
	return s.h.Settings.Output
}

// outputToP is what makes probabilities of the last A: nothing, where it has them already.
func (s *Student) outputToP() string {
	if s.h.Settings.Cost == "ce" && s.activation(s.Layers()) != "softmax" {
		return "softmax"
	}
	return "linear"
}

// mean is what makes a gradient of the sum over the samples.
func (s *Student) mean() float64 {
	if s.overN || s.sums {
		return 1
	}
	return 1 / float64(s.N)
}

// decay is λ/N.
func (s *Student) decay() float64 {
	if s.h.Settings.N > 0 {
		return s.h.Settings.L2 / float64(s.h.Settings.N)
	}
	return s.h.Settings.L2 / float64(s.N)
}

// make makes a quantity by a recipe; nil where its parts do not fit together.
func (e *evaluator) make(q name, r recipe) *matrix {
	left, right := e.value(r.left).TransposedIf(r.leftT), e.operand(r.right).TransposedIf(r.rightT)
	if r.reshaped {
		right = e.reshaped(r.right)
	}
	var m *matrix
	switch {
	case q.Kind == "Z":
		m = product(left, right, r.byElement)
		if r.biasTimes != 0 {
			m = m.Plus(e.value(r.bias).Scaled(r.biasTimes))
		}
	case q.Kind == "A":
		m = activate(left, r.act, r.axis)
	case q.Kind == "C":
		return e.cost(left, right, r)
	case q.Kind == "delta" && q.Layer == e.Layers():
		p := activate(left, r.act, r.axis)
		m = e.sloped(near.Each(p, right.Scaled(-1), num.Plus), r.slope)
	case q.Kind == "delta":
		m = e.sloped(product(e.sloped(left, r.before), right, r.byElement), r.slope)
	case q.Kind == "dW":
		m = product(left, right, r.byElement)
	case q.Kind == "db":
		m = left.Sums(r.axis)
	default:
		step := right.Scaled(r.times).Plus(e.value(r.decayed).Scaled(r.l2))
		return left.Scaled(r.kept).Plus(step.Scaled(-r.rate))
	}
	m = m.Scaled(r.times)
	if r.l2 != 0 {
		m = m.Plus(e.value(r.decayed).Scaled(r.l2))
	}
	return m
}

// reshaped has the numbers of a W, in the order in which they lie in the file, in the shape of its transpose.
func (e *evaluator) reshaped(q name) *matrix {
	m := e.value(q).TransposedIf(e.OutIn)
	if m == nil {
		return nil
	}
	return near.Of(m.Cols, m.Rows, m.At).TransposedIf(e.OutIn)
}

// operand is a quantity that a recipe may do without.
func (e *evaluator) operand(q name) *matrix {
	if q.Kind == "" {
		return nil
	}
	return e.value(q)
}

// product is a product of matrices, or one element by element.
func product(a, b *matrix, byElement bool) *matrix {
	if byElement {
		return near.Each(a, b, num.Times)
	}
	return near.Dot(a, b)
}

// activations are g and g′, and g′ as people write it in terms of a = g(z).
var activations = map[string]struct{ g, prime, ofA func(float64) float64 }{
	"sigmoid": {sigmoid, func(z float64) float64 { return sigmoid(z) * (1 - sigmoid(z)) },
		func(a float64) float64 { return a * (1 - a) }},
	"tanh": {math.Tanh, func(z float64) float64 { return 1 - math.Tanh(z)*math.Tanh(z) },
		func(a float64) float64 { return 1 - a*a }},
	"relu":    {func(z float64) float64 { return max(z, 0) }, step, step},
	"linear":  {func(z float64) float64 { return z }, one, one},
	"softmax": {nil, one, func(a float64) float64 { return a * (1 - a) }},
}

// sigmoid is 1 / (1 + e⁻ᶻ).
func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// one is the slope of what is linear.
func one(float64) float64 { return 1 }

// step is relu′.
func step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

// activate is g of a matrix.
func activate(m *matrix, act string, along near.Axis) *matrix {
	if act == "softmax" {
		return m.Softmax(along)
	}
	return m.Mapped(func(x num) num { return x.Through(activations[act].g) })
}

// sloped is m ⊙ g′.
func (e *evaluator) sloped(m *matrix, s slopeOf) *matrix {
	if s.form == noSlope || m == nil {
		return m
	}
	kind, f := "A", activations[s.act].ofA
	switch s.form {
	case ofZ:
		kind, f = "Z", activations[s.act].prime
	case atA:
		f = activations[s.act].prime
	case formOfZ:
		kind = "Z"
	case overProb:
		f = func(a float64) float64 { return 1 / (a * (1 - a)) }
	}
	of := e.value(named(kind, s.layer))
	if of == nil || of.Rows != m.Rows || of.Cols != m.Cols {
		return nil
	}
	return near.Each(m, of, func(x, y num) num {
		if s.act == "relu" && kind == "Z" {
			y.E = max(y.E, near.Exactness) // at 0 either is right
		} else if s.act == "relu" {
			y.E = 0
		}
		return x.Times(y.Through(f))
	})
}

// cost is C: the sum over samples and outputs, times what makes a mean of it.
func (e *evaluator) cost(a, y *matrix, r recipe) *matrix {
	if a == nil || y == nil || a.Rows != y.Rows || a.Cols != y.Cols {
		return nil
	}
	var terms *matrix
	switch {
	case r.cost == "mse":
		terms = near.Each(activate(a, r.act, r.axis), y, func(a, y num) num {
			d := num{V: a.V - y.V, E: a.E + y.E}
			return d.Times(d).Scaled(0.5)
		})
	case r.logits:
		terms = e.costOfZ(y, r)
	default:
		p := activate(a, r.act, r.axis)
		terms = near.Each(p, y, func(p, y num) num {
			c := surprise(y, p)
			if r.cost == "bce" {
				c = c.Plus(surprise(num{V: 1 - y.V, E: y.E}, num{V: 1 - p.V, E: p.E}))
			}
			return c
		})
	}
	c := terms.Sums(near.Overall).Scaled(r.times)
	for l := 1; l <= e.Layers() && r.l2 != 0; l++ {
		square := func(x num) num { return x.Times(x) }
		c = c.Plus(e.value(named("W", l)).Mapped(square).Sums(near.Overall).Scaled(r.l2))
	}
	return c
}

// surprise is −y ln p, which is 0 where y is.
func surprise(y, p num) num {
	if math.Abs(y.V) <= near.Exactness {
		return num{}
	}
	return y.Times(p.Through(math.Log)).Scaled(-1)
}

// costOfZ are the terms of ce and bce from what the probabilities are made of, which stay exact where
// these are 0 or 1.
func (e *evaluator) costOfZ(y *matrix, r recipe) *matrix {
	z := e.value(named("Z", e.Layers()))
	if r.act == "softmax" {
		z = e.value(r.left)
	}
	if z == nil || z.Rows != y.Rows || z.Cols != y.Cols {
		return nil
	}
	if r.cost == "bce" {
		return near.Each(z, y, func(z, y num) num {
			c := z.Through(func(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) })
			return c.Plus(z.Times(y).Scaled(-1))
		})
	}
	terms := near.New(z.Rows, z.Cols)
	for i := range z.Rows {
		row, top, sum, widest := z.At[i*z.Cols:(i+1)*z.Cols], math.Inf(-1), 0.0, 0.0
		for _, x := range row {
			top, widest = max(top, x.V), max(widest, x.E)
		}
		for _, x := range row {
			sum += math.Exp(x.V - top)
		}
		for j, x := range row {
			lse := num{V: top + math.Log(sum), E: widest}
			terms.At[i*z.Cols+j] = y.Get(i, j).Times(lse.Plus(x.Scaled(-1)))
		}
	}
	return terms
}
