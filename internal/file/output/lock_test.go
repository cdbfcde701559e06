package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestLock: one program at a time has the lock, and unlock removes only its own.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	unlock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	if b, _ := os.ReadFile(path + ".lock"); string(b) != strconv.Itoa(os.Getpid())+" "+host+"\n" {
		t.Errorf("got a lock that says %q", b)
	}
	unlock()
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("got the lock still there after unlock")
	}
	other, others := another(t)
	others += " " + host + "\n"
	os.WriteFile(path+".lock", []byte(others), 0o666)
	want := fmt.Sprintf("process %d is writing it: wait until that has ended, or stop it; "+
		"if that has ended, remove %s.lock",
		other, path)
	if _, err := Lock(path); fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
	unlock() // it is not ours to remove
	if b, _ := os.ReadFile(path + ".lock"); string(b) != others {
		t.Errorf("got %q in the lock of another", b)
	}
	removeStaleLock(path+".lock", "another text") // that of a third, who came in between
	if b, _ := os.ReadFile(path + ".lock"); string(b) != others {
		t.Errorf("got %q in the lock of a third", b)
	}
	if _, err := Lock(filepath.Join(t.TempDir(), "no", "m")); !filetest.Says(err, "no such") {
		t.Errorf("in a folder that does not exist: got %v", err)
	}
}

// another starts a process that runs until the test has ended, and returns its number. It is an error if anything else
// ends the process.
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

// TestIsAnother is that process: no test, but what waits for the end of its input.
func TestIsAnother(t *testing.T) {
	if os.Getenv("IS_ANOTHER") != "" {
		io.Copy(io.Discard, os.Stdin)
	}
}

// TestCheckDead: the message says which process holds a lock; a process that has ended, or has left no number, holds
// none.
func TestCheckDead(t *testing.T) {
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
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	if runtime.GOOS == "linux" { // there is always a process 1
		if err := checkDead("1 here", "here"); !filetest.Says(err, "process 1 is writing it") {
			t.Errorf("process 1: got %v", err)
		}
	}
	if err := checkDead(strconv.Itoa(gone.Process.Pid)+" here", "here"); runtime.GOOS != "windows" && err != nil {
		t.Errorf("a process that is gone: got %v", err)
	}
}

// TestLockRefuses what is not a lock of this program, a link to nothing, and a lock that cannot be taken over.
func TestLockRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "package")
	lock := path + ".lock"
	fails := func(what, want string) {
		t.Helper()
		if _, err := Lock(path); err == nil || !strings.HasPrefix(err.Error(), lock+want) {
			t.Errorf("%s: got %v, want %s%s", what, err, lock, want)
		}
	}
	os.WriteFile(lock, []byte(`{"important": 1}`), 0o666)
	fails("another's file", " exists and is not a lock of this program; give another name, or remove it")
	if b, err := os.ReadFile(lock); string(b) != `{"important": 1}` {
		t.Errorf("got %q, %v in another's file", b, err)
	}
	os.Remove(lock)
	if os.Symlink("nowhere", lock) == nil {
		fails("a link", " is a link to nothing; remove it")
		os.Remove(lock)
	}
	if err := removeStaleLock(lock, ""); err != nil {
		t.Errorf("a lock that another has just removed: got %v", err)
	}
	os.WriteFile(lock, []byte("\n"), 0o666)
	os.MkdirAll(filepath.Join(lock+"."+strconv.Itoa(os.Getpid()), "in the way"), 0o777)
	fails("a folder in the way", " was left by a program that has ended, and cannot be taken over: ")
}

// TestLockTakesOverWhatIsLeftBehind: a lock with the number of a program that has ended, or without one, is replaced,
// and nothing else stays.
func TestLockTakesOverWhatIsLeftBehind(t *testing.T) {
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
			t.Errorf("got a lock of mode %v, %v", st.Mode(), err)
		}
		list, _ := os.ReadDir(dir)
		if b, _ := os.ReadFile(path + ".lock"); string(b) != mine || len(list) != 1 {
			t.Errorf("%q: got a lock that says %q, among %v", left, b, list)
		}
		unlock()
		if list, _ := os.ReadDir(dir); len(list) != 0 {
			t.Errorf("%q: got %v left behind", left, list)
		}
	}
}

// TestLockWaitsForAnEmptyLock: an empty lock is left ten times to the program that may be writing it. If that program
// writes its number in time, it has the lock.
func TestLockWaitsForAnEmptyLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	host, _ := os.Hostname()
	defer func(old func()) { pause = old }(pause)
	_, other := another(t)
	for fills, want := range map[int]int{9: 9, 10: 10, 11: 10} {
		os.WriteFile(path+".lock", nil, 0o666)
		pauses := 0
		pause = func() {
			pauses++
			if pauses == fills {
				os.WriteFile(path+".lock", []byte(other+" "+host+"\n"), 0o666)
			}
		}
		unlock, err := Lock(path)
		if pauses != want || (err == nil) != (fills > 10) {
			t.Errorf("written in pause %d: got %v after %d pauses, want %d", fills, err, pauses, want)
		}
		if err == nil {
			unlock()
		}
		os.Remove(path + ".lock")
	}
}
