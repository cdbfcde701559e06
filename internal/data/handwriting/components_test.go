package handwriting

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
)

// TestComponents: pixels are connected with their eight neighbours, but not across the borders of the picture.
func TestComponents(t *testing.T) {
	for _, c := range []struct{ ink, labels, list string }{
		{"#.3#. .#..# ....# #.... #...#", "1..2. .1..2 ....2 3.... 3...4",
			"(0,0)-(2,2) 2, (3,0)-(5,3) 3, (0,3)-(1,5) 2, (4,4)-(5,5) 1"},
		{"..#. .#.. #..# .##.", "..1. .1.. 1..1 .11.", "(0,0)-(4,4) 6"},
		{"...# ...# ##.# .###", "...1 ...1 11.1 .111", "(0,0)-(4,4) 8"},
	} {
		g := sketch(c.ink)
		labels, list := g.components(0.3)
		var got []string
		for _, p := range list[1:] {
			got = append(got, fmt.Sprint(p.box, " ", p.area))
		}
		if gotLabels, gotList := labelText(labels, g.w), strings.Join(got, ", "); gotLabels != c.labels || gotList != c.list {
			t.Errorf("%s: got labels %s, components %s; want %s, %s", c.ink, gotLabels, gotList, c.labels, c.list)
		}
	}
}

// TestTypicalHeight: half of the area is in boxes no higher than the typical height, and the list keeps its order.
func TestTypicalHeight(t *testing.T) {
	for _, c := range []struct {
		want  int
		boxes boxes
	}{
		{0, nil},
		{20, boxes{rect(0, 0, 3, 30), rect(0, 0, 9, 10), rect(0, 0, 5, 20)}}, // 90, 90, 100
		{5, boxes{rect(0, 0, 5, 10), rect(7, 7, 10, 5)}},                     // half and half
		{17, boxes{rect(0, 0, 3, 17), rect(7, 7, 10, 5)}},                    // 51 of 101
		{10, boxes{rect(0, 0, 6, 10), rect(7, 7, 11, 5)}},                    // 60 of 115
		{40, boxes{rect(0, 0, 1, 2), rect(0, 0, 30, 40), rect(0, 0, 1, 3)}},
	} {
		var list []component
		for _, b := range c.boxes {
			list = append(list, component{box: b})
		}
		if got := typicalHeight(list); got != c.want {
			t.Errorf("%v: got %d, want %d", c.boxes, got, c.want)
		}
		for i, b := range c.boxes {
			if list[i].box != b {
				t.Errorf("%v: got them in another order: %v", c.boxes, list)
			}
		}
	}
}

// TestFindDigits: digits are numbered in reading order, with the blur around them; a speck and its blur are left out.
func TestFindDigits(t *testing.T) {
	g := sketch(`
		.#......####
		.#......#..#
		.#......#..#
		.#3..#3.#..#
		.#......#..#
		.#......#..#
		3#......#..#
		.#......####`)
	digits, labels, err := g.findDigits(1)
	want := oneLine(`
		.1......2222
		.1......2..2
		.1......2..2
		.11..--.2..2
		.1......2..2
		.1......2..2
		11......2..2
		.1......2222`)
	if err != nil || len(digits) != 2 || labelText(labels, g.w) != want || digits[0].box != rect(1, 0, 1, 8) ||
		digits[1].box != rect(8, 0, 4, 8) {
		t.Errorf("got %v, %v, labels\n%s; want\n%s", digits, err, labelText(labels, g.w), want)
	}
	cut, corner := g.extract(labels, 1)
	if sketchOf(cut) != ".#. .#. .#. .#3 .#. .#. 3#. .#." || corner != image.Pt(0, 0) {
		t.Errorf("the first: got it cut out at %v: %s", corner, sketchOf(cut))
	}
	if cut, corner := g.extract(labels, 2); sketchOf(cut) != "#### #..# #..# #..# #..# #..# #..# ####" ||
		corner != image.Pt(8, 0) {
		t.Errorf("the second: got it cut out at %v: %s", corner, sketchOf(cut))
	}
	g.row(3)[6] = 1 // a dash that is a quarter of a digit's height is no speck
	if digits, _, err = g.findDigits(1); err != nil || len(digits) != 3 || digits[1].box != rect(5, 3, 2, 1) {
		t.Errorf("with a dash: got %v, %v", digits, err)
	}
	g = newGrey(60, 60) // but two pixels are less than a quarter of nine
	g.outline(rect(11, 11, 9, 9), 1)
	g.outline(rect(30, 13, 2, 1), 1)
	if digits, _, err = g.findDigits(1); err != nil || len(digits) != 1 {
		t.Errorf("with a short dash: got %v, %v", digits, err)
	}
	g = newGrey(60, 60) // within a frame, whose height does not count, a quarter of a digit's height is no speck either
	g.outline(rect(3, 2, 40, 40), 2)
	g.outline(rect(11, 11, 12, 12), 1)
	g.outline(rect(30, 30, 3, 1), 1)
	if digits, _, err = g.findDigits(1); err != nil || len(digits) != 2 || digits[1].box != rect(30, 30, 3, 1) {
		t.Errorf("in a frame: got %v, %v", digits, err)
	}
}

// TestFindDigitsRefusesSpecksAndCrowds: how small digits may be, how many, and of how many pieces.
func TestFindDigitsRefusesSpecksAndCrowds(t *testing.T) {
	bars := func(n, h, short int) grey { // n bars four pixels apart, over each a short piece if there is any
		g := newGrey(max(4*n, 20), h+short+1)
		for i := range n {
			g.outline(rect(4*i+1, short+1, 1, h), 1)
			g.outline(rect(4*i+1, 0, 1, short), 1)
		}
		return g
	}
	odd := bars(251, 10, 3)
	odd.outline(rect(1, 0, 1, 3), 0)
	for y := range 3 {
		odd.row(y)[1] = 0 // 501 pieces
	}
	const tooMany = " marks on it, where up to 200 digits were expected"
	const specks = "there are only specks on it, "
	const blank = ": a dark digit on a light ground, or a light one on a dark ground, was expected"
	const large = ": in a picture this large, digits have at least %d; if these are digits, crop the picture to the " +
		"part that they are in"
	wide, high := newGrey(600, 20), newGrey(20, 600)
	wide.outline(rect(9, 9, 3, 5), 1)
	high.outline(rect(9, 9, 3, 5), 1)
	for _, c := range []struct {
		name  string
		g     grey
		scale int
		want  string // the error, or how many
	}{
		{"200 digits", bars(200, 8, 0), 1, "200"},
		{"201", bars(201, 8, 0), 1, "there are 201" + tooMany},
		{"400 pieces of 200 digits", bars(200, 10, 3), 1, "200"},
		{"500 pieces, of 250", bars(250, 10, 3), 1, "there are 250" + tooMany},
		{"501 pieces, of 251", odd, 1, "there are 501" + tooMany},
		{"five pixels high", bars(2, 5, 0), 1, "2"},
		{"four pixels", bars(2, 4, 0), 1, specks + "2 of about 4 pixels' height" + blank},
		{"each of which was two", bars(2, 4, 0), 2, specks + "2 of about 8 pixels' height" + fmt.Sprintf(large, 10)},
		{"five in a wide picture", wide, 1, specks + "1 of about 5 pixels' height" + fmt.Sprintf(large, 6)},
		{"five in a high one", high, 1, specks + "1 of about 5 pixels' height" + fmt.Sprintf(large, 6)},
		{"five in one not quite so wide", wide.crop(rect(0, 0, 599, 20)), 1, "1"},
	} {
		digits, _, err := c.g.findDigits(c.scale)
		got := fmt.Sprint(len(digits))
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestJoin: pieces that belong to one digit only once another has been joined are joined too, and their areas add up.
func TestJoin(t *testing.T) {
	// A dot within the corner of a stroke and its foot, and a digit apart.
	pieces := []component{{rect(40, 15, 15, 41), 300, 0}, {rect(300, 0, 60, 100), 7, 0}, {rect(0, 0, 10, 100), 1000, 0},
		{rect(12, 80, 60, 20), 20, 0}}
	root := join(pieces, 100)
	if fmt.Sprint(root) != "[0 1 0 0]" || pieces[0].box != rect(0, 0, 72, 100) || pieces[0].area != 1320 ||
		pieces[1] != (component{rect(300, 0, 60, 100), 7, 0}) {
		t.Errorf("got roots %v, pieces %v; want [0 1 0 0], the first with all of its digit", root, pieces)
	}
}

// TestAreOneDigit tries each bound from both sides, where digits are 100 high, and where everything is twice as large.
func TestAreOneDigit(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b image.Rectangle
		want bool
	}{
		{"eight tenths within", rect(0, 0, 100, 150), rect(92, 40, 10, 10), true},
		{"seven tenths within", rect(0, 0, 100, 150), rect(93, 40, 10, 10), false},

		{"a piece over another, 20 away", rect(0, 0, 50, 60), rect(0, 80, 50, 60), true},
		{"21 away", rect(0, 0, 50, 60), rect(0, 81, 50, 59), false},
		{"140 high together", rect(0, 0, 50, 60), rect(0, 75, 50, 65), true},
		{"141 high together", rect(0, 0, 50, 60), rect(0, 75, 50, 66), false},
		{"a piece is less than 70 high", rect(0, 0, 50, 70), rect(25, 35, 50, 69), true},
		{"70 is no piece", rect(0, 0, 50, 70), rect(25, 35, 50, 70), false},
		{"less than half of two halves is side by side", rect(0, 0, 50, 70), rect(25, 36, 50, 70), true},
		{"two halves, 10 away", rect(0, 0, 50, 80), rect(0, 90, 50, 80), true},
		{"two halves, 11 away", rect(0, 0, 50, 80), rect(0, 91, 50, 80), false},
		{"two halves, 180 high together", rect(0, 0, 50, 80), rect(0, 90, 50, 90), true},
		{"two halves, 181 high together", rect(0, 0, 50, 80), rect(0, 90, 50, 91), false},
		{"three tenths of the narrower are over the other", rect(0, 0, 50, 80), rect(47, 85, 10, 80), true},
		{"two tenths are not", rect(0, 0, 50, 80), rect(48, 85, 10, 80), false},

		{"a bar under one end, 34 high", rect(0, 0, 60, 90), rect(50, 98, 60, 34), true},
		{"35 high is no bar", rect(0, 0, 60, 90), rect(50, 98, 60, 35), false},
		{"a bar 10 away", rect(0, 0, 60, 90), rect(50, 100, 60, 30), true},
		{"a bar 11 away", rect(0, 0, 60, 90), rect(50, 101, 60, 30), false},
		{"with its bar 140 high", rect(0, 0, 60, 100), rect(50, 108, 60, 32), true},
		{"with its bar 141 high", rect(0, 0, 60, 100), rect(50, 108, 60, 33), false},
		{"a bar that touches", rect(0, 0, 60, 100), rect(50, 100, 60, 30), true},
		{"a bar that begins above the end", rect(0, 0, 60, 100), rect(50, 99, 60, 30), false},
		{"a bar one pixel under", rect(0, 0, 60, 100), rect(59, 105, 60, 30), true},
		{"a bar beyond", rect(0, 0, 60, 100), rect(60, 105, 60, 30), false},

		{"a small piece 10 beside", rect(0, 0, 50, 100), rect(60, 30, 39, 39), true},
		{"a small piece 11 beside", rect(0, 0, 50, 100), rect(61, 30, 39, 39), false},
		{"40 is not small", rect(0, 0, 50, 100), rect(60, 30, 40, 40), false},
		{"neither in one direction", rect(0, 0, 50, 100), rect(60, 30, 40, 20), false},
		{"nor upright", rect(0, 0, 50, 100), rect(60, 30, 20, 40), false},
		{"flat, 3 beside", rect(0, 0, 50, 100), rect(53, 30, 40, 20), true},
		{"flat, 4 beside", rect(0, 0, 50, 100), rect(54, 30, 40, 20), false},
		{"34 is flat", rect(0, 0, 50, 100), rect(53, 30, 40, 34), true},
		{"35 is not", rect(0, 0, 50, 100), rect(53, 30, 40, 35), false},
		{"beside by a row, 120 high together", rect(0, 0, 50, 100), rect(55, 99, 30, 21), true},
		{"121 high together", rect(0, 0, 50, 100), rect(55, 99, 30, 22), false},
		{"beside by no row", rect(0, 0, 50, 100), rect(55, 100, 30, 15), false},
	} {
		for turn := range 2 {
			a, b := c.a, c.b
			if turn > 0 {
				a, b = b, a
			}
			if areOneDigit(a, b, 100) != c.want {
				t.Errorf("%s: %v and %v: got %v", c.name, a, b, !c.want)
			}
			double := func(r image.Rectangle) image.Rectangle { return image.Rectangle{r.Min.Mul(2), r.Max.Mul(2)} }
			if areOneDigit(double(a), double(b), 200) != c.want {
				t.Errorf("%s, twice as large: %v and %v: got %v", c.name, a, b, !c.want)
			}
		}
	}
}

// TestInReadingOrder: line by line, and from left to right, where lines may climb.
func TestInReadingOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		boxes boxes
		want  string // which, from 0; / for a new line
	}{
		{"by their middles", boxes{rect(0, 0, 100, 50), rect(10, 0, 20, 50), rect(45, 0, 8, 50)}, "1 2 0"},
		{"beside by 35 of 100", boxes{rect(0, 0, 10, 100), rect(20, 65, 10, 100)}, "0 / 1"},
		{"beside by 36 of 100", boxes{rect(0, 0, 10, 100), rect(20, 64, 10, 100)}, "0 1"},
		{"beside by 8 of the lower one's 20", boxes{rect(0, 0, 10, 100), rect(20, 92, 10, 20)}, "0 1"},
		{"the other way round", boxes{rect(20, 0, 10, 100), rect(0, 92, 10, 20)}, "1 0"},
		{"of two lines, the nearer one", boxes{rect(0, 0, 10, 100), rect(1, 80, 10, 100), rect(20, 50, 10, 100)}, "0 / 1 2"},
		{"or the other", boxes{rect(0, 0, 10, 100), rect(1, 80, 10, 100), rect(20, 20, 10, 100)}, "0 2 / 1"},
		{"the last of a line counts", boxes{rect(0, 0, 10, 100), rect(20, 50, 10, 100), rect(40, 100, 10, 100)}, "0 1 2"},
		{"lines by their digits' mean", boxes{rect(0, 20, 10, 100), rect(30, 20, 10, 100), rect(10, 150, 10, 10),
			rect(50, 90, 10, 100), rect(70, 150, 10, 10)}, "0 1 / 2 3 4"},
		{"the upper line begins farther right", boxes{rect(0, 100, 10, 50), rect(30, 0, 10, 50), rect(60, 100, 10, 50)},
			"1 / 0 2"},
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
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestFrames tries each bound of what is a frame around something, from all four sides.
func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name   string
		frame  image.Rectangle
		within int   // the height of what is in it
		more   boxes // part of the frame
		want   bool
	}{
		{"a frame", rect(3, 2, 40, 40), 11, nil, true},
		{"too small a thing within", rect(3, 2, 40, 40), 10, nil, false},
		{"nothing within", rect(3, 2, 40, 40), 0, nil, false},
		{"nine tenths along its sides", rect(3, 2, 40, 40), 11,
			boxes{rect(5, 9, 23, 1), rect(5, 7, 18, 1), rect(5, 20, 1, 5)},
			true}, // 315 of 350
		{"and not quite", rect(3, 2, 40, 40), 11, boxes{rect(5, 9, 23, 1), rect(5, 7, 19, 1), rect(5, 20, 1, 5)}, false},
		{"nearly a quarter of it full", rect(3, 2, 40, 40), 11, boxes{rect(5, 6, 3, 31), rect(5, 37, 2, 1)}, true},
		{"a quarter of it full", rect(3, 2, 40, 40), 11, boxes{rect(5, 6, 3, 32)}, false},
		{"of 20×20", rect(3, 2, 20, 20), 9, nil, false},
		{"of 21×20", rect(3, 2, 21, 20), 9, nil, true},
		{"of 20×21", rect(3, 2, 20, 21), 9, nil, true},
	} {
		g := newGrey(60, 60)
		pen := 2
		if c.frame.Dx() < 30 {
			pen = 1
		}
		g.outline(c.frame, pen)
		for _, r := range c.more {
			g.outline(r, 99)
		}
		g.outline(rect(c.frame.Min.X+8, c.frame.Min.Y+9, c.within, c.within), 1)
		for turn := range 4 { // as it is, and turned by a quarter each
			labels, list := g.components(solid)
			if got := g.frames(labels, list); got[1] != c.want || slices.Contains(got[2:], true) {
				t.Errorf("%s, turned %d times: got %v, want the first %v and no other", c.name, turn, got, c.want)
			}
			g = photo{turn: 6}.upright(g)
		}
	}
}

// TestLabelBlur: each pixel of the blur gets the nearest label, and none gets it across the border of the picture.
func TestLabelBlur(t *testing.T) {
	for _, c := range []struct{ ink, labels, want string }{
		{"#3333#", "1....2", "111222"},
		{"#33.33#", "1.....2", "111.222"},
		{"#.. .3. ..3 3..", "1.. ... ... ...", "1.. .1. ..1 ..."},
		{"..3 .3. #..", "... ... 1..", "..1 .1. 1.."},
		{"# . 3", "1 . .", "1 . ."}, {"3 . #", ". . 1", ". . 1"}, {"#.3", "1..", "1.."}, {"3.#", "..1", "..1"},
		{"3..# ..3.", "-..1 ....", "-..1 ..1."},
		{"#33#", "-..1", "--11"},
	} {
		g := sketch(c.ink)
		var labels []int32
		for _, ch := range strings.ReplaceAll(c.labels, " ", "") {
			labels = append(labels, int32(strings.IndexRune("-.12", ch)-1))
		}
		g.labelBlur(labels)
		if labelText(labels, g.w) != c.want {
			t.Errorf("%s, labels %s: got %s, want %s", c.ink, c.labels, labelText(labels, g.w), c.want)
		}
	}
}
