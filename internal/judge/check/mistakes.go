package check

import (
	"math"
	"slices"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/formula"
	"backprop/internal/judge/check/homework"
)

// fewWrong is the largest number of wrong quantities for which the search also tries two mistakes at once.
const fewWrong = 2

// nameMistakes looks for the mistakes that explain the wrong quantities, and returns the penalty. It stops when the
// convention can no longer win.
func (j *judge) nameMistakes(canWin func(penalty int) bool) (penalty int) {
	penalty = differencePenalty*j.DifferencesInMeaning() + wrongPenalty*j.wrong + inconsistentPenalty*j.inconsistent
	counted := map[string]bool{} // codes
	for i := range j.findings {
		f := &j.findings[i]
		switch {
		case f.verdict != Wrong || !canWin(penalty):
			continue
		case j.ScalesCost() && f.quantity.Kind == "C":
			return math.MaxInt // C itself shows that the learner does not scale it like this
		}
		j.findMistake(f)
		if f.mistakes == nil && j.wrong <= fewWrong && j.DifferencesInMeaning() == 0 {
			j.findTwoMistakes(f)
		}
		if f.mistakes == nil {
			j.unexplained++
			if f.differsInLastDigit() && !j.AllowsRounding() {
				penalty += lastDigitPenalty
			} else {
				penalty += unexplainedPenalty
			}
		}
		for _, m := range f.mistakes {
			if !counted[m.Code] {
				penalty += mistakePenalty
			}
			counted[m.Code] = true
		}
	}
	return penalty
}

// possibleMistakes returns the mistakes that can be made in q itself, and those in quantities before it that are not in
// the file.
func (j *judge) possibleMistakes(q homework.Quantity) []formula.Mistake {
	all := j.Mistakes(q)
	_, missing := j.Inputs(q)
	for _, p := range missing {
		all = append(all, j.Mistakes(p)...)
	}
	return all
}

// findMistake looks for the mistake that explains the numbers. If several do, the first is taken, and the others are
// alternatives.
func (j *judge) findMistake(f *finding) {
	possible := j.possibleMistakes(f.quantity)
	needed := math.Log2(float64(len(possible))) + 3
	for _, m := range possible {
		sameCode := func(other formula.Mistake) bool { return other.Code == m.Code }
		if slices.ContainsFunc(f.mistakes, sameCode) || slices.ContainsFunc(f.alternatives, sameCode) ||
			!j.explains(f, needed, m) {
			continue
		}
		if f.mistakes == nil {
			f.mistakes = []formula.Mistake{m}
		} else {
			f.alternatives = append(f.alternatives, m)
		}
	}
}

// findTwoMistakes looks for two mistakes that explain the numbers together, unless that would take too long.
func (j *judge) findTwoMistakes(f *finding) {
	possible := j.possibleMistakes(f.quantity)
	pairs := float64(len(possible)*len(possible)) / 2
	if pairs*j.Multiplications() > 5e8 {
		return
	}
	needed := math.Log2(pairs) + 5
	for i, one := range possible {
		for _, other := range possible[i+1:] {
			if one.Combines(other) && j.explains(f, needed, one, other) {
				f.mistakes = []formula.Mistake{one, other}
				return
			}
		}
	}
}

// explains reports whether the mistakes lead to the learner's numbers, and whether this is more than chance: the
// numbers must give at least minBits bits of evidence. If n mistakes are tried, one of them fits by chance with a
// probability of n·2^−bits.
func (j *judge) explains(f *finding, minBits float64, mistakes ...formula.Mistake) bool {
	for _, result := range j.Compute(f.quantity, mistakes...) {
		if f.given.Agrees(result) && evidence(f.given, f.expected, result) >= minBits {
			return true
		}
	}
	return false
}

// evidence returns by how many bits the given numbers favour a mistake: how much nearer they are to its result than to
// the expected numbers.
func evidence(given, expected, result *approx.Matrix) (bits float64) {
	sameShape := approx.SameShape(given, expected)
	for i, x := range given.At {
		distance := math.Abs(x.Value)
		if sameShape {
			distance = math.Abs(x.Value - expected.At[i].Value)
		}
		uncertainty := x.Error + result.At[i].Error
		if distance > uncertainty {
			bits += min(40, math.Log2(distance/max(uncertainty, 1e-300)))
		}
	}
	return bits
}
