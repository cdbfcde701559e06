// Package tutorials has the small sums of the tutorials' companions: go test ./docs/tutorials runs them, and what
// each prints stands below it.
package tutorials

import (
	"fmt"
	"math"
)

// Softmax as it is written, and with the largest number taken off first: the same where both can be computed.
func Example_softmax() {
	asWritten := func(y [2]float64) (p [2]float64) {
		e := [2]float64{math.Exp(y[0]), math.Exp(y[1])}
		return [2]float64{e[0] / (e[0] + e[1]), e[1] / (e[0] + e[1])}
	}
	without := func(y [2]float64) [2]float64 {
		most := max(y[0], y[1])
		return asWritten([2]float64{y[0] - most, y[1] - most})
	}
	for _, y := range [][2]float64{{0, 1}, {1000, 1001}} {
		fmt.Printf("%v: %.4f, less the maximum %.4f\n", y, asWritten(y), without(y))
	}
	// Output:
	// [0 1]: [0.2689 0.7311], less the maximum [0.2689 0.7311]
	// [1000 1001]: [NaN NaN], less the maximum [0.2689 0.7311]
}

// A small change of the bias, at the edge of the AND unit that -recipe perceptron learns: its step jumps, and a
// sigmoid of the same sum moves as little as the bias.
func Example_step() {
	for _, b := range []float64{-2, -1.9} {
		sum, step := 2*1+1*0+b, 0
		if sum > 0 {
			step = 1
		}
		fmt.Printf("b = %4.1f: sum %.1f, step %d, sigmoid %.4f\n", b, sum, step, 1/(1+math.Exp(-sum)))
	}
	// Output:
	// b = -2.0: sum 0.0, step 0, sigmoid 0.5000
	// b = -1.9: sum 0.1, step 1, sigmoid 0.5250
}

// The lecture's simplified view, y = w·h(v·x) with h = tanh, for one output and for two: the chain rule beside a
// small change of v, up and down.
func Example_simplified() {
	const x, v, h = 2.0, 0.5, 1e-6
	for _, out := range []struct{ w, t []float64 }{{[]float64{2}, []float64{1}}, {[]float64{2, -1}, []float64{1, 0}}} {
		e := func(v float64) (sum float64) {
			for k, w := range out.w {
				d := out.t[k] - w*math.Tanh(v*x)
				sum += d * d
			}
			return sum
		}
		z, back := math.Tanh(v*x), 0.0
		for k, w := range out.w {
			back += (out.t[k] - w*z) * w
		}
		fmt.Printf("E = %.4f, back through w %.4f, dE/dv = %.4f, by small changes %.4f\n",
			e(v), back, -2*back*(1-z*z)*x, (e(v+h)-e(v-h))/(2*h))
	}
	// Output:
	// E = 0.2737, back through w -1.0464, dE/dv = 1.7578, by small changes 1.7578
	// E = 0.8538, back through w -1.8080, dE/dv = 3.0372, by small changes 3.0372
}

// What makes batches until start < n−1 is no longer true loses a last sample that is alone.
func Example_batches() {
	for _, n := range []int{20, 21, 22} {
		seen := 0
		for start := 0; start < n-1; start += 10 {
			seen += min(n, start+10) - start
		}
		fmt.Printf("%d samples in tens: %d are seen\n", n, seen)
	}
	// Output:
	// 20 samples in tens: 20 are seen
	// 21 samples in tens: 20 are seen
	// 22 samples in tens: 22 are seen
}
