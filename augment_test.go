package main

import (
	"bytes"
	"math"
	"testing"
)

// distorted is one image as a distorter makes it, in bytes' units.
func distorted(t *testing.T, d distortions, height, width int, pixels []byte, epoch int) []float64 {
	t.Helper()
	data := &Dataset{Width: width, Height: height, Train: Set{N: 1, Dim: len(pixels), Pixels: pixels}}
	a, err := newDistorter(d, data, evenScale(len(pixels), 1), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	a.epoch = epoch
	x := NewMatrix(1, len(pixels))
	a.gather(x, 0, []int32{0})
	return x.Row(0)
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

// TestDistortIdentity: at strength 0, every pixel stays, whatever the size.
func TestDistortIdentity(t *testing.T) {
	for _, size := range [][2]int{{28, 28}, {8, 8}, {1, 1}, {5, 17}, {32, 3}} {
		h, w := size[0], size[1]
		p := make([]byte, h*w)
		for i := range p {
			p[i] = byte(i*37 + 11)
		}
		data := &Dataset{Width: w, Height: h, Train: Set{N: 1, Dim: h * w, Pixels: p}}
		a, err := newDistorter(distortions{}, data, evenScale(h*w, 1), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		x := NewMatrix(1, h*w)
		a.gather(x, 0, []int32{0})
		for i, v := range x.Row(0) {
			if v != float64(p[i]) {
				t.Fatalf("%d×%d: pixel %d is %v, want %d", h, w, i, v, p[i])
			}
		}
	}
}

// TestDistortGeometry: an image keeps its mass but for what stretching adds, and moves by
// no more than the strength allows; no two epochs give the same.
func TestDistortGeometry(t *testing.T) {
	const h, w = 28, 28
	disc := blob(h, w, 13.5, 13.5, 6)
	mass, _, _ := moments(disc, w)
	for _, c := range []struct {
		name          string
		d             distortions
		moved, change float64 // at most, pixels and part of the mass
	}{
		{"shift", distortions{shift: 1}, shiftMost * math.Sqrt2, 0.01},
		{"affine", distortions{affine: 1}, 0.3, 0.3},
		{"elastic", distortions{elastic: 0.1}, 0.5, 0.07},
	} {
		before, total, farthest := []float64(nil), 0.0, 0.0
		for epoch := range 200 {
			x := distorted(t, c.d, h, w, disc, epoch)
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
		if c.d.affine == 0 && farthest < c.moved/4 {
			t.Errorf("%s: the centre moves by no more than %.2f pixels", c.name, farthest)
		}
	}
	// Turning: a disc off the middle stays at its distance, within stretch and slant.
	side := blob(h, w, 13.5, 21, 3)
	turned := 0.0
	for epoch := range 100 {
		_, y, x := moments(distorted(t, distortions{affine: 1}, h, w, side, epoch), w)
		r, angle := math.Hypot(y-13.5, x-13.5), math.Abs(math.Atan2(y-13.5, x-13.5))
		if math.Abs(r/7.5-1) > stretchMost+slantMost+0.03 {
			t.Errorf("epoch %d: the disc is %.2f from the middle, and was 7.5", epoch, r)
		}
		turned = max(turned, angle)
	}
	if most := turnMost*math.Pi + slantMost + 0.05; turned < 0.1 || turned > most {
		t.Errorf("an image turns by up to %.2f, want up to %.2f", turned, most)
	}
}

// TestElasticField: the field is smooth, without direction, and as long as α says.
func TestElasticField(t *testing.T) {
	data := &Dataset{Width: 28, Height: 28, Train: Set{N: 1, Dim: 784, Pixels: make([]byte, 784)}}
	a, err := newDistorter(distortions{elastic: 1}, data, evenScale(784, 1), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := <-a.scratch
	sum, square, step, n := 0.0, 0.0, 0.0, 0.0
	for seed := range uint64(200) {
		c.rng.Seed(seed, 1)
		a.smoothNoise(c)
		for i := 8; i < 20; i++ { // where the edges are far
			for j := 8; j < 20; j++ {
				v := elasticPush * c.field.Row(i)[j]
				sum += v
				square += v * v
				step += math.Abs(v - elasticPush*c.field.Row(i)[j+1])
				n++
			}
		}
	}
	// The variance of ±1 noise is ⅓, and a Gaussian's Σg² is 1/(4πσ²) in two dimensions.
	want := elasticPush * math.Sqrt(1.0/3/(4*math.Pi*elasticSoft*elasticSoft))
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

func TestDistortionsFlag(t *testing.T) {
	for _, text := range []string{"shift", "affine,elastic", "elastic:0.5", "shift:2,affine,elastic:0.25", "elastic:1.2,smooth:1.5", "none"} {
		var d distortions
		if err := d.Set(text); err != nil || d.String() != text {
			t.Errorf("%q becomes %q, %v", text, d.String(), err)
		}
	}
	for _, text := range []string{"bend", "elastic:", "elastic:-1", "elastic:NaN", "shift,,affine", "elastic:1e9", ":1", "", "shift,shift:2", "smooth", "affine,smooth:2"} {
		var d distortions
		if d.Set(text) == nil {
			t.Errorf("%q is taken for %q", text, d.String())
		}
	}
	tables := &Dataset{Name: "a table", Train: Set{N: 1, Dim: 2, Values: []float64{1, 2}}}
	if _, err := newDistorter(distortions{shift: 1}, tables, evenScale(2, 1), 1, 1); err == nil {
		t.Error("a table is distorted")
	}
}

// TestDistortSameBits: an image depends on the seed, the epoch and its number alone, not on
// the goroutine or the kernel; and to make it allocates nothing.
func TestDistortSameBits(t *testing.T) {
	data := &Dataset{Width: 28, Height: 28, Train: Set{N: 3, Dim: 784, Pixels: bytes.Repeat(blob(28, 28, 12, 14, 7), 3)}}
	eachKernel(t, func(t *testing.T) {
		a, err := newDistorter(distortions{shift: 1, affine: 1, elastic: 1}, data, evenScale(784, 1.0/255), 3, 2)
		if err != nil {
			t.Fatal(err)
		}
		a.epoch = 4
		together, alone := NewMatrix(3, 784), NewMatrix(3, 784)
		a.gather(together, 0, []int32{2, 0, 1})
		for i, r := range []int32{2, 0, 1} {
			a.gather(alone, i, []int32{r})
		}
		if got, want := hashOfRows(together), hashOfRows(alone); got != want {
			t.Errorf("together %s, one by one %s", got, want)
		}
		if got, want := hashOfRows(together)[:16], "028690df65eb191b"; got != want {
			t.Errorf("images %s, on every machine %s", got, want)
		}
		if n := testing.AllocsPerRun(20, func() { a.gather(together, 0, []int32{2, 0, 1}) }); n > 0.5 && !poolsForget() {
			t.Errorf("%v allocations", n)
		}
	})
}

func hashOfRows(m Matrix) string {
	return hash(&Network{Layers: []Layer{{W: m, B: make([]float64, m.Cols)}}})
}

// BenchmarkDistort: images a second, on one core.
func BenchmarkDistort(b *testing.B) {
	data := &Dataset{Width: 28, Height: 28, Train: Set{N: 1, Dim: 784, Pixels: blob(28, 28, 12, 14, 7)}}
	for _, d := range []distortions{{shift: 1}, {affine: 1}, {elastic: 1}} {
		b.Run("kind="+d.String(), func(b *testing.B) {
			a, _ := newDistorter(d, data, evenScale(784, 1.0/255), 1, 1)
			x := NewMatrix(1, 784)
			for b.Loop() {
				a.gather(x, 0, []int32{0})
			}
		})
	}
}
