package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/model/layers"
)

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
	want = []string{"{ID:heat1 Title:Layer 1, 2×1 Description:All 3 parameters, a row each in the order of Wb:",
		"neuron by neuron, its bias first; a column for each epoch kept. After the last they lie between −1 and 0.5;",
		"on average they have moved by 0.58 and have a size of 0.58. 33",
		"% have not moved at all: of inputs that are always 0, or of neurons",
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
		!strings.HasPrefix(h.Description, fmt.Sprint(h.Rows, " of 65 parameters, ")) ||
		!slices.Equal(h.Places, r.tracked[1]) {
		t.Errorf("%+v", h)
	}
}

// TestEpochTicks: round epochs are named, in the middle of their column of 356 units in all, or between those of the
// epochs around them; none is nearer to the one before than a ninth of the width.
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
		{upTo(0, 40), "0 10 20 30 40"}, {upTo(0, 16), "0 2 4 6 8 10 12 14 16"}, // two of 17 columns are more than a ninth
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
