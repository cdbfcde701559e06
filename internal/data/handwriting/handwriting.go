// Package handwriting finds handwritten digits in pictures of any size, dark on light or light on dark, even if the
// light comes from one side. It makes images like MNIST's of them, as MNIST's makers did (LeCun, Bottou, Bengio and
// Haffner 1998, section III.A).
package handwriting

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// A Sheet is what was found in one picture.
type Sheet struct {
	Width, Height int // in pixels, held upright
	Drawings      []Drawing

	photo      photo
	background uint32 // the colour behind transparent pixels: 0xffff is white, 0 is black
}

// A Drawing is one digit, or ink that may be a digit.
type Drawing struct {
	Box     image.Rectangle // where it is, in pixels of the picture held upright
	Line    int             // of the text, from 0
	Pixels  []byte          // w×h, like the network's images: 0 is the background, 255 full ink
	Problem string          // why it cannot be one digit; "" if it can

	// Halves are images of its left and its right half, if it is so wide that it may be two digits that touch.
	Halves [][]byte
}

// TooWide is the Problem of a drawing that may be two digits that touch.
const TooWide = "too wide for one"

var errBlank = errors.New("a dark digit on a light ground, or a light one on a dark ground, was expected")

// Find finds the drawings in a picture, a PNG or JPEG file, in reading order, and makes an image of w×h pixels of each,
// in the given frame. A picture of w×h pixels or fewer has one drawing.
func Find(file []byte, w, h int, f Frame) (*Sheet, error) {
	p, err := decode(file)
	if err != nil {
		return nil, err
	}
	if p.Bounds().Empty() {
		return nil, errors.New("the picture has no pixels")
	}
	s := &Sheet{photo: p}
	s.Width, s.Height = p.uprightSize(p.Bounds().Dx(), p.Bounds().Dy())
	var shade, ink grey
	var contrast float64
	for _, s.background = range []uint32{0xffff, 0} {
		shade = p.upright(brightness(p, s.background))
		if ink, contrast = findInk(shade, p.lossy); ink.pix != nil {
			break
		}
	}
	if ink.pix == nil {
		return nil, fmt.Errorf("nothing is drawn on it, its brightness goes from %.0f to %.0f of 255: %w",
			slices.Min(shade.pix), slices.Max(shade.pix), errBlank)
	}
	if s.Width <= w && s.Height <= h {
		s.Drawings = []Drawing{{Box: ink.bounds(), Pixels: f.fit(ink, w, h)}}
		return s, nil
	}
	ink, err = checkInk(shade, ink, contrast, p.lossy)
	if err != nil {
		return nil, err
	}
	return s, s.addDrawings(ink.withoutLines(), w, h, f)
}

// checkInk returns the ink if it looks like handwriting. If the ink covers too much of the picture, there may be a
// frame along the border, which checkInk then cuts off.
func checkInk(shade, ink grey, contrast float64, lossy bool) (grey, error) {
	if part := ink.coverage(); part > shade.maxCoverage() {
		inner := shade.withoutMargin()
		innerInk, innerContrast := findInk(inner, lossy)
		isHandwriting := innerInk.pix != nil && innerInk.coverage() <= inner.maxCoverage()
		if isHandwriting {
			_, _, err := innerInk.findDigits(1)
			isHandwriting = err == nil
		}
		if !isHandwriting {
			return grey{}, fmt.Errorf("%.0f %% of it differs in brightness from its border, too much for handwriting: %w",
				100*part, errBlank)
		}
		ink = newGrey(shade.w, shade.h)
		for y := range innerInk.h {
			copy(ink.row(y + shade.margin())[shade.margin():], innerInk.row(y))
		}
		shade, contrast = inner, innerContrast
	}
	if 4*shade.steepestChange() < contrast {
		return grey{}, fmt.Errorf("nothing on it has an edge, its brightness changes only slowly from %.0f to %.0f of "+
			"255: %w", slices.Min(shade.pix), slices.Max(shade.pix), errBlank)
	}
	return ink, nil
}

// addDrawings adds a drawing for each digit.
func (s *Sheet) addDrawings(ink grey, w, h int, f Frame) error {
	scale := reduction(s.Width, s.Height)
	digits, labels, err := ink.findDigits(scale)
	if err != nil {
		return err
	}
	tall := typicalHeight(digits)
	for i, digit := range digits {
		one, corner := ink, image.Point{}
		if len(digits) > 1 {
			one, corner = ink.extract(labels, int32(i+1))
		}
		r := one.bounds()
		d := Drawing{Line: digit.line, Pixels: f.fit(one, w, h)}
		d.Box = image.Rectangle{r.Min.Add(corner).Mul(scale), r.Max.Add(corner).Mul(scale)}
		d.Box = d.Box.Intersect(image.Rect(0, 0, s.Width, s.Height))
		switch aspect := float64(r.Dx()) / float64(r.Dy()) / cmp.Or(f.Wide, mnistWide); {
		case aspect > 1.1:
			d.Problem = TooWide
		case aspect > 0.3 && one.crop(r).coverage() > 0.92:
			d.Problem = "filled, without strokes"
		case r.Dy() < tall/3:
			d.Problem = "too flat for one"
		case aspect > 0.77:
			left, right := one.halves(r)
			d.Halves = [][]byte{f.fit(left, w, h), f.fit(right, w, h)}
		}
		s.Drawings = append(s.Drawings, d)
	}
	return nil
}

// halves cuts the ink in r in two, at the column near the middle with the least ink.
func (g grey) halves(r image.Rectangle) (left, right grey) {
	cut, least := 0, math.Inf(1)
	for x := r.Min.X + r.Dx()*3/10; x <= r.Min.X+r.Dx()*7/10; x++ {
		sum := 0.0
		for y := r.Min.Y; y < r.Max.Y; y++ {
			sum += g.row(y)[x]
		}
		if sum < least {
			cut, least = x, sum
		}
	}
	left, right = grey{g.w, g.h, slices.Clone(g.pix)}, grey{g.w, g.h, slices.Clone(g.pix)}
	for y := range g.h {
		clear(left.row(y)[cut:])
		clear(right.row(y)[:cut])
	}
	return left, right
}

// Small returns the picture held upright, in colour, with at most side pixels along each side. Each of its pixels is
// the mean of up to 4×4 pixels of the picture, evenly spaced.
func (s *Sheet) Small(side int) *image.RGBA {
	scale := max(1, float64(max(s.Width, s.Height))/float64(side))
	w, h := max(int(float64(s.Width)/scale), 1), max(int(float64(s.Height)/scale), 1)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	corner := s.photo.Bounds().Min
	n := min(int(math.Ceil(scale)), 4)
	for y := range h {
		for x := range w {
			var sum [3]uint32
			for k := range n * n {
				fx := (float64(x) + (float64(k%n)+0.5)/float64(n)) / float64(w)
				fy := (float64(y) + (float64(k/n)+0.5)/float64(n)) / float64(h)
				px, py := s.photo.inFile(int(fx*float64(s.Width)), int(fy*float64(s.Height)), s.Width, s.Height)
				c := s.photo.RGBA64At(corner.X+px, corner.Y+py)
				for i, v := range []uint16{c.R, c.G, c.B} {
					sum[i] += (uint32(v) + s.background*(0xffff-uint32(c.A))/0xffff) >> 8
				}
			}
			count := uint32(n * n)
			img.SetRGBA(x, y, color.RGBA{byte(sum[0] / count), byte(sum[1] / count), byte(sum[2] / count), 255})
		}
	}
	return img
}
