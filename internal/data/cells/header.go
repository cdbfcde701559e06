// Header: whether the first line of a table has the names of its columns.

package cells

import (
	"math"
	"slices"
	"strconv"

	"backprop/internal/data/field"
)

// NumberedAdvice is what to do where a header with numbers in it is not taken for one.
const NumberedAdvice = "; if it is the header, write the numbers in it so that they are none (y2019)"

// IsCounts knows what may be the first line of scikit-learn's own tables and TensorFlow's: samples,
// features, class names.
func IsCounts(first, second []string) bool {
	if len(first) < 4 || first[1] != strconv.Itoa(len(second)-1) {
		return false
	}
	_, err := strconv.ParseUint(first[0], 10, 63)
	return err == nil && !slices.ContainsFunc(first[2:], field.IsNumber)
}

// isHeader: names above numbers; above words, names that differ from each other; or the numbers
// of the columns themselves, as pandas writes them.
func isHeader(first, second []string) bool {
	counts := len(first) > 3
	for i, f := range first {
		k, err := strconv.Atoi(f)
		counts = counts && (i == 0 && f == "" || err == nil && (k == i || k == i-1 || k == i+1) ||
			err != nil && !field.IsNumber(f) && i == len(first)-1)
	}
	if counts {
		return true
	}
	for i, f := range first {
		if _, unit := field.CutUnit(f); field.IsNumber(f) || unit != "" && i < len(second) && isOf(second[i], unit) {
			return false
		}
	}
	return slices.ContainsFunc(second, field.IsNumber) ||
		len(slices.Compact(slices.Sorted(slices.Values(first)))) == len(first)
}

// isOf says whether a field is a number with a unit.
func isOf(f, unit string) bool {
	number, of := field.CutUnit(f)
	return of == unit && field.IsNumber(number)
}

// isMixed says that there are words and whole numbers in a line, and no other numbers: it may be a
// header with years in it.
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

// isNumberedHeader weighs whether such a first line is a header. No field may come twice in it, and
// no word again below itself. A word that stands above numbers is a sign of a header, and so is one
// above words that come back again and again. Two signs are enough; one is, if no number is
// within the range of those below it.
func isNumberedHeader(first []string, rest []Line) (is, unclear bool) {
	signs, outside := 0, true
	for j, f := range first {
		words, numbers := map[string]bool{}, 0
		from, to := math.Inf(1), math.Inf(-1)
		for _, l := range rest {
			if len(l.Fields) != len(first) {
				return false, false
			}
			g := l.Fields[j]
			if x, _, ok := field.Scan(g); ok {
				numbers, from, to = numbers+1, min(from, x), max(to, x)
			} else if !field.IsMissing(g) {
				words[g] = true
			}
		}
		x, _, ok := field.Scan(f)
		switch {
		case slices.Contains(first[:j], f), words[f], f != "" && field.IsMissing(f):
			return false, false
		case ok:
			outside = outside && (x < from || x > to)
		case f != "" && (len(words) == 0 && numbers > 0 || len(words) > 0 && 2*len(words) <= len(rest)):
			signs++
		}
	}
	is = len(rest) > 4 && (signs > 1 || signs == 1 && outside)
	return is, !is && signs > 0
}
