// Groups: the trainings of a sweep, and means over trainings that differ only in the seed.

package trials

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// A run is one training of a sweep.
type run struct {
	task   int      // its number, from 0
	values []string // the value of each swept flag
	cfg    *settings.Settings
	result *result    // nil until it is done
	curve  chart.Line // for -report: the validation score of each epoch; empty if trained earlier
	job    int        // its number in the pool, from 1; 0 if its result existed already
}

// runsOf returns the trainings of a sweep, in order.
func runsOf(cfg *settings.Settings) (runs []*run, err error) {
	all, err := cfg.SweepRuns()
	for _, r := range all {
		runs = append(runs, &run{task: r.Task, values: r.Values, cfg: r.Settings})
	}
	return runs, err
}

// selectRuns returns the trainings that -sweep-task asks for.
func selectRuns(task *flags.Task, all []*run) (selected []*run, err error) {
	numbers, err := task.Trainings(len(all))
	for _, k := range numbers {
		selected = append(selected, all[k])
	}
	return selected, err
}

// A group has the trainings of one combination of values, which differ only in the seed, and their mean.
type group struct {
	runs     []*run
	diverged bool // one of the trainings diverged; then there is no mean
	mean     event.Epoch
	sd       float64 // the standard deviation of the validation scores
}

// groupsOf returns the groups, in the order of their first trainings. Without means over seeds, and with -sweep-task,
// each training is a group.
func groupsOf(cfg *settings.Settings, runs []*run) (groups []*group) {
	average := cfg.Sweep.Averages() && !cfg.SweepTask.Given
	byValues := map[string]*group{}
	for _, r := range runs {
		key := fmt.Sprint(r.task)
		if average {
			key = strings.Join(cfg.Sweep.WithoutSeed(r.values), " ")
		}
		if byValues[key] == nil {
			byValues[key] = &group{}
			groups = append(groups, byValues[key])
		}
		byValues[key].runs = append(byValues[key].runs, r)
	}
	return groups
}

// tasks returns the numbers of the group's trainings, in short: 4, 0-2 or 0,….
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

// average computes the mean and the deviation of the trainings, all of which must be done.
func (g *group) average() {
	for _, r := range g.runs {
		if r.result.Failed != "" {
			g.diverged = true
			return
		}
	}
	g.mean = event.Epoch{
		ValidCost:     g.meanOf(func(r *result) *float64 { return r.ValidCost }),
		ValidAccuracy: g.meanOf(func(r *result) *float64 { return r.ValidAccuracy }),
		ValidRMSE:     g.meanOf(func(r *result) *float64 { return r.ValidRMSE }),
		TestAccuracy:  g.meanOf(func(r *result) *float64 { return r.TestAccuracy }),
		TestRMSE:      g.meanOf(func(r *result) *float64 { return r.TestRMSE }),
	}
	var differences []float64
	for _, r := range g.runs {
		differences = append(differences, *validScore(r.result.epoch())-*validScore(g.mean))
	}
	g.sd = deviation(differences)
}

// meanOf returns the mean of a score; nil if a training does not have it.
func (g *group) meanOf(score func(*result) *float64) *float64 {
	n := float64(len(g.runs))
	sum, shares := 0.0, 0.0
	for _, r := range g.runs {
		v := score(r.result)
		if v == nil {
			return nil
		}
		sum += *v
		shares += *v / n
	}
	mean := sum / n
	if math.IsInf(sum, 0) { // huge scores, whose mean is finite all the same
		mean = shares
	}
	return &mean
}

// deviation returns the standard deviation of numbers, given their differences from the mean. It divides them by a
// power of two first, which changes no digit, since the squares of huge ones would be infinite.
func deviation(differences []float64) float64 {
	most, sum := 0.0, 0.0
	for _, d := range differences {
		most = max(most, math.Abs(d))
	}
	_, power := math.Frexp(most)
	for _, d := range differences {
		d = math.Ldexp(d, -power)
		sum += float64(d * d)
	}
	return math.Ldexp(math.Sqrt(sum/max(float64(len(differences))-1, 1)), power)
}

// validScore returns the accuracy on the validation set, or the RMSE if numbers are predicted. testScore returns the
// same for the test set; nil if there is none.
func validScore(e event.Epoch) *float64 { return cmp.Or(e.ValidAccuracy, e.ValidRMSE) }
func testScore(e event.Epoch) *float64  { return cmp.Or(e.TestAccuracy, e.TestRMSE) }
