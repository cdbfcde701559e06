package workbook

// LearnDigits is exercise 10: digits.
//
// Here your own exercises 1 to 5, 7 and 9 read handwriting. images are pictures of digits of 28×28 pixels, one after
// the other in a list of 784: 0 is paper and 255 is ink. labels say which digit each is. Make a network, train
// it, and give back a function that reads a digit. It will be asked about 1,000 pictures that you have not
// seen, and should read more than 90 % of them.
//
//	x[k] = pixel[k]/255                 between 0 and 1, as σ likes it
//	y = (0, 0, 0, 1, 0, 0, 0, 0, 0, 0)  for a 3: ten outputs, a 1 for the digit and 0 for the others
//	read: the digit whose output is the largest
//
// Shapes: x 784, W1 784×30, W2 30×10, y 10.
//
// Worked: where the outputs are (0.01, 0.02, 0.9, 0.07, 0, …), the digit read is 2.
//
// newNetwork, in network.go, makes a network; let it have softmax. Call train and forward, in small letters.
// 30 hidden neurons, 5 epochs, mini-batches of 10 and a rate of 0.5 will do, and take a few seconds. (Of z and of
// softmax(z) the same one is the largest, so for reading z is enough.) In Go, a number is made of a pixel by
// float64(p), and a function can be given back: return func(image []byte) int { … }.
func LearnDigits(images [][]byte, labels []int) (read func(image []byte) int) {
	// solution:
	scaled := func(image []byte) []float64 {
		x := make([]float64, len(image))
		for k, pixel := range image {
			x[k] = float64(pixel) / 255
		}
		return x
	}
	var xs, ys [][]float64
	for i, image := range images {
		y := make([]float64, 10)
		y[labels[i]] = 1
		xs, ys = append(xs, scaled(image)), append(ys, y)
	}
	net := newNetwork(784, 30, 10, true)
	train(net, xs, ys, 5, 10, 0.5)
	return func(image []byte) int {
		_, a1 := forward(scaled(image), net.W1, net.B1)
		z2, _ := forward(a1, net.W2, net.B2)
		best := 0
		for digit := range z2 {
			if z2[digit] > z2[best] {
				best = digit
			}
		}
		return best
	}
	// not done yet:
	// return nil
}
