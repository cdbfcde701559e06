package dataset

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"backprop/internal/data/table"
)

// samples returns a set with everything that a set may have, made of one number for each sample.
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

// TestSlicePickAndJoin: whatever is done with samples, all that belongs to one stays together.
func TestSlicePickAndJoin(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want Set
	}{
		{"a slice", samples(0, 1, 2, 3, 4, 5).Slice(2, 5), samples(2, 3, 4)},
		{"a slice of a slice", samples(0, 1, 2, 3, 4, 5).Slice(2, 5).Slice(1, 3), samples(3, 4)},
		{"picked", samples(0, 1, 2, 3, 4, 5).pick([]int{5, 0, 5}), samples(5, 0, 5)},
		{"joined", samples(0, 1).join(samples(7, 3)), samples(0, 1, 7, 3)},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, c.got, c.want)
		}
	}
	whole := samples(0, 1, 2)
	part := whole.Slice(0, 2)
	part.Values[0] = 9
	if whole.Values[0] != 9 {
		t.Error("a slice does not share memory")
	}
	part.Values = append(part.Values, 8)
	if whole.Values[4] != 2 {
		t.Error("what is appended to a slice is written into the whole")
	}
}

// TestRow: the inputs of a sample are its pixels or its values.
func TestRow(t *testing.T) {
	set := samples(0, 1, 2)
	if got, want := set.Row(1), []float64{10, 11}; !slices.Equal(got, want) {
		t.Errorf("with pixels: got %v, want %v", got, want)
	}
	set.Pixels = nil
	if got, want := set.Row(1), []float64{1, 1.5}; !slices.Equal(got, want) {
		t.Errorf("with values: got %v, want %v", got, want)
	}
}

// TestWithInputsOf: some inputs come from other samples, and the set itself is not changed.
func TestWithInputsOf(t *testing.T) {
	set := samples(0, 1, 2)
	changed := set.WithInputsOf([]int{2, 0, 1}, []int{1})
	if want := []float64{0, 2.5, 1, 0.5, 2, 1.5}; !slices.Equal(changed.Values, want) || set.Values[1] != 0.5 {
		t.Errorf("the second inputs of samples 2, 0 and 1: got %v from %v, want %v", changed.Values, set.Values, want)
	}
}

// TestInputGroups: an input is a column's number, or one of its words; without columns, it has a number.
func TestInputGroups(t *testing.T) {
	d := &Dataset{Columns: []table.Column{{Name: "u", Kind: table.Number}, {Name: "left out", Kind: table.LeftOut},
		{Kind: table.Words, Words: []string{"a", "b", "c"}}, {Name: "y", Kind: table.Label}, {Name: "v", Kind: table.Number}}}
	want := []InputGroup{{"u", []int{0}}, {"column 3", []int{1, 2, 3}}, {"v", []int{4}}}
	if got := d.InputGroups(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	want = []InputGroup{{"input 1", []int{0}}, {"input 2", []int{1}}}
	if got := (&Dataset{Train: Set{Dim: 2}}).InputGroups(); !reflect.DeepEqual(got, want) {
		t.Errorf("without columns: got %v, want %v", got, want)
	}
	if got := d.LabelName(); got != "y" {
		t.Errorf("got label %q, want y", got)
	}
	if got := new(Dataset).LabelName(); got != "" {
		t.Errorf("without columns: got label %q, want none", got)
	}
}

// TestSizes: the splits are listed with their sizes, but for those that are empty.
func TestSizes(t *testing.T) {
	d := &Dataset{Train: Set{N: 60000}}
	if got, want := d.Sizes(), "60,000 to train on"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d.Valid.N, d.Test.N = 1, 1
	if got, want := d.Sizes(), "60,000 to train on, 1 to validate, 1 to test"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestAddNote: notes have a semicolon between them.
func TestAddNote(t *testing.T) {
	var d Dataset
	d.AddNote("one")
	d.AddNote("two")
	if d.Note != "one; two" {
		t.Errorf("got %q, want one; two", d.Note)
	}
}

// TestOutputs: a network has an output for each class, or for each number to predict.
func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		name string
		d    Dataset
		want int
	}{
		{"two classes", Dataset{Classes: []string{"a", "b"}, Train: samples(0, 1)}, 2},
		{"three numbers to predict", Dataset{Train: samples(0, 1, 2, 3)}, 3},
		{"no samples", Dataset{}, 0},
	} {
		if got := c.d.Outputs(); got != c.want {
			t.Errorf("%s: got %d outputs, want %d", c.name, got, c.want)
		}
	}
}

// TestAreDigits: images of digits are 28×28 pixels in ten classes.
func TestAreDigits(t *testing.T) {
	for _, c := range []struct {
		width, height, classes int
		labels                 []int32
		want                   bool
	}{{28, 28, 10, []int32{0}, true}, {29, 28, 10, []int32{0}, false}, {28, 29, 10, []int32{0}, false},
		{28, 28, 9, []int32{0}, false}, {28, 28, 10, nil, false}} {
		d := Dataset{Width: c.width, Height: c.height, Classes: make([]string, c.classes), Train: Set{Labels: c.labels}}
		if got := d.AreDigits(); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

// TestDecayForNumbers: λ is 0.3 % of the number of rows if they lie on a line, and 10 % if they are in a zigzag, of
// which a line explains nothing. It is computed once, and again after a split and for a fold.
func TestDecayForNumbers(t *testing.T) {
	d := &Dataset{Train: Set{N: 8, Dim: 1, Values: []float64{0, 1, 4, 9, 16, 25, 36, 49}}, Ordered: true}
	d.Train.Targets = []float64{0, 2, 8, 18, 32, 50, 72, 98}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-9 }
	if got := d.DecayForNumbers(); !near(got, 0.024) {
		t.Errorf("a line: got λ %v, want 0.024", got)
	}
	d.Train.Targets = []float64{1, -1, -1, 1, 1, -1, -1, 1}
	if got := d.DecayForNumbers(); !near(got, 0.024) {
		t.Errorf("asked again: got λ %v, want 0.024 as before", got)
	}
	if got := d.Fold(0, []int{1, 1, 1, 1, 1, 1, 1, 1}).DecayForNumbers(); !near(got, 0.8) {
		t.Errorf("a zigzag in a fold: got λ %v, want 0.8", got)
	}
	if err := d.Split(HoldOut{}, HoldOut{Count: 2}, nil); err != nil {
		t.Fatal(err)
	}
	if got := d.DecayForNumbers(); !near(got, 0.6) {
		t.Errorf("a zigzag after a split: got λ %v, want 0.6", got)
	}
}

// TestMixed: two clusters of a class each are not mixed, classes by turns are. It is computed once, and again after a
// split.
func TestMixed(t *testing.T) {
	d := &Dataset{Classes: []string{"a", "b"}, Train: Set{N: 8, Dim: 1, Values: []float64{0, 1, 2, 3, 10, 11, 12, 13},
		Labels: []int32{0, 0, 0, 0, 1, 1, 1, 1}}, Ordered: true}
	if got := d.Mixed(); got != 0 {
		t.Errorf("two clusters: got %v, want 0", got)
	}
	d.Train.Labels = []int32{0, 1, 0, 1, 0, 1, 0, 1}
	if got := d.Mixed(); got != 0 {
		t.Errorf("asked again: got %v, want 0 as before", got)
	}
	if err := d.Split(HoldOut{}, HoldOut{Count: 2}, nil); err != nil || d.Mixed() <= 1 {
		t.Errorf("classes by turns, after a split: got %v, error %v; want more than 1", d.Mixed(), err)
	}
}

// TestUnsplit: how many samples there were for training before any were held out.
func TestUnsplit(t *testing.T) {
	d := &Dataset{Train: numbers(8, 0), Ordered: true}
	if got := d.Unsplit(); got != 8 {
		t.Errorf("before a split: got %d, want 8", got)
	}
	if err := d.Split(HoldOut{}, HoldOut{Count: 2}, nil); err != nil || d.Unsplit() != 8 {
		t.Errorf("after a split: got %d, error %v; want 8", d.Unsplit(), err)
	}
}

// TestAddLists: dark images get lists of their pixels; those of the validation and test sets replace the pixels unless
// these are to be kept.
func TestAddLists(t *testing.T) {
	for _, keep := range []bool{false, true} {
		dark := func(n int) Set { return Set{N: n, Dim: 9, Pixels: make([]byte, 9*n)} }
		d := &Dataset{Train: dark(3), Valid: dark(2), Test: Set{N: 1, Dim: 9, Pixels: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}}}
		d.AddLists(keep)
		if d.Train.Lists == nil || d.Train.Pixels == nil || d.Valid.Lists == nil || (d.Valid.Pixels != nil) != keep ||
			d.Test.Lists != nil || d.Test.Pixels == nil {
			t.Errorf("keep %v: got %+v; want lists in training and validation set, and pixels in training and test set", keep, d)
		}
	}
}
