// Program 1 trains a network with a bug in it: see ../answers.go.
package main

import "backprop/internal/run/workbook/lab"

func main() {
	lab.Program{
		Number: 1,
		Hidden: 4, // neurons in the hidden layer
		Batch:  5, // samples in a mini-batch
		Rate:   1, // η
		Lambda: 0, // λ of the weight decay
		Epochs: 60,
		Seed:   3,
	}.Run()
}
