package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/check/near"
)

// tell puts a finding into words.
func (j *judge) tell(f finding) Verdict {
	v := Verdict{Quantity: f.q.String(), Verdict: f.verdict, Also: f.also}
	switch {
	case f.verdict == Missing:
		v.Text = "not in the file"
	case f.verdict == Right:
		v.Text = "right"
	case f.verdict == FromYours:
		v.Text = "right, from your " + list(f.from)
	case f.slips != nil:
		v.Mistake, v.Text = j.tellMistake(f)
	case j.Odd[f.q]:
		v.Mistake, v.Text = "shape", j.tellShape(f)
	default:
		v.Mistake, v.Text = "unknown", j.tellUnknown(f)
	}
	return v
}

// list is names with commas, and an "and" before the last.
func list[T any](names []T) string {
	text := ""
	for i, q := range names {
		switch {
		case i > 0 && i == len(names)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += fmt.Sprint(q)
	}
	return text
}

// tellMistake is a mistake that is known: its code, and the sentence with the equation, the element
// and the two numbers.
func (j *judge) tellMistake(f finding) (code, text string) {
	var codes, whats []string
	for _, slip := range f.slips {
		what := slip.What
		if slip.At != f.q {
			what += fmt.Sprintf(" (in %v, which is not in the file)", slip.At)
		}
		codes, whats = append(codes, slip.Code), append(whats, what)
	}
	text = j.Equation(f.q) + ": "
	if len(whats) > 1 {
		text += "two things at once: "
	}
	text += strings.Join(whats, "; and ")
	if i := j.firstOff(f); i >= 0 {
		is, should := j.numbers(f, i)
		text += fmt.Sprintf(". %s: you have %s, and it should be %s", j.where(f.q, i), is, should)
	}
	text += j.given(f)
	if len(f.also) > 0 {
		text += fmt.Sprintf(" (With these numbers, the mistake %s looks the same.)", list(f.also))
	}
	return strings.Join(slices.Compact(codes), "+"), text
}

// given says what the numbers that it should be are given.
func (j *judge) given(f finding) string {
	if len(f.from) == 0 {
		return "."
	}
	return ", given your " + list(f.from) + "."
}

// firstOff is the first number in the file that is not what it should be; -1 if they have no shape in
// common.
func (j *judge) firstOff(f finding) int {
	if !near.SameShape(f.is, f.should) {
		return -1
	}
	for i := range f.is.At {
		if k := j.inMatrix(f.q, i); !f.is.At[k].Agrees(f.should.At[k]) {
			return i
		}
	}
	return -1
}

// inMatrix is where number i of the file's array is in the student's matrix.
func (j *judge) inMatrix(q homework.Name, i int) int {
	shape := j.homework.Arrays[q.String()].Shape
	if !j.Stored(q) || near.IsVector(shape...) {
		return i
	}
	return i%shape[1]*shape[0] + i/shape[1]
}

// where says in which row and column of the file's array number i stands.
func (j *judge) where(q homework.Name, i int) string {
	a := j.homework.Arrays[q.String()]
	if len(a.Values) == 1 {
		return q.String()
	}
	text := strings.Trim(homework.Place(a.Shape, i), ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// numbers are number i as the student has written it, and what it should be, with as many digits as tell one
// from the other.
func (j *judge) numbers(f finding, i int) (is, should string) {
	x, y := j.homework.Arrays[f.q.String()].Values[i], f.should.At[j.inMatrix(f.q, i)].V
	for digits := 6; digits <= 17; digits++ {
		is, should = strconv.FormatFloat(x, 'g', digits, 64), strconv.FormatFloat(y, 'g', digits, 64)
		if is != should {
			break
		}
	}
	if whole := strconv.FormatFloat(x, 'g', -1, 64); len(whole) < 14 {
		is = whole
	}
	return is, should
}

// tellShape is an error in shape: both shapes, and what was probably transposed.
func (j *judge) tellShape(f finding) string {
	rows, cols, transposed := j.Form(f.q)
	if transposed {
		rows, cols = cols, rows
	}
	shape := j.homework.Arrays[f.q.String()].Shape
	should := fmt.Sprintf("%d×%d", rows, cols)
	if f.q.Kind == "C" {
		should = "a single number"
	} else if rows == 1 && (len(shape) < 2 || strings.HasSuffix(f.q.Kind, "b")) {
		should = fmt.Sprintf("a list of %d", cols)
	}
	text := fmt.Sprintf("%s: your %v is %s, and should be %s", j.Equation(f.q), f.q,
		homework.Times(shape), should)
	if turned := j.Turned(f.q); turned != "" {
		text += "; " + turned
	}
	return text + "."
}

// tellUnknown shows how the first number that is off should come about.
func (j *judge) tellUnknown(f finding) string {
	text := j.Equation(f.q)
	i := j.firstOff(f)
	if i < 0 {
		return text + ": this cannot be computed from " + list(f.from) + "; look there first."
	}
	if n := len(f.is.At); n > 1 {
		text += fmt.Sprintf(": %d of %d numbers are off. ", f.off(), n)
	} else {
		text += ": "
	}
	k := j.inMatrix(f.q, i)
	is, should := j.numbers(f, i)
	return text + fmt.Sprintf("%s: you have %s, and it should be %s = %s%s", j.where(f.q, i), is, should,
		j.Sum(f.q, k/f.is.Cols, k%f.is.Cols), j.given(f)) + lastDigit(f)
}

// lastDigit adds what is to be said where numbers are off by no more than a few units of the last digit.
func lastDigit(f finding) string {
	for i, x := range f.is.At {
		if s := f.should.At[i]; math.Abs(x.V-s.V) > 6*(x.E+s.E) {
			return ""
		}
	}
	return " That is in the last digit only: something on the way there may have been rounded."
}
