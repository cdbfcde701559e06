package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/show/chart"
)

// The frame and the values' places in it are those of package chart. The costs are 0.1, 0.4 and 1.6 over a logarithm,
// so that 0.4 lies in the middle.
func TestThePageDrawsTheCurvesAndListsTheirNumbers(t *testing.T) {
	r := &Report{Classes: letters(2), Cost: ce}
	r.Begin()
	r.Add(Epoch{1, [3]float64{0.4, nan, 1.6}, [3]float64{0.6, nan, 0.1}})
	r.Add(Epoch{2, [3]float64{0.1, nan, 0.4}, [3]float64{0.9, nan, 0.5}})
	page := pageOf(t, r)
	cost, score, found := strings.Cut(page, `<svg id="curve1"`)
	if !found {
		t.Fatal("the page has no second curve")
	}
	for _, c := range []struct {
		curve, place, title, cell string
	}{
		{cost, "M78.00 137.00", "epoch 1: training 0.4", "0.4"},
		{cost, "M418.00 232.00", "epoch 2: training 0.1", "0.1"},
		{cost, "M78.00 42.00", "epoch 1: test 1.6", "1.6"},
		{cost, "M418.00 137.00", "epoch 2: test 0.4", "0.4"},
		{score, "M418.00 42.00", "epoch 2: training 90 %", "90 %"},
		{score, "M418.00 137.00", "epoch 2: test 50 %", "50 %"},
	} {
		isMarked := slices.ContainsFunc(strings.Split(c.curve, `<path class="dot" d="`), func(mark string) bool {
			return strings.HasPrefix(mark, c.place+"m") && strings.Contains(mark, "<title>"+c.title+"</title>")
		})
		if !isMarked || !strings.Contains(c.curve, "<td>"+c.cell+"</td>") {
			t.Errorf("%q is not at %s, or %s not in the table", c.title, c.place, c.cell)
		}
	}
}

// describeCurve says in a line what a figure has.
func describeCurve(f chart.Figure) string {
	var lines []string
	for _, l := range f.Lines {
		lines = append(lines, fmt.Sprint(l.Name, " ", l.X, " ", l.Y))
	}
	return fmt.Sprintf("%s (%s), %s × %s, %v to %v: %s", f.Title, f.Kind, f.X.Label, f.Y.Label, f.Y.From, f.Y.To,
		strings.Join(lines, ", "))
}

// epochsOf has the cost n in epoch n, and twice that on the test set; the scores are 0.1 and 0.2.
func epochsOf(numbers ...int) (epochs []Epoch) {
	for _, n := range numbers {
		epochs = append(epochs, Epoch{n, [3]float64{float64(n), nan, float64(2 * n)}, [3]float64{0.1, nan, 0.2}})
	}
	return epochs
}

func TestCurves(t *testing.T) {
	chosen := 2.0
	published := chart.Line{X: []float64{1}, Y: []float64{5}}
	const costs, scores = "training [1 2] [1 2], test [1 2] [2 4]", "training [1 2] [0.1 0.1], test [1 2] [0.2 0.2]"
	for _, c := range []struct {
		name   string
		r      Report
		epochs []Epoch
		want   []string
	}{
		{"classes", Report{Classes: letters(2), Cost: ce, Chosen: &chosen}, epochsOf(1, 2), []string{
			"Cost (cost ce), epoch × cost (log scale), 0 to 0: " + costs,
			"Accuracy (accuracy), epoch × right answers, 0 to 0: " + scores,
		}},
		{"numbers, with a recipe's loss",
			Report{Cost: mse, Loss: "half", Axes: Axes{ScoreFrom: 0.5, ScoreTo: 2}, Published: [2]chart.Line{published}},
			epochsOf(1, 2), []string{
				"Loss (cost half), epoch × loss (log scale), 0 to 0: " + costs + ", published [1] [5]",
				"Error of the prediction (rmse), epoch × RMSE (log scale), 0.5 to 2: " + scores,
			}},
		{"linear axes", Report{Cost: mse, Axes: Axes{Linear: true}}, epochsOf(1, 2, 100), []string{
			"Cost (cost mse), epoch × cost, 0 to 0: training [1 2 100] [1 2 100], test [1 2 100] [2 4 200]",
			"Error of the prediction (rmse), epoch × RMSE, 0 to 0: training [1 2 100] [0.1 0.1 0.1], " +
				"test [1 2 100] [0.2 0.2 0.2]",
		}},
		{"no score", Report{Cost: bce, Published: [2]chart.Line{{}, published}},
			[]Epoch{{1, [3]float64{3, nan, 6}, [3]float64{nan, nan, nan}}}, []string{
				"Cost (cost bce), epoch × cost (log scale), 0 to 0: training [1] [3], test [1] [6]",
			}},
	} {
		c.r.past = c.epochs
		var got []string
		for _, f := range c.r.curves() {
			got = append(got, describeCurve(f))
			for _, a := range []chart.Axis{f.X, f.Y} {
				if want := strings.Contains(a.Label, "log scale"); a.Log != want {
					t.Errorf("%s: the axis %q: got logarithmic %v, want %v", c.name, a.Label, a.Log, want)
				}
			}
			if !f.Table || f.Y.Percent != (f.Kind == "accuracy") || f.Best != c.r.Chosen {
				t.Errorf("%s: got %+v, want a table, accuracies in percent, and what was chosen", c.name, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Beside published values, those before training would make the others too small to tell apart.
func TestCurvesPutValuesBeforeTrainingIntoWords(t *testing.T) {
	r := Report{Classes: letters(2), Cost: ce, Published: [2]chart.Line{{}, {X: []float64{1}, Y: []float64{5}}},
		past: epochsOf(0, 1, 2)}
	curves := r.curves()
	const want = "Accuracy (accuracy), epoch × right answers, 0 to 0: training [1 2] [0.1 0.1], test [1 2] [0.2 0.2], " +
		"published [1] [5]"
	if got := describeCurve(curves[1]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	const more = " Before training it is 10 % for training, 20 % for test, which is not drawn, so that there is room to " +
		"tell the other values from those published."
	if got := curves[1].More; got != more {
		t.Errorf("got %q, want %q", got, more)
	}
	if cost := curves[0]; len(cost.Lines[0].X) != 3 || cost.More != "" {
		t.Errorf("no cost is published: got %s%s, want all three values drawn", describeCurve(cost), cost.More)
	}
}

// The axis is logarithmic if the last epoch is more than four times the one in the middle.
func TestEpochAxis(t *testing.T) {
	for _, c := range []struct {
		epochs []Epoch
		want   string
	}{
		{epochsOf(1, 2, 25, 101), "epoch (log scale)"},
		{epochsOf(1, 2, 25, 100), "epoch"},
		{epochsOf(1, 10, 30), "epoch"},
	} {
		r := Report{Cost: ce, past: c.epochs[:1]}
		for _, e := range c.epochs[1:] {
			r.snapshots = append(r.snapshots, snapshot{epoch: e})
		}
		if x := r.curves()[0].X; x.Label != c.want || x.Log != (c.want != "epoch") {
			t.Errorf("%v: got %+v, want %s", c.epochs, x, c.want)
		}
	}
}
