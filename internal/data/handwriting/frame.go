// Frames: where in the images of a data set the drawing lies, and how ink is put there.

package handwriting

import (
	"image"
	"math"
	"slices"
)

// A Frame says how large the drawing is in the images of a data set, and where it lies. In MNIST's images, of 28×28
// pixels, the longer side of the drawing is 20 pixels, and its centre of mass is at (14.5, 14.5) on average.
type Frame struct {
	Box  float64 `json:"box"`            // the longer side
	X    float64 `json:"x"`              // the centre of mass
	Y    float64 `json:"y"`              // and its height in the image
	Wide float64 `json:"wide,omitempty"` // a ratio of width to height that hardly any drawing exceeds; 0 if not known
}

const mnistSide, mnistBox, mnistWide = 28, 20, 1.5

// MNISTFrame returns the frame of MNIST's images, scaled to side×side pixels.
func MNISTFrame(side int) Frame {
	middle := float64(side+1) / 2
	return Frame{math.Round(float64(side) * mnistBox / mnistSide), middle, middle, mnistWide}
}

// FrameOf measures the frame of up to a thousand images of w×h pixels: the median of the longer side; the mean of the
// centres of mass, rounded to half a pixel; and the ratio of width to height that one image in 200 exceeds, rounded to
// a tenth and at least 1.
func FrameOf(pixels []byte, w, h int) Frame {
	var sides []int
	aspects := []float64{1}
	var sumX, sumY, n float64
	for img := range slices.Chunk(pixels[:min(len(pixels), 1000*w*h)], w*h) {
		var r image.Rectangle
		mass, momentX, momentY := 0, 0, 0
		for i, v := range img {
			if v > 0 {
				x, y := i%w, i/w
				r = r.Union(image.Rect(x, y, x+1, y+1))
				mass, momentX, momentY = mass+int(v), momentX+x*int(v), momentY+y*int(v)
			}
		}
		sides = append(sides, max(r.Dx(), r.Dy(), 1))
		aspects = append(aspects, float64(r.Dx())/float64(max(r.Dy(), 1)))
		if mass > 0 {
			sumX += float64(momentX) / float64(mass)
			sumY += float64(momentY) / float64(mass)
			n++
		}
	}
	slices.Sort(sides)
	slices.Sort(aspects)
	centre := func(sum float64) float64 { return math.Round(2*(sum/max(n, 1)+0.5)) / 2 }
	wide := aspects[len(aspects)-1-len(aspects)/200]
	return Frame{float64(sides[len(sides)/2]), centre(sumX), centre(sumY), max(math.Round(10*wide)/10, 1)}
}

// fit makes an image of w×h pixels of ink, as MNIST's makers did: it cuts out the ink, scales it to the frame's box by
// averaging over areas, and puts its centre of mass as near to that of the frame as possible. 0 is the background, 255
// full ink.
func (f Frame) fit(ink grey, w, h int) []byte {
	scaleOf := func(r image.Rectangle) float64 {
		return min(min(f.Box, float64(w))/float64(r.Dx()), min(f.Box, float64(h))/float64(r.Dy()))
	}
	ink = thicken(ink, scaleOf(ink.bounds())*mnistBox/f.Box)
	r := ink.bounds()
	scaled := func(n int) int { return max(int(float64(float64(n)*scaleOf(r))+0.5), 1) }
	drawn := ink.resize(r, scaled(r.Dx()), scaled(r.Dy()))
	mass, momentX, momentY := 0.0, 0.0, 0.0
	for i, v := range drawn.pix {
		mass += v
		momentX += float64(v * (float64(i%drawn.w) + 0.5))
		momentY += float64(v * (float64(i/drawn.w) + 0.5))
	}
	place := func(start float64, space int) int { return min(max(int(math.Ceil(start-0.5)), 0), space) }
	left, top := place(f.X-momentX/mass, w-drawn.w), place(f.Y-momentY/mass, h-drawn.h)
	most, pixels := slices.Max(drawn.pix), make([]byte, w*h)
	for i, v := range drawn.pix {
		pixels[(top+i/drawn.w)*w+left+i%drawn.w] = byte(float64(255*v/most) + 0.5)
	}
	return pixels
}

// thicken makes the strokes of a thin pen as wide as MNIST's, which are two pixels in a box of 20; thicker strokes it
// leaves alone. scale is how many pixels of that box a pixel of the ink becomes. The width of a stroke is twice its
// area over the length of its edge.
func thicken(ink grey, scale float64) grey {
	area, edge := 0.0, 0.0
	for i, v := range ink.pix {
		area += v
		if i%ink.w > 0 && (v > 0.5) != (ink.pix[i-1] > 0.5) {
			edge++
		}
		if i >= ink.w && (v > 0.5) != (ink.pix[i-ink.w] > 0.5) {
			edge++
		}
	}
	if edge == 0 || 2*area*scale >= 1.2*edge {
		return ink
	}
	// The ink is scaled to four pixels for each pixel of the box, as dark as the darkest of them, and then grows pixel
	// by pixel.
	fine := min(4*scale, 1)
	grow := int((2*fine/scale - max(2*area/edge*fine, 1)) / 2)
	wide := newGrey(int(float64(ink.w)*fine)+1+2*grow, int(float64(ink.h)*fine)+1+2*grow)
	for i, v := range ink.pix {
		to := &wide.row(grow + int(float64(i/ink.w)*fine))[grow+int(float64(i%ink.w)*fine)]
		*to = max(*to, v)
	}
	for step := range grow { // eight and four neighbours in turn make it grow nearly round
		wide = wide.dilate(step%2 == 0)
	}
	return wide
}

// dilate gives each pixel the most ink that it or one of its four or eight neighbours has.
func (g grey) dilate(eight bool) grey {
	to := newGrey(g.w, g.h)
	for i, v := range g.pix {
		x, y := i%g.w, i/g.w
		for ny := max(y-1, 0); ny <= min(y+1, g.h-1); ny++ {
			for nx := max(x-1, 0); nx <= min(x+1, g.w-1); nx++ {
				if eight || ny == y || nx == x {
					v = max(v, g.row(ny)[nx])
				}
			}
		}
		to.pix[i] = v
	}
	return to
}
