// Diagnose: watches a training, and says in a sentence what is wrong with it: since when, with
// the number, and what to do. It looks at what each epoch came to, which is there anyway, and
// takes a few samples forward and backward by itself. The training sees nothing of it.
package main

import (
	"fmt"
	"math"
	"slices"

	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// What counts as wrong. Healthy trainings stay well away from each.
const (
	watched     = 64    // samples to look at, at most
	watchedPart = 0.005 // of the samples that are trained on, how many may be looked at
	deadPart    = 0.6   // of a layer's relu units, 0 for every sample
	fullPart    = 0.9   // of a layer's outputs, saturated
	vanished    = 0.02  // the first layer's δ beside the last one's
	unscaled    = 20    // √(mean x²) of the inputs
	risen       = 0.25  // of the cost of guessing, above the lowest
	learned     = 0.95  // of the cost of guessing: who is above has learned next to nothing
	enoughSteps = 300   // to have learned something
	ahead       = 0.3   // of training accuracy before test accuracy
	aheadRMSE   = 5     // of test RMSE, in training RMSEs
	fewSamples  = 50    // to test on: too few to say much
)

// A doctor watches one experiment. A nil one does nothing.
type doctor struct {
	x      *experiment
	guess  scores.Baseline
	first  event.Epoch
	last   event.Epoch
	lowest event.Epoch // by training cost
	since  map[string]int
	far    []bool    // of the last epochs that were shown, whether training was far ahead of test
	causes []string  // what has been said
	began  []float64 // √(mean w²) of each layer, before

	inputs   float64 // √(mean x²) of what was looked at
	oneClass bool    // all answers to it are the same
	course   []look  // the last one is what is known now
	credit   float64 // how many samples may be looked at
	batch    batch
	fill     FillBatch
}

// A look is what was found after an epoch, layer by layer.
type look struct {
	epoch  int
	layers []finding
}

// A finding is one layer's figures, over the samples that were looked at.
type finding struct {
	activation, delta, gradient, weights float64 // √(mean a²), √(mean δ²), √(mean (∂C/∂w)²), √(mean w²)
	idle                                 float64 // relu: the part of units that are 0 for all; else of outputs that are saturated
}

// newDoctor is nil for recipes that are more than one training: they show failures on
// purpose, and say what came of them.
func newDoctor(x *experiment) *doctor {
	if x.cfg.Recipe.Run != nil {
		return nil
	}
	s, n := &x.data.Train, min(watched, x.data.Train.N)
	d := &doctor{x: x, guess: x.baseline(), since: map[string]int{}, credit: float64(n),
		batch: newBatch(x.trainer.Net, NewMatrix(n, s.Dim), NewMatrix(n, x.data.Outputs()))}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i * s.N / n)
	}
	d.fill = x.source(s, order)
	for _, l := range x.trainer.Net.Layers {
		d.began = append(d.began, rootMeanSquare(l.W))
	}
	if x.recorder != nil && len(x.history) == 0 { // so that the curves begin at the beginning
		d.look(0)
	}
	return d
}

// watch looks at an epoch, and says what is wrong, each cause once. What is not shown is
// only counted: there may be many thousands of such epochs a second.
func (d *doctor) watch(e event.Epoch, shown bool, out *Printer, bar *progress) {
	if d == nil {
		return
	}
	d.credit += watchedPart * float64(d.x.data.Train.N)
	if d.last = e; d.first.Epoch == 0 {
		d.first, d.lowest = e, e
	}
	if e.TrainCost < d.lowest.TrainCost {
		d.lowest = e
	}
	if !shown {
		return
	}
	if n := float64(len(d.batch.cost)); d.credit >= n {
		d.credit = 0
		d.look(e.Epoch)
	}
	for _, s := range signs {
		text := s.seen(d, e)
		if text == "" {
			delete(d.since, s.cause)
			continue
		}
		if d.since[s.cause] == 0 {
			d.since[s.cause] = e.Epoch
		}
		if s.follows && len(d.causes) > 0 {
			continue
		}
		if s.lasting && d.since[s.cause] == e.Epoch && e.Epoch < d.x.cfg.Epochs {
			continue
		}
		since := d.since[s.cause]
		if d.lowest.TrainCost > learned*d.guess.Cost { // it never learned anything
			since = d.first.Epoch
		}
		d.say(s.cause, since, text, out, bar)
	}
}

// say prints a sentence, and gives it to the report.
func (d *doctor) say(cause string, since int, text string, out *Printer, bar *progress) {
	if slices.Contains(d.causes, cause) {
		return
	}
	d.causes = append(d.causes, cause)
	if since > 1 {
		text = fmt.Sprintf("since epoch %d, %s", since, text)
	}
	out.Warn(event.Warning{Event: "warning", Run: d.x.title, Epoch: d.last.Epoch, Cause: cause, Text: text}, bar)
	d.x.recorder.warn(text)
}

// look takes some training samples forward and backward, beside the training.
func (d *doctor) look(epoch int) {
	net, b := d.x.trainer.Net, d.batch
	last := len(net.Layers) - 1
	d.fill(b.in[0], b.y, 0, 0, len(b.cost))
	net.forward(b)
	net.output(b.a[last], b.y, b.delta[last], b.cost, b.correct)
	for l := last - 1; l >= 0; l-- {
		net.Layers[l].backward(b.delta[l], b.delta[l+1], net.Layers[l+1].W, b.a[l])
	}
	now := look{epoch: epoch}
	for l, layer := range net.Layers {
		g := newLayer(layer.W.Rows, layer.W.Cols, layer.G)
		g.gradient(b.in[l], b.delta[l])
		now.layers = append(now.layers, finding{rootMeanSquare(b.a[l]), rootMeanSquare(b.delta[l]),
			rootMeanSquare(g.W) / float64(len(b.cost)), rootMeanSquare(layer.W), idle(layer.G.Name, b.a[l])})
	}
	d.inputs, d.oneClass = rootMeanSquare(b.in[0]), b.y.Cols > 1
	for i := range b.a[last].Rows {
		d.oneClass = d.oneClass && argmax(b.a[last].Row(i)) == argmax(b.a[last].Row(0))
	}
	if len(d.course) > 1000 { // of a long training, every second one
		for i := range d.course[:len(d.course)/2] {
			d.course[i] = d.course[2*i]
		}
		d.course = d.course[:len(d.course)/2]
	}
	d.course = append(d.course, now)
}

// baseline is what can be had without looking at the inputs.
func (x *experiment) baseline() scores.Baseline {
	var weights []float64
	if x.cfg.ClassWeight != "" {
		weights, _ = classWeights(x.cfg.ClassWeight, x.data) // newExperiment has read it before
	}
	return scores.BaselineOf(x.data, x.out, x.cfg.Cost, weights)
}

func rootMeanSquare(m Matrix) float64 {
	sum := 0.0
	m.EachRow(func(row []float64) {
		for _, v := range row {
			sum += v * v
		}
	})
	return math.Sqrt(sum / float64(m.Rows*m.Cols))
}

// idle is the part of relu units that are 0 for all samples; or of the outputs of sigmoid
// and tanh that are within a 200th of their range from an end of it, where g′ is below 2 %
// of its most.
func idle(g string, a Matrix) float64 {
	still := make([]float64, a.Cols)
	a.EachRow(func(row []float64) {
		for j, v := range row {
			if g == "relu" && v == 0 || g == "sigmoid" && math.Abs(v-0.5) > 0.495 || g == "tanh" && math.Abs(v) > 0.99 {
				still[j]++
			}
		}
	})
	sum := 0.0
	for _, n := range still {
		if g != "relu" {
			sum += n / float64(a.Rows)
		} else if int(n) == a.Rows {
			sum++
		}
	}
	return sum / float64(a.Cols)
}

// A sign is what a cause shows itself by.
type sign struct {
	cause   string
	seen    func(d *doctor, e event.Epoch) string // what is wrong, and what to do; empty if nothing is
	follows bool                                  // from others: not said after these
	lasting bool                                  // it must show twice, or at the end
}

// signs come in the order in which one leads to the other.
var signs = []sign{
	{"labels", (*doctor).sameLabels, false, false},
	{"inputs", (*doctor).unscaledInputs, false, false},
	{"decay", (*doctor).strongDecay, false, false},
	{"dead", (*doctor).deadUnits, true, false},
	{"saturated", (*doctor).saturatedUnits, true, false},
	{"vanishing", (*doctor).vanishingGradient, true, false},
	{"rate", (*doctor).risingCost, true, true},
	{"one class", (*doctor).sameAnswer, true, false},
	{"still", (*doctor).stillCost, true, true},
	{"shuffled", (*doctor).shuffledLabels, true, true},
	{"overfitting", (*doctor).learnedByHeart, true, false},
}

// steps is how many have been taken.
func (d *doctor) steps(e event.Epoch) int {
	t := d.x.trainer
	return e.Epoch * ((t.N + t.Batch - 1) / t.Batch)
}

// stuck says that next to nothing is learned, though there was time for it.
func (d *doctor) stuck(e event.Epoch) bool {
	late := e.Epoch == d.x.cfg.Epochs || e.Epoch >= 2 && 10*e.Epoch > d.x.cfg.Epochs
	return late && d.steps(e) >= enoughSteps && e.TrainCost > learned*d.guess.Cost
}

func (d *doctor) sameLabels(event.Epoch) string {
	switch g := d.guess; {
	case d.x.data.Classes == nil && g.RMSE[0] == 0:
		return "all numbers to predict are the same: there is nothing to learn; check -label"
	case d.x.data.Classes != nil && g.Share[0] > 1-1e-9:
		return fmt.Sprintf("all %s training samples are of class %s: there is nothing to tell apart; "+
			"check the labels, or -label",
			text.Count(d.x.data.Train.N), d.x.data.Classes[g.Class])
	}
	return ""
}

func (d *doctor) unscaledInputs(e event.Epoch) string {
	if d.inputs < unscaled || e.TrainCost < 0.5*d.guess.Cost {
		return ""
	}
	return d.sizeOfInputs() + "; leave out -scale, or take -scale standard"
}

// sizeOfInputs is said of inputs that are not scaled.
func (d *doctor) sizeOfInputs() string {
	return fmt.Sprintf("the inputs are not scaled: their typical size is %.3g, "+
		"where 1 or less is what the first weights are made for",
		d.inputs)
}

func (d *doctor) strongDecay(e event.Epoch) string {
	t, layers := d.x.trainer, d.now()
	if t.L2 == 0 || !d.stuck(e) {
		return ""
	}
	for l, f := range layers {
		if pull := t.L2 / float64(t.N) * f.weights; f.weights < 0.1*d.began[l] && pull > f.gradient/10 {
			return fmt.Sprintf("weight decay is too strong: it has pulled the weights of layer %d down from a typical "+
				"size of %.2g to %.2g; try -l2 %v (it is %v)",
				l+1, d.began[l], f.weights, t.L2/100, t.L2)
		}
	}
	return ""
}

// now is what was found last.
func (d *doctor) now() []finding { return d.course[len(d.course)-1].layers }

func (d *doctor) deadUnits(e event.Epoch) string {
	for l, f := range d.now() {
		layer := d.x.trainer.Net.Layers[l]
		if n := len(layer.B); layer.G.Name == "relu" && f.idle >= deadPart && (d.stuck(e) || f.idle > 0.9) {
			return fmt.Sprintf("%.0f of %d relu units of layer %d give 0 for every sample: they are dead, "+
				"and learn no more; try a smaller -lr (it is %s), or -activation tanh",
				math.Round(f.idle*float64(n)), n, l+1, d.x.cfg.Rate.String())
		}
	}
	return ""
}

func (d *doctor) saturatedUnits(e event.Epoch) string {
	layers := d.now()
	for l, f := range layers[:len(layers)-1] {
		if g := d.x.trainer.Net.Layers[l].G.Name; g != "relu" && f.idle >= fullPart && d.stuck(e) {
			return fmt.Sprintf("%.0f %% of what the %s units of layer %d give is saturated, where g′ is nearly 0; "+
				"try -init glorot, scaled inputs, or a smaller -lr (it is %s)",
				100*f.idle, g, l+1, d.x.cfg.Rate.String())
		}
	}
	return ""
}

func (d *doctor) vanishingGradient(e event.Epoch) string {
	layers := d.now()
	first, last := layers[0].delta, layers[len(layers)-1].delta
	if len(layers) < 3 || !d.stuck(e) || first > vanished*last {
		return ""
	}
	return fmt.Sprintf("the gradient vanishes on its way back: δ of layer 1 is %.2g of that of layer %d; "+
		"try -activation relu or tanh, -init glorot, or fewer layers",
		first/last, len(layers))
}

func (d *doctor) risingCost(e event.Epoch) string {
	if e.TrainCost > 1.5*d.guess.Cost && d.stuck(e) && d.moves() {
		return fmt.Sprintf("the steps are too large: the training cost is %.4g, "+
			"above the %.4g of an answer that does not look at the inputs; "+
			"try a smaller -lr (it is %s)",
			e.TrainCost, d.guess.Cost, d.x.cfg.Rate.String())
	}
	if e.TrainCost < d.lowest.TrainCost+risen*d.guess.Cost {
		return ""
	}
	return fmt.Sprintf("the training cost rises: it is %.4g, after %.4g in epoch %d; try a smaller -lr (it is %s)",
		e.TrainCost, d.lowest.TrainCost, d.lowest.Epoch, d.x.cfg.Rate.String())
}

func (d *doctor) sameAnswer(e event.Epoch) string {
	if !d.oneClass || !d.stuck(e) || d.guess.Share[0] > 0.8 {
		return ""
	}
	return fmt.Sprintf("all answers are the same class, as if the inputs did not count: "+
		"no better than always answering %s: %.2f %%; try %s",
		d.x.data.Classes[d.guess.Class], 100*d.guess.Share[d.part()], d.otherRate())
}

// part is the part that accuracies are of: 1 for the test part, where there is one.
func (d *doctor) part() int { return min(d.x.data.Test.N, 1) }

// moves says that a step is not small beside the weights.
func (d *doctor) moves() bool {
	t := d.x.trainer
	for l, f := range d.now() {
		if t.Adam && t.Rate[l] > 1e-5 || !t.Adam && t.Rate[l]*f.gradient > 1e-5*f.weights {
			return true
		}
	}
	return false
}

// otherRate is what to try where little is learned.
func (d *doctor) otherRate() string {
	if d.moves() {
		return fmt.Sprintf("another -lr (it is %s) or -init", d.x.cfg.Rate.String())
	}
	return fmt.Sprintf("a larger -lr (it is %s)", d.x.cfg.Rate.String())
}

func (d *doctor) stillCost(e event.Epoch) string {
	if !d.stuck(e) {
		return ""
	}
	return fmt.Sprintf("the training cost does not move: it is %.4g, "+
		"and an answer that does not look at the inputs costs %.4g; try %s",
		e.TrainCost, d.guess.Cost, d.otherRate())
}

func (d *doctor) shuffledLabels(e event.Epoch) string {
	n, share := d.x.data.Test.N, d.guess.Share[1]
	if e.TestAccuracy == nil || d.x.cfg.ClassWeight != "" || n < fewSamples || share > 0.9 ||
		*e.TrainAccuracy < d.guess.Share[0]+0.2 || scores.SignificantlyAbove(*e.TestAccuracy, share, n, 2) {
		return ""
	}
	return fmt.Sprintf("%.2f %% of the training samples are right and only %.2f %% of the test samples, "+
		"as by chance: the labels look shuffled, or the inputs say nothing about them",
		100**e.TrainAccuracy, 100**e.TestAccuracy)
}

// learnedByHeart looks at five epochs: single ones are far off where steps are large.
func (d *doctor) learnedByHeart(e event.Epoch) string {
	text := d.farAhead(e)
	d.far = append(d.far, text != "")
	d.far = d.far[max(0, len(d.far)-5):]
	times := 0
	for _, far := range d.far {
		if far {
			times++
		}
	}
	if len(d.far) < 5 && e.Epoch < d.x.cfg.Epochs || 2*times <= len(d.far) || text == "" {
		return ""
	}
	return text + ": the samples are learned by heart; try -l2, -dropout, or -valid 0.1 with -patience 5"
}

// farAhead says how far training is ahead of test, if it is far.
func (d *doctor) farAhead(e event.Epoch) string {
	switch {
	case d.x.data.Test.N < fewSamples:
	case e.TestAccuracy != nil && *e.TrainAccuracy > *e.TestAccuracy+ahead:
		return fmt.Sprintf("training is far ahead of test: %.2f %% right, and %.2f %%",
			100**e.TrainAccuracy, 100**e.TestAccuracy)
	case e.TestRMSE != nil && d.x.cfg.Cost == "mse":
		train := *d.x.rmse(Result{MSE: 2 * e.TrainCost / float64(d.x.data.Outputs())})
		if *e.TestRMSE > aheadRMSE*train && *e.TestRMSE > 0.3*d.guess.RMSE[1] {
			return fmt.Sprintf("training is far ahead of test: RMSE %s, and %s",
				text.Significant(train, 3), text.Significant(*e.TestRMSE, 3))
		}
	}
	return ""
}

// conclude says of a run that ends no better than guessing that it does.
func (d *doctor) conclude(out *Printer, bar *progress) {
	if d == nil {
		return
	}
	e, part, name := d.x.final, d.part(), [2]string{"training", "test"}[d.part()]
	accuracy, rmse := e.TestAccuracy, e.TestRMSE
	if part == 0 {
		accuracy = e.TrainAccuracy
		if d.x.data.Classes == nil && d.x.cfg.Cost == "mse" {
			rmse = d.x.rmse(Result{MSE: 2 * e.TrainCost / float64(d.x.data.Outputs())})
		}
	}
	if d.x.data.Test.N < fewSamples && e.TrainCost < learned*d.guess.Cost || d.sameLabels(e) != "" {
		return
	}
	c := scores.Comparison{Part: name, N: []int{d.x.data.Train.N, d.x.data.Test.N}[part], Classes: d.x.data.Classes,
		Weighted: d.x.cfg.ClassWeight != "", Accuracy: accuracy, RMSE: rmse, Recall: d.x.done.Quality.Recall(),
		Commonest: d.guess.Class, Share: d.guess.Share[part], BaseRMSE: d.guess.RMSE[part]}
	sentence := c.Worse()
	if sentence == "" {
		return
	}
	if steps := d.steps(e); steps < enoughSteps {
		sentence += fmt.Sprintf(", after %s: train longer, with more -epochs", text.Plural(steps, "step"))
	}
	if !out.JSON {
		bar.blank()
	}
	d.say("guessing", 0, "the run ends no better than guessing: "+sentence, out, bar)
}

// remedy is what to try where the numbers have become too large.
func (x *experiment) remedy() string {
	text := fmt.Sprintf("try a smaller -lr (it is %s), or check -init and -scale", x.cfg.Rate.String())
	if d := x.doctor; d != nil {
		d.fill(d.batch.in[0], d.batch.y, 0, 0, len(d.batch.cost))
		if d.inputs = rootMeanSquare(d.batch.in[0]); d.inputs > unscaled {
			text = d.sizeOfInputs() + ": leave out -scale, or " + text
		}
	}
	return text
}

// figures are the layers' figures over the epochs.
func (d *doctor) figures() (all []report.Figure) {
	if d == nil || len(d.course) < 2 {
		return nil
	}
	log := func(label string) report.Axis { return report.Axis{Label: label + " (log scale)", Log: true} }
	for _, f := range []struct {
		kind  report.Kind
		title string
		y     report.Axis
		value func(f finding) float64
	}{
		{report.Gradients, "Gradient", log("typical ∂C/∂w"), func(f finding) float64 { return f.gradient }},
		{report.Activations, "Activations", log("typical a"), func(f finding) float64 { return f.activation }},
		{report.Idle, "Dead or saturated", report.Axis{Label: "part", Percent: true, To: 0.1},
			func(f finding) float64 { return f.idle }},
	} {
		figure := report.Figure{Kind: f.kind, Title: f.title + ", layer by layer", X: report.Axis{Label: "epoch"}, Y: f.y}
		for l, layer := range d.x.trainer.Net.Layers {
			if f.kind == report.Idle && layer.G.Name == "linear" {
				continue
			}
			line := report.Line{Name: fmt.Sprintf("layer %d", l+1)}
			for _, look := range d.course {
				line.X, line.Y = append(line.X, float64(look.epoch)), append(line.Y, f.value(look.layers[l]))
			}
			if !f.y.Log || slices.Max(line.Y) > 0 {
				figure.Lines = append(figure.Lines, line)
			}
		}
		if figure.Lines != nil {
			all = append(all, figure)
		}
	}
	return all
}
