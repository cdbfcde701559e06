// Heat maps of the parameters over the epochs, and how far the parameters have moved.

package report

import (
	"fmt"
	"html/template"
	"image"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// A heat is a heat map of one layer's parameters: a row for each parameter, a column for each epoch.
type heat struct {
	ID, Title, Description string
	Limit                  string // the size of a weight at the ends of the colours
	Image                  template.HTMLAttr
	XTicks                 []chart.Tick
	Columns, Rows, Inputs  int
	Epochs                 []int // the epoch of each column
	Places                 []int // the index in Wb of each row's parameter; nil if the map shows all of them
}

func (r *Report) heat(l int) heat {
	layer, places, columns := r.Layers[l], r.tracked[l], len(r.snapshots)
	h := heat{ID: fmt.Sprintf("heat%d", l+1), Title: fmt.Sprintf("Layer %d, %d×%d", l+1, layer.Rows, layer.Cols),
		Columns: columns, Rows: len(places), Inputs: layer.Rows, XTicks: r.epochTicks()}
	var weights [][]float32
	for _, s := range r.snapshots {
		weights = append(weights, s.weights[l])
		h.Epochs = append(h.Epochs, s.epoch.Number)
	}
	limit := colourLimit(weights...)
	h.Limit = chart.Numeral(limit, 2)
	img := image.NewPaletted(image.Rect(0, 0, columns, len(places)), redBlue)
	for x, column := range weights {
		for y, w := range column {
			img.SetColorIndex(x, y, colourOf(w, limit))
		}
	}
	compression := png.BestSpeed
	if len(places) > maxTracked && r.State == "" { // a large map that will not be replaced soon
		compression = png.BestCompression
	}
	h.Image = pngAttribute("href", img, compression)
	which, all := "All", lengthOfWb(layer)
	if len(places) < all {
		which, h.Places = text.Count(len(places))+" of", places
	}
	last := weights[columns-1]
	h.Description = fmt.Sprintf("%s %s parameters, a row each in the order of Wb: neuron by neuron, its bias first; a "+
		"column for each epoch kept. After the last they lie between %s and %s; %s", which, text.Count(all),
		chart.Numeral(float64(slices.Min(last)), 3), chart.Numeral(float64(slices.Max(last)), 3), r.describeMovement(l))
	return h
}

// epochTicks returns ticks at round epochs. The tick of an epoch that was not kept is between the columns of its
// neighbours.
func (r *Report) epochTicks() (ticks []chart.Tick) {
	var epochs []int
	for _, s := range r.snapshots {
		epochs = append(epochs, s.epoch.Number)
	}
	columns := len(epochs)
	first, last := epochs[0], epochs[columns-1]
	round := chart.RoundValues(first, last, false)
	if needLogScale(epochs) {
		round = append([]float64{0}, chart.RoundValues(max(first, 1), last, true)...)
	}
	free := 0.0 // from here on there is room for a tick
	for _, v := range round {
		e := int(v)
		if float64(e) != v || e < first || e > last {
			continue
		}
		next, kept := slices.BinarySearch(epochs, e)
		column := float64(next)
		if !kept {
			column -= float64(epochs[next]-e) / float64(epochs[next]-epochs[next-1])
		}
		if column >= free {
			ticks = append(ticks, chart.Column(column, columns, strconv.Itoa(e)))
			free = column + float64(columns)/9
		}
	}
	return ticks
}

// needLogScale reports whether epochs lie ever further apart: the last is more than four times the middle one.
func needLogScale(epochs []int) bool {
	n := len(epochs)
	return epochs[n/2]*4 < epochs[n-1]
}

// movement returns how far layer l's parameters have moved and how large they are, both on average, and the share of
// them that have not moved at all.
func (r *Report) movement(l int) (moved, size, still float64) {
	first, last := r.snapshots[0].weights[l], r.snapshots[len(r.snapshots)-1].weights[l]
	n := float64(len(last))
	for k, w := range last {
		moved += math.Abs(float64(w-first[k])) / n
		size += math.Abs(float64(w)) / n
		if w == first[k] {
			still += 1 / n
		}
	}
	return moved, size, still
}

// describeMovement says how far layer l's parameters have moved.
func (r *Report) describeMovement(l int) string {
	moved, size, still := r.movement(l)
	words := fmt.Sprintf("on average they have moved by %s and have a size of %s.", chart.Numeral(moved, 2),
		chart.Numeral(size, 2))
	if percent := math.Round(100 * still); percent > 0 {
		words += fmt.Sprintf(" %.0f %% have not moved at all: of inputs that are always 0, or of neurons that have "+
			"died.", percent)
	}
	return words
}

// describeMovements says how far the parameters of each layer have moved, compared to their size.
func (r *Report) describeMovements() string {
	var layers []string
	for l := range r.Layers {
		moved, size, _ := r.movement(l)
		atFirst := r.snapshots[0].weights[l]
		words := "moved little"
		switch {
		case size == 0 || math.IsNaN(size):
			words = "is 0"
		case !slices.ContainsFunc(atFirst, func(w float32) bool { return w != 0 }):
			words = "was 0 when it began"
		case moved/size > 0.5:
			words = "moved far from where it began"
		case moved/size > 0.1:
			words = "moved, and still shows where it began"
		}
		layers = append(layers, fmt.Sprintf("layer %d %s (%s on a size of %s)", l+1, words, chart.Numeral(moved, 2),
			chart.Numeral(size, 2)))
	}
	return strings.Join(layers, "; ") + "."
}
