// Package report draws what the training of a network came to, as one HTML page that needs nothing else: no
// network, no server, no other file.
//
// A program fills in a [Report], calls Begin before it trains, Add after each epoch, and WriteHTML as often as
// the page is to be seen. The page has the curves of cost and accuracy, the weights epoch by epoch, the first
// layer's neurons as pictures, the confusion matrix, the most confident mistakes, some samples, the charts that
// the program adds as [chart.Figure] values, and for images a pad to draw on, with the network behind it.
//
// Charts are SVG, with each value in a <title>; the weights go in as base64 of float32, and the page's own script
// takes a drawing through them.
package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

// A Report is the record of a run, as far as it has come. The slices may be those of the run itself: they are
// read by Begin, Add and WriteHTML, and never written.
type Report struct {
	Title   string
	Command string // what to type to run it again
	Failed  bool   // it ended early; State says why
	Result  string // the run's result in a sentence
	State   string // "epoch 3 of 10"; empty once the run is over

	Warnings []string    // what is wrong with the run, a sentence each
	Facts    [][2]string // name and value: network, data, settings, time, hash
	Cost     Cost
	Update   string // plain, l2, momentum, nesterov, adam: which form the equation of the update takes
	Harder   string // what makes training harder than the test: "with distorted images"; else empty

	Classes       []string    // the name of each class; nil where numbers are predicted
	Width, Height int         // of images; 0 for tables
	Box           float64     // the longer side of what is drawn in an image: 20 of MNIST's 28 pixels
	Train, Test   dataset.Set // their pixels and labels

	Shift, Factor []float64 // of each input: the network is shown (x − Shift)·Factor
	Layers        []layers.Layer
	Scripts       map[string][2]string // of activations, by their names: g of z and g′ of a, as JavaScript
	Outputs       []float64            // n×K: the network's outputs for the test samples; nil where there are none
	Step          *Step                // what the page takes steps with; nil for none
	Figures       []chart.Figure       // what else there is to see, in a section of its own
	Tables        []Table              // in the same section
	Notes         []string             // what the run has shown, in sentences
	Chosen        *float64             // the epoch whose weights were kept, if it was not the last

	Loss         string       // half, mean, sum or decay: the loss that Cost of an Epoch is; empty for Cost itself
	Whole        bool         // training values are of the whole set after the epoch, not means over it
	Before       *Epoch       // what the network can do before it learns; nil where nobody asked
	ByClass      *Table       // how good it is at each class; nil for none
	Importance   []Importance // of the inputs, the most important first
	ImportanceOf string       // the score that falls: "the accuracy"

	Published  [2]chart.Line // what somebody else's run came to, of cost and of score
	Axes       Axes
	AllWeights bool // the maps show every parameter, of layers that are not too large
	Still      bool // nothing is trained: there are figures and tables only
	Examples   int  // so many training images are shown together

	page     bytes.Buffer
	past     []Epoch  // what came before Begin
	kept     []moment // of the epochs since
	every    int      // epochs with a multiple of this number are kept
	followed [][]int  // of each layer, the places in Wb of the parameters whose course is shown
	before   [][]float32
	strips   []strip
}

// A Cost is the cost that the network learns by, as the page shows it and computes with it. What is left out the
// page does not show, and says so where it would have computed.
type Cost struct {
	Name     string
	Formula  string        // of C; letters that stand for numbers are shown in italics, with _ before an index
	Gradient string        // ∂C/∂a of a sample, written with A and Y; with Cancels it is δ
	Cancels  bool          // δ is Gradient as it is, without g′
	Answer   layers.Answer // what the outputs mean
	Script   string        // ({ z, a }, y, prime) => ({ cost, delta }) of a sample, as JavaScript
}

// wbLength is how long the list Wb is, which is weights and biases: neuron by neuron, its bias first, then its weights.
// So a bias is the weight of an input that is always 1.
func wbLength(l layers.Layer) int { return (l.Rows + 1) * l.Cols }

// wbAt is what stands in Wb at a place.
func wbAt(l layers.Layer, place int) float64 {
	j, i := place/(l.Rows+1), place%(l.Rows+1)
	if i == 0 {
		return l.B[j]
	}
	return l.Row(i - 1)[j]
}

// An Importance is by how much the score falls when an input is exchanged between the samples: mean and deviation.
type Importance struct {
	Input           string
	Mean, Deviation float64
}

// mostImportant is how many inputs have a bar.
const mostImportant = 20

// importanceBars are the bars of the inputs that count most.
func (r *Report) importanceBars() (bars []bar) {
	for _, i := range r.Importance[:min(len(r.Importance), mostImportant)] {
		b := bar{Class: i.Input, Value: strings.ReplaceAll(fmt.Sprintf("%.3f ± %.3f", i.Mean, i.Deviation), "-", "−")}
		if most := r.Importance[0].Mean; most > 0 {
			b.Share = max(100*i.Mean/most, 0)
		}
		bars = append(bars, b)
	}
	return bars
}

// A Table is numbers or words with names of their columns.
type Table struct {
	Title, Caption string
	Head           []string
	Rows           [][]string
}

// An Epoch is what one epoch came to, on the training, validation and test part: NaN where there is no such part.
// Score is the share of right answers, or the RMSE.
type Epoch struct {
	Number      int // from 1
	Cost, Score [3]float64
}

// A moment is what is kept of an epoch.
type moment struct {
	epoch   Epoch
	weights [][]float32 // of each layer, the parameters that are followed
}

const (
	keepEpochs  = 256     // more are thinned out
	keepWeights = 64      // parameters of each layer
	keepAll     = 50_000  // with AllWeights
	keepNeurons = 128     // of the first layer
	keepClasses = 40      // in samples and confusion matrix
	keepErrors  = 24      // the most confident
	perClass    = 10      // samples of a class
	mostCarried = 5 << 20 // parameters that a page can hold
)

// Begin notes what the network is before it learns. Where a run goes on, past is its epochs so far.
func (r *Report) Begin(past ...Epoch) {
	r.past, r.every = past, 1
	for _, l := range r.Layers {
		most := keepWeights
		if n := wbLength(l); r.AllWeights && n <= keepAll {
			most = n
		}
		at := spreadIndices(wbLength(l), most)
		slices.Sort(at)
		r.followed = append(r.followed, slices.Compact(at))
	}
	r.before = r.neurons()
	r.strips = r.sampleStrips()
	nan := [3]float64{math.NaN(), math.NaN(), math.NaN()}
	begin := Epoch{Cost: nan, Score: nan}
	if r.Before != nil {
		begin = *r.Before
	}
	if n := len(past); n > 0 {
		begin.Number = past[n-1].Number
	}
	r.Add(begin)
}

// spreadIndices is all of 0 … n−1, or k of them spread without a rhythm that rows and columns of a matrix might
// share: multiples of the golden ratio, of which the fraction counts.
func spreadIndices(n, k int) []int {
	at := make([]int, min(n, k))
	for i := range at {
		at[i] = i
		if n > k {
			at[i] = int(uint64(uint32(i+1)*0x9E3779B9) * uint64(n) >> 32)
		}
	}
	return at
}

// Add notes one epoch. The first and the last are always kept; of very many, every second, fourth, eighth …
func (r *Report) Add(e Epoch) {
	thinned := func(m moment) bool { return m.epoch.Number%r.every != 0 }
	if n := len(r.kept); n > 0 && thinned(r.kept[n-1]) {
		r.kept = r.kept[:n-1]
	}
	if len(r.kept) > keepEpochs {
		r.every *= 2
		r.kept = slices.DeleteFunc(r.kept, thinned)
	}
	now := moment{e, make([][]float32, len(r.Layers))}
	for l, layer := range r.Layers {
		for _, at := range r.followed[l] {
			now.weights[l] = append(now.weights[l], float32(wbAt(layer, at)))
		}
	}
	r.kept = append(r.kept, now)
}

//go:embed page.html step.html net.js network.js step.js heat.js
var pageFiles embed.FS

// pageWords are how the pages write what they are given.
var pageWords = template.FuncMap{"count": text.Count, "breakable": breakable, "flags": flags}

var pageTemplate = sync.OnceValue(func() *template.Template {
	page := template.Must(template.New("").Funcs(pageWords).ParseFS(pageFiles, "*"))
	return template.Must(page.ParseFS(chart.Templates, "*"))
})

// WriteHTML writes the page, in one piece.
func (r *Report) WriteHTML(w io.Writer) error {
	r.page.Reset()
	if err := pageTemplate().ExecuteTemplate(&r.page, "page.html", r.view()); err != nil {
		return err
	}
	_, err := w.Write(r.page.Bytes())
	return err
}

// breakable is a table's cell, in which a long word, as a hash is one, may be broken after each fourth letter.
func breakable(cell string) template.HTML {
	words := strings.Split(cell, " ")
	for i, word := range words {
		letters, parts := []rune(word), ""
		for n := 0; n < len(letters); n += 4 {
			if n > 0 && len(letters) > 10 {
				parts += "<wbr>"
			}
			parts += template.HTMLEscapeString(string(letters[n:min(n+4, len(letters))]))
		}
		words[i] = parts
	}
	return template.HTML(strings.Join(words, " "))
}

// flag is one of the command line's in a text.
var flag = regexp.MustCompile(`(^|[ (])(-[a-z0-9]+)`)

// flags is a text in which no flag is parted from its dash at the end of a line.
func flags(text string) template.HTML {
	text = template.HTMLEscapeString(text)
	return template.HTML(flag.ReplaceAllString(text, `$1<span class="flag">$2</span>`))
}

// Hashed says whether the hash of the weights is among the facts.
func (r *Report) Hashed() bool {
	return slices.ContainsFunc(r.Facts, func(fact [2]string) bool { return strings.HasSuffix(fact[0], "sha256") })
}

// Begins says whether a file that begins so is a page that WriteHTML has written: it has its mark.
func Begins(head []byte) bool {
	return bytes.Contains(head, []byte(`<meta name="generator" content="backprop report">`))
}

// view is the record as the page shows it.
type view struct {
	*Report
	Resumed  bool
	Curves   []chart.Chart
	Heats    []heat
	Neurons  *neuronSheet
	Samples  []strip
	Matrix   *confusion
	Mistakes []mistake
	Carried  *pad // the network
	Pad      *pad // it, where there are pictures to draw
	TooLarge bool // it does not fit into a page
	StepData *Step
	Extra    []chart.Chart
	Inputs   []bar // by their importance

	NoPad, NoStep      string // what it has no script for, so that it cannot compute
	StepTooLarge       bool   // not to the last digit
	Weights, MostSteps string
	Grid               *strip // the first images together
	Moved              string // how far the weights have moved, in words
	Smoother           string // whether the neurons' pictures have become smoother, in words
}

func (r *Report) view() view {
	v := view{Report: r, Resumed: len(r.past) > 0, Samples: r.strips, Inputs: r.importanceBars()}
	for i, f := range r.curves() {
		v.Curves = append(v.Curves, f.Draw(fmt.Sprintf("curve%d", i)))
	}
	for i, f := range r.Figures {
		if !f.Empty() { // as of a network without a number that could be drawn
			v.Extra = append(v.Extra, f.Draw(fmt.Sprintf("figure%d", i)))
		}
	}
	if r.Classes != nil && r.Outputs != nil {
		v.Matrix, v.Mistakes = r.errors()
	}
	if r.images() && r.Examples > 0 {
		v.Grid = r.grid()
	}
	if !r.presentable() {
		return v
	}
	v.Carried = r.carried()
	switch missing := r.unscripted(true); {
	case r.steps():
		v.StepData = r.Step
	case r.Step == nil:
	case missing != "":
		v.NoStep = missing
	default:
		v.StepTooLarge, v.Weights, v.MostSteps = true, text.Count(layers.Parameters(r.Layers)), text.Count(mostSteps)
	}
	if len(r.kept) > 1 && len(r.Layers) > 0 {
		v.Moved = r.moved()
	}
	for l := range r.Layers {
		if len(r.kept) > 1 { // else nothing has changed
			v.Heats = append(v.Heats, r.heat(l))
		}
	}
	if r.images() {
		v.Neurons = r.neuronSheet()
		v.Smoother = r.smoother()
		v.Pad, v.NoPad = v.Carried, r.unscripted(false)
		v.TooLarge = v.Pad == nil && v.NoPad == ""
	}
	return v
}

// presentable says that the weights can be drawn and carried as float32. Where they are larger, a training has
// diverged, and nothing is to be had of its network.
func (r *Report) presentable() bool {
	for _, l := range r.Layers {
		for i := range l.Rows {
			if slices.ContainsFunc(l.Row(i), beyond32) {
				return false
			}
		}
		if slices.ContainsFunc(l.B, beyond32) {
			return false
		}
	}
	return true
}

// beyond32 says that v is no number, or none that float32 has.
func beyond32(v float64) bool { return !(math.Abs(v) <= math.MaxFloat32) }

// images says whether the samples are pictures to be told apart.
func (r *Report) images() bool { return r.Width > 0 && r.Train.Pixels != nil && r.Classes != nil }
