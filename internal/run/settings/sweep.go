package settings

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/run/flags"
)

// maxTrainings is as many as a sweep may have.
const maxTrainings = 10000

// A SweepRun is the settings of one training of a sweep.
type SweepRun struct {
	Task     int      // its number, from 0
	Values   []string // a value of each axis
	Settings *Settings
}

// twice is an error where one value is in the list twice, by whatever spelling: its training would count twice.
func twice(s *flags.Axis, list []string) error {
	cfg, seen := New(&Words{}), map[string]bool{}
	for _, value := range list {
		if cfg.Flags.Set(s.Name, value) != nil {
			continue // the training itself says what is wrong
		}
		is := cfg.Text(s.Name)
		if seen[is] {
			return fmt.Errorf("%s=%s: %s appears twice: give each value once", s.Name, s.Values, is)
		}
		seen[is] = true
	}
	return nil
}

// kind says whether the axis' flag takes whole numbers; an error, if it takes none, or what a network learns
// does not depend on it.
func kind(s *flags.Axis) (whole bool, err error) {
	cfg := New(&Words{})
	var can []string
	for _, name := range cfg.LearnedFlags() {
		var v any = cfg.Flags.Lookup(name).Value
		if std, ok := v.(flag.Getter); ok {
			v = std.Get()
		}
		switch v.(type) {
		case int, uint64, *flags.Sizes:
			whole = true
		case float64, *flags.Rates:
			whole = false
		default:
			continue
		}
		if name == s.Name {
			return whole, nil
		}
		can = append(can, name)
	}
	return false, flags.Wrong("-sweep %s=%s: a sweep tries values of %s, and -%s is none of these", s.Name, s.Values,
		strings.Join(can, ", "), s.Name)
}

// SweepRuns are the trainings of the sweep, in their order.
func (cfg *Settings) SweepRuns() (runs []SweepRun, err error) {
	if len(cfg.Sweep) == 0 {
		return nil, nil
	}
	if cfg.Recipe.SeveralTrainings {
		return nil, flags.Wrong("-sweep does not go with -recipe %s, which has several trainings", cfg.Recipe.Name)
	}
	lists := make([][]string, len(cfg.Sweep))
	for i, a := range cfg.Sweep {
		whole, err := kind(&a)
		if err != nil {
			return nil, err
		}
		if lists[i], err = a.List(whole); err == nil {
			err = twice(&a, lists[i])
		}
		if err != nil {
			return nil, flags.Wrong("-sweep %w", err)
		}
	}
	tasks, err := cfg.Combinations(lists)
	if err != nil {
		return nil, err
	}
	for task, which := range tasks {
		r := SweepRun{Task: task}
		var pairs []string
		for i, v := range which {
			r.Values = append(r.Values, lists[i][v])
			pairs = append(pairs, cfg.Sweep[i].Name, lists[i][v])
		}
		if r.Settings, err = cfg.Variant("", pairs...); err != nil {
			return nil, err
		}
		if cfg.Recipe.NewWeightsEach {
			r.Settings.Restart = task + 1
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// Combinations are which value of each axis the trainings have: all there are, or, with
// -sweep-draws, so many drawn ones, each with every seed.
func (cfg *Settings) Combinations(lists [][]string) (tasks [][]int, err error) {
	drawn := slices.Clone(lists) // what is drawn of
	product, seeds := 1.0, 1
	for i, a := range cfg.Sweep {
		if a.Name == "seed" && cfg.Sweep.Averages() {
			seeds, drawn[i] = len(lists[i]), nil
			continue
		}
		product *= float64(len(lists[i]))
	}
	n := product
	if draws := float64(cfg.SweepDraws); draws > 0 {
		if n = draws; n > product {
			return nil, flags.Wrong("-sweep-draws %d: there are only %g combinations", cfg.SweepDraws, product)
		}
	}
	if n*float64(seeds) > maxTrainings || product > 1<<53 {
		return nil, flags.Wrong("-sweep %v: %.6g trainings are more than %d; take fewer values, "+
			"or draw some with -sweep-draws", &cfg.Sweep, n*float64(seeds), maxTrainings)
	}
	rng, seen := exact.Stream(cfg.Seed, exact.ForSweep, 0), map[uint64]bool{}
	for i := uint64(0); len(seen) < int(n); i++ {
		at := i
		if cfg.SweepDraws > 0 {
			at = rng.Uint64N(uint64(product))
		}
		if seen[at] {
			continue
		}
		seen[at] = true
		which := make([]int, len(lists))
		for k := len(lists) - 1; k >= 0; k-- {
			if size := uint64(len(drawn[k])); size > 0 {
				which[k], at = int(at%size), at/size
			}
		}
		for seed := range seeds {
			task := slices.Clone(which)
			if k := slices.IndexFunc(drawn, func(l []string) bool { return l == nil }); k >= 0 {
				task[k] = seed
			}
			tasks = append(tasks, task)
		}
	}
	slices.SortFunc(tasks, slices.Compare)
	return tasks, nil
}

// WithoutSeed leaves out what belongs to the axis of seeds, where these count together.
func (cfg *Settings) WithoutSeed(values []string) (rest []string) {
	for i, v := range values {
		if cfg.Sweep[i].Name != "seed" || !cfg.Sweep.Averages() {
			rest = append(rest, v)
		}
	}
	return rest
}

// unexpected is the error of a word that belongs to no flag: the shell may have taken a sweep apart.
func (cfg *Settings) unexpected(word string) error {
	if name, _, ok := strings.Cut(word, "="); ok && len(cfg.Sweep) > 0 && cfg.Flags.Lookup(name) != nil {
		return fmt.Errorf("unexpected argument %q: put the whole sweep into quotation marks, as in -sweep \"%s %s\"",
			word, cfg.Sweep.String(), word)
	}
	return fmt.Errorf("unexpected argument %q: this program takes flags only", word)
}
