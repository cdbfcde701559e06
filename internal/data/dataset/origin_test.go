package dataset

import "testing"

// TestOrigin: however samples are split, drawn and joined, each is called by its place in its file. Their values are
// those places.
func TestOrigin(t *testing.T) {
	set := func(o Origin, values ...float64) Set {
		return Set{N: len(values), Dim: 1, Values: values, Origin: o}
	}
	lines := Origin{File: "a.csv", Unit: "line", At: []int32{2, 4, 5, 9}}
	table, arrays := set(lines, 2, 4, 5, 9), set(Origin{File: "x", Unit: "image"}, 0, 1, 2, 3)
	for _, c := range []struct {
		name  string
		s     Set
		words string
	}{
		{"a table", table, "line 5 of a.csv"},
		{"a slice of it", table.Slice(1, 4), "line 9 of a.csv"},
		{"picked of it", table.pick([]int{3, 0, 1}), "line 4 of a.csv"},
		{"picked of a slice", table.Slice(1, 4).pick([]int{2, 1, 0}), "line 4 of a.csv"},
		{"joined", table.Slice(0, 1).join(table.Slice(2, 4)), "line 9 of a.csv"},
		{"arrays", arrays, "image 2 of x"},
		{"the beginning of arrays", arrays.Slice(0, 3), "image 2 of x"},
		{"the end of arrays", arrays.Slice(1, 4), "image 3 of x"},
		{"picked of the end", arrays.Slice(1, 4).pick([]int{0, 1, 0}), "image 1 of x"},
		{"drawn", set(Origin{}, 0, 1, 2), ""},
		{"a slice of what is drawn", set(Origin{}, 0, 1, 2, 3).Slice(1, 4), ""},
		{"of a file that counts two things", table.Slice(0, 1).join(set(Origin{File: "a.csv", Unit: "image",
			At: []int32{7, 8}}, 7, 8)), ""},
		{"joined with what has no numbers", table.Slice(0, 2).join(set(Origin{File: "a.csv", Unit: "line"}, 0)), ""},
		{"arrays joined", arrays.Slice(0, 2).join(arrays.Slice(0, 2)), ""},
		{"of two files", table.Slice(0, 1).join(arrays.Slice(0, 2)), ""},
	} {
		if got := c.s.Origin.Place(2); got != c.words {
			t.Errorf("%s: the third: got %q, want %q", c.name, got, c.words)
		}
		for i, v := range c.s.Values {
			at := c.s.Origin.At
			if at != nil && (len(at) != c.s.N || float64(at[i]) != v) {
				t.Errorf("%s: got places %v, want %v", c.name, at, c.s.Values)
			}
		}
	}
}
