// Ink: how much of it there is at each pixel, without the background, specks and ruled lines.

package handwriting

import (
	"image"
	"math"
	"slices"
)

// findInk returns how much ink there is at each pixel, from 0 to 1; a grey without pixels if nothing is drawn. Ink is
// what differs most from the background, darker or lighter; contrast is by how much it differs, up to 255.
func findInk(g grey, lossy bool) (ink grey, contrast float64) {
	const faint = 24 // a smaller contrast is the unevenness of paper
	var border []float64
	g.eachBorderPixel(0, 255, func(_, _, v float64) { border = append(border, v) })
	slices.Sort(border)
	median := border[len(border)/2]
	contrast = median - slices.Min(g.pix)
	sign := -1.0
	if lighter := slices.Max(g.pix) - median; lighter > contrast {
		contrast, sign = lighter, 1
	}
	if contrast < faint {
		return grey{}, 0
	}
	above, noise := g.fitBackground(median, contrast/3) // pixels that differ more are ink that touches the border
	noise *= 3
	if lossy {
		noise = max(noise, contrast/16)
	}
	ink = newGrey(g.w, g.h)
	for i, v := range g.pix {
		ink.pix[i] = sign * above(float64(i%g.w), float64(i/g.w), v)
	}
	contrast = slices.Max(ink.pix)
	if contrast-noise < faint/2 {
		return grey{}, 0
	}
	for i, v := range ink.pix {
		ink.pix[i] = max((v-noise)/(contrast-noise), 0)
	}
	least := 0.0
	if noise > 0 { // faint ink cannot be told from the background
		least = 0.25
	}
	ink.removeSpecks(least)
	return ink, contrast
}

// eachBorderPixel calls f for each pixel of the border that is no more than limit from level.
func (g grey) eachBorderPixel(level, limit float64, f func(x, y, v float64)) {
	for i, v := range g.pix {
		x, y := i%g.w, i/g.w
		isBorder := y == 0 || x == 0 || y == g.h-1 || x == g.w-1
		if isBorder && math.Abs(v-level) <= limit {
			f(float64(x), float64(y), v)
		}
	}
}

// fitBackground fits a plane to the brightness of those pixels of the border, by least squares, since light often comes
// from one side. above returns by how much a brightness v at (x, y) is above the plane; noise is the standard deviation
// of this difference on the border.
func (g grey) fitBackground(level, limit float64) (above func(x, y, v float64) float64, noise float64) {
	var n, mx, my, mv, xx, yy, xv, yv float64
	g.eachBorderPixel(level, limit, func(x, y, v float64) { n, mx, my, mv = n+1, mx+x, my+y, mv+v })
	mx, my, mv = mx/n, my/n, mv/n
	g.eachBorderPixel(level, limit, func(x, y, v float64) {
		xx += float64((x - mx) * (x - mx))
		yy += float64((y - my) * (y - my))
		xv += float64((x - mx) * (v - mv))
		yv += float64((y - my) * (v - mv))
	})
	slopeX, slopeY := xv/max(xx, 1), yv/max(yy, 1)
	above = func(x, y, v float64) float64 { return v - mv - float64(slopeX*(x-mx)) - float64(slopeY*(y-my)) }
	g.eachBorderPixel(level, limit, func(x, y, v float64) { noise += float64(above(x, y, v) * above(x, y, v)) })
	return above, math.Sqrt(noise / n)
}

// removeSpecks clears pixels with no more than least ink, and components with less than a fiftieth of the area of the
// largest.
func (g grey) removeSpecks(least float64) {
	labels, components := g.components(least)
	most := 0
	for _, c := range components {
		most = max(most, c.area)
	}
	for i := range g.pix {
		if 50*components[labels[i]].area < most {
			g.pix[i] = 0
		}
	}
}

// coverage returns the share of the picture that is ink.
func (g grey) coverage() float64 {
	n := 0
	for _, v := range g.pix {
		if v > 0.5 {
			n++
		}
	}
	return float64(n) / float64(len(g.pix))
}

// maxCoverage returns the largest share of a picture that handwriting covers. Of MNIST's digits, cut out as closely as
// possible, one in a thousand covers more, not counting the ones, which are narrow.
func (g grey) maxCoverage() float64 {
	if 2*g.w < g.h {
		return 0.95
	}
	return 0.65
}

// margin returns the largest width of a frame along the border.
func (g grey) margin() int { return min(max(g.w, g.h)/25+1, (min(g.w, g.h)-1)/2) }

func (g grey) withoutMargin() grey {
	return g.crop(image.Rect(0, 0, g.w, g.h).Inset(g.margin()))
}

// steepestChange returns the largest change of brightness within a thirtieth of the longer side. Where a shadow begins,
// the change is small. steepestChange compares means of 3×3 pixels, which have less noise.
func (g grey) steepestChange() (most float64) {
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
	distance := max(g.w, g.h)/30 + 1
	for y := range mean.h {
		for x, v := range mean.row(y) {
			if x+distance < mean.w {
				most = max(most, math.Abs(v-mean.row(y)[x+distance]))
			}
			if y+distance < mean.h {
				most = max(most, math.Abs(v-mean.row(y + distance)[x]))
			}
		}
	}
	return most
}

// Ruled paper.

// withoutLines returns the ink without straight lines from one border of the picture to the other. If what is left
// touches the border, a line may have been the bar of a digit that fills the picture, and all of the ink is returned.
func (g grey) withoutLines() grey {
	rest := grey{g.w, g.h, slices.Clone(g.pix)}
	hasRows := rest.eraseLines()
	rest = rest.transpose()
	hasColumns := rest.eraseLines()
	if !hasRows && !hasColumns {
		return g
	}
	rest = rest.transpose()
	rest.removeSpecks(solid)
	inside := image.Rect(1, 1, g.w-1, g.h-1)
	if r := rest.bounds(); r.Empty() || !r.In(inside) {
		return g
	}
	return rest
}

// eraseLines erases the lines from the left border to the right, and reports whether there were any.
func (g grey) eraseLines() (found bool) {
	const minSide, maxPairs = 50, 10_000
	starts, ends := g.crossings(0), g.crossings(g.w-1)
	if g.w < minSide || g.h < minSide || len(starts)*len(ends) > maxPairs {
		return false
	}
	for _, start := range starts {
		for _, end := range ends {
			isLevel := math.Abs(float64(start-end)) < float64(g.w)/10
			line := func(x int) int { return start + (end-start)*x/(g.w-1) }
			if isLevel && g.hasInkAlong(line) && g.eraseLine(line) {
				found = true
			}
		}
	}
	return found
}

// crossings returns the middles of the runs of ink in a column.
func (g grey) crossings(x int) (middles []int) {
	for y := 0; y < g.h; y++ {
		from := y
		for y < g.h && g.row(y)[x] > solid {
			y++
		}
		if y > from {
			middles = append(middles, (from+y-1)/2)
		}
	}
	return middles
}

// hasInkAlong reports whether there is ink on a line, or a pixel beside it, in 19 of 20 columns.
func (g grey) hasInkAlong(line func(x int) int) bool {
	missing := 0
	for x := range g.w {
		if y := line(x); max(g.row(y)[x], g.row(max(y-1, 0))[x], g.row(min(y+1, g.h-1))[x]) <= solid {
			missing++
			if 20*missing > g.w {
				return false
			}
		}
	}
	return true
}

// eraseLine erases a line, except where the ink is more than half as thick again as usual, because something crosses
// the line there. If the line is too thick for a ruled line, it stays, and eraseLine returns false.
func (g grey) eraseLine(line func(x int) int) bool {
	type run struct{ from, to int }
	runs, sizes := make([]run, g.w), make([]int, g.w)
	for x := range g.w {
		y := line(x)
		for _, near := range []int{y, max(y-1, 0), min(y+1, g.h-1)} {
			if g.row(near)[x] > solid {
				y = near
				break
			}
		}
		r := run{y, y}
		for r.from > 0 && g.row(r.from - 1)[x] > 0 {
			r.from--
		}
		for r.to < g.h && g.row(r.to)[x] > 0 {
			r.to++
		}
		runs[x], sizes[x] = r, r.to-r.from
	}
	slices.Sort(sizes)
	thickness := sizes[g.w/2]
	if 25*thickness > g.w {
		return false
	}
	for x, r := range runs {
		if 2*(r.to-r.from) <= 3*thickness+2 {
			for y := r.from; y < r.to; y++ {
				g.row(y)[x] = 0
			}
		}
	}
	return true
}
