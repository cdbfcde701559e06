package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/filetest"
	"backprop/internal/judge/gradcheck"
)

// TestOptimisers compares 100 steps of each optimiser with its equations on plain
// scalars: a layer of one weight and one bias, linear and with squared error, so that
// ∂C/∂w is (wx + b − y)·x.
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
	for x := -1.0; x <= 1; x += 1.0 / 512 {
		sin, cos := exact.SinCosPi(x)
		if s, c := math.Sincos(math.Pi * x); math.Abs(sin-s) > 6e-16 || math.Abs(cos-c) > 6e-16 {
			t.Errorf("sin and cos of %vπ are %v and %v, want %v and %v", x, sin, cos, s, c)
		}
	}
	trainer := newTrainer([]int{49, 10}, "linear", "linear", "ce", 10, 40)
	trainer.Schedule = func(s int) float64 { return map[int]float64{0: 1, 1: 0, 2: 0, 3: 0, 4: 0}[s] }
	trainer.Epoch(noise(1), nil)
	once := hash(trainer.Net)
	trainer.Epoch(noise(2), nil) // its step 4 comes first
	if first := newTrainer([]int{49, 10}, "linear", "linear", "ce", 10, 10); hash(trainer.Net) != once {
		t.Error("a rate of 0 moved the weights")
	} else if first.Epoch(noise(1), nil); hash(first.Net) != once {
		t.Error("the factor of step 0 is not that of the first step")
	}
}

// TestScheduleOfRun: of a run, -schedule counts epochs in its mini-batches, the last of which may be smaller.
func TestScheduleOfRun(t *testing.T) {
	// 320 samples: 11 steps an epoch
	x, _, _ := experimentOn(t, goodTable(), strings.Fields("-schedule step:2:0.5 -epochs 7 -batch 30 -lr 0.8")...)
	for step, want := range map[int]float64{0: 0.8, 21: 0.8, 22: 0.4, 43: 0.4, 44: 0.2, 76: 0.1} {
		if got := x.trainer.rate(0, step); got != want {
			t.Errorf("step %d: rate %v, want %v", step, got, want)
		}
	}
	// 40 steps in all
	x, _, _ = experimentOn(t, goodTable(), strings.Fields("-schedule cosine -epochs 4 -batch 32 -lr 0.8")...)
	for step, want := range map[int]float64{0: 0.8, 20: 0.4, 10: 0.4 * (1 + math.Sqrt2/2), 30: 0.4 * (1 - math.Sqrt2/2)} {
		if got := x.trainer.rate(0, step); math.Abs(got-want) > 1e-12 {
			t.Errorf("cosine, step %d: rate %v, want %v", step, got, want)
		}
	}
	// a recipe that draws 100 samples an epoch: 4 steps, and 16 in all
	x.cfg.Recipe.SamplesPerEpoch = 100
	x, err := newTraining(x.cfg, x.data)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.trainer.rate(0, 8); math.Abs(got-0.4) > 1e-12 {
		t.Errorf("cosine, half-way through few samples: rate %v, want 0.4", got)
	}
}

// TestDropoutMask: a part p of all is left out, and the rest is scaled so that the sum
// is kept; rows, layers, steps and seeds differ; the columns do not depend on who draws them.
func TestDropoutMask(t *testing.T) {
	const n = 200_000
	ones, y := make([]float64, n), make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	for _, p := range []float64{0, 0.1, 0.2, 0.5, 0.9} {
		dropRow(y, ones, p, exact.Mix(99), 0)
		sum, out, pairs := 0.0, 0, 0
		for i, v := range y {
			sum += v
			if v == 0 {
				out++
				if i > 0 && y[i-1] == 0 {
					pairs++
				}
			} else if v != 1/(1-p) {
				t.Fatalf("p = %v: what is kept is multiplied by %v", p, v)
			}
		}
		sd := math.Sqrt(p * (1 - p) / n)
		if got := float64(out) / n; math.Abs(got-p) > 4*sd {
			t.Errorf("%v of all are left out, want %v ± %.2g", got, p, sd)
		}
		if got := sum / n; math.Abs(got-1) > 4*sd/(1-p) {
			t.Errorf("p = %v: the mean of 1 becomes %v", p, got)
		}
		if got, want := float64(pairs)/n, p*p; math.Abs(got-want) > 6*sd {
			t.Errorf("p = %v: %v of neighbours are both left out, want %v", p, got, want)
		}
		part := make([]float64, 24)
		dropRow(part, ones[:24], p, exact.Mix(99), 64)
		if fmt.Sprint(part) != fmt.Sprint(y[64:88]) {
			t.Errorf("p = %v: columns 64 to 87 drawn by themselves differ", p)
		}
	}
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
		t.Errorf("%d keys for %d rows", len(seen), 3*20*3*50)
	}
}

// TestDropoutExpectation: over many masks, what a layer hands on has the mean that it has
// without dropout, and so has what comes back through it.
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
			t.Errorf("unit %d: mean %v, without dropout %v", j, got, v)
		}
	}
}

// TestDropoutGradient: central differences with the mask held fixed.
func TestDropoutGradient(t *testing.T) {
	for _, hidden := range []string{"relu", "sigmoid", "tanh"} {
		trainer := newTrainer([]int{7, 8, 6, 4}, hidden, "linear", "ce", 9, 50)
		trainer.Dropout, trainer.L2 = []float64{0.2, 0.5, 0.3}, 5
		for _, c := range gradcheck.Gradients(trainer.checkable(noise(3)), 1000, 1) {
			if !(c.Error < 1e-7) || c.Checked == 0 {
				t.Errorf("%s: layer %d %s: relative error %.2g over %d parameters, want below 1e-7", hidden, c.Layer, c.What,
					c.Error, c.Checked)
			}
		}
		zeros := 0
		trainer.batches[0].in[1].EachRow(func(row []float64) {
			for _, v := range row {
				if v == 0 {
					zeros++
				}
			}
		})
		if zeros < 9*8/4 {
			t.Errorf("%s: only %d of %d units are left out at a rate of a half", hidden, zeros, 9*8)
		}
	}
}

func TestMaxNorm(t *testing.T) {
	trainer := newTrainer([]int{20, 30, 10}, "relu", "linear", "ce", 10, 200)
	trainer.MaxNorm, trainer.Rate = 0.8, []float64{0.5, 0.5}
	trainer.Epoch(noise(4), nil)
	at := 0
	for l, layer := range trainer.Net.Layers {
		for j := range layer.W.Cols {
			sum := 0.0
			for i := range layer.W.Rows {
				sum += layer.W.Row(i)[j] * layer.W.Row(i)[j]
			}
			if n := math.Sqrt(sum); n > 0.8*(1+1e-14) {
				t.Errorf("layer %d, neuron %d: ‖w‖ = %v", l+1, j, n)
			} else if n > 0.8*(1-1e-14) {
				at++
			}
		}
	}
	if at == 0 {
		t.Error("no neuron is at the limit")
	}
	w := NewMatrix(2, 2)
	copy(w.Row(0), []float64{3, 0.3})
	copy(w.Row(1), []float64{4, 0.4})
	maxNorm(w, 1, make([]float64, 2))
	if got := fmt.Sprintf("%.3f %.3f", w.Row(0), w.Row(1)); got != "[0.600 0.300] [0.800 0.400]" {
		t.Errorf("weights (3, 4) and (0.3, 0.4) at most 1 long are %s", got)
	}
}

// TestOptionsSameBits is TestSameBits for all that optimise.go adds.
func TestOptionsSameBits(t *testing.T) {
	for _, c := range []struct {
		name, activation string
		extras           Options
		want             string
	}{
		{"nesterov, dropout, cosine", "tanh", Options{Momentum: 0.9, Nesterov: true, Dropout: []float64{0.2, 0.5, 0.3},
			Schedule: cosineSchedule(8), Seed: 5}, "7b260d3342cf8937"},
		{"adam, max-norm, step", "tanh", Options{Adam: true, MaxNorm: 1, Schedule: stepSchedule(2, 0.5)}, "fc7f10bf636e6353"},
		// Most of δ is 0 and listed: the hash is of the time when it was not.
		{"relu, dropout, max-norm", "relu", Options{MaxNorm: 1, Dropout: []float64{0.2, 0.5, 0.5}, Seed: 5},
			"d9c57601d15e1df9"},
	} {
		eachKernel(t, func(t *testing.T) {
			for _, workers := range []int{1, 2, 3, 8} {
				trainer := newTrainer([]int{49, 70, 45, 10}, c.activation, "linear", "ce", 37, 100)
				trainer.Options, trainer.Workers, trainer.L2 = c.extras, workers, 1
				for range 2 {
					if _, err := trainer.Epoch(noise(5), nil); err != nil {
						t.Fatal(err)
					}
				}
				if got := hash(trainer.Net)[:16]; got != c.want {
					t.Errorf("%s, %d workers: weights %s, on every machine %s", c.name, workers, got, c.want)
				}
			}
		})
	}
}

// TestTeamGivesBack: after an epoch, what is kept beside the weights is the same from however many goroutines, and a
// trainer that begins with it goes on to the same weights, with another number of them.
func TestTeamGivesBack(t *testing.T) {
	begin := func(o Options, workers int) *Trainer {
		trainer := newTrainer([]int{49, 70, 45, 10}, "tanh", "linear", "ce", 37, 100)
		trainer.Options, trainer.Workers = o, workers
		return trainer
	}
	epoch := func(trainer *Trainer) {
		if _, err := trainer.Epoch(noise(5), nil); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(trainer *Trainer) string {
		return hash(&Network{Layers: append(append(trainer.velocity[:len(trainer.velocity):len(trainer.velocity)],
			trainer.square...), trainer.Net.Layers...)})
	}
	for _, o := range []Options{{Momentum: 0.9}, {Momentum: 0.9, Nesterov: true}, {Adam: true}} {
		one := begin(o, 1)
		epoch(one)
		want := kept(one)
		for _, workers := range []int{2, 3, 8} {
			many := begin(o, workers)
			if epoch(many); kept(many) != want {
				t.Errorf("%+v: %d goroutines keep something else than one", o, workers)
			}
			next := begin(o, 1+workers%3)
			epoch(next) // which makes room for what is kept
			copyLayers(next.Net.Layers, many.Net.Layers)
			copyLayers(next.velocity, many.velocity)
			if o.Adam {
				copyLayers(next.square, many.square)
			}
			epoch(many)
			if epoch(next); kept(next) != kept(many) {
				t.Errorf("%+v: after %d goroutines, %d go on otherwise", o, workers, next.Workers)
			}
		}
	}
}

// TestShares: neurons are shared out in eights, all of them, and as evenly as that goes; and how many goroutines a
// step is worth.
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
	for _, c := range []struct {
		sizes         []int
		batch, worker int
		want          int
	}{
		{[]int{784, 10}, 32, 4, 1},      // nothing to share out
		{[]int{784, 128, 10}, 32, 4, 4}, // 32 · 101 770 is 162 times 20 000
		{[]int{784, 30, 10}, 2, 4, 2},   // 2 · 23 860 is twice
		{[]int{2, 2, 1}, 4, 4, 1},
	} {
		trainer := newTrainer(c.sizes, "tanh", "linear", "ce", c.batch, 100)
		if trainer.Workers = c.worker; trainer.workers() != c.want {
			t.Errorf("%v, batch %d: %d goroutines, want %d", c.sizes, c.batch, trainer.workers(), c.want)
		}
	}
}

// TestTeamEnds: when an epoch is over, no goroutine of it is at work any more.
func TestTeamEnds(t *testing.T) {
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
	if _, err := trainer.Epoch(noise(5), nil); err != nil {
		t.Fatal(err)
	}
	if n := busy.Load(); n != 0 || len(trainer.team.workers) != 2 {
		t.Errorf("%d of %d goroutines are still at work", n, len(trainer.team.workers))
	}
}

// TestOptionsAllocateNothing: not in a step.
func TestOptionsAllocateNothing(t *testing.T) {
	if filetest.PoolsForget() {
		t.Skip("the race detector makes pools forget on purpose")
	}
	for _, options := range []Options{{Momentum: 0.9, Nesterov: true, Dropout: []float64{0.2, 0.5, 0.3}, MaxNorm: 2},
		{Adam: true, Schedule: cosineSchedule(1000)},
		{Dropout: []float64{0, 0.5, 0.9}}} { // of the last, δ is listed
		trainer := newTrainer([]int{49, 70, 45, 10}, "sigmoid", "linear", "ce", 40, 400)
		trainer.Options = options
		trainer.prepare()
		alone := trainer.alone()
		source := func(in, y Matrix, at, lo, hi int) { in.Data[0], y.Data[0] = 1, 1 }
		trainer.step(alone, 0, 0, source) // a pool may fill
		if n := testing.AllocsPerRun(100, func() { trainer.step(alone, 1, 0, source) }); n > 0.5 {
			t.Errorf("%+v: %v allocations in a step", options, n)
		}
	}
}

// TestOptionsRefused: what cannot be meant is refused on one line, with what to do.
func TestOptionsRefused(t *testing.T) {
	table := numbers(t)
	for _, c := range []struct {
		args string
		want []string
	}{
		{"-dropout 0.5", []string{"-dropout 0.5", "0,0.5"}},
		{"-dropout 0.1,0.2,0.3", []string{"3 rates", "1 hidden layer"}},
		{"-dropout 1,0", []string{"below 1"}},
		{"-hidden none -dropout 0,0.5", []string{"no hidden layer"}},
		{"-nesterov", []string{"-momentum"}},
		{"-optimizer adam -momentum 0.9", []string{"leave -momentum out"}},
		{"-schedule step:0:0.5", []string{"step:EPOCHS:FACTOR"}},
		{"-schedule step:4611686018427387904:0.5", []string{"step:EPOCHS:FACTOR"}},
		{"-epochs 4611686018427387904", []string{"-epochs", "expected 1 to"}},
		{"-maxnorm -1", []string{"-maxnorm"}},
		{"-patience 2 -data " + table, []string{"-valid"}},
		{"-patience 2 -valid 1e-14 -data " + table, []string{"-valid"}},
		{"-recipe unit -valid 0.2", []string{"-recipe unit"}},
		{"-recipe unit -patience 1", []string{"-recipe unit"}},
		{"-augment bend", []string{"shift, affine and elastic"}},
		{"-augment shift -data " + table, []string{"-augment shift: ", "grey images"}},
	} {
		_, _, err := program(context.Background(), io.Discard, strings.Fields("-epochs 1 "+c.args)...)
		if !filetest.Says(err, c.want...) || exitCode(err, io.Discard) != 2 {
			t.Errorf("%s: %v; want status 2 and %q", c.args, err, c.want)
		}
	}
	cfg, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	images := kinds["images"]() // with numbers to predict, which the cost that is the default does not fit
	images.Classes, images.Train.Targets = nil, []float64{0.5, 1, 2, 3}
	if _, err := newTraining(cfg, images); !filetest.Says(err,
		"-cost ce is for classes, and i has numbers to predict: use -cost mse") {
		t.Errorf("images with numbers to predict: %v", err)
	}
}

// flat is all parameters of a layer, weights row by row, then biases.
func flat(l Layer) (p []float64) {
	l.W.EachRow(func(w []float64) { p = append(p, w...) })
	return append(p, l.B...)
}
