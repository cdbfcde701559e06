package check

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// This file takes a training step in plain loops, with or without a mistake, as a learner would. It shares no code with
// what is tested.

type rows = [][]float64

// A task is a step to take.
type task struct {
	sizes                    []int
	n, N                     int
	activation, output, cost string
	rate, l2                 float64
	x, y                     rows
	w                        []rows // of layer l in w[l], from 1
	b                        []rows // one row each
}

func (t task) String() string {
	return fmt.Sprintf("%v, n %d, %s, %s, %s, λ %v", t.sizes, t.n, t.activation, t.output, t.cost, t.l2)
}

// filled is a matrix of f(i, j).
func filled(r, c int, f func(i, j int) float64) rows {
	m := make(rows, r)
	for i := range m {
		m[i] = make([]float64, c)
		for j := range m[i] {
			m[i][j] = f(i, j)
		}
	}
	return m
}

// newTask draws a task with numbers of few digits, like those of exercises.
func newTask(seed uint64, sizes []int, n int, activation, output, cost string, l2 float64) task {
	rng := rand.New(rand.NewPCG(seed, 1))
	number := func(int, int) float64 { return float64(rng.IntN(39)-19) / 20 }
	t := task{sizes: sizes, n: n, N: n, activation: activation, output: output, cost: cost, rate: 0.3, l2: l2,
		w: make([]rows, len(sizes)), b: make([]rows, len(sizes))}
	if l2 != 0 {
		t.N = 7
	}
	t.x = filled(n, sizes[0], number)
	for l := 1; l < len(sizes); l++ {
		t.w[l] = filled(sizes[l-1], sizes[l], number)
		t.b[l] = filled(1, sizes[l], number)
	}
	k := sizes[len(sizes)-1]
	class := make([]int, n)
	for i := range class {
		class[i] = rng.IntN(k)
	}
	t.y = filled(n, k, func(i, j int) float64 {
		switch {
		case cost == "mse":
			return float64(rng.IntN(20)) / 20
		case cost == "bce":
			return float64(rng.IntN(2))
		case class[i] == j:
			return 1
		}
		return 0
	})
	return t
}

// question is a step of two samples, without answers.
const question = `"activation": "tanh", "output": "sigmoid", "cost": "mse", "rate": 0.5, "l2": 0.3, "N": 5,
"X": [[0.5, 0.1], [0.7, -0.3]], "Y": [[0.01, 0.99, 0.5], [0.5, 0.2, 0.1]], "W1": [[0.15, -0.25], [0.2, 0.3]],
"b1": [0.35, 0.4], "W2": [[0.4, 0.5, -0.3], [0.45, -0.55, 0.2]], "b2": [0.6, 0.7, -0.8]`

// twoSamples is the same step as a task.
func twoSamples() task {
	return task{sizes: []int{2, 2, 3}, n: 2, N: 5, activation: "tanh", output: "sigmoid", cost: "mse", rate: 0.5, l2: 0.3,
		x: rows{{0.5, 0.1}, {0.7, -0.3}}, y: rows{{0.01, 0.99, 0.5}, {0.5, 0.2, 0.1}},
		w: []rows{nil, {{0.15, -0.25}, {0.2, 0.3}}, {{0.4, 0.5, -0.3}, {0.45, -0.55, 0.2}}},
		b: []rows{nil, {{0.35, 0.4}}, {{0.6, 0.7, -0.8}}}}
}

// quantities are the matrices of a step, by their names in a file.
type quantities map[string]rows

// kindOf is the kind of a quantity: "dW" for "dW2".
func kindOf(name string) string { return strings.TrimRight(name, "0123456789") }

// isQuestion reports whether a quantity belongs to the question.
func isQuestion(name string) bool {
	kind := kindOf(name)
	return kind == "X" || kind == "Y" || kind == "W" || kind == "b"
}

// only is the question with a single answer.
func (q quantities) only(answer string) quantities {
	few := maps.Clone(q)
	maps.DeleteFunc(few, func(name string, _ rows) bool { return name != answer && !isQuestion(name) })
	return few
}

// scale multiplies a quantity by a factor.
func (q quantities) scale(name string, factor float64) {
	q[name] = filled(len(q[name]), len(q[name][0]), func(i, j int) float64 { return q[name][i][j] * factor })
}

// A mistake is made in one quantity. Some can be made in two variants.
type mistake struct {
	code, at string
	variant  int
}

// A solver takes the step of a task, with a mistake.
type solver struct {
	task
	mistake
	q quantities
}

// is reports whether a mistake is to be made in this quantity. "dW*" is the dW of every layer.
func (m *solver) is(code, kind string, layer int) bool {
	at := kind
	if layer > 0 {
		at += strconv.Itoa(layer)
	}
	return m.code == code && (m.at == at || strings.Contains(m.at, kind+"*"))
}

// activationOf is the activation of a layer.
func (m *solver) activationOf(layer int) string {
	if layer == len(m.sizes)-1 {
		return m.output
	}
	return m.activation
}

// product is a product of matrices, or element by element if that is the mistake.
func (m *solver) product(kind string, layer int, a, b rows) rows {
	if m.is("elementwise", kind, layer) {
		return hadamard(a, b)
	}
	return times(a, b)
}

func g(name string, z float64) float64 {
	switch name {
	case "sigmoid":
		return 1 / (1 + math.Exp(-z))
	case "tanh":
		return math.Tanh(z)
	case "relu":
		return math.Max(0, z)
	}
	return z
}

func gPrime(name string, z float64) float64 {
	switch name {
	case "sigmoid":
		return g(name, z) * (1 - g(name, z))
	case "tanh":
		return 1 - math.Tanh(z)*math.Tanh(z)
	case "relu":
		if z <= 0 {
			return 0
		}
	}
	return 1
}

func softmaxOf(z rows, axis string) rows {
	return filled(len(z), len(z[0]), func(i, j int) float64 {
		sum := 0.0
		for a := range z {
			for b := range z[0] {
				if axis == "all" || axis == "samples" && b == j || axis == "outputs" && a == i {
					sum += math.Exp(z[a][b])
				}
			}
		}
		return math.Exp(z[i][j]) / sum
	})
}

func transposed(m rows) rows {
	return filled(len(m[0]), len(m), func(i, j int) float64 { return m[j][i] })
}

// reshaped has the numbers of m, row by row, or column by column, in the shape of its transpose.
func reshaped(m rows, columns bool) rows {
	if columns {
		return transposed(reshaped(transposed(m), false))
	}
	return filled(len(m[0]), len(m), func(i, j int) float64 {
		k := i*len(m) + j
		return m[k/len(m[0])][k%len(m[0])]
	})
}

// times is a product of matrices.
func times(a, b rows) rows {
	require(len(a[0]) == len(b))
	return filled(len(a), len(b[0]), func(i, j int) float64 {
		sum := 0.0
		for k := range b {
			sum += a[i][k] * b[k][j]
		}
		return sum
	})
}

// hadamard is a product element by element.
func hadamard(a, b rows) rows {
	require(len(a) == len(b) && len(a[0]) == len(b[0]))
	return filled(len(a), len(a[0]), func(i, j int) float64 { return a[i][j] * b[i][j] })
}

// impossible is a mistake that cannot be made in a task.
type impossible struct{}

// require gives up a mistake that is not possible.
func require(possible bool) {
	if !possible {
		panic(impossible{})
	}
}

func at(kind string, l int) string { return kind + strconv.Itoa(l) }

// solve takes the step with a mistake; it reports whether the mistake can be made.
func (t task) solve(f mistake) (q quantities, ok bool) {
	defer func() {
		if r := recover(); r == (impossible{}) {
			q, ok = nil, false
		} else if r != nil {
			panic(r)
		}
	}()
	m := &solver{task: t, mistake: f, q: quantities{"X": t.x, "Y": t.y, "A0": t.x}}
	last := len(t.sizes) - 1
	for l := 1; l <= last; l++ {
		m.q[at("W", l)], m.q[at("b", l)] = t.w[l], t.b[l]
		m.forward(l)
	}
	m.computeCost()
	m.lastDelta(last)
	m.gradient(last)
	m.step(last)
	for l := last - 1; l >= 1; l-- {
		m.delta(l)
		m.gradient(l)
		m.step(l)
	}
	delete(m.q, "A0")
	return m.q, true
}

func (m *solver) forward(l int) {
	x, w, b := m.q[at("A", l-1)], m.w[l], m.b[l]
	if m.is("transpose", "Z", l) {
		w = transposed(w)
	}
	if m.is("wrong-layer", "Z", l) {
		require(l > 1 && len(m.b[l-1][0]) == len(b[0]))
		b = m.b[l-1]
	}
	if m.is("no-activation", "Z", l) {
		require(l > 1)
		x = m.q[at("Z", l-1)]
	}
	z := m.product("Z", l, x, w)
	require(len(z) == m.n && len(z[0]) == len(b[0]))
	z = filled(len(z), len(z[0]), func(i, j int) float64 {
		switch {
		case m.is("no-bias", "Z", l):
			return z[i][j]
		case m.is("sign", "Z", l):
			return z[i][j] - b[0][j]
		}
		return z[i][j] + b[0][j]
	})
	m.q[at("Z", l)] = z
	act := m.activationOf(l)
	if m.is("no-activation", "A", l) && act != "softmax" || m.is("softmax-missing", "A", l) && act == "softmax" {
		act = "linear"
	}
	if act == "softmax" {
		axis := "outputs"
		if m.is("softmax-axis", "A", l) {
			axis = []string{"samples", "all"}[m.variant]
		}
		m.q[at("A", l)] = softmaxOf(z, axis)
		return
	}
	m.q[at("A", l)] = filled(len(z), len(z[0]), func(i, j int) float64 { return g(act, z[i][j]) })
}

// probabilities are what the cost compares Y with; kind and layer are the quantity that is computed from them.
func (m *solver) probabilities(kind string, layer int) rows {
	a := m.q[at("A", len(m.sizes)-1)]
	if m.task.cost != "ce" || m.output == "softmax" {
		return a
	}
	switch {
	case m.is("softmax-missing", kind, layer):
		return a
	case m.is("softmax-axis", kind, layer):
		return softmaxOf(a, "samples")
	}
	return softmaxOf(a, "outputs")
}

func (m *solver) computeCost() {
	p, cost, c := m.probabilities("C", 0), m.task.cost, 0.0
	if m.is("other-cost", "C", 0) {
		cost = map[string]string{"mse": "bce", "ce": "mse", "bce": "mse"}[cost]
	}
	for i := range p {
		for j, a := range p[i] {
			y := m.y[i][j]
			switch cost {
			case "mse":
				c += (a - y) * (a - y) / 2
			case "ce":
				if y != 0 {
					c -= y * math.Log(a)
				}
			case "bce":
				c -= y*math.Log(a) + (1-y)*math.Log(1-a)
			}
		}
	}
	switch {
	case m.is("no-mean", "C", 0):
	case m.is("mean-twice", "C", 0):
		c /= float64(m.n * m.n)
	default:
		c /= float64(m.n)
	}
	if m.is("no-half", "C", 0) {
		c *= 2
	}
	if m.is("log-base", "C", 0) {
		require(cost != "mse")
		c /= math.Log([]float64{10, 2}[m.variant])
	}
	require(!math.IsNaN(c) && !math.IsInf(c, 0))
	m.q["C"] = rows{{c}}
}

func (m *solver) lastDelta(l int) {
	p, a, z := m.probabilities("delta", l), m.q[at("A", l)], m.q[at("Z", l)]
	m.q[at("delta", l)] = filled(len(p), len(p[0]), func(i, j int) float64 {
		d, with := p[i][j]-m.y[i][j], m.task.cost == "mse" || m.task.cost == "ce" && m.output != "softmax"
		if m.is("sign", "delta", l) {
			d = -d
		}
		if m.is("no-half", "delta", l) {
			d *= 2
		}
		if m.is("other-cost", "delta", l) {
			with = !with
		}
		switch {
		case !with:
		case m.output == "softmax":
			d *= a[i][j] * (1 - a[i][j])
		case m.is("derivative-at-a", "delta", l):
			d *= gPrime(m.output, a[i][j])
		case m.is("formula-at-z", "delta", l):
			require(m.output == "sigmoid")
			d *= z[i][j] * (1 - z[i][j])
		case m.is("half-slope", "delta", l):
			require(m.output == "sigmoid")
			d *= []float64{a[i][j], 1 - a[i][j]}[m.variant]
		default:
			d *= gPrime(m.output, z[i][j])
		}
		return d
	})
}

func (m *solver) delta(l int) {
	last := len(m.sizes) - 1
	next, w, z, a := m.q[at("delta", l+1)], m.w[l+1], m.q[at("Z", l)], m.q[at("A", l)]
	if m.is("updated-first", "delta", l) {
		w = m.q[at("newW", l+1)]
	}
	if m.is("wrong-layer", "delta", l) {
		w = m.w[l]
	}
	if m.is("derivative-of-next-layer", "delta", l) {
		act := m.activationOf(l + 1)
		z2, a2 := m.q[at("Z", l+1)], m.q[at("A", l+1)]
		prime := func(i, j int) float64 {
			if act == "softmax" {
				return a2[i][j] * (1 - a2[i][j])
			}
			return gPrime(act, z2[i][j])
		}
		if m.variant == 0 { // δ ⊙ g′ comes before the product
			next = hadamard(next, filled(len(z2), len(z2[0]), prime))
			m.q[at("delta", l)] = times(next, transposed(w))
			return
		}
		m.q[at("delta", l)] = hadamard(times(next, transposed(w)), filled(len(z2), len(z2[0]), prime))
		return
	}
	if m.is("output-gap", "delta", l) {
		require(l+1 == last)
		p := m.probabilities("", 0)
		next = filled(len(p), len(p[0]), func(i, j int) float64 { return p[i][j] - m.y[i][j] })
	}
	w = transposed(w)
	switch {
	case m.is("transpose", "delta", l):
		w = transposed(w)
	case m.is("reshaped", "delta", l):
		w = reshaped(transposed(w), m.variant == 1)
	}
	d := m.product("delta", l, next, w)
	require(len(d) == len(z) && len(d[0]) == len(z[0]))
	m.q[at("delta", l)] = filled(len(d), len(d[0]), func(i, j int) float64 {
		switch {
		case m.is("all-zero", "delta", l):
			return 0
		case m.is("no-derivative", "delta", l):
			return d[i][j]
		case m.is("derivative-at-a", "delta", l):
			return d[i][j] * gPrime(m.activation, a[i][j])
		case m.is("formula-at-z", "delta", l):
			require(m.activation == "sigmoid")
			return d[i][j] * z[i][j] * (1 - z[i][j])
		case m.is("half-slope", "delta", l):
			require(m.activation == "sigmoid")
			return d[i][j] * []float64{a[i][j], 1 - a[i][j]}[m.variant]
		case m.is("sign", "delta", l):
			return -d[i][j] * gPrime(m.activation, z[i][j])
		}
		return d[i][j] * gPrime(m.activation, z[i][j])
	})
}

func (m *solver) gradient(l int) {
	x, d, n := m.q[at("A", l-1)], m.q[at("delta", l)], float64(m.n)
	allSamples := d
	if m.is("wrong-layer", "dW", l) {
		x = m.q[at("A", l)]
		require(len(x[0]) == len(m.w[l]))
	}
	if m.is("last-sample", "dW", l) {
		x, d = x[m.n-1:], d[m.n-1:]
	}
	dw := times(transposed(x), d)
	if m.is("elementwise", "dW", l) {
		dw = hadamard(x, d)
		require(len(dw) == len(m.w[l]))
	}
	if m.is("transpose", "dW", l) {
		dw = transposed(dw)
	}
	factor := func(kind string) float64 {
		switch {
		case m.is("all-zero", kind, l):
			return 0
		case m.is("no-mean", kind, l) || m.is("last-sample", kind, l) && m.variant == 1:
			return 1
		case m.is("mean-twice", kind, l):
			return 1 / n / n
		case m.is("sign", kind, l):
			return -1 / n
		}
		return 1 / n
	}
	m.q[at("dW", l)] = filled(len(dw), len(dw[0]), func(i, j int) float64 { return dw[i][j] * factor("dW") })
	d = allSamples
	if m.is("last-sample", "db", l) {
		d = d[m.n-1:]
	}
	if m.is("bias-sum-axis", "db", l) {
		require(len(d) == len(d[0]))
		d = transposed(d)
	}
	m.q[at("db", l)] = filled(1, len(d[0]), func(_, j int) float64 {
		sum := 0.0
		for i := range d {
			sum += d[i][j]
		}
		return sum * factor("db")
	})
}

func (m *solver) step(l int) {
	for _, kind := range []string{"W", "b"} {
		was, grad, eta, decay := m.q[at(kind, l)], m.q[at("d"+kind, l)], m.rate, m.l2/float64(m.N)
		require(len(was) == len(grad) && len(was[0]) == len(grad[0]))
		sum := 1.0
		here := func(code string) bool { return m.is(code, "new"+kind, l) }
		if kind == "b" && !here("l2-on-biases") {
			decay = 0
		}
		switch {
		case here("ascent"):
			eta = -eta
		case here("rate-missing"):
			eta = 1
		case here("l2-sign"):
			decay = -decay
		case here("l2-not-over-N"):
			decay *= float64(m.N)
		case here("l2-missing"):
			decay = 0
		case here("no-mean"):
			sum = float64(m.n)
		}
		m.q[at("new"+kind, l)] = filled(len(was), len(was[0]), func(i, j int) float64 {
			return was[i][j] - eta*(sum*grad[i][j]+decay*was[i][j])
		})
	}
}
