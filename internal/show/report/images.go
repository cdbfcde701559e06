// Images: pictures as attributes of HTML, and the colours of weights.

package report

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"

	"backprop/internal/show/chart"
)

// pngAttribute returns src="…" or href="…" with the whole image in the address.
func pngAttribute(name string, img image.Image, compression png.CompressionLevel) template.HTMLAttr {
	return imageAttribute(name, "png", func(w io.Writer) error {
		return (&png.Encoder{CompressionLevel: compression}).Encode(w, img)
	})
}

// jpegAttribute returns href="…" for a photograph, which takes far fewer bytes than a PNG.
func jpegAttribute(img image.Image) template.HTMLAttr {
	return imageAttribute("href", "jpeg", func(w io.Writer) error {
		return jpeg.Encode(w, img, &jpeg.Options{Quality: 80})
	})
}

func imageAttribute(name, format string, encode func(w io.Writer) error) template.HTMLAttr {
	var b bytes.Buffer
	b.WriteString(name + `="data:image/` + format + `;base64,`)
	w := base64.NewEncoder(base64.StdEncoding, &b)
	encode(w) // writing to a bytes.Buffer does not fail
	w.Close()
	b.WriteByte('"')
	return template.HTMLAttr(b.String())
}

// Weights are drawn in the colours 0 … 254 of a palette; colour 127 stands for a weight of 0. The last colour is
// transparent.
const (
	zeroColour  = 127
	transparent = 255
)

// cividis runs from dark blue through grey to light yellow and gets lighter all the way, so that readers who cannot
// tell the colours apart still see the sign (after Nuñez, Anderton and Renslow 2018).
var cividis = newPalette([][3]float64{{0, 32, 77}, {49, 68, 107}, {102, 105, 112}, {149, 143, 120}, {203, 186, 105},
	{255, 234, 70}})

// redBlue runs from blue through white to red, as is usual for maps of weights.
var redBlue = newPalette([][3]float64{{33, 102, 172}, {247, 247, 247}, {178, 24, 43}})

// newPalette mixes 255 colours between the stops, which are evenly spaced.
func newPalette(stops [][3]float64) color.Palette {
	p := make(color.Palette, 256)
	for i := range 255 {
		at := float64(i) / 254 * float64(len(stops)-1)
		k := min(int(at), len(stops)-2)
		a, b := stops[k], stops[k+1]
		mix := func(c int) uint8 { return uint8(math.Round(a[c] + (at-float64(k))*(b[c]-a[c]))) }
		p[i] = color.NRGBA{mix(0), mix(1), mix(2), 255}
	}
	p[transparent] = color.NRGBA{}
	return p
}

// colourOf returns the index of a weight's colour in a palette that runs from −limit to limit.
func colourOf(w float32, limit float64) uint8 {
	return uint8(math.Round(min(max(float64(w)/limit, -1), 1)*zeroColour) + zeroColour)
}

// colourLimit returns the absolute value that 99 % of the weights do not exceed, so that a few large weights do not
// make the others pale. If there are very many weights, it looks at a sample of them.
func colourLimit(rows ...[]float32) float64 {
	var sizes []float64
	for _, row := range rows {
		for k := 0; k < len(row); k += 1 + len(rows)*len(row)/5000 {
			sizes = append(sizes, math.Abs(float64(row[k])))
		}
	}
	slices.Sort(sizes)
	if n := len(sizes); n > 0 {
		return chart.Round(cmp.Or(sizes[(n-1)*99/100], sizes[n-1], 1), 2)
	}
	return 1
}
