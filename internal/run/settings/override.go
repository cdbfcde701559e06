// Settings made from several lists of flags: the recipe's, the command line's, and those of one training of many.

package settings

import (
	"flag"
	"fmt"
	"maps"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/run/flags"
	"backprop/internal/run/recipes"
)

// applyRecipe returns the settings with those of the recipe that -recipe names, if any. The other flags on the command
// line override the recipe's.
func (cfg *Settings) applyRecipe() (*Settings, error) {
	if !cfg.Given["recipe"] || cfg.RecipeName == "list" {
		return cfg, nil
	}
	r := recipes.Find(cfg.RecipeName)
	if r == nil {
		return nil, flags.CheckOneOf("recipe", cfg.RecipeName, append([]string{"list"}, recipes.Names()...))
	}
	if r.OwnDataOnly && cfg.Data != "" {
		return nil, flags.Wrong("-recipe %s makes its own data: leave out -data", r.Name)
	}
	if name := cfg.givenBesides("recipe", "report", "json", "workers", "kernel"); r.DrawsOnly && name != "" {
		return nil, flags.Wrong("-recipe %s draws curves and trains nothing: leave out -%s", r.Name, name)
	}
	cfg.Recipe = *r
	c, err := cfg.Override("")
	if err == nil && !c.Given["sweep"] && (c.Gradcheck || c.Explain.Name != "") {
		c.Sweep = nil // drop the recipe's sweep: only one step is shown, so there is nothing to choose
	}
	return c, err
}

// Override returns new settings from four sources, of which later ones override earlier ones: the recipe's flags,
// further flags in before, the command line, and last, a list of names and values by turns.
func (cfg *Settings) Override(before string, last ...string) (*Settings, error) {
	c := New(cfg.choices)
	c.Given, c.Args, c.Recipe = maps.Clone(cfg.Given), cfg.Args, cfg.Recipe
	if r := cfg.Recipe; r.Name != "" {
		recipeFlags := "-schedule constant " + r.Flags // no tutorial has a schedule
		if cfg.Data == "" {
			recipeFlags += " " + r.FlagsWithoutData
		}
		before = recipeFlags + " " + before
	}
	if err := c.set(strings.Fields(before)); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", cfg.Recipe.Name, err)
	}
	recipeValues := map[string]string{}
	c.Flags.VisitAll(func(f *flag.Flag) { recipeValues[f.Name] = f.Value.String() })
	if err := c.set(cfg.Args); err != nil {
		return nil, flags.UsageError{Err: err}
	}
	for _, name := range append(c.LearningFlags(), "sweep") {
		if value := c.Text(name); value != recipeValues[name] {
			c.Changed = append(c.Changed, fmt.Sprintf("-%s %s (%s)", name, value, recipeValues[name]))
		}
	}
	for i := 0; i < len(last); i += 2 {
		name, value := last[i], last[i+1]
		c.Given[name] = true
		if err := c.Flags.Set(name, value); err != nil {
			return nil, flags.Wrong("-%s %s: %w", name, value, err)
		}
	}
	return c, nil
}

// Variant returns the settings of one of several trainings that run at the same time: like Override, but with one
// worker, and without the files that are to be written only for the best training.
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

// FirstWeightsSeed returns the seed with which the first weights are drawn. If the trainings of a sweep start from new
// weights, each has its own seed.
func (cfg *Settings) FirstWeightsSeed() uint64 {
	if cfg.Restart == 0 {
		return cfg.Seed
	}
	return exact.Mix(cfg.Seed<<16 + uint64(cfg.Restart))
}
