// Package heading tells whether the first line of a table has the names of its columns, by what stands below it.
package heading

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/field"
)

// IsCounts knows what may be the first line of scikit-learn's own tables and TensorFlow's: samples,
// features, class names.
func IsCounts(first, second []string) bool {
	if len(first) < 4 || first[1] != strconv.Itoa(len(second)-1) {
		return false
	}
	_, err := strconv.ParseUint(first[0], 10, 63)
	return err == nil && !slices.ContainsFunc(first[2:], field.IsNumber)
}

// Is says whether a line is a header: names above numbers; above words, names that differ from each other; or the
// numbers of the columns themselves, as pandas writes them.
func Is(first, second []string) bool {
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

// IsMixed says that there are words and whole numbers in a line, and no other numbers: it may be a
// header with years in it.
func IsMixed(fields []string) bool {
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

// IsNumbered weighs whether such a first line is a header. No field may come twice in it, and
// no word again below itself. A word that stands above numbers is a sign of a header, and so is one
// above words that come back again and again. Two signs are enough; one is, if no number is
// within the range of those below it.
func IsNumbered(first []string, rest [][]string) (is, unclear bool) {
	signs, outside := 0, true
	for j, f := range first {
		words, numbers := map[string]bool{}, 0
		from, to := math.Inf(1), math.Inf(-1)
		for _, l := range rest {
			if len(l) != len(first) {
				return false, false
			}
			g := l[j]
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

// IsUnclear says that two lines do not show whether the first of them is a header.
func IsUnclear(first, second []string) bool {
	words := !slices.ContainsFunc(first, field.IsNumber) && !slices.ContainsFunc(second, field.IsNumber)
	return words || IsMixed(first) || isEven(first)
}

// Stands says whether a line of words is no header, since two of its fields or all stand again below it, and not in
// lines that are the same as a whole: names do not.
func Stands(first []string, rest [][]string) bool {
	if slices.ContainsFunc(first, field.IsNumber) {
		return false
	}
	again := make([]bool, len(first))
	for _, l := range rest {
		if len(l) != len(first) || IsAgain(l, first) {
			continue
		}
		for j, f := range l {
			again[j] = again[j] || f != "" && f == first[j]
		}
	}
	n := 0
	for _, is := range again {
		if is {
			n++
		}
	}
	return n > 1 || n == len(first)
}

// isEven says whether the numbers in a line, three or more, go on by equal steps, as years and wavelengths do above
// their columns.
func isEven(fields []string) bool {
	var list []float64
	for _, f := range fields {
		if x, _, ok := field.Scan(f); ok {
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

// IsEven says whether a line with such numbers is a header: the line below has none, no word stands again below
// itself, and each number is as far from those in its column as these are from each other, or farther.
func IsEven(first []string, rest [][]string) bool {
	if len(rest) < 5 || !isEven(first) || isEven(rest[0]) {
		return false
	}
	for j, f := range first {
		x, _, isNumber := field.Scan(f)
		from, to := math.Inf(1), math.Inf(-1)
		for _, l := range rest {
			if len(l) != len(first) || !isNumber && f != "" && l[j] == f {
				return false
			}
			if y, _, ok := field.Scan(l[j]); ok {
				from, to = min(from, y), max(to, y)
			}
		}
		if isNumber && from <= to && max(from-x, x-to) <= to-from {
			return false
		}
	}
	return true
}

// IsAgain says whether a row is the header again, in capital letters or not.
func IsAgain(rec, names []string) bool {
	for j, f := range rec {
		if f != names[j] && !strings.EqualFold(strings.TrimSpace(f), names[j]) {
			return false
		}
	}
	return true
}
