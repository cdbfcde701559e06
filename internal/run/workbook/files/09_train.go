package workbook

// Train is exercise 9: the training loop.
//
// One step does little. A training is many: in each epoch every sample is used once, in an order that is
// shuffled anew, cut into mini-batches of so many; the last one has what is left over.
//
//	for each epoch:
//	    shuffle the samples
//	    for each mini-batch:
//	        batchStep(net, its x, its y, rate)
//
// Shapes: xs and ys have a row for each sample, and xs[i] belongs to ys[i], also after shuffling.
//
// Worked: 10 samples with batch = 4 are cut into 4, 4 and 2: three steps an epoch, 30 in 10 epochs. An
// order may be 7 2 9 0, 4 1 8 3, 6 5.
//
// shuffled(n), in network.go, gives the numbers 0 to n − 1 in a new order each time. Call batchStep, in
// small letters. With a right loop the network learns XOR: 1 if one of two inputs is 1, and 0 if none is
// or both are, which no single layer can.
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
