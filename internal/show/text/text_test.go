package text

import (
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
