package recipe

import (
	"fmt"
	"math"
	"slices"

	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/check/near"
)

// A Slip is one way to make one mistake in one quantity.
type Slip struct {
	Code   string
	At     name
	What   string // has gone wrong, in words
	part   string // of the recipe that it changes
	change func(*recipe)
}

// A slipper collects the slips of a quantity.
type slipper struct {
	*Student
	q     name
	r     recipe // the right one
	slips []Slip
}

// SlipsIn are the mistakes that are tried in a quantity, the likelier first.
func (s *Student) SlipsIn(q name) []Slip {
	c := &slipper{Student: s, q: q, r: s.recipe(q)}
	switch q.Kind {
	case "Z":
		c.inZ()
	case "A":
		c.inA()
	case "C":
		c.inC()
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
	if s.Odd[q] {
		c.add("transpose", "out", fmt.Sprintf("your %v lies the other way: rows and columns are swapped", q),
			func(r *recipe) { r.outT = !r.outT })
	}
	return c.slips
}

// add adds a slip.
func (c *slipper) add(code, part, what string, change func(*recipe)) {
	c.slips = append(c.slips, Slip{code, c.q, what, part, change})
}

// scale adds a slip that makes the whole result so many times what it should be.
func (c *slipper) scale(code string, by float64, what string) {
	c.add(code, "times", what, func(r *recipe) { r.times *= by })
}

// zero adds the slip of what was made of zeros, and never filled in.
func (c *slipper) zero() {
	c.scale("all-zero", 0, fmt.Sprintf("your %v is 0 throughout, as if nothing had ever been put in", c.q))
}

// halves adds slips in the squared error's ½, in these words; other costs have none.
func (c *slipper) halves(twice, half string) {
	if c.h.Settings.Cost != "mse" {
		twice = fmt.Sprintf("your %v is twice what it should be: a factor of 2 belongs to the squared error alone", c.q)
		half = fmt.Sprintf("your %v is half of what it should be: a ½ belongs to the squared error alone", c.q)
	}
	c.scale("no-half", 2, twice)
	c.scale("no-half", 0.5, half)
}

// means adds slips in the mean over the samples.
func (c *slipper) means() {
	if c.N == 1 {
		return
	}
	c.scale("no-mean", float64(c.N), fmt.Sprintf("your %v is a sum over the samples, where the mean belongs: it is "+
		"%d times too large", c.q, c.N))
	c.scale("mean-twice", 1/float64(c.N), fmt.Sprintf("your %v is divided by the %d samples once too often", c.q, c.N))
}

// otherLayers adds slips that take a part of the recipe from another layer.
func (c *slipper) otherLayers(part string, of name, get func(*recipe) *name) {
	for l := 0; l <= c.Layers(); l++ {
		other := named(of.Kind, l)
		if l == of.Layer || l == 0 && of.Kind != "A" || other == c.q {
			continue
		}
		c.add("wrong-layer", part, fmt.Sprintf("%v is taken where %v belongs", other, of),
			func(r *recipe) { *get(r) = other })
	}
}

// leftOf is the left operand of a recipe.
func leftOf(r *recipe) *name { return &r.left }

// rightOf is the right operand of a recipe.
func rightOf(r *recipe) *name { return &r.right }

// elementwise adds slips that multiply element by element where matrices are to be multiplied.
func (c *slipper) elementwise() {
	what := fmt.Sprintf("%v and %v are multiplied element by element, where the product of the matrices belongs",
		c.r.left, c.r.right)
	c.add("elementwise", "product", what, func(r *recipe) { r.byElement = true })
	c.add("elementwise", "product", what, func(r *recipe) { r.byElement, r.rightT = true, !r.rightT })
	c.add("elementwise", "product", what, func(r *recipe) { r.byElement, r.leftT = true, !r.leftT })
}

// transposes adds slips that transpose an operand too often, or not at all.
func (c *slipper) transposes() {
	what := func(of name, is bool) string {
		if c.shownTransposed(of, is) {
			return fmt.Sprintf("%v is not transposed, and should be", of)
		}
		return fmt.Sprintf("%v is transposed, and should not be", of)
	}
	c.add("transpose", "right", what(c.r.right, c.r.rightT), func(r *recipe) { r.rightT = !r.rightT })
	c.add("transpose", "left", what(c.r.left, c.r.leftT), func(r *recipe) { r.leftT = !r.leftT })
}

// shownTransposed says that an operand of the quantity's equation is transposed in it, as the arrays
// lie in the file.
func (c *slipper) shownTransposed(of name, is bool) bool {
	return is != (c.Stored(c.q) != c.Stored(of))
}

// Stored says that a quantity lies transposed in the file.
func (s *Student) Stored(q name) bool {
	_, _, transposed := s.Form(q)
	return transposed
}

// inZ adds what goes wrong in Z = A·W + b.
func (c *slipper) inZ() {
	r := c.r
	c.add("no-bias", "bias", fmt.Sprintf("%v is not added", r.bias), func(r *recipe) { r.biasTimes = 0 })
	c.transposes()
	c.elementwise()
	c.add("sign", "bias", fmt.Sprintf("%v is subtracted, and should be added", r.bias),
		func(r *recipe) { r.biasTimes = -r.biasTimes })
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign", c.q))
	if c.q.Layer > 1 {
		z := named("Z", c.q.Layer-1)
		c.add("no-activation", "left", fmt.Sprintf("%v goes in where %v belongs", z, r.left),
			func(r *recipe) { r.left = z })
	}
	c.otherLayers("left", r.left, leftOf)
	c.otherLayers("right", r.right, rightOf)
	c.otherLayers("bias", r.bias, func(r *recipe) *name { return &r.bias })
}

// inA adds what goes wrong in A = g(Z).
func (c *slipper) inA() {
	act := c.r.act
	if act == "softmax" {
		c.add("softmax-missing", "act", fmt.Sprintf("your %v is %v as it was, and no softmax of it", c.q, c.r.left),
			func(r *recipe) { r.act = "linear" })
		c.softmaxAxes()
	} else {
		c.add("no-activation", "act", fmt.Sprintf("your %v is %v as it was: %s is not applied", c.q, c.r.left, act),
			func(r *recipe) { r.act = "linear" })
	}
	for _, other := range homework.Choices("output") {
		if other != act && other != "linear" {
			c.add("other-activation", "act", fmt.Sprintf("%s is applied, where %s belongs", other, act),
				func(r *recipe) { r.act = other })
		}
	}
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign", c.q))
	c.otherLayers("left", c.r.left, leftOf)
}

// softmaxAxes adds slips in what the softmax's sum runs over.
func (c *slipper) softmaxAxes() {
	c.add("softmax-axis", "axis", "the softmax is taken over the samples; it belongs over the outputs of each sample",
		func(r *recipe) { r.axis = near.AlongColumns })
	c.add("softmax-axis", "axis", "the softmax's sum is that of all samples together; each sample has its own",
		func(r *recipe) { r.axis = near.Overall })
}

// inC adds what goes wrong in the cost.
func (c *slipper) inC() {
	costs := map[string]string{"mse": "the squared error", "ce": "the cross-entropy −Σ y ln a",
		"bce": "the binary cross-entropy −Σ y ln a + (1−y) ln(1−a)"}
	c.halves("the ½ of the squared error is missing: your C is twice what it should be",
		"the ½ of the squared error appears twice: your C is half of what it should be")
	c.means()
	if k := c.Units[c.Layers()]; k > 1 && c.part == 1 {
		c.scale("mean-twice", 1/float64(k), fmt.Sprintf("your C is divided by the %d outputs too; it is the sum "+
			"over them", k))
	}
	if c.r.act == "softmax" {
		c.add("softmax-missing", "act", fmt.Sprintf("%v is taken for probabilities; its softmax belongs there",
			c.r.left),
			func(r *recipe) { r.act = "linear" })
		c.softmaxAxes()
	}
	c.scale("sign", -1, "your C has the wrong sign")
	for _, other := range homework.Choices("cost") {
		for _, act := range []string{"linear", "softmax"} {
			c.add("other-cost", "cost", fmt.Sprintf("your C is %s; what was asked for is %s", costs[other],
				costs[c.r.cost]),
				func(r *recipe) { r.cost, r.act, r.logits = other, act, false })
		}
	}
	c.decays()
}

// slopes adds slips in what g′ is taken of.
func (c *slipper) slopes() {
	if c.r.slope.form == noSlope {
		return
	}
	l, act := c.r.slope.layer, c.r.slope.act
	set := func(code, what string, s slopeOf) {
		c.add(code, "slope", what, func(r *recipe) { r.slope = s })
	}
	set("derivative-at-a", fmt.Sprintf("%s′ is taken of A%d, and belongs of Z%d", act, l, l), slopeOf{atA, l, act})
	set("formula-at-z", fmt.Sprintf("%s is written with a; you have put Z%d in its place", primes[act], l),
		slopeOf{formOfZ, l, act})
	for _, other := range homework.Choices("activation") {
		if other != act && other != "linear" {
			set("other-activation", fmt.Sprintf("%s′ is taken, where %s′ belongs", other, act), slopeOf{ofZ, l, other})
			set("other-activation", fmt.Sprintf("%s, which belongs to %s, is taken of A%d, where %s′ belongs", primes[other],
				other, l, act), slopeOf{ofA, l, other})
		}
	}
	for other := 1; other <= c.Layers(); other++ {
		if other != l && other != l+1 {
			set("wrong-layer", fmt.Sprintf("%s′ is taken of Z%d, and belongs of Z%d", act, other, l), slopeOf{ofZ,
				other, act})
		}
	}
}

// primes are g′ as people write it, with a = g(z).
var primes = map[string]string{"relu": "(1 where a > 0, else 0)", "sigmoid": "a(1−a)", "tanh": "1−a²", "linear": "1",
	"softmax": "a(1−a)"}

// inLastDelta adds what goes wrong in equation (1), the δ of the last layer.
func (c *slipper) inLastDelta() {
	l, last := c.r.left, c.activation(c.Layers())
	if c.r.act == "softmax" {
		c.add("softmax-missing", "act", fmt.Sprintf("%v is taken for probabilities; its softmax belongs there", l),
			func(r *recipe) { r.act = "linear" })
		c.softmaxAxes()
	}
	if c.r.slope.form == noSlope {
		c.add("other-cost", "slope", fmt.Sprintf("it is multiplied by %s of the output, which belongs to another "+
			"cost: with this cost it cancels", primes[last]), func(r *recipe) { r.slope = slopeOf{ofA, c.Layers(), last} })
	} else {
		c.add("other-cost", "slope", fmt.Sprintf("%s′(Z%d) is missing: it cancels with another cost, not with this one",
			last, c.Layers()), func(r *recipe) { r.slope = slopeOf{} })
	}
	if c.h.Settings.Cost == "bce" {
		c.add("no-derivative", "slope", "this is ∂C/∂a, and sigmoid′ is missing, which would make ∂C/∂z of it",
			func(r *recipe) { r.slope = slopeOf{overProb, c.Layers(), last} })
	}
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign: it is y − a where a − y belongs", c.q))
	c.halves("it is twice what it should be: the ½ of the squared error takes the 2 of the square away",
		"it is half of what it should be: the 2 of the square takes the ½ away")
	if c.overN {
		c.scale("mean-twice", 1/float64(c.N), fmt.Sprintf("it is divided by the %d samples twice", c.N))
	}
	c.slopes()
	z := named("Z", c.Layers())
	c.add("no-activation", "left", fmt.Sprintf("%v stands where %v belongs", z, l), func(r *recipe) { r.left = z })
}

// inDelta adds what goes wrong in equation (2), the δ of a layer before the last.
func (c *slipper) inDelta() {
	r, l := c.r, c.q.Layer
	act, next := r.slope.act, c.activation(l+1)
	c.zero()
	c.add("no-derivative", "slope", fmt.Sprintf("%s′(Z%d) is missing", act, l), func(r *recipe) { r.slope = slopeOf{} })
	c.transposes()
	c.add("transpose", "right", fmt.Sprintf("%v is reshaped, which leaves its numbers in their order; it is to be "+
		"transposed", r.right), func(r *recipe) { r.reshaped = true })
	c.add("updated-first", "right", fmt.Sprintf("newW%d is taken, which the step has already changed; W%[1]d "+
		"belongs here", l+1),
		func(r *recipe) { r.right.Kind = "newW" })
	for _, g := range slices.Compact([]string{next, act}) {
		form := ofZ
		if g == "softmax" {
			form = ofA
		}
		s, code := slopeOf{form, l + 1, g}, "derivative-of-next-layer"
		what := fmt.Sprintf("%s′ is taken of Z%d, and belongs of Z%d", g, l+1, l)
		c.add(code, "slope", what, func(r *recipe) { r.slope = s })
		c.add(code, "slope", what, func(r *recipe) { r.before, r.slope = s, slopeOf{} })
		c.add(code, "slope", fmt.Sprintf("%v is multiplied by %s′(Z%d) once more", r.left, g, l+1),
			func(r *recipe) { r.before = s })
	}
	c.slopes()
	c.elementwise()
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign", c.q))
	if c.N > 1 {
		c.scale("mean-twice", 1/float64(c.N), fmt.Sprintf("your %v is divided by the %d samples once too often",
			c.q, c.N))
	}
	c.otherLayers("right", r.right, rightOf)
	c.otherLayers("left", r.left, leftOf)
}

// inDW adds what goes wrong in equation (3), ∂C/∂W.
func (c *slipper) inDW() {
	c.zero()
	c.means()
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign", c.q))
	c.add("transpose", "out", fmt.Sprintf("your %v is transposed: its rows and columns are swapped", c.q),
		func(r *recipe) { r.outT = !r.outT })
	c.transposes()
	c.elementwise()
	if c.q.Layer > 1 {
		z := named("Z", c.q.Layer-1)
		c.add("no-activation", "left", fmt.Sprintf("%v is taken where %v belongs", z, c.r.left),
			func(r *recipe) { r.left = z })
	}
	c.otherLayers("left", c.r.left, leftOf)
	c.otherLayers("right", c.r.right, rightOf)
	c.decays()
}

// inDB adds what goes wrong in equation (3), ∂C/∂b.
func (c *slipper) inDB() {
	out, n := float64(c.Units[c.q.Layer]), float64(c.N)
	c.zero()
	c.means()
	c.scale("sign", -1, fmt.Sprintf("your %v has the wrong sign", c.q))
	wrongSum := func(along near.Axis, by float64, what string) {
		c.add("bias-sum-axis", "axis", fmt.Sprintf("%s; what belongs here is a sum over the samples for each "+
			"neuron", what),
			func(r *recipe) { r.axis, r.times, r.outT = along, r.times*by, along == near.Nowhere && c.Columns })
	}
	for _, by := range []float64{1, n, n / out} {
		wrongSum(near.AlongRows, by, "this is a sum over the neurons for each sample")
		wrongSum(near.Overall, by, "this is a sum over samples and neurons")
		wrongSum(near.Nowhere, by, "this is no sum over the samples")
	}
	wrongSum(near.Overall, 1/out, "this is a mean over samples and neurons")
	c.otherLayers("left", c.r.left, leftOf)
	c.decaysOnBiases()
}

// decays adds slips in the L2 term.
func (c *slipper) decays() {
	right, lambda, N := c.r.l2, c.h.Settings.L2, c.h.Settings.N
	set := func(code string, l2 float64, what string) {
		c.add(code, "l2", what, func(r *recipe) { r.l2 = l2 })
	}
	if right == 0 {
		return
	}
	set("l2-sign", -right, "the L2 term has the wrong sign: it pulls the weights towards 0")
	whole := right / c.decay() * lambda
	set("l2-not-over-N", whole, "the L2 term is not divided by N")
	if N > 0 && N != c.N {
		set("l2-not-over-N", whole/float64(c.N), "the L2 term is divided by n, and N belongs there")
	}
	if c.q.Kind != "C" {
		set("l2-missing", 0, "the L2 term (λ/N)·W is missing")
	}
}

// decaysOnBiases adds slips that let biases decay.
func (c *slipper) decaysOnBiases() {
	lambda := c.h.Settings.L2
	if lambda == 0 {
		return
	}
	for _, l2 := range []float64{c.decay(), lambda} {
		c.add("l2-on-biases", "l2", fmt.Sprintf("the L2 term is there for %v too; biases do not decay", c.r.decayed),
			func(r *recipe) { r.l2 = l2 })
	}
}

// inUpdate adds what goes wrong in equation (4), the step.
func (c *slipper) inUpdate() {
	r := c.r
	c.add("ascent", "direction", "the step is added, and should be subtracted", func(r *recipe) { r.rate = -r.rate })
	c.add("rate-missing", "rate", fmt.Sprintf("%v is not multiplied by the learning rate", r.right),
		func(r *recipe) { r.rate = math.Copysign(1, r.rate) })
	if r.l2 != 0 {
		c.add("ascent", "times", fmt.Sprintf("η·%v is added, and should be subtracted", r.right),
			func(r *recipe) { r.times = -r.times })
		c.add("rate-missing", "l2", "the L2 term is not multiplied by the learning rate",
			func(r *recipe) { r.l2 /= c.h.Settings.Rate })
		c.add("rate-missing", "rate", fmt.Sprintf("%v is not multiplied by the learning rate, and the L2 term is",
			r.right),
			func(r *recipe) { r.times /= c.h.Settings.Rate })
	}
	c.decays()
	if c.q.Kind == "newb" {
		c.decaysOnBiases()
	} else if c.l2InGrad {
		c.add("l2-twice", "l2", fmt.Sprintf("the L2 term is in %v already, and taken once more", r.right),
			func(r *recipe) { r.l2 = c.decay() })
	}
	if c.N > 1 {
		if c.sums && !c.sumCost {
			c.scale("no-mean", float64(c.N), fmt.Sprintf("%v is a sum over the samples, and must be divided by %d "+
				"here", r.right, c.N))
		} else if !c.sums {
			c.scale("no-mean", float64(c.N), fmt.Sprintf("the step goes along the sum over the %d samples, %[1]d times %v",
				c.N, r.right))
		}
		c.scale("mean-twice", 1/float64(c.N), fmt.Sprintf("%v is divided by the %d samples once more", r.right, c.N))
	}
	c.add("not-updated", "rate", fmt.Sprintf("your %v is still %v", c.q, r.left), func(r *recipe) { r.rate = 0 })
	c.add("step-only", "kept", fmt.Sprintf("this is the step alone, without %v that it is subtracted from", r.left),
		func(r *recipe) { r.kept = 0 })
	if c.q.Kind == "newW" {
		c.add("transpose", "right", fmt.Sprintf("%v is transposed", r.right), func(r *recipe) { r.rightT = !r.rightT })
	}
	c.otherLayers("right", r.right, rightOf)
	c.otherLayers("left", r.left, leftOf)
}

// Together says that two slips can be made at once: in two quantities, or as two mistakes in one.
func (x Slip) Together(y Slip) bool {
	return x.At != y.At || x.Code != y.Code && (x.part != y.part || x.part == "times")
}
