// Package drawing draws networks: layers of units side by side, and a line for each weight.
package drawing

import (
	"fmt"
	"html"
	"strings"
)

// most is how many units of a layer are drawn. Of more, the first few and the last stand for all, with
// dots between.
const most = 7

// The places of a drawing, in the units of its viewBox.
const (
	between = 170.0 // from layer to layer
	apart   = 34.0  // from unit to unit
	radius  = 11.0
	side    = 75.0 // left and right of the units
	over    = 42.0 // above and below the highest layer
)

// style is of black lines on a light page, and of light lines on a dark one.
const style = `<style>
svg { --ink: #1d1c1a; --dim: #8b867d; --fill: #fff; font: 13px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { svg { --ink: #e8e6e1; --dim: #85817a; --fill: #1d1f24 } }
line { stroke: var(--dim); stroke-width: .7 } .bias { stroke-dasharray: 3 3 }
circle { fill: var(--fill); stroke: var(--ink); stroke-width: 1.4 } .dot { fill: var(--ink) }
.one { stroke: var(--dim) } text { fill: var(--ink); text-anchor: middle }
</style>`

// Network is SVG of a network of the given sizes, inputs first. A constant 1, which carries the biases,
// stands above each layer but the last. labels are written below the layers, one below each; of what has
// none, only the number of units is written.
func Network(sizes []int, labels ...string) string {
	highest := 0
	for _, n := range sizes {
		highest = max(highest, len(column(n)))
	}
	wide := 2*side + between*float64(len(sizes)-1)
	high := 2*over + apart*float64(highest)
	var lines, units strings.Builder
	for l, n := range sizes {
		x := side + between*float64(l)
		drawn := column(n)
		for i, name := range drawn {
			unit(&units, x, height(i, len(drawn), high), name)
		}
		if l+1 < len(sizes) {
			next := column(sizes[l+1])
			top := height(-1, len(drawn), high)
			unit(&units, x, top, "1")
			for j, to := range next {
				if to == dots {
					continue
				}
				y := height(j, len(next), high)
				line(&lines, ` class="bias"`, x, top, y)
				for i, from := range drawn {
					if from != dots {
						line(&lines, "", x, height(i, len(drawn), high), y)
					}
				}
			}
		}
		caption(&units, x, high, n, l, labels)
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%[1]g\" role=\"img\">\n"+
		"<title>A network of %[3]s units</title>\n%[4]s\n%[5]s%[6]s</svg>\n",
		wide, high+18, strings.ReplaceAll(strings.Trim(fmt.Sprint(sizes), "[]"), " ", "-"), style, &lines, &units)
}

// dots stands in a column for the units that are not drawn.
const dots = "…"

// column is what is drawn of a layer of n units, from above: an empty name for each, and dots.
func column(n int) []string {
	if n <= most {
		return make([]string, n)
	}
	drawn := make([]string, most)
	drawn[most-2] = dots
	return drawn
}

// height is where the i-th of n in a column stands; the constant is number −1. All columns have the same
// middle.
func height(i, n int, high float64) float64 {
	return high/2 + apart*(float64(i)-float64(n-1)/2) + apart/4
}

func line(to *strings.Builder, class string, x, from, until float64) {
	fmt.Fprintf(to, "<line%s x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\"/>\n", class, x, from, x+between, until)
}

// unit is a circle, three dots, or a circle with a 1 in it.
func unit(to *strings.Builder, x, y float64, name string) {
	switch name {
	case dots:
		for _, d := range []float64{-7, 0, 7} {
			fmt.Fprintf(to, "<circle class=\"dot\" cx=\"%g\" cy=\"%g\" r=\"1.6\"/>\n", x, y+d)
		}
	case "":
		fmt.Fprintf(to, "<circle cx=\"%g\" cy=\"%g\" r=\"%g\"/>\n", x, y, radius)
	default:
		fmt.Fprintf(to, "<circle class=\"one\" cx=\"%g\" cy=\"%g\" r=\"%g\"/>\n<text x=\"%[1]g\" y=\"%[4]g\">%[5]s</text>\n",
			x, y, radius, y+4.5, html.EscapeString(name))
	}
}

// caption writes below layer l how many units it has, and its label.
func caption(to *strings.Builder, x, high float64, n, l int, labels []string) {
	text := fmt.Sprint(n)
	if l < len(labels) && labels[l] != "" {
		text += " " + labels[l]
	}
	fmt.Fprintf(to, "<text x=\"%g\" y=\"%g\">%s</text>\n", x, high+4, html.EscapeString(text))
}
