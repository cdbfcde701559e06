// Package dataset holds samples and what a network should answer for them, divides them into a training, a validation
// and a test set, and scales them.
//
// The numbers stay as they are in the file until a mini-batch is converted: the images of MNIST take 47 MB as bytes,
// and would take 376 MB as float64.
package dataset

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/sparse"
	"backprop/internal/data/noise"
	"backprop/internal/data/table"
	"backprop/internal/show/text"
)

// A Set has n samples: their inputs, and what the network should answer for each.
type Set struct {
	N, Dim  int
	Pixels  []byte         // n×d, row-major: the inputs of images; nil for tables
	Values  []float64      // n×d, row-major: the inputs of tables, NaN if missing; nil for images
	Labels  []int32        // n: the class of each sample; nil for numbers to predict
	Targets []float64      // n×k, row-major: the numbers to predict; nil for classes
	Lists   *sparse.Images // the nonzero Pixels, if AddLists made them
	Origin  Origin         // where the samples are in their file
}

// A Dataset has the three splits and what is known about their samples. If the data come without a test set, Test is
// empty until Split fills it; if they come without a validation set, so is Valid.
type Dataset struct {
	Name               string // for people: "mnist"
	Note               string // what was decided or left out when the data were read
	Train, Valid, Test Set
	Classes            []string       // the name of each class; nil for numbers to predict
	Inputs             []string       // the name of each input, if a table has a header
	Columns            []table.Column // of tables
	Width, Height      int            // of images; 0 for tables
	Ordered            bool           // the order is part of the data: hold out the last samples, not random ones

	unsplit     int         // the number of training samples before Split; 0 if Split has not been called
	mixed       *float64    // the result of Mixed; nil if it is not computed yet
	unexplained *[2]float64 // the results of noise.Unexplained, likewise
}

// Unsplit returns how many training samples there were before Split took some of them. It returns the same before and
// after Split.
func (d *Dataset) Unsplit() int {
	if d.unsplit > 0 {
		return d.unsplit
	}
	return d.Train.N
}

// AddNote appends to the note.
func (d *Dataset) AddNote(note string) { d.Note = strings.TrimPrefix(d.Note+"; "+note, "; ") }

// Outputs returns how many outputs a network needs: one for each class or number to predict.
func (d *Dataset) Outputs() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return len(d.Train.Targets) / max(d.Train.N, 1)
}

// LabelName returns the name of the label column; "" if it has none.
func (d *Dataset) LabelName() string {
	for _, c := range d.Columns {
		if c.Kind == table.Label {
			return c.Name
		}
	}
	return ""
}

// Sizes describes the splits: "60,000 to train on, 10,000 to test".
func (d *Dataset) Sizes() string {
	sizes := text.Count(d.Train.N) + " to train on"
	if n := d.Valid.N; n > 0 {
		sizes += ", " + text.Count(n) + " to validate"
	}
	if n := d.Test.N; n > 0 {
		sizes += ", " + text.Count(n) + " to test"
	}
	return sizes
}

// Mixed says how much the classes of the training set are mixed: see noise.ClassMixing. The result is kept, because
// every training in a sweep asks for it.
func (d *Dataset) Mixed() float64 {
	if d.mixed == nil {
		mixed := noise.ClassMixing(d.Train.Row, d.Train.Dim, d.Train.Labels, len(d.Classes))
		d.mixed = &mixed
	}
	return *d.mixed
}

// DecayForNumbers returns the weight decay that suits the training set, which has numbers to predict: see
// noise.WeightDecay. The noise that it estimates first is kept, like the result of Mixed.
func (d *Dataset) DecayForNumbers() float64 {
	if d.unexplained == nil {
		rows := func(which []int32) (inputs, targets [][]float64) {
			for _, i := range which {
				inputs = append(inputs, d.Train.Row(int(i)))
				targets = append(targets, slices.Clone(d.Train.Slice(int(i), int(i)+1).Targets))
			}
			return inputs, targets
		}
		linear, noise := noise.Unexplained(rows, d.Train.N)
		d.unexplained = &[2]float64{linear, noise}
	}
	return noise.WeightDecay(d.unexplained[0], d.unexplained[1], d.Train.N)
}

// AreDigits reports whether the samples are pictures of the ten digits, 28×28 pixels, like MNIST's.
func (d *Dataset) AreDigits() bool {
	return d.Width == 28 && d.Height == 28 && d.Train.Labels != nil && len(d.Classes) == 10
}

// AddLists makes Lists for each split for which they pay off. Unless keep is set, because the images are needed later,
// it drops the pixels of the smaller splits at once, to make room for the others.
func (d *Dataset) AddLists(keep bool) {
	for _, s := range []*Set{&d.Test, &d.Valid, &d.Train} {
		s.Lists = sparse.NewImages(s.Pixels, s.Dim)
		if s.Lists != nil && s != &d.Train && !keep {
			s.Pixels = nil
			runtime.GC() // otherwise their memory would stay in use until as much again has become garbage
		}
	}
}

// An InputGroup holds the inputs that one column of a table became.
type InputGroup struct {
	Name   string
	Inputs []int
}

// InputGroups returns a group for each column of a table; if there are no columns, one for each input.
func (d *Dataset) InputGroups() (groups []InputGroup) {
	next := 0 // the first input of the next column
	for j, c := range d.Columns {
		inputs := table.Inputs(d.Columns[j : j+1])
		if inputs == 0 {
			continue
		}
		g := InputGroup{Name: c.Name}
		if g.Name == "" {
			g.Name = fmt.Sprintf("column %d", j+1)
		}
		for range inputs {
			g.Inputs = append(g.Inputs, next)
			next++
		}
		groups = append(groups, g)
	}
	if groups == nil {
		for j := range d.Train.Dim {
			groups = append(groups, InputGroup{"input " + strconv.Itoa(j+1), []int{j}})
		}
	}
	return groups
}

// Row returns a copy of the inputs of sample i, not scaled.
func (s *Set) Row(i int) []float64 {
	row := make([]float64, s.Dim)
	if s.Pixels != nil {
		for j, v := range s.Pixels[i*s.Dim:][:s.Dim] {
			row[j] = float64(v)
		}
		return row
	}
	copy(row, s.Values[i*s.Dim:])
	return row
}

// Slice returns samples lo ≤ i < hi. They share memory with s.
func (s Set) Slice(lo, hi int) Set {
	return Set{N: hi - lo, Dim: s.Dim, Pixels: rows(s.Pixels, s.N, lo, hi), Values: rows(s.Values, s.N, lo, hi),
		Labels: rows(s.Labels, s.N, lo, hi), Targets: rows(s.Targets, s.N, lo, hi), Origin: s.Origin.slice(lo, hi)}
}

// rows returns rows lo ≤ i < hi of x, which has n rows or is nil.
func rows[T any](x []T, n, lo, hi int) []T {
	if x == nil {
		return nil
	}
	d := len(x) / n
	return x[lo*d : hi*d : hi*d]
}

// pick returns a copy of the samples with the given numbers.
func (s Set) pick(which []int) Set {
	return Set{N: len(which), Dim: s.Dim, Pixels: pickRows(s.Pixels, s.N, which), Values: pickRows(s.Values, s.N, which),
		Labels: pickRows(s.Labels, s.N, which), Targets: pickRows(s.Targets, s.N, which), Origin: s.Origin.pick(which)}
}

func pickRows[T any](x []T, n int, which []int) []T {
	if x == nil {
		return nil
	}
	picked := make([]T, 0, len(x)/n*len(which))
	for _, i := range which {
		picked = append(picked, rows(x, n, i, i+1)...)
	}
	return picked
}

// join returns the samples of s and then those of t.
func (s Set) join(t Set) Set {
	return Set{N: s.N + t.N, Dim: s.Dim,
		Pixels: slices.Concat(s.Pixels, t.Pixels), Values: slices.Concat(s.Values, t.Values),
		Labels: slices.Concat(s.Labels, t.Labels), Targets: slices.Concat(s.Targets, t.Targets),
		Origin: s.Origin.join(t.Origin)}
}

// WithInputsOf returns s with some inputs of each sample i replaced by those of sample from[i].
func (s *Set) WithInputsOf(from []int, inputs []int) *Set {
	changed := *s
	changed.Values = slices.Clone(s.Values)
	for i, k := range from {
		for _, j := range inputs {
			changed.Values[i*s.Dim+j] = s.Values[k*s.Dim+j]
		}
	}
	return &changed
}
