// Package heading decides whether the first line of a table is a header, by what is in the lines below it.
package heading

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/field"
)

// Advice says what to do if a header with numbers in it was not recognised.
const Advice = "; if it is the header, write the numbers in it so that they are none (y2019)"

// Detect decides whether the first line of a table is a header. below are some of the lines below it, at least one.
// note says what the first line was taken for, if a user should check the decision; else it is "".
func Detect(first []string, below [][]string) (isHeader bool, note string) {
	const numbered = "the header, with the numbers in it"
	if isLikeHeader(first, below[0]) {
		if wordsRecur(first, below) {
			return false, "a sample, since its words stand again below it"
		}
		return true, ""
	}
	if isEvenHeader(first, below) {
		return true, numbered
	}
	if isMixed(first) {
		switch isHeader, unclear := isMixedHeader(first, below); {
		case isHeader:
			return true, numbered
		case unclear:
			return false, "a sample" + Advice
		}
	}
	return false, ""
}

// NeedsMoreLines reports whether Detect should see further lines, because two do not show what the first one is.
func NeedsMoreLines(first, second []string) bool {
	onlyWords := !slices.ContainsFunc(first, field.IsNumber) && !slices.ContainsFunc(second, field.IsNumber)
	return onlyWords || isMixed(first) || isEvenlySpaced(first)
}

// IsCountLine reports whether a first line may be of the kind with which the tables of scikit-learn and TensorFlow
// begin: the number of samples, the number of features, and the names of the classes.
func IsCountLine(first, second []string) bool {
	if len(first) < 4 || first[1] != strconv.Itoa(len(second)-1) {
		return false
	}
	_, err := strconv.ParseUint(first[0], 10, 63)
	return err == nil && !slices.ContainsFunc(first[2:], field.IsNumber)
}

// IsRepeated reports whether a row is the header again, in capital or small letters.
func IsRepeated(row, names []string) bool {
	for j, f := range row {
		if f != names[j] && !strings.EqualFold(strings.TrimSpace(f), names[j]) {
			return false
		}
	}
	return true
}

// isLikeHeader reports whether the first line looks like a header above the second: it numbers the columns; or it has
// no numbers, and either the second line has some or the fields of the first line differ from each other.
func isLikeHeader(first, second []string) bool {
	if numbersColumns(first) {
		return true
	}
	for j, f := range first {
		if field.IsNumber(f) {
			return false
		}
		if _, unit := field.CutUnit(f); unit != "" && j < len(second) && isNumberIn(unit, second[j]) {
			return false
		}
	}
	different := slices.Compact(slices.Sorted(slices.Values(first)))
	return slices.ContainsFunc(second, field.IsNumber) || len(different) == len(first)
}

// numbersColumns reports whether a line numbers the columns, from −1, 0 or 1 on, as pandas does. The first field may be
// empty, and the last may be a name.
func numbersColumns(fields []string) bool {
	for j, f := range fields {
		k, err := strconv.Atoi(f)
		isIndex := err == nil && j-1 <= k && k <= j+1
		isCorner := j == 0 && f == ""
		isName := j == len(fields)-1 && !field.IsNumber(f)
		if !isIndex && !isCorner && !isName {
			return false
		}
	}
	return len(fields) > 3
}

// isNumberIn reports whether a field is a number with this unit.
func isNumberIn(unit, f string) bool {
	number, its := field.CutUnit(f)
	return its == unit && field.IsNumber(number)
}

// wordsRecur reports whether a line of words is a sample, because two of its fields appear again in the same column.
// The names in a header do not, except if the whole line is repeated.
func wordsRecur(first []string, below [][]string) bool {
	if slices.ContainsFunc(first, field.IsNumber) {
		return false
	}
	recurring := 0
	for j, f := range first {
		recurs := func(row []string) bool { return len(row) == len(first) && row[j] == f && !IsRepeated(row, first) }
		if f != "" && slices.ContainsFunc(below, recurs) {
			recurring++
		}
	}
	return recurring > 1
}

// isMixed reports whether a line has both words and whole numbers, and no other numbers. Such a line may be a header
// with years.
func isMixed(fields []string) bool {
	words, whole := 0, 0
	for _, f := range fields {
		if _, err := strconv.ParseUint(f, 10, 63); err == nil {
			whole++
		} else if field.IsNumber(f) {
			return false
		} else {
			words++
		}
	}
	return words > 0 && whole > 0
}

// isMixedHeader decides whether a line of both words and whole numbers is a header. It is not if two of its fields are
// the same, or if a word appears again in its column. A word is a sign of a header if it stands above numbers, or above
// words that recur. A header must show two such signs; one is enough if each number of the line is out of the range of
// the numbers below it. unclear reports whether there are signs, but not enough.
func isMixedHeader(first []string, below [][]string) (isHeader, unclear bool) {
	if !haveSameLength(first, below) {
		return false, false
	}
	signs, outside := 0, true
	for j, f := range first {
		c := columnOf(below, j)
		if slices.Contains(first[:j], f) || c.words[f] || f != "" && field.MayBeMissing(f) {
			return false, false
		}
		if x, _, isNumber := field.ParseNumber(f); isNumber {
			outside = outside && (x < c.min || x > c.max)
			continue
		}
		aboveNumbers := len(c.words) == 0 && c.hasNumbers
		aboveClasses := len(c.words) > 0 && 2*len(c.words) <= len(below)
		if f != "" && (aboveNumbers || aboveClasses) {
			signs++
		}
	}
	isHeader = len(below) > 4 && (signs > 1 || signs == 1 && outside)
	return isHeader, !isHeader && signs > 0
}

// isEvenlySpaced reports whether a line has three or more numbers in equal steps, as years and wavelengths in a header.
func isEvenlySpaced(fields []string) bool {
	var list []float64
	for _, f := range fields {
		if x, _, ok := field.ParseNumber(f); ok {
			list = append(list, x)
		}
	}
	if len(list) < 3 || list[0] == list[1] {
		return false
	}
	step := (list[len(list)-1] - list[0]) / float64(len(list)-1)
	for i, x := range list {
		if math.Abs(x-list[0]-float64(float64(i)*step)) > 1e-6*math.Abs(step) {
			return false
		}
	}
	return true
}

// isEvenHeader reports whether a line with evenly spaced numbers is a header: the second line has no such numbers, no
// word appears again in its column, and each number is farther from those below it than they are from each other.
func isEvenHeader(first []string, below [][]string) bool {
	if len(below) < 5 || !isEvenlySpaced(first) || isEvenlySpaced(below[0]) || !haveSameLength(first, below) {
		return false
	}
	for j, f := range first {
		x, _, isNumber := field.ParseNumber(f)
		recurs := func(row []string) bool { return row[j] == f }
		if !isNumber && f != "" && slices.ContainsFunc(below, recurs) {
			return false
		}
		c := columnOf(below, j)
		if isNumber && c.hasNumbers && max(c.min-x, x-c.max) <= c.max-c.min {
			return false
		}
	}
	return true
}

// haveSameLength reports whether all rows have as many fields as the first line.
func haveSameLength(first []string, rows [][]string) bool {
	return !slices.ContainsFunc(rows, func(row []string) bool { return len(row) != len(first) })
}

// A column sums up what some rows have in one column.
type column struct {
	words      map[string]bool // the different words
	hasNumbers bool
	min, max   float64 // the smallest and the largest number
}

func columnOf(rows [][]string, j int) column {
	c := column{words: map[string]bool{}, min: math.Inf(1), max: math.Inf(-1)}
	for _, row := range rows {
		if x, _, ok := field.ParseNumber(row[j]); ok {
			c.hasNumbers, c.min, c.max = true, min(c.min, x), max(c.max, x)
		} else if !field.MayBeMissing(row[j]) {
			c.words[row[j]] = true
		}
	}
	return c
}
