package report

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// decoded is the picture that an attribute holds: name="data:image/…;base64,…".
func decoded(t *testing.T, attribute template.HTMLAttr, name string) image.Image {
	t.Helper()
	head, data, _ := strings.Cut(strings.TrimSuffix(string(attribute), `"`), ";base64,")
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil || !strings.HasPrefix(head, name+`="data:image/`) || !strings.HasSuffix(string(attribute), `"`) {
		t.Fatalf("%.50s … is no attribute %s: %v", attribute, name, err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// painted is the colours of a picture, row by row, as the page's style names them: #2166ac, none where there is
// nothing.
func painted(img image.Image) (rows []string) {
	for y := range img.Bounds().Dy() {
		row := ""
		for x := range img.Bounds().Dx() {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if name := fmt.Sprintf(" #%02x%02x%02x", c.R, c.G, c.B); c.A == 255 {
				row += name
			} else {
				row += " none"
			}
		}
		rows = append(rows, row[1:])
	}
	return rows
}

// TestPalettes: the colours of 255 levels, at the stops that the page's bars have and in between.
func TestPalettes(t *testing.T) {
	for _, c := range []struct {
		name    string
		palette color.Palette
		levels  []uint8
		want    string
	}{
		// A fifth of the way is at 50.8: the nearest level has its colour.
		{"cividis", cividis, []uint8{0, 51, 102, 152, 203, 254, 25, 127, 255},
			"#00204d #31446b #666970 #958f78 #cbba69 #ffea46 #18325c #7e7c74 none"},
		{"redBlue", redBlue, []uint8{0, 127, 254, 64, 126, 128, 190, 255},
			"#2166ac #f7f7f7 #b2182b #8dafd2 #f5f6f6 #f6f5f5 #d58892 none"},
	} {
		img := image.NewPaletted(image.Rect(0, 0, len(c.levels), 1), c.palette)
		img.Pix = c.levels
		if got := painted(img)[0]; got != c.want || len(c.palette) != 256 {
			t.Errorf("%s has %d colours, among them\n%s, want\n%s", c.name, len(c.palette), got, c.want)
		}
	}
	html := page(t, images(4, 20))
	for _, bar := range []string{"#00204d, #31446b 20%, #666970 40%, #958f78 60%, #cbba69 80%, #ffea46",
		"#2166ac, #f7f7f7, #b2182b"} {
		if !strings.Contains(html, ".bar { ") || !strings.Contains(html, "linear-gradient(90deg, "+bar+")") {
			t.Errorf("there is no bar of %s", bar)
		}
	}
	for w, want := range map[float32]uint8{0: 127, 4: 254, -4: 0, 9: 254, -9: 0, 1: 159, -1: 95} { // 127/4 = 31.75
		if got := colourOf(w, 4); got != want {
			t.Errorf("the weight %v of ±4 has the level %d, want %d", w, got, want)
		}
	}
}

// TestExtent: what 99 of 100 numbers lie within, to two digits.
func TestExtent(t *testing.T) {
	upTo := func(n int) (row []float32) {
		for i := range n {
			row = append(row, float32(n-i)*(1-2*float32(i%2))) // with either sign
		}
		return row
	}
	one := append(make([]float32, 200), 7)
	odd := make([]float32, 5000)
	for i := range odd {
		odd[i] = float32(1 + i%2)
	}
	for _, c := range []struct {
		name string
		rows [][]float32
		want float64
	}{
		{"nothing", nil, 1}, {"zeros", [][]float32{{0, 0}}, 1}, {"one", [][]float32{{-3}}, 3},
		{"1 … 100", [][]float32{upTo(100)}, 99}, {"1 … 101", [][]float32{upTo(101)}, 100},
		{"1 … 99", [][]float32{upTo(99)}, 98},
		{"a single one that is not 0", [][]float32{one}, 7}, {"two digits", [][]float32{{0.12345}}, 0.12},
		{"two rows", [][]float32{{1}, {2, 2, 2}}, 2}, {"from 5000 on, each second", [][]float32{odd}, 1},
		{"up to 4999, each", [][]float32{odd[:4999]}, 2},
		{"rows of 5000 together", [][]float32{odd[:2500], odd[:2500]}, 1},
		{"rows of 4998", [][]float32{odd[:2499], odd[:2499]}, 2},
	} {
		if got := colourLimit(c.rows...); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestHeat: a column for each epoch, a row for each parameter in the order of Wb, the extent from blue to red; words
// and ticks say what is seen.
func TestHeat(t *testing.T) {
	l := layers.Layer{Rows: 2, Cols: 1, Stride: 1, W: []float64{1, -1}, B: []float64{0}, Activation: "linear"}
	r := &Report{Layers: []layers.Layer{l}}
	r.Begin()
	l.B[0], l.W[0] = 0.5, -0.25
	r.Add(Epoch{Number: 1})
	h := r.heat(0)
	// The extent is 1: of six sizes 0, ¼, ½, 1, 1, 1 the 99th per cent is the fifth. ½ of it is the level 191, −¼ 95.
	want := []string{"#f7f7f7 #d48790", "#b2182b #c1d2e4", "#2166ac #2166ac"}
	if got := painted(decoded(t, h.Image, "href")); !slices.Equal(got, want) {
		t.Errorf("the picture is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	h.Image = ""
	want = []string{"{ID:heat1 Title:Layer 1, 2×1 Description:All 3 parameters, a row each in the order of Wb: neuron by neuron,",
		"its bias first; a column for each epoch kept. After the last they lie between −1 and 0.5; on average they have",
		"moved by 0.58 and have a size of 0.58. 33 % have not moved at all: of inputs that are always 0, or of neurons",
		"that have died. Limit:1 Image: XTicks:[{At:159.0 Label:0} {At:337.0 Label:1}] Columns:2 Rows:3 Inputs:2",
		"Epochs:[0 1] Places:[]}"}
	if got := fmt.Sprintf("%+v", h); got != strings.Join(want, " ") {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// A part of them, some of 65, and which they are.
	large := layers.Layer{Rows: 64, Cols: 1, Stride: 1, W: make([]float64, 64), B: []float64{2}, Activation: "linear"}
	r = &Report{Layers: []layers.Layer{l, large}}
	r.Begin()
	large.B[0], large.W[1] = 3.14159, -2.71828
	r.Add(Epoch{Number: 1})
	h = r.heat(1)
	if h.ID != "heat2" || h.Title != "Layer 2, 64×1" || !strings.Contains(h.Description, "between −2.72 and 3.14;") ||
		h.Rows >= 65 || h.Rows != len(h.Places) ||
		!strings.HasPrefix(h.Description, fmt.Sprint(h.Rows, " of 65 parameters, ")) || !slices.Equal(h.Places, r.tracked[1]) {
		t.Errorf("%+v", h)
	}
}

// TestEpochTicks: round epochs are named, in the middle of their column of 356 units in all, or between those of the epochs
// around them; none is nearer to the one before than a ninth of the width.
func TestEpochTicks(t *testing.T) {
	upTo := func(first, last int) (epochs []int) {
		for e := first; e <= last; e++ {
			epochs = append(epochs, e)
		}
		return epochs
	}
	for _, c := range []struct {
		epochs []int
		want   string
	}{
		{upTo(0, 3), "0@114.5 1@203.5 2@292.5 3@381.5"}, // columns of 89 units, from 70
		{upTo(37, 60), "40 45 50 55 60"},
		{upTo(0, 40), "0 10 20 30 40"},
		{[]int{0, 2, 4, 5}, "0@114.5 1@159.0 2@203.5 3@248.0 4@292.5 5@381.5"},
		// Ever farther apart: powers of ten. 1 is too near to 0, 10 lies two thirds of the way from 8 to 11.
		{[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 30, 50, 70, 100, 200, 500, 1000}, "0@80.5 10@262.0 100@352.7 1000@415.5"},
		// 1 2 5 10, as 1 3 10 would be three; 10 is too near to 5, which lies at a sixth of the way from 3 to 15.
		{[]int{0, 1, 2, 3, 15}, "0@105.6 1@176.8 2@248.0 5@331.1"},
		// 1 1½ 2 3 4 5 without the half; 2 is too near to 1, and 4 to 3.
		{[]int{0, 1, 5}, "0@129.3 1@248.0 3@307.3 5@366.7"},
		{[]int{20, 21, 22, 90}, "20@114.5 30@303.0 80@368.4"}, // no epoch before the first
	} {
		r := &Report{}
		for _, e := range c.epochs {
			r.snapshots = append(r.snapshots, snapshot{epoch: Epoch{Number: e}})
		}
		var got []string
		for _, tick := range r.epochTicks() {
			label := tick.Label
			if strings.Contains(c.want, "@") {
				label += "@" + tick.At
			}
			got = append(got, label)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("epochs %v: %v, want %s", c.epochs, got, c.want)
		}
	}
}

// TestSize: a page that will soon be written again is written quickly, and one that stays is small.
func TestSize(t *testing.T) {
	r := sheetOf(100)
	for i, w := range images(10, 10).Layers[0].W[:100] {
		r.Layers[0].W[i] = w
	}
	r.AllWeights = true
	r.Begin()
	r.Add(Epoch{Number: 1})
	heat, sheet := len(r.heat(0).Image), r.neuronSheet()
	r.State = "epoch 1 of 2"
	soon := r.neuronSheet()
	if now := len(r.heat(0).Image); heat >= now || len(sheet.After) >= len(soon.After) ||
		len(sheet.Before) >= len(soon.Before) {
		t.Errorf("in the end heat and neurons take %d and %d bytes, before %d and %d", heat, len(sheet.After), now,
			len(soon.After))
	}
}

// TestMovement: how far weights have moved on average, against their size.
func TestMovement(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		by, all  string
	}{
		{2, 3, "on average they have moved by 1 and have a size of 3.",
			"layer 1 moved, and still shows where it began (1 on a size of 3)."},
		// a half is not beyond it
		{1, 2, "moved by 1 and have a size of 2.", "layer 1 moved, and still shows where it began (1 on a size of 2)."},
		{0, 2, "moved by 2 and have a size of 2.", "layer 1 was 0 when it began (2 on a size of 2)."},
		{15, -32, "moved by 47 and have a size of 32.", "layer 1 moved far from where it began (47 on a size of 32)."},
		{9, 10, "moved by 1 and have a size of 10.", "layer 1 moved little (1 on a size of 10)."}, // nor is a tenth
		{8, 10, "moved by 2 and have a size of 10.", "layer 1 moved, and still shows where it began (2 on a size of 10)."},
		{1, 0, "moved by 1 and have a size of 0.", "layer 1 is 0 (1 on a size of 0)."},
		{5, 5, "moved by 0 and have a size of 5. 100 % have not moved at all: of inputs that are always 0, or of neurons " +
			"that have died.",
			"layer 1 moved little (0 on a size of 5)."},
	} {
		b := []float64{c.from, -c.from}
		r := &Report{Layers: []layers.Layer{{Rows: 0, Cols: 2, Stride: 2, W: nil, B: b, Activation: "linear"}}}
		r.Begin()
		b[0], b[1] = c.to, -c.to
		r.Add(Epoch{Number: 1})
		if by, all := r.describeMovement(0), r.describeMovements(); !strings.HasSuffix(by, c.by) || all != c.all {
			t.Errorf("from %v to %v: %q and %q, want %q and %q", c.from, c.to, by, all, c.by, c.all)
		}
	}
	// Both layers; of 200 parameters one has stayed, which is half a per cent and counts as one; of 201 it does not.
	for n, still := range map[int]bool{200: true, 201: false} {
		b, other := make([]float64, n), []float64{4}
		r := &Report{AllWeights: true, Layers: []layers.Layer{{Rows: 0, Cols: n, Stride: n, W: nil, B: b,
			Activation: "linear"}, {Rows: 0, Cols: 1, Stride: 1, W: nil, B: other, Activation: "linear"}}}
		r.Begin()
		for i := range n - 1 {
			b[i] = 1
		}
		other[0] = 5
		r.Add(Epoch{Number: 1})
		if text := r.describeMovement(0); strings.Contains(text, " 1 % have not moved at all") != still {
			t.Errorf("1 of %d has not moved: %s", n, text)
		}
		if text := r.describeMovements(); !strings.HasSuffix(text,
			"; layer 2 moved, and still shows where it began (1 on a size of 5).") {
			t.Error(text)
		}
	}
}

// TestAlike: the correlation of neighbours in a row, of the last pixel of a row with none in the next.
func TestAlike(t *testing.T) {
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

// TestNoise: what is said of correlations before and after, at the bounds.
func TestNoise(t *testing.T) {
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
	for v, want := range map[float64]string{0.125: "0.13", -0.125: "−0.13", -0.004: "0.00", 1: "1.00", 0.994: "0.99"} {
		if got := hundredths(v); got != want {
			t.Errorf("%v is %s to hundredths, want %s", v, got, want)
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

// TestCarried: what of the network goes into the page, and which is too large.
func TestCarried(t *testing.T) {
	r := sheetOf(3)
	r.Box, r.Cost, r.Shift, r.Factor = 1.5, ce, []float64{1, 2}, []float64{3, 4}
	r.Layers = append(r.Layers, layers.Layer{Rows: 3, Cols: 1, Stride: 2, W: []float64{1, 0, 2, 0, 3, 0},
		B: []float64{math.Pi}, Activation: "linear"})
	for _, precise := range []bool{false, true} {
		want := map[string]any{"width": 2, "height": 1, "answer": "softmax", "gradient": "", "cancels": false,
			"classes": []string{"a"}, "sizes": []int{2, 3, 1},
			"activations": []string{"relu", "linear"}, "precise": precise, "depth": 1, "box": 1.5}
		if precise {
			r.Step = &StepSamples{X: [][]float64{{0, 0}}}
		}
		got := r.embeddedNetwork()
		if fmt.Sprint(got.Net) != fmt.Sprint(want) {
			t.Errorf("%v; want %v", got.Net, want)
		}
		b, err := base64.StdEncoding.DecodeString(string(got.Numbers))
		numbers := []float64{1, 2, 3, 4, 1, 1, 1, -1, -1, -1, 0, 0, 0, 1, 2, 3, math.Pi}
		for i, v := range numbers {
			switch size := len(b) / len(numbers); {
			case err == nil && size == 8 && precise && math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])) == v:
			case err == nil && size == 4 && !precise && math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])) == float32(v):
			default:
				t.Fatalf("precise %v: number %d of %d bytes is not %v: %v", precise, i, len(b), v, err)
			}
		}
	}
	// For steps alone, without images; and for nothing.
	r.Width = 0
	if net := r.embeddedNetwork().Net; net["depth"] != nil || net["box"] != nil || net["precise"] != true {
		t.Errorf("without images: %v", net)
	}
	if r.Step = nil; r.embeddedNetwork() != nil {
		t.Error("a network is carried that nothing asks for")
	}
	if r = sheetOf(1); r.embeddedNetwork() == nil {
		t.Error("the smallest network is not carried")
	}
	if r.Layers = nil; r.embeddedNetwork() != nil {
		t.Error("something is carried without a network")
	}
	// 5 Mi numbers, among them 2 for each input: rows of the same weights are 1 MB and not 20.
	for more, want := range map[int]bool{0: true, 1: false} {
		r = sheetOf(1)
		bias := make([]float64, 5<<20-1024-4+more-1024*(5<<10-2))
		r.Layers = []layers.Layer{{Rows: 2, Cols: 512, Stride: 0, W: make([]float64, 512), B: nil, Activation: "relu"},
			{Rows: 1024, Cols: 5<<10 - 2, Stride: 0, W: make([]float64, 5<<10),
				B: bias, Activation: "relu"}}
		if got := r.embeddedNetwork() != nil; got != want {
			t.Errorf("5 Mi + %d numbers are carried: %v", more, got)
		}
	}
}

// TestStepsBound: 700,000 parameters are as many as the page takes steps with.
func TestStepsBound(t *testing.T) {
	for _, c := range []struct {
		step  *StepSamples
		rows  int
		steps bool
	}{
		{&StepSamples{X: [][]float64{{1}}}, 699_999, true}, {&StepSamples{X: [][]float64{{1}}}, 700_000, false},
		{&StepSamples{}, 1, false}, {nil, 1, false},
	} {
		r := &Report{Step: c.step, Cost: ce, Scripts: scripts,
			Layers: []layers.Layer{{Rows: c.rows / 3, Cols: 3, B: make([]float64, 1), Activation: "relu"}}}
		r.Layers = append(r.Layers, layers.Layer{Rows: c.rows % 3, Cols: 1, Activation: "linear"})
		if n := layers.Parameters(r.Layers); n != c.rows+1 || r.takesSteps() != c.steps {
			t.Errorf("%d parameters, want %d; steps %v, want %v", n, c.rows+1, r.takesSteps(), c.steps)
		}
		if r.Layers = nil; r.takesSteps() || layers.Parameters(r.Layers) != 0 {
			t.Error("steps without a network")
		}
	}
}

// TestWb: parameters are kept in the order of Wb, neuron by neuron, each with its bias first;
// the sentence says how far they have moved.
func TestWb(t *testing.T) {
	l := layers.Layer{Rows: 2, Cols: 3, Stride: 4, W: []float64{11, 21, 31, 0, 12, 22, 32, 0}, B: []float64{10, 20, 30},
		Activation: "linear"}
	r := &Report{Layers: []layers.Layer{l}}
	r.Begin()
	if got, want := r.snapshots[0].weights[0], []float32{10, 11, 12, 20, 21, 22, 30, 31, 32}; !slices.Equal(got, want) {
		t.Errorf("Wb is %v, want %v", got, want)
	}
	l.B[0], l.W[0] = 40, 14 // by 30 and by 3, of 9
	r.Add(Epoch{Number: 1})
	if moved, _, still := r.movement(0); moved < 3.66 || moved > 3.67 || still < 0.777 || still > 0.778 {
		t.Errorf("moved by %v, and %v of them not at all", moved, still)
	}
	if h := r.heat(0); h.Rows != 9 || h.Places != nil || !strings.Contains(h.Description, "All 9 parameters") ||
		!strings.Contains(h.Description, "78 % have not moved at all") {
		t.Errorf("%+v", h)
	}
	if text := r.describeMovements(); !strings.Contains(text, "layer 1 moved, and still shows where it began (3.7 on a size of") {
		t.Error(text)
	}
	for i := range l.W {
		l.W[i] *= -1
	}
	r.Add(Epoch{Number: 2})
	if text := r.describeMovements(); !strings.Contains(text, "moved far") {
		t.Error(text)
	}
}

// TestAllWeights: with AllWeights every parameter is kept, else some, in ascending order.
func TestAllWeights(t *testing.T) {
	for _, all := range []bool{false, true} {
		r := &Report{Layers: []layers.Layer{layer(rand.New(rand.NewPCG(1, 2)), 100, 50, "linear")}, AllWeights: all}
		r.Begin()
		r.Add(Epoch{Number: 1})
		n := map[bool]int{false: maxTracked, true: 101 * 50}[all]
		if h := r.heat(0); h.Rows != n || (h.Places == nil) != all || !slices.IsSorted(h.Places) {
			t.Errorf("all %v: %d rows, want %d; followed %v", all, h.Rows, n, h.Places)
		}
	}
}

// TestSmoother: noise that stays noise is not called strokes.
func TestSmoother(t *testing.T) {
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
