// Evaluate: what a network answers, and how good that is. Forward only; nothing is learned.
package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
)

// Evaluate takes n samples through the network.
func (net *Network) Evaluate(fill FillBatch, n, workers int) Result {
	return net.EvaluateEach(fill, n, workers, nil)
}

// EvaluateEach is Evaluate that hands each sample's outputs a to each, if that is not
// nil: in no order, and from several goroutines at once.
func (net *Network) EvaluateEach(fill FillBatch, n, workers int, each func(i int, a []float64)) Result {
	sizes, last := net.sizes(), len(net.Layers)-1
	rows := min(120, max(1, 1<<22/slices.Max(sizes))) // at a time: a whole number of tiles, where memory has room
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
	for i := range n { // in the samples' order, whoever computed them
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

// before finds what the network can do before it learns, where a recipe's tutorial has that too;
// done is how many epochs are done already.
func (x *experiment) before(done int) {
	if x.cfg.Recipe.Loss == "" || done > 0 {
		return
	}
	e, _ := x.evaluate(0, Result{})
	e.Event = "before"
	x.first = &e
}

// whole is what the training part came to in an epoch: as it trained, or, where a recipe's
// tutorial does so, of all of it after the epoch.
func (x *experiment) whole(met Result, shown bool) Result {
	if x.cfg.Recipe.SamplesPerEpoch > 0 {
		x.costs = append(x.costs, met.Cost)
	}
	if x.cfg.Recipe.Loss != "" && (shown || x.recorder != nil) {
		return x.evaluateSet(&x.data.Train, nil)
	}
	return met
}

// Outputs takes X through the network, and returns A of each layer.
func (net *Network) Outputs(x Matrix) []Matrix {
	var all []Matrix
	for _, l := range net.Layers {
		a := NewMatrix(x.Rows, l.W.Cols)
		l.forward(a, x)
		all, x = append(all, a), a
	}
	return all
}

// answer is what the network says to one input, for ce as probabilities: softmax(a).
func (net *Network) answer(x []float64) []float64 {
	all := net.Outputs(view(1, len(x), len(x), x))
	p := all[len(all)-1].Row(0)
	if net.Cost.Name == "ce" {
		softmax(p, p)
	}
	return p
}

// quality judges the network on the test part; nil where there is none, or where the run is not
// one that says it: a tutorial, or one training of several.
func (x *experiment) quality() *event.Quality {
	c, test, folds := x.cfg, &x.data.Test, x.cfg.Folds > 0
	isTable := x.data.Columns != nil || x.data.Train.Values != nil
	wanted := isTable || c.Json || c.Report != "" || c.ClassWeight != "" || folds
	if test.N == 0 || !wanted || !folds && (c.Nested || c.Recipe.Name != "") {
		return nil
	}
	q := &event.Quality{}
	switch {
	case x.data.Classes != nil:
		q = scores.OfClasses(x.data, x.answers(test), c.Cost == "ce")
	case x.data.Outputs() == 1:
		q = scores.OfNumbers(x.data, x.answers(test), x.out)
	}
	if x.data.Train.Values != nil && (c.Json || c.Report != "") && !folds {
		random := func(draw int) *rand.Rand { return stream(c.Seed, purposeImportance, draw) }
		name, score := x.testScore()
		q.ImportanceOf, q.Importance = name, scores.Importances(x.data, x.trainer.Net.Parameters(), score, random)
	}
	return q
}

// answers are the network's outputs for the samples of s, one after another.
func (x *experiment) answers(s *dataset.Set) []float64 {
	k := x.data.Outputs()
	all := make([]float64, s.N*k)
	x.evaluateSet(s, func(i int, a []float64) { copy(all[i*k:(i+1)*k], a) })
	return all
}

// testScore is the score that falls when an input is exchanged, and its name: the accuracy, or R²;
// where classes have weights, the mean of their recalls.
func (x *experiment) testScore() (name string, of func(s *dataset.Set) float64) {
	switch {
	case x.data.Classes == nil:
		return "R²", func(s *dataset.Set) float64 {
			return scores.Explained(s.Targets, *x.rmse(x.evaluateSet(s, nil)))
		}
	case x.cfg.ClassWeight != "":
		return "the mean recall of the classes", func(s *dataset.Set) float64 {
			return scores.MeanRecall(s.Labels, x.answers(s), len(x.data.Classes))
		}
	}
	return "the accuracy", func(s *dataset.Set) float64 {
		accuracy, _ := x.judge(x.evaluateSet(s, nil))
		return *accuracy
	}
}
