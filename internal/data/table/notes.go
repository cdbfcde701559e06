// Notes: what is told of a table: what was left out, what its columns are, and what in them may be wrong.

package table

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
)

// notes say what was left out, what is missing, what the inputs are, and what looks wrong.
func (t *sheet) notes(d *Data) (notes []string) {
	say := func(what string, list []string) {
		if list != nil {
			notes = append(notes, what+strings.Join(list, ", "))
		}
	}
	say("left out: ", t.left(d.Columns))
	if slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Why == dates }) {
		notes = append(notes, "of dates, columns of the weekday, the month or the hour can be made, and learned from")
	}
	missing, marked := t.missing(d.Columns)
	say("missing numbers count as 0 after scaling: ", missing)
	say("taken for missing: ", marked)
	say("read as numbers: ", t.units(d.Columns))
	notes = append(notes, "inputs: "+describe(d.Columns))
	say("the same in all rows, which nothing can be learned from: ", t.constant(d.Columns))
	say("the same number, and so one word: ", t.codes(d.Columns))
	say("far from all others, as if it stood for a missing value: ", t.outliers(d))
	say("words that differ in capital letters alone count as different: ", t.spellings(d))
	if note := t.suspects(d.Columns); note != "" {
		notes = append(notes, note)
	}
	return append(notes, t.unsureWords(d)...)
}

// missing is which inputs are numbers that are not all there, and which words are taken for such.
func (t *sheet) missing(columns []Column) (missing, marked []string) {
	for j, of := range columns {
		if c := t.Cols[j]; of.Kind == Number && c.Missing > 0 {
			missing = append(missing, fmt.Sprintf("%s (%d)", t.Title(j), c.Missing))
			if c.Marked != nil {
				marked = append(marked, fmt.Sprintf("%s in %s", strings.Join(c.Marked, ", "), t.Title(j)))
			}
		}
	}
	return missing, marked
}

// units is which columns are numbers with a unit.
func (t *sheet) units(columns []Column) (list []string) {
	for j, of := range columns {
		if of.Unit != "" && of.Kind == Number {
			list = append(list, fmt.Sprintf("%s (%s)", t.Title(j), of.Unit))
		}
	}
	return list
}

// constant is which inputs are the same in all rows, but not of images, whose edges may well be empty.
func (t *sheet) constant(columns []Column) (list []string) {
	for j, of := range columns {
		same := of.Kind == Number && of.From == of.To || of.Kind == Words && len(of.Words) == 1 && t.Cols[j].Missing == 0
		if same && Side(Inputs(columns)) == 0 {
			list = append(list, t.Title(j))
		}
	}
	return list
}

// codes is which columns of words have a number in two ways of writing.
func (t *sheet) codes(columns []Column) (list []string) {
	for j, of := range columns {
		if same := t.SameCode(j); same != nil && of.Kind == Words {
			list = append(list, fmt.Sprintf("%s (%.20q and %.20q)", t.Title(j), same[0], same[1]))
		}
	}
	return list
}

// suspects says which columns look as if they numbered the rows, unless it is the only input.
func (t *sheet) suspects(columns []Column) string {
	var suspects, names []string
	inputs := 0
	for j, of := range columns {
		if of.Kind == Number || of.Kind == Words {
			inputs++
		}
		if n := t.rowNumbers(j, of); n > 0 {
			name := strconv.Itoa(j + 1)
			if of.Name != "" && !strings.Contains(of.Name, ",") {
				name = of.Name
			}
			suspects, names = append(suspects, fmt.Sprintf("%s (%d)", t.Title(j), n)), append(names, name)
		}
	}
	if len(suspects) == 0 || inputs == 1 {
		return ""
	}
	return fmt.Sprintf("nearly as many values as rows: %s; -ignore %s leaves out what only numbers them",
		strings.Join(suspects, ", "), strings.Join(names, ","))
}

// rowNumbers is how many different values an input has, if these are words or whole numbers, and
// nearly as many as there are rows; else 0. Numbers with a fraction or a unit are measurements.
func (t *sheet) rowNumbers(j int, of Column) int {
	const few = 20
	switch {
	case t.N < few, of.Kind != Number && of.Kind != Words, of.Unit != "":
		return 0
	case of.Kind == Words && 10*len(of.Words) > 9*t.N:
		return len(of.Words)
	case of.Kind == Words, of.To-of.From < float64(t.N/2): // whole numbers would be too few
		return 0
	}
	seen, ok := t.whole(j)
	if !ok || 10*len(seen) < 9*t.N {
		return 0
	}
	return len(seen)
}

// marks are numbers that people write where a value is missing.
var marks = []float64{-99, -999, -9999, -99999, -999999, -99.9, -999.9, -9999.9, -99.99, -999.99, -32768,
	999, 9999, 99999, 999999}

// outliers is which columns of numbers have one of marks at one end, as far from the others as these are
// from each other; one above them has to come twice.
func (t *sheet) outliers(d *Data) (list []string) {
	for j, of := range d.Columns {
		if of.Kind != Number && !(of.Kind == Label && d.Classes == nil) || t.AreBytes() {
			continue
		}
		from, to := t.extent(j)
		for _, mark := range []float64{from, to} {
			if slices.Contains(marks, mark) && from < to {
				if n, lo, hi := t.without(j, mark); lo <= hi && (n > 1 || mark < 0) && max(lo-mark, mark-hi) > hi-lo {
					list = append(list, fmt.Sprintf("%s (%s, %s, where the others are %s to %s)", t.Title(j), cells.Text(mark),
						cells.Plural(n, "time"), cells.Text(lo), cells.Text(hi)))
				}
			}
		}
	}
	return list
}

// without is how often a number is in a column, and the least and the greatest of the others.
func (t *sheet) without(j int, mark float64) (n int, lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range t.N {
		switch x := t.At(i, j); {
		case x == mark:
			n++
		case x == x:
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	return n, lo, hi
}

// spellings is which columns have words, or classes, that differ in capital letters alone.
func (t *sheet) spellings(d *Data) (list []string) {
	for j, of := range d.Columns {
		words := of.Words
		if of.Kind == Label {
			words = d.Classes
		}
		groups := map[string][]string{}
		for _, w := range words {
			low := strings.Join(strings.Fields(strings.ToLower(w)), " ")
			groups[low] = append(groups[low], strconv.Quote(w))
		}
		var alike []string
		for _, w := range words {
			low := strings.Join(strings.Fields(strings.ToLower(w)), " ")
			if g := groups[low]; len(g) > 1 {
				alike = append(alike, strings.Join(g, ", "))
				delete(groups, low)
			}
		}
		if alike != nil {
			list = append(list, fmt.Sprintf("%s in %s", strings.Join(alike, " and "), t.Title(j)))
		}
	}
	return list
}

// unsureWords says where "-" and "none" were taken for words.
func (t *sheet) unsureWords(d *Data) (notes []string) {
	for j, of := range d.Columns {
		words := of.Words
		if of.Kind == Label {
			words = d.Classes
		}
		for _, w := range words {
			if field.IsUnsure(w) {
				notes = append(notes, fmt.Sprintf("%s: %q is taken for a word", t.Title(j), w))
			}
		}
	}
	return notes
}

// unknown says which words of a table to test with were not met in training.
func (t *sheet) unknown(columns []Column) (notes []string) {
	for j, of := range columns {
		n, example := 0, ""
		for i := 0; i < t.N && of.Kind == Words; i++ {
			if w := t.Word(i, j); w != "" && !slices.Contains(of.Words, w) {
				n, example = n+1, w
			}
		}
		if n > 0 {
			notes = append(notes, fmt.Sprintf("%s: %s: %s", filepath.Base(t.File), t.Title(j), UnknownWords(n, example)))
		}
	}
	return notes
}

// UnknownWords says how many words training has not met.
func UnknownWords(n int, example string) string {
	return fmt.Sprintf("%s never seen in training (such as %.40q), counted as none of its words",
		cells.Plural(n, "word"), example)
}

// describe is the inputs in words: each by name if they are few.
func describe(columns []Column) string {
	var list, names []string
	numbers := 0
	for j, c := range columns {
		name := c.Name
		if name == "" {
			name = fmt.Sprintf("column %d", j+1)
		}
		switch c.Kind {
		case Number:
			numbers++
			names = append(names, name)
			list = append(list, name+" (number)")
		case Words:
			list = append(list, fmt.Sprintf("%s (%s)", name, cells.Plural(len(c.Words), "word")))
		}
	}
	if len(list) <= 16 {
		return strings.Join(list, ", ")
	}
	text := fmt.Sprintf("%d columns of words", len(list)-numbers)
	if len(list)-numbers == 1 {
		text = "1 column of words"
	}
	if numbers == 0 {
		return text
	}
	all := fmt.Sprintf("%s (%s … %s)", cells.Plural(numbers, "number"), names[0], names[len(names)-1])
	if numbers == 1 {
		all = fmt.Sprintf("1 number (%s)", names[0])
	}
	if numbers == len(list) {
		return all
	}
	return all + " and " + text
}
