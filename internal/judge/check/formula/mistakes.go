package formula

import (
	"fmt"
	"math"
	"slices"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/homework"
)

// A Mistake is one way to make one mistake in one quantity.
type Mistake struct {
	Code   string   // for people and programs: "transpose"
	At     quantity // the quantity in which it is made
	What   string   // what is wrong, as a clause: "W2 is transposed, and should not be"
	field  string   // the field of the formula that it changes
	change func(*formula)
}

// Combines reports whether two mistakes can be made at once: in two quantities, or as two different mistakes in one.
// Several mistakes may change the factor of a formula, but only one any other field.
func (m Mistake) Combines(other Mistake) bool {
	return m.At != other.At || m.Code != other.Code && (m.field != other.field || m.field == "factor")
}

// A catalogue collects the mistakes that can be made in a quantity.
type catalogue struct {
	*Submission
	q        quantity
	f        formula // the correct formula
	mistakes []Mistake
}

// Mistakes returns the mistakes to look for in a quantity, the likelier ones first.
func (s *Submission) Mistakes(q quantity) []Mistake {
	c := &catalogue{Submission: s, q: q, f: s.formula(q)}
	switch q.Kind {
	case "Z":
		c.inZ()
	case "A":
		c.inA()
	case "C":
		c.inCost()
	case "delta":
		if q.Layer == s.Layers() {
			c.inLastDelta()
		} else {
			c.inDelta()
		}
	case "dW":
		c.inDW()
	case "db":
		c.inDB()
	default:
		c.inUpdate()
	}
	if s.WrongShape[q] {
		c.add("transpose", "result", func(f *formula) { f.resultT = !f.resultT },
			"the rows and columns of your %v are swapped", q)
	}
	return c.mistakes
}

// add adds a mistake that changes a field of the formula. format and args describe the mistake, as for Sprintf.
func (c *catalogue) add(code, field string, change func(*formula), format string, args ...any) {
	c.mistakes = append(c.mistakes, Mistake{code, c.q, fmt.Sprintf(format, args...), field, change})
}

// scale adds a mistake that multiplies the result by a factor.
func (c *catalogue) scale(code string, factor float64, format string, args ...any) {
	c.add(code, "factor", func(f *formula) { f.factor *= factor }, format, args...)
}

// Mistakes that are made in several kinds of quantities.

func (c *catalogue) wrongSign() { c.scale("sign", -1, "your %v has the wrong sign", c.q) }

func (c *catalogue) allZero() {
	c.scale("all-zero", 0, "your %v is 0 everywhere, as if it had never been filled in", c.q)
}

// halves adds factors of 2 and ½. For the squared error, which has a factor of ½, the descriptions differ.
func (c *catalogue) halves(twice, half string) {
	if c.settings().Cost != "mse" {
		twice = fmt.Sprintf("your %v is twice what it should be: this cost has no factor of 2", c.q)
		half = fmt.Sprintf("your %v is half of what it should be: this cost has no ½", c.q)
	}
	c.scale("no-half", 2, "%s", twice)
	c.scale("no-half", 0.5, "%s", half)
}

// means adds mistakes in the mean over the samples.
func (c *catalogue) means() {
	if c.N > 1 {
		c.scale("no-mean", float64(c.N), "your %v is a sum over the samples, and should be the mean: it is %d times "+
			"too large", c.q, c.N)
		c.meanTwice()
	}
}

func (c *catalogue) meanTwice() {
	if c.N > 1 {
		c.scale("mean-twice", 1/float64(c.N), "your %v is divided by the %d samples once too often", c.q, c.N)
	}
}

// lastSample adds the mistake that each sample's gradient replaces the previous one, instead of being added to it.
func (c *catalogue) lastSample() {
	if c.N == 1 {
		return
	}
	should := "take the mean over all samples"
	if c.GradientsAreSums {
		should = "add up those of all samples"
	}
	for _, factor := range []float64{1, float64(c.N)} { // divided by n, or not
		c.add("last-sample", "samples", func(f *formula) { f.lastSample, f.factor = true, f.factor*factor },
			"your %v comes from the last sample only; %s", c.q, should)
	}
}

// wrongLayers adds mistakes that take an operand from another layer.
func (c *catalogue) wrongLayers(field string, right quantity, operand func(*formula) *quantity) {
	for l := 0; l <= c.Layers(); l++ {
		other := of(right.Kind, l)
		exists := l > 0 || right.Kind == "A"
		if exists && other != right && other != c.q {
			c.add("wrong-layer", field, func(f *formula) { *operand(f) = other },
				"you used %v instead of %v", other, right)
		}
	}
}

func (c *catalogue) wrongLeft()  { c.wrongLayers("left", c.f.left, leftOf) }
func (c *catalogue) wrongRight() { c.wrongLayers("right", c.f.right, rightOf) }

func leftOf(f *formula) *quantity  { return &f.left }
func rightOf(f *formula) *quantity { return &f.right }
func biasOf(f *formula) *quantity  { return &f.bias }

// elementwise adds products taken element by element instead of matrix products.
func (c *catalogue) elementwise() {
	for _, change := range []func(*formula){
		func(f *formula) { f.elementwise = true },
		func(f *formula) { f.elementwise, f.rightT = true, !f.rightT },
		func(f *formula) { f.elementwise, f.leftT = true, !f.leftT },
	} {
		c.add("elementwise", "product", change, "%v and %v are multiplied element by element; it should be the "+
			"matrix product", c.f.left, c.f.right)
	}
}

// transposes adds operands that are transposed but should not be, or the other way round.
func (c *catalogue) transposes() {
	what := func(operand quantity, transposed bool) string {
		if c.showsTransposed(c.q, operand, transposed) {
			return fmt.Sprintf("%v is not transposed, and should be", operand)
		}
		return fmt.Sprintf("%v is transposed, and should not be", operand)
	}
	c.add("transpose", "right", func(f *formula) { f.rightT = !f.rightT }, "%s", what(c.f.right, c.f.rightT))
	c.add("transpose", "left", func(f *formula) { f.leftT = !f.leftT }, "%s", what(c.f.left, c.f.leftT))
}

// softmaxMissing adds outputs that are taken for probabilities though softmax is missing, and a softmax along the wrong
// axis.
func (c *catalogue) softmaxMissing() {
	if c.f.activation == "softmax" {
		c.add("softmax-missing", "activation", func(f *formula) { f.activation = "linear" },
			"%v is used as probabilities; it should be its softmax", c.f.left)
		c.softmaxAxes()
	}
}

func (c *catalogue) softmaxAxes() {
	c.add("softmax-axis", "axis", func(f *formula) { f.axis = approx.PerColumn },
		"your softmax runs over the samples; it should run over the outputs of each sample")
	c.add("softmax-axis", "axis", func(f *formula) { f.axis = approx.Whole },
		"the sum in your softmax is over all samples together; each sample has its own")
}

// slopes adds mistakes in the g′ by which a δ is multiplied.
func (c *catalogue) slopes() {
	if c.f.slope.form == noSlope {
		return
	}
	l, g := c.f.slope.layer, c.f.slope.activation
	set := func(code string, s slope, format string, args ...any) {
		c.add(code, "slope", func(f *formula) { f.slope = s }, format, args...)
	}
	set("derivative-at-a", slope{primeAtA, l, g}, "you took %s′ at A%d; it should be at Z%[2]d", g, l)
	set("formula-at-z", slope{formulaAtZ, l, g}, "in %s, a is A%d; you put in Z%[2]d",
		activations[g].text, l)
	if g == "sigmoid" {
		set("half-slope", slope{onlyA, l, g}, "the slope is a(1−a), with a = A%d; you used a alone", l)
		set("half-slope", slope{onlyRest, l, g}, "the slope is a(1−a), with a = A%d; you used 1−a alone", l)
	}
	for _, other := range homework.Choices("activation") {
		if other == g || other == "linear" {
			continue
		}
		set("other-activation", slope{ofZ, l, other}, "you used %s′ instead of %s′", other, g)
		set("other-activation", slope{ofA, l, other}, "you used %s with A%d, the slope of %s; it should be %s′",
			activations[other].text, l, other, g)
	}
	for other := 1; other <= c.Layers(); other++ {
		if other != l && other != l+1 {
			set("wrong-layer", slope{ofZ, other, g}, "you took %s′ at Z%d; it should be at Z%d", g, other, l)
		}
	}
}

// decays adds mistakes in the L2 term.
func (c *catalogue) decays() {
	right, n, N := c.f.l2, float64(c.N), c.settings().N
	if right == 0 {
		return
	}
	set := func(code string, l2 float64, what string) {
		c.add(code, "l2", func(f *formula) { f.l2 = l2 }, "%s", what)
	}
	set("l2-sign", -right, "the L2 term has the wrong sign: it should pull the weights towards 0")
	timesN := right / c.decay() * c.settings().L2
	set("l2-not-over-N", timesN, "the L2 term is not divided by N")
	if c.q.Kind == "C" {
		set("no-half", 2*right, "the ½ of the L2 term is missing")
	}
	if N > 0 && N != c.N {
		set("l2-not-over-N", timesN/n, "the L2 term is divided by n, and should be divided by N")
	}
	if c.q.Kind != "C" {
		set("l2-missing", 0, "the L2 term (λ/N)·W is missing")
	}
}

// biasDecays adds the mistake of decaying biases.
func (c *catalogue) biasDecays() {
	lambda := c.settings().L2
	if lambda == 0 {
		return
	}
	for _, l2 := range []float64{c.decay(), lambda} {
		c.add("l2-on-biases", "l2", func(f *formula) { f.l2 = l2 },
			"%v has an L2 term too, but biases do not decay", c.f.decayed)
	}
}

// Mistakes in each kind of quantity.

// noActivation adds Z in place of A on the left, for layers after the first.
func (c *catalogue) noActivation() {
	if c.q.Layer > 1 {
		z := of("Z", c.q.Layer-1)
		c.add("no-activation", "left", func(f *formula) { f.left = z }, "you used %v instead of %v", z, c.f.left)
	}
}

// inZ adds mistakes in Z = A·W + b.
func (c *catalogue) inZ() {
	bias := c.f.bias
	c.add("no-bias", "bias", func(f *formula) { f.biasFactor = 0 }, "%v is not added", bias)
	c.transposes()
	c.elementwise()
	c.add("sign", "bias", func(f *formula) { f.biasFactor *= -1 }, "%v is subtracted, and should be added", bias)
	c.wrongSign()
	c.noActivation()
	c.wrongLeft()
	c.wrongRight()
	c.wrongLayers("bias", bias, biasOf)
}

// inA adds mistakes in A = g(Z).
func (c *catalogue) inA() {
	g := c.f.activation
	set := func(code, to, format string, args ...any) {
		c.add(code, "activation", func(f *formula) { f.activation = to }, format, args...)
	}
	if g == "softmax" {
		set("softmax-missing", "linear", "your %v is just %v, without the softmax", c.q, c.f.left)
		c.softmaxAxes()
	} else {
		set("no-activation", "linear", "your %v is just %v: %s is missing", c.q, c.f.left, g)
	}
	for _, other := range homework.Choices("output") {
		if other != g && other != "linear" {
			set("other-activation", other, "you applied %s instead of %s", other, g)
		}
	}
	c.wrongSign()
	c.wrongLeft()
}

// inCost adds mistakes in C.
func (c *catalogue) inCost() {
	c.halves("the ½ of the squared error is missing: your C is twice what it should be",
		"the ½ of the squared error appears twice: your C is half of what it should be")
	k := c.Outputs()
	if k > 1 && k == c.N && c.CostFactor == 1 {
		c.scale("mean-twice", 1/float64(k), "your C is divided by %d once too often: the samples, or the outputs", k)
	}
	c.means()
	if k > 1 && c.CostFactor == 1 {
		c.scale("mean-twice", 1/float64(k), "your C is also divided by the %d outputs; it should be the sum over them", k)
	}
	c.softmaxMissing()
	c.wrongSign()
	names := map[string]string{"mse": "the squared error", "ce": "the cross-entropy −Σ y ln a",
		"bce": "the binary cross-entropy −Σ (y ln a + (1−y) ln(1−a))"}
	for _, other := range homework.Choices("cost") {
		for _, g := range []string{"linear", "softmax"} {
			if other != c.f.cost {
				c.add("other-cost", "cost", func(f *formula) { f.cost, f.activation, f.costFromZ = other, g, false },
					"your C is %s; the question asks for %s", names[other], names[c.f.cost])
			}
		}
	}
	if c.f.activation == "linear" {
		c.add("other-cost", "cost", func(f *formula) { f.activation, f.costFromZ = "softmax", false },
			"your C is computed from softmax(%v); it should be computed from %[1]v", c.f.left)
	}
	if c.f.cost != "mse" {
		c.scale("log-base", 1/math.Ln10, "your C uses logarithms to base 10; ln is the logarithm to base e")
		c.scale("log-base", 1/math.Ln2, "your C uses logarithms to base 2; ln is the logarithm to base e")
	}
	c.decays()
}

// inLastDelta adds mistakes in equation (1), δ of the last layer.
func (c *catalogue) inLastDelta() {
	last, a := c.Layers(), c.f.left
	g := c.activation(last)
	set := func(code string, s slope, format string, args ...any) {
		c.add(code, "slope", func(f *formula) { f.slope = s }, format, args...)
	}
	c.softmaxMissing()
	if c.f.slope.form == noSlope {
		set("other-cost", slope{ofA, last, g}, "it is multiplied by %s of the output, but with this cost that "+
			"factor cancels", activations[g].text)
	} else {
		set("other-cost", slope{}, "%s′(Z%d) is missing; with this cost it does not cancel", g, last)
	}
	if c.settings().Cost == "bce" {
		set("no-derivative", slope{perOutputOfBCE, last, g}, "this is ∂C/∂a; times sigmoid′ it would be ∂C/∂z")
	}
	c.scale("sign", -1, "your %v has the wrong sign: it is y − a, and should be a − y", c.q)
	c.halves("it is twice what it should be: the slope of ½(a − y)² is a − y, without a 2",
		"it is half of what it should be: the slope of ½(a − y)² is a − y, without a ½")
	if c.DeltaOverN {
		c.scale("mean-twice", 1/float64(c.N), "it is divided by the %d samples twice", c.N)
	}
	c.slopes()
	z := of("Z", last)
	c.add("no-activation", "left", func(f *formula) { f.left = z }, "you used %v instead of %v", z, a)
}

// inDelta adds mistakes in equation (2), δ of a layer before the last.
func (c *catalogue) inDelta() {
	l := c.q.Layer
	g, nextW := c.f.slope.activation, c.f.right
	c.allZero()
	c.add("no-derivative", "slope", func(f *formula) { f.slope = slope{} }, "%s′(Z%d) is missing", g, l)
	c.transposes()
	c.add("transpose", "right", func(f *formula) { f.reshaped = true },
		"%v is reshaped, which keeps its numbers in the same order; it should be transposed", nextW)
	c.add("updated-first", "right", func(f *formula) { f.right.Kind = "newW" },
		"you used newW%d, from after the step; it should be W%[1]d", l+1)
	c.slopesOfNextLayer()
	c.outputGap()
	c.slopes()
	c.elementwise()
	c.wrongSign()
	c.meanTwice()
	c.wrongRight()
	c.wrongLeft()
}

// outputGap adds the mistake of propagating A − Y back, although the δ of the last layer has a further factor. If that
// δ is not in the file, the mistake is looked for in the δ itself.
func (c *catalogue) outputGap() {
	next := c.f.left
	if delta := c.formula(next); next.Layer == c.Layers() && c.Given[next] != nil && !delta.slope.isTrivial() {
		c.add("output-gap", "left", func(f *formula) { f.outputGap = true },
			"you sent %s − Y back into this layer; it should be %v", probabilitiesText(delta), next)
	}
}

// slopesOfNextLayer adds mistakes in equation (2) that use g′ of the next layer.
func (c *catalogue) slopesOfNextLayer() {
	const code = "derivative-of-next-layer"
	l := c.q.Layer
	for _, g := range slices.Compact([]string{c.activation(l + 1), c.activation(l)}) {
		s := slope{ofZ, l + 1, g}
		if s.isTrivial() {
			continue // that would be no slope at all
		}
		if g == "softmax" {
			s.form = ofA
		}
		const what = "you took %s′ at Z%d; it should be at Z%d"
		c.add(code, "slope", func(f *formula) { f.slope = s }, what, g, l+1, l)
		c.add(code, "slope", func(f *formula) { f.leftSlope, f.slope = s, slope{} }, what, g, l+1, l)
		c.add(code, "slope", func(f *formula) { f.leftSlope = s },
			"%v is multiplied by %s′(Z%d) once more", c.f.left, g, l+1)
	}
}

// inDW adds mistakes in equation (3), ∂C/∂W.
func (c *catalogue) inDW() {
	c.allZero()
	c.means()
	c.wrongSign()
	c.add("transpose", "result", func(f *formula) { f.resultT = !f.resultT },
		"your %v is transposed: its rows and columns are swapped", c.q)
	c.transposes()
	c.elementwise()
	c.noActivation()
	c.wrongLeft()
	c.wrongRight()
	c.decays()
	c.lastSample()
}

// inDB adds mistakes in equation (3), ∂C/∂b.
func (c *catalogue) inDB() {
	outputs, n := float64(c.Units[c.q.Layer]), float64(c.N)
	c.allZero()
	c.means()
	c.wrongSign()
	should := "mean"
	if c.GradientsAreSums || c.N == 1 {
		should = "sum"
	}
	wrongSum := func(axis approx.Axis, factor float64, what string) {
		turned := axis == approx.None && c.Columns
		c.add("bias-sum-axis", "axis", func(f *formula) { f.axis, f.factor, f.resultT = axis, f.factor*factor, turned },
			"%s; it should be the %s over the samples, for each neuron", what, should)
	}
	for _, factor := range []float64{1, n} { // divided by n, or not
		wrongSum(approx.PerRow, factor, "this is a sum over the neurons for each sample")
		wrongSum(approx.Whole, factor, "this is a sum over samples and neurons")
		wrongSum(approx.None, factor, "this is not summed over the samples")
	}
	wrongSum(approx.PerRow, n/outputs, "this is a mean over the neurons for each sample")
	wrongSum(approx.Whole, n/outputs, "this is a sum over the samples, and a mean over the neurons")
	wrongSum(approx.Whole, 1/outputs, "this is a mean over samples and neurons")
	c.wrongLeft()
	c.biasDecays()
	c.lastSample()
}

// inUpdate adds mistakes in equation (4), the step.
func (c *catalogue) inUpdate() {
	gradient, old := c.f.right, c.f.left
	c.add("ascent", "direction", func(f *formula) { f.rate *= -1 }, "the step is added, and should be subtracted")
	c.add("rate-missing", "rate", func(f *formula) { f.rate = math.Copysign(1, f.rate) },
		"%v is not multiplied by the learning rate", gradient)
	if c.f.l2 != 0 {
		c.add("ascent", "factor", func(f *formula) { f.factor *= -1 }, "η·%v is added, and should be subtracted", gradient)
		c.add("rate-missing", "l2", func(f *formula) { f.l2 /= c.settings().Rate },
			"the L2 term is not multiplied by the learning rate")
		c.add("rate-missing", "rate", func(f *formula) { f.factor /= c.settings().Rate },
			"%v is not multiplied by the learning rate, but the L2 term is", gradient)
	}
	c.decays()
	if c.q.Kind == "newb" {
		c.biasDecays()
	} else if c.L2InGradients {
		c.add("l2-twice", "l2", func(f *formula) { f.l2 = c.decay() },
			"the L2 term is already in %v, and you added it again", gradient)
	}
	c.meansInUpdate()
	c.add("not-updated", "rate", func(f *formula) { f.rate = 0 }, "your %v is still %v", c.q, old)
	c.add("step-only", "old", func(f *formula) { f.keepWeights = 0; f.rate *= -1 },
		"this is only η·%v; it should be subtracted from %v", gradient, old)
	c.add("step-only", "old", func(f *formula) { f.keepWeights = 0 },
		"this is only −η·%v; it should be added to %v", gradient, old)
	if c.q.Kind == "newW" {
		c.add("transpose", "right", func(f *formula) { f.rightT = !f.rightT }, "%v is transposed", gradient)
		c.add("transpose", "result", func(f *formula) { f.resultT = !f.resultT },
			"your %v is transposed: its rows and columns are swapped", c.q)
	}
	c.wrongRight()
	c.wrongLeft()
}

// meansInUpdate adds mistakes in the mean over the samples, if it is taken in the step.
func (c *catalogue) meansInUpdate() {
	n, gradient := float64(c.N), c.f.right
	if c.N == 1 {
		return
	}
	if !c.GradientsAreSums {
		c.scale("no-mean", n, "the step uses the sum over the %d samples, which is %[1]d times %v", c.N, gradient)
	} else if !c.CostIsSum {
		c.scale("no-mean", n, "%v is a sum over the samples, and must be divided by %d here", gradient, c.N)
	}
	c.scale("mean-twice", 1/n, "%v is divided by the %d samples again", gradient, c.N)
}
