package field

import (
	"encoding/csv"
	"strings"
)

// Names takes a list of names apart, which have commas between them. A name that has a comma in it stands in quotation
// marks, as in a line of CSV: "a, in m",b.
func Names(list string) []string {
	if !strings.Contains(list, `"`) {
		return strings.Split(list, ",")
	}
	r := csv.NewReader(strings.NewReader(list))
	r.TrimLeadingSpace = true
	names, err := r.Read()
	if err != nil {
		return strings.Split(list, ",") // the quotation marks are the names' own
	}
	return names
}
