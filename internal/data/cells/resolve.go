// Resolve decides what can be decided only when the whole table has been read: which mark is decimal, which columns are
// numbers with a unit, and which fields are words, dates, or missing values.

package cells

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/data/field"
)

// Hints are what is known about a table before Resolve.
type Hints struct {
	Ignored []bool        // columns that are left out, and so are no evidence
	Decimal field.Form    // the decimal mark of the training table; Plain if there is none
	Columns []KnownColumn // of the training table; nil if this is the training table
}

// A KnownColumn says how a column was read in the training table, so that a test table is read in the same way.
type KnownColumn struct {
	Numeric bool
	Unit    string
	Words   []string
}

// A plan says what Resolve will make of a column.
type plan struct {
	numeric bool
	unit    string       // of the numbers
	words   []parsedWord // for each word of the column, the number that it becomes; nil if all remain words
}

// A parsedWord is a word read as a number.
type parsedWord struct {
	x    float64
	form field.Form
	unit string
	ok   bool // it is a number
}

// parseWord reads a word as a number with or without a unit.
func parseWord(w string) (p parsedWord) {
	plain, negative := field.StripAccounting(w)
	p.x, p.form, p.ok = field.ParseNumber(plain)
	if !p.ok {
		var number string
		number, p.unit = field.CutUnit(plain)
		if p.unit != "" {
			p.x, p.form, p.ok = field.ParseNumber(number)
		}
	}
	if negative {
		p.x = -p.x
	}
	return p
}

// Resolve decides about the fields that Read left open. It returns which mark is decimal: DecimalPoint or DecimalComma;
// Plain if the value of no number depends on the mark.
func (t *Table) Resolve(h Hints) (decimal field.Form, err error) {
	plans := make([]plan, len(t.Cols))
	for j := range t.Cols {
		if h.Columns == nil {
			plans[j] = t.planColumn(j)
		} else {
			plans[j] = t.planKnown(j, h.Columns[j])
		}
	}
	if decimal, err = t.findDecimal(plans, h); err != nil {
		return decimal, err
	}
	for j, p := range plans {
		var known *KnownColumn
		if h.Columns != nil {
			known = &h.Columns[j]
		} else if err := t.checkUnit(j, p); err != nil && !h.Ignored[j] {
			return decimal, err
		}
		t.groupThousands(j, decimal)
		t.convertWords(j, p, decimal)
		t.resolveMarkers(j, p, known)
	}
	return decimal, nil
}

// planKnown plans a column of a test table.
func (t *Table) planKnown(j int, known KnownColumn) plan {
	p := plan{numeric: known.Numeric, unit: known.Unit}
	if known.Numeric {
		for _, w := range t.Cols[j].words {
			n := parseWord(w.text)
			n.ok = n.ok && (n.unit == "" || n.unit == known.Unit)
			p.words = append(p.words, n)
		}
	}
	return p
}

// planColumn plans a column of the training table. It is a column of numbers if nearly all its fields are numbers, all
// with the same unit or none.
func (t *Table) planColumn(j int) plan {
	c, plain := &t.Cols[j], t.plainNumbers(j)
	if c.WordCount == 0 {
		c.Dates = t.areDateNumbers(j)
		return plan{numeric: plain > 0}
	}
	if words, units, all := c.parseWords(plain); words != nil {
		unit := mostCommon(units)
		others := 0 // different words that are not numbers in this unit
		for k := range words {
			if w := &words[k]; !w.ok || w.unit != unit {
				w.ok = false
				others++
			}
		}
		if t.isNumeric(j, units[unit], others) {
			return plan{true, unit, words}
		}
		if all && len(units) < 5 {
			c.UnitCount = len(units)
		}
	}
	c.Dates = plain == 0 && c.areDates()
	return plan{}
}

// parseWords tries to read every word of a column as a number; plain is how many fields are numbers already. It counts
// the fields with each unit, and reports whether all are numbers. words is nil if too few are.
func (c *Column) parseWords(plain int) (words []parsedWord, units map[string]int, all bool) {
	const enough = 100 // after 100 different words, most fields must have been numbers, and units must have recurred
	units = map[string]int{}
	if plain > 0 {
		units[""] = plain
	}
	bad := 0 // fields that are not numbers
	for k, w := range c.words {
		n := parseWord(w.text)
		if n.ok {
			units[n.unit] += w.n
		} else {
			bad += w.n
		}
		if 2*bad > plain+c.WordCount || k == enough && (len(units) > enough/2 || 2*bad > c.WordCount) {
			return nil, nil, false
		}
		words = append(words, n)
	}
	return words, units, bad == 0
}

// mostCommon returns the unit that most fields have; of several such units, the first in the alphabet.
func mostCommon(units map[string]int) (unit string) {
	for u, n := range units {
		if n > units[unit] || n == units[unit] && u < unit {
			unit = u
		}
	}
	return unit
}

// isNumeric reports whether a column consists of numbers: whether nearly all its n fields are, and in the same unit.
func (t *Table) isNumeric(j, n, otherWords int) bool {
	others := t.plainNumbers(j) + t.Cols[j].WordCount - n
	return n > 4*others || n > others && otherWords < 2
}

// isAllZero reports whether all numbers of a column are 0.
func (t *Table) isAllZero(j int) bool {
	for i := range t.N {
		if x := t.At(i, j); x != 0 && !math.IsNaN(x) {
			return false
		}
	}
	return true
}

// areDateNumbers reports whether the numbers of a column are dates such as 20240131, and not all the same date.
func (t *Table) areDateNumbers(j int) bool {
	first, differ := math.NaN(), false
	for x := range t.column(j) {
		switch {
		case math.IsNaN(*x):
		case !field.IsDateNumber(*x):
			return false
		case math.IsNaN(first):
			first = *x
		case *x != first:
			differ = true
		}
	}
	return differ
}

// areDates reports whether all words of a column are dates.
func (c *Column) areDates() bool {
	var parser field.DateParser
	for _, w := range c.words {
		if !parser.IsDate(w.text) {
			return false
		}
	}
	return true
}

// checkUnit returns an error if a number lacks the unit that other numbers of its column have. Only 0 needs no unit.
func (t *Table) checkUnit(j int, p plan) error {
	if !p.numeric || p.unit == "" || t.isAllZero(j) {
		return nil
	}
	for x := range t.column(j) {
		if !math.IsNaN(*x) {
			return fmt.Errorf("line %d, %s: %s has no unit, and the others have %q; write it like them, or leave the field "+
				"empty if it is unknown", t.Cols[j].firstNumberLine, t.Title(j), Text(*x), p.unit)
		}
	}
	return nil
}

// maxConverted is the largest number of words that are kept so that RestoreWords can turn the numbers back into words.
const maxConverted = 100

// convertWords replaces the words that can be read as numbers by those numbers.
func (t *Table) convertWords(j int, p plan, decimal field.Form) {
	if !p.numeric || !slices.ContainsFunc(p.words, func(w parsedWord) bool { return w.ok }) {
		return
	}
	c := &t.Cols[j]
	old, cells := c.words, make([]float64, len(p.words))
	c.Unit, c.words, c.index, c.WordCount, c.FirstWordLine = p.unit, nil, nil, 0, 0
	if len(old) <= maxConverted {
		c.converted = old
	}
	t.noteNegative(old, p, decimal)
	for k, w := range p.words {
		if w.ok {
			cells[k] = field.Value(w.x, w.form, decimal)
		} else {
			cells[k] = c.addWord(old[k].text, old[k].n, old[k].line)
		}
	}
	for x := range t.column(j) {
		if k := payload(*x); 0 < k && k < firstMarker {
			*x = cells[k-1]
		}
	}
}

// noteNegative notes the first number of the table that is negative though it has no minus sign in front.
func (t *Table) noteNegative(words []entry, p plan, decimal field.Form) {
	const note = "numbers in brackets, or with the minus after them, are negative: "
	if slices.ContainsFunc(t.Notes, func(n string) bool { return strings.HasPrefix(n, note) }) {
		return
	}
	for k, w := range p.words {
		if _, negative := field.StripAccounting(words[k].text); negative && w.ok {
			t.Notes = append(t.Notes, note+words[k].value(decimal))
			return
		}
	}
}

// RestoreWords turns the numbers of a column back into words, if they are few and have a unit, because they may be
// names of classes: 2WD and 4WD. Amounts of money and percentages are no names.
func (t *Table) RestoreWords(j int) {
	c := &t.Cols[j]
	index := map[float64]int{} // of each number's word in converted
	count := 0
	for k, w := range c.converted {
		index[parseWord(w.text).x] = k
		count += w.n
	}
	n := len(c.converted)
	canBeClasses := n > 0 && n <= max(2, t.N/2) && c.WordCount == 0 && c.Unit != ""
	isShare := c.Unit == "%" || c.Unit == "‰" || field.IsCurrency(c.Unit)
	if !canBeClasses || isShare || len(index) < n {
		return
	}
	for x := range t.column(j) {
		if _, ok := index[*x]; !ok && !math.IsNaN(*x) {
			return
		}
	}
	for x := range t.column(j) {
		if !math.IsNaN(*x) {
			*x = nan(1 + index[*x])
		}
	}
	c.words, c.WordCount, c.FirstWordLine, c.Unit = c.converted, count, c.converted[0].line, ""
}

// resolveMarkers decides what fields such as "-" and "none" are: words or missing values. In the training table they
// are words if the other fields of their column are words; in a test table, if they were words in training.
func (t *Table) resolveMarkers(j int, p plan, known *KnownColumn) {
	c := &t.Cols[j]
	if c.markers == nil {
		return
	}
	amongWords := !p.numeric && c.WordCount > 0 && !c.Dates
	cells := make([]float64, len(c.markers))
	for k, m := range c.markers {
		isWord := amongWords
		if known != nil {
			isWord = slices.Contains(known.Words, m.text)
		}
		if isWord {
			cells[k] = c.addWord(m.text, m.n, m.line)
			continue
		}
		cells[k] = nan(0)
		c.addMissing(m.n, m.line)
		c.Markers = append(c.Markers, fmt.Sprintf("%q (%d)", m.text, m.n))
	}
	for x := range t.column(j) {
		if k := payload(*x); k >= firstMarker {
			*x = cells[k-firstMarker]
		}
	}
	c.markers, c.markerCount = nil, 0
}
