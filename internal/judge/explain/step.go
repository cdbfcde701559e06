// Package explain prints one training step, number by number, in the order of the equations, with the
// places in the code where each comes from. It computes nothing of a network: whoever trains hands it
// what the parts of a step have handed to each other, as plain rows.
package explain

// Rows is a matrix, row by row.
type Rows [][]float64

// A Step is all that one step has computed.
type Step struct {
	X, Y        Rows // n×d, n×K
	Layers      []Layer
	Costs       []float64 // of each sample, before the step
	Mean, Then  float64   // the cost, before and after, without the L2 term
	Gradient    string    // ∂C/∂a of a sample, written with A and Y; "" where nobody says it
	Cancels     bool      // δ is Gradient as it is, without g′
	P           Rows      // softmax of the last A, where Gradient has it
	Bug         string    // what a bug has put in place of what; "" where there is none
	Cost        string    // its name
	FixedBiases bool      // they are not trained
	Weighted    bool      // the classes count differently
	N           int       // training samples
	Rate        []float64 // η, for each layer, as it is set
	L2          float64
	Rule        string // "adam", "nesterov", "momentum", or "" for plain descent
	MaxNorm     bool
	Dropout     bool
	CostAt      string   // where the cost stands: "crossEntropy, backprop.go:85"
	BackwardAt  string   // (2)
	GradientAt  string   // (3)
	UpdateAt    string   // (4)
	AffineAt    string   // Z
	DropoutAt   string   // and what leaves units out
	Inputs      []string // their names; nil where they have none
	OutputNames []string
	File        string             // where the samples stand; "" where they are drawn
	Number      func(i int) string // what they are called there: "line 47"
}

// A Layer is its part of a step.
type Layer struct {
	Activation   string
	Prime        string // g′, written with a = g(z); "1" where a = z, and "" where nobody says it
	ActivationAt string
	In, Z, A     Rows // n×in, n×out
	Delta        Rows
	Slope        Rows // g′(Z), n×out
	W, GradW     Rows // in×out, before the step
	B, GradB     []float64
	NewW         Rows // after the step
	NewB         []float64
	Eta          float64 // η in this step
}

// A Printer prints at once, and cleans words that may have come from outside.
type Printer interface {
	Printf(format string, args ...any)
	Table(rows [][]string)
}
