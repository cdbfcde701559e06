// Package filetest makes small files for tests, and says what came of reading them.
package filetest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Says says whether an error is one line that has all these words.
func Says(err error, words ...string) bool {
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			return false
		}
	}
	return err != nil && !strings.Contains(err.Error(), "\n")
}

// PoolsForget says that a sync.Pool loses what it was given, as under the race detector.
func PoolsForget() bool {
	for range 100 {
		var p sync.Pool
		x := new(int)
		if p.Put(x); p.Get() != x {
			return true
		}
	}
	return false
}

// Allocated is how many bytes f allocates.
func Allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// Write writes files into a folder, which it makes.
func Write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// List is the names in a folder; nil where there is none.
func List(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Gzipped is b, packed by gzip.
func Gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

// Zipped is a zip file of these files.
func Zipped(files map[string][]byte) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range files {
		w, _ := z.Create(name)
		w.Write(data)
	}
	z.Close()
	return buf.Bytes()
}

// Counting is 0, 1, 2 … n−1, modulo m.
func Counting(n, m int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % m)
	}
	return b
}

// IDX is an IDX file of unsigned bytes whose data are data, however many dims promises.
func IDX(data []byte, dims ...int) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

// MNIST is the four files of a small data set in its format: 6 and 4 images of 2×3 pixels, 3 classes.
func MNIST() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte": IDX(Counting(36, 256), 6, 2, 3),
		"train-labels-idx1-ubyte": IDX(Counting(6, 3), 6),
		"t10k-images-idx3-ubyte":  IDX(Counting(24, 256), 4, 2, 3),
		"t10k-labels-idx1-ubyte":  IDX(Counting(4, 3), 4),
	}
}

// NPY is a .npy file of version 1.
func NPY(descr, shape string, data []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	head += strings.Repeat(" ", 63-(10+len(head))%64) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head))), head+string(data)...)
}

// npzFolder is a small mnist.npz: three images to train on, two to test, as bytes.
func NPZ() map[string][]byte {
	return map[string][]byte{
		"x_train.npy": NPY("|u1", "(3, 8, 8)", Counting(192, 256)),
		"y_train.npy": NPY("|u1", "(3,)", []byte{0, 1, 2}),
		"x_test.npy":  NPY("|u1", "(2, 8, 8)", Counting(128, 256)),
		"y_test.npy":  NPY("|u1", "(2,)", []byte{2, 0}),
	}
}

// PixelRow is a line of a table of 8×8 images: a label, first or last, and pixels that begin and end with 0.
func PixelRow(label string, first bool, p int) string {
	row := strings.Repeat(fmt.Sprintf("0,%d,7,0,", p), 16)
	if first {
		return label + "," + strings.TrimSuffix(row, ",") + "\n"
	}
	return row + label + "\n"
}

// PixelHeader is the header above such lines.
func PixelHeader() string {
	h := "label"
	for i := range 64 {
		h += fmt.Sprintf(",%dx%d", i/8+1, i%8+1)
	}
	return h + "\n"
}

// Holds says where f is not true of all of yes, or is true of one of no.
func Holds(t testing.TB, what string, f func(s string) bool, yes, no []string) {
	t.Helper()
	for i, s := range slices.Concat(yes, no) {
		if want := i < len(yes); f(s) != want {
			t.Errorf("%q %s: %v", s, what, !want)
		}
	}
}
