// Text: the records of a table, in whatever encoding and with whatever separators people have them.

package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A reader reads records.
type reader struct {
	csv  *csv.Reader
	text *lines
	last int // the line of the last record
}

// A line is a record and the line of the file that it begins in.
type line struct {
	fields []string
	number int
}

// newReader finds out what separates the fields, and leaves out the lines before a table.
func newReader(r io.Reader) *reader {
	const size = 1 << 16 // the separator is looked for in as much of the first line
	br := bufio.NewReaderSize(r, size)
	if head, _ := br.Peek(2); IsUTF16(head) {
		br = bufio.NewReaderSize(newUTF16(br), size)
	}
	if head, _ := br.Peek(3); string(head) == "\xef\xbb\xbf" {
		br.Discard(3)
	}
	comma, skipped := begin(br)
	text := &lines{r: io.MultiReader(strings.NewReader(skipped), br)}
	c := csv.NewReader(text)
	c.Comma, c.FieldsPerRecord = comma, -1
	c.TrimLeadingSpace, c.LazyQuotes = comma != '\t', comma == '\t'
	return &reader{csv: c, text: text}
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// begin finds the separator in the first line of the table, and discards the lines before it:
// Excel's "sep=;", and comments that begin with # and do not have the table's separators. skipped
// stands for them, so that lines keep their numbers. It looks no further than it must, since a
// pipe may give a line and then wait.
func begin(br *bufio.Reader) (comma rune, skipped string) {
	var first []byte
	for n := 1; ; n = br.Buffered() + 1 {
		_, err := br.Peek(n)
		head, _ := br.Peek(br.Buffered())
		var whole bool
		if first, whole = firstLine(head); whole || err != nil {
			break
		}
	}
	comma = separator(first)
	for {
		head, _ := br.Peek(br.Buffered())
		before, _, more := bytes.Cut(head, []byte("\n"))
		switch text := bytes.TrimRight(before, "\r"); {
		case more && isSep(text) && strings.IndexByte(",;\t|", text[4]) >= 0:
			comma = rune(text[4])
		case more && bytes.HasPrefix(text, []byte("#")) && first != nil && count(text, comma) != count(first, comma):
		default:
			return comma, skipped
		}
		br.Discard(len(before) + 1)
		skipped += "\n"
	}
}

// firstLine is the first line that is not blank and none of those before a table, and says
// whether it has come as a whole.
func firstLine(head []byte) (first []byte, whole bool) {
	for l := range bytes.Lines(quoted.ReplaceAll(head, nil)) {
		if text := bytes.TrimRight(l, "\r\n"); len(text) > 0 && text[0] != '#' && !isSep(text) {
			return l, len(text) < len(l) && !bytes.Contains(l, []byte(`"`))
		}
	}
	return nil, false
}

func isSep(text []byte) bool { return len(text) == 5 && bytes.EqualFold(text[:4], []byte("sep=")) }

// separator is what separates the fields of a line without its quoted parts.
func separator(line []byte) rune {
	switch {
	case count(line, ';') > 0:
		return ';'
	case count(line, '\t') > count(line, ','):
		return '\t'
	}
	return ','
}

// count is how often a line has a separator outside of quotes.
func count(line []byte, comma rune) int {
	return bytes.Count(quoted.ReplaceAll(line, nil), []byte(string(comma)))
}

// read reads a record.
func (r *reader) read() (l line, err error) {
	if l.fields, err = r.csv.Read(); err != nil {
		return l, r.explain(err)
	}
	r.text.record = 0
	l.number, _ = r.csv.FieldPos(0)
	r.last = l.number
	if r.csv.Comma == ';' {
		decimalPoints(l.fields)
	}
	return l, nil
}

// ahead reads the lines that show whether the first of them is a header: two, or more where that
// has words and numbers in it.
func (r *reader) ahead() (list []line, err error) {
	const cells = 1 << 16
	for len(list) < 2 || isMixed(list[0].fields) && len(list)*len(list[0].fields) < cells {
		l, err := r.read()
		if err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		l.fields = slices.Clone(l.fields)
		for j, f := range l.fields {
			l.fields[j] = strings.TrimSpace(f)
		}
		list = append(list, l)
	}
	return list, nil
}

// explain says where a record could not be taken apart.
func (r *reader) explain(err error) error {
	var pe *csv.ParseError
	switch {
	case errors.Is(err, errEndless):
		return fmt.Errorf("the record after line %d has %w: look for a quote there that is not closed", r.last, err)
	case !errors.As(err, &pe):
		return err
	case pe.Line > pe.StartLine:
		return fmt.Errorf("line %d: the record that begins here goes wrong in line %d, character %d: %w; "+
			"fields with quotes in them are written \"like \"\"this\"\"\"", pe.StartLine, pe.Line, pe.Column, pe.Err)
	}
	return fmt.Errorf("line %d, character %d: %w; fields with quotes in them are written \"like \"\"this\"\"\"",
		pe.Line, pe.Column, pe.Err)
}

// decimalPoints makes 1.5 of 1,5, as half of Europe writes it.
func decimalPoints(rec []string) {
	for j, f := range rec {
		if f := strings.ReplaceAll(f, ",", "."); isNumber(f) {
			rec[j] = f
		}
	}
}

// lines passes text on, and refuses what no text has: a zero byte, or a record so long that it
// alone could fill the memory, be it on one line or behind a quote on many.
type lines struct {
	r      io.Reader
	n      int // lines
	record int // bytes since the last whole record
}

const mostRecord = 16 << 20

var errEndless = errors.New("more than 16 million bytes")

func (l *lines) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.record += n; l.record > mostRecord {
		return 0, errEndless
	}
	for _, c := range b[:n] {
		if c == '\n' {
			l.n++
		}
		if c == 0 {
			return 0, fmt.Errorf("line %d is no text: it has a zero byte", l.n+1)
		}
	}
	return n, err
}

// ---- UTF-16 ----

// IsUTF16 says whether a file begins with the mark of UTF-16, as Excel's "Unicode text" does.
func IsUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// fromUTF16 is text in UTF-16, as UTF-8.
type fromUTF16 struct {
	r     *bufio.Reader
	order binary.ByteOrder
	rest  []byte // UTF-8 that was not asked for yet
	err   error  // after it
}

func newUTF16(r *bufio.Reader) *fromUTF16 {
	u := &fromUTF16{r: r, order: binary.LittleEndian}
	if mark, _ := r.ReadByte(); mark == 0xfe {
		u.order = binary.BigEndian
	}
	r.ReadByte()
	return u
}

func (u *fromUTF16) Read(b []byte) (int, error) {
	for u.err == nil && (len(u.rest) == 0 || len(u.rest) < len(b) && u.r.Buffered() > 1) {
		var c, low rune
		if c, u.err = u.unit(); u.err == nil && utf16.IsSurrogate(c) {
			if low, u.err = u.unit(); u.err == io.EOF {
				u.err = io.ErrUnexpectedEOF
			}
			if c = utf16.DecodeRune(c, low); c == utf8.RuneError && u.err == nil { // half a character: no text, in UTF-8 either
				u.rest, c = append(u.rest, 0xff), low
			}
		}
		switch {
		case u.err != nil:
		case utf16.IsSurrogate(c):
			u.rest = append(u.rest, 0xff)
		default:
			u.rest = utf8.AppendRune(u.rest, c)
		}
	}
	if len(u.rest) == 0 {
		return 0, u.err
	}
	n := copy(b, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

func (u *fromUTF16) unit() (rune, error) {
	var b [2]byte
	_, err := io.ReadFull(u.r, b[:])
	return rune(u.order.Uint16(b[:])), err
}
