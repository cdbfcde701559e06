package field

import (
	"slices"
	"testing"
)

// TestSplitNames: names are separated by commas; a name with commas in it is in quotation marks.
func TestSplitNames(t *testing.T) {
	for list, want := range map[string][]string{
		"a":                {"a"},
		"a,b":              {"a", "b"},
		`"a, in m",b`:      {"a, in m", "b"},
		`b, "a, in m"`:     {"b", "a, in m"},
		`"5"" wide, long"`: {`5" wide, long`},
		`5" wide,long`:     {`5" wide`, "long"}, // the quotation mark belongs to the name
	} {
		if got := SplitNames(list); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", list, got, want)
		}
	}
}
