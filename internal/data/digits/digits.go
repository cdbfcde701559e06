// Package digits draws handwritten digits like MNIST's, to train on without MNIST.
//
// It writes a digit as a hand does: it takes one of many ways to write it, moves a pen along that path unsteadily, and
// bends and slants the result. Then it scales it as MNIST's makers did: into a box of 20×20 pixels, which is placed so
// that its centre of mass is in the middle of 28×28 pixels.
//
// A seed gives the same bytes on every machine. Each digit has a random generator of its own. Sums of uniform numbers
// take the place of normal ones, and tangents the place of angles, since functions such as math.Exp differ between
// architectures. A product is rounded before it is added, float64(a*b) + c, since some compilers would fuse the two.
package digits

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Side is the width and the height of an image, in pixels.
const Side = 28

const box = 20 // the longer side of the ink

// Draw draws n images of digits, equally many of each digit, give or take one. It returns Side×Side pixels for each
// image, 0 where there is no ink, and which digit it shows. How image i is drawn depends only on (seed, split, i), and
// which digit it shows depends only on (seed, split, n). Each split has random numbers of its own, so no image is in
// two.
func Draw(seed, split uint64, n int) (pixels []byte, labels []int32) {
	const dim = Side * Side
	pixels, labels = make([]byte, n*dim), make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 10)
	}
	stream(seed, split, -1).Shuffle(n, func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				draw(stream(seed, split, i), int(labels[i]), pixels[i*dim:][:dim])
			}
		})
	}
	wg.Wait()
	return pixels, labels
}

// draw draws one digit into a black image.
func draw(rng *rand.Rand, digit int, image []byte) {
	hand := hands[digit]
	ink := movePen(rng, blend(rng, shapes()[digit]))
	bend(rng, ink, hand.slant)
	fit(rng, ink, hand.pen)
	paint(rng, ink, image)
}

// How unsteady the hand is: standard deviations, in heights of a digit if they are lengths. Larger ones make digits
// that are hard to read; with smaller ones a network learns too little to read what people write. We found this
// compromise by experiment.
const (
	missSpread  = 0.034 // by which a point misses its place, to which its neighbours' misses are added
	bendSpread  = 0.085 // of the corners of the net that bends the digit
	widthSpread = 0.14  // of the ratio of width to height
	slantSpread = 0.24  // of dx/dy
	turnSpread  = 0.14  // of the tangent of the angle
	pressSpread = 0.35  // of the pen's radius along the path
	penSpread   = 0.35  // of the pen's radius from digit to digit, in pixels
)

// A point is a place, or the vector between two places.
type point struct{ x, y float64 }

func (p point) plus(q point) point    { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point   { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point { return point{float64(p.x * f), float64(p.y * f)} }
func (p point) dot(q point) float64   { return float64(p.x*q.x) + float64(p.y*q.y) }

// A shape is a way to write a digit.
type shape struct {
	weight float64 // how often it is seen
	knots  []knot
}

// A knot is a point that a path goes through.
type knot struct {
	point
	corner bool // the path turns sharply
	last   bool // the pen is lifted
}

// A mark is a disc of ink. A line joins it to the next mark, unless the pen is lifted after it.
type mark struct {
	point
	r    float64
	last bool
}

// stream returns the random generator of digit i; the one for −1 shuffles the labels.
func stream(seed, split uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, split<<48|uint64(i+1)))
}

// bell returns a bell-shaped random number: mean 0, standard deviation 1, within ±3. The sums need no float64() in
// them: Float64 ends with an exact multiplication, so fusing it with a sum changes no bit.
func bell(rng *rand.Rand) float64 {
	return 2 * (rng.Float64() + rng.Float64() + rng.Float64() - 1.5)
}

func bells(rng *rand.Rand) point { return point{bell(rng), bell(rng)} }

// blend draws two shapes of a digit, takes a weighted mean of both if they have equally many points, and moves every
// point a little.
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

// pick draws a shape with a probability in proportion to its weight.
func pick(rng *rand.Rand, shapes []shape) []knot {
	total := 0.0
	for _, s := range shapes {
		total += s.weight
	}
	at, i := float64(total*rng.Float64()), 0
	for ; i < len(shapes)-1 && at >= shapes[i].weight; i++ {
		at -= shapes[i].weight
	}
	return shapes[i].knots
}

// movePen moves the pen through the knots. At each knot it moves in the direction from the knot before to the knot
// after (Catmull and Rom 1974).
func movePen(rng *rand.Rand, knots []knot) (ink []mark) {
	const steps = 6 // steps from one knot to the next
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

// bend bends the ink as if it were on rubber: the corners of a 4×4 net move, and what lies between follows them
// (Sederberg and Parry 1986, "Free-form deformation"). Then it widens, slants and turns the ink. (Turning also scales
// it, which fit undoes.)
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

// bernstein returns the four cubic Bernstein polynomials at t, which is first limited to 0…1.
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

// paint draws lines from mark to mark into the box, and puts the box into the image so that the centre of mass is in
// pixel 14, counted from 0, as in MNIST.
func paint(rng *rand.Rand, ink []mark, image []byte) {
	var grey [box][box]float64
	soft := 0.9 + float64(0.4*rng.Float64()) // pixels from black to white at an edge
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

// line draws a line whose ends have different radii, with an edge that fades from white to black over soft pixels. It
// looks only at pixels near the line that are not white yet, since no others can change.
func line(grey *[box][box]float64, a, b mark, soft float64) {
	reach := max(a.r, b.r) + float64(soft/2) + 1e-6 // a little more than needed, because of rounding
	x0, x1 := pixelRange(min(a.x, b.x)-reach, max(a.x, b.x)+reach)
	y0, y1 := pixelRange(min(a.y, b.y)-reach, max(a.y, b.y)+reach)
	ab := b.minus(a.point)
	squaredLength := ab.dot(ab) + 1e-12 // not 0 if two marks coincide
	for y := y0; y < y1; y++ {
		row := grey[y][x0:x1]
		for x, old := range row {
			if old == 1 {
				continue
			}
			ap := point{float64(x0+x) + 0.5, float64(y) + 0.5}.minus(a.point)
			t := min(max(ap.dot(ab)/squaredLength, 0), 1) // where on the line the nearest point is
			offset := ap.minus(ab.times(t))
			squaredDistance := offset.dot(offset)
			if squaredDistance > float64(reach*reach) {
				continue
			}
			inside := a.r + float64((b.r-a.r)*t) - math.Sqrt(squaredDistance)
			row[x] = max(old, min(inside/soft+0.5, 1))
		}
	}
}

// pixelRange returns the range from ≤ i < to of the pixels of the box whose centres lie between lo and hi.
func pixelRange(lo, hi float64) (from, to int) {
	from, to = max(int(lo+0.5), 0), min(int(hi+0.5), box)
	return min(from, to), max(from, to)
}

// The ways to write each digit, and how each lies in MNIST.

// forms are the ways to write each digit, upright; hands slants them. A path is the points x,y that the pen goes
// through, smoothly except at corners, marked "!"; ";" lifts the pen. y points downwards, and a digit is 100 high.
// Forms of a digit with equally many points can be blended.
var forms = []struct {
	digit  int
	weight float64 // how often it is seen
	path   string
}{
	{0, 3, "46,6 26,22 18,50 24,78 48,94 70,78 78,50 68,22 46,6"},                     // oval
	{0, 3, "48,6 34,30 28,60 32,86 50,94 68,84 74,62 64,32 48,8"},                     // an egg
	{0, 3, "50,8 26,16 12,46 22,78 52,92 78,80 86,48 76,20 46,8"},                     // round
	{0, 3, "46,8 22,28 14,56 24,82 44,92 74,80 86,54 72,28 44,10"},                    // a drop
	{0, 1, "50,8 18,20 4,48 16,82 50,94 88,80 100,50 84,20 44,8"},                     // wide
	{0, 3, "44,6 32,26 28,54 34,84 46,94 60,80 66,50 60,22 44,8"},                     // narrow
	{0, 2, "64,22 44,6 20,26 14,58 26,88 50,94 72,74 74,40 50,8"},                     // begun inside
	{0, 1, "34,10 18,40 20,76 46,94 74,80 82,44 66,14 40,8 24,24"},                    // the end crosses the beginning
	{1, 20, "40,0 40,50 40,100"},                                                      // a line
	{1, 1, "34,0 42,40 36,100"},                                                       // a bow
	{1, 1, "38,4 38,50 36,86 46,96"},                                                  // with a foot
	{1, 1, "26,18 40,4! 41,50 40,98"},                                                 // with a flag
	{1, 1, "16,40 40,4! 46,50 44,88; 6,92 40,92 76,86"},                               // with flag and base
	{2, 2, "8,12 30,4 62,6 74,26 56,52 34,72 18,92! 46,94 88,88"},                     // a straight base
	{2, 2, "8,8 34,6 62,6 72,22 48,50 26,70 10,90! 46,92 92,76"},                      // nearly a Z
	{2, 2, "20,18 36,6 56,10 56,36 46,60 34,78 20,94! 46,92 80,80"},                   // narrow
	{2, 2, "20,24 34,8 56,10 56,34 38,62 14,84 -10,96! 40,84 102,70"},                 // a wide base
	{2, 2, "24,30 14,20 36,4 60,14 62,44 48,76 24,96 6,90 16,74 40,70 66,80 92,90"},   // a flat loop
	{2, 2, "18,20 40,6 64,20 74,48 66,76 44,94 20,92 14,76 28,68 50,72 70,78 88,82"},  // a round loop
	{2, 2, "8,22 26,10 56,6 68,24 68,52 52,82 28,96 6,84 16,66 46,62 72,74 92,78"},    // a base high up
	{2, 2, "30,16 36,6 50,8 58,26 60,52 54,80 36,94 22,88 24,70 44,66 62,78 84,94"},   // narrow
	{2, 1, "40,26 36,8 54,4 66,22 62,48 48,76 24,96 8,88 16,74 42,76 66,84 92,74"},    // a hook at the top
	{2, 2, "20,10 46,6 70,24 82,56 76,82 48,96 16,94 8,78 24,66 54,72 78,82 98,92"},   // wide
	{2, 1, "26,24 36,6 56,14 74,46 78,72 56,92 28,96 12,80 20,64 48,58 74,64 88,76"},  // a large loop
	{2, 2, "32,8 50,8 64,22 62,46 50,64 26,84 6,82 12,66 36,62 58,66 74,80 90,94"},    // the end goes down
	{2, 1, "24,20 36,6 52,12 50,36 40,60 30,80 24,94! 46,94 74,92"},                   // like an L
	{2, 1, "16,10 44,6 74,10 58,36 34,64 10,90! 44,92 86,88"},                         // nearly a Z
	{2, 1, "10,26 36,10 62,14 60,34 36,54 14,72 -14,88! 44,82 114,66"},                // wide and flat
	{2, 1, "30,20 50,4 68,20 60,50 40,84 20,96 10,82 26,70 48,78 60,86 74,92"},        // a small loop
	{2, 1, "36,12 52,6 64,20 58,50 40,86 22,94 16,80 32,74 50,84 72,86 94,76"},        // the end goes up
	{2, 1, "6,34 26,12 52,16 54,38 36,62 16,82! 40,80 76,72 112,60"},                  // a wave
	{2, 1, "26,12 44,6 52,20 50,44 46,66 40,84 30,96! 52,94 78,92"},                   // a stem, and a base
	{2, 1, "10,12 50,8 84,10! 60,40 36,66 12,92! 50,92 94,90"},                        // a Z
	{2, 1, "14,28 30,6 60,4 76,24 64,54 36,84 12,96 2,82 20,70 48,78 72,88 100,80"},   // a wide loop
	{2, 1, "30,26 24,12 46,4 66,16 62,44 40,76 20,94 6,84 18,68 42,72 66,86 84,96"},   // a curl at the top
	{2, 1, "40,10 56,6 64,18 54,44 36,74 22,92 14,84 24,70 44,74 60,86 78,92 96,88"},  // narrow, with a loop
	{3, 2, "22,12 46,6 70,10 66,32 42,46! 70,56 82,74 54,94 14,84"},                   // round
	{3, 2, "26,12 46,4 64,12 56,34 38,46! 66,52 78,72 52,94 22,82"},                   // narrow
	{3, 2, "30,10 52,4 70,20 62,38 44,44! 72,52 82,80 50,92 14,76"},                   // a large belly
	{3, 2, "20,10 50,4 74,12 64,38 24,46! 62,48 78,68 54,92 20,84"},                   // a long middle
	{3, 1, "26,16 24,4 74,6 84,26 38,44! 70,50 90,70 56,94 10,72"},                    // hooked at both ends
	{3, 1, "10,18 40,6 68,10 56,32 32,44! 72,46 84,66 50,88 14,94"},                   // a small top
	{3, 1, "26,16 46,4 62,14 54,32 38,42! 60,44 70,64 58,88 26,90"},                   // a deep belly
	{3, 2, "32,4 52,4 64,16 48,38 36,50! 58,56 72,68 60,84 38,94"},                    // a zigzag
	{3, 2, "22,8 50,4 74,10 56,32 22,46! 60,54 74,74 52,92 28,80"},                    // a flat top
	{3, 1, "26,10 54,6 72,24 46,40 36,52 60,60 70,80 52,92 20,86"},                    // hardly a corner
	{3, 1, "16,16 40,4 66,12 58,32 42,42! 68,46 84,70 50,94 26,76"},                   // the tail curls up
	{3, 1, "10,14 50,4 80,14 58,36 36,44! 74,48 88,70 50,94 6,80"},                    // wide and flat
	{3, 1, "16,8 46,6 78,6! 56,26 36,42! 72,50 78,76 46,96 12,82"},                    // begun like a Z
	{3, 1, "24,14 50,4 72,18 56,40 36,50 40,40 70,52 76,80 44,96 14,82"},              // a loop in the middle
	{3, 1, "28,12 52,4 70,18 54,38 40,44! 70,54 70,82 40,94 22,78 40,66"},             // the tail closes
	{3, 1, "40,8 58,4 66,18 52,36 40,42! 60,52 62,74 36,92 -6,92"},                    // a long tail
	{3, 1, "20,10 56,4 80,8 64,34 46,50! 60,58 58,80 40,98 20,98"},                    // the lower half is small
	{3, 1, "14,20 50,4 80,14 60,38 40,48! 60,52 66,70 46,90 26,98"},                   // a short tail
	{3, 1, "30,10 52,4 66,16 50,34 36,42! 80,46 90,76 50,98 20,72"},                   // a large lower half
	{3, 1, "26,12 52,4 66,18 54,36 42,42! 70,50 76,84 36,98 18,80 40,74"},             // the tail closes a ring
	{3, 1, "0,16 44,2 78,8 60,34 26,50! 70,46 84,66 52,90 4,98"},                      // wide
	{4, 2, "32,8 26,34 20,56! 46,52 80,50; 82,4 70,52 54,98"},                         // open
	{4, 2, "30,4 16,30 16,50! 50,46 66,34; 86,10 62,50 42,98"},                        // like a y
	{4, 2, "32,20 24,40 20,60! 46,60 76,60; 82,4 74,52 68,96"},                        // low
	{4, 2, "30,18 28,36 28,54! 48,54 70,52; 74,4 66,50 62,98"},                        // narrow
	{4, 2, "42,4 8,40 22,60 56,54 72,40; 96,10 68,60 44,98"},                          // round
	{4, 2, "36,10 26,26 20,42! 46,44 76,36; 82,6 66,44 50,96"},                        // high
	{4, 1, "54,4 36,30 22,54! 50,54 82,54; 56,6 54,50 50,98"},                         // closed
	{4, 1, "30,34 26,46 24,60! 50,60 82,60; 66,4 66,52 64,98"},                        // a short stroke at the left
	{4, 1, "26,14 20,40 10,70! 50,66 96,66; 88,8 78,56 68,96"},                        // wide and low
	{4, 2, "32,16 12,40 18,54! 50,54 86,42; 72,4 60,54 50,98"},                        // a cross
	{4, 1, "60,4 34,30 10,62! 50,62 94,60; 60,4 60,50 58,98"},                         // closed, a triangle
	{4, 1, "62,4 34,36 12,62! 54,60 96,56; 66,6 60,54 56,98"},                         // closed, the stem apart
	{4, 1, "24,6 20,30 20,52! 46,52 74,48; 76,4 74,50 74,96"},                         // like an H
	{4, 1, "46,2 26,40 6,76! 50,72 98,66; 66,44 60,70 54,98"},                         // a short stem
	{4, 1, "36,4 20,32 8,60! 52,58 98,50; 64,30 54,64 44,98"},                         // a bar that rises
	{4, 1, "40,6 22,38 14,56! 44,56 70,50! 76,8! 66,56 60,98"},                        // in one go
	{5, 2, "90,8 62,8 38,10! 30,44! 62,48 82,70 58,92 18,86"},                         // in one go
	{5, 2, "92,8 50,8 16,10! 18,44! 50,48 70,68 52,92 10,78"},                         // wide bar
	{5, 2, "78,8 50,8 28,10! 26,44! 60,46 78,64 58,92 20,86"},                         // square shoulders
	{5, 1, "80,6 50,8 28,14! 30,56! 52,64 66,76 54,94 32,92"},                         // a small belly
	{5, 2, "92,10 60,10 40,12! 30,44! 66,50 86,72 56,94 10,84"},                       // a long tail
	{5, 1, "74,6 62,6 52,12! 30,36! 60,48 80,72 54,94 18,76"},                         // a neck that leans
	{5, 1, "100,10 50,12 12,14! 10,48! 40,54 66,72 56,92 10,88"},                      // the bar far out
	{5, 1, "82,8 50,6 28,10! 6,44! 62,40 98,54 66,86 14,92"},                          // wide
	{5, 1, "76,6 60,6 44,10! 20,46! 50,38 84,62 60,92 16,86"},                         // a large belly
	{5, 1, "96,2 70,6 46,12! 26,40! 60,44 74,64 46,88 6,94"},                          // a bar that rises
	{5, 1, "84,6 60,6 36,10! 24,38! 60,40 84,68 52,94 20,72"},                         // the tail curls up
	{5, 1, "88,14 56,6 34,12 10,34 40,50 74,70 60,92 26,70"},                          // an S
	{5, 1, "90,8 40,12 10,22 16,40 60,52 84,72 50,90 8,82"},                           // a wide S
	{5, 1, "74,8 44,22 28,36 30,44 54,56 72,72 50,92 28,86"},                          // a narrow S
	{5, 1, "84,14 46,6 18,20 20,36 50,54 74,74 54,92 26,84"},                          // a round S
	{5, 2, "26,12 24,28 22,44! 56,46 76,68 56,92 14,86; 28,10 56,8 92,4"},             // the bar apart
	{5, 1, "62,4 46,12 40,28 44,42 58,54 60,74 40,92 8,90"},                           // no bar
	{5, 1, "56,8 46,10 40,24 44,40 60,58 56,80 30,96 0,86"},                           // no bar, narrow
	{5, 1, "100,18 70,22 46,34! 36,56! 46,64 50,78 34,92 4,82"},                       // a tick
	{5, 1, "110,10 76,16 44,30! 34,50! 44,58 46,74 28,86 -6,76"},                      // a flat tick
	{5, 1, "84,6 54,6 24,8! 20,42! 58,38 86,66 54,96 14,82"},                          // a block
	{5, 1, "34,12 30,28 26,46! 58,42 80,68 54,94 18,82; 34,12 60,10 96,8"},            // the bar apart
	{5, 1, "22,10 22,30 20,48! 62,46 82,70 54,94 8,90; 22,10 50,8 84,6"},              // the bar apart, a large belly
	{5, 1, "40,16 36,30 30,46! 60,48 70,70 46,92 10,86; 38,14 70,8 104,0"},            // the bar apart, leaning
	{5, 1, "60,8 44,10 32,14! 30,40! 56,44 72,66 54,92 22,90"},                        // a short bar
	{5, 1, "92,4 62,4 34,6! 26,30! 66,32 90,62 60,96 10,84"},                          // a short neck
	{5, 1, "88,6 60,8 32,12! 30,60! 56,58 70,74 52,96 20,90"},                         // a long neck
	{5, 1, "78,4 56,6 36,8! 30,44! 60,50 70,74 36,94 -10,90"},                         // the tail goes far
	{5, 1, "80,10 50,10 34,20 30,44! 60,44 80,68 56,94 18,86"},                        // round shoulders
	{5, 1, "84,4 58,14 36,30 26,48! 60,46 78,68 54,94 16,88"},                         // round, and a bar that rises
	{6, 2, "64,4 36,34 14,70 30,94 64,92 86,70 70,58 42,72 30,90"},                    // a bow
	{6, 2, "56,4 38,34 26,70 34,92 60,90 80,66 66,54 46,66 36,82"},                    // the loop reaches out
	{6, 2, "58,6 38,24 26,60 32,92 60,94 78,80 68,68 44,72 34,88"},                    // a filled loop
	{6, 2, "56,8 42,32 30,72 34,92 58,94 74,76 62,60 42,68 34,84"},                    // narrow, a small loop
	{6, 2, "58,6 38,30 24,62 32,90 60,90 80,74 66,56 46,60 34,82"},                    // a round loop
	{6, 2, "54,6 32,28 14,66 30,92 62,90 84,66 66,50 40,60 28,78"},                    // a large loop
	{6, 1, "58,4 28,32 8,64 30,94 70,84 94,60 76,54 44,68 34,80"},                     // a flat loop
	{6, 1, "50,6 34,36 26,72 38,94 60,94 72,68 60,46 42,52 32,72"},                    // narrow
	{6, 1, "76,10 40,24 18,58 28,86 56,92 76,80 66,66 44,66 30,84"},                   // a C
	{6, 1, "62,8 38,26 26,56 34,90 58,92 76,70 60,52 38,54 28,70"},                    // a ring
	{6, 0.5, "22,4 6,34 -8,76 40,96 96,84 114,50 96,34 62,50 46,80"},                  // wide
	{7, 2, "14,20 40,14 82,8! 66,54 50,96"},                                           // an angle
	{7, 2, "20,10 40,12 68,6! 62,50 50,96"},                                           // narrow
	{7, 2, "12,10 50,8 80,14! 64,54 46,96"},                                           // a level bar
	{7, 2, "10,10 50,10 82,8! 58,54 46,94"},                                           // a stem that leans
	{7, 2, "4,8 50,10 86,8! 66,54 42,96"},                                             // a long bar
	{7, 1, "0,6 20,16 98,16! 68,60 40,94"},                                            // wide
	{7, 1, "0,22 44,18 92,8! 76,50 46,94"},                                            // a bar that rises
	{7, 2, "26,28 20,16! 50,10 76,8! 62,50 46,96"},                                    // with a flag
	{7, 1, "28,22 30,8! 52,14 74,28! 56,60 32,98"},                                    // a flag, and a bar that falls
	{7, 2, "24,36 40,14 62,6 72,20 60,60 50,96"},                                      // round
	{7, 1, "28,14 46,6 60,14 58,42 48,70 52,96"},                                      // round and narrow
	{7, 1, "18,10 44,8 68,10! 52,52 44,96; 26,48 56,50 84,44"},                        // with a bar
	{7, 1, "16,10 40,6 56,18! 42,54 40,98; 22,54 50,50 90,46"},                        // round, with a bar
	{7, 1, "14,12 40,10 78,8! 60,52 42,96; 20,56 50,54 86,50"},                        // with a bar
	{7, 1, "10,14 44,12 84,10! 66,50 50,98; 34,52 60,52 90,50"},                       // with a bar to the right
	{7, 1, "24,18 26,8! 50,10 78,8! 58,52 40,96; 28,50 52,52 80,54"},                  // a flag and a bar
	{7, 1, "16,22 40,8 70,10 62,40 46,96; 26,58 52,54 78,48"},                         // round, with a low bar
	{7, 1, "6,12 40,12 76,10! 52,54 30,94; 10,52 40,52 74,50"},                        // leaning, with a bar
	{7, 1, "8,48 14,12! 46,14 80,16! 72,56 62,96"},                                    // like an n
	{7, 1, "10,30 30,12 70,8 90,26 66,62 40,92"},                                      // round and wide
	{7, 1, "0,26 30,8 76,6 96,28 60,52 20,74"},                                        // like a hook
	{8, 2, "68,26 54,8 28,20 34,44 60,64 70,80 50,94 28,78 40,58 60,42 70,22 58,8"},   // an S and back
	{8, 2, "74,10 48,6 26,28 40,52 56,60 62,80 46,92 32,78 44,62 62,46 74,24 72,10"},  // open
	{8, 2, "68,10 48,8 34,28 44,52 58,64 64,84 54,94 38,82 40,62 54,44 64,24 70,8"},   // narrow
	{8, 2, "80,16 46,8 24,10 32,40 50,60 58,82 46,94 34,82 38,64 54,44 72,28 84,14"},  // a small lower loop
	{8, 2, "80,24 66,8 20,20 26,34 58,62 68,82 48,94 24,80 36,60 60,44 80,26 62,8"},   // wide
	{8, 2, "88,18 46,8 14,14 26,34 52,58 64,80 44,94 26,80 36,58 56,42 70,26 90,14"},  // open, wide
	{8, 2, "50,6 20,26 48,44 80,26 52,6; 48,46 14,70 46,94 84,70 52,46"},              // two rings
	{8, 1, "58,12 46,6 36,16 42,44 54,62 58,80 48,94 38,82 42,60 54,42 60,20 54,8"},   // very narrow
	{8, 1, "66,18 48,8 30,20 34,38 62,56 70,74 52,92 28,74 36,50 56,36 66,20 56,8"},   // a small upper loop
	{8, 1, "80,28 40,8 14,10 22,36 50,62 64,84 44,94 26,80 34,58 60,46 82,30 66,14"},  // nearly a P
	{8, 1, "98,24 62,6 6,28 36,44 66,64 80,80 60,92 40,80 44,58 70,44 98,24 74,6"},    // the upper loop lies down
	{8, 1, "96,2 58,14 30,28 38,46 56,62 60,82 46,94 32,80 46,60 62,40 78,18 98,0"},   // a long end
	{8, 1, "72,14 56,4 40,14 46,34 60,54 66,80 50,96 34,80 40,56 58,36 70,20 62,6"},   // narrow
	{8, 1, "46,4 26,22 46,42 66,22 48,4; 46,44 20,70 46,96 74,70 50,44"},              // two rings
	{8, 1, "54,2 34,20 50,38 70,20 56,4; 46,40 8,66 40,96 80,72 50,42"},               // two rings, the lower one large
	{8, 1, "50,46 26,24 50,4 74,22 50,46 28,72 50,96 72,72 52,48"},                    // begun in the middle
	{8, 1, "44,48 22,22 56,2 82,20 48,48 14,72 40,96 66,76 46,50"},                    // begun in the middle, leaning
	{8, 1, "70,30 60,6 34,14 40,36 70,62 76,84 48,96 22,82 34,58 72,44 90,40 96,38"},  // like an ampersand
	{8, 1, "60,4 22,10 20,34 52,46 84,62 80,90 44,97 12,82 24,56 60,44 82,26 66,6"},   // wide
	{8, 0.5, "66,4 14,10 10,34 56,46 98,62 92,92 40,97 -4,82 16,56 66,44 96,26 72,6"}, // very wide
	{8, 1, "76,10 40,4 14,22 36,42 74,54 92,76 50,96 10,78 26,54 62,44 88,24 74,8"},   // wide, begun to the right
	{8, 0.5, "50,46 26,24 50,4 74,22 48,48 24,72 16,96; 48,48 66,70 72,94"},           // the lower ring is open
	{9, 2, "78,14 52,8 18,30 28,52 54,52 80,16! 68,60 48,96"},                         // a straight stem
	{9, 2, "74,18 54,8 24,28 30,46 54,42 76,18! 66,52 46,96"},                         // a small loop
	{9, 2, "76,14 48,6 22,26 32,44 58,38 76,18! 64,54 42,96"},                         // a round loop
	{9, 2, "64,18 52,6 32,20 34,38 50,40 66,20! 58,58 48,96"},                         // narrow
	{9, 2, "74,8 42,14 20,32 30,44 54,34 76,14! 70,52 46,96"},                         // begun where the stem begins
	{9, 1, "68,18 50,6 24,38 32,56 50,50 68,22! 56,60 52,96"},                         // a high loop
	{9, 1, "80,10 48,14 20,40 32,58 56,50 76,18! 68,58 60,96"},                        // a loop that hangs
	{9, 1, "70,10 46,14 24,40 32,50 54,44 70,18! 62,58 54,96"},                        // pointed, like a 4
	{9, 1, "68,20 52,6 28,20 34,38 52,38 70,18! 58,56 46,96"},                         // a ring
	{9, 1, "84,20 54,6 14,36 26,54 56,52 84,22! 68,60 58,96"},                         // wide
	{9, 1, "66,18 50,6 26,24 30,46 52,44 70,30! 60,64 44,96"},                         // the stem begins low
	{9, 1, "82,14 46,14 12,46 34,58 60,54 84,20! 70,60 58,96"},                        // wide, begun where the stem begins
	{9, 1, "84,16 50,12 6,34 20,46 60,34 88,28! 70,60 46,96"},                         // flat
	{9, 1, "92,4 60,4 28,18 20,38 40,46 62,36 74,18! 62,60 46,98"},                    // begun to the right
	{9, 1, "70,20 50,4 24,20 28,44 54,44 72,20! 70,70 28,96"},                         // a curved stem
	{9, 1, "72,26 50,4 20,20 28,44 56,40 74,20! 76,70 28,92"},                         // a hooked stem
	{9, 1, "72,14 48,6 24,26 32,48 60,42 74,18! 72,70 40,94 12,84"},                   // like a g
	{9, 1, "80,20 50,4 16,28 30,54 64,44 80,18! 80,74 46,96 16,78"},                   // like a g, wide
	{9, 1, "66,16 46,6 26,24 32,44 54,42 66,18! 68,70 48,94 30,82"},                   // like a g, a short tail
	{9, 1, "66,10 24,14 4,50 22,70 54,50 68,14! 76,56 96,92"},                         // like an a
	{9, 1, "78,12 44,8 14,34 26,56 60,44 80,14! 84,54 86,96"},                         // like a q
	{9, 1, "78,8 44,10 22,34 40,46 66,38 72,28! 60,62 40,98"},                         // open
	{9, 1, "84,6 52,12 30,34 46,44 66,40 74,44! 60,70 44,98"},                         // open, like a ς
	{9, 1, "62,12 52,4 42,12 44,24 54,24 62,14! 56,56 48,98"},                         // a tiny loop
}

// hands says how people write each digit, on average over MNIST's training images: its slant to the right, dx/dy, and
// the radius of the pen in pixels.
var hands = [10]struct{ slant, pen float64 }{
	{0.22, 1.40}, {0.25, 1.43}, {0.12, 1.33}, {0.07, 1.27}, {0.07, 1.22},
	{0.23, 1.20}, {0.03, 1.26}, {0.03, 1.32}, {0.18, 1.17}, {0.00, 1.18},
}

// shapes returns the forms of each digit. They are parsed when the first digit is drawn.
var shapes = sync.OnceValue(func() (shapes [10][]shape) {
	for _, form := range forms {
		var knots []knot
		for _, stroke := range strings.Split(form.path, ";") {
			for _, field := range strings.Fields(stroke) {
				xy, corner := strings.CutSuffix(field, "!")
				sx, sy, _ := strings.Cut(xy, ",")
				x, errX := strconv.Atoi(sx)
				y, errY := strconv.Atoi(sy)
				if errX != nil || errY != nil {
					panic("digits: not a point: " + field)
				}
				knots = append(knots, knot{point{float64(x) / 100, float64(y) / 100}, corner, false})
			}
			knots[len(knots)-1].last = true
		}
		shapes[form.digit] = append(shapes[form.digit], shape{form.weight, knots})
	}
	return shapes
})
