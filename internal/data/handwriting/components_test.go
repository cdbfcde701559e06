package handwriting

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
)

// at is the rectangle of w×h with its corner at (x, y).
func at(x, y, w, h int) image.Rectangle { return image.Rect(x, y, x+w, y+h) }

type boxes = []image.Rectangle

// numbers are the numbers of parts, row by row: . for none, - for what is left out.
func numbers(of []int32, w int) string {
	var b strings.Builder
	for i, n := range of {
		if i > 0 && i%w == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte("-.123456789"[n+1])
	}
	return b.String()
}

// stamp draws the edge of a rectangle, pen pixels wide.
func (g grey) stamp(r image.Rectangle, pen int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if !image.Pt(x, y).In(r.Inset(pen)) {
				g.row(y)[x] = 1
			}
		}
	}
}

// TestParts: what hangs together, sideways or aslant, and not from one border to the other.
func TestParts(t *testing.T) {
	for _, c := range []struct{ ink, of, list string }{
		{"#.3#. .#..# ....# #.... #...#", "1..2. .1..2 ....2 3.... 3...4",
			"(0,0)-(2,2) 2, (3,0)-(5,3) 3, (0,3)-(1,5) 2, (4,4)-(5,5) 1"},
		{"..#. .#.. #..# .##.", "..1. .1.. 1..1 .11.", "(0,0)-(4,4) 6"},
		{"...# ...# ##.# .###", "...1 ...1 11.1 .111", "(0,0)-(4,4) 8"},
	} {
		g := sketch(c.ink)
		of, list := g.components(0.3)
		var got []string
		for _, p := range list[1:] {
			got = append(got, fmt.Sprint(p.box, " ", p.area))
		}
		if numbers(of, g.w) != c.of || strings.Join(got, ", ") != c.list {
			t.Errorf("%s: %s; %s", c.ink, numbers(of, g.w), strings.Join(got, ", "))
		}
	}
}

// TestTypical: half of the area is in boxes no higher than the typical height.
func TestTypical(t *testing.T) {
	for _, c := range []struct {
		want  int
		boxes boxes
	}{
		{0, nil},
		{20, boxes{at(0, 0, 3, 30), at(0, 0, 9, 10), at(0, 0, 5, 20)}}, // 90, 90, 100
		{5, boxes{at(0, 0, 5, 10), at(7, 7, 10, 5)}},                   // half and half
		{17, boxes{at(0, 0, 3, 17), at(7, 7, 10, 5)}},                  // 51 of 101
		{10, boxes{at(0, 0, 6, 10), at(7, 7, 11, 5)}},                  // 60 of 115
		{40, boxes{at(0, 0, 1, 2), at(0, 0, 30, 40), at(0, 0, 1, 3)}},
	} {
		var list []component
		for _, b := range c.boxes {
			list = append(list, component{box: b})
		}
		if got := typicalHeight(list); got != c.want {
			t.Errorf("%v are typically %d high, want %d", c.boxes, got, c.want)
		}
		for i, b := range c.boxes {
			if list[i].box != b {
				t.Errorf("%v are in another order", c.boxes)
			}
		}
	}
}

// TestBelong: which two parts are of one digit where digits are 100 high, at each of the bounds.
func TestBelong(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b image.Rectangle
		want bool
	}{
		{"eight tenths within", at(0, 0, 100, 150), at(92, 40, 10, 10), true},
		{"seven tenths within", at(0, 0, 100, 150), at(93, 40, 10, 10), false},

		{"a piece over another, 20 away", at(0, 0, 50, 60), at(0, 80, 50, 60), true},
		{"21 away", at(0, 0, 50, 60), at(0, 81, 50, 59), false},
		{"140 high together", at(0, 0, 50, 60), at(0, 75, 50, 65), true},
		{"141 high together", at(0, 0, 50, 60), at(0, 75, 50, 66), false},
		{"a piece is less than 70 high", at(0, 0, 50, 70), at(25, 35, 50, 69), true},
		{"70 is no piece", at(0, 0, 50, 70), at(25, 35, 50, 70), false},
		{"less than half of two halves is side by side", at(0, 0, 50, 70), at(25, 36, 50, 70), true},
		{"two halves, 10 away", at(0, 0, 50, 80), at(0, 90, 50, 80), true},
		{"two halves, 11 away", at(0, 0, 50, 80), at(0, 91, 50, 80), false},
		{"two halves, 180 high together", at(0, 0, 50, 80), at(0, 90, 50, 90), true},
		{"two halves, 181 high together", at(0, 0, 50, 80), at(0, 90, 50, 91), false},
		{"three tenths of the narrower are over the other", at(0, 0, 50, 80), at(47, 85, 10, 80), true},
		{"two tenths are not", at(0, 0, 50, 80), at(48, 85, 10, 80), false},

		{"a bar under one end, 34 high", at(0, 0, 60, 90), at(50, 98, 60, 34), true},
		{"35 high is no bar", at(0, 0, 60, 90), at(50, 98, 60, 35), false},
		{"a bar 10 away", at(0, 0, 60, 90), at(50, 100, 60, 30), true},
		{"a bar 11 away", at(0, 0, 60, 90), at(50, 101, 60, 30), false},
		{"with its bar 140 high", at(0, 0, 60, 100), at(50, 108, 60, 32), true},
		{"with its bar 141 high", at(0, 0, 60, 100), at(50, 108, 60, 33), false},
		{"a bar that touches", at(0, 0, 60, 100), at(50, 100, 60, 30), true},
		{"a bar that begins above the end", at(0, 0, 60, 100), at(50, 99, 60, 30), false},
		{"a bar one pixel under", at(0, 0, 60, 100), at(59, 105, 60, 30), true},
		{"a bar beyond", at(0, 0, 60, 100), at(60, 105, 60, 30), false},

		{"a small piece 10 beside", at(0, 0, 50, 100), at(60, 30, 39, 39), true},
		{"a small piece 11 beside", at(0, 0, 50, 100), at(61, 30, 39, 39), false},
		{"40 is not small", at(0, 0, 50, 100), at(60, 30, 40, 40), false},
		{"neither in one direction", at(0, 0, 50, 100), at(60, 30, 40, 20), false},
		{"nor upright", at(0, 0, 50, 100), at(60, 30, 20, 40), false},
		{"flat, 3 beside", at(0, 0, 50, 100), at(53, 30, 40, 20), true},
		{"flat, 4 beside", at(0, 0, 50, 100), at(54, 30, 40, 20), false},
		{"34 is flat", at(0, 0, 50, 100), at(53, 30, 40, 34), true},
		{"35 is not", at(0, 0, 50, 100), at(53, 30, 40, 35), false},
		{"beside by a row, 120 high together", at(0, 0, 50, 100), at(55, 99, 30, 21), true},
		{"121 high together", at(0, 0, 50, 100), at(55, 99, 30, 22), false},
		{"beside by no row", at(0, 0, 50, 100), at(55, 100, 30, 15), false},
	} {
		for turn := range 2 {
			a, b := c.a, c.b
			if turn > 0 {
				a, b = b, a
			}
			if areOneDigit(a, b, 100) != c.want {
				t.Errorf("%s: %v and %v are said to be %v", c.name, a, b, !c.want)
			}
			double := func(r image.Rectangle) image.Rectangle { return image.Rectangle{r.Min.Mul(2), r.Max.Mul(2)} }
			if areOneDigit(double(a), double(b), 200) != c.want {
				t.Errorf("%s, twice as large: %v and %v are said to be %v", c.name, a, b, !c.want)
			}
		}
	}
}

// TestJoined: what belongs together only when more is there is joined as well, and its area counts.
func TestJoined(t *testing.T) {
	// A dot within the corner of a stroke and its foot, and a digit apart.
	groups := []component{{at(40, 15, 15, 41), 300, 0}, {at(300, 0, 60, 100), 7, 0}, {at(0, 0, 10, 100), 1000, 0},
		{at(12, 80, 60, 20), 20, 0}}
	root := join(groups, 100)
	if fmt.Sprint(root) != "[0 1 0 0]" || groups[0].box != at(0, 0, 72, 100) || groups[0].area != 1320 ||
		groups[1] != (component{at(300, 0, 60, 100), 7, 0}) {
		t.Errorf("%v of %v", root, groups)
	}
}

// TestOrdered: the order of reading, line by line.
func TestOrdered(t *testing.T) {
	for _, c := range []struct {
		name  string
		boxes boxes
		want  string // which, from 0; / for a new line
	}{
		{"by their middles", boxes{at(0, 0, 100, 50), at(10, 0, 20, 50), at(45, 0, 8, 50)}, "1 2 0"},
		{"beside by 35 of 100", boxes{at(0, 0, 10, 100), at(20, 65, 10, 100)}, "0 / 1"},
		{"beside by 36 of 100", boxes{at(0, 0, 10, 100), at(20, 64, 10, 100)}, "0 1"},
		{"beside by 8 of the lower one's 20", boxes{at(0, 0, 10, 100), at(20, 92, 10, 20)}, "0 1"},
		{"the other way round", boxes{at(20, 0, 10, 100), at(0, 92, 10, 20)}, "1 0"},
		{"of two lines, the nearer one", boxes{at(0, 0, 10, 100), at(1, 80, 10, 100), at(20, 50, 10, 100)}, "0 / 1 2"},
		{"or the other", boxes{at(0, 0, 10, 100), at(1, 80, 10, 100), at(20, 20, 10, 100)}, "0 2 / 1"},
		{"the last of a line counts", boxes{at(0, 0, 10, 100), at(20, 50, 10, 100), at(40, 100, 10, 100)}, "0 1 2"},
		{"lines by their digits' mean", boxes{at(0, 20, 10, 100), at(30, 20, 10, 100), at(10, 150, 10, 10),
			at(50, 90, 10, 100), at(70, 150, 10, 10)}, "0 1 / 2 3 4"},
		{"the upper line begins farther right", boxes{at(0, 100, 10, 50), at(30, 0, 10, 50), at(60, 100, 10, 50)}, "1 / 0 2"},
	} {
		var list []component
		for i, b := range c.boxes {
			list = append(list, component{b, i, 0})
		}
		got, line := "", 0
		for _, p := range inReadingOrder(list) {
			if p.line != line {
				got, line = got+" /", line+1
			}
			got += fmt.Sprint(" ", p.area)
		}
		if got = strings.TrimSpace(got); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestFrames: what is a frame round others, at each of the bounds.
func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name   string
		frame  image.Rectangle
		within int   // the height of what is in it
		more   boxes // of the frame
		want   bool
	}{
		{"a frame", at(3, 2, 40, 40), 11, nil, true},
		{"too small a thing within", at(3, 2, 40, 40), 10, nil, false},
		{"nothing within", at(3, 2, 40, 40), 0, nil, false},
		{"nine tenths along its sides", at(3, 2, 40, 40), 11, boxes{at(5, 9, 23, 1), at(5, 7, 18, 1), at(5, 20, 1, 5)},
			true}, // 315 of 350
		{"and not quite", at(3, 2, 40, 40), 11, boxes{at(5, 9, 23, 1), at(5, 7, 19, 1), at(5, 20, 1, 5)}, false},
		{"nearly a quarter of it full", at(3, 2, 40, 40), 11, boxes{at(5, 6, 3, 31), at(5, 37, 2, 1)}, true},
		{"a quarter of it full", at(3, 2, 40, 40), 11, boxes{at(5, 6, 3, 32)}, false},
		{"of 20×20", at(3, 2, 20, 20), 9, nil, false},
		{"of 21×20", at(3, 2, 21, 20), 9, nil, true},
		{"of 20×21", at(3, 2, 20, 21), 9, nil, true},
	} {
		g := newGrey(60, 60)
		pen := 2
		if c.frame.Dx() < 30 {
			pen = 1
		}
		g.stamp(c.frame, pen)
		for _, r := range c.more {
			g.stamp(r, 99)
		}
		g.stamp(at(c.frame.Min.X+8, c.frame.Min.Y+9, c.within, c.within), 1)
		for turn := range 4 { // as it is, and turned by a quarter each
			of, parts := g.components(solid)
			if got := g.frames(of, parts); got[1] != c.want || slices.Contains(got[2:], true) {
				t.Errorf("%s, turned %d times: %v", c.name, turn, got)
			}
			g = photo{turn: 6}.upright(g)
		}
	}
}

// TestGroups: digits are numbered in the order of reading, with the blur around them; a speck and its blur are left
// out.
func TestGroups(t *testing.T) {
	g := sketch(`
		.#......####
		.#......#..#
		.#......#..#
		.#3..#3.#..#
		.#......#..#
		.#......#..#
		3#......#..#
		.#......####`)
	groups, of, err := g.findDigits(1)
	want := oneLine(`
		.1......2222
		.1......2..2
		.1......2..2
		.11..--.2..2
		.1......2..2
		.1......2..2
		11......2..2
		.1......2222`)
	if err != nil || len(groups) != 2 || numbers(of, g.w) != want || groups[0].box != at(1, 0, 1, 8) ||
		groups[1].box != at(8, 0, 4, 8) {
		t.Errorf("%v, %v, %s", groups, err, numbers(of, g.w))
	}
	if cut, corner := g.extract(of, 1); rowsOf(cut) != ".#. .#. .#. .#3 .#. .#. 3#. .#." || corner != image.Pt(0, 0) {
		t.Errorf("the first, cut out at %v: %s", corner, rowsOf(cut))
	}
	if cut, corner := g.extract(of, 2); rowsOf(cut) != "#### #..# #..# #..# #..# #..# #..# ####" ||
		corner != image.Pt(8, 0) {
		t.Errorf("the second, cut out at %v: %s", corner, rowsOf(cut))
	}
	g.row(3)[6] = 1 // a dash that is a quarter of a digit's height is no speck
	if groups, _, err = g.findDigits(1); err != nil || len(groups) != 3 || groups[1].box != at(5, 3, 2, 1) {
		t.Errorf("%v, %v", groups, err)
	}
	g = newGrey(60, 60) // nor is it within a frame, whose height does not count
	g.stamp(at(3, 2, 40, 40), 2)
	g.stamp(at(11, 11, 12, 12), 1)
	g.stamp(at(30, 30, 3, 1), 1)
	if groups, _, err = g.findDigits(1); err != nil || len(groups) != 2 || groups[1].box != at(30, 30, 3, 1) {
		t.Errorf("in a frame: %v, %v", groups, err)
	}
}

// TestSpreadNumbers: each pixel of blur goes to the nearest number, and none goes over the border.
func TestSpreadNumbers(t *testing.T) {
	for _, c := range []struct{ ink, of, want string }{
		{"#3333#", "1....2", "111222"},
		{"#33.33#", "1.....2", "111.222"},
		{"#.. .3. ..3 3..", "1.. ... ... ...", "1.. .1. ..1 ..."},
		{"..3 .3. #..", "... ... 1..", "..1 .1. 1.."},
		{"# . 3", "1 . .", "1 . ."}, {"3 . #", ". . 1", ". . 1"}, {"#.3", "1..", "1.."}, {"3.#", "..1", "..1"},
		{"3..# ..3.", "-..1 ....", "-..1 ..1."},
		{"#33#", "-..1", "--11"},
	} {
		g := sketch(c.ink)
		var of []int32
		for _, ch := range strings.ReplaceAll(c.of, " ", "") {
			of = append(of, int32(strings.IndexRune("-.12", ch)-1))
		}
		if g.labelBlur(of); numbers(of, g.w) != c.want {
			t.Errorf("%s, %s: %s, want %s", c.ink, c.of, numbers(of, g.w), c.want)
		}
	}
}

// TestMarks: how many marks there may be, and how small digits, with the words that say so.
func TestMarks(t *testing.T) {
	bars := func(n, h, short int) grey { // n bars four pixels apart, over each a short piece if there is any
		g := newGrey(max(4*n, 20), h+short+1)
		for i := range n {
			g.stamp(at(4*i+1, short+1, 1, h), 1)
			g.stamp(at(4*i+1, 0, 1, short), 1)
		}
		return g
	}
	odd := bars(251, 10, 3)
	odd.stamp(at(1, 0, 1, 3), 0)
	for y := range 3 {
		odd.row(y)[1] = 0 // 501 parts
	}
	const tooMany = " marks on it, where up to 200 digits were expected"
	const specks = "there are only specks on it, "
	const blank = ": a dark digit on a light ground, or a light one on a dark ground, was expected"
	const large = ": in so large a picture digits are expected to have %d or more; if they are digits, " +
		"cut out the part that they are on"
	wide, high := newGrey(600, 20), newGrey(20, 600)
	wide.stamp(at(9, 9, 3, 5), 1)
	high.stamp(at(9, 9, 3, 5), 1)
	for _, c := range []struct {
		name string
		g    grey
		side int
		want string // the error, or how many
	}{
		{"200 digits", bars(200, 8, 0), 1, "200"},
		{"201", bars(201, 8, 0), 1, "there are 201" + tooMany},
		{"400 parts of 200 digits", bars(200, 10, 3), 1, "200"},
		{"500 parts, of 250", bars(250, 10, 3), 1, "there are 250" + tooMany},
		{"501 parts, of 251", odd, 1, "there are 501" + tooMany},
		{"five pixels high", bars(2, 5, 0), 1, "2"},
		{"four pixels", bars(2, 4, 0), 1, specks + "2 of about 4 pixels' height" + blank},
		{"each of which was two", bars(2, 4, 0), 2, specks + "2 of about 8 pixels' height" + fmt.Sprintf(large, 10)},
		{"five in a wide picture", wide, 1, specks + "1 of about 5 pixels' height" + fmt.Sprintf(large, 6)},
		{"five in a high one", high, 1, specks + "1 of about 5 pixels' height" + fmt.Sprintf(large, 6)},
		{"five in one not quite so wide", wide.crop(at(0, 0, 599, 20)), 1, "1"},
	} {
		groups, _, err := c.g.findDigits(c.side)
		got := fmt.Sprint(len(groups))
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLines: what is seen of a line, and what is taken away.
func TestLines(t *testing.T) {
	if got := rowsOf(sketch("12 34 56").transpose()); got != "135 246" {
		t.Errorf("transposed: %s", got)
	}
	column := sketch(".# .. .# .# .# #. .3 .4 .. .# .#")
	if got := column.crossings(1); fmt.Sprint(got) != "[0 3 7 9]" {
		t.Errorf("ink is crossed at %v", got)
	}
	line := func(w, missing int, rows ...int) grey { // in turn in each of the rows, but for the last few pixels
		g := newGrey(w, 7)
		for x := range w - missing {
			g.row(rows[x%len(rows)])[x] = 0.4
		}
		return g
	}
	for _, c := range []struct {
		name string
		g    grey
		y    int
		want bool
	}{
		{"a line", line(100, 0, 3), 3, true},
		{"a twentieth is missing", line(100, 5, 3), 3, true},
		{"and more", line(99, 5, 3), 3, false},
		{"just beside", line(100, 5, 2, 3, 4), 3, true},
		{"two rows above", line(100, 0, 1), 3, false},
		{"two rows below", line(100, 0, 5), 3, false},
		{"along the top", line(100, 0, 0, 1), 0, true},
		{"along the bottom", line(100, 0, 6, 5), 6, true},
		{"too faint", grey{60, 1, slices.Repeat([]float64{0.3}, 60)}, 0, false},
	} {
		if got := c.g.isInked(func(int) int { return c.y }); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestErase: a line goes, with its blur; a digit's stroke that crosses it stays, and so does a bar.
func TestErase(t *testing.T) {
	rows := func(w, h int, thick ...int) grey { // from row 2 on, 2 wide but for the last pixels
		g := newGrey(w, h)
		for x := range w {
			n := 2
			if i := x - (w - len(thick)); i >= 0 {
				n = thick[i]
			}
			for y := 2; y < 2+n; y++ {
				g.row(y)[x] = 1
			}
		}
		return g
	}
	for _, c := range []struct {
		name string
		g    grey
		y    int
		want int // pixels that are left
	}{
		{"a line", rows(50, 9), 2, 0},
		{"followed along its other row", rows(50, 9), 3, 0},
		{"followed just beside", rows(50, 9), 1, 0},
		{"followed just below", rows(50, 9), 4, 0},
		{"twice as thick in places", rows(50, 9, 4, 3, 1, 4), 2, 0},
		{"crossed", rows(50, 9, 5, 4, 7), 2, 12},
		{"to the border", rows(50, 4), 2, 0},
		{"wide for its length", rows(49, 9), 2, 98},
		{"twice the length, three wide", rows(75, 9, append(slices.Repeat([]int{3}, 38), 5, 6)...), 2, 6},
		{"two thirds of the length, three wide", rows(74, 9, slices.Repeat([]int{3}, 38)...), 2, 36*2 + 38*3},
	} {
		erased := c.g.eraseLine(func(int) int { return c.y })
		left := 0
		for _, v := range c.g.pix {
			left += int(v)
		}
		if left != c.want || erased != (c.want < 50) {
			t.Errorf("%s: %d pixels are left, want %d", c.name, left, c.want)
		}
	}
	blur := newGrey(75, 9)
	for x := range 75 {
		blur.row(0)[x], blur.row(1)[x], blur.row(2)[x] = 0.1, 1, 0.1
	}
	if blur.eraseLine(func(int) int { return 1 }); slices.Max(blur.pix) != 0 {
		t.Errorf("of a line with blur is left: %s", rowsOf(blur))
	}
}

// TestWithoutLines: lines from border to border go if what is left is a picture's own; else all stays.
func TestWithoutLines(t *testing.T) {
	across := func(g grey, from, to int) {
		for x := range g.w {
			g.row(from + (to-from)*x/(g.w-1))[x] = 1
		}
	}
	ruled := func(n int) (rows [][2]int) {
		for i := range n {
			rows = append(rows, [2]int{1 + 2*i, 1 + 2*i})
		}
		return rows
	}
	digit, speck := at(20, 20, 10, 18), at(45, 10, 1, 1)
	for _, c := range []struct {
		name    string
		w, h    int
		rows    [][2]int // where lines begin at the left and end at the right
		columns []int
		ink     boxes
		want    boxes // what is left; nil for all
	}{
		{"a line", 60, 60, [][2]int{{40, 40}}, nil, boxes{digit}, boxes{digit}},
		{"two, and a margin", 60, 60, [][2]int{{10, 10}, {50, 50}}, []int{7}, boxes{digit}, boxes{digit}},
		{"a column", 60, 60, nil, []int{7}, boxes{digit}, boxes{digit}},
		{"aslant by less than a tenth", 50, 50, [][2]int{{40, 44}}, nil, boxes{digit}, boxes{digit}},
		{"upwards", 50, 50, [][2]int{{48, 44}}, nil, boxes{digit}, boxes{digit}},
		{"aslant by a tenth", 50, 50, [][2]int{{40, 45}}, nil, boxes{digit}, nil},
		{"a speck goes with it", 60, 60, [][2]int{{40, 40}}, nil, boxes{digit, speck}, boxes{digit}},
		{"and stays without", 60, 60, nil, nil, boxes{digit, speck}, nil},
		{"too narrow for a line", 49, 60, [][2]int{{40, 40}}, nil, boxes{digit}, nil},
		{"too low for a line", 60, 49, [][2]int{{40, 40}}, nil, boxes{digit}, nil},
		{"nothing but lines", 60, 60, [][2]int{{40, 40}}, []int{7}, nil, nil},
		{"at the left", 60, 60, [][2]int{{50, 50}}, nil, boxes{at(0, 20, 10, 20)}, nil},
		{"at the top", 60, 60, [][2]int{{50, 50}}, nil, boxes{at(20, 0, 10, 20)}, nil},
		{"at the right", 60, 60, [][2]int{{50, 50}}, nil, boxes{at(50, 20, 10, 20)}, nil},
		{"at the bottom", 60, 60, [][2]int{{9, 9}}, nil, boxes{at(20, 40, 10, 20)}, nil},
		{"nearly at all borders", 60, 60, [][2]int{{50, 50}}, nil, boxes{at(1, 1, 58, 47)}, boxes{at(1, 1, 58, 47)}},
		{"a hundred lines", 80, 215, ruled(100), nil, boxes{at(20, 203, 9, 9)}, boxes{at(20, 203, 9, 9)}},
		{"and one more", 80, 215, ruled(101), nil, boxes{at(20, 205, 9, 9)}, nil},
	} {
		g, want := newGrey(c.w, c.h), newGrey(c.w, c.h)
		for _, r := range c.rows {
			across(g, r[0], r[1])
		}
		for _, x := range c.columns {
			g.stamp(at(x, 0, 1, c.h), 1)
		}
		for _, r := range c.ink {
			g.stamp(r, 99)
		}
		if want.pix = slices.Clone(g.pix); c.want != nil {
			clear(want.pix)
			for _, r := range c.want {
				want.stamp(r, 99)
			}
		}
		if got := g.withoutLines(); !slices.Equal(got.pix, want.pix) || got.w != c.w {
			t.Errorf("%s: ink is left in %v, want it in %v", c.name, got.bounds(), want.bounds())
		}
	}
}

// TestSheetParts: the small measures that Find goes by.
func TestSheetParts(t *testing.T) {
	if got := sketch("#56. .4#.").coverage(); got != 0.375 {
		t.Errorf("%v of it is ink, want three of eight", got)
	}
	for _, c := range []struct {
		w, h, margin int
		most         float64
	}{{100, 50, 5, 0.65}, {50, 100, 5, 0.65}, {49, 100, 5, 0.95}, {24, 24, 1, 0.65}, {25, 24, 2, 0.65}, {100, 3, 1, 0.65},
		{100, 2, 0, 0.65}, {4, 100, 1, 0.95}, {1, 1, 0, 0.65}} {
		if g := newGrey(c.w, c.h); g.margin() != c.margin || g.maxCoverage() != c.most {
			t.Errorf("%d×%d has a margin of %d and is covered by up to %v, want %d, %v",
				c.w, c.h, g.margin(), g.maxCoverage(), c.margin, c.most)
		}
	}
	if got := rowsOf(sketch("1234 5678 1357 2468").crop(at(1, 2, 3, 2))); got != "357 468" {
		t.Errorf("a part is %s", got)
	}
	if got := rowsOf(sketch("12345 56789 13579").withoutMargin()); got != "678" {
		t.Errorf("without its margin, it is %s", got)
	}
	step := func(w, h int) grey { // 90 from the middle on
		g := newGrey(w, h)
		for at := range g.pix {
			if at%w >= w/2 {
				g.pix[at] = 90
			}
		}
		return g
	}
	for _, c := range []struct {
		w, h int
		want float64
	}{{10, 10, 30}, {29, 10, 30}, {30, 10, 60}, {59, 10, 60}, {60, 10, 90}, {10, 30, 60},
		{5, 1, 30}, {2, 2, 0}, {10, 2, 30}} {
		if a, b := step(c.w, c.h).steepestChange(), step(c.w, c.h).transpose().steepestChange(); a != c.want || b != c.want {
			t.Errorf("a step of 90 in %d×%d is %v and, turned, %v, want %v", c.w, c.h, a, b, c.want)
		}
	}
}

// TestSteepestAtBorder: what is only along a border, as wide as one pixel, counts a third.
func TestSteepestAtBorder(t *testing.T) {
	g := newGrey(30, 33) // it is seen over two pixels
	for y := range g.h {
		g.row(y)[29] = 90
	}
	for turn := range 4 {
		if got := g.steepestChange(); got != 30 {
			t.Errorf("turned %d times: %v", turn, got)
		}
		g = photo{turn: 6}.upright(g)
	}
}

// TestHalvesByHand: it is cut where there is least, from three tenths to seven.
func TestHalvesByHand(t *testing.T) {
	for _, c := range []struct{ ink, left, right string }{
		{".###2#####3.", ".###........", "....2#####3."},
		{".##1####2#1.", ".##1####....", "........2#1."},
		{".########1#.", ".###........", "....#####1#."},
		{"." + strings.Repeat("#", 8) + "12" + strings.Repeat("#", 20) + ".", "." + strings.Repeat("#", 8) + "1" +
			strings.Repeat(".", 22), strings.Repeat(".", 10) + "2" + strings.Repeat("#", 20) + "."},
		{"." + strings.Repeat("#", 21) + "21" + strings.Repeat("#", 7) + ".", "." + strings.Repeat("#", 21) +
			strings.Repeat(".", 10), strings.Repeat(".", 22) + "21" + strings.Repeat("#", 7) + "."},
		{".###28#####. .###81#####.", ".###2....... .###8.......", ".....8#####. .....1#####."},
	} {
		g := sketch(c.ink)
		left, right := g.halves(image.Rect(1, 0, g.w-1, g.h))
		if rowsOf(left) != c.left || rowsOf(right) != c.right || rowsOf(g) != c.ink {
			t.Errorf("%s is cut into %s and %s", c.ink, rowsOf(left), rowsOf(right))
		}
	}
}

// TestSmall: a small picture is the mean of squares of the large one, in its colours, on what is under.
func TestSmall(t *testing.T) {
	img := image.NewNRGBA(image.Rect(2, 3, 6, 5))
	for i, c := range []color.NRGBA{{10, 20, 30, 255}, {30, 20, 10, 255}, {0, 0, 0, 0}, {0, 0, 0, 255},
		{50, 60, 70, 255}, {70, 60, 50, 255}, {0, 0, 0, 0}, {0, 0, 0, 255}} {
		img.SetNRGBA(2+i%4, 3+i/4, c)
	}
	for _, c := range []struct {
		side, w, h int
		want       []byte // red, green, blue
	}{
		{2, 2, 1, []byte{40, 40, 40, 127, 127, 127}},
		{4, 4, 2, []byte{10, 20, 30, 30, 20, 10, 255, 255, 255, 0, 0, 0, 50, 60, 70, 70, 60, 50, 255, 255, 255, 0, 0, 0}},
		{9, 4, 2, []byte{10, 20, 30}},
		{1, 1, 1, nil},
	} {
		s := &Sheet{Width: 4, Height: 2, photo: photo{img, false, 1}, background: 0xffff}
		got := s.Small(c.side)
		if got.Rect != image.Rect(0, 0, c.w, c.h) {
			t.Errorf("with up to %d pixels a side it has %v", c.side, got.Rect)
		}
		for i := 0; i+2 < len(c.want); i += 3 {
			if px := got.Pix[i/3*4:][:4]; !slices.Equal(px, append(slices.Clone(c.want[i:i+3]), 255)) {
				t.Errorf("with up to %d pixels a side, pixel %d is %v, want %v", c.side, i/3, px, c.want[i:i+3])
			}
		}
	}
	// Of 8×8 pixels for one, the 16 in odd rows and columns are taken.
	fine := image.NewGray(image.Rect(0, 0, 8, 16))
	for i := range fine.Pix {
		if i%8%2 == 1 && i/8%2 == 1 {
			fine.Pix[i] = 200
		}
	}
	s := &Sheet{Width: 8, Height: 16, photo: photo{fine, false, 1}}
	if got := s.Small(2); got.Rect != image.Rect(0, 0, 1, 2) || got.Pix[0] != 200 || got.Pix[5] != 200 {
		t.Errorf("of 8×16 pixels with 200 in odd places: %v", got)
	}
	for from, want := range map[image.Point]image.Point{{100, 2}: {10, 1}, {2, 100}: {1, 10}, {50, 100}: {5, 10}} {
		thin := image.NewGray(image.Rectangle{Max: from})
		s = &Sheet{Width: from.X, Height: from.Y, photo: photo{thin, false, 1}}
		if got := s.Small(10).Rect.Max; got != want {
			t.Errorf("of %v pixels, up to 10 a side: %v, want %v", from, got, want)
		}
	}
}

// TestOneOrMore: a picture no larger than the network's images has one drawing.
func TestOneOrMore(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want string
	}{
		{28, 28, "(3,3)-(24,23)"},
		{29, 28, "(3,3)-(9,23) (18,3)-(24,23)"},
		{28, 29, "(3,3)-(9,23) (18,3)-(24,23)"},
	} {
		b := newBoard(c.w, c.h)
		b.ring(3, 3, 6, 20, 1)
		b.ring(18, 3, 6, 20, 1)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("of two on %d×%d: %s, want %s", c.w, c.h, got, c.want)
		}
	}
}

// TestNotSquare: images may be of any shape, also those of halves.
func TestNotSquare(t *testing.T) {
	for _, margin := range []int{0, 40} { // as large as the images, and larger
		b := newBoard(20+2*margin, 30+2*margin)
		b.ring(5+margin, 5+margin, 10, 20, 3)
		s, err := Find(encodePNG(b), 20, 30, Frame{20, 10, 15, 1})
		if err != nil || len(s.Drawings) != 1 {
			t.Fatalf("%v, %+v", err, s)
		}
		g := grey{20, 30, make([]float64, 600)}
		for i, v := range s.Drawings[0].Pixels {
			g.pix[i] = float64(v)
		}
		if got := g.bounds(); got != at(5, 5, 10, 20) {
			t.Errorf("with %d pixels around, it is drawn in %v", margin, got)
		}
	}
	b := newBoard(60, 60)
	b.ring(10, 20, 20, 20, 3)
	s, err := Find(encodePNG(b), 20, 30, Frame{20, 10, 15, 1})
	if err != nil || len(s.Drawings) != 1 || len(s.Drawings[0].Halves) != 2 {
		t.Fatalf("%v, %+v", err, s)
	}
	for i, half := range s.Drawings[0].Halves { // 6 or 14 of 20 wide, and 20 high
		g := grey{20, 30, make([]float64, 600)}
		for i, v := range half {
			g.pix[i] = float64(v)
		}
		if got := g.bounds(); got.Dy() != 20 || got.Dx() != 6+8*i {
			t.Errorf("half %d is drawn in %v", i, got)
		}
	}
}

// TestProblems: what may be one digit, at each of the bounds, where none is wider than high.
func TestProblems(t *testing.T) {
	frame := Frame{20, 14.5, 14.5, 1}
	for _, c := range []struct {
		name   string
		frame  Frame
		draw   func(b board)
		want   string // of the last drawing
		halves bool
	}{
		{"110 of 100 wide", frame, func(b board) { b.ring(20, 20, 110, 100, 9) }, "", true},
		{"111 of 100 wide", frame, func(b board) { b.ring(20, 20, 111, 100, 9) }, "too wide for one", false},
		{"where nobody has measured it, 164", Frame{20, 14.5, 14.5, 0}, func(b board) { b.ring(20, 20, 164, 100, 9) }, "",
			true},
		{"and 166", Frame{20, 14.5, 14.5, 0}, func(b board) { b.ring(20, 20, 166, 100, 9) }, "too wide for one", false},
		{"77 of 100 wide", frame, func(b board) { b.ring(20, 20, 77, 100, 9) }, "", false},
		{"78 of 100 wide", frame, func(b board) { b.ring(20, 20, 78, 100, 9) }, "", true},
		{"a 1", frame, func(b board) { b.bar(20, 20, 30, 100) }, "", false},
		{"31 of 100 wide and filled", frame, func(b board) { b.bar(20, 20, 31, 100) }, "filled, without strokes", false},
		{"92 % filled", frame, func(b board) { b.bar(20, 20, 50, 100); b.fill(at(25, 30, 40, 10), 250) }, "", false},
		{"more than 92 % filled", frame, func(b board) { b.bar(20, 20, 50, 100); b.fill(at(25, 30, 39, 10), 250) },
			"filled, without strokes", false},
		{"wide and filled", frame, func(b board) { b.bar(20, 20, 111, 100) }, "too wide for one", false},
		{"a third of the typical height", frame, func(b board) { b.ring(20, 20, 50, 62, 6); b.ring(120, 40, 12, 20, 3) },
			"", false},
		{"less than a third", frame, func(b board) { b.ring(20, 20, 50, 62, 6); b.ring(120, 40, 12, 19, 3) },
			"too flat for one", false},
	} {
		b := newBoard(250, 150)
		c.draw(b)
		s, err := Find(encodePNG(b), 28, 28, c.frame)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := s.Drawings[len(s.Drawings)-1]; d.Problem != c.want || (len(d.Halves) == 2) != c.halves {
			t.Errorf("%s: %q, want %q; %d halves", c.name, d.Problem, c.want, len(d.Halves))
		}
	}
}

// TestCheckInk: what is refused as no handwriting, what is left out with a margin, and the words.
func TestCheckInk(t *testing.T) {
	const blank = ": a dark digit on a light ground, or a light one on a dark ground, was expected"
	slits := func(more int) func(b board) { // too low to be digits; 1040 of 40×40 are 65 in a hundred
		return func(b board) {
			b.bar(1, 1, 38, 38)
			for _, y := range []int{4, 12, 20} {
				b.fill(at(4, y, 33, 4), 250)
			}
			b.fill(at(4, 28, more, 1), 250)
		}
	}
	for _, c := range []struct {
		name string
		w, h int
		draw func(b board)
		want string
	}{
		{"as much ink as handwriting has", 40, 40, slits(8), "(1,1)-(39,39)"},
		{"one pixel more", 40, 40, slits(7),
			"65 % of it differs in brightness from its border, too much for handwriting" + blank},
		{"a frame as wide as the margin", 300, 200, func(b board) { b.ring(0, 0, 300, 200, 13); b.ring(60, 60, 40, 60, 6) },
			"(60,60)-(100,120)"},
		{"a frame wider than the margin", 300, 200, func(b board) { b.ring(0, 0, 300, 200, 14); b.ring(60, 60, 40, 60, 6) },
			"76 % of it differs in brightness from its border, too much for handwriting" + blank}, // 45,704 of 60,000
		{"a frame with nothing in it", 300, 200, func(b board) { b.ring(0, 0, 300, 200, 5) },
			"92 % of it differs in brightness from its border, too much for handwriting" + blank}, // 55,100
		{"a frame with a speck in it", 300, 200, func(b board) { b.ring(0, 0, 300, 200, 5); b.bar(50, 50, 4, 4) },
			"92 % of it differs in brightness from its border, too much for handwriting" + blank},
		{"a frame, and digits up to the margin", 300, 200, func(b board) {
			b.ring(0, 0, 300, 200, 4)
			b.ring(13, 60, 40, 60, 6)
			b.ring(60, 13, 40, 60, 6)
			b.ring(247, 127, 40, 60, 6)
		}, "(60,13)-(100,73) / (13,60)-(53,120) / (247,127)-(287,187)"},
		{"thinner than the squares that become one", 2, 3000, func(b board) { b.bar(0, 600, 2, 900) }, "(0,600)-(2,1500)"},
		{"nothing", 40, 40, func(b board) { b.bar(9, 9, 9, 9); b.fill(at(0, 0, 40, 40), 99) },
			"nothing is drawn on it, its brightness goes from 99 to 99 of 255" + blank},
	} {
		b := newBoard(c.w, c.h)
		c.draw(b)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	step := newGrey(10, 10) // within a pixel its means change by 30
	for at := range step.pix {
		if step.pix[at] = 100; at%10 >= 5 {
			step.pix[at] = 190
		}
	}
	ink := newGrey(10, 10)
	if _, err := checkInk(step, ink, 120, false); err != nil {
		t.Errorf("an edge of a quarter: %v", err)
	}
	const want = "nothing on it has an edge, its brightness changes only slowly from 100 to 190 of 255" + blank
	if _, err := checkInk(step, ink, 121, false); err == nil || err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}
}
