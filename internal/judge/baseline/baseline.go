// Package baseline says how good answers are without a network: the best answer that ignores the inputs, and the linear
// model's.
package baseline

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/show/text"
)

// Scores say how good the best answer is that ignores the inputs: always the commonest class, or the mean of the
// numbers to predict. The arrays have a value for the training set and one for the test set.
type Scores struct {
	Class int        // the commonest in training, if there are classes
	Cost  [2]float64 // the cost of always answering with the classes' shares, or the mean; NaN if unknown
	Share [2]float64 // the share of right answers
	RMSE  [2]float64
}

// Of finds the best such answer in the training set and applies it to both splits. always(q, p) is the cost if the
// answer is always p and the classes' shares are q; always is nil if there is no formula for it. weights are the
// classes' weights, or nil. squares says that the cost is half the squared error. scale is the scale of numbers to
// predict.
func Of(d *dataset.Dataset, scale dataset.Scale, always func(q, p []float64) float64, squares bool,
	weights []float64) Scores {
	if always == nil {
		always = func(_, _ []float64) float64 { return math.NaN() }
	}
	if d.Classes == nil {
		return numbersBaseline(d, scale, always, squares)
	}
	train, test := scores.Shares(d.Train.Labels, len(d.Classes)), scores.Shares(d.Test.Labels, len(d.Classes))
	b := Scores{Class: scores.Argmax(train)}
	b.Share = [2]float64{train[b.Class], test[b.Class]}
	trainWeight, testWeight := 1.0, 1.0
	if weights != nil {
		trainWeight, testWeight = weigh(train, weights), weigh(test, weights)
	}
	b.Cost = [2]float64{trainWeight * always(train, train), testWeight * always(test, train)}
	return b
}

// numbersBaseline is Of for numbers to predict.
func numbersBaseline(d *dataset.Dataset, scale dataset.Scale, always func(q, p []float64) float64,
	squares bool) (b Scores) {
	k := len(scale.Factor)
	splits := [2]*dataset.Set{&d.Train, &d.Test}
	var means [2][]float64
	for split, s := range splits {
		means[split] = make([]float64, k)
		for i := range s.Targets {
			means[split][i%k] += float64(1 / float64(s.N) * scaledTarget(s, scale, i))
		}
	}
	mean := means[0]
	for split, s := range splits {
		square := 0.0
		for i := range s.Targets {
			e := scaledTarget(s, scale, i) - mean[i%k]
			square += e * e / float64(s.N)
		}
		b.RMSE[split] = math.Sqrt(square/float64(k)) / scale.Factor[0]
		b.Cost[split] = square / 2
		if !squares {
			b.Cost[split] = always(means[split], mean)
		}
	}
	return b
}

// scaledTarget returns target number i, counted over all samples, as the network sees it.
func scaledTarget(s *dataset.Set, scale dataset.Scale, i int) float64 {
	j := i % len(scale.Factor)
	return float64((s.Targets[i] - scale.Shift[j]) * scale.Factor[j])
}

// weigh turns the classes' shares into weighted shares, and returns the mean weight.
func weigh(shares, weights []float64) (mean float64) {
	for c, w := range weights {
		shares[c] *= w
		mean += shares[c]
	}
	for c := range shares {
		shares[c] *= 1 / mean
	}
	return mean
}

// SignificantlyAbove reports whether an accuracy on n samples is above a baseline's by more than the given number of
// standard deviations, so that it is unlikely to be chance.
func SignificantlyAbove(accuracy, baseline float64, n int, deviations float64) bool {
	return accuracy > baseline+deviations*math.Sqrt(baseline*(1-baseline)/float64(n))
}

// A Comparison has the scores of a network and of a baseline on the same samples. Unknown scores are nil.
type Comparison struct {
	Split                  string // "test" or "training"
	N                      int    // samples
	Classes                []string
	Weighted               bool     // the classes have weights
	Accuracy, RMSE, Recall *float64 // the network's scores; Recall is the mean over the classes
	Commonest              int      // the class that the baseline answers
	Share, BaseRMSE        float64  // the baseline's accuracy and RMSE
}

// Worse returns a sentence if the network is no better than the baseline, else "". If the classes have weights, it
// compares the mean recall, because such a training does not aim at accuracy, which may be high even if the answer is
// always the commonest class.
func (c Comparison) Worse() string {
	if c.Weighted {
		even := 1 / float64(max(len(c.Classes), 1))
		if c.Recall == nil || SignificantlyAbove(*c.Recall, even, c.N, 0.2) {
			return ""
		}
		return fmt.Sprintf("the mean recall of the classes is %.4f, and always giving the same answer has %.4f",
			*c.Recall, even)
	}
	if c.Accuracy != nil && !SignificantlyAbove(*c.Accuracy, c.Share, c.N, 0.2) {
		return fmt.Sprintf("%.2f %% of the %s samples are right, and always answering %s gives %.2f %%",
			100**c.Accuracy, c.Split, c.Classes[c.Commonest], 100*c.Share)
	}
	if c.RMSE != nil && *c.RMSE > 0.98*c.BaseRMSE {
		return fmt.Sprintf("%s RMSE %s, and always answering the mean gives %s",
			c.Split, text.Significant(*c.RMSE, 4), text.Significant(c.BaseRMSE, 4))
	}
	return ""
}

// CrossEntropy returns the mean softmax cross-entropy if the answer is always p and the classes' shares are q:
// −Σ q·ln p.
func CrossEntropy(q, p []float64) (sum float64) {
	for c, v := range q {
		if v > 0 {
			sum -= v * math.Log(p[c])
		}
	}
	return sum
}

// BinaryCrossEntropy is the same with a cross-entropy for each class: −Σ q·ln p + (1−q)·ln(1−p).
func BinaryCrossEntropy(q, p []float64) float64 {
	return CrossEntropy(withComplements(q), withComplements(p))
}

// withComplements puts 1 − p after each p.
func withComplements(p []float64) (both []float64) {
	for _, v := range p {
		both = append(both, v, 1-v)
	}
	return both
}

// HalfSquare is the same with half the squared error: ½ Σ q(1−p)² + (1−q)p².
func HalfSquare(q, p []float64) (sum float64) {
	for c, v := range q {
		right, wrong := float64((1-p[c])*(1-p[c])), float64(p[c]*p[c])
		sum += float64(v*right) + float64((1-v)*wrong)
	}
	return sum / 2
}
