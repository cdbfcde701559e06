package table

import (
	"regexp"
	"slices"
	"testing"
)

// all is a limit that no test comes near.
var all = Limit{Bytes: 1 << 40, Cells: 1 << 40, Inputs: 1 << 40}

// bytesLimit is a limit of bytes alone.
func bytesLimit[N int | int64](n N) Limit {
	return Limit{Bytes: int64(n), Cells: 1 << 40, Inputs: 1 << 40}
}

// analysisOf is a table of which nothing is decided yet.
func analysisOf(t *testing.T, file string) *analysis {
	t.Helper()
	tab := tableOf(t, file)
	return &analysis{Table: tab, ignored: make([]bool, len(tab.Cols)), label: -1}
}

// plainLabel is a note without why the label was guessed.
func plainLabel(note string) string {
	return regexp.MustCompile(` \([^()]*, -label names another\)`).ReplaceAllString(note, "")
}

// unnamed are columns of a table without a header.
func unnamed(columns []Column) []Column {
	columns = slices.Clone(columns)
	for k := range columns {
		columns[k].Name = ""
	}
	return columns
}
