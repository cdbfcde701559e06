package grade

import (
	_ "embed"
	"strings"

	"backprop/internal/judge/check"
)

// hintText has hints for mistakes that check knows nothing of, and, with an exercise's number before the code,
// where a hint of check's would lead astray there. Each code stands in a line, and two hints under it.
//
//go:embed hints.txt
var hintText string

// ownHints are the hints by their codes.
var ownHints = read(hintText)

// read takes hints apart.
func read(text string) map[string][2]string {
	hints := map[string][2]string{}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i+2 < len(lines); i += 3 {
		hints[lines[i]] = [2]string{strings.TrimSpace(lines[i+1]), strings.TrimSpace(lines[i+2])}
	}
	return hints
}

// hint is a hint about a mistake: after the first try the first, and then the second.
func hint(file, code string, tries int) string {
	first, _, _ := strings.Cut(code, "+")
	for _, key := range []string{file[:2] + " " + first, first} {
		if two, ok := ownHints[key]; ok {
			return two[min(tries, 2)-1]
		}
	}
	return check.Hint(first, tries)
}
