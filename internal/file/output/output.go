// Package output writes files so that each is either complete or not there at all, and no two programs write the same
// one.
package output

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"backprop/internal/file"
)

// Disk, if not nil, wraps every file that is written. Tests set it to fill the disk.
var Disk func(io.Writer) io.Writer

// Write writes a file so that path always has either its old content or all of the new one, whatever happens in
// between. Errors do not contain the path.
func Write(path string, write func(w io.Writer) error) error {
	err := writeOnce(path, write)
	if errors.Is(err, fs.ErrNotExist) { // a program with a wrong clock has removed the temporary file as abandoned
		err = writeOnce(path, write)
	}
	return file.WithoutPath(err)
}

func writeOnce(path string, write func(w io.Writer) error) error {
	path, f, err := createTemporary(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing after the file has been renamed
	defer f.Close()
	w := io.Writer(f)
	if Disk != nil {
		w = Disk(f)
	}
	if err := write(w); err != nil {
		return err
	}
	if err := cmp.Or(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // so that the new name survives a power cut, on systems that can do this
		dir.Close()
	}
	return nil
}

// CheckWritable returns an error if Write could not write path. It also removes temporary files that killed programs
// have left beside path.
func CheckWritable(path string) error {
	_, f, err := createTemporary(path)
	if err != nil {
		return file.WithoutPath(err)
	}
	f.Close()
	RemoveTemporary(path)
	return file.WithoutPath(os.Remove(f.Name()))
}

// CheckReplaceable returns an error if Write could not write path, or if CheckKind returns one.
func CheckReplaceable(path, kind string, isKind func(r io.Reader) bool) error {
	if err := CheckWritable(path); err != nil {
		return fmt.Errorf("it could not be written: %w", err)
	}
	return CheckKind(path, kind, isKind)
}

// CheckKind protects files that the user has not meant to overwrite: it returns an error if there is a file at path
// which is not empty and for which isKind returns false. kind names the expected kind of file, such as "a model file".
func CheckKind(path, kind string, isKind func(r io.Reader) bool) error {
	if file.CheckRegular(path) != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("it exists but could not be read: %w; give another name, or remove it", file.WithoutPath(err))
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if _, err := r.Peek(1); err != io.EOF && !isKind(r) {
		return fmt.Errorf("it exists and is not %s; give another name, or remove it", kind)
	}
	return nil
}

// createTemporary creates a temporary file that is to become path. target is path with all links resolved.
func createTemporary(path string) (target string, f *os.File, err error) {
	target = Follow(path)
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
		switch {
		case !info.Mode().IsRegular():
			return "", nil, fmt.Errorf("it exists and is not a file (%v); give another name", info.Mode().Type())
		case mode&0o200 == 0:
			return "", nil, fmt.Errorf("it exists and is read-only (%v); make it writable, or give another name", mode)
		}
	}
	if amongDevices(path) || amongDevices(target) {
		return "", nil, errors.New("it exists and is a device, or in a folder of devices; give another name")
	}
	f, err = os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.tmp")
	if err == nil {
		f.Chmod(mode) // not every file system can
	}
	return target, f, err
}

// amongDevices reports whether path is in a folder of devices. A path such as /dev/stdout may look like a file, but no
// temporary file must be created beside it.
func amongDevices(path string) bool {
	dir := filepath.ToSlash(filepath.Dir(filepath.Clean(path))) + "/"
	return strings.HasPrefix(dir, "/proc/") || strings.HasPrefix(dir, "/dev/") && !strings.HasPrefix(dir, "/dev/shm/")
}

// Follow returns the absolute path with all links resolved, even if there is no file yet where the last link leads. So
// all names of a file give the same path, and writing to a link writes the file that it leads to and leaves the link in
// place.
func Follow(path string) string {
	if p, err := filepath.Abs(path); err == nil {
		path = p
	}
	for range 40 { // if there are more links than that, they go in a circle
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

// Abandoned is the age from which a temporary file is taken to have been left by a program that was killed. A younger
// file may belong to a program that is still writing it.
const Abandoned = 10 * time.Minute

// RemoveTemporary removes abandoned temporary files beside path.
func RemoveTemporary(path string) {
	path = Follow(path)
	RemoveTemporaries(filepath.Dir(path), func(name string) bool { return name == filepath.Base(path) })
}

// RemoveTemporaries removes the abandoned temporary files in dir that were to become files whose names match.
func RemoveTemporaries(dir string, match func(name string) bool) {
	list, _ := os.ReadDir(dir)
	for _, entry := range list {
		name := temporaryName.FindStringSubmatch(entry.Name())
		if name == nil || !match(name[1]) {
			continue
		}
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > Abandoned {
			os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}

// temporaryName matches the names that createTemporary chooses. The group is the name of the file that was to be
// written.
var temporaryName = regexp.MustCompile(`^\.(.+)\.[0-9]+\.tmp$`)
