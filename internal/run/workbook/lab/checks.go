package lab

import (
	"fmt"
	"io"
	"math"
	"slices"

	"backprop/internal/run/workbook/grade"
)

// central is the gradient by central differences of the cost, with weight decay or without.
func (r *run) central(s samples, lambda float64) *grade.Network {
	const h = 1e-5
	g := r.net.Copy()
	cost := func() float64 {
		c, _ := r.net.Slope(s.xs, s.ys, grade.Back)
		for _, w := range slices.Concat(slices.Concat(r.net.W1, r.net.W2)...) {
			c += lambda / float64(2*len(r.learn.xs)) * w * w
		}
		return c
	}
	to := g.Rows()
	for i, row := range r.net.Rows() {
		for j, old := range row {
			row[j] = old + h
			above := cost()
			row[j] = old - h
			to[i][j] = (above - cost()) / (2 * h)
			row[j] = old
		}
	}
	return g
}

// checks are the gradient check and the step check, with a mini-batch and the first weights.
func (r *run) checks(out io.Writer) {
	first := samples{r.learn.xs[:r.Batch], r.learn.ys[:r.Batch]}
	fmt.Fprintf(out, "The gradient check: the mean gradient of %d samples, by backpropagation\nand by central "+
		"differences\n",
		r.Batch)
	table(out, "backprop", "central", r.gradient(first), r.central(first, 0))
	before, want := r.net.Copy(), r.central(first, r.Lambda)
	r.step(first)
	done := r.net.Copy()
	done.Shift(before, -1)
	want.Shift(want.Copy(), -1-r.Rate)
	fmt.Fprintf(out, "\nThe step check: what one step with these samples did, and −η times the central\n"+
		"differences of the whole cost, with weight decay\n")
	table(out, "the step", "should be", done, want)
}

// table compares two networks' numbers, and shows the first few of each part.
func table(out io.Writer, first, second string, have, want *grade.Network) {
	fmt.Fprintf(out, "%11s   %7s   %11s %11s %9s\n", "", "error", first, second, "quotient")
	parts := func(n *grade.Network) [][]float64 {
		return [][]float64{slices.Concat(n.W1...), n.B1, slices.Concat(n.W2...), n.B2}
	}
	should := parts(want)
	for k, part := range parts(have) {
		verdict, off, sizes := "ok", 0.0, [2]float64{}
		for i, v := range part {
			w := should[k][i]
			off, sizes[0], sizes[1] = off+(v-w)*(v-w), sizes[0]+v*v, sizes[1]+w*w
		}
		relative := math.Sqrt(off) / max(math.Sqrt(sizes[0])+math.Sqrt(sizes[1]), 1e-300)
		if !(relative < 1e-5) {
			verdict = "WRONG"
		}
		head := fmt.Sprintf("   %s %-5s   %7.1e", []string{"W1", "b1", "W2", "b2"}[k], verdict, relative)
		for i := range min(3, len(part)) {
			v, w := part[i], should[k][i]
			fmt.Fprintf(out, "%-21s   %11.6f %11.6f %9.4f\n", head, v, w, v/w+0)
			head = ""
		}
	}
}
