// Package cells reads the text of tables (CSV) to cells: encodings, separators, quotes, which line is a
// header, and which fields are numbers, words, or values that are not there.
package cells

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/field"
	"backprop/internal/data/heading"
)

// A Table is a CSV file as it was read, before anything is decided. While all its cells are whole
// numbers from 0 to 255 it keeps bytes: MNIST as CSV is 47 MB so, and 376 as float64.
type Table struct {
	File  string   // for errors
	Names []string // of the columns; nil without a header
	N     int
	Cols  []Column
	Notes []string // what was left out, and how the first line was taken where that is not plain

	comma   rune
	first   int     // the number of the first line
	jumps   []place // of rows that do not stand in the line after the row before
	settled bool    // by this rule
	rule    field.Form
	again   int      // how many lines say the header again
	at      int      // and the first of them
	counts  []string // a first line that may be a count of rows and columns
	numbers bool     // it would else be a header
	limit   Limit
	small   []byte    // n×len(Cols); nil once there was a cell that is no byte
	cells   []float64 // n×len(Cols): a number, or NaN that carries 0 (missing) or 1 + the index of a word
}

// A place is a row and the line that it begins in.
type place struct{ row, line int }

// Line is the line of the file that row i begins in.
func (t *Table) Line(i int) int {
	k, found := slices.BinarySearchFunc(t.jumps, i, func(p place, row int) int { return p.row - row })
	if !found {
		k--
	}
	return t.jumps[k].line + i - t.jumps[k].row
}

// A Column is what the fields of one are.
type Column struct {
	Texts, Missing          int      // how many
	FirstText, FirstMissing int      // the lines
	Unit                    string   // of its numbers, which are read without it
	Alike                   int      // how many units there are, where there are too many
	Dates                   bool     // all its fields are dates
	Marked                  []string // words that are taken for missing values

	words       []entry
	index       map[string]int // of a word in words
	unsure      []entry        // until Settle decides
	unsures     int            // how many fields
	firstNumber int            // the line
	codes       map[float64]code
	twice       []string // two codes that are one number
	signs       signs
	spelled     []entry // the words that became numbers
}

// An entry is a text that stands in fields of a column: how many, and in which line the first.
type entry struct {
	text    string
	n, line int
}

// A code is a number whose spelling matters: 01 may be another label than 1, and two of 17 digits
// can be the same float64.
type code struct {
	text string
	n    int // how often
}

// isCode says whether a number may be a code.
func isCode(f string) bool {
	return len(f) > 1 && (f[0] == '0' || len(f) > 15) && strings.Trim(f, "0123456789") == ""
}

func (c *Column) spell(x float64, f string) {
	s, ok := c.codes[x]
	switch {
	case c.codes == nil:
		c.codes = map[float64]code{}
	case ok && s.text != f && c.twice == nil:
		c.twice = []string{s.text, strings.Clone(f)}
	case !ok && len(c.codes) > 1000: // no classes any more
		return
	}
	if !ok {
		s.text = strings.Clone(f)
	}
	s.n++
	c.codes[x] = s
}

// SameCode is two spellings in a column that count as one word; nil if there are none.
func (t *Table) SameCode(j int) []string {
	c := &t.Cols[j]
	if c.twice != nil || c.codes == nil {
		return c.twice
	}
	seen := map[float64]int{}
	for i := range t.N {
		x := t.At(i, j)
		if s, ok := c.codes[x]; ok {
			if seen[x]++; seen[x] > s.n {
				return []string{s.text, t.Word(i, j)}
			}
		}
	}
	return nil
}

// A NaN carries 0, or 1 + the index of a word, or, until Settle, unsureBit + that of an unsure field.
const (
	nanBits   = 0x7FF8 << 48
	unsureBit = 1 << 30
)

// MaxCells keeps a table, or a pipe that never ends, within 4 GB. Tests do with less.
var MaxCells = 1 << 29

// A Limit is what a table may come to, which does not say how large it is: the most bytes of text, the
// most cells where not all are whole numbers from 0 to 255, and the most inputs of all samples together.
type Limit struct{ Bytes, Cells, Inputs int64 }

// LimitOf is that of a file of size bytes, which unpack to limit at most. A packed byte is believed to hold
// 40 bytes of text, two numbers, or eight inputs that are 0 or 1.
func LimitOf(size, limit int64, packed bool) Limit {
	if packed {
		return Limit{min(limit, 1<<20+40*size), 1<<20 + 2*size, 1<<20 + 8*size}
	}
	return Limit{limit, limit, 1<<20 + 16*min(size, 1<<40)}
}

// Read reads a table with or without a header, separated by comma, semicolon, tab or |. file is the name
// for later errors; those of Read begin with the line.
func Read(r io.Reader, file string, limit Limit) (*Table, error) {
	l := &io.LimitedReader{R: r, N: limit.Bytes + 1}
	t := &Table{File: file, limit: limit}
	err := t.read(l)
	if l.N == 0 {
		err = TooLong(limit.Bytes)
	}
	return t, err
}

// TooLong is what a table of more bytes is refused with.
func TooLong(limit int64) error {
	return fmt.Errorf("unpacks to more than %d bytes, many times its size: no table does that", limit)
}

func (t *Table) read(r io.Reader) error {
	c := NewReader(r)
	c.Title, c.csv.ReuseRecord, t.comma = true, true, c.Comma
	ahead, err := c.ahead()
	if note := c.Titles(); note != "" {
		t.Notes = append(t.Notes, note)
	}
	if err == nil && len(ahead) > 1 {
		err = t.begin(ahead)
	}
	for err == nil && len(ahead) > 1 {
		var l Line
		if l, err = c.Read(); err == nil {
			err = t.add(l.Fields, l.Number)
		}
	}
	if err == io.EOF {
		err = t.checkCounts()
	}
	if err != nil {
		return err
	}
	if t.N == 1 && len(t.Cols) > 1 {
		return fmt.Errorf("line 1: there is one row in the table, and at least two were expected; write it twice if " +
			"it is the only sample")
	}
	if t.N < 2 || len(t.Cols) < 2 {
		fields := 0
		if len(ahead) > 0 {
			fields = len(ahead[0].Fields)
		}
		return fmt.Errorf("line 1: %s of %s, which is not a table: expected numbers or words separated by "+
			"comma, semicolon, tab or |, and one of them the label", Plural(t.N, "line"),
			Plural(max(len(t.Cols), fields), "field"))
	}
	if t.again > 0 {
		t.Notes = append(t.Notes, headerAgain(t.again, t.at))
	}
	return nil
}

// headerAgain says how many lines are the header again, and which is the first.
func headerAgain(lines, first int) string {
	if lines == 1 {
		return fmt.Sprintf("line %d is the header again, and is left out", first)
	}
	return fmt.Sprintf("%d lines are the header again, and are left out (the first is line %d)", lines, first)
}

// begin decides what the first line is, now that others are there too, and takes those.
func (t *Table) begin(ahead []Line) error {
	first, second, number := ahead[0].Fields, ahead[1].Fields, ahead[1].Number
	if len(second) > maxColumns {
		return fmt.Errorf("line %d: %d fields: a table with more than %d columns cannot be learned from",
			number, len(second), maxColumns)
	}
	t.Cols, t.first = make([]Column, len(second)), ahead[0].Number
	var below [][]string
	for _, l := range ahead[1:] {
		below = append(below, l.Fields)
	}
	header, note := heading.Is(first, second), ""
	if header && heading.Stands(first, below) {
		header, note = false, t.taken("a sample, since its words stand again below it")
	}
	if !header && heading.IsEven(first, below) {
		header, note = true, t.taken("the header, with the numbers in it")
	} else if !header && heading.IsMixed(first) {
		var unclear bool
		if header, unclear = heading.IsNumbered(first, below); header {
			note = t.taken("the header, with the numbers in it")
		} else if unclear {
			note = t.taken("a sample" + NumberedAdvice)
		}
	}
	switch {
	case heading.IsCounts(first, second): // checkCounts looks whether it is, when the rows are counted
		t.counts, t.numbers, ahead = first, header, ahead[1:]
	case header && len(first) != len(second):
		return fmt.Errorf("line %d: %s, where line 1 has %d", number, Plural(len(second), "field"), len(first))
	case header:
		if err := t.name(first); err != nil {
			return err
		}
		ahead = ahead[1:]
	}
	if note != "" && t.counts == nil {
		t.Notes = append(t.Notes, note)
	}
	for _, l := range ahead {
		if err := t.add(l.Fields, l.Number); err != nil {
			return err
		}
	}
	return nil
}

// NumberedAdvice is what to do where a header with numbers in it is not taken for one.
const NumberedAdvice = "; if it is the header, write the numbers in it so that they are none (y2019)"

// taken says what the first line is taken for.
func (t *Table) taken(what string) string {
	return fmt.Sprintf("line %d is taken for %s", t.first, what)
}

// name takes a line for the header.
func (t *Table) name(first []string) error {
	for j, name := range first {
		if !utf8.ValidString(name) {
			return notUTF8(name, t.first, fmt.Sprintf("column %d", j+1))
		}
	}
	t.Names = first
	return nil
}

// checkCounts looks whether a first line that may be a count of rows and columns is one: then it says
// nothing that the table does not say itself. Else it is the header, or a sample.
func (t *Table) checkCounts() error {
	switch {
	case t.counts == nil:
	case t.counts[0] == strconv.Itoa(t.N):
		t.Notes = append(t.Notes, fmt.Sprintf("line %d, a count of rows and columns, is left out", t.first))
	case len(t.counts) != len(t.Cols):
		return fmt.Errorf("line %d looks like a count of rows and columns, but there are %d rows, not %s; "+
			"correct it, or remove the line", t.first, t.N, t.counts[0])
	case t.numbers:
		t.Notes = append(t.Notes, t.taken("the header, with the numbers in it"))
		return t.name(t.counts)
	default:
		t.Notes = append(t.Notes, t.taken("a sample"+NumberedAdvice))
		return t.add(t.counts, t.first)
	}
	return nil
}

// add appends one line, unless it is the header again.
func (t *Table) add(rec []string, line int) error {
	if len(rec) != len(t.Cols) {
		return fmt.Errorf("line %d: %s, where the other lines have %d", line, Plural(len(rec), "field"), len(t.Cols))
	}
	if int64(len(t.cells)) > t.limit.Cells {
		return fmt.Errorf("line %d: the table unpacks to more than %d numbers, which a table of its size is not believed "+
			"to have; unpack it yourself if it does", line, t.limit.Cells)
	}
	if len(t.small)+len(t.cells) > MaxCells {
		return fmt.Errorf("line %d: the table has more than %d numbers, too many to hold in memory; "+
			"take fewer of its lines", line, MaxCells)
	}
	if t.Names != nil && heading.IsAgain(rec, t.Names) {
		if t.again++; t.again == 1 {
			t.at = line
		}
		return nil
	}
	if t.N++; t.N == 1 || t.Line(t.N-1) != line {
		t.jumps = append(t.jumps, place{t.N - 1, line})
	}
	for j, f := range rec {
		if t.cells == nil {
			if b, err := strconv.ParseUint(f, 10, 8); err == nil && !isCode(f) {
				t.small = append(t.small, byte(b))
				continue
			}
			t.widen(len(rec))
		}
		x, form, ok := field.Scan(f)
		if ok && (t.comma != ',' || strings.IndexByte(f, ',') < 0) {
			t.cells = append(t.cells, t.Cols[j].number(x, form, f, line, t.N-1))
			continue
		}
		if f = strings.TrimSpace(f); !utf8.ValidString(f) {
			return notUTF8(f, line, t.Title(j))
		}
		t.cells = append(t.cells, t.cell(j, f, line))
	}
	return nil
}

// CheckInputs refuses more inputs of all samples together than can be held.
func (t *Table) CheckInputs(n int) error {
	if all := int64(t.N) * int64(n); all > min(t.limit.Inputs, int64(MaxCells)) {
		return fmt.Errorf("%d samples of %d inputs are more than a table of its size is believed to hold; leave columns out "+
			"with -ignore, or unpack it if it is packed", t.N, n)
	}
	return nil
}

// widen makes numbers of the bytes so far.
func (t *Table) widen(row int) {
	t.cells = make([]float64, len(t.small), 2*len(t.small)+row)
	for i, b := range t.small {
		t.cells[i] = float64(b)
	}
	for j := range t.Cols {
		if t.N > 1 || j < len(t.small)%len(t.Cols) {
			t.Cols[j].firstNumber = t.Line(0)
		}
	}
	t.small = nil
}

// notUTF8 refuses text that could be told from another only by its bytes.
func notUTF8(f string, line int, column string) error {
	return fmt.Errorf("line %d, %s: %.40q is not UTF-8, which text is expected to be; save the table as "+
		"UTF-8 (as Excel's \"CSV UTF-8\", or by iconv -f latin1 -t utf8)", line, column, f)
}

// number is a cell with a number.
func (c *Column) number(x float64, form field.Form, f string, line, row int) float64 {
	if c.firstNumber == 0 {
		c.firstNumber = line
	}
	switch {
	case (form == field.Point || form == field.Comma) && c.signs.seen[form].line > 0: // as most
	case form != field.Plain:
		c.signs.take(form, f, line, row)
	case len(f) > 1 && isCode(f):
		c.spell(x, f)
	}
	return x
}

// cell is a field that is no plain number.
func (t *Table) cell(j int, f string, line int) float64 {
	c := &t.Cols[j]
	switch {
	case field.IsUnsure(f):
		k := slices.IndexFunc(c.unsure, func(u entry) bool { return u.text == f })
		if k < 0 {
			k, c.unsure = len(c.unsure), append(c.unsure, entry{strings.Clone(f), 0, line})
		}
		c.unsures++
		c.unsure[k].n++
		return math.Float64frombits(nanBits | (unsureBit + uint64(k)))
	case field.IsNothing(f):
		if c.Missing++; c.Missing == 1 {
			c.FirstMissing = line
		}
		return math.Float64frombits(nanBits)
	}
	// there were blanks about it
	if x, form, ok := field.Scan(f); ok && (t.comma != ',' || strings.IndexByte(f, ',') < 0) {
		return c.number(x, form, f, line, t.N-1)
	}
	if c.Texts++; c.Texts == 1 {
		c.FirstText = line
	}
	return c.word(f, line)
}

// word is a cell with a word.
func (c *Column) word(f string, line int) float64 {
	k, ok := c.index[f]
	if !ok {
		if c.index == nil {
			c.index = map[string]int{}
		}
		f = strings.Clone(f) // or it would keep its whole line
		k = len(c.words)
		c.words, c.index[f] = append(c.words, entry{f, 0, line}), k
	}
	c.words[k].n++
	return math.Float64frombits(nanBits | uint64(k+1))
}

// Stray says that a column is of numbers, and what else is in it a slip, or a word for "unknown".
func (t *Table) Stray(j int) bool {
	c := &t.Cols[j]
	numbers := t.N - c.Texts - c.Missing - c.unsures
	return c.Texts > 0 && (numbers > 4*c.Texts || numbers > c.Texts && len(c.words) == 1)
}

// FirstWord is the first word in a column.
func (t *Table) FirstWord(j int) string { return t.Cols[j].words[0].text }

// Words is how many different words there are in a column, without its numbers.
func (t *Table) Words(j int) int { return len(t.Cols[j].words) }

// At is a cell as a number, NaN if it is a word or missing.
func (t *Table) At(i, j int) float64 {
	if t.cells == nil {
		return float64(t.small[i*len(t.Cols)+j])
	}
	return t.cells[i*len(t.Cols)+j]
}

// Word is a cell as text, "" if it is missing.
func (t *Table) Word(i, j int) string {
	x := t.At(i, j)
	if x == x {
		return Text(x)
	}
	if k := int(math.Float64bits(x) &^ nanBits); k > 0 {
		return t.Cols[j].words[k-1].text
	}
	return ""
}

// Text is a number as a word: in one way of writing.
func Text(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// AreBytes says that the table keeps bytes, and so all its cells are some.
func (t *Table) AreBytes() bool { return t.cells == nil }

// Distinct are the different words of a column, numbers in their order and then words in theirs.
func (t *Table) Distinct(j int) []string {
	seen := map[string]bool{}
	for i := range t.N {
		if w := t.Word(i, j); w != "" {
			seen[w] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		x, _, isX := field.Scan(a)
		y, _, isY := field.Scan(b)
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

// Title is a column as it is called in errors and notes.
func (t *Table) Title(j int) string {
	if t.Names == nil || t.Names[j] == "" {
		return fmt.Sprintf("column %d", j+1)
	}
	return fmt.Sprintf("column %d %q", j+1, t.Names[j])
}

// Plural is so many of what is called so.
func Plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
