// Schema: what was made of each column of the table to train on, so that other tables can be read
// in the same way.

package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
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

// stray says that a column is of numbers, and what else is in it a slip, or a word for "unknown".
func (c *column) stray(n int) bool {
	numbers := n - c.texts - c.missing - c.unsures
	return c.texts > 0 && (numbers > 4*c.texts || numbers > c.texts && len(c.words) == 1)
}

// ignored are the columns that list names, by name or by number.
func (t *Table) ignored(list []string, label int) (map[int]bool, error) {
	which := map[int]bool{}
	for _, name := range list {
		j := slices.IndexFunc(t.names, func(s string) bool { return strings.EqualFold(s, name) })
		if k, err := strconv.Atoi(name); j < 0 && err == nil && k >= 1 && k <= len(t.cols) {
			j = k - 1
		}
		switch {
		case j < 0 && t.names == nil:
			return nil, fmt.Errorf("-ignore %s: the table has no header; give numbers from 1 to %d", name, len(t.cols))
		case j < 0:
			return nil, fmt.Errorf("-ignore %s: no such column; there are %.300s", name, strings.Join(t.names, ", "))
		case j == label:
			return nil, fmt.Errorf("-ignore %s: it is the label; name another one with -label", name)
		}
		which[j] = true
	}
	return which, nil
}

// judge decides what each column is.
func (t *Table) judge(label int, ignored map[int]bool) (columns []Column, err error) {
	inputs := 0
	for j := range t.cols {
		c, of := &t.cols[j], Column{Kind: Left}
		if t.names != nil {
			of.Name = t.names[j]
		}
		switch {
		case j == label:
			of.Kind = Label
		case ignored[j]:
			of.Why = "ignored"
		case c.missing == t.n:
			of.Why = "empty"
		case len(t.cols) > 3 && t.isID(j):
			of.Why = "numbers the samples"
		case c.texts == 0:
			of.Kind = Number
			of.From, of.To = t.extent(j)
		case c.stray(t.n):
			return nil, fmt.Errorf("line %d, %s: %q is not a number, and the column is of numbers; "+
				"correct it, or leave the field empty if it is unknown%s", c.firstText, t.title(j), c.words[0],
				t.headerAdvice(c.firstText))
		default:
			words := t.distinct(j)
			if of.Kind, of.Words = Words, words; len(words) > maxWords {
				of = Column{Name: of.Name, Kind: Left, Why: fmt.Sprintf("%d different words", len(words))}
			}
		}
		if columns = append(columns, of); of.Kind == Number || of.Kind == Words {
			inputs++
		}
	}
	if inputs == 0 {
		return nil, fmt.Errorf("no column is left to learn from: %s", strings.Join(t.left(columns), ", "))
	}
	return columns, nil
}

// extent is the least and the greatest number in a column.
func (t *Table) extent(j int) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for i := range t.n {
		if x := t.at(i, j); x == x {
			from, to = min(from, x), max(to, x)
		}
	}
	return from, to
}

// left are the columns that are left out, and why.
func (t *Table) left(columns []Column) (list []string) {
	for j, c := range columns {
		if c.Kind == Left {
			list = append(list, fmt.Sprintf("%s (%s)", t.title(j), c.Why))
		}
	}
	return list
}

// notes say what was left out, where numbers are missing, what the inputs are, and which columns
// look as if they numbered the rows.
func (t *Table) notes(columns []Column) (notes []string) {
	var missing, suspects, names, constant, codes []string
	table := Side(Inputs(columns)) == 0 // and no images, whose edges may well be empty
	for j, of := range columns {
		c := t.cols[j]
		if table && (of.Kind == Number && of.From == of.To || of.Kind == Words && len(of.Words) == 1 && c.missing == 0) {
			constant = append(constant, t.title(j))
		}
		if same := t.sameCode(j); same != nil && of.Kind == Words {
			codes = append(codes, fmt.Sprintf("%s (%.20q and %.20q)", t.title(j), same[0], same[1]))
		}
		if of.Kind == Number && c.missing > 0 {
			missing = append(missing, fmt.Sprintf("%s (%d)", t.title(j), c.missing))
		}
		if n := t.rowNumbers(j, of); n > 0 {
			name := strconv.Itoa(j + 1)
			if of.Name != "" && !strings.Contains(of.Name, ",") {
				name = of.Name
			}
			suspects, names = append(suspects, fmt.Sprintf("%s (%d)", t.title(j), n)), append(names, name)
		}
	}
	if left := t.left(columns); left != nil {
		notes = append(notes, "left out: "+strings.Join(left, ", "))
	}
	if missing != nil {
		notes = append(notes, "missing numbers count as 0 after scaling: "+strings.Join(missing, ", "))
	}
	notes = append(notes, "inputs: "+describe(columns))
	if constant != nil {
		notes = append(notes, "the same in all rows, which nothing can be learned from: "+strings.Join(constant, ", "))
	}
	if codes != nil {
		notes = append(notes, "the same number, and so one word: "+strings.Join(codes, ", "))
	}
	if suspects != nil {
		notes = append(notes, fmt.Sprintf("nearly as many values as rows: %s; -ignore %s leaves out what only numbers them",
			strings.Join(suspects, ", "), strings.Join(names, ",")))
	}
	return notes
}

// rowNumbers is how many different values an input has, if these are words or whole numbers, and
// nearly as many as there are rows; else 0. Numbers with a fraction are measurements.
func (t *Table) rowNumbers(j int, of Column) int {
	const few = 20
	switch {
	case t.n < few, of.Kind != Number && of.Kind != Words:
		return 0
	case of.Kind == Words && 10*len(of.Words) > 9*t.n:
		return len(of.Words)
	case of.Kind == Words, of.To-of.From < float64(t.n/2): // whole numbers would be too few
		return 0
	}
	seen, ok := t.whole(j)
	if !ok || 10*len(seen) < 9*t.n {
		return 0
	}
	return len(seen)
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
			list = append(list, fmt.Sprintf("%s (%d words)", name, len(c.Words)))
		}
	}
	if len(list) <= 16 {
		return strings.Join(list, ", ")
	}
	text := fmt.Sprintf("%d columns of words", len(list)-numbers)
	if numbers == 0 {
		return text
	}
	all := fmt.Sprintf("%d numbers (%s … %s)", numbers, names[0], names[len(names)-1])
	if numbers == len(list) {
		return all
	}
	return all + " and " + text
}
