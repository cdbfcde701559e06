package dataset

import (
	"testing"
)

// TestScaleErrorNamed: a column that cannot be scaled is told by its number, from 1, or by its place in the table.
func TestScaleErrorNamed(t *testing.T) {
	err := scaleError{1, "is too large"}
	if got := (&Dataset{}).Named(err, false); got.Error() != "column 2 is too large" {
		t.Errorf("%v", got)
	}
}
