package workbook

// LearnDigits is exercise 10: digits.
//
// Here your own functions of exercises 1 to 5, 7 and 9 learn to read handwriting. Each of the images is a
// picture of a digit with 28×28 pixels, in a list of 784 numbers: 0 is paper and 255 is ink. labels says which
// digit each one is. Make a network, train it, and return a function that reads a digit. The test will show it
// 1,000 pictures that the network has not seen; it should read more than 90 % of them.
//
//	x[k] = pixel[k]/255                 between 0 and 1, which suits σ
//	y = (0, 0, 0, 1, 0, 0, 0, 0, 0, 0)  for a 3: ten outputs, 1 for the right digit and 0 for the others
//	read: the digit with the largest output
//
// Shapes: x 784, W1 784×30, W2 30×10, y 10.
//
// Worked: if the outputs are (0.01, 0.02, 0.9, 0.07, 0, …), the digit is a 2.
//
// newNetwork, in network.go, makes a network; let it have softmax. Call train and forward, in small letters.
// 30 hidden neurons, 5 epochs, mini-batches of 10 and a rate of 0.5 are enough, and take a few seconds. You can
// read the digit from z2 itself: the largest number of z is also the largest of softmax(z). In Go, float64(p)
// makes a number from a pixel, and return func(image []byte) int { … } returns a function.
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
