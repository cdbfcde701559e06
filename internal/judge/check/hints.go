package check

import (
	"maps"
	"slices"
)

// hints has two hints for each mistake: a question to think about, and a place to look.
var hints = map[string]struct{ question, place string }{
	"transpose": {"Write the shape under every matrix of the equation. Do the inner sizes stand for the same thing?",
		"Where a matrix is square, shapes do not tell. In a sum over the neurons of a layer, is it the index of " +
			"that layer's neurons that runs, in both matrices? One of them has to be transposed, or not to be."},
	"sign": {"If an output is too large, which way must it go, and does your number say so?",
		"Follow the sign from the cost on: ∂/∂a of ½(a − y)² is a − y, and nothing after it turns the sign until " +
			"the step."},
	"no-derivative": {"The chain rule has a factor for each step from the cost to here. Count the steps.",
		"Between z and the cost stands a = g(z). Its factor is g′(z), element by element."},
	"derivative-at-a": {"At which point is the slope of g needed?",
		"g′ belongs at z. If you know a = g(z) already, sigmoid′(z) is a(1 − a): no second sigmoid is needed."},
	"formula-at-z": {"You have a formula for g′. Is it written with z in it, or with a?",
		"sigmoid′(z) = a(1 − a) and tanh′(z) = 1 − a², with a = g(z). What have you put in for a?"},
	"derivative-of-next-layer": {"Whose z is it that this δ is the slope by?",
		"δ of a layer is ∂C/∂z of that layer, so the slope is taken at its own Z. The layer after it has used its " +
			"own already."},
	"no-mean": {"C is a mean over the samples. What is then the gradient of C?",
		"Σ over the samples is not yet what C asks for. What has to be done to a sum to make a mean of it, and is " +
			"it done once?"},
	"mean-twice": {"How often has your number been divided by how many samples there are?",
		"Look for a mean at two places: in δ and in the gradient, or in the gradient and in the step."},
	"no-half": {"How is the cost defined, and what becomes of its factor when you take the derivative?",
		"The squared error here is ½(a − y)² of each output. The ½ is there to meet the 2 that the derivative of a " +
			"square has."},
	"other-cost": {"Which cost has been asked for, and which one does this formula belong to?",
		"With the cross-entropy and its own output activation g′ cancels, and a − y is left. With the squared error " +
			"it stays."},
	"updated-first": {"Were all gradients taken at the same weights?",
		"The step comes last. If a layer's weights are changed before the layer before it has its δ, that δ is of " +
			"another network."},
	"wrong-layer": {"Read the indices in the equation aloud, and then those in your program.",
		"One of the operands is that of another layer. With layers counted from 0 in one place and from 1 in " +
			"another this comes easily."},
	"no-bias": {"What does a neuron add up, beside its weighted inputs?",
		"Z = X·W is not all: each neuron has a number that is added for every sample."},
	"bias-sum-axis": {"How many biases are there, and how many numbers has your ∂C/∂b?",
		"A bias is the same for all samples, so what all samples say about it is added up: the sum runs over the " +
			"samples."},
	"softmax-axis": {"Which of your probabilities add up to 1?",
		"Each sample is to have probabilities over the outputs. Over what does your sum run?"},
	"softmax-missing": {"Are these outputs probabilities? Do they add up to 1?",
		"Cross-entropy compares y with probabilities. What makes probabilities of any numbers?"},
	"elementwise": {"Which of the products in the equation is · and which is ⊙?",
		"In NumPy, * multiplies element by element, and @ multiplies matrices. Which one is a sum over something?"},
	"ascent": {"Does the cost fall by your step?",
		"The gradient points to where the cost grows. Which way should the step go?"},
	"rate-missing": {"How long is your step?",
		"The gradient gives the direction. What says how far to go along it, and is every term of the step " +
			"multiplied by it?"},
	"l2-sign": {"Do the weights become smaller or larger by your L2 term?",
		"λ/(2N)·Σw² is added to the cost, so its gradient is added to the gradient, before the step takes it away."},
	"l2-not-over-N": {"Write down the L2 term of the cost. What is in its denominator?",
		"λ is divided by the number of all training samples, not by that of the mini-batch, and not by nothing."},
	"l2-on-biases": {"Over what does the sum in the L2 term of the cost run?",
		"Σw² has weights in it. Are there biases too?"},
	"l2-missing": {"λ is not 0. Where in your step is it?",
		"The L2 term of the cost has a gradient too, λ/N times the weight."},
	"l2-twice": {"How often does your step take λ into account?",
		"If the gradient has the L2 term in it, the step must not add it once more."},
	"no-activation": {"What does a layer hand on: z, or something made of it?",
		"A = g(Z), and what goes on from a layer is A."},
	"other-activation": {"Which activation has been asked for in this layer?",
		"Hidden layers and the last one may have different ones, and each g has its own g′."},
	"all-zero": {"Where in your program is this number set?",
		"An array that begins as zeros stays so where a loop ends one layer too soon, or where the result goes " +
			"into another variable."},
	"not-updated": {"What has your step changed?", "The new value is the old one minus η times the gradient. Yours " +
		"is the old one."},
	"step-only": {"Is this the new value, or what it differs by from the old one?",
		"The step is subtracted from what was there before."},
	"output-gap": {"What is it that goes back through the weights: a − y, or ∂C/∂z of the last layer?",
		"With this cost a − y is ∂C/∂a. It becomes the δ of the last layer by g′ of that layer, and only δ goes on " +
			"to the layer before it."},
	"log-base": {"Which logarithm has the cost, and which one does your program or calculator have?",
		"ln 10 is 2.303, and log₁₀ 10 is 1. In NumPy and Python, log is ln; on many calculators it is log₁₀."},
	"last-sample": {"What becomes of the first sample's gradient when the second comes?",
		"Something is set anew in each turn of the loop that should be added to."},
	"shape": {"Write the shape under every matrix of the equation, and under the result.",
		"A product of n×d and d×m is n×m. Which operand has to be turned so that this comes out?"},
	"unknown": {"Compute the first number that is off by hand, term by term.",
		"Take its row and its column, multiply them pair by pair, add up, and compare each product with yours."},
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
