// Package report writes the results of training a network as one HTML page, which needs no other file.
//
// A program fills in a [Report], calls Begin before training and Add after each epoch, and WriteHTML whenever it wants
// the page. The page shows the curves of cost and accuracy, the weights over the epochs, the first layer's neurons as
// pictures, the confusion matrix, the most confident mistakes, some samples, and the figures and tables that the
// program adds. The page also contains the network, so that a reader can draw digits for it and let it take training
// steps.
package report

import (
	"bytes"
	"io"
	"math"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// A Report holds what the page shows. Its slices may be shared with the training, because Begin, Add and WriteHTML only
// read them.
type Report struct {
	Title      string
	Command    string // the command that runs the training again
	State      string // "epoch 3 of 10"; "" at the end
	Failed     bool   // the run ended early; State says why
	NoTraining bool   // there are only figures and tables
	Result     string // the result in a sentence
	Warnings   []string
	Notes      []string    // sentences about what the run has shown
	Facts      [][2]string // name and value: network, data, settings, time, hash

	Cost    Cost
	Update  string // the form of equation (4): plain, l2, momentum, nesterov or adam
	WithBug bool   // the training has a bug on purpose, which the page's own steps do not have
	Layers  []layers.Layer
	Scripts map[string][2]string // for the name of each activation: g(z) and g′(a) as JavaScript functions
	Step    *StepSamples         // for the page's own steps; nil for none
	Outputs []float64            // n×K: outputs for the test samples; nil if there are none

	Classes       []string    // names; nil if numbers are predicted
	Train, Test   dataset.Set // pixels and labels
	Shift, Factor []float64   // of each input: the network sees (x − Shift)·Factor
	Width, Height int         // of images; 0 for tables
	Box           float64     // the longer side of the drawing in an image: 20 of MNIST's 28 pixels
	Examples      int         // this many training images are shown together

	Before     *Epoch        // the results before training; nil if not measured
	Chosen     *float64      // the epoch whose weights were kept, if it is not the last
	Loss       string        // the loss that Epoch.Cost is: half, mean, sum or decay; "" for the cost itself
	WholeSet   bool          // training values are of the whole set, after the epoch; else means over it
	Handicap   string        // why training results may be worse than test results: "with distorted images"; or ""
	Published  [2]chart.Line // cost and score of a published run
	Axes       Axes
	AllWeights bool // the heat maps show every parameter of layers that are not too large

	Figures      []chart.Figure
	Tables       []Table
	ByClass      *Table             // scores of each class; nil for none
	Importance   []event.Importance // of the inputs, the most important first
	ImportanceOf string             // the score that falls: "the accuracy"

	past          []Epoch // the epochs before Begin
	snapshots     []snapshot
	keepEvery     int         // epochs with a multiple of this number are kept
	tracked       [][]int     // for each layer, the indexes in Wb of the parameters in the heat map
	neuronsBefore [][]float32 // weights of the first layer's neurons, when Begin was called
	strips        []strip
}

// A Cost is the cost that training minimises.
type Cost struct {
	Name     string
	Formula  string        // the formula of C; letters become italic, and _ comes before an index
	Gradient string        // ∂C/∂a of a sample, written with A and Y
	Cancels  bool          // δ is Gradient itself, because g′ cancels
	Answer   layers.Answer // what the outputs mean
	Script   string        // ({ z, a }, y, prime) => ({ cost, delta }) of a sample, as JavaScript; or ""
}

// An Epoch has the results of one epoch for the training, validation and test set; NaN if there is no such set.
type Epoch struct {
	Number int // from 1; 0 is before training
	Cost   [3]float64
	Score  [3]float64 // accuracy or RMSE
}

// StepSamples are samples for the steps that a reader takes on the page.
type StepSamples struct {
	X      [][]float64 `json:"x"` // as the network sees them
	Y      [][]float64 `json:"y"` // targets
	Names  []string    `json:"names"`
	Inputs []string    `json:"inputs"` // names of the inputs, if they have any
	Rate   float64     `json:"rate"`   // learning rate to begin with
}

// A Table has words or numbers in named columns.
type Table struct {
	Title, Caption string
	Head           []string
	Rows           [][]string
}

// A snapshot is what the report keeps of an epoch.
type snapshot struct {
	epoch   Epoch
	weights [][]float32 // for each layer, the parameters that are tracked
}

const (
	maxSnapshots  = 256    // if there are more, every second one is dropped
	maxTracked    = 64     // the most parameters of a layer in its heat map
	maxAllWeights = 50_000 // the same if AllWeights is set
)

// Wb is a layer's parameters in the order of the page: neuron by neuron, its bias first, then its weights. So a bias is
// the weight of an input that is always 1.

func lengthOfWb(l layers.Layer) int { return (l.Rows + 1) * l.Cols }

func elementOfWb(l layers.Layer, place int) float64 {
	neuron, row := place/(l.Rows+1), place%(l.Rows+1)
	if row == 0 {
		return l.B[neuron]
	}
	return l.Row(row - 1)[neuron]
}

// Begin records the network before it learns. past are the earlier epochs of a run that is resumed.
func (r *Report) Begin(past ...Epoch) {
	r.past, r.keepEvery = past, 1
	for _, l := range r.Layers {
		n, most := lengthOfWb(l), maxTracked
		if r.AllWeights && n <= maxAllWeights {
			most = n
		}
		places := scatteredIndices(n, most)
		slices.Sort(places)
		r.tracked = append(r.tracked, slices.Compact(places))
	}
	r.neuronsBefore = r.neurons()
	r.strips = r.sampleStrips()
	unknown := [3]float64{math.NaN(), math.NaN(), math.NaN()}
	before := Epoch{Cost: unknown, Score: unknown}
	if r.Before != nil {
		before = *r.Before
	}
	if n := len(past); n > 0 {
		before.Number = past[n-1].Number
	}
	r.Add(before)
}

// scatteredIndices returns 0 … n−1 or, if k is less than n, k of these indexes, without a regularity that the rows or
// columns of a matrix might share: the fractional digits of multiples of the golden ratio, times n.
func scatteredIndices(n, k int) []int {
	indices := make([]int, min(n, k))
	for i := range indices {
		indices[i] = i
		if n > k {
			indices[i] = int(uint64(uint32(i+1)*0x9E3779B9) * uint64(n) >> 32)
		}
	}
	return indices
}

// Add records an epoch. The first and the last are always kept; if there are very many, only every second, fourth,
// eighth … of the others.
func (r *Report) Add(e Epoch) {
	isExtra := func(s snapshot) bool { return s.epoch.Number%r.keepEvery != 0 }
	if n := len(r.snapshots); n > 0 && isExtra(r.snapshots[n-1]) { // it was kept because it was the last
		r.snapshots = r.snapshots[:n-1]
	}
	if len(r.snapshots) > maxSnapshots {
		r.keepEvery *= 2
		r.snapshots = slices.DeleteFunc(r.snapshots, isExtra)
	}
	s := snapshot{e, make([][]float32, len(r.Layers))}
	for l, layer := range r.Layers {
		for _, place := range r.tracked[l] {
			s.weights[l] = append(s.weights[l], float32(elementOfWb(layer, place)))
		}
	}
	r.snapshots = append(r.snapshots, s)
}

// WriteHTML writes the page.
func (r *Report) WriteHTML(w io.Writer) error { return writePage(w, "page.html", r.view()) }

// IsPage reports whether a file that begins with head was written by this package.
func IsPage(head []byte) bool {
	return bytes.Contains(head, []byte(`<meta name="generator" content="backprop report">`))
}
