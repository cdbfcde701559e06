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
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"backprop/internal/filetest"
)

// TestError: what is said of each kind of error, in full.
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
		{gzip.ErrChecksum, "packed data are damaged (gzip: invalid checksum): fetch the file again"},
		{zip.ErrChecksum, "packed data are damaged (zip: checksum error): fetch the file again"},
		{flate.CorruptInputError(7), "packed data are damaged (flate: corrupt input before offset 7): fetch the file again"},
		{fmt.Errorf("line 3: %w", io.ErrUnexpectedEOF), "the file was cut off, fetch it again"},
		{errors.New("something else"), "something else"},
	} {
		if got := Error("a/b", c.err).Error(); runtime.GOOS != "windows" && got != "a/b: "+c.want {
			t.Errorf("%v is reported as %q, want %q", c.err, got, c.want)
		}
	}
	for _, is := range []error{fs.ErrPermission, gzip.ErrChecksum, zip.ErrChecksum} {
		if !errors.Is(Error("x", is), is) {
			t.Errorf("%v is no longer itself", is)
		}
	}
}

// TestNotData: what is often saved in place of data, and what only looks like it.
func TestNotData(t *testing.T) {
	const page, pointer = "a web page (HTML)", "a pointer of git-lfs"
	for text, want := range map[string]string{
		"<!": page, "<?xml": page, "<a>": page, "<z>": page, "<A>": page, "<Z>": page, "\xef\xbb\xbf \t\r\n<html>": page,
		"<": "", "<@": "", "<[": "", "<`": "", "<{": "", "<1": "", "< a": "", "x<html>": "", "\xef\xbb<html>": "", "": "",
		"version https://git-lfs.github.com": pointer, "\nversion https://git-lfs": pointer, "version https://git-lf": "",
		"version": "",
	} {
		if got := notData([]byte(text)); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

// failing gives some bytes and then an error.
type failing struct {
	text string
	err  error
}

func (f *failing) Read(p []byte) (int, error) {
	n := copy(p, f.text)
	if f.text = f.text[n:]; n > 0 {
		return n, nil
	}
	return 0, f.err
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
		r, err := NewReader(&failing{c.in, c.end}, int64(len(c.in)))
		if err != c.wrong {
			t.Errorf("%.20q: %v, want %v", c.in, err, c.wrong)
		}
		if err != nil {
			continue
		}
		if c.isGzip {
			c.limit = 1<<20 + 100*int64(len(c.in))
		}
		if head := string(r.Head()); head != c.head || r.Gzip != c.isGzip || r.Limit != c.limit ||
			r.Size != int64(len(c.in)) {
			t.Errorf("%.20q: head %.20q of %d bytes, %+v", c.in, head, len(head), r)
		}
	}
	for text, want := range map[string]string{"": "the file is empty",
		string(filetest.Gzipped(nil)): "the file is empty once unpacked",
		"<html>":                      "is a web page (HTML), not data: the download went wrong, fetch it again"} {
		if _, err := NewReader(strings.NewReader(text), 1); err == nil || err.Error() != want {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
}

// TestReadN: exactly so many bytes; fewer, more and errors are told from each other.
func TestReadN(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		in       string
		end      error
		n        int
		exactly  string // what ReadExactly says
		some     string // what ReadN says, which leaves what follows
		cut, not bool
	}{
		{"abc", io.EOF, 3, "<nil>", "<nil>", false, false},
		{"abcd", io.EOF, 3, "continues after the 3 bytes of data that its header promises", "<nil>", false, false},
		{"ab", io.EOF, 3, "expected 3 bytes of data, found 2: the file was cut off, fetch it again", "", true, false},
		{"", io.EOF, 3, "expected 3 bytes of data, found 0: the file was cut off, fetch it again", "", true, false},
		{"", io.EOF, 0, "<nil>", "<nil>", false, false},
		{"ab", broken, 3, "broken", "", false, true}, {"abc", broken, 3, "broken", "<nil>", false, true},
	} {
		b, err := ReadExactly(&failing{c.in, c.end}, c.n)
		if fmt.Sprint(err) != c.exactly || errors.Is(err, ErrCut) != c.cut || errors.Is(err, broken) != c.not ||
			err == nil && string(b) != c.in {
			t.Errorf("%d of %q: %q, %v; want %s", c.n, c.in, b, err, c.exactly)
		}
		if c.some == "" {
			c.some = c.exactly
		}
		if b, err := ReadN(&failing{c.in, c.end}, c.n); fmt.Sprint(err) != c.some || err == nil && string(b) != c.in[:c.n] {
			t.Errorf("the first %d of %q: %q, %v; want %s", c.n, c.in, b, err, c.some)
		}
	}
}

// TestCountBounds: the limit itself is within it, and there is never less than nothing.
func TestCountBounds(t *testing.T) {
	for _, c := range []struct {
		shape []int
		limit int64
		n     int
		err   string
	}{
		{nil, 5, 1, ""}, {[]int{1}, 1, 1, ""}, {[]int{5}, 5, 5, ""}, {[]int{2, 3}, 6, 6, ""}, {[]int{2, 3}, 7, 6, ""},
		{[]int{2, 3}, 5, 0, "2×3 numbers, and the file can hold 5"}, {[]int{1}, 0, 0, "1 numbers, and the file can hold 0"},
		{[]int{1, 1}, -3, 0, "1×1 numbers, and the file can hold 0"}, {[]int{0}, 9, 0, "0 numbers, and the file can hold 9"},
	} {
		n, err := Count(c.shape, c.limit)
		want := "the header promises " + c.err + ": it is damaged, or the file was cut off, fetch it again"
		if n != c.n || (err == nil) != (c.err == "") || err != nil && err.Error() != want {
			t.Errorf("%v within %d: %d, %v", c.shape, c.limit, n, err)
		}
	}
	if a, b := MaxUnpacked(0), MaxUnpacked(3); a != 1048576 || b != 1048876 {
		t.Errorf("0 and 3 bytes are believed to hold %d and %d", a, b)
	}
}

// TestCheckKind: what may be written over, and what is said of the rest.
func TestCheckKind(t *testing.T) {
	dir := t.TempDir()
	known := func(r io.Reader) bool { b, _ := io.ReadAll(r); return string(b) == "model" }
	for name, content := range map[string]string{"model": "model", "letter": "Dear", "empty": ""} {
		os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644)
	}
	os.Mkdir(filepath.Join(dir, "folder"), 0o777)
	for name, want := range map[string][2]string{
		"model": {"<nil>", "<nil>"}, "empty": {"<nil>", "<nil>"}, "new": {"<nil>", "<nil>"},
		"letter": {"it exists and is not a model; give another name, or remove it",
			"it exists and is not a model; give another name, or remove it"},
		"folder": {"it could not be written: it exists and is not a file (d---------); give another name", "<nil>"},
		"no/x":   {"it could not be written: no such file or directory", "<nil>"},
	} {
		path := filepath.Join(dir, name)
		if got := [2]string{fmt.Sprint(CheckReplaceable(path, "a model", known)),
			fmt.Sprint(CheckKind(path, "a model", known))}; runtime.GOOS != "windows" && got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 4 {
		t.Errorf("something is left: %v", list)
	}
	if err := CheckRegular(filepath.Join(dir, "folder")); err == nil ||
		err.Error() != "a file was expected, and this is not one (d---------)" {
		t.Error(err)
	}
	if os.Getuid() > 0 && runtime.GOOS != "windows" { // root may read everything
		os.Chmod(filepath.Join(dir, "letter"), 0o200)
		err := CheckKind(filepath.Join(dir, "letter"), "a model", known)
		if !filetest.Says(err, "it exists but could not be read: permission denied") {
			t.Error(err)
		}
	}
}

// TestModes: a new file may be read by all, as one is that an editor writes; the mode of an old one stays, and one
// that is read-only is left alone.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are others there")
	}
	write := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	for mode, want := range map[fs.FileMode]string{0: "0644", 0o600: "0600", 0o200: "0200", 0o755: "0755",
		0o444: "it exists and is read-only (-r--r--r--); make it writable, or give another name",
		0o577: "it exists and is read-only (-r-xrwxrwx); make it writable, or give another name"} {
		path := filepath.Join(t.TempDir(), "m")
		if mode > 0 {
			os.WriteFile(path, []byte("old"), 0o600)
			os.Chmod(path, mode)
		}
		err := Write(path, write)
		got, content := fmt.Sprint(err), "old"
		if st, _ := os.Stat(path); err == nil {
			got, content = fmt.Sprintf("%04o", st.Mode().Perm()), "new"
		}
		os.Chmod(path, 0o600)
		if b, _ := os.ReadFile(path); got != want || string(b) != content {
			t.Errorf("mode %04o: %s, and the file holds %q; want %s", mode, got, b, want)
		}
	}
	// Disk stands in between.
	defer func() { Disk = nil }()
	var between bytes.Buffer
	Disk = func(w io.Writer) io.Writer { return io.MultiWriter(w, &between) }
	path := filepath.Join(t.TempDir(), "m")
	if err := Write(path, write); err != nil || between.String() != "new" {
		t.Errorf("%v; %q went through", err, between.String())
	}
}

// TestDevices: nothing is to stand beside a device, nor beside what only looks like a file there.
func TestDevices(t *testing.T) {
	for path, want := range map[string]bool{"/dev/stdout": true, "/dev/x/y": true, "/dev/shm": true,
		"/dev/shm/x": false, "/dev/shm/x/y": false,
		"/dev/shm/../x": true, "/dev/../tmp/x": false, "/proc/self/fd/1": true, "/proc/x": true, "/proc": false,
		"/devices/x":   false,
		"/processes/x": false, "dev/x": false, "/tmp/dev/x": false} {
		if got := amongDevices(path); got != want {
			t.Errorf("%s is among devices: %v", path, got)
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	f, err := os.Create(filepath.Join(dir, "there"))
	if err = errors.Join(err, os.Symlink("/dev/new", link)); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, path := range []string{link, "/dev/new", fmt.Sprintf("/dev/fd/%d", f.Fd())} {
		const want = "it exists and is a device, or in a folder of devices; give another name"
		if err := CheckWritable(path); err == nil || err.Error() != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestLinks: 40 links one after another are followed, as the system does; more are a circle.
func TestLinks(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := func(i int) string { return filepath.Join(dir, strconv.Itoa(i)) }
	for i := 1; i <= 41; i++ {
		if err := os.Symlink(name(i-1), name(i)); err != nil {
			t.Skip(err)
		}
	}
	for from, to := range map[int]int{1: 0, 40: 0, 41: 1} {
		if got := Follow(name(from)); got != name(to) {
			t.Errorf("of %d links %s is the end", from, got)
		}
	}
}

// TestAbandoned: what nobody has written to for ten minutes is nobody's.
func TestAbandoned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	for age, want := range map[time.Duration]bool{590 * time.Second: true, 601 * time.Second: false} {
		left := filepath.Join(filepath.Dir(path), ".model.12.tmp")
		os.WriteFile(left, nil, 0o666)
		then := time.Now().Add(-age)
		os.Chtimes(left, then, then)
		RemoveTemporary(path)
		if _, err := os.Stat(left); (err == nil) != want {
			t.Errorf("after %v: %v", age, err)
		}
		link := filepath.Join(t.TempDir(), "link") // the file is where it points to
		if os.Symlink(path, link) == nil {
			os.WriteFile(left, nil, 0o666)
			os.Chtimes(left, then, then)
			RemoveTemporary(link)
			if _, err := os.Stat(left); (err == nil) != want {
				t.Errorf("of a link after %v: %v", age, err)
			}
		}
	}
	if RemoveTemporary(filepath.Join(path, "no", "x")); os.Remove(path) == nil {
		t.Error("something was made")
	}
}

// another is a process that runs until the test has ended, and that nothing has ended before.
func another(t *testing.T) (pid int, number string) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestIsAnother$")
	c.Env = append(os.Environ(), "IS_ANOTHER=1")
	in, err := c.StdinPipe()
	if err = errors.Join(err, c.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := c.Wait(); err != nil {
			t.Errorf("the other process was ended: %v", err)
		}
	})
	return c.Process.Pid, strconv.Itoa(c.Process.Pid)
}

// TestIsAnother is that process: it waits for the end of its input.
func TestIsAnother(t *testing.T) {
	if os.Getenv("IS_ANOTHER") != "" {
		io.Copy(io.Discard, os.Stdin)
	}
}

// TestHeldBy: by whom a lock is held that says so.
func TestHeldBy(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	_, number := another(t)
	long := strings.Repeat("h", 70)
	own, wait := strconv.Itoa(os.Getpid()), " is writing it: wait until that has ended"
	for text, want := range map[string]string{
		"": "<nil>", "here": "<nil>", "x here\n": "<nil>", "0 here\n": "<nil>", "-1 here\n": "<nil>", own +
			" here\n": "<nil>",
		"7":                 `process 7 on ""` + wait,
		"1 there\n":         `process 1 on "there"` + wait,
		own + " there":      "process " + own + ` on "there"` + wait,
		number + " " + long: "process " + number + ` on "` + long[:60] + `"` + wait,
		number + " here\n":  "process " + number + wait + ", or stop it",
	} {
		if got := fmt.Sprint(checkDead(text, "here")); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if runtime.GOOS == "linux" { // there is always a process 1
		if err := checkDead("1 here", "here"); !filetest.Says(err, "process 1 is writing it") {
			t.Error(err)
		}
	}
	if err := checkDead(strconv.Itoa(gone.Process.Pid)+" here", "here"); runtime.GOOS != "windows" && err != nil {
		t.Errorf("of a process that is gone: %v", err)
	}
}

// TestLeftBehind: the lock of a program that is gone, and one without words, are taken over, and nothing else is
// left; what was never a lock stays.
func TestLeftBehind(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "package")
	os.WriteFile(foreign+".lock", []byte(`{"important": 1}`), 0o666)
	if _, err := Lock(foreign); err == nil || err.Error() != foreign+".lock exists and is not a lock of this "+
		"program; give another name, or remove it" {
		t.Errorf("another's file: %v", err)
	}
	if b, err := os.ReadFile(foreign + ".lock"); string(b) != `{"important": 1}` {
		t.Errorf("another's file is %q now; %v", b, err)
	}
	host, _ := os.Hostname()
	mine := strconv.Itoa(os.Getpid()) + " " + host + "\n"
	for _, left := range []string{mine, "\n", ""} {
		dir := t.TempDir()
		path := filepath.Join(dir, "m")
		os.WriteFile(path+".lock", []byte(left), 0o666)
		unlock, err := Lock(path)
		if err != nil {
			t.Fatalf("%q: %v", left, err)
		}
		if st, err := os.Stat(path + ".lock"); err != nil || runtime.GOOS != "windows" && st.Mode().Perm()&0o711 != 0o600 {
			t.Errorf("the lock is of mode %v, %v", st.Mode(), err)
		}
		list, _ := os.ReadDir(dir)
		if b, _ := os.ReadFile(path + ".lock"); string(b) != mine || len(list) != 1 {
			t.Errorf("%q: the lock says %q, among %v", left, b, list)
		}
		unlock()
		if list, _ := os.ReadDir(dir); len(list) != 0 {
			t.Errorf("%q: left are %v", left, list)
		}
	}
	path := filepath.Join(t.TempDir(), "m")
	// One without words is left ten times to who may be writing it, and who does so has it.
	defer func(old func()) { pause = old }(pause)
	_, other := another(t)
	for fills, want := range map[int]int{9: 9, 10: 10, 11: 10} {
		os.WriteFile(path+".lock", nil, 0o666)
		pauses := 0
		pause = func() {
			if pauses++; pauses == fills {
				os.WriteFile(path+".lock", []byte(other+" "+host+"\n"), 0o666)
			}
		}
		unlock, err := Lock(path)
		if pauses != want || (err == nil) != (fills > 10) {
			t.Errorf("one that is written in pause %d: %v, after %d pauses", fills, err, pauses)
		}
		if err == nil {
			unlock()
		}
		os.Remove(path + ".lock")
	}
	if os.Symlink("nowhere", path+".lock") == nil { // it is there, and it is not
		want := path + ".lock is a link to nothing; remove it"
		if _, err := Lock(path); err == nil || err.Error() != want {
			t.Error(err)
		}
		os.Remove(path + ".lock")
	}
	if err := removeLock(path, ""); err != nil { // by now another has
		t.Error(err)
	}
	os.WriteFile(path+".lock", []byte("\n"), 0o666)
	os.MkdirAll(filepath.Join(path+".lock."+strconv.Itoa(os.Getpid()), "in the way"), 0o777)
	want := path + ".lock was left by a program that has ended, and cannot be taken over: "
	if _, err := Lock(path); !filetest.Says(err, want, "; remove it") {
		t.Error(err)
	}
}
