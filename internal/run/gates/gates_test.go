package gates

import (
	"fmt"
	"math"
	"testing"
)

// TestLearn: the rule learns three of the gates, each with a line that separates its answers, and never XOR.
func TestLearn(t *testing.T) {
	for _, g := range All {
		var u Unit
		passes, learned := u.Learn(g.Truth, 1000)
		right := 0
		for i, want := range g.Truth {
			if u.Answer(float64(i/2), float64(i%2)) == want {
				right++
			}
		}
		can := g.Name != "XOR"
		if learned != can || (right == 4) != can || separate([]Unit{u}, g.Truth) != can || (passes == 1000) == can {
			t.Errorf("%s: got %v in %d passes, %d of 4 right by %v, want %v", g.Name, learned, passes, right, u, can)
		}
	}
}

// TestData: the training set of a gate is its truth table.
func TestData(t *testing.T) {
	for i, want := range []string{"AND [0 0 0 1]", "OR [0 1 1 1]", "NAND [1 1 1 0]", "XOR [0 1 1 0]"} {
		d := All[i].Data()
		got := fmt.Sprintf("%s %v of %d×%d: %v", d.Name, d.Train.Targets, d.Train.N, d.Train.Dim, d.Train.Values)
		if want = "the truth table of " + want + " of 4×2: [0 0 0 1 1 0 1 1]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestReversed: a unit for OR of x₂ and of NOT x₁ answers 0 for 10 alone, and the other way round with ≤ in place of >.
func TestReversed(t *testing.T) {
	u := Unit{-1, 1, 0.5}
	for i, want := range [4]float64{1, 1, 0, 1} {
		x1, x2 := float64(i/2), float64(i%2)
		if answer, reversed := u.Answer(x1, x2), u.Reversed(x1, x2); answer != want || reversed != 1-want {
			t.Errorf("%v, %v: got %v and reversed %v, want %v and %v", x1, x2, answer, reversed, want, 1-want)
		}
	}
	u = Unit{2, 1, -2}
	if got, want := u.Inequality(), "2·x1 + 1·x2 − 2 > 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLine: w₁x₁ + w₂x₂ + b is 0 at each point of the line, which goes from edge to edge of the figure, steep or flat.
func TestLine(t *testing.T) {
	for _, c := range []struct {
		unit   Unit
		points int
		ends   [4]float64 // x₁ and x₂ of the first point, and of the last
	}{
		{Unit{2, 1, -2}, 201, [4]float64{1.25, -0.5, 0.25, 1.5}}, // x₂ = 2 − 2x₁
		{Unit{1, 2, -2}, 201, [4]float64{-0.5, 1.25, 1.5, 0.25}}, // x₂ = 1 − x₁/2
		{Unit{0, 1, -0.5}, 201, [4]float64{-0.5, 0.5, 1.5, 0.5}}, {Unit{1, 0, -0.5}, 201, [4]float64{0.5, -0.5, 0.5, 1.5}},
		{Unit{1, 0, -0.25}, 201, [4]float64{0.25, -0.5, 0.25, 1.5}}, {Unit{1, 1, 0}, 101, [4]float64{-0.5, 0.5, 0.5, -0.5}},
		{Unit{0, 1, 1.5}, 0, [4]float64{}}, // outside of the figure
	} {
		l := c.unit.line("")
		if len(l.X) != c.points || len(l.Y) != c.points {
			t.Errorf("%v: got %d points, want %d", c.unit, len(l.X), c.points)
			continue
		}
		if last := c.points - 1; last > 0 {
			if ends := [4]float64{l.X[0], l.Y[0], l.X[last], l.Y[last]}; ends != c.ends {
				t.Errorf("%v: got the ends %v, want %v", c.unit, ends, c.ends)
			}
		}
		for i, x := range l.X {
			if sum := c.unit.W1*x + c.unit.W2*l.Y[i] + c.unit.B; math.Abs(sum) > 1e-12 {
				t.Errorf("%v: got %v at (%v, %v), want 0", c.unit, sum, x, l.Y[i])
			}
		}
	}
}

// TestFigure: the points of the truth table, and what is said of the lines: no single one separates XOR, two do between
// them, and two that are the same do not.
func TestFigure(t *testing.T) {
	and, xor := [4]float64{0, 0, 0, 1}, [4]float64{0, 1, 1, 0}
	const none = "No line that is drawn has all 1 on one side and all 0 on the other"
	for _, c := range []struct {
		truth [4]float64
		lines []Unit
		want  string // the caption
	}{
		{and, []Unit{{2, 1, -2}}, "A line has all 1 on one side and all 0 on the other. (1, 0) lies on the line " +
			"itself, where the sum is 0: a threshold unit answers 0 there."}, // 2·1 + 1·0 − 2
		{and, []Unit{{-2, -1, 2.5}}, "A line has all 1 on one side and all 0 on the other."}, // whichever side
		{and, []Unit{{1, 1, -0.5}, {1, 1, -1.5}}, "A line has all 1 on one side and all 0 on the other."},
		{and, []Unit{{1, 1, -2}}, none + ". (1, 1) lies on the line itself, where the sum is 0: a threshold unit answers " +
			"0 there."},
		{xor, []Unit{{1, 1, -0.5}}, none + "."},
		{xor, []Unit{{1, 1, -0.5}, {1, 1, -1.5}}, none + ", but between them they part 1 from 0: no area has both."},
		{xor, []Unit{{1, 1, -0.5}, {2, 2, -1}}, none + "."},
		{xor, nil, none + "."},
	} {
		f := Figure("t", c.truth, c.lines)
		if f.Caption != c.want || len(f.Lines) != 2+len(c.lines) {
			t.Errorf("%v by %v: got %d lines, %q; want %q", c.truth, c.lines, len(f.Lines)-2, f.Caption, c.want)
		}
		if f.X.From != -0.5 || f.X.To != 1.5 || f.Y.From != -0.5 || f.Y.To != 1.5 || f.X.Label != "x1" || f.Y.Label != "x2" {
			t.Errorf("got the axes %+v and %+v", f.X, f.Y)
		}
		for i, l := range f.Lines[2:] {
			if want := fmt.Sprint("line ", i+1); l.Name != want {
				t.Errorf("got a line called %s, want %s", l.Name, want)
			}
		}
		ones, zeros := f.Lines[0], f.Lines[1]
		got := fmt.Sprint(ones.Name, ones.X, ones.Y, zeros.Name, zeros.X, zeros.Y)
		if want := "1[0 1] [1 0]0[0 1] [0 1]"; c.truth == xor && got != want {
			t.Errorf("the points of XOR: got %s, want %s", got, want)
		}
	}
}
