// Override: the recipe's settings, what the command line says beside them, and the settings of trainings beside.

package settings

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/run/flags"
	"backprop/internal/run/recipes"
)

// applyRecipe is the configuration of the command line with the recipe that it names,
// if it names one: the recipe's flags are set first, and the others override them.
func (cfg *Settings) applyRecipe() (*Settings, error) {
	if !cfg.Given["recipe"] || cfg.RecipeName == "list" {
		return cfg, nil
	}
	r := recipes.Find(cfg.RecipeName)
	if r == nil {
		return nil, flags.OneOf("recipe", cfg.RecipeName, append([]string{"list"}, recipes.Names()...))
	}
	cfg.Recipe = *r
	if cfg.Recipe.OwnDataOnly && cfg.Data != "" {
		return nil, flags.Wrong("-recipe %s makes its own data: leave out -data", cfg.Recipe.Name)
	}
	for name := range cfg.Given {
		if cfg.Recipe.DrawsOnly && !strings.Contains(" recipe report json workers kernel ", " "+name+" ") {
			return nil, flags.Wrong("-recipe %s draws curves and trains nothing: leave out -%s", cfg.Recipe.Name, name)
		}
	}
	c, err := cfg.Override("")
	if err == nil && (c.Gradcheck || c.Explain.Name != "") && !c.Given["sweep"] {
		c.Sweep = nil // the recipe's: a step is looked at, and nothing chosen
	}
	return c, err
}

// Override is cfg with more flags of the recipe's, which the command line overrides, and
// with flags that override all: names and values by turns.
func (cfg *Settings) Override(before string, last ...string) (*Settings, error) {
	c := New(cfg.words)
	c.Given, c.Args, c.Recipe = maps.Clone(cfg.Given), cfg.Args, cfg.Recipe
	if r := cfg.Recipe; r.Name != "" { // no tutorial has a schedule
		if cfg.Data == "" {
			before = r.Alone + " " + before
		}
		before = "-schedule constant " + r.Flags + " " + before
	}
	if err := c.set(strings.Fields(before)); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", cfg.Recipe.Name, err)
	}
	was := map[string]string{}
	c.Flags.VisitAll(func(f *flag.Flag) { was[f.Name] = f.Value.String() })
	if err := c.set(cfg.Args); err != nil {
		return nil, flags.UsageError{Err: err}
	}
	for _, name := range append(c.LearnedFlags(), "sweep") {
		if is := c.Text(name); is != was[name] {
			c.Changed = append(c.Changed, fmt.Sprintf("-%s %s (%s)", name, is, was[name]))
		}
	}
	for i := 0; i < len(last); i += 2 {
		c.Given[last[i]] = true
		if err := c.Flags.Set(last[i], last[i+1]); err != nil {
			return nil, flags.Wrong("-%s %s: %w", last[i], last[i+1], err)
		}
	}
	return c, nil
}

// Variant is cfg for one of several trainings side by side: as override, but with one
// worker, and without the files that the command line wants to have of its result.
func (cfg *Settings) Variant(before string, last ...string) (*Settings, error) {
	last = append(last, "workers", "1", "sweep", "none", "save", "", "resume", "false", "report", "", "export", "",
		"sweep-draws", "0", "sweep-dir", "", "sweep-task", "")
	c, err := cfg.Override(before, last...)
	if err != nil {
		return nil, err
	}
	c.Nested = true
	return c, c.Check()
}

// FirstWeightsSeed is what the first weights are drawn from: of the trainings of a sweep that begin
// afresh, each has its own.
func (cfg *Settings) FirstWeightsSeed() uint64 {
	if cfg.Restart == 0 {
		return cfg.Seed
	}
	return exact.Mix(cfg.Seed<<16 + uint64(cfg.Restart))
}

// FirstWeights is what -init asks for: he, glorot, normal, normal:1, zero or uniform, and for
// uniform its R.
func (cfg *Settings) FirstWeights() (kind string, r float64, err error) {
	name, rest, _ := strings.Cut(cfg.Init, ":")
	switch name {
	case "he", "glorot", "zero":
		return name, 0, nil
	case "normal":
		if rest == "1" || rest == "" {
			return cfg.Init, 0, nil
		}
		return "", 0, flags.Wrong("-init %q: expected normal, or normal:1 for biases of 1", cfg.Init)
	case "uniform":
		if v, err := strconv.ParseFloat(rest, 64); err == nil && v > 0 && !math.IsInf(v, 0) {
			return name, v, nil
		}
		return "", 0, flags.Wrong("-init %q: expected the form uniform:R with R above 0, as in uniform:0.5", cfg.Init)
	}
	return "", 0, flags.OneOf("init", cfg.Init, []string{"he", "glorot", "normal", "normal:1", "uniform:R", "zero"})
}
