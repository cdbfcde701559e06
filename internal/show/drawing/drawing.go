// Package drawing draws networks for the tutorials as SVG: a column of units for each layer, and a line for each
// weight.
package drawing

import (
	"fmt"
	"html"
	"strings"

	"backprop/internal/show/text"
)

// A layer with more units than this is drawn as a few units, dots, and a last unit.
const maxUnits = 7

// Sizes and distances, in the units of the viewBox.
const (
	layerGap = 170.0 // from layer to layer
	unitGap  = 34.0  // from unit to unit
	radius   = 11.0
	marginX  = 75.0 // left and right of the units
	marginY  = 42.0 // above and below the tallest layer
)

// style draws dark lines on a light page, and light lines on a dark page.
const style = `<style>
svg { --ink: #1d1c1a; --dim: #8b867d; --fill: #fff; font: 13px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { svg { --ink: #e8e6e1; --dim: #85817a; --fill: #1d1f24 } }
line { stroke: var(--dim); stroke-width: .7 } .bias { stroke-dasharray: 3 3 }
circle { fill: var(--fill); stroke: var(--ink); stroke-width: 1.4 } .dot { fill: var(--ink) }
.one { stroke: var(--dim) } text { fill: var(--ink); text-anchor: middle }
</style>`

// Network draws a network of the given sizes, inputs first. Above each layer but the last it draws the constant 1,
// whose lines are the biases. Below each layer it writes the number of units and the label, if there is one.
func Network(sizes []int, labels ...string) string {
	tallest := 0
	for _, n := range sizes {
		tallest = max(tallest, min(n, maxUnits))
	}
	width := 2*marginX + layerGap*float64(len(sizes)-1)
	height := 2*marginY + unitGap*float64(tallest)
	var columns []column
	for l, n := range sizes {
		c := column{x: marginX + layerGap*float64(l), middle: height / 2, slots: min(n, maxUnits), dots: -1}
		if n > maxUnits {
			c.dots = maxUnits - 2
		}
		columns = append(columns, c)
	}
	var lines, units strings.Builder
	for l, c := range columns {
		c.drawUnits(&units)
		if l+1 < len(columns) {
			c.drawConstant(&units)
			c.drawLines(&lines, columns[l+1])
		}
		caption := fmt.Sprint(sizes[l])
		if l < len(labels) && labels[l] != "" {
			caption += " " + labels[l]
		}
		drawText(&units, c.x, height+4, caption)
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%[1]g\" role=\"img\">\n"+
		"<title>A network of %[3]s units</title>\n%[4]s\n%[5]s%[6]s</svg>\n",
		width, height+18, text.Join(sizes, "-"), style, &lines, &units)
}

// A column is the drawing of a layer: slots one below the other, each with a unit in it, or with dots.
type column struct {
	x, middle float64
	slots     int
	dots      int // the slot with dots; -1 if all units are drawn
}

// y returns the vertical position of slot i. Slot -1, above the others, is for the constant.
func (c column) y(i int) float64 {
	return c.middle + unitGap*(float64(i)-float64(c.slots-1)/2) + unitGap/4
}

func (c column) drawUnits(to *strings.Builder) {
	for i := range c.slots {
		if i != c.dots {
			fmt.Fprintf(to, "<circle cx=\"%g\" cy=\"%g\" r=\"%g\"/>\n", c.x, c.y(i), radius)
			continue
		}
		for _, dy := range []float64{-7, 0, 7} {
			fmt.Fprintf(to, "<circle class=\"dot\" cx=\"%g\" cy=\"%g\" r=\"1.6\"/>\n", c.x, c.y(i)+dy)
		}
	}
}

// drawLines draws the biases and weights of the next layer.
func (c column) drawLines(to *strings.Builder, next column) {
	line := func(class string, from, until float64) {
		fmt.Fprintf(to, "<line%s x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\"/>\n", class, c.x, from, next.x, until)
	}
	for j := range next.slots {
		if j == next.dots {
			continue
		}
		line(` class="bias"`, c.y(-1), next.y(j))
		for i := range c.slots {
			if i != c.dots {
				line("", c.y(i), next.y(j))
			}
		}
	}
}

func (c column) drawConstant(to *strings.Builder) {
	fmt.Fprintf(to, "<circle class=\"one\" cx=\"%g\" cy=\"%g\" r=\"%g\"/>\n", c.x, c.y(-1), radius)
	drawText(to, c.x, c.y(-1)+4.5, "1")
}

func drawText(to *strings.Builder, x, y float64, words string) {
	fmt.Fprintf(to, "<text x=\"%g\" y=\"%g\">%s</text>\n", x, y, html.EscapeString(words))
}
