package flags

import (
	"flag"
	"io"
	"testing"
)

// TestNumbers: numbers are decimal, however they begin, and what is wrong is said as package flag says it.
func TestNumbers(t *testing.T) {
	for text, want := range map[string][3]any{ // as a whole number, one from 0, and any; nil for none
		"010": {10, uint64(10), 10.0}, "08": {8, uint64(8), 8.0}, "-3": {-3, nil, -3.0}, "1e2": {nil, nil, 100.0},
		"0x10": {}, "1_000": {}, "0x1p-2": {}, "0b1": {}, "": {}, "1,5": {}, "99999999999999999999": {nil, nil, 1e20},
	} {
		var whole int
		var unsigned uint64
		var number float64
		for k, v := range []any{&whole, &unsigned, &number} {
			f := flag.NewFlagSet("", flag.ContinueOnError)
			f.SetOutput(io.Discard)
			Define(f, "n", v)
			err := f.Set("n", text)
			got := f.Lookup("n").Value.(flag.Getter).Get()
			if err == nil && got != want[k] || err != nil && want[k] != nil {
				t.Errorf("%q gives %v, %v; want %v", text, got, err, want[k])
			}
		}
	}
}
