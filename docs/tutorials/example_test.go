// Package tutorials has small calculations for the pages about the tutorials. go test ./docs/tutorials runs them, and
// compares what each prints with the numbers below it.
package tutorials

import (
	"fmt"
	"math"
)

// Softmax as its formula says, and with the largest number subtracted first: the two agree, but e¹⁰⁰⁰ is infinite.
func Example_softmax() {
	byFormula := func(y [2]float64) (p [2]float64) {
		e := [2]float64{math.Exp(y[0]), math.Exp(y[1])}
		return [2]float64{e[0] / (e[0] + e[1]), e[1] / (e[0] + e[1])}
	}
	lessMaximum := func(y [2]float64) [2]float64 {
		top := max(y[0], y[1])
		return byFormula([2]float64{y[0] - top, y[1] - top})
	}
	for _, y := range [][2]float64{{0, 1}, {1000, 1001}} {
		fmt.Printf("%v: %.4f, less the maximum %.4f\n", y, byFormula(y), lessMaximum(y))
	}
	// Output:
	// [0 1]: [0.2689 0.7311], less the maximum [0.2689 0.7311]
	// [1000 1001]: [NaN NaN], less the maximum [0.2689 0.7311]
}

// The AND unit that -recipe perceptron learns, with 1 and 0 as inputs. When its bias changes a little, its step jumps
// from 0 to 1; a sigmoid of the same sum changes a little.
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

// The lecture's simplified network, y = w·h(v·x) with h = tanh, with one output and with two: ∂E/∂v by the chain rule
// and by a central difference agree.
func Example_simplified() {
	const x, v, h = 2.0, 0.5, 1e-6
	for _, out := range []struct{ w, t []float64 }{{[]float64{2}, []float64{1}}, {[]float64{2, -1}, []float64{1, 0}}} {
		cost := func(v float64) (sum float64) {
			for k, w := range out.w {
				difference := out.t[k] - w*math.Tanh(v*x)
				sum += difference * difference
			}
			return sum
		}
		z, back := math.Tanh(v*x), 0.0
		for k, w := range out.w {
			back += (out.t[k] - w*z) * w
		}
		fmt.Printf("E = %.4f, back through w %.4f, dE/dv = %.4f, by small changes %.4f\n",
			cost(v), back, -2*back*(1-z*z)*x, (cost(v+h)-cost(v-h))/(2*h))
	}
	// Output:
	// E = 0.2737, back through w -1.0464, dE/dv = 1.7578, by small changes 1.7578
	// E = 0.8538, back through w -1.8080, dE/dv = 3.0372, by small changes 3.0372
}

// A loop that makes mini-batches while start < n−1 loses the last sample, if it would be alone in its batch.
func Example_batches() {
	for _, n := range []int{20, 21, 22} {
		used := 0
		for start := 0; start < n-1; start += 10 {
			used += min(n, start+10) - start
		}
		fmt.Printf("%d samples in tens: %d are seen\n", n, used)
	}
	// Output:
	// 20 samples in tens: 20 are seen
	// 21 samples in tens: 20 are seen
	// 22 samples in tens: 22 are seen
}
