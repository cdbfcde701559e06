package flags

import (
	"fmt"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
)

// TestEditDistance: how many letters lie between two words, and the name that is offered for one that is not known:
// that which is nearest, if at most half of its letters are other ones.
func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"", "abc", 3}, {"abc", "", 3}, {"same", "same", 0}, {"ab", "ba", 1},
		{"lable", "label", 1}, {"ca", "abc", 3}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q it takes %d, want %d", c.a, c.b, got, c.want)
		}
	}
	names := []string{"relu", "tanh", "linear"}
	for value, want := range map[string]string{"relu": "<nil>",
		"tan":   `-act "tan" is not known: expected one of relu, tanh, linear; did you mean tanh?`,
		"tuna":  `-act "tuna" is not known: expected one of relu, tanh, linear; did you mean tanh?`,
		"xy":    `-act "xy" is not known: expected one of relu, tanh, linear`,
		"liar":  `-act "liar" is not known: expected one of relu, tanh, linear; did you mean linear?`,
		"lxxxx": `-act "lxxxx" is not known: expected one of relu, tanh, linear`} {
		if got := fmt.Sprint(CheckOneOf("act", value, names)); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// TestValues: what flags take that have values of a form of their own, and what they say of others.
func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		"constant": "constant", "Cosine": "cosine", "step:3:0.5": "step:3:0.5", "step:1:1": "step:1:1",
		"step:1000000000:0.1": "step:1000000000:0.1", "step:1000000001:0.1": "", "step:0:0.5": "", "step:3:0": "",
		"step:3:1.01": "", "step:3": "", "cosine:3": "", "": "",
	} {
		s := Schedule{}
		if err := s.Set(text); s.String() != want || (err == nil) != (want != "") {
			t.Errorf("-schedule %s is %q, %v; want %q", text, s.String(), err, want)
		}
	}
	for text, want := range map[string]string{"seed": "seed", "sklearn:111": "sklearn:111,111",
		"SKLEARN:111,123": "sklearn:111,123", "sklearn:4294967295": "sklearn:4294967295,4294967295"} {
		s := Split{}
		if err := s.Set(text); s.String() != want || err != nil {
			t.Errorf("-split %s is %q, %v; want %q", text, s.String(), err, want)
		}
	}
	for _, text := range []string{"seed:1", "sklearn", "sklearn:1,x", "sklearn:4294967296", "numpy:1", "sklearn:1,"} {
		if new(Split).Set(text) == nil {
			t.Errorf("-split %s is taken", text)
		}
	}
	for hidden, want := range map[int][]float64{0: {0.1, 0.5}, 1: {0.1, 0.5}, 3: {0.1, 0.5, 0.5, 0.5}} {
		if got := (Dropout{0.1, 0.5}).Rates(hidden); !slices.Equal(got, want) {
			t.Errorf("dropout of %d hidden layers: %v, want %v", hidden, got, want)
		}
	}
	e := Explain{Examples: []string{"a", "b", "c"}}
	if err := e.Set("d"); !filetest.Says(err, `there is no example "d"; the examples are a, b and c; without a name`) {
		t.Error(err)
	}
	for _, c := range []struct {
		word, is string
		example  bool
	}{{"true", "network", false}, {"b", "b", true}, {"false", "", false}} {
		if err := e.Set(c.word); err != nil || e.Name != c.is || e.IsExample() != c.example {
			t.Errorf("-explain=%s: %q, %v, %v", c.word, e.Name, e.IsExample(), err)
		}
	}
}

// TestAxis: what a sweep tries of a range, by hand: equal ratios, and of whole numbers none twice.
func TestAxis(t *testing.T) {
	for _, c := range []struct {
		values string
		whole  bool
		want   []string
		says   string
	}{
		{"0.01:100:5", false, []string{"0.01", "0.1", "1", "10", "100"}, ""},
		{"1:4:3", true, []string{"1", "2", "4"}, ""}, {"1:3:5", true, []string{"1", "2", "3"}, ""}, // 1 1.32 1.73 2.28 3
		{"0, 0.5", false, []string{"0", " 0.5"}, ""}, {"1,,2", false, nil, "p=1,,2: value 2 is empty"},
		{"0:1:3", false, nil, "two numbers above 0"}, {"1:0:3", false, nil, "two numbers above 0"},
		{"-1:1:3", false, nil, "two numbers above 0"}, {"1:2:1", false, nil, "2 to 1000"},
		{"1:2:1001", false, nil, "2 to 1000"}, {"1:2:3:4", false, nil, "from:to:n"}, {"1:2", false, nil, "from:to:n"},
	} {
		got, err := (&Axis{Name: "p", Values: c.values}).Expand(c.whole)
		if !slices.Equal(got, c.want) || (err == nil) != (c.says == "") || err != nil && !filetest.Says(err, c.says) {
			t.Errorf("%s: %q, %v; want %q, %q", c.values, got, err, c.want, c.says)
		}
	}
	for text, want := range map[string]string{"": "[0 1 2 3 4] <nil>", "3": "[3] <nil>", "1/2": "[1 3] <nil>",
		"5":   "[] -sweep-task 5: the sweep has 5 trainings, from 0 to 4",
		"5/6": "[] -sweep-task 5/6: the sweep has only 5 trainings"} {
		var task Task
		if err := task.Set(text); err != nil || task.String() != text {
			t.Errorf("-sweep-task %s: %s, %v", text, task.String(), err)
		}
		if mine, err := task.Trainings(5); fmt.Sprint(mine, " ", err) != want {
			t.Errorf("-sweep-task %s: %v %v, want %s", text, mine, err, want)
		}
	}
	for _, text := range []string{"-1", "2/2", "x", "1/x", "0/0"} {
		if new(Task).Set(text) == nil {
			t.Errorf("-sweep-task %s is taken", text)
		}
	}
}

// TestClassWeights: classes that are not named have the weight 1; balanced ones have n/(k·n_c), of three samples here
// 3/(2·2) and 3/(2·1).
func TestClassWeights(t *testing.T) {
	data := &dataset.Dataset{Classes: []string{"a", "b=c"}, Train: dataset.Set{N: 3, Labels: []int32{0, 0, 1}}}
	for text, want := range map[string]string{
		"Balanced": "[0.75 1.5] <nil>", "a=2": "[2 1] <nil>", "b=c=0.5,a=1000000": "[1e+06 0.5] <nil>",
		"a=0":       "[0 1] <nil>",
		"a":         `[] -classweight "a": expected balanced, or the form CLASS=WEIGHT, as in a=2,b=0.5`,
		"x=2":       `[] -classweight x=2: there is no class "x"; there are a, b=c`,
		"a=-1":      "[] -classweight a=-1: a weight is a number from 0 to a million",
		"a=1000001": "[] -classweight a=1000001: a weight is a number from 0 to a million",
		"a=NaN":     "[] -classweight a=NaN: a weight is a number from 0 to a million",
		"a=1,a=2":   "[] -classweight a=1,a=2: a appears twice: give each class one weight",
		"a=0,b=c=0": "[] -classweight a=0,b=c=0: all classes have the weight 0, and nothing would be learned: " +
			"give one of them another",
	} {
		if weights, err := ClassWeights(text, data); fmt.Sprint(weights, " ", err) != want {
			t.Errorf("-classweight %s: %v %v, want %s", text, weights, err, want)
		}
	}
}
