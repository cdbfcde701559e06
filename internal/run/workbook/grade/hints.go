package grade

import (
	_ "embed"
	"slices"
	"strings"

	"backprop/internal/judge/check"
)

// hintText has hints for mistakes that package check does not know. Each code is on a line of its own, followed by two
// lines with hints. "04 sign" is for the mistake "sign" in exercise 4 only, where the hint of check would mislead.
//
//go:embed hints.txt
var hintText string

// ownHints has the two hints for each code.
var ownHints = parseHints(hintText)

func parseHints(text string) map[string][2]string {
	hints := map[string][2]string{}
	for entry := range slices.Chunk(strings.Split(strings.TrimSpace(text), "\n"), 3) {
		hints[entry[0]] = [2]string{strings.TrimSpace(entry[1]), strings.TrimSpace(entry[2])}
	}
	return hints
}

// hint returns a hint about a mistake: the first one after the first try, later the second.
func hint(file, code string, tries int) string {
	code, _, _ = strings.Cut(code, "+") // several mistakes: begin with the first
	for _, key := range []string{file[:2] + " " + code, code} {
		if hints, ok := ownHints[key]; ok {
			return hints[min(tries, 2)-1]
		}
	}
	return check.Hint(code, tries)
}
