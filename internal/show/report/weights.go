// Weights: their course over the epochs, the first layer's neurons as pictures, and the network as the page's
// script takes it.

package report

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// cividis runs from dark blue over grey to light yellow, ever lighter, so that the sign can be told without
// telling colours (after Nuñez, Anderton and Renslow 2018).
var cividis = func() color.Palette {
	stops := [][3]float64{{0, 32, 77}, {49, 68, 107}, {102, 105, 112}, {149, 143, 120}, {203, 186, 105}, {255, 234, 70}}
	p := make(color.Palette, 256)
	for i := range 255 {
		at := float64(i) / 254 * float64(len(stops)-1)
		k := min(int(at), len(stops)-2)
		a, b := stops[k], stops[k+1]
		mix := func(c int) uint8 { return uint8(math.Round(a[c] + (at-float64(k))*(b[c]-a[c]))) }
		p[i] = color.NRGBA{mix(0), mix(1), mix(2), 255}
	}
	p[betweenTiles] = color.NRGBA{}
	return p
}()

// redBlue runs from blue over white to red, as is usual for maps of weights. Both ends are dark, and a middle value
// is light; blue and red can be told by who does not tell red from green.
var redBlue = func() color.Palette {
	p := make(color.Palette, 256)
	for i := range 255 {
		end, part := [3]float64{33, 102, 172}, float64(127-i)/127
		if i > 127 {
			end, part = [3]float64{178, 24, 43}, float64(i-127)/127
		}
		mix := func(c int) uint8 { return uint8(math.Round(247 + part*(end[c]-247))) }
		p[i] = color.NRGBA{mix(0), mix(1), mix(2), 255}
	}
	p[betweenTiles] = color.NRGBA{}
	return p
}()

const betweenTiles = 255 // the place of no colour

// level is a weight's place in the palette: 127 is 0, 0 and 254 are ∓most and beyond.
func level(w float32, most float64) uint8 {
	return uint8(math.Round(min(max(float64(w)/most, -1), 1)*127) + 127)
}

// extent is what nearly all of the numbers lie within, ±, so that a few do not pale the rest.
func extent(rows ...[]float32) float64 {
	var size []float64
	for _, row := range rows {
		for k := 0; k < len(row); k += 1 + len(rows)*len(row)/5000 {
			size = append(size, math.Abs(float64(row[k])))
		}
	}
	slices.Sort(size)
	if n := len(size); n > 0 {
		return chart.Round(cmp.Or(size[(n-1)*99/100], size[n-1], 1), 2)
	}
	return 1
}

// A heat is one layer's parameters over the epochs, as a picture.
type heat struct {
	ID, Title, Desc, Most string
	Image                 template.HTMLAttr
	XTicks                []chart.Tick
	Columns, Rows, Inputs int
	At                    []int // the epoch of each column
	Followed              []int // the place in Wb of each row; nil where it is all of them
}

// heat is the picture of layer l.
func (r *Report) heat(l int) heat {
	layer, columns := r.Layers[l], len(r.kept)
	course, rows := r.course(l), len(r.followed[l])
	most := extent(course...)
	img := image.NewPaletted(image.Rect(0, 0, columns, rows), redBlue)
	h := heat{ID: fmt.Sprintf("heat%d", l+1), Title: fmt.Sprintf("Layer %d, %d×%d", l+1, layer.Rows, layer.Cols),
		Most: chart.Numeral(most, 2), Columns: columns, Rows: rows, Inputs: layer.Rows}
	for y := range rows {
		for x := range columns {
			img.SetColorIndex(x, y, level(course[x][y], most))
		}
	}
	which := "All"
	if rows < wbLength(layer) {
		which, h.Followed = text.Count(rows)+" of", r.followed[l]
	}
	last := course[columns-1]
	h.Desc = fmt.Sprintf("%s %s parameters, a row each in the order of Wb: neuron by neuron, its bias first; a "+
		"column for each epoch kept. After the last they lie between %s and %s; "+
		"%s", which, text.Count(wbLength(layer)),
		chart.Numeral(float64(slices.Min(last)), 3), chart.Numeral(float64(slices.Max(last)), 3), r.movedBy(l))
	compression := png.BestSpeed
	if rows > keepWeights && r.State == "" {
		compression = png.BestCompression
	}
	h.Image = picture("href", img, compression)
	for x, m := range r.kept {
		n := m.epoch.Number
		h.At = append(h.At, n)
		if every := (columns + 7) / 8; x%every == 0 {
			h.XTicks = append(h.XTicks, chart.Column(float64(x), columns, strconv.Itoa(n)))
		}
	}
	return h
}

// course is layer l's parameters, those that are followed, in each moment.
func (r *Report) course(l int) (all [][]float32) {
	for _, m := range r.kept {
		all = append(all, m.weights[l])
	}
	return all
}

// movement is how far layer l's parameters have moved on average, how large they are, and what part of them has
// not moved at all.
func (r *Report) movement(l int) (moved, size, still float64) {
	first, last := r.kept[0].weights[l], r.kept[len(r.kept)-1].weights[l]
	n := float64(len(last))
	for k, v := range last {
		moved += math.Abs(float64(v-first[k])) / n
		size += math.Abs(float64(v)) / n
		if v == first[k] {
			still += 1 / n
		}
	}
	return moved, size, still
}

// movedBy says how far layer l's parameters have moved.
func (r *Report) movedBy(l int) string {
	moved, size, still := r.movement(l)
	words := fmt.Sprintf("on average they have moved by %s and have a size of %s.", chart.Numeral(moved, 2),
		chart.Numeral(size, 2))
	if percent := math.Round(100 * still); percent > 0 {
		words += fmt.Sprintf(" %.0f %% have not moved at all: of inputs that are always 0, or of neurons that have "+
			"died.", percent)
	}
	return words
}

// moved says how far the parameters of all layers have moved, against their size.
func (r *Report) moved() string {
	verdict := ""
	for l := range r.Layers {
		moved, size, _ := r.movement(l)
		part := "moved little"
		switch ratio := moved / size; {
		case !(size > 0):
			part = "is 0"
		case !slices.ContainsFunc(r.kept[0].weights[l], func(v float32) bool { return v != 0 }):
			part = "was 0 when it began"
		case ratio > 0.5:
			part = "moved far from where it began"
		case ratio > 0.1:
			part = "moved, and still shows where it began"
		}
		verdict += fmt.Sprintf("; layer %d %s (%s on a size of %s)", l+1, part, chart.Numeral(moved, 2),
			chart.Numeral(size, 2))
	}
	return verdict[2:] + "."
}

// alike is the correlation of weights that belong to neighbouring pixels: 0 for noise, near 1 for broad strokes.
func (r *Report) alike(neurons [][]float32) float64 {
	var n, sx, sy, xy, xx, yy float64
	for _, tile := range neurons {
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

// smoother says whether the pictures of the neurons have become less like noise.
func (r *Report) smoother() string {
	before, now := r.alike(r.before), r.alike(r.neurons())
	if math.IsNaN(before) || math.IsNaN(now) {
		return ""
	}
	verdict := "the pictures are about as noisy as they were"
	switch {
	case now > before+0.05 && r.unsound():
		verdict = "in a network that has learned so little, this is no sign that they have found anything"
	case now > before+0.3:
		verdict = "noise has given way to patches and strokes"
	case now > before+0.05:
		verdict = "patches and strokes show through the noise"
	case now < before-0.05:
		verdict = "the pictures have become noisier"
	}
	return fmt.Sprintf("Weights of neighbouring pixels had a correlation of %s before, and have one of %s now: %s.",
		toHundredths(before), toHundredths(now), verdict)
}

// unsound says that something is wrong with the run, or that the network does hardly better than a guess.
func (r *Report) unsound() bool {
	if len(r.Warnings) > 0 || r.Failed {
		return true
	}
	if r.Classes == nil || r.Outputs == nil {
		return false
	}
	m, _ := r.errors()
	return m.Guess
}

// toHundredths is v to two places: nothing is −0.00.
func toHundredths(v float64) string {
	return strings.ReplaceAll(fmt.Sprintf("%.2f", math.Round(100*v)/100+0), "-", "−")
}

// neurons is the incoming weights of each first-layer neuron that is shown.
func (r *Report) neurons() [][]float32 {
	if !r.images() {
		return nil
	}
	l := r.Layers[0]
	all := make([][]float32, min(l.Cols, keepNeurons))
	for j := range all {
		all[j] = make([]float32, l.Rows)
		for i := range all[j] {
			all[j][i] = float32(l.Row(i)[j])
		}
	}
	return all
}

// A neuronSheet is the first layer's neurons as small pictures, before and after.
type neuronSheet struct {
	Before, After template.HTMLAttr
	Width, Height int
	Shown, All    int
	Most          string
}

func (r *Report) neuronSheet() *neuronSheet {
	w, h, now := r.Width, r.Height, r.neurons()
	most := extent(now...)
	columns := min(int(math.Ceil(math.Sqrt(float64(len(now))*1.5))), len(now))
	for c := columns; c <= 2*columns; c++ { // no gap in the last line, if it can be had
		if len(now)%c == 0 {
			columns = c
			break
		}
	}
	lines := (len(now) + columns - 1) / columns
	draw := func(tiles [][]float32) *image.Paletted {
		img := image.NewPaletted(image.Rect(0, 0, columns*(w+1)-1, lines*(h+1)-1), cividis)
		for i := range img.Pix {
			img.Pix[i] = betweenTiles
		}
		for n, tile := range tiles {
			for i, v := range tile {
				img.Pix[(n/columns*(h+1)+i/w)*img.Stride+n%columns*(w+1)+i%w] = level(v, most)
			}
		}
		return img
	}
	compression := png.BestSpeed
	if r.State != "" { // a page that will soon be written again
		compression = png.NoCompression
	}
	img := draw(now)
	s := &neuronSheet{Shown: len(now), All: r.Layers[0].Cols, Most: chart.Numeral(most, 2),
		After: picture("src", img, compression), Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	if len(r.kept) > 1 {
		s.Before = picture("src", draw(r.before), compression)
	}
	return s
}

// A pad is what the page's scripts need to take a sample through the network. Numbers is base64 of
// little-endian numbers: shift and factor of each input, then W (in×out) and b of each layer; float64 where the
// page takes steps, else float32.
type pad struct {
	Net               map[string]any
	Numbers           template.HTML
	Activation, Slope template.JS // g and g′ of each activation that the network has, by its name
	Cost              template.JS // of a sample, with δ
}

// carried is nil where the network is too large for a page, or nothing in the page asks for it.
func (r *Report) carried() *pad {
	if len(r.Layers) == 0 || !r.images() && !r.steps() || r.unscripted(false) != "" {
		return nil
	}
	inputs := r.Layers[0].Rows
	activations := []string{}
	for _, l := range r.Layers {
		activations = append(activations, l.Activation)
	}
	if layers.Parameters(r.Layers)+2*inputs > mostCarried {
		return nil
	}
	var b []byte
	put := func(x []float64) {
		for _, v := range x {
			if r.steps() {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			} else {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			}
		}
	}
	put(r.Shift)
	put(r.Factor)
	for _, l := range r.Layers {
		for i := range l.Rows {
			put(l.Row(i))
		}
		put(l.B)
	}
	net := map[string]any{"width": r.Width, "height": r.Height, "answer": r.Cost.Answer, "gradient": r.Cost.Gradient,
		"cancels": r.Cost.Cancels, "classes": r.Classes,
		"sizes": layers.Sizes(r.Layers), "activations": activations, "precise": r.steps()}
	if r.images() {
		net["depth"], net["box"] = r.depth(), r.Box
	}
	p := &pad{Net: net, Numbers: template.HTML(base64.StdEncoding.EncodeToString(b))} // letters, digits, + / =
	p.Activation, p.Slope, p.Cost = r.script(0), r.script(1), "null"
	if r.steps() {
		p.Cost = template.JS(r.Cost.Script)
	}
	return p
}

// script is an object of the network's activations, by their names: g of each, or g′ where it has one.
func (r *Report) script(which int) template.JS {
	var entries []string
	for _, l := range r.Layers {
		if text := r.Scripts[l.Activation][which]; text != "" {
			name, _ := json.Marshal(l.Activation)
			entries = append(entries, fmt.Sprintf("  %s: %s,\n", name, text))
		}
	}
	slices.Sort(entries)
	return template.JS("{\n" + strings.Join(slices.Compact(entries), "") + "}")
}
