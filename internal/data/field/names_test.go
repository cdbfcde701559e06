package field

import (
	"slices"
	"testing"
)

// TestSplitNames: a list of names, of which some have commas in them.
func TestSplitNames(t *testing.T) {
	for list, want := range map[string][]string{
		"a":                {"a"},
		"a,b":              {"a", "b"},
		`"a, in m",b`:      {"a, in m", "b"},
		`b, "a, in m"`:     {"b", "a, in m"},
		`"5"" wide, long"`: {`5" wide, long`},
		`5" wide,long`:     {`5" wide`, "long"}, // a name's own quotation mark
	} {
		if got := SplitNames(list); !slices.Equal(got, want) {
			t.Errorf("%s gives %q, want %q", list, got, want)
		}
	}
}
