package settings

import (
	"bytes"
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/compute/kernel"
)

// TestUsage: -h fits into 80 columns, has every flag, and the defaults that are not none, 0 or false.
func TestUsage(t *testing.T) {
	var help bytes.Buffer
	if _, err := Parse([]string{"-h"}, &help, choices); err != flag.ErrHelp {
		t.Errorf("got %v, want %v", err, flag.ErrHelp)
	}
	if New(choices).Flags.Output() != io.Discard {
		t.Error("package flag prints errors itself")
	}
	for _, line := range strings.Split(help.String(), "\n") {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("got a line of %d characters: %s", n, line)
		}
	}
	var at []int // the order is that of use
	for _, begins := range strings.Fields("Data: -data Network: Training: Experiments: -recipe -folds -sweep Models: " +
		"-save Running:") {
		at = append(at, strings.Index(help.String(), "\n"+strings.Repeat("  ", strings.Count(begins, "-"))+begins))
	}
	if !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("got the groups at %v, want them in order", at)
	}
	New(choices).Flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(help.String(), "\n  -"+f.Name+" ") {
			t.Errorf("got no line for -%s", f.Name)
		}
	})
	for _, want := range []string{"Usage: go run . [flags]\n", "\nTraining:\n" +
		"  -epochs N        passes over the training set; up to 800 for tables (default\n" +
		"                   10)\n" +
		"  -batch N         samples in a mini-batch; 0 is the whole set (default 32)\n",
		"\n  -momentum MU     share of the velocity to keep from step to step, from 0 to\n" +
			"                   below 1\n" +
			"  -nesterov        momentum in Nesterov's form\n", " (default " + kernel.Names()[0] + ")\n"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("got no\n%s\nin\n%s", want, &help)
		}
	}
}
