// Package cells reads a table (CSV) into cells. It finds out how the text is encoded, what separates the fields,
// whether there is a header, and which fields are numbers, words, or missing values.
package cells

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/field"
	"backprop/internal/data/heading"
)

// A Table is a CSV file as Read leaves it. What can be decided only from the whole table stays open until Resolve.
type Table struct {
	File  string   // the file's name, for errors
	Names []string // of the columns; nil without a header
	N     int      // rows
	Cols  []Column
	Notes []string // what a user should know about how the table was read

	separator   rune
	firstLine   int      // number of the first line
	jumps       []place  // rows that do not begin in the line after the one in which the row before began
	repeats     int      // lines that repeat the header
	firstRepeat int      // the first of them
	countLine   []string // the first line, if it may be a count of rows and columns
	countHeader bool     // if that line is not a count, it is the header
	limit       Limit

	// The cells of all rows. As long as all are whole numbers from 0 to 255, they are in bytes, and numbers is nil: in
	// this way MNIST as CSV takes 47 MB, and not 376 MB as in float64. Otherwise they are in numbers, and bytes is nil.
	// A cell that is not a number is a NaN; see payload.
	bytes   []byte
	numbers []float64
}

// A place says in which line a row begins.
type place struct{ row, line int }

// A Column says what the fields of one column are.
type Column struct {
	WordCount, MissingCount         int      // fields that are words; fields that are missing
	FirstWordLine, FirstMissingLine int      // the line of the first word, and of the first missing field
	Unit                            string   // the unit of its numbers
	UnitCount                       int      // how many units its numbers have, if they are words for having several
	Dates                           bool     // all its fields are dates
	Markers                         []string // words taken for missing values, each with how often it appears

	words           []entry
	index           map[string]int // the index of a word in words
	markers         []entry        // fields that may be missing values, until Resolve decides
	markerCount     int            // how many such fields there are
	firstNumberLine int
	codes           map[float64]code
	sameCode        []string // two codes that are the same number
	spelling        spelling
	converted       []entry // the words that Resolve has turned into numbers
}

// An entry is a text that appears n times in a column, the first time in the given line.
type entry struct {
	text    string
	n, line int
}

// A cell that is not a number is a NaN, whose payload says what the cell is: 0 if it is missing; 1+k if it is word k of
// its column; and, until Resolve, firstMarker+k if it is marker k.
const (
	nanBits     = 0x7FF8 << 48
	firstMarker = 1 << 30
)

func nan(payload int) float64 { return math.Float64frombits(nanBits | uint64(payload)) }

// payload returns the payload of a NaN, and 0 for a number.
func payload(cell float64) int {
	if !math.IsNaN(cell) {
		return 0
	}
	return int(math.Float64bits(cell) &^ nanBits)
}

// Read reads a table with or without a header, separated by comma, semicolon, tab or |. Its errors begin with the line;
// errors of later calls begin with file, the table's name.
func Read(r io.Reader, file string, limit Limit) (*Table, error) {
	l := &io.LimitedReader{R: r, N: limit.Bytes + 1}
	t := &Table{File: file, limit: limit}
	err := t.read(NewReader(l, false))
	if l.N == 0 {
		err = TooLong(limit.Bytes)
	}
	return t, err
}

func (t *Table) read(r *Reader) error {
	r.SkipTitle, r.csv.ReuseRecord, t.separator = true, true, r.Separator
	ahead, err := r.readAhead()
	if err != nil {
		return err
	}
	if note := r.TitleNote(); note != "" {
		t.Notes = append(t.Notes, note)
	}
	if len(ahead) < 2 {
		return t.checkSize(ahead)
	}
	if err := t.begin(ahead); err != nil {
		return err
	}
	for {
		l, err := r.Read()
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if err := t.addRow(l.Fields, l.Number); err != nil {
			return err
		}
	}
	if err := t.checkCountLine(); err != nil {
		return err
	}
	if t.repeats == 1 {
		t.Notes = append(t.Notes, fmt.Sprintf("line %d is the header again, and is left out", t.firstRepeat))
	} else if t.repeats > 1 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d lines are the header again, and are left out (the first is line %d)",
			t.repeats, t.firstRepeat))
	}
	return t.checkSize(ahead)
}

// checkSize returns an error if there are fewer than two rows or two columns; ahead are the first lines.
func (t *Table) checkSize(ahead []Line) error {
	if t.N > 1 && len(t.Cols) > 1 {
		return nil
	}
	if t.N == 1 && len(t.Cols) > 1 {
		return fmt.Errorf("line 1: there is one row in the table, and at least two were expected; write it twice if " +
			"it is the only sample")
	}
	fields := len(t.Cols)
	if len(ahead) > 0 {
		fields = max(fields, len(ahead[0].Fields))
	}
	return fmt.Errorf("line 1: %s of %s, which is not a table: expected numbers or words separated by "+
		"comma, semicolon, tab or |, and one of them the label", Plural(t.N, "line"), Plural(fields, "field"))
}

// begin decides what the first line is, and adds the lines that were read ahead in order to decide it.
func (t *Table) begin(ahead []Line) error {
	first, second := ahead[0].Fields, ahead[1].Fields
	if len(second) > maxColumns {
		return fmt.Errorf("line %d: %d fields: a table with more than %d columns cannot be learned from",
			ahead[1].Number, len(second), maxColumns)
	}
	t.Cols, t.firstLine = make([]Column, len(second)), ahead[0].Number
	var below [][]string
	for _, l := range ahead[1:] {
		below = append(below, l.Fields)
	}
	isHeader, note := heading.Detect(first, below)
	rows := ahead[1:]
	switch {
	case heading.IsCountLine(first, second): // to be checked once the rows are counted
		t.countLine, t.countHeader, note = first, isHeader, ""
	case isHeader && len(first) != len(second):
		return fmt.Errorf("line %d: %s, where line 1 has %d", ahead[1].Number, Plural(len(second), "field"), len(first))
	case isHeader:
		if err := t.setNames(first); err != nil {
			return err
		}
	default:
		rows = ahead
	}
	if note != "" {
		t.noteFirstLine(note)
	}
	for _, l := range rows {
		if err := t.addRow(l.Fields, l.Number); err != nil {
			return err
		}
	}
	return nil
}

// noteFirstLine notes what the first line is taken for.
func (t *Table) noteFirstLine(what string) {
	t.Notes = append(t.Notes, fmt.Sprintf("line %d is taken for %s", t.firstLine, what))
}

// setNames makes the first line the header.
func (t *Table) setNames(first []string) error {
	for j, name := range first {
		if !utf8.ValidString(name) {
			return notUTF8(name, t.firstLine, fmt.Sprintf("column %d", j+1))
		}
	}
	t.Names = first
	return nil
}

// checkCountLine leaves out a first line that counts rows and columns, which says nothing that the table itself does
// not say. If the line turns out not to count them, it is the header or a sample, or an error if it has more or fewer
// fields than the other lines.
func (t *Table) checkCountLine() error {
	switch {
	case t.countLine == nil:
		return nil
	case t.countLine[0] == strconv.Itoa(t.N):
		t.Notes = append(t.Notes, fmt.Sprintf("line %d, a count of rows and columns, is left out", t.firstLine))
		return nil
	case len(t.countLine) != len(t.Cols):
		return fmt.Errorf("line %d looks like a count of rows and columns, but there are %d rows, not %s; "+
			"correct it, or remove the line", t.firstLine, t.N, t.countLine[0])
	case t.countHeader:
		t.noteFirstLine("the header, with the numbers in it")
		return t.setNames(t.countLine)
	}
	t.noteFirstLine("a sample" + HeaderAdvice)
	return t.addRow(t.countLine, t.firstLine)
}

// HeaderAdvice is what to do if a header with numbers in it was not recognised.
const HeaderAdvice = heading.Advice

// addRow adds a row, unless it repeats the header.
func (t *Table) addRow(row []string, line int) error {
	if len(row) != len(t.Cols) {
		return fmt.Errorf("line %d: %s, where the other lines have %d", line, Plural(len(row), "field"), len(t.Cols))
	}
	if int64(len(t.numbers)) > t.limit.Cells {
		return fmt.Errorf("line %d: the table unpacks to more than %d numbers, too many for a file of its size; unpack it "+
			"yourself if that is right", line, t.limit.Cells)
	}
	if len(t.bytes)+len(t.numbers) > MaxCells {
		return fmt.Errorf("line %d: the table has more than %d numbers, too many to hold in memory; "+
			"take fewer of its lines", line, MaxCells)
	}
	if t.Names != nil && heading.IsRepeated(row, t.Names) {
		t.repeats++
		if t.repeats == 1 {
			t.firstRepeat = line
		}
		return nil
	}
	t.N++
	if t.N == 1 || t.Line(t.N-1) != line {
		t.jumps = append(t.jumps, place{t.N - 1, line})
	}
	for j, f := range row {
		if t.numbers == nil {
			if b, err := strconv.ParseUint(f, 10, 8); err == nil && !isCode(f) {
				t.bytes = append(t.bytes, byte(b))
				continue
			}
			t.widen()
		}
		x, form, ok := field.ParseNumber(f)
		if ok && t.isNumberAlone(f) {
			t.Cols[j].noteNumber(x, form, f, line, t.N-1)
			t.numbers = append(t.numbers, x)
			continue
		}
		if f = strings.TrimSpace(f); !utf8.ValidString(f) {
			return notUTF8(f, line, t.Title(j))
		}
		t.numbers = append(t.numbers, t.otherCell(j, f, line))
	}
	return nil
}

// isNumberAlone reports whether a field that can be read as a number is one, whatever else is in its column. If commas
// separate the fields, a field with a comma in it was in quotes and may be a list: it counts as a word until Resolve
// sees the whole column.
func (t *Table) isNumberAlone(f string) bool {
	return t.separator != ',' || strings.IndexByte(f, ',') < 0
}

// widen turns the bytes into float64s.
func (t *Table) widen() {
	t.numbers = make([]float64, len(t.bytes), 2*len(t.bytes)+len(t.Cols))
	for i, b := range t.bytes {
		t.numbers[i] = float64(b)
	}
	for j := range t.Cols {
		if j < len(t.bytes) {
			t.Cols[j].firstNumberLine = t.Line(0)
		}
	}
	t.bytes = nil
}

// notUTF8 returns the error about text that is not UTF-8: different words would look the same.
func notUTF8(f string, line int, column string) error {
	return fmt.Errorf("line %d, %s: %.40q is not UTF-8, which text is expected to be; save the table as "+
		"UTF-8 (as Excel's \"CSV UTF-8\", or by iconv -f latin1 -t utf8)", line, column, f)
}

// noteNumber notes how a number in this row is spelled.
func (c *Column) noteNumber(x float64, form field.Form, f string, line, row int) {
	if c.firstNumberLine == 0 {
		c.firstNumberLine = line
	}
	switch {
	case form == field.Plain:
		if isCode(f) {
			c.noteCode(x, f)
		}
	case form >= field.UnclearPoint || c.spelling.first[form].line == 0:
		c.spelling.note(form, f, line, row)
	}
}

// otherCell returns the cell for a field that addRow has not found to be a number.
func (t *Table) otherCell(j int, f string, line int) float64 {
	c := &t.Cols[j]
	switch {
	case field.IsPerhapsMissing(f):
		return c.addMarker(f, line)
	case field.IsSurelyMissing(f):
		c.addMissing(1, line)
		return nan(0)
	}
	if x, form, ok := field.ParseNumber(f); ok && t.isNumberAlone(f) { // there were blanks around it
		c.noteNumber(x, form, f, line, t.N-1)
		return x
	}
	return c.addWord(f, 1, line)
}

// addMarker counts a field that may be a missing value, and returns its cell.
func (c *Column) addMarker(f string, line int) float64 {
	k := slices.IndexFunc(c.markers, func(m entry) bool { return m.text == f })
	if k < 0 {
		k, c.markers = len(c.markers), append(c.markers, entry{strings.Clone(f), 0, line})
	}
	c.markers[k].n++
	c.markerCount++
	return nan(firstMarker + k)
}

// addMissing counts n missing values, the first of which is in the given line.
func (c *Column) addMissing(n, line int) {
	if c.MissingCount == 0 || line < c.FirstMissingLine {
		c.FirstMissingLine = line
	}
	c.MissingCount += n
}

// addWord counts n fields with the same word, the first of which is in the given line, and returns their cell.
func (c *Column) addWord(f string, n, line int) float64 {
	if c.WordCount == 0 {
		c.FirstWordLine = line
	}
	c.WordCount += n
	k, ok := c.index[f]
	if !ok {
		if c.index == nil {
			c.index = map[string]int{}
		}
		f = strings.Clone(f) // otherwise the word would keep its whole line in memory
		k = len(c.words)
		c.words, c.index[f] = append(c.words, entry{f, 0, line}), k
	}
	c.words[k].n += n
	return nan(1 + k)
}

// Line returns the line of the file in which row i begins.
func (t *Table) Line(i int) int {
	k, found := slices.BinarySearchFunc(t.jumps, i, func(p place, row int) int { return p.row - row })
	if !found {
		k--
	}
	return t.jumps[k].line + i - t.jumps[k].row
}

// At returns a cell as a number: NaN if it is a word or missing.
func (t *Table) At(i, j int) float64 {
	if t.numbers == nil {
		return float64(t.bytes[i*len(t.Cols)+j])
	}
	return t.numbers[i*len(t.Cols)+j]
}

// Word returns a cell as text: "" if it is missing.
func (t *Table) Word(i, j int) string {
	x := t.At(i, j)
	if !math.IsNaN(x) {
		return Text(x)
	}
	if k := payload(x); k > 0 {
		return t.Cols[j].words[k-1].text
	}
	return ""
}

// column goes through the cells of a column, unless the table is in bytes.
func (t *Table) column(j int) iter.Seq[*float64] {
	return func(yield func(*float64) bool) {
		for k := j; k < len(t.numbers); k += len(t.Cols) {
			if !yield(&t.numbers[k]) {
				return
			}
		}
	}
}

// IsBytes reports whether all cells are whole numbers from 0 to 255.
func (t *Table) IsBytes() bool { return t.numbers == nil }

// plainNumbers returns how many fields of a column Read itself took for numbers.
func (t *Table) plainNumbers(j int) int {
	c := &t.Cols[j]
	return t.N - c.WordCount - c.MissingCount - c.markerCount
}

// HasStrayWord reports whether a column has so many numbers that its few words must be mistakes, or mean "unknown".
func (t *Table) HasStrayWord(j int) bool {
	c, numbers := &t.Cols[j], t.plainNumbers(j)
	return c.WordCount > 0 && (numbers > 4*c.WordCount || numbers > c.WordCount && len(c.words) == 1)
}

// FirstWord returns the first word in a column.
func (t *Table) FirstWord(j int) string { return t.Cols[j].words[0].text }

// DifferentWords returns the number of different words in a column; its numbers do not count.
func (t *Table) DifferentWords(j int) int { return len(t.Cols[j].words) }

// Distinct returns the different values of a column as text: the numbers by size, then the words in alphabetical order.
func (t *Table) Distinct(j int) []string {
	seen := map[string]bool{}
	for i := range t.N {
		if w := t.Word(i, j); w != "" {
			seen[w] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		x, _, isX := field.ParseNumber(a)
		y, _, isY := field.ParseNumber(b)
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

// Title returns the name of a column for errors and notes.
func (t *Table) Title(j int) string {
	if t.Names == nil || t.Names[j] == "" {
		return fmt.Sprintf("column %d", j+1)
	}
	return fmt.Sprintf("column %d %q", j+1, t.Names[j])
}

// Text returns a number as text, the same text however the number was written in the table.
func Text(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Plural returns a count with its noun: "1 line", "2 lines".
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
