// Schema: what was made of each column of the table to train on, so that other tables can be read
// in the same way.

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
	Number = "number" // an input
	Words  = "words"  // an input for each word: 1 where the column holds it, else 0
	Label  = "label"
	Left   = "left out"
)

// A Column is what was made of one column of the table to train on.
type Column struct {
	Name  string   `json:"name,omitempty"` // "" without a header
	Kind  string   `json:"kind"`
	Why   string   `json:"why,omitempty"`   // it was left out
	Words []string `json:"words,omitempty"` // of Words, in the order of their inputs
	From  float64  `json:"from,omitempty"`  // of Number: the least and the greatest that were seen
	To    float64  `json:"to,omitempty"`

	// How the numbers are written; empty of older models, and where there was nothing to decide.
	Unit    string `json:"unit,omitempty"`    // of all of them: "m²"
	Decimal string `json:"decimal,omitempty"` // "." or ","
}

// decimals are the characters that are decimal by a rule.
var decimals = map[field.Form]string{field.DecimalPoint: ".", field.DecimalComma: ","}

// RuleOf is the rule by which the numbers of columns were read; Plain where there is none.
func RuleOf(columns []Column) field.Form {
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

// wasOf is what a table to test with is settled by.
func wasOf(d *Data) (list []cells.KnownColumn) {
	for _, c := range d.Columns {
		was := cells.KnownColumn{Numeric: c.Kind == Number, Unit: c.Unit, Words: c.Words}
		if c.Kind == Label {
			was.Numeric, was.Words = d.Classes == nil, d.Classes
		}
		list = append(list, was)
	}
	return list
}

// Inputs is the number of inputs that the columns make.
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

// expand is the inputs that the columns make.
func expand(columns []Column) (fs []feature) {
	for j, c := range columns {
		if c.Kind == Number {
			fs = append(fs, feature{j, ""})
		}
		for _, w := range c.Words {
			fs = append(fs, feature{j, w})
		}
	}
	return fs
}

// ignore is which columns list names.
func (t *sheet) ignore(list []string) ([]bool, error) {
	which := make([]bool, len(t.Cols))
	for _, name := range list {
		j := t.columnOf(name)
		switch {
		case j < 0 && t.Names == nil:
			return nil, fmt.Errorf("-ignore %s: the table has no header; give numbers from 1 to %d", name, len(t.Cols))
		case j < 0:
			return nil, fmt.Errorf("-ignore %s: no such column; there are %.300s", name, strings.Join(t.Names, ", "))
		}
		which[j] = true
	}
	return which, nil
}

// judge decides what each column is.
func (t *sheet) judge() (columns []Column, err error) {
	for j := range t.Cols {
		of, err := t.judgeColumn(j)
		if err != nil {
			return nil, err
		}
		columns = append(columns, of)
	}
	if Inputs(columns) == 0 {
		return nil, fmt.Errorf("no column is left to learn from: %s", strings.Join(t.left(columns), ", "))
	}
	return columns, nil
}

const dates = "dates" // why a column of them is left out

const maxWords = 50 // more different words than this are names or remarks, and no use as inputs

// judgeColumn decides what a column is.
func (t *sheet) judgeColumn(j int) (of Column, err error) {
	c := &t.Cols[j]
	of.Kind = Left
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
		if of.Kind, of.Words = Words, words; len(words) > maxWords && c.UnitCount > 0 {
			of = Column{Name: of.Name, Kind: Left, Why: fmt.Sprintf("numbers with %d different units", c.UnitCount)}
		} else if len(words) > maxWords {
			of = Column{Name: of.Name, Kind: Left, Why: fmt.Sprintf("%d different words", len(words))}
			if example := likeNumber(words); example != "" {
				of.Why += fmt.Sprintf(" that look like numbers or dates, as %.40q", example)
			}
		}
	}
	return of, nil
}

// idName are the names of columns that number the samples.
var idName = regexp.MustCompile(`^(|#|(?i:id|index|no|nr|rownames|unnamed: 0)|.*[^A-Z](Id|ID)|.*[_ ]id)$`)

// isID says whether a column only numbers the samples: by its name, or as the first one that counts from 0 or 1.
func (t *sheet) isID(j int) bool {
	named := t.Names != nil && idName.MatchString(t.Names[j])
	if t.Names != nil && !named || t.Names == nil && j > 0 {
		return false
	}
	if _, whole := t.whole(j); !whole {
		return false // fractions number nothing
	}
	if named && t.Names[j] != "" && len(t.Distinct(j)) == t.N {
		return true
	}
	for i := range t.N {
		if x := t.At(i, j); x != float64(i)+t.At(0, j) || t.At(0, j) != 0 && t.At(0, j) != 1 {
			return false
		}
	}
	return t.N > 2
}

// extent is the least and the greatest number in a column.
func (t *sheet) extent(j int) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for i := range t.N {
		if x := t.At(i, j); x == x {
			from, to = min(from, x), max(to, x)
		}
	}
	return from, to
}

// left are the columns that are left out, and why.
func (t *sheet) left(columns []Column) (list []string) {
	for j, c := range columns {
		if c.Kind == Left {
			list = append(list, fmt.Sprintf("%s (%s)", t.Title(j), c.Why))
		}
	}
	return list
}
