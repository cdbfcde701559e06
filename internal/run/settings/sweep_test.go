package settings

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// choices are enough for the default settings.
var choices = &Choices{Activations: []string{"relu"}, Outputs: []string{"linear"},
	Costs: []CostChoice{{Name: "ce"}, {Name: "mse"}}, Bugs: []string{"list"}}

// TestSweepDraws: some of the combinations, the same each time, each with every seed.
func TestSweepDraws(t *testing.T) {
	draw := func(seed string) (list []string) {
		cfg, err := Parse([]string{"-seed", seed, "-sweep", "l2=0.01:100:50 seed=1,2 lr=0.01:1:20 momentum=0,0.5,0.9",
			"-sweep-draws", "10"}, io.Discard, choices)
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
			seeds[strings.Join(cfg.Sweep.WithoutSeed(r.Values), " ")]++
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
