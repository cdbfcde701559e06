// Package scores says how good answers are, by the figures that scikit-learn gives under the same
// names, and beside the best answer that does not look at the inputs.
package scores

import (
	"cmp"
	"math"
	"slices"

	"backprop/internal/show/event"
)

// judge compares answers with the truth, both of them numbers of classes. What would be 0/0 is 0.
// The means are over the classes that are in either, in macro all alike, in weighted by support.
func judge(truth, answers []int32, classes int) (each []event.ClassScores, macro, weighted event.ClassScores) {
	right, said := make([]int, classes), make([]int, classes)
	each = make([]event.ClassScores, classes)
	for i, y := range truth {
		each[y].Support++
		said[answers[i]]++
		if answers[i] == y {
			right[y]++
		}
	}
	met := 0
	for c := range each {
		k := &each[c]
		k.Precision, k.Recall = ratio(right[c], said[c]), ratio(right[c], k.Support)
		k.F1 = ratio(2*right[c], said[c]+k.Support)
		if said[c]+k.Support > 0 {
			met++
		}
		add(&macro, *k, 1)
		add(&weighted, *k, float64(k.Support))
	}
	divide(&macro, float64(met))
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

// auc is the area under the ROC curve: how often, of one positive sample and one other, the
// positive has the higher score; equal scores count half. NaN if there are not both.
func auc(scores []float64, positive []bool) float64 {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	var wins float64
	below, positives := 0, 0 // below: the others with lower scores
	for at := 0; at < len(order); {
		end, p := at, 0
		for ; end < len(order) && scores[order[end]] == scores[order[at]]; end++ {
			if positive[order[end]] {
				p++
			}
		}
		others := end - at - p
		wins += float64(p) * (float64(below) + float64(others)/2)
		below, positives, at = below+others, positives+p, max(end, at+1)
	}
	return wins / float64(positives) / float64(below)
}

// mae is the mean absolute error.
func mae(truth, answers []float64) float64 {
	var sum float64
	for i, y := range truth {
		sum += math.Abs(answers[i] - y)
	}
	return sum / float64(len(truth))
}

// rmse is the root of the mean squared error.
func rmse(truth, answers []float64) float64 {
	return math.Sqrt(squares(truth, answers) / float64(len(truth)))
}

// r2 is the part of the spread around the mean that the answers explain: 1 is all of it, 0 as good
// as always to answer the mean, and less is worse. Where the truth does not vary it is 1 or 0.
func r2(truth, answers []float64) float64 {
	switch e, all := squares(truth, answers), spread(truth); {
	case all > 0:
		return 1 - e/all
	case e == 0:
		return 1
	}
	return 0
}

func squares(truth, answers []float64) (sum float64) {
	for i, y := range truth {
		d := answers[i] - y
		sum += float64(d * d)
	}
	return sum
}

// spread is the sum of the squares of the distances from the mean.
func spread(x []float64) (sum float64) {
	mean := Mean(x)
	for _, v := range x {
		d := v - mean
		sum += float64(d * d)
	}
	return sum
}

// Mean is the mean of x.
func Mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Deviation is the standard deviation of a sample x: over n − 1. Of a single number it is 0.
func Deviation(x []float64) float64 {
	return math.Sqrt(spread(x) / float64(max(len(x)-1, 1)))
}

// Balanced is scikit-learn's class_weight='balanced': n / (classes · how many of the class), so
// that each class counts alike. A class without samples has weight 1.
func Balanced(labels []int32, classes int) []float64 {
	counts := make([]int, classes)
	for _, c := range labels {
		counts[c]++
	}
	met := 0
	for _, n := range counts {
		met += min(n, 1)
	}
	weights := make([]float64, classes)
	for c, n := range counts {
		if weights[c] = 1; n > 0 {
			weights[c] = float64(len(labels)) / (float64(met) * float64(n))
		}
	}
	return weights
}
