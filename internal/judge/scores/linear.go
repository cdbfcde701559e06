package scores

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// BesideLinear adds to q how good the linear model is at the test part, by its outputs, one after another, and by how
// much it does better than the network, sample by sample: in right answers, or in squared error.
func BesideLinear(q *event.Quality, d *dataset.Dataset, scale dataset.Scale, network, linear []float64) {
	n, k := d.Test.N, d.Outputs()
	q.LinearLead = make([]float64, n)
	if d.Classes != nil {
		right := 0.0
		said, byLinear := predicted(network, k), predicted(linear, k)
		for i, y := range d.Test.Labels {
			q.LinearLead[i] = one(byLinear[i] == y) - one(said[i] == y)
			right += one(byLinear[i] == y)
		}
		right /= float64(n)
		q.Linear = &right
		return
	}
	sum := 0.0
	for i := range linear {
		y := (d.Test.Targets[i] - scale.Shift[i%k]) * scale.Factor[i%k]
		off, byLinear := (network[i]-y)/scale.Factor[0], (linear[i]-y)/scale.Factor[0]
		square := float64(byLinear * byLinear)
		q.LinearLead[i/k] += float64(off*off) - square
		sum += square
	}
	rmse := math.Sqrt(sum / float64(n*k))
	q.LinearRMSE = &rmse
}

// BehindLinear is a sentence on a network that is worse than the linear model beside it, empty where it is not, or
// where that may be chance: by how much the linear model does better, sample by sample, has to be two standard errors
// above 0, and enough to matter.
func BehindLinear(accuracy, rmse, linear, linearRMSE *float64, lead []float64) string {
	deviation := Deviation(lead) / math.Sqrt(float64(len(lead)))
	if len(lead) < fewLeads || !(Mean(lead) > 2*deviation) {
		return ""
	}
	switch {
	case linear == nil && linearRMSE == nil:
		return ""
	case accuracy != nil && *linear > *accuracy+0.01:
		return fmt.Sprintf("the linear model is better: %.2f %% of the test samples are right with -hidden none, and "+
			"%.2f %% with this network", 100**linear, 100**accuracy)
	case accuracy == nil && *linearRMSE < 0.97**rmse:
		return fmt.Sprintf("the linear model is better: test RMSE %s with -hidden none, and %s with this network",
			text.Significant(*linearRMSE, 4), text.Significant(*rmse, 4))
	}
	return ""
}

// fewLeads are too few samples to say which of two models is better.
const fewLeads = 20

// one is 1 for true.
func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
