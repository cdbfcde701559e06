// Package handwriting reads handwriting from pictures, which come in any size, with light from
// one side, dark on light or light on dark, and brings them to what the makers of MNIST made
// of theirs (LeCun, Bottou, Bengio and Haffner 1998, section III.A).
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
	"slices"
)

// A Frame is where images of a set have what is drawn: for MNIST's 28×28, in a box of
// 20 pixels, and its centre of mass, on average, at 14.5, 14.5.
type Frame struct {
	Box float64 `json:"box"`
	X   float64 `json:"x"`
	Y   float64 `json:"y"`
}

const mnistSide, mnistBox = 28, 20

// MNISTFrame is where MNIST's images would have what is drawn if they were side×side.
func MNISTFrame(side int) Frame {
	middle := float64(side+1) / 2
	return Frame{max(math.Round(float64(side)*mnistBox/mnistSide), 1), middle, middle}
}

// FrameOf measures the first thousand images of a set, each of w×h pixels: the median of
// the longer side, and the mean of the centres of mass, to half a pixel.
func FrameOf(pixels []byte, w, h int) Frame {
	var sides []int
	var x, y, n float64
	for img := range slices.Chunk(pixels[:min(len(pixels), 1000*w*h)], w*h) {
		var r image.Rectangle
		mass, mx, my := 0, 0, 0
		for at, v := range img {
			if v > 0 {
				x, y := at%w, at/w
				r = r.Union(image.Rect(x, y, x+1, y+1))
				mass, mx, my = mass+int(v), mx+x*int(v), my+y*int(v)
			}
		}
		sides = append(sides, max(r.Dx(), r.Dy(), 1))
		if mass > 0 {
			x, y, n = x+float64(mx)/float64(mass), y+float64(my)/float64(mass), n+1
		}
	}
	slices.Sort(sides)
	half := func(sum float64) float64 { return math.Round(2*(sum/max(n, 1)+0.5)) / 2 }
	return Frame{float64(sides[len(sides)/2]), half(x), half(y)}
}

// Read makes w×h pixels of what is drawn on a picture, a PNG or JPEG file, as MNIST's makers
// did: it is cut out, scaled to fit the frame's box, its grey levels averaged over areas, and
// put so that its centre of mass is as near as can be to the frame's. 0 is the background,
// whatever its shade, 255 full ink.
func Read(file []byte, w, h int, f Frame) ([]byte, error) {
	p, err := decode(file)
	if err != nil {
		return nil, err
	}
	if p.Bounds().Empty() {
		return nil, errors.New("the picture has no pixels")
	}
	var ink grey
	for _, under := range []uint32{0xffff, 0} { // seen on white, or else on black
		if ink = inkOf(turned(shades(p, under), p.turn), p.lossy); ink.pix != nil {
			break
		}
	}
	if ink.pix == nil {
		return nil, errors.New("nothing is drawn on it: a dark digit on a light ground, " +
			"or a light one on a dark ground, was expected")
	}
	// fit is what a pixel of the ink is to become.
	fit := func(r image.Rectangle) float64 {
		return min(min(f.Box, float64(w))/float64(r.Dx()), min(f.Box, float64(h))/float64(r.Dy()))
	}
	ink = thicken(ink, fit(ink.bounds())*mnistBox/f.Box)
	r := ink.bounds()
	side := func(n int) int { return max(int(float64(float64(n)*fit(r))+0.5), 1) }
	drawn := ink.shrink(r, side(r.Dx()), side(r.Dy()))
	mass, mx, my := 0.0, 0.0, 0.0
	for y := range drawn.h {
		for x, v := range drawn.row(y) {
			mass += v
			mx += float64(v * (float64(x) + 0.5))
			my += float64(v * (float64(y) + 0.5))
		}
	}
	place := func(at float64, space int) int { return min(max(int(math.Ceil(at-0.5)), 0), space) }
	dx, dy := place(f.X-mx/mass, w-drawn.w), place(f.Y-my/mass, h-drawn.h)
	most, pixels := slices.Max(drawn.pix), make([]byte, w*h)
	for y := range drawn.h {
		for x, v := range drawn.row(y) {
			pixels[(dy+y)*w+dx+x] = byte(float64(255*v/most) + 0.5)
		}
	}
	return pixels, nil
}

// A photo is a picture as it was decoded.
type photo struct {
	image.RGBA64Image
	lossy bool // edges have noise around them
	turn  int  // how it is to be held, as cameras number it: 1 is upright
}

// bytesPerPixel is what the library's pictures take in memory, if not 4.
var bytesPerPixel = map[color.Model]float64{
	color.GrayModel: 1, color.Gray16Model: 2, color.YCbCrModel: 3, color.RGBA64Model: 8, color.NRGBA64Model: 8}

// decode decodes a PNG or JPEG, unless its header promises more pixels than its size makes
// likely.
func decode(file []byte) (p photo, err error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(file))
	if errors.Is(err, image.ErrFormat) {
		return p, errors.New("it is not a picture that can be read; PNG and JPEG can")
	}
	if err != nil {
		return p, err
	}
	perPixel := 4.0
	if _, palette := c.ColorModel.(color.Palette); palette { // which no map takes for a key
		perPixel = 1
	} else if n := bytesPerPixel[c.ColorModel]; n != 0 {
		perPixel = n
	}
	if format == "jpeg" && bytes.Contains(file, []byte{0xff, 0xc2}) {
		perPixel *= 5 // a progressive one keeps its coefficients
	}
	if float64(c.Width)*float64(c.Height)*perPixel > float64(32<<20+128*len(file)) {
		return p, fmt.Errorf("%d×%d pixels are more than a file of %d bytes is expected to hold; make it smaller",
			c.Width, c.Height, len(file))
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return p, err
	}
	// All of the library's pictures are an RGBA64Image.
	return photo{decoded.(image.RGBA64Image), format == "jpeg", orientation(file)}, nil
}

// orientation is what the Exif data of a JPEG say of how the camera was held, else 1: the
// tag 0x0112 of the first list of tags in the segment that begins with FF E1 and "Exif".
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
