package grade

import (
	"fmt"
	"math"
	"slices"
)

// sigmoid judges exercise 1.
func (g *grader) sigmoid() *Mistake {
	zs := []float64{-2, -0.5, 0.3, 1.7}
	var a, slope []float64
	for _, z := range zs {
		x, s := g.mine.Sigmoid(z)
		a, slope = append(a, x), append(slope, s)
	}
	if math.IsNaN(a[0]) && math.IsNaN(slope[0]) {
		return &Mistake{nothing, "both numbers are NaN still."}
	}
	of := func(f func(z float64) float64) []float64 {
		return each(zs, func(_ int, z float64) float64 { return f(z) })
	}
	where := func(i int) string { return "For z = " + number(zs[i]) }
	prime := func(z float64) float64 { _, s := logistic(z); return s }
	m := comparison{"a = 1 / (1 + e⁻ᶻ)", a, squash(zs), where, []way{
		{"minus-lost", "e is taken to the power z, and not −z", of(func(z float64) float64 { return 1 / (1 + math.Exp(z)) })},
		{"no-activation", "a is z as it was", zs},
		{"other-activation", "this is tanh", of(math.Tanh)},
		{"brackets", "this is 1/1 + e⁻ᶻ", of(func(z float64) float64 { return 1 + math.Exp(-z) })},
	}}.mistake()
	if m != nil {
		return m
	}
	return comparison{"σ′(z) = σ(z) (1 − σ(z))", slope, slopes(zs), where, []way{
		{"formula-at-z", "this is z(1 − z)", of(func(z float64) float64 { return z * (1 - z) })},
		{"derivative-at-a", "this is the slope at a, and not at z", slopes(a)},
		{"slope-is-a", "this is a once more", a},
		{"no-derivative", "this is 1 for each z", of(func(float64) float64 { return 1 })},
		{"sign", "the sign is wrong", of(func(z float64) float64 { return -prime(z) })},
		{"other-activation", "1 − a² is the slope of tanh", each(a, func(_ int, a float64) float64 { return 1 - a*a })},
		{"half-slope", "this is 1 − a alone", each(a, func(_ int, a float64) float64 { return 1 - a })},
	}}.mistake()
}

// name is where in a list a number stands.
func name(i int) string { return fmt.Sprintf("In number %d", i+1) }

// forward judges exercise 2: in a square matrix first, where a wrong index stops nothing and can be named.
func (g *grader) forward() *Mistake {
	for i, sizes := range [][]int{{2, 2}, {3, 2}, {2, 4}} {
		q := ask(uint64(20+i), false, 1, sizes...)
		z, a := g.mine.Forward(q.xs[0], rows(q.W1), slices.Clone(q.B1))
		if z == nil && a == nil {
			return &Mistake{nothing, "both lists are nil still."}
		}
		want, _ := forward(q.xs[0], q.W1, q.B1)
		last := len(q.xs[0]) - 1
		m := comparison{"z[j] = Σᵢ x[i]·W[i][j] + b[j]", z, want, name, []way{
			{"last-term", "of the terms only the last is left", each(q.W1[last], func(_ int, w float64) float64 {
				return q.xs[0][last] * w
			})},
		}}.known()
		if m != nil {
			return m
		}
		m = comparison{"a = σ(z)", a, squash(want), name, []way{
			{"a-is-slope", "the slope of σ stands in the place of a", slopes(want)},
		}}.known()
		if m == nil {
			m = q.judge(map[string]any{"Z1": z, "A1": a})
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// output judges exercise 3.
func (g *grader) output() *Mistake {
	for i, softmax := range []bool{false, false, true, true} {
		k := []int{1, 3, 2, 3}[i]
		q := ask(uint64(30+i), softmax, 1, k, k)
		for r := range q.W1 {
			clear(q.W1[r])
			q.W1[r][r] = 1
		}
		clear(q.B1)
		z, y := q.xs[0], q.ys[0]
		cost, delta := g.mine.Output(slices.Clone(z), slices.Clone(y), softmax)
		if math.IsNaN(cost) && delta == nil && i == 0 {
			return &Mistake{nothing, "the cost is NaN still, and δ nil."}
		}
		a, which := squash(z), "Squared error with σ: "
		if softmax {
			a, which = shares(z), "Cross-entropy with softmax: "
		}
		equation, ways := "δ = (a − y) σ′(z)", []way{{"slope-is-a", "a stands in the place of the slope",
			each(a, func(j int, a float64) float64 { return (a - y[j]) * a })}}
		if softmax {
			equation, ways = "δ = a − y", []way{{"other-cost", "it is multiplied by σ′(z), which belongs to the squared error",
				each(a, func(j int, a float64) float64 { return (a - y[j]) * slopes(z)[j] })}}
		}
		_, want := output(z, y, softmax)
		m := comparison{equation, delta, want, name, ways}.known()
		if m == nil {
			m = q.judge(map[string]any{"Z1": z, "A1": a, "C": cost, "delta1": delta})
		}
		if m != nil {
			m.Text = which + m.Text
			return m
		}
	}
	return nil
}

// back judges exercise 4.
func (g *grader) back() *Mistake {
	for i, sizes := range [][]int{{2, 2, 2}, {2, 3, 3}, {2, 3, 2}, {2, 4, 1}} {
		q := ask(uint64(40+i), false, 1, sizes...)
		z1, a1 := forward(q.xs[0], q.W1, q.B1)
		z2, a2 := forward(a1, q.W2, q.B2)
		_, delta2 := output(z2, q.ys[0], false)
		delta1 := g.mine.Back(slices.Clone(delta2), rows(q.W2), slices.Clone(z1))
		if delta1 == nil {
			return &Mistake{nothing, "δ is nil still."}
		}
		sum := Dot(delta2, q.W2, true)
		m := comparison{"δ1 = (δ2·W2ᵀ) ⊙ σ′(z1)", delta1, Back(delta2, q.W2, z1),
			name, []way{
				{"last-term", "of the terms only the last is left", each(slopes(z1), func(i int, v float64) float64 {
					return v * delta2[len(delta2)-1] * q.W2[i][len(delta2)-1]
				})},
				{"slope-is-a", "a1 stands in the place of the slope",
					each(sum, func(i int, v float64) float64 { return v * a1[i] })},
			}}.known()
		if m == nil {
			m = q.judge(map[string]any{"Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "delta2": delta2, "delta1": delta1})
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// gradients judges exercise 5.
func (g *grader) gradients() *Mistake {
	for i, sizes := range [][]int{{2, 2}, {3, 3}, {3, 2}, {2, 4}} {
		q := ask(uint64(50+i), false, 1, sizes...)
		z, _ := forward(q.xs[0], q.W1, q.B1)
		_, delta := output(z, q.ys[0], false)
		dW, db := g.mine.Gradients(slices.Clone(q.xs[0]), slices.Clone(delta))
		if dW == nil && db == nil {
			return &Mistake{nothing, "both are nil still."}
		}
		if m := q.judge(map[string]any{"Z1": z, "A1": squash(z), "delta1": delta, "dW1": dW, "db1": db}); m != nil {
			return m
		}
	}
	return nil
}

// updated are a network's numbers by the names of what they are after a step.
func (n *Network) updated() map[string]any {
	return map[string]any{"newW1": n.W1, "newb1": n.B1, "newW2": n.W2, "newb2": n.B2}
}

// step judges exercise 6.
func (g *grader) step() *Mistake {
	for i, sizes := range [][]int{{2, 2, 2}, {3, 3, 3}, {3, 4, 2}, {2, 3, 1}} {
		q := ask(uint64(60+i), i == 2, 1, sizes...)
		net := q.Copy()
		g.mine.Step(net, slices.Clone(q.xs[0]), slices.Clone(q.ys[0]), q.rate)
		if m := q.judge(net.updated()); m != nil {
			return m
		}
	}
	return nil
}

// batch judges exercise 7.
func (g *grader) batch() *Mistake {
	for i, sizes := range [][]int{{2, 2, 2}, {3, 4, 3}, {2, 3, 1}} {
		q := ask(uint64(70+i), i == 1, 5, sizes...)
		net := q.Copy()
		cost := g.mine.BatchStep(net, rows(q.xs), rows(q.ys), q.rate)
		if near(flat(net.Rows()), flat(q.Rows())) && cost == 0 {
			return &Mistake{nothing, "the cost is 0 still, and no weight has changed."}
		}
		if cost == 0 {
			return &Mistake{"no-cost-back", "The weights change, but 0 comes back, and not the mean cost."}
		}
		answers := net.updated()
		answers["C"] = cost
		m := comparison{"W ← W − η·(1/n) Σ ∂C/∂W", flat(net.Rows()), q.after(1, descend),
			func(int) string {
				return "Of W1, b1, W2 and b2, one number after the other, in the first that is off"
			}, q.batchWays()}.known()
		if m == nil {
			m = q.judge(answers)
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// after is the network's numbers after steps with so many times the rate.
func (q question) after(times float64, step func(*Network, [][]float64, [][]float64, float64) float64) []float64 {
	net := q.Copy()
	step(net, q.xs, q.ys, times*q.rate)
	return flat(net.Rows())
}

// batchWays are what people do with a mini-batch that is not one step with the mean.
func (q question) batchWays() (ways []way) {
	one := func(net *Network, xs, ys [][]float64, rate float64) float64 {
		for s := range xs {
			descend(net, xs[s:s+1], ys[s:s+1], rate)
		}
		return 0
	}
	last := func(net *Network, xs, ys [][]float64, rate float64) float64 {
		return descend(net, xs[len(xs)-1:], ys[len(ys)-1:], rate)
	}
	for _, times := range []float64{1, 1 / float64(len(q.xs))} {
		ways = append(ways,
			way{"each-sample", "the weights change after each sample, and those that follow see others", q.after(times, one)},
			way{"last-sample", "of the samples only the last has left its gradient", q.after(times, last)})
	}
	return ways
}

// decay judges exercise 12.
func (g *grader) decay() *Mistake {
	for i, sizes := range [][]int{{2, 2}, {3, 2}} {
		q := ask(uint64(120+i), true, 2, sizes...)
		q.lambda, q.n = 5, 50
		dW, db := zeroed(q.W1), make([]float64, len(q.B1))
		for s, x := range q.xs {
			z, _ := forward(x, q.W1, q.B1)
			_, delta := output(z, q.ys[s], true)
			w, b := outer(x, delta)
			shift(append(dW, db), append(w, b), 0.5)
		}
		w, b := rows(q.W1), slices.Clone(q.B1)
		g.mine.Decay(w, b, rows(dW), slices.Clone(db), q.rate, q.lambda, q.n)
		if m := q.judge(map[string]any{"dW1": dW, "db1": db, "newW1": w, "newb1": b}); m != nil {
			return m
		}
	}
	return nil
}

// zeroed is a matrix of zeros of the same shape.
func zeroed(m [][]float64) [][]float64 {
	out := rows(m)
	shift(out, m, -1)
	return out
}
