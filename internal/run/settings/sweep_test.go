package settings

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
	"backprop/internal/run/flags"
)

// words are enough for the default settings.
var words = &Words{Activations: []string{"relu"}, Outputs: []string{"linear"},
	Costs: []CostWord{{Name: "ce"}, {Name: "mse"}}, Bugs: []string{"list"}}

// TestSweepDraws: some of the combinations, the same each time, each with every seed.
func TestSweepDraws(t *testing.T) {
	draw := func(seed string) (list []string) {
		cfg, err := Parse([]string{"-seed", seed, "-sweep", "l2=0.01:100:50 seed=1,2 lr=0.01:1:20 momentum=0,0.5,0.9",
			"-sweep-draws", "10"}, io.Discard, words)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := cfg.SweepRuns()
		if err != nil {
			t.Fatal(err)
		}
		seeds := map[string]int{}
		for i, r := range runs {
			if r.Task != i {
				t.Errorf("run %d is task %d", i, r.Task)
			}
			list = append(list, strings.Join(r.Values, " "))
			seeds[strings.Join(cfg.WithoutSeed(r.Values), " ")]++
		}
		if len(seeds) != 10 || len(runs) != 20 {
			t.Errorf("%d combinations in %d runs", len(seeds), len(runs))
		}
		return list
	}
	a, b, c := draw("1"), draw("1"), draw("2")
	if fmt.Sprint(a) != fmt.Sprint(b) || fmt.Sprint(a) == fmt.Sprint(c) {
		t.Errorf("drawn are\n%q\n%q\n%q", a, b, c)
	}
	if want := "0.0"; !strings.HasPrefix(a[0], want) || a[0] > a[len(a)-1] && !strings.HasPrefix(a[len(a)-1], "1") {
		t.Errorf("they are not in the order of the product: %q", a)
	}
}

// TestSweepDrawsOfMany: of up to 2⁵³ combinations, which is as far as they are counted exactly, some can be drawn.
func TestSweepDrawsOfMany(t *testing.T) {
	for _, c := range []struct {
		last int // values of the last axis; four others have 2¹³ each
		want string
	}{{1, ""}, {2, ""}, {3, "more than 10000"}, {4, "more than 10000"}} {
		cfg := New(&Words{})
		cfg.Sweep.Set("lr=1,2 l2=1,2 momentum=0,0.5 maxnorm=1,2 epochs=1,2")
		cfg.SweepDraws = 3
		many := make([]string, 1<<13)
		lists := [][]string{many, many, many, many, many[:c.last]}
		tasks, err := cfg.Combinations(lists)
		if c.want == "" && (err != nil || len(tasks) != 3) || c.want != "" && !filetest.Says(err, c.want) {
			t.Errorf("the last with %d values: %d tasks, %v; want %q", c.last, len(tasks), err, c.want)
		}
		for _, which := range tasks {
			for i, v := range which {
				if v >= len(lists[i]) {
					t.Errorf("value %d of %d", v, len(lists[i]))
				}
			}
		}
	}
}

// TestClassWeights: which weights there can be, from 0 to a million, a class named once.
func TestClassWeights(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b", "c"}, Train: dataset.Set{N: 6, Labels: []int32{0, 0, 0, 1, 1, 2}}}
	for text, want := range map[string]string{
		"a=0": "[0 1 1]", "c=1e6": "[1 1 1e+06]", " b =0.5,a=3": "[3 0.5 1]", "balanced": "[0.6666666666666666 1 2]",
		"a=1000001": "-classweight a=1000001: a weight is a number from 0 to a million",
		"b=NaN":     "-classweight b=NaN: a weight",
		"b=":        "-classweight b=: a weight", "b=1,b=1": "-classweight b=1,b=1: b appears twice",
		"b=-0.1":      "-classweight b=-0.1: a weight",
		"d=1":         `-classweight d=1: there is no class "d"; there are a, b, c`,
		"a=0,b=0,c=0": "-classweight a=0,b=0,c=0: all classes have the weight 0",
		"a=2,b":       `-classweight "b": expected balanced, or the form`, "=2": `there is no class ""`,
	} {
		weights, err := flags.ClassWeights(text, d)
		if got := fmt.Sprint(weights); err == nil && got != want || err != nil && !filetest.Says(err, want) {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}
