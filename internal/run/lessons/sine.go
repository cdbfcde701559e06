// The recipe sine: a curve through noisy points, with two learning rates or one, and from other first weights.

package lessons

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// sineRuns lists the trainings that are compared with the recipe's own. A seed here is added to the seed of the recipe.
var sineRuns = []struct{ title, flag, value string }{
	{"one rate, 0.1", "lr", "0.1"},
	{"one rate, 0.01", "lr", "0.01"},
	{"another start", "seed", "+1"},
	{"another start", "seed", "+2"},
	{"another start", "seed", "+3"},
	{"start from 0", "init", "zero"},
}

// sine compares the recipe's training with others: with one rate for both layers, from other first weights, and from
// weights of 0.
func sine(ctx context.Context, lab *Lab) {
	x := lab.Training()
	if x.Data.Classes != nil || x.Settings.Cost != "mse" || len(x.Settings.Hidden) == 0 {
		return
	}
	var others []Program
	for _, r := range sineRuns {
		value := r.value
		if r.flag == "seed" {
			value = fmt.Sprint(x.Settings.Seed + uint64(r.value[1]-'0'))
		}
		other, err := lab.NewTraining(nil, "", r.flag, value)
		if err != nil {
			return
		}
		other.SetTitle(r.title, 1)
		others = append(others, other)
	}
	if lab.SideBySide(ctx, x.Settings.Workers, others...) != nil {
		return // interrupted, or one diverged: the user's own training is done
	}
	rows := [][]string{{"training", "rates", "seed", "training RMSE", "test RMSE"}}
	add := func(name string, r Training) {
		rows = append(rows, []string{name, r.Settings.Rate.String(), fmt.Sprint(r.Settings.Seed),
			number(r.Done.TrainRMSE), number(r.Final.TestRMSE)})
		lab.Out.Event("comparison", "training", name, "rates", r.Settings.Rate.String(), "seed", r.Settings.Seed,
			"train_rmse", r.Done.TrainRMSE, "test_rmse", r.Final.TestRMSE)
	}
	add("the recipe's", x)
	var runs []Training
	for _, other := range others {
		runs = append(runs, other.Training())
		add(runs[len(runs)-1].Title, runs[len(runs)-1])
	}
	lab.table("Other rates and other starts", "The same data and the same number of epochs each time.", rows)
	lab.sineNotes(x, runs)
}

// number formats a number; "" if there is none.
func number(v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.4f", *v)
}

// sineNotes says what the trainings have shown.
func (lab *Lab) sineNotes(x Training, runs []Training) {
	rmse := func(r Training) float64 { return *r.Done.TrainRMSE }
	if held := x.History; x.Final.TestRMSE != nil && len(held) > 1 {
		best := slices.MinFunc(held, func(a, b event.Epoch) int { return cmp.Compare(*a.TestRMSE, *b.TestRMSE) })
		lab.note("The training RMSE is %.3f in the end, the test RMSE %.3f; of the epochs printed, the test "+
			"RMSE was lowest, %.3f, at epoch %d.", rmse(x), *x.Final.TestRMSE, *best.TestRMSE, best.Epoch)
	}
	lab.note("Two rates often help, says the lecture: the training RMSE is %.3f with %s for the two layers, "+
		"%.3f with 0.1 for both, and %.3f with 0.01 for "+
		"both.", rmse(x), x.Settings.Rate.String(), rmse(runs[0]), rmse(runs[1]))
	starts := []float64{rmse(x), rmse(runs[2]), rmse(runs[3]), rmse(runs[4])}
	lab.note("Will this find the global optimum? Four starts end at %.4f, %.4f, %.4f and %.4f, the worst %.1f "+
		"%% above the best.", starts[0], starts[1], starts[2], starts[3], 100*(slices.Max(starts)/slices.Min(starts)-1))
	zero, did := runs[5], "they learn the same"
	if largestWeight(zero.Layers[0]) == 0 {
		did = "since what comes back to them passes through weights of zero, they do not learn at all: only the last " +
			"bias does, and the curve is flat"
	}
	lab.note("With all weights zero, the hidden units stay alike (the largest difference between two of them "+
		"is %g), and %s. The training RMSE is %.3f.", largestDifference(zero.Layers[0]), did, rmse(zero))
	lab.note("The line that divides the rates by N·K (here %d·%d) is commented out in the lecture's code, and "+
		"uses rh and ro all the same; its derivation divides, and so do we. The 2 of the derivative of (t − y)² is "+
		"left to the rates.",
		x.Data.Train.N, x.Data.Outputs())
	lab.note("Where the lecture lets a be h̃(x̃v) and then differentiates h̃(a), a is the sum x̃v itself.")
}

// largestWeight returns the largest |w| of a layer.
func largestWeight(l layers.Layer) (most float64) {
	for i := range l.Rows {
		for _, w := range l.Row(i) {
			most = max(most, math.Abs(w))
		}
	}
	return most
}

// largestDifference returns the largest difference between a parameter of one unit of a layer and the same parameter of
// another unit.
func largestDifference(l layers.Layer) float64 {
	most := slices.Max(l.B) - slices.Min(l.B)
	for i := range l.Rows {
		most = max(most, slices.Max(l.Row(i))-slices.Min(l.Row(i)))
	}
	return most
}
