package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/model/layers"
)

// reportOf is the report of a layer without inputs, whose biases go from one list to another in an epoch.
func reportOf(from, to []float64) *Report {
	l := layers.New(0, len(from))
	copy(l.B, from)
	r := &Report{AllWeights: true, Layers: []layers.Layer{l}}
	r.Begin()
	copy(l.B, to)
	r.Add(Epoch{Number: 1})
	return r
}

// A column is an epoch, and a row a parameter. The colours end at ±1: of the six sizes 0, ¼, ½, 1, 1 and 1, 99 % do
// not exceed the fifth. Then ½ has the colour 191, and −¼ the colour 95.
func TestHeatShowsTheParametersOverTheEpochs(t *testing.T) {
	l := layerOf("linear", [][]float64{{1}, {-1}}, 0)
	r := &Report{Layers: []layers.Layer{l}}
	r.Begin()
	l.B[0], l.W[0] = 0.5, -0.25
	r.Add(Epoch{Number: 1})
	h := r.heat(0)
	want := []string{"#f7f7f7 #d48790", "#b2182b #c1d2e4", "#2166ac #2166ac"}
	if got := colours(decodeImage(t, h.Image, "href")); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	h.Image = ""
	const words = "{ID:heat1 Title:Layer 1, 2×1 Description:All 3 parameters, a row each in the order of Wb: neuron by " +
		"neuron, its bias first; a column for each epoch kept. After the last they lie between −1 and 0.5; on average " +
		"they have moved by 0.58 and have a size of 0.58. 33 % have not moved at all: of inputs that are always 0, or of " +
		"neurons that have died. Limit:1 Image: XTicks:[{At:159.0 Label:0} {At:337.0 Label:1}] Columns:2 Rows:3 Inputs:2 " +
		"Epochs:[0 1] Places:[]}"
	if got := fmt.Sprintf("%+v", h); got != words {
		t.Errorf("got\n%s\nwant\n%s", got, words)
	}
}

func TestHeatOfALargeLayerShowsSomeOfItsParameters(t *testing.T) {
	large := layers.New(64, 1)
	r := &Report{Layers: []layers.Layer{layers.New(1, 1), large}}
	r.Begin()
	large.B[0], large.W[1] = 3.14159, -2.71828
	r.Add(Epoch{Number: 1})
	h := r.heat(1)
	if h.ID != "heat2" || h.Title != "Layer 2, 64×1" || !strings.Contains(h.Description, "between −2.72 and 3.14;") ||
		!strings.HasPrefix(h.Description, fmt.Sprint(h.Rows, " of 65 parameters, ")) ||
		h.Rows >= 65 || h.Rows != len(h.Places) || !slices.Equal(h.Places, r.tracked[1]) {
		t.Errorf("got %+v, want %d of 65 parameters", h, len(r.tracked[1]))
	}
}

// Epochs with a round number have a tick in the middle of their column, of 356 units in all, or between the columns
// around them. No tick is nearer to the one before than a ninth of the width.
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
		{upTo(0, 16), "0 2 4 6 8 10 12 14 16"}, // two of 17 columns are more than a ninth
		{[]int{0, 2, 4, 5}, "0@114.5 1@159.0 2@203.5 3@248.0 4@292.5 5@381.5"},
		// Ever further apart, powers of ten: 1 is too near to 0, and 10 lies two thirds of the way from 8 to 11.
		{[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 30, 50, 70, 100, 200, 500, 1000}, "0@80.5 10@262.0 100@352.7 1000@415.5"},
		// 1, 2, 5 and 10: 10 is too near to 5, which lies a sixth of the way from 3 to 15.
		{[]int{0, 1, 2, 3, 15}, "0@105.6 1@176.8 2@248.0 5@331.1"},
		// 1, 1½, 2, 3, 4 and 5: 2 is too near to 1, and 4 to 3.
		{[]int{0, 1, 5}, "0@129.3 1@248.0 3@307.3 5@366.7"},
		{[]int{20, 21, 22, 90}, "20@114.5 30@303.0 80@368.4"}, // 10 would be before the first epoch
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
			t.Errorf("%v: got %v, want %s", c.epochs, got, c.want)
		}
	}
}

// A page that will soon be written again is written quickly; one that stays is small.
func TestImagesOfTheLastPageAreSmaller(t *testing.T) {
	r := neuronsOf(100)
	copy(r.Layers[0].W, randomLayer(rand.New(rand.NewPCG(1, 2)), 1, 100, "").W)
	r.AllWeights = true
	r.Begin()
	r.Add(Epoch{Number: 1})
	heat, neurons := len(r.heat(0).Image), r.neuronSheet()
	r.State = "epoch 1 of 2"
	heatNow, neuronsNow := len(r.heat(0).Image), r.neuronSheet()
	if heat >= heatNow {
		t.Errorf("heat map: got %d bytes at the end, and %d before", heat, heatNow)
	}
	if after, now := len(neurons.After), len(neuronsNow.After); after >= now {
		t.Errorf("neurons: got %d bytes at the end, and %d before", after, now)
	}
}

// The layer has the biases b and −b. The bounds are a tenth and a half of the size, and count as below it.
func TestDescribeMovements(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		want     string
	}{
		{9, 10, "layer 1 moved little (1 on a size of 10)."},
		{8.766, 10.34, "layer 1 moved, and still shows where it began (1.6 on a size of 10)."},
		{1, 2, "layer 1 moved, and still shows where it began (1 on a size of 2)."},
		{15, -32, "layer 1 moved far from where it began (47 on a size of 32)."},
		{0, 2, "layer 1 was 0 when it began (2 on a size of 2)."},
		{1, 0, "layer 1 is 0 (1 on a size of 0)."},
		{5, 5, "layer 1 moved little (0 on a size of 5)."},
	} {
		r := reportOf([]float64{c.from, -c.from}, []float64{c.to, -c.to})
		if got := r.describeMovements(); got != c.want {
			t.Errorf("from %v to %v: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
	l := layers.Layer{Cols: 1, B: []float64{9}}
	r := &Report{Layers: []layers.Layer{l, l}}
	r.Begin()
	l.B[0] = 10
	r.Add(Epoch{Number: 1})
	const want = "layer 1 moved little (1 on a size of 10); layer 2 moved little (1 on a size of 10)."
	if got := r.describeMovements(); got != want {
		t.Errorf("two layers: got %q, want %q", got, want)
	}
}

// One parameter of 200 is half a percent, which counts as one; of 201 it does not.
func TestDescribeMovementSaysHowManyParametersHaveNotMoved(t *testing.T) {
	for n, want := range map[int]string{
		2:   " 50 % have not moved at all: of inputs that are always 0, or of neurons that have died.",
		200: " 1 % have not moved at all: of inputs that are always 0, or of neurons that have died.",
		201: "they have moved by 1.3 and have a size of 2.3.",
	} {
		from, to := slices.Repeat([]float64{1}, n), slices.Repeat([]float64{2.26}, n)
		to[0] = 1
		if got := reportOf(from, to).describeMovement(0); !strings.HasSuffix(got, want) {
			t.Errorf("1 of %d: got %q, want … %q", n, got, want)
		}
	}
}
