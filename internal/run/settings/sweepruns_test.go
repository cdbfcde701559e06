package settings

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// sweepValues returns the values of each training of a sweep, and checks that its settings have them.
func sweepValues(t *testing.T, sweep string, args ...string) (list []string) {
	t.Helper()
	cfg, err := Parse(append(args, "-sweep", sweep), io.Discard, choices)
	if err != nil {
		t.Fatal(err)
	}
	runs, err := cfg.SweepRuns()
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range runs {
		for k, axis := range cfg.Sweep {
			if got := run.Settings.Text(axis.Name); run.Task != i || got != run.Values[k] {
				t.Errorf("run %d: got task %d and -%s %s, want %s", i, run.Task, axis.Name, got, run.Values[k])
			}
		}
		list = append(list, strings.Join(run.Values, " "))
	}
	return list
}

// TestSweepRuns: of a range, a flag for whole numbers gets whole numbers. Between 10 and 20 lies √200.
func TestSweepRuns(t *testing.T) {
	for sweep, want := range map[string]string{
		"hidden=10:20:3": "[10 14 20]", "epochs=10:20:3": "[10 14 20]", "seed=10:20:3": "[10 14 20]",
		"l2=10:20:3": "[10 14.14 20]", "lr=10:20:3": "[10 14.14 20]", "hidden=none,4": "[none 4]",
		"lr=0.1,0.2 hidden=3": "[0.1 3 0.2 3]",
	} {
		if got := fmt.Sprint(sweepValues(t, sweep)); got != want {
			t.Errorf("-sweep %s: got %s, want %s", sweep, got, want)
		}
	}
}

// TestSweepDraws: -seed draws some of the combinations, each of which is trained with every seed of the sweep.
func TestSweepDraws(t *testing.T) {
	draw := func(seed string) []string {
		return sweepValues(t, "l2=0.01:100:50 lr=0.01:1:20 momentum=0,0.5,0.9 seed=1,2", "-seed", seed, "-sweep-draws", "10")
	}
	drawn, again, others := draw("1"), draw("1"), draw("2")
	for i := range 10 {
		first, _ := strings.CutSuffix(drawn[2*i], " 1")
		second, _ := strings.CutSuffix(drawn[2*i+1], " 2")
		if first != second {
			t.Errorf("combination %d: got %s and %s, want the same with seeds 1 and 2", i, drawn[2*i], drawn[2*i+1])
		}
	}
	if len(drawn) != 20 || !slices.Equal(drawn, again) || slices.Equal(drawn, others) {
		t.Errorf("got %q\nthen %q\nand with another seed %q", drawn, again, others)
	}
}
