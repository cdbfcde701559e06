// Lessons: the recipes that make their own data or are more than one training.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// The data that recipes make. No bit of them depends on the machine: no math.Sin, and no
// a*b + c that a compiler may fuse or not.

// madeSet is a data set of n samples, x and y row by row.
func madeSet(name string, n int, x, y []float64) *Dataset {
	return &Dataset{Name: name, Train: Set{N: n, Dim: len(x) / n, Values: x, Targets: y}}
}

// sineData is 30 samples of f(x) = 0.2 + 0.05(x+10) + 0.4 sin(x+10) for x in ±10, with
// noise of 0.2, and as many to test.
func sineData(seed uint64) *Dataset {
	const n = 30
	rng := stream(seed, purposeRecipe, 0)
	x, y := make([]float64, 2*n), make([]float64, 2*n)
	uniform(x, 10, rng)
	normal(y, 0.2, rng)
	for i, v := range x {
		y[i] += math.FMA(0.4, sine(v+10), math.FMA(0.05, v+10, 0.2))
	}
	all := madeSet("sine", 2*n, x, y)
	return &Dataset{Name: "30 samples of a noisy sine", Train: all.Train.Slice(0, n), Test: all.Train.Slice(n, 2*n)}
}

// sine is sin x to 15 digits for |x| < 1000: x = kπ + r with |r| ≤ π/2, then a Taylor
// polynomial.
func sine(x float64) float64 {
	const piHi, piLo = 0x1.921fb54400000p+1, 0x1.0b4611a626331p-33
	k := math.FMA(x, 1/math.Pi, toInt) - toInt
	r := math.FMA(-k, piLo, math.FMA(-k, piHi, x))
	sum := 0.0
	for n := 21.0; n > 1; n -= 2 { // r − r³/3! + r⁵/5! − …, from the small end
		sum = (1 - sum) * (r * r) / float64(n*(n-1))
	}
	if math.Mod(k, 2) != 0 {
		r = -r
	}
	return math.FMA(-r, sum, r)
}

// linearData is 60 samples of t = 0.5 + 2x₁ − 3x₂ + x₃ with noise of 0.1.
func linearData(seed uint64) *Dataset {
	const n = 60
	rng := stream(seed, purposeRecipe, 0)
	x, t := make([]float64, 3*n), make([]float64, n)
	uniform(x, 1, rng)
	normal(t, 0.1, rng)
	for i := range t {
		t[i] += 0.5 + math.FMA(2, x[3*i], math.FMA(-3, x[3*i+1], x[3*i+2]))
	}
	return madeSet("60 samples of 0.5 + 2x₁ − 3x₂ + x₃, noise 0.1", n, x, t)
}

// unitData is y = f(x) at 21 places from −1 to 1.
func unitData(f func(x float64) float64) *Dataset {
	x, y := make([]float64, 21), make([]float64, 21)
	for i := range x {
		x[i] = float64(i-10) / 10
		y[i] = f(x[i])
	}
	return madeSet("21 points of a curve", 21, x, y)
}

// gateData is a truth table: the answers to 00, 01, 10 and 11.
func gateData(truth [4]float64) *Dataset {
	return madeSet("the truth table of XOR", 4, []float64{0, 0, 0, 1, 1, 0, 1, 1}, truth[:])
}

// The recipes that are more than one training.

// unitRuns are the trainings of the recipe unit.
var unitRuns = []struct {
	title, flags string
	f            func(x float64) float64
}{
	{"rising line", "", func(x float64) float64 { return math.FMA(0.4, x, 0.5) }},
	{"falling line", "", func(x float64) float64 { return math.FMA(-0.4, x, 0.5) }},
	{"x², one unit", "", func(x float64) float64 { return x * x }},
	{"x², two units", "-hidden 2 -output linear", func(x float64) float64 { return x * x }},
}

func runUnit(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	rows := [][]string{{"training", "network", "RMSE", "what it learned"}}
	curves := [][]string{{"x"}}
	for i := range 9 {
		curves = append(curves, []string{fmt.Sprintf("%.2f", float64(i-4)/4)})
	}
	lines := out
	if !out.json {
		out.header(x)
		out.text("\n")
		lines = quiet()
	}
	for i, r := range unitRuns {
		c, err := x.cfg.variant(r.flags)
		if err != nil {
			return err
		}
		data := unitData(r.f)
		if err := c.applyDefaults(data); err != nil {
			return err
		}
		run, err := newExperiment(c, data)
		if err != nil {
			return err
		}
		if i == 0 {
			run = x
		}
		run.title = r.title
		lines.start(run)
		if err := run.train(ctx, lines, bar); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
		rmse := fmt.Sprintf("%.4f", *run.done.TrainRMSE)
		rows = append(rows, []string{r.title, joined(run.trainer.Net.sizes(), "-"), rmse, formula(run.trainer.Net)})
		x.summary += ", " + rmse
		curves[0] = append(curves[0], r.title, "learned")
		for i := range 9 {
			v := float64(i-4) / 4
			curves[i+1] = append(curves[i+1], fmt.Sprintf("%.3f", r.f(v)), fmt.Sprintf("%.3f", run.trainer.Net.answer([]float64{v})[0]))
		}
		if run != x {
			if err := x.recorder.show(run.fitFigures()...); err != nil {
				return err
			}
		}
	}
	x.summary = "RMSE " + x.summary[2:]
	out.table(rows)
	out.text("\n")
	out.table(curves)
	return nil
}

// formula writes out a network of one input and one or a few units: σ(1.70x +0.02).
func formula(net *Network) string {
	first, last := net.Layers[0], net.Layers[len(net.Layers)-1]
	sum := ""
	for j, b := range first.B {
		if len(net.Layers) == 2 {
			sum += fmt.Sprintf("%+.2f ", last.W.Row(j)[0])
		}
		sum += fmt.Sprintf("%s(%.2fx %+.2f) ", symbol(first.G), first.W.Row(0)[j], b)
	}
	if len(net.Layers) == 2 {
		sum += fmt.Sprintf("%+.2f", last.B[0])
	}
	if len(net.Layers) > 2 || len(first.B) > 3 {
		return "too much to write out"
	}
	return strings.Trim(sum, "+ ")
}

// symbol is what stands for g in an equation.
func symbol(g Activation) string {
	return map[string]string{"sigmoid": "σ", "linear": "", "tanh": "tanh", "relu": "relu"}[g.Name]
}

// runLinear trains, and then solves for the same weights.
func runLinear(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	if len(x.cfg.hidden) > 0 {
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
		learned := NewMatrix(d+1, k)
		for i := range d + 1 {
			copy(learned.Row(i), x.trainer.Net.Layers[0].B)
			if i > 0 {
				copy(learned.Row(i), x.trainer.Net.Layers[0].W.Row(i-1))
			}
		}
		x.unscale(w)
		x.unscale(learned)
		rows := [][]string{{"output", "weight of", "least squares", "gradient descent"}}
		largest, off := 0.0, 0.0
		for j := range k {
			for i := range d + 1 {
				name, a, b := "1 (bias)", w.Row(i)[j], learned.Row(i)[j]
				if i > 0 {
					name = fmt.Sprintf("x%d", i)
				}
				largest, off = max(largest, math.Abs(a)), max(off, math.Abs(a-b))
				rows = append(rows, []string{fmt.Sprint(j + 1), name, fmt.Sprintf("%.9f", a), fmt.Sprintf("%.9f", b)})
				out.event("weight", "output", j+1, "weight_of", name, "least_squares", a, "gradient_descent", b)
			}
		}
		out.text("\n")
		out.table(rows)
		x.summary = fmt.Sprintf("equal to %.0f digits", max(0, min(15, math.Floor(-math.Log10(off/largest)))))
	}
	out.start(x)
	return x.train(ctx, out, bar)
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
			return w, fmt.Errorf("least squares has no one solution: input %d is constant, or a sum of multiples of those before; leave such columns out", c)
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

// gates are the truth tables, for 00, 01, 10 and 11.
var gates = []struct {
	name  string
	truth [4]float64
}{{"AND", [4]float64{0, 0, 0, 1}}, {"OR", [4]float64{0, 1, 1, 1}}, {"NAND", [4]float64{1, 1, 1, 0}}, {"XOR", [4]float64{0, 1, 1, 0}}}

// A threshold unit answers 1 where w₁x₁ + w₂x₂ + b > 0, else 0.
type threshold struct{ w1, w2, b float64 }

func (u *threshold) answer(x1, x2 float64) float64 {
	if float64(u.w1*x1)+float64(u.w2*x2)+u.b > 0 {
		return 1
	}
	return 0
}

// learn is the perceptron rule: w ← w + (t − y)·x, sample by sample, from 0, until a pass
// over all four brings no mistake. It returns how many passes that took.
func (u *threshold) learn(truth [4]float64, most int) (passes int, learned bool) {
	for passes < most && !learned {
		passes++
		learned = true
		for i, t := range truth {
			x1, x2 := float64(i/2), float64(i%2)
			if e := t - u.answer(x1, x2); e != 0 {
				u.w1 += float64(e * x1)
				u.w2 += float64(e * x2)
				u.b += e
				learned = false
			}
		}
	}
	return passes, learned
}

// runPerceptron lets a threshold unit learn the gates, and then a network learn XOR.
func runPerceptron(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	units := [][]string{{"unit", "learned", "y = 1 where"}}
	truth := [][]string{{"x1 x2"}, {"0  0"}, {"0  1"}, {"1  0"}, {"1  1"}}
	can, cannot := []string{}, []string{}
	for _, g := range gates {
		var u threshold
		passes, learned := u.learn(g.truth, 1000)
		verdict := fmt.Sprintf("in %d passes", passes)
		if learned {
			can = append(can, g.name)
		} else {
			verdict, cannot = "not "+verdict, append(cannot, g.name)
		}
		out.event("perceptron", "gate", g.name, "learned", learned, "passes", passes, "weights", []float64{u.w1, u.w2}, "bias", u.b)
		units = append(units, []string{g.name, verdict, fmt.Sprintf("%.0f·x1 %+.0f·x2 %+.0f > 0", u.w1, u.w2, u.b)})
		truth[0] = append(truth[0], g.name, "unit")
		for i, t := range g.truth {
			y := fmt.Sprint(u.answer(float64(i/2), float64(i%2)))
			if y != fmt.Sprint(t) {
				y += " wrong"
			}
			truth[i+1] = append(truth[i+1], fmt.Sprint(t), y)
		}
	}
	out.text("\na threshold unit, taught by the perceptron rule w ← w + (t − y)·x:\n\n")
	out.table(units)
	out.text("\n")
	out.table(truth)
	out.text("\na network with hidden units, taught XOR by backpropagation:\n\n")
	x.after = func() {
		rows, right := [][]string{{"x1 x2", "XOR", "network"}}, 0
		for i, t := range x.data.Train.Targets {
			y := x.trainer.Net.answer([]float64{float64(i / 2), float64(i % 2)})[0]
			if (y > 0.5) == (t > 0.5) {
				right++
			}
			rows = append(rows, []string{truth[i+1][0], fmt.Sprint(t), fmt.Sprintf("%.4f", y)})
		}
		out.text("\n")
		out.table(rows)
		if right < 4 {
			out.text("\nThis one is stuck where every small step makes it worse, as 3 in 100 are: try another -seed.\n")
		}
		x.summary = fmt.Sprintf("%s learned, %s not; 2-2-1 answers %d of 4", strings.Join(can, ", "), strings.Join(cannot, ", "), right)
	}
	out.start(x)
	return x.train(ctx, out, bar)
}

// runMatrix prints the matrices of one mini-batch, and trains with both costs.
func runMatrix(ctx context.Context, x *experiment, out *printer, bar *progress) error {
	if x.cfg.given["cost"] {
		return wrongUsage("-recipe matrix trains with both costs: leave out -cost")
	}
	c, err := x.cfg.variant("-cost mse")
	if err == nil {
		err = c.applyDefaults(x.data)
	}
	if err != nil {
		return err
	}
	squared, err := newExperiment(c, x.data)
	if err != nil {
		return err
	}
	squared.title, x.title = "squared error", "cross-entropy"
	x.cfg.workers, x.trainer.Workers = 1, 1
	if !out.json {
		out.header(x)
	}
	out.text("\n")
	out.matrices(x)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs, errs := [2]*experiment{squared, x}, [2]error{}
	var both sync.WaitGroup
	bar.epochs(x.cfg.epochs, x.trainer)
	for i, run := range runs {
		both.Add(1)
		go func() {
			defer both.Done()
			if errs[i] = run.train(ctx, quiet(), &progress{}); errs[i] != nil {
				cancel() // the other need not go on
			}
		}()
	}
	both.Wait()
	bar.clear()
	for i, err := range errs {
		if err != nil && !errors.Is(err, errInterrupted) {
			return fmt.Errorf("%s: %w", runs[i].title, err)
		}
	}
	if err := cmp.Or(errs[1], errs[0]); err != nil {
		return err
	}
	rows, ahead, n := [][]string{{"epoch", squared.title, x.title}}, 0, x.data.Test.N
	for i, b := range x.history {
		a := squared.history[i]
		if b.testCorrect > a.testCorrect {
			ahead++
		}
		rows = append(rows, []string{fmt.Sprint(b.Epoch), score(n, a.testCorrect, a.TestRMSE), score(n, b.testCorrect, b.TestRMSE)})
	}
	out.text("\nThe same network and the same samples, with two costs; right on the test part:\n\n")
	out.table(rows)
	for _, run := range runs {
		if !out.json {
			break
		}
		out.start(run)
		for _, e := range run.history {
			out.line(e)
		}
		out.done(run, run.done)
	}
	x.summary = fmt.Sprintf("cross-entropy ahead after %d of %d epochs", ahead, len(x.history))
	return x.recorder.show(accuracyFigure(squared, x))
}

// A matrixTable lists the matrices of one mini-batch. All shapes are those of the matrices.
type matrixTable struct {
	*printer
	pass string
	rows [][]string
}

// add adds matrix name_l; the equation is for l, with ← for l−1 and → for l+1.
func (t *matrixTable) add(name string, l int, m Matrix, equation, product, transposed string) {
	index := strings.NewReplacer("←", fmt.Sprint(l-1), "→", fmt.Sprint(l+1), "ₗ", fmt.Sprint(l))
	name, equation, transposed = index.Replace(name), index.Replace(equation), index.Replace(transposed)
	least, most := math.Inf(1), math.Inf(-1)
	m.EachRow(func(row []float64) { least, most = min(least, slices.Min(row)), max(most, slices.Max(row)) })
	values := fmt.Sprintf("%8.4f to %8.4f", least, most)
	t.rows = append(t.rows, []string{t.pass, name, m.String(), equation, product, transposed, values})
	t.event("matrix", "pass", t.pass, "matrix", name, "shape", [2]int{m.Rows, m.Cols},
		"equation", equation, "product", product, "transposed", transposed)
}

// matrices prints the matrices of one mini-batch, forward and backward.
func (p *printer) matrices(x *experiment) {
	net, layers, n := x.trainer.Net, x.trainer.Net.Layers, x.trainer.Batch
	b, last := newBatch(net, NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs())), len(layers)-1
	x.source(&x.data.Train, ascending(n))(b.in[0], b.y, 0, 0, n)
	vector := func(b []float64) Matrix { return view(1, len(b), len(b), b) }
	t := &matrixTable{printer: p, pass: "forward",
		rows: [][]string{{"pass", "matrix", "shape", "equation", "product", "transposed", "values from … to"}}}
	t.add("A0", 0, b.in[0], "X, a sample a row", "", "")
	for l, layer := range layers {
		layer.affine(b.a[l], b.in[l])
		t.add("Wₗ", l+1, layer.W, "", "", "")
		t.add("bₗ", l+1, vector(layer.B), "", "", "")
		t.add("Zₗ", l+1, b.a[l], "A←·Wₗ + bₗ", fmt.Sprintf("%v · %v", b.in[l], layer.W), "none")
		if l < last {
			b.a[l].EachRow(layer.G.F)
		} else {
			net.output(b.a[l], b.y, b.delta[l], b.cost, b.correct)
		}
		t.add("Aₗ", l+1, b.a[l], symbol(layer.G)+"(Zₗ)", "", "")
	}
	t.add("Y", 0, b.y, "the answers", "", "")
	t.pass = "backward"
	for l := last; l >= 0; l-- {
		prime := " ⊙ " + symbol(layers[l].G) + "′(Zₗ)"
		if l == last {
			first := map[string]string{"ce": "(softmax(Aₗ) − Y)" + prime, "bce": "Aₗ − Y", "mse": "(Aₗ − Y)" + prime}
			t.add("δₗ", l+1, b.delta[l], first[net.Cost.Name], "", "")
			continue
		}
		layers[l].backward(b.delta[l], b.delta[l+1], layers[l+1].W, b.a[l])
		t.add("δₗ", l+1, b.delta[l], "(δ→·W→ᵀ)"+prime, fmt.Sprintf("%v · (%v)ᵀ", b.delta[l+1], layers[l+1].W), "W→")
	}
	for l, layer := range layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		ScaleBy(b.delta[l].Data, 1/float64(n))
		g.gradient(b.in[l], b.delta[l])
		t.add("∂C/∂Wₗ", l+1, g.W, "(1/n) A←ᵀ·δₗ", fmt.Sprintf("(%v)ᵀ · %v", b.in[l], b.delta[l]), "A←")
		t.add("∂C/∂bₗ", l+1, vector(g.B), "(1/n) Σ rows of δₗ", "", "")
	}
	p.text("One mini-batch of n = %d samples:\n\n", n)
	p.table(t.rows)
	p.text(`
Then W ← W − η ∂C/∂W and b ← b − η ∂C/∂b. With squared error, δ%d would be (A%[1]d − Y) ⊙ %s′(Z%[1]d):
the factor is near 0 where a unit is sure of itself, right or wrong, and then little is learned.
Where samples are columns, everything is turned round: W is out×in, and Z = W·A + b.
`, len(layers), symbol(layers[last].G))
}
