// Package file reads files without trusting the sizes that they claim.
package file

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"unicode"
)

// ErrCut is the error for a file that ends too early.
var ErrCut = errors.New("the file was cut off, fetch it again")

// Error returns err with the path of the file in front and, at the end, advice on what to do.
func Error(path string, err error) error {
	err = WithoutPath(err)
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: %w: you may not read it; change its permissions (chmod +r)", path, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file", path)
	case errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("%s: gzip data are followed by something else: the file is damaged, fetch it again", path)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum), errors.As(err, &corrupt):
		return fmt.Errorf("%s: packed data are damaged (%w): fetch the file again", path, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = ErrCut
	}
	return fmt.Errorf("%s: %w", path, err)
}

// WithoutPath returns a file error without its path, which may be the path of a temporary file. Callers add the right
// path.
func WithoutPath(err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return pathError.Err
	case errors.As(err, &linkError):
		return linkError.Err
	}
	return err
}

// Text from outside.

// Clean makes text from outside, such as a path or the name of a column, safe to print: it stays on one line, and
// contains nothing that controls the terminal.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, s)
}

// Message cleans a message that contains text from outside. A long message loses its middle, because the beginning says
// what it is about, and the end what to do.
func Message(s string) string {
	const maxLength, end = 500, 197 // characters
	s = strings.Join(strings.Fields(Clean(s)), " ")
	if r := []rune(s); len(r) > maxLength {
		s = string(r[:maxLength-end-3]) + " … " + string(r[len(r)-end:])
	}
	return s
}

// Reading.

// A Reader reads a file. It unpacks gzip.
type Reader struct {
	*bufio.Reader
	File  *os.File // nil if NewReader made the Reader
	Size  int64    // the size of the file on disk
	Limit int64    // the most bytes that the file can hold: never allocate more than this
	Gzip  bool
}

// MaxUnpacked returns how many bytes we accept from n bytes of packed data. Packing makes images about five times
// smaller, and tables at most thirty times. Only data that say nothing shrink a thousandfold.
func MaxUnpacked(n int64) int64 { return 1<<20 + 100*n }

// unknownSize is the size assumed for a pipe.
const unknownSize = 1 << 40

// Open opens a file for reading. It recognises gzip by the first bytes, not by the name, because browsers unpack a .gz
// file and keep its name. Errors begin with path.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Error(path, err)
	}
	r, err := newReader(f)
	if err != nil {
		f.Close()
		return nil, Error(path, err)
	}
	r.File = f
	return r, nil
}

func newReader(f *os.File) (*Reader, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a folder; a file was expected")
	case !info.Mode().IsRegular():
		return NewReader(f, unknownSize)
	}
	return NewReader(f, info.Size())
}

// OpenRegular opens a file like Open, but refuses a pipe, from which reading may wait for ever. Use it for files that
// the user has not named.
func OpenRegular(path string) (*Reader, error) {
	if err := CheckRegular(path); err != nil {
		return nil, Error(path, err)
	}
	return Open(path)
}

// CheckRegular returns an error if there is nothing at path, or something that is not a regular file.
func CheckRegular(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("a file was expected, and this is not one (%v)", info.Mode().Type())
	}
	return err
}

// NewReader returns a Reader of in, as Open does for a file of the given size.
func NewReader(in io.Reader, size int64) (*Reader, error) {
	r := &Reader{Reader: buffered(in), Size: size, Limit: size}
	empty := "the file is empty"
	if head, _ := r.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r.Reader)
		if err != nil {
			return nil, err
		}
		r.Reader, r.Gzip, r.Limit = buffered(z), true, MaxUnpacked(size)
		empty = "the file is empty once unpacked"
	}
	if _, err := r.Peek(1); err == io.EOF {
		return nil, errors.New(empty)
	} else if err != nil {
		return nil, err
	}
	head := r.Head()
	if what := notData(head); what != "" {
		return nil, fmt.Errorf("is %s, not data: the download went wrong, fetch it again", what)
	}
	return r, nil
}

func buffered(in io.Reader) *bufio.Reader { return bufio.NewReaderSize(in, 1<<16) }

// Head returns up to 512 bytes that have arrived from the file and that nobody has read from r yet. It does not wait
// for more, since the program at the other end of a pipe may be waiting for an answer.
func (r *Reader) Head() []byte {
	head, _ := r.Peek(min(r.Buffered(), 512))
	return head
}

// Close closes the file that Open opened.
func (r *Reader) Close() error { return r.File.Close() }

// notData says what the file is, if it is something that people often save by mistake in place of data; else it returns
// "".
func notData(head []byte) string {
	head = skipBlanks(head)
	switch {
	case bytes.HasPrefix(head, []byte("<stata_dta>")): // CheckFormat has a better message for it
	case htmlStart.Match(head):
		return "a web page (HTML)"
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "a pointer of git-lfs"
	}
	return ""
}

var htmlStart = regexp.MustCompile(`^<[!?A-Za-z]`)

// ReadN reads n bytes into a slice of exactly that size. If n is more than 48 MiB, ReadN does not trust it: it begins
// with 48 MiB, and doubles the slice whenever it is full. (MNIST's images need no more than 48 MiB, so they take one
// allocation.)
func ReadN(r io.Reader, n int) ([]byte, error) {
	const trusted = 48 << 20
	buf := make([]byte, min(n, trusted))
	got, err := io.ReadFull(r, buf)
	for err == nil && got < n {
		buf = append(make([]byte, 0, min(n, 2*got)), buf...)
		buf = buf[:cap(buf)]
		var m int
		m, err = io.ReadFull(r, buf[got:])
		got += m
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("expected %d bytes of data, found %d: %w", n, got, ErrCut)
	}
	return buf, err
}

// ReadExactly reads n bytes like ReadN. It is an error if more bytes follow.
func ReadExactly(r io.Reader, n int) ([]byte, error) {
	buf, err := ReadN(r, n)
	if err != nil {
		return nil, err
	}
	var one [1]byte
	if _, err := io.ReadFull(r, one[:]); err == nil {
		return nil, fmt.Errorf("continues after the %d bytes of data that its header promises", n)
	} else if err != io.EOF {
		return nil, err // gzip verifies its checksum at the end
	}
	return buf, nil
}

// Count returns the number of elements in an array of the given shape. It is an error if there are more than limit.
func Count(shape []int, limit int64) (int, error) {
	n := int64(1)
	for _, v := range shape {
		if v < 1 || int64(v) > limit/n { // divided, since a product might overflow
			return 0, fmt.Errorf("the header promises %s numbers, and the file can hold %d: it is damaged, or %w",
				ShapeText(shape), max(limit, 0), ErrCut)
		}
		n *= int64(v)
	}
	return int(n), nil
}

// ShapeText returns a shape in the form 60000×28×28.
func ShapeText(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", "×")
}
