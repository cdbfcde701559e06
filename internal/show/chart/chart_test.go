package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// drawn is all that a chart draws, a line for each axis and for each series.
func drawn(c Chart) (lines []string) {
	for name, ticks := range map[string][]Tick{"x": c.XTicks, "y": c.YTicks} {
		for _, t := range ticks {
			name += " " + t.Label + "@" + t.At
		}
		lines = append(lines, name)
	}
	slices.Sort(lines)
	for _, s := range c.Series {
		text := fmt.Sprintf("%s %s at %d,%d %d %s: %s", s.Name, s.Style, s.KeyX, s.LegendY, s.NameX, s.KeyMark, s.Path)
		for _, d := range s.Marks {
			text += fmt.Sprintf(" | %s %s %s", d.Path, d.X, d.Title)
		}
		lines = append(lines, text)
	}
	return lines
}

// TestChart: where everything is, worked out by hand. Values lie in the frame from (70, 34) to (426, 240), 8 units
// from its edges; there is a mark for each value, and no line through what has no place.
func TestChart(t *testing.T) {
	const square = "m-3 -3h6v6h-6z"
	disc := "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
	for _, c := range []struct {
		f    Figure
		want []string
	}{
		{Figure{X: Axis{Label: "epoch"}, Y: Axis{Label: "cost"}, Lines: []Line{ // 85 units an epoch, 190 for the cost of 1
			{Name: "train", X: []float64{0, 1, 2, 3, 4}, Y: []float64{1, nan, 0.5, 0.25, 0}},
			{Name: "test", X: []float64{1, 4}, Y: []float64{inf, 0.5}, Points: true}}},
			[]string{"x 0@78.0 1@163.0 2@248.0 3@333.0 4@418.0", "y 0@232.0 0.2@194.0 0.4@156.0 0.6@118.0 0.8@80.0 1@42.0",
				"train s0 at 70,17 98 M82.00 17.00" + disc + ": M78.00 42.00M248.00 137.00L333.00 184.50L418.00 232.00" +
					" | M78.00 42.00" + disc + " 78.00 epoch 0: train 1 | M248.00 137.00" + disc + " 248.00 epoch 2: train 0.5" +
					" | M333.00 184.50" + disc + " 333.00 epoch 3: train 0.25 | M418.00 232.00" + disc + " 418.00 epoch 4: train 0",
				"test s1 points at 152,17 180 M164.00 17.00" + square + ":  | M418.00 137.00" + square +
					" 418.00 epoch 4: test 0.5"}},
		{Figure{X: Axis{Label: "rate (log scale)", Log: true},
			Y:     Axis{Label: "right answers", Percent: true, From: 0.5, To: 1},
			Lines: []Line{{Name: "", X: []float64{0, 1, 10, 100}, Y: []float64{1, 0.75, 0.9, 0.6}}}},
			[]string{"x 1@78.0 3@159.1 10@248.0 30@329.1 100@418.0", // 170 a power of ten, and lg 3 = 0.4771
				"y 50@232.0 60@194.0 70@156.0 80@118.0 90@80.0 100@42.0",
				" s0 at 70,17 98 M82.00 17.00" + disc + ": M78.00 137.00L248.00 80.00L418.00 194.00 | M78.00 137.00" + disc +
					" 78.00 rate 1:  75 % | M248.00 80.00" + disc + " 248.00 rate 10:  90 % | M418.00 194.00" + disc +
					" 418.00 rate 100:  60 %"}},
		{Figure{Lines: []Line{{Name: "a"}}}, // from 0 to 1, as there is nothing
			[]string{"x 0@78.0 1@418.0", "y 0@232.0 0.2@194.0 0.4@156.0 0.6@118.0 0.8@80.0 1@42.0",
				"a s0 at 70,17 98 M82.00 17.00" + disc + ": "}},
	} {
		if got := drawn(c.f.Draw("id")); !slices.Equal(got, c.want) {
			t.Errorf("drawn is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestMarks: the first four lines have marks of their own, and the first six a style each; where there are more than 60
// values of a line, its marks are shown only when they are pointed at. More than four names go without a legend.
func TestMarks(t *testing.T) {
	f := Figure{Y: Axis{Percent: true}}
	for n := range 7 {
		f.Lines = append(f.Lines, Line{X: make([]float64, 60), Y: make([]float64, 60), Points: n == 5})
	}
	many := make([]float64, 61)
	f.Lines[2], f.Lines[5] = Line{X: many, Y: many}, Line{X: many, Y: many, Points: true}
	styles, shapes := "", map[string]int{}
	for i, s := range f.Draw("x").Series {
		styles += s.Style + ", "
		_, shape, _ := strings.Cut(s.KeyMark, "m")
		if first, ok := shapes[shape]; ok && first != i%4 || !ok && i > 3 {
			t.Errorf("line %d has the mark %s", i, shape)
		} else if !ok {
			shapes[shape] = i
		}
	}
	if want := "s0, s1, s2 many, s3, s4, s5 points, s0, "; styles != want {
		t.Errorf("styles are %s; want %s", styles, want)
	}
	for n, want := range map[int]bool{1: true, 4: true, 5: false} {
		if c := (Figure{Lines: f.Lines[:n]}).Draw("x"); c.Legend != want {
			t.Errorf("%d lines: a legend: %v", n, c.Legend)
		}
	}
	const want = "M10.00 20.00m0 -3.6l3.4 6h-6.8zM10.00 20.00m0 -4l4 4l-4 4l-4 -4z"
	if got := markPath(2, 10, 20) + markPath(3, 10, 20); got != want {
		t.Errorf("triangle and diamond are %s", got)
	}
}

// TestLegendLines: a name takes 42 units and 8 a letter; what would go beyond 440 begins a new line, 15 lower.
func TestLegendLines(t *testing.T) {
	for _, c := range []struct {
		letters []int
		want    string
	}{
		{[]int{1, 2, 3}, "[(70,17) (120,17) (178,17)]"},
		{[]int{17, 18}, "[(70,17) (248,17)]"}, // up to 434
		{[]int{17, 19}, "[(70,11) (70,26)]"},  // 442 would be too far
		{[]int{60}, "[(70,17)]"},              // there is no better place
		{[]int{60, 1, 34, 1}, "[(70,11) (70,26) (120,26) (70,41)]"},
		{nil, "[]"},
	} {
		var f Figure
		for _, n := range c.letters {
			f.Lines = append(f.Lines, Line{Name: strings.Repeat("ä", n)})
		}
		if got := fmt.Sprint(f.legend()); got != c.want {
			t.Errorf("names of %d letters begin at %s, want %s", c.letters, got, c.want)
		}
	}
}

// TestBest: an upright line at the value that was chosen, whose words stand to that side where there is more room.
func TestBest(t *testing.T) {
	for best, want := range map[float64]string{0: "78.0 chosen: 0 false", 2: "248.0 chosen: 2 false",
		2.25: "269.2 chosen: 2.25 true", 3.14159: "345.0 chosen: 3.14 true"} {
		c := Figure{Best: &best, Lines: []Line{{X: []float64{0, 4}, Y: []float64{0, 1}}}}.Draw("x")
		if got := fmt.Sprint(c.BestX, " ", c.BestLabel, " ", c.BestOnRight); got != want {
			t.Errorf("best %v is shown as %s, want %s", best, got, want)
		}
	}
	if c := (Figure{Table: true}).Draw("x"); c.BestX != "" || c.Head != nil {
		t.Errorf("without a line or a best: %q, %q", c.BestX, c.Head)
	}
	lines := []Line{{Name: "a", X: []float64{1}, Y: []float64{0.5}}}
	for table, want := range map[bool]string{true: "[x a] [[1 50 %]]", false: "[] []"} {
		c := Figure{X: Axis{Label: "x"}, Y: Axis{Percent: true}, Lines: lines, Table: table}.Draw("x")
		if got := fmt.Sprint(c.Head, c.Rows); got != want {
			t.Errorf("table %v: %s, want %s", table, got, want)
		}
	}
}

// TestTicksByHand: the labels along an axis that is to show some values.
func TestTicksByHand(t *testing.T) {
	const linear, logs, wholes = 0, 1, 2
	for _, c := range []struct {
		kind   int
		values []float64
		want   string
	}{
		// Steps of 1, 2 or 5: the largest power of ten with 4 steps, and 5 or 2 of it where that leaves 3½.
		{linear, []float64{0, 1}, "0 0.2 0.4 0.6 0.8 1"},
		{linear, []float64{0, 4}, "0 1 2 3 4"},
		{linear, []float64{0, 3.9}, "0 0.5 1 1.5 2 2.5 3 3.5"},
		{linear, []float64{0, 3.4}, "0 0.5 1 1.5 2 2.5 3"},
		{linear, []float64{0, 6.9}, "0 1 2 3 4 5 6"},
		{linear, []float64{0, 7}, "0 2 4 6"},
		{linear, []float64{0, 17}, "0 2 4 6 8 10 12 14 16"},
		{linear, []float64{0, 17.5}, "0 5 10 15"},
		{linear, []float64{0, 39}, "0 5 10 15 20 25 30 35"},
		{linear, []float64{-3, 2.5}, "−3 −2 −1 0 1 2"},
		{linear, []float64{1.1, 1.5}, "1.1 1.2 1.3 1.4 1.5"}, // 1.1/0.1 is a little more than 11
		{linear, []float64{0, 0.6}, "0 0.1 0.2 0.3 0.4 0.5 0.6"},
		{wholes, []float64{0, 3}, "0 1 2 3"},
		{wholes, []float64{1, 2}, "1 2"},
		{wholes, []float64{0, 8}, "0 2 4 6 8"},
		{wholes, []float64{0, 30}, "0 5 10 15 20 25 30"},
		// A single value lies in the middle of a tenth of it to both sides, and of 0.1 at the least.
		{linear, []float64{5}, "4.6 4.8 5 5.2 5.4"},
		{linear, []float64{-20, -20}, "−22 −21 −20 −19 −18"},
		{linear, []float64{0.5}, "0.4 0.45 0.5 0.55 0.6"},
		{linear, []float64{0}, "−0.1 −0.05 0 0.05 0.1"},
		// What is no number, or infinite, counts for nothing.
		{linear, []float64{nan, 1, inf, -inf, 2}, "1 1.2 1.4 1.6 1.8 2"},
		{linear, nil, "0 0.2 0.4 0.6 0.8 1"},
		{linear, []float64{nan}, "0 0.2 0.4 0.6 0.8 1"},
		// Powers of ten, with 3, with 2 and 5, or with more of their multiples: as few as give four.
		{logs, []float64{1, 1000}, "1 10 100 1000"},
		{logs, []float64{1, 999}, "1 3 10 30 100 300"},
		{logs, []float64{1, 100}, "1 3 10 30 100"},
		{logs, []float64{1, 10}, "1 2 5 10"},
		{logs, []float64{1, 4}, "1 1.5 2 3 4"},
		{logs, []float64{5, 10}, "5 6 8 10"},
		{logs, []float64{3.9, 4.1}, "3.9 3.95 4 4.05 4.1"}, // 4 alone is too few
		{logs, []float64{2, 3}, "2 3"},
		{logs, []float64{1.2, 1.4}, "1.2 1.25 1.3 1.35 1.4"},
		{logs, []float64{1, 1e9}, "1 10 100 1000 10k 100k 1e6 1e7 1e8 1e9"},
		{logs, []float64{1, 1e10}, "1 100 10k 1e6 1e8 1e10"},
		{logs, []float64{1e3, 1e14}, "10k 1e6 1e8 1e10 1e12 1e14"},
		{logs, []float64{0.1, 1e10}, "1 100 10k 1e6 1e8 1e10"},
		{logs, []float64{1e-4, 1}, "1e−4 0.001 0.01 0.1 1"},  // the logarithm of 1e-4 is a little more than −4
		{logs, []float64{1e12, 1e15}, "1e12 1e13 1e14 1e15"}, // and that of 1e15 a little less than 15
		{logs, []float64{0, -1, 1, 100}, "1 3 10 30 100"},    // what has no logarithm counts for nothing
		{logs, []float64{100}, "80 100 150"}, {logs, []float64{0}, "1 2 5 10"},
	} {
		all, s := "", newAxisScale(c.values, c.kind == logs)
		for _, v := range s.roundValues(c.kind == wholes) {
			all += " " + (Axis{}).tickLabel(v, 4)
		}
		if all != " "+c.want {
			t.Errorf("%v, kind %d: ticks%s, want %s", c.values, c.kind, all, c.want)
		}
	}
	huge := newAxisScale([]float64{-1e308, 1e308}, false)
	for _, v := range huge.roundValues(false) {
		if at := huge.place(v, 0, 1); !(at >= 0 && at <= 1) {
			t.Errorf("of ±1e308, %v is at %v", v, at)
		}
	}
}

// TestHas: what has a place along an axis.
func TestHas(t *testing.T) {
	for _, c := range []struct {
		v           float64
		linear, log bool
	}{{1, true, true}, {0, true, false}, {-1, true, false}, {nan, false, false}, {inf, false, false},
		{-inf, false, false}} {
		if linear, log := (axisScale{}).has(c.v), (axisScale{log: true}).has(c.v); linear != c.linear || log != c.log {
			t.Errorf("%v has a place: %v, along a logarithmic axis %v", c.v, linear, log)
		}
	}
}

// TestTexts: what a value looks like on a line of the table, in words, and along the axis.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		percent                    bool
		v                          float64
		digits                     int
		text, value, tick, rounded string
	}{
		{false, 9999, 4, "9999", "9999", "9999", "10000"},
		{false, 1e4, 4, "10000", "10000", "10k", "10000"},
		{false, -123456, 4, "−123500", "−123500", "−123.5k", "-100000"},
		{false, 999999, 7, "999999", "999999", "1000k", "1e+06"},
		{false, 1e6, 4, "1000000", "1000000", "1e6", "1e+06"},
		{false, -2e274, 4, "−2e+274", "−2e+274", "−2e274", "-2e+274"},
		{false, 0.001, 4, "0.001", "0.001", "0.001", "0.001"},
		{false, 0.00099, 4, "0.00099", "0.00099", "9.9e−4", "0.001"},
		{false, -0.0001, 4, "−0.0001", "−0.0001", "−1e−4", "-0.0001"},
		{false, 0.00009, 4, "9e−05", "9e−05", "9e−5", "9e-05"},
		{false, 1.23456789e-12, 3, "1.23e−12", "1.23e−12", "1.23457e−12", "1e-12"},
		{true, 0.5, 4, "50", "50 %", "50", "0.5"},
		{true, 0.0005, 4, "0.05", "0.05 %", "0.05", "0.0005"}, // a tick is in per cent too
		{true, 0.000005, 4, "0.0005", "0.0005 %", "5e−4", "5e-06"},
	} {
		a := Axis{Percent: c.percent}
		got := []string{a.number(c.v, c.digits), a.value(c.v, c.digits), a.tickLabel(c.v, 4), fmt.Sprint(Round(c.v, 1))}
		if want := []string{c.text, c.value, c.tick, c.rounded}; !slices.Equal(got, want) {
			t.Errorf("%v is %q, want %q", c.v, got, want)
		}
	}
	for label, want := range map[string]string{"epoch": "epoch", "cost (log scale)": "cost",
		"right answers, %": "right answers"} {
		if got := (Axis{Label: label}).name(); got != want {
			t.Errorf("the axis %q is called %q", label, got)
		}
	}
}

// TestDescribe: what a chart shows, for those who do not see it.
func TestDescribe(t *testing.T) {
	line := func(name string, y ...float64) Line { return Line{Name: name, X: []float64{1, 2, 3}[:len(y)], Y: y} }
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
		{Figure{X: Axis{Label: "x"}, Y: Axis{Label: "y"},
			Lines: []Line{{Name: "a", X: []float64{1.23456, 2.34567}, Y: []float64{3.45678, 4.56789}}}},
			"y over x, 1 line. a goes from 3.457 at x 1.235 to 4.568 at 2.346."},
		{Figure{}, " over , 0 lines. "},
	} {
		if got := c.f.Draw("x").Description; got != c.want {
			t.Errorf("%q; want %q", got, c.want)
		}
	}
}

// TestWholeTicks: an axis of whole numbers, whatever it is called, has no ticks between them; shares that are 0
// begin at 0.
func TestWholeTicks(t *testing.T) {
	f := Figure{X: Axis{Label: "task"}, Y: Axis{Label: "part", Percent: true, To: 0.1},
		Lines: []Line{{Name: "a", X: []float64{0, 1, 2, 3}, Y: []float64{0, 0, 0, 0}}}}
	labels := func(ticks []Tick) (all string) {
		for _, t := range ticks {
			all += t.Label + " "
		}
		return all
	}
	c := f.Draw("c")
	if x, y := labels(c.XTicks), labels(c.YTicks); x != "0 1 2 3 " || !strings.HasPrefix(y, "0 2 4 ") {
		t.Errorf("ticks %s and %s", x, y)
	}
	f.Lines[0].X = []float64{0, 0.5, 1, 2}
	if x := labels(f.Draw("c").XTicks); !strings.HasPrefix(x, "0 0.5 1 ") {
		t.Errorf("of numbers that are not whole: %s", x)
	}
}

// TestTicks: every axis has some round values, within its range.
func TestTicks(t *testing.T) {
	for _, log := range []bool{false, true} {
		for _, v := range [][]float64{{0.031, 0.29}, {1, 1}, {1e-9, 1e3}, {0.069, 0.0701}, {0.1, 100}, {1, 2},
			{90, 99.7}, {5}, {1e-300, 1e300}} {
			s := newAxisScale(v, log)
			ticks := s.roundValues(false)
			if len(ticks) < 2 || len(ticks) > 13 {
				t.Errorf("%v, log %v: ticks %v", v, log, ticks)
			}
			for _, tick := range ticks {
				if at := s.place(tick, 0, 1); !(at > -1e-6 && at < 1+1e-6) {
					t.Errorf("%v, log %v: the tick %v is at %v", v, log, tick, at)
				}
			}
		}
	}
}

// TestNumeral: what numbers look like, along an axis and in words.
func TestNumeral(t *testing.T) {
	for _, c := range []struct {
		v          float64
		text, tick string
	}{
		{0, "0", "0"}, {math.Copysign(0, -1), "0", "0"}, {0.123456789, "0.123457", "0.1235"}, {-2.5, "−2.5", "−2.5"},
		{3 * 0.0001, "0.0003", "3e−4"}, {1e-12, "1e−12", "1e−12"}, {80000, "80000", "80k"}, {1e7, "1e+07", "1e7"},
		{1234567, "1234570", "1.23457e6"}, {0.00012, "0.00012", "1.2e−4"}, {0.000099, "9.9e−05", "9.9e−5"},
		{9999999.9, "1e+07", "1e7"}, {0.5, "0.5", "0.5"}, {-1, "−1", "−1"},
	} {
		if text, tick := Numeral(c.v, 6), (Axis{}).tickLabel(c.v, 4); text != c.text || tick != c.tick {
			t.Errorf("%v: %q and %q, want %q and %q", c.v, text, tick, c.text, c.tick)
		}
	}
	if text := (Axis{}).Written(0.123456); text != "0.1235" {
		t.Errorf("in a sentence, 0.123456 is %q", text)
	}
	if text := (Axis{Percent: true}).value(0.98765432, 4); text != "98.77 %" {
		t.Errorf("a share is %q", text)
	}
}

// TestTicksApart: near values keep as many digits as it takes to tell them apart, and no more.
func TestTicksApart(t *testing.T) {
	for want, c := range map[string]struct {
		Axis
		values []float64
	}{
		"2.3025 2.303 2.3035": {Axis{}, []float64{2.3025, 2.303, 2.3035}},
		"99.952 99.954":       {Axis{Percent: true}, []float64{0.99952, 0.99954}},
		"0.3 0.4":             {Axis{}, []float64{0.1 + 0.2, 0.4}},
		"100.01k 100.02k":     {Axis{}, []float64{100010, 100020}},
		"0.333333333 1":       {Axis{}, []float64{1.0 / 3, 1}},
	} {
		if got := strings.Join(c.tickLabels(c.values), " "); got != want {
			t.Errorf("%v: %s, want %s", c.values, got, want)
		}
	}
}

// TestItalics: single letters are italic, with their index below the line; words, numbers and what HTML would take for
// its own are not.
func TestItalics(t *testing.T) {
	for formula, want := range map[string]string{
		"C = −(1⁄n) Σ ln p_y": "<i>C</i> = −(1⁄<i>n</i>) Σ ln <i>p<sub>y</sub></i>",
		"a < 2 & softmax(a)":  "<i>a</i> &lt; 2 &amp; softmax(<i>a</i>)", "": "",
	} {
		if got := (Chart{Figure: Figure{Formula: formula}}).Italics(); string(got) != want {
			t.Errorf("%s: %s, want %s", formula, got, want)
		}
	}
}
