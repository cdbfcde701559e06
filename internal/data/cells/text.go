// Text: the records of a table, in whatever encoding and with whatever separators people have them.

package cells

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"backprop/internal/data/field"
	"backprop/internal/data/heading"
	"backprop/internal/file"
)

// A Reader reads records.
type Reader struct {
	Comma  rune // what separates their fields
	Column bool // nothing does, since the commas are decimal; see NewColumnReader
	Title  bool // to be set before the first is read: lines with a title may stand above the table

	csv     *csv.Reader
	text    *lines
	last    int    // the line of the last record
	titles  int    // the last line of a title, which was left out
	waiting []Line // read already
	err     error  // after these
}

// A Line is a record and the line of the file that it begins in.
type Line struct {
	Fields []string
	Number int
}

// NewReader finds out what separates the fields, and leaves out the lines before a table.
func NewReader(r io.Reader) *Reader { return newReader(r, false) }

// NewColumnReader is NewReader of a table that may have a single column of numbers with a decimal comma, which then
// separates nothing.
func NewColumnReader(r io.Reader) *Reader { return newReader(r, true) }

// newReader is NewReader, or NewColumnReader.
func newReader(r io.Reader, column bool) *Reader {
	const size = 1 << 16 // the separator is looked for in as much of the first line
	br := bufio.NewReaderSize(r, size)
	br.Peek(1)
	foreign := file.CheckFormat(buffered(br)[:min(br.Buffered(), 512)])
	if head, _ := br.Peek(2); IsUTF16(head) {
		br = bufio.NewReaderSize(newUTF16(br), size)
	}
	for { // once, or once for each program that the table has been through
		if head, _ := br.Peek(3); string(head) != "\xef\xbb\xbf" {
			break
		}
		br.Discard(3)
	}
	first := peekLine(br)
	if head := buffered(br); bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(bytes.TrimRight(head, "\r"), '\r') >= 0 {
		br = bufio.NewReaderSize(oldMac{br}, size)
		first = peekLine(br)
	}
	comma, skipped := begin(br, first)
	if numbers, commas := columnOf(buffered(br)); column && comma == ',' && numbers {
		column, comma = commas, ';' // as answers with a decimal comma need it
	} else {
		column = false
	}
	text := &lines{r: io.MultiReader(strings.NewReader(skipped), br), comma: byte(comma), quotes: comma != '\t'}
	c := csv.NewReader(bufio.NewReaderSize(text, size))
	c.Comma, c.FieldsPerRecord = comma, -1
	c.TrimLeadingSpace, c.LazyQuotes = comma != '\t', comma == '\t'
	l := &Reader{Comma: comma, Column: column, csv: c, text: text}
	if l.err = foreign; isARFF(first) {
		l.err = errors.New("is a table in ARFF, the format of Weka, which this program does not read; save it as CSV")
	}
	return l
}

// decimal is a number with a decimal comma, or a whole one.
var decimal = regexp.MustCompile(`^[ \t]*[-+]?\d*(,\d+)?[ \t]*$`)

// columnOf says whether the lines that have come are numbers, whole ones or with a decimal comma, and whether some have
// that; the first may be a name.
func columnOf(head []byte) (numbers, commas bool) {
	lines := 0
	for l := range bytes.Lines(head) {
		text := bytes.TrimRight(l, "\r\n")
		if len(text) == len(l) && lines > 1 { // it may go on
			break
		}
		lines++
		comma := bytes.IndexByte(text, ',') >= 0
		if number := decimal.Match(text); number && len(text) > 0 {
			numbers, commas = true, commas || comma
		} else if !number && (lines > 1 || comma) {
			return false, false
		}
	}
	return numbers, commas
}

// buffered is what has come of a text.
func buffered(br *bufio.Reader) []byte {
	head, _ := br.Peek(br.Buffered())
	return head
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// peekLine is the first line that belongs to a table. It looks no further than it must, since a pipe
// may give a line and then wait.
func peekLine(br *bufio.Reader) (first []byte) {
	for n := 1; ; n = br.Buffered() + 1 {
		_, err := br.Peek(n)
		var whole bool
		if first, whole = firstLine(buffered(br)); whole || err != nil {
			return first
		}
	}
}

// isARFF says whether a text begins with a line that only Weka's tables have.
func isARFF(first []byte) bool {
	const word = "@relation"
	return len(first) > len(word) && bytes.EqualFold(first[:len(word)], []byte(word))
}

// begin finds the separator, and discards the lines before the table: Excel's "sep=;", and comments
// that begin with # and do not have the table's separators. skipped stands for them, so that lines
// keep their numbers.
func begin(br *bufio.Reader, first []byte) (comma rune, skipped string) {
	comma = separator(first, buffered(br))
	for n := 0; ; n++ {
		head := buffered(br)
		before, _, more := bytes.Cut(head, []byte("\n"))
		switch text := bytes.TrimRight(before, "\r"); {
		case more && isSep(text) && strings.IndexByte(",;\t|", text[4]) >= 0:
			comma = rune(text[4])
		case more && bytes.HasPrefix(text, []byte("#")) && first != nil && count(text, comma) != count(first, comma):
		default:
			return comma, strings.Repeat("\n", n)
		}
		br.Discard(len(before) + 1)
	}
}

// firstLine is the first line that is not blank and none of those before a table, and says
// whether it has come as a whole.
func firstLine(head []byte) (first []byte, whole bool) {
	for l := range bytes.Lines(quoted.ReplaceAll(head, nil)) {
		text := bytes.TrimRight(l, "\r\n")
		if len(text) > 0 && text[0] != '#' && text[0] != '%' && !isSep(text) {
			return l, len(text) < len(l) && !bytes.Contains(l, []byte(`"`))
		}
	}
	return nil, false
}

func isSep(text []byte) bool { return len(text) == 5 && bytes.EqualFold(text[:4], []byte("sep=")) }

// separator is what separates the fields: it stands in the first line, or, where that is a title, in
// those of the next that have come.
func separator(first, head []byte) rune {
	const few = 20
	comma, below := separatorOf(first), [][]byte{}
	for l := range bytes.Lines(quoted.ReplaceAll(head, nil)) {
		text := bytes.TrimRight(l, "\r\n")
		if len(below) < few && len(text) < len(l) && len(bytes.TrimSpace(text)) > 0 && l[0] != '#' && !isSep(text) {
			below = append(below, l)
		}
	}
	if len(below) < 3 {
		return comma
	}
	for _, l := range below[1:] {
		if other := separatorOf(l); count(first, comma) == 0 && count(l, other) > 0 {
			return other
		}
	}
	other, n := separatorOf(below[1]), count(below[1], comma)
	if other != comma && n != count(first, comma) && count(below[1], other) == count(below[2], other) {
		return other
	}
	return comma
}

// separatorOf is what separates the fields of a line without its quoted parts.
func separatorOf(line []byte) rune {
	switch {
	case count(line, ';') > 0:
		return ';'
	case count(line, '\t') > count(line, ','):
		return '\t'
	case !bytes.HasPrefix(line, []byte("|")) && count(line, '|') > count(line, ','): // else it is drawn, in Markdown
		return '|'
	}
	return ','
}

// count is how often a line has a separator outside of quotes.
func count(line []byte, comma rune) int {
	return bytes.Count(quoted.ReplaceAll(line, nil), []byte(string(comma)))
}

// Read reads a record, which is good until the next is read.
func (r *Reader) Read() (l Line, err error) {
	if r.Title {
		r.Title = false
		r.skipTitle()
	}
	if len(r.waiting) > 0 {
		l, r.waiting = r.waiting[0], r.waiting[1:]
		return l, nil
	}
	if r.err != nil {
		return l, r.err
	}
	return r.next()
}

// next reads a record of the text.
func (r *Reader) next() (l Line, err error) {
	if l.Fields, err = r.csv.Read(); err != nil {
		r.err = r.explain(err)
		return l, r.err
	}
	r.text.record, r.text.commas = 0, 0
	l.Number, _ = r.csv.FieldPos(0)
	r.last = l.Number
	return l, nil
}

// skipTitle leaves out the lines of a title: only their first field is filled, the first of them with
// words, and the line below has more fields than one filled, and another number of them or names alone.
func (r *Reader) skipTitle() {
	const most = 20
	for len(r.waiting) < most && r.err == nil {
		l, err := r.next()
		if err != nil {
			return
		}
		l.Fields = slices.Clone(l.Fields)
		r.waiting = append(r.waiting, l)
		if !isTitle(l.Fields) && !isBlank(l.Fields) {
			break
		}
	}
	n := len(r.waiting) - 1
	if n < 1 || r.err != nil || field.IsNumber(r.waiting[0].Fields[0]) || field.IsMissing(r.waiting[0].Fields[0]) {
		return
	}
	l := r.waiting[n]
	names := !slices.ContainsFunc(l.Fields, field.IsNumber)
	if !isTitle(l.Fields) && (len(l.Fields) != len(r.waiting[0].Fields) || names) {
		r.titles, r.waiting = r.waiting[n-1].Number, r.waiting[n:]
	}
}

// isBlank says whether no field of a record is filled.
func isBlank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// isTitle says whether only the first field of a record is filled.
func isTitle(fields []string) bool {
	for j, f := range fields {
		if (strings.TrimSpace(f) == "") != (j > 0) {
			return false
		}
	}
	return true
}

// Titles says which lines above the table were left out; "" where there were none.
func (r *Reader) Titles() string {
	switch {
	case r.titles > 1:
		return fmt.Sprintf("lines 1 to %d stand above the table and are left out", r.titles)
	case r.titles == 1:
		return "line 1 stands above the table and is left out"
	}
	return ""
}

// ahead reads the lines that show whether the first of them is a header: two, or more where that has words and
// numbers in it, or numbers that count on, or where both are words alone.
func (r *Reader) ahead() (list []Line, err error) {
	const cells = 1 << 16
	for len(list) < 2 || len(list)*len(list[0].Fields) < cells && heading.IsUnclear(list[0].Fields, list[1].Fields) {
		l, err := r.Read()
		if err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		l.Fields = slices.Clone(l.Fields)
		for j, f := range l.Fields {
			l.Fields[j] = strings.TrimSpace(f)
		}
		list = append(list, l)
	}
	return list, nil
}

// explain says where a record could not be taken apart.
func (r *Reader) explain(err error) error {
	var pe *csv.ParseError
	switch {
	case errors.Is(err, errEndless):
		return fmt.Errorf("the record after line %d has %w: look for a quote there that is not closed", r.last, err)
	case errors.Is(err, errWide):
		return fmt.Errorf("the record after line %d has %w", r.last, err)
	case !errors.As(err, &pe):
		return err
	case pe.Line > pe.StartLine:
		return fmt.Errorf("line %d: the record that begins here goes wrong in line %d, character %d: %w; "+
			"fields with quotes in them are written \"like \"\"this\"\"\"", pe.StartLine, pe.Line, pe.Column, pe.Err)
	}
	return fmt.Errorf("line %d, character %d: %w; fields with quotes in them are written \"like \"\"this\"\"\"",
		pe.Line, pe.Column, pe.Err)
}

// lines passes text on, and refuses what no text has: a zero byte, or a record so long or of so many
// fields that it alone could fill the memory, be it on one line or behind a quote on many.
type lines struct {
	r      io.Reader
	n      int  // lines
	record int  // bytes since the last whole record
	commas int  // separators since it was long
	comma  byte // the separator
	quotes bool // within quotes it is none
	within bool // quotes
	ended  bool // by a carriage return as the last byte: a line feed after it is of the same line end
}

const mostRecord = 16 << 20

// maxColumns is more than any network here has inputs for.
const maxColumns = 1 << 16

var (
	errEndless = errors.New("more than 16 million bytes")
	errWide    = fmt.Errorf("more than %d fields: a table with that many columns cannot be learned from", maxColumns)
)

func (l *lines) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	n = l.endLines(b[:n])
	b = b[:n]
	if l.record += n; l.record > mostRecord {
		return 0, errEndless
	}
	if k := bytes.IndexByte(b, 0); k >= 0 {
		return 0, fmt.Errorf("line %d is not text: it has a zero byte", l.n+1+bytes.Count(b[:k], []byte("\n")))
	}
	l.n += bytes.Count(b, []byte("\n"))
	if l.record > 2*maxColumns { // else there is no room for so many
		l.countCommas(b)
	} else if bytes.Count(b, []byte(`"`))%2 == 1 {
		l.within = !l.within
	}
	if l.commas > 2*maxColumns {
		return 0, errWide
	}
	return n, err
}

// endLines makes line feeds of carriage returns that end lines by themselves, outside of quotes: tables are
// joined from files of a Mac and others. It returns how many bytes are left.
func (l *lines) endLines(b []byte) int {
	if l.ended && len(b) > 0 {
		if l.ended = false; b[0] == '\n' {
			copy(b, b[1:])
			b = b[:len(b)-1]
		}
	}
	within, from := l.within && l.quotes, 0
	for {
		k := bytes.IndexByte(b[from:], '\r')
		if k < 0 {
			return len(b)
		}
		if l.quotes && bytes.Count(b[from:from+k], []byte(`"`))%2 == 1 {
			within = !within
		}
		k += from
		if from = k + 1; within || from < len(b) && b[from] == '\n' {
			continue
		}
		b[k], l.ended = '\n', from == len(b)
	}
}

// countCommas counts the separators of a long record.
func (l *lines) countCommas(b []byte) {
	for _, c := range b {
		if c == '"' {
			l.within = !l.within
		} else if c == l.comma && !(l.within && l.quotes) {
			l.commas++
		}
	}
}

// oldMac is text whose lines end in a carriage return alone, as Excel for the Mac still saves it.
type oldMac struct{ r io.Reader }

func (m oldMac) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	for i, c := range b[:n] {
		if c == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}
