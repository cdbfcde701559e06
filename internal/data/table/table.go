// Package table decides what the columns of a table mean, which is the label and which are inputs, and turns the rows
// into samples.
package table

import (
	"fmt"
	"io"
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
