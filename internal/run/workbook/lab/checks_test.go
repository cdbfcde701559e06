package lab

import (
	"bytes"
	"math"
	"regexp"
	"strings"
	"testing"

	"backprop/internal/run/workbook/grade"
)

// Without a bug, both checks find all four parts of the network right. Each bug shows in the parts where the program
// misuses it; where it multiplies by a constant, the quotients are that constant.
func TestChecksShowEachBug(t *testing.T) {
	for bug, want := range map[string]struct{ gradient, step, quotient string }{
		"":          {"ok ok ok ok", "ok ok ok ok", ""},
		"bias":      {"ok WRONG ok WRONG", "ok WRONG ok WRONG", "0.0000"},
		"decay":     {"ok ok ok ok", "WRONG ok WRONG ok", ""},
		"early":     {"ok ok ok ok", "WRONG WRONG ok ok", ""},
		"layer":     {"WRONG WRONG ok ok", "WRONG WRONG ok ok", "0.0000"},
		"mean":      {"ok ok ok ok", "WRONG WRONG WRONG WRONG", "10.0000"}, // samples in a mini-batch
		"prime":     {"WRONG WRONG ok ok", "WRONG WRONG ok ok", ""},
		"sign":      {"WRONG WRONG WRONG WRONG", "WRONG WRONG WRONG WRONG", "-1.0000"},
		"transpose": {"WRONG WRONG ok ok", "WRONG WRONG ok ok", ""},
	} {
		t.Run(bug, func(t *testing.T) {
			p := programs[4]
			if want.quotient != "" {
				p.Lambda = 0
			}
			var out bytes.Buffer
			p.start(bug).printChecks(&out)
			gradient, step, _ := strings.Cut(out.String(), "The step check:")
			if verdicts(gradient) != want.gradient || verdicts(step) != want.step {
				t.Errorf("got %s and %s, want %s and %s\n%s", verdicts(gradient), verdicts(step), want.gradient, want.step,
					out.String())
			}
			wrong := regexp.MustCompile(`WRONG.* (\S+)\n`).FindAllStringSubmatch(out.String(), -1)
			for _, m := range wrong {
				if want.quotient != "" && m[1] != want.quotient {
					t.Errorf("got a quotient of %s, want %s\n%s", m[1], want.quotient, out.String())
				}
			}
		})
	}
}

// Of each part three numbers are printed at most. It is ok if its relative error is below 10⁻⁵, which is half of the
// difference if the numbers are about 1. An infinite number is not ok.
func TestPrintComparison(t *testing.T) {
	const below, above = 1 - 1.8e-5, 1 - 2.2e-5
	have := &grade.Network{W1: [][]float64{{1, 1}, {1, 1}}, B1: []float64{1}, W2: [][]float64{{math.Inf(1)}},
		B2: []float64{0}}
	want := &grade.Network{W1: [][]float64{{below, below}, {below, below}}, B1: []float64{above},
		W2: [][]float64{{1}}, B2: []float64{0}}
	var out bytes.Buffer
	printComparison(&out, "one", "other", have, want)
	const line = "   b1 WRONG   1.1e-05      1.000000    0.999978    1.0000\n"
	text := out.String()
	if verdicts(text) != "ok WRONG WRONG ok" || !strings.Contains(text, line) || strings.Count(text, "\n") != 1+3+1+1+1 {
		t.Errorf("got %s\n%s", verdicts(text), text)
	}
}

// verdicts returns what a check says of W1, b1, W2 and b2.
func verdicts(check string) string {
	var found []string
	for _, m := range regexp.MustCompile(`(?m)^   [Wb][12] (ok|WRONG)`).FindAllStringSubmatch(check, -1) {
		found = append(found, m[1])
	}
	return strings.Join(found, " ")
}

func TestRelativeError(t *testing.T) {
	if e := relativeError([]float64{3, 4}, []float64{3, 0}); e != 0.5 { // 4 / (5 + 3)
		t.Errorf("of (3, 4) and (3, 0): got %v, want 0.5", e)
	}
	if e := relativeError([]float64{0}, []float64{0}); e != 0 {
		t.Errorf("of 0 and 0: got %v, want 0", e)
	}
}
