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
	near := slices.MinFunc(names, func(a, b string) int { return edits(a, value) - edits(b, value) })
	hint := ""
	if edits(near, value) <= max(len(value)/2, 1) {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return Wrong("-%s %q is not known: expected one of %s%s", flag, value, strings.Join(names, ", "), hint)
}

// edits is the number of letters to insert, delete, replace, or swap with the next, to make b of a.
func edits(a, b string) int {
	rows := make([][]int, len(a)+1) // rows[i][j] makes the first j letters of b of the first i of a
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
