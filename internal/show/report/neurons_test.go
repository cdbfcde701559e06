package report

import (
	"fmt"
	"html/template"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// neuronsOf is the report of a network for images of two pixels, whose n neurons have the weights 1 and −1.
func neuronsOf(n int) *Report {
	l := layers.New(2, n)
	for j := range n {
		l.W[j], l.W[n+j] = 1, -1
	}
	l.Activation = "relu"
	return &Report{Width: 2, Height: 1, Classes: []string{"a"}, Train: dataset.Set{Pixels: []byte{1, 0}},
		Scripts: scripts, Layers: []layers.Layer{l}}
}

// cividisRow names colours of cividis as the function colours does, from their levels; −1 is none.
func cividisRow(levels ...int) string {
	var row []string
	for _, l := range levels {
		name := "none"
		if l >= 0 {
			c := cividis[l].(color.NRGBA)
			name = fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
		}
		row = append(row, name)
	}
	return strings.Join(row, " ")
}

// The limit of the colours is 4, that of the weights now. Then 1 has the level 159, −1 the level 95, ½ 143, 2 191 and
// −2 63; 9 and −8 have the colours at the ends.
func TestNeuronSheetShowsTheWeightsBeforeAndAfter(t *testing.T) {
	r := neuronsOf(2)
	r.Height, r.Layers[0] = 2, layerOf("relu", [][]float64{{0, 2}, {1, -2}, {-1, 0}, {0.5, 9}}, 5, 5)
	r.Begin()
	if got := r.neuronSheet().Before; got != "" {
		t.Errorf("before training: got an image from before: %.40s", got)
	}
	for i, row := range [][]float64{{4, 0}, {4, 0}, {4, 0}, {4, -8}} {
		copy(r.Layers[0].Row(i), row)
	}
	r.Add(Epoch{Number: 1})
	s := r.neuronSheet()
	for _, c := range []struct {
		name  string
		image template.HTMLAttr
		want  []string
	}{
		{"before", s.Before, []string{cividisRow(127, 159, -1, 191, 63), cividisRow(95, 143, -1, 127, 254)}},
		{"after", s.After, []string{cividisRow(254, 254, -1, 127, 127), cividisRow(254, 254, -1, 127, 0)}},
	} {
		if got := colours(decodeImage(t, c.image, "src")); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	if s.Width != 5 || s.Height != 2 || s.Shown != 2 || s.All != 2 || s.Limit != "4" {
		t.Errorf("got %d×%d pixels, %d of %d neurons, ±%s; want 5×2, 2 of 2, ±4", s.Width, s.Height, s.Shown, s.All, s.Limit)
	}
}

// There are half as many columns again as rows, or up to twice as many if that fills the last row.
func TestNeuronSheetHasATileForEachNeuron(t *testing.T) {
	for n, want := range map[int]string{1: "2×1", 2: "5×1", 3: "8×1", 4: "11×1", 6: "8×3", 7: "20×1", 10: "14×3",
		11: "14×5", 16: "23×3", 34: "23×9", 100: "59×9", 128: "47×15", 129: "47×15"} {
		r := neuronsOf(n)
		r.Begin()
		s := r.neuronSheet()
		b := decodeImage(t, s.After, "src").Bounds()
		if got := fmt.Sprintf("%d×%d", s.Width, s.Height); got != want || b.Dx() != s.Width || b.Dy() != s.Height ||
			s.Shown != min(n, 128) || s.All != n {
			t.Errorf("%d neurons: got %d of %d on %s, an image of %v; want %s", n, s.Shown, s.All, got, b, want)
		}
	}
	r := neuronsOf(6)
	r.Begin()
	tiles := cividisRow(254, 0, -1, 254, 0, -1, 254, 0)
	want := []string{tiles, cividisRow(-1, -1, -1, -1, -1, -1, -1, -1), tiles}
	if got := colours(decodeImage(t, r.neuronSheet().After, "src")); !slices.Equal(got, want) {
		t.Errorf("two rows: got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The last pixel of a row has no neighbour in the next row. Correlations are worked out by hand.
func TestNeighbourCorrelation(t *testing.T) {
	for _, c := range []struct {
		width int
		tiles [][]float32
		want  float64
	}{
		{2, [][]float32{{1, 2, 3, 4, 5, 6}}, 1},
		{2, [][]float32{{1, 6, 2, 5, 3, 4}}, -1},
		{2, [][]float32{{1, 1, 2, 3}, {3, 2}}, 0.5},          // (1, 1), (2, 3), (3, 2): ⅓ of ⅔
		{3, [][]float32{{1, 1, 2, 3, 3, 2}}, math.Sqrt(0.5)}, // (1, 1), (1, 2), (3, 3), (3, 2): ½ of √(1·½)
	} {
		r := &Report{Width: c.width}
		if got := r.neighbourCorrelation(c.tiles); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v in rows of %d: got %v, want %v", c.tiles, c.width, got, c.want)
		}
	}
}

// correlated has 80 rows of two pixels, with this correlation: rows of equal pixels make it larger, others smaller.
func correlated(correlation float64) (tile []float32) {
	for i := range 40 {
		sign := float32(1)
		if float64(i) >= 20+20*correlation {
			sign = -1
		}
		tile = append(tile, 1, sign, -1, -sign)
	}
	return tile
}

func TestDescribeSmoothness(t *testing.T) {
	const little = "in a network that has learned so little, this is no sign that they have found anything"
	for _, c := range []struct {
		before, now   float64
		learnedLittle bool
		numbers, want string
	}{
		{0, 0.35, false, "0.00 before, and have one of 0.35 now", "noise has given way to patches and strokes"},
		{0, 0.3, false, "0.00 before, and have one of 0.30 now", "patches and strokes show through the noise"},
		{0, 0.1, false, "0.00 before, and have one of 0.10 now", "patches and strokes show through the noise"},
		{0.9, 1, false, "0.90 before, and have one of 1.00 now", "patches and strokes show through the noise"},
		{0, 0.05, false, "0.00 before, and have one of 0.05 now", "the pictures are about as noisy as they were"},
		{0, -0.05, false, "0.00 before, and have one of −0.05 now", "the pictures are about as noisy as they were"},
		{0, -0.1, false, "0.00 before, and have one of −0.10 now", "the pictures have become noisier"},
		{0, 0.35, true, "0.00 before, and have one of 0.35 now", little},
		{0, 0.05, true, "0.00 before, and have one of 0.05 now", "the pictures are about as noisy as they were"},
	} {
		r := &Report{Width: 2, Height: 80, Classes: []string{"a"}, Train: dataset.Set{Pixels: []byte{1}},
			neuronsBefore: [][]float32{correlated(c.before)}, Layers: []layers.Layer{layers.New(160, 1)}}
		for i, v := range correlated(c.now) {
			r.Layers[0].W[i] = float64(v)
		}
		want := "Weights of neighbouring pixels had a correlation of " + c.numbers + ": " + c.want + "."
		if got := r.describeSmoothness(c.learnedLittle); got != want {
			t.Errorf("from %v to %v:\ngot  %s\nwant %s", c.before, c.now, got, want)
		}
		clear(r.Layers[0].W) // equal weights have no correlation
		if got := r.describeSmoothness(false); got != "" {
			t.Errorf("equal weights now: got %q, want nothing", got)
		}
	}
}

// Smooth pictures are no merit in a run with a warning or a failure, or that is no better than guessing.
func TestThePageDoesNotPraiseANetworkThatHasLearnedLittle(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *Report)
		little bool
	}{
		{"all is well", func(r *Report) {}, false},
		{"a warning", func(r *Report) { r.Warnings = []string{"all units are dead"} }, true},
		{"a failure", func(r *Report) { r.Failed = true }, true},
		{"the same answer to everything", func(r *Report) { clear(r.Outputs) }, true},
	} {
		r := digits(16, 20)
		for i := range r.Layers[0].Rows { // one broad patch
			for j := range r.Layers[0].Cols {
				r.Layers[0].Row(i)[j] = float64(i%28/7) + float64(j)
			}
		}
		c.change(r)
		got := r.view().Smoothness
		if little := strings.HasSuffix(got, "no sign that they have found anything."); got == "" || little != c.little {
			t.Errorf("%s: got %q, want praise: %v", c.name, got, !c.little)
		}
	}
}
