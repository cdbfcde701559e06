// Captions: sentences about what a figure shows, made from its values.

package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

func (f Figure) caption() string {
	if f.Caption != "" {
		return f.Caption
	}
	words := f.captionOfKind()
	for _, l := range f.Lines {
		if f.Y.Log && slices.Contains(l.Y, 0) {
			return words + " Values of 0 have no place on a log scale, and are not drawn."
		}
	}
	return words
}

func (f Figure) captionOfKind() string {
	kind, _, _ := strings.Cut(string(f.Kind), " ")
	switch Kind(kind) {
	case "cost":
		if !f.hasUnseen() {
			return "It falls as long as the network learns." + f.More
		}
		return "Where the cost on the test set rises while the training cost still falls, the network " +
			"learns its samples by heart." + f.lowest("cost") + f.More
	case "accuracy":
		if !f.hasUnseen() {
			return "It rises as long as the network learns." + f.More
		}
		return "The gap between training and test is what does not carry over to samples that the network has not " +
			"seen." + f.gap() + f.More
	case "rmse":
		return "How far a prediction is off, typically, in the target’s own unit." + f.lowest("RMSE") + f.More
	case Fit:
		return "The line should go through the middle of the points, not through each of them." + f.More
	case Units:
		return "Each line is one unit: the next layer can only add these shapes, stretched and turned over." +
			f.flatLines()
	case Prediction:
		return "The nearer to the line, the better; a cloud that lies flatter than the line keeps too near to the " +
			"mean." + f.slope()
	case Sweep:
		return "The validation set alone chooses the value (the upright line); the test set only says what the " +
			"choice was worth." + f.validationRange() + f.More
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

// line returns the line of that name, or nil if it has less than two values.
func (f Figure) line(name string) *Line {
	for i := range f.Lines {
		if l := &f.Lines[i]; l.Name == name && len(l.Y) > 1 {
			return l
		}
	}
	return nil
}

// hasUnseen reports whether there is a line, however short, for samples that the network was not trained on.
func (f Figure) hasUnseen() bool {
	return slices.ContainsFunc(f.Lines, func(l Line) bool { return l.Name == "test" || l.Name == "validation" })
}

// trainingAndUnseen returns the line of the training set, and that of the test set or else the validation set; ok is
// false if one of them is missing.
func (f Figure) trainingAndUnseen() (training, unseen *Line, ok bool) {
	training, unseen = f.line("training"), f.line("test")
	if unseen == nil {
		unseen = f.line("validation")
	}
	return training, unseen, training != nil && unseen != nil
}

// lowest says where the line for unseen samples is lowest, and how far it has risen since.
func (f Figure) lowest(what string) string {
	training, unseen, ok := f.trainingAndUnseen()
	if !ok {
		return ""
	}
	least := slices.Index(unseen.Y, slices.Min(unseen.Y))
	if least < 0 { // there is a NaN
		return ""
	}
	last := len(unseen.Y) - 1
	words := fmt.Sprintf(" Of the values drawn, the %s %s is lowest, %s, ", unseen.Name, what, Numeral(unseen.Y[least], 3))
	if least == last {
		return words + "at the end."
	}
	words += fmt.Sprintf("at %s %s", f.X.name(), f.X.number(unseen.X[least], 4))
	rise := unseen.Y[last]/unseen.Y[least] - 1
	switch {
	case rise < 0.02:
		return words + ", and hardly more at the end."
	case rise > 10:
		return words + "; from there it has risen to " + Numeral(unseen.Y[last], 3) + "."
	}
	words += fmt.Sprintf("; from there it has risen by %s %%", Numeral(100*rise, 2))
	if k := slices.Index(training.X, unseen.X[least]); k >= 0 && training.Y[len(training.Y)-1] < training.Y[k] {
		words += ", while that of training has fallen"
	}
	return words + "."
}

// gap says how far training and unseen samples are apart at the end, or at the epoch whose weights were kept.
func (f Figure) gap() string {
	training, unseen, ok := f.trainingAndUnseen()
	if !ok {
		return ""
	}
	i, j, when := len(training.Y)-1, len(unseen.Y)-1, "in the end"
	if f.Best != nil {
		i, j = slices.Index(training.X, *f.Best), slices.Index(unseen.X, *f.Best)
		when = "at " + f.X.name() + " " + f.X.number(*f.Best, 6) + ", whose weights are kept"
	}
	if i < 0 || j < 0 {
		return ""
	}
	a, b := training.Y[i], unseen.Y[j]
	size := "there is none"
	if a > b {
		size = fmt.Sprintf("it is %.2f points", 100*(a-b))
	}
	return fmt.Sprintf(" Here %s %s: %.2f %% for training, %.2f %% for %s.", size, when, 100*a, 100*b, unseen.Name)
}

// flatLines says how many lines hardly change.
func (f Figure) flatLines() string {
	n := 0
	for _, l := range f.Lines {
		if len(l.Y) > 0 && slices.Max(l.Y)-slices.Min(l.Y) < 0.1 {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" Here %d of %d change by less than 0.1 over the whole range.", n, len(f.Lines))
}

// slope says how steep the straight line is that fits the points best, by least squares.
func (f Figure) slope() string {
	if len(f.Lines) == 0 {
		return ""
	}
	l := f.Lines[0]
	var mean, xy, xx float64
	for _, x := range l.X {
		mean += x / float64(len(l.X))
	}
	for i, x := range l.X {
		d := x - mean // the sum of d is 0, so that the mean of y makes no difference
		xy, xx = xy+d*l.Y[i], xx+d*d
	}
	if math.IsNaN(xx) || xx == 0 || math.IsNaN(xy) {
		return ""
	}
	return fmt.Sprintf(" Here the straight line through the cloud has a slope of %s, where the exact one has 1.",
		Numeral(xy/xx, 3))
}

// validationRange says from which to which value the validation scores of a sweep range.
func (f Figure) validationRange() string {
	l := f.line("validation")
	if l == nil || math.IsNaN(slices.Min(l.Y)) {
		return ""
	}
	return fmt.Sprintf(" Here the validation set goes from %s to %s.", f.Y.value(slices.Min(l.Y), 4),
		f.Y.value(slices.Max(l.Y), 4))
}

// ahead says how often the second of two trainings is ahead of the first.
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
