// UTF-16, in which Excel may write text, turned into UTF-8.

package file

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// IsUTF16 reports whether a file begins with the byte order mark of UTF-16, as Excel's "Unicode text" does.
func IsUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// A utf16Reader turns text in UTF-16 into UTF-8. Half a character becomes a byte that is not valid UTF-8 either.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	rest  []byte // UTF-8 that has not been read yet
	err   error  // the error to return after rest
}

// NewUTF16 returns a reader that turns a file in UTF-16 into UTF-8.
func NewUTF16(r *bufio.Reader) io.Reader {
	u := &utf16Reader{r: r, order: binary.LittleEndian}
	if mark, _ := r.ReadByte(); mark == 0xfe {
		u.order = binary.BigEndian
	}
	r.ReadByte()
	return u
}

func (u *utf16Reader) Read(b []byte) (int, error) {
	for u.err == nil && (len(u.rest) == 0 || len(u.rest) < len(b) && u.r.Buffered() > 1) {
		u.err = u.decode()
	}
	if len(u.rest) == 0 {
		return 0, u.err
	}
	n := copy(b, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// decode appends a character to rest.
func (u *utf16Reader) decode() error {
	const half = 0xff
	c, err := u.unit()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(c) {
		low, err := u.unit()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
		if c = utf16.DecodeRune(c, low); c == utf8.RuneError {
			u.rest, c = append(u.rest, half), low
		}
	}
	if utf16.IsSurrogate(c) {
		u.rest = append(u.rest, half)
	} else {
		u.rest = utf8.AppendRune(u.rest, c)
	}
	return nil
}

// unit reads two bytes.
func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	_, err := io.ReadFull(u.r, b[:])
	return rune(u.order.Uint16(b[:])), err
}
