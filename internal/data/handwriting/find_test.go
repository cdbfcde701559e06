package handwriting

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A board is a picture to draw on in black, with strokes and boxes.
type board struct{ *image.Gray }

func newBoard(w, h int) board {
	b := board{image.NewGray(image.Rect(0, 0, w, h))}
	b.fill(b.Rect, 250)
	return b
}

func (b board) fill(r image.Rectangle, shade byte) {
	r = r.Intersect(b.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			b.SetGray(x, y, color.Gray{shade})
		}
	}
}

// bar is a stroke that fills the rectangle from (x, y).
func (b board) bar(x, y, w, h int) { b.fill(image.Rect(x, y, x+w, y+h), 20) }

// ring is a 0: the edge of a rectangle.
func (b board) ring(x, y, w, h, pen int) {
	b.bar(x, y, w, pen)
	b.bar(x, y+h-pen, w, pen)
	b.bar(x, y, pen, h)
	b.bar(x+w-pen, y, pen, h)
}

func (b board) seven(x, y, w, h, pen int) {
	b.bar(x, y, w, pen)
	b.bar(x+w-pen, y, pen, h)
}

func (b board) four(x, y, w, h, pen int) {
	b.bar(x, y, pen, h*2/3)
	b.bar(x, y+h*2/3-pen, w, pen)
	b.bar(x+w*2/3, y, pen, h)
}

// found is what is found, as text: a box each, lines apart, problems behind.
func found(t *testing.T, file []byte) string {
	t.Helper()
	s, err := Find(file, 28, 28, mnistFrame)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for i, d := range s.Drawings {
		if i > 0 && d.Line != s.Drawings[i-1].Line {
			b.WriteString(" /")
		}
		fmt.Fprintf(&b, " %v", d.Box)
		if d.Problem != "" {
			b.WriteString(" " + d.Problem)
		}
		if len(d.Pixels) != 784 || slices.Max(d.Pixels) != 255 {
			t.Errorf("%v: %d pixels", d.Box, len(d.Pixels))
		}
	}
	return strings.TrimPrefix(b.String(), " ")
}

// TestFind: what is found on drawn pictures: how many, where, in which order, and what is left out.
func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		w, h int
		draw func(b board)
		want string
	}{
		"one": {100, 100, func(b board) { b.ring(30, 20, 40, 60, 6) }, "(30,20)-(70,80)"},
		"two lines, the lower one first": {200, 200, func(b board) {
			b.ring(20, 120, 30, 50, 6)
			b.bar(80, 110, 8, 50)
			b.ring(100, 30, 30, 50, 6)
			b.seven(30, 40, 30, 50, 6)
		}, "(30,40)-(60,90) (100,30)-(130,80) / (20,120)-(50,170) (80,110)-(88,160)"},
		"a line that climbs by more than its height": {400, 200, func(b board) {
			for i := range 6 {
				b.ring(20+60*i, 130-20*i, 30, 50, 6)
			}
		}, "(20,130)-(50,180) (80,110)-(110,160) (140,90)-(170,140) (200,70)-(230,120) (260,50)-(290,100) (320,30)-(350,80)"},
		"the bar of a 5 over its body, and beside another digit": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(80, 20, 30, 6)
			b.bar(80, 32, 6, 12)
			b.bar(80, 40, 26, 6)
			b.bar(100, 40, 6, 30)
		}, "(20,20)-(50,70) (80,20)-(110,70)"},
		"a bar over one end of its digit": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(100, 20, 25, 6)
			b.seven(80, 28, 25, 42, 6)
		}, "(20,20)-(50,70) (80,20)-(125,70)"},
		"an 8 whose loops do not meet": {200, 100, func(b board) {
			b.ring(20, 20, 26, 24, 5)
			b.ring(22, 46, 26, 26, 5)
			b.ring(100, 20, 30, 50, 6)
		}, "(20,20)-(48,72) (100,20)-(130,70)"},
		"a flat piece all but touching its digit": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.seven(80, 20, 30, 50, 6)
			b.bar(111, 30, 25, 6)
		}, "(20,20)-(50,70) (80,20)-(136,70)"},
		"a small piece close to its digit": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.seven(80, 20, 30, 50, 6)
			b.bar(114, 30, 6, 18)
		}, "(20,20)-(50,70) (80,20)-(120,70)"},
		"dust and a full stop": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(60, 62, 8, 8)
			b.ring(100, 20, 30, 50, 6)
			b.bar(170, 40, 3, 2)
		}, "(20,20)-(50,70) (100,20)-(130,70)"},
		"a dash": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(70, 42, 16, 7)
			b.ring(100, 20, 30, 50, 6)
		}, "(20,20)-(50,70) (70,42)-(86,49) too wide for one (100,20)-(130,70)"},
		"a bit of a stroke": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(70, 42, 16, 14)
			b.ring(100, 20, 30, 50, 6)
		}, "(20,20)-(50,70) (70,42)-(86,56) filled, without strokes (100,20)-(130,70)"},
		"three that touch": {200, 100, func(b board) {
			b.ring(20, 20, 30, 50, 6)
			b.ring(48, 20, 30, 50, 6)
			b.ring(76, 20, 30, 50, 6)
			b.bar(130, 20, 8, 50)
		}, "(20,20)-(106,70) too wide for one (130,20)-(138,70)"},
		"at all borders": {100, 60, func(b board) {
			b.seven(0, 0, 30, 60, 6)
			b.seven(70, 0, 30, 60, 6)
		}, "(0,0)-(30,60) (70,0)-(100,60)"},
		"large, at a scale of its own": {3000, 1500, func(b board) {
			b.ring(300, 300, 300, 600, 60)
			b.seven(1200, 300, 300, 600, 60)
		}, "(300,300)-(600,900) (1200,300)-(1500,900)"},
		"a frame at the border": {300, 200, func(b board) {
			b.ring(0, 0, 300, 200, 4)
			b.ring(60, 60, 40, 60, 6)
			b.seven(160, 60, 40, 60, 6)
		}, "(60,60)-(100,120) (160,60)-(200,120)"},
		"a frame apart from the border": {300, 200, func(b board) {
			b.ring(20, 20, 260, 160, 4)
			b.ring(60, 60, 40, 60, 6)
			b.seven(160, 60, 40, 60, 6)
		}, "(60,60)-(100,120) (160,60)-(200,120)"},
		"fields": {300, 100, func(b board) {
			for i := range 3 {
				b.ring(20+90*i, 10, 70, 80, 2)
				b.seven(40+90*i, 30, 25, 40, 5)
			}
		}, "(40,30)-(65,70) (130,30)-(155,70) (220,30)-(245,70)"},
		"a zero with something in it is one": {200, 100, func(b board) {
			b.ring(20, 20, 40, 60, 6)
			b.bar(34, 44, 12, 12)
			b.ring(100, 20, 40, 60, 6)
		}, "(20,20)-(60,80) (100,20)-(140,80)"},
		"ruled paper, with a margin": {300, 200, func(b board) {
			for x := range 300 {
				for y := 20 + x/50; y < 200; y += 50 {
					b.bar(x, y, 1, 2)
				}
			}
			b.bar(30, 0, 2, 200)
			b.seven(60, 58, 40, 50, 6)
			b.ring(160, 58, 40, 50, 6)
		}, "(60,58)-(100,108) (160,58)-(200,108)"},
		"a 4 that fills the picture": {60, 90, func(b board) { b.four(0, 0, 60, 90, 2) }, "(0,0)-(60,90)"},
	} {
		b := newBoard(c.w, c.h)
		c.draw(b)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

// TestBrokenDigit: of a single digit, in pieces or not, the network sees what it saw when pictures had but one.
func TestBrokenDigit(t *testing.T) {
	b := newBoard(100, 100)
	b.bar(30, 20, 34, 6)
	b.seven(30, 30, 30, 50, 6)
	file := encodePNG(b)
	got, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := decode(file)
	ink, _ := findInk(brightness(p, 0xffff), false)
	if want := mnistFrame.fit(ink, 28, 28); !bytes.Equal(got, want) {
		t.Errorf("pixels differ from those of the whole picture")
	}
}

// TestSeparated: each of two digits whose boxes overlap is cut out without the other.
func TestSeparated(t *testing.T) {
	ell := func(b board) {
		b.bar(20, 20, 6, 60)
		b.bar(20, 74, 50, 6)
	}
	alone, both := newBoard(150, 100), newBoard(150, 100)
	ell(alone)
	ell(both)
	both.seven(40, 10, 60, 60, 6)
	want, err := Find(encodePNG(alone), 28, 28, mnistFrame)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Find(encodePNG(both), 28, 28, mnistFrame)
	if err != nil || len(got.Drawings) != 2 {
		t.Fatalf("%v; %+v", err, got)
	}
	if !bytes.Equal(got.Drawings[0].Pixels, want.Drawings[0].Pixels) {
		t.Error("a digit beside another is not what it is alone")
	}
}

// TestHalves: a drawing that is rather wide comes with its halves; others do not.
func TestHalves(t *testing.T) {
	b := newBoard(200, 100)
	b.ring(20, 20, 30, 50, 6)
	b.bar(50, 20, 5, 2)
	b.seven(55, 20, 26, 50, 6)
	b.ring(120, 20, 30, 50, 6)
	s, err := Find(encodePNG(b), 28, 28, mnistFrame)
	if err != nil || len(s.Drawings) != 2 {
		t.Fatalf("%v; %+v", err, s)
	}
	wide, other := s.Drawings[0], s.Drawings[1]
	if len(wide.Halves) != 2 || other.Halves != nil || wide.Problem+other.Problem != "" {
		t.Fatalf("halves: %d and %d", len(wide.Halves), len(other.Halves))
	}
	if !bytes.Equal(wide.Halves[0], other.Pixels) {
		t.Error("the left half is not the 0 that it is")
	}
}

// TestUpright: a box is where the digit is when the picture is held upright, and the small picture shows that.
func TestUpright(t *testing.T) {
	b := newBoard(400, 200)
	b.seven(40, 30, 40, 60, 8)
	b.seven(160, 30, 40, 60, 8)
	for turn := 1; turn <= 8; turn++ {
		p := photo{b, true, turn}
		w, h := 400, 200
		if turn >= 5 {
			w, h = h, w
		}
		camera := image.NewGray(image.Rect(0, 0, w, h))
		for y := range 200 {
			for x := range 400 {
				cx, cy := photo{camera, true, turn}.source(x, y, 400, 200)
				camera.Set(cx, cy, b.At(x, y))
			}
		}
		p.RGBA64Image = camera
		if upright := p.upright(brightness(p, 0xffff)); upright.w != 400 || upright.row(32)[60] > 100 ||
			upright.row(85)[76] > 100 {
			t.Errorf("held as %d, the picture is not upright", turn)
		}
		file := encodeJPEG(camera)
		s, err := Find(slices.Concat(file[:2], []byte(littleEndian(turn)), file[2:]), 28, 28, mnistFrame)
		if err != nil || len(s.Drawings) != 2 || s.Width != 400 || s.Height != 200 {
			t.Fatalf("held as %d: %v, %+v", turn, err, s)
		}
		near := image.Rect(40, 30, 80, 90)
		if r := s.Drawings[0].Box; !near.Inset(2).In(r) || !r.In(near.Inset(-3)) {
			t.Errorf("held as %d: the box is %v, want %v", turn, r, near)
		}
		small := s.Small(100)
		if small.Rect.Dx() != 100 || small.Rect.Dy() != 50 || small.RGBAAt(15, 8).G > 100 || small.RGBAAt(12, 20).G < 200 {
			t.Errorf("held as %d: the small picture is %v, with %v", turn, small.Rect, small.RGBAAt(15, 8))
		}
	}
}

// TestNoDigit: pictures on which there is nothing to read are refused in words that say what was found.
func TestNoDigit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	from := func(x, y, cx, cy int) float64 { return math.Hypot(float64(x-cx), float64(y-cy)) }
	specks := func(x, y int) float64 {
		if rng.IntN(100) == 0 {
			return 20
		}
		return 250
	}
	for name, c := range map[string]struct {
		w, h  int
		shade func(x, y int) float64
		want  string
	}{
		"one pixel": {1, 1, func(x, y int) float64 { return 9 },
			"nothing is drawn on it, its brightness goes from 9 to 9 of 255"},
		"black":             {300, 300, func(x, y int) float64 { return 0 }, "from 0 to 0 of 255"},
		"weak noise":        {300, 300, func(x, y int) float64 { return 128 + 3*rng.NormFloat64() }, "nothing is drawn"},
		"noise":             {300, 300, func(x, y int) float64 { return 255 * rng.Float64() }, "specks"},
		"5000 specks":       {1000, 500, specks, "specks"},
		"light at a side":   {300, 300, func(x, y int) float64 { return float64(x) * 0.8 }, "brightness"},
		"light in a corner": {300, 300, func(x, y int) float64 { return float64(x*x) / 400 }, "has an edge"},
		"a lamp":            {400, 300, func(x, y int) float64 { return 250 - from(x, y, 200, 150) }, "has an edge"},
		"a lamp, with noise": {400, 300, func(x, y int) float64 {
			return 220 - from(x, y, 200, 150)/2 + 5*rng.NormFloat64()
		}, "has an edge"},
		"a black photograph": {300, 300, func(x, y int) float64 {
			if x < 5 || y < 5 || x > 294 || y > 294 {
				return 255
			}
			return 20 + 5*rng.NormFloat64()
		}, "93 % of it differs in brightness from its border"},
		"a pattern": {320, 320, func(x, y int) float64 {
			if x%16 < 6 && y%16 < 6 {
				return 0
			}
			return 255
		}, "400 marks"},
		// 30 of 6000 pixels: each 6×6 become one.
		"small in a large picture": {6000, 200, func(x, y int) float64 {
			if x >= 1200 && x < 1218 && y >= 96 && y < 126 {
				return 20
			}
			return 250
		}, "1 of about 30 pixels' height: in so large a picture digits are expected to have 60 or more; if they are " +
			"digits, cut out"},
		"half of it black": {300, 300, func(x, y int) float64 { return float64(x / 150 * 255) }, "filled"},
		"a line":           {3000, 2, func(x, y int) float64 { return float64(x % 500 / 400 * 255) }, "specks"},
	} {
		b := newBoard(c.w, c.h)
		for y := range c.h {
			for x := range c.w {
				b.SetGray(x, y, color.Gray{byte(min(max(c.shade(x, y), 0), 255))})
			}
		}
		if got := found(t, encodePNG(b)); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q; want %q", name, got, c.want)
		}
	}
}

// TestCroppedDigits: digits cut out as narrowly as can be are one each, and not taken for frames, lines or a
// black photograph.
func TestCroppedDigits(t *testing.T) {
	wrong, n := 0, 0
	for _, pixels := range testDigits(t, 200) {
		g := grey{28, 28, make([]float64, 784)}
		for i, v := range pixels {
			g.pix[i] = float64(v)
		}
		r := g.bounds()
		img := drawing(pixels, 28, 3, 0, func(v float64, _, _ int) color.Color { return color.Gray{byte(250 - 240*v)} })
		cut := img.SubImage(image.Rect(3*r.Min.X-2, 3*r.Min.Y-2, 3*r.Max.X+2, 3*r.Max.Y+2))
		s, err := Find(encodePNG(cut), 28, 28, mnistFrame)
		if n++; err != nil || len(s.Drawings) != 1 || s.Drawings[0].Problem != "" {
			wrong++
		} else if d := difference(pixels, s.Drawings[0].Pixels); d > 25 {
			t.Errorf("pixels differ by %.1f", d)
		}
	}
	if 50*wrong > n {
		t.Errorf("%d of %d are not one digit", wrong, n)
	}
}

// TestDepths: a picture of 16 bits, and one that is partly transparent, is read as one of 8 is.
func TestDepths(t *testing.T) {
	plain, deep, clear := newBoard(120, 80), image.NewRGBA64(image.Rect(0, 0, 120, 80)), image.NewNRGBA(image.Rect(0, 0,
		120, 80))
	plain.fill(plain.Rect, 255)
	plain.seven(20, 10, 30, 60, 6)
	plain.ring(70, 10, 30, 60, 6)
	for y := range 80 {
		for x := range 120 {
			v := plain.GrayAt(x, y).Y
			deep.SetRGBA64(x, y, color.RGBA64{uint16(v) << 8, uint16(v) << 8, uint16(v) << 8, 0xffff})
			clear.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255 - v})
		}
	}
	want := found(t, encodePNG(plain))
	for name, file := range map[string][]byte{"16 bits": encodePNG(deep), "transparent": encodePNG(clear)} {
		if got := found(t, file); got != want || !strings.Contains(want, "(70,10)-(100,70)") {
			t.Errorf("%s: %s; want %s", name, got, want)
		}
	}
}
