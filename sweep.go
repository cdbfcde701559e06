// Sweep: trains once for each combination of values of some flags and chooses by the validation
// part. This file says which trainings these are and what they come to; sweeprun.go runs them, and
// sweepdir.go keeps what came of them in files.
package main

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// A sweepRun is one training of a sweep.
type sweepRun struct {
	task   int      // its number, from 0
	values []string // a value of each axis
	cfg    *Settings
	result *sweepResult
	curve  report.Line // the validation part's score over the epochs, with -report, where it was trained here
	err    error
	ready  chan struct{} // closed when it is done
}

// sweepRunsOf are the trainings of a sweep, in their order.
func sweepRunsOf(cfg *Settings) (runs []*sweepRun, err error) {
	all, err := cfg.SweepRuns()
	for _, r := range all {
		runs = append(runs, &sweepRun{task: r.Task, values: r.Values, cfg: r.Settings, ready: make(chan struct{})})
	}
	return runs, err
}

// mineOf are those of the trainings that -sweep-task asks for.
func mineOf(task *Task, all []*sweepRun) (mine []*sweepRun, err error) {
	numbers, err := task.Of(len(all))
	for _, k := range numbers {
		mine = append(mine, all[k])
	}
	return mine, err
}

// A sweepGroup is a combination: the trainings that count together, and their mean.
type sweepGroup struct {
	runs []*sweepRun
	mean event.Epoch
	sd   float64 // of the validation score, where there is more than one
	bad  bool    // one of them diverged
}

// groupsOf are the combinations in the order of their first trainings.
func groupsOf(cfg *Settings, runs []*sweepRun, together bool) (groups []*sweepGroup) {
	of := map[string]*sweepGroup{}
	for _, r := range runs {
		key := fmt.Sprint(r.task)
		if together {
			key = strings.Join(cfg.WithoutSeed(r.values), " ")
		}
		if of[key] == nil {
			of[key] = &sweepGroup{}
			groups = append(groups, of[key])
		}
		of[key].runs = append(of[key].runs, r)
	}
	return groups
}

// tasks are the numbers of its trainings, in short.
func (g *sweepGroup) tasks() string {
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
func (g *sweepGroup) sum() {
	n := float64(len(g.runs))
	mean := func(of func(*sweepResult) *float64) *float64 {
		sum := 0.0
		for _, r := range g.runs {
			v := of(r.result)
			if v == nil {
				return nil
			}
			sum += *v
		}
		sum /= n
		return &sum
	}
	for _, r := range g.runs {
		g.bad = g.bad || r.result.Failed != ""
	}
	if g.bad {
		return
	}
	g.mean = event.Epoch{
		ValidCost:     mean(func(r *sweepResult) *float64 { return r.ValidCost }),
		ValidAccuracy: mean(func(r *sweepResult) *float64 { return r.ValidAccuracy }),
		ValidRMSE:     mean(func(r *sweepResult) *float64 { return r.ValidRMSE }),
		TestAccuracy:  mean(func(r *sweepResult) *float64 { return r.TestAccuracy }),
		TestRMSE:      mean(func(r *sweepResult) *float64 { return r.TestRMSE }),
	}
	for _, r := range g.runs {
		is, mean := cmp.Or(r.result.ValidAccuracy, r.result.ValidRMSE), cmp.Or(g.mean.ValidAccuracy, g.mean.ValidRMSE)
		d := *is - *mean
		g.sd += float64(d * d)
	}
	g.sd = math.Sqrt(g.sd / max(n-1, 1))
}
