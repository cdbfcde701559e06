package trials

import (
	"math"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/console"
)

// TestBestMeanIsChosen: and not the luckiest training, nor a combination that diverged with one of its seeds.
func TestBestMeanIsChosen(t *testing.T) {
	s := finishedSweep(t, &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 100}}, "", "l2=1,2,3 seed=1,2",
		"1 1 1 0.99; 1 2 1 0.5; 2 1 1 0.8; 2 2 1 0.9; 3 1 1 0.97; 3 2 diverged")
	groups := groupsOf(s.cfg, s.all)
	err := s.printResults(groups, console.Quiet(), &console.Progress{})
	best := bestOf(groups)
	if err != nil || len(groups) != 3 || best != 1 {
		t.Errorf("got group %d of %d, %v; want 1 of 3", best, len(groups), err)
	}
	if got, want := groups[1].sd, 0.05*math.Sqrt2; math.Abs(got-want) > 1e-12 {
		t.Errorf("standard deviation of 0.8 and 0.9: got %v, want %v", got, want)
	}
}

// TestHugeScores: means and deviations are finite, even if sums and squares are not.
func TestHugeScores(t *testing.T) {
	huge := 1.5e308
	r := &run{result: &result{ValidCost: &huge}}
	g := &group{runs: []*run{r, r}}
	if got := *g.meanOf(func(r *result) *float64 { return r.ValidCost }); got != huge {
		t.Errorf("mean of %v and %[1]v: got %v", huge, got)
	}
	if got := deviation([]float64{0}); got != 0 {
		t.Errorf("deviation of a single number: got %v", got)
	}
	for _, d := range []float64{1, 2e200} {
		if got := deviation([]float64{d, -d}); math.Abs(got-math.Sqrt2*d) > 1e-12*d {
			t.Errorf("deviation of %v and %v: got %v, want √2 times as much", d, -d, got)
		}
	}
}

// TestGroupTasks: the numbers of a group's trainings, in short.
func TestGroupTasks(t *testing.T) {
	for want, tasks := range map[string][]int{"4": {4}, "0-1": {0, 1}, "2-5": {2, 3, 4, 5}, "0,…": {0, 2},
		"1,…": {1, 4, 7}} {
		g := &group{}
		for _, k := range tasks {
			g.runs = append(g.runs, &run{task: k})
		}
		if got := g.tasks(); got != want {
			t.Errorf("%v: got %s, want %s", tasks, got, want)
		}
	}
}
