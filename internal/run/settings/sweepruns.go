package settings

import (
	"flag"
	"strings"

	"backprop/internal/run/flags"
)

// A SweepRun is one training of a sweep.
type SweepRun struct {
	Task     int      // its number, from 0
	Values   []string // its value on each axis
	Settings *Settings
}

// SweepRuns returns the trainings of the sweep, in order.
func (cfg *Settings) SweepRuns() (runs []SweepRun, err error) {
	if len(cfg.Sweep) == 0 {
		return nil, nil
	}
	if cfg.Recipe.SeveralTrainings {
		return nil, flags.Wrong("-sweep does not go with -recipe %s, which has several trainings", cfg.Recipe.Name)
	}
	lists := make([][]string, len(cfg.Sweep))
	for i, axis := range cfg.Sweep {
		if lists[i], err = axisValues(axis); err != nil {
			return nil, err
		}
	}
	tasks, err := cfg.Sweep.Combinations(lists, cfg.SweepDraws, cfg.Seed)
	if err != nil {
		return nil, err
	}
	for task, indices := range tasks {
		run := SweepRun{Task: task}
		var pairs []string
		for i, k := range indices {
			value := lists[i][k]
			run.Values = append(run.Values, value)
			pairs = append(pairs, cfg.Sweep[i].Name, value)
		}
		if run.Settings, err = cfg.Variant("", pairs...); err != nil {
			return nil, err
		}
		if cfg.Recipe.NewWeightsEach {
			run.Settings.Restart = task + 1
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// axisValues returns the values that the axis gives to its flag.
func axisValues(axis flags.Axis) ([]string, error) {
	cfg := New(&Choices{})
	whole, err := cfg.takesWhole(axis)
	if err != nil {
		return nil, err
	}
	list, err := axis.Expand(whole)
	if err != nil {
		return nil, flags.Wrong("-sweep %w", err)
	}
	seen := map[string]bool{}
	for _, value := range list {
		if cfg.Flags.Set(axis.Name, value) != nil {
			continue // Variant will return the error for this value
		}
		value = cfg.Text(axis.Name) // so that 0.1 and .1 are the same
		if seen[value] {
			return nil, flags.Wrong("-sweep %s=%s: %s appears twice: give each value once", axis.Name, axis.Values, value)
		}
		seen[value] = true
	}
	return list, nil
}

// takesWhole reports whether the flag of the axis takes whole numbers. It returns an error if it takes no numbers, or
// does not change what a network learns.
func (cfg *Settings) takesWhole(axis flags.Axis) (whole bool, err error) {
	var numeric []string
	for _, name := range cfg.LearningFlags() {
		var value any = cfg.Flags.Lookup(name).Value
		if getter, ok := value.(flag.Getter); ok {
			value = getter.Get()
		}
		switch value.(type) {
		case int, uint64, *flags.Sizes:
			whole = true
		case float64, *flags.Rates:
			whole = false
		default:
			continue
		}
		if name == axis.Name {
			return whole, nil
		}
		numeric = append(numeric, name)
	}
	return false, flags.Wrong("-sweep %s=%s: a sweep tries values of %s, and -%s is none of these", axis.Name, axis.Values,
		strings.Join(numeric, ", "), axis.Name)
}
