// Program 5 trains a network with a bug in it: see ../answers.go.
package main

import "backprop/internal/run/workbook/lab"

func main() {
	lab.Program{
		Number: 5,
		Hidden: 8,   // neurons in the hidden layer
		Batch:  10,  // samples in a mini-batch
		Rate:   0.5, // η
		Lambda: 2,   // λ of the weight decay
		Epochs: 45,
		Seed:   1,
	}.Run()
}
