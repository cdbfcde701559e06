package flags

import (
	"flag"
	"io"
	"strings"
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

// TestDefine: each kind of value is set by its flag, and its first value is the default.
func TestDefine(t *testing.T) {
	word, on, list, got := "a", false, Rates{0.5}, ""
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	Define(f, "word", &word)
	Define(f, "on", &on)
	Define(f, "list", &list)
	Define(f, "call", func(text string) error { got = text; return nil })
	if d := f.Lookup("word").DefValue + f.Lookup("on").DefValue + f.Lookup("list").DefValue; d != "afalse0.5" {
		t.Errorf("defaults are %s", d)
	}
	err := f.Parse([]string{"-word", "b", "-on", "-list", "1,2", "-call", "c"})
	if err != nil || word != "b" || !on || list.String() != "1,2" || got != "c" {
		t.Errorf("%v: %s %v %v %s", err, word, on, list, got)
	}
	var n int
	var u uint64
	Define(f, "n", &n)
	Define(f, "u", &u)
	for text, want := range map[string]string{"x": "parse error", "99999999999999999999": "value out of range"} {
		if err := f.Set("n", text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if err := f.Set("u", "18446744073709551615"); err != nil || u != 1<<64-1 {
		t.Errorf("%v: %d", err, u)
	}
}

// TestUnknownFlag: the flag that may have been meant has few letters that differ, or begins the same way.
func TestUnknownFlag(t *testing.T) {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	for _, name := range []string{"hidden", "lr", "activation", "epochs", "is"} {
		f.Bool(name, false, "")
	}
	for name, want := range map[string]string{"hiden": "hidden", "-hidden": "hidden", "act": "activation", "ac": "",
		"LR":    "lr",
		"epoch": "epochs", "it": "is", "foo": "", "hixxen": "hidden", "hxxxen": "", "lx": "lr", "lxy": ""} {
		if want != "" {
			want = "; did you mean -" + want + "?"
		}
		want = "there is no flag -" + strings.TrimLeft(name, "-") + want
		if err := UnknownFlag(f, name); err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestTakeName: only -explain without a value takes the name of an example behind it.
func TestTakeName(t *testing.T) {
	for _, c := range []struct{ before, word, after string }{
		{"network", "a", "a"}, {"network", "b", "network"}, {"", "a", ""}, {"a", "a", "a"}} {
		e := Explain{Name: c.before, Examples: []string{"a"}}
		took := e.TakeName(c.word)
		if took != (c.before == "network" && c.word == "a") || e.Name != c.after {
			t.Errorf("%s after %q: %v, %q", c.word, c.before, took, e.Name)
		}
	}
}
