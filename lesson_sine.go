// The recipe sine: a curve through noise, with two rates or one, and from other starts.
package main

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// sineCurve is f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10).
func sineCurve(x float64) float64 {
	return math.FMA(0.4, sine(x+10), math.FMA(0.05, x+10, 0.2))
}

// sineData is 30 samples of the curve, evenly from −10 to 10, with noise of 0.2; and to test,
// as many at places beside them, off by 0.1 or so, with noise of their own.
func sineData(seed uint64) *Dataset {
	const n = 30
	rng := stream(seed, purposeRecipe, 0)
	y, test, shift := make([]float64, n), make([]float64, n), make([]float64, n)
	normal(y, 0.2, rng)
	normal(shift, 0.1, rng)
	normal(test, 0.2, rng)
	x := evenly(-10, 10, n)
	beside := slices.Clone(x)
	for i := range x {
		beside[i] += shift[i]
		y[i] += sineCurve(x[i])
		test[i] += sineCurve(beside[i])
	}
	d := madeSet("30 samples of a noisy sine", n, x, y)
	d.Test = madeSet("", n, beside, test).Train
	return d
}

// sine is sin x to 15 digits for |x| < 1000: x = kπ + r with |r| ≤ π/2, then a Taylor
// polynomial.
func sine(x float64) float64 {
	const piHi, piLo = 0x1.921fb54400000p+1, 0x1.0b4611a626331p-33
	k := math.FMA(x, 1/math.Pi, toInt) - toInt
	r := math.FMA(-k, piLo, math.FMA(-k, piHi, x))
	sum := 0.0
	for n := 21.0; n > 1; n -= 2 { // r − r³/3! + r⁵/5! − …, from the small end
		sum = (1 - sum) * (r * r) / float64(n*(n-1))
	}
	if math.Mod(k, 2) != 0 {
		r = -r
	}
	return math.FMA(-r, sum, r)
}

// sineRuns are the trainings that afterSine compares with the recipe's own.
var sineRuns = []struct{ title, flag, value string }{
	{"one rate, 0.1", "lr", "0.1"},
	{"one rate, 0.01", "lr", "0.01"},
	{"another start", "seed", "+1"},
	{"another start", "seed", "+2"},
	{"another start", "seed", "+3"},
	{"start from 0", "init", "zero"},
}

// afterSine trains with one rate for both layers, from other starts, and from 0.
func afterSine(ctx context.Context, x *experiment, out *printer) {
	if x.data.Classes != nil || x.cfg.cost != "mse" || len(x.cfg.hidden) == 0 {
		return
	}
	var runs []*experiment
	for _, r := range sineRuns {
		value := r.value
		if r.flag == "seed" {
			value = fmt.Sprint(x.cfg.seed + uint64(r.value[1]-'0'))
		}
		run, err := x.another(x.data, "", r.flag, value)
		if err != nil {
			return
		}
		run.title, run.shown = r.title, func(int) bool { return false }
		runs = append(runs, run)
	}
	if err := sideBySide(ctx, x.cfg.workers, runs...); err != nil {
		return // interrupted, or one diverged: what was asked for is done
	}
	rows := [][]string{{"training", "rates", "seed", "training RMSE", "test RMSE"}}
	add := func(name string, r *experiment) {
		rows = append(rows, []string{name, r.cfg.rates.String(), fmt.Sprint(r.cfg.seed),
			fmt.Sprintf("%.4f", *r.done.TrainRMSE), number(r.final.TestRMSE, "%.4f")})
		out.event("comparison", "training", name, "rates", r.cfg.rates.String(), "seed", r.cfg.seed,
			"train_rmse", r.done.TrainRMSE, "test_rmse", r.final.TestRMSE)
	}
	add("the recipe's", x)
	for _, run := range runs {
		add(run.title, run)
	}
	out.text("\n")
	out.table(rows)
	x.recorder.table("Other rates and other starts", "The same data and the same number of epochs each time.", rows)
	x.sineNotes(out, runs)
}

// sineNotes say what the trainings have shown.
func (x *experiment) sineNotes(out *printer, runs []*experiment) {
	rmse := func(r *experiment) float64 { return *r.done.TrainRMSE }
	if held := x.history; x.final.TestRMSE != nil && len(held) > 1 {
		best := slices.MinFunc(held, func(a, b epochEvent) int { return compareNumbers(*a.TestRMSE, *b.TestRMSE) })
		x.note(out, "The training RMSE is %.3f in the end, the test RMSE %.3f; of the epochs printed, the test "+
			"RMSE was lowest, %.3f, at epoch %d.", rmse(x), *x.final.TestRMSE, *best.TestRMSE, best.Epoch)
	}
	x.note(out, "Two rates often help, says the lecture: the training RMSE is %.3f with %s for the two layers, "+
		"%.3f with 0.1 for both, and %.3f with 0.01 for "+
		"both.", rmse(x), x.cfg.rates.String(), rmse(runs[0]), rmse(runs[1]))
	starts := []float64{rmse(x), rmse(runs[2]), rmse(runs[3]), rmse(runs[4])}
	x.note(out, "Will this find the global optimum? Four starts end at %.4f, %.4f, %.4f and %.4f, the worst %.1f "+
		"%% above "+
		"the best.", starts[0], starts[1], starts[2], starts[3], 100*(slices.Max(starts)/slices.Min(starts)-1))
	zero, did := runs[5], "they learn the same"
	if zero.largest() == 0 {
		did = "since what comes back to them passes through weights of zero, they do not learn at all: only the last " +
			"bias does, and the curve is flat"
	}
	x.note(out, "With all weights zero, the hidden units stay alike (the largest difference between two of them "+
		"is %g), "+
		"and %s. The training RMSE is %.3f.", zero.unlike(), did, rmse(zero))
	x.note(out, "The line that divides the rates by N·K (here %d·%d) is commented out in the lecture's code, and "+
		"uses rh and ro all the same; its derivation divides, and so do we. The 2 of the derivative of (t − y)² is "+
		"left to the rates.",
		x.data.Train.N, x.data.Outputs())
	x.note(out, "Where the lecture lets a be h̃(x̃v) and then differentiates h̃(a), a is the sum x̃v itself.")
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// largest is the largest weight of the first layer.
func (x *experiment) largest() (most float64) {
	x.trainer.Net.Layers[0].W.EachRow(func(row []float64) {
		for _, w := range row {
			most = max(most, math.Abs(w))
		}
	})
	return most
}

// unlike is the largest difference between a parameter of one unit of the first layer and the
// same one of another.
func (x *experiment) unlike() (most float64) {
	l := x.trainer.Net.Layers[0]
	rows := [][]float64{l.B}
	for i := range l.W.Rows {
		rows = append(rows, l.W.Row(i))
	}
	for _, row := range rows {
		most = max(most, slices.Max(row)-slices.Min(row))
	}
	return most
}
