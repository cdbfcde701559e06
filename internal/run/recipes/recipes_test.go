package recipes

import (
	"errors"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
)

// A result is compared with the one that was printed after as many epochs, if there is one, else with the last.
func TestPrinted(t *testing.T) {
	r := Find("nielsen")
	for _, c := range []struct {
		epoch              int
		after, compareWith float64
	}{{-1, 0, 0.9454}, {0, 0, 0.9454}, {1, 0.9067, 0.9067}, {10, 0.9454, 0.9454}, {11, 0, 0.9454}} {
		after, atEnd := r.PrintedAfter(c.epoch).Accuracy, r.PrintedAtEnd(c.epoch).Accuracy
		if after != c.after || atEnd != c.compareWith {
			t.Errorf("epoch %d: got %v and %v, want %v and %v", c.epoch, after, atEnd, c.after, c.compareWith)
		}
	}
	if v := OrNil(0.5); v == nil || *v != 0.5 || OrNil(0) != nil {
		t.Errorf("of 0.5 got %v, and of 0 %v, want a number and nil", v, OrNil(0))
	}
}

func TestFind(t *testing.T) {
	if r := Find("sine"); r == nil || r.Name != "sine" || Find("cosine") != nil || Find("") != nil {
		t.Errorf("got %+v for sine, %v for cosine", r, Find("cosine"))
	}
}

// The page of a recipe is about its source; all papers are on one page.
func TestPage(t *testing.T) {
	for recipe, want := range map[string]string{"derivation": "docs/tutorials/derivation.md", "best": "docs/records.md",
		"sine": "docs/tutorials/lecture.md", "perceptron": "docs/tutorials/nielsen.md"} {
		if got := Find(recipe).Page(); got != want {
			t.Errorf("%s: got %s, want %s", recipe, got, want)
		}
	}
}

// An epoch of the recipe matrix is 100 samples, if there are so many; of the others, all.
func TestEpochSamples(t *testing.T) {
	for _, c := range []struct {
		recipe  string
		n, want int
	}{{"matrix", 60000, 100}, {"matrix", 50, 50}, {"nielsen", 60000, 60000}} {
		if got := Find(c.recipe).EpochSamples(c.n); got != c.want {
			t.Errorf("%s, %d samples: got %d, want %d", c.recipe, c.n, got, c.want)
		}
	}
}

// If the data that a recipe needs are missing, or are a table in place of images, the error says where to get them.
func TestMissingData(t *testing.T) {
	const needs = "; -recipe nielsen needs MNIST: -data ./mnist -download fetches it"
	bad := errors.New("bad file")
	here := t.TempDir()
	for _, c := range []struct{ recipe, path, want string }{
		{"nielsen", here, "bad file" + needs},
		{"nielsen", here + "/none", here + "/none: no such folder or file" + needs},
		{"sine", here + "/none", "bad file"},
	} {
		if err := Find(c.recipe).ExplainMissing(c.path, bad); err.Error() != c.want {
			t.Errorf("%s, %s: got %v, want %s", c.recipe, c.path, err, c.want)
		}
	}
	table := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 1, Values: []float64{1, 2}}}
	images := &dataset.Dataset{Train: dataset.Set{N: 1, Dim: 2, Pixels: []byte{1, 2}}}
	want := here + ": it is a table of 2 samples with 1 input, not images" + needs
	if err := Find("nielsen").CheckData(here, table); err == nil || err.Error() != want {
		t.Errorf("a table: got %v, want %s", err, want)
	}
	if err := errors.Join(Find("nielsen").CheckData(here, images), Find("sine").CheckData(here, table)); err != nil {
		t.Errorf("images for nielsen and a table for sine: got %v", err)
	}
}

func TestMilestone(t *testing.T) {
	var got []int
	for epoch := range 1001 {
		if milestone(epoch) {
			got = append(got, epoch)
		}
	}
	if want := []int{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
