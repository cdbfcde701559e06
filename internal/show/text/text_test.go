package text

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestQuote: a shell reads the words of the command line on the page as they were given; plain words stay plain.
func TestQuote(t *testing.T) {
	args := []string{"-data", "", "a b", "it's", `"`, "`id`", "$HOME", "a;b", "a|b", "<x>", "(a)", "*.go", "?",
		"[a]", "#x", "~", `\`, "a!b", "{a,b}", "a\nb", "é", "-lr=0.1"}
	if got := Quote(args[:3]) + Quote(args[len(args)-2:]); got != "-data '' 'a b'é -lr=0.1" {
		t.Errorf("%s", got)
	}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+Quote(args)).Output()
	if err != nil {
		t.Skip(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, args) {
		t.Errorf("%q, want %q", got, args)
	}
}

// TestNumbers: numbers as people write them.
func TestNumbers(t *testing.T) {
	for got, want := range map[string]string{
		Count(0): "0", Count(999): "999", Count(1000): "1,000", Count(-1000): "-1,000", Count(-100): "-100",
		Count(1234567): "1,234,567", Plural(1, "epoch"): "1 epoch", Plural(0, "epoch"): "0 epochs",
		Plural(6000, "sample"): "6,000 samples", Join([]int{784, 30, 10}, "-"): "784-30-10",
		Significant(1234567, 3): "1230000", Significant(0.000123456, 3): "0.000123", Significant(0.00001234, 3): "1.23e-05",
		Significant(999e12, -1): "999000000000000", Significant(1e15, -1): "1e+15", Significant(0.1, -1): "0.1",
		Significant(-2e15, 2): "-2e+15", Signed(-0.001, 2): "0.00", Signed(-0.25, 2): "−0.25", Signed(3, 1): "3.0",
		Term(0.02, 2): " + 0.02", Term(-0.02, 2): " − 0.02", Term(-0.001, 2): " + 0.00",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"fc2", "fc10", -1}, {"fc10", "fc2", 1}, {"a", "b", -1}, {"fc2", "fc2", 0}, {"fc10.2", "fc10.10", -1}} {
		if got := CompareNatural(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// TestWrap: a line of 80 characters, and of what stands before it, is not broken; of 81 it is.
func TestWrap(t *testing.T) {
	word := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		text  string
		start int
		want  string
	}{
		{word(40) + " " + word(39), 0, word(40) + " " + word(39)},
		{word(40) + "  " + word(40), 0, word(40) + "|  " + word(40)},
		{word(30) + "\n" + word(39), 10, word(30) + " " + word(39)},
		{word(30) + " " + word(40), 10, word(30) + "|  " + word(40)},
		{"a " + word(78) + " " + word(77) + " b", 0, "a " + word(78) + "|  " + word(77) + "|  b"},
		{"a " + word(78) + " " + word(76) + " b", 0, "a " + word(78) + "|  " + word(76) + " b"}, // 2 and 76 and 2
		{word(100) + " b", 0, word(100) + "|  b"},
	} {
		got := strings.ReplaceAll(Wrap(c.text, c.start, "\n  "), "\n", "|")
		if got != c.want {
			t.Errorf("%s from %d: %s, want %s", fmt.Sprintf("%.8s…", c.text), c.start, got, c.want)
		}
	}
}
