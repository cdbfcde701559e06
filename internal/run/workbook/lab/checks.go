package lab

import (
	"fmt"
	"io"
	"math"
	"slices"

	"backprop/internal/run/workbook/grade"
)

// printChecks prints the gradient check and the step check, for a mini-batch and the first weights.
func (r *run) printChecks(out io.Writer) {
	batch := samples{r.training.xs[:r.Batch], r.training.ys[:r.Batch]}
	fmt.Fprintf(out, "The gradient check: the mean gradient of %d samples, by backpropagation\nand by central "+
		"differences\n",
		r.Batch)
	printComparison(out, "backprop", "central", r.gradient(batch), r.centralDifferences(batch, 0))
	before := r.net.Copy()
	want := r.centralDifferences(batch, r.Lambda)
	want.AddTimes(want.Copy(), -1-r.Rate) // −η times itself
	r.step(batch)
	step := r.net.Copy()
	step.AddTimes(before, -1)
	fmt.Fprintf(out, "\nThe step check: what one step with these samples did, and −η times the central\n"+
		"differences of the whole cost, with weight decay\n")
	printComparison(out, "the step", "should be", step, want)
}

// centralDifferences computes the gradient of the mean cost, with weight decay if lambda is not 0.
func (r *run) centralDifferences(s samples, lambda float64) *grade.Network {
	const h = 1e-5
	cost := func() float64 {
		c, _ := r.net.Gradient(s.xs, s.ys, grade.Back)
		for _, w := range slices.Concat(slices.Concat(r.net.W1, r.net.W2)...) {
			c += lambda / float64(2*len(r.training.xs)) * w * w
		}
		return c
	}
	gradient := r.net.Copy()
	to := gradient.Rows()
	for i, row := range r.net.Rows() {
		for j, old := range row {
			row[j] = old + h
			above := cost()
			row[j] = old - h
			below := cost()
			row[j] = old
			to[i][j] = (above - below) / (2 * h)
		}
	}
	return gradient
}

// printComparison compares the numbers of two networks, and prints the first few of each part.
func printComparison(out io.Writer, haveTitle, wantTitle string, have, want *grade.Network) {
	fmt.Fprintf(out, "%11s   %7s   %11s %11s %9s\n", "", "error", haveTitle, wantTitle, "quotient")
	for _, part := range []struct {
		name       string
		have, want []float64
	}{
		{"W1", slices.Concat(have.W1...), slices.Concat(want.W1...)},
		{"b1", have.B1, want.B1},
		{"W2", slices.Concat(have.W2...), slices.Concat(want.W2...)},
		{"b2", have.B2, want.B2},
	} {
		verdict, relative := "ok", relativeError(part.have, part.want)
		if !(relative < 1e-5) { // also if it is NaN
			verdict = "WRONG"
		}
		head := fmt.Sprintf("   %s %-5s   %7.1e", part.name, verdict, relative)
		for i, v := range part.have[:min(3, len(part.have))] {
			w := part.want[i]
			fmt.Fprintf(out, "%-21s   %11.6f %11.6f %9.4f\n", head, v, w, v/w+0) // + 0 turns −0 into 0
			head = ""
		}
	}
}

// relativeError is ‖have − want‖ / (‖have‖ + ‖want‖).
func relativeError(have, want []float64) float64 {
	difference, haveSquare, wantSquare := 0.0, 0.0, 0.0
	for i, v := range have {
		w := want[i]
		difference += (v - w) * (v - w)
		haveSquare += v * v
		wantSquare += w * w
	}
	return math.Sqrt(difference) / max(math.Sqrt(haveSquare)+math.Sqrt(wantSquare), 1e-300)
}
