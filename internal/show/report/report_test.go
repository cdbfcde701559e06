package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

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
	if text := r.describeMovements(); !strings.Contains(text,
		"layer 1 moved, and still shows where it began (3.7 on a size of") {
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

// TestScatteredIndices: places are multiples of the golden ratio, of which the fraction counts: 0.618, 0.236, 0.854,
// 0.472.
func TestScatteredIndices(t *testing.T) {
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
		number := func(i int) int { return r.snapshots[i].epoch.Number }
		return fmt.Sprint(n, ": ", number(0), number(1), " … ", number(n-2), number(n-1))
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

// The costs of the tests, and what the page computes with.
var (
	ce      = Cost{Name: "ce", Answer: layers.Softmax, Formula: "C = −(1⁄n) Σ ln p_y, with p = softmax(a)", Script: "c"}
	bce     = Cost{Name: "bce", Answer: layers.Probability, Script: "c"}
	mse     = Cost{Name: "mse", Script: "c"}
	scripts = map[string][2]string{"relu": {"z => Math.max(0, z)", "a => +(a > 0)"}, "linear": {"z => z", "() => 1"}}
)

// layer is one with random weights, whose rows do not lie side by side.
func layer(rng *rand.Rand, rows, cols int, g string) layers.Layer {
	l := layers.Layer{Rows: rows, Cols: cols, Stride: cols + 3, W: make([]float64, rows*(cols+3)),
		B: make([]float64, cols), Activation: g}
	for i := range l.W {
		l.W[i] = rng.NormFloat64()
	}
	return l
}

// images is the record of an untrained network on n images of MNIST's size, of which a fifth is ink.
func images(hidden, n int) *Report {
	rng := rand.New(rand.NewPCG(1, 2))
	r := &Report{Title: "x", Cost: ce, Width: 28, Height: 28, Box: 20, Outputs: make([]float64, n*10),
		Shift: make([]float64, 784), Factor: make([]float64, 784), Scripts: scripts,
		Layers: []layers.Layer{layer(rng, 784, hidden, "relu"), layer(rng, hidden, 10, "linear")}}
	for k := range 10 {
		r.Classes = append(r.Classes, strconv.Itoa(k))
	}
	s := dataset.Set{Pixels: make([]byte, n*784), Labels: make([]int32, n)}
	for i := range s.Pixels {
		if i/28%28 < 20 && i%28 > 20 {
			s.Pixels[i] = byte(rng.Uint32())
		}
	}
	for i := range s.Labels {
		s.Labels[i] = int32(i % 10)
		r.Outputs[10*i+(i%10+i%2)%10] = 5 // every second one is wrong
	}
	r.Train, r.Test = s, s
	r.Begin()
	for e := range 60 {
		r.Add(Epoch{e + 1, [3]float64{1, 1, 1}, [3]float64{0.5, 0.5, 0.5}})
	}
	return r
}

// TestThins: of very many epochs some are kept, the first and the last among them.
func TestThins(t *testing.T) {
	w := []float64{0}
	r := &Report{Layers: []layers.Layer{{Rows: 1, Cols: 1, Stride: 1, W: w, B: []float64{0}, Activation: "linear"}}}
	r.Begin()
	for e := 1; e <= 10000; e++ {
		w[0] = float64(e)
		r.Add(Epoch{Number: e, Cost: [3]float64{float64(e)}})
	}
	n := len(r.snapshots)
	if n < maxSnapshots/2 || n > maxSnapshots+2 {
		t.Errorf("%d epochs kept", n)
	}
	last := -1
	for i, m := range r.snapshots {
		if now := m.epoch.Number; float32(now) != m.weights[0][1] || now <= last {
			t.Fatalf("entry %d is epoch %d with the weights of %v", i, now, m.weights[0][1])
		}
		last = m.epoch.Number
	}
	if first := r.snapshots[0].epoch.Number; first != 0 || last != 10000 {
		t.Errorf("from %d to %d", first, last)
	}
}

// TestGoesOn: the curves of a run that goes on begin where it began, its weights where it went on.
func TestGoesOn(t *testing.T) {
	r := images(4, 20)
	again := *r
	again.tracked, again.snapshots = nil, nil
	again.Begin(Epoch{1, [3]float64{3, 3, 3}, [3]float64{}}, Epoch{2, [3]float64{2, 2, 2}, [3]float64{}})
	again.Add(Epoch{3, [3]float64{1, 1, 1}, [3]float64{}})
	html := page(t, &again)
	for _, want := range []string{"epoch 1: training 3<", "epoch 3: training 1<", "when this run went on",
		`data-epochs="[2 3]"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if strings.Contains(html, "before training<") {
		t.Error("the page says that the run began with random weights")
	}
}
