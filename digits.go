// Generated digits: what the program learns from where there is no -data. This room
// writes digits as a hand does: it picks one of several ways to write a digit, moves a
// pen along it unsteadily, bends and slants the result, and scales it as MNIST's makers
// did: into a box of 20×20, whose centre of mass goes to the middle of 28×28.
//
// The same seed gives the same bytes on every machine. Each sample has a random stream
// of its own; sums of uniforms stand for normal numbers and polynomials for angles,
// since math.Exp and its like differ between architectures; and a product that is
// added to something is rounded first, float64(a*b) + c, since some compilers would
// fuse the two.
package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

const (
	digitSide = 28 // of an image
	digitBox  = 20 // the digit's longer side
)

// digitForms are the ways to write each digit. A path is what the pen does: x,y with y
// downwards, 100 the height of a digit. The curve passes smoothly through the points,
// "!" marks a corner, ";" lifts the pen. Two forms of one digit that have equally many
// points in every stroke blend into each other.
var digitForms = []struct {
	digit int
	often float64 // relative to the digit's other forms
	path  string
}{
	{0, 3, "42,2 18,14 4,48 12,84 34,98 60,82 70,46 58,12 38,2"},                    // round
	{0, 2, "46,4 22,10 4,44 4,80 22,98 50,84 66,50 64,16 42,0"},                     // an egg that leans
	{0, 2, "60,14 36,2 10,26 4,62 24,96 54,90 72,54 58,16 32,12"},                   // the end crosses the beginning
	{0, 1, "44,18 34,2 12,20 4,60 18,96 44,94 60,54 48,10 24,12"},                   // narrow, with a curl inside
	{1, 20, "30,0 30,33 30,66 30,100"},                                              // a line
	{1, 2, "24,0 32,30 34,66 28,100"},                                               // a bow
	{1, 1, "12,20 32,0! 32,50 32,100"},                                              // with a flag
	{1, 1.2, "8,22 34,0! 34,50 34,100; 4,100 30,99 64,98"},                          // with flag and base
	{2, 3, "6,22 20,4 46,2 60,20 48,48 24,76 4,96! 34,95 70,92"},                    // a straight base
	{2, 2, "4,10 26,4 52,2 60,14 46,42 24,68 2,92! 36,92 74,94"},                    // nearly a Z
	{2, 3, "6,22 22,4 46,2 60,20 52,48 30,78 10,94 2,84 14,74 36,86 70,98"},         // a loop
	{2, 2, "2,24 20,2 46,4 52,26 44,56 28,82 8,98 0,86 14,74 40,80 78,84"},          // a wide loop
	{3, 3, "8,12 32,0 54,14 46,36 24,46! 52,54 60,76 40,98 4,90"},                   // round
	{3, 2, "6,6 34,3 58,4 44,26 24,42! 54,48 62,74 38,100 2,92"},                    // a flat top
	{3, 3, "6,14 30,0 54,12 48,34 30,47 40,49 58,64 48,94 4,94"},                    // hardly a corner
	{3, 1, "8,12 34,0 54,16 44,38 26,48 20,43 30,41 56,58 56,86 30,100 4,88"},       // a loop in the middle
	{4, 3, "14,4 8,30 6,52! 34,54 64,48; 58,0 54,50 50,100"},                        // open
	{4, 2, "14,2 4,34 14,52 38,50 56,36; 62,2 56,50 52,100"},                        // open, round
	{4, 2, "22,4 14,28 4,52! 38,54 78,48; 52,24 46,60 42,100"},                      // a cross to the right
	{4, 1, "50,0 26,32 2,62! 38,64 74,60; 50,0 50,50 48,100"},                       // closed
	{4, 1, "10,6 4,34 18,48 46,38 60,4! 54,50 48,100"},                              // in one go
	{5, 2, "64,2 40,2 20,4! 14,42! 40,36 60,56 54,84 30,100 2,90"},                  // in one go
	{5, 2, "16,6 14,26 10,44! 36,36 58,54 54,84 30,100 2,92; 16,6 44,4 78,0"},       // the bar apart
	{5, 2, "66,2 42,2 26,8 14,30 30,46 52,62 52,86 30,100 2,92"},                    // nearly an S
	{6, 3, "44,0 20,24 6,56 8,86 32,100 56,86 54,64 34,54 8,78"},                    // a bow
	{6, 2, "54,0 32,26 10,62 6,90 30,100 56,88 54,68 32,66 8,86"},                   // a straight stem, a low loop
	{6, 1, "36,0 14,24 2,60 14,94 44,100 66,82 60,60 36,58 20,80"},                  // a wide loop
	{7, 4, "2,8 30,6 62,4! 46,48 28,100"},                                           // an angle
	{7, 2, "2,22 6,7! 34,5 62,2! 44,48 32,100"},                                     // with a flag
	{7, 2, "2,10 30,6 62,4! 46,48 30,100; 14,54 36,52 62,48"},                       // with a bar
	{7, 2, "0,18 24,4 58,6 52,46 28,100"},                                           // round
	{8, 3, "54,12 34,0 12,14 22,38 46,58 54,82 30,100 6,84 16,62 42,40 58,16 46,4"}, // an S and back
	{8, 1, "62,8 34,2 12,16 22,38 44,56 48,80 26,98 4,84 16,62 40,42 62,24 68,6"},   // open at the top
	{8, 1, "32,0 10,22 32,46 54,22 34,0; 32,46 4,74 30,100 58,74 34,46"},            // two rings
	{9, 3, "54,18 32,2 8,20 12,44 38,44 56,14! 52,56 46,100"},                       // a straight stem
	{9, 2, "56,20 36,2 8,18 10,42 36,46 56,20 54,58 36,100"},                        // a stem that leans on
	{9, 1, "56,20 32,2 6,20 12,44 38,44 56,18! 58,64 16,98"},                        // a curved stem
}

// A penPoint is where the pen is, or a vector between two such places.
type penPoint struct{ x, y float64 }

func (p penPoint) plus(q penPoint) penPoint  { return penPoint{p.x + q.x, p.y + q.y} }
func (p penPoint) minus(q penPoint) penPoint { return penPoint{p.x - q.x, p.y - q.y} }
func (p penPoint) times(f float64) penPoint  { return penPoint{float64(p.x * f), float64(p.y * f)} }
func (p penPoint) dot(q penPoint) float64    { return float64(p.x*q.x) + float64(p.y*q.y) }

// A digitKnot is a point of a path; a penMark a point of the ink: a disc.
type digitKnot struct {
	penPoint
	corner bool
}
type penMark struct {
	penPoint
	r float64
}

// A digitShape is one parsed form.
type digitShape struct {
	often   float64
	strokes [][]digitKnot
}

var digitShapes = sync.OnceValue(func() (shapes [10][]digitShape) {
	for _, form := range digitForms {
		shape := digitShape{often: form.often}
		for _, stroke := range strings.Split(form.path, ";") {
			var knots []digitKnot
			for _, field := range strings.Fields(stroke) {
				xy, corner := strings.CutSuffix(field, "!")
				sx, sy, _ := strings.Cut(xy, ",")
				x, _ := strconv.Atoi(sx)
				y, _ := strconv.Atoi(sy)
				knots = append(knots, digitKnot{penPoint{float64(x) / 100, float64(y) / 100}, corner})
			}
			shape.strokes = append(shape.strokes, knots)
		}
		shapes[form.digit] = append(shapes[form.digit], shape)
	}
	return shapes
})

// generateDigits is train samples to learn from and test samples, of random streams of
// their own, to test on. Every class is in both equally often, give or take one.
func generateDigits(seed uint64, train, test int) *Dataset {
	return &Dataset{
		Name:    "generated digits",
		Train:   digitSet(seed, 1, train),
		Test:    digitSet(seed, 2, test),
		Classes: strings.Fields("0 1 2 3 4 5 6 7 8 9"),
		Width:   digitSide,
		Height:  digitSide,
	}
}

// digitSet draws n samples on all processors: sample i depends on (seed, part, i) alone.
func digitSet(seed, part uint64, n int) Set {
	const dim = digitSide * digitSide
	s := Set{N: n, Dim: dim, Pixels: make([]byte, n*dim), Labels: make([]int32, n)}
	for i := range s.Labels {
		s.Labels[i] = int32(i % 10)
	}
	digitStream(seed, part, -1).Shuffle(n, func(i, j int) {
		s.Labels[i], s.Labels[j] = s.Labels[j], s.Labels[i]
	})
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += workers {
				digitDraw(digitStream(seed, part, i), int(s.Labels[i]), s.Pixels[i*dim:(i+1)*dim])
			}
		}()
	}
	wg.Wait()
	return s
}

// digitStream is the random stream of one sample; sample −1 is the order of the labels.
func digitStream(seed, part uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, part<<48^uint64(i+1)))
}

// digitBell is bell-shaped with mean 0 and standard deviation 1, and within ±3.
func digitBell(rng *rand.Rand) float64 {
	return 2 * (rng.Float64() + rng.Float64() + rng.Float64() - 1.5)
}

// digitDraw writes one digit into an image.
func digitDraw(rng *rand.Rand, digit int, image []byte) {
	ink := digitPen(rng, digitKnots(rng, digitShapes()[digit]))
	digitBend(rng, digit, ink)
	digitFit(rng, ink)
	digitInk(rng, ink, image)
}

// digitKnots picks a form, blends it with another one, and misses every point a little.
func digitKnots(rng *rand.Rand, shapes []digitShape) [][]digitKnot {
	a, b := digitPick(rng, shapes), digitPick(rng, shapes)
	t := rng.Float64()
	if !digitAlike(a, b) {
		t = 0
	}
	miss := 0.02 + float64(0.03*rng.Float64())
	knots := make([][]digitKnot, len(a.strokes))
	for s, stroke := range a.strokes {
		knots[s] = make([]digitKnot, len(stroke))
		lift := penPoint{digitBell(rng), digitBell(rng)}.times(0.03) // a stroke as a whole misses, too
		for i, k := range stroke {
			if t > 0 {
				k.penPoint = k.plus(b.strokes[s][i].minus(k.penPoint).times(t))
			}
			if s > 0 {
				k.penPoint = k.plus(lift)
			}
			k.penPoint = k.plus(penPoint{digitBell(rng), digitBell(rng)}.times(miss))
			knots[s][i] = k
		}
	}
	return knots
}

func digitPick(rng *rand.Rand, shapes []digitShape) digitShape {
	total := 0.0
	for _, s := range shapes {
		total += s.often
	}
	at, i := float64(total*rng.Float64()), 0
	for ; i < len(shapes)-1 && at >= shapes[i].often; i++ {
		at -= shapes[i].often
	}
	return shapes[i]
}

func digitAlike(a, b digitShape) bool {
	if len(a.strokes) != len(b.strokes) {
		return false
	}
	for s := range a.strokes {
		if len(a.strokes[s]) != len(b.strokes[s]) {
			return false
		}
	}
	return true
}

// digitPen moves the pen along the knots: Catmull–Rom curves, so that the direction at
// a knot is that from its left to its right neighbour. Pressure varies along the way.
func digitPen(rng *rand.Rand, strokes [][]digitKnot) [][]penMark {
	const steps = 6 // marks between two knots
	ink := make([][]penMark, len(strokes))
	for s, k := range strokes {
		press := 1 + float64(0.12*digitBell(rng))
		for i := range len(k) - 1 {
			before, from, to, after := k[max(i-1, 0)], k[i], k[i+1], k[min(i+2, len(k)-1)]
			if from.corner {
				before = from
			}
			if to.corner {
				after = to
			}
			out, in := to.minus(before.penPoint).times(0.5), after.minus(from.penPoint).times(0.5)
			next := 1 + float64(0.12*digitBell(rng))
			for step := range steps + 1 {
				if step == 0 && i > 0 {
					continue // the last mark of the piece before
				}
				t := float64(step) / steps
				u := 1 - t
				// the cubic Hermite polynomials
				p := from.times(u * u * (1 + float64(2*t))).plus(to.times(t * t * (1 + float64(2*u))))
				p = p.plus(out.times(t * u * u)).minus(in.times(t * t * u))
				ink[s] = append(ink[s], penMark{p, float64(press*u) + float64(next*t)})
			}
			press = next
		}
	}
	return ink
}

// digitBend bends the digit as if it were drawn on rubber: the corners of a 4×4 net
// move, and what lies between them follows as Bernstein polynomials; then it is
// squeezed, slanted and turned.
func digitBend(rng *rand.Rand, digit int, ink [][]penMark) {
	var net [4][4]penPoint
	much := 0.04 + float64(0.08*rng.Float64())
	for i := range net {
		for j := range net[i] {
			net[i][j] = penPoint{digitBell(rng), digitBell(rng)}.times(much)
		}
	}
	wide := 1 + float64(0.16*digitBell(rng))
	slant := 0.18 + float64(0.22*digitBell(rng))
	turn := 0.1 * digitBell(rng)
	norm := math.Sqrt(1 + float64(turn*turn))
	for _, stroke := range ink {
		for m := range stroke {
			p := &stroke[m]
			bx, by := penBernstein(p.x), penBernstein(p.y)
			var d penPoint
			for i := range net {
				for j := range net[i] {
					d = d.plus(net[i][j].times(float64(bx[i] * by[j])))
				}
			}
			q := p.plus(d)
			q.x = float64((q.x-0.35)*wide) - float64((q.y-0.5)*slant)
			p.x = (q.x - float64(q.y*turn)) / norm
			p.y = (q.y + float64(q.x*turn)) / norm
		}
	}
}

// penBernstein is the four cubic Bernstein polynomials at t, taken into 0…1.
func penBernstein(t float64) [4]float64 {
	t = min(max(t, 0), 1)
	u := 1 - t
	return [4]float64{u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t}
}

// digitFit scales the marks, and chooses the pen's width, so that the ink just fits the box.
func digitFit(rng *rand.Rand, ink [][]penMark) {
	r := 1.25 + float64(0.35*digitBell(rng))
	r = max(r, 0.7)
	lo, hi := penPoint{9, 9}, penPoint{-9, -9}
	for _, stroke := range ink {
		for _, p := range stroke {
			lo = penPoint{min(lo.x, p.x), min(lo.y, p.y)}
			hi = penPoint{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	scale := (digitBox - float64(2*r)) / max(hi.x-lo.x, hi.y-lo.y)
	middle := lo.plus(hi).times(0.5)
	for _, stroke := range ink {
		for m := range stroke {
			p := &stroke[m]
			p.penPoint = p.minus(middle).times(scale).plus(penPoint{digitBox / 2, digitBox / 2})
			p.r *= r
		}
	}
}

// digitInk draws the marks, and what lies between them, into the box and puts the box
// into the image so that the centre of mass comes to the middle.
func digitInk(rng *rand.Rand, ink [][]penMark, image []byte) {
	var depth [digitBox][digitBox]float64 // how far inside the ink a pixel is; soft is well outside
	soft := 0.5 + float64(0.2*rng.Float64())
	for y := range depth {
		for x := range depth[y] {
			depth[y][x] = -soft
		}
	}
	for _, stroke := range ink {
		for m := range len(stroke) - 1 {
			penLine(&depth, stroke[m], stroke[m+1], soft)
		}
	}
	var mass float64
	var moment penPoint
	for y := range depth {
		for x, d := range depth[y] {
			v := min((d+soft)/float64(2*soft), 1)
			depth[y][x] = v
			mass += v
			moment = moment.plus(penPoint{float64(x) + 0.5, float64(y) + 0.5}.times(v))
		}
	}
	left := min(max(int(digitSide/2+0.5-moment.x/mass), 0), digitSide-digitBox)
	top := min(max(int(digitSide/2+0.5-moment.y/mass), 0), digitSide-digitBox)
	for y := range depth {
		for x, v := range depth[y] {
			image[(top+y)*digitSide+left+x] = byte(float64(255*v) + 0.5)
		}
	}
}

// penLine deepens the ink around the line from a to b.
func penLine(depth *[digitBox][digitBox]float64, a, b penMark, soft float64) {
	reach := max(a.r, b.r) + soft
	x0, x1 := max(int(min(a.x, b.x)-reach), 0), min(int(max(a.x, b.x)+reach), digitBox-1)
	y0, y1 := max(int(min(a.y, b.y)-reach), 0), min(int(max(a.y, b.y)+reach), digitBox-1)
	ab := b.minus(a.penPoint)
	length2 := ab.dot(ab) + 1e-12
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			ap := penPoint{float64(x) + 0.5, float64(y) + 0.5}.minus(a.penPoint)
			t := min(max(ap.dot(ab)/length2, 0), 1)
			off := ap.minus(ab.times(t))
			d := a.r + float64((b.r-a.r)*t) - math.Sqrt(off.dot(off))
			depth[y][x] = max(depth[y][x], d)
		}
	}
}
