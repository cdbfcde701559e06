// Sweep: which trainings a sweep has, which of them count together, and their means.

package trials

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// A run is one training of a sweep.
type run struct {
	task   int      // its number, from 0
	values []string // a value of each axis
	cfg    *settings.Settings
	result *result    // nil until it is done
	curve  chart.Line // the validation part's score over the epochs, with -report, where it was trained here
	place  int        // among the trainings to be done, from 1; 0 where it was done before
}

// runsOf are the trainings of a sweep, in their order.
func runsOf(cfg *settings.Settings) (runs []*run, err error) {
	all, err := cfg.SweepRuns()
	for _, r := range all {
		runs = append(runs, &run{task: r.Task, values: r.Values, cfg: r.Settings})
	}
	return runs, err
}

// mineOf are those of the trainings that -sweep-task asks for.
func mineOf(task *flags.Task, all []*run) (mine []*run, err error) {
	numbers, err := task.Trainings(len(all))
	for _, k := range numbers {
		mine = append(mine, all[k])
	}
	return mine, err
}

// A group is a combination: the trainings that count together, and their mean.
type group struct {
	runs []*run
	mean event.Epoch
	sd   float64 // of the validation score, where there is more than one
	bad  bool    // one of them diverged
}

// groupsOf are the combinations in the order of their first trainings.
func groupsOf(cfg *settings.Settings, runs []*run, together bool) (groups []*group) {
	of := map[string]*group{}
	for _, r := range runs {
		key := fmt.Sprint(r.task)
		if together {
			key = strings.Join(cfg.Sweep.WithoutSeed(r.values), " ")
		}
		if of[key] == nil {
			of[key] = &group{}
			groups = append(groups, of[key])
		}
		of[key].runs = append(of[key].runs, r)
	}
	return groups
}

// tasks are the numbers of its trainings, in short.
func (g *group) tasks() string {
	first, n := g.runs[0].task, len(g.runs)
	switch {
	case n == 1:
		return fmt.Sprint(first)
	case g.runs[n-1].task == first+n-1:
		return fmt.Sprintf("%d-%d", first, first+n-1)
	}
	return fmt.Sprint(first) + ",…"
}

// sum makes the mean of the trainings, which are done.
func (g *group) sum() {
	n := float64(len(g.runs))
	mean := func(of func(*result) *float64) *float64 {
		sum, parts := 0.0, 0.0
		for _, r := range g.runs {
			v := of(r.result)
			if v == nil {
				return nil
			}
			sum += *v
			parts += *v / n
		}
		if sum /= n; math.IsInf(sum, 0) { // where only the sum is too large to be a number
			sum = parts
		}
		return &sum
	}
	for _, r := range g.runs {
		g.bad = g.bad || r.result.Failed != ""
	}
	if g.bad {
		return
	}
	g.mean = event.Epoch{
		ValidCost:     mean(func(r *result) *float64 { return r.ValidCost }),
		ValidAccuracy: mean(func(r *result) *float64 { return r.ValidAccuracy }),
		ValidRMSE:     mean(func(r *result) *float64 { return r.ValidRMSE }),
		TestAccuracy:  mean(func(r *result) *float64 { return r.TestAccuracy }),
		TestRMSE:      mean(func(r *result) *float64 { return r.TestRMSE }),
	}
	var off []float64
	for _, r := range g.runs {
		off = append(off, *cmp.Or(r.result.ValidAccuracy, r.result.ValidRMSE)-*cmp.Or(g.mean.ValidAccuracy, g.mean.ValidRMSE))
	}
	g.sd = deviation(off)
}

// deviation is the standard deviation of numbers that are so far off their mean. A unit of its own keeps the squares of
// the largest from being too large.
func deviation(off []float64) float64 {
	unit, sum := 1.0, 0.0
	if slices.ContainsFunc(off, func(d float64) bool { return math.Abs(d) > 1e150 }) {
		unit = 1e160
	}
	for _, d := range off {
		d /= unit
		sum += float64(d * d)
	}
	return unit * math.Sqrt(sum/max(float64(len(off))-1, 1))
}
