package main

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestUpdateRule: the form of equation (4), and what makes training harder, in words.
func TestUpdateRule(t *testing.T) {
	d := madeTable(40, 2, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0] > 0) })
	for flags, want := range map[string]string{
		"-l2 0": "plain", "-l2 1": "l2", "-l2 1 -momentum 0.5": "momentum", "-l2 0 -momentum 0.5 -nesterov": "nesterov",
		"-l2 1 -optimizer adam": "adam", "-l2 0 -dropout 0.1,0.1": "plain with units left out",
	} {
		x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-hidden", "2"}, strings.Fields(flags)...)...)
		if got := strings.TrimSpace(x.updateRule() + " " + x.regularisation()); got != want {
			t.Errorf("%s: %q, want %q", flags, got, want)
		}
	}
}
