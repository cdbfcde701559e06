package numpy

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestNamed: arrays of an archive by their names, numbers in either order, words, and single numbers.
func TestNamed(t *testing.T) {
	fortran := strings.Replace(string(filetest.NPY("|u1", "(2, 3)", []byte{1, 4, 2, 5, 3, 6})), "False", "True ", 1)
	deep := strings.Replace(string(filetest.NPY("<i2", "(2, 1, 2)", []byte{1, 0, 3, 0, 2, 0, 255, 255})), "False",
		"True ", 1)
	archive := filetest.Zipped(map[string][]byte{
		"rows.npy": filetest.NPY("|u1", "(2, 3)", []byte{1, 2, 3, 4, 5, 6}), "columns.npy": []byte(fortran),
		"deep.npy": []byte(deep),
		"one.npy":  filetest.NPY(">f4", "()", []byte{0x3f, 0, 0, 0}), "yes.npy": filetest.NPY("|b1", "(1,)", []byte{1}),
		"word.npy":  filetest.NPY("<U4", "()", []byte("a\x00\x00\x00\xb4\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")),
		"big.npy":   filetest.NPY(">U1", "(1,)", []byte("\x00\x00\x00b")),
		"bytes.npy": filetest.NPY("|S3", "(2,)", []byte("ab\x00cde")),
		"odd.npy":   filetest.NPY("<U1", "(1,)", []byte("\xff\xff\xff\xff")),
		"other.npy": filetest.NPY("|O", "()", []byte("?")),
		"text.txt":  {1},
	})
	arrays, err := ReadNamed(bytes.NewReader(archive), int64(len(archive)),
		func(name string) bool { return name != "other" })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"rows": "[2 3] [1 2 3 4 5 6] [] false", "columns": "[2 3] [1 2 3 4 5 6] [] false",
		"deep": "[2 1 2] [1 2 3 -1] [] false", "one": "[] [0.5] [] true", "yes": "[1] [1] [] false",
		"word": "[] [] [aδ] false", "big": "[1] [] [b] false", "bytes": "[2] [] [ab cde] false",
		"odd":   "[1] [] [\uFFFD] false",
		"other": "[] [] [] false", "text.txt": "[] [] [] false",
	} {
		a, ok := arrays[name]
		if got := fmt.Sprint(a.Shape, a.Values, a.Words, a.Single); !ok || got != want {
			t.Errorf("%s: %s; want %s", name, got, want)
		}
	}
	if len(arrays) != 11 {
		t.Errorf("%d arrays", len(arrays))
	}
}

// TestNamedErrors: what cannot be read is told with the member and the place in it.
func TestNamedErrors(t *testing.T) {
	for name, c := range map[string]struct {
		archive []byte
		want    string
	}{
		"objects": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("|O", "(1,)", []byte("a"))}),
			`X.npy: byte 10: array of type "|O": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		"empty": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f8", "(0, 3)", nil)}),
			"X.npy: byte 10: an array without numbers, of shape [0 3]"},
		"no letters": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<U0", "()", nil)}),
			"X.npy: byte 10: words of no letters; words were expected"},
		"short": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f8", "(2,)", make([]byte, 9))}),
			"X.npy: byte 10: the header promises 2 numbers, and the file can hold 1: it is damaged, or the file was " +
				"cut off, fetch it again"},
		"twice": {zippedInOrder([]string{"X.npy", "X.npy"}, map[string][]byte{"X.npy": filetest.NPY("|u1", "(1,)",
			[]byte{1})}),
			`member "X.npy" appears twice`},
		"no zip": {[]byte("PK"), "zip: not a valid zip file: the zip archive is damaged, or the file was cut off, " +
			"fetch it again"},
	} {
		_, err := ReadNamed(bytes.NewReader(c.archive), int64(len(c.archive)), func(string) bool { return true })
		if fmt.Sprint(err) != c.want {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
}

// TestEmptyZip: an archive with nothing in it lacks the arrays.
func TestEmptyZip(t *testing.T) {
	const want = "is a zip archive with the arrays []: expected x_train and y_train, x_test and y_test; if it is no " +
		".npz, unpack it or save it as CSV"
	if _, err := readZip(filetest.Zipped(nil)); fmt.Sprint(err) != want {
		t.Errorf("%v; want %s", err, want)
	}
}

// TestHasNegativeBytes: of signed bytes, 128 and more stand for −128 and more.
func TestHasNegativeBytes(t *testing.T) {
	for _, c := range []struct {
		dtype string
		data  []byte
		want  bool
	}{{"|i1", []byte{0, 127}, false}, {"|i1", []byte{0, 128}, true}, {"|u1", []byte{128}, false}} {
		a, err := newArray(c.dtype)
		if err != nil {
			t.Fatal(err)
		}
		if a.data = c.data; a.HasNegativeBytes() != c.want {
			t.Errorf("%s % x: %v", c.dtype, c.data, !c.want)
		}
	}
}
