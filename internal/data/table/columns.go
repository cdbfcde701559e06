// Package table decides what the columns of a table mean, which is the label and which are inputs, and turns the rows
// into samples.
package table

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/data/cells"
)

// A Table is a CSV file as it was read, before anything is decided.
type Table = cells.Table

// A Limit bounds how large a table may be.
type Limit = cells.Limit

// LimitOf returns the limit for a file of size bytes that may be unpacked to at most limit bytes.
func LimitOf(size, limit int64, packed bool) Limit { return cells.LimitOf(size, limit, packed) }

// Read reads a table. Its errors begin with the line; errors of later calls begin with file, the table's name.
func Read(r io.Reader, file string, limit Limit) (*Table, error) { return cells.Read(r, file, limit) }

// Data is a training table, and perhaps a test table, as samples.
type Data struct {
	Train, Test Samples
	Classes     []string // the name of each class, in the order of Labels; nil for numbers to predict
	Inputs      []string // the name of each input; nil without a header
	Columns     []Column // what each column became
	Notes       string   // what a user should know about the tables
}

// Options say what the table itself does not say.
type Options struct {
	Label   string   // a column's name, its number from 1, "first", "last", several names with commas, or "" to guess
	Regress bool     // the label is a number to predict, not a class
	Ignore  []string // columns to leave out: names, or numbers from 1

	// For a network that has learned from another table: the columns and classes of that table.
	Known   []Column
	Classes []string
}

// Samples are n samples of d inputs.
type Samples struct {
	N, Dim  int
	Pixels  []byte    // n×d: the inputs, if the rows of both tables can be square images; else nil
	Values  []float64 // n×d: the inputs otherwise, NaN if one is missing
	Labels  []int32   // n: the class of each sample; nil for numbers to predict
	Targets []float64 // n×k: the numbers to predict
	Lines   []int32   // n: the line of the file in which each begins
}

// An analysis is a table with what has been decided about its columns.
type analysis struct {
	*Table
	ignored []bool
	label   int
	more    []int  // further columns to predict
	guess   string // why this column is the label, if the user has not said so
}

// Interpret decides which column is the label and which are inputs, and returns the samples. test may be nil; it is not
// used if it has no labels. Errors begin with the file's name.
func Interpret(train, test *Table, o Options) (*Data, error) {
	t, d := &analysis{Table: train}, &Data{}
	if err := t.decide(d, o); err != nil {
		return nil, fmt.Errorf("%s: %w", train.File, err)
	}
	notes := []string{t.labelNote(d)}
	test, unused, err := t.checkTest(test)
	if err != nil {
		return nil, err
	}
	notes = append(append(notes, unused...), t.notes(d)...)
	tables := []*analysis{t}
	if err := t.CheckInputs(Inputs(d.Columns)); err != nil {
		return nil, fmt.Errorf("%s: %w", train.File, err)
	}
	if test != nil {
		b := &analysis{Table: test, ignored: t.ignored, label: t.label, more: t.more}
		hints := cells.Hints{Ignored: t.ignored, Decimal: DecimalOf(d.Columns), Columns: knownColumns(d)}
		if _, err := b.Resolve(hints); err != nil {
			return nil, fmt.Errorf("%s: %w", test.File, err)
		}
		tables, notes = append(tables, b), append(notes, b.unknownWords(d.Columns)...)
	}
	if err := d.addSamples(tables); err != nil {
		return nil, err
	}
	d.Notes = strings.Join(append(notes, train.Notes...), "; ")
	return d, nil
}

// decide decides what each column of the training table is.
func (t *analysis) decide(d *Data, o Options) (err error) {
	if t.ignored, err = t.findIgnored(o.Ignore); err != nil {
		return err
	}
	decimal, err := t.Resolve(cells.Hints{Ignored: t.ignored})
	if err != nil {
		return err
	}
	if err = t.findLabel(o); err != nil {
		return err
	}
	regress := o.Regress || t.more != nil
	if !regress {
		t.RestoreWords(t.label)
	}
	if d.Columns, err = t.decideColumns(); err != nil {
		return err
	}
	if d.Classes, err = t.classes(regress); err != nil {
		return fmt.Errorf("%s %w", t.Title(t.label), err)
	}
	for j := range d.Columns {
		c := &d.Columns[j]
		if isNumber := c.Kind == Number || c.Kind == Label && d.Classes == nil; isNumber {
			c.Unit, c.Decimal = t.Cols[j].Unit, decimalMarks[decimal]
		}
	}
	d.Inputs = InputNames(d.Columns)
	return nil
}

// checkTest returns the test table if it has labels; otherwise it is not used, and a note says so.
func (t *analysis) checkTest(test *Table) (used *Table, notes []string, err error) {
	if test == nil {
		return nil, nil, nil
	}
	if t.Names != nil && test.Names != nil && !slices.Equal(t.Names, test.Names) {
		var inputs []string
		for j, name := range t.Names {
			if !t.isLabel(j) {
				inputs = append(inputs, name)
			}
		}
		if !slices.Equal(inputs, test.Names) {
			return nil, nil, fmt.Errorf("%s: line 1: its columns differ from those of %s", test.File, t.File)
		}
		return nil, []string{fmt.Sprintf("%s has no labels and is not used", filepath.Base(test.File))}, nil
	}
	if len(test.Cols) != len(t.Cols) {
		return nil, nil, fmt.Errorf("%s: %s, where %s has %d", test.File, cells.Plural(len(test.Cols), "column"), t.File,
			len(t.Cols))
	}
	return test, nil, nil
}

// addSamples fills in Train and Test from the training table and, if there is one, the test table.
func (d *Data) addSamples(tables []*analysis) error {
	samples, features := []*Samples{&d.Train, &d.Test}, features(d.Columns)
	images := ImageSide(len(features)) > 0
	for k, t := range tables {
		if err := t.addLabels(d.Classes, samples[k]); err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		bytes, err := t.areBytes(features)
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		images = images && bytes
	}
	for k, t := range tables {
		t.addInputs(features, samples[k], images)
	}
	return nil
}

// InputNames returns the names of the inputs that the columns become; nil if the table has no header.
func InputNames(columns []Column) (names []string) {
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name != "" }) {
		return nil
	}
	for _, f := range features(columns) {
		names = append(names, strings.TrimSuffix(columns[f.col].Name+"="+f.word, "="))
	}
	return names
}

// isLabel reports whether a column is to be predicted.
func (t *analysis) isLabel(j int) bool { return j == t.label || slices.Contains(t.more, j) }

// addLabels fills in the labels, or the targets if there are no classes.
func (t *analysis) addLabels(classes []string, s *Samples) error {
	columns := append([]int{t.label}, t.more...)
	for _, j := range columns {
		switch c := t.Cols[j]; {
		case c.MissingCount > 0:
			return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", c.FirstMissingLine, t.Title(j))
		case classes == nil && c.WordCount > 0 && t.more != nil:
			return fmt.Errorf("line %d, %s: %.40q is not a number, and several labels are numbers to predict; name the columns "+
				"of numbers alone, or this one alone", c.FirstWordLine, t.Title(j), t.FirstWord(j))
		case classes == nil && c.WordCount > 0:
			return fmt.Errorf("line %d, %s: %.40q is not a number to predict; leave out -regress, "+
				"or name another column with -label", c.FirstWordLine, t.Title(j), t.FirstWord(j))
		}
	}
	index := map[string]int32{}
	for k, w := range classes {
		index[w] = int32(k)
	}
	for i := range t.N {
		if classes == nil {
			for _, j := range columns {
				s.Targets = append(s.Targets, t.At(i, j))
			}
			continue
		}
		k, ok := index[t.Word(i, t.label)]
		if !ok {
			return fmt.Errorf("line %d, %s: %q is not among the labels to train on (%s)",
				t.Line(i), t.Title(t.label), t.Word(i, t.label), strings.Join(classes, ", "))
		}
		s.Labels = append(s.Labels, k)
	}
	return nil
}

// ImageSide returns the side of a square image with this many pixels; 0 if they make no square, or one smaller than
// 8×8.
func ImageSide(pixels int) int {
	if side := int(math.Sqrt(float64(pixels))); side >= 8 && side*side == pixels {
		return side
	}
	return 0
}

// areBytes reports whether all inputs are whole numbers from 0 to 255. A word in a column of numbers is an error.
func (t *analysis) areBytes(features []feature) (bool, error) {
	bytes := true
	for _, f := range features {
		if c := t.Cols[f.col]; f.word == "" && c.WordCount > 0 {
			return false, fmt.Errorf("line %d, %s: %.40q is not a number", c.FirstWordLine, t.Title(f.col), t.FirstWord(f.col))
		}
		for i := 0; bytes && i < t.N && !t.IsBytes(); i++ {
			x := t.At(i, f.col) // NaN if it is a word
			bytes = x >= 0 && x <= 255 && x == math.Trunc(x)
		}
	}
	return bytes, nil
}

// addInputs fills in the inputs.
func (t *analysis) addInputs(features []feature, s *Samples, images bool) {
	s.N, s.Dim = t.N, len(features)
	if images {
		s.Pixels = make([]byte, 0, s.N*s.Dim)
	} else {
		s.Values = make([]float64, 0, s.N*s.Dim)
	}
	for i := range t.N {
		s.Lines = append(s.Lines, int32(t.Line(i)))
		for _, f := range features {
			switch {
			case images:
				s.Pixels = append(s.Pixels, byte(t.At(i, f.col)))
			case f.word == "":
				s.Values = append(s.Values, t.At(i, f.col))
			case f.word == t.Word(i, f.col):
				s.Values = append(s.Values, 1)
			default:
				s.Values = append(s.Values, 0)
			}
		}
	}
}
