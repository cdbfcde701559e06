package check

import (
	"math"
	"slices"

	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/check/recipe"
)

// What makes a reading worse: a number that no mistake explains, a mistake, each number that it is made
// in, each that is right and does not follow from those before it, and what is not as this program has it.
const (
	unexplained = 100
	mistake     = 10
	place       = 1
	astray      = 2
	departure   = 5
)

// A search is for the reading that leaves the fewest mistakes, and the plainest of these.
type search struct {
	homework *homework.Homework
	best     *judge
	badness  int
}

// best is the judge with the best reading. That numbers are rounded otherwise than they seem is only
// thought of where no mistake explains them.
func best(h *homework.Homework) *judge {
	s := &search{homework: h, badness: math.MaxInt}
	s.look(recipe.Plain(h))
	s.look(recipe.Readings(h))
	for _, readings := range recipe.Rounded(h) {
		if s.badness < unexplained {
			break
		}
		rounded := *s
		s.look(readings)
		if s.best.Cut && rounded.best.off() < fewestCut {
			*s = rounded
		}
	}
	return s.best
}

// plain is the judge with the plainest reading.
func plain(h *homework.Homework) *judge {
	s := &search{homework: h, badness: math.MaxInt}
	s.look(recipe.Plain(h)[:1])
	return s.best
}

// fewestCut is how many numbers must be off, and no longer if digits have been cut off, to believe that
// they have.
const fewestCut = 3

// off is how many numbers are wrong.
func (j *judge) off() (sum int) {
	for _, f := range j.found {
		if f.verdict == Wrong {
			sum += f.off()
		}
	}
	return sum
}

// look judges readings, the plainest first, and keeps one that is better than all before it. Mistakes are
// looked for where few numbers are wrong first: elsewhere it is often not worth while.
func (s *search) look(readings []recipe.Reading) {
	var all []*judge
	for _, r := range readings {
		j := &judge{Student: nil, homework: s.homework}
		better := func(wrong int) bool { return s.isBetter(atLeast(r, wrong), r) }
		if !better(0) {
			continue
		}
		j.Student = recipe.New(s.homework, r)
		if j.judgeAll(better) {
			all = append(all, j)
		}
	}
	slices.SortStableFunc(all, func(a, b *judge) int { return a.wrong - b.wrong })
	for _, j := range all {
		better := func(badness int) bool { return s.isBetter(badness, j.Reading) }
		if badness := j.badness(better); better(badness) {
			s.best, s.badness = j, badness
		}
	}
}

// atLeast is how bad a reading is with so many wrong numbers, if one mistake explains them all.
func atLeast(r recipe.Reading, wrong int) int {
	least := departure*r.Unusual() + place*wrong
	if wrong > 0 {
		least += mistake
	}
	return least
}

// isBetter says that a reading as bad as that is better than the best so far.
func (s *search) isBetter(badness int, r recipe.Reading) bool {
	return badness < s.badness || badness == s.badness && s.best != nil && r.Departures() < s.best.Departures()
}

// badness names the mistakes, and counts them, each once. It gives up where there are too many to be better.
// A reading of C as another sum or mean is none at all where C is not that.
func (j *judge) badness(better func(badness int) bool) int {
	codes, sum := map[string]bool{}, departure*j.Unusual()+place*j.wrong+astray*j.astray
	for i := range j.found {
		f := &j.found[i]
		switch {
		case f.verdict != Wrong || !better(sum):
			continue
		case j.OtherCost() && f.q.Kind == "C":
			return math.MaxInt
		}
		j.nameOne(f)
		if f.slips == nil && j.wrong <= fewWrong && j.Unusual() == 0 {
			j.nameTwo(f)
		}
		if f.slips == nil {
			sum += unexplained
		}
		for _, slip := range f.slips {
			if !codes[slip.Code] {
				sum += mistake
			}
			codes[slip.Code] = true
		}
	}
	return sum
}

// fewWrong is with how many wrong numbers two mistakes at once are looked for in a usual reading before the best is
// known.
const fewWrong = 2
