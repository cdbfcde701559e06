// Published: the numbers that tutorials and papers printed, and how a recipe counts its loss.
package main

import (
	"math"
)

// losses are what tutorials call the loss of a whole set, beside the cost that is descended. Recipes
// that have one evaluate the training set too, after each epoch and before the first.
var losses = map[string]func(x *experiment, r Result) float64{
	"half":  func(_ *experiment, r Result) float64 { return r.Cost }, // ½Σ(a−y)² a sample
	"mean":  func(_ *experiment, r Result) float64 { return r.MSE },  // over samples and outputs
	"sum":   sumOfSquares,
	"decay": decayed,
}

// sumOfSquares is Σ(a−y)² a sample, without ½.
func sumOfSquares(x *experiment, r Result) float64 { return r.MSE * float64(x.data.Outputs()) }

// decayed is C + λ/(2N)·Σw², with N the samples of the set that C is of.
func decayed(x *experiment, r Result) float64 {
	sum := 0.0
	for _, l := range x.trainer.Net.Layers {
		l.W.EachRow(func(w []float64) {
			for _, v := range w {
				sum = math.FMA(v, v, sum)
			}
		})
	}
	return r.Cost + float64(x.trainer.L2*sum)/float64(2*r.Samples)
}
