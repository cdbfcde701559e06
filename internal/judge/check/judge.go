// Package check judges the numbers that a learner has computed for one training step. It compares each quantity with
// what should follow from the learner's own numbers before it. If a quantity is wrong, it names the mistake that
// explains the numbers.
//
// This package and those in its folders need only the standard library, and use neither this program's networks nor its
// files, because their source is handed out with the workbook.
package check

import (
	"slices"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/formula"
	"backprop/internal/judge/check/homework"
)

// The verdicts on a quantity.
const (
	Right      = "right"
	FromYours  = "from-yours" // it follows correctly from the learner's own numbers, some of which are wrong
	Wrong      = "wrong"
	Missing    = "missing"
	unreadable = "unreadable" // the verdict on a file, not on a quantity
)

// A Verdict is the judgement of one quantity.
type Verdict struct {
	Quantity string   `json:"quantity,omitempty"` // its name in the file
	Verdict  string   `json:"verdict,omitempty"`  // Right, FromYours, Wrong or Missing
	Mistake  string   `json:"mistake,omitempty"`  // if wrong: one of Codes, or two joined by "+"
	Also     []string `json:"also,omitempty"`     // codes of other mistakes that give the same numbers
	Text     string   `json:"text"`
}

// A Report holds the verdicts on a homework.
type Report struct {
	File        string
	Conventions string // by which the homework was read
	Verdicts    []Verdict
	Notes       []string
}

// isRight reports whether something was judged and nothing is wrong.
func (r *Report) isRight() bool {
	judgedRight := func(v Verdict) bool { return v.Verdict == Right || v.Verdict == FromYours }
	return slices.ContainsFunc(r.Verdicts, judgedRight) && r.FirstMistake() == nil
}

// FirstMistake returns the first verdict that is Wrong, or nil.
func (r *Report) FirstMistake() *Verdict {
	for i := range r.Verdicts {
		if r.Verdicts[i].Verdict == Wrong {
			return &r.Verdicts[i]
		}
	}
	return nil
}

// Judge judges a homework by the conventions that fit it best.
func Judge(h *homework.Homework) *Report { return bestConvention(h).report() }

// JudgePlainly judges a homework by this program's conventions: a δ for each sample, gradients as means over the
// samples. Only the layout may differ, if the shapes in the question show it.
func JudgePlainly(h *homework.Homework) *Report {
	s := newSearch(h)
	s.try(convention.Own(h)[:1])
	return s.best.report()
}

// A judge judges a homework by one convention.
type judge struct {
	*formula.Submission
	homework     *homework.Homework
	findings     []finding
	wrong        int // how many quantities are wrong
	inconsistent int // how many are right, but do not follow from the learner's own numbers
	unexplained  int // how many are wrong, and no mistake explains them
}

// A finding is what is known about one quantity.
type finding struct {
	quantity     homework.Quantity
	verdict      string
	mistakes     []formula.Mistake   // together, they explain the numbers
	alternatives []formula.Mistake   // each of them explains the numbers too
	wrongInputs  []homework.Quantity // the wrong quantities from which this one is computed
	expected     *approx.Matrix      // what should follow from the learner's own numbers
	given        *approx.Matrix
}

// differences counts the numbers that are not as expected.
func (f *finding) differences() (n int) {
	sameShape := approx.SameShape(f.given, f.expected)
	for i, x := range f.given.At {
		if !sameShape || !x.Agrees(f.expected.At[i]) {
			n++
		}
	}
	return n
}

// judgeAll judges every quantity, without naming mistakes. It stops and returns false as soon as the number of wrong
// quantities is not acceptable.
func (j *judge) judgeAll(acceptable func(wrong int) bool) bool {
	notRight := map[homework.Quantity]bool{}
	for _, q := range j.Quantities() {
		f := j.judgeOne(q, notRight)
		if f.verdict == Wrong {
			j.wrong++
		}
		if !acceptable(j.wrong) {
			return false
		}
		notRight[q] = f.verdict == Wrong || f.verdict == FromYours
		j.findings = append(j.findings, f)
	}
	return true
}

// judgeOne judges q. notRight are the quantities before it that are wrong or follow from wrong ones.
func (j *judge) judgeOne(q homework.Quantity, notRight map[homework.Quantity]bool) finding {
	f := finding{quantity: q, verdict: Missing, given: j.Given[q]}
	if f.given == nil {
		return f
	}
	follows := false
	for _, result := range j.Compute(q) {
		if result != nil && (f.expected == nil || !f.expected.IsFinite()) {
			f.expected = result
		}
		if !follows && f.given.Agrees(result) {
			f.expected, follows = result, true
		}
	}
	correct := j.Correct(q)
	inputs, _ := j.Inputs(q)
	for _, p := range inputs {
		if notRight[p] {
			f.wrongInputs = append(f.wrongInputs, p)
		}
	}
	switch {
	case f.given.Agrees(correct) && !j.WrongShape[q]:
		f.verdict = Right
		if !follows {
			j.inconsistent++
		}
	case follows && len(f.wrongInputs) > 0:
		f.verdict = FromYours
	case follows:
		f.verdict = Right
	default:
		f.verdict = Wrong
	}
	return f
}
