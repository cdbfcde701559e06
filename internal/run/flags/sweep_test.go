package flags

import (
	"flag"
	"fmt"
	"testing"

	"backprop/internal/filetest"
)

// TestSweepDrawsOfMany: of up to 2⁵³ combinations, which is as far as they are counted exactly, some can be drawn.
func TestSweepDrawsOfMany(t *testing.T) {
	for _, c := range []struct {
		last int // values of the last axis; four others have 2¹³ each
		want string
	}{{1, ""}, {2, ""}, {3, "more than 10000"}, {4, "more than 10000"}} {
		var s Sweep
		s.Set("lr=1,2 l2=1,2 momentum=0,0.5 maxnorm=1,2 epochs=1,2")
		many := make([]string, 1<<13)
		lists := [][]string{many, many, many, many, many[:c.last]}
		tasks, err := s.Combinations(lists, 3, 1)
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

// TestCombinations: the last flag changes fastest, and seeds are averaged if something else is swept too.
func TestCombinations(t *testing.T) {
	for _, c := range []struct{ sweep, without, want string }{
		{"lr=1,2 l2=3,4,5", "[lr l2]", "[[0 0] [0 1] [0 2] [1 0] [1 1] [1 2]]"},
		{"lr=1,2 seed=3,4", "[lr]", "[[0 0] [0 1] [1 0] [1 1]]"},
		{"seed=3,4 lr=1,2", "[lr]", "[[0 0] [0 1] [1 0] [1 1]]"},
		{"seed=3,4", "[seed]", "[[0] [1]]"},
	} {
		var s Sweep
		if err := s.Set(c.sweep); err != nil {
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
		tasks, err := s.Combinations(lists, 0, 1)
		if got := fmt.Sprint(tasks); err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.sweep, got, err, c.want)
		}
		if got := fmt.Sprint(s.WithoutSeed(s.Names())); got != c.without || s.Averages() != (len(s) > 1 &&
			c.without == "[lr]") {
			t.Errorf("%s: without the seed %s", c.sweep, got)
		}
		n := len(tasks)
		if s.Averages() {
			n /= 2
		}
		all, err := s.Combinations(lists, n, 1)
		if err != nil || fmt.Sprint(all) != c.want {
			t.Errorf("%s: all %d that there are, drawn: %v, %v", c.sweep, n, all, err)
		}
		if _, err = s.Combinations(lists, n+1, 1); !filetest.Says(err, "there are only", fmt.Sprint(n, " combinations")) {
			t.Errorf("%s: %d of %d combinations: %v", c.sweep, n+1, n, err)
		}
	}
}

// TestLists: values between commas, and what they may be.
func TestLists(t *testing.T) {
	for _, c := range []struct {
		value      flag.Value
		text, want string // "" for an error
	}{
		{&Sizes{}, "none", "none"}, {&Sizes{}, "3, 4", "3,4"}, {&Sizes{}, "1", "1"}, {&Sizes{}, "0", ""}, {&Sizes{},
			"3,", ""},
		{&Rates{}, "0.1,0", "0.1,0"}, {&Rates{}, "-1", ""}, {&Rates{}, "x", ""}, {&Rates{}, "Inf", ""}, {&Rates{},
			"NaN", ""},
		{&Dropout{}, "0.2,0.5", "0.2,0.5"}, {&Dropout{}, "1", ""}, {&Dropout{}, "-0.1", ""}, {&Dropout{}, "0,0.5", "0,0.5"},
	} {
		err := c.value.Set(c.text)
		if (err != nil) != (c.want == "") || err == nil && c.value.String() != c.want {
			t.Errorf("%T %s: %q, %v; want %q", c.value, c.text, c.value, err, c.want)
		}
	}
	d := Dropout{0.5}
	if err := d.Set("0,0"); err != nil || d != nil || d.Rates(2) != nil {
		t.Errorf("-dropout 0,0: %v, %v", d, err)
	}
}

// TestParseInit: the kinds of first weights.
func TestParseInit(t *testing.T) {
	for text, want := range map[string]string{"he": "he 0", "glorot": "glorot 0", "zero": "zero 0", "normal": "normal 0",
		"normal:1": "normal:1 0", "uniform:0.5": "uniform 0.5", "normal:2": "", "uniform": "", "uniform:0": "",
		"uniform:Inf": "", "uniform:-1": "", "xavier": ""} {
		kind, r, err := ParseInit(text)
		if got := fmt.Sprint(kind, " ", r); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("-init %s: %s, %v; want %s", text, got, err, want)
		}
	}
}
