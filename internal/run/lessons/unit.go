// The recipe unit: what one sigmoid unit can fit, and what the sum of two can.

package lessons

import (
	"context"
	"fmt"
	"math"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/synthetic"
	"backprop/internal/model/layers"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
)

// unitRuns lists the trainings of the recipe, in the lecture's order.
var unitRuns = []struct {
	title, flags string
	data         func(seed uint64) *dataset.Dataset
}{
	{"rising line", "", synthetic.Rising},
	{"falling line", "", synthetic.Falling},
	{"x², one unit", "", synthetic.Parabola},
	{"x², two units", twoUnits, synthetic.Parabola},
	{"x², two from zero", twoUnits, synthetic.Parabola},
}

// twoUnits are the flags for two sigmoid units whose outputs a linear unit adds.
const twoUnits = "-hidden 2 -output linear -init uniform:1 -epochs 20000"

// unitTrainings returns the trainings: all of unitRuns or, if the reader has given data, the trainings of one unit and
// of two on these data. The first is the recipe's own training.
func (lab *Lab) unitTrainings() (all []Program, err error) {
	x, runs := lab.Training(), unitRuns
	own := x.Settings.Data != ""
	if own {
		runs = unitRuns[2:]
	}
	for i, r := range runs {
		var run Program = lab.Program
		if i > 0 {
			data := x.Data
			if !own {
				data = r.data(x.Settings.Seed)
			}
			var last []string
			if strings.HasSuffix(r.title, "from zero") {
				last = []string{"init", "zero"}
			}
			if run, err = lab.NewTraining(data, r.flags, last...); err != nil {
				return nil, err
			}
		}
		title := r.title
		if own {
			title = strings.Replace(title, "x², ", "", 1)
		}
		run.SetTitle(title, run.Training().Settings.Workers)
		all = append(all, run)
	}
	return all, nil
}

// unit trains one unit, and then two, one training after the other.
func unit(ctx context.Context, lab *Lab) error {
	if d := lab.Training().Data; d.Train.Dim != 1 || d.Classes != nil || d.Outputs() != 1 {
		return flags.Wrong("-recipe unit fits a number to a number: give a table of two columns, with -regress")
	}
	runs, err := lab.unitTrainings()
	if err != nil {
		return err
	}
	lab.PrintFacts()
	lab.Out.Text("\n")
	rows := [][]string{{"training", "RMSE", "what it learned"}}
	var rmses []string
	for _, run := range runs {
		if err := run.Train(ctx); err != nil {
			return fmt.Errorf("%s: %w", run.Training().Title, err)
		}
		x := run.Training()
		rmse := fmt.Sprintf("%.4f", *x.Done.TrainRMSE)
		rmses = append(rmses, rmse)
		rows = append(rows, []string{x.Title, rmse, formula(x.Layers)})
		if run != runs[0] {
			if err := lab.Page.Show(run.FitFigures()...); err != nil {
				return err
			}
		}
	}
	lab.Out.Table(rows)
	lab.Page.Table("What the units learned", "", rows)
	lab.Summary = "RMSE " + strings.Join(rmses, ", ")
	lab.unitNotes(runs)
	lab.Replay(runs...)
	return lab.Page.Show()
}

// unitNotes says what the trainings have shown.
func (lab *Lab) unitNotes(runs []Program) {
	last := len(runs) - 1
	one, two, zero := runs[last-2].Training(), runs[last-1].Training(), runs[last].Training()
	curve, ours := strings.CutSuffix(one.Title, ", one unit")
	if !ours {
		curve = one.Data.Name
	}
	lab.note("One unit leaves an RMSE of %.3f of %s, whose values lie %.3f from their mean (root mean square); "+
		"two units, added, leave %.3f.", *one.Done.TrainRMSE, curve,
		deviation(one.Data.Train.Targets), *two.Done.TrainRMSE)
	lab.note("For a single unit a start from zero is fine. Two that start from zero stay alike, since both are "+
		"told the same: the largest difference between their parameters is %g after %d passes, and they fit as "+
		"one, with an RMSE of %.3f.", largestDifference(zero.Layers[0]), zero.Settings.Epochs, *zero.Done.TrainRMSE)
	lab.note("In the lecture's first program the rate is set as rjp and used as rho: as it stands, it stops at " +
		"the first update. A rate of 0.1 is meant.")
}

// deviation returns the root mean square of the distances of numbers from their mean.
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

// formula writes out what a network with one input and few units computes: σ(1.70x + 0.02).
func formula(net []layers.Layer) string {
	first, last := net[0], net[len(net)-1]
	if len(net) > 2 || len(first.B) > 3 {
		return "too much to write out"
	}
	sum := ""
	for j, b := range first.B {
		unit := fmt.Sprintf("%s(%sx%s)", symbol(first.Activation), text.Signed(first.Row(0)[j], 2), text.Term(b, 2))
		switch {
		case len(net) == 1:
			sum += unit
		case j == 0:
			sum += text.Signed(last.Row(j)[0], 2) + unit
		default:
			sum += text.Term(last.Row(j)[0], 2) + unit
		}
	}
	if len(net) == 2 {
		sum += text.Term(last.B[0], 2)
	}
	return sum
}

// symbol returns how an activation is written in an equation.
func symbol(activation string) string {
	if s, ok := map[string]string{"sigmoid": "σ", "linear": ""}[activation]; ok {
		return s
	}
	return activation
}
