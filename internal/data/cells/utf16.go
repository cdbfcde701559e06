// UTF-16: text as Excel writes it, made UTF-8.

package cells

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

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
