// Evaluate: what a network answers, and how good that is. Forward only; nothing is learned.

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/judge/baseline"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/event"
)

// Evaluate takes n samples through the network. It calls each, if that is not nil, with the outputs a of every
// sample: in no fixed order, and from several goroutines at once.
func (net *Network) Evaluate(fill FillBatch, n, workers int, each func(i int, a []float64)) Result {
	sizes, last := net.sizes(), len(net.Layers)-1
	rows := min(120, max(1, 1<<22/slices.Max(sizes))) // at a time: whole tiles, unless layers are huge
	cost, square, correct := make([]float64, n), make([]float64, n), make([]bool, n)
	var next atomic.Int64
	work := func() {
		b := newBatch(net, NewMatrix(rows, sizes[0]), NewMatrix(rows, sizes[last+1]))
		b.addLists(net)
		for at := int(next.Add(int64(rows))) - rows; at < n; at = int(next.Add(int64(rows))) - rows {
			m := min(rows, n-at)
			b.resize(m)
			fill(b.in[0], b.y, at, 0, m)
			net.forward(b)
			net.output(b.a[last], b.y, b.delta[last], cost[at:at+m], correct[at:at+m])
			for i := range m {
				a, y := b.a[last].Row(i), b.y.Row(i)
				if each != nil {
					each(at+i, a)
				}
				for j, v := range a {
					square[at+i] = math.FMA(v-y[j], v-y[j], square[at+i])
				}
			}
		}
	}
	var others sync.WaitGroup
	for range min(workers, (n+rows-1)/rows) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	sum := Result{Samples: n}
	for i := range n { // in the order of the samples, for the same bits
		sum.Cost += cost[i]
		sum.MSE += square[i]
		if correct[i] {
			sum.Correct++
		}
	}
	sum.Cost /= float64(n)
	sum.MSE /= float64(n * sizes[last+1])
	return sum
}

// before evaluates the network before it learns, if the recipe's tutorial does; done is the number of epochs
// that are done already.
func (x *training) before(done int) {
	if x.cfg.Recipe.Loss == "" || done > 0 {
		return
	}
	e, _ := x.evaluate(0, Result{})
	e.Event = "before"
	x.first = &e
}

// whole is an epoch's result on the training set: met, which was added up while the weights were changing; or, if the
// recipe's tutorial does so, the result of evaluating the whole set after the epoch.
func (x *training) whole(met Result, shown bool) Result {
	if x.cfg.Recipe.SamplesPerEpoch > 0 {
		x.costs = append(x.costs, met.Cost)
	}
	if x.cfg.Recipe.Loss != "" && (shown || x.recorder != nil) {
		return x.evaluateSet(&x.data.Train, nil)
	}
	return met
}

// Outputs takes X through the network and returns A of each layer.
func (net *Network) Outputs(x Matrix) []Matrix {
	var all []Matrix
	for _, l := range net.Layers {
		a := NewMatrix(x.Rows, l.W.Cols)
		l.forward(a, x)
		all, x = append(all, a), a
	}
	return all
}

// answer returns the network's outputs for one input; with softmax, as probabilities.
func (net *Network) answer(x []float64) []float64 {
	all := net.Outputs(view(1, len(x), len(x), x))
	p := all[len(all)-1].Row(0)
	if net.Cost.Answer == layers.Softmax {
		softmax(p, p)
	}
	return p
}

// quality judges the network on the test set. It returns nil without a test set, and in runs that do not
// print it, such as a tutorial or one of several trainings. If stopped is not nil and returns true, it ends early.
func (x *training) quality(stopped func() bool) *event.Quality {
	c, test, folds := x.cfg, &x.data.Test, x.cfg.Folds > 0
	isTable := x.data.Columns != nil || x.data.Train.Values != nil
	wanted := isTable || c.Json || c.Report != "" || c.ClassWeight != "" || folds
	if test.N == 0 || !wanted || !folds && (c.Nested || c.Recipe.Name != "") {
		return nil
	}
	q, outputs := &event.Quality{}, x.outputsOf(test, test.N)
	switch {
	case x.data.Classes != nil:
		q = scores.JudgeClasses(x.data, outputs, x.trainer.Net.Cost.Answer == layers.Softmax)
	case x.data.Outputs() == 1:
		q = scores.JudgeNumbers(x.data, outputs, x.out)
	}
	if x.linear != nil {
		baseline.AddLinear(q, x.data, x.out, outputs, x.linear.outputsOf(test, test.N))
	}
	if x.data.Train.Values != nil && (c.Json || c.Report != "") && !folds {
		random := func(draw int) *rand.Rand { return exact.Stream(c.Seed, exact.ForImportance, draw) }
		name, score := x.testScore()
		q.ImportanceOf, q.Importance = name, scores.Importances(x.data, x.trainer.Net.Parameters(), score, random, stopped)
	}
	return q
}

// outputsOf returns the network's outputs for the first n samples of s, one after another.
func (x *training) outputsOf(s *dataset.Set, n int) []float64 {
	k := x.data.Outputs()
	all := make([]float64, n*k)
	x.trainer.Net.Evaluate(x.source(s, ascending(n)), n, x.cfg.Workers, func(i int, a []float64) {
		copy(all[i*k:(i+1)*k], a)
	})
	return all
}

// testScore is the score that falls when an input is shuffled, and its name: the accuracy or R²; with class
// weights, the mean recall of the classes.
func (x *training) testScore() (name string, of func(s *dataset.Set) float64) {
	switch {
	case x.data.Classes == nil:
		return "R²", func(s *dataset.Set) float64 {
			return scores.R2FromRMSE(s.Targets, *x.rmse(x.evaluateSet(s, nil)))
		}
	case x.cfg.ClassWeight != "":
		return "the mean recall of the classes", func(s *dataset.Set) float64 {
			return scores.MeanRecall(s.Labels, x.outputsOf(s, s.N), len(x.data.Classes))
		}
	}
	return "the accuracy", func(s *dataset.Set) float64 {
		accuracy, _ := x.judge(x.evaluateSet(s, nil))
		return *accuracy
	}
}

// shuffle puts the samples into the order of an epoch, which depends on the seed and the epoch alone.
func (x *training) shuffle(order []int32, epoch int) {
	if x.distorter != nil {
		x.distorter.epoch = epoch
	}
	if x.trainer.Batch == len(order) || x.cfg.Recipe.InOrder {
		return // one mini-batch has all of them, or the tutorial does not shuffle
	}
	for i := range order {
		order[i] = int32(i)
	}
	rng := exact.Stream(x.cfg.Seed, exact.ForShuffle, epoch)
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}

// evaluate measures the network on the validation set, if the epoch is shown or -patience needs it, and on the test
// set, if the epoch is shown. With -patience, the best epoch so far is always shown.
func (x *training) evaluate(epoch int, result Result) (e event.Epoch, shown bool) {
	e = event.Epoch{Event: "epoch", Run: x.title, Epoch: epoch, Seconds: x.seconds, ValidN: x.data.Valid.N,
		TestN: x.data.Test.N, Samples: x.trainer.N * epoch}
	if n := len(x.history); n > 0 {
		e.Samples -= x.trainer.N * x.history[n-1].Epoch
	}
	if p := x.cfg.Recipe.PrintedAfter(epoch); p.Accuracy > 0 {
		e.Published = x.cfg.Recipe.Describe(p)
	}
	shown = x.shown == nil || x.shown(epoch) || epoch == x.cfg.Epochs
	x.addTrainingResult(&e, x.whole(result, shown))
	if x.data.Valid.N > 0 && (shown || x.early.Patience > 0) {
		x.addValidationResult(&e, x.evaluateSet(&x.data.Valid, nil))
	}
	better := x.early.Patience > 0 && x.early.Observe(e)
	if shown = shown || better || x.early.Exhausted(); shown && x.data.Test.N > 0 {
		each, count := scores.CountAnswers(x.recorder.RecordOutputs(), x.data.Test.N, len(x.data.Classes))
		x.addTestResult(&e, x.evaluateSet(&x.data.Test, each))
		e.Answers = count()
	}
	if better {
		x.early.Best = e
		copyLayers(x.best, x.trainer.Net.Layers)
	}
	return e, shown
}

// evaluateSet measures the network on all samples of s.
func (x *training) evaluateSet(s *dataset.Set, each func(i int, a []float64)) Result {
	return x.trainer.Net.Evaluate(x.source(s, ascending(s.N)), s.N, x.cfg.Workers, each)
}

// conclude restores the best weights, if -patience kept them, and sums up, unless the run is stopped.
func (x *training) conclude(stopped func() bool) {
	if stopped() {
		return
	}
	x.final = x.history[len(x.history)-1]
	x.done = event.Done{Event: "done", Run: x.title}
	if x.early.Patience > 0 {
		x.final = x.early.Best
		copyLayers(x.trainer.Net.Layers, x.best)
		x.recorder.RestoredBest(x.final)
		x.done.Best = x.final.Epoch
	} else if x.final.Epoch < x.cfg.Epochs && x.data.Test.N > 0 { // of a resumed run that shows few epochs
		x.addTestResult(&x.final, x.evaluateSet(&x.data.Test, nil))
	}
	x.done.TestAccuracy, x.done.TestRMSE, x.done.Hash = x.final.TestAccuracy, x.final.TestRMSE, hash(x.trainer.Net)
	if x.data.Classes == nil {
		x.done.TrainRMSE = x.rmse(x.evaluateSet(&x.data.Train, nil))
	}
	x.done.Quality = x.quality(stopped)
	x.done.Seconds = time.Since(x.start).Seconds()
	if x.after != nil {
		x.after()
	}
}

func (x *training) addTrainingResult(e *event.Epoch, r Result) {
	e.TrainCost = r.Cost
	e.TrainAccuracy, _ = x.judge(r)
	e.TrainLoss = x.loss(r)
}

func (x *training) addValidationResult(e *event.Epoch, r Result) {
	e.ValidCost, e.ValidCorrect = &r.Cost, r.Correct
	e.ValidAccuracy, e.ValidRMSE = x.judge(r)
	e.ValidLoss = x.loss(r)
}

func (x *training) addTestResult(e *event.Epoch, r Result) {
	e.TestCost, e.TestCorrect = &r.Cost, r.Correct
	e.TestAccuracy, e.TestRMSE = x.judge(r)
	e.TestLoss = x.loss(r)
}

// loss is the loss as the recipe's tutorial defines it; nil if it defines none.
func (x *training) loss(r Result) *float64 {
	if x.cfg.Recipe.Loss == "" {
		return nil
	}
	v := losses[x.cfg.Recipe.Loss](x, r)
	return &v
}

// rmse is √(mean (a − y)²), in the unit of the target.
func (x *training) rmse(r Result) *float64 {
	v := math.Sqrt(r.MSE) / x.out.Factor[0]
	return &v
}

// judge returns the accuracy, for classes, or the RMSE, for numbers to predict.
func (x *training) judge(r Result) (accuracy, rmse *float64) {
	if x.data.Classes == nil {
		return nil, x.rmse(r)
	}
	v := float64(r.Correct) / float64(r.Samples)
	return &v, nil
}

// losses are what tutorials call the loss of a whole set; the cost that training minimises may be another.
// Recipes with a loss evaluate the training set too, after each epoch and before the first.
var losses = map[string]func(x *training, r Result) float64{
	"half":  func(_ *training, r Result) float64 { return r.Cost }, // ½Σ(a−y)² a sample
	"mean":  func(_ *training, r Result) float64 { return r.MSE },  // over samples and outputs
	"sum":   sumOfSquares,
	"decay": decayed,
}

// sumOfSquares is Σ(a−y)² a sample, without ½.
func sumOfSquares(x *training, r Result) float64 { return r.MSE * float64(x.data.Outputs()) }

// decayed is C + λ/(2N)·Σw², where N is the number of samples that C is the mean of.
func decayed(x *training, r Result) float64 {
	sum := 0.0
	for _, l := range x.trainer.Net.Layers {
		l.W.EachRow(func(w []float64) {
			for _, v := range w {
				sum = math.FMA(v, v, sum)
			}
		})
	}
	return r.Cost + float64(x.trainer.L2*sum)/float64(2*r.Samples)
}

// broken catches a divergence in the last step of an epoch, after which no training cost is computed: it returns an
// error if weights are infinite or not numbers, or so large that an evaluation overflows.
func (x *training) broken(e event.Epoch) error {
	sum := 0.0 // NaN, if a cost is infinite or not a number
	for _, cost := range []*float64{e.ValidCost, e.TestCost} {
		if cost != nil {
			sum += 0 * *cost
		}
	}
	if sum != 0 || !layers.Finite(plainLayers(x.trainer.Net.Layers)) {
		return modelfile.ErrTooLarge
	}
	return nil
}
