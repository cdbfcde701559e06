// Notes says what is noteworthy about a table.

package newdata

import (
	"fmt"
	"strconv"

	"backprop/internal/data/cells"
	"backprop/internal/data/table"
)

// checkSize returns an error if the first line was left out because it seemed to give the size of the table, but the
// number of rows is another.
func (r *Reader) checkSize() error {
	if r.size.number == 0 || r.size.rows == strconv.Itoa(r.rows) {
		return nil
	}
	return fmt.Errorf("line %d looks like a count of rows and columns, but there are %d rows, not %s; correct it, or "+
		"remove the line", r.size.number, r.rows, r.size.rows)
}

// Notes says what was left out, and what differed from training. Call it after all rows have been read.
func (r *Reader) Notes() (list []string) {
	if note := r.cells.TitleNote(); note != "" {
		list = append(list, note)
	}
	if r.cells.OneColumn {
		list = append(list, "its commas are decimal, as in training, and do not separate fields")
	}
	if r.checkSize() != nil {
		list = append(list,
			fmt.Sprintf("line %d is left out as a count of rows and columns, and there are %d rows and not %s: "+
				"is it a header, or a row?", r.size.number, r.rows, r.size.rows))
	} else if r.size.number > 0 {
		list = append(list, fmt.Sprintf("line %d, a count of rows and columns, is left out", r.size.number))
	}
	if r.repeats > 0 {
		list = append(list, cells.Plural(r.repeats, "line")+" like the header left out")
	}
	if r.rows == 0 {
		list = append(list, "there is a header, and no row below it")
	}
	for k, n := range r.counts {
		for _, note := range n.notes(&r.known[k]) {
			list = append(list, r.knownName(k)+": "+note)
		}
	}
	return list
}

// notes says how the values of a column differ from those in training.
func (n mismatches) notes(c *table.Column) (list []string) {
	if n.unknown > 0 {
		list = append(list, table.UnknownWordsNote(n.unknown, n.example))
	}
	if n.missing > 0 {
		as := "as in training: 0 after scaling"
		if c.Kind == table.Words {
			as = "as none of its words"
		}
		list = append(list, fmt.Sprintf("%s missing, counted %s", cells.Plural(n.missing, "value"), as))
	}
	if n.unitless > 0 {
		list = append(list, fmt.Sprintf("%s without a unit, taken for %s", cells.Plural(n.unitless, "number"), c.Unit))
	}
	if n.outOfRange > 0 {
		list = append(list, fmt.Sprintf("%s out of the range seen in training, %g to %g",
			cells.Plural(n.outOfRange, "number"), c.From, c.To))
	}
	return list
}
