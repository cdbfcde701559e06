// The checks of exercises 1 to 7: a step, equation by equation.

package grade

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The sizes of the layers in the questions, inputs first. The first matrices are square, so that exchanged indices do
// not stop the program, and can be recognised by the result. Then all sizes differ.
var (
	layers   = [][]int{{2, 2}, {3, 4}}
	networks = [][]int{{2, 2, 2}, {3, 4, 5}}
)

// sigmoid checks exercise 1.
func (g *grader) sigmoid() *Mistake {
	zs := []float64{-2, -0.5, 0.3, 1.7}
	a, slope := make([]float64, len(zs)), make([]float64, len(zs))
	for i, z := range zs {
		a[i], slope[i] = g.mine.Sigmoid(z)
	}
	if math.IsNaN(a[0]) && math.IsNaN(slope[0]) {
		return &Mistake{notDone, "both numbers are still NaN."}
	}
	forEach := func(f func(z float64) float64) []float64 {
		return apply(zs, func(_ int, z float64) float64 { return f(z) })
	}
	where := func(i int) string { return "For z = " + number(zs[i]) }
	m := comparison{"a = 1 / (1 + e⁻ᶻ)", a, sigmoids(zs), where, []wrongWay{
		{"minus-lost", "the exponent is z, and should be −z",
			forEach(func(z float64) float64 { return 1 / (1 + math.Exp(z)) })},
		{"no-activation", "a is just z", zs},
		{"other-activation", "this is tanh", forEach(math.Tanh)},
		{"swapped", "this is the slope", slopes(zs)},
		{"brackets", "this is 1/1 + e⁻ᶻ", forEach(func(z float64) float64 { return 1 + math.Exp(-z) })},
	}}.mistake()
	if m != nil {
		return m
	}
	return comparison{"σ′(z) = σ(z) (1 − σ(z))", slope, slopes(zs), where, []wrongWay{
		{"formula-at-z", "this is z(1 − z)", forEach(func(z float64) float64 { return z * (1 - z) })},
		{"derivative-at-a", "this is the slope at a, and not at z", slopes(a)},
		{"slope-is-a", "this is a again", a},
		{"no-derivative", "this is 1 for each z", forEach(func(float64) float64 { return 1 })},
		{"sign", "the sign is wrong", apply(slopes(zs), func(_ int, slope float64) float64 { return -slope })},
		{"other-activation", "1 − a² is the slope of tanh", apply(a, func(_ int, a float64) float64 { return 1 - a*a })},
		{"half-slope", "this is only 1 − a", apply(a, func(_ int, a float64) float64 { return 1 - a })},
	}}.mistake()
}

// numberPlace says where in a list a number is.
func numberPlace(i int) string { return fmt.Sprintf("In number %d", i+1) }

// forward checks exercise 2.
func (g *grader) forward() *Mistake {
	for _, sizes := range layers {
		q := newQuestion(false, 1, sizes...)
		x, w, b := slices.Clone(q.xs[0]), copyOf(q.W1), slices.Clone(q.B1)
		z, a := g.mine.Forward(x, w, b)
		if z == nil && a == nil {
			return &Mistake{notDone, "both lists are still nil."}
		}
		want, _ := forward(q.xs[0], q.W1, q.B1)
		last := len(q.xs[0]) - 1
		m := comparison{"z[j] = Σᵢ x[i]·W[i][j] + b[j]", z, want, numberPlace, []wrongWay{
			{"swapped", "this is a", sigmoids(want)},
			{"bias-each-term", "the bias is added for each input", apply(want, func(j int, z float64) float64 {
				return z + float64(last)*q.B1[j]
			})},
			{"last-term", "only the last term is left", apply(q.W1[last], func(_ int, w float64) float64 {
				return q.xs[0][last] * w
			})},
		}}.knownMistake()
		if m != nil {
			return m
		}
		m = comparison{"a = σ(z)", a, sigmoids(want), numberPlace, []wrongWay{
			{"a-is-slope", "this is the slope of σ, not a", slopes(want)},
		}}.knownMistake()
		if m == nil {
			m = q.checkAnswers(map[string]any{"Z1": z, "A1": a})
		}
		if m == nil {
			m = changedArgument("x w b", x, q.xs[0], flat(w), flat(q.W1), b, q.B1)
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// output checks exercise 3, by a network whose single layer has the weights 1 on its diagonal, so that z = x.
func (g *grader) output() *Mistake {
	for _, useSoftmax := range []bool{false, true} {
		q := newQuestion(useSoftmax, 1, 3, 3)
		for r := range q.W1 {
			clear(q.W1[r])
			q.W1[r][r] = 1
		}
		clear(q.B1)
		z, y := q.xs[0], q.ys[0]
		myZ, myY := slices.Clone(z), slices.Clone(y)
		cost, delta := g.mine.Output(myZ, myY, useSoftmax)
		if math.IsNaN(cost) && delta == nil && !useSoftmax {
			return &Mistake{notDone, "the cost is still NaN, and δ still nil."}
		}
		_, want := output(z, y, useSoftmax)
		name, a := "Squared error with σ: ", sigmoids(z)
		deltas := comparison{"δ = (a − y) σ′(z)", delta, want, numberPlace, []wrongWay{
			{"slope-is-a", "a is used in place of the slope",
				apply(a, func(j int, a float64) float64 { return (a - y[j]) * a })},
			{"half-slope", "1 − a is used in place of the slope",
				apply(a, func(j int, a float64) float64 { return (a - y[j]) * (1 - a) })},
		}}
		if useSoftmax {
			name, a = "Cross-entropy with softmax: ", softmax(z)
			deltas = comparison{"δ = a − y", delta, want, numberPlace, []wrongWay{
				{"other-cost", "it is multiplied by σ′(z), which belongs to the squared error",
					apply(want, func(j int, delta float64) float64 { return delta * slopes(z)[j] })},
				{"other-activation", "a is σ(z), and should be softmax(z)",
					apply(sigmoids(z), func(j int, a float64) float64 { return a - y[j] })},
				{"softmax-axis", "e^z is not divided by the sum",
					apply(z, func(j int, z float64) float64 { return math.Exp(z) - y[j] })},
			}}
		}
		m := deltas.knownMistake()
		if m == nil {
			m = q.checkAnswers(map[string]any{"Z1": z, "A1": a, "C": cost, "delta1": delta})
		}
		if m == nil {
			m = changedArgument("z y", myZ, z, myY, y)
		}
		if m != nil {
			m.Text = name + m.Text
			return m
		}
	}
	return nil
}

// back checks exercise 4.
func (g *grader) back() *Mistake {
	for _, sizes := range networks {
		q := newQuestion(false, 1, sizes...)
		z1, a1 := forward(q.xs[0], q.W1, q.B1)
		z2, a2 := forward(a1, q.W2, q.B2)
		_, delta2 := output(z2, q.ys[0], false)
		myDelta2, myW2, myZ1 := slices.Clone(delta2), copyOf(q.W2), slices.Clone(z1)
		delta1 := g.mine.Back(myDelta2, myW2, myZ1)
		if delta1 == nil {
			return &Mistake{notDone, "δ is still nil."}
		}
		last := len(delta2) - 1
		m := comparison{"δ1 = (δ2·W2ᵀ) ⊙ σ′(z1)", delta1, Back(delta2, q.W2, z1),
			numberPlace, []wrongWay{
				{"last-term", "only the last term is left", apply(slopes(z1), func(i int, v float64) float64 {
					return v * delta2[last] * q.W2[i][last]
				})},
				{"slope-is-a", "a1 is used in place of the slope",
					apply(TimesTransposed(delta2, q.W2), func(i int, v float64) float64 { return v * a1[i] })},
				{"half-slope", "1 − a1 is used in place of the slope",
					apply(TimesTransposed(delta2, q.W2), func(i int, v float64) float64 { return v * (1 - a1[i]) })},
			}}.knownMistake()
		if m == nil {
			m = q.checkAnswers(map[string]any{"Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "delta2": delta2, "delta1": delta1})
		}
		if m == nil {
			m = changedArgument("delta2 w2 z1", myDelta2, delta2, flat(myW2), flat(q.W2), myZ1, z1)
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// gradients checks exercise 5.
func (g *grader) gradients() *Mistake {
	for _, sizes := range layers {
		q := newQuestion(false, 1, sizes...)
		z, _ := forward(q.xs[0], q.W1, q.B1)
		_, delta := output(z, q.ys[0], false)
		myA, myDelta := slices.Clone(q.xs[0]), slices.Clone(delta)
		dW, db := g.mine.Gradients(myA, myDelta)
		if dW == nil && db == nil {
			return &Mistake{notDone, "both are still nil."}
		}
		m := q.checkAnswers(map[string]any{"Z1": z, "A1": sigmoids(z), "delta1": delta, "dW1": dW, "db1": db})
		if m == nil {
			m = changedArgument("a delta", myA, q.xs[0], myDelta, delta)
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// changedArgument is the mistake of a function that changes an argument, which its caller still needs; nil if it
// changes none. names has the names of the arguments. For each argument, lists has its numbers now, and
// before the call.
func changedArgument(names string, lists ...[]float64) *Mistake {
	for i, name := range strings.Fields(names) {
		if !slices.Equal(lists[2*i], lists[2*i+1]) {
			return &Mistake{"changed-argument", fmt.Sprintf("What you return is right, but your function changes its argument "+
				"%s, which others still need.", name)}
		}
	}
	return nil
}

// updated returns the numbers of a network after a step, by the names that package check gives them.
func (n *Network) updated() map[string]any {
	return map[string]any{"newW1": n.W1, "newb1": n.B1, "newW2": n.W2, "newb2": n.B2}
}

// step checks exercise 6.
func (g *grader) step() *Mistake {
	for i, sizes := range networks {
		q := newQuestion(i == 1, 1, sizes...)
		net := q.Copy()
		g.mine.Step(net, slices.Clone(q.xs[0]), slices.Clone(q.ys[0]), q.rate)
		if m := q.checkAnswers(net.updated()); m != nil {
			return m
		}
	}
	return nil
}

// batch checks exercise 7.
func (g *grader) batch() *Mistake {
	for i, sizes := range networks {
		q := newQuestion(i == 1, 5, sizes...)
		net := q.Copy()
		cost := g.mine.BatchStep(net, copyOf(q.xs), copyOf(q.ys), q.rate)
		if near(flat(net.Rows()), flat(q.Rows())) && cost == 0 {
			return &Mistake{notDone, "the cost is still 0, and no weight has changed."}
		}
		if cost == 0 {
			return &Mistake{"no-cost-back", "The weights change, but BatchStep returns 0 and not the mean cost."}
		}
		answers, want := net.updated(), q.Copy()
		answers["C"] = cost
		batchStep(want, q.xs, q.ys, q.rate)
		where := func(int) string { return "In the first wrong number of W1, b1, W2 and b2" }
		m := comparison{"W ← W − η·(1/n) Σ ∂C/∂W", flat(net.Rows()), flat(want.Rows()), where, q.batchWays()}.knownMistake()
		if m == nil {
			m = q.checkAnswers(answers)
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// batchWays returns common ways to use a mini-batch that are not one step with the mean, with the rate η or η/n.
func (q question) batchWays() (ways []wrongWay) {
	last := len(q.xs) - 1
	for _, rate := range []float64{q.rate, q.rate / float64(len(q.xs))} {
		afterEach, afterLast := q.Copy(), q.Copy()
		for s := range q.xs {
			batchStep(afterEach, q.xs[s:s+1], q.ys[s:s+1], rate)
		}
		batchStep(afterLast, q.xs[last:], q.ys[last:], rate)
		ways = append(ways,
			wrongWay{"each-sample", "the weights change after each sample, so the next samples see other weights",
				flat(afterEach.Rows())},
			wrongWay{"last-sample", "only the gradient of the last sample is used", flat(afterLast.Rows())})
	}
	return ways
}
