package distort

import (
	"math"
	"testing"
)

// plain is arithmetic by plain loops and the library.
var plain = Arithmetic{Exp: math.Exp,
	SinCosPi: func(x float64) (sin, cos float64) { return math.Sincos(math.Pi * x) },
	AddMul: func(c, a, b []float64, stride, m, n, k int) {
		for i := range m {
			for j := range n {
				for p := range k {
					c[i*stride+j] += a[i*stride+p] * b[p*stride+j]
				}
			}
		}
	}}

func newDistorter(t testing.TB, s Strengths, width, height int) *Distorter {
	t.Helper()
	d, err := New(s, width, height, plain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// distorted is an image as a Distorter makes it.
func distorted(t *testing.T, s Strengths, height, width int, image []byte, epoch int) []float64 {
	t.Helper()
	to := make([]float64, len(image))
	newDistorter(t, s, width, height).Distort(to, image, uint64(epoch), 0)
	return to
}

// blob is an image of a soft disc around (y, x).
func blob(height, width int, y, x, radius float64) []byte {
	p := make([]byte, height*width)
	for i := range p {
		p[i] = byte(255 * min(1, max(0, radius-math.Hypot(float64(i/width)-y, float64(i%width)-x))))
	}
	return p
}

// moments is the mass of an image and its centre.
func moments[T byte | float64](p []T, width int) (mass, y, x float64) {
	for i, v := range p {
		mass += float64(v)
		y += float64(v) * float64(i/width)
		x += float64(v) * float64(i%width)
	}
	return mass, y / mass, x / mass
}

// TestIdentity: at strength 0, every pixel stays, whatever the size.
func TestIdentity(t *testing.T) {
	for _, size := range [][2]int{{28, 28}, {8, 8}, {1, 1}, {5, 17}, {32, 3}} {
		h, w := size[0], size[1]
		p := make([]byte, h*w)
		for i := range p {
			p[i] = byte(i*37 + 11)
		}
		for i, v := range distorted(t, Strengths{}, h, w, p, 1) {
			if v != float64(p[i]) {
				t.Fatalf("%d×%d: pixel %d is %v, want %d", h, w, i, v, p[i])
			}
		}
	}
}

// TestGeometry: an image keeps its mass but for what stretching adds, and moves by
// no more than the strength allows; no two epochs give the same.
func TestGeometry(t *testing.T) {
	const h, w = 28, 28
	disc := blob(h, w, 13.5, 13.5, 6)
	mass, _, _ := moments(disc, w)
	for _, c := range []struct {
		name          string
		s             Strengths
		moved, change float64 // at most, pixels and part of the mass
	}{
		{"shift", Strengths{Shift: 1}, mostShift * math.Sqrt2, 0.01},
		{"affine", Strengths{Affine: 1}, 0.3, 0.3},
		{"elastic", Strengths{Elastic: 0.1}, 0.5, 0.07},
	} {
		before, total, farthest := []float64(nil), 0.0, 0.0
		for epoch := range 200 {
			x := distorted(t, c.s, h, w, disc, epoch)
			m, y0, x0 := moments(x, w)
			if change := math.Abs(m/mass - 1); change > c.change {
				t.Errorf("%s, epoch %d: the mass changes by %.3f", c.name, epoch, change)
			}
			total += m / mass / 200
			moved := math.Hypot(y0-13.5, x0-13.5)
			if farthest = max(farthest, moved); moved > c.moved {
				t.Errorf("%s, epoch %d: the centre moves by %.2f pixels", c.name, epoch, moved)
			}
			same := before != nil
			for i := range before {
				same = same && before[i] == x[i]
			}
			if same {
				t.Fatalf("%s: epochs %d and %d are the same", c.name, epoch-1, epoch)
			}
			before = append([]float64(nil), x...)
		}
		if math.Abs(total-1) > 0.04 {
			t.Errorf("%s: on average the mass is multiplied by %.3f", c.name, total)
		}
		if c.s.Affine == 0 && farthest < c.moved/4 {
			t.Errorf("%s: the centre moves by no more than %.2f pixels", c.name, farthest)
		}
	}
	// Turning: a disc off the middle stays at its distance, within stretch and slant.
	side := blob(h, w, 13.5, 21, 3)
	turned := 0.0
	for epoch := range 100 {
		_, y, x := moments(distorted(t, Strengths{Affine: 1}, h, w, side, epoch), w)
		r, angle := math.Hypot(y-13.5, x-13.5), math.Abs(math.Atan2(y-13.5, x-13.5))
		if math.Abs(r/7.5-1) > mostStretch+mostSlant+0.03 {
			t.Errorf("epoch %d: the disc is %.2f from the middle, and was 7.5", epoch, r)
		}
		turned = max(turned, angle)
	}
	if most := mostTurn*math.Pi + mostSlant + 0.05; turned < 0.1 || turned > most {
		t.Errorf("an image turns by up to %.2f, want up to %.2f", turned, most)
	}
}

// TestElasticField: the field is smooth, without direction, and as long as α says.
func TestElasticField(t *testing.T) {
	d := newDistorter(t, Strengths{Elastic: 1}, 28, 28)
	c := d.canvases.Get().(*canvas)
	sum, square, step, n := 0.0, 0.0, 0.0, 0.0
	for seed := range uint64(200) {
		c.rng.Seed(seed, 1)
		d.smoothNoise(c)
		for i := 8; i < 20; i++ { // where the edges are far
			for j := 8; j < 20; j++ {
				v := elasticAlpha * c.field[i*d.stride+j]
				sum += v
				square += v * v
				step += math.Abs(v - elasticAlpha*c.field[i*d.stride+j+1])
				n++
			}
		}
	}
	// The variance of ±1 noise is ⅓, and a Gaussian's Σg² is 1/(4πσ²) in two dimensions.
	want := elasticAlpha * math.Sqrt(1.0/3/(4*math.Pi*elasticSigma*elasticSigma))
	if got := math.Sqrt(square / n); math.Abs(got/want-1) > 0.08 {
		t.Errorf("the field moves pixels by %.3f, want %.3f", got, want)
	}
	if mean := sum / n; math.Abs(mean) > 0.15*want {
		t.Errorf("on average it moves them by %.3f", mean)
	}
	if rough := step / n / want; rough > 0.25 {
		t.Errorf("from one pixel to the next it changes by %.2f of its length", rough)
	}
}

func TestStrengths(t *testing.T) {
	for _, text := range []string{"shift", "affine,elastic", "elastic:0.5", "shift:2,affine,elastic:0.25",
		"elastic:1.2,smooth:1.5", "none"} {
		var s Strengths
		if err := s.Set(text); err != nil || s.String() != text {
			t.Errorf("%q becomes %q, %v", text, s.String(), err)
		}
	}
	for _, text := range []string{"bend", "elastic:", "elastic:-1", "elastic:NaN", "shift,,affine", "elastic:1e9", ":1",
		"", "shift,shift:2", "smooth", "affine,smooth:2"} {
		var s Strengths
		if s.Set(text) == nil {
			t.Errorf("%q is taken for %q", text, s.String())
		}
	}
}

// TestTooLarge: the Gaussian of a side has the square of its pixels.
func TestTooLarge(t *testing.T) {
	if _, err := New(Strengths{Elastic: 1}, 1, 5000, plain); err == nil {
		t.Error("a side of 5000 pixels is distorted elastically")
	}
	if _, err := New(Strengths{Shift: 1}, 1, 5000, plain); err != nil {
		t.Errorf("a side of 5000 pixels is not shifted: %v", err)
	}
}
