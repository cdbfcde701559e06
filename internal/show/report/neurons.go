// Neurons: the first layer's neurons as pictures.

package report

import (
	"fmt"
	"html/template"
	"image"
	"image/png"
	"math"

	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// maxNeurons is the largest number of neurons that are shown as pictures.
const maxNeurons = 128

// A neuronSheet shows neurons as tiles of one picture, before and after training.
type neuronSheet struct {
	Before, After template.HTMLAttr
	Width, Height int
	Shown, All    int    // neurons
	Limit         string // the size of a weight at the ends of the colours
}

// neurons returns the incoming weights of the first neurons, or nil if the inputs are not images.
func (r *Report) neurons() [][]float32 {
	if !r.hasImages() {
		return nil
	}
	l := r.Layers[0]
	tiles := make([][]float32, min(l.Cols, maxNeurons))
	for j := range tiles {
		tiles[j] = make([]float32, l.Rows)
		for i := range tiles[j] {
			tiles[j][i] = float32(l.Row(i)[j])
		}
	}
	return tiles
}

func (r *Report) neuronSheet() *neuronSheet {
	now := r.neurons()
	limit := colourLimit(now...)
	compression := png.BestSpeed
	if r.State != "" { // the page will be replaced soon
		compression = png.NoCompression
	}
	img := r.drawTiles(now, limit)
	s := &neuronSheet{Shown: len(now), All: r.Layers[0].Cols, Limit: chart.Numeral(limit, 2),
		After: pngAttribute("src", img, compression), Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	if len(r.snapshots) > 1 {
		s.Before = pngAttribute("src", r.drawTiles(r.neuronsBefore, limit), compression)
	}
	return s
}

// drawTiles draws the weights of neurons as tiles, one pixel apart.
func (r *Report) drawTiles(tiles [][]float32, limit float64) *image.Paletted {
	columns := tileColumns(len(tiles))
	rows := (len(tiles) + columns - 1) / columns
	w, h := r.Width, r.Height
	img := image.NewPaletted(image.Rect(0, 0, columns*(w+1)-1, rows*(h+1)-1), cividis)
	for i := range img.Pix {
		img.Pix[i] = transparent
	}
	for n, tile := range tiles {
		left, top := n%columns*(w+1), n/columns*(h+1)
		for i, v := range tile {
			img.Pix[(top+i/w)*img.Stride+left+i%w] = colourOf(v, limit)
		}
	}
	return img
}

// tileColumns returns the number of columns for n tiles: about 1½ times the number of rows, or up to twice as many
// columns if that fills the last row.
func tileColumns(n int) int {
	columns := min(int(math.Ceil(math.Sqrt(float64(n)*1.5))), n)
	for c := columns; c <= 2*columns; c++ {
		if n%c == 0 {
			return c
		}
	}
	return columns
}

// neighbourCorrelation returns the correlation of the weights of neighbouring pixels: 0 for noise, near 1 for broad
// strokes.
func (r *Report) neighbourCorrelation(tiles [][]float32) float64 {
	var n, sx, sy, xy, xx, yy float64
	for _, tile := range tiles {
		for i := range tile {
			if i%r.Width == 0 {
				continue
			}
			a, b := float64(tile[i-1]), float64(tile[i])
			n, sx, sy, xy, xx, yy = n+1, sx+a, sy+b, xy+a*b, xx+a*a, yy+b*b
		}
	}
	return (n*xy - sx*sy) / math.Sqrt((n*xx-sx*sx)*(n*yy-sy*sy))
}

// describeSmoothness says whether the pictures of the neurons have become less noisy. If the network has learned
// little, this means nothing.
func (r *Report) describeSmoothness(learnedLittle bool) string {
	before, now := r.neighbourCorrelation(r.neuronsBefore), r.neighbourCorrelation(r.neurons())
	if math.IsNaN(before) || math.IsNaN(now) {
		return ""
	}
	verdict := "the pictures are about as noisy as they were"
	switch {
	case now > before+0.05 && learnedLittle:
		verdict = "in a network that has learned so little, this is no sign that they have found anything"
	case now > before+0.3:
		verdict = "noise has given way to patches and strokes"
	case now > before+0.05:
		verdict = "patches and strokes show through the noise"
	case now < before-0.05:
		verdict = "the pictures have become noisier"
	}
	return fmt.Sprintf("Weights of neighbouring pixels had a correlation of %s before, and have one of %s now: %s.",
		text.Signed(before, 2), text.Signed(now, 2), verdict)
}
