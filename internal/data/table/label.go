// Label: which column is to be predicted, and what its classes are.

package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
)

// labelNames are what tables call the column to predict, the surest first.
var labelNames = []string{"label", "labels", "target", "species", "variety", "survived", "diagnosis", "outcome",
	"saleprice", "median_house_value", "medv", "quality", "price", "class", "category", "digit"}

// unsure is how many of them, the last ones, may well be inputs.
const unsure = 5

// guessed is what is said where the label was found by something less than its name.
const guessed = " (%s, -label names another)"

// findLabel finds the column to predict. A name comes before a number, and that before first and last.
func (t *sheet) findLabel(o Options) error {
	if o.Label == "" {
		t.label, t.guess = t.guessLabel()
	} else if t.label = t.named(o.Label); t.label < 0 {
		if err := t.findLabels(o.Label); err != nil {
			return err
		}
	}
	for _, name := range o.Ignore {
		if t.isLabel(t.columnOf(name)) {
			return fmt.Errorf("-ignore %s: it is the label; name another one with -label", name)
		}
	}
	return nil
}

// findLabels finds several numbers to predict, whose columns stand in -label with commas between them.
func (t *sheet) findLabels(want string) error {
	for k, name := range field.SplitNames(want) {
		j := t.named(strings.TrimSpace(name))
		switch {
		case strings.TrimSpace(name) == "":
			return fmt.Errorf("-label %s: there is no name on one side of a comma", want)
		case j < 0:
			return t.noLabel(name)
		case k == 0:
			t.label = j
		case t.isLabel(j):
			return fmt.Errorf("-label %s: %s appears twice", want, t.Title(j))
		default:
			t.more = append(t.more, j)
		}
	}
	return nil
}

// noLabel is the error where -label names no column.
func (t *sheet) noLabel(want string) error {
	if t.Names == nil {
		return fmt.Errorf("-label %s: the table has no header; give first, last or a number from 1 to %d", want, len(t.Cols))
	}
	return fmt.Errorf("-label %s: no such column; there are %.300s", want, strings.Join(t.Names, ", "))
}

// columnOf is a column by its name, else by its number from 1; −1 if there is none.
func (t *sheet) columnOf(name string) int { return columnOf(t.Names, name, len(t.Cols)) }

// columnOf is one of n columns by its name, else by its number from 1; −1 if there is none.
func columnOf(names []string, name string, n int) int {
	if j := slices.Index(names, name); j >= 0 {
		return j
	}
	if j := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, name) }); j >= 0 {
		return j
	}
	if k, err := strconv.Atoi(name); err == nil && k >= 1 && k <= n {
		return k - 1
	}
	return -1
}

// named is the column that -label names; −1 if there is none.
func (t *sheet) named(want string) int {
	j := t.columnOf(want)
	switch {
	case j >= 0:
		return j
	case want == "first":
		return 0
	case want == "last":
		return t.lastColumn(func(c cells.Column, j int) bool { return c.MissingCount < t.N })
	}
	return -1
}

// lastColumn is the last one that is good: not empty, as where each line ends in a separator.
func (t *sheet) lastColumn(good func(c cells.Column, j int) bool) int {
	for j := len(t.Cols) - 1; j > 0; j-- {
		if good(t.Cols[j], j) {
			return j
		}
	}
	return 0
}

// canBeGuessed says whether a column may be the label where nobody has said so.
func (t *sheet) canBeGuessed(c cells.Column, j int) bool {
	return c.MissingCount < t.N && !c.Dates && !t.ignored[j]
}

// guessLabel finds the label where nobody has named it: by its name; else it is the only column of words,
// else the last one, or, without a header, the first where only that can be a class (UCI's wines; MNIST,
// whose last pixel is 0 in each image). why is empty where the name says it, and no other column could be it too.
func (t *sheet) guessLabel() (j int, why string) {
	last, words, y := t.lastColumn(t.canBeGuessed), t.classWords(), t.called("y")
	var named []int
	sure := false
	for k, n := range labelNames {
		if j := t.called(n); j >= 0 {
			named, sure = append(named, j), sure || k < len(labelNames)-unsure
		}
	}
	switch {
	case len(named) > 1 || len(named) == 1 && !sure && (y >= 0 && y == last || len(words) == 1 && words[0] != named[0]):
		return named[0], "by its name"
	case len(named) == 1:
		return named[0], ""
	case y >= 0 && !t.isCoordinate(y, last) && (len(words) != 1 || words[0] == y):
		return y, "by its name"
	case len(words) == 1:
		return words[0], "the only column of words"
	case t.Names == nil && len(words) == 0 && t.isClass(0) && !t.isClass(last) && !t.ignored[0]:
		return 0, "the first can be classes and the last cannot"
	}
	return last, "the last column"
}

// called is a column of this name that can be guessed; −1 if there is none.
func (t *sheet) called(name string) int {
	for j, s := range t.Names {
		if strings.EqualFold(s, name) && t.canBeGuessed(t.Cols[j], j) {
			return j
		}
	}
	return -1
}

// isCoordinate says whether a column called y stands between one called x and others.
func (t *sheet) isCoordinate(y, last int) bool {
	return y > 0 && strings.EqualFold(t.Names[y-1], "x") && y < last
}

// classWords are the columns of words that come again and again.
func (t *sheet) classWords() (list []int) {
	for j, c := range t.Cols {
		if c.WordCount > 0 && t.canBeGuessed(c, j) && !t.HasStrayWord(j) && t.isClass(j) {
			list = append(list, j)
		}
	}
	return list
}

// isClass says whether a column looks like classes and not like a number to predict: words or
// whole numbers that come back again and again.
func (t *sheet) isClass(j int) bool {
	seen, ok := t.whole(j)
	n := len(seen) + t.DifferentWords(j)
	return ok && n > 1 && n <= max(2, min(100, t.N/2))
}

// whole is the different numbers in a column, and whether all of them are whole.
func (t *sheet) whole(j int) (seen map[float64]bool, ok bool) {
	seen = map[float64]bool{}
	for i := range t.N {
		x := t.At(i, j)
		if x != x {
			continue
		}
		if x != math.Trunc(x) {
			return nil, false
		}
		seen[x] = true
	}
	return seen, true
}

// classes are the names of the classes in the label, nil if it holds numbers to predict.
func (t *sheet) classes(regress bool) ([]string, error) {
	c := t.Cols[t.label]
	if c.Dates {
		return nil, errors.New("holds dates, which are neither classes nor numbers to predict; name another column " +
			"with -label")
	}
	if regress {
		return nil, nil
	}
	if t.HasStrayWord(t.label) {
		return nil, fmt.Errorf("has %.40q in line %d, and numbers in the others; correct it, or write all labels as words%s",
			t.FirstWord(t.label), c.FirstWordLine, headerAdvice(c.FirstWordLine))
	}
	words, isClass := t.Distinct(t.label), c.WordCount > 0 || t.isClass(t.label)
	if same := t.SameCode(t.label); same != nil && (isClass || len(words) < 2) {
		return nil, fmt.Errorf("has the labels %.40q and %.40q, which are the same number; write them alike if they are "+
			"one class, else as words (%.40q)", same[0], same[1], "n"+same[0])
	}
	if !isClass {
		if len(words) < 2 {
			return nil, fmt.Errorf("is the same in all %d lines: there is nothing to learn; name another column "+
				"with -label", t.N)
		}
		return nil, nil
	}
	if c.MissingCount > 0 && len(words) < 2 {
		return nil, fmt.Errorf("has no label in line %d; fill it in or remove the line", c.FirstMissingLine)
	}
	if n := len(words); n < 2 || n > 1000 || n == t.N && n > 2 {
		return nil, fmt.Errorf("has %s in %s, which cannot be learned; "+
			"name another column with -label", cells.Plural(n, "different label"), cells.Plural(t.N, "line"))
	}
	return words, nil
}

// headerAdvice is what else to do about a word in a line, which may be that of a header.
func headerAdvice(line int) string {
	if line > 1 {
		return ""
	}
	return "; line 1 is taken for a sample" + cells.HeaderAdvice
}

// few is how many whole numbers are classes for sure: the digits.
const few = 10

// labelNote says which column is the label, why, and what is odd about it.
func (t *sheet) labelNote(d *Data) string {
	note := "label: " + t.Title(t.label)
	if d.Classes == nil {
		note += ", a number to predict" + t.ofUnit(t.label)
	}
	for _, j := range t.more {
		note += ", and " + t.Title(j) + t.ofUnit(j)
	}
	if t.guess != "" {
		note += fmt.Sprintf(guessed, t.guess)
	}
	if n := len(d.Classes); n > few && t.Cols[t.label].WordCount == 0 && Side(Inputs(d.Columns)) == 0 {
		note += fmt.Sprintf(", %d whole numbers from %s to %s, each learned as a class of its own: if they are amounts, "+
			"-regress learns a number to predict", n, d.Classes[0], d.Classes[n-1])
	}
	return note
}

// ofUnit says which unit the numbers of a column have.
func (t *sheet) ofUnit(j int) string {
	if t.Cols[j].Unit == "" {
		return ""
	}
	return " (" + t.Cols[j].Unit + ")"
}
