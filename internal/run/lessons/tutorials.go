// Tutorials: the notes at the end of the recipes derivation, nielsen, theano and digits.

package lessons

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/judge/scores"
)

// derivation says by which factor the loss that the tutorial prints differs from the cost whose gradient it descends.
func derivation(_ context.Context, lab *Lab) {
	x := lab.Training()
	e, k := x.Final, x.Data.Outputs()
	if e.TestLoss == nil || x.Settings.Cost != "mse" {
		return
	}
	lab.note("The tutorial prints the mean of (a − y)² over samples and %d outputs, and descends the gradient "+
		"of ½Σ(a − y)²: %.6f and %.6f here, a factor of 2/%d = %.4f. To descend what it prints, the rate would "+
		"have to be %d/2 times as large: the rate has taken the factor in.", k, *e.TestLoss, *e.TestCost, k,
		*e.TestLoss / *e.TestCost, k)
	first, begin := x.History[0], x.First
	if begin == nil || first.TestLoss == nil || len(x.History) < 2 {
		return
	}
	if !lab.hasDeadClass() {
		lab.note("Of all by which the test loss fell, from %.4f to %.4f, the first epoch brought %.0f %%.",
			*begin.TestLoss, *e.TestLoss, 100*(*begin.TestLoss-*first.TestLoss)/(*begin.TestLoss-*e.TestLoss))
	}
	lab.note("In the tutorial, b is column 0 of W (Wb, whose input o₀ is 1): so the report's maps have each " +
		"neuron's bias above its weights.")
}

// nielsen says how much was learned in the first epoch.
func nielsen(_ context.Context, lab *Lab) {
	lab.firstEpoch()
	lab.note("Where the notes write aᵐ = σ(hᵐ), h is what they have just called z, the weighted sum Wa + b.")
}

// firstEpoch says how many test samples were classified correctly after the first epoch, compared with the last.
func (lab *Lab) firstEpoch() {
	x := lab.Training()
	if len(x.History) < 2 || x.Final.TestAccuracy == nil || lab.hasDeadClass() {
		return
	}
	first, last := x.History[0].TestCorrect, x.Final.TestCorrect
	lab.note("After the first epoch %d test samples are right, %.0f %% of the %d in the end.",
		first, 100*float64(first)/float64(last), last)
}

// theano measures by how much the gradient grows without the ½ that the tutorial has dropped, and says which outputs
// have died.
func theano(_ context.Context, lab *Lab) {
	lab.firstEpoch()
	x := lab.Training()
	if x.Settings.Cost != "mse" || x.Data.Classes == nil {
		return
	}
	j, with, without := lab.biasGradients()
	lab.note("Its cost is Σ(a − y)², without the ½ of nielsen, which doubles the gradient: for the bias of "+
		"output %d, on the first mini-batch, %.3g in place of %.3g, a factor of %.4f. So its rate of 3/10 on the "+
		"sum over ten samples is a rate of 6 on the mean of ½Σ(a − y)², where nielsen has "+
		"3.", j, without, with, without/with)
	outputs, _ := lab.Evaluate(&x.Data.Test)
	if dead, most := deadClasses(x.Data.Classes, outputs); len(dead) > 0 {
		lab.note("No test sample is said to be %s: that output has died. It is at most %.2g for any of them, "+
			"where σ′ is as small, so nothing brings it back. Try another -seed.", strings.Join(dead, " or "), most)
	}
}

// hasDeadClass reports whether there is a class that the network answers for no test sample. Then it has not learned
// much, and the results of the first epoch say little.
func (lab *Lab) hasDeadClass() bool {
	x := lab.Training()
	if x.Data.Classes == nil {
		return false
	}
	outputs, _ := lab.Evaluate(&x.Data.Test)
	dead, _ := deadClasses(x.Data.Classes, outputs)
	return len(dead) > 0
}

// deadClasses returns the classes that are the answer for no sample, and the largest output for any of them.
func deadClasses(classes []string, outputs [][]float64) (dead []string, most float64) {
	if len(outputs) == 0 {
		return nil, 0
	}
	predicted := make([]bool, len(classes))
	for _, a := range outputs {
		predicted[scores.Argmax(a)] = true
	}
	for c, name := range classes {
		if predicted[c] {
			continue
		}
		dead = append(dead, name)
		for _, a := range outputs {
			most = max(most, a[c])
		}
	}
	return dead, most
}

// biasGradients returns two derivatives with respect to bias j of the last layer, on the first mini-batch: half is the
// derivative of the mean of ½Σ(a − y)², by the equations, and whole the derivative of the mean of Σ(a − y)², by a
// central difference. j is the bias with the largest derivative.
func (lab *Lab) biasGradients() (j int, half, whole float64) {
	const h = 1e-5
	x := lab.Training()
	n, last := float64(x.Batch), len(x.Layers)-1
	squares := func() (mean float64) {
		step := lab.Trace(x.Batch)
		for i, row := range step.Layers[last].A {
			for k, a := range row {
				mean += (a - step.Y[i][k]) * (a - step.Y[i][k]) / n
			}
		}
		return mean
	}
	sums := make([]float64, x.Data.Outputs())
	for _, delta := range lab.Trace(x.Batch).Layers[last].Delta {
		for k, d := range delta {
			sums[k] += d
		}
	}
	for k, v := range sums {
		if math.Abs(v) > math.Abs(sums[j]) {
			j = k
		}
	}
	bias := &x.Layers[last].B[j]
	old := *bias
	*bias = old + h
	up := squares()
	*bias = old - h
	down := squares()
	*bias = old
	return j, sums[j] / n, (up - down) / (2 * h)
}

// digits says how low the cost of softmax of sigmoids can get, and how near the network has come.
func digits(_ context.Context, lab *Lab) {
	x := lab.Training()
	if x.Settings.Output != "sigmoid" || x.Settings.Cost != "ce" {
		return
	}
	k := float64(x.Data.Outputs())
	bound := math.E / (math.E + k - 1)
	outputs, cost := lab.Evaluate(&x.Data.Train)
	highest, least, most := 0.0, math.Inf(1), math.Inf(-1)
	for _, a := range outputs {
		sum := 0.0
		for _, p := range softmax(a) {
			highest = max(highest, p)
			sum += p
		}
		least, most = min(least, sum), max(most, sum)
	}
	lab.note("Softmax of sigmoids, which lie between 0 and 1, cannot exceed e/(e+%.0f) = %.4f, so the cost "+
		"cannot fall below %.4f. Here the highest probability is %.4f, and the training cost, without λ, is %.4f. "+
		"That is as it should be: nothing is broken.", k-1, bound, -math.Log(bound), highest, cost)
	var in, outs []string
	for _, l := range x.Layers {
		in, outs = append(in, fmt.Sprint(l.Rows)), append(outs, fmt.Sprint(l.Cols))
	}
	lab.note("The text has b in ℝ^n_in; a layer's b has a number for each output: %s here, where n_in is %s.",
		strings.Join(outs, ", "), strings.Join(in, ", "))
	lab.note("Beside the classifier the text says that forward is still the sigmoid; it is softmax: a sample's "+
		"probabilities add up to 1 (here from %.6f to %.6f).", least, most)
}

// softmax returns p_j = eᵃʲ / Σ eᵃ.
func softmax(a []float64) []float64 {
	p, top, sum := make([]float64, len(a)), slices.Max(a), 0.0
	for j, v := range a {
		p[j] = exact.Exp(v - top)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
	return p
}
