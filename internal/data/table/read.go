// Package table reads tables (CSV): which line is a header, which column the label, and what of the
// others can be an input.
package table

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Table is a CSV file as it was read, before anything is decided. While all its cells are whole
// numbers from 0 to 255 it keeps bytes: MNIST as CSV is 47 MB so, and 376 as float64.
type Table struct {
	file  string   // for errors
	names []string // of the columns; nil without a header
	n     int
	cols  []column
	note  string    // how the first line was taken, where that is not plain
	small []byte    // n×len(cols); nil once there was a cell that is no byte
	cells []float64 // n×len(cols): a number, or NaN that carries 0 (missing) or 1 + the index of a word
}

type column struct {
	words                   []string
	index                   map[string]int // of a word in words
	texts, missing          int            // how many
	firstText, firstMissing int            // the lines
	unsure                  []unsure       // until settle decides
	unsures                 int            // how many fields
	codes                   map[float64]code
	twice                   []string // two codes that are one number
}

// An unsure field is "-" or "none", as it is spelled: how many there are, and in which line the first.
type unsure struct {
	text     string
	n, first int
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

func (c *column) spell(x float64, f string) {
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

// sameCode is two spellings in a column that count as one word; nil if there are none.
func (t *Table) sameCode(j int) []string {
	c := &t.cols[j]
	if c.twice != nil || c.codes == nil {
		return c.twice
	}
	seen := map[float64]int{}
	for i := range t.n {
		x := t.at(i, j)
		if s, ok := c.codes[x]; ok {
			if seen[x]++; seen[x] > s.n {
				return []string{s.text, t.word(i, j)}
			}
		}
	}
	return nil
}

// A NaN carries 0, or 1 + the index of a word, or, until settle, unsureBit + that of an unsure field.
const (
	nanBits   = 0x7FF8 << 48
	unsureBit = 1 << 30
)

// maxCells keeps a table, or a pipe that never ends, within 4 GB. Tests do with less.
var maxCells = 1 << 29

// maxColumns is more than any network here has inputs for.
const maxColumns = 1 << 16

// Read reads a table with or without a header, separated by comma, semicolon or tab. A table does
// not say how large it is: more than limit bytes are refused. file is the name for later errors;
// those of Read begin with the line.
func Read(r io.Reader, file string, limit int64) (*Table, error) {
	l := &io.LimitedReader{R: r, N: limit + 1}
	t := &Table{file: file}
	err := t.read(l)
	if l.N == 0 {
		err = tooLong(limit)
	}
	return t, err
}

func tooLong(limit int64) error {
	return fmt.Errorf("unpacks to more than %d bytes, many times its size: no table does that", limit)
}

func (t *Table) read(r io.Reader) error {
	c := newReader(r)
	c.csv.ReuseRecord = true
	ahead, err := c.ahead()
	if err == nil && len(ahead) > 1 {
		err = t.begin(ahead)
	}
	for err == nil && len(ahead) > 1 {
		var l line
		if l, err = c.read(); err == nil {
			err = t.add(l.fields, l.number)
		}
	}
	if err != nil && err != io.EOF {
		return err
	}
	if t.n < 2 || len(t.cols) < 2 {
		fields := 0
		if len(ahead) > 0 {
			fields = len(ahead[0].fields)
		}
		return fmt.Errorf("line 1: %s of %s, which is no table: expected numbers or words separated by "+
			"comma, semicolon or tab, and one of them the label", plural(t.n, "line"), plural(max(len(t.cols), fields), "field"))
	}
	return nil
}

// settle decides what "-" and "none" are: words, or values that are not there. Without known they are words in a column
// of words (as + and -); else where known, of a table before this one, says so of a column and a word.
func (t *Table) settle(known func(j int, word string) bool) {
	for j := range t.cols {
		c := &t.cols[j]
		if c.unsure == nil {
			continue
		}
		among := c.texts > 0 && !c.stray(t.n)
		kept := make([]bool, len(c.unsure))
		for k, u := range c.unsure {
			if kept[k] = among; known != nil {
				kept[k] = known(j, u.text)
			}
			if kept[k] {
				if c.texts += u.n; c.index == nil {
					c.firstText, c.index = u.first, map[string]int{}
				}
				continue
			}
			if c.missing == 0 || u.first < c.firstMissing {
				c.firstMissing = u.first
			}
			c.missing += u.n
		}
		for i := j; i < len(t.cells); i += len(t.cols) {
			if k := math.Float64bits(t.cells[i]) &^ nanBits; t.cells[i] != t.cells[i] && k >= unsureBit {
				if t.cells[i] = math.Float64frombits(nanBits); kept[k-unsureBit] {
					t.cells[i] = c.word(c.unsure[k-unsureBit].text)
				}
			}
		}
		c.unsure, c.unsures = nil, 0
	}
}

// begin decides what the first line is, now that others are there too, and takes those.
func (t *Table) begin(ahead []line) error {
	first, second, number := ahead[0].fields, ahead[1].fields, ahead[1].number
	if len(second) > maxColumns {
		return fmt.Errorf("line %d: %d fields: a table of more than %d columns is none to learn from",
			number, len(second), maxColumns)
	}
	t.cols = make([]column, len(second))
	header := isHeader(first, second)
	if !header && !isCountHeader(first, second) && isMixed(first) {
		var unclear bool
		if header, unclear = isNumberedHeader(first, ahead[1:]); header {
			t.note = "line 1 is taken for the header, with the numbers in it"
		} else if unclear {
			t.note = "line 1 is taken for a sample" + numberedAdvice
		}
	}
	switch {
	case isCountHeader(first, second): // says nothing that the table does not say itself
		ahead = ahead[1:]
	case header && len(first) != len(second):
		return fmt.Errorf("line %d: %s, where line 1 has %d", number, plural(len(second), "field"), len(first))
	case header:
		t.names, ahead = first, ahead[1:]
		for j, name := range first {
			if !utf8.ValidString(name) {
				return notUTF8(name, 1, fmt.Sprintf("column %d", j+1))
			}
		}
	}
	for _, l := range ahead {
		if err := t.add(l.fields, l.number); err != nil {
			return err
		}
	}
	return nil
}

// numberedAdvice is what to do where a header with numbers in it is not taken for one.
const numberedAdvice = "; if it is the header, write the numbers in it so that they are none (y2019)"

// isCountHeader knows the first line of scikit-learn's own tables and TensorFlow's: samples,
// features, class names.
func isCountHeader(first, second []string) bool {
	return len(first) > 3 && isNumber(first[0]) && first[1] == strconv.Itoa(len(second)-1) &&
		!slices.ContainsFunc(first[2:], isNumber)
}

// isHeader: names above numbers; above words, names that differ from each other; or the numbers
// of the columns themselves, as pandas writes them.
func isHeader(first, second []string) bool {
	counts := len(first) > 3
	for i, f := range first {
		k, err := strconv.Atoi(f)
		counts = counts && (i == 0 && f == "" || err == nil && (k == i || k == i-1 || k == i+1) ||
			err != nil && !isNumber(f) && i == len(first)-1)
	}
	if counts {
		return true
	}
	if slices.ContainsFunc(first, isNumber) {
		return false
	}
	return slices.ContainsFunc(second, isNumber) ||
		len(slices.Compact(slices.Sorted(slices.Values(first)))) == len(first)
}

// isMixed says that there are words and whole numbers in a line, and no other numbers: it may be a
// header with years in it.
func isMixed(fields []string) bool {
	words, whole := 0, 0
	for _, f := range fields {
		if _, err := strconv.ParseUint(f, 10, 63); err == nil {
			whole++
		} else if isNumber(f) {
			return false
		} else {
			words++
		}
	}
	return words > 0 && whole > 0
}

// isNumberedHeader weighs whether such a first line is a header. No field may come twice in it, and
// no word again below itself. A word that stands above numbers is a sign of a header, and so is one
// above words that come back again and again. Two signs are enough; one is, if no number is
// within the range of those below it.
func isNumberedHeader(first []string, rest []line) (is, unclear bool) {
	signs, outside := 0, true
	for j, f := range first {
		words, numbers := map[string]bool{}, 0
		from, to := math.Inf(1), math.Inf(-1)
		for _, l := range rest {
			if len(l.fields) != len(first) {
				return false, false
			}
			g := l.fields[j]
			if x, ok := number(g); ok {
				numbers, from, to = numbers+1, min(from, x), max(to, x)
			} else if !isMissing(strings.ToLower(g)) {
				words[g] = true
			}
		}
		x, ok := number(f)
		switch {
		case slices.Contains(first[:j], f), words[f], f != "" && isMissing(strings.ToLower(f)):
			return false, false
		case ok:
			outside = outside && (x < from || x > to)
		case f != "" && (len(words) == 0 && numbers > 0 || len(words) > 0 && 2*len(words) <= len(rest)):
			signs++
		}
	}
	is = len(rest) > 4 && (signs > 1 || signs == 1 && outside)
	return is, !is && signs > 0
}

func isNumber(s string) bool {
	_, ok := number(s)
	return ok
}

func number(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && x-x == 0
}

// add appends one line.
func (t *Table) add(rec []string, line int) error {
	if len(rec) != len(t.cols) {
		return fmt.Errorf("line %d: %s, where the other lines have %d", line, plural(len(rec), "field"), len(t.cols))
	}
	if len(t.small)+len(t.cells) > maxCells {
		return fmt.Errorf("line %d: the table goes on beyond %d numbers, more than is held in memory; "+
			"take fewer of its lines", line, maxCells)
	}
	t.n++
	for j, f := range rec {
		if t.cells == nil {
			if b, err := strconv.ParseUint(f, 10, 8); err == nil && !isCode(f) {
				t.small = append(t.small, byte(b))
				continue
			}
			t.cells = make([]float64, len(t.small), 2*len(t.small)+len(rec))
			for i, b := range t.small {
				t.cells[i] = float64(b)
			}
			t.small = nil
		}
		if f = strings.TrimSpace(f); !utf8.ValidString(f) {
			return notUTF8(f, line, t.title(j))
		}
		t.cells = append(t.cells, t.cols[j].cell(f, line))
	}
	return nil
}

// notUTF8 refuses text that could be told from another only by its bytes.
func notUTF8(f string, line int, column string) error {
	return fmt.Errorf("line %d, %s: %.40q is not UTF-8, which text is expected to be; save the table as "+
		"UTF-8 (as Excel's \"CSV UTF-8\", or by iconv -f latin1 -t utf8)", line, column, f)
}

// isMissing says whether a field, in small letters, stands for a value that is not there.
func isMissing(f string) bool {
	switch f {
	case "", "?", "na", "n/a", "nan", "null":
		return true
	}
	return isUnsure(f)
}

// isUnsure says whether a field, in small letters, may stand for a value that is not there, or be
// a word like others.
func isUnsure(f string) bool { return f == "-" || f == "none" }

// NoLabel says whether a label is not there: a class may be called "-" or "none", and if none is,
// they are no label.
func NoLabel(label string, classes []string) bool {
	return label == "" || isUnsure(strings.ToLower(label)) && !slices.Contains(classes, label)
}

func (c *column) cell(f string, line int) float64 {
	switch low := strings.ToLower(f); {
	case isUnsure(low):
		k := slices.IndexFunc(c.unsure, func(u unsure) bool { return u.text == f })
		if k < 0 {
			k, c.unsure = len(c.unsure), append(c.unsure, unsure{strings.Clone(f), 0, line})
		}
		c.unsures++
		c.unsure[k].n++
		return math.Float64frombits(nanBits | (unsureBit + uint64(k)))
	case isMissing(low):
		if c.missing++; c.missing == 1 {
			c.firstMissing = line
		}
		return math.Float64frombits(nanBits)
	}
	if x, ok := number(f); ok {
		if isCode(f) {
			c.spell(x, f)
		}
		return x
	}
	if c.texts++; c.texts == 1 {
		c.firstText, c.index = line, map[string]int{}
	}
	return c.word(f)
}

// word is a cell with a word.
func (c *column) word(f string) float64 {
	k, ok := c.index[f]
	if !ok {
		f = strings.Clone(f) // or it would keep its whole line
		k = len(c.words)
		c.words, c.index[f] = append(c.words, f), k
	}
	return math.Float64frombits(nanBits | uint64(k+1))
}

// at is a cell as a number, NaN if it is a word or missing.
func (t *Table) at(i, j int) float64 {
	if t.cells == nil {
		return float64(t.small[i*len(t.cols)+j])
	}
	return t.cells[i*len(t.cols)+j]
}

// word is a cell as text, "" if it is missing.
func (t *Table) word(i, j int) string {
	x := t.at(i, j)
	if x == x {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	if k := int(math.Float64bits(x) &^ nanBits); k > 0 {
		return t.cols[j].words[k-1]
	}
	return ""
}
