package baseline

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// AddLinear adds to q how good the linear model is on the test set, and by how much it beats the network on each
// sample: in right answers or in squared error. network and linear are the outputs of the two.
func AddLinear(q *event.Quality, d *dataset.Dataset, scale dataset.Scale, network, linear []float64) {
	n, k := d.Test.N, d.Outputs()
	q.LinearLead = make([]float64, n)
	if d.Classes != nil {
		right := 0
		byNetwork, byLinear := scores.Answers(network, k), scores.Answers(linear, k)
		for i, y := range d.Test.Labels {
			if byLinear[i] == y {
				right++
				q.LinearLead[i]++
			}
			if byNetwork[i] == y {
				q.LinearLead[i]--
			}
		}
		accuracy := float64(right) / float64(n)
		q.Linear = &accuracy
		return
	}
	sum := 0.0
	for i := range linear {
		y := scaledTarget(&d.Test, scale, i)
		ofNetwork, ofLinear := (network[i]-y)/scale.Factor[0], (linear[i]-y)/scale.Factor[0]
		square := float64(ofLinear * ofLinear)
		q.LinearLead[i/k] += float64(ofNetwork*ofNetwork) - square
		sum += square
	}
	rmse := math.Sqrt(sum / float64(n*k))
	q.LinearRMSE = &rmse
}

// BehindLinear returns a sentence if the network is worse than the linear model, and "" if it is not, or if the
// difference may be chance. lead says by how much the linear model is better on each sample: the mean must be two
// standard errors above 0. And the difference must matter: at least one percentage point, or 3 % of the RMSE.
func BehindLinear(accuracy, rmse, linear, linearRMSE *float64, lead []float64) string {
	const fewest = 20 // samples: with fewer, nothing is said
	standardError := scores.Deviation(lead) / math.Sqrt(float64(len(lead)))
	mayBeChance := len(lead) < fewest || !(scores.Mean(lead) > 2*standardError)
	unknown := linear == nil && linearRMSE == nil
	switch {
	case mayBeChance || unknown:
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
