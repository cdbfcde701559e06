package handwriting

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
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
	"strings"
	"testing"

	"backprop/internal/data/digits"
	"backprop/internal/filetest"
)

var mnistFrame = MNISTFrame(28)

// TestFrame: where digits lie is measured as it is; images without ink do no harm.
func TestFrame(t *testing.T) {
	if want := (Frame{20, 14.5, 14.5, 1.5}); mnistFrame != want {
		t.Errorf("MNIST's frame is %v, want %v", mnistFrame, want)
	}
	got := FrameOf(slices.Concat(testDigits(t, 1000)...), 28, 28)
	if wide := got.Wide; wide < 1.2 || wide > 1.6 {
		t.Errorf("digits like MNIST's are up to %v times as wide as high", wide)
	}
	if got.Wide = mnistFrame.Wide; got != mnistFrame {
		t.Errorf("digits like MNIST's have the frame %v, want %v", got, mnistFrame)
	}
	bar := make([]byte, 2*5*8) // five wide and eight high: none, and a bar of 1×4 from (3, 2)
	for y := 2; y < 6; y++ {
		bar[40+5*y+3] = 9
	}
	if got, want := FrameOf(bar, 5, 8), (Frame{4, 3.5, 4, 1}); got != want {
		t.Errorf("a bar has the frame %v, want %v", got, want)
	}
	if got, want := FrameOf(bar[:40], 5, 8), (Frame{1, 0.5, 0.5, 1}); got != want {
		t.Errorf("nothing has the frame %v, want %v", got, want)
	}
}

// drawing is an image's pixels as a picture, enlarged with soft edges, in other shades.
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

// testDigits are MNIST's, where they are, else generated ones put as MNIST's are.
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

// difference is how far the pixels of two images are apart on average, wherever one is moved to
// by up to a pixel; MNIST's are not, whose centring is this one.
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

// read makes 28×28 pixels of the one thing that is drawn on a picture.
func read(file []byte) ([]byte, error) {
	s, err := Find(file, 28, 28, mnistFrame)
	if err != nil {
		return nil, err
	}
	if len(s.Drawings) != 1 {
		return nil, fmt.Errorf("%d drawings; want one", len(s.Drawings))
	}
	return s.Drawings[0].Pixels, nil
}

// TestRead: a digit comes out as it went in, whatever its size, place and shades.
func TestRead(t *testing.T) {
	digits := 15
	if testing.Short() {
		digits = 4
	}
	rng := rand.New(rand.NewPCG(2, 0))
	grey := func(from, to float64) func(v float64, x, y int) color.Color {
		return func(v float64, _, _ int) color.Color { return color.Gray{byte(from + v*(to-from) + 0.5)} }
	}
	for _, c := range []struct {
		name string
		far  float64 // the greatest mean difference, of 255, over the digits
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
		for _, pixels := range testDigits(t, digits) {
			got, err := read(c.file(pixels))
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			sum, n = sum+difference(pixels, got), n+1
		}
		if mean := sum / float64(n); mean > c.far {
			t.Errorf("%s: pixels differ by %.2f on average; want at most %v", c.name, mean, c.far)
		} else {
			t.Logf("%s: %.2f", c.name, mean)
		}
	}
}

// exif is the segment of a JPEG with a list of tags, littleEndian one that says which way the
// camera was held.
func exif(tags string) string { return "\xff\xe1\x00\x22Exif\x00\x00" + tags }

func littleEndian(turn int) string {
	return exif("II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" +
		string(rune(turn)) + "\x00\x00\x00\x00\x00\x00\x00")
}

// TestTurned: a photo that says how the camera was held comes out upright, all eight ways.
func TestTurned(t *testing.T) {
	upright := drawing(testDigits(t, 1)[0], 28, 6, 10, func(v float64, _, _ int) color.Color {
		return color.Gray{byte(255 - 255*v)}
	})
	want, err := read(encodeJPEG(upright))
	if err != nil {
		t.Fatal(err)
	}
	side := upright.Rect.Dx() - 1
	for turn := 1; turn <= 8; turn++ {
		held := image.NewGray(upright.Rect)
		for y := range side + 1 {
			for x := range side + 1 {
				// Where the camera's pixel (x, y) is when the picture is upright, by Exif's
				// words: its first row is the picture's top, top, bottom, bottom, left, right,
				// right, left; its first column left, right, right, left, top, top, bottom, bottom.
				at := [8][2]int{{x, y}, {side - x, y}, {side - x, side - y}, {x, side - y},
					{y, x}, {side - y, x}, {side - y, side - x}, {y, side - x}}[turn-1]
				held.Set(x, y, upright.At(at[0], at[1]))
			}
		}
		b := encodeJPEG(held)
		for _, segment := range []string{
			exif("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" +
				string(rune(turn)) + "\x00\x00\x00\x00\x00\x00"),
			littleEndian(turn),
		} {
			file := slices.Concat(b[:2], []byte(segment), b[2:])
			got, err := read(file)
			if err != nil {
				t.Fatal(err)
			}
			d := 0.0
			for i, v := range want {
				d += math.Abs(float64(v)-float64(got[i])) / 784
			}
			if read := orientation(file); read != turn || d > 3 {
				t.Errorf("held as %d, read as %d: pixels differ by %.1f", turn, read, d)
			}
		}
	}
}

// TestThinPen: a hairline becomes a stroke of two pixels; a stroke that is wide stays so.
func TestThinPen(t *testing.T) {
	for _, c := range []struct{ thick, least, most int }{{1, 30, 50}, {3, 30, 50}, {60, 55, 65}} {
		img := image.NewGray(image.Rect(0, 0, 300, 500))
		for y := 50; y < 450; y++ {
			for x := range c.thick {
				img.SetGray(100+x, y, color.Gray{200})
			}
		}
		pixels, err := read(encodePNG(img))
		if err != nil {
			t.Fatal(err)
		}
		ink := 0
		for _, v := range pixels {
			ink += int(v)
		}
		if ink /= 255; ink < c.least || ink > c.most {
			t.Errorf("a line of 400×%d: %d pixels of ink; want %d to %d", c.thick, ink, c.least, c.most)
		}
	}
}

// TestBounded: what a header promises is not believed.
func TestBounded(t *testing.T) {
	header := func(w, h uint32, size int) []byte { // a grey PNG of w×h, without its pixels
		chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
		chunk = append(chunk, 8, 0, 0, 0, 0)
		b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), chunk...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
		return append(b, make([]byte, size-len(b))...)
	}
	for _, side := range []uint32{5000, 7000, 20000, 1<<31 - 1} {
		var err error
		if got := filetest.Allocated(func() { _, err = decode(header(side, side, 60<<10)) }); got > 64<<20 || err == nil {
			t.Errorf("%d×%[1]d pixels promised by 60 kB make it allocate %d; %v", side, got, err)
		}
	}
	if _, err := decode(header(20000, 20000, 60<<10)); err == nil || !strings.Contains(err.Error(), "20000×20000") {
		t.Errorf("20000×20000 pixels in 60 kB: %v", err)
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
	f.Add(slices.Concat(held[:2], []byte(littleEndian(6)), held[2:]))
	f.Add(encodePNG(&image.Gray{Pix: pixels, Stride: 28, Rect: image.Rect(0, 0, 28, 28)}))
	f.Fuzz(func(t *testing.T, file []byte) {
		got := filetest.Allocated(func() {
			s, err := Find(file, 28, 28, mnistFrame)
			if err != nil {
				return
			}
			for _, d := range s.Drawings {
				if slices.Max(d.Pixels) != 255 || d.Box.Empty() || !d.Box.In(image.Rect(0, 0, s.Width, s.Height)) {
					t.Errorf("%v in %d×%d", d.Box, s.Width, s.Height)
				}
			}
		})
		if len(file) < 64<<10 && got > 64<<20 {
			t.Errorf("%d bytes make it allocate %d", len(file), got)
		}
	})
}

// TestPaletted: a PNG with a palette is read like any other.
func TestPaletted(t *testing.T) {
	img := image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.White, color.Black})
	for y := 4; y < 16; y++ {
		img.SetColorIndex(10, y, 1)
	}
	p, err := decode(encodePNG(img))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := p.RGBA64At(10, 8).RGBA(); r != 0 {
		t.Errorf("the stroke is %d, want black", r)
	}
}
