package cells

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestIsCode: a number is perhaps a name if its value does not tell how it is written.
func TestIsCode(t *testing.T) {
	filetest.Holds(t, "is a code", isCode, []string{"01", "00", "1234567890123456"},
		[]string{"0", "7", "-01", "0.5", "0x1", "123456789012345", "123456789012345.5"})
}

// TestSameCode: labels that look different but are the same number would become one class.
func TestSameCode(t *testing.T) {
	for fields, want := range map[string][]string{
		"01 2 1 2 01":                       {"01", "1"},
		"1 2 01 2":                          {"01", "1"},
		"1.0 2 01 2":                        {"01", "1"},
		"001 2 01 2":                        {"001", "01"},
		"01 02 2 3 01":                      {"02", "2"},
		"01 02 01 02":                       nil,
		"1 2.0 1.0 2":                       nil,
		"01 ? x 01":                         nil,
		"x 01 ? 1":                          {"01", "1"},
		"0123 0.5 123e0 x":                  {"0123", "123"},
		"9007199254740992 5":                nil,
		"9007199254740992 9007199254740993": {"9007199254740992", "9007199254740993"},
	} {
		tab := tableOf(t, rowsOf(strings.Fields(fields)))
		if got := tab.SameCode(0); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", fields, got, want)
		}
		if got := tab.SameCode(1); got != nil {
			t.Errorf("%s: the column of zeros has the codes %q", fields, got)
		}
	}
}

// TestCodesAreBounded: a column of millions of codes does not fill the memory. 1001 are one more than there can be
// classes.
func TestCodesAreBounded(t *testing.T) {
	var codes []string
	for i := range 1100 {
		codes = append(codes, fmt.Sprint("0", i))
	}
	tab := tableOf(t, rowsOf(append(codes, "00", "1000", "1099")))
	if got := len(tab.Cols[0].codes); got != 1001 {
		t.Errorf("got %d codes, want 1001", got)
	}
	if got, want := tab.SameCode(0), []string{"01000", "1000"}; !slices.Equal(got, want) {
		t.Errorf("the last code that is kept: got %q, want %q", got, want)
	}
}
