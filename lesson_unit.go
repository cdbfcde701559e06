// The recipe unit: what one sigmoid unit can fit, and what the sum of two can.
package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/run/lessons"
)

// unitRuns are the trainings of the recipe unit, in the lecture's order. Each draws its noise
// from a stream of its own.
var unitRuns = []struct {
	title, flags string
	data         func(seed uint64) *dataset.Dataset
}{
	{"rising line", "", func(seed uint64) *dataset.Dataset {
		return unitData(seed, 0, 0, 0.4, func(x float64) float64 { return 0.1 * x })
	}},
	{"falling line", "", func(seed uint64) *dataset.Dataset {
		return unitData(seed, 1, 0, 0.2, func(x float64) float64 { return 1 - float64(0.1*x) })
	}},
	{"x², one unit", "", curveData},
	{"x², two units", unitTwo, curveData},
	{"x², two from zero", unitTwo, curveData},
}

// unitTwo is two sigmoid units, added by a linear one.
const unitTwo = "-hidden 2 -output linear -init uniform:1 -epochs 20000"

func curveData(seed uint64) *dataset.Dataset {
	return unitData(seed, 2, -10, 0.2, func(x float64) float64 { return 0.01 * x * x })
}

// unitData is f at 20 places, evenly from lo to 10, with noise of ±r.
func unitData(seed uint64, part int, lo, r float64, f func(x float64) float64) *dataset.Dataset {
	const n = 20
	x, t := evenly(lo, 10, n), make([]float64, n)
	uniform(t, r, stream(seed, purposeRecipe, part))
	for i := range t {
		t[i] += f(x[i])
	}
	return madeSet("20 points of a curve, with noise", n, x, t)
}

// unitExperiments are the trainings: of the lecture's data, or of x's own.
func (x *experiment) unitExperiments() (all []*experiment, err error) {
	runs := unitRuns
	if x.cfg.Data != "" {
		runs = unitRuns[2:]
	}
	for i, r := range runs {
		data, title := x.data, strings.Replace(r.title, "x², ", "", 1)
		if x.cfg.Data == "" {
			data, title = r.data(x.cfg.Seed), r.title
		}
		run := x
		var last []string
		if strings.HasSuffix(r.title, "from zero") {
			last = []string{"init", "zero"}
		}
		if i > 0 {
			if run, err = x.another(data, r.flags, last...); err != nil {
				return nil, err
			}
		}
		run.title = title
		all = append(all, run)
	}
	return all, nil
}

func runUnit(ctx context.Context, x *experiment, out *Printer, bar *progress) error {
	if x.data.Train.Dim != 1 || x.data.Classes != nil || x.data.Outputs() != 1 {
		return wrongUsage("-recipe unit fits a number to a number: give a table of two columns, with -regress")
	}
	runs, err := x.unitExperiments()
	if err != nil {
		return err
	}
	if !out.JSON {
		out.Facts(x.facts())
		out.Text("\n")
	}
	rows := [][]string{{"training", "RMSE", "what it learned"}}
	var rmses []string
	for _, run := range runs {
		if err := run.train(ctx, quiet(), bar); err != nil {
			return fmt.Errorf("%s: %w", run.title, err)
		}
		rmse := fmt.Sprintf("%.4f", *run.done.TrainRMSE)
		rmses = append(rmses, rmse)
		rows = append(rows, []string{run.title, rmse, formula(run.trainer.Net)})
		if run != x {
			if err := x.recorder.Show(run.fitFigures()...); err != nil {
				return err
			}
		}
	}
	out.Table(rows)
	x.recorder.Table("What the units learned", "", rows)
	x.summary = "RMSE " + strings.Join(rmses, ", ")
	x.unitNotes(out, runs)
	replay(out, runs...)
	return x.recorder.Show()
}

// unitNotes say what the trainings have shown.
func (x *experiment) unitNotes(out *Printer, runs []*experiment) {
	last := len(runs) - 1
	one, two, zero := runs[last-2], runs[last-1], runs[last]
	spread := deviation(one.data.Train.Targets)
	x.note(out, "One unit leaves an RMSE of %.3f of %s, whose values lie %.3f from their mean (root mean square); "+
		"two units, added, leave %.3f.", *one.done.TrainRMSE, strings.TrimSuffix(one.title, ", one unit"), spread,
		*two.done.TrainRMSE)
	x.note(out, "For a single unit a start from zero is fine. Two that start from zero stay alike, since both are "+
		"told the same: the largest difference between their parameters is %g after %d passes, and they fit as "+
		"one, with an RMSE of %.3f.",
		lessons.Unlike(zero.asLesson()), zero.cfg.Epochs, *zero.done.TrainRMSE)
	x.note(out, "In the lecture's first program the rate is set as rjp and used as rho: as it stands, it stops at "+
		"the first update. A rate of 0.1 is meant.")
}

// deviation is how far numbers lie from their mean, root mean square.
func deviation(t []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, v := range t {
		mean += v / float64(len(t))
	}
	for _, v := range t {
		sum = math.FMA(v-mean, v-mean, sum)
	}
	return math.Sqrt(sum / float64(len(t)))
}

// formula writes out a network of one input and one or a few units: σ(1.70x + 0.02).
func formula(net *Network) string {
	first, last := net.Layers[0], net.Layers[len(net.Layers)-1]
	if len(net.Layers) > 2 || len(first.B) > 3 {
		return "too much to write out"
	}
	sum := ""
	for j, b := range first.B {
		unit := fmt.Sprintf("%s(%sx%s)", symbol(first.G), signed(first.W.Row(0)[j], 2), added(b, 2))
		switch {
		case len(net.Layers) == 1:
			sum += unit
		case j == 0:
			sum += signed(last.W.Row(j)[0], 2) + unit
		default:
			sum += added(last.W.Row(j)[0], 2) + unit
		}
	}
	if len(net.Layers) == 2 {
		sum += added(last.B[0], 2)
	}
	return sum
}

// signed is v with so many places, and the minus of equations; nothing is −0.00.
func signed(v float64, places int) string {
	text := fmt.Sprintf("%.*f", places, math.Abs(v))
	if v < 0 && strings.Trim(text, "0.") != "" {
		return "−" + text
	}
	return text
}

// added is what adds v to a sum: " + 0.02", " − 0.02".
func added(v float64, places int) string {
	text, minus := strings.CutPrefix(signed(v, places), "−")
	if minus {
		return " − " + text
	}
	return " + " + text
}

// symbol is what stands for g in an equation.
func symbol(g Activation) string {
	return map[string]string{"sigmoid": "σ", "linear": "", "tanh": "tanh", "relu": "relu"}[g.Name]
}
