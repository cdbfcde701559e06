// Charts: figures, each with its numbers turned into places and texts, and the curves of cost and score.

package report

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Figure is a chart of lines and points over x.
type Figure struct {
	Kind
	Title string
	X, Y  Axis
	Lines []Line
	Best  *float64 // the x to single out; nil for none
	Table bool     // list the numbers too

	Look     string // what to look at; empty for what the kind says
	Equation string // what lies behind it; empty for the kind's own
}

// A Kind is what a figure shows. The page says for each what to look for, and which equation lies behind it; of a
// Plain one the program says both.
type Kind string

const (
	Fit        Kind = "fit"        // samples, and the network's curve
	Units      Kind = "units"      // the outputs of a hidden layer's units over the input
	Prediction Kind = "prediction" // predicted values over true ones
	Learning   Kind = "learning"   // the accuracy of several trainings over the epochs
	Sweep      Kind = "sweep"      // what came of each value that was tried
	Plain      Kind = "plain"      // anything else

	Gradients   Kind = "gradients"   // of each layer, over the epochs: the typical size of the gradient
	Activations Kind = "activations" // of what the layer puts out
	Idle        Kind = "idle"        // and the part of it that is dead or saturated
)

// An Axis is what a chart's axis shows.
type Axis struct {
	Label   string
	Log     bool
	Percent bool // values are shares

	From, To float64 // what it shows at least; 0, 0 for what the values need
}

// A Line is a line through points, or only its points. Its name may come from data.
type Line struct {
	Name   string
	X, Y   []float64
	Points bool
}

// Axes are how a program wants the curves over the epochs.
type Axes struct {
	Linear             bool    // both axes
	ScoreFrom, ScoreTo float64 // of the score
	Every              int     // these epochs are wanted too; 0 for none
}

// curves are cost and score over the epochs.
func (r *Report) curves() (all []Figure) {
	epochs := r.past[:len(r.past):len(r.past)]
	for _, m := range r.kept {
		epochs = append(epochs, m.epoch)
	}
	x := Axis{Label: "epoch"}
	if n := len(epochs); epochs[n/2].Number*4 < epochs[n-1].Number && !r.Axes.Linear { // they were taken ever more seldom
		x = Axis{Label: "epoch (log scale)", Log: true}
	}
	add := func(f Figure, published Line, values func(Epoch) [3]float64) {
		if published.Name = "published"; f.Y.Log && r.Axes.Linear {
			f.Y.Log, f.Y.Label = false, f.Y.name()
		}
		f.X, f.Table, f.Best = x, true, r.Chosen
		for part, name := range [3]string{"training", "validation", "test"} {
			l := Line{Name: name}
			for _, e := range epochs {
				if v := values(e)[part]; !math.IsNaN(v) {
					l.X, l.Y = append(l.X, float64(e.Number)), append(l.Y, v)
				}
			}
			if l.X != nil {
				f.Lines = append(f.Lines, l)
			}
		}
		if f.Lines != nil && published.Y != nil {
			f.Lines = append(f.Lines, published)
		}
		if f.Lines != nil {
			all = append(all, f)
		}
	}
	score := Figure{Kind: "accuracy", Title: "Accuracy", Y: Axis{Label: "right answers", Percent: true}}
	if r.Classes == nil {
		score = Figure{Kind: "rmse", Title: "Error of the prediction", Y: Axis{Label: "RMSE (log scale)", Log: true}}
	}
	score.Y.From, score.Y.To = r.Axes.ScoreFrom, r.Axes.ScoreTo
	kind, name := r.Cost, "Cost"
	if r.Loss != "" {
		kind, name = r.Loss, "Loss"
	}
	cost := Figure{Kind: Kind("cost " + kind), Title: name, Y: Axis{Label: strings.ToLower(name) + " (log scale)",
		Log: true}}
	add(cost, r.Published[0], func(e Epoch) [3]float64 { return e.Cost })
	add(score, r.Published[1], func(e Epoch) [3]float64 { return e.Score })
	return all
}

// A chart is a figure as the page's SVG needs it.
type chart struct {
	Figure
	ID             string
	Desc           string
	XTicks, YTicks []tick
	Series         []series
	BestAt         string // place of Best; empty for none
	BestLabel      string
	BestRight      bool // it is in the right half
	Head           []string
	Rows           [][]string
	Named          bool // a legend names the lines
	Words          string
}

type tick struct{ At, Label string }

type series struct {
	Name, Path, Style string
	Dots              []dot
	Key, Label, Line  int    // places in the legend
	KeyDot            string // the mark in the legend
}

type dot struct{ D, X, Title string }

// The frame of a chart, in the units of its viewBox.
const (
	chartLeft, chartRight = 70.0, 426.0
	chartTop, chartBottom = 34.0, 240.0
	chartMiddle           = 248.0
)

// A plane is the two scales of a chart.
type plane struct{ x, y axisScale }

func (p plane) xAt(v float64) float64 { return p.x.place(v, chartLeft+8, chartRight-8) }
func (p plane) yAt(v float64) float64 { return p.y.place(v, chartBottom-8, chartTop+8) }

func (f Figure) chart(id string) chart {
	if f.Y.Percent {
		f.Y.Label += ", %"
	}
	c := chart{Figure: f, ID: id, Named: len(f.Lines) <= 4, Desc: f.describe(), Words: f.look()}
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
	for _, v := range p.x.ticks(whole(xs)) {
		c.XTicks = append(c.XTicks, tick{px(p.xAt(v)), f.X.tick(v)})
	}
	for _, v := range p.y.ticks(false) {
		c.YTicks = append(c.YTicks, tick{px(p.yAt(v)), f.Y.tick(v)})
	}
	for i, at := range f.legend() {
		c.Series = append(c.Series, f.series(i, p, at.X, at.Y))
	}
	if f.Best != nil {
		at := p.xAt(*f.Best)
		c.BestAt, c.BestLabel, c.BestRight = px(at), "chosen: "+f.X.text(*f.Best, 3), at > chartMiddle
	}
	if f.Table && len(f.Lines) > 0 {
		c.Head, c.Rows = f.table()
	}
	return c
}

// whole says that all values are whole numbers, as epochs and numbers of tasks are.
func whole(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) })
}

// legend is where each line's name begins: in one line above the chart, or in as many as it takes.
func (f Figure) legend() (at []image.Point) {
	next := image.Pt(chartLeft, 11)
	for _, l := range f.Lines {
		width := 42 + 7*len([]rune(l.Name))
		if next.X > chartLeft && next.X+width > 440 {
			next = image.Pt(chartLeft, next.Y+15)
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

// name is the label without what stands in brackets or after a comma.
func (a Axis) name() string {
	name, _, _ := strings.Cut(a.Label, " (")
	name, _, _ = strings.Cut(name, ",")
	return name
}

// text is v without its unit, to so many digits.
func (a Axis) text(v float64, digits int) string {
	if a.Percent {
		v *= 100
	}
	return numeral(v, digits)
}

// value is text and unit.
func (a Axis) value(v float64, digits int) string {
	if a.Percent {
		return a.text(v, digits) + " %"
	}
	return a.text(v, digits)
}

// tick is text where there is little room: 80k for 80000, 3e−4 for 0.0003.
func (a Axis) tick(v float64) string {
	if a.Percent {
		v *= 100
	}
	switch size := math.Abs(v); {
	case size >= 1e4 && size < 1e7:
		return numeral(v/1000, 4) + "k"
	case size > 0 && size < 1e-3: // rounded, since 3·0.0001 is not quite 0.0003
		text := strconv.FormatFloat(round(v, 6), 'e', -1, 64)
		return strings.ReplaceAll(strings.Replace(text, "e-0", "e-", 1), "-", "−")
	}
	return numeral(v, 4)
}

// round is v to so many significant digits.
func round(v float64, digits int) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return v
}

// numeral is v to so many significant digits, without an exponent where it reads better.
func numeral(v float64, digits int) string {
	v = round(v, digits)
	form := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e7) {
		form = 'g'
	}
	return strings.ReplaceAll(strconv.FormatFloat(v+0, form, -1, 64), "-", "−") // +0 makes 0 of −0
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// marker is the outline of a line's i-th kind of mark: disc, square, triangle, diamond.
func marker(i int, x, y float64) string {
	shape := [4]string{"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -3.6l3.4 6h-6.8z",
		"m0 -4l4 4l-4 4l-4 -4z"}[i%4]
	return fmt.Sprintf("M%.2f %.2f%s", x, y, shape)
}

// An axisScale turns values into places along an axis.
type axisScale struct {
	lo, hi float64 // of the values, or of their logarithms
	log    bool
}

func newAxisScale(values []float64, log bool) axisScale {
	s := axisScale{lo: math.Inf(1), hi: math.Inf(-1), log: log}
	for _, v := range values {
		if log {
			v = math.Log10(v) // −Inf or NaN where there is none
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.lo, s.hi = min(s.lo, v), max(s.hi, v)
		}
	}
	if s.lo > s.hi {
		s.lo, s.hi = 0, 1
	}
	if s.lo == s.hi {
		d := max(math.Abs(s.lo)*0.1, 0.1)
		s.lo, s.hi = s.lo-d, s.hi+d
	}
	s.lo, s.hi = max(s.lo, -math.MaxFloat64/4), min(s.hi, math.MaxFloat64/4)
	return s
}

// has says whether v has a place.
func (s axisScale) has(v float64) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && !(s.log && v <= 0)
}

func (s axisScale) place(v, from, to float64) float64 {
	if s.log {
		v = math.Log10(v)
	}
	return from + (v-s.lo)/(s.hi-s.lo)*(to-from)
}

// ticks are round values within the scale, four to seven or so of them.
func (s axisScale) ticks(whole bool) []float64 {
	if s.log {
		if at := s.logTicks(); len(at) >= 2 {
			return at
		}
		s = axisScale{lo: math.Pow(10, s.lo), hi: math.Pow(10, s.hi)}
	}
	step := math.Pow(10, math.Floor(math.Log10((s.hi-s.lo)/4)))
	for _, m := range []float64{5, 2} {
		if step*m <= (s.hi-s.lo)/3.5 {
			step *= m
			break
		}
	}
	if whole {
		step = max(1, math.Round(step))
	}
	var at []float64
	first := math.Ceil(s.lo/step - 1e-9)
	for i := range 12 { // counted: beside a large number, a step may be nothing
		if v := (first + float64(i)) * step; v <= s.hi+step*1e-9 {
			at = append(at, v)
		}
	}
	return at
}

// logTicks are powers of ten, and as many of their multiples as it takes.
func (s axisScale) logTicks() (at []float64) {
	skip := max(1, math.Floor((s.hi-s.lo)/5))
	for _, steps := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 8}} {
		at = at[:0]
		for k := math.Floor(s.lo/skip) * skip; k <= s.hi+1e-9; k += skip { // |k| < 324
			for _, m := range steps {
				if e := k + math.Log10(m); e >= s.lo-1e-9 && e <= s.hi+1e-9 {
					at = append(at, m*math.Pow(10, k))
				}
			}
		}
		if len(at) >= 4 {
			break
		}
	}
	return at
}
