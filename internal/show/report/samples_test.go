package report

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
)

// gray is the brightness of a picture's pixels, row by row.
func gray(img image.Image) string {
	var rows [][]uint8
	for y := range img.Bounds().Dy() {
		rows = append(rows, nil)
		for x := range img.Bounds().Dx() {
			rows[y] = append(rows[y], color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return fmt.Sprint(rows)
}

// letters is n classes, a, b, c …
func letters(n int) (names []string) {
	for i := range n {
		names = append(names, string(rune('a'+i)))
	}
	return names
}

// TestStrips: the first ten samples of each class, side by side, of up to 40 classes.
func TestStrips(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3),
		Train: dataset.Set{Pixels: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 200}, Labels: []int32{2, 0, 2}}}
	got := ""
	for _, s := range r.sampleStrips() {
		img := decoded(t, s.Image, "src")
		got += fmt.Sprintf("%s %d×%d of %d: %s; ", s.Class, s.Width, s.Height, s.N, gray(img))
	}
	if want := "a 2×2 of 1: [[5 6] [7 8]]; c 4×2 of 2: [[1 2 9 10] [3 4 11 200]]; "; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	r = &Report{Width: 1, Height: 1, Classes: letters(41)}
	for i := range 60 { // 11 of class 38, 9 of 39, and the rest of 40
		r.Train.Labels = append(r.Train.Labels, []int32{38, 39, 40}[min(i/11, 1)+min(i/20, 1)])
		r.Train.Pixels = append(r.Train.Pixels, 20)
	}
	strips := r.sampleStrips()
	if len(strips) != 2 || strips[0].N != 10 || strips[0].Width != 10 || strips[1].N != 9 {
		t.Errorf("%d strips: %+v", len(strips), strips)
	}
	if r.Classes = nil; r.sampleStrips() != nil {
		t.Error("there are strips without classes")
	}
}

// TestGray: white is the greatest value that the images have: 1, 16 or 255.
func TestGray(t *testing.T) {
	for _, c := range []struct {
		pixels []byte
		want   string
	}{{[]byte{0, 1}, "[[0 255]]"}, {[]byte{1, 2}, "[[15 31]]"}, {[]byte{8, 16}, "[[127 255]]"},
		{[]byte{1, 17}, "[[1 17]]"}, {[]byte{16, 255}, "[[16 255]]"}} {
		r := &Report{Width: 2, Height: 1, Train: dataset.Set{Pixels: c.pixels}}
		if got := gray(r.gray(r.Train, 0)); got != c.want {
			t.Errorf("%v are shown as %s, want %s", c.pixels, got, c.want)
		}
	}
	r := &Report{Width: 2, Height: 1, Train: dataset.Set{Pixels: []byte{0, 16}}}
	// brighter than all in training
	if got := gray(r.gray(dataset.Set{Pixels: []byte{9, 9, 15, 17}}, 1)); got != "[[239 255]]" {
		t.Error(got)
	}
}

// TestGrid: the first images in rows of three, a black pixel between them.
func TestGrid(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3), Train: dataset.Set{Labels: []int32{2, 0, 1, 1, 0}}}
	for i := range 20 {
		r.Train.Pixels = append(r.Train.Pixels, byte(17+i))
	}
	for examples, want := range map[int]string{
		1: " c 8×2 of 1 [[17 18 0 0 0 0 0 0] [19 20 0 0 0 0 0 0]]",
		3: " c a b 8×2 of 3 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28]]",
		9: " c a b b a 8×5 of 5 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28] [0 0 0 0 0 0 0 0] [29 30 0 33 34 0 0 0] " +
			"[31 32 0 35 36 0 0 0]]",
	} {
		r.Examples = examples
		g := r.grid()
		if got := fmt.Sprintf("%s %d×%d of %d %s", g.Class, g.Width, g.Height, g.N,
			gray(decoded(t, g.Image, "src"))); got != want {
			t.Errorf("%d examples are\n%s\nwant\n%s", examples, got, want)
		}
	}
}

// TestConfusion: shade, share and words of a matrix of counts.
func TestConfusion(t *testing.T) {
	r := &Report{Classes: letters(3)}
	rows := func(m *confusion) (text string) {
		for _, row := range m.Rows {
			text += row.Class
			for _, c := range row.Cells {
				text += fmt.Sprintf(" %d/%v/%v", c.N, c.Shade, c.Right)
			}
			text += " " + row.Right + "; "
		}
		return strings.Join(m.Classes, "") + ": " + text + m.MostOften
	}
	for _, c := range []struct {
		counts []int
		want   string
	}{
		{[]int{1, 4, 1, 0, 5, 0, 0, 0, 0},
			"abc: a 1/0.5/true 4/1/false 1/0.5/false 16.7; b 0/0/false 5/1.118033988749895/true 0/0/false 100.0; " +
				"c 0/0/false 0/0/false 0/0/true ; a taken for b (4), a taken for c (1)"},
		{[]int{4, 1, 2, 2, 9, 1, 3, 1, 0},
			"abc: a 4/1.1547005383792515/true 1/0.5773502691896257/false 2/0.816496580927726/false 57.1; " +
				"b 2/0.816496580927726/false 9/1.7320508075688772/true 1/0.5773502691896257/false 75.0; " +
				"c 3/1/false 1/0.5773502691896257/false 0/0/true 0.0; " +
				"c taken for a (3), a taken for c (2), b taken for a (2), a taken for b (1), b taken for c (1)"}, // five of six
		{[]int{1, 4, 0, 0, 1, 0, 0, 0, 0}, "abc: a 1/0.5/true 4/1/false 0/0/false 20.0; " +
			"b 0/0/false 1/0.5/true 0/0/false 100.0; c 0/0/false 0/0/false 0/0/true ; a taken for b (4)"},
		{[]int{4, 0, 0, 0, 1, 0, 0, 0, 1},
			"abc: a 4/2/true 0/0/false 0/0/false 100.0; b 0/0/false 1/1/true 0/0/false 100.0; c 0/0/false 0/0/false " +
				"1/1/true 100.0; "},
	} {
		if got := rows(newConfusion(r.Classes, c.counts)); got != c.want {
			t.Errorf("of %v\n%s\nwant\n%s", c.counts, got, c.want)
		}
	}
	for k, want := range map[int]int{40: 40, 41: 0} {
		r.Classes = letters(k)
		counts := make([]int, k*k)
		counts[1] = 3
		if m := newConfusion(r.Classes, counts); len(m.Rows) != want || len(m.Classes) != want || m.MostOften != "a taken for b (3)" {
			t.Errorf("%d classes: %d rows, %q", k, len(m.Rows), m.MostOften)
		}
	}
}

// TestMistakes: the 24 that the network was surest of, in the order of the samples where it was equally sure.
func TestMistakes(t *testing.T) {
	r := &Report{Cost: mse, Width: 1, Height: 1, Classes: letters(2), Train: dataset.Set{Pixels: []byte{255}}}
	for i := range 50 { // the outputs for b, which all of them are not: 0.6 and 0.7; every fifth is right
		r.Test.Labels, r.Test.Pixels = append(r.Test.Labels, 0), append(r.Test.Pixels, byte(i))
		r.Outputs = append(r.Outputs, 0.5, []float64{0.6, 0.7, 0.6, 0.6, 0.5}[i%5])
	}
	m, wrong := r.errors()
	if m.Right != 10 || m.All != 50 || m.MostOften != "a taken for b (40)" || len(wrong) != 24 {
		t.Fatalf("%+v, and %d mistakes", m, len(wrong))
	}
	var samples []int
	for k, e := range wrong {
		samples = append(samples, e.Sample)
		p := "output 0.700"
		if k >= 10 {
			p = "output 0.600"
		}
		if got := gray(decoded(t, e.Image, "src")); e.Said != "b" || e.Is != "a" || e.Confidence != p ||
			got != fmt.Sprintf("[[%d]]", e.Sample) {
			t.Errorf("mistake %d: %+v, picture %s; want %s", k, e, got, p)
		}
	}
	want := []int{1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 0, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 20, 22}
	if !slices.Equal(samples, want) {
		t.Errorf("the mistakes are %v, want %v", samples, want)
	}
	numbered := images(3, 20)
	numbered.Test.Origin = dataset.Origin{File: "the test part of x", Unit: "image"}
	_, wrong = numbered.errors()
	html := page(t, numbered)
	for _, want := range []string{fmt.Sprintf(`alt="image %d">`, wrong[0].Sample),
		fmt.Sprintf(`>%s, image %d</span>`, wrong[0].Confidence, wrong[0].Sample), "counted from 0 in the test part of x."} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	r.Train.Pixels = nil
	if _, wrong := r.errors(); wrong[0].Image != "" {
		t.Error("a sample that is no image has a picture")
	}
	a := []float64{math.Log(1), math.Log(3), math.Log(4)} // softmax: 1/8, 3/8, 1/2
	for answer, want := range map[layers.Answer]string{layers.Softmax: "0.1250 0.3750 0.5000",
		layers.Probability: "0.0000 1.0986 1.3863", layers.Number: "0.0000 1.0986 1.3863"} {
		r.Cost.Answer = answer
		if got := fmt.Sprintf("%.4f %.4f %.4f", r.probability(a, 0), r.probability(a, 1), r.probability(a, 2)); got != want {
			t.Errorf("%q: %s, want %s", answer, got, want)
		}
	}
}

// TestSpread: places are multiples of the golden ratio, of which the fraction counts: 0.618, 0.236, 0.854, 0.472.
func TestSpread(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want string
	}{{100, 4, "[61 23 85 47]"}, {1000, 2, "[618 236]"}, {3, 4, "[0 1 2]"}, {4, 4, "[0 1 2 3]"}, {5, 4, "[3 1 4 2]"},
		{1 << 30, 4, "[663608942 253476060 917085002 506952121]"}, // of 2³⁰, from the ratio to 32 bits

		{0, 4, "[]"}} {
		if got := fmt.Sprint(scatteredIndices(c.n, c.k)); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.k, c.n, got, c.want)
		}
	}
	for parameters, want := range map[int]int{50_000: 50_000, 50_001: 64} { // with AllWeights
		r := &Report{AllWeights: true, Layers: []layers.Layer{{Cols: parameters, B: make([]float64, parameters)}}}
		if r.Begin(); len(r.tracked[0]) != want {
			t.Errorf("%d of %d parameters are followed, want %d", len(r.tracked[0]), parameters, want)
		}
	}
}

// TestThinning: 256 epochs and that before training are kept; with one more, every second of them, and the last.
func TestThinning(t *testing.T) {
	r := &Report{}
	r.Begin()
	kept := func() string {
		n := len(r.snapshots)
		return fmt.Sprint(n, ": ", r.snapshots[0].epoch.Number, r.snapshots[1].epoch.Number, " … ", r.snapshots[n-2].epoch.Number,
			r.snapshots[n-1].epoch.Number)
	}
	want := map[int]string{1: "2: 0 1 … 0 1", 256: "257: 0 1 … 255 256", 257: "130: 0 2 … 256 257",
		258: "130: 0 2 … 256 258",
		259: "131: 0 2 … 258 259", 512: "257: 0 2 … 510 512", 513: "130: 0 4 … 512 513"}
	for e := 1; e <= 513; e++ {
		r.Add(Epoch{Number: e})
		if want, ok := want[e]; ok && kept() != want {
			t.Errorf("after epoch %d: %s; want %s", e, kept(), want)
		}
	}
	before := Epoch{Cost: [3]float64{7, 8, 9}}
	r = &Report{Before: &before}
	if r.Begin(); r.snapshots[0].epoch != before {
		t.Errorf("what the network can do before it learns is %+v", r.snapshots[0])
	}
	r = &Report{}
	if r.Begin(Epoch{Number: 3}); r.snapshots[0].epoch.Number != 3 {
		t.Errorf("a run that goes on after epoch 3 begins with %v", r.snapshots[0].epoch)
	}
	r = &Report{}
	if r.Begin(Epoch{Number: 3}, Epoch{Number: 5}); fmt.Sprint(r.snapshots[0].epoch) != "{5 [NaN NaN NaN] [NaN NaN NaN]}" {
		t.Errorf("a run that goes on begins with %v", r.snapshots[0].epoch)
	}
}

// shown is the parts of a page that there are.
func shown(v view) (parts string) {
	for _, c := range slices.Concat(v.Curves, v.Charts) {
		parts += c.ID + " "
	}
	for _, h := range v.Heats {
		parts += h.ID + " "
	}
	for _, p := range []struct {
		name  string
		there bool
	}{{"resumed", v.Resumed}, {"neurons", v.Neurons != nil}, {"samples", v.Samples != nil}, {"matrix", v.Confusion != nil},
		{"mistakes", v.Mistakes != nil}, {"carried", v.Network != nil}, {"pad", v.Pad != nil}, {"too-large", v.PadTooLarge},
		{"step", v.StepData != nil}, {"grid", v.Grid != nil}, {"moved", v.Movement != ""}, {"smoother", v.Smoothness != ""}} {
		if p.there {
			parts += p.name + " "
		}
	}
	if v.StepTooLarge {
		parts += v.Parameters + " of " + v.MaxForSteps
	}
	return strings.TrimSpace(parts)
}

// TestParts: which parts a page has.
func TestParts(t *testing.T) {
	large := func(n int) layers.Layer {
		l := layers.Layer{Rows: 2, Cols: n, Stride: 0, W: make([]float64, n), B: make([]float64, n), Activation: "relu"}
		l.W[0] = 1
		return l
	}
	const all = "curve0 curve1 heat1 heat2 neurons samples matrix mistakes carried pad moved smoother"
	for _, c := range []struct {
		name   string
		change func(r *Report)
		want   string
	}{
		{"all", func(r *Report) {}, all},
		{"grid", func(r *Report) { r.Examples = 1 }, strings.Replace(all, "moved", "grid moved", 1)},
		{"figures", func(r *Report) { r.Figures = make([]chart.Figure, 2) },
			strings.Replace(all, "curve1", "curve1 figure0 figure1", 1)},
		{"no outputs", func(r *Report) { r.Outputs = nil }, strings.Replace(all, "matrix mistakes ", "", 1)},
		{"numbers", func(r *Report) { r.Classes, r.strips = nil, nil }, "curve0 curve1 heat1 heat2 moved"},
		{"a table", func(r *Report) { r.Width, r.strips, r.Examples = 0, nil, 1 },
			"curve0 curve1 heat1 heat2 matrix mistakes moved"},
		{"no pixels", func(r *Report) { r.Train.Pixels, r.strips, r.Examples = nil, nil, 1 },
			"curve0 curve1 heat1 heat2 matrix mistakes moved"},
		{"a table with steps", func(r *Report) { r.Width, r.strips, r.Step = 0, nil, &StepSamples{X: [][]float64{{1, 2}}} },
			"curve0 curve1 heat1 heat2 matrix mistakes carried step moved"},
		{"no number", func(r *Report) { r.Layers[1].W[0] = nan }, "curve0 curve1 samples matrix mistakes"},
		{"before the first epoch", func(r *Report) { r.snapshots = r.snapshots[:1] },
			"neurons samples matrix mistakes carried pad smoother"},
		{"one layer", func(r *Report) { r.Layers, r.Step = r.Layers[:1], &StepSamples{X: [][]float64{{1, 2}}} },
			strings.Replace(strings.Replace(all, "heat2 ", "", 1), "pad", "pad step", 1)},
		{"no layers", func(r *Report) { r.Layers, r.Classes, r.strips = nil, nil, nil }, "curve0 curve1"},
		{"gone on", func(r *Report) { r.past = []Epoch{{Number: 1}} }, strings.Replace(all, "neurons", "resumed neurons", 1)},
		{"too large for steps", func(r *Report) { r.Step, r.Layers[0] = &StepSamples{X: [][]float64{{1, 2}}}, large(300_000) },
			all + " 900,006 of 700,000"},
		{"too large", func(r *Report) { r.Layers[0] = large(1 << 21) },
			strings.Replace(all, "carried pad", "too-large", 1)},
	} {
		r := &Report{Width: 2, Height: 1, Cost: ce, Classes: letters(2),
			Train: dataset.Set{Pixels: []byte{0, 1, 1, 0}, Labels: []int32{0, 1}},
			Layers: []layers.Layer{{Rows: 2, Cols: 2, Stride: 2, W: []float64{1, 2, 3, 5}, B: []float64{1, 2},
				Activation: "relu"},
				{Rows: 2, Cols: 2, Stride: 2, W: []float64{1, 2, 3, 4}, B: []float64{1, 2}, Activation: "linear"}},
			Shift: make([]float64, 2), Factor: make([]float64, 2), Scripts: scripts}
		r.Test, r.Outputs = r.Train, []float64{0, 1, 1, 0}
		r.Begin()
		r.Add(Epoch{Number: 1})
		c.change(r)
		if got := shown(r.view()); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		html := page(t, r)
		if !IsPage([]byte(html[:500])) || strings.Contains(html, "too large to be carried") != (c.name == "too large") {
			t.Errorf("%s: the page is not what it should be", c.name)
		}
	}
}

var errFull = errors.New("no space left")

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestWriteFails: a page that could not be written is no success; and what is no page does not begin as one.
func TestWriteFails(t *testing.T) {
	r := &Report{}
	r.Begin()
	if err := r.WriteHTML(full{}); err != errFull {
		t.Error(err)
	}
	if err := (&Pictures{}).WriteHTML(full{}); err != errFull {
		t.Error(err)
	}
	if err := (&Pictures{Facts: make([][2]string, 1)}).WriteHTML(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
	if IsPage([]byte("<!DOCTYPE html><html></html>")) {
		t.Error("any page is taken for one of these")
	}
}
