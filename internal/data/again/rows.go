// Package again reads a table with the columns of one that was read before, as -predict and -load need it: row by row,
// or whole.
package again

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
	"backprop/internal/data/heading"
	"backprop/internal/data/table"
)

// Rows reads the rows of a table, and makes of each the inputs that a network takes, which has
// learned from another table.
type Rows struct {
	Header []string // nil without
	Comma  rune     // what separates the fields
	Counts []Count  // of what was met in the columns: as many as there are columns

	known   []table.Column
	at      []int // where in a row each of them is; −1 where it is not
	width   int   // of a row
	text    *cells.Reader
	before  []Count      // the last row
	waiting []cells.Line // read already
	err     error        // after these
	rows    int          // that were read
	again   int          // that are the header again
	counts  int          // the line of a count of rows and columns, which was left out
	said    string       // how many rows there are by it
	rule    rule
}

// A rule is which character is decimal, as training or the rows so far have shown.
type rule struct {
	field.Form
	shown bool   // by a row
	used  string // the first number that was read by it and could have been another, and its line
}

// A Count is how many values of a column were not as in training.
type Count struct {
	Unknown int    // words that were not met in training
	Bare    int    // numbers without the unit that they had in training
	Missing int    // values that are not there
	Outside int    // numbers out of the range that was met in training
	Example string // one of the unknown words
}

// A Row is one row of a table.
type Row struct {
	Line   int
	Fields []string  // as they are in the table, until the next row is read
	Inputs []float64 // of it, NaN where a number is missing
	Label  string    // "" where there is none; see NoLabel
	More   []string  // the further labels, where there are several
}

// A BadRow is a row that cannot be taken; those after it can.
type BadRow struct {
	Line int
	error
}

func (b BadRow) Error() string { return fmt.Sprintf("line %d%v", b.Line, b.error) }

// NewRows begins to read a table whose columns are to be those of another, in any order if both
// have a header, else in the same: all of them, or all but the label, or the inputs alone. It reads
// the first line, and the second only if that has to show what the first is.
func NewRows(r io.Reader, known []table.Column) (*Rows, error) {
	t := &Rows{known: known, Counts: make([]Count, len(known))}
	single := table.Inputs(known) == 1 && table.RuleOf(known) == field.Comma // and what separated it, no comma
	if single {
		t.text = cells.NewColumnReader(r)
	} else {
		t.text = cells.NewReader(r)
	}
	t.text.Title, t.Comma, t.rule.Form = table.Inputs(known) > 1, t.text.Comma, table.RuleOf(known)
	l, err := t.text.Read()
	if err == io.EOF {
		return nil, errors.New("the table is empty")
	} else if err != nil {
		return nil, err
	}
	t.waiting = []cells.Line{l}
	first := l.Fields
	if t.at = t.named(first); t.has(false) {
		return t, t.takeHeader(first)
	}
	err = t.byPosition(first)
	if err == nil && t.fits(first) {
		return t, nil
	}
	if l, t.err = t.text.Read(); t.err != nil { // told after the first
		return t, err
	}
	t.waiting = append(t.waiting, l)
	second := l.Fields
	switch {
	case heading.IsCounts(first, second):
		t.counts, t.said, t.waiting = t.waiting[0].Number, first[0], t.waiting[1:]
		return t, t.byPosition(second)
	case err != nil || t.fits(first) || len(first) != len(second):
		return t, err
	}
	if err := t.byPosition(second); err != nil || !t.fits(second) {
		return t, t.byPosition(first)
	}
	if slices.ContainsFunc(known, func(c table.Column) bool { return c.Name != "" }) {
		t.at = t.named(first)
		return t, t.takeHeader(first) // which says what is missing
	}
	t.Header, t.waiting = first, t.waiting[1:]
	return t, nil
}

// named is where the known columns are by the names of a header.
func (t *Rows) named(header []string) []int {
	at, taken := make([]int, len(t.known)), make([]bool, len(header))
	// nameless are those of a table without a header.
	nameless := !slices.ContainsFunc(t.known, func(c table.Column) bool { return c.Name != "" })
	for k, c := range t.known {
		find := func(same func(a, b string) bool) int {
			return slices.IndexFunc(header, func(h string) bool { return same(strings.TrimSpace(h), c.Name) })
		}
		if at[k] = -1; nameless || c.Kind == table.Left {
			continue
		}
		j := find(func(a, b string) bool { return a == b })
		if j < 0 {
			j = find(strings.EqualFold)
		}
		for j >= 0 && taken[j] { // the second of that name
			rest := slices.Index(header[j+1:], header[j])
			if j += rest + 1; rest < 0 {
				j = -1
			}
		}
		if at[k] = j; j >= 0 {
			taken[j] = true
		}
	}
	return at
}

// has says whether any column of inputs was found, or all were.
func (t *Rows) has(all bool) bool {
	for k, c := range t.known {
		if input := c.Kind == table.Number || c.Kind == table.Words; input && t.at[k] >= 0 != all {
			return !all
		}
	}
	return all
}

// takeHeader takes first for the header, which has to name all inputs.
func (t *Rows) takeHeader(first []string) error {
	if !t.has(true) {
		var missing []string
		for k, c := range t.known {
			if (c.Kind == table.Number || c.Kind == table.Words) && t.at[k] < 0 {
				missing = append(missing, strconv.Quote(c.Name))
			}
		}
		return fmt.Errorf("line %d: the column %.200s is missing, and the model needs it; there are %.300q",
			t.waiting[0].Number, strings.Join(missing, ", "), first)
	}
	for k, c := range t.known {
		if j := t.at[k]; j >= 0 && c.Kind != table.Left && t.isTwice(first, first[j]) {
			return fmt.Errorf("line %d: there are several columns %q, and the model takes one; rename those that are not meant",
				t.waiting[0].Number, first[j])
		}
	}
	t.Header, t.width, t.waiting = first, len(first), t.waiting[1:]
	return nil
}

// isTwice says whether a header has a name more often than the table to train on had.
func (t *Rows) isTwice(header []string, name string) bool {
	name = strings.TrimSpace(name)
	same := func(a, b string) bool { return strings.TrimSpace(a) == b }
	if !slices.ContainsFunc(t.known, func(c table.Column) bool { return c.Name == name }) {
		same = func(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), b) }
	}
	n := 0
	for _, h := range header {
		if same(h, name) {
			n++
		}
	}
	for _, c := range t.known {
		if strings.EqualFold(c.Name, name) {
			n--
		}
	}
	return n > 0
}

// byPosition takes the known columns to be in their order: all that there were, all but the label,
// those that were not left out, or the inputs alone. Where a row is as long as several of these, its
// fields have to tell.
func (t *Rows) byPosition(row []string) error {
	var counts []int
	var exact, short [][]int // the readings: where each of the known columns is
	var inputs []int         // the last of them
	n := len(row)
	for n > 1 && strings.TrimSpace(row[n-1]) == "" { // a comma at the end of each line
		n--
	}
	for _, leave := range [][]string{nil, {table.Label}, {table.Left}, {table.Label, table.Left}} {
		at, next := make([]int, len(t.known)), 0
		for k, c := range t.known {
			if at[k] = -1; !slices.Contains(leave, c.Kind) {
				at[k] = next
				next++
			}
		}
		inputs = at
		another := func(b []int) bool { return slices.Equal(at, b) }
		if counts = append(counts, next); next == len(row) && !slices.ContainsFunc(exact, another) {
			exact = append(exact, at)
		} else if next == n && len(row) <= len(t.known) && !slices.ContainsFunc(short, another) {
			short = append(short, at)
		}
	}
	if len(exact) == 0 {
		exact = short
	}
	if t.width = len(row); len(exact) == 0 {
		slices.Sort(counts)
		list := strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(counts)), " ", " or "), "[]")
		names := ""
		if table.InputNames(t.known) != nil {
			names = fmt.Sprintf(" (%.200s)", t.reading(inputs))
		}
		return fmt.Errorf("line %d: %s, and no header with the names of the columns that the model needs%s; "+
			"without a header it takes rows of %s fields, in the order of the table that it learned from",
			t.waiting[0].Number, cells.Plural(len(row), "field"), names, list)
	}
	var fitting [][]int
	for _, t.at = range exact {
		if t.fits(row) {
			fitting = append(fitting, t.at)
		}
	}
	if t.at = exact[0]; len(fitting) > 0 {
		t.at = fitting[0]
	}
	if len(fitting) > 1 {
		return fmt.Errorf("line %d: %s and no header: they can be %.100s, or %.100s; write the names above them, "+
			"or give all %d columns that there were in training", t.waiting[0].Number, cells.Plural(len(row), "field"),
			t.reading(fitting[0]), t.reading(fitting[1]), len(t.known))
	}
	return nil
}

// reading is the columns that are there.
func (t *Rows) reading(at []int) string {
	var names []string
	for k, c := range t.known {
		if at[k] >= 0 {
			names = append(names, cmp.Or(c.Name, fmt.Sprintf("column %d", k+1)))
		}
	}
	return strings.Join(names, ", ")
}

// fits says whether a row can be one of data: numbers where there were numbers, or a known word.
func (t *Rows) fits(row []string) bool {
	known, numbers := false, false
	for k, c := range t.known {
		if t.at[k] < 0 {
			continue
		}
		f := strings.TrimSpace(row[t.at[k]])
		switch c.Kind {
		case table.Number:
			numbers = true
			if _, ok := scan(&c, f); !ok && !field.IsMissing(f) {
				return false
			}
		case table.Words:
			known = known || slices.Contains(c.Words, f)
		}
	}
	return numbers || known
}

// HasLabel says whether the table has the label, and this is the only one.
func (t *Rows) HasLabel() bool {
	labels := t.labels()
	return len(labels) == 1 && t.at[labels[0]] >= 0
}

// Next is the next row; io.EOF after the last. After a BadRow others can follow.
func (t *Rows) Next() (Row, error) {
	l, err := t.next()
	if err != nil {
		return Row{}, err
	}
	t.rows++
	row := Row{Line: l.Number, Fields: l.Fields, Inputs: make([]float64, 0, table.Inputs(t.known))}
	if len(l.Fields) != t.width {
		return row, BadRow{l.Number, fmt.Errorf(": %s, where the lines before have %d",
			cells.Plural(len(l.Fields), "field"), t.width)}
	}
	counts := slices.Clone(t.Counts) // of a bad row nothing is counted
	for k, c := range t.known {
		if t.at[k] < 0 || c.Kind == table.Left {
			continue
		}
		f := strings.TrimSpace(l.Fields[t.at[k]])
		if !utf8.ValidString(f) {
			return row, t.bad(k, l.Number, f, "is not UTF-8")
		}
		missing := field.IsMissing(f) && !(field.IsUnsure(f) && slices.Contains(c.Words, f))
		x, word, err := t.value(k, f, l.Number, missing)
		if err != nil {
			return row, err
		}
		if c.Kind == table.Label {
			if missing && !field.IsUnsure(f) {
				word = ""
			}
			if k == t.label() {
				row.Label = word
			} else {
				row.More = append(row.More, word)
			}
			continue
		}
		counts[k].count(c, f, x, word, missing)
		row.Inputs = inputs(&c, row.Inputs, x, word, missing)
	}
	t.before, t.Counts = t.Counts, counts
	return row, nil
}

// next is the next line that is not the header again.
func (t *Rows) next() (l cells.Line, err error) {
	for {
		if len(t.waiting) > 0 {
			l, t.waiting = t.waiting[0], t.waiting[1:]
		} else if t.err != nil {
			return l, t.err
		} else if l, t.err = t.text.Read(); t.err != nil {
			return l, t.err
		}
		if t.Header == nil || !slices.Equal(l.Fields, t.Header) {
			return l, nil
		}
		t.again++
	}
}

// bad is the error about a field.
func (t *Rows) bad(k, line int, f, what string) error {
	return BadRow{line, fmt.Errorf(", %s: %.40q %s", t.title(k), f, what)}
}

// value is what a field means: a number, and the word that a table has in its place.
func (t *Rows) value(k int, f string, line int, missing bool) (x float64, word string, err error) {
	c := &t.known[k]
	if missing || slices.Contains(c.Words, f) || t.Comma == ',' && c.Kind == table.Words && strings.Contains(f, ",") {
		return math.NaN(), f, nil
	}
	x, form, ok := scanForm(c, f)
	if !ok {
		if c.Kind == table.Number {
			err = t.bad(k, line, f, "is not a number"+unitAdvice(c))
		}
		return x, f, err
	}
	if c.Kind == table.Words || c.Kind == table.Label && c.Decimal == "" && c.Unit == "" {
		return x, cells.Text(field.Under(t.rule.Form, x, form)), nil
	}
	if x, err = t.rule.take(x, form, t.Comma, f, line); err != nil {
		return x, f, BadRow{line, fmt.Errorf(", %s: %w", t.title(k), err)}
	}
	return x, cells.Text(x), nil
}

// unitAdvice says which unit was meant.
func unitAdvice(c *table.Column) string {
	if c.Unit == "" {
		return ""
	}
	return fmt.Sprintf(" in %s, as in training", c.Unit)
}

// scanForm reads a number, with the unit that the column has or without it.
func scanForm(c *table.Column, f string) (x float64, form field.Form, ok bool) {
	x, form, ok = field.Scan(f)
	if ok || c.Kind == table.Words || c.Kind == table.Label && c.Decimal == "" && c.Unit == "" { // may be classes
		return x, form, ok
	}
	plain, negative := field.Plainly(f)
	if number, unit := field.CutUnit(plain); unit == c.Unit || unit == "" {
		x, form, ok = field.Scan(number)
	}
	if negative {
		x = -x
	}
	return x, form, ok
}

// scan is scanForm for who does not mind the form.
func scan(c *table.Column, f string) (x float64, ok bool) {
	x, _, ok = scanForm(c, f)
	return x, ok
}

// take reads a number by the rule. A number that shows another is believed while none has been read
// that would have been another by it.
func (r *rule) take(x float64, form field.Form, comma rune, f string, line int) (float64, error) {
	switch {
	case form == field.Plain:
	case form < field.Point3 && form != r.Form:
		if r.Form != field.Plain && (r.shown || r.used != "") {
			return x, fmt.Errorf("%.40q has a decimal %s, and the numbers before do not%s; write all in one way", f,
				map[field.Form]string{field.Point: "point", field.Comma: "comma"}[form], r.used)
		}
		r.Form, r.shown = form, true
	case form < field.Point3:
		r.shown = true
	case r.Form == field.Plain && form == field.Comma3 && comma != ',':
		return x, fmt.Errorf("%.40q can be %s or %s; write it with one digit more behind a decimal comma, or without it",
			f, cells.Text(x), cells.Text(field.Grouped(x)))
	default:
		if r.Form == field.Plain {
			r.Form = field.Point
		}
		if r.used == "" {
			r.used = fmt.Sprintf(" (as %.40q in line %d)", f, line)
		}
		return field.Under(r.Form, x, form), nil
	}
	return x, nil
}

// Decimal is the decimal character of the table's numbers, as far as they are read.
func (t *Rows) Decimal() rune {
	if t.rule.Form == field.Comma {
		return ','
	}
	return '.'
}

// count counts a value that is not as in training.
func (n *Count) count(c table.Column, f string, x float64, word string, missing bool) {
	switch {
	case missing:
		n.Missing++
	case c.Kind == table.Number && (x < c.From || x > c.To):
		n.Outside++
	case c.Kind == table.Words && !slices.Contains(c.Words, word):
		n.Unknown++
		n.Example = f
	}
	if c.Kind == table.Number && c.Unit != "" && !missing && field.IsNumber(f) {
		n.Bare++
	}
}

// Refuse makes a BadRow of the last row: the field behind an input is why, or, if that is −1, the whole row.
func (t *Rows) Refuse(row Row, input int, why string) error {
	t.Counts = t.before
	for k := range t.known {
		n := table.Inputs(t.known[k : k+1])
		if input >= 0 && input < n {
			return BadRow{row.Line, fmt.Errorf(", %s: %.40q %s", t.title(k), row.Fields[t.at[k]], why)}
		}
		input -= n
	}
	return BadRow{row.Line, fmt.Errorf(": %s", why)}
}

// Place is where in a row a column of another table is, by its name; −1 if it is not there.
func (t *Rows) Place(name string) int {
	if j := slices.Index(t.Header, name); j >= 0 {
		return j
	}
	for k, c := range t.known {
		if c.Name != "" && strings.EqualFold(c.Name, name) {
			return t.at[k]
		}
	}
	return -1
}

// miscounted is an error where a line that was left out as a count of rows and columns is wrong about them, once
// all are read.
func (t *Rows) miscounted() error {
	if t.counts == 0 || t.said == strconv.Itoa(t.rows) {
		return nil
	}
	return fmt.Errorf("line %d looks like a count of rows and columns, but there are %d rows, not %s; correct it, or "+
		"remove the line", t.counts, t.rows, t.said)
}

// Remarks say what was left out, and what was not as in training.
func (t *Rows) Remarks() (list []string) {
	if note := t.text.Titles(); note != "" {
		list = append(list, note)
	}
	if t.text.Column {
		list = append(list, "its commas are decimal, as in training, and separate nothing")
	}
	if t.miscounted() != nil {
		list = append(list,
			fmt.Sprintf("line %d is left out as a count of rows and columns, and there are %d rows and not %s: "+
				"is it a header, or a row?", t.counts, t.rows, t.said))
	} else if t.counts > 0 {
		list = append(list, fmt.Sprintf("line %d, a count of rows and columns, is left out", t.counts))
	}
	if t.again > 0 {
		list = append(list, cells.Plural(t.again, "line")+" like the header left out")
	}
	if t.rows == 0 {
		list = append(list, "there is a header, and no row below it")
	}
	for k, c := range t.Counts {
		of := t.known[k]
		say := func(format string, args ...any) {
			list = append(list, cmp.Or(of.Name, fmt.Sprintf("column %d", k+1))+": "+fmt.Sprintf(format, args...))
		}
		if c.Unknown > 0 {
			say("%s", table.UnknownWords(c.Unknown, c.Example))
		}
		if c.Missing > 0 && of.Kind == table.Words {
			say("%s missing, counted as none of its words", cells.Plural(c.Missing, "value"))
		} else if c.Missing > 0 {
			say("%s missing, counted as in training: 0 after scaling", cells.Plural(c.Missing, "value"))
		}
		if c.Bare > 0 {
			say("%s without a unit, taken for %s", cells.Plural(c.Bare, "number"), of.Unit)
		}
		if c.Outside > 0 {
			say("%s out of the range seen in training, %g to %g", cells.Plural(c.Outside, "number"), of.From, of.To)
		}
	}
	return list
}

// inputs appends what a field means to a network.
func inputs(c *table.Column, to []float64, x float64, word string, missing bool) []float64 {
	switch c.Kind {
	case table.Number:
		return append(to, x)
	case table.Words:
		for _, w := range c.Words {
			var is float64
			if w == word && !missing {
				is = 1
			}
			to = append(to, is)
		}
	}
	return to
}

// title is a column of this table.
func (t *Rows) title(k int) string {
	if t.Header == nil || t.Header[t.at[k]] == "" {
		return fmt.Sprintf("column %d", t.at[k]+1)
	}
	return fmt.Sprintf("column %d %q", t.at[k]+1, t.Header[t.at[k]])
}

// NoLabel says whether a label is not there: a class may be called "-" or "none", and if none is,
// they are no label.
func NoLabel(label string, classes []string) bool {
	return label == "" || field.IsUnsure(label) && !slices.Contains(classes, label)
}
