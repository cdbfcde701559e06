// Looks: the sentence over a figure, made from what was measured.

package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// look is what to look at, and what this run shows of it.
func (f Figure) look() string {
	if f.Look != "" {
		return f.Look
	}
	return f.said() + f.missing()
}

// missing says that there are values which a logarithmic scale has no place for.
func (f Figure) missing() string {
	for _, l := range f.Lines {
		if f.Y.Log && slices.Contains(l.Y, 0) {
			return " Values of 0 have no place on a log scale, and are not drawn."
		}
	}
	return ""
}

// said is what the kind of figure says.
func (f Figure) said() string {
	switch kind, _, _ := strings.Cut(string(f.Kind), " "); Kind(kind) {
	case "cost":
		if !f.tested() {
			return "It falls as long as the network learns." + f.More
		}
		return "Where the cost on the test set rises while the training cost still falls, the network " +
			"learns its samples by heart." + f.turned("cost") + f.More
	case "accuracy":
		if !f.tested() {
			return "It rises as long as the network learns." + f.More
		}
		return "The gap between training and test is what does not carry over to samples that the network has not " +
			"seen." + f.gap() + f.More
	case "rmse":
		return "How far a prediction is off, typically, in the target’s own unit." + f.turned("RMSE") + f.More
	case Fit:
		return "The line should go through the middle of the points, not through each of them." + f.More
	case Units:
		return "Each line is one unit: the next layer can only add these shapes, stretched and turned over." + f.flat()
	case Prediction:
		return "The nearer to the line, the better; a cloud that lies flatter than the line keeps too near to the " +
			"mean." + f.slope()
	case Sweep:
		return "The validation part alone chooses the value (the upright line); the test part only says what the " +
			"choice was worth." + f.spread() + f.More
	case Gradients:
		return "The lines should lie near each other: a first layer far below the last learns far more slowly."
	case Activations:
		return "A line that falls to nothing, or climbs without end, is a layer that no longer tells samples apart."
	case Idle:
		return "Relu units that are 0 for every sample, or outputs of sigmoid and tanh at their ends: they learn no " +
			"more, or hardly."
	case Learning:
		return "The higher line has learned more so far." + f.ahead()
	}
	return "What is drawn is named along the axes, and in the legend."
}

// line is the line of that name with at least two values, or nil.
func (f Figure) line(name string) *Line {
	for i := range f.Lines {
		if l := &f.Lines[i]; l.Name == name && len(l.Y) > 1 {
			return l
		}
	}
	return nil
}

// tested says whether there is a line of samples not seen, of however many values.
func (f Figure) tested() bool {
	return slices.ContainsFunc(f.Lines, func(l Line) bool { return l.Name == "test" || l.Name == "validation" })
}

// unseen is the line of the test part, or else of the validation part, or nil.
func (f Figure) unseen() *Line {
	if l := f.line("test"); l != nil {
		return l
	}
	return f.line("validation")
}

// turned says whether the line of samples not seen has turned up, and where.
func (f Figure) turned(what string) string {
	held, train := f.unseen(), f.line("training")
	if held == nil || train == nil {
		return ""
	}
	least := slices.Index(held.Y, slices.Min(held.Y))
	if least < 0 { // NaN
		return ""
	}
	last := len(held.Y) - 1
	best := fmt.Sprintf(" Of the values drawn, the %s %s is lowest, %s, ", held.Name, what, Numeral(held.Y[least], 3))
	rise := held.Y[last]/held.Y[least] - 1
	at := fmt.Sprintf("at %s %s", f.X.name(), f.X.text(held.X[least], 4))
	switch {
	case least == last:
		return best + "at the end."
	case rise < 0.02:
		return best + at + ", and hardly more at the end."
	case rise > 10:
		return best + at + "; from there it has risen to " + Numeral(held.Y[last], 3) + "."
	}
	fell := ""
	if k := slices.Index(train.X, held.X[least]); k >= 0 && train.Y[len(train.Y)-1] < train.Y[k] {
		fell = ", while that of training has fallen"
	}
	return best + fmt.Sprintf("%s; from there it has risen by %s %%%s.", at, Numeral(100*rise, 2), fell)
}

// gap is the difference of training and test in the end, or at the epoch whose weights were kept.
func (f Figure) gap() string {
	held, train := f.unseen(), f.line("training")
	if held == nil || train == nil {
		return ""
	}
	a, b, when := len(train.Y)-1, len(held.Y)-1, "in the end"
	if f.Best != nil {
		a, b = slices.Index(train.X, *f.Best), slices.Index(held.X, *f.Best)
		when = "at " + f.X.name() + " " + f.X.text(*f.Best, 6) + ", whose weights are kept"
	}
	if a < 0 || b < 0 {
		return ""
	}
	percent := func(v float64) string { return strings.ReplaceAll(fmt.Sprintf("%.2f", 100*v), "-", "−") }
	here := fmt.Sprintf(" Here it is %s points %s: ", percent(train.Y[a]-held.Y[b]), when)
	if train.Y[a] <= held.Y[b] {
		here = fmt.Sprintf(" Here there is none %s: ", when)
	}
	return here + fmt.Sprintf("%s %% for training, %s %% for %s.", percent(train.Y[a]), percent(held.Y[b]), held.Name)
}

// flat is how many of the lines hardly change.
func (f Figure) flat() string {
	n := 0
	for _, l := range f.Lines {
		if len(l.Y) > 0 && slices.Max(l.Y)-slices.Min(l.Y) < 0.1 {
			n++
		}
	}
	if len(f.Lines) == 0 {
		return ""
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" Here %d of %d change by less than 0.1 over the whole range.", n, len(f.Lines))
}

// slope is that of the straight line through the points.
func (f Figure) slope() string {
	if len(f.Lines) == 0 || len(f.Lines[0].X) < 2 {
		return ""
	}
	l := f.Lines[0]
	var mean, xy, xx float64
	for _, x := range l.X {
		mean += x / float64(len(l.X))
	}
	for i, x := range l.X {
		d := x - mean // all together they are 0, so that the mean of y makes no difference
		xy, xx = xy+d*l.Y[i], xx+d*d
	}
	if !(xx > 0) || math.IsNaN(xy) {
		return ""
	}
	return fmt.Sprintf(" Here the straight line through the cloud has a slope of %s, where the exact one has 1.",
		Numeral(xy/xx, 3))
}

// spread is between what the values of a sweep lie.
func (f Figure) spread() string {
	l := f.line("validation")
	if l == nil || math.IsNaN(slices.Min(l.Y)) {
		return ""
	}
	return fmt.Sprintf(" Here the validation part goes from %s to %s.", f.Y.value(slices.Min(l.Y), 4),
		f.Y.value(slices.Max(l.Y), 4))
}

// ahead is which of two trainings is ahead, and how often.
func (f Figure) ahead() string {
	if len(f.Lines) != 2 || len(f.Lines[0].Y) == 0 || len(f.Lines[0].Y) != len(f.Lines[1].Y) {
		return ""
	}
	a, b, n := f.Lines[0], f.Lines[1], 0
	for i := range a.Y {
		if b.Y[i] > a.Y[i] {
			n++
		}
	}
	return fmt.Sprintf(" Here %s is ahead of %s at %d of %d epochs that are shown.", b.Name, a.Name, n, len(a.Y))
}
