package handwriting

import (
	"image"
	"math"
	"slices"
	"strings"
)

// sketch returns ink drawn as text, with spaces between the rows: # is full ink, . none, 3 three tenths.
func sketch(rows string) grey {
	fields := strings.Fields(rows)
	g := newGrey(len(fields[0]), len(fields))
	for y, row := range fields {
		for x, c := range row {
			switch {
			case c == '#':
				g.row(y)[x] = 1
			case c != '.':
				g.row(y)[x] = float64(c-'0') / 10
			}
		}
	}
	return g
}

// sketchOf returns the text that sketch takes for this ink; ? is ink that it cannot show.
func sketchOf(g grey) string {
	var b strings.Builder
	for i, v := range g.pix {
		if i > 0 && i%g.w == 0 {
			b.WriteByte(' ')
		}
		c := byte('?')
		if tenths := math.Round(10 * v); math.Abs(10*v-tenths) < 1e-9 && tenths >= 0 && tenths <= 10 {
			c = ".123456789#"[int(tenths)]
		}
		b.WriteByte(c)
	}
	return b.String()
}

// oneLine puts single spaces between the rows, as sketchOf does.
func oneLine(rows string) string { return strings.Join(strings.Fields(rows), " ") }

// filled returns full ink everywhere. It has no edge, so it counts as no thin stroke.
func filled(w, h int) grey { return grey{w, h, slices.Repeat([]float64{1}, w*h)} }

// withMargin puts nothing around ink, so that it has edges.
func withMargin(g grey, margin int) grey {
	to := newGrey(g.w+2*margin, g.h+2*margin)
	for y := range g.h {
		copy(to.row(y + margin)[margin:], g.row(y))
	}
	return to
}

// greyOf returns the pixels of an image as numbers.
func greyOf(pixels []byte, w, h int) grey {
	g := newGrey(w, h)
	for i, v := range pixels {
		g.pix[i] = float64(v)
	}
	return g
}

// outline draws the edge of a rectangle, width pixels wide.
func (g grey) outline(r image.Rectangle, width int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if !image.Pt(x, y).In(r.Inset(width)) {
				g.row(y)[x] = 1
			}
		}
	}
}

// rect returns the rectangle of w×h whose corner is (x, y).
func rect(x, y, w, h int) image.Rectangle { return image.Rect(x, y, x+w, y+h) }

type boxes = []image.Rectangle

// labelText shows labels row by row: . is 0, - is −1.
func labelText(labels []int32, w int) string {
	var b strings.Builder
	for i, n := range labels {
		if i > 0 && i%w == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte("-.123456789"[n+1])
	}
	return b.String()
}
