package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/judge/gradcheck"
	"backprop/internal/show/console"
)

// noise returns a FillBatch of samples with random inputs between −1 and 1. The class follows from the size of the
// first input, so that it can be learned. A sample depends on the seed and its number alone.
func noise(seed uint64) FillBatch {
	return func(x, y Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			rng := rand.New(rand.NewPCG(seed, uint64(at+i)))
			exact.Uniform(x.Row(i), 1, rng)
			clear(y.Row(i))
			class := int(math.Abs(x.Row(i)[0]) * float64(y.Cols))
			y.Row(i)[min(class, y.Cols-1)] = 1
		}
	}
}

// newTrainer makes a trainer of a new network for noise. Its biases are not 0, so that a wrong gradient shows.
func newTrainer(sizes []int, hidden, output, cost string, batch, n int) *Trainer {
	net := NewNetwork(sizes, named(activations, hidden), named(activations, output), named(costs, cost))
	net.Initialise(heInit, 7)
	for l := range net.Layers {
		exact.Normal(net.Layers[l].B, 0.3, exact.Stream(7, exact.ForInit, 100+l))
	}
	return &Trainer{Net: net, N: n, Batch: batch, Workers: 1, Rate: slices.Repeat([]float64{0.1}, len(net.Layers))}
}

// trainEpochs trains for n epochs on noise(5).
func trainEpochs(t *testing.T, trainer *Trainer, n int) {
	t.Helper()
	for range n {
		if _, err := trainer.Epoch(noise(5), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGradientsAreCentralDifferences: equations (1) to (3) give what central differences of the cost give, for every
// activation, output, cost and depth, with L2 and without: also for those that a reader adds to the tables. The
// differences themselves are good to about 1e-9.
func TestGradientsAreCentralDifferences(t *testing.T) {
	for _, hidden := range activations {
		for _, output := range activations {
			for _, cost := range costs {
				if !output.Output || cost.Output != "" && cost.Output != output.Name {
					continue
				}
				for _, depth := range []int{0, 1, 3} {
					for _, l2 := range []float64{0, 5} {
						sizes := append(append([]int{7}, []int{6, 5, 6}[:depth]...), 4)
						trainer := newTrainer(sizes, hidden.Name, output.Name, cost.Name, 9, 50)
						trainer.L2 = l2
						what := fmt.Sprintf("%v %s %s %s l2=%v", sizes, hidden.Name, output.Name, cost.Name, l2)
						checkGradients(t, what, trainer)
					}
				}
			}
		}
	}
}

// checkGradients compares the trainer's gradient on noise(3) with central differences.
func checkGradients(t *testing.T, what string, trainer *Trainer) {
	t.Helper()
	for _, c := range gradcheck.Gradients(trainer.checkable(noise(3)), 1000, 1) {
		if !(c.Error < 1e-7) || c.Checked == 0 {
			t.Errorf("%s: layer %d %s: relative error %.2g over %d parameters, want below 1e-7", what, c.Layer, c.What,
				c.Error, c.Checked)
		}
	}
}

// TestCostsOfExtremeOutputs: costs and δ are right, and finite, where softmax or sigmoid is rounded to 0 or 1, whose
// logarithm would be −∞. By hand: ln(1 + e⁻ᶻ) is 0 at 1000 and 2000 is the difference of the two z.
func TestCostsOfExtremeOutputs(t *testing.T) {
	linear, sigmoid := named(activations, "linear"), named(activations, "sigmoid")
	for _, c := range []struct {
		cost  string
		g     Activation
		z, y  []float64
		want  float64
		delta []float64
	}{
		{"ce", linear, []float64{1000, -1000}, []float64{1, 0}, 0, []float64{0, 0}},
		{"ce", linear, []float64{1000, -1000}, []float64{0, 1}, 2000, []float64{1, -1}},
		{"ce", linear, []float64{1000, 1000}, []float64{0, 1}, math.Ln2, []float64{.5, -.5}},
		{"bce", sigmoid, []float64{1000, -1000}, []float64{1, 0}, 0, []float64{0, 0}},
		{"bce", sigmoid, []float64{1000, -1000}, []float64{0, 1}, 2000, []float64{1, -1}},
		{"bce", sigmoid, []float64{0}, []float64{1}, math.Ln2, []float64{-.5}},
		{"mse", sigmoid, []float64{1000, -1000}, []float64{0, 1}, 1, []float64{0, 0}},
		{"mse", linear, []float64{3}, []float64{1}, 2, []float64{2}},
	} {
		delta := make([]float64, len(c.z))
		got := named(costs, c.cost).Eval(c.g, slices.Clone(c.z), c.y, delta)
		if math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s at z = %v, y = %v: cost %v, want %v", c.cost, c.z, c.y, got, c.want)
		}
		for j, d := range delta {
			if math.Abs(d-c.delta[j]) > 1e-15 {
				t.Errorf("%s at z = %v, y = %v: δ = %v, want %v", c.cost, c.z, c.y, delta, c.delta)
			}
		}
	}
}

// TestIsCorrect: an answer is correct if its largest output, the first of equal ones, is that of the target; a single
// output means yes above ½.
func TestIsCorrect(t *testing.T) {
	for _, c := range []struct {
		a, y []float64
		want bool
	}{
		{[]float64{0.51}, []float64{1}, true}, {[]float64{0.5}, []float64{1}, false}, {[]float64{0.45}, []float64{0}, true},
		{[]float64{1, 2, 0}, []float64{0, 1, 0}, true}, {[]float64{1, 2, 3}, []float64{0, 1, 0}, false},
		{[]float64{2, 2}, []float64{1, 0}, true}, {[]float64{2, 2}, []float64{0, 1}, false},
	} {
		if got := isCorrect(c.a, c.y); got != c.want {
			t.Errorf("outputs %v, target %v: got %v, want %v", c.a, c.y, got, c.want)
		}
	}
}

// TestXORIsLearned: a network with two hidden units learns XOR, which no single layer can.
func TestXORIsLearned(t *testing.T) {
	xor := func(x, y Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			a, b := (at+i)&1, (at+i)>>1
			x.Row(i)[0], x.Row(i)[1] = float64(a), float64(b)
			y.Row(i)[0] = float64(a ^ b)
		}
	}
	net := NewNetwork([]int{2, 2, 1}, named(activations, "sigmoid"), named(activations, "sigmoid"), named(costs, "bce"))
	net.Initialise(normalInit, 3)
	trainer := &Trainer{Net: net, Rate: []float64{1, 1}, N: 4, Batch: 4, Workers: 2, Options: Options{Momentum: 0.9}}
	for range 2000 {
		if _, err := trainer.Epoch(xor, nil); err != nil {
			t.Fatal(err)
		}
	}
	if r := net.Evaluate(xor, 4, 1, nil); r.Correct != 4 || r.Cost > 0.05 {
		t.Errorf("after 2000 epochs %d of 4 are right at cost %v; want 4, below 0.05", r.Correct, r.Cost)
	}
}

// TestSameBits: the weights after two epochs are the same, to the bit, with every kernel and 1, 2, 3 and 8 workers. The
// hashes hold on every machine.
func TestSameBits(t *testing.T) {
	for _, c := range []struct {
		hidden, output, cost string
		momentum, l2         float64
		want                 string
	}{
		{"relu", "linear", "ce", 0, 0, "d0564f2105a5f672"},
		{"sigmoid", "sigmoid", "mse", 0, 1, "9b5f47772dec9d77"},
		{"tanh", "sigmoid", "bce", 0.9, 1, "7e0fddea1aae8bd9"},
	} {
		eachKernel(t, func(t *testing.T) {
			for _, workers := range []int{1, 2, 3, 8} {
				trainer := newTrainer([]int{49, 70, 45, 10}, c.hidden, c.output, c.cost, 37, 100)
				trainer.Momentum, trainer.L2, trainer.Workers = c.momentum, c.l2, workers
				if got := trainer.workers(); got != workers {
					t.Fatalf("it trains with %d workers, want %d", got, workers)
				}
				trainEpochs(t, trainer, 2)
				if got := hash(trainer.Net)[:16]; got != c.want {
					t.Errorf("%s %s %s, %d workers: weights %s, want %s", c.hidden, c.output, c.cost, workers, got, c.want)
				}
			}
		})
	}
}

// TestEvaluateIsForward: evaluation gives the same with any number of workers, also with more than there are samples,
// and has the cost and the answers of training's own forward pass.
func TestEvaluateIsForward(t *testing.T) {
	trainer := newTrainer([]int{49, 70, 10}, "relu", "linear", "ce", 300, 300)
	want := trainer.Net.Evaluate(noise(1), 300, 1, nil)
	for _, workers := range []int{2, 3, 8, 500} {
		if got := trainer.Net.Evaluate(noise(1), 300, workers, nil); got != want {
			t.Errorf("%d workers: %+v, want %+v as with one", workers, got, want)
		}
	}
	trainer.prepare()
	b := &trainer.batches[0]
	noise(1)(b.in[0], b.y, 0, 0, 300)
	trainer.forward(trainer.alone(), 0)
	cost, correct := 0.0, 0
	for i, c := range b.cost {
		cost += c
		if b.correct[i] {
			correct++
		}
	}
	if cost /= 300; cost != want.Cost || correct != want.Correct {
		t.Errorf("evaluation: cost %v, %d correct; training's forward pass: %v, %d", want.Cost, want.Correct, cost, correct)
	}
}

// TestEpochStopsWhereItDiverges: an epoch ends with an error at the step whose cost is not a number.
func TestEpochStopsWhereItDiverges(t *testing.T) {
	for _, workers := range []int{1, 3} {
		trainer := newTrainer([]int{49, 70, 45, 10}, "relu", "linear", "ce", 37, 370)
		trainer.Workers = workers
		_, err := trainer.Epoch(func(x, y Matrix, at, lo, hi int) {
			noise(1)(x, y, at, lo, hi)
			if at == 4*37 {
				x.Row(lo)[3] = math.NaN()
			}
		}, nil)
		var diverged ErrDiverged
		if !errors.As(err, &diverged) || diverged != (ErrDiverged{5, 10}) {
			t.Errorf("%d workers: error %v, want %v", workers, err, ErrDiverged{5, 10})
		}
	}
}

// realMNIST returns MNIST, from the folder that MNIST_DIR names.
func realMNIST(tb testing.TB) *dataset.Dataset {
	tb.Helper()
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		tb.Skip("MNIST_DIR does not name a folder with MNIST")
	}
	data, err := load.Path(dir, table.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// imagesForBenchmark returns MNIST where MNIST_DIR names it, else generated digits.
func imagesForBenchmark(b *testing.B) *dataset.Dataset {
	if os.Getenv("MNIST_DIR") != "" {
		return realMNIST(b)
	}
	return load.Digits(1, 6000, 0)
}

// TestEpochOnMNIST: after one epoch with the default settings, more than 94 % of MNIST's test images are right.
func TestEpochOnMNIST(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a second, or ten without assembly")
	}
	cfg, err := parse([]string{"-epochs", "1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, realMNIST(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.trainer.Epoch(x.source(&x.data.Train, ascending(x.data.Train.N)), nil); err != nil {
		t.Fatal(err)
	}
	r := x.trainer.Net.Evaluate(x.source(&x.data.Test, ascending(x.data.Test.N)), x.data.Test.N, 2, nil)
	if r.Correct < 9400 {
		t.Errorf("after one epoch %d / 10000 are right, want at least 9400", r.Correct)
	}
}

// TestGeneratedDigitsAreLikeMNIST: a network that was trained on generated digits alone reads real ones.
func TestGeneratedDigitsAreLikeMNIST(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	data := load.Digits(1, 15000, 100)
	data.Test = realMNIST(t).Test
	x, _, _ := experimentOn(t, data, "-epochs", "3")
	if err := x.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	if got := *x.final.TestAccuracy; got < 0.95 {
		t.Errorf("%.2f %% of MNIST's test set are right, want at least 95 %%", 100*got)
	}
}

// BenchmarkTrain measures one epoch of networks as others train them, with one worker and with two. The images come
// shuffled, as in training; with -scale standard, none of their pixels is 0.
func BenchmarkTrain(b *testing.B) {
	data := imagesForBenchmark(b)
	data.AddLists(true)
	for _, c := range []struct{ hidden, activation, output, cost, init, batch, scale string }{
		{"30", "sigmoid", "sigmoid", "mse", "normal", "10", "unit"},
		{"128", "relu", "linear", "ce", "he", "32", "unit"},
		{"800", "relu", "linear", "ce", "he", "128", "unit"},
		{"800", "sigmoid", "linear", "ce", "glorot", "128", "unit"},
		{"800", "tanh", "linear", "ce", "glorot", "128", "unit"},
		{"512,512", "relu", "linear", "ce", "he", "128", "unit"},
		{"30", "sigmoid", "sigmoid", "mse", "normal", "10", "standard"},
		{"128", "relu", "linear", "ce", "he", "32", "standard"},
		{"800", "relu", "linear", "ce", "he", "128", "standard"},
		{"512,512", "relu", "linear", "ce", "he", "128", "standard"},
	} {
		for _, workers := range []string{"1", "2"} {
			for _, impl := range kernel.Names() {
				b.Run(fmt.Sprintf("hidden=%s/activation=%s/batch=%s/scale=%s/workers=%s/impl=%s",
					c.hidden, c.activation, c.batch, c.scale, workers, impl), func(b *testing.B) {
					cfg, err := parse([]string{"-hidden", c.hidden, "-activation", c.activation, "-output", c.output,
						"-cost", c.cost, "-init", c.init, "-batch", c.batch, "-scale", c.scale, "-lr", "0.05",
						"-workers", workers, "-kernel", impl}, nil)
					kernel.Use(impl)
					if err != nil {
						b.Fatal(err)
					}
					x, err := newTraining(cfg, data)
					if err != nil {
						b.Fatal(err)
					}
					order := ascending(data.Train.N)
					x.shuffle(order, 1)
					source := x.source(&data.Train, order)
					b.ReportAllocs()
					for b.Loop() {
						if _, err := x.trainer.Epoch(source, nil); err != nil {
							b.Fatal(err)
						}
					}
					samples := float64(b.N * data.Train.N)
					b.ReportMetric(samples/b.Elapsed().Seconds(), "samples/s")
				})
			}
		}
	}
	kernel.Use(kernel.Names()[0])
}

// A plainNet is a network in scalars, with the functions of package math: no line of the program is in it. w[l][i][j]
// is the weight from input i to neuron j of layer l, and v[l][i][j] its velocity; the last i is the bias.
type plainNet struct {
	w, v                 [][][]float64
	hidden, output, cost string
}

// plainOf returns net in scalars.
func plainOf(net *Network) *plainNet {
	p := &plainNet{cost: net.Cost.Name}
	for _, l := range net.Layers {
		p.hidden, p.output = p.output, l.G.Name
		var w, v [][]float64
		l.W.EachRow(func(row []float64) { w = append(w, slices.Clone(row)) })
		w = append(w, slices.Clone(l.B))
		for range w {
			v = append(v, make([]float64, len(l.B)))
		}
		p.w, p.v = append(p.w, w), append(p.v, v)
	}
	if len(net.Layers) > 1 {
		p.hidden = net.Layers[0].G.Name
	}
	return p
}

// plainG returns g(z) and g′(z).
func plainG(name string, z float64) (a, prime float64) {
	switch name {
	case "relu":
		if z > 0 {
			return z, 1
		}
		return 0, 0
	case "sigmoid":
		a = 1 / (1 + math.Exp(-z))
		return a, a * (1 - a)
	case "tanh":
		return math.Tanh(z), 1 - math.Tanh(z)*math.Tanh(z)
	}
	return z, 1
}

// plainCost returns the cost of a sample, and ∂C/∂a.
func plainCost(name string, a, y []float64) (cost float64, slope []float64) {
	sum := 0.0
	for _, v := range a {
		sum += math.Exp(v)
	}
	slope = make([]float64, len(a))
	for j, v := range a {
		switch name {
		case "ce":
			cost -= y[j] * math.Log(math.Exp(v)/sum)
			slope[j] = math.Exp(v)/sum - y[j]
		case "bce":
			cost -= y[j]*math.Log(v) + (1-y[j])*math.Log(1-v)
			slope[j] = (v - y[j]) / (v * (1 - v))
		case "mse":
			cost += (v - y[j]) * (v - y[j]) / 2
			slope[j] = v - y[j]
		}
	}
	return cost, slope
}

// step takes a step of gradient descent on samples x with targets y, one scalar after the other. decay is λ/N.
func (p *plainNet) step(x, y [][]float64, rate []float64, decay, momentum float64) (cost float64) {
	n, last := float64(len(x)), len(p.w)-1
	grad := make([][][]float64, len(p.w))
	for l := range p.w {
		grad[l] = make([][]float64, len(p.w[l]))
		for i := range grad[l] {
			grad[l][i] = make([]float64, len(p.w[l][i]))
		}
	}
	for s := range x {
		a, prime := [][]float64{x[s]}, [][]float64{nil}
		for l, w := range p.w {
			name := p.hidden
			if l == last {
				name = p.output
			}
			out, slope := make([]float64, len(w[0])), make([]float64, len(w[0]))
			for j := range out {
				z := w[len(w)-1][j]
				for i, v := range a[l] {
					z += v * w[i][j]
				}
				out[j], slope[j] = plainG(name, z)
			}
			a, prime = append(a, out), append(prime, slope)
		}
		c, delta := plainCost(p.cost, a[last+1], y[s])
		cost += c / n
		for j := range delta {
			delta[j] *= prime[last+1][j]
		}
		for l := last; l >= 0; l-- {
			before := make([]float64, len(a[l]))
			for i := range p.w[l] {
				for j, d := range delta {
					if i == len(a[l]) {
						grad[l][i][j] += d / n
						continue
					}
					grad[l][i][j] += a[l][i] * d / n
					if l > 0 {
						before[i] += d * p.w[l][i][j] * prime[l][i]
					}
				}
			}
			delta = before
		}
	}
	for l := range p.w {
		for i := range p.w[l] {
			for j := range p.w[l][i] {
				g := grad[l][i][j]
				if i < len(p.w[l])-1 {
					g += decay * p.w[l][i][j]
				}
				p.v[l][i][j] = momentum*p.v[l][i][j] - rate[l]*g
				p.w[l][i][j] += p.v[l][i][j]
			}
		}
	}
	return cost
}

// compare fails the test at the first parameter of net that differs from p's.
func (p *plainNet) compare(t *testing.T, net *Network, what string) {
	t.Helper()
	for l, layer := range net.Layers {
		for i, row := range p.w[l] {
			for j, want := range row {
				got := layer.B[j]
				if i < layer.W.Rows {
					got = layer.W.Row(i)[j]
				}
				if !(math.Abs(got-want) <= 1e-13*max(1, math.Abs(want))) {
					t.Fatalf("%s: layer %d, input %d of %d, neuron %d: %v, want %v as in scalars", what, l+1, i+1,
						layer.W.Rows, j+1, got, want)
				}
			}
		}
	}
}

// plainRows returns n samples of a FillBatch, from position at, as slices.
func plainRows(fill FillBatch, in, out, at, n int) (x, y [][]float64) {
	X, Y := NewMatrix(n, in), NewMatrix(n, out)
	fill(X, Y, at, 0, n)
	X.EachRow(func(row []float64) { x = append(x, row) })
	Y.EachRow(func(row []float64) { y = append(y, row) })
	return x, y
}

// TestStep: a Trainer's steps are those in scalars, for every activation, cost and depth, with one goroutine and with
// three, which give the same bits. The last mini-batch is smaller.
func TestStep(t *testing.T) {
	const batch, samples, l2 = 6, 22, 2.0
	for _, hidden := range []string{"relu", "sigmoid", "tanh", "linear"} {
		for _, pair := range [][2]string{{"linear", "ce"}, {"sigmoid", "ce"}, {"sigmoid", "bce"}, {"linear", "mse"},
			{"tanh", "mse"}} {
			for _, sizes := range [][]int{{5, 3}, {5, 19, 3}, {5, 9, 17, 3}, {5, 90, 90, 3}} {
				what := fmt.Sprint(sizes, hidden, pair)
				p, cost := plainOf(newTrainer(sizes, hidden, pair[0], pair[1], batch, samples).Net), 0.0
				for at := 0; at < samples; at += batch {
					n := min(batch, samples-at)
					x, y := plainRows(noise(3), 5, 3, at, n)
					cost += p.step(x, y, []float64{.1, .1, .1}, l2/samples, 0) * float64(n) / samples
				}
				var hashes []string
				for _, workers := range []int{1, 3} {
					trainer := newTrainer(sizes, hidden, pair[0], pair[1], batch, samples)
					trainer.L2, trainer.Workers = l2, workers
					r, err := trainer.Epoch(noise(3), nil)
					if err != nil || math.Abs(r.Cost-cost) > 1e-13*cost {
						t.Fatalf("%s: the epoch's cost is %v (error %v), want %v as in scalars", what, r.Cost, err, cost)
					}
					p.compare(t, trainer.Net, what)
					hashes = append(hashes, hash(trainer.Net))
				}
				if hashes[0] != hashes[1] {
					t.Errorf("%s: one goroutine and three do not give the same bits", what)
				}
			}
		}
	}
}

// TestStepWithMomentum: steps with momentum, L2 and a rate for each layer are those in scalars.
func TestStepWithMomentum(t *testing.T) {
	trainer := newTrainer([]int{5, 4, 3}, "tanh", "linear", "ce", 6, 18)
	trainer.Momentum, trainer.L2, trainer.Rate = 0.9, 2, []float64{0.3, 0.2}
	p := plainOf(trainer.Net)
	for range 2 {
		for at := 0; at < 18; at += 6 {
			x, y := plainRows(noise(3), 5, 3, at, 6)
			p.step(x, y, trainer.Rate, trainer.L2/18, 0.9)
		}
		if _, err := trainer.Epoch(noise(3), nil); err != nil {
			t.Fatal(err)
		}
	}
	p.compare(t, trainer.Net, "momentum")
}

// stepOn takes one step of a network with the mini-batch X, Y as its whole training set.
func stepOn(net *Network, x, y Matrix, rate float64) {
	t := &Trainer{Net: net, N: x.Rows, Batch: x.Rows, Workers: 1, Rate: slices.Repeat([]float64{rate}, len(net.Layers))}
	t.Epoch(func(in, out Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(in.Row(i), x.Row(at+i))
			copy(out.Row(i), y.Row(at+i))
		}
	}, nil)
}

// TestUpdateRuleIsNamed: the step check is told which form of equation (4) is used, and the diagnosis whether units are
// left out.
func TestUpdateRuleIsNamed(t *testing.T) {
	d := madeTable(40, 2, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0] > 0) })
	for flags, want := range map[string]string{
		"-l2 0": "plain", "-l2 1": "l2", "-l2 1 -momentum 0.5": "momentum", "-l2 0 -momentum 0.5 -nesterov": "nesterov",
		"-l2 1 -optimizer adam": "adam", "-l2 0 -dropout 0.1,0.1": "plain with units left out",
	} {
		x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-hidden", "2"}, strings.Fields(flags)...)...)
		if got := strings.TrimSpace(x.updateRule() + " " + x.regularisation()); got != want {
			t.Errorf("%s: %q, want %q", flags, got, want)
		}
	}
}

// A distribution is what first weights or biases are drawn from.
type distribution struct{ mean, variance, bound, within float64 } // within: the share within a standard deviation of 0

func even(bound float64) distribution {
	return distribution{0, bound * bound / 3, bound, 1 / math.Sqrt(3)}
}

func gauss(variance float64) distribution { return distribution{0, variance, math.Inf(1), 0.6827} }

// check compares the mean, the mean square, the largest number and the share within a standard deviation of 0 with
// those of the distribution, up to six standard errors.
func (d distribution) check(t *testing.T, what string, x []float64) {
	t.Helper()
	mean, square, within, n := 0.0, 0.0, 0.0, float64(len(x))
	for _, v := range x {
		mean, square = mean+v/n, square+v*v/n
		if v*v < d.variance {
			within += 1 / n
		}
	}
	few := 6 / math.Sqrt(n)
	if math.Abs(mean-d.mean) > few*math.Sqrt(d.variance) || math.Abs(square-d.variance) > 1.5*few*d.variance {
		t.Errorf("%s: mean %v, mean square %v, want %v and %v", what, mean, square, d.mean, d.variance)
	}
	if math.Abs(within-d.within) > few/2 {
		t.Errorf("%s: %.3f of them within a standard deviation, want %.3f", what, within, d.within)
	}
	most := max(slices.Max(x), -slices.Min(x))
	if most > d.bound || !math.IsInf(d.bound, 0) && most < d.bound*(1-20/n) {
		t.Errorf("%s: the largest is %v, want nearly %v", what, most, d.bound)
	}
}

// TestInits: first weights and biases are drawn from the distributions that each initialisation's formula gives.
func TestInits(t *testing.T) {
	const in, out = 300, 200
	zero, one := distribution{}, distribution{1, 1, 1, 0} // always 0, always 1
	for _, c := range []struct {
		name            string
		init            Init
		weights, biases distribution
	}{
		{"he", heInit, gauss(2. / in), zero},
		{"glorot", glorotInit, even(math.Sqrt(6. / (in + out))), zero},
		{"normal", normalInit, gauss(1), gauss(1)},
		{"normal:1", onesInit, gauss(1), one},
		{"uniform:0.3", uniformInit(0.3), even(0.3), even(0.3)},
		{"zero", zeroInit, zero, zero},
	} {
		l := newLayer(in, out, Activation{})
		c.init(&l, exact.Stream(3, exact.ForInit, 0))
		c.weights.check(t, c.name+", weights", flat(Layer{W: l.W}))
		c.biases.check(t, c.name+", biases", l.B)
	}
}

// A drawnRun is a training with random data and flags.
type drawnRun struct {
	data  func() *dataset.Dataset
	flags []string
}

// drawRun draws number i.
func drawRun(i int) drawnRun {
	rng := rand.New(rand.NewPCG(uint64(i), 30))
	one := func(of ...string) string { return of[rng.IntN(len(of))] }
	flags := []string{"-epochs", "2", "-seed", fmt.Sprint(i), "-valid", "9",
		"-activation", one("relu", "sigmoid", "tanh", "linear"), "-init", one("he", "glorot", "normal", "uniform:0.3"),
		"-batch", one("0", "7", "16", "37", "50"), "-schedule", one("constant", "cosine", "step:1:0.5"),
		"-l2", one("0", "1"), "-maxnorm", one("0", "0.5", "2"), "-scale", one("unit", "standard")}
	data, flags := drawData(rng, one, flags)
	hidden, dropout := "", one("0", "0.2")
	for layer := range 1 + rng.IntN(3) {
		hidden += fmt.Sprint(",", 5+rng.IntN(20))
		if layer == 0 {
			hidden = fmt.Sprint(10 + rng.IntN(50))
		}
		dropout += one(",0", ",0.3", ",0.5")
	}
	flags = append(flags, "-hidden", hidden)
	if rng.IntN(2) == 0 {
		flags = append(flags, "-dropout", dropout)
	}
	rule := one("-optimizer adam", "-momentum 0.9", "-momentum 0.5 -nesterov", "-optimizer sgd")
	return drawnRun{data, append(flags, strings.Fields(rule)...)}
}

// drawData draws images, a table with classes or one with numbers, and appends the flags that they need.
func drawData(rng *rand.Rand, one func(...string) string, flags []string) (func() *dataset.Dataset, []string) {
	seed, n, d := rng.Uint64(), 50+rng.IntN(40), 1+rng.IntN(40)
	classes := rng.IntN(3)
	if classes == 0 {
		flags = append(flags, "-cost", "mse", "-output", one("linear", "tanh"), "-lr", "0.001")
		return func() *dataset.Dataset {
			return madeTable(n, d, 0, func(x []float64, _ *rand.Rand) float64 { return x[0] })
		}, flags
	}
	pair := strings.Fields(one("linear ce", "sigmoid ce", "sigmoid bce", "sigmoid mse", "tanh mse", "linear mse"))
	flags = append(flags, "-output", pair[0], "-cost", pair[1], "-lr", one("0.01", "0.1"))
	if weight := one("", "balanced"); weight != "" {
		flags = append(flags, "-classweight", weight)
	}
	if classes == 1 {
		return func() *dataset.Dataset {
			return madeTable(n, d, 3, func(x []float64, rng *rand.Rand) float64 { return float64(rng.IntN(3)) })
		}, flags
	}
	if ways := one("", "shift", "affine", "elastic", "shift,affine,elastic"); ways != "" {
		flags = append(flags, "-augment", ways)
	}
	return func() *dataset.Dataset { return load.Digits(seed, n, 10) }, flags
}

// TestDrawnSameBits: whatever the settings, the weights are those of one goroutine in plain Go, with every kernel and
// with 2, 3 and 8 goroutines. BACKPROP_DRAWS says how many settings are drawn.
func TestDrawnSameBits(t *testing.T) {
	draws, shared := 30, 0
	if n, err := strconv.Atoi(os.Getenv("BACKPROP_DRAWS")); err == nil {
		draws = n
	}
	defer kernel.Use(kernel.Name())
	for i := range draws {
		c := drawRun(i)
		train := func(name string, workers int) string {
			if err := kernel.Use(name); err != nil {
				t.Fatal(err)
			}
			x, _, _ := experimentOn(t, c.data(), append(c.flags, "-workers", fmt.Sprint(workers))...)
			err := x.train(t.Context(), console.Quiet(), &console.Progress{})
			if workers == 8 && x.trainer.workers() == 8 {
				shared++
			}
			return fmt.Sprint(hash(x.trainer.Net), " ", err)
		}
		want := train("go", 1)
		compare := func(name string, workers int) {
			if got := train(name, workers); got != want {
				t.Errorf("draw %d, %q, kernel %s, %d goroutines: %s, want %s as in plain Go with one", i, c.flags, name,
					workers, got, want)
			}
		}
		rng := rand.New(rand.NewPCG(uint64(i), 31))
		for _, workers := range []int{2, 3, 8} {
			compare(kernel.Names()[rng.IntN(len(kernel.Names()))], workers)
		}
		for _, name := range kernel.Names() {
			compare(name, 1)
		}
	}
	if shared < draws/4 {
		t.Errorf("only %d of %d trainings were shared by 8 goroutines", shared, draws)
	}
}
