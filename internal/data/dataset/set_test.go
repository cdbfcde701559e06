package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"backprop/internal/data/table"
)

// samples is a set with everything that a set may have, all of it made of the samples' numbers.
func samples(numbers ...int) Set {
	s := Set{N: len(numbers), Dim: 2, Origin: Origin{File: "f", Unit: "line"}}
	for _, i := range numbers {
		v := float64(i)
		s.Pixels, s.Values = append(s.Pixels, byte(10*i), byte(10*i+1)), append(s.Values, v, v+0.5)
		s.Labels, s.Targets = append(s.Labels, int32(i)), append(s.Targets, -v, -2*v, -3*v)
		s.Origin.At = append(s.Origin.At, int32(100+i))
	}
	return s
}

// TestSets: whatever is done with samples, all that belongs to one stays together.
func TestSets(t *testing.T) {
	for _, c := range []struct {
		what      string
		got, want Set
	}{
		{"slice", samples(0, 1, 2, 3, 4, 5).Slice(2, 5), samples(2, 3, 4)},
		{"slice of a slice", samples(0, 1, 2, 3, 4, 5).Slice(2, 5).Slice(1, 3), samples(3, 4)},
		{"pick", samples(0, 1, 2, 3, 4, 5).Pick([]int{5, 0, 5}), samples(5, 0, 5)},
		{"join", samples(0, 1).Join(samples(7, 3)), samples(0, 1, 7, 3)},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.what, c.got, c.want)
		}
	}
	whole := samples(0, 1, 2)
	part := whole.Slice(0, 2)
	if part.Values[0] = 9; whole.Values[0] != 9 {
		t.Error("a slice does not share memory")
	}
	if part.Values = append(part.Values, 8); whole.Values[4] != 2 {
		t.Error("what is appended to a slice is written into the whole")
	}
	if got := whole.Row(1); !slices.Equal(got, []float64{10, 11}) { // pixels come first
		t.Errorf("row 1 is %v", got)
	}
	whole.Pixels = nil
	if got := whole.Row(1); !slices.Equal(got, []float64{1, 1.5}) {
		t.Errorf("row 1 is %v", got)
	}
	whole = samples(0, 1, 2)
	changed := whole.WithInputsOf([]int{2, 0, 1}, []int{1})
	if !slices.Equal(changed.Values, []float64{0, 2.5, 1, 0.5, 2, 1.5}) || whole.Values[1] != 0.5 {
		t.Errorf("with the second inputs of samples 2, 0 and 1: %v, from %v", changed.Values, whole.Values)
	}
}

// TestAbout: what is known about data.
func TestAbout(t *testing.T) {
	d := &Dataset{Train: Set{N: 60000}, Columns: []table.Column{{Name: "u", Kind: table.Number},
		{Name: "left out", Kind: "left out"}, {Kind: table.Words, Words: []string{"a", "b", "c"}},
		{Name: "y", Kind: table.Label}, {Name: "v", Kind: table.Number}}}
	want := []InputGroup{{"u", []int{0}}, {"column 3", []int{1, 2, 3}}, {"v", []int{4}}}
	if got := d.InputGroups(); !reflect.DeepEqual(got, want) {
		t.Errorf("inputs %v, want %v", got, want)
	}
	if got := (&Dataset{Train: Set{Dim: 2}}).InputGroups(); fmt.Sprint(got) != "[{input 1 [0]} {input 2 [1]}]" {
		t.Errorf("inputs of what has no columns: %v", got)
	}
	if d.LabelName() != "y" || (&Dataset{}).LabelName() != "" {
		t.Errorf("the label is %q", d.LabelName())
	}
	if d.Sizes() != "60,000 to train on" {
		t.Error(d.Sizes())
	}
	if d.Valid.N, d.Test.N = 5, 7; d.Sizes() != "60,000 to train on, 5 to validate, 7 to test" {
		t.Error(d.Sizes())
	}
	d.AddNote("one")
	if d.AddNote("two"); d.Note != "one; two" {
		t.Errorf("note %q", d.Note)
	}
	if n := (&Dataset{Classes: []string{"a", "b", "c"}}).Outputs(); n != 3 {
		t.Errorf("three classes: %d outputs", n)
	}
	if n := (&Dataset{Train: samples(0, 1, 2, 3)}).Outputs(); n != 3 {
		t.Errorf("three numbers to predict: %d outputs", n)
	}
	for _, c := range []struct {
		width, height, classes int
		labels                 []int32
		want                   bool
	}{{28, 28, 10, []int32{0}, true}, {29, 28, 10, []int32{0}, false}, {28, 29, 10, []int32{0}, false},
		{28, 28, 9, []int32{0}, false}, {28, 28, 10, nil, false}} {
		d := Dataset{Width: c.width, Height: c.height, Classes: make([]string, c.classes), Train: Set{Labels: c.labels}}
		if d.AreDigits() != c.want {
			t.Errorf("%+v are digits: %v", c, !c.want)
		}
	}
}

// TestDecayForNumbers: λ is 0.3 % of the number of rows where they lie on a line, and 10 % where they are in a zigzag,
// of which a line leaves all. The result is kept until the data are split; a fold has its own.
func TestDecayForNumbers(t *testing.T) {
	d := &Dataset{Train: Set{N: 8, Dim: 1, Values: []float64{0, 1, 4, 9, 16, 25, 36, 49}}, Ordered: true}
	d.Train.Targets = []float64{0, 2, 8, 18, 32, 50, 72, 98}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-9 }
	if got := d.DecayForNumbers(); !near(got, 0.024) {
		t.Errorf("line: %v", got)
	}
	d.Train.Targets = []float64{1, -1, -1, 1, 1, -1, -1, 1}
	if got := d.DecayForNumbers(); !near(got, 0.024) {
		t.Errorf("it is computed again: %v", got)
	}
	if got := d.Fold(0, []int{1, 1, 1, 1, 1, 1, 1, 1}).DecayForNumbers(); !near(got, 0.8) {
		t.Errorf("zigzag in a fold: %v", got)
	}
	if err := d.Split(HoldOut{}, HoldOut{Count: 2}, nil); err != nil {
		t.Fatal(err)
	}
	if got := d.DecayForNumbers(); !near(got, 0.6) {
		t.Errorf("zigzag after a split: %v", got)
	}
}

// TestMixed: neighbours of the same class are not mixed, alternating ones are; asked again, it has not changed; after
// a split it has.
func TestMixed(t *testing.T) {
	d := &Dataset{Classes: []string{"a", "b"}, Train: Set{N: 8, Dim: 1, Values: []float64{0, 1, 2, 3, 10, 11, 12, 13},
		Labels: []int32{0, 0, 0, 0, 1, 1, 1, 1}}, Ordered: true}
	if got := d.Mixed(); got != 0 {
		t.Errorf("two heaps: %v", got)
	}
	d.Train.Labels = []int32{0, 1, 0, 1, 0, 1, 0, 1}
	if got := d.Mixed(); got != 0 {
		t.Errorf("it is computed again: %v", got)
	}
	if err := d.Split(HoldOut{}, HoldOut{Count: 2}, nil); err != nil || d.Mixed() <= 1 {
		t.Errorf("neighbours of other classes: %v, %v", d.Mixed(), err)
	}
	if d.Unsplit() != 8 || (&Dataset{Train: Set{N: 3}}).Unsplit() != 3 {
		t.Errorf("there were %d samples for training", d.Unsplit())
	}
}

// TestAddLists: lists are made of dark images, and the pixels of the smaller splits go, unless they are kept.
func TestAddLists(t *testing.T) {
	for _, keep := range []bool{false, true} {
		dark := func(n int) Set { return Set{N: n, Dim: 9, Pixels: make([]byte, 9*n)} }
		d := &Dataset{Train: dark(3), Valid: dark(2), Test: Set{N: 1, Dim: 9, Pixels: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}}}
		d.AddLists(keep)
		if d.Train.Lists == nil || d.Train.Pixels == nil || d.Valid.Lists == nil || (d.Valid.Pixels != nil) != keep ||
			d.Test.Lists != nil || d.Test.Pixels == nil {
			t.Errorf("keep %v: %+v", keep, d)
		}
	}
}

// TestSplit: drawn samples come into the splits that were asked for, each once; ordered ones from the end; and an own
// validation set goes back to training only if another is asked for.
func TestSplit(t *testing.T) {
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }
	numbers := func(n, from int) (s Set) {
		for i := range n {
			s.Values = append(s.Values, float64(from+i))
		}
		s.N, s.Dim = n, 1
		return s
	}
	for _, c := range []struct {
		test, valid             string
		own, ownValid           int // samples of an own test set and validation set
		wantTrain, wantV, wantT int
	}{
		{"3", "0", 0, 0, 17, 0, 3}, {"0", "4", 0, 0, 16, 4, 0}, {"1", "1", 0, 0, 18, 1, 1}, {"0.2", "0.25", 0, 0, 12, 4, 4},
		{"3", "2", 5, 0, 18, 2, 5},
		{"0", "0", 0, 0, 20, 0, 0}, {"0", "0", 0, 3, 20, 3, 0}, {"0", "5", 0, 3, 18, 5, 0}, {"0", "5", 0, 1, 16, 5, 0},
		{"19", "0", 0, 0, 1, 0, 19},
		{"0.01", "18", 0, 0, 1, 18, 1}, {"20", "0", 0, 0, 0, 0, 0}, {"5", "15", 0, 0, 0, 0, 0},
	} {
		for _, ordered := range []bool{false, true} {
			d := &Dataset{Train: numbers(20, 0), Test: numbers(c.own, 100), Valid: numbers(c.ownValid, 20), Ordered: ordered}
			var test, valid HoldOut
			if err := test.Set(c.test); err != nil || valid.Set(c.valid) != nil {
				t.Fatal(err)
			}
			err := d.Split(test, valid, rng())
			if refused := c.wantTrain == 0; refused != (err != nil) {
				t.Errorf("%+v: %v", c, err)
			}
			if err != nil {
				continue
			}
			if d.Train.N != c.wantTrain || d.Valid.N != c.wantV || d.Test.N != c.wantT {
				t.Errorf("%+v: %s", c, d.Sizes())
			}
			got := slices.Concat(d.Train.Values, d.Valid.Values, d.Test.Values)
			moved := !slices.IsSorted(got)
			slices.Sort(got)
			want := slices.Concat(numbers(20+c.ownValid, 0).Values, numbers(c.own, 100).Values)
			if !slices.Equal(got, want) || moved == ordered && (c.test != "0" || c.valid != "0") {
				t.Errorf("%+v, ordered %v: %v %v %v", c, ordered, d.Train.Values, d.Valid.Values, d.Test.Values)
			}
		}
	}
}

// TestHoldOut: what -test and -valid take, and how it is written.
func TestHoldOut(t *testing.T) {
	for text, want := range map[string]HoldOut{"0": {}, "7": {Count: 7}, "0.2": {Fraction: 0.2}, "1e-1": {Fraction: 0.1}} {
		var h HoldOut
		if err := h.Set(text); err != nil || h != want || text != "1e-1" && h.String() != text {
			t.Errorf("%s: %+v, %s, %v", text, h, h.String(), err)
		}
	}
	for _, text := range []string{"-1", "1.5", "1.0", "-0.1", "x", "", "NaN"} {
		if new(HoldOut).Set(text) == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	if h := (HoldOut{Fraction: 0.33}); h.Of(1797) != 594 || h.Of(100) != 33 { // 33 exactly, where 0.33·100 is 33.000…004
		t.Errorf("%d of 1797, %d of 100", h.Of(1797), h.Of(100))
	}
}

// TestFolds: each class is spread over all folds, and each sample is for testing in one of them.
func TestFolds(t *testing.T) {
	d := &Dataset{Train: Set{N: 23, Dim: 1, Values: make([]float64, 23), Labels: make([]int32, 23)}, Valid: Set{N: 1},
		Classes: []string{"a", "b"}}
	for i := range 23 {
		d.Train.Values[i], d.Train.Labels[i] = float64(i), int32(i%3/2)
	}
	folds := d.Train.Folds(4, rand.New(rand.NewPCG(1, 1)))
	times := make([]int, 23)
	for k := range 4 {
		f := d.Fold(k, folds)
		classes := [2]int{}
		for i, v := range f.Test.Values {
			times[int(v)]++
			classes[f.Test.Labels[i]]++
		}
		for _, v := range f.Train.Values {
			if folds[int(v)] == k {
				t.Errorf("sample %v is for testing and for training", v)
			}
		}
		if f.Train.N+f.Test.N != 23 || f.Valid.N != 0 || classes[0] < 4 || classes[0] > 4 || classes[1] < 1 ||
			classes[1] > 2 {
			t.Errorf("fold %d: %s, classes %v", k, f.Sizes(), classes) // of 16 and 7
		}
	}
	for i, n := range times {
		if n != 1 {
			t.Errorf("sample %d is for testing %d times", i, n)
		}
	}
}
