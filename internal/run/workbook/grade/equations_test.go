package grade

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	book "backprop/internal/run/workbook/files"
)

// solutions returns the solutions of all exercises but the digits. Its training loop calls the functions in lent.
func solutions(lent *Functions) Functions {
	return Functions{Sigmoid: book.Sigmoid, Forward: book.Forward, Output: book.Output, Back: book.Back,
		Gradients: book.Gradients, Estimate: book.Estimate, Momentum: book.Momentum, Decay: book.Decay,
		Step: func(net *Network, x, y []float64, rate float64) { book.Step((*book.Network)(net), x, y, rate) },
		BatchStep: func(net *Network, xs, ys [][]float64, rate float64) float64 {
			return book.BatchStep((*book.Network)(net), xs, ys, rate)
		},
		Train: func(net *Network, xs, ys [][]float64, epochs, batch int, rate float64) {
			for epoch := range epochs {
				for numbers := range slices.Chunk(orderOf(len(xs), epoch), batch) {
					lent.BatchStep(net, rowsAt(xs, numbers), rowsAt(ys, numbers), rate)
				}
			}
		},
	}
}

// orderOf returns the numbers 0 to n − 1 in an order that is another in each epoch.
func orderOf(n, epoch int) (order []int) {
	for i := range n {
		order = append(order, (7*i+3*epoch+1)%n)
	}
	if epoch%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

func rowsAt(m [][]float64, numbers []int) (rows [][]float64) {
	for _, i := range numbers {
		rows = append(rows, m[i])
	}
	return rows
}

// checkMistake has an exercise checked in which change has put one wrong function among the solutions, and compares
// the code of the mistake and how its text begins. The code "" is for a right function.
func checkMistake(t *testing.T, file string, change func(mine, lent *Functions), code, text string) {
	t.Helper()
	t.Run(cmp.Or(code, "right"), func(t *testing.T) {
		t.Helper()
		var lent Functions
		g := &grader{shared: lentFunctions(), lend: func(f Functions) { lent = f }, out: io.Discard, done: map[string]bool{}}
		g.mine = solutions(&lent)
		change(&g.mine, &lent)
		g.lend(g.shared)
		i := slices.IndexFunc(exercises, func(e exercise) bool { return e.file == file })
		m := checkSafely(exercises[i], g)
		if m == nil {
			m = &Mistake{}
		}
		if m.Code != code || !strings.HasPrefix(m.Text, text) {
			t.Errorf("got %q: %s\nwant %q: %s", m.Code, m.Text, code, text)
		}
	})
}

// Short names for the parameters of the exercises.
type (
	list   = []float64
	matrix = [][]float64
)

// noChange leaves the solutions as they are.
func noChange(_, _ *Functions) {}

// A function whose answers are right, but which writes into an argument, breaks the exercises that call it.
func TestChangedArguments(t *testing.T) {
	const text = "What you return is right, but your function changes its argument "
	checkMistake(t, "02_forward.go", func(mine, _ *Functions) {
		mine.Forward = func(x list, w matrix, b list) (z, a list) {
			z, a = book.Forward(x, w, b)
			copy(b, z)
			return b, a
		}
	}, "changed-argument", text+"b, which")
	checkMistake(t, "02_forward.go", func(mine, _ *Functions) {
		mine.Forward = func(x list, w matrix, b list) (z, a list) {
			z, a = book.Forward(x, w, b)
			w[0][1]++
			return z, a
		}
	}, "changed-argument", text+"w, which")
	checkMistake(t, "03_output.go", func(mine, _ *Functions) {
		mine.Output = func(z, y list, softmax bool) (cost float64, delta list) {
			cost, delta = book.Output(z, y, softmax)
			copy(z, delta)
			return cost, z
		}
	}, "changed-argument", "Squared error with σ: "+text+"z, which")
	checkMistake(t, "04_back.go", func(mine, _ *Functions) {
		mine.Back = func(delta2 list, w2 matrix, z1 list) list {
			copy(z1, book.Back(delta2, w2, z1))
			return z1
		}
	}, "changed-argument", text+"z1, which")
	checkMistake(t, "05_gradients.go", func(mine, _ *Functions) {
		mine.Gradients = func(a, delta list) (dW matrix, db list) {
			dW, db = book.Gradients(a, delta)
			a[0] = 0
			return dW, db
		}
	}, "changed-argument", text+"a, which")
}

// The sigmoid and its slope, written once more.
func sigma(z float64) float64      { return 1 / (1 + math.Exp(-z)) }
func sigmaSlope(z float64) float64 { return sigma(z) * (1 - sigma(z)) }

// always returns the function whose value is v everywhere.
func always(v float64) func(float64) float64 { return func(float64) float64 { return v } }

func negated(v list) list { return apply(v, func(_ int, v float64) float64 { return -v }) }

func transposed(m matrix) matrix {
	t := make(matrix, len(m[0]))
	for _, row := range m {
		for j, v := range row {
			t[j] = append(t[j], v)
		}
	}
	return t
}

// The tests below do each exercise wrongly in the common ways. The learner must be told which mistake it is; with
// numbers, if the exercise itself recognises it, and by the code alone, if package check does.

// By hand, σ(−2) is 0.119203 and its slope 0.104994.
func TestSigmoidMistakes(t *testing.T) {
	const eq1, eq2 = "a = 1 / (1 + e⁻ᶻ)", "σ′(z) = σ(z) (1 − σ(z))"
	for _, c := range []struct {
		a, slope   func(z float64) float64
		code, text string
	}{
		{sigma, sigmaSlope, "", ""},
		{always(math.NaN()), always(math.NaN()), notDone, "both numbers are still NaN."},
		{sigma, always(math.NaN()), "unknown", eq2 + ". For z = −2 you have NaN, and it should be 0.104994."},
		{always(math.NaN()), sigmaSlope, "unknown", eq1 + ". For z = −2 you have NaN, and it should be 0.119203."},
		{func(z float64) float64 { return sigma(-z) }, sigmaSlope, "minus-lost",
			eq1 + ": the exponent is z, and should be −z. For z = −2 you have 0.880797, and it should be 0.119203."},
		{func(z float64) float64 { return z }, sigmaSlope, "no-activation", eq1 + ": a is just z. For z = −2 you"},
		{math.Tanh, sigmaSlope, "other-activation", eq1 + ": this is tanh"},
		{sigmaSlope, sigma, "swapped", eq1 + ": this is the slope. For z = −2 you have 0.104994"},
		{func(z float64) float64 { return 1 + math.Exp(-z) }, sigmaSlope, "brackets", eq1 + ": this is 1/1 + e⁻ᶻ"},
		{always(math.Inf(1)), sigmaSlope, "unknown", eq1 + ". For z = −2 you have +Inf, and it should be 0.119203."},
		{always(0.25), sigmaSlope, "unknown", eq1 + ". For z = −2 you have 0.25, and it should be 0.119203."},
		{sigma, func(z float64) float64 { return z * (1 - z) }, "formula-at-z",
			eq2 + ": this is z(1 − z). For z = −2 you have −6, and it should be 0.104994."},
		{sigma, func(z float64) float64 { return sigmaSlope(sigma(z)) }, "derivative-at-a",
			eq2 + ": this is the slope at a"},
		{sigma, sigma, "slope-is-a", eq2 + ": this is a again"},
		{sigma, always(1), "no-derivative", eq2 + ": this is 1 for each z"},
		{sigma, func(z float64) float64 { return -sigmaSlope(z) }, "sign", eq2 + ": the sign is wrong"},
		{sigma, func(z float64) float64 { return 1 - sigma(z)*sigma(z) }, "other-activation",
			eq2 + ": 1 − a² is the slope of"},
		{sigma, func(z float64) float64 { return 1 - sigma(z) }, "half-slope", eq2 + ": this is only 1 − a"},
	} {
		checkMistake(t, "01_sigmoid.go", func(mine, _ *Functions) {
			mine.Sigmoid = func(z float64) (float64, float64) { return c.a(z), c.slope(z) }
		}, c.code, c.text)
	}
}

func TestForwardMistakes(t *testing.T) {
	checkMistake(t, "02_forward.go", noChange, "", "")
	for _, c := range []struct {
		forward    func(x list, w matrix, b list) (z, a list)
		code, text string
	}{
		{func(list, matrix, list) (z, a list) { return nil, nil }, notDone, "both lists are still nil."},
		{func(x list, w matrix, b list) (z, a list) { return book.Forward(x, w, make(list, len(b))) }, "no-bias", ""},
		{func(x list, w matrix, b list) (z, a list) { return book.Forward(x, w, negated(b)) }, "sign", ""},
		{func(x list, w matrix, b list) (z, a list) { return book.Forward(x, transposed(w), b) }, "transpose", ""},
		{func(x list, w matrix, b list) (z, a list) {
			last := len(x) - 1
			return book.Forward(x[last:], w[last:], make(list, len(b)))
		}, "last-term", "z[j] = Σᵢ x[i]·W[i][j] + b[j]: only the last term is left. In number 1 you"},
		{func(x list, w matrix, b list) (z, a list) {
			z, a = book.Forward(x, w, b)
			return a, z
		}, "swapped", "z[j] = Σᵢ x[i]·W[i][j] + b[j]: this is a. In number 1 you"},
		{func(x list, w matrix, b list) (z, a list) {
			return book.Forward(x, w, apply(b, func(_ int, v float64) float64 { return v * float64(len(x)) }))
		}, "bias-each-term", "z[j] = Σᵢ x[i]·W[i][j] + b[j]: the bias is added for each input. In number 1 you"},
		{func(x list, w matrix, b list) (z, a list) {
			z, _ = book.Forward(x, w, b)
			return z, z
		}, "no-activation", ""},
		{func(x list, w matrix, b list) (z, a list) {
			z, _ = book.Forward(x, w, b)
			return z, slopes(z)
		}, "a-is-slope", "a = σ(z): this is the slope of σ, not a. In number 1 you have "},
		{func(x list, w matrix, b list) (z, a list) {
			z, a = book.Forward(x, w, b)
			return z, a[:0]
		}, "shape", "your A1 is empty: no numbers are given back."},
		{func(x list, w matrix, b list) (z, a list) {
			z, _ = book.Forward(x, w, b)
			return z, nil
		}, "shape", "your A1 is empty"},
		{func(x list, w matrix, b list) (z, a list) {
			z, a = book.Forward(x, w, b)
			a[0] = math.Inf(1)
			return z, a
		}, "not-a-number", "A1, number 1, is +Inf, which cannot be checked: "},
	} {
		checkMistake(t, "02_forward.go", func(mine, _ *Functions) { mine.Forward = c.forward }, c.code, c.text)
	}
}

func TestOutputMistakes(t *testing.T) {
	checkMistake(t, "03_output.go", noChange, "", "")
	same := func(_, _, delta float64) float64 { return delta }
	const squared, entropy = "Squared error with σ: ", "Cross-entropy with softmax: "
	for _, c := range []struct {
		softmax    bool                              // with which of the two costs it is wrong
		factor     float64                           // of the cost
		delta      func(z, y, delta float64) float64 // in place of δ; nil for none
		code, text string
	}{
		{false, 2, same, "no-half", squared},
		{true, math.NaN(), same, "not-a-number", entropy},
		{false, 1, func(_, _, delta float64) float64 { return -delta }, "sign", squared},
		{false, 1, func(z, y, _ float64) float64 { return sigma(z) - y }, "other-cost", squared},
		{false, 1, func(z, y, _ float64) float64 { return (sigma(z) - y) * sigma(z) }, "slope-is-a",
			squared + "δ = (a − y) σ′(z): a is used in place of the slope. In number 1 you"},
		{true, 1, func(z, _, delta float64) float64 { return delta * sigmaSlope(z) }, "other-cost",
			entropy + "δ = a − y: it is multiplied by σ′(z), which belongs to the squared"},
		{false, 1, func(z, y, _ float64) float64 { return (sigma(z) - y) * (1 - sigma(z)) }, "half-slope",
			squared + "δ = (a − y) σ′(z): 1 − a is used in place of the slope. In number 1 you"},
		{true, 1, func(z, y, _ float64) float64 { return sigma(z) - y }, "other-activation",
			entropy + "δ = a − y: a is σ(z), and should be softmax(z). In number 1 you"},
		{true, 1, func(z, y, _ float64) float64 { return math.Exp(z) - y }, "softmax-axis",
			entropy + "δ = a − y: e^z is not divided by the sum. In number 1 you"},
		{true, math.NaN(), nil, "shape", entropy + "your delta1 is empty: no numbers are given back."},
	} {
		checkMistake(t, "03_output.go", func(mine, _ *Functions) {
			mine.Output = func(z, y list, softmax bool) (float64, list) {
				cost, delta := book.Output(z, y, softmax)
				if softmax != c.softmax {
					return cost, delta
				}
				if c.delta == nil {
					return c.factor * cost, nil
				}
				return c.factor * cost, apply(delta, func(j int, delta float64) float64 { return c.delta(z[j], y[j], delta) })
			}
		}, c.code, c.text)
	}
	checkMistake(t, "03_output.go", func(mine, _ *Functions) {
		mine.Output = func(_, _ list, _ bool) (float64, list) { return math.NaN(), nil }
	}, notDone, "the cost is still NaN, and δ still nil.")
}

func TestBackMistakes(t *testing.T) {
	checkMistake(t, "04_back.go", noChange, "", "")
	const equation = "δ1 = (δ2·W2ᵀ) ⊙ σ′(z1): "
	for _, c := range []struct {
		back       func(delta2 list, w2 matrix, z1 list) list
		code, text string
	}{
		{func(list, matrix, list) list { return nil }, notDone, "δ is still nil."},
		{func(d list, w matrix, _ list) list { return TimesTransposed(d, w) }, "no-derivative", ""},
		{func(d list, w matrix, z list) list { return book.Back(d, transposed(w), z) }, "transpose", ""},
		{func(d list, w matrix, z list) list { return book.Back(d, w, sigmoids(z)) }, "derivative-at-a", ""},
		{func(d list, w matrix, z list) list { return negated(book.Back(d, w, z)) }, "sign", ""},
		{func(d list, w matrix, z list) list {
			return apply(TimesTransposed(d, w), func(i int, v float64) float64 { return v * sigma(z[i]) })
		}, "slope-is-a", equation + "a1 is used in place of the slope. In number 1 you"},
		{func(d list, w matrix, z list) list {
			return apply(TimesTransposed(d, w), func(i int, v float64) float64 { return v * (1 - sigma(z[i])) })
		}, "half-slope", equation + "1 − a1 is used in place of the slope. In number 1 you"},
		{func(d list, w matrix, z list) list {
			last := len(d) - 1
			return apply(z, func(i int, z float64) float64 { return d[last] * w[i][last] * sigmaSlope(z) })
		}, "last-term", equation + "only the last term is left. In number 1 you"},
	} {
		checkMistake(t, "04_back.go", func(mine, _ *Functions) { mine.Back = c.back }, c.code, c.text)
	}
}

func TestGradientsMistakes(t *testing.T) {
	checkMistake(t, "05_gradients.go", noChange, "", "")
	for _, c := range []struct {
		change     func(dW matrix, db list) (matrix, list)
		code, text string
	}{
		{func(matrix, list) (matrix, list) { return nil, nil }, notDone, "both are still nil."},
		{func(dW matrix, db list) (matrix, list) { return matrix{negated(dW[0]), negated(dW[1])}, db }, "sign", ""},
		{func(dW matrix, db list) (matrix, list) { return dW, list{db[0] + db[1]} }, "bias-sum-axis", ""},
		{func(dW matrix, db list) (matrix, list) { return dW, make(list, len(db)) }, "all-zero", ""},
		{func(dW matrix, db list) (matrix, list) {
			return matrix{dW[0][:1], append(dW[1], 0)}, db
		}, "shape", "your dW1 has 3 numbers in row 2, and 1 in row 1."},
		{func(dW matrix, db list) (matrix, list) { return matrix{}, db }, "shape", "your dW1 is empty"},
		{func(dW matrix, db list) (matrix, list) { return dW, nil }, "shape", "your db1 is empty"},
	} {
		checkMistake(t, "05_gradients.go", func(mine, _ *Functions) {
			mine.Gradients = func(a, delta list) (matrix, list) { return c.change(book.Gradients(a, delta)) }
		}, c.code, c.text)
	}
}

// In the first question of an exercise all matrices are square. In the second each size is another one.
func TestSizesOfQuestions(t *testing.T) {
	for _, questions := range [][][]int{layers, networks} {
		for i, sizes := range questions {
			different := map[int]bool{}
			for _, size := range sizes {
				different[size] = true
			}
			if want := []int{1, len(sizes)}[i]; len(different) != want || i > 0 && different[questions[0][0]] {
				t.Errorf("question %d has the sizes %v; want %d different ones, which the first has not", i+1, sizes, want)
			}
		}
	}
}

// A wrongStep is exercise 6 with parts that can be wrong.
type wrongStep struct {
	factor       float64 // of η
	withoutRate  bool    // η is 1
	updatedFirst bool    // W2 is updated before δ1 is computed
	z1ForA1      bool    // in ∂C/∂W2
	slopeAtZ2    bool    // in δ1
	neverSoftmax bool    // even if it is asked for
}

func (s wrongStep) step(net *Network, x, y list, rate float64) {
	rate *= s.factor
	if s.withoutRate {
		rate = 1
	}
	z1, a1 := forward(x, net.W1, net.B1)
	z2, _ := forward(a1, net.W2, net.B2)
	_, delta2 := output(z2, y, net.Softmax && !s.neverSoftmax)
	old := net.Copy()
	if s.z1ForA1 {
		a1 = z1
	}
	dW2, db2 := gradients(a1, delta2)
	addTimes(net.W2, dW2, -rate)
	addTimes(matrix{net.B2}, matrix{db2}, -rate)
	if s.updatedFirst {
		old = net.Copy()
	}
	if s.slopeAtZ2 {
		z1 = z2
	}
	dW1, db1 := gradients(x, Back(delta2, old.W2, z1))
	addTimes(net.W1, dW1, -rate)
	addTimes(matrix{net.B1}, matrix{db1}, -rate)
}

func TestStepMistakes(t *testing.T) {
	checkMistake(t, "06_step.go", noChange, "", "")
	for _, c := range []struct {
		learner wrongStep
		code    string
	}{
		{wrongStep{factor: 0}, "not-updated"},
		{wrongStep{factor: -1}, "ascent"},
		{wrongStep{withoutRate: true}, "rate-missing"},
		{wrongStep{factor: 1, updatedFirst: true}, "updated-first"},
		{wrongStep{factor: 1, z1ForA1: true}, "no-activation"},
		{wrongStep{factor: 1, slopeAtZ2: true}, "derivative-of-next-layer"},
		{wrongStep{factor: 1, neverSoftmax: true}, "other-cost+other-activation"},
	} {
		checkMistake(t, "06_step.go", func(mine, _ *Functions) { mine.Step = c.learner.step }, c.code, "")
	}
}

func TestBatchMistakes(t *testing.T) {
	checkMistake(t, "07_batch.go", noChange, "", "")
	type stepper = func(n *Network, xs, ys matrix, rate float64) float64
	withFactor := func(factor func(n float64) float64) stepper {
		return func(n *Network, xs, ys matrix, rate float64) float64 {
			return batchStep(n, xs, ys, rate*factor(float64(len(xs))))
		}
	}
	fromSample := func(first int, factor float64) stepper { // one by one
		return func(n *Network, xs, ys matrix, rate float64) float64 {
			cost, _ := n.Gradient(xs, ys, Back)
			for s := first; s < len(xs); s++ {
				batchStep(n, xs[s:s+1], ys[s:s+1], factor*rate)
			}
			return cost
		}
	}
	const equation = "W ← W − η·(1/n) Σ ∂C/∂W: "
	want := newQuestion(false, 5, 2, 2, 2)
	wrong := want.Copy()
	batchStep(wrong, want.xs[4:], want.ys[4:], want.rate)
	book.BatchStep((*book.Network)(want.Network), want.xs, want.ys, want.rate)
	for _, c := range []struct {
		step       stepper
		code, text string
	}{
		{func(*Network, matrix, matrix, float64) float64 { return 0 }, notDone,
			"the cost is still 0, and no weight has changed."},
		{func(n *Network, xs, ys matrix, rate float64) float64 {
			batchStep(n, xs, ys, rate)
			return 0
		}, "no-cost-back", "The weights change, but BatchStep returns 0 and not the mean cost."},
		{func(n *Network, xs, ys matrix, rate float64) float64 { return 5 * batchStep(n, xs, ys, rate) },
			"no-mean", ""},
		{withFactor(func(n float64) float64 { return n }), "no-mean", ""},
		{withFactor(func(n float64) float64 { return 1 / n }), "mean-twice", ""},
		{withFactor(func(n float64) float64 { return -1 }), "ascent", ""},
		{func(n *Network, xs, ys matrix, rate float64) float64 {
			old := n.Copy()
			defer func() { n.W1 = old.W1 }()
			return batchStep(n, xs, ys, rate)
		}, "not-updated", ""},
		{fromSample(0, 1), "each-sample", ""},
		{fromSample(4, 1.0/5), "last-sample", ""},
		{fromSample(0, 1.0/5), "each-sample", equation + "the weights change after each sample, so the next samples see " +
			"other weights. In the first wrong number of W1, b1, W2 and b2 you have "},
		{fromSample(4, 1), "last-sample", equation + "only the gradient of the last sample is used. In the first wrong " +
			"number of W1, b1, W2 and b2 you have " + number(wrong.W1[0][0]) + ", and it should be " +
			number(want.W1[0][0]) + "."},
		{func(n *Network, xs, ys matrix, rate float64) float64 {
			m := n.Copy()
			m.Softmax = false
			defer func() { n.W1, n.B1, n.W2, n.B2 = m.W1, m.B1, m.W2, m.B2 }()
			return batchStep(m, xs, ys, rate)
		}, "other-cost+other-activation", "C = −(1/n) Σ Y ⊙ ln A2: two mistakes at once: your C is the squared error; the " +
			"question asks for the cross-entropy −Σ y ln a; and you applied sigmoid instead of softmax (in A2, on the way " +
			"there). You have "},
	} {
		checkMistake(t, "07_batch.go", func(mine, _ *Functions) { mine.BatchStep = c.step }, c.code, c.text)
	}
}

func TestDecayMistakes(t *testing.T) {
	checkMistake(t, "12_decay.go", noChange, "", "")
	plain := func(v, d, rate, _ float64) float64 { return v - rate*d }
	for _, c := range []struct {
		weight, bias func(v, d, rate, decay float64) float64 // the new number; decay is λ/N
		code         string
	}{
		{plain, plain, "l2-missing"},
		{func(w, d, rate, decay float64) float64 { return w - rate*(d-decay*w) }, plain, "l2-sign"},
		{func(w, d, rate, decay float64) float64 { return w - rate*(d+50*decay*w) }, plain, "l2-not-over-N"},
		{func(w, d, rate, decay float64) float64 { return w - (d + decay*w) }, plain, "rate-missing"},
		{func(w, d, rate, decay float64) float64 { return w - rate*(d+decay*w) },
			func(b, d, rate, decay float64) float64 { return b - rate*(d+decay*b) }, "l2-on-biases"},
	} {
		checkMistake(t, "12_decay.go", func(mine, _ *Functions) {
			mine.Decay = func(w matrix, b list, dW matrix, db list, rate, lambda float64, n int) {
				for i := range w {
					for j := range w[i] {
						w[i][j] = c.weight(w[i][j], dW[i][j], rate, lambda/float64(n))
					}
				}
				for j := range b {
					b[j] = c.bias(b[j], db[j], rate, lambda/float64(n))
				}
			}
		}, c.code, "")
	}
}
