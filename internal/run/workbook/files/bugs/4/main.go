// Program 4 trains a network with a bug in it: see ../answers.go.
package main

import "backprop/internal/run/workbook/lab"

func main() {
	lab.Program{
		Number: 4,
		Hidden: 8, // neurons in the hidden layer
		Batch:  5, // samples in a mini-batch
		Rate:   4, // η
		Lambda: 0, // λ of the weight decay
		Epochs: 60,
		Seed:   2,
	}.Run()
}
