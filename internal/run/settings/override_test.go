package settings

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestOverride: the recipe's flags give way to those before the command line, these to the command line, and all to the
// last. The settings that they are made from stay as they are.
func TestOverride(t *testing.T) {
	cfg := parse(t, "-recipe sine -lr 1 -seed 3")
	c, err := cfg.Override("-lr 2 -epochs 5", "seed", "4", "batch", "6")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(c.Activation, " ", c.Epochs, " ", c.Rate.String(), " ", c.Seed, " ", c.Batch, " ", c.Given)
	if want := "tanh 5 1 4 6 map[batch:true lr:true recipe:true seed:true]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(cfg.Given) != 3 || cfg.Seed != 3 {
		t.Errorf("the old settings: got %v, seed %d", cfg.Given, cfg.Seed)
	}
	if _, err := cfg.Override("", "lr", "x"); !filetest.Says(err, `-lr x: "x" is not a learning rate`) {
		t.Errorf("a rate of x: got %v", err)
	}
	if _, err := cfg.Override("-lr x"); !filetest.Says(err, "recipe sine: ", `"x" is not a learning rate`) {
		t.Errorf("a rate of x in the recipe: got %v", err)
	}
}

// TestRecipe: what is changed of a recipe is listed with the recipe's value. Some of its flags are for its own data,
// and its sweep is not for a single step.
func TestRecipe(t *testing.T) {
	for args, want := range map[string]string{
		"-recipe sine":                   "constant valid 0 sweep none changed ",
		"-recipe sine -lr 1 -seed 3":     "constant valid 0 sweep none changed -lr 1 (0.1,0.01), -seed 3 (1)",
		"-recipe plain -schedule=cosine": "cosine valid 0 sweep none changed ",
		"-recipe matrix":                 "constant valid 0 sweep none changed ",
		"-recipe matrix -data d":         "constant valid 10000 sweep none changed ",
		"-recipe digits":                 "constant valid 0.4 sweep l2=0.01:100:10 changed ",
		"-recipe digits -sweep lr=1,2":   "constant valid 0.4 sweep lr=1,2 changed -sweep lr=1,2 (l2=0.01:100:10)",
		"-recipe digits -gradcheck":      "constant valid 0.4 sweep none changed ",
		"-recipe digits -explain":        "constant valid 0.4 sweep none changed ",
	} {
		cfg := parse(t, args)
		sweep := "none"
		if len(cfg.Sweep) > 0 {
			sweep = cfg.Sweep.String()
		}
		got := fmt.Sprint(cfg.Schedule.String(), " valid ", cfg.Valid.String(), " sweep ", sweep, " changed ",
			strings.Join(cfg.Changed, ", "))
		if got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// TestVariantWritesNothing: of many trainings that run side by side, each has one worker, and none writes a file.
func TestVariantWritesNothing(t *testing.T) {
	for _, args := range []string{"-workers 3 -sweep lr=1,2 -sweep-draws 2 -save m -resume -export m.onnx -report r",
		"-workers 3 -sweep lr=1,2 -sweep-dir d -sweep-task 1"} {
		c, err := parse(t, args).Variant("", "lr", "1")
		if err != nil {
			t.Fatal(err)
		}
		if c.Workers != 1 || len(c.outputs()) > 0 || c.Resume || len(c.Sweep) > 0 || c.SweepDraws != 0 || c.SweepTask.Given ||
			!c.Nested {
			t.Errorf("%s: got %+v", args, c)
		}
	}
	if _, err := parse(t, "").Variant("", "epochs", "0"); !filetest.Says(err, "-epochs 0: expected 1") {
		t.Errorf("no epochs: got %v", err)
	}
}

// TestFirstWeightsSeed: the trainings of a sweep of new weights each have a seed of their own, which SplitMix64 makes
// of the seed · 2¹⁶ + the number of the training. Python computed these.
func TestFirstWeightsSeed(t *testing.T) {
	for _, c := range []struct {
		args        string
		single      uint64
		first, last uint64 // of ten
	}{
		{"-recipe digits", 1, 1604639588917441787, 16689920066110079106},
		{"-recipe digits -seed 2", 2, 12564027994528270599, 7481551205149787665},
	} {
		cfg := parse(t, c.args)
		if got := cfg.FirstWeightsSeed(); got != c.single {
			t.Errorf("%s: got %d for a single training, want %d", c.args, got, c.single)
		}
		runs, err := cfg.SweepRuns()
		if err != nil || len(runs) != 10 {
			t.Fatal(len(runs), err)
		}
		first, last := runs[0].Settings.FirstWeightsSeed(), runs[9].Settings.FirstWeightsSeed()
		if first != c.first || last != c.last {
			t.Errorf("%s: got %d … %d, want %d … %d", c.args, first, last, c.first, c.last)
		}
	}
}
