package scores

import (
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// TestAddLinear: of four samples the network has the first two right and the linear model the second and the third;
// of numbers, in their own unit, the errors are 1, 2 and 2 of the network and 2, 2 and 0 of the linear model.
func TestAddLinear(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Test: dataset.Set{N: 4, Labels: []int32{0, 1, 1, 0}}}
	q := &event.Quality{}
	AddLinear(q, d, dataset.Scale{}, []float64{2, 1, 0, 1, 5, 4, 0, 1}, []float64{0, 1, 3, 4, 0, 9, 0, 1})
	if q.Linear == nil || *q.Linear != 0.5 || q.LinearRMSE != nil || !slices.Equal(q.LinearLead, []float64{-1, 0, 1, 0}) {
		t.Errorf("%+v", q)
	}
	d = &dataset.Dataset{Train: dataset.Set{N: 1, Targets: []float64{0}},
		Test: dataset.Set{N: 3, Targets: []float64{10, 20, 30}}}
	scale := dataset.Scale{Shift: []float64{20}, Factor: []float64{0.1}}
	q = &event.Quality{}
	AddLinear(q, d, scale, []float64{-0.9, 0.2, 1.2}, []float64{-1.2, -0.2, 1})
	if q.LinearRMSE == nil || !near(*q.LinearRMSE, math.Sqrt(8.0/3)) || q.Linear != nil {
		t.Errorf("%+v, want an RMSE of √(8/3)", q)
	}
	for i, want := range []float64{1 - 4, 4 - 4, 4 - 0} {
		if math.Abs(q.LinearLead[i]-want) > 1e-9 {
			t.Errorf("it leads by %v", q.LinearLead)
		}
	}
}

// TestBehindLinear: where 20 samples are right with the linear model alone, and 10 with the network alone, that is
// 10/√30 = 1.8 standard errors, and 25 to 10 are 2.5; and it has to be more than a hundredth of all.
func TestBehindLinear(t *testing.T) {
	lead := func(n, plus, minus int) []float64 {
		list := make([]float64, n)
		for i := range plus + minus {
			list[i] = 1
			if i >= plus {
				list[i] = -1
			}
		}
		return list
	}
	const better = "82.50 % of the test samples are right with -hidden none, and 75.00 % with this network"
	for _, c := range []struct {
		accuracy, linear float64
		lead             []float64
		want             string
	}{
		{0.75, 0.825, lead(100, 25, 10), better}, {0.75, 0.825, lead(100, 20, 10), ""}, {0.75, 0.825, nil, ""},
		{0.75, 0.755, lead(10000, 50, 0), ""}, {0.75, 0.825, lead(19, 19, 0), ""}, {0.75, 0.825, lead(20, 20, 0), better},
		{0.825, 0.75, lead(100, 10, 25), ""},
	} {
		if got := BehindLinear(&c.accuracy, nil, &c.linear, nil, c.lead); c.want == "" && got != "" ||
			!strings.Contains(got, c.want) {
			t.Errorf("%v and %v of %d: %q, want %q", c.accuracy, c.linear, len(c.lead), got, c.want)
		}
	}
	for linear, want := range map[float64]bool{3.88: false, 3.8799: true} {
		got := BehindLinear(nil, of(4), nil, &linear, lead(100, 25, 10))
		if (got != "") != want || want && !strings.Contains(got, "test RMSE 3.88 with -hidden none, and 4 with this") {
			t.Errorf("an RMSE of %v: %q", linear, got)
		}
	}
	if got := BehindLinear(nil, of(4.12345), nil, of(2.34567), lead(100, 25, 10)); !strings.Contains(got,
		"RMSE 2.346 with "+
			"-hidden none, and 4.123 with") {
		t.Errorf("four digits: %q", got)
	}
	if got := BehindLinear(of(1), nil, nil, nil, lead(100, 25, 10)); got != "" {
		t.Errorf("without a linear model: %q", got)
	}
}

// TestCosts: what it costs always to answer ¾ and ¼ where halves are right, by hand; and nothing that cannot be had.
func TestCosts(t *testing.T) {
	q, p := []float64{0.5, 0.5}, []float64{0.75, 0.25}
	ln := -0.5 * (math.Log(0.75) + math.Log(0.25))
	for _, c := range []struct{ got, want float64 }{
		{CrossEntropy(q, p), ln}, {BinaryCrossEntropy(q, p), 2 * ln}, {HalfSquare(q, p), (0.0625 + 0.5625) / 2},
		{CrossEntropy(p, p), 0.75*math.Log(4.0/3) + 0.25*math.Log(4)}, {HalfSquare(p, p), 0.1875},
		{CrossEntropy([]float64{1, 0}, []float64{1, 0}), 0}, {CrossEntropy(q, []float64{1, 0}), math.Inf(1)},
	} {
		if c.got != c.want && !near(c.got, c.want) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 4, Labels: []int32{0, 0, 1, 0}},
		Test: dataset.Set{N: 2, Labels: []int32{0, 1}}}
	if b := BaselineOf(d, dataset.Scale{}, CrossEntropy, false, nil); !near(b.Cost[1], ln) {
		t.Errorf("%v on the test set, want %v", b.Cost[1], ln)
	}
	// The mean of 1 and 3 is 2, and the test set's 5 is 3 away.
	d = &dataset.Dataset{Train: dataset.Set{N: 2, Targets: []float64{1, 3}}, Test: dataset.Set{N: 1,
		Targets: []float64{5}}}
	if b := BaselineOf(d, dataset.EvenScale(1, 1), nil, true, nil); !near(b.Cost[1], 4.5) || !near(b.Cost[0], 0.5) {
		t.Errorf("%+v, want costs of ½ and 4½", b)
	}
	// As if they were probabilities: ¾ in training, of which the test set's ½ cost as above.
	d = &dataset.Dataset{Train: dataset.Set{N: 4, Targets: []float64{1, 1, 0, 1}},
		Test: dataset.Set{N: 2, Targets: []float64{0, 1}}}
	if b := BaselineOf(d, dataset.EvenScale(1, 1), BinaryCrossEntropy, false, nil); !near(b.Cost[1], ln) {
		t.Errorf("%v on the test set, want %v", b.Cost[1], ln)
	}
}
