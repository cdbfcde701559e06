package lessons

import (
	"errors"
	"math"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/run/settings"
)

// linearFake is a program that has learned y = 2x + 1 and y = −4x, not quite, from three samples of them.
func linearFake() *fake {
	f := &fake{x: [][]float64{{0}, {1}, {2}}, y: [][]float64{{1, 0}, {3, -4}, {5, -8}}}
	f.run = Training{Settings: &settings.Settings{Data: "a.csv"},
		In:     dataset.Scale{Shift: []float64{0}, Factor: []float64{1}},
		Layers: []layers.Layer{layerOf("linear", []float64{2, -4.004}, []float64{1, 0})}}
	f.run.Final.Epoch = 1000
	return f
}

// Least squares finds the weights exactly; 0.004 beside the largest, 4, are 3 equal digits.
func TestLinear(t *testing.T) {
	f := linearFake()
	lab, line := labOf(f), &linear{}
	if err := line.solve(lab); err != nil {
		t.Fatal(err)
	}
	line.compare(t.Context(), lab)
	expectText(t, f.transcript, `event weight [output 1 weight_of 1 (bias) least_squares 1 gradient_descent 1]
event weight [output 1 weight_of x1 least_squares 2 gradient_descent 2]
event weight [output 2 weight_of 1 (bias) least_squares 0 gradient_descent 0]
event weight [output 2 weight_of x1 least_squares -4 gradient_descent -4.004]

output | weight of | least squares | gradient descent
1 | 1 (bias) | 1.000000000 | 1.000000000
1 | x1 | 2.000000000 | 2.000000000
2 | 1 (bias) | 0.000000000 | 0.000000000
2 | x1 | -4.000000000 | -4.004000000
page: table "Solved, and learned", "W = (X̃ᵀX̃)⁻¹X̃ᵀT for all outputs at once, beside gradient descent.", 5 rows
`)
	expectNotes(t, lab, "W = (X̃ᵀX̃)⁻¹X̃ᵀT, the least squares of 2 outputs at once, and 1,000 epochs of gradient descent "+
		"agree to 3 digits.")
	if lab.Summary != "equal to 3 digits" {
		t.Errorf("got the summary %q, want equal to 3 digits", lab.Summary)
	}
}

func TestLinearRefuses(t *testing.T) {
	f := linearFake()
	f.run.Settings.Hidden = []int{3}
	if err := new(linear).solve(labOf(f)); err == nil || !strings.HasSuffix(err.Error(), "leave out -hidden") {
		t.Errorf("with hidden units: got %v", err)
	}
	f = linearFake()
	f.x = [][]float64{{5}, {5}, {5}}
	if err := new(linear).solve(labOf(f)); err == nil || !strings.Contains(err.Error(), ": input 1 is constant") {
		t.Errorf("with a constant input: got %v", err)
	}
}

// On the recipe's own data, seed 1, the test errors are those of docs/tutorials/lecture.md.
func TestFitPhi(t *testing.T) {
	network := &fake{run: Training{Layers: []layers.Layer{layers.New(2, 10), layers.New(10, 1)}}}
	network.run.Done.TrainRMSE, network.run.Done.TestRMSE = pointer(0.5), pointer(0.25)
	f := linearFake()
	f.run.Settings.Data, f.run.Settings.Seed, f.others = "", 1, []*fake{network}
	lab := labOf(f)
	lab.fitPhi(t.Context())
	const flags = " hidden 10 activation tanh lr 0.01 optimizer adam epochs 3000 init glorot"
	if got := strings.Join(network.flags, " "); network.run.Data == nil || got != flags {
		t.Errorf("the network has the flags%s, want%s", got, flags)
	}
	expectText(t, f.transcript, `
1 trainings, 1 at a time
event phi [phi 10 hidden units numbers 41 train_rmse 0.5 test_rmse 0.25]

Φ: What should stand in Φ? 200 samples of 0.5 + u − 2v + 3u³v², noise 0.1: least squares for each, and a network that`+
		` finds its own.

Φ | numbers | training RMSE | test RMSE
u, v | 3 | 0.3310 | 0.4474
u, v, v⁵ | 4 | 0.3306 | 0.4485
u, v, v⁵, u³v² | 5 | 0.1000 | 0.0969
10 hidden units | 41 | 0.5000 | 0.2500
page: table "What should stand in Φ?", "What should`, "event phi [phi u, v, v⁵ numbers 4 train_rmse 0.330553",
		"\npage: figure Test error by what stands in Φ\n")
	expectNotes(t, lab, "Of 200 samples of 0.5 + u − 2v + 3u³v², noise 0.1, the inputs alone leave a test RMSE of 0.447, "+
		"with v⁵ 0.448, and with u³v², which the function has, 0.097: about the noise. Hidden units, which are told of none "+
		"of it, leave 0.250.")
	const caption = "The right Φ brings it from 0.447 to 0.097; hidden units reach 0.250."
	if n := len(f.transcript.figures); n != 1 || f.transcript.figures[0].Caption != caption {
		t.Errorf("got the figures %+v, want one with the caption %s", f.transcript.figures, caption)
	}
	network.failure, f.started = errors.New("interrupted"), 0
	lab = labOf(f)
	lab.fitPhi(t.Context())
	expectNotes(t, lab)
}

// There is no unique solution if two columns say the same; else the solution is exact for targets without noise.
func TestLeastSquares(t *testing.T) {
	if w, err := leastSquares([][]float64{{1, 2}, {1, 2}, {1, 2}}, column(1, 2, 3)); err == nil {
		t.Errorf("two columns that say the same: got %v", w)
	}
	x, y := [][]float64{{0, 1}, {1, 0}, {2, 1}}, [][]float64{{3, -1}, {5, 0}, {13, -1}}
	w, err := leastSquares(x, y)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range [][2]float64{{5, 3}, {0, -1}} {
		if !near(w[0][j], want[0], 1e-12) || !near(w[1][j], want[1], 1e-12) {
			t.Errorf("output %d: got %v·x₁ + %v·x₂, want %v and %v", j, w[0][j], w[1][j], want[0], want[1])
		}
	}
	for tiny, solvable := range map[float64]bool{1e-4: true, 4.5e-5: false} { // tiny²/2 is compared with 2·10⁻⁹
		if _, err := leastSquares([][]float64{{1, 0}, {1, tiny}}, column(1, 2)); (err == nil) != solvable {
			t.Errorf("a column that differs by %v: got %v", tiny, err)
		}
	}
}

// 3 off in one of three samples is an RMSE of √3; of two outputs, of which the other is right, √1.5.
func TestRMSE(t *testing.T) {
	x, w := [][]float64{{0, 1}, {1, 0}, {2, 1}}, [][]float64{{5, 0}, {3, 1}}
	for _, c := range []struct {
		targets [][]float64
		want    float64
	}{{[][]float64{{3}, {5}, {16}}, math.Sqrt(3)}, {[][]float64{{3, 1}, {5, 0}, {16, 1}}, math.Sqrt(1.5)}} {
		if got := rmse(x, w, c.targets); !near(got, c.want, 1e-12) {
			t.Errorf("%v: got %v, want %v", c.targets, got, c.want)
		}
	}
}

// Weights that are learned of (x − 1)·4 for (y − 5)/2 become those of x for y.
func TestUnscale(t *testing.T) {
	x := Training{In: dataset.Scale{Shift: []float64{1}, Factor: []float64{4}},
		Out: dataset.Scale{Shift: []float64{5}, Factor: []float64{0.5}}}
	w := [][]float64{{0}, {0.25}}
	x.unscale(w)
	if w[0][0] != 3 || w[1][0] != 2 {
		t.Errorf("got %v, want 3 + 2x", w)
	}
	x.Out = dataset.Scale{}
	x.unscale(w)
	if w[0][0] != -5 || w[1][0] != 8 { // 3 + 2·4(x − 1)
		t.Errorf("with y as it is, got %v, want −5 + 8x", w)
	}
}
