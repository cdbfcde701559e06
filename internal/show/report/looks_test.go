package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/model/layers"
)

// TestLooks: the sentence over a figure says what its numbers say.
func TestLooks(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	epoch := Axis{Label: "epoch"}
	for _, c := range []struct {
		f    Figure
		want string
	}{
		{Figure{Kind: "cost ce", X: epoch, Lines: []Line{{Name: "training", X: x, Y: []float64{4, 3, 2, 1}},
			{Name: "test", X: x, Y: []float64{4, 2, 3, 4}}}},
			"Here the test cost is lowest, 2, at epoch 2; from there it has risen by 100 %, while that of training went on falling."},
		{Figure{Kind: "cost ce", X: epoch, Lines: []Line{{Name: "training", X: x, Y: []float64{4, 3, 4, 5}},
			{Name: "validation", X: x, Y: []float64{4, 2, 3, 4}}}},
			"Here the validation cost is lowest, 2, at epoch 2; from there it has risen by 100 %."},
		{Figure{Kind: "rmse", X: epoch, Lines: []Line{{Name: "training", X: x, Y: []float64{4, 3, 2, 1}},
			{Name: "test", X: x, Y: []float64{4, 3, 2.5, 2}}}}, "lowest, 2, at epoch 4, and still so at the end"},
		{Figure{Kind: "accuracy", Y: Axis{Percent: true}, Lines: []Line{{Name: "training", X: x, Y: []float64{0, 0, 0, 0.98}},
			{Name: "test", X: x, Y: []float64{0, 0, 0, 0.95}}}}, "Here it is 3 points in the end: 98 % for training, 95 % for test."},
		{Figure{Kind: Fit, Lines: []Line{{Name: "network", X: []float64{0, 2}, Y: []float64{0, 4}},
			{Name: "training", X: []float64{1, 2}, Y: []float64{3, 3}, Points: true}}}, "The training points lie 1 from it"},
		{Figure{Kind: Units, Lines: []Line{{X: x, Y: []float64{0, 0, 0, 0.05}}, {X: x, Y: x}}}, "Here 1 of 2 change by less than 0.1"},
		{Figure{Kind: Prediction, Lines: []Line{{X: x, Y: []float64{1, 1.5, 2, 2.5}}}}, "a slope of 0.5,"},
		{Figure{Kind: Sweep, Y: Axis{Percent: true}, Lines: []Line{{Name: "validation", X: x, Y: []float64{0.5, 0.9, 0.7, 0.1}}}},
			"goes from 10 % to 90 %"},
		{Figure{Kind: Learning, Lines: []Line{{Name: "a", X: x, Y: x}, {Name: "b", X: x, Y: []float64{0, 3, 3, 5}}}},
			"Here b is ahead of a at 2 of 4 epochs"},
		{Figure{Kind: Fit, Look: "Mine."}, "Mine."},
	} {
		if got := c.f.look(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not say %q", c.f.Kind, got, c.want)
		}
	}
}

// TestTableOfLines: lines that begin at different x stand in the right rows.
func TestTableOfLines(t *testing.T) {
	f := Figure{X: Axis{Label: "epoch"}, Lines: []Line{{Name: "ours", X: []float64{0, 1, 2}, Y: []float64{9, 8, 7}},
		{Name: "published", X: []float64{1, 3}, Y: []float64{6, 5}}}}
	_, rows := f.table()
	if got, want := fmt.Sprint(rows), "[[0 9 ] [1 8 6] [2 7 ] [3  5]]"; got != want {
		t.Errorf("rows are %s, want %s", got, want)
	}
	f = Figure{Lines: []Line{{X: []float64{1.23456789}, Y: []float64{0.98765432}}}, Y: Axis{Percent: true}}
	if title := f.chart("x").Series[0].Dots[0].Title; title != " 1.23457:  98.7654 %" {
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
	for _, s := range f.chart("x").Series {
		rows[s.Line] = true
		if end := s.Label + 7*len(s.Name); end > 440 {
			t.Errorf("%s ends at %d", s.Name, end)
		}
	}
	if len(rows) != 2 {
		t.Errorf("%d lines", len(rows))
	}
}

// TestWb: parameters are kept in the order of Wb, neuron by neuron, each with its bias first;
// the sentence says how far they have moved.
func TestWb(t *testing.T) {
	l := layers.Layer{Rows: 2, Cols: 3, Stride: 4, W: []float64{11, 21, 31, 0, 12, 22, 32, 0}, B: []float64{10, 20, 30}, Activation: "linear"}
	r := &Report{Layers: []layers.Layer{l}}
	r.Begin()
	if got, want := r.kept[0].weights[0], []float32{10, 11, 12, 20, 21, 22, 30, 31, 32}; !slices.Equal(got, want) {
		t.Errorf("Wb is %v, want %v", got, want)
	}
	l.B[0], l.W[0] = 40, 14 // by 30 and by 3, of 9
	r.Add(Epoch{Number: 1})
	if moved, _, still := r.movement(0); moved < 3.66 || moved > 3.67 || still < 0.777 || still > 0.778 {
		t.Errorf("moved by %v, and %v of them not at all", moved, still)
	}
	if h := r.heat(0); h.Rows != 9 || h.Followed != nil || !strings.Contains(h.Desc, "All 9 parameters") ||
		!strings.Contains(h.Desc, "78 % have not moved at all") {
		t.Errorf("%+v", h)
	}
	if text := r.moved(); !strings.Contains(text, "layer 1 moved, and still shows where it began (3.7 on a size of") {
		t.Error(text)
	}
	for i := range l.W {
		l.W[i] *= -1
	}
	r.Add(Epoch{Number: 2})
	if text := r.moved(); !strings.Contains(text, "moved far") {
		t.Error(text)
	}
}

// TestAllWeights: with AllWeights every parameter is kept, else some, in ascending order.
func TestAllWeights(t *testing.T) {
	for _, all := range []bool{false, true} {
		r := &Report{Layers: []layers.Layer{layer(rand.New(rand.NewPCG(1, 2)), 100, 50, "linear")}, AllWeights: all}
		r.Begin()
		r.Add(Epoch{Number: 1})
		n := map[bool]int{false: keepWeights, true: 101 * 50}[all]
		if h := r.heat(0); h.Rows != n || (h.Followed == nil) != all || !slices.IsSorted(h.Followed) {
			t.Errorf("all %v: %d rows, want %d; followed %v", all, h.Rows, n, h.Followed)
		}
	}
}

// TestSmoother: noise that stays noise is not called strokes.
func TestSmoother(t *testing.T) {
	r := images(16, 20)
	if text := r.smoother(); !strings.Contains(text, "about as noisy") {
		t.Error(text)
	}
	for i := range r.Layers[0].Rows { // one broad patch
		for j := range r.Layers[0].Cols {
			r.Layers[0].Row(i)[j] = float64(i%28/7) + float64(j)
		}
	}
	if text := r.smoother(); !strings.Contains(text, "noise has given way") {
		t.Error(text)
	}
	r.before, r.Layers[0] = r.neurons(), layer(rand.New(rand.NewPCG(3, 4)), 784, 16, "relu")
	if text := r.smoother(); !strings.Contains(text, "noisier") {
		t.Error(text)
	}
}

// TestLooksByHand: the end of each sentence, to the digit, and that nothing is said where there is too little to say.
func TestLooksByHand(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	line := func(name string, y ...float64) Line { return Line{Name: name, X: x[:len(y)], Y: y} }
	points := func(name string, x, y []float64) Line { return Line{Name: name, X: x, Y: y, Points: true} }
	figure := func(k Kind, lines ...Line) Figure { return Figure{Kind: k, X: Axis{Label: "epoch"}, Lines: lines} }
	percent := func(k Kind, lines ...Line) Figure { return Figure{Kind: k, Y: Axis{Percent: true}, Lines: lines} }
	late := Line{Name: "test", X: []float64{0.5, 1.23456, 2}, Y: []float64{4, 1.23456, 2}}
	bent := Line{X: []float64{1, 3, 5}, Y: []float64{0, 2, 10}}
	for _, c := range []struct {
		f    Figure
		want string
	}{
		// Where the line turns up: by 2 % at the least, and the first of several.
		{figure("cost ce", line("training", 4, 3), line("test", 3, 3.0597)),
			" Here the test cost is lowest, 3, at epoch 1, and still so at the end, or nearly."},
		{figure("cost ce", line("training", 4, 3), line("test", 3, 3.063)),
			"at epoch 1; from there it has risen by 2.1 %, while that of training went on falling."},
		{figure("cost ce", line("training", 4, 4), line("test", 3, 4)), "at epoch 1; from there it has risen by 33 %."},
		{figure("rmse", line("training", 4, 3, 3, 2), line("validation", 5, 2, 2, 3)),
			" Here the validation RMSE is lowest, 2, at epoch 2; from there it has risen by 50 %, while that of training " +
				"went on falling."},
		{figure("rmse", line("training", 4, 3, 3, 3), line("validation", 5, 3, 2, 3)),
			" lowest, 2, at epoch 3; from there it has risen by 50 %."},
		{figure("cost ce", line("training", 4, 3, 2), late),
			" lowest, 1.23, at epoch 1.235; from there it has risen by 62 %."},
		{figure("cost ce", line("training", 4, 3), line("validation", 1, 2), line("test", 2, 1)),
			"the test cost is lowest, 1, at epoch 2, and still so at the end, or nearly."},
		{figure("cost ce", line("training", 4, 3), line("test", 2)), "learns its samples by heart."},
		{figure("cost ce", line("test", 4, 3)), "learns its samples by heart."},
		{figure("cost ce", line("training", 4, 3), line("test", nan, 3)), "learns its samples by heart."},
		// The gap, of the last values.
		{percent("accuracy", line("training", 0, 0.98764), line("validation", 0.5, 0.95123)),
			" Here it is 3.6 points in the end: 98.76 % for training, 95.12 % for validation."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 0.5, 0.75)),
			" Here it is −25 points in the end: 50 % for training, 75 % for test."},
		{percent("accuracy", line("training", 0, 0.5), line("test", 0, 0.4)),
			" Here it is 10 points in the end: 50 % for training, 40 % for test."},
		{percent("accuracy", line("training", 0, 0.5)), "samples that the network has not seen."},
		{percent("accuracy", line("test", 0, 0.5)), "samples that the network has not seen."},
		// Distances, of 1 and 2, of 3 and of what lies beyond the line, which goes on.
		{figure(Fit, bent, points("training", []float64{2, 4}, []float64{2, 8})),
			" The training points lie 1.58 from it (root mean square)."},
		{figure(Fit, bent, points("a", []float64{3}, []float64{5}), points("b", []float64{0, 6}, []float64{-1, 14}),
			points("none", nil, nil)),
			"not through each of them. The a points lie 3 from it (root mean square). The b points lie 0 from it (root mean " +
				"square)."},
		{figure(Fit, bent, points("a", []float64{2}, []float64{nan}), line("b", 1, 2)), "not through each of them."},
		{figure(Fit, line("one", 1), points("a", []float64{2}, []float64{3})), "not through each of them."},
		// Lines that hardly change.
		{figure(Units, line("", 0, 0.125), line("", 0.0625, 0), line("", 0, 0.1), line(""), line("", 5),
			line("", 3, 2.95, 3)), " Here 3 of 6 change by less than 0.1 over the whole range."},
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
		{percent(Sweep, line("validation", 0.512345, 0.9)), " Here the validation part goes from 51.23 % to 90 %."},
		{percent(Sweep, line("validation", 0.5, 0.987654)), " Here the validation part goes from 50 % to 98.77 %."},
		{percent(Sweep, line("validation", 0.5)), "the test part only says what the choice was worth."},
		{percent(Sweep, line("validation", 0.5, nan)), "the test part only says what the choice was worth."},
		// Two trainings, of which only what is above counts.
		{figure(Learning, line("a", 1, 2, 3), line("b", 1, 3, 4)), " Here b is ahead of a at 2 of 3 epochs that are shown."},
		{figure(Learning, line("a", 1), line("b", 1)), " Here b is ahead of a at 0 of 1 epochs that are shown."},
		{figure(Learning, line("a", 1), line("b", 1, 2)), "The higher line has learned more so far."},
		{figure(Learning, line("a"), line("b")), "The higher line has learned more so far."},
		{figure(Learning, line("a", 1)), "The higher line has learned more so far."},
		{figure(Learning, line("a", 1), line("b", 1), line("c", 1)), "The higher line has learned more so far."},
		{figure(Gradients), "learns far more slowly."}, {figure(Activations), "no longer tells samples apart."},
		{figure(Idle), "they learn no more, or hardly."},
		{figure(Plain), "What is drawn is named along the axes, and in the legend."},
	} {
		if got := c.f.look(); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %q does not end with %q", c.f.Kind, got, c.want)
		}
	}
	for _, c := range []struct{ x, want float64 }{{0, -1}, {1, 0}, {2, 1}, {3, 2}, {4, 6}, {5, 10}, {6, 14}} {
		if got := bent.at(c.x); got != c.want {
			t.Errorf("at %v the line is %v high, want %v", c.x, got, c.want)
		}
	}
}
