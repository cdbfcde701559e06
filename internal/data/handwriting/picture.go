// Pictures: the brightness of PNG and JPEG files, held upright.

package handwriting

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math"
)

// A photo is a decoded picture.
type photo struct {
	image.RGBA64Image
	lossy bool // its edges have noise around them
	turn  int  // the orientation, from 1 to 8, as Exif numbers it: 1 is upright
}

// bytesPerPixel is how many bytes a pixel of a decoded picture takes, if not 4.
var bytesPerPixel = map[color.Model]float64{
	color.GrayModel: 1, color.Gray16Model: 2, color.YCbCrModel: 3, color.RGBA64Model: 8, color.NRGBA64Model: 8}

// decode decodes a PNG or JPEG file, unless its header promises more pixels than a file of its size is likely to have.
func decode(file []byte) (p photo, err error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(file))
	if errors.Is(err, image.ErrFormat) {
		return p, errors.New("it is not a picture that this program can read: expected PNG or JPEG")
	}
	if err != nil {
		return p, err
	}
	perPixel := 4.0
	if _, isPalette := c.ColorModel.(color.Palette); isPalette { // palettes differ, and so are not in the map
		perPixel = 1
	} else if n := bytesPerPixel[c.ColorModel]; n != 0 {
		perPixel = n
	}
	if format == "jpeg" && bytes.Contains(file, []byte{0xff, 0xc2}) {
		perPixel *= 5 // for a progressive JPEG, the decoder keeps the coefficients
	}
	if float64(c.Width)*float64(c.Height)*perPixel > float64(32<<20+128*len(file)) {
		return p, fmt.Errorf("%d×%d pixels are too many for a file of %d bytes; make the picture smaller",
			c.Width, c.Height, len(file))
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return p, err
	}
	// Every picture that the standard library decodes is an RGBA64Image.
	return photo{decoded.(image.RGBA64Image), format == "jpeg", orientation(file)}, nil
}

// orientation returns how the camera was held, according to the Exif data of a JPEG; 1 if there are none. The
// orientation is tag 0x0112 in the first list of tags in the segment that begins with FF E1 and "Exif".
func orientation(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		size := int(binary.BigEndian.Uint16(file[at+2:]))
		segment := file[at+4 : min(max(at+2+size, at+4), len(file))]
		exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
		if file[at+1] != 0xe1 || !ok {
			at += 2 + size
			continue
		}
		var order binary.ByteOrder = binary.BigEndian
		if bytes.HasPrefix(exif, []byte("II")) {
			order = binary.LittleEndian
		}
		if len(exif) < 8 {
			return 1
		}
		for tag := uint64(order.Uint32(exif[4:])) + 2; tag+12 <= uint64(len(exif)); tag += 12 {
			if turn := order.Uint16(exif[tag+8:]); order.Uint16(exif[tag:]) == 0x0112 && 1 <= turn && turn <= 8 {
				return int(turn)
			}
		}
		return 1
	}
	return 1
}

// uprightSize returns the size that a picture of w×h pixels has when it is held upright.
func (p photo) uprightSize(w, h int) (int, int) {
	if p.turn >= 5 {
		return h, w
	}
	return w, h
}

// inFile takes a pixel (x, y) of the picture held upright, with w×h pixels, and returns where it is in the picture as
// it was taken. Orientations 2, 3, 6 and 7 mirror the columns; 3, 4, 7 and 8 mirror the rows; from 5 on, rows and
// columns are swapped.
func (p photo) inFile(x, y, w, h int) (int, int) {
	mirror := (p.turn - 1) % 4
	if mirror == 1 || mirror == 2 {
		x = w - 1 - x
	}
	if mirror >= 2 {
		y = h - 1 - y
	}
	if p.turn >= 5 {
		return y, x
	}
	return x, y
}

// upright turns g, the brightness of the picture as it was taken, upright.
func (p photo) upright(g grey) grey {
	to := newGrey(p.uprightSize(g.w, g.h))
	for y := range to.h {
		for x := range to.w {
			fromX, fromY := p.inFile(x, y, to.w, to.h)
			to.row(y)[x] = g.row(fromY)[fromX]
		}
	}
	return to
}

// A grey is a picture of w×h numbers, row by row: brightness, or how much ink there is.
type grey struct {
	w, h int
	pix  []float64
}

func newGrey(w, h int) grey { return grey{w, h, make([]float64, w*h)} }

func (g grey) row(y int) []float64 { return g.pix[y*g.w:][:g.w] }

// bounds returns the smallest rectangle that holds all the ink.
func (g grey) bounds() (r image.Rectangle) {
	for i, v := range g.pix {
		if v > 0 {
			x, y := i%g.w, i/g.w
			r = r.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return r
}

// crop returns the rectangle r of a picture.
func (g grey) crop(r image.Rectangle) grey {
	to := newGrey(r.Dx(), r.Dy())
	for y := range to.h {
		copy(to.row(y), g.row(r.Min.Y + y)[r.Min.X:])
	}
	return to
}

// transpose swaps rows and columns.
func (g grey) transpose() grey {
	to := newGrey(g.h, g.w)
	for i, v := range g.pix {
		to.row(i % g.w)[i/g.w] = v
	}
	return to
}

// resize returns the rectangle r of a picture, scaled to w×h pixels; each is the mean over the area that it covers.
func (g grey) resize(r image.Rectangle, w, h int) grey {
	to := newGrey(w, h)
	fromW, fromH := float64(r.Dx()), float64(r.Dy())
	for j := range h {
		y0, y1 := float64(j)*fromH/float64(h), float64(j+1)*fromH/float64(h)
		for i := range w {
			x0, x1 := float64(i)*fromW/float64(w), float64(i+1)*fromW/float64(w)
			sum, area := 0.0, 0.0
			for y := int(y0); y < int(math.Ceil(y1)); y++ {
				tall := min(y1, float64(y+1)) - max(y0, float64(y))
				for x := int(x0); x < int(math.Ceil(x1)); x++ {
					part := float64(tall * (min(x1, float64(x+1)) - max(x0, float64(x))))
					sum += float64(part * g.row(r.Min.Y + y)[r.Min.X+x])
					area += part
				}
			}
			to.row(j)[i] = sum / area
		}
	}
	return to
}

// reduction returns how many pixels along each side of a picture of w×h become one, so that about 1000×1000 are left.
func reduction(w, h int) int { return (max(w, h) + 1023) / 1024 }

// brightness returns the brightness of the pixels from 0 to 255, on the given background where they are transparent. A
// large picture is made smaller, by taking means over squares.
func brightness(img image.RGBA64Image, background uint32) grey {
	b := img.Bounds()
	side := reduction(b.Dx(), b.Dy())
	g := newGrey(max(b.Dx()/side, 1), max(b.Dy()/side, 1))
	for i := range g.h {
		for j := range g.w {
			sum, n := uint64(0), uint64(0)
			for y := b.Min.Y + i*side; y < min(b.Min.Y+(i+1)*side, b.Max.Y); y++ {
				for x := b.Min.X + j*side; x < min(b.Min.X+(j+1)*side, b.Max.X); x++ {
					c := img.RGBA64At(x, y)
					bright := (299*uint32(c.R) + 587*uint32(c.G) + 114*uint32(c.B)) / 1000
					sum += uint64(bright + background*(0xffff-uint32(c.A))/0xffff)
					n++
				}
			}
			g.row(i)[j] = float64(sum / n >> 8)
		}
	}
	return g
}
