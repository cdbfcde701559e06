// The recipe matrix: a layer 3 → 2 in numbers, every matrix of one training step, and the training, with squared error
// and with cross-entropy.

package lessons

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/judge/explain"
	"backprop/internal/run/flags"
	"backprop/internal/show/chart"
)

// matrix prints the layer 3 → 2 and the matrices of one step, and trains with both costs.
func matrix(ctx context.Context, lab *Lab) error {
	x := lab.Training()
	if x.Settings.Given["cost"] {
		return flags.Wrong("-recipe matrix trains with both costs: leave out -cost")
	}
	if x.Data.Classes == nil {
		return flags.Wrong("-recipe matrix is for classes; %s has numbers to predict", x.Data.Name)
	}
	entropy, err := lab.NewTraining(nil, "-cost bce")
	if err != nil {
		return err
	}
	lab.SetTitle("squared error", 1)
	entropy.SetTitle("cross-entropy", 1)
	lab.PrintFacts()
	squared, other := lab.exampleStep("mse"), lab.exampleStep("bce")
	printExample(lab.Out, squared, other)
	lab.Page.Table("A layer of 3 → 2, with numbers", fmt.Sprintf("The second layer of -explain 3-2: h = %s, W = %s, "+
		"t = %s, α = %v; samples as columns.", formatNumbers(squared.h), formatNumbers(squared.w), formatNumbers(squared.t),
		squared.alpha), exampleRows(squared, other))
	lab.printMatrices()
	lab.compareDeltas(entropy)
	lab.matrixNotes(squared, other)
	if err := lab.SideBySide(ctx, 2, lab.Program, entropy); err != nil {
		return err
	}
	x = lab.Training()
	lab.compareCosts(x, entropy.Training())
	lab.Replay(lab.Program, entropy)
	return lab.Page.Show(accuracyFigure(x, entropy.Training()), batchCosts(x.Costs))
}

// A layerStep has the numbers of one step of the layer 3 → 2 of -explain 3-2, and of the layer before it. Its W has a
// row for each output, as in the answer: w₁ w₃ w₅, w₂ w₄ w₆. It is the transpose of the program's W.
type layerStep struct {
	cost                  string
	alpha                 float64
	h, w, t               []float64 // the inputs, W (2×3), and the targets
	z, o, error, prime    []float64 // error is ∂E/∂o, prime σ′(z)
	delta, dh             []float64 // ∂E/∂z and ∂E/∂h
	frontPrime, frontBack []float64 // σ′ and δ of the layer before
	dw, updated           []float64 // 2×3, as W
}

// exampleStep returns the step, computed by the program.
func (lab *Lab) exampleStep(cost string) layerStep {
	e := *explain.Find("3-2")
	e.Cost = cost
	step := lab.Example(&e)
	front, l := step.Layers[0], step.Layers[1]
	s := layerStep{cost: cost, alpha: e.Rate, h: l.In[0], w: flatTranspose(l.W), t: step.Y[0], z: l.Z[0], o: l.A[0],
		prime: l.Slope[0], delta: l.Delta[0], frontPrime: front.Slope[0], frontBack: front.Delta[0],
		dw: flatTranspose(l.GradW), updated: flatTranspose(l.NewW)}
	for j, o := range s.o {
		s.error = append(s.error, o-s.t[j])
	}
	for _, row := range l.W {
		s.dh = append(s.dh, sendBack(row, s.delta)) // EQ5
	}
	return s
}

// flatTranspose returns the rows of mᵀ, one after the other.
func flatTranspose(m explain.Rows) []float64 { return slices.Concat(transposed(m)...) }

// sendBack returns Σ δ_j·w_j, the error that is propagated from the next layer back to a unit, where w_j are the
// weights from the unit.
func sendBack(w, delta []float64) (sum float64) {
	for j, d := range delta {
		sum = math.FMA(d, w[j], sum)
	}
	return sum
}

// column returns a matrix of one column, and transposed the transpose of a matrix.
func column(v ...float64) (m explain.Rows) {
	for _, x := range v {
		m = append(m, []float64{x})
	}
	return m
}
func transposed(m explain.Rows) (t explain.Rows) {
	for j := range m[0] {
		t = append(t, nil)
		for _, row := range m {
			t[j] = append(t[j], row[j])
		}
	}
	return t
}

// printBeside prints matrices side by side. Its parts are matrices, and strings to put between them.
func printBeside(p Printer, parts ...any) {
	height := 0
	for _, part := range parts {
		if m, ok := part.(explain.Rows); ok {
			height = max(height, len(m))
		}
	}
	for i := range height {
		line := "  "
		for _, part := range parts {
			switch v := part.(type) {
			case string:
				if i > 0 {
					v = strings.Repeat(" ", len([]rune(v)))
				}
				line += v
			case explain.Rows:
				line += bracketed(v, i)
			}
		}
		p.Text("%s\n", strings.TrimRight(line, " "))
	}
}

// bracketed formats row i of a matrix; as spaces if the matrix has fewer rows.
func bracketed(m explain.Rows, i int) string {
	if i >= len(m) {
		return strings.Repeat(" ", 8*len(m[0])+1)
	}
	cells := make([]string, len(m[i]))
	for j, v := range m[i] {
		cells[j] = fmt.Sprintf("%7.4f", v)
	}
	return "[" + strings.Join(cells, " ") + "]"
}

// printExample prints the layer 3 → 2.
func printExample(p Printer, squared, entropy layerStep) {
	h, w, t := squared.h, squared.w, squared.t
	p.Text("\nA layer of 3 → 2, with samples as columns, as in the answer: the second layer of\n"+
		"-explain 3-2, whose first gives h; t = (%v, %v)\n\n", t[0], t[1])
	p.Text("EQ3  z = W·h          W is 2×3, h 3×1, z 2×1\n")
	printBeside(p, explain.Rows{w[:3], w[3:]}, " · ", column(h...), " = ", column(squared.z...))
	for j, names := range [][3]string{{"w₁", "w₃", "w₅"}, {"w₂", "w₄", "w₆"}} {
		v := w[3*j:]
		p.Text("     %s = h₁%s + h₂%s + h₃%s = %.4f·%v + %.4f·%v + %.4f·%v = %.4f\n", []string{"z₁", "z₂"}[j],
			names[0], names[1], names[2], h[0], v[0], h[1], v[1], h[2], v[2], squared.z[j])
	}
	p.Text("     o = σ(z) = (%.4f, %.4f)\n", squared.o[0], squared.o[1])
	p.Text("\nWith squared error, E = ½Σ(o − t)²:\n\nEQ4  δ = ∂E/∂o ⊙ σ′(z) Hadamard product, 2×1 each\n")
	printBeside(p, column(squared.error...), " ⊙ ", column(squared.prime...), " = ", column(squared.delta...))
	squared.printRest(p)
	p.Text("\nWith cross-entropy, E = −Σ t ln o + (1 − t) ln(1 − o), in which σ′ cancels:\n\nEQ4  δ = o − t\n")
	printBeside(p, column(entropy.o...), " − ", column(t...), " = ", column(entropy.delta...))
	entropy.printRest(p)
	p.Text("\nWith samples as rows, as in this program, everything is turned round: h is 1×3,\n" +
		"W 3×2, z = h·W, ∂E/∂h = δ·Wᵀ, ∂E/∂W = hᵀ·δ. The numbers are the same.\n")
}

// printRest prints what is computed from δ, from EQ5 on.
func (s layerStep) printRest(p Printer) {
	w, delta, dh := explain.Rows{s.w[:3], s.w[3:]}, column(s.delta...), column(s.dh...)
	p.Text("EQ5  ∂E/∂h = Wᵀ·δ     Wᵀ is 3×2: transposed, it leads from 2 back to 3\n")
	printBeside(p, transposed(w), " · ", delta, " = ", dh)
	p.Text("EQ1  δˡ = ∂E/∂h ⊙ σ′(zˡ) of the layer in front, 3×1 each\n")
	printBeside(p, dh, " ⊙ ", column(s.frontPrime...), " = ", column(s.frontBack...))
	p.Text("EQ6  ∂E/∂w = δ·hᵀ     the outer product, 2×1 by 1×3: the shape of W\n")
	printBeside(p, delta, " · ", explain.Rows{s.h}, " = ", explain.Rows{s.dw[:3], s.dw[3:]})
	p.Text("     W − α ∂E/∂w       with α = %v\n", s.alpha)
	printBeside(p, explain.Rows{s.updated[:3], s.updated[3:]})
	p.Event("layer", "cost", s.cost, "h", s.h, "z", s.z, "o", s.o, "delta", s.delta, "dh", s.dh, "delta_in_front",
		s.frontBack, "dw", s.dw, "updated", s.updated)
}

// exampleRows returns the step with both costs as rows of a table.
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
		{"EQ1", "δˡ = ∂E/∂h ⊙ σ′(zˡ)", "3×1", func(s layerStep) []float64 { return s.frontBack }},
		{"EQ6", "∂E/∂w = δ·hᵀ", "2×3", func(s layerStep) []float64 { return s.dw }},
		{"", "W − α ∂E/∂w", "2×3", func(s layerStep) []float64 { return s.updated }},
	} {
		rows = append(rows, []string{r.equation, r.what, r.shape, formatNumbers(r.of(squared)), formatNumbers(r.of(entropy))})
	}
	return rows
}

// formatNumbers writes (1, 2, 3), and the six numbers of a 2×3 matrix as (1, 2, 3; 4, 5, 6).
func formatNumbers(v []float64) string {
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

// compareCosts lists the results of the trainings with the two costs, epoch by epoch.
func (lab *Lab) compareCosts(x, entropy Training) {
	rows, ahead, n := [][]string{{"epoch", "cost of the batch", x.Title, entropy.Title}}, 0, x.Data.Test.N
	for i, b := range entropy.History {
		a := x.History[i]
		if b.TestCorrect > a.TestCorrect {
			ahead++
		}
		rows = append(rows, []string{fmt.Sprint(b.Epoch), fmt.Sprintf("%.4f", 2*a.TrainCost),
			fmt.Sprintf("%d / %d", a.TestCorrect, n), fmt.Sprintf("%d / %d", b.TestCorrect, n)})
	}
	lab.Out.Text("\nThe training: an epoch is one batch of %d, drawn at random, with an update\n"+
		"after every sample. Cost: Σ(a − y)², the mean over the batch, with squared\nerror. Right on the test "+
		"set, with each of the costs:\n", x.Settings.Recipe.EpochSamples(x.Data.Train.N))
	lab.table("The training, with two costs", "Right answers on the test set.", rows)
	lab.Summary = fmt.Sprintf("cross-entropy ahead after %d of %d epochs that are shown", ahead, len(x.History))
}

// accuracyFigure plots the accuracy of several trainings on the test set.
func accuracyFigure(runs ...Training) chart.Figure {
	f := chart.Figure{Kind: chart.Learning, Title: "Accuracy on the test set",
		X: chart.Axis{Label: "epoch"}, Y: chart.Axis{Label: "right answers", Percent: true}, Table: true}
	for _, run := range runs {
		l := chart.Line{Name: run.Title}
		for _, e := range run.History {
			if e.TestAccuracy != nil {
				l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, *e.TestAccuracy)
			}
		}
		f.Lines = append(f.Lines, l)
	}
	return f
}

// batchCosts returns the figure in the question: the cost of each epoch's batch, which by the question's definition is
// twice ours.
func batchCosts(costs []float64) chart.Figure {
	l := chart.Line{Name: "Σ(a − y)², mean over the batch"}
	jump := 0.0
	for i, c := range costs {
		l.X, l.Y = append(l.X, float64(i+1)), append(l.Y, 2*c)
		if i > 0 {
			jump += math.Abs(l.Y[i]-l.Y[i-1]) / float64(len(costs)-1)
		}
	}
	n := max(1, min(10, len(l.Y)/2))
	mean := func(v []float64) (m float64) {
		for _, c := range v {
			m += c / float64(len(v))
		}
		return m
	}
	return chart.Figure{Kind: chart.Plain, Title: "cost_over_epoch", X: chart.Axis{Label: "epoch"},
		Y:     chart.Axis{Label: "cost of the batch", To: 1},
		Lines: []chart.Line{l}, Equation: "(1⁄n) Σ ‖a − y‖², over the n samples of the epoch’s batch, each before " +
			"its update",
		Caption: fmt.Sprintf("Each epoch has other samples, so the cost jumps by %.2f from one to the next, on "+
			"average. Over the first %d it is %.3f, over the last %d "+
			"%.3f.", jump, n, mean(l.Y[:n]), n, mean(l.Y[len(l.Y)-n:]))}
}

// matrixNotes says where the question and the answer are wrong.
func (lab *Lab) matrixNotes(squared, entropy layerStep) {
	dot := float64(squared.error[0]*squared.prime[0]) + float64(squared.error[1]*squared.prime[1])
	lab.note("The answer has 'vector dot product would work' for EQ4. It would not: the dot product is one "+
		"number, %.4f, and δ is the vector (%.4f, %.4f).", dot, squared.delta[0], squared.delta[1])
	lab.note("It begins with δᴸ = ∂E/∂o, which lacks ⊙ σ′(z): (%.4f, %.4f) in place of (%.4f, %.4f). Without "+
		"it, it is the δ of cross-entropy, (%.4f, "+
		"%.4f).", squared.error[0], squared.error[1], squared.delta[0], squared.delta[1],
		entropy.delta[0], entropy.delta[1])
	layers := lab.Training().Layers
	lab.note("The question writes 30x724 for the first layer's weights: with samples as columns they are %d×%d.",
		layers[0].Cols, layers[0].Rows)
	if len(layers) < 2 {
		return
	}
	right, wrong := hiddenDeltas(lab.Trace(1))
	size, difference := 0.0, 0.0
	for j, d := range right {
		size, difference = math.FMA(d, d, size), math.FMA(wrong[j]-d, wrong[j]-d, difference)
	}
	lab.note("The question's code changes the output layer's weights before the hidden layer's δ is taken "+
		"through them. For the first sample that puts δ%d off by %.2f %%. A gradient check, which changes no "+
		"weights, cannot see it; comparing a whole step can.",
		len(layers)-1, 100*math.Sqrt(difference/size))
}

// hiddenDeltas returns δ of the last hidden layer for a step with one sample, computed with the last layer's weights
// before their update, which is right, and after their update, which is wrong.
func hiddenDeltas(step *explain.Step) (right, wrong []float64) {
	hidden, last := step.Layers[len(step.Layers)-2], step.Layers[len(step.Layers)-1]
	for i, row := range last.W {
		updated := make([]float64, len(row))
		for j, w := range row {
			updated[j] = math.FMA(last.In[0][i], -last.Eta*last.Delta[0][j], w)
		}
		wrong = append(wrong, sendBack(updated, last.Delta[0])*hidden.Slope[0][i])
	}
	return hidden.Delta[0], wrong
}

// A matrixTable lists the matrices of one mini-batch, with their shapes.
type matrixTable struct {
	Printer
	pass          string
	rows, columns [][]string // the table with samples as rows, and the one with samples as columns
}

// add adds the matrix with this name. In the name and the equations, ₗ stands for l, ← for l−1 and → for l+1. product
// gives the shapes of the factors, transposed names the matrix that is transposed, and asColumns is the equation if
// samples are columns; "" if it is the same.
func (t *matrixTable) add(name string, l int, m explain.Rows, equation, product, transposed, asColumns string) {
	index := strings.NewReplacer("←", fmt.Sprint(l-1), "→", fmt.Sprint(l+1), "ₗ", fmt.Sprint(l))
	name, equation, transposed, asColumns = index.Replace(name), index.Replace(equation), index.Replace(transposed),
		index.Replace(asColumns)
	least, most := math.Inf(1), math.Inf(-1)
	for _, row := range m {
		least, most = min(least, slices.Min(row)), max(most, slices.Max(row))
	}
	if asColumns == "" {
		asColumns = equation
	}
	t.rows = append(t.rows, []string{name, m.String(), equation, product, fmt.Sprintf("%.4f", least),
		fmt.Sprintf("%.4f", most)})
	t.columns = append(t.columns, []string{name, fmt.Sprintf("%d×%d", len(m[0]), len(m)), asColumns})
	t.Event("matrix", "pass", t.pass, "matrix", name, "shape", [2]int{len(m), len(m[0])}, "equation", equation,
		"product", product,
		"transposed", transposed, "as_columns", asColumns, "least", least, "most", most)
}

// forward adds X, each layer's W, b, Z and A, and Y.
func (t *matrixTable) forward(step *explain.Step) {
	t.pass = "forward"
	t.add("A0", 0, step.X, "X", "", "", "")
	for l, layer := range step.Layers {
		t.add("Wₗ", l+1, layer.W, "", "", "", "")
		t.add("bₗ", l+1, explain.Rows{layer.B}, "", "", "", "")
		t.add("Zₗ", l+1, layer.Z, "A←·Wₗ + bₗ", fmt.Sprintf("%v · %v", layer.In, layer.W), "none", "Wₗ·A← + bₗ")
		t.add("Aₗ", l+1, layer.A, symbol(layer.Activation)+"(Zₗ)", "", "", "")
	}
	t.add("Y", 0, step.Y, "the answers", "", "", "")
}

// backward adds each δ, the last layer's first, and then the gradients.
func (t *matrixTable) backward(step *explain.Step) {
	t.pass = "backward"
	for l, layer := range slices.Backward(step.Layers) {
		prime := " ⊙ " + symbol(layer.Activation) + "′(Zₗ)"
		if l == len(step.Layers)-1 {
			t.add("δₗ", l+1, layer.Delta, "(Aₗ − Y)"+prime, "", "", "")
			continue
		}
		next := step.Layers[l+1]
		t.add("δₗ", l+1, layer.Delta, "(δ→·W→ᵀ)"+prime, fmt.Sprintf("%v · (%v)ᵀ", next.Delta, next.W),
			"W→", "(W→ᵀ·δ→)"+prime)
	}
	for l, layer := range step.Layers {
		t.add("∂C/∂Wₗ", l+1, layer.GradW, "(1/n) A←ᵀ·δₗ", fmt.Sprintf("(%v)ᵀ · %v", layer.In, layer.Delta),
			"A←", "(1/n) δₗ·A←ᵀ")
		t.add("∂C/∂bₗ", l+1, explain.Rows{layer.GradB}, "(1/n) Σ δₗ", "", "", "")
	}
}

// printMatrices prints the matrices of one step, forward and backward.
func (lab *Lab) printMatrices() {
	n := lab.Training().Batch
	step := lab.Trace(n)
	t := &matrixTable{Printer: lab.Out, rows: [][]string{{"matrix", "shape", "equation", "product", "from", "to"}},
		columns: [][]string{{"matrix", "shape", "equation"}}}
	t.forward(step)
	t.backward(step)
	t.Text("\nOne step of the network, n = %d: samples as rows, as this program has them\n", n)
	lab.table("One step: samples as rows", "The columns of the first operand meet the rows of the second.", t.rows)
	t.Text("\nThe same with samples as columns, as in the answer\n")
	lab.table("The same step: samples as columns", "", t.columns)
	t.Text("\nThen W ← W − η ∂C/∂W and b ← b − η ∂C/∂b.\n")
}

// compareDeltas says how large δ of the last layer is with squared error and with cross-entropy.
func (lab *Lab) compareDeltas(entropy Program) {
	mse, bce := meanDelta(lab.Program), meanDelta(entropy)
	lab.Out.Event("deltas", "squared_error", mse, "cross_entropy", bce)
	l := len(lab.Training().Layers)
	lab.note("With cross-entropy, δ%d is A%d − Y, without σ′, which is near 0 where a unit is sure of itself, "+
		"right or wrong: in this step it is %.4f on average, against %.4f with squared error. So the step is "+
		"larger.", l, l, bce, mse)
}

// meanDelta returns the mean of |δ| of the last layer in a training's first step.
func meanDelta(p Program) (sum float64) {
	x := p.Training()
	for _, row := range p.Trace(x.Batch).Layers[len(x.Layers)-1].Delta {
		for _, d := range row {
			sum += math.Abs(d)
		}
	}
	return sum / float64(x.Batch*x.Data.Outputs())
}
