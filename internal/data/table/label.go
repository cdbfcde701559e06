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

// Names that a column to predict may have, the surest first. A column with one of the likely names may also be an
// input.
var (
	sureLabelNames = []string{"label", "labels", "target", "species", "variety", "survived", "diagnosis", "outcome",
		"saleprice", "median_house_value", "medv"}
	likelyLabelNames = []string{"quality", "price", "class", "category", "digit"}
)

// findLabel finds the column to predict. -label is its name or, if no column has that name, its number, "first" or
// "last".
func (t *analysis) findLabel(o Options) error {
	if o.Label == "" {
		t.label, t.guess = t.guessLabel()
	} else {
		t.label = t.labelColumn(o.Label)
	}
	if t.label < 0 { // -label has several names
		if err := t.findLabels(o.Label); err != nil {
			return err
		}
	}
	for _, name := range o.Ignore {
		if t.isLabel(t.columnCalled(name)) {
			return fmt.Errorf("-ignore %s: it is the label; name another one with -label", name)
		}
	}
	return nil
}

// findLabels finds several columns of numbers to predict, which -label names with commas between them.
func (t *analysis) findLabels(want string) error {
	for k, name := range field.SplitNames(want) {
		j := t.labelColumn(strings.TrimSpace(name))
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

// noLabel returns the error about a -label that is not a column.
func (t *analysis) noLabel(want string) error {
	if t.Names == nil {
		return fmt.Errorf("-label %s: the table has no header; give first, last or a number from 1 to %d", want, len(t.Cols))
	}
	return fmt.Errorf("-label %s: no such column; there are %.300s", want, strings.Join(t.Names, ", "))
}

// columnCalled returns a column by its name, or else by its number from 1; −1 if there is none.
func (t *analysis) columnCalled(name string) int {
	if j := slices.Index(t.Names, name); j >= 0 {
		return j
	}
	if j := slices.IndexFunc(t.Names, func(s string) bool { return strings.EqualFold(s, name) }); j >= 0 {
		return j
	}
	if k, err := strconv.Atoi(name); err == nil && k >= 1 && k <= len(t.Cols) {
		return k - 1
	}
	return -1
}

// labelColumn returns the column that -label names; −1 if there is none.
func (t *analysis) labelColumn(want string) int {
	j := t.columnCalled(want)
	switch {
	case j < 0 && want == "first":
		return 0
	case j < 0 && want == "last":
		return t.lastColumn(func(j int) bool { return !t.isEmpty(j) })
	}
	return j
}

// isEmpty reports whether a column has no values, like the last one if each line ends in a separator.
func (t *analysis) isEmpty(j int) bool { return t.Cols[j].MissingCount == t.N }

// lastColumn returns the last column for which ok is true; 0 if there is none.
func (t *analysis) lastColumn(ok func(j int) bool) int {
	for j := len(t.Cols) - 1; j > 0; j-- {
		if ok(j) {
			return j
		}
	}
	return 0
}

// canBeGuessed reports whether a column may be the label if the user has not named one.
func (t *analysis) canBeGuessed(j int) bool {
	return !t.isEmpty(j) && !t.Cols[j].Dates && !t.ignored[j]
}

// guessLabel finds the label if the user has not named it: the first of
//   - a column with the name of a label;
//   - the only column of words;
//   - without a header, the first column, if it can be classes and the last cannot (as in UCI's wines, or in MNIST,
//     where the last pixel of every image is 0);
//   - the last column.
//
// why says which of these it was; it is "" if the name decides and no other column could be the label too.
func (t *analysis) guessLabel() (j int, why string) {
	last, words := t.lastColumn(t.canBeGuessed), t.classWords()
	onlyWords := -1
	if len(words) == 1 {
		onlyWords = words[0]
	}
	sure := t.columnsCalled(sureLabelNames...)
	named := append(sure, t.columnsCalled(likelyLabelNames...)...)
	y := -1
	if list := t.columnsCalled("y"); list != nil {
		y = list[0]
	}
	if len(named) > 0 {
		yIsRival := y >= 0 && y == last
		wordsAreRival := onlyWords >= 0 && onlyWords != named[0]
		if hasRival := len(named) > 1 || sure == nil && (yIsRival || wordsAreRival); hasRival {
			why = "by its name"
		}
		return named[0], why
	}
	switch {
	case y >= 0 && !t.isCoordinate(y, last) && (onlyWords < 0 || onlyWords == y):
		return y, "by its name"
	case onlyWords >= 0:
		return onlyWords, "the only column of words"
	case t.Names == nil && words == nil && t.isClass(0) && !t.isClass(last) && !t.ignored[0]:
		return 0, "the first can be classes and the last cannot"
	}
	return last, "the last column"
}

// columnsCalled returns, for each of the names, the first column of this name that may be the label.
func (t *analysis) columnsCalled(names ...string) (list []int) {
	for _, name := range names {
		for j, s := range t.Names {
			if strings.EqualFold(s, name) && t.canBeGuessed(j) {
				list = append(list, j)
				break
			}
		}
	}
	return list
}

// isCoordinate reports whether a column called y is between one called x and others.
func (t *analysis) isCoordinate(y, last int) bool {
	return y > 0 && strings.EqualFold(t.Names[y-1], "x") && y < last
}

// classWords returns the columns whose words recur.
func (t *analysis) classWords() (list []int) {
	for j, c := range t.Cols {
		if c.WordCount > 0 && t.canBeGuessed(j) && !t.HasStrayWord(j) && t.isClass(j) {
			list = append(list, j)
		}
	}
	return list
}

// isClass reports whether a column looks like classes and not like a number to predict: it has words or whole numbers
// that recur.
func (t *analysis) isClass(j int) bool {
	numbers, whole := t.wholeNumbers(j)
	n := len(numbers) + t.DifferentWords(j)
	return whole && n > 1 && n <= max(2, min(100, t.N/2))
}

// wholeNumbers returns the different numbers in a column; ok is false if one of them is a fraction.
func (t *analysis) wholeNumbers(j int) (different map[float64]bool, ok bool) {
	different = map[float64]bool{}
	for i := range t.N {
		x := t.At(i, j)
		if math.IsNaN(x) {
			continue
		}
		if x != math.Trunc(x) {
			return nil, false
		}
		different[x] = true
	}
	return different, true
}

// classes returns the names of the classes in the label column; nil if it has numbers to predict.
func (t *analysis) classes(regress bool) ([]string, error) {
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

// headerAdvice says what else to do about a word among numbers, if it is in the first line, which may be a header.
func headerAdvice(line int) string {
	if line > 1 {
		return ""
	}
	return "; line 1 is taken for a sample" + cells.HeaderAdvice
}

// digits is the largest number of different whole numbers that are surely classes.
const digits = 10

// mayBeAmounts reports whether the classes are whole numbers and so many that they may be amounts.
func (t *analysis) mayBeAmounts(d *Data) bool {
	return len(d.Classes) > digits && t.Cols[t.label].WordCount == 0
}

// labelNote says which column is the label, why, and what a user should check about it.
func (t *analysis) labelNote(d *Data) string {
	note := "label: " + t.Title(t.label)
	if d.Classes == nil {
		note += ", a number to predict" + t.unitOf(t.label)
	}
	for _, j := range t.more {
		note += ", and " + t.Title(j) + t.unitOf(j)
	}
	if t.guess != "" {
		note += fmt.Sprintf(" (%s, -label names another)", t.guess)
	}
	if t.mayBeAmounts(d) && ImageSide(Inputs(d.Columns)) == 0 {
		n := len(d.Classes)
		note += fmt.Sprintf(", %d whole numbers from %s to %s, each learned as a class of its own: if they are amounts, "+
			"-regress learns a number to predict", n, d.Classes[0], d.Classes[n-1])
	}
	return note
}

// unitOf returns the unit of a column's numbers in brackets; "" if there is none.
func (t *analysis) unitOf(j int) string {
	if t.Cols[j].Unit == "" {
		return ""
	}
	return " (" + t.Cols[j].Unit + ")"
}
