package output

import (
	"bytes"
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

	"backprop/internal/file"
)

// writes returns what Write is to be called with to write a text.
func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

// hasOnly checks that the folder of path contains nothing but a file at path, with the given text.
func hasOnly(t *testing.T, path, want string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if list := filetest.List(t, filepath.Dir(path)); string(b) != want || len(list) != 1 {
		t.Errorf("got %q, %v, and the files %q; want %q alone", b, err, list, want)
	}
}

// TestWrite: a file is the old one or the new one, and nothing stays beside it.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	for _, text := range []string{"old", "new"} {
		if err := Write(path, writes(text)); err != nil {
			t.Fatal(err)
		}
		hasOnly(t, path, text)
	}
	err := Write(path, func(w io.Writer) error {
		w.Write([]byte("half"))
		return &os.PathError{Op: "write", Path: "temporary", Err: syscall.ENOSPC}
	})
	if !filetest.Says(err, "no space left") || strings.Contains(err.Error(), "temporary") {
		t.Errorf("full disk: got %v, want an error without the path of the temporary file", err)
	}
	hasOnly(t, path, "new")
	if err := CheckWritable(path); err != nil {
		t.Errorf("got %v of a file that can be written", err)
	}
	hasOnly(t, path, "new")
}

// TestWriteFollowsLinks: the file that a link leads to is written, and the link stays.
func TestWriteFollowsLinks(t *testing.T) {
	path, link := filepath.Join(t.TempDir(), "model"), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	if err := Write(link, writes("linked")); err != nil {
		t.Error(err)
	}
	hasOnly(t, path, "linked")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %v, %v for the link", info, err)
	}
}

// TestWriteRefuses what is no file, what is read-only, and what is in a folder that does not exist.
func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	readOnly := filepath.Join(dir, "read-only")
	os.WriteFile(readOnly, nil, 0o444)
	for path, want := range map[string]string{dir: "not a file", os.DevNull: "not a file", readOnly: "read-only",
		filepath.Join(dir, "no", "x"): "no such"} {
		for _, err := range []error{CheckWritable(path), Write(path, writes("x"))} {
			if !filetest.Says(err, want) || strings.Contains(err.Error(), dir) {
				t.Errorf("%s: got %v, want %q without the path", path, err, want)
			}
		}
	}
}

// TestWriteAgainstAWrongClock: if a program whose clock is a day ahead removes the temporary file, it is written again.
func TestWriteAgainstAWrongClock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	calls := 0
	err := Write(path, func(w io.Writer) error {
		calls++
		if calls == 1 { // the other program begins
			then := time.Now().Add(-24 * time.Hour)
			os.Chtimes(w.(*os.File).Name(), then, then)
			RemoveTemporary(path)
		}
		return writes("whole")(w)
	})
	if err != nil || runtime.GOOS != "windows" && calls != 2 { // where an open file cannot be removed
		t.Errorf("got it written %d times, %v; want 2", calls, err)
	}
	hasOnly(t, path, "whole")
}

// TestWriteKeepsTheMode: all may read a new file, as one that an editor writes; an old file keeps its mode; a
// read-only one is left alone.
func TestWriteKeepsTheMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are others there")
	}
	for mode, want := range map[fs.FileMode]string{0: "0644", 0o600: "0600", 0o200: "0200", 0o755: "0755",
		0o444: "it exists and is read-only (-r--r--r--); make it writable, or give another name",
		0o577: "it exists and is read-only (-r-xrwxrwx); make it writable, or give another name"} {
		path := filepath.Join(t.TempDir(), "m")
		if mode > 0 {
			os.WriteFile(path, []byte("old"), 0o600)
			os.Chmod(path, mode)
		}
		err := Write(path, writes("new"))
		got, content := fmt.Sprint(err), "old"
		st, _ := os.Stat(path)
		if err == nil {
			got, content = fmt.Sprintf("%04o", st.Mode().Perm()), "new"
		}
		os.Chmod(path, 0o600)
		if b, _ := os.ReadFile(path); got != want || string(b) != content {
			t.Errorf("mode %04o: got %s, and the text %q; want %s", mode, got, b, want)
		}
	}
}

func TestDiskWrapsWhatIsWritten(t *testing.T) {
	defer func() { Disk = nil }()
	var between bytes.Buffer
	Disk = func(w io.Writer) io.Writer { return io.MultiWriter(w, &between) }
	if err := Write(filepath.Join(t.TempDir(), "m"), writes("new")); err != nil || between.String() != "new" {
		t.Errorf("got %q written through Disk, %v; want new", between.String(), err)
	}
}

// TestRemoveTemporary: a temporary file to which nobody has written for ten minutes is removed; a younger one, one
// from a clock that is ahead, another file's, and whatever is not named like one stay.
func TestRemoveTemporary(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "model"), filepath.Join(t.TempDir(), "link")
	hasLink := os.Symlink(path, link) == nil
	for _, c := range []struct {
		name   string
		age    time.Duration
		remove bool
	}{
		{".model.12.tmp", 601 * time.Second, true},
		{".model.12.tmp", 590 * time.Second, false},
		{".model.12.tmp", -7 * 24 * time.Hour, false},
		{".model.x1.tmp", time.Hour, false},
		{".other.1.tmp", time.Hour, false},
		{"model.1.tmp", time.Hour, false},
	} {
		for i, remove := range []func(string){RemoveTemporary, func(p string) { CheckWritable(p) }, RemoveTemporary} {
			written := path // the file that is to be written
			if i == 2 && hasLink {
				written = link
			}
			temporary := filepath.Join(dir, c.name)
			then := time.Now().Add(-c.age)
			if err := errors.Join(os.WriteFile(temporary, nil, 0o666), os.Chtimes(temporary, then, then)); err != nil {
				t.Fatal(err)
			}
			remove(written)
			if removed := os.Remove(temporary) != nil; removed != c.remove {
				t.Errorf("%s beside %s, after %v: got removed %v, want %v", c.name, written, c.age, removed, c.remove)
			}
		}
	}
	RemoveTemporary(filepath.Join(path, "no", "x"))
	if filetest.List(t, dir) != nil {
		t.Errorf("got %q made in the folder", filetest.List(t, dir))
	}
}

// TestCheckKind: a file of the right kind, an empty one and none may be written over; others not, and the message
// says why.
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
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 4 {
		t.Errorf("got %v in the folder, want what was there", list)
	}
	if err := file.CheckRegular(filepath.Join(dir, "folder")); err == nil ||
		err.Error() != "a file was expected, and this is not one (d---------)" {
		t.Errorf("a folder: got %v", err)
	}
	if os.Getuid() > 0 && runtime.GOOS != "windows" { // root may read everything
		os.Chmod(filepath.Join(dir, "letter"), 0o200)
		err := CheckKind(filepath.Join(dir, "letter"), "a model", known)
		if !filetest.Says(err, "it exists but could not be read: permission denied") {
			t.Errorf("a file that may not be read: got %v", err)
		}
	}
}

// TestAmongDevices: no temporary file is created beside a device, nor beside what only looks like a file there.
func TestAmongDevices(t *testing.T) {
	for path, want := range map[string]bool{
		"/dev/stdout": true, "/dev/x/y": true, "/dev/shm": true, "/dev/shm/x": false, "/dev/shm/x/y": false,
		"/dev/shm/../x": true, "/dev/../tmp/x": false, "/devices/x": false, "dev/x": false, "/tmp/dev/x": false,
		"/proc/self/fd/1": true, "/proc/x": true, "/proc": false, "/processes/x": false,
	} {
		if got := amongDevices(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
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
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
}

// TestFollow: all names of a file give one path, also where there is no file yet; links in a circle end.
func TestFollow(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	os.Mkdir(in("d"), 0o777)
	os.WriteFile(in("there"), nil, 0o666)
	for link, to := range map[string]string{"l1": "there", "l2": "new", "l3": "l2", "d/l4": "../l3", "up": "d",
		"round": "round", "abs": in("new")} {
		if err := os.Symlink(to, in(link)); err != nil {
			t.Skip(err)
		}
	}
	for path, want := range map[string]string{"there": "there", "l1": "there", "l2": "new", "l3": "new", "d/l4": "new",
		"up/l4": "new",
		"up/x":  "d/x", "new": "new", "d/../new": "new", "abs": "new", "round": "round", "no/x": "no/x"} {
		if got := Follow(in(path)); got != in(want) {
			t.Errorf("%s: got %s, want %s", path, got, in(want))
		}
	}
	t.Chdir(dir)
	if got := Follow("l3"); got != in("new") {
		t.Errorf("l3, relative: got %s, want %s", got, in("new"))
	}
}

// TestFollowManyLinks: 40 links one after another are followed, as the system does; more count as a circle.
func TestFollowManyLinks(t *testing.T) {
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
			t.Errorf("%d links: got %s, want %s", from, got, name(to))
		}
	}
}

// TestNothingWaitsForAPipe, which may never give anything.
func TestNothingWaitsForAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	if exec.Command("mkfifo", path, path+".lock").Run() != nil {
		t.Skip("this system has no named pipes")
	}
	if err := CheckReplaceable(path, "a model", nil); !filetest.Says(err, "not a file") {
		t.Errorf("CheckReplaceable: got %v", err)
	}
	if _, err := Lock(path); !filetest.Says(err, path+".lock", "a file was expected", "remove it") {
		t.Errorf("Lock: got %v", err)
	}
}
