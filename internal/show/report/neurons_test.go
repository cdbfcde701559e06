package report

import (
	"fmt"
	"html/template"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// TestNeighbourCorrelation: the correlation of neighbours in a row, of the last pixel of a row with none in the next.
func TestNeighbourCorrelation(t *testing.T) {
	for _, c := range []struct {
		width int
		tiles [][]float32
		want  float64
	}{
		{2, [][]float32{{1, 2, 3, 4, 5, 6}}, 1}, {2, [][]float32{{1, 6, 2, 5, 3, 4}}, -1},
		{2, [][]float32{{1, 1, 2, 3}, {3, 2}}, 0.5},          // (1, 1), (2, 3), (3, 2): a covariance of ⅓, and variances of ⅔
		{3, [][]float32{{1, 1, 2, 3, 3, 2}}, math.Sqrt(0.5)}, // (1, 1), (1, 2), (3, 3), (3, 2): ½, of 1 and of ½
	} {
		r := &Report{Width: c.width}
		if got := r.neighbourCorrelation(c.tiles); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v in rows of %d: %v, want %v", c.tiles, c.width, got, c.want)
		}
	}
}

// TestSmoothness: what is said of correlations before and after, at the bounds.
func TestSmoothness(t *testing.T) {
	// tile is 80 rows of two pixels: of 40, those that are alike and those that are not make up the correlation.
	tile := func(c float64) (tile []float32) {
		for i := range 40 {
			sign := float32(1)
			if float64(i) >= 20+20*c {
				sign = -1
			}
			tile = append(tile, 1, sign, -1, -sign)
		}
		return tile
	}
	for _, c := range []struct {
		before, now  float64
		said, wanted string
	}{
		{0, 0.35, "0.00 before, and have one of 0.35 now", "noise has given way to patches and strokes"},
		{0, 0.3, "0.00 before, and have one of 0.30 now", "patches and strokes show through the noise"},
		{0, 0.1, "0.00 before, and have one of 0.10 now", "patches and strokes show through the noise"},
		{0, 0.05, "0.00 before, and have one of 0.05 now", "the pictures are about as noisy as they were"},
		{0, -0.05, "0.00 before, and have one of −0.05 now", "the pictures are about as noisy as they were"},
		{0, -0.1, "0.00 before, and have one of −0.10 now", "the pictures have become noisier"},
		{0.9, 1, "0.90 before, and have one of 1.00 now", "patches and strokes show through the noise"},
	} {
		r := &Report{Width: 2, Height: 80, Classes: []string{"a"}, Train: dataset.Set{Pixels: []byte{1}},
			neuronsBefore: [][]float32{tile(c.before)}}
		w := make([]float64, 160)
		for i, v := range tile(c.now) {
			w[i] = float64(v)
		}
		r.Layers = []layers.Layer{{Rows: 160, Cols: 1, Stride: 1, W: w, B: []float64{0}, Activation: "relu"}}
		want := "Weights of neighbouring pixels had a correlation of " + c.said + ": " + c.wanted + "."
		if got := r.describeSmoothness(false); got != want {
			t.Errorf("from %v to %v:\n%s\nwant\n%s", c.before, c.now, got, want)
		}
		clear(w) // without any spread there is no correlation
		if got := r.describeSmoothness(false); got != "" {
			t.Errorf("of nothing: %q", got)
		}
		if r.neuronsBefore = [][]float32{make([]float32, 160)}; r.describeSmoothness(false) != "" {
			t.Error("of nothing before")
		}
	}
}

// sheetOf is the record of a network for images of 2×1 pixels, whose n neurons have the weights 1 and −1.
func sheetOf(n int) *Report {
	r := &Report{Width: 2, Height: 1, Classes: []string{"a"}, Train: dataset.Set{Pixels: []byte{1, 0}}, Scripts: scripts,
		Layers: []layers.Layer{{Rows: 2, Cols: n, Stride: n, W: make([]float64, 2*n), B: make([]float64, n),
			Activation: "relu"}}}
	for j := range n {
		r.Layers[0].W[j], r.Layers[0].W[n+j] = 1, -1
	}
	return r
}

// TestNeuronSheet: a tile for each neuron with a pixel's space between them, before and after in the same colours.
func TestNeuronSheet(t *testing.T) {
	r := sheetOf(2)
	r.Height, r.Layers[0] = 2, layers.Layer{Rows: 4, Cols: 2, Stride: 2, W: []float64{0, 2, 1, -2, -1, 0, 0.5, 9},
		B: []float64{5, 5}, Activation: "relu"}
	r.Begin()
	s := r.neuronSheet()
	if s.Before != "" {
		t.Error("there is nothing before")
	}
	copy(r.Layers[0].W, []float64{4, 0, 4, 0, 4, 0, 4, 8})
	r.Add(Epoch{Number: 1})
	s = r.neuronSheet()
	// The extent is 4, now: of eight sizes the seventh. 1 of 4 is the level 159, −1 95, ½ 143; 2 is 191, −2 63.
	for _, c := range []struct {
		picture template.HTMLAttr
		want    []string
	}{{s.Before, []string{at(127, 159, -1, 191, 63), at(95, 143, -1, 127, 254)}},
		{s.After, []string{at(254, 254, -1, 127, 127), at(254, 254, -1, 127, 254)}}} {
		if got := painted(decoded(t, c.picture, "src")); !slices.Equal(got, c.want) {
			t.Errorf("neurons are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	if s.Width != 5 || s.Height != 2 || s.Shown != 2 || s.All != 2 || s.Limit != "4" {
		t.Errorf("%d×%d, %d of %d, ±%s", s.Width, s.Height, s.Shown, s.All, s.Limit)
	}
	two := sheetOf(6)
	two.Begin()
	tiles, gap := at(254, 0, -1, 254, 0, -1, 254, 0), at(-1, -1, -1, -1, -1, -1, -1, -1)
	if got := painted(decoded(t, two.neuronSheet().After, "src")); !slices.Equal(got, []string{tiles, gap, tiles}) {
		t.Errorf("two lines are\n%s", strings.Join(got, "\n"))
	}
	// The columns: a sheet half as wide again as high, or up to twice as many columns where no gap is left so.
	for n, want := range map[int]string{1: "2×1", 2: "5×1", 3: "8×1", 4: "11×1", 6: "8×3", 7: "20×1", 10: "14×3",
		11: "14×5", 16: "23×3",
		34: "23×9", 100: "59×9", 128: "47×15", 129: "47×15"} {
		r := sheetOf(n)
		r.Begin()
		s := r.neuronSheet()
		b := decoded(t, s.After, "src").Bounds()
		if got := fmt.Sprintf("%d×%d", s.Width, s.Height); got != want || b.Dx() != s.Width || b.Dy() != s.Height ||
			s.Shown != min(n, 128) || s.All != n {
			t.Errorf("%d of %d neurons are on %s, a picture of %v; want %s", s.Shown, s.All, got, b, want)
		}
	}
}

// at is the colours of the neurons' levels, −1 for none.
func at(levels ...int) (row string) {
	for _, l := range levels {
		if l < 0 {
			row += " none"
			continue
		}
		c := cividis[l].(color.NRGBA)
		row += fmt.Sprintf(" #%02x%02x%02x", c.R, c.G, c.B)
	}
	return row[1:]
}

// TestSmoothnessOnPage: noise that stays noise is not called strokes.
func TestSmoothnessOnPage(t *testing.T) {
	r := images(16, 20)
	if text := r.view().Smoothness; !strings.Contains(text, "about as noisy") {
		t.Error(text)
	}
	for i := range r.Layers[0].Rows { // one broad patch
		for j := range r.Layers[0].Cols {
			r.Layers[0].Row(i)[j] = float64(i%28/7) + float64(j)
		}
	}
	if text := r.view().Smoothness; !strings.Contains(text, "noise has given way") {
		t.Error(text)
	}
	r.Warnings = []string{"all units are dead"}
	if text := r.view().Smoothness; !strings.HasSuffix(text, "of 1.00 now: in a network that has learned so little, "+
		"this is no sign that they have found anything.") {
		t.Error(text)
	}
	r.Warnings = nil
	clear(r.Outputs) // always the same answer
	if text := r.view().Smoothness; !strings.HasSuffix(text, "no sign that they have found anything.") {
		t.Error(text)
	}
	r.neuronsBefore, r.Layers[0] = r.neurons(), layer(rand.New(rand.NewPCG(3, 4)), 784, 16, "relu")
	if text := r.view().Smoothness; !strings.Contains(text, "noisier") {
		t.Error(text)
	}
}
