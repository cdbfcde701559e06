package numpy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/file"
	"backprop/internal/filetest"
)

// npyOf returns a .npy file of any version, with any header.
func npyOf(version byte, head, data string) string {
	b := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0}
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(head)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(head)))
	}
	return string(b) + head + data
}

// TestReadNPY: arrays of 1 to 4 dimensions are read from each version of the format; of any other file the message says
// in which byte it goes wrong.
func TestReadNPY(t *testing.T) {
	head := func(descr, order, shape string) string {
		return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }"
	}
	u1 := func(shape string) string { return head("|u1", "False", shape) }
	const end = "the file was cut off, fetch it again"
	const order = "byte 10: expected 1 to 4 dimensions, found "
	long := func(n int) string { return u1("2,") + strings.Repeat(" ", n-len(u1("2,"))) }
	for _, c := range []struct {
		name, file string
		want       string // the shape, or the message
	}{
		{"version 1", npyOf(1, u1("2,"), "ab"), "[2]"}, {"version 2", npyOf(2, u1("2L,"), "ab"), "[2]"},
		{"version 3", npyOf(3, u1("1, 2"), "ab"), "[1 2]"},
		{"4 dimensions", npyOf(1, u1("1, 2, 1, 1"), "ab"), "[1 2 1 1]"},
		{"one, in either order", npyOf(1, head("|u1", "True", "2,"), "ab"), "[2]"},
		{"a header as long as may be", npyOf(2, long(1<<16), "ab"), "[2]"},
		{"a longer one", npyOf(2, long(1<<16+1), "ab"), "byte 8: a header of 65537 bytes is impossible"},
		{"longer than the file", npyOf(1, "", "")[:8] + "\xff\x00", "byte 8: a header of 255 bytes is impossible"},
		{"version 0", npyOf(0, u1("2,"), "ab"),
			`byte 0: begins with "\x93NUMPY\x00\x00"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"version 4", npyOf(4, u1("2,"), "ab"),
			`byte 0: begins with "\x93NUMPY\x04\x00"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"another file", "0123456789", `byte 0: begins with "01234567"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"9 bytes", npyOf(1, "", "")[:9], "byte 0: the header is incomplete: " + end},
		{"11 bytes", npyOf(2, "", "")[:11], "byte 10: the header is incomplete: " + end},
		{"no shape", npyOf(1, "{'descr': '|u1', 'fortran_order': False}", ""),
			"byte 10: the header \"{'descr': '|u1', 'fortran_order': False}\" does not describe an array of numbers"},
		{"no order", npyOf(1, "{'descr': '|u1', 'shape': (2,)}", ""),
			"byte 10: the header \"{'descr': '|u1', 'shape': (2,)}\" does not describe an array of numbers"},
		{"no type", npyOf(2, "{'fortran_order': False, 'shape': (2,)}", ""),
			"byte 12: the header \"{'fortran_order': False, 'shape': (2,)}\" does not describe an array of numbers"},
		{"objects", npyOf(1, head("|O", "False", "2,"), "ab"),
			`byte 10: array of type "|O": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		{"absurd", npyOf(1, u1("99999999999999999999, 1"), "ab"), "byte 10: shape (99999999999999999999, 1) is impossible"},
		{"a negative dimension", npyOf(1, u1("-2,"), "ab"),
			fmt.Sprintf("byte 10: the header %q does not describe an array of numbers", u1("-2,"))},
		{"overflow", npyOf(1, u1("4294967296, 4294967296, 8"), "ab"), "byte 10: the header promises " +
			"4294967296×4294967296×8 numbers, and the file can hold 2: it is damaged, or " + end},
		{"no dimension", npyOf(1, u1(""), "a"), order + fmt.Sprintf("%q", u1(""))},
		{"5 dimensions", npyOf(1, u1("1, 1, 1, 1, 1"), "a"), order + fmt.Sprintf("%q", u1("1, 1, 1, 1, 1"))},
		{"column-major", npyOf(1, head("|u1", "True", "1, 2"), "ab"), "[1 2]"},
		{"too few data", npyOf(1, u1("3,"), "ab"),
			"byte 10: the header promises 3 numbers, and the file can hold 2: it is damaged, or " + end},
		{"too few of two bytes", npyOf(2, head("<u2", "False", "2,"), "abc"),
			"byte 12: the header promises 2 numbers, and the file can hold 1: it is damaged, or " + end},
		{"more data", npyOf(1, u1("2,"), "abc"), "byte 67: continues after the 2 bytes of data that its header promises"},
	} {
		a, err := ReadNPY(strings.NewReader(c.file), int64(len(c.file)))
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(a.Shape)
			if !slices.Equal(a.Values(), []float64{'a', 'b'}) || a.Type != "|u1" {
				t.Errorf("%s: got %+v, want the bytes a and b", c.name, a)
			}
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestReadNPYSaysWhereAHeaderIsCut: the header begins in byte 10 or 12, depending on the version.
func TestReadNPYSaysWhereAHeaderIsCut(t *testing.T) {
	for version, want := range map[byte]string{1: "byte 10: header: expected 50 bytes of data, found 30",
		2: "byte 12: header: expected 50 bytes of data, found 30"} {
		file := npyOf(version, strings.Repeat(" ", 50), "")
		_, err := ReadNPY(strings.NewReader(file[:len(file)-20]), 1000)
		if fmt.Sprint(err) != want+": the file was cut off, fetch it again" {
			t.Errorf("version %d: got %v, want %s", version, err, want)
		}
	}
}

// columnMajor returns a .npy file whose first index runs fastest.
func columnMajor(descr, shape, data string) []byte {
	return bytes.Replace(filetest.NPY(descr, shape, []byte(data)), []byte("False"), []byte("True "), 1)
}

// TestReadNPYInColumnMajorOrder: an array whose first index runs fastest becomes row-major, in any number of dimensions
// and of bytes.
func TestReadNPYInColumnMajorOrder(t *testing.T) {
	for _, c := range []struct{ descr, shape, data, want string }{
		{"|u1", "(2, 3)", "\x01\x04\x02\x05\x03\x06", "[1 2 3 4 5 6]"},
		{"<u2", "(2, 3)", "\x01\x00\x04\x00\x02\x00\x05\x00\x03\x00\x06\x00", "[1 2 3 4 5 6]"},
		{"|u1", "(2, 2, 2)", "\x01\x05\x03\x07\x02\x06\x04\x08", "[1 2 3 4 5 6 7 8]"},
		{"<i2", "(2, 1, 2)", "\x01\x00\x03\x00\x02\x00\xff\xff", "[1 2 3 -1]"},
		{"|u1", "(3,)", "\x01\x02\x03", "[1 2 3]"},
	} {
		file := columnMajor(c.descr, c.shape, c.data)
		a, err := ReadNPY(bytes.NewReader(file), int64(len(file)))
		if err != nil || fmt.Sprint(a.Values()) != c.want {
			t.Errorf("%s of %s: got %v, %v; want %s", c.shape, c.descr, a, err, c.want)
		}
	}
}

func FuzzReadNPY(f *testing.F) {
	for _, b := range filetest.NPZ() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a *Array
		var err error
		n := filetest.Allocated(func() { a, err = ReadNPY(bytes.NewReader(b), int64(len(b))) })
		if n > uint64(len(b)*2)+1<<17 {
			t.Errorf("got %d bytes allocated for a file of %d", n, len(b))
		}
		if err == nil {
			if n, err := file.Count(a.Shape, math.MaxInt); err != nil || len(a.data)%n != 0 || len(a.data)/n != a.width {
				t.Errorf("got an array %v of %s with %d bytes", a.Shape, a.Type, len(a.data))
			}
		}
	})
}
