package flags

import (
	"flag"
	"io"
	"testing"
)

// TestNumbersAreDecimal: 010 is ten, not eight as for package flag, whose errors we keep in its own words.
func TestNumbersAreDecimal(t *testing.T) {
	const wrong, tooLarge = "parse error", "value out of range"
	for _, c := range []struct{ text, asInt, asUint, asFloat string }{
		{"010", "10", "10", "10"}, {"08", "8", "8", "8"}, {"-3", "-3", wrong, "-3"}, {"1e2", wrong, wrong, "100"},
		{"0.1", wrong, wrong, "0.1"}, {"18446744073709551615", tooLarge, "18446744073709551615", "1.8446744073709552e+19"},
		{"99999999999999999999", tooLarge, tooLarge, "1e+20"}, {"1e400", wrong, wrong, tooLarge},
		{"0x10", wrong, wrong, wrong}, {"0X10", wrong, wrong, wrong}, {"0x1p-2", wrong, wrong, wrong},
		{"1_000", wrong, wrong, wrong}, {"0b1", wrong, wrong, wrong}, {"1,5", wrong, wrong, wrong}, {"", wrong, wrong, wrong},
	} {
		for want, value := range map[*string]any{&c.asInt: new(int), &c.asUint: new(uint64), &c.asFloat: new(float64)} {
			set := flag.NewFlagSet("", flag.ContinueOnError)
			Define(set, "n", value)
			got := ""
			if err := set.Set("n", c.text); err != nil {
				got = err.Error()
			} else {
				got = set.Lookup("n").Value.String()
			}
			if got != *want {
				t.Errorf("%q for %T: got %s, want %s", c.text, value, got, *want)
			}
		}
	}
}

// TestDefine: each kind of flag sets its variable, whose first value is the default.
func TestDefine(t *testing.T) {
	word, on, number, rates, called := "a", false, 3, Rates{0.5}, ""
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	Define(set, "word", &word)
	Define(set, "on", &on)
	Define(set, "number", &number)
	Define(set, "rates", &rates)
	Define(set, "call", func(text string) error { called = text; return nil })
	for name, want := range map[string]string{"word": "a", "on": "false", "number": "3", "rates": "0.5", "call": ""} {
		if got := set.Lookup(name).DefValue; got != want {
			t.Errorf("default of -%s: got %q, want %q", name, got, want)
		}
	}
	err := set.Parse([]string{"-word", "b", "-on", "-number", "4", "-rates", "1,2", "-call", "c"})
	if err != nil || word != "b" || !on || number != 4 || rates.String() != "1,2" || called != "c" {
		t.Errorf("got %v: %s %v %d %s %s", err, word, on, number, rates.String(), called)
	}
}
