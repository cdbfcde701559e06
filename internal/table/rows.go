// Rows: tables read a row at a time, as another table before them was read.

package table

import (
	"encoding/csv"
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
	csv     *csv.Reader
	waiting []line // read already
	err     error  // after these
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
	Label  string    // "" where there is none
}

// A BadRow is a row that cannot be taken; those after it can.
type BadRow struct {
	Line int
	error
}

func (b BadRow) Error() string { return fmt.Sprintf("line %d%v", b.Line, b.error) }

type line struct {
	fields []string
	number int
}

// NewRows begins to read a table whose columns are to be those of another, in any order if both
// have a header, else in the same: all of them, or all but the label, or the inputs alone.
func NewRows(r io.Reader, known []Column) (*Rows, error) {
	t := &Rows{known: known, csv: newReader(r), Counts: make([]Count, len(known))}
	t.csv.ReuseRecord = false
	for range 2 {
		l, err := t.read()
		if t.err = err; err != nil {
			break
		}
		t.waiting = append(t.waiting, l)
	}
	if len(t.waiting) == 0 {
		if t.err == io.EOF {
			return nil, errors.New("the table is empty")
		}
		return nil, t.err
	}
	first := t.waiting[0].fields
	second := t.waiting[len(t.waiting)-1].fields
	if len(t.waiting) == 2 && isCountHeader(first, second) {
		t.waiting = t.waiting[1:]
		return t, t.byPosition(second)
	}
	if t.at = t.named(first); t.has(false) {
		return t, t.takeHeader(first)
	}
	if err := t.byPosition(first); err != nil {
		return t, err
	}
	if t.fits(first) || len(t.waiting) == 1 || !t.fits(second) {
		return t, nil
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
	for k, c := range t.known {
		find := func(same func(a, b string) bool) int {
			return slices.IndexFunc(header, func(h string) bool { return same(strings.TrimSpace(h), c.Name) })
		}
		if at[k] = -1; c.Name == "" || c.Kind == Left {
			continue
		}
		j := find(func(a, b string) bool { return a == b })
		if j < 0 {
			j = find(strings.EqualFold)
		}
		for j >= 0 && j < len(header) && taken[j] { // the second of that name
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

// byPosition takes the known columns to be in their order: all that there were, all but the
// label, or the inputs alone.
func (t *Rows) byPosition(row []string) error {
	var counts []string
	n := len(row)
	for n > 1 && strings.TrimSpace(row[n-1]) == "" { // a comma at the end of each line
		n--
	}
	for _, leave := range [][]string{nil, {Label}, {Label, Left}} {
		at, next := make([]int, len(t.known)), 0
		for k, c := range t.known {
			if at[k] = -1; !slices.Contains(leave, c.Kind) {
				at[k] = next
				next++
			}
		}
		if t.at, t.width = at, len(row); next == len(row) || next == n && len(row) <= len(t.known) {
			return nil
		}
		counts = append(counts, strconv.Itoa(next))
	}
	return fmt.Errorf("line %d: %d fields, and no header with the names of the columns that the model takes; "+
		"without one, it takes %s (with the label, without it) in the order in which it met them",
		t.waiting[0].number, len(row), strings.Join(slices.Compact(counts), " or "))
}

// fits says whether a row can be one of data: numbers where there were numbers, or a known word.
func (t *Rows) fits(row []string) bool {
	known, numbers := false, false
	for k, c := range t.known {
		if t.at[k] < 0 || t.at[k] >= len(row) {
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

// read reads a line of fields.
func (t *Rows) read() (l line, err error) {
	rec, err := t.csv.Read()
	if err != nil {
		return l, csvError(err)
	}
	l.number, _ = t.csv.FieldPos(0)
	if t.csv.Comma == ';' {
		decimalPoints(rec)
	}
	l.fields = rec
	return l, nil
}

// Next is the next row; io.EOF after the last. After a BadRow others can follow.
func (t *Rows) Next() (Row, error) {
	var l line
	if len(t.waiting) > 0 {
		l, t.waiting = t.waiting[0], t.waiting[1:]
	} else if t.err != nil {
		return Row{}, t.err
	} else if l, t.err = t.read(); t.err != nil {
		return Row{}, t.err
	}
	row := Row{Line: l.number, Fields: l.fields, Inputs: make([]float64, 0, Inputs(t.known))}
	if len(l.fields) != t.width {
		return row, BadRow{l.number, fmt.Errorf(": %d fields, where the lines before have %d", len(l.fields), t.width)}
	}
	counts := slices.Clone(t.Counts) // of a bad row nothing is counted
	for k, c := range t.known {
		if t.at[k] < 0 || c.Kind == Left {
			continue
		}
		f := strings.TrimSpace(l.fields[t.at[k]])
		missing := isMissing(strings.ToLower(f))
		x, isNumber := number(f)
		bad := func(err string) (Row, error) {
			return row, BadRow{l.number, fmt.Errorf(", %s: %.40q %s", t.title(k), f, err)}
		}
		switch {
		case !utf8.ValidString(f):
			return bad("is not UTF-8")
		case c.Kind == Label && !missing:
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
	t.Counts = counts
	return row, nil
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
			is := 0.0
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
