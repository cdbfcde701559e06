package settings

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/show/text"
)

// A Sweep is the -sweep flag: the flags to try values of, the last one fastest.
type Sweep []Axis

// An Axis is one flag, and its values as they are written: 0.01:100:10 or 0.1,0.5,1.
type Axis struct{ Name, Values string }

func (s *Sweep) String() string {
	var list []string
	for _, a := range *s {
		list = append(list, a.Name+"="+a.Values)
	}
	return strings.Join(list, " ")
}

func (s *Sweep) Set(text string) error {
	*s = nil
	if text == "none" {
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty, perhaps from a variable that is not set: say what to try, as in lr=0.1,0.5,1")
	}
	for _, part := range strings.Fields(text) {
		name, values, _ := strings.Cut(part, "=")
		name = strings.TrimLeft(name, "-")
		if name == "" || values == "" {
			return errors.New("it takes the form P=VALUES, as in l2=0.01:100:10 or lr=0.1,0.5,1, and more of them " +
				"with spaces between")
		}
		if s.has(name) {
			return fmt.Errorf("%s is there twice: give all its values at once, as in %s=1,2,3", name, name)
		}
		*s = append(*s, Axis{name, values})
	}
	return nil
}

func (s *Sweep) has(name string) bool { return slices.Contains(s.Names(), name) }

// Names are the flags that are swept.
func (s *Sweep) Names() (names []string) {
	for _, a := range *s {
		names = append(names, a.Name)
	}
	return names
}

// Averages says that trainings which differ by their seed alone count together.
func (s *Sweep) Averages() bool { return len(*s) > 1 && s.has("seed") }

// list is the values to try. Log-spaced ones are rounded to four digits: what is printed
// is what is used, and can be given to the flag itself.
func (s *Axis) list(whole bool) (list []string, err error) {
	part := strings.Split(s.Values, ":")
	if len(part) == 1 {
		return strings.Split(s.Values, ","), nil
	}
	part = append(part, "", "")
	from, err1 := strconv.ParseFloat(part[0], 64)
	to, err2 := strconv.ParseFloat(part[1], 64)
	n, err3 := strconv.Atoi(part[2])
	bad := errors.Join(err1, err2, err3) != nil || len(part) != 5
	if bad || !(from > 0 && to > 0) || math.IsInf(from+to, 0) || n < 2 || n > 1000 {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values, 2 to 1000, "+
			"to space between them in equal ratios; any others can be listed, as in 0,0.1,1", s.Values)
	}
	for i := range n {
		at := float64(i) / float64(n-1)
		v := exact.Exp(float64(exact.Log(from)*(1-at)) + float64(exact.Log(to)*at)) // the bits of math.Pow differ between machines
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

// maxTrainings is as many as a sweep may have.
const maxTrainings = 10000

// A SweepRun is the settings of one training of a sweep.
type SweepRun struct {
	Task     int      // its number, from 0
	Values   []string // a value of each axis
	Settings *Settings
}

// twice is an error where one value is in the list twice, by whatever spelling: its training would count twice.
func (s *Axis) twice(list []string) error {
	cfg, seen := New(&Words{}), map[string]bool{}
	for _, value := range list {
		if cfg.Flags.Set(s.Name, value) != nil {
			continue // the training itself says what is wrong
		}
		is := cfg.Text(s.Name)
		if seen[is] {
			return fmt.Errorf("%s=%s: %s is there twice: give each value once", s.Name, s.Values, is)
		}
		seen[is] = true
	}
	return nil
}

// kind says whether the axis' flag takes whole numbers; an error, if it takes none, or what a network learns
// does not depend on it.
func (s *Axis) kind() (whole bool, err error) {
	cfg := New(&Words{})
	var can []string
	for _, name := range cfg.LearnedFlags() {
		var v any = cfg.Flags.Lookup(name).Value
		if std, ok := v.(flag.Getter); ok {
			v = std.Get()
		}
		switch v.(type) {
		case int, uint64, *Sizes:
			whole = true
		case float64, *Rates:
			whole = false
		default:
			continue
		}
		if name == s.Name {
			return whole, nil
		}
		can = append(can, name)
	}
	return false, Wrong("-sweep %s=%s: a sweep tries values of %s, and -%s is none of these", s.Name, s.Values,
		strings.Join(can, ", "), s.Name)
}

// A Task is the -sweep-task flag: K, one training, or K/N, every Nth from K.
type Task struct {
	Given  bool
	K, All int // all is 0 where it is one training
}

func (t *Task) String() string {
	switch {
	case !t.Given:
		return ""
	case t.All == 0:
		return strconv.Itoa(t.K)
	}
	return fmt.Sprintf("%d/%d", t.K, t.All)
}

func (t *Task) Set(text string) error {
	if *t = (Task{}); text == "" {
		return nil
	}
	k, all, shard := strings.Cut(text, "/")
	var err, err2 error
	t.K, err = strconv.Atoi(k)
	if shard {
		t.All, err2 = strconv.Atoi(all)
	}
	if err != nil || err2 != nil || t.K < 0 || shard && t.K >= t.All {
		return errors.New("it is the number of a training, from 0, or K/N for every Nth from K, which is below N")
	}
	t.Given = true
	return nil
}

// Of is which of n trainings the task has.
func (t *Task) Of(n int) (mine []int, err error) {
	from, step := t.K, t.All
	switch {
	case !t.Given:
		from, step = 0, 1
	case t.K >= n && t.All == 0:
		return nil, Wrong("-sweep-task %d: the sweep has %s, from 0 to %d", t.K, text.Plural(n, "training"), n-1)
	case t.K >= n:
		return nil, Wrong("-sweep-task %v: the sweep has only %s", t, text.Plural(n, "training"))
	case t.All == 0:
		step = n
	}
	for k := from; k < n; k += step {
		mine = append(mine, k)
	}
	return mine, nil
}

// SweepRuns are the trainings of the sweep, in their order.
func (cfg *Settings) SweepRuns() (runs []SweepRun, err error) {
	if len(cfg.Sweep) == 0 {
		return nil, nil
	}
	if cfg.Recipe.SeveralTrainings {
		return nil, Wrong("-sweep does not go with -recipe %s, which is more than one training", cfg.Recipe.Name)
	}
	lists := make([][]string, len(cfg.Sweep))
	for i, a := range cfg.Sweep {
		whole, err := a.kind()
		if err != nil {
			return nil, err
		}
		if lists[i], err = a.list(whole); err == nil {
			err = a.twice(lists[i])
		}
		if err != nil {
			return nil, Wrong("-sweep %w", err)
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
			return nil, Wrong("-sweep-draws %d: there are only %g to draw from", cfg.SweepDraws, product)
		}
	}
	if n*float64(seeds) > maxTrainings || product > 1<<53 {
		return nil, Wrong("-sweep %v: %.6g trainings are more than %d; take fewer values, "+
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
	return fmt.Errorf("unexpected argument %q: everything is said with flags", word)
}
