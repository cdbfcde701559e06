package main

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// A written digit is where on a sheet its 28×28 image goes, and how large.
type written struct {
	pixels []byte
	x, y   float64 // its corner
	times  float64 // pixels of the sheet for one of its own
	pen    float64 // moves the edge of the stroke out, in its own pixels' brightness
}

// at is its ink at a point of the sheet, from 0 to 1, with an edge about as sharp as the pen's was.
func (d written) at(x, y float64) float64 {
	fx, fy := (x-d.x)/d.times-0.5, (y-d.y)/d.times-0.5
	ix, iy := math.Floor(fx), math.Floor(fy)
	if ix < -1 || iy < -1 || ix > 27 || iy > 27 {
		return 0
	}
	pixel := func(x, y int) float64 {
		if x < 0 || y < 0 || x > 27 || y > 27 {
			return 0
		}
		return float64(d.pixels[28*y+x]) / 255
	}
	px, py, ax, ay := int(ix), int(iy), fx-ix, fy-iy
	v := (pixel(px, py)*(1-ax)+pixel(px+1, py)*ax)*(1-ay) + (pixel(px, py+1)*(1-ax)+pixel(px+1, py+1)*ax)*ay
	return min(max((v-0.35+d.pen)*2.5, 0), 1)
}

// inkOf is the part of a 28×28 image that is not background.
func inkOf(pixels []byte) (r image.Rectangle) {
	for i, v := range pixels {
		if v > 60 {
			r = r.Union(image.Rect(i%28, i/28, i%28+1, i/28+1))
		}
	}
	return r
}

// A sheet is a picture in the making.
type sheet struct {
	digits []written
	w, h   int
	turn   float64 // in radians
	shade  func(ink float64, x, y int) color.Color
}

// row puts digits beside each other from (x, y), with gaps between what is drawn of them, a share of 20 pixels.
func (s *sheet) row(rng *rand.Rand, images [][]byte, x, y, times, gap float64) (right float64) {
	pen := 0.2*rng.Float64() - 0.05
	for _, p := range images {
		r := inkOf(p)
		s.digits = append(s.digits, written{p, x - float64(r.Min.X)*times, y + (rng.Float64()-0.5)*4*times, times, pen})
		x += (float64(r.Dx()) + 20*gap*(0.75+0.5*rng.Float64())) * times
	}
	return x
}

// draw is the picture.
func (s *sheet) draw() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, s.w, s.h))
	sin, cos := math.Sincos(s.turn)
	for y := range s.h {
		for x := range s.w {
			dx, dy := float64(x-s.w/2)+0.5, float64(y-s.h/2)+0.5
			fx, fy := dx*cos+dy*sin+float64(s.w/2), dy*cos-dx*sin+float64(s.h/2)
			ink := 0.0
			for _, d := range s.digits {
				ink = max(ink, d.at(fx, fy))
			}
			img.Set(x, y, s.shade(ink, x, y))
		}
	}
	return img
}

// paper shades a sheet: with light from one side, noise, and ink that is dark or light.
func paper(rng *rand.Rand, w int) func(ink float64, x, y int) color.Color {
	ground, ink := 180+60*rng.Float64(), 20+50*rng.Float64()
	if rng.IntN(4) == 0 {
		ground, ink = ink, ground
	}
	slope, noise := 40*(rng.Float64()-0.5)/float64(w), 4*rng.Float64()
	return func(v float64, x, y int) color.Color {
		at := ground + slope*float64(x-y) + noise*rng.NormFloat64()
		return color.Gray{byte(min(max(at+(ink-at)*v, 0), 255))}
	}
}

// numberSheet is a picture of one number: images of digits with margins.
func numberSheet(rng *rand.Rand, images [][]byte) *image.NRGBA {
	s := &sheet{turn: (rng.Float64() - 0.5) * 0.1}
	times := 1.5 + 2.5*rng.Float64()
	margin := times * (8 + 20*rng.Float64())
	s.h = int(28*times + 2*margin)
	s.w = int(s.row(rng, images, margin+4*times, margin, times, 0.25+0.4*rng.Float64()) + margin)
	s.shade = paper(rng, s.w)
	return s.draw()
}
