package distort

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plain is arithmetic by plain loops and the standard library.
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

// TestNoStrengthChangesNothing: at strength 0 every pixel stays, whatever the size.
func TestNoStrengthChangesNothing(t *testing.T) {
	for _, size := range [][2]int{{28, 28}, {8, 8}, {1, 1}, {5, 17}, {32, 3}} {
		h, w := size[0], size[1]
		image, got := make([]byte, h*w), make([]float64, h*w)
		for i := range image {
			image[i] = byte(i*37 + 11)
		}
		newDistorter(t, Strengths{}, w, h).Distort(got, image, 1, 0)
		for i, v := range got {
			if v != float64(image[i]) {
				t.Fatalf("%d×%d: got %v for pixel %d, want %d", h, w, v, i, image[i])
			}
		}
	}
}

// byFormula distorts an image as the formula at the top of the package says, pixel by pixel. Random numbers are drawn
// in the order in which they stand there: first those of the affine map and the shift, then the field, row by row.
func byFormula(s Strengths, h, w int, image []byte, seed1, seed2 uint64) []float64 {
	rng := rand.NewPCG(seed1, seed2)
	draw := func(most float64) float64 { return most * float64(int64(rng.Uint64())>>11) / (1 << 52) }
	pixel := math.Sqrt(float64(h*w)) / 28
	sin, cos := math.Sincos(math.Pi * draw(12.0/180*s.Affine))
	tall, wide, slant := 1+draw(0.12*s.Affine), 1+draw(0.12*s.Affine), draw(0.12*s.Affine)
	shiftY, shiftX := draw(2*pixel*s.Shift), draw(2*pixel*s.Shift)
	r := [2][2]float64{{cos, sin}, {-sin, cos}}
	m := [2][2]float64{{r[0][0] * tall, r[0][1] * wide},
		{r[1][0]*tall + slant*r[0][0], r[1][1]*wide + slant*r[0][1]}} // R·S + N·R
	noise := make([][2]float64, h*w)
	if s.Elastic > 0 {
		for i := range noise {
			bits := rng.Uint64()
			noise[i] = [2]float64{float64(int32(bits)) / (1 << 31), float64(int32(bits>>32)) / (1 << 31)}
		}
	}
	sigma := 4 * pixel
	if s.Smooth > 0 {
		sigma *= s.Smooth
	}
	bell := func(k int) float64 { return math.Exp(-float64(k*k) / (2 * sigma * sigma)) }
	sum := func(n int) (sum float64) { // as far as two pixels of the image may be apart, and one more
		for k := -n; k <= n; k++ {
			sum += bell(k)
		}
		return sum
	}
	sumY, sumX := sum(h), sum(w)
	at := func(y, x int) float64 {
		if y < 0 || x < 0 || y >= h || x >= w {
			return 0
		}
		return float64(image[y*w+x])
	}
	var out []float64
	for i := range h {
		for j := range w {
			var move [2]float64
			for k, n := range noise {
				g := bell(i-k/w) / sumY * bell(j-k%w) / sumX * 34 * pixel * s.Elastic
				move[0] += g * n[0]
				move[1] += g * n[1]
			}
			u, v := float64(i)-float64(h-1)/2, float64(j)-float64(w-1)/2
			y := m[0][0]*u + m[0][1]*v + float64(h-1)/2 + shiftY + move[0]
			x := m[1][0]*u + m[1][1]*v + float64(w-1)/2 + shiftX + move[1]
			iy, ix := int(math.Floor(y)), int(math.Floor(x))
			fy, fx := y-float64(iy), x-float64(ix)
			out = append(out, (1-fy)*((1-fx)*at(iy, ix)+fx*at(iy, ix+1))+fy*((1-fx)*at(iy+1, ix)+fx*at(iy+1, ix+1)))
		}
	}
	return out
}

// TestDistortFollowsTheFormula: images of any shape, each kind of distortion by itself and all at once; what comes from
// beyond the edges is 0.
func TestDistortFollowsTheFormula(t *testing.T) {
	for _, size := range [][2]int{{9, 9}, {4, 7}, {12, 5}, {28, 28}} {
		h, w := size[0], size[1]
		image := make([]byte, h*w)
		for i := range image {
			image[i] = byte(100 + i*37%156)
		}
		for _, s := range []Strengths{{Shift: 1}, {Affine: 1}, {Elastic: 1}, {Elastic: 2, Smooth: 0.3}, {Shift: 10},
			{Shift: 0.5, Affine: 2, Elastic: 0.5, Smooth: 2}} {
			d := newDistorter(t, s, w, h)
			for seed := range uint64(4) {
				if seed > 0 && h == 28 {
					break // each pixel by the formula takes 784 steps
				}
				to := make([]float64, h*w)
				d.Distort(to, image, seed, 7)
				for i, want := range byFormula(s, h, w, image, seed, 7) {
					if math.Abs(to[i]-want) > 1e-9 {
						t.Fatalf("%s of %d×%d, seed %d: got %v for pixel %d, want %v", &s, h, w, seed, to[i], i, want)
					}
				}
			}
		}
	}
}

// TestElasticField: the field is smooth, has no direction, and is as long as α and σ say.
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
		t.Errorf("got pixels moved by %.3f, want %.3f", got, want)
	}
	if mean := sum / n; math.Abs(mean) > 0.15*want {
		t.Errorf("got pixels moved by %.3f on average, want 0", mean)
	}
	if rough := step / n / want; rough > 0.25 {
		t.Errorf("got a change by %.2f of its length from one pixel to the next, want at most 0.25", rough)
	}
}

// TestGaussian: with powers of 2 in place of powers of e, the matrix can be worked out by hand.
func TestGaussian(t *testing.T) {
	d := &Distorter{stride: 3, arithmetic: Arithmetic{Exp: math.Exp2}}
	got := d.gaussian(2, math.Sqrt2/2) // 1, ½ and 1/16 at 0, 1 and 2
	const sum = 1 + 2*0.5 + 2*0.0625
	for i, want := range []float64{1 / sum, 0.5 / sum, 0, 0.5 / sum, 1 / sum, 0} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Fatalf("got %v for element %d of %v, want %v", got[i], i, got, want)
		}
	}
}

// TestUnit: strengths are meant for images of 28×28, and grow with the root of the area.
func TestUnit(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want float64
	}{{28, 28, 1}, {56, 56, 2}, {7, 28, 0.5}, {28, 112, 2}} {
		if got := newDistorter(t, Strengths{}, c.w, c.h).unit(); got != c.want {
			t.Errorf("%d×%d: got %v pixels for one of 28×28, want %v", c.w, c.h, got, c.want)
		}
	}
}

// TestSetStrengths: String returns what Set was given, and Set forgets what was set before.
func TestSetStrengths(t *testing.T) {
	for _, text := range []string{"shift", "affine,elastic", "elastic:0.5", "shift:2,affine,elastic:0.25",
		"elastic:1.2,smooth:1.5", "none"} {
		var s Strengths
		if err := s.Set(text); err != nil || s.String() != text {
			t.Errorf("%q: got %q, %v", text, s.String(), err)
		}
	}
	s := Strengths{Shift: 3, Affine: 2}
	if err := s.Set(" affine , elastic:0.5"); err != nil || s != (Strengths{Affine: 1, Elastic: 0.5}) {
		t.Errorf("got %+v, %v; want affine 1 and elastic 0.5", s, err)
	}
}

// TestSetRefuses: what Set refuses, and how it says so; what is at a bound is taken.
func TestSetRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"elastic:10":          "",
		"shift:0":             "",
		" affine , elastic:2": "",
		"elastic:0,smooth:2":  "smooth needs elastic, as in elastic:1.2,smooth:1.5",
		"elastic:11":          `"11" is not a strength; expected a number from 0 to 10, where 1 is the usual one`,
		"shift:-0.1":          `"-0.1" is not a strength; expected a number from 0 to 10, where 1 is the usual one`,
		"shift,bend:2": `"bend" is not a distortion; expected shift, affine and elastic, as in affine,elastic:0.5, ` +
			`and smooth for elastic, as in elastic:1.2,smooth:1.5`,
		"affine,shift,affine:2": "affine appears twice",
	} {
		got := ""
		if err := new(Strengths).Set(text); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"elastic:", "elastic:NaN", "elastic:1e9", ":1", "", "shift,,affine", "affine,smooth:2"} {
		if err := new(Strengths).Set(text); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

// TestNewRefusesElasticForLargeImages: the Gaussian of a side has the square of its pixels.
func TestNewRefusesElasticForLargeImages(t *testing.T) {
	const want = "elastic is for images of up to 4096 pixels a side, and these have 3×4097"
	if _, err := New(Strengths{Elastic: 1}, 3, 4097, plain); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := New(Strengths{Shift: 1}, 3, 4097, plain); err != nil {
		t.Errorf("shift: got %v", err)
	}
}
