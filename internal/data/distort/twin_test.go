package distort

import (
	"math"
	"math/rand/v2"
	"testing"
)

// expected is what the formula at the top of the package makes of an image, pixel by pixel: numbers are drawn in the
// order in which it has them, first the strengths of the kinds and then the field, row by row.
func expected(s Strengths, h, w int, image []byte, seed1, seed2 uint64) []float64 {
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
				g := bell(i-k/w) / sum(h) * bell(j-k%w) / sum(w) * 34 * pixel * s.Elastic
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

// TestFormula: images of any shape are distorted as the formula says, each kind by itself and all at once; what comes
// from beyond the edges is 0.
func TestFormula(t *testing.T) {
	for _, size := range [][2]int{{9, 9}, {4, 7}, {12, 5}} {
		h, w := size[0], size[1]
		image := make([]byte, h*w)
		for i := range image {
			image[i] = byte(100 + i*37%156)
		}
		for _, s := range []Strengths{{Shift: 1}, {Affine: 1}, {Elastic: 1}, {Elastic: 2, Smooth: 0.3}, {Shift: 10},
			{Shift: 0.5, Affine: 2, Elastic: 0.5, Smooth: 2}} {
			d := newDistorter(t, s, w, h)
			for seed := range uint64(4) {
				to := make([]float64, h*w)
				d.Distort(to, image, seed, 7)
				for i, want := range expected(s, h, w, image, seed, 7) {
					if math.Abs(to[i]-want) > 1e-9 {
						t.Fatalf("%s of %d×%d, seed %d: pixel %d is %v, want %v", &s, h, w, seed, i, to[i], want)
					}
				}
			}
		}
	}
}

// TestUnit: strengths are of images of 28×28, and grow with the root of the area.
func TestUnit(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want float64
	}{{28, 28, 1}, {56, 56, 2}, {7, 28, 0.5}, {28, 112, 2}} {
		if got := newDistorter(t, Strengths{}, c.w, c.h).unit(); got != c.want {
			t.Errorf("a pixel of 28×28 is %v of %d×%d, want %v", got, c.w, c.h, c.want)
		}
	}
}

// TestGaussian: with powers of two in place of e's, the matrix can be worked out by hand.
func TestGaussian(t *testing.T) {
	d := &Distorter{stride: 3, arithmetic: Arithmetic{Exp: math.Exp2}}
	got := d.gaussian(2, math.Sqrt2/2) // 1, ½ and 1/16 at 0, 1 and 2
	const sum = 1 + 2*0.5 + 2*0.0625
	for i, want := range []float64{1 / sum, 0.5 / sum, 0, 0.5 / sum, 1 / sum, 0} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Fatalf("the Gaussian is %v", got)
		}
	}
}

// TestWords: what Set and New refuse, and how they say so; what is at a bound is taken.
func TestWords(t *testing.T) {
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
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	s := Strengths{Shift: 3, Affine: 2}
	if err := s.Set(" affine , elastic:0.5"); err != nil || s != (Strengths{Affine: 1, Elastic: 0.5}) {
		t.Errorf("affine and half of elastic are %+v, %v", s, err)
	}
	const want = "elastic is for images of up to 4096 pixels a side, and these have 3×4097"
	if _, err := New(Strengths{Elastic: 1}, 3, 4097, plain); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
