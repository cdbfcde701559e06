package handwriting

import (
	"image"
	"slices"
	"testing"
)

// TestMNISTFrame: images of other sizes have MNIST's frame in proportion.
func TestMNISTFrame(t *testing.T) {
	for side, want := range map[int]Frame{
		1: {1, 1, 1, 1.5}, 3: {2, 2, 2, 1.5}, 14: {10, 7.5, 7.5, 1.5}, 28: {20, 14.5, 14.5, 1.5}, 56: {40, 28.5, 28.5, 1.5},
	} {
		if got := MNISTFrame(side); got != want {
			t.Errorf("side %d: got %v, want %v", side, got, want)
		}
	}
}

// TestFrameOf measures data sets whose frames are easily worked out by hand.
func TestFrameOf(t *testing.T) {
	square, lying, standing := []byte{1, 0, 0, 0}, []byte{1, 1, 0, 0}, []byte{1, 0, 1, 0} // all of 2×2 pixels
	// set takes in turn how many, and of which image.
	set := func(parts ...any) (pixels []byte) {
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
		"nothing": {make([]byte, 40), 5, 8, Frame{1, 0.5, 0.5, 1}},
		"nothing, and 1×4 from (3, 2)": {slices.Concat(make([]byte, 40+13),
			[]byte{9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 9}, make([]byte, 11)), 5, 8, Frame{4, 3.5, 4, 1}},
		"weighted": {[]byte{100, 0, 0, 200, 0, 0, 0, 0}, 4, 2, Frame{4, 2.5, 0.5, 4}},
		"the mean of each image's": {[]byte{ // centres at 0, 0 and 3, 1; mass does not count
			9, 0, 0, 0, 0, 0, 0, 0,
			0, 0, 0, 0, 0, 0, 0, 250}, 4, 2, Frame{1, 2, 1, 1}},
		"to half a pixel":                    {[]byte{3, 0, 0, 1, 0, 0, 0, 0}, 4, 2, Frame{4, 1.5, 0.5, 4}}, // ¾ + ½
		"4 wide and 3 high, to a tenth":      {[]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 4, 3, Frame{4, 2, 1.5, 1.3}},
		"the median of sides":                {set(2, square, 3, lying), 2, 2, Frame{2, 1, 0.5, 2}},
		"the median of sides, most small":    {set(3, square, 2, standing), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"the median of sides in any order":   {set(1, square, 1, lying, 1, square), 2, 2, Frame{1, 0.5, 0.5, 2}},
		"all are narrow":                     {set(400, standing), 2, 2, Frame{2, 0.5, 1, 1}},
		"6 of 1000 are wide":                 {set(994, square, 6, lying, 200, square), 2, 2, Frame{1, 0.5, 0.5, 2}},
		"5 of 1000 are wide, and the others": {set(995, square, 205, lying), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"1 of 200 is wide":                   {set(199, square, 1, lying), 2, 2, Frame{1, 0.5, 0.5, 1}},
		"1 of 198 is wide":                   {set(197, square, 1, lying), 2, 2, Frame{1, 0.5, 0.5, 2}},
	} {
		if got := FrameOf(c.pixels, c.w, c.h); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestFrameOfDigits: digits that lie as MNIST's do have MNIST's frame.
func TestFrameOfDigits(t *testing.T) {
	got := FrameOf(slices.Concat(testDigits(t, 1000)...), 28, 28)
	if got.Wide < 1.2 || got.Wide > 1.6 {
		t.Errorf("got digits up to %v times as wide as high, want about 1.5", got.Wide)
	}
	got.Wide = mnistFrame.Wide
	if got != mnistFrame {
		t.Errorf("got %v, want %v", got, mnistFrame)
	}
}

// TestFit: how large ink becomes in a frame's box, and where it lies in the image.
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
		{"a hairline becomes two pixels of 20", withMargin(filled(80, 1), 2), Frame{20, 14, 14, 0}, 28, 28,
			image.Rect(4, 13, 24, 15)},
		{"and three of 40", withMargin(filled(80, 1), 2), Frame{40, 28, 28, 0}, 56, 56, image.Rect(8, 26, 48, 29)},
		{"and one of 10", withMargin(filled(1, 80), 2), Frame{10, 7, 7, 0}, 14, 14, image.Rect(6, 2, 7, 12)},
		{"a pen wide enough stays", withMargin(filled(10, 1), 2), Frame{20, 14, 14, 0}, 28, 28, image.Rect(4, 13, 24, 15)},
	} {
		if got := greyOf(c.f.fit(c.ink, c.w, c.h), c.w, c.h).bounds(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	// The most ink becomes 255, and the rest in proportion: 0.65/0.8·255 is 207.2, 0.75/0.8·255 is 239.06, and
	// 0.71/0.8·255 is 226.3.
	ink := grey{4, 1, []float64{0.8, 0.65, 0.75, 0.71}}
	if got := (Frame{4, 2, 0.5, 0}).fit(ink, 4, 1); !slices.Equal(got, []byte{255, 207, 239, 226}) {
		t.Errorf("got levels %v", got)
	}
	ink = grey{3, 1, []float64{1, 0.65, 0.9}} // 165.75
	if got := (Frame{3, 1, 0.5, 0}).fit(ink, 3, 1); got[0] != 255 || got[1] != 166 {
		t.Errorf("got levels %v", got)
	}
}

// TestThicken: a thin stroke grows, nearly round, to two pixels in a box of 20; a wide one stays.
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
		if got := sketchOf(thicken(sketch(c.ink), c.scale)); got != oneLine(c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, oneLine(c.want))
		}
	}
}

func TestDilate(t *testing.T) {
	corner := sketch("....... ....... ..#.... ..7.... ....... .......")
	for eight, want := range map[bool]string{
		false: "....... ..#.... .###... .7#7... ..7.... .......",
		true:  "....... .###... .###... .###... .777... .......",
	} {
		if got := sketchOf(corner.dilate(eight)); got != want {
			t.Errorf("eight neighbours %v: got %s, want %s", eight, got, want)
		}
	}
}
