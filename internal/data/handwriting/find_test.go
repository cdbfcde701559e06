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

// A canvas is a picture to draw on in black.
type canvas struct{ *image.Gray }

func newCanvas(w, h int) canvas {
	b := canvas{image.NewGray(image.Rect(0, 0, w, h))}
	b.fill(b.Rect, 250)
	return b
}

func (b canvas) fill(r image.Rectangle, shade byte) {
	r = r.Intersect(b.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			b.SetGray(x, y, color.Gray{shade})
		}
	}
}

// bar draws a filled rectangle whose corner is (x, y).
func (b canvas) bar(x, y, w, h int) { b.fill(image.Rect(x, y, x+w, y+h), 20) }

// ring draws a 0: the edge of a rectangle.
func (b canvas) ring(x, y, w, h, pen int) {
	b.bar(x, y, w, pen)
	b.bar(x, y+h-pen, w, pen)
	b.bar(x, y, pen, h)
	b.bar(x+w-pen, y, pen, h)
}

func (b canvas) seven(x, y, w, h, pen int) {
	b.bar(x, y, w, pen)
	b.bar(x+w-pen, y, pen, h)
}

func (b canvas) four(x, y, w, h, pen int) {
	b.bar(x, y, pen, h*2/3)
	b.bar(x, y+h*2/3-pen, w, pen)
	b.bar(x+w*2/3, y, pen, h)
}

// found describes what Find finds: the box of each drawing and what is wrong with it, with a / between lines; or the
// error.
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
			t.Errorf("%v: got %d pixels, the darkest %d; want 784, 255", d.Box, len(d.Pixels), slices.Max(d.Pixels))
		}
	}
	return strings.TrimPrefix(b.String(), " ")
}

// TestFind: on drawn pictures each digit is found where it was drawn, in reading order, and what is no digit is left
// out.
func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		w, h int
		draw func(b canvas)
		want string
	}{
		"one": {100, 100, func(b canvas) { b.ring(30, 20, 40, 60, 6) }, "(30,20)-(70,80)"},
		"two lines, the lower one first": {200, 200, func(b canvas) {
			b.ring(20, 120, 30, 50, 6)
			b.bar(80, 110, 8, 50)
			b.ring(100, 30, 30, 50, 6)
			b.seven(30, 40, 30, 50, 6)
		}, "(30,40)-(60,90) (100,30)-(130,80) / (20,120)-(50,170) (80,110)-(88,160)"},
		"a line that climbs by more than its height": {400, 200, func(b canvas) {
			for i := range 6 {
				b.ring(20+60*i, 130-20*i, 30, 50, 6)
			}
		}, "(20,130)-(50,180) (80,110)-(110,160) (140,90)-(170,140) (200,70)-(230,120) (260,50)-(290,100) (320,30)-(350,80)"},
		"the bar of a 5 over its body, and beside another digit": {200, 100, func(b canvas) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(80, 20, 30, 6)
			b.bar(80, 32, 6, 12)
			b.bar(80, 40, 26, 6)
			b.bar(100, 40, 6, 30)
		}, "(20,20)-(50,70) (80,20)-(110,70)"},
		"dust and a full stop": {200, 100, func(b canvas) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(60, 62, 8, 8)
			b.ring(100, 20, 30, 50, 6)
			b.bar(170, 40, 3, 2)
		}, "(20,20)-(50,70) (100,20)-(130,70)"},
		"a dash": {200, 100, func(b canvas) {
			b.ring(20, 20, 30, 50, 6)
			b.bar(70, 42, 16, 7)
			b.ring(100, 20, 30, 50, 6)
		}, "(20,20)-(50,70) (70,42)-(86,49) too wide for one (100,20)-(130,70)"},
		"at all borders": {100, 60, func(b canvas) {
			b.seven(0, 0, 30, 60, 6)
			b.seven(70, 0, 30, 60, 6)
		}, "(0,0)-(30,60) (70,0)-(100,60)"},
		"large, at a scale of its own": {3000, 1500, func(b canvas) {
			b.ring(300, 300, 300, 600, 60)
			b.seven(1200, 300, 300, 600, 60)
		}, "(300,300)-(600,900) (1200,300)-(1500,900)"},
		"a frame apart from the border": {300, 200, func(b canvas) {
			b.ring(20, 20, 260, 160, 4)
			b.ring(60, 60, 40, 60, 6)
			b.seven(160, 60, 40, 60, 6)
		}, "(60,60)-(100,120) (160,60)-(200,120)"},
		"fields": {300, 100, func(b canvas) {
			for i := range 3 {
				b.ring(20+90*i, 10, 70, 80, 2)
				b.seven(40+90*i, 30, 25, 40, 5)
			}
		}, "(40,30)-(65,70) (130,30)-(155,70) (220,30)-(245,70)"},
		"a zero with something in it is one": {200, 100, func(b canvas) {
			b.ring(20, 20, 40, 60, 6)
			b.bar(34, 44, 12, 12)
			b.ring(100, 20, 40, 60, 6)
		}, "(20,20)-(60,80) (100,20)-(140,80)"},
		"ruled paper, with a margin": {300, 200, func(b canvas) {
			for x := range 300 {
				for y := 20 + x/50; y < 200; y += 50 {
					b.bar(x, y, 1, 2)
				}
			}
			b.bar(30, 0, 2, 200)
			b.seven(60, 58, 40, 50, 6)
			b.ring(160, 58, 40, 50, 6)
		}, "(60,58)-(100,108) (160,58)-(200,108)"},
		"a 4 that fills the picture": {60, 90, func(b canvas) { b.four(0, 0, 60, 90, 2) }, "(0,0)-(60,90)"},
	} {
		b := newCanvas(c.w, c.h)
		c.draw(b)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestFindRefusesPicturesWithoutDigits: the message says what was found on them.
func TestFindRefusesPicturesWithoutDigits(t *testing.T) {
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
		}, "1 of about 30 pixels' height: in a picture this large, digits have at least 60; if these are " +
			"digits, crop"},
		"half of it black": {300, 300, func(x, y int) float64 { return float64(x / 150 * 255) }, "filled"},
		"a line":           {3000, 2, func(x, y int) float64 { return float64(x % 500 / 400 * 255) }, "specks"},
	} {
		b := newCanvas(c.w, c.h)
		for y := range c.h {
			for x := range c.w {
				b.SetGray(x, y, color.Gray{byte(min(max(c.shade(x, y), 0), 255))})
			}
		}
		if got := found(t, encodePNG(b)); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestFindJoinsABrokenDigit: a digit in two pieces gives the image that all ink of the picture gives.
func TestFindJoinsABrokenDigit(t *testing.T) {
	b := newCanvas(100, 100)
	b.bar(30, 20, 34, 6)
	b.seven(30, 30, 30, 50, 6)
	file := encodePNG(b)
	got, err := findOne(file)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := decode(file)
	ink, _ := findInk(brightness(p, 0xffff), false)
	if want := mnistFrame.fit(ink, 28, 28); !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestFindSeparatesDigits: of two digits whose boxes overlap, each is cut out without the other.
func TestFindSeparatesDigits(t *testing.T) {
	ell := func(b canvas) {
		b.bar(20, 20, 6, 60)
		b.bar(20, 74, 50, 6)
	}
	alone, both := newCanvas(150, 100), newCanvas(150, 100)
	ell(alone)
	ell(both)
	both.seven(40, 10, 60, 60, 6)
	want, err := Find(encodePNG(alone), 28, 28, mnistFrame)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Find(encodePNG(both), 28, 28, mnistFrame)
	if err != nil || len(got.Drawings) != 2 {
		t.Fatalf("got %+v, %v; want two drawings", got, err)
	}
	if !bytes.Equal(got.Drawings[0].Pixels, want.Drawings[0].Pixels) {
		t.Error("got another image of a digit than when it stands alone")
	}
}

// TestFindHoldsPhotosUpright: a box is where the digit is when the photo is held upright, and so is the small picture.
func TestFindHoldsPhotosUpright(t *testing.T) {
	b := newCanvas(400, 200)
	b.seven(40, 30, 40, 60, 8)
	b.seven(160, 30, 40, 60, 8)
	for turn := 1; turn <= 8; turn++ {
		w, h := 400, 200
		if turn >= 5 {
			w, h = h, w
		}
		camera := image.NewGray(image.Rect(0, 0, w, h))
		for y := range 200 {
			for x := range 400 {
				cx, cy := photo{camera, true, turn}.inFile(x, y, 400, 200)
				camera.Set(cx, cy, b.At(x, y))
			}
		}
		file := encodeJPEG(camera)
		s, err := Find(slices.Concat(file[:2], []byte(exif(turn)), file[2:]), 28, 28, mnistFrame)
		if err != nil || len(s.Drawings) != 2 || s.Width != 400 || s.Height != 200 {
			t.Fatalf("held as %d: got %+v, %v; want two drawings on 400×200", turn, s, err)
		}
		near := image.Rect(40, 30, 80, 90)
		if r := s.Drawings[0].Box; !near.Inset(2).In(r) || !r.In(near.Inset(-3)) {
			t.Errorf("held as %d: got a box %v, want %v", turn, r, near)
		}
		small := s.Small(100)
		if small.Rect.Dx() != 100 || small.Rect.Dy() != 50 || small.RGBAAt(15, 8).G > 100 || small.RGBAAt(12, 20).G < 200 {
			t.Errorf("held as %d: got a small picture %v, with %v in the stroke", turn, small.Rect, small.RGBAAt(15, 8))
		}
	}
}

// TestFindReadsEveryKindOfPNG: a picture of 16 bits, one with a palette, and one that is transparent between the
// strokes are read as one of 8 bits is.
func TestFindReadsEveryKindOfPNG(t *testing.T) {
	plain := newCanvas(120, 80)
	deep, clear := image.NewRGBA64(plain.Rect), image.NewNRGBA(plain.Rect)
	indexed := image.NewPaletted(plain.Rect, color.Palette{color.Gray{20}, color.White})
	plain.fill(plain.Rect, 255)
	plain.seven(20, 10, 30, 60, 6)
	plain.ring(70, 10, 30, 60, 6)
	for y := range 80 {
		for x := range 120 {
			v := plain.GrayAt(x, y).Y
			deep.SetRGBA64(x, y, color.RGBA64{uint16(v) << 8, uint16(v) << 8, uint16(v) << 8, 0xffff})
			clear.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255 - v})
			indexed.Set(x, y, plain.At(x, y))
		}
	}
	const want = "(20,10)-(50,70) (70,10)-(100,70)"
	for name, img := range map[string]image.Image{
		"8 bits": plain, "16 bits": deep, "transparent": clear, "palette": indexed,
	} {
		if got := found(t, encodePNG(img)); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
