package explain

import (
	"fmt"
	"slices"
)

// An Example is a network that is small enough to compute a step by hand, and the samples of that step.
type Example struct {
	name, title string
	Cost        string
	Activations [2]string     // activations of the hidden layers and of the last layer; "" for sigmoid
	Rate        float64       // η
	Layers      [][][]float64 // for each layer the rows of W, and then b
	FixedBiases bool          // the biases are not trained
	X, Y        [][]float64   // the samples
	published   []figure      // numbers of this step that somebody published
	later       [3]string     // published too: the cost after one step, and two outputs after 10,000
	moral       string        // what the numbers show
}

// A figure is a published number of a step, and how to find the same number in our step.
type figure struct {
	name, published string
	of              func(s *Step) float64
}

// Names returns the names of the examples.
func Names() (names []string) {
	for _, e := range examples {
		names = append(names, e.name)
	}
	return names
}

// Find returns the example with the given name; nil if there is none.
func Find(name string) *Example {
	if i := slices.Index(Names(), name); i >= 0 {
		return &examples[i]
	}
	return nil
}

var examples = []Example{{
	// The network of Mazur's "A Step by Step Backpropagation Example" (2015): the weights w₁ to w₈, and the biases.
	name:  "mazur",
	title: "Mazur's example: 2-2-2, sigmoid, squared error; the biases are not trained",
	Cost:  "mse", Rate: 0.5, FixedBiases: true,
	Layers: [][][]float64{
		{{0.15, 0.25}, {0.20, 0.30}, {0.35, 0.35}},
		{{0.40, 0.50}, {0.45, 0.55}, {0.60, 0.60}}},
	X: [][]float64{{0.05, 0.10}}, Y: [][]float64{{0.01, 0.99}},
	published: []figure{
		{"output 1", "0.75136507", func(s *Step) float64 { return s.Layers[1].A[0][0] }},
		{"output 2", "0.772928465", func(s *Step) float64 { return s.Layers[1].A[0][1] }},
		{"total error", "0.298371109", func(s *Step) float64 { return s.CostBefore }},
		{"w₁ after the step", "0.149780716", func(s *Step) float64 { return s.Layers[0].NewW[0][0] }},
		{"w₂", "0.19956143", func(s *Step) float64 { return s.Layers[0].NewW[1][0] }},
		{"w₃", "0.24975114", func(s *Step) float64 { return s.Layers[0].NewW[0][1] }},
		{"w₄", "0.29950229", func(s *Step) float64 { return s.Layers[0].NewW[1][1] }},
		{"w₅", "0.35891648", func(s *Step) float64 { return s.Layers[1].NewW[0][0] }},
		{"w₆", "0.408666186", func(s *Step) float64 { return s.Layers[1].NewW[1][0] }},
		{"w₇", "0.511301270", func(s *Step) float64 { return s.Layers[1].NewW[0][1] }},
		{"w₈", "0.561370121", func(s *Step) float64 { return s.Layers[1].NewW[1][1] }}},
	later: [3]string{"0.291027924", "0.015912196", "0.984065734"},
	moral: `
His weights are right to the last digit. His errors after the step are not
those of these weights: they come out if W₂ changes first, and the hidden δ is
then taken from the W₂ that has already changed. Equation (2) wants the W₂ that
made the outputs. It is the bug in the question behind -recipe matrix;
-bug early puts it anywhere: with small steps the cost falls all the same, and
no check of the gradient sees it.
`}, {
	name:  "xor",
	title: "XOR: 2-2-1, sigmoid, binary cross-entropy, all four samples in one step",
	Cost:  "bce", Rate: 1,
	Layers: [][][]float64{
		{{0.5, -0.4}, {0.6, -0.3}, {-0.2, 0.5}},
		{{0.7}, {0.8}, {-0.9}}},
	X: [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, Y: [][]float64{{0}, {1}, {1}, {0}},
	moral: `
Each row of δ is one sample's. In ∂C/∂W they meet: what one sample asks for,
another takes back, and at the beginning little is left. That is why XOR starts
slowly.
`}, {
	name:  "3-2",
	title: "From three units to two, the layer of -recipe matrix, and one in front: 2-3-2\nsigmoid, squared error",
	Cost:  "mse", Rate: 0.5,
	Layers: [][][]float64{
		{{0.1, -0.2, 0.3}, {0.4, 0.5, -0.6}, {0, 0, 0}},
		{{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.6}, {0, 0}}},
	X: [][]float64{{1, 0.5}}, Y: [][]float64{{1, 0}},
	moral: `
Forward, W₂ is 3×2 and takes 3 numbers to 2. Backward, its transpose takes the
2 numbers of δ₂ to 3: each hidden unit collects the δ of the units that it
feeds, by the weights it feeds them with. The gradient is an outer product: 3
numbers down, 2 across. Only the products transpose; g′ is multiplied element
by element. The tutorial's samples are columns: its W is 2×3, and everything is
turned round. -recipe matrix prints this layer so, with EQ1 to EQ6.
`}, {
	name:  "chain",
	title: "A chain: y = w·h(v·x) with h = tanh; no biases",
	Cost:  "mse", Rate: 0.1, FixedBiases: true, Activations: [2]string{"tanh", "linear"},
	Layers: [][][]float64{{{0.5}, {0}}, {{2}, {0}}},
	X:      [][]float64{{2}}, Y: [][]float64{{1}},
	moral: `
v is W₁ and w is W₂. One factor for each link, which is all that the chain rule
says: ∂C/∂v = (y − t) · w · (1 − z²) · x. The lecture's E = (t − y)² is twice
this cost, so its derivatives are twice these; the rate takes the 2 in.
-explain chain2 has a second output.
`}, {
	name:  "chain2",
	title: "The chain with a second output: y₁ = w₁·h(v·x), y₂ = w₂·h(v·x); no biases",
	Cost:  "mse", Rate: 0.1, FixedBiases: true, Activations: [2]string{"tanh", "linear"},
	Layers: [][][]float64{{{0.5}, {0}}, {{2, -1}, {0, 0}}},
	X:      [][]float64{{2}}, Y: [][]float64{{1, 0}},
	moral: `
v reaches the cost through both outputs, so what comes back through both is
added: (y₁ − t₁)·w₁ + (y₂ − t₂)·w₂, and only then · (1 − z²) · x. That sum is
all that backpropagation adds to the chain rule.
`}}

// A Course trains an example for some steps and returns its cost and outputs. If early is set, the weights of each
// layer change before the δ of the layer below is computed from them.
type Course func(steps int, early bool) (cost float64, outputs []float64)

// Print prints the example's step, the published numbers beside ours, and what they show.
func (e *Example) Print(out Printer, s *Step, course Course) {
	out.Printf("%s\n", lines(e.title))
	Print(out, s)
	if e.published != nil {
		e.compare(out, s, course)
	}
	out.Printf("%s", lines(e.moral))
}

// compare prints the published numbers beside ours.
func (e *Example) compare(out Printer, s *Step, course Course) {
	digits := func(v float64) string { return fmt.Sprintf("%.9f", v) }
	out.Printf("\nHis published numbers beside these\n----------------------------------\n\n")
	rows := [][]string{{"", "published", "here"}}
	for _, f := range e.published {
		rows = append(rows, []string{f.name, f.published, digits(f.of(s))})
	}
	out.Table(rows)

	out.Printf("\nAnd what comes after, with W₂ as it was, and with W₂ already changed\n\n")
	cost, _ := course(1, false)
	earlyCost, _ := course(1, true)
	rows = [][]string{{"", "published", "W₂ as it was", "W₂ changed"},
		{"total error after 1 step", e.later[0], digits(cost), digits(earlyCost)}}
	_, outputs := course(10000, false)
	_, earlyOutputs := course(10000, true)
	for j, published := range e.later[1:] {
		rows = append(rows, []string{fmt.Sprintf("output %d after 10,000 steps", j+1), published, digits(outputs[j]),
			digits(earlyOutputs[j])})
	}
	out.Table(rows)
}
