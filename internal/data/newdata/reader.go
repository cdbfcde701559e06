// Package newdata reads a table that comes after training, for -predict or -load. It finds the columns that the model
// knows, whatever their order, and turns each row into inputs of the network.
package newdata

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
	"backprop/internal/data/table"
)

// A Reader reads a table row by row.
type Reader struct {
	Header []string // nil if the table has none
	Comma  rune     // what separates the fields

	known    []table.Column // the columns of the training table
	labels   []int          // the indexes of the known columns that are labels
	position []int          // for each known column, its position in a row; −1 if it is not there
	width    int            // fields in a row

	cells *cells.Reader
	queue []cells.Line // lines that were read to find the header, and that Next has yet to return
	err   error        // what Next returns after the queue

	rows    int // rows read
	repeats int // lines left out because they repeat the header
	size    sizeLine
	decimal decimalRule
	counts  []mismatches // for each known column
	before  []mismatches // the counts before the last row
}

// A sizeLine is a first line such as "150,4", which says how many rows and columns follow, and is left out.
type sizeLine struct {
	number int    // the number of the line; 0 if there is none
	rows   string // how many rows it says there are
}

// mismatches counts the values of a column that differ from those in training.
type mismatches struct {
	unknown    int    // words that did not occur in training
	example    string // one of them
	unitless   int    // numbers without the unit that they had in training
	missing    int
	outOfRange int // numbers below the smallest or above the largest one in training
}

// A Row is one row of a table.
type Row struct {
	Line        int       // where in the file it begins, from 1
	Fields      []string  // as the table has them; valid until the next row is read
	Inputs      []float64 // for the network; NaN where a number is missing
	Label       string    // "" if there is none; see IsMissingLabel
	OtherLabels []string  // the labels after the first, if the model predicts several numbers
}

// A RowError says what is wrong with one row. The rows after it can still be read.
type RowError struct {
	Line    int
	problem string // with the separator after the line
}

func (e RowError) Error() string { return fmt.Sprintf("line %d%s", e.Line, e.problem) }

// Next returns the next row, or io.EOF after the last. After a RowError there may be more rows.
func (r *Reader) Next() (Row, error) {
	line, err := r.nextLine()
	if err != nil {
		return Row{}, err
	}
	r.rows++
	row := Row{Line: line.Number, Fields: line.Fields, Inputs: make([]float64, 0, table.Inputs(r.known))}
	if len(row.Fields) != r.width {
		return row, RowError{row.Line, fmt.Sprintf(": %s, where the lines before have %d",
			cells.Plural(len(row.Fields), "field"), r.width)}
	}
	counts := slices.Clone(r.counts) // restored if the row is bad
	for k := range r.known {
		if err := r.addField(&row, &counts[k], k); err != nil {
			return row, err
		}
	}
	r.before, r.counts = r.counts, counts
	return row, nil
}

// nextLine returns the next line that does not repeat the header.
func (r *Reader) nextLine() (line cells.Line, err error) {
	for {
		if len(r.queue) > 0 {
			line, r.queue = r.queue[0], r.queue[1:]
		} else {
			if r.err == nil {
				line, r.err = r.cells.Read()
			}
			if r.err != nil {
				return line, r.err
			}
		}
		if r.Header == nil || !slices.Equal(line.Fields, r.Header) {
			return line, nil
		}
		r.repeats++
	}
}

// addField adds to the row the inputs or the label that its field for known column k becomes.
func (r *Reader) addField(row *Row, counts *mismatches, k int) error {
	c := &r.known[k]
	if r.position[k] < 0 || c.Kind == table.LeftOut {
		return nil
	}
	f := strings.TrimSpace(row.Fields[r.position[k]])
	if !utf8.ValidString(f) {
		return r.fieldError(row.Line, k, f, "is not UTF-8")
	}
	switch c.Kind {
	case table.Number:
		return r.addNumber(row, counts, k, f)
	case table.Words:
		r.addWord(row, counts, k, f)
		return nil
	}
	return r.addLabel(row, k, f)
}

// addNumber adds the input of a column of numbers.
func (r *Reader) addNumber(row *Row, counts *mismatches, k int, f string) error {
	if field.MayBeMissing(f) {
		row.Inputs = append(row.Inputs, math.NaN())
		counts.missing++
		return nil
	}
	x, ok, err := r.number(row.Line, k, f)
	c := &r.known[k]
	switch {
	case err != nil:
		return err
	case !ok && c.Unit != "":
		return r.fieldError(row.Line, k, f, fmt.Sprintf("is not a number in %s, as in training", c.Unit))
	case !ok:
		return r.fieldError(row.Line, k, f, "is not a number")
	}
	row.Inputs = append(row.Inputs, x)
	if x < c.From || x > c.To {
		counts.outOfRange++
	}
	if c.Unit != "" && field.IsNumber(f) {
		counts.unitless++
	}
	return nil
}

// addWord adds the inputs of a column of words: 1 for the word that the field is, and 0 for all others.
func (r *Reader) addWord(row *Row, counts *mismatches, k int, f string) {
	words := r.known[k].Words
	which := slices.Index(words, f)
	// "-" may have been a word in training. "1,5" in quotes, where commas separate the fields, is a word as it was in
	// training.
	missing := field.MayBeMissing(f) && !(which >= 0 && field.IsPerhapsMissing(f))
	mayBeNumber := r.Comma != ',' || !strings.Contains(f, ",")
	if which < 0 && mayBeNumber {
		which = slices.Index(words, r.word(f))
	}
	switch {
	case missing:
		which = -1
		counts.missing++
	case which < 0:
		counts.unknown++
		counts.example = f
	}
	for i := range words {
		var is float64
		if i == which {
			is = 1
		}
		row.Inputs = append(row.Inputs, is)
	}
}

// addLabel adds a label: a class, or a number to predict.
func (r *Reader) addLabel(row *Row, k int, f string) error {
	c := &r.known[k]
	label := f
	switch {
	case field.MayBeMissing(f):
		if !field.IsPerhapsMissing(f) { // a class may be called "-"
			label = ""
		}
	case c.Decimal == "" && c.Unit == "": // it may be a class
		label = r.word(f)
	default:
		if x, ok, err := r.number(row.Line, k, f); err != nil {
			return err
		} else if ok {
			label = cells.Text(x)
		}
	}
	if k == r.labels[0] {
		row.Label = label
	} else {
		row.OtherLabels = append(row.OtherLabels, label)
	}
	return nil
}

// number returns the number in a field of known column k, by the decimal rule. ok is false if the field is not a
// number; err says if it is a number that does not fit the rule.
func (r *Reader) number(line, k int, f string) (x float64, ok bool, err error) {
	x, form, ok := scanNumber(&r.known[k], f)
	if !ok {
		return 0, false, nil
	}
	x, problem := r.decimal.apply(x, form, r.Comma, f, line)
	if problem != "" {
		err = r.fieldError(line, k, f, problem)
	}
	return x, true, err
}

// word returns a word or class in the spelling of training, which writes a number such as "1.0" as "1".
func (r *Reader) word(f string) string {
	x, form, ok := field.ParseNumber(f)
	if !ok {
		return f
	}
	return cells.Text(field.Value(x, form, r.decimal.form))
}

// scanNumber reads a number, with the unit of the column or without one.
func scanNumber(c *table.Column, f string) (x float64, form field.Form, ok bool) {
	if x, form, ok = field.ParseNumber(f); ok {
		return x, form, true
	}
	plain, negative := field.StripAccounting(f)
	if number, unit := field.CutUnit(plain); unit == c.Unit || unit == "" {
		x, form, ok = field.ParseNumber(number)
	}
	if negative {
		x = -x
	}
	return x, form, ok
}

// A decimalRule says which character is the decimal mark of the numbers: the one of training, until a row shows
// another.
type decimalRule struct {
	form    field.Form
	shown   bool   // a row has shown it
	applied string // the first number that another rule would read otherwise, and its line, in the words of an error
}

// apply returns the value of f by the rule, or the problem with it; x and form are what field.ParseNumber returned. A
// number that shows another decimal mark changes the rule, unless an earlier number has confirmed the rule or was read
// by it.
func (d *decimalRule) apply(x float64, form field.Form, comma rune, f string, line int) (_ float64, problem string) {
	switch form {
	case field.Plain:
		return x, ""
	case field.DecimalPoint, field.DecimalComma:
		if form != d.form && d.form != field.Plain && (d.shown || d.applied != "") {
			decimal := map[field.Form]string{field.DecimalPoint: "point", field.DecimalComma: "comma"}[form]
			return x, fmt.Sprintf("has a decimal %s, and the numbers before do not%s; write them all the same way",
				decimal, d.applied)
		}
		d.form, d.shown = form, true
		return x, ""
	}
	if d.form == field.Plain && form == field.UnclearComma && comma != ',' {
		return x, fmt.Sprintf("can be %s or %s; write it with one more digit after a decimal comma, or without the comma",
			cells.Text(x), cells.Text(field.Thousands(x)))
	}
	if d.form == field.Plain {
		d.form = field.DecimalPoint
	}
	if d.applied == "" {
		d.applied = fmt.Sprintf(" (as %.40q in line %d)", f, line)
	}
	return field.Value(x, form, d.form), ""
}

// Decimal returns the decimal mark of the numbers that have been read so far.
func (r *Reader) Decimal() rune {
	if r.decimal.form == field.DecimalComma {
		return ','
	}
	return '.'
}

// HasLabel reports whether the model has one label, and the table has it.
func (r *Reader) HasLabel() bool { return len(r.labels) == 1 && r.position[r.labels[0]] >= 0 }

// IsMissingLabel reports whether a label is missing. A class may be called "-" or "none"; if no class is, these texts
// stand for a missing label too.
func IsMissingLabel(label string, classes []string) bool {
	return label == "" || field.IsPerhapsMissing(label) && !slices.Contains(classes, label)
}

// Reject takes the last row out of all counts and returns the RowError for it. why is the problem with the given input,
// counted from 0, or with the whole row if input is −1.
func (r *Reader) Reject(row Row, input int, why string) error {
	r.counts = r.before
	for k := range r.known {
		n := table.Inputs(r.known[k : k+1])
		if input >= 0 && input < n {
			return r.fieldError(row.Line, k, row.Fields[r.position[k]], why)
		}
		input -= n
	}
	return RowError{row.Line, ": " + why}
}

// fieldError is the error about a field of known column k.
func (r *Reader) fieldError(line, k int, f, problem string) error {
	return RowError{line, fmt.Sprintf(", %s: %.40q %s", r.title(k), f, problem)}
}

// title returns the name of known column k in this table.
func (r *Reader) title(k int) string {
	j := r.position[k]
	if r.Header == nil || r.Header[j] == "" {
		return fmt.Sprintf("column %d", j+1)
	}
	return fmt.Sprintf("column %d %q", j+1, r.Header[j])
}
