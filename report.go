// Report: this room draws what a run came to, as one HTML file that needs nothing else:
// no network, no server, no other file. It is handed the record of a run and knows
// nothing of training; the page itself is report.html.
//
// Where the numbers are: charts are SVG, with each value in a <title>; the weights go
// in as base64 of float32, and the page's own script takes a drawn digit through them.
package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Report is the record of a run, as far as it has come. The slices are those of the
// run itself: they are read by Begin, Add and Save, and never written.
type Report struct {
	Title   string
	Command string      // what to type to run it again
	Failed  bool        // it ended early; State says why
	Result  string      // the run's result in a sentence
	State   string      // "epoch 3 of 10"; empty once the run is over
	Facts   [][2]string // name and value: network, data, settings, time, hash
	Cost    string      // ce, bce or mse
	Update  string      // plain, l2, momentum, nesterov, adam: which form equation (4) takes
	Data    *Dataset
	In      Scale   // of the inputs
	Box     float64 // the longer side of what is drawn in an image: 20 of MNIST's 28 pixels
	Layers  []LayerRecord
	Outputs []float64     // n×K: the network's answers to the test samples; nil where there are none
	Past    []EpochRecord // what came before Begin, where a run goes on from a checkpoint
	Figures []Figure      // what else there is to see, in a section of its own
	Chosen  *float64      // the epoch whose weights were kept, if it was not the last
	Harder  string        // what makes training harder than the test: "with distorted images"; else empty

	page   bytes.Buffer
	epochs []EpochRecord
	stride int           // of the epochs kept
	rows   [][]int       // of each layer, the weights whose course is kept
	course [][][]float32 // of each epoch kept and each layer, those weights
	before [][]float32   // of each first-layer neuron shown, its weights before training
	sheet  []SampleStrip // samples of each class
}

// A LayerRecord is one layer, out = g(in·W + b).
type LayerRecord struct {
	W          Matrix    // in×out
	B          []float64 // out
	Activation string
}

func (l LayerRecord) weights() int { return l.W.Rows * l.W.Cols }

// An EpochRecord is what one epoch came to, on the training, validation and test part:
// NaN where there is no such part. Score is the share of right answers, or the RMSE.
type EpochRecord struct {
	Epoch       int
	Cost, Score [3]float64
}

const (
	keepEpochs  = 256     // more are thinned out
	keepWeights = 64      // of each layer
	keepNeurons = 128     // of the first layer
	keepClasses = 40      // in sheet and confusion matrix
	keepErrors  = 24      // the most confident
	perClass    = 10      // samples of a class
	mostCarried = 5 << 20 // parameters that a page can hold
)

// Begin notes what the network is before it learns.
func (r *Report) Begin() {
	r.stride = 1
	for _, l := range r.Layers {
		r.rows = append(r.rows, golden(l.weights(), keepWeights))
	}
	r.before = r.neurons()
	r.sheet = r.strips()
	nan := [3]float64{math.NaN(), math.NaN(), math.NaN()}
	begin := EpochRecord{0, nan, nan}
	if n := len(r.Past); n > 0 {
		begin.Epoch = r.Past[n-1].Epoch
	}
	r.Add(begin)
}

// golden is all of 0 … n−1, or k of them spread without a rhythm that rows and columns
// of a matrix might share: multiples of the golden ratio, of which the fraction counts.
func golden(n, k int) []int {
	rows := make([]int, min(n, k))
	for i := range rows {
		rows[i] = i
		if n > k {
			rows[i] = int(uint64(uint32(i+1)*0x9E3779B9) * uint64(n) >> 32)
		}
	}
	return rows
}

// Add notes one epoch. The first and the last are always kept; of very many, every
// second, fourth, eighth …
func (r *Report) Add(e EpochRecord) {
	if n := len(r.epochs); n > 0 && r.epochs[n-1].Epoch%r.stride != 0 {
		r.epochs, r.course = r.epochs[:n-1], r.course[:n-1]
	}
	if len(r.epochs) > keepEpochs {
		r.stride *= 2
		k := 0
		for i, kept := range r.epochs {
			if kept.Epoch%r.stride == 0 {
				r.epochs[k], r.course[k] = kept, r.course[i]
				k++
			}
		}
		r.epochs, r.course = r.epochs[:k], r.course[:k]
	}
	now := make([][]float32, len(r.Layers))
	for l, rows := range r.rows {
		now[l] = make([]float32, len(rows))
		for i, at := range rows {
			w := r.Layers[l].W
			now[l][i] = float32(w.Row(at / w.Cols)[at%w.Cols])
		}
	}
	r.epochs, r.course = append(r.epochs, e), append(r.course, now)
}

// Save writes the page to path: first beside it, then under its name, so that whoever
// reloads it sees a whole page.
func (r *Report) Save(path string) error {
	r.page.Reset()
	if err := reportPage().Execute(&r.page, r.view()); err != nil {
		return fmt.Errorf("-report %s: %w", path, err)
	}
	f, target, err := createFile(path)
	if err == nil {
		defer os.Remove(f.Name()) // fails, as it should, once the file has its name
		_, err = f.Write(r.page.Bytes())
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), target)
		}
	}
	if err != nil {
		return fmt.Errorf("-report %s: cannot be written: %w; give a name in a folder that is there and that you may write to", path, cause(err))
	}
	return nil
}

//go:embed report.html
var reportHTML string

var reportPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Parse(reportHTML))
})

// view is the record as the page shows it.
type view struct {
	*Report
	Curves   []chart
	Heats    []heat
	Neurons  *neuronSheet
	Samples  []SampleStrip
	Matrix   *confusion
	Mistakes []Mistake
	Pad      *pad
	TooLarge bool // the network does not fit into a page
	Extra    []chart
}

func (r *Report) view() view {
	v := view{Report: r, Samples: r.sheet}
	for _, f := range r.curves() {
		v.Curves = append(v.Curves, f.chart(fmt.Sprintf("curve%d", len(v.Curves))))
	}
	for _, f := range r.Figures {
		v.Extra = append(v.Extra, f.chart(fmt.Sprintf("figure%d", len(v.Extra))))
	}
	if r.Data.Classes != nil && r.Outputs != nil {
		v.Matrix, v.Mistakes = r.errors()
	}
	sound := 0.0 // NaN where a weight is infinite or not a number, and nothing can be shown
	for _, l := range r.Layers {
		l.W.EachRow(func(row []float64) {
			for _, w := range row {
				sound += 0 * w
			}
		})
	}
	if sound == 0 {
		v.Heats = r.heats()
	}
	if sound == 0 && r.images() {
		v.Neurons = r.neuronSheet()
		v.Pad = r.pad()
		v.TooLarge = v.Pad == nil
	}
	return v
}

// images says whether the samples are pictures to be told apart.
func (r *Report) images() bool {
	return r.Data.Width > 0 && r.Data.Train.Pixels != nil && r.Data.Classes != nil
}

// ---- Charts ----

// A Figure is a chart of lines and points over x.
type Figure struct {
	Words
	X, Y  Axis
	Lines []Line
	Best  *float64 // the x to single out; nil for none
	Table bool     // list the numbers too: the lines share their x
}

// Words are what a figure says of itself: title, what to look for, what lies behind it.
type Words struct {
	Title, Look string
	Equation    template.HTML // never from data
}

// An Axis is what a chart's axis shows.
type Axis struct {
	Label   string
	Log     bool
	Percent bool // values are shares
}

// A Line is a line through points, or only its points. Its name may come from data.
type Line struct {
	Name   string
	X, Y   []float64
	Points bool
}

// The words of all figures.
var (
	costWords = Words{"Cost",
		"Training cost should fall; where test cost turns up while training cost goes on falling, the network learns its samples by heart.", ""}
	costEquations = map[string]template.HTML{
		"ce":  "<i>C</i> = −(1⁄<i>n</i>) Σ ln <i>p<sub>y</sub></i>, with <i>p</i> = softmax(<i>a</i>)",
		"bce": "<i>C</i> = −(1⁄<i>n</i>) Σ ( <i>y</i> ln <i>a</i> + (1 − <i>y</i>) ln(1 − <i>a</i>) )",
		"mse": "<i>C</i> = (1⁄<i>n</i>) Σ ½‖<i>a</i> − <i>y</i>‖²",
	}
	accuracyWords = Words{"Accuracy",
		"The gap between training and test is what does not carry over to samples that the network has not seen.",
		"accuracy = (1⁄<i>n</i>) · number of samples with argmax<i><sub>k</sub> a<sub>k</sub></i> = <i>y</i>"}
	rmseWords = Words{"Error of the prediction",
		"How far a prediction is off, typically, in the target’s own unit: on samples not seen, it cannot fall below the noise for long.",
		"RMSE = √( (1⁄<i>n</i>) Σ (<i>a</i> − <i>y</i>)² )"}
	fitWords = Words{"Data and fit",
		"The line should go through the middle of the points, not through each of them.",
		"<i>a</i>(<i>x</i>) ≈ E[<i>y</i> | <i>x</i>], the mean of <i>y</i> at <i>x</i>: what squared error asks for"}
	unitsWords = Words{"Outputs of the hidden units",
		"Each line is one unit: the next layer can only add these shapes, stretched and turned over.",
		"<i>a<sub>j</sub></i>(<i>x</i>) = <i>g</i>(<i>w<sub>j</sub> x</i> + <i>b<sub>j</sub></i>)"}
	predictionWords = Words{"Predicted and true",
		"The nearer to the line, the better; a cloud that lies flatter than the line keeps too near to the mean.",
		"on the line, <i>a</i> = <i>y</i>"}
	sweepWords = Words{"The sweep",
		"The validation part alone chooses the value (the upright line); the test part only says what the choice was worth.",
		"best = argmax over <i>v</i> of the validation accuracy"}
)

// curves are cost and score over the epochs.
func (r *Report) curves() (all []Figure) {
	epochs := slices.Concat(r.Past, r.epochs)
	x := Axis{Label: "epoch"}
	if n := len(epochs); epochs[n/2].Epoch*4 < epochs[n-1].Epoch { // they were taken ever more seldom
		x = Axis{Label: "epoch (log scale)", Log: true}
	}
	add := func(words Words, y Axis, value func(EpochRecord) [3]float64) {
		f := Figure{Words: words, X: x, Y: y, Table: true, Best: r.Chosen}
		for part, name := range [3]string{"training", "validation", "test"} {
			l := Line{Name: name}
			for _, e := range epochs {
				if v := value(e)[part]; !math.IsNaN(v) {
					l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, v)
				}
			}
			if l.X != nil {
				f.Lines = append(f.Lines, l)
			}
		}
		if f.Lines != nil {
			all = append(all, f)
		}
	}
	words := costWords
	words.Equation = costEquations[r.Cost]
	add(words, Axis{Label: "cost (log scale)", Log: true}, func(e EpochRecord) [3]float64 { return e.Cost })
	score := func(e EpochRecord) [3]float64 { return e.Score }
	if r.Data.Classes != nil {
		add(accuracyWords, Axis{Label: "right answers", Percent: true}, score)
	} else {
		add(rmseWords, Axis{Label: "RMSE (log scale)", Log: true}, score)
	}
	return all
}

// A chart is a figure with every number turned into a place.
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
}

type tick struct{ At, Label string }

type series struct {
	Name, Path, Style string
	Dots              []dot
	Key, Label        int    // places in the legend
	KeyDot            string // the mark in the legend
}

type dot struct{ D, X, Title string }

// The frame of a chart, in the units of its viewBox.
const (
	chartWidth, chartHeight = 440.0, 280.0
	chartLeft, chartRight   = 56.0, 426.0
	chartTop, chartBottom   = 34.0, 240.0
)

func (f Figure) chart(id string) chart {
	if f.Y.Percent {
		f.Y.Label += ", %"
	}
	c := chart{Figure: f, ID: id, Named: len(f.Lines) <= 4}
	var xs, ys []float64
	for _, l := range f.Lines {
		xs, ys = append(xs, l.X...), append(ys, l.Y...)
	}
	xAxis, yAxis := newScale(xs, f.X.Log), newScale(ys, f.Y.Log)
	xAt := func(v float64) float64 { return xAxis.place(v, chartLeft+8, chartRight-8) }
	yAt := func(v float64) float64 { return yAxis.place(v, chartBottom-8, chartTop+8) }
	for _, v := range xAxis.ticks(f.X.name() == "epoch") {
		c.XTicks = append(c.XTicks, tick{px(xAt(v)), f.X.tick(v)})
	}
	for _, v := range yAxis.ticks(false) {
		c.YTicks = append(c.YTicks, tick{px(yAt(v)), f.Y.tick(v)})
	}
	key := int(chartLeft) + 8
	for i, l := range f.Lines {
		s := series{Name: l.Name, Style: fmt.Sprintf("s%d", i%6), Key: key, Label: key + 28, KeyDot: marker(i, float64(key)+12, 17)}
		if l.Points {
			s.Style += " points"
		}
		if len(l.X) > 60 && !l.Points {
			s.Style += " many"
		}
		key += 46 + 7*len([]rune(l.Name))
		var path []byte
		move := byte('M')
		for k, x := range l.X {
			if !xAxis.has(x) || !yAxis.has(l.Y[k]) {
				move = 'M'
				continue
			}
			px, py := xAt(x), yAt(l.Y[k])
			path = fmt.Appendf(path, "%c%.2f %.2f", move, px, py)
			move = 'L'
			s.Dots = append(s.Dots, dot{marker(i, px, py), fmt.Sprintf("%.2f", px),
				f.X.name() + " " + f.X.text(x, 6) + ": " + l.Name + " " + f.Y.text(l.Y[k], 6) + f.Y.unit()})
		}
		if !l.Points {
			s.Path = string(path)
		}
		c.Series = append(c.Series, s)
	}
	if f.Best != nil {
		c.BestAt, c.BestLabel, c.BestRight = px(xAt(*f.Best)), "chosen: "+f.X.text(*f.Best, 3), xAt(*f.Best) > 220
	}
	c.Desc = f.describe()
	if f.Table && len(f.Lines) > 0 {
		c.Head = []string{f.X.Label}
		for _, l := range f.Lines {
			c.Head = append(c.Head, l.Name)
		}
		for k, x := range f.Lines[0].X {
			row := []string{f.X.text(x, 6)}
			for _, l := range f.Lines {
				if k < len(l.Y) {
					row = append(row, f.Y.text(l.Y[k], 6)+f.Y.unit())
				} else {
					row = append(row, "")
				}
			}
			c.Rows = append(c.Rows, row)
		}
	}
	return c
}

// describe says in words where each line begins and ends.
func (f Figure) describe() string {
	words := []string{}
	for _, l := range f.Lines {
		if n := len(l.X); n > 0 && len(f.Lines) <= 6 {
			words = append(words, fmt.Sprintf("%s goes from %s at %s %s to %s at %s.", l.Name,
				f.Y.text(l.Y[0], 4)+f.Y.unit(), f.X.name(), f.X.text(l.X[0], 4), f.Y.text(l.Y[n-1], 4)+f.Y.unit(), f.X.text(l.X[n-1], 4)))
		}
	}
	return fmt.Sprintf("%s over %s, %s. ", f.Y.Label, f.X.Label, plural(len(f.Lines), "line")) + strings.Join(words, " ")
}

// name is the label without what stands in brackets or after a comma.
func (a Axis) name() string {
	name, _, _ := strings.Cut(a.Label, " (")
	name, _, _ = strings.Cut(name, ",")
	return name
}

func (a Axis) text(v float64, digits int) string {
	if a.Percent {
		v *= 100
	}
	return numeral(v, digits)
}

// round keeps six digits: 3·0.0001 is not quite 0.0003.
func round(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return v
}

// tick is text where there is little room: 80k for 80000, 3e−4 for 0.0003.
func (a Axis) tick(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e4 && size < 1e7:
		return numeral(v/1000, 4) + "k"
	case size > 0 && size < 1e-3:
		return strings.ReplaceAll(strings.Replace(strconv.FormatFloat(round(v), 'e', -1, 64), "e-0", "e-", 1), "-", "−")
	}
	return a.text(v, 4)
}

func (a Axis) unit() string {
	if a.Percent {
		return " %"
	}
	return ""
}

// numeral is v to so many significant digits, without an exponent where it reads better.
func numeral(v float64, digits int) string {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	form := byte('f')
	if a := math.Abs(short); a != 0 && (a < 1e-4 || a >= 1e7) {
		form = 'g'
	}
	return strings.ReplaceAll(strconv.FormatFloat(short+0, form, -1, 64), "-", "−") // +0 makes 0 of −0
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// marker is the outline of a line's i-th kind of mark: disc, square, triangle, diamond.
func marker(i int, x, y float64) string {
	shape := [4]string{"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -3.6l3.4 6h-6.8z", "m0 -4l4 4l-4 4l-4 -4z"}[i%4]
	return fmt.Sprintf("M%.2f %.2f%s", x, y, shape)
}

// A scale turns values into places along an axis.
type scale struct {
	lo, hi float64 // of the values, or of their logarithms
	log    bool
}

func newScale(values []float64, log bool) scale {
	s := scale{lo: math.Inf(1), hi: math.Inf(-1), log: log}
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
func (s scale) has(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) && !(s.log && v <= 0) }

func (s scale) place(v, from, to float64) float64 {
	if s.log {
		v = math.Log10(v)
	}
	return from + (v-s.lo)/(s.hi-s.lo)*(to-from)
}

// ticks are round values within the scale, four to seven or so of them.
func (s scale) ticks(whole bool) []float64 {
	var at []float64
	if s.log {
		for _, steps := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 8}} {
			at = at[:0]
			skip := max(1, math.Floor((s.hi-s.lo)/5))
			for k := math.Floor(s.lo/skip) * skip; k <= s.hi; k += skip { // |k| < 324
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
		if len(at) >= 2 {
			return at
		}
		linear := scale{lo: math.Pow(10, s.lo), hi: math.Pow(10, s.hi)}
		return linear.ticks(whole)
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
	at = at[:0]
	first := math.Ceil(s.lo/step - 1e-9)
	for i := range 12 { // counted: beside a large number, a step may be nothing
		if v := (first + float64(i)) * step; v <= s.hi+step*1e-9 {
			at = append(at, v)
		}
	}
	return at
}

// ---- Weights ----

// cividis runs from dark blue over grey to light yellow, ever lighter, so that the sign
// can be told without telling colours (after Nuñez, Anderton and Renslow 2018).
var cividis = func() color.Palette {
	stops := []color.NRGBA{{0, 32, 77, 255}, {49, 68, 107, 255}, {102, 105, 112, 255}, {149, 143, 120, 255}, {203, 186, 105, 255}, {255, 234, 70, 255}}
	p := make(color.Palette, 256)
	for i := range 255 {
		at := float64(i) / 254 * float64(len(stops)-1)
		k := min(int(at), len(stops)-2)
		mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (at-float64(k))*(float64(b)-float64(a)))) }
		a, b := stops[k], stops[k+1]
		p[i] = color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
	}
	p[255] = color.NRGBA{} // between pictures
	return p
}()

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
	if len(size) == 0 || size[len(size)-1] == 0 {
		return 1
	}
	most := size[(len(size)-1)*99/100]
	if most == 0 {
		most = size[len(size)-1]
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(most, 'g', 2, 64), 64)
	return rounded
}

// A heat is one layer's weights over the epochs, as a picture.
type heat struct {
	ID, Title, Desc, Most string
	Image                 template.HTMLAttr
	XTicks                []tick
	Columns, Rows         int
	Levels                string // base64 of the palette's places, row by row
	At                    []int  // the epoch of each column
	Names                 []string
}

func (r *Report) heats() []heat {
	var all []heat
	columns := len(r.course)
	if columns == 1 {
		return nil // nothing has changed
	}
	for l, layer := range r.Layers {
		last := r.course[columns-1][l]
		order := make([]int, len(last)) // sorted by what they became
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(last[b], last[a]) })
		var rows [][]float32
		for _, now := range r.course {
			rows = append(rows, now[l])
		}
		most := extent(rows...)
		img := image.NewPaletted(image.Rect(0, 0, columns, len(order)), cividis)
		h := heat{ID: fmt.Sprintf("heat%d", l+1), Title: fmt.Sprintf("Layer %d, %v", l+1, layer.W),
			Most: numeral(most, 2), Columns: columns, Rows: len(order)}
		moved := 0.0
		for y, k := range order {
			for x := range columns {
				img.SetColorIndex(x, y, level(r.course[x][l][k], most))
			}
			moved += math.Abs(float64(last[k]-r.course[0][l][k])) / float64(len(order))
			at := r.rows[l][k]
			h.Names = append(h.Names, fmt.Sprintf("%d→%d", at/layer.W.Cols+1, at%layer.W.Cols+1))
		}
		h.Desc = fmt.Sprintf("%s of %s weights, a row each, sorted by what they became, a column for each epoch kept. After the last epoch they lie between %s and %s; on average they moved by %s.",
			count(len(order)), count(layer.weights()), numeral(float64(slices.Min(last)), 3), numeral(float64(slices.Max(last)), 3), numeral(moved, 2))
		h.Image, h.Levels = picture("href", img, png.BestSpeed), base64.StdEncoding.EncodeToString(img.Pix)
		width := (chartRight - chartLeft) / float64(columns)
		for x, e := range r.epochs {
			h.At = append(h.At, e.Epoch)
			if every := (columns + 7) / 8; x%every == 0 {
				h.XTicks = append(h.XTicks, tick{px(chartLeft + (float64(x)+0.5)*width), strconv.Itoa(e.Epoch)})
			}
		}
		all = append(all, h)
	}
	return all
}

// neurons is the incoming weights of each first-layer neuron that is shown.
func (r *Report) neurons() [][]float32 {
	if !r.images() {
		return nil
	}
	l := r.Layers[0]
	all := make([][]float32, min(l.W.Cols, keepNeurons))
	for j := range all {
		all[j] = make([]float32, l.W.Rows)
		for i := range all[j] {
			all[j][i] = float32(l.W.Row(i)[j])
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
	w, h, now := r.Data.Width, r.Data.Height, r.neurons()
	most := extent(now...)
	columns := int(math.Ceil(math.Sqrt(float64(len(now)) * 1.5)))
	for c := columns; c <= 2*columns; c++ { // no gap in the last line, if it can be had
		if len(now)%c == 0 {
			columns = c
			break
		}
	}
	lines := (len(now) + columns - 1) / columns
	s := &neuronSheet{Shown: len(now), All: r.Layers[0].W.Cols, Most: numeral(most, 2)}
	draw := func(tiles [][]float32) *image.Paletted {
		img := image.NewPaletted(image.Rect(0, 0, columns*(w+1)-1, lines*(h+1)-1), cividis)
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		for n, tile := range tiles {
			for i, v := range tile {
				img.Pix[(n/columns*(h+1)+i/w)*img.Stride+n%columns*(w+1)+i%w] = level(v, most)
			}
		}
		return img
	}
	level := png.BestSpeed
	if r.State != "" { // a page that will soon be written again
		level = png.NoCompression
	}
	img := draw(now)
	s.After, s.Width, s.Height = picture("src", img, level), img.Rect.Dx(), img.Rect.Dy()
	if len(r.course) > 1 {
		s.Before = picture("src", draw(r.before), level)
	}
	return s
}

// ---- Samples and errors ----

// picture is an image as an attribute, src="…" or href="…", whose address holds it.
func picture(name string, img image.Image, level png.CompressionLevel) template.HTMLAttr {
	var b bytes.Buffer
	b.WriteString(name + `="data:image/png;base64,`)
	to := base64.NewEncoder(base64.StdEncoding, &b)
	(&png.Encoder{CompressionLevel: level, BufferPool: &pngBuffer}).Encode(to, img) // a bytes.Buffer takes everything
	to.Close()
	b.WriteByte('"')
	return template.HTMLAttr(b.String())
}

// pngBuffer keeps what the encoder allocates, for the next picture.
var pngBuffer keptBuffer

type keptBuffer struct{ sync.Pool }

func (k *keptBuffer) Get() *png.EncoderBuffer  { b, _ := k.Pool.Get().(*png.EncoderBuffer); return b }
func (k *keptBuffer) Put(b *png.EncoderBuffer) { k.Pool.Put(b) }

// A SampleStrip is some samples of one class, side by side.
type SampleStrip struct {
	Class         string
	Image         template.HTMLAttr
	Width, Height int
	N             int
}

func (r *Report) strips() []SampleStrip {
	if !r.images() {
		return nil
	}
	d := r.Data
	found := make([][]int, min(len(d.Classes), keepClasses))
	for i, c := range d.Train.Labels {
		if int(c) < len(found) && len(found[c]) < perClass {
			found[c] = append(found[c], i)
		}
	}
	var all []SampleStrip
	for c, samples := range found {
		if len(samples) > 0 {
			img := r.gray(&d.Train, samples...)
			all = append(all, SampleStrip{d.Classes[c], picture("src", img, png.BestSpeed), img.Rect.Dx(), img.Rect.Dy(), len(samples)})
		}
	}
	return all
}

// gray is samples of a set side by side, 0 black and the greatest value white.
func (r *Report) gray(s *Set, samples ...int) *image.Gray {
	w, h, depth := r.Data.Width, r.Data.Height, r.depth()
	img := image.NewGray(image.Rect(0, 0, w*len(samples), h))
	for k, i := range samples {
		for p, v := range s.Pixels[i*s.Dim:][:w*h] {
			img.Pix[p/w*img.Stride+k*w+p%w] = uint8(min(int(v)*255/depth, 255))
		}
	}
	return img
}

// depth is the greatest value that a pixel takes.
func (r *Report) depth() int {
	for _, depth := range []int{1, 16} {
		if !slices.ContainsFunc(r.Data.Train.Pixels, func(v byte) bool { return int(v) > depth }) {
			return depth
		}
	}
	return 255
}

// A confusion counts what each class was taken for: a row for what it is.
type confusion struct {
	Classes []string
	Rows    []confusionRow
	Often   string // the most frequent, in words
	Right   int
	All     int
}

type confusionRow struct {
	Class string
	Cells []confusionCell
	Right string // share, in per cent
}

type confusionCell struct {
	N     int
	Shade float64 // 0 to 1
	Right bool
}

// A Mistake is a test sample that the network got wrong.
type Mistake struct {
	Sample   int
	Image    template.HTMLAttr
	Said, Is string
	P        string
	p        float64
}

// errors compares the network's answers to the test samples with what they are.
func (r *Report) errors() (*confusion, []Mistake) {
	d, k := r.Data, len(r.Data.Classes)
	counts := make([]int, k*k)
	var wrong []Mistake
	m := &confusion{All: d.Test.N}
	for i, is := range d.Test.Labels {
		a := r.Outputs[i*k : (i+1)*k]
		said := argmax(a)
		counts[int(is)*k+said]++
		if said == int(is) {
			m.Right++
			continue
		}
		wrong = append(wrong, Mistake{Sample: i, Said: d.Classes[said], Is: d.Classes[is], p: r.probability(a, said)})
	}
	slices.SortStableFunc(wrong, func(a, b Mistake) int { return cmp.Compare(b.p, a.p) })
	wrong = wrong[:min(len(wrong), keepErrors)]
	for i := range wrong {
		e := &wrong[i]
		e.P = fmt.Sprintf("%.2f %%", 100*e.p)
		if r.Cost == "mse" {
			e.P = fmt.Sprintf("output %.3f", e.p)
		}
		if r.images() {
			e.Image = picture("src", r.gray(&d.Test, e.Sample), png.BestSpeed)
		}
	}
	m.Often = often(counts, d.Classes)
	if k > keepClasses {
		return m, wrong
	}
	most := 1
	for i, n := range counts {
		if i/k != i%k {
			most = max(most, n)
		}
	}
	m.Classes = d.Classes
	for is, class := range d.Classes {
		row := confusionRow{Class: class}
		all := 0
		for said, n := range counts[is*k : (is+1)*k] {
			row.Cells = append(row.Cells, confusionCell{n, math.Sqrt(float64(n) / float64(most)), is == said})
			all += n
		}
		if all > 0 {
			row.Right = strconv.FormatFloat(100*float64(counts[is*k+is])/float64(all), 'f', 1, 64)
		}
		m.Rows = append(m.Rows, row)
	}
	return m, wrong
}

// often names the most frequent confusions.
func often(counts []int, classes []string) string {
	k := len(classes)
	var pairs []int
	for i, n := range counts {
		if n > 0 && i/k != i%k {
			pairs = append(pairs, i)
		}
	}
	slices.SortStableFunc(pairs, func(a, b int) int { return counts[b] - counts[a] })
	var words []string
	for _, i := range pairs[:min(len(pairs), 5)] {
		words = append(words, fmt.Sprintf("%s taken for %s (%d)", classes[i/k], classes[i%k], counts[i]))
	}
	return strings.Join(words, ", ")
}

// probability is what the network gives class k: the softmax of the outputs for
// cross-entropy, else the output itself.
func (r *Report) probability(a []float64, k int) float64 {
	if r.Cost != "ce" {
		return a[k]
	}
	sum := 0.0
	for _, v := range a {
		sum += math.Exp(v - a[k])
	}
	return 1 / sum
}

// ---- The network in the page ----

// A pad is what the page's script needs to take a drawing through the network. Numbers
// is base64 of little-endian float32: shift and factor of each input, then W (in×out)
// and b of each layer.
type pad struct {
	Net     map[string]any
	Numbers template.HTML
}

// pad is nil where the network is too large for a page.
func (r *Report) pad() *pad {
	n := 2 * r.Layers[0].W.Rows
	sizes, activations := []int{r.Layers[0].W.Rows}, []string{}
	for _, l := range r.Layers {
		n += l.weights() + len(l.B)
		sizes, activations = append(sizes, l.W.Cols), append(activations, l.Activation)
	}
	if n > mostCarried {
		return nil
	}
	b := make([]byte, 0, 4*n)
	put := func(x []float64) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
	}
	put(r.In.Shift)
	put(r.In.Factor)
	for _, l := range r.Layers {
		l.W.EachRow(put)
		put(l.B)
	}
	net := map[string]any{"width": r.Data.Width, "height": r.Data.Height, "depth": r.depth(), "box": r.Box, "cost": r.Cost,
		"classes": r.Data.Classes, "sizes": sizes, "activations": activations}
	return &pad{net, template.HTML(base64.StdEncoding.EncodeToString(b))} // letters, digits, + / =
}
