// The recipe linear: least squares compared with gradient descent, and choices for Φ.

package lessons

import (
	"context"
	"fmt"
	"math"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/data/synthetic"
	"backprop/internal/model/layers"
	"backprop/internal/run/flags"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// phis lists functions of the inputs u and v that may stand in a row of Φ.
var phis = []struct {
	name string
	of   func(u, v float64) []float64
}{
	{"u, v", func(u, v float64) []float64 { return []float64{u, v} }},
	{"u, v, v⁵", func(u, v float64) []float64 { return []float64{u, v, v * v * v * v * v} }},
	{"u, v, v⁵, u³v²", func(u, v float64) []float64 { return []float64{u, v, v * v * v * v * v, u * u * u * v * v} }},
}

// phiRows returns a row of Φ for each sample of s, with a 1 for the bias before it, and the targets.
func phiRows(s *dataset.Set, of func(u, v float64) []float64) (phi, targets [][]float64) {
	for i := range s.N {
		phi = append(phi, slices.Concat([]float64{1}, of(s.Values[2*i], s.Values[2*i+1])))
		targets = append(targets, s.Targets[i:i+1])
	}
	return phi, targets
}

// rmse returns the root mean square of X·W − T.
func rmse(x, w, t [][]float64) float64 {
	sum := 0.0
	for i, row := range x {
		for j, want := range t[i] {
			y := 0.0
			for k, v := range row {
				y = math.FMA(v, w[k][j], y)
			}
			sum = math.FMA(y-want, y-want, sum)
		}
	}
	return math.Sqrt(sum / float64(len(t)*len(t[0])))
}

// A linear holds the weights that least squares finds, with the biases in row 0.
type linear struct{ weights [][]float64 }

// solve finds the weights before anything is trained, so that data without a unique solution are reported at once.
func (s *linear) solve(lab *Lab) (err error) {
	if len(lab.Training().Settings.Hidden) > 0 {
		return flags.Wrong("-recipe linear solves for the weights of one layer: leave out -hidden")
	}
	x, t := lab.Rows()
	for i, row := range x { // X̃ is X with a column of ones in front
		x[i] = slices.Concat([]float64{1}, row)
	}
	s.weights, err = leastSquares(x, t)
	return err
}

// compare lists the weights of least squares beside the learned ones. On the recipe's own data it then fits a curved
// function.
func (s *linear) compare(ctx context.Context, lab *Lab) {
	x := lab.Training()
	l := x.Layers[0]
	learned := [][]float64{slices.Clone(l.B)}
	for i := range l.Rows {
		learned = append(learned, slices.Clone(l.Row(i)))
	}
	x.unscale(s.weights)
	x.unscale(learned)
	rows := [][]string{{"output", "weight of", "least squares", "gradient descent"}}
	largest, difference := 0.0, 0.0
	for j := range l.Cols {
		for i, row := range s.weights {
			name, a, b := "1 (bias)", row[j], learned[i][j]
			if i > 0 {
				name = fmt.Sprintf("x%d", i)
			}
			largest, difference = max(largest, math.Abs(a)), max(difference, math.Abs(a-b))
			rows = append(rows, []string{fmt.Sprint(j + 1), name, fmt.Sprintf("%.9f", a), fmt.Sprintf("%.9f", b)})
			lab.Out.Event("weight", "output", j+1, "weight_of", name, "least_squares", a, "gradient_descent", b)
		}
	}
	lab.table("Solved, and learned", "W = (X̃ᵀX̃)⁻¹X̃ᵀT for all outputs at once, beside gradient descent.", rows)
	digits := max(0, min(15, math.Floor(-math.Log10(difference/largest))))
	lab.Summary = fmt.Sprintf("equal to %.0f digits", digits)
	lab.note("W = (X̃ᵀX̃)⁻¹X̃ᵀT, the least squares of %d outputs at once, and %s of gradient descent agree to "+
		"%.0f digits.", l.Cols, text.Plural(x.Final.Epoch, "epoch"), digits)
	if x.Settings.Data == "" {
		lab.fitPhi(ctx)
	}
}

// fitPhi fits a curved function by least squares with several Φ, and by a network with hidden units.
func (lab *Lab) fitPhi(ctx context.Context) {
	d := synthetic.Curved(lab.Training().Settings.Seed)
	rows := [][]string{{"Φ", "numbers", "training RMSE", "test RMSE"}}
	add := func(name string, numbers int, train, test float64) {
		rows = append(rows, []string{name, fmt.Sprint(numbers), fmt.Sprintf("%.4f", train), fmt.Sprintf("%.4f", test)})
		lab.Out.Event("phi", "phi", name, "numbers", numbers, "train_rmse", train, "test_rmse", test)
	}
	var tests []float64
	for _, phi := range phis {
		train, targets := phiRows(&d.Train, phi.of)
		test, testTargets := phiRows(&d.Test, phi.of)
		w, err := leastSquares(train, targets)
		if err != nil {
			return // does not apply to these inputs
		}
		tests = append(tests, rmse(test, w, testTargets))
		add(phi.name, len(w), rmse(train, w, targets), tests[len(tests)-1])
	}
	net, err := lab.NewTraining(d, "", "hidden", "10", "activation", "tanh", "lr", "0.01", "optimizer", "adam", "epochs",
		"3000", "init", "glorot")
	if err != nil || lab.SideBySide(ctx, 1, net) != nil {
		return // interrupted
	}
	hidden := net.Training()
	tests = append(tests, *hidden.Done.TestRMSE)
	add("10 hidden units", layers.Parameters(hidden.Layers), *hidden.Done.TrainRMSE, *hidden.Done.TestRMSE)
	look := "What should stand in Φ? " + d.Name + ": least squares for each, and a network that finds its own."
	lab.Out.Text("\n")
	lab.Out.Wrapped("Φ", look)
	lab.table("What should stand in Φ?", look, rows)
	lab.note("Of %s, the inputs alone leave a test RMSE of %.3f, with v⁵ %.3f, and with u³v², which the "+
		"function has, %.3f: about the noise. Hidden units, which are told of none of it, leave "+
		"%.3f.", d.Name, tests[0], tests[1], tests[2], tests[3])
	lab.Page.Show(chart.Figure{Kind: chart.Plain, Title: "Test error by what stands in Φ",
		X:     chart.Axis{Label: "Φ: 1 inputs, 2 and v⁵, 3 and u³v², 4 hidden units"},
		Y:     chart.Axis{Label: "test RMSE", From: 0, To: 0.1},
		Lines: []chart.Line{{Name: "test RMSE", X: []float64{1, 2, 3, 4}, Y: tests, Points: true}},
		Caption: fmt.Sprintf("The right Φ brings it from %.3f to %.3f; hidden units reach %.3f.", tests[0],
			tests[2], tests[3]),
		Equation: "W = (Φ̃ᵀΦ̃)⁻¹Φ̃ᵀT"})
}

// unscale converts weights for scaled inputs and targets, with the biases in row 0, to weights for the original
// numbers.
func (x Training) unscale(w [][]float64) {
	for j := range w[0] {
		shift, factor := 0.0, 1.0
		if x.Out.Factor != nil {
			shift, factor = x.Out.Shift[j], x.Out.Factor[j]
		}
		w[0][j] = w[0][j]/factor + shift
		for i := 1; i < len(w); i++ {
			w[i][j] *= x.In.Factor[i-1] / factor
			w[0][j] -= float64(w[i][j] * x.In.Shift[i-1])
		}
	}
}

// leastSquares returns (XᵀX)⁻¹XᵀT, by Gauss–Jordan elimination of the normal equations.
func leastSquares(x, t [][]float64) (w [][]float64, err error) {
	a := normalEquations(x, t)
	for c := range a {
		p := c // the row with the largest pivot, for accuracy
		for i := c; i < len(a); i++ {
			if math.Abs(a[i][c]) > math.Abs(a[p][c]) {
				p = i
			}
		}
		pivot := a[p][c]
		if math.IsNaN(pivot) || math.Abs(pivot) <= 1e-9*float64(len(x)) {
			return nil, fmt.Errorf("least squares has no unique solution: input %d is constant, or a sum of multiples "+
				"of those before; leave such columns out", c)
		}
		for j := range a[c] {
			a[p][j], a[c][j] = a[c][j], a[p][j]/pivot
		}
		for i := range a {
			if i == c {
				continue
			}
			f := a[i][c]
			for j := range a[i] {
				a[i][j] -= float64(f * a[c][j])
			}
		}
	}
	for _, row := range a {
		w = append(w, row[len(a):])
	}
	return w, nil
}

// normalEquations returns XᵀX and XᵀT side by side.
func normalEquations(x, t [][]float64) (a [][]float64) {
	for range x[0] {
		a = append(a, make([]float64, len(x[0])+len(t[0])))
	}
	for s, row := range x {
		both := slices.Concat(row, t[s])
		for i, v := range row {
			for j, other := range both {
				a[i][j] = math.FMA(v, other, a[i][j])
			}
		}
	}
	return a
}
