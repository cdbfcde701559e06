// The recipe matrix: a layer of 3 → 2 with numbers, every matrix of one training step, and the
// training, with squared error and with cross-entropy.
package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/run/lessons"
	"backprop/internal/show/report"
)

// The layer of 3 → 2, whose numbers we chose: inputs h, weights w₁ … w₆, targets t, rate α.
// W has a row for each output, as in the answer; the program's layers have it turned round.
var (
	exampleH     = []float64{1, 2, 3}
	exampleW     = []float64{0.1, 0.3, 0.5, 0.2, 0.4, 0.6} // 2×3: w₁ w₃ w₅, w₂ w₄ w₆
	exampleT     = []float64{1, 0}
	exampleAlpha = 0.5
)

// A layerStep is what comes of the layer of 3 → 2 in one step, each as a row.
type layerStep struct {
	cost               string
	z, o, error, prime []float64 // error is ∂E/∂o, prime σ′(z)
	delta, dh          []float64 // ∂E/∂z and ∂E/∂h
	dw, updated        []float64 // 2×3, as W in the answer
}

// exampleStep takes the step with the program's own functions, samples as rows.
func exampleStep(cost string) layerStep {
	net := NewNetwork([]int{3, 2}, Activation{}, named(activations, "sigmoid"), named(costs, cost))
	l := net.Layers[0]
	for i := range 3 {
		for j := range 2 {
			l.W.Row(i)[j] = exampleW[3*j+i]
		}
	}
	x, y := view(1, 3, 3, exampleH), view(1, 2, 2, exampleT)
	b := newBatch(net, x, y)
	net.forward(b)
	s := layerStep{cost: cost, z: slices.Clone(b.a[0].Row(0)), prime: []float64{1, 1}}
	net.output(b.a[0], y, b.delta[0], b.cost, b.correct)
	s.o, s.delta = slices.Clone(b.a[0].Row(0)), slices.Clone(b.delta[0].Row(0))
	l.G.Prime(s.prime, s.o)
	for j, o := range s.o {
		s.error = append(s.error, o-exampleT[j])
	}
	back := NewMatrix(1, 3)
	AddMulBT(back, b.delta[0], l.W) // EQ5
	s.dh = slices.Clone(back.Row(0))
	g := newLayer(3, 2, l.G)
	g.gradient(x, b.delta[0]) // EQ6
	s.dw, s.updated = make([]float64, 6), make([]float64, 6)
	for i := range 3 {
		for j := range 2 {
			s.dw[3*j+i] = g.W.Row(i)[j]
			s.updated[3*j+i] = exampleW[3*j+i] - float64(exampleAlpha*g.W.Row(i)[j])
		}
	}
	return s
}

// column is numbers one below the other.
func columnOf(v ...float64) Matrix { return view(len(v), 1, 1, v) }

// printBeside prints matrices side by side, and what stands between them.
func printBeside(p *Printer, parts ...any) {
	height := 0
	for _, part := range parts {
		if m, ok := part.(Matrix); ok {
			height = max(height, m.Rows)
		}
	}
	for i := range height {
		line := "  "
		for _, part := range parts {
			switch v := part.(type) {
			case string:
				if i == 0 {
					line += v
				} else {
					line += strings.Repeat(" ", len([]rune(v)))
				}
			case Matrix:
				cells := make([]string, v.Cols)
				for j := range cells {
					if cells[j] = "       "; i < v.Rows {
						cells[j] = fmt.Sprintf("%7.4f", v.Row(i)[j])
					}
				}
				bracket := [2]string{"[", "]"}
				if i >= v.Rows {
					bracket = [2]string{" ", " "}
				}
				line += bracket[0] + strings.Join(cells, " ") + bracket[1]
			}
		}
		p.Text("%s\n", strings.TrimRight(line, " "))
	}
}

// printExample prints the layer of 3 → 2.
func printExample(p *Printer) (squared, entropy layerStep) {
	squared, entropy = exampleStep("mse"), exampleStep("bce")
	h, w := columnOf(exampleH...), view(2, 3, 3, exampleW)
	wT := NewMatrix(3, 2)
	for i := range 3 {
		wT.Row(i)[0], wT.Row(i)[1] = exampleW[i], exampleW[3+i]
	}
	p.Text("\nA layer of 3 → 2, with samples as columns, as in the answer; t = (%v, %v)\n\n", exampleT[0], exampleT[1])
	p.Text("EQ3  z = W·h          W is 2×3, h 3×1, z 2×1\n")
	printBeside(p, w, " · ", h, " = ", columnOf(squared.z...))
	p.Text("     z₁ = h₁w₁ + h₂w₃ + h₃w₅ = %v·%v + %v·%v + %v·%v = %.4f\n",
		exampleH[0], exampleW[0], exampleH[1], exampleW[1], exampleH[2], exampleW[2], squared.z[0])
	p.Text("     z₂ = h₁w₂ + h₂w₄ + h₃w₆ = %v·%v + %v·%v + %v·%v = %.4f\n",
		exampleH[0], exampleW[3], exampleH[1], exampleW[4], exampleH[2], exampleW[5], squared.z[1])
	p.Text("     o = σ(z) = (%.4f, %.4f)\n", squared.o[0], squared.o[1])
	for _, s := range []layerStep{squared, entropy} {
		if s.cost == "mse" {
			p.Text("\nWith squared error, E = ½Σ(o − t)²:\n\nEQ4  δ = ∂E/∂o ⊙ σ′(z) Hadamard product, 2×1 each\n")
			printBeside(p, columnOf(s.error...), " ⊙ ", columnOf(s.prime...), " = ", columnOf(s.delta...))
		} else {
			p.Text("\nWith cross-entropy, E = −Σ t ln o + (1 − t) ln(1 − o), in which σ′ cancels:\n\nEQ4  δ = o − t\n")
			printBeside(p, columnOf(s.o...), " − ", columnOf(exampleT...), " = ", columnOf(s.delta...))
		}
		p.Text("EQ5  ∂E/∂h = Wᵀ·δ     Wᵀ is 3×2: transposed, it leads from 2 back to 3\n")
		printBeside(p, wT, " · ", columnOf(s.delta...), " = ", columnOf(s.dh...))
		p.Text("EQ6  ∂E/∂w = δ·hᵀ     the outer product, 2×1 by 1×3: the shape of W\n")
		printBeside(p, columnOf(s.delta...), " · ", view(1, 3, 3, exampleH), " = ", view(2, 3, 3, s.dw))
		p.Text("     W − α ∂E/∂w       with α = %v\n", exampleAlpha)
		printBeside(p, view(2, 3, 3, s.updated))
		p.Event("layer", "cost", s.cost, "z", s.z, "o", s.o, "delta", s.delta, "dh", s.dh, "dw", s.dw, "updated",
			s.updated)
	}
	p.Text("\nWith samples as rows, as in this program, everything is turned round: h is 1×3,\n" +
		"W 3×2, z = h·W, ∂E/∂h = δ·Wᵀ, ∂E/∂W = hᵀ·δ. The numbers are the same.\n")
	return squared, entropy
}

// exampleRows is the step of the layer of 3 → 2 with both costs, for the report.
func exampleRows(squared, entropy layerStep) [][]string {
	rows := [][]string{{"equation", "what", "shape", "squared error", "cross-entropy"}}
	for _, r := range []struct {
		equation, what, shape string
		of                    func(s layerStep) []float64
	}{
		{"EQ3", "z = W·h", "2×1", func(s layerStep) []float64 { return s.z }},
		{"", "o = σ(z)", "2×1", func(s layerStep) []float64 { return s.o }},
		{"EQ4", "δ = ∂E/∂z", "2×1", func(s layerStep) []float64 { return s.delta }},
		{"EQ5", "∂E/∂h = Wᵀ·δ", "3×1", func(s layerStep) []float64 { return s.dh }},
		{"EQ6", "∂E/∂w = δ·hᵀ", "2×3", func(s layerStep) []float64 { return s.dw }},
		{"", "W − α ∂E/∂w", "2×3", func(s layerStep) []float64 { return s.updated }},
	} {
		rows = append(rows, []string{r.equation, r.what, r.shape, numbersText(r.of(squared)), numbersText(r.of(entropy))})
	}
	return rows
}

// numbersText is numbers as text, those of a 2×3 matrix in two rows.
func numbersText(v []float64) string {
	text := ""
	for i, x := range v {
		separator := ", "
		if i == 0 {
			separator = ""
		} else if len(v) == 6 && i == 3 {
			separator = "; "
		}
		text += separator + fmt.Sprintf("%.4g", x)
	}
	return "(" + text + ")"
}

// runMatrix prints the layer of 3 → 2 and the matrices of one step, and trains with both costs.
func runMatrix(ctx context.Context, x *experiment, out *Printer, bar *progress) error {
	if x.cfg.Given["cost"] {
		return wrongUsage("-recipe matrix trains with both costs: leave out -cost")
	}
	if x.data.Classes == nil {
		return wrongUsage("-recipe matrix is for classes; %s has numbers to predict", x.data.Name)
	}
	entropy, err := x.another(x.data, "-cost bce")
	if err != nil {
		return err
	}
	x.title, entropy.title = "squared error", "cross-entropy"
	x.cfg.Workers, x.trainer.Workers = 1, 1
	if !out.JSON {
		out.Facts(x.facts())
	}
	squared, other := printExample(out)
	x.recorder.Table("A layer of 3 → 2, with numbers", fmt.Sprintf("h = %s, W = %s, t = %s, α = %v; samples as "+
		"columns.",
		numbersText(exampleH), numbersText(exampleW), numbersText(exampleT), exampleAlpha), exampleRows(squared, other))
	printMatrices(out, x, entropy)
	x.matrixNotes(out, squared, other)
	bar.Epochs(x.cfg.Epochs, x.trainer.stepsAnEpoch(), x.trainer.done.Load)
	err = sideBySide(ctx, 2, x, entropy)
	bar.Clear()
	if err != nil {
		return err
	}
	x.compareCosts(out, entropy)
	replay(out, x, entropy)
	return x.recorder.Show(lessons.AccuracyFigure(x.asLesson(), entropy.asLesson()), x.batchCosts())
}

// compareCosts lists how the trainings with the two costs went.
func (x *experiment) compareCosts(out *Printer, entropy *experiment) {
	rows, ahead, n := [][]string{{"epoch", "cost of the batch", x.title, entropy.title}}, 0, x.data.Test.N
	for i, b := range entropy.history {
		a := x.history[i]
		if b.TestCorrect > a.TestCorrect {
			ahead++
		}
		rows = append(rows, []string{fmt.Sprint(b.Epoch), fmt.Sprintf("%.4f", 2*a.TrainCost),
			score(n, a.TestCorrect, a.TestRMSE), score(n, b.TestCorrect, b.TestRMSE)})
	}
	out.Text("\nThe training: an epoch is one batch of %d, drawn at random, with an update\n"+
		"after every sample. Cost: Σ(a − y)², the mean over the batch, with squared\nerror. Right on the test "+
		"part, with each of the costs:\n\n", x.trainer.N)
	out.Table(rows)
	x.recorder.Table("The training, with two costs", "Right answers on the test part.", rows)
	x.summary = fmt.Sprintf("cross-entropy ahead after %d of %d epochs that are shown", ahead, len(x.history))
}

// batchCosts is the question's figure: the cost of each epoch's batch.
func (x *experiment) batchCosts() report.Figure {
	l := report.Line{Name: "Σ(a − y)², mean over the batch"}
	jump := 0.0
	for i, c := range x.costs {
		l.X, l.Y = append(l.X, float64(i+1)), append(l.Y, 2*c)
		if i > 0 {
			jump += math.Abs(l.Y[i]-l.Y[i-1]) / float64(len(x.costs)-1)
		}
	}
	n := max(1, min(10, len(l.Y)/2))
	mean := func(v []float64) (m float64) {
		for _, c := range v {
			m += c / float64(len(v))
		}
		return m
	}
	return report.Figure{Kind: report.Plain, Title: "cost_over_epoch", X: report.Axis{Label: "epoch"},
		Y:     report.Axis{Label: "cost of the batch", To: 1},
		Lines: []report.Line{l}, Equation: "(1⁄n) Σ ‖a − y‖², over the n samples of the epoch’s batch, each before " +
			"its update",
		Look: fmt.Sprintf("Each epoch has other samples, so the cost jumps by %.2f from one to the next, on "+
			"average. Over the first %d it is %.3f, over the last %d "+
			"%.3f.", jump, n, mean(l.Y[:n]), n, mean(l.Y[len(l.Y)-n:]))}
}

// matrixNotes say where question and answer slip.
func (x *experiment) matrixNotes(out *Printer, squared, entropy layerStep) {
	dot := float64(squared.error[0]*squared.prime[0]) + float64(squared.error[1]*squared.prime[1])
	x.note(out, "The answer has 'vector dot product would work' for EQ4. It would not: the dot product is one "+
		"number, %.4f, and δ is the vector (%.4f, %.4f).", dot, squared.delta[0], squared.delta[1])
	x.note(out, "It begins with δᴸ = ∂E/∂o, which lacks ⊙ σ′(z): (%.4f, %.4f) in place of (%.4f, %.4f). Without "+
		"it, it is the δ of cross-entropy, (%.4f, "+
		"%.4f).", squared.error[0], squared.error[1], squared.delta[0], squared.delta[1],
		entropy.delta[0], entropy.delta[1])
	layers := x.trainer.Net.Layers
	x.note(out, "The question writes 30x724 for the first layer's weights: with samples as columns they are %d×%d.",
		layers[0].W.Cols, layers[0].W.Rows)
	if len(layers) < 2 {
		return
	}
	right, wrong := x.hiddenDeltas()
	size, off := 0.0, 0.0
	for j, d := range right {
		size, off = math.FMA(d, d, size), math.FMA(wrong[j]-d, wrong[j]-d, off)
	}
	x.note(out, "The question's code changes the output layer's weights before the hidden layer's δ is taken "+
		"through them. For the first sample that puts δ%d off by %.2f %%. A gradient check, which changes no "+
		"weights, cannot see it; comparing a whole step can.",
		len(layers)-1, 100*math.Sqrt(off/size))
}

// hiddenDeltas are δ of the last hidden layer for the first sample: through the last layer's
// weights as they are, and as they are after its update.
func (x *experiment) hiddenDeltas() (right, wrong []float64) {
	net, last := x.trainer.Net, len(x.trainer.Net.Layers)-1
	b := newBatch(net, NewMatrix(1, x.data.Train.Dim), NewMatrix(1, x.data.Outputs()))
	x.source(&x.data.Train, ascending(1))(b.in[0], b.y, 0, 0, 1)
	net.forward(b)
	net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
	hidden, after := net.Layers[last-1], newLayer(net.Layers[last].W.Rows, net.Layers[last].W.Cols, net.Layers[last].G)
	hidden.backward(b.delta[last-1], b.a[last-1], part{b.delta[last], net.Layers[last].W})
	right = slices.Clone(b.delta[last-1].Row(0))
	copyLayers([]Layer{after}, net.Layers[last:])
	scaled := newBatch(net, b.in[0], b.y).delta[last]
	copy(scaled.Row(0), b.delta[last].Row(0))
	after.descend(x.trainer.Rate[last], 0, b.in[last], scaled)
	hidden.backward(b.delta[last-1], b.a[last-1], part{b.delta[last], after.W})
	return right, slices.Clone(b.delta[last-1].Row(0))
}

// A matrixTable lists the matrices of one mini-batch. All shapes are those of the matrices.
type matrixTable struct {
	*Printer
	pass         string
	rows, turned [][]string // with samples as rows, and as columns
}

// add adds matrix name_l; the equation is for l, with ← for l−1 and → for l+1. turned is the
// equation where samples are columns. values says whether the numbers are worth showing.
func (t *matrixTable) add(name string, l int, m Matrix, equation, product, transposed, turned string) {
	index := strings.NewReplacer("←", fmt.Sprint(l-1), "→", fmt.Sprint(l+1), "ₗ", fmt.Sprint(l))
	name, equation, transposed, turned = index.Replace(name), index.Replace(equation), index.Replace(transposed),
		index.Replace(turned)
	least, most := math.Inf(1), math.Inf(-1)
	m.EachRow(func(row []float64) { least, most = min(least, slices.Min(row)), max(most, slices.Max(row)) })
	if turned == "" {
		turned = equation
	}
	t.rows = append(t.rows, []string{name, m.String(), equation, product, fmt.Sprintf("%.4f", least),
		fmt.Sprintf("%.4f", most)})
	t.turned = append(t.turned, []string{name, fmt.Sprintf("%d×%d", m.Cols, m.Rows), turned})
	t.Event("matrix", "pass", t.pass, "matrix", name, "shape", [2]int{m.Rows, m.Cols}, "equation", equation,
		"product", product,
		"transposed", transposed, "as_columns", turned, "least", least, "most", most)
}

// printMatrices prints the matrices of one step, forward and backward, and the last δ of another
// network, with the other cost.
func printMatrices(p *Printer, x, entropy *experiment) {
	net, layers, n := x.trainer.Net, x.trainer.Net.Layers, x.trainer.Batch
	b, last := newBatch(net, NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs())), len(layers)-1
	x.source(&x.data.Train, ascending(n))(b.in[0], b.y, 0, 0, n)
	vector := func(b []float64) Matrix { return view(1, len(b), len(b), b) }
	t := &matrixTable{Printer: p, pass: "forward", rows: [][]string{{"matrix", "shape", "equation", "product",
		"from", "to"}},
		turned: [][]string{{"matrix", "shape", "equation"}}}
	t.add("A0", 0, b.in[0], "X", "", "", "")
	for l, layer := range layers {
		layer.affine(b.a[l], b.in[l])
		t.add("Wₗ", l+1, layer.W, "", "", "", "")
		t.add("bₗ", l+1, vector(layer.B), "", "", "", "")
		t.add("Zₗ", l+1, b.a[l], "A←·Wₗ + bₗ", fmt.Sprintf("%v · %v", b.in[l], layer.W), "none", "Wₗ·A← + bₗ")
		if l < last {
			b.a[l].EachRow(layer.G.F)
		} else {
			net.output(b.a[l], b.y, b.delta[l], b.cost, b.correct)
		}
		t.add("Aₗ", l+1, b.a[l], symbol(layer.G)+"(Zₗ)", "", "", "")
	}
	t.add("Y", 0, b.y, "the answers", "", "", "")
	t.pass = "backward"
	for l := last; l >= 0; l-- {
		prime := " ⊙ " + symbol(layers[l].G) + "′(Zₗ)"
		if l == last {
			t.add("δₗ", l+1, b.delta[l], "(Aₗ − Y)"+prime, "", "", "")
			continue
		}
		layers[l].backward(b.delta[l], b.a[l], part{b.delta[l+1], layers[l+1].W})
		t.add("δₗ", l+1, b.delta[l], "(δ→·W→ᵀ)"+prime, fmt.Sprintf("%v · (%v)ᵀ", b.delta[l+1], layers[l+1].W), "W→",
			"(W→ᵀ·δ→)"+prime)
	}
	for l, layer := range layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		ScaleBy(b.delta[l].Data, 1/float64(n))
		g.gradient(b.in[l], b.delta[l])
		t.add("∂C/∂Wₗ", l+1, g.W, "(1/n) A←ᵀ·δₗ", fmt.Sprintf("(%v)ᵀ · %v", b.in[l], b.delta[l]), "A←", "(1/n) δₗ·A←ᵀ")
		t.add("∂C/∂bₗ", l+1, vector(g.B), "(1/n) Σ δₗ", "", "", "")
	}
	p.Text("\nOne step of the network, n = %d: samples as rows, as this program has them\n\n", n)
	p.Table(t.rows)
	p.Text("\nThe same with samples as columns, as in the answer\n\n")
	p.Table(t.turned)
	p.Text("\nThen W ← W − η ∂C/∂W and b ← b − η ∂C/∂b.\n")
	x.recorder.Table("One step: samples as rows", "The columns of the first operand meet the rows of the second.",
		t.rows)
	x.recorder.Table("The same step: samples as columns", "", t.turned)
	printBothDeltas(p, x, entropy)
}

// printBothDeltas compares the last δ of the step with squared error and with cross-entropy.
func printBothDeltas(p *Printer, x, entropy *experiment) {
	size := func(x *experiment) (sum float64) {
		net, n, last := x.trainer.Net, x.trainer.Batch, len(x.trainer.Net.Layers)-1
		b := newBatch(net, NewMatrix(n, x.data.Train.Dim), NewMatrix(n, x.data.Outputs()))
		x.source(&x.data.Train, ascending(n))(b.in[0], b.y, 0, 0, n)
		net.forward(b)
		net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
		b.delta[last].EachRow(func(row []float64) {
			for _, d := range row {
				sum += math.Abs(d)
			}
		})
		return sum / float64(n*x.data.Outputs())
	}
	mse, bce := size(x), size(entropy)
	p.Event("deltas", "squared_error", mse, "cross_entropy", bce)
	l := len(x.trainer.Net.Layers)
	x.note(p, "With cross-entropy, δ%d is A%d − Y, without σ′, which is near 0 where a unit is sure of itself, "+
		"right or wrong: in this step it is %.4f on average, against %.4f with squared error. So the step is "+
		"larger.", l, l, bce, mse)
}
