package gates

import (
	"fmt"
	"math"
	"testing"
)

// TestLearn: three gates are learned by the rule, each with a line that parts its answers; XOR is not.
func TestLearn(t *testing.T) {
	for _, g := range All {
		var u Unit
		right := 0
		passes, learned := u.Learn(g.Truth, 1000)
		for i, truth := range g.Truth {
			if u.Answer(float64(i/2), float64(i%2)) == truth {
				right++
			}
		}
		can := g.Name != "XOR"
		if learned != can || (right == 4) != can || separate([]Unit{u}, g.Truth) != can || (passes == 1000) == can {
			t.Errorf("%s: learned %v in %d passes, %d of 4 right, the line %v", g.Name, learned, passes, right, u)
		}
	}
	d := XOR.Data()
	got := fmt.Sprint(d.Name, d.Train.Values, d.Train.Targets)
	if got != "the truth table of XOR[0 0 0 1 1 0 1 1] [0 1 1 0]" {
		t.Errorf("%s", got)
	}
}

// TestLine: a line is that of its equation, from edge to edge, steep or flat.
func TestLine(t *testing.T) {
	l := (&Unit{2, 1, -2}).line("") // x₂ = 2 − 2x₁, from x₂ = −½ to 1½
	if n := len(l.X) - 1; n != 200 || l.X[0] != 1.25 || l.Y[0] != -0.5 || l.X[n] != 0.25 || l.Y[n] != 1.5 {
		t.Errorf("the line of 2x₁ + x₂ = 2 has %d points, %v %v", n+1, l.X, l.Y)
	}
	for _, u := range []Unit{{2, 1, -2}, {0, 1, -0.5}, {1, 0, -0.5}} {
		l := u.line("")
		for i, x := range l.X {
			if off := u.W1*x + u.W2*l.Y[i] + u.B; math.Abs(off) > 1e-12 {
				t.Fatalf("the line of %v passes (%v, %v), which is off by %v", u, x, l.Y[i], off)
			}
		}
		if len(l.X) < 50 {
			t.Errorf("the line of %v has %d points", u, len(l.X))
		}
	}
	for _, u := range []Unit{{1, 0, -0.25}, {0, 1, 1.5}} { // the second lies outside
		l := u.line("")
		for i := range l.X {
			if l.X[i] != 0.25 || l.Y[i] < -0.5 || l.Y[i] > 1.5 {
				t.Fatalf("(%v, %v)", l.X[i], l.Y[i])
			}
		}
	}
}

// TestFigure: the places of the truth table, and what is said of the lines that are drawn: one parts XOR alone in no
// case, two do between them, and two that are alike do not.
func TestFigure(t *testing.T) {
	and, xor := [4]float64{0, 0, 0, 1}, [4]float64{0, 1, 1, 0}
	const none = "No line that is drawn has all 1 on one side and all 0 on the other"
	for _, c := range []struct {
		truth [4]float64
		lines []Unit
		look  string
	}{
		{and, []Unit{{2, 1, -2}}, "A line has all 1 on one side and all 0 on the other. (1, 0) lies on the line " +
			"itself, where the sum is 0: a threshold unit answers 0 there."}, // 2·1 + 1·0 − 2
		{and, []Unit{{-2, -1, 2.5}}, "A line has all 1 on one side and all 0 on the other."}, // whichever side
		{and, []Unit{{1, 1, -0.5}, {1, 1, -1.5}}, "A line has all 1 on one side and all 0 on the other."},
		{xor, []Unit{{1, 1, -0.5}}, none + "."},
		{xor, []Unit{{1, 1, -0.5}, {1, 1, -1.5}}, none + ", but between them they part 1 from 0: no area has both."},
		{xor, []Unit{{1, 1, -0.5}, {2, 2, -1}}, none + "."},
		{xor, nil, none + "."},
	} {
		f := Figure("t", c.truth, c.lines)
		if f.Caption != c.look || len(f.Lines) != 2+len(c.lines) {
			t.Errorf("%v by %v: %d lines, %q; want %q", c.truth, c.lines, len(f.Lines), f.Caption, c.look)
		}
		if f.X.From != -0.5 || f.X.To != 1.5 || f.Y.From != -0.5 || f.Y.To != 1.5 || f.X.Label != "x1" || f.Y.Label != "x2" {
			t.Errorf("axes %+v and %+v", f.X, f.Y)
		}
		ones, zeros := f.Lines[0], f.Lines[1]
		points := fmt.Sprint(ones.Name, ones.X, ones.Y, zeros.Name, zeros.X, zeros.Y)
		if c.truth == xor && points != "1[0 1] [1 0]0[0 1] [0 1]" {
			t.Errorf("ones and zeros are %s", points)
		}
	}
}
