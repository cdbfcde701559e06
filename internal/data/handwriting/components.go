// Components: pieces of connected ink, and which pieces belong to one digit.

package handwriting

import (
	"fmt"
	"image"
	"slices"
)

// A component is a piece of connected ink, or several such pieces that form one digit.
type component struct {
	box  image.Rectangle
	area int
	line int // of the text, from 0
}

const (
	solid         = 0.3 // pixels with more ink than this are connected; less ink is the blur around a stroke
	maxDigits     = 200
	maxComponents = 500
)

// components finds the components of the pixels with more than least ink; a pixel is connected with all eight
// neighbours. labels has for each pixel the index of its component; index 0 stands for no component.
func (g grey) components(least float64) (labels []int32, list []component) {
	labels, list = make([]int32, len(g.pix)), []component{{}}
	var stack []int32
	for start, v := range g.pix {
		if v <= least || labels[start] > 0 {
			continue
		}
		label := int32(len(list))
		list = append(list, component{box: image.Rect(start%g.w, start/g.w, start%g.w+1, start/g.w+1)})
		c := &list[label]
		labels[start], stack = label, append(stack, int32(start))
		for len(stack) > 0 {
			at := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := at%g.w, at/g.w
			c.area++
			c.box.Min.X, c.box.Max.X = min(c.box.Min.X, x), max(c.box.Max.X, x+1)
			c.box.Max.Y = max(c.box.Max.Y, y+1)
			for ny := max(y-1, 0); ny <= min(y+1, g.h-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, g.w-1); nx++ {
					if to := ny*g.w + nx; g.pix[to] > least && labels[to] == 0 {
						labels[to], stack = label, append(stack, int32(to))
					}
				}
			}
		}
	}
	return labels, list
}

func boxArea(r image.Rectangle) int { return r.Dx() * r.Dy() }

// typicalHeight returns the median height of the components, weighted by the area of their boxes, so that specks hardly
// count.
func typicalHeight(list []component) int {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b component) int { return a.box.Dy() - b.box.Dy() })
	all, sum := 0, 0
	for _, c := range list {
		all += boxArea(c.box)
	}
	for _, c := range list {
		if sum += boxArea(c.box); 2*sum >= all {
			return c.box.Dy()
		}
	}
	return 0
}

// findDigits returns the digits in reading order. It joins the components that belong to one digit, and leaves out
// specks and frames. labels has for each pixel the number of its digit, from 1; 0 and −1 stand for no digit. A pixel
// stands for scale×scale pixels of the picture.
func (g grey) findDigits(scale int) (digits []component, labels []int32, err error) {
	labels, all := g.components(solid)
	isFrame := g.frames(labels, all)
	var unframed []component
	for i, c := range all {
		if i > 0 && !isFrame[i] {
			unframed = append(unframed, c)
		}
	}
	tall := typicalHeight(unframed)
	if least := max(5, max(g.w, g.h)/100); tall < least {
		return nil, nil, onlySpecks(len(all)-1, tall*scale, least*scale)
	}
	var pieces []component
	pieceOf := make([]int, len(all)) // for each component, its number as a piece, from 1; 0 for a speck or a frame
	for i, c := range all {
		if i > 0 && !isFrame[i] && 4*max(c.box.Dx(), c.box.Dy()) >= tall {
			pieces = append(pieces, c)
			pieceOf[i] = len(pieces)
		}
	}
	tooMany := func(n int) error {
		return fmt.Errorf("there are %d marks on it, where up to %d digits were expected", n, maxDigits)
	}
	if len(pieces) > maxComponents {
		return nil, nil, tooMany(len(pieces))
	}
	root := join(pieces, tall)
	for i, c := range pieces {
		if root[i] == i {
			digits = append(digits, c)
		}
	}
	if len(digits) > maxDigits {
		return nil, nil, tooMany(len(digits))
	}
	digits = inReadingOrder(digits)
	digitOf := make([]int32, len(pieces)+1) // for each piece, its digit
	for i := range pieces {
		isDigit := func(c component) bool { return c.box == pieces[root[i]].box }
		digitOf[i+1] = int32(1 + slices.IndexFunc(digits, isDigit))
	}
	for at, label := range labels {
		labels[at] = digitOf[pieceOf[label]]
		if label > 0 && labels[at] == 0 {
			labels[at] = -1 // it belongs to a speck or a frame
		}
	}
	g.labelBlur(labels)
	return digits, labels, nil
}

// onlySpecks is the error for n components whose typical height is less than a digit must have at least.
func onlySpecks(n, height, least int) error {
	err := errBlank
	if height >= 5 {
		err = fmt.Errorf("in a picture this large, digits have at least %d; if these are digits, crop the picture to "+
			"the part that they are in", least)
	}
	return fmt.Errorf("there are only specks on it, %d of about %d pixels' height: %w", n, height, err)
}

// join joins the pieces that belong to one digit. For each piece it returns the index of the piece that stands for its
// digit; the box of that piece grows to hold the whole digit.
func join(pieces []component, tall int) (root []int) {
	root = make([]int, len(pieces))
	for i := range root {
		root[i] = i
	}
	for joined := true; joined; {
		joined = false
		for i := range pieces {
			for j := range pieces[:i] {
				if root[i] != i || root[j] != j || !areOneDigit(pieces[i].box, pieces[j].box, float64(tall)) {
					continue
				}
				pieces[j].box = pieces[j].box.Union(pieces[i].box)
				pieces[j].area += pieces[i].area
				for k := range root {
					if root[k] == i {
						root[k] = j
					}
				}
				joined = true
			}
		}
	}
	return root
}

// areOneDigit reports whether two boxes belong to one digit, if digits are about as tall as tall: whether one lies
// within the other; or one is a small piece, such as the bar of a 5, over, under or close beside the other; or they are
// the upper and the lower half of a digit.
func areOneDigit(a, b image.Rectangle, tall float64) bool {
	if 10*boxArea(a.Intersect(b)) >= 8*min(boxArea(a), boxArea(b)) {
		return true
	}
	gapX := float64(max(a.Min.X, b.Min.X) - min(a.Max.X, b.Max.X)) // negative where they overlap
	gapY := float64(max(a.Min.Y, b.Min.Y) - min(a.Max.Y, b.Max.Y))
	low, narrow := float64(min(a.Dy(), b.Dy())), float64(min(a.Dx(), b.Dx()))
	small := float64(min(max(a.Dx(), a.Dy()), max(b.Dx(), b.Dy())))
	height := float64(a.Union(b).Dy())
	switch {
	case -gapX >= 0.3*narrow: // one over the other
		isPiece := low < 0.7*tall && gapY <= 0.2*tall && height <= 1.4*tall
		areHalves := -gapY < low/2 && gapY <= 0.1*tall && height <= 1.8*tall
		return isPiece || areHalves
	case gapX < 0 && low < 0.35*tall && gapY >= 0: // a bar over or under one end
		return gapY <= 0.1*tall && height <= 1.4*tall
	case gapX <= 0.1*tall: // beside
		isFlat := low < 0.35*tall && gapX <= 0.03*tall
		return (small < 0.4*tall || isFlat) && gapY < 0 && height <= 1.2*tall
	}
	return false
}

// inReadingOrder returns digits line by line, from top to bottom, each line from left to right. A digit belongs to the
// line whose last digit it overlaps most in height, among those whose last digit it overlaps by more than 0.35 of the
// height of the lower one of the two.
func inReadingOrder(digits []component) []component {
	slices.SortStableFunc(digits, func(a, b component) int {
		return a.box.Min.X + a.box.Max.X - b.box.Min.X - b.box.Max.X
	})
	var lines [][]component
	for _, c := range digits {
		best, most := -1, 0.35
		for l, line := range lines {
			last := line[len(line)-1].box
			overlap := float64(min(last.Max.Y, c.box.Max.Y) - max(last.Min.Y, c.box.Min.Y))
			if overlap /= float64(min(last.Dy(), c.box.Dy())); overlap > most {
				best, most = l, overlap
			}
		}
		if best < 0 {
			best, lines = len(lines), append(lines, nil)
		}
		lines[best] = append(lines[best], c)
	}
	middle := func(line []component) float64 {
		sum := 0.0
		for _, c := range line {
			sum += float64(c.box.Min.Y + c.box.Max.Y)
		}
		return sum / float64(len(line))
	}
	slices.SortStableFunc(lines, func(a, b []component) int { return int(middle(a) - middle(b)) })
	for l, line := range lines {
		for i := range line {
			line[i].line = l
		}
	}
	return slices.Concat(lines...)
}

// frames reports which components are frames: nine tenths of their ink lie along the sides of their boxes, and inside
// is another component that is not much smaller.
func (g grey) frames(labels []int32, list []component) []bool {
	isFrame, alongSides := make([]bool, len(list)), make([]int, len(list))
	for at, label := range labels {
		r := list[label].box
		x, y := at%g.w, at/g.w
		if label > 0 && 8*min(x-r.Min.X, r.Max.X-1-x, y-r.Min.Y, r.Max.Y-1-y) < min(r.Dx(), r.Dy()) {
			alongSides[label]++
		}
	}
	for i, c := range list {
		isRing := 10*alongSides[i] >= 9*c.area && 4*c.area < boxArea(c.box) && boxArea(c.box) > 400
		isFrame[i] = isRing && slices.ContainsFunc(list, func(inner component) bool {
			return inner.box != c.box && inner.box.In(c.box) && 4*inner.box.Dy() > c.box.Dy()
		})
	}
	return isFrame
}

// labelBlur gives each pixel of the blur the label of the nearest labelled pixel.
func (g grey) labelBlur(labels []int32) {
	var queue []int32
	for at, label := range labels {
		if label != 0 {
			queue = append(queue, int32(at))
		}
	}
	for len(queue) > 0 {
		at := int(queue[0])
		queue = queue[1:]
		x, y := at%g.w, at/g.w
		for ny := max(y-1, 0); ny <= min(y+1, g.h-1); ny++ {
			for nx := max(x-1, 0); nx <= min(x+1, g.w-1); nx++ {
				if to := ny*g.w + nx; g.pix[to] > 0 && labels[to] == 0 {
					labels[to], queue = labels[at], append(queue, int32(to))
				}
			}
		}
	}
}

// extract cuts out the ink with the given label, without any other ink, and returns it and where its upper left corner
// was.
func (g grey) extract(labels []int32, label int32) (grey, image.Point) {
	var r image.Rectangle
	for at, l := range labels {
		if l == label {
			r = r.Union(image.Rect(at%g.w, at/g.w, at%g.w+1, at/g.w+1))
		}
	}
	to := newGrey(r.Dx(), r.Dy())
	for y := range to.h {
		for x := range to.w {
			if at := (r.Min.Y+y)*g.w + r.Min.X + x; labels[at] == label {
				to.row(y)[x] = g.pix[at]
			}
		}
	}
	return to, r.Min
}
