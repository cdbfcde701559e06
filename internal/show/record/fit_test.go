package record

import (
	"fmt"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/chart"
)

// samples has n samples of one input, from −10 to 30 in steps of 0.4, again and again; the target is their number.
func samples(n int) *dataset.Dataset {
	d := &dataset.Dataset{Train: dataset.Set{N: n, Dim: 1}}
	for i := range n {
		d.Train.Values = append(d.Train.Values, float64(i%101)*0.4-10)
		d.Train.Targets = append(d.Train.Targets, float64(i))
	}
	return d
}

// fitOf is a network on d: of a scaled input x, (x − 2)/2 in its unit, the hidden units are 3x and −x, and the output
// is their sum. Its prediction is 4 times that and 7. Its predictions for samples are 3 and 4 too large, in turn.
func fitOf(d *dataset.Dataset) Fit {
	return Fit{Title: "one", Data: d, In: dataset.Scale{Shift: []float64{2}, Factor: []float64{0.5}},
		Out: dataset.Scale{Shift: []float64{7}, Factor: []float64{0.25}},
		Outputs: func(rows [][]float64) [][][]float64 {
			var hidden, last [][]float64
			for _, x := range rows {
				hidden, last = append(hidden, []float64{3 * x[0], -x[0]}), append(last, []float64{2 * x[0]})
			}
			return [][][]float64{hidden, last}
		},
		Evaluate: func(set *dataset.Set, n int) (outputs []float64) {
			for i, y := range set.Targets[:n] {
				outputs = append(outputs, (y+3+float64(i%2)-7)/4)
			}
			return outputs
		}}
}

// The curve has 81 points from the least to the greatest input: one every ½.
func TestFiguresOfOneInputShowTheCurveAndTheUnits(t *testing.T) {
	d := samples(600)
	d.Test = d.Train.Slice(0, 3)
	figures := fitOf(d).Figures()
	if len(figures) != 2 || figures[0].Title != "one: Data and fit" ||
		figures[1].Title != "one: Outputs of the hidden units, layer 1" || len(figures[1].Lines) != 2 {
		t.Fatalf("got %+v, want a curve, and two units", figures)
	}
	curve := figures[0].Lines[0]
	if len(curve.X) != 81 {
		t.Fatalf("got %d points, want 81", len(curve.X))
	}
	for i, x := range curve.X {
		scaled := (x - 2) * 0.5
		if wantX, wantY := float64(i)*0.5-10, 4*2*scaled+7; x != wantX || curve.Y[i] != wantY {
			t.Fatalf("point %d: got (%v, %v), want (%v, %v)", i, x, curve.Y[i], wantX, wantY)
		}
		for j, want := range []float64{3 * scaled, -scaled} {
			if unit := figures[1].Lines[j]; unit.X[i] != x || unit.Y[i] != want || unit.Name != fmt.Sprint("unit ", j+1) {
				t.Fatalf("%s: got (%v, %v), want unit %d at (%v, %v)", unit.Name, unit.X[i], unit.Y[i], j+1, x, want)
			}
		}
	}
}

// Of the 600 training samples 500 are drawn. The caption has the RMSE over all of them: 3² and 4² in turn give
// √12.5 = 3.5355; the three test samples √(34/3) = 3.3665.
func TestFiguresOfOneInputShowTheSamples(t *testing.T) {
	d := samples(600)
	d.Test = d.Train.Slice(0, 3)
	f := fitOf(d).Figures()[0]
	train, test := f.Lines[1], f.Lines[2]
	if len(train.X) != 500 || train.X[1] != d.Train.Values[1] || train.Y[499] != 499 ||
		len(test.X) != 3 || test.Y[2] != 2 {
		t.Errorf("got %v and %v, want the first 500 and 3 samples", train, test)
	}
	const want = " The training points lie 3.536 from it (root mean square)." +
		" The test points lie 3.367 from it (root mean square)."
	if f.More != want {
		t.Errorf("got %q, want %q", f.More, want)
	}
	for n, want := range map[int]int{0: 2, 1: 3} {
		d.Test = d.Train.Slice(0, n)
		if got := len(fitOf(d).Figures()[0].Lines); got != want {
			t.Errorf("%d test samples: got %d lines, want %d", n, got, want)
		}
	}
	d.Classes = []string{"a"}
	if got := fitOf(d).Figures(); got != nil {
		t.Errorf("of classes: got %v, want no figure", got)
	}
}

// The predictions are those for the test set or, if there is none, for the training set: 4 times an output, and 7.
func TestFiguresOfSeveralInputsShowPredictionsOverTrueValues(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 3, Dim: 2, Values: make([]float64, 6), Targets: []float64{3, 1, 2}}}
	fit := Fit{Data: d, Out: dataset.Scale{Shift: []float64{7}, Factor: []float64{0.25}},
		Evaluate: func(s *dataset.Set, n int) []float64 { return s.Targets[:n] }}
	for _, c := range []struct {
		test dataset.Set
		want string
	}{
		{d.Train.Slice(0, 2), "prediction: test samples [3 1] [19 11], exact [1 3] [1 3]"},
		{dataset.Set{}, "prediction: training samples [3 1 2] [19 11 15], exact [1 3] [1 3]"},
	} {
		d.Test = c.test
		f := fit.Figures()[0]
		points, exact := f.Lines[0], f.Lines[1]
		got := fmt.Sprintf("%s: %s %v %v, %s %v %v", f.Kind, points.Name, points.X, points.Y, exact.Name, exact.X, exact.Y)
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestUnitsFigureShowsThirtyUnits(t *testing.T) {
	f := Fit{}.unitsFigure(2, []float64{0}, [][]float64{make([]float64, 31)})
	if len(f.Lines) != 30 || f.Kind != chart.Units || f.Title != "Outputs of the hidden units, layer 2" {
		t.Errorf("got %d lines, %s, %s; want 30 of layer 2", len(f.Lines), f.Kind, f.Title)
	}
}
