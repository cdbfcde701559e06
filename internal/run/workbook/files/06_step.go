package workbook

// Step is exercise 6: the update, and when to do it.
//
// Now it all comes together, in one whole step with one sample: forward through both layers, δ of the last
// layer, δ one layer back, the gradients of both layers. Then each weight and bias of net moves a little
// against its gradient. η (eta), the learning rate, says how far:
//
//	W ← W − η·∂C/∂W      b ← b − η·∂C/∂b
//
// When: after everything else. δ1 needs W2 as it was when x went forward, so no weight may change before you
// have both δ.
//
// Shapes for a network with 2 inputs, 3 hidden neurons and 1 output: x 2, W1 2×3; z1, a1 and δ1 3;
// W2 3×1; z2, δ2 and y 1. The parameter rate is η.
//
// Worked: with W = 0.8, ∂C/∂W = −0.3 and η = 0.5, the new W is 0.8 − 0.5·(−0.3) = 0.95.
//
// You have everything you need: forward, output, back and gradients, in small letters, and addTimes and
// addTimesList in network.go. What are the inputs of the last layer? And which z belongs to which δ? At the
// end, net must contain the new weights and biases. The test calls them newW1, newb1, newW2 and newb2.
func Step(net *Network, x, y []float64, rate float64) {
	// solution:
	z1, a1 := forward(x, net.W1, net.B1)
	z2, _ := forward(a1, net.W2, net.B2)
	_, delta2 := output(z2, y, net.Softmax)
	delta1 := back(delta2, net.W2, z1)
	dW2, db2 := gradients(a1, delta2)
	dW1, db1 := gradients(x, delta1)
	addTimes(net.W2, dW2, -rate)
	addTimesList(net.B2, db2, -rate)
	addTimes(net.W1, dW1, -rate)
	addTimesList(net.B1, db1, -rate)
	// not done yet:
}
