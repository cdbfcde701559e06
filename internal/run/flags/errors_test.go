package flags

import (
	"flag"
	"fmt"
	"testing"
)

// TestEditDistance: the letters to insert, delete, replace or swap are counted by hand. From "ca" to "abc" it takes
// three, because a swapped pair is not changed again.
func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"", "abc", 3}, {"abc", "", 3}, {"same", "same", 0}, {"ab", "ba", 1},
		{"lable", "label", 1}, {"ca", "abc", 3},
	} {
		if got := editDistance(c.from, c.to); got != c.want {
			t.Errorf("from %q to %q: got %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

// TestCheckOneOfSuggestsTheNearestName: if at most half of the letters are wrong.
func TestCheckOneOfSuggestsTheNearestName(t *testing.T) {
	const unknown = " is not one of relu, tanh, linear"
	for value, want := range map[string]string{
		"relu":  "<nil>",
		"tan":   `-activation "tan"` + unknown + "; did you mean tanh?",
		"tuna":  `-activation "tuna"` + unknown + "; did you mean tanh?",
		"liar":  `-activation "liar"` + unknown + "; did you mean linear?",
		"lxxxx": `-activation "lxxxx"` + unknown,
		"xy":    `-activation "xy"` + unknown,
	} {
		if got := fmt.Sprint(CheckOneOf("activation", value, []string{"relu", "tanh", "linear"})); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for value, hint := range map[string]string{"c": "; did you mean ce?", "x": ""} { // one letter may be missing
		want := fmt.Sprintf("-cost %q is not one of ce, mse", value) + hint
		if got := fmt.Sprint(CheckOneOf("cost", value, []string{"ce", "mse"})); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestUnknownFlagSuggestsAFlag: one that differs in few letters, or that begins like the unknown one.
func TestUnknownFlagSuggestsAFlag(t *testing.T) {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	for _, name := range []string{"hidden", "lr", "activation", "epochs", "expo", "is"} {
		set.Bool(name, false, "")
	}
	for name, meant := range map[string]string{
		"hiden": "hidden", "hixxen": "hidden", "hxxxen": "", "act": "activation", "ac": "", "LR": "lr", "lx": "lr", "lxy": "",
		"epoch": "epochs", "epo": "expo", "hid": "hidden", "it": "is", "foo": "",
	} {
		want := "there is no flag -" + name
		if meant != "" {
			want += "; did you mean -" + meant + "?"
		}
		if got := UnknownFlag(set, "-"+name).Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
