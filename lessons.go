// Lessons: what follows a recipe's training, in sentences with numbers of the run: what there
// is to see, and where the tutorial's own text or code would lead a reader astray. Those of
// recipes that make their own data are in lesson_*.go.
package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
)

// The data that recipes make. No bit of them depends on the machine: no math.Sin, and no
// a*b + c that a compiler may fuse or not.

// madeSet is a data set of n samples, x and y row by row.
func madeSet(name string, n int, x, y []float64) *dataset.Dataset {
	return &dataset.Dataset{Name: name, Train: dataset.Set{N: n, Dim: len(x) / n, Values: x, Targets: y}}
}

// evenly is n numbers from lo to hi at equal distances.
func evenly(lo, hi float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo + float64((hi-lo)*float64(i))/float64(n-1)
	}
	return x
}

// afterDerivation says by what factor the loss that is printed differs from the cost that is
// descended.
func afterDerivation(_ context.Context, x *experiment, out *Printer) {
	e, k := x.final, x.data.Outputs()
	if e.TestLoss == nil || x.cfg.Cost != "mse" {
		return
	}
	x.note(out, "The tutorial prints the mean of (a − y)² over samples and %d outputs, and descends the gradient "+
		"of ½Σ(a − y)²: %.6f and %.6f here, a factor of 2/%d = %.4f. To descend what it prints, the rate would "+
		"have to be %d/2 times as large: the rate has taken the factor in.", k, *e.TestLoss, *e.TestCost, k,
		*e.TestLoss / *e.TestCost, k)
	first, begin := x.history[0], x.first
	if begin == nil || first.TestLoss == nil || len(x.history) < 2 {
		return
	}
	x.note(out, "Of all by which the test loss fell, from %.4f to %.4f, the first epoch brought %.0f %%.",
		*begin.TestLoss, *e.TestLoss, 100*(*begin.TestLoss-*first.TestLoss)/(*begin.TestLoss-*e.TestLoss))
	x.note(out, "In the tutorial, b is column 0 of W (Wb, whose input o₀ is 1): so the report's maps have each "+
		"neuron's bias above its weights.")
}

// afterNielsen says how much the first epoch brought.
func afterNielsen(_ context.Context, x *experiment, out *Printer) {
	x.firstEpoch(out)
	x.note(out, "Where the notes write aᵐ = σ(hᵐ), h is what they have just called z, the weighted sum Wa + b.")
}

func (x *experiment) firstEpoch(out *Printer) {
	if len(x.history) < 2 || x.final.TestAccuracy == nil {
		return
	}
	first, last := x.history[0].TestCorrect, x.final.TestCorrect
	x.note(out, "After the first epoch %d test samples are right, %.0f %% of the %d in the end.",
		first, 100*float64(first)/float64(last), last)
}

// afterTheano measures what the ½ makes that the tutorial has dropped, and says which
// outputs have died.
func afterTheano(_ context.Context, x *experiment, out *Printer) {
	x.firstEpoch(out)
	if x.cfg.Cost != "mse" || x.data.Classes == nil {
		return
	}
	j, with, without := x.biasGradients()
	x.note(out, "Its cost is Σ(a − y)², without the ½ of nielsen, which doubles the gradient: for the bias of "+
		"output %d, on the first mini-batch, %.3g in place of %.3g, a factor of %.4f. So its rate of 3/10 on the "+
		"sum over ten samples is a rate of 6 on the mean of ½Σ(a − y)², where nielsen has "+
		"3.", j, without, with, without/with)
	if dead, most := x.dead(); len(dead) > 0 {
		x.note(out, "No test sample is said to be %s: that output has died. It is at most %.2g for any of them, "+
			"where σ′ is as small, so nothing brings it back. Try another -seed.", strings.Join(dead, " or "), most)
	}
}

// dead is the classes that the network says of no test sample, and the largest output that
// any of them has.
func (x *experiment) dead() (classes []string, most float64) {
	said, n, k := make([]int, x.data.Test.N), x.data.Test.N, x.data.Outputs()
	all := NewMatrix(max(n, 1), k)
	x.evaluateSet(&x.data.Test, func(i int, a []float64) {
		said[i] = argmax(a)
		copy(all.Row(i), a)
	})
	for c, name := range x.data.Classes {
		if n > 0 && !slices.Contains(said, c) {
			classes = append(classes, name)
			for i := range n {
				most = max(most, all.Row(i)[c])
			}
		}
	}
	return classes, most
}

// biasGradients are the derivatives by a bias of the last layer, the one with the largest, for
// the first mini-batch: of the mean of ½Σ(a − y)², by the equations, and of the mean of
// Σ(a − y)², by a central difference.
func (x *experiment) biasGradients() (j int, half, whole float64) {
	const h = 1e-5
	net, n, last := x.trainer.Net, x.trainer.Batch, len(x.trainer.Net.Layers)-1
	b := newBatch(net, NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs()))
	x.source(&x.data.Train, ascending(n))(b.in[0], b.y, 0, 0, n)
	squares := func() (mean float64) {
		net.forward(b)
		net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
		for i := range n {
			for k, a := range b.a[last].Row(i) {
				mean += (a - b.y.Row(i)[k]) * (a - b.y.Row(i)[k]) / float64(n)
			}
		}
		return mean
	}
	squares()
	sums := make([]float64, x.data.Outputs())
	for i := range n {
		Add(sums, b.delta[last].Row(i))
	}
	for k, v := range sums {
		if math.Abs(v) > math.Abs(sums[j]) {
			j = k
		}
	}
	bias := &net.Layers[last].B[j]
	old := *bias
	*bias = old + h
	up := squares()
	*bias = old - h
	down := squares()
	*bias = old
	return j, sums[j] / float64(n), (up - down) / (2 * h)
}

// afterDigits says what softmax of sigmoids cannot do.
func afterDigits(_ context.Context, x *experiment, out *Printer) {
	if x.cfg.Output != "sigmoid" || x.cfg.Cost != "ce" {
		return
	}
	k, n := float64(x.data.Outputs()), x.data.Train.N
	most := math.E / (math.E + k - 1)
	highest, sums := make([]float64, n), make([]float64, n)
	r := x.evaluateSet(&x.data.Train, func(i int, a []float64) {
		p := make([]float64, len(a))
		softmax(p, a)
		highest[i] = slices.Max(p)
		for _, v := range p {
			sums[i] += v
		}
	})
	x.note(out, "Softmax of sigmoids, which lie between 0 and 1, cannot exceed e/(e+%.0f) = %.4f, so the cost "+
		"cannot fall below %.4f. Here the highest probability is %.4f, and the training cost, without λ, is %.4f. "+
		"That is as it should be: nothing is broken.", k-1, most, -math.Log(most), slices.Max(highest), r.Cost)
	var in, outs []string
	for _, l := range x.trainer.Net.Layers {
		in, outs = append(in, fmt.Sprint(l.W.Rows)), append(outs, fmt.Sprint(len(l.B)))
	}
	x.note(out, "The text has b in ℝ^n_in; a layer's b has a number for each output: %s here, where n_in is %s.",
		strings.Join(outs, ", "), strings.Join(in, ", "))
	x.note(out, "Beside the classifier the text says that forward is still the sigmoid; it is softmax: a sample's "+
		"probabilities add up to 1 (here from %.6f to %.6f).", slices.Min(sums), slices.Max(sums))
}
