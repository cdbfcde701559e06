// Sweep: trains once for each value of a flag and chooses by the validation part.
package main

import (
	"backprop/internal/report"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Sweeps.

// A sweep is the -sweep flag: a flag, and the values to try.
type sweep struct{ name, values string }

func (s *sweep) String() string { return strings.Trim(s.name+"="+s.values, "=") }

func (s *sweep) Set(text string) error {
	*s = sweep{}
	if text == "" || text == "none" {
		return nil
	}
	name, values, _ := strings.Cut(text, "=")
	if name == "" || values == "" {
		return errors.New("it takes the form P=VALUES, as in l2=0.01:100:10 or lr=0.1,0.5,1")
	}
	*s = sweep{strings.TrimLeft(name, "-"), values}
	return nil
}

// list is the values to try. Log-spaced ones are rounded to four digits: what is printed
// is what is used, and can be given to the flag itself.
func (s *sweep) list(whole bool) (list []string, err error) {
	part := strings.Split(s.values, ":")
	if len(part) == 1 {
		return strings.Split(s.values, ","), nil
	}
	part = append(part, "", "")
	from, err1 := strconv.ParseFloat(part[0], 64)
	to, err2 := strconv.ParseFloat(part[1], 64)
	n, err3 := strconv.Atoi(part[2])
	if errors.Join(err1, err2, err3) != nil || len(part) != 5 || !(from > 0 && to > 0) || math.IsInf(from+to, 0) || n < 2 || n > 1000 {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values, 2 to 1000, to space between them in equal ratios; any others can be listed, as in 0,0.1,1", s.values)
	}
	for i := range n {
		at := float64(i) / float64(n-1)
		v := exp(float64(log(from)*(1-at)) + float64(log(to)*at)) // the bits of math.Pow differ between machines
		text := strconv.FormatFloat(v, 'g', 4, 64)
		if whole {
			text = strconv.FormatFloat(math.Round(v), 'f', 0, 64)
		}
		if i == 0 || text != list[len(list)-1] {
			list = append(list, text)
		}
	}
	return list, nil
}

// sweepConfigs is the values of the sweep and a configuration for each.
func (cfg *config) sweepConfigs() (values []string, all []*config, err error) {
	s := &cfg.sweep
	if s.name == "" {
		return nil, nil, nil
	}
	numeric, whole := false, false
	if g := newConfig().flags.Lookup(s.name); g != nil && s.name != "workers" {
		var v any = g.Value
		if std, ok := v.(flag.Getter); ok {
			v = std.Get()
		}
		switch v.(type) {
		case int, uint64, *sizes:
			numeric, whole = true, true
		case float64, *rates:
			numeric = true
		}
	}
	if !numeric {
		return nil, nil, wrongUsage("-sweep %v: it is for flags that take a number, like l2, lr, hidden or seed, and -%s is none", s, s.name)
	}
	if cfg.recipe.run != nil {
		return nil, nil, wrongUsage("-sweep does not go with -recipe %s, which is more than one training", cfg.recipe.name)
	}
	if values, err = s.list(whole); err != nil {
		return nil, nil, wrongUsage("-sweep %w", err)
	}
	for i, v := range values {
		c, err := cfg.variant("", s.name, v)
		if err != nil {
			return nil, nil, err
		}
		if cfg.recipe.fresh {
			c.start = i + 1
		}
		all = append(all, c)
	}
	return values, all, nil
}

// A sweepResult is the configuration that did best, its data, and a figure of all values.
type sweepResult struct {
	cfg    *config
	data   *Dataset
	figure report.Figure
}

// A sweepRun is the training with one value.
type sweepRun struct {
	value string
	cfg   *config
	x     *experiment
	err   error
	ready chan struct{} // closed when it is done
}

// runSweep trains once for each value, as many at a time as there are workers, prints
// what each came to, and chooses the best by the validation part.
func runSweep(ctx context.Context, cfg *config, data *Dataset, out *printer, bar *progress) (*sweepResult, error) {
	values, all, err := cfg.sweepConfigs()
	if err != nil {
		return nil, err
	}
	if data.Valid.N == 0 {
		return nil, wrongUsage("-sweep chooses by a validation part, and there is none: add -valid 0.2")
	}
	var runs []*sweepRun
	epochs := 0
	for i, c := range all {
		if err := c.applyDefaults(data); err != nil {
			return nil, err
		}
		runs = append(runs, &sweepRun{value: values[i], cfg: c, ready: make(chan struct{})})
		epochs += c.epochs
	}
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel() // where one fails, the others need not go on
	var next, finished, passed atomic.Int64
	atATime := min(cfg.workers, len(runs))
	for range atATime {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(runs); i = int(next.Add(1)) - 1 {
				runs[i].train(ctx, cfg.seed, data, &passed)
				finished.Add(1)
				close(runs[i].ready)
			}
		})
	}
	bar.from = time.Now()
	out.text("sweep     %d values of %s, %d at a time, each on one core\n\n", len(runs), cfg.sweep.name, atATime)
	out.text(sweepRow, cfg.sweep.name, "valid cost", "valid "+scoreName(data), "test "+scoreName(data))
	best := -1
	for i, run := range runs {
		bar.watch(func() (string, float64) {
			return fmt.Sprintf("%d of %d trainings", finished.Load(), len(runs)), float64(passed.Load()) / float64(epochs)
		})
		<-run.ready
		bar.clear()
		if errors.Is(run.err, errInterrupted) {
			return nil, fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time", errInterrupted, i, len(runs))
		}
		if run.err != nil && !run.diverged() {
			return nil, run.err
		}
		out.sweepRun(cfg.sweep.name, run)
		if run.err == nil && (best < 0 || run.x.final.better(runs[best].x.final)) {
			best = i
		}
	}
	if best < 0 {
		return nil, fmt.Errorf("-sweep %v: every training diverged; try a smaller -lr (it is %s)", &cfg.sweep, cfg.rates.String())
	}
	again := "trained once more"
	if cfg.recipe.fresh {
		again = "trained afresh, from new random weights"
	}
	out.text("\nbest by validation: %s %s, %s\n\n", cfg.sweep.name, runs[best].value, again)
	c, err := cfg.override("", cfg.sweep.name, runs[best].value)
	if err != nil {
		return nil, err
	}
	c.changed = cfg.changed
	if cfg.recipe.fresh {
		c.start = len(runs) + 1
	}
	return &sweepResult{c, runs[best].x.data, sweepFigure(cfg.sweep.name, runs, best)}, c.applyDefaults(data)
}

// train trains with one value. passed counts the epochs of all.
func (r *sweepRun) train(ctx context.Context, seed uint64, data *Dataset, passed *atomic.Int64) {
	if r.cfg.seed != seed { // it draws the parts, and the data where they are made
		if data, r.err = load(ctx, r.cfg, io.Discard); r.err != nil {
			return
		}
	}
	if r.x, r.err = newExperiment(r.cfg, data); r.err != nil {
		return
	}
	r.x.shown = func(int) bool { passed.Add(1); return false }
	r.err = r.x.train(ctx, quiet(), &progress{})
}

func (r *sweepRun) diverged() bool {
	var diverged ErrDiverged
	return errors.As(r.err, &diverged) || errors.Is(r.err, errTooLarge)
}

const sweepRow = "%10s  %12s  %16s  %16s\n"

// sweepRun prints what the training with one value came to.
func (p *printer) sweepRun(name string, r *sweepRun) {
	var value any = r.value // in JSON a number, but for -hidden none
	if json.Valid([]byte(r.value)) {
		value = json.RawMessage(r.value)
	}
	if r.err != nil {
		p.text("%10s  diverged\n", r.value)
		p.event("sweep", "flag", name, "value", value, "failed", r.err.Error())
		return
	}
	d, e := r.x.data, r.x.final
	tested := "none"
	if d.Test.N > 0 {
		tested = score(d.Test.N, e.testCorrect, e.TestRMSE)
	}
	p.text(sweepRow, r.value, fmt.Sprintf("%.5f", *e.ValidCost), score(d.Valid.N, e.validCorrect, e.ValidRMSE), tested)
	p.event("sweep", "flag", name, "value", value, "valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
		"test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE, "weights_sha256", r.x.done.Hash)
}
