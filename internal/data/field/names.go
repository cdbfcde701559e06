package field

import (
	"encoding/csv"
	"strings"
)

// SplitNames splits a list of names at its commas. A name with a comma in it is in quotation marks, as in a line of
// CSV: "a, in m",b.
func SplitNames(list string) []string {
	r := csv.NewReader(strings.NewReader(list))
	r.TrimLeadingSpace = true
	if names, err := r.Read(); err == nil && strings.Contains(list, `"`) {
		return names
	}
	return strings.Split(list, ",") // any quotation marks belong to the names
}
