// Package scores says how good a network's answers are, by the scores that scikit-learn has under the same names.
package scores

import (
	"cmp"
	"math"
	"slices"

	"backprop/internal/show/event"
)

// classScores compares answers with the truth; both are indexes of classes. A score that would be 0/0 is 0. The means
// are over the classes that occur in either: macro with equal weights, weighted by support.
func classScores(truth, answers []int32, classes int) (each []event.ClassScores, macro, weighted event.ClassScores) {
	correct, answered := make([]int, classes), make([]int, classes)
	each = make([]event.ClassScores, classes)
	for i, y := range truth {
		each[y].Support++
		answered[answers[i]]++
		if answers[i] == y {
			correct[y]++
		}
	}
	occurring := 0
	for c := range each {
		k := &each[c]
		k.Precision, k.Recall = ratio(correct[c], answered[c]), ratio(correct[c], k.Support)
		k.F1 = ratio(2*correct[c], answered[c]+k.Support)
		if answered[c]+k.Support > 0 {
			occurring++
		}
		add(&macro, *k, 1)
		add(&weighted, *k, float64(k.Support))
	}
	divide(&macro, float64(occurring))
	divide(&weighted, float64(len(truth)))
	macro.Support, weighted.Support = len(truth), len(truth)
	return each, macro, weighted
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func add(c *event.ClassScores, k event.ClassScores, weight float64) {
	c.Precision += float64(k.Precision * weight)
	c.Recall += float64(k.Recall * weight)
	c.F1 += float64(k.F1 * weight)
}

func divide(c *event.ClassScores, n float64) {
	c.Precision, c.Recall, c.F1 = c.Precision/n, c.Recall/n, c.F1/n
}

// auc returns the area under the ROC curve: in what share of all pairs of a positive and a negative sample the positive
// one has the higher score; equal scores count half. Samples without a score (NaN) do not count. The area is NaN if
// there are no positives or no negatives.
func auc(scores []float64, positive []bool) float64 {
	var order []int
	for i, s := range scores {
		if !math.IsNaN(s) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	wins, below, positives := 0.0, 0, 0 // below: how many negatives have a lower score
	for len(order) > 0 {
		tied, p := 0, 0 // p: how many of those tied are positive
		for tied < len(order) && scores[order[tied]] == scores[order[0]] {
			if positive[order[tied]] {
				p++
			}
			tied++
		}
		negatives := tied - p
		wins += float64(p) * (float64(below) + float64(negatives)/2)
		below, positives, order = below+negatives, positives+p, order[tied:]
	}
	return wins / float64(positives) / float64(below)
}

// mae returns the mean absolute error.
func mae(truth, answers []float64) float64 {
	var sum float64
	for i, y := range truth {
		sum += math.Abs(answers[i] - y)
	}
	return sum / float64(len(truth))
}

// rmse returns the root of the mean squared error.
func rmse(truth, answers []float64) float64 {
	return math.Sqrt(squaredErrors(truth, answers) / float64(len(truth)))
}

// r2 returns the share of the spread around the mean that the answers explain: 1 is all of it, 0 is as good as always
// answering the mean, and below 0 is worse. If the truth does not vary, it is 1 for answers without an error, else 0.
func r2(truth, answers []float64) float64 {
	errors, all := squaredErrors(truth, answers), spread(truth)
	if all > 0 {
		return 1 - errors/all
	}
	if errors == 0 {
		return 1
	}
	return 0
}

// R2FromRMSE returns R² of answers whose RMSE is known; 0 if the truth does not vary.
func R2FromRMSE(truth []float64, rmse float64) float64 {
	all := spread(truth)
	if all == 0 {
		return 0
	}
	return 1 - float64(rmse*rmse*float64(len(truth)))/all
}

func squaredErrors(truth, answers []float64) (sum float64) {
	for i, y := range truth {
		d := answers[i] - y
		sum += float64(d * d)
	}
	return sum
}

// spread returns Σ (x − mean)².
func spread(x []float64) (sum float64) {
	mean := Mean(x)
	for _, v := range x {
		d := v - mean
		sum += float64(d * d)
	}
	return sum
}

// Mean returns the mean of x.
func Mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Deviation returns the standard deviation of a sample, with n − 1 below; 0 for a single number.
func Deviation(x []float64) float64 {
	return math.Sqrt(spread(x) / float64(max(len(x)-1, 1)))
}

// Balanced returns a weight for each class, so that all classes count alike, like scikit-learn's
// class_weight='balanced': samples / (classes · samples of this class). A class without samples has weight 1 and does
// not count as a class.
func Balanced(labels []int32, classes int) []float64 {
	counts := make([]int, classes)
	for _, c := range labels {
		counts[c]++
	}
	occurring := 0
	for _, n := range counts {
		if n > 0 {
			occurring++
		}
	}
	weights := make([]float64, classes)
	for c, n := range counts {
		weights[c] = 1
		if n > 0 {
			weights[c] = float64(len(labels)) / (float64(occurring) * float64(n))
		}
	}
	return weights
}

// Shares returns the share of each class among the labels.
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

// Argmax returns the index of the largest number, the first if there are several.
func Argmax(x []float64) (best int) {
	for j, v := range x {
		if v > x[best] {
			best = j
		}
	}
	return best
}
