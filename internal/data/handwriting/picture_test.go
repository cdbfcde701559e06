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

// exif returns the segment of a JPEG that says how the camera was held, in little-endian order.
func exif(turn int) string {
	return "\xff\xe1\x00\x22Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" +
		string(rune(turn)) + "\x00\x00\x00\x00\x00\x00\x00"
}

// TestOrientation: which Exif data say how the camera was held, in either order of bytes, and which are passed over.
func TestOrientation(t *testing.T) {
	segment := func(kind byte, body string) string {
		return "\xff" + string([]byte{kind, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
	}
	tag := func(name, value uint16) string {
		b := binary.BigEndian.AppendUint16(nil, name)
		return string(binary.BigEndian.AppendUint16(append(b, 0, 3, 0, 0, 0, 1), value)) + "\x00\x00"
	}
	const head = "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01"
	bigEndian := segment(0xe1, head+tag(0x112, 6))
	for _, c := range []struct {
		name, after string // of the first two bytes
		want        int
	}{
		{"nothing", "", 1},
		{"big-endian", bigEndian, 6},
		{"little-endian", exif(5), 5},
		{"after others", segment(0xe0, "JFIF") + segment(0xe1, "http") + segment(0xe2, head+tag(0x112, 3)) + bigEndian, 6},
		{"after what is no segment", "\x00\x00\x00\x02" + bigEndian, 1},
		{"a segment without a size", "\xff\xe0\x00\x00" + bigEndian, 1},
		{"the second tag", segment(0xe1, head+tag(0x100, 3)+tag(0x112, 8)), 8},
		{"another tag", segment(0xe1, head+tag(0x113, 3)), 1},
		{"0 is no way to hold it", segment(0xe1, head+tag(0x112, 0)+tag(0x112, 1)+tag(0x112, 3)), 1},
		{"nor is 9", segment(0xe1, head+tag(0x112, 9)+tag(0x112, 8)), 8},
		{"of two, the first", segment(0xe1, head+tag(0x112, 2)+tag(0x112, 8)), 2},
		{"a list that begins later", segment(0xe1, strings.Replace(head, "\x08", "\x0a\x00\x00", 1)+tag(0x112, 5)), 5},
		{"a tag cut off", bigEndian[:len(bigEndian)-1], 1},
		{"a tag beyond the segment", strings.Replace(bigEndian, "\xff\xe1\x00\x1e", "\xff\xe1\x00\x1d", 1), 1},
		{"too short for a list", segment(0xe1, "Exif\x00\x00MM\x00\x2a\x00\x00\x00"), 1},
		{"too short for a segment", "\xff\xe1\x00", 1},
		{"only the first Exif counts", segment(0xe1, head+tag(0x113, 3)) + bigEndian, 1},
		{"an empty segment", segment(0xe0, "") + bigEndian, 6},
	} {
		if got := orientation([]byte("\xff\xd8" + c.after)); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// TestUpright: what a camera that is held in each of the eight ways has of "123 456" comes upright.
func TestUpright(t *testing.T) {
	for i, camera := range []string{"123 456", "321 654", "654 321", "456 123",
		"14 25 36", "36 25 14", "63 52 41", "41 52 63"} {
		if rows := sketchOf(photo{turn: i + 1}.upright(sketch(camera))); rows != "123 456" {
			t.Errorf("orientation %d: got %s, want 123 456", i+1, rows)
		}
	}
}

// TestDecodeBelievesSmallHeadersOnly: a file may promise 32 MiB and 128 times its size, in the bytes that its pixels
// take once they are decoded.
func TestDecodeBelievesSmallHeadersOnly(t *testing.T) {
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
			return "\x89PNG\r\n\x1a\n" + string(b) + "\x00\xff\xc2" // which is no marker of a JPEG here
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
			want := fmt.Sprintf("%d×%d pixels are too many for a file of 1024 bytes; make the picture smaller", w, h)
			if err == nil || (err.Error() == want) != (more > 0) {
				t.Errorf("%s, %d×%d: got %v", c.name, w, h, err)
			}
		}
	}
	const other = "it is not a picture that this program can read: expected PNG or JPEG"
	if _, err := decode([]byte("GIF89a")); err == nil || err.Error() != other {
		t.Errorf("a GIF: got %v, want %s", err, other)
	}
}

// TestBrightness: colours weigh as Rec. 601 says, transparent pixels show the background, and a large picture has
// means of squares.
func TestBrightness(t *testing.T) {
	colours := image.NewNRGBA64(image.Rect(-3, 5, 4, 7))
	for i, c := range []color.NRGBA64{{0xffff, 0xffff, 0xffff, 0xffff}, {0xffff, 0, 0, 0xffff}, {0, 0xffff, 0, 0xffff},
		{0, 0, 0xffff, 0xffff}, {0, 0, 0, 0}, {0, 0, 0, 0xffff - 256}, {0xffff, 0xffff, 0xffff, 0x8000}} {
		colours.SetNRGBA64(-3+i, 6, c)
	}
	// 0.299, 0.587 and 0.114 of 65535 are 19594, 38469 and 7470, of which 256 make one.
	for background, want := range map[uint32][]float64{0xffff: {255, 76, 150, 29, 255, 1, 255},
		0: {255, 76, 150, 29, 0, 0, 128}} {
		if got := brightness(colours, background); got.w != 7 || got.h != 2 || !slices.Equal(got.row(1), want) {
			t.Errorf("on %d: got %v, want %v", background, got.row(1), want)
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
		t.Errorf("got %d×%d, %v, %v", g.w, g.h, g.row(0)[:3], g.row(1)[:3])
	}
	for _, r := range []image.Rectangle{image.Rect(7, 0, 8, 2048), image.Rect(0, 7, 2048, 8)} { // thinner than 2
		img := image.NewGray(r)
		img.SetGray(7, 7, color.Gray{200})
		if g := brightness(img, 0); g.w*g.h != 1024 || slices.Max(g.pix) != 100 {
			t.Errorf("%v: got %d×%d and at most %v", r, g.w, g.h, slices.Max(g.pix))
		}
	}
}

func TestReduction(t *testing.T) {
	for side, want := range map[int]int{1: 1, 1024: 1, 1025: 2, 2048: 2, 2049: 3} {
		if a, b := reduction(side, 1), reduction(1, side); a != want || b != want {
			t.Errorf("side %d: got %d and %d, want %d", side, a, b, want)
		}
	}
}

// TestResize: each pixel is the mean over the area that it covers in a rectangle of the picture.
func TestResize(t *testing.T) {
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
				t.Fatalf("%v of %v to %d×%d: got %v, want %v", c.r, c.g, c.w, c.h, got.pix, c.want)
			}
		}
	}
}

func TestTransposeAndCrop(t *testing.T) {
	if got := sketchOf(sketch("12 34 56").transpose()); got != "135 246" {
		t.Errorf("transposed: got %s, want 135 246", got)
	}
	if got := sketchOf(sketch("1234 5678 1357 2468").crop(rect(1, 2, 3, 2))); got != "357 468" {
		t.Errorf("cropped: got %s, want 357 468", got)
	}
}
