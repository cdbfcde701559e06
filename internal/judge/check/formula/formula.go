// Package formula computes each quantity of a training step from others: correctly, in every way in which a learner may
// write it down, and with the mistakes that people make.
package formula

import (
	"slices"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/homework"
)

type (
	quantity = homework.Quantity
	number   = approx.Number
	matrix   = approx.Matrix
)

// of returns the quantity of the given kind in a layer.
func of(kind string, layer int) quantity { return quantity{Kind: kind, Layer: layer} }

// A formula says how a quantity is computed from others. A mistake changes one of its fields. Fields that a kind of
// quantity does not use are empty.
type formula struct {
	left, right quantity // the operands: multiplied, compared or subtracted
	activation  string   // g of A = g(Z), or the function that turns the outputs into probabilities
	axis        approx.Axis
	cost        string
	factor      float64 // factor of the result, without the L2 term

	leftT, rightT bool // an operand is transposed
	resultT       bool // the result is transposed
	reshaped      bool // the right operand is reshaped, and should be transposed
	elementwise   bool // the product is taken element by element
	lastSample    bool // the product or the sum leaves out all samples but the last

	bias       quantity
	biasFactor float64

	slope     slope // the g′ by which the result is multiplied
	leftSlope slope // the g′ by which the left operand is multiplied
	outputGap bool  // the left operand is A − Y and not the δ of the last layer
	costFromZ bool  // the cost is computed from Z and not from A

	rate        float64
	l2          float64 // factor of the field decayed in the result
	decayed     quantity
	keepWeights float64 // factor of the old weights in the new ones: 1
}

// A slope is a g′ by which a δ is multiplied.
type slope struct {
	form       slopeForm
	layer      int
	activation string // g
}

type slopeForm int

const (
	noSlope        slopeForm = iota
	ofZ                      // g′(Z)
	ofA                      // the same, computed from A = g(Z): a(1−a) for sigmoid
	primeAtA                 // g′(A), a mistake
	formulaAtZ               // z(1−z) for sigmoid, a mistake
	onlyA                    // a in place of a(1−a), a mistake
	onlyRest                 // 1−a in place of a(1−a), a mistake
	perOutputOfBCE           // 1/(a(1−a)), with which a − y becomes ∂C/∂a of bce
)

// isTrivial reports whether the slope is 1 everywhere.
func (s slope) isTrivial() bool { return s.form == noSlope || s.activation == "linear" }

// formula is the correct formula for a quantity, by the submission's convention.
func (s *Submission) formula(q quantity) formula {
	l, last := q.Layer, s.Layers()
	f := formula{factor: 1}
	switch q.Kind {
	case "Z":
		f.left, f.right, f.bias, f.biasFactor = of("A", l-1), of("W", l), of("b", l), 1
	case "A":
		f.left, f.activation = of("Z", l), s.activation(l)
	case "C":
		f.left, f.right, f.cost, f.activation = of("A", last), of("Y", 0), s.settings().Cost, s.toProbabilities()
		f.factor = s.CostFactor
		if !s.CostIsSum {
			f.factor /= float64(s.N)
		}
		if s.L2InCost {
			f.l2 = s.decay() / 2
		}
	case "delta":
		if l == last {
			s.lastDelta(&f)
			break
		}
		f.left, f.right, f.rightT = of("delta", l+1), of("W", l+1), true
		f.slope = slope{ofZ, l, s.activation(l)}
	case "dW":
		f.left, f.leftT, f.right, f.factor = of("A", l-1), true, of("delta", l), s.meanFactor()
		f.decayed = of("W", l)
		if s.L2InGradients {
			f.l2 = s.decay()
		}
	case "db":
		f.left, f.axis, f.factor, f.decayed = of("delta", l), approx.PerColumn, s.meanFactor(), of("b", l)
	default:
		s.update(&f, q)
	}
	return f
}

// lastDelta is equation (1), δ = ∇_A C ⊙ g′(Z). With bce, and with softmax outputs, g′ cancels.
func (s *Submission) lastDelta(f *formula) {
	last := s.Layers()
	f.left, f.right, f.activation, f.factor = of("A", last), of("Y", 0), s.toProbabilities(), s.CostFactor
	if s.settings().Cost != "bce" && s.activation(last) != "softmax" {
		f.slope = slope{ofZ, last, s.activation(last)}
	}
	if s.DeltaOverN {
		f.factor /= float64(s.N)
	}
}

// update is equation (4), W ← W − η (∂C/∂W + (λ/N) W), and the same for b without weight decay.
func (s *Submission) update(f *formula, q quantity) {
	kind := q.Kind[len("new"):]
	f.left, f.decayed, f.right = of(kind, q.Layer), of(kind, q.Layer), of("d"+kind, q.Layer)
	f.rate, f.keepWeights = s.settings().Rate, 1
	if s.GradientsAreSums && !s.CostIsSum {
		f.factor = 1 / float64(s.N)
	}
	if kind == "W" && !s.L2InGradients {
		f.l2 = s.decay()
	}
}

// settings returns the settings of the homework.
func (s *Submission) settings() homework.Settings { return s.homework.Settings }

// activation is the name of g in a layer.
func (s *Submission) activation(layer int) string {
	switch {
	case layer < s.Layers():
		return s.settings().Activation
	case s.SoftmaxInA:
		return "softmax"
	}
	return s.settings().Output
}

// toProbabilities is the function that turns the outputs into probabilities: linear if they are probabilities already,
// or if the cost needs none.
func (s *Submission) toProbabilities() string {
	if s.settings().Cost == "ce" && s.activation(s.Layers()) != "softmax" {
		return "softmax"
	}
	return "linear"
}

// meanFactor is the factor that turns a sum over the samples into a gradient.
func (s *Submission) meanFactor() float64 {
	if s.DeltaOverN || s.GradientsAreSums {
		return 1
	}
	return 1 / float64(s.N)
}

// decay is λ/N.
func (s *Submission) decay() float64 {
	n := s.settings().N
	if n == 0 {
		n = s.N
	}
	return s.settings().L2 / float64(n)
}

// Inputs returns the quantities from which q is computed: those that the learner has written, and those that are
// missing and must be computed too, along with the inputs of the missing ones.
func (s *Submission) Inputs(q quantity) (written, missing []quantity) {
	f := s.formula(q)
	parts := []quantity{f.left, f.right, f.bias}
	if f.slope.form != noSlope {
		parts = append(parts, of("Z", f.slope.layer), of("A", f.slope.layer))
	}
	for _, p := range parts {
		switch {
		case p.Kind == "" || p.IsQuestion():
		case s.Given[p] != nil:
			written = appendNew(written, p)
		default:
			w, m := s.Inputs(p)
			written, missing = appendNew(written, w...), appendNew(missing, append([]quantity{p}, m...)...)
		}
	}
	return written, missing
}

// appendNew appends the quantities that are not in the list yet.
func appendNew(list []quantity, more ...quantity) []quantity {
	for _, q := range more {
		if !slices.Contains(list, q) {
			list = append(list, q)
		}
	}
	return list
}
