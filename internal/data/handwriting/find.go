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

// A Sheet is what is found on one picture.
type Sheet struct {
	Width, Height int // in pixels, held upright
	Drawings      []Drawing

	photo photo
	under uint32
}

// A Drawing is one digit, or what may be one.
type Drawing struct {
	Box     image.Rectangle // where it is, in pixels of the picture held upright
	Line    int             // from 0, from top to bottom
	Pixels  []byte          // w×h, as in the network's images: 0 is the background, 255 full ink
	Problem string          // why it is not one digit; empty where it may be

	// Halves are what is left and right of where it is thinnest, drawn as two digits, where it is
	// so wide that it may be two that touch.
	Halves [][]byte
}

// TooWide is the problem of digits that touch.
const TooWide = "too wide for one"

// mostDrawings is how many a picture may hold, and mostParts how many pieces of ink.
const mostDrawings, mostParts = 200, 500

var errBlank = errors.New("a dark digit on a light ground, or a light one on a dark ground, was expected")

// Find finds what is drawn on a picture, a PNG or JPEG file, in the order of reading, and makes
// of each w×h pixels as the frame says. A picture no larger than that has one drawing.
func Find(file []byte, w, h int, f Frame) (*Sheet, error) {
	p, err := decode(file)
	if err != nil {
		return nil, err
	}
	if p.Bounds().Empty() {
		return nil, errors.New("the picture has no pixels")
	}
	s := &Sheet{Width: p.Bounds().Dx(), Height: p.Bounds().Dy(), photo: p}
	if p.turn >= 5 {
		s.Width, s.Height = s.Height, s.Width
	}
	var shade, ink grey
	var far float64
	for _, s.under = range []uint32{0xffff, 0} { // seen on white, or else on black
		shade = turned(shades(p, s.under), p.turn)
		if ink, far = inkOf(shade, p.lossy); ink.pix != nil {
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
	ink, err = checked(shade, ink, far, p.lossy)
	if err != nil {
		return nil, err
	}
	return s, s.take(ink, w, h, f)
}

// checked is the ink, if it looks like handwriting. Where it covers nearly all, the picture may
// have a frame along its border, which is then left out.
func checked(shade, ink grey, far float64, lossy bool) (grey, error) {
	seen := shade
	if part := ink.covered(); part > shade.mostCovered() {
		seen = shade.inner()
		var inner grey
		inner, far = inkOf(seen, lossy)
		bad := inner.pix == nil || inner.covered() > seen.mostCovered()
		if !bad {
			_, _, err := inner.groups(1)
			bad = err != nil
		}
		if bad {
			return grey{}, fmt.Errorf("%.0f %% of it differs in brightness from its border, too much for handwriting: %w",
				100*part, errBlank)
		}
		ink = newGrey(shade.w, shade.h)
		for y := range inner.h {
			copy(ink.row(y + shade.margin())[shade.margin():], inner.row(y))
		}
	}
	if 4*seen.steepest() < far {
		return grey{}, fmt.Errorf("nothing on it has an edge, its brightness changes only slowly from %.0f to %.0f of "+
			"255: %w",
			slices.Min(seen.pix), slices.Max(seen.pix), errBlank)
	}
	return ink, nil
}

// covered is the part that is ink.
func (g grey) covered() float64 {
	n := 0
	for _, v := range g.pix {
		if v > 0.5 {
			n++
		}
	}
	return float64(n) / float64(len(g.pix))
}

// mostCovered is the largest part that handwriting covers: of MNIST's digits, cut out as narrowly
// as can be, one in a thousand covers more, but for those of 1.
func (g grey) mostCovered() float64 {
	if 2*g.w < g.h {
		return 0.95
	}
	return 0.65
}

// margin is how wide a frame along the border may be.
func (g grey) margin() int { return min(max(g.w, g.h)/25+1, (min(g.w, g.h)-1)/2) }

// inner is the picture without its margin.
func (g grey) inner() grey {
	return g.part(image.Rect(0, 0, g.w, g.h).Inset(g.margin()))
}

// part is the part r of a picture.
func (g grey) part(r image.Rectangle) grey {
	to := newGrey(r.Dx(), r.Dy())
	for y := range to.h {
		copy(to.row(y), g.row(r.Min.Y + y)[r.Min.X:])
	}
	return to
}

// steepest is how much the brightness changes at most within a thirtieth of the longer side: that
// of a shadow changes slowly. Means of 3×3 leave noise out.
func (g grey) steepest() (most float64) {
	mean := newGrey(max(g.w-2, 1), max(g.h-2, 1))
	for y := range mean.h {
		for x := range mean.w {
			var sum, n float64
			for i := y; i < min(y+3, g.h); i++ {
				for j := x; j < min(x+3, g.w); j++ {
					sum, n = sum+g.row(i)[j], n+1
				}
			}
			mean.row(y)[x] = sum / n
		}
	}
	d := max(g.w, g.h)/30 + 1
	for y := range mean.h {
		for x, v := range mean.row(y) {
			if x+d < mean.w {
				most = max(most, math.Abs(v-mean.row(y)[x+d]))
			}
			if y+d < mean.h {
				most = max(most, math.Abs(v-mean.row(y + d)[x]))
			}
		}
	}
	return most
}

// take fills in the drawings.
func (s *Sheet) take(ink grey, w, h int, f Frame) error {
	ink = ink.unruled()
	side := shrunk(s.Width, s.Height)
	groups, of, err := ink.groups(side)
	if err != nil {
		return err
	}
	tall := typical(groups)
	for i, g := range groups {
		one, at := ink, image.Point{}
		if len(groups) > 1 {
			one, at = ink.cut(of, int32(i+1))
		}
		r := one.bounds()
		d := Drawing{Line: g.line, Pixels: f.fit(one, w, h)}
		d.Box = image.Rectangle{r.Min.Add(at).Mul(side), r.Max.Add(at).Mul(side)}
		d.Box = d.Box.Intersect(image.Rect(0, 0, s.Width, s.Height))
		switch aspect := float64(r.Dx()) / float64(r.Dy()) / cmp.Or(f.Wide, mnistWide); {
		case aspect > 1.1:
			d.Problem = TooWide
		case aspect > 0.3 && one.part(r).covered() > 0.92:
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

// halves cuts ink in r where the least of it is in a column, near the middle.
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

// Small is the picture held upright, in colour, with at most side pixels along each side: the
// mean of up to 4×4 of its pixels for each.
func (s *Sheet) Small(side int) *image.RGBA {
	scale := max(1, float64(max(s.Width, s.Height))/float64(side))
	img := image.NewRGBA(image.Rect(0, 0, max(int(float64(s.Width)/scale), 1), max(int(float64(s.Height)/scale), 1)))
	b := s.photo.Bounds()
	n := min(int(math.Ceil(scale)), 4)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			var sum [3]uint32
			for k := range n * n {
				fx := (float64(x) + (float64(k%n)+0.5)/float64(n)) / float64(img.Rect.Dx())
				fy := (float64(y) + (float64(k/n)+0.5)/float64(n)) / float64(img.Rect.Dy())
				px, py := s.photo.held(int(fx*float64(s.Width)), int(fy*float64(s.Height)))
				c := s.photo.RGBA64At(b.Min.X+px, b.Min.Y+py)
				for i, v := range []uint16{c.R, c.G, c.B} {
					sum[i] += (uint32(v) + s.under*(0xffff-uint32(c.A))/0xffff) >> 8
				}
			}
			of := uint32(n * n)
			img.SetRGBA(x, y, color.RGBA{byte(sum[0] / of), byte(sum[1] / of), byte(sum[2] / of), 255})
		}
	}
	return img
}

// held is where the camera has what is at (x, y) of the picture held upright; see turned.
func (p photo) held(x, y int) (int, int) {
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	if p.turn >= 5 {
		w, h = h, w
	}
	mirror := (p.turn - 1) % 4
	if mirror == 1 || mirror == 2 {
		x = w - 1 - x
	}
	if mirror >= 2 {
		y = h - 1 - y
	}
	if p.turn >= 5 {
		x, y = y, x
	}
	return x, y
}
