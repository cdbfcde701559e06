package workbook

// Train is exercise 9: the training loop.
//
// One step does little, so training takes many. Each epoch uses every sample once, in a newly shuffled order,
// divided into mini-batches of the given size. The last mini-batch of an epoch has the samples that are left
// over.
//
//	for each epoch:
//	    shuffle the samples
//	    for each mini-batch:
//	        batchStep(net, its x, its y, rate)
//
// Shapes: xs and ys have a row for each sample, and xs[i] belongs to ys[i], also after shuffling.
//
// Worked: with batch = 4, 10 samples are divided into 4, 4 and 2. That is three steps in an epoch, and 30 in
// 10 epochs. The order may be 7 2 9 0, 4 1 8 3, 6 5.
//
// shuffled(n), in network.go, returns the numbers 0 to n − 1 in a new order each time. Call batchStep, in
// small letters. If your loop is right, the network learns XOR: the answer is 1 if exactly one of two inputs
// is 1, and else 0. No network with a single layer can learn this.
func Train(net *Network, xs, ys [][]float64, epochs, batch int, rate float64) {
	// solution:
	for range epochs {
		order := shuffled(len(xs))
		for len(order) > 0 {
			n := min(batch, len(order))
			var bx, by [][]float64
			for _, i := range order[:n] {
				bx = append(bx, xs[i])
				by = append(by, ys[i])
			}
			batchStep(net, bx, by, rate)
			order = order[n:]
		}
	}
	// not done yet:
}
