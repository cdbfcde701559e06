package text

import (
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestQuoteIsUndoneByAShell(t *testing.T) {
	args := []string{"-data", "", "a b", "it's", `"`, "`id`", "$HOME", "a;b", "a|b", "<x>", "(a)", "*.go", "?",
		"[a]", "#x", "~", `\`, "a!b", "{a,b}", "a\nb", "é", "-lr=0.1"}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+Quote(args)).Output()
	if err != nil {
		t.Skip(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, args) {
		t.Errorf("got %q, want %q", got, args)
	}
}

func TestQuoteLeavesPlainWordsAsTheyAre(t *testing.T) {
	if got, want := Quote([]string{"-data", "", "a b", "é", "-lr=0.1"}), "-data '' 'a b' é -lr=0.1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(1000), "1,000"},
		{Count(-100), "-100"},
		{Count(-1000), "-1,000"},
		{Count(1234567), "1,234,567"},
		{Plural(0, "epoch"), "0 epochs"},
		{Plural(1, "epoch"), "1 epoch"},
		{Plural(6000, "sample"), "6,000 samples"},
		{Join([]int{784, 30, 10}, "-"), "784-30-10"},
		{Significant(1234567, 3), "1230000"},
		{Significant(0.000123456, 3), "0.000123"},
		{Significant(0.00001234, 3), "1.23e-05"},
		{Significant(999e12, -1), "999000000000000"},
		{Significant(1e15, -1), "1e+15"},
		{Significant(-2e15, 2), "-2e+15"},
		{Significant(0.1, -1), "0.1"},
		{Significant(0, 6), "0"},
		{Significant(9.994e14, 3), "999000000000000"},
		{Significant(9.996e14, 3), "1e+15"},
		{Significant(math.Inf(1), 3), "+Inf"},
		{Signed(3, 1), "3.0"},
		{Signed(-0.25, 2), "−0.25"},
		{Signed(-0.001, 2), "0.00"},
		{Term(0.02, 2), " + 0.02"},
		{Term(-0.02, 2), " − 0.02"},
		{Term(-0.001, 2), " + 0.00"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCompareNaturalComparesNumbersByTheirValue(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"fc2", "fc10", -1}, {"fc10", "fc2", 1}, {"a", "b", -1}, {"fc2", "fc2", 0}, {"fc10.2", "fc10.10", -1}} {
		if got := CompareNatural(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// Lines have up to 80 characters, counted in runes, with what stands before the text.
func TestWrap(t *testing.T) {
	word := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		name, text string
		start      int
		want       string // with | for a line feed
	}{
		{"80", word(40) + " " + word(39), 0, word(40) + " " + word(39)},
		{"81", word(40) + "  " + word(40), 0, word(40) + "|  " + word(40)},
		{"81 in three words", word(26) + " " + word(26) + " " + word(27), 0, word(26) + " " + word(26) + "|  " + word(27)},
		{"80 with the start", word(30) + "\n" + word(39), 10, word(30) + " " + word(39)},
		{"81 with the start", word(30) + " " + word(40), 10, word(30) + "|  " + word(40)},
		{"80 with the indentation", "a " + word(78) + " " + word(76) + " b", 0, "a " + word(78) + "|  " + word(76) + " b"},
		{"81 with the indentation", "a " + word(78) + " " + word(77) + " b", 0, "a " + word(78) + "|  " + word(77) + "|  b"},
		{"a longer word", word(100) + " b", 0, word(100) + "|  b"},
	} {
		if got := strings.ReplaceAll(Wrap(c.text, c.start, "\n  "), "\n", "|"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
