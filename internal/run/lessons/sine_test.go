package lessons

import (
	"errors"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
)

// sineFake is a program that has learned a curve, and its six other trainings; all have the given training RMSE.
func sineFake(rmses ...float64) *fake {
	var all []*fake
	for _, rmse := range rmses {
		f := &fake{run: Training{Settings: &settings.Settings{Cost: "mse", Hidden: flags.Sizes{2},
			Rate: flags.Rates{0.1, 0.01}, Seed: 5, Workers: 3}, Data: &dataset.Dataset{Train: dataset.Set{N: 30,
			Targets: make([]float64, 60)}}}}
		f.run.Done.TrainRMSE = pointer(rmse)
		f.run.Layers = []layers.Layer{layers.New(1, 2), layers.New(2, 2)}
		all = append(all, f)
	}
	all[0].others = all[1:]
	return all[0]
}

// The other trainings have one rate for both layers, other seeds, or weights of 0. What the recipe says about them is
// computed from their RMSE.
func TestSine(t *testing.T) {
	f := sineFake(0.25, 0.5, 0.75, 0.2, 0.3, 0.2125, 1.5)
	f.run.History = []event.Epoch{{Epoch: 10, TestRMSE: pointer(0.5)}, {Epoch: 20, TestRMSE: pointer(0.375)},
		{Epoch: 30, TestRMSE: pointer(0.4)}}
	f.run.Final = f.run.History[2]
	lab := labOf(f)
	sine(t.Context(), lab)
	for i, want := range []string{"lr 0.1", "lr 0.01", "seed 6", "seed 7", "seed 8", "init zero"} {
		if got := strings.Join(f.others[i].flags, " "); got != " "+want {
			t.Errorf("training %d has the flags%s, want %s", i+1, got, want)
		}
	}
	expectText(t, f.transcript, `title start from 0, workers 1
6 trainings, 3 at a time
event comparison [training the recipe's rates 0.1,0.01 seed 5 train_rmse 0.25 test_rmse 0.4]
`, `

training | rates | seed | training RMSE | test RMSE
the recipe's | 0.1,0.01 | 5 | 0.2500 | 0.4000
one rate, 0.1 | 0.1,0.01 | 5 | 0.5000 | 
`, `
another start | 0.1,0.01 | 5 | 0.2125 | 
start from 0 | 0.1,0.01 | 5 | 1.5000 | 
page: table "Other rates and other starts", "The same data and the same number of epochs each time.", 8 rows
`)
	expectNotes(t, lab, "The training RMSE is 0.250 in the end, the test RMSE 0.400; of the epochs printed, the test "+
		"RMSE was lowest, 0.375, at epoch 20.",
		"Two rates often help, says the lecture: the training RMSE is 0.250 with 0.1,0.01 for the two layers, 0.500 with "+
			"0.1 for both, and 0.750 with 0.01 for both.",
		"Will this find the global optimum? Four starts end at 0.2500, 0.2000, 0.3000 and 0.2125, the worst 50.0 % above "+
			"the best.",
		"With all weights zero, the hidden units stay alike (the largest difference between two of them is 0), and since "+
			"what comes back to them passes through weights of zero, they do not learn at all: only the last bias does, "+
			"and the curve is flat. The training RMSE is 1.500.",
		"The line that divides the rates by N·K (here 30·2) is commented out in the lecture's code, and uses rh and ro all "+
			"the same; its derivation divides, and so do we. The 2 of the derivative of (t − y)² is left to the rates.",
		"Where the lecture lets a be h̃(x̃v) and then differentiates h̃(a), a is the sum x̃v itself.")
}

// Without test samples nothing is said of them; hidden units whose weights are not 0 learn.
func TestSineWithoutTestSamples(t *testing.T) {
	f := sineFake(1, 1, 1, 1, 1, 1, 1)
	f.others[5].run.Layers[0] = layerOf("tanh", []float64{1, -3}, []float64{2, -2.5}, []float64{0, 3})
	f.run.History = make([]event.Epoch, 3)
	lab := labOf(f)
	sine(t.Context(), lab)
	if notes := strings.Join(lab.Notes, "\n"); len(lab.Notes) != 5 ||
		!strings.Contains(notes, "between two of them is 4.5), and they learn the same. The") {
		t.Errorf("got the notes\n%s", notes)
	}
}

// On other data, and if the other trainings fail, there is nothing to compare.
func TestSineDoesNotApply(t *testing.T) {
	for name, change := range map[string]func(f *fake){
		"classes":       func(f *fake) { f.run.Data.Classes = []string{"a", "b"} },
		"another cost":  func(f *fake) { f.run.Settings.Cost = "ce" },
		"one layer":     func(f *fake) { f.run.Settings.Hidden = nil },
		"not possible":  func(f *fake) { f.others[3].failure = errors.New("no") },
		"interrupted":   func(f *fake) { f.failure = errors.New("interrupted") },
		"all as it is ": func(*fake) {},
	} {
		f := sineFake(1, 1, 1, 1, 1, 1, 1)
		change(f)
		lab := labOf(f)
		sine(t.Context(), lab)
		if (len(lab.Notes) > 0) != (name == "all as it is ") {
			t.Errorf("%s: got %d notes", name, len(lab.Notes))
		}
	}
}
