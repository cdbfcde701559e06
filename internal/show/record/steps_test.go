package record

import (
	"fmt"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
)

// The samples are the first of each class, then the second of each, and so on.
func TestClassesInTurn(t *testing.T) {
	s := &dataset.Set{N: 9, Labels: []int32{2, 0, 0, 1, 2, 1, 1, 1, 1}}
	for n, want := range map[int]string{4: "[1 3 0 2]", 8: "[1 3 0 2 5 4 6 7]", 20: "[1 3 0 2 5 4 6 7 8]"} {
		if got := fmt.Sprint(classesInTurn(s, n)); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestStepSamplesHaveInputsAndClasses(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Inputs: []string{"u", "v", "w"},
		Train: dataset.Set{N: 18, Dim: 3, Values: make([]float64, 54), Labels: make([]int32, 18)}}
	d.Train.Values[3], d.Train.Labels[0] = 5, 1
	run := runOn(t, d)
	run.Rate = 0.2
	s := run.stepSamples()
	const want = "12 samples, [5 0 0] [0 0] a, then [0 0 0] [0 0] b, 0.2 [u v w]"
	got := fmt.Sprintf("%d samples, %v %v %s, then %v %v %s, %v %v", len(s.X), s.X[0], s.Y[0], s.Names[0], s.X[1], s.Y[1],
		s.Names[1], s.Rate, s.Inputs)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Samples of two inputs are drawn in a plane, which has room for 200. Those without a class are called by their
// target, with its name and the place in the file if they are known.
func TestStepSamplesOfAPlane(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 300, Dim: 2, Values: make([]float64, 600), Targets: make([]float64, 300)}}
	d.Train.Targets[199] = 199.12345
	run := runOn(t, d)
	if s := run.stepSamples(); len(s.X) != 200 || s.Names[199] != "199.1" {
		t.Errorf("got %d samples, the last %q; want 200 and 199.1", len(s.X), s.Names[len(s.Names)-1])
	}
	d.Train.Origin = dataset.Origin{File: "p.csv", Unit: "line", At: make([]int32, 300)}
	d.Columns = []table.Column{{Name: "x", Kind: table.Number}, {Name: "price", Kind: table.Label}}
	if got, want := run.stepSamples().Names[199], "price = 199.1, line 0 of p.csv"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	d.Train = dataset.Set{}
	if s := run.stepSamples(); s != nil {
		t.Errorf("without samples: got %+v", s)
	}
}
