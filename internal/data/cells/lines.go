// Lines and limits: how lines end, how long a record may be, and how large a table.

package cells

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A lineReader passes text on in which every line ends in a line feed. It refuses what no table has: a zero byte, or a
// record so long or with so many fields that it alone could fill the memory, whether in one line or, after a quotation
// mark that is never closed, in many.
type lineReader struct {
	r         io.Reader
	separator byte
	hasQuotes bool // separators and line ends in quotes are text

	lines        int  // so far
	recordBytes  int  // since the last whole record
	separators   int  // in a long record
	inQuotes     bool // whether the text so far ends in quotes
	endsInReturn bool // and whether it ends in a carriage return: a line feed that follows belongs to the same line end
}

const (
	maxRecordBytes = 16 << 20
	maxColumns     = 1 << 16 // more than the inputs of any network here
)

var (
	errLong = errors.New("more than 16 million bytes")
	errWide = fmt.Errorf("more than %d fields: a table with that many columns cannot be learned from", maxColumns)
)

func (l *lineReader) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	b = l.endLines(b[:n])
	l.recordBytes += len(b)
	if l.recordBytes > maxRecordBytes {
		return 0, errLong
	}
	if k := bytes.IndexByte(b, 0); k >= 0 {
		return 0, fmt.Errorf("line %d is not text: it has a zero byte", l.lines+1+bytes.Count(b[:k], []byte("\n")))
	}
	l.lines += bytes.Count(b, []byte("\n"))
	if l.recordBytes > 2*maxColumns { // a shorter record has no room for so many separators
		l.countSeparators(b)
	} else if oddQuotes(b) {
		l.inQuotes = !l.inQuotes
	}
	if l.separators > 2*maxColumns {
		return 0, errWide
	}
	return len(b), err
}

// endRecord is called after each record.
func (l *lineReader) endRecord() { l.recordBytes, l.separators = 0, 0 }

// endLines turns a carriage return without a line feed after it into a line feed, except in quotes: a table may be
// joined from files of an old Mac and of other computers.
func (l *lineReader) endLines(b []byte) []byte {
	if l.endsInReturn && len(b) > 0 {
		l.endsInReturn = false
		if b[0] == '\n' {
			b = b[:copy(b, b[1:])]
		}
	}
	inQuotes := l.inQuotes && l.hasQuotes
	for from := 0; ; {
		k := bytes.IndexByte(b[from:], '\r')
		if k < 0 {
			return b
		}
		if l.hasQuotes && oddQuotes(b[from:from+k]) {
			inQuotes = !inQuotes
		}
		k += from
		from = k + 1
		beforeLineFeed := from < len(b) && b[from] == '\n'
		if !inQuotes && !beforeLineFeed {
			b[k], l.endsInReturn = '\n', from == len(b)
		}
	}
}

func oddQuotes(b []byte) bool { return bytes.Count(b, []byte(`"`))%2 == 1 }

// countSeparators counts the separators of a long record outside of quotes.
func (l *lineReader) countSeparators(b []byte) {
	for _, c := range b {
		if c == '"' {
			l.inQuotes = !l.inQuotes
		} else if c == l.separator && !(l.inQuotes && l.hasQuotes) {
			l.separators++
		}
	}
}

// oldMac reads text in which a carriage return alone ends a line, as Excel for the Mac still saves it.
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

// MaxCells is the most cells that are read, so that a table, or a pipe that never ends, takes no more than 4 GB. Tests
// set it lower.
var MaxCells = 1 << 29

// A Limit bounds what is read from a file: the bytes of text; the cells, if some are not whole numbers from 0 to 255;
// and the inputs of all samples together.
type Limit struct{ Bytes, Cells, Inputs int64 }

// LimitOf returns the limit for a file of size bytes that may be unpacked to at most limit bytes. A packed byte may
// stand for up to 40 bytes of text, for two numbers, or for eight inputs that are 0 or 1.
func LimitOf(size, limit int64, packed bool) Limit {
	if packed {
		return Limit{min(limit, 1<<20+40*size), 1<<20 + 2*size, 1<<20 + 8*size}
	}
	return Limit{limit, limit, 1<<20 + 16*min(size, 1<<40)}
}

// TooLong returns the error about a table of more than limit bytes.
func TooLong(limit int64) error {
	return fmt.Errorf("unpacks to more than %d bytes, many times its size: no table does that", limit)
}

// CheckInputs returns an error if n inputs for each row are more than the limit.
func (t *Table) CheckInputs(n int) error {
	if all := int64(t.N) * int64(n); all > min(t.limit.Inputs, int64(MaxCells)) {
		return fmt.Errorf("%d samples of %d inputs are too many for a file of its size; leave columns out "+
			"with -ignore, or unpack it if it is packed", t.N, n)
	}
	return nil
}
