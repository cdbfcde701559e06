// Package distort distorts grey images, so that a network never sees the same image twice.
//
// A distorted image takes its pixel (y, x) from the place (y′, x′) of the original, interpolated between
// the pixels there:
//
//	(y′, x′) − c  =  M·((y, x) − c) + shift + α·(Δy, Δx)
//
// c is the middle of the image. M = R·S + N·R rotates (R), stretches (S) and slants (N): this is "affine". Δ is a field
// of random numbers, smoothed by a Gaussian: this is "elastic". From Simard, Steinkraus and Platt 2003, "Best
// practices for convolutional neural networks", section 2.
package distort

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Strengths says how strong each kind of distortion is: 0 for none, 1 for the usual strength. Smooth is not a kind of
// distortion, but says how smooth the elastic field is. Strengths is a flag.Value.
type Strengths struct{ Shift, Affine, Elastic, Smooth float64 }

var names = [...]string{"shift", "affine", "elastic", "smooth"}

// named points to the strength with the i-th name.
func (s *Strengths) named(i int) *float64 {
	return [...]*float64{&s.Shift, &s.Affine, &s.Elastic, &s.Smooth}[i]
}

// String returns text such as "affine,elastic:0.5".
func (s *Strengths) String() string {
	var list []string
	for i, name := range names {
		switch v := *s.named(i); v {
		case 0:
		case 1:
			list = append(list, name)
		default:
			list = append(list, fmt.Sprintf("%s:%v", name, v))
		}
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ",")
}

// Set parses text in the form that String returns.
func (s *Strengths) Set(text string) error {
	*s = Strengths{}
	if text == "none" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		name, strength, hasStrength := strings.Cut(strings.TrimSpace(part), ":")
		value := 1.0
		if hasStrength {
			var err error
			if value, err = strconv.ParseFloat(strength, 64); err != nil || !(value >= 0 && value <= 10) {
				return fmt.Errorf("%q is not a strength; expected a number from 0 to 10, where 1 is the usual one", strength)
			}
		}
		kind := slices.Index(names[:], name)
		if kind < 0 {
			return fmt.Errorf("%q is not a distortion; expected shift, affine and elastic, as in affine,elastic:0.5, "+
				"and smooth for elastic, as in elastic:1.2,smooth:1.5", name)
		}
		if *s.named(kind) != 0 {
			return fmt.Errorf("%s appears twice", name)
		}
		*s.named(kind) = value
	}
	if s.Smooth != 0 && s.Elastic == 0 {
		return errors.New("smooth needs elastic, as in elastic:1.2,smooth:1.5")
	}
	return nil
}

// What strength 1 means for images of 28×28 pixels. In larger images, the distances in pixels grow in proportion.
const (
	mostShift    = 2.0        // pixels in each direction
	mostTurn     = 12.0 / 180 // of half a turn, in each direction
	mostStretch  = 0.12       // of the height, and of the width
	mostSlant    = 0.12       // columns per row
	elasticAlpha = 34.0       // α, pixels
	elasticSigma = 4.0        // σ of the Gaussian, pixels, if smooth is 1
)

// Arithmetic is what a Distorter computes with: its caller provides functions that are fast and give the same bits on
// every machine.
type Arithmetic struct {
	Exp      func(x float64) float64
	SinCosPi func(x float64) (sin, cos float64) // of πx
	// AddMul is C += A·B. C is m×n, A is m×k and B is k×n; element (i, j) of each is at i·stride + j.
	AddMul func(c, a, b []float64, stride, m, n, k int)
}

// A Distorter distorts images of one size. Several goroutines may use it at once.
type Distorter struct {
	s             Strengths
	width, height int
	arithmetic    Arithmetic
	stride        int       // of the matrices: whole cache lines
	rows, cols    []float64 // the Gaussians G for the rows (h×h) and the columns (w×w)
	canvases      sync.Pool
}

// A canvas is the memory for distorting one image.
type canvas struct {
	rng   rand.PCG
	image []float64 // the original, with a border of zeros
	noise []float64 // 2h×w: Δy, and below it Δx, before smoothing
	half  []float64 // the noise after smoothing along the rows
	field []float64 // the noise after smoothing along the columns too: Δ
}

// border is the width of the border around an image in a canvas.
const border = 2

// New returns a Distorter for images of width×height pixels.
func New(s Strengths, width, height int, a Arithmetic) (*Distorter, error) {
	side := max(width, height)
	d := &Distorter{s: s, width: width, height: height, arithmetic: a, stride: (side + 7) &^ 7}
	if s.Elastic > 0 {
		const most = 4096
		if side > most {
			return nil, fmt.Errorf("elastic is for images of up to %d pixels a side, and these have %d×%d",
				most, width, height)
		}
		sigma := elasticSigma * d.unit() * cmp.Or(s.Smooth, 1)
		d.rows, d.cols = d.gaussian(height, sigma), d.gaussian(width, sigma)
	}
	d.canvases.New = func() any {
		block := func() []float64 { return make([]float64, 2*height*d.stride) }
		image := make([]float64, (height+2*border)*(width+2*border))
		return &canvas{image: image, noise: block(), half: block(), field: block()}
	}
	return d, nil
}

// unit is how many pixels of this image correspond to one pixel of a 28×28 image.
func (d *Distorter) unit() float64 { return math.Sqrt(float64(d.height*d.width)) / 28 }

// gaussian returns the n×n matrix with g_ij = exp(−(i−j)²/2σ²) / Σ_k exp(−k²/2σ²). Multiplying by this matrix smooths,
// as if there were zeros beyond the edges.
func (d *Distorter) gaussian(n int, sigma float64) []float64 {
	g, sum := make([]float64, n*d.stride), 0.0
	bell := func(k int) float64 { return d.arithmetic.Exp(-float64(k*k) / (2 * sigma * sigma)) }
	for k := -n; k <= n; k++ {
		sum += bell(k)
	}
	for i := range n {
		for j := range n {
			g[i*d.stride+j] = bell(i-j) / sum
		}
	}
	return g
}

// Distort writes the distorted image to to. Both hold pixels, row by row. The distortion depends on the seeds alone.
func (d *Distorter) Distort(to []float64, image []byte, seed1, seed2 uint64) {
	c := d.canvases.Get().(*canvas)
	c.rng.Seed(seed1, seed2)
	h, w, stride := d.height, d.width, d.width+2*border
	for i := range h {
		row := c.image[(border+i)*stride+border:][:w]
		for j, p := range image[i*w:][:w] {
			row[j] = float64(p)
		}
	}
	t := d.drawTransform(c)
	push := 0.0
	if d.s.Elastic > 0 {
		push = elasticAlpha * d.unit() * d.s.Elastic
		d.smoothNoise(c)
	}
	midY, midX := float64(h-1)/2, float64(w-1)/2
	top, bottom, left, right := -1.5, float64(h)+0.5, -1.5, float64(w)+0.5 // beyond these, every pixel is 0
	for i := range h {
		out, dy, dx := to[i*w:][:w], c.field[i*d.stride:][:w], c.field[(h+i)*d.stride:][:w]
		u := float64(i) - midY
		rowY, rowX := math.FMA(t.yy, u, t.y), math.FMA(t.xy, u, t.x)
		for j := range out {
			v := float64(j) - midX
			py := math.FMA(push, dy[j], math.FMA(t.yx, v, rowY))
			px := math.FMA(push, dx[j], math.FMA(t.xx, v, rowX))
			py, px = min(max(py, top), bottom)+border, min(max(px, left), right)+border
			iy, ix := int(py), int(px)
			fy, fx := py-float64(iy), px-float64(ix)
			at := c.image[iy*stride+ix:]
			above := math.FMA(fx, at[1]-at[0], at[0])
			below := math.FMA(fx, at[stride+1]-at[stride], at[stride])
			out[j] = math.FMA(fy, below-above, above)
		}
	}
	d.canvases.Put(c)
}

// A transform is M and c + shift.
type transform struct{ yy, yx, xy, xx, y, x float64 }

// drawTransform draws how far to turn, stretch, slant and shift.
func (d *Distorter) drawTransform(c *canvas) (t transform) {
	draw := func(most float64) float64 { // from −most to most
		return float64(most * (float64(int64(c.rng.Uint64())>>11) / (1 << 52)))
	}
	turn, tall := draw(mostTurn*d.s.Affine), 1+draw(mostStretch*d.s.Affine)
	wide, slant := 1+draw(mostStretch*d.s.Affine), draw(mostSlant*d.s.Affine)
	sin, cos := d.arithmetic.SinCosPi(turn)
	t.yy, t.yx = cos*tall, sin*wide
	t.xy, t.xx = float64(cos*slant)-float64(sin*tall), float64(sin*slant)+float64(cos*wide)
	shift := mostShift * d.unit() * d.s.Shift
	t.y, t.x = float64(d.height-1)/2+draw(shift), float64(d.width-1)/2+draw(shift)
	return t
}

// smoothNoise makes the field Δ: random numbers U from −1 to 1, smoothed along the rows and the columns, G·U·G.
func (d *Distorter) smoothNoise(c *canvas) {
	h, w, stride := d.height, d.width, d.stride
	for i := range h {
		dy, dx := c.noise[i*stride:][:w], c.noise[(h+i)*stride:][:w]
		for j := range dy {
			bits := c.rng.Uint64()
			dy[j], dx[j] = float64(int32(bits))/(1<<31), float64(int32(bits>>32))/(1<<31)
		}
	}
	clear(c.half)
	d.arithmetic.AddMul(c.half, c.noise, d.cols, stride, 2*h, w, w)
	clear(c.field)
	d.arithmetic.AddMul(c.field[:h*stride], d.rows, c.half[:h*stride], stride, h, w, h)
	d.arithmetic.AddMul(c.field[h*stride:], d.rows, c.half[h*stride:], stride, h, w, h)
}
