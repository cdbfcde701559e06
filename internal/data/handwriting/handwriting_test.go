package handwriting

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"backprop/internal/data/digits"
	"backprop/internal/filetest"
)

var mnistFrame = MNISTFrame(28)

// drawing returns an image as a picture: enlarged, with soft edges, in the shades that shade gives to ink from 0 to 1.
func drawing(pixels []byte, side, times, margin int, shade func(v float64, x, y int) color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, side*times+2*margin, side*times+2*margin))
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= side || y >= side {
			return 0
		}
		return float64(pixels[y*side+x])
	}
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			fx, fy := (float64(x-margin)+0.5)/float64(times)-0.5, (float64(y-margin)+0.5)/float64(times)-0.5
			ix, iy := int(math.Floor(fx)), int(math.Floor(fy))
			ax, ay := fx-float64(ix), fy-float64(iy)
			v := (at(ix, iy)*(1-ax)+at(ix+1, iy)*ax)*(1-ay) + (at(ix, iy+1)*(1-ax)+at(ix+1, iy+1)*ax)*ay
			img.Set(x, y, shade(v/255, x, y))
		}
	}
	return img
}

func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

func encodeJPEG(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// testDigits returns digits of MNIST if MNIST_DIR is set, else generated ones, which lie where MNIST's do.
func testDigits(t testing.TB, n int) (list [][]byte) {
	all, _ := digits.Draw(1, 2, n)
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		f, err := os.Open(filepath.Join(dir, "t10k-images-idx3-ubyte.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		const header = 16
		file := make([]byte, header+len(all))
		if _, err := io.ReadFull(z, file); err != nil {
			t.Fatal(err)
		}
		all = file[header:]
	}
	return slices.Collect(slices.Chunk(all, 784))
}

// difference returns by how much the pixels of two images differ on average, after moving one by up to a pixel. MNIST's
// are not moved, because Find centres as MNIST's makers did.
func difference(want, got []byte) float64 {
	best := math.Inf(1)
	for shift := range 9 {
		d := 0.0
		for i, v := range want {
			x, y := i%28, i/28
			if os.Getenv("MNIST_DIR") == "" {
				x, y = x+shift%3-1, y+shift/3-1
			}
			if x >= 0 && y >= 0 && x < 28 && y < 28 {
				d += math.Abs(float64(v)-float64(got[y*28+x])) / 784
			}
		}
		best = min(best, d)
	}
	return best
}

// findOne returns the image of the only drawing on a picture.
func findOne(file []byte) ([]byte, error) {
	s, err := Find(file, 28, 28, mnistFrame)
	if err != nil {
		return nil, err
	}
	if len(s.Drawings) != 1 {
		return nil, fmt.Errorf("got %d drawings, want one", len(s.Drawings))
	}
	return s.Drawings[0].Pixels, nil
}

// TestFindGivesBackDigits: a digit comes out as it went in, whatever its size, its place and its shades.
func TestFindGivesBackDigits(t *testing.T) {
	count := 15
	if testing.Short() {
		count = 4
	}
	rng := rand.New(rand.NewPCG(2, 0))
	grey := func(from, to float64) func(v float64, x, y int) color.Color {
		return func(v float64, _, _ int) color.Color { return color.Gray{byte(from + v*(to-from) + 0.5)} }
	}
	for _, c := range []struct {
		name string
		most float64 // the greatest mean difference, of 255, over the digits
		file func(pixels []byte) []byte
	}{
		{"as it is", 0.6, func(p []byte) []byte { return encodePNG(drawing(p, 28, 1, 0, grey(0, 255))) }},
		{"dark on light", 0.6, func(p []byte) []byte { return encodePNG(drawing(p, 28, 1, 0, grey(255, 0))) }},
		{"grey on grey", 1.5, func(p []byte) []byte { return encodePNG(drawing(p, 28, 1, 0, grey(180, 100))) }},
		{"in colour, 4 times as large", 9, func(p []byte) []byte {
			return encodePNG(drawing(p, 28, 4, 13, func(v float64, _, _ int) color.Color {
				return color.NRGBA{200, byte(250 - 240*v), 240, 255}
			}))
		}},
		{"black on nothing", 0.6, func(p []byte) []byte {
			return encodePNG(drawing(p, 28, 1, 0, func(v float64, _, _ int) color.Color {
				return color.NRGBA{0, 0, 0, byte(255 * v)}
			}))
		}},
		{"white on nothing", 0.6, func(p []byte) []byte {
			return encodePNG(drawing(p, 28, 1, 0, func(v float64, _, _ int) color.Color {
				return color.NRGBA{255, 255, 255, byte(255 * v)}
			}))
		}},
		{"JPEG, 5 times as large", 10, func(p []byte) []byte { return encodeJPEG(drawing(p, 28, 5, 20, grey(250, 20))) }},
		{"a photo: light from one side, noise, dust", 13, func(p []byte) []byte {
			dx, dy := rng.IntN(200), rng.IntN(200)
			return encodeJPEG(drawing(p, 28, 6, 30, func(v float64, x, y int) color.Color {
				paper := 210 - float64(x)/6 - float64(y)/8 + 3*rng.NormFloat64()
				if (x-dx)*(x-dx)+(y-dy)*(y-dy) < 4 {
					paper = 100
				}
				return color.Gray{byte(paper - v*(paper-40))}
			}))
		}},
	} {
		sum, n := 0.0, 0
		for _, pixels := range testDigits(t, count) {
			got, err := findOne(c.file(pixels))
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			sum, n = sum+difference(pixels, got), n+1
		}
		if mean := sum / float64(n); mean > c.most {
			t.Errorf("%s: got pixels that differ by %.2f on average, want at most %v", c.name, mean, c.most)
		} else {
			t.Logf("%s: %.2f", c.name, mean)
		}
	}
}

// TestFindTakesCroppedDigits: digits cut out as closely as can be are not taken for frames, lines or black photographs.
func TestFindTakesCroppedDigits(t *testing.T) {
	wrong, n := 0, 0
	for _, pixels := range testDigits(t, 200) {
		r := greyOf(pixels, 28, 28).bounds()
		img := drawing(pixels, 28, 3, 0, func(v float64, _, _ int) color.Color { return color.Gray{byte(250 - 240*v)} })
		cut := img.SubImage(image.Rect(3*r.Min.X-2, 3*r.Min.Y-2, 3*r.Max.X+2, 3*r.Max.Y+2))
		s, err := Find(encodePNG(cut), 28, 28, mnistFrame)
		n++
		if err != nil || len(s.Drawings) != 1 || s.Drawings[0].Problem != "" {
			wrong++
		} else if d := difference(pixels, s.Drawings[0].Pixels); d > 25 {
			t.Errorf("got pixels that differ by %.1f", d)
		}
	}
	if 50*wrong > n {
		t.Errorf("got %d of %d that are not one digit", wrong, n)
	}
}

// TestHalves: a drawing is cut where there is least ink, from three tenths of its width to seven.
func TestHalves(t *testing.T) {
	for _, c := range []struct{ ink, left, right string }{
		{".###2#####3.", ".###........", "....2#####3."},
		{".##1####2#1.", ".##1####....", "........2#1."},
		{".########1#.", ".###........", "....#####1#."},
		{".########12####################.",
			".########1......................", "..........2####################."},
		{".#####################21#######.",
			".#####################..........", "......................21#######."},
		{".###28#####. .###81#####.", ".###2....... .###8.......", ".....8#####. .....1#####."},
	} {
		g := sketch(c.ink)
		left, right := g.halves(image.Rect(1, 0, g.w-1, g.h))
		if sketchOf(left) != c.left || sketchOf(right) != c.right || sketchOf(g) != c.ink {
			t.Errorf("%s: got %s and %s, want %s and %s", c.ink, sketchOf(left), sketchOf(right), c.left, c.right)
		}
	}
}

// TestFindHalvesWideDrawings: a drawing that is rather wide comes with its halves, others do not.
func TestFindHalvesWideDrawings(t *testing.T) {
	b := newCanvas(200, 100)
	b.ring(20, 20, 30, 50, 6)
	b.bar(50, 20, 5, 2)
	b.seven(55, 20, 26, 50, 6)
	b.ring(120, 20, 30, 50, 6)
	s, err := Find(encodePNG(b), 28, 28, mnistFrame)
	if err != nil || len(s.Drawings) != 2 {
		t.Fatalf("got %+v, %v; want two drawings", s, err)
	}
	wide, other := s.Drawings[0], s.Drawings[1]
	if len(wide.Halves) != 2 || other.Halves != nil || wide.Problem+other.Problem != "" {
		t.Fatalf("got %d and %d halves, want 2 and 0", len(wide.Halves), len(other.Halves))
	}
	if !bytes.Equal(wide.Halves[0], other.Pixels) {
		t.Error("got a left half that differs from the same 0 by itself")
	}
}

// TestFindSaysWhyADrawingIsNoDigit tries each bound from both sides; in this data set no digit is wider than high.
func TestFindSaysWhyADrawingIsNoDigit(t *testing.T) {
	frame := Frame{20, 14.5, 14.5, 1}
	for _, c := range []struct {
		name   string
		frame  Frame
		draw   func(b canvas)
		want   string // of the last drawing
		halves bool
	}{
		{"110 of 100 wide", frame, func(b canvas) { b.ring(20, 20, 110, 100, 9) }, "", true},
		{"111 of 100 wide", frame, func(b canvas) { b.ring(20, 20, 111, 100, 9) }, "too wide for one", false},
		{"where nobody has measured it, 164", Frame{20, 14.5, 14.5, 0}, func(b canvas) { b.ring(20, 20, 164, 100, 9) }, "",
			true},
		{"and 166", Frame{20, 14.5, 14.5, 0}, func(b canvas) { b.ring(20, 20, 166, 100, 9) }, "too wide for one", false},
		{"77 of 100 wide", frame, func(b canvas) { b.ring(20, 20, 77, 100, 9) }, "", false},
		{"78 of 100 wide", frame, func(b canvas) { b.ring(20, 20, 78, 100, 9) }, "", true},
		{"a 1", frame, func(b canvas) { b.bar(20, 20, 30, 100) }, "", false},
		{"31 of 100 wide and filled", frame, func(b canvas) { b.bar(20, 20, 31, 100) }, "filled, without strokes", false},
		{"92 % filled", frame, func(b canvas) { b.bar(20, 20, 50, 100); b.fill(rect(25, 30, 40, 10), 250) }, "", false},
		{"more than 92 % filled", frame, func(b canvas) { b.bar(20, 20, 50, 100); b.fill(rect(25, 30, 39, 10), 250) },
			"filled, without strokes", false},
		{"wide and filled", frame, func(b canvas) { b.bar(20, 20, 111, 100) }, "too wide for one", false},
		{"a third of the typical height", frame, func(b canvas) { b.ring(20, 20, 50, 62, 6); b.ring(120, 40, 12, 20, 3) },
			"", false},
		{"less than a third", frame, func(b canvas) { b.ring(20, 20, 50, 62, 6); b.ring(120, 40, 12, 19, 3) },
			"too flat for one", false},
	} {
		b := newCanvas(250, 150)
		c.draw(b)
		s, err := Find(encodePNG(b), 28, 28, c.frame)
		if err != nil {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		if d := s.Drawings[len(s.Drawings)-1]; d.Problem != c.want || (len(d.Halves) == 2) != c.halves {
			t.Errorf("%s: got %q and %d halves, want %q", c.name, d.Problem, len(d.Halves), c.want)
		}
	}
}

// TestFindMakesImagesOfAnyShape: images need not be square, nor those of halves.
func TestFindMakesImagesOfAnyShape(t *testing.T) {
	for _, margin := range []int{0, 40} { // as large as the images, and larger
		b := newCanvas(20+2*margin, 30+2*margin)
		b.ring(5+margin, 5+margin, 10, 20, 3)
		s, err := Find(encodePNG(b), 20, 30, Frame{20, 10, 15, 1})
		if err != nil || len(s.Drawings) != 1 {
			t.Fatalf("got %+v, %v", s, err)
		}
		if got := greyOf(s.Drawings[0].Pixels, 20, 30).bounds(); got != rect(5, 5, 10, 20) {
			t.Errorf("with %d pixels around: got it drawn in %v", margin, got)
		}
	}
	b := newCanvas(60, 60)
	b.ring(10, 20, 20, 20, 3)
	s, err := Find(encodePNG(b), 20, 30, Frame{20, 10, 15, 1})
	if err != nil || len(s.Drawings) != 1 || len(s.Drawings[0].Halves) != 2 {
		t.Fatalf("got %+v, %v", s, err)
	}
	for i, half := range s.Drawings[0].Halves { // 6 or 14 of 20 wide, and 20 high
		if got := greyOf(half, 20, 30).bounds(); got.Dy() != 20 || got.Dx() != 6+8*i {
			t.Errorf("half %d: got it drawn in %v", i, got)
		}
	}
}

// TestFindTakesASmallPictureForOneDigit: in a picture no larger than the network's images all ink is one drawing.
func TestFindTakesASmallPictureForOneDigit(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want string
	}{
		{28, 28, "(3,3)-(24,23)"},
		{29, 28, "(3,3)-(9,23) (18,3)-(24,23)"},
		{28, 29, "(3,3)-(9,23) (18,3)-(24,23)"},
	} {
		b := newCanvas(c.w, c.h)
		b.ring(3, 3, 6, 20, 1)
		b.ring(18, 3, 6, 20, 1)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("two rings on %d×%d: got %s, want %s", c.w, c.h, got, c.want)
		}
	}
}

// TestFindRefusesTooMuchInk: how much of a picture may be ink, and how wide a frame along its border is cut off.
func TestFindRefusesTooMuchInk(t *testing.T) {
	const blank = ": a dark digit on a light ground, or a light one on a dark ground, was expected"
	slits := func(more int) func(b canvas) { // too low to be digits; 1040 of 40×40 are 65 in a hundred
		return func(b canvas) {
			b.bar(1, 1, 38, 38)
			for _, y := range []int{4, 12, 20} {
				b.fill(rect(4, y, 33, 4), 250)
			}
			b.fill(rect(4, 28, more, 1), 250)
		}
	}
	for _, c := range []struct {
		name string
		w, h int
		draw func(b canvas)
		want string
	}{
		{"as much ink as handwriting has", 40, 40, slits(8), "(1,1)-(39,39)"},
		{"one pixel more", 40, 40, slits(7),
			"65 % of it differs in brightness from its border, too much for handwriting" + blank},
		{"a frame as wide as the margin", 300, 200, func(b canvas) { b.ring(0, 0, 300, 200, 13); b.ring(60, 60, 40, 60, 6) },
			"(60,60)-(100,120)"},
		{"a frame wider than the margin", 300, 200, func(b canvas) { b.ring(0, 0, 300, 200, 14); b.ring(60, 60, 40, 60, 6) },
			"76 % of it differs in brightness from its border, too much for handwriting" + blank}, // 45,704 of 60,000
		{"a frame with nothing in it", 300, 200, func(b canvas) { b.ring(0, 0, 300, 200, 5) },
			"92 % of it differs in brightness from its border, too much for handwriting" + blank}, // 55,100
		{"a frame with a speck in it", 300, 200, func(b canvas) { b.ring(0, 0, 300, 200, 5); b.bar(50, 50, 4, 4) },
			"92 % of it differs in brightness from its border, too much for handwriting" + blank},
		{"a frame, and digits up to the margin", 300, 200, func(b canvas) {
			b.ring(0, 0, 300, 200, 4)
			b.ring(13, 60, 40, 60, 6)
			b.ring(60, 13, 40, 60, 6)
			b.ring(247, 127, 40, 60, 6)
		}, "(60,13)-(100,73) / (13,60)-(53,120) / (247,127)-(287,187)"},
		{"thinner than the squares that become one", 2, 3000, func(b canvas) { b.bar(0, 600, 2, 900) }, "(0,600)-(2,1500)"},
		{"nothing", 40, 40, func(b canvas) { b.bar(9, 9, 9, 9); b.fill(rect(0, 0, 40, 40), 99) },
			"nothing is drawn on it, its brightness goes from 99 to 99 of 255" + blank},
	} {
		b := newCanvas(c.w, c.h)
		c.draw(b)
		if got := found(t, encodePNG(b)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestCheckInkRefusesInkWithoutEdges: somewhere brightness must change by a quarter of the contrast at once.
func TestCheckInkRefusesInkWithoutEdges(t *testing.T) {
	step := newGrey(10, 10) // from one pixel to the next, its means of 3×3 change by 30
	for i := range step.pix {
		step.pix[i] = 100
		if i%10 >= 5 {
			step.pix[i] = 190
		}
	}
	ink := newGrey(10, 10)
	if _, err := checkInk(step, ink, 120, false); err != nil {
		t.Errorf("a contrast of 120: got %v", err)
	}
	const want = "nothing on it has an edge, its brightness changes only slowly from 100 to 190 of 255: " +
		"a dark digit on a light ground, or a light one on a dark ground, was expected"
	if _, err := checkInk(step, ink, 121, false); err == nil || err.Error() != want {
		t.Errorf("a contrast of 121: got %v, want %s", err, want)
	}
}

// TestSmall: a small picture has the means of squares of the large one, in its colours, on the background.
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
			t.Errorf("up to %d pixels a side: got %v, want %d×%d", c.side, got.Rect, c.w, c.h)
		}
		for i := 0; i+2 < len(c.want); i += 3 {
			if px := got.Pix[i/3*4:][:4]; !slices.Equal(px, append(slices.Clone(c.want[i:i+3]), 255)) {
				t.Errorf("up to %d pixels a side: got %[3]v for pixel %[2]d, want %[4]v", c.side, i/3, px, c.want[i:i+3])
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
		t.Errorf("8×16 pixels with 200 in odd places: got %v, want 1×2 pixels of 200", got)
	}
	for from, want := range map[image.Point]image.Point{{100, 2}: {10, 1}, {2, 100}: {1, 10}, {50, 100}: {5, 10}} {
		thin := image.NewGray(image.Rectangle{Max: from})
		s = &Sheet{Width: from.X, Height: from.Y, photo: photo{thin, false, 1}}
		if got := s.Small(10).Rect.Max; got != want {
			t.Errorf("%v, up to 10 pixels a side: got %v, want %v", from, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	pixels := testDigits(f, 1)[0]
	img := drawing(pixels, 28, 1, 1, func(v float64, _, _ int) color.Color {
		return color.NRGBA{byte(255 * v), 0, 9, 200}
	})
	f.Add(encodePNG(img))
	f.Add(encodeJPEG(img))
	held := encodeJPEG(img)
	f.Add(slices.Concat(held[:2], []byte(exif(6)), held[2:]))
	f.Add(encodePNG(&image.Gray{Pix: pixels, Stride: 28, Rect: image.Rect(0, 0, 28, 28)}))
	f.Fuzz(func(t *testing.T, file []byte) {
		got := filetest.Allocated(func() {
			s, err := Find(file, 28, 28, mnistFrame)
			if err != nil {
				return
			}
			for _, d := range s.Drawings {
				if slices.Max(d.Pixels) != 255 || d.Box.Empty() || !d.Box.In(image.Rect(0, 0, s.Width, s.Height)) {
					t.Errorf("got a drawing at %v in %d×%d", d.Box, s.Width, s.Height)
				}
			}
		})
		if len(file) < 64<<10 && got > 64<<20 {
			t.Errorf("got %d bytes allocated for a file of %d", got, len(file))
		}
	})
}
