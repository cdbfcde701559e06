package grade

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	book "backprop/internal/run/workbook/files"
)

// solved are the exercises with their solutions, of which those that call others call what is lent.
func solved(lent *Functions) Functions {
	return Functions{Sigmoid: book.Sigmoid, Forward: book.Forward, Output: book.Output, Back: book.Back,
		Gradients: book.Gradients, Estimate: book.Estimate, Momentum: book.Momentum, Decay: book.Decay,
		Step: func(net *Network, x, y []float64, rate float64) { book.Step((*book.Network)(net), x, y, rate) },
		BatchStep: func(net *Network, xs, ys [][]float64, rate float64) float64 {
			return book.BatchStep((*book.Network)(net), xs, ys, rate)
		},
		Train: func(net *Network, xs, ys [][]float64, epochs, batch int, rate float64) {
			for e := range epochs {
				for part := range slices.Chunk(orderOf(len(xs), e), batch) {
					lent.BatchStep(net, pick(xs, part), pick(ys, part), rate)
				}
			}
		},
	}
}

// orderOf is an order of n numbers, another one in each epoch.
func orderOf(n, epoch int) (order []int) {
	for i := range n {
		order = append(order, (7*i+3*epoch+1)%n)
	}
	if epoch%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

func pick(rows [][]float64, which []int) (picked [][]float64) {
	for _, i := range which {
		picked = append(picked, rows[i])
	}
	return picked
}

// trainBy is a training loop that calls step with the numbers of the samples of each mini-batch, three epochs of them.
func trainBy(lent *Functions, batches ...[]int) func(net *Network, xs, ys [][]float64, epochs, batch int,
	rate float64) {
	return func(net *Network, xs, ys [][]float64, _, _ int, rate float64) {
		for _, which := range batches {
			if len(xs) == 10 {
				lent.BatchStep(net, pick(xs, which), pick(ys, which), rate)
			}
		}
	}
}

// estimateBy is exercise 8 with a step up, a step down, and what is made of the two costs.
func estimateBy(up, down float64, slope func(above, below float64) float64) func([][]float64,
	func() float64) [][]float64 {
	return func(w [][]float64, cost func() float64) [][]float64 {
		slopes := zerosLike(w)
		for i := range w {
			for j, old := range w[i] {
				w[i][j] = old + up
				above := cost()
				w[i][j] = old - down
				below := cost()
				w[i][j] = old
				slopes[i][j] = slope(above, below)
			}
		}
		return slopes
	}
}

// momentumBy is exercise 11 with another rule.
func momentumBy(rule func(w, v, g float64) (newW, newV float64)) func(w, v, g [][]float64, rate, mu float64) {
	return func(w, v, g [][]float64, _, _ float64) {
		for i := range w {
			for j := range w[i] {
				w[i][j], v[i][j] = rule(w[i][j], v[i][j], g[i][j])
			}
		}
	}
}

// TestWrongWays: what is told of each common mistake. The numbers are computed by hand: σ(−2) is 0.119203, and its
// slope 0.104994.
func TestWrongWays(t *testing.T) {
	var lent Functions
	a := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	sigmoidBy := func(a, slope func(z float64) float64) func(f *Functions) {
		return func(f *Functions) { f.Sigmoid = func(z float64) (float64, float64) { return a(z), slope(z) } }
	}
	slope := func(z float64) float64 { return a(z) * (1 - a(z)) }
	always := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	const eq1, eq2 = "a = 1 / (1 + e⁻ᶻ)", "σ′(z) = σ(z) (1 − σ(z))"
	const eq8, told9 = "∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h", "With 10 samples, batch = 4 and 3 epochs, "
	outputBy := func(change func(z, y []float64, softmax bool, cost float64, delta []float64) (float64,
		[]float64)) func(*Functions) {
		return func(f *Functions) {
			f.Output = func(z, y []float64, softmax bool) (float64, []float64) {
				cost, delta := book.Output(z, y, softmax)
				return change(z, y, softmax, cost, delta)
			}
		}
	}
	batchBy := func(step func(n *Network, xs, ys [][]float64, rate float64) float64) func(*Functions) {
		return func(f *Functions) { f.BatchStep = step }
	}
	estimate := func(up, down float64, of func(above, below float64) float64) func(*Functions) {
		return func(f *Functions) { f.Estimate = estimateBy(up, down, of) }
	}
	const h = 1e-5
	central := func(factor float64) func(above, below float64) float64 {
		return func(above, below float64) float64 { return (above - below) / (2 * h) * factor }
	}
	momentum := func(rule func(w, v, g float64) (newW, newV float64)) func(*Functions) {
		return func(f *Functions) { f.Momentum = momentumBy(rule) }
	}
	train := func(batches ...[]int) func(*Functions) {
		return func(f *Functions) { f.Train = trainBy(&lent, batches...) }
	}
	r := func(numbers ...int) []int { return numbers }
	first, second := [][]int{r(7, 2, 9, 0), r(4, 1, 8, 3), r(6, 5)}, [][]int{r(1, 2, 9, 0), r(4, 7, 8, 3), r(6, 5)}
	sorted := [][]int{r(0, 1, 2, 3), r(4, 5, 6, 7), r(8, 9)}
	decayBy := func(rule func(w, dw, db, rate, decay float64, bias bool) float64) func(*Functions) {
		return func(f *Functions) {
			f.Decay = func(w [][]float64, b []float64, dW [][]float64, db []float64, rate, lambda float64, n int) {
				for i := range w {
					for j := range w[i] {
						w[i][j] = rule(w[i][j], dW[i][j], 0, rate, lambda/float64(n), false)
					}
				}
				for j := range b {
					b[j] = rule(b[j], 0, db[j], rate, lambda/float64(n), true)
				}
			}
		}
	}
	for _, c := range []struct {
		file       string
		change     func(f *Functions)
		code, text string // how the text begins
	}{
		{"01", func(*Functions) {}, "", ""},
		{"01", sigmoidBy(always(math.NaN()), always(math.NaN())), notDone, "both numbers are NaN still."},
		{"01", sigmoidBy(func(z float64) float64 { return a(-z) }, slope), "minus-lost",
			eq1 + ": e is taken to the power z, and not −z. For z = −2 you have 0.880797, and it should be 0.119203."},
		{"01", sigmoidBy(func(z float64) float64 { return z }, slope), "no-activation",
			eq1 + ": a is z as it was. For z = −2 you"},
		{"01", sigmoidBy(math.Tanh, slope), "other-activation", eq1 + ": this is tanh"},
		{"01", sigmoidBy(func(z float64) float64 { return 1 + math.Exp(-z) }, slope), "brackets",
			eq1 + ": this is 1/1 + e⁻ᶻ"},
		{"01", sigmoidBy(always(0.25), slope), "unknown", eq1 + ". For z = −2 you have 0.25, and it should be 0.119203."},
		{"01", sigmoidBy(a, func(z float64) float64 { return z * (1 - z) }), "formula-at-z",
			eq2 + ": this is z(1 − z). For z = −2 you have −6, and it should be 0.104994."},
		{"01", sigmoidBy(a, func(z float64) float64 { return slope(a(z)) }), "derivative-at-a",
			eq2 + ": this is the slope at a"},
		{"01", sigmoidBy(a, a), "slope-is-a", eq2 + ": this is a once more"},
		{"01", sigmoidBy(a, always(1)), "no-derivative", eq2 + ": this is 1 for each z"},
		{"01", sigmoidBy(a, func(z float64) float64 { return -slope(z) }), "sign", eq2 + ": the sign is wrong"},
		{"01", sigmoidBy(a, func(z float64) float64 { return 1 - a(z)*a(z) }), "other-activation",
			eq2 + ": 1 − a² is the slope of"},
		{"01", sigmoidBy(a, func(z float64) float64 { return 1 - a(z) }), "half-slope", eq2 + ": this is 1 − a alone"},

		{"02", func(*Functions) {}, "", ""},
		{"02", func(f *Functions) {
			f.Forward = func([]float64, [][]float64, []float64) (z, a []float64) { return nil, nil }
		}, notDone, "both lists are nil still."},
		{"02", func(f *Functions) {
			f.Forward = func(x []float64, w [][]float64, b []float64) ([]float64, []float64) {
				z, _ := book.Forward(x, w, b)
				return z, slopes(z)
			}
		}, "a-is-slope", "a = σ(z): the slope of σ stands in the place of a. In number 1 you have "},
		{"02", func(f *Functions) {
			f.Forward = func(x []float64, w [][]float64, b []float64) ([]float64, []float64) {
				i := len(x) - 1
				return book.Forward(x[i:], w[i:], make([]float64, len(b)))
			}
		}, "last-term", "z[j] = Σᵢ x[i]·W[i][j] + b[j]: of the terms only the last is left. In number 1 you"},
		{"02", func(f *Functions) {
			f.Forward = func(x []float64, w [][]float64, b []float64) ([]float64, []float64) {
				z, a := book.Forward(x, w, b)
				return z, a[:0]
			}
		}, "shape", "your A1 is empty: no numbers are given back."},
		{"02", func(f *Functions) {
			f.Forward = func(x []float64, w [][]float64, b []float64) ([]float64, []float64) {
				z, a := book.Forward(x, w, b)
				a[0] = math.Inf(1)
				return z, a
			}
		}, "not-a-number", ""},

		{"03", func(*Functions) {}, "", ""},
		{"03", outputBy(func(_, _ []float64, _ bool, _ float64, _ []float64) (float64, []float64) {
			return math.NaN(),
				nil
		}),
			notDone, "the cost is NaN still, and δ nil."},
		{"03", outputBy(func(z, y []float64, softmax bool, cost float64, delta []float64) (float64, []float64) {
			return cost, apply(delta, func(j int, d float64) float64 {
				if softmax {
					return d
				}
				return (a(z[j]) - y[j]) * a(z[j])
			})
		}), "slope-is-a", "Squared error with σ: δ = (a − y) σ′(z): a stands in the place of the slope. In number 1 you"},
		{"03", outputBy(func(z, y []float64, softmax bool, cost float64, delta []float64) (float64, []float64) {
			return cost, apply(delta, func(j int, d float64) float64 {
				if softmax {
					return d * slope(z[j])
				}
				return d
			})
		}), "other-cost", "Cross-entropy with softmax: δ = a − y: it is multiplied by σ′(z), which belongs to the squared"},
		{"03", outputBy(func(_, _ []float64, softmax bool, cost float64, delta []float64) (float64, []float64) {
			return 2 * cost, delta
		}), "no-half", "Squared error with σ: "},

		{"04", func(*Functions) {}, "", ""},
		{"04", func(f *Functions) { f.Back = func([]float64, [][]float64, []float64) []float64 { return nil } }, notDone,
			"δ is nil still."},
		{"04", func(f *Functions) {
			f.Back = func(d []float64, w [][]float64, z []float64) []float64 {
				i := len(d) - 1
				return apply(z, func(k int, v float64) float64 { return d[i] * w[k][i] * slope(v) })
			}
		}, "last-term", "δ1 = (δ2·W2ᵀ) ⊙ σ′(z1): of the terms only the last is left. In number 1 you"},
		{"04", func(f *Functions) {
			f.Back = func(d []float64, w [][]float64, z []float64) []float64 {
				return apply(book.Back(d, w, z), func(k int, v float64) float64 { return v / slope(z[k]) * a(z[k]) })
			}
		}, "slope-is-a", "δ1 = (δ2·W2ᵀ) ⊙ σ′(z1): a1 stands in the place of the slope. In number 1 you"},
		{"04", func(f *Functions) {
			f.Back = func(d []float64, w [][]float64, z []float64) []float64 {
				return apply(book.Back(d, w, z), func(_ int, v float64) float64 { return -v })
			}
		}, "sign", ""},

		{"05", func(*Functions) {}, "", ""},
		{"05", func(f *Functions) { f.Gradients = func(_, _ []float64) ([][]float64, []float64) { return nil, nil } },
			notDone,
			"both are nil still."},
		{"05", func(f *Functions) {
			f.Gradients = func(a, d []float64) ([][]float64, []float64) {
				dW, db := book.Gradients(a, d)
				return dW, make([]float64, len(db))
			}
		}, "all-zero", ""},
		{"05", func(f *Functions) {
			f.Gradients = func(a, d []float64) ([][]float64, []float64) {
				dW, db := book.Gradients(a, d)
				dW[1] = dW[1][:1]
				return dW, db
			}
		}, "shape", "your dW1 has 1 numbers in row 2, and 2 in row 1."},

		{"06", func(*Functions) {}, "", ""},
		{"06", func(f *Functions) {
			f.Step = func(net *Network, x, y []float64, rate float64) { book.Step((*book.Network)(net), x, y, -rate) }
		}, "ascent", ""},

		{"07", func(*Functions) {}, "", ""},
		{"07", batchBy(func(*Network, [][]float64, [][]float64, float64) float64 { return 0 }), notDone,
			"the cost is 0 still, and no weight has changed."},
		{"07", batchBy(func(n *Network, xs, ys [][]float64, rate float64) float64 { batchStep(n, xs, ys, rate); return 0 }),
			"no-cost-back", "The weights change, but 0 comes back, and not the mean cost."},
		{"07", batchBy(func(n *Network, xs, ys [][]float64, rate float64) float64 {
			cost, _ := n.Gradient(xs, ys, Back)
			for s := range xs {
				batchStep(n, xs[s:s+1], ys[s:s+1], rate/float64(len(xs)))
			}
			return cost
		}), "each-sample", "W ← W − η·(1/n) Σ ∂C/∂W: the weights change after each sample, so the next samples see other " +
			"weights. In the first wrong number of W1, b1, W2 and b2 you have "},
		{"07", batchBy(func(n *Network, xs, ys [][]float64, rate float64) float64 {
			cost, _ := n.Gradient(xs, ys, Back)
			batchStep(n, xs[4:], ys[4:], rate)
			return cost
		}), "last-sample", "W ← W − η·(1/n) Σ ∂C/∂W: only the gradient of the last sample is used. In the first"},
		{"07", batchBy(func(n *Network, xs, ys [][]float64, rate float64) float64 {
			return 5 * batchStep(n, xs, ys,
				rate)
		}),
			"no-mean", ""},

		{"08", func(*Functions) {}, "", ""},
		{"08", func(f *Functions) { f.Estimate = func([][]float64, func() float64) [][]float64 { return nil } }, notDone,
			"the matrix is nil still."},
		{"08", func(f *Functions) { f.Estimate = func(w [][]float64, _ func() float64) [][]float64 { return w } },
			"no-cost",
			"cost() has never been called."},
		{"08", func(f *Functions) {
			f.Estimate = func(w [][]float64, cost func() float64) [][]float64 { cost(); return [][]float64{{1, 2}, {3, 4}} }
		}, "shape", "w is 2×3, and what comes back should be so too."},
		{"08", estimate(0, 0, central(1)), "h-small",
			"Whenever you asked for the cost, all weights were what they had been"},
		{"08", func(f *Functions) {
			f.Estimate = func(w [][]float64, cost func() float64) [][]float64 {
				w[0][0], w[1][1] = w[0][0]+h, w[1][1]+h
				cost()
				return w
			}
		}, "all-at-once", "When you asked for the cost, 2 weights had been moved; it should be one at a time."},
		{"08", func(f *Functions) {
			f.Estimate = func(w [][]float64, cost func() float64) [][]float64 {
				w[0][0] += 0.5
				cost()
				return copyOf(w)
			}
		}, "not-restored", "A weight is not what it was when its turn is over: it is off by 0.5."},
		{"08", estimate(h, 3*h, central(1)), "lopsided", "The cost is looked at 1e−05 above the weight, and 3e−05 below."},
		{"08", estimate(h, 0, central(1)), "one-sided", "You look at the cost on one side of the weight only"},
		{"08", estimate(0, h, central(1)), "one-sided", "You look at the cost on one side of the weight only"},
		{"08", estimate(0.003, 0.003, central(1)), "h-large", "The weights are moved by 0.003, which is far."},
		{"08", estimate(1e-9, 1e-9, central(1)), "h-small", "The weights are moved by 1e−09 only."},
		{"08", estimate(h, h, central(2)), "not-halved", eq8 + ": each slope is twice what it should be."},
		{"08", estimate(h, h, central(0.5)), "not-halved", eq8 + ": each slope is half of what it should be."},
		{"08", estimate(h, h, central(h*h)), "not-halved", eq8 + ": each slope is h² times what it should be: mind what"},
		{"08", estimate(h, h, central(2*h)), "not-divided", eq8 + ": this is the difference of the costs alone, or half"},
		{"08", estimate(h, h, central(h)), "not-divided", eq8 + ": this is half the difference of the costs."},
		{"08", estimate(h, h, central(-1)), "sign", eq8 + ": each slope has the wrong sign."},
		{"08", estimate(h, h, central(3)), "unknown", eq8 + ". In row 1, column 1 you have "},
		{"08", func(f *Functions) {
			f.Estimate = func(w [][]float64, cost func() float64) [][]float64 {
				slopes := estimateBy(h, h, central(1))(w, cost)
				slopes[1][2] = 9
				return slopes
			}
		}, "unknown", eq8 + ". In row 2, column 3 you have 9, and it should be "},

		{"09", func(*Functions) {}, "", ""},
		{"09", func(f *Functions) {
			f.Train = func(net *Network, xs, ys [][]float64, _, _ int, rate float64) {
				lent.BatchStep(net, xs[:4], ys[1:5], rate)
			}
		}, "pairs-broken", "batchStep was given an x with the y of another sample, or more"},
		{"09", func(f *Functions) {
			f.Train = func(net *Network, xs, ys [][]float64, _, _ int, rate float64) {
				lent.BatchStep(net, xs[:4], ys[:5], rate)
			}
		}, "pairs-broken", "batchStep was given an x"},
		{"09", func(f *Functions) {
			f.Train = func(net *Network, xs, ys [][]float64, _, _ int, rate float64) {
				lent.BatchStep(net, xs[:4], ys[:4], 2*rate)
			}
		}, "other-arguments", "batchStep was not given the same net and rate as Train was."},
		{"09", func(f *Functions) {
			f.Train = func(net *Network, xs, ys [][]float64, _, _ int, rate float64) {
				lent.BatchStep(net.Copy(), xs[:4], ys[:4], rate)
			}
		}, "other-arguments", "batchStep was not given"},
		{"09", train(r(0, 1, 2, 3, 4)), "batch-size", "with batch = 4, a mini-batch had 5 samples."},
		{"09", train(), "no-call", "batchStep was never called with samples."},
		{"09", train(first...), "one-epoch", told9 + "batchStep was given 10 samples in all, as if there were one epoch."},
		{"09", train(first[:2]...), "one-epoch", told9 + "batchStep was given 8 samples in all"},
		{"09", train(slices.Concat(first[:2], first[:2], first[:2])...), "rest-dropped",
			told9 + "each epoch used 8 samples"},
		{"09", train(r(1), r(2), r(3)), "one-batch", told9 + "there was one sample an epoch."},
		{"09", train(first[0], first[0], first[0]), "one-batch", told9 + "there was one mini-batch of 4 an epoch"},
		{"09", train(slices.Concat(first, first)...), "sample-count",
			told9 + "batchStep was given 20 samples in all, and it"},
		{"09", train(slices.Concat(first, first, first[:2], [][]int{{6, 6}})...), "sample-twice",
			"In epoch 3 some samples were"},
		{"09", train(slices.Concat(sorted, sorted, sorted)...), "not-shuffled",
			"The samples came in the order in which they"},
		{"09", train(slices.Concat(first, first, first)...), "shuffled-once",
			"The samples came in the same order in each epoch."},
		{"09", train(slices.Concat(first[:2], [][]int{{6}, {5}}, second, first)...), "batch-size",
			"10 samples should make mini-batches of 4, 4 and 2: 9 in 3 epochs. There were 10."},
		{"09", train(slices.Concat(first, second, first)...), "unknown", "After 1,500 epochs of XOR the cost is "},
		{"09", train(slices.Concat(sorted, first, first)...), "unknown", "After 1,500 epochs of XOR the cost is "},

		{"11", func(*Functions) {}, "", ""},
		{"11", momentum(func(w, v, _ float64) (float64, float64) { return w, v }), "not-updated",
			"v ← µ·v − η·g, w ← w + v: w is what it was. " +
				"After step 1, w in row 1, column 1: you have 1, and it should be 0.8."},
		{"11", momentum(func(w, _, g float64) (float64, float64) { return w - 0.1*g, 0 }), "velocity-lost",
			"v ← µ·v − η·g, w ← w + v: each step is −η·g alone: of the velocity before it nothing is kept. " +
				"After step 2, w in row 1, " +
				"column 1: you have 0.7, and it should be 0.54."},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.8*v + 0.1*g; return w + v, v }), "ascent", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.8*v - g; return w + v, v }), "rate-missing", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.1 * (0.8*v - g); return w + v, v }),
			"rate-missing", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v -= 0.1 * g; return w + v, v }), "mu-missing", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.8 * (v - 0.1*g); return w + v, v }), "mu-on-all",
			""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.8*v - 0.2*0.1*g; return w + v, v }), "mu-on-all",
			""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { return w + v, 0.8*v - 0.1*g }), "old-velocity", ""},
		{"11", momentum(func(_, v, g float64) (float64, float64) { v = 0.8*v - 0.1*g; return v, v }), "step-only", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { v = 0.8*v - 0.1*g; return w + 0.8*v - 0.1*g, v }),
			"old-velocity", ""},
		{"11", momentum(func(w, v, g float64) (float64, float64) { return w + 7, v }), "unknown",
			"v ← µ·v − η·g, w ← w + v. After step 1, w in row 1, column 1: you have 8, and it should be 0.8."},

		{"12", func(*Functions) {}, "", ""},
		{"12", decayBy(func(w, dw, db, rate, decay float64, bias bool) float64 { return w - rate*(dw+db) }), "l2-missing",
			""},
		{"12", decayBy(func(w, dw, db, rate, decay float64, bias bool) float64 { return w - rate*(dw+db+decay*w) }),
			"l2-on-biases", ""},
		{"12", decayBy(func(w, dw, db, rate, decay float64, bias bool) float64 {
			if bias {
				return w - rate*db
			}
			return w - rate*(dw-decay*w)
		}), "l2-sign", ""},
	} {
		g := &grader{shared: lentFunctions(), lend: func(f Functions) { lent = f }, out: io.Discard,
			done: map[string]bool{}}
		g.mine = solved(&lent)
		c.change(&g.mine)
		g.lend(g.shared)
		i := slices.IndexFunc(exercises, func(e exercise) bool { return strings.HasPrefix(e.file, c.file) })
		m := checkSafely(exercises[i], g)
		if m == nil {
			m = &Mistake{}
		}
		if m.Code != c.code || !strings.HasPrefix(m.Text, c.text) {
			t.Errorf("exercise %s: %s: %s\nwant %s: %s", c.file, m.Code, m.Text, c.code, c.text)
		}
	}
}
