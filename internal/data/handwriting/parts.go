package handwriting

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// A part is ink that hangs together.
type part struct {
	box  image.Rectangle
	area int
	line int
}

// parts finds what is more than least and connected, sideways or aslant: of each pixel, the
// number of its part, 0 for none, which is the first of the list.
func (g grey) parts(least float64) (of []int32, list []part) {
	of, list = make([]int32, len(g.pix)), []part{{}}
	var stack []int32
	for start, v := range g.pix {
		if v <= least || of[start] > 0 {
			continue
		}
		number := int32(len(list))
		list = append(list, part{box: image.Rect(start%g.w, start/g.w, start%g.w+1, start/g.w+1)})
		p := &list[number]
		of[start], stack = number, append(stack, int32(start))
		for len(stack) > 0 {
			at := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := at%g.w, at/g.w
			p.area++
			p.box.Min.X, p.box.Max.X = min(p.box.Min.X, x), max(p.box.Max.X, x+1)
			p.box.Max.Y = max(p.box.Max.Y, y+1)
			for i := max(y-1, 0); i <= min(y+1, g.h-1); i++ {
				for j := max(x-1, 0); j <= min(x+1, g.w-1); j++ {
					if to := i*g.w + j; g.pix[to] > least && of[to] == 0 {
						of[to], stack = number, append(stack, int32(to))
					}
				}
			}
		}
	}
	return of, list
}

// typical is the height of most parts: half of all boxes' area belongs to boxes no higher.
func typical(list []part) int {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b part) int { return a.box.Dy() - b.box.Dy() })
	all, sum := 0, 0
	for _, p := range list {
		all += p.box.Dx() * p.box.Dy()
	}
	for _, p := range list {
		if sum += p.box.Dx() * p.box.Dy(); 2*sum >= all {
			return p.box.Dy()
		}
	}
	return 0
}

const solid = 0.3 // ink that holds a digit together; less is the blur around it

// groups puts together what belongs to one digit, and leaves out specks and frames. The groups
// are in the order of reading, and of gives each pixel the number of its group, from 1.
func (g grey) groups(side int) (groups []part, of []int32, err error) {
	of, parts := g.parts(solid)
	framed := g.frames(of, parts)
	typicalOf := func() int {
		var list []part
		for i, p := range parts[1:] {
			if !framed[i+1] {
				list = append(list, p)
			}
		}
		return typical(list)
	}
	tall := typicalOf()
	if least := max(5, max(g.w, g.h)/100); tall < least {
		err = errBlank
		if tall*side >= 5 {
			err = fmt.Errorf("in so large a picture digits are expected to have %d or more; if they are digits, "+
				"cut out the part that they are on", least*side)
		}
		return nil, nil, fmt.Errorf("there are only specks on it, %d of about %d pixels' height: %w",
			len(parts)-1, tall*side, err)
	}
	number := make([]int32, len(parts)) // of a part, its group
	for i, p := range parts {
		if i > 0 && !framed[i] && 4*max(p.box.Dx(), p.box.Dy()) >= tall {
			groups = append(groups, p)
			number[i] = int32(len(groups))
		}
	}
	if len(groups) > mostParts {
		return nil, nil, fmt.Errorf("there are %d marks on it, where up to %d digits were expected", len(groups),
			mostDrawings)
	}
	root := joined(groups, tall)
	var whole []part
	to := make([]int32, len(groups)+1)
	for i, p := range groups {
		if root[i] == i {
			whole = append(whole, p)
		}
	}
	whole = ordered(whole)
	if len(whole) > mostDrawings {
		return nil, nil, fmt.Errorf("there are %d marks on it, where up to %d digits were expected", len(whole), mostDrawings)
	}
	for i := range groups {
		to[i+1] = int32(1 + slices.IndexFunc(whole, func(p part) bool { return p.box == groups[root[i]].box }))
	}
	for at, n := range of {
		of[at] = to[number[n]]
		if n > 0 && of[at] == 0 {
			of[at] = -1 // a speck's or a frame's
		}
	}
	g.spreadNumbers(of)
	return whole, of, nil
}

// joined joins the parts that belong to one digit: root is the place of the one that has them,
// whose box holds them all.
func joined(groups []part, tall int) (root []int) {
	root = make([]int, len(groups))
	for i := range root {
		root[i] = i
	}
	for again := true; again; {
		again = false
		for i := range groups {
			for j := range groups[:i] {
				if root[i] != i || root[j] != j || !belong(groups[i].box, groups[j].box, float64(tall)) {
					continue
				}
				groups[j].box = groups[j].box.Union(groups[i].box)
				groups[j].area += groups[i].area
				for k := range root {
					if root[k] == i {
						root[k] = j
					}
				}
				again = true
			}
		}
	}
	return root
}

// belong says whether two parts are of one digit, where digits are so tall: one lies within the
// other; or one is a piece, like the bar of a 5, over or under the other and near it, or is
// small and close beside it, or flat and all but touching it; or both are halves, one over the other.
func belong(a, b image.Rectangle, tall float64) bool {
	both, over := a.Union(b), a.Intersect(b)
	if 10*over.Dx()*over.Dy() >= 8*min(a.Dx()*a.Dy(), b.Dx()*b.Dy()) {
		return true
	}
	gapX := float64(max(a.Min.X, b.Min.X) - min(a.Max.X, b.Max.X)) // negative where they overlap
	gapY := float64(max(a.Min.Y, b.Min.Y) - min(a.Max.Y, b.Max.Y))
	short, narrow := float64(min(a.Dy(), b.Dy())), float64(min(a.Dx(), b.Dx()))
	small := float64(min(max(a.Dx(), a.Dy()), max(b.Dx(), b.Dy())))
	high := float64(both.Dy())
	switch {
	case -gapX >= 0.3*narrow: // one over the other
		return short < 0.7*tall && gapY <= 0.2*tall && high <= 1.4*tall ||
			-gapY < short/2 && gapY <= 0.1*tall && high <= 1.8*tall
	case gapX < 0 && short < 0.35*tall && gapY >= 0: // a bar over or under one end
		return gapY <= 0.1*tall && high <= 1.4*tall
	case gapX <= 0.1*tall: // beside
		return (small < 0.4*tall || short < 0.35*tall && gapX <= 0.03*tall) && gapY < 0 && high <= 1.2*tall
	}
	return false
}

// ordered puts digits line by line, from top to bottom, and in each from left to right. A digit
// goes on the line whose last one it lies beside, most of the lower of the two.
func ordered(list []part) []part {
	slices.SortStableFunc(list, func(a, b part) int { return a.box.Min.X + a.box.Max.X - b.box.Min.X - b.box.Max.X })
	var lines [][]part
	for _, p := range list {
		best, most := -1, 0.35
		for l, line := range lines {
			last := line[len(line)-1].box
			beside := float64(min(last.Max.Y, p.box.Max.Y)-max(last.Min.Y, p.box.Min.Y)) /
				float64(min(last.Dy(), p.box.Dy()))
			if beside > most {
				best, most = l, beside
			}
		}
		if best < 0 {
			best, lines = len(lines), append(lines, nil)
		}
		lines[best] = append(lines[best], p)
	}
	middle := func(line []part) float64 {
		sum := 0.0
		for _, p := range line {
			sum += float64(p.box.Min.Y + p.box.Max.Y)
		}
		return sum / float64(len(line))
	}
	slices.SortStableFunc(lines, func(a, b []part) int { return int(middle(a) - middle(b)) })
	list = nil
	for l, line := range lines {
		for _, p := range line {
			p.line = l
			list = append(list, p)
		}
	}
	return list
}

// frames says which parts are frames around others: nine tenths of them lie along their boxes'
// sides, and there is another within that is not much smaller.
func (g grey) frames(of []int32, parts []part) []bool {
	framed, ring := make([]bool, len(parts)), make([]int, len(parts))
	for at, n := range of {
		r := parts[n].box
		x, y := at%g.w, at/g.w
		if n > 0 && 8*min(x-r.Min.X, r.Max.X-1-x, y-r.Min.Y, r.Max.Y-1-y) < min(r.Dx(), r.Dy()) {
			ring[n]++
		}
	}
	for i, p := range parts {
		if 10*ring[i] >= 9*p.area && 4*p.area < p.box.Dx()*p.box.Dy() && p.box.Dx()*p.box.Dy() > 400 {
			framed[i] = slices.ContainsFunc(parts, func(q part) bool {
				return q.box != p.box && q.box.In(p.box) && 4*q.box.Dy() > p.box.Dy()
			})
		}
	}
	return framed
}

// spreadNumbers gives the blur around what is numbered the number of the nearest.
func (g grey) spreadNumbers(of []int32) {
	var queue []int32
	for at, n := range of {
		if n != 0 {
			queue = append(queue, int32(at))
		}
	}
	for len(queue) > 0 {
		at := int(queue[0])
		queue = queue[1:]
		x, y := at%g.w, at/g.w
		for i := max(y-1, 0); i <= min(y+1, g.h-1); i++ {
			for j := max(x-1, 0); j <= min(x+1, g.w-1); j++ {
				if to := i*g.w + j; g.pix[to] > 0 && of[to] == 0 {
					of[to], queue = of[at], append(queue, int32(to))
				}
			}
		}
	}
}

// cut is the ink of one group, and where its corner is.
func (g grey) cut(of []int32, number int32) (grey, image.Point) {
	var r image.Rectangle
	for at, n := range of {
		if n == number {
			r = r.Union(image.Rect(at%g.w, at/g.w, at%g.w+1, at/g.w+1))
		}
	}
	to := newGrey(r.Dx(), r.Dy())
	for y := range to.h {
		for x := range to.w {
			if at := (r.Min.Y+y)*g.w + r.Min.X + x; of[at] == number {
				to.row(y)[x] = g.pix[at]
			}
		}
	}
	return to, r.Min
}

// unruled is the ink without the straight lines that run from one border of the picture to the
// other, like those of ruled paper. Where what is left touches the border, nothing is taken away:
// the line may be the bar of a digit that fills the picture.
func (g grey) unruled() grey {
	to := grey{g.w, g.h, slices.Clone(g.pix)}
	found := to.eraseLines()
	turned := transposed(to)
	if found = turned.eraseLines() || found; !found {
		return g
	}
	to = transposed(turned)
	wipe(to, solid)
	if r := to.bounds(); r.Empty() || r.Min.X == 0 || r.Min.Y == 0 || r.Max.X == g.w || r.Max.Y == g.h {
		return g
	}
	return to
}

func transposed(g grey) grey {
	to := newGrey(g.h, g.w)
	for at, v := range g.pix {
		to.row(at % g.w)[at/g.w] = v
	}
	return to
}

// eraseLines takes away lines from the left border to the right.
func (g grey) eraseLines() (found bool) {
	if g.w < 50 || g.h < 50 {
		return false
	}
	left, right := g.crossings(0), g.crossings(g.w-1)
	if len(left)*len(right) > 10000 {
		return false // no ruled paper
	}
	for _, from := range left {
		for _, to := range right {
			at := func(x int) int { return from + (to-from)*x/(g.w-1) }
			if math.Abs(float64(from-to)) < float64(g.w)/10 && g.inked(at) {
				found = g.erase(at) || found
			}
		}
	}
	return found
}

// crossings are the middles of the ink in a column.
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

// inked says whether there is ink along a line, or just beside, nearly everywhere.
func (g grey) inked(at func(x int) int) bool {
	missing := 0
	for x := range g.w {
		if y := at(x); max(g.row(y)[x], g.row(max(y-1, 0))[x], g.row(min(y+1, g.h-1))[x]) <= solid {
			if missing++; 20*missing > g.w {
				return false
			}
		}
	}
	return true
}

// erase takes a line away, but for where something crosses it: where there is ink for more
// than one and a half times its usual thickness.
func (g grey) erase(at func(x int) int) bool {
	type run struct{ from, to int }
	runs, sizes := make([]run, g.w), make([]int, g.w)
	for x := range g.w {
		y := at(x)
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
	usual := sizes[g.w/2]
	if 25*usual > g.w {
		return false // no line, but a shape
	}
	for x, r := range runs {
		if 2*(r.to-r.from) <= 3*usual+2 {
			for y := r.from; y < r.to; y++ {
				g.row(y)[x] = 0
			}
		}
	}
	return true
}
