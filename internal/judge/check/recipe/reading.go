package recipe

import (
	"slices"
	"strings"

	"backprop/internal/judge/check/homework"
)

// A Reading is how a homework's numbers are meant. All of it is right, as long as it is meant so
// throughout.
type Reading struct {
	homework.Layout
	overN    bool    // δ divided by n already
	sums     bool    // gradients as sums over the samples, divided by n in the step
	sumCost  bool    // C as a sum over the samples too, and the step takes η times the sum
	l2InGrad bool    // dW with (λ/N) W in it
	l2InCost bool    // C with λ/(2N) Σ w² in it
	part     float64 // what C and δ are multiplied by: 1, or 1/K or 2/K for means over the K outputs too
	softmax  bool    // the output is counted after the softmax, though "output" says linear
	Cut      bool    // digits cut off and not rounded
	inexact  bool    // the question's numbers are rounded too
	mixed    bool    // some arrays are rounded, though others have all their digits
}

// Plain are the readings of a homework that differ in how its arrays lie, and are as this program has it
// for the rest.
func Plain(h *homework.Homework) (all []Reading) {
	for _, layout := range h.Sizes.Ways {
		all = append(all, Reading{Layout: layout, part: 1})
	}
	return all
}

// manyDigits is how many digits numbers have that nobody has rounded.
const manyDigits = 13

// Rounded are all readings with other roundings than a homework seems to have: where it has numbers with all
// their digits, with others rounded; elsewhere with digits cut off, with the question's numbers rounded too,
// and with both.
func Rounded(h *homework.Homework) (all [][]Reading) {
	ways := []Reading{{Cut: true}, {inexact: true}, {Cut: true, inexact: true}}
	if p, _ := h.Precision(); p.Digits >= manyDigits {
		ways = []Reading{{mixed: true}}
	}
	for _, also := range ways {
		readings := Readings(h)
		for i := range readings {
			r := &readings[i]
			r.Cut, r.inexact, r.mixed = also.Cut, also.inexact, also.mixed
		}
		all = append(all, readings)
	}
	return all
}

// Readings are all that a homework's numbers can mean, the plainest first.
func Readings(h *homework.Homework) []Reading {
	all := Plain(h)
	s, n, k := h.Settings, h.Sizes.N, h.Sizes.Units[h.Sizes.Layers()]
	also := func(change func(*Reading)) {
		for _, r := range slices.Clone(all) {
			change(&r)
			all = append(all, r)
		}
	}
	if s.Cost == "ce" && s.Output == "linear" && h.Has("A") {
		also(func(r *Reading) { r.softmax = true })
	}
	if n > 1 && h.Has("delta") {
		also(func(r *Reading) { r.overN = true })
	}
	if n > 1 && (h.Has("dW") || h.Has("db")) {
		plain := slices.Clone(all)
		also(func(r *Reading) { r.sums = true })
		if h.Has("C") {
			for _, r := range plain {
				r.sums, r.sumCost = true, true
				all = append(all, r)
			}
		}
		all = slices.DeleteFunc(all, func(r Reading) bool { return r.sums && r.overN })
	}
	if s.L2 > 0 && h.Has("dW") {
		also(func(r *Reading) { r.l2InGrad = true })
	}
	if s.L2 > 0 && h.Has("C") {
		also(func(r *Reading) { r.l2InCost = true })
	}
	if k > 1 && s.Cost != "ce" && (h.Has("C") || h.Has("delta")) {
		plain := slices.Clone(all)
		also(func(r *Reading) { r.part = 1 / float64(k) })
		if s.Cost == "mse" && k != 2 {
			for _, r := range plain {
				r.part = 2 / float64(k)
				all = append(all, r)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Reading) int { return a.Departures() - b.Departures() })
	return all
}

// OtherCost says that C is read as a sum or a mean over other things than this program's.
func (r Reading) OtherCost() bool { return r.sumCost || r.part != 1 }

// Departures counts what is not as this program has it.
func (r Reading) Departures() int { return r.Unusual() + count(r.Columns, r.OutIn) }

// Unusual counts what is meant otherwise, beside how arrays lie.
func (r Reading) Unusual() int {
	return count(r.overN, r.sums, r.sumCost, r.l2InGrad, r.l2InCost, r.part != 1, r.softmax, r.Cut, r.inexact, r.mixed)
}

// count is how many are so.
func count(all ...bool) (n int) {
	for _, yes := range all {
		if yes {
			n++
		}
	}
	return n
}

// Line is the reading in one line, as far as the homework shows it.
func (r Reading) Line(h *homework.Homework) string {
	n := h.Sizes.N
	choose := func(yes bool, is, isNot string) string {
		if yes {
			return is
		}
		return isNot
	}
	parts := []string{choose(r.Columns, "samples as columns", "samples as rows"), choose(r.OutIn, "W out×in",
		"W in×out")}
	if n > 1 && h.Has("delta") {
		parts = append(parts, choose(r.overN, "δ divided by n", "δ of each sample"))
	}
	if n > 1 && (h.Has("dW") || h.Has("db")) {
		parts = append(parts, choose(r.sums, "gradients as sums", "gradients as means"))
	}
	if h.Settings.L2 > 0 && h.Has("dW") {
		parts = append(parts, choose(r.l2InGrad, "dW with (λ/N)·W", "dW without (λ/N)·W"))
	}
	for _, said := range []struct {
		yes  bool
		text string
	}{{r.sumCost, "C as a sum over the samples"}, {r.l2InCost, "C with the L2 term"},
		{r.part != 1, "C as a mean over the outputs too"},
		{r.part*float64(h.Sizes.Units[h.Sizes.Layers()]) > 1.5 && r.part != 1, "without ½"},
		{r.softmax, "A after the softmax"}, {r.Cut, "digits cut off"}, {r.inexact, "the question rounded too"},
		{r.mixed, "some arrays rounded"}} {
		if said.yes {
			parts = append(parts, said.text)
		}
	}
	return homework.Number(n, "sample") + "; read as: " + strings.Join(parts, ", ")
}
