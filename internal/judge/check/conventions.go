package check

import (
	"math"
	"slices"

	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/formula"
	"backprop/internal/judge/check/homework"
)

// Penalties of a convention. We take the convention with the lowest sum to be the learner's.
const (
	unexplainedPenalty  = 100 // for a wrong quantity that no mistake explains
	lastDigitPenalty    = 20  // the same, if only the last digit is off, and no convention allows for that
	mistakePenalty      = 10  // for a mistake, however often it is made
	wrongPenalty        = 1   // for a wrong quantity
	inconsistentPenalty = 2   // for a right quantity that does not follow from the numbers before it
	differencePenalty   = 5   // for a difference from this program's conventions, other than the layout
)

// minCorrected is how many wrong numbers must become right before we believe that digits were cut off.
const minCorrected = 3

// A search looks for the convention with the lowest penalty and, of several such conventions, for the one that differs
// least from this program's.
type search struct {
	homework *homework.Homework
	best     *judge
	penalty  int // the penalty of the best
}

func newSearch(h *homework.Homework) *search { return &search{homework: h, penalty: math.MaxInt} }

// bestConvention judges by the best convention. It tries other roundings only if some numbers remain unexplained.
func bestConvention(h *homework.Homework) *judge {
	s := newSearch(h)
	s.try(convention.Own(h))
	s.try(convention.All(h))
	for _, conventions := range convention.OtherRoundings(h) {
		if s.best.unexplained == 0 {
			break
		}
		before := *s
		s.try(conventions)
		if s.best.Truncated && before.best.wrongNumbers() < minCorrected {
			*s = before
		}
	}
	return s.best
}

// try judges by each convention, and keeps the best. Naming mistakes takes longest. So the conventions with the fewest
// wrong quantities come first: then the others can often be given up before their mistakes are named.
func (s *search) try(conventions []convention.Convention) {
	var judges []*judge
	for _, c := range conventions {
		canWin := func(wrong int) bool { return s.isBetter(leastPenalty(c, wrong), c) }
		if !canWin(0) {
			continue
		}
		j := &judge{Submission: formula.NewSubmission(s.homework, c), homework: s.homework}
		if j.judgeAll(canWin) {
			judges = append(judges, j)
		}
	}
	slices.SortStableFunc(judges, func(a, b *judge) int { return a.wrong - b.wrong })
	for _, j := range judges {
		canWin := func(penalty int) bool { return s.isBetter(penalty, j.Convention) }
		if penalty := j.nameMistakes(canWin); canWin(penalty) {
			s.best, s.penalty = j, penalty
		}
	}
}

// leastPenalty is the penalty of a convention with the given number of wrong quantities, if a single mistake explains
// them all.
func leastPenalty(c convention.Convention, wrong int) int {
	return differencePenalty*c.DifferencesInMeaning() + wrongPenalty*wrong + mistakePenalty*min(wrong, 1)
}

// isBetter reports whether a convention with this penalty is better than the best so far.
func (s *search) isBetter(penalty int, c convention.Convention) bool {
	return penalty < s.penalty ||
		penalty == s.penalty && s.best != nil && c.Differences() < s.best.Differences()
}

// wrongNumbers counts, in the wrong quantities, the numbers that are not as expected.
func (j *judge) wrongNumbers() (n int) {
	for _, f := range j.findings {
		if f.verdict == Wrong {
			n += f.differences()
		}
	}
	return n
}
