// Package chart draws lines and points over x as a chart of a page: with round values along its axes, a legend, a
// table of the numbers, and a sentence on what there is to see.
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
)

// Templates draw a [Chart] as SVG, each value in a <title> ("chart", in chart.html), and show in words which values
// are nearest to the pointer (chart.js).
//
//go:embed chart.html chart.js
var Templates embed.FS

// A Chart is a figure as the page's SVG needs it.
type Chart struct {
	Figure
	ID             string
	Desc           string
	XTicks, YTicks []Tick
	Series         []series
	BestAt         string // place of Best; empty for none
	BestLabel      string
	BestRight      bool // it is in the right half
	Head           []string
	Rows           [][]string
	Named          bool // a legend names the lines
	Words          string
}

// letters are single ones, which stand for numbers, with an index or none.
var letters = regexp.MustCompile(`\b([A-Za-z])(?:_([a-z]))?\b`)

// Italics is the figure's formula with its letters in italics.
func (c Chart) Italics() template.HTML {
	return template.HTML(letters.ReplaceAllStringFunc(html.EscapeString(c.Formula), func(letter string) string {
		name, index, _ := strings.Cut(letter, "_")
		if index != "" {
			index = "<sub>" + index + "</sub>"
		}
		return "<i>" + name + index + "</i>"
	}))
}

// A Tick is a place along an axis, and what is written there.
type Tick struct{ At, Label string }

type series struct {
	Name, Path, Style string
	Dots              []dot
	Key, Label, Line  int    // places in the legend
	KeyDot            string // the mark in the legend
}

type dot struct{ D, X, Title string }

// The frame of a chart, in the units of its viewBox.
const (
	left, right = 70.0, 426.0
	top, bottom = 34.0, 240.0
	middle      = 248.0
)

// A plane is the two scales of a chart.
type plane struct{ x, y axisScale }

func (p plane) xAt(v float64) float64 { return p.x.place(v, left+8, right-8) }
func (p plane) yAt(v float64) float64 { return p.y.place(v, bottom-8, top+8) }

// Draw is the figure's chart, with an id of its own on its page.
func (f Figure) Draw(id string) Chart {
	if f.Y.Percent {
		f.Y.Label += ", %"
	}
	c := Chart{Figure: f, ID: id, Named: len(f.Lines) <= 4, Desc: f.describe(), Words: f.look()}
	var xs, ys []float64
	for _, l := range f.Lines {
		xs, ys = append(xs, l.X...), append(ys, l.Y...)
	}
	for _, a := range []struct {
		Axis
		values *[]float64
	}{{f.X, &xs}, {f.Y, &ys}} {
		if a.From != a.To {
			*a.values = append(*a.values, a.From, a.To)
		}
	}
	p := plane{newAxisScale(xs, f.X.Log), newAxisScale(ys, f.Y.Log)}
	along := p.x.ticks(whole(xs))
	for i, label := range f.X.ticks(along) {
		c.XTicks = append(c.XTicks, Tick{px(p.xAt(along[i])), label})
	}
	up := p.y.ticks(false)
	for i, label := range f.Y.ticks(up) {
		c.YTicks = append(c.YTicks, Tick{px(p.yAt(up[i])), label})
	}
	for i, at := range f.legend() {
		c.Series = append(c.Series, f.series(i, p, at.X, at.Y))
	}
	if f.Best != nil {
		at := p.xAt(*f.Best)
		c.BestAt, c.BestLabel, c.BestRight = px(at), "chosen: "+f.X.text(*f.Best, 3), at > middle
	}
	if f.Table && len(f.Lines) > 0 {
		c.Head, c.Rows = f.table()
	}
	return c
}

// Column is the tick below the i-th of n columns that fill the frame's width.
func Column(i, n int, label string) Tick {
	width := (right - left) / float64(n)
	return Tick{px(left + (float64(i)+0.5)*width), label}
}

// whole says that all values are whole numbers, as epochs and numbers of tasks are.
func whole(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) })
}

// legend is where each line's name begins: in one line above the chart, or in as many as it takes.
func (f Figure) legend() (at []image.Point) {
	next := image.Pt(left, 11)
	for _, l := range f.Lines {
		width := 42 + 8*len([]rune(l.Name)) // where the page is narrow, letters are larger
		if next.X > left && next.X+width > 440 {
			next = image.Pt(left, next.Y+15)
		}
		at = append(at, next)
		next.X += width
	}
	if next.Y == 11 { // in the middle of where two would be
		for i := range at {
			at[i].Y = 17
		}
	}
	return at
}

// series is the i-th line, whose name in the legend begins at key in the line at height row.
func (f Figure) series(i int, p plane, key, row int) series {
	l := f.Lines[i]
	s := series{Name: l.Name, Style: fmt.Sprintf("s%d", i%6),
		Key: key, Label: key + 28, Line: row, KeyDot: marker(i, float64(key)+12, float64(row))}
	if l.Ideal {
		s.KeyDot = ""
	}
	if l.Points {
		s.Style += " points"
	}
	if len(l.X) > 60 && !l.Points {
		s.Style += " many"
	}
	var path []byte
	move := byte('M')
	for k, x := range l.X {
		y := l.Y[k]
		if !p.x.has(x) || !p.y.has(y) {
			move = 'M'
			continue
		}
		atX, atY := p.xAt(x), p.yAt(y)
		path = fmt.Appendf(path, "%c%.2f %.2f", move, atX, atY)
		move = 'L'
		if l.Ideal {
			continue
		}
		title := f.X.name() + " " + f.X.text(x, 6) + ": " + l.Name + " " + f.Y.value(y, 6)
		s.Dots = append(s.Dots, dot{marker(i, atX, atY), fmt.Sprintf("%.2f", atX), title})
	}
	if !l.Points {
		s.Path = string(path)
	}
	return s
}

// table is the numbers of all lines, a row for each x.
func (f Figure) table() (head []string, rows [][]string) {
	head = []string{f.X.Label}
	for _, l := range f.Lines {
		head = append(head, l.Name)
	}
	next := make([]int, len(f.Lines)) // of each line, which comes next: all go the same way
	for _, x := range f.everyX() {
		row := []string{f.X.text(x, 6)}
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

// everyX is the x of all lines, ascending.
func (f Figure) everyX() (all []float64) {
	for _, l := range f.Lines {
		all = append(all, l.X...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// describe says in words where each line begins and ends.
func (f Figure) describe() string {
	lines := "lines"
	if len(f.Lines) == 1 {
		lines = "line"
	}
	words := []string{}
	for _, l := range f.Lines {
		if n := len(l.X); n > 0 && len(f.Lines) <= 6 {
			words = append(words, fmt.Sprintf("%s goes from %s at %s %s to %s at %s.", l.Name,
				f.Y.value(l.Y[0], 4), f.X.name(), f.X.text(l.X[0], 4), f.Y.value(l.Y[n-1], 4), f.X.text(l.X[n-1], 4)))
		}
	}
	return fmt.Sprintf("%s over %s, %d %s. ", f.Y.Label, f.X.Label, len(f.Lines), lines) + strings.Join(words, " ")
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// marker is the outline of a line's i-th kind of mark: disc, square, triangle, diamond.
func marker(i int, x, y float64) string {
	shape := [4]string{"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -3.6l3.4 6h-6.8z",
		"m0 -4l4 4l-4 4l-4 -4z"}[i%4]
	return fmt.Sprintf("M%.2f %.2f%s", x, y, shape)
}
