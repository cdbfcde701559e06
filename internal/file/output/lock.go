package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"backprop/internal/file"
)

// pause waits for a program that has created its lock but not yet written to it. Tests replace it.
var pause = func() { time.Sleep(10 * time.Millisecond) }

// Lock keeps other programs from path until unlock is called. It creates path.lock, which contains the number of this
// process and the name of this machine. It takes over a lock that a dead process has left behind. Whether a process on
// another machine is dead it cannot know; then the error says what to do.
func Lock(path string) (unlock func(), err error) {
	name := Follow(path) + ".lock"
	host, _ := os.Hostname()
	mine := fmt.Sprintf("%d %s\n", os.Getpid(), host)
	for try := range 100 {
		err := createLock(name, mine)
		if err == nil {
			return func() {
				if text, err := os.ReadFile(name); err == nil && string(text) == mine {
					os.Remove(name)
				}
			}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, file.WithoutPath(err)
		}
		text, err := readLock(path, name)
		if errors.Is(err, fs.ErrNotExist) { // it has just been removed
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := checkDead(text, host); err != nil {
			return nil, fmt.Errorf("%w; if that has ended, remove %s.lock", err, path)
		}
		if text == "" && try < 10 {
			pause()
			continue
		}
		if err := removeStaleLock(name, text); err != nil {
			return nil, fmt.Errorf("%s.lock was left by a program that has ended, and cannot be taken over: %w; remove it",
				path, file.WithoutPath(err))
		}
	}
	return nil, fmt.Errorf("%s.lock comes and goes: other programs write here; wait until they have ended", path)
}

// createLock creates the file name, which must not exist, with the given text.
func createLock(name, text string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
	}
	return err
}

// readLock reads the lock of path from the file name. The error is fs.ErrNotExist if the lock is gone.
func readLock(path, name string) (string, error) {
	var text []byte
	err := file.CheckRegular(name) // reading from a pipe may wait for ever
	if err == nil {
		text, err = os.ReadFile(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return "", fmt.Errorf("%s.lock is a link to nothing; remove it", path)
		}
		return "", err
	}
	if err != nil {
		return "", fmt.Errorf("%s.lock: %w; remove it", path, file.WithoutPath(err))
	}
	process, _, _ := strings.Cut(string(text), " ")
	if strings.Trim(process, "0123456789\n") != "" {
		return "", fmt.Errorf("%s.lock exists and is not a lock of this program; give another name, or remove it", path)
	}
	return string(text), nil
}

// checkDead returns an error if the process that wrote the text of a lock runs, or may run.
func checkDead(text, host string) error {
	process, itsHost, _ := strings.Cut(strings.TrimSpace(text), " ")
	pid, err := strconv.Atoi(process)
	switch {
	case err != nil || pid < 1: // the process was killed, or the disk was full, before it wrote its number
		return nil
	case itsHost != host:
		return fmt.Errorf("process %d on %.60q is writing it: wait until that has ended", pid, itsHost)
	case pid == os.Getpid(): // a dead process had our number, as happens in a container, where numbers start again
		return nil
	}
	if p, err := os.FindProcess(pid); err == nil {
		if err = p.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("process %d is writing it: wait until that has ended, or stop it", pid)
		}
	}
	return nil
}

// removeStaleLock removes the lock of a program that has ended, which had the given text, unless another program has
// put its own there in the meantime.
func removeStaleLock(name, text string) error {
	aside := fmt.Sprintf("%s.%d", name, os.Getpid())
	err := os.Rename(name, aside)
	if errors.Is(err, fs.ErrNotExist) { // another program has removed it already
		return nil
	}
	if err != nil {
		return err
	}
	if now, err := os.ReadFile(aside); err == nil && string(now) != text {
		os.Link(aside, name)
	}
	os.Remove(aside)
	return nil
}
