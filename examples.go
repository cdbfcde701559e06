// Examples: the worked examples of -explain.
package main

import (
	"fmt"

	"backprop/internal/judge/explain"
)

// examples are printed by -explain NAME.
var examples = map[string]func(out *Printer){}

func init() { // they use -explain's own parts
	examples["mazur"], examples["xor"], examples["3-2"] = explainMazur, explainXOR, explainThreeTwo
}

// given is a trainer of a sigmoid network whose weights are given row by row, each layer's
// biases last.
func given(cost string, rate float64, samples int, layers ...[][]float64) *Trainer {
	sizes := []int{len(layers[0]) - 1}
	for _, rows := range layers {
		sizes = append(sizes, len(rows[0]))
	}
	sigmoid := named(activations, "sigmoid")
	t := &Trainer{Net: NewNetwork(sizes, sigmoid, sigmoid, named(costs, cost)), N: samples, Batch: samples, Workers: 1}
	for l, rows := range layers {
		layer := t.Net.Layers[l]
		for i := range layer.W.Rows {
			copy(layer.W.Row(i), rows[i])
		}
		copy(layer.B, rows[len(rows)-1])
		t.Rate = append(t.Rate, rate)
	}
	return t
}

// rowsOf hands out the given samples.
func samplesOf(x, y [][]float64) FillBatch {
	return func(in, out Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(in.Row(i), x[at+i])
			copy(out.Row(i), y[at+i])
		}
	}
}

// mazur is the network of Mazur's "A Step by Step Backpropagation Example" (2015): the
// weights w₁ to w₈, the biases, which he does not train, one sample, and η = 0.5. His own
// final figures come out with early only.
func mazur(early bool) (*Trainer, FillBatch) {
	t := given("mse", 0.5, 1,
		[][]float64{{0.15, 0.25}, {0.20, 0.30}, {0.35, 0.35}},
		[][]float64{{0.40, 0.50}, {0.45, 0.55}, {0.60, 0.60}})
	t.Bug = &slip{update: biaslessUpdate, early: early}
	return t, samplesOf([][]float64{{0.05, 0.10}}, [][]float64{{0.01, 0.99}})
}

// mazurAfter is the cost and the outputs after so many steps.
func mazurAfter(steps int, early bool) (cost float64, outputs []float64) {
	t, fill := mazur(early)
	for range steps {
		t.Epoch(fill, nil) // of numbers that cannot diverge
	}
	r := t.Net.EvaluateEach(fill, 1, 1, func(_ int, a []float64) { outputs = append(outputs, a...) })
	return r.Cost, outputs
}

func explainMazur(out *Printer) {
	t, fill := mazur(false)
	out.Printf("Mazur's example: 2-2-2, sigmoid, squared error; the biases are not trained\n")
	s := trace(t, fill)
	explain.Print(out, s)
	hidden, output := s.Layers[0].NewW, s.Layers[1].NewW
	first, outputs := s.Layers[1].A[0], func(v float64) string { return fmt.Sprintf("%.9f", v) }
	out.Printf("\nHis published numbers beside these\n----------------------------------\n\n")
	rows := [][]string{{"", "published", "here"},
		{"output 1", "0.75136507", outputs(first[0])}, {"output 2", "0.772928465", outputs(first[1])},
		{"total error", "0.298371109", outputs(s.Mean)},
		{"w₁ after the step", "0.149780716", outputs(hidden[0][0])},
		{"w₂", "0.19956143", outputs(hidden[1][0])},
		{"w₃", "0.24975114", outputs(hidden[0][1])},
		{"w₄", "0.29950229", outputs(hidden[1][1])},
		{"w₅", "0.35891648", outputs(output[0][0])},
		{"w₆", "0.408666186", outputs(output[1][0])},
		{"w₇", "0.511301270", outputs(output[0][1])},
		{"w₈", "0.561370121", outputs(output[1][1])}}
	out.Table(rows)
	out.Printf("\nAnd what comes after, with W₂ as it was, and with W₂ already changed\n\n")
	rows = [][]string{{"", "published", "W₂ as it was", "W₂ changed"}}
	right, _ := mazurAfter(1, false)
	early, _ := mazurAfter(1, true)
	rows = append(rows, []string{"total error after 1 step", "0.291027924", outputs(right), outputs(early)})
	_, a := mazurAfter(10000, false)
	_, b := mazurAfter(10000, true)
	for j, text := range []string{"0.015912196", "0.984065734"} {
		rows = append(rows, []string{fmt.Sprintf("output %d after 10,000 steps", j+1), text, outputs(a[j]), outputs(b[j])})
	}
	out.Table(rows)
	out.Printf(`
His weights are right to the last digit. His errors after the step are not
those of these weights: they come out if W₂ changes first, and the hidden δ is
then taken from the W₂ that has already changed. Equation (2) wants the W₂ that
made the outputs. It is the slip in the question behind -recipe matrix;
-bug early puts it anywhere: the cost falls all the same, and no check of the
gradient sees it.
`)
}

func explainXOR(out *Printer) {
	t := given("bce", 1, 4,
		[][]float64{{0.5, -0.4}, {0.6, -0.3}, {-0.2, 0.5}},
		[][]float64{{0.7}, {0.8}, {-0.9}})
	out.Printf("XOR: 2-2-1, sigmoid, binary cross-entropy, all four samples in one step\n")
	explain.Print(out, trace(t, samplesOf([][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, [][]float64{{0}, {1}, {1}, {0}})))
	out.Printf(`
Each row of δ is one sample's. In ∂C/∂W they meet: what one sample asks for,
another takes back, and at the beginning little is left. That is why XOR starts
slowly.
`)
}

func explainThreeTwo(out *Printer) {
	t := given("mse", 0.5, 1,
		[][]float64{{0.1, -0.2, 0.3}, {0.4, 0.5, -0.6}, {0, 0, 0}},
		[][]float64{{0.2, -0.1}, {-0.3, 0.4}, {0.5, 0.6}, {0, 0}})
	out.Printf("From three units to two, the layer of -recipe matrix: 2-3-2 sigmoid, squared\nerror\n")
	explain.Print(out, trace(t, samplesOf([][]float64{{1, 0.5}}, [][]float64{{1, 0}})))
	out.Printf(`
Forward, W₂ is 3×2 and takes 3 numbers to 2. Backward, its transpose takes the
2 numbers of δ₂ to 3: each hidden unit collects the δ of the units that it
feeds, by the weights it feeds them with. The gradient is an outer product: 3
numbers down, 2 across. Only the products transpose; g′ is multiplied element
by element. The tutorial's samples are columns: its W is 2×3, and everything is
turned round.
`)
}
