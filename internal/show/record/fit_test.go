package record

import (
	"fmt"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/show/chart"
)

// TestFit: the curve goes in 81 equal steps from the least to the greatest input, and is there what the network says;
// the samples beside it are the first 500 of each part.
func TestFit(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 600, Dim: 1}}
	for i := range 600 {
		d.Train.Values = append(d.Train.Values, float64(i%101)*0.4-10)
		d.Train.Targets = append(d.Train.Targets, float64(i))
	}
	d.Test = d.Train.Slice(0, 3)
	fit := Fit{Title: "one", Data: d, In: dataset.Scale{Shift: []float64{2}, Factor: []float64{0.5}},
		Out: dataset.Scale{Shift: []float64{7}, Factor: []float64{0.25}},
		Outputs: func(rows [][]float64) [][][]float64 { // two units, and their sum
			var hidden, last [][]float64
			for _, x := range rows {
				hidden, last = append(hidden, []float64{3 * x[0], -x[0]}), append(last, []float64{2 * x[0]})
			}
			return [][][]float64{hidden, last}
		},
		Evaluate: func(part *dataset.Set, n int) (outputs []float64) { // 3 and 4 too large, in turn, by the scale of 4
			for i, y := range part.Targets[:n] {
				outputs = append(outputs, (y+3+float64(i%2)-7)/4)
			}
			return outputs
		}}
	figures := fit.Figures()
	if len(figures) != 2 || len(figures[0].Lines) != 3 || len(figures[1].Lines) != 2 ||
		figures[0].Title != "one: Data and fit" || figures[1].Title != "one: Outputs of the hidden units, layer 1" {
		t.Fatalf("%+v, want a curve with two parts, and a layer of two units", figures)
	}
	curve, train, test := figures[0].Lines[0], figures[0].Lines[1], figures[0].Lines[2]
	if len(curve.X) != 81 || len(train.X) != 500 || len(test.X) != 3 || train.Y[499] != 499 ||
		train.X[1] != d.Train.Values[1] || test.Y[2] != 2 {
		t.Errorf("%d places, %d and %d samples", len(curve.X), len(train.X), len(test.X))
	}
	for i, at := range curve.X {
		x := (at - 2) * 0.5
		if want := float64(i)*0.5 - 10; at != want || curve.Y[i] != 4*2*x+7 {
			t.Fatalf("place %d is %v, want %v; the curve is there at %v, want %v", i, at, want, curve.Y[i], 4*2*x+7)
		}
		for j, want := range []float64{3 * x, -x} {
			if unit := figures[1].Lines[j]; unit.X[i] != at || unit.Y[i] != want || unit.Name != fmt.Sprint("unit ", j+1) {
				t.Fatalf("unit %d at %v: %v, want %v", j+1, at, unit.Y[i], want)
			}
		}
	}
	if want := " The training points lie 3.536 from it (root mean square). The test points lie 3.367 from it (root mean " +
		"square)."; figures[0].More != want { // √12.5 = 3.5355, √(34/3) = 3.3665
		t.Errorf("%q, want %q", figures[0].More, want)
	}
	for n, want := range map[int]int{0: 2, 1: 3} {
		d.Test = d.Train.Slice(0, n)
		if got := len(fit.Figures()[0].Lines); got != want {
			t.Errorf("with %d test samples, %d lines, want %d", n, got, want)
		}
	}
	d.Classes = []string{"a"}
	if fit.Figures() != nil {
		t.Error("a curve through classes")
	}
}

// TestPrediction: of several inputs, what the network predicts for the test set, or else for the training set,
// beside what is true.
func TestPrediction(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 3, Dim: 2, Values: make([]float64, 6), Targets: []float64{3, 1, 2}}}
	fit := Fit{Data: d, Out: dataset.Scale{Shift: []float64{7}, Factor: []float64{0.25}},
		Evaluate: func(s *dataset.Set, n int) []float64 { return s.Targets[:n] }}
	for _, c := range []struct {
		test dataset.Set
		want string
	}{{d.Train.Slice(0, 2), "test samples [3 1] [19 11]"}, {dataset.Set{}, "training samples [3 1 2] [19 11 15]"}} {
		d.Test = c.test
		f := fit.Figures()[0]
		points, exact := f.Lines[0], f.Lines[1]
		if got := fmt.Sprint(points.Name, " ", points.X, " ", points.Y); f.Kind != chart.Prediction || got != c.want ||
			fmt.Sprint(exact.X, exact.Y) != "[1 3] [1 3]" {
			t.Errorf("%s, want %s; exact is %v", got, c.want, exact)
		}
	}
}

// TestSteps: the page's own steps have the first sample of each class, then the second, up to twelve, or 200 in the
// plane; each with its class or number.
func TestSteps(t *testing.T) {
	labels := []int32{2, 0, 0, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	d := &dataset.Dataset{Classes: []string{"a", "b", "c"}, Inputs: []string{"u", "v", "w"},
		Train: dataset.Set{N: 18, Dim: 3, Values: make([]float64, 54), Labels: labels}}
	if got, want := classesInTurn(&d.Train, 12), []int32{1, 3, 0, 2, 5, 4, 6, 7, 8, 9, 10, 11}; !slices.Equal(got, want) {
		t.Errorf("samples %v, want %v", got, want)
	}
	if got := classesInTurn(&d.Train, 4); !slices.Equal(got, []int32{1, 3, 0, 2}) {
		t.Errorf("four samples: %v", got)
	}
	d.Train.Values[3] = 5
	run := runOn(t, d)
	run.Rate = 0.2
	s := run.stepSamples()
	const want = "[5 0 0] [0 0 0] [a b c a] 0.2 [u v w]"
	if got := fmt.Sprint(s.X[0], s.Y[0], s.Names[:4], s.Rate, s.Inputs); len(s.X) != 12 || got != want {
		t.Errorf("%v %v %v, rate %v, inputs %v", s.X[0], s.Y[0], s.Names, s.Rate, s.Inputs)
	}
	plane := &dataset.Dataset{Train: dataset.Set{N: 300, Dim: 2, Values: make([]float64, 600),
		Targets: make([]float64, 300)}}
	for i := range plane.Train.Targets {
		plane.Train.Targets[i] = float64(i) + 0.12345
	}
	run = runOn(t, plane)
	if s := run.stepSamples(); len(s.X) != 200 || s.Names[0] != "0.1234" && s.Names[0] != "0.1235" ||
		s.Names[199] != "199.1" {
		t.Errorf("%d samples, named %v", len(s.X), s.Names)
	}
	plane.Train.Origin = dataset.Origin{File: "p.csv", Unit: "line", At: make([]int32, 300)}
	plane.Columns = []table.Column{{Name: "x", Kind: table.Number}, {Name: "price", Kind: table.Label}}
	if s := run.stepSamples(); s.Names[199] != "price = 199.1, line 0 of p.csv" {
		t.Errorf("a number to predict with a name and a place is called %q", s.Names[199])
	}
	plane.Train = dataset.Set{}
	if run.stepSamples() != nil {
		t.Error("steps without a sample")
	}
}
