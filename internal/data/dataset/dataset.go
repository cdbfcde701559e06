// Package dataset holds samples and their answers, splits them into training, validation and test, and scales them.
//
// Data come in as they are on disk and stay so: images remain bytes (MNIST is 47 MB, as float64 it
// would be 376) until the rows of one mini-batch are converted.
package dataset

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/sparse"
	"backprop/internal/data/noise"
	"backprop/internal/data/table"
	"backprop/internal/show/text"
)

// A Set is n samples: inputs, and for each what the network should answer.
type Set struct {
	N, Dim  int
	Pixels  []byte         // n×d, row-major: the inputs of images; nil for tables
	Values  []float64      // n×d, row-major: the inputs of tables, NaN where one is missing; nil for images
	Labels  []int32        // n: the class of each sample; nil for regression
	Targets []float64      // n×k, row-major: the numbers to predict; nil for classes
	Lists   *sparse.Images // what is not 0 in Pixels, where most is; made by AddLists
	Origin  Origin         // where they stand in their file
}

// A Dataset is what Load found: the parts, and what is known about their samples.
// Test is empty where the data bring no test set of their own, Valid until Split.
type Dataset struct {
	Name               string // for people: "mnist"
	Note               string // what the loader decided or left out; empty where there was nothing to decide
	Train, Valid, Test Set
	Classes            []string       // the name of each class; nil for regression
	Inputs             []string       // of tables with a header: the name of each input
	Columns            []table.Column // of tables: what was made of each
	Width, Height      int            // of images; 0 for tables
	Ordered            bool           // the order is the data set's own: hold out the last samples, not random ones

	unsplit int      // samples for training before Split took parts from them; 0 where it has not
	mixed   *float64 // what Mixed has found; nil until it is asked
}

// Unsplit is how many samples there were for training before parts were taken from them. What is settled by it
// is the same before and after.
func (d *Dataset) Unsplit() int {
	if d.unsplit > 0 {
		return d.unsplit
	}
	return d.Train.N
}

// AddNote adds to the note what else was decided or left out.
func (d *Dataset) AddNote(note string) { d.Note = strings.TrimPrefix(d.Note+"; "+note, "; ") }

// Outputs is the number of outputs a network needs for the data: a class each, or a target each.
func (d *Dataset) Outputs() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return len(d.Train.Targets) / max(d.Train.N, 1)
}

// LabelName is the name of the column with the label; "" where it has none.
func (d *Dataset) LabelName() string {
	for _, c := range d.Columns {
		if c.Kind == table.Label {
			return c.Name
		}
	}
	return ""
}

// Sizes is how many samples there are for what: "60,000 to train on, 10,000 to test".
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

// Slice is samples lo ≤ i < hi. It shares memory with s.
func (s Set) Slice(lo, hi int) Set {
	return Set{N: hi - lo, Dim: s.Dim, Pixels: rows(s.Pixels, s.N, lo, hi), Values: rows(s.Values, s.N, lo, hi),
		Labels: rows(s.Labels, s.N, lo, hi), Targets: rows(s.Targets, s.N, lo, hi), Origin: s.Origin.slice(lo, hi)}
}

// rows is rows lo ≤ i < hi of x, which has n of them, or none.
func rows[T any](x []T, n, lo, hi int) []T {
	if x == nil {
		return nil
	}
	d := len(x) / n
	return x[lo*d : hi*d : hi*d]
}

// Mixed says how the classes of the training part lie among each other: see noise.Mixed. It is computed once, since a
// sweep asks for each of its trainings.
func (d *Dataset) Mixed() float64 {
	if d.mixed == nil {
		mixed := noise.Mixed(d.Train.Row, d.Train.Dim, d.Train.Labels, len(d.Classes))
		d.mixed = &mixed
	}
	return *d.mixed
}

// Row is the inputs of sample i, as they are in the data, copied.
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

// Pick is the samples of the given indices, copied.
func (s Set) Pick(which []int) Set {
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

// Join is the samples of s and then those of t.
func (s Set) Join(t Set) Set {
	return Set{N: s.N + t.N, Dim: s.Dim,
		Pixels: slices.Concat(s.Pixels, t.Pixels), Values: slices.Concat(s.Values, t.Values),
		Labels: slices.Concat(s.Labels, t.Labels), Targets: slices.Concat(s.Targets, t.Targets),
		Origin: s.Origin.join(t.Origin)}
}

// ---- Parts ----

// A Part is how much to hold out: a count, or a fraction below 1. It is a flag.Value.
type Part struct {
	Count    int
	Fraction float64
}

func (p *Part) String() string {
	if p.Fraction != 0 {
		return strconv.FormatFloat(p.Fraction, 'g', -1, 64)
	}
	return strconv.Itoa(p.Count)
}

func (p *Part) Set(s string) error {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		*p = Part{Count: n}
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 1) {
		return errors.New("expected a count (10000) or a fraction below 1 (0.2)")
	}
	*p = Part{Fraction: f}
	return nil
}

// of is the part's size of n samples. A fraction is rounded up, as scikit-learn does: 0.33 of 1797 is 594.
func (p Part) Of(n int) int {
	if p.Fraction != 0 {
		return int(math.Ceil(float64(p.Fraction*float64(n)) - 1e-9))
	}
	return p.Count
}

// Arrange puts the training samples into the order in which Split then takes the parts, so that they are those of
// scikit-learn's train_test_split: of an order of all, the first are the test part; of an order of the rest, the first
// are for validation.
func (d *Dataset) Arrange(test, valid Part, all, rest func(n int) []int) {
	d.rejoin(valid)
	n, t := d.Train.N, 0
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if d.Test.N == 0 {
		t, order = test.Of(n), all(n)
	}
	if t >= n || valid.Of(n-t) >= n-t {
		return // Split says so
	}
	left := make([]int, 0, n)
	for _, i := range rest(n - t) {
		left = append(left, order[t:][i])
	}
	v := valid.Of(n - t)
	d.Train, d.Ordered = d.Train.Pick(slices.Concat(left[v:], left[:v], order[:t])), true
}

// rejoin puts a validation part that the data brought back into training, if another is asked for.
func (d *Dataset) rejoin(valid Part) {
	if d.Valid.N > 0 && valid != (Part{}) {
		d.Train, d.Valid = d.Train.Join(d.Valid), Set{}
	}
}

// Split takes the test part from training where the data brought none of their own, and then the
// validation part from what is left. A validation part that the data brought goes back into
// training first if another is asked for.
func (d *Dataset) Split(test, valid Part, rng *rand.Rand) error {
	d.rejoin(valid)
	n := d.Train.N
	d.unsplit = max(d.unsplit, n)
	t := 0
	if d.Test.N == 0 {
		t = test.Of(n)
	}
	if t >= n {
		return fmt.Errorf("-test %s of %d samples leaves nothing to train on; hold out fewer", &test, n)
	}
	v := valid.Of(n - t)
	if v >= n-t {
		return fmt.Errorf("-valid %s of the %d samples for training leaves nothing to train on; hold out fewer", &valid, n-t)
	}
	if t+v == 0 {
		return nil
	}
	all := d.Train
	d.mixed = nil
	if !d.Ordered {
		all = all.Pick(rng.Perm(n))
	}
	d.Train = all.Slice(0, n-t-v)
	if v > 0 {
		d.Valid = all.Slice(n-t-v, n-t)
	}
	if t > 0 {
		d.Test = all.Slice(n-t, n)
	}
	return nil
}

// ---- Scale ----

// A Scale brings numbers to the size that training likes: x' = (x − shift)·factor, per feature.
type Scale struct {
	Shift, Factor []float64 // d
}

// ScaleOf is -scale, or what it is where nothing is said.
func (d *Dataset) ScaleOf(flag string) string {
	switch {
	case flag != "":
		return flag
	case d.Train.Pixels != nil:
		return "unit"
	}
	return "standard"
}

// FitScale finds the scale of the inputs of s, which is to be the training part only.
//
//	none      as they are
//	unit      to 0…1: pixels by their depth (255; 16 or 1 where none is brighter),
//	          columns of a table by their least and greatest
//	standard  zero mean, unit variance
//	256       divided by this number
func FitScale(kind string, s Set) (Scale, error) {
	if kind == "unit" && s.Pixels != nil {
		depth := 1.0
		switch most := slices.Max(s.Pixels); {
		case most > 16:
			depth = 255
		case most > 1:
			depth = 16
		}
		return EvenScale(s.Dim, 1/depth), nil
	}
	if s.Pixels != nil {
		return fitColumns(kind, s.N, s.Dim, 1, func(i int) float64 { return float64(s.Pixels[i]) })
	}
	return fitColumns(kind, s.N, s.Dim, 0, func(i int) float64 { return s.Values[i] })
}

// FitTargets finds the scale of the numbers to predict.
func FitTargets(kind string, s Set) (Scale, error) {
	return fitColumns(kind, s.N, len(s.Targets)/max(s.N, 1), 1, func(i int) float64 { return s.Targets[i] })
}

// EvenScale multiplies every feature by the same factor.
func EvenScale(d int, factor float64) Scale {
	return Scale{make([]float64, d), slices.Repeat([]float64{factor}, d)}
}

// fitColumns fits the n×d numbers at(i·d+j). Each sum runs over the rows in their order, and no
// product is left for a compiler to fuse with its sum, so that the bits are the same everywhere. A
// column that is always the same becomes 0, and goes on by the factor constant where it is not: 0 says
// that nothing was learned from it, and that weights which are still as they were drawn have no say.
func fitColumns(kind string, n, d int, constant float64, at func(i int) float64) (Scale, error) {
	sc := EvenScale(d, 1)
	switch kind {
	case "none":
		return sc, nil
	case "unit", "standard":
	default:
		by, err := strconv.ParseFloat(kind, 64)
		if err != nil || !(by > 0) || math.IsInf(1/by, 0) || math.IsInf(by, 0) {
			return sc, fmt.Errorf("unknown scale %q: expected none, unit, standard or a number to divide by", kind)
		}
		return EvenScale(d, 1/by), nil
	}
	type column struct{ n, least, most, mean, variance float64 } // n: how many are not missing
	columns := slices.Repeat([]column{{least: math.Inf(1), most: math.Inf(-1)}}, d)
	for i := range n {
		for j := range columns {
			if x, c := at(i*d+j), &columns[j]; x == x {
				c.n, c.least, c.most, c.mean = c.n+1, min(c.least, x), max(c.most, x), c.mean+x
			}
		}
	}
	for j := range columns {
		columns[j].mean /= columns[j].n
	}
	for i := 0; i < n && kind == "standard"; i++ {
		for j := range columns {
			if e := at(i*d+j) - columns[j].mean; e == e {
				columns[j].variance += float64(e * e)
			}
		}
	}
	for j, c := range columns {
		switch {
		case c.n == 0:
			sc.Factor[j] = constant
		case c.least == c.most:
			sc.Shift[j], sc.Factor[j] = c.least, constant
		case kind == "unit":
			sc.Shift[j], sc.Factor[j] = c.least, 1/(c.most-c.least)
		default:
			sc.Shift[j], sc.Factor[j] = c.mean, 1/math.Sqrt(c.variance/c.n)
		}
		if bad := sc.Shift[j] + sc.Factor[j]; math.IsNaN(bad) || math.IsInf(bad, 0) || sc.Factor[j] == 0 && c.least < c.most {
			return sc, scaleError{j, fmt.Sprintf("(from %g to %g) cannot be scaled: its numbers are too large or too small",
				c.least, c.most)}
		}
	}
	return sc, nil
}

// scaleError is that a column of numbers, counted from 0, cannot be scaled.
type scaleError struct {
	column int
	text   string
}

func (e scaleError) Error() string { return fmt.Sprintf("column %d %s", e.column+1, e.text) }

// Named is the error with the name of the table's column, which is of inputs or of numbers to predict.
func (d *Dataset) Named(err error, target bool) error {
	e, ok := err.(scaleError)
	if !ok || d.Columns == nil {
		return err
	}
	for k, c := range d.Columns {
		n := table.Inputs(d.Columns[k : k+1])
		if c.Kind == table.Label && target || !target && e.column >= 0 && e.column < n {
			return fmt.Errorf("column %d %q %s", k+1, c.Name, e.text)
		}
		e.column -= n
	}
	return err
}

// Even says that the scale multiplies all features by one factor, so that what is 0 stays 0.
func (c Scale) Even() bool {
	return slices.Max(c.Factor) == slices.Min(c.Factor) && slices.Max(c.Shift) == 0 && slices.Min(c.Shift) == 0
}

// Folds is which of n folds each sample is in: of each class equally many in each, give or take
// one, as the seed draws them.
func (s *Set) Folds(n int, rng *rand.Rand) []int {
	order := rng.Perm(s.N)
	if s.Labels != nil {
		slices.SortStableFunc(order, func(a, b int) int { return int(s.Labels[a]) - int(s.Labels[b]) })
	}
	fold := make([]int, s.N)
	for at, i := range order {
		fold[i] = at % n
	}
	return fold
}

// Fold is the data with fold k for the test part.
func (d *Dataset) Fold(k int, of []int) *Dataset {
	var in, out []int
	for i, f := range of {
		if f == k {
			out = append(out, i)
		} else {
			in = append(in, i)
		}
	}
	c := *d
	c.Train, c.Valid, c.Test, c.mixed = d.Train.Pick(in), Set{}, d.Train.Pick(out), nil
	return &c
}

// Exchanged is s with each sample's values of some inputs those of another sample.
func (s *Set) Exchanged(inputs []int, from []int) *Set {
	to := *s
	to.Values = slices.Clone(s.Values)
	for i, k := range from {
		for _, j := range inputs {
			to.Values[i*s.Dim+j] = s.Values[k*s.Dim+j]
		}
	}
	return &to
}

// An InputGroup is the inputs that one column makes.
type InputGroup struct {
	Name   string
	Inputs []int
}

func (d *Dataset) InputGroups() (groups []InputGroup) {
	for j, c := range d.Columns {
		n := max(len(c.Words), 1)
		if c.Kind != table.Number && c.Kind != table.Words {
			continue
		}
		g, first := InputGroup{Name: c.Name}, 0
		if len(groups) > 0 {
			last := groups[len(groups)-1].Inputs
			first = last[len(last)-1] + 1
		}
		if g.Name == "" {
			g.Name = fmt.Sprintf("column %d", j+1)
		}
		for i := range n {
			g.Inputs = append(g.Inputs, first+i)
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

// AddLists makes the lists of all parts, where they are worth it. Unless somebody will look at
// the images themselves, those of the smaller parts go at once, which makes room for the rest.
func (d *Dataset) AddLists(keep bool) {
	for _, s := range []*Set{&d.Test, &d.Valid, &d.Train} {
		if s.Lists = sparse.NewImages(s.Pixels, s.Dim); s.Lists != nil && s != &d.Train && !keep {
			s.Pixels = nil
			runtime.GC() // or the memory would stay in use until as much again is garbage
		}
	}
}

// AreDigits says whether they are pictures of the ten digits as MNIST has them, of 28×28 pixels.
func (d *Dataset) AreDigits() bool {
	return d.Width == 28 && d.Height == 28 && d.Train.Labels != nil && len(d.Classes) == 10
}

// FitScales fits the scales of inputs and of numbers to predict on the training part.
func (d *Dataset) FitScales(kind string) (in, out Scale, err error) {
	kind = d.ScaleOf(kind)
	in, err = FitScale(kind, d.Train)
	err = d.Named(err, false)
	if err == nil && d.Classes == nil {
		out, err = FitTargets(kind, d.Train)
		err = d.Named(err, true)
	}
	if err != nil {
		err = fmt.Errorf("-scale %s: %s: %w", kind, d.Name, err)
	}
	return in, out, err
}
