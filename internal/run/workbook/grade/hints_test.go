package grade

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"backprop/internal/judge/check"
)

// Every mistake that can be told has a first hint and, when it is made again, another one. A code of the sources that
// only some exercises can tell may have hints for these alone.
func TestHintsForEveryMistake(t *testing.T) {
	codes := check.Codes()
	for _, file := range []string{"grade.go", "equations.go", "question.go", "training.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\{"([a-z0-9-]+)",`).FindAllSubmatch(text, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	if len(codes) < 60 {
		t.Fatalf("found only %d codes: %q", len(codes), codes)
	}
	for _, code := range codes {
		hinted := false
		for _, e := range exercises {
			first, second := hint(e.file, code, 1), hint(e.file, code, 2)
			if first == "" && second == "" {
				continue // this exercise cannot tell it
			}
			hinted = true
			if first == "" || second == "" || first == second || hint(e.file, code, 3) != second {
				t.Errorf("%s, %s: the hints are %q and %q, and then %q", e.file, code, first, second, hint(e.file, code, 3))
			}
		}
		if !hinted {
			t.Errorf("%s has no hint in any exercise", code)
		}
	}
}

// A hint for one exercise goes before the hint for all, and of several mistakes the first is hinted at.
func TestHintIsChosen(t *testing.T) {
	for _, c := range []struct{ file, code, want string }{
		{"04_back.go", "sign", ownHints["04 sign"][0]},
		{"04_back.go", "sign+all-zero", ownHints["04 sign"][0]},
		{"05_gradients.go", "sign", ownHints["05 sign"][0]},
		{"05_gradients.go", "transpose", check.Hint("transpose", 1)},
		{"01_sigmoid.go", "minus-lost", "What should σ be for a very large z, and what is yours?"},
	} {
		if got := hint(c.file, c.code, 1); got != c.want || got == "" {
			t.Errorf("%s, %s: got %q, want %q", c.file, c.code, got, c.want)
		}
	}
	if hints := parseHints("a\n\tone\n\ttwo\nb\n\tthree\n\tfour\n"); len(hints) != 2 ||
		hints["b"] != [2]string{"three", "four"} || strings.ContainsAny(hints["a"][0]+hints["a"][1], "\t\n") {
		t.Errorf("got %q", hints)
	}
}
