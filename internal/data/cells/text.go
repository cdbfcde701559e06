// Text: the records of a table, in whatever encoding and with whatever separator.

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

// A Reader reads the records of a table.
type Reader struct {
	Separator rune // between fields
	OneColumn bool // there is a single column, because all commas are decimal
	SkipTitle bool // leave out the lines of a title above the table; to be set before the first Read

	csv        *csv.Reader
	lines      *lineReader
	lastLine   int    // where the last record began
	titleLines int    // the last line of a title that was left out
	waiting    []Line // records that were read ahead
	err        error  // the error to return after the waiting records
}

// A Line is a record, and the number of the line in which it begins.
type Line struct {
	Fields []string
	Number int
}

const bufferSize = 1 << 16 // how much of the first line is searched for the separator

// NewReader finds out what separates the fields, and skips the lines that programs write above a table. If oneColumn is
// set, the table may be a single column of numbers with a decimal comma; then the comma is not a separator.
func NewReader(r io.Reader, oneColumn bool) *Reader {
	br := bufio.NewReaderSize(r, bufferSize)
	br.Peek(1)
	t := &Reader{err: file.CheckFormat(buffered(br)[:min(br.Buffered(), 512)])}
	if head, _ := br.Peek(2); file.IsUTF16(head) {
		br = bufio.NewReaderSize(file.NewUTF16(br), bufferSize)
	}
	skipMarks(br)
	first := peekFirstLine(br)
	head := buffered(br)
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(bytes.TrimRight(head, "\r"), '\r') >= 0 {
		br = bufio.NewReaderSize(oldMac{br}, bufferSize)
		first = peekFirstLine(br)
	}
	if isARFF(first) {
		t.err = errors.New("is a table in ARFF, the format of Weka, which this program does not read; save it as CSV")
	}
	var skipped string
	t.Separator, skipped = skipPreamble(br, first)
	if oneColumn && t.Separator == ',' {
		if isColumn, hasCommas := isColumnOfNumbers(buffered(br)); isColumn {
			t.Separator, t.OneColumn = ';', hasCommas // predictions with a decimal comma need a semicolon
		}
	}
	inTabs := t.Separator == '\t'
	text := io.MultiReader(strings.NewReader(skipped), br)
	t.lines = &lineReader{r: text, separator: byte(t.Separator), hasQuotes: !inTabs}
	t.csv = csv.NewReader(bufio.NewReaderSize(t.lines, bufferSize))
	t.csv.Comma, t.csv.FieldsPerRecord = t.Separator, -1
	t.csv.TrimLeadingSpace, t.csv.LazyQuotes = !inTabs, inTabs
	return t
}

// buffered returns as much of a text as has arrived.
func buffered(br *bufio.Reader) []byte {
	head, _ := br.Peek(br.Buffered())
	return head
}

// skipMarks skips the byte order marks of UTF-8: one for each program that has saved the table.
func skipMarks(br *bufio.Reader) {
	for {
		if head, _ := br.Peek(3); string(head) != "\xef\xbb\xbf" {
			return
		}
		br.Discard(3)
	}
}

// peekFirstLine returns the first line that belongs to a table, without what is in quotes. It waits for no more text
// than it needs, because the program behind a pipe may send one line and then wait for an answer.
func peekFirstLine(br *bufio.Reader) (first []byte) {
	for n := 1; ; n = br.Buffered() + 1 {
		_, err := br.Peek(n)
		var complete bool
		if first, complete = firstLine(buffered(br)); complete || err != nil {
			return first
		}
	}
}

// firstLine returns the first line that is neither blank nor above the table, and whether all of it has arrived.
func firstLine(head []byte) (first []byte, complete bool) {
	for l := range bytes.Lines(unquoted(head)) {
		text := bytes.TrimRight(l, "\r\n")
		if len(text) > 0 && text[0] != '#' && text[0] != '%' && !isSep(text) {
			return l, len(text) < len(l) && !bytes.Contains(l, []byte(`"`))
		}
	}
	return nil, false
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// unquoted returns a text without what is in quotes.
func unquoted(text []byte) []byte { return quoted.ReplaceAll(text, nil) }

// isSep reports whether a line is Excel's "sep=;", with any separator.
func isSep(text []byte) bool { return len(text) == 5 && bytes.EqualFold(text[:4], []byte("sep=")) }

// isARFF reports whether a line begins a table of Weka.
func isARFF(first []byte) bool {
	const word = "@relation"
	return len(first) > len(word) && bytes.EqualFold(first[:len(word)], []byte(word))
}

// skipPreamble finds the separator, and skips the lines above the table: Excel's "sep=;", and remarks that begin with #
// and do not have as many separators as the table. skipped has a line end for each line skipped, so that the others
// keep their numbers.
func skipPreamble(br *bufio.Reader, first []byte) (separator rune, skipped string) {
	separator = findSeparator(first, buffered(br))
	for n := 0; ; n++ {
		line, _, complete := bytes.Cut(buffered(br), []byte("\n"))
		text := bytes.TrimRight(line, "\r")
		isRemark := bytes.HasPrefix(text, []byte("#")) && first != nil && count(text, separator) != count(first, separator)
		if isSep(text) && strings.IndexByte(",;\t|", text[4]) >= 0 && complete {
			separator = rune(text[4])
		} else if !isRemark || !complete {
			return separator, strings.Repeat("\n", n)
		}
		br.Discard(len(line) + 1)
	}
}

// findSeparator returns what separates the fields. It looks at the first line or, if that is a title, at the lines
// below it that have arrived.
func findSeparator(first, head []byte) rune {
	const enough = 20
	var lines [][]byte
	for l := range bytes.Lines(unquoted(head)) {
		text := bytes.TrimRight(l, "\r\n")
		isComplete := len(text) < len(l)
		isBlank := len(bytes.TrimSpace(text)) == 0
		if len(lines) < enough && isComplete && !isBlank && l[0] != '#' && !isSep(text) {
			lines = append(lines, l)
		}
	}
	separator := separatorOf(first)
	if len(lines) < 3 {
		return separator
	}
	second, third := lines[1], lines[2]
	if count(first, separator) == 0 {
		for _, l := range lines[1:] {
			if other := separatorOf(l); count(l, other) > 0 {
				return other
			}
		}
	}
	other := separatorOf(second)
	firstDiffers := count(first, separator) != count(second, separator)
	if other != separator && firstDiffers && count(second, other) == count(third, other) {
		return other
	}
	return separator
}

// separatorOf returns what separates the fields of a line.
func separatorOf(line []byte) rune {
	isDrawn := bytes.HasPrefix(line, []byte("|")) // as in Markdown
	switch {
	case count(line, ';') > 0:
		return ';'
	case count(line, '\t') > count(line, ','):
		return '\t'
	case count(line, '|') > count(line, ',') && !isDrawn:
		return '|'
	}
	return ','
}

// count returns how many separators a line has outside of quotes.
func count(line []byte, separator rune) int {
	return bytes.Count(unquoted(line), []byte(string(separator)))
}

// wholeOrComma matches a whole number, or one with a decimal comma; or nothing.
var wholeOrComma = regexp.MustCompile(`^[ \t]*[-+]?\d*(,\d+)?[ \t]*$`)

// isColumnOfNumbers reports whether the lines that have arrived are numbers, whole or with a decimal comma, and whether
// some have a comma. The first may be a name.
func isColumnOfNumbers(head []byte) (isColumn, hasCommas bool) {
	n := 0
	for l := range bytes.Lines(head) {
		text := bytes.TrimRight(l, "\r\n")
		if isCut := len(text) == len(l); isCut && n > 1 {
			break
		}
		n++
		comma := bytes.IndexByte(text, ',') >= 0
		if !wholeOrComma.Match(text) {
			if n > 1 || comma {
				return false, false
			}
		} else if len(text) > 0 {
			isColumn, hasCommas = true, hasCommas || comma
		}
	}
	return isColumn, hasCommas
}

// Read reads a record, which is valid until the next call.
func (t *Reader) Read() (l Line, err error) {
	if t.SkipTitle {
		t.SkipTitle = false
		t.skipTitle()
	}
	if len(t.waiting) > 0 {
		l, t.waiting = t.waiting[0], t.waiting[1:]
		return l, nil
	}
	if t.err != nil {
		return l, t.err
	}
	return t.next()
}

// next reads a record of the text.
func (t *Reader) next() (l Line, err error) {
	if l.Fields, err = t.csv.Read(); err != nil {
		t.err = t.explain(err)
		return l, t.err
	}
	t.lines.endRecord()
	l.Number, _ = t.csv.FieldPos(0)
	t.lastLine = l.Number
	return l, nil
}

// skipTitle leaves out the lines of a title. In each of them only the first field is filled, and in the first of them
// it is filled with words. The line below the title has more fields filled, and it has another number of fields or
// consists of names only.
func (t *Reader) skipTitle() {
	const most = 20
	for len(t.waiting) < most && t.err == nil {
		l, err := t.next()
		if err != nil {
			return
		}
		l.Fields = slices.Clone(l.Fields)
		t.waiting = append(t.waiting, l)
		if !isTitle(l.Fields) && !isBlank(l.Fields) {
			break
		}
	}
	n := len(t.waiting) - 1
	if n < 1 || t.err != nil {
		return
	}
	title, l := t.waiting[0].Fields, t.waiting[n].Fields
	if field.IsNumber(title[0]) || field.MayBeMissing(title[0]) {
		return
	}
	if onlyNames := !slices.ContainsFunc(l, field.IsNumber); !isTitle(l) && (len(l) != len(title) || onlyNames) {
		t.titleLines, t.waiting = t.waiting[n-1].Number, t.waiting[n:]
	}
}

// isBlank reports whether no field of a record is filled.
func isBlank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// isTitle reports whether only the first field of a record is filled.
func isTitle(fields []string) bool { return !isBlank(fields[:1]) && isBlank(fields[1:]) }

// TitleNote returns a note about the lines of a title that were left out; "" if there were none.
func (t *Reader) TitleNote() string {
	switch {
	case t.titleLines > 1:
		return fmt.Sprintf("lines 1 to %d stand above the table and are left out", t.titleLines)
	case t.titleLines == 1:
		return "line 1 stands above the table and is left out"
	}
	return ""
}

// readAhead reads the lines that show whether the first is a header: two, or more if two do not show it. Their fields
// have no blanks around them.
func (t *Reader) readAhead() (list []Line, err error) {
	const cells = 1 << 16
	for len(list) < 2 || len(list)*len(list[0].Fields) < cells && heading.NeedsMoreLines(list[0].Fields, list[1].Fields) {
		l, err := t.Read()
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

// explain says where a record could not be read.
func (t *Reader) explain(err error) error {
	const advice = `; fields with quotes in them are written "like ""this"""`
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, errLong):
		return fmt.Errorf("the record after line %d has %w: look for a quote there that is never closed", t.lastLine, err)
	case errors.Is(err, errWide):
		return fmt.Errorf("the record after line %d has %w", t.lastLine, err)
	case !errors.As(err, &wrong):
		return err
	case wrong.Line > wrong.StartLine:
		return fmt.Errorf("line %d: the record that begins here goes wrong in line %d, character %d: %w"+advice,
			wrong.StartLine, wrong.Line, wrong.Column, wrong.Err)
	}
	return fmt.Errorf("line %d, character %d: %w"+advice, wrong.Line, wrong.Column, wrong.Err)
}
