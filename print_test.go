package main

import (
	"flag"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/compute/kernel"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// TestHelpLines: each flag's text begins in one column, in lines of at most 80 characters, and its default is said
// where that is a value, not where it is none.
func TestHelpLines(t *testing.T) {
	_, text, _ := ends("-h")
	_, flags, _ := strings.Cut(text, "\nData:\n")
	if flags == "" {
		_, flags, _ = strings.Cut(text, "-explain mazur")
		_, flags, _ = strings.Cut(flags, "\n")
	}
	entry, last := map[string]string{}, ""
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	beginning, going := regexp.MustCompile(`^  -(\w[\w-]*)`), regexp.MustCompile(`^ {19}\S`)
	for line := range strings.Lines(flags) {
		if m := beginning.FindStringSubmatch(line); m != nil {
			wide := []rune(line)
			if last = m[1]; len(wide) < 20 || wide[18] != ' ' || wide[19] == ' ' {
				t.Errorf("the text does not begin in column 19: %s", line)
			}
			entry[last] = string(wide[min(19, len(wide)):])
		} else if going.MatchString(line) {
			entry[last] += line[18:]
		} else if strings.HasPrefix(line, " ") {
			t.Errorf("neither a flag nor its text: %q", line)
		}
	}
	cfg := settings.New(words())
	for name, said := range entry {
		f, said := cfg.Flags.Lookup(name), strings.Join(strings.Fields(said), " ")
		want := " (default " + f.DefValue + ")"
		switch f.DefValue {
		case "", "false", "0", "none":
			if strings.HasSuffix(said, want) {
				t.Errorf("-%s: %q says that the default is nothing", name, said)
			}
		default:
			if !strings.HasSuffix(said, want) {
				t.Errorf("-%s: %q does not end with%s", name, said, want)
			}
		}
	}
	if len(entry) < 40 || !strings.HasSuffix(entry["epochs"], " said (default 10)\n") || !strings.HasSuffix(entry["test"], "(default 0.2)\n") ||
		entry["nesterov"] != "momentum in Nesterov's form\n" {
		t.Errorf("of %d flags: %q", len(entry), entry)
	}
}

// TestWrapped: words are never cut, no line goes beyond the 80th character, and none breaks before it has to.
func TestWrapped(t *testing.T) {
	long := strings.Repeat("x", 90)
	for _, c := range []struct {
		text, want string
		start      int
	}{
		{"", "", 0}, {"  a   b\n c ", "a b c", 0}, {strings.Repeat("y", 75) + " é", strings.Repeat("y", 75) + " é", 3},
		{strings.Repeat("y", 75) + " é", strings.Repeat("y", 75) + "\n  é", 4}, {long + " a", long + "\n  a", 0}, {"a " + long + " b", "a\n  " + long + "\n  b", 0},
		{long[:80] + " " + long[:75] + " zz " + long, long[:80] + "\n  " + long[:75] + " zz\n  " + long, 0},
		{long[:80] + " " + long[:76] + " zz", long[:80] + "\n  " + long[:76] + "\n  zz", 0},
	} {
		if got := text.Wrap(c.text, c.start, "\n  "); got != c.want {
			t.Errorf("%q from %d: %q, want %q", c.text, c.start, got, c.want)
		}
	}
}

// TestHeaderFacts: what a run begins with: the network and its size, the data and what was decided about them, the
// training with all that was asked for, the machine.
func TestHeaderFacts(t *testing.T) {
	path := sidesTable(t) // 120 samples of 2 inputs
	for _, c := range []struct {
		flags string
		want  []string
	}{
		{"-hidden 5,4 -epochs 2 -workers 3", []string{"network   2-5-4-2 relu, softmax cross-entropy, 49 parameters\n",
			"data      sides.csv: 96 to train on, 24 to test\n", "training  2 epochs, batch 32, rate 0.2 ", ", l2 2, he init, seed 1\n",
			"machine   " + kernel.Name() + " kernel, 3 workers\n"}},
		{"-hidden none -epochs 1 -workers 1 -test 20 -valid 10 -seed 7 -l2 0 -batch 8", []string{
			"network   2-2, softmax cross-entropy, 6 parameters\n", "data      sides.csv: 90 to train on, 10 to validate, 20 to test\n",
			"training  1 epoch, batch 8, rate 0.2 ", ", he init, seed 7\n", "machine   " + kernel.Name() + " kernel, 1 worker\n"}},
		{"-hidden none -epochs 1 -test 0.2 -valid 0.25", []string{"data      sides.csv: 72 to train on, 24 to validate, 24 to test\n"}},
		{"-hidden none -epochs 1 -test 1 -valid 1", []string{"data      sides.csv: 118 to train on, 1 to validate, 1 to test\n"}},
		{"-hidden 3 -activation tanh -output sigmoid -cost bce -epochs 1 -momentum 0.5 -nesterov -init glorot -test 0",
			[]string{"network   2-3-2 tanh, sigmoid outputs, binary cross-entropy, 17 parameters\n", "data      sides.csv: 120 to train on\n",
				", momentum 0.5, nesterov, l2 2, glorot init, seed 1\n"}},
		{"-hidden 3 -cost mse -epochs 1 -optimizer adam -dropout 0.1,0.2 -classweight balanced", []string{
			"network   2-3-2 relu, squared error, 17 parameters\n", "optimizer adam, l2 2, dropout 0.1,0.2, classweight balanced,"}},
	} {
		text := command(t, append([]string{"-data", path, "-label", "kind"}, strings.Fields(c.flags)...)...)
		mustContain(t, strings.ReplaceAll(text, "\n            ", " "), c.want...)
	}
}

// TestFigureTexts: how counts, costs, scores and numbers are written, and which of two epochs is the better.
func TestFigureTexts(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	for _, c := range []struct{ got, want string }{
		{text.Count(0), "0"}, {text.Count(999), "999"}, {text.Count(1000), "1,000"}, {text.Count(-999), "-999"}, {text.Count(-1000), "-1,000"}, {text.Count(1234567), "1,234,567"},
		{text.Plural(1, "row"), "1 row"}, {text.Plural(0, "row"), "0 rows"}, {text.Plural(2000, "row"), "2,000 rows"},
		{console.CostText(9999), "9999.00000"}, {console.CostText(10000), "     10000"}, {console.CostText(0.5), "   0.50000"}, {console.CostText(123456), "    123500"},
		{console.ScoreText(10, 7, nil), "7 / 10"}, {console.ScoreText(10, 7, of(2)), "2.0000"}, {console.ScoreText(1, 1, of(12345)), "12345"}, {console.ScoreText(1, 1, of(1234567)), "1234600"},
		{text.Significant(1e-5, 3), "1e-05"}, {text.Significant(1e-4, 3), "0.0001"}, {text.Significant(999999e9, 2), "1e+15"}, {text.Significant(99e13, 2), "990000000000000"},
		{text.Significant(0.1, -1), "0.1"}, {text.Significant(math.Inf(1), 3), "+Inf"},
		{fmt.Sprint(console.ScoreWidth(false, 1e9)), "10"}, {fmt.Sprint(console.ScoreWidth(true, 99999)), "14"},
		{fmt.Sprint(console.ScoreWidth(true, 100000)), "15"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	e := func(accuracy, cost float64) event.Epoch {
		return event.Epoch{ValidAccuracy: of(accuracy), ValidCost: of(cost)}
	}
	rmse := func(v float64) event.Epoch { return event.Epoch{ValidRMSE: of(v)} }
	for i, c := range []struct {
		a, b   event.Epoch
		better bool
	}{
		{e(0.9, 2), e(0.8, 1), true}, {e(0.8, 1), e(0.9, 2), false}, {e(0.9, 1), e(0.9, 2), true}, {e(0.9, 2), e(0.9, 2), false},
		{rmse(1), rmse(2), true}, {rmse(2), rmse(1), false}, {rmse(1), rmse(1), false}, {rmse(1), e(0.9, 1), false},
		{event.Epoch{}, e(0.9, 1), false}, {e(0.9, 1), event.Epoch{ValidAccuracy: of(0.1)}, false},
	} {
		if c.a.Better(c.b) != c.better {
			t.Errorf("%d: better is %v", i, !c.better)
		}
	}
}

// TestUsage: -h begins with what the program is and with examples, and lists every flag.
func TestUsage(t *testing.T) {
	var b strings.Builder
	cfg := settings.New(words())
	settings.PrintUsage(&b, cfg)
	const head = "Backprop trains a feed-forward neural network by backpropagation.\n\nUsage: go run . [flags]\n\nExamples:\n  go run .   "
	if !strings.HasPrefix(b.String(), head) {
		t.Errorf("-h begins with %.200q", b.String())
	}
	cfg.Flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(b.String(), "-"+f.Name) {
			t.Errorf("-h lacks -%s", f.Name)
		}
	})
}
