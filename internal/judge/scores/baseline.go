package scores

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/text"
)

// A Baseline is the best answer that does not look at the inputs: the commonest class, or the mean of
// the numbers to predict.
type Baseline struct {
	Cost        float64    // on the training part; NaN where nobody knows
	TestCost    float64    // on the test part, too
	Class       int        // the commonest one, where there are classes
	Share, RMSE [2]float64 // of right answers, or the error, on the training and the test part
}

// BaselineOf finds the baseline on the training part, and what it comes to on both parts. always is what it costs to
// answer p where the classes' shares are q, nil where nobody knows; with a weight for each class, or none. Numbers to
// predict are scaled; squares says that their cost is half the squared error.
func BaselineOf(d *dataset.Dataset, scale dataset.Scale, always func(q, p []float64) float64, squares bool,
	weights []float64) Baseline {
	if always == nil {
		always = func(_, _ []float64) float64 { return math.NaN() }
	}
	if d.Classes == nil {
		return ofNumbers(d, scale, always, squares)
	}
	b := Baseline{Class: commonest(d.Train.Labels, len(d.Classes))}
	for part, s := range []*dataset.Set{&d.Train, &d.Test} {
		b.Share[part] = Shares(s.Labels, len(d.Classes))[b.Class]
	}
	p, q := Shares(d.Train.Labels, len(d.Classes)), Shares(d.Test.Labels, len(d.Classes))
	total, ofTest := 1.0, 1.0
	if weights != nil {
		total, ofTest = weigh(p, weights), weigh(q, weights)
	}
	b.Cost, b.TestCost = total*always(p, p), ofTest*always(q, p)
	return b
}

// ofNumbers is the baseline of numbers to predict.
func ofNumbers(d *dataset.Dataset, scale dataset.Scale, always func(q, p []float64) float64,
	squares bool) (b Baseline) {
	k := d.Outputs()
	scaled := func(s *dataset.Set, i int) float64 { return (s.Targets[i] - scale.Shift[i%k]) * scale.Factor[i%k] }
	var means [2][]float64
	for part, s := range []*dataset.Set{&d.Train, &d.Test} {
		means[part] = make([]float64, k)
		for i := range s.Targets {
			means[part][i%k] += float64(1 / float64(s.N) * scaled(s, i))
		}
	}
	mean := means[0]
	for part, s := range []*dataset.Set{&d.Train, &d.Test} {
		square := 0.0
		for i := range s.Targets {
			off := scaled(s, i) - mean[i%k]
			square += off * off / float64(s.N)
		}
		b.RMSE[part] = math.Sqrt(square/float64(k)) / scale.Factor[0]
		if part == 0 {
			b.Cost = square / 2
		} else {
			b.TestCost = square / 2
		}
	}
	if !squares {
		b.Cost, b.TestCost = always(mean, mean), always(means[1], mean)
	}
	return b
}

// commonest is the class that most of the labels name, of several the first.
func commonest(labels []int32, classes int) int { return Argmax(Shares(labels, classes)) }

// Counting is who counts how often each class is answered for n samples, and then hands the outputs on to then, if
// that is not nil; count is the result. Where there are no classes, nobody counts.
func Counting(then func(i int, a []float64), n, classes int) (each func(i int, a []float64), count func() []int) {
	if classes == 0 {
		return then, func() []int { return nil }
	}
	said := make([]int32, n) // by several goroutines, each at its own samples
	each = func(i int, a []float64) {
		said[i] = int32(Argmax(a))
		if then != nil {
			then(i, a)
		}
	}
	return each, func() []int {
		times := make([]int, classes)
		for _, c := range said {
			times[c]++
		}
		return times
	}
}

// Shares are the classes' parts of all labels.
func Shares(labels []int32, classes int) []float64 {
	p := make([]float64, classes)
	for _, c := range labels {
		p[c]++
	}
	for c := range p {
		p[c] /= float64(max(len(labels), 1))
	}
	return p
}

// Argmax is where the greatest of x is, of several the first.
func Argmax(x []float64) (best int) {
	for j, v := range x {
		if v > x[best] {
			best = j
		}
	}
	return best
}

// weigh makes of the classes' shares those that they have with weights, and returns the mean weight.
func weigh(shares, weights []float64) (total float64) {
	for c, w := range weights {
		shares[c] *= w
		total += shares[c]
	}
	for c := range shares {
		shares[c] *= 1 / total
	}
	return total
}

// SignificantlyAbove says that the accuracy on n samples is above a baseline's by more than so many
// standard deviations of what chance makes of it.
func SignificantlyAbove(accuracy, baseline float64, n int, deviations float64) bool {
	return accuracy > baseline+deviations*math.Sqrt(baseline*(1-baseline)/float64(n))
}

// A Comparison is a network's score on n samples beside the baseline's. What is not known is nil.
type Comparison struct {
	Part                   string // test or training
	N                      int
	Classes                []string
	Weighted               bool     // the classes have weights
	Accuracy, RMSE, Recall *float64 // of the network; Recall is the mean of the classes'
	Commonest              int      // the class that the baseline answers
	Share, BaseRMSE        float64  // the baseline's accuracy and RMSE, on the same samples
}

// Worse is a sentence on a score that is no better than the baseline's, empty where it is better. Where
// the classes have weights it is the mean recall that counts: who always answers the commonest class
// has an accuracy that such a training does not aim at.
func (c Comparison) Worse() string {
	switch even := 1 / float64(max(len(c.Classes), 1)); {
	case c.Weighted && (c.Recall == nil || SignificantlyAbove(*c.Recall, even, c.N, 0.2)):
	case c.Weighted:
		return fmt.Sprintf("the mean recall of the classes is %.4f, and always giving the same answer has %.4f",
			*c.Recall, even)
	case c.Accuracy != nil && !SignificantlyAbove(*c.Accuracy, c.Share, c.N, 0.2):
		return fmt.Sprintf("%.2f %% of the %s samples are right, and always answering %s gives %.2f %%",
			100**c.Accuracy, c.Part, c.Classes[c.Commonest], 100*c.Share)
	case c.RMSE != nil && *c.RMSE > 0.98*c.BaseRMSE:
		return fmt.Sprintf("%s RMSE %s, and always answering the mean gives %s",
			c.Part, text.Significant(*c.RMSE, 4), text.Significant(c.BaseRMSE, 4))
	}
	return ""
}

// CrossEntropy is the mean cross-entropy where every sample is answered with p and the classes' shares are q:
// −Σ q·ln p.
func CrossEntropy(q, p []float64) (sum float64) {
	for c, v := range q {
		if v > 0 {
			sum -= v * math.Log(p[c])
		}
	}
	return sum
}

// BinaryCrossEntropy is the same with a cross-entropy of each class by itself: −Σ q·ln p + (1−q)·ln(1−p).
func BinaryCrossEntropy(q, p []float64) float64 {
	return CrossEntropy(withOthers(q), withOthers(p))
}

// withOthers has the share of all others after that of each class.
func withOthers(p []float64) (both []float64) {
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
