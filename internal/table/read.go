// Package table reads tables (CSV): which line is a header, which column the label, and what of the
// others can be an input.
package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
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
	small []byte    // n×len(cols); nil once there was a cell that is no byte
	cells []float64 // n×len(cols): a number, or NaN that carries 0 (missing) or 1 + the index of a word
}

type column struct {
	words                   []string
	index                   map[string]int // of a word in words
	texts, missing          int            // how many
	firstText, firstMissing int            // the lines
}

const nanBits = 0x7FF8 << 48

// maxCells keeps a table, or a pipe that never ends, within 4 GB.
const maxCells = 1 << 29

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
		err = fmt.Errorf("unpacks to more than %d bytes, many times its size: no table does that", limit)
	}
	return t, err
}

// newReader finds out what separates the fields.
func newReader(r io.Reader) *csv.Reader {
	br := bufio.NewReaderSize(r, 1<<16)
	head, _ := br.Peek(1 << 16)
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		br.Discard(3)
	}
	c := csv.NewReader(&lines{r: br})
	c.ReuseRecord, c.FieldsPerRecord = true, -1
	line, _, _ := bytes.Cut(regexp.MustCompile(`"[^"]*"`).ReplaceAll(head, nil), []byte("\n"))
	if bytes.ContainsRune(line, ';') {
		c.Comma = ';'
	} else if bytes.Count(line, []byte("\t")) > bytes.Count(line, []byte(",")) {
		c.Comma = '\t'
	}
	c.TrimLeadingSpace, c.LazyQuotes = c.Comma != '\t', c.Comma == '\t'
	return c
}

func (t *Table) read(r io.Reader) error {
	c := newReader(r)
	var first []string // line 1 waits for line 2, which shows whether it is a header
	for n := 1; ; n++ {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return csvError(err)
		}
		if c.Comma == ';' {
			decimalPoints(rec)
		}
		line, _ := c.FieldPos(0)
		if n == 1 {
			for _, f := range rec {
				first = append(first, strings.TrimSpace(f))
			}
			continue
		}
		if n == 2 {
			err = t.begin(first, rec, line)
		}
		if err == nil {
			err = t.add(rec, line)
		}
		if err != nil {
			return err
		}
	}
	if t.n < 2 || len(t.cols) < 2 {
		return fmt.Errorf("line 1: %d lines of %d fields are no table: expected numbers or words separated by "+
			"comma, semicolon or tab, and one of them the label", t.n, max(len(t.cols), len(first)))
	}
	return nil
}

// csvError says where a line could not be taken apart.
func csvError(err error) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return err
	}
	return fmt.Errorf("line %d, character %d: %w; fields with quotes in them are written \"like \"\"this\"\"\"",
		pe.Line, pe.Column, pe.Err)
}

// decimalPoints makes 1.5 of 1,5, as half of Europe writes it.
func decimalPoints(rec []string) {
	for j, f := range rec {
		if f := strings.Replace(f, ",", ".", 1); isNumber(f) {
			rec[j] = f
		}
	}
}

// begin decides what the first line is, now that the second is there too.
func (t *Table) begin(first, second []string, line int) error {
	if len(second) > maxColumns {
		return fmt.Errorf("line %d: %d fields: a table of more than %d columns is none to learn from",
			line, len(second), maxColumns)
	}
	t.cols = make([]column, len(second))
	switch {
	case isCountHeader(first, second): // says nothing that the table does not say itself
	case !isHeader(first, second):
		return t.add(first, 1)
	case len(first) != len(second):
		return fmt.Errorf("line %d: %d fields, where line 1 has %d", line, len(second), len(first))
	default:
		t.names = first
		for j, name := range first {
			if !utf8.ValidString(name) {
				return notUTF8(name, 1, fmt.Sprintf("column %d", j+1))
			}
		}
	}
	return nil
}

// lines passes text on, and refuses what no text has: a zero byte, or a line so long
// that it alone could fill the memory.
type lines struct {
	r      io.Reader
	n, len int
}

func (l *lines) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for _, c := range b[:n] {
		if l.len++; c == '\n' {
			l.n, l.len = l.n+1, 0
		}
		if c == 0 || l.len > 16<<20 {
			return 0, fmt.Errorf("line %d is no text: it has a zero byte, or more than 16 million bytes", l.n+1)
		}
	}
	return n, err
}

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
		return fmt.Errorf("line %d: %d fields, where the other lines have %d", line, len(rec), len(t.cols))
	}
	if len(t.small)+len(t.cells) > maxCells {
		return fmt.Errorf("line %d: the table goes on beyond %d numbers, more than is held in memory; "+
			"take fewer of its lines", line, maxCells)
	}
	t.n++
	for j, f := range rec {
		if t.cells == nil {
			if b, err := strconv.ParseUint(f, 10, 8); err == nil {
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
	case "", "?", "na", "n/a", "nan", "null", "none", "-":
		return true
	}
	return false
}

func (c *column) cell(f string, line int) float64 {
	if isMissing(strings.ToLower(f)) {
		if c.missing++; c.missing == 1 {
			c.firstMissing = line
		}
		return math.Float64frombits(nanBits)
	}
	if x, ok := number(f); ok {
		return x
	}
	if c.texts++; c.texts == 1 {
		c.firstText, c.index = line, map[string]int{}
	}
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
