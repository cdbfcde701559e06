// Package file reads files within bounds, whatever they promise, and writes files that are whole
// or not there.
package file

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// ErrCut is what a file with too few bytes is refused with.
var ErrCut = errors.New("the file was cut off, fetch it again")

// Error puts a file's name before what went wrong with it, and what to do after it.
func Error(path string, err error) error {
	err = cause(err)
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

// cause is a file error without the name: the caller's text has it, or it is a temporary one.
func cause(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

// ---- Foreign text ----

// Clean is text that came from outside, a path, a column's name, a class, as it may go to a terminal: on one line,
// and without what a terminal would obey.
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

// mostMessage is how many characters of a message are shown.
const mostMessage = 500

// Message is a message with foreign text in it, cleaned, and without its middle where it is long: what it is about
// stands at the beginning, and what to do at the end.
func Message(s string) string {
	s = strings.Join(strings.Fields(Clean(s)), " ")
	if r := []rune(s); len(r) > mostMessage {
		s = string(r[:mostMessage-200]) + " … " + string(r[len(r)-197:])
	}
	return s
}

// ---- Reading ----

// A Reader reads a file, unpacked if it is gzip.
type Reader struct {
	*bufio.Reader
	File  *os.File // nil if it was not opened by Open
	Size  int64    // of the file on disk
	Limit int64    // the most bytes that reading it can give: nothing larger is ever to be allocated
	Gzip  bool
}

// Unpacked is the most that n bytes of packed data are believed to hold. Deflate could shrink a
// thousandfold what says nothing; images shrink to a fifth, and tables to a thirtieth at the least.
func Unpacked(n int64) int64 { return 1<<20 + 100*n }

// Open opens a file for reading. Gzip is known by its first bytes and not by the file's name:
// browsers unpack a .gz and keep the name. Errors begin with path.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Error(path, err)
	}
	r := &Reader{}
	st, err := f.Stat()
	switch {
	case err == nil && st.IsDir():
		err = errors.New("is a folder; a file was expected")
	case err == nil && st.Mode().IsRegular():
		r, err = NewReader(f, st.Size())
	case err == nil:
		r, err = NewReader(f, 1<<40) // a pipe does not say
	}
	if err != nil {
		f.Close()
		return nil, Error(path, err)
	}
	r.File = f
	return r, nil
}

// OpenFound is Open for a file that was found in a folder and that nobody has named: a pipe there, which may never give
// anything, is refused.
func OpenFound(path string) (*Reader, error) {
	if err := Plain(path); err != nil {
		return nil, Error(path, err)
	}
	return Open(path)
}

// Plain is an error where there is something at path that is not a file, or nothing.
func Plain(path string) error {
	st, err := os.Stat(path)
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("a file was expected, and this is not one (%v)", st.Mode().Type())
	}
	return err
}

// NewReader is Open for the size bytes of in, which have no name yet.
func NewReader(in io.Reader, size int64) (*Reader, error) {
	r, empty := &Reader{Reader: buffered(in), Size: size, Limit: size}, "the file is empty"
	head, _ := r.Peek(2)
	if len(head) > 1 && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(r.Reader)
		if err != nil {
			return nil, err
		}
		r.Reader, r.Gzip, r.Limit, empty = buffered(z), true, Unpacked(size), empty+" once unpacked"
	}
	_, err := r.Peek(1)
	if head = r.Head(); len(head) == 0 && err == io.EOF {
		return nil, errors.New(empty)
	} else if len(head) == 0 {
		return nil, err
	}
	if what := notData(head); what != "" {
		return nil, fmt.Errorf("is %s, not data: the download went wrong, fetch it again", what)
	}
	return r, nil
}

func buffered(in io.Reader) *bufio.Reader { return bufio.NewReaderSize(in, 1<<16) }

// Head is the first bytes, as many as there are, up to 512: of a pipe that waits for an answer, not all.
func (r *Reader) Head() []byte {
	head, _ := r.Peek(min(r.Buffered(), 512))
	return head
}

// Close closes the file that Open opened.
func (r *Reader) Close() error { return r.File.Close() }

// notData names what is often saved in place of data.
func notData(head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("<stata_dta>")): // see Unread
	case len(head) > 1 && head[0] == '<' && (head[1] == '!' || head[1] == '?' || 'A' <= head[1]&^32 && head[1]&^32 <= 'Z'):
		return "a web page (HTML)"
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "a pointer of git-lfs"
	}
	return ""
}

// ReadN reads n bytes into a slice of exactly that size. A promise is not believed beyond 48 MiB
// (MNIST's images are one allocation): a larger slice is allocated only once half of it has come.
func ReadN(r io.Reader, n int) ([]byte, error) {
	buf := make([]byte, min(n, 48<<20))
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

// ReadExactly is ReadN, and reports bytes that follow.
func ReadExactly(r io.Reader, n int) ([]byte, error) {
	buf, err := ReadN(r, n)
	if err != nil {
		return nil, err
	}
	var one [1]byte
	if _, err := io.ReadFull(r, one[:]); err == nil {
		return nil, fmt.Errorf("continues after the %d bytes of data that its header promises", n)
	} else if err != io.EOF {
		return nil, err // gzip checks its sum at the end
	}
	return buf, nil
}

// Count is the number of elements of an array of that shape, at most limit.
func Count(shape []int, limit int64) (int, error) {
	n := int64(1)
	for _, v := range shape {
		if v < 1 || int64(v) > limit/n { // dividing cannot overflow
			return 0, fmt.Errorf("the header promises %s numbers, and the file can hold %d: it is damaged, or %w",
				Times(shape), max(limit, 0), ErrCut)
		}
		n *= int64(v)
	}
	return int(n), nil
}

// Times is a shape as 60000×28×28.
func Times(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", "×")
}

// ---- Writing ----

// Disk, in tests, stands between every file that is written and the disk.
var Disk func(io.Writer) io.Writer

// Write writes a file so that its name stands for the old content or the new, whatever happens in
// between. Errors do not have the path, which the caller's text has.
func Write(path string, write func(w io.Writer) error) error {
	err := writeOnce(path, write)
	if errors.Is(err, fs.ErrNotExist) { // another program, whose clock is wrong, took the temporary file for abandoned
		err = writeOnce(path, write)
	}
	return cause(err)
}

func writeOnce(path string, write func(w io.Writer) error) error {
	f, path, err := create(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails, as it should, once the file has its name
	defer f.Close()
	w := io.Writer(f)
	if Disk != nil {
		w = Disk(f)
	}
	if err = write(w); err == nil {
		err = cmp.Or(f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		d.Sync() // so that the name survives a power cut; not every system can
		d.Close()
	}
	return nil
}

// Writable says why Write could not write path; nil if it could. What killed programs have left beside it is removed.
func Writable(path string) error {
	f, _, err := create(path)
	if err != nil {
		return cause(err)
	}
	f.Close()
	RemoveTemporary(path)
	return cause(os.Remove(f.Name()))
}

// Replaceable says why Write is not to write path: it could not, or what stands there already is Foreign.
func Replaceable(path, what string, known func(r io.Reader) bool) error {
	if err := Writable(path); err != nil {
		return fmt.Errorf("it could not be written: %w", err)
	}
	return Foreign(path, what, known)
}

// Foreign is an error where there is a file at path, and not an empty one, that known does not know; what is what it
// should have been.
func Foreign(path, what string, known func(r io.Reader) bool) error {
	if Plain(path) != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("it exists but could not be read: %w; give another name, or remove it", cause(err))
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if _, err := r.Peek(1); err != io.EOF && !known(r) {
		return fmt.Errorf("it exists and is not %s; give another name, or remove it", what)
	}
	return nil
}

// create makes a temporary file beside path, which is not a link when it returns.
func create(path string) (f *os.File, target string, err error) {
	given := path
	path = Follow(path)
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if mode = info.Mode().Perm(); !info.Mode().IsRegular() {
			return nil, path, fmt.Errorf("it exists and is not a file (%v); give another name", info.Mode().Type())
		}
		if mode&0o200 == 0 {
			return nil, path, fmt.Errorf("it exists and is read-only (%v); make it writable, or give another name", mode)
		}
	}
	if amongDevices(given) || amongDevices(path) {
		return nil, path, errors.New("it exists and is a device, or in a folder of devices; give another name")
	}
	if f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp"); err == nil {
		f.Chmod(mode) // where the file system can
	}
	return f, path, err
}

// amongDevices says that a path lies where devices are: /dev/stdout may be a file, and nothing is to stand beside it.
func amongDevices(path string) bool {
	dir := filepath.ToSlash(filepath.Dir(filepath.Clean(path))) + "/"
	return strings.HasPrefix(dir, "/proc/") || strings.HasPrefix(dir, "/dev/") && !strings.HasPrefix(dir, "/dev/shm/")
}

// Follow is the absolute path of what path stands for: links are followed, also to where nothing is yet, so that a
// link stays a link and the names of one file are equal.
func Follow(path string) string {
	if p, err := filepath.Abs(path); err == nil {
		path = p
	}
	for range 40 { // more are a circle
		if p, err := filepath.EvalSymlinks(path); err == nil {
			return p
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			path = filepath.Join(dir, filepath.Base(path))
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// Abandoned is how long nobody has written to a temporary file that nobody will go on with.
const Abandoned = 10 * time.Minute

// RemoveTemporary removes what programs that were killed in Write have left beside path. What is
// younger may be another's who is writing at this moment.
func RemoveTemporary(path string) {
	path = Follow(path)
	RemoveTemporaries(filepath.Dir(path), func(name string) bool { return name == filepath.Base(path) })
}

// RemoveTemporaries does so beside all files of a folder that are meant.
func RemoveTemporaries(dir string, meant func(name string) bool) {
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		if m := temporary.FindStringSubmatch(e.Name()); m != nil && meant(m[1]) {
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > Abandoned {
				os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
}

// temporary is what create calls a file beside another.
var temporary = regexp.MustCompile(`^\.(.+)\.[0-9]+\.tmp$`)
