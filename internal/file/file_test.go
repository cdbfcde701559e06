package file

import (
	"bytes"
	"errors"
	"io"
	"math"
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

// Beyond the first step the slice grows only as data come.
func TestReadExactly(t *testing.T) {
	const n = 100 << 20
	got, err := ReadExactly(io.LimitReader(new(pages), n), n)
	if err != nil || len(got) != n {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	for i := 0; i < n; i += 997 {
		if got[i] != byte(i>>12) {
			t.Fatalf("byte %d is %d", i, got[i])
		}
	}
	if _, err := ReadExactly(io.LimitReader(zeros{}, n-1), n); !filetest.Says(err, "cut off", strconv.Itoa(n-1)) {
		t.Error(err)
	}
	// 48 MiB, and twice as much once they have come.
	if n := filetest.Allocated(func() { ReadExactly(io.LimitReader(zeros{}, 50<<20), math.MaxInt32) }); n < 144<<20 ||
		n > 145<<20 {
		t.Errorf("allocated %d bytes for 50 MB", n)
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

// TestOpen: content says what a file is, and what is wrong with it is named with what to do.
func TestOpen(t *testing.T) {
	packed := filetest.Gzipped([]byte("1,2,3"))
	for name, c := range map[string]struct {
		content []byte
		want    string // in the error; "" for none
	}{
		"plain":           {[]byte("1,2,3"), ""},
		"plain.gz":        {[]byte("1,2,3"), ""},
		"packed":          {packed, ""},
		"packed.gz":       {packed, ""},
		"empty":           {nil, "is empty"},
		"empty.gz":        {filetest.Gzipped(nil), "empty once unpacked"},
		"page":            {[]byte("\n<!DOCTYPE html><html>404</html>"), "HTML"},
		"page.gz":         {filetest.Gzipped([]byte("<html>404</html>")), "HTML"},
		"pointer":         {[]byte("version https://git-lfs.github.com/spec/v1"), "git-lfs"},
		"header cut":      {packed[:6], "cut off"},
		"folder/in/there": {[]byte("1"), ""},
		"folder":          {nil, "is a folder"},
		"missing":         {nil, "no such file"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o777)
		if name == "folder" {
			os.Mkdir(path, 0o777)
		} else if name != "missing" {
			os.WriteFile(path, c.content, 0o666)
		}
		r, err := Open(path)
		if c.want != "" {
			if !filetest.Says(err, path+": ", c.want) {
				t.Errorf("%s: %v; want %q", name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := io.ReadAll(r)
		isPacked := bytes.Equal(c.content, packed)
		if err != nil || len(b) > 5 || !strings.HasPrefix("1,2,3", string(b)) || r.Gzip != isPacked ||
			r.Size != int64(len(c.content)) ||
			isPacked && r.Limit != MaxUnpacked(r.Size) || !isPacked && r.Limit != r.Size {
			t.Errorf("%s: %q, %v, %+v", name, b, err, r)
		}
		r.Close()
	}
	if os.Getuid() > 0 { // root may read everything
		path := filepath.Join(t.TempDir(), "x")
		os.WriteFile(path, []byte("1"), 0)
		if _, err := Open(path); !filetest.Says(err, path, "chmod") {
			t.Errorf("no permission: %v", err)
		}
	}
}

// TestCount: a header cannot promise more than a file can hold, however it multiplies.
func TestCount(t *testing.T) {
	if n, err := Count([]int{2, 3, 4}, 24); n != 24 || err != nil {
		t.Error(n, err)
	}
	for _, shape := range [][]int{{25}, {5, 5}, {0}, {-1, -1}, {1 << 31, 1 << 31, 1 << 31}, {math.MaxInt, math.MaxInt}} {
		if _, err := Count(shape, 24); !filetest.Says(err, ShapeText(shape)+" numbers", "can hold 24") ||
			!errors.Is(err, ErrCut) {
			t.Errorf("%v: %v", shape, err)
		}
	}
}

// TestWrite: a file is the old one or the new one, and nothing else stays beside it.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	is := func(want string) {
		t.Helper()
		list, _ := os.ReadDir(dir)
		if b, _ := os.ReadFile(path); string(b) != want || len(list) != 1 {
			t.Errorf("%q and %d files; want %q", b, len(list), want)
		}
	}
	if err := errors.Join(Write(path, text("old")), os.Chmod(path, 0o600), Write(path, text("new"))); err != nil {
		t.Fatal(err)
	}
	is("new")
	if st, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	err := Write(path, func(w io.Writer) error {
		w.Write([]byte("half"))
		return &os.PathError{Op: "write", Path: "temporary", Err: syscall.ENOSPC}
	})
	if !filetest.Says(err, "no space left") || strings.Contains(err.Error(), "temporary") {
		t.Errorf("full disk: %v", err)
	}
	is("new")
	if err := CheckWritable(path); err != nil {
		t.Error(err)
	}
	is("new")
	for i := range 3 {
		os.WriteFile(filepath.Join(dir, ".model."+strconv.Itoa(i)+".tmp"), nil, 0o666)
	}
	young := filepath.Join(dir, ".model.7.tmp") // another's, who is writing
	for i := range 3 {
		then := time.Now().Add(-2 * Abandoned)
		os.Chtimes(filepath.Join(dir, ".model."+strconv.Itoa(i)+".tmp"), then, then)
	}
	os.WriteFile(young, nil, 0o666)
	RemoveTemporary(path)
	if os.Remove(young) != nil {
		t.Error("a temporary file that somebody may be writing was removed")
	}
	is("new")
	for _, other := range []string{".model.x1.tmp", ".other.1.tmp", "model.1.tmp"} {
		os.WriteFile(filepath.Join(dir, other), nil, 0o666)
		os.Chtimes(filepath.Join(dir, other), time.Time{}, time.Now().Add(-2*Abandoned))
		if RemoveTemporary(path); os.Remove(filepath.Join(dir, other)) != nil {
			t.Errorf("%s was removed", other)
		}
	}
	if runtime.GOOS != "windows" {
		link := filepath.Join(t.TempDir(), "link")
		os.Symlink(path, link)
		if err := Write(link, text("linked")); err != nil {
			t.Error(err)
		}
		is("linked")
		if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
			t.Errorf("a link is no longer one: %v, %v", st, err)
		}
	}
	os.Chmod(path, 0o444)
	for path, want := range map[string]string{dir: "not a file", os.DevNull: "not a file", path: "read-only",
		filepath.Join(dir, "no", "x"): "no such"} {
		for _, err := range []error{CheckWritable(path), Write(path, text("x"))} {
			if !filetest.Says(err, want) || strings.Contains(err.Error(), dir) {
				t.Errorf("%s: %v; want %q", path, err, want)
			}
		}
	}
}

// TestMessage: what came from outside stays on its line, obeys nothing, and does not fill the screen.
func TestMessage(t *testing.T) {
	for text, want := range map[string]string{
		"plain é 数 −":            "plain é 数 −",
		"a\nb\r\nc\td":           "a b  c d",
		"\x1b[2J\x07\x00":        "?[2J??",
		"\u009b31m\u202ex":       "?31m?x",
		"\xff\u200b\u2028\u2029": "\uFFFD?  ",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q is cleaned to %q, want %q", text, got, want)
		}
	}
	if got := Message(" a \n\n b\x1b "); got != "a b?" {
		t.Errorf("%q", got)
	}
	for _, n := range []int{499, 500, 501, 100_000} {
		text := "path: " + strings.Repeat("é", n-16) + ": mend it!"
		got := []rune(Message(text))
		if len(got) != min(n, 500) || !strings.HasPrefix(string(got), "path: éé") ||
			!strings.HasSuffix(string(got), "é: mend it!") ||
			n <= 500 && string(got) != text {
			t.Errorf("%d characters become %d: %s", n, len(got), string(got))
		}
	}
}

// TestFollow: the names of one file are equal, also where nothing is yet, and a circle ends.
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
			t.Errorf("%s is %s, want %s", path, got, in(want))
		}
	}
	t.Chdir(dir)
	if got := Follow("l3"); got != in("new") {
		t.Errorf("l3 is %s", got)
	}
}

// TestLock: one at a time; what a program leaves behind that is gone is nothing.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	unlock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	if b, _ := os.ReadFile(path + ".lock"); string(b) != strconv.Itoa(os.Getpid())+" "+host+"\n" {
		t.Errorf("the lock says %q", b)
	}
	unlock()
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("it is still locked")
	}
	other, others := another(t)
	others += " " + host + "\n"
	os.WriteFile(path+".lock", []byte(others), 0o666)
	if _, err := Lock(path); err == nil || err.Error() != "process "+strconv.Itoa(other)+
		" is writing it: wait until that has ended, or stop it; if that has ended, remove "+path+".lock" {
		t.Error(err)
	}
	unlock() // it is not ours to remove
	if b, _ := os.ReadFile(path + ".lock"); string(b) != others {
		t.Errorf("the lock of another is %q now", b)
	}
	removeLock(path+".lock", "another text") // that of a third, who came in between
	if b, _ := os.ReadFile(path + ".lock"); string(b) != others {
		t.Errorf("the lock of a third is %q now", b)
	}
	if _, err := Lock(filepath.Join(t.TempDir(), "no", "m")); !filetest.Says(err, "no such") {
		t.Error(err)
	}
}

// TestPipe: a pipe, which may never give anything, is not waited for where nobody has named it.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	if exec.Command("mkfifo", path, path+".lock").Run() != nil {
		t.Skip("there are no pipes with names here")
	}
	if _, err := OpenRegular(path); !filetest.Says(err, path, "a file was expected") {
		t.Error(err)
	}
	go func() { // one that somebody has named is read; how much it will give it does not say
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			f.WriteString("1,2")
			f.Close()
		}
	}()
	if r, err := Open(path); err != nil || r.Limit != 1<<40 || r.File == nil {
		t.Errorf("%+v, %v", r, err)
	} else if b, err := io.ReadAll(r); string(b) != "1,2" || errors.Join(err, r.Close()) != nil {
		t.Errorf("%q, %v", b, err)
	}
	if err := CheckReplaceable(path, "a model", nil); !filetest.Says(err, "not a file") {
		t.Error(err)
	}
	if _, err := Lock(path); !filetest.Says(err, path+".lock", "a file was expected", "remove it") {
		t.Error(err)
	}
}

// TestWrongClock: a clock that is a day ahead, or goes back a week, takes nothing from a program that writes.
func TestWrongClock(t *testing.T) {
	dir := t.TempDir()
	path, future := filepath.Join(dir, "model"), filepath.Join(dir, ".model.8.tmp")
	os.WriteFile(future, nil, 0o666)
	os.Chtimes(future, time.Time{}, time.Now().Add(7*24*time.Hour))
	if RemoveTemporary(path); os.Remove(future) != nil {
		t.Error("a temporary file from the future was removed")
	}
	writes := 0
	err := Write(path, func(w io.Writer) error { // a program whose clock is a day ahead begins meanwhile
		if writes++; writes == 1 {
			then := time.Now().Add(-24 * time.Hour)
			os.Chtimes(w.(*os.File).Name(), then, then)
			RemoveTemporary(path)
		}
		_, err := io.WriteString(w, "whole")
		return err
	})
	if err != nil || runtime.GOOS != "windows" && writes != 2 { // where an open file cannot be removed
		t.Errorf("written %d times: %v", writes, err)
	}
	if b, _ := os.ReadFile(path); string(b) != "whole" {
		t.Errorf("the file is %q", b)
	}
}
