// Columns: which is the label, which are inputs, and the samples that come of them.

package table

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Data are tables as samples.
type Data struct {
	Train, Test Part
	Classes     []string // the name of each class, in the order of Labels; nil for numbers to predict
	Inputs      []string // the name of each input; nil without a header
	Columns     []Column // what was made of each column
	Notes       string   // what was decided, and left out
}

// Options are what a table cannot say of itself.
type Options struct {
	Label   string   // a column's name, a number from 1, "first", "last", or "" to find it
	Regress bool     // it holds a number to predict and not a class
	Ignore  []string // columns to leave out: names, or numbers from 1

	// Of a network that has learned from another table: what that was, and the classes.
	Known   []Column
	Classes []string
}

// A Part is n samples of d inputs.
type Part struct {
	N, Dim  int
	Pixels  []byte    // n×d: the inputs, where those of all parts can be square images; else nil
	Values  []float64 // n×d: the inputs elsewhere, NaN where one is missing
	Labels  []int32   // n: the class of each sample; nil for numbers to predict
	Targets []float64 // n: these
}

// Interpret decides which column is the label and which are inputs, and takes the samples out.
// test may be nil, and is left out if it has no labels. Errors begin with the file's name.
func Interpret(train, test *Table, o Options) (*Data, error) {
	train.settle(nil)
	at, err := train.findLabel(o.Label)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", train.file, err)
	}
	ignored, err := train.ignored(o.Ignore, at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", train.file, err)
	}
	d := &Data{}
	notes := []string{"label: " + train.title(at)}
	if test != nil && train.names != nil && test.names != nil && !slices.Equal(train.names, test.names) {
		if !slices.Equal(slices.Delete(slices.Clone(train.names), at, at+1), test.names) {
			return nil, fmt.Errorf("%s: line 1: its columns are not those of %s", test.file, train.file)
		}
		notes = append(notes, fmt.Sprintf("%s has no labels and is not used", filepath.Base(test.file)))
		test = nil
	}
	if test != nil && len(test.cols) != len(train.cols) {
		return nil, fmt.Errorf("%s: %s, where %s has %d", test.file, plural(len(test.cols), "column"), train.file, len(train.cols))
	}
	if d.Columns, err = train.judge(at, ignored); err != nil {
		return nil, fmt.Errorf("%s: %w", train.file, err)
	}
	features := expand(d.Columns)
	notes = append(notes, train.notes(d.Columns)...)
	if d.Classes, err = train.classes(at, o.Regress); err != nil {
		return nil, fmt.Errorf("%s: %s %w", train.file, train.title(at), err)
	}
	if d.Classes == nil {
		notes[0] += ", a number to predict"
	}
	d.Inputs = InputNames(d.Columns)
	if notes = append(notes, train.unsureWords(d)...); test != nil {
		test.settle(func(j int, word string) bool {
			return j == at && slices.Contains(d.Classes, word) || slices.Contains(d.Columns[j].Words, word)
		})
		notes = append(notes, test.unknown(d.Columns)...)
	}
	tables, parts := []*Table{train, test}, []*Part{&d.Train, &d.Test}
	if test == nil {
		tables = tables[:1]
	}
	images := Side(len(features)) > 0
	for k, t := range tables {
		if err := t.labels(at, d.Classes, parts[k]); err != nil {
			return nil, fmt.Errorf("%s: %w", t.file, err)
		}
		bytes, err := t.areBytes(features)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.file, err)
		}
		images = images && bytes
	}
	for k, t := range tables {
		t.inputs(features, parts[k], images)
	}
	if train.note != "" {
		notes = append(notes, train.note)
	}
	d.Notes = strings.Join(notes, "; ")
	return d, nil
}

// InputNames are the names of the inputs that columns make; nil of a table without a header.
func InputNames(columns []Column) (names []string) {
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name != "" }) {
		return nil
	}
	for _, f := range expand(columns) {
		names = append(names, strings.TrimSuffix(columns[f.col].Name+"="+f.word, "="))
	}
	return names
}

// unsureWords says where "-" and "none" were taken for words.
func (t *Table) unsureWords(d *Data) (notes []string) {
	for j, of := range d.Columns {
		words := of.Words
		if of.Kind == Label {
			words = d.Classes
		}
		for _, w := range words {
			if isUnsure(strings.ToLower(w)) {
				notes = append(notes, fmt.Sprintf("%s: %q is taken for a word", t.title(j), w))
			}
		}
	}
	return notes
}

// unknown says which words of a table to test with were not met in training.
func (t *Table) unknown(columns []Column) (notes []string) {
	for j, of := range columns {
		n, example := 0, ""
		for i := 0; i < t.n && of.Kind == Words; i++ {
			if w := t.word(i, j); w != "" && !slices.Contains(of.Words, w) {
				n, example = n+1, w
			}
		}
		if n > 0 {
			notes = append(notes, fmt.Sprintf("%s: %s: %s", filepath.Base(t.file), t.title(j), unknownWords(n, example)))
		}
	}
	return notes
}

// classes are the names of the classes in a column, nil if it holds numbers to predict.
func (t *Table) classes(label int, regress bool) ([]string, error) {
	if regress {
		return nil, nil
	}
	if c := t.cols[label]; c.stray(t.n) {
		return nil, fmt.Errorf("has %q in line %d, and numbers in the others; correct it, or write all labels as words%s",
			c.words[0], c.firstText, t.headerAdvice(c.firstText))
	}
	words, isClass := t.distinct(label), t.cols[label].texts > 0 || t.isClass(label)
	if same := t.sameCode(label); same != nil && (isClass || len(words) < 2) {
		return nil, fmt.Errorf("has the labels %.40q and %.40q, which are the same number; write them alike if they are "+
			"one class, else as words (%.40q)", same[0], same[1], "n"+same[0])
	}
	if !isClass {
		if len(words) < 2 {
			return nil, fmt.Errorf("is the same in all %d lines: there is nothing to learn; name another column with -label", t.n)
		}
		return nil, nil
	}
	if n := len(words); n < 2 || n > 1000 || n == t.n && n > 2 {
		return nil, fmt.Errorf("has %s in %s, which cannot be learned; "+
			"name another column with -label", plural(n, "different label"), plural(t.n, "line"))
	}
	return words, nil
}

// headerAdvice is what else to do about a word in a line, which may be that of a header.
func (t *Table) headerAdvice(line int) string {
	if line > 1 {
		return ""
	}
	return "; line 1 is taken for a sample" + numberedAdvice
}

// ---- The label ----

func (t *Table) title(j int) string {
	if t.names == nil || t.names[j] == "" {
		return fmt.Sprintf("column %d", j+1)
	}
	return fmt.Sprintf("column %d %q", j+1, t.names[j])
}

// distinct are the different words of a column, numbers in their order and then words in theirs.
func (t *Table) distinct(j int) []string {
	seen := map[string]bool{}
	for i := range t.n {
		if w := t.word(i, j); w != "" {
			seen[w] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		x, isX := number(a)
		y, isY := number(b)
		switch {
		case isX && isY:
			return cmp.Compare(x, y)
		case isX:
			return -1
		case isY:
			return 1
		}
		return strings.Compare(a, b)
	})
}

// labelNames are what tables call the column to predict, the surest first.
var labelNames = []string{"label", "labels", "target", "species", "variety", "survived", "diagnosis", "outcome",
	"quality", "saleprice", "median_house_value", "medv", "price", "class", "category", "digit", "y"}

// findLabel is the column to predict.
func (t *Table) findLabel(want string) (int, error) {
	last := len(t.cols) - 1
	for last > 0 && t.cols[last].missing == t.n { // each line ended in a separator
		last--
	}
	switch k, err := strconv.Atoi(want); {
	case want == "first":
		return 0, nil
	case want == "last":
		return last, nil
	case err == nil && k >= 1 && k <= len(t.cols):
		return k - 1, nil
	}
	names := labelNames
	if want != "" {
		names = []string{want}
	}
	for _, n := range names {
		if j := slices.IndexFunc(t.names, func(name string) bool { return strings.EqualFold(name, n) }); j >= 0 {
			return j, nil
		}
	}
	switch {
	case want != "" && t.names == nil:
		return 0, fmt.Errorf("-label %s: the table has no header; give first, last or a number from 1 to %d",
			want, len(t.cols))
	case want != "":
		return 0, fmt.Errorf("-label %s: no such column; there are %s", want, strings.Join(t.names, ", "))
	case t.names != nil:
		return last, nil
	}
	// Without a header: the only column of words; else the last one, or the first where only that
	// can be a class (UCI's wines; MNIST, whose last pixel is 0 in each image).
	var words []int
	for j, c := range t.cols {
		if !c.stray(t.n) && c.texts > 0 && t.isClass(j) {
			words = append(words, j)
		}
	}
	switch {
	case len(words) == 1:
		return words[0], nil
	case len(words) == 0 && t.isClass(0) && !t.isClass(last):
		return 0, nil
	}
	return last, nil
}

// isClass says whether a column looks like classes and not like a number to predict: words or
// whole numbers that come back again and again.
func (t *Table) isClass(j int) bool {
	seen, ok := t.whole(j)
	n := len(seen) + len(t.cols[j].words)
	return ok && n > 1 && n <= max(2, min(100, t.n/2))
}

// whole is the different numbers in a column, and whether all of them are whole.
func (t *Table) whole(j int) (seen map[float64]bool, ok bool) {
	seen = map[float64]bool{}
	for i := range t.n {
		x := t.at(i, j)
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

// labels fills in labels, or targets where there are no classes.
func (t *Table) labels(label int, classes []string, p *Part) error {
	c := t.cols[label]
	if c.missing > 0 {
		return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", c.firstMissing, t.title(label))
	}
	if classes == nil && c.texts > 0 {
		return fmt.Errorf("line %d, %s: %q is not a number to predict; leave out -regress, "+
			"or name another column with -label", c.firstText, t.title(label), c.words[0])
	}
	index := map[string]int32{}
	for k, w := range classes {
		index[w] = int32(k)
	}
	for i := range t.n {
		if classes == nil {
			p.Targets = append(p.Targets, t.at(i, label))
			continue
		}
		k, ok := index[t.word(i, label)]
		if !ok {
			return fmt.Errorf("sample %d, %s: %q is not among the labels to train on (%s)",
				i+1, t.title(label), t.word(i, label), strings.Join(classes, ", "))
		}
		p.Labels = append(p.Labels, k)
	}
	return nil
}

// ---- The inputs ----

// A feature is an input: the number in a column, or 1 where the column holds word.
type feature struct {
	col  int
	word string
}

const maxWords = 50 // more different words than this are names or remarks, and no use as inputs

// idName are the names of columns that number the samples.
var idName = regexp.MustCompile(`^(|#|(?i:id|index|no|nr|rownames|unnamed: 0)|.*[^A-Z](Id|ID)|.*[_ ]id)$`)

// isID says whether a column only numbers the samples: by its name, or as the first one that counts from 0 or 1.
func (t *Table) isID(j int) bool {
	named := t.names != nil && idName.MatchString(t.names[j])
	if t.names != nil && !named || t.names == nil && j > 0 {
		return false
	}
	if _, whole := t.whole(j); !whole {
		return false // fractions number nothing
	}
	if named && t.names[j] != "" && len(t.distinct(j)) == t.n {
		return true
	}
	for i := range t.n {
		if x := t.at(i, j); x != float64(i)+t.at(0, j) || t.at(0, j) != 0 && t.at(0, j) != 1 {
			return false
		}
	}
	return t.n > 2
}

// Side is that of a square image of so many pixels; 0 if it would be smaller than 8×8, or none.
func Side(pixels int) int {
	if side := int(math.Sqrt(float64(pixels))); side >= 8 && side*side == pixels {
		return side
	}
	return 0
}

// areBytes says whether all inputs are whole numbers from 0 to 255. It reports a word in a column
// of numbers.
func (t *Table) areBytes(features []feature) (bool, error) {
	bytes := true
	for _, f := range features {
		if c := t.cols[f.col]; f.word == "" && c.texts > 0 {
			return false, fmt.Errorf("line %d, %s: %q is not a number", c.firstText, t.title(f.col), c.words[0])
		}
		for i := 0; bytes && i < t.n && t.cells != nil; i++ {
			x := t.at(i, f.col) // NaN where it is a word
			bytes = x >= 0 && x <= 255 && x == math.Trunc(x)
		}
	}
	return bytes, nil
}

// inputs fills in the inputs.
func (t *Table) inputs(features []feature, p *Part, images bool) {
	p.N, p.Dim = t.n, len(features)
	if images {
		p.Pixels = make([]byte, 0, p.N*p.Dim)
	} else {
		p.Values = make([]float64, 0, p.N*p.Dim)
	}
	for i := range t.n {
		for _, f := range features {
			switch {
			case images:
				p.Pixels = append(p.Pixels, byte(t.at(i, f.col)))
			case f.word == "":
				p.Values = append(p.Values, t.at(i, f.col))
			case f.word == t.word(i, f.col):
				p.Values = append(p.Values, 1)
			default:
				p.Values = append(p.Values, 0)
			}
		}
	}
}
