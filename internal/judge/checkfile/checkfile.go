// Package checkfile opens the files that learners write of a step: JSON, NumPy's npz, or standard input.
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

// mostBytes is how large a file may be.
const mostBytes = 1 << 28

// Opener is what opens files whose settings, where they are not in the file, are as in s. The file "-" is
// what comes in by stdin.
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
		return homework.Parse(name, bytes.NewReader(data), s)
	}
}

// read reads a whole file, which is called by name in errors.
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
	data, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	switch {
	case err != nil:
		return nil, file.Error(file.Clean(name), err)
	case len(data) > mostBytes:
		return nil, fmt.Errorf("%s: is larger than %d MB; a file for one step was expected", file.Clean(name),
			mostBytes>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf("%s: is empty; expected JSON, {\"X\": [[…]], \"W1\": …}, or an npz", file.Clean(name))
	}
	return data, nil
}

// fromNPZ takes a homework out of an npz. Settings are arrays of one element.
func fromNPZ(name string, data []byte, s homework.Settings) (*homework.Homework, error) {
	named, err := numpy.ReadNamed(bytes.NewReader(data), int64(len(data)), homework.Known)
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
