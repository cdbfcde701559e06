package flags

import (
	"flag"
	"fmt"
	"slices"
	"strings"
)

// A UsageError is a mistake on the command line. The program then exits with status 2.
type UsageError struct{ Err error }

func (u UsageError) Error() string { return u.Err.Error() }
func (u UsageError) Unwrap() error { return u.Err }

// Wrong returns a UsageError with the given text.
func Wrong(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// CheckOneOf returns an error if the value is not one of the names. It suggests the name that the user may have meant.
func CheckOneOf(flag, value string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	hint := ""
	if near := nearest(value, names); editDistance(near, value) <= max(len(value)/2, 1) {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return Wrong("-%s %q is not one of %s%s", flag, value, strings.Join(names, ", "), hint)
}

// UnknownFlag returns the error for a flag that is not in the set. It suggests the flag that the user may have meant.
func UnknownFlag(set *flag.FlagSet, name string) error {
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	name = strings.TrimLeft(name, "-")
	near := nearest(name, names)
	for _, n := range names {
		begun := len(name) > 2 && strings.HasPrefix(n, name) && editDistance(near, name) > 1
		if begun || strings.EqualFold(n, name) {
			near = n
		}
	}
	hint := ""
	isNear := editDistance(near, name) <= max(len(name)/3, 1)
	if isNear || strings.HasPrefix(near, name) || strings.EqualFold(near, name) {
		hint = fmt.Sprintf("; did you mean -%s?", near)
	}
	return fmt.Errorf("there is no flag -%s%s", name, hint)
}

// nearest returns the name with the smallest edit distance from the word.
func nearest(word string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return editDistance(a, word) - editDistance(b, word) })
}

// editDistance is the number of letters to insert, delete, replace, or swap with the next letter, to turn a into b
// (optimal string alignment). distance[i][j] is the distance between the first i letters of a and the first j letters
// of b.
func editDistance(a, b string) int {
	distance := make([][]int, len(a)+1)
	for i := range distance {
		distance[i] = make([]int, len(b)+1)
		for j := range distance[i] {
			if i == 0 || j == 0 {
				distance[i][j] = i + j // each letter is inserted or deleted
				continue
			}
			replaced := distance[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			distance[i][j] = min(replaced, distance[i-1][j]+1, distance[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				distance[i][j] = min(distance[i][j], distance[i-2][j-2]+1)
			}
		}
	}
	return distance[len(a)][len(b)]
}
