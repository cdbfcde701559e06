package chart

import (
	"fmt"
	"strings"
	"testing"
)

// TestTableOfLines: lines that begin at different x stand in the right rows.
func TestTableOfLines(t *testing.T) {
	f := Figure{X: Axis{Label: "epoch"}, Lines: []Line{{Name: "ours", X: []float64{0, 1, 2}, Y: []float64{9, 8, 7}},
		{Name: "published", X: []float64{1, 3}, Y: []float64{6, 5}}}}
	_, rows := f.table()
	if got, want := fmt.Sprint(rows), "[[0 9 ] [1 8 6] [2 7 ] [3  5]]"; got != want {
		t.Errorf("rows are %s, want %s", got, want)
	}
	f = Figure{Lines: []Line{{X: []float64{1.23456789}, Y: []float64{0.98765432}}}, Y: Axis{Percent: true}}
	if title := f.Draw("x").Series[0].Marks[0].Title; title != " 1.23457:  98.7654 %" {
		t.Errorf("a mark of six digits: %s", title)
	}
	if _, rows := f.table(); fmt.Sprint(rows) != "[[1.23457 98.7654 %]]" {
		t.Errorf("to six digits: %s", rows)
	}
}

// TestLegend: names that do not fit into one line go on in a second, within the chart.
func TestLegend(t *testing.T) {
	var f Figure
	for _, name := range []string{"training", "validation", "test", "published"} {
		f.Lines = append(f.Lines, Line{Name: name, X: []float64{1}, Y: []float64{1}})
	}
	rows := map[int]bool{}
	for _, s := range f.Draw("x").Series {
		rows[s.LegendY] = true
		if end := s.NameX + 7*len(s.Name); end > 440 {
			t.Errorf("%s ends at %d", s.Name, end)
		}
	}
	if len(rows) != 2 {
		t.Errorf("%d lines", len(rows))
	}
}

// TestCaptionsByHand: the end of each sentence, to the digit, and that nothing is said where there is too little to
// say.
func TestCaptionsByHand(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	line := func(name string, y ...float64) Line { return Line{Name: name, X: x[:len(y)], Y: y} }
	points := func(name string, x, y []float64) Line { return Line{Name: name, X: x, Y: y, Points: true} }
	figure := func(k Kind, lines ...Line) Figure { return Figure{Kind: k, X: Axis{Label: "epoch"}, Lines: lines} }
	percent := func(k Kind, lines ...Line) Figure { return Figure{Kind: k, Y: Axis{Percent: true}, Lines: lines} }
	chosen := func(at float64, lines ...Line) Figure {
		return Figure{Kind: "accuracy", X: Axis{Label: "epoch"}, Best: &at, Lines: lines}
	}
	late := Line{Name: "test", X: []float64{0.5, 1.23456, 2}, Y: []float64{4, 1.23456, 2}}
	for _, c := range []struct {
		f    Figure
		want string
	}{
		// Where the line turns up: by 2 % at the least, and the first of several.
		{figure("cost ce", line("training", 4, 3), line("test", 3, 3.0597)),
			" Of the values drawn, the test cost is lowest, 3, at epoch 1, and hardly more at the end."},
		{figure("cost ce", line("training", 4, 3), line("test", 3, 3.063)),
			"at epoch 1; from there it has risen by 2.1 %, while that of training has fallen."},
		{figure("cost ce", line("training", 4, 4), line("test", 2, 21)), "at epoch 1; from there it has risen by 950 %."},
		{figure("cost ce", line("training", 4, 4), line("test", 2, 2.5e300)),
			"at epoch 1; from there it has risen to 2.5e+300."},
		{figure("cost ce", line("training", 4, 4), line("test", 3, 4)), "at epoch 1; from there it has risen by 33 %."},
		{figure("rmse", line("training", 4, 3, 3, 2), line("validation", 5, 2, 2, 3)),
			" Of the values drawn, the validation RMSE is lowest, 2, at epoch 2; from there it has risen by 50 %, while " +
				"that of training has fallen."},
		{figure("rmse", line("training", 4, 3, 3, 3), line("validation", 5, 3, 2, 3)),
			" lowest, 2, at epoch 3; from there it has risen by 50 %."},
		{figure("cost ce", line("training", 4, 3, 2), late),
			" lowest, 1.23, at epoch 1.235; from there it has risen by 62 %."},
		{figure("cost ce", line("training", 4, 3), line("validation", 1, 2), line("test", 2, 1)),
			"the test cost is lowest, 1, at the end."},
		{figure("cost ce", line("training", 4, 3), line("test", 2)), "learns its samples by heart."},
		{figure("cost ce", line("test", 4, 3)), "learns its samples by heart."},
		{figure("cost ce", line("training", 4, 3), line("test", nan, 3)), "learns its samples by heart."},
		// The gap, of the last values.
		{percent("accuracy", line("training", 0, 0.98764), line("validation", 0.5, 0.95123)),
			" Here it is 3.64 points in the end: 98.76 % for training, 95.12 % for validation."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 0.5, 0.75)),
			"has not seen. Here there is none in the end: 50.00 % for training, 75.00 % for test."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 0.5, 0.5)),
			" Here there is none in the end: 50.00 % for training, 50.00 % for test."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 0, 0.4)),
			" Here it is 10.00 points in the end: 50.00 % for training, 40.00 % for test."},
		// Of weights that are those of an earlier epoch again, what they came to and not the last ones.
		{chosen(2, line("training", 0.5, 0.7, 0.9), line("test", 0.4, 0.65, 0.3)),
			" Here it is 5.00 points at epoch 2, whose weights are kept: 70.00 % for training, 65.00 % for test."},
		{chosen(123456, Line{Name: "training", X: []float64{1, 123456}, Y: []float64{0, 0.5}},
			Line{Name: "test", X: []float64{1, 123456}, Y: []float64{0, 0.4}}),
			"points at epoch 123456, whose weights are kept: 50.00 % for training, 40.00 % for test."},
		{chosen(2.5, line("training", 0.5, 0.7, 0.9), line("test", 0.4, 0.65, 0.3)),
			"samples that the network has not seen."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 1)), "samples that the network has not seen."},
		// Where nothing is held out, of nothing held out is spoken.
		{percent("accuracy", line("training", 0, 0.5)), "It rises as long as the network learns."},
		{figure("cost ce", line("training", 2, 1)), "It falls as long as the network learns."},
		{percent("accuracy", line("test", 0, 0.5)), "samples that the network has not seen."},
		// What the program adds.
		{Figure{Kind: Fit, More: " Mine."}, "not through each of them. Mine."},
		// Lines that hardly change.
		{figure(Units, line("", 0, 0.125), line("", 0.0625, 0), line("", 0, 0.1), line(""), line("", 5),
			line("", 3, 2.95, 3)), " Here 3 of 6 change by less than 0.1 over the whole range."},
		{figure(Units, line("", 0, 0.5), line("", 0.5, 0)), "stretched and turned over."},
		{figure(Units), "stretched and turned over."},
		// The slope of least squares, of (1, 2), (2, 1), (3, 3).
		{figure(Prediction, points("", []float64{1, 2, 3}, []float64{2, 1, 3})),
			" Here the straight line through the cloud has a slope of 0.5, where the exact one has 1."},
		{figure(Prediction, points("", []float64{0, 3}, []float64{0, 1})),
			"has a slope of 0.333, where the exact one has 1."},
		{figure(Prediction, line("", 1)), "keeps too near to the mean."}, {figure(Prediction), "keeps too near to the mean."},
		{figure(Prediction, points("", []float64{2, 2}, []float64{1, 3})), "keeps too near to the mean."},
		{figure(Prediction, line("", 1, nan)), "keeps too near to the mean."},
		// A sweep.
		{percent(Sweep, line("validation", 0.512345, 0.9)), " Here the validation set goes from 51.23 % to 90 %."},
		{percent(Sweep, line("validation", 0.5, 0.987654)), " Here the validation set goes from 50 % to 98.77 %."},
		{percent(Sweep, line("validation", 0.5)), "the test set only says what the choice was worth."},
		{percent(Sweep, line("validation", 0.5, nan)), "the test set only says what the choice was worth."},
		// Two trainings, of which only what is above counts.
		{figure(Learning, line("a", 1, 2, 3), line("b", 1, 3, 4)), " Here b is ahead of a at 2 of 3 epochs that are shown."},
		{figure(Learning, line("a", 1), line("b", 1)), " Here b is ahead of a at 0 of 1 epochs that are shown."},
		{figure(Learning, line("a", 1), line("b", 1, 2)), "The higher line has learned more so far."},
		{figure(Learning, line("a"), line("b")), "The higher line has learned more so far."},
		{figure(Learning, line("a", 1)), "The higher line has learned more so far."},
		{figure(Learning, line("a", 1), line("b", 1), line("c", 1)), "The higher line has learned more so far."},
		{Figure{Kind: Gradients, Y: Axis{Log: true}, Lines: []Line{line("a", 1, 0)}},
			" Values of 0 have no place on a log scale, and are not drawn."},
		{Figure{Kind: Gradients, Lines: []Line{line("a", 1, 0)}}, "learns far more slowly."},
		{figure(Gradients), "learns far more slowly."}, {figure(Activations), "no longer tells samples apart."},
		{figure(Idle), "they learn no more, or hardly."},
		{Figure{Kind: Fit, Caption: "Mine."}, "Mine."},
		{figure(Plain), "What is drawn is named along the axes, and in the legend."},
	} {
		if got := c.f.caption(); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %q does not end with %q", c.f.Kind, got, c.want)
		}
	}
}
