package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/filetest"
)

// TestOptimisers: 100 steps of each optimiser are those of its equations in scalars. The network is a weight and a
// bias, linear and with squared error, so that ∂C/∂w is (wx + b − y)·x. Nesterov's momentum and Adam are as their
// papers write them (optimise.go names them).
func TestOptimisers(t *testing.T) {
	const eta, mu, lambda, x, y = 0.05, 0.9, 0.4, 0.7, -1.3
	type scalar struct{ w, v, m float64 }
	rules := map[string]func(p *scalar, g, step float64){
		"momentum": func(p *scalar, g, _ float64) { p.v = mu*p.v - eta*g; p.w += p.v },
		"nesterov": func(p *scalar, g, _ float64) { p.v = mu*p.v - eta*g; p.w += mu*p.v - eta*g },
		"adam": func(p *scalar, g, step float64) {
			p.m = 0.9*p.m + 0.1*g
			p.v = 0.999*p.v + 0.001*g*g
			m, v := p.m/(1-math.Pow(0.9, step)), p.v/(1-math.Pow(0.999, step))
			p.w -= eta * m / (math.Sqrt(v) + 1e-8)
		},
	}
	for name, rule := range rules {
		trainer := newTrainer([]int{1, 1}, "linear", "linear", "mse", 1, 1)
		trainer.Rate, trainer.L2 = []float64{eta}, lambda
		trainer.Adam, trainer.Nesterov = name == "adam", name == "nesterov"
		if !trainer.Adam {
			trainer.Momentum = mu
		}
		layer := trainer.Net.Layers[0]
		w, b := scalar{w: layer.W.Data[0]}, scalar{w: layer.B[0]}
		for step := 1; step <= 100; step++ {
			e := w.w*x + b.w - y
			rule(&w, e*x+lambda*w.w, float64(step))
			rule(&b, e, float64(step))
			trainer.Epoch(func(in, out Matrix, _, _, _ int) { in.Row(0)[0], out.Row(0)[0] = x, y }, nil)
			if math.Abs(layer.W.Data[0]-w.w) > 1e-13 || math.Abs(layer.B[0]-b.w) > 1e-13 {
				t.Fatalf("%s, step %d: w %v, b %v; want %v, %v", name, step, layer.W.Data[0], layer.B[0], w.w, b.w)
			}
		}
	}
}

// TestSchedules: the factors of the rate by hand; cos(π/4) is √2/2.
func TestSchedules(t *testing.T) {
	for s, want := range map[int]float64{0: 1, 25: (2 + math.Sqrt2) / 4, 50: 0.5, 75: (2 - math.Sqrt2) / 4, 100: 0,
		130: 0} {
		if got := cosineSchedule(100)(s); math.Abs(got-want) > 1e-15 {
			t.Errorf("cosine, step %d of 100: %v, want %v", s, got, want)
		}
	}
	for s, want := range map[int]float64{0: 1, 9: 1, 10: 0.5, 19: 0.5, 20: 0.25, 35: 0.125} {
		if got := stepSchedule(10, 0.5)(s); got != want {
			t.Errorf("step, step %d: %v, want %v", s, got, want)
		}
	}
}

// TestScheduleCountsStepsOfAllEpochs: with a schedule of 1, 0, 0 …, all steps but the very first leave the weights as
// they are.
func TestScheduleCountsStepsOfAllEpochs(t *testing.T) {
	first := newTrainer([]int{49, 10}, "linear", "linear", "ce", 10, 10)
	first.Epoch(noise(1), nil)
	trainer := newTrainer([]int{49, 10}, "linear", "linear", "ce", 10, 40)
	trainer.Schedule = func(s int) float64 { return map[int]float64{0: 1}[s] }
	for epoch := range uint64(2) {
		trainer.Epoch(noise(1+epoch), nil)
		if hash(trainer.Net) != hash(first.Net) {
			t.Errorf("after epoch %d the weights are not those after the first step", epoch+1)
		}
	}
}

// TestScheduleCountsEpochs: -schedule counts in epochs, whose last mini-batch may be smaller.
func TestScheduleCountsEpochs(t *testing.T) {
	// 320 samples are 11 steps an epoch.
	x, _, _ := experimentOn(t, goodTable(), strings.Fields("-schedule step:2:0.5 -epochs 7 -batch 30 -lr 0.8")...)
	for step, want := range map[int]float64{0: 0.8, 21: 0.8, 22: 0.4, 43: 0.4, 44: 0.2, 76: 0.1} {
		if got := x.trainer.rate(0, step); got != want {
			t.Errorf("step %d: rate %v, want %v", step, got, want)
		}
	}
	// These are 40 steps in all.
	x, _, _ = experimentOn(t, goodTable(), strings.Fields("-schedule cosine -epochs 4 -batch 32 -lr 0.8")...)
	for step, want := range map[int]float64{0: 0.8, 20: 0.4, 10: 0.4 * (1 + math.Sqrt2/2), 30: 0.4 * (1 - math.Sqrt2/2)} {
		if got := x.trainer.rate(0, step); math.Abs(got-want) > 1e-12 {
			t.Errorf("cosine, step %d: rate %v, want %v", step, got, want)
		}
	}
	// A recipe that draws 100 samples an epoch has 4 steps in each, and 16 in all.
	x.cfg.Recipe.SamplesPerEpoch = 100
	x, err := newTraining(x.cfg, x.data)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.trainer.rate(0, 8); math.Abs(got-0.4) > 1e-12 {
		t.Errorf("cosine, half-way through few samples: rate %v, want 0.4", got)
	}
}

// TestDropoutMask: of all units a share p is dropped, neighbours independently of each other, and the others are scaled
// so that the mean is kept. The mask of a column is the same wherever drawing begins.
func TestDropoutMask(t *testing.T) {
	const n = 200_000
	ones, y := slices.Repeat([]float64{1}, n), make([]float64, n)
	for _, p := range []float64{0, 0.1, 0.2, 0.5, 0.9} {
		dropRow(y, ones, p, exact.Mix(99), 0)
		sum, dropped, pairs := 0.0, 0, 0
		for i, v := range y {
			sum += v
			if v == 0 {
				dropped++
				if i > 0 && y[i-1] == 0 {
					pairs++
				}
			} else if v != 1/(1-p) {
				t.Fatalf("p = %v: a kept unit is multiplied by %v, want %v", p, v, 1/(1-p))
			}
		}
		sd := math.Sqrt(p * (1 - p) / n)
		if got := float64(dropped) / n; math.Abs(got-p) > 4*sd {
			t.Errorf("p = %v: %v of all are dropped, want p ± %.2g", p, got, sd)
		}
		if got := sum / n; math.Abs(got-1) > 4*sd/(1-p) {
			t.Errorf("p = %v: the mean is %v, want 1", p, got)
		}
		if got, want := float64(pairs)/n, p*p; math.Abs(got-want) > 6*sd {
			t.Errorf("p = %v: %v of neighbours are both dropped, want %v", p, got, want)
		}
		part := make([]float64, 24)
		dropRow(part, ones[:24], p, exact.Mix(99), 64)
		if !slices.Equal(part, y[64:88]) {
			t.Errorf("p = %v: columns 64 to 87 drawn alone are %v, want %v", p, part, y[64:88])
		}
	}
}

// TestDropoutKeysDiffer: each row, layer, step and seed has a mask of its own.
func TestDropoutKeysDiffer(t *testing.T) {
	trainer, seen := &Trainer{}, map[uint64]bool{}
	for seed := range uint64(3) {
		trainer.Seed = seed
		for s := range 20 {
			for l := range 3 {
				for i := range 50 {
					seen[trainer.dropKey(s, l, i)] = true
				}
			}
		}
	}
	if len(seen) != 3*20*3*50 {
		t.Errorf("%d different keys, want %d", len(seen), 3*20*3*50)
	}
}

// TestDropoutExpectation: over many masks, the mean of a layer's outputs is what they are without dropout.
func TestDropoutExpectation(t *testing.T) {
	trainer := newTrainer([]int{8, 16, 3}, "sigmoid", "linear", "ce", 1, 1)
	trainer.Dropout = []float64{0.2, 0.5}
	trainer.prepare()
	b, sum := &trainer.batches[0], make([]float64, 16)
	a := b.a[0]
	exact.Uniform(a.Row(0), 1, exact.Stream(1, exact.ForCheck, 1))
	const steps = 20000
	for s := range steps {
		trainer.dropOutputs(trainer.alone(), s, 0)
		Add(sum, b.in[1].Row(0))
	}
	for j, v := range a.Row(0) {
		if got := sum[j] / steps; math.Abs(got-v) > 5*math.Abs(v)/math.Sqrt(steps) {
			t.Errorf("unit %d: mean %v with dropout, want %v", j, got, v)
		}
	}
}

// TestDropoutGradient: with dropout too, gradients are central differences of the cost; both use the same mask.
func TestDropoutGradient(t *testing.T) {
	for _, hidden := range []string{"relu", "sigmoid", "tanh"} {
		trainer := newTrainer([]int{7, 8, 6, 4}, hidden, "linear", "ce", 9, 50)
		trainer.Dropout, trainer.L2 = []float64{0.2, 0.5, 0.3}, 5
		checkGradients(t, hidden, trainer)
		zeros := 0
		trainer.batches[0].in[1].EachRow(func(row []float64) {
			for _, v := range row {
				if v == 0 {
					zeros++
				}
			}
		})
		if zeros < 9*8/4 {
			t.Errorf("%s: %d of %d units are dropped, want about half", hidden, zeros, 9*8)
		}
	}
}

// TestMaxNorm: a neuron's weights that are too long are scaled down to the limit, others stay, and so do weights so
// large that their norm is infinite: made 0, they would hide that training diverges. By hand: (3, 4) is 5 long.
func TestMaxNorm(t *testing.T) {
	w := rowsMatrix([][]float64{{3, 0.3, 1e200}, {4, 0.4, 1e200}})
	maxNorm(w, 1, make([]float64, 3))
	if got, want := fmt.Sprintf("%.3g %.3g", w.Row(0), w.Row(1)), "[0.6 0.3 1e+200] [0.8 0.4 1e+200]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTrainingKeepsMaxNorm: after an epoch no neuron's weights are longer than the limit, and some are as long.
func TestTrainingKeepsMaxNorm(t *testing.T) {
	trainer := newTrainer([]int{20, 30, 10}, "relu", "linear", "ce", 10, 200)
	trainer.MaxNorm, trainer.Rate = 0.8, []float64{0.5, 0.5}
	trainer.Epoch(noise(4), nil)
	atLimit := 0
	for l, layer := range trainer.Net.Layers {
		for j := range layer.W.Cols {
			sum := 0.0
			for i := range layer.W.Rows {
				sum += layer.W.Row(i)[j] * layer.W.Row(i)[j]
			}
			if norm := math.Sqrt(sum); norm > 0.8*(1+1e-14) {
				t.Errorf("layer %d, neuron %d: ‖w‖ = %v, want at most 0.8", l+1, j, norm)
			} else if norm > 0.8*(1-1e-14) {
				atLimit++
			}
		}
	}
	if atLimit == 0 {
		t.Error("no neuron is at the limit")
	}
}

// TestOptionsSameBits is TestSameBits for everything in optimise.go.
func TestOptionsSameBits(t *testing.T) {
	for _, c := range []struct {
		name, activation string
		options          Options
		want             string
	}{
		{"nesterov, dropout, cosine", "tanh", Options{Momentum: 0.9, Nesterov: true, Dropout: []float64{0.2, 0.5, 0.3},
			Schedule: cosineSchedule(8), Seed: 5}, "7b260d3342cf8937"},
		{"adam, max-norm, step", "tanh", Options{Adam: true, MaxNorm: 1, Schedule: stepSchedule(2, 0.5)}, "fc7f10bf636e6353"},
		// Most of δ is 0, so products skip it; the hash is from before they did.
		{"relu, dropout, max-norm", "relu", Options{MaxNorm: 1, Dropout: []float64{0.2, 0.5, 0.5}, Seed: 5},
			"d9c57601d15e1df9"},
	} {
		eachKernel(t, func(t *testing.T) {
			for _, workers := range []int{1, 2, 3, 8} {
				trainer := newTrainer([]int{49, 70, 45, 10}, c.activation, "linear", "ce", 37, 100)
				trainer.Options, trainer.Workers, trainer.L2 = c.options, workers, 1
				trainEpochs(t, trainer, 2)
				if got := hash(trainer.Net)[:16]; got != c.want {
					t.Errorf("%s, %d workers: weights %s, want %s", c.name, workers, got, c.want)
				}
			}
		})
	}
}

// TestMomentsAreCollected: after an epoch, momentum's and Adam's working values are the same from any number of
// goroutines, and a trainer that starts with them, with another number of goroutines, goes on to the same weights.
func TestMomentsAreCollected(t *testing.T) {
	start := func(o Options, workers int) *Trainer {
		trainer := newTrainer([]int{49, 70, 45, 10}, "tanh", "linear", "ce", 37, 100)
		trainer.Options, trainer.Workers = o, workers
		trainEpochs(t, trainer, 1)
		return trainer
	}
	all := func(trainer *Trainer) string { // the hash of weights and moments
		return hash(&Network{Layers: slices.Concat(trainer.velocity, trainer.square, trainer.Net.Layers)})
	}
	for _, o := range []Options{{Momentum: 0.9}, {Momentum: 0.9, Nesterov: true}, {Adam: true}} {
		want := all(start(o, 1))
		for _, workers := range []int{2, 3, 8} {
			many := start(o, workers)
			if got := all(many); got != want {
				t.Errorf("%+v, %d goroutines: weights and moments %s, want %s as with one", o, workers, got, want)
			}
			next := start(o, 1+workers%3)
			copyLayers(next.Net.Layers, many.Net.Layers)
			copyLayers(next.velocity, many.velocity)
			if o.Adam {
				copyLayers(next.square, many.square)
			}
			trainEpochs(t, many, 1)
			trainEpochs(t, next, 1)
			if got, want := all(next), all(many); got != want {
				t.Errorf("%+v, %d goroutines after %d: weights and moments %s, want %s", o, next.Workers, workers, got, want)
			}
		}
	}
}

// TestShares: neurons are shared in groups of 8, all of them, as evenly as that goes.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		n, unit int
		of      int
		want    []int // where each share ends
	}{
		{20, 8, 2, []int{8, 20}}, {16, 8, 2, []int{8, 16}}, {17, 8, 3, []int{8, 16, 17}}, {8, 8, 2, []int{0, 8}},
		{5, 1, 2, []int{2, 5}}, {40, 8, 3, []int{8, 24, 40}},
	} {
		from := 0
		for id, end := range c.want {
			w := &worker{id: id, of: c.of}
			if lo, hi := w.share(c.n, c.unit); lo != from || hi != end {
				t.Errorf("%d in units of %d among %d: worker %d has %d to %d, want %d to %d", c.n, c.unit, c.of, id, lo, hi,
					from, end)
			}
			from = end
		}
	}
}

// TestWorkersPayOff: a step has no more goroutines than its work is worth, one for 20,000 multiply–adds.
func TestWorkersPayOff(t *testing.T) {
	for _, c := range []struct {
		sizes          []int
		batch, workers int
		want           int
	}{
		{[]int{784, 10}, 32, 4, 1},      // there is no hidden layer
		{[]int{784, 128, 10}, 32, 4, 4}, // 32 · 101,770 is 162 times 20,000
		{[]int{784, 30, 10}, 2, 4, 2},   // 2 · 23,860 is twice
		{[]int{2, 2, 1}, 4, 4, 1},
	} {
		trainer := newTrainer(c.sizes, "tanh", "linear", "ce", c.batch, 100)
		trainer.Workers = c.workers
		if trainer.workers() != c.want {
			t.Errorf("%v, batch %d: %d goroutines, want %d", c.sizes, c.batch, trainer.workers(), c.want)
		}
	}
}

// TestEpochWaitsForAllGoroutines: when an epoch returns, none of its goroutines works any more.
func TestEpochWaitsForAllGoroutines(t *testing.T) {
	trainer := newTrainer([]int{49, 70, 45, 10}, "tanh", "linear", "ce", 37, 100)
	trainer.Workers = 2
	var busy atomic.Int64
	testDelay = func(w *worker) {
		if w.id > 0 {
			busy.Add(1)
			time.Sleep(time.Millisecond)
			busy.Add(-1)
		}
	}
	defer func() { testDelay = nil }()
	trainEpochs(t, trainer, 1)
	if n := busy.Load(); n != 0 || len(trainer.team.workers) != 2 {
		t.Errorf("%d of %d goroutines still work, want 0 of 2", n, len(trainer.team.workers))
	}
}

// TestSlowGoroutine: whichever goroutine is slow, at every point where the others could overtake it, the weights are
// those of one goroutine alone.
func TestSlowGoroutine(t *testing.T) {
	defer func() { testDelay = nil }()
	for _, options := range []Options{{}, {ExpensiveInputs: true, Seed: 3, Dropout: []float64{0.2, 0.5, 0.5, 0.5}},
		{Momentum: 0.9, MaxNorm: 1}} {
		train := func(workers int) string {
			trainer := newTrainer([]int{40, 48, 40, 48, 10}, "tanh", "linear", "ce", 24, 72)
			trainer.Options, trainer.Workers = options, workers
			trainEpochs(t, trainer, 2)
			return hash(trainer.Net)
		}
		testDelay = nil
		want := train(1)
		for workers := 2; workers <= 3; workers++ {
			for slow := range workers {
				testDelay = func(w *worker) {
					if w.id == slow {
						time.Sleep(500 * time.Microsecond)
					}
				}
				if got := train(workers); got != want {
					t.Errorf("%+v, goroutine %d of %d is slow: weights %s, want %s", options, slow, workers, got, want)
				}
			}
		}
	}
}

// TestStepAllocatesNothing: a step allocates nothing, whatever the options; and an epoch only what starts goroutines,
// once in a hundred steps.
func TestStepAllocatesNothing(t *testing.T) {
	if filetest.PoolsForget() {
		t.Skip("the race detector makes pools forget on purpose")
	}
	source := func(in, y Matrix, at, lo, hi int) { in.Data[0], y.Data[0] = 1, 1 }
	trainerFor := func(samples int) *Trainer {
		return newTrainer([]int{49, 70, 45, 10}, "sigmoid", "linear", "ce", 40, samples)
	}
	for _, options := range []Options{{},
		{Momentum: 0.9, Nesterov: true, Dropout: []float64{0.2, 0.5, 0.3}, MaxNorm: 2},
		{Adam: true, Schedule: cosineSchedule(1000)},
		{Dropout: []float64{0, 0.5, 0.9}}} { // most of δ is 0, so products skip it
		trainer := trainerFor(400)
		trainer.Options = options
		trainer.prepare()
		alone := trainer.alone()
		trainer.step(alone, 0, 0, source) // a pool may fill
		if n := testing.AllocsPerRun(100, func() { trainer.step(alone, 1, 0, source) }); n > 0.5 {
			t.Errorf("%+v: %v allocations in a step, want 0", options, n)
		}
	}
	for _, workers := range []int{1, 2} {
		inEpoch := func(steps int) float64 {
			trainer := trainerFor(40 * steps)
			trainer.Workers = workers
			trainer.Epoch(source, nil)
			return testing.AllocsPerRun(3, func() { trainer.Epoch(source, nil) })
		}
		if few, many := inEpoch(10), inEpoch(250); many > few+2*5 {
			t.Errorf("%d workers: %v allocations in 10 steps, %v in 250", workers, few, many)
		}
	}
}

// TestOptionsRefused: options that depend on each other or on the data are refused in one line that says what to do.
func TestOptionsRefused(t *testing.T) {
	table := numbers(t)
	for _, c := range []struct {
		args string
		want []string
	}{
		{"-dropout 1,0", []string{"below 1"}},
		{"-patience 2 -data " + table, []string{"-valid"}},
		{"-patience 2 -valid 1e-14 -data " + table, []string{"-valid"}},
		{"-augment bend", []string{"shift, affine and elastic"}},
		{"-augment shift -data " + table, []string{"-augment shift: ", "grey images"}},
	} {
		_, _, err := program(t.Context(), io.Discard, strings.Fields("-epochs 1 "+c.args)...)
		if !filetest.Says(err, c.want...) || exitCode(err, io.Discard) != 2 {
			t.Errorf("%s: %v; want status 2 and %q", c.args, err, c.want)
		}
	}
	cfg, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	images := kinds["images"]() // with numbers to predict, which the default cost does not fit
	images.Classes, images.Train.Targets = nil, []float64{0.5, 1, 2, 3}
	const want = "-cost ce is for classes, and i has numbers to predict: use -cost mse"
	if _, err := newTraining(cfg, images); !filetest.Says(err, want) {
		t.Errorf("images with numbers to predict: %v, want %s", err, want)
	}
}

// flat returns all parameters of a layer: weights row by row, then biases.
func flat(l Layer) (p []float64) {
	l.W.EachRow(func(w []float64) { p = append(p, w...) })
	return append(p, l.B...)
}
