// The recipe linear: least squares against gradient descent, and what stands in Φ.
package main

import (
	"context"
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// linearWeights are what linearData is made with: for each of two outputs, the constant and
// the weights of three inputs.
var linearWeights = [2][4]float64{{0.5, 2, -3, 1}, {-1, 0.5, 0.25, 2}}

// linearData is 60 samples of two sums of three inputs, with noise of 0.1.
func linearData(seed uint64) *dataset.Dataset {
	const n = 60
	rng := stream(seed, purposeRecipe, 0)
	x, t := make([]float64, 3*n), make([]float64, 2*n)
	uniform(x, 1, rng)
	normal(t, 0.1, rng)
	for i := range t {
		w, in := linearWeights[i%2], x[i/2*3:]
		t[i] += w[0] + math.FMA(w[1], in[0], math.FMA(w[2], in[1], float64(w[3]*in[2])))
	}
	return madeSet("60 samples of two weighted sums of 3 inputs, noise 0.1", n, x, t)
}

// phiData is n samples of t = 0.5 + u − 2v + 3u³v², with u and v in ±1 and noise of 0.1, and
// as many to test.
func phiData(seed uint64) *dataset.Dataset {
	const n = 200
	rng := stream(seed, purposeRecipe, 1)
	x, t := make([]float64, 4*n), make([]float64, 2*n)
	uniform(x, 1, rng)
	normal(t, 0.1, rng)
	for i := range t {
		u, v := x[2*i], x[2*i+1]
		t[i] += math.FMA(3*u*u*u, v*v, math.FMA(-2, v, 0.5+u))
	}
	all := madeSet("", 2*n, x, t).Train
	return &dataset.Dataset{Name: "200 samples of 0.5 + u − 2v + 3u³v², noise 0.1", Train: all.Slice(0, n),
		Test: all.Slice(n, 2*n)}
}

// phis are what may stand in Φ, for inputs u and v.
var phis = []struct {
	name string
	of   func(u, v float64) []float64
}{
	{"u, v", func(u, v float64) []float64 { return []float64{u, v} }},
	{"u, v, v⁵", func(u, v float64) []float64 { return []float64{u, v, v * v * v * v * v} }},
	{"u, v, v⁵, u³v²", func(u, v float64) []float64 { return []float64{u, v, v * v * v * v * v, u * u * u * v * v} }},
}

// withOnes is a row of Φ for each sample of s, after a column of ones for the bias.
func withOnes(s *dataset.Set, of func(u, v float64) []float64) Matrix {
	m := NewMatrix(s.N, 1+len(of(0, 0)))
	for i := range s.N {
		m.Row(i)[0] = 1
		copy(m.Row(i)[1:], of(s.Values[2*i], s.Values[2*i+1]))
	}
	return m
}

// rmseOf is how far X·W is from the targets of s.
func rmseOf(x, w Matrix, s *dataset.Set) float64 {
	y, sum := NewMatrix(x.Rows, w.Cols), 0.0
	AddMul(y, x, w)
	for i := range y.Rows {
		for j, v := range y.Row(i) {
			d := v - s.Targets[i*w.Cols+j]
			sum = math.FMA(d, d, sum)
		}
	}
	return math.Sqrt(sum / float64(len(s.Targets)))
}

// runLinear trains, solves for the same weights, and then fits a curved function.
func runLinear(ctx context.Context, x *experiment, out *Printer, bar *progress) error {
	if len(x.cfg.Hidden) > 0 {
		return wrongUsage("-recipe linear solves for the weights of one layer: leave out -hidden")
	}
	// X̃ is the inputs after a column of ones for the bias, T the targets.
	n, d, k := x.data.Train.N, x.data.Train.Dim, x.data.Outputs()
	in, t, ones := NewMatrix(n, d), NewMatrix(n, k), NewMatrix(n, d+1)
	x.source(&x.data.Train, ascending(n))(in, t, 0, 0, n)
	for i := range n {
		ones.Row(i)[0] = 1
		copy(ones.Row(i)[1:], in.Row(i))
	}
	w, err := leastSquares(ones, t)
	if err != nil {
		return err
	}
	x.after = func() {
		x.compareWeights(out, w)
		if x.cfg.Data == "" {
			x.fitPhi(ctx, out)
		}
	}
	printStart(out, x)
	return x.train(ctx, out, bar)
}

// compareWeights lists the weights w that least squares gives beside those that were learned.
func (x *experiment) compareWeights(out *Printer, w Matrix) {
	learned := NewMatrix(w.Rows, w.Cols)
	for i := range w.Rows {
		copy(learned.Row(i), x.trainer.Net.Layers[0].B)
		if i > 0 {
			copy(learned.Row(i), x.trainer.Net.Layers[0].W.Row(i-1))
		}
	}
	x.unscale(w)
	x.unscale(learned)
	rows := [][]string{{"output", "weight of", "least squares", "gradient descent"}}
	largest, off := 0.0, 0.0
	for j := range w.Cols {
		for i := range w.Rows {
			name, a, b := "1 (bias)", w.Row(i)[j], learned.Row(i)[j]
			if i > 0 {
				name = fmt.Sprintf("x%d", i)
			}
			largest, off = max(largest, math.Abs(a)), max(off, math.Abs(a-b))
			rows = append(rows, []string{fmt.Sprint(j + 1), name, fmt.Sprintf("%.9f", a), fmt.Sprintf("%.9f", b)})
			out.Event("weight", "output", j+1, "weight_of", name, "least_squares", a, "gradient_descent", b)
		}
	}
	out.Text("\n")
	out.Table(rows)
	x.recorder.Table("Solved, and learned", "W = (X̃ᵀX̃)⁻¹X̃ᵀT for all outputs at once, beside gradient descent.", rows)
	digits := max(0, min(15, math.Floor(-math.Log10(off/largest))))
	x.summary = fmt.Sprintf("equal to %.0f digits", digits)
	x.note(out, "W = (X̃ᵀX̃)⁻¹X̃ᵀT, the least squares of %d outputs at once, and %s of gradient descent agree to "+
		"%.0f digits.",
		w.Cols, text.Plural(x.final.Epoch, "epoch"), digits)
}

// fitPhi fits a curved function with several Φ, and with hidden units.
func (x *experiment) fitPhi(ctx context.Context, out *Printer) {
	d := phiData(x.cfg.Seed)
	rows := [][]string{{"Φ", "numbers", "training RMSE", "test RMSE"}}
	add := func(name string, numbers int, train, test float64) {
		rows = append(rows, []string{name, fmt.Sprint(numbers), fmt.Sprintf("%.4f", train), fmt.Sprintf("%.4f", test)})
		out.Event("phi", "phi", name, "numbers", numbers, "train_rmse", train, "test_rmse", test)
	}
	var tests []float64
	for _, phi := range phis {
		train, test := withOnes(&d.Train, phi.of), withOnes(&d.Test, phi.of)
		t := view(d.Train.N, 1, 1, d.Train.Targets)
		w, err := leastSquares(train, t)
		if err != nil {
			return // not with these inputs
		}
		tests = append(tests, rmseOf(test, w, &d.Test))
		add(phi.name, w.Rows, rmseOf(train, w, &d.Train), tests[len(tests)-1])
	}
	net, err := x.another(d, "", "hidden", "10", "activation", "tanh", "lr", "0.01", "optimizer", "adam", "epochs",
		"3000", "init", "glorot")
	if err != nil {
		return
	}
	net.shown = func(int) bool { return false }
	if net.train(ctx, quiet(), &progress{}) != nil {
		return // interrupted
	}
	tests = append(tests, *net.done.TestRMSE)
	add("10 hidden units", net.trainer.Net.Parameters(), *net.done.TrainRMSE, *net.done.TestRMSE)
	look := "What should stand in Φ? " + d.Name + ": least squares for each, and a network that finds its own."
	out.Text("\n")
	out.Wrapped("Φ", look)
	out.Text("\n")
	out.Table(rows)
	x.recorder.Table("What should stand in Φ?", look, rows)
	x.note(out, "Of %s, the inputs alone leave a test RMSE of %.3f, with v⁵ %.3f, and with u³v², which the "+
		"function has, %.3f: about the noise. Hidden units, which are told of none of it, leave "+
		"%.3f.", d.Name, tests[0], tests[1],
		tests[2], tests[3])
	x.recorder.Show(report.Figure{Kind: report.Plain, Title: "Test error by what stands in Φ",
		X:     report.Axis{Label: "Φ: 1 inputs, 2 and v⁵, 3 and u³v², 4 hidden units"},
		Y:     report.Axis{Label: "test RMSE", From: 0, To: 0.1},
		Lines: []report.Line{{Name: "test RMSE", X: []float64{1, 2, 3, 4}, Y: tests, Points: true}},
		Look: fmt.Sprintf("The right Φ brings it from %.3f to %.3f; hidden units reach %.3f.", tests[0],
			tests[2], tests[3]),
		Equation: "W = (Φ̃ᵀΦ̃)⁻¹Φ̃ᵀT"})
}

// unscale turns weights for scaled inputs and targets, the biases in row 0, into weights
// for the numbers as they were.
func (x *experiment) unscale(w Matrix) {
	for j := range w.Cols {
		shift, factor := 0.0, 1.0
		if x.out.Factor != nil {
			shift, factor = x.out.Shift[j], x.out.Factor[j]
		}
		w.Row(0)[j] = w.Row(0)[j]/factor + shift
		for i := 1; i < w.Rows; i++ {
			w.Row(i)[j] *= x.in.Factor[i-1] / factor
			w.Row(0)[j] -= float64(w.Row(i)[j] * x.in.Shift[i-1])
		}
	}
}

// leastSquares is (XᵀX)⁻¹XᵀT: Gauss–Jordan elimination of the normal equations.
func leastSquares(x, t Matrix) (Matrix, error) {
	both := NewMatrix(x.Rows, x.Cols+t.Cols) // X and T side by side
	for i := range x.Rows {
		copy(both.Row(i)[copy(both.Row(i), x.Row(i)):], t.Row(i))
	}
	a, w := NewMatrix(x.Cols, both.Cols), NewMatrix(x.Cols, t.Cols)
	AddMulAT(a, x, both)
	for c := range a.Rows {
		p := c
		for i := c; i < a.Rows; i++ {
			if math.Abs(a.Row(i)[c]) > math.Abs(a.Row(p)[c]) {
				p = i
			}
		}
		pivot := a.Row(p)[c]
		if !(math.Abs(pivot) > 1e-9*float64(x.Rows)) {
			return w, fmt.Errorf("least squares has no one solution: input %d is constant, or a sum of multiples "+
				"of those before; leave such columns out", c)
		}
		for j := range a.Cols {
			a.Row(p)[j], a.Row(c)[j] = a.Row(c)[j], a.Row(p)[j]/pivot
		}
		for i := range a.Rows {
			for j, f := 0, a.Row(i)[c]; i != c && j < a.Cols; j++ {
				a.Row(i)[j] -= float64(f * a.Row(c)[j])
			}
		}
	}
	for i := range w.Rows {
		copy(w.Row(i), a.Row(i)[x.Cols:])
	}
	return w, nil
}
