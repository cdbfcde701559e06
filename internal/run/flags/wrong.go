package flags

import (
	"fmt"
	"slices"
	"strings"
)

// UsageError is a mistake on the command line: exit status 2.
type UsageError struct{ Err error }

func (u UsageError) Error() string { return u.Err.Error() }

// Unwrap is what is wrong, without saying that it is about the command line.
func (u UsageError) Unwrap() error { return u.Err }

// Wrong is a UsageError of that text.
func Wrong(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// OneOf reports a value that is not among the names, and the name that is nearest.
func OneOf(flag, value string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	near := slices.MinFunc(names, func(a, b string) int { return Edits(a, value) - Edits(b, value) })
	hint := ""
	if Edits(near, value) <= max(len(value)/2, 1) {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return Wrong("-%s %q is not known: expected one of %s%s", flag, value, strings.Join(names, ", "), hint)
}

// Edits is the number of letters to insert, delete or replace to make b of a.
func Edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
