package check

import (
	"maps"
	"slices"
)

// hints has two hints for each mistake: a question to think about, and a place to look.
var hints = map[string]struct{ question, place string }{
	"transpose": {"Write the shape under every matrix in the equation. Do the two inner sizes count the same " +
		"thing?",
		"If a matrix is square, shapes cannot tell you. In a sum over the neurons of a layer, does the index of " +
			"those neurons run in both matrices? If not, one of them has to be transposed."},
	"sign": {"If an output is too large, which way must it go, and does the sign of your number say so?",
		"Follow the sign from the cost: ∂/∂a of ½(a − y)² is a − y, and nothing after that changes the sign until " +
			"the step."},
	"no-derivative": {"The chain rule has a factor for each step from the cost to here. Count the steps.",
		"Between z and the cost there is a = g(z). Its factor is g′(z), element by element."},
	"derivative-at-a": {"At which point do you need the slope of g?",
		"Take g′ at z. If you already know a = g(z), then sigmoid′(z) is a(1 − a), without a second sigmoid."},
	"formula-at-z": {"You have a formula for g′. Is it written in terms of z, or of a?",
		"sigmoid′(z) = a(1 − a) and tanh′(z) = 1 − a², with a = g(z). What did you use for a?"},
	"half-slope": {"How many factors does the slope of the sigmoid have?",
		"sigmoid′(z) = a(1 − a), with a = g(z). Which of the two factors is missing?"},
	"derivative-of-next-layer": {"δ is a slope with respect to z. Of which layer?",
		"The δ of a layer is ∂C/∂z of that layer, so take the slope at its own Z. The layer after it has already " +
			"used its own."},
	"no-mean": {"C is a mean over the samples. What does that make its gradient?",
		"You have the sum over the samples. What turns a sum into a mean, and do you do it exactly once?"},
	"mean-twice": {"How often is your number divided by the number of samples?",
		"Look for a mean in two places: in δ and in the gradient, or in the gradient and in the step."},
	"no-half": {"How is the cost defined, and what happens to its factor when you take the derivative?",
		"The squared error here is ½(a − y)² for each output. The ½ cancels the 2 from the derivative of the square."},
	"other-cost": {"Which cost does the question ask for, and which one does this formula belong to?",
		"With cross-entropy and the output activation that belongs to it, g′ cancels and a − y is left. With the " +
			"squared error, g′ stays."},
	"updated-first": {"Did you compute all gradients with the same weights?",
		"The step comes last. If you change a layer's weights before you have the δ of the layer before it, that δ " +
			"belongs to another network."},
	"wrong-layer": {"Read the indices in the equation aloud, and then those in your program.",
		"One of the operands belongs to another layer. This happens easily if you count layers from 0 in one place " +
			"and from 1 in another."},
	"no-bias": {"What does a neuron add to its weighted inputs?",
		"Z = X·W is not all: each neuron also adds a number of its own, the same for every sample."},
	"bias-sum-axis": {"How many biases are there, and how many numbers does your ∂C/∂b have?",
		"A bias is the same for all samples, so add up what each sample says about it: the sum runs over the " +
			"samples."},
	"softmax-axis": {"Which of your probabilities add up to 1?",
		"The probabilities of each sample should add up to 1 over its outputs. What does your sum run over?"},
	"softmax-missing": {"Are these outputs probabilities? Do they add up to 1?",
		"Cross-entropy compares y with probabilities. What turns any numbers into probabilities?"},
	"elementwise": {"Which of the products in the equation is · and which is ⊙?",
		"In NumPy, * multiplies element by element, and @ multiplies matrices. Which of the two adds anything up?"},
	"ascent": {"Does the cost fall when you take your step?",
		"The gradient points to where the cost grows. Which way should the step go?"},
	"rate-missing": {"How long is your step?",
		"The gradient gives the direction. What says how far to go, and does it multiply every term of the step?"},
	"l2-sign": {"Does your L2 term make the weights smaller or larger?",
		"λ/(2N)·Σw² is added to the cost, so its gradient is added to the gradient, and then the step subtracts it."},
	"l2-not-over-N": {"Write down the L2 term of the cost. What is in its denominator?",
		"Divide λ by the number of all training samples, not by the size of the mini-batch."},
	"l2-on-biases": {"What does the sum in the L2 term of the cost run over?",
		"There are weights in Σw². Are there biases too?"},
	"l2-missing": {"λ is not 0. Where is it in your step?",
		"The L2 term of the cost has a gradient too: λ/N times the weight."},
	"l2-twice": {"How often does your step use λ?",
		"If the gradient already contains the L2 term, the step must not add it again."},
	"no-activation": {"What does a layer pass on: z, or something made from it?",
		"A = g(Z), and a layer passes on A."},
	"other-activation": {"Which activation does the question ask for in this layer?",
		"Hidden layers and the last layer may have different ones, and each g has its own g′."},
	"all-zero": {"Where in your program is this number set?",
		"An array that starts as zeros stays that way if a loop ends one layer too soon, or if the result goes into " +
			"another variable."},
	"not-updated": {"What did your step change?",
		"The new value is the old one minus η times the gradient. Yours is the old one."},
	"step-only": {"Is this the new value, or only the change?",
		"The step is subtracted from the old value."},
	"output-gap": {"What goes back through the weights: a − y, or ∂C/∂z of the last layer?",
		"With this cost, a − y is ∂C/∂a. Times g′ of the last layer, it becomes that layer's δ, and only δ goes on " +
			"to the layer before."},
	"log-base": {"Which logarithm does the cost use, and which one does your program or calculator use?",
		"ln 10 is 2.303, and log₁₀ 10 is 1. In NumPy and Python, log is ln; on many calculators it is log₁₀."},
	"last-sample": {"What happens to the first sample's gradient when the second comes?",
		"Each turn of the loop overwrites something that it should add to."},
	"shape": {"Write the shape under every matrix of the equation, and under the result.",
		"A product of n×d and d×m is n×m. Which operand do you have to transpose to get that?"},
	"unknown": {"Compute the first number that is off by hand, term by term.",
		"Take its row and its column, multiply them pair by pair, compare each product with yours, and add them up."},
}

// Codes returns the codes of all mistakes that the check can name, in alphabetical order.
func Codes() []string { return slices.Sorted(maps.Keys(hints)) }

// Hint returns a hint about a mistake that does not give the answer away: the first hint or, for number 2 and above,
// the second, which says more.
func Hint(code string, number int) string {
	if number > 1 {
		return hints[code].place
	}
	return hints[code].question
}
