package baseline

import (
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// Of four samples the network has the first two right, and the linear model the second and the third.
func TestAddLinearCountsRightAnswers(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Test: dataset.Set{N: 4, Labels: []int32{0, 1, 1, 0}}}
	q := &event.Quality{}
	AddLinear(q, d, dataset.Scale{}, []float64{2, 1, 0, 1, 5, 4, 0, 1}, []float64{0, 1, 3, 4, 0, 9, 0, 1})
	lead := []float64{-1, 0, 1, 0}
	if q.Linear == nil || *q.Linear != 0.5 || q.LinearRMSE != nil || !slices.Equal(q.LinearLead, lead) {
		t.Errorf("got %+v, want an accuracy of ½ and the lead %v", q, lead)
	}
}

// The errors, in the unit of the numbers to predict, are 1, 2 and 2 of the network and 2, 2 and 0 of the linear model.
func TestAddLinearComparesSquaredErrors(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 1, Targets: []float64{0}},
		Test: dataset.Set{N: 3, Targets: []float64{10, 20, 30}}}
	scale := dataset.Scale{Shift: []float64{20}, Factor: []float64{0.1}}
	q := &event.Quality{}
	AddLinear(q, d, scale, []float64{-0.9, 0.2, 1.2}, []float64{-1.2, -0.2, 1})
	if q.LinearRMSE == nil || !near(*q.LinearRMSE, math.Sqrt(8.0/3)) || q.Linear != nil {
		t.Errorf("got %+v, want an RMSE of √(8/3)", q)
	}
	for i, want := range []float64{1 - 4, 4 - 4, 4 - 0} {
		if math.Abs(q.LinearLead[i]-want) > 1e-9 {
			t.Errorf("sample %d: got a lead of %v, want %v", i, q.LinearLead[i], want)
		}
	}
	// Of two numbers each, the errors are 1, 0 and 0, 2 of the network, and 0, 3 and 0, 1 of the linear model.
	d = &dataset.Dataset{Train: dataset.Set{N: 1, Targets: []float64{0, 0}},
		Test: dataset.Set{N: 2, Targets: []float64{10, 20, 30, 40}}}
	AddLinear(q, d, dataset.EvenScale(2, 1), []float64{11, 20, 30, 42}, []float64{10, 23, 30, 41})
	if !near(*q.LinearRMSE, math.Sqrt(10.0/4)) || !slices.Equal(q.LinearLead, []float64{1 - 9, 4 - 1}) {
		t.Errorf("two numbers: got an RMSE of %v and the lead %v, want √(10/4), and −8 and 3", *q.LinearRMSE, q.LinearLead)
	}
}

// The linear model must be better by two standard errors and by one percentage point. If 20 samples are right only with
// it, and 10 only with the network, that is 10/√30 = 1.8 standard errors; 25 to 10 are 2.5.
func TestBehindLinearIsNotByChance(t *testing.T) {
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
		got := BehindLinear(&c.accuracy, nil, &c.linear, nil, c.lead)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%v and %v of %d: got %q, want %q", c.accuracy, c.linear, len(c.lead), got, c.want)
		}
	}
	// Of numbers, the RMSE must be better by 3 %.
	for _, c := range []struct {
		network, linear float64
		want            string
	}{
		{4, 3.88, ""},
		{4, 3.8799, "test RMSE 3.88 with -hidden none, and 4 with this network"},
		{4.12345, 2.34567, "test RMSE 2.346 with -hidden none, and 4.123 with this network"},
	} {
		got := BehindLinear(nil, &c.network, nil, &c.linear, lead(100, 25, 10))
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("an RMSE of %v and %v: got %q, want %q", c.network, c.linear, got, c.want)
		}
	}
	if got := BehindLinear(of(1), nil, nil, nil, lead(100, 25, 10)); got != "" {
		t.Errorf("without a linear model: got %q, want nothing", got)
	}
}
