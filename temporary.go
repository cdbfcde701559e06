// Temporary: names that other files still use, for as long as they do.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"backprop/internal/file"
)

func fileError(path string, err error) error { return file.Error(path, err) }

// createFile makes a temporary file beside path, which is not a link when it returns.
func createFile(path string) (f *os.File, target string, err error) {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p // a link stays a link
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if mode = info.Mode().Perm(); !info.Mode().IsRegular() {
			return nil, path, fmt.Errorf("it is there and not a file (%v); give another name", info.Mode().Type())
		}
		if mode&0o200 == 0 {
			return nil, path, fmt.Errorf("it is there and read-only (%v); make it writable, or give another name", mode)
		}
	}
	if f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp"); err == nil {
		f.Chmod(mode) // where the file system can
	}
	return f, path, err
}

// cause is a file error without the name, which would be that of a temporary file.
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
