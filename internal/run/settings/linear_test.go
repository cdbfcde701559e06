package settings

import (
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/run/flags"
)

// TestLinear: which trainings have a linear model beside them, and with which settings.
func TestLinear(t *testing.T) {
	table := func(train int) *dataset.Dataset {
		return &dataset.Dataset{Train: dataset.Set{N: train, Dim: 1, Values: make([]float64, train)},
			Valid: dataset.Set{N: 10}, Test: dataset.Set{N: 20}}
	}
	for _, c := range []struct {
		args string
		rows int
		want bool
	}{
		{"", 100, true}, {"", 4970, true}, {"", 4971, false}, {"-hidden none", 100, false}, {"-lr 0.1,0.2", 100, false},
		{"-lr 0.1", 100, true},
		{"-hidden 4 -dropout 0.1,0.5 -patience 3 -valid 10", 100, true},
	} {
		cfg, err := Parse(strings.Fields(c.args), &strings.Builder{}, choices)
		if err != nil {
			t.Fatal(c.args, err)
		}
		got := cfg.Linear(table(c.rows))
		if (got != nil) != c.want {
			t.Errorf("%q of %d rows: %v", c.args, c.rows, got != nil)
		}
		if got != nil && (len(got.Hidden) != 0 || !got.Nested || got.Epochs != cfg.Epochs || got.Seed != cfg.Seed ||
			len(got.Dropout) > 1 || cfg.Hidden == nil) {
			t.Errorf("%q: %+v", c.args, got)
		}
	}
	for _, change := range []func(cfg *Settings, d *dataset.Dataset){
		func(_ *Settings, d *dataset.Dataset) { d.Train.Values = nil },
		func(_ *Settings, d *dataset.Dataset) { d.Test.N = 0 },
		func(cfg *Settings, _ *dataset.Dataset) { cfg.Load = "m" },
		func(cfg *Settings, _ *dataset.Dataset) { cfg.Nested = true },
		func(cfg *Settings, _ *dataset.Dataset) { cfg.Bug = "bias" },
		func(cfg *Settings, _ *dataset.Dataset) { cfg.Recipe.Name = "xor" },
	} {
		cfg, d := New(choices), table(100)
		if change(cfg, d); cfg.Linear(d) != nil {
			t.Errorf("%+v has a linear model beside it", cfg)
		}
	}
	cfg := New(choices)
	cfg.Nested, cfg.Folds, cfg.Dropout, cfg.Save = true, 5, flags.Dropout{0.1, 0.5}, "m"
	if c := cfg.Linear(table(100)); c == nil || c.Save != "" || !slices.Equal(c.Dropout, flags.Dropout{0.1}) ||
		c.Recipe.ShowEpoch(1) {
		t.Errorf("of a fold: %+v", c)
	}
}
