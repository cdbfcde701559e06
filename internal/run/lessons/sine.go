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

// sineRuns are the trainings that afterSine compares with the recipe's own.
var sineRuns = []struct{ title, flag, value string }{
	{"one rate, 0.1", "lr", "0.1"},
	{"one rate, 0.01", "lr", "0.01"},
	{"another start", "seed", "+1"},
	{"another start", "seed", "+2"},
	{"another start", "seed", "+3"},
	{"start from 0", "init", "zero"},
}

// Sine trains with one rate for both layers, from other starts, and from 0.
func Sine(ctx context.Context, lab Lab) {
	x := lab.Run()
	if x.Classes || x.Cost != "mse" || x.Hidden == 0 {
		return
	}
	var others []Another
	for _, r := range sineRuns {
		value := r.value
		if r.flag == "seed" {
			value = fmt.Sprint(x.Seed + uint64(r.value[1]-'0'))
		}
		others = append(others, Another{r.title, []string{r.flag, value}})
	}
	runs, err := lab.Train(ctx, others...)
	if err != nil {
		return // interrupted, or one diverged: what was asked for is done
	}
	rows := [][]string{{"training", "rates", "seed", "training RMSE", "test RMSE"}}
	add := func(name string, r Training) {
		rows = append(rows, []string{name, r.Rates, fmt.Sprint(r.Seed), fmt.Sprintf("%.4f", *r.TrainRMSE), number(r.Final.TestRMSE)})
		lab.Event("comparison", "training", name, "rates", r.Rates, "seed", r.Seed,
			"train_rmse", r.TrainRMSE, "test_rmse", r.Final.TestRMSE)
	}
	add("the recipe's", x)
	for _, run := range runs {
		add(run.Title, run)
	}
	lab.Show("Other rates and other starts", "The same data and the same number of epochs each time.", rows)
	sineNotes(lab, x, runs)
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.4f", *v)
}

// sineNotes say what the trainings have shown.
func sineNotes(lab Lab, x Training, runs []Training) {
	rmse := func(r Training) float64 { return *r.TrainRMSE }
	if held := x.History; x.Final.TestRMSE != nil && len(held) > 1 {
		best := slices.MinFunc(held, func(a, b event.Epoch) int { return cmp.Compare(*a.TestRMSE, *b.TestRMSE) })
		lab.Note("The training RMSE is %.3f in the end, the test RMSE %.3f; of the epochs printed, the test "+
			"RMSE was lowest, %.3f, at epoch %d.", rmse(x), *x.Final.TestRMSE, *best.TestRMSE, best.Epoch)
	}
	lab.Note("Two rates often help, says the lecture: the training RMSE is %.3f with %s for the two layers, "+
		"%.3f with 0.1 for both, and %.3f with 0.01 for "+
		"both.", rmse(x), x.Rates, rmse(runs[0]), rmse(runs[1]))
	starts := []float64{rmse(x), rmse(runs[2]), rmse(runs[3]), rmse(runs[4])}
	lab.Note("Will this find the global optimum? Four starts end at %.4f, %.4f, %.4f and %.4f, the worst %.1f "+
		"%% above "+
		"the best.", starts[0], starts[1], starts[2], starts[3], 100*(slices.Max(starts)/slices.Min(starts)-1))
	zero, did := runs[5], "they learn the same"
	if zero.largest() == 0 {
		did = "since what comes back to them passes through weights of zero, they do not learn at all: only the last " +
			"bias does, and the curve is flat"
	}
	lab.Note("With all weights zero, the hidden units stay alike (the largest difference between two of them "+
		"is %g), "+
		"and %s. The training RMSE is %.3f.", Unlike(zero), did, rmse(zero))
	lab.Note("The line that divides the rates by N·K (here %d·%d) is commented out in the lecture's code, and "+
		"uses rh and ro all the same; its derivation divides, and so do we. The 2 of the derivative of (t − y)² is "+
		"left to the rates.",
		x.Samples, x.Outputs)
	lab.Note("Where the lecture lets a be h̃(x̃v) and then differentiates h̃(a), a is the sum x̃v itself.")
}

// largest is the largest weight of the first layer.
func (x Training) largest() (most float64) {
	for _, row := range rows(x.Layers[0]) {
		for _, w := range row {
			most = max(most, math.Abs(w))
		}
	}
	return most
}

// Unlike is the largest difference between a parameter of one unit of the first layer and the
// same one of another.
func Unlike(x Training) (most float64) {
	for _, row := range append(rows(x.Layers[0]), x.Layers[0].B) {
		most = max(most, slices.Max(row)-slices.Min(row))
	}
	return most
}

func rows(l layers.Layer) (rows [][]float64) {
	for i := range l.Rows {
		rows = append(rows, l.Row(i))
	}
	return rows
}
