package lessons

import (
	"slices"
	"testing"

	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// A loss of 0.5 before the training, of 0.25 after the first epoch and of 0.125 in the end: the first epoch brought
// two thirds.
func TestDerivation(t *testing.T) {
	const factor = "The tutorial prints the mean of (a − y)² over samples and 10 outputs, and descends the gradient of " +
		"½Σ(a − y)²: 0.125000 and 0.625000 here, a factor of 2/10 = 0.2000. To descend what it prints, the rate would " +
		"have to be 10/2 times as large: the rate has taken the factor in."
	const first = "Of all by which the test loss fell, from 0.5000 to 0.1250, the first epoch brought 67 %."
	const biases = "In the tutorial, b is column 0 of W (Wb, whose input o₀ is 1): so the report's maps have each " +
		"neuron's bias above its weights."
	one := make([][]float64, 10) // each class is the answer for one sample
	for i := range one {
		one[i] = make([]float64, 10)
		one[i][i] = 1
	}
	for _, c := range []struct {
		name   string
		change func(f *fake)
		want   []string
	}{
		{"usual", func(f *fake) {}, []string{factor, first, biases}},
		{"a class is never the answer", func(f *fake) { f.outputs = one[:9] }, []string{factor, biases}},
		{"resumed", func(f *fake) { f.run.First = nil }, []string{factor}},
		{"one epoch", func(f *fake) { f.run.History = f.run.History[1:] }, []string{factor}},
		{"another cost", func(f *fake) { f.run.Settings.Cost = "ce" }, nil},
		{"no test set", func(f *fake) { f.run.Final.TestLoss = nil }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := classification(10)
			f.run.Settings.Cost, f.outputs = "mse", one
			f.run.First = &event.Epoch{TestLoss: pointer(0.5)}
			f.run.History = []event.Epoch{{TestLoss: pointer(0.25)}, {TestLoss: pointer(0.125), TestCost: pointer(0.625)}}
			f.run.Final = f.run.History[1]
			c.change(f)
			lab := labOf(f)
			derivation(t.Context(), lab)
			expectNotes(t, lab, c.want...)
		})
	}
}

// The share of the first epoch says little if there is only one, or if a class is never the answer.
func TestNielsen(t *testing.T) {
	const first = "After the first epoch 30 test samples are right, 75 % of the 40 in the end."
	const symbols = "Where the notes write aᵐ = σ(hᵐ), h is what they have just called z, the weighted sum Wa + b."
	both := [][]float64{{1, 0}, {0, 1}}
	for _, c := range []struct {
		name    string
		right   []int
		outputs [][]float64
		want    []string
	}{
		{"two epochs", []int{30, 40}, both, []string{first, symbols}},
		{"one epoch", []int{40}, both, []string{symbols}},
		{"b is never the answer", []int{30, 40}, [][]float64{{1, 0}, {1, 0}}, []string{symbols}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := classification(2)
			f.outputs, f.run.History = c.outputs, epochs(c.right...)
			f.run.Final = f.run.History[len(c.right)-1]
			lab := labOf(f)
			nielsen(t.Context(), lab)
			expectNotes(t, lab, c.want...)
		})
	}
}

// theanoFake has two outputs a = b, the biases 0.25 and −1, and a mini-batch of two samples, whose targets are 0 and 1.
func theanoFake() *fake {
	f := classification(2)
	bias := []float64{0.25, -1}
	f.run.Batch, f.run.Layers = 2, []layers.Layer{layerOf("linear", []float64{0, 0}, bias)}
	f.trace = func(n int) *explain.Step {
		s := &explain.Step{Layers: make([]explain.Layer, 1)}
		for i := range n {
			y := float64(i)
			s.Y = append(s.Y, []float64{y, y})
			s.Layers[0].A = append(s.Layers[0].A, slices.Clone(bias))
			s.Layers[0].Delta = append(s.Layers[0].Delta, []float64{bias[0] - y, bias[1] - y})
		}
		return s
	}
	return f
}

// The derivatives are those of the output whose derivative is largest: by hand, the mean of −1 and −2, and twice that
// without ½. Measuring them leaves the bias as it is.
func TestTheano(t *testing.T) {
	const gradient = "Its cost is Σ(a − y)², without the ½ of nielsen, which doubles the gradient: for the bias of " +
		"output 1, on the first mini-batch, -3 in place of -1.5, a factor of 2.0000. So its rate of 3/10 on the sum over " +
		"ten samples is a rate of 6 on the mean of ½Σ(a − y)², where nielsen has 3."
	const dead = "No test sample is said to be b: that output has died. It is at most 0.25 for any of them, where σ′ is " +
		"as small, so nothing brings it back. Try another -seed."
	for _, c := range []struct {
		cost    string
		outputs [][]float64
		want    []string
	}{
		{"mse", [][]float64{{1, 0}, {0, 1}}, []string{gradient}},
		{"mse", [][]float64{{1, 0.25}, {0.5, 0}}, []string{gradient, dead}},
		{"mse", nil, []string{gradient}},
		{"ce", [][]float64{{1, 0.25}}, nil},
	} {
		f := theanoFake()
		f.run.Settings.Cost, f.outputs = c.cost, c.outputs
		lab := labOf(f)
		theano(t.Context(), lab)
		expectNotes(t, lab, c.want...)
		if b := f.run.Layers[0].B[1]; b != -1 {
			t.Errorf("the bias is %v, want −1 as before", b)
		}
	}
}

// Of sigmoids that are 1 and 0 for two classes, softmax makes e/(e+1) and 1/(e+1), the most that it can; −ln of that is
// 0.3133.
func TestDigits(t *testing.T) {
	f := classification(2)
	f.outputs, f.cost = [][]float64{{0.5, 0.5}, {1, 0}}, 0.625
	f.run.Layers = []layers.Layer{layers.New(3, 4), layers.New(4, 2)}
	f.run.Settings.Output, f.run.Settings.Cost = "sigmoid", "ce"
	lab := labOf(f)
	digits(t.Context(), lab)
	expectNotes(t, lab, "Softmax of sigmoids, which lie between 0 and 1, cannot exceed e/(e+1) = 0.7311, so the cost "+
		"cannot fall below 0.3133. Here the highest probability is 0.7311, and the training cost, without λ, is 0.6250. "+
		"That is as it should be: nothing is broken.",
		"The text has b in ℝ^n_in; a layer's b has a number for each output: 4, 2 here, where n_in is 3, 4.",
		"Beside the classifier the text says that forward is still the sigmoid; it is softmax: a sample's probabilities "+
			"add up to 1 (here from 1.000000 to 1.000000).")
	for _, other := range [][2]string{{"linear", "ce"}, {"sigmoid", "mse"}} {
		f.run.Settings.Output, f.run.Settings.Cost = other[0], other[1]
		lab = labOf(f)
		digits(t.Context(), lab)
		expectNotes(t, lab)
	}
}

// Softmax also works for numbers whose exponential is infinite. The ratio of e⁰ to e^ln 3 is 1 to 3.
func TestSoftmax(t *testing.T) {
	if p := softmax([]float64{1000, 1000 + 1.0986122886681098}); !near(p[0], 0.25, 1e-9) || !near(p[1], 0.75, 1e-9) {
		t.Errorf("got %v, want 0.25 and 0.75", p)
	}
}
