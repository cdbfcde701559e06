package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/made"
	"backprop/internal/run/gates"
	"backprop/internal/run/recipes"
)

// floats is a JSON list of numbers.
func floats(v any) (list []float64) {
	for _, x := range v.([]any) {
		list = append(list, x.(float64))
	}
	return list
}

func allNear(a, b []float64, within float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= within })
}

// TestLayerExample: the layer of 3 → 2, against the element-wise equations written out here.
func TestLayerExample(t *testing.T) {
	w, h, target := [7]float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, [4]float64{0, 1, 2, 3}, [2]float64{1, 0}
	z := []float64{h[1]*w[1] + h[2]*w[3] + h[3]*w[5], h[1]*w[2] + h[2]*w[4] + h[3]*w[6]}
	if !allNear(z, []float64{2.2, 2.8}, 1e-12) {
		t.Fatal(z)
	}
	layers := only(events(t, "-recipe", "matrix", "-epochs", "1"), "layer")
	if len(layers) != 2 {
		t.Fatalf("%d layers", len(layers))
	}
	for i, e := range layers {
		var o, delta []float64
		for j := range z {
			o = append(o, 1/(1+math.Exp(-z[j])))
			d := o[j] - target[j]
			if i == 0 { // squared error
				d *= o[j] * (1 - o[j])
			}
			delta = append(delta, d)
		}
		dh := []float64{delta[0]*w[1] + delta[1]*w[2], delta[0]*w[3] + delta[1]*w[4], delta[0]*w[5] + delta[1]*w[6]}
		var dw, updated []float64
		for j := range 2 {
			for k := 1; k <= 3; k++ {
				dw = append(dw, delta[j]*h[k])
				updated = append(updated, w[2*k-1+j]-0.5*delta[j]*h[k])
			}
		}
		for name, want := range map[string][]float64{"z": z, "o": o, "delta": delta, "dh": dh, "dw": dw,
			"updated": updated} {
			if got := floats(e[name]); !allNear(got, want, 1e-12) {
				t.Errorf("%v, %s is %v, by hand %v", e["cost"], name, got, want)
			}
		}
	}
}

// TestRecipeMatrix: shapes both ways, which operand is transposed, epochs of one batch, and
// what is said of the slips.
func TestRecipeMatrix(t *testing.T) {
	dir := smallMNIST(t, 1000, 300)
	args := []string{"-recipe", "matrix", "-data", dir, "-hidden", "20,15", "-epochs", "20", "-batch", "8",
		"-valid", "100"}
	var got []string
	for _, e := range only(events(t, args...), "matrix") {
		if shape := e["shape"].([]any); e["transposed"] != "" {
			got = append(got, fmt.Sprintf("%v %vx%v = %v: %v; %v", e["matrix"], shape[0], shape[1], e["product"],
				e["transposed"], e["as_columns"]))
		}
	}
	want := []string{
		"Z1 8x20 = 8×784 · 784×20: none; W1·A0 + b1", "Z2 8x15 = 8×20 · 20×15: none; W2·A1 + b2", "Z3 8x10 = 8×15 " +
			"· 15×10: none; W3·A2 + b3",
		"δ2 8x15 = 8×10 · (15×10)ᵀ: W3; (W3ᵀ·δ3) ⊙ σ′(Z2)", "δ1 8x20 = 8×15 · (20×15)ᵀ: W2; (W2ᵀ·δ2) ⊙ σ′(Z1)",
		"∂C/∂W1 784x20 = (8×784)ᵀ · 8×20: A0; (1/n) δ1·A0ᵀ", "∂C/∂W2 20x15 = (8×20)ᵀ · 8×15: A1; (1/n) δ2·A1ᵀ",
		"∂C/∂W3 15x10 = (8×15)ᵀ · 8×10: A2; (1/n) δ3·A2ᵀ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("products are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	notes, all := notesOf(t, "-recipe", "matrix", "-data", dir, "-valid", "100", "-epochs", "100")
	checkDrawn(t, dir, all)
	done := only(all, "epoch")
	a, b := done[len(done)/2-1], done[len(done)-1] // of squared error, and of cross-entropy
	if a["run"] != "squared error" || b["run"] != "cross-entropy" ||
		!(b["test_accuracy"].(float64) > a["test_accuracy"].(float64)) {
		t.Errorf("squared error has %v, cross-entropy %v", a, b)
	}
	if first := done[0]; !(a["train_cost"].(float64) < 0.7*first["train_cost"].(float64)) {
		t.Errorf("the cost does not fall: %v, %v", first["train_cost"], a["train_cost"])
	}
	mustContain(t, notes, "30x724", "they are 30×784")
	if v := numbersIn(t, notes, `the dot product is one number, (\S+), and δ is the vector \((\S+), (\S+)\)`); math.Abs(v[0]-v[1]-v[2]) > 2e-4 {
		t.Errorf("the dot product of EQ4 is the sum of δ: %v", v)
	}
	if v := numbersIn(t, notes, `puts δ1 off by (\S+) %`); !(v[0] > 0.1 && v[0] < 50) {
		t.Errorf("δ is off by %v %%", v[0])
	}
	if v := numbersIn(t, notes, `it is (\S+) on average, against (\S+) with`); !(v[0] > 2*v[1]) {
		t.Errorf("δ with cross-entropy %v, with squared error %v", v[0], v[1])
	}
	mustContain(t, command(t, "-recipe", "matrix", "-epochs", "2"), "(δ2·W2ᵀ) ⊙ σ′(Z1)", "(W2ᵀ·δ2) ⊙ σ′(Z1)",
		"generated digits stand in for", "EQ3", "EQ5", "EQ6",
		"cross-entropy ahead after 2 of 2 epochs")
}

// checkDrawn: an epoch is one batch of 100 drawn at random, updated after every sample. The
// weights of the run are those of a plain loop.
func checkDrawn(t *testing.T, dir string, all []map[string]any) {
	t.Helper()
	cfg, err := parse([]string{"-recipe", "matrix", "-data", dir, "-valid", "100", "-epochs", "100"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[int32]bool{}
	for epoch := 1; epoch <= 100; epoch++ {
		order := ascending(data.Train.N)
		x.shuffle(order, epoch)
		for _, i := range order[:100] {
			in, y := NewMatrix(1, 784), NewMatrix(1, 10)
			x.source(&data.Train, order)(in, y, slices.Index(order, i), 0, 1)
			stepOn(x.trainer.Net, in, y, 0.1)
			drawn[i] = true
		}
	}
	if got := only(all, "done")[0]["weights_sha256"]; got != hash(x.trainer.Net) {
		t.Errorf("weights are %v, of a plain loop %s", got, hash(x.trainer.Net))
	}
	if len(drawn) < data.Train.N*9/10 {
		t.Errorf("%d of %d samples were drawn", len(drawn), data.Train.N)
	}
}

// spreadOf is how far numbers lie from their mean, root mean square.
func spreadOf(list []float64) float64 {
	mean, square := 0.0, 0.0
	for _, v := range list {
		mean += v / float64(len(list))
	}
	for _, v := range list {
		square += (v - mean) * (v - mean) / float64(len(list))
	}
	return math.Sqrt(square)
}

// TestLookAt: what a lesson sees of a step, against plain loops; the network is as it was.
func TestLookAt(t *testing.T) {
	net := NewNetwork([]int{2, 2, 1}, named(activations, "sigmoid"), named(activations, "sigmoid"), named(costs, "mse"))
	copy(net.Layers[0].W.Row(0), []float64{0.5, -0.3})
	copy(net.Layers[0].W.Row(1), []float64{0.2, 0.8})
	net.Layers[1].W.Row(0)[0], net.Layers[1].W.Row(1)[0] = 0.7, -0.4
	data := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 2, Values: []float64{1, 2, 0, 0}, Targets: []float64{1, 0}}}
	x := &training{data: data, trainer: &Trainer{Net: net, Rate: []float64{0.25, 0.5}}, in: dataset.EvenScale(2, 1),
		out: dataset.EvenScale(1, 1)}
	was := hash(net)
	step := x.lookAt(1)
	hidden, last := step.Layers[0], step.Layers[1]
	s := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h := []float64{s(0.5 + 0.4), s(-0.3 + 1.6)}
	o := s(0.7*h[0] - 0.4*h[1])
	d := (o - 1) * o * (1 - o)
	slope := []float64{h[0] * (1 - h[0]), h[1] * (1 - h[1])}
	for _, c := range []struct {
		name      string
		got, want []float64
	}{{"X", step.X[0], []float64{1, 2}}, {"Y", step.Y[0], []float64{1}}, {"Z", hidden.Z[0], []float64{0.9, 1.3}},
		{"A", hidden.A[0], h}, {"the last A", last.A[0], []float64{o}}, {"the last δ", last.Delta[0], []float64{d}},
		{"g′", hidden.Slope[0], slope}, {"δ", hidden.Delta[0], []float64{d * 0.7 * slope[0], d * -0.4 * slope[1]}},
		{"∂C/∂W of the second input", hidden.GradW[1], []float64{2 * d * 0.7 * slope[0], 2 * d * -0.4 * slope[1]}},
		{"the last ∂C/∂b", last.GradB, []float64{d}}, {"η", []float64{hidden.Eta, last.Eta}, []float64{0.25, 0.5}},
	} {
		if !allNear(c.got, c.want, 1e-12) {
			t.Errorf("%s is %v, by hand %v", c.name, c.got, c.want)
		}
	}
	if hash(net) != was || len(step.Layers) != 2 || len(x.lookAt(2).X) != 2 {
		t.Errorf("the network has changed, or %d layers", len(step.Layers))
	}
}

// TestRecipeUnit: a unit that starts from zero, updated after every
// sample in order, as a plain loop does it; and what one and two units can do.
func TestRecipeUnit(t *testing.T) {
	notes, all := notesOf(t, "-recipe", "unit")
	done := only(all, "done")
	rmse := func(i int) float64 { return done[i]["train_rmse"].(float64) }
	d := made.Rising(1).Train
	w, b := 0.0, 0.0
	for range 100 {
		for k, x := range d.Values {
			y := 1 / (1 + math.Exp(-w*x-b))
			step := 0.1 * (d.Targets[k] - y) * y * (1 - y)
			w, b = w+step*x, b+step
		}
	}
	sum := 0.0
	for k, x := range d.Values {
		off := 1/(1+math.Exp(-w*x-b)) - d.Targets[k]
		sum += off * off / 20
	}
	if !within(rmse(0), math.Sqrt(sum), 1e-9) || !(w > 0.1) {
		t.Errorf("RMSE %v, by a plain loop %v with w = %v", rmse(0), math.Sqrt(sum), w)
	}
	spread := spreadOf(made.Parabola(1).Train.Targets)
	if !(rmse(0) < 0.4 && rmse(1) < 0.2 && rmse(2) > 0.8*spread && rmse(3) < 0.4*spread && rmse(4) > 1.5*rmse(3)) {
		t.Errorf("RMSE of the five trainings %v %v %v %v %v, spread of x² %v", rmse(0), rmse(1), rmse(2), rmse(3),
			rmse(4), spread)
	}
	v := numbersIn(t, notes, `leaves an RMSE of (\S+) of x², whose values lie (\S+) from their mean \(root mean square\); two units, added, leave (\S+)\.\n`)
	if !within(v[0], rmse(2), 2e-3) || !within(v[1], spread, 2e-3) || !within(v[2], rmse(3), 1e-2) {
		t.Errorf("%v", v)
	}
	var rmse50 []float64
	for _, e := range only(events(t, "-recipe", "unit", "-epochs", "50"), "done") {
		rmse50 = append(rmse50, e["train_rmse"].(float64))
	}
	mustContain(t, notes, "the largest difference between their parameters is 0 after 20000 passes", "rjp")
	mustContain(t, command(t, "-recipe", "unit", "-epochs", "50"), "rising line", "σ(0.", "σ(−0.",
		fmt.Sprintf("this run     RMSE %.4f, %.4f, ", rmse50[0], rmse50[1]))
}

// TestRecipeSine: RMSE below the noise in a third of the epochs, the same
// bits everywhere, and what is said of rates and starts.
func TestRecipeSine(t *testing.T) {
	d := made.Sine(1)
	notes, all := notesOf(t, "-recipe", "sine", "-epochs", "60000")
	if n := len(only(all, "epoch")); n != 16 {
		t.Errorf("%d epochs printed, want the 16 from 1, 2, 5, 10 to 60000", n)
	}
	done := all[len(all)-1]
	train, test := done["train_rmse"].(float64), done["test_rmse"].(float64)
	if !(train < 0.2 && test > train && test < 0.6) {
		t.Errorf("training RMSE %v, test RMSE %v", train, test)
	}
	const want = "0608f2defba040fb382fe6fdf15f94722717b0002e02bee36ff057fcb3c2b66f"
	if got := done["weights_sha256"]; got != want {
		t.Errorf("weights are %v, on other machines %s", got, want)
	}
	rmse := []float64{}
	for _, e := range only(all, "comparison") {
		rmse = append(rmse, e["train_rmse"].(float64))
	}
	if len(rmse) != 7 || rmse[0] != train {
		t.Fatalf("trainings compared: %v", rmse)
	}
	if starts := []float64{rmse[0], rmse[3], rmse[4], rmse[5]}; slices.Max(starts) < 1.01*slices.Min(starts) {
		t.Errorf("four starts end in the same minimum: %v", starts)
	}
	if sd := spreadOf(d.Train.Targets); !within(rmse[6], sd, 1e-6) {
		t.Errorf("from zero the RMSE is %v, that of a flat line %v", rmse[6], sd)
	}
	if v := numbersIn(t, notes, `the training RMSE is (\S+) with 0.1,0.01 for the two layers, (\S+) with 0.1 for both, and (\S+) with 0.01 for both`); !within(v[0], rmse[0], 1e-2) ||
		!within(v[1], rmse[1], 1e-2) || !within(v[2], rmse[2], 1e-2) {
		t.Errorf("%v, compared %v", v, rmse)
	}
	least, at := math.Inf(1), 0.0
	for _, e := range only(all, "epoch") {
		if v := e["test_rmse"].(float64); v < least {
			least, at = v, e["epoch"].(float64)
		}
	}
	starts := []float64{rmse[0], rmse[3], rmse[4], rmse[5]}
	mustContain(t, notes, fmt.Sprintf("The training RMSE is %.3f in the end, the test RMSE %.3f; of the epochs printed, the test RMSE was lowest, "+
		"%.3f, at epoch %.0f.", train, test, least, at),
		fmt.Sprintf("Four starts end at %.4f, %.4f, %.4f and %.4f, the worst %.1f %% above the best.", starts[0], starts[1], starts[2], starts[3],
			100*(slices.Max(starts)/slices.Min(starts)-1)))
	mustContain(t, notes, "is 0), and since", "the curve is flat", "(here 30·1) is commented out")
}

// TestInitZero: all units of a layer stay alike, whatever they learn.
func TestInitZero(t *testing.T) {
	all := events(t, "-init", "zero", "-hidden", "4", "-activation", "sigmoid", "-data", smallMNIST(t, 300, 100),
		"-epochs", "2")
	if accuracy := all[len(all)-1]["test_accuracy"].(float64); accuracy > 0.5 {
		t.Errorf("test accuracy %v with all units alike", accuracy)
	}
}

// TestRecipeLinear: gradient descent arrives at least squares, for both outputs; the right Φ
// brings the error down to the noise.
func TestRecipeLinear(t *testing.T) {
	notes, all := notesOf(t, "-recipe", "linear")
	weights := only(all, "weight")
	drawn := [2][4]float64{{0.5, 2, -3, 1}, {-1, 0.5, 0.25, 2}} // the constant, and the weights of three inputs
	for i, e := range weights {
		solved, learned := e["least_squares"].(float64), e["gradient_descent"].(float64)
		if truth := drawn[i/4][i%4]; math.Abs(solved-truth) > 0.1 || math.Abs(learned-solved) > 1e-7 {
			t.Errorf("output %v, %v: least squares %v, gradient descent %v, drawn from %v", e["output"],
				e["weight_of"], solved, learned, truth)
		}
	}
	if len(weights) != 8 {
		t.Errorf("%d weights, want 4 for each of 2 outputs", len(weights))
	}
	var test []float64
	for _, e := range only(all, "phi") {
		test = append(test, e["test_rmse"].(float64))
	}
	if len(test) != 4 || !(test[0] > 0.3 && test[1] > 0.3 && test[2] < 0.12 && test[3] < 0.5*test[0]) {
		t.Errorf("test RMSE by Φ: %v", test)
	}
	page := filepath.Join(t.TempDir(), "r.html")
	command(t, "-recipe", "linear", "-report", page)
	if html := string(readFile(t, page)); len(test) == 4 && (!strings.Contains(html, fmt.Sprintf("The right Φ brings it from %.3f to %.3f; hidden units reach %.3f.", test[0], test[2], test[3])) ||
		!strings.Contains(html, fmt.Sprintf("test RMSE goes from %.4g at Φ: 1 inputs 1 to %.4g at 4.", test[0], test[3]))) {
		t.Errorf("the page's figure is not of %v", test)
	}
	if v := numbersIn(t, notes, `test RMSE of (\S+), with v⁵ (\S+), and with u³v², which the function has, (\S+): about the noise\..* leave (\S+)\.$`); !allNear(v, test, 6e-4) {
		t.Errorf("%v, want %v", v, test)
	}
	mustContain(t, command(t, "-recipe", "linear", "-epochs", "3"), "equal to 0 digits")
}

// TestRecipePerceptron: three gates learned by the rule, XOR by the network only; the inequality the wrong way round is wrong throughout.
func TestRecipePerceptron(t *testing.T) {
	notes, all := notesOf(t, "-recipe", "perceptron")
	for _, e := range only(all, "perceptron") {
		w, right := floats(e["weights"]), 0
		u := gates.Unit{W1: w[0], W2: w[1], B: e["bias"].(float64)}
		for _, g := range gates.All {
			for i, truth := range g.Truth {
				if g.Name == e["gate"] && u.Answer(float64(i/2), float64(i%2)) == truth {
					right++
				}
			}
		}
		if e["learned"] != (e["gate"] != "XOR") || (right == 4) != (e["gate"] != "XOR") {
			t.Errorf("%v: learned %v, %d of 4 right", e["gate"], e["learned"], right)
		}
	}
	page := filepath.Join(t.TempDir(), "p.html")
	command(t, "-recipe", "perceptron", "-report", page)
	if html := string(readFile(t, page)); !strings.Contains(html, `<tr><th scope="col">x1 x2</th><th scope="col">AND</th>`) {
		t.Error("the page has no truth table")
	}
	mustContain(t, notes, "of the 12 answers of the units that learned their gate, 12 are right with > 0, and 0 "+
		"with ≤ 0")
	// The rule by hand, from weights of 0: OR has (0, 1) wrong and then (0, 0), and in its fourth pass none.
	mustContain(t, command(t, "-recipe", "perceptron"), "AND, OR, NAND learned, XOR not; 2-2-1 answers 4 of 4",
		"\nAND   in 6 passes         2·x1 + 1·x2 − 2 > 0\nOR    in 4 passes         1·x1 + 1·x2 + 0 > 0\n", "\nXOR   not in 1000 passes",
		"\n 0  1    0     0   1     1     1     1    1  1\n", "\n 1  1    1     1   1     1     0     0    0  0\n", " 1 wrong\n")
}

// TestRecipeActivations: the values are those of the standard library's functions, each
// derivative is one, and what the sentences say is so.
func TestRecipeActivations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	notes, all := notesOf(t, "-recipe", "activations", "-report", path)
	rows := only(all, "values")
	if len(rows) != 11 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, e := range rows {
		s := e["s"].(float64)
		y := 1 / (1 + math.Exp(-s))
		for name, want := range map[string]float64{"exp": math.Exp(-s), "sigmoid": y, "one_minus_sigmoid": 1 - y,
			"sigmoid_slope": y * (1 - y),
			"tanh":          math.Tanh(s), "tanh_slope": 1 - math.Tanh(s)*math.Tanh(s),
			"polynomial":       3 + 2*s + s*s + 3*math.Pow(s, 5),
			"polynomial_slope": 2 + 2*s + 15*math.Pow(s, 4)} {
			if got := e[name].(float64); math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
				t.Errorf("%s(%v) is %v, want %v", name, s, got, want)
			}
		}
	}
	v := numbersIn(t, notes, `is (\S+), and σ\(3\) − σ\(−10\) is (\S+): `)
	if want := 1/(1+math.Exp(-3)) - 1/(1+math.Exp(10)); !within(v[0], want, 1e-5) || !within(v[1], want, 1e-5) {
		t.Errorf("area %v and difference %v, want %v", v[0], v[1], want)
	}
	mustContain(t, notes, "at most 0.25, that of tanh 1.00", "is 9387 at 5, so a step there is 4694 times as long "+
		"as at 0")
	html, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"1. To go down", "2. With a limit", "3. The other way", "4. Both", "5. The same",
		"f and its derivative", "A polynomial", "Sigmoid and tanh"} {
		mustContain(t, string(html), title)
	}
	if done := only(all, "done"); len(done) != 1 || done[0]["recipe"] != "activations" {
		t.Errorf("the last line: %v", done)
	}
	text := command(t, "-recipe", "activations")
	mustContain(t, text, "recipe       activations: how the sigmoid is built; its slope\nsource       a lecture on neural networks\n"+
		"ours         the table of values\nlook at      y(1−y) is a hill") // and by hand: 3 + 2 + 1 + 3 = 9, and 2 + 2 + 15 = 19
	mustContain(t, text, "\n 1    0.3679  0.7311  0.2689       0.1966   0.7616  0.4200      9    19\n", "at 5 they are 0.006648 and 0.000182")
}

// TestMatrixTold: the example's lines, from 1·0.1 + 2·0.3 + 3·0.5 on, which a head can work out: σ(2.2) is 0.9002, and
// −0.0998 · 0.9002 · 0.0998 is −0.0090.
func TestMatrixTold(t *testing.T) {
	text := command(t, "-recipe", "matrix", "-epochs", "1")
	mustContain(t, text, `
     z₁ = h₁w₁ + h₂w₃ + h₃w₅ = 1·0.1 + 2·0.3 + 3·0.5 = 2.2000
     z₂ = h₁w₂ + h₂w₄ + h₃w₆ = 1·0.2 + 2·0.4 + 3·0.6 = 2.8000
     o = σ(z) = (0.9002, 0.9427)
`, `
  [-0.0998] ⊙ [ 0.0898] = [-0.0090]
  [ 0.9427]   [ 0.0540]   [ 0.0509]
`, `
  [ 0.1000  0.2000] · [-0.0090] = [ 0.0093]
  [ 0.3000  0.4000]   [ 0.0509]   [ 0.0177]
  [ 0.5000  0.6000]               [ 0.0261]
`, `
     W − α ∂E/∂w       with α = 0.5
  [ 0.1045  0.3090  0.5134]
  [ 0.1745  0.3491  0.5236]
`, `
  [ 0.9002] − [ 1.0000] = [-0.0998]
  [ 0.9427]   [ 0.0000]   [ 0.9427]
`, `
  [ 0.1499  0.3998  0.6496]
  [-0.2713 -0.5427 -0.8140]
`)
	mustContain(t, text, "\nThen W ← W − η ∂C/∂W and b ← b − η ∂C/∂b.\n", "\nOne step of the network, n = 1: samples as rows, as this program has them\n\n")
}

// TestSideBySide: where one training fails, it is named, and the others end.
func TestSideBySide(t *testing.T) {
	var runs []*training
	for i, rate := range []string{"0.1", "1e300", "0.1"} {
		x, _, _ := experimentOn(t, goodNumbers(), "-hidden", "3", "-epochs", "20000", "-lr", rate)
		x.title = fmt.Sprint("training ", i)
		runs = append(runs, x)
	}
	if err := sideBySide(t.Context(), 3, runs...); !contains(err, "training 1: ", "try a smaller -lr (it is 1e+300)") {
		t.Errorf("%v", err)
	}
}

// TestRecipePages: every figure of a tutorial is on its recipe's page.
func TestRecipePages(t *testing.T) {
	dir := smallMNIST(t, 600, 100)
	for _, c := range []struct {
		args string
		want []string
	}{
		{"derivation -epochs 2 -data " + dir, []string{"epoch 0: training", "epoch 0: test", "epoch 1: published " +
			"0.016992<", "epoch 2: published 91.96 %",
			"All 39,250 parameters", "All 510 parameters", "loss (log scale)", "mean of (", "All values are of " +
				"whole sets"}},
		{"nielsen -epochs 2 -valid 100 -data " + dir, []string{"The first 9 training images", "epoch 1: published " +
			"90.67 %", "What this run shows"}},
		{"theano -epochs 2 -valid 100 -data " + dir, []string{"The first 9 training images", "epoch 1: published " +
			"90.95 %", "without ½"}},
		{"matrix -epochs 20", []string{"cost_over_epoch", "One step: samples as rows", "samples as columns",
			"Accuracy on the test part"}},
		{"perceptron -epochs 1000", []string{"AND: one threshold unit", "XOR: one threshold unit", "hidden units",
			"Their truth tables"}},
		{"linear", []string{"Solved, and learned", "What should stand in Φ?"}},
		{"sine -epochs 4000", []string{"epoch 2000: test", "Outputs of the hidden units", "unit 20", "Other rates " +
			"and other starts", ">0.7<"}},
		{"unit -epochs 50", []string{"rising line: Data and fit", "falling line: Data and fit", "x², one unit: Data and fit",
			"x², two units: Data and fit", "x², two from zero", "What the units learned"}},
	} {
		path := filepath.Join(t.TempDir(), "r.html")
		command(t, append([]string{"-report", path, "-recipe"}, strings.Fields(c.args)...)...)
		html, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range c.want {
			if !strings.Contains(string(html), part) {
				t.Errorf("%s: the page lacks %q", c.args, part)
			}
		}
	}
}

// TestPublished trains in full and compares with what was published: minutes, so only
// where FIGURES is set, with MNIST_DIR and DIGITS_CSV.
func TestPublished(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip("FIGURES is not set: 1 asks for the tutorials' figures, which takes minutes; all for the papers' " +
			"too, which takes hours")
	}
	for _, c := range []struct {
		recipe, data string
		first, seeds int
		value        string
		least, most  float64
	}{
		{"nielsen", "MNIST_DIR", 1, 5, "test_accuracy", 0.9424, 0.9484},
		{"theano", "MNIST_DIR", 2, 5, "test_accuracy", 0.9371, 0.9451},
		{"derivation", "MNIST_DIR", 1, 5, "test_accuracy", 0.9515, 0.9575},
		{"derivation", "MNIST_DIR", 1, 5, "test_loss", 0, 0.0088},
		{"digits", "DIGITS_CSV", 1, 5, "test_accuracy", 0.955, 0.97},
		{"sine", "", 1, 5, "train_rmse", 0, 0.2},
		{"plain", "MNIST_DIR", 1, 3, "test_accuracy", 0.984, 1},
		{"dropout", "MNIST_DIR", 1, 3, "test_accuracy", 0.988, 1},
		{"simard", "MNIST_DIR", 1, 3, "test_accuracy", 0.993, 1},
		{"best", "MNIST_DIR", 1, 3, "test_accuracy", 0.994, 1},
	} {
		r := *recipes.Find(c.recipe)
		if r.OfPaper() && os.Getenv("FIGURES") != "all" {
			continue
		}
		mean, curve := 0.0, make([]float64, len(r.Curve))
		for seed := c.first; seed < c.first+c.seeds; seed++ {
			args := []string{"-recipe", c.recipe, "-seed", fmt.Sprint(seed)}
			if c.data != "" {
				args = append(args, "-data", os.Getenv(c.data))
			}
			all := events(t, args...)
			epochs := only(all, "epoch")
			e := all[len(all)-1]
			if e[c.value] == nil {
				e = epochs[len(epochs)-1]
			}
			for i := range curve {
				curve[i] += epochs[i]["test_accuracy"].(float64) / float64(c.seeds)
			}
			t.Logf("%s, seed %d: %s %.4f", c.recipe, seed, c.value, e[c.value])
			mean += e[c.value].(float64) / float64(c.seeds)
		}
		t.Logf("%s: mean %s %.4f", c.recipe, c.value, mean)
		if c.recipe == "theano" { // the recipe says of seed 1 that an output dies
			all := events(t, "-recipe", "theano", "-seed", "1", "-data", os.Getenv(c.data))
			if got := all[len(all)-1]["test_accuracy"].(float64); got > 0.87 {
				t.Errorf("theano, seed 1: %v", got)
			}
		}
		if mean < c.least || mean > c.most {
			t.Errorf("%s: mean %s is %.4f, want %v to %v", c.recipe, c.value, mean, c.least, c.most)
		}
		for i, v := range curve {
			off := v - r.Curve[i].Accuracy
			t.Logf("%s, epoch %d: mean %.4f, published %.4f, off by %+.0f of 10,000", c.recipe, i+1, v,
				r.Curve[i].Accuracy, 10000*off)
			// derivation: see the README on the epochs from 20 on.
			if limit := map[string]float64{"nielsen": 30, "derivation": 45}[c.recipe]; limit > 0 && i >= 2 &&
				math.Abs(off) > limit/10000 {
				t.Errorf("%s, epoch %d: off by %+.0f of 10,000", c.recipe, i+1, 10000*off)
			}
		}
	}
}
