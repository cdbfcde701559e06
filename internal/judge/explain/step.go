// Package explain prints one training step, number by number and in the order of the equations, with the place in the
// code that computes each. It computes nothing itself: its caller provides all numbers of the step.
package explain

// Rows is a matrix, row by row.
type Rows [][]float64

// A Step holds the numbers of one training step of n samples.
type Step struct {
	X, Y   Rows // n×d, n×K
	Layers []Layer
	Costs  []float64 // of each sample, before the step
	P      Rows      // softmax of the last A, if Gradient needs it; else nil

	CostBefore, CostAfter float64 // the mean cost of the samples, without the L2 term

	Cost        string    // its name
	Gradient    string    // ∂C/∂a of a sample as text, with A and Y; "" if it is not known
	Cancels     bool      // δ of the last layer is Gradient itself, without g′
	N           int       // training samples
	Rate        []float64 // η of each layer, before a schedule
	L2          float64   // λ
	Rule        string    // of the update: "adam", "nesterov", "momentum", or "" for gradient descent
	MaxNorm     bool
	Dropout     bool
	Weighted    bool   // the classes have different weights in the cost
	FixedBiases bool   // the biases are not trained
	Bug         string // what the bug of -bug changes; "" without a bug

	InputNames  []string // nil if they have none
	OutputNames []string
	File        string             // the file that the samples are from; "" if they are generated
	Number      func(i int) string // where sample i is in File: "line 47"

	// Places in the code, such as "crossEntropy, backprop.go:85".
	AffineAt   string // Z
	DropoutAt  string
	CostAt     string // (1)
	BackwardAt string // (2)
	GradientAt string // (3)
	UpdateAt   string // (4)
}

// A Layer holds a layer's numbers in a step of n samples.
type Layer struct {
	Activation   string
	Prime        string // g′ as text, with a = g(z); "1" if g is linear, and "" if it is not known
	ActivationAt string // the place of the activation in the code

	In           Rows // n×in
	Z, A         Rows // n×out
	Delta, Slope Rows // n×out; Slope is g′(Z)
	W, GradW     Rows // in×out, before the step
	B, GradB     []float64
	NewW         Rows // after the step
	NewB         []float64
	Eta          float64 // η in this step
}

// A Printer prints text. It removes control characters from strings, which may be names from a file.
type Printer interface {
	Printf(format string, args ...any)
	Table(rows [][]string)
}
