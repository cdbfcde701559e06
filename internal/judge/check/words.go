package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/formula"
	"backprop/internal/judge/check/homework"
)

// report puts the findings into words.
func (j *judge) report() *Report {
	r := &Report{File: j.homework.Name, Conventions: j.Describe(j.homework), Notes: j.homework.Notes()}
	for i := range j.findings {
		f := &j.findings[i]
		if f.verdict == Wrong && f.mistakes == nil {
			j.findTwoMistakes(f)
		}
		r.Verdicts = append(r.Verdicts, j.verdict(f))
	}
	return r
}

// verdict puts a finding into words.
func (j *judge) verdict(f *finding) Verdict {
	v := Verdict{Quantity: f.quantity.String(), Verdict: f.verdict}
	switch {
	case f.verdict == Missing:
		v.Text = "not in the file"
	case f.verdict == Right:
		v.Text = "right"
	case f.verdict == FromYours:
		v.Text = "right, from your " + list(f.wrongInputs)
	case f.mistakes != nil:
		var codes []string
		for _, m := range f.mistakes {
			codes = append(codes, m.Code)
		}
		for _, m := range f.alternatives {
			v.Also = append(v.Also, m.Code)
		}
		v.Mistake, v.Text = strings.Join(slices.Compact(codes), "+"), j.knownMistakeText(f)
	case j.WrongShape[f.quantity]:
		v.Mistake, v.Text = "shape", j.wrongShapeText(f)
	default:
		v.Mistake, v.Text = "unknown", j.unknownMistakeText(f)
	}
	return v
}

// list joins quantities by commas, the last two by "and".
func list(quantities []homework.Quantity) string {
	text := ""
	for i, q := range quantities {
		switch {
		case i > 0 && i == len(quantities)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += q.String()
	}
	return text
}

// knownMistakeText says what is wrong, and compares the first number that differs with the right one.
func (j *judge) knownMistakeText(f *finding) string {
	text := j.Equation(f.quantity) + ": "
	if len(f.mistakes) > 1 {
		text += "two mistakes at once: "
	}
	text += strings.Join(f.inWords(f.mistakes), "; and ")
	if i := j.firstDifference(f); i >= 0 {
		where := j.youHave(f, i)
		text += ". " + strings.ToUpper(where[:1]) + where[1:]
	}
	text += f.givenWhat() + "."
	others := strings.Join(f.inWords(f.alternatives), "; or: ")
	switch len(f.alternatives) {
	case 0:
		return text
	case 1:
		return text + " Another mistake gives the same numbers: " + others + "."
	default:
		return text + " Other mistakes give the same numbers: " + others + "."
	}
}

// inWords says what each mistake is and, if it was made in another quantity, in which.
func (f *finding) inWords(mistakes []formula.Mistake) (texts []string) {
	for _, m := range mistakes {
		text := m.What
		if m.At != f.quantity {
			text += fmt.Sprintf(" (in %v, which is not in the file)", m.At)
		}
		texts = append(texts, text)
	}
	return texts
}

// givenWhat says from which wrong quantities of the learner the expected numbers follow.
func (f *finding) givenWhat() string {
	if len(f.wrongInputs) == 0 {
		return ""
	}
	return ", given your " + list(f.wrongInputs)
}

// wrongShapeText compares the shapes, and says what was probably transposed.
func (j *judge) wrongShapeText(f *finding) string {
	q, given, expected := f.quantity, j.homework.Arrays[f.quantity.String()].Shape, j.FileShape(f.quantity)
	isBias := strings.HasSuffix(q.Kind, "b")
	should := homework.ShapeText(expected)
	if q.Kind == "C" {
		should = homework.ShapeText(nil)
	} else if expected[0] == 1 && (len(given) < 2 || isBias) {
		should = homework.ShapeText(expected[1:])
	}
	text := fmt.Sprintf("%s: your %v is %s, and should be %s", j.Equation(q), q, homework.ShapeText(given), should)
	if transposed := j.WhatIsTransposed(q); transposed != "" {
		text += "; " + transposed
	}
	return text + "."
}

// unknownMistakeText shows how the first number that differs should be computed.
func (j *judge) unknownMistakeText(f *finding) string {
	text := j.Equation(f.quantity) + ": "
	i := j.firstDifference(f)
	if i < 0 {
		return text + "this cannot be computed from " + list(f.wrongInputs) + "; look there first."
	}
	switch n, all := f.differences(), len(f.given.At); {
	case all > 1 && n == 1:
		text += fmt.Sprintf("1 of %d numbers is off. ", all)
	case all > 1:
		text += fmt.Sprintf("%d of %d numbers are off. ", n, all)
	}
	k := j.inMatrix(f.quantity, i)
	calculation := j.Calculation(f.quantity, k/f.given.Cols, k%f.given.Cols)
	text += fmt.Sprintf("%s = %s%s.", j.youHave(f, i), calculation, f.givenWhat())
	switch {
	case f.differsInLastDigit():
		text += " Only the last digit is off: something may have been rounded on the way."
	case f.differsInSign():
		text += " Only the sign is off."
	}
	return text
}

// differsInSign reports whether all numbers that are off have the wrong sign, and are right but for that.
func (f *finding) differsInSign() bool {
	for i, x := range f.given.At {
		expected := f.expected.At[i]
		if !x.Agrees(expected) && !x.Agrees(expected.Scaled(-1)) {
			return false
		}
	}
	return true
}

// differsInLastDigit reports whether no number differs by more than a few units of its last digit.
func (f *finding) differsInLastDigit() bool {
	if !approx.SameShape(f.given, f.expected) {
		return false
	}
	for i, x := range f.given.At {
		expected := f.expected.At[i]
		if math.Abs(x.Value-expected.Value) > 6*(x.Error+expected.Error) {
			return false
		}
	}
	return true
}

// firstDifference returns the index of the first number in the file that is not as expected; −1 if the shapes differ.
func (j *judge) firstDifference(f *finding) int {
	if !approx.SameShape(f.given, f.expected) {
		return -1
	}
	for i := range f.given.At {
		if k := j.inMatrix(f.quantity, i); !f.given.At[k].Agrees(f.expected.At[k]) {
			return i
		}
	}
	return -1
}

// inMatrix returns where number i of the file's array is in the matrix, which may be its transpose.
func (j *judge) inMatrix(q homework.Quantity, i int) int {
	shape := j.homework.Arrays[q.String()].Shape
	if !j.IsTransposed(q) || approx.IsVector(shape...) {
		return i
	}
	return i%shape[1]*shape[0] + i/shape[1]
}

// youHave compares number i of the file's array with what it should be: "Row 2, column 1: you have 3, and it should be
// 4". A single number has no place.
func (j *judge) youHave(f *finding, i int) string {
	given, expected := j.numbers(f, i)
	a := j.homework.Arrays[f.quantity.String()]
	place := strings.Trim(homework.Position(a.Shape, i), ", ")
	if len(a.Values) == 1 {
		return fmt.Sprintf("you have %s, and it should be %s", given, expected)
	}
	return fmt.Sprintf("%s: you have %s, and it should be %s", strings.ToUpper(place[:1])+place[1:], given, expected)
}

// numbers returns number i as it is given and as it is expected, with as many digits as it takes to see a difference.
func (j *judge) numbers(f *finding, i int) (given, expected string) {
	x := j.homework.Arrays[f.quantity.String()].Values[i]
	y := f.expected.At[j.inMatrix(f.quantity, i)].Value + 0 // no minus before a 0
	for digits := 6; digits <= 17 && given == expected; digits++ {
		given, expected = strconv.FormatFloat(x, 'g', digits, 64), strconv.FormatFloat(y, 'g', digits, 64)
	}
	if whole := strconv.FormatFloat(x, 'g', -1, 64); len(whole) < 14 {
		given = whole
	}
	return given, expected
}
