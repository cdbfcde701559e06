package exact

import (
	"math"
	"testing"
)

// TestSine: the sine is the library's to the last bits.
func TestSine(t *testing.T) {
	for x := -30.0; x < 30; x += 0.00137 {
		if got, want := Sin(x), math.Sin(x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("sine(%v) is %v, want %v", x, got, want)
		}
	}
}
