// Rows: tables read a row at a time, as another table before them was read.

package table

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
)

// Rows reads the rows of a table, and makes of each the inputs that a network takes, which has
// learned from another table.
type Rows struct {
	Header []string // nil without
	Counts []Count  // of what was met in the columns: as many as there are columns

	known   []Column
	at      []int // where in a row each of them is; −1 where it is not
	width   int   // of a row
	text    *reader
	before  []Count // the last row
	waiting []line  // read already
	err     error   // after these
}

// A Count is how many values of a column were not as in training.
type Count struct {
	Unknown int    // words that were not met in training
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
func NewRows(r io.Reader, known []Column) (*Rows, error) {
	t := &Rows{known: known, text: newReader(r), Counts: make([]Count, len(known))}
	l, err := t.text.read()
	if err == io.EOF {
		return nil, errors.New("the table is empty")
	} else if err != nil {
		return nil, err
	}
	t.waiting = []line{l}
	first := l.fields
	if t.at = t.named(first); t.has(false) {
		return t, t.takeHeader(first)
	}
	err = t.byPosition(first)
	if err == nil && t.fits(first) && !isCountHeader(first, make([]string, len(known))) {
		return t, nil
	}
	if l, t.err = t.text.read(); t.err != nil { // told after the first
		return t, err
	}
	t.waiting = append(t.waiting, l)
	second := l.fields
	switch {
	case isCountHeader(first, second):
		t.waiting = t.waiting[1:]
		return t, t.byPosition(second)
	case err != nil || t.fits(first) || len(first) != len(second):
		return t, err
	}
	if err := t.byPosition(second); err != nil || !t.fits(second) {
		return t, t.byPosition(first)
	}
	if slices.ContainsFunc(known, func(c Column) bool { return c.Name != "" }) {
		t.at = t.named(first)
		return t, t.takeHeader(first) // which says what is missing
	}
	t.Header, t.waiting = first, t.waiting[1:]
	return t, nil
}

// named is where the known columns are by the names of a header.
func (t *Rows) named(header []string) []int {
	at, taken := make([]int, len(t.known)), make([]bool, len(header))
	nameless := !slices.ContainsFunc(t.known, func(c Column) bool { return c.Name != "" }) // of a table without a header
	for k, c := range t.known {
		find := func(same func(a, b string) bool) int {
			return slices.IndexFunc(header, func(h string) bool { return same(strings.TrimSpace(h), c.Name) })
		}
		if at[k] = -1; nameless || c.Kind == Left {
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
		if input := c.Kind == Number || c.Kind == Words; input && t.at[k] >= 0 != all {
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
			if (c.Kind == Number || c.Kind == Words) && t.at[k] < 0 {
				missing = append(missing, strconv.Quote(c.Name))
			}
		}
		return fmt.Errorf("line %d: the column %.200s is missing, which the model takes; there are %.300q",
			t.waiting[0].number, strings.Join(missing, ", "), first)
	}
	t.Header, t.width, t.waiting = first, len(first), t.waiting[1:]
	return nil
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
	for _, leave := range [][]string{nil, {Label}, {Left}, {Label, Left}} {
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
		if InputNames(t.known) != nil {
			names = fmt.Sprintf(" (%.200s)", t.reading(inputs))
		}
		return fmt.Errorf("line %d: %s, and no header with the names of the columns that the model takes%s; "+
			"without one, it takes %s of them (with the label, without it) in the order in which it met them",
			t.waiting[0].number, plural(len(row), "field"), names, list)
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
			"or give all %d columns that there were in training", t.waiting[0].number, plural(len(row), "field"),
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
		case Number:
			numbers = true
			if !isNumber(f) && !isMissing(strings.ToLower(f)) {
				return false
			}
		case Words:
			known = known || slices.Contains(c.Words, f)
		}
	}
	return numbers || known
}

// HasLabel says whether the table has the label.
func (t *Rows) HasLabel() bool {
	k := slices.IndexFunc(t.known, func(c Column) bool { return c.Kind == Label })
	return k >= 0 && t.at[k] >= 0
}

// Next is the next row; io.EOF after the last. After a BadRow others can follow.
func (t *Rows) Next() (Row, error) {
	var l line
	if len(t.waiting) > 0 {
		l, t.waiting = t.waiting[0], t.waiting[1:]
	} else if t.err != nil {
		return Row{}, t.err
	} else if l, t.err = t.text.read(); t.err != nil {
		return Row{}, t.err
	}
	row := Row{Line: l.number, Fields: l.fields, Inputs: make([]float64, 0, Inputs(t.known))}
	if len(l.fields) != t.width {
		return row, BadRow{l.number, fmt.Errorf(": %s, where the lines before have %d", plural(len(l.fields), "field"), t.width)}
	}
	counts := slices.Clone(t.Counts) // of a bad row nothing is counted
	for k, c := range t.known {
		if t.at[k] < 0 || c.Kind == Left {
			continue
		}
		f := strings.TrimSpace(l.fields[t.at[k]])
		missing := isMissing(strings.ToLower(f)) && !(isUnsure(strings.ToLower(f)) && slices.Contains(c.Words, f))
		x, isNumber := number(f)
		bad := func(err string) (Row, error) {
			return row, BadRow{l.number, fmt.Errorf(", %s: %.40q %s", t.title(k), f, err)}
		}
		switch {
		case !utf8.ValidString(f):
			return bad("is not UTF-8")
		case c.Kind == Label && (!missing || isUnsure(strings.ToLower(f))):
			row.Label = asWord(f)
		case c.Kind == Label:
		case missing:
			counts[k].Missing++
		case c.Kind == Number && !isNumber:
			return bad("is not a number")
		case c.Kind == Number && (x < c.From || x > c.To):
			counts[k].Outside++
		case c.Kind == Words && !slices.Contains(c.Words, asWord(f)):
			counts[k].Unknown++
			counts[k].Example = f
		}
		row.Inputs = c.inputs(row.Inputs, f, missing)
	}
	t.before, t.Counts = t.Counts, counts
	return row, nil
}

// Refuse makes a BadRow of the last row: the field behind an input is why, or, if that is −1, the whole row.
func (t *Rows) Refuse(row Row, input int, why string) error {
	t.Counts = t.before
	for k := range t.known {
		n := Inputs(t.known[k : k+1])
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

// Remarks say what was not as in training.
func (t *Rows) Remarks() (list []string) {
	for k, c := range t.Counts {
		of := t.known[k]
		say := func(format string, args ...any) {
			list = append(list, cmp.Or(of.Name, fmt.Sprintf("column %d", k+1))+": "+fmt.Sprintf(format, args...))
		}
		if c.Unknown > 0 {
			say("%s", unknownWords(c.Unknown, c.Example))
		}
		if c.Missing > 0 && of.Kind == Words {
			say("%s missing, counted as none of its words", plural(c.Missing, "value"))
		} else if c.Missing > 0 {
			say("%s missing, counted as in training: 0 after scaling", plural(c.Missing, "value"))
		}
		if c.Outside > 0 {
			say("%s out of the range seen in training, %g to %g", plural(c.Outside, "number"), of.From, of.To)
		}
	}
	return list
}

func unknownWords(n int, example string) string {
	return fmt.Sprintf("%s never seen in training (such as %.40q), counted as none of its words",
		plural(n, "word"), example)
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// inputs appends what a field means to a network.
func (c *Column) inputs(to []float64, f string, missing bool) []float64 {
	switch c.Kind {
	case Number:
		x, _ := number(f)
		if missing {
			x = math.NaN()
		}
		return append(to, x)
	case Words:
		f = asWord(f)
		for _, w := range c.Words {
			var is float64
			if w == f && !missing {
				is = 1
			}
			to = append(to, is)
		}
	}
	return to
}

// asWord is a field as a Table knows it: a number in one way of writing.
func asWord(f string) string {
	if x, ok := number(f); ok {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return f
}

// title is a column of this table.
func (t *Rows) title(k int) string {
	if t.Header == nil || t.Header[t.at[k]] == "" {
		return fmt.Sprintf("column %d", t.at[k]+1)
	}
	return fmt.Sprintf("column %d %q", t.at[k]+1, t.Header[t.at[k]])
}
