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
// 20 pixels, and its centre of mass, on average, at 14.5, 14.5. Wide is the width of what is
// drawn over its height that hardly any of them exceeds; 0 where nobody has measured it.
type Frame struct {
	Box  float64 `json:"box"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Wide float64 `json:"wide,omitempty"`
}

const mnistSide, mnistBox, mnistWide = 28, 20, 1.5

// MNISTFrame is where MNIST's images would have what is drawn if they were side×side.
func MNISTFrame(side int) Frame {
	middle := float64(side+1) / 2
	return Frame{math.Round(float64(side) * mnistBox / mnistSide), middle, middle, mnistWide}
}

// FrameOf measures the first thousand images of a set, each of w×h pixels: the median of
// the longer side, the mean of the centres of mass, to half a pixel, and the width over the
// height that one in 200 exceeds, to a tenth and from 1.
func FrameOf(pixels []byte, w, h int) Frame {
	var sides []int
	wide := []float64{1}
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
		wide = append(wide, float64(r.Dx())/float64(max(r.Dy(), 1)))
		if mass > 0 {
			x, y, n = x+float64(mx)/float64(mass), y+float64(my)/float64(mass), n+1
		}
	}
	slices.Sort(sides)
	half := func(sum float64) float64 { return math.Round(2*(sum/max(n, 1)+0.5)) / 2 }
	slices.Sort(wide)
	few := max(math.Round(10*wide[len(wide)-1-len(wide)/200])/10, 1)
	return Frame{float64(sides[len(sides)/2]), half(x), half(y), few}
}

// fit makes w×h pixels of ink, as MNIST's makers did: it is cut out, scaled to fit the
// frame's box, its grey levels averaged over areas, and put so that its centre of mass is as
// near as can be to the frame's. 0 is the background, 255 full ink.
func (f Frame) fit(ink grey, w, h int) []byte {
	// scale is what a pixel of the ink is to become.
	scale := func(r image.Rectangle) float64 {
		return min(min(f.Box, float64(w))/float64(r.Dx()), min(f.Box, float64(h))/float64(r.Dy()))
	}
	ink = thicken(ink, scale(ink.bounds())*mnistBox/f.Box)
	r := ink.bounds()
	side := func(n int) int { return max(int(float64(float64(n)*scale(r))+0.5), 1) }
	drawn := ink.shrink(r, side(r.Dx()), side(r.Dy()))
	mass, mx, my := 0.0, 0.0, 0.0
	for at, v := range drawn.pix {
		mass += v
		mx += float64(v * (float64(at%drawn.w) + 0.5))
		my += float64(v * (float64(at/drawn.w) + 0.5))
	}
	place := func(at float64, space int) int { return min(max(int(math.Ceil(at-0.5)), 0), space) }
	dx, dy := place(f.X-mx/mass, w-drawn.w), place(f.Y-my/mass, h-drawn.h)
	most, pixels := slices.Max(drawn.pix), make([]byte, w*h)
	for at, v := range drawn.pix {
		pixels[(dy+at/drawn.w)*w+dx+at%drawn.w] = byte(float64(255*v/most) + 0.5)
	}
	return pixels
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
		return p, errors.New("it is not a picture that this program can read: expected PNG or JPEG")
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

// ---- Grey pictures: their shades, what of them is ink, and how thick the pen was ----

// A grey is a picture of w×h numbers, row by row.
type grey struct {
	w, h int
	pix  []float64
}

func newGrey(w, h int) grey { return grey{w, h, make([]float64, w*h)} }

func (g grey) row(y int) []float64 { return g.pix[y*g.w:][:g.w] }

// bounds is the part of a picture that holds all its ink.
func (g grey) bounds() (r image.Rectangle) {
	for at, v := range g.pix {
		if x, y := at%g.w, at/g.w; v > 0 {
			r = r.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return r
}

// shrink is the part r of a picture at w×h pixels: each is the mean over its area.
func (g grey) shrink(r image.Rectangle, w, h int) grey {
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

// shrunk is how many pixels along each side of a picture of w×h become one.
func shrunk(w, h int) int { return (max(w, h) + 1023) / 1024 }

// shades is the brightness of each pixel from 0 to 255, where it is transparent that of
// what is under; of a large picture, the means of squares, so that some 1000×1000 are left.
func shades(img image.RGBA64Image, under uint32) grey {
	b := img.Bounds()
	side := shrunk(b.Dx(), b.Dy())
	g := newGrey(max(b.Dx()/side, 1), max(b.Dy()/side, 1))
	for i := range g.h {
		for j := range g.w {
			sum, n := uint64(0), uint64(0)
			for y := b.Min.Y + i*side; y < min(b.Min.Y+(i+1)*side, b.Max.Y); y++ {
				for x := b.Min.X + j*side; x < min(b.Min.X+(j+1)*side, b.Max.X); x++ {
					c := img.RGBA64At(x, y)
					bright := (299*uint32(c.R) + 587*uint32(c.G) + 114*uint32(c.B)) / 1000
					sum += uint64(bright + under*(0xffff-uint32(c.A))/0xffff)
					n++
				}
			}
			g.row(i)[j] = float64(sum / n >> 8)
		}
	}
	return g
}

// turned is g held as the camera says: from 5 on rows and columns are swapped, then 2 and
// 6 mirror the columns, 4 and 8 the rows, 3 and 7 both.
func turned(g grey, turn int) grey {
	to := newGrey(g.w, g.h)
	if turn >= 5 {
		to = newGrey(g.h, g.w)
	}
	mirror := (turn - 1) % 4
	for at, v := range g.pix {
		y, x := at/g.w, at%g.w
		if turn >= 5 {
			y, x = x, y
		}
		if mirror == 1 || mirror == 2 {
			x = to.w - 1 - x
		}
		if mirror >= 2 {
			y = to.h - 1 - y
		}
		to.row(y)[x] = v
	}
	return to
}

// inkOf is how much ink there is at each pixel, from 0 to 1; without pixels where nothing is
// drawn. Ink is what is farthest from the ground, darker or lighter; far is how far.
func inkOf(g grey, lossy bool) (ink grey, far float64) {
	const faint = 24 // of 255: less is the unevenness of paper
	var list []float64
	g.border(0, 255, func(_, _, v float64) { list = append(list, v) })
	slices.Sort(list)
	median := list[len(list)/2]
	far = median - slices.Min(g.pix)
	sign := -1.0
	if up := slices.Max(g.pix) - median; up > far {
		far, sign = up, 1
	}
	if far < faint {
		return grey{}, 0
	}
	above, noise := g.ground(median, far/3) // more is ink that touches the border
	noise *= 3
	if lossy {
		noise = max(noise, far/16)
	}
	ink = newGrey(g.w, g.h)
	for at, v := range g.pix {
		ink.pix[at] = sign * above(float64(at%g.w), float64(at/g.w), v)
	}
	far = slices.Max(ink.pix)
	if far-noise < faint/2 {
		return grey{}, 0
	}
	for i, v := range ink.pix {
		ink.pix[i] = max((v-noise)/(far-noise), 0)
	}
	if noise > 0 { // soft edges cannot be told from the ground
		noise = 0.25
	}
	wipe(ink, noise)
	return ink, far
}

// border calls f for each pixel of the border that is no more than limit from level.
func (g grey) border(level, limit float64, f func(x, y, v float64)) {
	for at, v := range g.pix {
		x, y := at%g.w, at/g.w
		if (y == 0 || x == 0 || y == g.h-1 || x == g.w-1) && math.Abs(v-level) <= limit {
			f(float64(x), float64(y), v)
		}
	}
}

// ground lays a plane through the border's pixels, since light often comes from one side, by
// least squares. above is how far brightness v at (x, y) is from it, and noise the standard
// deviation of that on the border.
func (g grey) ground(level, limit float64) (above func(x, y, v float64) float64, noise float64) {
	var n, mx, my, mv, xx, yy, xv, yv float64
	g.border(level, limit, func(x, y, v float64) { n, mx, my, mv = n+1, mx+x, my+y, mv+v })
	mx, my, mv = mx/n, my/n, mv/n
	g.border(level, limit, func(x, y, v float64) {
		xx += float64((x - mx) * (x - mx))
		yy += float64((y - my) * (y - my))
		xv += float64((x - mx) * (v - mv))
		yv += float64((y - my) * (v - mv))
	})
	ax, ay := xv/max(xx, 1), yv/max(yy, 1)
	above = func(x, y, v float64) float64 { return v - mv - float64(ax*(x-mx)) - float64(ay*(y-my)) }
	g.border(level, limit, func(x, y, v float64) { noise += float64(above(x, y, v) * above(x, y, v)) })
	return above, math.Sqrt(noise / n)
}

// wipe clears specks: what is more than least and connected, but less than a fiftieth of
// the largest such part; and what is not more than least.
func wipe(ink grey, least float64) {
	of, parts := ink.parts(least)
	most := 0
	for _, p := range parts {
		most = max(most, p.area)
	}
	for i := range ink.pix {
		if 50*parts[of[i]].area < most {
			ink.pix[i] = 0
		}
	}
}

// thicken makes a thin pen's strokes as wide as MNIST's, two pixels in a box of 20, where
// scale is what a pixel would have in that box; else it leaves the ink as it is. A stroke's
// width is twice its area over the length of its edge.
func thicken(ink grey, scale float64) grey {
	area, edge := 0.0, 0.0
	for at, v := range ink.pix {
		area += v
		if at%ink.w > 0 && (v > 0.5) != (ink.pix[at-1] > 0.5) {
			edge++
		}
		if at >= ink.w && (v > 0.5) != (ink.pix[at-ink.w] > 0.5) {
			edge++
		}
	}
	if edge == 0 || 2*area*scale >= 1.2*edge {
		return ink
	}
	// At four pixels for each to come, the darkest of what each covers.
	fine := min(4*scale, 1)
	grow := int((2*fine/scale - max(2*area/edge*fine, 1)) / 2)
	wide := newGrey(int(float64(ink.w)*fine)+1+2*grow, int(float64(ink.h)*fine)+1+2*grow)
	for at, v := range ink.pix {
		to := &wide.row(grow + int(float64(at/ink.w)*fine))[grow+int(float64(at%ink.w)*fine)]
		*to = max(*to, v)
	}
	for step := range grow { // to eight neighbours, and then to four: nearly round
		wide = wide.spread(step%2 == 0)
	}
	return wide
}

// spread gives each pixel the most ink of itself and its four or eight neighbours.
func (g grey) spread(eight bool) grey {
	to := newGrey(g.w, g.h)
	for at, v := range g.pix {
		x, y := at%g.w, at/g.w
		for i := max(y-1, 0); i <= min(y+1, g.h-1); i++ {
			for j := max(x-1, 0); j <= min(x+1, g.w-1); j++ {
				if eight || i == y || j == x {
					v = max(v, g.row(i)[j])
				}
			}
		}
		to.pix[at] = v
	}
	return to
}
