package lessons

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/data/synthetic"
	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/run/gates"
	"backprop/internal/run/settings"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// A fake is a program that has trained already.
type fake struct {
	Program
	run   Training
	trace func(n int) *explain.Step
	other *dataset.Dataset // what the training beside it was to learn from

	outputs [][]float64 // for the test set
}

func (f *fake) Training() Training                           { return f.run }
func (f *fake) Trace(n int) *explain.Step                    { return f.trace(n) }
func (f *fake) SetTitle(title string, _ int)                 { f.run.Title = title }
func (f *fake) Evaluate(*dataset.Set) ([][]float64, float64) { return f.outputs, 0 }

func (f *fake) NewTraining(data *dataset.Dataset, _ string, _ ...string) (Program, error) {
	return &fake{run: f.run, other: data}, nil
}

// Nobody prints and keeps nothing.
type nobody struct{}

func (nobody) Text(string, ...any)        {}
func (nobody) Wrapped(string, string)     {}
func (nobody) Event(string, ...any)       {}
func (nobody) Note(string)                {}
func (nobody) Show(...chart.Figure) error { return nil }

type mutePrinter struct{ nobody }
type mutePage struct{ nobody }

func (mutePrinter) Table([][]string)              {}
func (mutePage) Table(string, string, [][]string) {}

func labOf(f *fake) *Lab { return &Lab{Program: f, Out: mutePrinter{}, Page: mutePage{}} }

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// layerOf is a layer with weights row by row, the biases last.
func layerOf(activation string, rows ...[]float64) layers.Layer {
	last := len(rows) - 1
	return layers.Layer{Rows: last, Cols: len(rows[0]), Stride: len(rows[0]), W: slices.Concat(rows[:last]...),
		B: rows[last], Activation: activation}
}

// TestUnitsTold: the largest weight, and how far two units are from each other, with their biases.
func TestUnitsTold(t *testing.T) {
	l := layerOf("tanh", []float64{1, -3}, []float64{2, -2.5}, make([]float64, 2))
	if largestWeight(l) != 3 || largestDifference(l) != 4.5 {
		t.Errorf("largest %v, differ by %v; want 3 and 4.5", largestWeight(l), largestDifference(l))
	}
	copy(l.B, []float64{9, 1})
	if largestDifference(l) != 8 {
		t.Errorf("they differ by %v, want the biases' 8", largestDifference(l))
	}
}

// TestDerivationResumed: of a run that was gone on with, the loss before is not known.
func TestDerivationResumed(t *testing.T) {
	loss := 0.5
	e := event.Epoch{TestLoss: &loss, TestCost: &loss}
	f := &fake{run: Training{Settings: new(settings.Settings), Data: &dataset.Dataset{Classes: make([]string, 10)},
		Final: e, History: []event.Epoch{e, e}}}
	f.run.Settings.Cost = "mse"
	lab := labOf(f)
	derivation(t.Context(), lab)
	text := strings.Join(lab.Notes, " ")
	if !strings.Contains(text, "a factor of") || strings.Contains(text, "the test loss fell") {
		t.Errorf("of a resumed run: %s", text)
	}
}

// TestBiasGradients: of the output with the largest derivative, which the cost without ½ doubles. The bias is as it
// was.
func TestBiasGradients(t *testing.T) {
	l := layerOf("linear", []float64{0, 0}, []float64{0.25, -1})
	f := &fake{run: Training{Batch: 2, Data: &dataset.Dataset{Classes: make([]string, 2)}, Layers: []layers.Layer{l}}}
	f.trace = func(n int) *explain.Step { // a = b, and y is 0 and then 1
		s := &explain.Step{Layers: make([]explain.Layer, 1)}
		for i := range n {
			y := []float64{float64(i), float64(i)}
			s.Y = append(s.Y, y)
			s.Layers[0].A = append(s.Layers[0].A, slices.Clone(l.B))
			s.Layers[0].Delta = append(s.Layers[0].Delta, []float64{l.B[0] - y[0], l.B[1] - y[1]})
		}
		return s
	}
	j, half, whole := labOf(f).biasGradients()
	if j != 1 || half != -1.5 || !near(whole, -3, 1e-6) || l.B[1] != -1 {
		t.Errorf("output %d: %v and %v, want −1.5 and −3; the bias is %v", j, half, whole, l.B[1])
	}
}

// TestDeadClasses: those that no sample is said to be, and how large their outputs are.
func TestDeadClasses(t *testing.T) {
	dead, most := deadClasses([]string{"a", "b", "c"}, [][]float64{{0.5, 0.5, 0.1}, {0.3, 0.2, 0.25}})
	if !slices.Equal(dead, []string{"b", "c"}) || most != 0.5 {
		t.Errorf("%v, at most %v", dead, most)
	}
	if dead, _ := deadClasses([]string{"a", "b"}, nil); dead != nil {
		t.Errorf("without samples: %v", dead)
	}
}

// TestFirstEpoch: how much the first epoch brought is not said where a class is never answered.
func TestFirstEpoch(t *testing.T) {
	accuracy := 0.5
	e := event.Epoch{TestAccuracy: &accuracy, TestCorrect: 2}
	for want, outputs := range map[int][][]float64{1: {{1, 0}, {0, 1}}, 0: {{1, 0}, {1, 0}}} {
		lab := labOf(&fake{outputs: outputs, run: Training{Data: &dataset.Dataset{Classes: make([]string, 2)}, Final: e,
			History: []event.Epoch{e, e}}})
		lab.firstEpoch()
		if len(lab.Notes) != want {
			t.Errorf("answers %v: %q", outputs, lab.Notes)
		}
	}
}

// TestSoftmax: probabilities, of large numbers too.
func TestSoftmax(t *testing.T) {
	p := softmax([]float64{1000, 1000 + math.Log(3)})
	if !near(p[0], 0.25, 1e-9) || !near(p[1], 0.75, 1e-9) {
		t.Errorf("%v, want a quarter and three", p)
	}
}

// TestDigitsTold: of sigmoids that are 1 and 0 of two classes, softmax makes e/(e+1) and 1/(e+1), which is the most
// that it can; −ln of that is 0.3133.
func TestDigitsTold(t *testing.T) {
	f := &fake{outputs: [][]float64{{1, 0}, {0.5, 0.5}}, run: Training{
		Settings: &settings.Settings{},
		Data:     &dataset.Dataset{Classes: []string{"a", "b"}},
		Layers:   []layers.Layer{layers.New(3, 4), layers.New(4, 2)}}}
	f.run.Settings.Output, f.run.Settings.Cost = "sigmoid", "ce"
	lab := labOf(f)
	digits(t.Context(), lab)
	told := strings.Join(lab.Notes, "\n")
	for _, want := range []string{"cannot exceed e/(e+1) = 0.7311, so the cost cannot fall below 0.3133. Here the " +
		"highest probability is 0.7311", "4, 2 here, where n_in is 3, 4", "(here from 1.000000 to 1.000000)"} {
		if !strings.Contains(told, want) {
			t.Errorf("%s\nwant %s", told, want)
		}
	}
}

// TestAnswers: a unit that has 1 where Wx + b > 0, and one that has it the other way round, beside AND.
func TestAnswers(t *testing.T) {
	and := gates.All[slices.IndexFunc(gates.All, func(g gates.Gate) bool { return g.Name == "AND" })]
	for u, want := range map[gates.Unit][2]int{{W1: 1, W2: 1, B: -1.5}: {4, 0}, {W1: -1, W2: -1, B: 1.5}: {0, 4}} {
		p := &perceptron{truth: make([][]string, 5)}
		p.addAnswers(and, u, true)
		p.addAnswers(and, u, false) // one that has not learned its gate does not count
		if got := [2]int{p.correct, p.reversed}; got != want {
			t.Errorf("%+v: %v right and %v reversed, want %v", u, got[0], got[1], want)
		}
	}
}

// TestHiddenDeltas: δ of the hidden layer through the weights before and after their update.
func TestHiddenDeltas(t *testing.T) {
	w, h, slope, d := []float64{0.7, -0.4}, []float64{0.71, 0.78}, []float64{0.2, 0.17}, -0.115
	right := []float64{d * w[0] * slope[0], d * w[1] * slope[1]}
	step := &explain.Step{Layers: []explain.Layer{{}, {Delta: explain.Rows{right}, Slope: explain.Rows{slope}},
		{In: explain.Rows{h}, W: column(w...), Delta: explain.Rows{{d}}, Eta: 0.5}}}
	a, b := hiddenDeltas(step)
	for j := range h {
		if want := d * (w[j] - 0.5*d*h[j]) * slope[j]; a[j] != right[j] || !near(b[j], want, 1e-12) {
			t.Errorf("unit %d: %v and %v, by hand %v and %v", j, a[j], b[j], right[j], want)
		}
	}
	if step.Layers[2].W[0][0] != 0.7 {
		t.Error("the weights have changed")
	}
}

// TestFormula: what a network computes, written out, of up to three units.
func TestFormula(t *testing.T) {
	first := layerOf("sigmoid", []float64{-1.5, 2, 0.01}, []float64{-0.25, 0, 4})
	one := layerOf("sigmoid", []float64{-1.5}, []float64{-0.25})
	for want, net := range map[string][]layers.Layer{
		"σ(−1.50x − 0.25)":             {one},
		"−2.00σ(−1.50x − 0.25) + 0.75": {one, layerOf("linear", []float64{-2}, []float64{0.75})},
		"−2.00σ(−1.50x − 0.25) + 3.00σ(2.00x + 0.00) + 0.00σ(0.01x + 4.00) + 0.75": {first,
			layerOf("linear", []float64{-2}, []float64{3}, []float64{-0.001}, []float64{0.75})},
	} {
		if got := formula(net); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, net := range [][]layers.Layer{{layers.New(1, 4), layers.New(4, 1)}, {one, one, one}} {
		if got := formula(net); got != "too much to write out" {
			t.Errorf("%v: %s", layers.Sizes(net), got)
		}
	}
}

// TestUnitTrainings: the lecture's five on its own data; of a table of one's own the last three, on that.
func TestUnitTrainings(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"", "rising line; falling line; x², one unit; x², two units; x², two from zero"},
		{"a.csv", "one unit; two units; two from zero"},
	} {
		f := &fake{run: Training{Settings: new(settings.Settings), Data: synthetic.Rising(0)}}
		f.run.Settings.Data = c.data
		all, err := labOf(f).unitTrainings()
		var titles []string
		for i, p := range all {
			titles = append(titles, p.Training().Title)
			if i > 0 && (p.(*fake).other == f.run.Data) != (c.data != "") {
				t.Errorf("%s learns from %v", p.Training().Title, p.(*fake).other.Name)
			}
		}
		if got := strings.Join(titles, "; "); err != nil || got != c.want {
			t.Errorf("%s, %v; want %s", got, err, c.want)
		}
	}
	if got := deviation([]float64{1, 3, 3, 5}); got != math.Sqrt2 {
		t.Errorf("1, 3, 3 and 5 lie %v from their mean", got)
	}
}

// TestLeastSquares: of two columns that say the same there is no one solution.
func TestLeastSquares(t *testing.T) {
	if w, err := leastSquares([][]float64{{1, 2}, {1, 2}, {1, 2}}, column(1, 2, 3)); err == nil {
		t.Errorf("two columns that say the same have a solution: %v", w)
	}
	x, y := [][]float64{{0, 1}, {1, 0}, {2, 1}}, [][]float64{{3}, {5}, {13}}
	w, err := leastSquares(x, y)
	if err != nil || !near(w[0][0], 5, 1e-12) || !near(w[1][0], 3, 1e-12) {
		t.Errorf("least squares of 5x₁ + 3x₂ gives %v, %v", w, err)
	}
	if off := rmse(x, [][]float64{{5}, {3}}, [][]float64{{3}, {5}, {16}}); !near(off, math.Sqrt(3), 1e-12) {
		t.Errorf("3 off in one of three is an RMSE of %v", off)
	}
}

// TestPhi: what stands in Φ.
func TestPhi(t *testing.T) {
	for i, want := range [][]float64{{2, 3}, {2, 3, 243}, {2, 3, 243, 72}} { // 3⁵, and 2³·3²
		if got := phis[i].of(2, 3); !slices.Equal(got, want) {
			t.Errorf("Φ with %s is %v, want %v", phis[i].name, got, want)
		}
	}
	set := dataset.Set{N: 2, Dim: 2, Values: []float64{2, 3, 4, 5}, Targets: []float64{6, 7}}
	rows, targets := phiRows(&set, phis[0].of)
	if got := fmt.Sprint(rows, targets); got != "[[1 2 3] [1 4 5]] [[6] [7]]" {
		t.Errorf("%s", got)
	}
}

// TestUnscale: 3 + 2x, learned of (x − 1)·4 for (y − 5)/2.
func TestUnscale(t *testing.T) {
	x := Training{In: dataset.Scale{Shift: []float64{1}, Factor: []float64{4}},
		Out: dataset.Scale{Shift: []float64{5}, Factor: []float64{0.5}}}
	w := [][]float64{{0}, {0.25}}
	x.unscale(w)
	if w[0][0] != 3 || w[1][0] != 2 {
		t.Errorf("%v, want 3 and 2", w)
	}
}

// TestActivationFigures: each curve at 2, by the name beside it; and what the sentences over the figures say.
func TestActivationFigures(t *testing.T) {
	at2, t2 := 1/(1+math.Exp(-2)), math.Tanh(2)
	hill := at2 * (1 - at2)
	for name, want := range map[string]float64{
		"exp(−s)": math.Exp(-2), "1/(1+exp(−s))": at2, "1 − 1/(1+exp(−s))": 1 - at2, "product": hill, "y(1−y)": hill,
		"f(s)": at2, "df(s)/ds": hill, "h(a)": 107, "dh/da": 246, "σ": at2, "σ′": hill, "tanh": t2, "tanh′": 1 - t2*t2,
	} {
		drawn := 0
		for _, a := range activationFigures {
			for _, f := range a.functions {
				if f.name != name {
					continue
				}
				drawn++
				if math.Abs(f.f(2)-want) > 1e-12*want {
					t.Errorf("%s is %v at 2, want %v", name, f.f(2), want)
				}
			}
		}
		if drawn != 1 {
			t.Errorf("%s is drawn %d times", name, drawn)
		}
	}
	for i, a := range activationFigures { // the lecture draws its first six from −10 to 10, the others from −5 to 5
		if want := []float64{10, 10, 10, 10, 10, 10, 5, 5}[i]; a.limit != want {
			t.Errorf("%s is drawn up to %v, want %v", a.title, a.limit, want)
		}
	}
	for _, s := range synthetic.Evenly(-10, 10, 41) {
		y := exact.Sigmoid(s)
		if hill := y * (1 - y); hill > 0.25 || math.Abs(hill-sigmoidSlope(s)) > 1e-15 || y < 0 || y > 1 {
			t.Errorf("at %v the hill is %v", s, hill)
		}
	}
}

// TestMatrixTexts: numbers as text, and matrices beside each other.
func TestMatrixTexts(t *testing.T) {
	for want, v := range map[string][]float64{"(1, 0)": {1, 0}, "(1, 2, 3; 4, 5, 6.5)": {1, 2, 3, 4, 5, 6.5},
		"(0.3333)": {1. / 3}, "(1, 2, 3, 4)": {1, 2, 3, 4}} {
		if got := formatNumbers(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
	if got := fmt.Sprint([][]float64(transposed(explain.Rows{{1, 2, 3}, {4, 5, 6}}))); got != "[[1 4] [2 5] [3 6]]" {
		t.Errorf("transposed: %s", got)
	}
	two := explain.Rows{{1, -2}}
	if bracketed(two, 0) != "[ 1.0000 -2.0000]" || bracketed(two, 1) != strings.Repeat(" ", 17) {
		t.Errorf("%q and %q", bracketed(two, 0), bracketed(two, 1))
	}
}

// TestBatchCosts: the cost is ½Σ; drawn is Σ.
func TestBatchCosts(t *testing.T) {
	f := batchCosts([]float64{1, 3, 2, 2})
	got := fmt.Sprint(f.Title, f.Lines[0].X, f.Lines[0].Y)
	if got != "cost_over_epoch[1 2 3 4] [2 6 4 4]" || !strings.Contains(f.Caption, "2.00") {
		t.Errorf("%s, %q", got, f.Caption)
	}
}
