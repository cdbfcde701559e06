package recipes

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
)

// TestRecipes: the texts of a recipe say the same as its settings: the layers are those of the flags and of the data,
// and the published result is the number, the last of the curve, with which it is compared.
func TestRecipes(t *testing.T) {
	for _, r := range All {
		option := func(name, otherwise string) string {
			words := strings.Fields(r.Flags)
			if i := slices.Index(words, name); i >= 0 {
				return words[i+1]
			}
			return otherwise
		}
		if r.Inputs > 0 {
			hidden := strings.ReplaceAll(option("-hidden", "256"), ",", "-")
			if want := fmt.Sprintf("%d-%s-10 %s", r.Inputs, hidden, option("-activation", "relu")); r.Network != want {
				t.Errorf("%s: got the network %s, want %s", r.Name, r.Network, want)
			}
		}
		want := "no" // numbers
		switch p := r.Printed; {
		case p.L2 > 0:
			want = fmt.Sprintf("test %.4f, λ %.4f", p.Accuracy, p.L2)
		case p.Loss > 0:
			want = fmt.Sprintf("%.4f, loss %.6f", p.Accuracy, p.Loss)
		case r.PrintsCounts:
			want = fmt.Sprintf("%.0f of 10,000", 10000*p.Accuracy)
		case p.Accuracy > 0:
			want = fmt.Sprintf("%.4g %%", 100*p.Accuracy)
		}
		if !strings.HasPrefix(r.Published, want) {
			t.Errorf("%s: got %q as published, want %q", r.Name, r.Published, want)
		}
		if n := len(r.Curve); n > 0 && (r.Curve[n-1] != r.Printed || option("-epochs", "10") != fmt.Sprint(n)) {
			t.Errorf("%s: got a curve of %d epochs to %v, want one of all epochs to %v", r.Name, n, r.Curve[n-1], r.Printed)
		}
		if epochs, _ := strconv.Atoi(option("-epochs", "10")); r.Axes.Every != 0 && epochs%r.Axes.Every != 0 {
			t.Errorf("%s: a curve of every %d epochs does not end with epoch %d", r.Name, r.Axes.Every, epochs)
		}
		if fromNotebook := r.Source == book && r.Examples == 9; fromNotebook != r.PrintsCounts { // its figure has nine digits
			t.Errorf("%s: got %d examples", r.Name, r.Examples)
		}
		if needsData := !r.MakesData && !r.DrawsOnly; r.LookAt == "" || needsData != (r.Needs != "") {
			t.Errorf("%s: it does not say what to look at, or where the data come from", r.Name)
		}
	}
}

// TestCurves: a recipe's published numbers are those of the lines that its tutorial printed, such as "Epoch 0: 9067 /
// 10000" and "Epoch 0: loss: 0.016991653848590874 acc: 0.8966".
func TestCurves(t *testing.T) {
	for recipe, want := range map[string]string{
		"nielsen": "9067 9202 9283 9318 9376 9393 9399 9426 9443 9454",
		"theano":  "9095 9270 9317 9313 9355 9403 9413 9397 9360 9411",
		"derivation": "0.016992 0.8966 0.013716 0.9196 0.012229 0.9269 0.010847 0.9385 0.010387 0.939 0.009599 0.9442 " +
			"0.009858 0.9443 0.009360 0.9457 0.009088 0.95 0.008746 0.9492 0.008551 0.9521 0.008340 0.9513 0.008346 0.9515 " +
			"0.008456 0.9532 0.008366 0.9525 0.008198 0.9549 0.008247 0.9536 0.008466 0.9525 0.008125 0.9541 0.008890 " +
			"0.9508 0.008222 0.9528 0.008115 0.9549 0.008308 0.9539 0.008410 0.9531 0.008138 0.9532 0.008175 0.9527 " +
			"0.008318 0.9531 0.008137 0.9556 0.008302 0.9554 0.008204 0.9545",
	} {
		var lines []string
		for _, p := range Find(recipe).Curve {
			line := fmt.Sprintf("%.6f %.4g", p.Loss, p.Accuracy)
			if p.Loss == 0 {
				line = fmt.Sprintf("%.0f", 10000*p.Accuracy)
			}
			lines = append(lines, line)
		}
		if got := strings.Join(lines, " "); got != want {
			t.Errorf("%s: got %s, want %s", recipe, got, want)
		}
	}
}

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
