// Package digits draws handwritten digits like MNIST's, for where there is no MNIST.
//
// It writes digits as a hand does: it takes one of many ways to write a digit, moves a pen
// along it unsteadily, bends and slants the result, and scales it as MNIST's makers
// did: into a box of 20×20, whose centre of mass goes to the middle of 28×28.
//
// The same seed gives the same bytes on every machine. Each sample has a random stream
// of its own; sums of uniforms stand for normal numbers and polynomials for angles,
// since math.Exp and its like differ between architectures; and a product that is
// added to something is rounded first, float64(a*b) + c, since some compilers would
// fuse the two.
package digits

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// Side is the width and the height of an image, in pixels.
const Side = 28

const box = 20 // the longer side of the ink

// Draw draws n digits on all processors: Side×Side pixels each, 0 where there is no ink, and
// which digit it is, of each equally many, give or take one. How digit i is drawn depends on
// (seed, part, i) alone, and which one it is on (seed, part, n): so parts are disjoint.
func Draw(seed, part uint64, n int) (pixels []byte, labels []int32) {
	const dim = Side * Side
	pixels, labels = make([]byte, n*dim), make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 10)
	}
	stream(seed, part, -1).Shuffle(n, func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				draw(stream(seed, part, i), int(labels[i]), pixels[i*dim:][:dim])
			}
		})
	}
	wg.Wait()
	return pixels, labels
}

// draw writes one digit into a black image.
func draw(rng *rand.Rand, digit int, image []byte) {
	hand := hands[digit]
	ink := movePen(rng, blend(rng, shapes()[digit]))
	bend(rng, ink, hand.slant)
	fit(rng, ink, hand.pen)
	paint(rng, ink, image)
}

// How unsteady the hand is: the spread of what varies, in heights of a digit where it
// is a length. More makes digits that are hard to read, less teaches a network too
// little to read what people write: measured, each trades one for the other.
const (
	missSpread  = 0.022 // of a point's place, together with its neighbours'
	bendSpread  = 0.07  // of the rubber that the digit is drawn on
	widthSpread = 0.14  // of the ratio of width to height
	slantSpread = 0.22  // of dx/dy
	turnSpread  = 0.10  // of the tangent of the angle
	pressSpread = 0.25  // of the pen's radius along the way
	penSpread   = 0.35  // of its radius from digit to digit, in pixels
)

// A point is where the pen is, or a vector between two such places.
type point struct{ x, y float64 }

func (p point) plus(q point) point    { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point   { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point { return point{float64(p.x * f), float64(p.y * f)} }
func (p point) dot(q point) float64   { return float64(p.x*q.x) + float64(p.y*q.y) }

// A knot is a point of a path, a mark is a disc of ink: a line joins each to the next,
// unless it is the last before the pen is lifted. A shape is a way to write a digit.
type (
	knot struct {
		point
		corner, last bool
	}
	mark struct {
		point
		r    float64
		last bool
	}
	shape struct {
		often float64
		knots []knot
	}
)

// stream is the random stream of digit i; that of −1 shuffles the labels.
func stream(seed, part uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, part<<48|uint64(i+1)))
}

// bell is a bell-shaped random number: mean 0, standard deviation 1, within ±3.
// (What Float64 multiplies by is a power of two, so fusing changes nothing there.)
func bell(rng *rand.Rand) float64 {
	return 2 * (rng.Float64() + rng.Float64() + rng.Float64() - 1.5)
}

func bells(rng *rand.Rand) point { return point{bell(rng), bell(rng)} }

// blend takes a form, blends it with another one, and misses every point a little.
func blend(rng *rand.Rand, shapes []shape) []knot {
	a, b, t := pick(rng, shapes), pick(rng, shapes), rng.Float64()
	if !slices.EqualFunc(a, b, func(k, l knot) bool { return k.last == l.last }) {
		b = a
	}
	knots := slices.Clone(a)
	last, this := bells(rng), bells(rng)
	for i := range knots {
		next := bells(rng)
		k := &knots[i].point
		*k = k.plus(b[i].minus(*k).times(t)).plus(last.plus(this).plus(next).times(missSpread))
		last, this = this, next
	}
	return knots
}

// pick picks one of the shapes, each as often as it is seen.
func pick(rng *rand.Rand, shapes []shape) []knot {
	total := 0.0
	for _, s := range shapes {
		total += s.often
	}
	at, i := float64(total*rng.Float64()), 0
	for ; i < len(shapes)-1 && at >= shapes[i].often; i++ {
		at -= shapes[i].often
	}
	return shapes[i].knots
}

// movePen moves the pen through the knots on curves that at a knot go in the
// direction from the knot before to the knot after (Catmull and Rom 1974).
func movePen(rng *rand.Rand, knots []knot) (ink []mark) {
	const steps = 6 // from one knot to the next
	press := 1 + float64(pressSpread*bell(rng))
	for i, from := range knots[:len(knots)-1] {
		if from.last {
			continue
		}
		to := knots[i+1]
		before, after := from.point, to.point
		if i > 0 && !knots[i-1].last && !from.corner {
			before = knots[i-1].point
		}
		if !to.last && !to.corner {
			after = knots[i+2].point
		}
		out, in := to.minus(before).times(0.5), after.minus(from.point).times(0.5)
		next := 1 + float64(pressSpread*bell(rng))
		for step := range steps + 1 {
			t := float64(step) / steps
			u := 1 - t
			p := from.times(u * u * (1 + float64(2*t))).plus(to.times(t * t * (1 + float64(2*u)))) // Hermite's cubics
			p = p.plus(out.times(t * u * u)).minus(in.times(t * t * u))
			ink = append(ink, mark{p, float64(press*u) + float64(next*t), step == steps})
		}
		press = next
	}
	return ink
}

// bend bends the ink as if it were on rubber: the corners of a 4×4 net move, and what lies
// between follows them (Sederberg and Parry 1986, "Free-form deformation"). Then it is
// widened, slanted and turned (and scaled, which does not matter here).
func bend(rng *rand.Rand, ink []mark, slant float64) {
	var net [4][4]point
	for i := range net {
		for j := range net[i] {
			net[i][j] = bells(rng).times(bendSpread)
		}
	}
	width := 1 + float64(widthSpread*bell(rng))
	slant += float64(slantSpread * bell(rng))
	turn := turnSpread * bell(rng)
	for m := range ink {
		p := ink[m].point
		bx, by := bernstein(p.x), bernstein(p.y)
		for i := range net {
			for j := range net[i] {
				p = p.plus(net[i][j].times(bx[i] * by[j]))
			}
		}
		p.x = float64(p.x*width) - float64(p.y*slant)
		ink[m].point = point{p.x - float64(p.y*turn), p.y + float64(p.x*turn)}
	}
}

// bernstein is the four cubic Bernstein polynomials at t, brought into 0…1.
func bernstein(t float64) [4]float64 {
	t = min(max(t, 0), 1)
	u := 1 - t
	return [4]float64{u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t}
}

// fit chooses the pen's radius, and scales and moves the ink so that it fits the box.
func fit(rng *rand.Rand, ink []mark, pen float64) {
	pen = max(pen+float64(penSpread*bell(rng)), 0.7)
	lo, hi := ink[0].point, ink[0].point
	for _, p := range ink {
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	scale := (box - float64(2*pen)) / max(hi.x-lo.x, hi.y-lo.y)
	middle := lo.plus(hi).times(0.5)
	for m := range ink {
		p := &ink[m]
		p.point = p.minus(middle).times(scale).plus(point{box / 2, box / 2})
		p.r *= pen
	}
}

// paint draws the lines from mark to mark into the box, and puts the box into the image
// so that the pixel with the centre of mass is the 14th (from 0), as in MNIST.
func paint(rng *rand.Rand, ink []mark, image []byte) {
	var grey [box][box]float64
	soft := 0.9 + float64(0.4*rng.Float64()) // pixels from black to white
	for m := range ink {
		if !ink[m].last {
			line(&grey, ink[m], ink[m+1], soft)
		}
	}
	var mass float64
	var moment point
	for y := range grey {
		for x, v := range grey[y] {
			mass += v
			moment = moment.plus(point{float64(x), float64(y)}.times(v))
		}
	}
	left := int(math.Floor(Side/2 + 0.5 - moment.x/mass))
	top := int(math.Floor(Side/2 + 0.5 - moment.y/mass))
	for y := max(0, -top); y < min(box, Side-top); y++ { // rarely, a tip sticks out
		for x := max(0, -left); x < min(box, Side-left); x++ {
			image[(top+y)*Side+left+x] = byte(float64(255*grey[y][x]) + 0.5)
		}
	}
}

// line draws one line, whose ends have different radii, with an edge that fades from
// white inside to black outside. Only the pixels within reach of it are looked at.
func line(grey *[box][box]float64, a, b mark, soft float64) {
	reach := max(a.r, b.r) + soft
	x0, x1 := max(int(min(a.x, b.x)-reach), 0), min(int(max(a.x, b.x)+reach), box-1)
	y0, y1 := max(int(min(a.y, b.y)-reach), 0), min(int(max(a.y, b.y)+reach), box-1)
	ab := b.minus(a.point)
	square := ab.dot(ab) + 1e-12 // not 0 where two marks coincide
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			ap := point{float64(x) + 0.5, float64(y) + 0.5}.minus(a.point)
			t := min(max(ap.dot(ab)/square, 0), 1)
			off := ap.minus(ab.times(t))
			inside := a.r + float64((b.r-a.r)*t) - math.Sqrt(off.dot(off))
			grey[y][x] = max(grey[y][x], min(inside/soft+0.5, 1))
		}
	}
}
