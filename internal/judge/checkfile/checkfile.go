// Package checkfile reads homeworks for -check from JSON, NumPy's npz, or standard input.
package checkfile

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"backprop/internal/data/numpy"
	"backprop/internal/file"
	"backprop/internal/judge/check/homework"
)

// maxMB is the largest size of a file, in MB.
const maxMB = 256

// Opener returns a function that reads a homework from a file, or from stdin for "-". Settings that are not in the file
// are taken from s.
func Opener(stdin io.Reader, s homework.Settings) func(path string) (*homework.Homework, error) {
	return func(path string) (*homework.Homework, error) {
		name := path
		if path == "-" {
			name = "standard input"
		}
		data, err := read(path, name, stdin)
		if err != nil {
			return nil, err
		}
		switch {
		case bytes.HasPrefix(data, []byte("PK\x03\x04")):
			return fromNPZ(name, data, s)
		case bytes.HasPrefix(data, []byte("\x93NUMPY")):
			return nil, fmt.Errorf("%s: is one array; save all with their names, np.savez(\"mine.npz\", X=X, W1=W1, …)",
				file.Clean(name))
		}
		return homework.Parse(name, data, s)
	}
}

// read reads a whole file. Errors use name for it.
func read(path, name string, stdin io.Reader) ([]byte, error) {
	r := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, file.Error(file.Clean(name), err)
		}
		defer f.Close()
		if st, err := f.Stat(); err == nil && st.IsDir() {
			return nil, fmt.Errorf("%s: is a folder; for all files in it write %[1]s/*.json", file.Clean(path))
		}
		r = f
	}
	return readAll(r, name, maxMB)
}

// readAll reads to the end. More than the given number of MB, and nothing at all, are errors.
func readAll(r io.Reader, name string, mb int) ([]byte, error) {
	most := mb << 20
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case err != nil:
		return nil, file.Error(file.Clean(name), err)
	case len(data) > most:
		return nil, fmt.Errorf("%s: is larger than %d MB; a file for one step was expected", file.Clean(name), mb)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf("%s: is empty; expected JSON, {\"X\": [[…]], \"W1\": …}, or an npz", file.Clean(name))
	}
	return data, nil
}

// fromNPZ reads a homework from an npz, in which settings are arrays of one element.
func fromNPZ(name string, data []byte, s homework.Settings) (*homework.Homework, error) {
	named, err := numpy.ReadNamed(bytes.NewReader(data), int64(len(data)), homework.IsName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Clean(name), err)
	}
	arrays := map[string]homework.Array{}
	for key, n := range named {
		a := homework.Array{Shape: n.Shape, Values: n.Values, Single: n.Single}
		if len(n.Words) > 0 {
			a.Word = n.Words[0]
		}
		arrays[key] = a
	}
	return homework.FromArrays(name, arrays, s)
}
