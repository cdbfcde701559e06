package flags

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
)

// TestValues: what flags with values of a form of their own accept, and how they print it.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		value      flag.Value
		text, want string // "" for an error
	}{
		{&Sizes{}, "none", "none"}, {&Sizes{}, "1", "1"}, {&Sizes{}, "3, 4", "3,4"}, {&Sizes{}, "0", ""},
		{&Sizes{}, "3,", ""},
		{&Rates{}, "0.1,0", "0.1,0"}, {&Rates{}, "-1", ""}, {&Rates{}, "x", ""}, {&Rates{}, "Inf", ""}, {&Rates{}, "NaN", ""},
		{&Dropout{}, "0.2,0.5", "0.2,0.5"}, {&Dropout{}, "0,0.5", "0,0.5"}, {&Dropout{}, "1", ""}, {&Dropout{}, "-0.1", ""},
		{&Schedule{}, "constant", "constant"}, {&Schedule{}, "Cosine", "cosine"}, {&Schedule{}, "step:3:0.5", "step:3:0.5"},
		{&Schedule{}, "step:1:1", "step:1:1"}, {&Schedule{}, "step:1000000000:0.1", "step:1000000000:0.1"},
		{&Schedule{}, "step:1000000001:0.1", ""}, {&Schedule{}, "step:0:0.5", ""}, {&Schedule{}, "step:3:0", ""},
		{&Schedule{}, "step:3:1.01", ""}, {&Schedule{}, "step:3", ""}, {&Schedule{}, "cosine:3", ""}, {&Schedule{}, "", ""},
		{&Split{ScikitLearn: true}, "seed", "seed"}, {&Split{}, "sklearn:111", "sklearn:111,111"},
		{&Split{}, "SKLEARN:111,123", "sklearn:111,123"},
		{&Split{}, "sklearn:4294967295", "sklearn:4294967295,4294967295"}, {&Split{}, "sklearn:4294967296,1", ""},
		{&Split{}, "sklearn:1,4294967296", ""},
		{&Sweep{}, "lr=1,2  -l2=3", "lr=1,2 l2=3"}, {&Sweep{}, "lr", ""}, {&Sweep{}, "=1", ""}, {&Sweep{}, "lr=", ""},
		{&Sweep{}, " ", ""},
		{&Split{}, "sklearn", ""}, {&Split{}, "sklearn:1,x", ""}, {&Split{}, "sklearn:1,", ""}, {&Split{}, "seed:1", ""},
		{&Split{}, "numpy:1", ""},
	} {
		err := c.value.Set(c.text)
		if got := c.value.String(); (err != nil) != (c.want == "") || err == nil && got != c.want {
			t.Errorf("%T %q: got %q, %v; want %q", c.value, c.text, got, err, c.want)
		}
	}
}

// TestValuesSayWhatIsWrong: the error has the value as it was written.
func TestValuesSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		value      flag.Value
		text, want string
	}{
		{&Sizes{}, "3,x", `"x" is not a layer's size`}, {&Rates{}, "1,x", `"x" is not a learning rate`},
		{&Split{}, "x", `"x" is not a way to split`}, {&Schedule{}, "x", `"x" is not a schedule`},
		{&Sweep{}, "lr=1 lr=2", "lr appears twice: give all its values at once, as in lr=1,2,3"},
	} {
		if err := c.value.Set(c.text); !filetest.Says(err, c.want) {
			t.Errorf("%T %q: got %v, want %s", c.value, c.text, err, c.want)
		}
	}
}

// TestDropoutRates: the last rate is that of all further hidden layers; rates of 0 drop nothing.
func TestDropoutRates(t *testing.T) {
	for hidden, want := range map[int][]float64{0: {0.1, 0.5}, 1: {0.1, 0.5}, 3: {0.1, 0.5, 0.5, 0.5}} {
		if got := (Dropout{0.1, 0.5}).Rates(hidden); !slices.Equal(got, want) {
			t.Errorf("%d hidden layers: got %v, want %v", hidden, got, want)
		}
	}
	d := Dropout{0.5}
	if got := d.Rates(1); !slices.Equal(got, []float64{0.5, 0.5}) {
		t.Errorf("one rate and a hidden layer: got %v, want it for both", got)
	}
	if err := d.Set("0,0"); err != nil || d != nil || d.Rates(2) != nil {
		t.Errorf("-dropout 0,0: got %v, %v, rates %v", d, err, d.Rates(2))
	}
}

func TestParseInit(t *testing.T) {
	for text, want := range map[string]string{ // "" for an error
		"he": "he 0", "glorot": "glorot 0", "zero": "zero 0", "normal": "normal 0", "normal:1": "normal:1 0",
		"uniform:0.5": "uniform 0.5", "normal:2": "", "uniform": "", "uniform:0": "", "uniform:Inf": "", "uniform:-1": "",
		"uniform:0x1p-2": "", "xavier": "", "he:2": "", "zero:1": "", "normal:": "",
	} {
		kind, r, err := ParseInit(text)
		said := filetest.Says(err, fmt.Sprintf("-init %q", text))
		if got := fmt.Sprint(kind, " ", r); said != (want == "") || err == nil && got != want {
			t.Errorf("-init %s: got %s, %v; want %s", text, got, err, want)
		}
	}
}

// TestExplain: without a value, -explain is about the network of the command line; with one, it names an example.
func TestExplain(t *testing.T) {
	e := Explain{Examples: []string{"a", "b", "c"}}
	for _, c := range []struct {
		value, name string
		isExample   bool
	}{{"true", "network", false}, {"b", "b", true}, {"false", "", false}} {
		if err := e.Set(c.value); err != nil || e.Name != c.name || e.IsExample() != c.isExample {
			t.Errorf("-explain=%s: got %v, %q, %v; want %q, %v", c.value, err, e.Name, e.IsExample(), c.name, c.isExample)
		}
	}
	const want = `there is no example "d"; the examples are a, b and c; without a name`
	if err := e.Set("d"); !filetest.Says(err, want) {
		t.Errorf("-explain=d: got %v, want %s", err, want)
	}
}

// TestTakeName: only -explain without a value takes the word behind it, and only if it names an example.
func TestTakeName(t *testing.T) {
	for _, c := range []struct {
		before, word string
		took         bool
		after        string
	}{
		{"network", "a", true, "a"}, {"network", "b", false, "network"}, {"", "a", false, ""}, {"a", "a", false, "a"},
	} {
		e := Explain{Name: c.before, Examples: []string{"a"}}
		if took := e.TakeName(c.word); took != c.took || e.Name != c.after {
			t.Errorf("%q after %q: got %v, %q; want %v, %q", c.word, c.before, took, e.Name, c.took, c.after)
		}
	}
}

// TestTask: which of five trainings -sweep-task asks for.
func TestTask(t *testing.T) {
	for text, want := range map[string]string{
		"": "[0 1 2 3 4] <nil>", "3": "[3] <nil>", "1/2": "[1 3] <nil>",
		"5":   "[] -sweep-task 5: the sweep has 5 trainings, from 0 to 4",
		"5/6": "[] -sweep-task 5/6: the sweep has only 5 trainings",
	} {
		var task Task
		if err := task.Set(text); err != nil || task.String() != text {
			t.Errorf("-sweep-task %s: got %s, %v", text, task.String(), err)
		}
		if numbers, err := task.Trainings(5); fmt.Sprint(numbers, " ", err) != want {
			t.Errorf("-sweep-task %s: got %v %v, want %s", text, numbers, err, want)
		}
	}
	for _, text := range []string{"-1", "2/2", "x", "1/x", "0/0"} {
		if new(Task).Set(text) == nil {
			t.Errorf("-sweep-task %s: got no error", text)
		}
	}
}

// TestClassWeights: a class that is not named has the weight 1. Balanced weights are n/(k·n_c): of these three samples
// 3/(2·2) and 3/(2·1).
func TestClassWeights(t *testing.T) {
	data := &dataset.Dataset{Classes: []string{"a", "b=c"}, Train: dataset.Set{N: 3, Labels: []int32{0, 0, 1}}}
	for text, want := range map[string]string{
		"Balanced": "[0.75 1.5] <nil>", "a=2": "[2 1] <nil>", "b=c=0.5,a=1000000": "[1e+06 0.5] <nil>",
		"a=0":       "[0 1] <nil>",
		"=2":        `[] -classweight =2: there is no class ""; there are a, b=c`,
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
			t.Errorf("-classweight %s: got %v %v, want %s", text, weights, err, want)
		}
	}
}
