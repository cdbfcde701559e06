package file

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"backprop/internal/filetest"
)

// TestError: what the user is told of each kind of error, in full.
func TestError(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES},
			"permission denied: you may not read it; change its permissions (chmod +r)"},
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, "there is no such file"},
		{&os.LinkError{Op: "rename", Old: "x", New: "y", Err: errors.New("cross-device link")}, "cross-device link"},
		{gzip.ErrHeader, "gzip data are followed by something else: the file is damaged, fetch it again"},
		{fmt.Errorf("line 3: %w", gzip.ErrChecksum),
			"packed data are damaged (line 3: gzip: invalid checksum): fetch the file again"},
		{fmt.Errorf("x.npy: %w", zip.ErrChecksum),
			"packed data are damaged (x.npy: zip: checksum error): fetch the file again"},
		{flate.CorruptInputError(7), "packed data are damaged (flate: corrupt input before offset 7): fetch the file again"},
		{fmt.Errorf("line 3: %w", io.ErrUnexpectedEOF), "the file was cut off, fetch it again"},
		{errors.New("something else"), "something else"},
	} {
		if got := Error("a/b", c.err).Error(); runtime.GOOS != "windows" && got != "a/b: "+c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
	}
	for _, is := range []error{fs.ErrPermission, gzip.ErrChecksum, zip.ErrChecksum} {
		if !errors.Is(Error("x", is), is) {
			t.Errorf("%v: got an error that errors.Is does not recognise", is)
		}
	}
}

// TestMessage: text from outside stays on its line, controls nothing, and does not fill the screen.
func TestMessage(t *testing.T) {
	for text, want := range map[string]string{
		"plain é 数 −":            "plain é 数 −",
		"a\nb\r\nc\td":           "a b  c d",
		"\x1b[2J\x07\x00":        "?[2J??",
		"\u009b31m\u202ex":       "?31m?x",
		"\xff\u200b\u2028\u2029": "\uFFFD?  ",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := Message(" a \n\n b\x1b "); got != "a b?" {
		t.Errorf("got %q, want %q", got, "a b?")
	}
	for _, n := range []int{499, 500, 501, 100_000} {
		text := "path: " + strings.Repeat("é", n-16) + ": mend it!"
		got := []rune(Message(text))
		if len(got) != min(n, 500) || !strings.HasPrefix(string(got), "path: éé") ||
			!strings.HasSuffix(string(got), "é: mend it!") ||
			n <= 500 && string(got) != text {
			t.Errorf("%d characters: got %d: %s", n, len(got), string(got))
		}
	}
}

// textThen gives a text and then an error.
func textThen(text string, err error) io.Reader {
	return io.MultiReader(strings.NewReader(text), iotest.ErrReader(err))
}

// TestNewReader: gzip is known by its first two bytes; the head is up to 512 bytes of what comes out; an error is that
// of the source.
func TestNewReader(t *testing.T) {
	long, broken := strings.Repeat("0123456789", 100), errors.New("broken")
	for _, c := range []struct {
		in         string
		head       string
		isGzip     bool
		limit      int64
		end, wrong error
	}{
		{"1", "1", false, 1, io.EOF, nil}, {"\x1f", "\x1f", false, 1, io.EOF, nil},
		{"\x1f\x8c1", "\x1f\x8c1", false, 3, io.EOF, nil},
		{"\x1e\x8b1", "\x1e\x8b1", false, 3, io.EOF, nil}, {long, long[:512], false, 1000, io.EOF, nil},
		{long[:511], long[:511], false, 511, io.EOF, nil}, {string(filetest.Gzipped([]byte(long))), long[:512], true, 0,
			io.EOF, nil},
		{"12", "12", false, 2, broken, nil}, {"", "", false, 0, broken, broken}, {"\x1f\x8b", "", false, 2, broken, broken},
	} {
		r, err := NewReader(textThen(c.in, c.end), int64(len(c.in)))
		if err != c.wrong {
			t.Errorf("%.20q: got %v, want %v", c.in, err, c.wrong)
		}
		if err != nil {
			continue
		}
		if c.isGzip {
			c.limit = 1<<20 + 100*int64(len(c.in))
		}
		if head := string(r.Head()); head != c.head || r.Gzip != c.isGzip || r.Limit != c.limit ||
			r.Size != int64(len(c.in)) {
			t.Errorf("%.20q: got a head %.20q of %d bytes, %+v", c.in, head, len(head), r)
		}
	}
	for text, want := range map[string]string{"": "the file is empty",
		string(filetest.Gzipped(nil)): "the file is empty once unpacked",
		"<html>":                      "is a web page (HTML), not data: the download went wrong, fetch it again"} {
		if _, err := NewReader(strings.NewReader(text), 1); err == nil || err.Error() != want {
			t.Errorf("%.20q: got %v, want %q", text, err, want)
		}
	}
}

// TestNotData: web pages and pointers of git-lfs are told from what only looks like them.
func TestNotData(t *testing.T) {
	const page, pointer = "a web page (HTML)", "a pointer of git-lfs"
	for text, want := range map[string]string{
		"<!": page, "<?xml": page, "<a>": page, "<z>": page, "<A>": page, "<Z>": page, "\xef\xbb\xbf \t\r\n<html>": page,
		"<": "", "<@": "", "<[": "", "<`": "", "<{": "", "<1": "", "< a": "", "x<html>": "", "\xef\xbb<html>": "", "": "",
		"version https://git-lfs.github.com": pointer, "\nversion https://git-lfs": pointer, "version https://git-lf": "",
		"version": "",
	} {
		if got := notData([]byte(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestOpen: the content says what a file is, not its name, and an error begins with the path.
func TestOpen(t *testing.T) {
	packed := filetest.Gzipped([]byte("1,2,3"))
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"unpacked.gz": []byte("1,2,3"), "packed": packed, "cut": packed[:6],
		"page": []byte("<html>"), "folder/file": nil})
	for name, want := range map[string]string{
		"unpacked.gz": "", "packed": "", "cut": "cut off", "page": "HTML", "folder": "is a folder", "missing": "no such file",
	} {
		path := filepath.Join(dir, name)
		r, err := Open(path)
		if want != "" {
			if !filetest.Says(err, path+": ", want) {
				t.Errorf("%s: got %v, want %s", name, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		size, limit := int64(5), int64(5)
		if name == "packed" {
			size = int64(len(packed))
			limit = MaxUnpacked(size)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != "1,2,3" || r.Gzip != (name == "packed") ||
			r.Size != size || r.Limit != limit {
			t.Errorf("%s: got %q, %v, %+v; want 1,2,3, size %d, limit %d", name, b, err, r, size, limit)
		}
		r.Close()
	}
}

// TestOpenReadsPipes that the user has named; how much they give is not known before. OpenRegular must not wait for a
// pipe, which may never give anything.
func TestOpenReadsPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	if exec.Command("mkfifo", path).Run() != nil {
		t.Skip("this system has no named pipes")
	}
	if _, err := OpenRegular(path); !filetest.Says(err, path, "a file was expected") {
		t.Errorf("OpenRegular: got %v", err)
	}
	go func() {
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			f.WriteString("1,2")
			f.Close()
		}
	}()
	r, err := Open(path)
	if err != nil || r.Limit != 1<<40 || r.File == nil {
		t.Fatalf("Open: got %+v, %v; want a limit of 1<<40", r, err)
	}
	if b, err := io.ReadAll(r); string(b) != "1,2" || errors.Join(err, r.Close()) != nil {
		t.Errorf("got %q, %v; want 1,2", b, err)
	}
}

// TestReadN: exactly so many bytes come; fewer bytes, more bytes and errors of the source are told apart.
func TestReadN(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		in       string
		end      error
		n        int
		exactly  string // the error of ReadExactly
		some     string // the error of ReadN, which leaves what follows; "" if it is the same
		isCut    bool
		isBroken bool
	}{
		{"abc", io.EOF, 3, "<nil>", "<nil>", false, false},
		{"abcd", io.EOF, 3, "continues after the 3 bytes of data that its header promises", "<nil>", false, false},
		{"ab", io.EOF, 3, "expected 3 bytes of data, found 2: the file was cut off, fetch it again", "", true, false},
		{"", io.EOF, 3, "expected 3 bytes of data, found 0: the file was cut off, fetch it again", "", true, false},
		{"", io.EOF, 0, "<nil>", "<nil>", false, false},
		{"ab", broken, 3, "broken", "", false, true}, {"abc", broken, 3, "broken", "<nil>", false, true},
	} {
		b, err := ReadExactly(textThen(c.in, c.end), c.n)
		if fmt.Sprint(err) != c.exactly || errors.Is(err, ErrCut) != c.isCut || errors.Is(err, broken) != c.isBroken ||
			err == nil && string(b) != c.in {
			t.Errorf("%d of %q: got %q, %v; want %s", c.n, c.in, b, err, c.exactly)
		}
		if c.some == "" {
			c.some = c.exactly
		}
		if b, err := ReadN(textThen(c.in, c.end), c.n); fmt.Sprint(err) != c.some || err == nil && string(b) != c.in[:c.n] {
			t.Errorf("the first %d of %q: got %q, %v; want %s", c.n, c.in, b, err, c.some)
		}
	}
}

// TestReadExactlyGrowsAsDataCome: beyond 48 MiB, memory is allocated only once data have come.
func TestReadExactlyGrowsAsDataCome(t *testing.T) {
	const n = 100 << 20
	got, err := ReadExactly(io.LimitReader(new(pages), n), n)
	if err != nil || len(got) != n {
		t.Fatalf("got %d bytes, %v; want %d", len(got), err, n)
	}
	for i := 0; i < n; i += 997 {
		if got[i] != byte(i>>12) {
			t.Fatalf("got %d for byte %d, want %d", got[i], i, byte(i>>12))
		}
	}
	if _, err := ReadExactly(io.LimitReader(zeros{}, n-1), n); !filetest.Says(err, "cut off", strconv.Itoa(n-1)) {
		t.Errorf("a byte is missing: got %v", err)
	}
	// 48 MiB, and twice as much once they have come.
	allocated := filetest.Allocated(func() { ReadExactly(io.LimitReader(zeros{}, 50<<20), math.MaxInt32) })
	if allocated < 144<<20 || allocated > 145<<20 {
		t.Errorf("got %d bytes allocated for 50 MiB, want 144 MiB", allocated)
	}
}

// pages counts pages of 4096 bytes: 0, 0, 0 … 1, 1, 1 … up to 255, and again.
type pages int

var mebibyte = func() (all []byte) {
	for page := range 256 {
		all = append(all, bytes.Repeat([]byte{byte(page)}, 4096)...)
	}
	return all
}()

func (at *pages) Read(p []byte) (int, error) {
	n := copy(p, mebibyte[int(*at)%len(mebibyte):])
	*at += pages(n)
	return n, nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestCount: a header cannot promise more than the file can hold, however its dimensions multiply.
func TestCount(t *testing.T) {
	for _, c := range []struct {
		shape   []int
		limit   int64
		want    int
		promise string // in the error
	}{
		{nil, 5, 1, ""}, {[]int{1}, 1, 1, ""}, {[]int{5}, 5, 5, ""}, {[]int{2, 3}, 6, 6, ""}, {[]int{2, 3}, 7, 6, ""},
		{[]int{2, 3}, 5, 0, "2×3 numbers, and the file can hold 5"},
		{[]int{1}, 0, 0, "1 numbers, and the file can hold 0"},
		{[]int{1, 1}, -3, 0, "1×1 numbers, and the file can hold 0"},
		{[]int{0}, 9, 0, "0 numbers, and the file can hold 9"},
		{[]int{-1, -1}, 9, 0, "-1×-1 numbers, and the file can hold 9"},
		{[]int{1 << 31, 1 << 31, 4}, 9, 0, "2147483648×2147483648×4 numbers, and the file can hold 9"}, // 2⁶⁴
	} {
		n, err := Count(c.shape, c.limit)
		want := "<nil>"
		if c.promise != "" {
			want = "the header promises " + c.promise + ": it is damaged, or the file was cut off, fetch it again"
		}
		if n != c.want || fmt.Sprint(err) != want || err != nil && !errors.Is(err, ErrCut) {
			t.Errorf("%v within %d: got %d, %v; want %d, %s", c.shape, c.limit, n, err, c.want, want)
		}
	}
	if a, b := MaxUnpacked(0), MaxUnpacked(3); a != 1<<20 || b != 1<<20+300 {
		t.Errorf("got %d and %d as the most that 0 and 3 bytes hold, want 1 MiB and 300 bytes more", a, b)
	}
}
