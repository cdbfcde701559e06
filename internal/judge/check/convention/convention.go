// Package convention lists the ways in which learners write down the same step: samples as rows or columns,
// gradients as means or sums, and so on.
package convention

import (
	"slices"
	"strings"

	"backprop/internal/judge/check/homework"
)

// A Convention says how a learner means the numbers of a homework. Every convention is right if the learner keeps to it
// throughout. The zero value, with a CostFactor of 1, is this program's own convention.
type Convention struct {
	homework.Layout
	DeltaOverN        bool    // δ is divided by n already
	GradientsAreSums  bool    // gradients are sums over the samples; the step divides them by n
	CostIsSum         bool    // C is a sum over the samples too, and the step is η times the sum
	L2InGradients     bool    // dW includes (λ/N) W
	L2InCost          bool    // C includes λ/(2N) Σ w²
	CostFactor        float64 // factor of C and δ: 1, or 1/K or 2/K for means over the K outputs
	SoftmaxInA        bool    // the last A is after the softmax, although the output is called linear
	Truncated         bool    // digits are cut off, not rounded
	QuestionIsRounded bool    // the question's numbers are rounded too
	SomeAreRounded    bool    // some arrays are rounded, although others have all their digits
}

// Own returns this program's conventions, one for each layout that a homework's shapes allow.
func Own(h *homework.Homework) (all []Convention) {
	for _, layout := range h.Sizes.Layouts {
		all = append(all, Convention{Layout: layout, CostFactor: 1})
	}
	return all
}

// All returns all conventions that a homework may follow, those that differ least from this program's first.
func All(h *homework.Homework) []Convention {
	all := Own(h)
	s, n, outputs := h.Settings, h.Sizes.N, h.Sizes.Outputs()
	addEach := func(change func(*Convention)) { // add every convention so far again, with this change
		for _, c := range slices.Clone(all) {
			change(&c)
			all = append(all, c)
		}
	}
	if s.Cost == "ce" && s.Output == "linear" && h.Has("A") {
		addEach(func(c *Convention) { c.SoftmaxInA = true })
	}
	if n > 1 && h.Has("delta") {
		addEach(func(c *Convention) { c.DeltaOverN = true })
	}
	if n > 1 && (h.Has("dW") || h.Has("db")) {
		addEach(func(c *Convention) { c.GradientsAreSums = true })
		if h.Has("C") {
			addEach(func(c *Convention) { c.CostIsSum = true })
		}
		all = slices.DeleteFunc(all, func(c Convention) bool {
			return c.GradientsAreSums && c.DeltaOverN || c.CostIsSum && !c.GradientsAreSums
		})
	}
	if s.L2 > 0 && h.Has("dW") {
		addEach(func(c *Convention) { c.L2InGradients = true })
	}
	if s.L2 > 0 && h.Has("C") {
		addEach(func(c *Convention) { c.L2InCost = true })
	}
	if outputs > 1 && s.Cost != "ce" && (h.Has("C") || h.Has("delta")) {
		own := slices.Clone(all)
		addEach(func(c *Convention) { c.CostFactor = 1 / float64(outputs) })
		if s.Cost == "mse" && outputs != 2 {
			for _, c := range own {
				c.CostFactor = 2 / float64(outputs)
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Convention) int { return a.Differences() - b.Differences() })
	return all
}

// ExactDigits is how many digits a number has at least if nobody has rounded it.
const ExactDigits = 13

// OtherRoundings returns all conventions again for each way in which the numbers may be rounded after all. If some
// numbers have all their digits, the others may be rounded. Otherwise digits may be cut off, or the question's numbers
// may be rounded too, or both.
func OtherRoundings(h *homework.Homework) (all [][]Convention) {
	roundings := []Convention{{Truncated: true}, {QuestionIsRounded: true}, {Truncated: true, QuestionIsRounded: true}}
	if p, _ := h.Precision(); p.Digits >= ExactDigits {
		roundings = []Convention{{SomeAreRounded: true}}
	}
	for _, r := range roundings {
		list := All(h)
		for i := range list {
			c := &list[i]
			c.Truncated, c.QuestionIsRounded, c.SomeAreRounded = r.Truncated, r.QuestionIsRounded, r.SomeAreRounded
		}
		all = append(all, list)
	}
	return all
}

// ScalesCost reports whether C is a sum, or a mean over something other than in this program.
func (c Convention) ScalesCost() bool { return c.CostIsSum || c.CostFactor != 1 }

// AllowsRounding reports whether numbers may be farther off than half a unit of their last digit.
func (c Convention) AllowsRounding() bool {
	return c.Truncated || c.QuestionIsRounded || c.SomeAreRounded
}

// Differences counts in how many ways the convention differs from this program's.
func (c Convention) Differences() int {
	return c.DifferencesInMeaning() + countTrue(c.Columns, c.OutIn)
}

// DifferencesInMeaning counts the differences other than the layout.
func (c Convention) DifferencesInMeaning() int {
	return countTrue(c.DeltaOverN, c.GradientsAreSums, c.CostIsSum, c.L2InGradients, c.L2InCost, c.CostFactor != 1,
		c.SoftmaxInA, c.Truncated, c.QuestionIsRounded, c.SomeAreRounded)
}

func countTrue(all ...bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

// Describe describes the convention in one line, as far as it matters for the homework.
func (c Convention) Describe(h *homework.Homework) string {
	var parts []string
	n := h.Sizes.N
	for _, p := range []struct {
		show, is bool
		yes, no  string
	}{
		{true, c.Columns, "samples as columns", "samples as rows"},
		{true, c.OutIn, "W out×in", "W in×out"},
		{n > 1 && h.Has("delta"), c.DeltaOverN, "δ divided by n", "δ of each sample"},
		{n > 1 && (h.Has("dW") || h.Has("db")), c.GradientsAreSums, "gradients as sums", "gradients as means"},
		{h.Settings.L2 > 0 && h.Has("dW"), c.L2InGradients, "dW with (λ/N)·W", "dW without (λ/N)·W"},
		{c.CostIsSum, true, "C as a sum over the samples", ""},
		{c.L2InCost, true, "C with the L2 term", ""},
		{c.CostFactor != 1, true, "C as a mean over the outputs too", ""},
		{c.CostFactor != 1 && c.CostFactor*float64(h.Sizes.Outputs()) > 1.5, true, "without ½", ""},
		{c.SoftmaxInA, true, "A after the softmax", ""},
		{c.Truncated, true, "digits cut off", ""},
		{c.QuestionIsRounded, true, "the question rounded too", ""},
		{c.SomeAreRounded, true, "some arrays rounded", ""},
	} {
		switch {
		case p.show && p.is:
			parts = append(parts, p.yes)
		case p.show:
			parts = append(parts, p.no)
		}
	}
	return homework.Plural(n, "sample") + "; read as: " + strings.Join(parts, ", ")
}
