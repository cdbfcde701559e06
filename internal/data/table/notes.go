// Notes: what a user is told about a table: what was left out, what its columns are, and what may be wrong in them.

package table

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
)

// notes returns notes on what was left out, what is missing, what the inputs are, and what looks wrong.
func (t *analysis) notes(d *Data) (notes []string) {
	say := func(what string, list []string) {
		if list != nil {
			notes = append(notes, what+strings.Join(list, ", "))
		}
	}
	say("left out: ", t.leftOut(d.Columns))
	if slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Why == dates }) {
		notes = append(notes, "a date itself cannot be learned from, but columns made of it can: the weekday, the month, "+
			"the hour")
	}
	missing, marked := t.missing(d.Columns)
	say("missing, and replaced by the training mean (with -scale standard): ", missing)
	say("taken for missing: ", marked)
	say("read as numbers: ", t.units(d.Columns))
	notes = append(notes, "inputs: "+describe(d.Columns))
	say("the same in all rows, so nothing can be learned from them: ", t.constant(d.Columns))
	say("the same number, so they count as one word: ", t.sameCodes(d.Columns))
	say("far from all others, as if it stood for a missing value: ", t.outliers(d))
	say("the only number below 0, as if it stood for a missing value: ", t.minusOnes(d))
	say("the only number among words, as if it stood for a missing value: ", t.numbersAmongWords(d))
	say("words that differ only in capital letters, spaces or punctuation count as different: ", t.spellings(d))
	say("look like numbers or dates, and are taken for words: ", t.numberLikeColumns(d.Columns))
	say("with a single row, which cannot be both learned and tested: ", t.singleRowClasses(d))
	if note := t.rowNumberNote(d.Columns); note != "" {
		notes = append(notes, note)
	}
	return append(notes, t.markerWords(d)...)
}

// missing returns the columns of numbers in which some are missing, and the words that were taken for missing numbers.
func (t *analysis) missing(columns []Column) (missing, marked []string) {
	for j, of := range columns {
		if c := t.Cols[j]; of.Kind == Number && c.MissingCount > 0 {
			missing = append(missing, fmt.Sprintf("%s (%d)", t.Title(j), c.MissingCount))
			if c.Markers != nil {
				marked = append(marked, fmt.Sprintf("%s in %s", strings.Join(c.Markers, ", "), t.Title(j)))
			}
		}
	}
	return missing, marked
}

// units returns the inputs that are numbers with a unit.
func (t *analysis) units(columns []Column) (list []string) {
	for j, of := range columns {
		if of.Unit != "" && of.Kind == Number {
			list = append(list, fmt.Sprintf("%s (%s)", t.Title(j), of.Unit))
		}
	}
	return list
}

// constant returns the inputs that are the same in all rows; none of images, whose edges may well be empty.
func (t *analysis) constant(columns []Column) (list []string) {
	for j, of := range columns {
		same := of.Kind == Number && of.From == of.To || of.Kind == Words && len(of.Words) == 1 && t.Cols[j].MissingCount == 0
		if same && ImageSide(Inputs(columns)) == 0 {
			list = append(list, t.Title(j))
		}
	}
	return list
}

// sameCodes returns the columns of words in which a number is written in two ways.
func (t *analysis) sameCodes(columns []Column) (list []string) {
	for j, of := range columns {
		if same := t.SameCode(j); same != nil && of.Kind == Words {
			list = append(list, fmt.Sprintf("%s (%.20q and %.20q)", t.Title(j), same[0], same[1]))
		}
	}
	return list
}

// rowNumberNote says which inputs look as if they only number the rows; it returns "" if there are none, or if there
// are no other inputs.
func (t *analysis) rowNumberNote(columns []Column) string {
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
	return fmt.Sprintf("nearly as many values as rows: %s; -ignore %s leaves out what only numbers the rows",
		strings.Join(suspects, ", "), strings.Join(names, ","))
}

// rowNumbers returns how many different values an input has, if they are words or whole numbers, and nearly as many as
// there are rows; otherwise 0. Numbers with a fraction or a unit are measurements.
func (t *analysis) rowNumbers(j int, of Column) int {
	const few = 20
	switch {
	case t.N < few, of.Kind != Number && of.Kind != Words, of.Unit != "":
		return 0
	case of.Kind == Words && 10*len(of.Words) > 9*t.N:
		return len(of.Words)
	case of.Kind == Words, of.To-of.From < float64(t.N/2): // whole numbers between From and To are too few
		return 0
	}
	seen, ok := t.wholeNumbers(j)
	if !ok || 10*len(seen) < 9*t.N {
		return 0
	}
	return len(seen)
}

// missingNumbers are numbers that people write if a value is missing.
var missingNumbers = []float64{-9, -99, -999, -9999, -99999, -999999, -99.9, -999.9, -9999.9, -99.99, -999.99, -32768,
	99, 999, 9999, 99999, 999999}

// outliers returns the columns in which a number is so far from all others that it seems to stand for a missing value.
func (t *analysis) outliers(d *Data) (list []string) {
	for _, j := range t.numberColumns(d) {
		for _, outlier := range Outliers(t.N, func(i int) float64 { return t.At(i, j) }) {
			list = append(list, fmt.Sprintf("%s (%s)", t.Title(j), outlier))
		}
	}
	return list
}

// Outliers says which of n numbers seem to stand for a missing value: the smallest or the largest, if it is one of
// missingNumbers, and farther from the others than these are from each other. Unless it is below −9, it must also
// appear twice. Any other number counts if it is a million times as far, since programs write such numbers too.
func Outliers(n int, at func(i int) float64) (list []string) {
	const million = 1e6
	low, high := newEnd(), newEnd()
	for i := range n {
		x := at(i)
		low.add(x)
		high.add(-x)
	}
	for _, c := range []struct {
		mark, lo, hi float64 // the suspect; the smallest and the largest of the other numbers
		times        int
	}{{low.least, low.next, -high.least, low.times}, {-high.least, low.least, -high.next, high.times}} {
		far := max(c.lo-c.mark, c.mark-c.hi)
		known := slices.Contains(missingNumbers, c.mark) && (c.times > 1 || c.mark < -9) && far > c.hi-c.lo
		if low.next < math.Inf(1) && (known || c.lo < c.hi && far > million*(c.hi-c.lo)) {
			list = append(list, fmt.Sprintf("%s, %s, where the others are %s to %s", shortText(c.mark),
				cells.Plural(c.times, "time"), shortText(c.lo), shortText(c.hi)))
		}
	}
	return list
}

// An end is the smallest of some numbers, how often it appears, and the next larger one.
type end struct {
	least, next float64
	times       int
}

func newEnd() end { return end{math.Inf(1), math.Inf(1), 0} }

// add adds a number, but ignores NaN.
func (e *end) add(x float64) {
	switch {
	case x < e.least:
		e.least, e.next, e.times = x, e.least, 1
	case x == e.least:
		e.times++
	case x < e.next:
		e.next = x
	}
}

// shortText returns a number as text, rounded if it has many digits.
func shortText(x float64) string {
	if s := cells.Text(x); len(s) <= 10 {
		return s
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

// numberColumns returns the columns of numbers, including the label; none if the inputs are images.
func (t *analysis) numberColumns(d *Data) (list []int) {
	const few = 50
	for j, of := range d.Columns {
		if of.Kind == Number || of.Kind == Label && t.Cols[j].WordCount == 0 {
			list = append(list, j)
		}
	}
	if t.IsBytes() && len(list) > few {
		return nil
	}
	return list
}

// minusOnes returns the columns that have -1 twice or more, and otherwise only numbers from 1 to 5 or more.
func (t *analysis) minusOnes(d *Data) (list []string) {
	for _, j := range t.numberColumns(d) {
		if from, _ := t.extent(j); from != -1 {
			continue
		}
		if n, lo, hi := t.without(j, -1); n > 1 && lo >= 1 && hi >= 5 && lo <= hi {
			list = append(list, fmt.Sprintf("%s (-1, %d times, where the others are %s to %s)", t.Title(j), n,
				cells.Text(lo), cells.Text(hi)))
		}
	}
	return list
}

// numbersAmongWords returns the columns of words in which the only number is -1 or one of missingNumbers.
func (t *analysis) numbersAmongWords(d *Data) (list []string) {
	for j, words := range d.words() {
		numbers, last := 0, 0.0
		for _, w := range words {
			if x, _, ok := field.ParseNumber(w); ok {
				numbers, last = numbers+1, x
			}
		}
		if numbers == 1 && len(words) > 2 && (last == -1 || slices.Contains(missingNumbers, last)) {
			n, _, _ := t.without(j, last)
			list = append(list, fmt.Sprintf("%s (%s, %s)", t.Title(j), cells.Text(last), cells.Plural(n, "time")))
		}
	}
	return list
}

// words returns for each column its words, which are inputs or classes; nil for a column of numbers.
func (d *Data) words() [][]string {
	list := make([][]string, len(d.Columns))
	for j, of := range d.Columns {
		list[j] = of.Words
		if of.Kind == Label {
			list[j] = d.Classes
		}
	}
	return list
}

// singleRowClasses returns the classes with a single row, if there are enough rows to hold some out.
func (t *analysis) singleRowClasses(d *Data) (list []string) {
	const enough, most = 10, 5                                 // rows of the table; classes to name
	if d.Classes == nil || t.N < enough || t.mayBeAmounts(d) { // labelNote says so if classes may be amounts
		return nil
	}
	rows := map[string]int{}
	for i := range t.N {
		rows[t.Word(i, t.label)]++
	}
	for _, c := range d.Classes {
		if rows[c] == 1 {
			list = append(list, strconv.Quote(c))
		}
	}
	if more := len(list) - most; more > 1 {
		list = append(list[:most], fmt.Sprintf("and %d more", more))
	}
	return list
}

// looksLikeNumber matches text that begins like a number or a date. Ranges of numbers, such as 20-29, are classes.
var (
	looksLikeNumber = regexp.MustCompile(`^[<>~≈=±+\-\x{2212}(]{0,3} ?\p{Sc}? ?[.,]?\d`)
	isRange         = regexp.MustCompile(`^\d+([.,]\d+)? ?(-|–|—|\.\.|to|bis|à) ?\d+([.,]\d+)?$`)
)

// numberLike returns an example if nearly all words look like numbers or dates; otherwise "".
func numberLike(words []string) (example string) {
	const few = 8
	like := 0
	for _, w := range words {
		if looksLikeNumber.MatchString(w) && !isRange.MatchString(w) && !field.IsNumber(w) {
			like++
			if like == 1 {
				example = w
			}
		}
	}
	if like < few || 5*like < 4*len(words) {
		return ""
	}
	return example
}

// numberLikeColumns returns the columns of words that look as if they were numbers, or dates in an unknown layout.
func (t *analysis) numberLikeColumns(columns []Column) (list []string) {
	for j, of := range columns {
		if example := numberLike(of.Words); example != "" {
			list = append(list, fmt.Sprintf("%s (as %.40q)", t.Title(j), example))
		}
	}
	return list
}

// spellings returns the columns with words, or classes, that differ only in capital letters, spaces and punctuation.
func (t *analysis) spellings(d *Data) (list []string) {
	for j, words := range d.words() {
		combining := slices.ContainsFunc(words, func(w string) bool { return strings.ContainsFunc(w, isCombining) })
		groups, quote := map[string][]string{}, strconv.Quote
		if combining { // otherwise the two would look the same
			quote = strconv.QuoteToASCII
		}
		for _, w := range words {
			low := folded(w, combining)
			groups[low] = append(groups[low], quote(w))
		}
		var alike []string
		for _, w := range words {
			low := folded(w, combining)
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

// isCombining reports whether a character is set upon the one before it, as the dots of an ü may be.
func isCombining(r rune) bool { return unicode.Is(unicode.Mn, r) }

var (
	joint  = regexp.MustCompile(`(\p{L})[-_ ]+(\p{L})`)
	accent = regexp.MustCompile(`[a-z]\p{Mn}+|[à-ɏ]`)
)

// folded returns a word in a form without the differences between people's spellings: capital letters, spaces,
// quotation marks, a point at the end, dashes between letters; and accents, if some letters of the column are made of
// two characters.
func folded(w string, combining bool) string {
	w = strings.Join(strings.Fields(strings.ToLower(w)), " ")
	if inner := strings.TrimRight(strings.Trim(w, "'\"`‘’“”„«»"), ".,;:!"); inner != "" {
		w = inner
	}
	if combining {
		w = accent.ReplaceAllString(w, "?")
	}
	for range 2 { // one pass removes every second dash of a-b-c
		w = joint.ReplaceAllString(w, "$1$2")
	}
	return w
}

// markerWords says in which columns "-" and "none" were taken for words.
func (t *analysis) markerWords(d *Data) (notes []string) {
	for j, words := range d.words() {
		for _, w := range words {
			if field.IsPerhapsMissing(w) {
				notes = append(notes, fmt.Sprintf("%s: %q is taken for a word", t.Title(j), w))
			}
		}
	}
	return notes
}

// unknownWords says which words of a test table never appeared in training.
func (t *analysis) unknownWords(columns []Column) (notes []string) {
	for j, of := range columns {
		n, example := 0, ""
		for i := 0; i < t.N && of.Kind == Words; i++ {
			if w := t.Word(i, j); w != "" && !slices.Contains(of.Words, w) {
				n, example = n+1, w
			}
		}
		if n > 0 {
			notes = append(notes, fmt.Sprintf("%s: %s: %s", filepath.Base(t.File), t.Title(j), UnknownWordsNote(n, example)))
		}
	}
	return notes
}

// UnknownWordsNote says how many words never appeared in training.
func UnknownWordsNote(n int, example string) string {
	return fmt.Sprintf("%s never seen in training (such as %.40q), counted as none of its words",
		cells.Plural(n, "word"), example)
}

// describe returns the inputs in words: each by its name if they are few.
func describe(columns []Column) string {
	const few = 16
	var list, numbers []string
	for j, c := range columns {
		name := cmp.Or(c.Name, fmt.Sprintf("column %d", j+1))
		switch c.Kind {
		case Number:
			numbers = append(numbers, name)
			list = append(list, name+" (number)")
		case Words:
			list = append(list, fmt.Sprintf("%s (%s)", name, cells.Plural(len(c.Words), "word")))
		}
	}
	if len(list) <= few {
		return strings.Join(list, ", ")
	}
	var counts []string
	switch n := len(numbers); n {
	case 0:
	case 1:
		counts = append(counts, fmt.Sprintf("1 number (%s)", numbers[0]))
	default:
		counts = append(counts, fmt.Sprintf("%d numbers (%s … %s)", n, numbers[0], numbers[n-1]))
	}
	if n := len(list) - len(numbers); n > 0 {
		counts = append(counts, cells.Plural(n, "column")+" of words")
	}
	return strings.Join(counts, " and ")
}
