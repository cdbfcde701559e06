// Augment: this room distorts images, so that a network never sees the same one twice.
// It knows bytes and matrices, and nothing of networks; data.go reads what is in files,
// and this is in none.
//
// A distorted image takes its pixel (y, x) from the place (y′, x′) of the original, between
// the pixels there:
//
//	(y′, x′) − c  =  M·((y, x) − c) + shift + α·(Δy, Δx)
//
// where c is the middle of the image, M = R·S + N·R turns (R), stretches (S) and slants (N)
// it: affine; and Δ is a field of random numbers, smoothed by a Gaussian: elastic. Simard,
// Steinkraus and Platt 2003, "Best practices for convolutional neural networks", section 2.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// distortions is the -augment flag: how strong each kind is; 1 is what is usual, 0 none.
// Smooth is not one by itself, but how smooth the elastic one is.
type distortions struct{ shift, affine, elastic, smooth float64 }

// What strength 1 is, for images of 28×28; for others the pixels grow with them.
const (
	shiftMost   = 2.0        // pixels each way
	turnMost    = 12.0 / 180 // of half a turn, each way
	stretchMost = 0.12       // of the size, height and width by themselves
	slantMost   = 0.12       // columns a row
	elasticPush = 34.0       // α, pixels
	elasticSoft = 4.0        // σ of the Gaussian, pixels, at smooth 1
)

// A kind is one of them by its name.
type kind struct {
	name string
	s    *float64
}

func (d *distortions) kinds() []kind {
	return []kind{{"shift", &d.shift}, {"affine", &d.affine}, {"elastic", &d.elastic}, {"smooth", &d.smooth}}
}

func (d *distortions) String() string {
	var list []string
	for _, k := range d.kinds() {
		switch *k.s {
		case 0:
		case 1:
			list = append(list, k.name)
		default:
			list = append(list, fmt.Sprintf("%s:%v", k.name, *k.s))
		}
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ",")
}

func (d *distortions) Set(text string) error {
	*d = distortions{}
	if text == "none" {
		return nil
	}
	for _, part := range strings.Split(text, ",") {
		name, strength, strong := strings.Cut(strings.TrimSpace(part), ":")
		known, s := false, 1.0
		if strong {
			var err error
			if s, err = strconv.ParseFloat(strength, 64); err != nil || !(s >= 0 && s <= 10) {
				return fmt.Errorf("%q is no strength; it is a number from 0 to 10, and 1 is what is usual", strength)
			}
		}
		for _, k := range d.kinds() {
			if k.name == name {
				if *k.s != 0 {
					return fmt.Errorf("%s is there twice", name)
				}
				*k.s, known = s, true
			}
		}
		if !known {
			return fmt.Errorf("%q is no distortion; there are shift, affine and elastic, as in affine,elastic:0.5, and smooth for elastic, as in elastic:1.2,smooth:1.5", name)
		}
	}
	if d.smooth != 0 && d.elastic == 0 {
		return errors.New("smooth is of elastic, which is not there")
	}
	return nil
}

// A distorter distorts the images of a training set.
type distorter struct {
	distortions
	epoch int // from 1: each has distortions of its own

	data          *Dataset
	height, width int
	in            Scale
	seed          uint64
	rows, cols    Matrix // G, the Gaussian: rows (h×h) mixes rows, cols (w×w) mixes columns
	scratch       chan *canvas
}

// A canvas is what it takes to distort one image. Each goroutine borrows one.
type canvas struct {
	rng   rand.PCG
	image Matrix // the image as numbers, with a border of 0, two pixels wide
	noise Matrix // 2h×w: Δy above Δx, before they are smoothed
	half  Matrix // after the rows are
	field Matrix // and after the columns are too
}

const border = 2

func newDistorter(d distortions, data *Dataset, in Scale, seed uint64, workers int) (*distorter, error) {
	h, w := data.Height, data.Width
	if data.Train.Pixels == nil || h*w != data.Train.Dim {
		return nil, errors.New("it distorts grey images, and " + data.Name + " has none")
	}
	a := &distorter{distortions: d, data: data, height: h, width: w, in: in, seed: seed, scratch: make(chan *canvas, workers)}
	if d.elastic > 0 {
		const most = 4096
		if max(h, w) > most {
			return nil, fmt.Errorf("elastic is for images of up to %d pixels a side, and these have %d×%d", most, w, h)
		}
		sigma := elasticSoft * a.unit() * cmp.Or(d.smooth, 1)
		a.rows, a.cols = gaussian(h, sigma), gaussian(w, sigma)
	}
	for range workers {
		a.scratch <- &canvas{image: NewMatrix(h+2*border, w+2*border), noise: NewMatrix(2*h, w), half: NewMatrix(2*h, w), field: NewMatrix(2*h, w)}
	}
	return a, nil
}

// unit is a pixel of a 28×28 image in pixels of these.
func (a *distorter) unit() float64 { return math.Sqrt(float64(a.height*a.width)) / 28 }

// gaussian is the n×n matrix with g_ij = exp(−(i−j)²/2σ²) / Σ_k exp(−k²/2σ²): to multiply
// by it is to smooth. Beyond the edges there are zeros.
func gaussian(n int, sigma float64) Matrix {
	g, sum := NewMatrix(n, n), 0.0
	bell := func(k int) float64 { return exp(-float64(k*k) / (2 * sigma * sigma)) }
	for k := -n; k <= n; k++ {
		sum += bell(k)
	}
	for i := range n {
		for j := range n {
			g.Row(i)[j] = bell(i-j) / sum
		}
	}
	return g
}

// gather writes the training images of the given numbers, distorted, into x from row lo.
func (a *distorter) gather(x Matrix, lo int, images []int32) {
	c := <-a.scratch
	for i, r := range images {
		c.rng.Seed(mix(a.seed)+uint64(a.epoch), purposeAugment<<32|uint64(r))
		a.distort(c, x.Row(lo+i), a.data.Train.Pixels[int(r)*x.Cols:][:x.Cols])
	}
	a.scratch <- c
}

// distort writes an image, distorted and scaled, into x.
func (a *distorter) distort(c *canvas, x []float64, pixels []byte) {
	h, w := a.height, a.width
	for i := range h {
		to := c.image.Row(border + i)[border:]
		for j, p := range pixels[i*w:][:w] {
			to[j] = float64(p)
		}
	}
	draw := func(most float64) float64 { // from −most to most
		return float64(most * (float64(int64(c.rng.Uint64())>>11) / (1 << 52)))
	}
	turn, tall, wide, slant := draw(turnMost*a.affine), 1+draw(stretchMost*a.affine), 1+draw(stretchMost*a.affine), draw(slantMost*a.affine)
	sin, cos := sinCosPi(turn)
	myy, myx := cos*tall, sin*wide // M
	mxy, mxx := float64(cos*slant)-float64(sin*tall), float64(sin*slant)+float64(cos*wide)
	midY, midX := float64(h-1)/2, float64(w-1)/2
	shift := shiftMost * a.unit() * a.shift
	fromY, fromX := midY+draw(shift), midX+draw(shift)
	push := 0.0
	if a.elastic > 0 {
		push = elasticPush * a.unit() * a.elastic
		a.smoothNoise(c)
	}
	top, bottom, left, right := -1.5, float64(h)+0.5, -1.5, float64(w)+0.5
	stride := c.image.Stride
	for i := range h {
		out, dy, dx := x[i*w:][:w], c.field.Row(i), c.field.Row(h+i)
		shifts, factors := a.in.Shift[i*w:][:w], a.in.Factor[i*w:][:w]
		u := float64(i) - midY
		rowY, rowX := math.FMA(myy, u, fromY), math.FMA(mxy, u, fromX)
		for j := range out {
			v := float64(j) - midX
			py := math.FMA(push, dy[j], math.FMA(myx, v, rowY))
			px := math.FMA(push, dx[j], math.FMA(mxx, v, rowX))
			py, px = min(max(py, top), bottom)+border, min(max(px, left), right)+border
			iy, ix := int(py), int(px)
			fy, fx := py-float64(iy), px-float64(ix)
			at := c.image.Data[iy*stride+ix:]
			above := math.FMA(fx, at[1]-at[0], at[0])
			below := math.FMA(fx, at[stride+1]-at[stride], at[stride])
			out[j] = (math.FMA(fy, below-above, above) - shifts[j]) * factors[j]
		}
	}
}

// smoothNoise makes the field Δ: uniform random numbers from −1 to 1, smoothed along the
// rows and along the columns, G·U·G.
func (a *distorter) smoothNoise(c *canvas) {
	h, w := a.height, a.width
	for i := range h {
		dy, dx := c.noise.Row(i), c.noise.Row(h+i)
		for j := range dy {
			bits := c.rng.Uint64()
			dy[j], dx[j] = float64(int32(bits))/(1<<31), float64(int32(bits>>32))/(1<<31)
		}
	}
	clear(c.half.Data)
	AddMul(c.half, c.noise, a.cols)
	clear(c.field.Data)
	for _, part := range []int{0, h} {
		block := func(m Matrix) Matrix { return Matrix{h, w, m.Stride, m.Data[part*m.Stride:][:h*m.Stride]} }
		AddMul(block(c.field), a.rows, block(c.half))
	}
}
