// Package check judges the numbers that a learner has computed of one training step: each by what it
// should be, given the learner's own numbers before it, and what is wrong by the mistake that gives it.
//
// With its folders it stands on the standard library alone, and knows neither this program's network nor
// its files: the same source is handed out with the exercises.
package check

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/check/near"
	"backprop/internal/judge/check/recipe"
)

// What a verdict can be.
const (
	Right     = "right"
	FromYours = "from-yours" // right, given a number before it that is not
	Wrong     = "wrong"
	Missing   = "missing"
)

// A Verdict is what is to be said of one quantity.
type Verdict struct {
	Quantity string   // as it is named in the file
	Verdict  string   // Right, FromYours, Wrong, Missing
	Mistake  string   // where it is wrong: a code of Codes, two joined by "+", "shape" or "unknown"
	Also     []string // other mistakes that give the same numbers here
	Text     string
}

// A Report is what is to be said of a homework.
type Report struct {
	File        string
	Conventions string // how its numbers have been read
	Verdicts    []Verdict
	Notes       []string
}

// Right says that there is something to judge, and none of it wrong.
func (r *Report) Right() bool {
	judged := func(v Verdict) bool { return v.Verdict == Right || v.Verdict == FromYours }
	wrong := func(v Verdict) bool { return v.Verdict == Wrong }
	return slices.ContainsFunc(r.Verdicts, judged) && !slices.ContainsFunc(r.Verdicts, wrong)
}

// FirstMistake is the first verdict that is Wrong; nil if none is.
func (r *Report) FirstMistake() *Verdict {
	for i := range r.Verdicts {
		if r.Verdicts[i].Verdict == Wrong {
			return &r.Verdicts[i]
		}
	}
	return nil
}

// Judge finds out how a homework's numbers are meant, and judges each.
func Judge(h *homework.Homework) *Report { return best(h).report() }

// JudgePlainly judges a homework whose numbers have been asked for as this program has them, and mean
// nothing else: samples as rows, δ of each sample, gradients as means. Only W may be out×in, or samples
// columns, if the question is written so.
func JudgePlainly(h *homework.Homework) *Report { return plain(h).report() }

// report puts into words what has been found.
func (j *judge) report() *Report {
	h := j.homework
	r := &Report{File: h.Name, Conventions: j.Line(h)}
	for i := range j.found {
		f := &j.found[i]
		if f.verdict == Wrong && f.slips == nil {
			j.nameTwo(f)
		}
		r.Verdicts = append(r.Verdicts, j.tell(*f))
	}
	for _, key := range h.Ignored {
		r.Notes = append(r.Notes, fmt.Sprintf("%q is no quantity's name, and was not looked at%s",
			homework.Clean(key), meant(key)))
	}
	return r
}

// meant suggests the name of a quantity for one that is none.
func meant(key string) string {
	plain := strings.NewReplacer("_", "", "δ", "delta", "dz", "delta", "new_", "new").Replace(strings.ToLower(key))
	kind := strings.TrimRight(plain, "0123456789")
	for _, k := range homework.Kinds {
		if strings.ToLower(k) == kind {
			return "; did you mean " + k + plain[len(kind):] + "?"
		}
	}
	return ""
}

// A judge judges a homework that is read in one way.
type judge struct {
	*recipe.Student
	homework *homework.Homework
	found    []finding
	wrong    int // how many are
	astray   int // how many are right, and do not follow from what they are said to be made of
}

// A finding is a verdict before it is put into words.
type finding struct {
	q       homework.Name
	verdict string
	slips   []recipe.Slip // that give the numbers
	also    []string
	from    []homework.Name // numbers that are not right, which this one follows from
	should  *near.Matrix    // given the student's own numbers
	is      *near.Matrix    // the student's
}

// off is how many of the student's numbers are not what they should be.
func (f *finding) off() (sum int) {
	for i, x := range f.is.At {
		if !near.SameShape(f.is, f.should) || !x.Agrees(f.should.At[i]) {
			sum++
		}
	}
	return sum
}

// judgeAll judges every quantity, and names no mistake. It gives up when too many are wrong to be better
// than another reading.
func (j *judge) judgeAll(better func(wrong int) bool) bool {
	amiss := map[homework.Name]bool{}
	for _, q := range j.Quantities() {
		f := j.judgeOne(q, amiss)
		if f.verdict == Wrong {
			j.wrong++
		}
		if !better(j.wrong) {
			return false
		}
		amiss[q] = f.verdict == Wrong || f.verdict == FromYours
		j.found = append(j.found, f)
	}
	return true
}

// judgeOne says whether a quantity is right; amiss are those before it that are not.
func (j *judge) judgeOne(q homework.Name, amiss map[homework.Name]bool) finding {
	f := finding{q: q, verdict: Missing, is: j.Given[q]}
	if f.is == nil {
		return f
	}
	follows := false
	for _, should := range j.By(q) {
		if should != nil && (f.should == nil || !f.should.Finite()) {
			f.should = should
		}
		if !follows && f.is.Agrees(should) {
			f.should, follows = should, true
		}
	}
	truth := j.Truth(q)
	if f.should == nil {
		f.should = truth
	}
	written, _ := j.Before(q)
	for _, p := range written {
		if amiss[p] {
			f.from = append(f.from, p)
		}
	}
	switch {
	case f.is.Agrees(truth) && !j.Odd[q]:
		f.verdict = Right
		if !follows {
			j.astray++
		}
	case follows && len(f.from) > 0:
		f.verdict = FromYours
	case follows:
		f.verdict = Right
	default:
		f.verdict = Wrong
	}
	return f
}

// slips are the mistakes that can have led to a quantity: those in it, and those in what is before it and
// not written.
func (j *judge) slips(q homework.Name) []recipe.Slip {
	all := j.SlipsIn(q)
	_, missing := j.Before(q)
	for _, p := range missing {
		all = append(all, j.SlipsIn(p)...)
	}
	return all
}

// nameOne finds the mistake that gives the student's numbers.
func (j *judge) nameOne(f *finding) {
	all := j.slips(f.q)
	for _, slip := range all {
		if !j.gives(f, math.Log2(float64(len(all)))+3, slip) {
			continue
		}
		if f.slips == nil {
			f.slips = []recipe.Slip{slip}
		} else if slip.Code != f.slips[0].Code && !slices.Contains(f.also, slip.Code) {
			f.also = append(f.also, slip.Code)
		}
	}
}

// nameTwo finds two mistakes that give the student's numbers.
func (j *judge) nameTwo(f *finding) {
	all := j.slips(f.q)
	pairs := float64(len(all)*len(all)) / 2
	if pairs*j.Work() > 5e8 {
		return // it would take too long
	}
	for i, one := range all {
		for _, other := range all[i+1:] {
			if one.Together(other) && j.gives(f, math.Log2(pairs)+5, one, other) {
				f.slips = []recipe.Slip{one, other}
				return
			}
		}
	}
}

// gives says that slips give the student's numbers, and that this is not as likely by chance: there must
// be so many bits that speak for it.
func (j *judge) gives(f *finding, bits float64, slips ...recipe.Slip) bool {
	for _, made := range j.By(f.q, slips...) {
		if f.is.Agrees(made) && evidence(f.is, f.should, made) >= bits {
			return true
		}
	}
	return false
}

// evidence is how many bits of the student's numbers a mistake explains: from how far off they are
// to how near the mistake comes.
func evidence(is, should, made *near.Matrix) (bits float64) {
	for i, x := range is.At {
		off := math.Abs(x.V)
		if near.SameShape(is, should) {
			off = math.Abs(x.V - should.At[i].V)
		}
		by := x.E + made.At[i].E
		if off > by {
			bits += min(40, math.Log2(off/max(by, 1e-300)))
		}
	}
	return bits
}
