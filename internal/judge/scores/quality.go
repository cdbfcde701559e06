package scores

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// OfClasses is how good the outputs for the test part are, one after another, at telling classes apart.
// With softmax, it is that of the outputs that says how sure the network is.
func OfClasses(d *dataset.Dataset, outputs []float64, softmax bool) *event.Quality {
	labels, classes := d.Test.Labels, len(d.Classes)
	each, macro, weighted := judge(labels, predicted(outputs, classes), classes)
	q := &event.Quality{Macro: &macro, Weighted: &weighted, Names: d.Classes,
		Commonest: commonest(d.Train.Labels, classes)}
	for c, k := range each {
		q.Classes = append(q.Classes, event.NamedClassScores{Name: d.Classes[c], ClassScores: k})
	}
	share := float64(each[q.Commonest].Support) / float64(d.Test.N)
	q.Baseline = &share
	if classes == 2 && each[0].Support > 0 && each[1].Support > 0 {
		sure, positive := make([]float64, d.Test.N), make([]bool, d.Test.N)
		for i := range sure {
			positive[i] = labels[i] == 1
			sure[i] = outputs[2*i+1]
			if softmax { // as p₁ has it, which may round to 1
				sure[i] -= outputs[2*i]
			}
		}
		area := auc(sure, positive)
		q.AUC = &area
	}
	return q
}

// predicted are the classes that the outputs mean.
func predicted(outputs []float64, classes int) []int32 {
	list := make([]int32, len(outputs)/classes)
	for i := range list {
		list[i] = int32(Argmax(outputs[i*classes : (i+1)*classes]))
	}
	return list
}

// OfNumbers is how good the outputs for the test part are at predicting a number.
func OfNumbers(d *dataset.Dataset, outputs []float64, scale dataset.Scale) *event.Quality {
	answers := make([]float64, len(outputs))
	for i, a := range outputs {
		answers[i] = a/scale.Factor[0] + scale.Shift[0]
	}
	truth := d.Test.Targets
	always := slices.Repeat([]float64{Mean(d.Train.Targets)}, d.Test.N)
	explained, off, base := r2(truth, answers), mae(truth, answers), rmse(truth, always)
	return &event.Quality{R2: &explained, MAE: &off, BaselineRMSE: &base}
}

// MeanRecall is the mean of the classes' recalls, of outputs one after another.
func MeanRecall(labels []int32, outputs []float64, classes int) float64 {
	_, macro, _ := judge(labels, predicted(outputs, classes), classes)
	return macro.Recall
}

// Explained is R² of answers of which the RMSE is known; 0 where the truth does not vary.
func Explained(truth []float64, rmse float64) float64 {
	all := spread(truth)
	if all == 0 {
		return 0
	}
	return 1 - float64(rmse*rmse*float64(len(truth)))/all
}

// Importances are of the columns of a table, the most important first: by how much the score of the
// test part falls, over several draws, when the column's values are exchanged between the samples.
// They are nil where so many columns, or parameters of the network, would take long, and where stopped, if it is not
// nil, says that nobody waits for them any more.
func Importances(d *dataset.Dataset, parameters int, score func(*dataset.Set) float64,
	random func(draw int) *rand.Rand, stopped func() bool) (list []event.Importance) {
	const draws, most = 5, 200
	groups, test := d.InputGroups(), &d.Test
	work := float64(draws*test.N) * float64(parameters)
	if len(groups) > most || work*float64(len(groups)) > 5e9 || d.Outputs() > 1 && d.Classes == nil {
		return nil
	}
	whole := score(test)
	for g, group := range groups {
		falls := make([]float64, draws)
		for k := range falls {
			if stopped != nil && stopped() {
				return nil
			}
			from := random(g*draws + k).Perm(test.N)
			falls[k] = whole - score(test.Exchanged(group.Inputs, from))
		}
		list = append(list, event.Importance{Input: group.Name, Mean: Mean(falls), Deviation: Deviation(falls)})
	}
	slices.SortStableFunc(list, func(a, b event.Importance) int { return cmp.Compare(b.Mean, a.Mean) })
	return list
}
