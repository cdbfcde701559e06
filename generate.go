// Generate: the data set of generated digits, from internal/digits.
package main

import (
	"strings"

	"backprop/internal/digits"
)

// generateDigits is train samples to learn from and test samples, from random streams
// of their own, to test on. Each part has equally many of each class, give or take one.
func generateDigits(seed uint64, train, test int) *Dataset {
	part := func(number uint64, n int) Set {
		pixels, labels := digits.Draw(seed, number, n)
		return Set{N: n, Dim: digits.Side * digits.Side, Pixels: pixels, Labels: labels}
	}
	return &Dataset{Name: "generated digits", Train: part(1, train), Test: part(2, test),
		Classes: strings.Fields("0 1 2 3 4 5 6 7 8 9"), Width: digits.Side, Height: digits.Side}
}
