package workbook

// BatchStep is exercise 7: the mean over a mini-batch.
//
// Every sample pulls the weights its own way. A mini-batch is a few samples, xs[0], xs[1], … with ys[0], ys[1],
// …, that take one step together. Their cost is the mean of the costs of each; so their gradient is the mean of
// the gradients of each, all with the same weights. Then there is one update:
//
//	C = (1/n) Σₛ Cₛ     ∂C/∂W = (1/n) Σₛ ∂Cₛ/∂W     ∂C/∂b = (1/n) Σₛ ∂Cₛ/∂b
//	W ← W − η·∂C/∂W     b ← b − η·∂C/∂b
//
// Shapes for n samples with 2 inputs and 1 output: xs n×2, ys n×1. Gradients have the same shapes as in
// exercise 6, and so has the mean of n of them. Return C, as it was before the update.
//
// Worked: 4 samples have ∂C/∂w = 1, 2, −1 and 2. The mean is 4/4 = 1; with η = 0.5 the weight becomes
// smaller by 0.5.
//
// Start with your Step of exercise 6, and put a loop over the samples around what must be done for each
// sample. The update stays outside the loop.
func BatchStep(net *Network, xs, ys [][]float64, rate float64) (cost float64) {
	// solution:
	n := float64(len(xs))
	dW1, db1 := zeros(len(net.W1), len(net.B1)), make([]float64, len(net.B1))
	dW2, db2 := zeros(len(net.W2), len(net.B2)), make([]float64, len(net.B2))
	for s := range xs {
		z1, a1 := forward(xs[s], net.W1, net.B1)
		z2, _ := forward(a1, net.W2, net.B2)
		c, delta2 := output(z2, ys[s], net.Softmax)
		delta1 := back(delta2, net.W2, z1)
		w2, b2 := gradients(a1, delta2)
		w1, b1 := gradients(xs[s], delta1)
		addTimes(dW2, w2, 1/n)
		addTimesList(db2, b2, 1/n)
		addTimes(dW1, w1, 1/n)
		addTimesList(db1, b1, 1/n)
		cost += c / n
	}
	addTimes(net.W2, dW2, -rate)
	addTimesList(net.B2, db2, -rate)
	addTimes(net.W1, dW1, -rate)
	addTimesList(net.B1, db1, -rate)
	return cost
	// not done yet:
	// return 0
}
