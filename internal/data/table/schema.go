// Schema: what each column of the training table became, so that other tables can be read in the same way.

package table

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
)

// What a column is to the network.
const (
	Number  = "number" // an input
	Words   = "words"  // an input for each word: 1 if the column has that word, else 0
	Label   = "label"
	LeftOut = "left out"
)

// A Column says what one column of the training table became.
type Column struct {
	Name  string   `json:"name,omitempty"` // "" without a header
	Kind  string   `json:"kind"`
	Why   string   `json:"why,omitempty"`   // for LeftOut: the reason
	Words []string `json:"words,omitempty"` // for Words: the words, in the order of their inputs
	From  float64  `json:"from,omitempty"`  // for Number: the smallest and the largest in training
	To    float64  `json:"to,omitempty"`

	// How the numbers are written. Both are "" in older models, and if there was nothing to decide.
	Unit    string `json:"unit,omitempty"`    // the unit of all of them, such as "m²"
	Decimal string `json:"decimal,omitempty"` // "." or ","
}

// decimalMarks has the text for each decimal mark in Column.Decimal.
var decimalMarks = map[field.Form]string{field.DecimalPoint: ".", field.DecimalComma: ","}

// DecimalOf returns which mark is decimal in the numbers of columns; Plain if that is not known.
func DecimalOf(columns []Column) field.Form {
	for _, c := range columns {
		switch c.Decimal {
		case ".":
			return field.DecimalPoint
		case ",":
			return field.DecimalComma
		}
	}
	return field.Plain
}

// knownColumns returns how the columns of a test table are to be read.
func knownColumns(d *Data) (list []cells.KnownColumn) {
	for _, c := range d.Columns {
		known := cells.KnownColumn{Numeric: c.Kind == Number, Unit: c.Unit, Words: c.Words}
		if c.Kind == Label {
			known.Numeric, known.Words = d.Classes == nil, d.Classes
		}
		list = append(list, known)
	}
	return list
}

// Inputs returns the number of inputs that the columns become.
func Inputs(columns []Column) (n int) {
	for _, c := range columns {
		switch c.Kind {
		case Number:
			n++
		case Words:
			n += len(c.Words)
		}
	}
	return n
}

// A feature is an input: the number in a column; or, if word is not "", whether the column has that word.
type feature struct {
	col  int
	word string
}

// features returns the inputs that the columns become.
func features(columns []Column) (list []feature) {
	for j, c := range columns {
		if c.Kind == Number {
			list = append(list, feature{j, ""})
		}
		for _, w := range c.Words {
			list = append(list, feature{j, w})
		}
	}
	return list
}

// findIgnored finds the columns that -ignore names.
func (t *analysis) findIgnored(names []string) ([]bool, error) {
	ignored := make([]bool, len(t.Cols))
	for _, name := range names {
		j := t.columnCalled(name)
		switch {
		case j < 0 && t.Names == nil:
			return nil, fmt.Errorf("-ignore %s: the table has no header; give numbers from 1 to %d", name, len(t.Cols))
		case j < 0:
			return nil, fmt.Errorf("-ignore %s: no such column; there are %.300s", name, strings.Join(t.Names, ", "))
		}
		ignored[j] = true
	}
	return ignored, nil
}

// decideColumns decides what each column is.
func (t *analysis) decideColumns() (columns []Column, err error) {
	for j := range t.Cols {
		c, err := t.decideColumn(j)
		if err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	if Inputs(columns) == 0 {
		return nil, fmt.Errorf("no column is left to learn from: %s", strings.Join(t.leftOut(columns), ", "))
	}
	return columns, nil
}

const (
	dates    = "dates" // why a column of dates is left out
	maxWords = 50      // a column with more different words has names or remarks, which are no use as inputs
)

// decideColumn decides what a column is.
func (t *analysis) decideColumn(j int) (of Column, err error) {
	c := &t.Cols[j]
	of.Kind = LeftOut
	if t.Names != nil {
		of.Name = t.Names[j]
	}
	switch {
	case t.isLabel(j):
		of.Kind = Label
	case t.ignored[j]:
		of.Why = "ignored"
	case c.MissingCount == t.N:
		of.Why = "empty"
	case c.Dates:
		of.Why = dates
	case len(t.Cols) > 3 && t.isID(j):
		of.Why = "numbers the samples"
	case c.WordCount == 0:
		of.Kind = Number
		of.From, of.To = t.extent(j)
	case t.HasStrayWord(j):
		return of, fmt.Errorf("line %d, %s: %.40q is not a number, but the column has numbers; "+
			"correct it, or leave the field empty if it is unknown%s", c.FirstWordLine, t.Title(j), t.FirstWord(j),
			headerAdvice(c.FirstWordLine))
	default:
		words := t.Distinct(j)
		if len(words) <= maxWords {
			of.Kind, of.Words = Words, words
		} else if c.UnitCount > 0 {
			of.Why = fmt.Sprintf("numbers with %d different units", c.UnitCount)
		} else {
			of.Why = fmt.Sprintf("%d different words", len(words))
			if example := numberLike(words); example != "" {
				of.Why += fmt.Sprintf(" that look like numbers or dates, as %.40q", example)
			}
		}
	}
	return of, nil
}

// idName matches the names of columns that number the samples.
var idName = regexp.MustCompile(`^(|#|(?i:id|index|no|nr|rownames|unnamed: 0)|.*[^A-Z](Id|ID)|.*[_ ]id)$`)

// isID reports whether a column only numbers the samples: its name says so, or it is the first column of a table
// without a header; and its values are all different, or count from 0 or 1.
func (t *analysis) isID(j int) bool {
	mayBeID := j == 0
	if t.Names != nil {
		mayBeID = idName.MatchString(t.Names[j])
	}
	if !mayBeID {
		return false
	}
	if _, whole := t.wholeNumbers(j); !whole {
		return false // fractions number nothing
	}
	isNamed := t.Names != nil && t.Names[j] != ""
	if isNamed && len(t.Distinct(j)) == t.N {
		return true
	}
	first := t.At(0, j)
	for i := range t.N {
		if t.At(i, j) != first+float64(i) {
			return false
		}
	}
	return t.N > 2 && (first == 0 || first == 1)
}

// extent returns the smallest and the largest number in a column.
func (t *analysis) extent(j int) (from, to float64) {
	_, from, to = t.without(j, math.NaN())
	return from, to
}

// without returns how often a number is in a column, and the smallest and the largest of the others.
func (t *analysis) without(j int, number float64) (times int, from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for i := range t.N {
		switch x := t.At(i, j); {
		case x == number:
			times++
		case !math.IsNaN(x):
			from, to = min(from, x), max(to, x)
		}
	}
	return times, from, to
}

// leftOut returns the columns that are left out, and why.
func (t *analysis) leftOut(columns []Column) (list []string) {
	for j, c := range columns {
		if c.Kind == LeftOut {
			list = append(list, fmt.Sprintf("%s (%s)", t.Title(j), c.Why))
		}
	}
	return list
}
