package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// describe writes what a chart draws: a line for each axis, and one for each series and for each of its marks.
func describe(c Chart) (lines []string) {
	lines = append(lines, "x"+places(c.XTicks), "y"+places(c.YTicks))
	for _, s := range c.Series {
		lines = append(lines, fmt.Sprintf("%s %s, legend %d,%d %d %s: %s", s.Name, s.Style, s.KeyX, s.LegendY, s.NameX,
			s.KeyMark, s.Path))
		for _, m := range s.Marks {
			lines = append(lines, fmt.Sprintf("  %s, %s, %s", m.Path, m.X, m.Title))
		}
	}
	return lines
}

func places(ticks []Tick) (text string) {
	for _, t := range ticks {
		text += " " + t.Label + "@" + t.At
	}
	return text
}

func labels(ticks []Tick) (text string) {
	for _, t := range ticks {
		text += " " + t.Label
	}
	return text
}

// The places are worked out by hand. The values lie in the frame from (70, 34) to (426, 240), 8 units from its edges.
// There is a mark for each value, and no line through one without a place.
func TestDrawPutsEverythingInItsPlace(t *testing.T) {
	const square, disc = "m-3 -3h6v6h-6z", "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
	const fromZero = "y 0@232.0 0.2@194.0 0.4@156.0 0.6@118.0 0.8@80.0 1@42.0"
	for _, c := range []struct {
		name string
		f    Figure
		want []string
	}{
		{"a line and points", // 85 units an epoch, 190 for a cost of 1
			Figure{X: Axis{Label: "epoch"}, Y: Axis{Label: "cost"}, Lines: []Line{
				{Name: "train", X: []float64{0, 1, 2, 3, 4}, Y: []float64{1, nan, 0.5, 0.25, 0}},
				{Name: "test", X: []float64{1, 4}, Y: []float64{inf, 0.5}, Points: true}}},
			[]string{
				"x 0@78.0 1@163.0 2@248.0 3@333.0 4@418.0", fromZero,
				"train s0, legend 70,17 98 M82.00 17.00" + disc +
					": M78.00 42.00M248.00 137.00L333.00 184.50L418.00 232.00",
				"  M78.00 42.00" + disc + ", 78.00, epoch 0: train 1",
				"  M248.00 137.00" + disc + ", 248.00, epoch 2: train 0.5",
				"  M333.00 184.50" + disc + ", 333.00, epoch 3: train 0.25",
				"  M418.00 232.00" + disc + ", 418.00, epoch 4: train 0",
				"test s1 points, legend 152,17 180 M164.00 17.00" + square + ": ",
				"  M418.00 137.00" + square + ", 418.00, epoch 4: test 0.5",
			}},
		{"shares over a logarithm", // 170 units a power of ten, and lg 3 = 0.4771
			Figure{X: Axis{Label: "rate (log scale)", Log: true},
				Y:     Axis{Label: "right answers", Percent: true, From: 0.5, To: 1},
				Lines: []Line{{X: []float64{0, 1, 10, 100}, Y: []float64{1, 0.75, 0.9, 0.6}}}},
			[]string{
				"x 1@78.0 3@159.1 10@248.0 30@329.1 100@418.0", "y 50@232.0 60@194.0 70@156.0 80@118.0 90@80.0 100@42.0",
				" s0, legend 70,17 98 M82.00 17.00" + disc + ": M78.00 137.00L248.00 80.00L418.00 194.00",
				"  M78.00 137.00" + disc + ", 78.00, rate 1:  75 %",
				"  M248.00 80.00" + disc + ", 248.00, rate 10:  90 %",
				"  M418.00 194.00" + disc + ", 418.00, rate 100:  60 %",
			}},
		{"the ideal", Figure{Lines: []Line{{Name: "exact", X: []float64{0, 1}, Y: []float64{0, 1}, Ideal: true}}},
			[]string{"x 0@78.0 1@418.0", fromZero, "exact s0, legend 70,17 98 : M78.00 232.00L418.00 42.00"}},
		{"no values", Figure{Lines: []Line{{Name: "a"}}},
			[]string{"x 0@78.0 1@418.0", fromZero, "a s0, legend 70,17 98 M82.00 17.00" + disc + ": "}},
	} {
		if got := describe(c.f.Draw("id")); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Six styles and four marks follow one another. The marks of a line of more than 60 values are shown only under the
// pointer.
func TestStylesAndMarksOfSeveralLines(t *testing.T) {
	f := Figure{}
	for i := range 7 {
		values := make([]float64, 60)
		if i == 2 || i == 5 {
			values = make([]float64, 61)
		}
		f.Lines = append(f.Lines, Line{X: values, Y: values, Points: i == 5})
	}
	marks := []string{"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -3.6l3.4 6h-6.8z",
		"m0 -4l4 4l-4 4l-4 -4z"}
	for i, s := range f.Draw("x").Series {
		if want := []string{"s0", "s1", "s2 many", "s3", "s4", "s5 points", "s0"}[i]; s.Style != want {
			t.Errorf("line %d: got the style %s, want %s", i, s.Style, want)
		}
		if want := marks[i%4]; !strings.HasSuffix(s.KeyMark, want) {
			t.Errorf("line %d: got the mark %s, want %s", i, s.KeyMark, want)
		}
	}
	for n, want := range map[int]bool{1: true, 4: true, 5: false} {
		if got := (Figure{Lines: f.Lines[:n]}).Draw("x").Legend; got != want {
			t.Errorf("%d lines: is there a legend? got %v, want %v", n, got, want)
		}
	}
}

// An entry takes 42 units and 8 for each letter; what would go beyond 440 begins a new row, 15 units lower.
func TestLegendGoesOnInFurtherRows(t *testing.T) {
	for _, c := range []struct {
		letters []int // in each name
		want    string
	}{
		{[]int{1, 2, 3}, "[(70,17) (120,17) (178,17)]"},
		{[]int{17, 18}, "[(70,17) (248,17)]"},                                   // up to 434
		{[]int{17, 19}, "[(70,11) (70,26)]"},                                    // 442 would be too far
		{[]int{4, 4, 4, 4, 4}, "[(70,17) (144,17) (218,17) (292,17) (366,17)]"}, // up to 440
		{[]int{60}, "[(70,17)]"},                                                // no row has room for it
		{[]int{60, 1, 34, 1}, "[(70,11) (70,26) (120,26) (70,41)]"},
		{nil, "[]"},
	} {
		var f Figure
		for _, n := range c.letters {
			f.Lines = append(f.Lines, Line{Name: strings.Repeat("ä", n)})
		}
		if got := fmt.Sprint(f.legend()); got != c.want {
			t.Errorf("names of %d letters: got %s, want %s", c.letters, got, c.want)
		}
	}
}

// The label of the line at the chosen value is on the side where there is more room.
func TestDrawMarksTheChosenValue(t *testing.T) {
	for best, want := range map[float64]string{0: "78.0 chosen: 0 false", 2: "248.0 chosen: 2 false",
		2.25: "269.2 chosen: 2.25 true", 3.14159: "345.0 chosen: 3.14 true"} {
		c := Figure{Best: &best, Lines: []Line{{X: []float64{0, 4}, Y: []float64{0, 1}}}}.Draw("x")
		if got := fmt.Sprint(c.BestX, " ", c.BestLabel, " ", c.BestOnRight); got != want {
			t.Errorf("%v: got %s, want %s", best, got, want)
		}
	}
	if c := (Figure{}).Draw("x"); c.BestX != "" {
		t.Errorf("nothing is chosen: got a line at %s", c.BestX)
	}
}

// Lines that begin at different x have their values in the right rows, to six digits.
func TestDrawListsTheNumbers(t *testing.T) {
	f := Figure{X: Axis{Label: "epoch"}, Y: Axis{Percent: true}, Table: true, Lines: []Line{
		{Name: "ours", X: []float64{0, 1, 2.3456789}, Y: []float64{0.09, 0.08, 0.98765432}},
		{Name: "published", X: []float64{1, 3}, Y: []float64{0.06, 0.05}}}}
	const want = "[epoch ours published] [[0 9 % ] [1 8 % 6 %] [2.34568 98.7654 % ] [3  5 %]]"
	c := f.Draw("x")
	if got := fmt.Sprint(c.Head, c.Rows); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.Series[0].Marks[2].Title, "epoch 2.34568: ours 98.7654 %"; got != want {
		t.Errorf("a mark: got %q, want %q", got, want)
	}
	f.Table = false
	if c := f.Draw("x"); c.Head != nil || c.Rows != nil {
		t.Errorf("without a table: got %v, %v", c.Head, c.Rows)
	}
	if c := (Figure{Table: true, Lines: f.Lines[1:]}).Draw("x"); fmt.Sprint(c.Rows) != "[[1 0.06] [3 0.05]]" {
		t.Errorf("a single line: got %v", c.Rows)
	}
	if c := (Figure{Table: true}).Draw("x"); c.Head != nil {
		t.Errorf("without lines: got %v", c.Head)
	}
}

// The description is for readers who cannot see the chart. It leaves out more than six lines.
func TestDescriptionSaysWhereEachLineBeginsAndEnds(t *testing.T) {
	x, a := Axis{Label: "epoch (log scale)"}, line("a", 0.5, 0.25, 0.12345)
	for _, c := range []struct {
		f    Figure
		want string
	}{
		{Figure{X: x, Y: Axis{Label: "right answers", Percent: true}, Lines: []Line{a}},
			"right answers, % over epoch (log scale), 1 line. a goes from 50 % at epoch 1 to 12.35 % at 3."},
		{Figure{X: x, Y: Axis{Label: "cost"}, Lines: []Line{a, line("none"), line("b", 7)}},
			"cost over epoch (log scale), 3 lines. a goes from 0.5 at epoch 1 to 0.1235 at 3. b goes from 7 at epoch 1 to 7 " +
				"at 1."},
		{Figure{X: x, Y: Axis{Label: "y"}, Lines: []Line{a, {}, {}, {}, {}, {}}},
			"y over epoch (log scale), 6 lines. a goes from 0.5 at epoch 1 to 0.1235 at 3."},
		{Figure{X: x, Y: Axis{Label: "y"}, Lines: []Line{a, {}, {}, {}, {}, {}, {}}}, "y over epoch (log scale), 7 lines. "},
		{Figure{X: Axis{Label: "x, in metres"}, Y: Axis{Label: "y"},
			Lines: []Line{{Name: "a", X: []float64{1.23456, 2.34567}, Y: []float64{3.45678, 4.56789}}}},
			"y over x, in metres, 1 line. a goes from 3.457 at x 1.235 to 4.568 at 2.346."},
	} {
		if got := c.f.Draw("x").Description; got != c.want {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}

func TestAnAxisOfWholeNumbersHasNoTicksBetweenThem(t *testing.T) {
	for _, c := range []struct {
		last float64
		want string
	}{{3, " 0 1 2 3"}, {2.5, " 0 0.5 1 1.5 2 2.5"}} {
		f := Figure{Lines: []Line{{X: []float64{0, 1, 2, c.last}, Y: make([]float64, 4)}}}
		if got := labels(f.Draw("c").XTicks); got != c.want {
			t.Errorf("0, 1, 2, %v: got%s, want%s", c.last, got, c.want)
		}
	}
}

func TestItalicsAreForSingleLetters(t *testing.T) {
	for formula, want := range map[string]string{
		"C = −(1⁄n) Σ ln p_y": "<i>C</i> = −(1⁄<i>n</i>) Σ ln <i>p<sub>y</sub></i>",
		"a < 2 & softmax(a)":  "<i>a</i> &lt; 2 &amp; softmax(<i>a</i>)",
	} {
		if got := string(Chart{Figure: Figure{Formula: formula}}.Italics()); got != want {
			t.Errorf("%s: got %s, want %s", formula, got, want)
		}
	}
}

// Four columns are 89 units wide each, from 70.
func TestColumnIsTheMiddleOfAColumn(t *testing.T) {
	if got, want := Column(1, 4, "x"), (Tick{"203.5", "x"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
