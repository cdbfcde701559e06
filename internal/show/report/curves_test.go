package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/show/chart"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// TestCurves: marks lie where their values belong, and words and table say the same.
func TestCurves(t *testing.T) {
	values := []float64{0.8, 0.4, 0.1}
	r := &Report{Classes: []string{"a", "b"}, Cost: ce}
	r.Begin()
	for i, v := range values {
		r.Add(Epoch{i + 1, [3]float64{v, math.NaN(), 2 * v}, [3]float64{1 - v, math.NaN(), 0.9 - v}})
	}
	html := page(t, r)
	mark := regexp.MustCompile(`d="M(\S+) (\S+?)m[^"]*" data-x="([^"]*)"><title>([^<]*)</title>`)
	for c, id := range []string{"curve0", "curve1"} {
		_, svg, _ := strings.Cut(html, `<svg id="`+id)
		svg, table, _ := strings.Cut(svg, "</svg>")
		found := map[string][2]float64{}
		for _, m := range mark.FindAllStringSubmatch(svg, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			found[m[4]] = [2]float64{x, y}
		}
		if len(found) != 6 {
			t.Fatalf("%s has %d values, want 2 parts × 3 epochs", id, len(found))
		}
		for i, v := range values {
			for part, name := range []string{"training", "test"} {
				text, height := chart.Numeral([]float64{v, 2 * v}[part], 6), math.Log(v*float64(1+part)/0.1)/math.Log(16)
				if c == 1 {
					score := []float64{1 - v, 0.9 - v}[part]
					text, height = chart.Numeral(100*score, 6)+" %", (score-0.1)/0.8
				}
				at, ok := found[fmt.Sprintf("epoch %d: %s %s", i+1, name, text)]
				if want := 232 + height*(42-232); !ok || math.Abs(at[1]-want) > 0.01 {
					t.Errorf("%s, epoch %d, %s %s: at height %v (%v), want %.2f", id, i+1, name, text, at[1], ok, want)
				}
				if want := 78 + float64(i)*(418-78)/2; math.Abs(at[0]-want) > 0.01 {
					t.Errorf("%s, epoch %d: at %v, want %.2f", id, i+1, at[0], want)
				}
				if !strings.Contains(table, "<td>"+text+"</td>") {
					t.Errorf("%s: the table lacks %s", id, text)
				}
			}
		}
	}
}

// TestCurvesOf: which curves a run has, along which axes.
func TestCurvesOf(t *testing.T) {
	three := func(v float64) [3]float64 { return [3]float64{v, nan, 2 * v} }
	epochs := func(numbers ...int) (all []Epoch) {
		for _, n := range numbers {
			all = append(all, Epoch{n, three(float64(n)), three(0.1)})
		}
		return all
	}
	chosen := 2.0
	published := chart.Line{X: []float64{1}, Y: []float64{5}}
	digits := []string{"0", "1"}
	const training, test = "training [1 2] [1 2]", "test [1 2] [2 4]"
	for _, c := range []struct {
		r    Report
		past []Epoch
		want []string
	}{
		{Report{Classes: digits, Cost: ce, Chosen: &chosen}, epochs(1, 2), []string{
			"Cost (cost ce), epoch false × cost (log scale) true, 0 to 0, best true: " + training + ", " + test,
			"Accuracy (accuracy), epoch false × right answers false, 0 to 0, best true: training [1 2] [0.1 0.1], test [1 " +
				"2] [0.2 0.2]"}},
		{Report{Cost: mse, Loss: "half", Axes: Axes{ScoreFrom: 0.5, ScoreTo: 2}, Published: [2]chart.Line{published}},
			epochs(1, 2), []string{
				"Loss (cost half), epoch false × loss (log scale) true, 0 to 0, best false: " + training + ", " + test +
					", published [1] [5]",
				"Error of the prediction (rmse), epoch false × RMSE (log scale) true, 0.5 to 2, best false: training [1 2] [0.1 " +
					"0.1], test [1 2] [0.2 0.2]"}},
		{Report{Cost: mse, Axes: Axes{Linear: true}}, epochs(1, 2, 10, 100), []string{
			"Cost (cost mse), epoch false × cost false, 0 to 0, best false: training [1 2 10 100] [1 2 10 100], test [1 2 " +
				"10 100] [2 4 20 200]",
			"Error of the prediction (rmse), epoch false × RMSE false, 0 to 0, best false: training [1 2 10 100] [0.1 0.1 " +
				"0.1 0.1], test [1 2 10 100] [0.2 0.2 0.2 0.2]"}},
		{Report{Cost: bce, Published: [2]chart.Line{{}, published}}, []Epoch{{1, three(3), [3]float64{nan, nan, nan}}},
			[]string{"Cost (cost bce), epoch false × cost (log scale) true, 0 to 0, best false: " +
				"training [1] [3], test [1] [6]"}},
	} {
		c.r.past = c.past
		var got []string
		for _, f := range c.r.curves() {
			var lines []string
			for _, l := range f.Lines {
				lines = append(lines, fmt.Sprint(l.Name, " ", l.X, " ", l.Y))
			}
			got = append(got, fmt.Sprintf("%s (%s), %s %v × %s %v, %v to %v, best %v: %s", f.Title, f.Kind, f.X.Label, f.X.Log,
				f.Y.Label, f.Y.Log, f.Y.From, f.Y.To, f.Best == &chosen, strings.Join(lines, ", ")))
			if !f.Table || f.Y.Percent != (f.Kind == "accuracy") {
				t.Errorf("%s: a table %v, in per cent %v", f.Title, f.Table, f.Y.Percent)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("curves are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	// Beside what is published, the values before training are said and not drawn.
	r := Report{Classes: digits, Cost: ce, Published: [2]chart.Line{{}, published}, past: epochs(0, 1, 2)}
	f := r.curves()
	if got := fmt.Sprint(f[1].Lines,
		f[1].More); got != "[{training [1 2] [0.1 0.1] false false} {test [1 2] [0.2 0.2] false false} "+
		"{published [1] [5] false false}] Before training it is 10 % for training, 20 % for test, which is not drawn, so "+
		"that there is room to tell the other values from those published." || len(f[0].Lines[0].X) != 3 || f[0].More != "" {
		t.Errorf("%s, and of the cost %v%s", got, f[0].Lines, f[0].More)
	}
	// Epochs that were taken ever more seldom: the last is more than four times that in the middle.
	for _, c := range []struct {
		past []Epoch
		want string
	}{{epochs(1, 2, 25, 101), "epoch (log scale)"}, {epochs(1, 2, 25, 100), "epoch"}, {epochs(1, 2, 3), "epoch"},
		{epochs(1, 10, 30), "epoch"}} {
		r := Report{Cost: ce, past: c.past[:1]}
		for _, e := range c.past[1:] {
			r.snapshots = append(r.snapshots, snapshot{epoch: e})
		}
		if f := r.curves()[0]; f.X.Label != c.want || f.X.Log != (c.want != "epoch") {
			t.Errorf("epochs %v: along %+v, want %s", c.past, f.X, c.want)
		}
	}
}
