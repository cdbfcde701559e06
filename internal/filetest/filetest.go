// Package filetest makes small files in many formats for tests, and has other helpers that several packages' tests use.
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

// Says reports whether the error is a single line that contains all the texts, and no complaint of package fmt about
// its format, as in %!d.
func Says(err error, texts ...string) bool {
	if err == nil || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "%!") {
		return false
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			return false
		}
	}
	return true
}

// PoolsForget reports whether a sync.Pool loses some of what it is given, as under the race detector. Allocations are
// not the same then.
func PoolsForget() bool {
	for range 100 {
		var p sync.Pool
		x := new(int)
		p.Put(x)
		if p.Get() != x {
			return true
		}
	}
	return false
}

// Allocated returns how many bytes f allocates.
func Allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Write writes files, by their names, into a folder, and makes the folders that they need.
func Write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// A FailingWriter fails with Err, as a full disk does.
type FailingWriter struct{ Err error }

func (w FailingWriter) Write([]byte) (int, error) { return 0, w.Err }

// List returns the names of the files in a folder; nil if there is no such folder.
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

// Gzipped returns b, compressed with gzip.
func Gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

// Zipped returns a zip file that contains the files.
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

// Flipped returns b with one bit of a byte flipped; at < 0 counts from the end.
func Flipped(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[(at+len(b))%len(b)] ^= 0x10
	return b
}

// Counting returns the n numbers 0, 1, 2 …, modulo m.
func Counting(n, m int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % m)
	}
	return b
}

// IDX returns an IDX file of unsigned bytes. The data may be more or less than the dimensions say.
func IDX(data []byte, dims ...int) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

// MNIST returns the four files of a small data set in the format of MNIST: 6 and 4 images of 2×3 pixels, 3 classes.
func MNIST() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte": IDX(Counting(36, 256), 6, 2, 3),
		"train-labels-idx1-ubyte": IDX(Counting(6, 3), 6),
		"t10k-images-idx3-ubyte":  IDX(Counting(24, 256), 4, 2, 3),
		"t10k-labels-idx1-ubyte":  IDX(Counting(4, 3), 4),
	}
}

// NPY returns a .npy file of version 1. Its header fills 64 bytes or a multiple.
func NPY(descr, shape string, data []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	head += strings.Repeat(" ", 63-(10+len(head))%64) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head))), head+string(data)...)
}

// NPZ returns the files in a small mnist.npz: three images for training and two for testing.
func NPZ() map[string][]byte {
	return map[string][]byte{
		"x_train.npy": NPY("|u1", "(3, 8, 8)", Counting(192, 256)),
		"y_train.npy": NPY("|u1", "(3,)", []byte{0, 1, 2}),
		"x_test.npy":  NPY("|u1", "(2, 8, 8)", Counting(128, 256)),
		"y_test.npy":  NPY("|u1", "(2,)", []byte{2, 0}),
	}
}

// PixelRow returns a line of a table of 8×8 images: the label, first or last, and pixels that repeat 0, p, 7, 0.
func PixelRow(label string, first bool, p int) string {
	row := strings.Repeat(fmt.Sprintf("0,%d,7,0,", p), 16)
	if first {
		return label + "," + strings.TrimSuffix(row, ",") + "\n"
	}
	return row + label + "\n"
}

// PixelHeader returns the header for lines of PixelRow with the label first.
func PixelHeader() string {
	h := "label"
	for i := range 64 {
		h += fmt.Sprintf(",%dx%d", i/8+1, i%8+1)
	}
	return h + "\n"
}

// Holds checks that f is true for each text of yes and false for each of no. what says it in words, for the error.
func Holds(t testing.TB, what string, f func(s string) bool, yes, no []string) {
	t.Helper()
	for i, s := range slices.Concat(yes, no) {
		if want := i < len(yes); f(s) != want {
			t.Errorf("%q %s: %v", s, what, !want)
		}
	}
}

// A ChanWriter sends what is written through a channel.
type ChanWriter chan string

func (w ChanWriter) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}
