package report

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// Costs and scripts of the tests.
var (
	ce      = Cost{Name: "ce", Answer: layers.Softmax, Formula: "C = −(1⁄n) Σ ln p_y, with p = softmax(a)", Script: "c"}
	bce     = Cost{Name: "bce", Answer: layers.Probability, Script: "c"}
	mse     = Cost{Name: "mse", Script: "c"}
	scripts = map[string][2]string{"relu": {"z => Math.max(0, z)", "a => +(a > 0)"}, "linear": {"z => z", "() => 1"}}
)

// letters are the names of n classes: a, b, c …
func letters(n int) (names []string) {
	for i := range n {
		names = append(names, string(rune('a'+i)))
	}
	return names
}

// pageOf returns the page of a report.
func pageOf(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wantOnPage checks that each text is on a page.
func wantOnPage(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not on the page", text)
		}
	}
}

// wantNotOnPage checks that none of the texts is on a page.
func wantNotOnPage(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("%q is on the page", text)
		}
	}
}

// layerOf has the given weights, a row for each input, and biases. There is a gap between its rows.
func layerOf(activation string, weights [][]float64, biases ...float64) layers.Layer {
	l := layers.Layer{Rows: len(weights), Cols: len(biases), Stride: len(biases) + 1, B: biases, Activation: activation}
	for _, row := range weights {
		l.W = append(append(l.W, row...), nan)
	}
	return l
}

func randomLayer(rng *rand.Rand, rows, cols int, activation string) layers.Layer {
	l := layers.New(rows, cols)
	for i := range l.W {
		l.W[i] = rng.NormFloat64()
	}
	l.Activation = activation
	return l
}

// digits is the report of an untrained network after 60 epochs, on n images of MNIST's size. Every second of its
// answers is wrong.
func digits(hidden, n int) *Report {
	rng := rand.New(rand.NewPCG(1, 2))
	r := &Report{Title: "x", Cost: ce, Classes: strings.Split("0123456789", ""), Width: 28, Height: 28, Box: 20,
		Shift: make([]float64, 784), Factor: make([]float64, 784), Scripts: scripts, Outputs: make([]float64, n*10),
		Layers: []layers.Layer{randomLayer(rng, 784, hidden, "relu"), randomLayer(rng, hidden, 10, "linear")}}
	r.Train = dataset.Set{Pixels: make([]byte, n*784), Labels: make([]int32, n)}
	for i := range r.Train.Pixels {
		if i/28%28 < 20 && i%28 > 20 { // a fifth is ink
			r.Train.Pixels[i] = byte(rng.Uint32())
		}
	}
	for i := range n {
		r.Train.Labels[i] = int32(i % 10)
		r.Outputs[10*i+(i%10+i%2)%10] = 5
	}
	r.Test = r.Train
	r.Begin()
	for e := range 60 {
		r.Add(Epoch{e + 1, [3]float64{1, 1, 1}, [3]float64{0.5, 0.5, 0.5}})
	}
	return r
}

// The order of Wb is neuron by neuron, each with its bias first.
func TestAddKeepsTheParametersInTheOrderOfWb(t *testing.T) {
	r := &Report{Layers: []layers.Layer{layerOf("linear", [][]float64{{11, 21, 31}, {12, 22, 32}}, 10, 20, 30)}}
	r.Begin()
	if got, want := r.snapshots[0].weights[0], []float32{10, 11, 12, 20, 21, 22, 30, 31, 32}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The fractions of multiples of the golden ratio are 0.618, 0.236, 0.854 and 0.472.
func TestScatteredIndices(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want string
	}{
		{100, 4, "[61 23 85 47]"},
		{1000, 2, "[618 236]"},
		{5, 4, "[3 1 4 2]"},
		{4, 4, "[0 1 2 3]"},
		{3, 4, "[0 1 2]"},
		{0, 4, "[]"},
		{1 << 30, 4, "[663608942 253476060 917085002 506952121]"}, // of the ratio to 32 bits
	} {
		if got := fmt.Sprint(scatteredIndices(c.n, c.k)); got != c.want {
			t.Errorf("%d of %d: got %s, want %s", c.k, c.n, got, c.want)
		}
	}
}

func TestBeginTracksAllWeightsOfASmallLayerIfAskedTo(t *testing.T) {
	for _, c := range []struct {
		all              bool
		parameters, want int
	}{{true, 50_000, 50_000}, {true, 50_001, 64}, {false, 65, 64}, {false, 64, 64}} {
		r := &Report{AllWeights: c.all, Layers: []layers.Layer{layers.New(0, c.parameters)}}
		r.Begin()
		got := r.tracked[0]
		if len(got) > c.want || len(got) < c.want*9/10 || !slices.IsSorted(got) { // two may fall on one place
			t.Errorf("all %v, %d parameters: got %d, want %d in order", c.all, c.parameters, len(got), c.want)
		}
	}
}

// A snapshot before training and 256 epochs are kept; with one more, every second of them, and the last.
func TestAddKeepsEverySecondEpochOfALongRun(t *testing.T) {
	weight := []float64{0}
	r := &Report{Layers: []layers.Layer{{Rows: 1, Cols: 1, Stride: 1, W: weight, B: []float64{0}}}}
	r.Begin()
	want := map[int]string{1: "2: 0 1 … 0 1", 256: "257: 0 1 … 255 256", 257: "130: 0 2 … 256 257",
		258: "130: 0 2 … 256 258", 259: "131: 0 2 … 258 259", 512: "257: 0 2 … 510 512", 513: "130: 0 4 … 512 513"}
	for e := 1; e <= 513; e++ {
		weight[0] = float64(e)
		r.Add(Epoch{Number: e})
		if want, ok := want[e]; ok {
			n := len(r.snapshots)
			number := func(i int) int { return r.snapshots[i].epoch.Number }
			got := fmt.Sprint(n, ": ", number(0), number(1), " … ", number(n-2), number(n-1))
			if got != want {
				t.Errorf("after epoch %d: got %s, want %s", e, got, want)
			}
		}
	}
	for _, s := range r.snapshots {
		if got, want := s.weights[0][1], float32(s.epoch.Number); got != want {
			t.Errorf("epoch %d: got the weight %v, want %v", s.epoch.Number, got, want)
		}
	}
}

// Before training nothing is known, unless it was measured; a resumed run begins after its last epoch.
func TestBeginRecordsTheNetworkBeforeItLearns(t *testing.T) {
	const unknown = " [NaN NaN NaN] [NaN NaN NaN]}"
	for _, c := range []struct {
		before *Epoch
		past   []Epoch
		want   string
	}{
		{nil, nil, "{0" + unknown},
		{&Epoch{Cost: [3]float64{7, 8, 9}}, nil, "{0 [7 8 9] [0 0 0]}"},
		{nil, []Epoch{{Number: 3}}, "{3" + unknown},
		{nil, []Epoch{{Number: 3}, {Number: 5}}, "{5" + unknown},
	} {
		r := &Report{Before: c.before}
		r.Begin(c.past...)
		if got := fmt.Sprint(r.snapshots[0].epoch); got != c.want {
			t.Errorf("before %v, past %v: got %s, want %s", c.before, c.past, got, c.want)
		}
	}
}

// The curves begin where the whole run began, the weights where this part of it began.
func TestThePageOfAResumedRun(t *testing.T) {
	r := digits(4, 20)
	r.tracked, r.snapshots = nil, nil
	r.Begin(Epoch{1, [3]float64{3, 3, 3}, [3]float64{}}, Epoch{2, [3]float64{2, 2, 2}, [3]float64{}})
	r.Add(Epoch{3, [3]float64{1, 1, 1}, [3]float64{}})
	page := pageOf(t, r)
	wantOnPage(t, page, "epoch 1: training 3<", "epoch 3: training 1<", "when this run went on", `data-epochs="[2 3]"`)
	wantNotOnPage(t, page, "before training<")
}
