// Sweep: trains once for each value of a flag and chooses by the validation part.
package main

import (
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

	"backprop/internal/report"
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
	if g := flags(&config{}).Lookup(s.name); g != nil && s.name != "workers" {
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
		return nil, nil, usageError{fmt.Errorf("-sweep %v: it is for flags that take a number, like l2, lr, hidden or seed, and -%s is none", s, s.name)}
	}
	if cfg.recipe.play != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep does not go with -recipe %s, which is more than one training", cfg.recipe.name)}
	}
	if values, err = s.list(whole); err != nil {
		return nil, nil, usageError{fmt.Errorf("-sweep %w", err)}
	}
	for _, v := range values {
		c, err := cfg.beside("", s.name, v)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, c)
	}
	return values, all, nil
}

// better says whether e did better than b by the validation part, with the cost to
// decide between equals. The test part has no say.
func (e epochEvent) better(b epochEvent) bool {
	switch {
	case e.ValidRMSE != nil && b.ValidRMSE != nil:
		return *e.ValidRMSE < *b.ValidRMSE
	case e.ValidAccuracy == nil || b.ValidAccuracy == nil || e.ValidCost == nil || b.ValidCost == nil:
		return false // of a file that somebody has changed
	case *e.ValidAccuracy != *b.ValidAccuracy:
		return *e.ValidAccuracy > *b.ValidAccuracy
	}
	return *e.ValidCost < *b.ValidCost
}

// runSweep trains once for each value, as many at a time as there are workers, prints
// what each came to, and returns the configuration that did best, and its data.
func runSweep(ctx context.Context, cfg *config, data *Dataset, out *printer, bar *progress) (*config, *Dataset, error) {
	values, all, err := cfg.sweepConfigs()
	if err != nil {
		return nil, nil, err
	}
	if data.Valid.N == 0 {
		return nil, nil, usageError{errors.New("-sweep chooses by a validation part, and there is none: add -valid 0.2")}
	}
	var next, finished, passed atomic.Int64
	train := func(c *config) (*experiment, error) {
		d, err := data, error(nil)
		if c.seed != cfg.seed { // it draws the parts, and the data where they are made
			d, err = load(ctx, c, io.Discard)
		}
		if err != nil {
			return nil, err
		}
		x, err := newExperiment(c, d)
		if err != nil {
			return nil, err
		}
		x.shown = func(int) bool { passed.Add(1); return false }
		return x, x.train(ctx, nil, nil)
	}
	done, errs, ready, epochs := make([]*experiment, len(all)), make([]error, len(all)), make([]chan bool, len(all)), 0
	for i, c := range all {
		if err := c.suit(data); err != nil {
			return nil, nil, err
		}
		ready[i] = make(chan bool)
		epochs += c.epochs
	}
	atATime := min(cfg.workers, len(all))
	var workers sync.WaitGroup
	defer workers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // where one fails, the others need not go on
	for range atATime {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				done[i], errs[i] = train(all[i])
				finished.Add(1)
				close(ready[i])
			}
		}()
	}
	const row = "%10s  %12s  %16s  %16s\n"
	bar.from = time.Now()
	out.text("sweep     %d values of %s, %d at a time, each on one core\n\n", len(all), cfg.sweep.name, atATime)
	out.text(row, cfg.sweep.name, "valid cost", "valid "+scoreName(data), "test "+scoreName(data))
	best := -1
	for i := range all {
		bar.watch(func() (string, float64) {
			return fmt.Sprintf("%d of %d trainings", finished.Load(), len(all)), float64(passed.Load()) / float64(epochs)
		})
		<-ready[i]
		bar.clear()
		var value any = values[i] // in JSON a number, but for -hidden none
		if json.Valid([]byte(values[i])) {
			value = json.RawMessage(values[i])
		}
		var diverged ErrDiverged
		if errors.As(errs[i], &diverged) || errors.Is(errs[i], errTooLarge) {
			out.text("%10s  diverged\n", values[i])
			out.event("sweep", "flag", cfg.sweep.name, "value", value, "failed", errs[i].Error())
			continue
		}
		if errors.Is(errs[i], errInterrupted) {
			return nil, nil, fmt.Errorf("%w after %d of %d trainings of the sweep, which begins anew the next time", errInterrupted, i, len(all))
		}
		if errs[i] != nil {
			return nil, nil, errs[i]
		}
		d, e := done[i].data, done[i].final
		tested := "none"
		if d.Test.N > 0 {
			tested = score(d.Test.N, e.testRight, e.TestRMSE)
		}
		out.text(row, values[i], fmt.Sprintf("%.5f", *e.ValidCost), score(d.Valid.N, e.validRight, e.ValidRMSE), tested)
		out.event("sweep", "flag", cfg.sweep.name, "value", value, "valid_cost", e.ValidCost, "valid_accuracy", e.ValidAccuracy, "valid_rmse", e.ValidRMSE,
			"test_accuracy", e.TestAccuracy, "test_rmse", e.TestRMSE, "weights_sha256", done[i].done.Hash)
		if best < 0 || e.better(done[best].final) {
			best = i
		}
	}
	if best < 0 {
		return nil, nil, fmt.Errorf("-sweep %v: every training diverged; try a smaller -lr (it is %s)", &cfg.sweep, cfg.rates.String())
	}
	out.text("\nbest by validation: %s %s, trained once more\n\n", cfg.sweep.name, values[best])
	c, err := cfg.with("", cfg.sweep.name, values[best])
	if err != nil {
		return nil, nil, err
	}
	c.changed = cfg.changed
	c.figures = []report.Figure{sweepFigure(cfg.sweep.name, values, done, best)}
	return c, done[best].data, c.suit(data)
}
