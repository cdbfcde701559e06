package handwriting

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"
)

// sketch is ink drawn by hand, its rows with space between them: # is full, . none, a digit so many tenths.
func sketch(rows string) grey {
	fields := strings.Fields(rows)
	g := newGrey(len(fields[0]), len(fields))
	for y, row := range fields {
		for x, c := range row {
			switch {
			case c == '#':
				g.row(y)[x] = 1
			case c != '.':
				g.row(y)[x] = float64(c-'0') / 10
			}
		}
	}
	return g
}

// rowsOf is what sketch takes; ? is none of its numbers.
func rowsOf(g grey) string {
	var b strings.Builder
	for at, v := range g.pix {
		if at > 0 && at%g.w == 0 {
			b.WriteByte(' ')
		}
		c := byte('?')
		if tenths := math.Round(10 * v); math.Abs(10*v-tenths) < 1e-9 && tenths >= 0 && tenths <= 10 {
			c = ".123456789#"[int(tenths)]
		}
		b.WriteByte(c)
	}
	return b.String()
}

// oneLine is rows as rowsOf has them.
func oneLine(rows string) string { return strings.Join(strings.Fields(rows), " ") }

// filled is full ink everywhere, which has no edge; framed gives it one.
func filled(w, h int) grey { return grey{w, h, slices.Repeat([]float64{1}, w*h)} }

func framed(g grey, margin int) grey {
	to := newGrey(g.w+2*margin, g.h+2*margin)
	for y := range g.h {
		copy(to.row(y + margin)[margin:], g.row(y))
	}
	return to
}

// TestMNISTFrame: the frame of images of other sizes is MNIST's in proportion.
func TestMNISTFrame(t *testing.T) {
	for side, want := range map[int]Frame{1: {1, 1, 1, 1.5}, 3: {2, 2, 2, 1.5}, 14: {10, 7.5, 7.5, 1.5},
		56: {40, 28.5, 28.5, 1.5}} {
		if got := MNISTFrame(side); got != want {
			t.Errorf("of side %d: %v, want %v", side, got, want)
		}
	}
}

// TestFrameOf: frames of sets whose numbers are easily worked out.
func TestFrameOf(t *testing.T) {
	square, lying, standing := []byte{1, 0, 0, 0}, []byte{1, 1, 0, 0}, []byte{1, 0, 1, 0} // all of 2×2 pixels
	set := func(parts ...any) (pixels []byte) {                                           // numbers of images, and images
		for i := 0; i < len(parts); i += 2 {
			pixels = append(pixels, slices.Repeat(parts[i+1].([]byte), parts[i].(int))...)
		}
		return pixels
	}
	for name, c := range map[string]struct {
		pixels []byte
		w, h   int
		want   Frame
	}{
		"weighted": {[]byte{100, 0, 0, 200, 0, 0, 0, 0}, 4, 2, Frame{4, 2.5, 0.5, 4}},
		"the mean of each image's": {[]byte{ // centres at 0, 0 and 3, 1; mass does not count
			9, 0, 0, 0, 0, 0, 0, 0,
			0, 0, 0, 0, 0, 0, 0, 250}, 4, 2, Frame{1, 2, 1, 1}},
		"to half a pixel":                    {[]byte{3, 0, 0, 1, 0, 0, 0, 0}, 4, 2, Frame{4, 1.5, 0.5, 4}}, // ¾ + ½
		"4 wide and 3 high, to a tenth":      {[]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 4, 3, Frame{4, 2, 1.5, 1.3}},
		"the median of sides":                {set(2, square, 3, lying), 2, 2, Frame{2, 1, 0.5, 2}},
		"the median of sides, most small":    {set(3, square, 2, standing), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"6 of 1000 are wide":                 {set(994, square, 6, lying, 200, square), 2, 2, Frame{1, 0.5, 0.5, 2}},
		"5 of 1000 are wide, and the others": {set(995, square, 205, lying), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"1 of 200 is wide":                   {set(199, square, 1, lying), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"1 of 198 is wide":                   {set(197, square, 1, lying), 2, 2, Frame{1, 0.5, 0.5, 2}},
	} {
		if got := FrameOf(c.pixels, c.w, c.h); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestFit: how large ink becomes in a frame's box, and where it goes.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		name string
		ink  grey
		f    Frame
		w, h int
		want image.Rectangle
	}{
		{"in the middle", filled(2, 2), Frame{2, 3, 4, 0}, 6, 8, image.Rect(2, 3, 4, 5)},
		{"half-way goes left, and up", filled(2, 2), Frame{2, 3.5, 4.5, 0}, 6, 8, image.Rect(2, 3, 4, 5)},
		{"more than half-way goes right", filled(2, 2), Frame{2, 3.6, 4.4, 0}, 6, 8, image.Rect(3, 3, 5, 5)},
		{"more than half-way goes down", filled(2, 2), Frame{2, 3.4, 4.6, 0}, 6, 8, image.Rect(2, 4, 4, 6)},
		{"it stays within", filled(2, 2), Frame{2, 0, 0, 0}, 6, 8, image.Rect(0, 0, 2, 2)},
		{"it stays within at the far ends", filled(2, 2), Frame{2, 9, 9, 0}, 6, 8, image.Rect(4, 6, 6, 8)},
		{"mass to the left", sketch("#666"), Frame{4, 3.4, 1, 0}, 8, 3, image.Rect(2, 0, 6, 1)},
		{"mass at the top", sketch("# 6 6 6"), Frame{4, 1, 3.4, 0}, 3, 8, image.Rect(0, 2, 1, 6)},
		{"lying", filled(10, 3), Frame{5, 4, 4, 0}, 8, 8, image.Rect(1, 3, 6, 5)},
		{"standing", filled(3, 10), Frame{5, 4, 4, 0}, 8, 8, image.Rect(3, 1, 5, 6)},
		{"at least a pixel", filled(20, 1), Frame{5, 4, 4, 0}, 8, 8, image.Rect(1, 3, 6, 4)},
		{"a pixel wide at least", filled(1, 20), Frame{5, 4, 4, 0}, 8, 8, image.Rect(3, 1, 4, 6)},
		{"a box wider than the image", filled(2, 2), Frame{20, 2, 3, 0}, 4, 6, image.Rect(0, 1, 4, 5)},
		{"a box higher than the image", filled(2, 4), Frame{20, 2, 3, 0}, 4, 6, image.Rect(0, 0, 3, 6)},
		{"a hairline becomes two pixels of 20", framed(filled(80, 1), 2), Frame{20, 14, 14, 0}, 28, 28,
			image.Rect(4, 13, 24, 15)},
		{"and three of 40", framed(filled(80, 1), 2), Frame{40, 28, 28, 0}, 56, 56, image.Rect(8, 26, 48, 29)},
		{"and one of 10", framed(filled(1, 80), 2), Frame{10, 7, 7, 0}, 14, 14, image.Rect(6, 2, 7, 12)},
		{"a pen wide enough stays", framed(filled(10, 1), 2), Frame{20, 14, 14, 0}, 28, 28, image.Rect(4, 13, 24, 15)},
	} {
		g := grey{c.w, c.h, nil}
		for _, v := range c.f.fit(c.ink, c.w, c.h) {
			g.pix = append(g.pix, float64(v))
		}
		if got := g.bounds(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// The most ink becomes 255, and the rest in proportion: 0.65/0.8·255 is 207.2, 0.75/0.8·255 is 239.06, and
	// 0.71/0.8·255 is 226.3.
	ink := grey{4, 1, []float64{0.8, 0.65, 0.75, 0.71}}
	if got := (Frame{4, 2, 0.5, 0}).fit(ink, 4, 1); !slices.Equal(got, []byte{255, 207, 239, 226}) {
		t.Errorf("levels are %v", got)
	}
	ink = grey{3, 1, []float64{1, 0.65, 0.9}} // 165.75
	if got := (Frame{3, 1, 0.5, 0}).fit(ink, 3, 1); got[0] != 255 || got[1] != 166 {
		t.Errorf("levels are %v", got)
	}
}

// TestShrink: each pixel is the mean over its area, of a part of the picture.
func TestShrink(t *testing.T) {
	six := grey{3, 2, []float64{1, 2, 3, 4, 5, 6}}
	for _, c := range []struct {
		g    grey
		r    image.Rectangle
		w, h int
		want []float64
	}{
		{six, image.Rect(0, 0, 3, 2), 1, 1, []float64{3.5}},
		{six, image.Rect(0, 0, 3, 2), 3, 2, six.pix},
		{six, image.Rect(1, 0, 3, 2), 1, 2, []float64{2.5, 5.5}},
		{six, image.Rect(1, 1, 3, 2), 2, 1, []float64{5, 6}},
		{six, image.Rect(0, 0, 3, 2), 2, 1, []float64{(1 + 1 + 4 + 2.5) / 3, (1 + 3 + 2.5 + 6) / 3}},
		{grey{2, 3, []float64{1, 4, 2, 5, 3, 6}}, image.Rect(0, 0, 2, 3), 1, 2,
			[]float64{(1 + 1 + 4 + 2.5) / 3, (1 + 3 + 2.5 + 6) / 3}},
		{six, image.Rect(0, 0, 2, 1), 3, 1, []float64{1, 1.5, 2}},
		{six, image.Rect(0, 0, 1, 2), 1, 3, []float64{1, 2.5, 4}},
	} {
		got := c.g.resize(c.r, c.w, c.h)
		for i, want := range c.want {
			if got.w != c.w || got.h != c.h || math.Abs(got.pix[i]-want) > 1e-12 {
				t.Fatalf("%v of %v as %d×%d is %v, want %v", c.r, c.g, c.w, c.h, got.pix, c.want)
			}
		}
	}
}

// TestShades: brightness by hand: colours, what shows through, and means of squares.
func TestShades(t *testing.T) {
	colours := image.NewNRGBA64(image.Rect(-3, 5, 4, 7))
	for i, c := range []color.NRGBA64{{0xffff, 0xffff, 0xffff, 0xffff}, {0xffff, 0, 0, 0xffff}, {0, 0xffff, 0, 0xffff},
		{0, 0, 0xffff, 0xffff}, {0, 0, 0, 0}, {0, 0, 0, 0xffff - 256}, {0xffff, 0xffff, 0xffff, 0x8000}} {
		colours.SetNRGBA64(-3+i, 6, c)
	}
	// 0.299, 0.587 and 0.114 of 65535 are 19594, 38469 and 7470, of which 256 make one.
	for under, want := range map[uint32][]float64{0xffff: {255, 76, 150, 29, 255, 1, 255},
		0: {255, 76, 150, 29, 0, 0, 128}} {
		if got := brightness(colours, under); got.w != 7 || got.h != 2 || !slices.Equal(got.row(1), want) {
			t.Errorf("on %d: %v, want %v", under, got.row(1), want)
		}
	}
	wide := image.NewGray(image.Rect(0, 0, 2053, 8)) // of each 3×3 one; what is left over does not count
	for i := range wide.Pix {
		wide.Pix[i] = byte(i%wide.Stride%3*10 + i/wide.Stride%3)
	}
	wide.SetGray(0, 0, color.Gray{99})   // 11 more for the first
	wide.SetGray(5, 5, color.Gray{67})   // 5 more for the one of the second row and column
	wide.SetGray(2052, 0, color.Gray{9}) // beyond
	g := brightness(wide, 0)
	if g.w != 684 || g.h != 2 || g.row(0)[0] != 22 || g.row(1)[1] != 16 || g.row(1)[683] != 11 || g.row(0)[683] != 11 {
		t.Errorf("%d×%d, %v, %v", g.w, g.h, g.row(0)[:3], g.row(1)[:3])
	}
	for _, r := range []image.Rectangle{image.Rect(7, 0, 8, 2048), image.Rect(0, 7, 2048, 8)} { // thinner than 2
		img := image.NewGray(r)
		img.SetGray(7, 7, color.Gray{200})
		if g := brightness(img, 0); g.w*g.h != 1024 || slices.Max(g.pix) != 100 {
			t.Errorf("of %v, %d×%d and at most %v", r, g.w, g.h, slices.Max(g.pix))
		}
	}
	for side, want := range map[int]int{1: 1, 1024: 1, 1025: 2, 2048: 2, 2049: 3} {
		if a, b := reduction(side, 1), reduction(1, side); a != want || b != want {
			t.Errorf("of a side of %d, %d and %d become one, want %d", side, a, b, want)
		}
	}
}

// TestTurnedByHand: what a camera that is held the eight ways has of "123/456", brought upright.
func TestTurnedByHand(t *testing.T) {
	for i, camera := range []string{"123 456", "321 654", "654 321", "456 123",
		"14 25 36", "36 25 14", "63 52 41", "41 52 63"} {
		if rows := rowsOf(photo{turn: i + 1}.upright(sketch(camera))); rows != "123 456" {
			t.Errorf("turned as %d: %s", i+1, rows)
		}
	}
}

// TestFindInk: ink from brightness: which side of the ground, how faint, how noisy.
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
		name   string
		ground func(x, y int) float64
		spots  spots
		lossy  bool
		far    float64
		want   string // the middle row
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
		for at := range g.pix {
			x, y := at%side, at/side
			g.pix[at] = c.ground(x, y)
			if v, ok := c.spots[image.Pt(x, y)]; ok {
				g.pix[at] = v
			}
		}
		ink, far := findInk(g, c.lossy)
		if math.Abs(far-c.far) > 1e-9 || (far == 0) != (ink.pix == nil) {
			t.Errorf("%s: the ink is %v from the ground, want %v", c.name, far, c.far)
		}
		if c.want == "" || ink.pix == nil {
			continue
		}
		rows := strings.Fields(rowsOf(ink))
		if rows[3] != c.want {
			t.Errorf("%s: %s, want %s", c.name, rows[3], c.want)
		}
		if strings.Trim(strings.Join(slices.Delete(rows, 3, 4), ""), ".") != "" {
			t.Errorf("%s: there is ink above or below: %s", c.name, rowsOf(ink))
		}
	}
}

// TestGround: a plane through the border, whatever lies within; what is too far from the level has no part in it.
func TestGround(t *testing.T) {
	for _, size := range []image.Point{{5, 4}, {3, 9}, {1, 6}, {6, 1}, {2, 2}} {
		g := newGrey(size.X, size.Y)
		plane := func(x, y float64) float64 { return 20 + 3*x + 5*y }
		for at := range g.pix {
			g.pix[at] = plane(float64(at%g.w), float64(at/g.w))
			if x, y := at%g.w, at/g.w; x > 0 && y > 0 && x < g.w-1 && y < g.h-1 {
				g.pix[at] = 30 // within
			}
		}
		if size.X == 5 {
			g.row(0)[2], g.row(3)[2] = 81, -41 // out of 20 ± 60
		}
		above, noise := g.fitBackground(20, 60)
		if got := above(2, 1, plane(2, 1)+7); math.Abs(got-7) > 1e-9 && size.X > 1 && size.Y > 1 || noise > 1e-9 {
			t.Errorf("%v: 7 above the ground is %v above it, whose noise is %v", size, got, noise)
		}
	}
	g := grey{4, 1, []float64{13, 7, 7, 13}} // all are within 3
	if above, noise := g.fitBackground(10, 3); above(1, 0, 12) != 2 || noise != 3 {
		t.Errorf("10 ± 3: 12 is %v above it, and the noise %v", above(1, 0, 12), noise)
	}
	n := 0
	filled(5, 4).eachBorderPixel(1, 0, func(x, y, v float64) {
		if n++; x != 0 && x != 4 && y != 0 && y != 3 || v != 1 {
			t.Errorf("(%v,%v) is of the border", x, y)
		}
	})
	if n != 14 {
		t.Errorf("the border of 5×4 has %d pixels, want 14", n)
	}
}

// TestWipe: what is less than a fiftieth of the largest goes, and so does what is too faint.
func TestWipe(t *testing.T) {
	speck := func(n int) grey { // beside n pixels, a speck of one
		g := newGrey(n, 3)
		copy(g.row(0), slices.Repeat([]float64{1}, n))
		g.row(2)[1], g.row(2)[0] = 1, 0.3
		return g
	}
	for n, want := range map[int]string{50: ".#", 51: ".."} {
		g := speck(n)
		if g.removeSpecks(0.3); rowsOf(g)[2*n+2:][:2] != want || g.row(0)[n-1] != 1 {
			t.Errorf("beside %d pixels: %s, want %s", n, rowsOf(g)[2*n+2:][:2], want)
		}
	}
}

// TestThicken: a thin pen is widened, round, to two pixels in a box of 20; a wide one stays.
func TestThicken(t *testing.T) {
	for _, c := range []struct {
		name  string
		ink   string
		scale float64
		want  string // "" for what went in
	}{
		{"all ink, without an edge", "## ##", 0.01, ""},
		{"a dot, eight neighbours, then four, then eight", "... .8. ...", 0.25, `.......... ..88888... .8888888.. .8888888..
			.8888888.. .8888888.. .8888888.. ..88888... .......... ..........`},
		{"by one pixel", "... .#. ...", 0.43, "...... .###.. .###.. .###.. ...... ......"},
		{"by two", "... .#. ...", 0.39, "........ ..###... .#####.. .#####.. .#####.. ..###... ........ ........"},
		{"by one more on each side", "... .#. ...", 0.5, "...... .###.. .###.. .###.. ...... ......"},
		// A bar of five across has two edges of 5, and an area of 10.
		{"a bar across, wide enough", "..... ##### ##### .....", 0.6, ""},
		{"a bar across, not quite", "..... ##### ##### .....", 0.59, "...... #####. #####. ...... ......"},
		{"a bar at the top has one edge", "##### ##### .....", 0.3, ""},
		{"a bar at the top, not quite", "##### ##### .....", 0.29, "#######. #######. #######. #######. ........ ........"},
		{"a bar along the left", "##. ##. ##. ##. ##.", 0.3, ""},
		{"a bar along the right", ".## .## .## .## .##", 0.3, ""},
		{"one pixel wide, along the left", "#.. #.. #.. #.. #..", 0.6, ""},
		// Half of the ink has edges on both sides: 3 in all, of an area of 2.5.
		{"half as dark between", "#5#.", 0.72, ""},
		{"half as dark between, not quite", "#5#.", 0.7, "#5#.. ....."},
		{"half as dark between, upright", "# 5 # .", 0.7, "#. 5. #. .. .."},
		{"faint ink, and ink just half", ".5##6. .5##6.", 0.63, ""},
		{"twice as fine as is needed", ".... .##. .##. ....", 0.125, `.######.. ########. ########. ########.
			########. ########. ########. .######.. .........`},
	} {
		if c.want == "" {
			c.want = c.ink
		}
		if got := rowsOf(thicken(sketch(c.ink), c.scale)); got != oneLine(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, oneLine(c.want))
		}
	}
	corner := sketch("....... ....... ..#.... ..7.... ....... .......")
	four, eight := rowsOf(corner.dilate(false)), rowsOf(corner.dilate(true))
	if four != "....... ..#.... .###... .7#7... ..7.... ......." ||
		eight != "....... .###... .###... .###... .777... ......." {
		t.Errorf("spread to four neighbours: %s; to eight: %s", four, eight)
	}
}

// TestOrientation: which Exif data say how the camera was held, and which are passed over.
func TestOrientation(t *testing.T) {
	segment := func(kind byte, body string) string {
		return "\xff" + string([]byte{kind, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
	}
	tag := func(name, value uint16) string {
		b := binary.BigEndian.AppendUint16(nil, name)
		return string(binary.BigEndian.AppendUint16(append(b, 0, 3, 0, 0, 0, 1), value)) + "\x00\x00"
	}
	const head = "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01"
	exif := segment(0xe1, head+tag(0x112, 6))
	for _, c := range []struct {
		name, after string // of the first two bytes
		want        int
	}{
		{"nothing", "", 1},
		{"as it is", exif, 6},
		{"after others", segment(0xe0, "JFIF") + segment(0xe1, "http") + segment(0xe2, head+tag(0x112, 3)) + exif, 6},
		{"after what is no segment", "\x00\x00\x00\x02" + exif, 1},
		{"a segment without a size", "\xff\xe0\x00\x00" + exif, 1},
		{"the second tag", segment(0xe1, head+tag(0x100, 3)+tag(0x112, 8)), 8},
		{"another tag", segment(0xe1, head+tag(0x113, 3)), 1},
		{"0 is no way to hold it", segment(0xe1, head+tag(0x112, 0)+tag(0x112, 1)+tag(0x112, 3)), 1},
		{"nor is 9", segment(0xe1, head+tag(0x112, 9)+tag(0x112, 8)), 8},
		{"of two, the first", segment(0xe1, head+tag(0x112, 2)+tag(0x112, 8)), 2},
		{"a list that begins later", segment(0xe1, strings.Replace(head, "\x08", "\x0a\x00\x00", 1)+tag(0x112, 5)), 5},
		{"a tag cut off", exif[:len(exif)-1], 1},
		{"a tag beyond the segment", strings.Replace(exif, "\xff\xe1\x00\x1e", "\xff\xe1\x00\x1d", 1), 1},
		{"too short for a list", segment(0xe1, "Exif\x00\x00MM\x00\x2a\x00\x00\x00"), 1},
		{"too short for a segment", "\xff\xe1\x00", 1},
		{"only the first Exif counts", segment(0xe1, head+tag(0x113, 3)) + exif, 1},
		{"an empty segment", segment(0xe0, "") + exif, 6},
	} {
		if got := orientation([]byte("\xff\xd8" + c.after)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestExpectedSize: how many pixels a file may promise is 32 MB and 128 times its size, in the bytes that they take.
func TestExpectedSize(t *testing.T) {
	const size, most = 1024, 32<<20 + 128*1024
	pngOf := func(depth, kind byte) func(w, h int) string {
		return func(w, h int) string {
			var b []byte
			chunk := func(kind, body string) {
				b = append(binary.BigEndian.AppendUint32(b, uint32(len(body))), kind+body...)
				b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+body)))
			}
			ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
			chunk("IHDR", string(append(ihdr, depth, kind, 0, 0, 0)))
			if kind == 3 {
				chunk("PLTE", "\x00\x00\x00\xff\xff\xff")
				chunk("IDAT", "\x00")
			}
			return "\x89PNG\r\n\x1a\n" + string(b) + "\x00\xff\xc2" // which is no mark here
		}
	}
	jpegOf := func(mark byte, parts string) func(w, h int) string {
		return func(w, h int) string {
			return "\xff\xd8\xff" + string([]byte{mark, 0, byte(8 + len(parts)), 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w),
				byte(len(parts) / 3)}) + parts + "\xff\xda\x00\x02"
		}
	}
	for _, c := range []struct {
		name  string
		bytes int
		file  func(w, h int) string
	}{
		{"grey", 1, pngOf(8, 0)}, {"grey of 16 bits", 2, pngOf(16, 0)}, {"a palette", 1, pngOf(8, 3)},
		{"colours", 4, pngOf(8, 2)}, {"colours of 16 bits", 8, pngOf(16, 2)}, {"some transparent", 4, pngOf(8, 6)},
		{"and of 16 bits", 8, pngOf(16, 6)},
		{"a JPEG", 3, jpegOf(0xc0, "\x01\x22\x00\x02\x11\x01\x03\x11\x01")}, {"a grey JPEG", 1, jpegOf(0xc0, "\x01\x11\x00")},
		{"a progressive JPEG", 15, jpegOf(0xc2, "\x01\x22\x00\x02\x11\x01\x03\x11\x01")},
	} {
		const w = 1024 // most is a multiple of it, and of 8
		for more := range 2 {
			h := most/c.bytes/w + more
			b := c.file(w, h)
			_, err := decode([]byte(b + strings.Repeat("\x00", size-len(b))))
			want := fmt.Sprintf("%d×%d pixels are more than a file of 1024 bytes is expected to hold; make it smaller", w, h)
			if err == nil || (err.Error() == want) != (more > 0) {
				t.Errorf("%s, %d×%d: %v", c.name, w, h, err)
			}
		}
	}
	const other = "it is not a picture that this program can read: expected PNG or JPEG"
	if _, err := decode([]byte("GIF89a")); err == nil || err.Error() != other {
		t.Errorf("of a GIF: %v, want %s", err, other)
	}
}
