package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pause is how long a lock that says nothing is left to who may be writing it, ten times. Tests have another.
var pause = func() { time.Sleep(10 * time.Millisecond) }

// Lock keeps other programs from path until unlock is called: beside it stands path.lock, with the number of this
// process and the name of this machine. One that a program has left behind which is gone is taken over; where that
// cannot be known, on another machine, the error says what to do.
func Lock(path string) (unlock func(), err error) {
	name := Follow(path) + ".lock"
	host, _ := os.Hostname()
	mine := fmt.Sprintf("%d %s\n", os.Getpid(), host)
	for try := range 100 {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.WriteString(mine)
			if err = errors.Join(err, f.Close()); err != nil {
				os.Remove(name)
				return nil, cause(err)
			}
			return func() {
				if b, err := os.ReadFile(name); err == nil && string(b) == mine {
					os.Remove(name)
				}
			}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, cause(err)
		}
		var text []byte
		if err = Plain(name); err == nil { // of a pipe one might wait for ever
			text, err = os.ReadFile(name)
		}
		if info, err2 := os.Lstat(name); errors.Is(err, fs.ErrNotExist) && err2 == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s.lock is a link to nothing; remove it", path)
		} else if errors.Is(err, fs.ErrNotExist) {
			continue // it has just been removed
		} else if err != nil {
			return nil, fmt.Errorf("%s.lock: %w; remove it", path, cause(err))
		}
		if first, _, _ := strings.Cut(string(text), " "); strings.Trim(first, "0123456789\n") != "" {
			return nil, fmt.Errorf("%s.lock exists and is not a lock of this program; give another name, or remove it", path)
		}
		if err := heldBy(string(text), host); err != nil {
			return nil, fmt.Errorf("%w; if that has ended, remove %s.lock", err, path)
		}
		if len(text) == 0 && try < 10 { // perhaps it is being written
			pause()
			continue
		}
		if err := takeOver(name, string(text)); err != nil {
			return nil, fmt.Errorf("%s.lock was left by a program that has ended, and cannot be taken over: %w; remove it",
				path, cause(err))
		}
	}
	return nil, fmt.Errorf("%s.lock comes and goes: other programs write here; wait until they have ended", path)
}

// heldBy is an error where the program that wrote such a lock runs, or may run.
func heldBy(text, host string) error {
	number, where, _ := strings.Cut(strings.TrimSpace(text), " ")
	pid, err := strconv.Atoi(number)
	switch {
	case err != nil || pid < 1: // its writer had no room, or no time
		return nil
	case where != host:
		return fmt.Errorf("process %d on %.60q is writing it: wait until that has ended", pid, where)
	case pid == os.Getpid(): // of an earlier life, as in a container, where numbers begin again
		return nil
	}
	if p, err := os.FindProcess(pid); err == nil {
		if err = p.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("process %d is writing it: wait until that has ended, or stop it", pid)
		}
	}
	return nil
}

// takeOver removes a lock that nobody holds, unless another program has put its own there by now.
func takeOver(name, text string) error {
	aside := fmt.Sprintf("%s.%d", name, os.Getpid())
	if err := os.Rename(name, aside); errors.Is(err, fs.ErrNotExist) { // another program was quicker
		return nil
	} else if err != nil {
		return err
	}
	if b, err := os.ReadFile(aside); err == nil && string(b) != text {
		os.Link(aside, name)
	}
	os.Remove(aside)
	return nil
}
