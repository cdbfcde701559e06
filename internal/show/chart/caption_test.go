package chart

import (
	"strings"
	"testing"
)

// A captionCase is a figure and the end of its caption: the sentence that is made from its values.
type captionCase struct {
	f    Figure
	want string
}

func checkCaptions(t *testing.T, cases []captionCase) {
	t.Helper()
	for _, c := range cases {
		if got := c.f.Draw("id").Caption; !strings.HasSuffix(got, c.want) {
			t.Errorf("%s of %v:\ngot  %q\nwant … %q", c.f.Kind, c.f.Lines, got, c.want)
		}
	}
}

// line has the values y at epoch 1, 2, 3 …
func line(name string, y ...float64) Line {
	x := []float64{1, 2, 3, 4}
	return Line{Name: name, X: x[:len(y)], Y: y}
}

func overEpochs(k Kind, lines ...Line) Figure {
	return Figure{Kind: k, X: Axis{Label: "epoch"}, Lines: lines}
}
func inPercent(k Kind, lines ...Line) Figure {
	return Figure{Kind: k, Y: Axis{Percent: true}, Lines: lines}
}

// A rise of less than 2 % is hardly more, and one of more than 1000 % is not given in percent.
func TestCaptionOfACostSaysWhereItIsLowest(t *testing.T) {
	const heart = "learns its samples by heart."
	later := Line{Name: "test", X: []float64{0.5, 1.23456, 2}, Y: []float64{4, 1.23456, 2.01}}
	checkCaptions(t, []captionCase{
		{overEpochs("cost ce", line("training", 4, 3), line("test", 3, 3.0597)),
			" Of the values drawn, the test cost is lowest, 3, at epoch 1, and hardly more at the end."},
		{overEpochs("cost ce", line("training", 4, 3), line("test", 3, 3.063)),
			"at epoch 1; from there it has risen by 2.1 %, while that of training has fallen."},
		{overEpochs("cost ce", line("training", 4, 4), line("test", 3, 4)),
			"at epoch 1; from there it has risen by 33 %."},
		{overEpochs("cost ce", line("training", 4, 4), line("test", 2, 21)),
			"at epoch 1; from there it has risen by 950 %."},
		{overEpochs("cost ce", line("training", 4, 4), line("test", 2, 2.3456e300)),
			"at epoch 1; from there it has risen to 2.35e+300."},
		{overEpochs("cost ce", line("training", 4, 3), line("validation", 1, 2), line("test", 2, 1)),
			"the test cost is lowest, 1, at the end."},
		{overEpochs("cost ce", line("training", 4, 3, 2), later),
			" lowest, 1.23, at epoch 1.235; from there it has risen by 63 %."},
		{overEpochs("rmse", line("training", 4, 3, 3, 2), line("validation", 5, 2, 2, 3)),
			" Of the values drawn, the validation RMSE is lowest, 2, at epoch 2; from there it has risen by 50 %, while " +
				"that of training has fallen."},
		{overEpochs("rmse", line("training", 4, 3, 3, 3), line("validation", 5, 3, 2, 3)),
			" lowest, 2, at epoch 3; from there it has risen by 50 %."},
		{overEpochs("cost ce", line("training", 4, 3), line("test", 2)), heart}, // one value tells nothing
		{overEpochs("cost ce", line("test", 4, 3)), heart},
		{overEpochs("cost ce", line("training", 4, 3), line("test", nan, 3)), heart},
		{overEpochs("cost ce", line("training", 2, 1)), "It falls as long as the network learns."},
	})
}

// If -patience restored earlier weights, the gap is that of their epoch.
func TestCaptionOfAnAccuracySaysHowLargeTheGapIs(t *testing.T) {
	const noGap = "samples that the network has not seen."
	chosen := func(epoch float64, lines ...Line) Figure {
		f := overEpochs("accuracy", lines...)
		f.Best = &epoch
		return f
	}
	three := []Line{line("training", 0.5, 0.7, 0.9), line("test", 0.4, 0.65, 0.3)}
	checkCaptions(t, []captionCase{
		{inPercent("accuracy", line("training", 0, 0.98764), line("validation", 0.5, 0.95123)),
			" Here it is 3.64 points in the end: 98.76 % for training, 95.12 % for validation."},
		{inPercent("accuracy", line("training", 0, 0.5), line("test", 0, 0.4)),
			" Here it is 10.00 points in the end: 50.00 % for training, 40.00 % for test."},
		{inPercent("accuracy", line("training", 0, 0.5), line("test", 0.5, 0.75)),
			" Here there is none in the end: 50.00 % for training, 75.00 % for test."},
		{inPercent("accuracy", line("training", 0, 0.5), line("test", 0.5, 0.5)),
			" Here there is none in the end: 50.00 % for training, 50.00 % for test."},
		{chosen(2, three...),
			" Here it is 5.00 points at epoch 2, whose weights are kept: 70.00 % for training, 65.00 % for test."},
		{chosen(1, three...),
			" Here it is 10.00 points at epoch 1, whose weights are kept: 50.00 % for training, 40.00 % for test."},
		{chosen(123456, Line{Name: "training", X: []float64{1, 123456}, Y: []float64{0, 0.5}},
			Line{Name: "test", X: []float64{1, 123456}, Y: []float64{0, 0.4}}),
			"points at epoch 123456, whose weights are kept: 50.00 % for training, 40.00 % for test."},
		{chosen(2.5, three...), noGap},
		{inPercent("accuracy", line("training", 0, 0.5), line("test", 1)), noGap},
		{inPercent("accuracy", line("test", 0, 0.5)), noGap},
		{inPercent("accuracy", line("training", 0, 0.5)), "It rises as long as the network learns."},
	})
}

// The slope is that of least squares: of (1, 2), (2, 1), (3, 3) it is ½.
func TestCaptionOfPredictionsSaysHowSteepTheCloudIs(t *testing.T) {
	const noSlope = "keeps too near to the mean."
	points := func(x, y []float64) Line { return Line{X: x, Y: y, Points: true} }
	checkCaptions(t, []captionCase{
		{overEpochs(Prediction, points([]float64{1, 2, 3}, []float64{2, 1, 3})),
			" Here the straight line through the cloud has a slope of 0.5, where the exact one has 1."},
		{overEpochs(Prediction, points([]float64{0, 3}, []float64{0, 1})),
			"has a slope of 0.333, where the exact one has 1."},
		{overEpochs(Prediction, points([]float64{2, 2}, []float64{1, 3})), noSlope},
		{overEpochs(Prediction, points([]float64{1, 2}, []float64{1, nan})), noSlope},
		{overEpochs(Prediction, points([]float64{1}, []float64{1})), noSlope},
		{overEpochs(Prediction), noSlope},
	})
}

func TestCaptionsOfTheOtherKinds(t *testing.T) {
	const noRange = "the test set only says what the choice was worth."
	const noneAhead = "The higher line has learned more so far."
	checkCaptions(t, []captionCase{
		{overEpochs(Units, line("", 0, 0.125), line("", 0.0625, 0), line("", 0, 0.1), line(""), line("", 5),
			line("", 3, 2.95, 3)), " Here 3 of 6 change by less than 0.1 over the whole range."},
		{overEpochs(Units, line("", 0, 0.5), line("", 0.5, 0)), "stretched and turned over."},
		{overEpochs(Units), "stretched and turned over."},

		{inPercent(Sweep, line("validation", 0.512345, 0.9)), " Here the validation set goes from 51.23 % to 90 %."},
		{inPercent(Sweep, line("validation", 0.987654, 0.5)), " Here the validation set goes from 50 % to 98.77 %."},
		{inPercent(Sweep, line("validation", 0.5)), noRange},
		{inPercent(Sweep, line("validation", 0.5, nan)), noRange},

		{overEpochs(Learning, line("a", 1, 2, 3), line("b", 1, 3, 4)),
			" Here b is ahead of a at 2 of 3 epochs that are shown."},
		{overEpochs(Learning, line("a", 1), line("b", 1)), " Here b is ahead of a at 0 of 1 epochs that are shown."},
		{overEpochs(Learning, line("a", 1), line("b", 1, 2)), noneAhead},
		{overEpochs(Learning, line("a"), line("b")), noneAhead},
		{overEpochs(Learning, line("a", 1)), noneAhead},
		{overEpochs(Learning, line("a", 1), line("b", 1), line("c", 1)), noneAhead},

		{Figure{Kind: Gradients, Y: Axis{Log: true}, Lines: []Line{line("a", 1, 0)}},
			" Values of 0 have no place on a log scale, and are not drawn."},
		{Figure{Kind: Gradients, Lines: []Line{line("a", 1, 0)}}, "learns far more slowly."},
		{Figure{Kind: Activations}, "no longer tells samples apart."},
		{Figure{Kind: Idle}, "they learn no more, or hardly."},
		{Figure{Kind: Fit, More: " Mine."}, "not through each of them. Mine."},
		{Figure{Kind: Fit, Caption: "Mine."}, "Mine."},
		{Figure{Kind: Plain}, "What is drawn is named along the axes, and in the legend."},
	})
}
