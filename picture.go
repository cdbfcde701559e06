// Picture: this room reads handwriting from pictures, which come in any size, with light
// from one side, dark on light or light on dark, and brings them to what the makers of
// MNIST made of theirs. It knows pixels; only what answers, at the end, knows networks.
// It is a room of its own because it shares nothing with model.go, the file format, beside
// which it would double what a reader has to pass through.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A frame is where the training images have what is drawn: for MNIST's 28×28, in a box of
// 20 pixels, and its centre of mass, on average, at 14.5, 14.5.
type frame struct {
	Box float64 `json:"box"`
	X   float64 `json:"x"`
	Y   float64 `json:"y"`
}

// frameOf measures the first thousand training images: the median of the longer side, and
// the mean of the centres of mass, to half a pixel.
func frameOf(d *Dataset) frame {
	var sides []int
	var x, y, n float64
	for i := range min(d.Train.N, 1000) {
		left, right, top, bottom := d.Width, 0, d.Height, 0
		mass, mx, my := 0, 0, 0
		for at, v := range d.Train.Pixels[i*d.Train.Dim : (i+1)*d.Train.Dim] {
			if v > 0 {
				x, y := at%d.Width, at/d.Width
				left, right, top, bottom = min(left, x), max(right, x+1), min(top, y), max(bottom, y+1)
				mass, mx, my = mass+int(v), mx+x*int(v), my+y*int(v)
			}
		}
		sides = append(sides, max(right-left, bottom-top, 1))
		if mass > 0 {
			x, y, n = x+float64(mx)/float64(mass), y+float64(my)/float64(mass), n+1
		}
	}
	slices.Sort(sides)
	half := func(sum float64) float64 { return math.Round(2*(sum/max(n, 1)+0.5)) / 2 }
	return frame{float64(sides[len(sides)/2]), half(x), half(y)}
}

// A photo is a picture as it was decoded.
type photo struct {
	image.RGBA64Image
	lossy bool // edges have noise around them
	turn  int  // how it is to be held, as cameras number it: 1 is upright
}

// decodePicture decodes a PNG or JPEG, unless its header promises more pixels than its
// size makes likely.
func decodePicture(data []byte) (p photo, err error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if errors.Is(err, image.ErrFormat) {
		return p, errors.New("it is not a picture that can be read; PNG and JPEG can")
	}
	if err != nil {
		return p, err
	}
	bytesPerPixel := 4.0
	if _, palette := c.ColorModel.(color.Palette); palette { // which no map takes for a key
		bytesPerPixel = 1
	} else if n := (map[color.Model]float64{color.GrayModel: 1, color.Gray16Model: 2, color.YCbCrModel: 3, color.RGBA64Model: 8, color.NRGBA64Model: 8})[c.ColorModel]; n != 0 {
		bytesPerPixel = n
	}
	if format == "jpeg" && bytes.Contains(data, []byte{0xff, 0xc2}) {
		bytesPerPixel *= 5 // a progressive one keeps its coefficients
	}
	if need, most := float64(c.Width)*float64(c.Height)*bytesPerPixel, float64(32<<20+128*len(data)); need > most {
		return p, fmt.Errorf("%d×%d pixels are more than a file of %d bytes is expected to hold; make it smaller", c.Width, c.Height, len(data))
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return p, err
	}
	return photo{decoded.(image.RGBA64Image), format == "jpeg", orientation(data)}, nil // as all of the library's are
}

// preparePicture makes w×h pixels of a picture as MNIST's makers did: what is drawn is cut
// out, scaled to fit the frame's box, its grey levels averaged over areas, and put so that
// its centre of mass is as near as can be to the frame's. 0 is the background, whatever its
// shade, 255 full ink.
func preparePicture(p photo, w, h int, f frame) ([]byte, error) {
	if p.Bounds().Empty() {
		return nil, errors.New("the picture has no pixels")
	}
	var ink Matrix
	for _, under := range []uint32{0xffff, 0} { // seen on white, or else on black
		if ink = inkOf(turned(shades(p, under), p.turn), p.lossy); ink.Data != nil {
			break
		}
	}
	if ink.Data == nil {
		return nil, errors.New("nothing is drawn on it: a dark digit on a light ground, or a light one on a dark ground, was expected")
	}
	left, right, top, bottom := bounds(ink)
	scale := func() float64 {
		return min(min(f.Box, float64(w))/float64(right-left), min(f.Box, float64(h))/float64(bottom-top))
	}
	ink = thicken(ink, scale()*digitBox/f.Box)
	left, right, top, bottom = bounds(ink)
	cw, ch := float64(right-left), float64(bottom-top)
	drawn := newPicture(max(int(ch*scale()+0.5), 1), max(int(cw*scale()+0.5), 1))
	most, mass, mx, my := 0.0, 0.0, 0.0, 0.0
	for j := range drawn.Rows {
		y0, y1 := float64(j)*ch/float64(drawn.Rows), float64(j+1)*ch/float64(drawn.Rows)
		for i := range drawn.Cols {
			x0, x1 := float64(i)*cw/float64(drawn.Cols), float64(i+1)*cw/float64(drawn.Cols)
			sum, area := 0.0, 0.0
			for y := int(y0); y < min(int(math.Ceil(y1)), bottom-top); y++ {
				tall := min(y1, float64(y+1)) - max(y0, float64(y))
				for x := int(x0); x < min(int(math.Ceil(x1)), right-left); x++ {
					part := float64(tall * (min(x1, float64(x+1)) - max(x0, float64(x))))
					sum += float64(part * ink.Row(top + y)[left+x])
					area += part
				}
			}
			v := sum / area
			drawn.Row(j)[i] = v
			most, mass = max(most, v), mass+v
			mx += float64(v * (float64(i) + 0.5))
			my += float64(v * (float64(j) + 0.5))
		}
	}
	place := func(at float64, room int) int { return min(max(int(math.Ceil(at-0.5)), 0), room) }
	dx, dy := place(f.X-mx/mass, w-drawn.Cols), place(f.Y-my/mass, h-drawn.Rows)
	pixels := make([]byte, w*h)
	for j := range drawn.Rows {
		for i, v := range drawn.Row(j) {
			pixels[(dy+j)*w+dx+i] = byte(float64(255*v/most) + 0.5)
		}
	}
	return pixels, nil
}

// shades is the brightness of each pixel from 0 to 255, where it is transparent that of
// what is under; of a large picture, the means of squares, so that some 1000×1000 are left.
func shades(img image.RGBA64Image, under uint32) Matrix {
	b := img.Bounds()
	side := (max(b.Dx(), b.Dy()) + 1023) / 1024
	grey := newPicture(max(b.Dy()/side, 1), max(b.Dx()/side, 1))
	for i := range grey.Rows {
		for j := range grey.Cols {
			sum, n := uint64(0), uint64(0)
			for y := b.Min.Y + i*side; y < min(b.Min.Y+(i+1)*side, b.Max.Y); y++ {
				for x := b.Min.X + j*side; x < min(b.Min.X+(j+1)*side, b.Max.X); x++ {
					c := img.RGBA64At(x, y)
					sum += uint64((299*uint32(c.R)+587*uint32(c.G)+114*uint32(c.B))/1000 + under*(0xffff-uint32(c.A))/0xffff)
					n++
				}
			}
			grey.Row(i)[j] = float64(sum / n >> 8)
		}
	}
	return grey
}

// orientation is what the Exif data of a JPEG say of how the camera was held, else 1: the
// tag 0x0112 of the first list of tags in the segment that begins with FF E1 and "Exif".
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		segment := data[at+4 : min(max(at+2+size, at+4), len(data))]
		exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
		if data[at+1] != 0xe1 || !ok {
			at += 2 + size
			continue
		}
		var order binary.ByteOrder = binary.BigEndian
		if bytes.HasPrefix(exif, []byte("II")) {
			order = binary.LittleEndian
		}
		if len(exif) < 8 {
			return 1
		}
		for tag := uint64(order.Uint32(exif[4:])) + 2; tag+12 <= uint64(len(exif)); tag += 12 {
			if turn := order.Uint16(exif[tag+8:]); order.Uint16(exif[tag:]) == 0x0112 && 1 <= turn && turn <= 8 {
				return int(turn)
			}
		}
		return 1
	}
	return 1
}

// turned is m held as the camera says: from 5 on rows and columns are exchanged, then 2 and
// 6 mirror the columns, 4 and 8 the rows, 3 and 7 both.
func turned(m Matrix, turn int) Matrix {
	to := newPicture(m.Rows, m.Cols)
	if turn >= 5 {
		to = newPicture(m.Cols, m.Rows)
	}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			y, x := i, j
			if turn >= 5 {
				y, x = j, i
			}
			if turn := (turn - 1) % 4; turn == 1 || turn == 2 {
				x = to.Cols - 1 - x
			}
			if turn := (turn - 1) % 4; turn >= 2 {
				y = to.Rows - 1 - y
			}
			to.Row(y)[x] = v
		}
	}
	return to
}

// inkOf is how much ink there is at each pixel, from 0 to 1; without Data where nothing is
// drawn. The ground is a plane through the border's pixels, since light often comes from
// one side; ink is what is farthest from it, darker or lighter.
func inkOf(grey Matrix, lossy bool) Matrix {
	const faint = 24 // of 255: less is the unevenness of paper
	// border calls f for each pixel of the border that is no more than limit from the ground.
	border := func(ground, limit float64, f func(x, y, v float64)) {
		for i := range grey.Rows {
			for j, v := range grey.Row(i) {
				if (i == 0 || j == 0 || i == grey.Rows-1 || j == grey.Cols-1) && math.Abs(v-ground) <= limit {
					f(float64(j), float64(i), v)
				}
			}
		}
	}
	var list []float64
	border(0, 255, func(_, _, v float64) { list = append(list, v) })
	slices.Sort(list)
	ground := list[len(list)/2]
	far, sign := ground-slices.Min(grey.Data), -1.0
	if up := slices.Max(grey.Data) - ground; up > far {
		far, sign = up, 1
	}
	if far < faint {
		return Matrix{}
	}
	limit := far / 3 // more is ink that touches the border
	var n, mx, my, mv, xx, yy, xv, yv, noise float64
	border(ground, limit, func(x, y, v float64) { n, mx, my, mv = n+1, mx+x, my+y, mv+v })
	mx, my, mv = mx/n, my/n, mv/n
	border(ground, limit, func(x, y, v float64) {
		xx += float64((x - mx) * (x - mx))
		yy += float64((y - my) * (y - my))
		xv += float64((x - mx) * (v - mv))
		yv += float64((y - my) * (v - mv))
	})
	ax, ay := xv/max(xx, 1), yv/max(yy, 1)
	height := func(x, y, v float64) float64 {
		return sign * (v - mv - float64(ax*(x-mx)) - float64(ay*(y-my)))
	}
	border(ground, limit, func(x, y, v float64) { noise += float64(height(x, y, v) * height(x, y, v)) })
	noise = 3 * math.Sqrt(noise/n)
	if lossy {
		noise = max(noise, far/16)
	}
	ink := newPicture(grey.Rows, grey.Cols)
	far = 0
	for i := range grey.Rows {
		for j, v := range grey.Row(i) {
			ink.Row(i)[j] = height(float64(j), float64(i), v)
			far = max(far, ink.Row(i)[j])
		}
	}
	if far-noise < faint/2 {
		return Matrix{}
	}
	for i, v := range ink.Data {
		ink.Data[i] = max((v-noise)/(far-noise), 0)
	}
	if noise > 0 { // soft edges cannot be told from the ground
		noise = 0.25
	}
	wipe(ink, noise)
	return ink
}

// wipe clears specks: what is more than least and connected, but less than a fiftieth of
// the largest such part; and what is not more than least.
func wipe(ink Matrix, least float64) {
	part := make([]int32, len(ink.Data)) // which part a pixel belongs to, 0 for none
	size := []int{0}
	var stack []int32
	for start, v := range ink.Data {
		if v <= least || part[start] > 0 {
			continue
		}
		size = append(size, 0)
		number := int32(len(size) - 1)
		part[start], stack = number, append(stack, int32(start))
		for len(stack) > 0 {
			at := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			size[number]++
			x, y := at%ink.Cols, at/ink.Cols
			for i := max(y-1, 0); i <= min(y+1, ink.Rows-1); i++ {
				for j := max(x-1, 0); j <= min(x+1, ink.Cols-1); j++ {
					if to := i*ink.Cols + j; ink.Data[to] > least && part[to] == 0 {
						part[to], stack = number, append(stack, int32(to))
					}
				}
			}
		}
	}
	most := slices.Max(size)
	for i := range ink.Data {
		if 50*size[part[i]] < most {
			ink.Data[i] = 0
		}
	}
}

// bounds is the part of a picture that holds all its ink.
func bounds(ink Matrix) (left, right, top, bottom int) {
	left, top = ink.Cols, ink.Rows
	for y := range ink.Rows {
		for x, v := range ink.Row(y) {
			if v > 0 {
				left, right, top, bottom = min(left, x), max(right, x+1), min(top, y), max(bottom, y+1)
			}
		}
	}
	return left, right, top, bottom
}

// thicken makes a thin pen's strokes as wide as MNIST's, two pixels in a box of 20, where
// scale is what a pixel would have in that box; else it leaves the ink as it is. A stroke's width is twice its area
// over the length of its edge.
func thicken(ink Matrix, scale float64) Matrix {
	area, edge := 0.0, 0.0
	for y := range ink.Rows {
		for x, v := range ink.Row(y) {
			area += v
			if x > 0 && (v > 0.5) != (ink.Row(y)[x-1] > 0.5) {
				edge++
			}
			if y > 0 && (v > 0.5) != (ink.Row(y - 1)[x] > 0.5) {
				edge++
			}
		}
	}
	if edge == 0 || 2*area*scale >= 1.2*edge {
		return ink
	}
	// At four pixels for each to come, the darkest of what each covers.
	fine := min(4*scale, 1)
	grow := int((2*fine/scale - max(2*area/edge*fine, 1)) / 2)
	wide := newPicture(int(float64(ink.Rows)*fine)+1+2*grow, int(float64(ink.Cols)*fine)+1+2*grow)
	for y := range ink.Rows {
		row := wide.Row(grow + int(float64(y)*fine))
		for x, v := range ink.Row(y) {
			to := &row[grow+int(float64(x)*fine)]
			*to = max(*to, v)
		}
	}
	for step := range grow { // to eight neighbours, and then to four: nearly round
		from := Matrix{wide.Rows, wide.Cols, wide.Cols, slices.Clone(wide.Data)}
		for y := range wide.Rows {
			for x := range wide.Cols {
				v := from.Row(y)[x]
				for i := max(y-1, 0); i <= min(y+1, wide.Rows-1); i++ {
					for j := max(x-1, 0); j <= min(x+1, wide.Cols-1); j++ {
						if step%2 == 0 || i == y || j == x {
							v = max(v, from.Row(i)[j])
						}
					}
				}
				wide.Row(y)[x] = v
			}
		}
	}
	return wide
}

// newPicture is a matrix whose rows follow each other without padding.
func newPicture(h, w int) Matrix { return Matrix{h, w, w, make([]float64, h*w)} }

// answer is what the network says to one input, for ce as probabilities.
func (net *Network) answer(x []float64) []float64 {
	a := net.Outputs(Matrix{1, len(x), len(x), x})
	p := a[len(a)-1].Row(0)
	if net.Cost.Name != "ce" {
		return p
	}
	top, sum := slices.Max(p), 0.0
	for j := range p {
		p[j] -= top
	}
	Exp(p)
	for _, v := range p {
		sum += v
	}
	for j := range p {
		p[j] /= sum
	}
	return p
}

// predictEvent is a picture's line. An output is not a probability where the cost is mse.
type predictEvent struct {
	Event             string   `json:"event"`
	File              string   `json:"file"`
	Class             string   `json:"class"`
	Probability       *float64 `json:"probability,omitempty"`
	Output            *float64 `json:"output,omitempty"`
	Second            string   `json:"second"`
	SecondProbability *float64 `json:"second_probability,omitempty"`
	SecondOutput      *float64 `json:"second_output,omitempty"`
}

// predict is -predict: a line for each picture.
func (m *model) predict(ctx context.Context, cfg *config, stdout *results, stderr io.Writer) error {
	if m.width == 0 || len(m.classes) < 2 {
		return fmt.Errorf("%s: it takes %d numbers and not the pixels of a picture, or does not name classes; evaluate it with -data", m.path, m.inputs())
	}
	if !m.own && cfg.scale == "standard" {
		return usageError{fmt.Errorf("-scale standard needs -data to find the mean; %s has none with it", m.path)}
	}
	out := &printer{w: stdout, json: cfg.json}
	nameWidth, classWidth := len("file"), len("class")
	for _, p := range cfg.pictures {
		nameWidth = max(nameWidth, utf8.RuneCountInString(p))
	}
	for _, c := range m.classes {
		classWidth = max(classWidth, utf8.RuneCountInString(printable(c)))
	}
	score, format := "probability", func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
	if cfg.cost == "mse" {
		score, format = "output", func(v float64) string { return fmt.Sprintf("%.4f", v) }
	}
	if !cfg.json {
		fmt.Fprintf(stdout, "%-*s  %-*s  %11s  second\n", nameWidth, "file", classWidth, "class", score)
	}
	bad := 0
	for _, path := range cfg.pictures {
		if ctx.Err() != nil {
			return errInterrupted
		}
		p, err := m.look(path)
		if err != nil {
			bad++
			fmt.Fprintln(stderr, "backprop:", fileError(path, err))
			continue
		}
		first := argmax(p)
		a := p[first]
		p[first] = math.Inf(-1)
		second := argmax(p)
		b := p[second]
		e := predictEvent{Event: "predict", File: path, Class: m.classes[first], Second: m.classes[second], Probability: &a, SecondProbability: &b}
		if cfg.cost == "mse" {
			e.Probability, e.SecondProbability, e.Output, e.SecondOutput = nil, nil, &a, &b
		}
		if cfg.json {
			out.line(e)
			continue
		}
		fmt.Fprintf(stdout, "%-*s  %-*s  %11s  %s (%s)\n", nameWidth, path, classWidth, printable(e.Class), format(a), printable(e.Second), format(b))
	}
	if bad > 0 {
		return fmt.Errorf("%d of %s could not be read", bad, plural(len(cfg.pictures), "picture"))
	}
	return nil
}

// printable keeps a name from a file from moving the terminal's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// look is what the network says to a picture.
func (m *model) look(path string) ([]float64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > 1<<26 {
		return nil, fmt.Errorf("a picture of up to 64 MB was expected; this has %d bytes (%v)", st.Size(), st.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := decodePicture(data)
	if err != nil {
		return nil, err
	}
	pixels, err := preparePicture(p, m.width, m.height, m.frame)
	if err != nil {
		return nil, err
	}
	x := make([]float64, len(pixels))
	for i, v := range pixels {
		x[i] = (float64(float64(v)*m.depth)/255 - m.in.Shift[i]) * m.in.Factor[i]
	}
	return m.net.answer(x), nil
}

// addPicture is the flag -predict.
func (cfg *config) addPicture(name string) error {
	if strings.HasPrefix(name, "-") || name == "" {
		return fmt.Errorf("pictures were expected after it, not %q", name)
	}
	cfg.pictures = append(cfg.pictures, name)
	return nil
}
