// Package chart draws lines and points over x as SVG: with round values along the axes, a legend, a table of the
// numbers, and a caption that says what the chart shows.
package chart

import (
	"embed"
	"fmt"
	"html"
	"html/template"
	"image"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/show/text"
)

// Templates has the template "chart", which writes a [Chart] as HTML (chart.html), and the script that shows the values
// nearest to the pointer (chart.js).
//
//go:embed chart.html chart.js
var Templates embed.FS

// A Chart is a figure that has been laid out, as the template needs it.
type Chart struct {
	Figure
	ID             string
	Description    string // for readers who cannot see the chart
	Legend         bool   // name the lines in a legend: they are few enough
	XTicks, YTicks []Tick
	Series         []series
	BestX          string // where the vertical line at Best is drawn; "" for none
	BestLabel      string
	BestOnRight    bool // the line is in the right half, so that its label goes to the left
	Head           []string
	Rows           [][]string
}

// A Tick is a place along an axis and the label there.
type Tick struct{ At, Label string }

// A series is a line as it is drawn.
type series struct {
	Name, Style          string
	Path                 string // of the line; "" for points
	Marks                []mark // one for each value
	KeyMark              string // the mark in the legend; "" for none
	KeyX, NameX, LegendY int    // where the line and its name begin in the legend
}

type mark struct{ Path, X, Title string }

// The frame of a chart, in the units of its viewBox. The values stay within it by the padding.
const (
	left, right = 70.0, 426.0
	top, bottom = 34.0, 240.0
	middle      = 248.0
	padding     = 8.0
)

// A plane is the two scales of a chart.
type plane struct{ x, y axisScale }

func (p plane) xAt(v float64) float64 { return p.x.place(v, left+padding, right-padding) }
func (p plane) yAt(v float64) float64 { return p.y.place(v, bottom-padding, top+padding) }

// Draw lays out the figure as a chart, whose id must be unique on its page.
func (f Figure) Draw(id string) Chart {
	if f.Y.Percent {
		f.Y.Label += ", %"
	}
	f.Caption = f.caption()
	c := Chart{Figure: f, ID: id, Description: f.describe(), Legend: len(f.Lines) <= 4}
	xs, ys := f.X.ends(), f.Y.ends()
	for _, l := range f.Lines {
		xs, ys = append(xs, l.X...), append(ys, l.Y...)
	}
	p := plane{newAxisScale(xs, f.X.Log), newAxisScale(ys, f.Y.Log)}
	for _, v := range p.x.roundValues(areWhole(xs)) {
		c.XTicks = append(c.XTicks, Tick{px(p.xAt(v)), f.X.tickLabel(v)})
	}
	for _, v := range p.y.roundValues(false) {
		c.YTicks = append(c.YTicks, Tick{px(p.yAt(v)), f.Y.tickLabel(v)})
	}
	for i, place := range f.legend() {
		c.Series = append(c.Series, f.series(i, p, place))
	}
	if f.Best != nil {
		x := p.xAt(*f.Best)
		c.BestX, c.BestLabel, c.BestOnRight = px(x), "chosen: "+f.X.number(*f.Best, 3), x > middle
	}
	if f.Table && len(f.Lines) > 0 {
		c.Head, c.Rows = f.table()
	}
	return c
}

// Column returns a tick for n columns that fill the width of the frame. It is below the middle of column i, counted
// from 0, or between two columns if i is not whole.
func Column(i float64, n int, label string) Tick {
	width := (right - left) / float64(n)
	return Tick{px(left + (i+0.5)*width), label}
}

// areWhole reports whether all values are whole numbers, as epochs are.
func areWhole(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) })
}

// legend returns where the legend's entry for each line begins: in one row above the chart, or in as many rows as are
// needed.
func (f Figure) legend() (places []image.Point) {
	next := image.Pt(left, 11)
	for _, l := range f.Lines {
		width := 42 + 8*len([]rune(l.Name)) // letters are larger on a narrow page
		if next.X > left && next.X+width > 440 {
			next = image.Pt(left, next.Y+15)
		}
		places = append(places, next)
		next.X += width
	}
	if next.Y == 11 { // a single row is placed where the middle of two rows would be
		for i := range places {
			places[i].Y = 17
		}
	}
	return places
}

// series lays out line i. Its entry in the legend begins at key.
func (f Figure) series(i int, p plane, key image.Point) series {
	l := f.Lines[i]
	s := series{Name: l.Name, Style: fmt.Sprintf("s%d", i%6), KeyX: key.X, NameX: key.X + 28, LegendY: key.Y}
	if l.Points {
		s.Style += " points"
	} else if len(l.X) > 60 {
		s.Style += " many"
	}
	if !l.Ideal {
		s.KeyMark = markPath(i, float64(key.X)+12, float64(key.Y))
	}
	var path []byte
	command := byte('M') // moves to the next point; L draws a line to it
	for k, x := range l.X {
		y := l.Y[k]
		if !p.x.has(x) || !p.y.has(y) {
			command = 'M'
			continue
		}
		atX, atY := p.xAt(x), p.yAt(y)
		path = fmt.Appendf(path, "%c%.2f %.2f", command, atX, atY)
		command = 'L'
		if !l.Ideal {
			title := f.X.name() + " " + f.X.number(x, 6) + ": " + l.Name + " " + f.Y.value(y, 6)
			s.Marks = append(s.Marks, mark{markPath(i, atX, atY), fmt.Sprintf("%.2f", atX), title})
		}
	}
	if !l.Points {
		s.Path = string(path)
	}
	return s
}

// markPath outlines a mark at (x, y): a disc, square, triangle or diamond, in turn for the lines.
func markPath(line int, x, y float64) string {
	shape := [...]string{"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -3.6l3.4 6h-6.8z",
		"m0 -4l4 4l-4 4l-4 -4z"}[line%4]
	return fmt.Sprintf("M%.2f %.2f%s", x, y, shape)
}

// px formats a place in the chart.
func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// table lists the numbers of all lines, a row for each x.
func (f Figure) table() (head []string, rows [][]string) {
	head = []string{f.X.Label}
	var all []float64
	for _, l := range f.Lines {
		head = append(head, l.Name)
		all = append(all, l.X...)
	}
	slices.Sort(all)
	next := make([]int, len(f.Lines)) // for each line, the index of its next value: x never decreases
	for _, x := range slices.Compact(all) {
		row := []string{f.X.number(x, 6)}
		for i, l := range f.Lines {
			cell := ""
			if k := next[i]; k < len(l.Y) && l.X[k] == x {
				cell, next[i] = f.Y.value(l.Y[k], 6), k+1
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return head, rows
}

// describe says in words where each line begins and ends.
func (f Figure) describe() string {
	var ends []string
	for _, l := range f.Lines {
		if last := len(l.X) - 1; last >= 0 && len(f.Lines) <= 6 {
			ends = append(ends, fmt.Sprintf("%s goes from %s at %s %s to %s at %s.", l.Name, f.Y.value(l.Y[0], 4),
				f.X.name(), f.X.number(l.X[0], 4), f.Y.value(l.Y[last], 4), f.X.number(l.X[last], 4)))
		}
	}
	return fmt.Sprintf("%s over %s, %s. ", f.Y.Label, f.X.Label, text.Plural(len(f.Lines), "line")) +
		strings.Join(ends, " ")
}

// letters matches single letters, which stand for numbers, with an index or without.
var letters = regexp.MustCompile(`\b([A-Za-z])(?:_([a-z]))?\b`)

// Italics returns the formula with its letters in italics.
func (c Chart) Italics() template.HTML {
	return template.HTML(letters.ReplaceAllStringFunc(html.EscapeString(c.Formula), func(letter string) string {
		name, index, _ := strings.Cut(letter, "_")
		if index != "" {
			index = "<sub>" + index + "</sub>"
		}
		return "<i>" + name + index + "</i>"
	}))
}
