package handwriting

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestFindInk: ink is what differs most from the background, darker or lighter, by more than noise.
func TestFindInk(t *testing.T) {
	const side = 7
	noisy := func(x, y int) float64 { return 96 + 8*float64((x+y+1)%2) } // 100 ± 4, everywhere
	flat := func(v float64) func(x, y int) float64 { return func(x, y int) float64 { return v } }
	type spots map[image.Point]float64
	row := func(list ...float64) spots { // in the middle row, from the second pixel
		s := spots{}
		for i, v := range list {
			s[image.Pt(1+i, 3)] = v
		}
		return s
	}
	mids := func(v float64) spots { // of the four sides, round a dark pixel
		return spots{{3, 0}: v, {0, 3}: v, {6, 3}: v, {3, 6}: v, {3, 3}: 80}
	}
	for _, c := range []struct {
		name     string
		ground   func(x, y int) float64
		spots    spots
		lossy    bool
		contrast float64
		want     string // the middle row
	}{
		{"dark", flat(200), row(80, 140, 176, 200, 80), false, 120, ".#52.#."},
		{"light", flat(20), row(140, 80, 44, 20, 140), false, 120, ".#52.#."},
		{"dark and light, as far", flat(100), row(40, 70, 100, 160), false, 60, ".#5...."},
		{"light is farther", flat(100), row(40, 100, 161), false, 61, "...#..."},
		{"just enough", flat(200), row(176), false, 24, ".#....."},
		{"too faint", flat(200), row(177), false, 0, ""},
		{"light, too faint", flat(20), row(43), false, 0, ""},
		{"touching the border", flat(200), spots{{0, 3}: 80, {1, 3}: 80, {2, 3}: 140}, false, 120, "##5...."},
		{"light from the left", func(x, y int) float64 { return 200 - 4*float64(x) - float64(y) },
			row(73, 129), false, 120, ".#5...."},
		{"a third of the way on the border is ground", flat(200), mids(160), false, 120 - 40.0/6, ""},
		{"and more is ink", flat(200), mids(159), false, 120, ""},
		{"noise three times as large is none", noisy, row(100, 100, 76, 100, 70), false, 30, "...?.#."},
		{"just more than noise", noisy, row(100, 100, 76, 100, 100), false, 24, "...#..."},
		{"not enough more", noisy, row(100, 100, 77, 100, 100), false, 0, ""},
		{"a JPEG's soft edge", flat(200), row(40, 115, 145, 160), true, 160, ".#53..."},
		{"a JPEG's soft edge at a quarter", flat(200), row(136, 181), true, 64, ".#....."},
		{"a PNG's edge", flat(200), row(40, 120, 152, 168), false, 160, ".#532.."},
	} {
		g := newGrey(side, side)
		for i := range g.pix {
			x, y := i%side, i/side
			g.pix[i] = c.ground(x, y)
			if v, ok := c.spots[image.Pt(x, y)]; ok {
				g.pix[i] = v
			}
		}
		ink, contrast := findInk(g, c.lossy)
		if math.Abs(contrast-c.contrast) > 1e-9 || (contrast == 0) != (ink.pix == nil) {
			t.Errorf("%s: got a contrast of %v, want %v", c.name, contrast, c.contrast)
		}
		if c.want == "" || ink.pix == nil {
			continue
		}
		rows := strings.Fields(sketchOf(ink))
		if rows[3] != c.want {
			t.Errorf("%s: got %s, want %s", c.name, rows[3], c.want)
		}
		if strings.Trim(strings.Join(slices.Delete(rows, 3, 4), ""), ".") != "" {
			t.Errorf("%s: got ink above or below: %s", c.name, sketchOf(ink))
		}
	}
}

// TestFitBackground: a plane goes through the border, whatever lies inside, except for pixels too far from the level.
func TestFitBackground(t *testing.T) {
	for _, size := range []image.Point{{5, 4}, {3, 9}, {1, 6}, {6, 1}, {2, 2}} {
		g := newGrey(size.X, size.Y)
		plane := func(x, y float64) float64 { return 20 + 3*x + 5*y }
		for i := range g.pix {
			g.pix[i] = plane(float64(i%g.w), float64(i/g.w))
			if x, y := i%g.w, i/g.w; x > 0 && y > 0 && x < g.w-1 && y < g.h-1 {
				g.pix[i] = 30 // inside
			}
		}
		if size.X == 5 {
			g.row(0)[2], g.row(3)[2] = 81, -41 // out of 20 ± 60
		}
		above, noise := g.fitBackground(20, 60)
		if got := above(2, 1, plane(2, 1)+7); math.Abs(got-7) > 1e-9 && size.X > 1 && size.Y > 1 || noise > 1e-9 {
			t.Errorf("%v: got %v and noise %v for 7 above the plane", size, got, noise)
		}
	}
	g := grey{4, 1, []float64{13, 7, 7, 13}} // all are within 3
	if above, noise := g.fitBackground(10, 3); above(1, 0, 12) != 2 || noise != 3 {
		t.Errorf("10 ± 3: got %v and noise %v for 2 above the plane, want 2 and 3", above(1, 0, 12), noise)
	}
	n := 0
	filled(5, 4).eachBorderPixel(1, 0, func(x, y, v float64) {
		n++
		if x != 0 && x != 4 && y != 0 && y != 3 || v != 1 {
			t.Errorf("got (%v,%v), which is not on the border", x, y)
		}
	})
	if n != 14 {
		t.Errorf("got %d pixels on the border of 5×4, want 14", n)
	}
}

// TestRemoveSpecks: what has less than a fiftieth of the largest area goes, and so does what is too faint.
func TestRemoveSpecks(t *testing.T) {
	speck := func(n int) grey { // beside n pixels, a speck of one
		g := newGrey(n, 3)
		copy(g.row(0), slices.Repeat([]float64{1}, n))
		g.row(2)[1], g.row(2)[0] = 1, 0.3
		return g
	}
	for n, want := range map[int]string{50: ".#", 51: ".."} {
		g := speck(n)
		g.removeSpecks(0.3)
		if sketchOf(g)[2*n+2:][:2] != want || g.row(0)[n-1] != 1 {
			t.Errorf("beside %d pixels: got %s, want %s", n, sketchOf(g)[2*n+2:][:2], want)
		}
	}
}

func TestCoverage(t *testing.T) {
	if got := sketch("#56. .4#.").coverage(); got != 0.375 {
		t.Errorf("got %v, want 0.375: three pixels of eight are more than half ink", got)
	}
}

// TestMargin: how wide a frame along the border may be, and how much of a picture may be ink, by its size.
func TestMargin(t *testing.T) {
	for _, c := range []struct {
		w, h, margin int
		most         float64
	}{{100, 50, 5, 0.65}, {50, 100, 5, 0.65}, {49, 100, 5, 0.95}, {24, 24, 1, 0.65}, {25, 24, 2, 0.65}, {100, 3, 1, 0.65},
		{100, 2, 0, 0.65}, {4, 100, 1, 0.95}, {1, 1, 0, 0.65}} {
		if g := newGrey(c.w, c.h); g.margin() != c.margin || g.maxCoverage() != c.most {
			t.Errorf("%d×%d: got a margin of %d, a coverage of up to %v; want %d, %v",
				c.w, c.h, g.margin(), g.maxCoverage(), c.margin, c.most)
		}
	}
	if got := sketchOf(sketch("12345 56789 13579").withoutMargin()); got != "678" {
		t.Errorf("without its margin: got %s, want 678", got)
	}
}

// TestSteepestChange: the steepest change is between means of 3×3 pixels a thirtieth of the longer side apart.
func TestSteepestChange(t *testing.T) {
	step := func(w, h int) grey { // 90 from the middle on
		g := newGrey(w, h)
		for i := range g.pix {
			if i%w >= w/2 {
				g.pix[i] = 90
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
			t.Errorf("a step of 90 in %d×%d: got %v and, transposed, %v; want %v", c.w, c.h, a, b, c.want)
		}
	}
}

// TestSteepestChangeAtTheBorder: what is as wide as one pixel, and only along the border, counts a third.
func TestSteepestChangeAtTheBorder(t *testing.T) {
	g := newGrey(30, 33) // it is seen over two pixels
	for y := range g.h {
		g.row(y)[29] = 90
	}
	for turn := range 4 {
		if got := g.steepestChange(); got != 30 {
			t.Errorf("turned %d times: got %v, want 30", turn, got)
		}
		g = photo{turn: 6}.upright(g)
	}
}

// TestCrossings: the middle of each run of ink in a column, the upper one of two.
func TestCrossings(t *testing.T) {
	column := sketch(".# .. .# .# .# #. .3 .4 .. .# .#")
	if got := column.crossings(1); fmt.Sprint(got) != "[0 3 7 9]" {
		t.Errorf("got %v, want [0 3 7 9]", got)
	}
}

// TestIsInked: ink along a line may be a pixel beside it, and may be missing in a twentieth of the columns.
func TestIsInked(t *testing.T) {
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
		if got := c.g.hasInkAlong(func(int) int { return c.y }); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestEraseLine: a line goes with its blur; a stroke that crosses it stays, and so does what is too thick for a line.
func TestEraseLine(t *testing.T) {
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
			t.Errorf("%s: got %d pixels left, want %d", c.name, left, c.want)
		}
	}
	blur := newGrey(75, 9)
	for x := range 75 {
		blur.row(0)[x], blur.row(1)[x], blur.row(2)[x] = 0.1, 1, 0.1
	}
	blur.eraseLine(func(int) int { return 1 })
	if slices.Max(blur.pix) != 0 {
		t.Errorf("a line with blur: got %s left", sketchOf(blur))
	}
}

// TestWithoutLines: lines from one border to the other go, unless what is left then touches the border.
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
	digit, speck := rect(20, 20, 10, 18), rect(45, 10, 1, 1)
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
		{"at the left", 60, 60, [][2]int{{50, 50}}, nil, boxes{rect(0, 20, 10, 20)}, nil},
		{"at the top", 60, 60, [][2]int{{50, 50}}, nil, boxes{rect(20, 0, 10, 20)}, nil},
		{"at the right", 60, 60, [][2]int{{50, 50}}, nil, boxes{rect(50, 20, 10, 20)}, nil},
		{"at the bottom", 60, 60, [][2]int{{9, 9}}, nil, boxes{rect(20, 40, 10, 20)}, nil},
		{"nearly at all borders", 60, 60, [][2]int{{50, 50}}, nil, boxes{rect(1, 1, 58, 47)}, boxes{rect(1, 1, 58, 47)}},
		{"a hundred lines", 80, 215, ruled(100), nil, boxes{rect(20, 203, 9, 9)}, boxes{rect(20, 203, 9, 9)}},
		{"and one more", 80, 215, ruled(101), nil, boxes{rect(20, 205, 9, 9)}, nil},
	} {
		g, want := newGrey(c.w, c.h), newGrey(c.w, c.h)
		for _, r := range c.rows {
			across(g, r[0], r[1])
		}
		for _, x := range c.columns {
			g.outline(rect(x, 0, 1, c.h), 1)
		}
		for _, r := range c.ink {
			g.outline(r, 99)
		}
		want.pix = slices.Clone(g.pix)
		if c.want != nil {
			clear(want.pix)
			for _, r := range c.want {
				want.outline(r, 99)
			}
		}
		if got := g.withoutLines(); !slices.Equal(got.pix, want.pix) || got.w != c.w {
			t.Errorf("%s: got ink left in %v, want it in %v", c.name, got.bounds(), want.bounds())
		}
	}
}
