package lessons

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// exampleStep is a step of the layer 3 → 2 and the layer before it. Its numbers do not follow from each other, so that
// each shows where it was taken from. The two costs have different δ.
func exampleStep(e *explain.Example) *explain.Step {
	delta := map[string]float64{"mse": 0.25, "bce": 0.5}[e.Cost]
	return &explain.Step{Y: explain.Rows{{1, 0}}, Layers: []explain.Layer{
		{Slope: explain.Rows{{0.11, 0.12, 0.13}}, Delta: explain.Rows{{0.21, 0.22, 0.23}}},
		{In: explain.Rows{{0.5, 0.6, 0.7}}, W: explain.Rows{{1, 2}, {3, 4}, {5, 6}}, Z: explain.Rows{{0.31, 0.32}},
			A: explain.Rows{{0.75, 0.25}}, Slope: explain.Rows{{0.2, 0.4}}, Delta: explain.Rows{{delta, 2 * delta}},
			GradW: explain.Rows{{0.51, 0.52}, {0.53, 0.54}, {0.55, 0.56}},
			NewW:  explain.Rows{{1.1, 2.2}, {3.3, 4.4}, {5.5, 6.6}}}}}
}

// batchStep is a step of a network 3 → 2 → 1 with two samples.
func batchStep(int) *explain.Step {
	return &explain.Step{X: explain.Rows{{1, 2, 3}, {4, 5, 6}}, Y: explain.Rows{{0}, {1}}, Layers: []explain.Layer{
		{Activation: "tanh", In: explain.Rows{{1, 2, 3}, {4, 5, 6}}, W: explain.Rows{{1, -1}, {2, 3}, {0, 0}},
			B: []float64{7, 8}, Z: explain.Rows{{9, 9}, {9, 9}}, A: explain.Rows{{0.5, 0.6}, {0.7, 0.8}},
			Slope: explain.Rows{{0.5, 0.25}, {1, 1}}, Delta: explain.Rows{{-1, 0.5}, {2, 2}},
			GradW: explain.Rows{{3, 3}, {3, 3}, {3, 3}}, GradB: []float64{4, 4}},
		{Activation: "sigmoid", In: explain.Rows{{0.5, 0.6}, {0.7, 0.8}}, W: explain.Rows{{2}, {-4}}, B: []float64{5},
			Z: explain.Rows{{6}, {6}}, A: explain.Rows{{0.1}, {0.9}}, Delta: explain.Rows{{-0.5}, {0.25}}, Eta: 0.5,
			GradW: explain.Rows{{1}, {2}}, GradB: []float64{3}}}}
}

// matrixFake is a program of the recipe with squared error, and with cross-entropy beside it.
func matrixFake() *fake {
	entropy := &fake{trace: func(int) *explain.Step {
		s := batchStep(2)
		s.Layers[1].Delta = explain.Rows{{-2}, {1}}
		return s
	}}
	f := &fake{example: exampleStep, trace: batchStep, others: []*fake{entropy}}
	f.run = Training{Settings: &settings.Settings{}, Batch: 2, Costs: []float64{1, 3, 2, 2}, History: epochs(4, 7),
		Layers: []layers.Layer{layers.New(3, 2), layers.New(2, 1)},
		Data:   &dataset.Dataset{Classes: []string{"yes"}, Train: dataset.Set{N: 50}, Test: dataset.Set{N: 10}}}
	f.run.Settings.Recipe = recipes.Recipe{SamplesPerEpoch: 20}
	f.run.History[0].TrainCost, f.run.History[1].TrainCost = 0.5, 0.25
	entropy.run = f.run
	entropy.run.History = epochs(5, 7)
	return f
}

// The file has all that the recipe prints, sends as events and puts on its page. By hand, the δ that goes back through
// the weights after their update is (−0.53125, 0.48125) and not (−1, 0.5): 41.96 % off.
func TestMatrix(t *testing.T) {
	f := matrixFake()
	lab := labOf(f)
	if err := matrix(t.Context(), lab); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := f.transcript.String(); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if want := "cross-entropy ahead after 1 of 2 epochs that are shown"; lab.Summary != want {
		t.Errorf("got the summary %q, want %q", lab.Summary, want)
	}
	if got := f.others[0].flags; !slices.Equal(got, []string{"-cost bce"}) {
		t.Errorf("the other training has the flags %q, want -cost bce", got)
	}
}

// Of a network without hidden units nothing is said about the order of the updates.
func TestMatrixWithoutHiddenUnits(t *testing.T) {
	f := matrixFake()
	f.run.Layers = f.run.Layers[:1]
	lab := labOf(f)
	lab.matrixNotes(lab.exampleStep("mse"), lab.exampleStep("bce"))
	if n := len(lab.Notes); n != 3 || strings.Contains(lab.Notes[2], "order") {
		t.Errorf("got %d notes, want 3: %q", n, lab.Notes)
	}
}

func TestMatrixRefuses(t *testing.T) {
	for want, change := range map[string]func(f *fake){
		"-recipe matrix trains with both costs: leave out -cost": func(f *fake) {
			f.run.Settings.Given = map[string]bool{"cost": true}
		},
		"-recipe matrix is for classes; a.csv has numbers to predict": func(f *fake) {
			f.run.Data = &dataset.Dataset{Name: "a.csv"}
		},
		"interrupted": func(f *fake) { f.failure = errors.New("interrupted") },
		"no":          func(f *fake) { f.others[0].failure = errors.New("no") },
	} {
		f := matrixFake()
		change(f)
		if err := matrix(t.Context(), labOf(f)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Only epochs after which the test samples were counted are drawn.
func TestAccuracyFigure(t *testing.T) {
	run := Training{Title: "squared error", History: []event.Epoch{{Epoch: 1}, {Epoch: 5, TestAccuracy: pointer(0.5)}}}
	f := accuracyFigure(run)
	if got := fmt.Sprint(f.Lines[0].Name, f.Lines[0].X, f.Lines[0].Y); got != "squared error[5] [0.5]" || !f.Y.Percent {
		t.Errorf("got %s, want squared error[5] [0.5]", got)
	}
}

// The question draws Σ(a − y)², twice our cost. By hand, it jumps by 4, 2 and 0, 2 on average.
func TestBatchCosts(t *testing.T) {
	f := batchCosts([]float64{1, 3, 2, 2})
	got := fmt.Sprint(f.Title, f.Lines[0].X, f.Lines[0].Y)
	const caption = "jumps by 2.00 from one to the next, on average. Over the first 2 it is 4.000, over the last 2 4.000."
	if got != "cost_over_epoch[1 2 3 4] [2 6 4 4]" || !strings.HasSuffix(f.Caption, caption) {
		t.Errorf("got %s and %q, want twice the costs and %q", got, f.Caption, caption)
	}
	const ofOne = "Over the first 1 it is 2.000, over the last 1 2.000."
	if got := batchCosts([]float64{1}).Caption; !strings.HasSuffix(got, ofOne) {
		t.Errorf("one epoch: got %q, want %q", got, ofOne)
	}
}
