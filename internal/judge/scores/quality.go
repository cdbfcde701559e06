package scores

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// JudgeClasses judges the outputs for the test set, sample by sample, as answers of classes. softmax says whether
// they become probabilities only by softmax.
func JudgeClasses(d *dataset.Dataset, outputs []float64, softmax bool) *event.Quality {
	labels, classes := d.Test.Labels, len(d.Classes)
	each, macro, weighted := classScores(labels, Answers(outputs, classes), classes)
	q := &event.Quality{Macro: &macro, Weighted: &weighted, Names: d.Classes,
		Commonest: Argmax(Shares(d.Train.Labels, classes))}
	for c, k := range each {
		q.Classes = append(q.Classes, event.NamedClassScores{Name: d.Classes[c], ClassScores: k})
	}
	share := float64(each[q.Commonest].Support) / float64(d.Test.N)
	q.Baseline = &share
	if classes == 2 && each[0].Support > 0 && each[1].Support > 0 {
		score, positive := make([]float64, d.Test.N), make([]bool, d.Test.N)
		for i := range score {
			positive[i] = labels[i] == 1
			score[i] = outputs[2*i+1]
			if softmax { // gives the same order as p₁, which may round to 1
				score[i] -= outputs[2*i]
			}
		}
		area := auc(score, positive)
		q.AUC = &area
	}
	return q
}

// Answers returns the class that the outputs answer for each sample.
func Answers(outputs []float64, classes int) []int32 {
	answers := make([]int32, len(outputs)/classes)
	for i := range answers {
		answers[i] = int32(Argmax(outputs[i*classes : (i+1)*classes]))
	}
	return answers
}

// JudgeNumbers judges the outputs for the test set as answers of one number each.
func JudgeNumbers(d *dataset.Dataset, outputs []float64, scale dataset.Scale) *event.Quality {
	answers := make([]float64, len(outputs))
	for i, a := range outputs {
		answers[i] = a/scale.Factor[0] + scale.Shift[0]
	}
	truth := d.Test.Targets
	always := slices.Repeat([]float64{Mean(d.Train.Targets)}, d.Test.N)
	explained, absolute, base := r2(truth, answers), mae(truth, answers), rmse(truth, always)
	return &event.Quality{R2: &explained, MAE: &absolute, BaselineRMSE: &base}
}

// MeanRecall returns the mean of the classes' recalls.
func MeanRecall(labels []int32, outputs []float64, classes int) float64 {
	_, macro, _ := classScores(labels, Answers(outputs, classes), classes)
	return macro.Recall
}

// Importances returns the importance of each column of a table, the most important first: by how much the score on the
// test set falls if the column's values are shuffled, as the mean and standard deviation over several shuffles.
// random returns a random generator for each shuffle. The result is nil if it would take too long (many columns, or
// many parameters in the network), or if stopped returns true meanwhile; stopped may be nil.
func Importances(d *dataset.Dataset, parameters int, score func(*dataset.Set) float64,
	random func(shuffle int) *rand.Rand, stopped func() bool) (list []event.Importance) {
	const shuffles, mostColumns, mostWork = 5, 200, 5e9
	columns, test := d.InputGroups(), &d.Test
	work := float64(shuffles*test.N) * float64(parameters) * float64(len(columns))
	severalNumbers := d.Outputs() > 1 && d.Classes == nil
	if len(columns) > mostColumns || work > mostWork || severalNumbers {
		return nil
	}
	whole := score(test)
	for c, column := range columns {
		falls := make([]float64, shuffles)
		for k := range falls {
			if stopped != nil && stopped() {
				return nil
			}
			from := random(c*shuffles + k).Perm(test.N)
			falls[k] = whole - score(test.WithInputsOf(from, column.Inputs))
		}
		list = append(list, event.Importance{Input: column.Name, Mean: Mean(falls), Deviation: Deviation(falls)})
	}
	slices.SortStableFunc(list, func(a, b event.Importance) int { return cmp.Compare(b.Mean, a.Mean) })
	return list
}

// CountAnswers returns two functions that count how often each class is the answer for n samples: call each with the
// outputs a of every sample i, from any goroutine, and count afterwards. each also calls then, unless then is nil. If
// there are no classes, nothing is counted.
func CountAnswers(then func(i int, a []float64), n, classes int) (each func(i int, a []float64), count func() []int) {
	if classes == 0 {
		return then, func() []int { return nil }
	}
	answers := make([]int32, n)
	each = func(i int, a []float64) {
		answers[i] = int32(Argmax(a))
		if then != nil {
			then(i, a)
		}
	}
	return each, func() []int {
		counts := make([]int, classes)
		for _, c := range answers {
			counts[c]++
		}
		return counts
	}
}
