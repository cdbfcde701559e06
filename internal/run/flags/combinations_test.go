package flags

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"backprop/internal/filetest"
)

// TestExpand: a range is spaced in equal ratios, and of whole numbers none comes twice. By hand: in 1:3:5 the
// ratio is ⁴√3, which gives 1, 1.316, 1.732, 2.280 and 3.
func TestExpand(t *testing.T) {
	for _, c := range []struct {
		values string
		whole  bool
		want   []string
		says   string
	}{
		{"0.01:100:5", false, []string{"0.01", "0.1", "1", "10", "100"}, ""},
		{"1:4:3", true, []string{"1", "2", "4"}, ""}, {"1:3:5", true, []string{"1", "2", "3"}, ""},
		{"0, 0.5", false, []string{"0", " 0.5"}, ""}, {"1,,2", false, nil, "p=1,,2: value 2 is empty"},
		{",2", false, nil, "p=,2: value 1 is empty"}, {"1:3:5", false, []string{"1", "1.316", "1.732", "2.28", "3"}, ""},
		{"1:1:1000", false, []string{"1"}, ""}, {"4:1:2", false, []string{"4", "1"}, ""},
		{"0x1:2:3", false, nil, "two numbers above 0"}, {"1:0x2:3", false, nil, "two numbers above 0"},
		{"1:Inf:3", false, nil, "two numbers above 0"}, {"1:2:x", false, nil, "2 to 1000"},
		{"0:1:3", false, nil, "two numbers above 0"}, {"1:0:3", false, nil, "two numbers above 0"},
		{"-1:1:3", false, nil, "two numbers above 0"}, {"1:2:1", false, nil, "2 to 1000"},
		{"1:2:1001", false, nil, "2 to 1000"}, {"1:2:3:4", false, nil, "from:to:n"}, {"1:2", false, nil, "from:to:n"},
	} {
		got, err := (&Axis{Name: "p", Values: c.values}).Expand(c.whole)
		if !slices.Equal(got, c.want) || (err == nil) != (c.says == "") || err != nil && !filetest.Says(err, c.says) {
			t.Errorf("%s: got %q, %v; want %q, %q", c.values, got, err, c.want, c.says)
		}
	}
}

// TestCombinations: the last flag changes fastest. Seeds are averaged if something else is swept too; then a
// combination is drawn with all its seeds.
func TestCombinations(t *testing.T) {
	for _, c := range []struct {
		sweep        string
		averages     bool
		names        string // without an averaged seed
		combinations int
		want         string
	}{
		{"lr=1,2 l2=3,4,5", false, "[lr l2]", 6, "[[0 0] [0 1] [0 2] [1 0] [1 1] [1 2]]"},
		{"lr=1,2 l2=3,4", false, "[lr l2]", 4, "[[0 0] [0 1] [1 0] [1 1]]"},
		{"lr=1,2 seed=3,4", true, "[lr]", 2, "[[0 0] [0 1] [1 0] [1 1]]"},
		{"seed=3,4 lr=1,2", true, "[lr]", 2, "[[0 0] [0 1] [1 0] [1 1]]"},
		{"seed=3,4", false, "[seed]", 2, "[[0] [1]]"},
	} {
		var s Sweep
		if err := errors.Join(s.Set("batch=1,2"), s.Set(c.sweep)); err != nil { // the last one counts
			t.Fatal(err)
		}
		var lists [][]string
		for _, a := range s {
			list, err := a.Expand(false)
			if err != nil {
				t.Fatal(err)
			}
			lists = append(lists, list)
		}
		if got := fmt.Sprint(s.WithoutSeed(s.Names())); got != c.names || s.Averages() != c.averages {
			t.Errorf("%s: got %s, averaged %v; want %s, %v", c.sweep, got, s.Averages(), c.names, c.averages)
		}
		for _, draws := range []int{0, c.combinations} { // all, or as many as there are
			tasks, err := s.Combinations(lists, draws, 1)
			if got := fmt.Sprint(tasks); err != nil || got != c.want {
				t.Errorf("%s, %d drawn: got %s, %v; want %s", c.sweep, draws, got, err, c.want)
			}
		}
		want := fmt.Sprintf("there are only %d combinations", c.combinations)
		if _, err := s.Combinations(lists, c.combinations+1, 1); !filetest.Says(err, want) {
			t.Errorf("%s, %d drawn: got %v, want %s", c.sweep, c.combinations+1, err, want)
		}
	}
}

// TestCombinationsOfMany: some can be drawn of up to 2⁵³, as far as they are counted exactly.
func TestCombinationsOfMany(t *testing.T) {
	for last, says := range map[int]string{1: "", 2: "", 3: "more than 10000", 4: "more than 10000"} {
		var s Sweep
		if err := s.Set("lr=1,2 l2=1,2 momentum=0,0.5 maxnorm=1,2 epochs=1,2"); err != nil {
			t.Fatal(err)
		}
		many := make([]string, 1<<13)
		lists := [][]string{many, many, many, many, many[:last]} // last · 2⁵² combinations
		tasks, err := s.Combinations(lists, 3, 1)
		if says == "" && (err != nil || len(tasks) != 3) || says != "" && !filetest.Says(err, says) {
			t.Errorf("%d·2⁵² combinations: got %d, %v; want %q", last, len(tasks), err, says)
		}
		if says == "" && (slices.Max(tasks[0]) == 0 || tasks[0][0] == tasks[0][3]) {
			t.Errorf("%d·2⁵² combinations: got %v, which is not drawn at random", last, tasks)
		}
		for _, indices := range tasks {
			for i, k := range indices {
				if k >= len(lists[i]) {
					t.Errorf("value %d of the %d of axis %d was drawn", k, len(lists[i]), i)
				}
			}
		}
	}
}

// TestMostTrainings: a sweep has up to 10,000 trainings, each seed of a combination counted; or some of more are drawn.
func TestMostTrainings(t *testing.T) {
	for _, c := range []struct {
		lr, seeds, draws int // values of -lr and of -seed, and combinations to draw
		want             int // trainings; 0 for too many
	}{{5000, 2, 0, 10000}, {5001, 2, 0, 0}, {2, 5001, 0, 0}, {5001, 2, 5000, 10000}, {5001, 2, 1, 2}} {
		s := Sweep{{Name: "lr"}, {Name: "seed"}}
		tasks, err := s.Combinations([][]string{make([]string, c.lr), make([]string, c.seeds)}, c.draws, 1)
		if len(tasks) != c.want || (c.want == 0) != filetest.Says(err, "10002 trainings are more than 10000") {
			t.Errorf("%d rates, %d seeds, %d drawn: got %d trainings, error %v; want %d", c.lr, c.seeds, c.draws, len(tasks),
				err, c.want)
		}
	}
}
